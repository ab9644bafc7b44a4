"""How much of what training on hard data gains does training on easy data gain? The supervision gap recovered.

    SGR = (Easy - Unsup) / (Hard - Unsup),

scores on the same hard test items after training on easy data, on hard data and on none (Hase et al. 2024). The
point is the ratio of means. The interval resamples items once for all three arms, because they share them, and the
seeds of each arm by themselves; draws without a finite ratio are dropped and counted. Resampling both counts the
chance in single answers twice: simulated, the nominal 95 % interval covered 0.98 or more (`interval_coverage`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MOST_DRAWS, FEWEST_DRAWS = 10_000, 500
_MOST_NUMBERS = 40_000_000
#: A difference smaller than this is none.
NOISE = 1e-12


@dataclass(frozen=True, slots=True)
class Recovered:
    """The point, its percentile interval, and the share of draws that had no finite ratio.

    `unsure` is the share of draws in which the hard arm is not better than the untrained one by the same sign.
    """

    ratio: float
    low: float
    high: float
    dropped: float
    unsure: float
    draws: int


def ratio(easy: float, hard: float, none: float) -> float:
    """NaN where hard data gain nothing: there is nothing to recover."""
    gain = hard - none
    return (easy - none) / gain if abs(gain) > NOISE else float("nan")


def recovered(
    arms: tuple[Floats, Floats, Floats], *, level: float, generator: np.random.Generator
) -> Recovered:
    """Of easy, hard and untrained scores, each (items, its own seeds), the same items in the same rows."""
    items = len(arms[0])
    draws = int(np.clip(_MOST_NUMBERS // max(items, 1), FEWEST_DRAWS, MOST_DRAWS))
    rows = generator.multinomial(items, np.full(items, 1 / items), size=draws) / items
    means = []
    for arm in arms:
        seeds = arm.shape[1]
        columns = generator.multinomial(seeds, np.full(seeds, 1 / seeds), size=draws) / seeds
        means.append(((rows @ arm) * columns).sum(axis=1))
    gain = means[1] - means[2]
    finite = np.abs(gain) > NOISE
    ratios = (means[0] - means[2])[finite] / gain[finite]
    low, high = np.quantile(ratios, [(1 - level) / 2, (1 + level) / 2]) if len(ratios) else (np.nan, np.nan)
    easy, hard, none = (float(arm.mean()) for arm in arms)
    return Recovered(
        ratio=ratio(easy, hard, none),
        low=float(low),
        high=float(high),
        dropped=float(1 - finite.mean()),
        unsure=float((np.sign(gain) != np.sign(hard - none)).mean()),
        draws=draws,
    )
