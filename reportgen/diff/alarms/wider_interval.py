"""Scores that are known less surely than before."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from reportgen import numbers
from reportgen.diff.findings import Finding, Label, alarms, name_shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportgen.diff.comparison import Comparison
    from reportgen.diff.model import Alarm, Severity

NAME = "wider_interval"
SEVERITY: Severity = "note"
TITLE = "Less sure"
WHAT = (
    "The standard error of a score grew by more than a factor of 1.5, or is no longer stated. With half of the items "
    "it grows by 1.41, so that more than half of the evidence is gone; and without one no fall can be told from noise."
)
FIX = "Run the whole benchmark, and state standard error or number of items in the file."

#: Between the root of 2 (half of the items) and 2 (a quarter of them).
FACTOR = 1.5
_LABEL = Label(NAME, SEVERITY, FIX, "less sure scores", apart=3)


class Wider(NamedTuple):
    """A score with its standard error on both sides; `new_error` is NaN where it is no longer known."""

    system: str
    setting: str
    old: float
    old_error: float
    new: float
    new_error: float


def find(comparison: Comparison) -> list[Alarm]:
    """Scores without an error first, then by how much it grew."""
    found = sorted(_wider(comparison), key=lambda one: (-_growth(one), one.setting, one.system))
    findings = [
        Finding((one.system, one.setting), (one.setting,), one.system, partial(_say, one)) for one in found
    ]
    return alarms(findings, _LABEL)


def _wider(comparison: Comparison) -> Iterator[Wider]:
    old, new = comparison.old_study.table, comparison.new_study.table
    rows = comparison.system_pairs
    systems, settings = new.systems["system"].tolist(), new.settings["setting"].tolist()
    old_units, new_units = old.settings["unit"].tolist(), new.settings["unit"].tolist()
    for before, after in comparison.setting_pairs.tolist():
        if new_units[after] != old_units[before]:
            continue
        one, other = old.stderr[rows[:, 0], before], new.stderr[rows[:, 1], after]
        there = np.isfinite(old.value[rows[:, 0], before]) & np.isfinite(new.value[rows[:, 1], after])
        with np.errstate(invalid="ignore"):
            wider = there & np.isfinite(one) & (np.isnan(other) | (other > FACTOR * one))
        for at in np.flatnonzero(wider).tolist():
            old_row, new_row = rows[at].tolist()
            yield Wider(
                systems[new_row],
                settings[after],
                float(old.value[old_row, before]),
                float(one[at]),
                float(new.value[new_row, after]),
                float(other[at]),
            )


def _growth(one: Wider) -> float:
    return one.new_error / one.old_error if np.isfinite(one.new_error) else np.inf


def _say(one: Wider) -> str:
    was = numbers.score(one.old, one.old_error) + numbers.give_or_take(one.old_error)
    where = f"{name_shown(one.system)} on {name_shown(one.setting)}"
    if not np.isfinite(one.new_error):
        return f"{where} was {was} and is {numbers.score(one.new)} without a standard error"
    now = numbers.score(one.new, one.new_error) + numbers.give_or_take(one.new_error)
    return f"{where} was {was} and is {now}: its standard error grew {numbers.score(_growth(one))} times"
