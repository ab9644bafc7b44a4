"""Do benchmarks agree because they share a source, or because they claim to measure the same thing?

Mean tau-b of the pairs of settings that share what the catalog declares of them, and of those that do not. Intervals
come from resampling models, one resample for all pairs (`model_resampling`): they say what other models would show.
p values come from exchanging labels among settings (`permutation_regression`): they say whether the labels matter
for these benchmarks.

Sources: Sun et al. 2023, "The Validity of Evaluation Results", for the question and the classes; Dekker, Krackhardt
and Snijders 2007 for the regression; Cronbach et al. 1972 for the shares of variance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from reportgen.analysis.concurrence.label_contrasts import Contrast, contrasts, pair_classes, within_suites
from reportgen.analysis.concurrence.model_resampling import replicates, weighted_mean
from reportgen.analysis.concurrence.pair_classes import GROUPINGS, pairs_of
from reportgen.analysis.concurrence.permutation_regression import (
    arrangements,
    chance_of_as_large,
    mean_differences,
    regression,
)
from reportgen.analysis.concurrence.shares_of_pairs import shares_of_pairs
from reportgen.analysis.concurrence.tau_table import square
from reportgen.analysis.parts import MAIN, Found
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from reportgen.analysis.concurrence.grounds import Grounds
    from reportgen.analysis.concurrence.model_resampling import Replicates
    from reportgen.analysis.concurrence.pair_classes import Pairs

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

NAME = "structure"
TITLE = "What benchmarks that agree have in common"
_INTERVAL = {
    "low": "Lower end of the confidence interval over models; empty where there is none",
    "high": "Upper end",
}
TABLES: Mapping[str, Mapping[str, str]] = {
    MAIN: {
        "grouping": "What the pairs are sorted by: source, construct, split (strategy), source_type, or two of them",
        "class": "Which pairs; what is not declared is never the same, and never different",
        "mean_tau": "Mean Kendall tau-b of the pairs; empty where there is no such pair",
        **_INTERVAL,
        "pairs": "Pairs of benchmark settings",
        "median_n": "Median number of shared models",
        "method": "Of the interval: bootstrap over models, or jackknife over models; the same models for all pairs",
        "reason": "Why a number or its interval is missing",
    },
    "suites": {
        "suite": "Suite inside which the pairs lie; only suites with pairs of each class",
        "class": "same source; same construct, other source; or neither",
        "mean_tau": "Mean Kendall tau-b of these pairs",
        **_INTERVAL,
        "pairs": "Pairs of benchmark settings of the suite",
    },
    "contrasts": {
        "contrast": "Which two classes",
        "difference": "Mean tau-b of the first minus that of the second",
        **_INTERVAL,
        "p": "Chance of a difference as large if the labels said nothing, by exchanging them among benchmarks",
        "two_sided": "Whether differences the other way round count too",
        "arrangements": "How many arrangements of the labels it comes from",
        "exact": "Whether these are all there are",
        "pairs": "Pairs in the first class",
        "pairs_other": "Pairs in the second class",
        "method": "Of the interval: bootstrap or jackknife over models",
        "reason": "Why there is no p or no interval",
    },
    "regression": {
        "term": "Predictor of a pair's tau-b, all together; log n is the logarithm of the shared models",
        "coefficient": "How much higher tau-b is where it holds, all others alike; per unit of log n",
        **_INTERVAL,
        "p": "Two-sided p by double semi-partialling (Dekker et al. 2007)",
        "pairs": "Pairs in the regression",
        "settings": "Settings in the regression: those that declare all that is in it",
        "r_squared": "Share of the variance of tau-b that all together explain",
        "reason": "Why there is no regression",
    },
    "variance": {
        "effect": "Of what scores differ: model; model by source; by construct; by benchmark with all error",
        "variance": "Estimated variance of standardised scores; below zero counts as none",
        "share": "Its share",
        "levels": "Effective number of sources, constructs or benchmarks",
        "reason": "Why there are no shares",
    },
    "designs": {
        "design": "These benchmarks, or one more of a kind",
        "generalizability": "Expected squared correlation of the mean over these benchmarks with the mean over all "
        "there could be",
    },
}
#: Predictors of the regression, in the order in which they may lose settings.
_PREDICTORS = ("source", "construct", "split")


@dataclass(frozen=True, slots=True)
class Structure:
    """What the sentences of the page say beside the tables.

    Attributes:
        fewest: shared models that a pair needed. models: in any of the pairs. pairs, settings: used.
        resamples: of the models; with the jackknife, models left out in turn. method: of the intervals.
        sampled: pairs the intervals come from, where there were too many.
        undeclared: groupings that no two compared benchmarks declare.
    """

    fewest: int
    models: int
    pairs: int
    settings: int
    resamples: int
    method: str
    sampled: int
    undeclared: tuple[str, ...]


def compute(
    grounds: Grounds, earlier: Mapping[str, Found | NotEstimable], generator: np.random.Generator
) -> Found | NotEstimable:
    """The six tables; not estimable where no two benchmarks with a tau declare anything."""
    del earlier
    pairs = pairs_of(grounds)
    undeclared = tuple(name for name in GROUPINGS if not pairs.declared(name).any())
    if not len(pairs.tau):
        return NotEstimable("no two benchmarks have an agreement to compare")
    if len(undeclared) == len(GROUPINGS):
        return NotEstimable(
            "the catalog declares no source, construct, split strategy or source type of them"
        )
    resampled = _Resampled.of(grounds, pairs, generator)
    tables = {
        MAIN: pd.DataFrame(list(_classes(pairs, resampled)), columns=list(TABLES[MAIN])),
        "suites": _frame("suites", _suites(grounds, pairs, resampled)),
        "contrasts": _frame("contrasts", _contrasts(pairs, resampled, generator)),
        "regression": _frame("regression", _regression(grounds, pairs, resampled, generator)),
        **_variance(grounds, pairs),
    }
    return Found(tables, _headline(pairs, resampled, undeclared))


def by(found: Found | NotEstimable, grouping: str) -> Found | NotEstimable:
    """Only the classes of one grouping, and their difference."""
    if isinstance(found, NotEstimable):
        return found
    main, contrasts = found.main, found.tables["contrasts"]
    rows = main[main["grouping"] == grouping]
    if rows.empty:
        return NotEstimable(f"the catalog declares no {grouping} of two benchmarks that can be compared")
    about = contrasts[contrasts["contrast"] == f"same {grouping} - different {grouping}"]
    tables = {MAIN: rows, "contrasts": about}
    return Found({name: frame.reset_index(drop=True) for name, frame in tables.items()}, found.headline)


def _frame(table: str, rows: Iterator[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(TABLES[table]))


def _headline(pairs: Pairs, resampled: _Resampled, undeclared: tuple[str, ...]) -> Structure:
    return Structure(
        fewest=pairs.fewest,
        models=resampled.models,
        pairs=len(pairs.tau),
        settings=len(np.unique(np.concatenate([pairs.a, pairs.b]))),
        resamples=resampled.found.tau.shape[1],
        method=resampled.found.method,
        sampled=len(resampled.found.pair),
        undeclared=undeclared,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Resampled:
    """The taus of the pairs under resampled models."""

    found: Replicates
    tau: Floats
    level: float
    models: int

    @classmethod
    def of(cls, grounds: Grounds, pairs: Pairs, generator: np.random.Generator) -> _Resampled:
        cell = np.zeros(len(pairs.tau), dtype=np.intp)
        for name in GROUPINGS:
            cell = cell * 3 + pairs.same(name) + pairs.declared(name)
        found = replicates(grounds.goodness, (pairs.a, pairs.b, pairs.n, pairs.tau), cell, generator)
        used = np.unique(np.concatenate([pairs.a, pairs.b]))
        models = int(np.isfinite(grounds.goodness[:, used]).any(axis=1).sum())
        return cls(found, pairs.tau, grounds.level, models)

    def mean(self, mask: Bools) -> tuple[Floats, float]:
        """Mean tau of a class in each resample (r,), and with all models but the same pairs."""
        rows = np.flatnonzero(mask[self.found.pair])
        own = self.tau[self.found.pair[rows], np.newaxis]
        return self.found.mean(mask), float(weighted_mean(own, self.found.weight[rows])[0])

    def interval(self, one: Bools, other: Bools | None = None) -> tuple[float, float]:
        """Of the mean of a class, or of the difference of two, within what is possible."""
        values, at_point = self.mean(one)
        point, most = float(self.tau[one].mean()), 1.0
        if other is not None:
            further, at_further = self.mean(other)
            values, at_point = values - further, at_point - at_further
            point, most = point - float(self.tau[other].mean()), 2.0
        low, high = self.found.interval(point, values, at_point, self.level)
        return max(low, -most), min(high, most)


def _classes(pairs: Pairs, resampled: _Resampled) -> Iterator[dict[str, Any]]:
    for one in pair_classes(pairs):
        count = int(one.mask.sum())
        low, high = resampled.interval(one.mask) if count else (np.nan, np.nan)
        yield {
            "grouping": one.grouping,
            "class": one.name,
            "mean_tau": float(pairs.tau[one.mask].mean()) if count else np.nan,
            "low": low,
            "high": high,
            "pairs": count,
            "median_n": float(np.median(pairs.n[one.mask])) if count else np.nan,
            "method": resampled.found.method if np.isfinite(low) else "",
            "reason": ("" if np.isfinite(low) else "leaving models out changes nothing")
            if count
            else "no such pair",
        }


def _suites(grounds: Grounds, pairs: Pairs, resampled: _Resampled) -> Iterator[dict[str, Any]]:
    names, suite = np.unique(grounds.benchmarks["suite"].astype(str), return_inverse=True)
    for number, one in within_suites(pairs, suite.astype(np.intp)):
        sampled = one.mask[resampled.found.pair].any()
        low, high = resampled.interval(one.mask) if sampled else (np.nan, np.nan)
        yield {
            "suite": str(names[number]),
            "class": one.name,
            "mean_tau": float(pairs.tau[one.mask].mean()),
            "low": low,
            "high": high,
            "pairs": int(one.mask.sum()),
        }


def _contrasts(
    pairs: Pairs, resampled: _Resampled, generator: np.random.Generator
) -> Iterator[dict[str, Any]]:
    for one in contrasts(pairs):
        low, high = resampled.interval(one.one, one.other)
        difference = float(pairs.tau[one.one].mean() - pairs.tau[one.other].mean())
        yield {
            "contrast": one.name,
            "difference": difference,
            "low": low,
            "high": high,
            "two_sided": one.two_sided,
            "pairs": int(one.one.sum()),
            "pairs_other": int(one.other.sum()),
            "method": resampled.found.method if np.isfinite(low) else "",
            **_test(pairs, one, difference, generator),
        }


def _test(
    pairs: Pairs, contrast: Contrast, difference: float, generator: np.random.Generator
) -> dict[str, Any]:
    """The p of a contrast, and where it comes from."""
    found = arrangements(contrast.blocks, len(pairs.tau), generator)
    drawn = mean_differences(pairs.tau, contrast.classes, found)
    known = drawn[np.isfinite(drawn)]
    about = {"arrangements": len(found.order), "exact": found.exact}
    if not len(known) or np.ptp(known) <= 1e-12:
        return {
            **about,
            "p": np.nan,
            "reason": "exchanging the labels changes nothing: each stands with one other",
        }
    observed, drawn = (abs(difference), np.abs(drawn)) if contrast.two_sided else (difference, drawn)
    return {**about, "p": chance_of_as_large(observed, drawn, exact=found.exact), "reason": ""}


# -- all together
# ------------------------------------------------------------------------------------------------


def _factors(pairs: Pairs, wanted: tuple[str, ...]) -> tuple[tuple[str, ...], Bools]:
    """Properties that tell pairs apart, and the (q,) settings that declare all of them.

    A property that would leave no more than half of the pairs so far costs more than it is worth.
    """
    inside = np.zeros(len(pairs.codes["source"]), dtype=bool)
    inside[pairs.a] = inside[pairs.b] = True
    chosen: list[str] = []
    for name in wanted:
        kept = inside & (pairs.codes[name] >= 0)
        left = kept[pairs.a] & kept[pairs.b]
        same, before = pairs.same(name)[left], int((inside[pairs.a] & inside[pairs.b]).sum())
        if same.any() and not same.all() and (2 * left.sum() > before or not chosen):
            chosen, inside = [*chosen, name], kept
    return tuple(chosen), inside


def _regression(
    grounds: Grounds, pairs: Pairs, resampled: _Resampled, generator: np.random.Generator
) -> Iterator[dict[str, Any]]:
    names, inside = _factors(pairs, _PREDICTORS)
    if not names:
        yield {"term": "", "reason": "no two classes of pairs to compare"}
        return
    rows, used = np.flatnonzero(inside), inside[pairs.a] & inside[pairs.b]
    place = np.cumsum(inside) - 1
    a, b, tau = place[pairs.a[used]], place[pairs.b[used]], pairs.tau[used]
    n = square(grounds, grounds.agreement.pairs["n"].to_numpy(float))[np.ix_(rows, rows)]
    tables = [
        (code[:, np.newaxis] == code).astype(float) for code in (pairs.codes[name][rows] for name in names)
    ]
    terms = [f"same_{name}" for name in names]
    if np.ptp(pairs.n[used]):
        tables.append(np.log(np.maximum(np.nan_to_num(n, nan=1.0), 1.0)))
        terms.append("log n")
    found = regression(
        tau, np.array(tables), (a, b), arrangements(np.zeros(len(rows), dtype=np.intp), len(tau), generator)
    )
    if found is None:
        yield {"term": "", "reason": "what the pairs share comes always together, or explains all of it"}
        return
    for at, term in enumerate([*terms, "constant"]):
        low, high = _interval_of(found.solve[at], used, resampled)
        yield {
            "term": term,
            "coefficient": found.coefficient[at],
            "low": low,
            "high": high,
            "p": found.p[at] if at < len(terms) else np.nan,
            "pairs": len(tau),
            "settings": len(rows),
            "r_squared": found.r_squared,
            "reason": "" if np.isfinite(low) else "too many pairs to resample each",
        }


def _interval_of(weight: Floats, used: Bools, resampled: _Resampled) -> tuple[float, float]:
    """Of a weighted sum of the taus, where every pair was resampled; undefined taus stay what they are."""
    if len(resampled.found.pair) < len(resampled.tau):
        return np.nan, np.nan
    tau = resampled.tau[:, np.newaxis]
    drawn = np.where(np.isfinite(resampled.found.tau), resampled.found.tau, tau)[used]
    point = float(weight @ resampled.tau[used])
    return resampled.found.interval(point, weight @ drawn, point, resampled.level)


def _variance(grounds: Grounds, pairs: Pairs) -> dict[str, pd.DataFrame]:
    names, inside = _factors(pairs, ("source", "construct"))
    variance, designs = shares_of_pairs(grounds.goodness, pairs, names, np.flatnonzero(inside))
    return {"variance": _frame("variance", iter(variance)), "designs": _frame("designs", iter(designs))}
