"""Which columns of a complete table can be left out of its mean without changing the order of its rows?

The order is that of the mean of the columns, each in standard deviations from its mean, all columns counting alike.
tau(k) compares it with the order by the mean of k of the columns. Columns are left out one by one, each time the one
whose loss keeps tau highest (greedy backward elimination): another set of k may do better, none is promised to be best.

The search compares as many models as it can afford, spread evenly over the order; the taus that are given compare all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reportgen.analysis.concurrence.agreement import intervals
from reportgen.analysis.concurrence.kendall import TIE_TOLERANCE, tau_b_matrix
from reportgen.analysis.midranks import midranks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]
    Objects = NDArray[np.object_]

#: Comparisons of two models that a search may make in all.
AFFORDED = 60_000_000
# Differences held at once: as many as stay in the cache.
_AT_ONCE = 65_536


def standardised(scores: Floats) -> Floats:
    """(n, q) scores in standard deviations (n - 1) from the mean of their column; columns must not be constant."""
    centred = scores - scores.mean(axis=0)
    result: Floats = centred / centred.std(axis=0, ddof=1)
    return result


def searched(models: int, columns: int) -> int:
    """How many models the search compares: all, where it can afford to."""
    pairs = 2 * AFFORDED / max(columns, 1) ** 2
    return min(models, max(3, int((1 + np.sqrt(1 + 8 * pairs)) / 2)))


def elimination(scores: Floats) -> list[int]:
    """Columns of standardised `scores` (n, q) in the order in which they are left out; the last is the one that stays.

    Of columns whose loss costs the same the first is left out.
    """
    total = scores.sum(axis=1)
    order = np.argsort(-total, kind="stable")
    models = len(order)
    chosen = order[np.linspace(0, models - 1, searched(models, scores.shape[1])).round().astype(np.intp)]
    part = scores[chosen]
    left = part.sum(axis=1)
    above, below = np.triu_indices(len(chosen), k=1)
    told = (left[above] - left[below] > TIE_TOLERANCE * np.ptp(left)).astype(np.float64)
    kept, dropped = list(range(scores.shape[1])), []
    while len(kept) > 1:
        without = left[:, np.newaxis] - part[:, kept]
        at = int(np.argmax(_concordance(without, above, below, told)))
        left = without[:, at]
        dropped.append(kept.pop(at))
    return [*dropped, *kept]


def _concordance(columns: Floats, above: Ints, below: Ints, told: Floats) -> Floats:
    """(k,) tau-b of each column with an order, but for a constant factor: (C - D) / sqrt(pairs that it tells apart).

    The order puts row above[i] before row below[i] where told[i] is 1, and ties them where it is 0.
    """
    flat = np.ascontiguousarray(columns.T)
    tied = TIE_TOLERANCE * np.ptp(flat, axis=1)[:, np.newaxis]
    net, apart = np.zeros(len(flat)), np.zeros(len(flat))
    step = max(1, _AT_ONCE // len(flat))
    for start in range(0, len(above), step):
        some = slice(start, start + step)
        gap = flat.take(above[some], axis=1) - flat.take(below[some], axis=1)
        same, other = gap > tied, gap < -tied
        net += same @ told[some] - other @ told[some]
        apart += np.count_nonzero(same, axis=1) + np.count_nonzero(other, axis=1)
    return np.where(apart > 0, net / np.sqrt(np.maximum(apart, 1)), -np.inf)


def means_along(scores: Floats, order: list[int]) -> Floats:
    """(n, q - 1) sums of the columns that are left after each of the first q - 1 of `order`."""
    return np.cumsum(scores[:, order[::-1]], axis=1)[:, ::-1][:, 1:]


def taus(order: Floats, others: Floats, level: float) -> tuple[Floats, Floats, Floats]:
    """Tau-b of each column of `others` (n, k) with `order` (n,), and its interval over models; NaN where undefined."""
    found = [tau_b_matrix(np.column_stack([order, column])) for column in others.T]
    tau = np.array([one.tau[0, 1] for one in found])
    error = np.array([one.standard_error[0, 1] for one in found])
    low, high, _ = intervals(tau, error, np.full(len(tau), len(order)), level)
    return tau, low, high


def rank_changes(order: Floats, others: Floats) -> tuple[Floats, Ints]:
    """(k,) largest change of place of any model between `order` and each column, and which model (the first)."""
    change = np.abs(midranks(others, axis=0) - midranks(order)[:, np.newaxis])
    most = change.argmax(axis=0)
    return change[most, np.arange(len(most))], most
