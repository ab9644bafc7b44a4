"""How many items, or seeds, are needed to tell two systems apart; and what can be told apart with those there are.

A difference `delta` of two means over the same n items has variance v / n, v the variance of one item's
difference. A two-sided test at `alpha` finds it with probability `power` when

    n = (z_{alpha/2} + z_beta)^2 v / delta^2,    v = w2 + s2_A / K_A + s2_B / K_B

w2 is the variance over items of the difference of the two systems' own means, s2 that of one answer around its
item's mean, K the answers per item (Miller 2024, arXiv 2411.00640). Seeds instead of items: v = 2 sd^2. The n and
delta so found leave out that the test may also find a difference of the wrong sign, which has probability below
alpha / 2 * beta and is counted in `power_of`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import ndtr, ndtri

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Aim:
    """What a comparison shall achieve: `alpha` of a two-sided test and the `power` it shall have, both in (0, 1)."""

    alpha: float = 0.05
    power: float = 0.8

    def __post_init__(self) -> None:
        for name, value in (("alpha", self.alpha), ("power", self.power)):
            if not 0 < value < 1:
                raise ValueError(f"{name} must lie between 0 and 1, not {value}")
        if self.power <= self.alpha / 2:
            raise ValueError(f"a power of {self.power} is less than what chance gives")

    @property
    def critical(self) -> float:
        """How many standard errors are significant: z_{alpha/2}."""
        return float(-ndtri(self.alpha / 2))

    @property
    def distance(self) -> float:
        """How many standard errors a difference must have: z_{alpha/2} + z_beta."""
        return self.critical + float(ndtri(self.power))


def item_variance(sd: float, *, correlation: float = 0.0, sampling: float = 0.0, samples: int = 1) -> float:
    """Variance of one item's difference of two alike systems.

    Args:
        sd: of the scores of single answers over items, in the unit of the score.
        correlation: of the two systems over items, of their own means without sampling noise, in [-1, 1].
        sampling: share of sd^2 that asking the same item again would change, in [0, 1].
        samples: answers to each item that are averaged, of both systems.

    Raises:
        ValueError: an argument is outside its range.
    """
    if sd < 0 or not -1 <= correlation <= 1 or not 0 <= sampling <= 1 or samples < 1:
        raise ValueError(
            "sd must be at least 0, correlation in [-1, 1], sampling in [0, 1], samples at least 1"
        )
    square = sd * sd
    return 2 * square * ((1 - correlation) * (1 - sampling) + sampling / samples)


def binomial_sd(share: float) -> float:
    """Standard deviation of items that score 1 with this probability, else 0.

    Raises:
        ValueError: not strictly between 0 and 1, where there is a spread.
    """
    if not 0 < share < 1:
        raise ValueError(f"a share must lie between 0 and 1, not {share}")
    return float(np.sqrt(share * (1 - share)))


def items_needed(variance: float, delta: float, aim: Aim) -> float:
    """Items (or seeds per system) needed to find a difference; infinite for none. Not rounded."""
    return float("inf") if delta == 0 else aim.distance**2 * variance / delta**2


def detectable(error: float, aim: Aim) -> float:
    """The smallest true difference that is found with the power asked for, `error` its standard error."""
    return aim.distance * error


def power_of(delta: float, error: float, alpha: float) -> float:
    """Probability that a two-sided test calls a true difference significant, whichever sign it then has."""
    if error <= 0:
        return 1.0 if delta else alpha
    critical, shift = float(-ndtri(alpha / 2)), abs(delta) / error
    return float(ndtr(shift - critical) + ndtr(-critical - shift))


@dataclass(frozen=True, slots=True)
class Plan:
    """A comparison of two systems, with the one number that was asked for.

    Attributes:
        solved: "n", "difference" or "power".
        n: items, or seeds of each system; not rounded where solved for.
        difference: true difference, in the unit of the standard deviation.
        power: probability of finding it.
        alpha: of the two-sided test.
        variance: of one item's difference.
    """

    solved: Literal["n", "difference", "power"]
    n: float
    difference: float
    power: float
    alpha: float
    variance: float


def plan(variance: float, aim: Aim, *, n: float | None = None, difference: float | None = None) -> Plan:
    """What follows from the numbers that are given: n from a difference, a difference from n, the power from both.

    Raises:
        ValueError: neither is given, or one is not positive.
    """
    if any(value is not None and not value > 0 for value in (n, difference)):
        raise ValueError("n and the difference must be positive")
    if n is None and difference is None:
        raise ValueError("n or the difference must be given")
    if n is None:
        delta = float(difference or 0)
        return Plan("n", items_needed(variance, delta, aim), delta, aim.power, aim.alpha, variance)
    error = float(np.sqrt(variance / n))
    if difference is None:
        return Plan("difference", n, detectable(error, aim), aim.power, aim.alpha, variance)
    return Plan("power", n, difference, power_of(difference, error, aim.alpha), aim.alpha, variance)
