"""Bradley-Terry strengths of models from all settings but some, many such sets at once, with gaps.

On every setting every two models that both have a score played one game, ties half. Log strengths b maximise

    sum_ij wins_ij log(1 / (1 + exp(b_j - b_i))) - RIDGE / 2 sum_i b_i^2

so models are compared only where both have a score, and no gap counts as lost. The small ridge keeps a model that beat
everybody finite. Assumes that a score is missing at random given the strengths.

Where no model has gaps, the order of the strengths is the order of the wins (every model played the same opponents
equally often), and the log odds of the win rate stand for them.

Sources: Bradley and Terry 1952, "Rank analysis of incomplete block designs"; Hunter 2004, "MM algorithms for
generalized Bradley-Terry models", for existence. Solved by Newton's method, its matrix inverted once and kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from scipy.special import logit

from reportgen.numbers import plural

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

#: Weight of the penalty; the information of one game between equals is 1/4.
RIDGE = 0.1
#: Squared models times references beyond which strengths are not fitted.
MOST_WORK = 60_000_000
#: Steps with one inverse before a new one is made.
_KEPT = 8
_STEPS = 160
_ENOUGH = 1e-7
#: Decimals of a strength: what convergence leaves below must not break ties.
_DECIMALS = 6


def bradley_terry(wins: Floats, present: Bools, member: Bools) -> tuple[Floats, str]:
    """(p, g) log strengths, mean 0 over the models with a game, NaN for others; and why there are none, or "".

    Args:
        wins: (p, q) wins of each model on each setting, ties half.
        present: (p, q) whether the model has a score there.
        member: (q, g) which settings each of the g references is made of.
    """
    models, groups = len(wins), member.shape[1]
    out = np.full((models, groups), np.nan)
    full = np.array([_without_gaps(present[:, inside]) for inside in member.T], dtype=bool)
    for group in np.flatnonzero(full):
        out[:, group] = _log_odds(wins[:, member[:, group]], present[:, member[:, group]])
    gaps = np.flatnonzero(~full)
    if models * models * len(gaps) > MOST_WORK:
        many = f"{plural(models, 'system')} with gaps in {plural(len(gaps), 'reference')} are too many to fit"
        return np.full_like(out, np.nan), many
    if len(gaps):
        _fit(out, wins, present, member[:, gaps], gaps)
    return out, ""


def _without_gaps(present: Bools) -> bool:
    return bool((present.all(axis=1) | ~present.any(axis=1)).all())


def _log_odds(wins: Floats, present: Bools) -> Floats:
    """Log odds of the share won, half a game added on either side; NaN without a game."""
    opponents = np.where(present, present.sum(axis=0) - 1, 0).sum(axis=1)
    share = (wins.sum(axis=1) + 0.5) / (opponents + 1)
    return np.where(opponents > 0, logit(np.where(opponents > 0, share, 0.5)), np.nan)


def _fit(out: Floats, wins: Floats, present: Bools, member: Bools, columns: NDArray[np.intp]) -> None:
    """Fill the columns of `out`, each starting from the strengths by all settings of any reference.

    Models that no chain of games links to a model with a score on what is left out keep their strength.
    """
    there = present.astype(np.float64)
    every = member.any(axis=1)
    total = _games(there[:, every])
    _, part = connected_components(csr_matrix(total), directed=False)
    whole, inverse = _solve(total, wins[:, every].sum(axis=1), np.zeros(len(wins)), None)
    for inside, column in zip(member.T, columns, strict=True):
        left_out = every & ~inside
        rows = np.flatnonzero(np.isin(part, part[present[:, left_out].any(axis=1)]))
        square = np.ix_(rows, rows) if len(rows) < len(part) else (slice(None), slice(None))  # no copy of all
        games = total[square] - _games(there[rows][:, left_out])
        played = games.sum(axis=1) > 0
        strength = whole.copy()
        won, start = wins[rows][:, inside].sum(axis=1), np.where(played, whole[rows], 0.0)
        strength[rows], _ = _solve(games, won, start, inverse[square])
        there_now = total.sum(axis=1) > 0
        there_now[rows] = played
        out[there_now, column] = np.round(strength[there_now] - strength[there_now].mean(), _DECIMALS)


def _games(present: Floats) -> Floats:
    """(p, p) settings that both models have, 0 against itself."""
    shared = present @ present.T
    np.fill_diagonal(shared, 0.0)
    return np.asarray(shared)


def _solve(games: Floats, won: Floats, strength: Floats, inverse: Floats | None) -> tuple[Floats, Floats]:
    """Strengths, and the inverse of the last matrix; an inverse at hand serves for the first steps."""
    played = games.sum(axis=1) > 0
    kept = 0
    for _ in range(_STEPS):
        if inverse is None or kept >= _KEPT:
            inverse, kept = np.asarray(np.linalg.inv(_information(games, strength)), dtype=np.float64), 0
        force = np.exp(strength)
        expected = force * (games / (force[:, np.newaxis] + force)).sum(axis=1)
        step = np.where(played, inverse @ (won - expected - RIDGE * strength), 0.0)
        largest = float(np.abs(step).max(initial=0.0))
        strength = np.clip(strength + step * min(1.0, 2.0 / max(largest, 1e-300)), -30.0, 30.0)
        kept += 1
        if largest < _ENOUGH:
            break
    assert inverse is not None  # noqa: S101  # made in the first step
    return strength, inverse


def _information(games: Floats, strength: Floats) -> Floats:
    """Minus the second derivatives of the penalised log likelihood."""
    force = np.exp(strength)
    pair = games * force[:, np.newaxis] * force / (force[:, np.newaxis] + force) ** 2
    return np.asarray(np.diag(pair.sum(axis=1) + RIDGE) - pair)
