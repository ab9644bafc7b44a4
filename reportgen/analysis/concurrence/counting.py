"""Three ways to the counts behind Kendall's tau, split by model.

For model i and columns x and y: c_i = sum_j sign(x_i - x_j) sign(y_i - y_j) (concordant minus discordant
partners), x_i = number of j with another rank in x, y_i likewise. All are whole numbers, so the ways agree
exactly.

* `by_matrix`: sign matrices and BLAS, for two groups of mostly filled columns;
* `by_table`: full sign tables, stacked, for many pairs of columns that share few models;
* `by_halves`: counting by repeated halving (Knight 1966), O(n log n), for two columns that share many models.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Singles = NDArray[np.float32]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]
    Counts = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]


#: Pairs of models whose signs are held at once; float32 adds up to 2**24 of them exactly.
_PAIRS = 1 << 15


def by_matrix(left: Ints, right: Ints, left_present: Bools, right_present: Bools) -> Counts:
    """Counts of every column of `left` (p, a) against every column of `right` (p, b): each (p, a, b).

    float32 holds them exactly below 2**24 models. Where nothing is missing, x_i and y_i do not depend on the
    other column and are broadcast instead of computed.
    """
    shape = (len(left), left.shape[1], right.shape[1])
    concordance = np.empty(shape, dtype=np.float32)
    if left_present.all() and right_present.all():
        _fill_complete(concordance, left.astype(np.float32), right.astype(np.float32))
        told_left = np.broadcast_to(_told_apart(left)[:, :, np.newaxis], shape)
        return concordance, told_left, np.broadcast_to(_told_apart(right)[:, np.newaxis, :], shape)
    told_left, told_right = np.empty(shape, dtype=np.float32), np.empty(shape, dtype=np.float32)
    x, y = left.astype(np.float32), right.astype(np.float32)
    in_x, in_y = left_present.astype(np.float32), right_present.astype(np.float32)
    for i in range(len(x)):
        sign_x = _sign(x, i) * (in_x * in_x[i])
        sign_y = _sign(y, i) * (in_y * in_y[i])
        np.matmul(sign_x.T, sign_y, out=concordance[i])
        np.matmul(np.abs(sign_x).T, in_y * in_y[i], out=told_left[i])
        np.matmul((in_x * in_x[i]).T, np.abs(sign_y), out=told_right[i])
    return concordance, told_left, told_right


def sums_by_matrix(ranks: Ints, present: Bools) -> tuple[Ints, Ints, Ints]:
    """Sums over pairs of models, (q, q) each: concordant minus discordant, told apart by the row, by the column.

    Only the upper triangle counts. Half the work of summing `by_matrix`, and no count of a single model.
    """
    models, columns = ranks.shape
    single, there = ranks.astype(np.float32), present.astype(np.float32)
    complete = bool(present.all())
    net, told = np.zeros((columns, columns)), np.zeros((columns, columns))
    start = 0
    while start < models - 1:
        stop = min(models, start + max(1, _PAIRS // (models - start)))
        sign = _later_signs(single, start, stop)
        if not complete:
            both = (there[start:stop, np.newaxis] * there[np.newaxis, start:]).reshape(-1, columns)
            sign *= both
            told += np.abs(sign).T @ both
        net += sign.T @ sign
        start = stop
    if complete:
        told += np.array([(models**2 - (np.bincount(rank) ** 2).sum()) // 2 for rank in ranks.T])[
            :, np.newaxis
        ]
    apart = np.rint(told).astype(np.int64)
    return np.rint(net).astype(np.int64), apart, apart.T


def _later_signs(ranks: Singles, start: int, stop: int) -> Singles:
    """Signs of models start to stop minus each model after it, below one another; 0 for all others from start on."""
    sign: Singles = ranks[start:stop, np.newaxis] - ranks[np.newaxis, start:]
    np.clip(sign, -1.0, 1.0, out=sign)
    sign[np.tri(stop - start, len(ranks) - start, dtype=bool)] = 0.0
    return sign.reshape(-1, ranks.shape[1])


def _fill_complete(concordance: Singles, x: Singles, y: Singles) -> None:
    """The product of a matrix with itself costs half, so columns against themselves are recognised."""
    same = np.array_equal(x, y)
    for i in range(len(x)):
        sign_x = _sign(x, i)
        np.matmul(sign_x.T, sign_x if same else _sign(y, i), out=concordance[i])


def _sign(ranks: Singles, i: int) -> Singles:
    """Sign of each rank minus the rank of model i; ranks are whole numbers, so clipping gives the sign."""
    difference: Singles = ranks - ranks[i]
    np.clip(difference, -1.0, 1.0, out=difference)
    return difference


def _told_apart(ranks: Ints) -> Singles:
    """(p, q): how many models of a complete column have another rank than this one."""
    told = np.empty(ranks.shape, dtype=np.float32)
    for column, rank in enumerate(ranks.T):
        told[:, column] = len(rank) - np.bincount(rank)[rank]
    return told


def by_table(x: Singles, y: Singles, shared: Bools) -> Counts:
    """Counts for k pairs of columns at once: ranks (k, m); `shared` tells the real ones from padding.

    Padding gets a rank below all others in both columns: it adds one concordant partner that is told apart in
    both, which is subtracted again, and so no table needs a mask.
    """
    padding = (~shared).sum(axis=1, keepdims=True)
    sign_x = _sign_table(np.where(shared, x, -1).astype(np.float32))
    sign_y = _sign_table(np.where(shared, y, -1).astype(np.float32))

    def total(first: Singles, second: Singles) -> Singles:
        summed = np.einsum("kij,kij->ki", first, second) - padding
        return np.where(shared, summed, 0).astype(np.float32)

    return total(sign_x, sign_y), total(sign_x, sign_x), total(sign_y, sign_y)


def _sign_table(ranks: Singles) -> Singles:
    difference: Singles = ranks[:, :, np.newaxis] - ranks[:, np.newaxis, :]
    np.clip(difference, -1.0, 1.0, out=difference)
    return difference


def by_halves(x: Ints, y: Ints) -> tuple[Ints, Ints, Ints]:
    """Counts for one pair of columns of n shared models, ranks (n,) without gaps: three arrays (n,).

    Only the models below in both columns need counting by halves. Those above in both, or below in one and
    above in the other, follow from it by subtraction, given the ties, which two sorts show.
    """
    n = len(x)
    by_x, by_y = np.lexsort((y, x)), np.lexsort((x, y))
    below_x, tied_x, below_y_tied_x, tied_both = _runs(x, y, by_x)
    below_y, tied_y, below_x_tied_y, _ = _runs(y, x, by_y)
    below_both = _below_in_both(x, y)
    above_x = n - below_x - tied_x
    above_both = above_x - (below_y - below_both - below_y_tied_x) - (tied_y - below_x_tied_y - tied_both)
    below_x_above_y = below_x - below_both - below_x_tied_y
    above_x_below_y = below_y - below_both - below_y_tied_x
    return below_both + above_both - below_x_above_y - above_x_below_y, n - tied_x, n - tied_y


def _runs(major: Ints, minor: Ints, order: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Per model, how many: are below in `major`; tie in it; of these are below in `minor`; tie in both."""
    n = len(order)
    first, size = _groups(np.diff(major[order]) != 0, n)
    first_both, size_both = _groups((np.diff(major[order]) != 0) | (np.diff(minor[order]) != 0), n)
    out = np.empty((4, n), dtype=np.int64)
    out[:, order] = first, size, first_both - first, size_both
    return out[0], out[1], out[2], out[3]


def _groups(changes: Bools, n: int) -> tuple[Ints, Ints]:
    """Start and size of the run each position of a sorted sequence belongs to."""
    starts = np.concatenate([[0], np.flatnonzero(changes) + 1])
    sizes = np.diff(np.concatenate([starts, [n]]))
    return np.repeat(starts, sizes), np.repeat(sizes, sizes)


def _below_in_both(x: Ints, y: Ints) -> Ints:
    """For each model, how many others have both a smaller x and a smaller y.

    Ties are broken against each other (equal x by falling y, equal y by falling place in x), so that no tied
    model counts and both columns become permutations. Then every such pair is met once: at the level where
    its places in x first fall into different halves of a block, the lower one on the left.
    """
    n = len(x)
    order = np.lexsort((-y, x))
    place = np.empty(n, dtype=np.int64)
    place[order] = np.arange(n)
    sequence = place[
        np.lexsort((-place, y))
    ]  # places in x, by rising y; blocks of it are split level by level
    found = np.zeros(n, dtype=np.int64)
    at = np.arange(n)
    for level in range(max(n - 1, 0).bit_length() - 1, -1, -1):
        right = ((sequence >> level) & 1).astype(bool)
        start = (sequence >> (level + 1)) << (level + 1)
        lefts = np.concatenate([[0], np.cumsum(~right)])
        before = lefts[at] - lefts[start]  # of this block's left half, those with a smaller y
        found[sequence[right]] += before[right]
        target = start + np.where(right, (1 << level) + at - start - before, before)
        moved = np.empty_like(sequence)
        moved[target] = sequence
        sequence = moved
    below = np.empty(n, dtype=np.int64)
    below[order] = found
    return below
