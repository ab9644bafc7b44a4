"""Scores and item results by difficulty of the test and level of the training data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen import numbers
from reportgen.analysis.curves import average, ordered_levels
from reportgen.analysis.eligible import LEAF_KEY, SYSTEM_KEY, eligible
from reportgen.analysis.groups import combine, count_distinct, first_rows, number_groups
from reportgen.analysis.standard_error import coded_errors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.evidence import Evidence
    from reportgen.records.catalog import Catalog

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

#: More different difficulties than this are continuous, and cut into bins.
CONTINUOUS = 12
BINS = 10
#: Shares of the items, by continuous difficulty, that are easy, and easy or medium.
STRATA = (0.3, 0.7)
#: Ways to say that a system was not trained on the task.
UNTRAINED = frozenset({"", "none", "zero-shot", "zero shot", "unsupervised"})
_KEY = (
    "metric",
    "metric_variant",
    "selection",
    "n_shot",
    "unit",
    "role",
    *(name for name in LEAF_KEY if name not in {"level_name", "train_domain", "length"}),
)
_SEED = ("seed", "repeat")
_BENCHMARK = ("suite", "benchmark", "metric", "metric_variant")


@dataclass(frozen=True, slots=True)
class Graded:
    """One panel. Curves are (system, training level); arrays (curves, levels), levels easy to hard, NaN where unknown.

    Attributes:
        items: item results of the panel: columns curve, item, seed, order, level, value; empty without any.
        continuous: difficulties of items that were cut into bins.
    """

    system: Ints
    train: tuple[str, ...]
    names: tuple[str, ...]
    orders: Floats
    value: Floats
    error: Floats
    n: Floats
    items: pd.DataFrame
    continuous: bool


@dataclass(frozen=True, slots=True)
class Three:
    """Scores on hard tests after training on easy, on hard and on no data; `arms` (items, seeds) each, or why not."""

    test_level: str
    means: tuple[float, float, float]
    arms: tuple[Floats, Floats, Floats] | None
    reason: str


@dataclass(frozen=True, slots=True)
class Points:
    """All rows with a level: of whole benchmarks, and items of benchmarks with or without them.

    `is_item` says which rows are items; `only_items` which of these belong to benchmarks without other rows.
    """

    rows: pd.DataFrame
    key: tuple[str, ...]
    is_item: NDArray[np.bool_]
    only_items: NDArray[np.bool_]
    n_continuous: int

    def graded(self, mine: Ints, system: Ints, catalog: Catalog) -> Graded:
        """The panel of these rows; `system` is the number of each."""
        rows, item, alone = self.rows.iloc[mine], self.is_item[mine], self.only_items[mine]
        names, orders = ordered_levels(rows)
        continuous = bool(alone.any()) and _continuous(names, orders)
        raw = orders
        if continuous:
            names, orders = _binned(orders)
        train = rows["train_domain"].astype(object).to_numpy()
        keys = sorted(set(zip(system.tolist(), train.tolist(), strict=True)))
        code = {key: at for at, key in enumerate(keys)}
        pairs = zip(system.tolist(), train.tolist(), strict=True)
        curve = np.array([code[key] for key in pairs], dtype=np.intp)
        levels = _levels(orders, names)
        place = {key: at for at, key in enumerate(levels)}
        column = np.array(
            [place.get(key, 0) for key in zip(orders.tolist(), names.tolist(), strict=True)], dtype=np.intp
        )
        shape = (len(keys), len(levels))
        value, error, n = (np.full(shape, np.nan) for _ in range(3))
        for chosen, is_item in ((~item, False), (item & alone, True)):
            at = np.flatnonzero(chosen)
            if len(at):
                cell = combine(curve[at], column[at])
                first = at[first_rows(cell)]
                spot = (curve[first], column[first])
                value[spot], error[spot], n[spot] = _cells(rows.iloc[at], cell, catalog, items=is_item)
        seed = number_groups(rows, _SEED)
        items = pd.DataFrame(
            {
                "curve": curve,
                "item": rows["item_id"].astype(object).to_numpy(),
                "seed": seed,
                "order": raw,
                "level": names,
                "value": rows["value"].to_numpy(float),
            }
        )[item]
        return Graded(
            system=np.array([key[0] for key in keys], dtype=np.intp),
            train=tuple(key[1] for key in keys),
            names=tuple(name for _, name in levels),
            orders=np.array([order for order, _ in levels]),
            value=value,
            error=error,
            n=n,
            items=items,
            continuous=continuous,
        )


def graded_points(evidence: Evidence) -> Points:
    """All eligible rows with a level, items after the others."""
    whole = _leveled(evidence.eligible)
    items = evidence.items
    if len(items):
        chosen = eligible(items.assign(item_id=pd.Categorical([""] * len(items))), evidence.catalog)
        items = _leveled(items.loc[chosen.index])
    rows = pd.concat([whole, items], ignore_index=True) if len(items) else whole.reset_index(drop=True)
    rows = _roles_apart(rows) if len(rows) else rows
    is_item = np.arange(len(rows)) >= len(whole)
    benchmark = number_groups(rows, _BENCHMARK)
    others = np.bincount(benchmark, weights=~is_item, minlength=1)[benchmark] > 0 if len(rows) else is_item
    alone = is_item & ~others
    names, orders = ordered_levels(rows) if len(rows) else (np.empty(0, object), np.empty(0))
    continuous = sum(
        _continuous(names[benchmark == one], orders[benchmark == one]) for one in np.unique(benchmark[alone])
    )
    return Points(rows, _KEY, is_item, alone, continuous)


def _leveled(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[(rows["level_name"] != "").to_numpy(bool) | rows["level_order"].notna().to_numpy(bool)]


def _roles_apart(rows: pd.DataFrame) -> pd.DataFrame:
    """Roles only where a system has several at one level: elsewhere they say the same as the level does."""
    benchmark = number_groups(rows, _BENCHMARK)
    cell = combine(
        benchmark, number_groups(rows, (*SYSTEM_KEY, "train_domain", "level_name", "level_order", "item_id"))
    )
    several = count_distinct(number_groups(rows, ("role",)), cell)[cell] > 1
    apart = np.bincount(benchmark, weights=several)[benchmark] > 0
    return rows.assign(role=np.where(apart, rows["role"].astype(object), ""))


def _levels(orders: Floats, names: NDArray[np.object_]) -> list[tuple[float, str]]:
    """Order and name of each level; one without either where an order is unknown."""
    if np.isnan(orders).any():
        return [(np.nan, "")]
    return sorted(set(zip(orders.tolist(), names.tolist(), strict=True)))


def _continuous(names: NDArray[np.object_], orders: Floats) -> bool:
    """Many difficulties, and none of them has a name of its own."""
    return len(set(orders.tolist())) > CONTINUOUS and all(
        name == numbers.plain(order) for name, order in zip(names, orders.tolist(), strict=True)
    )


def _binned(orders: Floats) -> tuple[NDArray[np.object_], Floats]:
    """Ten bins with about equally many items; the order of a bin is the mean difficulty in it."""
    edges = np.unique(np.quantile(orders, np.linspace(0, 1, BINS + 1)[1:-1]))
    bins = np.searchsorted(edges, orders, side="right")
    _, bins = np.unique(bins, return_inverse=True)
    means = np.bincount(bins, weights=orders) / np.bincount(bins)
    names = np.array([f"about {numbers.score(float(mean))}" for mean in means], dtype=object)
    return names[bins], means[bins]


def _cells(rows: pd.DataFrame, cell: Ints, catalog: Catalog, *, items: bool) -> tuple[Floats, Floats, Floats]:
    """Mean, standard error and items per cell; of item results the error is the sample deviation / sqrt n."""
    value = rows["value"].to_numpy(float)
    if items:
        count = np.bincount(cell).astype(float)
        mean = np.bincount(cell, weights=value) / count
        squares = np.bincount(cell, weights=(value - mean[cell]) ** 2)
        return mean, np.sqrt(squares / np.where(count > 1, count - 1, np.nan) / count), count
    mean, error = average(cell, value, coded_errors(rows, catalog)[0])
    stated = (rows["n_kind"] == "items").to_numpy(bool)
    n = np.where(stated, rows["n"].to_numpy(float, na_value=np.nan), np.nan)
    return mean, error, np.bincount(cell, weights=n).astype(np.float64)


def supervision(graded: Graded, system: int) -> Three | None:
    """The three arms of a system on the hardest test level; None where it lacks one."""
    curves = np.flatnonzero(graded.system == system)
    easy_name, hard_name = ("easy", "hard") if graded.continuous else (graded.names[0], graded.names[-1])
    arms = [[at for at in curves if graded.train[at] == name] for name in (easy_name, hard_name)]
    arms.append([at for at in curves if graded.train[at].casefold() in UNTRAINED])
    if not all(arms):
        return None
    chosen = [int(arm[0]) for arm in arms]
    items = graded.items[graded.items["curve"].isin(chosen)]
    if graded.continuous:
        items = items[items["order"] >= items.drop_duplicates("item")["order"].quantile(STRATA[1])]
    else:
        items = items[items["level"] == hard_name]
    scores = tuple(float(graded.value[at, -1]) for at in chosen)
    tables = [
        items[items["curve"] == at].pivot_table(index="item", columns="seed", values="value") for at in chosen
    ]
    common = sorted(set.intersection(*(set(table.dropna().index) for table in tables)))
    if len(common) < 2:
        if not np.isfinite(scores).all() or graded.continuous:
            return None
        why = "no interval: it needs item results, the same items in all three arms"
        return Three(hard_name, (scores[0], scores[1], scores[2]), None, why)
    matrices = [table.loc[common].to_numpy(float) for table in tables]
    means = tuple(float(one.mean()) for one in matrices)
    return Three(hard_name, (means[0], means[1], means[2]), (matrices[0], matrices[1], matrices[2]), "")
