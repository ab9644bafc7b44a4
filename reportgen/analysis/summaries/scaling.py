"""How does the score change with size? A line in log10 of size, a power law of the error, and where it turns.

A series is a family of models with known parameters (the catalog says both), or one model and method of which a
size in the variant changes (`sizes.SIZE_KEYS`: samples, tasks, dimension, ...). Families are fitted apart; one fit of
all families together is added and marked, for it mixes differences between families with those of size.

Per series and benchmark, and for the mean over the benchmarks of a panel (the same ones for every system):

    score = a + b log10 N            b by least squares, Student interval on n - 2 degrees of freedom
    error = c + k N^-alpha           c, k >= 0 by least squares for each alpha, profile interval of alpha

The unit of resampling is the model: intervals say what other models of the series would do. Fewer than four sizes
give no fit. Whatever lies beyond the largest size is extrapolated and marked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from reportgen.analysis.evidence import LEFT_OUT_COLUMNS, Computed
from reportgen.analysis.fits import log_line, power_law
from reportgen.analysis.missing_data import largest_block
from reportgen.analysis.panels import direction_unknown, panels
from reportgen.analysis.sizes import SIZE_KEYS, all_series
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from reportgen.analysis.evidence import Evidence
    from reportgen.analysis.fits import PowerLaw
    from reportgen.analysis.panels import Panel
    from reportgen.analysis.sizes import Series

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]

NAME = "scaling"
TITLE = "Score against size"
NEEDS = (
    "four sizes of one family (parameters and family of the models), or four values of a size in the variant",
)
HOW_TO_SUPPLY = (
    "no four sizes of one series have a score on one benchmark: write `parameters` and `family` of the models into"
    " results/catalog/models.yml, or the size into the variant of the model under one of the"
    f' keys {", ".join(sorted(SIZE_KEYS))}, or n_ and any word, such as {{"samples": "1e6"}}'
)
#: With fewer, a line has next to no freedom left to be wrong.
FEWEST_SIZES = 4

COLUMNS = {
    "suite": "suite of the benchmark",
    "benchmark": "benchmark setting, or the panel whose mean this is",
    "settings": "settings averaged; 1 for a single benchmark",
    "series": "family, or model and method, whose sizes these are",
    "pooled": "true where families are mixed",
    "size_name": "what changes: parameters, or the key in the variant",
    "models": "points",
    "sizes": "different sizes",
    "smallest": "smallest size",
    "largest": "largest size",
    "estimate": "gain per tenfold size, in the metric's unit; positive = better, whichever direction the metric has",
    "standard_error": "standard error of the gain over models",
    "low": "lower end of its Student interval",
    "high": "upper end of its Student interval",
    "unit": "unit of the gain",
    "r2": "share of the variance that the line explains",
    "exponent": "alpha of error = c + k N^-alpha",
    "exponent_low": "lower end of its profile interval; empty where the data do not bound it",
    "exponent_high": "upper end of its profile interval; empty where the data do not bound it",
    "irreducible": "c, the error that no size removes, in the metric's unit",
    "power_r2": "share of the variance that the power law explains",
    "transition": "least size from which every size reaches half-way between chance and best; empty where none does",
    "worst_interior": "size between the ends that is worse than both ends (double descent); empty where none is",
    "extrapolated": "score at ten times the largest size if the line went on: extrapolated",
    "extrapolated_low": "lower end of the prediction interval of one new model there",
    "extrapolated_high": "upper end of that interval",
    "reason": "why there is no fit, or no exponent; empty where there are both",
}
TABLES = {
    "points": {
        "suite": "suite of the benchmark",
        "benchmark": "benchmark setting, or panel",
        "series": "series",
        "size_name": "what changes",
        "system": "system",
        "model": "model of the system",
        "size": "its size",
        "score": "its score, in the metric's unit",
        "fitted": "the line at this size",
        "fitted_low": "lower end of the interval of the line",
        "fitted_high": "upper end of the interval of the line",
    }
}


@dataclass(frozen=True, slots=True)
class Headline:
    """The benchmark or panel with most fitted series, means before single benchmarks.

    Attributes:
        n_fits: series with a fit there, families mixed not counted unless there is no other.
        n_up, n_down: of them with an interval above, below 0.
        most, least: rows of the main table with the largest and smallest gain.
    """

    suite: str
    benchmark: str
    settings: int
    size_name: str
    unit: str
    n_fits: int
    n_up: int
    n_down: int
    pooled: bool
    most: dict[str, Any]
    least: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Target:
    """One thing to fit: a setting, or the mean of several; NaN where a system lacks one of them."""

    suite: str
    name: str
    settings: int
    panel: Panel
    value: Floats
    chance: float


def compute(evidence: Evidence, *, level: float, generator: np.random.Generator) -> Computed | NotEstimable:
    """All fits; needs no random numbers."""
    del generator
    table, series = evidence.table, all_series(evidence.table, evidence.catalog)
    targets = list(_targets(evidence, series))
    made = [_fitted(one, targets, table.systems, level) for one in series]
    rows = [row for main, _ in made for row in main]
    fitted = {(row["suite"], row["benchmark"]) for row in rows if np.isfinite(row["estimate"])}
    if not fitted:
        return NotEstimable(HOW_TO_SUPPLY)
    main = pd.DataFrame(rows, columns=list(COLUMNS)).sort_values(
        ["suite", "settings", "benchmark", "size_name", "pooled", "series"],
        ascending=[True, False, True, True, True, True], kind="stable", ignore_index=True,
    )  # fmt: skip
    points = pd.concat([frame for _, frames in made for frame in frames], ignore_index=True)
    without = [
        (one.suite, one.name, HOW_TO_SUPPLY)
        for one in targets
        if one.settings == 1 and (one.suite, one.name) not in fitted
    ]
    return Computed(
        main=main,
        headline=_headline(main),
        models=int(points["system"].nunique()),
        benchmarks=sum(one.settings == 1 and (one.suite, one.name) in fitted for one in targets),
        level=level,
        tables={"points": points[list(TABLES["points"])]},
        caveats=_caveats(main),
        left_out=pd.DataFrame([*without, *direction_unknown(table)], columns=list(LEFT_OUT_COLUMNS)),
    )


def _targets(evidence: Evidence, series: list[Series]) -> Iterator[_Target]:
    """Every setting of a panel, and the mean of those with several."""
    table = evidence.table
    sized = np.zeros(len(table.systems), dtype=bool)
    for one in series:
        sized[one.rows] = True
    chances = {(entry.suite, entry.id): entry.chance for entry in evidence.catalog.benchmarks}
    names, benchmarks = table.settings["setting"].tolist(), table.settings["benchmark"].tolist()
    for panel in panels(table):

        def chance(column: int, suite: str = panel.suite) -> float:
            found = chances.get((suite, benchmarks[column]), chances.get(("", benchmarks[column])))
            return float("nan") if found is None else found

        for column in panel.columns.tolist():
            yield _Target(panel.suite, names[column], 1, panel, table.value[:, column], chance(column))
        present = np.isfinite(table.value[:, panel.columns])
        block = panel.columns[largest_block(present[sized])] if sized.any() else panel.columns[:0]
        if len(block) > 1:
            label = " · ".join(part for part in (panel.suite, panel.name) if part) or "all benchmarks"
            mean = table.value[:, block].mean(axis=1)
            guess = float(np.mean([chance(column) for column in block.tolist()]))
            yield _Target(panel.suite, f"mean of {label}", len(block), panel, mean, guess)


def _fitted(
    series: Series, targets: list[_Target], systems: pd.DataFrame, level: float
) -> tuple[list[dict[str, Any]], list[pd.DataFrame]]:
    """Rows of the main table and of the points; targets with the same systems are fitted at once."""
    groups: dict[bytes, list[_Target]] = {}
    for target in targets:
        present = np.isfinite(target.value[series.rows])
        if len(set(series.size[present].tolist())) > 1:
            groups.setdefault(present.tobytes(), []).append(target)
    rows: list[dict[str, Any]] = []
    frames: list[pd.DataFrame] = []
    for key, group in groups.items():
        present = np.frombuffer(key, dtype=np.bool_)
        made, points = _group(series, present, group, systems, level)
        rows += made
        frames += points
    return rows, frames


def _group(
    series: Series, present: Bools, group: list[_Target], systems: pd.DataFrame, level: float
) -> tuple[list[dict[str, Any]], list[pd.DataFrame]]:
    at, size = series.rows[present], series.size[present]
    values = np.array([target.value[at] for target in group])
    sizes = np.unique(size)
    heads = [_head(series, target, size) for target in group]
    if len(sizes) < FEWEST_SIZES:
        why = f"{len(sizes)} sizes; a fit needs {FEWEST_SIZES}"
        return [{**head, "reason": why} for head in heads], []
    line = log_line(size, values)
    fitted, low, high = line.at(size, level)
    beyond, beyond_low, beyond_high = line.at(10 * size[-1:], level, new=True)
    half = line.quantile(level) * line.error
    laws = _laws(group, size, values, level)
    rows = []
    for number, (head, target) in enumerate(zip(heads, group, strict=True)):
        sign = target.panel.sign
        gain = sign * float(line.slope[number])
        rows.append({
            **head, "estimate": gain, "standard_error": line.error[number],
            "low": gain - half[number], "high": gain + half[number], "r2": line.r2[number],
            **_law(laws, number), **_turns(target, size, values[number]),
            "extrapolated": beyond[number, 0], "extrapolated_low": beyond_low[number, 0],
            "extrapolated_high": beyond_high[number, 0],
        })  # fmt: skip
    labels = systems.iloc[at]
    return rows, [_points(series, group, labels, size, (values, fitted, low, high))]


def _points(
    series: Series, group: list[_Target], labels: pd.DataFrame, size: Floats, curves: tuple[Floats, ...]
) -> pd.DataFrame:
    """The points of all targets of a group, one after the other; curves are (m, n)."""
    times, n = len(group), len(size)
    return pd.DataFrame({
        "suite": np.repeat(np.array([one.suite for one in group], dtype=object), n),
        "benchmark": np.repeat(np.array([one.name for one in group], dtype=object), n),
        "series": series.name,
        "size_name": series.size_name,
        "system": np.tile(labels["system"].to_numpy(object), times),
        "model": np.tile(labels["model"].to_numpy(object), times),
        "size": np.tile(size, times),
        **dict(zip(("score", "fitted", "fitted_low", "fitted_high"), (one.ravel() for one in curves), strict=True)),
    })  # fmt: skip


def _head(series: Series, target: _Target, size: Floats) -> dict[str, Any]:
    """What a row says with or without a fit."""
    return {
        **dict.fromkeys(COLUMNS, float("nan")),
        "suite": target.suite, "benchmark": target.name, "settings": target.settings,
        "series": series.name, "pooled": series.pooled, "size_name": series.size_name,
        "models": len(size), "sizes": len(np.unique(size)), "smallest": size[0], "largest": size[-1],
        "unit": target.panel.unit, "reason": "",
    }  # fmt: skip


def _laws(group: list[_Target], size: Floats, values: Floats, level: float) -> PowerLaw:
    """Power laws of the errors; rows whose best value is unknown hold NaN."""
    err = np.array([_error(target, row) for target, row in zip(group, values, strict=True)])
    return power_law(size, np.where(np.isfinite(err), err, 0.0), level=level)


def _error(target: _Target, values: Floats) -> Floats:
    """Distance from the best value; NaN where that is unknown or exceeded."""
    panel = target.panel
    err = panel.upper - values if panel.sign > 0 else values - panel.lower
    usable = bool(np.isfinite(err).all() and err.min() >= 0 and np.ptp(err) > 0)
    return np.asarray(err if usable else np.full(len(values), np.nan))


def _law(laws: PowerLaw, number: int) -> dict[str, Any]:
    """NaN and a reason where there is no exponent."""
    if not np.isfinite(laws.r2[number]):
        return {"reason": "no exponent: the best value of the metric is unknown, or all scores are equal"}
    why = ""
    if np.isnan(laws.low[number]) or np.isnan(laws.high[number]):
        why = "the exponent is not bounded: it and the irreducible error stand in for each other"
    return {
        "exponent": laws.exponent[number], "exponent_low": laws.low[number], "exponent_high": laws.high[number],
        "irreducible": laws.floor[number], "power_r2": laws.r2[number], "reason": why,
    }  # fmt: skip


def _turns(target: _Target, size: Floats, values: Floats) -> dict[str, Any]:
    """Transition and worst size between the ends, from the mean at each size."""
    sizes, at = np.unique(size, return_inverse=True)
    good = target.panel.sign * np.bincount(at, weights=values) / np.bincount(at)
    panel = target.panel
    best, worst = (panel.upper, panel.lower) if panel.sign > 0 else (panel.lower, panel.upper)
    chance = target.chance if np.isfinite(target.chance) else worst
    reached = good >= panel.sign * (best + chance) / 2
    from_here = np.logical_and.accumulate(reached[::-1])[::-1]
    inner = int(np.argmin(good))
    turned = 0 < inner < len(good) - 1 and good[inner] < min(good[0], good[-1])
    return {
        "transition": sizes[np.argmax(from_here)] if from_here.any() else np.nan,
        "worst_interior": sizes[inner] if turned else np.nan,
    }


def _headline(main: pd.DataFrame) -> Headline:
    fits = main[main["estimate"].notna()]
    apart = fits[~fits["pooled"].astype(bool)]
    fits = apart if len(apart) else fits
    keys = ["suite", "benchmark", "size_name"]
    counts = fits.groupby(keys, sort=True).agg(n=("series", "size"), settings=("settings", "first"))
    order = counts.reset_index().sort_values(
        ["settings", "n", *keys], ascending=[False, False, True, True, True]
    )
    suite, benchmark, size_name = (str(value) for value in order[keys].iloc[0])
    rows = fits[
        (fits["suite"] == suite) & (fits["benchmark"] == benchmark) & (fits["size_name"] == size_name)
    ]
    rows = rows.sort_values(["estimate", "series"], ascending=[False, True], kind="stable")
    ends = [{str(key): value for key, value in rows.iloc[at].items()} for at in (0, -1)]
    return Headline(
        suite, benchmark, int(rows["settings"].iloc[0]), size_name, str(rows["unit"].iloc[0]), len(rows),
        int((rows["low"] > 0).sum()), int((rows["high"] < 0).sum()), bool(rows["pooled"].iloc[0]), *ends,
    )  # fmt: skip


def _caveats(main: pd.DataFrame) -> tuple[str, ...]:
    fits = main[main["estimate"].notna()]
    caveats = []
    loose = int(fits["reason"].str.startswith("the exponent").sum())
    if loose:
        caveats.append(
            f"In {loose} of {len(fits)} fits the exponent is not bounded by the data: it and the irreducible error"
            " stand in for each other."
        )
    if bool(fits["pooled"].astype(bool).all()):
        caveats.append(
            "No family has four sizes: families are mixed, and what looks like size may be the family."
        )
    return tuple(caveats)
