"""The leaderboards by another way to rank than the mean, for the terminal and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from reportgen import numbers
from reportgen.analysis.parts import Found
from reportgen.analysis.rankings.parts.methods import RANKED
from reportgen.errors import ReportgenError
from reportgen.views.common import known
from reportgen.views.export import records, render, to_json
from reportgen.views.rankings.methods import WORDS
from reportgen.views.standings import whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reportgen.analysis.leaderboard import Board
    from reportgen.numbers import NotEstimable

COLUMNS = ("rank", "system", "value", "standard_error", "low", "high", "n", "reason")


def ranked_by(
    boards: Sequence[Board], found: Mapping[str, Found | NotEstimable], method: str, fmt: str
) -> str:
    """The ranked systems of each board by one method in the format text, json, csv, markdown or latex.

    Raises:
        ReportgenError: No board can be ranked by it, which only JSON can say.
    """
    tables = {board.id: _table(found[board.id], method) for board in boards}
    if fmt == "json":
        documents = [_document(board, tables[board.id]) for board in boards]
        return to_json({"method": method, "boards": documents})
    there = [(board, table) for board in boards if isinstance(table := tables[board.id], pd.DataFrame)]
    if not there:
        reasons = [f"{board.id}: {tables[board.id]}" for board in boards]
        raise ReportgenError(
            f"nothing can be ranked by {method}: {'; '.join(reasons) or 'there is no board'}"
        )
    if fmt == "csv":
        parts = [table.assign(board=board.id) for board, table in there]
        return render(pd.concat(parts, ignore_index=True)[["board", *COLUMNS]], "csv")
    shown = [render(_readable(table), fmt, title=_title(board, method)) for board, table in there]
    left = [f"{board.title}: {tables[board.id]}\n" for board in boards if isinstance(tables[board.id], str)]
    return "\n".join(shown + (left if fmt == "text" else []))


def _table(found: Found | NotEstimable, method: str) -> pd.DataFrame | str:
    """The rows of the method with `COLUMNS`, or why there are none."""
    if not isinstance(found, Found):
        return found.reason
    main = found.main
    rows = main[(main["method"] == method) & (main["pool"] == RANKED)]
    if rows["rank"].isna().all():
        return str(rows["reason"].iloc[0])
    return rows[list(COLUMNS)].reset_index(drop=True)


def _document(board: Board, table: pd.DataFrame | str) -> dict[str, Any]:
    return {
        "board": board.id,
        "title": board.title,
        "suite": board.suite,
        "policy": board.policy,
        "level": board.level,
        "settings": list(board.settings),
        "reason": table if isinstance(table, str) else "",
        "rows": [] if isinstance(table, str) else records(table),
    }


def _title(board: Board, method: str) -> str:
    return f"{board.title} by {WORDS[method][0]} ({numbers.plural(len(board.settings), 'benchmark')})"


def _readable(table: pd.DataFrame) -> pd.DataFrame:
    values, errors = table["value"].tolist(), table["standard_error"].tolist()
    places = [whole(place) for place in table["rank"]]
    return pd.DataFrame(
        {
            "rank": ["not ranked" if place is None else numbers.count(place) for place in places],
            "model": table["system"].tolist(),
            "value": [
                numbers.score(known(value), known(error)) for value, error in zip(values, errors, strict=True)
            ],
            "±": [numbers.plus_minus(known(error)) for error in errors],
            "benchmarks": table["n"].tolist(),
        }
    )
