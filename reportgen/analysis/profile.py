"""Where each system stands on every summary that applies to it.

Systems are compared within a *strip*: one measure of one summary (`analysis.measures`) on one set of benchmarks.
For a value v of a strip,

    place    = 1 + number of systems that are strictly better; ties share the better place
    position = (v - worst) / (best - worst) over the strip's values: 0 is the worst end and 1 the better one

A loss is read together with the level it is taken at. A system near chance has nothing to lose: it has no place in
the order of a loss, and does not count among the others. Where it is not known which end is better, nobody has a
place and 1 is the larger end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from reportgen.analysis.groups import first_rows, number_groups
from reportgen.analysis.measures import measures_of
from reportgen.analysis.summaries.registry import SUMMARIES
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from reportgen.analysis.measures import Measure
    from reportgen.analysis.table import ScoreTable

    Floats = NDArray[np.float64]

NEAR_CHANCE = "near chance: there is nothing to lose"
NO_DIRECTION = "it is not known which end is better"

#: Columns of `Profile.standings` and what they mean.
COLUMNS = {
    "kind": "Summary",
    "measure": "What of the summary",
    "suite": "Collection the benchmark belongs to",
    "panel": "What is compared within: benchmarks, and what tells the comparison from its siblings",
    "system": "What is compared",
    "model": "Model id",
    "value": "The measure, as the summary has it",
    "standard_error": "Of the value; empty where unknown",
    "low": "Lower end of its interval",
    "high": "Upper end",
    "level": "Score the value is to be read with; empty where the value is itself a score",
    "unit": "Unit of the value",
    "better": "higher, lower, zero (the nearer to 0) or unknown",
    "place": "1 + systems that are strictly better; empty where there is no order or nothing to lose",
    "of": "Systems that have a place",
    "shared": "Systems that share the place, itself included",
    "strip": "Systems with the same number here are compared with one another",
    "systems": "Systems in the strip, with a place or without",
    "position": "0 for the worst value of the strip, 1 for the best",
    "position_low": "Worse end of the interval on the same scale",
    "position_high": "Better end",
    "is_score": "Whether the value is itself a score, by which systems may be ordered alone",
    "near_chance": "Whether the system is near chance, so that it has nothing to lose",
    "reason": "Why there is no place",
}
_RAW = ("suite", "panel", "system", "model", "value", "standard_error", "low", "high", "level", "unit", "better",
        "is_score", "near_chance", "within")  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """All strips.

    Attributes:
        standings: one row per strip and system, columns `COLUMNS`; strips in the order of the registry of summaries,
            of their measures, then the ones over most systems first; rows of a strip by place, then name.
        titles: (kind, measure) -> what the measure is called.
        roles: (kind, measure) -> what the overview takes it for.
        directions: suite -> higher or lower is better, or unknown where its metrics differ.
    """

    standings: pd.DataFrame
    titles: Mapping[tuple[str, str], str]
    roles: Mapping[tuple[str, str], str]
    directions: Mapping[str, str]


def profile(summaries: Mapping[str, Any], table: ScoreTable) -> Profile:
    """Every system on every measure of the summaries that could be computed.

    Args:
        summaries: kind -> what its `compute` gave.
        table: says which end of a suite's metrics is better, where a summary does not.
    """
    suites = _Suites(table)
    parts, titles, roles, strips = [], {}, {}, 0
    for kind in SUMMARIES:
        found = summaries.get(kind.NAME)
        if found is None or isinstance(found, NotEstimable):
            continue
        for measure in measures_of(kind):
            titles[kind.NAME, measure.name], roles[kind.NAME, measure.name] = measure.title, measure.role
            placed = _placed(_raw(measure, found, suites), strips)
            strips += placed["strip"].nunique()
            parts.append(placed.assign(kind=kind.NAME, measure=measure.name)[list(COLUMNS)])
    filled = [part for part in parts if len(part)]
    standings = pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=list(COLUMNS))
    return Profile(standings=standings, titles=titles, roles=roles, directions=suites.direction)


class _Suites:
    """What the score table knows of a suite's metrics: direction and unit, where all agree."""

    def __init__(self, table: ScoreTable) -> None:
        known = table.settings[table.settings["direction"] != "unknown"]
        self.direction = dict(_agreed(known, "direction", "unknown"))
        self.unit = dict(_agreed(known, "unit", ""))


def _agreed(settings: pd.DataFrame, column: str, otherwise: str) -> Iterator[tuple[str, str]]:
    for suite, rows in settings.groupby("suite", sort=True)[column]:
        yield str(suite), str(rows.iloc[0]) if rows.nunique() == 1 else otherwise


# -- from a summary's table to values


def _raw(measure: Measure, found: Any, suites: _Suites) -> pd.DataFrame:
    """Rows with a value, columns `_RAW`."""
    rows = found.main
    for column, wanted in measure.rows:
        rows = rows[rows[column].astype(object) == wanted]
    value = _numbers(rows, measure.value)
    rows, value = rows[np.isfinite(value)], value[np.isfinite(value)]
    suite = rows["suite"].astype(str)
    stated = rows["unit"] if "unit" in rows else [suites.unit.get(name, "") for name in suite]
    scale = pd.Series(stated, index=rows.index, dtype=object).astype(str)
    return pd.DataFrame(
        {
            "suite": suite,
            "panel": _panel(rows, measure.panel),
            "system": rows["system"].astype(str),
            "model": rows["model"].astype(str),
            "value": value,
            "standard_error": _numbers(rows, measure.error),
            "low": _numbers(rows, measure.low),
            "high": _numbers(rows, measure.high),
            "level": _level(measure.level, rows, found),
            "unit": scale if measure.unit else "",
            "better": _better(measure, rows, scale, suites),
            "is_score": measure.better == "metric",
            "near_chance": _near_chance(measure, rows),
            "within": number_groups(rows, measure.within),
        },
        columns=list(_RAW),
    ).reset_index(drop=True)


def _numbers(rows: pd.DataFrame, column: str) -> Floats:
    if not column:
        return np.full(len(rows), np.nan)
    values: Floats = rows[column].to_numpy(float, na_value=np.nan)
    return values


def _panel(rows: pd.DataFrame, columns: tuple[str, ...]) -> list[str]:
    """The parts of a panel's name that say something, joined."""
    parts = [rows[column].astype(object).fillna("").astype(str).tolist() for column in columns]
    return [" · ".join(filter(None, row)) for row in zip(*parts, strict=True)]


def _level(column: str, rows: pd.DataFrame, found: Any) -> Floats:
    """A column of these rows, or the mean over a system's rows of a further table; unknown where a row lacks it."""
    table, _, name = column.rpartition(".")
    if not table:
        return _numbers(rows, column)
    keys = ["suite", "benchmark", "system"]
    scores = found.tables[table].assign(score=lambda frame: frame[name].astype(float))
    means = scores.groupby(keys, sort=False)["score"].agg(lambda part: part.mean(skipna=False))
    levels: Floats = means.reindex(pd.MultiIndex.from_frame(rows[keys])).to_numpy(float)
    return levels


def _better(measure: Measure, rows: pd.DataFrame, unit: pd.Series, suites: _Suites) -> Any:
    """Which end is better, by row. Scores put on a common scale are better the higher they are."""
    if measure.better != "metric":
        return measure.better
    if "direction" in rows:
        return rows["direction"].astype(str)
    known = [suites.direction.get(suite, "unknown") for suite in rows["suite"].astype(str)]
    return np.where(unit == "rescaled", "higher", known)


def _near_chance(measure: Measure, rows: pd.DataFrame) -> Any:
    """Whether there is nothing to lose; only a loss asks for that."""
    if measure.better == "metric" or "near_chance" not in rows:
        return False
    known = rows["near_chance"]
    return [value is True or value is np.True_ for value in known.tolist()]


# -- from values to places


def _placed(rows: pd.DataFrame, first: int) -> pd.DataFrame:
    """With place, position and strip; strips are numbered from `first`, those of most systems first."""
    if rows.empty:
        return rows.assign(**dict.fromkeys(COLUMNS, np.nan))
    strips = number_groups(rows, ("suite", "panel", "unit", "better", "within"))
    heads = rows.iloc[first_rows(strips)]
    sizes = np.bincount(strips)
    keys = [_last(suite, panel) for suite, panel in zip(heads["suite"], heads["panel"], strict=True)]
    order = sorted(range(len(sizes)), key=lambda at: (-sizes[at], *keys[at]))
    parts = [_strip(rows[strips == old], first + new) for new, old in enumerate(order)]
    return pd.concat(parts, ignore_index=True)


def _last(suite: str, panel: str) -> tuple[bool, bool, str, str]:
    """Of strips over equally many systems: means named as their suite first, choices that saw the test domain last."""
    names = panel.split(" · ")
    return names[0] not in {"", suite}, "oracle" in names, suite, panel


def _strip(rows: pd.DataFrame, number: int) -> pd.DataFrame:
    better = str(rows["better"].iloc[0])
    value, low, high = (rows[name].to_numpy(float) for name in ("value", "low", "high"))
    goodness = _goodness(value, better)
    able = ~rows["near_chance"].to_numpy(bool) & (better != "unknown")
    ordered = np.sort(-goodness[able])
    place = np.where(able, np.searchsorted(ordered, -goodness, side="left") + 1.0, np.nan)
    after = np.searchsorted(ordered, -goodness, side="right") + 1.0
    worse, best = _ends(low, high, better)
    scale = _Scale(goodness)
    columns: dict[str, Any] = {
        "place": place,
        "of": int(able.sum()),
        "shared": np.where(able, after - place, np.nan),
        "strip": number,
        "systems": len(rows),
        "position": scale.position(goodness),
        "position_low": scale.position(worse),
        "position_high": scale.position(best),
        "reason": np.where(able, "", NO_DIRECTION if better == "unknown" else NEAR_CHANCE),
    }
    frame = rows.assign(**columns).assign(order=np.where(able, place, np.inf))
    return frame.sort_values(["order", "system"], kind="stable", ignore_index=True).drop(columns="order")


def _goodness(value: Floats, better: str) -> Floats:
    """Larger is better."""
    if better == "zero":
        return -np.abs(value)
    return -value if better == "lower" else value


def _ends(low: Floats, high: Floats, better: str) -> tuple[Floats, Floats]:
    """Goodness at the worse and at the better end of an interval; an interval about 0 reaches the best there is."""
    if better == "zero":
        inside = (low <= 0) & (high >= 0)
        near = np.where(inside, 0.0, -np.minimum(np.abs(low), np.abs(high)))
        return -np.maximum(np.abs(low), np.abs(high)), np.where(np.isfinite(low), near, np.nan)
    return (-high, -low) if better == "lower" else (low, high)


class _Scale:
    """Goodness to 0 (worst of the strip) .. 1 (best); all alike stand in the middle."""

    def __init__(self, goodness: Floats) -> None:
        self._worst = float(goodness.min())
        self._width = float(goodness.max()) - self._worst

    def position(self, goodness: Floats) -> Floats:
        """Ends of intervals that lie beyond the strip are cut off at its ends."""
        if self._width <= 0:
            return np.where(np.isfinite(goodness), 0.5, np.nan)
        return np.clip((goodness - self._worst) / self._width, 0.0, 1.0)
