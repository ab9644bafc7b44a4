"""Strengths from games that can be drawn, with a parameter for ties of its own instead of half a win for each.

With p = exp(s) and m = sqrt(p_i p_j):

- Davidson (1970): P(i wins) = p_i / (p_i + p_j + nu m), P(tie) = nu m / (p_i + p_j + nu m); nu >= 0.
- Rao and Kupper (1967): P(i wins) = p_i / (p_i + theta p_j), P(tie) = the rest; theta >= 1.

Both are right where ties are more likely between equals, and give errors that know it; a tie as half a win is right
where ties say nothing of who is stronger. Maximum likelihood by Newton's method; both likelihoods are concave in s and
the logarithm of the parameter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import expit

from reportgen.analysis.bradley_terry import NEVER_LOST, is_connected
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Model = Literal["davidson", "rao-kupper"]
_STEPS = 200
_ENOUGH = 1e-10


@dataclass(frozen=True, slots=True)
class TiedStrengths:
    """(players,) log strengths with mean 0, the error of each as it is centred, and nu or theta of the model."""

    strength: Floats
    standard_error: Floats
    tie: float


def tied_strengths(wins: Floats, ties: Floats, model: Model) -> TiedStrengths | NotEstimable:
    """Maximum likelihood; errors are from the inverse of the observed information.

    Args:
        wins: (players, players) games that the row won against the column, without ties.
        ties: (players, players), symmetric, the diagonal 0.
        model: which of the two.
    """
    if len(wins) < 2:
        return NotEstimable("fewer than two players")
    if not is_connected(wins + ties / 2):
        return NotEstimable(NEVER_LOST)
    if not ties.any() or not wins.any():
        return NotEstimable("the parameter of ties needs ties and games that are not tied")
    slopes = _davidson if model == "davidson" else _rao_kupper
    players = len(wins)
    held = np.zeros((players + 1, players + 1))
    held[:players, :players] = 1 / players  # strengths are known up to a constant
    at = np.append(np.zeros(players), 0.0 if model == "davidson" else 0.5)
    for _ in range(_STEPS):
        gradient, information = slopes(at[:-1], at[-1], wins, ties)
        step = np.linalg.solve(information + held, gradient)
        scale = min(1.0, 1.0 / max(float(np.abs(step).max()), 1e-300))
        if model == "rao-kupper" and step[-1] < 0:  # its logarithm stays above 0
            scale = min(scale, -0.5 * at[-1] / step[-1])
        at += scale * step
        if np.abs(step).max() < _ENOUGH:
            break
    _, information = slopes(at[:-1], at[-1], wins, ties)
    inverse = np.linalg.inv(information + held)
    variance = np.diag(inverse)[:players] - 1 / players
    strength = at[:-1] - at[:-1].mean()
    return TiedStrengths(strength, np.sqrt(np.maximum(variance, 0.0)), float(np.exp(at[-1])))


def _davidson(strength: Floats, log_tie: float, wins: Floats, ties: Floats) -> tuple[Floats, Floats]:
    """Gradient and information in strengths and log nu."""
    games = wins + wins.T + ties
    half = (strength[:, np.newaxis] - strength[np.newaxis, :]) / 2
    total = np.exp(half) + np.exp(-half) + np.exp(log_tie)
    won, lost, tied = np.exp(half) / total, np.exp(-half) / total, np.exp(log_tie) / total
    gradient = ((wins - wins.T) / 2 - games * (won - lost) / 2).sum(axis=1)
    of_tie = float((ties - games * tied).sum()) / 2
    spread = games * (won + lost - (won - lost) ** 2) / 4
    cross = -(games * (won - lost) * tied).sum(axis=1) / 2
    own = float((games * tied * (1 - tied)).sum()) / 2
    return np.append(gradient, of_tie), _bordered(spread, cross, own)


def _rao_kupper(strength: Floats, log_tie: float, wins: Floats, ties: Floats) -> tuple[Floats, Floats]:
    """Gradient and information in strengths and log theta.

    The log likelihood is the sum over ordered pairs of (wins + ties) log expit(s_i - s_j - log theta), and of
    log(theta^2 - 1) for each tie.
    """
    counted = wins + ties
    chance = expit(strength[:, np.newaxis] - strength[np.newaxis, :] - log_tie)
    missed, weight = counted * (1 - chance), counted * chance * (1 - chance)
    np.fill_diagonal(weight, 0.0)
    drawn, odds = float(ties.sum()) / 2, 1 / np.expm1(2 * log_tie)
    of_tie = 2 * drawn * (1 + odds) - float(missed.sum())
    own = 4 * drawn * odds * (1 + odds) + float(weight.sum())
    cross = weight.sum(axis=0) - weight.sum(axis=1)
    gradient = missed.sum(axis=1) - missed.sum(axis=0)
    return np.append(gradient, of_tie), _bordered(weight + weight.T, cross, own)


def _bordered(spread: Floats, cross: Floats, own: float) -> Floats:
    """Information of strengths (rows add up to 0), of the parameter, and of both together."""
    players = len(spread)
    information = np.zeros((players + 1, players + 1))
    information[:players, :players] = np.diag(spread.sum(axis=1)) - spread
    information[:players, players] = information[players, :players] = cross
    information[players, players] = own
    return information
