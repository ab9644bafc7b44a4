"""Is a setting used up? Where most models are as good as the best one, their order is mostly noise.

A model is *near the best* when its score is at most 2 standard errors below the best score, with the larger of its
own error and that of the best model (so that a score of 100 %, whose binomial error is 0, does not hide its
neighbours). A setting is saturated when more than half of its models are near the best, the best one included. Only
models whose error is known are counted; with none known nothing is said, which is not the same as "not saturated".

The rule tells nothing of where on the scale the best score lies: models that all guess are as hard to tell apart as
models that all know.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reportgen.numbers import plain

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: Standard errors below the best score that count as near it.
NEAR = 2.0
#: A setting is saturated when more than this share of its models is near the best.
MOST = 0.5
#: With fewer models that have an error, "more than half" says nothing.
FEWEST = 3


@dataclass(frozen=True, slots=True, eq=False)
class Saturation:
    """One entry for each of q settings.

    Attributes:
        saturated: False where not, and where nothing can be said.
        known: whether the rule could be applied.
        near: models near the best, the best one included.
        of: models whose score and error are known.
        reason: (q,) why it is saturated, or why nobody can say; "" where it is not.
    """

    saturated: NDArray[np.bool_]
    known: NDArray[np.bool_]
    near: NDArray[np.int64]
    of: NDArray[np.int64]
    reason: NDArray[np.object_]


def saturation(goodness: Floats, stderr: Floats) -> Saturation:
    """Which settings are saturated.

    Args:
        goodness: (p, q) scores, larger is better, NaN missing.
        stderr: (p, q) standard errors in the same unit, NaN unknown.
    """
    usable = np.isfinite(goodness) & np.isfinite(stderr)
    of = usable.sum(axis=0)
    known = of >= FEWEST
    score = np.where(usable, goodness, -np.inf)
    if len(score) == 0:
        return Saturation(known.copy(), known, of, of.copy(), _reasons(known, known, of, of))
    best = score.max(axis=0)
    of_best = np.where(score == best, np.where(usable, stderr, 0.0), 0.0).max(axis=0)
    error = np.maximum(np.where(usable, stderr, 0.0), of_best)
    with np.errstate(invalid="ignore"):  # a setting without any error: -inf less -inf
        near = (usable & (best - score <= NEAR * error)).sum(axis=0)
    saturated = known & (near > MOST * of)
    return Saturation(saturated, known, near, of, _reasons(saturated, known, near, of))


def _reasons(
    saturated: NDArray[np.bool_], known: NDArray[np.bool_], near: NDArray[np.int64], of: NDArray[np.int64]
) -> NDArray[np.object_]:
    words = np.full(len(known), "", dtype=object)
    for at in np.flatnonzero(saturated):
        words[at] = f"{near[at]} of {of[at]} models lie within {plain(NEAR)} standard errors of the best"
    words[~known] = f"standard errors of fewer than {FEWEST} models are known"
    return words
