"""Publishing what was built elsewhere: versions of a site are taken over into another folder, such as a checkout.

The folder gets all of it or nothing of it. What it holds already stays: versions that are immutable, files of
others, and what is the same is not written again.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from reportgen.errors import PublishError
from reportgen.numbers import plural
from reportgen.site.assets import SHARED_FOLDER
from reportgen.site.atomic import locked, sync_tree
from reportgen.site.change import (
    INDEX_FILE,
    PATIENCE,
    Change,
    differences,
    files_of,
    stage_aliases,
    staging_in,
)
from reportgen.site.folder import Folder
from reportgen.site.manage import having, published, shared_of
from reportgen.site.publish import check_names, is_ours, made, nearest_first, refuse_conflicts
from reportgen.site.redirects import SCRIPT_FILE, script
from reportgen.site.sharing import Sizes, copy, sizes
from reportgen.site.versions import MUTABLE_VERSION, folded, read_versions, with_version

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


#: Tells GitHub Pages to serve the files as they are.
PLAIN_FILE = ".nojekyll"
State = Literal["new", "replaced", "unchanged"]


@dataclass(frozen=True, slots=True)
class Taken:
    """A version as the other folder holds it afterwards. `sizes` compares it with what was there before."""

    version: str
    aliases: tuple[str, ...]
    state: State
    sizes: Sizes


def transfer(  # what may be asked of the command, each named
    source: Path,
    target: Path,
    *,
    versions: Sequence[str] = (),
    aliases: Sequence[str] = (),
    force: bool = False,
    dry_run: bool = False,
) -> tuple[Taken, ...]:
    """Publish versions of the built site `source` in the folder `target`, newest first in the answer.

    `versions` says which of them, none means all; each brings its aliases and title along. `aliases` are further
    names of the newest of them ("dev" counts as the oldest). With `force` published versions that have other content
    are replaced; otherwise only "dev" may change. With `dry_run` nothing is touched.

    Raises:
        PublishError: A version is not there, not whole, published with other content or of a name that is taken;
            the disk refused; another publisher did not finish. What the target held is as it was.
    """
    if target.resolve().is_relative_to(source.resolve()) or source.resolve().is_relative_to(target.resolve()):
        raise PublishError(f"{source} and {target} lie in one another; choose another folder")
    with _still(source):
        if dry_run:
            return _Plan(source, target, versions, aliases, force=force).taken()
        with made(target), staging_in(target) as staging:
            return _Plan(source, target, versions, aliases, force=force).run(staging)


@contextlib.contextmanager
def _still(source: Path) -> Iterator[None]:
    """Keep builds out of the folder while it is read; one that cannot be written to changes for nobody."""
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            stack.enter_context(locked(source, PATIENCE))
        yield


class _Plan:
    """What is taken over, read from both folders and found possible."""

    def __init__(
        self, source: Path, target: Path, versions: Sequence[str], aliases: Sequence[str], *, force: bool
    ) -> None:
        self.source, self.target, self.force = source, target, force
        self.before = read_versions(target) if target.is_dir() else []
        there = having(source, versions) if versions else published(source)
        chosen = [entry for entry in there if not versions or entry.version in versions]
        newest = min(chosen, key=lambda entry: entry.version == MUTABLE_VERSION)  # the list is newest first
        self.after = self.before
        for entry in reversed(chosen):
            own = (*entry.aliases, *(aliases if entry is newest else ()))
            check_names(entry.version, own)
            title = entry.title if entry.title != entry.version else ""
            self.after = with_version(self.after, entry.version, own, title)
        names = {entry.version for entry in chosen}
        self.entries = [entry for entry in self.after if entry.version in names]
        self._refuse_conflicts()
        self.states = {entry.version: self._state(entry.version) for entry in self.entries}
        #: Versions that are written, oldest first.
        self.moving = [
            entry.version for entry in reversed(self.entries) if self.states[entry.version] != "unchanged"
        ]
        self.shared = sorted(set().union(*(_shared_by_whole(source, version) for version in self.moving)))

    def _refuse_conflicts(self) -> None:
        versions = {folded(entry.version) for entry in self.after}
        for entry in self.entries:
            refuse_conflicts(self.target, self.before, entry.version, entry.aliases)
            for alias in entry.aliases:
                if folded(alias) in versions:
                    raise PublishError(f"alias {alias!r} is the name of a version")

    def _state(self, version: str) -> State:
        if not os.path.lexists(self.target / version):
            return "new"
        other = differences(self.source / version, self.target / version)
        if not other:
            return "unchanged"
        listed = any(entry.version == version for entry in self.before)
        if listed and not self.force and version != MUTABLE_VERSION:
            more = f" and {plural(len(other) - 1, 'more file')}" if len(other) > 1 else ""
            raise PublishError(
                f"version {version} is published with other content ({other[0]}{more}); "
                "choose another name or --force"
            )
        return "replaced"

    def _rest(self, version: str, new: Path) -> list[Path]:
        """Folders that may hold the same files: what is published, and what is in `new` before this one."""
        before = self.moving[: self.moving.index(version)] if version in self.moving else []
        return [*nearest_first(self.target, self.before, version), *(new / one for one in before)]

    def taken(self) -> tuple[Taken, ...]:
        """The versions in order, and what they would take."""
        measured = {
            entry.version: sizes(self.source / entry.version, self._rest(entry.version, self.source))
            for entry in self.entries
        }
        return self._answer(measured)

    def _answer(self, measured: Mapping[str, Sizes]) -> tuple[Taken, ...]:
        return tuple(
            Taken(entry.version, entry.aliases, self.states[entry.version], measured[entry.version])
            for entry in self.entries
        )

    def run(self, staging: Path) -> tuple[Taken, ...]:
        """Make all of it in the staging folder, then put it in its place."""
        new = staging / "new"
        measured = {
            entry.version: sizes(self.source / entry.version, [self.target / entry.version])
            for entry in self.entries
            if entry.version not in self.moving
        }
        for version in self.moving:
            measured[version] = copy(self.source / version, new / version, self._rest(version, new))
        self._stage_shared(new)
        for entry in self.entries:
            stage_aliases(entry.version, self.source / entry.version, entry.aliases, staging)
        sync_tree(staging)
        with contextlib.ExitStack() as undo:
            self._put(Change(self.target, staging, undo), staging)
            undo.pop_all()
        return self._answer(measured)

    def _stage_shared(self, new: Path) -> None:
        """Copies of the shared files that the target lacks."""
        for name in self.shared:
            if not (self.target / SHARED_FOLDER / name).exists():
                copy(self.source / SHARED_FOLDER / name, new / SHARED_FOLDER / name, ())
        if not (new / SCRIPT_FILE).exists():
            Folder(new).write(SCRIPT_FILE, script())

    def _put(self, change: Change, staging: Path) -> None:
        change.announce([*self.moving, *(alias for entry in self.entries for alias in entry.aliases)])
        change.add_shared(staging / "new" / SHARED_FOLDER)
        change.replace(PLAIN_FILE, b"")
        for entry in self.entries:
            if entry.version in self.moving:
                change.put_version(staging / "new" / entry.version, entry.aliases)
            else:
                for alias in entry.aliases:
                    change.put(staging / "aliases" / alias, self.target / alias)
        change.list_versions(self.after)


def _shared_by_whole(source: Path, version: str) -> set[str]:
    """Names of the shared folders that a version leads to, if all of it is as `reportgen build` left it.

    Raises:
        PublishError: The version, or a file it shares with others, is not there; or there are links, which could
            lead out of the folder and which hosts do not take.
    """
    folder = source / version
    if not (folder / INDEX_FILE).is_file() or not is_ours(folder):
        raise PublishError(f"{folder} is not a version that reportgen built; build it again")
    names = shared_of(folder)
    for name in sorted(names):
        if not files_of(source / SHARED_FOLDER / name):
            raise PublishError(
                f"version {version} needs {source / SHARED_FOLDER / name}, which is not there; build it again"
            )
    for place in (folder, *(source / SHARED_FOLDER / name for name in sorted(names))):
        for path in (place, *_below(place)):
            if path.is_symlink():
                raise PublishError(f"{path} is a symbolic link; publish files only")
    return names


def _below(root: Path) -> Iterator[Path]:
    """Files and folders."""
    for folder, folders, names in os.walk(root):
        yield from (Path(folder) / name for name in (*folders, *names))
