"""Means of cells with their errors, comparisons of systems, and how many cannot be told from the best.

Vectorised over systems. `spread` is a standard error fit for intervals, `df` its degrees of freedom (infinite where
it is no deviation over a few repetitions).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Estimates:
    """One estimate per system, arrays (p,), in the metric's unit.

    Attributes:
        value: NaN where a part is missing.
        error: standard error as printed; NaN where unknown.
        spread: standard error for intervals; differs from `error` only where that is of a population deviation.
        df: degrees of freedom of `spread`.
    """

    value: Floats
    error: Floats
    spread: Floats
    df: Floats

    def interval(self, level: float) -> tuple[Floats, Floats]:
        """Student-t interval at this level; normal where df is infinite; NaN where the error is unknown or 0."""
        half = quantile((1 + level) / 2, self.df) * np.where(self.spread > 0, self.spread, np.nan)
        return self.value - half, self.value + half

    def minus(self, other: Estimates) -> Estimates:
        """Differences, as of independent estimates."""
        spread, df = satterthwaite(np.stack([self.spread, other.spread]), np.stack([self.df, other.df]))
        return Estimates(self.value - other.value, np.hypot(self.error, other.error), spread, df)

    def at(self, rows: NDArray[np.intp] | Bools | list[int]) -> Estimates:
        """Those of these systems."""
        return Estimates(self.value[rows], self.error[rows], self.spread[rows], self.df[rows])


def quantile(probability: float, df: Floats) -> Floats:
    """Student's t quantile; normal where df is infinite."""
    found: Floats = np.asarray(stdtrit(np.where(np.isnan(df), np.inf, df), probability))
    return found


def satterthwaite(spread: Floats, df: Floats) -> tuple[Floats, Floats]:
    """Error of a sum of independent parts (k, p) along the first axis, and its degrees of freedom.

    Satterthwaite (1946): (sum s^2)^2 / sum (s^4 / df). Parts of zero or unknown error: NaN only where one is unknown.
    """
    variance = spread**2
    total = variance.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = total**2 / (variance**2 / df).sum(axis=0)
    return np.sqrt(total), np.where(np.isfinite(found), found, np.inf)


def mean_of_parts(value: Floats, error: Floats, spread: Floats, df: Floats) -> Estimates:
    """Unweighted mean over the columns of (p, k) arrays; errors of parts are independent.

    A value is NaN where a part is missing; an error where one of them is unknown or where all are 0 (rounded away).
    """
    k = value.shape[1]
    if k == 0:
        nothing = np.full(len(value), np.nan)
        return Estimates(nothing, nothing, nothing, np.full(len(value), np.inf))
    both, freedom = satterthwaite(spread.T, df.T)
    with np.errstate(invalid="ignore"):
        printed = np.sqrt((error**2).sum(axis=1)) / k
    printed = np.where(printed > 0, printed, np.nan) if k > 1 else printed
    return Estimates(value.mean(axis=1), printed, both / k, freedom)


def alike(best: int, goodness: Floats, found: Estimates, level: float) -> int | None:
    """How many others cannot be told apart from the best; None where an error is unknown or there is no other.

    One-sided tests at (1 - level) / (number of others), Bonferroni: the best and those alike contain, at this level
    at least, the system that truly is best.
    """
    others = np.flatnonzero(np.isfinite(goodness) & (np.arange(len(goodness)) != best))
    rows = [best, *others.tolist()]
    if not len(others) or not (found.spread[rows] > 0).all():
        return None
    difference = found.at([best] * len(others)).minus(found.at(others))
    critical = quantile(1 - (1 - level) / len(others), difference.df)
    return int((goodness[best] - goodness[others] <= critical * difference.spread).sum())


def first_best(goodness: Floats, names: list[str]) -> int:
    """Position of the largest value; of equal ones the first by name; -1 where all are NaN."""
    known = np.flatnonzero(np.isfinite(goodness))
    if not len(known):
        return -1
    tied = known[goodness[known] == goodness[known].max()]
    return int(min(tied.tolist(), key=lambda at: names[at]))
