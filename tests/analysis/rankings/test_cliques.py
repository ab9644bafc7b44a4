"""Systems that benchmarks cannot tell apart: against scikit-posthocs, autorank, scipy and definitions."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from item_boards import board_grounds, score_records
from scipy.stats import f as f_distribution
from scipy.stats import friedmanchisquare

from reportgen.analysis.average_ranks import column_ranks, critical_difference, friedman
from reportgen.analysis.multiple_tests import holm
from reportgen.analysis.parts import Found
from reportgen.analysis.rankings.parts import cliques
from reportgen.analysis.signed_rank import signed_rank_test
from reportgen.numbers import NotEstimable

PEERS = Path(__file__).resolve().parents[2] / "data" / "peers"


def peer(name: str) -> dict:
    return json.loads((PEERS / f"{name}.json").read_text(encoding="utf-8"))["cases"]


def board(scores: np.ndarray, **more):
    """The grounds of a board of (p, B) scores without errors."""
    records = [
        one
        for column in range(scores.shape[1])
        for one in score_records(
            scores[:, column], None, n=None, metric="credit", benchmark=f"b{column:02d}", **more
        )
    ]
    return board_grounds(records)


def found_of(scores: np.ndarray, **more) -> Found:
    found = cliques.compute(board(scores, **more), {}, np.random.default_rng(1))
    assert isinstance(found, Found), found
    return found


def test_the_critical_difference_of_four_systems_on_twelve_benchmarks() -> None:
    """The published figure."""
    assert critical_difference(4, 12, 0.95) == pytest.approx(1.3539986, abs=1e-7)


@pytest.mark.parametrize(
    "name", sorted(peer("scikit-posthocs-0.17.1")), ids=lambda name: f"scikit-posthocs 0.17.1 {name}"
)
def test_friedman_and_nemenyi_are_those_of_scikit_posthocs(name: str) -> None:
    """A pair is beyond the critical difference at the level that is its p-value."""
    case = peer("scikit-posthocs-0.17.1")[name]
    scores = np.array(case["scores"])
    found = friedman(scores)
    assert (found.statistic, found.p) == pytest.approx((case["friedman"], case["friedman_p"]), rel=1e-12)
    average = column_ranks(scores).mean(axis=1)
    for a, b in combinations(range(len(scores)), 2):
        p = case["nemenyi"][a][b]
        if 1e-4 < p < 0.9:
            expected = critical_difference(*scores.shape, 1 - p)
            assert abs(average[a] - average[b]) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    "name", sorted(peer("scikit-posthocs-0.17.1")), ids=lambda name: f"scikit-posthocs 0.17.1 {name}"
)
def test_wilcoxon_with_holm_is_that_of_scikit_posthocs(name: str) -> None:
    """Exact p-values of all pairs, corrected for their number."""
    case = peer("scikit-posthocs-0.17.1")[name]
    scores = np.array(case["scores"])
    a, b = np.triu_indices(len(scores), k=1)
    sizes = np.sort(np.abs(scores[a] - scores[b]).round(9), axis=1)
    distinct = ((np.diff(sizes, axis=1) > 0).all(axis=1) & (sizes[:, 0] > 0)).all()
    expected = np.array(case["wilcoxon_holm"])[a, b]
    # with ties the peer turns to a normal approximation, and we count
    assert holm(signed_rank_test(scores[a], scores[b])) == pytest.approx(
        expected, abs=1e-9 if distinct else 0.05
    )


@pytest.mark.parametrize("name", sorted(peer("autorank-1.3.0")), ids=lambda name: f"autorank 1.3.0 {name}")
def test_the_decision_is_that_of_autorank(name: str) -> None:
    """Friedman's p, the average ranks and the critical difference."""
    case = peer("autorank-1.3.0")[name]
    scores = np.array(case["scores"])
    found = friedman(scores)
    assert case["omnibus"] == "friedman"
    assert found.p == pytest.approx(case["p"], rel=1e-9)
    assert (found.p < 0.05) is case["different"]
    ranks = column_ranks(scores).mean(axis=1)
    theirs = np.array([case["average_ranks"][f"s{number}"] for number in range(len(scores))])
    assert theirs == pytest.approx(ranks)
    assert critical_difference(*scores.shape, 0.95) == pytest.approx(case["critical_difference"], abs=1e-4)


def test_iman_and_davenport_is_the_f_of_the_same_statistic() -> None:
    """F = (N - 1) chi2 / (N (k - 1) - chi2), by scipy's distribution."""
    scores = np.random.default_rng(2).random((5, 9))
    statistic = float(friedmanchisquare(*scores).statistic)
    f = 8 * statistic / (9 * 4 - statistic)
    found = friedman(scores)
    assert (found.f, found.p_f) == pytest.approx((f, f_distribution.sf(f, 4, 32)))


def test_perfect_agreement_has_no_finite_f() -> None:
    """All benchmarks rank alike: the denominator is 0."""
    scores = np.arange(4.0)[:, np.newaxis] + np.zeros((4, 6))
    found = friedman(scores)
    assert (found.f, found.p_f) == (float("inf"), 0.0)
    assert friedman(np.ones((3, 6))) is None


def test_a_system_that_wins_everywhere_stands_alone_and_the_others_are_one_clique() -> None:
    """Thirteen benchmarks: 1 / 4096 survives any correction."""
    generator = np.random.default_rng(3)
    scores = generator.uniform(0.3, 0.5, (5, 13))
    scores[2] += 0.4
    found = found_of(scores)
    assert found.main["system"].iloc[0] == "m2"
    assert found.main["average_rank"].iloc[0] == 1.0
    assert found.main["cliques"].tolist() == ["", "1", "1", "1", "1"]
    assert found.tables["cliques"][["clique", "size"]].to_numpy().tolist() == [[1, 4]]
    assert found.headline.apart == 4
    assert found.headline.friedman_p < 0.001


def test_whether_two_differ_does_not_depend_on_the_others_before_the_correction() -> None:
    """The p of a pair is the same among three and among six; the difference of average ranks is not."""
    scores = np.random.default_rng(5).random((6, 12))
    scores[:3] += 1.0
    few, many = (
        found_of(part).tables["pairs"].set_index(["system_a", "system_b"]) for part in (scores[:3], scores)
    )
    shared = few.index.intersection(many.index)
    assert len(shared) == 3
    assert few.loc[shared, "p"].tolist() == many.loc[shared, "p"].tolist()


def test_wins_and_losses_are_counted_on_benchmarks() -> None:
    """By hand: the first wins four of six, loses one, ties one."""
    scores = np.array([[3.0, 3, 3, 3, 1, 2], [2.0, 2, 2, 2, 2, 2]]) / 10
    pair = found_of(scores).tables["pairs"].iloc[0]
    assert pair[["system_a", "wins", "losses", "ties"]].tolist() == ["m0", 4, 1, 1]


def test_two_systems_have_one_test_and_no_critical_difference() -> None:
    """Wilcoxon's alone: six wins of six are p = 1/32."""
    scores = np.array([[0.5] * 6, [0.4, 0.39, 0.38, 0.37, 0.36, 0.35]])
    found = found_of(scores)
    assert found.headline.critical_difference is None
    assert found.headline.friedman_p is None
    assert found.tables["pairs"]["p"].tolist() == [1 / 32]
    assert found.tables["pairs"]["apart"].tolist() == [True]
    assert found.tables["pairs"]["apart_nemenyi"].isna().all()
    assert found.tables["cliques"].empty


def test_few_benchmarks_are_no_sample() -> None:
    """Four."""
    found = cliques.compute(board(np.random.default_rng(1).random((4, 4))), {}, np.random.default_rng(1))
    assert found == NotEstimable(
        "4 benchmarks are too few to be a sample; at least 5 that all have are needed"
    )


def test_all_ties_have_a_reason() -> None:
    """Nothing differs, so nothing is tested."""
    found = cliques.compute(board(np.full((3, 6), 0.5)), {}, np.random.default_rng(1))
    assert isinstance(found, NotEstimable)
    assert "all score the same" in found.reason


def test_five_benchmarks_cannot_tell_anything_apart_and_that_is_said() -> None:
    """p is at least 1/16 even for who wins everywhere."""
    found = found_of(np.linspace(0.9, 0.1, 4)[:, np.newaxis] + np.linspace(0, 0.05, 5))
    assert not found.headline.possible
    assert found.headline.apart == 0


@pytest.mark.parametrize(
    ("benchmarks", "systems"), [(5, 20), (6, 20), (7, 3), (8, 4), (10, 7), (12, 14), (13, 20)]
)
def test_as_many_systems_are_compared_as_the_correction_leaves_a_chance(
    benchmarks: int, systems: int
) -> None:
    """By the number of benchmarks alone, never by the scores; below seven all, to show their ranks."""
    assert cliques.how_many(50, benchmarks, 0.05) == systems
    assert cliques.how_many(2, benchmarks, 0.05) == 2


@given(st.integers(1, 8), st.integers(0, 10_000))
def test_cliques_are_the_longest_runs_without_a_difference(p: int, seed: int) -> None:
    """Against every run there is."""
    upper = np.triu(np.random.default_rng(seed).random((p, p)) < 0.7, k=1)
    same = upper | upper.T | np.eye(p, dtype=bool)
    runs = [(a, b) for a in range(p) for b in range(a + 1, p) if same[a : b + 1, a : b + 1].all()]
    longest = [run for run in runs if not any(o != run and o[0] <= run[0] and run[1] <= o[1] for o in runs)]
    assert cliques.cliques(same) == longest


def test_tables_hold_the_documented_columns() -> None:
    """In the documented order."""
    found = found_of(np.random.default_rng(4).random((4, 8)))
    assert {name: list(table) for name, table in found.tables.items()} == {
        name: list(columns) for name, columns in cliques.TABLES.items()
    }
