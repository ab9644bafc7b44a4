"""Scores along an axis (levels, lengths, steps): what summaries of curves share before they differ.

A *panel* is what is drawn in one picture and compared in one table: its rows share suite, metric, unit and whatever
else must not be averaged. Panels and systems are numbered in the order of their labels, so that the order of rows and
files changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from reportgen import numbers
from reportgen.analysis.eligible import SYSTEM_KEY
from reportgen.analysis.groups import first_rows, number_groups, texts
from reportgen.analysis.labels import numbered, system_labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from reportgen.analysis.table import ScoreTable
    from reportgen.records.catalog import Catalog

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

#: Part of a metric's range within which a score counts as guessing.
NEAR_CHANCE = 0.05
SEPARATOR = " · "
#: Of what a summary leaves out; the same as `summaries.evidence.LEFT_OUT_COLUMNS`.
LEFT_OUT_COLUMNS = ("suite", "benchmark", "reason")


@dataclass(frozen=True, slots=True)
class Panel:
    """What one panel's rows share. `sign` is 1 where higher is better, -1 where lower is, NaN where unknown."""

    suite: str
    benchmark: str  # unique label within the suite
    unit: str
    sign: float
    lower: float  # bounds of the metric, NaN where unknown
    upper: float
    chance: float  # score of guessing, NaN where the catalog does not say

    def share(self, value: Floats) -> Floats:
        """Position between the metric's bounds, 1 the good end; NaN where bounds or direction are unknown."""
        width = self.upper - self.lower if self.upper > self.lower else np.nan
        position = (value - self.lower) / width
        return (
            np.where(self.sign > 0, position, 1 - position) if np.isfinite(self.sign) else position * np.nan
        )

    def near_chance(self, value: Floats) -> NDArray[np.bool_]:
        """Not above chance by 5 % of the range; False where chance, bounds or direction are unknown."""
        near: NDArray[np.bool_] = self.sign * (value - self.chance) <= NEAR_CHANCE * (self.upper - self.lower)
        return near


def systems_of(rows: pd.DataFrame, table: ScoreTable) -> tuple[Ints, pd.DataFrame]:
    """System number per row, and (system, model) sorted by label; labels are those of the score table."""
    number = number_groups(rows, SYSTEM_KEY)
    systems = texts(rows, SYSTEM_KEY, first_rows(number))
    known = table.systems
    labels = dict(zip(zip(*(known[name] for name in SYSTEM_KEY), strict=True), known["system"], strict=True))
    keys = list(zip(*(systems[name] for name in SYSTEM_KEY), strict=True))
    own = system_labels(systems) if len(systems) else []
    systems["system"] = pd.Series(
        numbered([labels.get(key, label) for key, label in zip(keys, own, strict=True)], keys), dtype=object
    )
    place, order = _sorted(systems["system"].tolist())
    return place[number], systems.iloc[order][["system", "model"]].reset_index(drop=True)


def panels_of(
    rows: pd.DataFrame, catalog: Catalog, *, name: str, key: Sequence[str]
) -> tuple[Ints, list[Panel]]:
    """Panel number per row, and the panels sorted by suite and label.

    Args:
        rows: columns suite, direction, lower, upper, unit, benchmark and those named.
        catalog: says what guessing scores.
        name: column that names a panel; where it is empty the benchmark does.
        key: columns that tell panels apart, beside suite and `name`; what differs is added to the label.
    """
    number = number_groups(rows, ("suite", name, *key))
    first = first_rows(number)
    table = texts(rows, tuple(dict.fromkeys(("suite", name, "benchmark", "unit", *key))), first)
    table["label"] = _labels(table, name, key)
    sign, bounds = (
        _signs(rows, number, len(table)),
        [_agreed(rows, number, one) for one in ("lower", "upper")],
    )
    chances = {entry.id: entry.chance for entry in catalog.benchmarks if entry.chance is not None}
    made = [
        Panel(
            suite=str(row["suite"]),
            benchmark=str(row["label"]),
            unit=str(row["unit"]),
            sign=float(sign[at]),
            lower=float(bounds[0][at]),
            upper=float(bounds[1][at]),
            chance=chances.get(str(row["benchmark"]), float("nan")),
        )
        for at, row in enumerate(table.to_dict("records"))
    ]
    place, order = _sorted([(panel.suite, panel.benchmark) for panel in made])
    return place[number], [made[at] for at in order]


def _labels(table: pd.DataFrame, name: str, key: Sequence[str]) -> pd.Series:
    """The name of each panel, and what tells it from others of its name."""
    base = [first or second for first, second in zip(table[name], table["benchmark"], strict=True)]
    parts: list[list[str]] = [[] for _ in base]
    for column in key:
        for rows in table.groupby(["suite", name], sort=False).indices.values():
            values = table[column].to_numpy(object)[rows]
            if len(set(values)) > 1:
                for row, value in zip(rows, values, strict=True):
                    parts[row] += [_words(column, value)] if value else []
    labels = [SEPARATOR.join([first, *more]) for first, more in zip(base, parts, strict=True)]
    keys = list(zip(*(table[column] for column in ("suite", name, *key)), strict=True))
    unique = list(labels)
    for suite in sorted(set(table["suite"])):
        at = [row for row, other in enumerate(table["suite"]) if other == suite]
        for row, label in zip(
            at, numbered([labels[one] for one in at], [keys[one] for one in at]), strict=True
        ):
            unique[row] = label
    return pd.Series(unique, index=table.index, dtype=object)


def _words(column: str, value: str) -> str:
    return f"{value}-shot" if column == "n_shot" else value


def _sorted(keys: Sequence[object]) -> tuple[Ints, list[int]]:
    """Place of each key in the sorted order, and the order."""
    order = sorted(range(len(keys)), key=keys.__getitem__)  # type: ignore[arg-type]  # texts or pairs of texts
    place = np.empty(len(order), dtype=np.intp)
    place[order] = np.arange(len(order))
    return place, order


def _signs(rows: pd.DataFrame, number: Ints, size: int) -> Floats:
    higher, lower = (
        np.bincount(number, weights=(rows["direction"] == word).to_numpy(bool), minlength=size) > 0
        for word in ("higher", "lower")
    )
    return np.select([higher & ~lower, lower & ~higher], [1.0, -1.0], np.nan)


def _agreed(rows: pd.DataFrame, number: Ints, column: str) -> Floats:
    """The one stated number per group; NaN where there is none or several."""
    groups = rows[column].astype(float).groupby(number)
    low, high = groups.min().to_numpy(float), groups.max().to_numpy(float)
    return np.where(low == high, low, np.nan)


def average(cell: Ints, value: Floats, stderr: Floats) -> tuple[Floats, Floats]:
    """Mean per cell (0 to C - 1) and its standard error.

    The error is sqrt(sum se^2) / k where every number has one, else the sample deviation over repeats / sqrt(k), else
    NaN.
    """
    k = np.bincount(cell).astype(float)
    mean = np.bincount(cell, weights=value) / k
    combined = np.sqrt(np.bincount(cell, weights=stderr**2)) / k
    squares = np.bincount(cell, weights=(value - mean[cell]) ** 2)
    spread = np.sqrt(squares / np.where(k > 1, k - 1, np.nan) / k)
    return mean, np.where(np.isfinite(combined), combined, np.where(spread > 0, spread, np.nan))


def left_out(
    frame: pd.DataFrame, used: Iterable[str], reason: str, more: Mapping[tuple[str, str], str] | None = None
) -> pd.DataFrame:
    """Suites of the frame without any panel, and further (suite, benchmark) -> reason; sorted."""
    suites = set(map(str, frame["suite"].unique())) - set(used)
    explained = {suite for suite, _ in more or {}}
    rows = [(suite, "", reason) for suite in suites - explained]
    rows += [(suite, benchmark, why) for (suite, benchmark), why in (more or {}).items()]
    return pd.DataFrame(sorted(rows), columns=list(LEFT_OUT_COLUMNS), dtype="str")


def ordered_levels(rows: pd.DataFrame) -> tuple[NDArray[np.object_], Floats]:
    """Name and order of each row's level; a level without an order is ordered by its name where that is a number.

    The name is "" where there is no level, the order NaN where it is not known.
    """
    order = rows["level_order"].to_numpy(float)
    number = number_groups(rows, ("level_name", "level_order"))
    first = first_rows(number)
    names = texts(rows, ("level_name",), first)["level_name"].to_numpy(object).copy()
    orders = order[first].copy()
    for at, (name, place) in enumerate(zip(names, orders, strict=True)):
        orders[at] = _as_number(str(name)) if np.isnan(place) else place
        names[at] = str(name) or ("" if np.isnan(place) else numbers.plain(float(place)))
    return names[number], orders[number]


def _as_number(name: str) -> float:
    try:
        return float(name)
    except ValueError:
        return float("nan")


def alike(values: Floats, errors: Floats, level: float) -> int | None:
    """How many of the others cannot be told apart from the first, the best; None where an error is unknown.

    One-sided normal tests of independent differences, Bonferroni over the others.
    """
    if not len(values) or not np.isfinite(errors).all():
        return None
    critical = ndtri(1 - (1 - level) / max(len(values) - 1, 1))
    return int((np.abs(values[1:] - values[0]) <= critical * np.hypot(errors[1:], errors[0])).sum())


def over_seeds(values: Floats, error: float, level: float) -> tuple[float, float, float, float, str]:
    """Mean, standard error, interval and what they are over.

    With two seeds or more: the sample deviation / sqrt(k), Student's t with k - 1 degrees of freedom. With one:
    `error`, of its score, and the normal interval. NaN where there is neither.
    """
    k = len(values)
    mean = float(np.mean(values))
    if k > 1:
        spread, quantile, over = (
            float(np.std(values, ddof=1)) / k**0.5,
            float(stdtrit(k - 1, (1 + level) / 2)),
            "seeds",
        )
    else:
        spread, quantile = error, float(ndtri((1 + level) / 2))
        over = "scores" if np.isfinite(error) else ""
    return mean, spread, mean - quantile * spread, mean + quantile * spread, over
