"""One file to its records: which format it is of, and a report whatever happens."""

from __future__ import annotations

import importlib
import logging
import math
import re
from dataclasses import dataclass, field, replace
from functools import partial
from operator import attrgetter
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from reportgen.ingest import mapping as mapped
from reportgen.ingest.accounting import FileReport, Numbers, account, count_numbers_of
from reportgen.ingest.limits import TooSlowError, time_limit
from reportgen.ingest.read import DEFAULT_LIMITS, Content, inner_name, load_bytes, open_source
from reportgen.ingest.refusals import adapter_failure, ambiguous, nan_constant, too_slow, unknown_format
from reportgen.ingest.walk import DOCUMENTATION, UNKNOWN_YAML, Entry
from reportgen.records.frame import BOOLEANS, FLOATS, INTEGERS
from reportgen.records.problem import Problem
from reportgen.records.record import FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from reportgen.ingest.mapping import Mapping
    from reportgen.ingest.source import Format, Limits, Reading, Source
    from reportgen.records.record import Record

log = logging.getLogger(__name__)

NO_SCORES = "holds no scores"
MAX_FILE_SECONDS = 120.0
#: Files that are opened only because a format may find results in them.
_OPENED_ON_CHANCE = frozenset({DOCUMENTATION, UNKNOWN_YAML})


class Readers:
    """All that can read a file: the formats, the user's mappings, and the limits. Can be sent to a worker."""

    def __init__(
        self,
        formats: Sequence[Format],
        mappings: Sequence[Mapping] = (),
        limits: Limits = DEFAULT_LIMITS,
        max_seconds: float = MAX_FILE_SECONDS,
    ) -> None:
        self.formats = tuple(formats)
        self.mappings = tuple(mappings)
        self.limits = limits
        self.max_seconds = max_seconds
        self.suffixes = tuple({suffix for candidate in formats for suffix in candidate.SUFFIXES})
        #: longest first, because ".tar.gz" is more than ".gz"
        self.endings = sorted(self.suffixes, key=lambda suffix: (-len(suffix), suffix))
        self.by_ending: dict[str, list[Format]] = {
            ending: [f for f in self.formats if ending and ending.endswith(f.SUFFIXES)]
            for ending in ("", *self.endings)
        }
        self.placed: dict[int, re.Pattern[str]] = {
            place: f.PATHS for place, f in enumerate(self.formats) if hasattr(f, "PATHS")
        }

    def __reduce__(self) -> tuple[Any, ...]:
        """Formats are modules, which are sent by name."""
        names = [f.__name__ if isinstance(f, ModuleType) else f for f in self.formats]
        return _readers_of, (names, self.mappings, self.limits, self.max_seconds)

    def declared(self, path: str) -> list[Mapping]:
        """The mappings that mean this file."""
        return [mapping for mapping in self.mappings if mapping.matches(path)]

    def wants(self, entry: Entry) -> bool:
        """Whether a file is to be opened: a mapping means it, or a format reads files of its kind."""
        if self.mappings and self.declared(entry.path):
            return True
        return (entry.kind == "result" or entry.reason in _OPENED_ON_CHANCE) and self.reads(entry.path)

    def reads(self, path: str) -> bool:
        """Whether any format reads files of this ending, or at this place."""
        return inner_name(path).lower().endswith(self.suffixes) or any(
            pattern.search(path) for pattern in self.placed.values()
        )

    def asked(self, path: str) -> list[Format]:
        """The formats that read files of this ending, or at this place."""
        name = inner_name(path).lower()
        ending = next((suffix for suffix in self.endings if name.endswith(suffix)), "")
        placed = [place for place, pattern in self.placed.items() if pattern.search(path)]
        if not placed:
            return self.by_ending[ending]
        chosen = self.by_ending[ending]
        return [f for place, f in enumerate(self.formats) if place in placed or f in chosen]


def _readers_of(
    names: Sequence[Any], mappings: Sequence[Mapping], limits: Limits, max_seconds: float
) -> Readers:
    formats: list[Any] = [importlib.import_module(name) if isinstance(name, str) else name for name in names]
    return Readers(formats, mappings, limits, max_seconds)


@dataclass(frozen=True, slots=True)
class FileResult:
    """What one file gave: its first records as columns where there are many, and the rest."""

    report: FileReport
    records: list[Record] = field(default_factory=list)
    adapter_version: str = ""
    frames: tuple[pd.DataFrame, ...] = ()


@dataclass(frozen=True, slots=True)
class _Adapter:
    name: str
    title: str
    version: str
    tolerates_nan: bool
    read: Callable[[Source], Reading]
    wants_companions: bool = False


def unopened(entry: Entry) -> FileReport:
    """The report of something that is not read at all."""
    if entry.kind == "unreadable":
        message = f"the folder cannot be listed: {entry.reason}"
        return quarantined(entry.path, Problem(code="unreadable", message=message, file=entry.path))
    ending = re.search(r"\.[^./]+$", entry.path)
    unread = (
        f"no format reads {ending[0].lower()} files" if ending else "no format reads files without an ending"
    )
    return FileReport(entry.path, "ignored", reason=entry.reason or unread)


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
    try:
        with time_limit(readers.max_seconds):
            result = _read_result(entry, content, readers)
    except TooSlowError:
        return FileResult(quarantined(entry.path, too_slow(entry.path, readers.max_seconds), content=content))
    if not entry.companions:
        return result
    read_with = {
        path: load_bytes(place, path, readers.limits.max_bytes).sha256 for path, place in entry.companions
    }
    return replace(result, report=replace(result.report, read_with=read_with))


def _read_result(entry: Entry, content: Content, readers: Readers) -> FileResult:
    opened = open_source(content, entry.path, readers.limits)
    if opened.source is None:
        if entry.reason in _OPENED_ON_CHANCE and not readers.declared(entry.path):
            return FileResult(replace_hash(unopened(entry), content))
        report = quarantined(entry.path, *opened.problems, numbers=opened.numbers, content=content)
        return FileResult(report)
    source = opened.source
    adapter, problem = _adapter_for(source, readers)
    if adapter is None and problem is None and entry.kind == "maybe":
        return FileResult(_ignored(source, entry.reason))
    if adapter is None:
        unknown = problem or unknown_format(source, readers.asked(source.path))
        return _refused(source, opened.problems, unknown)
    if source.has_nan and not adapter.tolerates_nan:
        return _refused(source, opened.problems, nan_constant(source, adapter.title))
    if adapter.wants_companions and entry.companions:
        source = _with_companions(source, entry, readers)
    return _read(source, opened.problems, adapter)


def replace_hash(report: FileReport, content: Content) -> FileReport:
    """The report of a file that was opened after all."""
    return replace(report, sha256=content.sha256, size=content.size)


def _with_companions(source: Source, entry: Entry, readers: Readers) -> Source:
    """The source with those files beside it that can be read."""
    found = {}
    for path, place in entry.companions:
        opened = open_source(load_bytes(place, path, readers.limits.max_bytes), path, readers.limits)
        if opened.source is not None:
            found[path] = opened.source
    return replace(source, companions=found)


def _refused(source: Source, notes: tuple[Problem, ...], problem: Problem) -> FileResult:
    content = Content(sha256=source.sha256, size=source.size)
    try:
        numbers = count_numbers_of(source)
    except TooSlowError:
        raise
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


def _claiming_format(source: Source, readers: Readers) -> tuple[_Adapter | None, Problem | None]:
    claims = []
    for candidate in readers.asked(source.path):
        try:
            reason = candidate.claims(source)
        except TooSlowError:
            raise
        except Exception as error:  # noqa: BLE001  # one adapter must not take down the run
            return None, adapter_failure(source, candidate.TITLE, error)
        if reason is not None:
            claims.append((candidate, reason))
    if len(claims) > 1:
        return None, ambiguous(source, claims)
    if not claims:
        return None, None
    chosen = claims[0][0]
    companions = bool(getattr(chosen, "COMPANIONS", None))
    adapter = _Adapter(
        chosen.NAME, chosen.TITLE, chosen.VERSION, chosen.TOLERATES_NAN, chosen.read, companions
    )
    return adapter, None


def _read(source: Source, notes: tuple[Problem, ...], adapter: _Adapter) -> FileResult:
    try:
        reading = adapter.read(source)
        numbers = account(source, reading)
        for record in reading.records:
            _check(record)
        for frame in reading.frames:
            _check_frame(frame)
    except TooSlowError:
        raise
    except Exception as error:  # noqa: BLE001  # one adapter must not take down the run
        return _refused(source, notes, adapter_failure(source, adapter.title, error))
    records = len(reading.records) + sum(map(len, reading.frames))
    problems = (*notes, *(_placed(problem, source.path) for problem in reading.problems))
    if records:
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
        records,
        numbers,
        problems,
        source.sha256,
        source.size,
    )
    return FileResult(report, reading.records, adapter.version, tuple(reading.frames))


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


def _check_frame(frame: pd.DataFrame) -> None:
    """The same for records that are columns already."""
    for name in FLOATS:
        if np.isinf(frame[name].to_numpy(float)).any():
            raise ValueError("a record holds a number that is not finite")
    for name in FIELDS:
        if name not in FLOATS | INTEGERS | BOOLEANS:
            "".join(frame[name].cat.categories).encode()
