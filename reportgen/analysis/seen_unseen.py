"""Two sides of one panel, seen and unseen: means over units, their gap and its error, chance, gains of methods.

Arrays are (systems, units), NaN where a system has no score on a unit or the unit does not count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from reportgen.analysis.measurements import baseline_of, chance_level, near_chance
from reportgen.analysis.uncertain_means import quantile, satterthwaite

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from reportgen.records.catalog import Catalog

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]

#: Units from which their spread says how sure a mean is.
FEWEST_UNITS = 3


def unit_mean(value: Floats) -> Floats:
    """Mean over the units a system has; at least one."""
    count = np.isfinite(value).sum(axis=1)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(count > 0, np.nansum(value, axis=1) / np.maximum(count, 1), np.nan))


def unit_errors(value: Floats, error: Floats) -> tuple[Floats, Floats]:
    """Standard error of the mean over units: with units fixed, and with units as the sample."""
    present = np.isfinite(value)
    k = np.maximum(present.sum(axis=1), 1)
    fixed = np.sqrt((np.where(present, error, 0.0) ** 2).sum(axis=1)) / k
    mean = unit_mean(value)
    squares = (np.where(present, value - mean[:, np.newaxis], 0.0) ** 2).sum(axis=1)
    sampled = np.where(k >= FEWEST_UNITS, np.sqrt(squares / np.maximum(k - 1, 1) / k), np.nan)
    return fixed, sampled


def mean_over(cells: dict[str, Floats], of: Bools) -> tuple[Floats, Floats, Floats]:
    """Mean over these units, its error (of items, else of units) and the degrees of freedom of that."""
    if not of.any():
        nothing = np.full(len(cells["value"]), np.nan)
        return nothing, nothing, nothing
    fixed, sampled = unit_errors(cells["value"][:, of], cells["stderr"][:, of])
    mean: Floats = cells["value"][:, of].mean(axis=1)
    error = np.where(fixed > 0, fixed, np.where(sampled > 0, sampled, np.nan))
    return mean, error, np.where(fixed > 0, np.inf, max(int(of.sum()) - 1, 1))


def item_mean(value: Floats, n: Floats) -> Floats:
    """Mean weighted by items; NaN where a unit's number is unknown."""
    present = np.isfinite(value)
    weight = np.where(present, n, 0.0)
    total = weight.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(present, value * n, 0.0).sum(axis=1) / total)


def sides(cells: dict[str, Floats], seen: Bools, sign: float, level: float) -> dict[str, Any]:
    """Means of both sides, gap and its error; with units as the sample, Student's interval."""
    value, error, n = cells["value"], cells["stderr"], cells["n"]
    found: dict[str, Any] = {}
    fixed, sampled, free = [], [], []
    for name, side in (("seen", seen), ("unseen", ~seen)):
        found[name] = unit_mean(value[:, side])
        found[f"{name}_by_items"] = item_mean(value[:, side], n[:, side])
        found[f"{name}_units"] = np.isfinite(value[:, side]).sum(axis=1)
        over_items, over_units = unit_errors(value[:, side], error[:, side])
        fixed.append(over_items)
        sampled.append(over_units)
        free.append(np.maximum(found[f"{name}_units"] - 1.0, 1.0))
    gap = sign * (found["seen"] - found["unseen"])
    by_items = np.hypot(*fixed)
    by_units, freedom = satterthwaite(np.stack(sampled), np.stack(free))
    standard_error = np.where(by_items > 0, by_items, np.where(by_units > 0, by_units, np.nan))
    source = np.where(by_items > 0, "items", np.where(by_units > 0, "units", ""))
    half = quantile((1 + level) / 2, np.where(source == "units", freedom, np.inf)) * standard_error
    low, high = gap - half, gap + half
    found |= {"unseen_error": np.where(fixed[1] > 0, fixed[1], np.nan), "error_source": source}
    return found | {"estimate": gap, "standard_error": standard_error, "low": low, "high": high}


def harmonic(main: pd.DataFrame, rows: pd.DataFrame) -> dict[str, Any]:
    """Harmonic mean of the distances from the metric's worst bound; it means nothing without such a bound."""
    sign = float(rows["sign"].iloc[0])
    worst = rows["lower" if sign > 0 else "upper"]
    if worst.isna().any() or worst.nunique() > 1:
        missing = "lower" if sign > 0 else "upper"
        return {
            "harmonic_mean": np.nan,
            "harmonic_reason": f"the {missing} bound of the metric is not declared",
        }
    seen, unseen = (sign * (main[name].to_numpy(float) - worst.iloc[0]) for name in ("seen", "unseen"))
    total = seen + unseen
    mean = np.where(total > 0, 2 * seen * unseen / np.where(total > 0, total, 1), 0.0)
    outside = (seen < 0) | (unseen < 0)
    return {
        "harmonic_mean": np.where(outside, np.nan, mean),
        "harmonic_reason": np.where(outside, "a score lies beyond the metric's worst bound", ""),
    }


def against_chance(
    main: pd.DataFrame, cells: dict[str, Floats], seen: Bools, rows: pd.DataFrame, catalog: Catalog
) -> dict[str, Any]:
    """Chance level, share of unseen units clearly above it, and whether there is anything to lose."""
    chance = chance_level(rows, catalog)
    if chance is None:
        return {"chance": np.nan, "above_chance": np.nan, "near_chance": False}
    sign = float(rows["sign"].iloc[0])
    value, error = cells["value"][:, ~seen], np.nan_to_num(cells["stderr"][:, ~seen])
    present = np.isfinite(value)
    above = present & (sign * (value - chance) > 2 * error)
    width = float((rows["upper"] - rows["lower"]).iloc[0])
    near = near_chance(main["seen"].to_numpy(float), np.full(len(main), np.nan), chance, sign, width)
    return {"chance": chance, "above_chance": above.sum(axis=1) / present.sum(axis=1), "near_chance": near}


def gains(systems: pd.DataFrame, main: pd.DataFrame, sign: float) -> dict[str, Any]:
    """What a method adds on unseen units to the same model without a method."""
    at = baseline_of(systems)
    known = at >= 0
    unseen, error = main["unseen"].to_numpy(float), main["unseen_error"].to_numpy(float)
    gain = np.where(known, sign * (unseen - unseen[at]), np.nan)
    relative = np.where(unseen[at] != 0, gain / np.where(unseen[at] != 0, unseen[at], 1), np.nan)
    names = systems["system"].to_numpy(object)
    return {
        "baseline": np.where(known, names[at], ""),
        "gain": gain,
        "gain_error": np.where(known, np.hypot(error, error[at]), np.nan),
        "relative_gain": relative,
    }
