"""Logistic regression of shares on one variable, for many curves at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_STEPS = 60
#: A slope beyond this over the whole range of x is one that runs away: right and wrong are separated.
_RUNAWAY = 60.0


def slopes(x: Floats, share: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Slope of logit P(right) on x and its standard error, (curves,), by maximum likelihood (Newton's method).

    Args:
        x: (L,) the variable, scaled to about [0, 1].
        share: (curves, L) in [0, 1].
        n: (curves, L) items behind each share.

    Returns:
        NaN where a share or n is unknown, where x does not vary, and where there is no finite maximum (all right, all
        wrong, or right and wrong separated by x).
    """
    sound = np.isfinite(share) & (n > 0) & (share >= 0) & (share <= 1)
    usable = np.asarray(sound.all(axis=1) & (np.ptp(x) > 0))
    y, weight = np.where(usable[:, np.newaxis], share, 0.5), np.where(usable[:, np.newaxis], n, 1.0)
    a, b = np.zeros(len(y)), np.zeros(len(y))
    for _ in range(_STEPS):
        p = expit(a[:, np.newaxis] + b[:, np.newaxis] * x)
        s0, s1, s2, determinant = _information(weight * p * (1 - p), x)
        g0, g1 = (weight * (y - p)).sum(axis=1), (weight * (y - p) * x).sum(axis=1)
        safe = np.where(determinant > 0, determinant, np.inf)
        step_a, step_b = (s2 * g0 - s1 * g1) / safe, (s0 * g1 - s1 * g0) / safe
        scale = np.minimum(1, 5 / np.maximum(np.abs(step_b), 1e-300))
        a, b = a + scale * step_a, b + scale * step_b
        if max(np.abs(step_a).max(initial=0), np.abs(step_b).max(initial=0)) < 1e-10:
            break
    p = expit(a[:, np.newaxis] + b[:, np.newaxis] * x)
    s0, _, _, determinant = _information(weight * p * (1 - p), x)
    varied = ((y > 0) & (y < 1)).any(axis=1) | (y.min(axis=1) < y.max(axis=1))
    found = usable & varied & (np.abs(b) < _RUNAWAY) & (np.abs(a) < _RUNAWAY) & (determinant > 1e-12)
    error = np.sqrt(s0 / np.where(found, determinant, 1.0))
    return np.where(found, b, np.nan), np.where(found, error, np.nan)


def _information(weight: Floats, x: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    s0, s1, s2 = weight.sum(axis=1), (weight * x).sum(axis=1), (weight * x * x).sum(axis=1)
    return s0, s1, s2, s0 * s2 - s1 * s1
