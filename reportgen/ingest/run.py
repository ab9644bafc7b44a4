"""A results folder to one frame and a full account: walk, read or remember, enrich, identify, settle."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from reportgen.ingest import cache as remembering
from reportgen.ingest.accounting import FileReport, Numbers, Totals, total
from reportgen.ingest.cache import Pack
from reportgen.ingest.catalog import load_catalog
from reportgen.ingest.chunk import LARGE, chunk_size, chunks_of
from reportgen.ingest.columns import combine, in_use
from reportgen.ingest.companions import rules_of, with_companions
from reportgen.ingest.conflicts import settle
from reportgen.ingest.detect import Readers, quarantined, unopened
from reportgen.ingest.engines import Engine, read_chunks
from reportgen.ingest.enrich import enrich
from reportgen.ingest.mapping import Mapping, load_mapping
from reportgen.ingest.memory import give_back
from reportgen.ingest.read import load_bytes, open_source
from reportgen.ingest.registry import FORMATS
from reportgen.ingest.source import Limits
from reportgen.ingest.walk import Entry, walk
from reportgen.records.catalog import Catalog
from reportgen.records.frame import identify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from reportgen.config import Settings
    from reportgen.ingest.remote import Root
    from reportgen.ingest.source import Format
    from reportgen.records.problem import Problem

ONE_PROCESS = Engine()
READ_TOGETHER = "read together with another file of its run"


@dataclass(frozen=True, slots=True)
class Cache:
    """Where packs are kept (None: nowhere), and under what circumstances they hold."""

    folder: Path | None
    context: str


@dataclass(frozen=True, slots=True)
class Ingested:
    """Everything a results folder gave."""

    frame: pd.DataFrame  # columns `records.frame.COLUMNS`, canonical order, no duplicates, conflicts settled
    items: pd.DataFrame  # item-level results, same columns and order: rows with an item_id
    files: tuple[FileReport, ...]  # in path order
    totals: Totals
    catalog: Catalog
    problems: tuple[Problem, ...]  # those of all files, in path order


def ingest(
    root: Root,
    settings: Settings,
    *,
    formats: Sequence[Format] = FORMATS,
    cache: Path | None = None,
    engine: Engine = ONE_PROCESS,
    progress: Callable[[int, int], None] | None = None,
) -> Ingested:
    """Read a results folder, or one file.

    Args:
        root: the folder, or its address on an object store; its `catalog/` is read too. Of a single file, the
            folder it lies in has no say.
        settings: what to ignore, how large a file may be, what to do with conflicts.
        formats: the formats that are recognised.
        cache: a folder where file contents are remembered by SHA-256; the result is the same without it.
        engine: how the files are read; the result is the same with any.
        progress: called with (files done, files in all), some hundred files at a time at most.

    Raises:
        ConfigError: there is no such folder, or the catalog is wrong, or the engine cannot be had. Nothing in a
            result file ever raises.
    """
    entries = walk(root, settings.ignore)
    catalog = load_catalog(root) if isinstance(root, str) or root.is_dir() else Catalog()
    mappings, mapping_reports = _load_mappings(entries, settings.max_file_bytes)
    limits = Limits(settings.max_file_bytes, settings.max_archive_ratio)
    readers = Readers(formats, mappings, limits, settings.max_file_seconds)
    entries = with_companions([entry for entry in entries if entry.kind != "mapping"], rules_of(formats))
    used = _context(settings, formats, mappings)
    count = _Count(len(entries), progress)
    reports, *raw = _read_all(entries, readers, Cache(cache, used), engine, count)
    files = sorted((*_read_together(reports, formats), *mapping_reports), key=lambda report: report.path)
    return _finish(raw, files, catalog, settings)


class _Count:
    """Counts files for whoever watches."""

    def __init__(self, total: int, progress: Callable[[int, int], None] | None) -> None:
        self.total, self.progress, self.done = total, progress, 0

    def __call__(self, files: int) -> None:
        self.done += files
        if self.progress is not None:
            self.progress(self.done, self.total)


def _finish(
    raw: list[pd.DataFrame], files: list[FileReport], catalog: Catalog, settings: Settings
) -> Ingested:
    """Everything about the records in `raw`, which is emptied: a million of them are not to be held twice."""
    identified = [identify(enrich(raw.pop(), catalog))]
    if len(identified[0]) > LARGE:
        give_back()
    settled = settle(identified.pop(), settings.conflicts)
    reports = _with_problems(files, settled.problems)
    whole, items = _parts(settled.frame, (settled.frame["item_id"] != "").to_numpy(bool))
    totals = total(
        reports,
        records=len(settled.frame),
        items=len(items),
        duplicates=settled.duplicates,
        superseded=settled.superseded,
        conflicts=settled.conflicts,
    )
    problems = tuple(problem for report in reports for problem in report.problems)
    return Ingested(whole, items, reports, totals, catalog, problems)


def _parts(frame: pd.DataFrame, is_item: npt.NDArray[np.bool_]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Results and item-level results."""
    if not is_item.any():
        return frame, frame.iloc[:0]
    return in_use(frame, ~is_item), in_use(frame, is_item)


def _with_problems(files: list[FileReport], problems: Iterable[Problem]) -> tuple[FileReport, ...]:
    """The reports with problems that were found only when all files were seen together."""
    by_file: dict[str, tuple[Problem, ...]] = {}
    for problem in problems:
        by_file[problem.file] = (*by_file.get(problem.file, ()), problem)
    return tuple(
        replace(report, problems=(*report.problems, *by_file[report.path]))
        if report.path in by_file
        else report
        for report in files
    )


def _load_mappings(entries: Sequence[Entry], max_bytes: int) -> tuple[list[Mapping], list[FileReport]]:
    """The mappings of a folder, and the reports of their files: ignored, or quarantined where they are wrong."""
    mappings, reports = [], []
    for entry in entries:
        if entry.kind != "mapping":
            continue
        content = load_bytes(entry.place, entry.path, max_bytes)
        opened = open_source(content, entry.path)
        if opened.source is None:
            reports.append(quarantined(entry.path, *opened.problems, content=content))
            continue
        mapping, problems = load_mapping(entry.path, opened.source.text)
        if mapping is None:
            reports.append(quarantined(entry.path, *problems, content=content))
            continue
        mappings.append(mapping)
        told = (*opened.problems, *problems)
        reports.append(
            FileReport(
                entry.path,
                "ignored",
                reason=entry.reason,
                problems=told,
                sha256=content.sha256,
                size=content.size,
            )
        )
    return mappings, reports


def _context(settings: Settings, formats: Sequence[Format], mappings: Sequence[Mapping]) -> str:
    """What decides, apart from a file's bytes and path and from the code, how the file is read."""
    return remembering.context(
        [
            str(settings.max_file_bytes),
            str(settings.max_file_seconds),
            str(settings.max_archive_ratio),
            *(f"{candidate.NAME} {candidate.VERSION}" for candidate in formats),
            *(f"{mapping.path} {mapping.digest}" for mapping in mappings),
        ]
    )


def _read_all(
    entries: Sequence[Entry], readers: Readers, cache: Cache, engine: Engine, count: _Count
) -> tuple[list[FileReport], pd.DataFrame]:
    """A report for each entry, in their order, and all raw records."""
    before = remembering.load(cache.folder, cache.context)
    reports: dict[str, FileReport] = {}
    to_read = []
    hashes = _Hashes(readers.limits.max_bytes)
    for entry in entries:
        if entry.kind in {"ignored", "unreadable"} or not readers.wants(entry):
            reports[entry.path] = unopened(entry)
        elif before.found and (known := hashes.known(entry, before)) is not None:
            reports[entry.path] = known
        else:
            to_read.append(entry)
            continue
        count(1)
    frames = before.rows(report for report in reports.values() if report.sha256)
    keep = partial(remembering.keep, cache.folder, cache.context) if cache.folder else None
    for pack in read_chunks(chunks_of(to_read, readers), engine, keep, count):
        reports |= {report.path: report for report in pack.reports}
        frames.append(pack.frame)
    raw = combine(frames)
    ordered = [reports[entry.path] for entry in entries]
    _tidy(cache, ordered, raw)
    return ordered, raw


def _tidy(cache: Cache, reports: Sequence[FileReport], raw: pd.DataFrame) -> None:
    """Keep the number of packs in bounds."""
    read = [report for report in reports if report.sha256]
    size = chunk_size(len(read))
    groups = [read[start : start + size] for start in range(0, len(read), size)]
    packs = (
        Pack(tuple(group), in_use(raw[raw["file"].isin({report.path for report in group})]))
        for group in groups
    )
    remembering.tidy(cache.folder, cache.context, packs, len(groups))


class _Hashes:
    """SHA-256 of files, those that are companions of many read once."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.companions: dict[str, str] = {}

    def known(self, entry: Entry, before: remembering.Remembered) -> FileReport | None:
        """The report of a file that is as it was."""
        content = load_bytes(entry.place, entry.path, self.max_bytes)
        if content.problem is not None:
            return None
        return before.get(entry.path, content.sha256, dict(map(self._companion, entry.companions)))

    def _companion(self, companion: tuple[str, str]) -> tuple[str, str]:
        path, place = companion
        if path not in self.companions:
            self.companions[path] = load_bytes(place, path, self.max_bytes).sha256
        return path, self.companions[path]


def _read_together(reports: Sequence[FileReport], formats: Sequence[Format]) -> list[FileReport]:
    """The reports, where a file that nothing claims was read with another of its run: that is no loss."""
    together = {candidate.NAME for candidate in formats if hasattr(candidate, "COMPANIONS")}
    used = {
        path
        for report in reports
        if report.status == "ingested" and report.format in together
        for path in report.read_with
    }
    return [
        _as_companion(report) if report.path in used and _unclaimed(report) else report for report in reports
    ]


def _unclaimed(report: FileReport) -> bool:
    return report.reason == "unknown_format" or (report.status == "ignored" and not report.format)


def _as_companion(report: FileReport) -> FileReport:
    found = report.numbers.found
    numbers = Numbers(found, ignored={READ_TOGETHER: found} if found else {})
    return replace(report, status="ignored", reason=READ_TOGETHER, numbers=numbers, problems=())
