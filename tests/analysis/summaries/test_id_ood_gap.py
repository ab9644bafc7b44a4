"""Loss under shift: hand cases, errors against statsmodels, and the traps of gaps."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit
from scipy.stats import norm
from score_tables import make_table
from statsmodels.stats.proportion import confint_proportions_2indep

from reportgen.analysis.line import stable_logit
from reportgen.analysis.paired_scores import PAIR_COLUMNS
from reportgen.analysis.summaries.id_ood_gap import (
    COVERAGE_COLUMNS,
    LINE_COLUMNS,
    MISSING_COLUMNS,
    SHIFT_COLUMNS,
    SYSTEM_COLUMNS,
    GapSummary,
    id_ood_gap,
)
from reportgen.numbers import NotEstimable
from reportgen.records.catalog import BenchmarkEntry, Catalog

if TYPE_CHECKING:
    from pathlib import Path

    from reportgen.analysis.table import ScoreTable

ROLES: dict[str, dict[str, Any]] = {"in": {"role": "id"}, "out": {"role": "ood"}, "far": {"role": "ood"}}


def gap(table: ScoreTable, catalog: Catalog | None = None, level: float = 0.95) -> GapSummary:
    result = id_ood_gap(table, catalog or Catalog(), level=level)
    assert isinstance(result, GapSummary), result
    return result


def two(inside: list, outside: list, **columns: Any) -> GapSummary:
    """Systems m0000, m0001, … in settings "in" and "out"."""
    catalog = columns.pop("catalog", None)
    return gap(make_table({"in": inside, "out": outside}, ROLES, **columns), catalog)


# -- pairs ---------------------------------------------------------------------------------------------------------


def test_hand_case_of_one_pair() -> None:
    """0.8 in distribution, 0.6 under shift."""
    row = two([0.8], [0.6]).pairs.iloc[0]
    assert (row["setting"], row["id_setting"], row["system"]) == ("out", "in", "m0000")
    assert (row["id_score"], row["ood_score"]) == (0.8, 0.6)
    assert row["gap"] == pytest.approx(0.2)
    assert row["ratio"] == pytest.approx(0.75)
    assert row["relative_gap"] == pytest.approx(0.25)
    assert row["logit_gap"] == pytest.approx(math.log(4 / 1.5))
    assert row["generalization_score"] == pytest.approx(0.4), "0.6 less the 0.2 that are lost"


def test_gain_under_shift_is_a_negative_gap() -> None:
    """It is reported, not clipped to 0."""
    row = two([0.6], [0.7]).pairs.iloc[0]
    assert row["gap"] == pytest.approx(-0.1)
    assert row["generalization_score"] == pytest.approx(0.7), "a gain is not counted twice"


def test_where_lower_is_better_a_rise_is_a_loss() -> None:
    """Word error 5 % in, 12 % out: loses 7 points, and the log odds fall in the direction of goodness."""
    summary = two([5.0, 5.0], [12.0, 4.0], direction="lower", unit="percent", upper=100.0)
    assert summary.pairs["gap"].tolist() == [7.0, -1.0]
    assert summary.pairs["generalization_score"].tolist() == [19.0, 4.0]
    assert summary.systems["system"].tolist() == ["m0001", "m0000"], "who loses least comes first"
    mirrored = two([95.0, 95.0], [88.0, 96.0], unit="percent", upper=100.0)
    np.testing.assert_allclose(summary.pairs["logit_gap"], mirrored.pairs["logit_gap"])
    assert summary.facts[0].best_ood_system == "m0001"


def test_ratio_without_a_positive_base_is_undefined() -> None:
    """0.3 / 0 is not 1 and not infinity; a negative base has no share to lose."""
    pairs = two([0.0, -0.2, 0.5], [0.3, 0.1, 0.0], lower=-1.0).pairs
    assert pairs["ratio"].isna().tolist() == [True, True, False]
    assert pairs["relative_gap"].isna().tolist() == [True, True, False]
    assert pairs["ratio"].iloc[2] == 0.0
    assert pairs["gap"].tolist() == pytest.approx([-0.3, -0.3, 0.5])


def test_unbounded_metric_has_a_gap_but_no_log_odds() -> None:
    """Without bounds there is no share."""
    row = two([30.0], [20.0], lower=math.nan, upper=math.nan, unit="points").pairs.iloc[0]
    assert row["gap"] == 10.0
    assert np.isnan(row["logit_gap"])


@pytest.mark.parametrize(("k", "n", "j", "m"), [(80, 100, 60, 100), (100, 100, 97, 500), (3, 30, 0, 20)])
@pytest.mark.parametrize("direction", ["higher", "lower"])
def test_interval_of_two_proportions_is_newcombes(k: int, n: int, j: int, m: int, direction: str) -> None:
    """Equal to statsmodels, in the unit of the metric, whatever the direction."""
    errors = direction == "lower"
    inside, outside = (100 * (1 - p if errors else p) for p in (k / n, j / m))
    options = {"unit": "percent", "upper": 100.0, "direction": direction, "n": {"in": n, "out": m}}
    row = two([inside], [outside], **options).pairs.iloc[0]
    low, high = confint_proportions_2indep(k, n, j, m, method="newcomb", compare="diff")
    assert row["method"] == "newcombe"
    assert [row["low"], row["high"]] == pytest.approx([100 * low, 100 * high], abs=1e-10)
    assert row["gap"] == pytest.approx(100 * (k / n - j / m))


@pytest.mark.parametrize(
    "columns",
    [
        {"metric": "f1"},
        {"leaves": 3},
        {"stderr_kind": "seeds"},
        {"lower": math.nan, "upper": math.nan},
    ],
)
def test_what_is_no_proportion_gets_a_normal_interval(columns: dict[str, Any]) -> None:
    """F1, means over parts or seeds, unknown bounds: from the two standard errors."""
    row = two(
        [0.8], [0.6], n={"in": 100, "out": 100}, stderr={"in": 0.03, "out": 0.04}, **columns
    ).pairs.iloc[0]
    assert row["method"] == "normal"
    assert row["standard_error"] == pytest.approx(0.05)
    assert row["low"] == pytest.approx(0.2 - norm.ppf(0.975) * 0.05)
    assert row["high"] == pytest.approx(0.2 + norm.ppf(0.975) * 0.05)


def test_metric_whose_items_score_0_or_1_is_a_proportion() -> None:
    """As the score table knows it, whatever the metric is called."""
    options = {"n": {"in": 100, "out": 100}, "metric": "cracked"}
    assert two([0.8], [0.6], **options).pairs["method"].iloc[0] == ""
    assert two([0.8], [0.6], **options, binary=True).pairs["method"].iloc[0] == "newcombe"


def test_binomial_error_fills_in_for_an_unreported_one() -> None:
    """sqrt(p (1 - p) / n) of both sides, added in squares."""
    row = two([0.8], [0.5], n={"in": 100, "out": 400}).pairs.iloc[0]
    assert row["standard_error"] == pytest.approx(math.sqrt(0.16 / 100 + 0.25 / 400))


def test_missing_error_gives_no_interval_but_a_reason() -> None:
    """Which of the two lacks is said."""
    reasons = two(
        [0.8] * 4,
        [0.6] * 4,
        metric="f1",
        stderr={"in": [0.1, 0.1, None, None], "out": [0.1, None, 0.1, None]},
    ).pairs
    assert reasons["reason"].tolist() == [
        "",
        "no standard error of the shifted score",
        "no standard error of the in-distribution score",
        "no standard error of either score",
    ]
    assert reasons["low"].isna().tolist() == [False, True, True, True]


def test_system_without_one_of_the_scores_is_in_no_pair() -> None:
    """Unknown is not zero."""
    assert two([0.8, None, 0.7], [0.6, 0.5, None]).pairs["system"].tolist() == ["m0000"]


# -- systems -------------------------------------------------------------------------------------------------------


def test_mean_gap_is_the_gap_of_means_and_the_mean_of_gaps() -> None:
    """The trap of clipping: max(0, gap) would be 0.1 on average, of the means it is 0."""
    table = make_table(
        {"in1": [0.5], "in2": [0.9], "out1": [0.8], "out2": [0.7]},
        {"out1": {"role": "ood"}, "out2": {"role": "ood"}},
    )
    catalog = Catalog(
        benchmarks=(BenchmarkEntry(id="out1", id_twin="in1"), BenchmarkEntry(id="out2", id_twin="in2"))
    )
    summary = gap(table, catalog)
    assert summary.pairs["gap"].tolist() == pytest.approx([-0.3, 0.2])
    row = summary.systems.iloc[0]
    assert row["gap"] == pytest.approx(-0.05)
    assert row["id_mean"] - row["ood_mean"] == pytest.approx(-0.05)


def test_error_of_a_shared_twin_counts_once() -> None:
    """Two shifts with one twin: its error does not average out."""
    table = make_table(
        {"in": [0.8], "out": [0.6], "far": [0.4]}, ROLES, stderr={"in": 0.03, "out": 0.04, "far": 0.02}
    )
    row = gap(table).systems.iloc[0]
    assert row["gap"] == pytest.approx(0.3)
    expected = math.sqrt(0.03**2 + (0.04**2 + 0.02**2) / 4)
    assert row["standard_error"] == pytest.approx(expected)
    assert row["high"] == pytest.approx(0.3 + norm.ppf(0.975) * expected)


def test_systems_are_compared_over_the_same_shifts() -> None:
    """The largest block without a hole; who is outside gets no mean, and what is outside is named."""
    summary = gap(
        make_table(
            {"in": [0.9] * 5, "out": [0.5, 0.6, 0.7, 0.8, None], "far": [0.1, None, None, None, 0.2]}, ROLES
        )
    )
    assert summary.systems["system"].tolist() == ["m0003", "m0002", "m0001", "m0000"]
    assert summary.coverage.to_numpy().tolist() == [["suite", "", 4, 5, 1, 2, "far"]]
    assert len(summary.pairs) == 6, "pairs outside the block are still shown one by one"
    assert (summary.facts[0].n_systems, summary.facts[0].n_settings) == (4, 1)


def test_complete_table_is_used_whole() -> None:
    """k of n is n of n."""
    summary = gap(make_table({"in": [0.9] * 3, "out": [0.5, 0.6, 0.7], "far": [0.1, 0.2, 0.3]}, ROLES))
    assert summary.coverage.to_numpy().tolist() == [["suite", "", 3, 3, 2, 2, ""]]
    assert summary.systems["ood_mean"].tolist() == pytest.approx([0.5, 0.4, 0.3])


def test_selection_rules_and_metrics_are_never_averaged() -> None:
    """Each is a panel of its own, named by what tells it apart."""
    columns = {
        f"{name} {rule}": {"benchmark": name, "role": role, "selection": rule}
        for rule in ("oracle", "")
        for name, role in (("S", "id"), ("T", "ood"))
    }
    summary = gap(make_table({label: [0.5 + 0.1 * k] for k, label in enumerate(columns)}, columns))
    assert summary.systems["panel"].tolist() == ["oracle", "selection not stated"]
    assert [fact.panel for fact in summary.facts] == ["oracle", "selection not stated"]
    assert set(summary.pairs["panel"]) == {"oracle", "selection not stated"}


def test_suites_are_kept_apart() -> None:
    """One panel per suite, sorted by name."""
    columns = {
        f"{suite}{role}": {"suite": suite, "role": role, "benchmark": role}
        for suite in "BA"
        for role in ("id", "ood")
    }
    summary = gap(make_table({label: [0.5] for label in columns}, columns))
    assert [fact.suite for fact in summary.facts] == ["A", "B"]


# -- chance --------------------------------------------------------------------------------------------------------


def chance(inside: list, outside: list, **columns: Any) -> GapSummary:
    return two(
        inside, outside, catalog=Catalog(benchmarks=(BenchmarkEntry(id="in", chance=0.25),)), **columns
    )


def test_system_at_chance_never_loses_least() -> None:
    """It has no gap because it has nothing to lose; it is marked and left out of the comparison."""
    summary = chance([0.26, 0.9, 0.8], [0.25, 0.6, 0.7], stderr={"in": 0.01, "out": 0.01})
    assert summary.systems[["system", "near_chance"]].to_numpy().tolist() == [
        ["m0000", True],
        ["m0002", False],
        ["m0001", False],
    ]
    fact = summary.facts[0]
    assert (fact.least_system, fact.n_near_chance) == ("m0002", 1)
    assert fact.least_gap == pytest.approx(0.1)
    assert fact.least_error == pytest.approx(0.01 * math.sqrt(2))


def test_near_chance_is_two_errors_or_five_percent_of_the_range() -> None:
    """Whichever is more: a large test set makes 26 % significantly more than 25 %, but not a skill to lose."""
    large = chance([0.299, 0.301, 0.1], [0.2] * 3, stderr={"in": 0.001, "out": 0.001}).systems
    assert large.set_index("system")["near_chance"].to_dict() == {
        "m0000": True,
        "m0001": False,
        "m0002": True,
    }
    small = chance([0.339, 0.341], [0.2] * 2, stderr={"in": 0.045, "out": 0.01}).systems
    assert small.set_index("system")["near_chance"].to_dict() == {"m0000": True, "m0001": False}
    unknown = chance([0.299, 0.301], [0.2] * 2).systems
    assert unknown.set_index("system")["near_chance"].to_dict() == {"m0000": True, "m0001": False}


def test_unknown_chance_marks_nobody() -> None:
    """The page can say that chance is unknown, because the column is empty."""
    systems = two([0.26], [0.25]).systems
    assert systems["chance"].isna().all()
    assert not systems["near_chance"].any()


def test_everybody_at_chance_leaves_nobody_to_lose_least() -> None:
    """The headline is empty instead of naming a guesser."""
    fact = chance([0.25, 0.26], [0.25, 0.24]).facts[0]
    assert (fact.least_system, fact.n_alike, fact.n_near_chance) == ("", None, 2)
    assert math.isnan(fact.least_gap)


# -- headline ------------------------------------------------------------------------------------------------------


def test_how_many_cannot_be_told_apart_is_simultaneous() -> None:
    """Bonferroni over the other systems, one-sided: by hand with three of them."""
    error = 0.01 * math.sqrt(2)
    critical = norm.ppf(1 - 0.05 / 3) * error * math.sqrt(2)
    alone = norm.ppf(0.95) * error * math.sqrt(2)
    assert alone < 0.98 * critical, "a single comparison would tell the third apart"
    gaps = [0.1, 0.1 + 1.02 * critical, 0.1 + 0.98 * critical, 0.4]
    summary = two([0.9] * 4, [0.9 - g for g in gaps], stderr={"in": 0.01, "out": 0.01})
    assert summary.facts[0].least_system == "m0000"
    assert summary.facts[0].n_alike == 1


def test_without_errors_nobody_knows_who_is_alike() -> None:
    """None, not 0."""
    fact = two([0.9, 0.8], [0.5, 0.6]).facts[0]
    assert fact.n_alike is None
    assert math.isnan(fact.least_error)


def test_facts_name_the_median_and_the_best_under_shift() -> None:
    """Who loses least is not who scores best under shift."""
    fact = two([0.95, 0.70, 0.6], [0.75, 0.65, 0.3]).facts[0]
    assert fact.median_gap == pytest.approx(0.2)
    assert fact.least_system == "m0001"
    assert (fact.best_ood_system, fact.best_ood_mean) == ("m0000", 0.75)


def test_shift_frame_says_quartiles_and_who_loses_most() -> None:
    """One row per shifted setting; ties by name."""
    shifts = two([0.9] * 5, [0.8, 0.7, 0.6, 0.5, 0.5]).shifts
    assert list(shifts.columns) == list(SHIFT_COLUMNS)
    row = shifts.iloc[0]
    assert row["n_systems"] == 5
    assert row[["quartile_low", "median_gap", "quartile_high"]].tolist() == pytest.approx([0.2, 0.3, 0.4])
    assert (row["worst_system"], row["worst_gap"]) == ("m0003", pytest.approx(0.4))


# -- line ----------------------------------------------------------------------------------------------------------


def crowd(n: int, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    skill = rng.normal(1, 0.6, n)
    return expit(skill), expit(0.9 * skill - 0.7 + rng.normal(0, 0.2, n))


def test_effective_robustness_is_measured_against_the_others() -> None:
    """A literal refit of the logit line without each system."""
    inside, outside = crowd(14)
    systems = two(inside.tolist(), outside.tolist(), n={"in": 1000, "out": 500}).systems.set_index("system")
    x, y = stable_logit(inside, np.full(14, 1000.0)), stable_logit(outside, np.full(14, 500.0))
    for i in range(14):
        line = np.polyfit(np.delete(x, i), np.delete(y, i), 1)
        expected = outside[i] - expit(np.polyval(line, x[i]))
        assert systems.loc[f"m{i:04d}", "effective_robustness"] == pytest.approx(expected, abs=1e-12)


def test_effective_robustness_does_not_depend_on_the_direction() -> None:
    """Errors in percent say the same as accuracies."""
    inside, outside = crowd(12)
    accuracy = two(inside.tolist(), outside.tolist()).systems
    errors = two(
        (100 - 100 * inside).tolist(),
        (100 - 100 * outside).tolist(),
        direction="lower",
        upper=100.0,
        unit="percent",
    )
    np.testing.assert_allclose(100 * accuracy["effective_robustness"], errors.systems["effective_robustness"])
    np.testing.assert_allclose(100 * accuracy["gap"], errors.systems["gap"])
    np.testing.assert_allclose(errors.systems["predicted_ood"], 100 - 100 * accuracy["predicted_ood"])


def test_outlier_does_not_pull_the_line_it_is_judged_by() -> None:
    """A system far above all others gets its whole distance."""
    inside, outside = crowd(12)
    outside[0] = 0.99
    expected = two(inside[1:].tolist(), outside[1:].tolist()).lines.iloc[0]
    systems = two(inside.tolist(), outside.tolist()).systems.set_index("system")
    x = stable_logit(inside[:1], np.array([np.nan]))[0]
    predicted = expit(expected["intercept"] + expected["slope"] * x)
    assert systems.loc["m0000", "effective_robustness"] == pytest.approx(0.99 - predicted)
    fact = two(inside.tolist(), outside.tolist()).facts[0]
    assert (fact.most_robust_system, fact.most_robust) == ("m0000", pytest.approx(0.99 - predicted))


@pytest.mark.parametrize(
    ("inside", "columns", "reason"),
    [
        ([0.5 + 0.01 * k for k in range(9)], {}, "9 systems: a line needs 10"),
        ([0.5] * 12, {}, "all systems have the same score without shift"),
        ([0.5 + 0.01 * k for k in range(12)], {"lower": math.nan}, "the bounds of the metric are unknown"),
    ],
)
def test_no_line_says_why(inside: list[float], columns: dict[str, Any], reason: str) -> None:
    """And the gaps are there all the same."""
    summary = two(inside, [0.4 + 0.01 * k for k in range(len(inside))], **columns)
    assert summary.lines["reason"].tolist() == [reason]
    assert summary.lines[["slope", "intercept", "r2"]].isna().all(axis=None)
    assert summary.systems["effective_robustness"].isna().all()
    assert summary.facts[0].most_robust_system == ""
    assert summary.systems["gap"].notna().all()


# -- what is missing -----------------------------------------------------------------------------------------------


def test_suite_without_roles_is_listed_with_what_to_do() -> None:
    """Next to one that has them."""
    table = make_table(
        {"in": [0.5], "out": [0.4], "other": [0.3], "odd": [0.2]},
        {**ROLES, "other": {"suite": "plain"}, "odd": {"role": "ood", "metric": "f1"}},
    )
    missing = gap(table).missing
    assert list(missing.columns) == list(MISSING_COLUMNS)
    assert missing[["suite", "setting"]].to_numpy().tolist() == [["plain", ""], ["suite", "odd"]]
    assert "results/catalog/benchmarks.yml" in missing["reason"].iloc[0]
    assert missing["reason"].iloc[1] == "an in-distribution setting (role id) exists, but differs in metric"


def test_nothing_shifted_is_not_estimable() -> None:
    """The reason says which field lacks and where to state it."""
    result = id_ood_gap(make_table({"a": [0.5], "b": [0.4]}), Catalog(), level=0.95)
    assert isinstance(result, NotEstimable)
    assert "`role`" in result.reason
    assert "`id_twin`" in result.reason


def test_no_system_with_both_scores_is_not_estimable() -> None:
    """A twin alone is not enough."""
    result = id_ood_gap(make_table({"in": [0.5, None], "out": [None, 0.4]}, ROLES), Catalog(), level=0.95)
    assert isinstance(result, NotEstimable)
    assert result.reason == "no system has a score in both it and in"


def test_level_outside_zero_and_one_is_refused() -> None:
    """95 is not 0.95."""
    with pytest.raises(ValueError, match="confidence level"):
        id_ood_gap(make_table({"in": [0.5], "out": [0.4]}, ROLES), Catalog(), level=95)


# -- laws ----------------------------------------------------------------------------------------------------------


def test_columns_are_as_declared() -> None:
    """Pages read these names."""
    summary = two([0.8, 0.7], [0.6, 0.5])
    assert list(summary.pairs.columns) == list(PAIR_COLUMNS)
    assert list(summary.systems.columns) == list(SYSTEM_COLUMNS)
    assert list(summary.lines.columns) == list(LINE_COLUMNS)
    assert list(summary.coverage.columns) == list(COVERAGE_COLUMNS)


@given(order=st.permutations(range(12)))
def test_order_of_systems_changes_nothing(order: list[int]) -> None:
    """Same systems, same numbers, same order of rows."""
    inside, outside = crowd(12)
    names = [f"s{k:02d}" for k in range(12)]
    before = gap(make_table({"in": inside, "out": outside}, ROLES, systems=names, n={"in": 50, "out": 50}))
    shuffled = make_table(
        {"in": inside[order], "out": outside[order]},
        ROLES,
        systems=[names[k] for k in order],
        n={"in": 50, "out": 50},
    )
    after = gap(shuffled)
    pd.testing.assert_frame_equal(before.systems, after.systems, rtol=1e-10)
    assert before.facts[0].n_alike == after.facts[0].n_alike


@pytest.mark.shared
def test_published_generalization_scores_follow_from_unclipped_gaps(shared_data: Path) -> None:
    """Scylla Table 2: score = ood - max(0, gap); published per task, so within 0.03 of our gap of means."""
    data = json.loads((shared_data / "golden" / "scylla" / "scylla_tables.json").read_text())
    models = sorted(data["figure5_qwen15"])
    levels = data["levels"]
    scores: dict[str, list[float]] = {}
    entries = []
    for level in levels:
        cells = [data["figure5_qwen15"][model][level] for model in models]
        scores[f"{level} in"] = [cell["id_mean"] for cell in cells]
        scores[f"{level} out"] = [cell["ood_mean"] for cell in cells]
        entries.append(BenchmarkEntry(id=f"{level} out", id_twin=f"{level} in"))
    pairs = gap(make_table(scores, systems=models), Catalog(benchmarks=tuple(entries))).pairs
    assert len(pairs) == 20
    for row in pairs.itertuples():
        published = data["table2"][row.system]["S"][row.setting.removesuffix(" out")]
        assert row.ood_score - max(0, row.gap) == pytest.approx(published, abs=0.03)
