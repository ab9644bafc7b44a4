"""Which systems are first under other weights of the benchmarks, and how little weight must move to change the first.

A weighting is one non-negative weight for each benchmark, all adding up to 1; a board's score has equal ones. Weights
act on scores as they are on the board's scale: on another scale of one benchmark the answers differ.

Shares of first places: over all weightings alike (the flat Dirichlet distribution), by drawing, or exactly where there
are two benchmarks. Least change: the smallest sum |w - 1/B| / 2, the share of weight that changes its benchmark, at
which some other system is at least as good as the first; after Zhang and Hardt (2024), who search by gradient descent.
As a linear program: minimise sum |w - 1/B| subject to w >= 0, sum w = 1, (g_other - g_first) w >= 0. It has one
constraint beside the simplex, so the greedy solution is exact: weight goes to the benchmark where the other is furthest
ahead, and comes first from those where the first is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

#: Numbers held at a time.
_MOST_NUMBERS = 4_000_000


@dataclass(frozen=True, slots=True)
class Moves:
    """Least changes of weight for each of p systems.

    Attributes:
        share: (p,) weight that must change its benchmark, in [0, 1]; NaN where the system is nowhere better than the
            first, so that no weighting lets it overtake.
        to: (p,) benchmark that receives it; -1 where there is none.
        taken: (p, B) weight that each benchmark gives.
    """

    share: Floats
    to: Ints
    taken: Floats


def least_moves(goodness: Floats, first: int) -> Moves:
    """How little weight must move until each system is at least as good as `first`.

    Args:
        goodness: (p, B) larger is better, no gaps.
        first: a system that no other is better than with equal weights.
    """
    p, benchmarks = goodness.shape
    lead = goodness[first] - goodness  # (p, B)
    to = lead.argmin(axis=1)
    least = lead[np.arange(p), to]
    overtakes = least < 0
    gain = lead - least[:, np.newaxis]  # lead that a unit of weight gives up when it moves
    order = np.argsort(-gain, axis=1, kind="stable")
    each = np.take_along_axis(gain, order, axis=1) / benchmarks
    needed = np.maximum(lead.mean(axis=1), 0.0)
    before = np.cumsum(each, axis=1) - each
    rest = np.clip(needed[:, np.newaxis] - before, 0.0, each)
    share = np.divide(rest, each, out=np.zeros_like(rest), where=each > 0) / benchmarks
    taken = np.empty_like(share)
    np.put_along_axis(taken, order, share, axis=1)
    taken[~overtakes] = np.nan
    total = np.where(overtakes, np.where(overtakes[:, np.newaxis], share, 0.0).sum(axis=1), np.nan)
    return Moves(total, np.where(overtakes, to, -1), taken)


def drawn_shares(goodness: Floats, *, draws: int, generator: np.random.Generator) -> Floats:
    """(p,) share of `draws` uniform weightings under which each system is first; equal firsts share the draw.

    Standard error of a share: sqrt(share (1 - share) / draws).

    Args:
        goodness: (p, B) larger is better, no gaps.
        draws: number of weightings.
        generator: random numbers.
    """
    p, benchmarks = goodness.shape
    distinct, at, copies = np.unique(goodness, axis=0, return_inverse=True, return_counts=True)
    counts = np.zeros(len(distinct))
    step = max(1, _MOST_NUMBERS // max(len(distinct), benchmarks))
    for start in range(0, draws, step):
        weights = generator.standard_exponential((min(step, draws - start), benchmarks))
        winners = (weights @ distinct.T).argmax(axis=1)  # their sum does not matter to who is first
        counts += np.bincount(winners, minlength=len(distinct))
    return np.asarray((counts / copies)[at.reshape(p)] / draws)


def exact_shares(goodness: Floats) -> Floats:
    """As `drawn_shares` for B = 2, exactly: the length of weights under which each line is the highest."""
    distinct, at, copies = np.unique(goodness, axis=0, return_inverse=True, return_counts=True)
    shares = np.zeros(len(distinct))
    current, weight = int(np.lexsort((distinct[:, 0], distinct[:, 1]))[-1]), 0.0
    while weight < 1:  # weight of the first benchmark; from `weight` on, `current` is the highest line
        slope = distinct[:, 0] - distinct[:, 1]
        steeper = np.flatnonzero(slope > slope[current])
        crossing = (distinct[current, 1] - distinct[steeper, 1]) / (slope[steeper] - slope[current])
        end = float(crossing.min(initial=1.0))
        shares[current] += max(min(end, 1.0) - weight, 0.0)
        if end >= 1:
            break
        nearest = steeper[crossing <= end]
        current, weight = int(nearest[slope[nearest].argmax()]), end
    return np.asarray((shares / copies)[at.reshape(len(goodness))])
