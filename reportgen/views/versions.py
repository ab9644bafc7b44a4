"""Published versions and their sizes, for the terminal and for programs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pandas as pd

from reportgen.numbers import percent, plural, size
from reportgen.views.export import render, to_json

if TYPE_CHECKING:
    from collections.abc import Sequence

#: What common static hosts take, in bytes (GitHub Pages: 1 GB).
SITE_LIMIT = 1_000_000_000
_COLUMNS = ("version", "title", "aliases", "files", "bytes", "added_bytes", "shared_bytes")
#: A version that adds more than this share of its bytes is said where they are.
_MUCH_NEW = 0.05
_PLACES = 3  # folders named


def listed(
    rows: Sequence[tuple[str, str, tuple[str, ...], int, int, int, int]], total: int, stored: int, fmt: str
) -> str:
    """(version, title, aliases, files, bytes, bytes that no older one has, shared bytes) of each.

    `total` bytes are served, `stored` are on this disk. The format is text, json, csv or markdown.
    """
    if fmt == "json":
        known = [dict(zip(_COLUMNS, (*row[:2], list(row[2]), *row[3:]), strict=True)) for row in rows]
        return to_json({"versions": known, "total_bytes": total, "stored_bytes": stored})
    frame = pd.DataFrame([(*row[:2], " ".join(row[2]), *row[3:]) for row in rows], columns=list(_COLUMNS))
    title = f"{plural(len(rows), 'version')}, {size(total)} in all{_on_disk(total, stored)}"
    return render(frame, fmt, title="" if fmt == "csv" else title)


def _on_disk(total: int, stored: int) -> str:
    return "" if size(stored) == size(total) else f", {size(stored)} on this disk, where versions share files"


def published(version: str, aliases: Sequence[str], files: int, total: int) -> str:
    """A version and its size."""
    names = f" ({', '.join(aliases)})" if aliases else ""
    return f"version {version}{names}: {plural(files, 'file')}, {size(total)}"


def compared(version: str, total: int, new: Sequence[tuple[str, int]], same_as: Sequence[str]) -> str:
    """What of a version is new, from (path, bytes) of its new files; "" where there is nothing to compare it with."""
    added = sum(bytes_ for _path, bytes_ in new)
    if not same_as:
        return ""
    if not new:
        return f"; all as in version {same_as[0]}"
    where = "as before" if version in same_as else f"as in version {same_as[0]}"
    where = "as in other versions" if len(same_as) > 1 else where
    share = percent(added / total) if round(100 * added / total) else "less than 1 %"
    said = f"; {size(added)} ({share}) new, the rest {where}"
    return f"{said}\n  new: {_places(new)}" if added > _MUCH_NEW * total else said


def _places(new: Sequence[tuple[str, int]]) -> str:
    """The folders that hold most of the new bytes."""
    sums: Counter[str] = Counter()
    files: Counter[str] = Counter()
    for path, bytes_ in new:
        folder = "/".join(path.split("/")[:-1][:2]) if path.startswith("data/") else path.partition("/")[0]
        sums[folder] += bytes_
        files[folder] += 1
    order = sorted(sums, key=lambda folder: (-sums[folder], folder))
    named = [
        f"{folder} {size(sums[folder])} in {plural(files[folder], 'file')}" for folder in order[:_PLACES]
    ]
    rest = sum(sums[folder] for folder in order[_PLACES:])
    return ", ".join([*named, *([f"elsewhere {size(rest)}"] if rest else [])])


def removed(versions: Sequence[str], served: int, stored: int) -> str:
    """What deleting did: bytes that are no longer served, and those that are free on this disk."""
    here = (
        "" if size(served) == size(stored) else f" ({size(stored)} on this disk, where versions share files)"
    )
    return f"removed {', '.join(versions)}: {size(served)} freed{here}"


def nearly_full(site: str, total: int) -> str:
    """That a site nears what hosts take."""
    return (
        f"warning: {site} holds {size(total)} of the {size(SITE_LIMIT)} that common static hosts take; "
        "see `reportgen versions prune`"
    )


def taken_over(folder: str, total: int) -> str:
    """What a folder holds after publishing."""
    return f"{folder} holds {size(total)}"
