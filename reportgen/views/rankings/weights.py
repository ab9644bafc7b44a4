"""Would other weights of the benchmarks change the first place? A few sentences on the page of a board."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportgen import numbers
from reportgen.analysis.parts import Found
from reportgen.analysis.rankings.parts.weights import NAME
from reportgen.views.blocks import Definition, Prose, Strong
from reportgen.views.common import known, rows_of
from reportgen.views.definitions import ZHANG
from reportgen.views.rankings.systems import linked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportgen.analysis.leaderboard import Board
    from reportgen.analysis.rankings.parts.weights import Robust
    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report

#: Other systems named with their share, and the least share worth a word.
MAX_OTHERS, LEAST_SHARE = 3, 0.01


def blocks(report: Report, board: Board) -> Iterator[Block]:
    """Nothing where there is one benchmark or one system."""
    found = report.rankings[board.id][NAME]
    if not isinstance(found, Found):
        return
    head: Robust = found.headline
    yield Prose(
        heading="Would other weights change the first place?",
        anchor="other-weights",
        paragraphs=((*_share(head, board), *_move(head, board, report)), *_others(found)),
    )


def _share(head: Robust, board: Board) -> Words:
    """Under how many weightings it is first."""
    name = linked(board, head.first)
    if not head.rival:
        return (name, " is first ", Strong("whatever the weights"), ": nobody is better on any benchmark.")
    of = f"of all weightings of the {numbers.count(head.benchmarks)} benchmarks"
    if head.shared:
        return (
            "With equal weights several systems share first place; ",
            name,
            " is first under ",
            Strong(_percent(head.share)),
            f" {of}.",
        )
    if head.share == 1:
        drawn = f"all {numbers.count(head.draws)} weightings drawn" if head.draws else "all weightings"
        return (
            name,
            " stays first under ",
            Strong(drawn),
            f" of the {numbers.count(head.benchmarks)} benchmarks. ",
        )
    return (name, " stays first under ", Strong(_percent(head.share)), f" {of}. ")


def _move(head: Robust, board: Board, report: Report) -> Words:
    """The least change of weights that changes the first."""
    if not head.rival or head.shared:
        return ()
    to = report.setting_titles.get(head.to, head.to)
    to = to.replace(f" · {board.selection}", "") if board.selection else to
    return (
        "The least change that ends its lead: ",
        Strong(f"{_percent(head.moved)} of the weight"),
        f" moved to {to} makes ",
        linked(board, head.rival),
        " as good.",
    )


def _others(found: Found) -> tuple[Words, ...]:
    """Who else is often first, and how often the first would be first by one benchmark alone."""
    head: Robust = found.headline
    rows = [
        row
        for row in rows_of(found.main.head(MAX_OTHERS + 1))
        if row.system != head.first and row.share_first >= LEAST_SHARE
    ][:MAX_OTHERS]
    named = "; ".join(f"{row.system} under {_percent(row.share_first)}" for row in rows)
    alone = (
        f"By one benchmark alone it would be first on {numbers.count(head.alone)} of "
        f"{numbers.count(head.benchmarks)}."
    )
    if not head.rival:
        return ()
    return ((f"{alone} Others that are first: {named}." if named else alone,),)


def _percent(share: float) -> str:
    """A share in words that never round to all or nothing."""
    if 0 < share < 0.01:
        return "less than " + numbers.percent(0.01)
    if share < 1 and numbers.percent(share) == numbers.percent(1.0):
        return "more than " + numbers.percent(0.99)
    return numbers.percent(share)


def definitions(report: Report, board: Board) -> Iterator[Definition]:
    """How weightings are drawn, and what the least change is."""
    found = report.rankings[board.id][NAME]
    if not isinstance(found, Found):
        return
    head: Robust = found.headline
    error = known(head.standard_error)
    drawn = (
        f"{numbers.count(head.draws)} weightings are drawn, all alike likely (flat Dirichlet distribution)"
        + (
            f"; the standard error of the share is {numbers.percent(error, 1)}. "
            if error is not None
            else ". "
        )
        if head.draws
        else "With two benchmarks the share is exact. "
    )
    yield Definition(
        title="Other weights of the benchmarks",
        words=(
            "The score weighs all benchmarks equally. A weighting is any other way to divide the weight among them. ",
            drawn,
            "The least change is the smallest share of weight that must change its benchmark until some other system "
            "is at least as good, found exactly as a linear program.",
        ),
        formula="minimise Σ |w − 1/B| / 2  subject to  w ≥ 0, Σ w = 1, Σ w (other − first) ≥ 0",
        source=("Idea: ", ZHANG, ", who search by gradient descent."),
        assumptions=(
            "Weights act on scores as they are: a benchmark whose scores are further apart moves the mean more.",
            "With many benchmarks most weightings are close to equal weights, and the share says less.",
        ),
    )
