"""Do other ways of measuring agreement say the same? Eleven coefficients of the pairs of benchmarks.

All coefficients, with intervals over models, for at most `MOST_PAIRS` pairs: those within a suite first, then those
that share most models, as far as `MOST_WORK` pairs of models go. Of the other pairs that share enough models: tau-a,
tau-b, Spearman and Pearson, of which only tau-b has an interval. `reportgen concurrence --coefficient` computes one
coefficient for all pairs.

A verdict is what an interval says: above 0, below 0, or neither. Only coefficients for which 0 means unrelated have
one. Sampling unit: models.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from reportgen.analysis.concurrence.coefficients import COEFFICIENTS, MOST_FOR_TABLE
from reportgen.analysis.concurrence.measured import Measured, affordable, measured, quick_values
from reportgen.analysis.concurrence.paired import stacks
from reportgen.analysis.concurrence.top_k import top_lists
from reportgen.analysis.parts import Found
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from reportgen.analysis.concurrence.grounds import Grounds

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]
    Objects = NDArray[np.object_]

NAME = "coefficients"
TITLE = "Other coefficients of agreement"

_PAIR = {
    "benchmark_a": "first benchmark setting",
    "benchmark_b": "second benchmark setting",
}
TABLES: Mapping[str, Mapping[str, str]] = {
    "main": {
        **_PAIR,
        "coefficient": "name of the coefficient, explained in the table of kinds",
        "value": "the coefficient; empty where undefined or not computed",
        "low": "lower end of the interval over models; empty where there is none",
        "high": "upper end",
        "n": "number of models with a score on both",
        "reason": "why there is no value, or no interval",
    },
    "disagreements": {
        **_PAIR,
        "n": "number of models with a score on both",
        "lowest": "the coefficient with the lowest value, of those for which 0 means unrelated",
        "lowest_value": "its value",
        "highest": "the coefficient with the highest value",
        "highest_value": "its value",
        "sign_changes": "whether one is below 0 and one above",
        "verdict_changes": "whether some intervals exclude 0 on one side and others do not",
    },
    "top_lists": {
        **_PAIR,
        "n": "number of models with a score on both",
        "k": "how many of the best models are listed",
        "listed_a": "models on the list of the first: k, or more where further ones are tied with the last",
        "listed_b": "models on the list of the second",
        "shared": "models on both lists",
        "overlap": "shared models as a share of the longer list",
        "expected": "the overlap of unrelated rankings, on average",
        "p_value": "chance of at least so many shared models between random lists of these lengths (hypergeometric)",
    },
    "kinds": {
        "coefficient": "name of the coefficient",
        "title": "what it is called",
        "meaning": "what it says, in plain words",
        "zero": "whether 0 stands for unrelated rankings",
        "pairs": "number of pairs with a value",
    },
}

#: Pairs of benchmarks with all coefficients.
MOST_PAIRS = 2000
#: Pairs of models looked at for them, over all pairs of benchmarks.
MOST_WORK = 1.2e7
#: Scores looked at for Spearman and Pearson of the remaining pairs, where their benchmarks have different models.
MOST_CELLS = 1_000_000

LEFT_OUT = "interval: computed only for the pairs that share most models"
NOT_COMPUTED = "computed only for the pairs that share most models"

_SIGNED = np.flatnonzero([one.signed for one in COEFFICIENTS.values()])


@dataclass(frozen=True, slots=True)
class Headline:
    """What the sentences say.

    Attributes:
        pairs: that share enough models. detailed: of these, with all coefficients.
        judged: of the detailed ones, with at least two intervals.
        unanimous: of these, where all intervals say the same.
        sign_changes: detailed pairs for which one coefficient is below 0 and another above.
    """

    pairs: int
    detailed: int
    judged: int
    unanimous: int
    sign_changes: int


def compute(
    grounds: Grounds,
    earlier: Mapping[str, Found | NotEstimable],  # noqa: ARG001  # every part is called alike
    generator: np.random.Generator,  # noqa: ARG001  # every part is called alike
) -> Found | NotEstimable:
    """The part, or why it cannot be computed."""
    pairs = grounds.agreement.pairs
    enough = pairs["n"].to_numpy(np.int64) >= grounds.fewest
    if not enough.any():
        return NotEstimable(f"no two benchmarks share {grounds.fewest} models")
    chosen = affordable(pairs, enough, most=MOST_PAIRS, work=MOST_WORK, table=MOST_FOR_TABLE)
    found = _all_coefficients(grounds, chosen)
    with_quick = _everything(grounds, np.flatnonzero(enough), chosen, found)
    differing = _disagreements(pairs, chosen, found)
    judged, unanimous = _verdicts(found)
    tables = {
        "main": with_quick,
        "disagreements": differing,
        "top_lists": _top_lists(grounds, chosen),
        "kinds": _kinds(with_quick),
    }
    headline = Headline(
        pairs=int(enough.sum()),
        detailed=len(chosen),
        judged=int(judged.sum()),
        unanimous=int((judged & unanimous).sum()),
        sign_changes=int(differing["sign_changes"].sum()),
    )
    return Found(tables=tables, headline=headline, caveats=_caveats(headline))


def _caveats(headline: Headline) -> tuple[str, ...]:
    if headline.detailed == headline.pairs:
        return ()
    return (
        f"All {len(COEFFICIENTS)} coefficients are computed for {headline.detailed} of {headline.pairs} pairs: those "
        "within a suite first, then those that share most models.",
    )


def _all_coefficients(grounds: Grounds, chosen: Ints) -> Measured:
    """(c pairs, all coefficients), in the order of `chosen` and of the registry."""
    first, second = (side[chosen] for side in grounds.pair_positions())
    pairs = grounds.agreement.pairs.iloc[chosen]
    names = list(COEFFICIENTS)
    found = measured(list(COEFFICIENTS.values()), grounds.goodness, first, second, grounds.level)
    of_tau = names.index("tau_b")
    for whole in ("low", "high", "reason"):
        getattr(found, whole)[:, of_tau] = pairs[whole].to_numpy(
            found.reason.dtype if whole == "reason" else float
        )
    return found


def _everything(grounds: Grounds, enough: Ints, chosen: Ints, found: Measured) -> pd.DataFrame:
    """The table `main`: all coefficients of the chosen pairs, the quick ones of the others."""
    names = list(COEFFICIENTS)
    others = np.setdiff1d(enough, chosen)
    quick = [at for at, one in enumerate(COEFFICIENTS.values()) if one.quick]
    rest = _quick(grounds, others)
    pieces = [(chosen, list(range(len(names))), found), (others, quick, rest)]
    pair = np.concatenate([np.repeat(at, len(columns)) for at, columns, _ in pieces])
    column = np.concatenate([np.tile(columns, len(at)) for at, columns, _ in pieces])
    pairs = grounds.agreement.pairs
    values = {
        name: np.concatenate([getattr(piece, name).ravel() for _, _, piece in pieces])
        for name in ("value", "low", "high", "reason")
    }
    table = {
        "benchmark_a": pairs["benchmark_a"].to_numpy(object)[pair],
        "benchmark_b": pairs["benchmark_b"].to_numpy(object)[pair],
        "coefficient": np.array(names, dtype=object)[column],
        **values,
        "n": pairs["n"].to_numpy(np.int64)[pair],
    }
    order = np.lexsort((column, pair))
    return pd.DataFrame(table, columns=list(TABLES["main"])).iloc[order].reset_index(drop=True)


def _quick(grounds: Grounds, others: Ints) -> Measured:
    """The quick coefficients of the pairs that are not among the chosen ones; tau is known from the agreement."""
    names = [name for name, one in COEFFICIENTS.items() if one.quick]
    first, second = (side[others] for side in grounds.pair_positions())
    pairs = grounds.agreement.pairs.iloc[others]
    found = Measured.unknown((len(others), len(names)))
    constant = pairs["tau_b"].isna().to_numpy(bool)
    for at, name in enumerate(names):
        if name == "tau_b":
            found.value[:, at], found.low[:, at] = (
                pairs["tau_b"].to_numpy(float),
                pairs["low"].to_numpy(float),
            )
            found.high[:, at], found.reason[:, at] = (
                pairs["high"].to_numpy(float),
                pairs["reason"].to_numpy(object),
            )
            continue
        found.value[:, at] = (
            2 * pairs["same_order"].to_numpy(float) - 1
            if name == "tau_a"
            else quick_values(name, grounds.goodness, first, second, MOST_CELLS)
        )
        missing = np.isnan(found.value[:, at])
        found.reason[:, at] = np.where(missing, np.where(constant, "constant", NOT_COMPUTED), LEFT_OUT)
    return found


def _verdicts(found: Measured) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(k,) whether there are two intervals or more, and whether all there are say the same."""
    low, high = found.low[:, _SIGNED], found.high[:, _SIGNED]
    has = np.isfinite(low)
    above, below = (low > 0) & has, (high < 0) & has
    count = has.sum(axis=1)
    same = np.isin(above.sum(axis=1), (0,)) | (above.sum(axis=1) == count)
    same &= np.isin(below.sum(axis=1), (0,)) | (below.sum(axis=1) == count)
    return count >= 2, same


def _disagreements(pairs: pd.DataFrame, chosen: Ints, found: Measured) -> pd.DataFrame:
    """Pairs for which coefficients say different things: first by verdict, then by sign, then by distance."""
    value = found.value[:, _SIGNED]
    judged, same = _verdicts(found)
    known = np.isfinite(value).any(axis=1)
    lowest = np.where(np.isfinite(value), value, np.inf).argmin(axis=1)
    highest = np.where(np.isfinite(value), value, -np.inf).argmax(axis=1)
    row = np.arange(len(value))
    least, most = value[row, lowest], value[row, highest]
    names = np.array(list(COEFFICIENTS), dtype=object)[_SIGNED]
    turns, differs = known & (least < 0) & (most > 0), judged & ~same
    some = pairs.iloc[chosen]
    frame = pd.DataFrame(
        {
            "benchmark_a": some["benchmark_a"].to_numpy(object),
            "benchmark_b": some["benchmark_b"].to_numpy(object),
            "n": some["n"].to_numpy(np.int64),
            "lowest": names[lowest],
            "lowest_value": least,
            "highest": names[highest],
            "highest_value": most,
            "sign_changes": turns,
            "verdict_changes": differs,
        },
        columns=list(TABLES["disagreements"]),
    )
    frame = frame.assign(spread=most - least)[turns | differs]
    by = ["verdict_changes", "sign_changes", "spread", "benchmark_a", "benchmark_b"]
    ordered = frame.sort_values(
        by, ascending=[False, False, False, True, True], kind="stable", ignore_index=True
    )
    return pd.DataFrame(ordered, columns=list(TABLES["disagreements"]))


def _top_lists(grounds: Grounds, chosen: Ints) -> pd.DataFrame:
    first, second = (side[chosen] for side in grounds.pair_positions())
    some = grounds.agreement.pairs.iloc[chosen]
    names = ("listed_a", "listed_b", "shared", "overlap", "expected", "p_value")
    columns: dict[str, Any] = {name: np.full(len(chosen), np.nan) for name in names}
    k = np.zeros(len(chosen), dtype=np.int64)
    for at, stack in stacks(grounds.goodness, first, second):
        lists = top_lists(stack)
        k[at] = lists.k
        for name in names:
            columns[name][at] = getattr(lists, name)
    whole = {name: columns[name].astype(np.int64) for name in names[:3]}
    named = {name: some[name].to_numpy() for name in ("benchmark_a", "benchmark_b", "n")}
    return pd.DataFrame({**columns, **whole, **named, "k": k}, columns=list(TABLES["top_lists"]))


def _kinds(main: pd.DataFrame) -> pd.DataFrame:
    counted = main["value"].notna().groupby(main["coefficient"]).sum()
    rows = [
        {
            "coefficient": name,
            "title": one.title,
            "meaning": one.meaning,
            "zero": one.signed,
            "pairs": int(counted.get(name, 0)),
        }
        for name, one in COEFFICIENTS.items()
    ]
    return pd.DataFrame(rows, columns=list(TABLES["kinds"]))
