"""One file from disk to a `Source`, trusting nothing: what cannot be read safely becomes a `Problem`.

The order matters: kind of file and size before a byte is read, encoding before text is looked at, depth
before the parser recurses, and everything a tolerant parser would let pass (a key twice, a number beyond the
range of a double, half a surrogate pair) before an adapter sees it.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from dataclasses import dataclass, replace
from typing import Any

from reportgen.ingest.json_text import count_literals, parse_json
from reportgen.ingest.remote import is_remote, read_file
from reportgen.ingest.source import Limits, Source
from reportgen.ingest.unpack import packing, unpack
from reportgen.ingest.yaml_text import load_yaml
from reportgen.numbers import size as size_text
from reportgen.records.problem import Problem, shorten

DEFAULT_LIMITS = Limits()
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


def open_source(content: Content, path: str, limits: Limits = DEFAULT_LIMITS) -> Opened:
    """The bytes as a `Source`: JSON and YAML are parsed, of JSON Lines the first line; else text or data.

    A compressed file is unpacked, to at most `limits.max_bytes`.
    """
    problem = content.problem or _not_text(content.data, path)
    data: bytes | bytearray = content.data
    if problem is None and packing(path):
        data, problem = unpack(data, path, limits.max_bytes)
    if problem is not None:
        return Opened(None, (problem,))
    if inner_name(path).lower().endswith(BINARY):
        return Opened(Source(path, content.sha256, content.size, "", data=bytes(data), limits=limits))
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


def _decode(data: bytes | bytearray, path: str) -> tuple[str, Problem | None]:
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
            seen=shorten(bytes(data[error.start : error.start + 8])),
            expected="UTF-8",
        )
