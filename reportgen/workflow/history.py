"""The version before the one that is built: which it is, what it handed on, and what changed since."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from reportgen.analysis.trends import HISTORY_COLUMNS, carried, typed, version_rows
from reportgen.diff.compare import compare
from reportgen.diff.renames import aliases_of
from reportgen.diff.study import Study
from reportgen.errors import PublishError, SideError
from reportgen.ingest.parquet import ParquetError, open_parquet
from reportgen.ingest.published import FolderPlace, find_built
from reportgen.records.expected_changes import EXPECTED_FILE
from reportgen.site.feed import CHANGES_FILE, changes_document, read_changes
from reportgen.site.save import records_parquet
from reportgen.site.versions import MUTABLE_VERSION, read_versions, with_version
from reportgen.views.changes import summary
from reportgen.workflow.side import read_expected, stored_side

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from reportgen.diff.model import Diff, Side
    from reportgen.ingest.published import Built
    from reportgen.ingest.remote import Root
    from reportgen.views.report import Report

HISTORY_FILE = "data/history.parquet"
#: What `--previous` is given to build a version that is compared with none.
NONE = "none"
#: Ten times what the largest history needs.
_MAX_BYTES = 512 * 1024 * 1024
_UNREADABLE = "give another version with --previous, or `--previous none`"


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """The version before.

    Attributes:
        version: its name.
        side: what it published, to be compared.
        handed_on: its history, columns `HISTORY_COLUMNS`; None where an older release wrote none.
        expected: rule and subject of alarms that the results of the new version say are meant.
    """

    version: str
    side: Side
    handed_on: pd.DataFrame | None
    expected: frozenset[tuple[str, str]] = frozenset()


def version_before(site: Path, version: str, wanted: str | None) -> str:
    """The name of the version before, "" where there is none.

    What was asked for; else, of a published version, the one it was compared with when it was built, as long as that
    is there; else the next older one. "dev" is nobody's version before.

    Raises:
        PublishError: the one asked for is not published, or is the version itself.
    """
    if wanted == NONE:
        return ""
    published = [entry.version for entry in read_versions(site)] if site.is_dir() else []
    if wanted is not None:
        if wanted not in published or wanted == version:
            others = ", ".join(name for name in published if name != version) or "none"
            raise PublishError(
                f"--previous {wanted}: no other version of {site} has this name; there are: {others}"
            )
        return wanted
    numbered = [name for name in published if name != MUTABLE_VERSION]
    if version == MUTABLE_VERSION:
        return next((name for name in numbered), "")
    recorded = read_changes(site / version)
    if version in published and recorded is not None and recorded.before in {"", *numbered}:
        return recorded.before
    order = [
        entry.version for entry in with_version(read_versions(site) if site.is_dir() else [], version, ())
    ]
    older = order[order.index(version) + 1 :]
    return next((name for name in older if name != MUTABLE_VERSION), "")


def read_past(site: Path, version: str, results: Root) -> Past | None:
    """What a version of the site handed on, and what the results say is meant; None for "".

    Raises:
        SideError: it is damaged, or a newer release wrote it.
    """
    if not version:
        return None
    try:
        built = find_built(FolderPlace(site / version, version))
        if built is None:
            raise SideError(f"{site / version} has no data/snapshot.json")  # noqa: TRY301  # the hint is added below
        side = replace(stored_side(built, version, "version"), address="")  # pages of one site link by path
        handed_on = _read_history(built)
    except SideError as error:
        raise SideError(f"the version before cannot be read: {error}; {_UNREADABLE}") from error
    expected = read_expected(results / EXPECTED_FILE if isinstance(results, Path) else None)
    return Past(version, side, handed_on, expected.keys)


def _read_history(built: Built) -> pd.DataFrame | None:
    """The history that a version published, columns `HISTORY_COLUMNS`; columns that it lacks are unknown."""
    content = built.fetch(HISTORY_FILE.rpartition("/")[2], _MAX_BYTES)
    if content is None:
        return None
    try:
        file = open_parquet(content)
        names = [name for name in file.schema_arrow.names if name in HISTORY_COLUMNS]
        return typed(file.read(columns=names, use_threads=False).to_pandas())
    except (ParquetError, pa.ArrowException, ValueError, TypeError, OSError) as error:
        raise SideError(f"{built.where}/history.parquet is not a history of versions ({error})") from error


def changes_since(past: Past | None, new: Side, *, level: float) -> Diff | None:
    """What differs from the version before; None where there is none."""
    return None if past is None else compare(past.side, new, level=level, expected=past.expected)


def history_of(past: Past | None, own: pd.DataFrame, catalog: Any, changes: Diff | None) -> pd.DataFrame:
    """The history that this version hands on; `own`: its rows (`analysis.trends.version_rows`)."""
    if past is None:
        return carried(None, own, {})
    before = past.handed_on
    if before is None:
        study = Study(past.side.frame, past.side.catalog, past.side.settings)
        date = newest_date(past.side.frame)
        before = version_rows(past.version, date, study.table, study.boards, study.agreement)
    renamed: dict[str, str] = {} if changes is None else {one.old: one.new for one in changes.renames}
    present = set(own.loc[own["kind"] == "model", "name"])
    renamed |= {alias: name for alias, name in aliases_of(catalog).items() if alias not in present}
    return carried(before, own, renamed)


def snapshot_date(frame: pd.DataFrame) -> str:
    """The newest date among the records, else the one of SOURCE_DATE_EPOCH, else ""; never the clock."""
    return newest_date(frame) or _epoch_date(os.environ)


def newest_date(frame: pd.DataFrame) -> str:
    """The newest date among the records, as they write it ("2026-01-31", "2026-01-31T12:00:00Z"); "" for none."""
    return max((str(date) for date in frame["date"].unique()), default="")


def _epoch_date(environment: Mapping[str, str]) -> str:
    stated = environment.get("SOURCE_DATE_EPOCH", "")
    try:
        return datetime.fromtimestamp(int(stated), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return ""


def history_files(report: Report, *, title: str, address: str) -> dict[str, bytes]:
    """What a version hands on: its history, and its entry in the feed of the site of this title and address."""
    document = changes_document(
        version=report.version,
        before=report.before,
        title=title,
        address=address,
        date=report.date,
        summary=summary(report),
    )
    text = json.dumps(document, sort_keys=True, indent=1, ensure_ascii=True) + "\n"
    return {HISTORY_FILE: records_parquet(typed(report.history)), CHANGES_FILE: text.encode()}
