"""The line through the scores of a suite's systems, and what it predicts for each from the others.

On the logit scale scores under shift are nearly linear in scores without it (Miller et al. 2021, "Accuracy on
the line"; Taori et al. 2020, "Measuring robustness to natural distribution shifts").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, logit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: Shares are kept this far from 0 and 1 where the number of items is unknown.
CLIP = 1e-3
#: Fewer systems make no line to judge a system by.
FEWEST_SYSTEMS = 10
_CONSTANT = 1e-12


@dataclass(frozen=True, slots=True)
class Line:
    """Least squares y = intercept + slope * x on the logit scale.

    Attributes:
        slope, intercept, r2: NaN where there is no line; r2 is NaN, too, where y is constant.
        n: systems.
        without_self: (n,) the share that the line through all *other* systems predicts; NaN where undefined.
        reason: "" or why there is no line.
    """

    slope: float
    intercept: float
    r2: float
    n: int
    without_self: Floats
    reason: str


def stable_logit(share: Floats, n: Floats) -> Floats:
    """Log odds of shares in [0, 1], finite at both ends.

    With n items known, k = n * share becomes (k + 1/2) / (n + 1) (Haldane 1956); otherwise the share is
    clipped to [`CLIP`, 1 - `CLIP`].
    """
    share = np.clip(share, 0.0, 1.0)
    smoothed = (share * n + 0.5) / (n + 1)
    adjusted: Floats = logit(np.where(np.isfinite(smoothed), smoothed, np.clip(share, CLIP, 1 - CLIP)))
    return adjusted


def fit(x: Floats, y: Floats) -> Line:
    """The line through (x, y), log odds, and its predictions of each y from the others.

    The prediction for i by the line without i is y_i - e_i / (1 - h_i), with residual e_i and leverage h_i of
    the full line: no system is part of the line it is compared with.
    """
    n = len(x)
    unknown = np.full(n, np.nan)
    if n < FEWEST_SYSTEMS:
        return Line(np.nan, np.nan, np.nan, n, unknown, f"{n} systems: a line needs {FEWEST_SYSTEMS}")
    dx, dy = x - x.mean(), y - y.mean()
    sxx, syy = float(dx @ dx), float(dy @ dy)
    if sxx <= _CONSTANT * n:
        return Line(np.nan, np.nan, np.nan, n, unknown, "all systems have the same score without shift")
    slope = float(dx @ dy) / sxx
    residual = dy - slope * dx
    free = 1 - 1 / n - dx * dx / sxx
    alone = free <= _CONSTANT  # without this system all others have the same x
    predicted = np.where(alone, np.nan, y - residual / np.where(alone, 1.0, free))
    r2 = 1 - float(residual @ residual) / syy if syy > _CONSTANT * n else np.nan
    return Line(slope, float(y.mean() - slope * x.mean()), r2, n, expit(predicted), "")
