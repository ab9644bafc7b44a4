"""The page by capability: its sentence, figure and tables."""

from __future__ import annotations

import pytest
from reports import NOT_WORDS, answer, column, make_report, pages_of, parts, score, tables, texts

from reportgen.views import blocks
from reportgen.views.summaries.axis_breakdown import PATH


def entries(table, **more):
    return [
        score(model, {"id": "B", "suite": "S"}, value, conditions={"axis": axis}, **more)
        for model, axes in table.items()
        for axis, value in axes.items()
    ]


@pytest.fixture
def page(tmp_path):
    table = {"a": {"logic": 80.0, "sight": 60.0}, "b": {"logic": 40.0, "sight": 50.0}}
    return pages_of(make_report(tmp_path, entries(table, stderr=1.0)))[PATH]


def test_the_sentence_says_who_is_best_over_all_axes(page):
    """70 with an error of sqrt(2) / 2; 45 is far away."""
    assert answer(page) == (
        "a is best over 2 axes of S: mean 70.0 ± 0.7; no other comes as close as its error. "
        "Its weakest axis is sight (60.0); hardest for the median system is sight."
    )


def test_bars_and_tables_show_every_axis(page):
    """A bar for each of the first systems, a row for each pair."""
    (figure,) = [part for part in parts(page) if isinstance(part, blocks.Figure)]
    assert [trace["name"] for trace in figure.data] == ["a", "b"]
    assert figure.layout["yaxis"]["ticktext"] == ["logic", "sight"]
    assert column(tables(page)["axes"], "score") == ["80.0", "60.0", "40.0", "50.0"]
    assert column(tables(page)["systems"], "weakest") == ["sight", "logic"]


def test_a_gain_is_told_with_its_axis(tmp_path):
    """Training helps one axis, and the sentence says which."""
    rows = entries({"m": {"p": 40.0, "q": 50.0}}) + entries({"m": {"p": 60.0, "q": 50.0}}, method="RL")
    page = pages_of(make_report(tmp_path, rows))[PATH]
    assert "RL on m changes the mean by +10.0 points, most on p (+20.0)." in answer(page)


def test_both_sides_are_drawn_where_there_are_two(tmp_path):
    """In distribution beside shifted."""
    rows = [
        score("m", {"id": "B", "suite": "S"}, value, conditions={"axis": axis, "role": role})
        for axis, role, value in (("p", "id", 80.0), ("p", "ood", 50.0), ("q", "ood", 20.0))
    ]
    page = pages_of(make_report(tmp_path, rows))[PATH]
    (figure,) = [part for part in parts(page) if isinstance(part, blocks.Figure)]
    assert [trace["name"] for trace in figure.data] == ["m, in distribution", "m, shifted"]
    assert figure.data[0]["x"] == [80.0, None]
    assert "under shift: mean 35.0" in answer(page)


def test_without_axes_there_is_no_page(tmp_path):
    """And no broken one."""
    assert PATH not in pages_of(make_report(tmp_path, [score("a", "x", 50.0)]))


def test_nothing_on_the_page_is_a_programmers_word(page):
    """Unknown is a dash."""
    assert not [text for text in texts(page) if NOT_WORDS.search(text)]
