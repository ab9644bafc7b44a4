"""Ranks of systems on benchmarks, and whether average ranks can be told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import friedmanchisquare, rankdata, studentized_range

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: Fewer benchmarks are no sample.
FEWEST_BENCHMARKS = 5
#: Goodness closer than this share of its size is equal: what is left of rounding in floating point.
TIE = 1e-9


def column_ranks(goodness: Floats) -> Floats:
    """(p, q) rank of each system in each column, 1 the largest, ties their mean rank; NaN stays NaN.

    Values that differ by floating-point noise only are ties.
    """
    ranks = np.full(goodness.shape, np.nan)
    for column in range(goodness.shape[1]):
        there = np.flatnonzero(np.isfinite(goodness[:, column]))
        values = -goodness[there, column]
        order = np.argsort(values, kind="stable")
        steps = np.diff(values[order], prepend=values[order][:1])
        apart = steps > TIE * np.maximum(np.abs(values[order]), 1e-300)
        ranks[there[order], column] = rankdata(np.cumsum(apart))
    return ranks


def rank_test(goodness: Floats, level: float) -> tuple[float, float]:
    """Friedman's p and Nemenyi's critical difference of average ranks (p systems, q benchmarks).

    CD = q(level, p, inf) / sqrt(2) * sqrt(p (p + 1) / (6 q)). NaN with fewer than three systems or five benchmarks,
    p also where no benchmark tells any two systems apart.
    """
    systems, benchmarks = goodness.shape
    if systems < 3 or benchmarks < FEWEST_BENCHMARKS:
        return float("nan"), float("nan")
    ranks = column_ranks(goodness)
    critical = studentized_range.ppf(level, systems, np.inf) / np.sqrt(2)
    apart = float(critical * np.sqrt(systems * (systems + 1) / (6 * benchmarks)))
    if (ranks == ranks[0]).all():
        return float("nan"), apart
    return float(friedmanchisquare(*ranks).pvalue), apart
