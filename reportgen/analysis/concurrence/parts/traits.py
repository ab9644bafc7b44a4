"""Do benchmarks measure what they claim to? Multitrait-multimethod (Campbell and Fiske 1959).

Trait: the construct a benchmark claims to measure. Method: its source, or its suite where fewer than two sources are
declared. If benchmarks measure what they claim, those of one construct agree though they come from different
sources (convergence), and more than those of different constructs (discrimination).

HTMT of two constructs (Henseler, Ringle and Sarstedt 2015) = mean correlation between benchmarks of the two, from
different sources, divided by the geometric mean of the mean correlations within each, from different sources; below
`DISTINCT` the two are told apart. The correlation is r = sin(tau pi / 2) (Greiner 1909), so that no score scale and no
single model decides it. Reliability of the mean over a construct's benchmarks: Cronbach's alpha (1951) and McDonald's
omega (1999) of standardised scores, over models that have all of them, so for these models only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import ndtr

from reportgen.analysis.concurrence.complete_block import block, one_of_each
from reportgen.analysis.concurrence.model_resampling import replicates, weighted_mean
from reportgen.analysis.concurrence.one_factor import FEWEST_COLUMNS, omega
from reportgen.analysis.concurrence.pair_classes import pairs_of, test_sets
from reportgen.analysis.parts import MAIN, Found
from reportgen.analysis.reliability import alpha
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from reportgen.analysis.concurrence.grounds import Grounds
    from reportgen.analysis.concurrence.model_resampling import Replicates
    from reportgen.analysis.concurrence.pair_classes import Pairs

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]
    Bools = NDArray[np.bool_]

NAME = "traits"
TITLE = "Whether benchmarks measure what they claim"
_ENDS = {
    "low": "Lower end of the confidence interval over models; empty where there is none",
    "high": "Upper end",
}
TABLES: Mapping[str, Mapping[str, str]] = {
    MAIN: {
        "kind": "Which pairs: monotrait = same construct, monomethod = same source (or suite); hetero = another",
        "mean_tau": "Mean Kendall tau-b; empty where there is no such pair",
        **_ENDS,
        "pairs": "Pairs of benchmark settings",
    },
    "convergence": {
        "construct": "What is claimed",
        "mean_tau": "Mean tau-b of its benchmarks from different sources",
        **_ENDS,
        "pairs": "Pairs of them",
        "comparisons": "Comparisons with pairs of another construct that share a benchmark, from different sources",
        "share": "Share of these in which the pair of one construct agrees more; ties count half",
    },
    "discrimination": {
        "construct_a": "One construct",
        "construct_b": "Another",
        "htmt": "Correlation between the two divided by that within them; below 0.85 they are told apart",
        **_ENDS,
        "pairs": "Pairs between the two",
        "reason": "Why there is none",
    },
    "reliability": {
        "construct": "What is claimed",
        "benchmarks": "Benchmarks used: those that most models share",
        "of": "Benchmarks of the construct",
        "n": "Models that have all of them",
        "alpha": "Cronbach's alpha of standardised scores",
        "low": "Lower end of its interval (Feldt 1965)",
        "high": "Upper end",
        "omega": "McDonald's omega of one common factor",
        "reason": "Why a number is missing",
    },
}
KINDS = (
    "monotrait-monomethod",
    "monotrait-heteromethod",
    "heterotrait-monomethod",
    "heterotrait-heteromethod",
)
#: Below, two constructs are told apart (Henseler et al. 2015).
DISTINCT = 0.85
#: Models that reliability needs.
FEWEST_MODELS = 5


@dataclass(frozen=True, slots=True)
class Traits:
    """What the sentences say beside the tables.

    Attributes:
        method: "source" or "suite". difference: mean tau of the same construct less that of another, both from
            different sources; low, high: its interval over models.
        chance: probability that the difference is above zero, over resampled models; NaN where unknown.
        comparisons, share: of all pairs of one construct with those of others, as in `convergence`.
        alike, told: pairs of constructs with HTMT of at least `DISTINCT`, and those with an HTMT.
    """

    method: str
    difference: float
    low: float
    high: float
    chance: float
    comparisons: int
    share: float
    alike: int
    told: int


def compute(
    grounds: Grounds, earlier: Mapping[str, Found | NotEstimable], generator: np.random.Generator
) -> Found | NotEstimable:
    """The four tables; needs two benchmarks of one construct from different sources, and two constructs."""
    del earlier
    pairs = pairs_of(grounds)
    found = _Crossing.of(grounds, pairs)
    if isinstance(found, NotEstimable):
        return found
    resampled = replicates(
        grounds.goodness, (pairs.a, pairs.b, pairs.n, pairs.tau), found.kind + 1, generator
    )
    intervals = _Intervals(resampled, pairs.tau, grounds.level)
    convergence = pd.DataFrame(list(_convergence(found, intervals)), columns=list(TABLES["convergence"]))
    discrimination = pd.DataFrame(
        list(_discrimination(found, intervals)), columns=list(TABLES["discrimination"])
    )
    tables = {
        MAIN: pd.DataFrame(list(_means(found, intervals)), columns=list(TABLES[MAIN])),
        "convergence": convergence,
        "discrimination": discrimination,
        "reliability": pd.DataFrame(list(_reliability(grounds, found)), columns=list(TABLES["reliability"])),
    }
    return Found(tables, _headline(found, intervals, convergence, discrimination["htmt"].dropna()))


@dataclass(frozen=True, slots=True, eq=False)
class _Crossing:
    """Constructs by methods.

    Attributes:
        pairs: that are used. names: constructs, by their number. trait: (q,) -1 undeclared. method: (q,) likewise.
        kind: (m,) place in `KINDS`, -1 where a construct or a source is not declared.
    """

    pairs: Pairs
    names: tuple[str, ...]
    trait: Ints
    method: Ints
    method_name: str
    kind: Ints

    @classmethod
    def of(cls, grounds: Grounds, pairs: Pairs) -> _Crossing | NotEstimable:
        trait = pairs.codes["construct"]
        labels = grounds.benchmarks["construct"].to_numpy(object)
        names = tuple(sorted({str(label) for label in labels} - {""}))
        if len(names) < 2:
            return NotEstimable("the catalog declares fewer than two constructs of the compared benchmarks")
        sources, method_name = pairs.codes["source"], "source"
        if len(set(sources[sources >= 0].tolist())) < 2:
            suites = grounds.benchmarks["suite"].astype(str)
            sources, method_name = np.unique(suites, return_inverse=True)[1].astype(np.intp), "suite"
        known = (np.minimum(trait, sources)[pairs.a] >= 0) & (np.minimum(trait, sources)[pairs.b] >= 0)
        other_trait = (trait[pairs.a] != trait[pairs.b]).astype(np.intp)
        other_method = (sources[pairs.a] != sources[pairs.b]).astype(np.intp)
        kind = np.where(known, 2 * other_trait + other_method, -1)
        if not (kind == 1).any() or not (kind == 3).any():
            return NotEstimable(
                f"no construct is measured by benchmarks of two different {method_name}s that share models, beside "
                "another construct"
            )
        return cls(pairs, names, trait, sources, method_name, kind)

    def between(self, one: int, other: int) -> Bools:
        """(m,) pairs of two constructs (or within one) from different methods."""
        a, b = self.trait[self.pairs.a], self.trait[self.pairs.b]
        fits = ((a == one) & (b == other)) | ((a == other) & (b == one))
        chosen: Bools = fits & ((self.kind == 1) | (self.kind == 3))
        return chosen


@dataclass(frozen=True, slots=True, eq=False)
class _Intervals:
    """Statistics of the pairs with their values under resampled models."""

    found: Replicates
    tau: Floats
    level: float

    def mean(self, mask: Bools) -> tuple[float, Floats, float]:
        """Mean tau: of all pairs, in each resample, and of the resampled pairs with all models."""
        rows = np.flatnonzero(mask[self.found.pair])
        own = weighted_mean(self.tau[self.found.pair[rows], np.newaxis], self.found.weight[rows])
        return float(self.tau[mask].mean()), self.found.mean(mask), float(own[0])

    def of_mean(self, mask: Bools) -> dict[str, float]:
        point, values, at_point = self.mean(mask)
        low, high = self.found.interval(point, values, at_point, self.level)
        return {"mean_tau": point, "low": max(low, -1.0), "high": min(high, 1.0)}

    @property
    def complete(self) -> bool:
        """Whether every pair was resampled."""
        return len(self.found.pair) == len(self.tau)


def _means(found: _Crossing, intervals: _Intervals) -> Iterator[dict[str, Any]]:
    for at, kind in enumerate(KINDS):
        mask = found.kind == at
        row = intervals.of_mean(mask) if mask.any() else {}
        yield {"kind": kind, **row, "pairs": int(mask.sum())}


def _convergence(found: _Crossing, intervals: _Intervals) -> Iterator[dict[str, Any]]:
    for at, name in enumerate(found.names):
        mask = found.between(at, at)
        if mask.any():
            wins, comparisons = _comparisons(found, mask)
            yield {
                "construct": name,
                **intervals.of_mean(mask),
                "pairs": int(mask.sum()),
                "comparisons": comparisons,
                "share": wins / comparisons if comparisons else np.nan,
            }


def _comparisons(found: _Crossing, mask: Bools) -> tuple[float, int]:
    """How often the pairs in `mask` agree more than pairs of another construct in their row or column."""
    pairs, other = found.pairs, found.kind == 3
    wins, count = 0.0, 0
    for at in np.flatnonzero(mask):
        ends = (pairs.a[at], pairs.b[at])
        rivals = pairs.tau[other & (np.isin(pairs.a, ends) | np.isin(pairs.b, ends))]
        wins += float((pairs.tau[at] > rivals).sum() + 0.5 * (pairs.tau[at] == rivals).sum())
        count += len(rivals)
    return wins, count


def _discrimination(found: _Crossing, intervals: _Intervals) -> Iterator[dict[str, Any]]:
    within = [found.between(at, at) for at in range(len(found.names))]
    for one, other in zip(*np.triu_indices(len(found.names), k=1), strict=True):
        between = found.between(int(one), int(other))
        if not between.any():
            continue
        row = {
            "construct_a": found.names[one],
            "construct_b": found.names[other],
            "pairs": int(between.sum()),
        }
        missing = [found.names[at] for at in (one, other) if not within[at].any()]
        if missing:
            yield {**row, "reason": f"no two benchmarks of {' or '.join(missing)} from different sources"}
            continue
        yield {**row, **_htmt(intervals, between, within[one], within[other])}


def _htmt(intervals: _Intervals, between: Bools, one: Bools, other: Bools) -> dict[str, Any]:
    def ratio(tau: Floats) -> Floats:
        """(r,) of taus (m, r); NaN where a mean within is not above zero."""
        r = np.sin(np.pi / 2 * tau)
        across, first, second = (
            weighted_mean(r[mask], np.ones(int(mask.sum()))) for mask in (between, one, other)
        )
        product = np.where((first > 0) & (second > 0), first * second, np.nan)
        return np.asarray(across / np.sqrt(product), dtype=np.float64)

    point = float(ratio(intervals.tau[:, np.newaxis])[0])
    if np.isnan(point):
        return {"reason": "the benchmarks of one construct do not agree with each other"}
    low = high = np.nan
    if intervals.complete:
        low, high = intervals.found.interval(point, ratio(intervals.found.tau), point, intervals.level)
    return {"htmt": point, "low": low, "high": high, "reason": ""}


def _headline(found: _Crossing, intervals: _Intervals, convergence: pd.DataFrame, htmt: pd.Series) -> Traits:
    (one, drawn, at_one), (other, further, at_other) = (intervals.mean(found.kind == kind) for kind in (1, 3))
    values, point = drawn - further, one - other
    low, high = intervals.found.interval(point, values, at_one - at_other, intervals.level)
    comparisons = int(convergence["comparisons"].sum())
    wins = float((convergence["share"].fillna(0) * convergence["comparisons"]).sum())
    return Traits(
        method=found.method_name,
        difference=point,
        low=low,
        high=high,
        chance=_chance(intervals.found, point, values),
        comparisons=comparisons,
        share=wins / comparisons if comparisons else np.nan,
        alike=int((htmt >= DISTINCT).sum()),
        told=len(htmt),
    )


def _chance(resampled: Replicates, point: float, values: Floats) -> float:
    """P of a difference above zero: share of the bootstrap, or from the jackknife's error."""
    known = values[np.isfinite(values)]
    if len(known) < 3:
        return np.nan
    if resampled.method == "bootstrap":
        return float((known > 0).mean() + 0.5 * (known == 0).mean())
    r = len(known)
    error = float(np.sqrt((r - 1) / r * ((known - known.mean()) ** 2).sum()))
    return float(ndtr(point / error)) if error > 1e-12 else np.nan


def _reliability(grounds: Grounds, found: _Crossing) -> Iterator[dict[str, Any]]:
    test_set = test_sets(grounds)
    known = np.isfinite(grounds.goodness)
    for at, name in enumerate(found.names):
        columns = np.flatnonzero(found.trait == at)
        if not len(columns):
            continue
        kept = one_of_each(known, columns.tolist(), test_set)
        if len(kept) > 1:
            yield {
                "construct": name,
                "of": len(kept),
                **_of_block(grounds.goodness, block(known, kept, FEWEST_MODELS), grounds.level),
            }


def _of_block(goodness: Floats, columns: list[int], level: float) -> dict[str, Any]:
    scores = goodness[:, columns]
    scores = scores[np.isfinite(scores).all(axis=1)]
    row: dict[str, Any] = {"benchmarks": len(columns), "n": len(scores)}
    if len(scores) < FEWEST_MODELS:
        return {**row, "reason": f"fewer than {FEWEST_MODELS} models have scores on all"}
    spread = scores.std(axis=0, ddof=1)
    if (spread <= 1e-12 * np.abs(scores).max(axis=0)).any():
        return {**row, "reason": "all models have the same score on one of them"}
    value, low, high = alpha((scores - scores.mean(axis=0)) / spread, level=level)
    common = omega(np.atleast_2d(np.corrcoef(scores.T))) if len(scores) > len(columns) else np.nan
    why = (
        ""
        if np.isfinite(common)
        else (
            "omega needs three benchmarks"
            if len(columns) < FEWEST_COLUMNS
            else "omega needs more models than benchmarks"
        )
    )
    return {**row, "alpha": value, "low": low, "high": high, "omega": common, "reason": why}
