"""The page of a board says how likely each system is the best."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
from item_reports import sentences
from reports import NOT_WORDS, column, make_report, pages_of, scores, tables, texts

from reportgen.views.rankings import best


def report_of(folder, values, **more):
    return make_report(folder, scores({name: {"x": value} for name, value in values.items()}, n=400, **more))


def section(report):
    (board,) = report.boards
    return list(best.blocks(report, board))


def with_chances(report, chances):
    """The report with these chances."""
    (board,) = report.boards
    found = report.rankings[board.id]["best"]
    frame = found.main.assign(p_best=pd.Series(chances).to_numpy())
    other = dataclasses.replace(found, tables={"main": frame})
    return dataclasses.replace(report, rankings={board.id: {**report.rankings[board.id], "best": other}})


def test_the_sentence_and_the_table_name_who_has_a_chance(tmp_path):
    """Two alike, one far behind."""
    report = report_of(tmp_path, {"a": 71.0, "b": 70.0, "c": 30.0})
    page = pages_of(report)["leaderboard/"]
    (said,) = sentences(section(report))
    assert said.startswith("a is the best with a chance of 6")
    assert said.endswith(" %, as far as the errors over test items tell.")
    assert ", b with 3" in said
    assert "c" not in column(tables(page)["best"], "system")
    assert [one.key for one in tables(page)["best"].columns] == ["system", "best", "rank"]
    assert "Chance to be the best" in [part.title for part in page.blocks[-1].items]
    assert not any(NOT_WORDS.search(text) for text in texts(section(report)))


@pytest.mark.parametrize(
    ("chances", "expected"),
    [
        ([1.0, 0.0, 0.0, 0.0, 0.0], "a is the best with a chance of more than 99 %, as far"),
        ([0.6, 0.2, 0.1, 0.1, 0.0], "60 %, b with 20 %, c with 10 %, another with 10 %, as far"),
        (
            [0.5, 0.2, 0.1, 0.1, 0.1],
            "50 %, b with 20 %, c with 10 %; 2 others have 10 % or less each, as far",
        ),
        ([0.001] * 5, "Anybody may be the best: no system has a chance of 1 %."),
    ],
)
def test_many_or_few_with_a_chance(tmp_path, chances, expected):
    """Never all or nothing, and never a list of all."""
    report = report_of(tmp_path, {name: 70.0 - at for at, name in enumerate("abcde")})
    assert expected in sentences(section(with_chances(report, chances)))[0]


def test_one_with_a_chance_has_no_table(tmp_path):
    """The sentence says it all."""
    assert len(section(report_of(tmp_path, {"a": 90.0, "b": 10.0}))) == 1


def test_a_system_left_out_is_said(tmp_path):
    """One of eleven has no error."""
    entries = scores({f"m{at:02d}": {"x": 40.0 + at} for at in range(11)}, n=400)
    del entries[0]["n"]
    assert (
        sentences(section(make_report(tmp_path, entries)))[1]
        == "1 system without a standard error is left out."
    )


def test_without_errors_the_section_is_silent(tmp_path):
    """The notice above the board says why."""
    report = make_report(tmp_path, scores({"a": {"x": 50.0}, "b": {"x": 60.0}}))
    (board,) = report.boards
    assert section(report) == []
    assert list(best.definitions(report, board)) == []
