"""Leaderboards with the items behind them, the way a report has them: records, score table, board, grounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from factories import make_frame, make_record

from reportgen.analysis.evidence import Evidence
from reportgen.analysis.leaderboard import boards
from reportgen.analysis.rankings.grounds import Grounds, grounds
from reportgen.analysis.scores import score_table
from reportgen.records.catalog import Catalog

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reportgen.records.record import Record


def answers(p: int, n: int, *, seed: int = 1, step: float = 0.2, spread: float = 2.0) -> np.ndarray:
    """(p, n) right and wrong answers to items of unequal difficulty; each system is a little worse than the last."""
    generator = np.random.default_rng(seed)
    difficulty = generator.normal(0, spread, n)
    ability = 1.0 - step * np.arange(p)[:, np.newaxis]
    return (generator.random((p, n)) < 1 / (1 + np.exp(difficulty - ability))).astype(float)


def item_records(matrix: np.ndarray, **more: Any) -> list[Record]:
    """One record for each answer of (p, n), NaN for none; systems are "m0", "m1", ..., items "0", "1", ..."""
    return [
        make_record(
            model=f"m{system}", item_id=str(item), value=float(value), stderr=None, n=None, n_kind="", **more
        )
        for (system, item), value in np.ndenumerate(matrix)
        if np.isfinite(value)
    ]


def score_records(
    values: Sequence[float], errors: Sequence[float] | float | None, **more: Any
) -> list[Record]:
    """One record for each system's reported score."""
    known = list(np.broadcast_to(errors, len(values))) if errors is not None else [None] * len(values)
    return [
        make_record(
            model=f"m{system}", value=float(value), stderr=None if error is None else float(error), **more
        )
        for system, (value, error) in enumerate(zip(values, known, strict=True))
    ]


def matrix_records(matrix: np.ndarray, **more: Any) -> tuple[list[Record], list[Record]]:
    """The reported scores of these answers with their binomial errors, and the answers."""
    share = matrix.mean(axis=1)
    errors = np.sqrt(share * (1 - share) / matrix.shape[1])
    return score_records(share, np.maximum(errors, 1e-3), **more), item_records(matrix, **more)


def board_grounds(scores: Sequence[Record], items: Sequence[Record] = (), **more: Any) -> Grounds:
    """The grounds of the first board of these records."""
    frame = make_frame(*scores)
    catalog = more.pop("catalog", Catalog())
    table = score_table(frame, catalog)
    found = boards(
        table, policy=more.pop("policy", "complete"), level=more.pop("level", 0.95), catalog=catalog
    )
    rows = make_frame(*items) if items else frame.iloc[:0]
    return grounds(Evidence(frame, rows, table, catalog), found[0])


def grounds_of(tables: Mapping[str, np.ndarray], **more: Any) -> Grounds:
    """The grounds of a board over benchmarks, {name: (p, n) answers}."""
    parts = [matrix_records(matrix, benchmark=name, **more) for name, matrix in tables.items()]
    return board_grounds(
        [one for scores, _ in parts for one in scores], [one for _, items in parts for one in items]
    )
