"""Records written for others."""

from __future__ import annotations

import csv
import io
import json

import pyarrow.parquet as pq
import pytest
from factories import make_frame, make_record

from reportgen.errors import PublishError
from reportgen.records.frame import COLUMNS, FLOATS, INTEGERS
from reportgen.site.data_files import csv_bytes, csv_chunks, json_bytes, json_chunks, plain_parts
from reportgen.site.exports import FOLDERS, save
from reportgen.site.save import records_parquet

HOSTILE = ("=cmd|' /C calc'!A0", "+1", "-1", "@x", "\tx", "\rx")


@pytest.fixture
def frame():
    """Hostile names, a missing score, and every kind of column."""
    named = [make_record(model=name, model_raw=name, flags=name) for name in HOSTILE]
    return make_frame(*named, make_record(value=None, missing="nan", n=None, primary=None))


def exported(frame, fmt):
    stream = io.BytesIO()
    assert save(frame, fmt, stream) == 1
    return stream.getvalue()


def test_csv_has_the_columns_of_the_record_and_typed_numbers(frame):
    """A number reads back as the same number, what is unknown is empty, a formula is no formula any more."""
    rows = list(csv.DictReader(io.StringIO(exported(frame, "csv").decode(), newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == len(frame)
    for row, (_, known) in zip(rows, frame.iterrows(), strict=True):
        assert not any(cell[:1] in "=+@\t\r" for cell in row.values() if cell)
        assert (float(row["value"]) if row["value"] else None) == (known["value"] if row["value"] else None)
        for name in FLOATS | INTEGERS:
            assert row[name] == "" or float(row[name]) == known[name]
    assert {row["model"] for row in rows} == {"'" + name for name in HOSTILE} | {"org/model-a"}


def test_json_has_columns_and_rows(frame):
    """The exact texts, null for what is unknown, never NaN."""
    document = json.loads(exported(frame, "json"), parse_constant=pytest.fail)
    assert tuple(document["columns"]) == COLUMNS
    rows = [dict(zip(document["columns"], row, strict=True)) for row in document["rows"]]
    assert {row["model"] for row in rows} == {*HOSTILE, "org/model-a"}
    (missing,) = [row for row in rows if row["value"] is None]
    assert (missing["missing"], missing["n"], missing["primary"]) == ("nan", None, None)


def test_parquet_is_the_table_that_a_site_publishes(frame):
    """Byte for byte, so that either can be checked against the other."""
    content = exported(frame, "parquet")
    assert content == records_parquet(frame)
    assert tuple(pq.read_table(io.BytesIO(content)).column_names) == COLUMNS


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_a_table_in_parts_is_the_same_table(frame, size):
    """However many rows are written at a time."""
    whole = next(plain_parts(frame))
    assert b"".join(csv_chunks(plain_parts(frame, size))) == csv_bytes(whole)
    assert b"".join(json_chunks(plain_parts(frame, size))) == json_bytes(whole)


def test_a_table_without_rows_has_its_columns(frame):
    """Nothing to say, said in the same shape."""
    empty = frame.iloc[:0]
    assert exported(empty, "csv").decode().count("\n") == 1
    assert json.loads(exported(empty, "json")) == {"columns": list(COLUMNS), "rows": []}


@pytest.mark.parametrize("fmt", FOLDERS)
def test_a_folder_is_written_once(frame, fmt, tmp_path):
    """Twice the same bytes; never among files of another export."""
    assert save(frame, fmt, tmp_path / "a") == save(frame, fmt, tmp_path / "b") > 0

    def content(folder):
        return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    assert content(tmp_path / "a") == content(tmp_path / "b")
    with pytest.raises(PublishError, match="not empty"):
        save(frame, fmt, tmp_path / "a")


@pytest.mark.parametrize("fmt", FOLDERS)
def test_a_folder_cannot_go_to_a_stream(frame, fmt):
    """It is many files."""
    with pytest.raises(PublishError, match="--out"):
        save(frame, fmt, io.BytesIO())
