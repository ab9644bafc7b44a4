"""Does a system know when it is right? Stated confidence of every item against its score.

How confidence is stated: an item-level record of the metric `confidence` beside the item's score. Both have the same
system, benchmark, conditions and item_id; the value is the probability, 0 to 1 or in percent, that the answer is
right (of a detector: that the item is positive, the score being the true label 0 or 1). The score is the item's
primary metric, else the first by name that is 0 or 1 for all items.

For each system and setting: expected calibration error (10 equal-width bins), Brier score, area under the ROC curve
(ties half) and under precision over recall, risk over coverage and the area under it. All formulas are in
`analysis.calibration`. The resampling unit of all errors is the item; items are taken as independent draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ndtri

from reportgen.analysis.calibration import (
    auroc,
    average_precision,
    brier,
    calibration_error,
    coverage_at,
    reliability,
    risk_coverage,
)
from reportgen.analysis.eligible import SYSTEM_KEY
from reportgen.analysis.evidence import LEFT_OUT_COLUMNS, Computed
from reportgen.analysis.groups import first_rows, number_groups, texts
from reportgen.analysis.interval_coverage import OF_BINNED_ERRORS
from reportgen.analysis.item_tables import unit_share
from reportgen.analysis.row_names import setting_names, system_names
from reportgen.numbers import NotEstimable, plural

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.evidence import Evidence

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

NAME = "selective_calibration"
TITLE = "Confidence against being right"
#: What is needed, in words.
NEEDS = ("item-level results with a confidence: the metric `confidence` beside the score of the item",)
HOW_TO_SUPPLY = (
    "no item-level record of the metric `confidence` (the stated probability, 0 to 1, that the answer is right) stands"
    " beside the score of its item: write one for each item, with the same model, benchmark, conditions and item_id"
)
CONFIDENCE = "confidence"
#: Items below which nothing is computed for a system and setting.
FEWEST_ITEMS = 10
#: Share wrong that a selective system may allow itself.
RISK = 0.05
#: Points of a risk-coverage curve that are kept.
CURVE_POINTS = 50

COLUMNS = {
    "suite": "collection the benchmark belongs to",
    "benchmark": "benchmark, with what tells its settings apart",
    "system": "system",
    "model": "its model",
    "n_items": "items with a confidence and a score of 0 or 1",
    "of_items": "items with a score",
    "base_rate": "share of these items that came true (accuracy; of a detector: prevalence)",
    "mean_confidence": "mean stated confidence",
    "overconfidence": "mean confidence minus base rate; positive: more sure than right",
    "estimate": "expected calibration error, 10 equal-width bins, 0 is best",
    "standard_error": "of the estimate, over items (jackknife)",
    "low": "normal interval of the estimate, cut off at 0",
    "high": "normal interval of the estimate, cut off at 1",
    "by_chance": "expected calibration error that a perfectly calibrated system would show on average here",
    "calibrated": "whether the estimate is no larger than chance allows at the level, one-sided",
    "brier": "Brier score: mean squared distance of confidence and outcome, 0 is best",
    "brier_error": "its standard error over items",
    "auroc": "chance that a right answer has the higher confidence than a wrong one, ties half",
    "auroc_error": "its standard error (DeLong)",
    "pr_auc": "average precision; the base rate is what guessing gives",
    "aurc": "area under the risk-coverage curve: mean share wrong over all coverages, 0 is best",
    "accuracy_of_surer_half": "share right among the surer half of the items, expectation over ties",
    "coverage_at_risk": "largest share of items answered with at most 5 % wrong; 0 where none",
    "unit": "always fraction",
    "reason": "why a number is missing",
}
TABLES = {
    "bins": {
        "suite": "collection", "benchmark": "benchmark", "system": "system",
        "low": "lower edge of the bin, not included (0 is in the first bin)", "high": "upper edge, included",
        "n": "items in the bin", "confidence": "their mean confidence", "accuracy": "share of them that came true",
    },
    "risk_coverage": {
        "suite": "collection", "benchmark": "benchmark", "system": "system",
        "coverage": "share of items answered, the surest first",
        "risk": "share wrong among them, expectation over ties",
    },
}  # fmt: skip

#: What the confidence and the score of one item share, and the conditions that make a setting.
_CONDITIONS = (
    "suite", "benchmark", "dataset", "subset", "split", "task", "role", "train_domain", "test_domain", "selection",
    "level_name", "length", "unit_name", "axis", "variant", "group", "step", "n_shot",
)  # fmt: skip
_SETTING = (*SYSTEM_KEY, *_CONDITIONS)
_ITEM = (*_SETTING, "seed", "repeat", "item_id")


@dataclass(frozen=True, slots=True)
class CalibrationFact:
    """The headline: of the setting with most systems, then most items.

    Attributes:
        suite, benchmark: the setting.
        n_systems, n_calibrated: systems, and those whose error is no larger than chance allows.
        best, best_error, best_standard_error, best_n: the least expected calibration error, ties by name.
        n_alike: others whose error is within z * SE of the difference of the least, z one-sided at
            (1 - level) / (number of others) (Bonferroni), errors taken as independent.
        best_overconfidence: mean confidence minus base rate of that system.
        sharpest, sharpest_auroc: who tells right from wrong best; "" and NaN where undefined for all.
        sharpest_half, sharpest_rate: its accuracy on the surer half and on all.
    """

    suite: str
    benchmark: str
    n_systems: int
    n_calibrated: int
    best: str
    best_error: float
    best_standard_error: float
    best_n: int
    n_alike: int
    best_overconfidence: float
    sharpest: str
    sharpest_auroc: float
    sharpest_half: float
    sharpest_rate: float


def compute(evidence: Evidence, *, level: float, generator: np.random.Generator) -> Computed | NotEstimable:
    """Calibration and selective risk of every system on every setting with stated confidences."""
    del generator
    items = evidence.items
    if items.empty or not _is_confidence(items).any():
        return NotEstimable(HOW_TO_SUPPLY)
    paired, of_items, left_out = _paired(items[np.isfinite(items["value"].to_numpy(float))])
    rows, bins, curves = [], [], []
    for names, confidence, outcome in paired:
        if len(confidence) < FEWEST_ITEMS:
            left_out.append(
                (names["suite"], names["benchmark"], f"{names['system']}: fewer than {FEWEST_ITEMS} items")
            )
            continue
        rows.append(names | _measures(confidence, outcome, level))
        rows[-1]["of_items"] = of_items[names["key"]]
        bins.append(_bins(names, confidence, outcome))
        curves.append(_curve(names, confidence, outcome))
    if not rows:
        return NotEstimable("; ".join(sorted({reason for _, _, reason in left_out})) or HOW_TO_SUPPLY)
    main = pd.DataFrame(rows).sort_values(["suite", "benchmark", "estimate", "system"], kind="stable")
    main = main[list(COLUMNS)].reset_index(drop=True)
    order = ["suite", "benchmark", "system"]
    return Computed(
        main=main,
        headline=_headline(main, level),
        models=int(main["system"].nunique()),
        benchmarks=int(main[["suite", "benchmark"]].drop_duplicates().shape[0]),
        level=level,
        tables={
            "bins": pd.concat(bins).sort_values([*order, "low"], kind="stable").reset_index(drop=True),
            "risk_coverage": pd.concat(curves)
            .sort_values([*order, "coverage"], kind="stable")
            .reset_index(drop=True),
        },
        caveats=_caveats(main),
        left_out=pd.DataFrame(sorted(set(left_out)), columns=list(LEFT_OUT_COLUMNS)),
    )


def _is_confidence(items: pd.DataFrame) -> Bools:
    metric = items["metric"]
    if isinstance(metric.dtype, pd.CategoricalDtype):
        named = np.array([str(name).casefold() == CONFIDENCE for name in [*metric.cat.categories, ""]])
        return named[metric.cat.codes.to_numpy()]
    return (metric.astype(str).str.casefold() == CONFIDENCE).to_numpy(bool)


def _paired(
    items: pd.DataFrame,
) -> tuple[list[tuple[dict[str, str], Floats, Floats]], dict[str, int], list[tuple[str, str, str]]]:
    """Confidence and outcome of the items of each system and setting; items with a score; what is left out."""
    items = items.reset_index(drop=True)
    stated = _is_confidence(items)
    item, place = number_groups(items, _ITEM), number_groups(items, _SETTING)
    share = unit_share(items)
    left_out = []
    bad = stated & ((share < 0) | (share > 1))
    scores = _outcomes(items, share, stated)
    confidence, outcome = (np.full(int(item.max()) + 1, np.nan) for _ in range(2))
    kept = np.flatnonzero(stated & ~bad)[::-1]
    confidence[item[kept]] = share[kept]
    outcome[item[scores[::-1]]] = share[scores[::-1]]
    first, of_item = first_rows(place), place[first_rows(item)]
    there = place[np.flatnonzero(stated)]
    names = texts(items, ("suite", "benchmark", "model"), first)
    names["system"] = system_names(items)[first]
    names["benchmark"] = setting_names(items, _CONDITIONS)[first]
    found, of_items = [], {}
    order = np.argsort(of_item, kind="stable")
    starts = np.searchsorted(of_item[order], np.arange(len(first) + 1))
    beyond = np.bincount(place[bad], minlength=len(first))
    for number in np.unique(there):
        rows = order[starts[number] : starts[number + 1]]
        row: dict[str, str] = {str(name): str(value) for name, value in names.iloc[number].items()}
        row["key"] = str(number)
        both = np.isfinite(confidence[rows]) & np.isfinite(outcome[rows])
        of_items[row["key"]] = int(np.isfinite(outcome[rows]).sum())
        where = (row["suite"], row["benchmark"])
        if beyond[number]:
            left_out.append(
                (*where, f"{row['system']}: {plural(int(beyond[number]), 'confidence')} outside 0 to 1")
            )
        if not of_items[row["key"]]:
            left_out.append((*where, f"{row['system']}: no item has a score of 0 or 1 beside its confidence"))
        elif both.any():
            found.append((row, confidence[rows][both], outcome[rows][both]))
    return found, of_items, left_out


def _outcomes(items: pd.DataFrame, share: Floats, stated: Bools) -> NDArray[np.intp]:
    """Rows that hold an item's outcome: of one metric for each setting, whose items are all 0 or 1."""
    names = ("suite", "benchmark", "metric", "metric_variant", "extractor")
    number = number_groups(items, names)
    table = texts(items, names, first_rows(number))
    other = np.bincount(number, weights=~np.isin(share, (0.0, 1.0))) > 0
    flagged = items["primary"].to_numpy(dtype=bool, na_value=False)
    table["rank"] = np.where(np.bincount(number, weights=flagged) > 0, 0, 1)
    table = table[~other & (np.bincount(number, weights=stated) == 0)]
    best = table.sort_values(["rank", *names], kind="stable").drop_duplicates(["suite", "benchmark"])
    chosen = np.zeros(len(other), dtype=bool)
    chosen[best.index] = True
    return np.flatnonzero(chosen[number])


def _measures(confidence: Floats, outcome: Floats, level: float) -> dict[str, object]:
    """One row of the main table without its names."""
    error = calibration_error(confidence, outcome, level=level)
    half = ndtri((1 + level) / 2) * error.standard_error
    coverage, risk = risk_coverage(confidence, outcome)
    area, area_error = auroc(confidence, outcome)
    square, square_error = brier(confidence, outcome)
    rate = float(outcome.mean())
    return {
        "n_items": len(outcome),
        "base_rate": rate,
        "mean_confidence": float(confidence.mean()),
        "overconfidence": float(confidence.mean()) - rate,
        "estimate": error.value,
        "standard_error": error.standard_error,
        "low": max(0.0, error.value - half),
        "high": min(1.0, error.value + half),
        "by_chance": error.by_chance,
        "calibrated": error.value <= error.by_chance_high,
        "brier": square,
        "brier_error": square_error,
        "auroc": area,
        "auroc_error": area_error,
        "pr_auc": average_precision(confidence, outcome),
        "aurc": float(risk.mean()),
        "accuracy_of_surer_half": 1 - float(risk[(len(risk) + 1) // 2 - 1]),
        "coverage_at_risk": coverage_at(coverage, risk, RISK),
        "unit": "fraction",
        "reason": "" if 0 < rate < 1 else f"no AUROC: {'all' if rate else 'none'} of the items came true",
    }


def _bins(names: dict[str, str], confidence: Floats, outcome: Floats) -> pd.DataFrame:
    found = reliability(confidence, outcome)
    row = {name: names[name] for name in ("suite", "benchmark", "system")}
    values = {name: getattr(found, name) for name in ("low", "high", "n", "confidence", "accuracy")}
    return pd.DataFrame(row | values | {"n": found.n.astype(int)})


def _curve(names: dict[str, str], confidence: Floats, outcome: Floats) -> pd.DataFrame:
    coverage, risk = risk_coverage(confidence, outcome)
    at = np.unique(np.linspace(0, len(risk) - 1, min(CURVE_POINTS, len(risk))).round().astype(int))
    row = {name: names[name] for name in ("suite", "benchmark", "system")}
    return pd.DataFrame(row | {"coverage": coverage[at], "risk": risk[at]})


def _headline(main: pd.DataFrame, level: float) -> CalibrationFact:
    sizes = main.groupby(["suite", "benchmark"], sort=True)["n_items"].agg(["size", "sum"])
    sizes = sizes.sort_values(["size", "sum"], ascending=False, kind="stable")
    suite, benchmark = sizes.index[0]
    rows = main[(main["suite"] == suite) & (main["benchmark"] == benchmark)].reset_index(drop=True)
    best, others = rows.iloc[0], rows.iloc[1:]
    z = ndtri(1 - (1 - level) / max(len(others), 1))
    spread = np.hypot(others["standard_error"], best["standard_error"])
    able = rows.dropna(subset=["auroc"]).sort_values(["auroc", "system"], ascending=[False, True])
    sharp = able.iloc[0] if len(able) else None
    return CalibrationFact(
        suite=str(suite),
        benchmark=str(benchmark),
        n_systems=len(rows),
        n_calibrated=int(rows["calibrated"].sum()),
        best=str(best["system"]),
        best_error=float(best["estimate"]),
        best_standard_error=float(best["standard_error"]),
        best_n=int(best["n_items"]),
        n_alike=int((others["estimate"] - best["estimate"] <= z * spread).sum()),
        best_overconfidence=float(best["overconfidence"]),
        sharpest="" if sharp is None else str(sharp["system"]),
        sharpest_auroc=float("nan") if sharp is None else float(sharp["auroc"]),
        sharpest_half=float("nan") if sharp is None else float(sharp["accuracy_of_surer_half"]),
        sharpest_rate=float("nan") if sharp is None else float(sharp["base_rate"]),
    )


def _caveats(main: pd.DataFrame) -> tuple[str, ...]:
    partial = main[main["n_items"] < main["of_items"]]
    if partial.empty:
        return (OF_BINNED_ERRORS,)
    return (
        f"{plural(len(partial), 'row')} {'is' if len(partial) == 1 else 'are'} over those items only that have a"
        " confidence; a system that states none where it is unsure looks better than it is.",
        OF_BINNED_ERRORS,
    )
