"""How far would tau move if something other than single models were drawn anew: families of models, items or seeds?

Each function takes the scores of n shared models on two benchmarks, without gaps, and gives one tau for each of B
resamples; NaN where a resample leaves a benchmark constant.

* Families (cluster bootstrap): F families are drawn with replacement, with all their models. A model drawn twice is
  tied with its copy on both benchmarks and adds nothing; with w_f the number of times family f was drawn, each sum over
  pairs of models is w' M w, M the F x F matrix of the sums between families. So one product gives all resamples.
* Items (parametric): each score is drawn anew from a normal distribution around it with its standard error,
  independently. That adds noise to scores that already hold noise, and lowers tau on average; only the standard
  deviation of the resampled taus is used.
* Seeds (hierarchical bootstrap): models with replacement, and for each model its seeds with replacement, independently
  on the two benchmarks. Copies of a model share their seeds.

Sources: Davison and Hinkley 1997, sections 2.4 and 3.8, for clusters and for what comes in levels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Signs = NDArray[np.int8]


def by_weights(weights: Floats, x: Floats, y: Floats, group: Ints) -> Floats:
    """(B,) tau-b where each family of models is counted as often as its weight says.

    Args:
        weights: (B, F), how often each family is drawn.
        x: (n,) ranks on the first benchmark, equal where tied.
        y: (n,) ranks on the second.
        group: (n,) number of each model's family, 0 to F - 1, all of which occur.
    """
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(weights.shape[1]))
    sign_x, sign_y = (np.sign(side[order][:, np.newaxis] - side[order]) for side in (x, y))
    sums = []
    for table in (sign_x * sign_y, np.abs(sign_x), np.abs(sign_y)):
        between = np.add.reduceat(np.add.reduceat(table, starts, axis=0), starts, axis=1)
        sums.append(np.einsum("bf,bf->b", weights @ between, weights))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.clip(sums[0] / np.sqrt(sums[1] * sums[2]), -1.0, 1.0))


def draws(generator: np.random.Generator, count: int, resamples: int) -> Floats:
    """(B, F) how often each of F is drawn when F are drawn with replacement."""
    return generator.multinomial(count, np.full(count, 1 / count), size=resamples).astype(np.float64)


def item_signs(generator: np.random.Generator, score: Floats, error: Floats, resamples: int) -> Signs:
    """(B, n (n - 1) / 2) order of every two of n models in each resample of their scores."""
    drawn = score + error * generator.standard_normal((resamples, len(score)))
    first, second = np.triu_indices(len(score), k=1)
    return np.sign(drawn[:, first] - drawn[:, second]).astype(np.int8)


def spread_of_tau(x: Signs, y: Signs) -> float:
    """Standard deviation of tau over the resamples of two benchmarks."""
    return float((x * y).mean(axis=1, dtype=np.float64).std(ddof=1))


def seed_means(generator: np.random.Generator, seeds: Sequence[Floats], resamples: int) -> Floats:
    """(B, n) mean score of each model over seeds drawn with replacement from its own."""
    size = np.array([len(values) for values in seeds])
    padded = np.zeros((len(seeds), int(size.max())))
    for row, values in enumerate(seeds):
        padded[row, : len(values)] = values
    at = (generator.random((resamples, *padded.shape)) * size[:, np.newaxis]).astype(np.int64)
    used = np.arange(padded.shape[1]) < size[:, np.newaxis]
    drawn = padded[np.arange(len(seeds))[:, np.newaxis], at]
    return np.asarray(np.where(used, drawn, 0.0).sum(axis=2) / size)


def by_seeds(weights: Floats, x: Floats, y: Floats) -> Floats:
    """(B,) tau-b of weighted models whose scores (B, n) differ from resample to resample."""
    first, second = np.triu_indices(x.shape[1], k=1)
    weight = weights[:, first] * weights[:, second]
    sign_x, sign_y = (np.sign(side[:, first] - side[:, second]) for side in (x, y))
    sums = [(weight * table).sum(axis=1) for table in (sign_x * sign_y, sign_x**2, sign_y**2)]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.clip(sums[0] / np.sqrt(sums[1] * sums[2]), -1.0, 1.0))


def percentiles(taus: Floats, level: float) -> tuple[float, float, str]:
    """Interval from resampled taus, and why there is none: most must be defined, and they must differ."""
    known = taus[np.isfinite(taus)]
    if len(known) < 0.95 * len(taus):
        return float("nan"), float("nan"), "interval: undefined in many resamples"
    if np.ptp(known) == 0:
        return float("nan"), float("nan"), "interval: tau is the same in every resample"
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high), ""


def effective_number(group: Ints) -> float:
    """Groups of equal size that would weigh the same: (sum of sizes)^2 / sum of squared sizes (Kish 1965)."""
    size = np.bincount(group).astype(np.float64)
    return float(size.sum() ** 2 / (size**2).sum())
