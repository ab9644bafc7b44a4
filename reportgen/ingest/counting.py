"""How many numbers a file contains: the total that accounting must reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen.ingest.cells import numbers_in_cell
from reportgen.ingest.source import NotANumber
from reportgen.ingest.tables import SUFFIXES, read_table

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
    """Numbers of a file: numeric leaves of JSON, numeric cells of a table, 0 for any other text."""
    if source.is_document:
        return count_numbers(source.document)
    if source.path.lower().endswith(SUFFIXES):
        table = read_table(source.text, path=source.path)
        cells = sum(numbers_in_cell(cell) for row in table.rows for cell in row.cells)
        return cells + sum(numbers for _, numbers in table.ragged)
    return 0
