"""Publishing a version: built aside, made sure of, then put in its place. Nobody ever sees half a site.

    <site>/<version>/          a version; immutable unless forced, or named "dev"
    <site>/<alias>/            redirects to the version that holds the alias
    <site>/assets/<hash>/      files shared by all versions
    <site>/versions.json       what the version selector reads
    <site>/index.html          leads to the version with the alias "latest", else to the newest

Whatever fails before the end is undone. A process killed in between leaves whole folders only: each version
is the old one or the new one, and `versions.json`, written last, names versions that are there. Files that are the
same as in another version are links to it where the file system knows links (`sharing`).
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from reportgen.errors import PublishError
from reportgen.site.assets import SHARED_FOLDER
from reportgen.site.atomic import sync_tree
from reportgen.site.change import (
    INDEX_FILE,
    Change,
    differences,
    files_of,
    same_file,
    stage_aliases,
    staging_in,
)
from reportgen.site.folder import Folder
from reportgen.site.redirects import GENERATOR, SCRIPT_FILE, script
from reportgen.site.sharing import share
from reportgen.site.versions import (
    MUTABLE_VERSION,
    VERSIONS_FILE,
    check_name,
    folded,
    read_versions,
    with_version,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from reportgen.site.sharing import Sizes
    from reportgen.site.versions import Version

T = TypeVar("T")

_MARK_WITHIN = 4096  # bytes; the generator is named at the start of every page


@dataclass(frozen=True, slots=True)
class Published(Generic[T]):
    """What publishing did. `result` is what `build` returned; `changed` is False if all was there before."""

    path: Path
    changed: bool
    aliases: tuple[str, ...]
    sizes: Sizes
    result: T


def publish(
    site: Path,
    version: str,
    aliases: Sequence[str],
    build: Callable[[Path], T],
    *,
    force: bool = False,
    mutable: bool = False,
) -> Published[T]:
    """Publish a version under `site` and let `aliases` lead to it.

    `build` is given a folder that does not exist yet and writes the version into it, and shared files into
    `assets` beside it. Other versions are not touched. With `mutable`, or for the version "dev", content
    may be replaced.

    Raises:
        PublishError: A name cannot be used, the version is published with other content, another publisher
        did not
            finish in time, or the disk refused. What was published before is as it was.
    """
    check_names(version, aliases)
    with made(site), staging_in(site) as staging:
        return _Publication(site, version, aliases, replaces=force or mutable).run(build, staging)


@contextlib.contextmanager
def made(site: Path) -> Iterator[None]:
    """The folder of the site, made if need be; gone again where nothing was published into it.

    Raises:
        PublishError: The disk refused.
    """
    is_new = not site.exists()
    try:
        site.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PublishError(f"{site} could not be made ({error.strerror or error})") from error
    try:
        yield
    finally:
        if is_new:
            with contextlib.suppress(OSError):  # not empty: it was published
                site.rmdir()


def check(site: Path, version: str, build: Callable[[Path], object]) -> list[str]:
    """Build the version again elsewhere and name every file that differs, is missing or is too many, sorted.

    Raises:
        PublishError: The version is not published in this site.
    """
    check_name(version, "version")
    if not (site / version).is_dir():
        raise PublishError(f"version {version} is not published in {site}")
    with tempfile.TemporaryDirectory(prefix="reportgen-check-") as folder:
        again = Path(folder) / version
        build(again)
        different = [f"{version}/{name}" for name in differences(again, site / version)]
        shared = again.parent / SHARED_FOLDER
        names = [
            name for name in files_of(shared) if not same_file(shared / name, site / SHARED_FOLDER / name)
        ]
        return sorted([*different, *(f"{SHARED_FOLDER}/{name}" for name in names)])


# --- one publication


class _Publication:
    """The steps of `publish` under the lock, with what each needs to be undone."""

    def __init__(self, site: Path, version: str, aliases: Sequence[str], *, replaces: bool) -> None:
        self.site, self.version = site, version
        self.replaces = replaces or version == MUTABLE_VERSION
        self.before = read_versions(site)
        self.after = with_version(self.before, version, aliases)
        self.aliases = next(entry.aliases for entry in self.after if entry.version == version)

    def run(self, build: Callable[[Path], T], staging: Path) -> Published[T]:
        refuse_conflicts(self.site, self.before, self.version, self.aliases)
        staged = staging / "new" / self.version
        result = build(staged)
        self._refuse_other_content(staged)
        sizes = share(staged, nearest_first(self.site, self.before, self.version))
        stage_aliases(self.version, staged, self.aliases, staging)
        Folder(staging / "new").write(SCRIPT_FILE, script())
        sync_tree(staging)
        with contextlib.ExitStack() as undo:
            change = Change(self.site, staging, undo)
            change.announce([self.version, *self.aliases])
            change.add_shared(staging / "new" / SHARED_FOLDER)
            change.put_version(staged, self.aliases)
            change.list_versions(self.after)
            undo.pop_all()
        return Published(self.site / self.version, change.changed, self.aliases, sizes, result)

    def _refuse_other_content(self, staged: Path) -> None:
        """A listed version is immutable; one that is there but not listed is what a killed publisher left."""
        target = self.site / self.version
        listed = any(entry.version == self.version for entry in self.before)
        if listed and not self.replaces and target.is_dir() and differences(staged, target):
            raise PublishError(
                f"version {self.version} is published with other content; choose another name or --force"
            )


def refuse_conflicts(site: Path, before: Sequence[Version], version: str, aliases: Sequence[str]) -> None:
    """Refuse a version whose names are taken by others, or by files that are not ours.

    Raises:
        PublishError: With the name and who has it.
    """
    versions = {folded(entry.version): entry.version for entry in before}
    holders = {folded(alias): alias for entry in before for alias in entry.aliases}
    for alias in aliases:
        if folded(alias) in versions:
            raise PublishError(f"alias {alias!r} is the name of a published version")
        if holders.get(folded(alias), alias) != alias:
            raise PublishError(f"alias {alias!r} differs from {holders[folded(alias)]!r} in case only")
    if folded(version) in holders:
        raise PublishError(f"version {version!r} is an alias; choose another name")
    if versions.get(folded(version), version) != version:
        raise PublishError(f"version {version!r} differs from {versions[folded(version)]!r} in case only")
    listed = {*versions.values(), *holders.values()}
    for name in (version, *aliases, INDEX_FILE):
        if name not in listed and not is_ours(site / name):
            raise PublishError(f"{site / name} was not written by reportgen; choose another folder")


def nearest_first(site: Path, before: Sequence[Version], version: str) -> list[Path]:
    """Folders of the published versions, the one of this name first: most of its files are most likely there."""
    names = [entry.version for entry in before]
    return [site / name for name in sorted(names, key=lambda name: name != version)]


def check_names(version: str, aliases: Sequence[str]) -> None:
    """Refuse names that cannot be folders, and one name for two things.

    Raises:
        PublishError: With the name.
    """
    check_name(version, "version")
    for alias in aliases:
        check_name(alias, "alias")
    names = [folded(name) for name in (version, *dict.fromkeys(aliases))]
    if len(set(names)) != len(names):
        raise PublishError(f"version and aliases must differ: {', '.join((version, *aliases))}")


def is_ours(path: Path) -> bool:
    """Whether nothing is there, or a page or version that says reportgen wrote it; a whole site of versions is not."""
    if not os.path.lexists(path):
        return True
    if (path / VERSIONS_FILE).exists():
        return False
    page = path / INDEX_FILE if path.is_dir() else path
    if not page.is_file():
        return False
    with page.open("rb") as file:
        return GENERATOR.encode() in file.read(_MARK_WITHIN)
