"""W&B: the summary of a run, and the runs exported as CSV."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sources import document_source, file_source, text_source

from reportgen.ingest.accounting import account
from reportgen.ingest.formats import wandb
from reportgen.ingest.run import ingest
from reportgen.ingest.settings import load_settings

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "formats" / "wandb"


def sample(name: str = "wandb-summary.json"):
    return wandb.read(file_source(SAMPLES / name, SAMPLES))


class TestSummary:
    def test_scores_of_a_run(self) -> None:
        """0.8125 on the subset quiz; evaluation loss 0.5; NaN of the training loss."""
        found = {record.metric_raw: record for record in sample().records}
        accuracy = found["quiz/accuracy"]
        assert (accuracy.model, accuracy.benchmark, accuracy.subset) == (
            "example-org/small-model",
            "Quiz",
            "quiz",
        )
        assert (accuracy.metric, accuracy.value, accuracy.date) == (
            "accuracy",
            0.8125,
            "2026-02-03T04:05:06Z",
        )
        assert (found["eval/loss"].value, found["eval/loss"].split) == (0.5, "eval")
        assert (found["train/loss"].missing, found["train/loss"].role) == ("nan", "train")

    def test_step_and_time_are_no_scores(self) -> None:
        """Step, runtime, time stamp and a part of `_wandb`; the size of a table."""
        assert sample().ignored == {
            "time, step and configuration of the run": 4,
            "lists and media": 1,
        }
        source = file_source(SAMPLES / "wandb-summary.json", SAMPLES)
        assert account(source, sample()).ingested == 5

    def test_groups_of_metrics_and_best_values(self) -> None:
        """`val` holds F1 0.75 and the highest recall, 0.9."""
        found = {record.metric: record for record in sample().records if record.role == "val"}
        assert (found["f1"].value, found["f1"].pointer) == (0.75, "/val/f1")
        assert (found["recall"].value, found["recall"].metric_variant) == (0.9, "max")

    def test_the_configuration_beside_it_names_the_model(self) -> None:
        """`config.yaml`, whose entries have a value."""
        source = document_source(
            "files/wandb-summary.json", {"acc": 0.5, "_step": 1, "_timestamp": 1770091506}
        )
        config = text_source(
            "files/config.yaml",
            "model_name:\n  value: org/m\ndataset:\n  value: Quiz\n_wandb:\n  value: {a: 1}\n",
        )
        (record,) = wandb.read(replace(source, companions={"files/config.yaml": config})).records
        assert (record.model, record.benchmark, record.value) == ("org/m", "Quiz", 0.5)

    def test_without_a_benchmark_each_number_is_quarantined(self) -> None:
        """Also what may be a parameter: nobody can tell."""
        reading = sample("damaged.json")
        assert [(problem.pointer, problem.code) for problem in reading.problems] == [
            ("/accuracy", "benchmark_unknown"),
            ("/lr", "benchmark_unknown"),
        ]

    @pytest.mark.parametrize(
        "document", [{"acc": 1}, {"_step": 1, "acc": 1}, {"_timestamp": 1}, [{"_wandb": {}}]]
    )
    def test_other_documents_are_not_claimed(self, document) -> None:
        """A flat dictionary of numbers is anybody's."""
        assert wandb.claims(text_source("wandb-summary.json", json.dumps(document))) is None


class TestTable:
    def test_runs_as_csv(self) -> None:
        """Known metrics and names with a slash are scores; batch size and learning rate are not."""
        records = [
            record for record in sample("runs.csv").records if record.model == "example-org/small-model"
        ]
        assert {record.metric_raw: record.value for record in records} == {
            "accuracy": 0.8125,
            "quiz/f1": 0.79,
            "val_loss": 0.5,
        }
        by_name = {record.metric_raw: record for record in records}
        assert (by_name["accuracy"].benchmark, by_name["quiz/f1"].benchmark) == ("Quiz", "quiz")
        assert (by_name["val_loss"].role, by_name["accuracy"].date) == ("val", "2026-02-03T04:05:06Z")

    def test_a_run_that_crashed_has_no_result(self) -> None:
        """An empty cell is no score."""
        crashed = [
            record for record in sample("runs.csv").records if record.model == "example-org/large-model"
        ]
        assert [(record.status, record.value, record.raw) for record in crashed] == [
            ("failed", None, "0.1"),
            ("failed", None, "2.5"),
        ]

    def test_a_run_without_a_model_is_quarantined_by_cell(self) -> None:
        """Its name is a random one, and no model."""
        problems = sample("runs.csv").problems
        assert [problem.code for problem in problems] == ["model_unknown"] * 2
        assert problems[0].pointer == "row 4, column 'accuracy'"

    def test_people_are_not_published(self) -> None:
        """A column names them."""
        assert "someone" not in repr(sample("runs.csv").records)


def test_the_binary_log_is_met_with_what_to_do(tmp_path) -> None:
    """It is ignored by name, and so are the facts about the machine."""
    (tmp_path / "run-1.wandb").write_bytes(b":W&B\x00\x01")
    (tmp_path / "wandb-metadata.json").write_text('{"host": "someones-desk"}', encoding="utf-8")
    found = ingest(tmp_path, load_settings(tmp_path))
    reasons = {report.path: report.reason for report in found.files}
    assert reasons["run-1.wandb"].startswith("binary log of W&B, not read; export the runs as CSV")
    assert reasons["wandb-metadata.json"] == "known side file, not a result"
    assert found.totals.quarantined == 0
