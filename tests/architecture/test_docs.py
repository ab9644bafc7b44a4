"""The documentation is true: its commands run, its reference is current, its links lead somewhere."""

from __future__ import annotations

import os
import re
import runpy
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from reportgen.cli.main import main

REPOSITORY = Path(__file__).resolve().parents[2]
PAGES = [
    REPOSITORY / "README.md",
    REPOSITORY / "CONTRIBUTING.md",
    *sorted((REPOSITORY / "docs").glob("*.md")),
]
FENCE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)#\s]*)(#[^)\s]*)?\)")
SECONDS = 600  # only against hanging: a build of the bundled results takes one minute on a quiet machine


@dataclass(frozen=True)
class Session:
    """One console block: commands in order, each with the output printed below it."""

    place: str
    steps: tuple[tuple[str, str], ...]


def sessions() -> list[Session]:
    """Every console block that starts with a reportgen command."""
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for match in FENCE.finditer(text):
            if match[1].startswith("$ reportgen"):
                line = text.count("\n", 0, match.start()) + 1
                found.append(Session(f"{page.relative_to(REPOSITORY)}:{line}", steps_of(match[1])))
    return found


def steps_of(block: str) -> tuple[tuple[str, str], ...]:
    """(command, expected output) pairs; a line that ends with a backslash goes on."""
    parts = re.split(r"^\$ ", block.replace("\\\n", " "), flags=re.MULTILINE)[1:]
    return tuple(
        (command.strip(), output.strip()) for command, _, output in (part.partition("\n") for part in parts)
    )


def run(command: str, folder: Path, cache: Path) -> subprocess.CompletedProcess[str]:
    """Run a documented command with this environment's reportgen and python."""
    scripts = Path(sys.executable).parent
    environment = os.environ | {
        "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
        "REPORTGEN_CACHE": str(cache),
    }
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def matches(expected: str, printed: str) -> bool:
    """Whether the lines were printed in this order; a line "..." stands for any lines, no line for anything."""
    pattern = r"\n".join(
        r"(?:.*\n)*?.*" if line == "..." else re.escape(line) for line in expected.split("\n")
    )
    return not expected or re.search(rf"^{pattern}$", printed, re.MULTILINE) is not None


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def marked(session: Session) -> object:
    """The README is tried every day; the other pages, which build and compare many sites, by the slow tests."""
    daily = session.place.startswith("README.md")
    return pytest.param(session, id=session.place, marks=() if daily else pytest.mark.slow)


#: What a build that shows no output is tried with: `make site`, which every check runs too, builds all of it.
ENOUGH = ("catalog", "reportgen.yml", "glue.json", "robustbench.json", "vtab.json")


def copy_results(session: Session, target: Path) -> None:
    """The bundled results, or as much of them as a silent build needs."""
    silent_build = all(
        command.startswith("reportgen build") and not shown for command, shown in session.steps
    )
    shutil.copytree(
        REPOSITORY / "results",
        target,
        ignore=lambda folder, names: (
            set(names) - set(ENOUGH) if silent_build and Path(folder).name == "results" else set()
        ),
    )


@pytest.mark.parametrize("session", [marked(session) for session in sessions()])
def test_documented_commands_run(session: Session, tmp_path: Path, cache: Path) -> None:
    """Every console block runs in a folder that holds a copy of bundled results, and prints what it shows."""
    copy_results(session, tmp_path / "results")
    folder = tmp_path
    for command, expected in session.steps:
        if command.startswith("cd "):
            folder = folder / command.removeprefix("cd ").strip()
            continue
        # A server never ends; that its options are right is what can be tested here.
        done = run(re.sub(r"^reportgen serve\b.*", "reportgen serve --help", command), folder, cache)
        assert done.returncode == 0, f"$ {command}\n{done.stdout}{done.stderr}"
        assert matches(expected, done.stdout + done.stderr), f"$ {command}\n{done.stdout}{done.stderr}"


def test_there_are_commands_to_run() -> None:
    """The README shows at least how to start and how to build."""
    commands = [command for session in sessions() for command, _ in session.steps]
    assert any(command.startswith("reportgen build") for command in commands)
    assert any(command.startswith("reportgen init") for command in commands)


def test_the_command_reference_is_current() -> None:
    """docs/cli.md is what the commands print; `make docs` renews it."""
    page = runpy.run_path(str(REPOSITORY / "scripts" / "make_cli_docs.py"))["page"]
    assert (REPOSITORY / "docs" / "cli.md").read_text(encoding="utf-8") == page()


def test_the_reference_of_summaries_is_current() -> None:
    """docs/summaries.md is what the summaries say of themselves; `make docs` renews it."""
    page = runpy.run_path(str(REPOSITORY / "scripts" / "make_summary_docs.py"))["page"]
    assert (REPOSITORY / "docs" / "summaries.md").read_text(encoding="utf-8") == page()


def test_the_reference_of_alarms_is_current() -> None:
    """docs/diff-alarms.md is what the rules say of themselves; `make docs` renews it."""
    page = runpy.run_path(str(REPOSITORY / "scripts" / "make_alarm_docs.py"))["page"]
    assert (REPOSITORY / "docs" / "diff-alarms.md").read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_is_documented_and_shows_examples(command: str) -> None:
    """What a command is for is one example away."""
    reference = (REPOSITORY / "docs" / "cli.md").read_text(encoding="utf-8")
    section = reference.partition(f"\n## reportgen {command}\n")[2].partition("\n## ")[0]
    assert f"reportgen {command}" in section.partition("Examples:")[2]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(REPOSITORY).as_posix())
def test_links_to_files_lead_somewhere(page: Path) -> None:
    """Every relative link and picture exists in the repository."""
    targets = [match[1] for match in LINK.finditer(page.read_text(encoding="utf-8")) if match[1]]
    local = [target for target in targets if not re.match(r"[a-z]+:", target)]
    assert [target for target in local if not (page.parent / target).exists()] == []


def test_every_page_of_the_documentation_is_in_the_index() -> None:
    """A page that nothing leads to is not read."""
    index = (REPOSITORY / "docs" / "index.md").read_text(encoding="utf-8")
    pages = {page.name for page in (REPOSITORY / "docs").glob("*.md")} - {"index.md"}
    assert {name for name in pages if f"]({name})" not in index} == set()


def test_every_make_target_in_the_documentation_exists() -> None:
    """`make site` in a text is a promise."""
    targets = set(
        re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    named = {
        target
        for page in PAGES
        for target in re.findall(r"`make ([a-z-]+)", page.read_text(encoding="utf-8"))
    }
    assert named <= targets
    assert {"site", "test"} <= named


@pytest.mark.parametrize(
    ("expected", "printed", "same"),
    [
        ("a\n...\nd", "x\na\nb\nc\nd\n", True),
        ("a\n...\nd", "a\nb\n", False),
        ("a.c", "abc", False),
        ("", "a", True),
    ],
)
def test_printed_output_is_compared_line_by_line(expected: str, printed: str, same: bool) -> None:
    """The comparison itself works."""
    assert matches(expected, printed) is same
