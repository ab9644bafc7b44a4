"""Which systems moved the agreement of two benchmarks most.

A system *differs* in a pair of benchmarks when either of its two scores does, or when it is on one side only. Its
share in the difference of Kendall's tau-b is measured twice, one system at a time: from the new side, tau less tau
with this system as it was; from the old side, tau with this system as it is now, less tau. The mean of both is its
share, the same but for its sign when the sides are exchanged. Shares of several systems need not add up.

All taus of a pair are counted at once: with ranks of the pooled scores, exchanging one system takes its own n
comparisons away and adds n others, so a tau costs n instead of n squared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reportgen.analysis.concurrence.kendall import dense_ranks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]
    Ranks = NDArray[np.float32]

#: Smaller differences of tau are rounding.
_ROUNDING = 1e-12
#: Comparisons held in memory at once.
_BLOCK = 4_000_000


def shares(old: Floats, new: Floats) -> Floats:
    """The share of each system in the difference of tau-b between the sides.

    Args:
        old: (p, 2) scores of the systems on the two benchmarks, larger is better; NaN missing.
        new: of the same systems on the other side.

    Returns:
        (p,) in tau; 0 for a system whose scores are the same, NaN where no tau is defined without them.
    """
    old, new = _complete(old), _complete(new)
    ranks = np.column_stack([_pooled(old[:, column], new[:, column]) for column in (0, 1)])
    before, after = ranks[: len(old)], ranks[len(old) :]
    differs = np.flatnonzero((before != after).any(axis=1))
    found = np.zeros(len(old))
    if differs.size:
        now, with_old = exchanged(after, before, differs)
        then, with_new = exchanged(before, after, differs)
        both = np.stack([now - with_old, with_new - then])
        known = np.isfinite(both)
        count = known.sum(axis=0)
        mean = np.where(known, both, 0.0).sum(axis=0) / np.maximum(count, 1)
        found[differs] = np.where(count > 0, mean, np.nan)
    return found


def most(share: Floats, *, limit: int) -> list[int]:
    """Positions of the largest shares of either sign, at most `limit`; equal ones in order."""
    size = np.abs(np.nan_to_num(share))
    order = np.lexsort((np.arange(len(size)), -np.round(size, 12)))
    return [int(at) for at in order[:limit] if size[at] > _ROUNDING]


def _complete(scores: Floats) -> Floats:
    """A system that lacks one of the two scores counts in neither."""
    return np.where(np.isfinite(scores).all(axis=1, keepdims=True), scores, np.nan)


def _pooled(old: Floats, new: Floats) -> Ranks:
    """Ranks of both sides' scores together, ties as everywhere; -1 where missing."""
    scores = np.concatenate([old, new])
    return np.where(np.isfinite(scores), dense_ranks(scores), -1).astype(np.float32)


def exchanged(ranks: Ranks, others: Ranks, rows: Ints) -> tuple[float, Floats]:
    """Tau-b of (p, 2) ranks, and (k,) with one row at a time, each of `rows`, as it is in `others`.

    Rows with -1 do not count. NaN where a tau is undefined.
    """
    present = ranks[:, 0] >= 0
    there = ranks[present]
    own = np.zeros((3, len(ranks)))
    own[:, present] = _sums(there, there)
    total = own.sum(axis=1) / 2
    back = _sums(others[rows], there) - np.where(present[rows], _signs(others[rows], ranks[rows]), 0)
    given = np.where(others[rows, 0] >= 0, back, 0)  # not compared with the row that is taken out
    return float(_ratio(total[:, np.newaxis])[0]), _ratio(total[:, np.newaxis] - own[:, rows] + given)


def _sums(rows: Ranks, there: Ranks) -> Floats:
    """(3, k): concordant less discordant, told apart by the first, by the second; each row against all there."""
    found = np.zeros((3, len(rows)))
    step = max(1, _BLOCK // max(len(there), 1))
    for start in range(0, len(rows), step):
        part = slice(start, start + step)
        x, y = (np.sign(rows[part, at, np.newaxis] - there[np.newaxis, :, at]) for at in (0, 1))
        for total, (one, other) in zip(found, ((x, y), (x, x), (y, y)), strict=True):
            total[part] = np.einsum("ij,ij->i", one, other)  # whole numbers, exact below 2**24 systems
    return found


def _signs(one: Ranks, other: Ranks) -> Floats:
    """(3, k): the same of each row against one other row."""
    x, y = np.sign(one - other).T
    return np.stack([x * y, x * x, y * y])


def _ratio(sums: Floats) -> Floats:
    net, told_x, told_y = sums
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(net / np.sqrt(told_x * told_y))
