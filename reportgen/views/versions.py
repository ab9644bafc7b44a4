"""Published versions and their sizes, for the terminal and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from reportgen.numbers import plural, size
from reportgen.views.export import render, to_json

if TYPE_CHECKING:
    from collections.abc import Sequence

#: What common static hosts take, in bytes (GitHub Pages: 1 GB).
SITE_LIMIT = 1_000_000_000
_COLUMNS = ("version", "title", "aliases", "files", "bytes", "shared_bytes")


def listed(rows: Sequence[tuple[str, str, tuple[str, ...], int, int, int]], total: int, fmt: str) -> str:
    """(version, title, aliases, files, bytes, shared bytes) of each, in the format text, json, csv or markdown."""
    if fmt == "json":
        known = [dict(zip(_COLUMNS, (*row[:2], list(row[2]), *row[3:]), strict=True)) for row in rows]
        return to_json({"versions": known, "total_bytes": total})
    frame = pd.DataFrame([(*row[:2], " ".join(row[2]), *row[3:]) for row in rows], columns=list(_COLUMNS))
    return render(
        frame, fmt, title="" if fmt == "csv" else f"{plural(len(rows), 'version')}, {size(total)} in all"
    )


def removed(versions: Sequence[str], freed: int) -> str:
    """What deleting did."""
    return f"removed {', '.join(versions)}: {size(freed)} freed"


def nearly_full(site: str, total: int) -> str:
    """That a site nears what hosts take."""
    return (
        f"warning: {site} holds {size(total)} of the {size(SITE_LIMIT)} that common static hosts take; "
        "see `reportgen versions prune`"
    )
