"""Seen against unseen units: hand cases, a literal second implementation, and what must not matter."""

from __future__ import annotations

import math
from statistics import fmean, harmonic_mean, stdev
from typing import Any

import numpy as np
import pandas as pd
import pytest
from condition_records import compute, evidence_of, item, measured, refused, row_of
from hypothesis import given, settings
from hypothesis import strategies as st

from reportgen.analysis.summaries import novelty_split as kind

#: model -> unit -> (seen, score)
Units = dict[str, dict[str, tuple[bool, float | None]]]
SMALL: Units = {
    "a": {"cat": (True, 80.0), "dog": (True, 84.0), "emu": (False, 60.0), "gnu": (False, 70.0)},
    "b": {"cat": (True, 60.0), "dog": (True, 64.0), "emu": (False, 58.0), "gnu": (False, 50.0)},
}


def records(units: Units, **more: Any) -> list:
    return [
        measured(
            model, value, unit_name=name, unit_seen=seen, missing="" if value is not None else "null", **more
        )
        for model, row in units.items()
        for name, (seen, value) in row.items()
    ]


def split(units: Units, *, chance: float | None = None, **more: Any):
    return compute(kind, evidence_of(records(units, **more), chance=chance))


def test_hand_case() -> None:
    """82 seen, 65 unseen: 17 points lost, harmonic mean 2 * 82 * 65 / 147."""
    row = row_of(split(SMALL), "a")
    assert (row["seen"], row["unseen"], row["estimate"]) == (82.0, 65.0, 17.0)
    assert row["harmonic_mean"] == pytest.approx(10660 / 147)
    assert row["harmonic_mean"] == pytest.approx(harmonic_mean([82, 65]))
    assert (row["seen_units"], row["unseen_units"], row["of_units"]) == (2, 2, 4)


def test_error_from_items_holds_the_units_fixed() -> None:
    """Two units a side with errors 3 and 4: each mean 2.5, the gap 2.5 sqrt(2)."""
    rows = [
        measured("a", value, unit_name=name, unit_seen=seen, stderr=error)
        for name, seen, value, error in (
            ("p", True, 80, 3),
            ("q", True, 84, 4),
            ("r", False, 60, 3),
            ("s", False, 70, 4),
        )
    ]
    row = row_of(compute(kind, evidence_of(rows)), "a")
    assert row["standard_error"] == pytest.approx(2.5 * math.sqrt(2))
    assert row["error_source"] == "items"
    assert row["high"] - row["low"] == pytest.approx(2 * 1.959964 * 2.5 * math.sqrt(2), rel=1e-6)


def test_without_errors_units_are_the_sample_from_three_on() -> None:
    """The standard error of two means of three; with two units a side there is none."""
    units: Units = {"a": {f"s{k}": (True, v) for k, v in enumerate((70.0, 80.0, 84.0))}}
    units["a"] |= {f"u{k}": (False, v) for k, v in enumerate((40.0, 45.0, 59.0))}
    found = split(units)
    row = row_of(found, "a")
    expected = math.hypot(stdev((70, 80, 84)), stdev((40, 45, 59))) / math.sqrt(3)
    assert row["standard_error"] == pytest.approx(expected)
    assert row["error_source"] == "units"
    assert any("other units" in text for text in found.caveats)
    assert math.isnan(row_of(split(SMALL), "a")["standard_error"])


def test_units_and_items_weigh_differently() -> None:
    """Units of 10 and 30 items: 80 and 60 are 70 by units and 65 by items."""
    rows = [
        measured("a", value, unit_name=name, unit_seen=seen, n=n, n_kind="items")
        for name, seen, value, n in (
            ("p", True, 80, 10),
            ("q", True, 60, 30),
            ("r", False, 50, 10),
            ("s", False, 10, 40),
        )
    ]
    row = row_of(compute(kind, evidence_of(rows)), "a")
    assert (row["seen"], row["seen_by_items"]) == (70.0, 65.0)
    assert (row["unseen"], row["unseen_by_items"]) == (30.0, 18.0)


def test_items_are_averaged_to_units() -> None:
    """Two of three right in the seen unit, one of two in the unseen one; sd / sqrt(n) with n - 1."""
    rows = [item("a", k, v, unit_name="p", unit_seen=True) for k, v in enumerate((1, 1, 0))]
    rows += [item("a", k, v, unit_name="q", unit_seen=False) for k, v in enumerate((1, 0))]
    row = row_of(compute(kind, evidence_of(items=rows)), "a")
    assert (row["seen"], row["unseen"]) == (pytest.approx(2 / 3), 0.5)
    expected = math.hypot(stdev((1, 1, 0)) / math.sqrt(3), stdev((1, 0)) / math.sqrt(2))
    assert row["standard_error"] == pytest.approx(expected)


@pytest.mark.parametrize(("seen", "unseen"), [(80.0, 0.0), (0.0, 40.0), (0.0, 0.0)])
def test_harmonic_mean_is_zero_where_a_side_is(seen: float, unseen: float) -> None:
    """And not undefined: one side forgotten is worth nothing."""
    row = row_of(split({"a": {"p": (True, seen), "q": (False, unseen)}}), "a")
    assert row["harmonic_mean"] == 0.0
    assert row["harmonic_reason"] == ""


def test_harmonic_mean_needs_a_bound_to_measure_from() -> None:
    """An unbounded score has a gap, and no harmonic mean; the reason names the bound."""
    row = row_of(split(SMALL, lower=None), "a")
    assert math.isnan(row["harmonic_mean"])
    assert row["harmonic_reason"] == "the lower bound of the metric is not declared"
    assert row["estimate"] == 17.0


def test_where_lower_is_better_a_rise_is_a_loss() -> None:
    """Error 20 seen and 35 unseen: 15 points lost, the harmonic mean that of 80 and 65."""
    found = split({"a": {"p": (True, 20.0), "q": (False, 35.0)}}, direction="lower", metric="error rate")
    row = row_of(found, "a")
    assert row["estimate"] == 15.0
    assert row["harmonic_mean"] == pytest.approx(2 * 80 * 65 / 145)


def test_a_gain_on_new_units_is_a_negative_gap() -> None:
    """Never clipped."""
    assert row_of(split({"a": {"p": (True, 50.0), "q": (False, 55.0)}}), "a")["estimate"] == -5.0


def test_systems_are_compared_over_the_units_they_share() -> None:
    """One of three lacks a unit that the others have: it is left out of the means, and the page says so."""
    units: Units = {
        model: {"p": (True, 80.0), "q": (False, 50.0), "r": (False, 30.0 if model != "c" else None)}
        for model in "abcd"
    }
    found = split(units)
    assert set(found.main["system"]) == {"a", "b", "d"}
    units = {**units, "a": {**units["a"], "r": (False, None)}, "b": {**units["b"], "r": (False, None)}}
    found = split(units)
    assert row_of(found, "a")["unseen"] == row_of(found, "d")["unseen"] == 50.0
    assert any("over 2 of 3 units" in text for text in found.caveats)


def test_another_unseen_set_for_every_method_is_said() -> None:
    """Each is measured on its own units and marked."""
    units: Units = {
        "a": {"p": (True, 80.0), "q": (False, 50.0)},
        "b": {"q": (True, 80.0), "p": (False, 40.0)},
    }
    found = split(units)
    assert not found.main["same_units"].any()
    assert any("different units" in text for text in found.caveats)
    assert (row_of(found, "a")["estimate"], row_of(found, "b")["estimate"]) == (30.0, 40.0)


def test_benchmarks_of_a_suite_may_be_the_units() -> None:
    """Six trained on and four not: no benchmark has both sides, so the suite does."""
    rows = [
        measured("a", value, suite="VQA", benchmark=name, unit_seen=seen)
        for name, seen, value in (("doc", True, 60), ("chart", True, 50), ("zero", False, 40))
    ]
    row = row_of(compute(kind, evidence_of(rows)), "a")
    assert (row["benchmark"], row["seen"], row["unseen"]) == ("VQA", 55.0, 40.0)


def test_types_of_composition_have_rows_of_their_own() -> None:
    """A type without seen units is held against all seen ones."""
    rows = [
        measured("a", value, unit_name=f"{axis}{seen}", unit_seen=seen, axis=axis)
        for axis, seen, value in (
            ("visual", True, 80),
            ("visual", False, 60),
            ("text", True, 70),
            ("text", False, 66),
        )
    ]
    types = compute(kind, evidence_of(rows)).tables["types"].set_index("type")
    assert types["gap"].to_dict() == {"text": 4.0, "visual": 20.0}
    assert set(types["reference"]) == {"seen units of the type"}
    alone = [row for row in rows if not (row.axis == "text" and row.unit_seen)]
    types = compute(kind, evidence_of(alone)).tables["types"].set_index("type")
    assert types["gap"].to_dict() == {"text": 80.0 - 66.0, "visual": 20.0}
    assert types.loc["text", "reference"] == "all seen units"


def test_share_of_unseen_units_above_chance() -> None:
    """Chance 25: 60 is above it, 26 within two errors of 1 is not."""
    units: Units = {"a": {"p": (True, 90.0), "q": (False, 60.0), "r": (False, 26.0)}}
    row = row_of(split(units, chance=25.0, stderr=1.0), "a")
    assert (row["chance"], row["above_chance"]) == (25.0, 0.5)
    assert math.isnan(row_of(split(units, stderr=1.0), "a")["above_chance"])


def test_a_guesser_never_loses_least() -> None:
    """It has nothing to lose: marked, and left out of the comparison."""
    units: Units = {
        "guess": {"p": (True, 25.5), "q": (False, 25.0)},
        "good": {"p": (True, 90.0), "q": (False, 70.0)},
    }
    found = split(units, chance=25.0)
    assert row_of(found, "guess")["near_chance"]
    assert (found.headline.least, found.headline.compared) == ("good", 1)
    lost = split({"guess": units["guess"]}, chance=25.0)
    assert lost.headline.least == ""
    assert math.isnan(lost.headline.least_gap)


def test_gain_of_a_method_is_against_the_same_model_without() -> None:
    """Unseen 40 to 52: 12 points, 30 %; without that model by itself there is no gain."""
    rows = [
        measured("a", value, method=method, unit_name=name, unit_seen=seen)
        for method, name, seen, value in (
            ("", "p", True, 60), ("", "q", False, 40), ("hint", "p", True, 61), ("hint", "q", False, 52),
        )
    ]  # fmt: skip
    found = compute(kind, evidence_of(rows))
    row = row_of(found, "hint on a")
    assert (row["baseline"], row["gain"], row["relative_gain"]) == ("a", 12.0, pytest.approx(0.3))
    assert math.isnan(row_of(found, "a")["gain"])
    alone = compute(kind, evidence_of([one for one in rows if one.method]))
    assert alone.main["gain"].isna().all()


def test_seeds_are_averaged_before_units() -> None:
    """Two seeds of one unit are one unit; the error is over seeds."""
    rows = [
        measured("a", value, unit_name=name, unit_seen=seen, seed=seed)
        for name, seen, seed, value in (
            ("p", True, 0, 80),
            ("p", True, 1, 84),
            ("q", False, 0, 50),
            ("q", False, 1, 56),
        )
    ]
    row = row_of(compute(kind, evidence_of(rows)), "a")
    assert (row["seen"], row["unseen"], row["seen_units"]) == (82.0, 53.0, 1)
    assert row["standard_error"] == pytest.approx(math.hypot(stdev((80, 84)), stdev((50, 56))) / math.sqrt(2))


def test_what_lacks_a_field_is_left_out_with_the_reason() -> None:
    """A suite without units, a metric without direction, a benchmark of seen units only."""
    rows = records(SMALL)
    rows += [measured("a", 50, suite="plain")]
    rows += [
        measured("a", 50, suite="odd", unit_name="p", unit_seen=True, direction="unknown", metric="oddity")
    ]
    rows += [measured("a", 50, suite="half", unit_name="p", unit_seen=True)]
    left = compute(kind, evidence_of(rows)).left_out.set_index("suite")["reason"].to_dict()
    assert "`unit_seen`" in left["plain"]
    assert "direction" in left["odd"]
    assert left["half"] == "no system has a score on both seen and unseen units"


def test_nothing_usable_is_not_estimable() -> None:
    """With the field to supply."""
    assert "`unit_seen`" in refused(kind, evidence_of([measured("a", 50)]))
    only = evidence_of([measured("a", 50, unit_name="p", unit_seen=True)])
    assert "`unit_seen`" in refused(kind, only)
    odd = evidence_of(records(SMALL, direction="unknown", metric="oddity"))
    assert "direction" in refused(kind, odd)


def test_how_many_cannot_be_told_apart_is_simultaneous() -> None:
    """Errors of 1 a side: differences of gaps have error 2; two others, one-sided 2.24 errors with Bonferroni."""
    gaps = {"a": 10.0, "b": 10.0 + 1.95 * 2, "c": 10.0 + 1.97 * 2}
    units: Units = {m: {"p": (True, 80.0), "q": (False, 80.0 - gap)} for m, gap in gaps.items()}
    found = split(units, stderr=1.0)
    assert (found.headline.least, found.headline.alike) == ("a", 1)
    assert split(units).headline.alike is None


scores = st.lists(st.integers(1, 99), min_size=5, max_size=5)


@settings(max_examples=8)
@given(st.lists(scores, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_a_literal_loop_says_the_same_in_any_order(table: list[list[int]], random: Any) -> None:
    """Means, gap and harmonic mean of complete tables, rows shuffled and models renamed."""
    units: Units = {
        f"m{k}": {f"u{at}": (at < 2, float(v)) for at, v in enumerate(row)} for k, row in enumerate(table)
    }
    rows = records(units)
    random.shuffle(rows)
    found = compute(kind, evidence_of(rows))
    for k, row in enumerate(table):
        mine = row_of(found, f"m{k}")
        assert mine["estimate"] == pytest.approx(fmean(row[:2]) - fmean(row[2:]))
        assert mine["harmonic_mean"] == pytest.approx(harmonic_mean([fmean(row[:2]), fmean(row[2:])]))
    renamed = split({f"x{name}": row for name, row in units.items()})
    numeric = found.main.select_dtypes(float).to_numpy()
    np.testing.assert_array_equal(numeric, renamed.main.select_dtypes(float).to_numpy())


@settings(max_examples=5)
@given(scores, scores)
def test_direction_and_scale_do_not_matter(first: list[int], second: list[int]) -> None:
    """Errors out of 100, and fractions, say the same as accuracies."""
    units: Units = {
        name: {f"u{at}": (at < 2, float(v)) for at, v in enumerate(row)}
        for name, row in (("a", first), ("b", second))
    }
    flipped = {m: {u: (s, 100 - (v or 0)) for u, (s, v) in row.items()} for m, row in units.items()}
    shares = {m: {u: (s, (v or 0) / 100) for u, (s, v) in row.items()} for m, row in units.items()}
    plain = split(units).main.set_index("system").sort_index()
    errors = split(flipped, direction="lower", metric="errors").main.set_index("system").sort_index()
    small = split(shares, upper=1.0, unit="fraction").main.set_index("system").sort_index()
    for column in ("estimate", "harmonic_mean", "standard_error"):
        np.testing.assert_allclose(plain[column], errors[column], atol=1e-9)
        np.testing.assert_allclose(plain[column], 100 * small[column], atol=1e-9)


def test_columns_are_documented() -> None:
    """Every column of every table, in order."""
    found = split(SMALL)
    assert list(found.main.columns) == list(kind.COLUMNS)
    assert list(found.tables["types"].columns) == list(kind.TYPE_COLUMNS)
    assert isinstance(found.main, pd.DataFrame)
