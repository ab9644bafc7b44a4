"""p-values of many tests at once, adjusted so that the number of tests asked is paid for.

With m tests and their p-values in rising order p_(1) <= ... <= p_(m), the adjusted p-value of p_(j) is

    Holm                 max over i <= j of (m - i + 1) p_(i)           no false claim at all, with level alpha
    Benjamini-Hochberg   min over i >= j of m p_(i) / i                 share alpha of the claims are false
    Benjamini-Yekutieli  the same times 1 + 1/2 + ... + 1/m

and at most 1. Holm and Benjamini-Yekutieli hold under any dependence of the tests; Benjamini-Hochberg under
independence or positive dependence. A test without a p-value (NaN) is none of the m and stays NaN.

Sources: Holm 1979; Benjamini and Hochberg 1995; Benjamini and Yekutieli 2001.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def holm(p: Floats) -> Floats:
    """(m,) p-values adjusted for the chance of one false claim or more."""
    return _adjusted(
        p, lambda ordered: np.maximum.accumulate(np.arange(len(ordered), 0, -1, dtype=np.float64) * ordered)
    )


def benjamini_hochberg(p: Floats) -> Floats:
    """(m,) p-values adjusted for the share of false claims among all claims."""
    return _adjusted(p, _step_up)


def benjamini_yekutieli(p: Floats) -> Floats:
    """(m,) as `benjamini_hochberg`, whatever the dependence of the tests."""
    return _adjusted(p, lambda ordered: _step_up(ordered) * (1 / np.arange(1.0, len(ordered) + 1)).sum())


def _step_up(ordered: Floats) -> Floats:
    scaled = len(ordered) * ordered / np.arange(1.0, len(ordered) + 1)
    return np.asarray(np.minimum.accumulate(scaled[::-1])[::-1], dtype=np.float64)


def _adjusted(p: Floats, of_rising: Callable[[Floats], Floats]) -> Floats:
    p = np.asarray(p, dtype=np.float64)
    if (p < 0).any() or (p > 1).any():
        raise ValueError("a p-value lies between 0 and 1")
    adjusted = np.full(p.shape, np.nan)
    known = np.flatnonzero(np.isfinite(p))
    rising = known[np.argsort(p[known], kind="stable")]
    if rising.size:
        adjusted[rising] = np.minimum(of_rising(p[rising]), 1.0)
    return adjusted
