"""The same agreement under four ways to treat missing scores, and whether the way decides what is found.

* complete: only models with a score on every setting concerned;
* pairwise: whatever models both sides have;
* model-based: missing scores do not count as anything, or are replaced by what an additive model expects, which assumes
  that scores are missing at random;
* bounds: what agreement would be if the missing scores spoke against it, and for it, as much as they can.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.concurrence.agreement import FEWEST_FOR_CLAIM
from reportgen.analysis.concurrence.coefficients import COEFFICIENTS
from reportgen.analysis.concurrence.kendall import column_ranks, tau_b_only
from reportgen.analysis.concurrence.paired import stacks
from reportgen.analysis.concurrence.references import mixed
from reportgen.analysis.midranks import midranks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

#: More settings than these are not compared pair by pair under every policy.
MOST_SETTINGS = 30
#: From here on two rankings are said to agree.
AGREES = 0.5
SIGN = "the sign depends on how missing scores are treated"
VERDICT = "how strong it is depends on how missing scores are treated"
BOUNDS = "the missing scores could turn the sign"


def verdict(tau: Floats) -> NDArray[np.int64]:
    """0 none or opposite (at most 0), 1 weak, 2 agreement (above `AGREES`), -1 unknown."""
    known = np.isfinite(tau)
    return np.where(known, (tau > 0).astype(np.int64) + (tau > AGREES), -1)


def flags(policies: Floats, bounds: Floats) -> NDArray[np.object_]:
    """(k,) flag of each row: policies (k, 3) and bounds (k, 2), NaN unknown."""
    kinds = verdict(policies)
    known = kinds >= 0
    highest = np.where(known, policies, -np.inf).max(axis=1)
    lowest = np.where(known, policies, np.inf).min(axis=1)
    differ = np.where(known, kinds, -1).max(axis=1) > np.where(known, kinds, 3).min(axis=1)
    several = known.sum(axis=1) >= 2
    turned = np.isfinite(bounds).all(axis=1) & (bounds[:, 0] < 0) & (bounds[:, 1] > 0)
    out = np.where(turned & known.any(axis=1), BOUNDS, "").astype(object)
    out[several & differ] = VERDICT
    out[several & (highest > 0) & (lowest < 0)] = SIGN
    return out


def pair_policies(goodness: Floats, a: Ints, b: Ints, *, fewest: int) -> dict[str, Floats]:
    """(k,) tau of the pairs of columns (a, b) under each policy, with the models behind the complete one."""
    some = np.isfinite(goodness).any(axis=1)
    goodness = goodness[some]
    complete, n_complete = tau_b_only(goodness[np.isfinite(goodness).all(axis=1)])
    pairwise, n = tau_b_only(goodness)
    modelled, _ = tau_b_only(_expected(goodness))
    lowest, highest = bounds(goodness[:, a], goodness[:, b], fewest=fewest)
    return {
        "complete": np.where(n_complete >= fewest, complete, np.nan)[a, b],
        "n_complete": n_complete[a, b].astype(float),
        "pairwise": np.where(n >= fewest, pairwise, np.nan)[a, b],
        "model_based": np.where(n >= fewest, modelled, np.nan)[a, b],
        "lowest": lowest,
        "highest": highest,
    }


def bounds(x: Floats, y: Floats, *, fewest: int) -> tuple[Floats, Floats]:
    """(k,) tau of columns x and y (p, k) if missing scores spoke against agreement, and for it, as much as they can.

    A model with a score on one side only is given the opposite place, or the same place, on the other; models with
    neither stay out. NaN where both sides share fewer than `fewest` models.
    """
    place_x, place_y = _places(x), _places(y)
    ends = []
    for one, other in ((1 - place_y, 1 - place_x), (place_y, place_x)):
        filled = np.hstack([np.where(np.isnan(x), one, place_x), np.where(np.isnan(y), other, place_y)])
        ends.append(_taus(filled))
    known = (np.isfinite(x) & np.isfinite(y)).sum(axis=0) >= fewest
    return np.where(known, ends[0], np.nan), np.where(known, ends[1], np.nan)


def _places(values: Floats) -> Floats:
    """Each score as its place in its column, from 0 to 1, ties sharing their mean place; NaN missing."""
    known = np.isfinite(values)
    ranks = column_ranks(values)
    out = np.full(values.shape, np.nan)
    for column in range(values.shape[1]):
        rows = known[:, column]
        out[rows, column] = (midranks(ranks[rows, column]) - 0.5) / max(int(rows.sum()), 1)
    return out


def _taus(scores: Floats) -> Floats:
    """(k,) tau-b of column j with column k + j."""
    size = scores.shape[1] // 2
    first = np.arange(size, dtype=np.int64)
    tau = np.full(size, np.nan)
    for at, pairs in stacks(scores, first, size + first):
        tau[at] = COEFFICIENTS["tau_b"].values(pairs)
    return tau


def _expected(goodness: Floats) -> Floats:
    """Standardised scores, a missing one replaced by level of the setting plus strength of the model."""
    known = np.isfinite(goodness)
    count = np.maximum(known.sum(axis=0), 1)
    centred = goodness - np.where(known, goodness, 0.0).sum(axis=0) / count
    scale = np.sqrt(np.where(known, centred**2, 0.0).sum(axis=0) / count)
    z = centred / np.where(scale > 0, scale, 1.0)
    strength = mixed(goodness, np.ones((goodness.shape[1], 1), dtype=bool))[:, 0]
    level = np.where(known, z - strength[:, np.newaxis], 0.0).sum(axis=0) / count
    return np.asarray(np.where(known, z, level + strength[:, np.newaxis]))


def table(rows: dict[str, object], columns: list[str]) -> pd.DataFrame:
    """The rows with their flag."""
    frame = pd.DataFrame(rows)
    policies = frame[["complete", "pairwise", "model_based"]].to_numpy(float, copy=True)
    policies[frame["n_complete"].to_numpy() < FEWEST_FOR_CLAIM, 0] = (
        np.nan
    )  # so few say little under any policy
    return frame.assign(flag=flags(policies, frame[["lowest", "highest"]].to_numpy(float)))[columns]
