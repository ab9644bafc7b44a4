"""Which item-level results belong to which compared setting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reportgen.analysis.item_tables import item_tables

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.concurrence.grounds import Grounds

    Floats = NDArray[np.float64]

#: The means of the items must follow the scores of the setting at least this closely (Pearson's r).
FOLLOWS = 0.98


def items_of_settings(grounds: Grounds) -> dict[int, Floats]:
    """Row of `grounds.benchmarks` -> (p, N) scores of all systems on its items, NaN where there is no answer.

    A table of items belongs to the setting of the same suite, name and metric, if the means of its items follow the
    scores of that setting: else they are items of something else, or the score is made in another way.
    """
    items = grounds.evidence.items
    names = grounds.benchmarks[["suite", "setting", "metric"]].astype(str)
    place = {key: at for at, key in enumerate(zip(*(names[name] for name in names), strict=True))}
    if items.empty:
        return {}
    rows = {str(system): row for row, system in enumerate(grounds.systems)}
    compared = items["benchmark"].isin(set(grounds.benchmarks["benchmark"]))
    found = {}
    for table in item_tables(items[compared].reset_index(drop=True)):
        at = place.get((table.suite, table.benchmark, table.metric))
        known = [number for number, system in enumerate(table.systems) if system in rows]
        if at is None or not known:
            continue
        score = np.full((len(grounds.systems), len(table.items)), np.nan)
        score[[rows[table.systems[number]] for number in known]] = table.score[known]
        if _follows(score, grounds.goodness[:, at]):
            found[at] = score
    return found


def _follows(items: Floats, goodness: Floats) -> bool:
    answered = np.isfinite(items)
    both = answered.any(axis=1) & np.isfinite(goodness)
    if both.sum() < 3:
        return False
    mean = np.where(answered, items, 0.0)[both].sum(axis=1) / answered[both].sum(axis=1)
    if np.ptp(mean) == 0 or np.ptp(goodness[both]) == 0:
        return False
    return bool(np.corrcoef(mean, goodness[both])[0, 1] >= FOLLOWS)
