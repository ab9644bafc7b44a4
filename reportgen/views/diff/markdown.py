"""A comparison as the comment of a pull request: the news in sight, all else folded, and never too long to be posted.

GitHub takes 65,536 characters in a comment, and GitLab a million; bytes are counted here, which are never fewer. What
does not fit is left out by whole rows, each section says how many, and the plan line, the gates and what was compared
are always there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reportgen.numbers import count, plural
from reportgen.views.diff import plan
from reportgen.views.diff.escape import NAME, SENTENCE, code, escape, fenced, href, link
from reportgen.views.diff.footer import NOTHING, identity, reproduce, unchanged
from reportgen.views.diff.sections import Link, sections

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reportgen.diff.model import Diff
    from reportgen.views.diff.footer import Around
    from reportgen.views.diff.sections import Section, Text

#: Finds the one comment that is renewed at each push.
MARKER = "<!-- reportgen-diff -->"
#: Less than GitHub's 65,536, in bytes.
COMMENT_BYTES = 65_535
ELSEWHERE = "diff.json and diff.html"


@dataclass(frozen=True, slots=True)
class Paper:
    """How much may be written: bytes in all, and folded rows of a section."""

    bytes: int
    rows: int


COMMENT = Paper(COMMENT_BYTES, 60)


def comment(diff: Diff, around: Around = NOTHING) -> str:
    """The comment, with the marker first by which it is found again."""
    return f"{MARKER}\n{body(diff, around, Paper(COMMENT.bytes - len(MARKER) - 1, COMMENT.rows))}"


def body(diff: Diff, around: Around, paper: Paper) -> str:
    """The comparison on so much paper."""
    head, foot = _head(diff, around), _foot(diff, around)
    found = sections(diff, paper.rows)
    shortest = [_size(_left_out(section)) for section in found]
    room = paper.bytes - _size(head) - _size(foot)
    blocks = []
    for index, section in enumerate(found):
        block = _drawn(section, room - sum(shortest[index + 1 :]))
        room -= _size(block)
        blocks.append(block)
    return "".join([head, *blocks, foot])


def _size(text: str) -> int:
    return len(text.encode())


def _head(diff: Diff, around: Around) -> str:
    lines = [f"**{escape(plan.changes(diff), SENTENCE)}**", ""]
    if cause := plan.cause(diff):
        lines += [escape(cause, SENTENCE), ""]
    if diff.gates:
        lines += [f"Gates: {' · '.join(_gate(gate.rule, gate.failures) for gate in diff.gates)}", ""]
    if href(around.full):
        lines += [link("See the pages side by side", around.full), ""]
    return "\n".join([*lines, ""])


def _gate(rule: str, failures: int) -> str:
    return f"❌ {escape(rule)} ({count(failures)})" if failures else f"✅ {escape(rule)}"


def _drawn(section: Section, room: int) -> str:
    """The section in at most so many bytes: open rows, then folded ones, then how many are left out."""
    rows = [_row(section, row) for row in section.rows]
    shown = min(section.shown, len(rows))
    opened = _fitting(rows[:shown], room - _size(_block(section, [], [])))
    folded: list[str] = []
    if opened == shown:
        folded = rows[shown:]
        folded = folded[: _fitting(folded, room - _size(_block(section, rows[:shown], [""])))]
    return _block(section, rows[:opened], folded) if opened or folded else _left_out(section)


def _fitting(rows: Iterable[str], room: int) -> int:
    """How many of the rows, each with its line end, fit."""
    fitting = 0
    for row in rows:
        room -= _size(row) + 1
        if room < 0:
            break
        fitting += 1
    return fitting


def _block(section: Section, opened: list[str], folded: list[str]) -> str:
    """A section as it is printed; without rows, all that is printed around them."""
    head, rest = _table_head(section), section.total - len(opened) - len(folded)
    lines = [f"**{section.title}**", "", *head, *opened, ""] if opened or not folded else []
    if folded:
        summary = f"{count(section.total - len(opened))} more" if opened else _summary(section)
        lines += ["<details>", f"<summary>{summary}</summary>", "", *head, *folded, ""]
    if rest or not (opened or folded):
        lines += [_more(rest), ""]
    if folded:
        lines += ["</details>", ""]
    if section.note and (opened or not folded):
        lines += [f"<sub>{section.note}</sub>", ""]
    return "\n".join([*lines, ""])


def _summary(section: Section) -> str:
    return f"{section.title}: {count(section.total)}"


def _more(rest: int) -> str:
    return f"{plural(rest, 'more row')} in {ELSEWHERE}."


def _left_out(section: Section) -> str:
    return f"**{_summary(section)}**, all in {ELSEWHERE}.\n\n"


def _table_head(section: Section) -> list[str]:
    if not section.columns:
        return []
    rules = ("---:" if index in section.right else "---" for index in range(len(section.columns)))
    return [f"| {' | '.join(section.columns)} |", f"| {' | '.join(rules)} |"]


def _row(section: Section, row: tuple[Text, ...]) -> str:
    if not section.columns:
        return f"- **{_text(row[0])}**: {_text(row[1], SENTENCE)}"
    cells = (code(str(cell)) if at in section.names else _text(cell) for at, cell in enumerate(row))
    return f"| {' | '.join(cells)} |"


def _text(cell: Text, longest: int = NAME) -> str:
    return link(cell.text, cell.address) if isinstance(cell, Link) else escape(cell, longest)


def _foot(diff: Diff, around: Around) -> str:
    """Folded: which two things were compared, what is the same, and the command."""
    sides = [dict(identity(side)) for side in (diff.old, diff.new)]
    names = [
        name
        for name in ("side", "commit", "digest", "reportgen", "holds")
        if any(name in side for side in sides)
    ]
    rows = [
        f"| {word} | {' | '.join(_told(name, side.get(name, '')) for name in names)} |"
        for word, side in zip(("old", "new"), sides, strict=True)
    ]
    lines = [
        "<details>",
        "<summary>What was compared, and how to repeat it</summary>",
        "",
        f"|  | {' | '.join(names)} |",
        f"| {' | '.join('---' for _ in range(len(names) + 1))} |",
        *rows,
        "",
        unchanged(diff),
        "",
        fenced(reproduce(diff, around), "sh"),
        "",
        "</details>",
    ]
    return "\n".join(lines) + "\n"


def _told(name: str, text: str) -> str:
    return code(text) if name in {"side", "commit", "digest"} else escape(text)
