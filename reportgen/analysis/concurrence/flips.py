"""The pairs of models that two settings order in opposite ways, those furthest apart first.

A pair (i, j) flips where A puts i above j and B puts j above i. How far it flips is the smaller of its two gaps,
each in standard deviations of its own setting over the shared models: a pair is far apart only where it is in both.

Is a flip more than noise? True scores of a setting are taken as draws from a normal population whose mean and
variance V are those of the scores, less what their errors add: V = max(0, var(s) - mean(e^2)). Given its score s_i
and error e_i, the true score of model i is normal with mean m + r_i (s_i - m) and variance r_i e_i^2, where
r_i = V / (V + e_i^2). That draws scores towards the mean as far as their errors ask for; without it the widest of
thousands of gaps would nearly always look real. With P_A the probability that i is truly above j in A, and P_B the
same in B, the true orders differ with probability P_A (1 - P_B) + (1 - P_A) P_B; errors are taken as independent
between models and between settings, and what A says of a model is not used for B.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from reportgen.analysis.concurrence.kendall import TIE_TOLERANCE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

#: Models with a known error that the spread of true scores is estimated from, at least.
FEWEST_WITH_ERRORS = 3
#: Elements of the largest table of pairs held at once.
_ELEMENTS = 2_000_000
#: Models compared with the others in the first step; each step takes twice as many.
_FIRST_STEP = 16
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Flips:
    """k pairs of models, furthest apart first; of equally far ones the first rows first. Arrays are (k,).

    Attributes:
        first, second: rows of the models; A puts `first` above, B puts `second` above.
        gap_a, gap_b: score of `first` minus score of `second` in standard deviations (n - 1) of the setting over
            the shared models: gap_a > 0 > gap_b.
        z_a, z_b: the same difference divided by its standard error; NaN where an error is unknown or 0.
        p_real_flip: probability that the true orders differ, see the top of this module; NaN where z_a or z_b is.
    """

    first: Ints
    second: Ints
    gap_a: Floats
    gap_b: Floats
    z_a: Floats
    z_b: Floats
    p_real_flip: Floats


def flips(goodness_a: Floats, goodness_b: Floats, stderr_a: Floats, stderr_b: Floats, top: int = 5) -> Flips:
    """The `top` pairs of models that flip furthest between two settings; fewer where fewer flip.

    Args:
        goodness_a: (p,) scores in A, larger is better, NaN missing; models with scores in both are compared.
        goodness_b: the same in B.
        stderr_a: (p,) standard errors in the units of the scores, NaN unknown.
        stderr_b: the same in B.
        top: pairs to give.
    """
    shared = np.flatnonzero(np.isfinite(goodness_a) & np.isfinite(goodness_b))
    a, b = goodness_a[shared], goodness_b[shared]
    spread_a, spread_b = _spread(a), _spread(b)
    if spread_a > 0 and spread_b > 0 and top > 0:
        i, j = _furthest(a / spread_a, b / spread_b, top)
    else:
        i = j = np.zeros(0, dtype=np.int64)
    error_a, error_b = stderr_a[shared], stderr_b[shared]
    above_a, above_b = _probability_above(a, error_a, i, j), _probability_above(b, error_b, i, j)
    return Flips(
        first=shared[i],
        second=shared[j],
        gap_a=(a[i] - a[j]) / spread_a,
        gap_b=(b[i] - b[j]) / spread_b,
        z_a=_in_errors(a, error_a, i, j),
        z_b=_in_errors(b, error_b, i, j),
        p_real_flip=above_a * (1 - above_b) + (1 - above_a) * above_b,
    )


def _spread(values: Floats) -> float:
    """Standard deviation (n - 1)."""
    if len(values) < 2:
        return 0.0
    off = values - values.sum() / len(values)
    return float(np.sqrt(off @ off / (len(values) - 1)))


def _furthest(a: Floats, b: Floats, top: int) -> tuple[Ints, Ints]:
    """Positions of the pairs with the largest min(a_i - a_j, b_j - b_i), scores in standard deviations.

    The smaller gap is at most half the sum of both, which is the difference of a - b of the two models. So models are
    taken by falling a - b until no later one can belong to a pair as far apart as those found.
    """
    lead = a - b
    order = np.argsort(-lead, kind="stable")
    falling = lead[order]
    tied = TIE_TOLERANCE * max(float(np.ptp(a)), float(np.ptp(b)))
    found = _flipping(a, b, order[:_FIRST_STEP], order[-_FIRST_STEP:], tied)
    least = max(tied, _least(found[0], top))
    found = (found[0][:0], found[1][:0], found[2][:0])
    start, step = 0, _FIRST_STEP
    while start < len(order) and (falling[start] - falling[-1]) / 2 >= least - _ROUNDING:
        others = order[np.searchsorted(-falling, 2 * (least - _ROUNDING) - falling[start]) :]
        rows = order[start : start + max(1, min(step, _ELEMENTS // max(len(others), 1)))]
        found = _best(found, _flipping(a, b, rows, others, least), top)
        least = max(least, _least(found[0], top))
        start, step = start + len(rows), 2 * step
    return found[1], found[2]


def _least(sizes: Floats, top: int) -> float:
    """The smallest of the `top` largest, 0 where there are fewer."""
    return float(np.partition(sizes, -top)[-top]) if len(sizes) >= top else 0.0


def _flipping(a: Floats, b: Floats, rows: Ints, others: Ints, least: float) -> tuple[Floats, Ints, Ints]:
    """Smaller gap, first and second model of the pairs between `rows` and `others` that flip by `least` or more."""
    size = np.minimum(a[rows, np.newaxis] - a[others], b[others] - b[rows, np.newaxis])
    at, other = np.nonzero(size >= least)
    return size[at, other], rows[at], others[other]


def _best(
    left: tuple[Floats, Ints, Ints], right: tuple[Floats, Ints, Ints], top: int
) -> tuple[Floats, Ints, Ints]:
    size, i, j = (np.concatenate(both) for both in zip(left, right, strict=True))
    if len(size) > top:
        kept = size >= _least(size, top)
        size, i, j = size[kept], i[kept], j[kept]
    order = np.lexsort((j, i, -size))[:top]
    return size[order], i[order], j[order]


def _known(error: Floats) -> Floats:
    """Errors, NaN also for 0: a score of all or none right has that, and is not certain."""
    return np.where(error > 0, error, np.nan)


def _in_errors(values: Floats, error: Floats, i: Ints, j: Ints) -> Floats:
    known = _known(error)
    return (values[i] - values[j]) / np.hypot(known[i], known[j])


def _probability_above(values: Floats, error: Floats, i: Ints, j: Ints) -> Floats:
    """(k,) probability that the true score of i is above that of j; NaN where an error is unknown."""
    variance = _known(error) ** 2
    given = np.isfinite(variance)
    count = int(given.sum())
    if count < FEWEST_WITH_ERRORS:
        return np.full(len(i), np.nan)
    mean = values[given].sum() / count
    truth = max(0.0, _spread(values[given]) ** 2 - variance[given].sum() / count)
    if truth == 0:  # all true scores are equal, as far as errors tell
        return np.where(given[i] & given[j], 0.5, np.nan)
    weight_i, weight_j = truth / (truth + variance[i]), truth / (truth + variance[j])
    centre = weight_i * (values[i] - mean) - weight_j * (values[j] - mean)
    above: Floats = ndtr(centre / np.sqrt(weight_i * variance[i] + weight_j * variance[j]))
    return above
