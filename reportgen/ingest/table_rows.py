"""The rows of a table to records, as a plan says: streamed, large tables in blocks of columns."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from reportgen.ingest.cells import CountedCells
from reportgen.ingest.fields import UnfitError, fit
from reportgen.ingest.flood import Flood
from reportgen.ingest.plan import unfit, variant_of
from reportgen.ingest.rows import place_in_table, take_cell
from reportgen.ingest.scaling import cells_of, share
from reportgen.ingest.table_blocks import Block, read_block

if TYPE_CHECKING:
    from reportgen.ingest.plan import Plan, ScoreColumn
    from reportgen.ingest.source import Reading
    from reportgen.ingest.tables import OpenTable, Row

#: Rows held at a time.
BLOCK = 20_000
#: Smaller blocks are read row by row: as columns they would take longer.
SMALLEST = 1000


def read_rows(reading: Reading, table: OpenTable, plan: Plan) -> None:
    """Add a record for every score of the table to the reading, and count all its numbers."""
    counted, constants = CountedCells(), dict[tuple[str, Any, int], Any]()
    numbers = [0] * len(table.header)
    rows, warned = table.rows(), len(table.problems)
    reading.problems += table.problems
    flood = Flood(reading)
    while block := list(islice(rows, BLOCK)):
        columns = list(zip(*(row.cells for row in block), strict=True))
        for position, cells in enumerate(columns):
            numbers[position] += counted.total(cells)
        _read_block(reading, table, plan, (block, columns, counted, constants))
        flood.thin()
    flood.close()
    if len(reading.frames) == 1:  # several are copied when they are put together; one is used as it is
        reading.frames = [reading.frames[0].copy()]
    reading.problems += table.problems[warned:]
    for problem, lost in table.ragged:
        reading.quarantine(problem, lost)
    for position in table.repeated:
        reading.quarantine(table.repetition(position), numbers[position])
    used = plan.columns()
    for column, position in table.columns.items():
        reason = "" if column in used else plan.reason(column)
        if column in plan.refused:
            taken = column in plan.counted.fields
            reading.quarantine(plan.refused[column], 0 if taken else numbers[position])
        elif reason:
            reading.ignore(reason, numbers[position])
    reading.found = sum(numbers) + sum(lost for _, lost in table.ragged)


def _read_block(
    reading: Reading,
    table: OpenTable,
    plan: Plan,
    block: tuple[list[Row], list[tuple[str, ...]], CountedCells, dict[tuple[str, Any, int], Any]],
) -> None:
    rows, columns, counted, constants = block
    if len(rows) < SMALLEST:
        for row in rows:
            _read_row(reading, table, row, plan)
        return
    lines = [row.line for row in rows]
    texts = {name: columns[at] for name, at in table.columns.items()}
    found = read_block(Block(lines, texts, counted, constants), plan)
    reading.flush()
    reading.frames += found.frames
    reading.ingested += found.numbers
    for index in found.whole_rows:
        _read_row(reading, table, rows[index], plan)
    for index, score in found.single_cells:
        _read_row(reading, table, rows[index], plan, only=score)


def _read_row(
    reading: Reading, table: OpenTable, row: Row, plan: Plan, only: ScoreColumn | None = None
) -> None:
    """Read all scores of a row, or only one."""
    stated = {name: row.cells[table.columns[column]] for name, column in plan.fields.items()}
    counted = CountedCells()
    others = sum(counted[row.cells[table.columns[column]]] for column in plan.counted.fields)
    given: dict[str, Any] = {}
    for name, text in stated.items():
        try:
            value = fit(name, text, plan.rules)
        except UnfitError as error:
            numbers = sum(counted[row.cells[table.columns[column]]] for column in plan.counted.scores)
            place = place_in_table(row.line, plan.fields[name])
            reading.quarantine(unfit(place, row.line, text, error), numbers + others)
            return
        if value is not None and value != "":
            given[name] = value
    if plan.variants:
        pairs = [(name, row.cells[table.columns[name]].strip()) for name in plan.variants]
        given["model_variant"] = variant_of(pairs)
    for score in plan.scores:
        if only is None or score is only:
            other = row.cells[table.columns[score.equal]] if score.equal else ""
            written = row.cells[table.columns[score.column]]
            _read_cell(reading, row, (score, written, other, plan), (given, others))
        others = 0  # an error or n that several columns share is one number of the file


def _read_cell(
    reading: Reading, row: Row, what: tuple[ScoreColumn, str, str, Plan], shared: tuple[dict[str, Any], int]
) -> None:
    (score, written, other, plan), (given, others) = what, shared
    fields = plan.constants | score.fields | given
    place = place_in_table(row.line, score.column)
    cells = cells_of(written, score, plan.rules, other)
    own = CountedCells()[written] if score.column in plan.counted.scores else 0
    counts = share(own + others, len(cells))
    for (metric, cell), numbers in zip(cells, counts, strict=True):
        named = fields | {"metric": metric} if metric else fields
        take_cell(reading, named, cell, place=place, numbers=numbers, known=plan.known)
