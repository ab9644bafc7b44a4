"""Why benchmarks disagree: which pairs of models change places, and which single model moves tau most.

Flips and their probability of being real: `analysis.concurrence.flips`. Leverage: tau without each model in turn is
known exactly from the jackknife (`analysis.concurrence.kendall`); the *pivot* of a pair of settings is the model whose
removal moves tau most. Models that a setting ranks unlike the others: `analysis.concurrence.standing`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from reportgen.analysis.concurrence.agreement import FEWEST_FOR_CLAIM, FEWEST_FOR_INTERVAL
from reportgen.analysis.concurrence.flips import flips
from reportgen.analysis.concurrence.kendall import column_ranks
from reportgen.analysis.concurrence.standing import standing
from reportgen.analysis.concurrence.tau_table import copies
from reportgen.analysis.parts import Found
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from reportgen.analysis.concurrence.flips import Flips
    from reportgen.analysis.concurrence.grounds import Grounds

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]
    Objects = NDArray[np.object_]

NAME = "explanation"
TITLE = "Why benchmarks disagree"
#: Pairs of settings whose flips are listed; those within a suite first, then those that agree least.
MOST_PAIRS = 2000
#: Flips listed for each of them.
TOP = 5
#: Pairs of settings that are named in sentences; each setting once.
NAMED = 3
#: Pairs of settings looked at for these.
_TRIED = 60
#: Models of a setting that are listed because it ranks them unlike the others.
UNLIKE = 5
#: Other settings a model's place is compared with: those that share most models.
MOST_OTHERS = 15

TABLES: Mapping[str, Mapping[str, str]] = {
    "main": {
        "benchmark_a": "first benchmark setting",
        "benchmark_b": "second benchmark setting",
        "place": "1 for the pair of models that flips furthest",
        "model_1": "model that is ahead on the first",
        "model_2": "model that is ahead on the second",
        "gap_a": "score of model 1 less that of model 2 on the first, in standard deviations of the shared models",
        "gap_b": "the same on the second; negative",
        "z_a": "the same gap on the first divided by its standard error; empty where an error is unknown",
        "z_b": "the same on the second",
        "p_real_flip": "probability that the true orders of the two models differ; empty where an error is unknown",
        "reason": "why there is no probability",
    },
    "leverage": {
        "benchmark_a": "first benchmark setting",
        "benchmark_b": "second benchmark setting",
        "n": "models with a score on both",
        "tau_b": "Kendall tau-b; pairs that share fewer than 5 models are left out",
        "pivot": "model whose removal moves tau-b most",
        "tau_without_pivot": "Kendall tau-b without it",
        "change": "by how much its removal moves tau-b",
    },
    "pivots": {
        "model": "model",
        "pairs": "pairs of settings in which it has both scores, of those that share at least 5 models",
        "pivot_of": "of these, pairs whose tau-b its removal moves most",
        "expected": "how many there would be if every shared model were as likely: the sum of 1/n",
        "typical_change": "median change of tau-b when it is removed from those; empty where there are none",
    },
    "unlike": {
        "setting": "benchmark setting",
        "model": "model that it ranks unlike the others",
        "here": "share of the other models that it is ahead of on this setting, ties counted half",
        "elsewhere": "the same on the other settings among the same models, in the median",
        "difference": "here less elsewhere",
        "settings": "other settings it was compared on: of those that share most models with this one",
    },
}


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A pair of settings that disagree, as in `Agreement.pairs`; `row` is its row there."""

    row: int
    benchmark_a: str
    benchmark_b: str
    tau_b: float
    low: float
    high: float
    same_order: float
    n: int
    pivot: str
    tau_without_pivot: float


@dataclass(frozen=True, slots=True)
class Headline:
    """What the sentences say.

    Attributes:
        firmest: the pairs whose interval has the lowest upper end, each setting once, all but the first
            below the median tau; of pairs that share at least
            `FEWEST_FOR_CLAIM` models where there are any.
        listed: pairs of settings whose flips are listed. of: pairs with a tau.
        busiest: model that is the pivot of more pairs than expected, and of most more, "" where none is; pivot_of,
            pairs, expected: its row.
    """

    firmest: tuple[Disagreement, ...]
    listed: int
    of: int
    busiest: str
    pivot_of: int
    pairs: int
    expected: float


def compute(
    grounds: Grounds,
    earlier: Mapping[str, Found | NotEstimable],  # noqa: ARG001  # the signature of every part
    generator: np.random.Generator,  # noqa: ARG001  # nothing is drawn
) -> Found | NotEstimable:
    """Flips, pivots, and models that a setting ranks unlike the others."""
    pairs = grounds.agreement.pairs
    usable = pairs["tau_b"].notna().to_numpy(bool) & ~copies(grounds)
    if not usable.any():
        return NotEstimable(
            f"no two different benchmarks share {grounds.fewest} models whose scores tell them apart"
        )
    firmest = tuple(islice(_firmest(grounds, usable), NAMED))
    listed = _listed(pairs, usable, [one.row for one in firmest])
    pivots = _pivots(grounds, usable)
    return Found(
        tables={
            "main": _flip_table(grounds, listed),
            "leverage": _leverage(pairs[usable]),
            "pivots": pivots,
            "unlike": _unlike(grounds),
        },
        headline=Headline(
            firmest=firmest,
            listed=len(listed),
            of=int(usable.sum()),
            **_busiest(pivots),
        ),
    )


def _busiest(pivots: pd.DataFrame) -> dict[str, Any]:
    if pivots.empty or pivots["pivot_of"].iloc[0] <= pivots["expected"].iloc[0]:
        return {"busiest": "", "pivot_of": 0, "pairs": 0, "expected": float("nan")}
    first = pivots.iloc[0]
    return {
        "busiest": str(first["model"]),
        "pivot_of": int(first["pivot_of"]),
        "pairs": int(first["pairs"]),
        "expected": float(first["expected"]),
    }


# -- which pairs
# ---------------------------------------------------------------------------------------------------


def _firmest(grounds: Grounds, usable: Bools) -> Iterator[Disagreement]:
    """Pairs in which a pair of models flips, by the upper end of the interval of tau; each setting once.

    All but the first agree less than the middle pair does.
    """
    rows = grounds.agreement.pairs.assign(row=range(len(usable)))[usable]
    rows = rows.assign(few=rows["n"] < FEWEST_FOR_CLAIM)
    rows = rows.sort_values(["few", "high", "tau_b", "benchmark_a", "benchmark_b"], kind="stable")
    a, b = grounds.pair_positions()
    named: set[str] = set()
    middle = float(rows["tau_b"].median())
    fields = [*Disagreement.__dataclass_fields__]
    for values in rows.head(_TRIED)[fields].itertuples(index=False, name=None):
        one = Disagreement(*values)
        if one.benchmark_a in named or one.benchmark_b in named or (named and one.tau_b >= middle):
            continue
        if len(_flips(grounds, a[one.row], b[one.row], top=1).first):
            named |= {one.benchmark_a, one.benchmark_b}
            yield one


def _listed(pairs: pd.DataFrame, usable: Bools, named: list[int]) -> Ints:
    """Rows of `pairs` whose flips are listed, ascending."""
    across = (pairs["suite_a"] != pairs["suite_b"]).to_numpy(bool)
    first = np.ones(len(pairs), dtype=bool)
    first[named] = False
    order = np.lexsort((np.arange(len(pairs)), pairs["tau_b"].to_numpy(float), across, first))
    return np.sort(order[usable[order]][:MOST_PAIRS])


# -- flips
# ---------------------------------------------------------------------------------------------------------


def _flips(grounds: Grounds, a: int, b: int, *, top: int) -> Flips:
    score, error = grounds.goodness, grounds.stderr
    return flips(score[:, a], score[:, b], error[:, a], error[:, b], top)


def _flip_table(grounds: Grounds, listed: Ints) -> pd.DataFrame:
    a, b = grounds.pair_positions()
    found = [_flips(grounds, a[row], b[row], top=TOP) for row in listed]
    sizes = np.array([len(one.first) for one in found], dtype=np.intp)
    pair = np.repeat(listed, sizes)

    def all_of(name: str) -> NDArray[Any]:
        return np.concatenate([getattr(one, name) for one in found])

    settings, p = grounds.benchmarks["setting"].to_numpy(object), all_of("p_real_flip")
    columns = {
        "benchmark_a": settings[a[pair]],
        "benchmark_b": settings[b[pair]],
        "place": np.concatenate([np.arange(1, size + 1) for size in sizes]),
        "model_1": grounds.systems[all_of("first")],
        "model_2": grounds.systems[all_of("second")],
        **{name: all_of(name) for name in ("gap_a", "gap_b", "z_a", "z_b")},
        "p_real_flip": p,
        "reason": np.where(np.isnan(p), "a standard error is unknown", "").astype(object),
    }
    return pd.DataFrame(columns, columns=list(TABLES["main"]))


# -- leverage
# ------------------------------------------------------------------------------------------------------


def _leverage(pairs: pd.DataFrame) -> pd.DataFrame:
    """The pairs of settings that one model moves, those it moves most first."""
    rows = pairs[(pairs["pivot"] != "") & (pairs["n"] >= FEWEST_FOR_INTERVAL)]
    change = rows["tau_without_pivot"] - rows["tau_b"]
    rows = rows.assign(change=change, size=-change.abs())
    rows = rows.sort_values(["size", "benchmark_a", "benchmark_b"], kind="stable", ignore_index=True)
    return rows.loc[: MOST_PAIRS - 1, list(TABLES["leverage"])]


def _pivots(grounds: Grounds, usable: Bools) -> pd.DataFrame:
    """For each model how often it is the pivot, and how often it would be by chance alone."""
    q = len(grounds.benchmarks)
    counts = usable & (grounds.agreement.pairs["n"] >= FEWEST_FOR_INTERVAL).to_numpy(bool)
    a, b = (places[counts] for places in grounds.pair_positions())
    table = grounds.agreement.pairs[counts]
    counted, expected = np.zeros((q, q)), np.zeros((q, q))
    counted[a, b] = 1.0
    expected[a, b] = 1.0 / table["n"].to_numpy(float)
    present = np.isfinite(grounds.goodness).astype(np.float64)
    change = (table["tau_without_pivot"] - table["tau_b"]).abs().groupby(table["pivot"].astype(object))
    frame = pd.DataFrame({"model": grounds.systems})
    frame["pairs"] = np.rint(((present @ counted) * present).sum(axis=1)).astype(np.int64)
    frame["pivot_of"] = frame["model"].map(change.size()).fillna(0).astype(np.int64)
    frame["expected"] = ((present @ expected) * present).sum(axis=1)
    frame["typical_change"] = frame["model"].map(change.median())
    frame["excess"] = frame["expected"] - frame["pivot_of"]
    frame = frame[frame["pairs"] > 0].sort_values(["excess", "model"], kind="stable", ignore_index=True)
    return frame[list(TABLES["pivots"])]


# -- models that a setting ranks unlike the others
# -----------------------------------------------------------------


def _unlike(grounds: Grounds) -> pd.DataFrame:
    score = grounds.goodness
    q = score.shape[1]
    ranks = column_ranks(score).astype(np.float64)
    ranks[~np.isfinite(score)] = np.nan
    present = np.isfinite(score).astype(np.float64)
    shared = present.T @ present
    np.fill_diagonal(shared, 0)
    a, b = (places[copies(grounds)] for places in grounds.pair_positions())
    shared[a, b] = shared[b, a] = 0
    found = [_unlike_of(grounds, ranks, column, shared[column]) for column in range(q)]
    columns = [np.concatenate(values) for values in zip(*found, strict=True)]
    return pd.DataFrame(dict(zip(TABLES["unlike"], columns, strict=True)))


def _unlike_of(
    grounds: Grounds, ranks: Floats, column: int, shared: Floats
) -> tuple[Objects, Objects, Floats, Floats, Floats, Ints]:
    """The columns of the table for one setting."""
    others = np.argsort(-shared, kind="stable")[:MOST_OTHERS]
    fewest = max(FEWEST_FOR_INTERVAL, grounds.fewest)
    found = standing(ranks, column, others[shared[others] >= fewest], fewest=fewest)
    difference = found.here - found.elsewhere
    known = np.flatnonzero(np.isfinite(difference))
    most = known[np.argsort(-np.abs(difference[known]), kind="stable")[:UNLIKE]]
    setting = np.full(len(most), grounds.benchmarks["setting"].iloc[column], dtype=object)
    return (
        setting,
        grounds.systems[most],
        found.here[most],
        found.elsewhere[most],
        difference[most],
        found.settings[most],
    )
