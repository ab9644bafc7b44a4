"""Results over another number of items than before."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from reportgen import numbers
from reportgen.analysis.groups import texts
from reportgen.diff.findings import Finding, Label, alarms, benchmark_shown, name_shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reportgen.diff.comparison import Comparison
    from reportgen.diff.model import Alarm, Severity

NAME = "sample_count"
SEVERITY: Severity = "warning"
TITLE = "Other number of items"
WHAT = "A result on both sides says that it was measured on another number of items than before."
FIX = "Run the whole benchmark again, or say in the file which part of it was run (a subset or a split)."

#: What may be counted other than items.
_KINDS = ("seeds", "trials")
_LABEL = Label(NAME, SEVERITY, FIX, "models measured on another number of items", apart=3)


def find(comparison: Comparison) -> list[Alarm]:
    """One finding for each model and benchmark, the largest loss first."""
    matched = comparison.matched
    old = matched.old["n"].to_numpy(dtype=float, na_value=np.nan)[matched.both_old]
    new = matched.new["n"].to_numpy(dtype=float, na_value=np.nan)[matched.both_new]
    rows = np.flatnonzero(np.isfinite(old) & np.isfinite(new) & (old != new))
    keys = texts(matched.new, ("model", "suite", "benchmark", "n_kind"), matched.both_new[rows])
    keys["n_kind"] = [kind if kind in _KINDS else "items" for kind in keys["n_kind"]]
    groups: dict[tuple[Any, ...], list[tuple[int, int]]] = defaultdict(list)
    for key, one, other in zip(
        keys.itertuples(index=False, name=None), old[rows].tolist(), new[rows].tolist(), strict=True
    ):
        groups[key].append((int(one), int(other)))
    order = sorted(
        groups.items(), key=lambda group: (min(b / a if a else 1.0 for a, b in group[1]), group[0])
    )
    findings = [
        Finding((key[0], key[2], key[3], key[1]), (key[2], key[1]), key[0], partial(_say, key, counts))
        for key, counts in order
    ]
    return alarms(findings, _LABEL)


def _say(key: tuple[str, ...], counts: Sequence[tuple[int, int]]) -> str:
    model, suite, benchmark, kind = key
    one, other = min(counts, key=lambda pair: (pair[1] / pair[0] if pair[0] else 1.0, pair))
    rest = f" in {numbers.plural(len(counts), 'result')}" if len(counts) > 1 else ""
    more = "" if len(set(counts)) == 1 else ", among other changes"
    where = f"{name_shown(model)} on {benchmark_shown(suite, benchmark)}"
    return f"{where} was measured on {numbers.plural(other, kind[:-1])}, before on {numbers.count(one)}{rest}{more}"
