"""CSV and TSV text as a header and rows, with everything odd about it said by line."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reportgen.ingest.cells import numbers_in_cell
from reportgen.records.problem import Problem, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

SUFFIXES = (".csv", ".tsv")
DELIMITERS = ("\t", ";", ",")
#: Wider tables are not score tables, and quadratic work is refused early.
MAX_COLUMNS = 20_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row of as many cells as the header has names. `line` is the 1-based line on which it ends."""

    line: int
    cells: tuple[str, ...]


@dataclass(slots=True)
class Table:
    """A table. Columns whose name occurs a second time are in `repeated`, not in `columns`."""

    header: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)
    columns: dict[str, int] = field(default_factory=dict)  # name -> position
    repeated: list[int] = field(default_factory=list)
    ragged: list[tuple[Problem, int]] = field(default_factory=list)  # rows refused, with their numbers
    problems: list[Problem] = field(default_factory=list)  # about the table as a whole

    def repeated_columns(self) -> list[tuple[Problem, int]]:
        """A problem for each column that cannot be told from an earlier one, with the numbers in it."""
        return [
            (
                Problem(
                    code="duplicate_header",
                    message="a column name occurs twice; the later column was not read",
                    pointer=f"column {position + 1}",
                    seen=shorten(self.header[position]),
                    hint="give each column its own name",
                ),
                sum(numbers_in_cell(row.cells[position]) for row in self.rows),
            )
            for position in self.repeated
        ]


def delimiter_of(line: str) -> str:
    """The delimiter that occurs most often outside quotes; a comma when none does."""
    bare = re.sub(r'"[^"]*"', "", line)
    return max(reversed(DELIMITERS), key=bare.count)


def read_header(text: str, *, path: str = "", skip_rows: int = 0) -> tuple[str, ...]:
    """Only the names of the columns, cheaply; empty where the text has no header."""
    try:
        _, cells = next(_lines(text[:200_000], path, skip_rows), (0, []))
    except csv.Error:
        return ()
    return tuple(cell.strip() for cell in cells)


def read_table(text: str, *, path: str = "", skip_rows: int = 0) -> Table:
    """The table in a text. Never raises: what the csv reader refuses is a problem.

    Args:
        text: UTF-8 text, with or without a byte order mark, any line ends.
        path: Only its ending is used: `.tsv` means tabs.
        skip_rows: Lines before the header.
    """
    table = Table()
    try:
        for line, cells in _lines(text, path, skip_rows):
            if not table.header:
                _take_header(table, cells)
            elif any(cell.strip() for cell in cells):
                _take_row(table, line, cells)
    except csv.Error as error:
        table.problems.append(
            Problem(code="csv_syntax", message=f"the table cannot be read further: {error}", hint="mend it")
        )
    if table.header and not table.rows and not table.problems:
        table.problems.append(
            Problem(code="empty_table", message="the table has a header and no rows", severity="warning")
        )
    return table


def _lines(text: str, path: str, skip_rows: int) -> Iterator[tuple[int, list[str]]]:
    stream = io.StringIO(text.removeprefix("\ufeff"), newline="")
    for _ in range(skip_rows):
        stream.readline()
    start = stream.tell()
    first = next((line for line in stream if line.strip()), "")
    stream.seek(start)
    delimiter = "\t" if path.lower().endswith(".tsv") else delimiter_of(first)
    reader = csv.reader(stream, delimiter=delimiter)
    for cells in reader:
        if cells:
            yield reader.line_num + skip_rows, cells


def _take_header(table: Table, cells: list[str]) -> None:
    names = tuple(cell.strip() for cell in cells)
    if len(names) > MAX_COLUMNS:
        table.problems.append(Problem(code="too_many_columns", message=f"more than {MAX_COLUMNS} columns"))
        names = ()
    table.header = names
    for position, name in enumerate(names):
        if name in table.columns:
            table.repeated.append(position)
        else:
            table.columns[name] = position
    unnamed = [position for position, name in enumerate(names) if not name and position]
    if unnamed:
        table.problems.append(
            Problem(
                code="empty_header",
                message="a column has no name",
                pointer=f"column {unnamed[0] + 1}",
                hint="name it, or remove a delimiter at the end of the line",
                severity="warning",
            )
        )


def _take_row(table: Table, line: int, cells: list[str]) -> None:
    width = len(table.header)
    if len(cells) == width:
        table.rows.append(Row(line, tuple(cells)))
        return
    problem = Problem(
        code="ragged_row",
        message="a row has another number of cells than the header",
        line=line,
        seen=f"{len(cells)} cells",
        expected=f"{width} cells",
        hint="quote cells that contain the delimiter",
    )
    table.ragged.append((problem, sum(map(numbers_in_cell, cells))))
