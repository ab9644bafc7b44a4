"""Does a single benchmark decide who is first? One or two sentences below those on weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportgen import numbers
from reportgen.analysis.parts import Found
from reportgen.analysis.rankings.parts.interchange import NAME
from reportgen.views.blocks import Definition, Prose, Strong
from reportgen.views.rankings.systems import linked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportgen.analysis.leaderboard import Board
    from reportgen.analysis.rankings.parts.interchange import LeftOut
    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report


def blocks(report: Report, board: Board) -> Iterator[Block]:
    """Nothing with fewer than three benchmarks."""
    found = report.rankings[board.id][NAME]
    if isinstance(found, Found):
        yield Prose(paragraphs=((*_first(found.headline, board, report), *_moves(found.headline, board)),))


def _first(head: LeftOut, board: Board, report: Report) -> Words:
    """Whether one benchmark less changes who is first."""
    of = numbers.count(head.benchmarks)
    if not head.changed:
        return ("Leaving out any one of the ", of, " benchmarks changes ", Strong("nothing at the top"), ".")
    title = report.setting_titles.get(head.without, head.without)
    title = title.replace(f" · {board.selection}", "") if board.selection else title
    who = numbers.plural(len(head.then), "system") if len(head.then) > 1 else ""
    cases = f"{numbers.count(head.changed)} of the {of} benchmarks"
    return (
        "Leaving out ",
        Strong(cases),
        " one at a time would change who is first: " if head.changed > 1 else " would change who is first: ",
        f"without {title} it would be ",
        who or linked(board, head.then[0]),
        " together." if who else ".",
    )


def _moves(head: LeftOut, board: Board) -> Words:
    """How far the first ten move."""
    if head.widest == 0:
        return (f" The first {numbers.count(head.followed)} systems keep their places.",)
    return (
        f" Of the first {numbers.count(head.followed)} systems ",
        linked(board, head.mover),
        f" moves furthest, between place {numbers.count(head.range[0])} and place {numbers.count(head.range[1])}.",
    )


def definitions(report: Report, board: Board) -> Iterator[Definition]:
    """None: the sentence says what is done."""
    del report, board
    yield from ()
