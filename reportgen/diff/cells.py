"""Scores that differ, with a verdict on each: beyond noise, within it, or not comparable at all.

A cell is the score of one system in one setting, as the score table has it. Two scores are compared only where the
same system was measured in the same setting by the same procedure; a score under another dataset revision, prompt,
metric or unit is told as not comparable, with what differs, and never converted or guessed at.

Noise. Where both sides hold the results of single items, the difference is tested over the items both answered
(Student's t, `analysis.paired_tests`). Else by the standard errors of the two scores, taken as independent:
difference -+ z sqrt(se_old^2 + se_new^2). That is right for a new run on new items, and cautious for a new run on
the same items, whose errors share what the items have in common. p-values of all tested cells of a comparison are
adjusted together (Benjamini and Hochberg 1995): of the cells called better or worse a share of 1 - level is expected
to be wrong. A score whose error is unknown is called `noise unknown`; that is not `within noise`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from reportgen.analysis.multiple_tests import benjamini_hochberg
from reportgen.diff.loose_cells import loosely_paired
from reportgen.diff.model import (
    BETTER,
    CELL_COLUMNS,
    NEW,
    NOISE_UNKNOWN,
    NOT_COMPARABLE,
    REMOVED,
    WITHIN_NOISE,
    WORSE,
)
from reportgen.diff.paired_items import paired_by_items
from reportgen.diff.places import Places
from reportgen.diff.procedures import procedure_reasons

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.table import ScoreTable
    from reportgen.diff.comparison import Comparison

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]
    Objects = NDArray[np.object_]

#: Scores closer than this share of their size are equal: means of the same numbers in another order differ by it.
_ROUNDING = 1e-12
_SIGN = {"higher": 1.0, "lower": -1.0}
#: In this order cells are listed.
_ORDER = {BETTER: 0, WORSE: 0, NOISE_UNKNOWN: 1, NOT_COMPARABLE: 2, REMOVED: 3, NEW: 4, WITHIN_NOISE: 5}
_NO_ERROR = "no standard error on {}"
_NO_DIRECTION = "nobody says whether more is better"


def cells(comparison: Comparison) -> tuple[pd.DataFrame, int]:
    """The table `CELL_COLUMNS` without causes, and how many cells have the same score on both sides."""
    old, new = comparison.old_study.table, comparison.new_study.table
    systems, settings = comparison.system_pairs, comparison.setting_pairs
    one = old.value[np.ix_(systems[:, 0], settings[:, 0])]
    other = new.value[np.ix_(systems[:, 1], settings[:, 1])]
    both = np.isfinite(one) & np.isfinite(other)
    with np.errstate(invalid="ignore"):
        equal = both & (np.abs(one - other) <= _ROUNDING * np.maximum(np.abs(one), np.abs(other)))
    row, column = np.nonzero(both & ~equal)
    changed = Places(systems[row, 0], settings[column, 0], systems[row, 1], settings[column, 1])
    gone = _alone(old, systems[:, 0], settings[:, 0], both)
    come = _alone(new, systems[:, 1], settings[:, 1], both)
    loose = loosely_paired(comparison, gone, come)
    parts = [
        _compared(comparison, changed),
        _described(comparison, loose.places, verdict=NOT_COMPARABLE, reason=loose.reasons),
        _described(comparison, Places.of_old(loose.gone), verdict=REMOVED),
        _described(comparison, Places.of_new(loose.come), verdict=NEW),
    ]
    return _ordered(pd.concat(parts, ignore_index=True)), int(equal.sum())


def _alone(table: ScoreTable, systems: Ints, settings: Ints, both: NDArray[np.bool_]) -> Ints:
    """(k, 2) system and setting of scores that the other side lacks."""
    alone = np.isfinite(table.value)
    alone[np.ix_(systems, settings)] &= ~both
    return np.argwhere(alone).astype(np.intp)


def _described(
    comparison: Comparison, places: Places, *, verdict: str, reason: Objects | str = ""
) -> pd.DataFrame:
    """Rows that say which cells these are and what either side reports; no difference yet."""
    old, new = comparison.old_study.table, comparison.new_study.table
    told: dict[str, object] = {
        name: _text(old.systems[name], new.systems[name], places.old_system, places.new_system)
        for name in ("system", "model")
    }
    told |= {
        name: _text(old.settings[name], new.settings[name], places.old_setting, places.new_setting)
        for name in ("setting", "suite", "benchmark", "metric", "direction", "unit")
    }
    told |= {"old": _value(old.value, places.old_system, places.old_setting)}
    told |= {"old_error": _value(old.stderr, places.old_system, places.old_setting)}
    told |= {"new": _value(new.value, places.new_system, places.new_setting)}
    told |= {"new_error": _value(new.stderr, places.new_system, places.new_setting)}
    unknown = dict.fromkeys(("difference", "low", "high", "items", "p", "p_adjusted"), np.nan)
    row = told | unknown | {"test": "", "verdict": verdict, "reason": reason, "cause": ""}
    return pd.DataFrame(row, columns=list(CELL_COLUMNS), index=range(len(places)))


def _text(old: pd.Series, new: pd.Series, at_old: Ints, at_new: Ints) -> Objects:
    """What the new side calls it, or the old one where the new side has none (-1)."""
    words = np.full(len(at_old), "", dtype=object)
    words[at_old >= 0] = old.to_numpy(object)[at_old[at_old >= 0]]
    words[at_new >= 0] = new.to_numpy(object)[at_new[at_new >= 0]]
    return words


def _value(values: Floats, systems: Ints, settings: Ints) -> Floats:
    """Values at these places; NaN where the side has none (-1)."""
    if not values.size:
        return np.full(len(systems), np.nan)
    return np.where(systems >= 0, values[systems, settings], np.nan)


def _compared(comparison: Comparison, places: Places) -> pd.DataFrame:
    """Cells that are on both sides in the same setting, with a verdict."""
    table = _described(comparison, places, verdict="")
    why = procedure_reasons(comparison, places)
    sign = table["direction"].map(_SIGN).to_numpy(float)
    comparable = why == ""
    difference = np.where(comparable, sign * (table["new"] - table["old"]).to_numpy(float), np.nan)
    one, other = (table[name].to_numpy(float) for name in ("old_error", "new_error"))
    half, p = _normal(difference, np.sqrt(one**2 + other**2), comparison.level)
    by_items = paired_by_items(comparison, places, difference)
    paired = np.isfinite(by_items[:, 1])
    half, p = np.where(paired, by_items[:, 0], half), np.where(paired, by_items[:, 1], p)
    adjusted = benjamini_hochberg(p)
    reasons = [~comparable, ~np.isfinite(sign), ~np.isfinite(p)]
    return table.assign(
        difference=difference,
        low=difference - half,
        high=difference + half,
        items=by_items[:, 2],
        test=np.select([paired, np.isfinite(p)], ["paired", "unpaired"], "").astype(object),
        p=p,
        p_adjusted=adjusted,
        verdict=_verdicts(comparable, difference, adjusted, comparison.level),
        reason=np.select(reasons, [why, _NO_DIRECTION, _unknown_error(one, other)], "").astype(object),
    )


def _normal(difference: Floats, error: Floats, level: float) -> tuple[Floats, Floats]:
    """Half the width of the interval, and the two-sided p-value; NaN where difference or error is unknown."""
    p = 2 * ndtr(-np.abs(difference / error))
    return np.where(np.isfinite(p), ndtri((1 + level) / 2) * error, np.nan), np.asarray(p)


def _unknown_error(one: Floats, other: Floats) -> Objects:
    sides = [~np.isfinite(one) & ~np.isfinite(other), ~np.isfinite(one), ~np.isfinite(other)]
    words = [_NO_ERROR.format(side) for side in ("either side", "the old side", "the new side")]
    return np.select(sides, words, "").astype(object)


def _verdicts(comparable: NDArray[np.bool_], difference: Floats, adjusted: Floats, level: float) -> Objects:
    tested = np.isfinite(adjusted)
    surely = tested & (adjusted <= 1 - level)
    return np.select(
        [~comparable, surely & (difference > 0), surely & (difference < 0), tested],
        [NOT_COMPARABLE, BETTER, WORSE, WITHIN_NOISE],
        NOISE_UNKNOWN,
    ).astype(object)


def _ordered(table: pd.DataFrame) -> pd.DataFrame:
    """What is sure and large first; equal rows by name. The same order for (new, old)."""
    difference = table["difference"].abs()
    half = (table["high"] - table["low"]).abs() / 2
    weight = (difference / half.where(half > 0)).fillna(0.0)
    keys = table.assign(
        _rank=table["verdict"].map(_ORDER),
        _weight=-weight,
        _size=-difference.fillna(0.0),
    )
    by = ["_rank", "_weight", "_size", "suite", "setting", "system"]
    order = keys.sort_values(by, kind="stable").index
    return table.loc[order].reset_index(drop=True)
