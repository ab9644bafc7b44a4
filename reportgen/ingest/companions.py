"""Which files a format wants to see beside another: the parts of one run's folder."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fnmatch import translate
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from reportgen.ingest.unpack import packing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from reportgen.ingest.walk import Entry

#: Companions of one file; a folder that holds more is not the folder of one run.
MAX_COMPANIONS = 500


@dataclass(frozen=True, slots=True)
class Rule:
    """For files of one kind, the files wanted with them (globs relative to the file's folder)."""

    name: re.Pattern[str]
    suffixes: tuple[str, ...]
    paths: re.Pattern[str] | None
    globs: tuple[str, ...]

    def holds(self, path: str, name: str) -> bool:
        """Whether a format with this rule would read the file of this path and (unpacked) name."""
        return self.name.match(name) is not None and (
            name.lower().endswith(self.suffixes)
            or (self.paths is not None and self.paths.search(path) is not None)
        )


def _unpacked(name: str) -> str:
    return name.removesuffix(packing(name))


def rules_of(formats: Iterable[Any]) -> list[Rule]:
    """What all formats together ask for."""
    return [
        Rule(_pattern(name), candidate.SUFFIXES, getattr(candidate, "PATHS", None), globs)
        for candidate in formats
        for name, globs in getattr(candidate, "COMPANIONS", {}).items()
    ]


def with_companions(entries: Sequence[Entry], rules: Sequence[Rule]) -> list[Entry]:
    """The entries, each with those companions that are there and may be read."""
    if not rules:
        return list(entries)
    listing = _listing(entries)
    # almost no name is wanted by any rule, and one pattern says so at once
    by_name = [rule for rule in rules if rule.paths is None]
    by_path = [rule for rule in rules if rule.paths is not None]
    any_name = re.compile("|".join(f"(?:{rule.name.pattern})" for rule in by_name) or "(?!)")
    completed = []
    for entry in entries:
        folder, _, name = entry.path.rpartition("/")
        globs: tuple[str, ...] = ()
        if entry.kind in {"result", "maybe"}:
            name = _unpacked(name)
            for rule in (*by_path, *(by_name if any_name.match(name) else ())):
                globs += rule.globs if rule.holds(entry.path, name) else ()
        found = _companions(entry.path, folder, dict.fromkeys(globs), listing) if globs else ()
        completed.append(replace(entry, companions=found) if found else entry)
    return completed


def _listing(entries: Sequence[Entry]) -> dict[str, dict[str, str]]:
    """For each folder its files that may be read, name to place."""
    listing: dict[str, dict[str, str]] = {}
    for entry in entries:
        if entry.kind in {"result", "maybe"}:
            folder, _, name = entry.path.rpartition("/")
            listing.setdefault(folder, {})[name] = entry.place
    return listing


@lru_cache(maxsize=256)
def _pattern(glob: str) -> re.Pattern[str]:
    return re.compile(translate(glob))


def _companions(
    path: str, folder: str, globs: Iterable[str], listing: Mapping[str, Mapping[str, str]]
) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for glob in globs:
        place, _, name = glob.rpartition("/")
        beside = _resolve(folder, place)
        files = listing.get(beside) if beside is not None else None
        if not files:
            continue
        if any(mark in name for mark in "*?["):
            names: Iterable[str] = [other for other in files if _pattern(name).match(other)]
        else:
            names = (name,) if name in files else ()
        found |= {f"{beside}/{other}" if beside else other: files[other] for other in names}
    found.pop(path, None)
    return tuple(sorted(found.items())[:MAX_COMPANIONS])


@lru_cache(maxsize=4096)
def _resolve(folder: str, place: str) -> str | None:
    """The folder that a relative one means; None where that lies above the results.

    `{1}` stands for the name of the file's own folder, `{2}` for that of the one above, and so on.
    """
    steps = folder.split("/") if folder else []
    names = {f"{{{depth}}}": name for depth, name in enumerate(reversed(steps), start=1)}
    for written in place.split("/") if place else ():
        step = names.get(written, written)
        if step != "..":
            steps.append(step)
        elif steps:
            steps.pop()
        else:
            return None
    return "/".join(steps)
