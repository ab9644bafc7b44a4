"""A comparison for the terminal: the same sections as the comment, a few rows of each, each line with what it means.

The lines are plain; whoever prints them may colour them by their mark.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from reportgen.diff.model import BETTER, REMOVED, WORSE
from reportgen.numbers import count, plural
from reportgen.views.diff import plan
from reportgen.views.diff.escape import SENTENCE, visible
from reportgen.views.diff.footer import NOTHING, identity, reproduce, unchanged
from reportgen.views.diff.sections import Link, first_of_each, sections

if TYPE_CHECKING:
    from reportgen.diff.model import Alarm, Diff
    from reportgen.views.diff.footer import Around
    from reportgen.views.diff.sections import Section, Text

Mark = Literal["", "heading", "error", "warning", "note", "good", "bad", "faint"]
#: Rows of a section, and characters of a name.
ROWS, WIDTH = 20, 40
#: Where the terminal has no colours.
SIGNS = {"error": "✗", "warning": "!", "note": "·"}
_MEANING: dict[str, Mark] = {BETTER: "good", WORSE: "bad", REMOVED: "bad"}


class Line(NamedTuple):
    """One line of text and what it means."""

    text: str
    mark: Mark = ""


def render(diff: Diff, around: Around = NOTHING) -> str:
    """The whole comparison as plain text."""
    return "".join(f"{line.text}\n" for line in lines(diff, around))


def lines(diff: Diff, around: Around = NOTHING) -> list[Line]:
    """The comparison line by line; of an empty one the plan line alone."""
    failed: Mark = "error" if diff.failed else ""
    told = [Line(plan.changes(diff), failed or "heading")]
    if diff.empty:
        return told + _gates(diff)
    told += [Line(plan.cause(diff)), *_gates(diff), *_alarms(diff)]
    notes: set[str] = set()
    for section in sections(diff, ROWS):
        if section.name != "alarms":
            told += [Line(""), *_drawn(section)]
            told += [Line(f"  {section.note}", "faint")] if section.note and section.note not in notes else []
            notes.add(section.note)
    return [*told, Line(""), *_foot(diff, around)]


def _gates(diff: Diff) -> list[Line]:
    """One line a gate, also of those that passed: silence would look like no gate."""
    return [
        Line(f"{SIGNS['error']} gate {gate.rule}: failed, {plural(gate.failures, 'alarm')}", "error")
        if gate.failures
        else Line(f"✓ gate {gate.rule}: passed", "good")
        for gate in diff.gates
    ]


def _alarms(diff: Diff) -> list[Line]:
    """Unexpected alarms, each with what to do about it."""
    unexpected = first_of_each([alarm for alarm in diff.alarms if not alarm.expected])
    told = [line for alarm in unexpected[:ROWS] for line in _alarm(alarm)]
    if more := len(unexpected) - ROWS:
        told += [Line(f"  {plural(more, 'more alarm')}", "faint")] if more > 0 else []
    return [Line(""), *told] if told else []


def _alarm(alarm: Alarm) -> tuple[Line, Line]:
    text = f"{SIGNS[alarm.severity]} {alarm.rule}: {visible(alarm.text, SENTENCE)}"
    return Line(text, alarm.severity), Line(f"    {visible(alarm.fix, SENTENCE)}", "faint")


def _drawn(section: Section) -> list[Line]:
    """A title, the rows below one another, and how many more there are."""
    rows = [[_text(cell) for cell in row] for row in section.rows]
    marks = [_mark(row) for row in rows]
    told = [Line(f"{section.title}: {count(section.total)}", "heading")]
    if section.columns:
        header, *shown = _aligned([list(section.columns), *rows], section.right)
        told.append(Line(f"  {header}", "faint"))
    else:
        shown = [f"{row[0]}: {row[1]}" for row in rows]
    told += [Line(f"  {text}", mark) for text, mark in zip(shown, marks, strict=True)]
    if more := section.total - len(rows):
        told.append(Line(f"  {count(more)} more", "faint"))
    return told


def _text(cell: Text) -> str:
    text = cell.address or cell.text if isinstance(cell, Link) else cell
    return visible(text, 2 * WIDTH)


def _mark(row: list[str]) -> Mark:
    """Of a score its verdict, of a place where it went, of what is gone that it is."""
    if row[0] in _MEANING:
        return _MEANING[row[0]]
    first = next((cell[0] for cell in row[2:] if cell[:1] in {"▲", "▼", "↑", "↓"}), "")
    return {"▲": "good", "↑": "good", "▼": "bad", "↓": "bad"}.get(first, "")  # type: ignore[return-value]  # all are marks


def _aligned(rows: list[list[str]], right: frozenset[int]) -> list[str]:
    """Columns of one width, two spaces apart."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if index in right else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _foot(diff: Diff, around: Around) -> list[Line]:
    """Which two things these were, and the command."""
    told = []
    for word, side in (("old", diff.old), ("new", diff.new)):
        parts = (
            visible(text) if name == "side" else f"{name} {visible(text)}" for name, text in identity(side)
        )
        told.append(Line(f"{word}: {', '.join(parts)}", "faint"))
    told.append(Line(unchanged(diff), "faint"))
    return [*told, Line(f"again: {reproduce(diff, around)}", "faint")]
