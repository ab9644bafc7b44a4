"""Scores in distribution and under shift at ordered levels, task by task, and draws of where the gap peaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reportgen.analysis.curves import average
from reportgen.analysis.groups import combine, first_rows, number_groups, texts
from reportgen.analysis.peaks import first_peak

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

#: Draws for the support of a critical level; fewer where systems by tasks are many.
MOST_DRAWS, FEWEST_DRAWS = 1000, 200
_MOST_NUMBERS = 20_000_000
#: What tells tasks apart; `pair` is the benchmark, or of a shifted one its twin.
TASK = ("pair", "dataset", "subset", "task", "unit_name", "axis", "group")


@dataclass(frozen=True, slots=True)
class Cells:
    """One panel. Cells are (level, task); arrays (systems, cells), NaN where unknown.

    `names`, `orders` are of the levels, easiest first; `of_level` is the level of each cell.
    """

    names: tuple[str, ...]
    orders: Floats
    of_level: Ints
    inside: Floats
    shifted: Floats
    inside_error: Floats
    shifted_error: Floats

    @property
    def both(self) -> Bools:
        return np.isfinite(self.inside) & np.isfinite(self.shifted)


def cells_of(
    rows: pd.DataFrame,
    system: Ints,
    level: tuple[NDArray[np.object_], Floats],
    errors: Floats,
    n_systems: int,
) -> Cells:
    names, orders = level
    levels = sorted(set(zip(orders.tolist(), names.tolist(), strict=True)))
    code = {one: at for at, one in enumerate(levels)}
    rank = np.array([code[one] for one in zip(orders.tolist(), names.tolist(), strict=True)], dtype=np.intp)
    task = number_groups(rows, TASK)
    keys = list(texts(rows, TASK, first_rows(task)).itertuples(index=False, name=None))
    place = np.argsort(np.array(sorted(range(len(keys)), key=keys.__getitem__)))
    cell = rank * len(keys) + place[task]
    kept, cell = np.unique(cell, return_inverse=True)
    sides = []
    for role in ("id", "ood"):
        at = np.flatnonzero((rows["role"] == role).to_numpy(bool))
        one = combine(system[at], cell[at])
        first = at[first_rows(one)]
        mean, error = average(one, rows["value"].to_numpy(float)[at], errors[at])
        for numbers_ in (mean, error):
            side = np.full((n_systems, len(kept)), np.nan)
            side[system[first], cell[first]] = numbers_
            sides.append(side)
    return Cells(
        tuple(name for _, name in levels),
        np.array([order for order, _ in levels]),
        kept // len(keys),
        sides[0],
        sides[2],
        sides[1],
        sides[3],
    )


def level_means(sign: float, cells: Cells, there: Ints, columns: Ints) -> dict[str, Floats]:
    """Means over the tasks of one level, arrays (systems,)."""
    at = np.ix_(there, columns)
    inside, shifted = cells.inside[at], cells.shifted[at]
    k = max(len(columns), 1)
    clipped = np.maximum(sign * (inside - shifted), 0)
    empty = np.full(len(there), np.nan)
    if not len(columns):
        return dict.fromkeys(
            ("id_mean", "ood_mean", "raw_gap", "gap", "gap_of_means", "score", "error"), empty
        )
    means = {"id_mean": inside.mean(axis=1), "ood_mean": shifted.mean(axis=1)}
    both = np.isfinite(means["id_mean"]) & np.isfinite(means["ood_mean"])
    means = {name: np.where(both, one, np.nan) for name, one in means.items()}
    raw = sign * (means["id_mean"] - means["ood_mean"])
    squares = cells.inside_error[at] ** 2 + cells.shifted_error[at] ** 2
    return means | {
        "raw_gap": raw,
        "gap": clipped.mean(axis=1),
        "gap_of_means": np.maximum(raw, 0),
        "score": means["ood_mean"] - sign * clipped.mean(axis=1),
        "error": np.sqrt(squares.sum(axis=1)) / k,
    }


def peak_draws(
    sign: float, cells: Cells, there: Ints, used: Sequence[Ints], generator: np.random.Generator
) -> tuple[Ints, NDArray[np.object_]]:
    """(draws, systems) critical level of each draw, and per system what was drawn, "" where nothing can be.

    All systems share the random numbers, so that renaming one changes none.
    """
    columns = np.concatenate(used)
    size = int(np.clip(_MOST_NUMBERS // max(len(columns) * len(there), 1), FEWEST_DRAWS, MOST_DRAWS))
    error = np.hypot(cells.inside_error, cells.shifted_error)
    gap = sign * (cells.inside - cells.shifted)
    by_score, by_task = [], []
    for one in used:
        at = np.ix_(there, one)
        by_score.append(_scores_drawn(gap[at], error[at], generator.standard_normal((size, len(one)))))
        times = generator.multinomial(len(one), np.full(len(one), 1 / max(len(one), 1)), size=size)
        by_task.append(times @ np.maximum(gap[at], 0).T / np.where(len(one), len(one), np.nan))
    known = np.asarray(np.isfinite(error[np.ix_(there, columns)]).all(axis=1))
    enough = min(map(len, used)) > 1
    drawn = np.where(known[:, np.newaxis], np.stack(by_score, axis=-1), np.stack(by_task, axis=-1))
    return first_peak(drawn)[0], np.where(known, "scores", "tasks" if enough else "").astype(object)


def _scores_drawn(gap: Floats, error: Floats, normal: Floats) -> Floats:
    """(draws, systems) mean clipped gap; arrays (systems, tasks) and (draws, tasks)."""
    total = np.zeros((len(normal), len(gap)))
    for task in range(gap.shape[1]):
        total += np.maximum(gap[:, task] + normal[:, [task]] * error[:, task], 0)
    return total / np.where(gap.shape[1], gap.shape[1], np.nan)
