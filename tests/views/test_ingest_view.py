from __future__ import annotations

import pytest
from reports import (
    ACCURACY,
    answer,
    column,
    make_report,
    notices,
    pages_of,
    report_of,
    score,
    scores,
    tables,
    write_native,
    write_results,
)

from reportgen.numbers import ABSENT

BROKEN = {"model": "c", "benchmark": "x", "metric": ACCURACY, "value": "n/a"}


def page_of(folder):
    return pages_of(report_of(folder))["ingest/"]


def test_nothing_lost_is_said_with_numbers(case):
    """2 values, 2 errors, 2 times 2 bounds, and the version of the file."""
    assert case("two models").answer("ingest/") == (
        "Nothing was lost: every one of 1 file and 9 numbers was either used or left out by a stated rule; "
        "nothing is quarantined."
    )


def test_what_is_quarantined_is_counted(tmp_path):
    """A whole file, and an entry of another."""
    folder = write_results(tmp_path, [*scores({"a": {"x": 50.0}}), BROKEN])
    (folder / "cut.json").write_text(
        '{"schema": "reportgen.result", "version": 1, "results": [', encoding="utf-8"
    )
    said = answer(page_of(folder))
    assert said.startswith("1 file and ")
    assert " are quarantined out of 2 files and " in said
    assert said.endswith("It is listed below with what to do.")


def test_every_problem_has_a_place_a_reason_and_a_remedy(tmp_path):
    """File, pointer, value seen, what was expected."""
    page = page_of(write_results(tmp_path, [score("a", "x", 50.0), BROKEN]))
    table = tables(page)["problems"]
    (row,) = [row for row in table.rows if row[0].text == "error"]
    shown = dict(zip([one.key for one in table.columns], row, strict=True))
    assert shown["file"].text == "run.json"
    assert shown["where"].text == "/results/1/value"
    assert shown["seen"].text == "'n/a'"
    assert shown["expected"].text not in {"", ABSENT}
    assert shown["what"].note  # the stable code
    assert shown["severity"].tone == "bad"


def test_no_problems_are_said_to_be_none(case):
    """An empty table with words in it."""
    table = tables(case("two models").pages["ingest/"])["problems"]
    assert (table.rows, table.empty) == ((), "No problems.")


@pytest.mark.parametrize("name", ["two models", "some quarantined", "catalog", "no usable score"])
def test_the_balance_balances(case, name):
    """Found = ingested + quarantined + ignored, for files and for numbers."""
    for row in tables(case(name).pages["ingest/"])["balance"].rows:
        found, *rest = (cell.sort for cell in row[1:])
        assert found == sum(rest)


def test_files_that_were_not_used_come_first(tmp_path):
    """What the reader came for."""
    folder = write_results(tmp_path, [score("a", "x", 50.0)])
    (folder / "zzz.json").write_text("{", encoding="utf-8")
    (folder / "README.md").write_text("words", encoding="utf-8")
    table = tables(page_of(folder))["files"]
    assert column(table, "file") == ["README.md", "zzz.json", "run.json"]
    assert column(table, "status") == ["ignored", "quarantined", "ingested"]
    assert [row[1].tone for row in table.rows] == ["plain", "bad", "plain"]


def test_files_are_counted_by_format_and_reason(tmp_path):
    """Most frequent first."""
    folder = write_results(tmp_path, [score("a", "x", 50.0)])
    write_native(folder / "second.json", [score("a", "y", 50.0)])
    (folder / "README.md").write_text("words", encoding="utf-8")
    table = tables(page_of(folder))["formats"]
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["ingested", "native", ABSENT, "2", "2"],
        ["ignored", ABSENT, "documentation, not a result", "1", "0"],
    ]


def test_conflicts_are_pointed_out(tmp_path):
    """One evaluation with two values; the policy decided."""
    folder = write_results(tmp_path, [score("a", "x", 50.0, date="2024-01-01")])
    write_native(folder / "later.json", [score("a", "x", 51.0, date="2024-02-01")])
    assert notices(page_of(folder)) == [
        "1 evaluation was reported more than once with different numbers; the declared conflict policy decided."
    ]


def test_hostile_file_names_are_text(tmp_path):
    """Not markup, not a way out."""
    folder = tmp_path / "results"
    write_native(folder / "<b>&'.json", [score("a", "x", 50.0)])
    assert column(tables(page_of(folder))["files"], "file") == ["<b>&'.json"]
    assert (
        make_report(tmp_path / "other", [score("a", "x", 1.0)]).accounting["files"][0]["path"] == "run.json"
    )


def test_metrics_of_unknown_direction_are_listed_with_the_line_that_declares_them(tmp_path):
    """Pasted as it is, the line has the metric ranked, and the list is gone."""
    odd = [score(model, "x", value, metric='my: "metric"') for model, value in (("a", 1.0), ("b", 2.0))]
    folder = write_results(tmp_path, [*odd, score("a", "y", 50.0)])
    (row,) = tables(page_of(folder))["undirected"].rows
    assert [cell.text for cell in row] == ['my: "metric"', ABSENT, "1", "2", row[4].text]
    (folder / "catalog").mkdir()
    (folder / "catalog" / "metrics.yml").write_text(f"metrics:\n{row[4].text}\n", encoding="utf-8")
    report = report_of(folder)
    assert "undirected" not in tables(pages_of(report)["ingest/"])
    assert "higher" in set(report.table.settings.loc[report.table.settings["benchmark"] == "x", "direction"])


def test_the_line_names_the_tool_where_one_is_known(tmp_path):
    """The same name may mean something else elsewhere."""
    write_native(tmp_path / "run.json", [score("a", "x", 1.0, metric="odd")], tool={"name": "runner"})
    table = tables(page_of(tmp_path))["undirected"]
    assert column(table, "line") == ["  - {id: odd, tool: runner, direction: higher}"]


def test_known_directions_need_no_list(case):
    """The section appears only where it is needed."""
    assert "undirected" not in tables(case("two models").pages["ingest/"])


def test_contradictions_are_listed_with_their_cells(tmp_path):
    """60 wins and 50 losses of 100: used as reported, and said."""
    row = score("a", "duel", 60.0, n=100, outcomes={"wins": 60, "losses": 50})
    page = page_of(write_results(tmp_path, [row]))
    table = tables(page)["contradictions"]
    assert column(table, "what") == ["the outcomes do not add up to n"]
    assert column(table, "found") == ["60 wins, 50 losses: 110"]
    assert column(table, "cells")[0].startswith("run.json#/results/0")
    assert any(
        text.startswith("1 contradiction between reported numbers is listed below") for text in notices(page)
    )


def test_without_contradictions_nothing_is_said(case):
    """No empty table, no remark."""
    assert "contradictions" not in tables(case("two models").pages["ingest/"])
