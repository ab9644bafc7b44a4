"""Parallel forms: do two variants of a test order systems alike, and are their items as hard?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from reportgen.analysis import reliability
from reportgen.analysis.missing_data import FEWEST_SYSTEMS
from reportgen.analysis.reliability import rank_correlation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.item_tables import ItemTable

    Bools = NDArray[np.bool_]

#: Forms of a test that are compared pair by pair.
MAX_FORMS = 12
#: Columns of the table of forms and what they mean.
FORM_COLUMNS = {
    "suite": "collection",
    "benchmark": "test",
    "form": "a variant of the test",
    "other_form": "another",
    "systems": "systems that answered both in full",
    "r": "Pearson correlation of their scores on the two forms (parallel-forms reliability)",
    "low": "Fisher's interval of r",
    "high": "Fisher's interval of r",
    "score": "mean score of these systems on the form",
    "other_score": "on the other",
    "shared_items": "items of the same id in both forms",
    "difficulty_agreement": "Spearman correlation of their mean scores",
    "reason": "why a number is missing",
}


def parallel_forms(table: ItemTable, level: float) -> pd.DataFrame:
    """Each pair of forms, over the systems that answered both in full."""
    forms = np.array(table.forms, dtype=object)
    names = sorted(set(table.forms))
    rows: list[dict[str, Any]] = []
    pairs = [(one, other) for at, one in enumerate(names) for other in names[at + 1 :]]
    for one, other in pairs if len(names) <= MAX_FORMS else []:
        halves = [np.flatnonzero(forms == name) for name in (one, other)]
        both = np.asarray(np.isfinite(table.score[:, np.concatenate(halves)]).all(axis=1))
        totals = [table.score[np.ix_(both, half)].mean(axis=1) for half in halves]
        enough = both.sum() >= FEWEST_SYSTEMS
        r = reliability.correlation(totals[0], totals[1], level=level) if enough else (np.nan,) * 3
        shared, agreement = _difficulty_agreement(table, halves, both)
        reason = "" if np.isfinite(r[0]) else "all systems score the same on a form"
        rows.append(
            {
                "suite": table.suite,
                "benchmark": table.benchmark,
                "form": one or "no variant",
                "other_form": other,
                "systems": int(both.sum()),
                **dict(zip(("r", "low", "high"), r, strict=True)),
                "score": totals[0].mean() if enough else np.nan,
                "other_score": totals[1].mean() if enough else np.nan,
                "shared_items": shared,
                "difficulty_agreement": agreement,
                "reason": reason if enough else f"fewer than {FEWEST_SYSTEMS} systems answered both in full",
            }
        )
    return pd.DataFrame(rows, columns=list(FORM_COLUMNS))


def _difficulty_agreement(table: ItemTable, halves: list[NDArray[np.intp]], both: Bools) -> tuple[int, float]:
    """Items of the same id in both forms, and whether they are as hard in one as in the other."""
    places = [{table.ids[at]: at for at in half} for half in halves]
    shared = sorted(set(places[0]) & set(places[1]))
    if len(shared) < FEWEST_SYSTEMS or both.sum() < FEWEST_SYSTEMS:
        return len(shared), float("nan")
    columns = [[place[name] for name in shared] for place in places]
    means = [table.score[np.ix_(both, column)].mean(axis=0) for column in columns]
    return len(shared), rank_correlation(means[0], means[1])
