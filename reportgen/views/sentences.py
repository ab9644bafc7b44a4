"""Sentences about leaders, computed from a board: used on its page, on the index and on the home page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportgen import numbers
from reportgen.views.blocks import Link, Strong
from reportgen.views.common import column_decimals, known
from reportgen.views.report import model_page
from reportgen.views.standings import score_text, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reportgen.analysis.leaderboard import Board
    from reportgen.views.blocks import Words


def tied_with_first(one: Board) -> int:
    """How many systems cannot be told apart from the first; 0 when it stands alone."""
    return max(0, sum(whole(group) == 1 for group in one.rows["tie_group"].tolist()) - 1)


def lead_text(one: Board) -> str:
    """How far the first is ahead of the next: '1.3 points', or in the score's own unit."""
    points = " points" if one.scale.rescaled or one.scale.unit in {"percent", "points"} else ""
    return f"{numbers.score(one.lead, decimals=column_decimals(one.rows['standard_error']))}{points}"


def uncertainty_over(one: Board) -> str:
    """Of what a repetition would draw anew: 'test items', 'trials', 'benchmarks'."""
    if one.unit == "benchmarks":
        return "benchmarks"
    samples = {"seeds": "seeds", "trials": "trials"}
    kinds = sorted({samples.get(kind, "test items") for kind in one.error_kinds})
    return " and ".join(kinds) or "test items"


def unsure(one: Board) -> str:
    """Why nobody can say how sure the ranks of a board are, in a few words."""
    errors = one.rows.loc[one.rows["ranked"], "standard_error"]
    if errors.isna().all():
        return "no standard errors are known"
    if errors.isna().any():
        return "some standard errors are unknown"
    return "the means are over different benchmarks"


def leader_short(one: Board) -> str:
    """'clearly first', 'cannot be told apart from 3', 'cannot tell: …': for a table cell."""
    if int(one.rows["ranked"].sum()) < 2:
        return "nobody to compare with"
    if not one.unit:
        return f"cannot tell: {unsure(one)}"
    tied = tied_with_first(one)
    return f"cannot be told apart from {tied}" if tied else "clearly first"


def leader(one: Board) -> Words:
    """Who is first on a board, by how much, and how sure that is."""
    ranked = one.rows[one.rows["ranked"]]
    if ranked.empty:
        return ("Nobody can be ranked here: ", _why_nobody(one), ".")
    first = ranked.iloc[0]
    name = Link(str(first["system"]), model_page(str(first["model"])))
    score = score_text(known(first["score"]), known(first["standard_error"]))
    if len(ranked) == 1:
        return (name, " is the only system with all scores here: ", Strong(score), ".")
    opening: Words = (name, f" {best(one)}: ", Strong(score), f" ({one.scale.text})")
    return (*opening, *_certainty(one, len(ranked) - 1))


def _why_nobody(one: Board) -> str:
    if one.settings:
        return "no system has a score on all of its benchmarks"
    return "; ".join(sorted({reason for _, reason in one.other_settings}))


def best(one: Board) -> str:
    """'scores best', or 'and 2 others score best' where several share the first place."""
    verb = "generalize" if one.basis == "ood" else "score"
    others = len(one.winners) - 1
    return f"and {numbers.plural(others, 'other')} {verb} best" if others else f"{verb}s best"


def _certainty(one: Board, neighbours: int) -> Words:
    """What follows the leader's score; `neighbours`: pairs of ranked systems next to each other."""
    if not one.unit:
        ahead = "" if len(one.winners) > 1 else f", {lead_text(one)} ahead of the next"
        return (ahead, ". ", Strong("How sure that is cannot be said"), f": {unsure(one)}.")
    ties = f"{one.n_ties or 0} of {neighbours}" if neighbours > 1 else ""
    tail = f" Of all neighbouring pairs, {ties} cannot be told apart." if ties else ""
    if tied_with_first(one) == 0:
        return (", ", Strong("clearly ahead"), f" of the next by {lead_text(one)}.{tail}")
    opening, words = alike(one)
    return (opening, Strong(words), f".{tail}")


def alike(one: Board) -> tuple[str, str]:
    """Who cannot be told apart from the first, beyond those that `best` says share first place."""
    shared = len(one.winners) - 1
    more = tied_with_first(one) - shared
    if shared:
        return ("; ", f"{numbers.count(more)} more cannot be told apart from the first") if more else ("", "")
    return (", but it ", f"cannot be told apart from {numbers.plural(more, 'other')}")


def how_many(boards: Sequence[Board]) -> Words:
    """How many leaderboards there are, and on how many the leader is clearly first."""
    separated = sum(bool(one.separated) for one in boards)
    estimable = sum(bool(one.unit) for one in boards)
    if not boards:
        return (Strong("There is nothing to rank"), ": no file holds a score that can be compared.")
    if not estimable:
        sure = (
            "On none of them are the errors of the scores known, so nobody can tell how sure the ranks are."
        )
    elif separated == len(boards):
        sure = "On all of them first place is clearly ahead of second."
    else:
        sure = (
            f"On {numbers.count(separated)} of the {numbers.count(estimable)} whose scores have known errors, "
            "first place is clearly ahead of second; elsewhere the leader shares its place or nobody can tell."
        )
    return (Strong(numbers.plural(len(boards), "leaderboard")), f". {sure}")
