"""The rows of the main table of transfer between domains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from reportgen.analysis.uncertain_means import Estimates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from reportgen.analysis.transfer_panel import Panel

    Floats = NDArray[np.float64]

COLUMNS: dict[str, str] = {
    "suite": "suite",
    "benchmark": "benchmark; empty where the domains are the suite's benchmarks, or the mean is over benchmarks",
    "panel": "what is compared: benchmark, metric, selection rule",
    "selection": "how the reported checkpoint was chosen; an oracle reads the test domain",
    "system": "system",
    "model": "model",
    "statistic": "score (one cell), mean, inside, gap, ratio, worst, weighted; see the definitions",
    "train_domain": "training domains of a score; empty where not stated",
    "test_domain": "test domain of a score or of worst",
    "estimate": "the statistic, in the unit; gap is positive where the system loses outside",
    "standard_error": "standard error as printed; empty where unknown",
    "low": "lower end of the interval",
    "high": "upper end of the interval",
    "unit": "percent for fractions and percentages; a ratio has none",
    "error_kind": "what the standard error is: over seeds, over trials (population deviation), of items",
    "trials": "seeds behind a score",
    "k": "cells of the system that enter the mean",
    "of": "cells that the mean asks for",
    "difference": "mean minus the baseline's, positive where better; empty without a baseline",
    "difference_low": "lower end of its interval",
    "difference_high": "upper end of its interval",
    "near_chance": "whether the mean is next to chance, or below it",
    "reason": "why there is no estimate",
}


def _head(panel: Panel, at: int) -> dict[str, Any]:
    return {
        "suite": panel.suite, "benchmark": panel.benchmark, "panel": panel.title, "selection": panel.selection,
        "system": panel.systems[at], "model": panel.models[at], "unit": panel.unit, "train_domain": "",
        "test_domain": "", "error_kind": "", "near_chance": False, "reason": "",
    }  # fmt: skip


def cell_rows(panel: Panel, level: float) -> Iterator[dict[str, Any]]:
    """One row per measured cell."""
    flat = Estimates(*(part.ravel() for part in (panel.value, panel.error, panel.spread, panel.df)))
    low, high = (end.reshape(panel.value.shape) for end in flat.interval(level))
    for row, column in np.argwhere(np.isfinite(panel.value)).tolist():
        yield _head(panel, row) | {
            "statistic": "score",
            "train_domain": panel.train[column],
            "test_domain": panel.test[column],
            "estimate": panel.value[row, column],
            "standard_error": panel.error[row, column],
            "low": low[row, column],
            "high": high[row, column],
            "error_kind": panel.kind[row, column],
            "trials": panel.seeds[row, column],
        }


def statistic_rows(panel: Panel, level: float, baseline: str, margin: float) -> Iterator[dict[str, Any]]:
    """The statistics of each system that has a cell, best mean first; `margin` is the goodness next to chance."""
    columns = panel.outside
    k = np.isfinite(panel.value[:, columns]).sum(axis=1)
    order = sorted(
        range(len(panel.systems)),
        key=lambda at: (-(panel.sign * panel.mean.value[at]) if np.isfinite(panel.mean.value[at]) else np.inf,
                        panel.systems[at]),
    )  # fmt: skip
    against = panel.systems.index(baseline) if baseline in panel.systems else -1
    tables = list(_statistics(panel, level))
    change = _change(panel, against, level)
    kinds = panel.mean_kinds()
    for at in order:
        for name, found, (low, high), domains, reason in tables:
            value = found.value[at]
            why = "" if np.isfinite(value) else reason or f"{k[at]} of {len(columns)} cells"
            yield _head(panel, at) | {
                "statistic": name,
                "test_domain": domains[at] if domains else "",
                "estimate": value,
                "standard_error": found.error[at],
                "low": low[at],
                "high": high[at],
                "unit": "" if name == "ratio" else panel.unit,
                "k": int(k[at]),
                "of": len(columns),
                "reason": why,
                **({key: ends[at] for key, ends in change.items()} if name == "mean" else {}),
                "error_kind": kinds[at] if name == "mean" else "",
                "near_chance": bool(name == "mean" and panel.sign * value <= margin),
            }


def _statistics(
    panel: Panel, level: float
) -> Iterator[tuple[str, Estimates, tuple[Floats, Floats], list[str], str]]:
    """Name, estimates, interval, test domains and why there may be none, of what the panel has cells for."""
    unknown = np.full(len(panel.systems), np.nan)
    yield "mean", panel.mean, panel.mean.interval(level), [], ""
    if panel.benchmark or panel.is_inside.any():
        domains, worst = panel.worst()
        yield "worst", worst, (unknown, unknown), domains, ""
    if panel.is_inside.any():
        yield "inside", panel.inside, panel.inside.interval(level), [], ""
        yield "gap", panel.gap, panel.gap.interval(level), [], ""
        ratio, why = panel.ratio()
        yield "ratio", Estimates(ratio, unknown, unknown, unknown), (unknown, unknown), [], why
    weighted = panel.weighted()
    if np.isfinite(weighted).any():
        found = Estimates(weighted, unknown, unknown, unknown)
        yield "weighted", found, (unknown, unknown), [], "a number of items is unknown"


def _change(panel: Panel, against: int, level: float) -> dict[str, Floats]:
    """Mean minus the baseline's, positive where better."""
    if against < 0:
        return {}
    change = panel.mean.minus(panel.mean.at([against] * len(panel.systems)))
    signed = Estimates(panel.sign * change.value, change.error, change.spread, change.df)
    low, high = signed.interval(level)
    other = np.arange(len(panel.systems)) != against
    return {
        "difference": np.where(other, signed.value, np.nan),
        "difference_low": np.where(other, low, np.nan),
        "difference_high": np.where(other, high, np.nan),
    }
