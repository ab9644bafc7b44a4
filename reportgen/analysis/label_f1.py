"""Macro-F1 over labels from single answers, with its jackknife error: for tasks that are scored so.

An item row of such a metric says whether the answer was right (value), the right label (`unit_name`) and the label
that was given (`flags`; "" where the answer could not be read, which is wrong and is neither label).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

#: Names of the metric.
MACRO_F1 = frozenset({"macro_f1", "f1_macro", "macro-F1", "macro F1"})


def label_scores(items: pd.DataFrame, group: Ints) -> tuple[Ints, Floats, Floats]:
    """For the groups that are scored so: their numbers, macro-F1 in the rows' scale, jackknife standard error.

    Args:
        items: item-level rows.
        group: number of each row's group.
    """
    chosen = items["metric"].isin(MACRO_F1).to_numpy(bool) & (items["unit_name"] != "").to_numpy(bool)
    rows = items[chosen]
    gold, answer = (rows[name].astype(str).to_numpy(object) for name in ("unit_name", "flags"))
    right, top = rows["value"].to_numpy(float), rows["upper"].to_numpy(float)
    top = np.where(np.isfinite(top), top, 1.0)
    names = rows["suite"].astype(str) + "\x1f" + rows["benchmark"].astype(str)
    labels: dict[str, set[str]] = {}
    for name, label in zip(names, gold, strict=True):
        labels.setdefault(name, set()).add(label)
    mine = group[chosen]
    order = np.argsort(mine, kind="stable")
    numbers, starts = np.unique(mine[order], return_index=True)
    found = []
    for at in np.split(order, starts[1:]) if len(order) else []:
        outcomes = Counter(zip(gold[at], answer[at], right[at] == top[at], strict=True))
        score, error = jackknifed(outcomes, sorted(labels[names.iloc[at[0]]]))
        found.append((score * top[at[0]], error * top[at[0]]))
    values = np.array(found, dtype=float).reshape(-1, 2)
    return numbers.astype(np.intp), values[:, 0], values[:, 1]


def macro_f1(outcomes: Counter[tuple[str, str, bool]], labels: Sequence[str]) -> float:
    """Mean over labels of 2 TP / (2 TP + FP + FN), 0 for a label that is neither right nor given anywhere.

    Args:
        outcomes: (right label, given label, whether right) -> how many.
        labels: over which the mean is taken.
    """
    total = 0.0
    for label in labels:
        hits = sum(k for (gold, _, right), k in outcomes.items() if gold == label and right)
        missed = sum(k for (gold, _, right), k in outcomes.items() if gold == label and not right)
        false = sum(k for (gold, given, _), k in outcomes.items() if given == label != gold)
        total += 2 * hits / (2 * hits + missed + false) if hits else 0.0
    return total / len(labels)


def jackknifed(outcomes: Counter[tuple[str, str, bool]], labels: Sequence[str]) -> tuple[float, float]:
    """Macro-F1 and its leave-one-item-out standard error, NaN for fewer than two items.

    Items of one outcome give the same value when left out, so each outcome is computed once.
    """
    score, n = macro_f1(outcomes, labels), outcomes.total()
    if n < 2:
        return score, np.nan
    values = [macro_f1(outcomes - Counter([outcome]), labels) for outcome in outcomes]
    weights = np.array(list(outcomes.values()), dtype=float)
    mean = np.average(values, weights=weights)
    squares = float((weights * (np.array(values) - mean) ** 2).sum())
    return score, float(np.sqrt((n - 1) / n * squares))
