"""Which systems of a leaderboard can be told apart when its benchmarks are the sample.

Of every two systems Wilcoxon's signed-rank test asks whether the differences over the benchmarks lean to one side;
Holm's correction pays for the number of pairs. A clique is a run of systems, in the order of their average ranks,
of which no two can be told apart. Friedman's test with Nemenyi's critical difference stands beside it, but is not
the verdict: by average ranks, whether two systems differ depends on which others are in the comparison (Benavoli,
Corani and Mangili 2016, Journal of Machine Learning Research 17).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.average_ranks import (
    FEWEST_BENCHMARKS,
    column_ranks,
    critical_difference,
    friedman,
)
from reportgen.analysis.multiple_tests import holm
from reportgen.analysis.parts import MAIN, Found
from reportgen.analysis.signed_rank import signed_rank_test, smallest_p
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from reportgen.analysis.rankings.grounds import Grounds

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

NAME = "cliques"
TITLE = "Systems that the benchmarks cannot tell apart"
TABLES = {
    MAIN: {
        "system": "Compared system, best average rank first",
        "average_rank": "Mean over benchmarks of its rank among the compared systems; ties share",
        "cliques": "Numbers of the cliques it belongs to, separated by spaces; empty for none",
    },
    "cliques": {
        "clique": "Number of the clique, best first",
        "first": "System of the clique with the best average rank",
        "last": "With the worst",
        "size": "Systems in it",
    },
    "pairs": {
        "system_a": "A compared system",
        "system_b": "One with a worse average rank",
        "wins": "Benchmarks on which the first is better",
        "losses": "On which it is worse",
        "ties": "On which both score the same",
        "p": "Of no difference: Wilcoxon's signed-rank test over benchmarks, exact for few",
        "p_holm": "The same, corrected for the number of pairs",
        "rank_difference": "Difference of average ranks",
        "apart": "Whether the corrected p is below 1 − confidence level",
        "apart_nemenyi": "Whether the average ranks differ by more than Nemenyi's critical difference; "
        "empty for two systems",
    },
}
#: Systems compared, the best of the board: more cannot be drawn, and every pair more costs all others power.
MOST_SYSTEMS = 20


@dataclass(frozen=True, slots=True)
class Cliques:
    """What the page says.

    Attributes:
        systems, ranked: compared, and how many the board ranks.
        benchmarks: that all of the compared systems have.
        pairs, apart: pairs, and those that can be told apart.
        friedman_p: of no difference at all, by Iman and Davenport's F; None for two systems.
        critical_difference: Nemenyi's; None for two systems.
        possible: whether so few benchmarks can tell any pair apart after the correction.
    """

    systems: int
    ranked: int
    benchmarks: int
    pairs: int
    apart: int
    friedman_p: float | None
    critical_difference: float | None
    possible: bool


def compute(
    grounds: Grounds, _earlier: Mapping[str, Found | NotEstimable], _generator: np.random.Generator
) -> Found | NotEstimable:
    """Cliques of the best ranked systems of a board."""
    ranked = np.flatnonzero(grounds.ranked)
    alpha = 1 - grounds.level
    if len(ranked) < 2:
        return NotEstimable("fewer than two systems are ranked")
    if len(grounds.labels) < FEWEST_BENCHMARKS:
        return NotEstimable(_too_few(len(grounds.labels)))
    chosen = ranked[: how_many(len(ranked), len(grounds.labels), alpha)]
    goodness = grounds.goodness[chosen]
    goodness = goodness[:, np.isfinite(goodness).all(axis=0)]
    benchmarks = goodness.shape[1]
    if benchmarks < FEWEST_BENCHMARKS:
        return NotEstimable(_too_few(benchmarks))
    ranks = column_ranks(goodness)
    if (ranks == ranks[0]).all():
        return NotEstimable("no benchmark tells any two systems apart: all score the same")
    average = ranks.mean(axis=1)
    order = np.argsort(average, kind="stable")
    names = [grounds.names[at] for at in chosen[order]]
    test = friedman(goodness) if len(names) > 2 else None
    critical = critical_difference(len(names), benchmarks, grounds.level) if test else None
    pairs = _pairs(names, goodness[order], ranks[order], (grounds.level, critical))
    found = cliques(_same(pairs["apart"].to_numpy(bool), len(names)))
    headline = Cliques(
        systems=len(names),
        ranked=len(ranked),
        benchmarks=benchmarks,
        pairs=len(pairs),
        apart=int(pairs["apart"].sum()),
        friedman_p=None if test is None else test.p_f,
        critical_difference=critical,
        possible=smallest_p(benchmarks) * len(pairs) <= alpha,
    )
    return Found(
        tables={MAIN: _main(names, average[order], found), "cliques": _cliques(names, found), "pairs": pairs},
        headline=headline,
    )


def _too_few(benchmarks: int) -> str:
    has = "1 benchmark is" if benchmarks == 1 else f"{benchmarks} benchmarks are"
    return f"{has} too few to be a sample; at least {FEWEST_BENCHMARKS} that all have are needed"


def how_many(ranked: int, benchmarks: int, alpha: float) -> int:
    """Systems to compare: as many as leave one pair a chance after Holm's correction, by their number alone.

    With B benchmarks a system that is better on all of them has p = 2^(1 - B). Where not even three systems can be
    told apart all up to `MOST_SYSTEMS` are compared, to show their average ranks.
    """
    most = min(ranked, MOST_SYSTEMS)
    affordable = [k for k in range(2, most + 1) if smallest_p(benchmarks) * k * (k - 1) / 2 <= alpha]
    return max(affordable) if affordable and max(affordable) > 2 else most


def _pairs(
    names: list[str], goodness: Floats, ranks: Floats, terms: tuple[float, float | None]
) -> pd.DataFrame:
    """All pairs of systems in the order of their average ranks; `terms`: level and critical difference."""
    level, critical = terms
    a, b = np.triu_indices(len(names), k=1)
    p = signed_rank_test(goodness[a], goodness[b])
    ahead = ranks[b] - ranks[a]
    corrected, difference = holm(p), ahead.mean(axis=1)
    nemenyi = pd.array([pd.NA] * len(a), dtype="boolean")
    if critical is not None:
        nemenyi = pd.array(difference > critical, dtype="boolean")
    return pd.DataFrame(
        {
            "system_a": np.array(names, dtype=object)[a],
            "system_b": np.array(names, dtype=object)[b],
            "wins": (ahead > 0).sum(axis=1),
            "losses": (ahead < 0).sum(axis=1),
            "ties": (ahead == 0).sum(axis=1),
            "p": p,
            "p_holm": corrected,
            "rank_difference": difference,
            "apart": corrected <= 1 - level,
            "apart_nemenyi": nemenyi,
        }
    )


def _same(apart: Bools, systems: int) -> Bools:
    """(p, p) whether two systems cannot be told apart."""
    same = np.zeros((systems, systems), dtype=bool)
    same[np.triu_indices(systems, k=1)] = ~apart
    found: Bools = same | same.T | np.eye(systems, dtype=bool)
    return found


def cliques(same: Bools) -> list[tuple[int, int]]:
    """(first, last) of each longest run of two or more neighbours of which no two differ, best first."""
    runs: list[tuple[int, int]] = []
    for first in range(len(same)):
        last = first
        while last + 1 < len(same) and same[first : last + 1, last + 1].all():
            last += 1
        if last > first and (not runs or last > runs[-1][1]):
            runs.append((first, last))
    return runs


def _main(names: list[str], average: Floats, found: list[tuple[int, int]]) -> pd.DataFrame:
    member = [
        " ".join(str(at + 1) for at, (first, last) in enumerate(found) if first <= row <= last)
        for row in range(len(names))
    ]
    return pd.DataFrame({"system": names, "average_rank": average, "cliques": member})


def _cliques(names: list[str], found: list[tuple[int, int]]) -> pd.DataFrame:
    rows = [(at + 1, names[first], names[last], last - first + 1) for at, (first, last) in enumerate(found)]
    return pd.DataFrame(rows, columns=list(TABLES["cliques"]))
