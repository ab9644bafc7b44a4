"""Methods by benchmarks: means with errors, differences to a named baseline, average ranks, wins, checked means.

A *table* holds the systems and benchmark settings of one suite under one selection rule. In this order: seeds and finer
parts are averaged (`analysis.scores`), then benchmarks, each counting alike. Means and ranks are over the same
benchmarks for every system: all of them, or where hardly any system has all the largest block without a hole.

    mean            over benchmarks in one unit, else each first put on 0 to 100 by its declared bounds
    difference      to the baseline in the direction of goodness: positive is better
    error reduction (e_b - e_m) / e_b, e the distance from the best bound
    rank            mean of the ranks on each benchmark, 1 the best, ties share their mean rank
    wins            benchmarks on which nobody is better; ties count for each

Errors of single scores are those of the score table. The error of a mean takes benchmarks as independent. The interval
of the difference of two means is a paired bootstrap over benchmarks (percentiles of 2,000 draws): would other
benchmarks of this kind show it? With fewer than five there is none. It is too narrow for few benchmarks: in simulation
(normal differences, `interval_coverage`) the nominal 95 % interval covered 0.84 at 5 benchmarks, 0.90 to
0.91 at 10, 0.93 at 20 and 0.94 at 50. Average ranks are compared by Friedman's test and
Nemenyi's critical difference (Demšar 2006), benchmarks being the sample. Where the runs (seeds) of all benchmarks are
there, `analysis.interquartile` gives the mean of their middle half.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from reportgen.analysis.average_ranks import TIE, column_ranks, rank_test
from reportgen.analysis.baseline import HOW_TO_NAME, find_baseline, is_flagged
from reportgen.analysis.checked_means import checked_means
from reportgen.analysis.eligible import SYSTEM_KEY
from reportgen.analysis.evidence import LEFT_OUT_COLUMNS, Computed
from reportgen.analysis.interquartile import COLUMNS as INTERQUARTILE_COLUMNS
from reportgen.analysis.interquartile import interquartile_means
from reportgen.analysis.interval_coverage import FEW_BENCHMARKS, OF_FEW_BENCHMARKS, few_items
from reportgen.analysis.method_grid import Grid, find_grids
from reportgen.analysis.method_grid import cells as cells_of
from reportgen.analysis.method_grid import means as means_of
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from reportgen.analysis.averaging import Scale
    from reportgen.analysis.evidence import Evidence
    from reportgen.analysis.table import ScoreTable


NAME = "method_table"
TITLE = "Methods by benchmarks"
NEEDS = ("two or more systems on two or more benchmarks of a suite, in metrics of known direction",)
HOW_TO_SUPPLY = (
    "no suite has two systems on two benchmarks in metrics of known direction: give the benchmarks a common `suite` and"
    " their metrics a `direction`"
)

COLUMNS: dict[str, str] = {
    "suite": "suite",
    "panel": "suite and selection rule",
    "benchmark": "benchmark setting; empty for the mean over benchmarks",
    "system": "system",
    "model": "model",
    "estimate": "score, or mean over benchmarks, in the unit",
    "standard_error": "of a score as in the score table; of a mean as of independent benchmarks; empty where unknown",
    "low": "lower end of the normal interval",
    "high": "upper end of the normal interval",
    "unit": "unit; rescaled where each benchmark was put on 0 to 100 by its bounds",
    "error_kind": "what the standard error is",
    "rank": "rank on the benchmark, or mean of these ranks; ties share their mean rank",
    "wins": "benchmarks on which nobody is better",
    "better": "benchmarks on which it is better than the baseline",
    "difference": "to the baseline, positive where better; empty without a baseline",
    "difference_low": "lower end of its interval: normal for a score, paired bootstrap over benchmarks for a mean",
    "difference_high": "upper end of that interval",
    "error_reduction": "relative error reduction against the baseline; empty where bounds are unknown",
    "k": "benchmarks that the system has, of those of the mean",
    "of": "benchmarks of the mean",
    "printed": "the mean that the source prints, where it does",
    "printed_difference": "printed minus the mean of its printed parts",
    "consistent": "yes, or no where rounding cannot explain the difference; empty where nothing is printed",
    "reason": "why there is no estimate",
}
TABLES: dict[str, dict[str, str]] = {
    "printed_means": {
        "suite": "suite", "benchmark": "what the source calls the mean", "selection": "selection rule",
        "system": "system", "printed": "the mean as printed", "recomputed": "mean of the printed parts",
        "difference": "printed minus recomputed", "allowed": "largest difference that rounding explains",
        "parts": "number of parts", "consistent": "whether rounding explains the difference",
    },
    "interquartile_means": INTERQUARTILE_COLUMNS,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TableFact:
    """What is said of one table.

    Attributes:
        n_systems, n_benchmarks: of the means and ranks.
        unit: of the mean, "" where unknown; rescaled: each benchmark was put on 0 to 100.
        best_system, best_mean, best_error: best mean; "" and NaN where nothing can be averaged.
        leader, leader_rank: best average rank; n_alike: others within Nemenyi's critical difference of it, None with
            fewer than five benchmarks or three systems; friedman: p of Friedman's test, NaN without it.
        winner, wins: most wins.
        baseline: "" where none is named; gainer, difference, difference_low, difference_high, error_reduction: the
            system that gains most over it.
        n_printed, n_inconsistent: printed means checked, and those that their parts contradict.
    """

    suite: str
    panel: str
    n_systems: int
    n_benchmarks: int
    unit: str
    rescaled: bool
    best_system: str
    best_mean: float
    best_error: float
    leader: str
    leader_rank: float
    n_alike: int | None
    friedman: float
    winner: str
    wins: int
    baseline: str
    gainer: str
    difference: float
    difference_low: float
    difference_high: float
    error_reduction: float
    n_printed: int
    n_inconsistent: int


@dataclass(frozen=True, slots=True)
class Headline:
    """The facts of all tables, the one to speak of first: with a baseline, then most systems, most benchmarks."""

    facts: tuple[TableFact, ...]

    @property
    def main(self) -> TableFact:
        """The table the sentence speaks of."""
        return self.facts[0]


def compute(evidence: Evidence, *, level: float, generator: np.random.Generator) -> Computed | NotEstimable:
    """Every table of the score table's settings."""
    table = evidence.table
    grids = list(find_grids(table))
    if not grids:
        return NotEstimable(HOW_TO_SUPPLY)
    names = [str(name) for name in table.systems["system"]]
    printed = _printed(evidence, names)
    flagged = _flagged(evidence, names)
    mains, facts = [], []
    for grid in grids:
        baseline = _baseline(table, grid, names, flagged)
        main, fact = _one(table, grid, names, (baseline, printed), level, generator)
        mains.append(main)
        facts.append(fact)
    middles = interquartile_means(evidence, grids, level=level, generator=generator)
    nameless = sorted(fact.panel for fact in facts if not fact.baseline)
    return Computed(
        main=pd.concat(mains, ignore_index=True),
        headline=Headline(tuple(sorted(facts, key=_prominence))),
        models=len({int(row) for grid in grids for row in grid.rows}),
        benchmarks=len({int(column) for grid in grids for column in grid.columns}),
        level=level,
        tables={"printed_means": printed[list(TABLES["printed_means"])], "interquartile_means": middles},
        caveats=(*_caveats(printed, nameless, facts), *few_items(evidence, [fact.suite for fact in facts])),
        left_out=_left_out(table, grids),
    )


def _flagged(evidence: Evidence, names: list[str]) -> list[str]:
    """Systems of whose results any bears the flag of a baseline."""
    frame = evidence.frame
    flags = frame["flags"].astype(object)
    hit = frame.loc[flags.map(is_flagged).to_numpy(bool), list(SYSTEM_KEY)].astype(object).drop_duplicates()
    keys = set(map(tuple, hit.to_numpy(object)))
    systems = map(tuple, evidence.table.systems[list(SYSTEM_KEY)].to_numpy(object))
    return [name for name, key in zip(names, systems, strict=True) if key in keys]


def _baseline(table: ScoreTable, grid: Grid, names: list[str], flagged: list[str]) -> str:
    systems = table.systems.iloc[grid.rows]
    goes_by = [
        str(method or model) for method, model in zip(systems["method"], systems["model"], strict=True)
    ]
    return find_baseline([names[row] for row in grid.rows], flagged, goes_by)


def _printed(evidence: Evidence, names: list[str]) -> pd.DataFrame:
    """Printed means with the label of their system."""
    found = checked_means(evidence.frame)
    keys = map(tuple, evidence.table.systems[list(SYSTEM_KEY)].to_numpy(object))
    label = dict(zip(keys, names, strict=True))
    found["system"] = [label.get(tuple(row), str(row[0])) for row in found[list(SYSTEM_KEY)].to_numpy(object)]
    return found


# -- one table
# -----------------------------------------------------------------------------------------------------


def _one(
    table: ScoreTable,
    grid: Grid,
    names: list[str],
    named: tuple[str, pd.DataFrame],
    level: float,
    generator: np.random.Generator,
) -> tuple[pd.DataFrame, TableFact]:  # fmt: skip
    baseline, printed = named
    systems = [names[row] for row in grid.rows]
    against = systems.index(baseline) if baseline in systems else -1
    ranks = column_ranks(np.where(grid.ranked[:, None], grid.goodness, np.nan))
    cells = cells_of(table, grid, against, level)
    means, scale = means_of(table, grid, against, level, generator)
    means["rank"] = ranks[:, grid.averaged].mean(axis=1)
    best = np.nanmax(np.where(grid.ranked[:, None], grid.goodness, -np.inf), axis=0)
    near = np.isclose(grid.goodness, best, rtol=TIE, atol=0)[:, grid.averaged]
    means["wins"] = np.where(grid.ranked, near.sum(axis=1), np.nan)
    means["system"] = systems
    cells["system"] = np.repeat(systems, len(grid.columns))
    cells["rank"] = ranks.ravel()
    cells = cells[np.isfinite(cells["estimate"].to_numpy(float))]
    rows = pd.concat([means.sort_values(["rank", "system"], kind="stable"), cells], ignore_index=True)
    models = dict(zip(names, table.systems["model"].map(str), strict=True))
    rows = rows.assign(suite=grid.suite, panel=grid.title, model=rows["system"].map(models))
    rows = _with_printed(rows, printed, table, grid).reindex(columns=list(COLUMNS))
    return rows, _fact(rows, grid, scale, baseline if against >= 0 else "", level)


# -- what is printed, and what is said
# -----------------------------------------------------------------------------------------------------


def _with_printed(rows: pd.DataFrame, printed: pd.DataFrame, table: ScoreTable, grid: Grid) -> pd.DataFrame:
    """The printed mean beside the rows it is about: of a benchmark its setting, of the suite the mean."""
    selections = set(table.settings["selection"].iloc[grid.columns])
    mine = printed[(printed["suite"] == grid.suite) & printed["selection"].isin(selections)]
    settings = table.settings.iloc[grid.columns]
    setting = dict(zip(settings["benchmark"], settings["setting"], strict=True)) | {grid.suite: ""}
    mine = mine[mine["benchmark"].isin(setting)]
    key = list(zip(mine["benchmark"].map(setting), mine["system"], strict=True))
    found = dict(zip(key, mine[["printed", "difference", "consistent"]].to_numpy(object), strict=True))
    empty = (np.nan, np.nan, None)
    hits = [found.get(pair, empty) for pair in zip(rows["benchmark"], rows["system"], strict=True)]
    return rows.assign(
        printed=[float(hit[0]) for hit in hits],
        printed_difference=[float(hit[1]) for hit in hits],
        consistent=["" if hit[2] is None else ("yes" if hit[2] else "no") for hit in hits],
    )


def _fact(rows: pd.DataFrame, grid: Grid, scale: Scale, baseline: str, level: float) -> TableFact:
    means = rows[rows["benchmark"] == ""]
    ranked = means[means["rank"].notna()]
    leader = ranked.iloc[0]
    best = _first(ranked, "estimate", scale.sign)
    winner = _first(ranked, "wins", 1.0)
    gainer = _first(ranked, "difference", 1.0)
    p, critical = rank_test(grid.goodness[np.ix_(grid.ranked, grid.averaged)], level)
    behind = ranked["rank"].to_numpy(float)[1:] - float(leader["rank"])
    checked = rows[rows["consistent"] != ""]
    none = dict.fromkeys(("difference", "difference_low", "difference_high", "error_reduction"), float("nan"))
    gain = none if gainer is None else {name: float(gainer[name]) for name in none}
    return TableFact(
        suite=grid.suite,
        panel=grid.title,
        n_systems=len(ranked),
        n_benchmarks=len(grid.averaged),
        unit=scale.unit,
        rescaled=scale.rescaled,
        best_system="" if best is None else str(best["system"]),
        best_mean=float("nan") if best is None else float(best["estimate"]),
        best_error=float("nan") if best is None else float(best["standard_error"]),
        leader=str(leader["system"]),
        leader_rank=float(leader["rank"]),
        n_alike=int((behind <= critical).sum()) if np.isfinite(critical) else None,
        friedman=p,
        winner=str(winner["system"]) if winner is not None else "",
        wins=int(winner["wins"]) if winner is not None else 0,
        baseline=baseline,
        gainer="" if gainer is None else str(gainer["system"]),
        n_printed=len(checked),
        n_inconsistent=int((checked["consistent"] == "no").sum()),
        **gain,
    )


def _first(ranked: pd.DataFrame, name: str, sign: float) -> Any:
    """The row with the largest value (of equal ones the first by name), None where there is none."""
    known = ranked[ranked[name].notna()].sort_values("system", kind="stable")
    return None if known.empty else known.iloc[int(np.argmax(sign * known[name].to_numpy(float)))]


def _prominence(fact: TableFact) -> tuple[Any, ...]:
    oracle = "oracle" in fact.panel.casefold()
    validated = 0 if "training-domain" in fact.panel else 1
    return (oracle, not fact.baseline, -fact.n_systems * fact.n_benchmarks, validated, fact.panel)


def _caveats(printed: pd.DataFrame, nameless: list[str], facts: list[TableFact]) -> tuple[str, ...]:
    said = []
    spans = [fact.n_benchmarks for fact in facts if np.isfinite(fact.difference_low)]
    if spans and min(spans) < FEW_BENCHMARKS:
        said.append(OF_FEW_BENCHMARKS)
    wrong = int((~printed["consistent"].astype(bool)).sum())
    if wrong:
        said.append(
            f"{wrong} of {len(printed)} printed means differ from the mean of their parts by more than rounding"
            " explains; this page uses the parts."
        )
    if nameless:
        where = ", ".join(nameless[:6]) + (f" and {len(nameless) - 6} more" if len(nameless) > 6 else "")
        said.append(f"No baseline is named for {where}, so no differences to one are given; {HOW_TO_NAME}.")
    return tuple(said)


def _left_out(table: ScoreTable, grids: list[Grid]) -> pd.DataFrame:
    used = {int(column) for grid in grids for column in grid.columns}
    averaged = {int(grid.columns[at]) for grid in grids for at in grid.averaged}
    rows = []
    for at, row in enumerate(table.settings.to_dict("records")):
        if row["direction"] == "unknown":
            rows.append((row["suite"], row["setting"], str(row["reason"]) or "direction unknown"))
        elif at not in used:
            rows.append(
                (row["suite"], row["setting"], "its suite has no two systems with two benchmarks in common")
            )
        elif at not in averaged:
            rows.append((row["suite"], row["setting"], "too few systems have it: not in means and ranks"))
    for grid in grids:
        partial = int((~grid.ranked).sum())
        if partial:
            why = f"{partial} of {len(grid.rows)} systems lack a benchmark of the mean and have neither mean nor rank"
            rows.append((grid.suite, "", why))
    return pd.DataFrame(sorted(set(rows)), columns=list(LEFT_OUT_COLUMNS))
