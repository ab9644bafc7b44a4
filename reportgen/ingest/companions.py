"""Which files a format wants to see beside another: the parts of one run's folder."""

from __future__ import annotations

import re
from dataclasses import replace
from fnmatch import translate
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from reportgen.ingest.walk import Entry

#: Companions of one file; a folder that holds more is not the folder of one run.
MAX_COMPANIONS = 500

#: For file names (globs), the files wanted with them (globs relative to the file's folder).
Wanted = dict[str, tuple[str, ...]]


def wanted_by(formats: Iterable[Any]) -> Wanted:
    """What all formats together ask for."""
    wanted: Wanted = {}
    for candidate in formats:
        for name, globs in getattr(candidate, "COMPANIONS", {}).items():
            wanted[name] = tuple(dict.fromkeys((*wanted.get(name, ()), *globs)))
    return wanted


def with_companions(entries: Sequence[Entry], wanted: Wanted) -> list[Entry]:
    """The entries, each with those companions that are there and may be read."""
    if not wanted:
        return list(entries)
    listing = _listing(entries)
    rules = [(re.compile(translate(name)), globs) for name, globs in sorted(wanted.items())]
    any_rule = re.compile("|".join(translate(name) for name in sorted(wanted)))
    completed = []
    for entry in entries:
        folder, _, name = entry.path.rpartition("/")
        if entry.kind in {"result", "maybe"} and any_rule.match(name):
            globs = [glob for rule, found in rules if rule.match(name) for glob in found]
            completed.append(replace(entry, companions=_companions(entry.path, folder, globs, listing)))
        else:
            completed.append(entry)
    return completed


def _listing(entries: Sequence[Entry]) -> dict[str, dict[str, str]]:
    """For each folder its files that may be read, name to place."""
    listing: dict[str, dict[str, str]] = {}
    for entry in entries:
        if entry.kind in {"result", "maybe"}:
            folder, _, name = entry.path.rpartition("/")
            listing.setdefault(folder, {})[name] = entry.place
    return listing


def _companions(
    path: str, folder: str, globs: Sequence[str], listing: Mapping[str, Mapping[str, str]]
) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for glob in globs:
        place, _, name = glob.rpartition("/")
        beside = _resolve(folder, place)
        files = listing.get(beside, {}) if beside is not None else {}
        if name in files:  # the usual case, without a pattern
            names: Iterable[str] = (name,)
        else:
            pattern = re.compile(translate(name))
            names = [other for other in files if pattern.match(other)] if "*" in name else ()
        found |= {f"{beside}/{other}" if beside else other: files[other] for other in names}
    found.pop(path, None)
    return tuple(sorted(found.items())[:MAX_COMPANIONS])


def _resolve(folder: str, place: str) -> str | None:
    """The folder that a relative one means; None where that lies above the results."""
    steps = folder.split("/") if folder else []
    for step in place.split("/") if place else ():
        if step != "..":
            steps.append(step)
        elif steps:
            steps.pop()
        else:
            return None
    return "/".join(steps)
