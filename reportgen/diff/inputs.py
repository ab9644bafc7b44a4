"""Which files differ between two sides, and which records they can have made differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.diff.model import INPUT_COLUMNS, NEW, REMOVED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.diff.comparison import Comparison
    from reportgen.diff.matching import Matched
    from reportgen.diff.model import Side

    Bools = NDArray[np.bool_]

CHANGED = "changed"
#: Files that say how other files are to be read: they hold no records, and may change those of any file.
_MAPPINGS = (".mapping.yml", ".mapping.yaml")


def inputs(old: Side, new: Side) -> pd.DataFrame:
    """The table `INPUT_COLUMNS`, by path.

    A file that one side has read and the other has left unread (`ignore`) is no difference of the data.
    """
    one, other = _unread(old), _unread(new)
    pairs = [
        (path, old.inputs.get(path, ""), new.inputs.get(path, ""))
        for path in sorted({*old.inputs, *new.inputs})
    ]
    rows = [
        (path, CHANGED if before and after else NEW if after else REMOVED, before, after)
        for path, before, after in pairs
        if before != after
        and not (before and not after and _lies_in(path, other))
        and not (after and not before and _lies_in(path, one))
    ]
    return pd.DataFrame(rows, columns=list(INPUT_COLUMNS))


@dataclass(frozen=True, slots=True, eq=False)
class ByFile:
    """Records by whether the files can have made them differ.

    Attributes:
        old, new: (rows of the frame,) True where the content of the record's file, or of a file that is read with it,
            is not on the other side, or where that holds for the report of the same evaluation on the other side.
            Moving a file changes no content.
        old_odd, new_odd: records that differ or are on one side only, while their files say the same on both.
    """

    old: Bools
    new: Bools
    old_odd: Bools
    new_odd: Bools


def by_file(comparison: Comparison, matched: Matched) -> ByFile:
    """Tell records whose files differ from those whose files are the same; `matched`: the records, or single items.

    Some records depend on more files than their own; where such a record differs while any file does, its files
    count as different: the mean of several reports (`conflicts: mean`), one of several reports or none (`all`,
    `error`), and any record where a mapping differs.
    """
    old, new = comparison.old, comparison.new
    several = any(side.settings.conflicts in {"all", "error"} for side in (old, new))
    wide = (several or _mapping_differs(old, new)) and old.inputs != new.inputs
    one = ~_content_is_in(old, new, matched.old) | (matched.touched_old() & wide)
    other = ~_content_is_in(new, old, matched.new) | (matched.touched_new() & wide)
    # two reports of one evaluation differ by their files when either file does
    pairs = matched.both_old, matched.both_new
    either = one[pairs[0]] | other[pairs[1]]
    if old.inputs != new.inputs:
        either |= matched.changed & (_merged(matched.old)[pairs[0]] | _merged(matched.new)[pairs[1]])
    one[pairs[0]] = other[pairs[1]] = either
    return ByFile(one, other, matched.touched_old() & ~one, matched.touched_new() & ~other)


def _content_is_in(side: Side, other: Side, frame: pd.DataFrame) -> Bools:
    """Whether the content of each record's file, and of the files read with it, is on the other side too."""
    mine, theirs = _contents(side), set(_contents(other).values())
    plain = {sha for sha, _ in theirs}
    unread = _unread(other)
    shared = [path for path, content in mine.items() if content in theirs or _lies_in(path, unread)]
    unlisted = ~frame["file"].isin(list(mine)) & frame["sha256"].isin(list(plain))
    return np.asarray(frame["file"].isin(shared) | unlisted, dtype=bool)


def _contents(side: Side) -> dict[str, tuple[str, frozenset[str]]]:
    """SHA-256 of each file, and of the files that were read with it."""
    parts = {
        str(file.get("path", "")): frozenset(map(str, (file.get("read_with") or {}).values()))
        for file in side.accounting.get("files", ())
    }
    return {path: (sha, parts.get(path, frozenset())) for path, sha in side.inputs.items()}


def _unread(side: Side) -> set[str]:
    """Files and folders ("drafts/") that are there and were left unread, so that nobody knows their content."""
    files = side.accounting.get("files", ())
    return {str(file.get("path", "")) for file in files if not file.get("sha256")} - {""}


def _lies_in(path: str, unread: set[str]) -> bool:
    parts = path.split("/")
    folders = {"/".join(parts[:depth]) + "/" for depth in range(1, len(parts))}
    return path in unread or not folders.isdisjoint(unread)


def _merged(frame: pd.DataFrame) -> Bools:
    """Records that are the mean of several reports."""
    flags = frame["flags"].astype("category").cat
    said = [name for name in flags.categories if "differing reports" in str(name)]
    return np.asarray(frame["flags"].isin(said), dtype=bool)


def _mapping_differs(old: Side, new: Side) -> bool:
    paths = {*old.inputs, *new.inputs}
    return any(
        path.lower().endswith(_MAPPINGS) and old.inputs.get(path) != new.inputs.get(path) for path in paths
    )
