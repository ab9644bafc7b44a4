"""How often would unrelated rankings agree this much? p-values of Kendall's tau by permutation or its normal limit.

Under independence every order of the models on the second benchmark is equally likely, given the ties on both. The test
statistic is S = C - D, concordant less discordant pairs of models, and the p-value two-sided: P(|S*| >= |S|). Tau-a,
tau-b, tau-c and Somers' D have the same p-value, since they divide S by what a permutation leaves as it is.

* up to `EXACT_WITH_TIES` models: all n! permutations;
* without ties up to `EXACT_WITHOUT_TIES` models: the exact distribution of the number of discordant pairs, built up one
  model at a time (Kendall 1938);
* else S / sqrt(var S) is taken as standard normal, with the variance corrected for ties (Kendall 1945), without
  continuity correction, as SciPy's `kendalltau(method="asymptotic")` does.

Sources: Kendall 1938, "A new measure of rank correlation"; Kendall 1945, "The treatment of ties in ranking problems".
"""

from __future__ import annotations

from functools import lru_cache
from itertools import permutations
from math import factorial
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from reportgen.analysis.midranks import midranks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    TieSums = tuple[Floats, ...]

EXACT_WITH_TIES = 8
EXACT_WITHOUT_TIES = 60

Sequence = tuple[int, ...]


def p_values(s: Floats, rank_x: Ints, rank_y: Ints) -> tuple[Floats, Floats, NDArray[np.object_]]:
    """p-value, smallest possible p-value and method ("permutation", "exact", "normal") of m pairs, all (m,).

    NaN and "" where a column is constant; the smallest possible one is NaN above `EXACT_WITH_TIES` models, where it is
    below one in a thousand unless nearly all models are tied.

    Args:
        s: (m,) concordant less discordant pairs of models.
        rank_x: (m, n) whole numbers in the order of the first column, equal where its scores are tied.
        rank_y: (m, n) the same of the second.
    """
    n = rank_x.shape[1]
    p, smallest = np.full(s.shape, np.nan), np.full(s.shape, np.nan)
    ties_x, ties_y = _tie_sums(rank_x), _tie_sums(rank_y)
    known = (ties_x[0] < n * (n - 1)) & (ties_y[0] < n * (n - 1))
    method = np.where(known, "normal", "").astype(object)
    if n <= EXACT_WITH_TIES:
        method[known] = "permutation"
        x, y = (np.asarray(midranks(rank, ties="dense", axis=1), dtype=np.int64) for rank in (rank_x, rank_y))
        for at in np.flatnonzero(known):
            shape = tuple(sorted(x[at].tolist())), tuple(sorted(y[at].tolist()))
            p[at], smallest[at] = _by_permutation(*shape, abs(round(s[at]))), _smallest(*shape)
    elif n <= EXACT_WITHOUT_TIES:
        exact = known & (ties_x[0] == 0) & (ties_y[0] == 0)
        method[exact] = "exact"
        p[exact] = _tail(n)[np.rint(np.abs(s[exact])).astype(np.int64)]
    rest = method == "normal"
    p[rest] = 2 * ndtr(-np.abs(s[rest]) / np.sqrt(_variance(n, ties_x, ties_y)[rest]))
    return p, smallest, method


def smallest_p(n: int) -> float:
    """The smallest two-sided p-value that n models without ties can give: 2 / n!."""
    return 2 / factorial(n)


# -- exact
# ------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _distribution(x: Sequence, y: Sequence) -> tuple[Ints, Ints]:
    """Distinct |S| in falling order, and how many of the n! permutations reach at least that; ranks sorted."""
    ranks = np.ascontiguousarray(np.array(y, dtype=np.int8)[_permutations(len(y))].T)
    total = np.zeros(ranks.shape[1], dtype=np.int8)
    for i in range(len(x)):
        for j in range(i):
            if x[i] != x[j]:
                total += np.sign(ranks[i] - ranks[j])
    values, counts = np.unique(np.abs(total), return_counts=True)
    return values[::-1].astype(np.int64), counts[::-1].cumsum()


@lru_cache(maxsize=EXACT_WITH_TIES)
def _permutations(n: int) -> NDArray[np.int8]:
    return np.array(list(permutations(range(n))), dtype=np.int8)


def _by_permutation(x: Sequence, y: Sequence, s: int) -> float:
    values, reached = _distribution(x, y)
    return float(reached[np.flatnonzero(values >= s)[-1]] / factorial(len(x)))


def _smallest(x: Sequence, y: Sequence) -> float:
    return float(_distribution(x, y)[1][0] / factorial(len(x)))


@lru_cache(maxsize=EXACT_WITHOUT_TIES)
def _tail(n: int) -> Floats:
    """P(|S| >= s) for s = 0, 1, ..., n (n - 1) / 2 without ties."""
    chance = np.ones(
        1
    )  # of each number of discordant pairs; the k-th model adds 0 to k - 1 of them, equally likely
    for k in range(2, n + 1):
        chance = np.convolve(chance, np.full(k, 1 / k))
    most = n * (n - 1) // 2
    of = np.zeros(most + 1)
    np.add.at(of, np.abs(most - 2 * np.arange(most + 1)), chance)
    return np.asarray(np.minimum(of[::-1].cumsum()[::-1], 1.0))


# -- normal
# ------------------------------------------------------------------------------------------------


def _variance(n: int, x: TieSums, y: TieSums) -> Floats:
    """(m,) variance of S under independence, given the ties."""
    pairs = n * (n - 1.0)
    plain = (pairs * (2 * n + 5) - x[2] - y[2]) / 18
    return np.asarray(plain + x[0] * y[0] / (2 * pairs) + x[1] * y[1] / (9 * pairs * (n - 2)))


def _tie_sums(ranks: Ints) -> TieSums:
    """Sums over groups of t tied models of t (t - 1), t (t - 1) (t - 2) and t (t - 1) (2 t + 5), each (m,)."""
    m, n = ranks.shape
    ordered = np.sort(ranks.astype(np.int32), axis=1)  # half the width sorts in half the time
    starts = np.ones((m, n), dtype=bool)
    np.not_equal(ordered[:, 1:], ordered[:, :-1], out=starts[:, 1:])
    first = np.flatnonzero(starts)
    size = np.diff(first, append=m * n)
    tied = size > 1
    row, t = first[tied] // n, size[tied].astype(np.float64)
    terms = (t * (t - 1), t * (t - 1) * (t - 2), t * (t - 1) * (2 * t + 5))
    sums = [np.bincount(row, weights=term, minlength=m) for term in terms]
    return tuple(np.asarray(one, dtype=np.float64) for one in sums)
