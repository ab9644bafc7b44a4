"""The grammar of one cell of a score table: a number as people write it, or the reason there is none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from reportgen.ingest import document

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reportgen.records.record import Missing

#: Longest cell that is looked at; longer ones are prose.
MAX_CELL = 200

#: What most cells hold; tried first, because tables have millions of them.
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
MISSING_MARKS: dict[str, Missing] = {
    "": "empty", "-": "dash", "–": "dash", "—": "dash", "\N{MINUS SIGN}": "dash", "--": "dash",
    "nan": "nan", "inf": "infinite", "+inf": "infinite", "-inf": "infinite", "infinity": "infinite",
    "-infinity": "infinite", "null": "null", "none": "null",
    "n/a": "text", "na": "text", "n.a.": "text", "#n/a": "text", "<na>": "text",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CellRules:
    """How cells are to be read, where a mapping file says so.

    `decimal` and `thousands` are single characters. `parentheses` says what a number in parentheses after
    the score is: unknown (the cell is refused), something to ignore, or the standard error.
    """

    decimal: str = "."
    thousands: str = ""
    missing: frozenset[str] = frozenset()
    parentheses: Literal["refuse", "ignore", "stderr"] = "refuse"
    plus_minus: Literal["stderr", "ignore"] = "stderr"


PLAIN = CellRules()


class Refusal(NamedTuple):
    """Why a cell is no score, what would be one, and what to do."""

    message: str
    expected: str
    hint: str


NO_NUMBER = Refusal(
    "the score is not a number",
    "a number, or one of the usual marks for none",
    "a mapping file can say how such cells are to be read",
)


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell says.

    `raw` is the text as written where it is not just the number. A cell that is neither a number nor a known
    mark has `missing` "text" and `understood` False: it belongs on the list of problems, for the reason `refusal`.
    """

    value: float | None
    stderr: float | None = None
    raw: str = ""
    missing: Missing = ""
    percent: bool = False
    understood: bool = True
    refusal: Refusal = NO_NUMBER


def parse_cell(text: str, rules: CellRules = PLAIN) -> Cell:
    """One cell of text."""
    stripped = text.strip()
    if stripped in rules.missing:
        return Cell(None, raw=text, missing=MISSING_MARKS.get(stripped.lower(), "text"))
    if rules.decimal == "." and len(stripped) <= MAX_CELL and _PLAIN_NUMBER.fullmatch(stripped):
        return Cell(float(stripped))
    mark = MISSING_MARKS.get(stripped.lower())
    if mark is not None:
        return Cell(None, raw=stripped, missing=mark)
    match = _pattern(rules).fullmatch(stripped) if len(stripped) <= MAX_CELL else None
    if match is None:
        return Cell(None, raw=stripped[:MAX_CELL], missing="text", understood=False)
    return _matched(stripped, match, rules)


def _matched(stripped: str, match: re.Match[str], rules: CellRules) -> Cell:
    value = _to_float(match["value"], rules)
    error = None
    if match["error"] and rules.plus_minus == "stderr":
        error = _to_float(match["error"], rules)
    elif match["parenthesis"] and rules.parentheses == "stderr":
        error = _to_float(match["parenthesis"], rules)
    if document.number(value) is None:
        return Cell(None, raw=stripped, missing="infinite", understood=False)
    plain = match["value"] == stripped and "," not in stripped
    return Cell(
        value,
        stderr=abs(error) if error is not None else None,
        raw="" if plain else stripped,
        percent=match["percent"] is not None,
    )


def parse_value(value: Any, rules: CellRules = PLAIN) -> Cell:
    """One value of a JSON document: a number, a text read as a cell, null, or a bare NaN."""
    if isinstance(value, str):
        return parse_cell(value, rules)
    found, missing = document.score(value)
    if found is None and not missing:
        return Cell(None, missing="text", understood=False)
    return Cell(found, missing=missing)


@lru_cache(maxsize=32)
def _pattern(rules: CellRules) -> re.Pattern[str]:
    decimal, thousands = re.escape(rules.decimal), re.escape(rules.thousands)
    digits = rf"(?:\d{{1,3}}(?:{thousands}\d{{3}})+|\d+)" if rules.thousands else r"\d+"
    plain = rf"[+\-\N{{MINUS SIGN}}]?(?:{digits}(?:{decimal}\d*)?|{decimal}\d+)(?:[eE][+\-]?\d+)?"
    plain = plain.replace(r"\N{MINUS SIGN}", "\N{MINUS SIGN}")
    notes = {"refuse": "", "ignore": r"|[^()]*", "stderr": rf"|(?P<parenthesis>{plain})\s*%?"}
    note = notes[rules.parentheses]
    named = "" if "parenthesis" in note else r"(?P<parenthesis>(?!))?"
    return re.compile(
        rf"(?P<value>{plain})\s*(?P<percent>%)?"
        rf"(?:\s*(?:±|\+/-|\+-)\s*(?P<error>{plain})\s*%?)?"
        rf"(?:\s*\((?:\d+\s*/\s*\d+{note})\))?{named}",
        re.ASCII,
    )


def _to_float(written: str, rules: CellRules) -> float:
    plain = written.replace(rules.thousands, "") if rules.thousands else written
    return float(plain.replace(rules.decimal, ".").replace("\N{MINUS SIGN}", "-"))


_NUMBER_LIKE = re.compile(r"[+\-\N{MINUS SIGN}<>~]?[\d.,'\u00a0\u202f ]*\d[\d.,]*(?:[eE][+\-]?\d+)?\s*%?")
_PARTS = re.compile(r"±|\+/-|\+-|/")


def numbers_in_cell(text: str) -> int:
    """How many numbers a cell holds, under any convention for decimals and thousands.

    "78.3 ± 0.2" and "85.1/86.0" hold two, "82.00 (7/8)" one, "2024-05-01" none. It is never less than
    what `parse_cell` uses.
    """
    if len(text) > MAX_CELL:
        return 0
    if _PLAIN_NUMBER.fullmatch(text):
        return 1
    if not any("0" <= character <= "9" for character in text):
        return 0
    head, _, note = text.partition("(")
    parts = [part.strip() for part in _PARTS.split(head)]
    if note.endswith(")") and "/" not in note:
        parts.append(note[:-1].strip())
    if not all(_NUMBER_LIKE.fullmatch(part) for part in parts):
        return 0
    return len(parts)


class CountedCells(dict[str, int]):
    """`numbers_in_cell` for cells of which many are the same."""

    #: Texts remembered; beyond it all are forgotten, so that memory is bounded.
    LIMIT = 200_000

    def __missing__(self, text: str) -> int:
        if len(self) >= self.LIMIT:
            self.clear()
        found = self[text] = numbers_in_cell(text)
        return found

    def total(self, texts: Iterable[str]) -> int:
        """The numbers in all of these cells."""
        return sum(map(self.__getitem__, texts))
