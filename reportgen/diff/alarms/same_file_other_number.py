"""Records that differ although nothing that they are made from does."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from reportgen import numbers
from reportgen.analysis.groups import texts
from reportgen.diff.findings import Finding, Label, alarms, benchmark_shown, listed, name_shown, rows_of
from reportgen.diff.worlds import worlds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from reportgen.diff.comparison import Comparison
    from reportgen.diff.model import Alarm, Severity

    Ints = NDArray[np.intp]

NAME = "same_file_other_number"
SEVERITY: Severity = "error"
TITLE = "Same file, other number"
WHAT = (
    "A record differs, is gone or is new although the content of its file, the configuration and the version of "
    "reportgen are the same on both sides."
)
FIX = "Build both sides again from their files; if the numbers still differ, report it as a defect of reportgen."

_FIELDS = ("file", "model", "suite", "benchmark", "metric")
_LABEL = Label(NAME, SEVERITY, FIX, "files with other numbers")


def find(comparison: Comparison) -> list[Alarm]:
    """One finding for each file, the one with most records first."""
    if not worlds(comparison).unexplained:
        return []
    found = sorted(_by_file(comparison).items(), key=lambda group: (-len(group[1]), group[0]))
    findings = [Finding((f"file {path}",), (), path, partial(_say, path, records)) for path, records in found]
    return alarms(findings, _LABEL)


def _by_file(comparison: Comparison) -> dict[str, list[Any]]:
    """Rows with the fields `_FIELDS`, old and new value, by file."""
    odd, matched = worlds(comparison).by_file, comparison.matched
    old_value, new_value = (frame["value"].to_numpy(float) for frame in (matched.old, matched.new))
    pairs = odd.old_odd[matched.both_old] & odd.new_odd[matched.both_new]
    one, other = matched.both_old[pairs], matched.both_new[pairs]
    gone, come = matched.gone[odd.old_odd[matched.gone]], matched.come[odd.new_odd[matched.come]]
    parts = [
        texts(matched.new, _FIELDS, other).assign(old=old_value[one], new=new_value[other]),
        texts(matched.old, _FIELDS, gone).assign(old=old_value[gone], new=np.nan),
        texts(matched.new, _FIELDS, come).assign(old=np.nan, new=new_value[come]),
    ]
    table = pd.concat([part for part in parts if len(part)], ignore_index=True)
    found: dict[str, list[Any]] = {}
    for row in rows_of(table.sort_values(list(_FIELDS), kind="stable")):
        found.setdefault(row.file, []).append(row)
    return found


def _say(path: str, records: Sequence[Any]) -> str:
    if len(records) == 1:
        row = records[0]
        what = f"The {name_shown(row.metric)} of {name_shown(row.model)} on {benchmark_shown(row.suite, row.benchmark)}"
        values = f"{numbers.score(row.old)} on the old side and {numbers.score(row.new)} on the new one"
        return f"{what} is {values}, from the same content of {name_shown(path)}"
    who = listed(sorted({row.model for row in records}))
    return f"{numbers.plural(len(records), 'record')} of {who} differ, from the same content of {name_shown(path)}"
