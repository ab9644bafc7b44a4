"""What was read before, so that a second run reads only what is new or has changed.

A pack holds the records of up to some hundred files as zstd Parquet, and their reports in its metadata. Its name is
the SHA-256 of its bytes, so that a damaged pack is noticed, thrown away and its files read again; a file is found
in a pack by path, SHA-256 of its content and of its companions. A folder of packs belongs to one version of the
code and to one set of mappings and limits: a cache can make a run slower, never different.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import tempfile
import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

import reportgen
from reportgen.ingest.accounting import FileReport
from reportgen.ingest.columns import sorted_texts
from reportgen.records.native import SCHEMA_VERSION
from reportgen.records.record import FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


#: Path, SHA-256 of the content, and paths and SHA-256 of the companions.
_Key = tuple[str, str, tuple[tuple[str, str], ...]]

log = logging.getLogger(__name__)

ENDING = ".pack"
#: Packs beyond twice the number needed, and this many more, are put together anew.
SPARE_PACKS = 8
#: Code versions kept side by side, for people who go back and forth between two.
KEPT_VERSIONS = 4
_SOURCES = ("ingest", "records")
_REPORTS = b"reportgen.reports"
_LARGEST_REPORTS = 1 << 30


@dataclass(frozen=True, slots=True)
class Pack:
    """Some files: their reports, and their records (columns `FIELDS`, rows by file)."""

    reports: tuple[FileReport, ...]
    frame: pd.DataFrame


@dataclass(frozen=True, slots=True)
class _Opened:
    """A pack whose records are not yet a frame."""

    reports: tuple[FileReport, ...]
    table: pa.Table


@dataclass(frozen=True, slots=True)
class Remembered:
    """All packs of a folder, and in which of them a file is found."""

    packs: tuple[_Opened, ...] = ()
    found: Mapping[_Key, tuple[int, FileReport]] = field(default_factory=dict)

    def get(self, path: str, sha256: str, read_with: Mapping[str, str]) -> FileReport | None:
        """The report of this file, if its bytes and those of its companions are the same as then."""
        known = self.found.get(_key(path, sha256, read_with))
        return known[1] if known is not None else None

    def rows(self, reports: Iterable[FileReport]) -> list[pd.DataFrame]:
        """The records of these files, as one frame where there are any."""
        wanted: dict[int, set[str]] = {}
        for report in reports:
            number, _ = self.found[_key(report.path, report.sha256, report.read_with)]
            wanted.setdefault(number, set()).add(report.path)
        tables = [_rows(self.packs[number], inside) for number, inside in sorted(wanted.items())]
        full = [table for table in tables if table.num_rows]
        return [_frame_of(pa.concat_tables(full))] if full else []


def _key(path: str, sha256: str, read_with: Mapping[str, str]) -> _Key:
    return path, sha256, tuple(sorted(read_with.items()))


def _rows(pack: _Opened, paths: set[str]) -> pa.Table:
    """The records of some files of a pack."""
    if len(paths) == len(pack.reports):
        return pack.table
    return pack.table.filter(pc.is_in(pack.table["file"].cast(pa.string()), pa.array(sorted(paths))))


def _frame_of(table: pa.Table) -> pd.DataFrame:
    """The frame that a table was made of: categories sorted and all in use."""
    frame: pd.DataFrame = table.unify_dictionaries().to_pandas()
    texts = [name for name in frame.columns if isinstance(frame[name].dtype, pd.CategoricalDtype)]
    return frame.assign(**{name: sorted_texts([frame[name].array]) for name in texts})


NOTHING = Remembered()


@lru_cache(maxsize=1)
def code_version() -> str:
    """Schema version and digest of the source code that turns files into records."""
    package = Path(reportgen.__file__).parent
    digest = hashlib.sha256()
    sources = (
        file
        for part in _SOURCES
        for ending in ("py", "yml")
        for file in (package / part).rglob(f"*.{ending}")
    )
    for file in sorted(sources):
        digest.update(file.relative_to(package).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return f"v{SCHEMA_VERSION}-{digest.hexdigest()[:16]}"


def context(parts: Sequence[str]) -> str:
    """A digest of all that decides how a file is read, apart from its bytes and the code."""
    return hashlib.sha256(json.dumps(list(parts)).encode()).hexdigest()[:32]


def encode(reports: Sequence[FileReport], frame: pd.DataFrame) -> bytes:
    """The bytes of a pack; the same for the same content."""
    plain = json.dumps([report.to_dict() for report in reports], sort_keys=True, separators=(",", ":"))
    table = _alike(pa.Table.from_pandas(frame, preserve_index=False))
    metadata = {**(table.schema.metadata or {}), _REPORTS: zlib.compress(plain.encode(), 1)}
    sink = pa.BufferOutputStream()
    pq.write_table(table.replace_schema_metadata(metadata), sink, compression="zstd")
    return bytes(sink.getvalue())


def _alike(table: pa.Table) -> pa.Table:
    """The table with text columns of one type, however many texts they hold, so that packs can be put together."""
    fields = [
        pa.field(field.name, pa.dictionary(pa.int32(), pa.string()))
        if pa.types.is_dictionary(field.type)
        else field
        for field in table.schema
    ]
    return table.cast(pa.schema(fields, table.schema.metadata))


def decode(data: bytes) -> Pack:
    """What `encode` was given. Raises whatever damaged bytes make the libraries raise."""
    opened = _open(data)
    return Pack(opened.reports, _frame_of(opened.table))


def _open(data: bytes) -> _Opened:
    table = pq.read_table(pa.BufferReader(data))
    unpacked = zlib.decompressobj().decompress(table.schema.metadata[_REPORTS], _LARGEST_REPORTS)
    reports = tuple(FileReport.from_dict(plain) for plain in json.loads(unpacked))
    if tuple(table.column_names) != FIELDS:
        raise ValueError("the records have other columns")
    return _Opened(reports, table)


def load(folder: Path | None, wanted_context: str) -> Remembered:
    """All packs of this context that can be trusted; the others are thrown away."""
    if folder is None:
        return NOTHING
    packs = []
    for file in _packs(folder, wanted_context):
        try:
            data = file.read_bytes()
            if hashlib.sha256(data).hexdigest() != file.stem:
                raise ValueError("the pack fails its checksum")  # noqa: TRY301  # one except clause for all damage
            packs.append(_open(data))
        except Exception:  # damaged bytes fail in any way they like; the answer is always the same
            log.info("%s cannot be used and its files are read anew", file, exc_info=True)
            with suppress(OSError):
                file.unlink()
    found = {
        _key(report.path, report.sha256, report.read_with): (number, report)
        for number, pack in enumerate(packs)
        for report in pack.reports
    }
    return Remembered(tuple(packs), found)


def _packs(folder: Path, wanted_context: str) -> Iterator[Path]:
    """The packs of a context, in a fixed order."""
    try:
        yield from sorted((folder / code_version() / wanted_context).glob(f"*{ENDING}"))
    except OSError:
        return


def keep(folder: Path | None, used_context: str, data: bytes) -> str:
    """Leave a pack for the next run, and say its name. A cache that cannot be written is no error."""
    name = hashlib.sha256(data).hexdigest() + ENDING
    if folder is not None:
        try:
            target = folder / code_version() / used_context
            target.mkdir(parents=True, exist_ok=True)
            _replace(target / name, data)
        except OSError:  # a full disk, a folder of someone else: the run itself is fine
            log.info("the cache in %s cannot be written", folder, exc_info=True)
    return name


def tidy(folder: Path | None, used_context: str, packs: Iterable[Pack], needed: int) -> None:
    """Where far more packs lie about than are needed, put these in their place; forget old versions."""
    if folder is None:
        return
    try:
        old = list(_packs(folder, used_context))
        if len(old) > 2 * needed + SPARE_PACKS:
            new = {keep(folder, used_context, encode(pack.reports, pack.frame)) for pack in packs}
            for file in old:
                if file.name not in new:
                    file.unlink(missing_ok=True)
        _forget_versions(folder)
    except OSError:
        log.info("the cache in %s cannot be tidied", folder, exc_info=True)


def _forget_versions(folder: Path) -> None:
    """Delete what versions of the code left that were not used for longest; only folders named as ours are."""
    versions = [place for place in folder.glob("v*-*") if place.is_dir() and place.name != code_version()]
    versions.sort(key=lambda place: place.stat().st_mtime, reverse=True)
    for place in versions[KEPT_VERSIONS - 1 :]:
        shutil.rmtree(place, ignore_errors=True)


def _replace(target: Path, data: bytes) -> None:
    """Write beside the target and rename, so that a reader sees all of it or nothing."""
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
