"""Which scores of a side differ from those of the other, or are on it alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.diff.comparison import Comparison

    Bools = NDArray[np.bool_]

#: Scores closer than this share of their size are equal: means of the same numbers in another order differ by it.
ROUNDING = 1e-12


def touched(comparison: Comparison) -> tuple[Bools, Bools]:
    """For the old and the new score table (systems, settings): scores that the other side has not, or has otherwise."""
    old, new = comparison.old_study.table.value, comparison.new_study.table.value
    systems, settings = comparison.system_pairs, comparison.setting_pairs
    before, after = np.ix_(systems[:, 0], settings[:, 0]), np.ix_(systems[:, 1], settings[:, 1])
    one, other = np.isfinite(old), np.isfinite(new)
    same = equal(old[before], new[after])
    one[before] &= ~same
    other[after] &= ~same
    return one, other


def equal(one: NDArray[np.float64], other: NDArray[np.float64]) -> Bools:
    """Whether two arrays hold the same finite numbers, but for rounding; False where one is unknown."""
    with np.errstate(invalid="ignore"):
        return np.asarray(
            np.abs(one - other) <= ROUNDING * np.maximum(np.abs(one), np.abs(other)), dtype=bool
        )
