"""The results folder as a git revision holds it, read without letting the repository run anything.

Only plumbing is asked (`rev-parse`, `merge-base`, `ls-tree`, `cat-file`): it knows no pager, filter, textconv, hook
or alias. No transport is allowed, so that a partial clone cannot start one. Links are never written, nothing is
written outside the target, and sizes are summed before the first byte is.
"""

from __future__ import annotations

import hashlib
import os
import posixpath
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, NoReturn

from reportgen.errors import NoFolderError, SideError
from reportgen.numbers import plural
from reportgen.numbers import size as size_text
from reportgen.records.problem import shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_FILES = 500_000
MAX_BYTES = 8 * 1024**3
#: Seconds that one question to git may take.
_PATIENCE = 300
_STEP = 1 << 20
_SHOWN = 3
_SAFE = (
    "--no-pager", "--no-replace-objects", "--no-optional-locks", "--literal-pathspecs",
    "-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}", "-c", "protocol.allow=never",
)  # fmt: skip
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_PAGER": "cat",
    "LC_ALL": "C",
}
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\n(?:ext-[^\n]*\n)*oid sha256:([0-9a-f]{64})\nsize (\d{1,15})\n?"
)
_MOST_OF_A_POINTER = 1024
_LINK, _SUBMODULE = "120000", "160000"


@dataclass(frozen=True, slots=True)
class Repository:
    """A git repository, seen from a folder in it."""

    folder: Path
    prefix: str  # from its root to the folder, with "/" at its end; "" at the root
    common: Path  # its own folder (".git")
    shallow: bool


@dataclass(frozen=True, slots=True)
class Range:
    """Two revisions of `old..new`; of `old...new`, which compares with where `new` left `old`."""

    old: str
    new: str
    from_base: bool


@dataclass(frozen=True, slots=True)
class _Entry:
    path: str  # below the results folder
    blob: str
    size: int


def parse_range(written: str) -> Range | None:
    """`A..B` or `A...B` as git reads it, an empty side being HEAD; None for anything else."""
    for dots in ("...", ".."):
        old, found, new = written.partition(dots)
        if found and ".." not in new and "://" not in written and not new.startswith(("/", ".")):
            return Range(old or "HEAD", new or "HEAD", from_base=dots == "...")
    return None


def open_repository(folder: Path) -> Repository | None:
    """The repository that a folder belongs to; None where there is none, or no git. Raises `SideError`."""
    if shutil.which("git") is None:
        return None
    question = (
        "rev-parse",
        "--path-format=absolute",
        "--git-common-dir",
        "--is-shallow-repository",
        "--show-prefix",
    )
    done = _ask(folder, question)
    if done.returncode:
        said = _said(done)
        if "dubious ownership" in said:
            raise SideError(
                f"{folder}: git does not trust this repository, which belongs to another user; "
                f"allow it: git config --global --add safe.directory {folder.resolve()}"
            )
        return None
    common, shallow, *prefix = os.fsdecode(done.stdout).split("\n")
    return Repository(folder, prefix[0] if prefix else "", Path(common), shallow == "true")


def resolve(repository: Repository, written: str) -> str | None:
    """The full hash of the commit that a revision names; None where it names none."""
    if written.startswith("-") or not written.isprintable() or not written:
        return None
    done = _ask(repository.folder, ("rev-parse", "--verify", "--quiet", f"{written}^{{commit}}"))
    commit = done.stdout.decode("ascii", "replace").strip()
    return commit if done.returncode == 0 and _COMMIT.fullmatch(commit) else None


def commit_of(repository: Repository, written: str) -> str:
    """The full hash of a revision. Raises `SideError` that says how to get it."""
    commit = resolve(repository, written)
    if commit is not None:
        return commit
    name = shorten(written)
    if written.startswith("-"):
        raise SideError(f"{name}: a revision cannot start with '-'")
    if resolve(repository, f"refs/remotes/origin/{written}") is not None:
        raise SideError(f"{name} is no revision of this clone; did you mean 'origin/{written}'?")
    shallow = ", which is shallow" if repository.shallow else ""
    word = written if re.fullmatch(r"[\w./-]{1,200}", written) else "NAME"
    fetch = f"git fetch origin {word}" + (", or the whole history: git fetch --unshallow" if shallow else "")
    raise SideError(f"{name} is neither a path nor a revision of this clone{shallow}; fetch it: {fetch}")


def merge_base(repository: Repository, old: str, new: str) -> str:
    """The commit where two commits parted. Raises `SideError` where this clone does not reach back to it."""
    done = _ask(repository.folder, ("merge-base", old, new))
    commit = done.stdout.decode("ascii", "replace").strip()
    if done.returncode or not _COMMIT.fullmatch(commit):
        how = "git fetch --unshallow" if repository.shallow else "compare the two revisions with '..'"
        raise SideError(f"{old[:12]} and {new[:12]} have no common commit in this clone; {how}")
    return commit


def extract(repository: Repository, commit: str, results: str, target: Path) -> tuple[str, ...]:
    """Write the files of a folder as a commit holds them into `target`, which is made.

    `results` is the folder as seen from `repository.folder`. Returns what a reader must know, a sentence each: what
    belongs to another repository, and large files whose content is not here.

    Raises `NoFolderError`: the commit has no such folder; `SideError`: it is beyond the limits, or is damaged.
    """
    tree = _tree(repository, commit, results)
    entries, submodules = _entries(repository, tree, results)
    target.mkdir(parents=True)
    missing = _write(repository, entries, target)
    notes = []
    if submodules:
        notes.append(
            f"{commit[:12]}: {_listed(submodules, 'folder')} of the results: a submodule, whose files are in another "
            "repository and are not compared"
        )
    if missing:
        notes.append(
            f"{commit[:12]}: {_listed(missing, 'file')} of the results: only a Git LFS pointer is in this clone; "
            f"fetch the content: git lfs fetch origin {commit[:12]}"
        )
    return tuple(notes)


def _listed(paths: Sequence[str], what: str) -> str:
    shown = ", ".join(shorten(path)[1:-1] for path in paths[:_SHOWN])
    more = len(paths) - _SHOWN
    return f"{plural(len(paths), what)} ({shown}{f' and {more} more' if more > 0 else ''})"


def _tree(repository: Repository, commit: str, results: str) -> str:
    """The hash of the results folder."""
    inside = _inside(repository, results)
    done = _ask(repository.folder, ("rev-parse", "--verify", "--quiet", f"{commit}:{inside}"))
    found = done.stdout.decode("ascii", "replace").strip()
    if done.returncode or not _COMMIT.fullmatch(found):
        raise NoFolderError(f"{commit[:12]}: has no folder {shorten(inside)}; name the folder with --results")
    kind = _ask(repository.folder, ("cat-file", "-t", found)).stdout.decode("ascii", "replace").strip()
    if kind == "blob":
        raise SideError(
            f"{commit[:12]}: {shorten(inside)} is a file; name the folder that holds it with --results"
        )
    if kind != "tree":
        raise SideError(f"{commit[:12]}: {shorten(inside)} is a submodule; compare its folders instead")
    return found


def _inside(repository: Repository, results: str) -> str:
    """The path of the results from the root of the repository; "" is all of it."""
    if Path(results).is_absolute():
        relative = os.path.relpath(Path(results).resolve(), repository.folder.resolve())
        results = Path(relative).as_posix()
    path = posixpath.normpath(repository.prefix + results)
    if path == ".." or path.startswith("../"):
        raise SideError(f"{shorten(results)} lies outside the repository; name a folder in it with --results")
    return "" if path == "." else path


def _entries(repository: Repository, tree: str, results: str) -> tuple[list[_Entry], list[str]]:
    """Files of a tree, in its order, and paths of its submodules; links are left out, as in any results folder."""
    done = _ask(repository.folder, ("ls-tree", "-r", "-z", "-l", "--full-tree", tree))
    if done.returncode:
        raise SideError(
            f"{shorten(results)} cannot be listed: {_said(done)}; is the clone complete? git fetch --refetch"
        )
    files, submodules = [], []
    for line in done.stdout.split(b"\0")[:-1]:
        about, _, name = line.partition(b"\t")
        mode, kind, blob, size = about.decode("ascii").split()
        path = os.fsdecode(name)
        if mode == _SUBMODULE:
            submodules.append(path)
        elif mode != _LINK and kind == "blob":
            files.append(_Entry(path, blob, int(size) if size.isdecimal() else _absent(path)))
    total = sum(entry.size for entry in files)
    if len(files) > MAX_FILES or total > MAX_BYTES:
        raise SideError(
            f"{shorten(results)} holds {plural(len(files), 'file')} of {size_text(total)}; at most {MAX_FILES} of "
            f"{size_text(MAX_BYTES)} are compared; name a smaller folder with --results"
        )
    return files, submodules


def _absent(path: str) -> NoReturn:
    raise SideError(f"the content of {shorten(path)} is not in this clone; complete it: git fetch --refetch")


def _write(repository: Repository, entries: Sequence[_Entry], target: Path) -> list[str]:
    """Write each file; the paths of those of which only a pointer is here."""
    with tempfile.TemporaryFile() as wanted:
        wanted.writelines(f"{entry.blob}\n".encode() for entry in entries)
        wanted.seek(0)
        with subprocess.Popen(  # noqa: S603  # our own arguments only, and no shell
            _command(repository.folder, ("cat-file", "--batch", "--buffer")),
            stdin=wanted, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment(),
        ) as git:  # fmt: skip
            assert git.stdout is not None  # noqa: S101  # asked for
            try:
                written = [_write_one(repository, entry, target, git.stdout) for entry in entries]
            except OSError as error:
                raise SideError(
                    f"a file of the revision cannot be written: {error.strerror or error}"
                ) from None
            finally:
                git.stdout.close()
                git.terminate()
    return [entry.path for entry, whole in zip(entries, written, strict=True) if not whole]


def _write_one(repository: Repository, entry: _Entry, target: Path, stream: IO[bytes]) -> bool:
    """Write one file; False where it is a pointer to content that is not here."""
    header = stream.readline(200).split()
    if len(header) != 3 or header[1] != b"blob" or int(header[2]) != entry.size:
        _absent(entry.path)
    path = _target(entry.path, target)
    small = stream.read(entry.size) if entry.size <= _MOST_OF_A_POINTER else b""
    pointer = _POINTER.fullmatch(small)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        if pointer is None or not _write_large(repository, pointer, file):
            file.write(small)
            _copy(stream, file, entry.size - len(small))
            stream.read(1)
            return pointer is None
    stream.read(1)
    return True


def _target(path: str, target: Path) -> Path:
    """Where a file is written, its folder made."""
    steps = path.split("/")
    if any(step in {"", ".", ".."} or step.lower() == ".git" for step in steps) or "\0" in path:
        raise SideError(f"the revision holds a path that no repository should: {shorten(path)}")
    folder = target.joinpath(*steps[:-1])
    folder.mkdir(parents=True, exist_ok=True)
    return folder / steps[-1]


def _copy(stream: IO[bytes], file: IO[bytes], size: int) -> None:
    while size:
        piece = stream.read(min(size, _STEP))
        if not piece:
            raise SideError("git ended before all files were read; check the clone: git fsck")
        file.write(piece)
        size -= len(piece)


def _write_large(repository: Repository, pointer: re.Match[bytes], file: IO[bytes]) -> bool:
    """Write the content that a pointer of Git LFS stands for, where this clone has it unchanged."""
    name, size = pointer[1].decode(), int(pointer[2])
    place = repository.common / "lfs" / "objects" / name[:2] / name[2:4] / name
    if size > MAX_BYTES or not place.is_file() or place.is_symlink() or place.stat().st_size != size:
        return False
    with place.open("rb") as stored:
        if hashlib.file_digest(stored, "sha256").hexdigest() != name:
            return False
        stored.seek(0)
        _copy(stored, file, size)
    return True


def _command(folder: Path, arguments: Sequence[str]) -> list[str]:
    return [shutil.which("git") or "git", "-C", str(folder), *_SAFE, *arguments]


def _environment() -> dict[str, str]:
    return os.environ | _ENVIRONMENT


def _ask(folder: Path, arguments: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603  # our own arguments only, and no shell
            _command(folder, arguments),
            capture_output=True,
            check=False,
            timeout=_PATIENCE,
            env=_environment(),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SideError(f"git cannot be asked: {error}") from None


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return shorten(lines[0].removeprefix("fatal: "))[1:-1] if lines else f"git ended with {done.returncode}"
