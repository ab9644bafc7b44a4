"""Scores by axis: hand cases, a literal second implementation, and what must not matter."""

from __future__ import annotations

import math
from statistics import fmean, stdev
from typing import Any

import numpy as np
import pytest
from condition_records import compute, evidence_of, item, measured, refused, row_of
from hypothesis import given, settings
from hypothesis import strategies as st

from reportgen.analysis.summaries import axis_breakdown as kind

#: model -> axis -> family -> score
Table = dict[str, dict[str, dict[str, float]]]
SMALL: Table = {
    "a": {"logic": {"x": 80.0, "y": 60.0}, "sight": {"z": 90.0}},
    "b": {"logic": {"x": 50.0, "y": 70.0}, "sight": {"z": 40.0}},
}


def records(table: Table, **more: Any) -> list:
    return [
        measured(model, value, axis=axis, unit_name=family, **more)
        for model, axes in table.items()
        for axis, families in axes.items()
        for family, value in families.items()
    ]


def split(table: Table, **more: Any):
    return compute(kind, evidence_of(records(table, **more)))


def axis_of(found, system: str, axis: str) -> dict[str, Any]:
    table = found.tables["axes"]
    (row,) = table[(table["system"] == system) & (table["axis"] == axis)].to_dict("records")
    return row


def test_axes_weigh_alike_whatever_families_they_have() -> None:
    """(80 + 60) / 2 = 70 and 90: mean 80, not the mean of three families."""
    found = split(SMALL)
    row = row_of(found, "a")
    assert row["estimate"] == 80.0
    assert (row["weakest_axis"], row["weakest_score"], row["best_axis"]) == ("logic", 70.0, "sight")
    assert (row["axes"], row["families"]) == (2, 3)
    assert axis_of(found, "b", "logic")["score"] == 60.0
    assert axis_of(found, "b", "sight")["profile"] == pytest.approx(40 / 90)


def test_errors_hold_families_fixed() -> None:
    """Axes with errors sqrt(2) * 2 / 2 and 2: the mean has half their hypotenuse."""
    found = split(SMALL, stderr=2.0)
    assert axis_of(found, "a", "logic")["standard_error"] == pytest.approx(math.sqrt(2))
    assert row_of(found, "a")["standard_error"] == pytest.approx(math.hypot(math.sqrt(2), 2) / 2)


def test_without_errors_three_families_are_a_sample() -> None:
    """sd / sqrt(3) on one axis; an axis of one family leaves the overall error unknown, not 0."""
    found = split({"a": {"p": {"x": 1.0, "y": 4.0, "z": 7.0}, "q": {"x": 5.0}}})
    assert axis_of(found, "a", "p")["standard_error"] == pytest.approx(stdev((1, 4, 7)) / math.sqrt(3))
    assert math.isnan(axis_of(found, "a", "q")["standard_error"])
    assert math.isnan(row_of(found, "a")["standard_error"])


def test_items_are_averaged_to_axes() -> None:
    """Two of three, one of two: mean 7/12."""
    rows = [item("a", k, v, axis="p") for k, v in enumerate((1, 1, 0))]
    rows += [item("a", k, v, axis="q") for k, v in enumerate((1, 0))]
    assert row_of(compute(kind, evidence_of(items=rows)), "a")["estimate"] == pytest.approx(7 / 12)


def test_a_compositional_axis_without_a_twin_has_no_gap() -> None:
    """The other axis loses 30; the mean gap is over one axis, and the page says so."""
    rows = [
        measured("a", value, axis=axis, role=role, unit_name="f")
        for axis, role, value in (("explore", "id", 80), ("explore", "ood", 50), ("compose", "ood", 20))
    ]
    found = compute(kind, evidence_of(rows))
    row = row_of(found, "a")
    assert (row["estimate"], row["side"], row["gap"], row["gap_axes"]) == (35.0, "ood", 30.0, 1)
    assert math.isnan(row["id_mean"])
    compose = axis_of(found, "a", "compose")
    assert math.isnan(compose["gap"])
    assert compose["gap_reason"] == "no in-distribution results"
    assert any("1 of 2 axes have no in-distribution results" in text for text in found.caveats)


def test_gain_of_training_by_axis_and_side() -> None:
    """After minus before: shifted 50 to 60 on one axis, in distribution 80 to 95."""
    rows = [
        measured("a", value, method=method, axis=axis, role=role, unit_name="f")
        for method, axis, role, value in (
            ("", "p", "id", 80), ("", "p", "ood", 50), ("", "q", "ood", 10),
            ("RL", "p", "id", 95), ("RL", "p", "ood", 60), ("RL", "q", "ood", 10),
        )
    ]  # fmt: skip
    found = compute(kind, evidence_of(rows))
    after = axis_of(found, "RL on a", "p")
    assert (after["delta"], after["id_delta"]) == (10.0, 15.0)
    assert row_of(found, "RL on a")["delta"] == 5.0
    assert (found.headline.gain_axis, found.headline.gain_on_axis) == ("p", 10.0)


def test_tasks_are_the_axes_where_no_axis_is_stated() -> None:
    """One panel per benchmark then."""
    rows = [
        measured("a", value, benchmark=name, task=task)
        for name, task, value in (
            ("x", "solve", 50),
            ("x", "judge", 70),
            ("y", "solve", 10),
            ("y", "judge", 20),
        )
    ]
    found = compute(kind, evidence_of(rows))
    assert found.main[["benchmark", "estimate"]].to_numpy().tolist() == [["x", 60.0], ["y", 15.0]]


def test_benchmarks_of_a_suite_are_families_of_its_axes() -> None:
    """Pooled by axis, whatever the benchmark."""
    rows = [
        measured("a", value, benchmark=name, axis=axis)
        for name, axis, value in (("x", "logic", 50), ("y", "logic", 70), ("z", "sight", 10))
    ]
    row = row_of(compute(kind, evidence_of(rows)), "a")
    assert (row["benchmark"], row["estimate"], row["families"]) == ("suite", 35.0, 3)


def test_scales_are_never_mixed() -> None:
    """A fraction and a percentage of one suite are two panels, each with its own axes."""
    rows = records({"a": SMALL["a"]})
    rows += [
        measured("a", value, benchmark="s", axis=axis, upper=1.0, unit="fraction", metric="share")
        for axis, value in (("logic", 0.5), ("sight", 0.25))
    ]
    found = compute(kind, evidence_of(rows))
    assert sorted(found.main["estimate"]) == [0.375, 80.0]
    assert found.main["benchmark"].nunique() == 2


def test_where_lower_is_better_the_weakest_axis_is_the_highest() -> None:
    """And the best system is the one with the least error."""
    found = split(SMALL, direction="lower", metric="error rate")
    assert found.headline.best == "b"
    assert row_of(found, "a")["weakest_axis"] == "sight"
    assert axis_of(found, "b", "sight")["profile"] == 1.0


def test_profile_needs_a_bound() -> None:
    """Without one a share means nothing."""
    assert split(SMALL, lower=None).tables["axes"]["profile"].isna().all()


def test_systems_are_compared_over_the_same_families() -> None:
    """One that lacks a family is left out; what most lack is left out of the means, and counted."""
    table: Table = {model: {"p": {"x": 50.0}, "q": {"x": 30.0}} for model in "abcd"}
    table["a"]["q"]["rare"] = 90.0
    found = split(table)
    assert (row_of(found, "a")["estimate"], row_of(found, "a")["of_families"]) == (40.0, 3)
    assert any("2 of 3 families" in text for text in found.caveats)
    del table["d"]["q"]["x"]
    assert set(split(table).main["system"]) == {"a", "b", "c"}


def test_near_chance_is_marked() -> None:
    """A guesser has no profile to boast of."""
    rows = records({"a": {"p": {"x": 26.0}, "q": {"x": 25.0}}, "b": {"p": {"x": 70.0}, "q": {"x": 60.0}}})
    found = compute(kind, evidence_of(rows, chance=25.0))
    assert row_of(found, "a")["near_chance"]
    assert not row_of(found, "b")["near_chance"]


def test_one_axis_is_no_breakdown() -> None:
    """Nor is a score without any; the reason names the field."""
    assert "`axis`" in refused(kind, evidence_of([measured("a", 50, axis="logic")]))
    assert "`axis`" in refused(kind, evidence_of([measured("a", 50)]))
    odd = evidence_of(records(SMALL, direction="unknown", metric="oddity"))
    assert refused(kind, odd) == "the direction of the metric is unknown"


def test_what_is_not_split_is_left_out_with_the_reason() -> None:
    """Another suite without axes, and a benchmark of this one without."""
    rows = [*records(SMALL), measured("a", 1, suite="plain"), measured("a", 1, benchmark="other")]
    left = compute(kind, evidence_of(rows)).left_out.to_dict("records")
    assert [(row["suite"], row["benchmark"]) for row in left] == [("plain", ""), ("suite", "other")]


grids = st.lists(st.lists(st.integers(1, 99), min_size=5, max_size=5), min_size=1, max_size=4)


@settings(max_examples=8)
@given(grids, st.randoms(use_true_random=False))
def test_a_literal_loop_says_the_same_in_any_order(values: list[list[int]], random: Any) -> None:
    """Three families on one axis, two on the other; rows shuffled, models renamed, errors instead of hits."""
    table: Table = {
        f"m{k}": {
            "p": {f"f{at}": float(v) for at, v in enumerate(row[:3])},
            "q": {f"f{at}": float(v) for at, v in enumerate(row[3:])},
        }
        for k, row in enumerate(values)
    }
    rows = records(table)
    random.shuffle(rows)
    found = compute(kind, evidence_of(rows))
    for k, row in enumerate(values):
        assert row_of(found, f"m{k}")["estimate"] == pytest.approx(fmean([fmean(row[:3]), fmean(row[3:])]))
    renamed = split({f"x{name}": axes for name, axes in table.items()})
    np.testing.assert_array_equal(
        found.main.select_dtypes(float).to_numpy(), renamed.main.select_dtypes(float).to_numpy()
    )
    mirrored: Table = {
        name: {axis: {f: 100 - v for f, v in families.items()} for axis, families in axes.items()}
        for name, axes in table.items()
    }
    errors = split(mirrored, direction="lower", metric="errors")
    assert errors.main["system"].tolist() == found.main["system"].tolist()
    np.testing.assert_allclose(100 - errors.main["estimate"], found.main["estimate"])


def test_columns_are_documented() -> None:
    """Every column of every table, in order."""
    found = split(SMALL)
    assert list(found.main.columns) == list(kind.COLUMNS)
    assert list(found.tables["axes"].columns) == list(kind.AXIS_COLUMNS)
