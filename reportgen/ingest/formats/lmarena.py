"""Ratings of LMArena (arena-catalog: category, model, rating and its interval) and of Arena-Hard (CSV).

Ratings are on an open scale; the interval is the bootstrap's, from 2.5 to 97.5 percent, and not symmetric. Of the
arena only the file name tells: `leaderboard-<arena>[-style-control].json`. A benchmark is a category of an arena.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen.ingest.cells import numbers_in_cell, parse_cell
from reportgen.ingest.document import number, pointer, utc
from reportgen.ingest.rows import place_in_table
from reportgen.ingest.scores import named, of_benchmark, of_metric, open_table, refuse, take_score
from reportgen.ingest.source import Reading
from reportgen.ingest.tables import read_header
from reportgen.records.problem import Problem

if TYPE_CHECKING:
    from reportgen.ingest.source import Source
    from reportgen.ingest.tables import Row, Table

NAME = "lmarena"
TITLE = "LMArena and Arena-Hard"
VERSION = "1"
SUFFIXES: tuple[str, ...] = (".json", ".csv")
NEEDS = "rating, rating_q025, rating_q975"
TOLERATES_NAN = False

_LOW, _HIGH = "rating_q025", "rating_q975"
_KEYS = frozenset({"rating", _LOW, _HIGH})
_HARD_COLUMNS = frozenset({"model", "score", _LOW, _HIGH})
_TIDY_COLUMNS = frozenset({"benchmark", "task", "dataset", "scenario"})
_STYLE = "-style-control"
LEVEL = 0.95
#: Names of the category of all votes, which the others are parts of.
_WHOLE = ("overall", "full")


def claims(source: Source) -> str | None:
    """Two levels of names above a rating with its interval; or a model, a score and the interval as columns."""
    if not source.is_document:
        header = set(read_header(source.text, path=source.path))
        found = header >= _HARD_COLUMNS and not header & _TIDY_COLUMNS
        return "columns `score`, `rating_q025` and `rating_q975`" if found else None
    document = source.document
    if not isinstance(document, dict) or not document:
        return None
    models = [entry for board in document.values() if isinstance(board, dict) for entry in board.values()]
    rated = sum(isinstance(entry, dict) and entry.keys() >= _KEYS for entry in models)
    boards = all(isinstance(board, dict) for board in document.values())
    return "a rating with its interval by category and model" if boards and rated > len(models) / 2 else None


def read(source: Source) -> Reading:
    """One record for each category and model, or for each row."""
    return _read_ratings(source) if source.is_document else _read_hard(source)


def _arena(path: str) -> tuple[str, str]:
    """The arena, and "style-control" where the ratings are controlled for style."""
    name = path.rpartition("/")[2].partition(".")[0]
    board = name.removeprefix("leaderboard-") if name.startswith("leaderboard-") else ""
    return board.removesuffix(_STYLE) or "arena", _STYLE[1:] if board.endswith(_STYLE) else ""


def _read_ratings(source: Source) -> Reading:
    reading = Reading()
    arena, style = _arena(source.path)
    shared = of_metric("rating") | {
        "suite": f"LMArena {arena}",
        "metric_variant": style,
        "unit": "points",
        "tool": NAME,
        "primary": True,
    }  # fmt: skip
    whole = next((name for name in _WHOLE if name in source.document), "")
    for category, board in source.document.items():
        level = (
            {"benchmark_level": "aggregate"}
            if category == whole
            else {"parent": f"{arena} {whole}" if whole else ""}
        )
        level |= of_benchmark(f"{arena} {category}".strip(), category)
        for model, entry in board.items():
            where = pointer(category, model)
            if not isinstance(entry, dict) or "rating" not in entry or not model.strip():
                refuse(
                    reading, "a model without a rating", where, entry, "rating, rating_q025 and rating_q975"
                )
                continue
            interval = _interval(number(entry.get(_LOW)), number(entry.get(_HIGH)))
            fields = shared | level | named(model) | interval
            take_score(reading, fields, entry["rating"], f"{where}/rating", 2 if interval else 0)
    return reading


def _interval(low: float | None, high: float | None) -> dict[str, Any]:
    if low is None or high is None or low > high:
        return {}
    return {"ci_low": low, "ci_high": high, "ci_level": LEVEL}


def _read_hard(source: Source) -> Reading:
    reading = Reading()
    table = open_table(reading, source)
    shared = of_benchmark("Arena-Hard") | of_metric("score") | {
        "suite": "Arena-Hard",
        "unit": "percent",
        "tool": "arena_hard",
        "primary": True,
    }  # fmt: skip
    for row in table.rows:
        _read_row(reading, table, row, shared)
    return reading


def _read_row(reading: Reading, table: Table, row: Row, shared: dict[str, Any]) -> None:
    cells = {name: row.cells[place].strip() for name, place in table.columns.items()}
    where = place_in_table(row.line, "score")
    if not cells["model"]:
        problem = Problem(code="missing_field", message="a row without a model", pointer=where, line=row.line)
        reading.quarantine(problem, sum(map(numbers_in_cell, cells.values())))
        return
    interval = _interval(parse_cell(cells[_LOW]).value, parse_cell(cells[_HIGH]).value)
    date = utc(cells.get("date", ""))
    dated = {"date": date, "date_source": "file"} if date else {}
    others = numbers_in_cell(cells[_LOW]) + numbers_in_cell(cells[_HIGH]) if interval else 0
    reading.ignore("length of the answers, not a score", numbers_in_cell(cells.get("avg_tokens", "")))
    take_score(
        reading,
        shared | named(cells["model"]) | interval | dated,
        cells["score"],
        where,
        others,
        as_text=True,
    )
