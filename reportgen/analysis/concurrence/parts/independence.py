"""Could unrelated benchmarks agree this much by chance? A p-value for each pair, and what remains of them together.

The p-value is that of Kendall's tau under independence of the two rankings (`kendall_null`), two-sided. Where even
perfect agreement would not reach 1 - level, as below five models at 5 %, no p-value is given but the smallest possible
one. Such pairs are not counted among the tests: that depends on how many models there are and on their ties, never on
how they are ranked (Tarone 1990). Neither are pairs that hold the same scores under two names.

Adjusted for asking of so many pairs: Holm (no false claim, under any dependence), Benjamini-Hochberg and
Benjamini-Yekutieli (share of false claims). Pairs that share a benchmark are dependent. Sampling unit: models, as
independent draws; a small p-value says that agreement is not nothing, not that it is large.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen import numbers
from reportgen.analysis.concurrence.agreement import SAME_SCORES
from reportgen.analysis.concurrence.kendall_null import EXACT_WITH_TIES, p_values
from reportgen.analysis.concurrence.paired import stacks
from reportgen.analysis.multiple_tests import benjamini_hochberg, benjamini_yekutieli, holm
from reportgen.analysis.parts import Found
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from reportgen.analysis.concurrence.grounds import Grounds

    Floats = NDArray[np.float64]
    Objects = NDArray[np.object_]

NAME = "independence"
TITLE = "Agreement that chance would hardly give"
TABLES: Mapping[str, Mapping[str, str]] = {
    "main": {
        "benchmark_a": "first benchmark setting",
        "benchmark_b": "second benchmark setting",
        "tau_b": "Kendall's tau-b over the shared models",
        "n": "number of models with a score on both",
        "p_value": "chance that unrelated rankings agree or disagree as much (two-sided); empty: see reason",
        "method": "permutation (all orders of the models, with ties), exact (without ties) or normal (tie-corrected)",
        "smallest_p": f"smallest p-value these models and ties allow; empty above {EXACT_WITH_TIES} models",
        "holm": "p-value adjusted for the number of pairs, after Holm",
        "benjamini_hochberg": "p-value adjusted for the share of false claims, after Benjamini and Hochberg",
        "benjamini_yekutieli": "the same under any dependence of the pairs, after Benjamini and Yekutieli",
        "reason": "why there is no p-value",
    },
}


@dataclass(frozen=True, slots=True)
class Headline:
    """What the sentence says; every number counts pairs.

    Attributes:
        alpha: a p-value below it counts.
        tested: with a p-value. impossible: too few models for one below alpha.
        plain: with a p-value below alpha. holm, shares: that remain after Holm, and after Benjamini and Hochberg.
        opposed: of those that remain after Holm, with a negative tau.
    """

    alpha: float
    tested: int
    impossible: int
    plain: int
    holm: int
    shares: int
    opposed: int


def compute(
    grounds: Grounds,
    earlier: Mapping[str, Found | NotEstimable],  # noqa: ARG001  # every part is called alike
    generator: np.random.Generator,  # noqa: ARG001  # every part is called alike
) -> Found | NotEstimable:
    """The part, or why it cannot be computed."""
    pairs = grounds.agreement.pairs
    alpha = 1 - grounds.level
    known = pairs["tau_b"].notna().to_numpy(bool)
    if not known.any():
        return NotEstimable("no two benchmarks can be compared")
    p, smallest, method = _tests(grounds, known)
    impossible = known & (smallest >= alpha)
    reason = np.where(known, "", pairs["reason"].to_numpy(object)).astype(object)
    reason[impossible] = [
        f"n={n}: no p-value below {numbers.percent(alpha)} is possible, the smallest is {numbers.percent(least, 1)}"
        for n, least in zip(pairs["n"].to_numpy()[impossible], smallest[impossible], strict=True)
    ]
    same = known & (pairs["reason"] == SAME_SCORES).to_numpy(bool)
    reason[same] = SAME_SCORES
    tested = known & (reason == "")
    p, method = np.where(tested, p, np.nan), np.where(tested, method, "")
    adjusted = {one.__name__: one(p) for one in (holm, benjamini_hochberg, benjamini_yekutieli)}
    columns = {
        **{name: pairs[name].to_numpy() for name in ("benchmark_a", "benchmark_b", "tau_b", "n")},
        "p_value": p,
        "method": method,
        "smallest_p": smallest,
        **adjusted,
        "reason": reason,
    }
    table = pd.DataFrame(columns, columns=list(TABLES["main"]))
    return Found(tables={"main": table}, headline=_headline(table, alpha, int((impossible & ~same).sum())))


def _tests(grounds: Grounds, known: NDArray[np.bool_]) -> tuple[Floats, Floats, Objects]:
    """p-value, smallest possible p-value and method of every pair; NaN and "" where `known` is False."""
    p, smallest = np.full(known.shape, np.nan), np.full(known.shape, np.nan)
    method = np.full(known.shape, "", dtype=object)
    first, second = grounds.pair_positions()
    n = grounds.agreement.pairs["n"].to_numpy(float)
    s = (2 * grounds.agreement.pairs["same_order"].to_numpy(float) - 1) * n * (n - 1) / 2
    place = np.flatnonzero(known)
    for at, stack in stacks(grounds.goodness, first[place], second[place], tables=False):
        mine = place[at]
        p[mine], smallest[mine], method[mine] = p_values(s[mine], stack.rank_x, stack.rank_y)
    return p, smallest, method


def _headline(table: pd.DataFrame, alpha: float, impossible: int) -> Headline:
    after_holm = table["holm"] < alpha
    return Headline(
        alpha=alpha,
        tested=int(table["p_value"].notna().sum()),
        impossible=impossible,
        plain=int((table["p_value"] < alpha).sum()),
        holm=int(after_holm.sum()),
        shares=int((table["benjamini_hochberg"] < alpha).sum()),
        opposed=int((after_holm & (table["tau_b"] < 0)).sum()),
    )
