"""Tau-b of chosen pairs of columns with its interval, and how every model moves it: settings against references."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reportgen.analysis.concurrence.agreement import intervals, pair_reasons
from reportgen.analysis.concurrence.coefficients import COEFFICIENTS, jackknife_error
from reportgen.analysis.concurrence.paired import stacks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]
    Objects = NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class Against:
    """k pairs of columns, each over the models both have. All but `influence` are (k,).

    Attributes:
        tau: tau-b; NaN where undefined or too few models are shared.
        low, high: ends of the interval, NaN where there is none.
        n: models both columns have.
        reason: "" or why tau or else its interval is missing.
        influence: (p, k) sqrt((n - 1) / n) times how far tau without this model is from the mean of all such values; 0
            for a model outside. Columns are uncorrelated draws of the error: their squares add up to the squared
            standard error, and the product of two columns is the covariance of two taus.
        scale: standard deviation to add where the jackknife says nothing (tau the same whichever model is left out).
    """

    tau: Floats
    low: Floats
    high: Floats
    n: NDArray[np.int64]
    reason: Objects
    influence: Floats
    scale: Floats


def against(scores: Floats, first: Ints, second: Ints, *, level: float, fewest: int) -> Against:
    """Columns `first` of `scores` against columns `second`.

    Args:
        scores: (p, q), larger is better, NaN missing.
        first: (k,) first column of each pair.
        second: (k,) second column of each pair.
        level: of the intervals, in (0, 1); the unit of resampling is the model.
        fewest: models that a pair must share.
    """
    present = np.isfinite(scores)
    both = present[:, first] & present[:, second]
    n = both.sum(axis=0).astype(np.int64)
    tau, error = np.full(len(first), np.nan), np.full(len(first), np.nan)
    influence = np.zeros(both.shape)
    of = COEFFICIENTS["tau_b"]
    assert of.without is not None  # noqa: S101  # tau-b has a jackknife
    for at, pairs in stacks(scores, first.astype(np.int64), second.astype(np.int64)):
        if pairs.n < fewest:
            continue
        tau[at] = of.values(pairs)
        without = of.without(pairs)
        error[at] = jackknife_error(without)
        moved = (without - without.mean(axis=1, keepdims=True)) * np.sqrt((pairs.n - 1) / pairs.n)
        column = np.zeros((len(at), len(scores)))
        column[both[:, at].T] = np.nan_to_num(moved).ravel()
        influence[:, at] = column.T
    low, high, method = intervals(tau, error, n, level)
    half = np.where(
        method == "fieller", (high - low) / 4, 0.0
    )  # about two standard deviations on either side
    return Against(tau, low, high, n, pair_reasons(tau, low, n, fewest), influence, np.nan_to_num(half))


def percentiles(
    found: Against, rows: Ints, level: float, generator: np.random.Generator, draws: int = 400
) -> tuple[Floats, Floats, Floats]:
    """Where each tau of `rows` stands among these: share of the others that are lower, ties half, with an interval.

    The interval is of redrawn taus (normal, with the covariance of the jackknife over models, as the same models are
    behind all of them), at the given level. NaN where a tau has no interval, or fewer than three have one.
    """
    out = np.full((3, len(found.tau)), np.nan)
    rows = rows[np.isfinite(found.low[rows])]
    if len(rows) < 3:
        return out[0], out[1], out[2]
    tau = found.tau[rows]
    noise = found.influence[:, rows].T @ generator.standard_normal((len(found.influence), draws))
    noise += found.scale[rows, np.newaxis] * generator.standard_normal((len(rows), draws))
    drawn = _below(tau[:, np.newaxis] + noise)
    out[0, rows] = _below(tau[:, np.newaxis])[:, 0]
    tail = (1 - level) / 2
    out[1, rows], out[2, rows] = np.quantile(drawn, [tail, 1 - tail], axis=1)
    out[1] = np.minimum(out[1], out[0])
    out[2] = np.maximum(out[2], out[0])
    return out[0], out[1], out[2]


def _below(values: Floats) -> Floats:
    """(k, draws) share of the other values of a column that are lower, ties half."""
    ordered = np.sort(np.round(values, 12), axis=0)
    shares = np.empty_like(values)
    for draw in range(values.shape[1]):
        mine = np.round(values[:, draw], 12)
        low = np.searchsorted(ordered[:, draw], mine, side="left")
        high = np.searchsorted(ordered[:, draw], mine, side="right")
        shares[:, draw] = (low + (high - low - 1) / 2) / (len(values) - 1)
    return shares
