"""Item response theory: abilities of systems and difficulties of items on one scale.

Two-parameter logistic model, P(right) = 1 / (1 + exp(-a (theta - b))): theta is a system's ability, b an item's
difficulty, a > 0 how sharply the item separates. One-parameter model: a is the same for all items, and estimated.

Identification: abilities are standard normal in the population, so the scale has mean 0 and standard deviation 1.
Fit: marginal maximum likelihood (Bock and Aitkin 1981) over a grid of abilities, with weak priors, log a normal with
mean 0 and sd 0.5 and the offset a b normal with mean 0 and sd 2, so that items that all or none get right have a
finite difficulty. (A prior on b itself would shrink the scale: many items would outvote the few systems that fix
it.) Abilities are posterior means. Missing answers are left out of the likelihood, never taken as wrong; a score
between 0 and 1 (a mean over repeats) counts as that share of one answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import scipy
from scipy.special import log_expit, logsumexp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: Standard deviations of the priors of log a and of a b.
PRIOR_LOG_A = 0.5
PRIOR_OFFSET = 2.0
#: Ends of the grid of abilities, in standard deviations.
_REACH = 5.0
#: Widest step of the grid, in posterior standard deviations of the surest system: the sum over the grid is then
#: within 0.02 % of the integral (exp(-2 pi^2 / 1.5^2)). A coarser one rewards abilities that lie on it.
_STEP = 1.5
#: Points of the finest grid.
_MOST_POINTS = 4001


@dataclass(frozen=True, slots=True, eq=False)
class ItemResponse:
    """A fitted model.

    Attributes:
        ability: (p,) posterior means, in standard deviations of the population of systems.
        error: (p,) posterior standard deviations, items taken as known.
        difficulty: (q,) on the scale of ability.
        discrimination: (q,) positive; all the same in the one-parameter model.
        converged: whether the optimizer says it found the maximum, on a grid that is fine enough.
    """

    ability: Floats
    error: Floats
    difficulty: Floats
    discrimination: Floats
    converged: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Answers:
    right: Floats  # (p, q) share right, 0 where missing
    wrong: Floats  # (p, q) share wrong, 0 where missing
    grid: Floats  # (g,) abilities
    weight: Floats  # (g,) log prior weights, normalised


def fit(score: Floats, *, slopes: bool) -> ItemResponse:
    """Fit the two-parameter model, or with `slopes` False the one-parameter model.

    Args:
        score: (p systems, q items) in [0, 1], NaN where there is no answer; p, q >= 2.
        slopes: whether each item has a discrimination of its own.
    """
    sure = np.sqrt(1 + 0.5 * np.isfinite(score).sum(axis=1).max())
    points = max(61, int(2 * _REACH * sure) | 1)
    while True:
        found = _fit(score, np.linspace(-_REACH, _REACH, points), slopes=slopes)
        if 2 * _REACH / (points - 1) <= _STEP * found.error.min():
            return found
        if points >= _MOST_POINTS:
            return replace(found, converged=False)
        points = min(2 * points - 1, _MOST_POINTS)


def _fit(score: Floats, grid: Floats, *, slopes: bool) -> ItemResponse:
    """As `fit`, over this grid of abilities."""
    seen = np.isfinite(score)
    right = np.where(seen, score, 0.0)
    prior = -0.5 * grid**2
    answers = _Answers(right, np.where(seen, 1 - right, 0.0), grid, prior - logsumexp(prior))
    share = (right.sum(axis=0) + 0.5) / (seen.sum(axis=0) + 1)
    start = np.concatenate([np.zeros(score.shape[1] if slopes else 1), -np.log(share / (1 - share))])
    found = scipy.optimize.minimize(
        _negative, start, args=(answers,), jac=True, method="L-BFGS-B", options={"maxiter": 500}
    )
    slope, offset = _parameters(found.x, score.shape[1])
    weights = np.exp(_posterior(answers, slope, offset)[0])
    ability = weights @ grid
    centred = grid - ability[:, np.newaxis]
    return ItemResponse(
        ability=ability,
        error=np.sqrt((weights * centred**2).sum(axis=1)),
        difficulty=offset / slope,
        discrimination=slope,
        converged=bool(found.success),
    )


def _parameters(vector: Floats, items: int) -> tuple[Floats, Floats]:
    """(a, a b) of all items from the free parameters: log slopes, one or one each, then offsets."""
    logs = vector[:-items]
    return np.exp(np.broadcast_to(logs, items) if len(logs) == 1 else logs), vector[-items:]


def _posterior(answers: _Answers, slope: Floats, offset: Floats) -> tuple[Floats, Floats, Floats]:
    """Log posterior of the grid for each system (p, g), log likelihood (p,), and P(right) (g, q)."""
    logit = slope * answers.grid[:, np.newaxis] - offset
    joint = answers.right @ log_expit(logit).T + answers.wrong @ log_expit(-logit).T + answers.weight
    total = logsumexp(joint, axis=1)
    return joint - total[:, np.newaxis], total, np.exp(log_expit(logit))


def _negative(vector: Floats, answers: _Answers) -> tuple[float, Floats]:
    """Negative log posterior of the item parameters and its gradient."""
    items = answers.right.shape[1]
    slope, offset = _parameters(vector, items)
    log_posterior, total, chance = _posterior(answers, slope, offset)
    weights = np.exp(log_posterior).T
    slack = weights @ answers.right - (weights @ (answers.right + answers.wrong)) * chance
    by_log_slope = (answers.grid @ slack) * slope
    logs = vector[:-items]
    gradient = np.concatenate(
        [
            (by_log_slope if len(logs) == items else by_log_slope.sum(keepdims=True)) - logs / PRIOR_LOG_A**2,
            -slack.sum(axis=0) - offset / PRIOR_OFFSET**2,
        ]
    )
    prior = 0.5 * (logs**2).sum() / PRIOR_LOG_A**2 + 0.5 * (offset**2).sum() / PRIOR_OFFSET**2
    return float(prior - total.sum()), -gradient
