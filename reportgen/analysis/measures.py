"""Where a system stands on a summary: which column of the summary's main table says so, and which end is better.

A kind of summary adds one entry here. A kind without one is read by the contract of `analysis.evidence.Computed`
(estimate, low, high), and then nobody is placed: which end is better is never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Better = Literal["higher", "lower", "zero", "metric", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One quantity of a summary that tells systems apart.

    Attributes:
        name: what it is called in tables; unique within its kind.
        title: what it is called on pages.
        better: which end is better; "zero": the nearer to 0; "metric": as the metric of the row has it.
        value, error, low, high: columns of the main table; "" where there is none.
        level: column of the score the value is to be read with, since a loss is worth little at a low level, or
            "table.column" for the mean over the rows of a further table; "" where the value is itself a level.
        says: what the level is, in words.
        unit: column of the value's unit; "" where it has none, as a ratio.
        panel: columns that together with the suite name what rows are compared within.
        within: further columns that must be equal, and say nothing to a reader.
        rows: column and value that a row must have.
        role: what the overview takes it for.
    """

    name: str
    title: str
    better: Better
    value: str = "estimate"
    error: str = "standard_error"
    low: str = "low"
    high: str = "high"
    level: str = ""
    says: str = "score"
    unit: str = "unit"
    panel: tuple[str, ...] = ("benchmark",)
    within: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    role: Literal["", "gap", "robustness", "worst", "retention"] = ""


#: Kind -> its measures, the headline first. Empty: it speaks of families, items or benchmarks, not of single systems.
MEASURES: Mapping[str, tuple[Measure, ...]] = {
    "id_ood_gap": (
        Measure(name="gap", title="Loss under shift", better="lower", value="gap", level="ood_mean",
                says="shifted score", panel=("panel",), role="gap"),
        Measure(name="effective_robustness", title="Above the line", better="higher", value="effective_robustness",
                error="", low="", high="", level="ood_mean", says="shifted score", panel=("panel",), role="robustness"),
    ),
    "efficiency_frontier": (
        Measure(name="cost_ratio", title="Cost over the cheapest as good", better="lower", value="cost_ratio", error="",
                low="", high="", level="estimate", unit="", panel=("benchmark", "cost_name")),
    ),
    "scaling": (),
    "measurement_sensitivity": (
        Measure(name="shift", title="Shift by the procedure", better="zero", level="reference_score",
                says="score by the other procedure",
                panel=("benchmark", "metric", "procedure", "reference")),
    ),
    "novelty_split": (Measure(name="gap", title="Loss on the unseen", better="lower", level="unseen",
                                says="score on the unseen"),),
    "complexity_valley": (
        Measure(name="largest_gap", title="Largest loss of all levels", better="lower", level="levels.ood_mean",
                says="mean shifted score"),
    ),
    "selective_calibration": (
        Measure(name="calibration_error", title="Calibration error", better="lower", level="base_rate",
                says="accuracy"),
    ),
    "transfer_matrix": (
        Measure(name="mean", title="Mean of the test domains", better="metric", panel=("panel",),
                rows=(("statistic", "mean"),)),
        Measure(name="worst", title="Worst test domain", better="metric", panel=("panel",),
                rows=(("statistic", "worst"),), role="worst"),
    ),
    "axis_breakdown": (Measure(name="mean", title="Mean of the axes", better="metric"),),
    "length_curve": (Measure(name="beyond", title="Beyond the trained length", better="metric", level="in_range",
                             says="score within it"),),
    "psychometrics": (Measure(name="ability", title="Ability", better="higher"),),
    "method_table": (
        Measure(name="mean", title="Mean of the benchmarks", better="metric", panel=("panel",),
                rows=(("benchmark", ""),)),
    ),
    "difficulty_curve": (
        Measure(name="drop", title="Drop from easy to hard", better="lower", level="hardest",
                says="score at the hardest",
                panel=("benchmark", "train")),
    ),
    "training_dynamics": (
        Measure(name="delay", title="Delay of generalization", better="lower", level="last", says="last test score",
                panel=("benchmark", "tested")),
    ),
    "retention": (
        Measure(name="drop", title="Lost elsewhere by tuning", better="lower", level="target_gain",
                says="gain on what it was tuned for", within=("comparison",), role="retention"),
    ),
    "variant_matrix": (
        Measure(name="mean", title="Mean of variants and tasks", better="metric"),
        Measure(name="drop", title="Drop by variants", better="lower", value="mean_drop", error="drop_error", low="",
                high="", level="perturbed", says="score in the variants"),
        Measure(name="worst", title="Worst variant", better="metric", value="worst_score", error="", low="", high="",
                role="worst"),
    ),
    "pairwise_outcomes": (Measure(name="wins", title="Net win rate", better="higher"),),
    "proxy_validity": (),
    "subgroup_disparity": (
        Measure(name="worst", title="Worst group", better="metric", value="worst_score", error="worst_error",
                low="worst_low", high="worst_high", role="worst"),
        Measure(name="range", title="Range over groups", better="lower", level="worst_score",
                says="score of the worst group"),
    ),
}  # fmt: skip

#: What a main table must have to be read without an entry.
_CONTRACT = frozenset({"suite", "benchmark", "system", "model", "estimate", "standard_error", "low", "high"})


def measures_of(kind: Any) -> tuple[Measure, ...]:
    """The measures of a kind: those declared here, or what the contract offers, without a better end."""
    if kind.NAME in MEASURES:
        return MEASURES[kind.NAME]
    if set(kind.COLUMNS) >= _CONTRACT:
        return (Measure(name="estimate", title=kind.TITLE, better="unknown"),)
    return ()
