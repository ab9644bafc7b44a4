"""The taus of all pairs as a square table, and which pairs may speak for a class of pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reportgen.analysis.concurrence.agreement import SAME_SCORES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.concurrence.grounds import Grounds

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]


def square(grounds: Grounds, values: Floats) -> Floats:
    """(q, q) table of one value for each row of `agreement.pairs`; the diagonal is NaN."""
    q = len(grounds.benchmarks)
    table = np.full((q, q), np.nan)
    a, b = grounds.pair_positions()
    table[a, b] = table[b, a] = values
    return table


def taus(grounds: Grounds, *, fewest: int) -> Floats:
    """(q, q) tau-b; NaN where fewer than `fewest` models are shared or it cannot be computed."""
    pairs = grounds.agreement.pairs
    tau = pairs["tau_b"].to_numpy(float)
    return square(grounds, np.where(pairs["n"].to_numpy() >= fewest, tau, np.nan))


def copies(grounds: Grounds) -> Bools:
    """(pairs,) whether a pair holds the same scores twice: its agreement says nothing of two benchmarks."""
    return (grounds.agreement.pairs["reason"] == SAME_SCORES).to_numpy(bool)
