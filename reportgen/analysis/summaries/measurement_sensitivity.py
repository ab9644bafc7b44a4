"""How much of a score is the measuring? The same outputs, scored by two procedures.

Two rows are measurements of the same outputs where they agree in everything but the procedure: the extractor
that reads the answer (field `extractor`) and the variant of the metric (field `metric_variant`: a filter of
lm-eval, a scorer, "NMS" for an average precision after suppression). For a system and a setting,

    difference = score by the procedure - score by the reference, in the metric's unit, never flipped.

The reference of a panel (one suite, metric and unit) is the procedure with most scores, ties by name. Means of
procedures are over the cells (system and setting) that all compared procedures have; every cell counts once.

Ranks are compared in each setting, over the systems that both procedures score: tau-b, the largest change of
rank (ties share the better rank), and whether another system comes first. Without a known direction there is no
rank.

Errors: both scores come from the same items, so their errors cancel in part, and the error of the difference is
known only from item-level results under both procedures: the standard deviation (n - 1) of the items'
differences over the square root of n. The resampling unit is the item. Seeds are averaged item by item first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.eligible import SYSTEM_KEY
from reportgen.analysis.evidence import LEFT_OUT_COLUMNS, Computed
from reportgen.analysis.groups import first_rows, number_groups, texts
from reportgen.analysis.procedures import (
    JOIN,
    REPEAT,
    SAME_OUTPUTS,
    cell_keys,
    item_errors,
    measured_twice,
    scores_by_procedure,
    side_by_side,
)
from reportgen.analysis.rank_churn import rank_churn
from reportgen.numbers import NotEstimable, plural

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.evidence import Evidence

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

NAME = "measurement_sensitivity"
TITLE = "One output, two measurements"
#: What is needed, in words.
NEEDS = ("scores of the same outputs by two procedures (extractor, or variant of the metric)",)
HOW_TO_SUPPLY = (
    "no score was measured by two procedures: report it once for each, all fields alike except `extractor` (what"
    " reads the answer) or `metric_variant` (how it is scored)"
)

COLUMNS = {
    "suite": "collection the benchmark belongs to",
    "benchmark": "benchmark, with what tells its settings apart",
    "system": "system that made the outputs",
    "model": "its model",
    "metric": "metric",
    "direction": "higher, lower or unknown",
    "procedure": "measuring procedure: extractor and variant of the metric",
    "reference": "procedure it is compared with: the one with most scores of this suite and metric",
    "score": "score by the procedure",
    "reference_score": "score by the reference",
    "estimate": "score minus reference score, in the metric's unit; positive: the procedure gives more",
    "standard_error": "of the estimate, over items paired; empty without item-level results of both procedures",
    "low": "Student interval of the estimate",
    "high": "Student interval of the estimate",
    "n_items": "items scored by both procedures; 0 without item-level results",
    "unit": "unit of the metric",
    "reason": "why there is no standard error",
}
TABLES = {
    "procedures": {
        "suite": "collection",
        "metric": "metric",
        "procedure": "measuring procedure",
        "reference": "procedure the others are compared with",
        "mean": "mean over the cells that all procedures of this suite and metric have; every cell counts once",
        "difference": "mean minus the mean of the reference",
        "cells": "cells (system and setting) in the mean",
        "of_cells": "cells measured by at least two procedures",
        "invalid_share": "answers counted as invalid over all answers, where both counts are stated",
        "unit": "unit of the metric",
        "reason": "why there is no mean",
    },
    "ranks": {
        "suite": "collection",
        "benchmark": "benchmark, with what tells its settings apart",
        "metric": "metric",
        "procedure": "measuring procedure",
        "reference": "procedure it is compared with",
        "systems": "systems scored by both",
        "tau": "Kendall's tau-b of the two orders",
        "largest_change": "largest change of rank; ties share the better rank",
        "moved": "systems whose rank differs",
        "first": "who comes first by the procedure; ties by name",
        "reference_first": "who comes first by the reference; ties by name",
        "first_changes": "whether none of those first by the reference is first by the procedure",
        "reason": "why there is no tau",
    },
}

_PANEL = ("suite", "metric", "unit")


@dataclass(frozen=True, slots=True)
class SensitivityFact:
    """The headline: the panel with most cells. Scores in the metric's unit.

    Attributes:
        suite, metric, unit: which panel.
        direction: "higher", "lower" or "unknown".
        n_procedures, n_systems, n_settings: of the panel.
        highest, lowest: the procedures with the highest and the lowest mean over the common cells; "" where
            there is no common cell.
        highest_mean, lowest_mean, n_cells: their means and over how many cells these are.
        widest_system, widest_benchmark, widest_procedure, widest_reference, widest: the largest difference of
            one cell, signed.
        n_ranked: comparisons of ranks (settings and procedures) there are.
        n_first_changes: in how many another system comes first.
        largest_change: largest change of rank in any of them.
    """

    suite: str
    metric: str
    unit: str
    direction: str
    n_procedures: int
    n_systems: int
    n_settings: int
    highest: str
    lowest: str
    highest_mean: float
    lowest_mean: float
    n_cells: int
    widest_system: str
    widest_benchmark: str
    widest_procedure: str
    widest_reference: str
    widest: float
    n_ranked: int
    n_first_changes: int
    largest_change: int


def compute(evidence: Evidence, *, level: float, generator: np.random.Generator) -> Computed | NotEstimable:
    """Differences between measuring procedures, and what they do to the order of systems."""
    del generator
    scores = scores_by_procedure(evidence)
    several = measured_twice(scores)
    if not several.any():
        return NotEstimable(HOW_TO_SUPPLY)
    cells, values, procedures = side_by_side(scores[several].reset_index(drop=True))
    main = _differences(cells, values, procedures)
    main = main.merge(item_errors(evidence.items, level), how="left", on=JOIN)
    main = _with_intervals(main)
    ranks = _ranks(main)
    means = _means(cells, values, procedures)
    order = ["suite", "benchmark", "procedure", "system", "model"]
    return Computed(
        main=main.sort_values(order, kind="stable")[list(COLUMNS)].reset_index(drop=True),
        headline=_headline(main, means, ranks),
        models=int(main["system"].nunique()),
        benchmarks=int(main[["suite", "benchmark"]].drop_duplicates().shape[0]),
        level=level,
        tables={"procedures": means, "ranks": ranks},
        caveats=_caveats(scores[several], main),
        left_out=_left_out(scores, several, ranks),
    )


def _panels(cells: pd.DataFrame, values: Floats) -> list[tuple[Ints, Ints, int]]:
    """(rows, columns, reference column) of each panel, sorted by suite, metric and unit."""
    panels = []
    for _, rows in sorted(cells.groupby(list(_PANEL), observed=True, sort=True).indices.items()):
        filled = np.isfinite(values[rows]).sum(axis=0)
        columns = np.flatnonzero(filled)
        if len(columns) > 1:
            panels.append((np.asarray(rows), columns, int(columns[np.argmax(filled[columns])])))
    return panels


def _differences(cells: pd.DataFrame, values: Floats, procedures: list[str]) -> pd.DataFrame:
    """One row per cell and procedure other than the panel's reference."""
    parts = []
    for rows, columns, reference in _panels(cells, values):
        for column in columns[columns != reference]:
            there = rows[np.isfinite(values[rows, column]) & np.isfinite(values[rows, reference])]
            part = cells.iloc[there][["suite", "place", "system", *SYSTEM_KEY, *_KEPT]].copy()
            part = part.rename(columns={"place": "benchmark"}).assign(
                key=cell_keys(cells.iloc[there]),
                procedure=procedures[column],
                reference=procedures[reference],
                score=values[there, column],
                reference_score=values[there, reference],
            )
            parts.append(part)
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    frame["estimate"] = frame["score"] - frame["reference_score"]
    return frame


_KEPT = ("metric", "unit", "direction")


def _with_intervals(main: pd.DataFrame) -> pd.DataFrame:
    """Errors only where the items give the same difference as the whole sets and some item moved."""
    known = main["n_items"].fillna(0).to_numpy(float)
    same = np.isclose(main["item_mean"].to_numpy(float), main["estimate"], rtol=0, atol=_tolerance(main))
    moved = main["standard_error"].to_numpy(float) > 0
    reasons = np.select(
        [known == 0, known < 2, ~same, ~moved],
        [
            "no item-level results by both procedures",
            "a single item",
            "item-level results give another difference than the reported scores",
            "no item was scored differently enough to show a spread",
        ],
        "",
    )
    usable = reasons == ""
    half = np.where(usable, main["half"].to_numpy(float), np.nan)
    return main.assign(
        standard_error=np.where(usable, main["standard_error"].to_numpy(float), np.nan),
        low=main["estimate"] - half,
        high=main["estimate"] + half,
        n_items=known.astype(int),
        reason=reasons,
    )


def _tolerance(main: pd.DataFrame) -> Floats:
    """What rounding of a reported score may hide: a tenth of a point, a thousandth of a fraction."""
    return np.where(main["unit"].astype(str).to_numpy() == "percent", 0.1, 0.001)


def _ranks(main: pd.DataFrame) -> pd.DataFrame:
    """One row per setting and procedure whose metric has a direction; columns `TABLES["ranks"]`."""
    directed = main[(main["direction"] != "unknown").to_numpy(bool)]
    rows = []
    keys = ["suite", "benchmark", "metric", "procedure", "reference"]
    for key, part in directed.groupby(keys, observed=True, sort=True):
        ordered = part.sort_values("system", kind="stable")
        sign = np.where((ordered["direction"] == "lower").to_numpy(bool), -1.0, 1.0)
        found = rank_churn(
            sign * ordered["score"].to_numpy(float), sign * ordered["reference_score"].to_numpy(float)
        )
        names = ordered["system"].tolist()
        rows.append(
            dict(zip(keys, map(str, key), strict=True))
            | {
                "systems": len(ordered),
                "tau": found.tau,
                "largest_change": found.largest_change,
                "moved": found.moved,
                "first": names[found.first[0]],
                "reference_first": names[found.other_first[0]],
                "first_changes": not set(found.first) & set(found.other_first),
                "reason": found.reason,
            }
        )
    return pd.DataFrame(rows, columns=list(TABLES["ranks"]))


def _means(cells: pd.DataFrame, values: Floats, procedures: list[str]) -> pd.DataFrame:
    """One row per panel and procedure; columns `TABLES["procedures"]`."""
    rows = []
    for panel, columns, reference in _panels(cells, values):
        grid = values[np.ix_(panel, columns)]
        complete = np.isfinite(grid).all(axis=1)
        mean = grid[complete].mean(axis=0) if complete.any() else np.full(len(columns), np.nan)
        invalid, n = (np.vstack(cells[name].iloc[panel].tolist())[:, columns] for name in ("invalids", "ns"))
        stated = np.isfinite(invalid) & (n > 0)
        first = cells.iloc[panel[0]]
        for at, column in enumerate(columns):
            total = n[stated[:, at], at].sum()
            rows.append(
                {
                    "suite": str(first["suite"]),
                    "metric": str(first["metric"]),
                    "procedure": procedures[column],
                    "reference": procedures[reference],
                    "mean": mean[at],
                    "difference": mean[at] - mean[int(np.flatnonzero(columns == reference)[0])],
                    "cells": int(complete.sum()),
                    "of_cells": len(panel),
                    "invalid_share": invalid[stated[:, at], at].sum() / total if total else np.nan,
                    "unit": str(first["unit"]),
                    "reason": "" if complete.any() else f"no cell has all {len(columns)} procedures",
                }
            )
    return pd.DataFrame(rows, columns=list(TABLES["procedures"]))


def _headline(main: pd.DataFrame, means: pd.DataFrame, ranks: pd.DataFrame) -> SensitivityFact:
    panels = main.groupby(list(_PANEL), observed=True, sort=True).size()
    suite, metric, unit = max(panels.index, key=lambda key: (panels[key], [-ord(c) for c in "".join(key)]))
    rows = main[(main["suite"] == suite) & (main["metric"] == metric) & (main["unit"] == unit)]
    of_panel = means[(means["suite"] == suite) & (means["metric"] == metric) & (means["unit"] == unit)]
    common = of_panel.dropna(subset=["mean"]).sort_values(["mean", "procedure"], ascending=[False, True])
    orders = ranks[(ranks["suite"] == suite) & (ranks["metric"] == metric)]
    ordered = rows.assign(size=-rows["estimate"].abs()).sort_values(
        ["size", "system", "benchmark", "procedure"], kind="stable"
    )
    widest = ordered.iloc[0]
    return SensitivityFact(
        suite=str(suite),
        metric=str(metric),
        unit=str(unit),
        direction=str(widest["direction"]),
        n_procedures=len(of_panel),
        n_systems=int(rows["system"].nunique()),
        n_settings=int(rows["benchmark"].nunique()),
        highest=str(common["procedure"].iloc[0]) if len(common) else "",
        lowest=str(common["procedure"].iloc[-1]) if len(common) else "",
        highest_mean=float(common["mean"].iloc[0]) if len(common) else float("nan"),
        lowest_mean=float(common["mean"].iloc[-1]) if len(common) else float("nan"),
        n_cells=int(common["cells"].iloc[0]) if len(common) else 0,
        widest_system=str(widest["system"]),
        widest_benchmark=str(widest["benchmark"]),
        widest_procedure=str(widest["procedure"]),
        widest_reference=str(widest["reference"]),
        widest=float(widest["estimate"]),
        n_ranked=int((orders["systems"] > 1).sum()),
        n_first_changes=int(orders["first_changes"].sum()),
        largest_change=int(orders["largest_change"].max()) if len(orders) else 0,
    )


def _caveats(scores: pd.DataFrame, main: pd.DataFrame) -> tuple[str, ...]:
    caveats = []
    outputs = number_groups(scores, (*SAME_OUTPUTS, *REPEAT))
    n = pd.Series(scores["n"].to_numpy(dtype=float, na_value=np.nan)).groupby(outputs)
    differing = int((n.max() > n.min()).sum())
    if differing:
        caveats.append(
            f"{plural(differing, 'score')} {'is' if differing == 1 else 'are'} over different numbers of items by"
            " different procedures: an answer that one of them cannot read is dropped by it, not counted as wrong,"
            " so part of the difference is a difference of items."
        )
    if main["standard_error"].isna().all():
        caveats.append(
            "No difference has an error: only item-level results under both procedures give one, because both"
            " scores come from the same items."
        )
    return tuple(caveats)


def _left_out(scores: pd.DataFrame, several: NDArray[np.bool_], ranks: pd.DataFrame) -> pd.DataFrame:
    """Benchmarks measured in one way only, and those without a direction."""
    number = number_groups(scores, ("suite", "benchmark"))
    first = first_rows(number)
    named = texts(scores, ("suite", "benchmark"), first)
    alone = named[np.bincount(number, weights=several) == 0].assign(
        reason="measured by one procedure only; state the same scores once for each `extractor` or"
        " `metric_variant`"
    )
    blind = scores[several & (scores["direction"] == "unknown").to_numpy(bool)]
    unordered = texts(blind, ("suite", "benchmark"), np.arange(len(blind))).drop_duplicates()
    unordered = unordered.assign(reason="no ranks: the direction of the metric is unknown; state `direction`")
    few = ranks[ranks["reason"] != ""][["suite", "benchmark", "reason"]]
    few = few.assign(reason="no agreement of orders: " + few["reason"].astype(str)).drop_duplicates()
    rows = pd.concat([alone, unordered, few], ignore_index=True)
    left: pd.DataFrame = rows.sort_values(list(LEFT_OUT_COLUMNS), kind="stable").reset_index(drop=True)[
        list(LEFT_OUT_COLUMNS)
    ]
    return left
