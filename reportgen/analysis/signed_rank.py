"""Wilcoxon's signed-rank test for many pairs at once, exact for few observations also with ties.

The absolute differences are ranked, ties by their mean rank, differences of 0 left out (Wilcoxon 1945). W is the
sum of the ranks of the positive ones. Where there is no difference every rank has either sign with probability
1/2: up to `MOST_EXACT` differences the distribution of W is counted in full for the ranks at hand, so ties need no
correction. Beyond, W is normal with mean sum r / 2 and variance sum r^2 / 4, which has the ties in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from reportgen.analysis.midranks import midranks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]

#: Differences up to which the distribution is counted; beyond, the normal one is right to two digits or better.
MOST_EXACT = 25
#: Differences smaller than this share of the larger score are none, and two that differ by it are tied.
NOISE = 1e-9


def signed_rank_test(first: Floats, second: Floats) -> Floats:
    """(m,) two-sided p-values of m pairs of (m, N) finite scores; 1 where all differences are 0."""
    p = np.ones(len(first))
    noise = NOISE * np.maximum(np.abs(first), np.abs(second))
    difference = first - second
    difference = np.where(np.abs(difference) > noise, difference, 0.0)
    for pair, row in enumerate(difference):
        there = row[row != 0]
        if len(there):
            size = np.abs(there)
            p[pair] = _two_sided(_ranks(size, float(noise[pair].max())), there > 0)
    return p


def _ranks(size: Floats, noise: float) -> Floats:
    """Mean ranks; sizes closer than `noise` to the one before are tied."""
    order = np.argsort(size, kind="stable")
    steps = np.diff(size[order], prepend=size[order][:1]) > noise
    ranks = np.empty(len(size))
    ranks[order] = midranks(np.cumsum(steps))
    return ranks


def _two_sided(ranks: Floats, positive: Bools) -> float:
    total, w = float(ranks.sum()), float(ranks[positive].sum())
    less = min(w, total - w)
    if len(ranks) > MOST_EXACT:
        z = (less - total / 2) / np.sqrt((ranks**2).sum() / 4)
        return min(1.0, 2 * float(ndtr(z)))
    halves = np.rint(2 * ranks).astype(int)  # mean ranks are whole or half numbers
    share = np.zeros(int(halves.sum()) + 1)
    share[0] = 1.0
    for rank in halves:
        moved = np.zeros_like(share)
        moved[rank:] = share[: len(share) - rank]
        share = (share + moved) / 2
    return min(1.0, 2 * float(share[: round(2 * less) + 1].sum()))


def smallest_p(n: int) -> float:
    """The smallest two-sided p that n differences can give: all of one sign."""
    return float(2.0 ** (1 - n))
