"""A table in which everything is wrong: its problems are listed up to a limit, its numbers all counted."""

from __future__ import annotations

import pytest
from sources import text_source

from reportgen.ingest import flood, table_rows
from reportgen.ingest.accounting import account
from reportgen.ingest.formats import tidy_csv, tidy_json
from reportgen.ingest.source import Reading
from reportgen.records.problem import Problem


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Limits that a small table exceeds."""
    monkeypatch.setattr(flood, "LISTED", 10)
    monkeypatch.setattr(table_rows, "BLOCK", 7)


def counted(reading):
    return [(problem.code, problem.message) for problem in reading.problems[-2:]]


def test_a_thousand_bad_cells_are_not_a_thousand_lines() -> None:
    """The first are listed in order, the rest are one line with their number, for each kind."""
    rows = ["model,benchmark,value,n\n"] + [f"m,b,high,{n}\n" for n in range(25)] + ["m,b,1,x\n"] * 12
    source = text_source("t.csv", "".join(rows))
    reading = tidy_csv.read(source)
    assert [problem.pointer for problem in reading.problems[:3]] == [
        "row 2, column 'value'", "row 3, column 'value'", "row 4, column 'value'",
    ]  # fmt: skip
    assert len(reading.problems) == 10 + 10 + 2
    assert counted(reading) == [
        ("value_not_a_number", "15 more problems of this kind, not listed"),
        ("invalid", "2 more problems of this kind, not listed"),
    ]
    assert account(source, reading).quarantined == 25 + 12


def test_the_same_holds_for_lines_of_json() -> None:
    """Whatever is wrong with them."""
    good = '{"model": "m", "benchmark": "b", "value": 1}\n'
    reading = tidy_json.read(
        text_source("t.jsonl", good + '{"model": "m", "benchmark": "b", "value": "x"}\n' * 40)
    )
    assert (len(reading.records), len(reading.problems)) == (1, 11)


def test_earlier_problems_are_left_alone() -> None:
    """Only what was added since is counted."""
    reading = Reading(problems=[Problem(code="a", message="x")] * 20)
    watched = flood.Flood(reading)
    reading.problems += [Problem(code="a", message="y")] * 11
    watched.close()
    assert [problem.message for problem in reading.problems] == ["x"] * 20 + ["y"] * 10 + [
        "1 more problem of this kind, not listed"
    ]
