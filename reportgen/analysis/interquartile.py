"""The mean of the middle half of all runs of a system, and how far another draw of runs would move it.

Few runs of few tasks are ruled by their best and worst; the interquartile mean leaves out the lowest and the highest
quarter of all runs on all tasks together (N of them: int(N / 4) at either end) and averages the rest. The interval is
the percentile interval of a bootstrap that draws the runs of each task again by themselves (Agarwal et al. 2021; their
rliable gives the same point). Tasks are not drawn: it says what other runs would give, not other tasks. All systems
share the draws, so that an interval is for a system by itself, never for a difference. Of few runs it is too narrow:
simulated (normal runs of five tasks), the nominal 95 % interval covered 0.87 with 3 runs, 0.91 with 5, 0.94 with 10
and 0.95 with 20.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.averaging import common_scale
from reportgen.analysis.groups import number_groups
from reportgen.analysis.panels import rows_of_cells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from reportgen.analysis.evidence import Evidence
    from reportgen.analysis.method_grid import Grid

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

#: Times the runs are drawn again.
DRAWS = 2_000
#: Runs of a task from which they can be drawn again.
FEWEST_RUNS = 2
#: Numbers held at a time.
_MOST_NUMBERS = 4_000_000

COLUMNS: dict[str, str] = {
    "suite": "suite",
    "panel": "suite and selection rule",
    "system": "system",
    "runs": "runs on each benchmark",
    "benchmarks": "benchmarks, those of the mean",
    "interquartile_mean": "mean of the middle half of all its runs, in the unit",
    "low": "lower end of its bootstrap interval over runs",
    "high": "upper end of that interval",
    "unit": "unit; rescaled where each benchmark was put on 0 to 100 by its bounds",
}


def interquartile_mean(scores: Floats) -> Floats:
    """Of (p, runs, tasks): the mean of the middle half of each system's runs on all tasks."""
    flat = np.sort(scores.reshape(len(scores), -1), axis=1)
    cut = flat.shape[1] // 4
    middle: Floats = flat[:, cut : flat.shape[1] - cut].mean(axis=1)
    return middle


def bootstrap(
    scores: Floats, *, level: float, generator: np.random.Generator, draws: int = DRAWS
) -> tuple[Floats, Floats]:
    """Percentile interval of each system's interquartile mean over (p, runs, tasks), runs drawn within their task.

    How often each run was drawn is counted once for all systems. Along a system's sorted scores the cumulated counts,
    cut off at either end, say how much of the middle half lies at or below each: no draw is sorted again.
    """
    systems, runs, tasks = scores.shape
    size = runs * tasks
    found = np.empty((systems, draws))
    flat = scores.reshape(systems, size)
    order = np.argsort(flat, axis=1, kind="stable")
    ordered = np.take_along_axis(flat, order, axis=1)
    step = max(1, _MOST_NUMBERS // size)
    for start in range(0, draws, step):
        counts = _counts(min(step, draws - start), runs, tasks, generator)
        for at in range(systems):
            found[at, start : start + step] = _middle(counts, order[at], ordered[at])
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2], axis=1)
    return low, high


def _counts(draws: int, runs: int, tasks: int, generator: np.random.Generator) -> NDArray[np.uint16]:
    """(runs * tasks, draws): how often each run of each task was drawn."""
    picked = generator.integers(0, runs, size=(draws, runs, tasks), dtype=np.uint16).astype(np.intp)
    cell = (picked * tasks + np.arange(tasks)) * draws + np.arange(draws)[:, np.newaxis, np.newaxis]
    counts = np.bincount(cell.ravel(), minlength=draws * runs * tasks)
    return counts.astype(np.uint16).reshape(runs * tasks, draws)


def _middle(counts: NDArray[np.uint16], order: Ints, ordered: Floats) -> Floats:
    """The interquartile mean of each draw, from the top score down the steps between neighbours."""
    size = len(order)
    cut = size // 4
    below = np.cumsum(counts[order[:-1]], axis=0, dtype=np.int32)
    inside = np.clip(below, cut, size - cut) - cut
    middle: Floats = ordered[-1] - np.diff(ordered) @ inside.astype(np.float64) / (size - 2 * cut)
    return middle


# -- of the tables of methods
# ---------------------------------------------------------------------------------------------------


def interquartile_means(
    evidence: Evidence, grids: Sequence[Grid], *, level: float, generator: np.random.Generator
) -> pd.DataFrame:
    """One row per system of each table whose runs are there: as many on every benchmark of its mean, two or more.

    Columns `COLUMNS`; systems with fewer runs, or with parts of benchmarks instead of runs, are not in it.
    """
    if not _is_run(evidence.frame).any():
        return pd.DataFrame(columns=list(COLUMNS))
    frame, row, column = rows_of_cells(evidence)
    run = number_groups(frame, ("seed", "repeat"))
    value = frame["value"].to_numpy(dtype=float, na_value=np.nan)
    single = _is_run(frame) & np.isfinite(value)
    cells = {"row": row[single], "column": column[single], "run": run[single], "value": value[single]}
    parts = [_of_grid(evidence, grid, pd.DataFrame(cells), level, generator) for grid in grids]
    there = [part for part in parts if len(part)]
    return (
        pd.concat(there, ignore_index=True)[list(COLUMNS)] if there else pd.DataFrame(columns=list(COLUMNS))
    )


def _is_run(frame: pd.DataFrame) -> Bools:
    """Rows that say which of several runs they are."""
    stated: Bools = frame[["seed", "repeat"]].notna().any(axis=1).to_numpy(bool)
    return stated


def _of_grid(
    evidence: Evidence, grid: Grid, cells: pd.DataFrame, level: float, generator: np.random.Generator
) -> pd.DataFrame:
    settings, systems = evidence.table.settings, evidence.table.systems["system"]
    chosen = grid.columns[grid.averaged]
    kept, scale, _ = common_scale(settings, chosen)
    whole = (settings["leaves"].iloc[chosen] == 1).all() and len(kept) == len(chosen)
    mine = cells[cells["column"].isin(chosen) & cells["row"].isin(grid.rows)]
    frames = []
    for runs, rows in _with_runs(mine, len(chosen)).items() if whole else ():
        part = mine[mine["row"].isin(rows)].sort_values(["row", "column", "run"], kind="stable")
        scores = part["value"].to_numpy(float).reshape(len(rows), len(chosen), runs).transpose(0, 2, 1)
        if scale.rescaled:
            scores = _rescaled(scores, settings.iloc[np.sort(chosen)])
        low, high = bootstrap(scores, level=level, generator=generator)
        frames.append(pd.DataFrame({
            "suite": grid.suite, "panel": grid.title, "system": systems.iloc[rows].to_numpy(object),
            "runs": runs, "benchmarks": len(chosen), "interquartile_mean": interquartile_mean(scores), "low": low,
            "high": high, "unit": "rescaled" if scale.rescaled else scale.unit,
        }))  # fmt: skip
    if not frames:
        return pd.DataFrame(columns=list(COLUMNS))
    found = pd.concat(frames, ignore_index=True).assign(
        by=lambda rows: -scale.sign * rows["interquartile_mean"]
    )
    return found.sort_values(["by", "system"], kind="stable")


def _with_runs(cells: pd.DataFrame, benchmarks: int) -> dict[int, list[int]]:
    """Systems (rows of the score table, ascending) by the number of runs that they have on every benchmark."""
    runs = cells.groupby(["row", "column"], sort=True)["run"].agg(["size", "nunique"])
    sound = runs[(runs["size"] == runs["nunique"]) & (runs["size"] >= FEWEST_RUNS)]["size"]
    each = sound.groupby(level="row", sort=True).agg(["min", "max", "size"])
    found: dict[int, list[int]] = {}
    for row, least, most, number in each.itertuples(name=None):
        if least == most and number == benchmarks:
            found.setdefault(int(least), []).append(int(row))
    return dict(sorted(found.items()))


def _rescaled(scores: Floats, settings: pd.DataFrame) -> Floats:
    """Each benchmark on 0 to 100 by its bounds, 100 the best."""
    lower, upper = settings["lower"].to_numpy(float), settings["upper"].to_numpy(float)
    worst = np.where(settings["direction"] == "lower", upper, lower)
    shares: Floats = 100 * (scores - worst) / (lower + upper - 2 * worst)
    return shares
