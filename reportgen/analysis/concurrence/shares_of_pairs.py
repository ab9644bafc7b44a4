"""Shares of variance of the settings that declare what the pairs share, as rows of tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from reportgen.analysis.concurrence.tau_table import pairwise_correlation
from reportgen.analysis.concurrence.variance_shares import Shares, shares
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.concurrence.pair_classes import Pairs

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]
    Rows = list[dict[str, Any]]


def shares_of_pairs(goodness: Floats, pairs: Pairs, names: tuple[str, ...], rows: Ints) -> tuple[Rows, Rows]:
    """Effects with their shares, and designs with their coefficient; one row with a reason where there are none.

    Args:
        goodness: (p, q) scores, NaN missing.
        pairs: that are used.
        names: properties that are crossed.
        rows: settings that declare all of them.
    """
    found = _shares(goodness, pairs, names, rows)
    if isinstance(found, NotEstimable):
        return [{"effect": "", "reason": found.reason}], []
    variance = [
        {
            "effect": effect,
            "variance": value,
            "share": found.share(effect),
            "levels": found.effective.get(effect, np.nan),
            "reason": "" if value >= 0 else "estimated below zero, counted as none",
        }
        for effect, value in found.variance.items()
    ]
    designs = [{"design": "these benchmarks", "generalizability": found.generalizability()}]
    designs += [
        {
            "design": f"one more {effect.removeprefix('model:')}",
            "generalizability": found.generalizability(effect),
        }
        for effect in found.effective
    ]
    return variance, designs


def _shares(goodness: Floats, pairs: Pairs, names: tuple[str, ...], rows: Ints) -> Shares | NotEstimable:
    if not names:
        return NotEstimable("no two benchmarks share a source or a construct, or all do")
    wanted = np.full((goodness.shape[1],) * 2, np.nan)
    wanted[pairs.a, pairs.b] = wanted[pairs.b, pairs.a] = 0.0
    correlation = pairwise_correlation(goodness[:, rows]) + wanted[np.ix_(rows, rows)]
    return shares(correlation, {name: pairs.codes[name][rows] for name in names})
