"""Scores that are a mean over another set of parts than before."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from reportgen import numbers
from reportgen.diff.findings import Finding, Label, alarms, name_shown

if TYPE_CHECKING:
    from reportgen.diff.comparison import Comparison
    from reportgen.diff.model import Alarm, Severity

NAME = "other_parts"
SEVERITY: Severity = "warning"
TITLE = "Mean over other parts"
WHAT = (
    "The scores of a benchmark are means over another number of its parts (subsets, domains, levels) than before, "
    "because parts came, or went, or are no longer there for most systems."
)
FIX = "Add the parts that some systems lack, or accept that the scores of this benchmark start anew."

_LABEL = Label(NAME, SEVERITY, FIX, "means over other parts")


def find(comparison: Comparison) -> list[Alarm]:
    """One finding for each benchmark setting, those that lost most parts first."""
    old, new = comparison.old_study.table.settings, comparison.new_study.table.settings
    names, parts_before, parts_after = new["setting"].tolist(), old["leaves"].tolist(), new["leaves"].tolist()
    rows = [
        (str(names[after]), int(parts_before[before]), int(parts_after[after]))
        for before, after in comparison.setting_pairs.tolist()
    ]
    suites = {str(name): str(suite) for name, suite in zip(names, new["suite"].tolist(), strict=True)}
    changed = sorted((row for row in rows if row[1] != row[2]), key=lambda row: (row[2] - row[1], row[0]))
    findings = [
        Finding((row[0],), (suites[row[0]] or "Benchmarks",), row[0], partial(_say, *row)) for row in changed
    ]
    return alarms(findings, _LABEL)


def _say(setting: str, before: int, after: int) -> str:
    parts = f"{numbers.plural(after, 'part')}, before over {numbers.count(before)}"
    return f"The scores of {name_shown(setting)} are a mean over {parts}"
