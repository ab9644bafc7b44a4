"""What all summaries together support: the matrix of systems by measures, and counts of what they cannot say.

A system of a suite is one row of the matrix; its cells are its standings on the first strip of each measure in that
suite (the one over most systems). Rows are in order of the level, the score a loss is read with, never of a loss: a
system near chance loses nothing and is no model of generalization.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.profile import COLUMNS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.profile import Profile
    from reportgen.analysis.summaries.id_ood_gap import GapSummary

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Systems by measures.

    Attributes:
        cells: rows of `Profile.standings` that are shown, and `row`, 0 to the number of rows - 1.
        measures: (kind, measure) with a cell, in the order of the registry of summaries.
        rows, of_rows: rows shown, and rows there are.
    """

    cells: pd.DataFrame
    measures: tuple[tuple[str, str], ...]
    rows: int
    of_rows: int


def matrix(profile: Profile, *, most: int) -> Matrix:
    """The `most` systems of highest level in each suite; suites of most systems first."""
    standings = profile.standings
    if standings.empty:
        return Matrix(pd.DataFrame(columns=[*COLUMNS, "row"]), (), 0, 0)
    first = standings.groupby(["suite", "kind", "measure"])["strip"].transform("min")
    cells = standings[standings["strip"] == first]
    rows = _rows(cells, profile)
    shown = rows.groupby("suite", sort=False).head(most).assign(row=lambda frame: range(len(frame)))
    kept = cells.merge(shown[["suite", "system", "row"]], on=["suite", "system"], how="inner")
    there = set(zip(kept["kind"], kept["measure"], strict=True))
    return Matrix(
        cells=kept.sort_values(["row", "strip"], kind="stable", ignore_index=True),
        measures=tuple(key for key in profile.titles if key in there),
        rows=len(shown),
        of_rows=len(rows),
    )


def _rows(cells: pd.DataFrame, profile: Profile) -> pd.DataFrame:
    """One row per suite and system: suites with a shift first, then the largest, then the highest level."""
    frame = cells.assign(goodness=_level(cells, profile))
    rows = frame.groupby(["suite", "system"], as_index=False, sort=True)["goodness"].first()
    size = rows.groupby("suite")["system"].transform("size")
    shifted = set(cells.loc[_is_gap(cells, profile), "suite"])
    keys = rows.assign(plain=~rows["suite"].isin(shifted), larger=-size, worse=-rows["goodness"])
    names = ["plain", "larger", "suite", "worse", "system"]
    ordered: pd.DataFrame = keys.sort_values(names, kind="stable", ignore_index=True)
    return ordered


def _is_gap(cells: pd.DataFrame, profile: Profile) -> NDArray[np.bool_]:
    keys = zip(cells["kind"], cells["measure"], strict=True)
    return np.array([profile.roles[key] == "gap" for key in keys], dtype=bool)


def _level(cells: pd.DataFrame, profile: Profile) -> Floats:
    """Goodness of the score a row is ordered by: the one a loss is read with, else the first that is a score."""
    direction = cells["suite"].map(profile.directions)
    sign = direction.map({"higher": 1.0, "lower": -1.0}).to_numpy(float)
    level = np.where(_is_gap(cells, profile), cells["level"].to_numpy(float), np.nan) * sign
    score = cells["value"].to_numpy(float) * np.where(cells["better"] == "lower", -1.0, 1.0)
    plain = cells["is_score"].to_numpy(bool) & cells["better"].isin(["higher", "lower"]).to_numpy(bool)
    # the first value of a group that is known is taken: levels of losses stand before scores
    keys = [cells["suite"], cells["system"]]
    known = pd.Series(level, index=cells.index).groupby(keys).transform("first")
    other = pd.Series(np.where(plain, score, np.nan), index=cells.index).groupby(keys).transform("first")
    goodness: Floats = known.fillna(other).to_numpy(float)
    return goodness


@dataclass(frozen=True, slots=True)
class Loss:
    """What a comparison under shift supports. Scores in the metric's unit.

    Attributes:
        systems: compared.
        losing: with a positive gap.
        clear: with an interval above 0; None where no interval is known.
        near_chance: with nothing to lose, whatever their gap.
        r2: share of the shifted scores' variance (log odds) that the line through the in-distribution ones explains;
            None where there is no line.
        least_system: loses least of those not near chance; "" where none is.
        best_system: scores best under shift.
        robust_system, robust: highest effective robustness; "" and NaN where there is no line.
    """

    suite: str
    panel: str
    systems: int
    losing: int
    clear: int | None
    near_chance: int
    r2: float | None
    least_system: str
    best_system: str
    robust_system: str
    robust: float


def losses(gap: GapSummary) -> tuple[Loss, ...]:
    """One for each comparison, those of most systems first."""
    found = []
    for fact in gap.facts:
        rows = _of(gap.systems, fact.suite, fact.panel)
        line = _of(gap.lines, fact.suite, fact.panel)["r2"].to_numpy(float)
        sure = np.isfinite(rows["low"].to_numpy(float))
        found.append(
            Loss(
                suite=fact.suite,
                panel=fact.panel,
                systems=len(rows),
                losing=int((rows["gap"] > 0).sum()),
                clear=int((rows["low"] > 0).sum()) if sure.any() else None,
                near_chance=fact.n_near_chance,
                r2=float(line[0]) if len(line) and np.isfinite(line[0]) else None,
                least_system=fact.least_system,
                best_system=fact.best_ood_system,
                robust_system=fact.most_robust_system,
                robust=fact.most_robust,
            )
        )
    return tuple(sorted(found, key=lambda loss: (-loss.systems, loss.suite, loss.panel)))


def _of(frame: pd.DataFrame, suite: str, panel: str) -> pd.DataFrame:
    return frame[(frame["suite"] == suite) & (frame["panel"] == panel)]


@dataclass(frozen=True, slots=True)
class Limits:
    """What keeps comparisons from saying more.

    Attributes:
        models, alone: models with a standing, and those of them that stand in one suite only.
        comparisons, without_interval: strips of at least two systems, and those of them in which no system has an
            interval, so that a place may be noise.
        near_chance: systems of a comparison of losses with nothing to lose, each once.
    """

    models: int
    alone: int
    comparisons: int
    without_interval: int
    near_chance: int


def limits(profile: Profile) -> Limits:
    """Counts over all standings."""
    standings = profile.standings
    suites = standings.groupby("model")["suite"].nunique()
    several = standings[standings["systems"] > 1]
    sure = several.groupby("strip")["low"].count()
    return Limits(
        models=len(suites),
        alone=int((suites == 1).sum()),
        comparisons=len(sure),
        without_interval=int((sure == 0).sum()),
        near_chance=int(standings.loc[standings["near_chance"].astype(bool), "system"].nunique()),
    )
