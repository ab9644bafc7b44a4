"""Values that their metric cannot have."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from reportgen import numbers
from reportgen.analysis.eligible import METRIC_KEY
from reportgen.analysis.groups import first_rows, number_groups, texts
from reportgen.diff.findings import (
    Finding,
    Label,
    alarms,
    benchmark_shown,
    metric_named,
    metric_shown,
    name_shown,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from reportgen.diff.comparison import Comparison
    from reportgen.diff.model import Alarm, Severity

    Bools = NDArray[np.bool_]
    Ints = NDArray[np.intp]

NAME = "out_of_bounds"
SEVERITY: Severity = "error"
TITLE = "Out of bounds"
WHAT = (
    "A new or changed value lies outside the bounds that its file, the catalog or the table of metrics states for its "
    "metric. No unit is guessed: 72 on a scale from 0 to 1 is not read as 72 %."
)
FIX = "Write the value in the unit of its metric, or state unit and bounds in the file or in catalog/metrics.yml."

#: As much may be rounding.
_ROUNDING = 1e-9
_LABEL = Label(NAME, SEVERITY, FIX, "models with values out of bounds")


def find(comparison: Comparison) -> list[Alarm]:
    """One finding for each model, benchmark and metric; not where the same value was out of bounds before."""
    matched = comparison.matched
    beyond = _beyond(matched.new)
    known = _beyond(matched.old)[matched.both_old] & ~matched.changed
    beyond[matched.both_new[known]] = False
    rows = np.flatnonzero(beyond)
    if not len(rows):
        return []
    part = matched.new.iloc[rows]
    number = number_groups(part, ("model", *METRIC_KEY))
    keys = texts(part, ("model", *METRIC_KEY), first_rows(number)).itertuples(index=False, name=None)
    order = np.argsort(number, kind="stable")
    groups = np.split(rows[order], np.cumsum(np.bincount(number))[:-1])
    found = sorted(zip(keys, groups, strict=True), key=lambda group: (-len(group[1]), group[0]))
    return alarms([_finding(matched.new, key, at) for key, at in found], _LABEL)


def _beyond(frame: pd.DataFrame) -> Bools:
    """Whether each value lies outside its bounds; unknown bounds and missing values do not."""
    value, lower, upper = (frame[name].to_numpy(float) for name in ("value", "lower", "upper"))
    with np.errstate(invalid="ignore"):
        slack = _ROUNDING * np.maximum(1.0, np.abs(value))
        return np.asarray((value < lower - slack) | (value > upper + slack), dtype=bool)


def _finding(frame: pd.DataFrame, key: Sequence[str], rows: Ints) -> Finding:
    model, suite, benchmark, metric, variant = key
    named = metric_named(metric, variant)
    return Finding(
        (model, benchmark, named, suite),
        (benchmark, named, suite),
        model,
        partial(_say, frame, tuple(key), rows),
    )


def _say(frame: pd.DataFrame, key: tuple[str, ...], rows: Ints) -> str:
    model, suite, benchmark, metric, variant = key
    values = frame["value"].to_numpy(float)[rows]
    lower, upper = (float(frame[name].iloc[rows[0]]) for name in ("lower", "upper"))
    what = f"{metric_shown(metric, variant)} of {name_shown(model)} on {benchmark_shown(suite, benchmark)}"
    if len(rows) == 1:
        return f"The {what} is {numbers.plain(values[0])}, {_outside(lower, upper)}"
    span = f"from {numbers.plain(values.min())} to {numbers.plain(values.max())}"
    return f"{numbers.count(len(rows))} values of {what}, {span}, are {_outside(lower, upper)}"


def _outside(lower: float, upper: float) -> str:
    if np.isfinite(lower) and np.isfinite(upper):
        return f"outside {numbers.plain(lower)} to {numbers.plain(upper)}"
    return f"below {numbers.plain(lower)}" if np.isfinite(lower) else f"above {numbers.plain(upper)}"
