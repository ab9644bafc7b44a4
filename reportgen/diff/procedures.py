"""Why two scores of one system in one setting cannot be compared: measured by another procedure, or averaged otherwise.

Read from the records behind the cells. What a record does not state differs from nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reportgen.analysis.eligible import SETTING_KEY, SYSTEM_KEY
from reportgen.analysis.groups import first_rows, number_groups, texts
from reportgen.diff.comparison import setting_keys

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from reportgen.analysis.table import ScoreTable
    from reportgen.diff.comparison import Comparison
    from reportgen.diff.places import Places

    Bools = NDArray[np.bool_]
    Ints = NDArray[np.intp]
    Objects = NDArray[np.object_]
    Key = tuple[str, ...]

#: Two scores are of one procedure when these agree where both are stated; of a tool's version the first part.
_PROCEDURE = {
    "tool": "tool",
    "tool_version": "major version of the tool",
    "task_hash": "prompt or task hash",
    "extractor": "answer extraction",
}
#: A score table may state another unit than its rows (fractions beside percentages), and roles it does not use.
_SETTING = tuple(name for name in SETTING_KEY if name not in {"unit", "role"})
_OTHER_MEAN = "the mean is over {} parts → {} parts"
_NOTHING_CHANGED = (
    "none of its numbers changed, but how they are averaged: over other parts, or in another unit"
)


def procedure_reasons(comparison: Comparison, places: Places) -> Objects:
    """(k,) why the two scores of each place cannot be compared; "" where they can."""
    old, new = comparison.old_study.table, comparison.new_study.table
    before = _leaves(old)[places.old_setting]
    after = _leaves(new)[places.new_setting]
    matched = comparison.matched
    one = _CellRows.of(comparison.old.frame, old, places.old_system, places.old_setting)
    other = _CellRows.of(comparison.new.frame, new, places.new_system, places.new_setting)
    touched_old, touched_new = matched.touched_old(), matched.touched_new()
    reasons = np.full(len(places), "", dtype=object)
    for at in range(len(places)):
        told = _differing(one.said(at), other.said(at))
        if before[at] != after[at]:
            told.append(_OTHER_MEAN.format(before[at], after[at]))
        elif not touched_old[one.rows(at)].any() and not touched_new[other.rows(at)].any():
            told.append(_NOTHING_CHANGED)
        reasons[at] = "; ".join(told)
    return reasons


def _leaves(table: ScoreTable) -> Ints:
    return table.settings["leaves"].to_numpy(np.intp)


def _differing(one: Mapping[str, set[str]], other: Mapping[str, set[str]]) -> list[str]:
    """What two procedures differ in, in words; where one side does not say, nothing."""
    return [
        f"{word} {', '.join(sorted(one[name]))} → {', '.join(sorted(other[name]))}"
        for name, word in _PROCEDURE.items()
        if one[name] and other[name] and not one[name] & other[name]
    ]


class _CellRows:
    """The rows of a frame behind each of some cells."""

    def __init__(self, groups: Sequence[Ints], kind: Ints, procedures: Sequence[Mapping[str, str]]) -> None:
        self._groups, self._kind, self._procedures = groups, kind, procedures

    @classmethod
    def of(cls, frame: pd.DataFrame, table: ScoreTable, systems: Ints, settings: Ints) -> _CellRows:
        """Rows by cell; of the frame, only those of the systems and settings asked for are looked at."""
        rows_of = _by_key(frame, _wanted(frame, table, systems, settings))
        names = table.systems[list(SYSTEM_KEY)].astype(object).to_numpy()
        kept = [SETTING_KEY.index(name) for name in _SETTING]
        of_setting = [tuple(key[at] for at in kept) for key in setting_keys(table.settings)]
        nothing = np.array([], dtype=np.intp)
        groups = [
            rows_of.get((*names[system], *of_setting[setting]), nothing)
            for system, setting in zip(systems.tolist(), settings.tolist(), strict=True)
        ]
        asked = np.zeros(len(frame), dtype=bool)
        asked[np.concatenate([nothing, *groups])] = True
        rows = np.flatnonzero(asked)
        number = number_groups(frame[list(_PROCEDURE)].iloc[rows], tuple(_PROCEDURE))
        kind = np.full(len(frame), -1)
        kind[rows] = number
        said = texts(frame, tuple(_PROCEDURE), rows[first_rows(number)])
        said["tool_version"] = said["tool_version"].map(_major)
        rows_said = said.itertuples(index=False, name=None)
        return cls(groups, kind, [dict(zip(said.columns, row, strict=True)) for row in rows_said])

    def rows(self, at: int) -> Ints:
        """Rows of the frame behind a cell."""
        return self._groups[at]

    def said(self, at: int) -> dict[str, set[str]]:
        """What they state of the procedure, without what they leave open."""
        kinds = [self._procedures[kind] for kind in np.unique(self._kind[self._groups[at]])]
        return {name: {kind[name] for kind in kinds} - {""} for name in _PROCEDURE}


def _by_key(frame: pd.DataFrame, wanted: Ints) -> dict[Key, Ints]:
    """Rows of the frame, of those wanted, by what makes a system and a setting one."""
    columns = (*SYSTEM_KEY, *_SETTING)
    number = number_groups(frame[list(columns)].iloc[wanted], columns)
    first = first_rows(number)
    keys = texts(frame, columns, wanted[first]).itertuples(index=False, name=None)
    order = np.argsort(number, kind="stable")
    parts = np.split(wanted[order], np.cumsum(np.bincount(number, minlength=len(first)))[:-1])
    return dict(zip(keys, parts, strict=True)) if len(first) else {}


def _major(version: str) -> str:
    """The part of a version that says whether its numbers may be compared: "2" of "v2.1", "0.4" of "0.4.9"."""
    first, _, rest = version.removeprefix("v").partition(".")
    return f"{first}.{rest.partition('.')[0]}" if first == "0" and rest else first


def _wanted(frame: pd.DataFrame, table: ScoreTable, systems: Ints, settings: Ints) -> Ints:
    """Rows with a finite value of a model on a benchmark that are asked for together."""
    model, of_system = _numbered(frame, "model", table.systems)
    benchmark, of_setting = _numbered(frame, "benchmark", table.settings)
    asked = np.zeros((int(model.max(initial=-1)) + 2, int(benchmark.max(initial=-1)) + 2), dtype=bool)
    asked[of_system[systems], of_setting[settings]] = True
    asked[-1], asked[:, -1] = False, False  # what no row is of
    chosen: Bools = asked[model, benchmark] & np.isfinite(frame["value"].to_numpy(float))
    return np.flatnonzero(chosen)


def _numbered(frame: pd.DataFrame, name: str, table: pd.DataFrame) -> tuple[Ints, Ints]:
    """Number of the text in this column for each row of the frame, and for each row of a table, -1 where unknown."""
    number = number_groups(frame, (name,))
    words = texts(frame, (name,), first_rows(number))[name].tolist()
    place = {word: at for at, word in enumerate(words)}
    return number, np.array([place.get(str(word), -1) for word in table[name].tolist()], dtype=np.intp)
