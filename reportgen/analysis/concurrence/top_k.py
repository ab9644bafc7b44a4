"""Do two benchmarks have the same models at the top? Overlap and order of two lists of the k best.

A list holds the k best models and every further one tied with the last of them. Of two lists A and B of n models:

    overlap = |A and B| / max(|A|, |B|)                  1 the same models, 0 none in common; no unit
    expected under unrelated rankings: min(|A|, |B|) / n, which is k / n without ties
    p-value: chance of at least so many models in common, were the lists drawn at random (hypergeometric)

    K^(p) = number of pairs of models of the union that the lists put in opposite order, plus p for each pair of which
            one list says nothing: both models in it tied, or both outside. A listed model is ahead of an unlisted one.
    tau_k = 1 - 2 K^(1/2) / (number of pairs of the union)     1 the same list, -1 the same models turned round; no unit

Pairs tied in both lists, or outside of both, cost nothing, so a list agrees with itself. Two lists without a common
model have tau_k = -k / (2k - 1), each listing its own above the other's; so of many unrelated models tau_k is about
-1/2, and not 0.

Sources: Fagin, Kumar and Sivakumar 2003, "Comparing top k lists"; for ties Fagin et al. 2006, "Comparing
partial rankings".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gammaln

from reportgen.analysis.concurrence.counting import by_table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.concurrence.paired import Paired

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

#: Longest list compared where nothing is asked for.
MOST_LISTED = 10

# Elements of the largest table of model pairs held at once.
_ELEMENTS = 1_000_000


def default_k(n: int) -> int:
    """Half of the models, rounded up, at most `MOST_LISTED`."""
    return min(MOST_LISTED, (n + 1) // 2)


@dataclass(frozen=True, slots=True, eq=False)
class TopLists:
    """The top lists of m pairs of columns; all arrays (m,).

    Attributes:
        listed_a, listed_b: models on either list: k, or more where further ones are tied with the last.
        shared: models on both lists.
        overlap: share of the longer list that is on both.
        expected: what unrelated rankings would give on average.
        p_value: chance of so large an overlap between lists of these lengths drawn at random.
        tau: order within the union, see above; NaN where the union is one model, or a list holds all models as one tie.
    """

    k: int
    listed_a: Ints
    listed_b: Ints
    shared: Ints
    overlap: Floats
    expected: Floats
    p_value: Floats
    tau: Floats


def top_lists(pairs: Paired, k: int | None = None) -> TopLists:
    """Both lists of each pair; k as `default_k` where not given.

    Raises:
        ValueError: k is not between 1 and the number of models.
    """
    k = default_k(pairs.n) if k is None else k
    if not 1 <= k <= pairs.n:
        raise ValueError(f"the list must hold between 1 and {pairs.n} models, not {k}")
    in_a, in_b = listed(pairs.rank_x, k), listed(pairs.rank_y, k)
    size_a, size_b, shared = in_a.sum(axis=1), in_b.sum(axis=1), (in_a & in_b).sum(axis=1)
    longer, shorter = np.maximum(size_a, size_b), np.minimum(size_a, size_b)
    distance = top_k_distance(pairs, k)
    union = size_a + size_b - shared
    with np.errstate(invalid="ignore", divide="ignore"):
        tau = 1 - 2 * distance / (union * (union - 1) / 2)
    return TopLists(
        k=k,
        listed_a=size_a,
        listed_b=size_b,
        shared=shared,
        overlap=shared / longer,
        expected=shorter / pairs.n,
        p_value=shared_by_chance(shared, pairs.n, size_a, size_b),
        tau=np.where(pairs.varies & (union > 1), tau, np.nan),
    )


def shared_by_chance(shared: Ints, n: int, size_a: Ints, size_b: Ints) -> Floats:
    """(m,) chance that two lists drawn at random from n models share at least so many: the hypergeometric tail."""
    cases, back = np.unique(np.column_stack([shared, size_a, size_b]), axis=0, return_inverse=True)
    tails = [_tail(int(least), n, int(a), int(b)) for least, a, b in cases]
    return np.array(tails, dtype=np.float64)[back.reshape(-1)]


def _tail(least: int, n: int, a: int, b: int) -> float:
    """Sum of C(a, j) C(n - a, b - j) / C(n, b) over j >= `least`."""
    fewest = max(0, a + b - n)  # that lists so long share in any case
    if least <= fewest:
        return 1.0
    j = np.arange(least, min(a, b) + 1)
    logarithm = _choose(a, j) + _choose(n - a, b - j) - _choose(n, np.array(b))
    return float(min(np.exp(logarithm).sum(), 1.0))


def _choose(n: int, k: Ints) -> Floats:
    """Logarithm of the number of ways to choose k of n."""
    return np.asarray(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1))


def listed(ranks: Ints, k: int) -> Bools:
    """(m, n) whether a model is among the k best or tied with the last of them; ranks (m, n), larger is better."""
    last = np.partition(ranks, ranks.shape[1] - k, axis=1)[:, ranks.shape[1] - k]
    return np.asarray(ranks >= last[:, np.newaxis])


def top_k_distance(pairs: Paired, k: int, p: float = 0.5) -> Floats:
    """(m,) Fagin's K^(p) of each pair of lists, p in [0, 1]: 0 takes what is unknown for agreement."""
    in_a, in_b = listed(pairs.rank_x, k), listed(pairs.rank_y, k)
    union = in_a | in_b
    first = np.argsort(~union, axis=1, kind="stable")[:, : int(union.sum(axis=1).max())]
    sides = ((pairs.rank_x, in_a), (pairs.rank_y, in_b))
    x, y = (np.take_along_axis(np.where(inside, rank + 1, 0), first, axis=1) for rank, inside in sides)
    return _distance(x, y, np.take_along_axis(union, first, axis=1), p)


def _distance(x: Ints, y: Ints, union: Bools, p: float) -> Floats:
    """As `top_k_distance`: (m, u) ranks on the lists, 0 where not listed; `union` tells models from padding."""
    width = max(1, _ELEMENTS // x.shape[1] ** 2)
    parts = []
    for start in range(0, len(x), width):
        at = slice(start, start + width)
        shared, left, right = union[at], x[at].astype(np.float32), y[at].astype(np.float32)
        net, told_x, told_y = (c.sum(axis=1, dtype=float) / 2 for c in by_table(left, right, shared))
        joint = np.where(shared, x[at] * (y.max() + 1) + y[at], -np.arange(1, x.shape[1] + 1))
        tied_both = _tied_pairs(joint)
        told_both = told_x + told_y - (_pairs_of(shared.sum(axis=1)) - tied_both)
        opposite, one_silent = (told_both - net) / 2, told_x + told_y - 2 * told_both
        parts.append(opposite + p * one_silent)
    return np.concatenate(parts)


def _pairs_of(size: Ints) -> Floats:
    return np.asarray(size * (size - 1) / 2, dtype=np.float64)


def _tied_pairs(keys: Ints) -> Floats:
    """(m,) pairs of equal keys in each row."""
    ordered = np.sort(keys, axis=1)
    position = np.arange(ordered.shape[1])
    starts = np.concatenate([np.ones((len(keys), 1), dtype=bool), np.diff(ordered, axis=1) != 0], axis=1)
    # a key that follows t equal ones makes t pairs
    run = position - np.maximum.accumulate(np.where(starts, position, 0), axis=1)
    return np.asarray(run.sum(axis=1), dtype=np.float64)
