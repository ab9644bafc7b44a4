"""Wins, ties and losses: by hand, by loops and another algorithm, and what must not matter."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from condition_records import compute, evidence_of, item, measured, refused, row_of
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest
from statsmodels.discrete.discrete_model import Logit
from statsmodels.stats.proportion import confint_proportions_2indep

from reportgen.analysis.bradley_terry import ELO, strengths
from reportgen.analysis.outcome_tables import expected_best
from reportgen.analysis.proportions import wilson
from reportgen.analysis.summaries import pairwise_outcomes
from reportgen.numbers import NotEstimable


def played(model, wins, ties=0, losses=None, invalid=None, n=100, **more):
    """A row with outcomes; the value is the share of wins."""
    counts = {"wins": wins, "ties": ties, "losses": losses, "invalid": invalid, "n": n, "n_kind": "items"}
    return measured(model, 1.0 * wins, metric="win rate", **{**counts, **more})


def outcomes(rows, items=()):
    found = compute(pairwise_outcomes, evidence_of(rows, items))
    assert tuple(found.main.columns) == tuple(pairwise_outcomes.COLUMNS)
    for name, meanings in pairwise_outcomes.TABLES.items():
        assert tuple(found.tables[name].columns) == tuple(meanings), name
    return found


def test_shares_and_net_wins_by_hand() -> None:
    """50 wins, 11 ties, 34 losses, 5 invalid of 100: net 0.555, and its error over three outcomes."""
    row = row_of(outcomes([played("a", 50, 11, 34, 5)]), "a")
    assert row["estimate"] == pytest.approx(0.555)
    assert [row[name] for name in ("win", "tie", "loss", "invalid_rate")] == [0.5, 0.11, 0.34, 0.05]
    assert row["standard_error"] == pytest.approx(math.sqrt((0.5 + 0.11 / 4 - 0.555**2) / 100))
    assert (row["unaccounted"], row["reason"]) == (0, "")


def test_intervals_are_those_of_wilson() -> None:
    """Each share of 100 games against scipy."""
    row = row_of(outcomes([played("a", 50, 11, 34, 5)]), "a")
    for stem, count in (("win", 50), ("tie", 11), ("loss", 34), ("invalid", 5)):
        expected = binomtest(count, 100).proportion_ci(method="wilson")
        assert (row[f"{stem}_low"], row[f"{stem}_high"]) == pytest.approx((expected.low, expected.high))


def test_battleship_loses_no_game_that_had_no_valid_answer() -> None:
    """3 wins and 97 illegal of 100 add up: nothing is lost."""
    row = row_of(outcomes([played("a", 3, 0, 0, 97)]), "a")
    assert (row["loss"], row["invalid_rate"], row["win"]) == (0, 0.97, 0.03)


def test_invalid_answers_that_are_losses_too_are_counted_once() -> None:
    """50 wins, 39 losses, 11 ties add up to 100, and 5 wrong moves are among the losses."""
    found = outcomes([played("a", 50, 11, 39, 5)])
    row = row_of(found, "a")
    assert (row["losses"], row["invalid"], row["unaccounted"]) == (34, 5, 0)
    assert row["reason"] == "invalid answers were counted as losses too"
    assert any("counted as losses too" in caveat for caveat in found.caveats)


def test_outcomes_below_n_are_said_and_above_n_refused() -> None:
    """3 of 100 without a word on the rest: 97 are not accounted for; 110 of 100 cannot be."""
    row = row_of(outcomes([played("a", 3, 0, 0, 0)]), "a")
    assert (row["unaccounted"], row["estimate"]) == (97, 0.03)
    assert row["reason"] == "the outcomes add up to less than n"
    found = outcomes([played("a", 3, 0, 97, 0), played("b", 60, 0, 50, 0)])
    assert found.main["system"].tolist() == ["a"]
    assert found.left_out["reason"].tolist() == ["the outcomes add up to more than n (1 result)"]


def test_what_is_not_stated_is_unknown_unless_nothing_is_left() -> None:
    """60 and 40 of 100 leave no tie; 60 alone leave 40 of whatever."""
    row = row_of(outcomes([played("a", 60, None, 40, None)]), "a")
    assert (row["tie"], row["invalid_rate"]) == (0, 0)
    row = row_of(outcomes([played("a", 60, None, None, None)]), "a")
    assert math.isnan(row["loss"])
    assert (row["estimate"], row["unaccounted"]) == (0.6, 40)
    assert row["reason"] == "not all are stated"


def test_seeds_add_up() -> None:
    """Two seeds of 100 games are 200 games."""
    row = row_of(outcomes([played("a", 60, 0, 40, seed=1), played("a", 40, 20, 40, seed=2)]), "a")
    assert (row["n"], row["wins"], row["ties"], row["runs"]) == (200, 100, 20, 2)


def test_items_are_outcomes_and_one_without_a_measurement_is_invalid() -> None:
    """Won, tied, lost, and one whose similarity could not be measured."""
    results = {1: 1.0, 2: 0.5, 3: 0.0, 4: 0.0}
    items = [item("a", name, value, metric="outcome") for name, value in results.items()]
    items += [
        item("a", name, None if name == 4 else 0.3, metric="similarity", missing="sentinel" if name == 4 else "")
        for name in results
    ]  # fmt: skip
    row = row_of(outcomes([], items), "a")
    assert [row[name] for name in ("wins", "ties", "losses", "invalid", "n")] == [1, 1, 1, 1, 4]


def test_means_over_scenarios_by_hand() -> None:
    """a wins both, b and c tie on the first; d lacks one and is left out."""
    rates = {"a": (90, 80), "b": (50, 40), "c": (50, 60), "d": (99, None)}
    rows = [
        played(name, wins, 0, 100 - wins, 0, benchmark=f"game {at}")
        for name, pair in rates.items() for at, wins in enumerate(pair) if wins is not None
    ]  # fmt: skip
    means = outcomes(rows).tables["means"].set_index("system")
    assert means.index.tolist() == ["a", "c", "b"]
    assert means["mean_net"].tolist() == pytest.approx([0.85, 0.55, 0.45])
    # of two others: a beats 2 and 2; c ties one, beats one; b ties one, beats none
    assert means["mean_win"].tolist() == pytest.approx([1, (0.25 + 0.5) / 2, (0.25 + 0) / 2])
    assert means["scenarios"].tolist() == [2, 2, 2]


def test_the_gain_of_a_method_has_newcombes_interval() -> None:
    """89 to 93 of 100."""
    (gain,) = (
        outcomes([played("a", 89, 0, 11), played("a", 93, 0, 7, method="best of 32")])
        .tables["gains"]
        .to_dict("records")
    )
    assert (gain["base"], gain["net"], gain["gain"]) == pytest.approx((0.89, 0.93, 0.04))
    low, high = confint_proportions_2indep(93, 100, 89, 100, method="newcomb", compare="diff")
    assert (gain["low"], gain["high"]) == pytest.approx((low, high), abs=1e-6)


def test_the_best_of_four_settings_stands_beside_their_mean() -> None:
    """53, 24, 24 and 19 of 100: best 0.53, mean 0.30, and what chance would add, by simulation."""
    rows = [
        played("a", wins, 0, 100 - wins, model_variant=f"temperature={at}")
        for at, wins in enumerate((53, 24, 24, 19))
    ]
    found = outcomes(rows)
    (row,) = found.tables["settings"].to_dict("records")
    assert (row["best"], row["mean"], row["best_setting"], row["settings"]) == (0.53, 0.3, "temperature=0", 4)
    draws = np.random.default_rng(1).binomial(100, 0.3, size=(40_000, 4)).max(axis=1) / 100
    assert row["by_chance"] == pytest.approx(draws.mean() - 0.3, abs=0.001)
    assert any("overstated" in caveat for caveat in found.caveats)


def test_the_expected_best_by_adding_up_all_results() -> None:
    """Two settings of two games at 1/2: by enumeration of all results; sizes may differ."""
    for sizes in ((2, 2), (1, 3)):
        total = 0.0
        for wins in itertools.product(*(range(size + 1) for size in sizes)):
            chance = math.prod(math.comb(size, won) / 2**size for size, won in zip(sizes, wins, strict=True))
            total += chance * max(won / size for size, won in zip(sizes, wins, strict=True))
        assert expected_best(np.array(sizes, dtype=float), 0.5) == pytest.approx(total)


def test_orders_of_play_are_compared() -> None:
    """80 of 100 going first, 50 of 100 going second."""
    rows = [
        played("a", 80, 0, 20, variant="order=first"),
        played("a", 50, 0, 50, variant="order=second"),
    ]
    found = outcomes(rows)
    (row,) = found.tables["orders"].to_dict("records")
    assert (row["first"], row["second"], row["difference"]) == ("first", "second", pytest.approx(0.3))
    assert row_of(found, "a")["n"] == 200
    assert any("the order of play matters" in caveat for caveat in found.caveats)


GAMES = np.array([[0, 7, 9, 5], [3, 0, 6, 8.5], [1, 4, 0, 5], [5, 1.5, 5, 0]])


def by_minorization(wins, rounds=20_000):
    """Hunter's algorithm, one player at a time."""
    size = len(wins)
    power = [1.0] * size
    for _ in range(rounds):
        new = []
        for i in range(size):
            games = sum((wins[i][j] + wins[j][i]) / (power[i] + power[j]) for j in range(size) if j != i)
            new.append(sum(wins[i]) / games)
        mean = math.exp(sum(map(math.log, new)) / size)
        power = [one / mean for one in new]
    return [math.log(one) for one in power]


def test_strengths_are_those_of_another_algorithm() -> None:
    """Four players with ties."""
    found = strengths(GAMES)
    assert not isinstance(found, NotEstimable)
    assert found.strength == pytest.approx(by_minorization(GAMES.tolist(), 2000), abs=1e-8)


def test_strengths_and_errors_are_those_of_a_logistic_regression() -> None:
    """Whole games as rows, the first player as reference; the error of a difference needs no centring."""
    wins = np.floor(GAMES)
    design, won = [], []
    for i, j in itertools.permutations(range(4), 2):
        line = np.zeros(4)
        line[i], line[j] = 1, -1
        design += [line] * int(wins[i, j]) + [-line] * int(wins[i, j])
        won += [1] * int(wins[i, j]) + [0] * int(wins[i, j])
    fit = Logit(won, np.array(design)[:, 1:]).fit(disp=0)
    found = strengths(wins)
    assert not isinstance(found, NotEstimable)
    assert found.strength[1:] - found.strength[0] == pytest.approx(fit.params, abs=1e-6)
    # every game stands there twice, so the variances are half of what they should be
    full = np.zeros((4, 4))
    full[1:, 1:] = 2 * np.asarray(fit.cov_params())
    centring = np.eye(4) - 1 / 4
    expected = np.sqrt(np.diag(centring @ full @ centring.T))
    assert found.standard_error == pytest.approx(expected, rel=1e-5)


def against(model, other, wins, losses, **more):
    return played(model, wins, 0, losses, 0, n=wins + losses, variant=f"opponent={other}", **more)


def test_opponents_make_strengths_and_both_sides_of_a_game_count_once() -> None:
    """a beats b 3 to 1, told by both; two players: Elo difference 400 log10 3."""
    rows = [against("a", "b", 30, 10), against("b", "a", 10, 30)]
    table = outcomes(rows).tables["strengths"]
    assert table["player"].tolist() == ["a", "b"]
    assert table["elo"].diff().iloc[1] == pytest.approx(-400 * math.log10(3))
    assert table["games"].tolist() == [40, 40]
    # log odds of 30 to 10: variance 1/30 + 1/10, of which each centred strength has a quarter
    assert table["standard_error"].iloc[0] == pytest.approx(ELO * math.sqrt(1 / 30 + 1 / 10) / 2)


def test_a_result_with_unknown_outcomes_makes_no_strength() -> None:
    """60 wins of 100 against c and not a word on the rest: nobody lost 40 games, and nobody played only 60."""
    known = [against("a", "b", 60, 40), against("b", "c", 60, 40), against("c", "a", 30, 70)]
    vague = played("a", 60, None, n=100, variant="opponent=c")
    with_it, without = (outcomes(rows).tables["strengths"] for rows in ([*known, vague], known))
    assert with_it[["player", "elo", "games"]].equals(without[["player", "elo", "games"]])
    assert without["elo"].notna().all()


def test_whoever_beats_all_others_leaves_no_strength() -> None:
    """a never lost: a reason, no number, and win rates stand alone."""
    found = outcomes([against("a", "b", 10, 0), against("a", "c", 10, 0), against("b", "c", 5, 5)])
    strength = found.tables["strengths"]
    assert strength["elo"].isna().all()
    assert strength["reason"].str.contains("never lost").all()
    assert any("Opponents differ" in caveat for caveat in found.caveats)


def test_without_outcomes_there_is_nothing() -> None:
    """And it is said how to supply them."""
    assert refused(pairwise_outcomes, evidence_of([measured("a", 5.0)])).startswith("no result has outcomes")
    assert refused(
        pairwise_outcomes, evidence_of([measured("a", 5.0, losses=3, metric="win rate")])
    ).startswith("the number of games is not known")


COUNTS = st.lists(st.tuples(*[st.integers(0, 30)] * 4), min_size=1, max_size=5)


@given(COUNTS, st.randoms(use_true_random=False))
@settings(max_examples=3)
def test_any_outcomes_add_up_in_any_order_of_rows(results, random) -> None:
    """Counts come back as they were, shares add up to 1, and win and loss change places with their names."""
    results = [one if sum(one) else (1, 0, 0, 0) for one in results]
    rows = [played(f"m{at}", *one, n=sum(one)) for at, one in enumerate(results)]
    swapped = [played(f"m{at}", c, b, a, d, n=a + b + c + d) for at, (a, b, c, d) in enumerate(results)]
    found, other = outcomes(rows), outcomes(swapped)
    for at, (wins, ties, losses, invalid) in enumerate(results):
        row, back = row_of(found, f"m{at}"), row_of(other, f"m{at}")
        assert [row[name] for name in ("wins", "ties", "losses", "invalid")] == [wins, ties, losses, invalid]
        assert row["win"] + row["tie"] + row["loss"] + row["invalid_rate"] == pytest.approx(1)
        assert (back["win"], back["loss"]) == (row["loss"], row["win"])
        assert row["estimate"] + back["estimate"] + row["invalid_rate"] == pytest.approx(1)
    assert outcomes(random.sample(rows, len(rows))).main.equals(found.main)


@pytest.mark.slow
@pytest.mark.parametrize("n", [20, 50])
def test_the_interval_of_the_net_win_rate_covers_what_it_claims(n) -> None:
    """Wins 0.5, ties 0.1: at least 93 %; ties make it wider than it need be."""
    generator = np.random.default_rng(n)
    draws = generator.multinomial(n, [0.5, 0.1, 0.4], size=20_000)
    net = (draws[:, 0] + draws[:, 1] / 2) / n
    low, high = wilson(net, np.full(len(net), float(n)), level=0.95)
    assert 0.93 <= ((low <= 0.55) & (high >= 0.55)).mean() <= 0.98
