"""Publishing a version: built aside, made sure of, then put in its place. Nobody ever sees half a site.

    <site>/<version>/          a version; immutable unless forced, or named "dev"
    <site>/<alias>/            redirects to the version that holds the alias
    <site>/assets/<hash>/      files shared by all versions
    <site>/versions.json       what the version selector reads
    <site>/index.html          leads to the version with the alias "latest", else to the newest

Whatever fails before the end is undone. A process killed in between leaves whole folders only: each version
is the old one or the new one, and `versions.json`, written last, names versions that are there.
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
from reportgen.site.atomic import (
    locked,
    put_back,
    remove,
    swap_back,
    swap_in,
    sync_folder,
    sync_tree,
    write_atomically,
)
from reportgen.site.folder import MISSING_FILE, Folder
from reportgen.site.redirects import GENERATOR, SCRIPT_FILE, alias_files, redirect, script
from reportgen.site.versions import (
    MUTABLE_VERSION,
    VERSIONS_FILE,
    Version,
    check_name,
    folded,
    read_versions,
    versions_bytes,
    with_version,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

T = TypeVar("T")

DEFAULT_ALIAS = "latest"
INDEX_FILE = "index.html"
_STAGING = ".reportgen-staging-"
_PATIENCE = 600.0  # seconds a second publisher waits
_MARK_WITHIN = 4096  # bytes; the generator is named at the start of every page


@dataclass(frozen=True, slots=True)
class Published(Generic[T]):
    """What publishing did. `result` is what `build` returned; `changed` is False if all was there before."""

    path: Path
    changed: bool
    aliases: tuple[str, ...]
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
    _check_names(version, aliases)
    is_new = not site.exists()
    try:
        site.mkdir(parents=True, exist_ok=True)
        with locked(site, _PATIENCE):
            _clean_up(site)
            return _Publication(site, version, aliases, replaces=force or mutable).run(build)
    except OSError as error:
        raise PublishError(
            f"{site} could not be published ({error.strerror or error}: {error.filename}); "
            "what was published before is as it was"
        ) from error
    finally:
        if is_new:
            with contextlib.suppress(OSError):  # not empty: it was published; not there: never made
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
        different = [f"{version}/{name}" for name in _differences(again, site / version)]
        shared = again.parent / SHARED_FOLDER
        names = [name for name in _files(shared) if not _same(shared / name, site / SHARED_FOLDER / name)]
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
        self.changed = False

    def run(self, build: Callable[[Path], T]) -> Published[T]:
        self._refuse_conflicts()
        staging = Path(tempfile.mkdtemp(prefix=_STAGING, dir=self.site))
        try:
            for part in ("new", "aliases", "aside"):
                (staging / part).mkdir()
            staged = staging / "new" / self.version
            result = build(staged)
            self._refuse_other_content(staged)
            self._stage_aliases(staged, staging / "aliases")
            Folder(staging / "new").write(SCRIPT_FILE, script())
            sync_tree(staging)
            with contextlib.ExitStack() as undo:
                self._commit(staging, undo)
                undo.pop_all()
        finally:
            with contextlib.suppress(OSError):  # what is left is removed at the next start
                remove(staging)
        return Published(self.site / self.version, self.changed, self.aliases, result)

    def _refuse_conflicts(self) -> None:
        versions = {folded(entry.version): entry.version for entry in self.before}
        holders = {folded(alias): alias for entry in self.before for alias in entry.aliases}
        for alias in self.aliases:
            if folded(alias) in versions:
                raise PublishError(f"alias {alias!r} is the name of a published version")
            if holders.get(folded(alias), alias) != alias:
                raise PublishError(f"alias {alias!r} differs from {holders[folded(alias)]!r} in case only")
        if folded(self.version) in holders:
            raise PublishError(f"version {self.version!r} is an alias; choose another name")
        if versions.get(folded(self.version), self.version) != self.version:
            raise PublishError(
                f"version {self.version!r} differs from {versions[folded(self.version)]!r} in case only"
            )
        listed = {*versions.values(), *holders.values()}
        for name in (self.version, *self.aliases, INDEX_FILE):
            if name not in listed and not _is_ours(self.site / name):
                raise PublishError(f"{self.site / name} was not written by reportgen; choose another folder")

    def _refuse_other_content(self, staged: Path) -> None:
        """A listed version is immutable; one that is there but not listed is what a killed publisher left."""
        target = self.site / self.version
        listed = any(entry.version == self.version for entry in self.before)
        if listed and not self.replaces and target.is_dir() and _differences(staged, target):
            raise PublishError(
                f"version {self.version} is published with other content; choose another name or --force"
            )

    def _stage_aliases(self, staged: Path, folder: Path) -> None:
        if not self.aliases:
            return
        pages = [name.removesuffix(INDEX_FILE) for name in _files(staged) if _is_page(name)]
        files = alias_files(self.version, pages)
        for alias in self.aliases:
            writer = Folder(folder / alias)
            for name, content in files.items():
                writer.write(name, content)

    def _commit(self, staging: Path, undo: contextlib.ExitStack) -> None:
        self._add_shared(staging / "new" / SHARED_FOLDER, undo)
        aside = staging / "aside"
        self._put(staging / "new" / self.version, self.site / self.version, aside, undo)
        for alias in self.aliases:
            self._put(staging / "aliases" / alias, self.site / alias, aside, undo)
        default = _default(self.after)
        missing = self.site / default / MISSING_FILE
        if missing.is_file():
            self._replace(MISSING_FILE, missing.read_bytes(), staging, undo)
        self._replace(INDEX_FILE, redirect(f"{default}/", ""), staging, undo)
        self._replace(VERSIONS_FILE, versions_bytes(self.after), staging, undo)

    def _add_shared(self, staged: Path, undo: contextlib.ExitStack) -> None:
        shared = self.site / SHARED_FOLDER
        if not shared.exists():
            undo.callback(_remove_if_empty, shared)
            shared.mkdir()
            shared.chmod(0o755)
        for folder in sorted(staged.iterdir()):
            if not (shared / folder.name).exists():
                self.changed = True
                undo.callback(remove, shared / folder.name)
                folder.rename(shared / folder.name)

    def _put(self, new: Path, target: Path, aside: Path, undo: contextlib.ExitStack) -> None:
        if target.is_dir() and not target.is_symlink() and not _differences(new, target):
            return
        self.changed = True
        swap_in(new, target, aside / target.name)
        undo.callback(swap_back, new, target, aside / target.name)
        sync_folder(self.site)

    def _replace(self, name: str, content: bytes, staging: Path, undo: contextlib.ExitStack) -> None:
        path = self.site / name
        before = path.read_bytes() if path.is_file() else None
        if before == content:
            return
        self.changed = True
        undo.callback(_restore, path, before, staging)
        write_atomically(path, content, staging)


def _restore(path: Path, content: bytes | None, scratch: Path) -> None:
    if content is None:
        path.unlink(missing_ok=True)
    else:
        write_atomically(path, content, scratch)


def _remove_if_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):
        folder.rmdir()


def _clean_up(site: Path) -> None:
    """Remove what dead publishers left. We hold the lock, so whatever is there belongs to nobody."""
    for staging in sorted(site.glob(f"{_STAGING}*")):
        aside = staging / "aside"
        for folder in sorted(aside.iterdir()) if aside.is_dir() else []:
            put_back(folder, site / folder.name)
        remove(staging)


# --- what is there


def _check_names(version: str, aliases: Sequence[str]) -> None:
    check_name(version, "version")
    for alias in aliases:
        check_name(alias, "alias")
    names = [folded(name) for name in (version, *dict.fromkeys(aliases))]
    if len(set(names)) != len(names):
        raise PublishError(f"version and aliases must differ: {', '.join((version, *aliases))}")


def _default(versions: Sequence[Version]) -> str:
    """The version readers are led to."""
    return next((entry.version for entry in versions if DEFAULT_ALIAS in entry.aliases), versions[0].version)


def _is_page(name: str) -> bool:
    return name == INDEX_FILE or name.endswith(f"/{INDEX_FILE}")


def _is_ours(path: Path) -> bool:
    """Whether nothing is there, or something that says reportgen wrote it."""
    if not os.path.lexists(path):
        return True
    page = path / INDEX_FILE if path.is_dir() else path
    if not page.is_file():
        return False
    with page.open("rb") as file:
        return GENERATOR.encode() in file.read(_MARK_WITHIN)


def _files(root: Path) -> list[str]:
    """Every file below, as path with '/', sorted."""
    return sorted(_walk(root)) if root.is_dir() else []


def _walk(root: Path) -> Iterator[str]:
    for folder, _folders, names in os.walk(root):
        prefix = Path(folder).relative_to(root).as_posix()
        yield from (name if prefix == "." else f"{prefix}/{name}" for name in names)


def _differences(first: Path, second: Path) -> list[str]:
    """Files that are in one only or have other bytes."""
    ours, theirs = set(_files(first)), set(_files(second))
    changed = [name for name in ours & theirs if not _same(first / name, second / name)]
    return sorted([*(ours ^ theirs), *changed])


def _same(first: Path, second: Path) -> bool:
    if not second.is_file() or first.stat().st_size != second.stat().st_size:
        return False
    return first.read_bytes() == second.read_bytes()
