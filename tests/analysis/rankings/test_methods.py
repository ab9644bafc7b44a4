"""Other ways to rank: by hand, by loops over pairs, and what must hold whatever the scores."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from score_tables import make_table

from reportgen.analysis.bradley_terry import strengths
from reportgen.analysis.leaderboard import suite_boards
from reportgen.analysis.parts import Found
from reportgen.analysis.rankings.games import play
from reportgen.analysis.rankings.grounds import grounds
from reportgen.analysis.rankings.orderings import (
    APART,
    GAPS,
    HELD,
    TOO_FEW,
    TOO_MANY,
    Entrants,
    among_first,
    by_borda,
    by_bradley_terry,
    by_mean_rank,
    by_win_rate,
    mean_of_present,
    places,
    shares_beaten,
)
from reportgen.analysis.rankings.parts import methods
from reportgen.numbers import NotEstimable

SCORES = st.tuples(st.integers(2, 6), st.integers(2, 7)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.integers(0, 6).map(lambda one: one / 10))
)
#: a is best on average, b on two of three benchmarks.
HAND = {"x": [0.9, 0.4, 0.3], "y": [0.5, 0.6, 0.3], "z": [0.5, 0.6, 0.3]}


def studied(
    scores: dict[str, Any], *, policy: str = "complete", stderr: dict[str, Any] | None = None, **settings: Any
) -> Found | NotEstimable:
    """The part of the one board of these scores."""
    table = make_table(scores, stderr=stderr, **settings)
    (board,) = suite_boards(table, policy=policy, level=0.95)
    return methods.compute(grounds(cast("Any", None), board), {}, np.random.default_rng(0))


def found_of(scores: dict[str, Any], **more: Any) -> Found:
    """The part, which is there."""
    found = studied(scores, **more)
    assert isinstance(found, Found)
    for name, table in found.tables.items():
        assert list(table.columns) == list(methods.TABLES[name])
    return found


def by(found: Found, method: str, column: str = "rank", pool: str = "ranked") -> dict[str, Any]:
    """A column of one method by system."""
    table = found.main[(found.main["method"] == method) & (found.main["pool"] == pool)]
    return dict(zip(table["system"], table[column], strict=True))


def columns(scores: np.ndarray) -> dict[str, list[float | None]]:
    """Columns of an array as settings; what is not a number is missing."""
    return {
        f"b{at}": [None if np.isnan(one) else float(one) for one in column]
        for at, column in enumerate(scores.T)
    }


def win_rates_by_loops(scores: np.ndarray, ties: float) -> list[float]:
    """HELM's mean win rate, one comparison at a time."""
    rates = []
    for i in range(len(scores)):
        shares = []
        for b in range(scores.shape[1]):
            others = [scores[j, b] for j in range(len(scores)) if j != i and not np.isnan(scores[j, b])]
            if not np.isnan(scores[i, b]) and others:
                won = sum((scores[i, b] > one) + ties * (scores[i, b] == one) for one in others)
                shares.append(won / len(others))
        rates.append(float(np.mean(shares)) if shares else float("nan"))
    return rates


def test_every_method_by_hand() -> None:
    """a: mean .633, rank 1 2 2; b: mean .533, rank 2 1 1; c is last everywhere."""
    found = found_of(HAND, systems=["a", "b", "c"])
    assert by(found, "mean") == {"a": 1, "b": 2, "c": 3}
    assert by(found, "win-rate", "value") == {"b": pytest.approx(5 / 6), "a": pytest.approx(2 / 3), "c": 0}
    assert by(found, "borda", "value") == {"b": 5, "a": 4, "c": 0}
    assert by(found, "mean-rank", "value") == {"b": pytest.approx(4 / 3), "a": pytest.approx(5 / 3), "c": 3}
    assert by(found, "median-rank", "value") == {"b": 1, "a": 2, "c": 3}
    assert by(found, "copeland", "value") == {"b": 1, "a": 0.5, "c": 0}
    assert by(found, "kemeny", "value") == {"b": 1, "a": 2, "c": 3}
    assert by(found, "bradley-terry") == {"b": 1, "a": 2, "c": 3}
    assert dict(found.headline.first) == {"mean": ("a",)} | {
        method: ("b",) for method in methods.METHODS if method != "mean"
    }


def test_who_never_lost_is_held_by_a_penalty_and_has_no_error() -> None:
    """c lost everything: its strength has no finite maximum, but its place is known."""
    found = found_of(HAND, systems=["a", "b", "c"])
    assert set(by(found, "bradley-terry", "reason").values()) == {HELD}
    assert all(np.isfinite(one) for one in by(found, "bradley-terry", "value").values())
    assert all(np.isnan(one) for one in by(found, "bradley-terry", "standard_error").values())


def test_agreement_of_methods_by_hand() -> None:
    """One of three pairs is reversed: tau 1/3, and they name another first."""
    table = found_of(HAND, systems=["a", "b", "c"]).tables["agreement"]
    row = table[(table["method_a"] == "mean") & (table["method_b"] == "win-rate")].iloc[0]
    assert (row["tau_b"], row["n"], row["same_first"]) == (pytest.approx(1 / 3), 3, False)
    alike = table[table["method_a"].isin(methods.ALIKE) & table["method_b"].isin(methods.ALIKE)]
    assert alike["tau_b"].tolist() == pytest.approx([1.0] * 6)
    assert len(table) == 8 * 7 / 2


@given(SCORES)
def test_without_gaps_four_methods_cannot_differ(scores) -> None:
    """Win rate, Borda, mean rank and Bradley-Terry, whatever the scores and ties, also where somebody never lost."""
    entrants = Entrants.of(scores, 0.95)
    expected = by_win_rate(entrants).rank.tolist()
    assert by_borda(entrants).rank.tolist() == expected
    assert by_mean_rank(entrants).rank.tolist() == expected
    assert by_bradley_terry(entrants).rank.tolist() == expected


@given(SCORES, st.sampled_from([0.5, 0.0]), st.integers(0, 10**6))
def test_win_rates_are_those_of_a_loop(scores, ties, seed) -> None:
    """With ties half and with ties lost, and with a third of the scores missing."""
    holes = np.random.default_rng(seed).random(scores.shape) < 1 / 3
    scores = np.where(holes, np.nan, scores)
    rates = mean_of_present(shares_beaten(Entrants.of(scores, 0.95).ranks, ties=ties))
    np.testing.assert_allclose(rates, win_rates_by_loops(scores, ties), atol=1e-12)


@given(SCORES, st.integers(0, 10**6))
def test_borda_is_what_pandas_ranks_make_of_it(scores, seed) -> None:
    """n minus average rank, summed over what is present, n all systems: the recipe of MTEB."""
    scores = np.where(np.random.default_rng(seed).random(scores.shape) < 1 / 3, np.nan, scores)
    frame = pd.DataFrame(scores)
    votes = (len(frame) - frame.rank(method="average", ascending=False)).sum(axis=1)
    found = by_borda(Entrants.of(scores, 0.95))
    assert found.value.tolist() == pytest.approx(votes.tolist())
    assert found.rank.tolist() == votes.rank(method="min", ascending=False).tolist()


@given(SCORES, st.randoms(use_true_random=False))
def test_nothing_but_the_order_on_each_benchmark_matters(scores, random) -> None:
    """A monotone change of a column, other names and another order of benchmarks change no rank but the mean's."""
    order = list(range(scores.shape[1]))
    random.shuffle(order)
    other = scores[:, order].copy()
    other[:, 0] = np.exp(other[:, 0]) / 10
    # names in the order of the mean differ, so that ranks are compared by system
    first, second = (found_of(columns(one)) for one in (scores, other))
    for method in methods.METHODS[1:]:
        assert by(first, method) == by(second, method), method


def test_errors_are_over_benchmarks() -> None:
    """Shares beaten of a: 1 1 1 1 0 0: mean 2/3, sd .516, error .211, t of 5 degrees of freedom 2.571."""
    found = found_of({f"b{at}": [1 - at // 4, at // 4] for at in range(6)}, systems=["a", "b"])
    error = np.std([1, 1, 1, 1, 0, 0], ddof=1) / np.sqrt(6)
    assert by(found, "win-rate", "standard_error")["a"] == pytest.approx(error)
    assert by(found, "win-rate", "low")["a"] == pytest.approx(2 / 3 - 2.5705818 * error)
    assert by(found, "win-rate", "high")["a"] == 1.0  # a share
    assert by(found, "win-rate", "low")["b"] == 0.0


def test_the_error_of_a_strength_is_over_benchmarks() -> None:
    """Two systems, six benchmarks, four won: each benchmark is one game, log odds log 2 apart."""
    found = found_of({f"b{at}": [1 - at // 4, at // 4] for at in range(6)}, systems=["a", "b"])
    assert by(found, "bradley-terry", "value")["a"] == pytest.approx(np.log(2) / 2)
    information = 6 * (2 / 3) * (1 / 3)
    squares = 4 * (1 / 3) ** 2 + 2 * (2 / 3) ** 2
    expected = np.sqrt(squares) / information / 2 * np.sqrt(6 / 5)
    assert by(found, "bradley-terry", "standard_error")["a"] == pytest.approx(expected)


def test_few_benchmarks_have_no_error() -> None:
    """Four are no sample; and a share that is the same everywhere has no error of 0."""
    few = found_of({f"b{at}": [0.9, 0.5, 0.1] for at in range(4)})
    assert set(by(few, "win-rate", "reason").values()) == {TOO_FEW}
    same = found_of({f"b{at}": [0.9, 0.5, 0.1] for at in range(6)})
    assert all(np.isnan(one) for one in by(same, "win-rate", "standard_error").values())


def test_the_mean_is_the_boards_own() -> None:
    """Rank, score and error over items."""
    found = found_of({"x": [0.9, 0.5], "y": [0.7, 0.5]}, stderr={"x": 0.03, "y": 0.04})
    assert list(by(found, "mean", "value").values()) == pytest.approx([0.8, 0.5])
    assert list(by(found, "mean", "standard_error").values()) == pytest.approx([0.025, 0.025])
    assert list(by(found, "mean", "low").values()) == pytest.approx([0.8 - 0.049, 0.5 - 0.049], abs=1e-4)


def test_entrants_without_a_rank_are_ranked_by_what_can_do_with_gaps() -> None:
    """d has one of two benchmarks and is first on it: two votes of Borda there, none on the other."""
    scores = {"x": [0.9, 0.8, 0.7, None], "y": [0.5, 0.6, 0.4, 0.9]}
    found = found_of(scores, systems=["a", "b", "c", "d"])
    assert set(found.main["pool"]) == {"ranked", "all"}
    pooled = found.main[found.main["pool"] == "all"]
    assert sorted(set(pooled["method"])) == ["borda", "bradley-terry", "copeland", "win-rate"]
    assert by(found, "win-rate", "value", "all")["d"] == 1.0
    assert by(found, "borda", "value", "all") == {"b": 4, "a": 4, "d": 3, "c": 1}
    assert by(found, "copeland", "value", "all")["d"] == 1.0
    assert found.headline.entrants == 4
    assert dict(found.headline.first_of_all)["win-rate"] == ("d",)
    assert "d" not in by(found, "mean")


def test_win_rates_flatter_those_that_met_weak_systems() -> None:
    """e and f are equally good on what they share, but e was else tested among the weak, f among the strong."""
    scores = {
        **{f"weak{at}": [0.1, 0.2, 0.15 + at / 100, None, None, 0.6, None] for at in range(6)},
        **{f"strong{at}": [None, None, None, 0.9, 0.5 + at / 10, None, 0.6] for at in range(6)},
        "both": [0.1, 0.3, 0.2, 0.9, 0.8, 0.6, 0.6],
        "more": [0.3, 0.1, 0.2, 0.7, 0.9, 0.6, 0.95],
        "last": [0.6, 0.1, 0.2, 0.9, 0.8, 0.95, 0.6],
    }
    names = ["a", "b", "c", "g", "h", "e", "f"]
    found = found_of(scores, systems=names, policy="coverage")
    rates = found.tables["win_rates"].set_index("system")
    assert rates.loc["e", "win_rate"] > rates.loc["f", "win_rate"] + 0.2
    assert rates.loc["e", "flattered"] > rates.loc["f", "flattered"] + 0.15
    # the wins of all systems over shared games are all there is: what one gains another loses
    ranks = Entrants.of(np.array(list(scores.values()), dtype=float).T, 0.95).ranks
    strength = strengths(play(ranks).half)
    assert not isinstance(strength, NotEstimable)
    chance = 1 / (1 + np.exp(strength.strength[None, :] - strength.strength[:, None]))
    expected = (chance.sum(axis=1) - 0.5) / 6
    assert rates["against_all"].reindex(names).tolist() == pytest.approx(expected.tolist())


def test_a_penalty_that_moves_nothing_does_not_hide_who_is_flattered() -> None:
    """z lost everything on 40 benchmarks: too many games for the penalty to matter; on 2 it does."""
    for many, known in ((40, True), (2, False)):
        generator = np.random.default_rng(many)
        scores = {f"b{at}": [*generator.random(5), -0.5] for at in range(many)}
        scores["b0"][0] = None
        rates = found_of(scores, policy="coverage", lower=-1.0).tables["win_rates"].set_index("system")
        assert np.isfinite(rates.loc["m0005", "against_all"]) == known
        assert rates.loc["m0005", "reason"] == ("" if known else HELD)


def test_without_gaps_a_win_rate_flatters_nobody() -> None:
    """Everybody met everybody; and ties cost half their number where they are not counted."""
    rates = found_of({"x": [0.5, 0.5, 0.1], "y": [0.5, 0.4, 0.4]}).tables["win_rates"]
    assert rates["flattered"].tolist() == [0, 0, 0]
    assert rates["lost_by_ties"].tolist() == pytest.approx([0.125, 0.25, 0.125])


def test_partial_means_are_not_followed_by_ranks_over_other_sets() -> None:
    """Policy coverage: the mean of what is there is ranked, mean and median ranks are not."""
    found = found_of({"x": [0.9, 0.8, None], "y": [0.5, 0.6, 0.4]}, policy="coverage")
    assert set(by(found, "mean-rank", "reason").values()) == {GAPS}
    assert dict(found.headline.first).keys() == set(methods.METHODS) - {"mean-rank", "median-rank"}
    first = found.tables["first"].set_index("method")
    assert first.loc["median-rank", "reason"] == GAPS
    assert first["default"].tolist() == [True] + [False] * 7


def test_systems_that_share_no_benchmark_have_no_strengths() -> None:
    """Two on x, two on y: nobody can say which two are stronger."""
    found = found_of({"x": [0.9, 0.8, None, None], "y": [None, None, 0.4, 0.5]}, policy="coverage")
    assert set(by(found, "bradley-terry", "reason").values()) == {APART}
    assert by(found, "win-rate") == {"m0000": 1, "m0003": 1, "m0001": 3, "m0002": 3}


def test_only_the_first_of_many_are_compared_pair_by_pair(monkeypatch) -> None:
    """With a limit of three, the fourth has no strength, and no row that would say so a thousand times."""
    monkeypatch.setattr(methods, "MOST_COMPARED", 3)
    scores = {f"b{at}": [0.9 - at / 50, 0.8 + at / 50, 0.7, 0.2] for at in range(6)}
    found = found_of(scores, systems=["a", "b", "c", "d"])
    for method in ("bradley-terry", "copeland", "kemeny"):
        assert sorted(by(found, method)) == ["a", "b", "c"]
    assert by(found, "win-rate")["d"] == 4
    assert found.headline.compared == 3
    ranked = found.tables["first"].set_index("method")["systems"]
    assert (ranked["copeland"], ranked["win-rate"]) == (3, 4)


def test_systems_beyond_the_first_are_told_why_they_have_no_strength() -> None:
    """What a method finds of some is spread over all."""
    entrants = Entrants.of(np.array([[0.9, 0.1], [0.5, 0.5], [0.2, 0.9]]), 0.95)
    found = among_first(entrants, np.array([0, 2]), by_bradley_terry)
    assert found.reason[1] == TOO_MANY
    assert np.isnan(found.value[1])
    assert found.rank[[0, 2]].tolist() == [1, 1]


def test_lower_is_better_where_it_is() -> None:
    """The least perplexity beats all others."""
    found = found_of({"x": [10.0, 20.0], "y": [10.0, 20.0]}, direction="lower", upper=np.nan)
    assert by(found, "win-rate", "value") == {"m0000": 1.0, "m0001": 0.0}


def test_one_benchmark_or_one_system_leaves_nothing_to_compare() -> None:
    """A reason, no number."""
    for scores in ({"x": [0.1, 0.2]}, {"x": [0.1], "y": [0.2]}):
        assert isinstance(studied(scores), NotEstimable)


def test_noise_of_floating_point_is_a_tie() -> None:
    """0.1 + 0.2 is 0.3."""
    found = found_of({"x": [0.1 + 0.2, 0.3], "y": [0.5, 0.5]})
    assert set(by(found, "win-rate", "value").values()) == {0.5}
    assert places(np.array([0.1 + 0.2, 0.3, np.nan])).tolist()[:2] == [1, 1]
