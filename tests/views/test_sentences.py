"""Who leads and how sure that is, on boards whose numbers are checked by hand.

Tukey-Kramer critical values for a difference at 95 %: 1.960 standard errors for two systems, 2.344 for three.
"""

from __future__ import annotations

import pytest
from reports import answer, make_report, pages_of, score, scores

from reportgen.views.common import plain_text
from reportgen.views.sentences import (
    how_many,
    lead_text,
    leader,
    leader_short,
    tied_with_first,
    uncertainty_over,
    unsure,
)


@pytest.fixture
def board(tmp_path):
    """The one board of these entries."""

    def make(entries, **more):
        (one,) = make_report(tmp_path, entries, **more).boards
        return one

    return make


def test_a_leader_beyond_the_errors_is_clearly_ahead(board):
    """60 and 50 with errors of 1: 10 is more than 1.96 * sqrt(2) = 2.8."""
    one = board(scores({"a": {"x": 50.0}, "b": {"x": 60.0}}, stderr=1.0))
    assert plain_text(leader(one)) == (
        "b scores best: 60.0 ± 1.0 (accuracy, percent), clearly ahead of the next by 10.0 points."
    )
    assert leader_short(one) == "clearly first"
    assert tied_with_first(one) == 0


@pytest.mark.parametrize(("second", "clear"), [(57.3, False), (57.2, True)])
def test_the_line_between_tied_and_clear_is_where_theory_puts_it(board, second, clear):
    """Two systems, errors of 1: the critical difference is 1.96 * sqrt(2) = 2.77 points."""
    one = board(scores({"a": {"x": second}, "b": {"x": 60.0}}, stderr=1.0))
    assert (leader_short(one) == "clearly first") == clear


def test_a_leader_within_the_errors_is_tied(board):
    """60, 59 and 50 with errors of 1: the critical difference is 2.344 * sqrt(2) = 3.3; only the last is out."""
    one = board(scores({"a": {"x": 59.0}, "b": {"x": 60.0}, "c": {"x": 50.0}}, stderr=1.0))
    assert plain_text(leader(one)) == (
        "b scores best: 60.0 ± 1.0 (accuracy, percent), but it cannot be told apart from 1 other. "
        "Of all neighbouring pairs, 1 of 2 cannot be told apart."
    )
    assert leader_short(one) == "cannot be told apart from 1"
    assert tied_with_first(one) == 1


def test_equal_scores_share_first_place(board):
    """Nobody is called best whose score another one has too."""
    one = board(scores({"a": {"x": 50.0}, "b": {"x": 50.0}, "c": {"x": 20.0}}, stderr=1.0))
    assert plain_text(leader(one)) == (
        "a and 1 other score best: 50.0 ± 1.0 (accuracy, percent). "
        "Of all neighbouring pairs, 1 of 2 cannot be told apart."
    )


def test_others_may_be_as_good_as_those_who_share_first_place(board):
    """Two at 50, one at 49, errors of 1."""
    one = board(scores({"a": {"x": 50.0}, "b": {"x": 50.0}, "c": {"x": 49.0}}, stderr=1.0))
    assert "50.0 ± 1.0 (accuracy, percent); 1 more cannot be told apart from the first. " in plain_text(
        leader(one)
    )


def test_without_errors_nobody_can_be_sure(board):
    """A lead is told, and that it may be nothing."""
    one = board(scores({"a": {"x": 50.0}, "b": {"x": 60.0}, "c": {"x": 10.0}}))
    assert plain_text(leader(one)) == (
        "b scores best: 60.0 (accuracy, percent), 10.0 points ahead of the next. "
        "How sure that is cannot be said: no standard errors are known."
    )
    assert leader_short(one) == "cannot tell: no standard errors are known"


def test_a_shared_lead_without_errors_is_no_lead(board):
    """Nothing is 'ahead of the next' by nothing."""
    one = board(scores({"a": {"x": 50.0}, "b": {"x": 50.0}}))
    assert plain_text(leader(one)) == (
        "a and 1 other score best: 50.0 (accuracy, percent). "
        "How sure that is cannot be said: no standard errors are known."
    )


def test_some_errors_are_not_no_errors(board):
    """The reason is the true one."""
    one = board([score("a", "x", 50.0, stderr=1.0), score("b", "x", 40.0), score("c", "x", 30.0)])
    assert unsure(one) == "some standard errors are unknown"
    table = {"a": {"x": 50.0, "y": 60.0}, "b": {"x": 58.0}, "c": {"y": 50.0}}
    one = board(scores(table, stderr=1.0), missing_data="coverage")
    assert unsure(one) == "the means are over different benchmarks"
    assert leader_short(one) == "cannot tell: the means are over different benchmarks"


def test_one_system_is_compared_with_nobody(board):
    """No 'best of one'."""
    one = board(scores({"a": {"x": 50.0}}, stderr=2.0))
    assert plain_text(leader(one)) == "a is the only system with all scores here: 50 ± 2."
    assert leader_short(one) == "nobody to compare with"


def test_where_nobody_is_ranked_the_reason_is_told(board):
    """The direction of the metric is unknown."""
    one = board([score(model, "x", 1.0, metric="mystery") for model in "ab"])
    assert plain_text(leader(one)) == "Nobody can be ranked here: direction unknown."
    assert leader_short(one) == "nobody to compare with"


def test_less_is_better_where_it_is(board):
    """The leader has the lowest error rate, and is ahead by a positive amount."""
    metric = {"id": "error rate", "direction": "lower", "lower": 0, "upper": 1, "unit": "fraction"}
    rows = [
        {**score(model, "x", value, stderr=0.01), "metric": metric}
        for model, value in (("a", 0.1), ("b", 0.2))
    ]
    assert plain_text(leader(board(rows))) == (
        "a scores best: 0.100 ± 0.010 (error rate, fraction), clearly ahead of the next by 0.100."
    )


def test_a_shifted_board_is_about_generalizing(board):
    """The score is the shifted one."""
    rows = [
        score(model, {"id": name, "suite": "S"}, value, conditions={"role": role}, stderr=1.0)
        for model, pair in {"a": (90.0, 50.0), "b": (80.0, 70.0)}.items()
        for name, role, value in zip(("x", "y"), ("id", "ood"), pair, strict=True)
    ]
    assert plain_text(leader(board(rows))).startswith("b generalizes best: 70.0 ± 1.0")


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [("percent", 60.0, "10.0 points"), ("fraction", 60.0, "10.0"), ("points", 51.25, "1.2 points")],
)
def test_a_lead_is_in_the_unit_of_the_score(board, unit, value, text):
    """Points for percentages, the bare number for fractions; the digits are those of the errors."""
    metric = {"id": "m", "direction": "higher", "lower": 0, "upper": 100, "unit": unit}
    one = board(
        [{**score(model, "x", v, stderr=1.0), "metric": metric} for model, v in (("a", 50.0), ("b", value))]
    )
    assert lead_text(one) == text


@pytest.mark.parametrize(
    ("kinds", "text"),
    [
        (("reported",), "test items"),
        (("seeds",), "seeds"),
        (("trials",), "trials"),
        (("analytic", "seeds"), "seeds and test items"),
    ],
)
def test_what_a_repetition_would_draw_anew_is_named(board, kinds, text):
    """An interval over seeds says nothing about other test items."""
    rows = [
        score(model, f"x{at}", 50.0, stderr={"value": 1.0, "kind": kind})
        for model in "ab"
        for at, kind in enumerate(kinds)
    ]
    assert uncertainty_over(board(rows)) == text


# -- all boards


def boards(tmp_path, *gaps, stderr=1.0):
    """One suite per lead."""
    rows = [
        entry
        for at, gap in enumerate(gaps)
        for entry in scores(
            {"a": {f"x{at}": 50.0}, "b": {f"x{at}": 50.0 + gap}}, suite=f"S{at}", stderr=stderr
        )
    ]
    report = make_report(tmp_path, rows)
    return report, [one for one in report.boards if one.suite]


@pytest.mark.parametrize(
    ("gaps", "stderr", "text"),
    [
        ((10.0, 20.0), 1.0, "2 leaderboards. On all of them first place is clearly ahead of second."),
        ((10.0, 0.5, 0.2), 1.0, "3 leaderboards. On 1 of the 3 whose scores have known errors, first place is clearly ahead of "
         "second; elsewhere the leader shares its place or nobody can tell."),
        ((10.0, 0.5), None, "2 leaderboards. On none of them are the errors of the scores known, so nobody can tell how sure "
         "the ranks are."),
    ],
)  # fmt: skip
def test_the_index_counts_clear_leaders(tmp_path, gaps, stderr, text):
    """And says where nobody can tell."""
    assert plain_text(how_many(boards(tmp_path, *gaps, stderr=stderr)[1])) == text


def test_no_leaderboard_is_said_to_be_none():
    """Not '0 leaderboards'."""
    assert plain_text(how_many([])) == "There is nothing to rank: no file holds a score that can be compared."


def test_the_sentence_is_the_answer_of_the_page(tmp_path):
    """The same words on the board's page."""
    report, (one, _) = boards(tmp_path, 10.0, 20.0)
    page = next(page for page in pages_of(report).values() if page.title == one.title)
    assert answer(page) == plain_text(leader(one))
