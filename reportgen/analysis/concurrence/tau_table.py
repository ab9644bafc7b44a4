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


def pairwise_correlation(scores: Floats) -> Floats:
    """(q, q) Pearson's r over the models that both columns have; NaN with fewer than three, or where one is constant.

    Each pair has models of its own: a table for means over pairs, not one to take components of.

    Args:
        scores: (p, q), NaN missing.
    """
    known = np.isfinite(scores)
    present = known.astype(np.float64)
    count = np.maximum(present.sum(axis=0), 1)
    centre = np.where(known, scores, 0.0).sum(axis=0) / count
    scale = np.sqrt((np.where(known, scores - centre, 0.0) ** 2).sum(axis=0) / count)
    x = np.where(known, scores - centre, 0.0) / np.where(scale > 0, scale, 1.0)
    n = present.T @ present
    with np.errstate(divide="ignore", invalid="ignore"):
        sums, squares = x.T @ present, (x**2).T @ present  # of the row's column, over what both have
        shared = x.T @ x - sums * sums.T / n
        spread = squares - sums**2 / n
        r = shared / np.sqrt(spread * spread.T)
    defined = (n >= 3) & (spread > 1e-12) & (spread.T > 1e-12)
    return np.where(defined, np.clip(r, -1.0, 1.0), np.nan)
