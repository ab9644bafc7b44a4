"""The parts of the study of a leaderboard: one file in this folder and one line here for each.

A part may read the parts above it. Its view is `views/rankings/<NAME>.py`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from reportgen.analysis.on_demand import OnDemand
from reportgen.analysis.rankings.grounds import grounds
from reportgen.analysis.rankings.parts import (
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
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np

    from reportgen.analysis.board import Board
    from reportgen.analysis.evidence import Evidence
    from reportgen.analysis.parts import Found
    from reportgen.numbers import NotEstimable

#: In the order in which they are computed.
PARTS: tuple[Any, ...] = (paired_sets, best, cliques, power, methods, weights, interchange, improvement)


def study(
    evidence: Evidence, boards: Sequence[Board], generator_of: Callable[[str], np.random.Generator]
) -> Mapping[str, Mapping[str, Found | NotEstimable]]:
    """Board id -> part -> what was found, computed when it is first asked for; each with random numbers of its own."""
    return {board.id: _study_one(evidence, board, generator_of) for board in boards}


def _study_one(
    evidence: Evidence, board: Board, generator_of: Callable[[str], np.random.Generator]
) -> Mapping[str, Found | NotEstimable]:
    parts = {part.NAME: part for part in PARTS}
    base = cache(lambda: grounds(evidence, board))

    def compute(name: str) -> Found | NotEstimable:
        made: Found | NotEstimable = parts[name].compute(base(), studied, generator_of(f"{name} {board.id}"))
        return made

    studied = OnDemand(list(parts), compute)
    return studied
