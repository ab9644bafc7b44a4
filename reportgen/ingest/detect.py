"""One file to its records: which format it is of, and a report whatever happens."""

from __future__ import annotations

import logging
import math
import re
from dataclasses import dataclass, field, replace
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from reportgen.ingest import mapping as mapped
from reportgen.ingest.accounting import FileReport, Numbers, account, count_numbers_of
from reportgen.ingest.read import Content, first_nan, open_source
from reportgen.ingest.tables import SUFFIXES as TABLE_SUFFIXES
from reportgen.ingest.tables import read_header
from reportgen.ingest.walk import DOCUMENTATION, Entry
from reportgen.records.frame import BOOLEANS, FLOATS, INTEGERS
from reportgen.records.problem import Problem, shorten
from reportgen.records.record import FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reportgen.ingest.mapping import Mapping
    from reportgen.ingest.source import Format, Reading, Source
    from reportgen.records.record import Record

log = logging.getLogger(__name__)

NO_SCORES = "holds no scores"
#: Share of the names a format needs that a file must have more of before the format is called close.
CLOSE = 0.4


class Readers:
    """All that can read a file: the formats, and the user's mappings."""

    def __init__(self, formats: Sequence[Format], mappings: Sequence[Mapping] = ()) -> None:
        self.formats = tuple(formats)
        self.mappings = tuple(mappings)
        self.suffixes = tuple({suffix for candidate in formats for suffix in candidate.SUFFIXES})

    def declared(self, path: str) -> list[Mapping]:
        """The mappings that mean this file."""
        return [mapping for mapping in self.mappings if mapping.matches(path)]

    def wants(self, entry: Entry) -> bool:
        """Whether a file is to be opened: a mapping means it, or a format reads files of this ending."""
        if self.mappings and self.declared(entry.path):
            return True
        return (entry.kind == "result" or entry.reason == DOCUMENTATION) and self.reads(entry.path)

    def reads(self, path: str) -> bool:
        """Whether any format reads files of this ending."""
        return path.lower().endswith(self.suffixes)


@dataclass(frozen=True, slots=True)
class FileResult:
    """What one file gave."""

    report: FileReport
    records: list[Record] = field(default_factory=list)
    adapter_version: str = ""


@dataclass(frozen=True, slots=True)
class _Adapter:
    name: str
    title: str
    version: str
    tolerates_nan: bool
    read: Callable[[Source], Reading]


def unopened(entry: Entry) -> FileReport:
    """The report of something that is not read at all."""
    if entry.kind == "unreadable":
        message = f"the folder cannot be listed: {entry.reason}"
        return quarantined(entry.path, Problem(code="unreadable", message=message, file=entry.path))
    if entry.kind == "result" and entry.path.lower().endswith(".eval"):
        return quarantined(entry.path, _zipped_log(entry.path))
    ending = re.search(r"\.[^./]+$", entry.path)
    unread = (
        f"no format reads {ending[0].lower()} files" if ending else "no format reads files without an ending"
    )
    return FileReport(entry.path, "ignored", reason=entry.reason or unread)


def _zipped_log(path: str) -> Problem:
    return Problem(
        code="zipped_log",
        message="an Inspect log in its zip form, which is not read",
        file=path,
        hint="write it as JSON: inspect log convert --to json",
    )


def quarantined(
    path: str, *problems: Problem, numbers: int = 0, content: Content | None = None
) -> FileReport:
    """The report of a file of which nothing could be taken; the last problem is the reason."""
    return FileReport(
        path,
        "quarantined",
        reason=problems[-1].code,
        numbers=Numbers(numbers, quarantined=numbers),
        problems=problems,
        sha256=content.sha256 if content else "",
        size=content.size if content else 0,
    )


def read_result(entry: Entry, content: Content, readers: Readers) -> FileResult:
    """Everything a file gives. Never raises on account of the file or of an adapter."""
    opened = open_source(content, entry.path)
    if opened.source is None:
        report = quarantined(entry.path, *opened.problems, numbers=opened.numbers, content=content)
        return FileResult(report)
    source = opened.source
    adapter, problem = _adapter_for(source, readers)
    if adapter is None and problem is None and entry.kind == "maybe":
        return FileResult(_ignored(source, entry.reason))
    if adapter is None:
        return _refused(source, opened.problems, problem or _unknown_format(source, readers))
    if source.has_nan and not adapter.tolerates_nan:
        return _refused(source, opened.problems, _nan_constant(source, adapter))
    return _read(source, opened.problems, adapter)


def _refused(source: Source, notes: tuple[Problem, ...], problem: Problem) -> FileResult:
    content = Content(sha256=source.sha256, size=source.size)
    try:
        numbers = count_numbers_of(source)
    except Exception:  # a table that is refused may be one that cannot even be counted
        log.info("numbers of %s cannot be counted", source.path, exc_info=True)
        numbers = 0
    return FileResult(quarantined(source.path, *notes, problem, numbers=numbers, content=content))


def _ignored(source: Source, reason: str) -> FileReport:
    found = count_numbers_of(source)
    ignored = {reason: found} if found else {}
    numbers = Numbers(found, ignored=ignored)
    return FileReport(
        source.path, "ignored", reason=reason, numbers=numbers, sha256=source.sha256, size=source.size
    )


def _adapter_for(source: Source, readers: Readers) -> tuple[_Adapter | None, Problem | None]:
    """The one adapter for a file; none and a problem where two claim it, none and none where nobody does."""
    declared = readers.declared(source.path)
    if len(declared) > 1:
        names = " and ".join(mapping.path for mapping in declared)
        return None, Problem(
            code="two_mappings",
            message=f"two mappings mean this file: {names}",
            file=source.path,
            hint="narrow the paths of one of them",
        )
    if declared:
        read = partial(mapped.read_mapped, declared[0])
        return _Adapter(mapped.FORMAT, declared[0].path, mapped.VERSION, tolerates_nan=True, read=read), None
    return _claiming_format(source, readers)


def _asked(source: Source, readers: Readers) -> list[Format]:
    """The formats that read files of this ending."""
    path = source.path.lower()
    return [candidate for candidate in readers.formats if path.endswith(tuple(candidate.SUFFIXES))]


def _claiming_format(source: Source, readers: Readers) -> tuple[_Adapter | None, Problem | None]:
    claims = []
    for candidate in _asked(source, readers):
        try:
            reason = candidate.claims(source)
        except Exception as error:  # noqa: BLE001  # one adapter must not take down the run
            return None, _adapter_failure(source, candidate.TITLE, error)
        if reason is not None:
            claims.append((candidate, reason))
    if len(claims) > 1:
        return None, _ambiguous(source, claims)
    if not claims:
        return None, None
    chosen = claims[0][0]
    return _Adapter(chosen.NAME, chosen.TITLE, chosen.VERSION, chosen.TOLERATES_NAN, chosen.read), None


def _read(source: Source, notes: tuple[Problem, ...], adapter: _Adapter) -> FileResult:
    try:
        reading = adapter.read(source)
        numbers = account(source, reading)
        for record in reading.records:
            _check(record)
    except Exception as error:  # noqa: BLE001  # one adapter must not take down the run
        return _refused(source, notes, _adapter_failure(source, adapter.title, error))
    problems = (*notes, *(_placed(problem, source.path) for problem in reading.problems))
    if reading.records:
        status, reason = "ingested", ""
    else:
        errors = [problem.code for problem in problems if problem.severity == "error"]
        failed = bool(errors or numbers.quarantined)
        status, reason = ("quarantined", errors[0] if errors else "") if failed else ("ignored", NO_SCORES)
    report = FileReport(
        source.path,
        status,  # type: ignore[arg-type]  # one of the three, by the lines above
        adapter.name,
        reason,
        len(reading.records),
        numbers,
        problems,
        source.sha256,
        source.size,
    )
    return FileResult(report, reading.records, adapter.version)


def _placed(problem: Problem, path: str) -> Problem:
    return problem if problem.file == path else replace(problem, file=path)


_texts = attrgetter(*(name for name in FIELDS if name not in FLOATS | INTEGERS | BOOLEANS))
_floats = attrgetter(*sorted(FLOATS))
_integers = attrgetter(*sorted(INTEGERS))


def _check(record: Record) -> None:
    """Raise `ValueError` or `TypeError` where a record cannot become a row: the types hold, as declared."""
    "".join(_texts(record)).encode()
    for value in _floats(record):
        if value is not None and not math.isfinite(value):
            raise ValueError("a record holds a number that is not finite")
    for value in _integers(record):
        if value is not None and not -(2**63) <= value < 2**63:
            raise ValueError("a record holds a whole number beyond 64 bits")


def _adapter_failure(source: Source, title: str, error: Exception) -> Problem:
    log.info("adapter %s failed on %s", title, source.path, exc_info=error)
    return Problem(
        code="adapter_failure",
        message=f"reading it as {title} failed with {type(error).__name__}",
        file=source.path,
        hint="this is a defect of reportgen; please report it with the file",
    )


def _ambiguous(source: Source, claims: list[tuple[Format, str]]) -> Problem:
    names = " and ".join(f"{claimed.NAME} ({reason})" for claimed, reason in claims)
    return Problem(
        code="ambiguous_format",
        message=f"more than one format claims this file: {names}",
        file=source.path,
        hint="say how to read it in a *.mapping.yml file",
    )


def _nan_constant(source: Source, adapter: _Adapter) -> Problem:
    pointer, literal = first_nan(source.document) or ("", "NaN")
    return Problem(
        code="nan_constant",
        message=f"a bare {literal} is not JSON, and files of {adapter.title} do not hold any",
        file=source.path,
        pointer=pointer,
        seen=literal,
        expected="a number or null",
    )


def _unknown_format(source: Source, readers: Readers) -> Problem:
    present = _present(source)
    folded = {name.lower() for name in present}
    closest, missing, share = None, [], 0.0
    for candidate in _asked(source, readers):
        needed = dict.fromkeys(re.findall(r"[A-Za-z_][\w\-]*", candidate.NEEDS))
        keys = [key for key in needed if key not in {"and", "or"}]
        have = sum(key.lower() in folded for key in keys)
        if keys and have / len(keys) > max(share, CLOSE):
            closest, share = candidate, have / len(keys)
            missing = [key for key in keys if key.lower() not in folded]
    message = "no format recognises this file"
    if closest is not None:
        message += f"; closest is {closest.TITLE}"
        message += f", which also needs {', '.join(missing)}" if missing else f", which needs {closest.NEEDS}"
    return Problem(
        code="unknown_format",
        message=message,
        file=source.path,
        seen=shorten(", ".join(sorted(present)[:12])) if present else "",
        hint="say how to read it in a *.mapping.yml file, or list it under 'ignore' in reportgen.yml",
    )


def _present(source: Source) -> list[str]:
    """Names at the top of a file: keys of a JSON object (or of the first in a list), or columns of a table.

    Never a value: it is shown to the reader, and a value may be private.
    """
    document: Any = source.document
    if isinstance(document, list) and document:
        document = document[0]
    if isinstance(document, dict):
        return list(document)
    if source.path.lower().endswith(TABLE_SUFFIXES):
        return [name for name in read_header(source.text, path=source.path) if name]
    first_line = source.text.split("\n", 1)[0][:4000]
    return [] if source.is_document else re.findall(r'"([A-Za-z_][\w\- ]{0,60})"\s*:', first_line)
