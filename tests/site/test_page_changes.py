"""What is shown of a page that changed: lines in their places, figures with their numbers, and honest ends."""

from __future__ import annotations

from reportgen.diff.model import FigureText, PageText
from reportgen.site.page_changes import (
    FOLDED,
    MOST_FIGURES,
    MOST_LINES,
    MOST_LONE,
    MOST_POINTS,
    Fold,
    Hunk,
    page_changes,
)


def page(*lines, figures=()):
    return PageText(
        "p/", "t", tuple(line for _, line in lines), tuple(tag for tag, _ in lines), tuple(figures)
    )


def rows(*lines):
    return [("tr", line) for line in lines]


def figure(values, name="figure-1", title="Scores"):
    trace = {"x": values, "y": list(range(len(values))), "text": [f"m{at}" for at in range(len(values))]}
    layout = {
        "xaxis": {"title": {"text": "Score"}},
        "yaxis": {"tickvals": trace["y"], "ticktext": trace["text"]},
    }
    return FigureText(name, title, {"data": [trace], "layout": layout})


BOARD = [("h1", "GLUE"), ("p", "Two systems."), ("h2", "Who leads?"), ("thead", "Rank | System | Score")]


# --- lines


def test_a_changed_row_stands_below_its_heading_and_its_columns():
    """Its cells apart, the changed one as gone and new; what stayed is folded."""
    old, new = (
        page(*BOARD, *rows("1 | a | 0.9", "2 | b | 0.8")),
        page(*BOARD, *rows("1 | a | 0.9", "2 | b | 0.7")),
    )
    fold, hunk = page_changes(old, new).parts
    assert isinstance(fold, Fold)
    assert (fold.count, fold.first, fold.left_out) == (
        "5 unchanged lines",
        (*(line for _, line in BOARD), "1 | a | 0.9"),
        0,
    )
    assert isinstance(hunk, Hunk)
    assert (hunk.heading, hunk.head, hunk.rows) == ("Who leads?", ("Rank", "System", "Score"), True)
    (line,) = hunk.lines
    assert line.cells == ((("2", ""),), (("b", ""),), (("0.8", "-"), ("0.7", "+")))


def test_rows_and_sentences_are_not_mixed():
    """A table is drawn as one; the sentence before it is not part of it."""
    old, new = page(("p", "Of 2 systems."), *rows("a | 1")), page(("p", "Of 3 systems."), *rows("a | 2"))
    sentence, table = page_changes(old, new).parts
    assert (sentence.rows, table.rows) == (False, True)
    assert sentence.lines[0].cells == ((("Of ", ""), ("2", "-"), ("3", "+"), (" ", ""), ("systems.", "")),)


def test_a_row_with_another_number_of_cells_is_one_run_of_words():
    """Columns that do not fit are not forced into a table of cells."""
    (hunk,) = page_changes(page(*rows("a | 1")), page(*rows("a | 1 | 2"))).parts
    (line,) = hunk.lines
    assert len(line.cells) == 1


def test_a_long_fold_holds_its_first_and_last_lines_only():
    """And says how many are between them."""
    lines = [("p", f"line {'x' * at}") for at in range(40)]
    fold, _ = page_changes(page(*lines), page(*lines, ("p", "new"))).parts
    assert (len(fold.first), fold.left_out, len(fold.last)) == (FOLDED, 40 - 2 * FOLDED, FOLDED)


def test_of_very_many_changes_the_rest_is_counted():
    """The page stays readable, and nothing is dropped in silence."""
    old, new = (
        page(*rows(*(f"m{at} | 1" for at in range(1000)))),
        page(*rows(*(f"m{at} | 2" for at in range(1000)))),
    )
    changes = page_changes(old, new)
    assert sum(len(part.lines) for part in changes.parts) == MOST_LINES
    assert changes.more == 1000 - MOST_LINES


def test_a_change_that_nobody_would_see_is_written_out():
    """A zero-width space and a direction mark in a name that otherwise looks the same."""
    (hunk,) = page_changes(page(("p", "model a")), page(("p", "model \u202ea\u200b"))).parts
    shown = "".join(text for text, mark in hunk.lines[0].cells[0] if mark == "+")
    assert "U+202E" in shown
    assert "U+200B" in shown


def test_a_page_on_one_side_shows_its_beginning():
    """As new or as gone, and how much more there is."""
    lines = [("p", f"line {at}") for at in range(MOST_LONE + 5)]
    for sides, sign in (((None, page(*lines)), "+"), ((page(*lines), None), "-")):
        changes = page_changes(*sides)
        found = [line for part in changes.parts for line in part.lines]
        assert len(found) == MOST_LONE
        assert {line.state for line in found} == {sign}
        assert changes.more == 5
    assert page_changes(None, None).parts == ()


# --- figures


def test_a_changed_figure_is_drawn_twice_beside_its_numbers():
    """Before and after, and a row for the point that moved; all of it is the score, which is said once."""
    (drawn,) = page_changes(
        page(("p", "x"), figures=[figure([0.9, 0.8])]), page(("p", "x"), figures=[figure([0.9, 0.75])])
    ).figures
    assert [side for side, svg in drawn.drawings if svg is not None] == ["before", "after"]
    assert (drawn.state, drawn.what, drawn.rows, drawn.more, drawn.note) == (
        "changed",
        "Score",
        (("m1", "Score", "0.800", "0.750"),),
        0,
        "",
    )


def test_numbers_that_differ_little_are_told_apart():
    """Three digits would show them equal."""
    (drawn,) = page_changes(page(figures=[figure([0.12341])]), page(figures=[figure([0.12342])])).figures
    (row,) = drawn.rows
    assert row[2] != row[3]


def test_a_new_figure_shows_its_first_numbers():
    """After only, and how many more there are."""
    (drawn,) = page_changes(page(), page(figures=[figure([0.5] * (MOST_POINTS + 3))])).figures
    assert drawn.state == "new"
    assert len(drawn.drawings) == 1
    assert len(drawn.rows) == MOST_POINTS
    assert drawn.rows[0] == ("m0", "Score", "–", "0.500")
    assert drawn.more == 3


def test_a_figure_that_cannot_be_drawn_says_so():
    """Its numbers stand there instead."""
    old, new = (
        FigureText("f", "Items", {"data": [{"type": "histogram", "x": [1, value]}], "layout": {}})
        for value in (2, 3)
    )
    (drawn,) = page_changes(page(figures=[old]), page(figures=[new])).figures
    assert [svg for _, svg in drawn.drawings] == [None, None]
    assert "not drawn" in drawn.note
    assert drawn.rows == (("point 2", "x", "2.00", "3.00"),)


def test_of_many_figures_the_rest_is_counted():
    """As with lines."""
    old, new = (
        page(figures=[figure([value], title=f"Figure {'x' * at}") for at in range(MOST_FIGURES + 2)])
        for value in (1.0, 2.0)
    )
    changes = page_changes(old, new)
    assert (len(changes.figures), changes.more_figures) == (MOST_FIGURES, 2)
