"""Rank sets from systems that vary together: bootstrap of the largest difference, with step-down.

Mogstad, Romano, Shaikh and Wilhelm 2024 (Review of Economic Studies 91(1)), by the step-down of Romano and Wolf
2005 (Econometrica 73(4)). The hypotheses are "j is not better than k", one for each ordered pair. The critical
value is the quantile of the largest (D_j - D_k) / SE_jk over the hypotheses not yet rejected, D a draw of the
scores' deviations. Whatever exceeds it is rejected; with fewer hypotheses left the value falls, and the step is
repeated until nothing more is rejected. The hypothesis in the other direction stays: it is true where the first
is false. All claims hold together with probability of at least `level`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reportgen.analysis.ranking import NOISE, tie_groups

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

#: Normal draws: as many as keep all pairs of all draws below this, at least the fewest, at most the most.
_WORK = 20_000_000
_FEWEST_DRAWS, _MOST_DRAWS = 1_000, 10_000
#: A critical value below its predecessor by less than this cannot reject more.
_STEPS = 20


@dataclass(frozen=True, slots=True, eq=False)
class Sets:
    """Rank sets of p systems in the order they were given.

    Attributes:
        better: (p, p) whether the row is significantly better than the column.
        low, high: best and worst rank of the sets.
        group: tie group, 1 for the best; systems must have been given best first.
        first, last: critical value of the first and of the last step.
        steps: how many steps.
    """

    better: Bools
    low: Ints
    high: Ints
    group: Ints
    first: float
    last: float
    steps: int


def draws_for(p: int) -> int:
    """How many draws `p` systems are worth."""
    return int(np.clip(_WORK // max(p * p, 1), _FEWEST_DRAWS, _MOST_DRAWS))


def step_down(goodness: Floats, errors: Floats, draws: Floats, *, level: float) -> Sets:
    """Rank sets of p systems, best first.

    Args:
        goodness: (p,) scores, larger is better.
        errors: (p, p) standard errors of differences; 0 where a difference cannot vary.
        draws: (R, p) draws of the scores' deviations.
        level: simultaneous confidence level in (0, 1).
    """
    p = len(goodness)
    ahead = goodness[:, np.newaxis] - goodness[np.newaxis, :]
    size = np.maximum(np.abs(goodness)[:, np.newaxis], np.abs(goodness)[np.newaxis, :])
    ahead = np.where(np.abs(ahead) > NOISE * size, ahead, 0.0)
    still = errors <= NOISE * np.maximum(size, np.finfo(float).tiny)
    scaled = np.divide(ahead, errors, out=np.where(ahead > 0, np.inf, 0.0), where=~still)
    rejected = still & (ahead > 0)
    critical: list[float] = []
    while len(critical) < _STEPS:
        open_ = ~rejected & ~still
        np.fill_diagonal(open_, val=False)
        critical.append(float(np.quantile(_largest(draws, errors, open_), level)))
        new = ~rejected & (scaled > max(critical[-1], 0.0))
        if not new.any():
            break
        rejected |= new
    later = np.triu(rejected, k=1)
    return Sets(
        better=rejected,
        low=1 + rejected.sum(axis=0),
        high=p - rejected.sum(axis=1),
        group=tie_groups(np.where(later.any(axis=1), later.argmax(axis=1), p)),
        first=critical[0],
        last=critical[-1],
        steps=len(critical),
    )


def _largest(draws: Floats, errors: Floats, open_: Bools) -> Floats:
    """(R,) the largest scaled difference of each draw over the open ordered pairs; 0 where there is none."""
    largest = np.zeros(len(draws))
    columns = np.ascontiguousarray(draws.T)
    for row in np.flatnonzero(open_.any(axis=1)):
        others = np.flatnonzero(open_[row])
        scaled = columns[row] - columns[others]
        scaled /= errors[row, others][:, np.newaxis]
        np.maximum(largest, scaled.max(axis=0), out=largest)
    return largest
