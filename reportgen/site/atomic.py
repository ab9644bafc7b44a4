"""What publishing needs of the file system: a lock, an exchange of two folders, certainty about the disk."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import os
import shutil
import time
from typing import TYPE_CHECKING

from reportgen.errors import PublishError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK_FILE = ".reportgen-lock"
_POLL = 0.05  # seconds
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


@contextlib.contextmanager
def locked(folder: Path, timeout: float) -> Iterator[None]:
    """Hold the folder's lock. It belongs to the open file, so it ends with the process, however that ends.

    Raises:
        PublishError: Another publisher held it for `timeout` seconds.
    """
    path = folder / LOCK_FILE
    descriptor = _take(path, time.monotonic() + timeout)
    try:
        yield
    finally:
        # Removed while still held: whoever waits on this file notices that it is gone, and takes the next
        # one. Where it cannot be removed it stays, held by nobody.
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
        os.close(descriptor)


def _take(path: Path, deadline: float) -> int:
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            if time.monotonic() >= deadline:
                raise PublishError(
                    f"{path.parent} is being published by another process; try again"
                ) from None
            time.sleep(_POLL)
            continue
        if _still_there(path, descriptor):
            return descriptor
        os.close(descriptor)


def _still_there(path: Path, descriptor: int) -> bool:
    """Whether the file we hold is still the one others will find under its name."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def swap_in(new: Path, target: Path, aside: Path) -> None:
    """Put `new` in the place of `target`; what was there is at `aside` afterwards. All of it happens, or nothing.

    With one system call where the kernel can exchange two names, so that no reader ever finds nothing. Elsewhere
    with two renames; a process killed between them is made good by `put_back`.
    """
    if not os.path.lexists(target):
        new.rename(target)
    elif _exchange(new, target):
        try:
            new.rename(aside)
        except BaseException:
            _exchange(new, target)
            raise
    else:
        target.rename(aside)
        try:
            new.rename(target)
        except BaseException:
            aside.rename(target)
            raise


def swap_back(new: Path, target: Path, aside: Path) -> None:
    """Undo `swap_in`."""
    if os.path.lexists(aside):
        swap_in(aside, target, new)
    else:
        target.rename(new)


def put_back(aside: Path, target: Path) -> None:
    """Restore a folder that a publisher had moved aside when it died."""
    if os.path.lexists(aside) and not os.path.lexists(target):
        aside.rename(target)


def _exchange(first: Path, second: Path) -> bool:
    """Exchange two names at once. False where system or file system cannot."""
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    result = renameat2(
        _AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second), ctypes.c_uint(_RENAME_EXCHANGE)
    )
    if result == 0:
        return True
    code = ctypes.get_errno()
    if code in {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM}:
        return False
    raise OSError(code, os.strerror(code), str(second))


def write_atomically(path: Path, content: bytes, scratch: Path) -> None:
    """Replace a file as a whole. `scratch` is a folder on the same file system."""
    if path.is_file() and path.read_bytes() == content:
        return
    temporary = scratch / f"new-{path.name}"
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.chmod(0o644)
    temporary.replace(path)
    sync_folder(path.parent)


def sync_tree(root: Path) -> None:
    """Make sure that every file below is on the disk before its folder gets its final name.

    Thousands of files are synced by one call for the file system where there is one.
    """
    descriptor = os.open(root, os.O_RDONLY)
    try:
        try:
            syncfs = ctypes.CDLL(None, use_errno=True).syncfs
        except (OSError, AttributeError):
            _sync_each(root)
            return
        if syncfs(descriptor) != 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code), str(root))
    finally:
        os.close(descriptor)


def _sync_each(root: Path) -> None:
    for path in sorted(root.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
        else:
            sync_folder(path)


def sync_folder(folder: Path) -> None:
    """Make sure of the names in a folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove(path: Path) -> None:
    """Remove a file or a folder with all in it; a link is removed, not followed."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
