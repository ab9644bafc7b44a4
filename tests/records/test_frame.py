from __future__ import annotations

import os
import random
import subprocess
import sys

import pandas as pd
import pytest
from factories import make_frame, make_record

from reportgen.errors import FrameError
from reportgen.records.frame import BOOLEANS, COLUMNS, FLOATS, INTEGERS, digest, identify, require, to_frame
from reportgen.records.record import CONTENT, FIELDS, IDENTITY, Record


def other_value(name, value):
    """A value of this field that differs from `value`."""
    if name in FLOATS:
        return (value or 0.0) + 1.5
    if name in INTEGERS:
        return (value or 0) + 1
    if name in BOOLEANS:
        return not value
    return f"other {value}"


def ids(record, column="record_id"):
    return make_frame(record)[column].iloc[0]


def test_the_frame_has_a_column_per_field_and_two_ids():
    """In this order."""
    assert list(make_frame(make_record()).columns) == list(COLUMNS) == ["record_id", "content_id", *FIELDS]


def test_columns_have_the_types_that_others_rely_on():
    """Text is categorical, whole numbers may be unknown, the rest are floats."""
    types = {name: str(dtype) for name, dtype in make_frame(make_record()).dtypes.items()}
    assert {name for name in FIELDS if types[name] == "float64"} == FLOATS
    assert {name for name in FIELDS if types[name] == "Int64"} == INTEGERS
    assert {name for name in FIELDS if types[name] == "boolean"} == BOOLEANS
    assert {types[name] for name in FIELDS} - {"float64", "Int64", "boolean"} == {"category"}


def test_unknown_is_not_zero_and_not_false():
    """None becomes NaN or NA."""
    row = make_frame(make_record(value=None, stderr=None, n=None, primary=None)).iloc[0]
    assert all(pd.isna(row[name]) for name in ("value", "stderr", "n", "primary"))
    row = make_frame(make_record(value=0.0, stderr=0.0, n=0, primary=False)).iloc[0]
    assert (row["value"], row["stderr"], row["n"], row["primary"]) == (0.0, 0.0, 0, False)


def test_no_records_are_a_frame_too():
    """With all columns and their types, so that nothing downstream needs a special case."""
    empty = make_frame()
    assert list(empty.columns) == list(COLUMNS)
    assert len(empty) == 0
    assert str(empty["n"].dtype) == "Int64"
    assert str(empty["value"].dtype) == "float64"


@pytest.fixture(scope="module")
def changed():
    """Field -> (record_id, content_id) of the record with another value there; "" for the record itself.

    The address of the source tells the rows apart, and thereby shows that it changes neither.
    """
    record = make_record()
    records = [make_record(source_url="")]
    records += [
        make_record(**{name: other_value(name, getattr(record, name)), "source_url": name}) for name in FIELDS
    ]
    frame = make_frame(*records)
    return {row.source_url: (row.record_id, row.content_id) for row in frame.itertuples()}


@pytest.mark.parametrize("name", IDENTITY)
def test_whatever_makes_another_evaluation_changes_the_id(changed, name):
    """Each field of the identity, one at a time."""
    assert changed[name][0] != changed[""][0]


@pytest.mark.parametrize("name", sorted(set(FIELDS) - set(IDENTITY)))
def test_nothing_else_changes_the_id(changed, name):
    """Neither where it was fetched nor what the answer was."""
    assert changed[name][0] == changed[""][0]
    assert (changed[name][1] != changed[""][1]) == (name in CONTENT)


def test_the_id_is_for_ever():
    """Snapshots published by older versions are compared by it: this value must never change."""
    assert ids(Record(model="m", benchmark="b", metric="accuracy", value=0.5)) == "7421d1bb359f1b70dc0e"
    assert digest(["a", "b"]) != digest(["ab", ""])
    assert digest(["\ud800"]) != digest([""])


def test_nothing_stated_and_zero_are_two_evaluations():
    """Zero-shot is a statement."""
    assert ids(make_record(n_shot=0)) != ids(make_record(n_shot=None))
    assert ids(make_record(unit_seen=False)) != ids(make_record(unit_seen=None))
    assert ids(make_record(value=0.0), "content_id") != ids(make_record(value=None), "content_id")


def test_fields_do_not_run_into_each_other():
    """A name that ends where another begins is another name."""
    assert ids(make_record(model="a", model_revision="b")) != ids(make_record(model="ab", model_revision=""))


def test_the_order_of_records_changes_nothing():
    """Rows come in the order of (record_id, file, pointer)."""
    records = [
        make_record(
            model=f"m{model}", benchmark=f"b{benchmark}", file=f"{file}.json", pointer=f"/results/{model}"
        )
        for model in range(3)
        for benchmark in range(2)
        for file in ("z", "a")
    ]
    frame = make_frame(*records)
    shuffled = list(records)
    random.Random(7).shuffle(shuffled)  # noqa: S311  # an order for a test
    pd.testing.assert_frame_equal(frame, make_frame(*shuffled))
    keys = list(zip(frame["record_id"], frame["file"].astype(str), frame["pointer"].astype(str), strict=True))
    assert keys == sorted(keys)
    assert list(frame.index) == list(range(len(records)))


def test_ids_do_not_depend_on_the_process():
    """Nor on its hash seed."""
    program = (
        "from reportgen.records.frame import identify, to_frame\n"
        "from reportgen.records.record import Record\n"
        "print(identify(to_frame([Record(model='é', benchmark='b', metric='m', value=0.1)]))['record_id'][0])"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", program], env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("0", "1")
    }  # fmt: skip
    assert len(printed) == 1


def test_a_column_that_lacks_is_named():
    """And those that are there are listed."""
    frame = pd.DataFrame({"model": ["a"], "value": [1.0]})
    with pytest.raises(FrameError, match=r"columns absent: benchmark, metric; present: model, value"):
        require(frame, ["model", "benchmark", "metric"])
    require(frame, ["model"])
    with pytest.raises(FrameError, match="columns absent: model"):
        identify(frame.drop(columns="model"))


def test_a_frame_of_records_keeps_their_order():
    """Only `identify` sorts."""
    assert to_frame([make_record(model="b"), make_record(model="a")])["model"].tolist() == ["b", "a"]
