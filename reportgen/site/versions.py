"""`versions.json`: which versions a site holds, in the form the theme's version selector reads."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reportgen.errors import PublishError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

VERSIONS_FILE = "versions.json"
#: The one version whose content may change without being forced.
MUTABLE_VERSION = "dev"
_MAX_BYTES = 1 << 20
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._+-]{0,62}[A-Za-z0-9+_-])?")
#: Names beside the versions, and those that some file system keeps for itself.
_TAKEN = {"assets", "index.html", "404.html", "versions.json", "feed.xml", "con", "prn", "aux", "nul"} | {
    f"{device}{number}" for device in ("com", "lpt") for number in range(1, 10)
}
_NUMBERS = re.compile(r"v?(\d+(?:[._-]\d+)*)(.*)", re.IGNORECASE)
_BEFORE_RELEASE = re.compile(r"(a|alpha|b|beta|c|rc|pre|preview|dev)(?![a-z])", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """One line of the selector."""

    version: str
    title: str
    aliases: tuple[str, ...] = ()


def check_name(name: str, what: str) -> None:
    """Refuse names that could leave the site's folder or could not be a folder everywhere.

    Raises:
        PublishError: With the rule that was broken.
    """
    if not _NAME.fullmatch(name):
        raise PublishError(
            f"{what} {name!r} cannot be a folder: at most 64 letters, digits and . _ + -, no dot at the ends"
        )
    if name.partition(".")[0].lower() in _TAKEN or name.lower() in _TAKEN:
        raise PublishError(f"{what} {name!r} is a name the site or the file system needs itself")


def folded(name: str) -> str:
    """The name as a file system sees it that ignores case."""
    return unicodedata.normalize("NFKC", name).casefold()


def newest_first_key(version: str) -> tuple[int, tuple[int, ...], int, tuple[tuple[int, int | str], ...]]:
    """Larger is newer: numbers by value, releases above their pre-releases, names without a number last."""
    found = _NUMBERS.fullmatch(version)
    if not found:
        return (0, (), 0, _natural(version))
    numbers = tuple(int(part) for part in re.split(r"[._-]", found[1]))
    suffix = found[2].lstrip("._-+")
    stage = 1 if not suffix else 0 if _BEFORE_RELEASE.match(suffix) else 2
    return (1, numbers, stage, _natural(suffix))


def _natural(text: str) -> tuple[tuple[int, int | str], ...]:
    parts = [part for part in re.split(r"(\d+)", text.casefold()) if part]
    return tuple((1, int(part)) if part.isdigit() else (0, part) for part in parts)


def in_order(versions: Sequence[Version]) -> list[Version]:
    """Newest first; the result depends on the names alone."""
    return sorted(versions, key=lambda entry: (newest_first_key(entry.version), entry.version), reverse=True)


def with_version(
    versions: Sequence[Version], version: str, aliases: Sequence[str], title: str = ""
) -> list[Version]:
    """The list after publishing: the version holds its old and these aliases, and nobody else holds these.

    Without a title it keeps the one it has, or is called by its name.
    """
    kept = []
    own = set(aliases)
    for entry in versions:
        if entry.version == version:
            own |= set(entry.aliases)
            title = title or entry.title
        else:
            remaining = tuple(alias for alias in entry.aliases if alias not in aliases)
            kept.append(replace(entry, aliases=remaining))
    return in_order([*kept, Version(version, title or version, tuple(sorted(own)))])


def names_of(versions: Sequence[Version]) -> set[str]:
    """All versions and aliases."""
    return {name for entry in versions for name in (entry.version, *entry.aliases)}


def read_versions(site: Path) -> list[Version]:
    """The versions of a site, newest first; empty where nothing is published yet.

    Raises:
        PublishError: The file is there but is not a list of versions. It is never guessed at or overwritten.
    """
    path = site / VERSIONS_FILE
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return []
    try:
        entries = json.loads(content) if len(content) <= _MAX_BYTES else None
        if not isinstance(entries, list):
            raise TypeError("not a list")  # noqa: TRY301  # one handler for all that can be wrong
        found = [_entry(entry) for entry in entries]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise PublishError(f"{path} is not a list of versions ({error}); mend or remove it") from error
    for entry in found:
        for name in (entry.version, *entry.aliases):
            check_name(name, f"{path}:")
    return in_order(found)


def _entry(raw: dict[str, object]) -> Version:
    version, aliases = raw["version"], raw.get("aliases", [])
    if not isinstance(version, str) or not isinstance(aliases, list):
        raise TypeError("version must be text and aliases a list")
    return Version(version, str(raw.get("title", version)), tuple(sorted(map(str, aliases))))


def versions_bytes(versions: Sequence[Version]) -> bytes:
    """The file's content, one version per line."""
    lines = [
        json.dumps({"version": entry.version, "title": entry.title, "aliases": list(entry.aliases)})
        for entry in in_order(versions)
    ]
    return ("[\n" + ",\n".join(lines) + "\n]\n").encode()
