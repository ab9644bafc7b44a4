"""Systems against each other on values of one scale: who is ranked under a policy, where, and how surely."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.missing_data import mean_limits, rank_limits, select
from reportgen.analysis.ranking import Ranking, plain_ranks, rank

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from reportgen.analysis.averaging import Scale

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

#: Missing settings are named in a reason up to this number.
_NAMED = 3
_DIFFERENT_SETS = "the averages are over different sets of settings; choose the policy 'complete'"


@dataclass(frozen=True, slots=True)
class Contest:
    """p systems and B settings on one scale; `value` and `stderr` are (p, B), NaN unknown."""

    names: Sequence[str]
    labels: Sequence[str]
    value: Floats
    stderr: Floats
    scale: Scale


@dataclass(frozen=True, slots=True)
class Standings:
    """The outcome. `rows` has the columns of `leaderboard.ROW_COLUMNS` that need no more than the contest.

    Attributes:
        rows: ranked systems from best to worst, then the others by how many settings they have, then by name.
        order: for each row of `rows`, the position of the system in the contest.
        columns: settings in the score, ascending.
        ranking: of the ranked systems, in the order of `ranked_at`.
        note: what the policy left out, in words; "" when nothing.
    """

    rows: pd.DataFrame
    order: Ints
    columns: Ints
    ranking: Ranking
    note: str


def compete(contest: Contest, *, policy: str, level: float) -> Standings:
    """Rank the systems of a contest under a missing-data policy."""
    present = np.isfinite(contest.value)
    selection = select(present, policy)
    columns, ranked_at = selection.columns, np.flatnonzero(selection.ranked)
    measured = present[:, columns]
    score, stderr = _means(contest.value[:, columns], contest.stderr[:, columns], selection.ranked)
    ranking = _ranking(contest, columns, (ranked_at, score, stderr), level)
    rows = pd.DataFrame(
        {
            "system": list(contest.names),
            "score": score,
            "standard_error": stderr,
            "rank": _spread(ranking.rank, ranked_at, len(score)),
            "rank_low": _spread(ranking.low, ranked_at, len(score)),
            "rank_high": _spread(ranking.high, ranked_at, len(score)),
            "tie_group": _spread(ranking.group, ranked_at, len(score)),
            "k": measured.sum(axis=1),
            "of": np.full(len(score), len(columns)),
            "ranked": selection.ranked,
            "reason": _reasons(measured, selection.ranked, [contest.labels[column] for column in columns]),
            **_limits(contest, columns),
        }
    )
    others = rows[~selection.ranked].sort_values(["k", "system"], ascending=[False, True]).index.to_numpy()
    order = np.concatenate([ranked_at[ranking.order], others]).astype(np.intp)
    note = _note(contest, measured, selection.ranked, policy)
    return Standings(rows.iloc[order].reset_index(drop=True), order, columns, ranking, note)


def _means(value: Floats, stderr: Floats, ranked: Bools) -> tuple[Floats, Floats]:
    """Mean of what is present and its error sqrt(sum se^2) / k, for ranked systems; NaN for the others."""
    present = np.isfinite(value)
    k = np.where(ranked, present.sum(axis=1), 1)
    score = np.where(present, value, 0.0).sum(axis=1) / k
    error = np.sqrt((np.where(present, stderr, 0.0) ** 2).sum(axis=1)) / k
    return np.where(ranked, score, np.nan), np.where(ranked, error, np.nan)


def _ranking(contest: Contest, columns: Ints, scores: tuple[Ints, Floats, Floats], level: float) -> Ranking:
    at, score, stderr = scores
    goodness = contest.scale.sign * score[at]
    names = [contest.names[system] for system in at]
    by_setting = contest.scale.sign * contest.value[np.ix_(at, columns)]
    if not np.isfinite(by_setting).all():
        return Ranking.without_sets(*plain_ranks(goodness, names), _DIFFERENT_SETS)
    return rank(goodness, names, level=level, stderr=stderr[at], by_setting=by_setting)


def _spread(values: Ints, at: Ints, size: int) -> pd.Series:
    """Whole numbers of the systems at these positions as nullable integers; NA elsewhere."""
    spread = pd.array([pd.NA] * size, dtype="Int64")
    if len(values):
        spread[at] = values
    return pd.Series(spread)


def _limits(contest: Contest, columns: Ints) -> dict[str, object]:
    """Worst and best mean and rank, missing cells being at the bounds of the scale, where it has any."""
    size, scale = len(contest.names), contest.scale
    bounded = np.isfinite(scale.lower) and np.isfinite(scale.upper)
    if not bounded or len(columns) == 0:
        nothing, none = np.full(size, np.nan), _spread(np.empty(0, dtype=np.intp), columns[:0], size)
        return {"worst_score": nothing, "best_score": nothing, "best_rank": none, "worst_rank": none}
    lowest, highest = mean_limits(contest.value[:, columns], scale.lower, scale.upper)
    worst, best = (lowest, highest) if scale.sign > 0 else (highest, lowest)
    best_rank, worst_rank = rank_limits(scale.sign * worst, scale.sign * best)
    everyone = np.arange(size)
    return {
        "worst_score": worst,
        "best_score": best,
        "best_rank": _spread(best_rank, everyone, size),
        "worst_rank": _spread(worst_rank, everyone, size),
    }


def _reasons(measured: Bools, ranked: Bools, labels: Sequence[str]) -> list[str]:
    """Why each system is not ranked; "" for those that are."""
    return ["" if in_rank else _lack(row, labels) for row, in_rank in zip(measured, ranked, strict=True)]


def _lack(row: Bools, labels: Sequence[str]) -> str:
    if not labels:
        return "no setting can be compared"
    lacking = [label for label, has in zip(labels, row, strict=True) if not has]
    named = f": lacks {', '.join(lacking)}" if len(lacking) <= _NAMED else ""
    return f"has {int(row.sum())} of {len(labels)} settings{named}"


def _note(contest: Contest, measured: Bools, ranked: Bools, policy: str) -> str:
    p, of, total = len(ranked), measured.shape[1], len(contest.labels)
    if total == 0:
        return ""
    if policy == "coverage" and not measured[ranked].all():
        return "means of what each system has: they compare different sets of settings"
    if policy == "common" and of < total:
        return f"scored on the {of} of {total} settings that all {p} systems have"
    if of < total:
        return (
            f"fewer than three systems have all {total} settings; scored on {of} of them, the largest block, "
            f"which {int(ranked.sum())} of {p} systems have"
        )
    return f"{int(ranked.sum())} of {p} systems have all {total} settings" if not ranked.all() else ""
