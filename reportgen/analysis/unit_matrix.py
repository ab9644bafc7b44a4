"""Variants by tasks of one panel: units, their means, drops from the original, and what linked items add."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.groups import number_groups
from reportgen.analysis.variant_items import MATRIX_KEY, consistency, item_matrices, paired_drops

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]

#: Names of the unchanged variant, in lower case.
ORIGINALS = frozenset({
    "original", "clean", "seed", "seed_question", "none", "no attack", "standard", "unchanged", "unperturbed", "base",
    "baseline", "identity",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class UnitMatrix:
    """Units of all systems of a panel.

    Attributes:
        variants, tasks: names, in order.
        value, error: (systems, variants, tasks) in the metric's unit; NaN where `there` is false or unknown.
        there: (variants, tasks) units that all systems have.
        original: position of the unchanged variant; None where it is not known.
        sign: 1 where larger is better, -1 where smaller is.
    """

    variants: list[str]
    tasks: list[str]
    value: Floats
    error: Floats
    there: Bools
    original: int | None
    sign: float

    def mean(self, units: Bools) -> tuple[Floats, Floats]:
        """Mean of these units (variants, tasks), and its error as if errors were fully dependent."""
        if not units.any():
            nothing = np.full(len(self.value), np.nan)
            return nothing, nothing
        return self.value[:, units].mean(axis=1), self.error[:, units].mean(axis=1)

    def column(self, variant: int) -> tuple[Floats, Floats]:
        """Mean over the tasks of one variant."""
        units = np.zeros_like(self.there)
        units[variant] = self.there[variant]
        return self.mean(units)


def unit_matrix(rows: pd.DataFrame, cells: pd.DataFrame, values: dict[str, Floats]) -> UnitMatrix:
    """Parts of a unit (levels, subsets) averaged, errors of parts as independent; all cells are known."""
    variant, variants = pd.factorize(cells["variant"], sort=True)
    task, tasks = pd.factorize(cells["task"], sort=True)
    shape = (len(values["value"]), len(variants), len(tasks))
    unit = variant * len(tasks) + task
    count = np.bincount(unit, minlength=shape[1] * shape[2])
    membership = (unit[:, np.newaxis] == np.arange(shape[1] * shape[2])).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = values["value"] @ membership / count
        squares = np.where(np.isfinite(values["stderr"]), values["stderr"], 0.0) ** 2
        error = np.sqrt(squares @ membership) / count
    unknown = (~np.isfinite(values["stderr"])).astype(float) @ membership > 0
    inside = rows.groupby("variant", sort=True)["role"].agg(lambda roles: bool((roles == "id").all()))
    return UnitMatrix(
        variants=[str(name) for name in variants],
        tasks=[str(name) for name in tasks],
        value=value.reshape(shape),
        error=np.where(unknown, np.nan, error).reshape(shape),
        there=(count > 0).reshape(shape[1:]),
        original=_original([str(name) for name in variants], {str(name) for name in inside.index[inside]}),
        sign=float(rows["sign"].iloc[0]),
    )


def _original(variants: list[str], inside: set[str]) -> int | None:
    """The one variant called original, else the one in distribution; None where there is none or several."""
    named = [at for at, name in enumerate(variants) if name.casefold() in ORIGINALS]
    named = named or [at for at, name in enumerate(variants) if name in inside]
    return named[0] if len(named) == 1 and len(variants) > 1 else None


def units_table(systems: pd.DataFrame, matrix: UnitMatrix, paired: pd.DataFrame) -> pd.DataFrame:
    """One row per system and unit, then means of variants over tasks and of tasks over variants.

    Args:
        systems: system, model.
        matrix: their units.
        paired: paired drops of this panel (system, variant, task, paired_error).
    """
    errors = {(row.system, row.variant, row.task): row.paired_error for row in paired.itertuples(index=False)}
    names = systems["system"].tolist()
    nothing = np.full(len(names), np.nan)
    never = np.zeros(len(names), dtype=bool)
    parts = []
    for v, variant in enumerate(matrix.variants):
        found = []
        for t in np.flatnonzero(matrix.there[v]).tolist():
            task = matrix.tasks[t]
            own = np.array([errors.get((name, variant, task), np.nan) for name in names])
            drop = _drop(matrix, v, t, own)
            parts.append(
                _part(systems, (variant, task), (matrix.value[:, v, t], matrix.error[:, v, t]), drop)
            )
            if matrix.original is not None and matrix.there[matrix.original, t]:
                found.append(drop)
        means = [np.mean([one[at] for one in found], axis=0) if found else nothing for at in (0, 1)]
        parts.append(_part(systems, (variant, ""), matrix.column(v), (means[0], means[1], never)))
    for t, task in enumerate(matrix.tasks):
        units = np.zeros_like(matrix.there)
        units[:, t] = matrix.there[:, t]
        parts.append(_part(systems, ("", task), matrix.mean(units), (nothing, nothing, never)))
    return pd.concat(parts).sort_values(["system", "variant", "task"], kind="stable", ignore_index=True)


def _drop(matrix: UnitMatrix, v: int, t: int, own: Floats) -> tuple[Floats, Floats, Bools]:
    """Drop of one unit, its error (paired where items are linked) and whether that is paired."""
    first = matrix.original
    if first is None or v == first or not matrix.there[first, t]:
        nothing = np.full(len(own), np.nan)
        return nothing, nothing, np.zeros(len(own), dtype=bool)
    drop = matrix.sign * (matrix.value[:, first, t] - matrix.value[:, v, t])
    independent = np.hypot(matrix.error[:, first, t], matrix.error[:, v, t])
    return drop, np.where(np.isfinite(own), own, independent), np.isfinite(own)


def _part(
    systems: pd.DataFrame,
    unit: tuple[str, str],
    score: tuple[Floats, Floats],
    drop: tuple[Floats, Floats, Bools],
) -> pd.DataFrame:
    """Rows of one unit or margin: (variant, task), (score, error), (drop, error, paired)."""
    return systems[["system", "model"]].assign(
        variant=unit[0],
        task=unit[1],
        score=score[0],
        standard_error=score[1],
        drop=drop[0],
        drop_error=drop[1],
        paired=drop[2],
    )


def item_tables(
    items: pd.DataFrame, rows: pd.DataFrame, *, level: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Consistency and paired drops of the panels of `rows`, with their panel's name and the systems' labels."""
    names = items["variant"].astype(object)
    items = items.assign(variant=names.where(names != "", "original"))
    keys, matrices = item_matrices(items)
    linked = consistency(keys, matrices, level=level)
    drops = paired_drops(keys, matrices, ORIGINALS)
    return _placed(linked, rows), _placed(drops, rows)


def _placed(found: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of tables by item that belong to a panel; `benchmark` becomes the panel, tasks are named as there.

    `own` of `rows` is the task as results state it.
    """
    key = [name for name in MATRIX_KEY if name != "task"]
    known = rows[[*key, "own", "task", "panel", "system"]].drop_duplicates([*key, "own"])
    both = pd.concat(
        [known.rename(columns={"own": "x"})[[*key, "x"]], found.rename(columns={"task": "x"})[[*key, "x"]]]
    )
    number = number_groups(both.reset_index(drop=True), [*key, "x"])
    place = dict(zip(number[: len(known)].tolist(), range(len(known)), strict=True))
    at = np.array([place.get(code, -1) for code in number[len(known) :].tolist()], dtype=np.intp)
    chosen = known.iloc[at[at >= 0]]
    result = found[at >= 0].reset_index(drop=True)
    panel, system, task = (chosen[name].to_numpy(object) for name in ("panel", "system", "task"))
    return result.assign(benchmark=panel, panel=panel, system=system, task=task)
