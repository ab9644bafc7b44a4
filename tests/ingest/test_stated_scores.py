"""What the formats of leaderboards share: a score with its numbers, names, links and counts."""

from __future__ import annotations

import pytest
from sources import document_source, text_source

from reportgen.ingest.scores import (
    items,
    link,
    named,
    of_benchmark,
    of_metric,
    refuse_all,
    remarks,
    take_score,
)
from reportgen.ingest.source import NotANumber, Reading
from reportgen.records.problem import Problem

FIELDS = named("m") | of_benchmark("b") | of_metric("acc")
PROBLEM = Problem(code="model_unknown", message="whose is it")


def taken(value, others=0, *, as_text=False, **fields):
    reading = Reading()
    take_score(reading, FIELDS | fields, value, "/a", others, as_text=as_text)
    return reading


@pytest.mark.parametrize(
    ("value", "as_text", "numbers"),
    [(0.5, False, 1), (3, False, 1), ("0.5", True, 1), ("0.5", False, 0), ("0.5 ± 0.1", True, 2), (None, False, 0),
     (NotANumber("NaN"), False, 1), ("-", True, 0)],
)  # fmt: skip
def test_a_score_is_taken_with_its_numbers(value, as_text, numbers) -> None:
    """A text counts for the numbers in it only where a file writes its numbers as text."""
    reading = taken(value, 2, as_text=as_text)
    assert (len(reading.records), reading.ingested, reading.quarantined) == (1, numbers + 2, 0)


@pytest.mark.parametrize(
    ("value", "numbers"), [([1, 2], 2), ({"a": 1}, 1), (True, 0), ("high", 0), (2**2000, 1)]
)
def test_what_is_no_score_is_quarantined_with_its_numbers(value, numbers) -> None:
    """And with those that would have been part of its record."""
    reading = taken(value, 2)
    assert (reading.records, reading.quarantined) == ([], numbers + 2)
    assert [(problem.code, problem.pointer) for problem in reading.problems] == [("value_not_a_number", "/a")]


def test_a_cell_may_state_unit_and_error() -> None:
    """A stated unit is kept."""
    (record,) = taken("64.5% ± 0.5", as_text=True).records
    assert (record.value, record.stderr, record.unit, record.raw) == (64.5, 0.5, "percent", "64.5% ± 0.5")
    assert taken("64.5%", as_text=True, unit="points").records[0].unit == "points"


def test_a_score_beyond_stated_bounds_is_no_value() -> None:
    """It stays as written."""
    reading = taken(-1, lower=0.0, upper=1.0)
    assert (reading.records[0].value, reading.records[0].missing, reading.quarantined) == (
        None,
        "sentinel",
        1,
    )


def test_a_whole_file_is_refused_with_all_its_numbers() -> None:
    """Documents and tables, damaged rows and repeated columns included."""
    reading = refuse_all(document_source("a.json", {"a": [1, 2.5]}), Reading(), PROBLEM)
    assert (reading.quarantined, len(reading.problems)) == (2, 1)
    reading = refuse_all(text_source("a.csv", "a,b,b\n1,2,3\n4\n"), Reading(), PROBLEM)
    assert reading.quarantined == 4
    assert sorted(problem.code for problem in reading.problems) == [
        "duplicate_header",
        "model_unknown",
        "ragged_row",
    ]


def test_a_path_is_no_name() -> None:
    """Of a path the last folder is the model, and the record says so."""
    assert named("/srv/models/tiny") == {
        "model": "tiny", "model_raw": "tiny", "flags": "model name was a local path",
    }  # fmt: skip
    assert named("org/tiny")["flags"] == ""


@pytest.mark.parametrize(
    ("written", "count"),
    [("805", 805), ("805.0", 805), (12, 12), ("0", None), (-3, None), ("1.5", None), ("", None), ("many", None), (True, None)],
)  # fmt: skip
def test_a_number_of_items_is_whole_and_positive(written, count) -> None:
    """Anything else is unknown."""
    assert items(written) == count


def test_only_web_addresses_are_links() -> None:
    """Paths and scripts are not."""
    assert link(" https://example.org/a ") == "https://example.org/a"
    assert [link(value) for value in ("/srv/a", "javascript:1", None, 3, "file:///a")] == [""] * 5


def test_remarks_are_joined_without_empty_ones() -> None:
    """As a record holds them."""
    assert (remarks("", "a", "", "b"), remarks("", "")) == ("a; b", "")
