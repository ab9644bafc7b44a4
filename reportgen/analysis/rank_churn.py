"""What becomes of an order of systems when their scores are measured in another way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reportgen.analysis.concurrence.coefficients import COEFFICIENTS
from reportgen.analysis.midranks import midranks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: Scores closer than this share of the largest are tied: what is left of rounding in a float.
TIED = 1e-9
#: Systems below which an order says next to nothing.
FEWEST_SYSTEMS = 3


@dataclass(frozen=True, slots=True)
class RankChurn:
    """Two orders of the same systems.

    Attributes:
        tau: Kendall's tau-b; NaN with a reason.
        largest_change: largest |rank - other rank|, rank 1 is best and ties share the better rank.
        moved: systems whose rank differs.
        first, other_first: positions of the systems that are first, ties all listed.
        reason: why tau is NaN.
    """

    tau: float
    largest_change: int
    moved: int
    first: tuple[int, ...]
    other_first: tuple[int, ...]
    reason: str


def rank_churn(goodness: Floats, other: Floats) -> RankChurn:
    """Compare two orders; both (n,), larger is better, finite, n >= 1."""
    rank, other_rank = _ranks(goodness), _ranks(other)
    change = np.abs(rank - other_rank)
    reason = ""
    if len(rank) < FEWEST_SYSTEMS:
        reason = f"fewer than {FEWEST_SYSTEMS} systems"
    elif np.ptp(rank) == 0 or np.ptp(other_rank) == 0:
        reason = "all systems score the same"
    return RankChurn(
        tau=COEFFICIENTS["tau_b"].of(rank.astype(np.float64), other_rank.astype(np.float64))
        if not reason
        else float("nan"),
        largest_change=int(change.max()),
        moved=int((change > 0).sum()),
        first=tuple(np.flatnonzero(rank == 1).tolist()),
        other_first=tuple(np.flatnonzero(other_rank == 1).tolist()),
        reason=reason,
    )


def _ranks(goodness: Floats) -> NDArray[np.int64]:
    """Rank 1 is best; scores within `TIED` of their neighbour are tied and share the better rank."""
    order = np.sort(goodness)
    step = np.diff(order) > TIED * max(float(np.abs(order).max()), 1e-300)
    group = np.concatenate([[0], np.cumsum(step)])
    return midranks(-group[np.searchsorted(order, goodness)], ties="min").astype(np.int64)
