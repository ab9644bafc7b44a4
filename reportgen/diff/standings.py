"""Where each system stands on each leaderboard of a side, keyed by what boards and systems are, not by their labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from reportgen.analysis.leaderboard import OVERALL
from reportgen.analysis.ranking import rank

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reportgen.analysis.board import Board

    Key = tuple[str, ...]


class BoardKey(NamedTuple):
    """What makes a leaderboard one: two sides may give it other ids."""

    by_suite: bool  # False for the board over suites, which sorts first
    suite: str
    selection: str


class Place(NamedTuple):
    """A place on a leaderboard; what is not known is 0."""

    rank: int
    low: int
    high: int
    group: int


NOWHERE = Place(0, 0, 0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """A leaderboard of a side.

    Attributes:
        board: the leaderboard itself.
        places: of its ranked systems, best first.
        rows: position of the same systems in the score table.
    """

    board: Board
    places: Mapping[Key, Place]
    rows: Mapping[Key, int]


def board_key(board: Board) -> BoardKey:
    """What makes this leaderboard one."""
    return BoardKey(board.id != OVERALL, board.suite, board.selection)


def standings(boards: Sequence[Board], systems: Sequence[Key]) -> dict[BoardKey, Standing]:
    """Every leaderboard of a side.

    Args:
        boards: of the side.
        systems: identity of each row of its score table. Where renaming made two equal, the first counts.
    """
    return {board_key(board): _standing(board, systems) for board in boards}


def _standing(board: Board, systems: Sequence[Key]) -> Standing:
    ranked = board.rows[board.rows["ranked"]]
    names = ("rank", "rank_low", "rank_high", "tie_group")
    columns = [ranked[name].fillna(0).astype(int).tolist() for name in names]
    places: dict[Key, Place] = {}
    rows: dict[Key, int] = {}
    for row, *place in sorted(zip(ranked["row"].tolist(), *columns, strict=True)):
        if systems[row] not in places:
            places[systems[row]], rows[systems[row]] = Place(*place), row
    best_first = sorted(places, key=lambda key: (places[key], key))
    return Standing(board, {key: places[key] for key in best_first}, rows)


def groups_among(standing: Standing, systems: Sequence[Key]) -> dict[Key, int] | None:
    """Tie groups of some ranked systems of a board as if the others were not on it; None where not estimable.

    The leader of a tie group decides where it ends, and the number of systems how far apart two must be. So a
    newcomer changes the groups of all others without a word about them; counted among themselves they stay.
    """
    board = standing.board
    if not board.unit or len(systems) < 2:
        return None
    if len(systems) == len(standing.places):
        return {system: standing.places[system].group for system in systems}
    wanted = [standing.rows[system] for system in systems]
    rows = board.rows.set_index("row").loc[wanted]
    at = {name: position for position, name in enumerate(board.contest.names)}
    entrants = [at[name] for name in rows["system"]]
    in_score = [board.contest.labels.index(label) for label in board.settings]
    sign = board.scale.sign
    ranking = rank(
        sign * rows["score"].to_numpy(float),
        ["\x1f".join(system) for system in systems],
        level=board.level,
        stderr=rows["standard_error"].to_numpy(float),
        by_setting=sign * board.contest.value[np.ix_(entrants, in_score)],
    )
    if ranking.unit != board.unit:
        return None
    return dict(zip(systems, ranking.group.tolist(), strict=True))
