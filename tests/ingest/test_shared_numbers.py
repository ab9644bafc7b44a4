"""A number that a mapping gives to several fields is one number of the file, in every format and layout."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sources import text_source

from reportgen.ingest import table_rows
from reportgen.ingest.accounting import Numbers, account
from reportgen.ingest.counting import count_source
from reportgen.ingest.mapping import load_mapping, read_mapped

if TYPE_CHECKING:
    from reportgen.ingest.source import Reading

TIDY = "layout: tidy\nfields: {model: m, benchmark: b, value: x, wins: x, n: n, losses: y}\n"
ROWS = [{"m": "a", "b": "c", "x": 3, "n": 10, "y": 7}, {"m": "d", "b": "c", "x": 4, "n": 10, "y": 6}]


def read(text: str, path: str, data: str) -> tuple[Reading, Numbers]:
    """The reading and its account, which raises where a number counts twice."""
    form = path.rpartition(".")[2]
    mapping, problems = load_mapping("m.mapping.yml", f'files: "*"\nformat: {form}\n{text}')
    assert mapping is not None, [problem.text() for problem in problems]
    source = text_source(path, data)
    reading = read_mapped(mapping, source)
    numbers = account(source, reading)
    assert numbers.found == count_source(source)
    assert numbers.found == numbers.ingested + numbers.quarantined + numbers.ignored_total
    return reading, numbers


def written(rows: list[dict], form: str) -> str:
    """The rows as a table, a list or lines."""
    if form == "csv":
        return "".join(",".join(map(str, line)) + "\n" for line in [rows[0], *(row.values() for row in rows)])
    return json.dumps(rows) if form == "json" else "".join(json.dumps(row) + "\n" for row in rows)


@pytest.mark.parametrize("form", ["csv", "json", "jsonl"])
def test_wins_that_are_the_score_too_count_once(form) -> None:
    """Two rows of three numbers (3, 10, 7 and 4, 10, 6), of which 3 and 4 are both value and wins: 6 in all."""
    reading, numbers = read(TIDY, f"t.{form}", written(ROWS, form))
    assert [(r.value, r.wins, r.losses, r.n) for r in reading.records] == [(3, 3, 7, 10), (4, 4, 6, 10)]
    assert (numbers.ingested, numbers.quarantined, numbers.found) == (6, 0, 6)


@pytest.mark.parametrize("form", ["csv", "json", "jsonl"])
def test_two_counts_of_one_column_count_once(form) -> None:
    """Wins and losses are both y, and n is x, which is the value as well: two numbers a row are used, n is not."""
    text = "layout: tidy\nfields: {model: m, benchmark: b, value: x, n: x, wins: y, losses: y}\n"
    reading, numbers = read(text, f"t.{form}", written(ROWS, form))
    assert [(r.n, r.wins, r.losses) for r in reading.records] == [(3, 7, 7), (4, 6, 6)]
    assert (numbers.ingested, numbers.ignored) == (4, {"column left out by the mapping": 2})


@pytest.mark.parametrize("form", ["csv", "json", "jsonl"])
def test_a_refused_row_loses_each_of_its_numbers_once(form) -> None:
    """10.5 is no whole number: the row's 3, 10.5 and 7 are lost, not 3 twice."""
    rows = [ROWS[0] | {"n": 10.5}, ROWS[1]]
    _, numbers = read(TIDY, f"t.{form}", written(rows, form))
    assert (numbers.ingested, numbers.quarantined) == (3, 3)


def test_a_large_table_counts_as_a_small_one(monkeypatch) -> None:
    """In blocks of columns: the same six numbers."""
    monkeypatch.setattr(table_rows, "SMALLEST", 0)
    reading, numbers = read(TIDY, "t.csv", written(ROWS, "csv"))
    assert (reading.records, numbers.ingested, numbers.found) == ([], 6, 6)


def test_levels_of_keys_count_a_shared_number_once() -> None:
    """/won is value and wins, /games is n: two numbers of each object."""
    text = "layout: nested\nlevels: [model, benchmark]\nfields: {value: /won, wins: /won, n: /games}\n"
    document = {"a": {"b": {"won": 3, "games": 10}}, "c": {"b": {"won": 4, "games": 10}}}
    reading, numbers = read(text, "t.json", json.dumps(document))
    assert [(r.value, r.wins, r.n) for r in reading.records] == [(3, 3, 10), (4, 4, 10)]
    assert (numbers.ingested, numbers.found) == (4, 4)


def test_a_name_and_a_pointer_to_one_member_are_one_number() -> None:
    """So are two pointers to one place of a list."""
    text = "layout: tidy\nfields: {model: m, benchmark: b, value: x, wins: /x, n: /l/0, losses: /l/00}\n"
    rows = [{"m": "a", "b": "c", "x": 3, "l": [10]}]
    reading, numbers = read(text, "t.json", json.dumps(rows))
    assert (reading.records[0].wins, reading.records[0].losses) == (3, 10)
    assert (numbers.ingested, numbers.found) == (2, 2)


def test_a_member_within_a_refused_one_is_not_lost_with_it() -> None:
    """`detail` is no score: its 5 is lost, and its n is that of the other score of the object."""
    text = "layout: wide\nmodel_column: m\ncolumns: all\nfields: {n: /detail/n}\n"
    reading, numbers = read(text, "t.json", json.dumps([{"m": "a", "x": 0.5, "detail": {"n": 10, "k": 5}}]))
    assert [(r.benchmark, r.value, r.n) for r in reading.records] == [("x", 0.5, 10)]
    assert (numbers.ingested + numbers.quarantined, numbers.found) == (3, 3)
    refused = text + "header: [n_shot]\nconstants: {benchmark: b}\n"
    rows = [{"m": "a", "5": 0.5, "detail": {"n": 10, "k": 7}}]
    reading, numbers = read(refused, "t.json", json.dumps(rows))
    assert [(r.n_shot, r.n) for r in reading.records] == [(5, 10)]
    assert (numbers.ingested, numbers.quarantined) == (2, 1)


COLUMN = st.sampled_from(["x", "y", "z"])
FIELDS = st.fixed_dictionaries(
    {"value": COLUMN},
    optional=dict.fromkeys(("n", "wins", "losses", "stderr", "lower", "upper", "seed", "split"), COLUMN),
)
CELL = st.sampled_from([0, 1, 2, 5, -1, 0.5, "", "-", "x", "3"])


@given(
    FIELDS, st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=5), st.sampled_from(["csv", "json", "jsonl"]),
    st.booleans(),
)  # fmt: skip
def test_any_sharing_of_columns_adds_up(fields, cells, form, at_once) -> None:
    """Every number is ingested, quarantined or ignored, and those of a measured column never twice."""
    pairs = ", ".join(f"{name}: {column}" for name, column in fields.items())
    rows = [dict(zip("mbxyz", ("a", f"b{at}", *row), strict=True)) for at, row in enumerate(cells)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table_rows, "SMALLEST", 0 if at_once else 10**9)
        text = f"layout: tidy\nfields: {{model: m, benchmark: b, {pairs}}}\n"
        reading, numbers = read(text, f"t.{form}", written(rows, form))
    named = reading.ingested + reading.quarantined + sum(reading.ignored.values())
    assert named <= numbers.found
