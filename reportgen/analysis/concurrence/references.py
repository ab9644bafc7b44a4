"""What the settings say together: one value for each model, made of some of the settings, gaps and all.

A setting must not be judged by a whole that contains it. With K unrelated settings, one of them agrees with the mean
of all K to tau = 0.40, 0.25 and 0.19 for K = 3, 8 and 13, and with the mean of the others to 0. So every reference
here leaves out a *source*: the setting itself, all settings whose items come from the same place, and copies.

Five ways to add up; larger is better, and a model needs scores on `LEAST` of the members:

* `mean`: mean of standardised scores, only over models with a score on every member;
* `win_rate`: share of the other models that a model beats, ties half, averaged over the members it has;
* `strict_win_rate`: the same with ties counted as lost, as BenchBench has it;
* `bradley_terry`: log strength, from every pair of models on every member that has both (`paired_reference`);
* `mixed`: additive model, score = level of the member + strength of the model, strengths shrunk.

Win rates of models with gaps are over other opponents: where weak models were run on other members than strong ones,
they say little. The last two put all models on one scale, if scores are missing at random given the scores present.

Sources: Perlitz et al. 2024, "Do These LLM Benchmarks Agree?" (arXiv 2407.13696), for win rates as a reference;
Henderson 1975 and Dempster, Laird and Rubin 1977 for the mixed model and its fit by EM.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reportgen.analysis.concurrence.agreement import SAME_SCORES
from reportgen.analysis.concurrence.kendall import column_ranks
from reportgen.analysis.concurrence.paired_reference import bradley_terry

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.concurrence.grounds import Grounds

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]
    Bools = NDArray[np.bool_]

#: Aggregate -> what it is, in plain words. The first is the one that is spoken of.
AGGREGATES = {
    "bradley_terry": "strength in all head-to-head comparisons (Bradley-Terry)",
    "mixed": "additive model with shrunk strengths",
    "win_rate": "mean win rate, ties half",
    "strict_win_rate": "mean win rate, ties lost (BenchBench)",
    "mean": "mean of standardised scores, models without gaps only",
}
#: Members a model needs, where there are so many.
LEAST = 2
_STEPS = 100
_ENOUGH = 1e-6


def sources(grounds: Grounds) -> Ints:
    """(q,) number of the source of each setting: as declared, else its suite where there are several, else itself.

    Settings that hold the same scores as another are of one source with it.
    """
    frame = grounds.benchmarks
    several = frame["suite"].nunique() > 1
    names = [
        ("source", row.source)
        if row.source
        else ("suite", row.suite)
        if several and row.suite
        else ("setting", row.setting)
        for row in frame.itertuples()
    ]
    found = np.array([names.index(name) for name in names], dtype=np.intp)
    copies = (grounds.agreement.pairs["reason"] == SAME_SCORES).to_numpy(bool)
    a, b = grounds.pair_positions()
    for one, other in zip(a[copies], b[copies], strict=True):
        found[found == found[other]] = found[one]
    return np.unique(found, return_inverse=True)[1].astype(np.intp)


def aggregates(goodness: Floats, member: Bools) -> tuple[dict[str, Floats], dict[str, str]]:
    """References by name, each (p, g), NaN where a model has none; and why a name has no values at all.

    Args:
        goodness: (p, q) larger is better, NaN missing.
        member: (q, g) which settings each of the g references is made of.
    """
    ranks = column_ranks(goodness)
    varies = np.asarray(ranks.any(axis=0), dtype=np.bool_)
    present = np.isfinite(goodness) & varies
    member = member & varies[:, np.newaxis]
    size = member.sum(axis=0)
    enough = (size > 0) & (present.astype(float) @ member >= np.minimum(LEAST, size))
    below, ties = _beaten(ranks, present)
    opponents = np.maximum(present.sum(axis=0) - 1, 1)
    found = {
        "mixed": mixed(np.where(present, goodness, np.nan), member),
        "win_rate": _mean_over((below + ties / 2) / opponents, present, member),
        "strict_win_rate": _mean_over(below / opponents, present, member),
    }
    strength, reason = bradley_terry(below + ties / 2, present, member)
    found["bradley_terry"] = strength
    for name, values in found.items():
        found[name] = np.where(enough, values, np.nan)
    found["mean"] = mean_of_complete(np.where(present, goodness, np.nan), member)
    return {name: found[name] for name in AGGREGATES}, {"bradley_terry": reason} if reason else {}


def win_rates(goodness: Floats, member: Bools) -> Floats:
    """(p, g) mean win rates, ties half, over the members a model has; NaN where it has none."""
    return _rates(goodness, member, tie=0.5)


def strict_win_rates(goodness: Floats, member: Bools) -> Floats:
    """The same with ties counted as lost."""
    return _rates(goodness, member, tie=0.0)


def _rates(goodness: Floats, member: Bools, *, tie: float) -> Floats:
    ranks = column_ranks(goodness)
    present = np.isfinite(goodness) & ranks.any(axis=0)
    below, ties = _beaten(ranks, present)
    opponents = np.maximum(present.sum(axis=0) - 1, 1)
    return _mean_over((below + tie * ties) / opponents, present, member)


def mean_of_complete(goodness: Floats, member: Bools) -> Floats:
    """(p, g) mean of scores standardised over the models that have every member; NaN for all other models."""
    out = np.full((len(goodness), member.shape[1]), np.nan)
    missing = np.isnan(goodness).astype(float) @ member
    for group in np.flatnonzero(member.any(axis=0)):
        rows = np.flatnonzero(missing[:, group] == 0)
        if len(rows) > 1:
            out[rows, group] = _standardised(goodness[np.ix_(rows, np.flatnonzero(member[:, group]))]).mean(1)
    return out


def mean_of_present(goodness: Floats, member: Bools) -> Floats:
    """(p, g) mean of the standardised scores a model has; over other members for models with other gaps."""
    return _mean_over(np.nan_to_num(_standardised(goodness)), np.isfinite(goodness), member)


def mixed(goodness: Floats, member: Bools) -> Floats:
    """(p, g) best linear predictions u of z_mb = level_b + u_m + noise, z standardised by member.

    Variances of u and of the noise by EM, all g references at once. Assumes that scores are missing at random.
    """
    present = np.isfinite(goodness).astype(float)
    z = np.nan_to_num(_standardised(goodness))
    inside = member.astype(float)
    held = present @ inside  # (p, g) members of each model
    total = np.maximum(held.sum(axis=0), 1)
    models = np.maximum((held > 0).sum(axis=0), 1)
    count = np.maximum(present.sum(axis=0), 1)[:, np.newaxis]
    sums, squares = z @ inside, (z**2).sum(axis=0) @ inside
    u = np.zeros_like(held)
    spread, noise = np.full(total.shape, 0.5), np.full(total.shape, 0.5)
    for _ in range(_STEPS):
        level = ((z.sum(axis=0)[:, np.newaxis] - present.T @ u) / count) * inside
        shrink = noise / spread
        new = (sums - present @ level) / (held + shrink) * (held > 0)
        variance = noise / (held + shrink) * (held > 0)
        moved = float(np.abs(new - u).max(initial=0.0))
        u = new
        spread = np.maximum((u**2 + variance).sum(axis=0) / models, 1e-6)
        fitted = 2 * (u * (sums - present @ level)).sum(axis=0) - (held * u**2).sum(axis=0)
        level_part = (2 * level * (z.sum(axis=0)[:, np.newaxis]) - count * level**2).sum(axis=0)
        noise = np.maximum((squares - level_part - fitted + (held * variance).sum(axis=0)) / total, 1e-6)
        if moved < _ENOUGH:
            break
    return np.where(held > 0, u, np.nan)


def _standardised(scores: Floats) -> Floats:
    """Each column less its mean, over its standard deviation; a constant one is 0, a missing score stays missing."""
    known = np.isfinite(scores)
    count = np.maximum(known.sum(axis=0), 1)
    centred = scores - np.where(known, scores, 0.0).sum(axis=0) / count
    scale = np.sqrt(np.where(known, centred**2, 0.0).sum(axis=0) / count)
    largest = np.where(known, np.abs(scores), 0.0).max(axis=0, initial=0.0)
    return np.asarray(
        np.where(scale > 1e-12 * largest, centred / np.where(scale > 0, scale, 1.0), 0.0 * centred)
    )


def _beaten(ranks: NDArray[np.int64], present: Bools) -> tuple[Floats, Floats]:
    """(p, q) models that each model beats in each setting, and those it ties with; 0 where it has no score."""
    below, ties = np.zeros(ranks.shape), np.zeros(ranks.shape)
    for column in range(ranks.shape[1]):
        rows = np.flatnonzero(present[:, column])
        mine = ranks[rows, column]
        size = np.bincount(mine)
        below[rows, column] = (np.cumsum(size) - size)[mine]
        ties[rows, column] = size[mine] - 1
    return below, ties


def _mean_over(values: Floats, present: Bools, member: Bools) -> Floats:
    """(p, g) means over the members a model has; NaN where it has none."""
    held = present.astype(float) @ member
    sums = np.where(present, values, 0.0) @ member
    return np.where(held > 0, sums / np.maximum(held, 1), np.nan)
