"""Strengths, their errors and redraws: by hand, by loops over games, by scipy, and against two other packages."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import minimize

from reportgen.analysis.bradley_terry import (
    ELO,
    bootstrap,
    cluster_errors,
    is_connected,
    row_errors,
    strengths,
)
from reportgen.numbers import NotEstimable

PEERS = Path(__file__).parents[1] / "data" / "peers"
WINS = np.array([[0, 7, 9, 5], [3, 0, 6, 8], [1, 4, 0, 5], [5, 1, 5, 0]], dtype=float)
TIES = np.array([[0, 2, 0, 1], [2, 0, 3, 0], [0, 3, 0, 4], [1, 0, 4, 0]], dtype=float)
TABLES = st.integers(2, 6).flatmap(
    lambda size: arrays(np.float64, (size, size), elements=st.integers(1, 9).map(float))
)


def cases(name: str) -> list[dict[str, np.ndarray]]:
    """What a peer found, stored by its script in scripts/peers."""
    document = json.loads((PEERS / f"{name}.json").read_text(encoding="utf-8"))
    return [{key: np.array(value, dtype=float) for key, value in case.items()} for case in document["cases"]]


def fitted(wins: np.ndarray, **more: float) -> np.ndarray:
    """Strengths that are known to exist."""
    found = strengths(wins, **more)
    assert not isinstance(found, NotEstimable)
    return found.strength


def rows(wins: np.ndarray, ties: np.ndarray) -> list[tuple[int, int, float]]:
    """One (first, second, outcome) for each game."""
    size = range(len(wins))
    won = [(i, j, 1.0) for i in size for j in size for _ in range(int(wins[i, j]))]
    return won + [(i, j, 0.5) for i in size for j in size if i < j for _ in range(int(ties[i, j]))]


def literal_errors(games: list[list[tuple[int, int, float]]], strength: np.ndarray) -> np.ndarray:
    """Sandwich errors over clusters of games, score by score, by the generalised inverse."""
    size = len(strength)
    bread, meat = np.zeros((size, size)), np.zeros((size, size))
    for cluster in games:
        total = np.zeros(size)
        for i, j, outcome in cluster:
            line = np.zeros(size)
            line[i], line[j] = 1, -1
            chance = 1 / (1 + np.exp(strength[j] - strength[i]))
            total += (outcome - chance) * line
            bread += chance * (1 - chance) * np.outer(line, line)
        meat += np.outer(total, total)
    inverse = np.linalg.pinv(bread)
    return np.sqrt(np.diag(inverse @ meat @ inverse))


@pytest.mark.parametrize(
    "case", cases("choix-0.4.1"), ids=lambda case: f"choix 0.4.1, {len(case['wins'])} players"
)
def test_strengths_without_ties_are_those_of_choix(case) -> None:
    """Its iterated Luce spectral ranking with alpha 0 finds the same maximum."""
    assert fitted(case["wins"]) == pytest.approx(case["strength"], abs=1e-9)


@pytest.mark.parametrize(
    "case", cases("arena-rank-0.1.1"), ids=lambda case: f"arena-rank 0.1.1, {len(case['wins'])} players"
)
def test_ratings_and_sandwich_errors_with_ties_are_those_of_arena_rank(case) -> None:
    """Ratings to 1e-6 of a logit; errors to 0.2 %, as it adds 1e-5 per game to the information and we do not."""
    found = fitted(case["wins"] + case["ties"] / 2)
    assert found == pytest.approx((case["ratings"] - 1000) / ELO, abs=1e-6)
    errors = ELO * row_errors(case["wins"], case["ties"], found)
    assert errors == pytest.approx(np.sqrt(case["variances"]), rel=2e-3)


def test_two_players_by_hand() -> None:
    """30 to 10: log 3 apart; the row sandwich of a model that fits is the inverse information, (1/30 + 1/10) / 4."""
    wins = np.array([[0.0, 30], [10, 0]])
    found = fitted(wins)
    assert found == pytest.approx([np.log(3) / 2, -np.log(3) / 2])
    assert row_errors(wins, np.zeros((2, 2)), found) == pytest.approx([np.sqrt(1 / 30 + 1 / 10) / 2] * 2)


def test_ties_alone_have_no_error_by_rows() -> None:
    """Every game is as expected, so their scores are 0, while the inverse information knows nothing of that."""
    ties = np.array([[0.0, 8], [8, 0]])
    found = strengths(ties / 2)
    assert not isinstance(found, NotEstimable)
    assert row_errors(np.zeros((2, 2)), ties, found.strength) == pytest.approx([0, 0])
    assert found.standard_error == pytest.approx([np.sqrt(4 / 8) / 2] * 2)


@given(TABLES)
def test_row_errors_are_those_of_a_loop_over_games(table) -> None:
    """Whatever the wins and ties."""
    wins = table - np.diag(np.diag(table))
    ties = np.round((wins + wins.T) / 4)
    found = fitted(wins + ties / 2)
    expected = literal_errors([[game] for game in rows(wins, ties)], found)
    assert row_errors(wins, ties, found) == pytest.approx(expected, rel=1e-7, abs=1e-9)


def test_cluster_errors_are_those_of_a_loop_over_clusters() -> None:
    """Three judges play all games of the first, second and third kind; the factor of three clusters is 3/2."""
    games = rows(WINS, TIES)
    clusters = [games[0::3], games[1::3], games[2::3]]
    found = fitted(WINS + TIES / 2)
    scores = np.zeros((4, 3))
    for at, cluster in enumerate(clusters):
        for i, j, outcome in cluster:
            rest = outcome - 1 / (1 + np.exp(found[j] - found[i]))
            scores[i, at] += rest
            scores[j, at] -= rest
    errors = cluster_errors(scores, WINS + WINS.T + TIES, found)
    assert errors == pytest.approx(literal_errors(clusters, found) * np.sqrt(1.5), rel=1e-8)


@pytest.mark.parametrize("ridge", [0.01, 0.5, 20.0])
def test_a_ridge_is_the_penalised_maximum(ridge) -> None:
    """Against scipy's BFGS on the sum over games, also where a player never lost."""
    wins = WINS.copy()
    wins[:, 0] = 0

    def loss(strength: np.ndarray) -> float:
        apart = strength[:, None] - strength[None, :]
        return float((wins * np.log1p(np.exp(-apart))).sum() + ridge / 2 * (strength**2).sum())

    expected = minimize(loss, np.zeros(4), method="BFGS", options={"gtol": 1e-9}).x
    assert fitted(wins, ridge=ridge) == pytest.approx(expected, abs=1e-5)
    assert isinstance(strengths(wins), NotEstimable)


def test_the_errors_of_a_ridge_are_those_of_the_penalised_information() -> None:
    """The inverse of the information plus the ridge, in the directions that the games tell of."""
    found = strengths(WINS, ridge=0.5)
    assert not isinstance(found, NotEstimable)
    chance = 1 / (1 + np.exp(found.strength[None, :] - found.strength[:, None]))
    weight = (WINS + WINS.T) * chance * (1 - chance)
    information = np.diag(weight.sum(axis=1)) - weight + 0.5 * np.eye(4)
    centring = np.eye(4) - 1 / 4
    expected = centring @ np.linalg.inv(information) @ centring
    assert found.standard_error == pytest.approx(np.sqrt(np.diag(expected)), rel=1e-10)


@given(TABLES, st.integers(1, 5))
def test_more_of_the_same_games_narrow_the_errors_and_move_nothing(table, times) -> None:
    """By the square root of how often."""
    wins = table - np.diag(np.diag(table))
    none = np.zeros_like(wins)
    found = fitted(wins)
    assert fitted(times * wins) == pytest.approx(found, abs=1e-8)
    assert row_errors(times * wins, none, found) == pytest.approx(
        row_errors(wins, none, found) / np.sqrt(times), rel=1e-9
    )


def test_redrawn_games_spread_as_the_sandwich_says() -> None:
    """Within 10 % over 2,000 draws of 600 games; the same seed gives the same bits."""
    case = cases("arena-rank-0.1.1")[0]
    wins, ties = case["wins"], case["ties"]
    drawn = bootstrap(wins, ties, draws=2000, generator=np.random.default_rng(0))
    found = fitted(wins + ties / 2)
    assert drawn.std(axis=0) == pytest.approx(row_errors(wins, ties, found), rel=0.1)
    assert drawn.mean(axis=1) == pytest.approx(np.zeros(2000), abs=1e-12)
    again = bootstrap(wins, ties, draws=2000, generator=np.random.default_rng(0))
    assert again.tobytes() == drawn.tobytes()


def test_a_draw_is_the_fit_of_its_own_games() -> None:
    """The same multinomial counts, fitted one by one; a draw where somebody never lost has no strengths."""
    drawn = bootstrap(WINS, TIES, draws=40, generator=np.random.default_rng(5))
    first, second = np.triu_indices(4, k=1)
    outcomes = np.concatenate([WINS[first, second], WINS[second, first], TIES[first, second]])
    counts = np.random.default_rng(5).multinomial(int(outcomes.sum()), outcomes / outcomes.sum(), size=40)
    for strength, count in zip(drawn, counts, strict=True):
        table = np.zeros((4, 4))
        table[first, second] = count[:6] + count[12:] / 2
        table[second, first] = count[6:12] + count[12:] / 2
        found = strengths(table)
        expected = np.full(4, np.nan) if isinstance(found, NotEstimable) else found.strength
        np.testing.assert_allclose(strength, expected, atol=1e-8)
    few = np.array([[0.0, 2], [1, 0]])
    scarce = bootstrap(few, np.zeros((2, 2)), draws=50, generator=np.random.default_rng(1))
    assert np.isnan(scarce).any()
    assert not np.isnan(scarce).all()


def test_who_never_lost_leaves_no_maximum() -> None:
    """A chain of wins must lead from everybody to everybody."""
    assert is_connected(WINS)
    assert not is_connected(np.array([[0.0, 1, 1], [0, 0, 1], [0, 1, 0]]))
    found = strengths(np.array([[0.0, 5], [0, 0]]))
    assert isinstance(found, NotEstimable)
    assert "never lost" in found.reason
