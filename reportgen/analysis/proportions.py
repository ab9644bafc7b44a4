"""Intervals for shares of items, and for the difference of two shares measured on different items."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def wilson(share: Floats, n: Floats, *, level: float) -> tuple[Floats, Floats]:
    """Score interval of a share of n items (Wilson 1927); NaN where the share or n is unknown.

    It has width at 0 and 1 and stays inside [0, 1].
    """
    z = ndtri((1 + level) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = (share + z * z / (2 * n)) / (1 + z * z / n)
        half = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return centre - half, centre + half


def newcombe(
    first: tuple[Floats, Floats], second: tuple[Floats, Floats], *, level: float
) -> tuple[Floats, Floats]:
    """Hybrid score interval of first minus second share, each (share, n), on independent sets of items.

    Method 10 of Newcombe 1998, "Interval estimation for the difference between independent proportions",
    without continuity correction.
    """
    (p, _), (q, _) = first, second
    low_p, high_p = wilson(*first, level=level)
    low_q, high_q = wilson(*second, level=level)
    below = np.sqrt((p - low_p) ** 2 + (high_q - q) ** 2)
    above = np.sqrt((high_p - p) ** 2 + (q - low_q) ** 2)
    return p - q - below, p - q + above
