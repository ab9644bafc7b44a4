"""Which records of two sides are the same evaluation, and which of these report another result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from reportgen.records.frame import record_ids

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Ints = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Matched:
    """Records of two sides, paired by identity (`records.record.IDENTITY`, models by their canonical names).

    Attributes:
        old, new: the frames of the sides, as they are.
        both_old, both_new: (k,) rows of records that are on both sides, in the order of the new frame.
        changed: (k,) whether value, reason for its absence, standard error or count differ.
        gone: rows of `old` that the new side lacks. come: rows of `new` that the old side lacks.
    """

    old: pd.DataFrame
    new: pd.DataFrame
    both_old: Ints
    both_new: Ints
    changed: Bools
    gone: Ints
    come: Ints

    @property
    def same(self) -> int:
        """How many records say the same on both sides."""
        return int((~self.changed).sum())

    def touched_old(self) -> Bools:
        """(rows of old,) whether the record differs or is gone."""
        return _flags(len(self.old), self.gone, self.both_old[self.changed])

    def touched_new(self) -> Bools:
        """(rows of new,) whether the record differs or is new."""
        return _flags(len(self.new), self.come, self.both_new[self.changed])


def match(
    old: pd.DataFrame, new: pd.DataFrame, old_names: Mapping[str, str], new_names: Mapping[str, str]
) -> Matched:
    """Pair the records of two frames (columns `records.frame.COLUMNS`); names: model -> canonical model."""
    before, after = _keys(old, old_names), _keys(new, new_names)
    found = pc.index_in(after, value_set=before).to_numpy(zero_copy_only=False)
    there = ~np.isnan(found) if found.dtype.kind == "f" else np.ones(len(found), dtype=bool)
    both_new = np.flatnonzero(there)
    both_old = found[there].astype(np.intp)
    gone = np.flatnonzero(~_flags(len(old), both_old))
    changed = _differ(old, new, both_old, both_new)
    return Matched(old, new, both_old, both_new, changed, gone, np.flatnonzero(~there))


def _keys(frame: pd.DataFrame, names: Mapping[str, str]) -> pa.Array:
    """One text per row: the id of its record; the second of the same id gets a number, and so on."""
    renamed = np.flatnonzero(frame["model"].isin(list(names)).to_numpy(bool)) if names else np.array([], int)
    plain = pa.array(frame["record_id"].array, pa.large_string())
    # The canonical order is that of the ids, so that most sides need no look for equal ones.
    if not len(renamed) and pc.all(pc.less(plain[:-1], plain[1:])).as_py() is not False:
        return plain
    ids = frame["record_id"].astype(object).to_numpy(copy=True)
    if len(renamed):
        rows = frame.iloc[renamed]
        canonical = rows["model"].astype(object).map(lambda name: names[str(name)])
        ids[renamed] = record_ids(rows.assign(model=pd.Categorical(canonical)))
    series = pd.Series(ids)
    again = np.flatnonzero(series.duplicated(keep="first").to_numpy())
    if len(again):
        number = series.groupby(series, sort=False).cumcount().to_numpy()
        ids[again] = [f"{ids[row]} {number[row]}" for row in again]
    return pa.array(ids, pa.large_string())


def _differ(old: pd.DataFrame, new: pd.DataFrame, rows_old: Ints, rows_new: Ints) -> Bools:
    """Whether the results of paired records differ; unknown is equal to unknown."""
    differ = np.zeros(len(rows_old), dtype=bool)
    for name in ("value", "stderr", "n"):
        one = old[name].to_numpy(dtype=np.float64, na_value=np.nan)[rows_old]
        other = new[name].to_numpy(dtype=np.float64, na_value=np.nan)[rows_new]
        differ |= ~((one == other) | (np.isnan(one) & np.isnan(other)))
    code_old, code_new = _codes(old["missing"], new["missing"])
    return np.asarray(differ | (code_old[rows_old] != code_new[rows_new]), dtype=bool)


def _codes(*columns: pd.Series[str]) -> list[Ints]:
    """Numbers that are equal where the texts of these columns are."""
    sides = [column.astype("category").cat for column in columns]
    words = {
        word: code for code, word in enumerate(dict.fromkeys(w for side in sides for w in side.categories))
    }
    return [
        np.array([*(words[word] for word in side.categories), -1])[side.codes.to_numpy()] for side in sides
    ]


def _flags(size: int, *rows: Ints) -> Bools:
    flags = np.zeros(size, dtype=bool)
    for at in rows:
        flags[at] = True
    return flags
