"""What a leaderboard is: ranked rows, what they are averaged over, and how sure the ranks are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from reportgen.numbers import plural

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from reportgen.analysis.averaging import Scale
    from reportgen.analysis.contest import Contest, Standings

    Floats = NDArray[np.float64]

#: Columns of `Board.rows`.
ROW_COLUMNS = (
    "row",  # int: position in `ScoreTable.systems`
    "system",
    "model",
    "score",  # on the board's scale; NaN when not ranked
    "standard_error",  # sqrt(sum se^2) / k: errors of settings taken as independent; NaN unknown
    "rank",  # Int64: 1 + systems with a better score; NA when not ranked
    "rank_low",  # Int64: best rank in the simultaneous confidence set; NA when not estimable
    "rank_high",  # Int64: worst
    "tie_group",  # Int64: 1 for the best
    "k",  # int: settings of the score that the system has
    "of",  # int: settings of the score
    "ranked",  # bool
    "reason",  # why not ranked, else ""
    "id_score",  # mean over the in-distribution twins of the score's settings; NaN unless it has them all
    "gap",  # in-distribution minus shifted, positive = worse when shifted; NaN unless it has all pairs
    "worst_score",  # mean if all missing cells were at the metric's worst bound; NaN without bounds
    "best_score",
    "best_rank",  # Int64: rank among all rows if own missing cells were best and the others' worst
    "worst_rank",
)


@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """One leaderboard.

    Attributes:
        id: lower-case ASCII letters, digits and hyphens; unique among boards.
        title: for people.
        suite, selection: what the board is about; both "" for the board over suites.
        basis: "ood" when the score is the mean over shifted settings only, else "all".
        settings: labels of the settings in the score (of suites, for the board over suites).
        other_settings: (label, reason) of those that are not.
        policy: missing-data policy.
        note: what the policy left out; "" when nothing.
        unit: what the rank sets take as a sample: "items", "benchmarks" or "" (see `unit_reason`).
        unit_reason: why rank sets are not estimable; "" when they are.
        level: simultaneous confidence level of the rank sets.
        scale: of the score.
        error_kinds: kinds of the standard errors in the score, sorted; empty when there are none.
        cautions: what the rank sets assume that these data may not satisfy; empty when there are none.
        rows: columns `ROW_COLUMNS`; ranked systems from best to worst, then the others.
        n_ties: neighbouring pairs of ranked systems in one tie group; None when not estimable.
        winners: systems of rank 1.
        lead: score of the winner minus that of the next, as a positive number; 0 when several share rank 1;
        None
            with fewer than two ranked systems.
        separated: the winner is significantly better than every other system; None when not estimable.
        contest: the scores the board is made from, of all entrants, in an order of its own.
    """

    id: str
    title: str
    suite: str
    selection: str
    basis: Literal["ood", "all"]
    settings: tuple[str, ...]
    other_settings: tuple[tuple[str, str], ...]
    policy: str
    note: str
    unit: str
    unit_reason: str
    level: float
    scale: Scale
    error_kinds: tuple[str, ...]
    cautions: tuple[str, ...]
    rows: pd.DataFrame
    n_ties: int | None
    winners: tuple[str, ...]
    lead: float | None
    separated: bool | None
    contest: Contest


_FEW_RUNS = (
    "standard errors from a few seeds or trials are uncertain themselves, but are taken as exact; "
    "the rank intervals may be too narrow"
)
_DERIVED = "standard errors are not reported but derived from the score and the number of items"
_MIXED = "standard errors of different kinds are compared with each other"
_SAMPLE = (
    "the benchmarks are taken as a random sample of all that could have been used, which they hardly are"
)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a board is about; the fields of `Board` of the same names."""

    id: str
    title: str
    suite: str
    selection: str
    basis: Literal["ood", "all"]
    settings: tuple[str, ...]
    other_settings: tuple[tuple[str, str], ...]
    error_kinds: tuple[str, ...]


def make_board(
    subject: Subject,
    contest: Contest,
    standings: Standings,
    rows: pd.DataFrame,
    terms: tuple[str, float, Scale],
) -> Board:
    """The board of these standings; `rows`: theirs with all `ROW_COLUMNS`; `terms`: policy, level, scale."""
    policy, level, scale = terms
    ranking = standings.ranking
    ranked = rows[rows["ranked"]]
    first = ranked["rank"] == 1
    score = ranked["score"].to_numpy(float)
    group = ranked["tie_group"].to_numpy(dtype=float, na_value=np.nan)
    sure = not ranking.reason
    return Board(
        id=subject.id,
        title=subject.title,
        suite=subject.suite,
        selection=subject.selection,
        basis=subject.basis,
        settings=subject.settings,
        other_settings=subject.other_settings,
        policy=policy,
        note=standings.note,
        unit=ranking.unit,
        unit_reason=ranking.reason,
        level=level,
        scale=scale,
        error_kinds=subject.error_kinds,
        cautions=(*_cautions(ranking.unit, subject.error_kinds), *_lacking(ranking.unit, ranked)),
        rows=rows[list(ROW_COLUMNS)],
        n_ties=int((group[1:] == group[:-1]).sum()) if sure else None,
        winners=tuple(ranked.loc[first, "system"]),
        lead=_lead(score, int(first.sum())) if len(ranked) > 1 else None,
        separated=bool((ranked.loc[first, "rank_high"] == 1).all()) if sure else None,
        contest=contest,
    )


def _cautions(unit: str, error_kinds: tuple[str, ...]) -> tuple[str, ...]:
    kinds = set(error_kinds) if unit == "items" else set()
    found = [_FEW_RUNS] if kinds & {"seeds", "trials"} else []
    found += [_DERIVED] if "derived_binomial" in kinds else []
    found += [_MIXED] if len(kinds) > 1 or "mixed" in kinds else []
    return tuple(found + ([_SAMPLE] if unit == "benchmarks" else []))


def _lacking(unit: str, ranked: pd.DataFrame) -> tuple[str, ...]:
    """Systems without an error among others that have one."""
    lacking = int(ranked["standard_error"].isna().sum()) if unit == "items" else 0
    if not lacking:
        return ()
    return (f"{plural(lacking, 'system')} without a standard error cannot be told apart from any other",)


def _lead(score: Floats, winners: int) -> float:
    return 0.0 if winners > 1 else float(abs(score[0] - score[1]))
