"""The page of a board says what comparing item by item adds."""

from __future__ import annotations

import dataclasses

import pytest
from item_boards import answers
from item_reports import item_entries, item_report
from reports import NOT_WORDS, column, make_report, pages_of, paragraphs, scores, tables, texts

from reportgen.analysis.parts import Found
from reportgen.analysis.rankings.parts.paired_sets import PairedSets
from reportgen.views import blocks
from reportgen.views.common import plain_text
from reportgen.views.rankings import paired_sets


def section(report):
    (board,) = report.boards
    return list(paired_sets.blocks(report, board))


def with_headline(report, **change):
    """The report with another headline."""
    (board,) = report.boards
    found = report.rankings[board.id]["paired_sets"]
    other = dataclasses.replace(found, headline=dataclasses.replace(found.headline, **change))
    return dataclasses.replace(
        report, rankings={board.id: {**report.rankings[board.id], "paired_sets": other}}
    )


def test_the_page_says_how_many_pairs_more_can_be_told_apart(tmp_path):
    """One sentence and a small table, and a word on the method."""
    report = item_report(tmp_path)
    page = pages_of(report)["leaderboard/"]
    said = paragraphs(section(report))
    assert said[0].startswith("All 4 systems answered the same 120 items. Compared item by item, ")
    assert set(said) <= set(paragraphs(page.blocks))
    table = tables(page)["by-item"]
    assert [one.key for one in table.columns] == ["system", "low", "board"]
    assert column(table, "system") == [str(name) for name in report.boards[0].rows["system"]]
    titles = [part.title for part in page.blocks[-1].items]
    assert "Ranks compared item by item" in titles
    assert not any(NOT_WORDS.search(text) for text in texts(section(report)))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            {"apart": 5, "apart_on_board": 3},
            "5 of 6 pairs can be told apart, 2 more than by their scores alone.",
        ),
        (
            {"apart": 3, "apart_on_board": 4},
            "3 of 6 pairs can be told apart, 1 fewer than by their scores alone.",
        ),
        (
            {"apart": 3, "apart_on_board": 3},
            "3 of 6 pairs can be told apart, as many as by their scores alone.",
        ),
        (
            {"apart": 3, "apart_on_board": None},
            "3 of 6 pairs can be told apart; the scores alone have no errors that could tell any.",
        ),
        (
            {"systems": 2, "pairs": 1, "apart": 0, "apart_on_board": 0},
            "the two cannot be told apart, as many as by their scores alone.",
        ),
    ],
)
def test_more_fewer_or_as_many(tmp_path, change, expected):
    """Each case in words of its own."""
    assert paragraphs(section(with_headline(item_report(tmp_path), **change)))[0].endswith(expected)


def test_without_items_the_page_is_silent(tmp_path):
    """Most boards have none; what they would help is said where power is."""
    report = make_report(tmp_path, scores({"a": {"x": 50.0}, "b": {"x": 60.0}}, n=100))
    (board,) = report.boards
    assert section(report) == []
    assert list(paired_sets.definitions(report, board)) == []


def test_items_that_cannot_be_used_are_said(tmp_path):
    """One system lacks an item."""
    entries = item_entries(answers(3, 60), "sums")
    (lost,) = [one for one in entries if one["model"] == "m1" and one.get("conditions") == {"item_id": "7"}]
    report = make_report(tmp_path, [one for one in entries if one is not lost])
    assert paragraphs(section(report)) == [
        "The systems are not compared item by item: only 59 of 60 items of sums were answered by all ranked systems."
    ]


def test_the_headline_is_what_the_part_computed(tmp_path):
    """No number is made in the view."""
    report = item_report(tmp_path)
    (board,) = report.boards
    found = report.rankings[board.id]["paired_sets"]
    assert isinstance(found, Found)
    assert isinstance(found.headline, PairedSets)
    (definition,) = paired_sets.definitions(report, board)
    assert isinstance(definition, blocks.Definition)
    assert "10,000" in plain_text(definition.words)
