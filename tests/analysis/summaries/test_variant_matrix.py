"""Tasks by variants: hand cases, literal second implementations, and what must not matter."""

from __future__ import annotations

import math
from collections import Counter
from itertools import combinations
from statistics import fmean, stdev
from typing import Any

import numpy as np
import pytest
from condition_records import compute, evidence_of, item, measured, refused, row_of
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from reportgen.analysis.label_f1 import jackknifed, macro_f1
from reportgen.analysis.summaries import variant_matrix as kind

#: model -> task -> variant -> score
Matrix = dict[str, dict[str, dict[str, float]]]
SMALL: Matrix = {
    "a": {"solve": {"original": 80.0, "noise": 60.0}, "judge": {"original": 70.0, "noise": 66.0}},
    "b": {"solve": {"original": 50.0, "noise": 50.0}, "judge": {"original": 40.0, "noise": 46.0}},
}


def records(matrix: Matrix, **more: Any) -> list:
    return [
        measured(model, value, task=task, variant=variant, **more)
        for model, tasks in matrix.items()
        for task, variants in tasks.items()
        for variant, value in variants.items()
    ]


def split(matrix: Matrix, **more: Any):
    return compute(kind, evidence_of(records(matrix, **more)))


def answers(model: str, right: dict[str, str], **more: Any) -> list:
    """Items by variant as '1101': one digit per item, '.' where it is missing."""
    return [
        item(model, at, float(digit), variant=variant, **more)
        for variant, digits in right.items()
        for at, digit in enumerate(digits)
        if digit != "."
    ]


def unit_of(found, system: str, variant: str, task: str) -> dict[str, Any]:
    table = found.tables["units"]
    mask = (table["system"] == system) & (table["variant"] == variant) & (table["task"] == task)
    (row,) = table[mask].to_dict("records")
    return row


def test_hand_case() -> None:
    """All is the mean of four units; noise costs 20 and 4 points, 12 in the mean."""
    found = split(SMALL)
    row = row_of(found, "a")
    assert (row["estimate"], row["original"], row["perturbed"]) == (69.0, 75.0, 63.0)
    assert (row["mean_drop"], row["worst_variant"], row["worst_score"], row["worst_drop"]) == (
        12.0,
        "noise",
        63.0,
        12.0,
    )
    assert (row["variants"], row["tasks"], row["units"]) == (2, 2, 4)
    assert unit_of(found, "a", "noise", "solve")["drop"] == 20.0
    assert unit_of(found, "a", "", "solve")["score"] == 70.0
    assert unit_of(found, "a", "noise", "")["score"] == 63.0
    assert math.isnan(unit_of(found, "a", "original", "solve")["drop"])


def test_mean_of_units_is_not_the_mean_of_items() -> None:
    """A unit of 1,000 items counts no more than one of 10."""
    rows = [
        measured("a", value, task=task, variant=variant, n=n, n_kind="items")
        for task, variant, value, n in (
            ("p", "original", 90, 1000),
            ("p", "noise", 80, 1000),
            ("q", "original", 10, 10),
            ("q", "noise", 0, 10),
        )
    ]
    assert row_of(compute(kind, evidence_of(rows)), "a")["estimate"] == 45.0


def test_errors_of_units_are_taken_as_dependent() -> None:
    """The mean of four units with error 2 has error 2; a drop of independent samples 2 sqrt(2)."""
    found = split(SMALL, stderr=2.0)
    assert row_of(found, "a")["standard_error"] == pytest.approx(2.0)
    drop = unit_of(found, "a", "noise", "solve")
    assert drop["drop_error"] == pytest.approx(2 * math.sqrt(2))
    assert not drop["paired"]


def test_linked_items_pair_the_drop() -> None:
    """Four items, differences 1, 0, 1, -1: the standard error of their mean."""
    found = compute(kind, evidence_of(items=answers("a", {"original": "1110", "noise": "0101"})))
    drop = unit_of(found, "a", "noise", "bench")
    assert drop["drop"] == pytest.approx(0.25)
    assert drop["paired"]
    assert drop["drop_error"] == pytest.approx(stdev((1, 0, 1, -1)) / 2)


def test_consistency_and_flip_rate_by_hand() -> None:
    """Items 111, 110, 000 over three variants: one of three right in all; flips 0, 2/3, 0."""
    found = compute(kind, evidence_of(items=answers("a", {"original": "110", "x": "110", "y": "100"})))
    row = row_of(found, "a")
    assert row["consistency"] == pytest.approx(1 / 3)
    assert row["flip_rate"] == pytest.approx(2 / 9)
    (linked,) = found.tables["consistency"].to_dict("records")
    low, high = proportion_confint(1, 3, method="wilson")
    assert (linked["low"], linked["high"]) == (pytest.approx(low), pytest.approx(high))


def test_an_item_missing_in_a_variant_is_counted_out() -> None:
    """Two of three items are in both variants; the unit still has all of its own."""
    found = compute(kind, evidence_of(items=answers("a", {"original": "111", "x": "1.0"})))
    (linked,) = found.tables["consistency"].to_dict("records")
    assert (linked["items"], linked["of_items"], linked["consistency"]) == (2, 3, 0.5)
    assert unit_of(found, "a", "original", "bench")["score"] == 1.0


def test_items_that_are_not_linked_have_no_consistency() -> None:
    """Other ids in every variant: the reason says what to do; no items at all is another reason."""
    rows = answers("a", {"original": "11"}) + [item("a", f"x{k}", 1.0, variant="x") for k in range(2)]
    row = row_of(compute(kind, evidence_of(items=rows)), "a")
    assert math.isnan(row["consistency"])
    assert "`item_id`" in row["consistency_reason"]
    assert row_of(split(SMALL), "a")["consistency_reason"] == "no results by item"


def test_graded_items_are_neither_right_nor_wrong() -> None:
    """Half points have drops, and no consistency."""
    rows = [item("a", k, 0.5, variant=v, metric="rouge") for k in range(3) for v in ("original", "x")]
    row = row_of(compute(kind, evidence_of(items=rows)), "a")
    assert row["consistency_reason"] == "items are not scored as right or wrong"


def test_macro_f1_of_labels() -> None:
    """An answer that cannot be read is wrong and neither label; by hand and by leave-one-out."""
    given_answers = [("yes", "yes"), ("yes", "no"), ("no", "no"), ("no", ""), ("no", "no"), ("yes", "yes")]
    rows = []
    for variant in ("original", "x"):
        for at, (gold, given_label) in enumerate(given_answers):
            more = {"metric": "macro_f1", "unit_name": gold, "flags": given_label, "task": "judge"}
            rows.append(item("a", f"{variant}{at}", float(gold == given_label), variant=variant, **more))
    found = compute(kind, evidence_of(items=rows))
    # yes: 2 hits, 1 missed, 0 false: 4/5; no: 2 hits, 1 missed, 1 false: 4/6
    unit = unit_of(found, "a", "original", "judge")
    assert unit["score"] == pytest.approx((4 / 5 + 4 / 6) / 2)
    outcomes = [(gold, answer, gold == answer) for gold, answer in given_answers]
    left = [macro_f1(Counter(outcomes[:at] + outcomes[at + 1 :]), ["no", "yes"]) for at in range(6)]
    expected = math.sqrt(5 / 6 * sum((value - fmean(left)) ** 2 for value in left))
    assert unit["standard_error"] == pytest.approx(expected)


def test_a_label_nobody_gives_scores_zero() -> None:
    """F1 with an absent class is 0, not undefined; one item has no error."""
    assert macro_f1(
        Counter({("yes", "yes", True): 3, ("no", "yes", False): 1}), ["no", "yes"]
    ) == pytest.approx(3 / 7)
    score, error = jackknifed(Counter({("yes", "yes", True): 1}), ["no", "yes"])
    assert score == 0.5
    assert math.isnan(error)


def test_attack_success_is_worst_where_it_is_highest() -> None:
    """Of a rate where less is better; the defence that fails least comes first."""
    matrix: Matrix = {
        "weak": {"t": {"whitebox": 60.0, "rephrase": 90.0}},
        "strong": {"t": {"whitebox": 20.0, "rephrase": 38.0}},
    }
    found = split(matrix, direction="lower", metric="attack success rate")
    assert found.main["system"].tolist() == ["strong", "weak"]
    row = row_of(found, "strong")
    assert (row["worst_variant"], row["worst_score"]) == ("rephrase", 38.0)
    assert math.isnan(row["mean_drop"])
    assert any("no drops" in text for text in found.caveats)


def test_one_of_two_systems_is_not_most() -> None:
    """Each breaks at another variant; a third one decides."""
    matrix: Matrix = {
        "a": {"t": {"original": 80.0, "x": 10.0, "y": 70.0}},
        "b": {"t": {"original": 80.0, "x": 70.0, "y": 10.0}},
    }
    assert split(matrix).headline.hardest_variant == ""
    matrix["c"] = {"t": {"original": 80.0, "x": 20.0, "y": 70.0}}
    assert split(matrix).headline.hardest_variant == "x"


def test_consistency_needs_neither_suite_nor_task() -> None:
    """Items of a benchmark by itself."""
    found = compute(kind, evidence_of(items=answers("a", {"original": "11", "x": "10"}, suite="")))
    assert row_of(found, "a")["consistency"] == 0.5


def test_where_lower_is_better_a_rise_is_a_drop() -> None:
    """Error 10 clean, 25 corrupted: 15 points lost."""
    found = split({"a": {"t": {"clean": 10.0, "blur": 25.0}}}, direction="lower", metric="error rate")
    assert row_of(found, "a")["mean_drop"] == 15.0


def test_the_unchanged_variant_may_be_unnamed_or_in_distribution() -> None:
    """An empty variant beside named ones, or the only one whose role is id."""
    rows = [measured("a", 80), measured("a", 60, variant="noise")]
    assert row_of(compute(kind, evidence_of(rows)), "a")["mean_drop"] == 20.0
    rows = [measured("a", 80, variant="v0", role="id"), measured("a", 60, variant="v1", role="ood")]
    assert row_of(compute(kind, evidence_of(rows)), "a")["mean_drop"] == 20.0


def test_severities_are_parts_of_a_unit() -> None:
    """Five levels of one corruption are averaged first."""
    rows = [measured("a", 90, variant="clean")]
    rows += [measured("a", 80 - 10 * k, variant="blur", level_name=str(k), level_order=k) for k in range(5)]
    rows += [measured("a", 50, variant="fog", level_name="0", level_order=0)]
    row = row_of(compute(kind, evidence_of(rows)), "a")
    assert (row["worst_variant"], row["worst_score"], row["estimate"]) == (
        "fog",
        50.0,
        pytest.approx(200 / 3),
    )


def test_benchmarks_of_a_suite_without_tasks_are_the_tasks() -> None:
    """One panel for the suite."""
    rows = [
        measured("a", value, benchmark=name, variant=variant)
        for name, variant, value in (
            ("x", "original", 80),
            ("x", "v", 70),
            ("y", "original", 60),
            ("y", "v", 30),
        )
    ]
    row = row_of(compute(kind, evidence_of(rows)), "a")
    assert (row["benchmark"], row["tasks"], row["estimate"], row["mean_drop"]) == ("suite", 2, 60.0, 20.0)


def test_a_missing_unit_is_never_a_zero() -> None:
    """An attack that one task does not have is left out of the means, and said."""
    matrix: Matrix = {
        model: {"p": {"original": 80.0, "v": 60.0, "w": 40.0}, "q": {"original": 70.0, "v": 50.0}}
        for model in "abc"
    }
    found = split(matrix)
    row = row_of(found, "a")
    assert (row["units"], row["estimate"], row["worst_variant"]) == (5, 60.0, "w")
    assert any("not every task has every variant" in text for text in found.caveats)
    del matrix["c"]["p"]["w"]
    found = split(matrix)
    assert set(found.main["system"]) == {"a", "b"} or found.main["units"].iloc[0] == 4


def test_one_variant_is_no_matrix() -> None:
    """The reason names the field."""
    assert "`variant`" in refused(kind, evidence_of([measured("a", 50)]))
    assert "`variant`" in refused(kind, evidence_of([measured("a", 50, variant="noise")]))
    odd = evidence_of(records(SMALL, direction="unknown", metric="oddity"))
    assert refused(kind, odd) == "the direction of the metric is unknown"
    left = compute(kind, evidence_of([*records(SMALL), measured("a", 1, suite="plain")])).left_out
    assert left["suite"].tolist() == ["plain"]


def test_guessing_is_marked() -> None:
    """A drop from chance level is no drop."""
    rows = records({"a": {"t": {"original": 26.0, "v": 25.0}}, "b": {"t": {"original": 90.0, "v": 60.0}}})
    found = compute(kind, evidence_of(rows, chance=25.0))
    assert found.main.set_index("system")["near_chance"].to_dict() == {"a": True, "b": False}


grids = st.lists(st.text("01", min_size=6, max_size=6), min_size=2, max_size=4)


@settings(max_examples=5)
@given(grids, st.randoms(use_true_random=False))
def test_literal_loops_say_the_same_in_any_order(columns: list[str], random: Any) -> None:
    """Consistency, flips and means of random items; rows shuffled and the model renamed."""
    named = {("original" if k == 0 else f"v{k}"): column for k, column in enumerate(columns)}
    rows = answers("a", named)
    random.shuffle(rows)
    row = row_of(compute(kind, evidence_of(items=rows)), "a")
    by_item = list(zip(*columns, strict=True))
    assert row["consistency"] == pytest.approx(fmean(all(d == "1" for d in one) for one in by_item))
    flips = fmean(fmean(x != y for x, y in combinations(one, 2)) for one in by_item)
    assert row["flip_rate"] == pytest.approx(flips)
    assert row["estimate"] == pytest.approx(fmean(fmean(int(d) for d in column) for column in columns))
    other = row_of(compute(kind, evidence_of(items=answers("z", named))), "z")
    numeric = ("estimate", "standard_error", "mean_drop", "drop_error", "consistency", "flip_rate")
    np.testing.assert_array_equal([row[name] for name in numeric], [other[name] for name in numeric])


@settings(max_examples=5)
@given(st.lists(st.integers(0, 100), min_size=8, max_size=8))
def test_direction_and_scale_do_not_matter(values: list[int]) -> None:
    """Errors out of 100, and fractions, say the same as accuracies."""
    numbers = iter(values)
    matrix: Matrix = {
        m: {t: {v: float(next(numbers)) for v in ("original", "x")} for t in ("p", "q")} for m in ("a", "b")
    }

    def changed(change: Any) -> Matrix:
        return {
            m: {t: {v: change(s) for v, s in vs.items()} for t, vs in ts.items()} for m, ts in matrix.items()
        }

    plain = split(matrix).main.set_index("system").sort_index()
    errors = (
        split(changed(lambda s: 100 - s), direction="lower", metric="errors")
        .main.set_index("system")
        .sort_index()
    )
    shares = (
        split(changed(lambda s: s / 100), upper=1.0, unit="fraction").main.set_index("system").sort_index()
    )
    np.testing.assert_allclose(plain["mean_drop"], errors["mean_drop"], atol=1e-9)
    np.testing.assert_allclose(plain["estimate"], 100 - errors["estimate"], atol=1e-9)
    np.testing.assert_allclose(plain["mean_drop"], 100 * shares["mean_drop"], atol=1e-9)


def test_columns_are_documented() -> None:
    """Every column of every table, in order."""
    found = compute(kind, evidence_of(items=answers("a", {"original": "110", "x": "110"})))
    assert list(found.main.columns) == list(kind.COLUMNS)
    for name, columns in kind.TABLES.items():
        assert list(found.tables[name].columns) == list(columns)
