"""OpenAI Evals: the final report anywhere in the log, matches as items, and nothing of what was asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sources import file_source, text_source

from reportgen.ingest.accounting import account
from reportgen.ingest.formats import openai_evals

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "formats" / "openai_evals"


def sample(name: str = "run.jsonl"):
    return openai_evals.read(file_source(SAMPLES / name, SAMPLES))


def lines() -> list[str]:
    return (SAMPLES / "run.jsonl").read_text(encoding="utf-8").splitlines()


def reading_of(*texts: str):
    return openai_evals.read(text_source("a.jsonl", "\n".join(texts) + "\n"))


def result(reading):
    (record,) = [record for record in reading.records if not record.item_id]
    return record


class TestScores:
    def test_the_final_report(self) -> None:
        """Accuracy 0.75 with a bootstrap error of 0.21 over 4 items."""
        record = result(sample())
        assert (record.metric, record.value, record.stderr, record.n) == ("accuracy", 0.75, 0.21, 4)
        assert (record.stderr_kind, record.n_kind) == ("bootstrap", "items")
        assert (record.model, record.benchmark, record.split, record.seed) == (
            "example-model",
            "quiz",
            "dev",
            20220722,
        )
        assert (record.date, record.status) == ("2026-02-03T04:05:06Z", "ok")

    def test_matches_are_items(self) -> None:
        """By the id of their sample, with the fields of the aggregate."""
        items = {record.item_id: record.value for record in sample().records if record.item_id}
        assert items == {"quiz.dev.0": 1.0, "quiz.dev.1": 0.0, "quiz.dev.2": 1.0, "quiz.dev.3": 1.0}
        aggregate = result(sample())
        for record in sample().records:
            assert (record.benchmark, record.split, record.metric, record.seed) == (
                aggregate.benchmark,
                aggregate.split,
                "accuracy",
                aggregate.seed,
            )

    def test_the_report_may_stand_at_the_end(self) -> None:
        """Or in the middle."""
        spec, report, *events = lines()
        assert result(reading_of(spec, *events, report)).value == 0.75

    def test_counts_are_no_scores(self) -> None:
        """They are ignored by name."""
        assert sample().ignored["counts and details of the final report"] == 1

    def test_what_was_asked_is_not_published(self) -> None:
        """Nor answered."""
        assert "private" not in repr(sample().records)

    def test_every_number_is_accounted_for(self) -> None:
        """Accuracy and its error, a count, five ids of events, tokens and the seed."""
        source = file_source(SAMPLES / "run.jsonl", SAMPLES)
        numbers = account(source, openai_evals.read(source))
        assert (numbers.found, numbers.ingested) == (10, 2)


class TestRunsThatDied:
    def test_a_log_without_a_report_is_a_failed_result(self) -> None:
        """Its items are partial."""
        spec, _, *events = lines()
        reading = reading_of(spec, *events)
        assert (result(reading).status, result(reading).missing) == ("failed", "failed_run")
        assert {record.status for record in reading.records if record.item_id} == {"partial"}
        assert [problem.severity for problem in reading.problems] == ["warning"]

    def test_a_limit_makes_it_partial(self) -> None:
        """And is said."""
        document = json.loads(lines()[0])
        document["spec"]["run_config"]["max_samples"] = 4
        record = result(reading_of(json.dumps(document), lines()[1]))
        assert (record.status, record.flags) == ("partial", "limit=4")

    def test_damage_is_told_by_line(self) -> None:
        """A match that is neither true nor false, and half a line; the good match is read."""
        reading = sample("damaged.jsonl")
        errors = [problem.line for problem in reading.problems if problem.severity == "error"]
        assert errors == [2, 4]
        assert [record.item_id for record in reading.records if record.item_id] == ["quiz.dev.1"]

    def test_without_a_model_nothing_is_read(self) -> None:
        """Two numbers of the report and a count are quarantined."""
        document = json.loads(lines()[0])
        document["spec"]["completion_fns"] = []
        reading = reading_of(json.dumps(document), *lines()[1:])
        assert (reading.records, reading.quarantined, reading.problems[0].code) == ([], 3, "model_unknown")


@pytest.mark.parametrize(
    "line", ['{"spec": {}}', '{"spec": {"eval_name": 1}}'[:-1], '{"eval_name": "a"}', "[1]"]
)
def test_other_lines_are_not_claimed(line) -> None:
    """The spec names its evaluation."""
    assert openai_evals.claims(text_source("a.jsonl", line)) is None
