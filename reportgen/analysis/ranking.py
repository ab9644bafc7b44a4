"""Ranks as sets: which places a system may hold, all systems at once.

Simultaneous rank confidence sets (Mogstad, Romano, Shaikh and Wilhelm 2024, Review of Economic Studies
91(1)). With differences of all pairs tested at one critical value c that holds for all of them together,

    low_j = 1 + #{k: k is significantly better than j},  high_j = p - #{k: k is significantly worse than j}

and with probability of at least `level` every system's true rank lies in its set. k is significantly better
than j when score_k - score_j > c * SE(difference). Where the uncertainty comes from decides c and SE:

- "items": each score has a standard error (the test items, or the seeds, are a sample). Scores are taken as
  independent, SE = sqrt(se_j^2 + se_k^2), and c is the Tukey-Kramer value q(level; p, inf) / sqrt(2), q the
  quantile of the studentized range: exact for equal errors, conservative otherwise (Hayter 1984, Annals of
  Statistics 12(1)). Systems tested on the same items are usually positively correlated, which makes these
  sets too wide, not too narrow. Where at most a tenth of the systems lack an error, those few are told
  apart from nobody (an infinite error): every statement stays valid, and the others' sets stay useful.
- "benchmarks": no standard errors, but at least twenty settings. The settings are taken as a sample of all
  settings one could have used; SE is that of the mean paired difference over the B settings, and c the t
  quantile with B - 1 degrees of freedom, Bonferroni-corrected for p (p - 1) / 2 pairs.

The step-down refinement of the paper is not used: the sets here are at most wider than with it.

Tie groups: in the order of scores, the first system leads group 1; a new group starts at the first system
that the leader of the current group is significantly better than, and that system leads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import ndtr, stdtrit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]
    #: Variance of the difference between systems start..stop and systems start..p: (stop - start, p - start).
    Variance = Callable[[int, int], Floats]

#: Settings needed before their spread can stand for an error. Corrected for all pairs of 30 systems, the t quantile
#: is 4.8 standard errors with 20 settings (the normal one is 3.9), 6.5 with 10 and 15 with 5: with fewer settings
#: everything ties, which would say more about the method than about the systems.
FEWEST_SETTINGS = 20
#: Share of systems that may lack a standard error before errors are not used at all.
MOST_LACKING = 0.1
#: Scores closer than this share of the larger of the two are equal: the difference is floating-point noise. Not of
#: the largest of all: one perplexity of 1e10 must not make 11 and 12 equal.
NOISE = 1e-9
#: What a sum of positive and negative scores may leave where it should be 0, as a share of the largest.
ROUNDING = 1e-13
#: Entries of a block of the p x p comparison that are in memory at once (16 MB as float64).
_BLOCK = 2_000_000


@dataclass(frozen=True, slots=True)
class Ranking:
    """Ranks of p systems, each array in the order the systems were given.

    Attributes:
        order: positions of the systems, best first; equal scores by name.
        rank: 1 + number of systems with a better score; equal scores share a rank.
        low, high: best and worst rank in the confidence set; empty when not estimable.
        group: tie group, 1 for the best; empty when not estimable.
        unit: what is a sample: "items" or "benchmarks"; "" when not estimable.
        critical: how many standard errors of a difference are significant; NaN when not estimable.
        reason: why rank sets are not estimable and what would make them so; "" when they are.
    """

    order: Ints
    rank: Ints
    low: Ints
    high: Ints
    group: Ints
    unit: Literal["items", "benchmarks", ""]
    critical: float
    reason: str

    @classmethod
    def without_sets(cls, order: Ints, ranks: Ints, reason: str) -> Ranking:
        """Ranks alone, with the reason why there are no sets."""
        none = np.empty(0, dtype=np.intp)
        return cls(order, ranks, none, none, none, "", float("nan"), reason)


def rank(
    goodness: Floats,
    names: Sequence[str],
    *,
    level: float,
    stderr: Floats | None = None,
    by_setting: Floats | None = None,
) -> Ranking:
    """Rank systems, with rank sets where the uncertainty is known.

    Args:
        goodness: (p,) finite scores, larger is better.
        names: (p,) names, to order equal scores.
        level: simultaneous confidence level in (0, 1).
        stderr: (p,) standard errors in the unit of `goodness`; NaN unknown.
        by_setting: (p, B) finite values whose mean over columns is `goodness`.

    Raises:
        ValueError: a score is not finite, or the level is not in (0, 1).
    """
    if not np.isfinite(goodness).all():
        raise ValueError("only systems with a score can be ranked")
    order, ranks = plain_ranks(goodness, names)
    p, settings = len(goodness), 0 if by_setting is None else by_setting.shape[1]
    if p < 2:
        return Ranking.without_sets(order, ranks, "only one system" if p else "no system is ranked")
    if stderr is not None and np.isnan(stderr).mean() <= MOST_LACKING:
        critical = tukey_critical(level, p)
        errors = np.where(np.isnan(stderr), np.inf, stderr)
        low, high, group = _sets(goodness[order], critical, _independent(errors[order]))
        return _with_sets(order, ranks, (low, high, group), "items", critical)
    if by_setting is not None and settings >= FEWEST_SETTINGS:
        critical = bonferroni_critical(level, p, settings)
        low, high, group = _sets(goodness[order], critical, _paired(by_setting[order]))
        return _with_sets(order, ranks, (low, high, group), "benchmarks", critical)
    return Ranking.without_sets(order, ranks, _what_lacks(stderr, p, settings))


def plain_ranks(goodness: Floats, names: Sequence[str]) -> tuple[Ints, Ints]:
    """Order (best first, equal scores by name) and competition ranks: equal scores share the better rank."""
    descending = np.argsort(-goodness, kind="stable")
    ordered = goodness[descending]
    noise = _noise(ordered)
    worse = ordered[:-1] - ordered[1:] > np.maximum(noise[:-1], noise[1:])
    starts = np.concatenate([[True], worse]) if len(goodness) else np.empty(0, dtype=bool)
    place = np.maximum.accumulate(np.where(starts, np.arange(len(goodness)), 0))
    ranks = np.empty(len(goodness), dtype=np.intp)
    ranks[descending] = place + 1
    by_name = sorted(range(len(goodness)), key=lambda system: (ranks[system], names[system]))
    return np.array(by_name, dtype=np.intp), ranks


def _noise(scores: Floats) -> Floats:
    """For each score, the difference up to which another of its size is equal to it."""
    size = np.abs(scores)
    noise: Floats = NOISE * size + ROUNDING * size.max(initial=0.0)
    return noise


def tukey_critical(level: float, p: int) -> float:
    """Tukey-Kramer critical value for all pairs of p independent scores: q(level; p) / sqrt(2)."""
    return studentized_range_quantile(level, p) / float(np.sqrt(2.0))


def bonferroni_critical(level: float, p: int, settings: int) -> float:
    """Two-sided t quantile with `settings` - 1 degrees of freedom, Bonferroni over p (p - 1) / 2 pairs."""
    _check_level(level)
    return -float(stdtrit(settings - 1, (1 - level) / (p * (p - 1))))


def studentized_range_quantile(level: float, p: int) -> float:
    """The q with P(range of p independent standard normals <= q) = level.

    P = p * integral of phi(z) [Phi(z) - Phi(z - q)]^(p - 1) dz, z the largest. The trapezoidal rule
    converges faster than any power of the step for such an integrand.
    """
    _check_level(level)
    if p < 2:
        raise ValueError("a range needs two systems")
    z = np.linspace(-10.0, 10.0, 4001)
    density = p * np.exp(-0.5 * z * z) / np.sqrt(2 * np.pi) * (z[1] - z[0])

    def excess(q: float) -> float:
        outside = np.minimum(ndtr(-z) + ndtr(z - q), 1 - 1e-16)
        return float(density @ np.exp((p - 1) * np.log1p(-outside))) - level

    return _root(excess, 0.0, 40.0)


def _root(rising: Callable[[float], float], low: float, high: float) -> float:
    """Where a rising function crosses zero, by halving: quicker than loading scipy.optimize for it."""
    while high - low > 1e-10:
        middle = (low + high) / 2
        low, high = (low, middle) if rising(middle) > 0 else (middle, high)
    return (low + high) / 2


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise ValueError(f"the confidence level must lie between 0 and 1, not {level}")


def _independent(stderr: Floats) -> Variance:
    square = stderr**2
    return lambda start, stop: square[start:stop, np.newaxis] + square[np.newaxis, start:]


def _paired(values: Floats) -> Variance:
    """Variance of the mean paired difference over settings: (S_jj + S_kk - 2 S_jk) / B, S the covariance."""
    settings = values.shape[1]
    centred = (values - values.mean(axis=1, keepdims=True)) / np.sqrt(settings * (settings - 1.0))
    own = (centred**2).sum(axis=1)

    def variance(start: int, stop: int) -> Floats:
        block: Floats = centred[start:stop] @ centred[start:].T
        block *= -2
        block += own[start:stop, np.newaxis]
        block += own[np.newaxis, start:]
        np.maximum(block, 0.0, out=block)
        return block

    return variance


def _sets(ordered: Floats, critical: float, variance: Variance) -> tuple[Ints, Ints, Ints]:
    """Low, high and tie group of systems ordered from best to worst; blocks of the upper triangle only."""
    p = len(ordered)
    better, worse = np.zeros(p, dtype=np.intp), np.zeros(p, dtype=np.intp)
    next_group = np.full(p, p, dtype=np.intp)
    noise = _noise(ordered)
    start = 0
    while start < p:
        stop = min(p, start + max(1, _BLOCK // (p - start)))
        difference = ordered[start:stop, np.newaxis] - ordered[np.newaxis, start:]
        bound = variance(start, stop)
        bound *= critical**2
        significant = difference > np.maximum(noise[start:stop, np.newaxis], noise[np.newaxis, start:])
        significant &= np.square(difference, out=difference) > bound
        worse[start:stop] = np.count_nonzero(significant, axis=1)
        better[start:] += np.count_nonzero(significant, axis=0)
        first = start + significant.argmax(axis=1)
        next_group[start:stop] = np.where(worse[start:stop] > 0, first, p)
        start = stop
    return 1 + better, p - worse, tie_groups(next_group)


def tie_groups(next_group: Ints) -> Ints:
    """Tie groups from, for each system, the first one it is significantly better than."""
    p = len(next_group)
    starts = np.zeros(p, dtype=np.intp)
    leader = 0
    while leader < p:
        starts[leader] = 1
        leader = int(next_group[leader])
    return np.cumsum(starts)


def _with_sets(
    order: Ints,
    ranks: Ints,
    ordered: tuple[Ints, Ints, Ints],
    unit: Literal["items", "benchmarks"],
    critical: float,
) -> Ranking:
    low, high, group = (np.empty_like(order) for _ in range(3))
    low[order], high[order], group[order] = ordered
    return Ranking(order, ranks, low, high, group, unit, critical, "")


def _what_lacks(stderr: Floats | None, p: int, settings: int) -> str:
    lacking = p if stderr is None else int(np.isnan(stderr).sum())
    few = f"{settings} setting is" if settings == 1 else f"{settings} settings are"
    return (
        f"{lacking} of {p} systems have no standard error, and {few} fewer than the {FEWEST_SETTINGS} whose "
        "spread could serve instead; supply the standard error or the number of items of each score"
    )
