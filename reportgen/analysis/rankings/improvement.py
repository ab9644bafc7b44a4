"""Runs against runs: how often a random run of one system beats a random run of another, and how good runs are.

P(improvement) of x over y = mean over benchmarks of P(a run of x is better than a run of y), equal runs half: the
Mann-Whitney U of each benchmark over n_x n_y. Profile of a system at t = mean over benchmarks of the share of its runs
better than t. Intervals: percentiles of a bootstrap that draws the runs of each benchmark again, of each system by
itself; those of a profile hold at each t alone, not all together. Benchmarks are not drawn.

Source: Agarwal et al. (2021); their rliable gives the same numbers. The numbers of runs may differ between benchmarks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    #: The runs of a system on each benchmark, larger is better.
    Runs = Sequence[Floats]

#: Times the runs are drawn again.
DRAWS = 2_000


def improvement(x: Runs, y: Runs) -> float:
    """P(improvement) of x over y, in [0, 1]."""
    return float(np.mean([_better(one, other).mean() for one, other in zip(x, y, strict=True)]))


def improvement_interval(
    x: Runs, y: Runs, *, level: float, generator: np.random.Generator, draws: int = DRAWS
) -> tuple[float, float]:
    """Percentile interval of P(improvement)."""
    total = np.zeros(draws)
    for one, other in zip(x, y, strict=True):
        drawn_x, drawn_y = (_counts(len(runs), draws, generator) for runs in (one, other))
        total += ((drawn_x @ _better(one, other)) * drawn_y).sum(axis=1) / (len(one) * len(other))
    return _limits(total / len(x), level)


def profile(x: Runs, thresholds: Floats) -> Floats:
    """(thresholds,) mean over benchmarks of the share of runs that are better."""
    return np.asarray(np.mean([_above(runs, thresholds).mean(axis=0) for runs in x], axis=0))


def profile_band(
    x: Runs, thresholds: Floats, *, level: float, generator: np.random.Generator, draws: int = DRAWS
) -> tuple[Floats, Floats]:
    """Percentile interval of the profile at each threshold."""
    total = np.zeros((draws, len(thresholds)))
    for runs in x:
        total += _counts(len(runs), draws, generator) @ _above(runs, thresholds) / len(runs)
    low, high = np.quantile(total / len(x), [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high


def _better(one: Floats, other: Floats) -> Floats:
    """(n_x, n_y) 1 where the row's run is better, 1/2 where they are equal."""
    return np.asarray((np.sign(one[:, np.newaxis] - other[np.newaxis, :]) + 1) / 2)


def _above(runs: Floats, thresholds: Floats) -> Floats:
    return np.asarray((runs[:, np.newaxis] > thresholds[np.newaxis, :]).astype(np.float64))


def _counts(runs: int, draws: int, generator: np.random.Generator) -> Floats:
    """(draws, runs) how often each run was drawn."""
    return generator.multinomial(runs, np.full(runs, 1 / runs), size=draws).astype(np.float64)


def _limits(values: Floats, level: float) -> tuple[float, float]:
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
