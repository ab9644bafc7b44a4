"""What could have made a difference, and what did, for each score and each place on a leaderboard.

The words and how they are found out are those of `worlds`. In short: `data` are the files, `config` the settings and
catalog, `code` the version of reportgen; a number may have several causes, and none where it cannot be told.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from reportgen.diff.comparison import setting_keys
from reportgen.diff.configuration import config_changes
from reportgen.diff.inputs import inputs
from reportgen.diff.model import NOT_COMPARABLE, Causes
from reportgen.diff.places import Places
from reportgen.diff.touched import equal
from reportgen.diff.worlds import CODE, any_of, joined, worlds

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from reportgen.diff.comparison import Comparison
    from reportgen.diff.worlds import World

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]
    Key = tuple[str, ...]


def causes(comparison: Comparison) -> Causes:
    """All that differs between what the two sides were made from and by.

    Settings and entries of the catalog are listed even where they reach no number (a title, a link).
    """
    old, new = comparison.old, comparison.new
    return Causes(
        data=len(inputs(old, new)),
        config=config_changes(old, new),
        code=(old.software, new.software) if old.software != new.software else None,
        code_changed_numbers=code_changed_numbers(comparison),
        unexplained=worlds(comparison).unexplained,
    )


def code_changed_numbers(comparison: Comparison) -> int | None:
    """Published numbers that this version computes otherwise, or not at all, from the records of the same side.

    Old data under new code: scores, leaderboards and concurrence, to `published.TOLERANCE`. Both sides count, also
    one of the same version: its number may have been made elsewhere. None where no side has published tables.
    """
    told = [tables for tables in worlds(comparison).recoded if tables is not None]
    if not told:
        return None
    return sum(count for tables in told for rows in tables.values() for count in rows.values())


def cell_causes(comparison: Comparison, cells: pd.DataFrame) -> list[str]:
    """What made each score of the table `CELL_COLUMNS` another one; "" where it cannot be told."""
    size = len(cells)
    if not size:
        return []
    between, places = worlds(comparison), cell_places(comparison, cells)
    flags = {
        cause: any_of([_differ(comparison, pair, places) for pair in pairs], size)
        for cause, pairs in between.exchanges.items()
    }
    if between.code_differs:
        flags[CODE] = flags.get(CODE, np.zeros(size, dtype=bool)) | _republished(comparison, places)
    return joined(flags, size)


def cell_places(comparison: Comparison, cells: pd.DataFrame) -> Places:
    """Where the scores of the table `CELL_COLUMNS` stand in the score tables of the two sides."""
    old, new = comparison.old_study.table, comparison.new_study.table
    system, setting = cells["system"].tolist(), cells["setting"].tolist()
    new_system, new_setting = (
        _positions(names, {label: row for row, label in enumerate(labels)})
        for names, labels in ((system, new.systems["system"]), (setting, new.settings["setting"]))
    )
    pairs = comparison.system_pairs, comparison.setting_pairs
    old_system = _positions(system, _shown(old.systems["system"], new.systems["system"], pairs[0]))
    old_setting = _positions(setting, _shown(old.settings["setting"], new.settings["setting"], pairs[1]))
    found = Places(old_system, old_setting, new_system, new_setting)
    absent = np.isnan(cells["new"].to_numpy(float))
    found.new_system[absent] = found.new_setting[absent] = -1
    _measured_otherwise(comparison, cells, found)
    absent = np.isnan(cells["old"].to_numpy(float))
    found.old_system[absent] = found.old_setting[absent] = -1
    return found


def _positions(names: Sequence[str], place: dict[str, int]) -> Ints:
    return np.array([place.get(name, -1) for name in names], dtype=np.intp)


def _shown(old: pd.Series, new: pd.Series, pairs: Ints) -> dict[str, int]:
    """Rows of the old table by the labels a comparison shows: those of the new side, where it has the same thing."""
    labels = new.tolist()
    found = {labels[now]: before for before, now in pairs.tolist()}
    paired = set(pairs[:, 0].tolist())
    for row, label in enumerate(old.tolist()):
        if row not in paired:
            found.setdefault(label, row)
    return found


def _measured_otherwise(comparison: Comparison, cells: pd.DataFrame, places: Places) -> None:
    """Find the old score of cells that stand elsewhere on the old side: under another revision, unit or metric."""
    table = comparison.old_study.table
    rows_of, columns_of = defaultdict(list), defaultdict(list)
    for row, (model, *_) in enumerate(comparison.old_systems):
        rows_of[model].append(row)
    for column, (suite, benchmark, *_) in enumerate(setting_keys(table.settings)):
        columns_of[suite, benchmark].append(column)
    for at in np.flatnonzero((cells["verdict"] == NOT_COMPARABLE).to_numpy(bool)).tolist():
        cell = cells.iloc[at]
        rows = rows_of[comparison.new_systems[places.new_system[at]][0]]
        columns = columns_of[cell["suite"], cell["benchmark"]]
        found = np.argwhere(table.value[np.ix_(rows, columns)] == cell["old"]).tolist()
        places.old_system[at], places.old_setting[at] = (
            (rows[found[0][0]], columns[found[0][1]]) if found else (-1, -1)
        )


def _differ(comparison: Comparison, pair: tuple[World, World], places: Places) -> Bools:
    """Whether the score at any of its places is another in the two worlds, or there in one of them only."""
    sides = (
        (comparison.old_study, comparison.old_systems, places.old_system, places.old_setting),
        (comparison.new_study, comparison.new_systems, places.new_system, places.new_setting),
    )
    found = np.zeros(len(places), dtype=bool)
    for study, systems, rows, columns in sides:
        settings = setting_keys(study.table.settings)
        one, other = (_values(world, (systems, settings), (rows, columns)) for world in pair)
        found |= ~(equal(one, other) | (np.isnan(one) & np.isnan(other)))
    return found


def _values(world: World, keys: tuple[Sequence[Key], Sequence[Key]], places: tuple[Ints, Ints]) -> Floats:
    """The scores a world has at places of a side's score table; NaN where it has none, or no place is meant."""
    value = world.study.table.value
    at = []
    for own, theirs, place in zip(keys, (world.systems, world.settings), places, strict=True):
        index: dict[Key, int] = {}
        for position, key in enumerate(theirs):
            index.setdefault(key, position)
        there = np.array([*(index.get(key, -1) for key in own), -1], dtype=np.intp)
        at.append(there[place])
    rows, columns = at
    known = (rows >= 0) & (columns >= 0)
    found = np.full(len(known), np.nan)
    found[known] = value[rows[known], columns[known]]
    return found


def _republished(comparison: Comparison, places: Places) -> Bools:
    """Scores that a side published otherwise than this version computes them."""
    found = np.zeros(len(places), dtype=bool)
    sides = (
        (comparison.old_study.table, places.old_system, places.old_setting),
        (comparison.new_study.table, places.new_system, places.new_setting),
    )
    for (table, systems, settings), told in zip(sides, worlds(comparison).recoded, strict=True):
        rows = (told or {}).get("scores", {})
        named = table.settings[["suite", "setting"]].astype(object).to_numpy().tolist()
        labels = table.systems["system"].tolist()
        for at in np.flatnonzero((systems >= 0) & (settings >= 0)).tolist() if rows else ():
            found[at] |= (*named[settings[at]], labels[systems[at]]) in rows
    return found
