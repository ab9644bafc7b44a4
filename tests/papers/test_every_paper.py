"""Every paper that this project serves has a file of its shape among these tests."""

from __future__ import annotations

import ast
import re
from pathlib import Path

FOLDER = Path(__file__).parent
#: The papers, numbered in a fixed order.
PAPERS = range(1, 88)
#: A review of literature, which reports no result of its own: there is nothing to show.
WITHOUT_RESULT = frozenset({8})


def covered() -> dict[int, set[str]]:
    """Numbers of the case ids `paper-N` of these tests, with the files that hold them."""
    found: dict[int, set[str]] = {}
    for file in sorted(FOLDER.glob("test_*_papers.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                match = re.fullmatch(r"paper-(\d+)", node.value)
                if match:
                    found.setdefault(int(match[1]), set()).add(file.stem)
    return found


def test_every_paper_with_a_result_has_a_case() -> None:
    """86 of 87; the other one is named."""
    missing = sorted(set(PAPERS) - WITHOUT_RESULT - set(covered()))
    assert not missing


def test_no_case_is_of_a_paper_that_is_not_there() -> None:
    """Nor of the one that has no result."""
    assert set(covered()) <= set(PAPERS) - WITHOUT_RESULT
