"""What a published version carries to be compared later without its inputs: `data/snapshot.json` and what lies beside.

Whoever reads it says where the bytes come from (a folder, an address); nothing here opens a file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from reportgen import __version__
from reportgen.config import Settings, explain
from reportgen.errors import SideError
from reportgen.ingest.json_text import parse_json
from reportgen.ingest.stored_records import read_records
from reportgen.numbers import size as size_text
from reportgen.records.catalog import Catalog
from reportgen.records.frame import to_frame
from reportgen.records.native import SCHEMA_VERSION as RECORD_SCHEMA
from reportgen.records.problem import shorten
from reportgen.records.snapshot import SCHEMA_NAME, SCHEMA_VERSION, AccountDocument, SnapshotDocument

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    #: (name below the data folder, most bytes) -> its content; None where there is no such file.
    Fetch = Callable[[str, int], bytes | None]

SNAPSHOT_FILE, ACCOUNT_FILE = "snapshot.json", "ingest.json"
RECORDS_FILE, ITEMS_FILE = "records.parquet", "items.parquet"
#: Ten times what a hundred thousand files of results need.
MAX_JSON_BYTES = 256 * 1024 * 1024
MAX_PARQUET_BYTES = 1024 * 1024 * 1024
_DAMAGED = "copy or publish the version again"

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """A published version without its pages."""

    software: str  # release that wrote it
    report_version: str  # what it was published as
    digest: str  # over inputs, settings and catalog
    settings: Settings
    catalog: Catalog
    inputs: Mapping[str, str]  # path below the results -> SHA-256
    frame: pd.DataFrame  # columns `records.frame.COLUMNS`, canonical order
    items: pd.DataFrame  # the same, one row an item
    accounting: Mapping[str, Any]  # content of `ingest.json`


def read_snapshot(fetch: Fetch, where: str, *, leave_out: frozenset[str] = frozenset()) -> Snapshot:
    """The snapshot whose files `fetch` gives; `where` is the data folder, for messages.

    Fields of records that are to be left out are as if none stated them: a million places in files take a second.

    Raises `SideError`: a file is missing, damaged or hostile, they do not belong together, or a newer release of
    reportgen wrote them in a way that this one cannot know.
    """
    document = _document(fetch, where)
    stored = _needed(fetch, RECORDS_FILE, MAX_PARQUET_BYTES, where)
    records = read_records(stored, f"{where}/{RECORDS_FILE}", leave_out=leave_out)
    stored_items = fetch(ITEMS_FILE, MAX_PARQUET_BYTES)
    place = f"{where}/{ITEMS_FILE}"
    items = read_records(stored_items, place, leave_out=leave_out) if stored_items else to_frame([])
    if not len(items):
        items = records.iloc[:0]
    _refuse_mixed(records, items, where)
    for name, frame in ((RECORDS_FILE, records), (ITEMS_FILE, items)):
        _refuse_foreign(frame, document.inputs, f"{where}/{name}")
    return Snapshot(
        software=document.reportgen,
        report_version=document.report_version,
        digest=document.digest,
        settings=_own(Settings, document.settings, document, f"{where}/{SNAPSHOT_FILE}: settings"),
        catalog=_own(Catalog, document.catalog, document, f"{where}/{SNAPSHOT_FILE}: catalog"),
        inputs=dict(sorted(document.inputs.items())),
        frame=records,
        items=items,
        accounting=_accounting(fetch, document, where),
    )


def _document(fetch: Fetch, where: str) -> SnapshotDocument:
    place = f"{where}/{SNAPSHOT_FILE}"
    raw = _json(_needed(fetch, SNAPSHOT_FILE, MAX_JSON_BYTES, where), place)
    if not isinstance(raw, dict) or raw.get("schema") != SCHEMA_NAME:
        raise SideError(f"{place}: not a snapshot of reportgen: expected schema {SCHEMA_NAME!r}")
    writer = raw.get("reportgen")
    for name, known in (("version", SCHEMA_VERSION), ("record_schema", RECORD_SCHEMA)):
        found = raw.get(name)
        if isinstance(found, int) and found > known:
            raise SideError(
                f"{place}: {name} {found}, and this release reads up to {known}; {_newer(writer)}"
            )
    return _validated(SnapshotDocument, raw, writer, place)


def _accounting(fetch: Fetch, document: SnapshotDocument, where: str) -> dict[str, Any]:
    place = f"{where}/{ACCOUNT_FILE}"
    raw = _json(_needed(fetch, ACCOUNT_FILE, MAX_JSON_BYTES, where), place)
    account = _validated(AccountDocument, raw, document.reportgen, place)
    for file in account.files:
        if file.sha256 and document.inputs.get(file.path) != file.sha256:
            raise SideError(
                f"{place}: {shorten(file.path)} is not the file that {SNAPSHOT_FILE} names; {_DAMAGED}"
            )
    return account.model_dump(mode="json")


def _needed(fetch: Fetch, name: str, most: int, where: str) -> bytes:
    content = fetch(name, most)
    if content is None:
        raise SideError(
            f"{where}: {name} is missing; give the folder of a version, or its data folder, as published"
        )
    if len(content) > most:
        raise SideError(f"{where}/{name}: larger than {size_text(most)}, which no report is; {_DAMAGED}")
    return content


def _json(content: bytes, place: str) -> Any:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SideError(f"{place}: not UTF-8 at byte {error.start}; {_DAMAGED}") from None
    parsed = parse_json(text, "")
    if parsed.problem is not None:
        raise SideError(f"{place}: {parsed.problem.text()}; {_DAMAGED}")
    return parsed.document


def _validated(model: type[Model], raw: Any, writer: object, place: str) -> Model:
    """`raw` as a model. Lists become tuples, as in JSON."""
    try:
        return model.model_validate(_tuples(raw))
    except ValidationError as error:
        first = explain(error, tuple(model.model_fields))[0]
        hint = _newer(writer) if is_newer(writer) else _DAMAGED
        raise SideError(f"{place}: {first}; {hint}") from None


def _own(model: type[Model], raw: dict[str, Any], document: SnapshotDocument, place: str) -> Model:
    """Settings or catalog, without the fields that another release had or will have."""
    known = _tuples(raw)
    for _ in range(100):  # each round takes out all unknown fields of one depth
        try:
            return model.model_validate(known)
        except ValidationError as error:
            unknown = [one["loc"] for one in error.errors() if one["type"] == "extra_forbidden"]
            if not unknown:
                break
            for loc in unknown:
                _take_out(known, loc)
    return _validated(model, known, document.reportgen, place)


def _take_out(document: Any, loc: tuple[int | str, ...]) -> None:
    """Remove the field at this place; names of union members, which pydantic adds, are passed over."""
    for step in loc[:-1]:
        parts = dict(enumerate(document)) if isinstance(document, tuple) else document
        document = parts.get(step, document) if isinstance(parts, dict) else document
    if isinstance(document, dict):
        document.pop(loc[-1], None)


def _tuples(value: Any) -> Any:
    """The same document with tuples for lists: strict models want them; it is as deep as `parse_json` allows."""
    if isinstance(value, list):
        return tuple(map(_tuples, value))
    return {key: _tuples(item) for key, item in value.items()} if isinstance(value, dict) else value


def _refuse_mixed(records: pd.DataFrame, items: pd.DataFrame, where: str) -> None:
    for name, frame, is_right in (
        (RECORDS_FILE, records, (records["item_id"] == "").all()),
        (ITEMS_FILE, items, (items["item_id"] != "").all()),
    ):
        if len(frame) and not is_right:
            raise SideError(f"{where}/{name}: results and results of single items are mixed; {_DAMAGED}")


def _refuse_foreign(frame: pd.DataFrame, inputs: Mapping[str, str], place: str) -> None:
    """Records of a file that the snapshot does not name, or names with other content."""
    pairs = frame[["file", "sha256"]].drop_duplicates()
    for file, sha256 in zip(pairs["file"].astype(str), pairs["sha256"].astype(str), strict=True):
        if file and sha256 and inputs.get(file) != sha256:
            raise SideError(
                f"{place}: records of {shorten(file)}, which {SNAPSHOT_FILE} does not name; {_DAMAGED}"
            )


def _newer(writer: object) -> str:
    release = shorten(writer)[1:-1] if isinstance(writer, str) else "a later release"
    return f"written by reportgen {release}, which is newer than this one ({__version__}): upgrade to read it"


def is_newer(writer: object) -> bool:
    """Whether a release comes after this one."""
    return isinstance(writer, str) and _numbers(writer) > _numbers(__version__)


def _numbers(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d{1,6}", release[:64].partition("+")[0])[:3])
