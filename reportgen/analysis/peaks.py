"""Where a curve is highest, what shape it has, and how often draws of it agree. Systems by levels, levels in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

#: Values closer than this share of the largest are floating-point noise of equal numbers.
NOISE = 1e-12
VALLEY, EDGE, SEVERAL, FLAT, FEW = "valley", "peak at the edge", "several rises", "flat", "too few levels"


def first_peak(gaps: Floats) -> tuple[Ints, Bools]:
    """Position of the largest gap per row, the first of equal ones, and whether there are equal ones.

    Args:
        gaps: (..., L), none negative. A row with NaN, or without a positive gap, has the position -1.
    """
    largest = gaps.max(axis=-1, keepdims=True)
    same = gaps >= largest * (1 - NOISE)
    positive = largest[..., 0] > NOISE
    return np.where(positive, same.argmax(axis=-1), -1), positive & (same.sum(axis=-1) > 1)


def shape(gaps: Floats, peak: int) -> str:
    """A valley where the peak is inner and gaps never fall before it nor rise after it.

    Args:
        gaps: (L,) of one system, none negative.
        peak: position of the largest, -1 where none is positive.
    """
    if len(gaps) < 3:
        return FEW
    if peak < 0:
        return FLAT
    if peak in {0, len(gaps) - 1}:
        return EDGE
    noise = NOISE * gaps[peak]
    steps = np.diff(gaps)
    rises, falls = (steps[:peak] >= -noise).all(), (steps[peak:] <= noise).all()
    return VALLEY if rises and falls and gaps[peak] > max(gaps[0], gaps[-1]) + noise else SEVERAL


def frequent(drawn: Ints, level: float) -> list[int]:
    """The fewest positions that together hold at least this share of the draws, most frequent first."""
    positions, times = np.unique(drawn, return_counts=True)
    order = np.lexsort((positions, -times))
    enough = int(np.searchsorted(np.cumsum(times[order]) / len(drawn), level - NOISE)) + 1
    return [int(positions[at]) for at in order[:enough]]
