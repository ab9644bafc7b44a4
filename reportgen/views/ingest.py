"""The ingest page: every file and every number accounted for."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.views.blocks import (
    Cell,
    Code,
    Facts,
    Notice,
    Page,
    Prose,
    Strong,
    Table,
)
from reportgen.views.common import columns, count_cell, number, term, text_cell
from reportgen.views.contradictions import contradictions
from reportgen.views.undirected import undirected

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report

#: Rows of the file list on the page; the whole list is in data/ingest.json.
MAX_FILES = 500
MAX_PROBLEMS = 2000


def pages(report: Report) -> Iterator[Page]:
    """One page."""
    totals, files = report.accounting["totals"], report.accounting["files"]
    yield Page(
        path="ingest/",
        title="What was read",
        section="ingest/",
        answer=_answer(totals),
        blocks=(
            Facts(
                items=(number(totals["files"], "file"), number(totals["records"], "record"), _formats(files))
            ),
            *_quarantine_notice(totals),
            _balance(totals),
            _problems(files),
            *contradictions(report.contradictions),
            *undirected(report.frame),
            _by_format(files),
            _files(files),
            _how_to_read(),
        ),
    )


def _answer(totals: Mapping[str, int]) -> Words:
    numbers_read = numbers.plural(totals["numbers"], "number")
    if totals["clean"]:
        return (
            Strong("Nothing was lost: "),
            f"every one of {numbers.plural(totals['files'], 'file')} and {numbers_read} was either used "
            "or left out by a stated rule; nothing is quarantined.",
        )
    return (
        Strong(what_is_quarantined(totals)),
        f" out of {numbers.plural(totals['files'], 'file')} and {numbers_read}, because something is wrong. "
        "It is listed below with what to do.",
    )


def what_is_quarantined(totals: Mapping[str, int]) -> str:
    """'2 files and 1 number are quarantined'; entries where neither a whole file nor a number is concerned."""
    counts = {"file": totals["quarantined"], "number": totals["numbers_quarantined"]}
    named = [numbers.plural(count, noun) for noun, count in counts.items() if count]
    named = named or [numbers.plural(totals["errors"], "entry", "entries")]
    one = len(named) == 1 and named[0].startswith("1 ")
    return f"{' and '.join(named)} {'is' if one else 'are'} quarantined"


def _quarantine_notice(totals: Mapping[str, int]) -> tuple[Block, ...]:
    if not totals["conflicts"]:
        return ()
    return (
        Notice(
            words=(
                Strong(numbers.plural(totals["conflicts"], "evaluation")),
                f" {'was' if totals['conflicts'] == 1 else 'were'} reported more than once with different numbers; "
                "the declared conflict policy decided.",
            ),
            tone="warn",
        ),
    )


def _balance(totals: Mapping[str, int]) -> Table:
    def row(name: str, prefix: str, found: int) -> tuple[Cell, ...]:
        return (
            text_cell(name),
            count_cell(found),
            count_cell(totals[f"{prefix}ingested"]),
            count_cell(totals[f"{prefix}quarantined"]),
            count_cell(totals[f"{prefix}ignored"]),
        )

    return Table(
        name="balance",
        heading="The balance",
        caption="Found = ingested + quarantined + ignored, by file and by number",
        columns=columns(
            ("what", "", {"align": "left"}),
            ("found", "Found", {}),
            ("ingested", "Ingested", {}),
            ("quarantined", "Quarantined", {"meaning": "Found, but not used, because something is wrong."}),
            ("ignored", "Ignored", {"meaning": "Left out by a stated rule, such as a secondary metric."}),
        ),
        rows=(row("Files", "", totals["files"]), row("Numbers", "numbers_", totals["numbers"])),
        compact=True,
    )


def _problems(files: Sequence[Mapping[str, Any]]) -> Table:
    found = [(file, problem) for file in files for problem in file["problems"]]
    rows = tuple(_problem_row(file, problem) for file, problem in found[:MAX_PROBLEMS])
    rest = len(found) - len(rows)
    return Table(
        name="problems",
        heading="Problems",
        caption="What is wrong, where, and what to do"
        + (f"; {numbers.count(rest)} more in ingest.json" if rest else ""),
        columns=columns(
            ("severity", "Severity", {"align": "left", "group": "chips"}),
            ("file", "File", {"align": "left"}),
            ("where", "Where", {"align": "left", "wide": True}),
            ("what", "What is wrong", {"align": "left"}),
            ("seen", "Found", {"align": "left", "wide": True}),
            ("expected", "Expected", {"align": "left", "wide": True}),
            ("hint", "What to do", {"align": "left"}),
        ),
        rows=rows,
        search="Find a file or a problem",
        empty="No problems.",
    )


def _problem_row(file: Mapping[str, Any], problem: Mapping[str, Any]) -> tuple[Cell, ...]:
    line = f"line {problem['line']}" if problem.get("line") else ""
    where = " ".join(part for part in (problem.get("pointer") or "", line) if part)
    return (
        text_cell(problem["severity"], tone="bad" if problem["severity"] == "error" else "warn"),
        text_cell(file["path"], code=True),
        text_cell(where or "whole file", code=bool(where)),
        text_cell(f"{problem['message']}", note=problem["code"]),
        text_cell(problem.get("seen") or numbers.ABSENT, code=bool(problem.get("seen"))),
        text_cell(problem.get("expected") or numbers.ABSENT),
        text_cell(problem.get("hint") or numbers.ABSENT),
    )


def _formats(files: Sequence[Mapping[str, Any]]) -> Words:
    found = sorted({file["format"] for file in files if file["format"]})
    return (Strong(str(len(found))), f" format{'' if len(found) == 1 else 's'}: {', '.join(found) or 'none'}")


def _by_format(files: Sequence[Mapping[str, Any]]) -> Table:
    counts: Counter[tuple[str, str, str]] = Counter()
    records: Counter[tuple[str, str, str]] = Counter()
    for file in files:
        key = (file["status"], file["format"] or numbers.ABSENT, file["reason"] or "")
        counts[key] += 1
        records[key] += file["records"]
    rows = tuple(
        (
            text_cell(status),
            text_cell(name),
            text_cell(reason or numbers.ABSENT),
            count_cell(counts[key]),
            count_cell(records[key]),
        )
        for key in sorted(counts, key=lambda key: (-counts[key], key))
        for status, name, reason in [key]
    )
    return Table(
        name="formats",
        heading="Files by format and reason",
        caption="How many files of which format, and why the others were left out",
        columns=columns(
            ("status", "Status", {"align": "left"}),
            ("format", "Format", {"align": "left"}),
            ("reason", "Reason", {"align": "left"}),
            ("files", "Files", {}),
            ("records", "Records", {}),
        ),
        rows=rows[:200],
    )


def _files(files: Sequence[Mapping[str, Any]]) -> Table:
    order = sorted(files, key=lambda file: (file["status"] == "ingested", file["path"]))
    rows = tuple(
        (
            text_cell(file["path"], code=True, title=f"sha256 {file['sha256']}" if file["sha256"] else ""),
            text_cell(file["status"], tone="bad" if file["status"] == "quarantined" else "plain"),
            text_cell(file["format"] or numbers.ABSENT),
            count_cell(file["records"]),
            count_cell(file["numbers"]["found"]),
            count_cell(sum(file["numbers"]["ignored"].values())),
        )
        for file in order[:MAX_FILES]
    )
    rest = len(files) - len(rows)
    return Table(
        name="files",
        heading="Files",
        caption="Every file that was found"
        + (f" (the first {MAX_FILES}; {numbers.count(rest)} more in ingest.json)" if rest else ""),
        columns=columns(
            ("file", "File", {"align": "left"}),
            ("status", "Status", {"align": "left", "group": "chips"}),
            ("format", "Format", {"align": "left"}),
            ("records", "Records", {}),
            ("numbers", "Numbers", {"wide": True}),
            ("ignored", "Ignored numbers", {"wide": True}),
        ),
        rows=rows,
        search="Find a file",
        download="files",
    )


def _how_to_read() -> Prose:
    return Prose(
        heading="How to read this",
        soft=True,
        paragraphs=(
            (
                "A file is claimed by its content, by exactly one format. A number is every numeric value in a file; "
                "it is ",
                Strong("ingested"),
                " when it became a record's value, error or sample size, ",
                term("quarantined"),
                " when it should have and could not, and ",
                term("ignored"),
                " when a stated rule leaves it out. The same accounting is in ",
                Code("data/ingest.json"),
                " and is printed by ",
                Code("reportgen check"),
                ".",
            ),
        ),
    )
