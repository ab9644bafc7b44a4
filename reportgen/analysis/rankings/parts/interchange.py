"""What becomes of the first places when one benchmark is left out: does a single one decide?

The mean is taken again without each benchmark in turn, over the ranked systems with a score on every benchmark. With
three benchmarks or more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.parts import MAIN, Found
from reportgen.analysis.ranking import NOISE
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from reportgen.analysis.rankings.grounds import Grounds

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

NAME = "interchange"
TITLE = "Places when one benchmark is left out"
FEWEST_BENCHMARKS = 3
#: Systems followed, the best first.
TOP = 10
TABLES: Mapping[str, Mapping[str, str]] = {
    MAIN: {
        "system": "system, one of the first ten",
        "rank": "rank with all benchmarks, among systems with a score on every one",
        "best": "best rank when one benchmark is left out",
        "worst": "worst rank when one benchmark is left out",
        "best_without": "benchmark left out for the best rank; empty where it is no better than with all",
        "worst_without": "benchmark left out for the worst rank; empty where it is no worse than with all",
    },
    "first": {
        "without": "benchmark left out",
        "first": "systems that are then first, separated by semicolons",
        "changed": "whether these are others than with all benchmarks",
    },
}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What one benchmark less changes.

    Attributes:
        benchmarks: of the score.
        changed: number of benchmarks without which the first is another.
        without: the first such benchmark in the order of the score; "" where there is none.
        then: systems that are first without it.
        followed: systems followed.
        widest: most places between the best and the worst rank of one of these.
        mover: the system that moves so far.
        range: its best and worst rank.
    """

    benchmarks: int
    changed: int
    without: str
    then: tuple[str, ...]
    followed: int
    widest: int
    mover: str
    range: tuple[int, int]


def compute(
    grounds: Grounds, earlier: Mapping[str, Found | NotEstimable], generator: np.random.Generator
) -> Found | NotEstimable:
    """Ranks of the first ten without each benchmark."""
    del earlier, generator
    benchmarks = len(grounds.labels)
    if benchmarks < FEWEST_BENCHMARKS:
        return NotEstimable(f"fewer than {FEWEST_BENCHMARKS} benchmarks: leaving one out leaves no mean")
    whole = np.flatnonzero(grounds.ranked & np.isfinite(grounds.goodness).all(axis=1))
    if len(whole) < 2:
        return NotEstimable("fewer than two ranked systems have a score on every benchmark")
    goodness = grounds.goodness[whole]
    names = [grounds.names[row] for row in whole]
    total = goodness.sum(axis=1, keepdims=True)
    without = np.hstack([total / benchmarks, (total - goodness) / (benchmarks - 1)])
    ranks = _ranks_of_first(without, min(TOP, len(whole)))
    main = _main(names, grounds.labels, ranks)
    first = _first(names, grounds.labels, without)
    return Found({MAIN: main, "first": first}, _headline(main, first, benchmarks))


def _ranks_of_first(values: Floats, followed: int) -> Ints:
    """(followed, columns) rank of the first rows in each column: 1 + number of rows that are better."""
    noise = NOISE * np.abs(values)
    ranks = [
        1 + (values > values[row] + np.maximum(noise, noise[row])).sum(axis=0) for row in range(followed)
    ]
    return np.array(ranks, dtype=np.intp)


def _main(names: list[str], labels: tuple[str, ...], ranks: Ints) -> pd.DataFrame:
    own, left = ranks[:, 0], ranks[:, 1:]
    best, worst = left.min(axis=1), left.max(axis=1)
    return pd.DataFrame(
        {
            "system": names[: len(ranks)],
            "rank": own,
            "best": best,
            "worst": worst,
            "best_without": np.where(best < own, np.array(labels, dtype=object)[left.argmin(axis=1)], ""),
            "worst_without": np.where(worst > own, np.array(labels, dtype=object)[left.argmax(axis=1)], ""),
        }
    )


def _first(names: list[str], labels: tuple[str, ...], without: Floats) -> pd.DataFrame:
    """Who is first in each column; the first column is the mean over all benchmarks."""
    best = without >= without.max(axis=0) - NOISE * np.abs(without.max(axis=0))
    winners = ["; ".join(sorted(name for name, is_first in zip(names, column, strict=True) if is_first))
               for column in best.T]  # fmt: skip
    return pd.DataFrame(
        {"without": list(labels), "first": winners[1:], "changed": [one != winners[0] for one in winners[1:]]}
    )


def _headline(main: pd.DataFrame, first: pd.DataFrame, benchmarks: int) -> LeftOut:
    changed = first[first["changed"]]
    width = (main["worst"] - main["best"]).to_numpy()
    at = int(width.argmax())
    return LeftOut(
        benchmarks=benchmarks,
        changed=len(changed),
        without=str(changed["without"].iloc[0]) if len(changed) else "",
        then=tuple(str(changed["first"].iloc[0]).split("; ")) if len(changed) else (),
        followed=len(main),
        widest=int(width[at]),
        mover=str(main["system"].iloc[at]),
        range=(int(main["best"].iloc[at]), int(main["worst"].iloc[at])),
    )
