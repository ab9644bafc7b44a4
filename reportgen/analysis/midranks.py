"""Ranks of numbers, smallest first.

By pandas, whose ranks equal `scipy.stats.rankdata` and cost less; and to load `scipy.stats` takes as long as all else
that a short command loads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def midranks(
    values: NDArray[Any],
    *,
    ties: Literal["average", "min", "max", "dense"] = "average",
    axis: Literal[0, 1] = 0,
) -> Floats:
    """The rank of each value, 1 the smallest. NaN has no rank and stays NaN.

    Args:
        values: (n,) or (n, m).
        ties: the rank that equal values share: the mean, smallest or largest of their places, or "dense": how many
            different values are as small.
        axis: 0 ranks within each column, 1 within each row.
    """
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.ndim == 1:
        return np.asarray(pd.Series(numbers, copy=False).rank(method=ties), dtype=np.float64)
    return np.asarray(pd.DataFrame(numbers, copy=False).rank(method=ties, axis=axis), dtype=np.float64)
