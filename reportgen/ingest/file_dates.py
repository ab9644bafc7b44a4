"""The date that a tool wrote into a file name, where the file itself has none. Without a zone: none is stated."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

_ISO = re.compile(r"_(\d{4}-\d{2}-\d{2})T(\d{2})[-:](\d{2})[-:](\d{2})(?:[.-]\d+)?\.jsonl?$", re.ASCII)
_AMERICAN = re.compile(r"(?<!\d)(\d{2}-\d{2}-\d{4}-\d{2}-\d{2}-\d{2})(?!\d)", re.ASCII)


def raw_stamp(path: str) -> str:
    """The time as it stands in the name, "2026-02-03T04-05-06.789012", which files of one run share."""
    found = _ISO.search(path)
    return found[0][1:].rpartition(".")[0] if found else ""


def stamp(path: str) -> str:
    """The local time in `..._2026-02-03T04-05-06.789012.json` (colons as well) as ISO 8601; "" without one."""
    found = _ISO.search(path)
    return f"{found[1]}T{found[2]}:{found[3]}:{found[4]}" if found else ""


def american_stamp(path: str) -> str:
    """The local time in a file name with `02-28-2023-16-40-00` (month first) as ISO 8601; "" without one."""
    found = _AMERICAN.search(path.rpartition("/")[2])
    if found is None:
        return ""
    try:
        moment = datetime.strptime(found[1], "%m-%d-%Y-%H-%M-%S")  # noqa: DTZ007  # the name states no zone
    except ValueError:
        return ""
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


def dated(date: str, named: str) -> dict[str, Any]:
    """The two fields of a record: the date that the file states, else the one its name states."""
    if date:
        return {"date": date, "date_source": "file"}
    return {"date": named, "date_source": "filename" if named else ""}
