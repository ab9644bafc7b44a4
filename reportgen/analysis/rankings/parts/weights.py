"""Does the first stay first when the benchmarks count differently? Shares of weightings, and the least change.

No weighting of benchmarks is the right one; equal weights are only the usual one. A first place that holds under most
weightings says more about the system than about the choice of weights. Ranked systems with a score on every benchmark.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.average_ranks import column_ranks
from reportgen.analysis.parts import MAIN, Found
from reportgen.analysis.rankings.weightings import drawn_shares, exact_shares, least_moves
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from reportgen.analysis.rankings.grounds import Grounds
    from reportgen.analysis.rankings.weightings import Moves

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

NAME = "weights"
TITLE = "First place under other weights of the benchmarks"
DRAWS = 10_000
NOWHERE = "nowhere better than the first"
TABLES: Mapping[str, Mapping[str, str]] = {
    MAIN: {
        "system": "system",
        "rank": "rank on the board, with equal weights",
        "share_first": "share of all weightings of the benchmarks under which it is first; equal firsts share",
        "standard_error": "of the share, over the weightings drawn; empty where the share is exact",
        "moved": "least share of the weight that must change its benchmark until the system is at least as good as "
        "the first; empty for the first itself, and where no weighting does it",
        "to": "benchmark that receives the weight",
        "from": "benchmarks that give it, most first, separated by semicolons",
        "reason": "why no weight is enough",
    },
    "single": {
        "setting": "benchmark",
        "first": "systems that would be first if only this benchmark counted, separated by semicolons",
        "rank_of_first": "rank there of the first of the board",
    },
}


@dataclass(frozen=True, slots=True)
class Robust:
    """How firm the first place is.

    Attributes:
        first: the system of the board's first place; the first by name where several share it.
        shared: several systems share it.
        share: share of weightings under which it is first.
        standard_error: of the share; NaN where exact.
        systems, benchmarks: numbers.
        rival: the system that needs the least weight moved; "" where no weighting changes the first.
        moved: that weight; NaN where there is none.
        to: the benchmark it moves to.
        alone: benchmarks that would put the first of the board first by themselves.
        draws: weightings drawn; 0 where the shares are exact.
    """

    first: str
    shared: bool
    share: float
    standard_error: float
    systems: int
    benchmarks: int
    rival: str
    moved: float
    to: str
    alone: int
    draws: int


def compute(
    grounds: Grounds, earlier: Mapping[str, Found | NotEstimable], generator: np.random.Generator
) -> Found | NotEstimable:
    """Shares and least changes of the ranked systems."""
    del earlier
    benchmarks = len(grounds.labels)
    if benchmarks < 2:
        return NotEstimable("there is one benchmark: nothing to weigh")
    whole = np.flatnonzero(grounds.ranked & np.isfinite(grounds.goodness).all(axis=1))
    if len(whole) < 2:
        return NotEstimable("fewer than two ranked systems have a score on every benchmark")
    goodness = grounds.goodness[whole]
    draws = 0 if benchmarks == 2 else DRAWS
    share = drawn_shares(goodness, draws=draws, generator=generator) if draws else exact_shares(goodness)
    error = np.sqrt(share * (1 - share) / draws) if draws else np.full(len(share), np.nan)
    moves = least_moves(goodness, 0)  # the rows of a board are in the order of equal weights
    frame = _table(grounds, whole, (share, error), moves)
    single = _single(grounds, whole, goodness)
    ranks = _ranks(grounds, whole)
    return Found({MAIN: frame, "single": single}, _headline(frame, single, ranks, benchmarks, draws))


def _ranks(grounds: Grounds, rows: Ints) -> Ints:
    """Places among these systems with equal weights, as the board ranks them."""
    return np.asarray(grounds.board.rows["rank"].iloc[rows].to_numpy(dtype=int))


def _table(grounds: Grounds, rows: Ints, shares: tuple[Floats, Floats], moves: Moves) -> pd.DataFrame:
    share, error = shares
    others = np.arange(len(rows)) > 0
    frame = pd.DataFrame(
        {
            "system": [grounds.names[row] for row in rows],
            "rank": _ranks(grounds, rows),
            "share_first": share,
            # a share of none or all of the draws is not certain, but its error is not known
            "standard_error": np.where((share > 0) & (share < 1), error, np.nan),
            "moved": np.where(others, moves.share, np.nan),
            "to": [grounds.labels[at] if at >= 0 else "" for at in moves.to],
            "from": [_givers(grounds.labels, taken) for taken in moves.taken],
            "reason": np.where(others & np.isnan(moves.share), NOWHERE, ""),
        }
    )
    return frame.sort_values(
        ["share_first", "rank", "system"], ascending=[False, True, True], ignore_index=True
    )


def _givers(labels: tuple[str, ...], taken: Floats) -> str:
    """The benchmarks that give weight, most first."""
    order = np.argsort(-np.nan_to_num(taken), kind="stable")
    return "; ".join(labels[at] for at in order if taken[at] > 0)


def _single(grounds: Grounds, rows: Ints, goodness: Floats) -> pd.DataFrame:
    """Who is first on each benchmark by itself."""
    ranks = column_ranks(goodness)
    best = ranks == ranks.min(axis=0)
    return pd.DataFrame(
        {
            "setting": list(grounds.labels),
            "first": ["; ".join(sorted(grounds.names[row] for row in rows[column])) for column in best.T],
            "rank_of_first": 1 + (ranks < ranks[0]).sum(axis=0),
        }
    )


def _headline(frame: pd.DataFrame, single: pd.DataFrame, ranks: Ints, benchmarks: int, draws: int) -> Robust:
    lowest = frame["rank"].min()
    leaders = frame[frame["rank"] == lowest].sort_values("system", kind="stable")
    first = leaders.iloc[0]
    able = frame[frame["moved"].notna()].sort_values(["moved", "rank", "system"], kind="stable")
    rival = able.iloc[0] if len(able) else None
    return Robust(
        first=str(first["system"]),
        shared=len(leaders) > 1,
        share=float(first["share_first"]),
        standard_error=float(first["standard_error"]),
        systems=len(ranks),
        benchmarks=benchmarks,
        rival="" if rival is None else str(rival["system"]),
        moved=float("nan") if rival is None else float(rival["moved"]),
        to="" if rival is None else str(rival["to"]),
        alone=int((single["rank_of_first"] == 1).sum()),
        draws=draws,
    )
