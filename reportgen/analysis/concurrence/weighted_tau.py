"""Kendall's tau that counts the top more: a pair of models weighs as much as its ranks are high.

    tau_w = sum_{j<k} w_jk s^x_jk s^y_jk / sqrt(sum_{j<k} w_jk (s^x_jk)^2  sum_{j<k} w_jk (s^y_jk)^2)
    w_jk = 1 / (r_j + 1) + 1 / (r_k + 1)

s is the sign of the difference, r the rank, the best 0. Ranks are taken once by the first column, ties by the second,
and once the other way round; the two values are averaged. Unit: none, -1 to 1. A score that is missing is no rank:
its model is dropped first (SciPy's function ranks NaN as if it were a score).

As w_jk is a sum over the two models, every sum above is a sum over models: sum_j w_j c_j, with c_j the net number of
partners of model j in the same order. Without model i those below it move up by one rank and all lose one partner,
which gives all n values of the jackknife in one pass over the pairs of models.

Source: Vigna 2015, "A weighted correlation index for rankings with ties".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.concurrence.paired import Paired

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


def weighted_tau(pairs: Paired) -> Floats:
    """(m,) tau_w of each pair; NaN where a column is constant."""
    weight = 1 / np.arange(1.0, pairs.n + 1)
    values = []
    for order in _orders(pairs):
        sums = [
            np.take_along_axis(counts, order, axis=1) @ weight
            for counts in (pairs.net, pairs.told_x, pairs.told_y)
        ]
        values.append(_ratio(*sums))
    return np.asarray((values[0] + values[1]) / 2)


def weighted_tau_without(pairs: Paired) -> Floats:
    """(m, n) tau_w of each pair without each of its models; NaN where undefined without it."""
    values = []
    for order in _orders(pairs):
        value = np.empty(order.shape)
        np.put_along_axis(value, order, _without(pairs, order), axis=1)
        values.append(value)
    return np.where(pairs.varies_without, (values[0] + values[1]) / 2, np.nan)


def _orders(pairs: Paired) -> tuple[Ints, Ints]:
    """(m, n) models from the best to the worst: by the first column and then the second, and the other way."""
    return (
        np.lexsort((-pairs.rank_y, -pairs.rank_x), axis=1),
        np.lexsort((-pairs.rank_x, -pairs.rank_y), axis=1),
    )


def _ratio(net: Floats, told_x: Floats, told_y: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.clip(net / np.sqrt(told_x * told_y), -1.0, 1.0))


def _without(pairs: Paired, order: Ints) -> Floats:
    """As `weighted_tau_without` for ranks by `order`, models from the best to the worst."""
    n = pairs.n
    below = 1 / np.maximum(np.arange(n), 1.0)  # the weight of a model that has moved up by one rank
    above = 1 / np.arange(1.0, n + 1)
    weight = np.tril(np.broadcast_to(above, (n, n)), -1) + np.triu(np.broadcast_to(below, (n, n)), 1)
    sign_x, sign_y = (
        _signs(np.take_along_axis(rank, order, axis=1)) for rank in (pairs.rank_x, pairs.rank_y)
    )
    sums = []
    tables = ((pairs.net, sign_x, sign_y), (pairs.told_x, sign_x, sign_x), (pairs.told_y, sign_y, sign_y))
    for counts, left, right in tables:
        every = np.take_along_axis(counts, order, axis=1) @ weight.T
        sums.append(every - np.einsum("ij,mij->mi", weight, left * right, optimize=False))
    return _ratio(*sums)


def _signs(ranks: Ints) -> NDArray[np.float32]:
    """(m, n, n) signs of the differences; ranks are whole numbers, so clipping gives the sign."""
    narrow = ranks.astype(np.float32)
    difference: NDArray[np.float32] = narrow[:, :, np.newaxis] - narrow[:, np.newaxis, :]
    np.clip(difference, -1.0, 1.0, out=difference)
    return difference
