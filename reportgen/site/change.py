"""A change of a published folder: made aside, then put in its place step by step, and undone where a step fails."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from reportgen.errors import PublishError
from reportgen.site.assets import SHARED_FOLDER
from reportgen.site.atomic import (
    locked,
    put_back,
    remove,
    swap_back,
    swap_in,
    sync_folder,
    write_atomically,
)
from reportgen.site.feed import FEED_FILE, FEED_MARK, feed
from reportgen.site.folder import MISSING_FILE, Folder
from reportgen.site.redirects import alias_files, redirect
from reportgen.site.versions import VERSIONS_FILE, names_of, read_versions, versions_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from reportgen.site.versions import Version

DEFAULT_ALIAS = "latest"
INDEX_FILE = "index.html"
_STAGING = ".reportgen-staging-"
PATIENCE = 600.0  # seconds a second publisher waits


@contextlib.contextmanager
def staging_in(site: Path) -> Iterator[Path]:
    """A folder to prepare a change in, while nobody else changes the site; its parts are there.

    `new` and `aliases` are for what is made, `aside` and `unused` for what is taken away, `unfinished` names the
    folders of the site that are only right if the list of versions names them.

    What dead publishers left is put in order first, and the folder is removed in the end.

    Raises:
        PublishError: another publisher did not finish in time, or the disk refused.
    """
    try:
        with locked(site, PATIENCE):
            _clean_up(site)
            staging = Path(tempfile.mkdtemp(prefix=_STAGING, dir=site))
            try:
                for part in ("new", "aliases", "aside", "unused", "unfinished"):
                    (staging / part).mkdir()
                yield staging
            finally:
                with contextlib.suppress(OSError):  # what is left is removed at the next start
                    remove(staging)
    except OSError as error:
        raise PublishError(
            f"{site} could not be published ({error.strerror or error}: {error.filename}); "
            "what was published before is as it was"
        ) from error


class Change:
    """The steps of a change; `changed` says whether any of them did something."""

    def __init__(self, site: Path, staging: Path, undo: contextlib.ExitStack) -> None:
        self.site, self.staging, self.undo = site, staging, undo
        self.changed = False
        self._moves = 0

    def announce(self, names: Iterable[str]) -> None:
        """Note versions and aliases that come or go, before anything happens.

        If this process dies, the next one removes those that the list of versions does not name.
        """
        for name in names:
            (self.staging / "unfinished" / name).touch()

    def add_shared(self, staged: Path) -> None:
        """Put the shared folders that are not there yet beside the others."""
        shared = self.site / SHARED_FOLDER
        if not shared.exists():
            self.undo.callback(_remove_if_empty, shared)
            shared.mkdir()
            shared.chmod(0o755)
        for folder in sorted(staged.iterdir()):
            if not (shared / folder.name).exists():
                self.changed = True
                self.undo.callback(remove, shared / folder.name)
                folder.rename(shared / folder.name)

    def put(self, new: Path, target: Path) -> None:
        """Put a folder in the place of another, where they differ."""
        if target.is_dir() and not target.is_symlink() and not differences(new, target):
            return
        aside = self._aside(target.name)
        self.changed = True
        swap_in(new, target, aside)
        self.undo.callback(swap_back, new, target, aside)
        sync_folder(self.site)

    def put_version(self, new: Path, aliases: Sequence[str]) -> None:
        """Put a version and the pages that lead to it in their places, so that each leads somewhere at any instant."""
        target = self.site / new.name
        gone = _pages(target) - _pages(new)
        for alias in aliases:
            if gone & _pages(self.site / alias):
                fewer = self.staging / "fewer" / alias
                _copy_pages(self.site / alias, fewer, without=gone)
                self.put(fewer, self.site / alias)
        self.put(new, target)
        for alias in aliases:
            self.put(self.staging / "aliases" / alias, self.site / alias)

    def _aside(self, name: str) -> Path:
        """A place of its own for what is taken away; later ones have higher numbers."""
        self._moves += 1
        folder = self.staging / "aside" / f"{self._moves:06}"
        folder.mkdir()
        return folder / name

    def take_away(self, name: str) -> None:
        """Remove a version or an alias."""
        target = self.site / name
        if os.path.lexists(target):
            aside = self._aside(name)
            self.changed = True
            target.rename(aside)
            self.undo.callback(put_back, aside, target)
            sync_folder(self.site)

    def list_versions(self, versions: Sequence[Version]) -> None:
        """Write the entrance, the page for what is missing, the feed, and last the list of versions."""
        default = default_version(versions)
        missing = self.site / default / MISSING_FILE
        if missing.is_file():
            self.replace(MISSING_FILE, missing.read_bytes())
        self._refuse_foreign_feed()
        self.replace(FEED_FILE, feed(self.site, versions))
        self.replace(INDEX_FILE, redirect(f"{default}/", ""))
        self.replace(VERSIONS_FILE, versions_bytes(versions))

    def _refuse_foreign_feed(self) -> None:
        path = self.site / FEED_FILE
        if path.is_file() and FEED_MARK.encode() not in path.read_bytes():
            raise PublishError(f"{path} was not written by reportgen; choose another folder")

    def replace(self, name: str, content: bytes) -> None:
        """Write a file at the site's root, where its content is new."""
        path = self.site / name
        before = path.read_bytes() if path.is_file() else None
        if before == content:
            return
        self.changed = True
        self.undo.callback(_restore, path, before, self.staging)
        write_atomically(path, content, self.staging)


def _restore(path: Path, content: bytes | None, scratch: Path) -> None:
    if content is None:
        path.unlink(missing_ok=True)
    else:
        write_atomically(path, content, scratch)


def _remove_if_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):
        folder.rmdir()


def _clean_up(site: Path) -> None:
    """Finish or undo what dead publishers left. We hold the lock, so whatever is there belongs to nobody."""
    left = sorted(site.glob(f"{_STAGING}*"))
    listed = names_of(read_versions(site)) if left else set()
    for staging in left:
        for place in reversed(_inside(staging / "aside")):  # what was moved last is nearest to what is there
            for folder in _inside(place):
                if folder.name in listed:
                    put_back(folder, site / folder.name)
        for mark in _inside(staging / "unfinished"):
            if mark.name not in listed:
                remove(site / mark.name)
        remove(staging)


def _inside(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def stage_aliases(version: str, built: Path, aliases: Sequence[str], staging: Path) -> None:
    """Make the folders of aliases that lead to the pages of a version, which is in the folder `built`."""
    if not aliases:
        return
    files = alias_files(version, [page.removesuffix(INDEX_FILE) for page in sorted(_pages(built))])
    for alias in aliases:
        writer = Folder(staging / "aliases" / alias)
        for name, content in files.items():
            writer.write(name, content)


# --- what is there


def default_version(versions: Sequence[Version]) -> str:
    """The version readers are led to."""
    return next((entry.version for entry in versions if DEFAULT_ALIAS in entry.aliases), versions[0].version)


def _pages(folder: Path) -> set[str]:
    """Files of the pages of a version or an alias."""
    return {name for name in files_of(folder) if name.rpartition("/")[2] == INDEX_FILE}


def _copy_pages(source: Path, target: Path, *, without: set[str]) -> None:
    """The same pages in another folder, but for some."""
    writer = Folder(target)
    for name in files_of(source):
        if name not in without:
            writer.write(name, (source / name).read_bytes())


def files_of(root: Path) -> list[str]:
    """Every file below, as path with '/', sorted."""
    return sorted(_walk(root)) if root.is_dir() else []


def _walk(root: Path) -> Iterator[str]:
    for folder, _folders, names in os.walk(root):
        prefix = Path(folder).relative_to(root).as_posix()
        yield from (name if prefix == "." else f"{prefix}/{name}" for name in names)


def differences(first: Path, second: Path) -> list[str]:
    """Files that are in one only or have other bytes."""
    ours, theirs = set(files_of(first)), set(files_of(second))
    changed = [name for name in ours & theirs if not same_file(first / name, second / name)]
    return sorted([*(ours ^ theirs), *changed])


def same_file(first: Path, second: Path) -> bool:
    if not second.is_file() or first.stat().st_size != second.stat().st_size:
        return False
    return first.read_bytes() == second.read_bytes()
