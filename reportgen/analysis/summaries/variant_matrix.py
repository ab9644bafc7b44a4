"""What breaks a score? Tasks by variants: perturbations, rewordings, attacks.

u[v, t] is the score on task t in variant v; a task is the results' `task`, or a benchmark of a suite that states none.
A unit may have its own metric, as long as all share unit, direction and bounds. Aggregation: items -> seeds -> parts of
a unit (levels, subsets) -> units; All, row means and column means are means of units, not of items.

    drop[v] = u[original] - u[v] in the direction of goodness, mean over tasks that have both; positive is a loss
    consistency = share of items that are right in every variant;  flip rate = share of variant pairs that differ

The original is the variant called so (or clean, seed, none, ...), or the only one in distribution. The worst variant is
the one of the lowest mean over tasks; of attack success rates, where less is better, the highest.

Errors: variants are made from the same items, so that errors of units rise and fall together; the error of a mean of
units is their mean error, as if they were fully dependent: too large rather than too small. A drop has the paired error
over items where items are linked by `item_id`, else that of independent samples, again rather too large.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from reportgen.analysis.evidence import LEFT_OUT_COLUMNS, Computed
from reportgen.analysis.interval_coverage import few_items
from reportgen.analysis.measurements import (
    SCALE_KEY,
    best_of,
    chance_level,
    grid,
    label_panels,
    near_chance,
    normal_interval,
)
from reportgen.analysis.missing_data import largest_block
from reportgen.analysis.unit_matrix import ORIGINALS, UnitMatrix, item_tables, unit_matrix, units_table
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.evidence import Evidence
    from reportgen.records.catalog import Catalog

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]

NAME = "variant_matrix"
TITLE = "Variants and attacks"
NEEDS = ("results by variant (perturbation, rewording or attack)",)
HOW_TO_SUPPLY = (
    "no benchmark has results in two variants: state `variant` of results (perturbation, rewording or attack; the"
    " unchanged one is called original or clean), and `task` where there are several"
)
COLUMNS = {
    "suite": "Collection the benchmark belongs to",
    "benchmark": "Benchmark, or suite where its benchmarks are the tasks",
    "system": "What is compared",
    "model": "Model id",
    "estimate": "All: mean of units (variant by task), in the metric's unit",
    "standard_error": "Of that mean, errors of units taken as fully dependent; empty when unknown",
    "low": "Lower end of its normal interval",
    "high": "Upper end",
    "unit": "Unit of scores",
    "direction": "Whether higher or lower is better",
    "original": "Mean over tasks in the original variant; empty without one",
    "perturbed": "Mean of units of the other variants",
    "mean_drop": "Mean over the other variants of the drop; positive means it loses",
    "drop_error": "Its standard error",
    "worst_variant": "Variant of the worst mean over tasks, the original aside",
    "worst_score": "That mean",
    "worst_drop": "Its drop",
    "variants": "Variants",
    "tasks": "Tasks",
    "units": "Units in the mean",
    "of_units": "Units that any system of the panel has",
    "consistency": "Share of items right in every variant, mean over tasks",
    "flip_rate": "Share of variant pairs of an item that differ, mean over tasks",
    "consistency_reason": "Why there is no consistency",
    "chance": "Score of guessing, by the catalog",
    "near_chance": "Whether the original (or else the mean) is near chance: a guesser has nothing to lose",
}
UNIT_COLUMNS = {
    "suite": "Collection",
    "benchmark": "Benchmark or suite",
    "system": "What is compared",
    "model": "Model id",
    "variant": "Variant; empty for the mean over variants",
    "task": "Task; empty for the mean over tasks",
    "score": "Score of the unit, or mean of units",
    "standard_error": "Of it; empty when unknown",
    "drop": "Original minus this variant in the direction of goodness; empty for the original",
    "drop_error": "Its standard error",
    "paired": "Whether that error is paired over items",
}
CONSISTENCY_COLUMNS = {
    "suite": "Collection",
    "benchmark": "Benchmark or suite",
    "system": "What is compared",
    "model": "Model id",
    "task": "Task",
    "variants": "Variants of the items",
    "items": "Items in every variant",
    "of_items": "Items in any variant",
    "consistency": "Share of them right in every variant",
    "low": "Lower end of the Wilson interval of that share",
    "high": "Upper end",
    "flip_rate": "Mean share of variant pairs of an item of which one is right and one wrong",
    "reason": "Why there is none",
}
TABLES = {"units": UNIT_COLUMNS, "consistency": CONSISTENCY_COLUMNS}


@dataclass(frozen=True, slots=True)
class Headline:
    """The panel with most systems.

    Attributes:
        panel, unit, lower_is_better: its name, unit and direction.
        systems, variants, tasks: compared.
        best, score, error: the best mean of units.
        alike: other systems that cannot be told apart from it; None where an error is unknown.
        worst_variant, worst_score, worst_drop: of the best system; drop NaN without an original.
        median_drop: mean drop of the median system; NaN without an original.
        hardest_variant: the worst variant of more than half of the systems; "" where there is none.
        consistency: of the best system; NaN where items are not linked.
    """

    panel: str
    unit: str
    lower_is_better: bool
    systems: int
    variants: int
    tasks: int
    best: str
    score: float
    error: float
    alike: int | None
    worst_variant: str
    worst_score: float
    worst_drop: float
    median_drop: float
    hardest_variant: str
    consistency: float


def compute(evidence: Evidence, *, level: float, generator: np.random.Generator) -> Computed | NotEstimable:
    """Units, margins, drops and consistency in every panel of two variants or more; needs no random numbers."""
    del generator
    rows = evidence.measured(ignore=("unit_name",)) if len(evidence.items) else evidence.measurements
    stated = _with_variants(rows) if len(rows) else rows
    usable = stated.loc[stated["sign"].notna()] if len(stated) else stated
    if usable.empty:
        return NotEstimable("the direction of the metric is unknown" if len(stated) else HOW_TO_SUPPLY)
    linked, drops = item_tables(evidence.items, usable, level=level)
    parts = [
        _panel(part, drops, linked, evidence.catalog, level)
        for _, part in usable.groupby(["suite", "panel"], sort=True)
    ]
    main = pd.concat([part[0] for part in parts], ignore_index=True)
    units = pd.concat([part[1] for part in parts], ignore_index=True)
    return Computed(
        main=main[list(COLUMNS)],
        headline=_headline(main, level),
        models=int(main["system"].nunique()),
        benchmarks=len(parts),
        level=level,
        tables={"units": units[list(UNIT_COLUMNS)], "consistency": linked[list(CONSISTENCY_COLUMNS)]},
        caveats=(*_caveats(main), *few_items(evidence, main["suite"])),
        left_out=_left_out(rows, stated),
    )


def _with_variants(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of panels with two variants or more, with their task, panel and `own`, the task as stated.

    An unnamed variant is the original.
    """
    named = rows["variant"] != ""
    tasked = (
        (rows["task"] != "").where(named, other=False).groupby(rows["suite"]).transform("any").to_numpy(bool)
    )
    alone = tasked | (rows["suite"] == "").to_numpy(bool)
    task = np.where(tasked, rows["task"], rows["benchmark"])
    rows = rows.assign(own=rows["task"], task=task, at=np.where(alone, rows["benchmark"], ""), named=named)
    rows = rows.assign(bounds=rows["lower"].astype(str) + "–" + rows["upper"].astype(str))
    key = [*SCALE_KEY, "bounds", "at"]
    varied = rows.groupby([*key, "task"], sort=False)["variant"].transform("nunique") > 1
    named_there = rows.groupby([*key, "task"], sort=False)["named"].transform("any")
    several = rows.groupby(key, sort=False)["variant"].transform("nunique") > 1
    rows = rows.loc[named_there & (varied | several)]
    if rows.empty:
        return rows
    panel = label_panels(rows.assign(benchmark=rows["at"]), [*SCALE_KEY, "bounds", "benchmark"])
    return rows.assign(panel=panel, variant=rows["variant"].where(rows["variant"] != "", "original"))


def _panel(
    rows: pd.DataFrame, drops: pd.DataFrame, linked: pd.DataFrame, catalog: Catalog, level: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    first = rows.iloc[0]
    systems, cells, values = grid(rows, ("variant", "task", "metric", "subset", "unit_name", "level_name", "length",
                                         "group", "dataset", "test_domain", "train_domain", "axis"))  # fmt: skip
    present = np.isfinite(values["value"])
    block = largest_block(present)
    keep: Bools = np.logical_and.reduce(present[:, block], axis=1)
    of_units = len(cells[["variant", "task"]].drop_duplicates())
    chosen = {name: value[keep][:, block] for name, value in values.items()}
    systems = systems[keep].reset_index(drop=True)
    matrix = unit_matrix(rows, cells.iloc[block].reset_index(drop=True), chosen)
    labels = {"suite": first["suite"], "benchmark": first["panel"]}
    units = units_table(systems, matrix, drops[drops["panel"] == first["panel"]]).assign(**labels)
    main = _overall(systems, matrix, units, level).assign(
        **labels, unit=first["unit"], direction=first["direction"], of_units=of_units
    )
    main = main.assign(**_consistency(main, linked), **_chance(main, rows, catalog, float(first["sign"])))
    order = main.assign(by=-float(first["sign"]) * main["estimate"])
    return order.sort_values(["by", "system"], kind="stable"), units


def _overall(systems: pd.DataFrame, matrix: UnitMatrix, units: pd.DataFrame, level: float) -> pd.DataFrame:
    """All, original and the worst variant of every system."""
    score, error = matrix.mean(matrix.there)
    low, high = normal_interval(score, error, level=level)
    others = [at for at in range(len(matrix.variants)) if at != matrix.original]
    columns = np.column_stack([matrix.column(at)[0] for at in others])
    worst = (matrix.sign * columns).argmin(axis=1)
    rest = matrix.there.copy()
    if matrix.original is not None:
        rest[matrix.original] = False
    margins = units[(units["task"] == "") & (units["variant"] != "")]
    drop = margins.pivot_table(index="system", columns="variant", values="drop", dropna=False, sort=True)
    spread = margins.pivot_table(
        index="system", columns="variant", values="drop_error", dropna=False, sort=True
    )
    names = np.array(matrix.variants, dtype=object)[others]
    wide, errors = (
        table.reindex(index=systems["system"], columns=names).to_numpy(float) for table in (drop, spread)
    )
    row = np.arange(len(systems))
    unknown = np.full(len(systems), np.nan)
    return systems[["system", "model"]].assign(
        estimate=score,
        standard_error=error,
        low=low,
        high=high,
        original=unknown if matrix.original is None else matrix.column(matrix.original)[0],
        perturbed=matrix.mean(rest)[0],
        mean_drop=wide.mean(axis=1),
        drop_error=errors.mean(axis=1),
        worst_variant=names[worst],
        worst_score=columns[row, worst],
        worst_drop=wide[row, worst],
        variants=len(matrix.variants),
        tasks=len(matrix.tasks),
        units=int(matrix.there.sum()),
    )


def _consistency(main: pd.DataFrame, linked: pd.DataFrame) -> dict[str, Any]:
    """Mean over tasks, only where every task has one."""
    mine = linked[linked["benchmark"].isin(set(main["benchmark"])) & linked["suite"].isin(set(main["suite"]))]
    groups = {str(system): rows for system, rows in mine.groupby("system", sort=True)}

    def mean(column: str) -> Floats:
        return np.array([
            groups[system][column].astype(float).mean(skipna=False) if system in groups else np.nan
            for system in main["system"]
        ])  # fmt: skip

    def why(system: str) -> str:
        if system not in groups:
            return "no results by item"
        return next((text for text in groups[system]["reason"] if text), "")

    reasons = np.array([why(system) for system in main["system"]], dtype=object)
    return {
        "consistency": mean("consistency"),
        "flip_rate": mean("flip_rate"),
        "consistency_reason": reasons,
    }


def _chance(main: pd.DataFrame, rows: pd.DataFrame, catalog: Catalog, sign: float) -> dict[str, Any]:
    chance = chance_level(rows, catalog)
    if chance is None:
        return {"chance": np.nan, "near_chance": False}
    value = main["original"].fillna(main["estimate"]).to_numpy(float)
    width = float((rows["upper"] - rows["lower"]).iloc[0])
    errors = main["standard_error"].to_numpy(float)
    return {"chance": chance, "near_chance": near_chance(value, errors, chance, sign, width)}


def _left_out(rows: pd.DataFrame, stated: pd.DataFrame) -> pd.DataFrame:
    """Suites without variants, and metrics without a direction."""
    used = set(stated["suite"]) if len(stated) else set()
    found = [(suite, "", HOW_TO_SUPPLY) for suite in sorted(set(rows["suite"]) - used)]
    undirected = stated.loc[stated["sign"].isna(), ["suite", "benchmark"]].drop_duplicates()
    reason = "the direction of the metric is unknown: state `direction`"
    found += [(*pair, reason) for pair in sorted(undirected.itertuples(index=False, name=None))]
    return pd.DataFrame(found, columns=list(LEFT_OUT_COLUMNS))


def _headline(main: pd.DataFrame, level: float) -> Headline:
    sizes = main.groupby(["suite", "benchmark"], sort=True)["system"].size()
    suite, name = sizes.index[int(np.argmax(sizes.to_numpy()))]
    rows = main[(main["suite"] == suite) & (main["benchmark"] == name)].reset_index(drop=True)
    sign = 1.0 if rows["direction"].iloc[0] == "higher" else -1.0
    scores, errors = (rows[column].to_numpy(float) for column in ("estimate", "standard_error"))
    best = best_of(sign * scores, errors, level=level)
    row = rows.iloc[best.position]
    return Headline(
        panel=str(name),
        unit=str(row["unit"]),
        lower_is_better=sign < 0,
        systems=len(rows),
        variants=int(row["variants"]),
        tasks=int(row["tasks"]),
        best=str(row["system"]),
        score=float(row["estimate"]),
        error=float(row["standard_error"]),
        alike=best.alike,
        worst_variant=str(row["worst_variant"]),
        worst_score=float(row["worst_score"]),
        worst_drop=float(row["worst_drop"]),
        median_drop=float(rows["mean_drop"].median()),
        hardest_variant=_of_most(rows["worst_variant"]),
        consistency=float(row["consistency"]),
    )


def _of_most(names: pd.Series) -> str:
    counts = names.value_counts()
    return str(counts.index[0]) if 2 * counts.iloc[0] > len(names) else ""


def _caveats(main: pd.DataFrame) -> tuple[str, ...]:
    found = []
    for (_, name), rows in main.groupby(["suite", "benchmark"], sort=True):
        row = rows.iloc[0]
        if row["units"] < row["of_units"]:
            found.append(
                f"{name}: means are over {row['units']} of {row['of_units']} units, those all compared systems have."
            )
        if row["units"] < row["variants"] * row["tasks"]:
            found.append(
                f"{name}: not every task has every variant; means of variants are over different tasks."
            )
        if rows["original"].isna().all():
            named = ", ".join(sorted(ORIGINALS)[:4])
            found.append(
                f"{name}: no variant is known to be the unchanged one ({named}, ...), so there are no drops."
            )
    return tuple(found)
