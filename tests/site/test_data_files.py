from __future__ import annotations

import csv
import io
import json
import math

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.errors import EngineError
from reportgen.site.data_files import csv_bytes, dataset_files, download_formats

FORMULAS = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠x"]


@pytest.fixture
def frame():
    """One column of each kind that occurs, with gaps."""
    return pd.DataFrame(
        {
            "model": ["a", '=cmd|"x"', None],
            "score": [0.1 + 0.2, math.nan, -0.0],
            "n": [1, 2, 3],
            "ok": [True, False, True],
            "maybe": pd.array([1, None, 3], dtype="Int64"),
            "tier": pd.Categorical(["x", "y", None]),
            "when": pd.to_datetime(["2026-01-01", None, "2026-01-02T03:04:05"], format="ISO8601"),
            "tags": [["b", "a"], [], None],
            "mixed": [1, "1", None],
        }
    )


def read(files, kind):
    return files[f"data/tables/board.{kind}"]


def test_json_holds_columns_and_rows(frame):
    """Types as JSON knows them, null for what is unknown."""
    found = json.loads(read(dataset_files({"board": frame}), "json"))
    assert found["columns"] == list(frame.columns)
    assert found["rows"] == [
        ["a", 0.1 + 0.2, 1, True, 1, "x", "2026-01-01T00:00:00", ["b", "a"], 1],
        ['=cmd|"x"', None, 2, False, None, "y", None, [], "1"],
        [None, 0.0, 3, True, 3, None, "2026-01-02T03:04:05", None, None],
    ]


def test_csv_holds_the_same(frame):
    """Empty for unknown, numbers at full precision, LF line ends."""
    text = read(dataset_files({"board": frame}), "csv").decode()
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert "\r" not in text
    assert rows[0] == list(frame.columns)
    assert rows[1] == [
        "a",
        "0.30000000000000004",
        "1",
        "true",
        "1",
        "x",
        "2026-01-01T00:00:00",
        '["b","a"]',
        "1",
    ]
    assert rows[3] == ["", "0.0", "3", "true", "3", "", "2026-01-02T03:04:05", "", ""]


def test_parquet_holds_the_same(frame):
    """Nulls where a value is unknown, no index, nothing of pandas' own."""
    table = pq.read_table(io.BytesIO(read(dataset_files({"board": frame}), "parquet")))
    assert table.column_names == list(frame.columns)
    assert table.schema.metadata is None
    assert table["score"].to_pylist() == [0.1 + 0.2, None, 0.0]
    assert table["model"].to_pylist() == ["a", '=cmd|"x"', None]
    assert table["maybe"].to_pylist() == [1, None, 3]
    assert table["mixed"].to_pylist() == ["1", '"1"', None]


@pytest.mark.parametrize("text", FORMULAS)
def test_formula_in_csv_is_made_inert(text):
    """A spreadsheet shows it as text; the apostrophe is its own sign for that."""
    made = csv_bytes({text: [text]}).decode()
    cells = [cell for row in csv.reader(io.StringIO(made, newline="")) for cell in row]
    assert cells == ["'" + text, "'" + text]


def test_negative_numbers_are_not_taken_for_formulas():
    """They are typed, so nothing is put before them."""
    assert csv_bytes({"x": [-1.5, -2]}) == b"x\n-1.5\n-2\n"


def test_other_formats_keep_the_text(frame):
    """They are the exact copies."""
    files = dataset_files({"board": frame})
    assert b'"=cmd|\\"x\\""' in read(files, "json")


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=20))
def test_every_float_survives_or_is_empty(values):
    """Read back bit for bit (one zero for both); what is no number is null, never NaN."""
    files = dataset_files({"board": pd.DataFrame({"x": values})})
    assert b"NaN" not in read(files, "json")
    assert b"nan" not in read(files, "csv")
    expected = [value if math.isfinite(value) else None for value in values]
    assert [row[0] for row in json.loads(read(files, "json"))["rows"]] == expected
    lines = read(files, "csv").decode().split("\n")[1:-1]
    assert [float(line) if line else None for line in lines] == expected
    table = pq.read_table(io.BytesIO(read(files, "parquet")))
    assert table["x"].to_pylist() == expected


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), min_size=1, max_size=8))
def test_every_text_survives_csv(texts):
    """Quotes, commas, line ends and all, but for the apostrophe that disarms a formula."""
    made = csv_bytes({"a": texts, "b": texts}).decode()
    rows = list(csv.reader(io.StringIO(made, newline="")))[1:]
    guarded = ["'" + text if text[:1] in {t[0] for t in FORMULAS} else text for text in texts]
    assert rows == [[text, text] for text in guarded]


def test_same_frame_gives_same_bytes(frame):
    """Whatever the index, and whatever the order the datasets come in."""
    shuffled = frame.set_index(np.array([9, 7, 8]))
    first = dataset_files({"board": frame, "a": frame})
    second = dataset_files({"a": shuffled, "board": shuffled})
    assert list(first) == list(second) == sorted(first)
    assert first == second


def test_order_in_dictionaries_and_sets_does_not_show():
    """Sorted by key or value."""
    one = dataset_files({"board": pd.DataFrame({"x": [{"b": 1, "a": {3, 1}}]})})
    two = dataset_files({"board": pd.DataFrame({"x": [{"a": {1, 3}, "b": 1}]})})
    assert one == two
    assert b'{"a":[1,3],"b":1}' in read(one, "json")


def test_empty_table_keeps_its_columns():
    """In all formats."""
    files = dataset_files({"board": pd.DataFrame({"a": pd.Series([], dtype=float), "b": []})})
    assert read(files, "csv") == b"a,b\n"
    assert json.loads(read(files, "json")) == {"columns": ["a", "b"], "rows": []}
    assert pq.read_table(io.BytesIO(read(files, "parquet"))).column_names == ["a", "b"]


def test_sizes_are_those_of_the_files(frame):
    """The data page says how much a reader will download."""
    files = dataset_files({"board": frame})
    assert download_formats(files, "board") == tuple(
        (kind, f"data/tables/board.{kind}", len(read(files, kind))) for kind in ("csv", "json", "parquet")
    )
    assert download_formats(files, "other") == ()


@pytest.mark.parametrize("name", ["", "../x", "A", "a/b", "a.b", ".x"])
def test_dataset_name_that_is_no_file_name_is_refused(name):
    """It would leave the folder, or clash where case is ignored."""
    with pytest.raises(EngineError, match="dataset name"):
        dataset_files({name: pd.DataFrame({"a": [1]})})


def test_repeated_column_is_refused():
    """One of the two would vanish."""
    with pytest.raises(EngineError, match="same name"):
        dataset_files({"board": pd.DataFrame([[1, 2]], columns=["a", "a"])})
