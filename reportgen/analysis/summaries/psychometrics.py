"""The benchmark as a test: are its items hard, do they tell systems apart, would another half order them alike?

From item-level results, for each test (a benchmark under one split, role and number of shots), systems as persons:
difficulty and item-rest correlation of every item, reliability (Cronbach's alpha, which is KR-20 for items scored
0 or 1; random halves with Spearman-Brown), parallel forms (variants of the benchmark), and, where items score 0 or
1, an item response model (`analysis.item_response`): with fewer than 30 systems one discrimination for all items.

Classical figures are over the largest block of systems and items without a hole; k of n is stated. The item response
model takes all answers there are: a missing answer is not a wrong one. Items that all or none get right say nothing
about order: they have no item-rest correlation, and a difficulty only through the prior.

Errors: of an ability over items (items' parameters taken as known); of alpha over systems and items (Feldt); of the
correlation of two forms over systems. Reliability holds for these systems: more alike ones would make it smaller.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ndtri

from reportgen.analysis import item_response, reliability
from reportgen.analysis.evidence import LEFT_OUT_COLUMNS, Computed
from reportgen.analysis.item_tables import item_tables
from reportgen.analysis.missing_data import largest_block
from reportgen.analysis.parallel_forms import FORM_COLUMNS, parallel_forms
from reportgen.analysis.reliability import rank_correlation
from reportgen.numbers import NotEstimable, count

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.evidence import Evidence
    from reportgen.analysis.item_response import ItemResponse
    from reportgen.analysis.item_tables import ItemTable

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]

NAME = "psychometrics"
TITLE = "The benchmark as a test"
#: What is needed, in words.
NEEDS = ("item-level results of at least three systems on the same items",)
HOW_TO_SUPPLY = (
    "no benchmark has item-level results of at least three systems on three items in common: report each item's score"
    " with an `item_id` that is the same for all systems (and the metric's bounds)"
)
#: Systems and items below which nothing is computed, and those that the item response model needs.
FEWEST = 3
FEWEST_MODELLED = 5
#: Items and answers above which no item response model is fitted: it would take minutes.
MOST_MODELLED = 3000
MOST_ANSWERS = 300_000
#: Systems from which on each item has a discrimination of its own.
FEWEST_FOR_SLOPES = 30

COLUMNS = {
    "suite": "collection the benchmark belongs to",
    "benchmark": "test: benchmark, with what tells its settings apart",
    "system": "system",
    "model": "its model",
    "n_items": "items it answered",
    "of_items": "items of the test",
    "score": "mean score of these items, 0 to 1",
    "estimate": "ability: standard deviations from the mean of a population of systems like these",
    "standard_error": "posterior standard deviation over items, their parameters taken as known",
    "low": "normal interval of the ability",
    "high": "normal interval of the ability",
    "item_model": "1PL (one discrimination for all items) or 2PL",
    "unit": "standard deviations",
    "reason": "why there is no ability",
}
TABLES = {
    "tests": {
        "suite": "collection",
        "benchmark": "test",
        "metric": "metric of the items' scores",
        "systems": "systems in the complete block",
        "of_systems": "systems with any item",
        "items": "items in the complete block",
        "of_items": "items of the test",
        "alpha": "Cronbach's alpha (KR-20 for items scored 0 or 1), at most 1",
        "low": "Feldt's interval of alpha",
        "high": "Feldt's interval of alpha",
        "split_half": "median reliability over 200 random halves, Spearman-Brown",
        "split_low": "its 5 % quantile over the halves",
        "split_high": "its 95 % quantile over the halves",
        "all_right": "items that every system gets fully right",
        "all_wrong": "items that every system gets fully wrong",
        "backwards": "items that better systems get wrong more often: item-rest correlation below 0",
        "discrimination": "median discrimination of the item response model",
        "score_agreement": "Spearman correlation of ability and mean score",
        "reason": "why a number is missing",
    },
    "items": {
        "suite": "collection",
        "benchmark": "test",
        "item": "item",
        "systems": "systems that answered it",
        "score": "their mean score, 0 (hardest) to 1",
        "item_rest": "correlation with the total of the other items, over the complete block",
        "difficulty": "difficulty on the scale of ability, by the item response model",
        "discrimination": "how sharply it separates, by the item response model",
        "reason": "why a number is missing",
    },
    "forms": FORM_COLUMNS,
}


@dataclass(frozen=True, slots=True)
class PsychometricFact:
    """The headline: of the test with most systems, then most items.

    Attributes:
        suite, benchmark, systems, items, alpha, low, high: as in the table of tests.
        all_right, all_wrong, backwards: numbers of items.
        ablest, ability, ability_error: highest ability, ties by name; "" and NaN without a model.
        n_alike: others whose ability is within z * SE of the difference of the highest, z one-sided at
            (1 - level) / (number of others) (Bonferroni), errors taken as independent.
        form, other_form, r, r_low, r_high: the two forms with most systems; "" and NaN where there is one form.
    """

    suite: str
    benchmark: str
    systems: int
    items: int
    alpha: float
    low: float
    high: float
    all_right: int
    all_wrong: int
    backwards: int
    ablest: str
    ability: float
    ability_error: float
    n_alike: int
    form: str
    other_form: str
    r: float
    r_low: float
    r_high: float


def compute(evidence: Evidence, *, level: float, generator: np.random.Generator) -> Computed | NotEstimable:
    """Reliability of every test, difficulty of every item, ability of every system."""
    tables = item_tables(evidence.items)
    rows: dict[str, list[pd.DataFrame]] = {"main": [], "tests": [], "items": [], "forms": []}
    left_out = []
    for table in tables:
        columns = largest_block(np.isfinite(table.score), fewest_columns=FEWEST)
        block = np.asarray(np.isfinite(table.score[:, columns]).all(axis=1))
        if min(len(columns), block.sum()) < FEWEST:
            left_out.append((table.suite, table.benchmark, _too_few(table)))
            continue
        for name, part in _test(table, columns, block, level, generator).items():
            rows[name].append(part)
    if not rows["tests"]:
        return NotEstimable(HOW_TO_SUPPLY)
    order = ["suite", "benchmark"]
    made = {name: pd.concat(parts, ignore_index=True) for name, parts in rows.items()}
    main = made["main"].assign(place=-made["main"]["estimate"].fillna(-np.inf), lost=-made["main"]["score"])
    main = main.sort_values([*order, "place", "lost", "system"], kind="stable")
    main = main[list(COLUMNS)].reset_index(drop=True)
    return Computed(
        main=main,
        headline=_headline(made["tests"], main, made["forms"], level),
        models=int(main["system"].nunique()),
        benchmarks=len(made["tests"]),
        level=level,
        tables={name: made[name] for name in TABLES},
        caveats=_caveats(made["tests"]),
        left_out=pd.DataFrame(sorted(left_out), columns=list(LEFT_OUT_COLUMNS)),
    )


def _too_few(table: ItemTable) -> str:
    p, q = table.score.shape
    if min(p, q) < FEWEST:
        return f"item-level results of {p} systems on {q} items; at least {FEWEST} of each are needed"
    return f"no {FEWEST} systems answered the same {FEWEST} items; use the same `item_id` in all files"


def _test(
    table: ItemTable, columns: NDArray[np.intp], block: Bools, level: float, generator: np.random.Generator
) -> dict[str, pd.DataFrame]:
    """The parts of all tables that are about one test."""
    complete = table.score[np.ix_(block, columns)]
    model, item_model, reason = _model(table)
    rest = np.full(table.score.shape[1], np.nan)
    rest[columns] = reliability.item_rest(complete)
    items = _items(table, rest, model)
    value, low, high = reliability.alpha(complete, level=level)
    halves = reliability.split_half(complete, generator)
    score = np.nanmean(table.score, axis=1)
    missing = [reason] if reason else []
    if np.isnan(value):
        missing.insert(0, "all systems have the same total")
    elif np.isnan(halves[0]):
        missing.insert(0, "in some halves all systems have the same total")
    tests = {
        "suite": table.suite,
        "benchmark": table.benchmark,
        "metric": table.metric,
        "systems": int(block.sum()),
        "of_systems": len(table.systems),
        "items": len(columns),
        "of_items": len(table.items),
        "alpha": value,
        "low": low,
        "high": high,
        **dict(zip(("split_half", "split_low", "split_high"), halves, strict=True)),
        "all_right": int((items["score"] == 1).sum()),
        "all_wrong": int((items["score"] == 0).sum()),
        "backwards": int((rest < -1e-12).sum()),
        "discrimination": float(np.median(model.discrimination)) if model else np.nan,
        "score_agreement": rank_correlation(model.ability, score) if model else np.nan,
        "reason": "; ".join(missing),
    }
    return {
        "main": _systems(table, score, model, (item_model, reason), level),
        "tests": pd.DataFrame([tests], columns=list(TABLES["tests"])),
        "items": items,
        "forms": parallel_forms(table, level),
    }


def _model(table: ItemTable) -> tuple[ItemResponse | None, str, str]:
    """The item response model, its name, and why there is none."""
    p, q = table.score.shape
    if not table.binary:
        return None, "", "no item response model: items score between 0 and 1"
    if min(p, q) < FEWEST_MODELLED:
        return None, "", f"no item response model: fewer than {FEWEST_MODELLED} systems or items"
    if q > MOST_MODELLED:
        return None, "", f"no item response model: more than {count(MOST_MODELLED)} items"
    if p * q > MOST_ANSWERS:
        return None, "", f"no item response model: more than {count(MOST_ANSWERS)} answers"
    slopes = p >= FEWEST_FOR_SLOPES
    found = item_response.fit(table.score, slopes=slopes)
    if not found.converged:
        return None, "", "no item response model: the fit did not converge"
    return found, "2PL" if slopes else "1PL", ""


def _items(table: ItemTable, rest: Floats, model: ItemResponse | None) -> pd.DataFrame:
    answered = np.isfinite(table.score).sum(axis=0)
    score = np.nansum(table.score, axis=0) / answered
    reasons = np.select(
        [score == 1, score == 0, np.isnan(rest)],
        ["all right: no correlation", "all wrong: no correlation", "constant, or not in the complete block"],
        "",
    )
    unknown = np.full(len(score), np.nan)
    return pd.DataFrame(
        {
            "suite": table.suite,
            "benchmark": table.benchmark,
            "item": table.items,
            "systems": answered,
            "score": score,
            "item_rest": rest,
            "difficulty": model.difficulty if model else unknown,
            "discrimination": model.discrimination if model else unknown,
            "reason": reasons,
        },
        columns=list(TABLES["items"]),
    )


def _systems(
    table: ItemTable, score: Floats, model: ItemResponse | None, why: tuple[str, str], level: float
) -> pd.DataFrame:
    unknown = np.full(len(score), np.nan)
    ability, error = (model.ability, model.error) if model else (unknown, unknown)
    z = ndtri((1 + level) / 2)
    return pd.DataFrame(
        {
            "suite": table.suite,
            "benchmark": table.benchmark,
            "system": table.systems,
            "model": table.models,
            "n_items": np.isfinite(table.score).sum(axis=1),
            "of_items": len(table.items),
            "score": score,
            "estimate": ability,
            "standard_error": error,
            "low": ability - z * error,
            "high": ability + z * error,
            "item_model": why[0],
            "unit": "standard deviations",
            "reason": why[1],
        },
        columns=list(COLUMNS),
    )


def _headline(tests: pd.DataFrame, main: pd.DataFrame, forms: pd.DataFrame, level: float) -> PsychometricFact:
    order = tests.sort_values(
        ["systems", "items", "suite", "benchmark"], ascending=[False, False, True, True], kind="stable"
    )
    test = order.iloc[0]

    def part(frame: pd.DataFrame) -> pd.DataFrame:
        rows: pd.DataFrame = frame[
            (frame["suite"] == test["suite"]) & (frame["benchmark"] == test["benchmark"])
        ]
        return rows

    able = part(main).dropna(subset=["estimate"])
    others = able.iloc[1:]
    z = ndtri(1 - (1 - level) / max(len(others), 1))
    spread = np.hypot(others["standard_error"], able["standard_error"].iloc[0]) if len(able) else 0.0
    alike = (able["estimate"].iloc[0] - others["estimate"] <= z * spread).sum() if len(able) else 0
    pairs = part(forms).dropna(subset=["r"]).sort_values("systems", ascending=False, kind="stable")
    return PsychometricFact(
        suite=str(test["suite"]),
        benchmark=str(test["benchmark"]),
        systems=int(test["systems"]),
        items=int(test["items"]),
        alpha=float(test["alpha"]),
        low=float(test["low"]),
        high=float(test["high"]),
        all_right=int(test["all_right"]),
        all_wrong=int(test["all_wrong"]),
        backwards=int(test["backwards"]),
        ablest=str(able["system"].iloc[0]) if len(able) else "",
        ability=float(able["estimate"].iloc[0]) if len(able) else float("nan"),
        ability_error=float(able["standard_error"].iloc[0]) if len(able) else float("nan"),
        n_alike=int(alike),
        form=str(pairs["form"].iloc[0]) if len(pairs) else "",
        other_form=str(pairs["other_form"].iloc[0]) if len(pairs) else "",
        r=float(pairs["r"].iloc[0]) if len(pairs) else float("nan"),
        r_low=float(pairs["low"].iloc[0]) if len(pairs) else float("nan"),
        r_high=float(pairs["high"].iloc[0]) if len(pairs) else float("nan"),
    )


def _caveats(tests: pd.DataFrame) -> tuple[str, ...]:
    caveats = []
    if (tests["systems"] < FEWEST_FOR_SLOPES).any():
        caveats.append(
            f"Tests with fewer than {FEWEST_FOR_SLOPES} systems: difficulties of single items are rough, and all items"
            " are given the same discrimination."
        )
    partial = tests[(tests["systems"] < tests["of_systems"]) | (tests["items"] < tests["of_items"])]
    if len(partial):
        caveats.append(
            "Some systems did not answer all items: reliability is over the block of systems and items without a hole."
        )
    return tuple(caveats)
