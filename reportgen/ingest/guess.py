"""A mapping file to begin with, for a file that nobody recognises. It is printed to be read and changed.

Nothing is ever ingested by a guess: who pastes it has looked at it. Where the same shape can mean two things (a
nested dictionary has models outside or benchmarks outside), both are shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reportgen.ingest.guess_columns import guess_columns
from reportgen.ingest.guess_levels import guess_levels
from reportgen.ingest.guess_text import quoted
from reportgen.ingest.json_text import parse_json
from reportgen.ingest.lines import text_lines
from reportgen.ingest.parquet import SUFFIXES as PARQUET
from reportgen.ingest.parquet import ParquetError, parquet_rows
from reportgen.ingest.read import LINES, YAML, inner_name
from reportgen.ingest.tables import SUFFIXES as TABLES
from reportgen.ingest.tables import OpenTable, open_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from reportgen.ingest.source import Source

#: Rows that are looked at.
SAMPLE = 200
#: Steps from the top at which a list of objects is looked for.
_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Guess:
    """A mapping as text, and what is uncertain about it."""

    text: str
    ambiguous: bool = False  # another reading, which is in the text as a comment, is as likely
    readings: tuple[str, ...] = ()  # what the first records are under each reading


def guess(source: Source) -> Guess | None:
    """The mapping that a file suggests; None where it holds nothing that could be named."""
    name = inner_name(source.path).lower()
    if name.endswith(PARQUET):
        return _of_rows(source, "parquet", "", _first_parquet(source))
    if name.endswith(LINES):
        return _of_rows(source, "jsonl", "", _first_lines(source))
    if source.is_document:
        return _of_document(source, "yaml" if name.endswith(YAML) else "json")
    return _of_table(source) if name.endswith(TABLES) or "\n" in source.text else None


def _of_table(source: Source) -> Guess | None:
    table = open_table(source.text, path=source.path)
    rows = _first(table.rows())
    heads = 1
    if table.repeated and rows and not rows[0].cells[0].strip():
        heads = 2  # the names are only told apart by the row below them
        table = open_table(source.text, path=source.path, header_rows=2)
        rows = _first(table.rows())
    if not rows:
        return None
    columns = _columns(table, [row.cells for row in rows])
    return _made(source, guess_columns(columns, form="csv", header_rows=heads))


def _columns(table: OpenTable, rows: list[tuple[str, ...]]) -> dict[str, list[Any]]:
    return {name: [row[at] for row in rows] for name, at in table.columns.items()}


def _of_document(source: Source, form: str) -> Guess | None:
    for where, rows in _lists(source.document, "", _DEEPEST):
        found = _of_rows(source, form, where, rows)
        if found is not None:
            return found
    levels = guess_levels(source.document)
    if levels is None:
        return None
    lines = [
        *_heading(source, levels.note),
        f"files: {quoted(_file(source))}",
        f"format: {form}",
        *levels.lines,
    ]
    return Guess("\n".join(lines) + "\n", levels.ambiguous, levels.readings)


def _lists(node: Any, where: str, depth: int) -> Iterator[tuple[str, list[Any]]]:
    """Lists of objects near the top, with the pointers to them."""
    if isinstance(node, list) and node and all(isinstance(item, dict) for item in node[:SAMPLE]):
        yield where, node
    elif isinstance(node, dict) and depth:
        for key, child in node.items():
            step = key.replace("~", "~0").replace("/", "~1")
            yield from _lists(child, f"{where}/{step}", depth - 1)


def _of_rows(source: Source, form: str, where: str, rows: Sequence[Any]) -> Guess | None:
    objects = [row for row in rows[:SAMPLE] if isinstance(row, dict)]
    names = dict.fromkeys(name for row in objects for name in row)
    columns = {name: [row.get(name) for row in objects] for name in names}
    return _made(source, guess_columns(columns, form=form, records=where))


def _made(source: Source, lines: list[str] | None) -> Guess | None:
    if lines is None:
        return None
    note = ["Every line marked with CHECK is a guess by the name or the look of a column."]
    return Guess("\n".join([*_heading(source, note), f"files: {quoted(_file(source))}", *lines]) + "\n")


def _heading(source: Source, note: list[str]) -> list[str]:
    stem = inner_name(_file(source)).rsplit(".", 1)[0]
    return [
        f"# Save this as {quoted(stem + '.mapping.yml')} beside the file, and correct it.",
        *(f"# {line}" for line in note),
    ]


def _file(source: Source) -> str:
    return source.path.rpartition("/")[2]


def _first(rows: Iterable[Any]) -> list[Any]:
    return [row for _, row in zip(range(SAMPLE), rows, strict=False)]


def _first_lines(source: Source) -> list[Any]:
    return [parse_json(line, source.path).document for _, line in _first(text_lines(source.text))]


def _first_parquet(source: Source) -> list[Any]:
    try:
        return _first(parquet_rows(source.data))
    except ParquetError:
        return []
