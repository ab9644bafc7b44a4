"""Which capabilities carry a score? Means by axis (capability, modality, sub-task), and the mean over axes.

The axis is what results state as `axis`; in a suite that states none, the `task` of a benchmark. What a score is of
besides (benchmark, task, unit, level, ...) is a family of its axis. A panel is a suite, or a benchmark where tasks are
the axes or there is no suite.

Aggregation: items -> seeds -> families -> axes -> overall; every family of an axis and every axis weighs alike (macro),
so an axis with many families counts no more than one with few. Where some results are shifted (role ood), the score of
an axis is the shifted one, and the in-distribution one stands beside it: gap = id - ood in the direction of goodness.
An axis without an in-distribution twin has no gap, not 0.

Systems are compared over the largest block of systems and families without a hole. Errors are of items or seeds,
sqrt(sum se^2) / k with families fixed; where a family has none, families are the sample (from three on, Student).
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
    baseline_of,
    best_of,
    chance_level,
    grid,
    label_panels,
    near_chance,
)
from reportgen.analysis.missing_data import largest_block
from reportgen.analysis.seen_unseen import mean_over
from reportgen.analysis.uncertain_means import quantile, satterthwaite
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.evidence import Evidence
    from reportgen.records.catalog import Catalog

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]

NAME = "axis_breakdown"
TITLE = "By capability"
NEEDS = ("results by axis (or by task) of a benchmark, two axes at least",)
HOW_TO_SUPPLY = (
    "no results are split by capability: state `axis` (capability, modality or sub-task) of results, or the `task` of"
    " a benchmark"
)
COLUMNS = {
    "suite": "Collection the benchmark belongs to",
    "benchmark": "Suite, or benchmark where its tasks are the axes",
    "system": "What is compared",
    "model": "Model id",
    "estimate": "Mean over axes, every axis alike, in the metric's unit; of shifted results where there are any",
    "standard_error": "Of that mean; empty when unknown",
    "low": "Lower end of its interval: normal, Student's where families are the sample",
    "high": "Upper end",
    "unit": "Unit of scores",
    "direction": "Whether higher or lower is better",
    "side": "Which results the scores are of: ood where there are any, else all",
    "axes": "Axes in the mean",
    "of_axes": "Axes that any system of the panel has",
    "families": "Families in the mean",
    "of_families": "Families that any system of the panel has",
    "best_axis": "Axis of the best score",
    "best_score": "Its score",
    "weakest_axis": "Axis of the worst score",
    "weakest_score": "Its score",
    "id_mean": "Mean over axes in distribution; empty where an axis has no such results",
    "gap": "Mean over axes of the gap, over axes that have one; positive means it loses under shift",
    "gap_axes": "Axes with a gap",
    "baseline": "System it is compared with: the same model without a method",
    "delta": "Overall score minus that of the baseline, positive is better",
    "delta_error": "Its standard error, errors taken as independent",
    "chance": "Score of guessing, by the catalog",
    "near_chance": "Whether the overall score is near chance",
}
AXIS_COLUMNS = {
    "suite": "Collection",
    "benchmark": "Suite or benchmark",
    "system": "What is compared",
    "model": "Model id",
    "axis": "Axis",
    "score": "Mean over its families; of shifted results where there are any",
    "standard_error": "Of that mean; empty when unknown",
    "low": "Lower end of its interval: normal, Student's where families are the sample",
    "high": "Upper end",
    "id_score": "Mean over its families in distribution",
    "gap": "In distribution minus shifted in the direction of goodness",
    "gap_reason": "Why there is no gap",
    "profile": "Score as a share of the best system's on this axis, from the metric's worst bound",
    "delta": "Score minus that of the baseline, positive is better",
    "id_delta": "The same in distribution",
    "families": "Families in the mean",
    "of_families": "Families of the axis that any system has",
}
TABLES = {"axes": AXIS_COLUMNS}
_REST = (
    "subset", "test_domain", "train_domain", "level_name", "length", "unit_name", "variant", "group", "dataset",
)  # fmt: skip
_NO_TWIN = "no in-distribution results"


@dataclass(frozen=True, slots=True)
class Headline:
    """The panel with most systems.

    Attributes:
        panel, unit: its name and the unit of its scores.
        systems, axes: compared, and over how many axes.
        shifted: whether the scores are of shifted results.
        best, score, error: the best mean over axes.
        alike: other systems that cannot be told apart from it; None where an error is unknown.
        weakest_axis, weakest_score: of the best system.
        hardest_axis, hardest_median: the axis on which the median system is worst.
        gain_system, gain: the greatest gain of a method over its baseline; "" and NaN where there is none.
        gain_axis, gain_on_axis: where it gains most.
    """

    panel: str
    unit: str
    systems: int
    axes: int
    shifted: bool
    best: str
    score: float
    error: float
    alike: int | None
    weakest_axis: str
    weakest_score: float
    hardest_axis: str
    hardest_median: float
    gain_system: str
    gain: float
    gain_axis: str
    gain_on_axis: float


def compute(evidence: Evidence, *, level: float, generator: np.random.Generator) -> Computed | NotEstimable:
    """Scores by axis and their mean, in every panel of two axes or more; needs no random numbers."""
    del generator
    rows = evidence.measurements
    stated = _with_axes(rows) if len(rows) else rows
    usable = stated.loc[stated["sign"].notna()] if len(stated) else stated
    if usable.empty:
        return NotEstimable("the direction of the metric is unknown" if len(stated) else HOW_TO_SUPPLY)
    parts = [
        _panel(part, evidence.catalog, level) for _, part in usable.groupby(["suite", "panel"], sort=True)
    ]
    main = pd.concat([part[0] for part in parts], ignore_index=True)
    axes = pd.concat([part[1] for part in parts], ignore_index=True)
    return Computed(
        main=main[list(COLUMNS)],
        headline=_headline(main, axes, level),
        models=int(main["system"].nunique()),
        benchmarks=len(parts),
        level=level,
        tables={"axes": axes[list(AXIS_COLUMNS)]},
        caveats=(*_caveats(main), *few_items(evidence, main["suite"])),
        left_out=_left_out(rows, stated),
    )


def _with_axes(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with an axis, their panel and what tells families apart; only panels of two axes or more."""
    stating = (rows["axis"] != "").groupby(rows["suite"]).transform("any").to_numpy(bool)
    axis = np.where(stating, rows["axis"], rows["task"])
    alone = ~stating | (rows["suite"] == "").to_numpy(bool)
    at = np.where(alone, rows["benchmark"], "")
    task = np.where(stating, rows["task"], "")
    family = rows[["benchmark", "metric", *_REST]].assign(task=task).agg("\x1f".join, axis=1)
    rows = rows.assign(axis=axis, at=at, family=family).loc[axis != ""]
    if rows.empty:
        return rows
    rows = rows.assign(bounds=rows["lower"].astype(str) + "–" + rows["upper"].astype(str))
    key = [*SCALE_KEY, "bounds", "benchmark"]
    rows = rows.assign(panel=label_panels(rows.assign(benchmark=rows["at"]), key))
    several = rows.groupby(["suite", "panel"])["axis"].transform("nunique") > 1
    return rows.loc[several]


def _panel(rows: pd.DataFrame, catalog: Catalog, level: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    first = rows.iloc[0]
    shifted = bool((rows["role"] == "ood").any())
    systems, families, cells = grid(
        rows.assign(side=_side(rows, shifted=shifted)), ("side", "axis", "family")
    )
    main_side = (families["side"] == "main").to_numpy(bool)
    names = families["axis"].to_numpy(object)
    present = np.isfinite(cells["value"])
    block = np.flatnonzero(main_side)[largest_block(present[:, main_side])]
    keep = np.logical_and.reduce(present[:, block], axis=1)
    used = np.zeros(len(families), dtype=bool)
    used[block] = True
    used |= ~main_side & np.logical_and.reduce(present[keep], axis=0)
    systems = systems[keep].reset_index(drop=True)
    cells = {name: cell[keep] for name, cell in cells.items()}
    sign = float(first["sign"])
    labels = {"suite": first["suite"], "benchmark": first["panel"]}
    shares = _Shares(sign, _worst(rows, sign), baseline_of(systems), level)
    tables = []
    for axis in sorted(set(names[block])):
        mine = used & (names == axis)
        table = _axis(systems, cells, mine & main_side, mine & ~main_side, shares, shifted=shifted)
        of_families = int((main_side & (names == axis)).sum())
        tables.append(table.assign(axis=axis, of_families=of_families))
    axes = pd.concat(tables).assign(**labels)
    counts = {"of_axes": len(set(names[main_side])), "of_families": int(main_side.sum())}
    main = _overall(systems, tables, shares).assign(**labels, **counts, unit=first["unit"])
    main = main.assign(direction=first["direction"], side="ood" if shifted else "")
    main = main.assign(**_chance(main, rows, catalog, sign))
    order = main.assign(by=-sign * main["estimate"]).sort_values(["by", "system"], kind="stable")
    return order, axes.sort_values(["system", "axis"], kind="stable")


def _side(rows: pd.DataFrame, *, shifted: bool) -> NDArray[np.object_]:
    """Which results make the score of an axis: the shifted ones where there are any, else all."""
    role = rows["role"].to_numpy(object)
    return (
        np.where(role == "ood", "main", "other").astype(object)
        if shifted
        else np.full(len(rows), "main", object)
    )


@dataclass(frozen=True, slots=True)
class _Shares:
    """What one axis needs to know of its panel."""

    sign: float
    worst: float  # the metric's worst bound; NaN where it is not declared
    baseline: NDArray[np.intp]
    level: float


def _worst(rows: pd.DataFrame, sign: float) -> float:
    return float(rows["lower" if sign > 0 else "upper"].iloc[0])


def _axis(
    systems: pd.DataFrame,
    cells: dict[str, Floats],
    main: Bools,
    other: Bools,
    shares: _Shares,
    *,
    shifted: bool,
) -> pd.DataFrame:
    """One axis: a row per system."""
    score, error, freedom = mean_over(cells, main)
    inside, inside_error, _ = mean_over(cells, other)
    half = quantile((1 + shares.level) / 2, freedom) * error
    good = shares.sign * (score - shares.worst)
    top = good.max(initial=-np.inf)
    return systems[["system", "model"]].assign(
        score=score,
        standard_error=error,
        low=score - half,
        high=score + half,
        freedom=freedom,
        id_score=inside,
        gap=shares.sign * (inside - score),
        gap_error=np.hypot(error, inside_error),
        gap_reason="" if other.any() or not shifted else _NO_TWIN,
        profile=good / top if top > 0 else np.nan,
        delta=_delta(score, shares),
        id_delta=_delta(inside, shares),
        families=int(main.sum()),
    )


def _delta(value: Floats, shares: _Shares) -> Floats:
    """What a method adds to its baseline, positive is better."""
    at = shares.baseline
    return np.where(at >= 0, shares.sign * (value - value[at]), np.nan)


def _overall(systems: pd.DataFrame, tables: list[pd.DataFrame], shares: _Shares) -> pd.DataFrame:
    """Mean over axes of every system, with its best and weakest axis."""

    def stack(column: str) -> Floats:
        return np.column_stack([table[column].to_numpy(float) for table in tables])

    score, error, gap = stack("score"), stack("standard_error"), stack("gap")
    names = np.array([table["axis"].iloc[0] for table in tables], dtype=object)
    mean = score.mean(axis=1)
    spread, freedom = satterthwaite(error.T, stack("freedom").T)
    spread = spread / len(tables)
    half = quantile((1 + shares.level) / 2, freedom) * spread
    best, weakest = (shares.sign * score).argmax(axis=1), (shares.sign * score).argmin(axis=1)
    row, at = np.arange(len(systems)), shares.baseline
    known = np.isfinite(gap)
    return systems[["system", "model"]].assign(
        estimate=mean,
        standard_error=spread,
        low=mean - half,
        high=mean + half,
        axes=len(tables),
        families=sum(int(table["families"].iloc[0]) for table in tables),
        best_axis=names[best],
        best_score=score[row, best],
        weakest_axis=names[weakest],
        weakest_score=score[row, weakest],
        id_mean=stack("id_score").mean(axis=1),
        gap=np.where(known.any(axis=1), np.nansum(gap, axis=1) / np.maximum(known.sum(axis=1), 1), np.nan),
        gap_axes=known.sum(axis=1),
        baseline=np.where(at >= 0, systems["system"].to_numpy(object)[at], ""),
        delta=_delta(mean, shares),
        delta_error=np.where(at >= 0, np.hypot(spread, spread[at]), np.nan),
    )


def _chance(main: pd.DataFrame, rows: pd.DataFrame, catalog: Catalog, sign: float) -> dict[str, Any]:
    chance = chance_level(rows, catalog)
    if chance is None:
        return {"chance": np.nan, "near_chance": False}
    width = float((rows["upper"] - rows["lower"]).iloc[0])
    values, errors = (main[name].to_numpy(float) for name in ("estimate", "standard_error"))
    return {"chance": chance, "near_chance": near_chance(values, errors, chance, sign, width)}


def _left_out(rows: pd.DataFrame, stated: pd.DataFrame) -> pd.DataFrame:
    """Suites that are not split, axes that stand alone, metrics without a direction."""
    used = set(stated["suite"]) if len(stated) else set()
    found = [(suite, "", HOW_TO_SUPPLY) for suite in sorted(set(rows["suite"]) - used)]
    undirected = stated.loc[stated["sign"].isna(), ["suite", "benchmark"]].drop_duplicates()
    reason = "the direction of the metric is unknown: state `direction`"
    found += [(*pair, reason) for pair in sorted(undirected.itertuples(index=False, name=None))]
    without = rows[rows["suite"].isin(used) & (rows["axis"] == "") & (rows["task"] == "")]
    pairs = without[["suite", "benchmark"]].drop_duplicates().itertuples(index=False, name=None)
    found += [(*pair, "some of its results state no `axis`") for pair in sorted(pairs)]
    return pd.DataFrame(found, columns=list(LEFT_OUT_COLUMNS))


def _headline(main: pd.DataFrame, axes: pd.DataFrame, level: float) -> Headline:
    sizes = main.groupby(["suite", "benchmark"], sort=True)["system"].size()
    suite, name = sizes.index[int(np.argmax(sizes.to_numpy()))]
    rows = main[(main["suite"] == suite) & (main["benchmark"] == name)].reset_index(drop=True)
    mine = axes[(axes["suite"] == suite) & (axes["benchmark"] == name)]
    sign = 1.0 if rows["direction"].iloc[0] == "higher" else -1.0
    scores, errors = (rows[column].to_numpy(float) for column in ("estimate", "standard_error"))
    best = best_of(sign * scores, errors, level=level)
    row = rows.iloc[best.position]
    medians = mine.groupby("axis", sort=True)["score"].median()
    hardest = int(np.argmin(sign * medians.to_numpy(float)))
    gained = rows.sort_values("delta", ascending=False, kind="stable").iloc[0]
    on_axes = mine[mine["system"] == gained["system"]].sort_values("delta", ascending=False, kind="stable")
    there = bool(np.isfinite(gained["delta"]))
    return Headline(
        panel=str(name),
        unit=str(row["unit"]),
        systems=len(rows),
        axes=int(row["axes"]),
        shifted=bool(row["side"] == "ood"),
        best=str(row["system"]),
        score=float(row["estimate"]),
        error=float(row["standard_error"]),
        alike=best.alike,
        weakest_axis=str(row["weakest_axis"]),
        weakest_score=float(row["weakest_score"]),
        hardest_axis=str(medians.index[hardest]),
        hardest_median=float(medians.iloc[hardest]),
        gain_system=str(gained["system"]) if there else "",
        gain=float(gained["delta"]),
        gain_axis=str(on_axes["axis"].iloc[0]) if there else "",
        gain_on_axis=float(on_axes["delta"].iloc[0]) if there else np.nan,
    )


def _caveats(main: pd.DataFrame) -> tuple[str, ...]:
    found = []
    for (_, name), rows in main.groupby(["suite", "benchmark"], sort=True):
        row = rows.iloc[0]
        if row["axes"] < row["of_axes"] or row["families"] < row["of_families"]:
            found.append(
                f"{name}: means are over {row['axes']} of {row['of_axes']} axes and {row['families']} of "
                f"{row['of_families']} families, those all compared systems have."
            )
        if row["side"] == "ood" and row["gap_axes"] < row["axes"]:
            without = int(row["axes"] - row["gap_axes"])
            found.append(
                f"{name}: {without} of {row['axes']} axes have no in-distribution results, hence no gap."
            )
    return tuple(found)
