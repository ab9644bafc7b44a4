"""Rank intervals that use the items: what is hard for all systems tells none of them apart from another.

The intervals of a leaderboard take the scores of its systems as independent. Where all ranked systems answered the
same items, the difference of two is known better than that, and more pairs can be told apart. The sample is the
items: see `board_items` for which, `step_down` for how all statements hold together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from reportgen.analysis.paired_tests import difference, mcnemar
from reportgen.analysis.parts import MAIN, Found
from reportgen.analysis.rankings.board_items import board_items
from reportgen.analysis.rankings.step_down import draws_for, step_down
from reportgen.analysis.rankings.uncertainty import uncertainty
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reportgen.analysis.rankings.board_items import Items
    from reportgen.analysis.rankings.grounds import Grounds
    from reportgen.analysis.rankings.step_down import Sets
    from reportgen.analysis.rankings.uncertainty import Uncertainty

NAME = "paired_sets"
TITLE = "Rank intervals from paired items"
TABLES = {
    MAIN: {
        "system": "Ranked system, best first",
        "score": "Score on the board's scale",
        "rank": "Position by score; ties share it",
        "rank_low": "Best rank the data allow, for all systems at once, comparing item by item",
        "rank_high": "Worst rank",
        "tie_group": "Systems that cannot be told apart from the best of their group share a number",
        "board_low": "Best rank on the board, which takes scores as independent; empty when not estimable",
        "board_high": "Worst rank on the board",
    },
    "neighbours": {
        "system_a": "A ranked system",
        "system_b": "The next one",
        "difference": "How much better the first is, on the board's scale",
        "standard_error": "Of the difference, over items; empty where it is the same on every item",
        "low": "Interval of the difference, for this pair alone",
        "high": "Interval of the difference, for this pair alone",
        "p": "Of no difference, for this pair alone (paired t)",
        "p_mcnemar": "The same by McNemar's exact test; empty where items are not right or wrong, or not "
        "all of one benchmark",
        "correlation": "Of the two systems' scores over items; empty where one never varies",
        "n": "Items that are independent draws",
    },
}
#: With more systems the bootstrap takes too long.
MOST_SYSTEMS = 200


@dataclass(frozen=True, slots=True)
class PairedSets:
    """What the page says.

    Attributes:
        systems, pairs: ranked systems, and pairs of them.
        items: independent items that all of them answered.
        apart: pairs that can be told apart, all at once.
        apart_on_board: the same by the board's own intervals; None where it has none.
        first, last: critical value of the first and the last step, in standard errors.
        draws: of the bootstrap.
    """

    systems: int
    pairs: int
    items: int
    apart: int
    apart_on_board: int | None
    first: float
    last: float
    draws: int


def compute(
    grounds: Grounds, _earlier: Mapping[str, Found | NotEstimable], generator: np.random.Generator
) -> Found | NotEstimable:
    """Rank sets of the ranked systems of a board over paired items."""
    ranked = int(grounds.ranked.sum())
    if ranked < 2:
        return NotEstimable("fewer than two systems are ranked")
    items = board_items(grounds)
    if isinstance(items, NotEstimable):
        return items
    if ranked > MOST_SYSTEMS:
        return NotEstimable(f"{ranked} systems are more than the {MOST_SYSTEMS} it is done for")
    known = uncertainty(grounds)
    if isinstance(known, NotEstimable):
        return known
    size = draws_for(ranked)
    draws = known.draws(np.arange(ranked), size, generator)
    errors = np.array([known.difference_errors(row) for row in range(ranked)])
    sets = step_down(known.goodness, errors, draws, level=grounds.level)
    return Found(
        tables={MAIN: _main(grounds, sets), "neighbours": _neighbours(grounds, items, known)},
        headline=_headline(grounds, items, sets, size),
    )


def _main(grounds: Grounds, sets: Sets) -> pd.DataFrame:
    rows = grounds.board.rows[grounds.ranked].reset_index(drop=True)
    return pd.DataFrame(
        {
            "system": rows["system"],
            "score": rows["score"],
            "rank": rows["rank"],
            "rank_low": sets.low,
            "rank_high": sets.high,
            "tie_group": sets.group,
            "board_low": rows["rank_low"],
            "board_high": rows["rank_high"],
        }
    )


def _headline(grounds: Grounds, items: Items, sets: Sets, draws: int) -> PairedSets:
    p = len(sets.low)
    on_board = grounds.board.rows.loc[grounds.ranked, "rank_low"]
    return PairedSets(
        systems=p,
        pairs=p * (p - 1) // 2,
        items=items.n,
        apart=int(sets.better.sum()),
        apart_on_board=None if on_board.isna().any() else int((on_board - 1).sum()),
        first=sets.first,
        last=sets.last,
        draws=draws,
    )


def _neighbours(grounds: Grounds, items: Items, known: Uncertainty) -> pd.DataFrame:
    """Each ranked system against the next."""
    names = [name for name, ranked in zip(grounds.names, grounds.ranked, strict=True) if ranked]
    rows = [
        (names[row], names[row + 1], *_pair(items, known, row, grounds.level))
        for row in range(len(names) - 1)
    ]
    return pd.DataFrame(rows, columns=list(TABLES["neighbours"]))


def _pair(items: Items, known: Uncertainty, row: int, level: float) -> tuple[float, ...]:
    """Difference, error, interval, p, McNemar's p, correlation and n of a system and the next."""
    one, other = items.score[row], items.score[row + 1]
    alone = items.n == len(items.cluster)
    found = difference(one, other, level=level, clusters=None if alone else items.cluster)
    ahead = float(known.goodness[row] - known.goodness[row + 1])
    error, p, half, exact = found.mean.error, found.p, found.mean.high - found.mean.mean, float("nan")
    if alone and items.right is not None and items.stratum.max() == 0:
        exact = mcnemar(items.right[row], items.right[row + 1])
    if items.stratum.max() > 0:  # a mean of means: the error of each part by itself
        error = float(known.difference_errors(row)[row + 1]) or float("nan")
        p, half = 2 * float(ndtr(-abs(ahead) / error)), float(ndtri((1 + level) / 2)) * error
    return ahead, error, ahead - half, ahead + half, p, exact, found.correlation, items.n
