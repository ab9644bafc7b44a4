"""Curves over the steps of training: when a threshold is reached for good, the best and the last checkpoint, areas.

All arrays are (runs, checkpoints), each run's own checkpoints from the left in the order of steps, NaN behind them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import bdtr

from reportgen.analysis.curves import average
from reportgen.analysis.groups import combine, first_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

#: Checkpoints in a row that must be at or above a threshold.
SUSTAINED = 2
#: Fewest checkpoints of a fit on log steps.
FEWEST_FOR_A_FIT = 4
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Curve:
    """Scores of all runs on one side (training data, or one kind of test data)."""

    step: Floats
    value: Floats
    error: Floats

    @property
    def count(self) -> Ints:
        """(runs,) checkpoints of each."""
        return np.asarray(np.isfinite(self.value).sum(axis=1), dtype=np.intp)


def curve_of(run: Ints, step: Floats, value: Floats, error: Floats, *, runs: int) -> Curve:
    """Curves of runs 0 to `runs` - 1; several scores of one run at one step are averaged."""
    cell = combine(run, np.unique(step, return_inverse=True)[1].astype(np.intp))
    first = first_rows(cell)
    mean, spread = average(cell, value, error) if len(cell) else (value, error)
    order = np.lexsort((step[first], run[first]))
    return Curve(*justified(run[first][order], runs, step[first][order], mean[order], spread[order]))


def justified(row: Ints, rows: int, *columns: Floats) -> list[Floats]:
    """Each column as (rows, most per row) from the left; `row` ascends."""
    size = np.bincount(row, minlength=rows)
    place = np.arange(len(row)) - np.repeat(np.cumsum(size) - size, size)
    made = [np.full((rows, int(size.max(initial=0))), np.nan) for _ in columns]
    for array, column in zip(made, columns, strict=True):
        array[row, place] = column
    return made


def at_last(values: Floats, count: Ints) -> Floats:
    """(rows,) the last known value of each row; NaN where there is none."""
    if not values.shape[1]:
        return np.full(len(values), np.nan)
    return np.where(count > 0, values[np.arange(len(values)), np.maximum(count - 1, 0)], np.nan)


def reached(position: Floats, step: Floats, threshold: Floats) -> tuple[Floats, Floats]:
    """(runs,) first step from which `SUSTAINED` checkpoints in a row are at or above the threshold, and the one before.

    Infinite where there is none; NaN where positions are unknown, or there is no checkpoint before.
    """
    rows = np.arange(len(position))
    above = np.zeros((len(position), max(position.shape[1] - SUSTAINED + 1, 0)), dtype=bool)
    if above.shape[1]:
        good = position >= threshold[:, None] - _ROUNDING
        above = np.logical_and.reduce(
            [good[:, shift : shift + above.shape[1]] for shift in range(SUSTAINED)], axis=0
        )
    known = np.isfinite(position).any(axis=1)
    if not above.shape[1]:
        return np.where(known, np.inf, np.nan), np.full(len(position), np.nan)
    first = above.argmax(axis=1)
    found = above.any(axis=1)
    time = np.where(found, step[rows, first], np.where(known, np.inf, np.nan))
    before = np.where(found & (first > 0), step[rows, np.maximum(first - 1, 0)], np.nan)
    return time, before


def falls_back(position: Floats, step: Floats, time: Floats, threshold: Floats) -> Bools:
    """Whether a run is below the threshold again at a step after it was reached."""
    below: Bools = (position < threshold[:, None] - _ROUNDING) & (step > time[:, None])
    return np.asarray(below.any(axis=1))


def improvement(goodness: Floats) -> Floats:
    """Position between the first checkpoint (0) and the best one (1); NaN for a run that never improves."""
    if not goodness.shape[1]:
        return goodness
    start = goodness[:, :1]
    best = np.fmax.reduce(goodness, axis=1, keepdims=True)
    return (goodness - start) / np.where(best > start, best - start, np.nan)


def best_checkpoint(goodness: Floats, step: Floats) -> tuple[Ints, Floats]:
    """(runs,) place and step of the best checkpoint, the earliest of equal ones; NaN where there is none."""
    if not goodness.shape[1]:
        return np.zeros(len(goodness), dtype=np.intp), np.full(len(goodness), np.nan)
    known = np.isfinite(goodness)
    place = np.where(known, goodness, -np.inf).argmax(axis=1)
    return place, np.where(known.any(axis=1), step[np.arange(len(goodness)), place], np.nan)


def paired(first: Curve, second: Curve) -> tuple[Floats, Floats, Floats]:
    """Steps at which both curves of a run are measured, first minus second there, and the error of that."""
    rows, runs = len(first.value), []
    for curve in (first, second):
        run, place = np.nonzero(np.isfinite(curve.value))
        runs.append((run, curve.step[run, place], curve.value[run, place], curve.error[run, place]))
    codes = np.unique(np.concatenate([runs[0][1], runs[1][1]]), return_inverse=True)[1]
    width = int(codes.max(initial=0)) + 1
    left = runs[0][0] * width + codes[: len(runs[0][0])]
    right = runs[1][0] * width + codes[len(runs[0][0]) :]
    _, a, b = np.intersect1d(left, right, assume_unique=True, return_indices=True)
    made = justified(
        runs[0][0][a],
        rows,
        runs[0][1][a],
        runs[0][2][a] - runs[1][2][b],
        np.hypot(runs[0][3][a], runs[1][3][b]),
    )
    return made[0], made[1], made[2]


def _logs(step: Floats) -> Floats:
    """log10 of positive steps, NaN for the others, which have no place on a log axis."""
    return np.log10(np.where(step > 0, step, np.nan))


def log_area(step: Floats, value: Floats) -> Floats:
    """(runs,) mean height of the curve over log10 of its positive steps, by trapezoids; NaN with fewer than two."""
    if step.shape[1] < 2:
        return np.full(len(step), np.nan)
    x = _logs(step)
    widths = x[:, 1:] - x[:, :-1]
    heights = (value[:, 1:] + value[:, :-1]) / 2
    whole = np.nansum(widths, axis=1)
    return np.asarray(np.nansum(widths * heights, axis=1) / np.where(whole > 0, whole, np.nan))


def log_slope(step: Floats, value: Floats) -> tuple[Floats, Floats]:
    """(runs,) least-squares slope of the value over log10 step, per tenfold steps, and R²; NaN with too few."""
    x = _logs(step)
    known = np.isfinite(x) & np.isfinite(value)
    n = known.sum(axis=1)
    enough = np.where(n >= FEWEST_FOR_A_FIT, n, np.nan)
    across, up = (np.where(known, one, 0.0) for one in (x, value))
    dx = np.where(known, across - (across.sum(axis=1) / enough)[:, None], 0.0)
    dy = np.where(known, up - (up.sum(axis=1) / enough)[:, None], 0.0)
    sxx, sxy, syy = (dx * dx).sum(axis=1), (dx * dy).sum(axis=1), (dy * dy).sum(axis=1)
    slope = sxy / np.where(sxx > 0, sxx, np.nan)
    usable = np.isfinite(enough)
    return (
        np.where(usable, slope, np.nan),
        np.where(usable, slope * sxy / np.where(syy > 0, syy, np.nan), np.nan),
    )


def middle(times: Floats) -> Floats:
    """(rows,) median of the known entries; infinite where it is among those never reached; NaN without any."""
    ordered = np.sort(times, axis=1)  # NaN last
    n = (~np.isnan(times)).sum(axis=1)
    rows = np.arange(len(times))
    low = ordered[rows, np.maximum((n - 1) // 2, 0)]
    high = ordered[rows, np.maximum(n // 2, 0).clip(max=times.shape[1] - 1)]
    both = np.isfinite(low) & np.isfinite(high)
    mean = (np.where(both, low, 0.0) + np.where(both, high, 0.0)) / 2
    return np.where(n == 0, np.nan, np.where(both, mean, np.inf))


def median_interval(times: Floats, *, level: float) -> tuple[Floats, Floats]:
    """(rows,) interval of the median from order statistics, of any distribution; NaN with too few.

    Of n sorted values from x_k to x_(n+1-k), with the largest k such that 2 P(Binomial(n, 1/2) < k) <= 1 - level: at
    95 % six values at least. Its upper end may be infinite.
    """
    n = (~np.isnan(times)).sum(axis=1)
    k = _order_statistic(int(n.max(initial=0)), level)[n]
    ordered, rows = np.sort(times, axis=1), np.arange(len(times))
    low = ordered[rows, np.maximum(k - 1, 0)]
    high = ordered[rows, np.maximum(n - k, 0).clip(max=max(times.shape[1] - 1, 0))]
    return np.where(k > 0, low, np.nan), np.where(k > 0, high, np.nan)


def _order_statistic(largest: int, level: float) -> Ints:
    """K for every n from 0 to `largest`; 0 where there is none."""
    found = np.zeros(largest + 1, dtype=np.intp)
    for n in range(1, largest + 1):
        tails = 2 * bdtr(np.arange(n // 2 + 1), n, 0.5)
        found[n] = int((tails <= 1 - level + _ROUNDING).sum())
    return found
