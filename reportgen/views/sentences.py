"""Sentences about leaders, computed from a board: used on its page, on the index and on the home page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportgen import numbers
from reportgen.views.blocks import Link, Strong
from reportgen.views.common import known
from reportgen.views.report import model_page
from reportgen.views.standings import score_text, whole

if TYPE_CHECKING:
    from reportgen.analysis.leaderboard import Board
    from reportgen.views.blocks import Words


def tied_with_first(one: Board) -> int:
    """How many systems cannot be told apart from the first; 0 when it stands alone."""
    return max(0, sum(whole(group) == 1 for group in one.rows["tie_group"].tolist()) - 1)


def leader_short(one: Board) -> str:
    """'alone', 'tied with 3', 'no errors known': for a table cell."""
    if int(one.rows["ranked"].sum()) < 2:
        return "nobody to compare with"
    if not one.unit:
        return "cannot tell: no errors known"
    tied = tied_with_first(one)
    return f"cannot be told apart from {tied}" if tied else "clearly first"


def leader(one: Board) -> Words:
    """Who is first on a board, by how much, and how sure that is."""
    ranked = one.rows[one.rows["ranked"]]
    if ranked.empty:
        why = one.unit_reason or "no system has a score on the benchmarks of this board"
        return ("Nobody can be ranked here: ", why, ".")
    first = ranked.iloc[0]
    name = Link(str(first["system"]), model_page(str(first["model"])))
    score = score_text(known(first["score"]), known(first["standard_error"]))
    what = "generalizes best" if one.basis == "ood" else "scores best"
    if len(ranked) == 1:
        return (name, " is the only system with all scores here: ", Strong(score), ".")
    opening: Words = (name, f" {what}: ", Strong(score), f" ({one.scale.text})")
    return (*opening, *_certainty(one, ranked))


def _certainty(one: Board, ranked: object) -> Words:
    scores = ranked["score"].tolist()  # type: ignore[index]  # a frame
    lead = abs(scores[0] - scores[1])
    neighbours = len(scores) - 1
    ties = f"{one.n_ties or 0} of {neighbours}" if neighbours > 1 else ""
    if not one.unit:
        ahead = f", {numbers.score(lead)} ahead of the next" if lead else ", level with the next"
        return (ahead, ". ", Strong("How sure that is cannot be said"), ": no standard errors are known.")
    tied = tied_with_first(one)
    tail = f" Of all neighbouring pairs, {ties} cannot be told apart." if ties else ""
    if tied == 0:
        return (", ", Strong("clearly ahead"), f" of the next by {numbers.score(lead)}.{tail}")
    return (", but it ", Strong(f"cannot be told apart from {numbers.plural(tied, 'other')}"), f".{tail}")
