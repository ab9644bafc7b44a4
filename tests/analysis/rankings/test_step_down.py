"""Rank sets by step-down: against the definition written out, and what must hold of any."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.analysis.ranking import rank
from reportgen.analysis.rankings.step_down import draws_for, step_down


def case(p: int, seed: int, *, gap: float = 1.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores best first, errors of differences and draws of correlated systems."""
    generator = np.random.default_rng(seed)
    loading = generator.normal(0, 1, (p, 3))
    root = np.hstack([loading, np.diag(generator.uniform(0.3, 1.0, p))])
    covariance = root @ root.T
    variance = np.diag(covariance)
    errors = np.sqrt(np.maximum(variance[:, None] + variance[None, :] - 2 * covariance, 0.0))
    draws = generator.standard_normal((400, root.shape[1])) @ root.T
    goodness = np.sort(generator.normal(0, gap, p))[::-1] + 5
    return goodness, errors, draws


def by_the_definition(
    goodness: np.ndarray, errors: np.ndarray, draws: np.ndarray, level: float
) -> tuple[list[int], list[int]]:
    """Mogstad et al. 2024 with the step-down of Romano and Wolf 2005, pair by pair and draw by draw."""
    p = len(goodness)
    hypotheses = {(j, k) for j in range(p) for k in range(p) if j != k}
    rejected: set[tuple[int, int]] = set()
    while True:
        largest = [
            max((draw[j] - draw[k]) / errors[j, k] for j, k in hypotheses - rejected) for draw in draws
        ]
        critical = np.quantile(largest, level)
        new = {
            (j, k) for j, k in hypotheses - rejected if (goodness[j] - goodness[k]) / errors[j, k] > critical
        }
        if not new:
            break
        rejected |= new
    low = [1 + sum((k, j) in rejected for k in range(p)) for j in range(p)]
    high = [p - sum((j, k) in rejected for k in range(p)) for j in range(p)]
    return low, high


@pytest.mark.parametrize(("p", "seed"), [(2, 1), (4, 2), (6, 3), (8, 4)])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_the_sets_are_those_of_the_definition(p: int, seed: int, level: float) -> None:
    """csranks 1.3.0 runs in R only and prints no numbers of its example; so the definition, written out."""
    goodness, errors, draws = case(p, seed, gap=2.5)
    found = step_down(goodness, errors, draws, level=level)
    assert (found.low.tolist(), found.high.tolist()) == by_the_definition(goodness, errors, draws, level)


@given(st.integers(2, 9), st.integers(0, 10_000))
def test_a_step_more_never_loses_a_claim(p: int, seed: int) -> None:
    """The critical value falls; the sets of the first step contain those of the last; ranks lie in their sets."""
    goodness, errors, draws = case(p, seed)
    found = step_down(goodness, errors, draws, level=0.9)
    assert found.last <= found.first
    scaled = (goodness[:, None] - goodness[None, :]) / np.where(errors > 0, errors, np.inf)
    assert found.better[scaled > found.first].all()
    assert (found.low <= np.arange(1, p + 1)).all()
    assert (np.arange(1, p + 1) <= found.high).all()
    assert (np.diff(found.group) >= 0).all()


def test_independent_systems_of_equal_error_have_the_sets_of_the_board() -> None:
    """The first critical value is Tukey's, up to the draws."""
    goodness = np.array([9.0, 6.0, 5.5, 2.0, 0.0])
    draws = np.random.default_rng(5).standard_normal((40_000, 5))
    found = step_down(goodness, np.full((5, 5), np.sqrt(2.0)), draws, level=0.95)
    board = rank(goodness, list("abcde"), level=0.95, stderr=np.ones(5))
    assert found.first == pytest.approx(board.critical, abs=0.03)
    assert (found.low.tolist(), found.high.tolist()) == (board.low.tolist(), board.high.tolist())
    assert found.group.tolist() == board.group.tolist()


def test_a_difference_that_never_varies_is_told_apart_and_none_is_not() -> None:
    """Two systems with the same answers tie; one that is better by the same on every item does not."""
    goodness = np.array([3.0, 2.0, 2.0])
    found = step_down(goodness, np.zeros((3, 3)), np.zeros((100, 3)), level=0.95)
    assert found.low.tolist() == [1, 2, 2]
    assert found.high.tolist() == [1, 3, 3]


def test_draws_are_fewer_for_many_systems() -> None:
    """Work is bounded."""
    assert draws_for(10) == 10_000
    assert draws_for(200) == 1_000


@pytest.mark.slow
@pytest.mark.parametrize("correlation", [0.0, 0.8])
def test_all_true_ranks_lie_in_their_sets_as_often_as_said(correlation: float) -> None:
    """Five systems, two of them equal; 400 experiments of 95 %."""
    generator = np.random.default_rng(6)
    truth = np.array([1.0, 0.6, 0.6, 0.3, 0.0])
    best, worst = np.array([1, 2, 2, 4, 5]), np.array([1, 3, 3, 4, 5])
    root = np.linalg.cholesky(0.04 * (correlation + (1 - correlation) * np.eye(5)))
    variance = (root @ root.T)[0, 0] * 2 - 2 * (root @ root.T)[0, 1]
    errors, held = np.full((5, 5), np.sqrt(variance)), 0
    for _ in range(400):
        score = truth + root @ generator.standard_normal(5)
        order = np.argsort(-score)
        draws = generator.standard_normal((2000, 5)) @ root.T
        found = step_down(score[order], errors, draws, level=0.95)
        held += bool((found.low <= best[order]).all() and (worst[order] <= found.high).all())
    assert held / 400 > 0.92
