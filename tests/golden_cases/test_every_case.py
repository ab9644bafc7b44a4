"""Every golden case is accounted for in the table of this folder, and every test that the table names is there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent


@pytest.fixture
def rows() -> list[list[str]]:
    """Cells of the table, without its header."""
    lines = (FOLDER / "README.md").read_text(encoding="utf-8").splitlines()
    table = [line for line in lines if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[1:]]


@pytest.mark.shared
def test_every_case_is_in_the_table(rows, shared_data) -> None:
    """Once, and nothing else is."""
    cases = json.loads((shared_data / "golden" / "cases.json").read_text(encoding="utf-8"))
    listed = [name.strip() for row in rows for name in row[0].split(",")]
    assert sorted(listed) == sorted(case["id"] for case in cases)


def test_every_test_of_the_table_is_there(rows, repository) -> None:
    """A file in this folder, or a path from the root; a case without one says why."""
    for case, _, test, *_ in rows:
        files = re.findall(r"`([^`]+\.py)`", test)
        assert files or test.startswith("none"), case
        for name in files:
            assert (repository / name).is_file() or (FOLDER / name).is_file(), name
