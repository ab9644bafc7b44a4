"""Records become files of Every Eval Ever that fit its schema and read back equal."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace

import pytest
from factories import make_record
from hypothesis import given
from hypothesis import strategies as st
from json_schemas import errors
from random_records import records
from sources import text_source

from reportgen.ingest.formats import every_eval_ever
from reportgen.records.every_eval_ever import CARRIED, PREFIX, PROVENANCE, files
from reportgen.records.frame import to_frame
from reportgen.records.record import FIELDS, Record

SCHEMA = "formats/every_eval_ever/v0.3/every_eval_ever/schemas/eval.schema.json"


def written(*found: Record, **options):
    return list(files(to_frame(found), **options))


def read_back(documents):
    """The records of all files, by the adapter that reads any Every Eval Ever file."""
    found = []
    for path, document in documents:
        source = text_source(path, json.dumps(document, allow_nan=False))
        assert every_eval_ever.claims(source)
        reading = every_eval_ever.read(source)
        assert reading.problems == []
        assert reading.quarantined == 0
        found += reading.records
    return found


def said(record: Record) -> tuple:
    """All that a record says, apart from where it was read."""
    return tuple(getattr(record, name) for name in FIELDS if name not in PROVENANCE)


def entry_of(record: Record):
    ((_, document),) = written(record)
    (entry,) = document["evaluation_results"]
    return entry


@given(st.lists(records(), min_size=1, max_size=4))
def test_any_records_read_back_equal(found):
    """Whatever is in them, nothing is lost and nothing is added."""
    assert Counter(map(said, read_back(written(*found)))) == Counter(map(said, found))


@pytest.mark.parametrize("name", sorted(set(FIELDS) - PROVENANCE))
def test_every_field_alone_survives(name):
    """A record that states this field and little else."""
    full = make_record(
        model_revision="main", model_variant="effort=high, precision=bf16", method="ERM", benchmark_level="aggregate",
        parent="all", dataset="data", dataset_revision="abc", subset="de", task="t", task_hash="ff", role="ood",
        train_domain="a", test_domain="b", selection="oracle", level_name="hard", level_order=2.0, length=512.0,
        unit_name="dog", unit_seen=False, axis="shape", variant="typo", group="g", step=3000.0, extractor="regex",
        item_id="i1", n_shot=5, seed=-1, repeat=0, metric_variant="strict", raw="75 %", ci_low=0.7, ci_high=0.8,
        ci_level=0.95, wins=1, ties=2, losses=3, invalid=4, cost='{"usd": 1.5}', status="partial", flags="x; y",
        tool_commit="c0ffee", source_title="Paper", source_url="https://example.org/p", missing="", primary=False,
    )  # fmt: skip
    kept = {"model", "benchmark", "metric", "value", name}
    bare = Record(**{field: getattr(full, field) for field in kept})
    assert [said(one) for one in read_back(written(bare))] == [said(bare)]


@given(found=st.lists(records(), min_size=1, max_size=4))
@pytest.mark.shared
def test_any_file_fits_the_schema(shared_data, found):
    """The published schema 0.3.0."""
    schema = json.loads((shared_data / SCHEMA).read_text(encoding="utf-8"))
    for _, document in written(*found):
        assert errors(document, schema, schema) == []


def test_what_the_schema_has_fields_for_stands_there():
    """So that other readers find it too."""
    entry = entry_of(make_record(n_shot=5, source_url="https://example.org"))
    assert entry["metric_config"] == {
        "metric_name": "accuracy",
        "metric_id": "acc",
        "lower_is_better": False,
        "score_type": "continuous",
        "min_score": 0.0,
        "max_score": 1.0,
        "metric_unit": "proportion",
    }
    assert entry["score_details"] == {
        "score": 0.75,
        "uncertainty": {"standard_error": {"value": 0.02, "method": "analytic"}, "num_samples": 500},
    }
    assert entry["source_data"]["url"] == ["https://example.org"]
    assert entry["generation_config"]["additional_details"]["n_shot"] == "5"


def test_an_unknown_direction_is_said_to_be_unknown():
    """The schema has no word for it, and false alone would mean that higher is better."""
    entry = entry_of(make_record(direction="unknown", direction_source="unknown"))
    assert entry["metric_config"]["lower_is_better"] is False
    assert entry["generation_config"]["additional_details"][PREFIX + "direction"] == "unknown"


def test_a_missing_score_is_the_unknown_level():
    """The schema asks for a number; -1 with `has_unknown_level` is its own way to say that there is none."""
    entry = entry_of(make_record(value=None, missing="nan"))
    assert entry["score_details"]["score"] == -1
    assert entry["metric_config"]["has_unknown_level"] is True
    assert entry["generation_config"]["additional_details"][PREFIX + "missing"] == "nan"


def test_a_score_of_minus_one_is_a_score():
    """A correlation may be -1."""
    found = make_record(value=-1.0, lower=-1.0)
    assert "has_unknown_level" not in entry_of(found)["metric_config"]
    assert [said(one) for one in read_back(written(found))] == [said(found)]


def test_bounds_that_the_score_breaks_are_left_out():
    """The rest is kept, and the score is not refused on the way back."""
    (back,) = read_back(written(make_record(value=1.5)))
    assert said(back) == said(make_record(value=1.5, lower=None, upper=None, bounds_source="unknown"))


def test_a_run_is_a_file():
    """One system, tool, source and date; two benchmarks of it stand together."""
    one, other = make_record(), make_record(benchmark="other")
    assert len(written(one, other)) == 1
    for change in (
        {"model": "b"},
        {"model_revision": "r2"},
        {"tool_version": "2"},
        {"date": ""},
        {"suite": "x"},
    ):
        assert len(written(one, replace(other, **change))) == 2, change


def test_names_and_ids_follow_from_the_content_alone():
    """Not from clock, order or place; other content has another name."""
    one, other = make_record(), make_record(model="org/b")
    assert written(one, other) == written(replace(other, file="z"), replace(one, file="y", sha256="1" * 64))
    assert written(one)[0][0] != written(make_record(value=0.5))[0][0]


def test_a_file_lies_where_the_collection_wants_it():
    """collection/developer/model/uuid of version 4."""
    ((path, _),) = written(make_record(suite="GLUE/../etc", model="org/m: x"))
    uuid = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    assert re.fullmatch(rf"GLUE_\.\._etc/org/m_x/{uuid}\.json", path)


@pytest.mark.parametrize(
    ("date", "retrieved", "expected"),
    [
        ("2026-01-01T00:00:00Z", 5, "1767225600"),
        ("2026-01-01", 5, "1767225600"),
        ("", 5, "5"),
        ("", 0, "0"),
    ],
)
def test_the_time_of_retrieval_is_never_the_clock(date, retrieved, expected):
    """The record's date, else what the caller says, else 0."""
    ((_, document),) = written(make_record(date=date), retrieved=retrieved)
    assert document["retrieved_timestamp"] == expected


def test_a_detail_that_was_tampered_with_is_warned_about():
    """It is not used, and everything else is."""
    ((path, document),) = written(make_record(n_shot=5, role="ood", seed=3, primary=None))
    details = document["evaluation_results"][0]["generation_config"]["additional_details"]
    details |= {
        PREFIX + "n_shot": "five",
        PREFIX + "role": "odd",
        PREFIX + "unit_seen": 1,
        PREFIX + "length": "nan",
    }
    reading = every_eval_ever.read(text_source(path, json.dumps(document)))
    assert [problem.code for problem in reading.problems] == ["detail_not_understood"] * 4
    (back,) = reading.records
    assert (back.n_shot, back.role, back.unit_seen, back.seed) == (None, "", None, 3)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("cost", "[1]"), ("cost", '{"usd": "x"}'), ("cost", "{"), pytest.param("cost", "[" * 100_000, id="nest"), ("stderr_kind", "sd"), ("n_kind", "people"),
        ("n", "-1"), ("stderr", "-0.5"), ("n_shot", "-1"), ("length", "inf"), ("seed", "9" * 19), ("primary", "yes"),
    ],
)  # fmt: skip
def test_a_detail_that_no_record_can_hold_is_not_used(field, text):
    """Others would stumble over it."""
    ((path, document),) = written(make_record(n_kind="trials", stderr_kind="seeds"))
    document["evaluation_results"][0]["generation_config"]["additional_details"][PREFIX + field] = text
    reading = every_eval_ever.read(text_source(path, json.dumps(document)))
    assert [problem.code for problem in reading.problems] == ["detail_not_understood"]
    (back,) = reading.records
    assert getattr(back, field) != text


def test_files_of_others_are_not_taken_for_ours():
    """Without the mark a key of ours means nothing."""
    ((path, document),) = written(make_record(seed=3))
    document["source_metadata"]["additional_details"] = {}
    (back,) = every_eval_ever.read(text_source(path, json.dumps(document))).records
    assert back.seed is None


def test_every_field_has_its_place():
    """A new field of the record is written without a change here, or is named here."""
    assert set(FIELDS) >= CARRIED | PROVENANCE
    assert not CARRIED & PROVENANCE
