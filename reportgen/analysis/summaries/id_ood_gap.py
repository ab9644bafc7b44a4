"""How much do systems lose under shift? Scores in distribution against scores out of it.

Each shifted setting is paired with its in-distribution twin (`analysis.twins`). For a pair,

    gap = id - ood in the metric's unit, or ood - id where lower is better: positive always means a loss.

The gap is never clipped: a gain under shift is reported as such, and the gap of means is the mean of gaps.
For a system, scores are averaged over the same shifted settings for every system of a panel (the settings of
one suite that share metric, unit, selection rule and number of shots): the largest block of systems and
settings without a hole.

A system at chance level has no gap to lose, so the gap never ranks alone: systems near chance are marked, and
effective robustness says what a system scores under shift beyond what its score without shift predicts, by
the logit line through all other systems (`analysis.line`; Miller et al. 2021; Taori et al. 2020).

Errors: both sets of items are taken as independent samples. Where they are the same items, perturbed, scores
are usually positively correlated, and the errors here are too large rather than too small.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ndtri

from reportgen.analysis import line
from reportgen.analysis.interval_coverage import few_items
from reportgen.analysis.missing_data import largest_block
from reportgen.analysis.paired_scores import mean_side, pair_frame, paired
from reportgen.analysis.twins import find_twins
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from reportgen.analysis.evidence import Evidence
    from reportgen.analysis.paired_scores import Pair, Side
    from reportgen.analysis.table import ScoreTable
    from reportgen.analysis.twins import Twin
    from reportgen.records.catalog import Catalog

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]

NAME = "id_ood_gap"
TITLE = "In distribution against shifted"
#: What is needed, in words.
NEEDS = ("shifted benchmarks (role ood) with an in-distribution twin",)

#: A score closer than this share of the metric's range to chance has next to nothing to lose.
NEAR_CHANCE = 0.05

#: Columns of `GapSummary.systems`: means over the panel's block, in the metric's unit.
SYSTEM_COLUMNS = (
    "suite",
    "panel",
    "system",
    "model",
    "id_mean",
    "ood_mean",
    "gap",  # of the means; positive = loses under shift
    "standard_error",  # of the gap; NaN where an error is unknown
    "low",  # normal interval at `GapSummary.level`, for each system by itself
    "high",
    "chance",  # mean chance level of the in-distribution settings; NaN where the catalog does not say
    "near_chance",  # bool: id mean not above chance by both 2 SE and 5 % of the range
    "predicted_ood",  # by the line through the other systems
    "effective_robustness",  # ood mean beyond the prediction; positive = better than predicted
)
#: Columns of `GapSummary.lines`, on the logit scale of goodness shares.
LINE_COLUMNS = ("suite", "panel", "slope", "intercept", "r2", "n", "reason")
#: Columns of `GapSummary.shifts`: over all systems with both scores.
SHIFT_COLUMNS = (
    "suite",
    "panel",
    "setting",
    "id_setting",
    "n_systems",
    "median_gap",
    "quartile_low",
    "quartile_high",
    "worst_system",
    "worst_gap",
)
#: Columns of `GapSummary.coverage`: what the means of a panel are over.
COVERAGE_COLUMNS = ("suite", "panel", "systems", "of_systems", "settings", "of_settings", "left_out")
#: Columns of `GapSummary.missing`; `setting` is "" where the whole suite lacks something.
MISSING_COLUMNS = ("suite", "setting", "reason")

HOW_TO_SUPPLY = (
    "no setting has the role ood, and no benchmark names an id_twin: state `role` in the result files, or"
    " `role` or `id_twin` of the benchmark in results/catalog/benchmarks.yml"
)


@dataclass(frozen=True, slots=True)
class GapFact:
    """The headline of one panel. Scores in the metric's unit.

    Attributes:
        n_systems, n_settings: of the complete block.
        median_gap: over these systems.
        n_near_chance: systems left out of the comparison below: a system at chance has nothing to lose.
        least_system, least_gap, least_error: who loses least of the others; "" and NaN where none is left.
        n_alike: other systems that cannot be told apart from it: gap within z * SE of the difference, z
            one-sided at (1 - level) / (number of others) (Bonferroni). It and they contain, at this level at
            least, the system that truly loses least. None where an error is unknown.
        best_ood_system, best_ood_mean: best score under shift, near chance or not; ties by name.
        most_robust_system, most_robust: highest effective robustness; "" and NaN where there is no line.
    """

    suite: str
    panel: str
    unit: str
    n_systems: int
    n_settings: int
    median_gap: float
    n_near_chance: int
    least_system: str
    least_gap: float
    least_error: float
    n_alike: int | None
    best_ood_system: str
    best_ood_mean: float
    most_robust_system: str
    most_robust: float


@dataclass(frozen=True, slots=True)
class GapSummary:
    """Gaps of all suites with a shifted setting.

    Attributes:
        pairs: one row per (shifted setting, system), columns `analysis.paired_scores.PAIR_COLUMNS`.
        systems: one row per (panel, system) of the block, columns `SYSTEM_COLUMNS`, least gap first.
        lines, shifts, coverage, missing: columns `LINE_COLUMNS`, `SHIFT_COLUMNS`, `COVERAGE_COLUMNS`,
            `MISSING_COLUMNS`.
        facts: one per panel with a block.
        level: confidence level of the intervals.
        caveats: what a reader must know of these data.
    """

    pairs: pd.DataFrame
    systems: pd.DataFrame
    lines: pd.DataFrame
    shifts: pd.DataFrame
    coverage: pd.DataFrame
    missing: pd.DataFrame
    facts: tuple[GapFact, ...]
    level: float
    caveats: tuple[str, ...] = ()

    @property
    def main(self) -> pd.DataFrame:
        """The table that stands for all of it."""
        return self.systems

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The others, by name."""
        return {"pairs": self.pairs, "shifts": self.shifts, "lines": self.lines, "coverage": self.coverage}

    @property
    def models(self) -> int:
        """Systems with both scores."""
        return int(self.pairs["system"].nunique())

    @property
    def benchmarks(self) -> int:
        """Shifted settings with a twin."""
        return int(self.pairs["setting"].nunique())


def compute(evidence: Evidence, *, level: float, generator: np.random.Generator) -> GapSummary | NotEstimable:
    """The same as `id_ood_gap`, which needs no random numbers."""
    del generator
    found = id_ood_gap(evidence.table, evidence.catalog, level=level)
    if isinstance(found, NotEstimable):
        return found
    return replace(found, caveats=few_items(evidence, found.systems["suite"]))


def id_ood_gap(table: ScoreTable, catalog: Catalog, *, level: float) -> GapSummary | NotEstimable:
    """Gaps, means and effective robustness of every system under every shift.

    Args:
        table: systems by settings.
        catalog: says roles, twins and chance levels of benchmarks, and which metrics score items 0 or 1.
        level: confidence level of the intervals, in (0, 1).

    Returns:
        NotEstimable where no system has a score in a shifted setting and its twin.

    Raises:
        ValueError: the level is not in (0, 1).
    """
    if not 0 < level < 1:
        raise ValueError(f"the confidence level must lie between 0 and 1, not {level}")
    twins = find_twins(table.settings, catalog)
    pairs = [pair for pair in paired(table, catalog, twins) if pair.both.any()]
    missing = _missing(table, twins, pairs)
    if not pairs:
        return NotEstimable("; ".join(dict.fromkeys(missing["reason"])) or HOW_TO_SUPPLY)
    panels = [_panel(group, table.systems, level) for group in _grouped(pairs)]
    return GapSummary(
        pairs=pd.concat([pair_frame(pair, table.systems, level) for pair in pairs], ignore_index=True),
        systems=pd.concat([panel.systems for panel in panels], ignore_index=True),
        lines=pd.DataFrame([panel.line for panel in panels], columns=list(LINE_COLUMNS)),
        shifts=pd.DataFrame([_shift(pair, table.systems) for pair in pairs], columns=list(SHIFT_COLUMNS)),
        coverage=pd.DataFrame([panel.coverage for panel in panels], columns=list(COVERAGE_COLUMNS)),
        missing=missing,
        facts=tuple(panel.fact for panel in panels),
        level=level,
    )


def _missing(table: ScoreTable, twins: Sequence[Twin], pairs: Sequence[Pair]) -> pd.DataFrame:
    """Suites without any shift, and shifted settings without a twin or a system that has both scores."""
    used = {pair.shifted.position for pair in pairs}
    labels, suites = table.settings["setting"].tolist(), table.settings["suite"].tolist()
    shifted = {suites[twin.shifted] for twin in twins}
    rows = [(suite, "", HOW_TO_SUPPLY) for suite in sorted(set(suites) - shifted)]
    for twin in twins:
        if twin.shifted not in used:
            why = twin.reason or f"no system has a score in both it and {labels[twin.twin]}"
            rows.append((suites[twin.shifted], labels[twin.shifted], why))
    return pd.DataFrame(rows, columns=list(MISSING_COLUMNS))


def _grouped(pairs: Sequence[Pair]) -> list[list[Pair]]:
    """The pairs of each panel, panels sorted by suite and name."""
    groups: dict[tuple[str, str], list[Pair]] = {}
    for pair in pairs:
        groups.setdefault((pair.suite, pair.panel), []).append(pair)
    return [groups[key] for key in sorted(groups)]


def _shift(pair: Pair, systems: pd.DataFrame) -> tuple[object, ...]:
    """One row of `SHIFT_COLUMNS`."""
    at = np.flatnonzero(pair.both)
    gaps = pair.gap()[at]
    low, median, high = np.quantile(gaps, [0.25, 0.5, 0.75])
    names = systems["system"].to_numpy(object)[at]
    worst = _first(-gaps, names)
    labels = (pair.shifted.label, pair.inside.label)
    return (pair.suite, pair.panel, *labels, len(at), median, low, high, names[worst], gaps[worst])


def _first(values: Floats, names: NDArray[np.object_]) -> int:
    """Position of the least value; of equal ones, the first by name."""
    tied = np.flatnonzero(values == values.min())
    return int(min(tied, key=lambda at: names[at]))


# -- one panel
# -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Panel:
    systems: pd.DataFrame
    line: tuple[object, ...]
    coverage: tuple[object, ...]
    fact: GapFact


def _panel(pairs: list[Pair], systems: pd.DataFrame, level: float) -> _Panel:
    present = np.column_stack([pair.both for pair in pairs])
    block = largest_block(present)
    rows = np.flatnonzero(present[:, block].all(axis=1))
    chosen = [pairs[at] for at in block]
    inside = mean_side([pair.inside for pair in chosen], rows)
    shifted = mean_side([pair.shifted for pair in chosen], rows)
    head = pairs[0]
    odds = [line.stable_logit(side.share, side.n) for side in (inside, shifted)]
    fitted = line.fit(*odds) if np.isfinite(odds).all() else None
    frame = _systems(head, (inside, shifted), systems.iloc[rows], fitted, level)
    left_out = sorted({pair.shifted.label for pair in pairs} - {pair.shifted.label for pair in chosen})
    counts = (len(rows), int(present.any(axis=1).sum()), len(block), len(pairs))
    return _Panel(
        systems=frame,
        line=(head.suite, head.panel, *_line_row(fitted, len(rows))),
        coverage=(head.suite, head.panel, *counts, ", ".join(left_out)),
        fact=_fact(head, frame, len(block), level),
    )


def _line_row(fitted: line.Line | None, n: int) -> tuple[object, ...]:
    if fitted is None:
        return (np.nan, np.nan, np.nan, n, "the bounds of the metric are unknown")
    return (fitted.slope, fitted.intercept, fitted.r2, fitted.n, fitted.reason)


def _systems(
    head: Pair,
    sides: tuple[Side, Side],
    systems: pd.DataFrame,
    fitted: line.Line | None,
    level: float,
) -> pd.DataFrame:
    """One row per system, least gap first, ties by name."""
    inside, shifted = sides
    gap = head.sign * (inside.mean - shifted.mean)
    error = np.hypot(inside.error, shifted.error)
    half = ndtri((1 + level) / 2) * error
    predicted = _predicted(head.sign, shifted, fitted)
    columns = {
        "suite": head.suite,
        "panel": head.panel,
        "system": systems["system"].to_numpy(object),
        "model": systems["model"].to_numpy(object),
        "id_mean": inside.mean,
        "ood_mean": shifted.mean,
        "gap": gap,
        "standard_error": error,
        "low": gap - half,
        "high": gap + half,
        "chance": inside.chance,
        "near_chance": _near_chance(head.sign, inside),
        "predicted_ood": predicted,
        "effective_robustness": head.sign * (shifted.mean - predicted),
    }
    frame = pd.DataFrame(columns, columns=list(SYSTEM_COLUMNS))
    return frame.sort_values(["gap", "system"], kind="stable", ignore_index=True)


def _predicted(sign: float, shifted: Side, fitted: line.Line | None) -> Floats:
    """Mean score under shift that the others' line predicts, in the metric's unit."""
    if fitted is None:
        return np.full(len(shifted.mean), np.nan)
    good, bad = (shifted.upper, shifted.lower) if sign > 0 else (shifted.lower, shifted.upper)
    return bad + (good - bad) * fitted.without_self


def _near_chance(sign: float, inside: Side) -> Bools:
    """Above chance by less than 2 standard errors, or less than 5 % of the range, or below it.

    With many items a score far too low to lose anything still differs significantly from chance: hence the
    second limit. False where the chance level is unknown.
    """
    margin = np.fmax(2 * inside.error, NEAR_CHANCE * (inside.upper - inside.lower))
    near: Bools = sign * (inside.mean - inside.chance) <= margin
    return near


def _fact(head: Pair, frame: pd.DataFrame, n_settings: int, level: float) -> GapFact:
    names, able = frame["system"].to_numpy(object), ~frame["near_chance"].to_numpy(bool)
    gaps, errors = frame["gap"].to_numpy(float)[able], frame["standard_error"].to_numpy(float)[able]
    shifted = frame["ood_mean"].to_numpy(float)
    best = _first(-head.sign * shifted, names)
    robust = frame.dropna(subset="effective_robustness")
    beyond = robust["effective_robustness"].to_numpy(float)
    far = _first(-beyond, robust["system"].to_numpy(object)) if len(beyond) else -1
    return GapFact(
        suite=head.suite,
        panel=head.panel,
        unit=head.unit,
        n_systems=len(frame),
        n_settings=n_settings,
        median_gap=float(frame["gap"].median()),
        n_near_chance=len(frame) - len(gaps),
        least_system=str(names[able][0]) if len(gaps) else "",
        least_gap=float(gaps[0]) if len(gaps) else float("nan"),
        least_error=float(errors[0]) if len(gaps) else float("nan"),
        n_alike=_alike(gaps, errors, level),
        best_ood_system=str(names[best]),
        best_ood_mean=float(shifted[best]),
        most_robust_system=str(robust["system"].iloc[far]) if len(beyond) else "",
        most_robust=float(beyond[far]) if len(beyond) else float("nan"),
    )


def _alike(gaps: Floats, errors: Floats, level: float) -> int | None:
    """How many others cannot be told apart from the first, the least; None where an error is unknown."""
    if not len(gaps) or not np.isfinite(errors).all():
        return None
    others = len(gaps) - 1
    critical = ndtri(1 - (1 - level) / max(others, 1))
    return int((gaps[1:] - gaps[0] <= critical * np.hypot(errors[1:], errors[0])).sum())
