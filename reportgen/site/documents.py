"""Plain data as files beside the pages: JSON for scripts and programs, CSV for spreadsheets. Same data, same bytes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from reportgen.errors import EngineError
from reportgen.site.data_files import csv_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable


def document_files(documents: Iterable[tuple[str, Any]]) -> dict[str, bytes]:
    """The bytes of each document by its path; of a .csv the document is its columns, name -> values.

    Raises:
        EngineError: A path has another ending, or a number that JSON does not know is in it.
    """
    return {path: _encoded(path, document) for path, document in documents}


def _encoded(path: str, document: Any) -> bytes:
    if path.endswith(".csv"):
        return csv_bytes(document)
    if not path.endswith(".json"):
        raise EngineError(f"{path!r} is neither JSON nor CSV")
    try:
        text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except ValueError as error:
        raise EngineError(f"{path} cannot be written as JSON: {error}") from error
    return f"{text}\n".encode()
