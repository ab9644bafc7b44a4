"""Strengths from games between pairs: Bradley and Terry (1952), maximum likelihood by Newton's method.

    P(i beats j) = 1 / (1 + exp(s_j - s_i)),   a tie is half a win for each,   strengths have mean 0

Everything is computed from how often each of two players won against the other, so that the number of games costs
nothing. Three errors of a strength, all of the strength as it is centred:

- `Strengths.standard_error`: from the inverse H^-1 of the observed information; right where games are independent and
  the model holds.
- `row_errors`: H^-1 G H^-1 with G the sum over games of the squared score of each (White 1982): right where the model
  does not hold, and where ties are less uncertain than wins.
- `cluster_errors`: the same with the scores added up within clusters of games (prompts, judges, benchmarks) before
  they are squared: right where games of one cluster go together.

`bootstrap` draws the games again. A ridge adds -ridge / 2 * sum s^2 to the log likelihood.
"""

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
NEVER_LOST = (
    "some players never lost to the others, directly or over third ones: their strength has no finite maximum"
)
_STEPS = 100
_ENOUGH = 1e-10
#: Numbers of a stack of count tables that is refitted at once.
_STACK = 2_000_000


@dataclass(frozen=True, slots=True)
class Strengths:
    """(players,) log strengths with mean 0, and the standard error of each as it is centred."""

    strength: Floats
    standard_error: Floats


def strengths(wins: Floats, *, ridge: float = 0.0) -> Strengths | NotEstimable:
    """Maximum likelihood; errors are from the inverse of the observed information.

    Without a ridge no maximum exists where some players never lost, directly or over others, to the rest (Ford 1957).

    Args:
        wins: (players, players) games that the row won against the column, ties half.
        ridge: at least 0.
    """
    if len(wins) < 2:
        return NotEstimable("fewer than two players")
    if ridge <= 0 and not is_connected(wins):
        return NotEstimable(NEVER_LOST)
    strength = _maximum(wins[np.newaxis], ridge)[0]
    inverse = _inverse(wins + wins.T, strength, ridge)
    return Strengths(strength, _root(np.diag(inverse)))


def is_connected(wins: Floats) -> bool:
    """Whether from every player there is a chain of wins to every other one; (players, players) wins, ties half."""
    parts, _ = connected_components(
        csr_matrix((wins > 0).astype(np.float64)), directed=True, connection="strong"
    )
    return bool(parts <= 1)


def row_errors(wins: Floats, ties: Floats, strength: Floats, *, ridge: float = 0.0) -> Floats:
    """(players,) sandwich errors, each game by itself.

    Args:
        wins: (players, players) games that the row won against the column, without ties.
        ties: (players, players), symmetric, the diagonal 0.
        strength: (players,) the maximum, ties counted half.
        ridge: that of the maximum.
    """
    chance = _chance(strength)
    squares = wins * (1 - chance) ** 2 + wins.T * chance**2 + ties * (0.5 - chance) ** 2
    meat = np.diag(squares.sum(axis=1)) - squares
    inverse = _inverse(wins + wins.T + ties, strength, ridge)
    return _root(np.diag(inverse @ meat @ inverse))


def cluster_errors(scores: Floats, games: Floats, strength: Floats, *, ridge: float = 0.0) -> Floats:
    """(players,) sandwich errors over G clusters of games, with the factor G / (G - 1) for few clusters.

    Args:
        scores: (players, G) games of the cluster that the player won (ties half) minus those expected.
        games: (players, players) number of games between each two, symmetric, the diagonal 0.
        strength: (players,) the maximum.
        ridge: that of the maximum.
    """
    clusters = scores.shape[1]
    influence = _inverse(games, strength, ridge) @ scores
    return _root((influence**2).sum(axis=1) * clusters / (clusters - 1))


def bootstrap(
    wins: Floats, ties: Floats, *, draws: int, generator: np.random.Generator, ridge: float = 0.0
) -> Floats:
    """(draws, players) strengths, the games drawn again; NaN where a draw has no maximum.

    One draw of all games is one multinomial draw of the outcomes of all pairs. Arguments as for `row_errors`.
    """
    players = len(wins)
    first, second = np.triu_indices(players, k=1)
    outcomes = np.concatenate([wins[first, second], wins[second, first], ties[first, second]])
    total = round(float(outcomes.sum()))
    found = np.full((draws, players), np.nan)
    step = max(1, _STACK // players**2)
    for start in range(0, draws, step):
        many = min(step, draws - start)
        counts = generator.multinomial(total, outcomes / outcomes.sum(), size=many).astype(np.float64)
        won, lost, tied = np.split(counts, 3, axis=1)
        stack = np.zeros((many, players, players))
        stack[:, first, second], stack[:, second, first] = won + tied / 2, lost + tied / 2
        there = np.array([ridge > 0 or is_connected(one) for one in stack])
        found[start : start + many][there] = _maximum(stack[there], ridge)
    return found


def _maximum(wins: Floats, ridge: float) -> Floats:
    """(stack, players) maxima of a stack of (players, players) wins, ties half."""
    stack, players, _ = wins.shape
    games, won = wins + wins.swapaxes(1, 2), wins.sum(axis=2)
    held = np.full((players, players), 1 / players) + ridge * np.eye(players)
    strength = np.zeros((stack, players))
    for _ in range(_STEPS if stack else 0):
        chance = _chance(strength)
        gradient = won - (games * chance).sum(axis=2) - ridge * strength
        step = np.linalg.solve(_information(games, chance) + held, gradient[..., np.newaxis])[..., 0]
        largest = np.abs(step).max(axis=1, keepdims=True)
        strength += step * np.minimum(1.0, 2.0 / np.maximum(largest, 1e-300))
        if largest.max() < _ENOUGH:
            break
    return np.asarray(strength - strength.mean(axis=1, keepdims=True))


def _chance(strength: Floats) -> Floats:
    """P(the row beats the column), for the last axis of strengths."""
    return np.asarray(expit(strength[..., :, np.newaxis] - strength[..., np.newaxis, :]))


def _inverse(games: Floats, strength: Floats, ridge: float) -> Floats:
    """Inverse of the observed information on centred strengths."""
    centre = np.full(games.shape, 1 / len(games))
    held = _information(games, _chance(strength)) + ridge * np.eye(len(games))
    # adding the centre gives the constant direction the eigenvalue 1 + ridge; it is taken out again
    return np.asarray(np.linalg.inv(held + centre) - centre / (1 + ridge))


def _information(games: Floats, chance: Floats) -> Floats:
    """Minus the second derivatives of the log likelihood; its rows add up to 0."""
    weight = games * chance * (1 - chance)
    return np.asarray(np.eye(games.shape[-1]) * weight.sum(axis=-1)[..., np.newaxis] - weight)


def _root(variance: Floats) -> Floats:
    return np.asarray(np.sqrt(np.maximum(variance, 0.0)))
