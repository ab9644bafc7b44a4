"""The page of training dynamics."""

from __future__ import annotations

import pytest
from reports import ACCURACY, NOT_WORDS, answer, column, make_report, notices, pages_of, parts, tables, texts

from reportgen.views import blocks
from reportgen.views.summaries.training_dynamics import PATH, steps

TRAIN = {1: 10, 10: 96, 100: 100, 1000: 100, 2000: 100}
TEST = {1: 10, 10: 12, 100: 50, 1000: 99, 2000: 97}
NEVER = {**TEST, 1000: 60, 2000: 50}


def entries(curves, **more):
    """From `{(system, seed): {role: {step: percent}}}`."""
    return [
        {
            "model": model,
            "benchmark": {"id": "addition", "suite": "S"},
            "metric": ACCURACY,
            "value": value,
            "conditions": {"role": role, "step": step, "seed": seed},
            **more,
        }
        for (model, seed), sides in curves.items()
        for role, line in sides.items()
        for step, value in line.items()
    ]


TWO = {("a", 1): {"train": TRAIN, "test": TEST}, ("b", 1): {"train": TRAIN, "test": NEVER}}


def page_of(tmp_path, curves, **more):
    return pages_of(make_report(tmp_path, entries(curves, **more)))[PATH]


def test_there_is_no_page_without_steps(case):
    """And the overview says what would make one."""
    assert PATH not in case("shift").pages


def test_the_answer_says_who_generalizes_and_who_waits(tmp_path):
    """a: 10 and 1,000. b fits at 10 and is at 50 at 2,000, 10 below its best of 60."""
    assert answer(page_of(tmp_path, TWO)) == (
        "On addition, 2 of 2 systems fit the training data and 1 generalizes. "
        "a generalizes: 990 steps after it fits (step 1,000 against 10, ratio 100). "
        "b fits and had not generalized by its last step, 2,000. "
        "b loses most by training on: 10.0 points from its best checkpoint (step 1,000) to its last (step 2,000)."
    )


def test_without_training_scores_the_answer_is_about_the_best_checkpoint(tmp_path):
    """99 at 1,000 and 97 at the end, each ± 3: sqrt(18) = 4."""
    said = answer(page_of(tmp_path, {("a", 1): {"test": TEST}}, stderr=3.0))
    assert said == (
        "On addition, a loses by training on: 2 ± 4 points from its best checkpoint (step 1,000) to its last (step 2,000)."
    )


def test_a_curve_that_ends_at_its_best_lost_nothing(tmp_path):
    """It is said, and not called a loss of 0."""
    said = answer(page_of(tmp_path, {("a", 1): {"test": {1: 10, 10: 50}}}))
    assert said == "On addition, 1 system is best at the last step: nothing was lost by training on."


def test_an_unknown_direction_has_only_a_line(tmp_path):
    """1, 2, 3, 4 over four decades."""
    curve = {("a", 1): {"test": {1: 1, 10: 2, 100: 3, 1000: 4}}}
    said = answer(page_of(tmp_path, curve, metric={"id": "distance"}))
    assert said == (
        "On addition, a changes most: by +1.00 per tenfold steps (R² 1.00); whether that is good cannot be said, because "
        "the direction of the metric is unknown."
    )


def test_what_was_not_reached_is_shown_as_more_than_the_last_step(tmp_path):
    """b waits, so it stands first."""
    page = page_of(tmp_path, TWO)
    table = tables(page)["systems"]
    assert column(table, "system") == ["b", "a"]
    assert column(table, "t_fit") == ["10", "10"]
    assert column(table, "t_gen") == ["> 2,000", "1,000"]
    assert column(table, "delay") == ["> 1,990", "990"]
    assert column(table, "spacing") == ["–", "90 to 999"]
    assert column(table, "phase") == ["memorizes", "generalizes"]
    assert all(row[0].link for row in table.rows)
    scores = tables(page)["scores"]
    assert column(scores, "gap") == ["50.0", "3.00"]
    assert column(scores, "best_step") == ["1,000", "1,000"]


def test_the_figure_has_both_curves_and_both_marks(tmp_path):
    """Training dashed, test solid, a ring at 10 and one at 1,000; the axis is logarithmic."""
    (figure,) = [
        part
        for part in parts(page_of(tmp_path, {("a", 1): {"train": TRAIN, "test": TEST}}))
        if isinstance(part, blocks.Figure)
    ]
    lines = [trace for trace in figure.data if "lines" in trace["mode"]]
    rings = [trace for trace in figure.data if trace["mode"] == "markers"]
    assert [(line["line"]["dash"], line["y"]) for line in lines] == [
        ("dash", [10, 96, 100, 100, 100]),
        ("solid", [10, 12, 50, 99, 97]),
    ]
    assert [(ring["x"], ring["y"]) for ring in rings] == [([10], [96]), ([1000], [99])]
    assert figure.layout["xaxis"]["type"] == "log"


def test_a_long_curve_is_drawn_with_fewer_points(tmp_path):
    """1,000 checkpoints: 160 points, both ends among them."""
    line = {step: step / 10 for step in range(1, 1001)}
    (figure,) = [
        part
        for part in parts(page_of(tmp_path, {("a", 1): {"test": line}}))
        if isinstance(part, blocks.Figure)
    ]
    x = figure.data[0]["x"]
    assert (len(x), x[0], x[-1]) == (160, 1, 1000)


def test_of_several_that_wait_one_is_named(tmp_path):
    """b and c fit; the one with the longest wait, or the first by name, is named."""
    curves = TWO | {("c", 1): {"train": TRAIN, "test": NEVER}}
    assert "b (by step 2,000) and 1 other fit and had not generalized by their last step." in answer(
        page_of(tmp_path, curves)
    )


def test_a_median_that_was_not_reached_is_shown_as_a_bound_too(tmp_path):
    """One of three runs generalizes: the median is later than the last step."""
    curves = {("a", seed): {"train": TRAIN, "test": TEST if seed == 1 else NEVER} for seed in (1, 2, 3)}
    assert column(tables(page_of(tmp_path, curves))["systems"], "t_gen") == ["> 2,000"]


def test_several_runs_show_their_interval(tmp_path):
    """Seven runs, two of which never generalize: the upper end is open."""
    curves = {("a", seed): {"train": TRAIN, "test": TEST if seed > 2 else NEVER} for seed in range(1, 8)}
    page = page_of(tmp_path, curves)
    assert column(tables(page)["systems"], "interval") == ["990 to never"]
    assert column(tables(page)["systems"], "runs") == ["7 / 5 / 7"]
    assert "(interval 990 to never)" in answer(page)
    assert any("chosen by the test scores" in said for said in notices(page))


@pytest.mark.parametrize(
    ("value", "said"), [(1000.0, "1,000"), (0.5, "0.500"), (None, "–"), (float("nan"), "–")]
)
def test_steps_are_counted_and_epochs_may_be_parts(value, said):
    """Whole steps with separators."""
    assert steps(value) == said


@pytest.mark.parametrize(
    "curves", [TWO, {("a", 1): {"test": TEST}}, {("a", 1): {"train": {1: 5, 2: 6}, "test": {1: 5, 3: 5}}}]
)
def test_nothing_unknown_is_printed_as_a_word(tmp_path, curves):
    """No NaN, no None, whatever is missing."""
    page = page_of(tmp_path, curves)
    assert not [text for text in texts((page.answer, page.blocks)) if NOT_WORDS.search(text)]
