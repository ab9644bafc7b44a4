"""Numbers that cannot all be right, and were not there before."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

from reportgen.analysis.consistency import contradictions, plain_rows
from reportgen.diff.findings import Finding, Label, alarms, name_shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reportgen.diff.comparison import Comparison
    from reportgen.diff.model import Alarm, Severity, Side

    Key = tuple[str, ...]

NAME = "contradiction"
SEVERITY: Severity = "warning"
TITLE = "Contradictions"
WHAT = (
    "Reported numbers of the new side contradict each other and did not on the old one: a mean its parts, ranks their "
    "scores, outcomes their count, a value its own interval, or a pair of metrics each other."
)
FIX = "Compare the numbers with their source, and correct the file that is wrong."

_LABEL = Label(NAME, SEVERITY, FIX, "contradictions")
_ABOUT = ("system", "benchmark", "suite", "message")


def find(comparison: Comparison) -> list[Alarm]:
    """One finding for each contradiction that the old side has not, or has less often."""
    rows = _found(comparison.new)
    if not rows:
        return []
    before = Counter(_key(row) for row in _found(comparison.old))
    fresh: dict[Key, Mapping[str, Any]] = {}
    for row in rows:
        before[_key(row)] -= 1
        if before[_key(row)] < 0:
            fresh.setdefault(_key(row), row)
    findings = [
        Finding(key, (row["benchmark"], row["suite"]), row["system"], partial(_say, row))
        for key, row in sorted(fresh.items())
    ]
    return alarms(findings, _LABEL)


def _found(side: Side) -> Sequence[Mapping[str, Any]]:
    """As the side itself tells them, else computed; values out of bounds have a rule of their own."""
    told = side.accounting.get("contradictions")
    rows = plain_rows(contradictions(side.frame, side.items)) if told is None else told
    return [row for row in rows if not row["message"].endswith("lies outside its bounds")]


def _key(row: Mapping[str, Any]) -> Key:
    return tuple(str(row[name]) for name in _ABOUT)


def _say(row: Mapping[str, Any]) -> str:
    where = f"{name_shown(row['system'])} on {name_shown(row['benchmark'])}"
    return f"{where}: {row['message']} (found {row['found']}, expected {row['expected']})"
