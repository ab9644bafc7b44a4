"""Places on leaderboards that differ. A system has moved only where its tie group has.

Boards are paired by suite and selection rule, systems by identity. Tie groups are formed among the systems that are
ranked on both sides, as if there were no others: a newcomer at the top moves nobody. Where one side cannot tell
groups, nothing is said to have moved, whatever the ranks do.

Listed are systems that moved, are ranked on one side only, or whose rank or rank interval differs, where they are
among the first ten or a score of their own on this board differs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from reportgen.diff.model import NEW, RANK_COLUMNS, REMOVED
from reportgen.diff.standings import NOWHERE, groups_among, standings
from reportgen.diff.touched import touched
from reportgen.diff.worlds import rank_causes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from reportgen.analysis.board import Board
    from reportgen.diff.comparison import Comparison
    from reportgen.diff.standings import BoardKey, Place, Standing
    from reportgen.diff.study import Study

    Bools = NDArray[np.bool_]
    Key = tuple[str, ...]

UP, DOWN = "up", "down"
#: Places that everybody looks at.
TOP = 10
_ORDER = {UP: 0, DOWN: 0, REMOVED: 1, NEW: 1, "": 2}
_WHOLE = ("old_rank", "old_low", "old_high", "old_group", "new_rank", "new_low", "new_high", "new_group")


def ranks(comparison: Comparison) -> pd.DataFrame:
    """The table `RANK_COLUMNS`: over all suites first, then by board, what moved first, from the top down."""
    old = standings(comparison.old_study.boards, comparison.old_systems)
    new = standings(comparison.new_study.boards, comparison.new_systems)
    scores = touched(comparison)
    labels = _labels(comparison)
    rows: list[dict[str, Any]] = []
    keys: list[tuple[BoardKey, Key]] = []
    for board, latest in sorted({**old, **new}.items(), key=lambda entry: entry[0]):
        found = _listed(old.get(board), new.get(board), _touched(comparison, board, scores))
        rows += [_described(latest.board, labels[row["key"]], row) for row in found]
        keys += [(board, row["key"]) for row in found]
    table = pd.DataFrame(rows, columns=list(RANK_COLUMNS))
    one_sided = table["moved"].isin([NEW, REMOVED]).tolist()
    table["cause"] = pd.Series(rank_causes(comparison, keys, one_sided), index=table.index, dtype=object)
    for name in _WHOLE:
        table[name] = pd.array([value or pd.NA for value in table[name]], dtype="Int64")
    for name in ("of_old", "of_new"):
        table[name] = table[name].astype(int)
    for name in ("top", "touched"):
        table[name] = table[name].astype(bool)
    return table


def _touched(comparison: Comparison, board: BoardKey, scores: tuple[Bools, Bools]) -> set[Key]:
    """Systems with a score that differs in a setting of this board."""
    found: set[Key] = set()
    sides = (
        (comparison.old_study, comparison.old_systems, scores[0]),
        (comparison.new_study, comparison.new_systems, scores[1]),
    )
    for study, systems, differs in sides:
        rows = differs[:, _columns(study, board)].any(axis=1)
        found |= {systems[row] for row in np.flatnonzero(rows)}
    return found


def _columns(study: Study, board: BoardKey) -> Bools:
    settings = study.table.settings
    if not board.by_suite:
        return np.ones(len(settings), dtype=bool)
    mine = (settings["suite"] == board.suite) & (settings["selection"] == board.selection)
    return np.asarray(mine, dtype=bool)


def _listed(old: Standing | None, new: Standing | None, touched_systems: set[Key]) -> list[dict[str, Any]]:
    """Systems of a board that are to be listed, in order."""
    before: Mapping[Key, Place] = old.places if old else {}
    after: Mapping[Key, Place] = new.places if new else {}
    moved = _moved(old, new)
    found = []
    for key in {*before, *after}:
        one, other = before.get(key, NOWHERE), after.get(key, NOWHERE)
        is_top = any(0 < place.rank <= TOP for place in (one, other))
        shown = (is_top or key in touched_systems) and one[:3] != other[:3]
        if moved.get(key, "") or shown:
            row = {"key": key, "moved": moved.get(key, ""), "top": is_top, "touched": key in touched_systems}
            found.append({**row, "old": one, "new": other, "of_old": len(before), "of_new": len(after)})
    return sorted(found, key=_order)


def _order(row: dict[str, Any]) -> tuple[int, int, Key]:
    places = [place.rank for place in (row["old"], row["new"]) if place.rank]
    return _ORDER[row["moved"]], min(places), row["key"]


def _moved(old: Standing | None, new: Standing | None) -> dict[Key, str]:
    """How each system moved that did."""
    if old is None or new is None:
        found = new.places if old is None and new else old.places if old else {}
        return dict.fromkeys(found, NEW if old is None else REMOVED)
    moved = {key: REMOVED for key in old.places if key not in new.places}
    moved |= {key: NEW for key in new.places if key not in old.places}
    common = sorted(key for key in old.places if key in new.places)
    before, after = groups_among(old, common), groups_among(new, common)
    if before is None or after is None:
        return moved
    changed = [key for key in common if before[key] != after[key]]
    return moved | {key: UP if after[key] < before[key] else DOWN for key in changed}


def _labels(comparison: Comparison) -> dict[Key, tuple[str, str]]:
    """Label and model of each system, as the new side writes them where it has the system."""
    found: dict[Key, tuple[str, str]] = {}
    sides = (
        (comparison.new_study, comparison.new_systems),
        (comparison.old_study, comparison.old_systems),
    )
    for study, systems in sides:
        names = study.table.systems[["system", "model"]].astype(object)
        for key, (system, model) in zip(systems, names.itertuples(index=False, name=None), strict=True):
            found.setdefault(key, (system, model))
    return found


def _described(board: Board, label: tuple[str, str], row: dict[str, Any]) -> dict[str, Any]:
    """A row of the table."""
    return {
        "board": board.id,
        "board_title": board.title,
        "system": label[0],
        "model": label[1],
        **dict(zip(_WHOLE, (*row["old"], *row["new"]), strict=True)),
        **{name: row[name] for name in ("of_old", "of_new", "moved", "top", "touched")},
    }
