"""The same scores ranked in other ways: who is first whatever the way, and who only by the mean.

The default is the mean score: it keeps how far apart systems are, no system's score depends on who else is ranked, and
its error is known. Two sets of systems are ranked: those the board ranks (`ranked`), and, where others lack scores, all
entrants (`all`) by the methods that can do with gaps. Errors and intervals are over benchmarks, as if these were a
sample; those of the mean are the board's, over test items or runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ndtri

from reportgen.analysis.concurrence.kendall import tau_b_matrix
from reportgen.analysis.parts import MAIN, Found
from reportgen.analysis.rankings.orderings import (
    HELD,
    MOST_COMPARED,
    RIDGE,
    TOO_MANY,
    Entrants,
    Ordering,
    among_first,
    by_borda,
    by_bradley_terry,
    by_copeland,
    by_kemeny,
    by_mean_rank,
    by_median_rank,
    by_win_rate,
    expected_against_all,
    mean_of_present,
    places,
    shares_beaten,
    spread,
)
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from reportgen.analysis.rankings.grounds import Grounds

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

NAME = "methods"
TITLE = "Other ways to rank"
#: In the order of tables and pages. Without gaps those of `ALIKE` cannot differ.
METHODS = (
    "mean",
    "win-rate",
    "borda",
    "mean-rank",
    "bradley-terry",
    "median-rank",
    "copeland",
    "kemeny",
)
ALIKE = ("win-rate", "borda", "mean-rank", "bradley-terry")
DEFAULT = "mean"
#: Share of games by which a penalty may move an expectation.
NEGLIGIBLE = 0.005
#: Sets of systems.
RANKED, ALL = "ranked", "all"
TABLES: Mapping[str, Mapping[str, str]] = {
    # systems beyond those compared pair by pair have no row for a method that compares pairs
    MAIN: {
        "pool": "which systems are ranked against each other: ranked (those the board ranks) or all (all entrants)",
        "method": "mean, win-rate (share of other systems beaten, ties half), borda (votes as in MTEB, none where not "
        "measured), mean-rank, bradley-terry (log odds, mean 0), median-rank, copeland (share of opponents beaten "
        "by a majority of benchmarks) or kemeny (mean position over all best orders)",
        "system": "system",
        "rank": "1 + number of systems that are better by the method; for kemeny the first position in any best order",
        "value": "what the method orders by",
        "standard_error": "of the value: over benchmarks; of the mean the board's, over test items or runs",
        "low": "lower end of the interval of the value; for kemeny the first position in any best order",
        "high": "upper end of the interval; for kemeny the last position in any best order",
        "n": "benchmarks of the system in the ranking",
        "reason": "why there is no rank, or no error where the method has one",
    },
    "agreement": {
        "pool": "which systems are ranked against each other",
        "method_a": "method",
        "method_b": "other method",
        "tau_b": "Kendall tau-b of the two rankings over the systems that both rank; empty with fewer than three",
        "n": "systems that both rank",
        "same_first": "whether the same systems are first",
    },
    "first": {
        "pool": "which systems are ranked against each other",
        "method": "method",
        "first": "systems that are first by it, separated by semicolons",
        "systems": "systems that it ranks",
        "default": "whether the board is ranked by it",
        "reason": "why nobody is first",
    },
    "win_rates": {
        "system": "system",
        "n": "benchmarks that it has",
        "of": "benchmarks of the score",
        "win_rate": "mean share of the other systems beaten on a benchmark, equal ones half",
        "strict": "the same with equal ones not counted, as HELM did before ties were mended",
        "lost_by_ties": "win_rate minus strict",
        "against_all": "share of all systems it would beat, by Bradley-Terry strengths",
        "flattered": "win_rate minus against_all: positive where it met weaker systems than others did",
        "reason": "why against_all is not known",
    },
}


@dataclass(frozen=True, slots=True)
class Compared:
    """What the methods say together.

    Attributes:
        systems: ranked by the board.
        entrants: systems with a score on any of its benchmarks.
        benchmarks: of the score.
        complete: no ranked system lacks a score.
        compared: systems compared pair by pair.
        first: (method, systems first by it) for the methods that have a first, in the order of `METHODS`.
        first_of_all: the same for all entrants; empty where all are ranked.
        optima: number of best orders of Kemeny; NaN where not computed.
        flattered: most by which a win rate profits from gaps, and who; NaN where there are none.
    """

    systems: int
    entrants: int
    benchmarks: int
    complete: bool
    compared: int
    first: tuple[tuple[str, tuple[str, ...]], ...]
    first_of_all: tuple[tuple[str, tuple[str, ...]], ...]
    optima: float
    flattered: tuple[float, str]


def compute(
    grounds: Grounds, earlier: Mapping[str, Found | NotEstimable], generator: np.random.Generator
) -> Found | NotEstimable:
    """Every method on the systems of the board."""
    del earlier, generator
    systems, benchmarks = int(grounds.ranked.sum()), len(grounds.labels)
    if benchmarks < 2:
        return NotEstimable("with one benchmark every way to rank gives the order of its scores")
    if systems < 2:
        return NotEstimable("fewer than two systems are ranked")
    ranked = np.flatnonzero(grounds.ranked)
    entrants = Entrants.of(grounds.goodness[ranked], grounds.level)
    found, optima = _of_ranked(grounds, entrants)
    pools = {RANKED: (ranked, found)}
    widest = entrants
    everyone = np.flatnonzero(np.isfinite(grounds.goodness).any(axis=1))
    if len(everyone) > systems:
        widest = Entrants.of(grounds.goodness[everyone], grounds.level)
        pools[ALL] = everyone, _of_all(widest)
    rows, orderings = pools[ALL if ALL in pools else RANKED]
    rates = _win_rates(np.array(grounds.names, dtype=object)[rows], widest, orderings["bradley-terry"])
    tables = {
        MAIN: pd.concat([_main(grounds, pool, *one) for pool, one in pools.items()], ignore_index=True),
        "agreement": pd.concat([_agreement(pool, one[1]) for pool, one in pools.items()], ignore_index=True),
        "first": pd.concat([_first(grounds, pool, *one) for pool, one in pools.items()], ignore_index=True),
        "win_rates": rates,
    }
    headline = Compared(
        systems=systems,
        entrants=len(everyone),
        benchmarks=benchmarks,
        complete=entrants.complete,
        compared=min(systems, MOST_COMPARED),
        first=_winners(grounds, *pools[RANKED]),
        first_of_all=_winners(grounds, *pools[ALL]) if ALL in pools else (),
        optima=optima,
        flattered=_most_flattered(rates, widest),
    )
    return Found(tables, headline)


def _of_ranked(grounds: Grounds, entrants: Entrants) -> tuple[dict[str, Ordering], float]:
    """Every method on the systems the board ranks, and the number of Kemeny's best orders."""
    size = len(entrants.ranks)
    chosen = np.arange(min(size, MOST_COMPARED))  # the best by the mean come first
    top = entrants if len(chosen) == size else Entrants.of(entrants.goodness[chosen], entrants.level)
    order, details = by_kemeny(top)
    found = {
        "mean": _by_mean(grounds),
        "win-rate": by_win_rate(entrants),
        "borda": by_borda(entrants),
        "mean-rank": by_mean_rank(entrants),
        "bradley-terry": among_first(entrants, chosen, by_bradley_terry),
        "median-rank": by_median_rank(entrants),
        "copeland": among_first(entrants, chosen, by_copeland),
        "kemeny": order if top is entrants else spread(order, chosen, size),
    }
    return found, details.optima


def _by_mean(grounds: Grounds) -> Ordering:
    """The board's own ranking, with its own errors."""
    rows = grounds.board.rows[grounds.ranked]
    value, error = rows["score"].to_numpy(float), rows["standard_error"].to_numpy(float)
    sure = np.where(error > 0, error, np.nan)
    half = float(ndtri((1 + grounds.level) / 2)) * sure
    reason = ["" if known else "the error of the score is not known" for known in np.isfinite(sure)]
    return Ordering(value, rows["rank"].to_numpy(float), sure, value - half, value + half, reason)


def _of_all(entrants: Entrants) -> dict[str, Ordering]:
    """The methods that can do with gaps; pair by pair only the first by win rate."""
    rate = by_win_rate(entrants)
    best = np.argsort(-np.nan_to_num(rate.value, nan=-1.0), kind="stable")[:MOST_COMPARED]
    chosen = np.sort(best)
    return {
        "win-rate": rate,
        "borda": by_borda(entrants),
        "bradley-terry": among_first(entrants, chosen, by_bradley_terry),
        "copeland": among_first(entrants, chosen, by_copeland),
    }


def _main(grounds: Grounds, pool: str, rows: Ints, found: Mapping[str, Ordering]) -> pd.DataFrame:
    n = np.isfinite(grounds.goodness[rows]).sum(axis=1)
    names = np.array(grounds.names, dtype=object)[rows]
    frames = []
    for method, one in found.items():
        frame = pd.DataFrame(
            {
                "pool": pool,
                "method": method,
                "system": names,
                "rank": pd.array(np.where(np.isnan(one.rank), 0, one.rank).astype(int), dtype="Int64"),
                "value": one.value,
                "standard_error": one.standard_error,
                "low": one.low,
                "high": one.high,
                "n": n,
                "reason": one.reason,
            }
        )
        frame.loc[np.isnan(one.rank), "rank"] = pd.NA
        frame = frame[frame["reason"] != TOO_MANY]  # thousands of rows that say nothing
        frames.append(frame.sort_values(["rank", "system"], kind="stable", na_position="last"))
    return pd.concat(frames, ignore_index=True)


def _agreement(pool: str, found: Mapping[str, Ordering]) -> pd.DataFrame:
    """Tau-b between every two methods that rank anybody."""
    methods = [method for method, one in found.items() if np.isfinite(one.rank).any()]
    matrix = tau_b_matrix(np.column_stack([-found[method].rank for method in methods]))
    rows = []
    for a, one in enumerate(methods):
        for b in range(a + 1, len(methods)):
            n = int(matrix.n[a, b])
            first = [set(np.flatnonzero(found[method].rank == 1).tolist()) for method in (one, methods[b])]
            rows.append(
                {
                    "pool": pool,
                    "method_a": one,
                    "method_b": methods[b],
                    "tau_b": float(matrix.tau[a, b]) if n >= 3 else float("nan"),
                    "n": n,
                    "same_first": first[0] == first[1],
                }
            )
    return pd.DataFrame(rows, columns=list(TABLES["agreement"]))


def _winners(
    grounds: Grounds, rows: Ints, found: Mapping[str, Ordering]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The systems of rank 1 by each method that has any, sorted by name."""
    first = ((method, np.flatnonzero(one.rank == 1)) for method, one in found.items())
    return tuple(
        (method, tuple(sorted(grounds.names[rows[at]] for at in best))) for method, best in first if len(best)
    )


def _first(grounds: Grounds, pool: str, rows: Ints, found: Mapping[str, Ordering]) -> pd.DataFrame:
    winners = dict(_winners(grounds, rows, found))
    return pd.DataFrame(
        {
            "pool": pool,
            "method": list(found),
            "first": ["; ".join(winners.get(method, ())) for method in found],
            "systems": [int(np.isfinite(one.rank).sum()) for one in found.values()],
            "default": [method == DEFAULT for method in found],
            "reason": ["" if method in winners else one.reason[0] for method, one in found.items()],
        }
    )


def _win_rates(names: Floats, entrants: Entrants, strength: Ordering) -> pd.DataFrame:
    """What ties and gaps make of win rates, best first."""
    rate = mean_of_present(shares_beaten(entrants.ranks))
    strict = mean_of_present(shares_beaten(entrants.ranks, ties=0.0))
    reason = np.array(strength.reason, dtype=object)
    unknown = np.isnan(strength.value) | ((reason == HELD) & _moved(strength.value, entrants))
    against_all = np.where(unknown, np.nan, expected_against_all(strength.value))
    if entrants.complete:  # everybody met everybody: nothing to correct
        against_all, unknown = rate, np.zeros(len(rate), dtype=bool)
    frame = pd.DataFrame(
        {
            "system": names,
            "n": entrants.present.sum(axis=1),
            "of": entrants.ranks.shape[1],
            "win_rate": rate,
            "strict": strict,
            "lost_by_ties": rate - strict,
            "against_all": against_all,
            "flattered": rate - against_all,
            "reason": np.where(unknown, reason, ""),
            "place": places(rate),
        }
    )
    return frame.sort_values(["place", "system"], kind="stable", ignore_index=True)[list(TABLES["win_rates"])]


def _moved(strength: Floats, entrants: Entrants) -> NDArray[np.bool_]:
    """Whether the penalty that keeps strengths finite changes the share of games a system is expected to win."""
    others = np.maximum(entrants.present.sum(axis=0) - 1, 0)
    games = np.maximum((entrants.present * others).sum(axis=1), 1)
    return np.asarray(RIDGE * np.abs(strength) / games > NEGLIGIBLE)


def _most_flattered(rates: pd.DataFrame, entrants: Entrants) -> tuple[float, str]:
    """The system whose win rate profits most from whom it met."""
    gain = rates["flattered"].to_numpy(float)
    if entrants.complete or not np.isfinite(gain).any():
        return float("nan"), ""
    at = int(np.nanargmax(gain))
    return float(gain[at]), str(rates["system"].iloc[at])
