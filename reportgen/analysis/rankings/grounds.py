"""What every part of the study of a leaderboard is computed from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.board import Board
    from reportgen.analysis.evidence import Evidence

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Grounds:
    """p entrants on the B settings of a board's score, on the board's scale but larger is better.

    Attributes:
        evidence: all results.
        board: the leaderboard; row i of the arrays below is `board.rows.iloc[i]`.
        names: (p,) systems, in the order of `board.rows`: the ranked ones first, best first.
        labels: (B,) settings (suites, for the board over suites).
        goodness: (p, B), NaN where not measured.
        stderr: (p, B), NaN where unknown.
        ranked: (p,) whether the board ranks the system.
        level: confidence level.
    """

    evidence: Evidence
    board: Board
    names: tuple[str, ...]
    labels: tuple[str, ...]
    goodness: Floats
    stderr: Floats
    ranked: Bools
    level: float


def grounds(evidence: Evidence, board: Board) -> Grounds:
    """The grounds of the study of one board."""
    contest = board.contest
    place = {name: at for at, name in enumerate(contest.names)}
    rows = np.array([place[str(system)] for system in board.rows["system"]], dtype=np.intp)
    columns = np.array([list(contest.labels).index(label) for label in board.settings], dtype=np.intp)
    return Grounds(
        evidence=evidence,
        board=board,
        names=tuple(contest.names[row] for row in rows),
        labels=tuple(board.settings),
        goodness=board.scale.sign * contest.value[np.ix_(rows, columns)],
        stderr=contest.stderr[np.ix_(rows, columns)],
        ranked=board.rows["ranked"].to_numpy(bool),
        level=board.level,
    )
