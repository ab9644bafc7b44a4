"""Errors of a mean over test items, and of the difference of two systems on the same items.

Items are a sample of the items one could have asked. Items that share a text, a document or an author belong to
one cluster and are no independent draws; then the clusters are the sample. Several answers to one item are no
new items: they are averaged first, and what they tell apart is how much of the spread would go away with more of
them (Miller 2024, arXiv 2411.00640).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import bdtr, stdtr, stdtrit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

#: With fewer clusters the plain clustered error is clearly too small, and the corrected one is used.
FEW_CLUSTERS = 20


@dataclass(frozen=True, slots=True)
class MeanError:
    """A mean over items with its error.

    Attributes:
        mean: over items.
        error: standard error; NaN with a single cluster, or where all clusters agree.
        low, high: interval at the level asked for, Student's t with `freedom` degrees; NaN with `error`.
        freedom: clusters (items, where each is its own) less one.
        method: "items", "clusters" or "clusters, corrected for few".
    """

    mean: float
    error: float
    low: float
    high: float
    freedom: int
    method: str


@dataclass(frozen=True, slots=True)
class Difference:
    """First minus second system over the items that both answered.

    Attributes:
        mean: with its error and interval, as a mean of differences.
        p: two-sided, of no difference, by Student's t; NaN without an error.
        n: items that both answered.
        correlation: of the two systems' scores over these items; NaN where one never varies.
    """

    mean: MeanError
    p: float
    n: int
    correlation: float


@dataclass(frozen=True, slots=True)
class Spread:
    """Where the spread of scores of items comes from, in squared units of the score.

    Attributes:
        between: variance of the items' own means, were each asked without end; never below 0.
        within: variance of one answer around its item's mean; NaN where no item was asked twice.
        error: standard error of the mean over items with the answers there are.
        limit: that error if every item were asked without end; NaN with `within`.
        samples: mean number of answers to an item.
    """

    between: float
    within: float
    error: float
    limit: float
    samples: float


def mean_error(scores: Floats, *, level: float, clusters: Ints | None = None) -> MeanError:
    """The mean of (n,) finite scores with its error; `clusters` holds a code from 0 for each item.

    Error over items: sd / sqrt(n). Over clusters: sqrt(sum over clusters of (sum of deviations)^2) / n, which is
    the sandwich estimator of a regression on a constant. Below `FEW_CLUSTERS` each cluster's square is divided by
    1 - n_c / n (CR2, Bell and McCaffrey 2002), which makes it unbiased where items are independent and alike.
    """
    n, mean = len(scores), float(scores.mean()) if len(scores) else float("nan")
    sizes = np.ones(n) if clusters is None else np.bincount(clusters).astype(float)
    method = "items" if clusters is None else "clusters"
    freedom = int((sizes > 0).sum()) - 1
    if freedom < 1:
        return MeanError(mean, np.nan, np.nan, np.nan, max(freedom, 0), method)
    deviation = scores - mean
    if clusters is None:
        square = float(deviation @ deviation) / (n * (n - 1.0))
    else:
        totals = np.bincount(clusters, weights=deviation)
        few = freedom + 1 < FEW_CLUSTERS
        method = "clusters, corrected for few" if few else method
        square = float((totals**2 / (1 - sizes / n if few else 1.0)).sum()) / n**2
    error = float(np.sqrt(square)) if square > 0 else float("nan")
    half = float(stdtrit(freedom, (1 + level) / 2)) * error
    return MeanError(mean, error, mean - half, mean + half, freedom, method)


def difference(first: Floats, second: Floats, *, level: float, clusters: Ints | None = None) -> Difference:
    """The paired difference of two systems, (n,) scores each, NaN where an item was not answered."""
    both = np.isfinite(first) & np.isfinite(second)
    codes = None if clusters is None else np.unique(clusters[both], return_inverse=True)[1]
    one, other = first[both], second[both]
    found = mean_error(one - other, level=level, clusters=codes)
    t = abs(found.mean) / found.error if found.error > 0 else float("nan")
    p = 2 * float(stdtr(found.freedom, -t)) if np.isfinite(t) else float("nan")
    return Difference(found, p, int(both.sum()), _correlation(one, other))


def _correlation(one: Floats, other: Floats) -> float:
    if len(one) < 2 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return float("nan")
    return float(np.corrcoef(one, other)[0, 1])


def mcnemar(first: Floats, second: Floats) -> float:
    """Exact two-sided p that two systems are right equally often, from items that only one of them got right.

    Scores are 0 or 1, NaN where not answered. With b and c such items: 2 P(Bin(b + c, 1/2) <= min(b, c)), at most
    1; also where they differ on no item.

    Raises:
        ValueError: a score is neither 0 nor 1.
    """
    both = np.isfinite(first) & np.isfinite(second)
    one, other = first[both], second[both]
    if not (np.isin(one, (0.0, 1.0)).all() and np.isin(other, (0.0, 1.0)).all()):
        raise ValueError("McNemar's test is for items scored 0 or 1")
    only_first, only_second = int((one > other).sum()), int((other > one).sum())
    discordant = only_first + only_second
    return min(1.0, 2 * float(bdtr(min(only_first, only_second), discordant, 0.5))) if discordant else 1.0


def spread(answers: Floats) -> Spread:
    """Variance between and within items of (n, K) answers, NaN where an item was asked fewer times.

    Within: pooled over items, sum of squares around the item's mean / (answers - items). Between: variance of
    the items' means less what the answers' own variance adds, within * mean of 1 / K_i.
    """
    count = np.isfinite(answers).sum(axis=1)
    answers, count = answers[count > 0], count[count > 0].astype(float)
    n = len(count)
    if n < 2:
        return Spread(np.nan, np.nan, np.nan, np.nan, float(count.mean()) if n else np.nan)
    means = np.nansum(answers, axis=1) / count
    squares = float(np.nansum((answers - means[:, np.newaxis]) ** 2))
    repeated = count.sum() - n
    within = squares / repeated if repeated else float("nan")
    total = float(means.var(ddof=1))
    between = max(0.0, total - within * float((1 / count).mean())) if repeated else total
    limit = float(np.sqrt(between / n)) if repeated else float("nan")
    return Spread(between, within, float(np.sqrt(total / n)), limit, float(count.mean()))
