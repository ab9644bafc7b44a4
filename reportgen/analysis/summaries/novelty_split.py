"""What is lost on what was never seen? Units of training (classes, skills, patterns, compositions) against new ones.

A unit is a `unit_name` (or a benchmark of a suite) that says by `unit_seen` whether it was part of training. A panel
is a benchmark that has both, or a suite whose benchmarks have one each. Aggregation: items -> seeds -> units; the
means over units weight every unit alike (unit-macro); means weighted by items stand beside them.

    gap = seen - unseen in the direction of goodness: positive always means a loss on what is new
    H = 2 s u / (s + u), 0 where one of them is 0; undefined below 0 and without a bound to measure from

Systems are compared over the same units: the largest block of units and systems without a hole, seen and unseen
units each. Where no two systems share a block (every method has another unseen set), each is measured on its own
units, and marked.

Errors are of items or seeds: sqrt(sum se^2) / k, units fixed. Where a unit has none, the units themselves are the
sample: sd / sqrt(k) with k - 1 degrees of freedom (Student), from three units of each sort on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.evidence import LEFT_OUT_COLUMNS, Computed
from reportgen.analysis.interval_coverage import few_items
from reportgen.analysis.measurements import (
    SCALE_KEY,
    best_of,
    grid,
    label_panels,
)
from reportgen.analysis.missing_data import largest_block
from reportgen.analysis.seen_unseen import against_chance, gains, harmonic, sides, unit_errors, unit_mean
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.evidence import Evidence
    from reportgen.records.catalog import Catalog

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]

NAME = "novelty_split"
TITLE = "Seen against unseen"
NEEDS = ("units that say whether they were seen in training (unit_seen)",)
HOW_TO_SUPPLY = (
    "no benchmark has both seen and unseen units: state `unit_name` (class, skill, pattern or composition) and"
    " `unit_seen` (true or false) of results"
)
COLUMNS = {
    "suite": "Collection the benchmark belongs to",
    "benchmark": "Benchmark, or suite where its benchmarks are the units",
    "system": "What is compared",
    "model": "Model id",
    "seen": "Mean over seen units, every unit alike, in the metric's unit",
    "unseen": "The same over unseen units",
    "estimate": "Gap: seen minus unseen in the direction of goodness; positive means it loses on what is new",
    "standard_error": "Of the gap; empty when unknown",
    "low": "Lower end of the interval of the gap: normal, Student's where units are the sample; of one system",
    "high": "Upper end",
    "unit": "Unit of scores and gap",
    "direction": "Whether higher or lower is better",
    "error_source": "What the error is over: items (or seeds) with units fixed, or units",
    "harmonic_mean": "2 s u / (s + u) in the direction of goodness, from the metric's worst bound; 0 where one is 0",
    "harmonic_reason": "Why there is no harmonic mean",
    "seen_by_items": "Mean over seen units weighted by their items; empty where a number of items is unknown",
    "unseen_by_items": "The same over unseen units",
    "seen_units": "Seen units in the means",
    "unseen_units": "Unseen units in the means",
    "of_units": "Units that any system of the panel has",
    "same_units": "Whether all systems of the panel are measured on the same units",
    "chance": "Score of guessing, by the catalog",
    "above_chance": "Share of unseen units clearly above chance; empty where chance is unknown",
    "near_chance": "Whether the mean over seen units is near chance: there is nothing to lose",
    "baseline": "System it is compared with: the same model without a method",
    "gain": "Unseen score minus that of the baseline, positive is better",
    "gain_error": "Its standard error, errors taken as independent",
    "relative_gain": "Gain as a share of the baseline's unseen score",
}
TYPE_COLUMNS = {
    "suite": "Collection",
    "benchmark": "Benchmark or suite",
    "system": "What is compared",
    "model": "Model id",
    "type": "Composition type: the results' axis, else their task, else their level",
    "seen": "Mean over its seen units",
    "unseen": "Mean over its unseen units",
    "gap": "Seen minus unseen in the direction of goodness; where the type has no seen units, against all seen ones",
    "standard_error": "Of the gap; empty when unknown",
    "unseen_units": "Unseen units in the mean",
    "reference": "What the gap is against: seen units of the type, or all seen units",
}
TABLES = {"types": TYPE_COLUMNS}
_UNIT_KEY = ("unit_seen", "type", "unit_name", "benchmark", "rest")
_REST = ("subset", "test_domain", "train_domain", "length", "variant", "group", "dataset")
#: What a composition type may be stated as, in this order.
_TYPE_FIELDS = ("axis", "task", "level_name")


@dataclass(frozen=True, slots=True)
class Headline:
    """The panel with most systems.

    Attributes:
        panel, unit: its name and the unit of its scores.
        systems: compared.
        losers: of them, how many lose on what is new.
        median_gap: over them.
        least, least_gap, least_error: who loses least of those not near chance; "" where there is none.
        alike: others that cannot be told apart from it; None where an error is unknown.
        best_unseen, best_unseen_score: the highest on unseen units.
        best_gain, best_gain_system: the greatest gain of a method on unseen units; NaN and "" without a baseline.
    """

    panel: str
    unit: str
    systems: int
    losers: int
    median_gap: float
    least: str
    least_gap: float
    least_error: float
    alike: int | None
    compared: int
    best_unseen: str
    best_unseen_score: float
    best_gain_system: str
    best_gain: float


def compute(evidence: Evidence, *, level: float, generator: np.random.Generator) -> Computed | NotEstimable:
    """Seen and unseen units of every system in every panel; needs no random numbers.

    Returns:
        NotEstimable where no system has a score on both seen and unseen units.
    """
    del generator
    rows = evidence.measurements
    stated = rows[rows["unit_seen"].notna()] if len(rows) else rows
    usable = stated.loc[stated["sign"].notna()] if len(stated) else stated
    if usable.empty:
        return NotEstimable("the direction of the metric is unknown" if len(stated) else HOW_TO_SUPPLY)
    usable = _panels(usable)
    panels = [
        _panel(part, evidence.catalog, level) for _, part in usable.groupby(["suite", "panel"], sort=True)
    ]
    made = [panel for panel in panels if len(panel.main)]
    left_out = _left_out(rows, stated, panels)
    if not made:
        return NotEstimable(HOW_TO_SUPPLY)
    main = pd.concat([panel.main for panel in made], ignore_index=True)
    return Computed(
        main=main[list(COLUMNS)],
        headline=_headline(main, level),
        models=int(main["system"].nunique()),
        benchmarks=len(made),
        level=level,
        tables={"types": pd.concat([panel.types for panel in made], ignore_index=True)[list(TYPE_COLUMNS)]},
        caveats=(*_caveats(main), *few_items(evidence, main["suite"])),
        left_out=left_out,
    )


def _panels(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with their panel, composition type and what else tells units apart."""
    key = [*SCALE_KEY, "metric", "metric_variant"]
    sides = rows.groupby([*key, "benchmark"], sort=False)["unit_seen"].transform("nunique")
    alone = ((sides == 2) | (rows["suite"] == "")).to_numpy(bool)
    rows = rows.assign(at=np.where(alone, rows["benchmark"], ""))
    stated = [rows[name].to_numpy(object) for name in _TYPE_FIELDS]
    kind = np.select([column != "" for column in stated], stated, "")
    rest = rows[list(_REST)].agg("\x1f".join, axis=1)
    named = rows.assign(benchmark=rows["at"])
    return rows.assign(type=kind, rest=rest, panel=label_panels(named, [*key, "benchmark"]))


@dataclass(frozen=True, slots=True)
class _Panel:
    suite: str
    name: str
    main: pd.DataFrame
    types: pd.DataFrame


def _panel(rows: pd.DataFrame, catalog: Catalog, level: float) -> _Panel:
    first = rows.iloc[0]
    systems, units, cells = grid(rows, _UNIT_KEY)
    seen = units["unit_seen"].to_numpy(float) == 1
    used, same = _used(np.isfinite(cells["value"]), seen)
    keep: Bools = np.logical_or.reduce(used[:, seen], axis=1) & np.logical_or.reduce(used[:, ~seen], axis=1)
    systems = systems[keep].reset_index(drop=True)
    cells = {name: np.where(used, cell, np.nan)[keep] for name, cell in cells.items()}
    empty = pd.DataFrame()
    if not keep.any():
        return _Panel(str(first["suite"]), str(first["panel"]), empty, empty)
    labels = {"suite": first["suite"], "benchmark": first["panel"], "direction": first["direction"]}
    main = systems[["system", "model"]].assign(**labels, unit=first["unit"], same_units=same)
    main = main.assign(**sides(cells, seen, float(first["sign"]), level), of_units=len(units))
    main = main.assign(**harmonic(main, rows), **against_chance(main, cells, seen, rows, catalog))
    main = main.assign(**gains(systems, main, float(first["sign"])))
    types = _types(systems, units, cells, float(first["sign"])).assign(**labels)
    order = main.sort_values(["estimate", "system"], kind="stable")
    return _Panel(str(first["suite"]), str(first["panel"]), order, types)


def _used(present: Bools, seen: Bools) -> tuple[Bools, bool]:
    """Which cells enter the means, and whether they are the same units for all systems."""
    block = np.zeros(present.shape[1], dtype=bool)
    for side in (seen, ~seen):
        at = np.flatnonzero(side)
        block[at[largest_block(present[:, at])]] = True
    complete: Bools = np.logical_and.reduce(present[:, block], axis=1)
    both = present[:, seen].any(axis=1) & present[:, ~seen].any(axis=1)
    if complete.sum() >= min(2, both.sum()) and block[seen].any() and block[~seen].any():
        return complete[:, np.newaxis] & block[np.newaxis, :], True
    return present, False


def _types(systems: pd.DataFrame, units: pd.DataFrame, cells: dict[str, Floats], sign: float) -> pd.DataFrame:
    """One row per system and composition type that has unseen units."""
    kinds, seen = units["type"].to_numpy(object), units["unit_seen"].to_numpy(float) == 1
    parts = []
    for kind in sorted(set(kinds[~seen])) if len(set(kinds)) > 1 else []:
        of_type = kinds == kind
        own = seen & of_type
        reference = own if np.isfinite(cells["value"][:, own]).any(axis=1).all() and own.any() else seen
        means, errors = [], []
        for side in (reference, ~seen & of_type):
            means.append(unit_mean(cells["value"][:, side]))
            errors.append(unit_errors(cells["value"][:, side], cells["stderr"][:, side])[0])
        error = np.hypot(*errors)
        parts.append(
            systems[["system", "model"]].assign(
                type=kind,
                seen=means[0],
                unseen=means[1],
                gap=sign * (means[0] - means[1]),
                standard_error=np.where(error > 0, error, np.nan),
                unseen_units=np.isfinite(cells["value"][:, ~seen & of_type]).sum(axis=1),
                reference="seen units of the type" if reference is own else "all seen units",
            )
        )
    if not parts:
        return pd.DataFrame(columns=list(TYPE_COLUMNS))
    return pd.concat(parts).sort_values(["system", "type"], kind="stable")


def _left_out(rows: pd.DataFrame, stated: pd.DataFrame, panels: list[_Panel]) -> pd.DataFrame:
    """Suites without units, metrics without a direction, and panels of one side only."""
    lacking = sorted(set(rows["suite"]) - set(stated["suite"]))
    found = [(suite, "", HOW_TO_SUPPLY) for suite in lacking]
    undirected = stated.loc[stated["sign"].isna(), ["suite", "benchmark"]].drop_duplicates()
    found += [
        (suite, name, "the direction of the metric is unknown: state `direction`")
        for suite, name in sorted(undirected.itertuples(index=False, name=None))
    ]
    reason = "no system has a score on both seen and unseen units"
    found += [(panel.suite, panel.name, reason) for panel in panels if panel.main.empty]
    return pd.DataFrame(found, columns=list(LEFT_OUT_COLUMNS))


def _headline(main: pd.DataFrame, level: float) -> Headline:
    sizes = main.groupby(["suite", "benchmark"], sort=True)["system"].size()
    suite, name = sizes.index[int(np.argmax(sizes.to_numpy()))]
    rows = main[(main["suite"] == suite) & (main["benchmark"] == name)].reset_index(drop=True)
    compared = rows[~rows["near_chance"].to_numpy(bool)].reset_index(drop=True)
    sign = 1.0 if rows["direction"].iloc[0] == "higher" else -1.0
    top = int(np.argmax(sign * rows["unseen"].to_numpy(float)))
    gained = rows.sort_values("gain", ascending=False, kind="stable").iloc[0]
    least = None
    if len(compared):
        gaps, errors = (compared[column].to_numpy(float) for column in ("estimate", "standard_error"))
        least = best_of(-gaps, errors, level=level)
    row = compared.iloc[least.position] if least else None
    return Headline(
        panel=str(name),
        unit=str(rows["unit"].iloc[0]),
        systems=len(rows),
        losers=int((rows["estimate"] > 0).sum()),
        median_gap=float(rows["estimate"].median()),
        least="" if row is None else str(row["system"]),
        least_gap=np.nan if row is None else float(row["estimate"]),
        least_error=np.nan if row is None else float(row["standard_error"]),
        alike=None if least is None else least.alike,
        compared=len(compared),
        best_unseen=str(rows["system"].iloc[top]),
        best_unseen_score=float(rows["unseen"].iloc[top]),
        best_gain_system=str(gained["system"]) if np.isfinite(gained["gain"]) else "",
        best_gain=float(gained["gain"]),
    )


def _caveats(main: pd.DataFrame) -> tuple[str, ...]:
    found = []
    for (_, name), rows in main.groupby(["suite", "benchmark"], sort=True):
        if not rows["same_units"].all():
            found.append(f"{name}: systems are measured on different units; compare their means with care.")
        elif int((rows["seen_units"] + rows["unseen_units"]).iloc[0]) < int(rows["of_units"].iloc[0]):
            k = int((rows["seen_units"] + rows["unseen_units"]).iloc[0])
            found.append(
                f"{name}: means are over {k} of {int(rows['of_units'].iloc[0])} units, those all compared systems have."
            )
        if (rows["error_source"] == "units").any():
            found.append(f"{name}: where a unit has no error, intervals say what other units would show.")
    return tuple(found)
