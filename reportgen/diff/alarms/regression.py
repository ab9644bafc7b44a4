"""Scores that fell beyond their noise; where nobody knows the noise, those that fell very far."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from reportgen import numbers
from reportgen.diff.cached import cells_of
from reportgen.diff.findings import Finding, Label, alarms, fewer_groups, name_shown, rows_of
from reportgen.diff.model import NOISE_UNKNOWN, WORSE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reportgen.diff.comparison import Comparison
    from reportgen.diff.model import Alarm, Severity

NAME = "regression"
SEVERITY: Severity = "error"
TITLE = "Worse"
WHAT = (
    "A score fell, in the direction of goodness, beyond its noise; or its noise is unknown and it fell by more than "
    "the standard deviation of the scores of all systems there. A system that others overtake has not become worse."
)
FIX = "Find out what changed in the run, or accept the fall with a note on why."

#: From so many systems on, their standard deviation says how far apart scores usually are.
_FEWEST = 5
_LABEL = Label(NAME, SEVERITY, FIX, "worse scores")


def find(comparison: Comparison) -> list[Alarm]:
    """Surely worse scores first, the clearest first; then the far falls of unknown noise."""
    table, _ = cells_of(comparison)
    surely = table[(table["verdict"] == WORSE).to_numpy(bool)]
    unsure = table[((table["verdict"] == NOISE_UNKNOWN) & (table["difference"] < 0)).to_numpy(bool)]
    spread = _spreads(comparison) if len(unsure) else {}
    far = [row for row in rows_of(unsure) if -row.difference > spread.get(row.setting, np.inf)]
    rows = [*rows_of(surely), *far]
    by_benchmark = fewer_groups([((row.system,), (row.setting,)) for row in rows])
    findings = [
        Finding(
            (row.system, row.setting),
            (row.setting if by_benchmark else row.system,),
            f"{row.system} on {row.setting}",
            partial(_say, row, spread, comparison.level),
        )
        for row in rows
    ]
    return alarms(findings, _LABEL)


def _spreads(comparison: Comparison) -> dict[str, float]:
    """Standard deviation of the old scores of each setting, by its label on the new side."""
    labels = comparison.new_study.table.settings["setting"].tolist()
    found = {}
    for old, new in comparison.setting_pairs.tolist():
        value = comparison.old_study.table.value[:, old]
        value = value[np.isfinite(value)]
        if len(value) >= _FEWEST:
            found[labels[new]] = float(value.std(ddof=1))
    return found


def _say(row: Any, spread: Mapping[str, float], level: float) -> str:
    one, other = (
        numbers.score(value, error) + numbers.give_or_take(error)
        for value, error in ((row.old, row.old_error), (row.new, row.new_error))
    )
    what = f"The {name_shown(row.metric)} of {name_shown(row.system)} on {name_shown(row.setting)}"
    fell = f"{what} went from {one} to {other}"
    half = (row.high - row.low) / 2
    by = numbers.score(-row.difference, half / 2)
    if row.verdict == WORSE:
        low, high = (numbers.score(-edge, half / 2) for edge in (row.high, row.low))
        return f"{fell}: worse by {by} ({numbers.percent(level)} interval {low} to {high})"
    times = numbers.score(-row.difference / spread[row.setting] if spread[row.setting] else np.inf)
    far = (
        f"{times} standard deviations of all systems"
        if spread[row.setting]
        else "while all systems were equal"
    )
    return f"{fell}: worse by {by}, {far}, and nobody knows its noise"
