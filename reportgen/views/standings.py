"""Where each model stands on each leaderboard: looked up by the model pages and the index."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from reportgen import numbers
from reportgen.views.blocks import Cell
from reportgen.views.common import known
from reportgen.views.report import model_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reportgen.analysis.leaderboard import Board
    from reportgen.views.report import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One system of a model on one board."""

    board: Board
    system: str
    ranked: bool
    reason: str
    rank: int  # 0 when not ranked
    rank_low: int | None
    rank_high: int | None
    n_ranked: int
    score: float | None
    score_text: str  # "71.3 ± 0.3"
    k: int
    of: int


@lru_cache(maxsize=2)
def standings(report: Report) -> dict[str, tuple[Standing, ...]]:
    """Model -> its standings, in the order of the boards."""
    found: dict[str, list[Standing]] = defaultdict(list)
    for board in report.boards:
        n_ranked = int(board.rows["ranked"].sum())
        columns = ("model", "system", "ranked", "reason", "rank", "rank_low", "rank_high", "score", "standard_error",
                   "k", "of")  # fmt: skip
        for row in zip(*(board.rows[name].tolist() for name in columns), strict=True):
            found[str(row[0])].append(_standing(board, n_ranked, row))
    return {model: tuple(places) for model, places in found.items()}


def boards_of(places: Sequence[Standing]) -> list[Board]:
    """The leaderboards of a model, each once, the one its page begins with first."""
    best = sorted(
        places, key=lambda place: (not place.ranked, place.rank / max(1, place.n_ranked), place.board.id)
    )
    return list({place.board.id: place.board for place in best}.values())


def _standing(board: Board, n_ranked: int, row: tuple[object, ...]) -> Standing:
    _model, system, ranked, reason, rank, low, high, score, error, k, of = row
    value, spread = known(score), known(error)
    return Standing(
        board=board,
        system=str(system),
        ranked=bool(ranked),
        reason=str(reason),
        rank=whole(rank) or 0,
        rank_low=whole(low),
        rank_high=whole(high),
        n_ranked=n_ranked,
        score=value,
        score_text=score_text(value, spread),
        k=whole(k) or 0,
        of=whole(of) or 0,
    )


@lru_cache(maxsize=2)
def system_cells(report: Report) -> tuple[Cell, ...]:
    """The cell that names a system, made once for all pages, in the order of the score table's rows."""
    return tuple(
        Cell(text=name, sort=name.casefold(), link=model_page(model))
        for name, model in zip(report.system_names, report.system_models, strict=True)
    )


def whole(value: object) -> int | None:
    """A whole number, or None for NaN and pandas NA."""
    amount = known(value)
    return None if amount is None else int(amount)


def score_text(value: float | None, spread: float | None) -> str:
    """'71.3 ± 0.3', or without the error where it is unknown."""
    text = numbers.score(value, spread)
    return f"{text} {numbers.plus_minus(spread)}".replace("±", "± ").strip() if spread is not None else text
