"""Does what improves one benchmark improve another? Agreement of paired gains, not of levels.

A gain is the score after a step less the score before it, between two systems that differ in one declared thing
(`analysis.concurrence.steps`). Two benchmarks agree on a step where both gains have the same sign; a gain of exactly
zero counts half. Levels may agree because strong models are strong at everything; gains say whether a modelling
choice carries over (Liu et al. 2021, "Do Question Answering Modeling Improvements Hold Across Benchmarks?").

Steps of one family share models, so families are resampled, not steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.concurrence.kendall import tau_b_matrix
from reportgen.analysis.concurrence.pair_classes import test_sets
from reportgen.analysis.concurrence.steps import steps
from reportgen.analysis.concurrence.tau_table import copies
from reportgen.analysis.parts import MAIN, Found
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from reportgen.analysis.concurrence.grounds import Grounds

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

NAME = "gains"
TITLE = "Whether gains carry over"
TABLES: Mapping[str, Mapping[str, str]] = {
    MAIN: {
        "benchmark_a": "First benchmark setting",
        "benchmark_b": "Second benchmark setting",
        "same_sign": "Share of steps whose gains have the same sign on both; a gain of exactly zero counts half",
        "low": "Lower end of its confidence interval over families (bootstrap); empty where there is none",
        "high": "Upper end",
        "tau_gains": "Kendall tau-b of the gains",
        "tau_b": "Kendall tau-b of the scores themselves, over all models",
        "steps": "Steps with scores of both systems on both benchmarks",
        "families": "Families they belong to",
        "reason": "Why a number or its interval is missing",
    },
    "steps": {
        "before": "System before the step",
        "after": "System after it",
        "kind": "What differs: variant, method or size",
        "family": "Family, the unit that is resampled",
        "benchmarks": "Benchmark settings on which both have a score",
        "improved": "Of these, settings on which the score improves",
    },
}
#: Steps that a pair of benchmarks needs, and families that an interval needs.
FEWEST_STEPS, FEWEST_FAMILIES = 3, 5
RESAMPLES = 400
#: Most families times pairs, and about how many resamples times pairs.
_ELEMENTS, _DRAWN = 12_000_000, 2_000_000


@dataclass(frozen=True, slots=True)
class Gains:
    """What the sentence says.

    Attributes:
        steps, families: behind the pairs. kinds: (kind, number of steps), most frequent first. pairs: with a number.
        same_sign: over all pairs and steps; low, high: its interval over families, NaN where there is none.
        firm: pairs whose interval lies above one half.
    """

    steps: int
    families: int
    kinds: tuple[tuple[str, int], ...]
    pairs: int
    same_sign: float
    low: float
    high: float
    firm: int


def compute(
    grounds: Grounds, earlier: Mapping[str, Found | NotEstimable], generator: np.random.Generator
) -> Found | NotEstimable:
    """One row for each pair of benchmarks that share enough steps, and one for each step."""
    del earlier
    found = steps(grounds.evidence.table, grounds.evidence.catalog)
    if not found:
        return NotEstimable("no two systems differ in one declared step: a variant, a method or a size")
    before, after = (np.array([getattr(step, end) for step in found]) for end in ("before", "after"))
    gain = grounds.goodness[after] - grounds.goodness[before]
    family = np.unique(grounds.family[before].astype(str), return_inverse=True)[1]
    a, b = grounds.pair_positions()
    known = np.isfinite(gain).astype(np.float64)
    shared = (known.T @ known)[a, b]
    test_set = test_sets(grounds)
    used = np.flatnonzero((shared >= FEWEST_STEPS) & (test_set[a] != test_set[b]) & ~copies(grounds))
    if not len(used):
        return NotEstimable(f"no two benchmarks share {FEWEST_STEPS} steps with a score before and after")
    counted = _Counted.of(gain, family, a[used], b[used])
    drawn = counted.resampled(generator)
    main = _table(grounds, gain, counted, used, drawn)
    kinds = pd.Series([step.kind for step in found])
    rows = pd.DataFrame(
        {
            "before": grounds.systems[before],
            "after": grounds.systems[after],
            "kind": kinds.to_numpy(object),
            "family": grounds.family[before],
            "benchmarks": np.isfinite(gain).sum(axis=1),
            "improved": (np.nan_to_num(gain) > 0).sum(axis=1),
        },
        columns=list(TABLES["steps"]),
    )
    part = np.isfinite(gain).sum(axis=1) > 1
    return Found(
        {MAIN: main, "steps": rows}, _headline(grounds, main, counted, drawn, kinds[part], family[part])
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Counted:
    """Steps of each of c families on m pairs of benchmarks.

    Attributes:
        same, steps: (c, m) steps with the same sign, zeros half; and steps.
        a, b: (m,) rows of the settings.
    """

    same: Floats
    steps: Floats
    a: Ints
    b: Ints

    @classmethod
    def of(cls, gain: Floats, family: Ints, a: Ints, b: Ints) -> _Counted:
        sign = np.sign(np.nan_to_num(gain))
        known = np.isfinite(gain).astype(np.float64)
        same, total = (np.empty((int(family.max()) + 1, len(a))) for _ in range(2))
        for at in range(len(same)):
            rows = family == at
            count = (known[rows].T @ known[rows])[a, b]
            # +1 both ways, -1 opposite, 0 with a zero: (count + sum) / 2 counts a zero half
            same[at] = (count + (sign[rows].T @ sign[rows])[a, b]) / 2
            total[at] = count
        return cls(same, total, a, b)

    def resampled(self, generator: np.random.Generator) -> tuple[Floats, Floats] | None:
        """Shares of same signs of (r, m) pairs and (r,) of all together; None with too few families."""
        c, m = self.same.shape
        if c < FEWEST_FAMILIES or c * m > _ELEMENTS:
            return None
        r = min(RESAMPLES, max(100, _DRAWN // m))
        weight = generator.multinomial(c, np.full(c, 1 / c), size=r).astype(np.float64)
        same, total = weight @ self.same, weight @ self.steps
        # a resample without a step says nothing
        each = np.where(total > 0, same / np.maximum(total, 1), np.nan)
        return each, same.sum(axis=1) / np.maximum(total.sum(axis=1), 1)


def _table(
    grounds: Grounds, gain: Floats, counted: _Counted, used: Ints, drawn: tuple[Floats, Floats] | None
) -> pd.DataFrame:
    total = counted.steps.sum(axis=0)
    families = (counted.steps > 0).sum(axis=0)
    low = high = np.full(len(used), np.nan)
    if drawn is not None:
        low, high = _ends(drawn[0], families >= FEWEST_FAMILIES, (1 - grounds.level) / 2)
    pairs = grounds.agreement.pairs.iloc[used]
    reason = np.where(np.isfinite(low), "", f"no interval: fewer than {FEWEST_FAMILIES} families")
    return pd.DataFrame(
        {
            "benchmark_a": pairs["benchmark_a"].to_numpy(object),
            "benchmark_b": pairs["benchmark_b"].to_numpy(object),
            "same_sign": counted.same.sum(axis=0) / total,
            "low": low,
            "high": high,
            "tau_gains": tau_b_matrix(gain).tau[counted.a, counted.b],
            "tau_b": pairs["tau_b"].to_numpy(float),
            "steps": total.astype(np.intp),
            "families": families,
            "reason": reason,
        },
        columns=list(TABLES[MAIN]),
    )


def _ends(drawn: Floats, enough: NDArray[np.bool_], tail: float) -> Floats:
    """(2, m) quantiles of the resamples that have a step; NaN where too few families have one."""
    ends: Floats = np.quantile(drawn, (tail, 1 - tail), axis=0)
    holed = np.flatnonzero(enough & np.isnan(drawn).any(axis=0))  # rare, and dear to sort around
    if len(holed):
        ends[:, holed] = np.nanquantile(drawn[:, holed], (tail, 1 - tail), axis=0)
    ends[:, ~enough] = np.nan
    return ends


def _headline(
    grounds: Grounds,
    main: pd.DataFrame,
    counted: _Counted,
    drawn: tuple[Floats, Floats] | None,
    kinds: pd.Series,
    family: Ints,
) -> Gains:
    low = high = np.nan
    if drawn is not None:
        tail = (1 - grounds.level) / 2
        low, high = (float(end) for end in np.quantile(drawn[1], (tail, 1 - tail)))
    tally = sorted(
        ((str(kind), int(count)) for kind, count in kinds.value_counts().items()),
        key=lambda one: (-one[1], one[0]),
    )
    return Gains(
        steps=len(kinds),
        families=len(np.unique(family)),
        kinds=tuple(tally),
        pairs=len(main),
        same_sign=float(counted.same.sum() / counted.steps.sum()),
        low=low,
        high=high,
        firm=int((main["low"] > 0.5).sum()),
    )
