"""The page of a board says who is first by which way to rank."""

from __future__ import annotations

import dataclasses

import pytest
from reports import NOT_WORDS, column, make_report, pages_of, paragraphs, parts, scores, tables, texts

from reportgen.analysis.parts import Found
from reportgen.numbers import ABSENT
from reportgen.views import blocks
from reportgen.views.common import plain_text
from reportgen.views.rankings import methods

#: a is best on average, b on two of three benchmarks; c is last everywhere.
APART = {
    "a": {"x": 90.0, "y": 50.0, "z": 50.0},
    "b": {"x": 40.0, "y": 60.0, "z": 60.0},
    "c": {"x": 30.0, "y": 30.0, "z": 30.0},
}
ALIKE = {"a": {"x": 90.0, "y": 70.0}, "b": {"x": 50.0, "y": 60.0}, "c": {"x": 30.0, "y": 10.0}}


def shown(folder, table, **more):
    """Report, board and blocks of the section."""
    report = make_report(folder, scores(table, suite="S"), **more)
    (board,) = report.boards
    return report, board, list(methods.blocks(report, board))


def test_all_ways_name_one_first(tmp_path):
    """One sentence, and win rate stands for the three that cannot differ from it."""
    _, _, found = shown(tmp_path, ALIKE)
    assert paragraphs(found) == [
        "a is first in every way to rank compared here: by mean score, win rate, median rank, head-to-head majorities "
        "and Kemeny order."
    ]
    (table,) = [block for block in found if isinstance(block, blocks.Table)]
    assert [one.title for one in table.columns] == [
        "System",
        "Mean score",
        "Win rate",
        "Median rank",
        "Head to head",
        "Kemeny",
    ]
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["a", "1", "1", "1", "1", "1"],
        ["b", "2", "2", "2", "2", "2"],
        ["c", "3", "3", "3", "3", "3"],
    ]
    assert all(len(row) == len(table.columns) for row in table.rows)


def test_ways_that_name_others_are_told_apart(tmp_path):
    """a by the mean, b by all that look at orders only."""
    _, _, found = shown(tmp_path, APART)
    assert paragraphs(found) == [
        "First place depends on how scores are combined: a is first by mean score; b by win rate, median rank, "
        "head-to-head majorities and Kemeny order."
    ]


def test_systems_that_share_a_first_place_are_both_named(tmp_path):
    """Two of one benchmark each: equal in every way; a third is last."""
    table = {
        "a": {"x": 90.0, "y": 50.0},
        "b": {"x": 50.0, "y": 90.0},
        "c": {"x": 10.0, "y": 10.0},
    }
    _, _, found = shown(tmp_path, table)
    assert paragraphs(found)[0].startswith("a and b share first in every way to rank")
    (kemeny,) = [block for block in found if isinstance(block, blocks.Table)]
    assert column(kemeny, "kemeny") == ["1–2", "1–2", "3"]


def test_who_lacks_scores_is_ranked_by_what_can_do_with_gaps(tmp_path):
    """d has one of two benchmarks, and is first there."""
    table = {
        "a": {"x": 90.0, "y": 50.0},
        "b": {"x": 80.0, "y": 40.0},
        "c": {"x": 70.0, "y": 30.0},
        "d": {"y": 95.0},
    }
    _, _, found = shown(tmp_path, table)
    assert paragraphs(found)[1] == (
        "Of all 4 systems, also those that lack scores, d is first by win rate over what each has and by "
        "Bradley–Terry strength, which takes into account whom each has met."
    )


def test_a_first_by_another_way_is_in_the_table_however_low_its_mean(tmp_path):
    """Six are better on average than z, which beats everybody on two of three benchmarks by a little."""
    table = {f"m{at}": {"x": 95.0 - at, "y": 50.0 - at, "z": 50.0 - at} for at in range(6)}
    table["z"] = {"x": 1.0, "y": 50.5, "z": 50.5}
    _, _, found = shown(tmp_path, table)
    (block,) = [one for one in found if isinstance(one, blocks.Table)]
    assert column(block, "system") == ["m0", "m1", "m2", "m3", "m4", "z"]
    assert column(block, "mean")[-1] == "7"
    assert column(block, "copeland")[-1] == "1"


@pytest.mark.parametrize(
    "table", [{"a": {"x": 90.0}, "b": {"x": 50.0}}, {"a": {"x": 90.0, "y": 1.0}}], ids=["benchmark", "system"]
)
def test_with_one_of_either_nothing_is_said(tmp_path, table):
    """There is one way to rank."""
    report, board, found = shown(tmp_path, table)
    assert found == []
    assert list(methods.definitions(report, board)) == []


def test_of_many_systems_the_first_are_compared_pair_by_pair(tmp_path, monkeypatch):
    """With a limit of two, c has a dash and the reader is told."""
    monkeypatch.setattr("reportgen.analysis.rankings.parts.methods.MOST_COMPARED", 2)
    _, _, found = shown(tmp_path, ALIKE)
    assert paragraphs(found)[0].endswith(
        "Bradley–Terry, head to head and Kemeny rank the first 2 by mean score against each other only."
    )
    (table,) = [block for block in found if isinstance(block, blocks.Table)]
    assert column(table, "bradley-terry") == ["1", "2", ABSENT]


def test_a_place_that_is_not_known_is_a_dash_with_its_reason(tmp_path):
    """As for systems beyond those compared pair by pair."""
    report, board, _ = shown(tmp_path, ALIKE)
    part = report.rankings[board.id]["methods"]
    assert isinstance(part, Found)
    main = part.main.copy()
    gone = (main["method"] == "copeland") & (main["system"] == "c")
    main.loc[gone, "rank"] = None
    main.loc[gone, "reason"] = "too many"
    part = dataclasses.replace(part, tables={**part.tables, "main": main})
    changed = dataclasses.replace(report, rankings={board.id: {**report.rankings[board.id], "methods": part}})
    (table,) = [one for one in methods.blocks(changed, board) if isinstance(one, blocks.Table)]
    cell = table.rows[2][4]
    assert (cell.text, cell.title) == (ABSENT, "too many")


def test_the_page_has_the_section_its_download_and_its_definition(tmp_path):
    """And no word of a program."""
    report, _, _ = shown(tmp_path, APART)
    page = pages_of(report)["leaderboard/"]
    table = tables(page)["ways"]
    assert table.download == "leaderboards_methods"
    assert [cell.link for row in table.rows for cell in row[:1]] == [
        row[1].link for row in tables(page)["board"].rows
    ]
    titles = [
        item.title for block in page.blocks if isinstance(block, blocks.Definitions) for item in block.items
    ]
    assert "Ways to rank" in titles
    assert not [text for text in texts(page.blocks) if NOT_WORDS.search(text)]
    words = " ".join(
        plain_text(item.words) for item in parts(page.blocks) if isinstance(item, blocks.Definition)
    )
    assert "The default is the mean score" in words
