"""Differences tested over the test items that both sides answered, where both sides keep results of single items.

The items must be those of the score: their mean difference, in the unit of the score, may differ from the difference
of the two scores by half a percent of the metric's range at most (scores are often printed with three digits). Else the
test stays that of the standard errors.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from reportgen.analysis.eligible import SYSTEM_KEY
from reportgen.analysis.groups import texts
from reportgen.analysis.item_tables import ITEM, unit_share
from reportgen.analysis.paired_tests import difference

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from reportgen.analysis.table import ScoreTable
    from reportgen.diff.comparison import Comparison
    from reportgen.diff.places import Places

    Floats = NDArray[np.float64]
    Key = tuple[str, ...]

#: The mean over items may miss the reported score by this share of the metric's range.
_ROUNDED = 0.005
#: Fewer shared items give no test.
_FEWEST = 2
_SETTING = ("suite", "benchmark", "metric", "split", "selection", "n_shot", "dataset_revision")
_WIDTH = {"percent": 100.0}


def paired_by_items(comparison: Comparison, places: Places, differences: Floats) -> Floats:
    """(k, 3) half the width of the interval, p-value, shared items; NaN where the two sides do not hold the items.

    Args:
        comparison: the two sides.
        places: of the cells.
        differences: (k,) of the scores, larger is better; NaN where they cannot be compared.
    """
    found = np.full((len(places), 3), np.nan)
    if comparison.old.items.empty or comparison.new.items.empty:
        return found
    old, new = comparison.old_study.table, comparison.new_study.table
    one, other = _Scores(comparison.old.items, old), _Scores(comparison.new.items, new)
    for at in np.flatnonzero(np.isfinite(differences)).tolist():
        before = one.of(int(places.old_system[at]), int(places.old_setting[at]))
        after = other.of(int(places.new_system[at]), int(places.new_setting[at]))
        width = _width(new.settings.iloc[int(places.new_setting[at])])
        found[at] = _tested(before, after, width, float(differences[at]), comparison.level)
    return found


def _tested(
    before: dict[Key, float], after: dict[Key, float], width: float, told: float, level: float
) -> tuple[float, float, float]:
    """Half the width of the interval, p-value and shared items; NaN where the items are not those of the scores."""
    shared = sorted(before.keys() & after.keys())
    if len(shared) >= _FEWEST:
        one, other = (np.array([side[key] for key in shared]) for side in (before, after))
        tested = difference(other, one, level=level)
        if np.isfinite(tested.p) and abs(tested.mean.mean * width - told) <= _ROUNDED * width:
            return (tested.mean.high - tested.mean.low) / 2 * width, tested.p, float(tested.n)
    return np.nan, np.nan, np.nan


def _width(setting: pd.Series) -> float:
    """From the worst to the best value of a metric, as `unit_share` takes it."""
    lower, upper = float(setting["lower"]), float(setting["upper"])
    known = np.isfinite(lower) and np.isfinite(upper) and upper > lower
    return upper - lower if known else _WIDTH.get(str(setting["unit"]), 1.0)


class _Scores:
    """Scores of single items in [0, 1], larger is better, by system and setting of a score table."""

    def __init__(self, items: pd.DataFrame, table: ScoreTable) -> None:
        rows = items.iloc[np.flatnonzero(np.isfinite(items["value"].to_numpy(float)))]
        self._share = unit_share(rows)
        self._item = texts(rows, ITEM, np.arange(len(rows)))
        said = texts(rows, (*SYSTEM_KEY, *_SETTING), np.arange(len(rows)))
        self._rows = said.groupby([*SYSTEM_KEY, *_SETTING], sort=False).indices
        self._systems = table.systems[list(SYSTEM_KEY)].astype(object).to_numpy()
        self._settings = table.settings[list(_SETTING)].astype(object).to_numpy()

    def of(self, system: int, setting: int) -> dict[Key, float]:
        """The mean score of each item over its repeats, by what tells it from the others."""
        at = self._rows.get((*self._systems[system], *self._settings[setting]))
        if at is None:
            return {}
        answers: dict[Key, list[float]] = defaultdict(list)
        keys = self._item.iloc[at].itertuples(index=False, name=None)
        for key, share in zip(keys, self._share[at].tolist(), strict=True):
            answers[key].append(share)
        return {key: sum(shares) / len(shares) for key, shares in answers.items()}
