"""Pairs of benchmarks whose agreement left its interval, and the systems that moved it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from reportgen.analysis.concurrence.kendall import tau_b
from reportgen.config import Settings
from reportgen.diff import concurrence as module
from reportgen.diff.concurrence import concurrence
from reportgen.diff.model import CONCURRENCE_COLUMNS
from reportgen.diff.movers import most, shares
from reportgen.records.catalog import Catalog, ModelEntry
from tests.diff_laws import OPPOSITE, Grid, as_text, chosen_scores, exchanged, shuffled, side_of
from tests.diff_sides import compared, scores, side

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reportgen.records.record import Record
    from tests.diff_laws import Chosen

MODELS = "abcdefghijkl"
RISING = [0.05 * place for place in range(1, 13)]
GONE = OPPOSITE | {"new": "gone"}


def benchmarks(columns: Mapping[str, Sequence[float | None]], **fields: object) -> list[Record]:
    """Records of scores of a, b, c, … given benchmark by benchmark; None is a missing score."""
    rows = {
        model: {name: column[at] for name, column in columns.items() if column[at] is not None}
        for at, model in enumerate(MODELS[: len(next(iter(columns.values())))])
    }
    return scores(rows, **fields)


def swapped(values: Sequence[float], *pairs: tuple[int, int]) -> list[float]:
    found = list(values)
    for one, other in pairs:
        found[one], found[other] = found[other], found[one]
    return found


def test_the_same_side_twice_gives_no_row():
    """Nothing differs, so nothing is listed, and the columns are there all the same."""
    records = benchmarks({"x": RISING, "y": RISING})
    table = concurrence(compared(records, records))
    assert table.empty
    assert tuple(table.columns) == tuple(CONCURRENCE_COLUMNS)


def test_no_records_at_all():
    """Two empty sides compare no benchmarks."""
    assert concurrence(compared([], [])).empty


def test_agreement_that_leaves_both_intervals_has_moved():
    """From perfect agreement to its opposite: tau 1 and -1 by hand, each outside the interval of the other."""
    table = concurrence(
        compared(benchmarks({"x": RISING, "y": RISING}), benchmarks({"x": RISING, "y": RISING[::-1]}))
    )
    row = table.iloc[0]
    assert (row["benchmark_a"], row["benchmark_b"], row["moved"]) == ("x", "y", "down")
    assert (row["old_tau"], row["new_tau"], row["difference"]) == (1.0, -1.0, -2.0)
    assert (row["old_n"], row["new_n"], row["reason"]) == (12, 12, "")
    assert row["old_low"] > row["new_high"]


def test_agreement_within_its_interval_has_not_moved():
    """One pair of neighbours the other way round: 1 - 4 / (12 * 11) lies within Fieller's interval of 1."""
    new = benchmarks({"x": RISING, "y": swapped(RISING, (0, 1))})
    assert concurrence(compared(benchmarks({"x": RISING, "y": RISING}), new)).empty


def test_the_models_whose_scores_moved_it_most_are_named():
    """The first half and the second change places on y: 9 of 15 pairs are discordant now. Shares are computed anew."""
    x, y = RISING[:6], [*RISING[3:6], *RISING[:3]]
    table = concurrence(compared(benchmarks({"x": x, "y": x}), benchmarks({"x": x, "y": y})))
    assert table["new_tau"].tolist() == pytest.approx([(6 - 9) / 15])
    size = np.abs(plain_shares(np.column_stack([x, x]), np.column_stack([x, y]))).round(9)
    expected = [MODELS[at] for at in sorted(range(6), key=lambda at: (-size[at], at))][:3]
    assert table["models"].tolist() == [", ".join(expected)]


def test_new_models_that_moved_it_are_named():
    """Six newcomers are good at x, bad at y, and in opposite order: 15 pairs concordant, 15 + 36 discordant."""
    new = {"x": [*RISING[:6], *RISING[6:]], "y": [*RISING[6:], *RISING[5::-1]]}
    table = concurrence(compared(benchmarks({"x": RISING[:6], "y": RISING[6:]}), benchmarks(new)))
    assert table["new_tau"].tolist() == pytest.approx([(15 - 51) / 66])
    assert set(table["models"].iloc[0].split(", ")) < set("ghijkl")


def test_a_pair_that_becomes_known_is_new_where_both_benchmarks_were_there():
    """y had two of the models and has all now: tau could not be had, and can."""
    old = benchmarks({"x": RISING, "y": [0.1, 0.2, *[None] * 10]})
    table = concurrence(compared(old, benchmarks({"x": RISING, "y": RISING})))
    row = table.iloc[0]
    assert (row["moved"], row["old_n"], row["new_n"]) == ("new", 2, 12)
    assert row["reason"] == "overlap n=2: n<3"
    assert np.isnan(row["old_tau"])
    assert np.isnan(row["difference"])
    assert row["models"] == ""


def test_an_interval_that_becomes_known_is_new_and_keeps_both_taus():
    """Four shared models give a tau without an interval; with twelve there is one."""
    old = benchmarks({"x": RISING, "y": [*RISING[:4], *[None] * 8]})
    row = concurrence(compared(old, benchmarks({"x": RISING, "y": RISING}))).iloc[0]
    assert (row["moved"], row["old_tau"], row["difference"]) == ("new", 1.0, 0.0)
    assert np.isnan(row["old_low"])
    assert row["reason"] == "interval: n=4, needs 5"


def test_a_pair_that_is_no_longer_known_is_gone():
    """All models score the same on y now: no order, no tau."""
    new = benchmarks({"x": RISING, "y": [0.5] * 12})
    row = concurrence(compared(benchmarks({"x": RISING, "y": RISING}), new)).iloc[0]
    assert (row["moved"], row["reason"], row["old_tau"]) == ("gone", "constant", 1.0)


def test_a_whole_benchmark_that_comes_or_goes_says_nothing_here():
    """Its scores are told as new or removed; its agreement with all others would only repeat it."""
    old = benchmarks({"x": RISING, "y": RISING})
    new = benchmarks({"x": RISING, "z": RISING[::-1]})
    assert concurrence(compared(old, new)).empty


def test_a_benchmark_that_can_no_longer_be_ranked_takes_its_pairs_along():
    """Nobody says any more whether larger is better on y; the reason names it."""
    known = benchmarks({"x": RISING, "y": RISING, "z": RISING}, metric="home-made")
    lost = [
        *benchmarks({"x": RISING, "z": RISING}, metric="home-made"),
        *benchmarks({"y": RISING}, metric="home-made", direction="unknown", direction_source="unknown"),
    ]
    table = concurrence(compared(known, lost))
    assert table[["benchmark_a", "benchmark_b", "moved"]].to_numpy().tolist() == [
        ["x", "y", "gone"],
        ["y", "z", "gone"],
    ]
    assert table["reason"].tolist() == ["y: direction unknown"] * 2
    assert table["new_n"].tolist() == [12, 12]


def test_too_few_settings_on_one_side_is_told():
    """With a direction for one benchmark only there is nothing to compare it with."""
    known = benchmarks({"x": RISING, "y": RISING}, metric="home-made")
    lost = [
        *benchmarks({"x": RISING}, metric="home-made"),
        *benchmarks({"y": RISING}, metric="home-made", direction="unknown", direction_source="unknown"),
    ]
    row = concurrence(compared(known, lost)).iloc[0]
    assert row["moved"] == "gone"
    assert "a pair needs two settings" in row["reason"]


def test_settings_cut_off_by_the_limit_are_told_as_such(monkeypatch: pytest.MonkeyPatch):
    """Only the most covered settings are compared; one that falls behind is gone for that reason."""
    monkeypatch.setattr("reportgen.diff.study.MAX_COMPARED", 2)
    old = benchmarks({"x": RISING, "y": RISING, "z": [*RISING[:11], None]})
    new = benchmarks({"x": RISING, "y": [*RISING[:10], None, None], "z": RISING})
    table = concurrence(compared(old, new))
    assert dict(zip(table["benchmark_b"], table["moved"], strict=True)) == {"y": "gone", "z": "new"}
    assert set(table["reason"]) == {"not among the settings that were compared"}


def test_pairs_are_matched_by_what_settings_are_whatever_their_order():
    """On the new side a second split gives x another label, and the pair another order."""
    old = benchmarks({"x": RISING, "y": RISING})
    new = [
        *benchmarks({"x": RISING[::-1], "y": RISING}),
        *benchmarks({"x": RISING}, split="dev"),
        *benchmarks({"a first": RISING}),
    ]
    table = concurrence(compared(old, new))
    assert table[["benchmark_a", "benchmark_b", "moved"]].to_numpy().tolist() == [["x · test", "y", "down"]]
    assert table.loc[0, "old_tau"] == 1.0


def test_the_largest_difference_comes_first():
    """z turns round, y half."""
    columns = {"x": RISING, "y": RISING, "z": RISING}
    half = [*RISING[5::-1], *RISING[:5:-1]]
    table = concurrence(compared(benchmarks(columns), benchmarks(columns | {"y": half, "z": RISING[::-1]})))
    assert table["difference"].abs().is_monotonic_decreasing
    assert table.loc[0, ["benchmark_a", "benchmark_b"]].tolist() == ["x", "z"]


def test_a_renamed_model_moves_nothing():
    """The new catalog says that l was an alias of it."""
    records = benchmarks({"x": RISING, "y": RISING})
    frame = {"x": RISING, "y": RISING}
    rows = {m: {name: c[at] for name, c in frame.items()} for at, m in enumerate([*MODELS[:11], "renamed"])}
    new = side(scores(rows), catalog=Catalog(models=(ModelEntry(id="renamed", aliases=("l",)),)))
    assert concurrence(compared(side(records), new)).empty


def test_another_level_of_confidence_does_not_hide_what_moved():
    """Each side has the interval of its own settings."""
    old = side(benchmarks({"x": RISING, "y": RISING}), settings=Settings(confidence=0.8))
    table = concurrence(compared(old, side(benchmarks({"x": RISING, "y": RISING[::-1]}))))
    assert table["moved"].tolist() == ["down"]


def test_where_no_work_is_left_the_models_are_not_named_and_that_is_said(monkeypatch: pytest.MonkeyPatch):
    """The pairs of the largest difference get their models, the rest an honest word."""
    columns = {"x": RISING, "y": RISING, "z": RISING}
    half = [*RISING[5::-1], *RISING[:5:-1]]
    sides = compared(benchmarks(columns), benchmarks(columns | {"y": half, "z": RISING[::-1]}))
    monkeypatch.setattr(module, "MAX_WORK", 1000)
    table = concurrence(sides)
    assert table["models"].astype(bool).tolist() == [True, *[False] * (len(table) - 1)]
    left_out = len(table) - 1
    assert f"{left_out} pair" in table["reason"].iloc[-1]
    assert "not searched" in table["reason"].iloc[-1]
    assert table["reason"].iloc[0] == ""


def plain_shares(old: np.ndarray, new: np.ndarray) -> list[float]:
    """The definition, with a full tau for every exchange."""
    old, new = (np.where(np.isfinite(side).all(axis=1, keepdims=True), side, np.nan) for side in (old, new))
    found = []
    for row in range(len(old)):
        as_was, as_is = new.copy(), old.copy()
        as_was[row], as_is[row] = old[row], new[row]
        parts = [tau_b(*new.T) - tau_b(*as_was.T), tau_b(*as_is.T) - tau_b(*old.T)]
        known = [part for part in parts if np.isfinite(part)]
        same = ((old[row] == new[row]) | (np.isnan(old[row]) & np.isnan(new[row]))).all()
        found.append(0.0 if same else float(np.mean(known)) if known else np.nan)
    return found


GRID = st.sampled_from([np.nan, 0.0, 0.25, 0.5, 0.75, 1.0])


@given(arrays(float, (7, 2), elements=GRID), arrays(float, (7, 2), elements=GRID))
def test_shares_are_those_of_a_full_tau_for_every_exchange(old: np.ndarray, new: np.ndarray):
    """Counting by rows is the same as computing each tau anew; exchanged sides change the sign alone."""
    expected = np.array(plain_shares(old, new))
    assert shares(old, new) == pytest.approx(expected, abs=1e-9, nan_ok=True)
    assert shares(new, old) == pytest.approx(-expected, abs=1e-9, nan_ok=True)


def test_a_share_by_hand():
    """Three models in one order; the last falls below all on y. tau: 1, then (1 - 2) / 3; all of it is its share."""
    old = np.array([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]])
    new = np.array([[1.0, 1.0], [2.0, 2.0], [3.0, 0.0]])
    assert shares(old, new).tolist() == pytest.approx([0.0, 0.0, -4 / 3])


def test_the_most_of_no_shares_is_nobody():
    """Unknown shares and rounding name nobody; equal ones keep their order."""
    assert most(np.array([np.nan, 0.0, 1e-15]), limit=3) == []
    assert most(np.array([0.1, -0.3, 0.1, 0.3, 0.05]), limit=3) == [1, 3, 0]


DENSE = Grid(tuple("abcdefgh"), (("one", "x"), ("one", "y")), (0.1, 0.2, 0.3, 0.4, 0.5, 0.6))


@given(chosen_scores(DENSE, fewest=12), chosen_scores(DENSE, fewest=12))
@settings(max_examples=5, deadline=None)
def test_exchanged_sides_give_exchanged_rows_and_the_order_of_records_does_not_matter(
    old: Chosen, new: Chosen
):
    """Up is down, new is gone; the same models are named. A side compared with itself is empty."""
    one, other = side_of(old, DENSE), side_of(new, DENSE)
    there = concurrence(compared(one, other))
    back = concurrence(compared(shuffled(other, 1), shuffled(one, 2)))
    names = ["benchmark_a", "benchmark_b"]
    assert as_text(there, names) == as_text(exchanged(back, moved=GONE), names)
    assert concurrence(compared(one, one)).empty


def test_rows_are_plain_types():
    """Counts are whole numbers even where a side does not compare the pair."""
    old = benchmarks({"x": RISING, "y": [0.1, 0.2, *[None] * 10]})
    table = concurrence(compared(old, benchmarks({"x": RISING, "y": RISING})))
    assert pd.api.types.is_integer_dtype(table["old_n"])
    assert pd.api.types.is_float_dtype(table["difference"])
