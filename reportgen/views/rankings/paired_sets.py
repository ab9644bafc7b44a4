"""Rank intervals over paired items, beside those of the board: a sentence and a small table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.analysis.parts import Found
from reportgen.analysis.rankings.board_items import NO_ITEMS
from reportgen.analysis.rankings.parts.paired_sets import NAME
from reportgen.views.blocks import Cell, Definition, External, Prose, Strong, Table
from reportgen.views.common import columns, rows_of, term
from reportgen.views.definitions import MOGSTAD
from reportgen.views.rankings.systems import link_cell
from reportgen.views.standings import whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportgen.analysis.leaderboard import Board
    from reportgen.analysis.rankings.parts.paired_sets import PairedSets
    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report

#: Systems in the table; all are in the download.
MAX_ROWS = 8
HEADING, ANCHOR = "Compared item by item", "by-item"
ROMANO = External(
    "Romano and Wolf (2005), Econometrica 73(4)", "https://doi.org/10.1111/j.1468-0262.2005.00615.x"
)


def blocks(report: Report, board: Board) -> Iterator[Block]:
    """Nothing where there are no results by item; why not where there are and they cannot be used."""
    found = report.rankings[board.id][NAME]
    if isinstance(found, Found):
        yield Prose(heading=HEADING, anchor=ANCHOR, paragraphs=(_verdict(found.headline),))
        yield _table(found, board)
    elif NO_ITEMS not in found.reason and int(board.rows["ranked"].sum()) > 1:
        why = (Strong("The systems are not compared item by item: "), f"{found.reason}.")
        yield Prose(heading=HEADING, anchor=ANCHOR, paragraphs=(why,), soft=True)


def _verdict(head: PairedSets) -> Words:
    """How many pairs can be told apart, and how many more than on the board."""
    both = "Both" if head.systems == 2 else f"All {numbers.count(head.systems)}"
    opening = f"{both} systems answered the same {numbers.count(head.items)} items. Compared item by item, "
    pairs = f"{numbers.count(head.apart)} of {numbers.plural(head.pairs, 'pair')} can be told apart"
    if head.pairs == 1:
        pairs = "the two can be told apart" if head.apart else "the two cannot be told apart"
    if head.apart_on_board is None:
        return (opening, Strong(pairs), "; the scores alone have no errors that could tell any.")
    more = head.apart - head.apart_on_board
    if more > 0:
        return (opening, Strong(pairs), f", {numbers.count(more)} more than by their scores alone.")
    if more < 0:
        return (opening, Strong(pairs), f", {numbers.count(-more)} fewer than by their scores alone.")
    return (opening, Strong(pairs), ", as many as by their scores alone.")


def _table(found: Found, board: Board) -> Table:
    compare = found.headline.apart_on_board is not None
    level = numbers.percent(board.level)
    return Table(
        name="by-item",
        caption="Rank intervals when systems are compared item by item",
        columns=columns(
            ("system", "System", {"align": "left"}),
            ("low", "Rank, item by item", {"note": f"{level} set"}),
            *((("board", "On the board", {"note": f"{level} set"}),) if compare else ()),
        ),
        rows=tuple(_row(row, board, compare=compare) for row in rows_of(found.main.head(MAX_ROWS))),
        download="leaderboards_paired_sets",
        compact=True,
    )


def _row(row: Any, board: Board, *, compare: bool) -> tuple[Cell, ...]:
    cells = [
        link_cell(board, str(row.system)),
        Cell(text=numbers.ranks(int(row.rank_low), int(row.rank_high)), sort=int(row.rank)),
    ]
    if compare:
        low, high = whole(row.board_low), whole(row.board_high)
        cells.append(Cell(text=numbers.ranks(low, high), sort=low))
    return tuple(cells)


def definitions(report: Report, board: Board) -> Iterator[Definition]:
    """How the sets are made."""
    found = report.rankings[board.id][NAME]
    if not isinstance(found, Found):
        return
    head: PairedSets = found.headline
    yield Definition(
        title="Ranks compared item by item",
        words=(
            "As the ",
            term("rank interval", "rank intervals"),
            " of the board, but the error of a difference is that of the differences over items: an item that is hard "
            "for all systems tells none of them apart. How large a difference must be is found by redrawing items "
            f"{numbers.count(head.draws)} times (normal weights) and taking the largest difference of all pairs; "
            "pairs that exceed it are set aside, and the rest is judged again by its own largest difference.",
        ),
        formula=f"c = {numbers.fixed(head.first, 2)} standard errors at first, "
        f"{numbers.fixed(head.last, 2)} at the last step",
        source=("Source: ", MOGSTAD, "; ", ROMANO, "."),
        assumptions=(
            "Items are independent draws; variants and repeats of one item count as one.",
            "Benchmarks, and parts of them that are averaged with equal weight, are fixed.",
        ),
    )
