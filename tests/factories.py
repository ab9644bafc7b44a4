"""Good objects in one call: a test states only what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen.records.frame import identify, to_frame
from reportgen.records.problem import Problem
from reportgen.records.record import Record

if TYPE_CHECKING:
    import pandas as pd

RECORD: dict[str, Any] = {
    "model": "org/model-a",
    "model_raw": "org/model-a",
    "suite": "suite",
    "benchmark": "bench",
    "benchmark_raw": "bench",
    "split": "test",
    "metric": "accuracy",
    "metric_raw": "acc",
    "primary": True,
    "direction": "higher",
    "direction_source": "file",
    "lower": 0.0,
    "upper": 1.0,
    "bounds_source": "file",
    "unit": "fraction",
    "value": 0.75,
    "stderr": 0.02,
    "stderr_kind": "analytic",
    "n": 500,
    "n_kind": "items",
    "file": "runs/model-a.json",
    "sha256": "0" * 64,
    "pointer": "/results/0",
    "format": "native",
    "format_version": "1",
    "adapter_version": "1",
    "tool": "example",
    "tool_version": "1.0",
    "date": "2026-01-01T00:00:00Z",
    "date_source": "file",
}


def make_record(**overrides: Any) -> Record:
    """A complete, valid record; `make_record(value=None, missing="nan")` changes what the test is about."""
    return Record(**(RECORD | overrides))


def make_frame(*records: Record) -> pd.DataFrame:
    """The identified frame of these records, in canonical order."""
    return identify(to_frame(records))


def make_score_frame(scores: dict[str, dict[str, float | None]], **overrides: Any) -> pd.DataFrame:
    """The frame of a small score table, written `{model: {benchmark: value}}`; None is a missing value."""
    return make_frame(
        *(
            make_record(
                model=model,
                model_raw=model,
                benchmark=benchmark,
                benchmark_raw=benchmark,
                value=value,
                missing="" if value is not None else "null",
                file=f"{model}/{benchmark}.json",
                **overrides,
            )
            for model, row in scores.items()
            for benchmark, value in row.items()
        )
    )


def make_problem(**overrides: Any) -> Problem:
    """A problem with a place, a value and a hint."""
    defaults: dict[str, Any] = {
        "code": "value_not_a_number",
        "message": "the score is not a number",
        "file": "runs/model-a.json",
        "pointer": "/results/0/value",
        "seen": "'n/a'",
        "expected": "a number",
        "hint": "write null where there is no score",
    }
    return Problem(**(defaults | overrides))
