"""Every reasonable way to ask whether one setting agrees with the others: the rows of its specification curve.

A specification is one choice each of

* reference: an aggregate of the settings of other sources (`references`), or one such setting;
* coefficient: tau-b, Spearman's rho, Pearson's r, weighted tau;
* missing scores: complete (only models with a score on the setting and on all of other sources), pairwise (what both
  sides have), model-based (references that fill gaps by a model);
* models: all, the better half by the reference, or one of each family (the one with most scores).

Choices that come to the same thing are listed once: without gaps all policies do, and where every model is a family of
its own there is no such subset.

Source: Simonsohn, Simmons and Nelson 2020, "Specification curve analysis", Nature Human Behaviour 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.concurrence.coefficients import COEFFICIENTS
from reportgen.analysis.concurrence.paired import stacks
from reportgen.analysis.concurrence.references import aggregates, mean_of_complete, mean_of_present, win_rates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from reportgen.analysis.concurrence.grounds import Grounds

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]
    Bools = NDArray[np.bool_]

COEFFICIENT_NAMES = ("tau_b", "spearman", "pearson", "weighted_tau")
COMPLETE, PAIRWISE, MODEL = "complete", "pairwise", "model-based"
ALL, TOP, FAMILIES = "all", "top half", "one per family"
#: How a single setting as reference is called, before its label.
PEER = "benchmark: "
COLUMNS = ("setting", "reference", "coefficient", "missing", "models", "value", "n")


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One reference under one policy.

    Attributes:
        name: of the reference. missing: the policy.
        score: (p,) NaN where a model has none.
        rows: (p,) the models that may be used.
    """

    name: str
    missing: str
    score: Floats
    rows: Bools


@dataclass(frozen=True, slots=True, eq=False)
class Choices:
    """What the curves of several targets share.

    Attributes:
        goodness: (p, q) as in the grounds.
        source: (q,) number of the source of each setting. labels: (q,) of the settings.
        family: (p,) bool, one model of each family; all True where there are no families.
        by_source: source -> name of an aggregate -> (p,) over all settings of other sources.
        peers: most single settings to take as a reference.
    """

    goodness: Floats
    source: Ints
    labels: NDArray[np.object_]
    family: Bools
    by_source: dict[int, dict[str, Floats]]
    peers: int


def choices(grounds: Grounds, source: Ints, targets: Ints, peers: int) -> Choices:
    """What the curves of these targets need, each aggregate computed once for every source."""
    goodness = grounds.goodness
    wanted = np.unique(source[targets])
    member = source[:, np.newaxis] != wanted[np.newaxis, :]
    found, _ = aggregates(goodness, member)
    present = mean_of_present(goodness, member)
    by_source = {
        int(one): {name: values[:, at] for name, values in found.items()} | {"present": present[:, at]}
        for at, one in enumerate(wanted)
    }
    labels = grounds.benchmarks["setting"].to_numpy(object)
    return Choices(goodness, source, labels, _one_of_each(grounds), by_source, peers)


def _one_of_each(grounds: Grounds) -> Bools:
    """(p,) the system with most scores of each family, ties by name."""
    scores = np.isfinite(grounds.goodness).sum(axis=1)
    order = sorted(range(len(scores)), key=lambda at: (-scores[at], str(grounds.systems[at])))
    chosen, seen = np.zeros(len(scores), dtype=bool), set()
    for at in order:
        if grounds.family[at] not in seen:
            seen.add(grounds.family[at])
            chosen[at] = True
    return chosen


def curve(made: Choices, target: int, *, fewest: int) -> pd.DataFrame:
    """Every specification of one target with a value, columns `COLUMNS`, in a fixed order."""
    x = made.goodness[:, target]
    named, first, second = [], [], []
    for side in sides(made, target):
        for models, rows in _subsets(made, side, np.isfinite(x)):
            named.append((side.name, side.missing, models, int(rows.sum())))
            first.append(np.where(rows, x, np.nan))
            second.append(np.where(rows, side.score, np.nan))
    if not named:
        return pd.DataFrame(columns=list(COLUMNS))
    values = _values(np.column_stack([*first, *second]), fewest)
    listed = [
        (made.labels[target], reference, coefficient, missing, models, values[coefficient][at], n)
        for at, (reference, missing, models, n) in enumerate(named)
        for coefficient in COEFFICIENT_NAMES
    ]
    frame = pd.DataFrame(listed, columns=list(COLUMNS))
    return frame[frame["value"].notna()].reset_index(drop=True)


def _values(scores: Floats, fewest: int) -> dict[str, Floats]:
    """(k,) of each coefficient, of column j with column k + j."""
    size = scores.shape[1] // 2
    first = np.arange(size, dtype=np.int64)
    out = {name: np.full(size, np.nan) for name in COEFFICIENT_NAMES}
    for at, pairs in stacks(scores, first, size + first):
        if pairs.n >= fewest:
            for name in COEFFICIENT_NAMES:
                out[name][at] = COEFFICIENTS[name].values(pairs)
    return out


def sides(made: Choices, target: int) -> Iterator[Side]:
    """Every reference of a target under every policy."""
    goodness, others = made.goodness, np.flatnonzero(made.source != made.source[target])
    known = np.isfinite(goodness)
    every = known[:, target] & known[:, others].all(axis=1)
    anyone = np.ones(len(goodness), dtype=bool)
    gaps = bool((~known[known[:, target]][:, others]).any())
    own = made.by_source[int(made.source[target])]
    peers = others[np.argsort(-(known[:, others] & known[:, [target]]).sum(axis=0), kind="stable")][
        : made.peers
    ]
    if every.sum() >= 2:
        mean, rate = own["mean"], own["win_rate"]
        if gaps:  # among these models only
            inside = np.where(every[:, np.newaxis], goodness[:, others], np.nan)
            member = np.ones((len(others), 1), dtype=bool)
            mean, rate = mean_of_complete(inside, member)[:, 0], win_rates(inside, member)[:, 0]
        yield Side("mean", COMPLETE, mean, every)
        yield Side("win_rate", COMPLETE, rate, every)
        yield from (Side(PEER + made.labels[peer], COMPLETE, goodness[:, peer], every) for peer in peers)
    if gaps:
        yield Side("mean", PAIRWISE, own["present"], anyone)
        yield Side("win_rate", PAIRWISE, own["win_rate"], anyone)
        yield from (Side(PEER + made.labels[peer], PAIRWISE, goodness[:, peer], anyone) for peer in peers)
        yield from (Side(name, MODEL, own[name], anyone) for name in ("bradley_terry", "mixed"))


def _subsets(made: Choices, side: Side, known: Bools) -> Iterator[tuple[str, Bools]]:
    rows = side.rows & known & np.isfinite(side.score)
    yield ALL, rows
    if rows.any():
        yield TOP, rows & (side.score >= np.median(side.score[rows]))
    if not made.family[rows].all():
        yield FAMILIES, rows & made.family
