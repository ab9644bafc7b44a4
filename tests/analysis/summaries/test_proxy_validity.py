"""Proxies against the truth: by hand, by scipy, and what must not matter."""

from __future__ import annotations

import math

import numpy as np
import pytest
from condition_records import compute, measured
from factories import make_frame
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau, linregress, pearsonr, spearmanr

from reportgen.analysis import proxy_statistics
from reportgen.analysis.evidence import Evidence
from reportgen.analysis.scores import score_table
from reportgen.analysis.summaries import proxy_validity
from reportgen.numbers import NotEstimable
from reportgen.records.catalog import BenchmarkEntry, Catalog, MetricEntry, ModelEntry
from reportgen.workflow.summarising import summarise

BOUND = Catalog(metrics=(MetricEntry(id="bound", proxy_for="error", proxy_kind="bound"),))
ESTIMATE = Catalog(metrics=(MetricEntry(id="bound", proxy_for="error", proxy_kind="estimate"),))
ERROR = {"direction": "lower", "lower": 0.0, "upper": 1.0, "unit": "fraction"}


def evidence_of(rows, catalog=None):
    catalog = catalog or Catalog()
    frame = make_frame(*rows)
    return Evidence(frame, frame.iloc[:0], score_table(frame, catalog), catalog)


def validity(rows, catalog=None):
    found = compute(proxy_validity, evidence_of(rows, catalog))
    assert tuple(found.main.columns) == tuple(proxy_validity.COLUMNS)
    for name, meanings in proxy_validity.TABLES.items():
        assert tuple(found.tables[name].columns) == tuple(meanings), name
    return found


def only(found):
    (row,) = found.main.to_dict("records")
    return row


def validated(pairs, **more):
    """Validation and test score of each run, in percent."""
    rows = []
    for at, (val, test) in enumerate(pairs):
        name = f"m{at:03d}"
        rows += [
            measured(name, val, role="val", split="val", file=f"v{at}{more}.json", **more),
            measured(name, test, role="test", file=f"t{at}{more}.json", **more),
        ]
    return rows


def bounded(pairs, **more):
    """Bound and error of each model."""
    rows = []
    for at, (bound, error) in enumerate(pairs):
        for metric, value, role in (("bound", bound, "train"), ("error", error, "test")):
            rows.append(measured(f"m{at:03d}", value, metric=metric, role=role, **{**ERROR, **more}))
    return rows


FIVE = ((60, 50), (70, 52), (80, 61), (90, 60), (95, 70))


def test_correlations_are_those_of_scipy() -> None:
    """Five models: r, rho, tau-b, and the line with its R²."""
    row = only(validity(validated(FIVE)))
    x, y = np.array(FIVE, dtype=float).T
    assert row["pearson"] == pytest.approx(pearsonr(x, y).statistic)
    assert row["estimate"] == pytest.approx(spearmanr(x, y).statistic) == pytest.approx(0.9)
    assert row["tau"] == pytest.approx(kendalltau(x, y).statistic) == pytest.approx(0.8)
    fit = linregress(x, y)
    assert (row["slope"], row["intercept"], row["r2"]) == pytest.approx(
        (fit.slope, fit.intercept, fit.rvalue**2)
    )
    wrong = fit.intercept + fit.slope * x - y
    assert (row["mae"], row["rmse"]) == pytest.approx((np.abs(wrong).mean(), math.sqrt((wrong**2).mean())))
    assert (row["units"], row["over"], row["proxy"], row["truth"]) == (
        5,
        "systems",
        "validation",
        "points scored · test",
    )


def test_fishers_interval_by_hand_and_by_scipy() -> None:
    """tanh(atanh r ± 1.96 / sqrt(n - 3)); Spearman's and Kendall's with their own errors."""
    row = only(validity(validated(FIVE)))
    x, y = np.array(FIVE, dtype=float).T
    low, high = pearsonr(x, y).confidence_interval(0.95)
    assert (row["pearson_low"], row["pearson_high"]) == pytest.approx((low, high))
    half = 1.959963984540054 * math.sqrt((1 + 0.9**2 / 2) / 2)
    assert (row["low"], row["high"]) == pytest.approx(
        tuple(math.tanh(math.atanh(0.9) + sign * half) for sign in (-1, 1))
    )
    half = 1.959963984540054 * math.sqrt(0.437 / 1)
    assert row["tau_low"] == pytest.approx(math.tanh(math.atanh(0.8) - half))


def test_regret_recall_and_what_is_chosen() -> None:
    """The best by validation (95) has 70: no regret. With the last at 55 it costs 61 - 55 = 6, and the top is missed."""
    row = only(validity(validated(FIVE)))
    assert (row["regret"], row["chosen"], row["best"], row["recall"], row["tasks"]) == (0, 70, 70, 1, 1)
    row = only(validity(validated([*FIVE[:4], (95, 55)])))
    assert (row["regret"], row["chosen"], row["best"], row["recall"]) == (6, 55, 61, 0)
    assert row["average"] == pytest.approx((50 + 52 + 61 + 60 + 55) / 5)


def test_candidates_that_tie_are_equally_likely_chosen() -> None:
    """Two with validation 90 and tests 40 and 60: 50 on average, regret 10; each is recalled with chance 1/2."""
    row = only(validity(validated([(50, 10), (90, 40), (90, 60), (60, 20), (70, 30)])))
    assert (row["chosen"], row["regret"], row["recall"]) == (50, 10, 0.5)


def test_choices_are_made_within_a_benchmark_and_averaged_over_them() -> None:
    """Regrets 0 and 6 over two benchmarks: 3 ± sd / sqrt 2 = 3."""
    rows = [
        *validated(FIVE, benchmark="A"),
        *validated([*FIVE[:4], (95, 55)], benchmark="B"),
    ]
    row = only(validity(rows))
    assert (row["tasks"], row["regret"], row["regret_error"]) == (2, 3, pytest.approx(3))
    assert (row["units"], row["over"]) == (10, "scores")


def test_too_few_units_have_points_and_no_correlation() -> None:
    """Four models: NaN, a reason, and still a choice."""
    row = only(validity(validated(FIVE[:4])))
    assert all(math.isnan(row[name]) for name in ("estimate", "pearson", "tau", "low"))
    assert row["reason"] == "fewer than 5 units"
    assert row["regret"] == 1


def test_a_constant_side_is_undefined_and_not_zero() -> None:
    """The same validation score for all: nothing to correlate, the choice is by chance."""
    row = only(validity(validated([(80, test) for _, test in FIVE])))
    assert math.isnan(row["estimate"])
    assert row["reason"] == "the proxy is the same for all units"
    assert row["chosen"] == pytest.approx(row["average"])
    row = only(validity(validated([(val, 5) for val, _ in FIVE])))
    assert row["reason"] == "the truth is the same for all units"


def test_a_perfect_correlation_has_no_interval() -> None:
    """Fisher's z is infinite."""
    row = only(validity(validated([(at, 2 * at) for at in range(1, 7)])))
    assert (row["estimate"], row["pearson"], row["rmse"]) == (1, pytest.approx(1), pytest.approx(0, abs=1e-9))
    assert math.isnan(row["low"])


def test_a_bound_holds_or_not_is_loose_or_says_nothing() -> None:
    """Bounds 0.3, 0.5, 1.0, 0.1 on errors 0.2, 0.1, 0.4, 0.2: slack (0.1 + 0.4 + 0.6 - 0.1)/4, 3 of 4 hold, 1 is vacuous."""
    row = only(validity(bounded([(0.3, 0.2), (0.5, 0.1), (1.0, 0.4), (0.1, 0.2)]), BOUND))
    assert (row["slack"], row["holds"], row["vacuous"]) == (pytest.approx(0.25), 0.75, 0.25)
    assert row["holds_low"] == pytest.approx(0.3006, abs=1e-4)  # Wilson of 3 of 4
    assert row["holds_high"] == pytest.approx(0.9544, abs=1e-4)
    assert (row["kind"], row["proxy"], row["truth"]) == ("bound", "bound", "error · test")


def test_a_lower_bound_of_an_accuracy_is_flipped() -> None:
    """Accuracy must be at least the bound: 0.5 under 0.8 holds with slack 0.3, 0.9 over 0.8 does not, 0 says nothing."""
    rows = bounded([(0.5, 0.8), (0.9, 0.8), (0.0, 0.6)], direction="higher")
    row = only(validity(rows, BOUND))
    assert (row["slack"], row["holds"], row["vacuous"]) == pytest.approx((0.8 / 3, 2 / 3, 1 / 3))


def test_an_estimate_has_errors_without_any_fit() -> None:
    """Estimated minus true errors 0.1, 0.4, 0.6, -0.1: bias 0.25, MAE 0.3."""
    row = only(validity(bounded([(0.3, 0.2), (0.5, 0.1), (1.0, 0.4), (0.1, 0.2)]), ESTIMATE))
    assert (row["bias"], row["mae_direct"]) == pytest.approx((0.25, 0.3))
    assert row["rmse_direct"] == pytest.approx(math.sqrt((0.01 + 0.16 + 0.36 + 0.01) / 4))
    assert math.isnan(row["holds"])


def test_a_benchmark_may_stand_for_another() -> None:
    """Over the systems that have both; one without the truth is not in it."""
    rows = []
    for at, (proxy, truth) in enumerate([*FIVE, (99, None)]):
        rows.append(measured(f"m{at}", float(proxy), benchmark="check"))
        rows += [measured(f"m{at}", float(truth), benchmark="new")] if truth is not None else []
    row = only(validity(rows, Catalog(benchmarks=(BenchmarkEntry(id="check", proxy_for="new"),))))
    assert (row["proxy"], row["truth"], row["units"], row["over"]) == ("check", "new", 5, "systems")
    assert row["estimate"] == pytest.approx(0.9)
    assert row["rmse_direct"] == pytest.approx(math.sqrt(np.mean([(val - test) ** 2 for val, test in FIVE])))


def test_a_proxy_of_unknown_direction_is_correlated_as_it_is() -> None:
    """Distances rise with the score: rho 0.9, nothing is chosen, and it is said."""
    catalog = Catalog(metrics=(MetricEntry(id="distance", proxy_for="points scored"),))
    rows = []
    for at, (proxy, truth) in enumerate(FIVE):
        rows.append(measured(f"m{at}", float(proxy), metric="distance", direction="unknown", primary=False))
        rows.append(measured(f"m{at}", float(truth)))
    found = validity(rows, catalog)
    row = only(found)
    assert (row["estimate"], row["oriented"], row["tasks"]) == (pytest.approx(0.9), False, 0)
    assert any("a direction is unknown" in caveat for caveat in found.caveats)


def test_directions_are_flipped_so_that_plus_points_the_right_way() -> None:
    """Loss as a proxy for accuracy: falling loss, rising accuracy, rho +0.9 and no regret."""
    catalog = Catalog(metrics=(MetricEntry(id="loss", proxy_for="points scored"),))
    rows = []
    for at, (proxy, truth) in enumerate(FIVE):
        rows.append(
            measured(f"m{at}", 100.0 - proxy, metric="loss", direction="lower", unit="", primary=False)
        )
        rows.append(measured(f"m{at}", float(truth)))
    row = only(validity(rows, catalog))
    assert (row["estimate"], row["regret"]) == (pytest.approx(0.9), 0)
    assert row["slope"] < 0


def simpson():
    """Two benchmarks: within each, higher validation means lower test; the easier one is higher in both."""
    low = [(10 + at, 30 - at) for at in range(6)]
    high = [(60 + at, 90 - at) for at in range(6)]
    return [*validated(low, benchmark="hard"), *validated(high, benchmark="easy")]


def test_metrics_are_not_pooled_with_each_other() -> None:
    """Accuracy and F1 of the same runs are two pairs."""
    found = validity([*validated(FIVE), *validated(FIVE, metric="F1", primary=False)])
    assert found.main["truth"].tolist() == ["F1 · test", "points scored · test"]


def test_a_correlation_of_groups_is_told_from_one_within_them() -> None:
    """Pooled positive, -1 within both: shown side by side, and the page warns."""
    found = validity(simpson())
    row = only(found)
    groups = found.tables["groups"]
    inside = groups[groups["grouping"] == "benchmark"]
    assert row["estimate"] > 0.4
    assert inside["spearman"].tolist() == [-1, -1]
    assert (row["groups"], row["groups_alike"]) == (2, 0)
    assert any("not that within groups" in caveat for caveat in found.caveats)


def test_families_of_the_catalog_are_groups() -> None:
    """Three models of one family and two of another, one per row."""
    families = Catalog(
        models=tuple(ModelEntry(id=f"m{at:03d}", family="F" if at < 6 else "G") for at in range(12))
    )
    pairs = [(at % 6, (at * 5) % 6) for at in range(12)]
    groups = validity(validated(pairs), families).tables["groups"]
    assert groups[["grouping", "group", "units"]].values.tolist() == [["family", "F", 6], ["family", "G", 6]]


def test_two_kinds_of_validation_are_compared_by_what_they_choose() -> None:
    """By augmented validation 66, by plain 60: a gain of 10 %."""
    plain, augmented, test = (90, 80, 70), (70, 75, 80), (60, 62, 66)
    rows = []
    for at in range(3):
        common = {"model": "net", "seed": at}
        rows += [
            measured(value=plain[at], role="val", variant="plain", file=f"p{at}", **common),
            measured(value=augmented[at], role="val", variant="augmented", file=f"a{at}", **common),
            measured(value=test[at], role="ood", file=f"o{at}", **common),
        ]
    found = validity(rows)
    assert found.main["proxy"].tolist() == ["validation · augmented", "validation · plain"]
    (gain,) = found.tables["gains"].to_dict("records")
    assert (gain["proxy"], gain["other"]) == ("validation · augmented", "validation · plain")
    assert (gain["chosen"], gain["other_chosen"], gain["gain"]) == (66, 60, pytest.approx(0.1))
    assert (found.headline.rival, found.headline.gain) == ("validation · plain", pytest.approx(0.1))


def test_runs_and_checkpoints_are_units_of_their_own() -> None:
    """Seeds make runs, steps make checkpoints; the caveat says that they are not independent."""
    seeds = [one for at, pair in enumerate(FIVE) for one in validated([pair], seed=at)]
    found = validity(seeds)
    assert (only(found)["over"], only(found)["units"]) == ("runs", 5)
    assert any("too narrow" in caveat for caveat in found.caveats)
    steps = [one for at, pair in enumerate(FIVE) for one in validated([pair], step=float(at))]
    assert only(validity(steps))["over"] == "checkpoints"


def test_a_final_test_is_held_against_the_last_validation() -> None:
    """Validation at two steps, a test without one: only the last counts."""
    rows = []
    for at, (val, test) in enumerate(FIVE):
        rows.append(measured(f"m{at}", 1.0, role="val", step=1.0))
        rows.append(measured(f"m{at}", float(val), role="val", step=2.0))
        rows.append(measured(f"m{at}", float(test), role="test"))
    row = only(validity(rows))
    assert (row["units"], row["estimate"]) == (5, pytest.approx(0.9))


def test_units_that_lack_a_part_are_dropped_and_counted() -> None:
    """Two test domains; one model has one of them alone, one another pair: five remain."""
    rows = []
    for at in range(7):
        rows.append(measured(f"m{at}", 50.0 + at, role="val"))
        domains = {5: ("A",), 6: ("A", "C")}.get(at, ("A", "B"))
        rows += [measured(f"m{at}", 40.0 + at, role="ood", test_domain=one) for one in domains]
    row = only(validity(rows))
    assert (row["units"], row["dropped"]) == (5, 2)


def test_validation_on_the_test_domain_is_called_an_oracle() -> None:
    """Trained on A, validated and tested on B."""
    rows = []
    for at, (val, test) in enumerate(FIVE):
        same = {"train_domain": "A", "test_domain": "B"}
        rows.append(measured(f"m{at}", float(val), role="val", **same))
        rows.append(measured(f"m{at}", float(test), role="ood", **same))
    assert any("oracle" in caveat for caveat in validity(rows).caveats)
    fair = [
        measured(f"m{at}", float(val), role=role, train_domain="A", test_domain="A" if role == "val" else "B")
        for at, pair in enumerate(FIVE)
        for role, val in zip(("val", "ood"), pair, strict=True)
    ]
    assert not any("oracle" in caveat for caveat in validity(fair).caveats)


def test_without_a_declaration_there_is_nothing() -> None:
    """And it is said how to declare."""
    found = summarise(proxy_validity, evidence_of([measured("a", 1.0)]), level=0.95)
    assert isinstance(found, NotEstimable)
    assert found.reason.startswith("nothing is declared to stand for anything")
    alone = summarise(proxy_validity, evidence_of(bounded([(0.3, 0.2)])[:1], BOUND), level=0.95)
    assert isinstance(alone, NotEstimable)


POINTS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=5, max_size=15)


@given(POINTS, st.randoms(use_true_random=False))
@settings(max_examples=5)
def test_loops_and_scipy_give_the_same(pairs, random) -> None:
    """Also in any order of rows; choices and recall one candidate at a time."""
    rows = validated(pairs)
    found = validity(rows)
    row = only(found)
    x, y = np.array(pairs, dtype=float).T
    if np.ptp(x) and np.ptp(y):
        assert row["estimate"] == pytest.approx(spearmanr(x, y).statistic)
        assert row["tau"] == pytest.approx(kendalltau(x, y).statistic)
    ties = [test for val, test in pairs if val == max(x)]
    assert row["chosen"] == pytest.approx(sum(ties) / len(ties))
    assert row["regret"] == pytest.approx(max(y) - sum(ties) / len(ties))
    assert validity(random.sample(rows, len(rows))).main.equals(found.main)


@given(POINTS)
@settings(max_examples=4)
def test_ranks_do_not_care_for_monotone_scales_and_nothing_for_directions(pairs) -> None:
    """Exponential validation scores: the same rho, tau and choice; errors in place of scores: the same everything."""
    plain = only(validity(validated(pairs)))
    stretched = only(validity(validated([(math.exp(val / 10), test) for val, test in pairs])))
    flipped = only(validity(validated([(100 - val, 100 - test) for val, test in pairs], direction="lower")))
    for name in ("estimate", "low", "tau", "regret", "recall"):
        assert stretched[name] == pytest.approx(plain[name], nan_ok=True, abs=1e-9)
    for name in ("estimate", "pearson", "tau", "regret", "recall", "r2", "slope"):
        assert flipped[name] == pytest.approx(plain[name], nan_ok=True, abs=1e-9)


def test_recall_of_ties_is_the_mean_over_all_ways_to_break_them() -> None:
    """Ten candidates, two wanted: by drawing tie breaks many times."""
    generator = np.random.default_rng(2)
    proxy = np.array([5.0, 5, 5, 4, 3, 3, 2, 1, 1, 0])
    truth = np.array([9.0, 8, 8, 8, 3, 3, 2, 1, 1, 0])
    hits = []
    for _ in range(4000):
        first, second = (
            set(np.lexsort((generator.random(10), -values))[:2].tolist()) for values in (proxy, truth)
        )
        hits.append(len(first & second) / 2)
    assert proxy_statistics.choice(proxy, truth, 1.0).recall == pytest.approx(np.mean(hits), abs=0.02)


@pytest.mark.slow
@pytest.mark.parametrize("n", [10, 20, 50])
def test_fishers_interval_covers_what_it_claims(n) -> None:
    """Bivariate normal with rho 0.5, 4,000 draws: 93 % to 97 %."""
    generator = np.random.default_rng(n)
    covered = 0
    for _ in range(4000):
        x = generator.normal(size=n)
        y = 0.5 * x + math.sqrt(0.75) * generator.normal(size=n)
        found = proxy_statistics.pearson(x, y, level=0.95)
        covered += found.low <= 0.5 <= found.high
    assert 0.93 <= covered / 4000 <= 0.97
