"""When does training fit, when does it generalize, and does it go on too long? Scores over steps.

A run is one system and one seed on one benchmark and metric; its checkpoints are scores with a `step`. Scores of role
`train` are its training curve, every other role and test domain a test curve of its own.

    t_fit = first step from which the training score stays at or above 95 % of the metric's range for 2 checkpoints,
    t_gen = the same of the test score, of the range up to the best score thought possible (`ceiling` of the catalog),
    delay = t_gen - t_fit,  ratio = t_gen / t_fit,  gap = train - test at the last step that has both,
    overtraining = best test score of any checkpoint - that of the last one (for errors: err_T - min err),
    area = mean of train - test over log10 step, by trapezoids, of the positive steps that have both.

Differences are positive where training is better, or the earlier checkpoint. A metric without bounds has no range:
there the 95 % are of the curve's own improvement from its first to its best checkpoint. A threshold that is never
reached leaves the time censored: no number, but a bound, "> the last step". Nothing is smoothed.

Order: item, checkpoint, run; then over runs. Times: the median over runs, its interval from order statistics of the
runs (seeds). Scores: the mean over runs, ± sample deviation / sqrt k (Student's t), with a single run the errors of its
scores.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from reportgen.analysis.curves import left_out, panels_of, systems_of
from reportgen.analysis.eligible import LEAF_KEY
from reportgen.analysis.evidence import Computed
from reportgen.analysis.groups import first_rows, number_groups, texts
from reportgen.analysis.run_summaries import CURVE_COLUMNS, Scales, curve_rows, over_runs, run_rows, tests_of
from reportgen.analysis.standard_error import coded_errors
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.curves import Panel
    from reportgen.analysis.evidence import Evidence
    from reportgen.records.catalog import Catalog

NAME = "training_dynamics"
TITLE = "Training dynamics"
NEEDS = (
    "scores at two or more checkpoints of a run (step)",
    "scores on training data at the same checkpoints (role train), for fitting, delay and gap",
)
HOW_TO_SUPPLY = (
    "no run has test scores at two or more steps: write `step` into the conditions of each checkpoint's scores, and the"
    " role `train` into those on training data"
)
NO_CURVE = "only scores on training data, or one checkpoint of each run"
LACKS = "no scores at two or more steps"
COLUMNS = {
    "suite": "suite of the benchmark",
    "benchmark": "benchmark, and what tells it from others of its name",
    "tested": "what kind of test data the test curve is of",
    "system": "what is compared",
    "model": "its model",
    "estimate": "grokking delay in steps: median over runs that fit of t_gen - t_fit; empty where not reached",
    "standard_error": "always empty: the estimate is a median of times",
    "low": "interval of the median delay, from order statistics of the runs; needs six runs at 95 %",
    "high": "interval of the median delay; empty where it is open",
    "high_open": "whether the interval has no upper end, because too many runs never generalize",
    "unit": "steps",
    "over": "what intervals and errors are over: seeds or scores (their standard errors)",
    "delay_bound": "lower bound of the delay where it was not reached: last step - t_fit, median over runs",
    "delay_least": "least delay that the spacing of checkpoints allows, median over runs",
    "delay_most": "largest delay that the spacing of checkpoints allows, median over runs",
    "ratio": "t_gen / t_fit, median over runs that fit",
    "t_fit": "step at which the training data are fitted, median over runs; empty where not reached",
    "t_gen": "step at which the test data are, median over runs; empty where not reached",
    "fitted": "runs that reach the threshold on training data",
    "generalized": "runs that reach the threshold on test data",
    "of_runs": "runs there are",
    "rule": "what the thresholds are shares of: the metric's range, or the curve's own improvement",
    "phase": "generalizes, memorizes (fits, does not generalize), does not fit, by most runs; empty without a range",
    "returns": "whether some run falls below the threshold on test data again",
    "gap": "train - test at the last step that has both, mean over runs, positive = training is better, score unit",
    "gap_error": "its standard error",
    "area": "mean of train - test over log10 step, mean over runs, score unit",
    "area_error": "its standard error",
    "last": "test score at the last step, mean over runs",
    "last_error": "its standard error",
    "best": "best test score of any checkpoint, mean over runs: chosen by looking at the test scores",
    "best_step": "step of the best checkpoint, median over runs",
    "overtraining": "loss from the best checkpoint to the last, mean over runs, 0 or positive, score unit",
    "overtraining_error": "its standard error",
    "log_slope": "change of the test score per tenfold steps, least squares, mean over runs, score unit",
    "log_r2": "R² of that line, mean over runs",
    "checkpoints": "checkpoints of the test curve, fewest of any run",
    "last_step": "last step of the test curve, median over runs",
    "score_unit": "unit of the metric",
    "near_chance": "the last test score is within 5 % of the range of guessing, or below",
    "reason": "why something is missing",
}
TABLES = {
    "runs": {
        "suite": "suite of the benchmark",
        "benchmark": "as in the main table",
        "tested": "as in the main table",
        "system": "what is compared",
        "model": "its model",
        "seed": "seed of the run; empty where none is stated",
        "fits": "whether the training score reaches the threshold",
        "t_fit": "step at which it does; empty where it does not",
        "generalizes": "whether the test score reaches the threshold",
        "t_gen": "step at which it does; empty where it does not, and later than last_step",
        "delay": "t_gen - t_fit; empty where one is",
        "last_step": "last step of the test curve",
        "gap": "as in the main table",
        "area": "as in the main table",
        "last": "as in the main table",
        "best": "as in the main table",
        "best_step": "as in the main table",
        "overtraining": "as in the main table",
    },
    "curves": CURVE_COLUMNS,
}
#: Benchmarks that a caveat names; the rest is counted.
MAX_NAMED = 4
WITHOUT_RANGE = (
    "the metric has no range, so a threshold is 95 % of a curve's own way from its first to its best checkpoint; it "
    "says when a curve is nearly there, not that it is good."
)
#: What tells curves apart that must not be averaged; roles and test domains are sides of one panel.
_PANEL = (
    "metric",
    "metric_variant",
    "unit",
    "n_shot",
    "extractor",
    *(name for name in LEAF_KEY if name not in {"test_domain", "unit_name"}),
)


@dataclass(frozen=True, slots=True)
class Headline:
    """Of the benchmark, metric and test data with most systems of known phase, else with most test curves.

    Attributes:
        n_systems: systems with a test curve.
        n_known: of these, how many have a known phase; n_fitted and n_generalize of those.
        slowest, t_fit, t_gen, delay, delay_low, delay_high, ratio: the system with the longest delay that was reached;
            "" where there is none.
        waiting, waiting_bound: a system that fits and had not generalized by this last step; "" where there is none.
        loser, overtraining, overtraining_error, best_step, last_step: the system that loses most after its best
            checkpoint; "" where direction is unknown.
        widest, gap, gap_error: the system with the largest gap at the end; "" without a training curve.
        steepest, log_slope, log_r2: the system whose score changes most per tenfold steps; "" where none has a line.
    """

    suite: str
    benchmark: str
    tested: str
    unit: str
    rule: str
    n_systems: int
    n_known: int
    n_fitted: int
    n_generalize: int
    slowest: str
    t_fit: float
    t_gen: float
    delay: float
    delay_low: float
    delay_high: float
    delay_open: bool
    ratio: float
    waiting: str
    waiting_bound: float
    loser: str
    overtraining: float
    overtraining_error: float
    best_step: float
    last_step: float
    widest: str
    gap: float
    gap_error: float
    steepest: str
    log_slope: float
    log_r2: float


def compute(evidence: Evidence, *, level: float, generator: np.random.Generator) -> Computed | NotEstimable:
    """Curves, times, gaps and losses of every system. Needs no random numbers."""
    del generator
    rows = _checkpoints(evidence.frame)
    if not len(rows):
        return NotEstimable(HOW_TO_SUPPLY)
    number, panels = panels_of(rows, evidence.catalog, name="benchmark", key=_PANEL)
    system, systems = systems_of(rows, evidence.table)
    errors = coded_errors(rows, evidence.catalog)[0]
    fits = np.array(_training_elsewhere(rows, number), dtype=np.intp)
    tests = tests_of(rows, number, system, fits)
    scales = _scales(panels, _ceilings(rows, number, evidence.catalog))
    each = run_rows(rows, errors, tests, scales) if len(tests.run) else pd.DataFrame()
    if not len(each):
        return NotEstimable(HOW_TO_SUPPLY)
    main = _sorted(_named(over_runs(each, scales, level), panels, systems))
    used = frozenset(each["panel"].tolist())
    why = {(panel.suite, panel.benchmark): NO_CURVE for at, panel in enumerate(panels) if at not in used}
    curves = curve_rows(rows, errors, tests)
    return Computed(
        main=main[list(COLUMNS)],
        headline=_headline(main),
        models=int(main["system"].nunique()),
        benchmarks=len(used),
        level=level,
        tables={
            "runs": _without_infinities(_named(each, panels, systems)),
            "curves": _named(curves[curves["panel"].isin(used)], panels, systems)[list(CURVE_COLUMNS)],
        },
        caveats=_caveats(main),
        left_out=left_out(evidence.frame, main["suite"], LACKS, why),
    )


def _scales(panels: list[Panel], ceilings: list[float]) -> Scales:
    sign, lower, upper, chance = (
        np.array([getattr(panel, name) for panel in panels]) for name in ("sign", "lower", "upper", "chance")
    )
    return Scales(sign, lower, upper, chance, np.array(ceilings))


def _named(frame: pd.DataFrame, panels: list[Panel], systems: pd.DataFrame) -> pd.DataFrame:
    """The table with the names of its panels and systems in place of their numbers."""
    panel, system = (frame[name].to_numpy(np.intp) for name in ("panel", "system"))
    known = pd.DataFrame(
        [(one.suite, one.benchmark, one.unit) for one in panels], columns=["suite", "benchmark", "unit"]
    )
    return frame.assign(
        suite=known["suite"].to_numpy(object)[panel],
        benchmark=known["benchmark"].to_numpy(object)[panel],
        score_unit=known["unit"].to_numpy(object)[panel],
        system=systems["system"].to_numpy(object)[system],
        model=systems["model"].to_numpy(object)[system],
    )


def _checkpoints(frame: pd.DataFrame) -> pd.DataFrame:
    """Numbers with a step, of whole test sets; aggregates only where a suite has nothing else."""
    usable = (
        np.isfinite(frame["value"].to_numpy(float))
        & np.isfinite(frame["step"].to_numpy(float))
        & (frame["item_id"] == "").to_numpy(bool)
        & (frame["status"] != "failed").to_numpy(bool)
    )
    rows = frame[usable]
    aggregate = (rows["benchmark_level"] == "aggregate").to_numpy(bool)
    suite = number_groups(rows, ("suite",))
    leaves = np.bincount(suite, weights=~aggregate) if len(rows) else np.zeros(0)
    kept: pd.DataFrame = rows[~aggregate | (leaves[suite] == 0)]
    return kept


def _ceilings(rows: pd.DataFrame, number: NDArray[np.intp], catalog: Catalog) -> list[float]:
    """Best score thought possible for each panel, NaN where the catalog does not say."""
    stated = {
        (entry.suite, entry.id): entry.ceiling for entry in catalog.benchmarks if entry.ceiling is not None
    }
    names = texts(rows, ("suite", "benchmark"), first_rows(number))
    return [
        float(stated.get((suite, name), stated.get(("", name), float("nan"))))
        for suite, name in zip(names["suite"], names["benchmark"], strict=True)
    ]


def _training_elsewhere(rows: pd.DataFrame, number: NDArray[np.intp]) -> list[int]:
    """For each panel without training scores, the one other panel of its benchmark that has them; else -1.

    A report of training loss and test accuracy has them in two metrics: times can be compared, scores cannot.
    """
    size = int(number.max()) + 1
    trained = np.bincount(number, weights=(rows["role"] == "train").to_numpy(bool), minlength=size) > 0
    benchmark = np.zeros(size, dtype=np.intp)
    benchmark[number] = number_groups(rows, ("suite", "benchmark"))
    found: list[int] = []
    for at in range(size):
        if trained[at] or not trained.any():
            found.append(-1)
            continue
        others = np.flatnonzero(trained & (benchmark == benchmark[at]))
        found.append(int(others[0]) if len(others) == 1 else -1)
    return found


# -- over systems -------------------------------------------------------------------------------------------------


def _without_infinities(each: pd.DataFrame) -> pd.DataFrame:
    """The table of runs: times that were never reached are no numbers."""
    flags = {"fits": np.isfinite(each["t_fit"]), "generalizes": np.isfinite(each["t_gen"])}
    times = {name: each[name].where(np.isfinite(each[name])) for name in ("t_fit", "t_gen", "delay")}
    made: pd.DataFrame = each.assign(**flags, **times)[list(TABLES["runs"])]
    return made


def _sorted(main: pd.DataFrame) -> pd.DataFrame:
    """By panel, then the longest delay first, those never reached before them; ties by name."""
    waits = np.where(main["delay_bound"].notna(), np.inf, main["estimate"].astype(float).fillna(-np.inf))
    ordered = main.assign(waits=-waits).sort_values(
        ["suite", "benchmark", "tested", "waits", "system"], kind="stable", ignore_index=True
    )
    return ordered.drop(columns="waits")


def _headline(main: pd.DataFrame) -> Headline:
    groups = [group for _, group in main.groupby(["suite", "benchmark", "tested"], sort=True)]
    group = min(
        groups,
        key=lambda one: (
            -int((one["phase"] != "").sum()),
            -int(one["overtraining"].notna().sum()),
            -int(one["gap"].notna().sum()),
            -len(one),
        ),
    )
    first = group.iloc[0]
    delays, memorizing = _largest(group, "estimate"), group[group["phase"] == "memorizes"]
    waiting = _largest(memorizing, "delay_bound")
    loser, widest = _largest(group, "overtraining"), _largest(group, "gap")
    steepest = _largest(group.assign(size=group["log_slope"].abs()), "size")
    return Headline(
        suite=str(first["suite"]),
        benchmark=str(first["benchmark"]),
        tested=str(first["tested"]),
        unit=str(first["score_unit"]),
        rule=str(first["rule"]),
        n_systems=len(group),
        n_known=int((group["phase"] != "").sum()),
        n_fitted=int(group["phase"].isin(["generalizes", "memorizes"]).sum()),
        n_generalize=int((group["phase"] == "generalizes").sum()),
        slowest=delays["system"],
        t_fit=delays["t_fit"],
        t_gen=delays["t_gen"],
        delay=delays["estimate"],
        delay_low=delays["low"],
        delay_high=delays["high"],
        delay_open=delays["system"] != "" and bool(delays["high_open"]),
        ratio=delays["ratio"],
        waiting=waiting["system"],
        waiting_bound=waiting["last_step"],
        loser=loser["system"],
        overtraining=loser["overtraining"],
        overtraining_error=loser["overtraining_error"],
        best_step=loser["best_step"],
        last_step=loser["last_step"],
        widest=widest["system"],
        gap=widest["gap"],
        gap_error=widest["gap_error"],
        steepest=steepest["system"],
        log_slope=steepest["log_slope"],
        log_r2=steepest["log_r2"],
    )


def _largest(group: pd.DataFrame, column: str) -> dict[str, Any]:
    """The row with the largest value, ties by name; all unknown where there is none."""
    able = group[np.isfinite(group[column].to_numpy(float))]
    if not len(able):
        return dict.fromkeys(group.columns, float("nan")) | {"system": ""}
    row = able.sort_values([column, "system"], ascending=[False, True], kind="stable").iloc[0]
    return {str(name): value for name, value in row.items()}


def _caveats(main: pd.DataFrame) -> tuple[str, ...]:
    said = []
    if main["overtraining"].gt(0).any():
        said.append(
            "The best checkpoint is chosen by the test scores, so the loss after it is overstated: noise alone makes "
            "it positive."
        )
    partly = (main["fitted"] < main["of_runs"]) & (main["fitted"] > 0)
    for flags, words in (
        (main["rule"] == "own improvement", WITHOUT_RANGE),
        (main["returns"], "some runs reach the threshold and fall below it again; the first time counts."),
        (partly, "delays are over the runs that fit the training data; others have none."),
    ):
        names = sorted(set(main.loc[flags.to_numpy(bool), "benchmark"]))
        said += [f"{_listed(names)}: {words}"] if names else []
    return (*said, *_disagreements(main))


def _listed(names: list[str]) -> str:
    shown, more = ", ".join(names[:MAX_NAMED]), len(names) - MAX_NAMED
    return f"{shown} and {more} more" if more > 0 else shown


def _disagreements(main: pd.DataFrame) -> list[str]:
    """Benchmarks whose metrics call different checkpoints the best."""
    known = main[main["best_step"].notna()]
    names = [str(name).partition(" · ")[0] for name in known["benchmark"]]
    steps = known.assign(plain=names).groupby(["suite", "plain", "tested", "system"])["best_step"].nunique()
    clashing = sorted(set(steps[steps > 1].index.get_level_values("plain")))
    return [f"{name}: its metrics do not agree on which checkpoint is the best." for name in clashing]
