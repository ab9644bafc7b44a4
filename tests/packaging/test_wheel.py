"""What is shipped works where there is no checkout."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
#: Run as a command, or read for the scripts they carry.
USED_WITHOUT_IMPORT = {"mkdocs", "mkdocs-material", "plotly"}
#: Installed with the package that is declared, in the release it asks for.
COMES_WITH = {"markupsafe": "jinja2", "pydantic_core": "pydantic"}
RESULTS = {
    "schema": "reportgen.result",
    "version": 1,
    "tool": {"name": "example", "version": "1.0"},
    "date": "2026-01-01",
    "defaults": {
        "benchmark": {"id": "arithmetic", "suite": "school", "split": "test"},
        "metric": {"id": "accuracy", "direction": "higher", "lower": 0.0, "upper": 1.0, "unit": "fraction"},
        "n": 400,
    },
    "results": [
        {"model": "maker/large", "value": 0.91, "stderr": 0.014},
        {"model": "maker/small", "value": 0.62, "stderr": 0.024},
        {"model": "maker/large", "value": 0.71, "stderr": 0.023, "benchmark": {"id": "reading"}},
        {"model": "maker/small", "value": 0.55, "stderr": 0.025, "benchmark": {"id": "reading"}},
    ],
}


def run(*command: object, folder: Path) -> str:
    done = subprocess.run(
        [str(part) for part in command], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def scripts(environment: Path) -> Path:
    return environment / ("Scripts" if sys.platform == "win32" else "bin")


def under(folder: str, suffixes: set[str]) -> set[str]:
    """Files below a top-level folder, relative to the repository."""
    paths = (REPOSITORY / folder).rglob("*")
    return {
        path.relative_to(REPOSITORY).as_posix()
        for path in paths
        if path.suffix in suffixes and path.is_file()
    }


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source archive, and the wheel made from that archive."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, REPOSITORY, folder=folder)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (path,) = built.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel in it; its dependencies are read from the environment of the tests.

    That environment is put on the path by name only: its own .pth files are not followed, so the editable install
    of the checkout is out of reach.
    """
    environment = tmp_path_factory.mktemp("clean") / "env"
    venv.create(environment, with_pip=False)
    python = scripts(environment) / "python"
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index")
    run(*pip, wheel, folder=environment)
    home = Path(
        run(
            python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", folder=environment
        ).strip()
    )
    dependencies = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (home / "dependencies.pth").write_text("\n".join(sorted(dependencies)), encoding="utf-8")
    return environment


def build_a_site(environment: Path, folder: Path) -> Path:
    """Run the installed command in a folder that holds one result file and nothing else."""
    (folder / "results").mkdir()
    (folder / "results" / "run.json").write_text(json.dumps(RESULTS), encoding="utf-8")
    run(scripts(environment) / "reportgen", "build", "results", "--out", "site", "--no-cache", folder=folder)
    return folder / "site"


def assert_is_a_report(site: Path) -> None:
    """The front door leads to a version whose home page and data speak of the models that were put in."""
    versions = json.loads((site / "versions.json").read_text(encoding="utf-8"))
    assert [entry["version"] for entry in versions] == ["dev"]
    assert "dev/" in (site / "index.html").read_text(encoding="utf-8")
    leaderboard = (site / "dev" / "leaderboard" / "index.html").read_text(encoding="utf-8")
    assert "maker/large" in leaderboard
    assert "maker/small" in leaderboard


def test_the_wheel_carries_templates_settings_and_types(wheel: Path) -> None:
    """Everything below reportgen/ and site_templates/ is in it, and nothing else."""
    names = set(zipfile.ZipFile(wheel).namelist())
    expected = under("reportgen", {".py", ".typed"}) | {
        f"reportgen/_data/{name}"
        for name in under("site_templates", {".jinja", ".html", ".css", ".js", ".svg", ".md", ".yml"})
    }
    assert "reportgen/py.typed" in expected
    assert expected | {"reportgen/_data/mkdocs.yml"} <= names
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == {"reportgen"}
    assert any(name.endswith("dist-info/licenses/LICENSE") for name in names)


def test_the_source_archive_is_complete(built: Path) -> None:
    """The wheel above was made from it, and the bundled results and the changelog are there to read."""
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"CHANGELOG.md", "LICENSE", "README.md", "mkdocs.yml", "pyproject.toml"} <= names
    assert any(name.startswith("results/") for name in names)


def test_a_site_is_built_where_there_is_no_checkout(installed: Path, tmp_path: Path) -> None:
    """The wheel in an environment without the checkout builds a site in a folder with one result file."""
    where = run(
        scripts(installed) / "python", "-c", "import reportgen; print(reportgen.__file__)", folder=tmp_path
    )
    assert Path(where.strip()).is_relative_to(installed)
    assert_is_a_report(build_a_site(installed, tmp_path))


@pytest.mark.slow
def test_an_empty_folder_gets_a_project_that_builds(installed: Path, tmp_path: Path) -> None:
    """`reportgen init` followed by what it advises."""
    command = scripts(installed) / "reportgen"
    run(command, "init", "mine", folder=tmp_path)
    run(command, "build", "--no-cache", folder=tmp_path / "mine")
    assert (tmp_path / "mine" / "site" / "index.html").is_file()


def test_every_import_is_a_declared_dependency() -> None:
    """What the code imports, pyproject.toml asks for; what it asks for, the code uses."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [
        *project["dependencies"],
        *(line for lines in project["optional-dependencies"].values() for line in lines),
    ]
    declared = {re.split(r"[<>=!~;\[ ]", line)[0].lower() for line in lines}
    distributions = packages_distributions()
    imported = {
        COMES_WITH.get(distribution, distribution)
        for module in imported_modules() - set(sys.stdlib_module_names) - {"reportgen"}
        for distribution in {name.lower() for name in distributions.get(module, [module])}
    }
    assert imported - declared == set()
    assert declared - imported - USED_WITHOUT_IMPORT == set()


def imported_modules() -> set[str]:
    """Top-level names of everything the package imports, early or late."""
    names = set()
    for path in (REPOSITORY / "reportgen").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.partition(".")[0])
    return names


@pytest.mark.slow
def test_an_ordinary_installation_builds_a_site(wheel: Path, tmp_path: Path) -> None:
    """pip alone, the tested versions, nothing borrowed: what a user does."""
    environment = tmp_path / "env"
    venv.create(environment, with_pip=True)
    pip = (scripts(environment) / "python", "-m", "pip", "install", "--quiet")
    run(*pip, "--constraint", REPOSITORY / "constraints.txt", wheel, folder=tmp_path)
    folder = tmp_path / "empty"
    folder.mkdir()
    assert_is_a_report(build_a_site(environment, folder))
