"""JSON as text to a document, refusing everything that a tolerant parser would let pass.

A key twice, a number beyond the range of a double, half a surrogate pair, nesting that would exhaust the stack:
each becomes a `Problem` before an adapter sees it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from reportgen.ingest.source import NotANumber
from reportgen.records.problem import Problem, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DEPTH = 64
#: Longest run of digits taken as a whole number: every one of them is within the range of a double.
MAX_DIGITS = 308

_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
#: A literal that may be a bare NaN: not one inside a word or right after a quote.
_BARE_NAN = re.compile(r"(?:NaN|Infinity)(?=[\s,\]}]|\Z)")
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A JSON document, or why there is none."""

    document: Any = None
    has_nan: bool = False
    problem: Problem | None = None


class _RefusedError(Exception):
    """Raised inside the parser, which offers no other way out."""


class _DuplicateKeyError(_RefusedError):
    pass


class _NumberOverflowError(_RefusedError):
    pass


def parse_json(text: str, path: str) -> Parsed:
    """The document of a JSON text. A bare NaN, Infinity or -Infinity becomes a `NotANumber`.

    Refused, each as a `Problem`: nesting beyond `MAX_DEPTH`, a key twice in one object, a number beyond the
    range of a double, an unpaired surrogate, and whatever is not JSON.
    """
    if _deeper_than(text, MAX_DEPTH):
        return Parsed(problem=_too_deep(path))
    try:
        document = _DECODER.decode(text)
    except (json.JSONDecodeError, _RefusedError, RecursionError, MemoryError) as error:
        return Parsed(problem=_refusal(error, text, path))
    if _ESCAPED_SURROGATE.search(text):
        pointer = next(_lone_surrogates(document), None)
        if pointer is not None:
            return Parsed(problem=_lone_surrogate(pointer, path))
    return Parsed(document, has_nan=_may_hold_nan(text) and first_nan(document) is not None)


def _may_hold_nan(text: str) -> bool:
    return ("NaN" in text or "Infinity" in text) and _BARE_NAN.search(text) is not None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    built = dict(pairs)
    if len(built) != len(pairs):
        keys = [key for key, _ in pairs]
        raise _DuplicateKeyError(next(key for i, key in enumerate(keys) if key in keys[:i]))
    return built


def _finite(literal: str) -> float:
    value = float(literal)
    if value - value != 0.0:  # only for infinity: inf - inf is NaN
        raise _NumberOverflowError(literal)
    return value


def _bounded(literal: str) -> int:
    if len(literal) > MAX_DIGITS:
        raise _NumberOverflowError(literal)
    return int(literal)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_constant=NotANumber, parse_float=_finite, parse_int=_bounded
)

_STEP = np.zeros(256, dtype=np.int8)
_STEP[[ord("["), ord("{")]] = 1
_STEP[[ord("]"), ord("}")]] = -1
_NOT_BRACKETS = bytes(sorted(set(range(256)) - set(b"[]{}")))


def _deeper_than(text: str, limit: int) -> bool:
    """Whether brackets outside strings nest deeper than this. Linear, without recursion."""
    if text.count("[") + text.count("{") <= limit:
        return False
    brackets = _outside_strings(text).encode("ascii", "replace").translate(None, _NOT_BRACKETS)
    depth = 0
    for start in range(0, len(brackets), 1 << 20):
        steps = _STEP[np.frombuffer(brackets, np.uint8, min(1 << 20, len(brackets) - start), start)]
        depths = np.cumsum(steps, dtype=np.int32)
        if depth + int(depths.max()) > limit:
            return True
        depth += int(depths[-1])
    return False


def _outside_strings(text: str) -> str:
    """What is left of a JSON text without its strings."""
    if "\\" in text:
        text = text.replace("\\\\", "").replace('\\"', "")
    return "".join(text.split('"')[::2])


def count_literals(text: str) -> int:
    """Numbers outside quotes in a text that could not be parsed: what is lost with it."""
    return sum(1 for _ in _NUMBER.finditer(_outside_strings(text)))


def _lone_surrogates(document: Any, pointer: str = "") -> Iterator[str]:
    if isinstance(document, str):
        if any("\ud800" <= character <= "\udfff" for character in document):
            yield pointer
    elif isinstance(document, dict):
        for key, value in document.items():
            yield from _lone_surrogates(key, pointer + "/" + pointer_part(key))
            yield from _lone_surrogates(value, pointer + "/" + pointer_part(key))
    elif isinstance(document, list):
        for index, value in enumerate(document):
            yield from _lone_surrogates(value, f"{pointer}/{index}")


def pointer_part(key: str) -> str:
    """A key as part of a JSON pointer, safe to print."""
    escaped = key.replace("~", "~0").replace("/", "~1")
    return escaped if escaped.isprintable() else repr(escaped)[1:-1]


def first_nan(document: Any, pointer: str = "") -> tuple[str, str] | None:
    """Pointer and literal of the first `NotANumber` in a document."""
    if isinstance(document, NotANumber):
        return pointer, document.literal
    items: Any = ()
    if isinstance(document, dict):
        items = ((pointer_part(key), value) for key, value in document.items())
    elif isinstance(document, list):
        items = enumerate(document)
    found = (first_nan(value, f"{pointer}/{part}") for part, value in items)
    return next((hit for hit in found if hit is not None), None)


def _refusal(error: Exception, text: str, path: str) -> Problem:
    if isinstance(error, json.JSONDecodeError):
        return _not_json(error, path)
    if isinstance(error, _DuplicateKeyError):
        return _duplicate_key(error, text, path)
    if isinstance(error, _NumberOverflowError):
        return _overflow(error, text, path)
    if isinstance(error, MemoryError):
        return Problem(code="out_of_memory", message="not enough memory to parse it", file=path)
    return _too_deep(path)


def _too_deep(path: str) -> Problem:
    message = "nested too deeply, so it was not parsed"
    return Problem(code="too_deep", message=message, file=path, expected=f"at most {MAX_DEPTH} levels")


def _not_json(error: json.JSONDecodeError, path: str) -> Problem:
    ended = not error.doc[error.pos :].strip()
    seen = "the end of the file" if ended else shorten(error.doc[error.pos : error.pos + 20])
    return Problem(
        code="not_json",
        message=f"not JSON: {error.msg} (line {error.lineno}, column {error.colno})",
        file=path,
        line=error.lineno,
        seen=seen,
        hint="the file seems to be cut off" if ended else "",
    )


def _line_of(text: str, literal: str, occurrence: int) -> int | None:
    """Line of the n-th place where a text is found, if it is found just n times and so cannot be another."""
    if text.count(literal) != occurrence:
        return None
    return text.count("\n", 0, text.rindex(literal)) + 1


def _duplicate_key(error: _DuplicateKeyError, text: str, path: str) -> Problem:
    key = str(error)
    return Problem(
        code="duplicate_key",
        message="a key is written twice in one object, so one of the two values would be lost",
        file=path,
        line=_line_of(text, json.dumps(key, ensure_ascii=False), 2),
        seen=shorten(key),
        expected="each key once",
    )


def _overflow(error: _NumberOverflowError, text: str, path: str) -> Problem:
    literal = str(error)
    return Problem(
        code="number_overflow",
        message="a number is beyond the range of a double",
        file=path,
        line=_line_of(text, literal, 1),
        seen=shorten(literal, 40),
    )


def _lone_surrogate(pointer: str, path: str) -> Problem:
    return Problem(
        code="lone_surrogate",
        message="a text holds half of a surrogate pair, which is no character",
        file=path,
        pointer=pointer,
        hint="the tool that wrote it cut a text in the middle of a character",
    )
