"""The sections below a leaderboard, from top to bottom: one file in this folder and one line here for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from reportgen.views.rankings import (
    best,
    cliques,
    improvement,
    interchange,
    methods,
    paired_sets,
    power,
    weights,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportgen.analysis.leaderboard import Board
    from reportgen.views.blocks import Block, Definition
    from reportgen.views.report import Report


class Section(Protocol):
    """What the view of a part of `analysis.rankings` offers."""

    def blocks(self, report: Report, board: Board) -> Iterator[Block]:
        """What the page of the board shows; where the part could not be computed, one sentence that says why."""

    def definitions(self, report: Report, board: Board) -> Iterator[Definition]:
        """For the method box; nothing where nothing was computed."""


#: In the order of the page.
SECTIONS: tuple[Any, ...] = (best, paired_sets, power, methods, weights, interchange, improvement, cliques)
