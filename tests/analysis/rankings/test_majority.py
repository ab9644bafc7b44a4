"""Copeland's count and Kemeny's orders: by hand and by trying every order."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from reportgen.analysis.rankings.games import play, surplus
from reportgen.analysis.rankings.majority import MOST_ENTANGLED, copeland, groups, kemeny

#: Ranks of 2 to 6 systems on 1 to 5 benchmarks, with many ties.
RANKS = st.tuples(st.integers(2, 6), st.integers(1, 5)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.integers(1, 4).map(float))
)


def best_orders(wins: np.ndarray) -> list[tuple[int, ...]]:
    """Every order that contradicts the fewest results."""
    size = len(wins)
    costs = {
        order: sum(wins[order[later], order[i]] for i in range(size) for later in range(i + 1, size))
        for order in permutations(range(size))
    }
    least = min(costs.values())
    return [order for order, cost in costs.items() if cost == least]


def ranks_by_loops(ranks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Wins and ties, one benchmark and pair at a time; what is not a number is not compared."""
    size = len(ranks)
    wins, ties = np.zeros((size, size)), np.zeros((size, size))
    for i, j in permutations(range(size), 2):
        for one, other in zip(ranks[i], ranks[j], strict=True):
            wins[i, j] += one < other
            ties[i, j] += one == other
    return wins, ties


@given(RANKS)
def test_kemeny_finds_every_best_order(ranks) -> None:
    """Number of best orders, mean, first and last position, against all permutations."""
    wins = play(ranks).wins
    expected = best_orders(wins)
    position = np.array([[order.index(one) + 1 for one in range(len(ranks))] for order in expected])
    found = kemeny(wins)
    assert found.optima == len(expected)
    np.testing.assert_allclose(found.mean, position.mean(axis=0), atol=1e-12)
    assert found.low.tolist() == position.min(axis=0).tolist()
    assert found.high.tolist() == position.max(axis=0).tolist()


@given(RANKS)
def test_games_are_those_of_a_loop(ranks) -> None:
    """Also with a score missing."""
    ranks[0, 0] = np.nan
    wins, ties = ranks_by_loops(ranks)
    found = play(ranks)
    assert found.wins.tolist() == wins.tolist()
    assert found.ties.tolist() == ties.tolist()
    assert found.half.tolist() == (wins + ties / 2).tolist()
    assert found.played.tolist() == (wins + wins.T + ties).tolist()


def test_a_circle_has_as_many_best_orders_as_places_to_cut_it() -> None:
    """Three benchmarks put a b c, b c a and c a b: the three orders around the circle are equally good."""
    ranks = np.array([[1.0, 3, 2], [2, 1, 3], [3, 2, 1]])
    found = kemeny(play(ranks).wins)
    assert found.optima == 3
    assert found.mean.tolist() == [2, 2, 2]
    assert found.low.tolist() == [1, 1, 1]
    assert found.high.tolist() == [3, 3, 3]
    assert copeland(play(ranks).wins).tolist() == [0.5, 0.5, 0.5]


def test_what_a_majority_separates_is_solved_apart() -> None:
    """d before the circle of a, b and c, e behind it: 40 systems in a row need no 2^40 subsets."""
    ranks = np.array([[2.0, 4, 3], [3, 2, 4], [4, 3, 2], [1, 1, 1], [5, 5, 5]])
    wins = play(ranks).wins
    assert [group.tolist() for group in groups(wins)] == [[3], [0, 1, 2], [4]]
    assert kemeny(wins).mean.tolist() == [3, 3, 3, 1, 5]
    row = np.arange(1.0, 41)[:, np.newaxis]
    found = kemeny(play(np.hstack([row, row])).wins)
    assert found.optima == 1
    assert found.mean.tolist() == row[:, 0].tolist()


def test_a_group_that_is_too_large_has_no_order_and_the_others_keep_theirs() -> None:
    """16 systems in a circle, one before them and one behind."""
    size = MOST_ENTANGLED + 1
    circle = np.array([[(one - shift) % size for shift in range(size)] for one in range(size)], dtype=float)
    ranks = np.vstack([np.full(size, -1.0), circle, np.full(size, 99.0)])
    found = kemeny(play(ranks).wins)
    assert found.largest == size
    assert np.isnan(found.optima)
    assert found.mean[[0, -1]].tolist() == [1, size + 2]
    assert np.isnan(found.mean[1:-1]).all()


def test_copeland_by_hand() -> None:
    """a beats b on two of three and ties with c, one to one; b and c share no benchmark."""
    ranks = np.array([[1.0, 1, 2, 1, 2], [2, 2, 1, np.nan, np.nan], [np.nan, np.nan, np.nan, 2, 1]])
    games = play(ranks)
    wins = np.where(games.played > 0, games.wins, np.nan)
    assert copeland(wins).tolist() == [0.75, 0.0, 0.5]
    assert np.isnan(copeland(np.full((2, 2), np.nan))).all()


@given(RANKS)
def test_surplus_is_wins_minus_expectation_of_every_game(ranks) -> None:
    """Game by game; ranks averaged over ties, one score missing."""
    ranks[-1, -1] = np.nan
    averaged = np.full(ranks.shape, np.nan)
    for i, b in np.ndindex(*ranks.shape):
        others = [ranks[j, b] for j in range(len(ranks)) if j != i and not np.isnan(ranks[j, b])]
        if not np.isnan(ranks[i, b]):
            averaged[i, b] = 1 + sum((o < ranks[i, b]) + (o == ranks[i, b]) / 2 for o in others)
    strength = np.linspace(-1, 1, len(ranks))
    expected = np.zeros(ranks.shape)
    for i, j in permutations(range(len(ranks)), 2):
        for b in range(ranks.shape[1]):
            if not np.isnan(ranks[i, b]) and not np.isnan(ranks[j, b]):
                outcome = (ranks[i, b] < ranks[j, b]) + (ranks[i, b] == ranks[j, b]) / 2
                expected[i, b] += outcome - 1 / (1 + np.exp(strength[j] - strength[i]))
    assert surplus(averaged, strength) == pytest.approx(expected, abs=1e-9)
