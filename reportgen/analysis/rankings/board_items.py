"""The items behind the scores of a leaderboard, where all its ranked systems answered the same ones.

Items belong to a board where they are of its settings (suite, benchmark, metric and how it was measured), every
ranked system has a score on every one of them, and their mean is the score that the board shows: over all items of
a setting, or over its leaves (subsets, tasks, ...) with equal weight. Items that do not add up to the reported
score are another evaluation, and are not used.

Items of one benchmark that bear the same `item_id` in several variants (rewordings, attacks) are one draw, as are
repeats of an item; subsets number their items anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.eligible import LEAF_KEY, SYSTEM_KEY
from reportgen.analysis.groups import combine, first_rows, number_groups, texts
from reportgen.analysis.paired_tests import spread
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.rankings.grounds import Grounds

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

#: What a setting and its items agree in; units may differ by a factor of 100, see `_factor`.
_MATCH = (
    "benchmark", "suite", "metric", "metric_variant", "split", "role", "selection", "n_shot", "dataset_revision",
)  # fmt: skip
#: What tells the variants of one item apart.
_VARIANTS = ("axis", "variant")
NO_ITEMS = "there are no results by item"
#: With fewer independent items the normal approximation is not to be trusted.
FEWEST_ITEMS = 30
#: Answers held in memory at once; with more the systems are compared by their scores.
MOST_ANSWERS = 10_000_000
#: A reported score may be rounded: this far, in parts of the scale 0 to 1, the mean of its items may be from it.
ROUNDING = 6e-4


@dataclass(frozen=True, slots=True)
class Items:
    """N items that all p systems answered, of one setting or of a board.

    Attributes:
        score: (p, N), larger is better, in the unit of the board; the mean over repeats.
        stratum: (N,) code from 0 of what is averaged with equal weight: a setting, or a leaf of one.
        weight: (N,) weight of an item in the mean; they add up to 1.
        cluster: (N,) code from 0 of items that are one draw.
        right: (p, N) 1 where the one answer is at the good bound of its metric and 0 where at the other; None where
            items have several answers or score in between.
        noise: (p,) variance of the mean that comes from asking each item a few times only; NaN where each was
            asked once, which cannot tell.
    """

    score: Floats
    stratum: Ints
    weight: Floats
    cluster: Ints
    right: Floats | None
    noise: Floats

    @property
    def n(self) -> int:
        """Independent draws."""
        return int(self.cluster.max(initial=-1)) + 1

    def influence(self) -> Floats:
        """(p, n): what each draw adds to a system's score beyond its mean; their squares sum to the variance.

        Centred within strata, which are fixed; draws / (draws - 1) in each makes the variance unbiased.
        """
        size = np.bincount(self.stratum).astype(float)
        member = np.zeros((len(self.stratum), len(size)))
        member[np.arange(len(self.stratum)), self.stratum] = 1.0
        centred = self.score - ((self.score @ member) / size) @ member.T
        draws = draws_of(self.stratum, self.cluster)
        scaled = centred * (self.weight * np.sqrt(draws / (draws - 1))[self.stratum])
        total = np.zeros((self.n, len(self.score)))
        np.add.at(total, self.cluster, scaled.T)
        return total.T


def draws_of(stratum: Ints, cluster: Ints) -> Floats:
    """(strata,) independent draws in each."""
    first = first_rows(combine(stratum, cluster))
    return np.bincount(stratum[first]).astype(float)


@lru_cache(maxsize=1)
def board_items(grounds: Grounds) -> Items | NotEstimable:
    """The items of the ranked systems of a board, rows in its order, or why they cannot be compared by item.

    Kept for the next part of the same board, which asks again.
    """
    each = []
    for label in grounds.labels:
        found = setting_items(grounds, label)
        if isinstance(found, NotEstimable):
            return found
        each.append(found)
    if not each:
        return NotEstimable("no benchmark is in the score")
    strata = np.cumsum([0, *(int(one.stratum.max()) + 1 for one in each)])
    clusters = np.cumsum([0, *(one.n for one in each)])
    whole = Items(
        score=np.concatenate([one.score for one in each], axis=1),
        stratum=np.concatenate([one.stratum + at for one, at in zip(each, strata, strict=False)]),
        weight=np.concatenate([one.weight / len(each) for one in each]),
        cluster=np.concatenate([one.cluster + at for one, at in zip(each, clusters, strict=False)]),
        right=None
        if any(one.right is None for one in each)
        else np.concatenate([one.right for one in each], axis=1),
        noise=np.sum([one.noise for one in each], axis=0) / len(each) ** 2,
    )
    if whole.n < FEWEST_ITEMS:
        return NotEstimable(f"only {whole.n} items; at least {FEWEST_ITEMS} are needed to compare by item")
    return whole


def setting_items(grounds: Grounds, label: str) -> Items | NotEstimable:
    """The items of one setting of the board, or why there are none that all ranked systems answered."""
    items, table = grounds.evidence.items, grounds.evidence.table
    if items.empty:
        return NotEstimable(NO_ITEMS)
    at = np.flatnonzero((table.settings["setting"] == label).to_numpy(bool))
    if len(at) != 1:  # the board over suites has suites for settings
        return NotEstimable(NO_ITEMS)
    setting = table.settings.iloc[int(at[0])]
    rows = _of_setting(items, setting)
    if rows is None:
        return NotEstimable(f"{NO_ITEMS} for {label}")
    ranked = np.flatnonzero(grounds.ranked)
    systems = table.systems.iloc[grounds.board.rows["row"].to_numpy(np.intp)[ranked]]
    rows, system = _of_systems(rows, systems)
    if rows.empty:
        return NotEstimable(f"the results by item for {label} are of no ranked system")
    scale = _board_scale(grounds, setting, rows)
    if scale is None:
        return NotEstimable(f"the items of {label} are in another unit than its score")
    return _matrix(rows, system, scale, grounds.goodness[ranked, grounds.labels.index(label)], label)


def _of_setting(items: pd.DataFrame, setting: pd.Series) -> pd.DataFrame | None:
    """Item rows with a value that were measured as the setting says; None where there are none."""
    at = np.arange(len(items))
    for name in _MATCH:  # one after the other: what is left is soon few, and mostly none
        at = at[_says(items[name].iloc[at], str(setting[name]), name)]
        if not len(at):
            return None
    rows = items.iloc[at]
    usable = np.isfinite(rows["value"].to_numpy(float)) & (rows["status"] != "failed").to_numpy(bool)
    return rows[usable] if usable.any() else None


def _says(column: pd.Series, text: str, name: str) -> Bools:
    """Where a column holds this text, unknown being ""; a role that is neither id nor ood says nothing."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        names = [str(category) for category in column.cat.categories]
        if name == "role":
            names = [category if category in ("id", "ood") else "" for category in names]
        codes = np.array([category == text for category in names] + [text == ""])
        return codes[column.cat.codes.to_numpy()]
    shown = texts(column.to_frame(), (name,), np.arange(len(column)))[name]
    return (shown == text).to_numpy(bool)


def _of_systems(rows: pd.DataFrame, systems: pd.DataFrame) -> tuple[pd.DataFrame, Ints]:
    """Rows of these systems, and the position of each row's system among them."""
    place = {key: at for at, key in enumerate(systems[list(SYSTEM_KEY)].itertuples(index=False, name=None))}
    number = number_groups(rows, SYSTEM_KEY)
    keys = rows[list(SYSTEM_KEY)].iloc[first_rows(number)].astype(str).itertuples(index=False, name=None)
    system = np.array([place.get(key, -1) for key in keys], dtype=np.intp)[number]
    return rows[system >= 0].reset_index(drop=True), system[system >= 0]


def _board_scale(grounds: Grounds, setting: pd.Series, rows: pd.DataFrame) -> tuple[float, float] | None:
    """(factor, offset) from an item's value to the board's goodness; None where units do not fit."""
    units = sorted(set(rows["unit"].astype(str)))
    factor = _factor(units, str(setting["unit"]))
    if factor is None:
        return None
    scale = grounds.board.scale
    if not scale.rescaled:
        return scale.sign * factor, 0.0
    lower, upper = float(setting["lower"]), float(setting["upper"])
    worst = upper if setting["direction"] == "lower" else lower
    width = 100.0 / (lower + upper - 2 * worst)
    return factor * width, -worst * width


def _factor(units: list[str], unit: str) -> float | None:
    if units == [unit]:
        return 1.0
    if units == ["fraction"] and unit == "percent":
        return 100.0
    return 0.01 if units == ["percent"] and unit == "fraction" else None


def _matrix(
    rows: pd.DataFrame, system: Ints, scale: tuple[float, float], reported: Floats, label: str
) -> Items | NotEstimable:
    """Systems by items, where all have all and the means are the reported scores."""
    item, leaf = number_groups(rows, (*LEAF_KEY, "item_id")), number_groups(rows, LEAF_KEY)
    first = first_rows(item)
    shape = (len(reported), len(first))
    if shape[0] * shape[1] > MOST_ANSWERS:
        return NotEstimable(f"{shape[1]} items of {shape[0]} systems are too many to compare by item")
    goodness = scale[0] * rows["value"].to_numpy(float) + scale[1]
    cell = system * shape[1] + item
    count = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape)
    if (count == 0).any():
        return _lacking(count, label)
    score = np.bincount(cell, weights=goodness, minlength=count.size).reshape(shape) / count
    stratum, weight = _weights(score, leaf[first], reported, abs(scale[0]) * _width(rows))
    if weight is None:
        return NotEstimable(f"the items of {label} do not average to its reported scores")
    fixed = tuple(name for name in LEAF_KEY if name not in _VARIANTS)
    cluster = combine(number_groups(rows, (*fixed, "item_id"))[first])
    if draws_of(stratum, cluster).min() < 2:
        return NotEstimable(f"a part of {label} has a single item, which has no spread")
    once = bool((count == 1).all())
    right = _right(rows, scale, score) if once else None
    noise = np.full(len(reported), np.nan) if once else _noise(cell, goodness, count, weight)
    return Items(score, stratum, weight, cluster, right, noise)


def _right(rows: pd.DataFrame, scale: tuple[float, float], score: Floats) -> Floats | None:
    """Right and wrong answers; None where any answer is at neither bound."""
    values = rows["value"].to_numpy(float)
    bounds = rows[["lower", "upper"]].to_numpy(float)
    if not (values[:, np.newaxis] == bounds).any(axis=1).all():
        return None
    middle = scale[0] * float(bounds.mean(axis=1)[0]) + scale[1]
    return (score > middle).astype(float)


def _noise(cell: Ints, goodness: Floats, count: NDArray[np.int64], weight: Floats) -> Floats:
    """(p,) variance of each mean from its items' answers: sum of weight^2 * variance of one answer / answers."""
    order = np.argsort(cell, kind="stable")
    starts = np.cumsum(count.ravel()) - count.ravel()
    answers = np.full((count.size, int(count.max())), np.nan)
    answers[cell[order], np.arange(len(cell)) - starts[cell[order]]] = goodness[order]
    within = np.array([spread(own).within for own in answers.reshape(*count.shape, -1)])
    found: Floats = within * (weight**2 / count).sum(axis=1)
    return found


def _width(rows: pd.DataFrame) -> float:
    """Of the metric's range in the items' unit; the spread of the values where no range is stated."""
    width = (rows["upper"] - rows["lower"]).to_numpy(float)
    known = width[np.isfinite(width) & (width > 0)]
    return float(known.max()) if len(known) else float(np.ptp(rows["value"].to_numpy(float)))


def _weights(score: Floats, leaf: Ints, reported: Floats, width: float) -> tuple[Ints, Floats | None]:
    """Strata and weights with which the items' means are the reported scores; None where none are."""
    n, everything = score.shape[1], np.zeros(score.shape[1], dtype=np.intp)
    size = np.bincount(leaf).astype(float)
    for stratum, weight in ((everything, np.full(n, 1.0 / n)), (leaf, 1.0 / (len(size) * size[leaf]))):
        if (np.abs(score @ weight - reported) <= ROUNDING * width + 1e-9 * np.abs(reported)).all():
            return stratum, weight
    return everything, None


def _lacking(count: NDArray[np.int64], label: str) -> NotEstimable:
    """Who lacks what."""
    whole = int((count > 0).all(axis=0).sum())
    none = int((count == 0).all(axis=1).sum())
    if none:
        return NotEstimable(f"{none} of {len(count)} ranked systems have no results by item for {label}")
    return NotEstimable(
        f"only {whole} of {count.shape[1]} items of {label} were answered by all ranked systems"
    )
