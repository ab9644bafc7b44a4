"""Records become native files that fit their schema and read back equal."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import pytest
from factories import make_record
from hypothesis import given
from hypothesis import strategies as st
from json_schemas import errors
from random_records import records
from sources import text_source

from reportgen.ingest.formats import native
from reportgen.records import native_files
from reportgen.records.frame import to_frame
from reportgen.records.native import json_schema
from reportgen.records.native_files import NOT_WRITTEN, files
from reportgen.records.record import FIELDS, Record

SCHEMA = json_schema()


def written(*found: Record):
    return list(files(to_frame(found)))


def read_back(documents):
    found = []
    for path, document in documents:
        source = text_source(path, json.dumps(document, allow_nan=False))
        assert native.claims(source)
        reading = native.read(source)
        assert reading.problems == []
        found += reading.records
    return found


def said(record: Record) -> tuple:
    """All that a record says; a raw name that is not stated is the id, and costs are numbers."""
    raw = {
        f"{name}_raw": getattr(record, f"{name}_raw") or getattr(record, name)
        for name in ("model", "benchmark", "metric")
    }
    plain = replace(record, **raw, cost=str(json.loads(record.cost or "{}")))
    return tuple(getattr(plain, name) for name in FIELDS if name not in NOT_WRITTEN)


def expressible(record: Record) -> Record:
    """What no reader gives is taken out: parts of something that is not there, counts below zero, free variants."""
    without = {}
    if record.stderr is None:
        without["stderr_kind"] = ""
    if record.n is None:
        without["n_kind"] = ""
    if record.ci_low is None and record.ci_high is None:
        without["ci_level"] = None
    if "=" not in record.model_variant:
        without["model_variant"] = ""
    return replace(record, **without)


@given(st.lists(records().map(expressible), min_size=1, max_size=4))
def test_any_records_read_back_equal(found):
    """Whatever is in them, and the files fit the published schema."""
    documents = written(*found)
    assert Counter(map(said, read_back(documents))) == Counter(map(said, found))
    for _, document in documents:
        assert errors(document, SCHEMA, SCHEMA) == []


def test_a_simple_record_is_a_simple_entry():
    """Short forms where nothing is lost by them."""
    plain = Record(model="m", model_raw="m", benchmark="b", benchmark_raw="b", metric="acc", metric_raw="acc", value=0.5,
                   stderr=0.1, stderr_kind="reported", n=9, n_kind="items")  # fmt: skip
    ((path, document),) = written(plain)
    assert document == {
        "schema": "reportgen.result",
        "version": 1,
        "results": [{"value": 0.5, "model": "m", "benchmark": "b", "metric": "acc", "stderr": 0.1, "n": 9}],
    }
    assert path.startswith("results-")


def test_a_sample_size_of_unknown_kind_stays_so():
    """Else a binomial error would be derived from trials."""
    (back,) = read_back(written(make_record(n_kind="")))
    assert (back.n, back.n_kind) == (500, "")


@pytest.mark.parametrize(
    "variant", ["effort=high", "effort=high, precision=bf16", "b=c, prompt=a", "prompt=x, y"]
)
def test_variants_survive(variant):
    """Also with commas in them."""
    (back,) = read_back(written(make_record(model_variant=variant)))
    assert back.model_variant == variant


def test_a_variant_without_names_is_named_variant():
    """The file needs a name for it."""
    (back,) = read_back(written(make_record(model_variant="large")))
    assert back.model_variant == "variant=large"


def test_a_file_has_one_source_and_one_tool():
    """They stand in its head."""
    one = make_record(source_title="A study: 2026", source_url="https://example.org")
    documents = written(one, replace(one, model="x"), replace(one, tool="other"))
    assert [len(document["results"]) for _, document in documents] == [2, 1]
    assert all(path.startswith("A-study-2026-") for path, _ in documents)


def test_long_files_are_divided(monkeypatch):
    """A reader takes only so many bytes."""
    monkeypatch.setattr(native_files, "MAX_RESULTS", 2)
    documents = written(*(make_record(benchmark=str(number)) for number in range(5)))
    assert [len(document["results"]) for _, document in documents] == [2, 2, 1]
    assert len({path for path, _ in documents}) == 3


def test_bounds_that_the_value_breaks_are_left_out():
    """The value is kept."""
    (back,) = read_back(written(make_record(value=1.5)))
    assert (back.value, back.lower, back.upper) == (1.5, None, None)


def test_names_follow_from_the_content_alone():
    """Not from place, order or clock."""
    one, other = make_record(), make_record(tool="b")
    assert written(one, other) == written(replace(other, file="z"), replace(one, file="y"))
