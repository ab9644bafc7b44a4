"""Groups of a population: hand cases, scipy and statsmodels as second opinion, and what must not matter."""

from __future__ import annotations

import math
from itertools import pairwise
from statistics import fmean, pstdev
from typing import Any

import numpy as np
import pytest
from condition_records import compute, evidence_of, item, measured, refused, row_of
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency, norm, spearmanr
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint, proportions_ztest

from reportgen.analysis.group_disparity import Groups, against_rest, holm, p_equal, spread
from reportgen.analysis.standard_error import binomial_error
from reportgen.analysis.summaries import subgroup_disparity as kind

#: group -> (right answers, items)
Counts = dict[str, tuple[int, int]]
SMALL: Counts = {"en": (90, 100), "de": (30, 50), "fr": (28, 40)}


def shares(counts: Counts, model: str = "a", **more: Any) -> list:
    """Accuracies of groups in percent, with the number of items."""
    known = {"metric": "accuracy", "n_kind": "items", **more}
    return [measured(model, 100 * k / n, group=group, n=n, **known) for group, (k, n) in counts.items()]


def split(counts: Counts, **more: Any):
    return compute(kind, evidence_of(shares(counts, **more)))


def plain(values: dict[str, float], model: str = "a", **more: Any) -> list:
    """Scores of groups, of which neither error nor size is known."""
    return [measured(model, value, group=group, **more) for group, value in values.items()]


def groups_of(found, system: str = "a") -> dict[str, dict[str, Any]]:
    table = found.tables["groups"]
    return {row["group"]: row for row in table[table["system"] == system].to_dict("records")}


def test_hand_case() -> None:
    """90, 60 and 70 %: 30 between best and worst, two thirds, deviations by hand."""
    row = row_of(split(SMALL), "a")
    assert (row["worst_group"], row["worst_score"], row["best_group"], row["best_score"]) == (
        "de",
        60.0,
        "en",
        90.0,
    )
    assert row["estimate"] == pytest.approx(30.0)
    assert row["ratio"] == pytest.approx(2 / 3)
    assert row["deviation"] == pytest.approx(pstdev((90.0, 60.0, 70.0)))
    mean = (90 + 30 + 28) / 190 * 100
    squares = (100 * (90 - mean) ** 2 + 50 * (60 - mean) ** 2 + 40 * (70 - mean) ** 2) / 190
    assert row["weighted_deviation"] == pytest.approx(math.sqrt(squares))
    assert (row["macro_mean"], row["micro_mean"]) == (pytest.approx(220 / 3), pytest.approx(mean))
    assert (row["groups"], row["of_groups"], row["small_groups"]) == (3, 3, 0)
    assert math.isnan(row["standard_error"]), "the range of noisy scores has none"


def test_a_group_against_the_rest_by_hand_and_statsmodels() -> None:
    """de: 30 of 50 against 118 of 140; Newcombe at 1 - 0.05 / 3, the score test, Holm over three."""
    found = groups_of(split(SMALL))
    p = []
    for name, (k, n) in SMALL.items():
        others, size = 148 - k, 190 - n
        group = found[name]
        assert group["rest"] == pytest.approx(100 * others / size)
        assert group["disadvantage"] == pytest.approx(100 * (others / size - k / n))
        ends = confint_proportions_2indep(others, size, k, n, method="newcomb", alpha=0.05 / 3)
        assert (group["disadvantage_low"], group["disadvantage_high"]) == pytest.approx(
            [100 * end for end in ends]
        )
        p.append(proportions_ztest([others, k], [size, n])[1])
        assert group["p"] == pytest.approx(p[-1])
    adjusted = multipletests(p, method="holm")[1]
    assert [found[name]["p_adjusted"] for name in SMALL] == pytest.approx(adjusted)
    assert [found[name]["behind"] for name in SMALL] == [False, True, False]
    assert row_of(split(SMALL), "a")["behind"] == 1


def test_single_intervals_are_wilson_and_the_test_of_equality_chi_squared() -> None:
    """Against statsmodels and scipy."""
    found = split(SMALL)
    for name, (k, n) in SMALL.items():
        low, high = proportion_confint(k, n, method="wilson")
        group = groups_of(found)[name]
        assert (group["low"], group["high"]) == (pytest.approx(100 * low), pytest.approx(100 * high))
    table = [[k, n - k] for k, n in SMALL.values()]
    assert row_of(found, "a")["p_equal"] == pytest.approx(chi2_contingency(table, correction=False).pvalue)


def test_the_interval_of_the_range_covers_all_that_simultaneous_intervals_allow() -> None:
    """Wilson at 1 - 0.05 / 3: from the gap between them to their outermost ends."""
    ends = [proportion_confint(k, n, method="wilson", alpha=0.05 / 3) for k, n in SMALL.values()]
    row = row_of(split(SMALL), "a")
    assert row["low"] == pytest.approx(
        100 * max(0.0, max(low for low, _ in ends) - min(high for _, high in ends))
    )
    assert row["high"] == pytest.approx(100 * (max(high for _, high in ends) - min(low for low, _ in ends)))


def test_errors_that_are_not_over_items_are_normal() -> None:
    """80, 70 and 60 with errors 1, 2, 2, sizes unknown: rest of the first (70 + 60) / 2 with error sqrt(8) / 2."""
    rows = [
        measured("a", value, group=name, stderr=error, stderr_kind="seeds")
        for name, value, error in (("x", 80, 1.0), ("y", 70, 2.0), ("z", 60, 2.0))
    ]
    found = compute(kind, evidence_of(rows))
    group = groups_of(found)["x"]
    error = math.hypot(1.0, math.sqrt(8) / 2)
    assert (group["rest"], group["disadvantage"]) == (65.0, -15.0)
    assert group["p"] == pytest.approx(2 * norm.sf(15 / error))
    assert group["disadvantage_high"] == pytest.approx(-15 + norm.ppf(1 - 0.05 / 6) * error)
    weights = np.array([1, 1 / 4, 1 / 4])
    mean = (weights * [80, 70, 60]).sum() / weights.sum()
    q = (weights * (np.array([80, 70, 60]) - mean) ** 2).sum()
    assert row_of(found, "a")["p_equal"] == pytest.approx(math.exp(-q / 2)), (
        "chi-squared with two degrees of freedom"
    )
    assert row_of(found, "a")["noise"] == pytest.approx(math.sqrt(3))


def test_without_errors_there_are_scores_and_no_claims() -> None:
    """Nothing is behind, nothing has an interval, and what is missing is said."""
    found = compute(kind, evidence_of(plain({"x": 80.0, "y": 60.0})))
    row = row_of(found, "a")
    assert (row["estimate"], row["worst_group"]) == (20.0, "y")
    assert all(
        math.isnan(row[name]) for name in ("low", "high", "p_equal", "behind", "noise", "weighted_deviation")
    )
    assert not any(group["behind"] for group in groups_of(found).values())
    assert any("numbers of items are unknown" in text for text in found.caveats)


def test_small_groups_are_shown_and_take_no_part() -> None:
    """One of nine right is no worst group."""
    found = split({**SMALL, "tiny": (1, 9)})
    row = row_of(found, "a")
    assert (row["worst_group"], row["groups"], row["small_groups"]) == ("de", 3, 1)
    tiny = groups_of(found)["tiny"]
    assert (tiny["small"], tiny["score"], tiny["n"]) == (True, pytest.approx(100 / 9), 9)
    assert math.isnan(tiny["disadvantage"])
    assert groups_of(found)["de"]["p_adjusted"] == groups_of(split(SMALL))["de"]["p_adjusted"]
    assert any("1 of 4 groups have fewer than 10 items" in text for text in found.caveats)


def test_where_all_groups_are_small_nothing_is_compared() -> None:
    """The scores stay, the reason is told."""
    found = split({"x": (1, 4), "y": (3, 5)})
    row = row_of(found, "a")
    assert math.isnan(row["estimate"])
    assert row["reason"] == "fewer than two groups have 10 items or more"
    assert found.headline.reason == row["reason"]
    assert groups_of(found)["y"]["score"] == 60.0


def test_groups_that_share_members_are_told_by_their_items() -> None:
    """The same item in two groups; and three groups of 190 items in a test of 150."""
    rows = [item("a", k, float(k % 3 > 0), group=name) for name in ("x", "y") for k in range(12)]
    found = compute(kind, evidence_of(items=rows))
    assert row_of(found, "a")["overlap"]
    assert any("share members" in text for text in found.caveats)
    apart = [item("a", f"{name}{k}", float(k % 3 > 0), group=name) for name in ("x", "y") for k in range(12)]
    assert not row_of(compute(kind, evidence_of(items=apart)), "a")["overlap"]
    whole = {"metric": "accuracy", "n_kind": "items"}
    rows = [*shares(SMALL), measured("a", 78.0, n=150, **whole)]
    assert row_of(compute(kind, evidence_of(rows)), "a")["overlap"]
    rows = [*shares(SMALL), measured("a", 78.0, n=190, **whole)]
    assert not row_of(compute(kind, evidence_of(rows)), "a")["overlap"]


def test_groupings_are_never_mixed() -> None:
    """Ages and sites overlap; the group called all is nobody's."""
    rows = plain({"age=young": 80.0, "age=old": 70.0, "site=A": 75.0, "site=B": 60.0, "all": 74.0})
    found = compute(kind, evidence_of(rows))
    assert found.main["grouping"].tolist() == ["age", "site"]
    assert found.main["estimate"].tolist() == [10.0, 15.0]
    assert found.main["benchmark"].tolist() == ["bench · age", "bench · site"]
    rows = [*plain({"young": 80.0, "old": 70.0}, axis="age"), *plain({"A": 75.0, "B": 60.0}, axis="site")]
    assert compute(kind, evidence_of(rows)).main["estimate"].tolist() == [10.0, 15.0]


def test_tests_are_never_mixed() -> None:
    """Two domains of one benchmark are two panels."""
    rows = [
        *plain({"x": 80.0, "y": 70.0}, test_domain="day"),
        *plain({"x": 50.0, "y": 20.0}, test_domain="night"),
    ]
    main = compute(kind, evidence_of(rows)).main
    assert dict(zip(main["benchmark"], main["estimate"], strict=True)) == {
        "bench · day": 10.0,
        "bench · night": 30.0,
    }


def test_where_lower_is_better_the_highest_is_the_worst() -> None:
    """Errors of 10 and 25 %."""
    found = compute(kind, evidence_of(plain({"x": 10.0, "y": 25.0}, direction="lower", metric="error")))
    row = row_of(found, "a")
    assert (row["worst_group"], row["estimate"], row["ratio"]) == ("y", 15.0, 0.4)
    assert groups_of(found)["y"]["disadvantage"] == 15.0


def test_a_ratio_needs_a_zero() -> None:
    """From 1 to 5 stars nothing is two thirds of something; and 0 / 0 is nothing."""
    row = row_of(
        compute(kind, evidence_of(plain({"x": 4.0, "y": 3.0}, lower=1.0, upper=5.0, unit="stars"))), "a"
    )
    assert math.isnan(row["ratio"])
    assert row["ratio_reason"] == "0 is not the lower bound"
    assert (
        row_of(compute(kind, evidence_of(plain({"x": 0.0, "y": 0.0}))), "a")["ratio_reason"]
        == "all scores are 0"
    )


def test_size_goes_with_score_as_spearman_says() -> None:
    """Five groups; fewer, or of one size, or of one score, have a reason instead."""
    counts = {"a": (60, 100), "b": (30, 40), "c": (20, 30), "d": (9, 20), "e": (8, 15)}
    row = row_of(split(counts), "a")
    expected = spearmanr([60, 75, 200 / 3, 45, 160 / 3], np.log([100, 40, 30, 20, 15]))
    assert (row["size_correlation"], row["size_p"]) == (
        pytest.approx(expected.statistic),
        pytest.approx(expected.pvalue),
    )
    assert "fewer than 5" in row_of(split(SMALL), "a")["size_reason"]
    assert (
        row_of(split({name: (k, 20) for k, name in enumerate("vwxyz")}), "a")["size_reason"]
        == "all groups have one size"
    )
    assert (
        row_of(
            split({name: (n // 2, n) for n, name in zip((10, 20, 30, 40, 50), "vwxyz", strict=True)}), "a"
        )["size_reason"]
        == "all groups have one score"
    )
    unknown = row_of(
        compute(kind, evidence_of(plain(dict(zip("vwxyz", (1.0, 2, 3, 4, 5), strict=True))))), "a"
    )
    assert unknown["size_reason"] == "sizes of groups are unknown"


def test_a_group_without_a_score_is_left_out_by_name() -> None:
    """An AUC of one class is not 0."""
    rows = [
        *plain({"x": 80.0, "y": 60.0}, metric="auroc"),
        measured("a", None, group="z", missing="nan", metric="auroc"),
    ]
    found = compute(kind, evidence_of(rows))
    assert row_of(found, "a")["groups"] == 2
    assert found.left_out["reason"].tolist() == [
        "groups without a score, such as an AUC where one class is absent: z"
    ]


def test_systems_are_compared_over_the_groups_they_all_have() -> None:
    """A third group of one of two systems is counted, not used."""
    rows = [*plain({"x": 80.0, "y": 60.0, "z": 10.0}), *plain({"x": 70.0, "y": 65.0}, "b")]
    found = compute(kind, evidence_of(rows))
    assert found.main["system"].tolist() == ["b", "a"], "best worst group first"
    assert found.main["groups"].tolist() == [2, 2]
    assert any("over 2 of 3 groups" in text for text in found.caveats)
    assert (found.headline.best["system"], found.headline.widest) == ("b", "a")


def test_a_guesser_treats_all_alike() -> None:
    """Marked, and not the best."""
    rows = [*shares({"x": (26, 100), "y": (26, 100)}), *shares({"x": (90, 100), "y": (20, 100)}, "b")]
    found = compute(kind, evidence_of(rows, chance=25.0))
    assert found.main.set_index("system")["near_chance"].to_dict() == {"a": True, "b": False}
    assert found.headline.best["system"] == "b"


def test_what_it_needs_is_told() -> None:
    """Of no group, of one group, of a metric without direction, and of a suite beside."""
    assert "`group`" in refused(kind, evidence_of([measured("a", 50)]))
    assert "`group`" in refused(kind, evidence_of(plain({"x": 50.0})))
    odd = evidence_of(plain({"x": 50.0, "y": 40.0}, direction="unknown", metric="oddity"))
    assert refused(kind, odd) == "the direction of the metric is unknown"
    beside = [*plain({"x": 50.0, "y": 40.0}), measured("a", 1, suite="plain")]
    assert compute(kind, evidence_of(beside)).left_out["suite"].tolist() == ["plain"]


@settings(max_examples=5)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_is_what_statsmodels_says_and_keeps_the_order(p: list[float]) -> None:
    """Step-down, never above 1."""
    found = holm(np.array([p]))[0]
    np.testing.assert_allclose(found, multipletests(p, method="holm")[1], atol=1e-12)
    by_p = [value for _, value in sorted(zip(p, found, strict=True))]
    assert all(first <= second for first, second in pairwise(by_p))


counted = st.lists(st.tuples(st.integers(0, 12), st.integers(12, 40)), min_size=2, max_size=6)


@settings(max_examples=5)
@given(counted, st.randoms(use_true_random=False))
def test_literal_loops_say_the_same_in_any_order(pairs: list[tuple[int, int]], random: Any) -> None:
    """Against sums over groups; rows shuffled, the model renamed, and errors instead of right answers."""
    counts = {f"g{at}": pair for at, pair in enumerate(pairs)}
    rows = shares(counts)
    random.shuffle(rows)
    found = compute(kind, evidence_of(rows))
    scores = {name: 100 * k / n for name, (k, n) in counts.items()}
    row = row_of(found, "a")
    assert row["estimate"] == pytest.approx(max(scores.values()) - min(scores.values()))
    assert row["worst_score"] == pytest.approx(min(scores.values()))
    assert row["macro_mean"] == pytest.approx(fmean(scores.values()))
    assert 0 <= row["low"] <= row["estimate"] + 1e-9 <= row["high"] + 2e-9
    for name, (k, n) in counts.items():
        rest = [pair for other, pair in counts.items() if other != name]
        expected = 100 * (sum(a for a, _ in rest) / sum(b for _, b in rest) - k / n)
        assert groups_of(found)[name]["disadvantage"] == pytest.approx(expected, abs=1e-9)
    numeric = ("estimate", "low", "high", "p_equal", "behind", "deviation")
    renamed = row_of(compute(kind, evidence_of(shares(counts, "z"))), "z")
    np.testing.assert_array_equal([row[name] for name in numeric], [renamed[name] for name in numeric])
    wrong = {name: (n - k, n) for name, (k, n) in counts.items()}
    flipped = row_of(split(wrong, direction="lower", metric="error_rate"), "a")
    assert flipped["estimate"] == pytest.approx(row["estimate"])
    assert flipped["worst_score"] == pytest.approx(100 - row["worst_score"])


def simulated(true: list[float], n: int, systems: int) -> Groups:
    """Shares of right answers of many systems whose groups truly score `true`."""
    right = np.random.default_rng(5).binomial(n, true, size=(systems, len(true)))
    share, size = right / n, np.full((systems, len(true)), float(n))
    return Groups(share, binomial_error(share, size), size, sign=1.0, lower=0.0, width=1.0, binary=True)


def test_equal_groups_are_rarely_called_behind() -> None:
    """Six groups of 60 items at 80 %: some group is behind in at most 5 of 100 systems, and equality is refused in 5."""
    groups = simulated([0.8] * 6, 60, 4000)
    found = against_rest(groups, level=0.95)
    wrongly = ((found.adjusted < 0.05) & (found.disadvantage > 0)).any(axis=1).mean()
    assert 0.01 < wrongly < 0.05
    assert (p_equal(groups) < 0.05).mean() == pytest.approx(0.05, abs=0.015)


def test_intervals_of_range_and_disadvantages_cover_the_truth() -> None:
    """Of groups that differ: range 0.3, rest of the worst (0.9 + 0.8 + 0.75 + 0.7) / 4, all at once in 95 of 100."""
    true = [0.9, 0.8, 0.75, 0.7, 0.6]
    groups = simulated(true, 80, 4000)
    ranges = spread(groups, level=0.95)
    assert ((ranges["low"] <= 0.3) & (ranges["high"] >= 0.3)).mean() > 0.95
    found = against_rest(groups, level=0.95)
    apart = np.array([fmean(true[:at] + true[at + 1 :]) - one for at, one in enumerate(true)])
    together = ((found.low <= apart) & (found.high >= apart)).all(axis=1).mean()
    assert 0.94 < together < 0.98


def test_columns_are_documented() -> None:
    """Every column of every table, in order."""
    found = split(SMALL)
    assert list(found.main.columns) == list(kind.COLUMNS)
    for name, columns in kind.TABLES.items():
        assert list(found.tables[name].columns) == list(columns)
