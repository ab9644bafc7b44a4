"""Systems of a board as links."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from reportgen.views.blocks import Cell, Link
from reportgen.views.report import model_page

if TYPE_CHECKING:
    from reportgen.analysis.leaderboard import Board


def linked(board: Board, system: str) -> Link:
    """The name of a system, leading to its model's page."""
    return Link(system, _pages(board)[system])


def link_cell(board: Board, system: str) -> Cell:
    """The same as a cell."""
    return Cell(text=system, sort=system.casefold(), link=_pages(board)[system])


@lru_cache(maxsize=4)
def _pages(board: Board) -> dict[str, str]:
    """System -> page of its model."""
    rows = board.rows
    return {
        str(system): model_page(str(model))
        for system, model in zip(rows["system"], rows["model"], strict=True)
    }
