"""Score tables built by hand: a test states the scores, and of the settings only what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from reportgen.analysis.table import SETTING_COLUMNS, SYSTEM_COLUMNS, ScoreTable
from reportgen.records.metric_table import scores_items_binary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SETTING: dict[str, Any] = {
    "suite": "suite",
    "split": "test",
    "role": "",
    "selection": "",
    "n_shot": "",
    "dataset_revision": "",
    "metric": "accuracy",
    "metric_variant": "",
    "unit": "fraction",
    "direction": "higher",
    "lower": 0.0,
    "upper": 1.0,
    "leaves": 1,
    "stderr_kind": "",
    "reason": "",
}


def make_table(
    scores: Mapping[str, Sequence[float | None]],
    settings: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    systems: Sequence[str] | None = None,
    stderr: Mapping[str, Any] | None = None,
    n: Mapping[str, Any] | None = None,
    **common: Any,
) -> ScoreTable:
    """A score table from one list of scores per setting; None is a missing score.

    Args:
        scores: setting label -> score of each system.
        settings: setting label -> columns that differ from `SETTING` and `common`; `benchmark` is the label.
        systems: names, "a", "b", … where not given (sorted).
        stderr, n: setting label -> one number for all systems, or one per system; unknown where absent.
        common: columns of all settings.
    """
    size = len(next(iter(scores.values())))
    names = list(systems) if systems is not None else [f"m{number:04d}" for number in range(size)]
    value = _columns(scores, scores, size)
    rows = []
    for column, label in enumerate(scores):
        row = {**SETTING, **common, "setting": label, "benchmark": label, **(settings or {}).get(label, {})}
        row.setdefault("binary", scores_items_binary({}, "", row["metric"]))
        rows.append({**row, "n_systems": int(np.isfinite(value[:, column]).sum())})
    known = pd.DataFrame(rows, columns=list(SETTING_COLUMNS))
    frame = pd.DataFrame({"system": names, "model": names}).reindex(
        columns=list(SYSTEM_COLUMNS), fill_value=""
    )
    return ScoreTable(frame, known, value, _columns(scores, stderr, size), _columns(scores, n, size))


def _columns(labels: Mapping[str, Any], numbers: Mapping[str, Any] | None, size: int) -> np.ndarray:
    columns = []
    for label in labels:
        column = (numbers or {}).get(label)
        column = [column] * size if column is None or np.isscalar(column) else column
        columns.append([np.nan if number is None else float(number) for number in column])
    return np.column_stack(columns)
