"""Stated confidence against what came true: calibration, discrimination, and what abstaining gains.

Everywhere `confidence` is (n,) in [0, 1], the stated probability of an event (usually: that the answer is right), and
`outcome` is (n,) 0 or 1, whether it came true.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from reportgen.analysis.midranks import midranks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: Equal-width bins of the expected calibration error; bin k holds confidences in ((k - 1)/10, k/10], the first 0 too.
BINS = 10


@dataclass(frozen=True, slots=True)
class Bins:
    """A reliability diagram; empty bins are not listed.

    Attributes:
        low, high: edges.
        n: items in the bin.
        confidence, accuracy: means in the bin.
    """

    low: Floats
    high: Floats
    n: Floats
    confidence: Floats
    accuracy: Floats


@dataclass(frozen=True, slots=True)
class CalibrationError:
    """The expected calibration error, sum over bins of n_b / n |accuracy_b - confidence_b|, in [0, 1].

    Attributes:
        value: the error.
        standard_error: leave-one-item-out (jackknife); NaN for a single item. Simulated, value ± 1.96 of it covered
            0.91, 0.93 and 0.96 at 10, 20 and 50 items of an overconfident system, but 0.48, 0.50 and 0.58 of a
            perfectly calibrated one, because the value is biased upwards (`interval_coverage`).
        by_chance: what a perfectly calibrated system would have on average with these confidences, because
            outcomes are drawn: sum over bins of sqrt(2 / pi * sum p (1 - p)) / n (normal approximation).
        by_chance_high: its quantile at the given level, one-sided.
    """

    value: float
    standard_error: float
    by_chance: float
    by_chance_high: float


def bin_numbers(confidence: Floats) -> NDArray[np.intp]:
    """0 to BINS - 1: the bin of each confidence; what is at an edge up to rounding belongs below it."""
    number: NDArray[np.intp] = np.clip(np.ceil(confidence * BINS - 1e-9) - 1, 0, BINS - 1).astype(np.intp)
    return number


def reliability(confidence: Floats, outcome: Floats) -> Bins:
    """Means of each bin that has items."""
    number = bin_numbers(confidence)
    n = np.bincount(number, minlength=BINS).astype(float)
    filled = np.flatnonzero(n)
    sums = [np.bincount(number, weights, minlength=BINS)[filled] for weights in (confidence, outcome)]
    return Bins(filled / BINS, (filled + 1) / BINS, n[filled], sums[0] / n[filled], sums[1] / n[filled])


def calibration_error(confidence: Floats, outcome: Floats, *, level: float) -> CalibrationError:
    """Expected calibration error with its jackknife error and what chance alone would give; n >= 1."""
    number, n = bin_numbers(confidence), len(confidence)
    miss = outcome - confidence
    bins = np.bincount(number, miss, minlength=BINS)
    total = np.abs(bins).sum()
    without = (total - np.abs(bins[number]) + np.abs(bins[number] - miss)) / max(n - 1, 1)
    error = np.sqrt((n - 1) / n * ((without - without.mean()) ** 2).sum()) if n > 1 else np.nan
    variance = np.bincount(number, confidence * (1 - confidence), minlength=BINS)
    chance = np.sqrt(2 / np.pi * variance).sum() / n
    spread = np.sqrt((1 - 2 / np.pi) * variance.sum()) / n
    return CalibrationError(
        value=float(total / n),
        standard_error=float(error),
        by_chance=float(chance),
        by_chance_high=float(chance + ndtri(level) * spread),
    )


def brier(confidence: Floats, outcome: Floats) -> tuple[float, float]:
    """Mean squared distance of confidence and outcome, in [0, 1], and its standard error over items."""
    squares = (confidence - outcome) ** 2
    n = len(squares)
    return float(squares.mean()), float(squares.std(ddof=1) / np.sqrt(n)) if n > 1 else float("nan")


def auroc(confidence: Floats, outcome: Floats) -> tuple[float, float]:
    """Chance that an item that came true has the higher confidence, ties half; and its standard error.

    The error is DeLong's (1988): the variance of each item's share of the other class that it beats. Both are NaN
    where all items came true or none did.
    """
    true = outcome == 1
    m, k = int(true.sum()), int((~true).sum())
    if not m or not k:
        return float("nan"), float("nan")
    ranks = midranks(confidence)
    above = (ranks[true] - midranks(confidence[true])) / k
    below = 1 - (ranks[~true] - midranks(confidence[~true])) / m
    if min(m, k) < 2:
        return float(above.mean()), float("nan")
    return float(above.mean()), float(np.sqrt(above.var(ddof=1) / m + below.var(ddof=1) / k))


def average_precision(confidence: Floats, outcome: Floats) -> float:
    """Area under precision over recall by steps, equal confidences taken together.

    NaN where no item came true.
    """
    positives = outcome.sum()
    if not positives:
        return float("nan")
    found, taken = _cumulated(confidence, outcome)
    return float((np.diff(found, prepend=0.0) / positives * found / taken).sum())


def _cumulated(confidence: Floats, outcome: Floats) -> tuple[Floats, Floats]:
    """At each distinct confidence from the highest on: how many came true, how many there are, so far."""
    _, block = np.unique(-confidence, return_inverse=True)
    return np.cumsum(np.bincount(block, outcome)), np.cumsum(np.bincount(block)).astype(float)


def risk_coverage(confidence: Floats, outcome: Floats) -> tuple[Floats, Floats]:
    """Coverage k / n for k = 1 to n, and the expected share wrong among the k surest (selective risk).

    Among equally sure items the order is not known: the expectation over all orders is taken.
    """
    n = len(confidence)
    found, taken = _cumulated(confidence, 1 - outcome)
    k = np.arange(1, n + 1, dtype=float)
    wrong = np.interp(k, np.concatenate([[0.0], taken]), np.concatenate([[0.0], found]))
    return k / n, wrong / k


def coverage_at(coverage: Floats, risk: Floats, target: float) -> float:
    """The largest coverage at which the selective risk is at most `target`; 0 where it never is."""
    kept = coverage[risk <= target + 1e-12]
    return float(kept.max()) if len(kept) else 0.0
