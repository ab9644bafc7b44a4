"""Native entries of results by domain, and the transfer summary of a few of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from reportgen import workflow
from reportgen.analysis.evidence import Evidence
from reportgen.analysis.scores import score_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

PERCENT = {"id": "accuracy", "direction": "higher", "lower": 0, "upper": 100, "unit": "percent"}


def cell(
    method: str, test: str, value: float | None, *, train: str = "", benchmark: Any = "Photos", **more: Any
) -> dict[str, Any]:
    """One entry: a method trained on `train` and tested on `test`; other conditions by their names."""
    fields = {name: more.pop(name) for name in ("seed", "selection", "role", "subset") if name in more}
    subset = fields.pop("subset", "")
    found = benchmark if isinstance(benchmark, dict) else {"id": benchmark, "suite": "Domains"}
    conditions = {"test_domain": test, "train_domain": train, **fields}
    return {
        "model": method,
        "benchmark": {**found, "subset": subset},
        "conditions": {name: value for name, value in conditions.items() if value != ""},
        "metric": PERCENT,
        "value": value,
        **more,
    }


def vector(scores: Mapping[str, Mapping[str, float | None]], **more: Any) -> list[dict[str, Any]]:
    """Entries from `{method: {test domain: score}}`, training domains unstated."""
    return [
        cell(method, test, value, **more) for method, row in scores.items() for test, value in row.items()
    ]


def matrix(
    scores: Mapping[str, Mapping[str, Mapping[str, float | None]]], **more: Any
) -> list[dict[str, Any]]:
    """Entries from `{method: {training domain: {test domain: score}}}`."""
    return [
        entry for method, rows in scores.items() for train, row in rows.items()
        for entry in vector({method: row}, train=train, **more)
    ]  # fmt: skip


def evidence_of(folder: Path) -> Evidence:
    """What the summaries of a results folder are computed from."""
    ingested = workflow.load(folder)
    table = score_table(ingested.frame, ingested.catalog)
    return Evidence(ingested.frame, ingested.items, table, ingested.catalog)


def computed(kind: Any, folder: Path, level: float = 0.95) -> Any:
    """One kind of summary of a results folder."""
    return kind.compute(evidence_of(folder), level=level, generator=np.random.default_rng(1))


def pick(frame: Any, **values: Any) -> Any:
    """The one row with these values."""
    for name, value in values.items():
        frame = frame[frame[name] == value]
    assert len(frame) == 1, frame
    return frame.iloc[0]


def by_name(rows: Iterable[Mapping[str, Any]], name: str, value: str) -> dict[str, Any]:
    """One column by another."""
    return {str(row[name]): row[value] for row in rows}
