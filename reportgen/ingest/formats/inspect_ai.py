"""Logs of Inspect AI (https://inspect.aisi.org.uk): `.json`, and `.eval`, which is a zip of JSON files.

One log is one model on one task. The head holds the scores; the scores of single samples are item-level results.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reportgen.ingest.archive import TOO_LARGE, Archive, ArchiveError, open_archive
from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import entries, members
from reportgen.ingest.inspect_items import read_reductions, read_samples
from reportgen.ingest.inspect_run import Log, open_log
from reportgen.ingest.inspect_scores import read_failed, read_scores
from reportgen.ingest.source import Reading
from reportgen.records.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reportgen.ingest.source import Source

NAME = "inspect_ai"
TITLE = "Inspect AI log"
VERSION = "1"
SUFFIXES: tuple[str, ...] = (".json", ".eval")
NEEDS = "eval, status, task, model"
TOLERATES_NAN = True

_ZIP = b"PK\x03\x04"
_HEADER, _START = "header.json", "_journal/start.json"
_SUMMARIES = re.compile(r"(?:_journal/summaries/(\d{1,9})|summaries)\.json", re.ASCII)
_SAMPLE = re.compile(r"samples/.+\.json", re.DOTALL)
_REDUCTIONS = "reductions.json"
_REPEATED = "per-sample scores that repeat those of the samples"


def claims(source: Source) -> str | None:
    """`eval` with task and model, and `status`; or a zip with the head of such a log, whole or damaged."""
    if source.data:
        return _claims_zip(source)
    document = source.document
    if not isinstance(document, dict) or not isinstance(document.get("status"), str):
        return None
    evaluation = document.get("eval")
    if not isinstance(evaluation, dict) or not isinstance(evaluation.get("task"), str):
        return None
    return "`eval` with task and model, and `status`" if isinstance(evaluation.get("model"), str) else None


def _claims_zip(source: Source) -> str | None:
    if not source.data.startswith(_ZIP) or not source.path.lower().endswith(".eval"):
        return None
    try:
        names = open_archive(source.data, source.path, source.limits).members
    except ArchiveError:
        return "a damaged zip named .eval"
    found = next((name for name in (_HEADER, _START) if name in names), None)
    return f"a zip with {found}" if found else None


def read(source: Source) -> Reading:
    """One record for each metric of each scorer, and one for each score of each sample."""
    if source.data:
        return _read_zip(source)
    reading, log = Reading(), open_log(source.document)
    if not _read_head(reading, log):
        return reading
    samples = entries(source.document.get("samples"))
    placed = ((f"/samples/{index}", sample) for index, sample in enumerate(samples))
    _read_items(reading, log, placed, _reductions(source.document))
    return reading


def _reductions(document: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Scores of samples over all their epochs, with their places; early logs have them in the results."""
    for index, entry in enumerate(entries(document.get("reductions"))):
        yield f"/reductions/{index}", entry
    for index, entry in enumerate(entries(members(document.get("results")).get("sample_reductions"))):
        yield f"/results/sample_reductions/{index}", entry


def _read_head(reading: Reading, log: Log) -> bool:
    """The scores of the run. False where it is not known of which model or task they are."""
    missing = next((name for name in ("model", "benchmark") if not log.fields[name]), None)
    if missing is not None:
        numbers = count_numbers(log.document.get("results"))
        pointer = f"{log.place}/eval/{'model' if missing == 'model' else 'task'}"
        problem = Problem(
            code=f"{missing}_unknown",
            message=f"the log names no {'model' if missing == 'model' else 'task'}",
            pointer=pointer,
            expected="a text",
        )
        reading.quarantine(problem, numbers)
        return False
    if log.failed:
        read_failed(reading, log)
    else:
        read_scores(reading, log)
    return True


def _read_items(
    reading: Reading,
    log: Log,
    samples: Iterable[tuple[str, Any]],
    reductions: Iterable[tuple[str, Any]],
) -> None:
    """Scores of samples by epoch; where there are none, over all epochs."""
    found = read_samples(reading, log, samples)
    for place, entry in reductions:
        if found:
            reading.ignore(_REPEATED, count_numbers(entry))
        else:
            read_reductions(reading, log, place, entry)


@dataclass(slots=True)
class _Counted:
    """An archive that counts the numbers of the members it has read: those are the numbers of the file."""

    archive: Archive
    reading: Reading

    def json(self, name: str) -> Any:
        document = self.archive.json(name)
        self.reading.found = (self.reading.found or 0) + count_numbers(document)
        return document


def _read_zip(source: Source) -> Reading:
    reading = Reading(found=0)
    try:
        archive = open_archive(source.data, source.path, source.limits)
        counted = _Counted(archive, reading)
        head = next(name for name in (_HEADER, _START) if name in archive.members)
        log = open_log(members(counted.json(head)), f"{head}#")
        if _read_head(reading, log):
            names = _item_members(archive)
            reductions = [_REDUCTIONS] if _REDUCTIONS in archive.members and not names else []
            _read_items(reading, log, _samples(counted, names), _archived_reductions(counted, reductions))
    except ArchiveError as error:
        reading.quarantine(error.problem, 0)
    return reading


def _item_members(archive: Archive) -> list[str]:
    """The members with the scores of all samples: the summaries, else those of the journal, else the samples.

    The summaries hold each score of each sample, without the transcripts.
    """
    if "summaries.json" in archive.members:
        return ["summaries.json"]
    found = ((_SUMMARIES.fullmatch(name), name) for name in archive.members)
    journal = sorted((int(match[1]), name) for match, name in found if match and match[1])
    return [name for _, name in journal] or sorted(
        name for name in archive.members if _SAMPLE.fullmatch(name)
    )


def _samples(archive: _Counted, names: list[str]) -> Iterator[tuple[str, Any]]:
    """Each sample with its place. A member that cannot be read costs its own samples only."""
    for name in names:
        try:
            document = archive.json(name)
        except ArchiveError as error:
            archive.reading.quarantine(error.problem, 0)
            if error.problem.code == TOO_LARGE:
                return
            continue
        if isinstance(document, list):
            yield from ((f"{name}#/{index}", sample) for index, sample in enumerate(document))
        else:
            yield f"{name}#", document


def _archived_reductions(archive: _Counted, names: list[str]) -> Iterator[tuple[str, Any]]:
    for name in names:
        yield from ((f"{name}#/{index}", entry) for index, entry in enumerate(entries(archive.json(name))))
