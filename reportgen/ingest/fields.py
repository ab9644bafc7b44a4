"""Which fields of a record a table or a mapping may state, and of what type each is."""

from __future__ import annotations

import re
import types
from typing import Any, Literal, get_args, get_origin, get_type_hints

from reportgen.ingest.cells import PLAIN, CellRules, parse_cell
from reportgen.ingest.document import utc, whole
from reportgen.records.record import Record

#: Set by the program itself: where a number comes from and how it is known.
RESERVED = frozenset({
    "file", "sha256", "pointer", "format", "format_version", "adapter_version", "raw", "missing",
    "model_raw", "benchmark_raw", "metric_raw", "direction_source", "bounds_source", "date_source",
})  # fmt: skip

#: Each field's type: str, float, int, bool, or the tuple of words it may be.
FIELD_TYPES: dict[str, type | tuple[str, ...]] = {}
for _name, _hint in get_type_hints(Record).items():
    if get_origin(_hint) is Literal:
        FIELD_TYPES[_name] = get_args(_hint)
    elif get_origin(_hint) is types.UnionType:
        FIELD_TYPES[_name] = next(part for part in get_args(_hint) if part is not type(None))
    else:
        FIELD_TYPES[_name] = _hint

#: What a table or a mapping may state.
SETTABLE = frozenset(FIELD_TYPES) - RESERVED
#: Fields whose numbers are part of the result; others are conditions and not accounted as scores.
MEASURED = frozenset(
    {"value", "stderr", "ci_low", "ci_high", "n", "lower", "upper", "wins", "ties", "losses", "invalid"}
)
_DIRECTIONS = {
    "max": "higher", "maximize": "higher", "higher is better": "higher", "higher_is_better": "higher",
    "↑": "higher", "up": "higher",
    "min": "lower", "minimize": "lower", "lower is better": "lower", "lower_is_better": "lower",
    "↓": "lower", "down": "lower",
}  # fmt: skip
_COMPACT_DATE = re.compile(r"((?:19|20)\d{2})_?([01]\d)_?([0-3]\d)", re.ASCII)
_TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class UnfitError(ValueError):
    """A text does not fit its field. The message says what would."""


def fit(name: str, written: str, rules: CellRules = PLAIN) -> Any:
    """The value of a field from text; None where the text is empty or a mark for missing.

    Raises `UnfitError` with what was expected.
    """
    plain, kind = written.strip(), FIELD_TYPES[name]
    if kind is str:
        return _date(plain) if name == "date" else plain
    if not plain or plain in rules.missing:
        return None
    if isinstance(kind, tuple):
        return _choice(name, plain, kind)
    if kind is bool:
        return _truth(plain)
    cell = parse_cell(plain, rules)
    if cell.value is None and cell.understood:
        return None
    if cell.value is None or (kind is int and whole(cell.value) is None):
        raise UnfitError("a whole number" if kind is int else "a number")
    if cell.value < 0 and name in {"stderr", "n", "n_shot"}:
        raise UnfitError("a number of at least 0")
    return whole(cell.value) if kind is int else cell.value


def _date(plain: str) -> str:
    compact = _COMPACT_DATE.fullmatch(plain)  # as file names have it
    date = utc("-".join(compact.groups()) if compact else plain)
    if plain and not date:
        raise UnfitError("a date such as 2026-01-31")
    return date


def _choice(name: str, plain: str, choices: tuple[str, ...]) -> str:
    word = plain.lower()
    word = _DIRECTIONS.get(word, word) if name == "direction" else word
    if word not in choices:
        raise UnfitError("one of " + ", ".join(choice for choice in choices if choice))
    return word


def _truth(plain: str) -> bool:
    if plain.lower() not in _TRUTHS:
        raise UnfitError("true or false")
    return _TRUTHS[plain.lower()]
