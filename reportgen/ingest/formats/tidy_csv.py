"""One number a row: a CSV or TSV table with a model, a benchmark and a value column, by their usual names.

Only what the header says is read. A column named `std` is left out: a standard deviation is not a standard
error, and the table does not say over what it was taken.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reportgen.ingest.cells import numbers_in_cell, parse_cell
from reportgen.ingest.fields import MEASURED, SETTABLE, UnfitError, fit
from reportgen.ingest.rows import place_in_table, take_cell
from reportgen.ingest.source import Reading
from reportgen.ingest.tables import SUFFIXES as _TABLE_SUFFIXES
from reportgen.ingest.tables import read_header, read_table
from reportgen.records.problem import Problem, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reportgen.ingest.source import Source
    from reportgen.ingest.tables import Row, Table

NAME = "tidy_csv"
TITLE = "CSV with one score a row"
VERSION = "2"
SUFFIXES: tuple[str, ...] = _TABLE_SUFFIXES
NEEDS = "model, benchmark, value"
TOLERATES_NAN = False

#: Names of columns for each field, best first. A name that is left over states the field of its own name.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "model": ("model", "model_name", "model_id", "system", "method"),
    "benchmark": ("benchmark", "benchmark_name", "task", "dataset", "scenario"),
    "value": ("value", "score", "result", "metric_value"),
    "metric": ("metric", "metric_name"),
    "stderr": ("stderr", "se", "std_err", "standard_error"),
    "n": ("n", "n_items", "num_samples", "n_samples", "samples"),
    "model_revision": ("model_revision", "revision"),
    "n_shot": ("n_shot", "num_fewshot", "n_shots"),
}
REQUIRED = ("model", "benchmark", "value")
_DEVIATIONS = frozenset({"std", "sd", "stdev", "std_dev", "stddev", "standard_deviation"})
_DEVIATION_REASON = "standard deviation, which is not a standard error"


def claims(source: Source) -> str | None:
    """A header with a model, a benchmark and a value column."""
    if source.is_document or not source.path.lower().endswith(SUFFIXES):
        return None
    found = columns_of(read_header(source.text, path=source.path))
    if not all(name in found for name in REQUIRED):
        return None
    return "columns " + ", ".join(f"'{found[name]}'" for name in REQUIRED)


def plain_name(column: str) -> str:
    """A column name in the form in which names are compared."""
    return re.sub(r"[\s\-.]+", "_", column.strip().lower())


def columns_of(header: Iterable[str]) -> dict[str, str]:
    """Field -> column as written, for every column whose name is known."""
    left = {plain_name(column): column for column in reversed(list(header)) if column}
    found: dict[str, str] = {}
    for field, names in SYNONYMS.items():
        name = next((name for name in names if name in left), None)
        if name is not None:
            found[field] = left.pop(name)
    for name, column in left.items():
        if name in SETTABLE and name not in found:
            found[name] = column
    return found


def read(source: Source) -> Reading:
    """One record for each row."""
    reading = Reading()
    table = read_table(source.text, path=source.path)
    reading.problems += table.problems
    for problem, numbers in (*table.ragged, *table.repeated_columns()):
        reading.quarantine(problem, numbers)
    columns = columns_of(table.columns)
    _leave_out_deviations(reading, table)
    for row in table.rows:
        _read_row(reading, table, row, columns)
    _warn_of_plus_minus(reading, table, columns)
    return reading


def _leave_out_deviations(reading: Reading, table: Table) -> None:
    for column, position in table.columns.items():
        if plain_name(column) in _DEVIATIONS:
            numbers = sum(numbers_in_cell(row.cells[position]) for row in table.rows)
            reading.ignore(_DEVIATION_REASON, numbers)
            reading.warn(
                Problem(
                    code="standard_deviation",
                    message="a standard deviation is not a standard error, so the column was not read",
                    pointer=f"column {shorten(column)}",
                    expected="stderr",
                    hint="divide it by the square root of the number of runs and name it stderr",
                    severity="warning",
                )
            )


def _read_row(reading: Reading, table: Table, row: Row, columns: dict[str, str]) -> None:
    texts = {field: row.cells[table.columns[column]] for field, column in columns.items()}
    numbers = sum(numbers_in_cell(written) for field, written in texts.items() if field in MEASURED)
    fields: dict[str, Any] = {}
    for field, written in texts.items():
        try:
            fields[field] = fit(field, written) if field != "value" else None
        except UnfitError as error:
            reading.quarantine(_unfit(row, columns[field], written, error), numbers)
            return
    del fields["value"]
    place = place_in_table(row.line, columns["value"])
    take_cell(reading, fields, parse_cell(texts["value"]), place=place, numbers=numbers, known="file")


def _unfit(row: Row, column: str, written: str, error: UnfitError) -> Problem:
    return Problem(
        code="invalid",
        message="a cell does not fit its column",
        pointer=place_in_table(row.line, column),
        line=row.line,
        seen=shorten(written),
        expected=str(error),
    )


def _warn_of_plus_minus(reading: Reading, table: Table, columns: dict[str, str]) -> None:
    position = table.columns[columns["value"]]
    line = next((row.line for row in table.rows if parse_cell(row.cells[position]).stderr is not None), None)
    if line is not None:
        reading.warn(
            Problem(
                code="plus_minus",
                message="what follows ± was taken as a standard error, which the table does not say",
                pointer=place_in_table(line, columns["value"]),
                line=line,
                hint="write it into a column named stderr, or say in a mapping file to ignore it",
                severity="warning",
            )
        )
