"""Ranks of systems on benchmarks, and whether average ranks can be told apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtrc, fdtrc

from reportgen.analysis.midranks import midranks
from reportgen.analysis.ranking import tukey_critical

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
        ranks[there[order], column] = midranks(np.cumsum(apart))
    return ranks


@dataclass(frozen=True, slots=True)
class Friedman:
    """Whether any of p systems differ over q benchmarks.

    Attributes:
        statistic, p: Friedman's chi-square, corrected for ties, with p - 1 degrees of freedom.
        f, p_f: the less conservative F of Iman and Davenport 1980, with p - 1 and (p - 1) (q - 1); infinite and 0
            where all benchmarks rank all systems alike.
    """

    statistic: float
    p: float
    f: float
    p_f: float


def friedman(goodness: Floats) -> Friedman | None:
    """Friedman's test of (p, q) complete scores, p >= 3; None where no benchmark tells any two systems apart."""
    systems, benchmarks = goodness.shape
    ranks = column_ranks(goodness)
    if (ranks == ranks[0]).all():
        return None
    middle = (systems + 1) / 2
    between = ((ranks.sum(axis=1) - benchmarks * middle) ** 2).sum()
    statistic = float((systems - 1) * between / ((ranks - middle) ** 2).sum())
    p, most = float(chdtrc(systems - 1, statistic)), benchmarks * (systems - 1.0)
    if statistic >= most * (1 - TIE):
        return Friedman(statistic, p, float("inf"), 0.0)
    f = (benchmarks - 1) * statistic / (most - statistic)
    p_f = float(fdtrc(systems - 1, (systems - 1) * (benchmarks - 1), f)) if benchmarks > 1 else float("nan")
    return Friedman(statistic, p, f, p_f)


def critical_difference(systems: int, benchmarks: int, level: float) -> float:
    """Nemenyi: average ranks of two of p systems over q benchmarks that differ by more are told apart.

    CD = q(level, p, inf) / sqrt(2) * sqrt(p (p + 1) / (6 q)), q the quantile of the studentized range.
    """
    return tukey_critical(level, systems) * float(np.sqrt(systems * (systems + 1) / (6 * benchmarks)))


def rank_test(goodness: Floats, level: float) -> tuple[float, float]:
    """Friedman's p and Nemenyi's critical difference of average ranks (p systems, q benchmarks).

    NaN with fewer than three systems or five benchmarks, p also where no benchmark tells any two systems apart.
    """
    systems, benchmarks = goodness.shape
    if systems < 3 or benchmarks < FEWEST_BENCHMARKS:
        return float("nan"), float("nan")
    found = friedman(goodness)
    return float("nan") if found is None else found.p, critical_difference(systems, benchmarks, level)
