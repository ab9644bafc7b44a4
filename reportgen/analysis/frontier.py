"""Who is not beaten: systems that no other one beats in quality without costing more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]


def on_frontier(goodness: Floats, cost: Floats) -> Bools:
    """Which systems no other one dominates: at least as good at no more cost, and better in one of the two.

    Equal in both is no domination: of two such systems both are on the frontier or neither.

    Args:
        goodness: (..., p), larger is better; leading axes are separate draws.
        cost: (p,), less is better.
    """
    order = np.argsort(cost, kind="stable")
    inverse = np.argsort(order, kind="stable")
    sorted_cost, good = cost[order], goodness[..., order]
    level = np.searchsorted(sorted_cost, sorted_cost, side="left")
    last = np.searchsorted(sorted_cost, sorted_cost, side="right") - 1
    best = np.maximum.accumulate(good, axis=-1)
    cheaper = np.where(level > 0, best[..., np.maximum(level - 1, 0)], -np.inf)
    result: Bools = ((good >= best[..., last]) & (good > cheaper))[..., inverse]
    return result


def least_cost_of(goodness: Floats, cost: Floats, wanted: Floats) -> Floats:
    """For each of `wanted`, the least cost of any system at least that good; NaN where none is."""
    order = np.argsort(goodness, kind="stable")
    cheapest = np.minimum.accumulate(cost[order][::-1])[::-1]
    at = np.searchsorted(goodness[order], wanted, side="left")
    return np.where(at < len(order), cheapest[np.minimum(at, len(order) - 1)], np.nan)


def frontier_probability(
    goodness: Floats, error: Floats, cost: Floats, *, draws: int, generator: np.random.Generator
) -> Floats:
    """(p,) share of draws in which each system is on the frontier; NaN where an error is unknown.

    A draw moves every goodness by its own standard error, normal and independent; costs stay.
    """
    if not np.isfinite(error).all():
        return np.full(len(goodness), np.nan)
    moved = goodness + error * generator.standard_normal((draws, len(goodness)))
    return np.asarray(on_frontier(moved, cost).mean(axis=0))
