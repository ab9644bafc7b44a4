"""What was read before, so that a second run reads only what is new or has changed.

A folder per version of this code holds two files: the records as Parquet and the file reports as JSON, each
checked against a SHA-256 before it is believed. Whatever is wrong with them, the answer is to read the results
again: a cache can make a run slower, never different.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

import reportgen
from reportgen.ingest.accounting import FileReport
from reportgen.records.native import SCHEMA_VERSION
from reportgen.records.record import FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

log = logging.getLogger(__name__)

RECORDS = "records.parquet"
REPORTS = "reports.json"
_SOURCES = ("ingest", "records")


@dataclass(frozen=True, slots=True)
class Remembered:
    """File reports by path, and the raw records of all of them (columns `FIELDS`, rows by file)."""

    reports: dict[str, FileReport]
    frame: pd.DataFrame | None = None

    def get(self, path: str, sha256: str) -> FileReport | None:
        """The report of this file, if its bytes are the same as then."""
        report = self.reports.get(path)
        return report if report is not None and report.sha256 == sha256 else None

    def rows(self, paths: Iterable[str]) -> list[pd.DataFrame]:
        """The records of these files, as a list of at most one frame."""
        if self.frame is None:
            return []
        wanted = self.frame["file"].isin(set(paths)).to_numpy()
        return [self.frame if wanted.all() else self.frame[wanted]]


NOTHING = Remembered({})


@lru_cache(maxsize=1)
def code_version() -> str:
    """Schema version and digest of the source code that turns files into records."""
    package = Path(reportgen.__file__).parent
    digest = hashlib.sha256()
    for file in sorted(file for part in _SOURCES for file in (package / part).rglob("*.py")):
        digest.update(file.relative_to(package).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return f"v{SCHEMA_VERSION}-{digest.hexdigest()[:16]}"


def context(parts: Sequence[str]) -> str:
    """A digest of all that decides how a file is read, apart from its bytes and the code."""
    return hashlib.sha256(json.dumps(list(parts)).encode()).hexdigest()


def load(folder: Path | None, wanted_context: str) -> Remembered:
    """What a run in the same context left here; nothing when there is none or it cannot be trusted."""
    if folder is None:
        return NOTHING
    try:
        return _load(folder / code_version(), wanted_context)
    except FileNotFoundError:
        return NOTHING
    except Exception:  # damaged bytes fail in any way they like; the answer is always the same
        log.info("the cache in %s cannot be used and is made anew", folder, exc_info=True)
        return NOTHING


def _load(folder: Path, wanted_context: str) -> Remembered:
    checksum, _, body = (folder / REPORTS).read_bytes().partition(b"\n")
    if hashlib.sha256(body).hexdigest().encode() != checksum:
        raise ValueError("the reports fail their checksum")
    plain: dict[str, Any] = json.loads(body)
    if plain["context"] != wanted_context:
        return NOTHING
    reports = {report["path"]: FileReport.from_dict(report) for report in plain["files"]}
    packed = (folder / RECORDS).read_bytes()
    if hashlib.sha256(packed).hexdigest() != plain["records_sha256"]:
        raise ValueError("the records fail their checksum")
    frame = pd.read_parquet(BytesIO(packed), engine="pyarrow")
    if tuple(frame.columns) != FIELDS:
        raise ValueError("the records have other columns")
    return Remembered(reports, frame)


def save(folder: Path | None, used_context: str, reports: Sequence[FileReport], frame: pd.DataFrame) -> None:
    """Leave this for the next run. A cache that cannot be written is no error."""
    if folder is None:
        return
    try:
        target = folder / code_version()
        target.mkdir(parents=True, exist_ok=True)
        buffer = BytesIO()
        frame.to_parquet(buffer, engine="pyarrow", compression="zstd", index=False)
        packed = buffer.getvalue()
        body = _reports_body(used_context, reports, packed)
        _replace(target / RECORDS, lambda file: file.write(packed))
        _replace(
            target / REPORTS,
            lambda file: file.write(hashlib.sha256(body).hexdigest().encode() + b"\n" + body),
        )
    except Exception:  # a full disk, a folder of someone else: the run itself is fine
        log.info("the cache in %s cannot be written", folder, exc_info=True)


def _reports_body(used_context: str, reports: Sequence[FileReport], packed: bytes) -> bytes:
    document = {
        "context": used_context,
        "records_sha256": hashlib.sha256(packed).hexdigest(),
        "files": [report.to_dict() for report in reports],
    }
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def _replace(target: Path, write: Callable[[Any], Any]) -> None:
    """Write beside the target and rename, so that a reader sees the old file or the new one."""
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            write(file)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
