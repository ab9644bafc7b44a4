"""Both kinds of sides of a comparison: what a version stored, and what has just been read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from reportgen import __version__
from reportgen.diff.model import Side
from reportgen.diff.published import TABLES
from reportgen.errors import SideError
from reportgen.ingest.published import published_tables
from reportgen.ingest.read import load_bytes
from reportgen.ingest.snapshot import read_snapshot
from reportgen.records.expected_changes import ExpectedChanges, parse_expected_changes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from reportgen.config import Settings
    from reportgen.diff.model import Kind
    from reportgen.ingest.published import Built
    from reportgen.ingest.run import Ingested

MAX_EXPECTED_BYTES = 16_000_000
#: Where in its file a number stood: no two sides are told to differ in it. And the hash of a record with its result,
#: which is compared field by field: a column of a million different texts.
_NOT_COMPARED = frozenset({"pointer", "content_id"})


def stored_side(built: Built, label: str, kind: Kind) -> Side:
    """The records that a version carries, and the tables that it published.

    Raises `SideError`: it is damaged, or a newer release wrote it.
    """
    snapshot = read_snapshot(built.fetch, built.where, leave_out=_NOT_COMPARED)
    return Side(
        label=label,
        kind=kind,
        software=snapshot.software,
        digest=snapshot.digest,
        settings=snapshot.settings,
        catalog=snapshot.catalog,
        inputs=snapshot.inputs,
        frame=snapshot.frame,
        items=snapshot.items,
        accounting=snapshot.accounting,
        published=published_tables(built, TABLES),
        address=built.place.address or _address(snapshot.settings.site_url, snapshot.report_version),
    )


def _address(site_url: str, version: str) -> str:
    return f"{site_url.rstrip('/')}/{version}/" if site_url and version else ""


def ingested_side(
    ingested: Ingested,
    settings: Settings,
    *,
    label: str,
    digest: str,
    accounting: Mapping[str, Any],
    kind: Kind = "version",
) -> Side:
    """Results that were read now; `accounting` as `ingest.accounting.to_document` makes it."""
    return Side(
        label=label,
        kind=kind,
        software=__version__,
        digest=digest,
        settings=settings,
        catalog=ingested.catalog,
        inputs={file.path: file.sha256 for file in ingested.files if file.sha256},
        frame=ingested.frame,
        items=ingested.items,
        accounting=json.loads(json.dumps(accounting)),  # as it comes back from the `ingest.json` of a version
    )


def read_expected(file: Path | None) -> ExpectedChanges:
    """Alarms that somebody looked at and means; none where there is no such file.

    Raises `SideError` or `ConfigError` with what is wrong.
    """
    if file is None or not file.exists():
        return ExpectedChanges()
    content = load_bytes(file, file.name, MAX_EXPECTED_BYTES)
    if content.problem is not None:
        raise SideError(f"{file.name}: {content.problem.message}")
    try:
        return parse_expected_changes(content.data.decode("utf-8-sig"), file.name)
    except UnicodeDecodeError as error:
        raise SideError(f"{file.name}: not UTF-8 at byte {error.start}") from None
