"""How many numbers a file contains: the total that accounting must reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen.ingest.cells import CountedCells
from reportgen.ingest.json_text import count_literals, parse_json
from reportgen.ingest.lines import text_lines
from reportgen.ingest.parquet import SUFFIXES as PARQUET
from reportgen.ingest.parquet import ParquetError, count_parquet
from reportgen.ingest.read import LINES, inner_name
from reportgen.ingest.source import NotANumber
from reportgen.ingest.tables import SUFFIXES, open_table

if TYPE_CHECKING:
    from reportgen.ingest.source import Source


def count_numbers(document: Any) -> int:
    """Numeric leaves of a parsed document: true and false are none, a bare NaN is one gone wrong."""
    total = 0
    stack = [document]
    while stack:
        node = stack.pop()
        kind = type(node)
        if kind is dict:
            stack.extend(node.values())
        elif kind is list:
            stack.extend(node)
        elif kind is float or kind is int or kind is NotANumber:
            total += 1
    return total


def count_source(source: Source) -> int:
    """Numbers of a file: numeric leaves of JSON and YAML, numeric cells of a table, 0 for any other text."""
    if source.is_document:
        return count_numbers(source.document)
    name = inner_name(source.path).lower()
    if name.endswith(LINES):
        return sum(map(_count_line, (line for _, line in text_lines(source.text))))
    if name.endswith(PARQUET):
        return _count_parquet(source.data)
    if name.endswith(SUFFIXES):
        return count_table(source)
    return 0


def count_table(source: Source, *, skip_rows: int = 0, header_rows: int = 1, row_names: str = "") -> int:
    """Numbers in all rows of a table below its header, those that do not fit included."""
    table = open_table(
        source.text, path=source.path, skip_rows=skip_rows, header_rows=header_rows, row_names=row_names
    )
    counted = CountedCells()
    total = sum(counted.total(row.cells) for row in table.rows())
    return total + sum(numbers for _, numbers in table.ragged)


def _count_parquet(data: bytes) -> int:
    try:
        return count_parquet(data)
    except ParquetError:
        return 0  # nobody can say how many


def _count_line(line: str) -> int:
    """Numbers of one line of JSON Lines; of a broken one those outside quotes."""
    parsed = parse_json(line, "")
    return count_literals(line) if parsed.problem is not None else count_numbers(parsed.document)
