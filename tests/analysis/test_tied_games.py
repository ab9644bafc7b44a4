"""Models of ties by Davidson and by Rao and Kupper: by hand and by scipy on the plain likelihood."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import minimize

from reportgen.analysis.bradley_terry import strengths
from reportgen.analysis.tied_games import tied_strengths
from reportgen.numbers import NotEstimable

MODELS = ("davidson", "rao-kupper")
TABLES = st.integers(2, 5).flatmap(
    lambda size: st.tuples(
        *(arrays(np.float64, (size, size), elements=st.integers(1, 9).map(float)) for _ in range(2))
    )
)


def chances(apart: float, tie: float, model: str) -> tuple[float, float, float]:
    """P(win), P(loss), P(tie) at this difference of strengths, straight from the definitions."""
    one, other = np.exp(apart / 2), np.exp(-apart / 2)
    if model == "davidson":
        total = one + other + tie
        return one / total, other / total, tie / total
    won, lost = one / (one + tie * other), other / (other + tie * one)
    return won, lost, 1 - won - lost


def minus_likelihood(at: np.ndarray, wins: np.ndarray, ties: np.ndarray, model: str) -> float:
    """Game by game; the last is the logarithm of the parameter."""
    total = 0.0
    for i in range(len(wins)):
        for j in range(i + 1, len(wins)):
            won, lost, tied = np.log(chances(at[i] - at[j], np.exp(at[-1]), model))
            total -= wins[i, j] * won + wins[j, i] * lost + ties[i, j] * tied
    return total


@pytest.mark.parametrize("model", MODELS)
@given(TABLES)
def test_the_maximum_is_that_of_scipy(model, tables) -> None:
    """BFGS on the sum over games, which knows nothing of gradients."""
    wins = tables[0] - np.diag(np.diag(tables[0]))
    ties = np.triu(tables[1], k=1)
    ties += ties.T
    found = tied_strengths(wins, ties, model)
    assert not isinstance(found, NotEstimable)

    def searched(at: np.ndarray) -> np.ndarray:
        """The logarithm of theta is positive: search its logarithm."""
        return np.append(at[:-1], np.exp(at[-1]) if model == "rao-kupper" else at[-1])

    expected = searched(
        minimize(lambda at: minus_likelihood(searched(at), wins, ties, model), np.zeros(len(wins) + 1)).x
    )
    own = np.append(found.strength, np.log(found.tie))
    assert found.strength == pytest.approx(expected[:-1] - expected[:-1].mean(), abs=2e-4)
    assert np.log(found.tie) == pytest.approx(expected[-1], abs=2e-4)
    assert minus_likelihood(own, wins, ties, model) <= minus_likelihood(expected, wins, ties, model) + 1e-9


@pytest.mark.parametrize("model", MODELS)
def test_errors_are_those_of_the_second_differences_of_the_likelihood(model) -> None:
    """Central differences, inverted in the directions that the games tell of."""
    wins = np.array([[0.0, 12, 9], [5, 0, 11], [4, 6, 0]])
    ties = np.array([[0.0, 6, 3], [6, 0, 5], [3, 5, 0]])
    found = tied_strengths(wins, ties, model)
    assert not isinstance(found, NotEstimable)
    at, step = np.append(found.strength, np.log(found.tie)), 1e-4

    def value(*moves: tuple[int, float]) -> float:
        moved = at.copy()
        for where, by in moves:
            moved[where] += by
        return minus_likelihood(moved, wins, ties, model)

    information = np.array(
        [
            [
                sum(a * b * value((i, a * step), (j, b * step)) for a in (-1, 1) for b in (-1, 1))
                for j in range(4)
            ]
            for i in range(4)
        ]
    ) / (4 * step**2)
    errors = np.sqrt(np.diag(np.linalg.pinv(information, rcond=1e-6)))[:3]
    assert found.standard_error == pytest.approx(errors, rel=1e-3)


@pytest.mark.parametrize("model", MODELS)
def test_two_equal_players_by_hand(model) -> None:
    """40 games, 10 won by either and 20 tied: strengths 0 and a chance of a tie of one half."""
    wins, ties = np.array([[0.0, 10], [10, 0]]), np.array([[0.0, 20], [20, 0]])
    found = tied_strengths(wins, ties, model)
    assert not isinstance(found, NotEstimable)
    assert found.strength == pytest.approx([0, 0], abs=1e-9)
    assert found.tie == pytest.approx({"davidson": 2.0, "rao-kupper": 3.0}[model])


@pytest.mark.parametrize("model", MODELS)
def test_with_hardly_any_ties_strengths_are_those_without_a_parameter(model) -> None:
    """One tie among a thousand games."""
    wins = np.array([[0.0, 200, 300], [120, 0, 180], [90, 110, 0]])
    ties = np.zeros((3, 3))
    ties[0, 1] = ties[1, 0] = 1
    found, plain = tied_strengths(wins, ties, model), strengths(wins)
    assert not isinstance(found, NotEstimable)
    assert not isinstance(plain, NotEstimable)
    assert found.strength == pytest.approx(plain.strength, abs=0.005)
    assert found.standard_error == pytest.approx(plain.standard_error, rel=0.01)


@pytest.mark.parametrize("model", MODELS)
def test_what_has_no_maximum_has_a_reason(model) -> None:
    """No ties, ties only, one player, somebody who never lost."""
    none, some = np.zeros((2, 2)), np.array([[0.0, 3], [3, 0]])
    for wins, ties in ((some, none), (none, some), (none[:1, :1], none[:1, :1]), (np.triu(some), none)):
        assert isinstance(tied_strengths(wins, ties, model), NotEstimable)
