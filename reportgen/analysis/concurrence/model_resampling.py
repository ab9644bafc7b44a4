"""Taus of many pairs of settings under resampling of the models, all pairs with the same resample.

The mean tau of a class of pairs is uncertain because the models might have been others, and all pairs share their
models: pairs cannot be resampled, models can. A resample gives model i the weight w_i (how often it was drawn), and

    tau_b = sum_ij w_i w_j s_ij t_ij / sqrt(sum_ij w_i w_j s_ij^2  sum_ij w_i w_j t_ij^2),

s_ij and t_ij the signs of the differences in the two settings; copies of one model are no pair. These are three
quadratic forms, so no matrix of resampled scores is made. Where tables are so long that this costs too much, the
exact delete-one jackknife over models stands in, on a sample of pairs of each class where there are too many.

Sources: Efron and Tibshirani 1993, chapters 13 (percentile interval) and 11 (jackknife).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import stdtrit

from reportgen.analysis.concurrence.kendall import dense_ranks, leave_one_out

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]
    Singles = NDArray[np.float32]

#: Resamples where they are cheap, and the fewest that give an interval.
RESAMPLES, FEWEST_RESAMPLES = 1000, 200
#: CPU seconds that resampling may take, roughly.
_BUDGET = 0.3
#: Most pairs that are resampled; of more, a sample of each class.
_MOST_PAIRS = 1500


@dataclass(frozen=True, slots=True, eq=False)
class Replicates:
    """What k of the pairs show under r resamples.

    Attributes:
        pair: (k,) which of the pairs; all, unless there were too many.
        weight: (k,) how many pairs each of them stands for.
        tau: (k, r) tau-b, NaN where undefined in a resample.
        method: "bootstrap" over models, or "jackknife": r models left out, one at a time.
    """

    pair: Ints
    weight: Floats
    tau: Floats
    method: Literal["bootstrap", "jackknife"]

    def mean(self, chosen: NDArray[np.bool_]) -> Floats:
        """(r,) mean tau of the chosen ones (a mask of all pairs) in each resample; NaN where none is defined."""
        rows = np.flatnonzero(chosen[self.pair])
        return weighted_mean(self.tau[rows], self.weight[rows])

    def interval(self, point: float, values: Floats, at_point: float, level: float) -> tuple[float, float]:
        """Interval of a statistic from its values in the resamples (r,).

        Args:
            point: the statistic from all pairs and models.
            values: the statistic in each resample, from the pairs in `pair`.
            at_point: the statistic from the pairs in `pair` and all models.
            level: confidence level.
        """
        known = values[np.isfinite(values)]
        if not np.isfinite(point) or len(known) < 3 or len(known) < len(values) / 2:
            return np.nan, np.nan
        if self.method == "bootstrap":
            tail = (1 - level) / 2
            low, high = np.quantile(known, (tail, 1 - tail)) + (point - at_point)
            return float(low), float(high)
        r = len(known)
        error = np.sqrt((r - 1) / r * ((known - known.mean()) ** 2).sum())
        if error <= 1e-12:
            return np.nan, np.nan
        half = stdtrit(r - 1, (1 + level) / 2) * error
        return float(point - half), float(point + half)


def weighted_mean(tau: Floats, weight: Floats) -> Floats:
    """(r,) mean of each column of `tau` (k, r) over the rows where it is known; NaN where none is."""
    known = np.isfinite(tau)
    total = weight @ known
    with np.errstate(divide="ignore", invalid="ignore"):
        mean: Floats = (weight @ np.where(known, tau, 0.0)) / total
    return mean


def replicates(
    goodness: Floats, pairs: tuple[Ints, Ints, Ints, Floats], classes: Ints, generator: np.random.Generator
) -> Replicates:
    """Resampled taus of pairs of columns.

    Args:
        goodness: (p, q) scores, NaN missing.
        pairs: columns a (m,) and b (m,), the models they share (m,), and their tau with all of them (m,).
        classes: (m,) number of each pair's class, to sample from where there are too many pairs.
        generator: draws the models.
    """
    a, b, n, tau_of_all = pairs
    used = np.unique(np.concatenate([a, b]))
    rows = np.flatnonzero(np.isfinite(goodness[:, used]).any(axis=1))
    scores = goodness[rows]
    ranks = {int(column): dense_ranks(scores[:, column]) for column in used}
    pair, weight = _sample(classes, min(len(a), _MOST_PAIRS), generator)
    r = _affordable_resamples(n[pair], len(rows))
    shared = _Shared(scores, ranks)
    if r >= FEWEST_RESAMPLES:
        drawn = generator.multinomial(len(rows), np.full(len(rows), 1 / len(rows)), size=r)
        weights = np.ascontiguousarray(drawn.T, dtype=np.float32)
        tau = np.array([shared.weighted(int(a[at]), int(b[at]), weights) for at in pair])
        return Replicates(pair, weight, tau.reshape(len(pair), r), "bootstrap")
    pair, weight = _sample(classes, min(len(a), _affordable_pairs(n)), generator)
    tau = np.array([shared.left_out(int(a[at]), int(b[at]), tau_of_all[at]) for at in pair])
    return Replicates(pair, weight, tau.reshape(len(pair), len(rows)), "jackknife")


def _affordable_resamples(n: Ints, models: int) -> int:
    """Resamples that the budget allows, from measured costs; only their ratio to it matters, and roughly."""
    size = n.astype(np.float64)
    fixed = 1e-4 * len(n) + 2e-8 * (size**2).sum()
    each = (1.5e-10 * size**2 + 4e-9 * size + 1e-8).sum() + 2e-8 * models
    return int(min(RESAMPLES, max(0.0, (_BUDGET - fixed) / each)))


def _affordable_pairs(n: Ints) -> int:
    size = max(2.0, float(n.mean()))
    return int(max(10.0, _BUDGET / (4e-4 + 1.5e-7 * size * np.log2(size))))


def _sample(classes: Ints, most: int, generator: np.random.Generator) -> tuple[Ints, Floats]:
    """Pairs, at most about `most`, as many of each class as there are or its equal part; and their weights."""
    if len(classes) <= most:
        return np.arange(len(classes), dtype=np.intp), np.ones(len(classes))
    chosen, weight = [], []
    names, counts = np.unique(classes, return_counts=True)
    part = _equal_part(counts, most)
    for name, count in zip(names, counts, strict=True):
        rows = np.flatnonzero(classes == name)
        rows = rows if count <= part else np.sort(generator.choice(rows, part, replace=False))
        chosen.append(rows)
        weight.append(np.full(len(rows), count / len(rows)))
    order = np.argsort(np.concatenate(chosen), kind="stable")
    return np.concatenate(chosen)[order].astype(np.intp), np.concatenate(weight)[order]


def _equal_part(counts: Ints, most: int) -> int:
    """The largest number so that taking that many of each class, or all where there are fewer, is within `most`."""
    left, part = most, 0
    ordered = sorted(counts.tolist())
    for at, count in enumerate(ordered):
        part = left // (len(ordered) - at)
        if count > part:
            break
        left -= count
    return max(2, part)


@dataclass(frozen=True, slots=True, eq=False)
class _Shared:
    """Scores (p, q) and the ranks of each used column."""

    scores: Floats
    ranks: dict[int, NDArray[np.int64]]

    def _rows(self, a: int, b: int) -> Ints:
        return np.flatnonzero(np.isfinite(self.scores[:, a]) & np.isfinite(self.scores[:, b]))

    def weighted(self, a: int, b: int, weights: Singles) -> Floats:
        """(r,) tau of two columns under the weights (p, r); whole numbers in float32 are exact at these sizes."""
        rows = self._rows(a, b)
        x, y = (_signs(self.ranks[column][rows]) for column in (a, b))
        drawn = weights[rows]
        forms = [
            np.einsum("ir,ir->r", table @ drawn, drawn, dtype=np.float64)
            for table in (x * y, np.abs(x), np.abs(y))
        ]
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.clip(forms[0] / np.sqrt(forms[1] * forms[2]), -1, 1), dtype=np.float64)

    def left_out(self, a: int, b: int, tau: float) -> Floats:
        """(p,) tau of two columns without each model; without a model that they do not share it stays as it is."""
        rows = self._rows(a, b)
        x, y = self.ranks[a][rows].astype(np.float64), self.ranks[b][rows].astype(np.float64)
        found = np.full(len(self.scores), tau)
        found[rows] = leave_one_out(x, y)
        return found


def _signs(ranks: NDArray[np.int64]) -> Singles:
    difference: Singles = (ranks[:, np.newaxis] - ranks).astype(np.float32)
    np.clip(difference, -1.0, 1.0, out=difference)
    return difference
