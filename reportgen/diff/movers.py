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
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

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
        from_new = tau_of(after) - exchanged(after, before, differs)
        from_old = exchanged(before, after, differs) - tau_of(before)
        both = np.stack([from_new, from_old])
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


def _pooled(old: Floats, new: Floats) -> Ints:
    """Ranks of both sides' scores together, ties as everywhere; -1 where missing."""
    scores = np.concatenate([old, new])
    return np.where(np.isfinite(scores), dense_ranks(scores), -1)


def tau_of(ranks: Ints) -> float:
    """Tau-b of (p, 2) ranks; rows with -1 do not count."""
    present = np.flatnonzero(ranks[:, 0] >= 0)
    sums = _sums(ranks[present], ranks[present])
    net, told_x, told_y = (total.sum() / 2 for total in sums)
    return float(_ratio(net, told_x, told_y))


def exchanged(ranks: Ints, others: Ints, rows: Ints) -> Floats:
    """(k,) tau-b of `ranks` with one row at a time, each of `rows`, as it is in `others`."""
    present = ranks[:, 0] >= 0
    there = ranks[present]
    totals = [total.sum() / 2 for total in _sums(there, there)]
    taken = [np.where(present[rows], part, 0) for part in _sums(ranks[rows], there)]
    put = _sums(others[rows], there)
    own = _signs(others[rows], ranks[rows])  # comparisons with the row itself that is taken out
    given = [
        np.where(others[rows, 0] >= 0, part - np.where(present[rows], self_, 0), 0)
        for part, self_ in zip(put, own, strict=True)
    ]
    net, told_x, told_y = (total - out + in_ for total, out, in_ in zip(totals, taken, given, strict=True))
    return np.asarray(_ratio(net, told_x, told_y))


def _sums(rows: Ints, there: Ints) -> list[Floats]:
    """(k,) concordant less discordant, told apart by the first and by the second: each row against all there."""
    found = [np.empty(len(rows)) for _ in range(3)]
    step = max(1, _BLOCK // max(len(there), 1))
    for start in range(0, len(rows), step):
        part = slice(start, start + step)
        signs = _signs(rows[part, np.newaxis, :], there[np.newaxis, :, :])
        for total, sign in zip(found, signs, strict=True):
            total[part] = sign.sum(axis=1)
    return found


def _signs(one: Ints, other: Ints) -> tuple[Ints, Ints, Ints]:
    x, y = np.sign(one[..., 0] - other[..., 0]), np.sign(one[..., 1] - other[..., 1])
    return x * y, np.abs(x), np.abs(y)


def _ratio(net: Floats | float, told_x: Floats | float, told_y: Floats | float) -> Floats | float:
    with np.errstate(divide="ignore", invalid="ignore"):
        return net / np.sqrt(np.asarray(told_x) * np.asarray(told_y))  # type: ignore[no-any-return] # numpy's scalars
