"""Item-level results as tables of systems by items, one for each test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reportgen.analysis.groups import first_rows, number_groups, texts
from reportgen.analysis.labels import SEPARATOR
from reportgen.analysis.row_names import setting_names, system_names

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: What makes two items of a benchmark belong to two tests.
TEST = ("suite", "benchmark", "split", "role", "selection", "n_shot", "dataset_revision", "step")
#: What makes two items of a test two items.
ITEM = (
    "dataset", "subset", "task", "train_domain", "test_domain", "level_name", "unit_name", "axis", "variant", "group",
    "item_id",
)  # fmt: skip
#: Metrics that are never the score of an item.
NOT_SCORES = ("confidence",)


@dataclass(frozen=True, slots=True, eq=False)
class ItemTable:
    """Scores of one test.

    Attributes:
        suite, benchmark: which; `benchmark` with what tells its settings apart.
        metric: whose scores.
        systems, models: p names, sorted by system.
        items: q names: what tells an item from the others, the same order in every run.
        forms: (q,) the variant of the test that each item belongs to, "" where there is none.
        ids: (q,) the name of each item without its form.
        score: (p, q) in [0, 1], larger is better, the mean over repeats; NaN where there is no answer.
        binary: whether every single answer scores 0 or 1.
    """

    suite: str
    benchmark: str
    metric: str
    systems: tuple[str, ...]
    models: tuple[str, ...]
    items: tuple[str, ...]
    forms: tuple[str, ...]
    ids: tuple[str, ...]
    score: Floats
    binary: bool


def unit_share(frame: pd.DataFrame) -> Floats:
    """Values from 0 (worst) to 1: by their stated bounds, else of 100 where the unit is percent, else as written."""
    value, lower, upper = (frame[name].to_numpy(float) for name in ("value", "lower", "upper"))
    percent = (frame["unit"] == "percent").to_numpy(bool)
    known = np.isfinite(lower) & np.isfinite(upper) & (upper > lower)
    width = np.where(known, upper - lower, np.where(percent, 100.0, 1.0))
    share = (value - np.where(known, lower, 0.0)) / width
    return np.where((frame["direction"] == "lower").to_numpy(bool), 1 - share, share)


def item_tables(items: pd.DataFrame) -> list[ItemTable]:
    """One table per test whose scores have bounds, sorted by suite and name; one metric each, the primary first."""
    if items.empty:
        return []
    finite = np.isfinite(items["value"].to_numpy(float))
    rows = items[finite & (items["status"] != "failed").to_numpy(bool)].reset_index(drop=True)
    rows = rows[~rows["metric"].astype(str).str.casefold().isin(NOT_SCORES).to_numpy(bool)].reset_index(
        drop=True
    )
    share = unit_share(rows)
    chosen = _scores(rows, share)
    rows, share = rows[chosen].reset_index(drop=True), share[chosen]
    if rows.empty:
        return []
    test = number_groups(rows, TEST)
    names, systems = setting_names(rows, TEST), system_names(rows)
    found = []
    for number in range(int(test.max()) + 1):
        at = np.flatnonzero(test == number)
        found.append(_table(rows.iloc[at], share[at], str(names[at[0]]), systems[at]))
    return sorted(found, key=lambda table: (table.suite, table.benchmark))


def _scores(rows: pd.DataFrame, share: Floats) -> NDArray[np.bool_]:
    """Rows of one metric for each test, all of whose scores lie in [0, 1]: flagged primary, else by name."""
    names = ("suite", "benchmark", "metric", "metric_variant", "extractor")
    number = number_groups(rows, names)
    table = texts(rows, names, first_rows(number))
    outside = np.bincount(number, weights=(share < 0) | (share > 1)) > 0
    flagged = rows["primary"].to_numpy(dtype=bool, na_value=False)
    table["rank"] = np.where(np.bincount(number, weights=flagged) > 0, 0, 1)
    best = (
        table[~outside].sort_values(["rank", *names], kind="stable").drop_duplicates(["suite", "benchmark"])
    )
    kept = np.zeros(len(table), dtype=bool)
    kept[best.index] = True
    return kept[number]


def _table(rows: pd.DataFrame, share: Floats, name: str, systems: NDArray[np.object_]) -> ItemTable:
    item = number_groups(rows, ITEM)
    first = first_rows(item)
    said = texts(rows, ITEM, first)
    several = [field for field in ITEM[:-1] if said[field].nunique() > 1]
    labels = _joined(said, [*several, "item_id"])
    ids = _joined(said, [*(field for field in several if field != "variant"), "item_id"])
    order = np.lexsort((np.array(labels), np.array([len(label) for label in labels])))
    place = np.empty(len(order), dtype=np.intp)
    place[order] = np.arange(len(order))
    known = sorted(set(systems.tolist()))
    row = np.searchsorted(known, systems.astype(str))
    total, count = np.zeros((len(known), len(order))), np.zeros((len(known), len(order)))
    np.add.at(total, (row, place[item]), share)
    np.add.at(count, (row, place[item]), 1.0)
    models = dict(zip(systems.tolist(), rows["model"].astype(str).tolist(), strict=True))
    return ItemTable(
        suite=str(rows["suite"].iloc[0]),
        benchmark=name,
        metric=str(rows["metric"].iloc[0]),
        systems=tuple(known),
        models=tuple(models[system] for system in known),
        items=tuple(labels[at] for at in order),
        forms=tuple(str(said["variant"].iloc[at]) for at in order),
        ids=tuple(ids[at] for at in order),
        score=np.where(count > 0, total / np.maximum(count, 1), np.nan),
        binary=bool(np.isin(share, (0.0, 1.0)).all()),
    )


def _joined(said: pd.DataFrame, fields: list[str]) -> list[str]:
    parts = zip(*(said[field] for field in fields), strict=True)
    return [SEPARATOR.join(part for part in row if part) for row in parts]
