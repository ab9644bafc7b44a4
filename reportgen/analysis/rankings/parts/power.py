"""What a leaderboard and each of its benchmarks can tell apart, and how many more items would be needed.

For two systems next to each other, with the standard error SE of their difference: the smallest true difference
that a two-sided test finds with a probability of 80 %, and the sample with which the first two would be told apart
so often if their true difference is the measured one, n (z SE / difference)^2. SE is over paired items where all
ranked systems answered the same ones, else that of independent scores. Of each pair by itself: no correction for
how many there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.parts import MAIN, Found
from reportgen.analysis.power import Aim, detectable
from reportgen.analysis.rankings.board_items import FEWEST_ITEMS, board_items, setting_items
from reportgen.analysis.rankings.uncertainty import uncertainty
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from reportgen.analysis.rankings.board_items import Items
    from reportgen.analysis.rankings.grounds import Grounds

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

NAME = "power"
TITLE = "What can be told apart, and what it would take"
TABLES = {
    MAIN: {
        "setting": "Benchmark setting; empty for the board's own score",
        "sample": "What more of would help: items, seeds, trials or benchmarks",
        "n": "How many there are; empty when unknown",
        "paired": "Whether systems are compared item by item",
        "standard_error": "Typical (median) standard error of the difference of two neighbours, on the board's scale",
        "detectable": "Smallest true difference of two typical neighbours that is found four times out of five",
        "detectable_at_most": "The same if every item were answered without end; empty where each was answered "
        "once, or where the answers cannot tell",
        "first": "System with the best score",
        "second": "The next",
        "difference": "Of the two",
        "needed": "Sample with which the two would be told apart four times out of five; empty when unknown",
        "times": "The same as a multiple of the sample there is; empty where the two score the same",
        "separable": "Pairs of neighbours whose difference is significant, each pair by itself",
        "neighbours": "Pairs of neighbours with known errors",
        "reason": "Why a number is missing; empty where none is",
    }
}
#: Of finding a difference that is there.
POWER = 0.8
EQUAL = "the first two score the same"
_RUNS = {"seeds": "seeds", "trials": "trials"}


@dataclass(frozen=True, slots=True)
class _Case:
    """Scores that are ranked against each other, best first.

    Attributes:
        setting: "" for the board's own score.
        names, goodness: (p,).
        pair_error: (p - 1,) standard errors of the differences of neighbours; NaN unknown.
        noise: (p - 1,) part of their squares that comes from asking items a few times only; NaN unknown.
        sample, n: what errors are over, and how many; NaN unknown.
        lacking: why there is no error; "" where there is one.
        paired: errors are over items that all answered.
    """

    setting: str
    names: list[str]
    goodness: Floats
    pair_error: Floats
    noise: Floats
    sample: str
    n: float
    lacking: str
    paired: bool = False


def compute(
    grounds: Grounds, _earlier: Mapping[str, Found | NotEstimable], _generator: np.random.Generator
) -> Found | NotEstimable:
    """Power of a board and of each benchmark in its score."""
    if int(grounds.ranked.sum()) < 2:
        return NotEstimable("fewer than two systems are ranked")
    aim = Aim(1 - grounds.level, POWER)
    cases = [_board(grounds)]
    if len(grounds.labels) > 1 or cases[0].sample == "benchmarks":
        cases += [_setting(grounds, label) for label in grounds.labels]
    rows = [_row(case, aim) for case in cases]
    table = pd.DataFrame(rows, columns=list(TABLES[MAIN]))
    if table["detectable"].isna().all():
        reason = "no score has a standard error; supply it, or the number of items behind each score"
        return NotEstimable(reason)
    return Found(tables={MAIN: table})


def _board(grounds: Grounds) -> _Case:
    """The board's own score, best first."""
    names = [name for name, ranked in zip(grounds.names, grounds.ranked, strict=True) if ranked]
    known = uncertainty(grounds)
    nothing = np.full(len(names) - 1, np.nan)
    goodness = grounds.board.scale.sign * grounds.board.rows.loc[grounds.ranked, "score"].to_numpy(float)
    if isinstance(known, NotEstimable):
        return _Case("", names, goodness, nothing, nothing, "items", np.nan, "no standard errors")
    error = np.full(len(names), np.nan)
    place = np.searchsorted(np.flatnonzero(grounds.ranked), known.at)
    error[place] = known.error
    pair_error, noise = np.hypot(error[:-1], error[1:]), nothing
    if known.influence is not None:
        pair_error = np.sqrt((np.diff(known.influence, axis=0) ** 2).sum(axis=1))
    paired = board_items(grounds)
    if not isinstance(paired, NotEstimable):
        noise = paired.noise[:-1] + paired.noise[1:]
    sample = _sample(grounds.board.error_kinds) if known.unit == "items" else known.unit.split()[-1]
    n = float(known.n) if known.n else _total_items(grounds, sample)
    return _Case("", names, goodness, pair_error, noise, sample, n, "", paired=known.unit == "paired items")


def _sample(kinds: tuple[str, ...]) -> str:
    """What the errors are over."""
    over = {_RUNS.get(kind, "items") for kind in kinds}
    return over.pop() if len(over) == 1 else "items"


def _total_items(grounds: Grounds, sample: str) -> float:
    each = [_items_of(grounds, label) for label in grounds.labels]
    return float(np.sum(each)) if sample == "items" and each else float("nan")


def _items_of(grounds: Grounds, label: str) -> float:
    """Median number of items behind the scores of the ranked systems; NaN where unknown."""
    column = _column(grounds, label)
    if column is None:
        return float("nan")
    rows = grounds.board.rows["row"].to_numpy(np.intp)[grounds.ranked]
    n = grounds.evidence.table.n[rows, column]
    return float(np.median(n[np.isfinite(n)])) if np.isfinite(n).any() else float("nan")


def _column(grounds: Grounds, label: str) -> int | None:
    at = np.flatnonzero((grounds.evidence.table.settings["setting"] == label).to_numpy(bool))
    return int(at[0]) if len(at) == 1 else None


def _setting(grounds: Grounds, label: str) -> _Case:
    """One benchmark, the ranked systems in the order of their scores on it."""
    ranked = np.flatnonzero(grounds.ranked)
    column = list(grounds.labels).index(label)
    there = ranked[np.isfinite(grounds.goodness[ranked, column])]
    goodness = grounds.goodness[there, column]
    order = np.argsort(-goodness, kind="stable")
    names = [grounds.names[at] for at in there[order]]
    where = _column(grounds, label)
    kind = "" if where is None else str(grounds.evidence.table.settings["stderr_kind"].iloc[where])
    sample = _RUNS.get(kind, "items")
    items = setting_items(grounds, label) if len(there) == len(ranked) else NotEstimable("some lack it")
    if not isinstance(items, NotEstimable) and items.n >= FEWEST_ITEMS:
        return _paired(label, names, goodness[order], (items, order))
    error = grounds.stderr[there, column][order]
    n = _items_of(grounds, label) if sample == "items" else np.nan
    lacking = "" if np.isfinite(error).any() else "no standard errors"
    nothing = np.full(max(len(names) - 1, 0), np.nan)
    pair_error = np.hypot(error[:-1], error[1:])
    return _Case(label, names, goodness[order], pair_error, nothing, sample, n, lacking)


def _paired(label: str, names: list[str], goodness: Floats, found: tuple[Items, Ints]) -> _Case:
    items, order = found
    influence, noise = items.influence()[order], items.noise[order]
    pair_error = np.sqrt((np.diff(influence, axis=0) ** 2).sum(axis=1))
    both = noise[:-1] + noise[1:]
    return _Case(label, names, goodness, pair_error, both, "items", float(items.n), "", paired=True)


def _row(case: _Case, aim: Aim) -> tuple[object, ...]:
    """The row of the table."""
    ahead = case.goodness[:-1] - case.goodness[1:]
    known = np.isfinite(case.pair_error)
    typical = float(np.median(case.pair_error[known])) if known.any() else np.nan
    rest = case.pair_error**2 - case.noise
    limit = np.sqrt(rest[rest > 0])  # where nothing is left the variances are too uncertain to say
    at_most = float(np.median(limit)) if len(limit) else np.nan
    # a difference that only differs in rounding is none
    alone = aim.critical * case.pair_error
    separable = known & (ahead > np.maximum(np.where(known, alone, 0.0), 1e-9 * np.abs(case.goodness[:-1])))
    times, reason = np.nan, case.lacking
    if not reason and len(ahead) and known[0]:
        equal = ahead[0] <= 1e-9 * abs(case.goodness[0])
        times = np.nan if equal else float((detectable(case.pair_error[0], aim) / ahead[0]) ** 2)
        reason = EQUAL if equal else ""
    elif not reason:
        reason = "fewer than two systems" if not len(ahead) else "the first two lack a standard error"
    return (
        case.setting,
        case.sample,
        case.n,
        case.paired,
        typical,
        detectable(typical, aim),
        detectable(at_most, aim),
        case.names[0] if case.names else "",
        case.names[1] if len(case.names) > 1 else "",
        float(ahead[0]) if len(ahead) else np.nan,
        times * case.n,
        times,
        int(separable.sum()),
        int(known.sum()),
        reason,
    )
