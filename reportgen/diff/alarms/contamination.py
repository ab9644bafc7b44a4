"""Results whose remarks on contamination, or whose flags, changed."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from reportgen import numbers
from reportgen.analysis.groups import first_rows, number_groups, texts
from reportgen.diff.findings import Finding, Label, alarms, benchmark_shown, name_shown

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from reportgen.diff.comparison import Comparison
    from reportgen.diff.model import Alarm, Severity

    Ints = NDArray[np.intp]
    Objects = NDArray[np.object_]
    Change = tuple[str, str]

NAME = "contamination"
SEVERITY: Severity = "warning"
TITLE = "Contamination"
WHAT = (
    "A result is newly flagged by its source, or newly said to be contaminated (seen in training, leaked), or no "
    "longer so; a new result that is flagged counts too."
)
FIX = "Decide whether the result counts, and keep the remark of its source in the file."

#: Parts of words by which sources remark that a model may have seen the test.
WORDS = ("contaminat", "leak", "seen in training", "training data", "trained on", "train on test")
_KEY = ("model", "suite", "benchmark")
_LABEL = Label(NAME, SEVERITY, FIX, "benchmarks with changed remarks", apart=5)
_CLEAN = "no remark"


def find(comparison: Comparison) -> list[Alarm]:
    """One finding for each model and benchmark; remarks that are gone come first, for nobody else tells of them."""
    matched = comparison.matched
    old, new = _remarks(matched.old), _remarks(matched.new)
    changed = old[matched.both_old] != new[matched.both_new]
    rows = np.concatenate([matched.both_new[changed], matched.come[new[matched.come] != ""]])
    before = np.concatenate([old[matched.both_old[changed]], np.full(len(rows) - int(changed.sum()), "")])
    groups: dict[tuple[str, ...], list[Change]] = defaultdict(list)
    keys = texts(matched.new, _KEY, rows).itertuples(index=False, name=None)
    for key, one, other in zip(keys, before.tolist(), new[rows].tolist(), strict=True):
        groups[key].append((one, other))
    found = sorted(groups.items(), key=lambda group: (all(other for _, other in group[1]), group[0]))
    findings = [
        Finding((key[0], key[2], key[1]), (key[0],), key[2], partial(_say, key, changes))
        for key, changes in found
    ]
    return alarms(findings, _LABEL)


def _remarks(frame: pd.DataFrame) -> Objects:
    """What is remarked on each row: "flagged" and the flags that speak of contamination, joined by '; '."""
    flagged = (frame["status"] == "flagged").to_numpy(bool)
    number = number_groups(frame, ("flags",))
    flags = texts(frame, ("flags",), first_rows(number))["flags"].tolist()
    found = np.array([_of_contamination(text) for text in flags], dtype=object)[number]
    return np.where(flagged, np.where(found == "", "flagged", "flagged; " + found), found).astype(object)


def _of_contamination(flags: str) -> str:
    parts = sorted(part.strip() for part in flags.split(";"))
    return "; ".join(part for part in parts if any(word in part.casefold() for word in WORDS))


def _say(key: tuple[str, ...], changes: list[Change]) -> str:
    model, suite, benchmark = key
    one, other = changes[0]
    what = f"{numbers.plural(len(changes), 'result')} of {name_shown(model)} on {benchmark_shown(suite, benchmark)}"
    values = f"from {name_shown(one or _CLEAN)} to {name_shown(other or _CLEAN)}"
    rest = "" if len(set(changes)) == 1 else ", among other changes"
    return f"The remarks on {what} changed {values}{rest}"
