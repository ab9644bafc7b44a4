"""What is left of the agreement of two benchmarks once model size is accounted for?

Larger models are better at nearly everything, and two benchmarks may agree for no other reason. Kendall's partial tau
(1942) of benchmarks a and b given the size s,

    tau_ab.s = (tau_ab - tau_as tau_bs) / sqrt((1 - tau_as^2) (1 - tau_bs^2)),

over the models with both scores and a known number of parameters. Only the order of sizes counts, so their logarithm
changes nothing. This tau does not vanish where size is all that two benchmarks share (Korn 1984, "The ranges of
limiting values of some partial correlations under conditional independence"). So the claims rest on

    2 / pi asin(partial r),  r = sin(tau pi / 2) for each of the three,

which does for scores that are bell-shaped on some scale (Greiner 1909). Interval of it: exact delete-one jackknife
over models, Student t with n - 1 degrees of freedom.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from reportgen.analysis.concurrence.agreement import FEWEST_FOR_CLAIM, FEWEST_FOR_INTERVAL
from reportgen.analysis.concurrence.counting import by_halves
from reportgen.analysis.concurrence.kendall import column_ranks, dense_ranks, overlap
from reportgen.analysis.concurrence.tau_table import copies
from reportgen.analysis.parts import MAIN, Found
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from reportgen.analysis.concurrence.grounds import Grounds

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]
    Counts = tuple[Floats, Floats, Floats]

NAME = "partial"
TITLE = "Agreement at equal model size"
TABLES: Mapping[str, Mapping[str, str]] = {
    MAIN: {
        "benchmark_a": "First benchmark setting",
        "benchmark_b": "Second benchmark setting",
        "tau_b": "Kendall tau-b over the models of known size",
        "tau_size_a": "Kendall tau-b of the first with the number of parameters",
        "tau_size_b": "Kendall tau-b of the second with it",
        "partial": "Kendall's partial tau given the number of parameters, above zero even where size is all they share",
        "equal_size": "Tau at equal size: partial correlation by r = sin(tau pi / 2), as a tau; empty where undefined",
        "low": "Lower end of the confidence interval of equal_size over models (jackknife); empty where there is none",
        "high": "Upper end",
        "n": "Models with both scores and a known size",
        "families": "Families they belong to; models of one family are not independent",
        "reason": "Why a number is missing",
    }
}
#: Up to this many models signs are compared as tables, which is faster there.
_TABLE = 150
#: CPU seconds that pairs may take, roughly; those with most models come first.
_BUDGET = 0.5


@dataclass(frozen=True, slots=True)
class AtEqualSize:
    """What the sentence says; pairs of at least `FEWEST_FOR_CLAIM` models with an interval.

    Attributes:
        sized: models of known size. models: all. pairs: how many are counted here. left_out: pairs that were not
            computed because there are too many.
        median, median_equal: of tau-b and of that at equal size. clear: pairs whose interval stays above zero;
            clear_before: pairs with a tau-b interval above zero in all models, of the same pairs.
    """

    sized: int
    models: int
    pairs: int
    left_out: int
    median: float
    median_equal: float
    clear: int
    clear_before: int


def compute(
    grounds: Grounds, earlier: Mapping[str, Found | NotEstimable], generator: np.random.Generator
) -> Found | NotEstimable:
    """One row for each pair with enough models of known size; nothing is drawn at random."""
    del earlier, generator
    sized = np.isfinite(grounds.parameters)
    if len(np.unique(grounds.parameters[sized])) < 2:
        return NotEstimable("the catalog declares no parameters of two models of different size")
    scores, size = grounds.goodness[sized], dense_ranks(np.log(grounds.parameters[sized]))
    family = np.unique(grounds.family[sized].astype(str), return_inverse=True)[1]
    a, b = grounds.pair_positions()
    n = overlap(np.isfinite(scores))[a, b]
    usable = np.flatnonzero((n >= FEWEST_FOR_INTERVAL) & ~copies(grounds))
    if not len(usable):
        return NotEstimable(f"no two benchmarks share {FEWEST_FOR_INTERVAL} models of known size")
    chosen = np.sort(usable[np.argsort(-n[usable], kind="stable")][: _affordable(n[usable])])
    ranks = column_ranks(scores)
    labels = grounds.benchmarks["setting"].to_numpy(object)
    rows = []
    for at in chosen:
        shared = np.flatnonzero(np.isfinite(scores[:, a[at]]) & np.isfinite(scores[:, b[at]]))
        found = partial(ranks[shared, a[at]], ranks[shared, b[at]], size[shared], grounds.level)
        rows.append(
            {
                "benchmark_a": labels[a[at]],
                "benchmark_b": labels[b[at]],
                **found,
                "n": len(shared),
                "families": len(np.unique(family[shared])),
            }
        )
    main = pd.DataFrame(rows, columns=list(TABLES[MAIN]))
    return Found({MAIN: main}, _headline(grounds, main, chosen, int(sized.sum()), len(usable)))


def _affordable(n: Ints) -> int:
    """How many of the pairs, those of most models first."""
    size = np.sort(n)[::-1].astype(np.float64)
    each = np.where(size <= _TABLE, 9e-5 + 1.2e-8 * size**2, 1e-3 + 4e-7 * size * np.log2(size))
    return max(20, int(np.searchsorted(np.cumsum(each), _BUDGET)))


def _headline(grounds: Grounds, main: pd.DataFrame, chosen: Ints, sized: int, usable: int) -> AtEqualSize:
    firm = (main["n"] >= FEWEST_FOR_CLAIM) & main["low"].notna()
    before = grounds.agreement.pairs["low"].to_numpy(float)[chosen]
    return AtEqualSize(
        sized=sized,
        models=len(grounds.parameters),
        pairs=int(firm.sum()),
        left_out=usable - len(chosen),
        median=float(main.loc[firm, "tau_b"].median()),
        median_equal=float(main.loc[firm, "equal_size"].median()),
        clear=int((main.loc[firm, "low"] > 0).sum()),
        clear_before=int((before[firm.to_numpy()] > 0).sum()),
    )


def partial(x: Ints, y: Ints, size: Ints, level: float) -> dict[str, Any]:
    """Tau of two rankings at equal values of a third, with its jackknife interval; ranks (n,) without gaps."""
    counts = [_counts(one, other) for one, other in ((x, y), (x, size), (y, size))]
    all_in = [_tau(*(count.sum() for count in one)) for one in counts]
    # each pair of models is in the counts of both: without model i, its own count goes twice
    left = [_tau(*(count.sum() - 2 * count for count in one)) for one in counts]
    row: dict[str, Any] = dict(zip(("tau_b", "tau_size_a", "tau_size_b"), map(float, all_in), strict=True))
    value, kendalls = float(_at_equal(*all_in)), float(_partial(*all_in))
    if not np.isfinite(value):
        return {**row, "partial": kendalls, "reason": _why(all_in)}
    row |= {"partial": kendalls, "equal_size": value}
    without = _at_equal(*left)
    n = len(x)
    error = float(np.sqrt((n - 1) / n * ((without - without.mean()) ** 2).sum()))
    if not np.isfinite(error) or error <= 1e-12:
        return {**row, "reason": "no interval: leaving a model out says nothing"}
    half = float(stdtrit(n - 1, (1 + level) / 2)) * error
    return {**row, "low": max(value - half, -1.0), "high": min(value + half, 1.0), "reason": ""}


def _why(tau: list[Floats]) -> str:
    if not np.isfinite(tau).all():
        return "scores or sizes do not differ"
    certain = max(abs(float(tau[1])), abs(float(tau[2]))) > 1 - 1e-9
    return "size alone decides the order" if certain else "the three do not fit together: too few models"


def _counts(x: Ints, y: Ints) -> Counts:
    """For each model: concordant less discordant partners, and those told apart in each of the two."""
    if len(x) > _TABLE:
        c, told_x, told_y = by_halves(x.astype(np.int64), y.astype(np.int64))
        return c.astype(np.float64), told_x.astype(np.float64), told_y.astype(np.float64)
    first, second = (np.sign(one[:, np.newaxis] - one).astype(np.float64) for one in (x, y))
    return (first * second).sum(axis=1), np.abs(first).sum(axis=1), np.abs(second).sum(axis=1)


def _tau(net: Floats, told_x: Floats, told_y: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.clip(net / np.sqrt(told_x * told_y), -1.0, 1.0)


def _at_equal(both: Floats, first: Floats, second: Floats) -> Floats:
    """The partial correlation as a tau."""
    r = _partial(*(np.sin(np.pi / 2 * tau) for tau in (both, first, second)))
    return np.asarray(2 / np.pi * np.arcsin(np.where(np.abs(r) <= 1, r, np.nan)), dtype=np.float64)


def _partial(both: Floats, first: Floats, second: Floats) -> Floats:
    left = (1 - first**2) * (1 - second**2)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(
            (both - first * second) / np.sqrt(np.where(left > 1e-12, left, np.nan)), dtype=np.float64
        )
