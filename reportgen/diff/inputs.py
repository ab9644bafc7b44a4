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


def by_file(comparison: Comparison) -> ByFile:
    """Tell records whose files differ from those whose files are the same.

    Some records depend on more files than their own; where such a record differs while any file does, its files
    count as different: the mean of several reports (`conflicts: mean`), a record that disagreeing reports took away
    (`conflicts: error`), and any record where a mapping differs.
    """
    matched = comparison.matched
    sides = (
        (comparison.old, comparison.new, matched.touched_old()),
        (comparison.new, comparison.old, matched.touched_new()),
    )
    wide = _mapping_differs(comparison.old, comparison.new)
    strict = any(side.settings.conflicts == "error" for side in (comparison.old, comparison.new))
    any_file = comparison.old.inputs != comparison.new.inputs
    own, odd = [], []
    for side, other, differs in sides:
        shared = wide | strict | _merged(side.frame) | _partner_merged(comparison, side)
        own.append(~_content_is_in(side, other) | (differs & shared & any_file))
        odd.append(differs)
    # two reports of one evaluation differ by their files when either file does
    either = own[0][matched.both_old] | own[1][matched.both_new]
    own[0][matched.both_old] = own[1][matched.both_new] = either
    return ByFile(own[0], own[1], odd[0] & ~own[0], odd[1] & ~own[1])


def _content_is_in(side: Side, other: Side) -> Bools:
    """Whether the content of each record's file, and of the files read with it, is on the other side too."""
    mine, theirs = _contents(side), set(_contents(other).values())
    plain = {sha for sha, _ in theirs}
    unread = _unread(other)
    shared = [path for path, content in mine.items() if content in theirs or _lies_in(path, unread)]
    unlisted = ~side.frame["file"].isin(list(mine)) & side.frame["sha256"].isin(list(plain))
    return np.asarray(side.frame["file"].isin(shared) | unlisted, dtype=bool)


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


def _partner_merged(comparison: Comparison, side: Side) -> Bools:
    """Records whose other half is such a mean."""
    matched = comparison.matched
    pair = (matched.both_old, matched.both_new)
    mine, theirs = pair if side is comparison.old else pair[::-1]
    other = comparison.new if side is comparison.old else comparison.old
    merged = np.zeros(len(side.frame), dtype=bool)
    merged[mine] = _merged(other.frame)[theirs]
    return merged


def _mapping_differs(old: Side, new: Side) -> bool:
    paths = {*old.inputs, *new.inputs}
    return any(
        path.lower().endswith(_MAPPINGS) and old.inputs.get(path) != new.inputs.get(path) for path in paths
    )
