"""Strengths from games between pairs: Bradley and Terry (1952), maximum likelihood by Newton's method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from scipy.special import expit

from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: Points on the Elo scale of one unit of log odds.
ELO = 400 / np.log(10)
_STEPS = 100
_ENOUGH = 1e-10


@dataclass(frozen=True, slots=True)
class Strengths:
    """(players,) log strengths with mean 0, and the standard error of each as it is centred."""

    strength: Floats
    standard_error: Floats


def strengths(wins: Floats) -> Strengths | NotEstimable:
    """P(i beats j) = 1 / (1 + exp(s_j - s_i)); a tie is half a win for each.

    Errors are from the inverse of the observed information on centred strengths. No maximum exists where some players
    never lost, directly or over others, to the rest (Ford 1957).

    Args:
        wins: (players, players) games that the row won against the column, ties half.
    """
    players = len(wins)
    if players < 2:
        return NotEstimable("fewer than two players")
    parts, _ = connected_components(
        csr_matrix((wins > 0).astype(np.float64)), directed=True, connection="strong"
    )
    if parts > 1:
        return NotEstimable(
            "some players never lost to the others, directly or over third ones: their strength has no finite maximum"
        )
    games = wins + wins.T
    won = wins.sum(axis=1)
    strength = np.zeros(players)
    centre = np.full((players, players), 1 / players)
    for _ in range(_STEPS):
        chance = expit(strength[:, None] - strength[None, :])
        gradient = won - (games * chance).sum(axis=1)
        step = np.linalg.solve(_information(games, chance) + centre, gradient)
        strength += step * min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-300))
        if np.abs(step).max() < _ENOUGH:
            break
    strength -= strength.mean()
    chance = expit(strength[:, None] - strength[None, :])
    inverse = np.linalg.inv(_information(games, chance) + centre) - centre
    return Strengths(strength, np.sqrt(np.maximum(np.diag(inverse), 0.0)))


def _information(games: Floats, chance: Floats) -> Floats:
    """Minus the second derivatives of the log likelihood; its rows add up to 0."""
    weight = games * chance * (1 - chance)
    return np.diag(weight.sum(axis=1)) - weight
