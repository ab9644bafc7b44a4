"""The names at the top of a file: what it is recognised by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen.ingest.document import resolve
from reportgen.ingest.parquet import ParquetError, column_names
from reportgen.ingest.read import LINES, inner_name
from reportgen.ingest.tables import read_header

if TYPE_CHECKING:
    from reportgen.ingest.source import Source


def names_of(source: Source, *, records: str = "", skip_rows: int = 0) -> tuple[str, ...]:
    """Columns of a table, or keys of the object (of a list: the first) that `records` leads to."""
    if source.data:
        try:
            return column_names(source.data)
        except ParquetError:
            return ()
    if not source.is_document and not inner_name(source.path).lower().endswith(LINES):
        return read_header(source.text, path=source.path, skip_rows=skip_rows)
    try:
        root: Any = resolve(source.document, records)
    except KeyError:
        return ()
    first = root[0] if isinstance(root, list) and root else root
    return tuple(first) if isinstance(first, dict) else ()
