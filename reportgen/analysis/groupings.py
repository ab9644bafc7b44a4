"""Which groups belong together: groupings of a population, tests that they split, and groups that share members."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.eligible import LEAF_KEY, SYSTEM_KEY
from reportgen.analysis.groups import count_distinct, first_rows, number_groups
from reportgen.analysis.labels import SEPARATOR
from reportgen.analysis.measurements import SCALE_KEY, label_panels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]

#: A group of this name is everyone.
EVERYONE = frozenset({"all", "overall", "total", "everyone", "average", "mean"})
#: What tells two tests of one benchmark apart; `axis` names the grouping.
PLACE = tuple(name for name in LEAF_KEY if name not in {"group", "axis"})
TEST = (*SCALE_KEY, "role", "benchmark", "metric", "metric_variant", *PLACE)
_PREFIX = re.compile(r"^\s*([^:=]{1,40}?)\s*[:=]\s*\S")


def with_groupings(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of single groups with `grouping` ("" where none is stated) and `panel`, the name of test and grouping.

    Only panels of two groups or more.
    """
    rows = rows[is_group(rows)]
    if rows.empty:
        return rows
    rows = rows.assign(grouping=groupings(rows))
    rows = rows.assign(panel=_names(rows))
    several = count_distinct(
        number_groups(rows, ("group",)), panel := number_groups(rows, ("suite", "panel"))
    )
    return rows[several[panel] > 1]


def is_group(rows: pd.DataFrame) -> Bools:
    """Rows about a part of the population."""
    groups = rows["group"].astype(object)
    return ((groups != "") & ~groups.str.casefold().isin(EVERYONE)).to_numpy(bool)


def groupings(rows: pd.DataFrame) -> NDArray[np.object_]:
    """What the groups of a row are groups of: its axis, else what stands before `=` or `:` in several groups' names."""
    names = rows["group"].astype(object).to_numpy()
    found = [_PREFIX.match(name) for name in names]
    prefix = pd.Series([match.group(1) if match else "" for match in found], dtype=object)
    key = number_groups(rows.assign(prefix=prefix.to_numpy()), ("suite", "benchmark", "prefix"))
    several = count_distinct(number_groups(rows, ("group",)), key)[key] > 1
    axis = rows["axis"].astype(object).to_numpy()
    return np.where(axis != "", axis, np.where(several, prefix.to_numpy(object), ""))


def _names(rows: pd.DataFrame) -> list[str]:
    """The benchmark, what tells its tests apart, and its grouping where it has several."""
    told = [*PLACE, "grouping"]
    benchmark = number_groups(rows, ("suite", "benchmark"))
    names = rows["benchmark"].astype(object).to_numpy()
    for field in told:
        several = count_distinct(number_groups(rows, (field,)), benchmark)[benchmark] > 1
        said = rows[field].astype(object).to_numpy()
        names = np.where(several & (said != ""), names + SEPARATOR + said, names)
    named = rows.assign(benchmark=names)
    return label_panels(named, [*TEST, "grouping"])


def shared_members(items: pd.DataFrame, rows: pd.DataFrame, everyone: pd.DataFrame) -> set[str]:
    """Panels of `rows` whose groups overlap: an item is in two of them, or they have more items than there are.

    Args:
        items: item-level results, columns `records.frame.COLUMNS`.
        rows: results of `with_groupings`.
        everyone: measurements of all, without a group.
    """
    found = _of_items(items)
    pairs = zip(rows["suite"], rows["benchmark"], rows["grouping"], rows["panel"], strict=True)
    panels = {panel for suite, benchmark, grouping, panel in pairs if (suite, benchmark, grouping) in found}
    key = [*SYSTEM_KEY, *TEST]
    both = number_groups(pd.concat([rows[key], everyone[key]], ignore_index=True), key)
    total = dict(zip(both[len(rows) :].tolist(), everyone["n"].tolist(), strict=True))
    named = rows.assign(code=both[: len(rows)])
    sums = named.groupby(["code", "panel"], sort=True)["n"].sum(min_count=1).reset_index()
    more = sums["n"] > sums["code"].map(total).fillna(np.inf)
    return panels | set(sums.loc[more, "panel"].astype(str))


def _of_items(items: pd.DataFrame) -> set[tuple[str, str, str]]:
    """(suite, benchmark, grouping) of which some item is in two groups."""
    if items.empty:
        return set()
    items = items[is_group(items)]
    if items.empty:
        return set()
    items = items.assign(grouping=groupings(items))
    item = number_groups(
        items, (*SYSTEM_KEY, "suite", "benchmark", "metric", "split", "grouping", *PLACE, "item_id")
    )
    twice = count_distinct(number_groups(items, ("group",)), item) > 1
    shared = items.iloc[first_rows(item)[twice]][["suite", "benchmark", "grouping"]].astype(object)
    return {(str(a), str(b), str(c)) for a, b, c in shared.itertuples(index=False, name=None)}
