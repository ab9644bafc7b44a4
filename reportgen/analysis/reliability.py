"""Classical test theory: how far a test orders systems the same way when its items are drawn again.

All tables are (p systems, q items) of scores without a hole. Variances have the denominator p - 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import fdtri, ndtri

from reportgen.analysis.correlation import product_moment
from reportgen.analysis.midranks import midranks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: Random splits into halves.
SPLITS = 200


def alpha(score: Floats, *, level: float) -> tuple[float, float, float]:
    """Cronbach's alpha (1951) and its interval (Feldt 1965); of items scored 0 or 1 it is KR-20.

    alpha = q / (q - 1) (1 - sum of item variances / variance of totals). NaN with fewer than two items or systems,
    or where all systems have the same total.
    """
    systems, items = score.shape
    if systems < 2 or items < 2:
        return np.nan, np.nan, np.nan
    total = score.sum(axis=1).var(ddof=1)
    if total <= 1e-12:
        return np.nan, np.nan, np.nan
    value = items / (items - 1) * (1 - score.var(axis=0, ddof=1).sum() / total)
    freedom = (systems - 1, (systems - 1) * (items - 1))
    low, high = (1 - (1 - value) * fdtri(*freedom, q) for q in ((1 + level) / 2, (1 - level) / 2))
    return float(value), float(low), float(high)


def item_rest(score: Floats) -> Floats:
    """(q,) correlation of each item with the total of all others; NaN where either is constant."""
    centred = score - score.mean(axis=0)
    total = centred.sum(axis=1)
    own = (centred**2).sum(axis=0)
    with_total = centred.T @ total
    rest = (total**2).sum() + own - 2 * with_total
    with np.errstate(divide="ignore", invalid="ignore"):
        correlation = (with_total - own) / np.sqrt(own * rest)
    return np.where((own > 1e-12) & (rest > 1e-12), correlation, np.nan)


def spearman_brown(correlation: Floats) -> Floats:
    """Reliability of the whole test from the correlation of its halves, 2 r / (1 + r); NaN at r = -1."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(correlation > -1, 2 * correlation / (1 + correlation), np.nan)


def split_half(score: Floats, generator: np.random.Generator) -> tuple[float, float, float]:
    """Median, 5 % and 95 % quantile of the stepped-up correlation of random halves (`SPLITS` of them).

    With an odd number of items one half has one more. NaN where a half has the same total for all systems.
    """
    systems, items = score.shape
    if systems < 3 or items < 2:
        return np.nan, np.nan, np.nan
    order = generator.permuted(np.tile(np.arange(items), (SPLITS, 1)), axis=1)
    chosen = (order < items // 2).astype(float)
    one, other = score @ chosen.T, score @ (1 - chosen).T
    found = spearman_brown(_correlations(one, other))
    if np.isnan(found).any():
        return np.nan, np.nan, np.nan
    low, middle, high = np.quantile(found, (0.05, 0.5, 0.95))
    return float(middle), float(low), float(high)


def _correlations(one: Floats, other: Floats) -> Floats:
    """Pearson's r of each pair of columns; NaN where one is constant."""
    x, y = one - one.mean(axis=0), other - other.mean(axis=0)
    scale = (x**2).sum(axis=0) * (y**2).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(scale > 1e-12, (x * y).sum(axis=0) / np.sqrt(scale), np.nan)


def correlation(one: Floats, other: Floats, *, level: float) -> tuple[float, float, float]:
    """Pearson's r of two columns and its interval by Fisher's z; no interval under four systems or at +-1."""
    value = float(_correlations(one[:, np.newaxis], other[:, np.newaxis])[0])
    if len(one) < 4 or not abs(value) < 1 - 1e-12:
        return value, np.nan, np.nan
    half = ndtri((1 + level) / 2) / np.sqrt(len(one) - 3)
    return value, float(np.tanh(np.arctanh(value) - half)), float(np.tanh(np.arctanh(value) + half))


def rank_correlation(one: Floats, other: Floats) -> float:
    """Spearman's correlation, ties averaged; NaN where either is constant."""
    if np.ptp(one) <= 1e-12 or np.ptp(other) <= 1e-12:
        return float("nan")
    return product_moment(midranks(one.round(12)), midranks(other.round(12)))
