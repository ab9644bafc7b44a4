"""How far does a setting agree with itself? From halves of its items, or from seeds: no error need be assumed.

Split half: the items are cut into random halves, each half ranks the models, and the two rankings are compared by
tau-b. A half has half the items, so the reliability of the whole is that of the halves stepped up, 2 r / (1 + r)
(Spearman 1910, Brown 1910), with r = sin(pi/2 tau) (Greiner 1909). All models answer the same items, so what items
are hard for everyone is no noise here, as it is in a binomial error.

Seeds: two seeds of each model are picked at random, one for either side; the score is a mean over k seeds, so the
step is from 1 to k, k the harmonic mean over models. What new items would do is not in it.

Both are means over `SPLITS` random cuts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reportgen.analysis.concurrence.kendall import tau_b
from reportgen.analysis.concurrence.noise import FEWEST, lengthened, reliability_of, tau_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: Random cuts for each setting.
SPLITS = 20
#: Models that lack more of the items than this share are left out.
_MOST_MISSING = 0.1
#: Fewest items: each half needs a few.
FEWEST_ITEMS = 4


@dataclass(frozen=True, slots=True)
class Replicated:
    """Agreement of a setting with a replicate of itself.

    Attributes:
        tau: expected tau-b between two replicates; NaN where it cannot be computed.
        n: models it was computed from.
        parts: items, or seeds of each model (harmonic mean).
        freedom: degrees of freedom of the error variance; infinite for items.
        reason: why there is none; "" where there is.
    """

    tau: float
    n: int
    parts: float
    freedom: float
    reason: str


def nothing(reason: str) -> Replicated:
    """No agreement with itself, and why."""
    return Replicated(float("nan"), 0, float("nan"), float("inf"), reason)


def split_half(
    items: Floats, generator: np.random.Generator, splits: int = SPLITS
) -> tuple[Replicated, NDArray[np.bool_]]:
    """Split-half agreement, and which of the models (p,) it was computed from.

    Args:
        items: (p, N) score of each model on each item, NaN where there is no answer.
        generator: makes the cuts.
        splits: how many.
    """
    answered = np.isfinite(items)
    count = items.shape[1]
    kept = answered.sum(axis=1) >= (1 - _MOST_MISSING) * count if count else np.zeros(len(items), dtype=bool)
    n = int(kept.sum())
    if n < FEWEST or count < FEWEST_ITEMS:
        return nothing(f"items: {n} models on {count} items"), kept
    score = np.where(answered, items, 0.0)[kept]
    there = answered[kept].astype(np.float64)
    found = []
    for _ in range(splits):
        side = np.zeros(count)
        side[generator.permutation(count)[: count // 2]] = 1.0
        with np.errstate(invalid="ignore", divide="ignore"):
            halves = [(score @ half) / (there @ half) for half in (side, 1 - side)]
        found.append(tau_b(halves[0], halves[1]))
    return _stepped_up(found, 2.0, n, float(count), float("inf")), kept


def seed_to_seed(
    scores: Sequence[Floats], generator: np.random.Generator, splits: int = SPLITS
) -> Replicated:
    """Agreement of two seeds, stepped up to the mean over all.

    Args:
        scores: for each model, its scores, one for each seed; models with a single one are left out.
        generator: picks the seeds.
        splits: how often.
    """
    used = [one for one in scores if len(one) > 1]
    if len(used) < FEWEST:
        return nothing(f"seeds: {len(used)} models have two or more")
    sizes = np.array([len(one) for one in used], dtype=float)
    found = []
    for _ in range(splits):
        picked = np.array([one[generator.permutation(len(one))[:2]] for one in used])
        found.append(tau_b(picked[:, 0], picked[:, 1]))
    each = float(len(sizes) / (1 / sizes).sum())
    return _stepped_up(found, each, len(used), each, float((sizes - 1).sum()))


def _stepped_up(found: Sequence[float], times: float, n: int, parts: float, freedom: float) -> Replicated:
    if not np.isfinite(found).all():
        return nothing("all models score the same on a part")
    single = np.maximum(reliability_of(np.array([np.mean(found)])), 0.0)
    return Replicated(float(tau_of(lengthened(single, times))[0]), n, parts, freedom, "")
