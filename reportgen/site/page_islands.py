"""The JSON islands of built pages, read back: all rows of a long table, the data of a figure, a page of comparisons.

The counterpart of `site.islands`, for pages of any release and of any origin: what is not as expected is None or an
empty list, never an error.
"""

from __future__ import annotations

import json
import math
import re
from html import unescape
from typing import Any

#: The cells of a row of a table are joined by it.
BETWEEN_CELLS = " | "
_BREAK = re.compile(r"<br ?/?>")
_MOST_ROWS = 1_000_000


def island(content: str) -> Any:
    """The value in a script element, numbers that no JSON has as None; None where it is no JSON."""
    try:
        return _plain(json.loads(content, parse_constant=lambda _: None))
    except (ValueError, RecursionError):
        return None


def _plain(value: Any) -> Any:
    """The same with text as a reader sees it: plotly's pseudo-HTML decoded, no half of a surrogate pair."""
    if isinstance(value, str):
        return value.encode("utf-8", errors="replace").decode()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {_plain(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def row_line(cells: list[str]) -> str:
    """A row of a table as one line; "" where all its cells are empty."""
    return BETWEEN_CELLS.join(cells) if any(cells) else ""


# --- figures


def figure_document(value: Any) -> dict[str, Any] | None:
    """The figure in an island, {"data": ..., "layout": ...}, its text as a reader sees it; None for another island."""
    if not isinstance(value, dict) or not isinstance(value.get("data"), list):
        return None
    layout = value.get("layout")
    traces = [trace for trace in value["data"] if isinstance(trace, dict)]
    return {"data": _decoded(traces), "layout": _decoded(layout if isinstance(layout, dict) else {})}


def _decoded(value: Any) -> Any:
    if isinstance(value, str):
        return unescape(_BREAK.sub("\n", value))
    if isinstance(value, dict):
        return {_decoded(name): _decoded(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_decoded(item) for item in value]
    return value


# --- tables


def table_lines(value: Any) -> list[str]:
    """The rows of a long table as `site.islands.table_island` writes them; none for another island."""
    if not isinstance(value, dict) or not isinstance(value.get("columns"), list):
        return []
    size = value.get("size")
    if not isinstance(size, int) or not 0 < size <= _MOST_ROWS:
        return []
    columns = [_column(column, size) for column in value["columns"] if isinstance(column, dict)]
    return [line for cells in zip(*columns, strict=True) if (line := row_line(list(cells)))]


def _column(column: dict[str, Any], size: int) -> list[str]:
    """The text of each cell of a column: its text, error, note and flags."""
    fields = [_field(column[name], size) for name in ("text", "pm", "note", "flags") if name in column]
    return [" ".join(part for part in parts if part) for parts in zip(*fields, strict=True)] or [""] * size


def _field(values: Any, size: int) -> list[str]:
    """One text a row; a value that is no list stands for all rows, and 0 for none."""
    if not isinstance(values, list):
        return [_words(values)] * size
    return [_words(value) for value in values[:size]] + [""] * (size - len(values))


def _words(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(_words(part) for part in value)
    return " ".join(value.split()) if isinstance(value, str) else ""


# --- comparisons


def comparison_lines(value: Any) -> list[str]:
    """A line for each place of a model, as `site.islands.comparison_island` writes them; none for another island."""
    if not isinstance(value, dict):
        return []
    models, items = value.get("models"), value.get("items")
    if not isinstance(models, list) or not isinstance(items, list):
        return []
    return [
        line
        for item in items
        if isinstance(item, list) and len(item) == _ITEM_FIELDS and isinstance(item[-1], list)
        for mark in item[-1]
        if (line := _mark_line(item[0], models, mark))
    ]


_ITEM_FIELDS = 8
_MARK_FIELDS = 6  # those that are read: model, value, error, place or why there is none, level, system


def _mark_line(title: Any, models: list[Any], mark: Any) -> str:
    if not isinstance(mark, list) or len(mark) < _MARK_FIELDS or not isinstance(mark[0], int):
        return ""
    at, value, error, place, level, system = mark[:_MARK_FIELDS]
    if not 0 <= at < len(models):
        return ""
    score = f"{_words(value)} {_words(error)}".strip()
    place = f"place {place}" if isinstance(place, int) else _words(place)
    cells = [_words(title), _words(models[at]), score, _words(level), _words(system), place]
    return row_line(cells)
