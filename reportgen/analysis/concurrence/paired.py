"""Pairs of score columns over the models both have, stacked by how many those are: many pairs, few numpy calls."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from reportgen.analysis.concurrence.counting import by_halves, by_table
from reportgen.analysis.concurrence.kendall import TABLE_LIMIT, column_ranks, dense_ranks, overlap
from reportgen.analysis.midranks import midranks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

# Elements of the largest table of model pairs held at once.
_ELEMENTS = 1_000_000


class Paired:
    """m pairs of columns, each over its own n shared models, without gaps. Larger is better.

    What several coefficients need is computed once, on first use.

    Attributes:
        x, y: (m, n) scores of the first and of the second column.
        rank_x, rank_y: (m, n) whole numbers in the order of the scores, equal where the scores are tied.
    """

    def __init__(self, x: Floats, y: Floats, rank_x: Ints, rank_y: Ints) -> None:
        self.x, self.y, self.rank_x, self.rank_y = x, y, rank_x, rank_y

    @property
    def n(self) -> int:
        """Shared models of each pair."""
        return int(self.x.shape[1])

    @cached_property
    def _counts(self) -> tuple[Floats, Floats, Floats]:
        if self.n <= TABLE_LIMIT:
            shared = np.ones(self.x.shape, dtype=bool)
            found = by_table(self.rank_x.astype(np.float32), self.rank_y.astype(np.float32), shared)
            return found[0].astype(float), found[1].astype(float), found[2].astype(float)
        rows = [by_halves(x, y) for x, y in zip(self.rank_x, self.rank_y, strict=True)]
        c, x, y = (np.array(counts, dtype=np.float64) for counts in zip(*rows, strict=True))
        return c, x, y

    @property
    def net(self) -> Floats:
        """(m, n): partners of each model in the same order in both columns, less those in opposite order."""
        return self._counts[0]

    @property
    def told_x(self) -> Floats:
        """(m, n): partners with another score in the first column."""
        return self._counts[1]

    @property
    def told_y(self) -> Floats:
        """(m, n): partners with another score in the second column."""
        return self._counts[2]

    @cached_property
    def told_both(self) -> Floats:
        """(m, n): partners with another score in both columns."""
        joint = self.rank_x * (self.rank_y.max(axis=1, keepdims=True) + 1) + self.rank_y
        size = midranks(joint, ties="max", axis=1) - midranks(joint, ties="min", axis=1) + 1
        return np.asarray(self.told_x + self.told_y - (self.n - size), dtype=np.float64)

    @cached_property
    def varies(self) -> Bools:
        """(m,): neither column is constant."""
        return np.asarray(self.told_x.any(axis=1) & self.told_y.any(axis=1))

    @cached_property
    def varies_without(self) -> Bools:
        """(m, n): neither column is constant once this model is left out."""
        left_x = self.told_x.sum(axis=1, keepdims=True) - 2 * self.told_x
        left_y = self.told_y.sum(axis=1, keepdims=True) - 2 * self.told_y
        return np.asarray((left_x > 0) & (left_y > 0))


def paired(x: Floats, y: Floats) -> Paired:
    """One pair of vectors (n,) without gaps."""
    x, y = (np.asarray(side, dtype=np.float64) for side in (x, y))
    one = slice(None), np.newaxis
    return Paired(x[one].T, y[one].T, dense_ranks(x)[one].T, dense_ranks(y)[one].T)


def stacks(
    scores: Floats, first: Ints, second: Ints, *, tables: bool = True
) -> Iterator[tuple[Ints, Paired]]:
    """Stacks of pairs that share equally many models, two at least, with their positions in `first`.

    Args:
        scores: (p, q), larger is better, what is not finite is missing.
        first: (k,) the first column of each pair.
        second: (k,) the second.
        tables: whether pairs of models will be looked at, so that stacks must be smaller.
    """
    ranks, present = column_ranks(scores), np.isfinite(scores)
    shared = overlap(present)[first, second]
    for n in np.unique(shared[shared >= 2]).tolist():
        mine = np.flatnonzero(shared == n)
        width = max(1, _ELEMENTS // (n * n if tables else n))
        for start in range(0, len(mine), width):
            at = mine[start : start + width]
            a, b = first[at], second[at]
            both = (present[:, a] & present[:, b]).T
            row = np.nonzero(both)[1].reshape(len(at), n)
            a, b = a[:, np.newaxis], b[:, np.newaxis]
            yield at, Paired(scores[row, a], scores[row, b], ranks[row, a], ranks[row, b])
