"""At which complexity do models lose most under shift? The gap by ordered level, and the level where it peaks.

For a system, at level l with tasks t = 1..k,

    gap_l = mean over t of max(0, id_t - ood_t),        score_l = mean over t of (ood_t - max(0, id_t - ood_t)),

in the metric's unit, in the direction of goodness. Order: item, task, clipping, level. The clipped gap is taken for
each task before the mean, because the mean of clipped gaps is not the clipped gap of means; the latter is given beside
it. The critical level is the one with the largest gap (Qi et al. 2025, Scylla). It is a valley of generalization when
the level is inner and the gap rises up to it and falls after it; a peak at the first or last level says only that the
valley, if any, lies outside of what was tested.

Only tasks that all compared systems have enter a level; scores on several test domains, variants and lengths of a task,
and of several seeds, are averaged first. How sure the critical level is: each score is drawn anew from its standard
error (unit: items or whatever that error is over), else, with two tasks or more at every level, tasks are drawn anew.
The interval of the largest gap does not know that it was chosen for being the largest (`interval_coverage`).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ndtri

from reportgen.analysis.curves import left_out, ordered_levels, panels_of, systems_of
from reportgen.analysis.evidence import Computed
from reportgen.analysis.interval_coverage import OF_THE_LARGEST, few_items
from reportgen.analysis.leveled_pairs import cells_of, level_means, peak_draws
from reportgen.analysis.missing_data import largest_block
from reportgen.analysis.peaks import EDGE, VALLEY, first_peak, frequent, shape
from reportgen.analysis.standard_error import coded_errors
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from reportgen.analysis.curves import Panel
    from reportgen.analysis.evidence import Evidence
    from reportgen.analysis.leveled_pairs import Cells
    from reportgen.records.catalog import Catalog

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

NAME = "complexity_valley"
TITLE = "Loss by complexity"
NEEDS = ("scores with role id and with role ood at two or more ordered levels (level_name, level_order)",)
HOW_TO_SUPPLY = (
    "no benchmark has scores with role id and with role ood at two or more ordered levels: write `role`,"
    " `level_name` and `level_order` into the conditions of each score"
)
LACKS = "no scores with role id and with role ood at two or more ordered levels"
COLUMNS = {
    "suite": "suite of the tasks",
    "benchmark": "the suite, or the benchmark where no suite is stated, and what tells it from others",
    "system": "what is compared",
    "model": "its model",
    "estimate": "largest gap of all levels, in the unit; 0 where no level loses; positive = loses under shift",
    "standard_error": "of the unclipped gap at the critical level",
    "low": "normal interval of the unclipped gap at the critical level",
    "high": "normal interval of the unclipped gap at the critical level",
    "unit": "unit of the metric",
    "critical_level": "level with the largest gap, the first of equal ones; empty where nothing is lost",
    "critical_order": "its order",
    "tied": "whether another level has the same gap",
    "shape": "valley, peak at the edge, several rises, flat (nothing lost) or too few levels",
    "support": "share of draws in which the critical level is the same one",
    "likely_levels": "fewest levels that hold at least the confidence level of the draws, most frequent first",
    "drawn": "what was drawn anew: scores (from their standard errors) or tasks",
    "near_chance": "the id score at the critical level is within 5 % of the range of guessing, or below",
    "levels": "levels with a gap",
    "of_levels": "levels there are",
    "reason": "why something is missing",
}
TABLES = {
    "levels": {
        "suite": "suite of the tasks",
        "benchmark": "as in the main table",
        "system": "what is compared",
        "model": "its model",
        "level": "name of the level",
        "order": "its order",
        "id_mean": "mean score in distribution over the tasks",
        "ood_mean": "mean score under shift over the same tasks",
        "raw_gap": "unclipped gap of the means, positive = loses",
        "gap": "mean over tasks of the clipped gap",
        "gap_of_means": "clipped gap of the means, which is never larger",
        "score": "mean over tasks of the shifted score less the clipped gap (plus, where lower is better)",
        "standard_error": "of the unclipped gap",
        "tasks": "tasks in the means",
        "of_tasks": "tasks there are at this level",
    },
    "shifts": {
        "suite": "suite of the tasks",
        "benchmark": "as in the main table",
        "family": "model family of the catalog",
        "smaller": "model with fewer parameters",
        "larger": "the next larger one of the family",
        "shift": "critical order of the larger less that of the smaller; positive = the peak moves to harder levels",
    },
}
_PANEL = ("metric", "metric_variant", "selection", "n_shot", "unit")


@dataclass(frozen=True, slots=True)
class Headline:
    """Of the panel with most systems that have a critical level. Gaps in the metric's unit.

    Attributes:
        n_systems: systems with gaps at every level.
        n_critical: of these, systems that lose anywhere.
        common_level, n_common: the most frequent critical level (of equal ones the easier) and how often.
        n_valleys, n_edges: by shape.
        largest_system, largest_level, largest_gap, largest_error: who has the largest gap, and where.
        n_sure, n_drawn: systems whose critical level the draws repeat at the confidence level, of those with draws.
    """

    suite: str
    benchmark: str
    unit: str
    n_systems: int
    n_critical: int
    common_level: str
    n_common: int
    n_valleys: int
    n_edges: int
    largest_system: str
    largest_level: str
    largest_gap: float
    largest_error: float
    n_sure: int
    n_drawn: int


def compute(evidence: Evidence, *, level: float, generator: np.random.Generator) -> Computed | NotEstimable:
    """Gap by level of every system, critical level, its shape and how sure it is."""
    rows = _leveled(evidence)
    why: dict[tuple[str, str], str] = {}
    found: list[tuple[pd.DataFrame, pd.DataFrame]] = []
    if len(rows):
        number, panels = panels_of(rows, evidence.catalog, name="collection", key=_PANEL)
        system, systems = systems_of(rows, evidence.table)
        names, orders = ordered_levels(rows)
        errors = coded_errors(rows, evidence.catalog)[0]
        for at, panel in enumerate(panels):
            mine = np.flatnonzero(number == at)
            reason = _unfit(panel, names[mine], orders[mine])
            if not reason:
                level_of = (names[mine], orders[mine])
                cells = cells_of(rows.iloc[mine], system[mine], level_of, errors[mine], len(systems))
                reason = "" if len(set(cells.of_level[cells.both.any(axis=0)].tolist())) > 1 else LACKS
                found += [] if reason else [_panel(panel, systems, cells, level, generator)]
            if reason:
                why[panel.suite, panel.benchmark] = reason
    if not found:
        reasons = [HOW_TO_SUPPLY if one == LACKS else one for one in why.values()]
        return NotEstimable("; ".join(dict.fromkeys(reasons)) or HOW_TO_SUPPLY)
    main = pd.concat([one for one, _ in found], ignore_index=True)
    return Computed(
        main=main,
        headline=_headline(main, level),
        models=int(main["system"].nunique()),
        benchmarks=len(found),
        level=level,
        tables={
            "levels": pd.concat([one for _, one in found], ignore_index=True),
            "shifts": _shifts(main, evidence.catalog),
        },
        caveats=(*_caveats(found, main), *few_items(evidence, main["suite"])),
        left_out=left_out(evidence.frame, main["suite"], LACKS, why),
    )


def _leveled(evidence: Evidence) -> pd.DataFrame:
    """Rows with a role and a level.

    `pair` is the benchmark, of a shifted one its declared twin; `collection` the suite, where there is none `pair`.
    """
    rows = evidence.eligible
    stated = (rows["level_name"] != "").to_numpy(bool) | rows["level_order"].notna().to_numpy(bool)
    rows = rows[rows["role"].isin(["id", "ood"]).to_numpy(bool) & stated]
    twins = {entry.id: entry.id_twin for entry in evidence.catalog.benchmarks if entry.id_twin}
    names = rows["benchmark"].astype(object)
    shifted = (rows["role"] == "ood").to_numpy(bool)
    pair = np.where(shifted, names.map(lambda name: twins.get(name, name)), names)
    suite = rows["suite"].astype(object).to_numpy()
    collection = np.where(suite == "", pair, suite)
    return rows.assign(
        pair=pd.Series(pair, index=rows.index, dtype=object),
        collection=pd.Series(collection, index=rows.index, dtype=object),
    )


def _unfit(panel: Panel, names: NDArray[np.object_], orders: Floats) -> str:
    """Why the levels of a panel make no curve; "" where they may."""
    if not np.isfinite(panel.sign):
        return "it is not known whether higher or lower is better: state the metric's direction"
    if np.isnan(orders).any():
        return "levels without an order: write `level_order` into the conditions of each score"
    if len(set(orders.tolist())) < len(set(zip(orders.tolist(), names.tolist(), strict=True))):
        return "two levels have the same `level_order`"
    return ""


# -- one panel ---------------------------------------------------------------------------------------------------


def _panel(
    panel: Panel, systems: pd.DataFrame, cells: Cells, level: float, generator: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of the main table and of the table of levels."""
    present = cells.both
    there = np.flatnonzero(present.any(axis=1))
    used: list[Ints] = []
    for at in range(len(cells.names)):
        columns = np.flatnonzero(cells.of_level == at)
        block = np.asarray(largest_block(present[np.ix_(there, columns)]), dtype=np.intp)
        used.append(columns[block])
    curves = [level_means(panel.sign, cells, there, columns) for columns in used]
    tasks = [int(present[:, cells.of_level == at].any(axis=0).sum()) for at in range(len(cells.names))]
    frame = _levels(
        panel, systems.iloc[there], cells, curves, [(len(one), n) for one, n in zip(used, tasks, strict=True)]
    )
    draws = peak_draws(panel.sign, cells, there, used, generator)
    return _main(panel, systems.iloc[there], cells, curves, draws, level), frame


def _levels(
    panel: Panel,
    systems: pd.DataFrame,
    cells: Cells,
    curves: Sequence[dict[str, Floats]],
    tasks: Sequence[tuple[int, int]],
) -> pd.DataFrame:
    parts = [
        pd.DataFrame(
            {
                "suite": panel.suite,
                "benchmark": panel.benchmark,
                "system": systems["system"].to_numpy(object),
                "model": systems["model"].to_numpy(object),
                "level": cells.names[at],
                "order": cells.orders[at],
                **{name: one for name, one in curve.items() if name != "error"},
                "standard_error": curve["error"],
                "tasks": tasks[at][0],
                "of_tasks": tasks[at][1],
            }
        )
        for at, curve in enumerate(curves)
    ]
    frame = pd.concat(parts, ignore_index=True).dropna(subset="raw_gap")
    return frame.sort_values(["system", "order"], kind="stable", ignore_index=True)


def _main(
    panel: Panel,
    systems: pd.DataFrame,
    cells: Cells,
    curves: Sequence[dict[str, Floats]],
    draws: tuple[Ints, NDArray[np.object_]],
    level: float,
) -> pd.DataFrame:
    """One row per system, largest gap first, ties by name."""
    gaps = np.column_stack([one["gap"] for one in curves])
    peaks, tied = first_peak(gaps)
    z = float(ndtri((1 + level) / 2))
    rows = []
    for row, (system, model) in enumerate(zip(systems["system"], systems["model"], strict=True)):
        whole = bool(np.isfinite(gaps[row]).all())
        at = int(peaks[row]) if whole else -1
        error = float(curves[at]["error"][row]) if at >= 0 else np.nan
        raw = float(curves[at]["raw_gap"][row]) if at >= 0 else np.nan
        drawn = str(draws[1][row]) if whole else ""
        likely = frequent(draws[0][:, row], level) if drawn else []
        rows.append(
            {
                "suite": panel.suite,
                "benchmark": panel.benchmark,
                "system": system,
                "model": model,
                "estimate": float(gaps[row].max()) if whole else np.nan,
                "standard_error": error,
                "low": raw - z * error,
                "high": raw + z * error,
                "unit": panel.unit,
                "critical_level": cells.names[at] if at >= 0 else "",
                "critical_order": float(cells.orders[at]) if at >= 0 else np.nan,
                "tied": bool(tied[row]) and whole,
                "shape": shape(gaps[row], at) if whole else "",
                "support": float((draws[0][:, row] == at).mean()) if drawn else np.nan,
                "likely_levels": ", ".join(cells.names[one] if one >= 0 else "none" for one in likely),
                "drawn": drawn,
                "near_chance": at >= 0 and bool(panel.near_chance(curves[at]["id_mean"][[row]])[0]),
                "levels": int(np.isfinite(gaps[row]).sum()),
                "of_levels": len(cells.names),
                "reason": _reason(cells, gaps[row], drawn, error),
            }
        )
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame["order"] = -frame["estimate"]
    return frame.sort_values(["order", "system"], kind="stable", ignore_index=True).drop(columns="order")


def _reason(cells: Cells, gaps: Floats, drawn: str, error: float) -> str:
    absent = [name for name, gap in zip(cells.names, gaps, strict=True) if not np.isfinite(gap)]
    if absent:
        return f"no gap over the shared tasks at {', '.join(absent)}"
    if not drawn:
        return "no standard errors, and not two tasks at every level: how sure the level is cannot be said"
    return "" if np.isfinite(error) or gaps.max() <= 0 else "no standard errors"


# -- over systems -------------------------------------------------------------------------------------------------


def _shifts(main: pd.DataFrame, catalog: Catalog) -> pd.DataFrame:
    """How the critical level moves with size, within a family, from each size to the next."""
    known = {
        entry.id: (entry.family, entry.parameters)
        for entry in catalog.models
        if entry.family and entry.parameters
    }
    rows = []
    able = main[main["critical_order"].notna() & main["model"].isin(known)]
    for (suite, benchmark), group in able.groupby(["suite", "benchmark"], sort=True):
        columns = (group[name].tolist() for name in ("model", "system", "critical_order"))
        sized = sorted((*known[model], system, order) for model, system, order in zip(*columns, strict=True))
        for small, large in pairwise(sized):
            if small[0] == large[0] and small[1] < large[1]:
                rows.append((suite, benchmark, small[0], small[2], large[2], large[3] - small[3]))
    return pd.DataFrame(rows, columns=list(TABLES["shifts"]))


def _headline(main: pd.DataFrame, level: float) -> Headline:
    """Of the panel with most complete systems, then by name."""
    whole = main[main["estimate"].notna()]
    groups = [
        (key, group)
        for key, group in (whole if len(whole) else main).groupby(["suite", "benchmark"], sort=True)
    ]
    (suite, benchmark), group = min(groups, key=lambda one: -len(one[1]))
    critical = group[group["critical_level"] != ""].sort_values("critical_order", kind="stable")
    times = critical["critical_level"].value_counts(sort=False)
    common = str(times.idxmax()) if len(times) else ""
    drawn = group[group["drawn"] != ""]
    first = group.iloc[0]
    return Headline(
        suite=str(suite),
        benchmark=str(benchmark),
        unit=str(first["unit"]),
        n_systems=int(group["estimate"].notna().sum()),
        n_critical=len(critical),
        common_level=common,
        n_common=int(times.max()) if len(times) else 0,
        n_valleys=int((group["shape"] == VALLEY).sum()),
        n_edges=int((group["shape"] == EDGE).sum()),
        largest_system=str(first["system"]),
        largest_level=str(first["critical_level"]),
        largest_gap=float(first["estimate"]),
        largest_error=float(first["standard_error"]),
        n_sure=int((drawn["support"] >= level).sum()),
        n_drawn=len(drawn),
    )


def _caveats(found: Sequence[tuple[pd.DataFrame, pd.DataFrame]], every: pd.DataFrame) -> tuple[str, ...]:
    said = [OF_THE_LARGEST] if every["low"].notna().any() else []
    for main, levels in found:
        name = main["benchmark"].iloc[0]
        tasks = levels["tasks"]
        if tasks.nunique() > 1:
            said.append(
                f"{name}: levels have different numbers of tasks ({tasks.min()} to {tasks.max()}), so their gaps"
                " are not equally sure."
            )
        if (levels["tasks"] < levels["of_tasks"]).any():
            said.append(f"{name}: tasks that not all systems have are left out of their level.")
        if main["tied"].any():
            said.append(f"{name}: where two levels have the same largest gap, the easier one is named.")
    return tuple(said)
