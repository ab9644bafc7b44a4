"""The house rules on imports hold, and each contract notices when its rule is broken."""

from __future__ import annotations

import ast
import configparser
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGE = REPOSITORY / "reportgen"
#: The whole package would be allowed to import what these contracts forbid, but for their list of sources.
ALLOWED = {
    "click": {"__main__", "cli"},
    "engine": {"__main__", "site"},
    "pydantic": {"__main__", "config", "ingest", "records"},
}
#: (contract, file, import added to the end of that file)
BREACHES = [
    ("layers", "records/record.py", "import reportgen.analysis.table"),
    ("layers", "analysis/table.py", "import reportgen.ingest.source"),
    ("cycles", "records/record.py", "import reportgen.records.frame"),
    ("ingest", "views/blocks.py", "import reportgen.ingest.source"),
    ("formats", "ingest/formats/helm.py", "import reportgen.ingest.formats.lm_eval"),
    ("click", "records/record.py", "from click import echo"),
    ("engine", "ingest/source.py", "import jinja2"),
    ("pydantic", "analysis/table.py", "from pydantic import BaseModel"),
    ("pure", "analysis/table.py", "from os.path import join"),
    ("views", "views/blocks.py", "def late():\n    import pathlib"),
]


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run every contract on the package in `folder`."""
    command = [Path(sys.executable).parent / "lint-imports", "--no-cache", "--no-logo"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def contracts() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(REPOSITORY / ".importlinter", encoding="utf-8")
    return parser


def title(contract: str) -> str:
    return contracts()[f"importlinter:contract:{contract}"]["name"]


def modules(*packages: str) -> list[Path]:
    return sorted(path for package in packages for path in (PACKAGE / package).rglob("*.py"))


def test_every_import_contract_is_kept() -> None:
    """Upper layers import lower ones, and nothing leaves its place."""
    run = lint_imports(REPOSITORY)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize(("contract", "file", "line"), BREACHES)
def test_a_breach_is_noticed(contract: str, file: str, line: str, tmp_path: Path) -> None:
    """A forbidden import added to a copy of the package breaks the contract that forbids it."""
    shutil.copytree(PACKAGE, tmp_path / "reportgen", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / ".importlinter", tmp_path)
    with (tmp_path / "reportgen" / file).open("a", encoding="utf-8") as module:
        module.write(f"\n{line}\n")
    run = lint_imports(tmp_path)
    report = " ".join(run.stdout.split())
    assert run.returncode == 1
    assert f"{title(contract)} BROKEN" in report


@pytest.mark.parametrize("contract", sorted(ALLOWED))
def test_a_contract_about_one_place_names_every_other_place(contract: str) -> None:
    """A new top-level package is not forgotten in the lists of who may not import a library."""
    sources = contracts()[f"importlinter:contract:{contract}"]["source_modules"].split()
    places = {path.stem for path in PACKAGE.glob("*.py")} | {
        path.parent.name for path in PACKAGE.glob("*/__init__.py")
    }
    assert set(sources) == {f"reportgen.{name}" for name in places - ALLOWED[contract] - {"__init__"}}


def is_random(node: ast.expr) -> bool:
    """Whether this names numpy's module of random numbers."""
    return (
        isinstance(node, ast.Attribute)
        and node.attr == "random"
        and isinstance(node.value, ast.Name)
        and node.value.id in {"np", "numpy"}
    )


def impure(path: Path) -> list[str]:
    """Where a module opens a file, prints, or draws random numbers of its own."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in {"open", "print", "input"}
        ):
            found.append(f"{path.relative_to(PACKAGE)}:{node.lineno} {node.func.id}")
        if isinstance(node, ast.Attribute) and is_random(node.value):
            where = f"{path.relative_to(PACKAGE)}:{node.lineno} {ast.unparse(node)}"
            found += [where] if node.attr != "Generator" else []
    return found


def test_pure_code_opens_no_file_and_owns_no_randomness() -> None:
    """No `open`, and of numpy's random module only the type of the generator that is passed in."""
    assert [place for path in modules("analysis", "diff", "views") for place in impure(path)] == []


def test_impure_code_is_noticed() -> None:
    """The search itself works: this module makes the generators that are passed in."""
    assert impure(PACKAGE / "workflow" / "summarising.py")


def test_asking_for_help_loads_no_heavy_library() -> None:
    """`reportgen --help` answers at once: pandas and the site engine are imported by the commands that need them."""
    code = (
        "import sys, reportgen.cli.main;"
        "print(*sorted({'pandas', 'numpy', 'scipy', 'pydantic', 'mkdocs', 'jinja2', 'plotly'} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == []
