"""How far beyond the lengths of training does a system go? Score by length.

A curve is one system and one seed on one benchmark. L_tr is the longest length of training: the longest with a score
of role `train`, else the longest with role `id`; of the system itself where it has such scores, else of the benchmark.

    in range = mean over lengths l <= L_tr of acc(l),      beyond = mean over lengths l > L_tr of acc(l),
    L@t = the largest evaluated l with acc >= t there and at every smaller evaluated length,
    area = integral of acc from L_tr to the longest length by trapezoids on l (not on its index) / (longest - L_tr).

Order: item, length, seed; then the mean over seeds. Lengths count equally in the means, whatever their spacing; the
area weights them by it. t is a share of the metric's range. A curve that falls below t and comes back has the L@t
of its first fall, and is marked. Only lengths that all compared curves have enter; a curve that lacks one has no mean.

Unit of the error: seeds (sample deviation / sqrt k), with a single seed the errors of its scores.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from reportgen.analysis.curves import alike, left_out, over_seeds, panels_of, systems_of
from reportgen.analysis.eligible import LEAF_KEY, SYSTEM_KEY
from reportgen.analysis.evidence import Computed
from reportgen.analysis.groups import first_rows, number_groups, texts
from reportgen.analysis.interval_coverage import few_items
from reportgen.analysis.missing_data import largest_block
from reportgen.analysis.seed_curves import curve_table, curves_of
from reportgen.analysis.standard_error import coded_errors
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.curves import Panel
    from reportgen.analysis.evidence import Evidence
    from reportgen.analysis.seed_curves import Curves

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

NAME = "length_curve"
TITLE = "Score by length"
NEEDS = (
    "scores at two or more lengths (length)",
    "the longest length of training (scores of role train or id)",
)
HOW_TO_SUPPLY = (
    "no benchmark has scores at two or more lengths: write `length` into the conditions of each score, and the role"
    " `train` or `id` into those at lengths seen in training"
)
LACKS = "no scores at two or more lengths"
NO_LIMIT = "the longest length of training is not known: give scores at lengths seen in training the role train or id"
COLUMNS = {
    "suite": "suite of the benchmark",
    "benchmark": "benchmark, and what tells it from others of its name",
    "system": "what is compared",
    "model": "its model",
    "estimate": "mean score at lengths beyond the longest of training, mean over seeds, in the unit",
    "standard_error": "of the estimate",
    "low": "interval of the estimate",
    "high": "interval of the estimate",
    "unit": "unit of the metric",
    "over": "what the error is over: seeds or scores (their standard errors)",
    "in_range": "mean score at lengths up to the longest of training",
    "loss": "in range less beyond, positive = loses with length",
    "median": "median over seeds of the mean beyond",
    "best": "best seed's mean beyond: the best of several runs, chosen by looking at the test scores",
    "seeds": "seeds with all lengths",
    "of_seeds": "seeds there are",
    "train_longest": "longest length of training",
    "train_from": "where that is known from: train or id scores, of its own or the benchmark's",
    "longest": "longest length in the means",
    "lengths": "lengths beyond that of training in the means",
    "of_lengths": "lengths beyond that of training there are",
    "reach": "median over seeds of the largest length up to which the score stays at or above 90 % of the range",
    "reach_best": "the same of the best seed",
    "to_the_end": "whether the median seed stays above to the longest length, so that the true reach may be larger",
    "returns": "whether some seed falls below 90 % and comes back",
    "factor": "reach / longest length of training",
    "area": "mean height of the curve beyond the longest length of training, weighted by spacing",
    "near_chance": "the estimate is within 5 % of the range of guessing, or below",
    "reason": "why something is missing",
}
TABLES = {
    "curves": {
        "suite": "suite of the benchmark",
        "benchmark": "as in the main table",
        "system": "what is compared",
        "model": "its model",
        "seed": "seed of the curve; empty where none is stated",
        "length": "length of the test items",
        "value": "score, in the unit",
        "standard_error": "of the score",
        "median": "median over the seeds of the system at this length",
    },
}
#: A score that counts as solved, as a share of the metric's range.
SOLVED = 0.9
_PANEL = (
    "metric",
    "metric_variant",
    "selection",
    "n_shot",
    "unit",
    *(name for name in LEAF_KEY if name not in {"length", "level_name"}),
)


@dataclass(frozen=True, slots=True)
class Headline:
    """Of the benchmark with most systems that were tested beyond training. Scores in the metric's unit.

    Attributes:
        n_systems: systems with a mean beyond training.
        best_system, best, best_error: who scores best there; ties by name. best_in_range: its mean in range.
        n_alike: others that cannot be told apart from it; None where an error is unknown.
        train_longest, longest: lengths, of the best system.
        reach: of the best system; NaN where it is below 90 % at once, or the bounds are unknown.
        n_reach: systems whose median seed stays above 90 % at some length beyond training.
    """

    suite: str
    benchmark: str
    unit: str
    n_systems: int
    best_system: str
    best: float
    best_error: float
    best_in_range: float
    n_alike: int | None
    train_longest: float
    longest: float
    reach: float
    n_reach: int


def compute(evidence: Evidence, *, level: float, generator: np.random.Generator) -> Computed | NotEstimable:
    """Curves, means within and beyond training, and reach of every system. Needs no random numbers."""
    del generator
    rows = evidence.eligible
    rows = rows[rows["length"].notna()]
    why: dict[tuple[str, str], str] = {}
    found: list[tuple[pd.DataFrame, pd.DataFrame]] = []
    if len(rows):
        number, panels = panels_of(rows, evidence.catalog, name="benchmark", key=_PANEL)
        system, systems = systems_of(rows, evidence.table)
        limits = _limits(evidence.frame, rows)
        errors = coded_errors(rows, evidence.catalog)[0]
        for at, panel in enumerate(panels):
            mine = np.flatnonzero(number == at)
            if rows["length"].iloc[mine].nunique() < 2 or not np.isfinite(panel.sign):
                why[panel.suite, panel.benchmark] = (
                    LACKS if np.isfinite(panel.sign) else "it is not known whether higher or lower is better"
                )
                continue
            curves = curves_of(rows.iloc[mine], system[mine], errors[mine], axis="length")
            found.append(_panel(panel, systems, curves, limits, level))
    if not found:
        return NotEstimable(
            "; ".join(dict.fromkeys(one for one in why.values() if one != LACKS)) or HOW_TO_SUPPLY
        )
    main = pd.concat([one for one, _ in found], ignore_index=True)
    return Computed(
        main=main,
        headline=_headline(main, level),
        models=int(main["system"].nunique()),
        benchmarks=len(found),
        level=level,
        tables={"curves": pd.concat([one for _, one in found], ignore_index=True)},
        caveats=(*_caveats(main), *few_items(evidence, main["suite"])),
        left_out=left_out(evidence.frame, main["suite"], LACKS, why),
    )


def _limits(frame: pd.DataFrame, rows: pd.DataFrame) -> dict[tuple[str, ...], tuple[float, str]]:
    """Longest length of training and where it is known from, by (suite, benchmark) and (suite, benchmark, *system)."""
    trained = frame[(frame["role"] == "train").to_numpy(bool) & frame["length"].notna().to_numpy(bool)]
    inside = rows[(rows["role"] == "id").to_numpy(bool)]
    limits: dict[tuple[str, ...], tuple[float, str]] = {}
    for source, words in ((inside, "id scores"), (trained, "train scores")):
        for key, whose in (
            (("suite", "benchmark"), "the benchmark's"),
            (("suite", "benchmark", *SYSTEM_KEY), "its own"),
        ):
            number = number_groups(source, key)
            names = texts(source, key, first_rows(number)).itertuples(index=False, name=None)
            longest = source["length"].astype(float).groupby(number).max()
            limits |= {
                tuple(name): (float(one), f"{whose} {words}")
                for name, one in zip(names, longest, strict=True)
            }
    return limits


# -- one panel ---------------------------------------------------------------------------------------------------


def _panel(
    panel: Panel,
    systems: pd.DataFrame,
    curves: Curves,
    limits: dict[tuple[str, ...], tuple[float, str]],
    level: float,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of the main table, best beyond training first, ties by name, and of the table of curves."""
    block = np.asarray(largest_block(np.isfinite(curves.value)), dtype=np.intp)
    rows, labels = [], systems.to_dict("records")
    for system in sorted(set(curves.system.tolist())):
        mine = np.flatnonzero(curves.system == system)
        key = curves.keys[int(mine[0])]
        limit = limits.get(key) or limits.get(key[:2]) or (float("nan"), "")
        names = {
            "suite": panel.suite,
            "benchmark": panel.benchmark,
            **{str(name): text for name, text in labels[system].items()},
        }
        rows.append(names | {"unit": panel.unit} | _summary(panel, curves, mine, block, limit, level))
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame["order"] = -panel.sign * frame["estimate"].astype(float)
    frame = frame.sort_values(["order", "system"], kind="stable", ignore_index=True).drop(columns="order")
    return frame, curve_table(panel, systems, curves, axis="length")


def _summary(
    panel: Panel, curves: Curves, mine: Ints, block: Ints, limit: tuple[float, str], level: float
) -> dict[str, Any]:
    """The numbers of one system."""
    whole = mine[np.isfinite(curves.value[np.ix_(mine, block)]).all(axis=1)]
    lengths, longest = curves.places[block], limit[0]
    value, error = curves.value[np.ix_(whole, block)], curves.error[np.ix_(whole, block)]
    beyond, inside = lengths > longest, lengths <= longest
    row: dict[str, Any] = {
        name: np.nan for name in COLUMNS if name not in {"suite", "benchmark", "system", "model", "unit"}
    }
    row |= {
        "over": "",
        "seeds": len(whole),
        "of_seeds": len(mine),
        "train_longest": longest,
        "train_from": limit[1],
        "longest": float(lengths[-1]) if len(lengths) else np.nan,
        "lengths": int(beyond.sum()),
        "of_lengths": int((curves.places > longest).sum()),
        "to_the_end": False,
        "returns": False,
        "near_chance": False,
        "reason": _reason(panel, len(whole), longest, beyond, inside),
    }
    if not len(whole):
        return row
    row |= _reach(panel.share(value), lengths, longest)
    if inside.any():
        row["in_range"] = float(value[:, inside].mean())
    if beyond.any():
        means = value[:, beyond].mean(axis=1)
        single = float(np.sqrt((error[0, beyond] ** 2).sum()) / beyond.sum())
        names = ("estimate", "standard_error", "low", "high", "over")
        row |= dict(zip(names, over_seeds(means, single, level), strict=True))
        row |= {
            "loss": panel.sign * (row["in_range"] - row["estimate"]),
            "median": float(np.median(means)),
            "best": float((panel.sign * means).max() * panel.sign),
            "area": float(_heights(lengths, value, longest).mean()),
            "near_chance": bool(panel.near_chance(np.array([row["estimate"]]))[0]),
        }
    return row


def _reason(
    panel: Panel, whole: int, longest: float, beyond: NDArray[np.bool_], inside: NDArray[np.bool_]
) -> str:
    if not whole:
        return "no seed has all lengths that the others have"
    if np.isnan(longest):
        return NO_LIMIT
    if not beyond.any():
        return "no length beyond those of training was tested"
    if not inside.any():
        return "no length within those of training was tested"
    return "" if panel.upper > panel.lower else "bounds of the metric are unknown, so 90 % of its range is"


def _reach(share: Floats, lengths: Floats, longest: float) -> dict[str, Any]:
    """Largest solved length of the median and of the best seed; arrays (seeds, lengths)."""
    if np.isnan(share).any():
        return {}
    solved = share >= SOLVED - 1e-12
    first = np.logical_and.accumulate(solved, axis=1).sum(axis=1)
    middle = int(np.sort(first)[(len(first) - 1) // 2])
    reach = float(lengths[middle - 1]) if middle else np.nan
    return {
        "reach": reach,
        "reach_best": float(lengths[first.max() - 1]) if first.max() else np.nan,
        "to_the_end": middle == len(lengths),
        "returns": bool((solved.sum(axis=1) > first).any()),
        "factor": reach / longest if longest > 0 else np.nan,
    }


def _heights(lengths: Floats, value: Floats, longest: float) -> Floats:
    """(seeds,) area between the longest length of training and the longest of all / its width.

    The score at the longest length of training itself is interpolated; where no shorter length was tested, the
    area begins at the first length.
    """
    start = max(longest, float(lengths[0]))
    x = np.concatenate([[start], lengths[lengths > start]])
    y = np.array([np.interp(x, lengths, one) for one in value])
    return np.trapezoid(y, x, axis=1) / (x[-1] - x[0]) if len(x) > 1 else y[:, 0]


# -- over systems -------------------------------------------------------------------------------------------------


def _headline(main: pd.DataFrame, level: float) -> Headline:
    groups = [group for _, group in main.groupby(["suite", "benchmark"], sort=True)]
    group = min(groups, key=lambda one: (-int(one["estimate"].notna().sum()), -len(one)))
    able = group[group["estimate"].notna()]
    first = (able if len(able) else group).iloc[0]
    values, errors = (able[name].to_numpy(float) for name in ("estimate", "standard_error"))
    return Headline(
        suite=str(first["suite"]),
        benchmark=str(first["benchmark"]),
        unit=str(first["unit"]),
        n_systems=len(able),
        best_system=str(first["system"]),
        best=float(first["estimate"]),
        best_error=float(first["standard_error"]),
        best_in_range=float(first["in_range"]),
        n_alike=alike(values, errors, level),
        train_longest=float(first["train_longest"]),
        longest=float(first["longest"]),
        reach=float(first["reach"]),
        n_reach=int((able["reach"] > able["train_longest"]).sum()),
    )


def _caveats(main: pd.DataFrame) -> tuple[str, ...]:
    said = []
    for (_, name), group in main.groupby(["suite", "benchmark"], sort=True):
        limits = group["train_longest"].dropna()
        if limits.nunique() > 1:
            said.append(
                f"{name}: systems were trained up to different lengths, so their means are over different ones."
            )
        if (group["lengths"] < group["of_lengths"]).any():
            said.append(f"{name}: lengths that not all curves have are left out of the means.")
        if group["returns"].any():
            said.append(
                f"{name}: some curves fall below 90 % of the range and come back; their reach ends at the first fall."
            )
        if (group["seeds"] < group["of_seeds"]).any():
            said.append(f"{name}: seeds that lack a length are left out of the means.")
    return tuple(said)
