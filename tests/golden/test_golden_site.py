"""One complete small site: the same bytes in every environment, and the pages that were last read and approved."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
APPROVED = HERE / "site"
EXIT_QUARANTINE = 3  # one of the files is cut off on purpose
MAIN = re.compile(r"<main\b.*?</main>", re.DOTALL)
ENVIRONMENTS = (
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"},
    {"PYTHONHASHSEED": "1", "TZ": "Pacific/Auckland", "LC_ALL": "C", "COLUMNS": "40"},
)


def build(folder: Path, environment: dict[str, str]) -> Path:
    """The site of a copy of the results, made in `folder`."""
    shutil.copytree(HERE / "results", folder / "results")
    command = [
        sys.executable,
        "-m",
        "reportgen",
        "build",
        "results",
        "--out",
        "site",
        "--version",
        "1",
        "--no-cache",
    ]
    done = subprocess.run(
        command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == EXIT_QUARANTINE, done.stdout + done.stderr
    return folder / "site"


def files(site: Path) -> dict[str, bytes]:
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in sorted(site.rglob("*"))
        if path.is_file()
    }


def readable(site: Path) -> dict[str, bytes]:
    """What people and programs read: the main part of each page, and the data files that are text."""
    kept = {}
    for name, content in files(site).items():
        text = content.decode("utf-8", errors="replace")
        if name.endswith(".html") and (main := MAIN.search(text)):
            kept[name] = main[0].encode() + b"\n"
        elif ("/data/" in name and name.endswith((".json", ".csv"))) or name == "versions.json":
            kept[name] = content
    return kept


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The same results built in two environments that differ in all that must not matter."""
    return [build(tmp_path_factory.mktemp("golden"), environment) for environment in ENVIRONMENTS]


def test_the_site_is_the_approved_one(sites: list[Path], update_golden: bool) -> None:
    """Every page's main part and every data file, byte for byte; `make golden` renews them."""
    made = readable(sites[0])
    if update_golden:
        shutil.rmtree(APPROVED, ignore_errors=True)
        for name, content in made.items():
            (APPROVED / name).parent.mkdir(parents=True, exist_ok=True)
            (APPROVED / name).write_bytes(content)
    approved = files(APPROVED)
    assert sorted(made) == sorted(approved)
    assert {name: content for name, content in made.items() if content != approved[name]} == {}


def test_the_environment_leaves_no_trace(sites: list[Path]) -> None:
    """Hash seed, time zone, locale, width of the terminal and folder change: not one byte of the site does."""
    first, second = map(files, sites)
    assert sorted(first) == sorted(second)
    assert [name for name in first if first[name] != second[name]] == []
