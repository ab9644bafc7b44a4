"""Where a model stands on one setting, and where it usually stands on the others, among the same models.

For each other setting t, model m is compared with the models that have both scores: on the setting at hand it is
ahead of a share h_t of them, on t of a share e_t, ties counted half. Here is the median of h_t over t, elsewhere the
median of e_t. Medians, because one odd setting must not make all models look odd on the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """Arrays (p,), one entry for each model; NaN where it lacks the score, or any other setting to compare with.

    Attributes:
        here: share of the other models it is ahead of on the setting at hand, 0 to 1.
        elsewhere: the same on the other settings, in the median.
        settings: other settings that counted; 0 where there is none.
    """

    here: Floats
    elsewhere: Floats
    settings: Ints


def standing(goodness: Floats, at: int, others: Ints, *, fewest: int) -> Standing:
    """Where each model stands on one setting, and elsewhere.

    Args:
        goodness: (p, q) scores or ranks, larger is better, NaN missing; equal numbers are ties.
        at: column of the setting.
        others: columns of the settings to compare it with.
        fewest: models another setting must share to count.
    """
    rows = np.flatnonzero(np.isfinite(goodness[:, at]))
    there = goodness[np.ix_(rows, others)]
    there = there[:, np.isfinite(there).sum(axis=0) >= max(fewest, 2)]
    here = np.where(np.isfinite(there), goodness[rows, at][:, np.newaxis], np.nan)
    counted = np.isfinite(there).sum(axis=1)
    found = []
    for values in (_share_behind(here), _share_behind(there)):
        everyone = np.full(len(goodness), np.nan)
        everyone[rows] = _median(values, counted)
        found.append(everyone)
    settings = np.zeros(len(goodness), dtype=np.intp)
    settings[rows] = counted
    return Standing(found[0], found[1], settings)


def _share_behind(values: Floats) -> Floats:
    """(r, k) share of the others of its column that each value is above, equal ones counted half; NaN missing."""
    rows = len(values)
    if rows == 0:
        return values.copy()
    order = np.argsort(values, axis=0, kind="stable")  # NaN last
    ordered = np.take_along_axis(values, order, axis=0)
    place = np.arange(rows)[:, np.newaxis]
    begins = np.ones(values.shape, dtype=bool)
    begins[1:] = ordered[1:] != ordered[:-1]
    first = np.maximum.accumulate(np.where(begins, place, 0), axis=0)
    later = np.minimum.accumulate(np.where(begins, place, rows)[::-1], axis=0)[::-1]
    last = np.vstack([later[1:], np.full((1, values.shape[1]), rows)]) - 1
    behind = np.empty(values.shape)
    np.put_along_axis(behind, order, (first + last) / 2, axis=0)
    return np.where(np.isfinite(values), behind / (np.isfinite(values).sum(axis=0) - 1), np.nan)


def _median(values: Floats, counted: Ints) -> Floats:
    """(r,) median of the numbers of each row, of which there are `counted`; NaN where there is none."""
    if values.shape[1] == 0:
        return np.full(len(values), np.nan)
    ordered = np.sort(values, axis=1)  # NaN last
    row = np.arange(len(values))
    low, high = np.maximum(counted - 1, 0) // 2, counted // 2
    high = np.minimum(high, values.shape[1] - 1)
    middle: Floats = (ordered[row, low] + ordered[row, high]) / 2
    return middle
