"""The files under a results folder in one fixed order, and by which rule some of them are not read.

Links are never followed and nothing but regular files is ever opened: the folder may come from a stranger.
"""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal

from reportgen.errors import ConfigError
from reportgen.ingest.remote import Root, list_files
from reportgen.records.expected_changes import EXPECTED_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SETTINGS_FILE = "reportgen.yml"
_OWN_FILES = frozenset({SETTINGS_FILE, EXPECTED_FILE})
CATALOG_FOLDER = "catalog"
MAPPING_SUFFIXES = (".mapping.yml", ".mapping.yaml")

NOT_FOLLOWED = "symbolic link, not followed"
HIDDEN_FILE = "hidden file"
HIDDEN_FOLDER = "hidden folder, not entered"
OWN_FILE = "settings, not a result"
CATALOG = "catalog, not a result"
BY_SETTINGS = "left out by 'ignore' in reportgen.yml"
DOCUMENTATION = "documentation, not a result"
SIDE_FILE = "known side file, not a result"
UNKNOWN_YAML = "YAML that no format recognises; name it in a mapping if it holds results"
BINARY_LOG = "binary log of W&B, not read; export the runs as CSV, or sync the run for its summary"

#: Hidden folders and files that tools write results to.
_HIDDEN_RESULTS = frozenset({".eval_results", ".deepeval", ".latest_test_run.json", ".latest_run_full.json"})
_SIDE_FILES = (
    "model_meta.json", "manifest.json", "paths.json", "categories_*.json", "*.schema.json",
    "package.json", "package-lock.json", "dataset_info.json", "dataset_dict.json",
    "run_spec.json", "scenario.json", "scenario_state.json",
    "aggregate.jsonl", "wandb-metadata.json", "*_allresults.json",
)  # fmt: skip
_DOCUMENTATION = (
    "readme", "readme.*", "license", "license.*", "licence", "licence.*", "copying", "notice", "changelog",
    "citation.cff", "citation.bib", "*.md", "*.rst",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """Something found under the results folder.

    kind: "result" is to be read; "mapping" describes how to read others; "maybe" is read only when a mapping
    or a format asks for it; "ignored" never is; "unreadable" is a folder that could not be listed.
    `reason` is the rule, or the operating system's.
    """

    path: str  # relative, with /, printable
    place: str  # for the operating system
    kind: Literal["result", "mapping", "maybe", "ignored", "unreadable"] = "result"
    reason: str = ""
    companions: tuple[tuple[str, str], ...] = ()  # path and place of files a format may want to see with it


def walk(root: Root, ignore: Sequence[str] = ()) -> list[Entry]:
    """Everything under `root` ordered by path; a root that is a file is the one entry.

    Raises `ConfigError` when there is no such file or folder.
    """
    if isinstance(root, str):
        return _walk_remote(root, tuple(ignore))
    try:
        status = root.stat()
    except OSError as error:
        raise ConfigError(str(root), [f"cannot be read: {error.strerror}"]) from None
    if stat.S_ISDIR(status.st_mode):
        return sorted(_tree(str(root), tuple(ignore)), key=lambda entry: entry.path)
    if not stat.S_ISREG(status.st_mode):
        raise ConfigError(str(root), ["neither a file nor a folder"])
    # the one path the user typed may be a link; those found inside a folder may not
    return [_regular_file(printable(root.name), str(root.resolve()), ())]


def _walk_remote(root: str, ignore: tuple[str, ...]) -> list[Entry]:
    entries = []
    for path, place in list_files(root):
        name = "/".join(printable(step) for step in path.split("/"))
        folders = name.split("/")[:-1]
        above = ["/".join(folders[: depth + 1]) for depth in range(len(folders))]
        reason = next(filter(None, (_folder_rule(folder, ignore) for folder in above)), "")
        entries.append(
            Entry(name, place, "ignored", reason) if reason else _regular_file(name, place, ignore)
        )
    return sorted(entries, key=lambda entry: entry.path)


def _tree(root: str, ignore: tuple[str, ...]) -> Iterator[Entry]:
    pending = [(root, "")]
    while pending:  # no recursion: folders may nest deeper than the interpreter's stack
        place, prefix = pending.pop()
        try:
            with os.scandir(place) as listing:
                children = list(listing)
        except OSError as error:
            yield Entry(prefix or "./", place, "unreadable", error.strerror or type(error).__name__)
            continue
        for child in children:
            entry = _child(child, prefix, ignore)
            if entry is None:
                pending.append((child.path, prefix + printable(child.name) + "/"))
            else:
                yield entry


def _child(child: os.DirEntry[str], prefix: str, ignore: tuple[str, ...]) -> Entry | None:
    """The entry for a child of a folder; None for a folder that is to be entered."""
    path = prefix + printable(child.name)
    if child.is_symlink():
        return Entry(path, child.path, "ignored", NOT_FOLLOWED)
    if child.is_dir(follow_symlinks=False):
        reason = _folder_rule(path, ignore)
        return Entry(path + "/", child.path, "ignored", reason) if reason else None
    if child.is_file(follow_symlinks=False):
        return _regular_file(path, child.path, ignore)
    return Entry(path, child.path, "ignored", _special_kind(child))


def _special_kind(child: os.DirEntry[str]) -> str:
    try:
        mode = child.stat(follow_symlinks=False).st_mode
    except OSError:
        return "vanished while the folder was read"
    kinds = {
        stat.S_IFIFO: "named pipe",
        stat.S_IFSOCK: "socket",
        stat.S_IFBLK: "device",
        stat.S_IFCHR: "device",
    }
    return kinds.get(stat.S_IFMT(mode), "special file") + ", not opened"


def _folder_rule(path: str, ignore: tuple[str, ...]) -> str:
    name = path.rpartition("/")[2]
    if name.startswith(".") and name not in _HIDDEN_RESULTS:
        return HIDDEN_FOLDER
    return BY_SETTINGS if matches_any(path + "/", ignore) else ""


def _regular_file(path: str, place: str, ignore: tuple[str, ...]) -> Entry:
    name = path.rpartition("/")[2].lower()
    reason = ""
    if name.startswith(".") and name not in _HIDDEN_RESULTS:
        reason = HIDDEN_FILE
    elif path in _OWN_FILES:
        reason = OWN_FILE
    elif path.startswith(CATALOG_FOLDER + "/"):
        reason = CATALOG
    elif ignore and matches_any(path, ignore):
        reason = BY_SETTINGS
    if reason:
        return Entry(path, place, "ignored", reason)
    if name.endswith(MAPPING_SUFFIXES):
        return Entry(path, place, "mapping", "mapping, not a result")
    for pattern, reason in _MAYBE:
        if pattern.fullmatch(name):
            return Entry(path, place, "maybe", reason)
    return Entry(path, place)


def _one_pattern(globs: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(glob).replace(r"\*", ".*") for glob in globs), re.DOTALL)


_MAYBE = (
    (_one_pattern(_SIDE_FILES), SIDE_FILE),
    (_one_pattern(_DOCUMENTATION), DOCUMENTATION),
    (_one_pattern(("*.yml", "*.yaml")), UNKNOWN_YAML),
    (_one_pattern(("*.wandb",)), BINARY_LOG),
)


def matches_any(path: str, patterns: Sequence[str]) -> bool:
    """Whether a path is meant by one of these patterns.

    A pattern that ends in / means a folder and all in it; one without / means a name in any folder; any other
    the whole path, where * also crosses folders.
    """
    return any(_matches(path, pattern) for pattern in patterns)


def _matches(path: str, pattern: str) -> bool:
    if path.endswith("/") != pattern.endswith("/"):
        return False
    path, pattern = path.rstrip("/"), pattern.rstrip("/")
    return fnmatchcase(path if "/" in pattern else path.rpartition("/")[2], pattern)


def printable(name: str) -> str:
    r"""A file name that can be printed, published and told from any other: what is not printable is escaped.

    A backslash becomes two, a byte that is not UTF-8 \xff, any other character \u000a.
    """
    if name.isprintable() and "\\" not in name:
        return name
    return "".join(_escaped(character) for character in name)


def _escaped(character: str) -> str:
    code = ord(character)
    if character == "\\":
        return "\\\\"
    if character.isprintable():
        return character
    if 0xDC80 <= code <= 0xDCFF:  # how Python spells an undecodable byte
        return f"\\x{code - 0xDC00:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
