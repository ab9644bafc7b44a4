"""How well one number stands for another: correlations with intervals, errors, bounds, what choosing by it costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from reportgen.analysis.concurrence.kendall import tau_b
from reportgen.analysis.correlation import product_moment
from reportgen.analysis.midranks import midranks
from reportgen.analysis.proportions import wilson

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

#: With fewer units the points are shown, and no correlation.
FEWEST_UNITS = 5
#: Of n candidates the best n // TOP, at least one, are to be recalled.
TOP = 5
_ROUNDING = 1e-12
UNKNOWN = (float("nan"), float("nan"))


@dataclass(frozen=True, slots=True)
class Correlation:
    """One coefficient and its interval; NaN where undefined, `reason` says why."""

    value: float
    low: float
    high: float
    reason: str = ""


def undefined(x: Floats, y: Floats) -> str:
    """Why no correlation of these is defined; "" where one is."""
    if len(x) < FEWEST_UNITS:
        return f"fewer than {FEWEST_UNITS} units"
    if np.ptp(x) <= _ROUNDING * np.abs(x).max():
        return "the proxy is the same for all units"
    return "the truth is the same for all units" if np.ptp(y) <= _ROUNDING * np.abs(y).max() else ""


def pearson(x: Floats, y: Floats, *, level: float) -> Correlation:
    """Product-moment correlation; interval by Fisher's z, standard error 1 / sqrt(n - 3)."""
    reason = undefined(x, y)
    if reason:
        return Correlation(np.nan, *UNKNOWN, reason)
    return _with_interval(product_moment(x, y), (len(x) - 3) ** -0.5, level)


def spearman(x: Floats, y: Floats, *, level: float) -> Correlation:
    """Rank correlation, ties averaged; interval by Fisher's z, error sqrt((1 + rho² / 2) / (n - 3)) (Bonett)."""
    reason = undefined(x, y)
    if reason:
        return Correlation(np.nan, *UNKNOWN, reason)
    value = product_moment(midranks(x), midranks(y))
    return _with_interval(value, ((1 + value * value / 2) / (len(x) - 3)) ** 0.5, level)


def kendall(x: Floats, y: Floats, *, level: float) -> Correlation:
    """Tau-b; interval by Fisher's z with Fieller's sqrt(0.437 / (n - 4))."""
    reason = undefined(x, y)
    if reason:
        return Correlation(np.nan, *UNKNOWN, reason)
    return _with_interval(float(tau_b(x, y)), (0.437 / (len(x) - 4)) ** 0.5, level)


def _with_interval(value: float, error: float, level: float) -> Correlation:
    if abs(value) >= 1 - _ROUNDING:
        return Correlation(value, *UNKNOWN, "a perfect correlation has no interval of this kind")
    half = float(ndtri((1 + level) / 2)) * error
    middle = float(np.arctanh(value))
    return Correlation(value, float(np.tanh(middle - half)), float(np.tanh(middle + half)))


def line(x: Floats, y: Floats) -> tuple[float, float]:
    """(intercept, slope) of the least-squares line; NaN where x is constant or there are fewer than three units."""
    if len(x) < 3 or np.ptp(x) <= _ROUNDING * np.abs(x).max():
        return UNKNOWN
    dx = x - x.mean()
    slope = float(dx @ (y - y.mean()) / (dx @ dx))
    return float(y.mean() - slope * x.mean()), slope


def errors(predicted: Floats, truth: Floats) -> tuple[float, float]:
    """(MAE, RMSE), divided by n; NaN where any prediction is unknown."""
    wrong = predicted - truth
    return float(np.abs(wrong).mean()), float(np.sqrt((wrong * wrong).mean()))


@dataclass(frozen=True, slots=True)
class Bound:
    """How a bound does. `slack` is how much worse than the truth it is on average, in the unit; shares of units."""

    slack: float
    holds: float
    low: float
    high: float
    vacuous: float  # at or beyond the worst value there is; NaN where that is not known


def bound(claimed: Floats, truth: Floats, sign: float, worst: float, *, level: float) -> Bound:
    """Bounds that the truth must not be worse than; `sign` is 1 where higher is better."""
    slack = sign * (truth - claimed)
    holds = float((slack >= -_ROUNDING * np.maximum(np.abs(truth), 1.0)).mean())
    low, high = (float(one) for one in wilson(np.array(holds), np.array(float(len(truth))), level=level))
    vacuous = float((sign * (claimed - worst) <= 0).mean()) if np.isfinite(worst) else float("nan")
    return Bound(float(slack.mean()), holds, low, high, vacuous)


@dataclass(frozen=True, slots=True)
class Choice:
    """What choosing by the proxy brings in one task: truth of the chosen and of the best, share of the top recalled."""

    chosen: float
    best: float
    average: float
    recall: float
    tied: int  # candidates that share the best proxy


def choice(proxy: Floats, truth: Floats, sign: float) -> Choice:
    """Of candidates with goodness `proxy` and value `truth`; of ties each is as likely to be chosen."""
    first = proxy >= proxy.max() - _ROUNDING * np.abs(proxy).max()
    good = sign * truth
    k = max(1, len(proxy) // TOP)
    recall = float((_membership(proxy, k) * _membership(good, k)).sum() / k)
    return Choice(
        chosen=float(truth[first].mean()),
        best=float(sign * good.max()),
        average=float(truth.mean()),
        recall=recall,
        tied=int(first.sum()),
    )


def _membership(goodness: Floats, k: int) -> Floats:
    """Chance of each to be among the best k, ties broken at random."""
    threshold = np.sort(goodness)[-k]
    above, level = goodness > threshold, goodness == threshold
    return np.where(above, 1.0, np.where(level, (k - above.sum()) / level.sum(), 0.0))
