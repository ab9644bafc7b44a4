"""Orders from majorities of benchmarks: Copeland's count and Kemeny's order.

Copeland: the share of opponents that a system is better than on more benchmarks than it is worse, equal numbers half.

Kemeny: the order that contradicts the fewest results, a result being that one benchmark puts one system above another.
Orders are without ties; two systems that a benchmark gives the same score cost every order the same, which is the
convention of the Kemeny-Snell distance and of Emond and Mason's tau_x, so that they do not count. There may be several
best orders. Where every system of one group is better than every system of another by a majority, all best orders put
the first group first (Truchon 1998): the groups are the strongly connected parts of the majority relation, and each is
solved by itself, exactly, by dynamic programming over its subsets (Held and Karp 1962).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

#: Largest group that is solved: 2^15 subsets.
MOST_ENTANGLED = 15


@dataclass(frozen=True, slots=True)
class Kemeny:
    """The best orders of p systems.

    Attributes:
        mean: (p,) mean position over all best orders, 1 the first; NaN in a group that is too large.
        low, high: (p,) first and last position in any of them.
        optima: number of best orders; NaN where a group is too large.
        largest: size of the largest group.
    """

    mean: Floats
    low: Floats
    high: Floats
    optima: float
    largest: int


def copeland(wins: Floats) -> Floats:
    """(p,) share of opponents beaten by a majority of benchmarks, in [0, 1]; NaN without an opponent.

    Args:
        wins: (p, p) benchmarks on which the row is better than the column, NaN where the two share none.
    """
    apart = wins - wins.T
    met = np.isfinite(apart) & ~np.eye(len(wins), dtype=bool)
    share = np.where(met, (np.sign(np.nan_to_num(apart)) + 1) / 2, 0.0).sum(axis=1)
    return np.where(met.any(axis=1), share / np.maximum(met.sum(axis=1), 1), np.nan)


def kemeny(wins: Floats) -> Kemeny:
    """Every best order; `wins` (p, p) benchmarks on which the row is better than the column."""
    p = len(wins)
    mean, low, high = np.full((3, p), np.nan)
    optima, largest, ahead = 1.0, 0, 0
    for group in groups(wins):
        largest = max(largest, len(group))
        if len(group) > MOST_ENTANGLED:
            optima = float("nan")
        else:
            shares = positions(wins[np.ix_(group, group)])
            optima *= float(shares[0].sum())
            chance = shares / shares.sum(axis=1, keepdims=True)
            places = ahead + 1 + np.arange(len(group))
            mean[group] = chance @ places
            low[group] = places[(chance > 0).argmax(axis=1)]
            high[group] = places[len(group) - 1 - (chance > 0)[:, ::-1].argmax(axis=1)]
        ahead += len(group)
    return Kemeny(mean, low, high, optima, largest)


def groups(wins: Floats) -> list[Ints]:
    """Systems that no majority separates, the groups from best to worst, positions ascending."""
    p = len(wins)
    not_behind = csr_matrix((wins >= wins.T).astype(np.float64))
    count, label = connected_components(not_behind, directed=True, connection="strong")
    strictly = wins > wins.T
    outside = label[:, np.newaxis] != label[np.newaxis, :]
    behind = (strictly & outside).sum(axis=1)
    members = [np.flatnonzero(label == one) for one in range(count)]
    return sorted(members, key=lambda group: (p - int(behind[group[0]]), int(group[0])))


def positions(wins: Floats) -> Floats:
    """(m, m) number of best orders of m systems in which the row stands at the column's position; 2^m m steps."""
    m = len(wins)
    sets = np.arange(1 << m)
    size = np.zeros(len(sets), dtype=np.intp)
    cost = np.zeros((m, len(sets)))  # of putting a system behind all of a set
    for one in range(m):
        size[1 << one : 2 << one] = size[: 1 << one] + 1
        cost[:, 1 << one : 2 << one] = cost[:, : 1 << one] + wins[:, one : one + 1]
    layers = [np.flatnonzero(size == many) for many in range(m + 1)]
    least, ways = np.full(len(sets), np.inf), np.zeros(len(sets))
    least[0], ways[0] = 0.0, 1.0
    for layer in layers[:-1]:
        _forward(layer, cost, least, ways)
    rest, ends = np.full(len(sets), np.inf), np.zeros(len(sets))
    rest[-1], ends[-1] = 0.0, 1.0
    for layer in layers[-2::-1]:
        _backward(layer, cost, rest, ends)
    counts = np.zeros((m, m))
    for one in range(m):
        before = sets[(sets >> one) & 1 == 0]
        after = before | (1 << one)
        best = least[before] + cost[one, before] + rest[after] == least[-1]
        counts[one] = np.bincount(
            size[before[best]], weights=ways[before[best]] * ends[after[best]], minlength=m
        )[:m]
    return counts


def _forward(layer: Ints, cost: Floats, least: Floats, ways: Floats) -> None:
    """From sets of one size to those with one more: least cost of a set as the head of an order, and how often."""
    for one in range(len(cost)):
        before = layer[(layer >> one) & 1 == 0]
        _take(before | (1 << one), least[before] + cost[one, before], ways[before], least, ways)


def _backward(layer: Ints, cost: Floats, rest: Floats, ends: Floats) -> None:
    """The same from the end: least cost of everything that comes behind a set."""
    for one in range(len(cost)):
        before = layer[(layer >> one) & 1 == 0]
        after = before | (1 << one)
        _take(before, cost[one, before] + rest[after], ends[after], rest, ends)


def _take(at: Ints, found: Floats, number: Floats, least: Floats, ways: Floats) -> None:
    """Keep the lesser cost of each set, and add up the ways of equal ones; costs are whole numbers."""
    better, equal = found < least[at], found == least[at]
    ways[at] = np.where(better, number, ways[at] + np.where(equal, number, 0.0))
    least[at] = np.where(better, found, least[at])
