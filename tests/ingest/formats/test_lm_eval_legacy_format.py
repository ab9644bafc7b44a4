"""lm-evaluation-harness 0.2 and 0.3: training steps, one number of shots a file, and nothing that is not stated."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from sources import document_source, file_source

from reportgen.ingest.accounting import account
from reportgen.ingest.formats import lm_eval, lm_eval_legacy

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "formats" / "lm_eval_legacy"
MAIN = "base-160m_step3000.json"


def sample(name: str = MAIN):
    return lm_eval_legacy.read(file_source(SAMPLES / name, SAMPLES))


def by_metric(reading, benchmark: str):
    return {record.metric: record for record in reading.records if record.benchmark == benchmark}


class TestScores:
    def test_a_score_is_read_with_its_error(self) -> None:
        """acc on quiz_easy: 0.2575, standard error 0.0126, 5 shots as for the whole file."""
        record = by_metric(sample(), "quiz_easy")["acc"]
        assert (record.value, record.stderr, record.n_shot) == (0.2575, 0.0126, 5)
        assert (record.stderr_kind, record.pointer) == ("reported", "/results/quiz_easy/acc")

    def test_several_metrics_of_a_task_are_several_records(self) -> None:
        """A perplexity beside an accuracy, each with its own error."""
        found = by_metric(sample(), "prose")
        assert {name: (record.value, record.stderr) for name, record in found.items()} == {
            "ppl": (41.25, 1.625),
            "acc": (0.3125, 0.00646),
        }

    def test_a_missing_error_is_unknown(self) -> None:
        """mc1 and mc2 have none."""
        found = by_metric(sample(), "truth_mc")
        assert [(r.value, r.stderr, r.stderr_kind) for r in found.values()] == [
            (0.2301, None, ""),
            (0.4117, None, ""),
        ]

    def test_what_the_file_does_not_state_stays_unknown(self) -> None:
        """Neither items nor direction nor date nor seed, in any record."""
        for record in sample().records:
            assert (record.n, record.direction, record.date, record.seed) == (None, "unknown", "", None)
            assert (record.split, record.dataset, record.tool, record.tool_version) == ("", "", "lm_eval", "")

    def test_the_version_of_a_task_is_kept(self) -> None:
        """It is a number or a text."""
        assert {record.task for record in sample().records} == {"quiz_easy@0", "prose@1", "truth_mc@1.1"}

    def test_nan_and_not_available_are_not_computed(self) -> None:
        """A perplexity of NaN is missing; an error of N/A is unknown."""
        found = by_metric(sample("chat_12-31-2022-23-59-58.json"), "prose")
        assert (found["ppl"].value, found["ppl"].missing, found["ppl"].stderr) == (None, "nan", None)
        assert (found["acc"].value, found["acc"].stderr) == (0.5, None)


class TestRun:
    def test_a_checkpoint_is_a_step_of_one_model(self) -> None:
        """`revision=step3000`: neither another model nor another revision."""
        record = sample().records[0]
        assert (record.model, record.model_revision, record.step) == ("example-org/base-160m", "", 3000.0)

    def test_without_arguments_the_model_is_named_by_the_configuration(self) -> None:
        """And a limit makes the run partial; the month comes first in the name's date."""
        record = sample("chat_12-31-2022-23-59-58.json").records[0]
        assert (record.model, record.n_shot) == ("example-org/chat-3b", 0)
        assert (record.status, record.flags) == ("partial", "limit=40")
        assert (record.date, record.date_source) == ("2022-12-31T23:59:58", "filename")

    def test_of_a_local_path_the_run_and_the_step_are_published(self) -> None:
        """And nothing else."""
        record = sample("damaged.json").records[0]
        assert (record.model, record.step, record.flags) == ("tiny-llm", 200.0, "model name was a local path")

    def test_a_file_without_a_model_is_refused(self) -> None:
        """A score of nobody is no score."""
        document = json.loads((SAMPLES / MAIN).read_text(encoding="utf-8"))
        document["config"] |= {"model": "", "model_args": ""}
        reading = lm_eval_legacy.read(document_source("a.json", document))
        assert [problem.code for problem in reading.problems] == ["model_unknown"]
        assert (reading.records, reading.quarantined) == ([], 10)


class TestDamage:
    def test_what_is_readable_is_read(self) -> None:
        """An error below zero is none; an error without its score is a figure of its own name."""
        reading = sample("damaged.json")
        assert {(r.metric, r.value, r.stderr) for r in reading.records} == {
            ("f1", 0.5, None),
            ("left_stderr", 0.125, None),
            ("em", None, None),
        }
        assert [problem.pointer for problem in reading.problems] == [
            "/results/quiz/acc",
            "/results/broken",
            "/results/texts/answer",
        ]

    def test_no_text_and_no_path_is_published(self) -> None:
        """An answer in place of a score stays in the file."""
        reading = sample("damaged.json")
        published = json.dumps([asdict(record) for record in reading.records])
        published += json.dumps([asdict(problem) for problem in reading.problems])
        assert "private" not in published
        assert "someone" not in published

    @pytest.mark.parametrize("key", ["configs", "n-shot", "config_general", "lm_eval_version"])
    def test_a_later_file_is_not_claimed(self, key) -> None:
        """0.4 and lighteval hold `results`, `versions` and `config` too."""
        document = json.loads((SAMPLES / MAIN).read_text(encoding="utf-8")) | {key: {}}
        assert lm_eval_legacy.claims(document_source("a.json", document)) is None

    def test_a_filter_in_a_metric_key_means_the_later_format(self) -> None:
        """Exactly one of the two formats claims it."""
        document = json.loads((SAMPLES / MAIN).read_text(encoding="utf-8"))
        document["results"]["quiz_easy"] = {"acc,none": 0.5}
        source = document_source("a.json", document)
        assert (lm_eval_legacy.claims(source), lm_eval.claims(source) is None) == (None, False)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("path", "benchmark", "metric", "expected"),
    [
        (
            "pythia/evals/bloom/bloom-3b.json",
            "hendrycksTest-anatomy",
            "acc",
            ("bigscience/bloom-3b", None, 0, 0.25925925925925924, 0.037857144650666544),
        ),
        (
            "pythia/evals/pythia-v1/pythia-12b/zero-shot/12b_step143000.json",
            "lambada_openai",
            "ppl",
            ("EleutherAI/pythia-v1.1-12b", 143000.0, 0, 3.9236415916124625, 0.08363088465874972),
        ),
        (
            "stablelm/stablelm-beta-3b-v2-arc-challenge.json",
            "arc_challenge",
            "acc_norm",
            ("stabilityai/stablelm-base-alpha-3b-v2", None, 25, 0.3967576791808874, None),
        ),
    ],
)
def test_figures_of_real_runs_are_found(path, benchmark, metric, expected, shared_data) -> None:
    """Looked up by hand in files of two collections, one of them without arguments and errors."""
    root = shared_data / "formats" / "lm_eval_legacy"
    found = lm_eval_legacy.read(file_source(root / path, root)).records
    record = next(r for r in found if (r.benchmark, r.metric) == (benchmark, metric))
    assert (record.model, record.step, record.n_shot, record.value, record.stderr) == expected


@pytest.mark.shared
def test_every_number_of_the_real_files_is_accounted_for(shared_data) -> None:
    """All are claimed and read without a problem; the 200 checkpoints are those of 15 models."""
    root = shared_data / "formats" / "lm_eval_legacy"
    models: dict[str, set[float | None]] = {}
    for path in sorted(root.rglob("*.json")):
        source = file_source(path, root)
        assert lm_eval_legacy.claims(source), path
        reading = lm_eval_legacy.read(source)
        account(source, reading)
        assert (reading.problems, reading.quarantined) == ([], 0), path
        assert reading.records, path
        for record in reading.records:
            models.setdefault(record.model, set()).add(record.step)
    assert len(models) == 37
    assert models["EleutherAI/pythia-v1.1-12b"] >= {1.0, 512.0, 143000.0}
    assert sum(len(steps) for steps in models.values() if None not in steps) == 200
