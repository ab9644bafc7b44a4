"""Which benchmarks could be left out of a suite, and what that would cost the ranking of the models.

Method: `analysis.concurrence.dropping`, for each suite and for all settings together, over the models that have every
score. The loss of a setting is 1 - tau between the ranking by the mean of all standardised scores and the ranking
without it. A set of settings keeps the ranking where tau is at least `KEEPS` and the lower end of its interval at least
`SURELY`. The interval is over models (jackknife; Fieller's where that says nothing), the standardisation held fixed; in
simulation (1,000 draws each, 20 to 100 models, 5 or 10 settings) the nominal 95 % covered 0.957 to 0.974.

The mean of a part agrees with the mean of the whole because it is in it. That is meant: the question is what a reader
of the full ranking would lose.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.concurrence import dropping
from reportgen.analysis.concurrence.agreement import FEWEST_FOR_CLAIM, FEWEST_FOR_INTERVAL
from reportgen.analysis.missing_data import largest_block
from reportgen.analysis.parts import Found
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from reportgen.analysis.concurrence.grounds import Grounds

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

NAME = "redundancy"
TITLE = "Benchmarks that could be dropped"
#: Name of the set of all settings; no suite is called so.
TOGETHER = "all suites together"
#: A smaller ranking keeps the full one where tau is at least this, …
KEEPS = 0.95
#: … and the lower end of its interval at least this.
SURELY = 0.90
#: Settings below which there is nothing to drop.
FEWEST_SETTINGS = 3

TABLES: Mapping[str, Mapping[str, str]] = {
    "main": {
        "suite": f"suite; “{TOGETHER}” for the settings of several suites that enough models share",
        "setting": "benchmark setting",
        "loss": "1 less Kendall's tau-b between the ranking by all settings of the suite and the one without this one",
        "low": "lower end of its interval over models",
        "high": "upper end",
        "max_rank_change": "most places that any model moves without it",
        "moved": "the model that moves most",
        "dropped_as": "its place in the order of dropping; the last one is never dropped",
        "droppable": "whether it is among those that could be dropped together, the ranking staying the same",
        "n": "models compared: those with every setting",
    },
    "path": {
        "suite": "suite",
        "kept": "settings left",
        "dropped": "setting dropped last",
        "tau_b": "Kendall's tau-b between the ranking by what is left and the full one",
        "low": "lower end of its interval over models",
        "high": "upper end",
        "max_rank_change": "most places that any model moves",
        "keeps": f"whether tau-b is at least {KEEPS} and the lower end {SURELY}, here and at every larger size",
    },
    "sets": {
        "suite": "suite",
        "settings": "settings compared",
        "outside": "settings left out because too few models have them as well",
        "models": "models with every setting compared",
        "searched": "of these, models that the search for what to drop compared",
        "dropped": "settings that could be dropped together",
        "tau_b": "tau-b without them; empty where none can be dropped",
        "low": "lower end of its interval",
        "high": "upper end",
        "perhaps": f"settings that could be dropped by tau-b alone (at least {KEEPS}), however sure",
        "reason": "why nothing could be computed",
    },
}


@dataclass(frozen=True, slots=True)
class Dropping:
    """One suite.

    Attributes:
        suite, settings, outside, models: as in the table of sets.
        dropped: settings that could be dropped together, in the order of dropping. tau_b, low, high,
            max_rank_change: without them; NaN where there are none.
        perhaps: how many could be dropped by tau alone. perhaps_tau, perhaps_low: without those.
        least: setting whose loss is smallest; least_tau, least_low, least_high: tau without it.
    """

    suite: str
    settings: int
    outside: int
    models: int
    dropped: tuple[str, ...]
    tau_b: float
    low: float
    high: float
    max_rank_change: float
    perhaps: int
    perhaps_tau: float
    perhaps_low: float
    least: str
    least_tau: float
    least_low: float
    least_high: float


def compute(
    grounds: Grounds,
    earlier: Mapping[str, Found | NotEstimable],  # noqa: ARG001  # the signature of every part
    generator: np.random.Generator,  # noqa: ARG001  # nothing is drawn
) -> Found | NotEstimable:
    """What each suite would lose with each of its settings."""
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in TABLES}
    facts = []
    for suite, columns, reason in _sets(grounds):
        rows = np.flatnonzero(np.isfinite(grounds.goodness[:, columns]).all(axis=1))
        if reason:
            parts["sets"].append(_uncomputed(suite, len(columns), reason))
            continue
        main, path, fact, known = _one(grounds, suite, columns, rows)
        for name, frame in (("main", main), ("path", path), ("sets", known)):
            parts[name].append(frame)
        facts.append(fact)
    if not facts:
        return NotEstimable(
            f"no suite has {FEWEST_SETTINGS} benchmarks that {FEWEST_FOR_INTERVAL} models have all of"
        )
    tables = {
        name: pd.concat(frames, ignore_index=True)[list(TABLES[name])] for name, frames in parts.items()
    }
    facts.sort(key=lambda fact: (-fact.models * fact.settings, fact.suite))
    return Found(tables=tables, headline=tuple(facts))


# -- which sets
# ----------------------------------------------------------------------------------------------------


def _sets(grounds: Grounds) -> Iterator[tuple[str, Ints, str]]:
    """Suite, its settings (or those of the block that enough models have), why it is not computed or ""."""
    score = grounds.goodness
    suites = grounds.benchmarks["suite"].astype(str).to_numpy(object)
    tells = np.array([len(np.unique(column[np.isfinite(column)])) > 1 for column in score.T], dtype=bool)
    names = sorted(set(suites))
    for suite in names:
        columns = np.flatnonzero((suites == suite) & tells)
        if (suites == suite).sum() >= FEWEST_SETTINGS:
            yield (suite, *_block(score, columns))
    if len(names) > 1:
        columns, reason = _block(score, np.flatnonzero(tells))
        if not reason and len(set(suites[columns])) > 1:
            yield TOGETHER, columns, ""


def _block(score: Floats, columns: Ints) -> tuple[Ints, str]:
    """The columns, or the largest block of them with enough complete rows; why there is none, or ""."""
    present = np.isfinite(score[:, columns])
    if present.all(axis=1).sum() < FEWEST_FOR_CLAIM and len(columns) >= FEWEST_SETTINGS:
        block = columns[largest_block(present, fewest_columns=FEWEST_SETTINGS)]
        columns = _telling(score, block) if len(block) else columns
    if len(columns) < FEWEST_SETTINGS:
        return columns, f"fewer than {FEWEST_SETTINGS} settings that tell models apart"
    models = int(np.isfinite(score[:, columns]).all(axis=1).sum())
    if models < FEWEST_FOR_INTERVAL:
        return columns, f"models with every setting: {models}, needs {FEWEST_FOR_INTERVAL}"
    return _telling(score, columns), ""


def _telling(score: Floats, columns: Ints) -> Ints:
    """Columns that are not constant on the complete rows."""
    rows = np.isfinite(score[:, columns]).all(axis=1)
    return columns[np.ptp(score[rows][:, columns], axis=0) > 0] if rows.any() else columns


def _uncomputed(suite: str, settings: int, reason: str) -> pd.DataFrame:
    """Nothing is known of such a suite but how many settings it has."""
    return pd.DataFrame(
        [{"suite": suite, "settings": settings, "reason": reason}], columns=list(TABLES["sets"])
    )


# -- one set
# -------------------------------------------------------------------------------------------------------


def _one(
    grounds: Grounds, suite: str, columns: Ints, rows: Ints
) -> tuple[pd.DataFrame, pd.DataFrame, Dropping, pd.DataFrame]:
    labels = grounds.benchmarks["setting"].to_numpy(object)[columns]
    scores = dropping.standardised(grounds.goodness[np.ix_(rows, columns)])
    full = scores.sum(axis=1)
    order = dropping.elimination(scores)
    path = _path(suite, labels[order], full, dropping.means_along(scores, order), grounds.level)
    alone = full[:, np.newaxis] - scores
    tau, low, high = dropping.taus(full, alone, grounds.level)
    change, moved = dropping.rank_changes(full, alone)
    keeps = int(path["keeps"].sum())
    place = np.argsort(order) + 1
    main = pd.DataFrame(
        {
            "suite": suite,
            "setting": labels,
            "loss": 1 - tau,
            "low": 1 - high,
            "high": 1 - low,
            "max_rank_change": change,
            "moved": grounds.systems[rows][moved],
            "dropped_as": place,
            "droppable": place <= keeps,
            "n": len(rows),
        }
    )
    outside = int((grounds.benchmarks["suite"] == suite).sum()) - len(columns) if suite != TOGETHER else 0
    fact = _fact(main, path, suite, outside)
    return main, path, fact, _set_row(fact, dropping.searched(len(rows), len(columns)))


def _path(suite: str, dropped: NDArray[np.object_], full: Floats, left: Floats, level: float) -> pd.DataFrame:
    """One row for each size from all but one down to one."""
    tau, low, high = dropping.taus(full, left, level)
    return pd.DataFrame(
        {
            "suite": suite,
            "kept": np.arange(len(dropped) - 1, 0, -1),
            "dropped": dropped[:-1],
            "tau_b": tau,
            "low": low,
            "high": high,
            "max_rank_change": dropping.rank_changes(full, left)[0],
            "keeps": np.logical_and.accumulate((tau >= KEEPS) & (low >= SURELY)),
        }
    )


def _fact(main: pd.DataFrame, path: pd.DataFrame, suite: str, outside: int) -> Dropping:
    keeps = int(path["keeps"].sum())
    perhaps = int(np.logical_and.accumulate(path["tau_b"].to_numpy(float) >= KEEPS).sum())
    unknown = pd.Series(dict.fromkeys(path.columns, np.nan))
    at = path.iloc[keeps - 1] if keeps else unknown
    maybe = path.iloc[perhaps - 1] if perhaps else unknown
    least = main.sort_values(["loss", "setting"], kind="stable").iloc[0]
    return Dropping(
        suite=suite,
        settings=len(main),
        outside=outside,
        models=int(main["n"].iloc[0]),
        dropped=tuple(map(str, path["dropped"].iloc[:keeps])),
        tau_b=float(at["tau_b"]),
        low=float(at["low"]),
        high=float(at["high"]),
        max_rank_change=float(at["max_rank_change"]),
        perhaps=perhaps,
        perhaps_tau=float(maybe["tau_b"]),
        perhaps_low=float(maybe["low"]),
        least=str(least["setting"]),
        least_tau=1 - float(least["loss"]),
        least_low=1 - float(least["high"]),
        least_high=1 - float(least["low"]),
    )


def _set_row(fact: Dropping, searched: int) -> pd.DataFrame:
    values = {
        "suite": fact.suite, "settings": fact.settings, "outside": fact.outside, "models": fact.models,
        "searched": searched, "dropped": len(fact.dropped), "tau_b": fact.tau_b, "low": fact.low, "high": fact.high,
        "perhaps": fact.perhaps, "reason": "",
    }  # fmt: skip
    return pd.DataFrame([values], columns=list(TABLES["sets"]))
