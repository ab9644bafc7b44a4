"""`.eval_results`: the model is the folder, and metric and scale are not stated."""

from __future__ import annotations

from pathlib import Path

import pytest
from sources import file_source, text_source

from reportgen.ingest.accounting import account
from reportgen.ingest.formats import hf_eval_results
from reportgen.ingest.run import ingest
from reportgen.ingest.settings import load_settings

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "formats" / "hf_eval_results"
FOLDER = "example-org--small-model/.eval_results/"
ENTRY = "- dataset: {id: org/quiz, task_id: easy}\n  value: 0.5\n"


def sample(name: str = "quiz.yaml"):
    return hf_eval_results.read(file_source(SAMPLES / FOLDER / name, SAMPLES))


def test_a_score_with_its_source() -> None:
    """20.9 on quiz_easy, with tools, on 3 February 2026."""
    record = sample().records[0]
    assert (record.model, record.value, record.metric) == ("example-org--small-model", 20.9, "score")
    assert (record.benchmark, record.dataset, record.task) == (
        "example-org/quiz/quiz_easy",
        "example-org/quiz",
        "quiz_easy",
    )
    assert (record.date, record.date_source, record.model_variant) == (
        "2026-02-03",
        "file",
        "notes=with tools",
    )
    assert (record.source_title, record.source_url) == ("Eval logs", "https://example.org/runs/1")


def test_what_is_not_stated_is_unknown_and_said() -> None:
    """No direction, no unit, no error, no n; 20.9 and 0.412 may be on one scale or on two."""
    for record in sample().records:
        assert (record.direction, record.unit, record.stderr, record.n) == ("unknown", "", None, None)
        assert record.flags == "metric and scale are not stated"


def test_who_ran_it_is_not_published() -> None:
    """A source names its user."""
    assert "someone" not in repr(sample().records)


def test_a_file_in_no_repository_has_no_model() -> None:
    """And is quarantined with what to do."""
    reading = hf_eval_results.read(text_source("quiz.yaml", ENTRY))
    assert (reading.records, reading.quarantined, reading.problems[0].code) == ([], 1, "model_unknown")
    assert ".eval_results" in reading.problems[0].hint


def test_a_cache_of_the_hub_names_model_and_revision() -> None:
    """As it is laid out on disk."""
    path = f"models--org--small/snapshots/{'a' * 40}/.eval_results/quiz.yaml"
    record = hf_eval_results.read(text_source(path, ENTRY)).records[0]
    assert (record.model, record.model_revision) == ("org/small", "a" * 40)


def test_damage_is_told_by_place() -> None:
    """A list, an entry without ids, no entry at all; NaN is missing."""
    reading = sample("damaged.yaml")
    assert [problem.pointer for problem in reading.problems] == ["/0/value", "/1", "/2"]
    assert [(record.value, record.missing) for record in reading.records] == [(None, "nan")]
    assert reading.quarantined == 4


@pytest.mark.parametrize(
    "text", ["- a\n", "a: 1\n", "- dataset: {id: a}\n  value: 1\n", "[]\n", "- {value: 1}\n"]
)
def test_other_yaml_is_not_claimed(text) -> None:
    """It takes all three keys."""
    assert hf_eval_results.claims(text_source("m/.eval_results/a.yaml", text)) is None


def test_the_hidden_folder_is_entered(tmp_path) -> None:
    """A repository as it is cloned."""
    place = tmp_path / "results" / "small-model" / ".eval_results"
    place.mkdir(parents=True)
    (place / "quiz.yaml").write_text(ENTRY, encoding="utf-8")
    found = ingest(tmp_path / "results", load_settings(tmp_path / "results"))
    assert found.frame["model"].tolist() == ["small-model"]


@pytest.mark.shared
def test_the_example_of_the_specification(shared_data) -> None:
    """Of its two entries the first is a template; the second is 0.412 on gpqa_diamond."""
    root = shared_data / "formats"
    source = file_source(root / "hf_eval_results" / "eval_results_spec.yaml", root)
    assert hf_eval_results.claims(source)
    reading = hf_eval_results.read(source)
    (record,) = reading.records
    assert (record.value, record.benchmark) == (0.412, "Idavidrein/gpqa/gpqa_diamond")
    assert [problem.pointer for problem in reading.problems] == ["/0"]
    assert account(source, reading).ingested == 1
