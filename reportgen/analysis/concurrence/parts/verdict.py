"""Do benchmarks that claim to measure the same thing rank models alike? Agree, disagree or cannot tell.

The rule for a pair is in `verdicts`. A group (a claimed construct; a suite; all) agrees when more than half of its
compared pairs agree, disagrees when more than half disagree; it is mixed when more than half are told but neither has
the majority; else nobody can tell. Compared pairs are those with a tau. Each verdict on a pair is at the level of the
report by itself; of a hundred pairs on the bar, about five are told and wrongly so.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from reportgen.analysis.concurrence.agreement import SAME_SCORES
from reportgen.analysis.concurrence.noise import reliability_of
from reportgen.analysis.concurrence.verdicts import (
    AGREEING,
    DISAGREEING,
    UNTOLD,
    Measured,
    judge,
    ratio,
    without_noise,
)
from reportgen.analysis.parts import Found
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from reportgen.analysis.concurrence.grounds import Grounds

    Floats = NDArray[np.float64]
    Objects = NDArray[np.object_]

NAME = "verdict"
TITLE = "Do benchmarks agree: verdicts"
TABLES = {
    "main": {
        "benchmark_a": "setting label",
        "benchmark_b": "setting label",
        "suite_a": "suite of benchmark_a",
        "suite_b": "suite of benchmark_b",
        "tau_b": "Kendall's tau-b over the shared models",
        "low": "interval of tau_b over models",
        "high": "interval of tau_b over models",
        "n": "shared models",
        "same_order": "share of pairs of models in the same order, ties half",
        "ceiling": "tau-b to be expected if both put all models in the same true order; empty where unknown",
        "ratio": "tau_b / ceiling",
        "ratio_low": "its interval (Donner and Zou 2012)",
        "ratio_high": "the same; empty where it has no end",
        "without_noise": "tau-b of the true orders, at most 1",
        "above_ceiling": "whether tau_b is above the ceiling: errors are overstated, or shared by both; "
        "empty where unknown",
        "bar": "tau_b that a true tau of 0.7 (85 % in the same order) would show under this ceiling",
        "verdict": "agree, disagree, cannot tell",
        "reason": "why",
        "needed_models": "shared models needed in all for a verdict, if tau stays; empty where told or no help",
        "needed_items": "items needed in the smaller of the two, if both grow alike; empty where told, unknown or no "
        "help",
    },
    "constructs": {
        "kind": "construct (claimed in the catalog), suite, or all",
        "name": "name of the construct or suite",
        "settings": "settings compared",
        "pairs": "pairs of them with a tau",
        "agree": "pairs that agree",
        "disagree": "pairs that disagree",
        "cannot_tell": "pairs of which nobody can tell",
        "not_compared": "pairs without a tau",
        "median_same_order": "share of pairs of models in the same order, in the middle pair of settings",
        "low": "lower end of its interval over models, in the middle pair",
        "high": "upper end of its interval over models, in the middle pair",
        "verdict": "agree, disagree, mixed, cannot tell",
        "more_models": "further shared models that would settle half of the pairs of which nobody can tell; empty "
        "where no number of models would",
        "unsettled": "pairs of which nobody can tell and more models would not help",
        "open_because": "why nobody can tell of most of those pairs: the beginning of their reason",
    },
}  # fmt: skip

MIXED = "mixed"
#: Kinds of groups, in order.
CONSTRUCT, SUITE, ALL = "construct", "suite", "all"


@dataclass(frozen=True, slots=True)
class Headline:
    """All pairs together.

    Attributes:
        pairs: with a tau. agree, disagree, untold: of those. noise_known: those with a ceiling.
        constructs: claimed constructs with two settings or more.
    """

    pairs: int
    agree: int
    disagree: int
    untold: int
    noise_known: int
    constructs: int


def compute(
    grounds: Grounds, earlier: Mapping[str, Found | NotEstimable], generator: np.random.Generator
) -> Found | NotEstimable:
    """Verdicts on all pairs and groups, from the ceilings of the part `ceiling`."""
    del generator
    ceilings = earlier["ceiling"]
    if isinstance(ceilings, NotEstimable):
        return ceilings
    measured = _measured(grounds, ceilings)
    main = _pairs(grounds, measured, ceilings)
    groups = _groups(grounds, main)
    done = main["tau_b"].notna()
    counts = main.loc[done, "verdict"].value_counts()
    return Found(
        tables={"main": main, "constructs": groups},
        headline=Headline(
            pairs=int(done.sum()),
            agree=int(counts.get(AGREEING, 0)),
            disagree=int(counts.get(DISAGREEING, 0)),
            untold=int(counts.get(UNTOLD, 0)),
            noise_known=int((done & main["ceiling"].notna()).sum()),
            constructs=int((groups["kind"] == CONSTRUCT).sum()),
        ),
    )


def _measured(grounds: Grounds, ceilings: Found) -> Measured:
    pairs, noise = grounds.agreement.pairs, ceilings.main
    tau, low, high = (pairs[name].to_numpy(float) for name in ("tau_b", "low", "high"))
    ceiling, ceiling_low, ceiling_high = (noise[name].to_numpy(float) for name in ("ceiling", "low", "high"))
    return Measured(
        tau=tau,
        low=low,
        high=high,
        n=pairs["n"].to_numpy(np.intp),
        ceiling=ceiling,
        ceiling_low=ceiling_low,
        ceiling_high=ceiling_high,
        barred=_barred(grounds, ceilings.tables["settings"]),
    )


def _barred(grounds: Grounds, settings: pd.DataFrame) -> Objects:
    """Why nothing may be said of a pair."""
    pairs = grounds.agreement.pairs
    words = pairs["reason"].to_numpy(object).copy()
    a, b = grounds.pair_positions()
    used = settings["saturated"].isin([True]).to_numpy(bool)  # unknown is not saturated
    names = settings["setting"].to_numpy(object)
    for at in np.flatnonzero((used[a] | used[b]) & (words == "") & pairs["tau_b"].notna().to_numpy(bool)):
        said = " and ".join(str(names[side]) for side in (a[at], b[at]) if used[side])
        words[at] = f"saturated: most models are as good as the best on {said}"
    return np.asarray(words, dtype=object)


def _pairs(grounds: Grounds, measured: Measured, ceilings: Found) -> pd.DataFrame:
    pairs = grounds.agreement.pairs
    judged = judge(measured)
    share, low, high = ratio(measured)
    a, b = grounds.pair_positions()
    items = ceilings.tables["settings"]["items"].to_numpy(float)
    by_seeds = (ceilings.main["method"] == "seeds").to_numpy(bool)
    smaller = np.where(by_seeds, np.nan, np.minimum(items[a], items[b]))
    columns = {
        **{name: pairs[name] for name in ("benchmark_a", "benchmark_b", "suite_a", "suite_b", "tau_b", "low", "high",
                                          "n", "same_order")},
        "ceiling": measured.ceiling,
        "ratio": share,
        "ratio_low": low,
        "ratio_high": high,
        "without_noise": without_noise(measured.tau, measured.ceiling),
        "above_ceiling": _above_ceiling(measured),
        "bar": judged.bar,
        "verdict": judged.verdict,
        "reason": judged.reason,
        "needed_models": judged.needed_models,
        "needed_items": np.ceil(smaller * judged.needed_times),
    }  # fmt: skip
    return pd.DataFrame(columns, columns=list(TABLES["main"]))


def _above_ceiling(measured: Measured) -> Objects:
    """Whether tau is above the ceiling; None where either is unknown."""
    above = (reliability_of(measured.tau) > reliability_of(measured.ceiling)).astype(object)
    above[~np.isfinite(measured.tau) | ~np.isfinite(measured.ceiling)] = None
    return above


# -- groups
# -------------------------------------------------------------------------------------------------------------


def _groups(grounds: Grounds, main: pd.DataFrame) -> pd.DataFrame:
    rows = [_group(kind, name, members, pairs) for kind, name, members, pairs in _members(grounds, main)]
    return pd.DataFrame(rows, columns=list(TABLES["constructs"]))


def _members(grounds: Grounds, main: pd.DataFrame) -> Iterator[tuple[str, str, int, pd.DataFrame]]:
    """(kind, name, number of settings, its pairs) of each group of two settings or more."""
    a, b = grounds.pair_positions()
    for kind, column in ((CONSTRUCT, "construct"), (SUITE, "suite")):
        label = grounds.benchmarks[column].to_numpy(object)
        for name in sorted({str(one) for one in label} - {""}):
            inside = (label[a] == name) & (label[b] == name)
            if inside.any():
                yield kind, name, int((label == name).sum()), main[inside]
    yield ALL, "", len(grounds.benchmarks), main


def _group(kind: str, name: str, settings: int, pairs: pd.DataFrame) -> dict[str, Any]:
    done = pairs[pairs["tau_b"].notna() & (pairs["reason"] != SAME_SCORES)]
    agree, disagree, untold = (
        int((done["verdict"] == verdict).sum()) for verdict in (AGREEING, DISAGREEING, UNTOLD)
    )
    more = np.sort((done["needed_models"] - done["n"]).dropna().to_numpy(float))
    half = (untold + 1) // 2
    firm = done[done["low"].notna()]
    same = firm["same_order"]
    return {
        "kind": kind,
        "name": name,
        "settings": settings,
        "pairs": len(done),
        "agree": agree,
        "disagree": disagree,
        "cannot_tell": untold,
        "not_compared": len(pairs) - len(done),
        "median_same_order": _median(done["same_order"]),
        "low": _median((same - (firm["tau_b"] - firm["low"]) / 2).clip(lower=0)),
        "high": _median((same + (firm["high"] - firm["tau_b"]) / 2).clip(upper=1)),
        "verdict": _majority(agree, disagree, len(done)),
        "more_models": more[half - 1] if 0 < half <= len(more) else np.nan,
        "unsettled": untold - len(more),
        "open_because": _most_frequent(done.loc[done["verdict"] == UNTOLD, "reason"]),
    }


def _median(values: pd.Series) -> float:
    return float(values.median()) if len(values) else float("nan")


def _most_frequent(reasons: pd.Series) -> str:
    """What stands before the colon, of most rows; "" where there are none."""
    kinds = [str(reason).partition(":")[0] for reason in reasons]
    return min(((-count, kind) for kind, count in Counter(kinds).items()), default=(0, ""))[1]


def _majority(agree: int, disagree: int, pairs: int) -> str:
    if 2 * agree > pairs:
        return AGREEING
    if 2 * disagree > pairs:
        return DISAGREEING
    return MIXED if 2 * (agree + disagree) > pairs else UNTOLD
