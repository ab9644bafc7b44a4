"""Rank-biased overlap: how much two rankings have in common from the top down, deeper places counting less and less.

    A_d = 2 X_d / (|S_d| + |T_d|)           agreement to depth d: X_d models in the first d places of both
    RBO = A_n p^n + (1 - p) / p  sum_{d=1}^{n} A_d p^d                      0 to 1; no unit

This is the extrapolated form for two rankings of the same n models: what is below the last place is taken to agree as
the whole does. p is the chance that a reader who looked at one place looks at the next; with p = 0.9 the first ten
places carry 86 % of the weight. Tied models share the highest of their places, so that a tie may make S_d larger than
d; a ranking with ties agrees with itself to 1. Unrelated rankings do not give 0.

Source: Webber, Moffat and Zobel 2010, "A similarity measure for indefinite rankings", sections 4 and 4.4 for ties.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reportgen.analysis.midranks import midranks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.concurrence.paired import Paired

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

#: Chance to look one place further, where nothing is asked for.
PERSISTENCE = 0.9


def rank_biased_overlap(pairs: Paired, p: float = PERSISTENCE) -> Floats:
    """(m,) extrapolated RBO of each pair; NaN where a column is constant.

    Raises:
        ValueError: p is not between 0 and 1.
    """
    if not 0 < p < 1:
        raise ValueError(f"p must lie between 0 and 1, not {p}")
    place_x, place_y = (
        midranks(-rank, ties="min", axis=1).astype(np.int64) for rank in (pairs.rank_x, pairs.rank_y)
    )
    common = _reached(np.maximum(place_x, place_y))
    agreement = 2 * common / (_reached(place_x) + _reached(place_y))
    weight = (1 - p) / p * p ** np.arange(1.0, pairs.n + 1)
    value = agreement @ weight + agreement[:, -1] * p**pairs.n
    return np.where(pairs.varies, value, np.nan)


def _reached(places: Ints) -> Floats:
    """(m, n) models whose place is at most d, for d = 1 to n; places (m, n) from 1."""
    m, n = places.shape
    at = (places - 1) + np.arange(m)[:, np.newaxis] * n
    return np.bincount(at.ravel(), minlength=m * n).reshape(m, n).cumsum(axis=1).astype(np.float64)
