"""Two curves through scores over size: a line in the logarithm of size, and a power law down to a floor.

All functions fit many score vectors over the same sizes at once: `y` is (m, n) over sizes (n,).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import fdtri, stdtrit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]

#: Exponents tried; a fit at either end says that the data do not bound it there.
EXPONENTS = np.geomspace(0.01, 4.0, 121)
#: Rounds in which the step between exponents is divided by ten.
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class LogLine:
    """Least squares of y on log10 size, for each of m vectors.

    Attributes:
        slope: change of y per tenfold size.
        error: its standard error, NaN with fewer than three points.
        intercept: y at size 1.
        r2: share of the variance explained; NaN where y is constant.
        residual: standard deviation around the line, n - 2 degrees of freedom.
        centre, spread: mean of log10 size and sum of squares around it.
        n: points.
    """

    slope: Floats
    error: Floats
    intercept: Floats
    r2: Floats
    residual: Floats
    centre: float
    spread: float
    n: int

    def quantile(self, level: float) -> float:
        """Two-sided Student quantile for its intervals; NaN with fewer than three points."""
        return float(stdtrit(self.n - 2, (1 + level) / 2)) if self.n > 2 else float("nan")

    def at(self, size: Floats, level: float, *, new: bool = False) -> tuple[Floats, Floats, Floats]:
        """(m, k) line and interval at these sizes: of the line itself, or of a new point around it."""
        x = np.log10(size) - self.centre
        fitted = self.intercept[:, np.newaxis] + self.slope[:, np.newaxis] * (x + self.centre)
        width = np.sqrt(float(new) + 1 / self.n + x * x / self.spread)
        half = self.quantile(level) * self.residual[:, np.newaxis] * width
        return fitted, fitted - half, fitted + half


def log_line(size: Floats, y: Floats) -> LogLine:
    """The line through (m, n) values over n sizes, at least two of them different."""
    x = np.log10(size)
    n, centre = len(x), float(x.mean())
    spread = float(((x - centre) ** 2).sum())
    middle = y.mean(axis=1)
    slope = (y - middle[:, np.newaxis]) @ (x - centre) / spread
    intercept = middle - slope * centre
    rest = ((y - intercept[:, np.newaxis] - slope[:, np.newaxis] * x) ** 2).sum(axis=1)
    total = ((y - middle[:, np.newaxis]) ** 2).sum(axis=1)
    constant = total <= 1e-24 * np.maximum(middle**2, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        residual = np.sqrt(rest / (n - 2)) if n > 2 else np.full(len(y), np.nan)
        r2 = np.where(constant, np.nan, 1 - rest / total)
    return LogLine(slope, residual / np.sqrt(spread), intercept, r2, residual, centre, spread, n)


@dataclass(frozen=True, slots=True)
class PowerLaw:
    """Least squares of err = floor + k * size^-exponent with floor, k >= 0, for each of m vectors.

    Attributes:
        exponent, low, high: with its profile interval; an end is NaN where the tried exponents do not bound it.
        floor: the error that no size removes.
        r2: share of the variance explained.
    """

    exponent: Floats
    low: Floats
    high: Floats
    floor: Floats
    r2: Floats


def power_law(size: Floats, err: Floats, *, level: float) -> PowerLaw:
    """The power law through (m, n) errors over n sizes, n >= 4.

    For each exponent the best floor and k follow in closed form, so the sum of squares is a function of the
    exponent alone. The interval holds all exponents whose sum of squares S(a) satisfies
    S(a) <= S_min (1 + F / (n - 3)), F the quantile of F(1, n - 3).
    """
    scaled = size / np.exp(np.log(size).mean())
    tried = np.broadcast_to(EXPONENTS[:, np.newaxis], (len(EXPONENTS), len(err)))
    squares, _ = _profile(scaled, err, tried)
    best = np.argmin(squares, axis=0)
    exponent = EXPONENTS[best]
    step = np.log(EXPONENTS[1] / EXPONENTS[0])
    for _ in range(_ROUNDS):
        near = exponent * np.exp(step * np.linspace(-1, 1, 21))[:, np.newaxis]
        near = np.clip(near, EXPONENTS[0], EXPONENTS[-1])
        closer, _ = _profile(scaled, err, near)
        exponent = near[np.argmin(closer, axis=0), np.arange(len(err))]
        step /= 10
    least, floor = _profile(scaled, err, exponent[np.newaxis, :])
    free = len(size) - 3
    limit = least[0] * (1 + float(fdtri(1, free, level)) / free)
    total = ((err - err.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
    low, high = _ends(squares, least[0], limit, exponent)
    with np.errstate(divide="ignore", invalid="ignore"):
        r2 = 1 - least[0] / total
    return PowerLaw(exponent, low, high, floor[0], r2)


def _profile(size: Floats, err: Floats, exponents: Floats) -> tuple[Floats, Floats]:
    """(a, m) sum of squares and floor of the best fit with each exponent (a, m)."""
    x = size ** -exponents[:, :, np.newaxis]
    mean_x, mean_y = x.mean(axis=2), err.mean(axis=1)
    dx, dy = x - mean_x[:, :, np.newaxis], err - mean_y[:, np.newaxis]
    sxx, sxy = (dx * dx).sum(axis=2), (dx * dy).sum(axis=2)
    slope = sxy / sxx
    floor = mean_y - slope * mean_x
    plain = ((x * err).sum(axis=2) / (x * x).sum(axis=2)).clip(min=0)
    slope = np.where(floor < 0, plain, slope)
    floor = np.where(floor < 0, 0.0, floor)
    floor = np.where(slope < 0, mean_y, floor)
    slope = np.where(slope < 0, 0.0, slope)
    rest = err - floor[:, :, np.newaxis] - slope[:, :, np.newaxis] * x
    return (rest * rest).sum(axis=2), floor


def _ends(squares: Floats, least: Floats, limit: Floats, exponent: Floats) -> tuple[Floats, Floats]:
    """Where the sum of squares crosses the limit first and last; NaN where the tried exponents do not bound it.

    Between two of them sqrt(S - S_min) is taken as linear in the logarithm of the exponent, as it is near the least:
    an interval may be narrower than the step from one exponent to the next.
    """
    tried, height = np.log(EXPONENTS), np.sqrt(np.maximum(squares - least, 0))
    border, within, best = np.sqrt(np.maximum(limit - least, 0)), squares <= limit, np.log(exponent)
    low = _end(tried, height, within, border, best)
    high = -_end(-tried[::-1], height[::-1], within[::-1], border, -best)
    return np.exp(low), np.exp(high)


def _end(tried: Floats, height: Floats, within: Bools, border: Floats, best: Floats) -> Floats:
    """Where height (tried, m) crosses the border below the best, from the lowest of those tried that are within."""
    column, after = np.arange(len(best)), np.searchsorted(tried, best)
    first = np.where(within.any(axis=0), within.argmax(axis=0), len(tried))
    inner = first < after
    at = np.minimum(first, len(tried) - 1)
    inside = np.where(inner, tried[at], best)
    low = np.where(inner, height[at, column], 0.0)
    outside = np.where(inner, first, after) - 1
    share = (border - low) / np.where(outside >= 0, height[outside, column] - low, np.nan)
    end: Floats = inside + share * (tried[outside] - inside)
    return end
