"""What to do about cells nobody measured. Every aggregate names one of these policies; none fills a cell in.

- `complete`: only systems with every setting of the board. Where fewer than three systems have them all, the
  board falls back to the largest complete block of settings and systems and says what is outside.
- `common`: only settings that every system has.
- `coverage`: the mean of what is present, with "k of n". It compares different sets, so it is never a
  default.
- `bounds`: the lowest and the highest mean a system could have if its missing cells were at the metric's
  bounds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

Policy = Literal["complete", "common", "coverage", "bounds"]
POLICIES: tuple[Policy, ...] = ("complete", "common", "coverage", "bounds")

#: A block of fewer systems compares nobody: with two, one is first and one is last whatever they do.
FEWEST_SYSTEMS = 3


def largest_block(present: Bools, *, fewest_columns: int = 1) -> Ints:
    """Columns (ascending) of the largest complete block of `present` (p, q) along descending coverage.

    Columns are taken one by one in descending coverage, ties in the order given; after k of them m_k rows
    have all k. The block maximises k * m_k among the k >= `fewest_columns` with m_k >= min(3, the most that
    is possible), so that a single row with many columns cannot exclude everyone else; of equal blocks the
    wider one is taken. Empty when no row has a value.
    """
    rows, columns = present.shape
    if rows == 0 or columns == 0 or not present.any():
        return np.empty(0, dtype=np.intp)
    order = np.argsort(-present.sum(axis=0), kind="stable")
    complete = np.logical_and.accumulate(present[:, order], axis=1).sum(axis=0)
    k = np.arange(1, columns + 1)
    first = min(fewest_columns, columns) - 1
    enough = complete >= max(1, min(FEWEST_SYSTEMS, int(complete[first])))
    area = np.where(enough & (k > first), k * complete, 0)
    widest = columns - 1 - int(np.argmax(area[::-1]))
    return np.sort(order[: widest + 1]) if area[widest] > 0 else np.empty(0, dtype=np.intp)
