"""The registry of summaries lists exactly the files of its folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from score_tables import make_table

from reportgen.analysis.evidence import Evidence
from reportgen.analysis.summaries.registry import SUMMARIES
from reportgen.numbers import NotEstimable
from reportgen.records.catalog import Catalog
from reportgen.records.frame import to_frame
from reportgen.workflow.summarising import summarise

if TYPE_CHECKING:
    from pathlib import Path


def test_registry_equals_folder(repository: Path) -> None:
    """A file without a line is dead, a line without a file is a promise."""
    folder = repository / "reportgen" / "analysis" / "summaries"
    files = {path.stem for path in folder.glob("*.py")} - {"__init__", "registry", "evidence"}
    assert sorted(files) == sorted(summary.NAME for summary in SUMMARIES)


def test_names_and_titles_are_unique() -> None:
    """A name is a page address, a title a heading."""
    assert len({summary.NAME for summary in SUMMARIES}) == len(SUMMARIES)
    assert len({summary.TITLE for summary in SUMMARIES}) == len(SUMMARIES)


@pytest.mark.parametrize("summary", SUMMARIES, ids=lambda summary: summary.NAME)
def test_a_summary_that_lacks_its_fields_says_so(summary) -> None:
    """Scores alone, without any of the fields it needs: a reason, not an exception."""
    bare = make_table({"bench": [0.5, 0.6]}, direction="unknown", reason="direction unknown")
    nothing = to_frame([])
    result = summarise(summary, Evidence(nothing, nothing, bare, Catalog()), level=0.95)
    assert isinstance(result, NotEstimable)
    assert summary.NEEDS


@pytest.mark.parametrize("summary", SUMMARIES, ids=lambda summary: summary.NAME)
def test_columns_are_explained_in_words_for_readers(summary) -> None:
    """Their meanings are printed on the data page, where an unknown number is an empty cell."""
    explained = [getattr(summary, "COLUMNS", {}), *getattr(summary, "TABLES", {}).values()]
    assert [meaning for columns in explained for meaning in columns.values() if "NaN" in meaning] == []
