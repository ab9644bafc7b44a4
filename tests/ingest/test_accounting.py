from __future__ import annotations

import json
import random

import pytest
from toy_format import toy_document

from reportgen.ingest.accounting import (
    NOT_A_SCORE,
    AccountingError,
    FileReport,
    Numbers,
    Totals,
    account,
    to_github,
    to_json,
    to_text,
    total,
)
from reportgen.ingest.source import Reading, Source
from reportgen.records.problem import Problem


def source_of(document, path="a.json"):
    text = json.dumps(document)
    return Source(path, "0" * 64, len(text), text, document, is_document=True)


def reading_of(ingested=0, quarantined=0, **ignored):
    return Reading(ingested=ingested, quarantined=quarantined, ignored=ignored)


def reports():
    bad = Problem(
        code="not_json",
        message="not JSON: 100% wrong",
        file="b/bad,file:1.json",
        line=3,
        seen="'x'",
        expected="JSON",
        hint="mend it",
    )
    odd = Problem(code="odd", message="odd\nvalue", file="a.json", pointer="/x", severity="warning")
    return [
        FileReport("b/bad,file:1.json", "quarantined", reason="not_json", problems=(bad,)),
        FileReport("c.txt", "ignored", reason="no format reads .txt files"),
        FileReport("d.txt", "ignored", reason="no format reads .txt files"),
        FileReport(
            "a.json",
            "ingested",
            "toy",
            records=2,
            numbers=Numbers(5, 2, 1, {"runtime": 2}),
            problems=(odd,),
            sha256="ab",
            size=10,
        ),
    ]


def test_numbers_that_nobody_mentions_are_ignored_as_no_scores():
    """The sum is the file's, not the adapter's."""
    numbers = account(source_of({"a": [1, 2, 3, 4, 5, 6]}), reading_of(2, 1, runtime=1))
    assert numbers == Numbers(6, 2, 1, {NOT_A_SCORE: 2, "runtime": 1}, {"": 4})
    assert list(numbers.ignored) == sorted(numbers.ignored)
    assert numbers.ignored_total == 3


def test_an_adapter_that_takes_more_than_there_is_is_caught():
    """It would hide a loss somewhere else."""
    with pytest.raises(AccountingError, match=r"a\.json: 3 numbers accounted for, 2 found"):
        account(source_of({"a": [1, 2]}), reading_of(3))


def test_numbers_written_as_text_count_once_an_adapter_takes_them():
    """RobustBench writes "93.5"; a model called "7b" is no number."""
    document = {"clean_acc": "93.5", "acc": "82.00 (7/8)", "id": "llama7b"}
    assert account(source_of(document), reading_of(2)) == Numbers(2, 2)
    with pytest.raises(AccountingError):
        account(source_of(document), reading_of(9))


def test_a_table_is_counted_by_its_cells():
    """The same rule for CSV as for JSON."""
    text = "model,acc,n\nm,0.5,10\nk,,20\n"
    numbers = account(Source("t.csv", "", len(text), text), reading_of(1))
    assert numbers == Numbers(3, 1, 0, {NOT_A_SCORE: 2})


def test_lines_of_json_are_counted_by_their_literals():
    """Neither a document nor a table, but its numbers are there."""
    text = '{"step": 1, "acc": 0.5}\n{"step": 2, "acc": 0.6}\n'
    assert account(Source("t.jsonl", "", len(text), text), reading_of(2)).found == 4


@pytest.mark.parametrize(
    "build",
    [
        lambda: Numbers(3, 1, 1),
        lambda: Numbers(1, 2, 0, {"x": -1}),
        lambda: FileReport("x", "ignored", records=1),
        lambda: FileReport("x", "quarantined", numbers=Numbers(1, 1)),
        lambda: FileReport("x", "ignored", numbers=Numbers(1, 0, 1)),
        lambda: Totals(files=1),
        lambda: Totals(numbers=2, numbers_ingested=1),
        lambda: Totals(records_read=3, records=1, duplicates=1),
    ],
)
def test_sums_that_do_not_add_up_cannot_be_built(build):
    """An invariant that is only asserted in a test holds only in that test."""
    with pytest.raises(AccountingError):
        build()


def test_totals_are_the_sums_of_the_files():
    """Files, numbers, records and problems."""
    totals = total(reports(), records=1, duplicates=1)
    assert totals == Totals(
        files=4,
        ingested=1,
        quarantined=1,
        ignored=2,
        numbers=5,
        numbers_ingested=2,
        numbers_quarantined=1,
        numbers_ignored=2,
        records_read=2,
        records=1,
        duplicates=1,
        errors=1,
        warnings=1,
    )


def test_clean_means_that_nothing_was_lost():
    """Warnings do not spoil it; a quarantined file, number or entry does."""
    good = FileReport("a", "ingested", records=1, numbers=Numbers(1, 1))
    warned = FileReport("b", "ignored", problems=(Problem(code="w", message="w", severity="warning"),))
    assert total([good, warned], records=1).clean
    entry = FileReport("c", "ingested", records=1, problems=(Problem(code="e", message="e"),))
    number = FileReport("d", "ingested", records=1, numbers=Numbers(2, 1, 1))
    for spoiler in (reports()[0], entry, number):
        assert not total([good, spoiler], records=1 + spoiler.records).clean


def test_the_json_has_the_promised_shape():
    """Continuous integration reads these keys."""
    files = reports()
    document = json.loads(to_json(files, total(files, records=2)))
    assert set(document) == {"totals", "files", "contradictions"}
    assert {"files", "ingested", "quarantined", "ignored", "numbers", "records"} <= set(document["totals"])
    assert document["totals"]["clean"] is False
    assert [entry["path"] for entry in document["files"]] == ["a.json", "b/bad,file:1.json", "c.txt", "d.txt"]
    for entry in document["files"]:
        assert {"path", "status", "format", "records", "problems"} <= set(entry)
    (problem,) = document["files"][1]["problems"]
    assert problem == {
        "code": "not_json",
        "message": "not JSON: 100% wrong",
        "pointer": "",
        "line": 3,
        "seen": "'x'",
        "expected": "JSON",
        "hint": "mend it",
        "severity": "error",
    }


def test_the_order_in_which_files_were_found_leaves_no_trace():
    """Same input, same bytes, in all three forms."""
    files = reports()
    totals = total(files, records=2)
    expected = [to_json(files, totals), to_text(files, totals), to_github(files)]
    for seed in range(10):
        random.Random(seed).shuffle(files)  # noqa: S311  # no secret is made
        assert [to_json(files, totals), to_text(files, totals), to_github(files)] == expected


def test_the_json_is_ascii_and_can_always_be_written():
    """A stray surrogate in a message must not end the run when the report is saved."""
    bad = Problem(code="x", message="\ud800 é", file="a")
    text = to_json([FileReport("a", "quarantined", problems=(bad,))], total([], records=0))
    assert text.isascii()


def test_a_report_survives_being_remembered():
    """The cache holds reports as JSON."""
    for report in reports():
        again = FileReport.from_dict(json.loads(json.dumps(report.to_dict())))
        assert again == report


def test_the_text_tells_each_problem_on_one_line():
    """And what was ignored by rule, most common first, and the sums."""
    files = reports()
    assert to_text(files, total(files, records=2)).splitlines() == [
        r"warning: a.json at /x: odd\nvalue [odd]",
        "error: b/bad,file:1.json:3: not JSON: 100% wrong; found 'x'; expected JSON; mend it [not_json]",
        "ignored: 2 files: no format reads .txt files",
        "4 files: 1 ingested, 1 quarantined, 2 ignored",
        "5 numbers: 2 ingested, 1 quarantined, 2 ignored",
        "2 records",
    ]


def test_the_text_tells_duplicates_and_conflicts():
    """Rows that were read and are not shown."""
    file = FileReport("a", "ingested", records=6, numbers=Numbers(6, 6))
    text = to_text([file], total([file], records=3, duplicates=2, superseded=1, conflicts=1))
    assert text.splitlines()[-1] == "3 records (2 duplicates and 1 superseded left out, 1 conflict)"


def test_github_annotations_are_escaped():
    """A comma or colon in a path would otherwise become another property, a line break another command."""
    assert to_github(reports(), prefix="results/").splitlines() == [
        "::warning file=results/a.json,title=odd::at /x: odd%0Avalue [odd]",
        "::error file=results/b/bad%2Cfile%3A1.json,line=3,title=not_json::"
        "not JSON: 100%25 wrong; found 'x'; expected JSON; mend it [not_json]",
    ]


def test_nothing_to_say_is_said_as_nothing():
    """An empty folder has no annotations."""
    assert to_github([]) == ""
    assert to_text([], total([], records=0)).startswith("0 files")


def test_a_toy_document_is_what_the_other_tests_think():
    """The example in its docstring."""
    assert account(source_of(toy_document(seconds=3)), reading_of(1, runtime=1)).found == 2


ROW = {
    "kind": "rank",
    "suite": "s",
    "benchmark": "b",
    "system": "m",
    "message": "ranks contradict scores",
    "found": "1",
    "expected": "2",
    "cells": "a.json /results/0",
}


def test_contradictions_are_in_all_three_forms():
    """The same numbers, for people, programs and annotations."""
    totals = total([], records=0)
    assert json.loads(to_json([], totals, [ROW]))["contradictions"] == [ROW]
    assert json.loads(to_json([], totals, [ROW]))["totals"]["contradictions"] == 1
    told = "m, b: ranks contradict scores: found 1, expected 2 (a.json /results/0)"
    assert to_text([], totals, [ROW]).startswith(f"contradiction: {told}\n")
    assert to_github([], [ROW]) == f"::warning title=contradiction::{told}\n"


def test_the_terminal_is_shown_some_contradictions_and_how_many_more_there_are():
    """Twenty lines, and where to find all."""
    lines = to_text([], total([], records=0), [ROW] * 23).splitlines()
    assert len([line for line in lines if line.startswith("contradiction: ")]) == 20
    assert lines[20] == "3 more contradictions; `--format json` lists all"
