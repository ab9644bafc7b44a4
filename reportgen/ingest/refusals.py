"""Why a file was not read, worded for its owner."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

from reportgen.ingest.json_text import first_nan
from reportgen.ingest.read import inner_name
from reportgen.ingest.tables import SUFFIXES as TABLE_SUFFIXES
from reportgen.ingest.tables import read_header
from reportgen.records.problem import Problem, shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reportgen.ingest.source import Format, Source

log = logging.getLogger(__name__)

#: Share of the names a format needs that a file must have more of before the format is called close.
CLOSE = 0.4


def adapter_failure(source: Source, title: str, error: Exception) -> Problem:
    log.info("adapter %s failed on %s", title, source.path, exc_info=error)
    return Problem(
        code="adapter_failure",
        message=f"reading it as {title} failed with {type(error).__name__}",
        file=source.path,
        hint="this is a defect of reportgen; please report it with the file",
    )


def too_slow(path: str, seconds: float) -> Problem:
    return Problem(
        code="too_slow",
        message="reading it took longer than the limit and was given up",
        file=path,
        expected=f"at most {seconds} seconds",
        hint="raise max_file_seconds in reportgen.yml if the file is meant",
    )


def ambiguous(source: Source, claims: list[tuple[Format, str]]) -> Problem:
    names = " and ".join(f"{claimed.NAME} ({reason})" for claimed, reason in claims)
    return Problem(
        code="ambiguous_format",
        message=f"more than one format claims this file: {names}",
        file=source.path,
        hint="say how to read it in a *.mapping.yml file",
    )


def nan_constant(source: Source, title: str) -> Problem:
    pointer, literal = first_nan(source.document) or ("", "NaN")
    return Problem(
        code="nan_constant",
        message=f"a bare {literal} is not JSON, and files of {title} do not hold any",
        file=source.path,
        pointer=pointer,
        seen=literal,
        expected="a number or null",
    )


def unknown_format(source: Source, formats: Sequence[Format]) -> Problem:
    present = _present(source)
    folded = {name.lower() for name in present}
    closest, missing, share = None, [], 0.0
    for candidate in formats:
        needed = dict.fromkeys(re.findall(r"[A-Za-z_][\w\-]*", candidate.NEEDS))
        keys = [key for key in needed if key not in {"and", "or"}]
        have = sum(key.lower() in folded for key in keys)
        if keys and have / len(keys) > max(share, CLOSE):
            closest, share = candidate, have / len(keys)
            missing = [key for key in keys if key.lower() not in folded]
    message = "no format recognises this file"
    if closest is not None:
        message += f"; closest is {closest.TITLE}"
        message += f", which also needs {', '.join(missing)}" if missing else f", which needs {closest.NEEDS}"
    return Problem(
        code="unknown_format",
        message=message,
        file=source.path,
        seen=shorten(", ".join(sorted(present)[:12])) if present else "",
        hint="say how to read it in a *.mapping.yml file, or list it under 'ignore' in reportgen.yml",
    )


def _present(source: Source) -> list[str]:
    """Names at the top of a file: keys of a JSON object (or of the first in a list), or columns of a table.

    Never a value: it is shown to the reader, and a value may be private.
    """
    document: Any = source.document
    if isinstance(document, list) and document:
        document = document[0]
    if isinstance(document, dict):
        return list(document)
    if inner_name(source.path).lower().endswith(TABLE_SUFFIXES):
        return [name for name in read_header(source.text, path=source.path) if name]
    first_line = source.text.split("\n", 1)[0][:4000]
    return [] if source.is_document else re.findall(r'"([A-Za-z_][\w\- ]{0,60})"\s*:', first_line)
