"""How likely each system of a leaderboard is the best, and which rank it can expect.

The true scores are taken as normal around the measured ones, with their standard errors (and, where the systems
answered the same items, with their covariances). This is a statement about these scores read as the only knowledge
there is (a flat prior), not one that holds for all systems at once: for that there are the rank intervals.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ndtr

from reportgen.analysis.parts import MAIN, Found
from reportgen.analysis.rankings.uncertainty import uncertainty
from reportgen.numbers import NotEstimable, plural

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from reportgen.analysis.rankings.grounds import Grounds
    from reportgen.analysis.rankings.uncertainty import Uncertainty

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

NAME = "best"
TITLE = "Who is the best, and how likely"
TABLES = {
    MAIN: {
        "system": "Ranked system, best first",
        "score": "Score on the board's scale",
        "p_best": "Probability that its true score is the best; systems with the same score share it",
        "p_top3": "Probability that it is one of the best three",
        "expected_rank": "Mean rank over what the errors allow",
        "n": "Items or benchmarks that are the sample; empty where only errors are known",
    }
}
#: Places counted as the top.
TOP = 3
#: A system further behind than this many standard errors of both is never first: the chance is below 1e-14.
_FAR = 8.0
#: Draws: as many as keep all systems of all draws below this, within these bounds.
_WORK = 4_000_000
_FEWEST_DRAWS, _MOST_DRAWS = 2_000, 20_000
#: Entries of a block of the comparison of all systems with all.
_BLOCK = 1_000_000


@dataclass(frozen=True, slots=True)
class Best:
    """What the page says.

    Attributes:
        unit: what is a sample, as `Uncertainty.unit`.
        draws: how many.
        monte_carlo_error: standard error of the largest `p_best` that comes from the number of draws.
    """

    unit: str
    draws: int
    monte_carlo_error: float


def compute(
    grounds: Grounds, _earlier: Mapping[str, Found | NotEstimable], generator: np.random.Generator
) -> Found | NotEstimable:
    """Probability of being best of the ranked systems of a board."""
    known = uncertainty(grounds)
    if isinstance(known, NotEstimable):
        return known
    if len(known.at) < 2:
        return NotEstimable("fewer than two ranked systems have a standard error")
    contenders = _contenders(known)
    size = int(np.clip(_WORK // len(contenders), _FEWEST_DRAWS, _MOST_DRAWS))
    drawn = known.draws(contenders, size, generator) + known.goodness[contenders]
    best, top = np.zeros(len(known.at)), np.zeros(len(known.at))
    best[contenders] = share_of_places(drawn, 1)
    top[contenders] = share_of_places(drawn, TOP)
    share = float(best.max())
    rows = grounds.board.rows.iloc[known.at]
    table = pd.DataFrame(
        {
            "system": rows["system"].to_numpy(object),
            "score": rows["score"].to_numpy(float),
            "p_best": best,
            "p_top3": top,
            "expected_rank": expected_ranks(known),
            "n": float(known.n) if known.n else np.nan,
        }
    )
    left_out = f"{plural(known.without, 'system')} without a standard error is left out"
    return Found(
        tables={MAIN: table},
        headline=Best(known.unit, size, float(np.sqrt(share * (1 - share) / size))),
        caveats=(
            left_out.replace("systems without a standard error is", "systems without a standard error are"),
        )
        if known.without
        else (),
    )


def _contenders(known: Uncertainty) -> Ints:
    """Systems that may take one of the top places."""
    sure = np.sort(known.goodness - _FAR * known.error)[::-1]
    enough = sure[min(TOP, len(sure)) - 1]
    return np.flatnonzero(known.goodness + _FAR * known.error >= enough)


def share_of_places(drawn: Floats, places: int) -> Floats:
    """(p,) share of (R, p) draws in which each system takes one of the first places; who ties, shares them."""
    draws, systems = drawn.shape
    if systems <= places:
        return np.ones(systems)
    last = np.partition(drawn, systems - places, axis=1)[:, systems - places, np.newaxis]
    above, level = drawn > last, drawn == last
    left = (places - above.sum(axis=1)) / level.sum(axis=1)
    found: Floats = (above + level * left[:, np.newaxis]).sum(axis=0) / draws
    return found


def expected_ranks(known: Uncertainty) -> Floats:
    """(p,) 1 + sum over others of P(other is better), ties half; without draws."""
    p = len(known.at)
    better = np.zeros(p)  # expected number of better systems, itself as half a one
    step = 1 if known.influence is not None else max(1, _BLOCK // p)
    for start in range(0, p, step):
        stop = min(start + step, p)
        errors = (
            np.hypot(known.error[start:stop, np.newaxis], known.error[np.newaxis, start:])
            if known.influence is None
            else known.difference_errors(start)[np.newaxis, start:]
        )
        behind = known.goodness[np.newaxis, start:] - known.goodness[start:stop, np.newaxis]
        far = np.where(behind == 0, 0.0, np.copysign(np.inf, behind))
        chance = ndtr(np.divide(behind, errors, out=far, where=errors > 0))
        better[start:stop] += chance.sum(axis=1)
        better[stop:] += (1 - chance[:, stop - start :]).sum(axis=0)
    return better + 0.5
