"""Methods by benchmarks: means, ranks, wins and differences by hand, tests against scipy, and means that are checked."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from domain_scores import computed, pick
from hypothesis import given, settings
from hypothesis import strategies as st
from reports import ACCURACY, scores, write_results
from scipy import stats

from reportgen.analysis.average_ranks import column_ranks, rank_test
from reportgen.analysis.method_grid import bootstrap, error_reduction
from reportgen.analysis.summaries import method_table
from reportgen.numbers import NotEstimable

THREE = {
    "baseline": {"x": 80.0, "y": 60.0, "z": 50.0},
    "new": {"x": 85.0, "y": 60.0, "z": 53.0},
    "old": {"x": 70.0, "y": 65.0, "z": 40.0},
}


@pytest.fixture
def summary(tmp_path):
    """The summary of entries, each in a folder of its own."""
    count = itertools.count()

    def make(entries, **more):
        return computed(method_table, write_results(tmp_path / str(next(count)), entries, **more))

    return make


def mean(found, system, **more):
    return pick(found.main, benchmark="", system=system, **more)


def test_a_table_by_hand(summary):
    """Means 63.33, 66 and 58.33; ranks (2 + 2.5 + 2) / 3, (1 + 2.5 + 1) / 3 and (3 + 1 + 3) / 3; two wins and one."""
    found = summary(scores(THREE, suite="S"))
    assert mean(found, "baseline")["estimate"] == pytest.approx(190 / 3)
    assert mean(found, "new")["estimate"] == 66.0
    ranks = [mean(found, name)["rank"] for name in ("baseline", "new", "old")]
    assert ranks == pytest.approx([6.5 / 3, 4.5 / 3, 7 / 3])
    assert [mean(found, name)["wins"] for name in ("baseline", "new", "old")] == [0, 2, 1]
    fact = found.headline.main
    assert (fact.best_system, fact.leader, fact.winner, fact.wins) == ("new", "new", "new", 2)


def test_the_difference_to_the_baseline_and_the_error_that_is_gone(summary):
    """66 - 63.33 points; of 36.67 points of error 2.67 are gone; better on two of three, equal on one."""
    row = mean(summary(scores(THREE, suite="S")), "new")
    assert row["difference"] == pytest.approx(8 / 3)
    assert row["error_reduction"] == pytest.approx((8 / 3) / (110 / 3))
    assert row["better"] == 2
    assert math.isnan(row["difference_low"])


def test_each_score_has_its_own_difference(summary):
    """85 - 80 with errors 3 and 4: 5 ± 1.96 * 5; a quarter of the error is gone."""
    entries = scores({"baseline": THREE["baseline"]}, suite="S", stderr=3.0)
    row = pick(
        summary(entries + scores({"new": THREE["new"]}, suite="S", stderr=4.0)).main,
        benchmark="x",
        system="new",
    )
    assert row["difference"] == 5.0
    assert (row["difference_low"], row["difference_high"]) == (
        pytest.approx(5 - 1.959964 * 5),
        pytest.approx(5 + 1.959964 * 5),
    )
    assert row["error_reduction"] == 0.25


def test_the_error_of_a_mean_takes_benchmarks_as_independent(summary):
    """sqrt(3) / 3 with an error of 1 each."""
    assert mean(summary(scores(THREE, suite="S", stderr=1.0)), "new")["standard_error"] == pytest.approx(
        3**0.5 / 3
    )


def test_seeds_are_averaged_first(summary):
    """81, 83 and 85 on x: 83 with sd / sqrt(3); the table then sees one score."""
    entries = [
        {**entry, "value": entry["value"] + step, "conditions": {"seed": seed}}
        for entry in scores(THREE, suite="S") for seed, step in enumerate((-2.0, 0.0, 2.0))
    ]  # fmt: skip
    row = pick(summary(entries).main, benchmark="x", system="new")
    assert (row["estimate"], row["error_kind"]) == (85.0, "seeds")
    assert row["standard_error"] == pytest.approx(stats.sem([83.0, 85.0, 87.0]))


def test_less_is_better_is_turned_around(summary):
    """Error rates: 100 minus each score gives the same ranks, wins and differences."""
    metric = {"id": "error", "direction": "lower", "lower": 0, "upper": 100, "unit": "percent"}
    entries = scores(THREE, suite="S")
    found, turned = (
        summary(rows)
        for rows in (entries, [{**one, "metric": metric, "value": 100 - one["value"]} for one in entries])
    )
    for name in THREE:
        here, there = mean(found, name), mean(turned, name)
        for column in ("rank", "wins", "difference", "error_reduction"):
            assert here[column] == pytest.approx(there[column], nan_ok=True)
        assert there["estimate"] == pytest.approx(100 - here["estimate"])


def test_metrics_of_two_units_are_rescaled_and_unbounded_ones_are_not_averaged(summary):
    """A word error rate of 0.2 is 80 on 0 to 100; a perplexity has ranks only."""
    rate = {"id": "wer", "direction": "lower", "lower": 0, "upper": 1, "unit": "fraction"}
    both = scores({"a": {"x": 50.0}, "b": {"x": 60.0}}, suite="S") + [
        {**one, "metric": rate} for one in scores({"a": {"y": 0.2}, "b": {"y": 0.4}}, suite="S")
    ]
    row = mean(summary(both), "a")
    assert (row["estimate"], row["unit"]) == (pytest.approx(65.0), "rescaled")
    odd = [{**one, "metric": {"id": "perplexity", "direction": "lower"}} for one in both[2:]]
    row = mean(summary(both[:2] + odd), "a")
    assert math.isnan(row["estimate"])
    assert row["rank"] == 1.5
    assert row["reason"] == "metrics without bounds cannot be averaged; compare ranks"


def test_a_missing_cell_makes_no_partial_mean(summary):
    """Who lacks a benchmark has neither mean nor rank, and the page says of how many that holds."""
    table = THREE | {"more": {"x": 1.0, "y": 2.0, "z": 3.0}, "part": {"x": 99.0, "y": 99.0}}
    found = summary(scores(table, suite="S"))
    row = mean(found, "part")
    assert math.isnan(row["estimate"])
    assert math.isnan(row["rank"])
    assert (row["k"], row["of"], row["reason"]) == (2, 3, "2 of 3 benchmarks")
    assert mean(found, "new")["wins"] == 2
    assert any("1 of 5 systems lack" in reason for reason in found.left_out["reason"])


def test_an_unknown_direction_is_left_out_and_said(summary):
    """Beside benchmarks that can be compared; alone it is no table."""
    strange = [
        {**one, "metric": "mystery"} for one in scores({"new": {"q": 1.0}, "old": {"q": 2.0}}, suite="S")
    ]
    found = summary(scores(THREE, suite="S") + strange)
    assert [reason for reason in found.left_out["reason"] if "direction" in reason] == ["direction unknown"]
    assert mean(found, "new")["of"] == 3
    assert isinstance(summary(strange), NotEstimable)


def test_one_system_or_one_benchmark_is_no_table(summary):
    """And what to supply is said."""
    for entries in (scores({"a": {"x": 1.0, "y": 2.0}}), scores({"a": {"x": 1.0}, "b": {"x": 2.0}})):
        found = summary(entries)
        assert isinstance(found, NotEstimable)
        assert "`suite`" in found.reason


# -- printed means -------------------------------------------------------------------------------------------------


def with_mean(*printed):
    """Three benchmarks of two systems, with the mean that a source prints for each."""
    entries = scores({name: THREE[name] for name in ("baseline", "new")}, suite="S")
    entries += scores({"old": THREE["old"]}, suite="S")
    for name, value in zip(("baseline", "new"), printed, strict=True):
        entries.append({"model": name, "benchmark": {"id": "S", "suite": "S", "level": "aggregate"}, "metric": ACCURACY,
                        "value": value})  # fmt: skip
    return entries


def test_a_printed_mean_that_rounding_explains_is_consistent(summary):
    """63.33 printed as 63.3, and 66.2 where the parts say 66."""
    found = summary(with_mean(63.3, 66.2))
    assert mean(found, "baseline")["consistent"] == "yes"
    row = mean(found, "new")
    assert (row["printed"], row["consistent"]) == (66.2, "no")
    assert row["printed_difference"] == pytest.approx(0.2)
    assert (row["estimate"], found.headline.main.n_inconsistent) == (66.0, 1)
    assert any("1 of 2 printed means differ" in caveat for caveat in found.caveats)
    assert mean(found, "old")["consistent"] == ""


def test_parts_may_name_their_mean(summary):
    """By their parent; the others do not count."""
    entries = scores(THREE, suite="S") + scores({name: {"p1": 10.0, "p2": 20.0} for name in THREE}, suite="S")
    for entry in entries:
        if entry["benchmark"]["id"] in {"p1", "p2"}:
            entry["benchmark"]["parent"] = "P"
    entries.append({"model": "new", "benchmark": {"id": "P", "suite": "S", "level": "aggregate"}, "metric": ACCURACY,
                    "value": 15.0})  # fmt: skip
    table = summary(entries).tables["printed_means"]
    assert table[["benchmark", "printed", "recomputed", "parts", "consistent"]].to_numpy().tolist() == [
        ["P", 15.0, 15.0, 2, True]
    ]


# -- against second implementations --------------------------------------------------------------------------------


@given(st.lists(st.lists(st.integers(0, 4).map(float), min_size=6, max_size=6), min_size=3, max_size=6))
def test_ranks_and_their_test_agree_with_scipy(rows):
    """Mean ranks of ties, Friedman's test, and Nemenyi's critical difference by its published table."""
    goodness = np.array(rows)
    ranks = column_ranks(goodness)
    assert ranks == pytest.approx(stats.rankdata(-goodness, axis=0))
    p, _ = rank_test(goodness, 0.95)
    if not (ranks == ranks[0]).all():
        assert p == pytest.approx(stats.friedmanchisquare(*-goodness).pvalue)


def test_the_critical_difference_is_that_of_the_table():
    """Demšar 2006, table 5: q at 0.05 is 2.343 for three and 2.850 for six systems; 2.343 * sqrt(12 / 60) = 1.048."""
    for systems, q in ((3, 2.343), (6, 2.850)):
        goodness = np.random.default_rng(1).normal(size=(systems, 10))
        expected = q * math.sqrt(systems * (systems + 1) / 60)
        assert rank_test(goodness, 0.95)[1] == pytest.approx(expected, abs=1e-3)
    assert all(math.isnan(one) for one in rank_test(np.ones((2, 10)), 0.95))
    assert math.isnan(rank_test(np.ones((4, 6)), 0.95)[0])


def test_scores_that_differ_by_floating_point_noise_are_ties():
    """0.1 + 0.2 is 0.3."""
    assert column_ranks(np.array([[0.1 + 0.2], [0.3], [np.nan], [0.2]]))[:, 0].tolist()[:2] == [1.5, 1.5]


def test_the_bootstrap_agrees_with_that_of_scipy():
    """Percentiles of the mean of ten differences."""
    difference = np.random.default_rng(2).normal(1, 2, size=(1, 10))
    low, high = bootstrap(difference, 0.95, np.random.default_rng(3))
    other = stats.bootstrap(
        (difference[0],), np.mean, method="percentile", rng=np.random.default_rng(4)
    ).confidence_interval
    assert (low[0], high[0]) == (pytest.approx(other.low, abs=0.12), pytest.approx(other.high, abs=0.12))
    assert np.isnan(bootstrap(np.full((1, 5), np.nan), 0.95, np.random.default_rng(3))[0]).all()


def test_five_benchmarks_make_an_interval_of_the_difference(summary):
    """It holds the difference, and is the same each time."""
    table = {
        name: {f"b{at}": 50.0 + at * shift for at in range(5)}
        for name, shift in (("baseline", 0.0), ("new", 1.0))
    }
    one, two = (mean(summary(scores(table, suite="S")), "new") for _ in range(2))
    assert one["difference_low"] < one["difference"] < one["difference_high"]
    assert one.equals(two)


def test_no_error_left_is_no_reduction():
    """A baseline without an error."""
    assert np.isnan(error_reduction(np.array([1.0]), np.array([0.0]))).all()


@settings(max_examples=5)
@given(
    st.lists(st.lists(st.integers(0, 100).map(float), min_size=3, max_size=3), min_size=2, max_size=4),
    st.integers(0, 9),
)
def test_the_order_of_rows_changes_nothing(tmp_path_factory, rows, seed):
    """And every mean is the mean of its row."""
    folder = tmp_path_factory.mktemp("rows")
    entries = scores({f"m{at}": dict(zip("xyz", row, strict=True)) for at, row in enumerate(rows)}, suite="S")
    order = np.random.default_rng(seed).permutation(len(entries))
    one = computed(method_table, write_results(folder / "a", entries))
    two = computed(method_table, write_results(folder / "b", [entries[at] for at in order]))
    assert one.main.equals(two.main)
    for at, row in enumerate(rows):
        assert mean(one, f"m{at}")["estimate"] == pytest.approx(sum(row) / 3)
