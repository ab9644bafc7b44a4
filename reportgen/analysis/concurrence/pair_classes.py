"""Which pairs of settings share a declared property: source, construct, split strategy, kind of source.

A pair is used where its tau comes from enough shared models and compares two benchmarks: two metrics of one test
set, and the same scores under two names, agree for a reason that has nothing to do with what is declared. What is
not declared is never the same as anything, and never another: such a pair is in no class of that property.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reportgen.analysis.concurrence.agreement import FEWEST_FOR_CLAIM, FEWEST_FOR_INTERVAL
from reportgen.analysis.concurrence.tau_table import copies

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.concurrence.grounds import Grounds

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]
    Bools = NDArray[np.bool_]

#: Name of a grouping -> column of `Grounds.benchmarks`.
GROUPINGS = {
    "source": "source",
    "construct": "construct",
    "split": "split_strategy",
    "source_type": "source_type",
}


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """The m pairs of settings that are used.

    Attributes:
        a, b: (m,) rows of `Grounds.benchmarks`.
        tau: (m,) tau-b, without NaN.
        n: (m,) shared models.
        fewest: shared models a pair needed to be used here.
        codes: grouping -> (q,) number of each setting's label, -1 where none is declared.
    """

    a: Ints
    b: Ints
    tau: Floats
    n: Ints
    fewest: int
    codes: dict[str, Ints]

    def same(self, grouping: str) -> Bools:
        """(m,) whether both declare the same."""
        code = self.codes[grouping]
        both: Bools = (code[self.a] == code[self.b]) & (code[self.a] >= 0)
        return both

    def declared(self, grouping: str) -> Bools:
        """(m,) whether both declare something."""
        code = self.codes[grouping]
        both: Bools = (code[self.a] >= 0) & (code[self.b] >= 0)
        return both


def pairs_of(grounds: Grounds) -> Pairs:
    """The pairs of at least `FEWEST_FOR_CLAIM` shared models; where no pair has as many, those with fewer."""
    table = grounds.agreement.pairs
    a, b = grounds.pair_positions()
    tau, n = table["tau_b"].to_numpy(float), table["n"].to_numpy(np.intp)
    test_set = test_sets(grounds)
    usable = np.isfinite(tau) & ~copies(grounds) & (test_set[a] != test_set[b])
    fewest = max(grounds.fewest, _fewest(n[usable]))
    used = np.flatnonzero(usable & (n >= fewest))
    codes = {name: _codes(grounds.benchmarks[column].tolist()) for name, column in GROUPINGS.items()}
    return Pairs(a[used], b[used], tau[used], n[used], fewest, codes)


def _fewest(n: Ints) -> int:
    most = int(n.max(initial=0))
    return next((limit for limit in (FEWEST_FOR_CLAIM, FEWEST_FOR_INTERVAL) if most >= limit), 0)


def test_sets(grounds: Grounds) -> Ints:
    """(q,) number of the split of the benchmark that each setting measures or selects in its way."""
    settings = grounds.evidence.table.settings.iloc[grounds.benchmarks["column"].to_numpy(np.intp)]
    keys = zip(*(settings[name].astype(str) for name in ("suite", "benchmark", "split")), strict=True)
    return _codes([" \x1f ".join(key) for key in keys])


def _codes(labels: list[str]) -> Ints:
    """Numbers of the labels in alphabetical order; -1 for ""."""
    number = {label: at for at, label in enumerate(sorted(set(labels) - {""}))}
    return np.array([number.get(label, -1) for label in labels], dtype=np.intp)
