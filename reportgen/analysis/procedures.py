"""The same outputs scored by several procedures: which scores these are, side by side, and item by item."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from reportgen.analysis.eligible import SYSTEM_KEY
from reportgen.analysis.groups import combine, count_distinct, first_rows, number_groups, texts
from reportgen.analysis.row_names import setting_names, system_names

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.evidence import Evidence

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]

#: What two scores of the same outputs share.
SAME_OUTPUTS = (
    *SYSTEM_KEY, "suite", "benchmark", "benchmark_level", "dataset", "dataset_revision", "subset", "split", "task",
    "task_hash", "role", "train_domain", "test_domain", "selection", "level_name", "level_order", "length",
    "unit_name", "unit_seen", "axis", "variant", "group", "step", "n_shot", "metric", "unit", "tool",
)  # fmt: skip
REPEAT = ("seed", "repeat")
_SETTING = tuple(name for name in SAME_OUTPUTS if name not in SYSTEM_KEY)
_PROCEDURE = ("extractor", "metric_variant")
#: What a procedure is called that its file does not name.
UNNAMED = "not named"
#: What a comparison of two procedures on one cell is joined by.
JOIN = ["key", "procedure", "reference"]


def scores_by_procedure(evidence: Evidence) -> pd.DataFrame:
    """Whole-set scores; where a procedure has only item-level results, their mean."""
    frame = evidence.frame
    usable = np.isfinite(frame["value"].to_numpy(float)) & (frame["status"] != "failed").to_numpy(bool)
    whole = frame[usable & (frame["item_id"] == "").to_numpy(bool)]
    items = evidence.items
    if items.empty:
        alone: pd.DataFrame = whole.reset_index(drop=True)
        return alone
    items = items[np.isfinite(items["value"].to_numpy(float))]
    both = pd.concat([whole, items], ignore_index=True)
    number = number_groups(both, (*SAME_OUTPUTS, *REPEAT, *_PROCEDURE))
    is_item = np.arange(len(both)) >= len(whole)
    has_whole = np.bincount(number, weights=~is_item) > 0
    mean = np.bincount(number, weights=both["value"]) / np.bincount(number)
    rows = first_rows(number)[~has_whole]
    made = both.iloc[rows].assign(
        value=mean[number[rows]], n=pd.array(np.bincount(number)[number[rows]], dtype="Int64")
    )
    joined: pd.DataFrame = pd.concat([whole, made], ignore_index=True)
    return joined


def measured_twice(scores: pd.DataFrame) -> Bools:
    """Rows whose outputs were scored by another procedure too."""
    outputs = number_groups(scores, (*SAME_OUTPUTS, *REPEAT))
    return count_distinct(number_groups(scores, _PROCEDURE), outputs)[outputs] > 1


def procedure_names(frame: pd.DataFrame) -> list[str]:
    """'extractor · metric variant' of each row, as far as they are stated."""
    said = texts(frame, _PROCEDURE, np.arange(len(frame)))
    pairs = zip(said["extractor"], said["metric_variant"], strict=True)
    return [" · ".join(part for part in pair if part) or UNNAMED for pair in pairs]


def side_by_side(scores: pd.DataFrame) -> tuple[pd.DataFrame, Floats, list[str]]:
    """One row per cell (system and setting), its scores (cells, procedures), and the procedures' names.

    A cell's score is the mean over those repeats that every procedure of the cell has.
    """
    names = procedure_names(scores)
    procedures = sorted(set(names))
    column = np.searchsorted(procedures, names)
    scores = scores.assign(
        system=system_names(scores), place=setting_names(scores, _SETTING), procedure=column
    )
    cell = number_groups(scores, SAME_OUTPUTS)
    repeat = combine(cell, number_groups(scores, REPEAT))
    slot = repeat * len(procedures) + column
    kept = scores.iloc[first_rows(pd.factorize(slot)[0])]
    grid = np.full((int(repeat.max()) + 1, len(procedures)), np.nan)
    grid[repeat[kept.index], column[kept.index]] = kept["value"]
    of_cell = cell[first_rows(repeat)]
    has = np.zeros((int(cell.max()) + 1, len(procedures)), dtype=bool)
    np.logical_or.at(has, of_cell, np.isfinite(grid))
    complete = (np.isfinite(grid) | ~has[of_cell]).all(axis=1)
    count = np.bincount(of_cell[complete], minlength=len(has))
    values = np.full(has.shape, np.nan)
    for at in range(len(procedures)):
        total = np.bincount(of_cell[complete], np.nan_to_num(grid[complete, at]), minlength=len(has))
        values[:, at] = np.where(has[:, at] & (count > 0), total / np.maximum(count, 1), np.nan)
    rows = scores.iloc[first_rows(cell)].reset_index(drop=True)
    for field in ("invalid", "n"):
        counted = scores[field].to_numpy(dtype=float, na_value=np.nan)
        table = np.full(has.shape, np.nan)
        table[cell, column] = counted
        rows[f"{field}s"] = pd.Series(list(table), dtype=object)
    return rows, values, procedures


def cell_keys(frame: pd.DataFrame) -> list[str]:
    """A text per row that two rows share exactly where they are of one system on one setting."""
    said = texts(frame, SAME_OUTPUTS, np.arange(len(frame)))
    return ["\x1f".join(row) for row in zip(*(said[name] for name in SAME_OUTPUTS), strict=True)]


def item_errors(items: pd.DataFrame, level: float) -> pd.DataFrame:
    """Mean and standard error of the items' differences, one row per key and ordered pair of procedures."""
    names = [*JOIN, "item_mean", "standard_error", "half", "n_items"]
    usable = items[np.isfinite(items["value"].to_numpy(float))] if len(items) else items
    usable = usable[_items_measured_twice(usable)].reset_index(drop=True)
    if usable.empty:
        return pd.DataFrame(
            {name: pd.Series(dtype="object" if name in JOIN else "float64") for name in names}
        )
    number = number_groups(usable, SAME_OUTPUTS)
    first = first_rows(number)
    flat = pd.DataFrame(
        {
            "at": number,
            "item": usable["item_id"].astype(str).to_numpy(),
            "procedure": procedure_names(usable),
            "value": usable["value"].to_numpy(float),
        }
    )
    wide = flat.pivot_table(index=["at", "item"], columns="procedure", values="value", aggfunc="mean")
    keys = np.array(cell_keys(usable.iloc[first]), dtype=object)
    parts = []
    for one in wide.columns:
        for other in wide.columns[wide.columns != one]:
            grouped = (wide[one] - wide[other]).dropna().groupby(level="at").agg(["mean", "std", "count"])
            error = grouped["std"].to_numpy() / np.sqrt(grouped["count"].to_numpy(float))
            part = {"key": keys[grouped.index], "procedure": one, "reference": other}
            part |= {"item_mean": grouped["mean"].to_numpy(), "standard_error": error}
            freedom = np.maximum(grouped["count"].to_numpy(float) - 1, 1)
            part["half"] = stdtrit(freedom, (1 + level) / 2) * error
            parts.append(pd.DataFrame(part | {"n_items": grouped["count"].to_numpy(float)}))
    return pd.concat(parts, ignore_index=True)[names]


def _items_measured_twice(items: pd.DataFrame) -> Bools:
    outputs = number_groups(items, (*SAME_OUTPUTS, "item_id"))
    if len(items) == 0:
        return np.zeros(0, dtype=bool)
    return count_distinct(number_groups(items, _PROCEDURE), outputs)[outputs] > 1
