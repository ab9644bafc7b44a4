"""The counts behind Kendall's tau by bit sets, compiled by numba: an optional extra (`reportgen[fast]`).

Row i of column x becomes two sets of later models, as bits: `below`, those with a smaller rank, and `apart`, those
with another rank. With & the common and ^ the differing bits, the partners of i that both columns tell apart are
apart_x & apart_y, and of these discordant where below_x ^ below_y. Both are counted 64 models at a time.

All counts are whole numbers, so they equal those of `counting` exactly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba
import numpy as np
from numba.extending import intrinsic

if TYPE_CHECKING:
    from llvmlite import ir
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Ints = NDArray[np.int64]
    Words = NDArray[np.uint64]

#: Memory of the bit sets of two groups of columns held at once (200 MB).
_BYTES = 200_000_000
#: Words of a column compared at once: 8 kB for either set, so that the sets of 60 columns fit a cache of 1 MB.
_CHUNK = 1024


def _count_bits(_context: Any, _word: Any) -> tuple[Any, Any]:
    """The processor's own instruction for the number of bits set in a 64-bit word."""

    def generate(_c: Any, builder: ir.IRBuilder, _s: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return numba.types.uint64(numba.types.uint64), generate


_ones: Any = intrinsic(_count_bits)


def _everyone(present: Any, words: int) -> Any:
    """The set of the models that are there."""
    everyone = np.zeros(words, dtype=np.uint64)
    for i in range(present.shape[0]):
        if present[i]:
            everyone[i >> 6] |= np.uint64(1) << np.uint64(i & 63)
    return everyone


def _tied_with(order: Any, ranks: Any, present: Any, start: int, tied: Any) -> Any:
    """End of the run of equal ranks that begins at `start`; `tied` becomes the set of its models."""
    tied[:] = np.uint64(0)
    stop = start
    while stop < order.shape[0] and ranks[order[stop]] == ranks[order[start]]:
        i = order[stop]
        if present[i]:
            tied[i >> 6] |= np.uint64(1) << np.uint64(i & 63)
        stop += 1
    return stop


def _fill_pairs(order: Any, ranks: Any, present: Any, begin: Any, sets: Any) -> None:
    """Fill `sets` (below, apart, there): row i has their words begin[i] to begin[i + 1]. Absent models are in none.

    `order` (q, p) are rows by rising rank.
    """
    below, apart, there = sets
    columns, models = order.shape
    words = (models + 63) >> 6
    tied = np.zeros(words, dtype=np.uint64)
    for column in range(columns):
        everyone = _compiled_everyone(present[:, column], words)
        seen = np.zeros(words, dtype=np.uint64)
        start = 0
        while start < models:
            stop = _compiled_tied_with(order[column], ranks[:, column], present[:, column], start, tied)
            for at in range(start, stop):
                i = order[column, at]
                first = i >> 6
                if not present[i, column]:
                    for word in range(begin[i], begin[i + 1]):
                        below[column, word] = apart[column, word] = there[column, word] = np.uint64(0)
                    continue
                bit = np.uint64(1) << np.uint64(i & 63)
                later = ~(bit | (bit - np.uint64(1)))
                place = begin[i] - first
                for word in range(first, words):
                    below[column, place + word] = seen[word]
                    apart[column, place + word] = everyone[word] & ~tied[word]
                apart[column, begin[i]] &= later
                if there.shape[1]:
                    there[column, begin[i] : begin[i + 1]] = everyone[first:]
                    there[column, begin[i]] &= later
            seen |= tied
            start = stop


def _count_pairs(ranks: Any, members: Any, first: Any, second: Any, sums: Any) -> None:
    """Counts for each pair of columns over the models both have: `ranks` (q, p), `members` (rows, begin)."""
    rows, begin = members
    shared = np.empty(ranks.shape[1], dtype=np.int64)
    for pair in range(first.shape[0]):
        a, b = first[pair], second[pair]
        x, y = ranks[a], ranks[b]
        at, to, n = begin[a], begin[b], 0
        while at < begin[a + 1] and to < begin[b + 1]:
            if rows[at] == rows[to]:
                shared[n] = rows[at]
                n += 1
            step = rows[at] <= rows[to]
            to += rows[to] <= rows[at]
            at += step
        net = told_x = told_y = np.int64(0)
        for i in range(n):
            x_i, y_i = x[shared[i]], y[shared[i]]
            for j in range(i):
                sign_x = np.int64(x_i > x[shared[j]]) - np.int64(x_i < x[shared[j]])
                sign_y = np.int64(y_i > y[shared[j]]) - np.int64(y_i < y[shared[j]])
                net += sign_x * sign_y
                told_x += sign_x * sign_x
                told_y += sign_y * sign_y
        sums[0, pair], sums[1, pair], sums[2, pair] = net, told_x, told_y


def _net(below_x: Any, apart_x: Any, below_y: Any, apart_y: Any) -> Any:
    """Concordant minus discordant pairs; one flat array of words per column."""
    both = np.uint64(0)
    against = np.uint64(0)
    for word in range(below_x.shape[0]):
        shared = apart_x[word] & apart_y[word]
        both += _ones(shared)
        against += _ones(shared & (below_x[word] ^ below_y[word]))
    return np.int64(both) - 2 * np.int64(against)


def _common(one: Any, other: Any) -> Any:
    """How many pairs are in both sets."""
    total = np.uint64(0)
    for word in range(one.shape[0]):
        total += _ones(one[word] & other[word])
    return np.int64(total)


def _count_all(left: Any, right: Any, complete: Any, same: Any, sums: Any) -> None:
    """Counts over pairs of models; `sums` (3, a, b). Told apart only where not `complete`.

    Some words of all columns at a time, so that they stay in the processor's cache.
    """
    below_x, apart_x, pairs_x = left
    below_y, apart_y, pairs_y = right
    for start in range(0, below_x.shape[1], _CHUNK):
        at = slice(start, min(start + _CHUNK, below_x.shape[1]))
        for a in range(sums.shape[1]):
            for b in range(a + 1 if same else 0, sums.shape[2]):
                sums[0, a, b] += _compiled_net(below_x[a, at], apart_x[a, at], below_y[b, at], apart_y[b, at])
                if not complete:
                    sums[1, a, b] += _compiled_common(apart_x[a, at], pairs_y[b, at])
                    sums[2, a, b] += _compiled_common(apart_y[b, at], pairs_x[a, at])


_compile = numba.njit(cache=True, nogil=True)
_compiled_everyone = numba.njit(nogil=True)(_everyone)
_compiled_tied_with = numba.njit(nogil=True)(_tied_with)
_compiled_fill_pairs = _compile(_fill_pairs)
_compiled_net = numba.njit(nogil=True)(_net)
_compiled_common = numba.njit(nogil=True)(_common)
_compiled_count_all = _compile(_count_all)
_compiled_count_pairs = _compile(_count_pairs)


def sums_of_pairs(ranks: Ints, present: Bools, first: Ints, second: Ints) -> tuple[Ints, Ints, Ints]:
    """(k,) each, for k pairs of columns that share few models: as `sums_by_bits`, told apart always filled."""
    row = np.nonzero(present.T)[1]
    begin = np.concatenate([[0], np.cumsum(present.sum(axis=0))])
    sums = np.zeros((3, len(first)), dtype=np.int64)
    _compiled_count_pairs(np.ascontiguousarray(ranks.T), (row, begin), first, second, sums)
    return sums[0], sums[1], sums[2]


class _PairSets:
    """Room for the sets of pairs (i, j), i < j, of a group of columns; used again for the next group."""

    def __init__(self, models: int, columns: int, *, gaps: bool) -> None:
        words = (models + 63) // 64
        self.begin = np.concatenate([[0], np.cumsum(words - (np.arange(models) >> 6))])
        self.below, self.apart = (np.empty((columns, self.begin[-1]), dtype=np.uint64) for _ in range(2))
        self.there = np.empty((columns, self.begin[-1] if gaps else 0), dtype=np.uint64)

    def filled(self, ranks: Ints, present: Bools) -> tuple[Words, Words, Words]:
        """(q, words) below, apart and there: of each row only the words that hold later models."""
        columns = ranks.shape[1]
        sets = (self.below[:columns], self.apart[:columns], self.there[:columns])
        order = np.argsort(ranks, axis=0, kind="stable").T.copy()
        _compiled_fill_pairs(order, ranks, present, self.begin, sets)
        return sets


def sums_by_bits(ranks: Ints, present: Bools) -> tuple[Ints, Ints, Ints]:
    """(q, q) each: concordant minus discordant pairs of models, and the pairs that the row, the column tells apart.

    Only the upper triangle counts.
    """
    models, columns = ranks.shape
    gaps = not present.all()
    arrays = 6 if gaps else 4  # of the two groups, each 8 bytes for 64 of half of all pairs
    width = min(max(1, columns), max(1, 2 * _BYTES // (arrays * 8 * max(1, models * ((models + 63) // 64)))))
    room = [_PairSets(models, width, gaps=gaps) for _ in range(2 if width < columns else 1)]
    sums = np.zeros((3, columns, columns), dtype=np.int64)
    tiles = [slice(start, min(start + width, columns)) for start in range(0, columns, width)]
    for number, one in enumerate(tiles):
        left = room[0].filled(ranks[:, one], present[:, one])
        for other in tiles[number:]:
            same = other == one
            right = left if same else room[1].filled(ranks[:, other], present[:, other])
            block = np.zeros((3, one.stop - one.start, other.stop - other.start), dtype=np.int64)
            _compiled_count_all(left, right, not gaps, same, block)
            sums[:, one, other] = block
    if not gaps:
        told = np.array([(models**2 - (np.bincount(rank) ** 2).sum()) // 2 for rank in ranks.T])
        sums[1], sums[2] = told[:, np.newaxis], told
    return sums[0], sums[1], sums[2]
