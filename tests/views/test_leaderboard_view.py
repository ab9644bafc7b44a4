from __future__ import annotations

import pytest
from reports import answer, column, make_report, notices, pages_of, paragraphs, parts, score, scores, tables

from reportgen.numbers import ABSENT
from reportgen.views import blocks
from reportgen.views.common import plain_text
from reportgen.views.leaderboard import MAX_COLUMNS, MAX_DOTS


def board(found, path="leaderboard/"):
    return tables(found.pages[path])["board"]


def rows(table):
    """Cells as text, with the error."""
    return [[cell.text + cell.pm for cell in row] for row in table.rows]


def test_ranked_systems_come_first_and_the_rest_has_a_reason(case):
    """b lacks one score and gets no mean and no rank, whatever it has."""
    table = board(case("missing cells"))
    assert rows(table) == [
        ["1", "a", "55.0±0.7", "2 of 2", "50.0", "60.0"],
        ["2", "c", "10.5±0.7", "2 of 2", "20.0", "1.0"],
        ["3", "d", "4.0±0.7", "2 of 2", "3.0", "5.0"],
        [ABSENT, "b", ABSENT, "1 of 2", "55.0", ABSENT],
    ]
    assert table.rows[3][0].title == "not ranked: has 1 of 2 settings: lacks y"
    assert notices(case("missing cells").pages["leaderboard/"]) == ["3 of 4 systems have all 2 settings."]


def test_k_of_n_is_shown_only_where_it_differs(case):
    """A complete board needs no such column."""
    assert "k" not in [one.key for one in board(case("two models")).columns]
    assert column(board(case("coverage")), "k") == ["1 of 2", "2 of 2", "1 of 2"]


def test_lower_is_better_where_it_is(case):
    """The lowest mean leads, and its rank is 1."""
    table = board(case("lower is better"))
    assert rows(table)[0][:3] == ["1", "a", "20.0±0.4"]
    assert column(table, "system") == ["a", "b", "c"]


def test_equal_scores_share_a_rank(case):
    """Without intervals, the place; with them, the interval."""
    assert column(board(case("all tied, no errors")), "rank") == ["1", "1", "1"]
    assert column(board(case("all tied")), "rank") == ["1–3", "1–3", "1–3"]
    assert column(board(case("two share first place")), "rank") == ["1–2", "1–2", "3"]


def test_a_rule_divides_tie_groups(case):
    """Before the third row, where the second group begins; nowhere where all are one group."""
    assert board(case("two share first place")).rule_before == {2}
    assert board(case("all tied")).rule_before == frozenset()
    assert board(case("two models")).rule_before == {1}


def test_the_strip_shows_where_a_rank_interval_lies(case):
    """From best to worst of all ranked systems, as shares."""
    strips = [row[0].strip for row in board(case("two share first place")).rows]
    assert strips == [(0.0, 0.5, 0.0), (0.0, 0.5, 0.0), (1.0, 1.0, 1.0)]
    assert [row[0].strip for row in board(case("no errors")).rows] == [None, None, None]


def test_a_bar_begins_at_zero(case):
    """So that lengths compare as scores do; the whisker is 1.96 errors."""
    first, second = (row[2].bar for row in board(case("two models")).rows)
    assert first == (1.0, round(58.04 / 60, 4), 1.0)
    assert second == (round(50 / 60, 4), round(48.04 / 60, 4), round(51.96 / 60, 4))


def test_the_gap_stands_beside_a_shifted_score(case):
    """In distribution, and what is lost."""
    table = board(case("shift"))
    assert [one.key for one in table.columns] == ["rank", "system", "score", "id", "gap"]
    assert rows(table) == [
        ["1", "large", "80.0±1.3", "90.0", "10.0"],
        ["2", "middle", "65.0±1.5", "80.0", "15.0"],
        ["3", "small", "40.0±1.5", "60.0", "20.0"],
    ]


def test_nobody_is_ranked_where_the_direction_is_unknown(case):
    """But everybody is listed, and why is told once."""
    found = case("unknown direction")
    assert column(board(found), "rank") == [ABSENT, ABSENT]
    assert notices(found.pages["leaderboard/"]) == []
    assert paragraphs(found.pages["leaderboard/"].blocks) == ["Not in the score (direction unknown): x."]


def test_what_is_in_the_score_and_what_is_not(case):
    """By name, with a link to each benchmark."""
    found = case("unknown direction beside known")
    assert paragraphs(found.pages["leaderboard/"].blocks)[-2:] == [
        "In the score: x.",
        "Not in the score (direction unknown): z.",
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("one model", "No rank intervals: only one system."),
        (
            "no errors",
            "No rank intervals: 3 of 3 systems have no standard error, and 2 settings are fewer than the 20 whose spread "
            "could serve instead; supply the standard error or the number of items of each score.",
        ),
        (
            "coverage",
            "No rank intervals: the averages are over different sets of settings; choose the policy 'complete'.",
        ),
    ],
)
def test_a_missing_interval_has_its_reason(case, name, text):
    """And what would mend it."""
    assert text in notices(case(name).pages["leaderboard/"])


def test_one_board_is_the_leaderboard_page(case):
    """No index of one."""
    found = case("two models")
    assert [path for path in found.pages if path.startswith("leaderboard/")] == ["leaderboard/"]
    assert found.pages["leaderboard/"].parents == ()


def test_several_boards_have_an_index(case):
    """One page each, and the way back."""
    found = case("same name in two suites")
    index = tables(found.pages["leaderboard/"])["boards"]
    assert [[cell.text for cell in row] for row in index.rows] == [
        ["S", "b", "60.0", "clearly first", "2", "1"],
        ["T", "a", "70.0", "clearly first", "2", "1"],
        ["Overall", "b", "62.5", "clearly first", "2", "2"],
    ]
    for row in index.rows:
        page = found.pages[row[0].link]
        assert page.title == row[0].text
        assert [link.page for link in page.parents] == ["leaderboard/"]


def test_no_overall_board_has_its_reason(tmp_path):
    """Two suites with nobody in common."""
    rows = [*scores({"a": {"x": 50.0}}, suite="S"), *scores({"b": {"x": 50.0}}, suite="T")]
    page = pages_of(make_report(tmp_path, rows))["leaderboard/"]
    (reason,) = notices(page)
    assert reason.startswith("No overall leaderboard: ")
    assert reason.endswith(".")


def test_a_few_settings_have_columns_and_many_do_not(tmp_path):
    """A board of eight benchmarks shows each; one of nine would not fit."""
    for size in (MAX_COLUMNS, MAX_COLUMNS + 1):
        table = {
            model: {f"x{at}": 50.0 + at + shift for at in range(size)} for shift, model in enumerate("ab")
        }
        report = make_report(tmp_path / str(size), scores(table, stderr=1.0))
        shown = [one.key for one in tables(pages_of(report)["leaderboard/"])["board"].columns]
        assert len([key for key in shown if key.startswith("s") and key[1:].isdigit()]) == (
            size if size == MAX_COLUMNS else 0
        )


def test_the_figure_draws_the_first_systems_only(tmp_path):
    """More cannot be read; the caption says so."""
    table = {f"m{at:02}": {"x": 90.0 - at} for at in range(MAX_DOTS + 5)}
    page = pages_of(make_report(tmp_path, scores(table, stderr=1.0)))["leaderboard/"]
    (figure,) = [part for part in parts(page) if isinstance(part, blocks.Figure)]
    assert len(figure.data[0]["x"]) == MAX_DOTS
    assert figure.data[0]["x"][:2] == [90.0, 89.0]
    assert figure.data[0]["error_x"]["array"][0] == 1.96
    assert plain_text(figure.caption).startswith("The first 30 of 35 systems, best at the top. ")


def test_two_systems_need_no_figure(case):
    """Nor does one."""
    for name in ("one model", "two models"):
        assert not [
            part for part in parts(case(name).pages["leaderboard/"]) if isinstance(part, blocks.Figure)
        ]


def test_assumptions_of_the_intervals_are_named(tmp_path):
    """Errors over a few seeds are uncertain themselves."""
    rows = [score(m, "x", v, stderr={"value": 1.0, "kind": "seeds"}) for m, v in (("a", 50.0), ("b", 60.0))]
    page = pages_of(make_report(tmp_path, rows))["leaderboard/"]
    assert any(text.startswith("Mind: standard errors from a few seeds") for text in paragraphs(page.blocks))
    assert answer(page).startswith("b scores best")


def test_variants_are_systems_of_their_own(case):
    """Each with what tells it apart."""
    assert column(board(case("variants")), "system") == [
        "a (precision=fp16)",
        "a (precision=int8)",
        "b @v2",
        "b @v1",
        "prompting",
    ]
