"""Several coefficients of many pairs of benchmarks at once, and which pairs are worth the more expensive ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.concurrence.coefficients import COEFFICIENTS, with_interval
from reportgen.analysis.concurrence.kendall import column_ranks, overlap
from reportgen.analysis.concurrence.paired import stacks
from reportgen.analysis.midranks import midranks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from reportgen.analysis.concurrence.agreement import Agreement
    from reportgen.analysis.concurrence.coefficients import Coefficient
    from reportgen.analysis.table import ScoreTable

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]
    Objects = NDArray[np.object_]

#: Column -> meaning of `pairs_of`, one row for each pair of benchmarks.
COLUMNS = {
    "benchmark_a": "first benchmark setting",
    "benchmark_b": "second benchmark setting",
    "suite_a": "suite of the first",
    "suite_b": "suite of the second",
    "coefficient": "name of the coefficient",
    "value": "the coefficient; empty where undefined",
    "low": "lower end of the interval over models; empty where there is none",
    "high": "upper end",
    "n": "number of models with a score on both",
    "reason": "why there is no value, or no interval",
}


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """k pairs by c coefficients; all arrays (k, c). `reason` says why there is no value, or else no interval."""

    value: Floats
    low: Floats
    high: Floats
    reason: Objects

    @classmethod
    def unknown(cls, shape: tuple[int, int]) -> Measured:
        """Nothing known yet."""
        value, low, high = (np.full(shape, np.nan) for _ in range(3))
        return cls(value, low, high, np.full(shape, "", dtype=object))


def measured(
    coefficients: Sequence[Coefficient], scores: Floats, first: Ints, second: Ints, level: float
) -> Measured:
    """Every coefficient of every pair that shares two models or more.

    Args:
        coefficients: c of them.
        scores: (p, q), larger is better, what is not finite is missing.
        first: (k,) the first column of each pair.
        second: (k,) the second.
        level: confidence level of the intervals.
    """
    found = Measured.unknown((len(first), len(coefficients)))
    for at, pairs in stacks(scores, first, second):
        for column, coefficient in enumerate(coefficients):
            ends = with_interval(coefficient, pairs, level)
            for whole, part in zip((found.value, found.low, found.high, found.reason), ends, strict=True):
                whole[at, column] = part
    return found


def pairs_of(coefficient: Coefficient, table: ScoreTable, agreed: Agreement, fewest: int) -> pd.DataFrame:
    """One coefficient for every pair of settings that are compared; columns `COLUMNS`.

    Args:
        coefficient: what to compute.
        table: the score table that `agreed` was computed from.
        agreed: names the pairs, their shared models, and the reasons of those that have none.
        fewest: models two settings must share.
    """
    pairs = agreed.pairs
    place = {setting: column for column, setting in enumerate(table.settings["setting"])}
    first, second = (pairs[name].map(place).to_numpy(np.intp) for name in ("benchmark_a", "benchmark_b"))
    n = pairs["n"].to_numpy(np.int64)
    enough = n >= fewest
    found = Measured.unknown((len(pairs), 1))
    some = measured([coefficient], table.goodness(), first[enough], second[enough], agreed.level)
    for name in ("value", "low", "high", "reason"):
        getattr(found, name)[enough] = getattr(some, name)
    found.reason[~enough, 0] = pairs["reason"].to_numpy(object)[~enough]
    columns = {name: getattr(found, name)[:, 0] for name in ("value", "low", "high", "reason")}
    if coefficient.name == "tau_b":
        columns |= {"low": pairs["low"].to_numpy(float), "high": pairs["high"].to_numpy(float)}
        columns["reason"] = pairs["reason"].to_numpy(object)
    named = {name: pairs[name] for name in ("benchmark_a", "benchmark_b", "suite_a", "suite_b", "n")}
    return pd.DataFrame({**named, "coefficient": coefficient.name, **columns}, columns=list(COLUMNS))


def affordable(pairs: pd.DataFrame, usable: Bools, *, most: int, work: float, table: int) -> Ints:
    """Positions of the pairs that get what is expensive, ascending: within a suite first, then by shared models.

    Args:
        pairs: `Agreement.pairs`.
        usable: (k,) pairs that may be chosen.
        most: pairs at most.
        work: pairs of models at most, over all chosen pairs of benchmarks.
        table: above this many shared models no table of pairs of models is made, and a pair costs little.
    """
    n = pairs["n"].to_numpy(np.int64)
    other = (pairs["suite_a"] != pairs["suite_b"]).to_numpy(bool)
    order = np.lexsort((-n, other))
    order = order[usable[order]][:most]
    cost = np.where(n <= table, n.astype(np.float64) ** 2, 100.0 * n)[order]
    return np.sort(order[np.cumsum(cost) <= work])


def quick_values(name: str, scores: Floats, first: Ints, second: Ints, cells: int) -> Floats:
    """(k,) "pearson" or "spearman" of each pair; NaN where undefined, and beyond `cells` scores to look at.

    The columns of benchmarks that have the same models need be ranked and centred only once, which costs almost
    nothing; the other pairs are taken by their number of shared models.
    """
    found = np.full(len(first), np.nan)
    present = np.isfinite(scores)
    pattern = np.unique(present, axis=1, return_inverse=True)[1].ravel()
    same = pattern[first] == pattern[second]
    for group in np.unique(pattern[first[same]]).tolist():
        mine = np.flatnonzero(same & (pattern[first] == group))
        columns = np.flatnonzero(pattern == group)
        matrix = _product_moments(name, scores[np.ix_(present[:, columns[0]], columns)])
        place = np.searchsorted(columns, [first[mine], second[mine]])
        found[mine] = matrix[place[0], place[1]]
    shared = overlap(present)[first, second]
    rest = np.flatnonzero(~same)
    rest = rest[np.argsort(-shared[rest], kind="stable")]
    rest = rest[np.cumsum(shared[rest]) <= cells]
    for at, pairs in stacks(scores, first[rest], second[rest], tables=False):
        found[rest[at]] = COEFFICIENTS[name].values(pairs)
    return found


def _product_moments(name: str, scores: Floats) -> Floats:
    """(q, q) coefficients of columns without gaps, scores (n, q); NaN for a constant column."""
    ranks = column_ranks(scores)
    values = np.asarray(midranks(ranks, axis=0), dtype=np.float64) if name == "spearman" else scores
    centred = values - values.mean(axis=0)
    length = np.where(ranks.any(axis=0), np.sqrt((centred**2).sum(axis=0)), np.nan)
    with np.errstate(invalid="ignore"):
        unit = centred / length
    return np.asarray(np.clip(unit.T @ unit, -1.0, 1.0))
