"""Files that several versions hold with the same bytes: found by path and content, stored once where that is possible.

Where the file system knows hard links, a new version takes such a file over as a link; elsewhere it is a copy. Links
are safe because nothing that is published is ever written in place: every file is made under another name and takes
its place by a rename, which leaves the other links as they are.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reportgen.site.change import files_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

#: Why a link may be refused where a copy is possible: another device, no links at all, too many, somebody else's file.
_NO_LINK = {
    errno.EXDEV, errno.EPERM, errno.EACCES, errno.EMLINK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL,
}  # fmt: skip
_MODE = 0o644


@dataclass(frozen=True, slots=True)
class Sizes:
    """What a version holds, and what of it is new.

    Attributes:
        new: (path, bytes) of each file that no version compared with holds at the same path, sorted.
        same_as: names of the versions that hold the others.
    """

    files: int
    bytes: int
    new: tuple[tuple[str, int], ...]
    same_as: tuple[str, ...]

    @property
    def new_bytes(self) -> int:
        """Bytes of the new files."""
        return sum(size for _name, size in self.new)


def share(staged: Path, others: Sequence[Path]) -> Sizes:
    """Replace every file below `staged` by a link to the same file of one of `others`, where links are known.

    Raises:
        OSError: The disk refused for another reason.
    """

    def link(name: str, twin: Path | None) -> None:
        temporary = staged.parent / ".link"
        if twin is not None and _linked(twin, temporary):
            temporary.replace(staged / name)

    return _compared(staged, others, link)


def copy(source: Path, target: Path, others: Sequence[Path]) -> Sizes:
    """Make `target` a copy of `source`, with links to the files of `others` in the place of same ones.

    Raises:
        OSError: A file cannot be read, or the disk refused.
    """

    def put(name: str, twin: Path | None) -> None:
        place = target / name
        _make(place.parent)
        if twin is None or not _linked(twin, place):
            with (source / name).open("rb") as old, place.open("xb") as new:
                os.fchmod(new.fileno(), _MODE)
                shutil.copyfileobj(old, new)

    _make(target)
    return _compared(source, others, put)


def sizes(folder: Path, others: Sequence[Path]) -> Sizes:
    """The same account without changing anything."""
    return _compared(folder, others, lambda _name, _twin: None)


def stored_bytes(root: Path) -> int:
    """Bytes on the disk: a file with several links counts once."""
    found = {(one.st_dev, one.st_ino): one.st_size for one in _statuses(root)}
    return sum(found.values())


def served_bytes(root: Path) -> int:
    """Bytes as hosts count them: each file as often as it has an address."""
    return sum(one.st_size for one in _statuses(root))


def _statuses(root: Path) -> Iterator[os.stat_result]:
    """Of every file below but the history of a checkout."""
    return ((root / name).lstat() for name in files_of(root) if not name.startswith(".git/"))


def _compared(folder: Path, others: Sequence[Path], act: Callable[[str, Path | None], None]) -> Sizes:
    files = total = 0
    new, same_as = [], set()
    for name in files_of(folder):
        size = (folder / name).stat().st_size
        twin = _twin(folder / name, size, [other / name for other in others])
        if twin is None:
            new.append((name, size))
        else:
            same_as.add(twin.parents[name.count("/")].name)
        act(name, twin)
        files, total = files + 1, total + size
    return Sizes(files, total, tuple(new), tuple(sorted(same_as)))


def _twin(path: Path, size: int, candidates: Sequence[Path]) -> Path | None:
    """The first candidate that is a plain file of the same bytes. A file with several names is read once."""
    content = None
    seen = set()
    for candidate in candidates:
        try:
            status = candidate.lstat()
        except (FileNotFoundError, NotADirectoryError):
            continue
        inode = (status.st_dev, status.st_ino)
        if not stat.S_ISREG(status.st_mode) or status.st_size != size or inode in seen:
            continue
        seen.add(inode)
        content = path.read_bytes() if content is None else content
        if os.path.samestat(status, path.stat()) or candidate.read_bytes() == content:
            return candidate
    return None


def _linked(twin: Path, name: Path) -> bool:
    """Whether `name` is now another name of the twin; False where it must be a copy."""
    if stat.S_IMODE(twin.stat().st_mode) != _MODE:
        return False  # a file that a web server may not read stays alone with that
    try:
        os.link(twin, name)
    except OSError as error:
        if error.errno in _NO_LINK:
            return False
        raise
    return True


def _make(folder: Path) -> None:
    """Make a folder with its parents, readable for all whatever the umask."""
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir()
        folder.chmod(0o755)
