"""What is committed speaks of the project alone: no addresses of a package index, no paths of one machine."""

from __future__ import annotations

import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
MEGABYTE = 1_000_000

#: Written in pieces, so that this file passes its own test.
INDEX_HOSTS = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("files", "pythonhosted"),
        ("registry", "npmjs"),
        ("deb", "debian"),
        ("conda", "anaconda"),
    )
)
FOLDERS = ("work", "tmp", "root", "home", "Users", "var/folders")
#: An absolute path: the slash follows nothing that would make it part of a relative path or an address. What tools
#: write into result files is shown with a home that is nobody's, "someone" or "me".
MACHINE_PATH = re.compile(r"(?<![\w.)}\]*~$-])/(?:" + "|".join(FOLDERS) + r")/(?!(?:someone|me)/)[\w.-]")


@cache
def tracked() -> tuple[Path, ...]:
    """Every file of the commit being made, in order."""
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    paths = (REPOSITORY / name for name in sorted(listing.stdout.split("\0")) if name)
    return tuple(path for path in paths if path.is_file())


def text_of(path: Path) -> str:
    """The file as text; bytes that are not text become marks, so that nothing is passed over."""
    return path.read_bytes().decode("utf-8", errors="replace")


def places(pattern: str | re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(REPOSITORY)}:{number}: {line.strip()[:120]}"
        for path in tracked()
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if re.search(pattern, line)
    ]


def test_the_list_of_files_is_complete() -> None:
    """The tests below look at real files."""
    names = {path.relative_to(REPOSITORY).as_posix() for path in tracked()}
    assert {"pyproject.toml", "constraints.txt", "reportgen/numbers.py"} <= names


@pytest.mark.parametrize("host", INDEX_HOSTS)
def test_no_file_names_a_package_index(host: str) -> None:
    """Where packages come from is the machine's own setting."""
    assert places(re.escape(host)) == []


def test_no_file_names_a_path_of_one_machine() -> None:
    """A path that exists on the author's machine only helps nobody and tells on them."""
    assert places(MACHINE_PATH) == []


def test_constraints_hold_names_and_versions_only() -> None:
    """One pin a line, sorted, each name once, no address and no option."""
    lines = (REPOSITORY / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert all(re.fullmatch(r"[a-z0-9-]+==[a-z0-9.]+", line) for line in pins)
    names = [line.partition("==")[0] for line in pins]
    assert names == sorted(set(names))
    assert "Python 3.11" in lines[0]


def test_every_dependency_is_pinned() -> None:
    """Whatever pyproject.toml asks for has a tested version."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    declared = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    for extra in (project["project"]["optional-dependencies"], project["dependency-groups"]):
        declared += [line for lines in extra.values() for line in lines if isinstance(line, str)]
    names = {re.sub(r"[-_.]+", "-", re.split(r"[<>=!~;\[ ]", line)[0]).lower() for line in declared}
    pinned = (REPOSITORY / "constraints.txt").read_text(encoding="utf-8")
    assert "pandas" in names
    assert {name for name in names if f"\n{name}==" not in pinned} == set()


def test_no_file_is_larger_than_a_megabyte() -> None:
    """Large files stay in every clone for ever."""
    assert [path.name for path in tracked() if path.stat().st_size > MEGABYTE] == []


def test_text_files_end_with_one_newline_and_have_no_carriage_return() -> None:
    """The same bytes on every system, except where damage is the point (tests/data)."""
    kinds = {".py", ".md", ".toml", ".yml", ".yaml", ".jinja", ".css", ".js", ".sh", ".cff", ".txt"}
    fixed = [
        path
        for path in tracked()
        if path.suffix in kinds and "data" not in path.relative_to(REPOSITORY).parts
    ]
    wrong = [
        path.relative_to(REPOSITORY).as_posix()
        for path in fixed
        if (content := path.read_bytes()) and (b"\r" in content or not content.endswith(b"\n"))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "line", ["see /work" + "/main", '"/tmp' + '/x"', "(/home" + "/ann)", "=/root" + "/.cache"]
)
def test_a_machine_path_is_seen(line: str) -> None:
    """The search itself works."""
    assert MACHINE_PATH.search(line)


@pytest.mark.parametrize(
    "line", ["frame/work" + "/items", "https://example.org/home" + "/x", "a ~/tmp" + "/x"]
)
def test_other_slashes_are_not_machine_paths(line: str) -> None:
    """Relative paths and addresses are free."""
    assert not MACHINE_PATH.search(line)
