"""First place under other weights: by hand, by a linear program, by numerical integration."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog
from score_tables import make_table

from reportgen.analysis.leaderboard import suite_boards
from reportgen.analysis.parts import Found
from reportgen.analysis.rankings.grounds import grounds
from reportgen.analysis.rankings.parts import weights
from reportgen.analysis.rankings.weightings import drawn_shares, exact_shares, least_moves
from reportgen.numbers import NotEstimable

SCORES = st.tuples(st.integers(2, 5), st.integers(2, 5)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.integers(0, 20).map(lambda one: one / 20))
)


def found_of(scores: dict[str, Any], **more: Any) -> Found | NotEstimable:
    """The part of the one board of these scores."""
    (board,) = suite_boards(make_table(scores, **more), policy="complete", level=0.95)
    return weights.compute(grounds(cast("Any", None), board), {}, np.random.default_rng(0))


def with_best_first(scores: np.ndarray) -> np.ndarray:
    """Rows by their mean, the best first."""
    return scores[np.argsort(-scores.mean(axis=1), kind="stable")]


def by_linear_program(first: np.ndarray, other: np.ndarray) -> float:
    """Least sum |w - 1/B| / 2 with `other` at least as good as `first`, by HiGHS; w = 1/B + up - down."""
    size = len(first)
    lead = first - other
    solved = linprog(
        np.full(2 * size, 0.5),
        A_ub=[[*lead, *-lead]],
        b_ub=[-lead.mean()],
        A_eq=[[*np.ones(size), *-np.ones(size)]],
        b_eq=[0],
        bounds=[(0, None)] * size + [(0, 1 / size)] * size,
        method="highs",
    )
    return float(solved.fun) if solved.status == 0 else float("nan")


@given(SCORES)
def test_the_least_change_is_the_optimum_of_a_linear_program(scores) -> None:
    """For every rival; who is nowhere better than the first has none."""
    scores = with_best_first(scores)
    found = least_moves(scores, 0)
    for rival in range(1, len(scores)):
        if (scores[rival] > scores[0]).any():
            assert found.share[rival] == pytest.approx(by_linear_program(scores[0], scores[rival]), abs=1e-9)
        else:
            assert np.isnan(found.share[rival])
            assert found.to[rival] == -1


@given(SCORES)
def test_the_weight_that_moves_makes_the_rival_as_good(scores) -> None:
    """The new weights are weights, and under them the two are equal (or the rival was equal before)."""
    scores = with_best_first(scores)
    found = least_moves(scores, 0)
    for rival in np.flatnonzero(np.isfinite(found.share)):
        changed = np.full(scores.shape[1], 1 / scores.shape[1]) - found.taken[rival]
        changed[found.to[rival]] += found.share[rival]
        assert changed.min() >= -1e-12
        assert changed.sum() == pytest.approx(1)
        assert changed @ scores[rival] == pytest.approx(changed @ scores[0], abs=1e-12)


def test_least_change_by_hand() -> None:
    """a leads by .3 and .1 and is behind by .2: mean lead 1/15; weight from x to z gains .5 a unit: 2/15."""
    found = least_moves(np.array([[0.9, 0.6, 0.4], [0.6, 0.5, 0.6]]), 0)
    assert found.share.tolist()[1] == pytest.approx(2 / 15)
    assert found.to[1] == 2
    assert found.taken[1].tolist() == pytest.approx([2 / 15, 0, 0])


@given(
    st.integers(1, 6).flatmap(
        lambda p: arrays(np.float64, (p, 2), elements=st.integers(0, 5).map(lambda one: one / 5))
    )
)
def test_exact_shares_of_two_benchmarks_are_those_of_a_fine_grid(scores) -> None:
    """20,000 weights in a row; equal systems share."""
    weight = (np.arange(20_000) + 0.5) / 20_000
    values = np.outer(weight, scores[:, 0]) + np.outer(1 - weight, scores[:, 1])
    first = np.abs(values - values.max(axis=1, keepdims=True)) < 1e-12
    expected = (first / first.sum(axis=1, keepdims=True)).mean(axis=0)
    found = exact_shares(scores)
    assert found == pytest.approx(expected, abs=1e-3)
    assert found.sum() == pytest.approx(1)


def test_drawn_shares_are_the_exact_ones_of_two_benchmarks() -> None:
    """Within four standard errors of 40,000 draws; the same seed gives the same bits."""
    scores = np.random.default_rng(3).random((6, 2))
    drawn, again = (drawn_shares(scores, draws=40_000, generator=np.random.default_rng(1)) for _ in range(2))
    exact = exact_shares(scores)
    assert (np.abs(drawn - exact) <= 4 * np.sqrt(exact * (1 - exact) / 40_000) + 1e-12).all()
    assert drawn.tobytes() == again.tobytes()


def test_drawn_shares_of_three_specialists_by_hand() -> None:
    """Each best on one of three benchmarks: by symmetry a third each; a copy of the first halves its share."""
    scores = np.vstack([np.eye(3), np.eye(3)[:1]])
    found = drawn_shares(scores, draws=40_000, generator=np.random.default_rng(0))
    assert found == pytest.approx([1 / 6, 1 / 3, 1 / 3, 1 / 6], abs=0.01)


def test_a_share_of_three_benchmarks_by_integration() -> None:
    """a beats b where w1 > w2 + w3, that is w1 > 1/2: a quarter of the triangle."""
    found = drawn_shares(np.array([[1.0, 0, 0], [0, 1, 1]]), draws=40_000, generator=np.random.default_rng(0))
    assert found == pytest.approx([0.25, 0.75], abs=0.01)


def test_the_first_place_of_a_board_by_hand() -> None:
    """Two benchmarks: a leads by .2 on x, b by .1 on y; b is first where y weighs more than 2/3."""
    found = found_of({"x": [0.9, 0.7], "y": [0.5, 0.6]}, systems=["a", "b"])
    assert isinstance(found, Found)
    for name, table in found.tables.items():
        assert list(table.columns) == list(weights.TABLES[name])
    head = found.headline
    assert (head.first, head.rival, head.to, head.alone, head.draws) == ("a", "b", "y", 1, 0)
    assert head.share == pytest.approx(2 / 3)
    assert head.moved == pytest.approx(1 / 6)
    assert found.main["from"].tolist() == ["", "x"]
    assert found.tables["single"]["first"].tolist() == ["a", "b"]
    assert found.tables["single"]["rank_of_first"].tolist() == [1, 2]


def test_who_is_best_everywhere_stays_first() -> None:
    """No weighting changes it, and the table says why."""
    found = found_of({"x": [0.9, 0.7], "y": [0.5, 0.4], "z": [0.5, 0.4]}, systems=["a", "b"])
    assert isinstance(found, Found)
    assert (found.headline.share, found.headline.rival) == (1.0, "")
    assert np.isnan(found.headline.moved)
    assert np.isnan(found.headline.standard_error)
    assert found.main["reason"].tolist() == ["", weights.NOWHERE]


def test_equal_firsts_share_and_need_no_change() -> None:
    """The same mean by other scores: no weight must move."""
    found = found_of({"x": [0.9, 0.5], "y": [0.5, 0.9]}, systems=["a", "b"])
    assert isinstance(found, Found)
    assert found.headline.shared
    assert found.headline.share == pytest.approx(0.5)
    assert found.headline.moved == pytest.approx(0.0)


def test_lower_is_better_where_it_is() -> None:
    """The least error leads."""
    found = found_of({"x": [0.2, 0.4], "y": [0.4, 0.3]}, systems=["a", "b"], direction="lower")
    assert isinstance(found, Found)
    assert found.headline.first == "a"
    assert found.headline.share == pytest.approx(2 / 3)


def test_without_two_benchmarks_or_two_systems_there_is_nothing_to_weigh() -> None:
    """A reason, no number."""
    assert isinstance(found_of({"x": [0.1, 0.2]}), NotEstimable)
    assert isinstance(found_of({"x": [0.1], "y": [0.2]}), NotEstimable)


@given(SCORES, st.randoms(use_true_random=False))
def test_names_and_the_order_of_benchmarks_change_nothing(scores, random) -> None:
    """Least changes are those of the same scores in another order."""
    scores = with_best_first(scores)
    order = list(range(scores.shape[1]))
    random.shuffle(order)
    np.testing.assert_allclose(
        least_moves(scores, 0).share, least_moves(scores[:, order], 0).share, atol=1e-12
    )
