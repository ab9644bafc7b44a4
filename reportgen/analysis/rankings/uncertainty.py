"""How the scores of a board's ranked systems vary together, from the best source there is.

1. Paired items: all systems answered the same items (`board_items`); the items are the sample, and what is hard
   for all moves all scores together.
2. Items (seeds, trials): each score has a standard error; scores are taken as independent.
3. Benchmarks: no errors, but at least twenty settings, which are taken as the sample.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from reportgen.analysis.rankings.board_items import board_items
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.rankings.grounds import Grounds

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

Unit = Literal["paired items", "items", "benchmarks"]


@dataclass(frozen=True, slots=True, eq=False)
class Uncertainty:
    """p ranked systems, best first.

    Attributes:
        at: (p,) rows of the board.
        goodness: (p,) scores on the board's scale, larger is better.
        error: (p,) standard errors.
        influence: (p, m) whose rows' products are covariances; None where scores are independent.
        unit: what is a sample.
        n: draws of it; 0 where scores only state errors.
        without: ranked systems left out because their error is unknown.
    """

    at: Ints
    goodness: Floats
    error: Floats
    influence: Floats | None
    unit: Unit
    n: int
    without: int

    def difference_errors(self, row: int) -> Floats:
        """(p,) standard errors of the differences to one system."""
        if self.influence is None:
            independent: Floats = np.hypot(self.error, self.error[row])
            return independent
        found: Floats = np.sqrt(((self.influence - self.influence[row]) ** 2).sum(axis=1))
        return found

    def draws(self, systems: Ints, size: int, generator: np.random.Generator) -> Floats:
        """(size, len(systems)) normal draws of their deviations from the scores.

        With `influence`, by independent normal multipliers of the draws of the unit (the multiplier bootstrap).
        """
        if self.influence is None:
            return generator.standard_normal((size, len(systems))) * self.error[systems]
        chosen = self.influence[systems]
        if chosen.shape[1] > len(systems):  # the same covariance from fewer random numbers
            chosen = np.asarray(np.linalg.qr(chosen.T, mode="r")).T
        drawn: Floats = generator.standard_normal((size, chosen.shape[1])) @ chosen.T
        return drawn


def uncertainty(grounds: Grounds) -> Uncertainty | NotEstimable:
    """Of the ranked systems of a board, or why it is not known."""
    rows = grounds.board.rows
    at = np.flatnonzero(grounds.ranked)
    if len(at) < 2:
        return NotEstimable("only one system" if len(at) else "no system is ranked")
    goodness = grounds.board.scale.sign * rows["score"].to_numpy(float)[at]
    paired = board_items(grounds)
    if not isinstance(paired, NotEstimable):
        influence = paired.influence()
        return Uncertainty(at, goodness, _lengths(influence), influence, "paired items", paired.n, 0)
    if grounds.board.unit == "items":
        error = rows["standard_error"].to_numpy(float)[at]
        known = np.isfinite(error)
        return Uncertainty(at[known], goodness[known], error[known], None, "items", 0, int((~known).sum()))
    if grounds.board.unit == "benchmarks":
        values = grounds.goodness[at]
        size = values.shape[1]
        influence = (values - values.mean(axis=1, keepdims=True)) / np.sqrt(size * (size - 1.0))
        return Uncertainty(at, goodness, _lengths(influence), influence, "benchmarks", size, 0)
    return NotEstimable(grounds.board.unit_reason)


def _lengths(influence: Floats) -> Floats:
    found: Floats = np.sqrt((influence**2).sum(axis=1))
    return found
