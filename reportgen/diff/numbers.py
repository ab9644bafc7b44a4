"""Every number that is new, gone or other, counted by model, benchmark and metric: secondary metrics and items too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from reportgen.analysis.eligible import METRIC_KEY
from reportgen.analysis.groups import texts
from reportgen.diff.model import NUMBER_COLUMNS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from reportgen.diff.comparison import Comparison
    from reportgen.diff.matching import Matched

    Ints = NDArray[np.intp]

_KEY = ("model", *METRIC_KEY)
_BY = [*_KEY, "of_items"]


def numbers(comparison: Comparison) -> pd.DataFrame:
    """The table `NUMBER_COLUMNS`, sorted by what is gone, then by name."""
    counted = [
        *_counts(comparison, comparison.matched, of_items=False),
        *_counts(comparison, comparison.matched_items, of_items=True),
    ]
    told = pd.concat([part for part in counted if len(part)] or [_empty()], ignore_index=True)
    table = told.groupby(_BY, sort=True, as_index=False)[["added", "removed", "changed"]].sum()
    table["in_scores"] = _in_scores(comparison, table)
    order = table.sort_values(["removed", *_BY], ascending=[False, *(True for _ in _BY)], kind="stable").index
    return table.loc[order, list(NUMBER_COLUMNS)].reset_index(drop=True)


def _empty() -> pd.DataFrame:
    return pd.DataFrame({name: [] for name in (*_BY, "added", "removed", "changed")})


def _counts(comparison: Comparison, matched: Matched, *, of_items: bool) -> list[pd.DataFrame]:
    old_id = comparison.new_id
    changed = matched.both_new[matched.changed]
    return [
        _keys(matched.new, matched.come, "added", of_items=of_items, names={}),
        _keys(matched.old, matched.gone, "removed", of_items=of_items, names=old_id),
        _keys(matched.new, changed, "changed", of_items=of_items, names={}),
    ]


def _keys(
    frame: pd.DataFrame, rows: Ints, what: str, *, of_items: bool, names: dict[str, str]
) -> pd.DataFrame:
    told = texts(frame, _KEY, rows)
    told["model"] = told["model"].map(lambda name: names.get(name, name))
    counts = {name: int(name == what) for name in ("added", "removed", "changed")}
    return told.assign(of_items=of_items, **counts)


def _in_scores(comparison: Comparison, table: pd.DataFrame) -> list[bool]:
    """Whether the metric is the primary one of its benchmark on either side, and no single items."""
    used = {
        key
        for study in (comparison.old_study, comparison.new_study)
        for key in study.table.settings[list(METRIC_KEY)].astype(object).itertuples(index=False, name=None)
    }
    keys = table[list(METRIC_KEY)].itertuples(index=False, name=None)
    return [key in used and not items for key, items in zip(keys, table["of_items"], strict=True)]
