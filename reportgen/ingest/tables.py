"""CSV and TSV text as a header and rows, one row at a time, with everything odd about it said by line."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from reportgen.ingest.cells import numbers_in_cell
from reportgen.ingest.read import inner_name
from reportgen.records.problem import Problem, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

SUFFIXES = (".csv", ".tsv")
DELIMITERS = ("\t", ";", ",")
#: Wider tables are not score tables, and quadratic work is refused early.
MAX_COLUMNS = 20_000
#: Of rows that do not fit, so many are listed one by one; the rest is counted.
MAX_RAGGED = 1000
#: Stands between the names of several header rows ("shot_noise / 1").
JOINT = " / "
#: Characters that are made into lines at a time: the text is not held a second time.
_WINDOW = 1 << 20
_LINE_END = re.compile(r"\r\n|\n|\r")


class Row(NamedTuple):
    """One row of as many cells as the header has names. `line` is the 1-based line on which it ends."""

    line: int
    cells: tuple[str, ...]


@dataclass(slots=True)
class OpenTable:
    """A table whose rows are read once. Columns whose name occurs again are in `repeated`, not in `columns`."""

    headers: tuple[tuple[str, ...], ...] = ()  # each header row, as many names in each
    header: tuple[str, ...] = ()  # the names of the columns
    columns: dict[str, int] = field(default_factory=dict)  # name -> position
    repeated: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)  # about the table as a whole
    ragged: list[tuple[Problem, int]] = field(default_factory=list)  # rows refused so far, with their numbers
    _lines: Iterator[tuple[int, list[str]]] = field(default_factory=lambda: iter(()), repr=False)

    def rows(self) -> Iterator[Row]:
        """Every row that fits, once. Never raises: what the csv reader refuses is a problem."""
        width, rows = len(self.header), 0
        try:
            for line, cells in self._lines:
                if not cells[0].strip() and not any(map(str.strip, cells)):
                    continue
                if len(cells) == width:
                    rows += 1
                    yield Row(line, tuple(cells))
                else:
                    self._refuse(line, cells)
        except csv.Error as error:
            self.problems.append(
                Problem(
                    code="csv_syntax", message=f"the table cannot be read further: {error}", hint="mend it"
                )
            )
        if width and not rows and not self.problems:
            self.problems.append(
                Problem(code="empty_table", message="the table has a header and no rows", severity="warning")
            )

    def _refuse(self, line: int, cells: list[str]) -> None:
        numbers = sum(map(numbers_in_cell, cells))
        if len(self.ragged) > MAX_RAGGED:
            problem, so_far = self.ragged[-1]
            self.ragged[-1] = (problem, so_far + numbers)
            return
        more = len(self.ragged) == MAX_RAGGED
        message = "a row has another number of cells than the header"
        problem = Problem(
            code="ragged_row",
            message=message + ", and so may later ones, which are not listed" if more else message,
            line=line,
            seen=f"{len(cells)} cells",
            expected=f"{len(self.header)} cells",
            hint="quote cells that contain the delimiter",
        )
        self.ragged.append((problem, numbers))

    def repetition(self, position: int) -> Problem:
        """The problem about a column that cannot be told from an earlier one."""
        return Problem(
            code="duplicate_header",
            message="a column name occurs twice; the later column was not read",
            pointer=f"column {position + 1}",
            seen=shorten(self.header[position]),
            hint="give each column its own name",
        )


@dataclass(slots=True)
class Table:
    """A small table with all its rows. Columns whose name occurs again are in `repeated`, not in `columns`."""

    header: tuple[str, ...]
    rows: list[Row]
    columns: dict[str, int]
    repeated: list[int]
    ragged: list[tuple[Problem, int]]
    problems: list[Problem]
    _opened: OpenTable = field(repr=False)

    def repeated_columns(self) -> list[tuple[Problem, int]]:
        """A problem for each column that cannot be told from an earlier one, with the numbers in it."""
        return [
            (self._opened.repetition(at), sum(numbers_in_cell(row.cells[at]) for row in self.rows))
            for at in self.repeated
        ]


def delimiter_of(line: str) -> str:
    """The delimiter that occurs most often outside quotes; a comma when none does."""
    bare = re.sub(r'"[^"]*"', "", line)
    return max(reversed(DELIMITERS), key=bare.count)


def read_header(text: str, *, path: str = "", skip_rows: int = 0) -> tuple[str, ...]:
    """Only the names of the columns, cheaply; empty where the text has no header."""
    try:
        _, cells = next(_records(text[:200_000], path, skip_rows), (0, []))
    except csv.Error:
        return ()
    return tuple(cell.strip() for cell in cells)


def open_table(
    text: str, *, path: str = "", skip_rows: int = 0, header_rows: int = 1, row_names: str = ""
) -> OpenTable:
    """The table in a text, with its rows still to be read. Never raises.

    Args:
        text: UTF-8 text, with or without a byte order mark, any line ends.
        path: Only its ending is used: `.tsv` means tabs.
        skip_rows: Lines before the header.
        header_rows: Rows that together name the columns; an empty upper cell means that to its left, as where
            cells were merged.
        row_names: Name of the first column where the header lacks its cell, so that rows have one cell more.
    """
    table = OpenTable()
    table._lines = _records(text, path, skip_rows)  # noqa: SLF001  # its own module
    try:
        heads = [cells for _, (_, cells) in zip(range(header_rows), table._lines)]  # noqa: SLF001, B905  # as above
    except csv.Error as error:
        table.problems.append(Problem(code="csv_syntax", message=f"the table cannot be read: {error}"))
        return table
    above = (row_names,) if row_names else ()
    _take_header(table, [above + tuple(cell.strip() for cell in cells) for cells in heads])
    return table


def read_table(text: str, *, path: str = "", skip_rows: int = 0) -> Table:
    """The table in a text with all its rows, for tables that are small by nature. Never raises."""
    opened = open_table(text, path=path, skip_rows=skip_rows)
    rows = list(opened.rows())
    return Table(opened.header, rows, opened.columns, opened.repeated, opened.ragged, opened.problems, opened)


def _take_header(table: OpenTable, heads: list[tuple[str, ...]]) -> None:
    width = max(map(len, heads), default=0)
    if width > MAX_COLUMNS:
        table.problems.append(Problem(code="too_many_columns", message=f"more than {MAX_COLUMNS} columns"))
        table._lines = iter(())  # noqa: SLF001  # its own module
        return
    filled = [_filled(names, width) for names in heads[:-1]] + [_padded(names, width) for names in heads[-1:]]
    table.headers = tuple(filled)
    table.header = tuple(JOINT.join(filter(None, names)) for names in zip(*filled, strict=True))
    for position, name in enumerate(table.header):
        if name in table.columns:
            table.repeated.append(position)
        else:
            table.columns[name] = position
    unnamed = [position for position, name in enumerate(table.header) if not name and position]
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


def _padded(names: tuple[str, ...], width: int) -> tuple[str, ...]:
    return names + ("",) * (width - len(names))


def _filled(names: tuple[str, ...], width: int) -> tuple[str, ...]:
    filled: list[str] = []
    for name in _padded(names, width):
        filled.append(name or (filled[-1] if filled else ""))
    return tuple(filled)


def _records(text: str, path: str, skip_rows: int) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank lines, each with the line of the file on which it ends."""
    lines = _lines_of(text)
    for _ in range(skip_rows):
        next(lines, None)
    above = []  # blank lines before the header count as lines
    for line in lines:
        above.append(line)
        if line.strip():
            break
    delimiter = "\t" if inner_name(path).lower().endswith(".tsv") else delimiter_of("".join(above[-1:]))
    reader = csv.reader(chain(above, lines), delimiter=delimiter)
    for cells in reader:
        if cells:
            yield reader.line_num + skip_rows, cells


def _lines_of(text: str) -> Iterator[str]:
    """The lines of a text with their ends. A buffer over the whole text would take four bytes a character."""
    start = 1 if text.startswith("\ufeff") else 0
    while start < len(text):
        end = _cut(text, start)
        yield from io.StringIO(text[start:end], newline="")
        start = end


def _cut(text: str, start: int) -> int:
    """Where a window of the text that begins here ends: after the end of a line."""
    end = start + _WINDOW
    if end >= len(text):
        return len(text)
    last = text.rfind("\n", start, end)
    if last < 0:
        last = text.rfind("\r", start, end - 1)  # what follows it is in the window, and no line feed
    if last >= 0:
        return last + 1
    found = _LINE_END.search(text, end)
    return found.end() if found else len(text)
