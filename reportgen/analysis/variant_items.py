"""The same items in every variant: how often all are right, how often a change flips the answer, paired drops."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.eligible import SYSTEM_KEY
from reportgen.analysis.groups import first_rows, number_groups, texts
from reportgen.analysis.proportions import wilson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: One matrix of items by variants for each of these.
MATRIX_KEY = (*SYSTEM_KEY, "suite", "benchmark", "metric", "task")
#: Columns of `consistency`, after `MATRIX_KEY`.
CONSISTENCY_COLUMNS = ("variants", "items", "of_items", "consistency", "low", "high", "flip_rate", "reason")
#: Columns of `paired_drops`, after `MATRIX_KEY`.
DROP_COLUMNS = ("variant", "paired_drop", "paired_error", "pairs")
NOT_LINKED = (
    "no item is in every variant: items of different variants that belong together need the same `item_id`"
)
NOT_BINARY = "items are not scored as right or wrong"


@dataclass(frozen=True, slots=True)
class ItemMatrix:
    """One system's items of one task.

    Attributes:
        variants: names of the columns.
        share: (items, variants) mean over repeats, 0 the worst and 1 the best bound of the metric; NaN where an item
            lacks a variant.
        width: of the metric's range, in its unit.
        binary: whether every single answer was at one of the bounds.
    """

    variants: list[str]
    share: Floats
    width: float
    binary: bool


def item_matrices(items: pd.DataFrame) -> tuple[pd.DataFrame, list[ItemMatrix]]:
    """The keys (`MATRIX_KEY`) and the matrix of each; items of metrics without direction or bounds are left out."""
    items = items[(items["direction"] != "unknown").to_numpy(bool)]
    width = (items["upper"] - items["lower"]).to_numpy(float)
    up = (items["direction"] == "higher").to_numpy(bool)
    distance = np.where(up, items["value"] - items["lower"], items["upper"] - items["value"])
    usable = np.isfinite(distance) & (width > 0)
    items, width = items[usable], width[usable]
    share = distance[usable] / width
    number = number_groups(items, MATRIX_KEY)
    keys = texts(items, MATRIX_KEY, first_rows(number))
    order = np.argsort(number, kind="stable")
    starts = np.searchsorted(number[order], np.arange(1, len(keys)))
    names, ids = (items[name].astype(str).to_numpy(object) for name in ("variant", "item_id"))
    found = []
    for at in np.split(order, starts) if len(order) else []:
        variant, labels = pd.factorize(names[at], sort=True)
        item, known = pd.factorize(ids[at], sort=True)
        cell, size = item * len(labels) + variant, len(known) * len(labels)
        count = np.bincount(cell, minlength=size)
        total = np.bincount(cell, weights=share[at], minlength=size)
        mean = np.where(count > 0, total / np.maximum(count, 1), np.nan).reshape(len(known), len(labels))
        binary = bool(np.isin(share[at], (0.0, 1.0)).all())
        found.append(ItemMatrix([str(label) for label in labels], mean, float(width[at[0]]), binary))
    return keys, found


def consistency(keys: pd.DataFrame, matrices: Sequence[ItemMatrix], *, level: float) -> pd.DataFrame:
    """Share of items with every variant right (Wilson interval), and mean share of variant pairs that differ.

    Of an item with r of V variants right, r (V - r) of its V (V - 1) / 2 pairs differ. Only items with all variants;
    with repeats an answer is right where every repeat is.
    """
    rows: list[tuple[object, ...]] = []
    for matrix in matrices:
        of, size = matrix.share.shape
        complete = matrix.share[np.isfinite(matrix.share).all(axis=1)]
        reason = NOT_LINKED if size < 2 or not len(complete) else ("" if matrix.binary else NOT_BINARY)
        if reason:
            rows.append((size, len(complete), of, np.nan, np.nan, np.nan, np.nan, reason))
            continue
        right = (complete == 1).sum(axis=1)
        share = np.array([(right == size).mean()])
        low, high = wilson(share, np.array([float(len(complete))]), level=level)
        flips = (right * (size - right)).mean() / (size * (size - 1) / 2)
        rows.append((size, len(complete), of, share[0], low[0], high[0], flips, ""))
    return pd.concat([keys, pd.DataFrame(rows, columns=list(CONSISTENCY_COLUMNS))], axis=1)


def paired_drops(
    keys: pd.DataFrame, matrices: Sequence[ItemMatrix], originals: frozenset[str]
) -> pd.DataFrame:
    """Mean of (original - variant) over the items that both have, and sd / sqrt(n) with n - 1 degrees of freedom."""
    parts: list[tuple[object, ...]] = []
    rows = list(keys.itertuples(index=False, name=None))
    for key, matrix in zip(rows, matrices, strict=True):
        first = [at for at, name in enumerate(matrix.variants) if name.casefold() in originals]
        for at, name in enumerate(matrix.variants) if len(first) == 1 else ():
            differences = matrix.width * (matrix.share[:, first[0]] - matrix.share[:, at])
            differences = differences[np.isfinite(differences)]
            n = len(differences)
            if at != first[0] and n > 1:
                error = float(differences.std(ddof=1) / np.sqrt(n))
                parts.append((*key, name, float(differences.mean()), error or np.nan, n))
    return pd.DataFrame(parts, columns=[*MATRIX_KEY, *DROP_COLUMNS])
