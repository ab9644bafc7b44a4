"""How do scores fall with difficulty, and does training on easy data carry over to hard tests?

Curve: the mean score at each ordered level of the test items, for every system and what it was trained on
(`train_domain` names the level of the training data; empty, none, zero-shot or unsupervised: not trained on any). Where
a benchmark has only item results with many different difficulties, ten bins of about equally many items are the levels.
Then

    drop = score at the easiest level - score at the hardest, in the direction of goodness: positive = falls,
    slope of logit P(right) on difficulty scaled to [0, 1] (maximum likelihood), area = mean height over that scale.

Grid: training level by test level; generalization gap of a cell = its score less the score of the same training on
tests of its own level. Supervision gap recovered: `analysis.recovered`, on the hardest test level; where difficulties
are continuous, easy and hard are the lowest and highest 30 % of the items.

Order: item, level, seed. Only levels that all compared curves have enter drop, slope and area. Errors: of independent
levels, from those of the scores (items: sample deviation / sqrt n); of the recovered gap: items jointly and seeds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from reportgen.analysis.curves import alike, left_out, panels_of, systems_of
from reportgen.analysis.evidence import Computed
from reportgen.analysis.graded import CONTINUOUS, Graded, graded_points, supervision
from reportgen.analysis.interval_coverage import OF_ITEMS_AND_SEEDS, few_items
from reportgen.analysis.logistic import slopes
from reportgen.analysis.missing_data import largest_block
from reportgen.analysis.recovered import ratio, recovered
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.curves import Panel
    from reportgen.analysis.evidence import Evidence

    Floats = NDArray[np.float64]

NAME = "difficulty_curve"
TITLE = "Score by difficulty"
NEEDS = ("scores, or item results, at two or more ordered levels (level_name, level_order)",)
HOW_TO_SUPPLY = (
    "no benchmark has scores at two or more ordered levels: write `level_name` and `level_order` (easy to hard) into"
    " the conditions of each score or item, and in `train_domain` the level of the training data, if any"
)
LACKS = "no scores at two or more ordered levels"
COLUMNS = {
    "suite": "suite of the benchmark",
    "benchmark": "benchmark, and what tells it from others of its name",
    "system": "what is compared",
    "model": "its model",
    "train": "level of its training data; empty where none is stated",
    "estimate": "drop from the easiest to the hardest level, in the unit; positive = falls with difficulty",
    "standard_error": "of the drop",
    "low": "normal interval of the drop",
    "high": "normal interval of the drop",
    "unit": "unit of the metric",
    "easiest": "score at the easiest level",
    "hardest": "score at the hardest level",
    "hardest_error": "its standard error",
    "mean": "mean over the levels, each with the same weight",
    "area": "mean height over difficulty scaled to [0, 1], by trapezoids",
    "slope": "of the log odds of being right on difficulty scaled to [0, 1]; negative = falls with difficulty",
    "slope_error": "its standard error",
    "levels": "levels in these numbers",
    "of_levels": "levels there are",
    "near_chance": "the score at the easiest level is within 5 % of the range of guessing, or below",
    "reason": "why something is missing",
}
TABLES = {
    "grid": {
        "suite": "suite of the benchmark",
        "benchmark": "as in the main table",
        "system": "what is compared",
        "model": "its model",
        "train": "level of the training data; empty where none is stated",
        "level": "level of the test items",
        "order": "its order; mean difficulty of a bin",
        "value": "mean score, in the unit",
        "standard_error": "of the score",
        "n": "items behind it",
        "generalization_gap": "value less that on tests of the level of its training, in the direction of goodness",
    },
    "recovered": {
        "suite": "suite of the benchmark",
        "benchmark": "as in the main table",
        "system": "what is compared",
        "model": "its model",
        "test_level": "hard level that is tested",
        "easy": "score after training on the easiest level",
        "hard": "score after training on the tested level",
        "untrained": "score without training",
        "ratio": "supervision gap recovered; below 0 and above 1 are possible",
        "low": "percentile interval, items resampled jointly and seeds by arm",
        "high": "percentile interval, items resampled jointly and seeds by arm",
        "items": "items that all three arms and all their seeds have",
        "seeds": "seeds of the three arms, easy / hard / untrained",
        "dropped": "share of draws without a finite ratio",
        "reason": "why something is missing",
    },
}


@dataclass(frozen=True, slots=True)
class Headline:
    """Of the benchmark with most curves. Scores in the metric's unit.

    Attributes:
        n_curves: curves with a drop; median_drop: of these.
        best_system, best_train, best, best_error: who scores best at the hardest level, and its score there.
        n_alike: others that cannot be told apart from it; None where an error is unknown.
        n_recovered: systems with a supervision gap recovered, over all benchmarks. Then of the first by name: its
            system, benchmark, ratio and interval, and the median ratio of all.
    """

    suite: str
    benchmark: str
    unit: str
    easiest_level: str
    hardest_level: str
    n_curves: int
    median_drop: float
    best_system: str
    best_train: str
    best: float
    best_error: float
    n_alike: int | None
    n_recovered: int
    recovered_system: str
    recovered_benchmark: str
    recovered: float
    recovered_low: float
    recovered_high: float
    recovered_median: float


def compute(evidence: Evidence, *, level: float, generator: np.random.Generator) -> Computed | NotEstimable:
    """Curves, grid and supervision gap recovered."""
    points = graded_points(evidence)
    why: dict[tuple[str, str], str] = {}
    found: list[tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]] = []
    if len(points.rows):
        number, panels = panels_of(points.rows, evidence.catalog, name="benchmark", key=points.key)
        system, systems = systems_of(points.rows, evidence.table)
        for at, panel in enumerate(panels):
            mine = np.flatnonzero(number == at)
            graded = points.graded(mine, system[mine], evidence.catalog)
            reason = _unfit(panel, graded)
            if reason:
                why[panel.suite, panel.benchmark] = reason
            else:
                found.append(_panel(panel, systems, graded, level, generator))
    if not found:
        reasons = [HOW_TO_SUPPLY if one == LACKS else one for one in why.values()]
        return NotEstimable("; ".join(dict.fromkeys(reasons)) or HOW_TO_SUPPLY)
    main, grid, gaps = (pd.concat([one[at] for one in found], ignore_index=True) for at in range(3))
    return Computed(
        main=main,
        headline=_headline(main, grid, gaps, level),
        models=int(main["system"].nunique()),
        benchmarks=len(found),
        level=level,
        tables={"grid": grid, "recovered": gaps},
        caveats=(*_caveats(main, gaps, points.n_continuous), *few_items(evidence, main["suite"])),
        left_out=left_out(evidence.frame, main["suite"], LACKS, why),
    )


def _unfit(panel: Panel, graded: Graded) -> str:
    """Why a panel has no curve; "" where it has."""
    if not np.isfinite(panel.sign):
        return "it is not known whether higher or lower is better: state the metric's direction"
    if np.isnan(graded.orders).any():
        return "levels without an order: write `level_order` into the conditions of each score"
    if len(set(graded.orders.tolist())) < len(graded.orders):
        return "two levels have the same `level_order`"
    return LACKS if len(graded.orders) < 2 else ""


# -- one panel ---------------------------------------------------------------------------------------------------


def _panel(
    panel: Panel, systems: pd.DataFrame, graded: Graded, level: float, generator: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    names = {"suite": panel.suite, "benchmark": panel.benchmark}
    who = systems.iloc[graded.system].reset_index(drop=True)
    main = _main(panel, who, graded, level).assign(**names, unit=panel.unit)
    grid = _grid(panel, who, graded).assign(**names)
    gaps = [one | names for one in _gaps(systems, graded, level, generator)]
    return (
        main.reindex(columns=list(COLUMNS)),
        grid.reindex(columns=list(TABLES["grid"])),
        pd.DataFrame(gaps, columns=list(TABLES["recovered"])),
    )


def _main(panel: Panel, who: pd.DataFrame, graded: Graded, level: float) -> pd.DataFrame:
    """One row per curve, best at the hardest level first, ties by name."""
    block = np.asarray(largest_block(np.isfinite(graded.value)), dtype=np.intp)
    value, error, n = (one[:, block] for one in (graded.value, graded.error, graded.n))
    whole = np.asarray(np.isfinite(value).all(axis=1) & (len(block) > 1))
    x = graded.orders[block]
    x = (x - x[0]) / (x[-1] - x[0]) if len(block) > 1 else x
    share = panel.share(value)
    slope, slope_error = slopes(x, share, n) if len(block) > 1 else (value[:, 0] * np.nan,) * 2
    drop = np.where(whole, panel.sign * (value[:, 0] - value[:, -1]), np.nan)
    spread = np.where(whole, np.hypot(error[:, 0], error[:, -1]), np.nan)
    half = float(ndtri((1 + level) / 2)) * spread
    frame = who.assign(
        train=list(graded.train),
        estimate=drop,
        standard_error=spread,
        low=drop - half,
        high=drop + half,
        easiest=value[:, 0],
        hardest=value[:, -1],
        hardest_error=error[:, -1],
        mean=np.where(whole, value.mean(axis=1), np.nan),
        area=np.where(whole, np.trapezoid(value, x, axis=1), np.nan),
        slope=np.where(whole, slope, np.nan),
        slope_error=np.where(whole, slope_error, np.nan),
        levels=np.where(whole, len(block), np.isfinite(graded.value).sum(axis=1)),
        of_levels=len(graded.orders),
        near_chance=panel.near_chance(value[:, 0]),
        reason=[
            _reason(*row)
            for row in zip(
                whole.tolist(), np.isfinite(spread).tolist(), np.isfinite(slope).tolist(), strict=True
            )
        ],
    )
    frame["place"] = np.where(whole, -panel.sign * value[:, -1], np.nan)
    return frame.sort_values(["place", "system", "train"], kind="stable", ignore_index=True)


def _reason(whole: Any, error: Any, slope: Any) -> str:
    if not whole:
        return "it lacks a level that the others have"
    if not error:
        return "no standard errors"
    return "" if slope else "no slope: the scores are no shares of a known number of items, or all alike"


def _grid(panel: Panel, who: pd.DataFrame, graded: Graded) -> pd.DataFrame:
    curve, level = np.nonzero(np.isfinite(graded.value))
    own = np.array([_own(graded, at) for at in range(len(graded.train))])
    frame = who.iloc[curve].assign(
        train=np.array(graded.train, dtype=object)[curve],
        level=np.array(graded.names, dtype=object)[level],
        order=graded.orders[level],
        value=graded.value[curve, level],
        standard_error=graded.error[curve, level],
        n=graded.n[curve, level],
        generalization_gap=panel.sign * (graded.value[curve, level] - own[curve]),
    )
    return frame.sort_values(["system", "train", "order"], kind="stable", ignore_index=True)


def _own(graded: Graded, at: int) -> float:
    """Score on tests of the level that the curve was trained on; NaN where that was not tested."""
    train = graded.train[at]
    return float(graded.value[at, graded.names.index(train)]) if train in graded.names else float("nan")


def _gaps(
    systems: pd.DataFrame, graded: Graded, level: float, generator: np.random.Generator
) -> list[dict[str, Any]]:
    """Supervision gap recovered of every system that has all three arms."""
    rows = []
    for system in sorted(set(graded.system.tolist())):
        three = supervision(graded, system)
        if three is None:
            continue
        easy, hard, none = three.means
        row = {**systems.iloc[system].to_dict(), "test_level": three.test_level, "easy": easy, "hard": hard}
        row |= {
            "untrained": none,
            "ratio": ratio(easy, hard, none),
            "low": np.nan,
            "high": np.nan,
            "items": 0,
        }
        row |= {"seeds": "", "dropped": np.nan, "reason": three.reason}
        if three.arms is not None:
            drawn = recovered(three.arms, level=level, generator=generator)
            row |= {"ratio": drawn.ratio, "low": drawn.low, "high": drawn.high, "dropped": drawn.dropped}
            row |= {"items": len(three.arms[0]), "seeds": " / ".join(str(arm.shape[1]) for arm in three.arms)}
            if drawn.unsure > (1 - level) / 2:
                row["reason"] = "training on hard data may gain nothing, so the ratio has next to no meaning"
        if np.isnan(row["ratio"]):
            row["reason"] = "undefined: training on hard data gains nothing"
        rows.append(row)
    return rows


# -- over systems -------------------------------------------------------------------------------------------------


def _headline(main: pd.DataFrame, grid: pd.DataFrame, gaps: pd.DataFrame, level: float) -> Headline:
    groups = [group for _, group in main.groupby(["suite", "benchmark"], sort=True)]
    group = min(groups, key=lambda one: (-int(one["estimate"].notna().sum()), -len(one)))
    whole = group[group["estimate"].notna()]
    first = (whole if len(whole) else group).iloc[0]
    levels = grid[(grid["suite"] == first["suite"]) & (grid["benchmark"] == first["benchmark"])]
    names = levels.sort_values("order", kind="stable")["level"].tolist()
    ratios = gaps[gaps["ratio"].notna()]
    top = ratios.iloc[0] if len(ratios) else None
    values, errors = (whole[name].to_numpy(float) for name in ("hardest", "hardest_error"))
    return Headline(
        suite=str(first["suite"]),
        benchmark=str(first["benchmark"]),
        unit=str(first["unit"]),
        easiest_level=str(names[0]),
        hardest_level=str(names[-1]),
        n_curves=len(whole),
        median_drop=float(whole["estimate"].median()) if len(whole) else np.nan,
        best_system=str(first["system"]),
        best_train=str(first["train"]),
        best=float(first["hardest"]),
        best_error=float(first["hardest_error"]),
        n_alike=alike(values, errors, level),
        n_recovered=len(ratios),
        recovered_system="" if top is None else str(top["system"]),
        recovered_benchmark="" if top is None else str(top["benchmark"]),
        recovered=np.nan if top is None else float(top["ratio"]),
        recovered_low=np.nan if top is None else float(top["low"]),
        recovered_high=np.nan if top is None else float(top["high"]),
        recovered_median=float(ratios["ratio"].median()) if len(ratios) else np.nan,
    )


def _caveats(main: pd.DataFrame, gaps: pd.DataFrame, n_continuous: int) -> tuple[str, ...]:
    said = []
    if (main["levels"] < main["of_levels"]).any():
        said.append("Levels that not all curves of a benchmark have are left out of drop, slope and area.")
    if n_continuous:
        said.append(
            f"Of {n_continuous} benchmarks the difficulties of items are continuous (more than {CONTINUOUS} values):"
            " they are cut into ten bins of about equally many items."
        )
    if gaps["reason"].str.startswith(("training on hard", "undefined")).any():
        said.append(
            "Where training on hard data gains next to nothing, the supervision gap recovered means nothing."
        )
    if gaps["low"].notna().any():
        said.append(OF_ITEMS_AND_SEEDS)
    return tuple(said)
