"""Ways to turn the scores of systems on several benchmarks into one ranking; each by itself.

All but the mean look only at the order on each benchmark, never at how far apart two scores are. Without gaps four of
them cannot differ: the share of other systems beaten is a straight line in the mean rank and in Borda's votes, and
where everybody has met everybody equally often, Bradley-Terry strengths come in the order of games won.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, stdtrit

from reportgen.analysis.average_ranks import FEWEST_BENCHMARKS, column_ranks
from reportgen.analysis.bradley_terry import cluster_errors, is_connected, strengths
from reportgen.analysis.ranking import plain_ranks
from reportgen.analysis.rankings.games import play, surplus
from reportgen.analysis.rankings.majority import MOST_ENTANGLED, copeland, kemeny
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from reportgen.analysis.rankings.majority import Kemeny

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

#: Systems that are compared pair by pair; a comparison of p of them takes p^3 steps.
MOST_COMPARED = 200
#: Penalty that keeps strengths finite where a system never lost: a normal prior of standard deviation 5 logits.
RIDGE = 0.04
TOO_MANY = f"only the first {MOST_COMPARED} systems are compared pair by pair"
TOO_FEW = f"fewer than {FEWEST_BENCHMARKS} benchmarks: no error"
SAME = "the same on every benchmark: no error"
GAPS = "ranks among different sets of systems cannot be averaged"
APART = "two groups of systems share no benchmark"
HELD = "somebody never lost: strengths are kept finite by a penalty and have no error"


@dataclass(frozen=True, slots=True)
class Entrants:
    """Who is ranked against whom.

    Attributes:
        goodness: (p, B) larger is better, NaN where not measured.
        ranks: (p, B) on each benchmark, 1 the best, ties averaged, NaN where not measured.
        level: confidence level.
    """

    goodness: Floats
    ranks: Floats
    level: float

    @classmethod
    def of(cls, goodness: Floats, level: float) -> Entrants:
        """With the ranks of these scores."""
        return cls(goodness, column_ranks(goodness), level)

    @property
    def present(self) -> Bools:
        """(p, B) whether there is a score."""
        return np.isfinite(self.ranks)

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return bool(self.present.all())


@dataclass(frozen=True, slots=True)
class Ordering:
    """What one method says of p systems, each array (p,), NaN where it says nothing.

    Attributes:
        value: what the method orders by.
        rank: 1 + number of systems that are better by it.
        standard_error, low, high: of the value, over benchmarks; for Kemeny `low` and `high` are positions.
        reason: why there is no rank, or no error; "" where there is both.
    """

    value: Floats
    rank: Floats
    standard_error: Floats
    low: Floats
    high: Floats
    reason: list[str] = field(default_factory=list)


def places(goodness: Floats) -> Floats:
    """Competition ranks of what is finite, 1 the largest; NaN elsewhere."""
    found = np.full(len(goodness), np.nan)
    there = np.flatnonzero(np.isfinite(goodness))
    found[there] = plain_ranks(goodness[there], [""] * len(there))[1]
    return found


def shares_beaten(ranks: Floats, *, ties: float = 0.5) -> Floats:
    """(p, B) share of the other systems on a benchmark that are worse; NaN where there is none other.

    Args:
        ranks: as in `Entrants`.
        ties: what an equal system counts: one half, or 0 as HELM counted before it mended ties.
    """
    present = np.isfinite(ranks)
    others = present.sum(axis=0) - 1
    share = 1 - (ranks - 1) / np.where(others > 0, others, np.nan)
    return share if ties == 0.5 else share - (0.5 - ties) * _equal(ranks) / np.maximum(others, 1)


def _equal(ranks: Floats) -> Floats:
    """(p, B) other systems with the same rank."""
    found = np.full(ranks.shape, np.nan)
    for column in range(ranks.shape[1]):
        there = np.isfinite(ranks[:, column])
        _, at, sizes = np.unique(ranks[there, column], return_inverse=True, return_counts=True)
        found[there, column] = sizes[at] - 1
    return found


def mean_of_present(values: Floats) -> Floats:
    """Mean of each row over what is finite; NaN where nothing is."""
    there = np.isfinite(values)
    total = np.where(there, values, 0.0).sum(axis=1)
    return np.where(there.any(axis=1), total / np.maximum(there.sum(axis=1), 1), np.nan)


def by_win_rate(entrants: Entrants) -> Ordering:
    """Mean over benchmarks of the share of other systems beaten there, ties half; larger is better."""
    shares = shares_beaten(entrants.ranks)
    value = mean_of_present(shares)
    return _over_benchmarks(shares, places(value), entrants.level, within=(0.0, 1.0))


def by_mean_rank(entrants: Entrants) -> Ordering:
    """Mean rank over benchmarks; smaller is better."""
    if not entrants.complete:
        return _nothing(len(entrants.ranks), GAPS)
    return _over_benchmarks(
        entrants.ranks,
        places(-entrants.ranks.mean(axis=1)),
        entrants.level,
        within=(1.0, len(entrants.ranks)),
    )


def by_median_rank(entrants: Entrants) -> Ordering:
    """Median rank over benchmarks; smaller is better."""
    if not entrants.complete:
        return _nothing(len(entrants.ranks), GAPS)
    value = np.median(entrants.ranks, axis=1)
    return _without_error(value, places(-value))


def by_borda(entrants: Entrants) -> Ordering:
    """Sum over benchmarks of the number of systems behind, absent ones counted as behind; larger is better.

    As in MTEB: n - rank votes, n all systems; a system that was not measured on a benchmark gets no vote there.
    """
    votes = np.where(entrants.present, len(entrants.ranks) - entrants.ranks, 0.0).sum(axis=1)
    return _without_error(votes, places(votes))


def by_bradley_terry(entrants: Entrants) -> Ordering:
    """Strengths in log odds, mean 0; each benchmark is a game between every two systems that have it."""
    games = play(entrants.ranks)
    if not is_connected(games.played):
        return _nothing(len(entrants.ranks), APART)
    held = not is_connected(games.half)
    found = strengths(games.half, ridge=RIDGE if held else 0.0)
    if isinstance(found, NotEstimable):
        return _nothing(len(entrants.ranks), found.reason)
    value = found.strength
    rank = places(np.round(value, 8) + 0.0)
    benchmarks = int(entrants.present.any(axis=0).sum())
    if held or benchmarks < FEWEST_BENCHMARKS:
        return _without_error(value, rank, HELD if held else TOO_FEW)
    error = cluster_errors(surplus(entrants.ranks, value), games.played, value)
    return _with_error(value, rank, error, np.full(len(value), benchmarks), entrants.level)


def by_copeland(entrants: Entrants) -> Ordering:
    """Share of opponents beaten on more benchmarks than lost to; larger is better."""
    games = play(entrants.ranks)
    value = copeland(np.where(games.played > 0, games.wins, np.nan))
    return _without_error(value, places(value))


def by_kemeny(entrants: Entrants) -> tuple[Ordering, Kemeny]:
    """Mean position over the orders that contradict the fewest results; smaller is better."""
    found = kemeny(play(entrants.ranks).wins)
    unknown = np.isnan(found.mean)
    why = f"no majority separates {found.largest} systems; the best order of more than {MOST_ENTANGLED} is not computed"
    # the first of a solved group stands behind every system of the groups before it, solved or not
    rank = np.where(unknown, np.nan, found.low)
    reasons = [why if one else "" for one in unknown]
    return Ordering(found.mean, rank, np.full(len(rank), np.nan), found.low, found.high, reasons), found


def among_first(entrants: Entrants, chosen: Ints, method: Callable[[Entrants], Ordering]) -> Ordering:
    """A method among the systems `chosen` only, spread over all of them."""
    if len(chosen) == len(entrants.ranks):
        return method(entrants)
    return spread(method(Entrants.of(entrants.goodness[chosen], entrants.level)), chosen, len(entrants.ranks))


def spread(found: Ordering, chosen: Ints, size: int) -> Ordering:
    """What is found of some systems in the places of all; the others have a reason."""
    value, rank, error, low, high = np.full((5, size), np.nan)
    value[chosen], rank[chosen], error[chosen] = found.value, found.rank, found.standard_error
    low[chosen], high[chosen] = found.low, found.high
    reason = [TOO_MANY] * size
    for at, why in zip(chosen, found.reason, strict=True):
        reason[at] = why
    return Ordering(value, rank, error, low, high, reason)


def expected_against_all(strength: Floats) -> Floats:
    """(p,) chance to beat a random other system on a random benchmark, by the strengths; NaN where there is none."""
    there = np.flatnonzero(np.isfinite(strength))
    found = np.full(len(strength), np.nan)
    known = strength[there]
    chance = expit(known[:, np.newaxis] - known[np.newaxis, :])
    found[there] = (chance.sum(axis=1) - 0.5) / max(len(there) - 1, 1)
    return found


def _over_benchmarks(values: Floats, rank: Floats, level: float, within: tuple[float, float]) -> Ordering:
    """Mean, error and Student interval over the benchmarks that a system has, cut off at the bounds."""
    there = np.isfinite(values)
    k = there.sum(axis=1)
    mean = mean_of_present(values)
    squares = (np.where(there, values - mean[:, np.newaxis], 0.0) ** 2).sum(axis=1)
    error = np.sqrt(squares / np.maximum(k * (k - 1), 1))
    found = _with_error(mean, rank, np.where(k >= FEWEST_BENCHMARKS, error, np.nan), k, level)
    low, high = np.clip(found.low, *within), np.clip(found.high, *within)
    return Ordering(found.value, rank, found.standard_error, low, high, found.reason)


def _with_error(value: Floats, rank: Floats, error: Floats, k: Ints, level: float) -> Ordering:
    """Student intervals with k - 1 degrees of freedom; an error of 0 is none."""
    few = np.isnan(error) | ~np.isfinite(value)
    none = ~few & (error <= 1e-12 * np.maximum(np.abs(value), 1.0))
    sure = np.where(few | none, np.nan, error)
    half = -stdtrit(np.maximum(k - 1, 1), (1 - level) / 2) * sure
    reason = [TOO_FEW if lacks else SAME if same else "" for lacks, same in zip(few, none, strict=True)]
    return Ordering(value, rank, sure, value - half, value + half, reason)


def _without_error(value: Floats, rank: Floats, reason: str = "") -> Ordering:
    none = np.full(len(value), np.nan)
    return Ordering(value, rank, none, none, none, [reason] * len(value))


def _nothing(size: int, reason: str) -> Ordering:
    none = np.full(size, np.nan)
    return _without_error(none, none, reason)
