"""Tables of systems by benchmarks: what is compared, means over benchmarks and differences to a baseline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from reportgen.analysis.average_ranks import FEWEST_BENCHMARKS, TIE
from reportgen.analysis.averaging import common_scale, on_scale
from reportgen.analysis.missing_data import select

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.averaging import Scale
    from reportgen.analysis.table import ScoreTable

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

#: Times the benchmarks are drawn again.
DRAWS = 2_000


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """One table: systems (rows of the score table) by benchmark settings (its columns), and what is averaged."""

    suite: str
    title: str
    rows: Ints
    columns: Ints  # all settings of the table
    averaged: Ints  # positions in `columns` that means and ranks are over
    ranked: Bools  # (p,) systems with all of these
    goodness: Floats  # (p, q), signed


def find_grids(table: ScoreTable) -> list[Grid]:
    """Suites with two systems on two settings of known direction, by suite and selection rule."""
    settings = table.settings
    usable = (settings["direction"] != "unknown").to_numpy(bool)
    groups: dict[tuple[str, str], list[int]] = {}
    for at, (suite, selection) in enumerate(zip(settings["suite"], settings["selection"], strict=True)):
        if usable[at]:
            groups.setdefault((str(suite), str(selection)), []).append(at)
    rules = {suite: sum(1 for one, _ in groups if one == suite) for suite, _ in groups}
    found = []
    for (suite, selection), columns in sorted(groups.items()):
        goodness = table.goodness()[:, columns]
        rows = np.flatnonzero(np.isfinite(goodness).any(axis=1))
        goodness = goodness[rows]
        chosen = select(np.isfinite(goodness), "complete")
        if len(chosen.columns) < 2 or chosen.ranked.sum() < 2:
            continue
        title = " · ".join(part for part in (suite, selection if rules[suite] > 1 else "") if part)
        found.append(Grid(suite, title or "all benchmarks", rows, np.array(columns, dtype=np.intp), chosen.columns,
                           chosen.ranked, goodness))  # fmt: skip
    return found


def cells(table: ScoreTable, grid: Grid, against: int, level: float) -> pd.DataFrame:
    """One row per system and setting, row by row."""
    at = np.ix_(grid.rows, grid.columns)
    value, error = table.value[at], table.stderr[at]
    settings = table.settings.iloc[grid.columns]
    sign = np.where(settings["direction"] == "lower", -1.0, 1.0)
    z = ndtri((1 + level) / 2)
    half = z * np.where(error > 0, error, np.nan)
    columns: dict[str, Any] = {
        "estimate": value,
        "standard_error": error,
        "low": value - half,
        "high": value + half,
    }
    if against >= 0:
        difference = sign * (value - value[against])
        spread = z * np.hypot(error, error[against])
        spread = np.where(spread > 0, spread, np.nan)
        columns |= {"difference": difference, "difference_low": difference - spread}
        columns |= {
            "difference_high": difference + spread,
            "error_reduction": _reduction(value, against, settings),
        }
        for name in ("difference", "difference_low", "difference_high", "error_reduction"):
            columns[name][against] = np.nan
    frame = pd.DataFrame({name: part.ravel() for name, part in columns.items()})
    for name, source in (("benchmark", "setting"), ("unit", "unit"), ("error_kind", "stderr_kind")):
        frame[name] = np.tile(settings[source].to_numpy(object), len(grid.rows))
    frame.loc[~np.isfinite(frame["standard_error"]), "error_kind"] = ""
    return frame


def _reduction(value: Floats, against: int, settings: pd.DataFrame) -> Floats:
    """(e_b - e_m) / e_b; NaN where the best bound is unknown or the baseline makes no error."""
    bound = np.where(settings["direction"] == "lower", settings["lower"], settings["upper"]).astype(float)
    return error_reduction(np.abs(bound - value), np.abs(bound - value[against]))


def error_reduction(error: Floats, baseline: Floats) -> Floats:
    """Share of the baseline's error that is gone; NaN where the baseline makes none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(baseline > 0, (baseline - error) / baseline, np.nan)


def means(
    table: ScoreTable, grid: Grid, against: int, level: float, generator: np.random.Generator
) -> tuple[pd.DataFrame, Scale]:
    """One row per system: the mean over benchmarks and its difference to the baseline's."""
    chosen = grid.columns[grid.averaged]
    kept, scale, _ = common_scale(table.settings, chosen)
    usable = len(kept) == len(chosen)
    value, error = on_scale(table, grid.rows, kept, scale)
    number = len(grid.rows)
    mean = value.mean(axis=1) if usable else np.full(number, np.nan)
    spread = np.sqrt((error**2).sum(axis=1)) / len(chosen) if usable else np.full(number, np.nan)
    spread = np.where(np.isfinite(mean) & (spread > 0), spread, np.nan)
    half = ndtri((1 + level) / 2) * spread
    k = np.isfinite(grid.goodness[:, grid.averaged]).sum(axis=1)
    why = np.where(k < len(chosen), [f"{one} of {len(chosen)} benchmarks" for one in k], "")
    why = (
        why
        if usable
        else np.where(why == "", "metrics without bounds cannot be averaged; compare ranks", why)
    )
    frame = pd.DataFrame({
        "benchmark": "", "estimate": mean, "standard_error": spread, "low": mean - half, "high": mean + half,
        "unit": "rescaled" if scale.rescaled else scale.unit, "k": k, "of": len(chosen),
        "error_kind": np.where(np.isfinite(spread), "independent benchmarks", ""), "reason": why,
    })  # fmt: skip
    if against >= 0:
        better = grid.goodness[:, grid.averaged] - grid.goodness[against, grid.averaged]
        tied = np.isclose(grid.goodness, grid.goodness[against], rtol=TIE, atol=0)[:, grid.averaged]
        frame["better"] = ((better > 0) & ~tied).sum(axis=1).astype(float)
        frame.loc[against, "better"] = np.nan
        if usable:
            frame = frame.assign(**_change(scale, value, against, level, generator))
    return frame, scale


def _change(
    scale: Scale, value: Floats, against: int, level: float, generator: np.random.Generator
) -> dict[str, Floats]:
    """Differences of means to the baseline's, with a paired bootstrap over benchmarks."""
    difference = scale.sign * (value - value[against])
    mean = difference.mean(axis=1)
    low = high = np.full(len(mean), np.nan)
    if value.shape[1] >= FEWEST_BENCHMARKS:
        low, high = bootstrap(difference, level, generator)
    bound = scale.upper if scale.sign > 0 else scale.lower
    own = value.mean(axis=1)
    reduction = error_reduction(np.abs(bound - own), np.abs(bound - own[against]))
    found = {"difference": mean, "difference_low": low, "difference_high": high, "error_reduction": reduction}
    other = np.arange(len(mean)) != against
    return {name: np.where(other, part, np.nan) for name, part in found.items()}


def bootstrap(difference: Floats, level: float, generator: np.random.Generator) -> tuple[Floats, Floats]:
    """Percentile interval of each row's mean (p, q), the columns drawn again together; NaN rows stay NaN."""
    q = difference.shape[1]
    weights = generator.multinomial(q, np.full(q, 1 / q), size=DRAWS) / q
    draws = np.where(np.isfinite(difference).all(axis=1), weights @ difference.T, np.nan)
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high
