"""The first line of a comparison: short, honest, and grammatical for none, one and many."""

from __future__ import annotations

import pytest
from diffs import NO_CAUSES, alarm, cell, diff, file, noise, number, one_sided, page, pair, rank, worse

from reportgen.diff.model import Causes, ConfigChange, Gate, Rename
from reportgen.views.diff.plan import cause, changes, plan

DATA = Causes(data=3, config=(), code=None, code_changed_numbers=None, unexplained=0)
CODE = Causes(data=0, config=(), code=("0.1", "0.2"), code_changed_numbers=0, unexplained=0)


def test_all_that_can_change_is_one_line():
    """The line a reviewer is promised."""
    found = diff(
        models_added=("m",),
        cells=[cell(), cell(), worse(), *[noise()] * 4, cell(verdict="not comparable")],
        ranks=[rank(), rank(system="llama", moved="down"), rank(system="stayed", moved="")],
        alarms=(alarm(),),
        gates=(Gate("removed", 0), Gate("incomparable", 0)),
        causes=Causes(3, (ConfigChange("settings.missing_data", "a", "b"),), None, None, 0),
    )
    assert plan(found) == (
        "+1 model, −0, ~7 scores (2 better, 1 worse, 4 within noise), 2 moved to another tie group, "
        "1 no longer comparable; 1 alarm; gates passed. Data: 3 files. Code: same. Config: settings.missing_data."
    )


def test_nothing_is_said_of_nothing():
    """Two equal sides have no cause either."""
    assert plan(diff()) == "No change."
    assert plan(diff(gates=(Gate("removed", 0),))) == "No change; gate passed."


def test_another_version_that_computes_the_same_says_so():
    """A release that changes no number can be merged at a glance."""
    assert changes(diff(causes=CODE)) == "reportgen 0.1 → 0.2; the same numbers."
    assert (
        cause(diff(causes=CODE))
        == "Data: same. Code: reportgen 0.1 → 0.2, which computes the same. Config: same."
    )
    assert (
        changes(diff(causes=CODE, pages=[page()])) == "reportgen 0.1 → 0.2; the same numbers, 1 page changed."
    )


@pytest.mark.parametrize(
    ("number", "effect"),
    [
        (None, "reportgen 0.1 → 0.2"),
        (1, "reportgen 0.1 → 0.2, which computes 1 published number otherwise"),
        (1200, "reportgen 0.1 → 0.2, which computes 1,200 published numbers otherwise"),
    ],
)
def test_another_version_that_computes_otherwise_says_how_much(number, effect):
    """Unknown is not zero."""
    found = diff(causes=Causes(0, (), ("0.1", "0.2"), number, 0))
    assert cause(found) == f"Data: same. Code: {effect}. Config: same."


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"models_added": ("a", "b"), "models_removed": ("c",)}, "+2 models, −1."),
        ({"models_removed": ("c",)}, "−1 model."),
        ({"models_removed": ("c", "d")}, "−2 models."),
        ({"benchmarks_added": ("b",)}, "+1 benchmark, −0."),
        ({"benchmarks_removed": ("b",)}, "−1 benchmark."),
        ({"renames": (Rename("a", "b", "alias in the new catalog"),)}, "1 model renamed."),
        ({"cells": [cell()]}, "~1 score (better)."),
        ({"cells": [one_sided("new")]}, "+1 score, −0."),
        ({"cells": [one_sided("old")]}, "−1 score."),
        ({"cells": [one_sided("old"), one_sided("new"), noise()]}, "+1 score, −1, ~1 score (within noise)."),
        ({"cells": [cell(verdict="noise unknown")]}, "~1 score (noise unknown)."),
        ({"ranks": [rank(), rank(board="other")]}, "1 moved to another tie group."),
        ({"ranks": [rank(moved="new")]}, "The same numbers."),
        ({"concurrence": [pair()]}, "1 pair of benchmarks agrees otherwise."),
        ({"concurrence": [pair(), pair()]}, "2 pairs of benchmarks agree otherwise."),
        ({"inputs": [file()]}, "The same numbers."),
        ({"pages": [page(), page()]}, "The same numbers, 2 pages changed."),
        ({"alarms": (alarm(),)}, "The same numbers; 1 alarm."),
        (
            {"alarms": (alarm(), alarm(severity="note"), alarm(expected=True))},
            "The same numbers; 1 alarm, 1 note, 1 expected.",
        ),
    ],
)
def test_only_what_changed_is_counted(fields, said):
    """Zeros are left out, but for what is gone beside what is new: that nothing is gone is news."""
    assert changes(diff(**({"inputs": [file()]} | fields))) == said


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([number()], "~1 other number."),
        ([number(removed=2, changed=0)], "−2 other numbers."),
        ([number(added=1, removed=2, changed=3)], "+1 −2 ~3 other numbers."),
        ([number(in_scores=True)], "~1 other number."),
        ([number(of_items=True, changed=1319)], "~1,319 results of single items."),
    ],
)
def test_numbers_that_no_score_shows_are_counted(rows, said):
    """A secondary metric that is removed, and a run whose mean stayed, are changes too."""
    assert changes(diff(numbers=rows)) == said


def test_numbers_behind_a_score_that_is_shown_are_not_counted_again():
    """The score stands for its runs and items; the secondary metric beside it does not."""
    rows = [number(in_scores=True), number(of_items=True, changed=50), number(metric="f1")]
    assert changes(diff(cells=[cell()], numbers=rows)) == "~1 score (better), ~1 other number."


def test_gates_that_failed_are_counted():
    """Of how many; their names are in a line of their own."""
    failed = [Gate(name, 1) for name in ("removed", "regression", "incomparable", "wider_interval")]
    assert changes(diff(cells=[cell()], gates=(*failed[:1], Gate("alias_clash", 0)))).endswith(
        "; 1 of 2 gates failed."
    )
    assert changes(diff(cells=[cell()], gates=tuple(failed))).endswith("; 4 of 4 gates failed.")


def test_causes_are_counted_where_they_differ():
    """Data and code at once: which moved what."""
    rows = [cell(), cell(), cell(cause="code"), cell(cause="data + code"), cell(cause="")]
    assert "Scores moved by data (2), code (1), data + code (1)." in cause(diff(cells=rows, causes=DATA))
    assert "moved by" not in cause(diff(cells=[cell(), cell(cause="")], causes=DATA))


def test_what_nothing_explains_is_said():
    """A number that changed while its file did not is the alarm of alarms."""
    found = diff(cells=[cell()], causes=Causes(0, (), None, None, 2))
    assert cause(found).endswith("2 records changed though neither file, config nor code did.")


def test_many_settings_are_cut():
    """Three names and a count."""
    config = tuple(ConfigChange(f"settings.s{i}", "", "x") for i in range(6))
    assert "Config: settings.s0, settings.s1, settings.s2 and 3 more." in cause(
        diff(causes=Causes(1, config, None, None, 0))
    )


def test_it_is_always_one_line():
    """Names of catalog entries and versions come from files."""
    hostile = "a\nb\u202e" * 5000
    causes = Causes(1, (ConfigChange(hostile, "", "x"),), (hostile, "2"), None, 0)
    text = plan(diff(causes=causes))
    assert text.isprintable()
    assert len(text) < 400


def test_no_causes_no_claim():
    """A comparison that differs in pages alone has the same data, code and configuration."""
    assert cause(diff(pages=[page()], causes=NO_CAUSES)) == "Data: same. Code: same. Config: same."
