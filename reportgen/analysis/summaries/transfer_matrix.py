"""Trained here, tested there: how much of a score survives the move to another domain?

M[s, t] is the score of a system trained on the domains s and tested on the domain t. A cell is *inside* where t is
among s, else *outside*. Where only the test domain is stated, every cell counts as outside: in a table of
leave-one-domain-out results each test domain is the one left out.

    mean     = mean of the outside cells (leave-one-domain-out mean; off-diagonal mean of a matrix)
    inside   = mean of the inside cells (diagonal)
    gap      = inside - mean, or mean - inside where lower is better: positive is a loss; never clipped
    ratio    = mean over outside cells of M[s, t] / M[t, t]
    worst    = of the test domains' means over the sources that left it out, the worst
    weighted = outside cells weighted by their number of items

Order: items, then repeats, seeds, sources and domains, then benchmarks; domains count equally, whatever their size.
All means of a panel are over the same cells for every system: all of them, or where hardly any system has all the
largest block without a hole. A system that lacks
one of them has no mean. The selection rule is part of a panel; the oracle reads the test domain.

Errors: where all cells have the same two or more seeds, the mean over domains is formed within a seed first, and its
error is that of the seeds' means. Else errors of cells are taken as independent.

Sources: Gulrajani and Lopez-Paz 2021 (rules and averages), Welch 1947 and Satterthwaite 1946 (differences).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from reportgen.analysis.baseline import HOW_TO_NAME, find_baseline
from reportgen.analysis.eligible import SYSTEM_KEY
from reportgen.analysis.evidence import LEFT_OUT_COLUMNS, Computed
from reportgen.analysis.interval_coverage import few_items
from reportgen.analysis.transfer_cells import transfer_cells
from reportgen.analysis.transfer_panels import panels_of, suite_panels
from reportgen.analysis.transfer_rows import COLUMNS, cell_rows, statistic_rows
from reportgen.analysis.uncertain_means import alike, first_best
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from reportgen.analysis.evidence import Evidence
    from reportgen.analysis.transfer_cells import Cells
    from reportgen.analysis.transfer_panel import Panel

__all__ = [
    "COLUMNS",
    "HOW_TO_SUPPLY",
    "NAME",
    "NEEDS",
    "TABLES",
    "TITLE",
    "Headline",
    "TransferFact",
    "compute",
]

NAME = "transfer_matrix"
TITLE = "Transfer between domains"
NEEDS = (
    "results by test domain (test_domain), and the training domain (train_domain) where there are several",
)
HOW_TO_SUPPLY = (
    "no result names a domain: state `test_domain` in the result files or their mapping, and `train_domain` (names"
    " with commas between) where it was not all the others"
)
#: Below this share of the metric's range above chance, a score says next to nothing of transfer.
NEAR_CHANCE = 0.05
ORACLE = "oracle"
UNKNOWN_DIRECTION = "direction unknown: state the metric's `direction`"

TABLES: dict[str, dict[str, str]] = {
    "targets": {
        "suite": "suite",
        "benchmark": "benchmark; empty where the domains are the suite's benchmarks",
        "panel": "what is compared",
        "selection": "how the reported checkpoint was chosen",
        "test_domain": "test domain",
        "systems": "systems with a score on it after training without it",
        "median": "their median score",
        "best_system": "the best of them",
        "best": "its score",
        "worst_for": "for how many of the compared systems this is the worst domain",
    },
}


@dataclass(frozen=True, slots=True)
class TransferFact:
    """What is said of one panel. Scores in the metric's unit, fractions in percent.

    Attributes:
        shape: "matrix" where an inside cell or several sources exist, else "vector".
        selection: how checkpoints were chosen, "" where not stated; reads_test: by the test domain itself.
        n_systems, n_cells, n_targets: compared systems, outside cells and test domains of the mean.
        best_system, best_mean, best_error: best mean outside; error NaN where unknown.
        n_alike: others that cannot be told apart from it; None where an error is unknown.
        worst_target, worst: its worst test domain and the score there.
        inside, gap: of the best system; NaN without inside cells.
        baseline: the system others are compared with, "" where none is named.
        difference, difference_low, difference_high: best minus baseline, positive where the best is better.
        near_chance: compared systems whose mean is next to chance.
    """

    suite: str
    benchmark: str
    panel: str
    unit: str
    shape: str
    selection: str
    reads_test: bool
    n_systems: int
    n_cells: int
    n_targets: int
    best_system: str
    best_mean: float
    best_error: float
    n_alike: int | None
    worst_target: str
    worst: float
    inside: float
    gap: float
    baseline: str
    difference: float
    difference_low: float
    difference_high: float
    near_chance: int


@dataclass(frozen=True, slots=True)
class Headline:
    """The facts of all panels with a mean, the one to speak of first.

    No oracle; means over benchmarks before single ones, then most systems and cells.
    """

    facts: tuple[TransferFact, ...]

    @property
    def main(self) -> TransferFact:
        """The panel the sentence speaks of."""
        return self.facts[0]


def compute(evidence: Evidence, *, level: float, generator: np.random.Generator) -> Computed | NotEstimable:
    """Means, gaps and worst domains of every panel; needs no random numbers."""
    del generator
    cells = transfer_cells(evidence.frame, evidence.catalog)
    if cells is None:
        return NotEstimable(HOW_TO_SUPPLY)
    names = _labels(cells, evidence)
    left_out: list[tuple[str, str, str]] = []
    chance = {(entry.suite, entry.id): entry.chance for entry in evidence.catalog.benchmarks}
    panels = []
    for panel in panels_of(cells, names):
        if panel.direction == "unknown":
            left_out.append((panel.suite, panel.benchmark, UNKNOWN_DIRECTION))
            continue
        panels.append(panel)
        left_out += [(panel.suite, panel.benchmark, reason) for reason in panel.reasons()]
    if not panels:
        return NotEstimable("; ".join(sorted({reason for _, _, reason in left_out})))
    everything = [*panels, *suite_panels(panels)]
    baselines = _baselines(cells, names, everything)
    rows = [row for panel in panels for row in cell_rows(panel, level)]
    rows += [
        row for panel in everything
        for row in statistic_rows(panel, level, baselines[panel.suite], _margin(panel, chance))
    ]  # fmt: skip
    main = pd.DataFrame(rows, columns=list(COLUMNS))
    found = (_fact(panel, baselines[panel.suite], level, _margin(panel, chance)) for panel in everything)
    facts = [fact for fact in found if fact is not None]
    if not facts:
        return NotEstimable("no system has a score on a test domain that it was not trained on")
    return Computed(
        main=main,
        headline=Headline(tuple(sorted(facts, key=_prominence))),
        models=len(set(main["system"])),
        benchmarks=len({(panel.suite, panel.benchmark) for panel in panels}),
        level=level,
        tables={"targets": pd.DataFrame(_targets(panels), columns=list(TABLES["targets"]))},
        caveats=(*_caveats(panels, baselines), *few_items(evidence, main["suite"])),
        left_out=pd.DataFrame(sorted(set(left_out)), columns=list(LEFT_OUT_COLUMNS)),
    )


def _labels(cells: Cells, evidence: Evidence) -> list[str]:
    """Systems as the leaderboards call them, where these have them all."""
    keys = list(SYSTEM_KEY)
    table = evidence.table.systems
    known = dict(zip(map(tuple, table[keys].to_numpy(object)), table["system"], strict=True))
    found = [known.get(tuple(row)) for row in cells.systems[keys].to_numpy(object)]
    own = [str(name) for name in cells.systems["system"]]
    return own if None in found else [str(name) for name in found]


def _baselines(cells: Cells, names: list[str], panels: list[Panel]) -> dict[str, str]:
    """The baseline of each suite, "" where none is named."""
    flagged = [name for name, flag in zip(names, cells.systems["flagged"], strict=True) if flag]
    methods = {
        name: str(method or model)
        for name, method, model in zip(names, cells.systems["method"], cells.systems["model"], strict=True)
    }
    found = {}
    for suite in sorted({panel.suite for panel in panels}):
        systems = sorted({name for panel in panels if panel.suite == suite for name in panel.systems})
        found[suite] = find_baseline(systems, flagged, [methods[name] for name in systems])
    return found


def _margin(panel: Panel, chance: dict[tuple[str, str], float | None]) -> float:
    """The score that is next to chance: chance and a share of the range, in the direction of goodness; else NaN."""
    guess = chance.get((panel.suite, panel.benchmark), chance.get(("", panel.benchmark)))
    width = panel.upper - panel.lower
    if guess is None or not width > 0:
        return float("nan")
    scaled = guess * 100 if panel.unit == "percent" and guess < 1 and panel.upper == 100 else guess
    return float(panel.sign * (scaled + panel.sign * NEAR_CHANCE * width))


def _fact(panel: Panel, baseline: str, level: float, margin: float) -> TransferFact | None:
    mean = panel.mean
    goodness = panel.sign * mean.value
    best = first_best(goodness, panel.systems)
    if best < 0:
        return None
    targets, worst = panel.worst()
    against = panel.systems.index(baseline) if baseline in panel.systems else -1
    difference = low = high = float("nan")
    if against not in {-1, best} and np.isfinite(goodness[against]):
        change = mean.at([best]).minus(mean.at([against]))
        ends = change.interval(level)
        difference = float(panel.sign * change.value[0])
        low, high = sorted(float(panel.sign * end[0]) for end in ends)
    return TransferFact(
        suite=panel.suite,
        benchmark=panel.benchmark,
        panel=panel.title,
        unit=panel.unit,
        shape=panel.shape,
        selection=panel.selection,
        reads_test=ORACLE in panel.selection.casefold(),
        n_systems=int(np.isfinite(goodness).sum()),
        n_cells=panel.n_cells,
        n_targets=panel.n_targets,
        best_system=panel.systems[best],
        best_mean=float(mean.value[best]),
        best_error=float(mean.error[best]),
        n_alike=alike(best, goodness, mean, level),
        worst_target=targets[best],
        worst=float(worst.value[best]),
        inside=float(panel.inside.value[best]),
        gap=float(panel.gap.value[best]),
        baseline=baseline if against >= 0 else "",
        difference=difference,
        difference_low=low,
        difference_high=high,
        near_chance=int((goodness <= margin).sum()),
    )


def _prominence(fact: TransferFact) -> tuple[Any, ...]:
    validated = 0 if "training-domain" in fact.selection else 1
    alone = fact.n_systems < 2
    size = (-fact.n_systems, -fact.n_cells)
    return (fact.reads_test, alone, fact.benchmark != "", *size, validated, fact.suite, fact.panel)


def _targets(panels: list[Panel]) -> list[tuple[Any, ...]]:
    """Rows of the table `targets`."""
    rows: list[tuple[Any, ...]] = []
    for panel in panels:
        worst, _ = panel.worst()
        for domain, found in panel.targets():
            known = np.isfinite(found.value)
            if not known.any():
                continue
            best = first_best(panel.sign * found.value, panel.systems)
            rows.append(
                (panel.suite, panel.benchmark, panel.title, panel.selection, domain, int(known.sum()),
                 float(np.median(found.value[known])), panel.systems[best], float(found.value[best]),
                 worst.count(domain))
            )  # fmt: skip
    return rows


def _caveats(panels: list[Panel], baselines: dict[str, str]) -> tuple[str, ...]:
    said = []
    if any(ORACLE in panel.selection.casefold() for panel in panels):
        said.append(
            "Results chosen by the oracle rule read the test domain when choosing: they are upper bounds, not results,"
            " and are never compared with those of another rule."
        )
    unstated = sorted({panel.suite or panel.benchmark for panel in panels if not panel.trained_stated})
    if unstated:
        said.append(
            f"Training domains are not stated for {', '.join(unstated)}: each test domain is read as one that was"
            " left out of training."
        )
    if any(panel.population for panel in panels):
        said.append(
            "± of raw sweeps is the population standard deviation / √trials, as DomainBed prints it, which for few"
            " trials is too small; intervals and comparisons use the sample deviation and Student's t."
        )
    nameless = sorted(suite for suite, name in baselines.items() if not name)
    if nameless:
        where = ", ".join(suite or "results without a suite" for suite in nameless)
        said.append(f"No baseline is named for {where}, so no differences to one are given; {HOW_TO_NAME}.")
    return tuple(said)
