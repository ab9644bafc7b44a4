"""A results folder to one frame and a full account: walk, read or remember, enrich, identify, settle."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reportgen.ingest import cache as remembering
from reportgen.ingest.accounting import FileReport, Totals, total
from reportgen.ingest.catalog import load_catalog
from reportgen.ingest.columns import Builder, combine, in_use
from reportgen.ingest.companions import wanted_by, with_companions
from reportgen.ingest.conflicts import settle
from reportgen.ingest.detect import Readers, quarantined, read_result, unopened
from reportgen.ingest.enrich import enrich
from reportgen.ingest.mapping import Mapping, load_mapping
from reportgen.ingest.read import load_bytes, open_source
from reportgen.ingest.registry import FORMATS
from reportgen.ingest.walk import Entry, walk
from reportgen.records.catalog import Catalog
from reportgen.records.frame import identify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from reportgen.config import Settings
    from reportgen.ingest.source import Format
    from reportgen.records.problem import Problem


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
    root: Path,
    settings: Settings,
    *,
    formats: Sequence[Format] = FORMATS,
    cache: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Ingested:
    """Read a results folder, or one file.

    Args:
        root: the folder; its `catalog/` is read too. Of a single file, the folder it lies in has no say.
        settings: what to ignore, how large a file may be, what to do with conflicts.
        formats: the formats that are recognised.
        cache: a folder where file contents are remembered by SHA-256; the result is the same without it.
        progress: called with (files done, files in all) after each file.

    Raises:
        ConfigError: there is no such folder, or the catalog is wrong. Nothing in a result file ever raises.
    """
    entries = walk(root, settings.ignore)
    catalog = load_catalog(root) if root.is_dir() else Catalog()
    mappings, mapping_reports = _load_mappings(entries, settings.max_file_bytes)
    entries = with_companions(entries, wanted_by(formats))
    readers = Readers(formats, mappings, settings.max_file_bytes, settings.max_file_seconds)
    used = _context(settings, formats, mappings)
    before = remembering.load(cache, used)
    with _collector_paused():
        reports, raw, fresh = _read_all(entries, settings.max_file_bytes, readers, before, progress)
    if fresh:
        remembering.save(cache, used, [report for report in reports if report.sha256], raw)
    files = sorted((*reports, *mapping_reports), key=lambda report: report.path)
    return _finish(raw, files, catalog, settings)


def _finish(raw: pd.DataFrame, files: list[FileReport], catalog: Catalog, settings: Settings) -> Ingested:
    settled = settle(identify(enrich(raw, catalog)), settings.conflicts)
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
    return in_use(frame[~is_item].reset_index(drop=True)), in_use(frame[is_item].reset_index(drop=True))


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
            *(f"{candidate.NAME} {candidate.VERSION}" for candidate in formats),
            *(f"{mapping.path} {mapping.digest}" for mapping in mappings),
        ]
    )


def _read_all(
    entries: Sequence[Entry],
    max_bytes: int,
    readers: Readers,
    before: remembering.Remembered,
    progress: Callable[[int, int], None] | None,
) -> tuple[list[FileReport], pd.DataFrame, bool]:
    """A report for each entry but the mappings, all raw records, and whether anything was not remembered."""
    reports: list[FileReport] = []
    builder = Builder()
    remembered: list[str] = []
    for done, entry in enumerate(entries, start=1):
        if entry.kind != "mapping":
            report = _read_one(entry, max_bytes, readers, before, builder)
            if report.sha256 and before.get(entry.path, report.sha256) is not None:
                remembered.append(entry.path)
            reports.append(report)
        if progress is not None:
            progress(done, len(entries))
    raw = combine([*before.rows(remembered), *builder.frames()])
    read = sum(bool(report.sha256) for report in reports)
    return reports, raw, read != len(remembered) or len(remembered) != len(before.reports)


def _read_one(
    entry: Entry, max_bytes: int, readers: Readers, before: remembering.Remembered, builder: Builder
) -> FileReport:
    if entry.kind in {"ignored", "unreadable"} or not readers.wants(entry):
        return unopened(entry)
    content = load_bytes(entry.place, entry.path, max_bytes)
    known = before.get(entry.path, content.sha256) if content.problem is None else None
    if known is not None:
        return known
    result = read_result(entry, content, readers)
    builder.add(result)
    return result.report


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Without the cycle collector, which else walks all records again and again and finds nothing."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
