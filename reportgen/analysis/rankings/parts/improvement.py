"""Runs of the first against runs of the next: would the first win again? Where results give two runs or more of each.

A mean over runs hides how far they spread. The chance that a random run of the first beats a random run of another, on
a random benchmark of the score, is a statement about what one training run will give. It is about runs: benchmarks are
taken as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.averaging import on_scale
from reportgen.analysis.parts import MAIN, Found
from reportgen.analysis.rankings.improvement import (
    improvement,
    improvement_interval,
    profile,
    profile_band,
)
from reportgen.analysis.scores import run_table
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from reportgen.analysis.evidence import Evidence
    from reportgen.analysis.rankings.grounds import Grounds
    from reportgen.analysis.table import ScoreTable

    Floats = NDArray[np.float64]

NAME = "improvement"
TITLE = "Runs of the first against runs of the others"
#: Systems with runs that are compared, the best by the board first.
MOST_SYSTEMS = 10
FEWEST_RUNS = 2
#: Steps of a profile.
STEPS = 50
TABLES: Mapping[str, Mapping[str, str]] = {
    MAIN: {
        "system": "the best system of the board among those with runs",
        "other": "another one",
        "chance": "chance that a random run of the system beats one of the other on a random benchmark; equal runs "
        "count half",
        "low": "lower end of its bootstrap interval over runs",
        "high": "upper end",
        "benchmarks": "benchmarks of the score",
        "runs": "fewest runs of the system on a benchmark",
        "runs_other": "fewest runs of the other on a benchmark",
    },
    "profiles": {
        "system": "system",
        "threshold": "score on the board's scale",
        "share": "mean over benchmarks of the share of its runs that are better",
        "low": "lower end of the bootstrap interval over runs, at this threshold alone",
        "high": "upper end",
    },
}


@dataclass(frozen=True, slots=True)
class Rerun:
    """How surely a run of the best system beats one of the next.

    Attributes:
        system: the best of the board among those with runs.
        first: it is first on the board.
        compared: systems with runs that it is compared with.
        lacking: ranked systems without two runs on every benchmark.
        benchmarks: of the score.
    """

    system: str
    first: bool
    compared: int
    lacking: int
    benchmarks: int


def compute(
    grounds: Grounds, earlier: Mapping[str, Found | NotEstimable], generator: np.random.Generator
) -> Found | NotEstimable:
    """The best system with runs against the next ones."""
    del earlier
    frame = grounds.evidence.frame
    if not frame[["seed", "repeat"]].notna().any(axis=None):
        return NotEstimable("no result says which of several runs it is: give `seed` or `repeat`")
    runs = _runs(grounds)
    if len(runs) < 2:
        return NotEstimable(
            f"fewer than two ranked systems have {FEWEST_RUNS} runs or more on every benchmark of the score"
        )
    chosen = dict(list(runs.items())[:MOST_SYSTEMS])
    main = _against(chosen, grounds.level, generator)
    ranked = int(grounds.ranked.sum())
    best = next(iter(chosen))
    headline = Rerun(best, best in grounds.board.winners, len(main), ranked - len(runs), len(grounds.labels))
    return Found({MAIN: main, "profiles": _profiles(chosen, grounds, generator)}, headline)


def _runs(grounds: Grounds) -> dict[str, list[Floats]]:
    """Ranked system, best first -> its runs on each benchmark, for those with enough on all; larger is better."""
    table = _run_scores(grounds.evidence)
    place = {str(label): at for at, label in enumerate(table.settings["setting"])}
    columns = np.array([place.get(label, -1) for label in grounds.labels], dtype=np.intp)
    if (columns < 0).any():  # the board over suites has no settings of its own
        return {}
    rows = np.arange(len(table.systems))
    value = grounds.board.scale.sign * on_scale(table, rows, columns, grounds.board.scale)[0]
    rows_of: dict[str, list[int]] = {}
    for row, name in enumerate(table.systems["system"].tolist()):
        rows_of.setdefault(str(name), []).append(row)
    found = {}
    for name in (name for name, ranked in zip(grounds.names, grounds.ranked, strict=True) if ranked):
        runs = [column[np.isfinite(column)] for column in value[rows_of.get(name, [])].T]
        if all(len(column) >= FEWEST_RUNS for column in runs):
            found[name] = runs
    return found


@lru_cache(maxsize=1)
def _run_scores(evidence: Evidence) -> ScoreTable:
    """Every run by itself, once for all boards."""
    return run_table(evidence.frame, evidence.catalog)


def _against(runs: Mapping[str, list[Floats]], level: float, generator: np.random.Generator) -> pd.DataFrame:
    """The first of these systems against each of the others."""
    (best, own), *others = runs.items()
    rows = []
    for other, theirs in others:
        low, high = improvement_interval(own, theirs, level=level, generator=generator)
        rows.append(
            {
                "system": best,
                "other": other,
                "chance": improvement(own, theirs),
                "low": low,
                "high": high,
                "benchmarks": len(own),
                "runs": min(map(len, own)),
                "runs_other": min(map(len, theirs)),
            }
        )
    return pd.DataFrame(rows, columns=list(TABLES[MAIN]))


def _profiles(
    runs: Mapping[str, list[Floats]], grounds: Grounds, generator: np.random.Generator
) -> pd.DataFrame:
    """Profiles on steps from the least to the greatest run of all these systems."""
    every = np.concatenate([column for columns in runs.values() for column in columns])
    thresholds = np.linspace(float(every.min()), float(every.max()), STEPS + 1)
    frames = []
    for name, own in runs.items():
        low, high = profile_band(own, thresholds, level=grounds.level, generator=generator)
        frames.append(
            pd.DataFrame(
                {
                    "system": name,
                    "threshold": grounds.board.scale.sign * thresholds,
                    "share": profile(own, thresholds),
                    "low": low,
                    "high": high,
                }
            )
        )
    return pd.concat(frames, ignore_index=True)
