"""What may be done with published versions afterwards: list them, name them, remove them.

Each is one change of the folder, made as publishing is: whole or not at all, one at a time.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from reportgen.errors import PublishError
from reportgen.site.assets import SHARED_FOLDER
from reportgen.site.atomic import sync_tree
from reportgen.site.change import Change, files_of, stage_aliases, staging_in
from reportgen.site.publish import refuse_conflicts
from reportgen.site.redirects import SCRIPT_FILE
from reportgen.site.sharing import sizes
from reportgen.site.versions import (
    MUTABLE_VERSION,
    VERSIONS_FILE,
    Version,
    check_name,
    in_order,
    read_versions,
    with_version,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

#: A folder of shared files, as pages and scripts name it.
_SHARED = re.compile(rb"assets/([0-9a-f]{12})/")
#: Files that may name shared ones.
_NAMING = (".html", ".css", ".js")


@dataclass(frozen=True, slots=True)
class Listed:
    """One version and what it takes.

    Attributes:
        bytes: of its own files. shared: of the shared files it uses, which others may use too.
        added: of its own files that no older version holds; the oldest adds all it has, "dev" counts as the newest.
    """

    version: Version
    files: int
    bytes: int
    shared: int
    added: int


def listing(site: Path) -> list[Listed]:
    """Every version, newest first.

    Raises:
        PublishError: nothing is published there.
    """
    entries = published(site)
    # Newest first, "dev" before all.
    dated = sorted(entries, key=lambda entry: entry.version != MUTABLE_VERSION)
    older = {entry.version: dated[place + 1 :] for place, entry in enumerate(dated)}
    return [_listed(site, entry, older[entry.version]) for entry in entries]


def add_alias(site: Path, version: str, aliases: Sequence[str]) -> None:
    """Let further names lead to a version; another version that holds one of them loses it.

    Raises:
        PublishError: the version is not published, or a name cannot be used.
    """
    for alias in aliases:
        check_name(alias, "alias")

    def plan() -> _Step:
        entries = having(site, [version])
        refuse_conflicts(site, entries, version, aliases)
        return _Step(with_version(entries, version, aliases), alias_of={version: aliases})

    _change(site, plan)


def remove_alias(site: Path, aliases: Sequence[str]) -> None:
    """Let names lead nowhere.

    Raises:
        PublishError: no version holds one of them.
    """

    def plan() -> _Step:
        entries = published(site)
        known = {alias for entry in entries for alias in entry.aliases}
        missing = [alias for alias in aliases if alias not in known]
        if missing:
            raise PublishError(f"no version has the alias {missing[0]!r}; there are: {_names(known)}")
        after = [
            replace(entry, aliases=tuple(one for one in entry.aliases if one not in aliases))
            for entry in entries
        ]
        return _Step(after, gone=aliases)

    _change(site, plan)


def set_title(site: Path, version: str, title: str) -> None:
    """Show a version in the selector under another text; its name and address stay.

    Raises:
        PublishError: the version is not published, or the title is empty.
    """
    text = " ".join(title.split())
    if not text:
        raise PublishError("a title needs a word")

    def plan() -> _Step:
        entries = having(site, [version])
        return _Step([replace(one, title=text) if one.version == version else one for one in entries])

    _change(site, plan)


def delete(site: Path, versions: Sequence[str]) -> None:
    """Remove versions with their aliases, and shared files nobody uses any more.

    Raises:
        PublishError: one is not published, or none would be left.
    """

    def plan() -> _Step:
        entries = having(site, versions)
        kept = [entry for entry in entries if entry.version not in versions]
        if not kept:
            raise PublishError(f"{site} would have no version left; remove the folder instead")
        aliases = [alias for entry in entries if entry.version in versions for alias in entry.aliases]
        return _Step(kept, gone=[*aliases, *versions])

    _change(site, plan)


def to_prune(site: Path, keep: int) -> list[str]:
    """Versions that pruning to the newest `keep` removes, newest first; those with an alias and "dev" stay.

    Raises:
        PublishError: nothing is published there.
    """
    numbered = [entry for entry in published(site) if entry.version != MUTABLE_VERSION]
    return [entry.version for entry in numbered[keep:] if not entry.aliases]


# --- one change


@dataclass(frozen=True, slots=True)
class _Step:
    """A change: the list of versions afterwards, aliases that lead to a version from now on, names that are gone."""

    after: Sequence[Version]
    alias_of: Mapping[str, Sequence[str]] = field(default_factory=dict)
    gone: Sequence[str] = ()


def _change(site: Path, plan: Callable[[], _Step]) -> None:
    """Make the change that is planned while nobody else changes the site.

    The new list is written before what it no longer names is taken away: a process killed between leaves no gap.
    """
    published(site)  # where nothing is published there is nothing to lock either
    with staging_in(site) as staging:
        step = plan()
        ordered, gone = in_order(step.after), step.gone
        for version, aliases in step.alias_of.items():
            stage_aliases(version, site / version, aliases, staging)
        sync_tree(staging)
        used = set().union(*(shared_of(site / entry.version) for entry in ordered)) if gone else None
        with contextlib.ExitStack() as undo:
            change = Change(site, staging, undo)
            new = [alias for aliases in step.alias_of.values() for alias in aliases]
            change.announce([*new, *gone])
            for alias in new:
                change.put(staging / "aliases" / alias, site / alias)
            change.list_versions(ordered)
            for name in gone:
                change.take_away(name)
            undo.pop_all()
        if used is not None:
            _take_unused(site, used | {SCRIPT_FILE.split("/")[1]}, staging / "unused")


def _take_unused(site: Path, used: set[str], place: Path) -> None:
    """Take away the shared folders that no version names, each whole. What the disk refuses is left for next time."""
    shared = site / SHARED_FOLDER
    for folder in sorted(shared.iterdir()) if shared.is_dir() else []:
        if folder.name not in used:
            with contextlib.suppress(OSError):
                folder.rename(place / folder.name)


def shared_of(folder: Path) -> set[str]:
    """Names of the shared folders that the files of a version lead to."""
    texts = [(folder / name).read_bytes() for name in files_of(folder) if name.endswith(_NAMING)]
    return {found.decode() for text in texts for found in _SHARED.findall(text)}


# --- what is there


def published(site: Path) -> list[Version]:
    found = read_versions(site) if site.is_dir() else []
    if not found:
        raise PublishError(f"nothing is published in {site}: it has no {VERSIONS_FILE}")
    return found


def having(site: Path, versions: Sequence[str]) -> list[Version]:
    """All versions, where these are among them."""
    entries = published(site)
    known = [entry.version for entry in entries]
    missing = [version for version in versions if version not in known]
    if missing:
        raise PublishError(f"version {missing[0]!r} is not published in {site}; there are: {_names(known)}")
    return entries


def _names(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def _listed(site: Path, entry: Version, older: Sequence[Version]) -> Listed:
    folder = site / entry.version
    own = sizes(folder, [site / one.version for one in older])
    shared = site / SHARED_FOLDER
    used = [shared / name for name in shared_of(folder) if (shared / name).is_dir()]
    size = sum((one / name).stat().st_size for one in used for name in files_of(one))
    return Listed(entry, own.files, own.bytes, size, own.new_bytes)
