"""One file from disk to a `Source`, trusting nothing: what cannot be read safely becomes a `Problem`.

The order matters: kind of file and size before a byte is read, encoding before text is looked at, depth
before the parser recurses, and everything a tolerant parser would let pass (a key twice, a number beyond the
range of a double, half a surrogate pair) before an adapter sees it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from reportgen.ingest.remote import is_remote, read_file
from reportgen.ingest.source import NotANumber, Source
from reportgen.ingest.unpack import packing, unpack
from reportgen.ingest.yaml_text import load_yaml
from reportgen.numbers import size as size_text
from reportgen.records.problem import Problem, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DEPTH = 64
#: Longest run of digits taken as a whole number: every one of them is within the range of a double.
MAX_DIGITS = 308

#: What a file may hold unless reportgen.yml says otherwise: 64 MiB.
MAX_FILE_BYTES = 64 * 1024 * 1024
#: Endings of files that are not text, of YAML and of JSON Lines; inside a compressed file as well.
BINARY = (".eval", ".parquet")
YAML = (".yaml", ".yml")
LINES = (".jsonl", ".ndjson")

_LFS_POINTER = b"version https://git-lfs"
_OPEN_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_UTF16_OR_32 = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
#: A literal that may be a bare NaN: not one inside a word or right after a quote.
_BARE_NAN = re.compile(r"(?:NaN|Infinity)(?=[\s,\]}]|\Z)")
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])")


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a file and their hash, or why there are none."""

    data: bytes = b""
    sha256: str = ""
    size: int = 0
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A file made into a `Source`, or why not. `numbers` are those of a text that could not be parsed."""

    source: Source | None
    problems: tuple[Problem, ...] = ()
    numbers: int = 0


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


def load_bytes(place: str | os.PathLike[str], path: str, max_bytes: int) -> Content:
    """The bytes of a regular file that is not a symbolic link and not larger than `max_bytes`.

    `place` may be an address on an object store.
    """
    if isinstance(place, str) and is_remote(place):
        return _load_remote(place, path, max_bytes)
    return _load_local(place, path, max_bytes)


def _load_local(place: str | os.PathLike[str], path: str, max_bytes: int) -> Content:
    try:
        descriptor = os.open(place, _OPEN_FLAGS)
    except OSError as error:
        return Content(problem=_unreadable(path, error))
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            message = "not a regular file, so it was not read"
            return Content(problem=Problem(code="not_a_file", message=message, file=path))
        if status.st_size > max_bytes:
            return Content(size=status.st_size, problem=_too_large(path, status.st_size, max_bytes))
        data = _read_up_to(descriptor, status.st_size, max_bytes)
    except OSError as error:
        return Content(problem=_unreadable(path, error))
    finally:
        os.close(descriptor)
    if len(data) > max_bytes:  # it grew while it was read
        return Content(size=len(data), problem=_too_large(path, len(data), max_bytes))
    return Content(data, hashlib.sha256(data).hexdigest(), len(data))


def _load_remote(place: str, path: str, max_bytes: int) -> Content:
    try:
        data = read_file(place, max_bytes)
    except OSError as error:
        return Content(problem=_unreadable(path, error))
    if len(data) > max_bytes:
        return Content(size=len(data), problem=_too_large(path, len(data), max_bytes))
    return Content(data, hashlib.sha256(data).hexdigest(), len(data))


def _read_up_to(descriptor: int, expected: int, max_bytes: int) -> bytes:
    """All bytes, but never more than `max_bytes` + 1."""
    data = os.read(descriptor, expected + 1)
    if len(data) == expected:
        return data
    chunks, total = [data], len(data)
    while chunks[-1] and total <= max_bytes:
        chunks.append(os.read(descriptor, min(1 << 20, max_bytes + 1 - total)))
        total += len(chunks[-1])
    return b"".join(chunks)


def _unreadable(path: str, error: OSError) -> Problem:
    reason = error.strerror or type(error).__name__
    return Problem(code="unreadable", message=f"cannot be opened: {reason}", file=path)


def _too_large(path: str, size: int, max_bytes: int) -> Problem:
    return Problem(
        code="too_large",
        message="larger than the limit, so it was not read",
        file=path,
        seen=size_text(size),
        expected=f"at most {size_text(max_bytes)}",
        hint="raise max_file_bytes in reportgen.yml if the file is meant",
    )


def inner_name(path: str) -> str:
    """The path without the ending of its compression: "scores.csv" for "scores.csv.xz"."""
    return path[: -len(packing(path))] if packing(path) else path


def open_source(content: Content, path: str, max_bytes: int = MAX_FILE_BYTES) -> Opened:
    """The bytes as a `Source`: JSON and YAML are parsed, of JSON Lines the first line; else text or data.

    A compressed file is unpacked, to at most `max_bytes`.
    """
    problem = content.problem or _not_text(content.data, path)
    data = content.data
    if problem is None and packing(path):
        data, problem = unpack(data, path, max_bytes)
    if problem is not None:
        return Opened(None, (problem,))
    if inner_name(path).lower().endswith(BINARY):
        return Opened(Source(path, content.sha256, content.size, "", data=data))
    text, problem = _decode(data, path)
    if problem is not None:
        return Opened(None, (problem,))
    notes: tuple[Problem, ...] = ()
    if text.startswith("\ufeff"):
        text, notes = text[1:], (_byte_order_mark(path),)
    return _parsed(Source(path, content.sha256, content.size, text), notes)


def _parsed(source: Source, notes: tuple[Problem, ...]) -> Opened:
    """The source with its document, where its ending says that it has one."""
    name = inner_name(source.path).lower()
    if name.endswith(".json"):
        return _with_document(source, notes)
    if name.endswith(YAML):
        return _with_yaml(source, notes)
    if name.endswith(LINES):
        return Opened(replace(source, document=_first_document(source.text, source.path)), notes)
    return Opened(source, notes)


def _with_document(source: Source, notes: tuple[Problem, ...]) -> Opened:
    parsed = parse_json(source.text, source.path)
    if parsed.problem is not None:
        return Opened(None, (*notes, parsed.problem), numbers=count_literals(source.text))
    full = replace(source, document=parsed.document, is_document=True, has_nan=parsed.has_nan)
    return Opened(full, notes)


def _with_yaml(source: Source, notes: tuple[Problem, ...]) -> Opened:
    document, problem = load_yaml(source.text)
    if problem is not None:
        numbers = count_literals(source.text)
        return Opened(None, (*notes, replace(problem, file=source.path)), numbers=numbers)
    return Opened(replace(source, document=document, is_document=True), notes)


def _first_document(text: str, path: str) -> Any:
    """The document of the first line that is not blank; None where it cannot be parsed."""
    start = re.compile(r"[^\s]").search(text)
    end = text.find("\n", start.start()) if start else -1
    line = text[start.start() : end if end >= 0 else len(text)] if start else ""
    return parse_json(line, path).document


def _not_text(data: bytes, path: str) -> Problem | None:
    if not data.strip():
        return Problem(code="empty_file", message="the file is empty", file=path)
    return _lfs_pointer(path) if data.startswith(_LFS_POINTER) else None


def _lfs_pointer(path: str) -> Problem:
    return Problem(
        code="lfs_pointer",
        message="a Git LFS pointer, not the file itself",
        file=path,
        hint="run `git lfs pull` (in CI: checkout with `lfs: true`)",
    )


def _byte_order_mark(path: str) -> Problem:
    message = "starts with a byte order mark, which was left out"
    return Problem(code="byte_order_mark", message=message, file=path, severity="warning")


def _decode(data: bytes, path: str) -> tuple[str, Problem | None]:
    if data.startswith(_UTF16_OR_32) or b"\0" in data[:4]:
        return "", Problem(
            code="not_utf8",
            message="looks like UTF-16 or UTF-32 text",
            file=path,
            expected="UTF-8",
            hint="save the file as UTF-8 (in PowerShell: Out-File -Encoding utf8)",
        )
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError as error:
        return "", Problem(
            code="not_utf8",
            message=f"not UTF-8: {error.reason} at byte {error.start}",
            file=path,
            line=data.count(b"\n", 0, error.start) + 1,
            seen=shorten(data[error.start : error.start + 8]),
            expected="UTF-8",
        )


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
