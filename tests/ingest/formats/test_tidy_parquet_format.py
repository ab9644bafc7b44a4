"""Parquet tables with one score a row, and what a Parquet file may not do."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sources import file_source

from reportgen.ingest import parquet
from reportgen.ingest.accounting import account, count_numbers_of
from reportgen.ingest.formats import tidy_parquet
from reportgen.ingest.source import Source

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "formats" / "tidy_parquet"


def source_of(table: pa.Table) -> Source:
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return Source("t.parquet", "0" * 64, buffer.tell(), "", data=buffer.getvalue())


def test_rows_are_read_with_their_fields() -> None:
    """A null and a NaN are missing for different reasons; true and nested numbers are no scores."""
    source = file_source(SAMPLES / "scores.parquet", SAMPLES)
    assert tidy_parquet.claims(source) == "columns 'model', 'task', 'score'"
    reading = tidy_parquet.read(source)
    assert [(r.model, r.benchmark, r.value, r.missing, r.n) for r in reading.records] == [
        ("org/alpha", "sums", 0.815, "", 1319),
        ("org/alpha", "rooms", 0.64, "", 400),
        ("org/beta", "sums", None, "null", 1319),
        ("org/beta", "rooms", None, "nan", None),
    ]
    first = reading.records[0]
    assert (first.date, first.metric, first.pointer) == ("2026-01-31", "accuracy", "row 1, column 'score'")
    # 3 scores and a NaN among them, 3 counts, 4 numbers in lists
    assert (reading.found, reading.ingested) == (10, 6)
    assert account(source, reading).ignored == {"not a score": 4}


def test_a_damaged_row_is_quarantined_alone() -> None:
    """No model in one, no number in another; the third, a number written as text, is read."""
    reading = tidy_parquet.read(file_source(SAMPLES / "damaged.parquet", SAMPLES))
    assert [(record.value, record.n, record.stderr) for record in reading.records] == [(0.5, 10, 0.1)]
    assert [(problem.code, problem.pointer) for problem in reading.problems] == [
        ("missing_field", "row 2, column 'value'"),
        ("value_not_a_number", "row 3, column 'value'"),
    ]
    assert (reading.ingested, reading.quarantined) == (2, 4)


def test_numbers_are_counted_wherever_they_are() -> None:
    """In lists, structures, maps, dictionaries and decimals; not in texts, dates and truths."""
    table = pa.table({
        "list": pa.array([[1, 2], None, [3]]),
        "struct": pa.array([{"a": 1.5, "b": "x"}, None, {"a": None, "b": "y"}]),
        "map": pa.array([[("k", 1)], [], None], pa.map_(pa.string(), pa.int32())),
        "dictionary": pa.array([7, 7, None]).dictionary_encode(),
        "decimal": pa.array([None, None, Decimal("1.25")]),
        "text": ["1", "2", "3"],
        "truth": [True, False, None],
    })  # fmt: skip
    assert count_numbers_of(source_of(table)) == 3 + 1 + 1 + 2 + 1


@pytest.mark.parametrize("data", [b"PAR1", b"PAR1" + b"\0" * 40 + b"PAR1", b"{}"])
def test_what_is_no_parquet_is_not_claimed(data) -> None:
    """And reading it anyway is a problem, not an exception."""
    source = Source("t.parquet", "0" * 64, len(data), "", data=data)
    assert tidy_parquet.claims(source) is None
    assert [problem.code for problem in tidy_parquet.read(source).problems] == ["not_parquet"]
    assert count_numbers_of(source) == 0


def test_a_file_cut_off_in_the_middle_is_a_problem() -> None:
    """Its pages do not fit what the end of the file says of them."""
    whole = source_of(pa.table({"model": ["m"] * 500, "task": ["t"] * 500, "score": list(range(500))})).data
    data = whole[:40] + bytes(200) + whole[240:]
    source = Source("t.parquet", "0" * 64, len(data), "", data=data)
    reading = tidy_parquet.read(source)
    assert [problem.code for problem in reading.problems] == ["not_parquet"]
    account(source, reading)


@pytest.mark.parametrize(("limit", "value"), [("MAX_ROWS", 2), ("MAX_COLUMNS", 2), ("MAX_UNPACKED", 10)])
def test_a_table_beyond_the_limits_is_refused_before_it_is_unpacked(limit, value, monkeypatch) -> None:
    """By what the file says of itself."""
    source = source_of(pa.table({"model": ["m"] * 3, "task": ["t"] * 3, "score": [1, 2, 3]}))
    monkeypatch.setattr(parquet, limit, value)
    assert [problem.code for problem in tidy_parquet.read(source).problems] == ["not_parquet"]
    assert "at most" in tidy_parquet.read(source).problems[0].message
