"""Ways to put the agreement of two benchmarks into one number, each with what it means in plain words.

With C concordant and D discordant of the n (n - 1) / 2 pairs of models, n_x and n_y the pairs that the first and the
second benchmark tell apart, and q the smaller number of distinct scores:

    tau-a      (C - D) / (n (n - 1) / 2)            (1 + tau-a) / 2 = chance of the same order, ties counted half
    tau-b      (C - D) / sqrt(n_x n_y)
    tau-c      2 (C - D) q / (n^2 (q - 1))          Stuart 1953
    Somers' D  (C - D) / n_x                        of the second given the first; Somers 1962
    gamma      (C - D) / (C + D)                    Goodman and Kruskal 1954
    Spearman   product moment of the average ranks
    Pearson    product moment of the scores themselves

and `weighted_tau`, `top_k` and `rank_biased_overlap` in modules of their own. Scores tied up to the noise of floating
point are tied in all of them (`kendall.dense_ranks`). Larger is better on both sides. No unit.

Interval: value -+ t * SE, clipped to the range, SE the exact delete-one jackknife over models, t Student's quantile
with n - 1 degrees of freedom, as for tau-b in `agreement`; for Spearman and Pearson on the scale of Fisher's z = atanh,
where the nominal 95 % interval covered 0.94 to 0.98 in simulation (bivariate normal scores, correlation 0 to 0.95, n =
10 to 50, 3,000 draws each) and the plain one 0.78 to 0.95. Weighted tau and gamma covered 0.91 to 0.96 there. Top lists
and rank-biased overlap have none: they rest on the first few places, and leaving out one model at a time does not
measure how much those would vary (Efron 1982, chapter 3, on statistics that are not smooth).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import stdtrit

from reportgen import numbers
from reportgen.analysis.concurrence.agreement import FEWEST_FOR_INTERVAL
from reportgen.analysis.concurrence.paired import paired
from reportgen.analysis.concurrence.rank_biased_overlap import PERSISTENCE, rank_biased_overlap
from reportgen.analysis.concurrence.top_k import MOST_LISTED, top_lists
from reportgen.analysis.concurrence.weighted_tau import weighted_tau, weighted_tau_without
from reportgen.analysis.midranks import midranks

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from reportgen.analysis.concurrence.paired import Paired

    Floats = NDArray[np.float64]
    Objects = NDArray[np.object_]

#: Why lists of the best, and what weighs like them, have no interval.
JUMPS = "interval: rests on the first few places, whose spread leaving out one model does not measure"
CONSTANT = "constant"
#: Shared models above which no table of pairs of models is made.
MOST_FOR_TABLE = 1000

_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One way to measure agreement.

    Attributes:
        title: to print. meaning: plain words, one sentence.
        signed: 0 stands for unrelated rankings and a negative value for opposite ones.
        values: (m,) of m pairs; NaN where undefined.
        without: (m, n) of each pair without each model; None where there is no interval.
        quick: costs no table of model pairs, so that all pairs of benchmarks can have it.
        fisher: its interval is made on the scale of atanh.
        table: its interval looks at all pairs of models at once, and is not made above `MOST_FOR_TABLE` models.
    """

    name: str
    title: str
    meaning: str
    signed: bool
    values: Callable[[Paired], Floats]
    without: Callable[[Paired], Floats] | None
    quick: bool = False
    fisher: bool = False
    table: bool = False

    def of(self, x: Floats, y: Floats) -> float:
        """The coefficient of two vectors (n,) without gaps, larger is better; NaN where undefined."""
        return float(self.values(paired(x, y))[0])


# -- what is counted over pairs of models
# ------------------------------------------------------------------------------------------------


def _tau_a(net: Floats, n: int) -> Floats:
    return np.asarray(net / (n * (n - 1) / 2))


def _tau_c(net: Floats, n: int, q: Floats) -> Floats:
    return _divided(2 * net * q, n**2 * (q - 1))


def _distinct(pairs: Paired) -> tuple[Floats, Floats]:
    """Smaller number of distinct scores: (m,), and (m, n) without each model."""
    counts, left = [], []
    for told in (pairs.told_x, pairs.told_y):
        size = pairs.n - told
        count = np.rint((1 / size).sum(axis=1))
        counts.append(count)
        left.append(count[:, np.newaxis] - (size == 1))
    return np.minimum(*counts), np.minimum(*left)


def _half(counts: Floats) -> Floats:
    """(m,) pairs of models from (m, n) counts of partners."""
    return np.asarray(counts.sum(axis=1) / 2)


def _left(counts: Floats) -> Floats:
    """(m, n) pairs of models that are left without each model."""
    return np.asarray(_half(counts)[:, np.newaxis] - counts)


def _divided(above: Floats, below: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.clip(np.where(below > 0, above / below, np.nan), -1.0, 1.0)


def _tau_b(pairs: Paired) -> Floats:
    return _divided(_half(pairs.net), np.sqrt(_half(pairs.told_x) * _half(pairs.told_y)))


def _tau_b_without(pairs: Paired) -> Floats:
    return _divided(_left(pairs.net), np.sqrt(_left(pairs.told_x) * _left(pairs.told_y)))


# -- what is computed from ranks and scores
# ------------------------------------------------------------------------------------------------


def _product_moment(x: Floats, y: Floats) -> Floats:
    x, y = (side - side.mean(axis=1, keepdims=True) for side in (x, y))
    return _divided((x * y).sum(axis=1), np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1)))


def _pearson(pairs: Paired) -> Floats:
    return np.where(pairs.varies, _product_moment(pairs.x, pairs.y), np.nan)


def _pearson_without(pairs: Paired) -> Floats:
    """Leaving out a point takes n / (n - 1) of the product of its deviations from every sum."""
    x, y = (side - side.mean(axis=1, keepdims=True) for side in (pairs.x, pairs.y))
    more = pairs.n / (pairs.n - 1)
    sums = [(a * b).sum(axis=1, keepdims=True) - more * a * b for a, b in ((x, y), (x, x), (y, y))]
    value = _divided(sums[0], np.sqrt(np.maximum(sums[1] * sums[2], 0)))
    return np.where(pairs.varies_without, value, np.nan)


def _centred_ranks(ranks: NDArray[np.int64]) -> Floats:
    """(m, n) average ranks around 0."""
    middle = np.asarray(midranks(ranks, axis=1), dtype=np.float64)
    return np.asarray(middle - (ranks.shape[1] + 1) / 2)


def _spearman(pairs: Paired) -> Floats:
    return np.where(
        pairs.varies, _product_moment(_centred_ranks(pairs.rank_x), _centred_ranks(pairs.rank_y)), np.nan
    )


def _spearman_without(pairs: Paired) -> Floats:
    """Without model i the centred rank of j loses half the sign of their difference: r_j - s_ji / 2.

    So sum_j (r_j - s_ji / 2) (t_j - u_ji / 2) over the others needs, beside sums over all models, only sum_j r_j u_ji,
    which is a difference of two partial sums in the order of t, and sum_j s_ji u_ji, the net count of model i.
    """
    r, t = _centred_ranks(pairs.rank_x), _centred_ranks(pairs.rank_y)

    def total(
        a: Floats, b: Floats, ranks_a: NDArray[np.int64], ranks_b: NDArray[np.int64], net: Floats
    ) -> Floats:
        crossed = _by_sign(a, ranks_b) + _by_sign(b, ranks_a)
        return np.asarray((a * b).sum(axis=1, keepdims=True) - a * b - crossed / 2 + net / 4)

    product = total(r, t, pairs.rank_x, pairs.rank_y, pairs.net)
    square_x = total(r, r, pairs.rank_x, pairs.rank_x, pairs.told_x)
    square_y = total(t, t, pairs.rank_y, pairs.rank_y, pairs.told_y)
    return np.where(pairs.varies_without, _divided(product, np.sqrt(square_x * square_y)), np.nan)


def _by_sign(values: Floats, ranks: NDArray[np.int64]) -> Floats:
    """(m, n): for each model i the sum over j of values_j sign(rank_j - rank_i); values sum to 0."""
    order = np.argsort(ranks, axis=1, kind="stable")
    running = np.take_along_axis(values, order, axis=1).cumsum(axis=1)
    running = np.concatenate([np.zeros((len(values), 1)), running], axis=1)
    before = np.asarray(midranks(ranks, ties="min", axis=1), dtype=np.int64) - 1
    through = np.asarray(midranks(ranks, ties="max", axis=1), dtype=np.int64)
    below, upto = (np.take_along_axis(running, at, axis=1) for at in (before, through))
    return np.asarray(running[:, -1:] - upto - below)


# -- the registry
# ------------------------------------------------------------------------------------------------

#: By name, in the order in which they are shown.
COEFFICIENTS: dict[str, Coefficient] = {
    one.name: one
    for one in (
        Coefficient(
            "tau_b", "Kendall's tau-b",
            "pairs of models in the same order less pairs in opposite order, as a share; ties are accounted for",
            signed=True, quick=True, values=_tau_b, without=_tau_b_without,
        ),
        Coefficient(
            "tau_a", "Kendall's tau-a",
            "as a share of all pairs of models, tied ones too: (1 + tau-a) / 2 is the chance of the same order",
            signed=True, quick=True, values=lambda p: np.where(p.varies, _tau_a(_half(p.net), p.n), np.nan),
            without=lambda p: np.where(p.varies_without, _tau_a(_left(p.net), p.n - 1), np.nan),
        ),
        Coefficient(
            "tau_c", "Stuart's tau-c",
            "for benchmarks with few distinct scores: as a share of the most that this many distinct scores allow",
            signed=True, values=lambda p: _tau_c(_half(p.net), p.n, _distinct(p)[0]),
            without=lambda p: _tau_c(_left(p.net), p.n - 1, _distinct(p)[1]),
        ),
        Coefficient(
            "somers_d", "Somers' D",
            "as a share of the pairs that the first benchmark tells apart: how well it predicts the second",
            signed=True, values=lambda p: np.where(p.varies, _divided(_half(p.net), _half(p.told_x)), np.nan),
            without=lambda p: np.where(p.varies_without, _divided(_left(p.net), _left(p.told_x)), np.nan),
        ),
        Coefficient(
            "gamma", "Goodman and Kruskal's gamma",
            "as a share of the pairs that both benchmarks tell apart: ties are left out",
            signed=True, values=lambda p: _divided(_half(p.net), _half(p.told_both)),
            without=lambda p: _divided(_left(p.net), _left(p.told_both)),
        ),
        Coefficient(
            "weighted_tau", "weighted tau",
            "Kendall's tau in which pairs near the top count more",
            signed=True, table=True, values=weighted_tau, without=weighted_tau_without,
        ),
        Coefficient(
            "spearman", "Spearman's rho",
            "correlation of the ranks: large differences of rank count more than small ones",
            signed=True, quick=True, fisher=True, values=_spearman, without=_spearman_without,
        ),
        Coefficient(
            "pearson", "Pearson's r",
            "correlation of the scores themselves: how far models lie apart counts, not only their order",
            signed=True, quick=True, fisher=True, values=_pearson, without=_pearson_without,
        ),
        Coefficient(
            "top_k_tau", "tau of the best models",
            f"order of the models that either benchmark puts among its {MOST_LISTED} best (of few: its better half)",
            signed=False, values=lambda p: top_lists(p).tau, without=None,
        ),
        Coefficient(
            "top_k_overlap", "overlap of the best models",
            f"share of the {MOST_LISTED} best models (of few models, of the better half) that both benchmarks name",
            signed=False, values=lambda p: np.where(p.varies, top_lists(p).overlap, np.nan), without=None,
        ),
        Coefficient(
            "rbo", "rank-biased overlap",
            f"what both rankings share from the top down, each place counting {numbers.plain(PERSISTENCE)} of the last",
            signed=False, values=rank_biased_overlap, without=None,
        ),
    )
}  # fmt: skip


# -- intervals
# ------------------------------------------------------------------------------------------------


#: A scale and the way back. At 1 atanh is infinite; the limit still leaves an interval that says nothing.
_PLAIN: tuple[Any, Any] = (lambda value: value, lambda value: value)
_Z: tuple[Any, Any] = (lambda value: np.arctanh(np.clip(value, -1 + 1e-9, 1 - 1e-9)), np.tanh)


def with_interval(
    coefficient: Coefficient, pairs: Paired, level: float
) -> tuple[Floats, Floats, Floats, Objects]:
    """Value, low, high and reason of m pairs, all (m,); `reason` says why there is no value, or else no interval."""
    value = coefficient.values(pairs)
    low, high = np.full(value.shape, np.nan), np.full(value.shape, np.nan)
    reason = np.full(value.shape, CONSTANT, dtype=object)
    known = np.isfinite(value)
    reason[known] = JUMPS if coefficient.without is None else ""
    if coefficient.without is not None and pairs.n < FEWEST_FOR_INTERVAL:
        reason[known] = f"interval: n={pairs.n}, needs {FEWEST_FOR_INTERVAL}"
    elif coefficient.table and pairs.n > MOST_FOR_TABLE:
        reason[known] = f"interval: not computed above {MOST_FOR_TABLE} models"
    elif coefficient.without is not None:
        scale = _Z if coefficient.fisher else _PLAIN
        error = jackknife_error(scale[0](coefficient.without(pairs)))
        half = stdtrit(pairs.n - 1, (1 + level) / 2) * error
        usable = known & (error > _ROUNDING)
        ends = (scale[1](scale[0](value) + side * half) for side in (-1, 1))
        low[usable], high[usable] = (np.clip(end, -1.0, 1.0)[usable] for end in ends)
        reason[known & (error <= _ROUNDING)] = "interval: the value is the same whichever model is left out"
        reason[known & np.isnan(error)] = "interval: undefined without one of the models"
    return value, low, high, reason


def jackknife_error(without: Floats) -> Floats:
    """(m,) standard errors from (m, n) values without each model: sqrt((n - 1) / n * sum of squared deviations)."""
    n = without.shape[1]
    deviation = without - without.mean(axis=1, keepdims=True)
    return np.asarray(np.sqrt((n - 1) / n * (deviation**2).sum(axis=1)))
