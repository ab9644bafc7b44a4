"""What does quality cost? Which systems no other one beats at the same cost, and what the best one's quality costs.

A panel holds the settings of one suite that share role, metric, unit, selection rule and number of shots. Quality
is the mean score over the panel's largest complete block of systems and settings (the same settings for every
system), cost the mean of one cost figure over the same settings. Order: repeats and seeds, then leaves, then
settings. Each figure that the field `cost` of the results holds is compared by itself; less is always better.
The catalog's `parameters` of the models are one more figure, named so.

A system is on the frontier when no other one is at least as good at no more cost and better in one of the two
(Pareto). Its share of draws repeats this with every quality moved by its standard error (over items, normal,
independent); costs are taken as exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ndtri

from reportgen.analysis.costs import PARAMETERS, cost_figures
from reportgen.analysis.evidence import LEFT_OUT_COLUMNS, Computed
from reportgen.analysis.frontier import frontier_probability, least_cost_of, on_frontier
from reportgen.analysis.interval_coverage import few_items
from reportgen.analysis.missing_data import largest_block
from reportgen.analysis.panels import direction_unknown, panels
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.evidence import Evidence
    from reportgen.analysis.panels import Panel

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

NAME = "efficiency_frontier"
TITLE = "Quality against cost"
NEEDS = ("cost figures of two systems on one benchmark (field cost), or parameters of their models",)
HOW_TO_SUPPLY = (
    "no two systems of a benchmark have a score and a cost: write `cost` into the results, an object of figures of"
    ' which less is better such as {"usd": 0.5, "fraction_kept": 0.1}, or `parameters` into'
    " results/catalog/models.yml"
)
#: Draws for the share of draws on the frontier: its simulation error is below 0.016.
DRAWS = 1000

COLUMNS = {
    "suite": "suite of the benchmarks",
    "benchmark": "the panel: what tells these benchmarks from others of the suite, or the one benchmark",
    "system": "system",
    "model": "model of the system",
    "estimate": "quality: mean score over the panel's benchmarks, in the metric's unit",
    "standard_error": "standard error of the quality over items; empty where unknown",
    "low": "lower end of the interval of the quality",
    "high": "upper end of the interval of the quality",
    "unit": "unit of the quality",
    "cost_name": "which cost figure",
    "cost": "mean cost over the same benchmarks",
    "on_frontier": "true where no system is at least as good at no more cost and better in one of the two",
    "frontier_probability": "share of draws on the frontier when qualities move by their errors; empty where unknown",
    "matched_cost": "least cost of any system at least this good",
    "cost_ratio": "cost divided by matched_cost: what this quality is overpaid; 1 is best",
    "saving_to_best": "cost of the best system divided by this one's: how many times cheaper",
    "loss_to_best": "quality below the best system's, positive = worse, whichever direction the metric has",
    "retention": "quality as a share of the best system's; only where higher is better and the scale begins at 0",
    "gain_per_tenfold": "goodness gained over the cheapest system per tenfold cost",
}
TABLES = {
    "panels": {
        "suite": "suite of the benchmarks",
        "benchmark": "the panel, as in the main table",
        "cost_name": "which cost figure",
        "systems": "systems compared",
        "of_systems": "systems with a score in the panel",
        "benchmarks": "settings averaged",
        "of_benchmarks": "settings of the panel",
        "n_frontier": "systems on the frontier",
        "best_system": "best quality; of equal ones the cheapest",
        "best_cost": "its cost",
        "match_system": "cheapest system not told apart from the best by errors; equally good where these are unknown",
        "match_cost": "its cost",
        "match_ratio": "best_cost divided by match_cost: the matched-quality cost ratio",
        "costliest_system": "the system of highest cost; of equal ones the best",
        "saving_without_loss": "largest share of the costliest system's cost saved with no lower quality",
        "saving_within_error": "the same, allowing a loss that errors cannot tell from none; empty where unknown",
        "least_retention": "quality of the cheapest system as a share of the best's; empty where undefined",
    }
}


@dataclass(frozen=True, slots=True)
class Headline:
    """The panel that the sentence speaks of: of a stated cost before parameters, most systems, most settings.

    Attributes:
        match_*: the cheapest system not told apart from the best; the best itself where none is.
        certain: whether errors are known, so that "not told apart" means more than "equal".
    """

    suite: str
    panel: str
    cost_name: str
    unit: str
    n_systems: int
    n_settings: int
    n_frontier: int
    best_system: str
    best: float
    best_cost: float
    match_system: str
    match: float
    match_cost: float
    match_ratio: float
    cheapest_system: str
    cheapest: float
    cheapest_cost: float
    cheapest_retention: float
    certain: bool


def compute(evidence: Evidence, *, level: float, generator: np.random.Generator) -> Computed | NotEstimable:
    """Frontiers of every panel and cost figure."""
    known = cost_figures(evidence)
    found, left_out = [], []
    for panel in panels(evidence.table):
        made = [
            one
            for name, cost in known.items()
            if (one := _compared(evidence, panel, (name, cost), level, generator)) is not None
        ]
        found += made
        if not made:
            left_out.append((panel.suite, panel.name, HOW_TO_SUPPLY))
    if not found:
        return NotEstimable(HOW_TO_SUPPLY)
    left_out += direction_unknown(evidence.table)
    main = pd.concat([one.main for one in found], ignore_index=True)
    return Computed(
        main=main,
        headline=_headline(found),
        models=int(main["system"].nunique()),
        benchmarks=len({column for one in found for column in one.columns}),
        level=level,
        tables={"panels": pd.DataFrame([one.row for one in found], columns=list(TABLES["panels"]))},
        caveats=(*_caveats(found), *few_items(evidence, main["suite"])),
        left_out=pd.DataFrame(left_out, columns=list(LEFT_OUT_COLUMNS)),
    )


# -- one panel and one cost figure
# -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Compared:
    main: pd.DataFrame
    row: tuple[object, ...]
    headline: Headline
    columns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Points:
    """Quality in its unit, goodness (larger is better), its error and cost, of the systems of a block."""

    names: NDArray[np.object_]
    quality: Floats
    goodness: Floats
    error: Floats
    cost: Floats


def _compared(
    evidence: Evidence,
    panel: Panel,
    named: tuple[str, Floats],
    level: float,
    generator: np.random.Generator,
) -> _Compared | None:
    """None where fewer than two systems have both, or all cost the same."""
    table, (cost_name, costs) = evidence.table, named
    scored = np.isfinite(table.value[:, panel.columns])
    present = scored & np.isfinite(costs[:, panel.columns])
    block = panel.columns[largest_block(present)]
    rows = (
        np.flatnonzero(present.any(axis=1))
        if not len(block)
        else np.flatnonzero((np.isfinite(table.value[:, block]) & np.isfinite(costs[:, block])).all(axis=1))
    )
    if len(rows) < 2 or not len(block):
        return None
    cells = np.ix_(rows, block)
    quality = table.value[cells].mean(axis=1)
    points = _Points(
        names=table.systems["system"].to_numpy(object)[rows],
        quality=quality,
        goodness=panel.sign * quality,
        error=np.sqrt((table.stderr[cells] ** 2).sum(axis=1)) / len(block),
        cost=costs[cells].mean(axis=1),
    )
    if np.ptp(points.cost) == 0:
        return None
    name = panel.name or (str(table.settings["setting"].iloc[block[0]]) if len(panel.columns) == 1 else "")
    head = (panel.suite, name)
    main = _main(head, panel, points, cost_name, level, generator)
    main.insert(3, "model", table.systems["model"].to_numpy(object)[rows])
    counts = (len(rows), int(scored.any(axis=1).sum()), len(block), len(panel.columns))
    facts = _facts(panel, points, level)
    return _Compared(
        main=main[list(COLUMNS)].sort_values(
            ["on_frontier", "cost", "system"], ascending=[False, True, True], kind="stable"
        ),
        row=(*head, cost_name, *counts, int(main["on_frontier"].sum()), *facts.row),
        headline=facts.headline(head, cost_name, panel.unit, len(block), int(main["on_frontier"].sum())),
        columns=tuple(block.tolist()),
    )


def _main(
    head: tuple[str, str],
    panel: Panel,
    points: _Points,
    cost_name: str,
    level: float,
    generator: np.random.Generator,
) -> pd.DataFrame:
    """One row per system of the block."""
    half = ndtri((1 + level) / 2) * points.error
    best = _best(points)
    matched = least_cost_of(points.goodness, points.cost, points.goodness)
    cheapest = _cheapest(points)
    with np.errstate(divide="ignore", invalid="ignore"):
        least = points.cost[cheapest]
        tenfold = np.log10(points.cost / (least if least > 0 else np.nan))
        columns = {
            "suite": head[0],
            "benchmark": head[1],
            "system": points.names,
            "estimate": points.quality,
            "standard_error": points.error,
            "low": points.quality - half,
            "high": points.quality + half,
            "unit": panel.unit,
            "cost_name": cost_name,
            "cost": points.cost,
            "on_frontier": on_frontier(points.goodness, points.cost),
            "frontier_probability": frontier_probability(
                points.goodness, points.error, points.cost, draws=DRAWS, generator=generator
            ),
            "matched_cost": matched,
            "cost_ratio": points.cost / matched,
            "saving_to_best": points.cost[best] / points.cost,
            "loss_to_best": points.goodness[best] - points.goodness,
            "retention": _retention(panel, points, best),
            "gain_per_tenfold": (points.goodness - points.goodness[cheapest]) / tenfold,
        }
    frame = pd.DataFrame(columns)
    ratios = ["cost_ratio", "saving_to_best", "gain_per_tenfold"]
    frame[ratios] = frame[ratios].replace([np.inf, -np.inf], np.nan)
    return frame


def _retention(panel: Panel, points: _Points, best: int) -> Floats:
    """Share of the best quality; NaN where a share has no meaning."""
    if panel.sign < 0 or panel.lower != 0 or points.quality[best] <= 0:
        return np.full(len(points.quality), np.nan)
    return np.asarray(points.quality / points.quality[best])


def _best(points: _Points) -> int:
    return _first(points.names, -points.goodness, points.cost)


def _cheapest(points: _Points) -> int:
    return _first(points.names, points.cost, -points.goodness)


def _first(names: NDArray[np.object_], *keys: Floats) -> int:
    """Position of the least by these keys in turn, then by name."""
    return min(range(len(names)), key=lambda at: (*(float(key[at]) for key in keys), str(names[at])))


@dataclass(frozen=True, slots=True)
class _Facts:
    panel: Panel
    points: _Points
    best: int
    match: int
    costliest: int
    cheapest: int
    saving: float
    saving_within: float
    retention: Floats

    @property
    def ratio(self) -> float:
        """Matched-quality cost ratio; NaN where the match is free."""
        cost = self.points.cost
        return float(cost[self.best] / cost[self.match]) if cost[self.match] > 0 else float("nan")

    @property
    def row(self) -> tuple[object, ...]:
        """From best_system on, as in TABLES."""
        names, cost = self.points.names, self.points.cost
        return (
            *(names[self.best], cost[self.best], names[self.match], cost[self.match], self.ratio),
            *(names[self.costliest], self.saving, self.saving_within, self.retention[self.cheapest]),
        )

    def headline(
        self, head: tuple[str, str], cost_name: str, unit: str, settings: int, n_frontier: int
    ) -> Headline:
        """All of it for the sentence."""
        points = self.points
        names, quality, cost = points.names.tolist(), points.quality.tolist(), points.cost.tolist()
        return Headline(
            *head, cost_name, unit, len(names), settings, n_frontier,
            names[self.best], quality[self.best], cost[self.best],
            names[self.match], quality[self.match], cost[self.match], self.ratio,
            names[self.cheapest], quality[self.cheapest], cost[self.cheapest], float(self.retention[self.cheapest]),
            bool(np.isfinite(points.error).all()),
        )  # fmt: skip


def _facts(panel: Panel, points: _Points, level: float) -> _Facts:
    best, cheapest = _best(points), _cheapest(points)
    costliest = _first(points.names, -points.cost, -points.goodness)
    within = _not_worse(points, best, level)
    match = min(
        np.flatnonzero(within).tolist(),
        key=lambda at: (points.cost[at], -points.goodness[at], str(points.names[at])),
    )
    equal = points.goodness >= points.goodness[costliest]
    known = bool(np.isfinite(points.error).all())
    return _Facts(
        panel, points, best, match, costliest, cheapest,
        saving=_saving(points, costliest, equal),
        saving_within=_saving(points, costliest, _not_worse(points, costliest, level)) if known else np.nan,
        retention=_retention(panel, points, best),
    )  # fmt: skip


def _not_worse(points: _Points, than: int, level: float) -> NDArray[np.bool_]:
    """Not worse than this system beyond what errors explain: one-sided, each system by itself."""
    error = np.hypot(points.error, points.error[than])
    margin = np.where(np.isfinite(error), ndtri(level) * error, 0.0)
    margin[than] = 0.0
    return np.asarray(points.goodness >= points.goodness[than] - margin)


def _saving(points: _Points, than: int, allowed: NDArray[np.bool_]) -> float:
    return float(1 - points.cost[allowed].min() / points.cost[than])


def _headline(found: list[_Compared]) -> Headline:
    facts = [one.headline for one in found]
    return min(
        facts,
        key=lambda fact: (
            fact.cost_name == PARAMETERS, -fact.n_systems, -fact.n_settings, fact.suite, fact.panel, fact.cost_name
        ),
    )  # fmt: skip


def _caveats(found: list[_Compared]) -> tuple[str, ...]:
    caveats = []
    partial = [one.row for one in found if one.row[3] != one.row[4]]
    if partial:
        caveats.append(
            f"In {len(partial)} of {len(found)} comparisons some systems have a score but no cost, or lack one of the"
            " benchmarks; they are not compared, and the frontier might pass through them."
        )
    uncertain = sum(not one.headline.certain for one in found)
    if uncertain:
        caveats.append(
            f"In {uncertain} of {len(found)} comparisons the error of some score is unknown: who is on the frontier"
            " holds for these figures only, and equal quality means an equal figure wherever an error is unknown."
        )
    return tuple(caveats)
