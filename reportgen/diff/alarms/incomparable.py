"""Scores on both sides that may not be compared, because something else than the system is another."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.diff.cached import cells_of, lost_records
from reportgen.diff.findings import (
    Finding,
    Label,
    alarms,
    benchmark_shown,
    listed,
    metric_named,
    metric_shown,
    name_shown,
    rows_of,
)
from reportgen.diff.model import NOT_COMPARABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reportgen.diff.comparison import Comparison
    from reportgen.diff.model import Alarm, Severity

    Key = tuple[str, ...]

NAME = "incomparable"
SEVERITY: Severity = "warning"
TITLE = "Not comparable"
WHAT = (
    "A score was measured otherwise than the old one: on another dataset revision, by another prompt or task, by "
    "another major version of the tool, in another unit, or as a mean over other parts; no difference is computed."
)
FIX = "Measure all systems in the same way, or accept that this benchmark starts anew."

_SCORES = Label(NAME, SEVERITY, FIX, "benchmarks", apart=5)
_NUMBERS = Label(NAME, SEVERITY, FIX, "metrics measured otherwise")


def find(comparison: Comparison) -> list[Alarm]:
    """One finding for each reason and benchmark; then numbers of metrics that no score is made of."""
    table, _ = cells_of(comparison)
    rows = rows_of(table[(table["verdict"] == NOT_COMPARABLE).to_numpy(bool)])
    groups: dict[Key, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.setting, row.reason].append(row)
    findings = [
        Finding(key, (key[1],), key[0], partial(_scores, key, found))
        for key, found in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    ]
    return [
        *alarms(findings, _SCORES),
        *_others(comparison, {(row.suite, row.benchmark, row.metric) for row in rows}),
    ]


def _scores(key: Key, rows: Sequence[Any]) -> str:
    """One score with both values; of several, whose they are."""
    if len(rows) == 1:
        row = rows[0]
        values = f"{numbers.score(row.old, row.old_error)} and {numbers.score(row.new, row.new_error)}"
        what = f"The scores of {name_shown(row.system)} on {name_shown(key[0])}, {values},"
        return f"{what} cannot be compared: {key[1]}"
    many = numbers.plural(len(rows), "score")
    who = listed(sorted(row.system for row in rows))
    return f"{many} on {name_shown(key[0])} cannot be compared: {key[1]} ({who})"


def _others(comparison: Comparison, told: set[Key]) -> list[Alarm]:
    """Records replaced by ones that were measured otherwise, of metrics that are not in the scores."""
    gone = lost_records(comparison)
    groups: dict[Key, list[Any]] = defaultdict(list)
    for row in rows_of(gone[gone["replaced"] > 0]):
        if (row.suite, row.benchmark, row.metric) not in told:
            groups[row.benchmark, metric_named(row.metric, row.metric_variant), row.suite].append(row)
    findings = [
        Finding(key, (key[0], key[2]), f"{key[1]} on {key[0]}", partial(_replaced, found))
        for key, found in sorted(groups.items())
    ]
    return alarms(findings, _NUMBERS)


def _replaced(rows: Sequence[Any]) -> str:
    first = rows[0]
    many = numbers.plural(sum(row.replaced for row in rows), "number")
    what = f"{metric_shown(first.metric, first.metric_variant)} on {benchmark_shown(first.suite, first.benchmark)}"
    who = listed(sorted({row.model for row in rows}))
    how = "by another procedure, or of another revision of the data or the model"
    return f"{many} of {what} were replaced by new ones {how} ({who})"
