"""Tests of what explains the agreement of pairs of settings, when pairs are not independent of each other.

A setting is in many pairs, so the pairs are no sample. What may be exchanged, if a label says nothing, are the labels
of the settings: rows and columns of the table of pairs together (Mantel 1967; QAP, Krackhardt 1988). Exchanging the
labels only among settings that are alike in another property tests one given the other.

MRQAP by double semi-partialling (Dekker, Krackhardt and Snijders 2007) tests each predictor of a regression: what of
it the other predictors do not explain is exchanged, and the t statistics are compared.

p is exact where all arrangements are enumerated (the given one among them): the share of arrangements with a
statistic as large. Else (1 + number as large) / (1 + number drawn).
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]
    Bools = NDArray[np.bool_]

#: Up to this many arrangements are enumerated: 7 settings have 5,040 orders.
MOST_ENUMERATED = 5040
#: Arrangements drawn where there are more; fewer where the pairs are many.
MOST_DRAWN, FEWEST_DRAWN = 1999, 199
_ELEMENTS = 3_000_000
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Arrangements:
    """Orders of q settings: setting i gets the label of setting `order[r, i]`.

    Attributes:
        order: (r, q). exact: whether these are all there are, the given one among them.
    """

    order: Ints
    exact: bool


def arrangements(blocks: Ints, pairs: int, generator: np.random.Generator) -> Arrangements:
    """Orders of the settings that keep each within its block.

    Args:
        blocks: (q,) number of each setting's block; all the same to exchange them all.
        pairs: how many pairs the statistic is of; decides how many are drawn.
        generator: draws them where there are too many to enumerate.
    """
    groups = [np.flatnonzero(blocks == block) for block in np.unique(blocks)]
    count = math.prod(math.factorial(len(group)) for group in groups if len(group) < 10)
    if count <= MOST_ENUMERATED and max(map(len, groups), default=0) < 10:
        return Arrangements(_all_orders(groups, len(blocks), count), exact=True)
    r = int(np.clip(_ELEMENTS // max(pairs, 1), FEWEST_DRAWN, MOST_DRAWN))
    order = np.tile(np.arange(len(blocks), dtype=np.intp), (r, 1))
    for group in groups:
        order[:, group] = generator.permuted(order[:, group], axis=1)
    return Arrangements(order, exact=False)


def _all_orders(groups: list[Ints], q: int, count: int) -> Ints:
    order = np.empty((count, q), dtype=np.intp)
    each = [list(itertools.permutations(group.tolist())) for group in groups]
    for row, chosen in enumerate(itertools.product(*each)):
        for group, places in zip(groups, chosen, strict=True):
            order[row, group] = places
    return order


def chance_of_as_large(observed: float, drawn: Floats, *, exact: bool) -> float:
    """p: the chance of a statistic as large if the labels said nothing. NaN where the statistic is undefined.

    Arrangements in which it is undefined do not count.
    """
    known = drawn[np.isfinite(drawn)]
    if not np.isfinite(observed) or not len(known):
        return math.nan
    as_large = int((known >= observed - _ROUNDING * max(1.0, abs(observed))).sum())
    return as_large / len(known) if exact else (1 + as_large) / (1 + len(known))


def mean_differences(
    tau: Floats, classes: Callable[[Ints], tuple[Bools, Bools]], found: Arrangements
) -> Floats:
    """(r,) mean tau of the first class of pairs minus that of the second, in each arrangement.

    Args:
        tau: (m,) of the pairs.
        classes: from orders (k, q) to two masks (k, m): who is in which class under each order.
        found: the orders.
    """
    out = np.empty(len(found.order))
    for rows in _slices(len(found.order), len(tau)):
        one, other = (mask.astype(np.float64) for mask in classes(found.order[rows]))
        with np.errstate(divide="ignore", invalid="ignore"):
            out[rows] = one @ tau / one.sum(axis=1) - other @ tau / other.sum(axis=1)
    return out


def _slices(r: int, pairs: int) -> Iterator[slice]:
    size = max(1, _ELEMENTS // max(pairs, 1))
    return (slice(start, start + size) for start in range(0, r, size))


@dataclass(frozen=True, slots=True, eq=False)
class Regression:
    """Least squares of the taus of m pairs on k predictors and a constant (the last).

    Attributes:
        coefficient: (k + 1,). t: (k + 1,) coefficient by its ordinary standard error; not for its own p, since pairs
            are not independent. p: (k,) by double semi-partialling, two-sided; NaN where it cannot be had.
        solve: (k + 1, m) coefficient = solve @ tau, for the taus of a resample.
        r_squared: share of the variance of tau that the predictors explain.
        exact: whether all arrangements were enumerated. drawn: how many there were.
    """

    coefficient: Floats
    t: Floats
    p: Floats
    solve: Floats
    r_squared: float
    exact: bool
    drawn: int


def regression(
    tau: Floats, predictors: Floats, used: tuple[Ints, Ints], found: Arrangements
) -> Regression | None:
    """Regression of the taus of pairs on properties of pairs; None where the predictors say the same.

    Args:
        tau: (m,) of the used pairs.
        predictors: (k, q, q) symmetric tables, known for all pairs of settings; the diagonal does not count.
        used: settings a (m,) and b (m,) of the pairs with a tau.
        found: orders of the q settings.
    """
    k, a, b = len(predictors), *used
    design = np.column_stack([*(table[a, b] for table in predictors), np.ones(len(tau))])
    if len(tau) <= k + 1 or np.linalg.matrix_rank(design) < k + 1:
        return None
    solve = np.linalg.pinv(design)
    coefficient = solve @ tau
    error = tau - design @ coefficient
    spread = float(((tau - tau.mean()) ** 2).sum())
    variance = float(error @ error) / (len(tau) - k - 1)
    if spread <= 1e-12 or variance <= 1e-15:
        return None
    t = coefficient / np.sqrt(variance * np.diag(np.linalg.inv(design.T @ design)))
    p = [
        chance_of_as_large(
            abs(t[at]), np.abs(_permuted_t(tau, predictors, at, used, found)), exact=found.exact
        )
        for at in range(k)
    ]
    r_squared = 1 - float(error @ error) / spread
    return Regression(coefficient, t, np.array(p), solve, r_squared, found.exact, len(found.order))


def _permuted_t(
    tau: Floats, predictors: Floats, at: int, used: tuple[Ints, Ints], found: Arrangements
) -> Floats:
    """(r,) t of predictor `at` once what the others do not explain of it is exchanged."""
    a, b = used
    others = np.delete(predictors, at, axis=0)
    table = residual_table(predictors[at], others)
    fixed = np.column_stack([*(other[a, b] for other in others), np.ones(len(tau))])
    basis = np.linalg.qr(fixed)[0]
    left = tau - basis @ (basis.T @ tau)
    freedom = len(tau) - len(predictors) - 1
    out = np.empty(len(found.order))
    for rows in _slices(len(found.order), len(tau)):
        order = found.order[rows]
        x = table[order[:, a], order[:, b]]
        x -= (x @ basis) @ basis.T
        own, shared = (x**2).sum(axis=1), x @ left
        rest = left @ left - shared**2 / np.where(own > 1e-9, own, np.nan)
        with np.errstate(divide="ignore", invalid="ignore"):
            out[rows] = shared / np.sqrt(own * np.maximum(rest, 0) / freedom)
    return out


def residual_table(table: Floats, others: Floats) -> Floats:
    """(q, q) what the other tables (k, q, q) and a constant leave of `table`, over all pairs; diagonal 0."""
    a, b = np.triu_indices(len(table), k=1)
    design = np.column_stack([*(other[a, b] for other in others), np.ones(len(a))])
    value = table[a, b]
    left = np.zeros_like(table, dtype=np.float64)
    left[a, b] = left[b, a] = value - design @ np.linalg.lstsq(design, value, rcond=None)[0]
    return left
