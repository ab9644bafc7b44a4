"""Rows of a table to records: the same one by one and in blocks, whatever the cells hold."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sources import text_source

from reportgen.ingest import table_rows
from reportgen.ingest.accounting import account
from reportgen.ingest.cells import CellRules
from reportgen.ingest.columns import combine
from reportgen.ingest.counting import count_source
from reportgen.ingest.plan import Plan, ScoreColumn
from reportgen.ingest.source import Reading
from reportgen.ingest.tables import open_table

CELLS = st.sampled_from(
    [
        "0.5",
        "64.2%",
        "78.3 ± 0.2",
        "-",
        "",
        "nan",
        "about 60",
        "12",
        "-1",
        "101",
        "82.00 (7/8)",
        "3 ± x",
        " 7 ",
    ]
)
NAMES = st.sampled_from(["a", "b", "", "a/b"])
NUMBERS = st.sampled_from(["", "3", "40", "x", "-2", "0.5"])
ROW = st.tuples(
    NAMES, NAMES, CELLS, CELLS, NUMBERS, NUMBERS, st.sampled_from(["", "higher", "lower", "up", "sideways"]),
    st.sampled_from(["", "high", "low"]),
)  # fmt: skip
HEADER = "model,task,x,y,n,se,way,effort"


def plan(scores: tuple[ScoreColumn, ...], constants: dict) -> Plan:
    fields = {"model": "model", "benchmark": "task", "n": "n", "stderr": "se", "direction": "way"}
    return Plan(scores, fields, constants, ("effort",), CellRules(), "user", otherwise="left out")


PLANS = [
    plan((ScoreColumn("x"),), {}),
    plan((ScoreColumn("x", {"metric": "acc", "lower": 0.0, "upper": 100.0}), ScoreColumn("y", {}, 0.01)), {}),
    plan((ScoreColumn("x", {"unit": "points"}), ScoreColumn("y", {}, None, ("f1", "em"))), {"model": "m"}),
    Plan((ScoreColumn("x", {"benchmark": "x", "direction": "higher"}),), {"model": "model", "lower": "se"}),
    Plan((ScoreColumn("x"),), {"model": "model", "benchmark": "task", "date": "n", "unit": "effort"}),
    Plan(
        (
            ScoreColumn("task", {"benchmark": "same"}, equal="model"),
            ScoreColumn("x", {"benchmark": "cells", "upper": 50.0}, 100.0, equal="y"),
            ScoreColumn("effort", {"benchmark": "words"}, words={"high": 1.0, "3": 0.5}),
            ScoreColumn("n", {"benchmark": "numbers as words"}, words={"x": 0.0, "3": 7.0}),
        ),
        {"model": "model", "n": "n", "wins": "n"},
        rules=CellRules(missing=frozenset({"a", "-"})),
    ),
]


def read(text: str, how: Plan) -> Reading:
    reading = Reading()
    table_rows.read_rows(reading, open_table(text), how)
    return reading


def rows_of(reading: Reading) -> pd.DataFrame:
    frame = combine(list(reading.batches())).astype({"pointer": str, "metric": str})
    return frame.sort_values(["pointer", "metric"], kind="stable").reset_index(drop=True).astype(object)


@settings(max_examples=12, phases=[Phase.explicit, Phase.generate])  # frames shrink slowly
@given(st.lists(ROW, min_size=1, max_size=25), st.sampled_from(PLANS))
def test_a_block_makes_the_records_that_its_rows_make(rows, how) -> None:
    """Values, errors, sources, marks and places alike; and the same numbers are accounted for."""
    text = "\n".join([HEADER, *(",".join(row) for row in rows)]) + "\n"
    readings = []
    for smallest in (10**9, 0):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(table_rows, "SMALLEST", smallest)
            readings.append(read(text, how))
    one_by_one, at_once = readings
    assert (one_by_one.ingested, one_by_one.quarantined) == (at_once.ingested, at_once.quarantined)
    assert one_by_one.ignored == at_once.ignored
    assert set(one_by_one.problems) == set(at_once.problems)
    assert one_by_one.found == at_once.found == count_source(text_source("t.csv", text))
    assert account(text_source("t.csv", text), at_once).found == at_once.found
    pd.testing.assert_frame_equal(rows_of(one_by_one), rows_of(at_once))


def large(rows: int) -> str:
    lines = [
        f"m{number % 7},task {number % 1000},{number / 7},skip,{number},,higher," for number in range(rows)
    ]
    return "\n".join([HEADER, *lines]) + "\n"


def test_a_large_table_becomes_columns_and_no_objects(monkeypatch) -> None:
    """Every row is there once, in order, with its own value and line."""
    monkeypatch.setattr(table_rows, "BLOCK", 2_000)
    reading = read(large(5_500), PLANS[0])
    assert (reading.records, len(reading.frames)) == ([], 3)
    frame = combine(list(reading.batches()))
    assert len(frame) == 5_500
    assert frame["value"].tolist() == [number / 7 for number in range(5_500)]
    assert frame["pointer"].iloc[5_499] == "row 5501, column 'x'"
    assert frame["n"].iloc[777] == 777
    assert reading.ingested == 11_000


def test_one_bad_cell_in_a_large_table_is_one_problem() -> None:
    """The other rows of its block are read at once all the same."""
    text = large(5_000).replace(f",{700 / 7},", ",many,", 1)
    reading = read(text, PLANS[0])
    assert [(problem.code, problem.pointer) for problem in reading.problems] == [
        ("value_not_a_number", "row 702, column 'x'")
    ]
    assert sum(map(len, reading.batches())) == 4_999


def test_columns_nobody_reads_are_counted_under_their_reason() -> None:
    """Or left to be no scores."""
    how = Plan((ScoreColumn("x"),), {"model": "model", "benchmark": "task"}, ignored={"y": "of no use"})
    reading = read(HEADER + "\na,b,1,2,3,4,,\n", how)
    assert (reading.ingested, reading.ignored, reading.found) == (1, {"of no use": 1}, 4)
