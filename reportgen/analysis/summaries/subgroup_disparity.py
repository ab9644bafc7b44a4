"""Whom does a system serve worst? Scores of the groups of a population: worst group, range, and each against the rest.

A panel is one test (benchmark, metric, subset, domain, level and so on) and one grouping of its population: the
results' `axis`, else what stands before `=` or `:` in the names of groups ("age=65+"). Groupings of one population
overlap and are never mixed. Aggregation: items -> seeds -> groups.

    range = best - worst;  ratio = min / max;  disadvantage = rest - group in the direction of goodness

where the rest is the mean of all other groups weighted by their items. Groups of fewer than `FEWEST_ITEMS` items are
shown, and take no part: their scores are noise. Systems are compared over the groups that all of them have.

The worst of several noisy groups looks worse than it is, and some range is there even if all groups are equal. So
intervals of ranges and disadvantages are simultaneous over the groups (Bonferroni), p are adjusted (Holm), and the
spread stands beside what noise alone would show. Groups are taken as different items, hence independent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from reportgen.analysis.evidence import LEFT_OUT_COLUMNS, Computed
from reportgen.analysis.group_disparity import Groups, against_rest, size_correlation, spread
from reportgen.analysis.groupings import is_group, shared_members, with_groupings
from reportgen.analysis.measurements import best_of, chance_level, grid, near_chance
from reportgen.analysis.missing_data import largest_block
from reportgen.analysis.standard_error import binary_rows
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.evidence import Evidence
    from reportgen.records.catalog import Catalog

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]

NAME = "subgroup_disparity"
TITLE = "Groups of the population"
NEEDS = ("results by group of the population (group), two or more of a benchmark",)
HOW_TO_SUPPLY = (
    "no benchmark has results of two groups: state `group` of results (language, age, hospital, class), best with `n`,"
    " the number of items of the group; write age=65+ or state `axis` where there are several groupings"
)
#: Groups with fewer items are shown, and not compared.
FEWEST_ITEMS = 10
_FEW = f"fewer than two groups have {FEWEST_ITEMS} items or more"

COLUMNS = {
    "suite": "Collection the benchmark belongs to",
    "benchmark": "Benchmark, with what tells its tests and groupings apart",
    "grouping": "What the groups are groups of; empty where not stated",
    "system": "What is compared",
    "model": "Model id",
    "estimate": "Range: score of the best group minus that of the worst",
    "standard_error": "Always empty: the range of noisy scores has none; its interval says how sure it is",
    "low": "Lower end of its interval, from simultaneous intervals of all groups",
    "high": "Upper end",
    "unit": "Unit of scores",
    "direction": "Whether higher or lower is better",
    "worst_group": "Group with the worst score; of equal ones the first by name",
    "worst_score": "Its score",
    "worst_error": "Standard error of that score; empty when unknown",
    "worst_low": "Lower end of its own interval",
    "worst_high": "Upper end",
    "best_group": "Group with the best score",
    "best_score": "Its score",
    "ratio": "Lowest score divided by the highest; only where 0 is the lower bound",
    "ratio_reason": "Why there is no ratio",
    "deviation": "Standard deviation of scores over groups, every group alike (divisor: groups)",
    "weighted_deviation": "The same with groups weighted by their items; empty where numbers of items are unknown",
    "noise": "Standard deviation that errors alone would give; empty where errors are unknown",
    "p_equal": "p of all groups being equal: chi-squared for shares of items, else Cochran's Q",
    "behind": "Groups clearly behind the rest, adjusted for the number of groups; empty where errors are unknown",
    "macro_mean": "Mean over groups, every group alike",
    "micro_mean": "Mean over groups weighted by their items",
    "groups": "Groups compared",
    "of_groups": "Groups that any system of the panel has",
    "small_groups": "Groups of too few items to compare",
    "size_correlation": "Spearman correlation of goodness with size of group; positive: larger ones fare better",
    "size_p": "Its p",
    "size_reason": "Why there is none",
    "overlap": "Whether groups share members",
    "reason": "Why there is no range",
    "chance": "Score of guessing, by the catalog",
    "near_chance": "Whether the mean over groups is near chance: a guesser treats all groups alike",
}
GROUP_COLUMNS = {
    "suite": "Collection",
    "benchmark": "Benchmark with test and grouping",
    "system": "What is compared",
    "model": "Model id",
    "group": "Group",
    "score": "Its score",
    "standard_error": "Standard error; empty when unknown",
    "low": "Lower end of its own interval: Wilson for shares of items, else normal",
    "high": "Upper end",
    "n": "Items; empty when unknown",
    "small": "Whether these are too few to compare",
    "rest": "Mean of all other compared groups, weighted by their items",
    "disadvantage": "Rest minus group in the direction of goodness; positive means the group is behind",
    "disadvantage_low": "Lower end of its interval, simultaneous over the groups",
    "disadvantage_high": "Upper end",
    "p": "p of no difference from the rest, two-sided",
    "p_adjusted": "The same adjusted for the number of groups (Holm)",
    "behind": "Whether the group is clearly behind the rest",
}
TABLES = {"groups": GROUP_COLUMNS}


@dataclass(frozen=True, slots=True)
class Headline:
    """The panel with most systems, then most groups.

    Attributes:
        panel, grouping, unit: which, what its groups are of, and the unit of its scores.
        systems: compared; those near chance are not.
        best: the row of the main table of the system whose worst group fares best; {} where nothing can be compared.
        n: items of that worst group; NaN unknown.
        alike: others whose worst group cannot be told apart from that one; None where an error is unknown.
        widest, widest_range: the system with the largest range.
        reason: why nothing can be compared.
    """

    panel: str
    grouping: str
    unit: str
    systems: int
    best: dict[str, Any]
    n: float
    alike: int | None
    widest: str
    widest_range: float
    reason: str


def compute(evidence: Evidence, *, level: float, generator: np.random.Generator) -> Computed | NotEstimable:
    """Groups of every panel, and every system's disparity; needs no random numbers."""
    del generator
    rows = evidence.measurements
    stated = with_groupings(rows) if len(rows) else rows
    usable = stated.loc[stated["sign"].notna()] if len(stated) else stated
    if usable.empty:
        return NotEstimable("the direction of the metric is unknown" if len(stated) else HOW_TO_SUPPLY)
    shared = shared_members(evidence.items, usable, rows[~is_group(rows)])
    parts = [
        _panel(part, evidence.catalog, level, overlap=str(name) in shared)
        for (_, name), part in usable.groupby(["suite", "panel"], sort=True)
    ]
    main = pd.concat([part[0] for part in parts], ignore_index=True)
    groups = pd.concat([part[1] for part in parts], ignore_index=True)
    return Computed(
        main=main[list(COLUMNS)],
        headline=_headline(main, groups, level),
        models=int(main["system"].nunique()),
        benchmarks=len(parts),
        level=level,
        tables={"groups": groups[list(GROUP_COLUMNS)]},
        caveats=_caveats(main),
        left_out=_left_out(evidence, rows, stated),
    )


def _panel(
    rows: pd.DataFrame, catalog: Catalog, level: float, *, overlap: bool
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row per system, and one per system and group: those that all systems of the block have."""
    first = rows.iloc[0]
    systems, found, cells = grid(rows, ("group",))
    present = np.isfinite(cells["value"])
    block = largest_block(present, fewest_columns=2)
    keep: Bools = np.logical_and.reduce(present[:, block], axis=1)
    names = found["group"].to_numpy(object)[block]
    cells = {name: value[keep][:, block] for name, value in cells.items()}
    systems = systems[keep].reset_index(drop=True)
    small: Bools = np.logical_or.reduce(cells["n"] < FEWEST_ITEMS, axis=0)
    large = np.logical_not(small)
    binary = bool(binary_rows(rows.iloc[:1].assign(tool=""), catalog)[0])
    every = _groups(rows, cells, np.full(len(names), fill_value=True), binary=binary)
    labels = {"suite": first["suite"], "benchmark": first["panel"], "grouping": first["grouping"],
              "unit": first["unit"], "direction": first["direction"]}  # fmt: skip
    table = _group_rows(systems, names, every, small, level)
    main = systems[["system", "model"]].assign(
        **labels,
        of_groups=len(found),
        small_groups=int(small.sum()),
        groups=int(large.sum()),
        overlap=overlap,
    )
    if large.sum() >= 2:
        chosen = _groups(rows, cells, large, binary=binary)
        main = main.assign(**_disparity(chosen, names[large], level))
        table = _compared(table, chosen, level)
        main["behind"] = _behind(main, table)
        main = main.assign(**_chance(main, rows, catalog, chosen))
    main = main.reindex(columns=list(COLUMNS))
    main = main.assign(**{name: main[name].astype(object).where(main[name].notna(), "") for name in _WORDS})
    main = main.assign(
        near_chance=main["near_chance"].fillna(0).astype(bool), reason="" if large.sum() >= 2 else _FEW
    )
    by = -float(first["sign"]) * main["worst_score"].astype(float)
    return main.assign(by=by).sort_values(["by", "system"], kind="stable"), table.assign(
        suite=first["suite"], benchmark=first["panel"]
    )


_WORDS = ("worst_group", "best_group", "ratio_reason", "size_reason")


def _groups(rows: pd.DataFrame, cells: dict[str, Floats], chosen: Bools, *, binary: bool) -> Groups:
    first = rows.iloc[0]
    return Groups(
        value=cells["value"][:, chosen],
        error=cells["stderr"][:, chosen],
        n=cells["n"][:, chosen],
        sign=float(first["sign"]),
        lower=float(first["lower"]),
        width=float(first["upper"] - first["lower"]),
        binary=binary,
    )


def _disparity(groups: Groups, names: NDArray[np.object_], level: float) -> dict[str, Any]:
    """Columns of the main table from the groups that are compared."""
    found = spread(groups, level=level)
    good = groups.sign * groups.value
    row, worst, best = np.arange(len(good)), good.argmin(axis=1), good.argmax(axis=1)
    low, high = groups.intervals(level)
    least, most = groups.value.min(axis=1), groups.value.max(axis=1)
    ratio_reason = (
        np.where(most <= 0, "all scores are 0", "") if groups.lower == 0 else "0 is not the lower bound"
    )
    rho, p, size_reason = size_correlation(groups)
    return {
        "estimate": found["range"], "low": found["low"], "high": found["high"],
        "worst_group": names[worst], "worst_score": groups.value[row, worst], "worst_error": groups.error[row, worst],
        "worst_low": low[row, worst], "worst_high": high[row, worst],
        "best_group": names[best], "best_score": groups.value[row, best],
        "ratio": np.where(np.asarray(ratio_reason) == "", least / np.where(most > 0, most, 1.0), np.nan),
        "ratio_reason": ratio_reason,
        **{name: found[name] for name in ("deviation", "weighted_deviation", "noise", "p_equal", "macro_mean",
                                          "micro_mean")},
        "size_correlation": rho, "size_p": p, "size_reason": size_reason,
    }  # fmt: skip


def _group_rows(
    systems: pd.DataFrame, names: NDArray[np.object_], groups: Groups, small: Bools, level: float
) -> pd.DataFrame:
    """One row per system and group, without comparisons."""
    low, high = groups.intervals(level)
    k = len(names)
    table = systems[["system", "model"]].loc[np.repeat(systems.index, k)].reset_index(drop=True)
    nothing = dict.fromkeys(_COMPARED, np.nan)
    return table.assign(
        group=np.tile(names, len(systems)), score=groups.value.ravel(), standard_error=groups.error.ravel(),
        low=low.ravel(), high=high.ravel(), n=groups.n.ravel(), small=np.tile(small, len(systems)), **nothing,
        behind=False,
    )  # fmt: skip


_COMPARED = ("rest", "disadvantage", "disadvantage_low", "disadvantage_high", "p", "p_adjusted")


def _compared(table: pd.DataFrame, groups: Groups, level: float) -> pd.DataFrame:
    """The rows with each large group against the rest."""
    found = against_rest(groups, level=level)
    columns = (found.rest, found.disadvantage, found.low, found.high, found.p, found.adjusted)
    at = ~table["small"].to_numpy(bool)
    table = table.copy()
    for name, column in zip(_COMPARED, columns, strict=True):
        table.loc[at, name] = column.ravel()
    table.loc[at, "behind"] = ((found.adjusted < 1 - level) & (found.disadvantage > 0)).ravel()
    return table


def _behind(main: pd.DataFrame, table: pd.DataFrame) -> Floats:
    """Groups behind the rest of each system; NaN where no p is known."""
    counts = table.groupby("system")["behind"].sum()
    known = table.groupby("system")["p_adjusted"].count()
    return np.array([float(counts[name]) if known[name] else np.nan for name in main["system"]])


def _chance(main: pd.DataFrame, rows: pd.DataFrame, catalog: Catalog, groups: Groups) -> dict[str, Any]:
    chance = chance_level(rows, catalog)
    if chance is None:
        return {"chance": np.nan, "near_chance": False}
    mean = main["macro_mean"].to_numpy(float)
    error = np.sqrt((groups.error**2).sum(axis=1)) / groups.value.shape[1]
    return {"chance": chance, "near_chance": near_chance(mean, error, chance, groups.sign, groups.width)}


def _left_out(evidence: Evidence, rows: pd.DataFrame, stated: pd.DataFrame) -> pd.DataFrame:
    """Suites without groups, metrics without a direction, groups without a score."""
    used = set(stated["suite"]) if len(stated) else set()
    found = [(suite, "", HOW_TO_SUPPLY) for suite in sorted(set(rows["suite"]) - used)]
    undirected = stated.loc[stated["sign"].isna(), ["suite", "benchmark"]].drop_duplicates()
    reason = "the direction of the metric is unknown: state `direction`"
    found += [(*pair, reason) for pair in sorted(undirected.itertuples(index=False, name=None))]
    frame = evidence.frame
    lacking = frame[is_group(frame) & ~np.isfinite(frame["value"].to_numpy(dtype=float, na_value=np.nan))]
    for (suite, name), part in lacking.groupby(["suite", "benchmark"], sort=True, observed=True):
        groups = ", ".join(sorted(set(part["group"].astype(str)))[:5])
        found.append(
            (suite, name, f"groups without a score, such as an AUC where one class is absent: {groups}")
        )
    return pd.DataFrame(found, columns=list(LEFT_OUT_COLUMNS))


def _headline(main: pd.DataFrame, groups: pd.DataFrame, level: float) -> Headline:
    def size(rows: pd.DataFrame) -> tuple[bool, int, int]:
        return bool(rows["estimate"].notna().any()), len(rows), int(rows["groups"].iloc[0])

    panels = [rows for _, rows in main.groupby(["suite", "benchmark"], sort=True)]
    rows = max(panels, key=size)
    first = rows.iloc[0]
    compared = rows[rows["estimate"].notna() & ~rows["near_chance"].to_numpy(bool)].reset_index(drop=True)
    common = {
        "panel": str(first["benchmark"]),
        "grouping": str(first["grouping"]),
        "unit": str(first["unit"]),
    }
    if compared.empty:
        reason = str(first["reason"]) or "all systems are near chance"
        return Headline(**common, systems=0, best={}, n=np.nan, alike=None, widest="", widest_range=np.nan,
                        reason=reason)  # fmt: skip
    sign = 1.0 if first["direction"] == "higher" else -1.0
    worst, errors = (compared[name].to_numpy(float) for name in ("worst_score", "worst_error"))
    best = best_of(sign * worst, errors, level=level)
    row = compared.iloc[best.position]
    widest = compared.sort_values(["estimate", "system"], ascending=[False, True], kind="stable").iloc[0]
    mine = groups[(groups["suite"] == row["suite"]) & (groups["benchmark"] == row["benchmark"])]
    mine = mine[(mine["system"] == row["system"]) & (mine["group"] == row["worst_group"])]
    return Headline(
        **common, systems=len(compared), best={str(key): value for key, value in row.items()},
        n=float(mine["n"].iloc[0]), alike=best.alike, widest=str(widest["system"]),
        widest_range=float(widest["estimate"]), reason="",
    )  # fmt: skip


def _caveats(main: pd.DataFrame) -> tuple[str, ...]:
    found = []
    for (_, name), rows in main.groupby(["suite", "benchmark"], sort=True):
        row = rows.iloc[0]
        if row["small_groups"]:
            found.append(
                f"{name}: {row['small_groups']} of {row['groups'] + row['small_groups']} groups have fewer than"
                f" {FEWEST_ITEMS} items; they are shown and not compared."
            )
        if row["groups"] + row["small_groups"] < row["of_groups"]:
            k = row["groups"] + row["small_groups"]
            found.append(f"{name}: over {k} of {row['of_groups']} groups, those all compared systems have.")
        if row["overlap"]:
            found.append(
                f"{name}: groups share members; intervals against the rest take them as different people and are"
                " too wide or too narrow."
            )
        if not row["reason"] and rows["micro_mean"].isna().all():
            found.append(
                f"{name}: numbers of items are unknown: groups too small to compare may be among these, and all"
                " weigh alike."
            )
    return tuple(found)
