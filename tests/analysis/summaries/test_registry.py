"""The registry of summaries lists exactly the files of its folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from score_tables import make_table

from reportgen.analysis.summaries.registry import SUMMARIES, Summary
from reportgen.numbers import NotEstimable
from reportgen.records.catalog import Catalog

if TYPE_CHECKING:
    from pathlib import Path


def test_registry_equals_folder(repository: Path) -> None:
    """A file without a line is dead, a line without a file is a promise."""
    folder = repository / "reportgen" / "analysis" / "summaries"
    files = {path.stem for path in folder.glob("*.py")} - {"__init__", "registry"}
    assert sorted(files) == sorted(summary.name for summary in SUMMARIES)


def test_names_and_titles_are_unique() -> None:
    """A name is a page address, a title a heading."""
    assert len({summary.name for summary in SUMMARIES}) == len(SUMMARIES)
    assert len({summary.title for summary in SUMMARIES}) == len(SUMMARIES)


@pytest.mark.parametrize("summary", SUMMARIES, ids=lambda summary: summary.name)
def test_a_summary_that_lacks_its_fields_says_so(summary: Summary) -> None:
    """Scores alone, without any of the fields it needs: a reason, not an exception."""
    bare = make_table({"bench": [0.5, 0.6]}, direction="unknown", reason="direction unknown")
    result = summary.compute(bare, Catalog(), level=0.95)
    assert isinstance(result, NotEstimable)
    assert summary.needs
