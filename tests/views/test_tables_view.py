from __future__ import annotations

import csv
import io
import json

import pytest

from reportgen.analysis.summaries.registry import SUMMARIES
from reportgen.errors import ReportgenError
from reportgen.numbers import NotEstimable
from reportgen.views import tables

FORMATS = ("text", "csv", "markdown", "latex")


def boards(case, name):
    return case(name).report.boards


def test_ranks_as_json_have_a_stable_shape(case):
    """Programs rely on these names; more may be added."""
    document = json.loads(tables.rank(boards(case, "missing cells"), "json"))
    assert list(document) == ["boards"]
    (board,) = document["boards"]
    assert {
        "board",
        "rows",
        "title",
        "suite",
        "scale",
        "policy",
        "level",
        "unit_of_uncertainty",
        "reason",
        "settings",
    } <= set(board)
    assert board["board"] == "board"
    first, *_, last = board["rows"]
    assert {name: first[name] for name in ("model", "score", "standard_error", "rank_low", "rank_high", "tie_group", "k", "of")} == {
        "model": "a", "score": 55.0, "standard_error": pytest.approx(0.5**0.5), "rank_low": 1, "rank_high": 1, "tie_group": 1,
        "k": 2, "of": 2,
    }  # fmt: skip
    assert {name: last[name] for name in ("model", "score", "rank_low", "rank_high", "tie_group", "k", "of", "ranked")} == {
        "model": "b", "score": None, "rank_low": None, "rank_high": None, "tie_group": None, "k": 1, "of": 2, "ranked": False,
    }  # fmt: skip


def test_ranks_as_text_read_as_a_person_writes_them(case):
    """Interval, error, k of n; the unranked at the end."""
    assert tables.rank(boards(case, "missing cells"), "text") == (
        "Leaderboard (mean accuracy, percent; 95\u202f% rank intervals over items)\n"
        "rank        tie group  model  score  ±     k of n\n"
        "──────────  ─────────  ─────  ─────  ────  ──────\n"
        "1           1          a      55.0   ±0.7  2 of 2\n"
        "2           2          c      10.5   ±0.7  2 of 2\n"
        "3           3          d      4.0    ±0.7  2 of 2\n"
        "not ranked             b      –            1 of 2\n"
    )


def test_ranks_as_csv_are_one_table(case):
    """All boards below one another."""
    rows = list(csv.DictReader(io.StringIO(tables.rank(boards(case, "same name in two suites"), "csv"))))
    assert [(row["board"], row["model"], row["rank_low"]) for row in rows] == [
        ("s", "b", "1"), ("s", "a", "2"), ("t", "a", "1"), ("t", "b", "2"), ("overall", "b", "1"), ("overall", "a", "2"),
    ]  # fmt: skip


def test_boards_are_chosen_by_part_of_their_name(case):
    """Id or title, in any case."""
    found = boards(case, "many suites")
    assert [board.title for board in tables.choose_boards(found, "SUITE 07")] == ["Suite 07"]
    assert [board.id for board in tables.choose_boards(found, "overall")] == ["overall"]
    assert len(tables.choose_boards(found, None)) == 9
    with pytest.raises(ReportgenError, match=r"no board matches 'glue'; there are: suite-00, .*, overall"):
        tables.choose_boards(found, "glue")


@pytest.mark.parametrize("fmt", FORMATS)
def test_nothing_to_rank_is_said(case, fmt):
    """Also as CSV, which cannot say why."""
    with pytest.raises(ReportgenError, match="there is nothing to rank"):
        tables.rank(boards(case, "no usable score"), fmt)
    assert json.loads(tables.rank([], "json")) == {"boards": []}


def test_pairs_as_json_have_a_stable_shape(case):
    """A pair without a number is there, with the reason."""
    document = json.loads(tables.concurrence(case("no errors").report.agreement, "json"))
    (pair,) = document["pairs"]
    assert {name: pair[name] for name in ("benchmark_a", "benchmark_b", "tau_b", "low", "high", "n", "reason")} == {
        "benchmark_a": "x", "benchmark_b": "y", "tau_b": pytest.approx(1 / 3), "low": None, "high": None, "n": 3,
        "reason": "interval: n=3, needs 5",
    }  # fmt: skip
    (pair,) = json.loads(tables.concurrence(case("all tied").report.agreement, "json"))["pairs"]
    assert (pair["tau_b"], pair["reason"]) == (None, "constant")


def test_pairs_as_text_leave_out_what_could_not_be_computed(case):
    """And count it."""
    text = tables.concurrence(case("many models").report.agreement, "text")
    assert text.splitlines()[0] == "3 of 3 pairs could be computed"
    assert text.splitlines()[3].split()[:3] == ["x", "z", "−1.00"]
    assert tables.concurrence(case("all tied").report.agreement, "text").startswith(
        "0 of 1 pairs could be computed\n"
    )


def test_pairs_of_one_suite(case):
    """By its name; a wrong name is met with those there are."""
    found = case("many models").report.agreement
    assert len(json.loads(tables.concurrence(found, "json", suite="S"))["pairs"]) == 3
    with pytest.raises(ReportgenError, match="no suite is called 'T'; there are: S"):
        tables.concurrence(found, "text", suite="T")


@pytest.mark.parametrize("fmt", FORMATS)
def test_what_is_not_estimable_is_an_error_with_the_reason(fmt):
    """JSON says it in its own shape."""
    nothing = NotEstimable("only one benchmark")
    with pytest.raises(ReportgenError, match="not estimable: only one benchmark"):
        tables.concurrence(nothing, fmt)
    with pytest.raises(ReportgenError, match="gap: not estimable: only one benchmark"):
        tables.summary(nothing, "gap", fmt)
    assert json.loads(tables.concurrence(nothing, "json")) == {"pairs": [], "reason": "only one benchmark"}
    assert json.loads(tables.summary(nothing, "gap", "json")) == {
        "kind": "gap",
        "rows": [],
        "reason": "only one benchmark",
    }


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_summary_is_its_main_table(case, fmt):
    """Every system of every comparison."""
    kind = SUMMARIES[0]
    text = tables.summary(case("shift").report.gap.main, kind.NAME, fmt)
    assert all(name in text for name in ("small", "middle", "large"))
    rows = json.loads(tables.summary(case("shift").report.gap.main, kind.NAME, "json"))["rows"]
    assert [(row["system"], row["gap"]) for row in rows] == [
        ("large", 10.0),
        ("middle", 15.0),
        ("small", 20.0),
    ]
    assert [row["predicted_ood"] for row in rows] == [None, None, None]


def test_formats_are_listed_for_people_and_programs():
    """Name, title, endings and what each is recognised by."""
    rows = [("native", "reportgen.result", (".json",), "schema, version", "1")]
    assert json.loads(tables.formats(rows, "json")) == {
        "formats": [{"name": "native", "title": "reportgen.result", "files": [".json"], "recognised_by": "schema, version", "version": "1"}]
    }  # fmt: skip
    text = tables.formats(rows, "text")
    assert text.splitlines()[0] == "native             reportgen.result"
    assert "mapping.yml" in text
