"""Transfer between domains: means, losses and worst domains by hand, errors by loops, and the traps of means."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from domain_scores import PERCENT, cell, computed, matrix, pick, vector
from hypothesis import given, settings
from hypothesis import strategies as st
from reports import write_results
from scipy import stats

from reportgen.analysis.baseline import find_baseline, is_flagged
from reportgen.analysis.summaries import transfer_matrix
from reportgen.analysis.uncertain_means import Estimates, mean_of_parts, satterthwaite
from reportgen.numbers import NotEstimable

SQUARE = {"m": {"A": {"A": 90.0, "B": 60.0}, "B": {"A": 40.0, "B": 80.0}}}
FOUR = {
    "ERM": {"A": 80.0, "C": 70.0, "P": 90.0, "S": 60.0},
    "new": {"A": 82.0, "C": 74.0, "P": 90.0, "S": 58.0},
}


@pytest.fixture
def summary(tmp_path):
    """The summary of entries, each in a folder of its own."""
    count = itertools.count()

    def make(entries, level=0.95, **more):
        return computed(transfer_matrix, write_results(tmp_path / str(next(count)), entries, **more), level)

    return make


def statistic(found, name, system="m"):
    return pick(found.main, statistic=name, system=system)


# -- statistics ----------------------------------------------------------------------------------------------------


def test_a_square_by_hand(summary):
    """Inside 90 and 80, outside 60 and 40: a loss of 35 points; shares 60 / 80 and 40 / 90."""
    found = summary(matrix(SQUARE))
    assert statistic(found, "mean")["estimate"] == pytest.approx(50.0)
    assert statistic(found, "inside")["estimate"] == pytest.approx(85.0)
    assert statistic(found, "gap")["estimate"] == pytest.approx(35.0)
    assert statistic(found, "ratio")["estimate"] == pytest.approx((60 / 80 + 40 / 90) / 2)
    assert tuple(statistic(found, "worst")[["test_domain", "estimate"]]) == ("A", 40.0)


def test_an_asymmetric_matrix_keeps_its_direction(summary):
    """From A to B is 60, from B to A is 40."""
    scores = summary(matrix(SQUARE)).main.query("statistic == 'score'")
    assert pick(scores, train_domain="A", test_domain="B")["estimate"] == 60.0
    assert pick(scores, train_domain="B", test_domain="A")["estimate"] == 40.0


def test_leaving_one_domain_out_by_hand(summary):
    """(80 + 70 + 90 + 60) / 4 = 75 and (82 + 74 + 90 + 58) / 4 = 76; ERM is the baseline."""
    found = summary(vector(FOUR))
    assert statistic(found, "mean", "ERM")["estimate"] == 75.0
    assert tuple(statistic(found, "mean", "new")[["estimate", "difference"]]) == (76.0, 1.0)
    assert math.isnan(statistic(found, "mean", "ERM")["difference"])
    assert tuple(statistic(found, "worst", "new")[["test_domain", "estimate"]]) == ("S", 58.0)
    fact = found.headline.main
    assert (fact.best_system, fact.shape, fact.n_targets, fact.baseline) == ("new", "vector", 4, "ERM")
    assert fact.n_alike is None


def test_training_domains_that_are_listed_make_the_same_vector(summary):
    """ "C, S, P" leaves out A, in whatever order."""
    rest = {"A": "C, S, P", "C": "P, A, S", "P": "A, C, S", "S": "P, C, A"}
    entries = [cell("m", test, FOUR["ERM"][test], train=train) for test, train in rest.items()]
    found = summary(entries)
    assert statistic(found, "mean")["estimate"] == 75.0
    assert found.headline.main.shape == "vector"
    assert set(found.main.query("statistic == 'score'")["train_domain"]) == {
        "C, P, S",
        "A, P, S",
        "A, C, S",
        "A, C, P",
    }


def test_one_source_has_a_row_only(summary):
    """Trained on A: within 90, across 60 and 70."""
    found = summary(matrix({"m": {"A": {"A": 90.0, "B": 60.0, "C": 70.0}}}))
    assert statistic(found, "gap")["estimate"] == pytest.approx(25.0)
    ratio = statistic(found, "ratio")
    assert math.isnan(ratio["estimate"])
    assert ratio["reason"] == "a test domain has no score after training on it alone"


def test_a_benchmark_is_the_domain_where_only_training_is_stated(summary):
    """Trained on FF++, tested on three benchmarks of the suite."""
    entries = [
        cell("m", "", value, train="FF++", benchmark={"id": name, "suite": "Fakes"})
        for name, value in (("FF++", 95.0), ("CDF", 75.0), ("DFDC", 65.0))
    ]
    found = summary(entries)
    assert (statistic(found, "mean")["estimate"], statistic(found, "gap")["estimate"]) == (70.0, 25.0)
    assert set(found.main["benchmark"]) == {""}


def test_less_is_better_is_turned_around(summary):
    """Errors of 10 inside and 30 outside are a loss of 20; the worst domain has the most errors; no ratio."""
    metric = {"id": "error", "direction": "lower", "lower": 0, "upper": 100, "unit": "percent"}
    table = {"a": {"A": {"A": 10.0, "B": 30.0, "C": 20.0}}, "b": {"A": {"A": 12.0, "B": 50.0, "C": 60.0}}}
    found = summary([entry | {"metric": metric} for entry in matrix(table)])
    assert statistic(found, "gap", "a")["estimate"] == 15.0
    assert statistic(found, "worst", "b")["test_domain"] == "C"
    assert found.headline.main.best_system == "a"
    assert "more is better" in statistic(found, "ratio", "a")["reason"]


def test_an_unknown_direction_is_left_out_and_said(summary):
    """Beside a benchmark that can be compared."""
    strange = [entry | {"metric": "mystery"} for entry in vector({"m": {"A": 1.0}}, benchmark="Odd")]
    found = summary(vector(FOUR) + strange)
    assert found.left_out.to_dict("records") == [
        {"suite": "", "benchmark": "Odd", "reason": transfer_matrix.UNKNOWN_DIRECTION}
    ] or found.left_out["reason"].tolist() == [transfer_matrix.UNKNOWN_DIRECTION]
    assert isinstance(summary(strange), NotEstimable)


def test_a_fraction_is_shown_in_percent(summary):
    """0.5 is 50."""
    metric = {**PERCENT, "upper": 1, "unit": "fraction"}
    found = summary(
        [entry | {"metric": metric, "value": 0.5, "stderr": 0.01} for entry in vector({"m": {"A": 1.0}})]
    )
    row = statistic(found, "mean")
    assert (row["estimate"], row["standard_error"], row["unit"]) == (50.0, pytest.approx(1.0), "percent")


def test_a_missing_cell_makes_no_partial_mean(summary):
    """Three systems have four domains, the fourth system has three: it gets no mean, and the table says why."""
    full = dict.fromkeys(("a", "b", "c"), FOUR["ERM"])
    found = summary(vector(full | {"d": {"A": 99.0, "C": 99.0, "P": 99.0}}))
    row = statistic(found, "mean", "d")
    assert math.isnan(row["estimate"])
    assert (row["reason"], row["k"], row["of"]) == ("3 of 4 cells", 3, 4)
    assert found.headline.main.best_system in {"a", "b", "c"}
    assert found.left_out["reason"].tolist() == [
        "1 of 4 systems lack a cell of the mean; means over fewer domains are not comparable"
    ]


def test_a_domain_that_one_system_has_alone_enters_no_mean(summary):
    """It is named."""
    full = {name: {"A": 50.0, "B": 60.0} for name in ("a", "b", "c")}
    found = summary(vector(full | {"a": {"A": 50.0, "B": 60.0, "Z": 0.0}}))
    assert statistic(found, "mean", "a")["estimate"] == 55.0
    assert any(
        "cells lack too many systems to enter the means: Z" in reason for reason in found.left_out["reason"]
    )


def test_domains_count_alike_and_items_are_weighted_beside(summary):
    """100 items at 50 and 300 at 90: 70 by domain, 80 by item."""
    entries = vector({"m": {"A": 50.0}}, n=100) + vector({"m": {"B": 90.0}}, n=300)
    found = summary(entries)
    assert statistic(found, "mean")["estimate"] == 70.0
    assert statistic(found, "weighted")["estimate"] == 80.0


def test_selection_rules_are_never_mixed(summary):
    """The oracle is a comparison of its own, marked, and never the headline."""
    entries = vector(FOUR, selection="training-domain validation") + vector(
        {name: {domain: value + 5 for domain, value in row.items()} for name, row in FOUR.items()},
        selection="oracle",
    )
    found = summary(entries)
    assert [(fact.selection, fact.reads_test, fact.best_mean) for fact in found.headline.facts] == [
        ("training-domain validation", False, 76.0),
        ("oracle", True, 81.0),
    ]
    assert any("read the test domain" in caveat for caveat in found.caveats)


def test_a_suite_has_a_mean_over_the_same_benchmarks(summary):
    """75 and 45 for ERM; a system with one of the two has no mean over both."""
    other = {"ERM": {"X": 40.0, "Y": 50.0}, "new": {"X": 44.0, "Y": 50.0}, "third": {"X": 99.0, "Y": 99.0}}
    found = summary(vector(FOUR) + vector(other, benchmark="Maps"))
    rows = found.main[(found.main["benchmark"] == "") & (found.main["statistic"] == "mean")]
    means = dict(zip(rows["system"], rows["estimate"], strict=True))
    assert (means["ERM"], means["new"]) == (60.0, 61.5)
    assert math.isnan(means["third"])
    assert found.headline.main.panel == "Domains"


def test_subsets_of_one_domain_are_comparisons_of_their_own(summary):
    """Day and night on the same domain are never averaged in silence; a subset that is the domain's name is no part."""
    entries = vector({"m": {"A": 50.0, "B": 60.0}}, subset="day") + vector(
        {"m": {"A": 30.0, "B": 40.0}}, subset="night"
    )
    found = summary(entries)
    assert sorted(fact.panel for fact in found.headline.facts) == ["Photos · day", "Photos · night"]
    named = [cell("m", name, value, subset=name) for name, value in (("A", 50.0), ("B", 60.0))]
    assert statistic(summary(named), "mean")["estimate"] == 55.0


def test_systems_next_to_chance_are_marked(summary):
    """Chance is 50: 52 is within 5 % of the range, 60 is not."""
    found = summary(vector({"guess": {"A": 52.0, "B": 52.0}, "able": {"A": 60.0, "B": 60.0}}),
                    catalog={"benchmarks": [{"id": "Photos", "suite": "Domains", "chance": 50.0}]})  # fmt: skip
    assert statistic(found, "mean", "guess")["near_chance"]
    assert not statistic(found, "mean", "able")["near_chance"]
    assert found.headline.main.near_chance == 1


def test_nothing_by_domain_says_what_to_supply(summary):
    """Plain scores name no domain."""
    found = summary([{"model": "m", "benchmark": "b", "metric": PERCENT, "value": 1.0}])
    assert isinstance(found, NotEstimable)
    assert "test_domain" in found.reason


def test_only_inside_scores_are_no_transfer(summary):
    """Trained on A and tested on A."""
    assert isinstance(summary(matrix({"m": {"A": {"A": 90.0}}})), NotEstimable)


# -- errors --------------------------------------------------------------------------------------------------------

TRIALS = {"A": (70.0, 74.0, 72.0), "B": (50.0, 57.0, 52.0)}


def trials(method="m", shift=0.0):
    return [
        cell(method, test, value + shift, seed=seed)
        for test, row in TRIALS.items()
        for seed, value in enumerate(row)
    ]


def test_the_mean_is_formed_within_each_seed_first(summary):
    """Seeds' means 60, 65.5 and 62: sd / sqrt(3) of these; cells by their own seeds; Student's t with 2 df."""
    found = summary(trials())
    row = statistic(found, "mean")
    seeds = [60.0, 65.5, 62.0]
    assert row["estimate"] == pytest.approx(62.5)
    assert row["standard_error"] == pytest.approx(stats.sem(seeds))
    low, high = stats.t.interval(0.95, 2, loc=62.5, scale=stats.sem(seeds))
    assert (row["low"], row["high"]) == (pytest.approx(low), pytest.approx(high))
    assert row["error_kind"] == "seeds, of means over domains"
    score = pick(found.main, statistic="score", test_domain="A")
    assert (score["standard_error"], score["trials"]) == (pytest.approx(2 / math.sqrt(3)), 3)


def test_seeds_that_lack_a_domain_make_independent_errors(summary):
    """Without the last seed on B the cells do not share their seeds."""
    row = statistic(summary(trials()[:-1]), "mean")
    errors = stats.sem(TRIALS["A"]), stats.sem(TRIALS["B"][:2])
    assert row["standard_error"] == pytest.approx(math.hypot(*errors) / 2)
    assert row["error_kind"] == "independent parts"


def test_differences_are_those_of_welch(summary):
    """Against scipy's interval for two independent means of three seeds each."""
    other = [entry | {"value": entry["value"] * 1.1 + 2} for entry in trials("new")]
    row = statistic(summary(trials("ERM") + other), "mean", "new")
    base = np.array([60.0, 65.5, 62.0])
    welch = stats.ttest_ind(base * 1.1 + 2, base, equal_var=False).confidence_interval(0.95)
    assert (row["difference_low"], row["difference_high"]) == (
        pytest.approx(welch.low),
        pytest.approx(welch.high),
    )


def test_reported_errors_are_combined_as_independent(summary):
    """sqrt(3^2 + 4^2) / 2; of three trials each, so Student's t with Satterthwaite's degrees of freedom."""
    entries = [
        cell("m", name, 50.0, stderr={"value": error, "kind": "trials"}, n={"value": 3, "kind": "trials"})
        for name, error in (("A", 3.0), ("B", 4.0))
    ]
    row = statistic(summary(entries), "mean")
    df = (9 + 16) ** 2 / (81 / 2 + 256 / 2)
    assert row["standard_error"] == 2.5
    assert row["high"] - 50 == pytest.approx(stats.t.ppf(0.975, df) * 2.5)


def test_errors_of_zero_are_rounded_away_and_sure_of_nothing(summary):
    """Three cells of ±0.0 are no certainty."""
    found = summary(vector(FOUR, stderr=0.0))
    assert math.isnan(statistic(found, "mean", "new")["standard_error"])
    assert found.headline.main.n_alike is None


def test_who_cannot_be_told_apart_is_counted(summary):
    """One-sided z at 5 % / 2 is 1.96: of errors 1 and 1 it is 2.77; 2 behind is alike, 5 behind is not."""
    table = {"best": {"A": 80.0, "B": 80.0}, "near": {"A": 78.0, "B": 78.0}, "far": {"A": 75.0, "B": 75.0}}
    found = summary(vector(table, stderr={"value": math.sqrt(2), "kind": "analytic"}))
    assert found.headline.main.n_alike == 1


def test_satterthwaite_by_a_loop():
    """Errors 1, 2 with 3, 5 degrees of freedom; an infinite one adds nothing."""
    spread, df = satterthwaite(np.array([[1.0], [2.0]]), np.array([[3.0], [np.inf]]))
    assert spread[0] == pytest.approx(5**0.5)
    assert df[0] == pytest.approx(25 / (1 / 3))
    assert np.isinf(satterthwaite(np.array([[1.0]]), np.array([[np.inf]]))[1][0])


def test_a_mean_of_nothing_is_unknown():
    """No columns."""
    nothing = np.empty((2, 0))
    assert np.isnan(mean_of_parts(nothing, nothing, nothing, nothing).value).all()


def test_an_interval_without_an_error_is_unknown():
    """And so is one of an error of 0."""
    one = np.array([1.0])
    for error in (0.0, np.nan):
        ends = Estimates(one, one * error, one * error, one * np.inf).interval(0.95)
        assert np.isnan(np.concatenate(ends)).all()


# -- the baseline --------------------------------------------------------------------------------------------------


def test_the_baseline_is_named_never_guessed():
    """By flag before name; two of one name are none."""
    assert find_baseline(["a", "b"], ["b"], ["ERM", "x"]) == "b"
    assert find_baseline(["a", "b"], [], ["ERM", "baseline"]) == "b"
    assert find_baseline(["a", "b"], [], ["ERM", "erm"]) == ""
    assert find_baseline(["a", "b"], ["a", "b"], ["ERM", "x"]) == ""
    assert find_baseline(["a", "b"], [], ["x", "y"]) == ""
    assert is_flagged("limit=10; Baseline")
    assert not is_flagged("baselines of old")


def test_a_flag_names_the_baseline(summary):
    """Of two unnamed methods."""
    found = summary(vector({"x": {"A": 50.0}}, flags=["baseline"]) + vector({"y": {"A": 53.0}}))
    assert statistic(found, "mean", "y")["difference"] == 3.0
    assert not any("No baseline" in caveat for caveat in found.caveats)
    assert any("No baseline" in caveat for caveat in summary(vector({"x": {"A": 1.0}})).caveats)


# -- properties ----------------------------------------------------------------------------------------------------

GRID = st.lists(st.lists(st.integers(0, 100).map(float), min_size=3, max_size=3), min_size=2, max_size=4)


@settings(max_examples=5)
@given(grid=GRID, seed=st.integers(0, 99))
def test_the_order_of_rows_and_the_sign_of_the_metric_change_nothing(tmp_path_factory, grid, seed):
    """Shuffled entries give the same table; 100 - score with less better gives 100 - mean and the same worst."""
    folder = tmp_path_factory.mktemp("grid")
    entries = vector(
        {f"m{at}": dict(zip("ABC", row, strict=True)) for at, row in enumerate(grid)}, stderr=1.0
    )
    shuffled = [entries[at] for at in np.random.default_rng(seed).permutation(len(entries))]
    error = {"id": "error", "direction": "lower", "lower": 0, "upper": 100, "unit": "percent"}
    flipped = [entry | {"value": 100 - entry["value"], "metric": error} for entry in entries]
    one, two, three = (
        computed(transfer_matrix, write_results(folder / name, rows))
        for name, rows in (("a", entries), ("b", shuffled), ("c", flipped))
    )
    assert one.main.equals(two.main)
    assert repr(one.headline) == repr(two.headline)
    means = (found.main.query("statistic == 'mean'") for found in (one, three))
    here, there = (dict(zip(rows["system"], rows["estimate"], strict=True)) for rows in means)
    assert {name: 100 - value for name, value in here.items()} == pytest.approx(there)
    assert one.headline.main.best_system == three.headline.main.best_system
    for at, row in enumerate(grid):
        mean = pick(one.main, statistic="mean", system=f"m{at}")
        worst = pick(one.main, statistic="worst", system=f"m{at}")
        assert mean["estimate"] == pytest.approx(sum(row) / 3)
        assert worst["estimate"] == min(row)


@settings(max_examples=5)
@given(grid=st.lists(st.integers(1, 99).map(float), min_size=9, max_size=9))
def test_a_matrix_by_a_loop(tmp_path_factory, grid):
    """Every statistic of three by three domains, cell by cell."""
    names = "ABC"
    table = {s: {t: grid[3 * i + j] for j, t in enumerate(names)} for i, s in enumerate(names)}
    found = computed(transfer_matrix, write_results(tmp_path_factory.mktemp("square"), matrix({"m": table})))
    off = [table[s][t] for s in names for t in names if s != t]
    diagonal = [table[s][s] for s in names]
    ratios = [table[s][t] / table[t][t] for s in names for t in names if s != t]
    assert statistic(found, "mean")["estimate"] == pytest.approx(sum(off) / 6)
    assert statistic(found, "inside")["estimate"] == pytest.approx(sum(diagonal) / 3)
    assert statistic(found, "gap")["estimate"] == pytest.approx(sum(diagonal) / 3 - sum(off) / 6)
    assert statistic(found, "ratio")["estimate"] == pytest.approx(sum(ratios) / 6)
    targets = {t: sum(table[s][t] for s in names if s != t) / 2 for t in names}
    assert statistic(found, "worst")["estimate"] == pytest.approx(min(targets.values()))
