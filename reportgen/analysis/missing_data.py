"""What to do about cells nobody measured. Every aggregate names one of these policies; none fills a cell in.

- `complete`: only systems with every setting of the board. Where fewer than three systems have them all, the
  board falls back to the largest complete block of settings and systems and says what is outside.
- `common`: only settings that every system has.
- `coverage`: the mean of what is present, with "k of n". It compares different sets, so it is never a
  default.
- `bounds`: as `complete`, never falling back to a block: who lacks a cell has no place, only the best and the
  worst place it could have if its missing cells were at the best and the worst bound of the metric.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

Policy = Literal["complete", "common", "coverage", "bounds"]
POLICIES: tuple[str, ...] = get_args(Policy)

#: A block of fewer systems compares nobody: with two, one is first and one is last whatever they do.
FEWEST_SYSTEMS = 3


@dataclass(frozen=True, slots=True)
class Selection:
    """Which cells enter the means.

    Attributes:
        columns: settings in the mean, ascending; empty when nobody can be compared.
        ranked: (p,) systems that get a mean over these columns.
        block: True where settings were left out to keep systems (a complete block, or the common settings).
    """

    columns: Ints
    ranked: Bools
    block: bool


def select(present: Bools, policy: str) -> Selection:
    """Apply a policy to the cells (p, q) that were measured; every system counts, also one without any cell.

    Raises:
        ValueError: unknown policy.
    """
    if policy not in POLICIES:
        raise ValueError(f"unknown missing-data policy {policy!r}; known: {', '.join(POLICIES)}")
    everything = np.arange(present.shape[1])
    if policy == "coverage":
        return Selection(everything, np.asarray(present.any(axis=1)), block=False)
    if policy == "common":
        common = everything[present.all(axis=0)] if len(present) else everything
        return _complete(present, common)
    if policy == "complete" and present.all(axis=1).sum() < min(FEWEST_SYSTEMS, len(present)):
        return _complete(present, _best_block(present))
    return _complete(present, everything)


def _best_block(present: Bools) -> Ints:
    """At least two settings where a system has two: with one there is no mean, only that setting."""
    block = largest_block(present, fewest_columns=2)
    return block if len(block) else largest_block(present)


def _complete(present: Bools, columns: Ints) -> Selection:
    ranked = np.asarray(present[:, columns].all(axis=1)) & (len(columns) > 0)
    return Selection(columns, ranked, block=len(columns) < present.shape[1])


def largest_block(present: Bools, *, fewest_columns: int = 1) -> Ints:
    """Columns (ascending) of the largest complete block of `present` (p, q), by descending coverage.

    Columns are taken one by one in descending coverage, ties in the order given; after k of them m_k rows
    have all k. The block maximises k * m_k among the k >= `fewest_columns` with m_k >= min(3, the most that
    is possible), so that a single row with many columns cannot exclude everyone else; of equal blocks the
    wider one is taken. Empty when no row has `fewest_columns` of them.
    """
    rows, columns = present.shape
    if rows == 0 or columns == 0:
        return np.empty(0, dtype=np.intp)
    order = np.argsort(-present.sum(axis=0), kind="stable")
    complete = np.logical_and.accumulate(present[:, order], axis=1).sum(axis=0)
    k = np.arange(1, columns + 1)
    first = min(fewest_columns, columns) - 1
    enough = complete >= max(1, min(FEWEST_SYSTEMS, int(complete[first])))
    area = np.where(enough & (k > first), k * complete, 0)
    widest = columns - 1 - int(np.argmax(area[::-1]))
    return np.sort(order[: widest + 1]) if area[widest] > 0 else np.empty(0, dtype=np.intp)


def mean_limits(value: Floats, low: float, high: float) -> tuple[Floats, Floats]:
    """(p,) lowest and highest mean of each row of `value` (p, q > 0), missing cells lying in [low, high]."""

    def mean(bound: float) -> Floats:
        return np.asarray(np.where(np.isnan(value), bound, value).mean(axis=1))

    return mean(low), mean(high)


def rank_limits(worst: Floats, best: Floats) -> tuple[Ints, Ints]:
    """(p,) best and worst rank of systems whose score lies in [worst, best], larger is better.

    Best rank: 1 + systems that are better even at their worst; worst rank: 1 + others that may be better.
    """
    surely_better = len(worst) - np.searchsorted(np.sort(worst), best, side="right")
    maybe_better = len(best) - np.searchsorted(np.sort(best), worst, side="right") - (best > worst)
    return 1 + surely_better, 1 + maybe_better
