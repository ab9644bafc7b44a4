"""simple-evals: flat numbers, of which only the name of the file says what they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from sources import document_source, file_source

from reportgen.ingest.accounting import account
from reportgen.ingest.formats import simple_evals

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "formats" / "simple_evals"
NAME = "mmlu_example-model_20260203_040506.json"


def sample(name: str = NAME):
    return simple_evals.read(file_source(SAMPLES / name, SAMPLES))


def test_the_score_is_the_main_metric() -> None:
    """0.7775 on MMLU; the name of the file dates it."""
    by_metric = {record.metric: record for record in sample().records}
    record = by_metric["score"]
    assert (record.model, record.benchmark, record.value, record.primary) == (
        "example-model",
        "mmlu",
        0.7775,
        True,
    )
    assert (record.date, record.date_source) == ("2026-02-03T04:05:06", "filename")
    assert (by_metric["stem"].value, by_metric["stem"].primary) == (0.71, False)
    assert by_metric["chars"].value == 1250.5


def test_a_deviation_over_items_is_no_standard_error() -> None:
    """And without the number of items it cannot become one."""
    assert all(record.stderr is None and record.n is None for record in sample().records)
    assert sample().ignored == {"standard deviation over items, which is not a standard error": 4}
    source = file_source(SAMPLES / NAME, SAMPLES)
    assert account(source, sample()).found == 8


@pytest.mark.parametrize(
    ("name", "model", "status"),
    [
        ("gpqa_gpt-x_2024.json", "gpt-x_2024", "ok"),
        ("humaneval_my_model_20260203_040506_DEBUG.json", "my_model", "partial"),
        ("healthbench_hard_m.json", "m", "ok"),
        ("runs/drop_m_DEBUG.json", "m", "partial"),
    ],
)
def test_the_model_is_the_rest_of_the_name(name, model, status) -> None:
    """Without date and debug mark."""
    source = document_source(name, {"score": 0.5})
    assert simple_evals.claims(source)
    record = simple_evals.read(source).records[0]
    assert (record.model, record.status) == (model, status)


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("scores_m.json", {"score": 0.5}),
        ("mmlu.json", {"score": 0.5}),
        ("mmlu_m.json", {"accuracy": 0.5}),
        ("mmlu_m.json", {"score": 0.5, "details": {"a": 1}}),
        ("mmlu_m.json", [0.5]),
    ],
)
def test_other_files_are_not_claimed(name, document) -> None:
    """Neither another name nor another shape: a mapping file reads those."""
    assert simple_evals.claims(document_source(name, document)) is None


def test_damage_is_told_by_place() -> None:
    """A text, true and a number beyond all are none; NaN is missing."""
    reading = sample("gpqa_damaged.json")
    assert [problem.pointer for problem in reading.problems] == ["/score", "/diamond", "/huge"]
    assert [(record.metric, record.missing) for record in reading.records] == [("chars", "nan")]
