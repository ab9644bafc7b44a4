"""Scores of the groups of one population: each against the rest, their spread, and how it goes with their size.

All functions take systems by groups, shape (p, k) with k >= 2, scores known; errors and numbers of items may be NaN.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtrc, ndtr, ndtri, stdtr

from reportgen.analysis.midranks import midranks
from reportgen.analysis.proportions import newcombe, wilson
from reportgen.analysis.standard_error import binomial_error

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]

#: Fewer groups show no relation with size.
FEWEST_FOR_SIZE = 5
#: How far an error over items may be from the binomial one: n - 1 instead of n, and rounding.
_BINOMIAL_TOLERANCE = 0.06


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Scores of groups.

    Attributes:
        value, error, n: (p, k) scores, their standard errors and items behind them.
        sign: 1 where larger is better, -1 where smaller is.
        lower, width: of the metric's range; NaN where unbounded.
        binary: whether the metric scores each item 0 or 1.
    """

    value: Floats
    error: Floats
    n: Floats
    sign: float
    lower: float
    width: float
    binary: bool

    def shares(self) -> Bools:
        """(p,) systems whose scores are all shares of so many items, by their errors too."""
        if not self.binary or not np.isfinite(self.width):
            return np.zeros(len(self.value), dtype=bool)
        expected = binomial_error(self.share(), self.n) * self.width
        return np.asarray(np.isclose(self.error, expected, rtol=_BINOMIAL_TOLERANCE).all(axis=1))

    def share(self) -> Floats:
        """Scores from 0 to 1 of the metric's range."""
        return (self.value - self.lower) / self.width

    def intervals(self, level: float) -> tuple[Floats, Floats]:
        """Of every score by itself: Wilson for shares of items, else normal; NaN where the error is unknown."""
        half = ndtri((1 + level) / 2) * self.error
        shares = self.shares()[:, np.newaxis]
        if not shares.any():
            return self.value - half, self.value + half
        low, high = (end * self.width + self.lower for end in wilson(self.share(), self.n, level=level))
        return np.where(shares, low, self.value - half), np.where(shares, high, self.value + half)

    def weights(self) -> Floats:
        """(p, k) shares of all items; equal where any number of items is unknown."""
        known = np.isfinite(self.n).all(axis=1, keepdims=True)
        n = np.where(known, self.n, 1.0)
        weights: Floats = n / n.sum(axis=1, keepdims=True)
        return weights


@dataclass(frozen=True, slots=True, eq=False)
class AgainstRest:
    """Each group against all others, (p, k).

    Attributes:
        rest: mean of the others, weighted by items.
        disadvantage: rest minus group in the direction of goodness; positive means the group is behind.
        low, high: simultaneous intervals (Bonferroni over the groups).
        p, adjusted: two-sided, and by Holm over the groups.
    """

    rest: Floats
    disadvantage: Floats
    low: Floats
    high: Floats
    p: Floats
    adjusted: Floats


def against_rest(groups: Groups, *, level: float) -> AgainstRest:
    """Disadvantages; groups are independent. Shares of items: Newcombe's interval and the score test."""
    weights = groups.weights()
    rest = ((weights * groups.value).sum(axis=1, keepdims=True) - weights * groups.value) / (1 - weights)
    squares = (weights * groups.error) ** 2
    rest_error = np.sqrt(np.maximum(squares.sum(axis=1, keepdims=True) - squares, 0)) / (1 - weights)
    error = np.hypot(groups.error, rest_error)
    disadvantage = groups.sign * (rest - groups.value)
    each = 1 - (1 - level) / groups.value.shape[1]
    half = ndtri((1 + each) / 2) * error
    low, high = disadvantage - half, disadvantage + half
    with np.errstate(divide="ignore", invalid="ignore"):
        p = np.where(error > 0, 2 * ndtr(-np.abs(disadvantage) / error), np.nan)
    shares = groups.shares()
    if shares.any():
        exact = _shares_against_rest(groups, rest, each)
        low, high, p = (
            np.where(shares[:, np.newaxis], new, old) for new, old in zip(exact, (low, high, p), strict=True)
        )
    return AgainstRest(rest, disadvantage, low, high, p, holm(p))


def _shares_against_rest(groups: Groups, rest: Floats, level: float) -> tuple[Floats, Floats, Floats]:
    """Newcombe's interval of the disadvantage, and p of the test with a pooled share."""
    total = groups.n.sum(axis=1, keepdims=True)
    mine = (groups.share(), groups.n)
    others = ((rest - groups.lower) / groups.width, total - groups.n)
    first, second = (others, mine) if groups.sign > 0 else (mine, others)
    low, high = newcombe(first, second, level=level)
    pooled = (mine[0] * groups.n).sum(axis=1, keepdims=True) / total
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt(pooled * (1 - pooled) * (1 / groups.n + 1 / others[1]))
        p = np.where(error > 0, 2 * ndtr(-np.abs(others[0] - mine[0]) / error), 1.0)
    return low * groups.width, high * groups.width, p


def holm(p: Floats) -> Floats:
    """Adjusted p of each row of (p, k) by Holm 1979; NaN in a row with any unknown p."""
    k = p.shape[1]
    order = np.argsort(p, axis=1, kind="stable")
    ordered = np.take_along_axis(p, order, axis=1) * np.arange(k, 0, -1)
    running = np.minimum(np.maximum.accumulate(ordered, axis=1), 1.0)
    found = np.empty_like(running)
    np.put_along_axis(found, order, running, axis=1)
    return np.where(np.isnan(p).any(axis=1, keepdims=True), np.nan, found)


def spread(groups: Groups, *, level: float) -> dict[str, Floats]:
    """(p,) range with its interval, deviations (of all groups: divisor k), and p of equal groups.

    The interval of the range is from simultaneous intervals of all scores (Bonferroni): from the distance that
    they leave between the best and the worst, to the distance of their outermost ends.
    """
    k = groups.value.shape[1]
    low, high = groups.intervals(1 - (1 - level) / k)
    weights = groups.weights()
    mean = (weights * groups.value).sum(axis=1, keepdims=True)
    counted = np.isfinite(groups.n).all(axis=1)
    weighted = np.sqrt((weights * (groups.value - mean) ** 2).sum(axis=1))
    return {
        "range": groups.value.max(axis=1) - groups.value.min(axis=1),
        "low": np.maximum(low.max(axis=1) - high.min(axis=1), 0.0),
        "high": high.max(axis=1) - low.min(axis=1),
        "deviation": groups.value.std(axis=1),
        "weighted_deviation": np.where(counted, weighted, np.nan),
        "noise": np.sqrt((groups.error**2).mean(axis=1)),
        "p_equal": p_equal(groups),
        "macro_mean": groups.value.mean(axis=1),
        "micro_mean": np.where(counted, mean[:, 0], np.nan),
    }


def p_equal(groups: Groups) -> Floats:
    """(p,) p of all groups being equal: chi-squared of shares of items, else Cochran's Q; NaN without errors."""
    k = groups.value.shape[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        precision = 1 / groups.error**2
        mean = (precision * groups.value).sum(axis=1, keepdims=True) / precision.sum(axis=1, keepdims=True)
        q = (precision * (groups.value - mean) ** 2).sum(axis=1)
        if (shares := groups.shares()).any():
            share = groups.share()
            pooled = (groups.n * share).sum(axis=1, keepdims=True) / groups.n.sum(axis=1, keepdims=True)
            table = (groups.n * (share - pooled) ** 2 / (pooled * (1 - pooled))).sum(axis=1)
            same = ((pooled == 0) | (pooled == 1))[:, 0]
            q = np.where(shares, np.where(same, 0.0, table), q)
    return np.where(np.isfinite(q), chdtrc(k - 1, q), np.nan)


def size_correlation(groups: Groups) -> tuple[Floats, Floats, NDArray[np.object_]]:
    """(p,) Spearman's correlation of goodness with size, its p, and why there is none.

    The logarithm of size has the same ranks. p is by Student's t with k - 2 degrees of freedom.
    """
    systems, k = groups.value.shape
    unknown = np.full(systems, np.nan)
    if k < FEWEST_FOR_SIZE:
        return (
            unknown,
            unknown,
            np.full(systems, f"fewer than {FEWEST_FOR_SIZE} groups are large enough", dtype=object),
        )
    counted = np.isfinite(groups.n).all(axis=1)
    varied = groups.value.max(axis=1) > groups.value.min(axis=1)
    sized = counted & (groups.n.max(axis=1) > groups.n.min(axis=1))
    reason = np.select(
        [~counted, ~sized, ~varied],
        ["sizes of groups are unknown", "all groups have one size", "all groups have one score"],
        "",
    )
    known = np.asarray(reason == "")
    goodness, size = (midranks(of, axis=1) - (k + 1) / 2 for of in (groups.sign * groups.value, groups.n))
    with np.errstate(divide="ignore", invalid="ignore"):
        rho = (goodness * size).sum(axis=1) / np.sqrt((goodness**2).sum(axis=1) * (size**2).sum(axis=1))
        rho = np.where(known, np.clip(rho, -1.0, 1.0), np.nan)
        p = 2 * stdtr(k - 2, -np.abs(rho) * np.sqrt((k - 2) / (1 - rho**2)))
    return rho, p, reason.astype(object)
