"""Variances and correlations of every pair of settings over the models both have, by matrix products."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

#: A variance below this share of that of the whole setting is rounding, and no spread.
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Of k pairs of columns (a, b), over the rows both have. NaN where fewer than 2 rows or no spread.

    Attributes:
        n: rows both have.
        variance_a, variance_b: with denominator n - 1, in units of the variance of the whole column.
        correlation: Pearson's r.
        noise_a, noise_b: mean squared standard error, in the same units as the variances; NaN where one is unknown.
    """

    n: Floats
    variance_a: Floats
    variance_b: Floats
    correlation: Floats
    noise_a: Floats
    noise_b: Floats


def moments(values: Floats, errors: Floats, a: Ints, b: Ints) -> Moments:
    """Moments of pairs of columns.

    Args:
        values: (p, q), NaN missing.
        errors: (p, q) standard errors, NaN unknown; rows without one are left out.
        a: (k,) first column of each pair.
        b: (k,) second column.
    """
    present = np.isfinite(values) & np.isfinite(errors)
    filled = present.astype(np.float64)
    count = np.maximum(filled.sum(axis=0), 1)
    known = np.where(present, values, 0.0)
    centred = np.where(present, known - known.sum(axis=0) / count, 0.0)
    spread = np.sqrt((centred**2).sum(axis=0) / np.maximum(count - 1, 1))
    spread[spread == 0] = 1.0
    z = centred / spread
    noise = np.where(present, errors, 0.0) / spread
    n = (filled.T @ filled)[a, b]
    sums, squares, noises = (part.T @ filled for part in (z, z**2, noise**2))
    with np.errstate(divide="ignore", invalid="ignore"):
        within = [squares[x, y] - sums[x, y] ** 2 / n for x, y in ((a, b), (b, a))]
        spread_a, spread_b = (np.where(one > _ROUNDING * n, one, np.nan) for one in within)
        product = (z.T @ z)[a, b] - sums[a, b] * sums[b, a] / n
        return Moments(
            n=n,
            variance_a=spread_a / (n - 1),
            variance_b=spread_b / (n - 1),
            correlation=np.clip(product / np.sqrt(spread_a * spread_b), -1, 1),
            noise_a=noises[a, b] / n,
            noise_b=noises[b, a] / n,
        )
