"""BIG-bench: subtasks, shots, the preferred metric, and a summary that is no leaf."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sources import document_source, file_source

from reportgen.ingest.accounting import account
from reportgen.ingest.formats import bigbench
from reportgen.records.metric_table import known_metric

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "formats" / "bigbench"
MAIN = "sums/results/scores_big-g_2m_t-0.json"


def sample(name: str = MAIN):
    return bigbench.read(file_source(SAMPLES / name, SAMPLES))


def changed(path: str = "a.json", **parts):
    document = json.loads((SAMPLES / MAIN).read_text(encoding="utf-8")) | parts
    return bigbench.read(document_source(path, document))


class TestScores:
    def test_each_subtask_shot_and_metric_is_a_record(self) -> None:
        """Four leaves with a number, one NaN, and the summary."""
        found = [(r.subset, r.n_shot, r.metric, r.value, r.missing) for r in sample().records]
        assert found == [
            ("sums:one_digit", 0, "exact_str_match", 0.125, ""),
            ("sums:one_digit", 0, "bleu", 3.5, ""),
            ("sums:one_digit", 3, "exact_str_match", 0.25, ""),
            ("sums:one_digit", 3, "bleu", None, "nan"),
            ("sums:two_digits", 0, "multiple_choice_grade", 0.1875, ""),
            ("", 0, "normalized_aggregate_score", -8.25, ""),
        ]

    def test_the_preferred_metric_is_the_main_one(self) -> None:
        """The file says so itself, by row."""
        assert [r.primary for r in sample().records] == [True, False, True, False, True, True]

    def test_the_summary_of_a_task_is_an_aggregate(self) -> None:
        """It may be negative: worse than chance."""
        record = sample().records[-1]
        assert (record.benchmark, record.benchmark_level, record.direction) == ("sums", "aggregate", "higher")
        assert {r.benchmark_level for r in sample().records[:-1]} == {"leaf"}

    def test_anchors_are_no_bounds_and_a_rescaled_score_is_no_second_one(self) -> None:
        """8 anchors of 4 rows, and the one normalized score beside what it rescales, ignored by name."""
        reading = sample()
        assert reading.ignored == {bigbench.ANCHORS: 8, bigbench.REPEATED: 1}
        assert {(r.lower, r.upper, r.n, r.stderr) for r in reading.records} == {(None, None, None, None)}

    def test_model_task_and_suite_are_named(self) -> None:
        """A family and a size; the family is not said twice."""
        record = sample().records[0]
        assert (record.model, record.benchmark, record.suite) == ("BIG-X T=0 2m", "sums", "BIG-bench")
        assert sample("damaged.json").records[0].model == "GPT 3B"

    def test_every_number_is_accounted_for(self) -> None:
        """6 scores, 8 anchors, 1 repeated; 4 of the model and 4 shots are no scores."""
        source = file_source(SAMPLES / MAIN, SAMPLES)
        numbers = account(source, bigbench.read(source))
        assert (numbers.found, numbers.ingested, numbers.ignored["not a score"]) == (23, 6, 8)


def test_the_two_usual_metrics_are_known_fractions() -> None:
    """A grade may be a share of the points of an item, so that only a match is 0 or 1 for each."""
    found = [known_metric("bigbench", name) for name in ("exact_str_match", "multiple_choice_grade")]
    assert [(k.direction, k.unit, k.per_item_binary) for k in found if k] == [
        ("higher", "fraction", True),
        ("higher", "fraction", False),
    ]


class TestNames:
    def test_without_a_task_the_folder_names_it(self) -> None:
        """As the files lie in the repository."""
        reading = changed("benchmark_tasks/word_sorting/results/scores_x.json", task=None)
        assert {r.benchmark for r in reading.records} == {"word_sorting"}

    @pytest.mark.parametrize("parts", [{"task": None}, {"model": {"model_family": "x"}}])
    def test_a_file_without_a_name_is_refused(self, parts) -> None:
        """Neither a model nor a task is guessed."""
        reading = changed(**parts)
        assert [problem.code for problem in reading.problems] == ["missing_field"]
        assert (reading.records, reading.quarantined) == ([], 19)


def test_what_is_readable_of_a_damaged_file_is_read() -> None:
    """One metric of two; a row that is no row; shots below zero are unknown."""
    reading = sample("damaged.json")
    assert [(r.benchmark, r.metric, r.value, r.n_shot, r.primary) for r in reading.records] == [
        ("words", "f1", 0.75, None, None)
    ]
    assert [problem.pointer for problem in reading.problems] == [
        "/scores/0/score_dict/exact_str_match",
        "/scores/1",
        "/scores/2",
    ]
