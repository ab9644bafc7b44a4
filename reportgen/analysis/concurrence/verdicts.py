"""Agree, disagree or cannot tell: what tau, its interval and the noise ceiling allow to be said of a pair.

Two settings *agree* when their true orders, noise taken off, have a tau of at least `AGREE` = 0.7: of two random
models, 85 % come in the same order (1 + 0.7) / 2. The observed tau is smaller, as noise swaps models; what a true tau
of 0.7 would show under a ceiling c is the *bar*

    bar(c) = 2/pi asin(sin(0.7 pi/2) sin(c pi/2))

(0.7 at c = 1, 0.58 at c = 0.7, 0.43 at c = 0.5; Greiner's relation, see `noise`). A fixed share of the ceiling would
not do: 0.7 c falls faster than what a true tau of 0.7 shows, so that noisy benchmarks would agree more easily.

With an interval (l, h) of tau over models and (c_l, c_h) of the ceiling, tau - bar has the interval of Zou and Donner
(2008), which squares and adds the distances of each limit from its estimate:

    agree         its lower end is above 0, and c_h is at least 0.7
    disagree      its upper end is below 0
    cannot tell   otherwise

Agreement is not said of pairs whose ceiling lies wholly below 0.7: it would rest on the noise model more than on the
data, and binomial errors overstate the noise of models that answer the same items. That error makes the ceiling too
low, never a disagreement wrong. Without a ceiling all ceilings from 0 to 1 are possible: then l > 0.7 is agreement
whatever the noise, h < 0 disagreement, and anything else may be disagreement or noise. A saturated setting says
nothing: cannot tell.

The ratio tau / c has the interval of Donner and Zou (2012), without an upper end where the ceiling may be 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reportgen.analysis.concurrence.noise import lengthened, reliability_of, tau_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]
    Bools = NDArray[np.bool_]
    Objects = NDArray[np.object_]

#: True agreement from which two settings agree: 85 % of pairs of models in the same order.
AGREE = 0.7
#: More models than this, or this many times the items, are no advice.
MOST_MODELS = 5_000
MOST_TIMES = 100.0
_STEPS = 60

AGREEING, DISAGREEING, UNTOLD = "agree", "disagree", "cannot tell"


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What is known of k pairs. NaN unknown.

    Attributes:
        tau, low, high: tau-b and its interval over models. n: shared models.
        ceiling, ceiling_low, ceiling_high: and its interval.
        barred: why nothing may be said of the pair, whatever its numbers; "" where something may.
    """

    tau: Floats
    low: Floats
    high: Floats
    n: Ints
    ceiling: Floats
    ceiling_low: Floats
    ceiling_high: Floats
    barred: Objects

    @property
    def noise_known(self) -> Bools:
        """Whether there is a ceiling."""
        return np.isfinite(self.ceiling)


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Verdicts on k pairs.

    Attributes:
        bar: what a true tau of `AGREE` would show; NaN without a ceiling.
        distance, low, high: tau - bar and its interval.
        verdict: agree, disagree or cannot tell. reason: why, in plain words.
        needed_models: models needed in all for a verdict; NaN where there is one, or where models would not settle it.
        needed_times: so many times the items would settle it; NaN as above.
    """

    bar: Floats
    distance: Floats
    low: Floats
    high: Floats
    verdict: Objects
    reason: Objects
    needed_models: Floats
    needed_times: Floats


def bar(ceiling: Floats) -> Floats:
    """The tau that a true tau of `AGREE` shows under this ceiling."""
    return tau_of(np.sin(np.pi / 2 * AGREE) * reliability_of(ceiling))


def without_noise(tau: Floats, ceiling: Floats) -> Floats:
    """Tau of the true orders, at most 1; NaN where the ceiling is 0 or unknown."""
    shown = reliability_of(ceiling)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.where(shown > 0, tau_of(reliability_of(tau) / shown), np.nan)


def judge(pairs: Measured) -> Judged:
    """The verdict on each pair."""
    distance, low, high = _distance(pairs)
    told = np.isfinite(pairs.low) & (pairs.barred == "")
    reachable = ~pairs.noise_known | (pairs.ceiling_high >= AGREE)
    agree = told & (low > 0) & reachable
    disagree = told & (high < 0)
    verdict = np.select([agree, disagree], [AGREEING, DISAGREEING], UNTOLD).astype(object)
    open_ = told & ~agree & ~disagree
    return Judged(
        bar=bar(pairs.ceiling),
        distance=distance,
        low=low,
        high=high,
        verdict=verdict,
        reason=_reasons(pairs, verdict, low),
        needed_models=np.where(open_, _models(pairs, distance, low, high), np.nan),
        needed_times=np.where(open_, _times(pairs, distance, low, high), np.nan),
    )


def _distance(pairs: Measured) -> tuple[Floats, Floats, Floats]:
    """Tau less the bar with its interval; without a ceiling, the interval over all bars from 0 to `AGREE`."""
    at = bar(pairs.ceiling)
    distance = pairs.tau - at
    below = np.hypot(pairs.tau - pairs.low, bar(pairs.ceiling_high) - at)
    above = np.hypot(pairs.high - pairs.tau, at - bar(pairs.ceiling_low))
    known = pairs.noise_known
    low = np.where(known, distance - below, pairs.low - AGREE)
    high = np.where(known, distance + above, pairs.high)
    return distance, low, high


def ratio(pairs: Measured) -> tuple[Floats, Floats, Floats]:
    """Tau / ceiling and its interval; NaN where unknown, where the ceiling is 0, or where an end is infinite."""
    tau, low, high = pairs.tau, pairs.low, pairs.high
    c, c_low, c_high = pairs.ceiling, pairs.ceiling_low, pairs.ceiling_high
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(c > 0, tau / c, np.nan)
        product = tau * c
        ends = []
        for sign, x, y in ((-1, low, c_high), (1, high, c_low)):
            # a negative tau is farthest from 0 where the ceiling is lowest
            z = np.where(x < 0, c_low + c_high - y, y)
            bottom = z * (2 * c - z)
            root = product**2 - x * bottom * (2 * tau - x)
            end = (product + sign * np.sqrt(np.maximum(root, 0))) / bottom
            ends.append(np.where((bottom != 0) & np.isfinite(found), end, np.nan))
    return found, ends[0], ends[1]


# -- in words
# -----------------------------------------------------------------------------------------------------------


def _reasons(pairs: Measured, verdict: Objects, low: Floats) -> Objects:
    known = pairs.noise_known
    choices = (
        (pairs.barred != "", pairs.barred),
        ((verdict == AGREEING) & (pairs.low > AGREE), "even before noise is taken off"),
        (verdict == AGREEING, "once noise is taken off"),
        ((verdict == DISAGREEING) & (pairs.high < 0), "the orders are opposed"),
        (verdict == DISAGREEING, "noise does not explain it"),
        (~known & (pairs.tau < AGREE), "disagreement or noise: the noise is unknown"),
        (known & (low > 0), "too noisy: even in the same true order they would agree little"),
        (np.ones(len(verdict), dtype=bool), "too few models: the interval holds the bar"),
    )
    found = np.select([one for one, _ in choices], [words for _, words in choices], "").astype(object)
    return np.asarray(found, dtype=object)


# -- what would settle it
# -----------------------------------------------------------------------------------------------


def _models(pairs: Measured, distance: Floats, low: Floats, high: Floats) -> Floats:
    """Models: n (half width / distance)^2, since intervals shrink with the root of their number."""
    known = pairs.noise_known
    up = np.where(known, distance, pairs.tau - AGREE)
    down = np.where(known, distance, pairs.tau)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        agree = np.where((up > 0) & ~(pairs.ceiling < AGREE), (up - low) / up, np.nan)
        disagree = np.where(down < 0, (high - down) / -down, np.nan)
        needed = np.ceil(pairs.n * np.where(np.isfinite(agree), agree, disagree) ** 2)
        return np.where((needed > pairs.n) & (needed <= MOST_MODELS), needed, np.nan)


def _times(pairs: Measured, distance: Floats, low: Floats, high: Floats) -> Floats:
    """Smallest factor on the items at which tau would leave the bar by the present half width of its interval."""
    times = np.geomspace(1, MOST_TIMES, _STEPS + 1)[1:]
    own = np.maximum(reliability_of(pairs.ceiling), 0)[:, np.newaxis]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        true = np.clip(reliability_of(pairs.tau)[:, np.newaxis] / own, -1, 1)
    more = lengthened(own, times)
    ceiling = tau_of(more)
    ahead = tau_of(true * more) - bar(ceiling)
    with np.errstate(invalid="ignore"):
        agree = (ahead > (distance - low)[:, np.newaxis]) & (ceiling >= AGREE)
        disagree = ahead < -(high - distance)[:, np.newaxis]
    settled = (agree | disagree) & (own > 0)
    first = times[settled.argmax(axis=1)]
    return np.where(settled.any(axis=1), first, np.nan)
