"""Looking into a parsed document without trusting its shape: what is not as expected is None or empty."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from reportgen.ingest.source import NotANumber

if TYPE_CHECKING:
    from reportgen.records.record import Missing

#: Seconds since 1970 between 2001 and 2100; smaller ones are monotonic clocks, larger ones milliseconds.
EPOCH_RANGE = (1_000_000_000, 4_102_444_800)
#: Longer texts are no dates: "2026-03-01T12:00:00.000000000+02:00" has 35 characters.
LONGEST_DATE = 40
_LOCAL_PATH = re.compile(r"^([/~\\]|\.{1,2}[/\\]|[A-Za-z]:[/\\]|file:)")
_CACHED_REPOSITORY = "models--"


def number(value: Any) -> float | None:
    """A finite number as float; None for everything else, true and false included."""
    if type(value) is float:
        return value if math.isfinite(value) else None
    if type(value) is int:
        return float(value) if abs(value) <= 2**1023 else None
    return None


def whole(value: Any) -> int | None:
    """A whole number that fits 64 bits, from an int, a float without a fraction or a text of digits."""
    if type(value) is str and re.fullmatch(r"[+-]?\d{1,18}", value.strip(), re.ASCII):
        return int(value)
    if type(value) is int:
        return value if abs(value) < 2**63 else None
    return int(value) if type(value) is float and value.is_integer() and abs(value) < 2**53 else None


def text(value: Any) -> str:
    """A text without surrounding blanks, or a plain number written as text."""
    if isinstance(value, str):
        return value.strip()
    return repr(value) if type(value) in {int, float} else ""


def members(value: Any) -> dict[str, Any]:
    """The value where it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def entries(value: Any) -> list[Any]:
    """The value where it is a JSON array, else an empty one."""
    return value if isinstance(value, list) else []


def pointer(*parts: object) -> str:
    """The JSON pointer (RFC 6901) of these steps."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def resolve(document: Any, where: str) -> Any:
    """What a JSON pointer leads to. Raises `KeyError` with the first step that is not there."""
    node = document
    for step in where.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(node, dict) and key in node:
            node = node[key]
        elif isinstance(node, list) and key.isascii() and key.isdigit() and int(key) < len(node):
            node = node[int(key)]
        else:
            raise KeyError(key)
    return node


def score(value: Any) -> tuple[float | None, Missing]:
    """A score and why it is missing: a bare NaN or Infinity, or null.

    Anything else is not understood: None with an empty reason.
    """
    found = number(value)
    if found is not None:
        return found, ""
    if isinstance(value, NotANumber):
        return None, "nan" if value.literal.lower() == "nan" else "infinite"
    if type(value) is float:
        return None, "nan" if math.isnan(value) else "infinite"
    return None, "null" if value is None else ""


def utc(value: Any) -> str:
    """ISO 8601 in UTC, to the second, from seconds since 1970 (number or text) or from ISO text with a zone.

    A date without a time stays a date; a time without a zone is returned without one. Else empty.
    """
    seconds = number(value)
    if seconds is None and isinstance(value, str):
        try:
            seconds = float(value)
        except ValueError:
            return _iso(value.strip())
    if seconds is None or not EPOCH_RANGE[0] <= seconds < EPOCH_RANGE[1]:
        return ""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@lru_cache(maxsize=1024)  # a run writes the same date into each of its rows
def _iso(value: str) -> str:
    if len(value) > LONGEST_DATE:
        return ""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return ""
    if re.fullmatch(r"\d{4}-?\d{2}-?\d{2}", value):
        return moment.strftime("%Y-%m-%d")
    if moment.tzinfo is None:
        return moment.strftime("%Y-%m-%dT%H:%M:%S")
    try:
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except OverflowError:
        return ""


def public_name(name: str) -> tuple[str, bool]:
    """A model or data set name fit to publish, and whether it was a path on somebody's machine.

    Of a path only the last folder is kept, or the repository where it lies in a Hugging Face cache.
    """
    if not _LOCAL_PATH.match(name):
        return name, False
    steps = [step for step in re.split(r"[/\\]+", name) if step not in {"", ".", "..", "~"}]
    for step in steps:
        if step.startswith(_CACHED_REPOSITORY):
            return step.removeprefix(_CACHED_REPOSITORY).replace("--", "/", 1), True
    return (steps[-1] if steps else ""), True
