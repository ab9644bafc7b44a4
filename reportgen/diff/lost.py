"""Numbers of the old side that are no longer there, told from those that were measured anew in another way.

A record is replaced, and not removed, where the new side has one of its own that agrees with it in all but how it was
measured (`REMEASURED`); one new record replaces one old record. A record whose value is empty now is removed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.eligible import METRIC_KEY
from reportgen.analysis.groups import combine, first_rows, number_groups, texts
from reportgen.diff.joint import joint_groups, old_name
from reportgen.records.record import IDENTITY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.diff.comparison import Comparison
    from reportgen.diff.matching import Matched

    Bools = NDArray[np.bool_]
    Ints = NDArray[np.intp]

KEY = ("model", *METRIC_KEY)
#: What says how a number was measured; another dataset revision makes it another number, and no removal.
REMEASURED = ("model_revision", "dataset_revision", "task_hash", "extractor", "selection", "n_shot", "tool")
_LOOSE = tuple(name for name in IDENTITY if name not in REMEASURED)
COLUMNS = (*KEY, "removed", "replaced", "total", "row")


def lost(comparison: Comparison, matched: Matched) -> pd.DataFrame:
    """Counts by model, benchmark and metric; columns `COLUMNS`, sorted by name, only where any are gone.

    `model` is named as on the new side; `total` counts the records of the old side, `row` is one of them that is
    gone, in the old frame.
    """
    rows, removed = _removed_rows(comparison, matched)
    if not len(rows):
        return pd.DataFrame({name: [] for name in COLUMNS})
    number = number_groups(matched.old.iloc[rows], KEY)
    # one that is removed stands for its group, if there is any
    order = np.argsort(~removed, kind="stable")
    first = rows[order[first_rows(combine(number[order]))]]
    place = number[order[first_rows(combine(number[order]))]]
    table = texts(matched.old, KEY, first)
    table["model"] = table["model"].map(lambda name: old_name(comparison, name))
    table["removed"] = np.bincount(number, weights=removed)[place].astype(int)
    table["replaced"] = np.bincount(number, weights=~removed)[place].astype(int)
    table["total"] = _totals(matched.old, first)
    table["row"] = first
    return table.sort_values(list(KEY), kind="stable").reset_index(drop=True)


def _totals(frame: pd.DataFrame, first: Ints) -> Ints:
    """How many rows of the frame agree in `KEY` with each of these rows."""
    models = frame["model"].iloc[first].unique()
    candidates = np.flatnonzero(frame["model"].isin(list(models)).to_numpy(bool))
    number = number_groups(frame[list(KEY)].iloc[candidates], KEY)
    return np.bincount(number)[number[np.searchsorted(candidates, first)]]


def _removed_rows(comparison: Comparison, matched: Matched) -> tuple[Ints, Bools]:
    """Rows of the old frame that are gone or empty now, and which of them nothing replaces."""
    emptied = _emptied(matched)
    gone, come = matched.gone, matched.come
    removed = np.ones(len(gone), dtype=bool)
    if len(gone) and len(come):
        names = comparison.names
        old, new = joint_groups([(matched.old, gone, names.old), (matched.new, come, names.new)], _LOOSE)
        size = int(max(old.max(), new.max())) + 1
        surplus = np.bincount(old, minlength=size) - np.bincount(new, minlength=size)
        removed = pd.Series(old).groupby(old).cumcount().to_numpy() < surplus[old]
    return np.concatenate([gone, emptied]), np.concatenate([removed, np.ones(len(emptied), dtype=bool)])


def _emptied(matched: Matched) -> Ints:
    old, new = matched.both_old[matched.changed], matched.both_new[matched.changed]
    had = np.isfinite(matched.old["value"].to_numpy(float)[old])
    has = np.isfinite(matched.new["value"].to_numpy(float)[new])
    return np.asarray(old[had & ~has])
