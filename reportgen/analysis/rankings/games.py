"""Benchmarks as games: each is one game between every two systems that both have a score on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Games:
    """(p, p) numbers of benchmarks: `wins` on which the row is better than the column, `ties` on which they are equal.

    The diagonal is 0.
    """

    wins: Floats
    ties: Floats

    @property
    def half(self) -> Floats:
        """Wins, ties half."""
        return self.wins + self.ties / 2

    @property
    def played(self) -> Floats:
        """Benchmarks that both have."""
        return self.wins + self.wins.T + self.ties


def play(ranks: Floats) -> Games:
    """The games of (p, B) ranks, 1 the best, NaN where not measured; O(p^2 B)."""
    p = len(ranks)
    wins, ties = np.zeros((p, p)), np.zeros((p, p))
    for column in ranks.T:
        wins += column[:, np.newaxis] < column[np.newaxis, :]
        ties += column[:, np.newaxis] == column[np.newaxis, :]
    np.fill_diagonal(ties, 0.0)
    return Games(wins, ties)


def surplus(ranks: Floats, strength: Floats) -> Floats:
    """(p, B) games of each benchmark that a system won, ties half, minus those its strength lets expect.

    Args:
        ranks: (p, B) with ties averaged, 1 the best, NaN where not measured.
        strength: (p,) Bradley-Terry strengths.
    """
    present = np.isfinite(ranks)
    chance = expit(strength[:, np.newaxis] - strength[np.newaxis, :])
    expected = chance @ present - 0.5  # not against itself
    won = present.sum(axis=0) - ranks  # those behind, and half of those beside
    return np.where(present, won - expected, 0.0)
