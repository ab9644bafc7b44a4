"""The page of wins, ties and losses."""

from __future__ import annotations

import pytest
from reports import ACCURACY, NOT_WORDS, answer, column, make_report, notices, pages_of, parts, tables, texts

from reportgen.views import blocks
from reportgen.views.summaries.pairwise_outcomes import PATH

THIN = "\N{NARROW NO-BREAK SPACE}"


def games(model, wins, ties, losses, invalid, *, benchmark="Tic-Tac-Toe", n=100, **more):
    counts = {"wins": wins, "ties": ties, "losses": losses, "invalid": invalid}
    return {
        "model": model,
        "benchmark": {"id": benchmark, "suite": "S"},
        "metric": {**ACCURACY, "id": "win rate"},
        "value": wins / n * 100,
        "n": n,
        "outcomes": {name: count for name, count in counts.items() if count is not None},
        **more,
    }


PLAIN = [games("a", 50, 11, 34, 5), games("b", 10, 1, 89, 0), games("c", 0, 0, 0, 100)]


def page_of(tmp_path, rows):
    return pages_of(make_report(tmp_path, rows))[PATH]


def test_there_is_no_page_without_outcomes(case):
    """And the overview says what would make one."""
    assert PATH not in case("shift").pages


def test_the_answer_says_who_wins_and_who_has_no_answer(tmp_path):
    """Net 0.555 of 100; Wilson 0.457 to 0.649."""
    assert answer(page_of(tmp_path, PLAIN)) == (
        f"On Tic-Tac-Toe, a wins most: 55.5{THIN}% of 100 games (46{THIN}% to 65{THIN}%; ties, 11.0{THIN}%, count half), clearly more "
        f"than any other. c has no valid answer in 100{THIN}%."
    )


def test_the_bars_are_all_games(tmp_path):
    """50 won, 11 tied, 34 lost, 5 invalid; what nobody has is no bar."""
    (figure,) = [part for part in parts(page_of(tmp_path, PLAIN)) if isinstance(part, blocks.Figure)]
    assert [(trace["name"], trace["x"][0]) for trace in figure.data] == [
        ("won", 50), ("tied", 11), ("lost", 34), ("invalid", 5),
    ]  # fmt: skip
    assert [sum(trace["x"][at] for trace in figure.data) for at in range(3)] == [100, 100, 100]


def test_the_table_of_the_bars_shows_no_unknown_share_as_zero(tmp_path):
    """60 wins of 100 and nothing else: the bar has 40 not accounted for, and no cell says 0 lost."""
    page = page_of(tmp_path, [games("a", 60, None, None, None), *PLAIN[1:]])
    (figure,) = [part for part in parts(page) if isinstance(part, blocks.Figure)]
    assert [cell.sort for cell in figure.table.rows[0]][1:] == [0.6, None, None, None, 0.4]


def test_every_system_has_a_row_with_intervals(tmp_path):
    """Most net wins first."""
    table = tables(page_of(tmp_path, PLAIN))["systems"]
    assert column(table, "system") == ["a", "b", "c"]
    assert column(table, "invalid") == [f"5.0{THIN}%", f"0.0{THIN}%", f"100.0{THIN}%"]
    assert table.rows[0][1].note == f"46{THIN}% to 65{THIN}%"


def test_outcomes_that_do_not_add_up_are_said(tmp_path):
    """97 of 100 in no outcome; they are a bar of their own."""
    page = page_of(tmp_path, [games("a", 3, 0, 0, None)])
    assert any("not all are stated" in said for said in notices(page))
    (figure,) = [part for part in parts(page) if isinstance(part, blocks.Figure)]
    assert [trace["name"] for trace in figure.data] == ["won", "not accounted for"]


def test_strengths_stand_on_the_page_and_in_the_answer(tmp_path):
    """30 of 40 against b: 400 log10(3) / 2 = 95 above the mean of the two, ± 174 sqrt(1/30 + 1/10) / 2 = 32."""
    rows = [
        games("a", 30, 0, 10, 0, n=40, conditions={"variant": "opponent=b"}),
        games("b", 10, 0, 30, 0, n=40, conditions={"variant": "opponent=a"}),
    ]
    page = page_of(tmp_path, rows)
    assert "Strongest of 2 players is a: 95 ± 32 Elo points." in answer(page)
    assert column(tables(page)["strengths"], "player") == ["a", "b"]


def test_settings_gains_orders_and_means_have_tables(tmp_path):
    """Where the data have them."""
    rows = [
        games({"id": "a", "variant": {"temperature": "0"}}, 60, 0, 40, 0),
        games({"id": "a", "variant": {"temperature": "1"}}, 40, 0, 60, 0),
        games("b", 50, 0, 50, 0),
        games("b", 70, 0, 30, 0, method="best of 32"),
        games("c", 50, 0, 50, 0, conditions={"variant": "order=first"}),
        games("c", 20, 0, 80, 0, conditions={"variant": "order=second"}),
        games("b", 50, 0, 50, 0, benchmark="Chess"),
        games("c", 30, 0, 70, 0, benchmark="Chess"),
        games("d", 30, 0, 70, 0, benchmark="Chess"),
        games("d", 30, 0, 70, 0),
    ]
    found = tables(page_of(tmp_path, rows))
    assert column(found["settings"], "best") == [f"60.0{THIN}%"]
    assert column(found["settings"], "mean") == [f"50.0{THIN}%"]
    assert column(found["gains"], "gain") == [f"20.0{THIN}%"]
    assert column(found["orders"], "difference") == [f"30.0{THIN}%"]
    assert column(found["means"], "system") == ["b", "c", "d"]


@pytest.mark.parametrize("rows", [PLAIN, [games("a", 3, None, None, None)], [games("a", 1, 0, 0, 0, n=1)]])
def test_nothing_unknown_is_printed_as_a_word(tmp_path, rows):
    """No NaN, no None, whatever is missing."""
    page = page_of(tmp_path, rows)
    assert not [text for text in texts((page.answer, page.blocks)) if NOT_WORDS.search(text)]
