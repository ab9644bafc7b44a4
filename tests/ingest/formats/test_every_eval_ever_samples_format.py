"""Item-level lines of Every Eval Ever: each names its own model, and the file beside them the metric."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from sources import document_source, file_source, text_source

from reportgen.ingest.accounting import account
from reportgen.ingest.formats import every_eval_ever, every_eval_ever_samples
from reportgen.records.record import IDENTITY

DATA = Path(__file__).resolve().parents[2] / "data" / "formats"
SAMPLES = DATA / "every_eval_ever_samples"
MAIN = "model-b_samples.jsonl"


def aggregate(path: str = "model-b.json", **parts):
    document = json.loads((DATA / "every_eval_ever" / "v0_3_0.json").read_text(encoding="utf-8")) | parts
    return document_source(path, document)


def read(source, *companions):
    reading = every_eval_ever_samples.read(
        replace(source, companions={found.path: found for found in companions})
    )
    account(source, reading)
    return reading


def sample(name: str = MAIN, *companions):
    return read(file_source(SAMPLES / name, SAMPLES), *companions)


def lines(*changes, companions=()):
    """The first line of the sample, changed, once for each of these."""
    first = json.loads((SAMPLES / MAIN).read_text(encoding="utf-8").split("\n", 1)[0])
    written = "".join(json.dumps(first | change) + "\n" for change in changes)
    return read(text_source(MAIN, written), *companions)


class TestItems:
    def test_each_line_is_a_record_of_its_item(self) -> None:
        """Score, item, and the line it stands in."""
        found = [(r.benchmark, r.item_id, r.value, r.pointer) for r in sample(MAIN, aggregate()).records]
        assert found[:2] == [
            ("Errands", "e1", 1.0, "line 1: /evaluation/score"),
            ("Errands", "e2", 0.0, "line 2: /evaluation/score"),
        ]
        assert found[3] == ("Errands - Easy", "e1", 1.0, "line 4: /evaluation/score")

    def test_an_item_has_the_fields_of_its_result(self) -> None:
        """All that identifies an evaluation, but the item and its repetition."""
        rows = {r.benchmark: r for r in every_eval_ever.read(aggregate()).records}
        for record in sample(MAIN, aggregate()).records:
            row = rows[record.benchmark]
            differing = {name for name in IDENTITY if getattr(row, name) != getattr(record, name)}
            assert differing <= {"item_id", "repeat"}
            assert (record.direction, record.date) == (row.direction, row.date)

    def test_bounds_and_unit_of_a_result_are_not_those_of_an_item(self) -> None:
        """An item is scored 1 under a success rate in percent."""
        record = sample(MAIN, aggregate()).records[0]
        assert (record.metric, record.unit, record.upper, record.n) == ("success_rate", "", None, None)

    def test_a_second_line_about_an_item_is_a_repetition(self) -> None:
        """Item e1 of Errands was tried twice, and e1 of another evaluation is another item."""
        assert [r.repeat for r in sample(MAIN, aggregate()).records] == [None, None, 2, None, None]

    def test_a_declared_unknown_level_is_no_score(self) -> None:
        """-1 where the result says that there is an unknown level; elsewhere it is a score."""
        assert [(r.value, r.missing) for r in sample(MAIN, aggregate()).records][-1] == (None, "sentinel")
        assert [(r.value, r.missing) for r in sample(MAIN).records][-1] == (-1.0, "")

    def test_an_item_that_ended_in_an_error_is_flagged(self) -> None:
        """Its score stands; the text of the error does not."""
        record = sample(MAIN, aggregate()).records[1]
        assert (record.value, record.status, record.flags) == (0.0, "flagged", "the item ended in an error")

    def test_no_text_of_an_item_is_published(self) -> None:
        """Neither questions nor answers nor errors, and no prompt that is used as an id."""
        reading = lines({}, {"sample_id": "a secret question " * 20}, {"model_id": "/home/someone/tiny"})
        published = [asdict(found) for found in (*reading.records, *reading.problems)]
        published += [
            asdict(r) for r in (*sample(MAIN, aggregate()).records, *sample("damaged.jsonl").problems)
        ]
        assert "secret" not in json.dumps(published)
        assert "someone" not in json.dumps(published)
        assert reading.records[1].item_id.startswith("sha256:")


class TestResults:
    def test_without_the_aggregate_file_a_line_still_names_model_and_evaluation(self) -> None:
        """But not the metric, which is said once."""
        reading = sample()
        record = reading.records[0]
        assert (record.model, record.benchmark, record.metric) == ("example-org/model-b", "Errands", "score")
        assert (record.direction, record.model_variant) == ("unknown", "")
        assert [(p.code, p.severity) for p in reading.problems] == [("companion_missing", "warning")]

    def test_results_of_one_evaluation_are_told_apart_by_their_id(self) -> None:
        """Two metrics of Errands, of which the line means the second."""
        document = json.loads(aggregate().text)
        first = document["evaluation_results"][0] | {"evaluation_result_id": "a"}
        second = json.loads(json.dumps(first)) | {"evaluation_result_id": "b"}
        second["metric_config"] |= {"metric_kind": "cost", "lower_is_better": True}
        beside = aggregate(evaluation_results=[first, second])
        (record,) = lines({"evaluation_result_id": "b"}, companions=[beside]).records
        assert (record.metric, record.direction) == ("cost", "lower")

    @pytest.mark.parametrize(
        "change", [{"evaluation_id": "other"}, {"evaluation_result_id": "x"}, {"evaluation_name": "Other"}]
    )
    def test_a_line_of_no_result_there_is_read_and_told(self, change) -> None:
        """It is not joined to a result that it does not name."""
        reading = lines(change, companions=[aggregate()])
        assert [(r.metric, r.value) for r in reading.records] == [("score", 1.0)]
        assert [p.code for p in reading.problems] == ["companion_missing"]

    @pytest.mark.parametrize(
        ("parts", "path"),
        [
            ({"schema_version": "9.9"}, "model-b.json"),
            ({"model_info": 3}, "model-b.json"),
            ({}, "another.json"),
        ],
    )
    def test_only_a_readable_aggregate_of_the_evaluation_is_used(self, parts, path) -> None:
        """Its own name is not needed, for its id tells."""
        assert (sample(MAIN, aggregate(path, **parts)).records[0].metric == "success_rate") is not bool(parts)

    def test_the_hash_of_other_lines_is_warned_about(self) -> None:
        """The aggregate file says which lines it was made of."""
        details = {"file_path": f"data/x/{MAIN}", "hash_algorithm": "sha256", "checksum": "f" * 64}
        reading = sample(MAIN, aggregate(detailed_evaluation_results=details))
        assert [(p.code, p.severity) for p in reading.problems] == [("checksum_mismatch", "warning")]
        right = details | {"checksum": "0" * 64}  # the hash that these sources have
        assert sample(MAIN, aggregate(detailed_evaluation_results=right)).problems == []


def test_each_bad_line_is_told_and_the_others_are_read() -> None:
    """An object, no id, a list, null, and an end that was cut off."""
    reading = sample("damaged.jsonl", aggregate())
    assert [(r.item_id, r.value, r.missing) for r in reading.records] == [
        ("e1", 0.5, ""),
        ("e3", None, "null"),
    ]
    assert [(p.code, p.line) for p in reading.problems] == [
        ("missing_field", 2),
        ("missing_field", 3),
        ("missing_field", 4),
        ("not_json", 6),
    ]


@pytest.mark.shared
def test_a_real_line_is_joined_to_its_result(shared_data) -> None:
    """The reference of schema 0.3.0: one item, right, under accuracy; the stated hash is that of the file."""
    root = shared_data / "formats" / "every_eval_ever" / "v0.3"
    (path,) = root.rglob("*_samples.jsonl")
    beside = file_source(path.with_name(path.name.replace("_samples.jsonl", ".json")), root)
    reading = read(file_source(path, root), beside)
    assert [p.code for p in reading.problems] == ["checksum_mismatch"]  # sources of tests have no hash
    (record,) = reading.records
    assert (record.item_id, record.value, record.metric) == ("demo_0001", 1.0, "accuracy")
    assert (record.model, record.benchmark, record.direction) == (
        "demo-org/demo-model",
        "demo-source.demo_bench",
        "higher",
    )
