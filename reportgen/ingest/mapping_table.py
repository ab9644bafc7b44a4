"""Tables read by a mapping: wide (a column for each benchmark) or tidy (a row for each score)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reportgen.ingest.cells import numbers_in_cell
from reportgen.ingest.fields import MEASURED, UnfitError, fit
from reportgen.ingest.rows import place_in_table, take_cell
from reportgen.ingest.scaling import cells_of, share
from reportgen.ingest.tables import read_table
from reportgen.records.problem import Problem, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reportgen.ingest.cells import CellRules
    from reportgen.ingest.mapping_schema import MappingFile
    from reportgen.ingest.source import Reading, Source
    from reportgen.ingest.tables import Row, Table

_ARROWS = {"↓": "lower", "↑": "higher"}
_LEFT_OUT = "column left out by the mapping"


@dataclass(frozen=True, slots=True)
class _Scores:
    """A column of scores and the fields that all its records share."""

    column: str
    position: int
    fields: dict[str, Any]
    scale: float | None
    metrics: tuple[str, ...]


def read(
    reading: Reading, spec: MappingFile, source: Source, constants: dict[str, Any], rules: CellRules
) -> None:
    """Add all records of the table to the reading."""
    table = read_table(source.text, path=source.path, skip_rows=spec.skip_rows)
    reading.problems += table.problems
    for problem, numbers in (*table.ragged, *table.repeated_columns()):
        reading.quarantine(problem, numbers)
    fields = dict(spec.fields)
    if spec.model_column is not None:
        fields["model"] = spec.model_column
    scores = (
        _wide_columns(spec, table, fields) if spec.layout == "wide" else _tidy_column(spec, table, fields)
    )
    if _absent_columns(reading, table, [*fields.values(), *(score.column for score in scores)]):
        return
    _leave_out(reading, table, {*fields.values(), *(score.column for score in scores)})
    for row in table.rows:
        _read_row(reading, table, row, (constants, fields, scores, rules))


def _tidy_column(spec: MappingFile, table: Table, fields: dict[str, str]) -> list[_Scores]:
    column = fields.pop("value")
    position = table.columns.get(column, -1)
    return [_Scores(column, position, {}, spec.scale, tuple(spec.split_cell or ()))]


def _wide_columns(spec: MappingFile, table: Table, fields: dict[str, str]) -> list[_Scores]:
    if spec.columns == "all":
        taken = {*fields.values(), *spec.leave_out}
        names: Iterable[str] = [name for name in table.columns if name and name not in taken]
    else:
        names = [name for name in spec.columns or () if name not in spec.leave_out]
    settings = spec.columns if isinstance(spec.columns, dict) else {}
    return [_wide_column(spec, table, name, dict(settings.get(name) or {})) for name in names]


def _wide_column(spec: MappingFile, table: Table, name: str, settings: dict[str, Any]) -> _Scores:
    scale = settings.pop("scale", spec.scale)
    metrics = tuple(settings.pop("split_cell", spec.split_cell) or ())
    fields: dict[str, Any] = {"benchmark": name}
    if spec.arrows:
        arrow = next((mark for mark in _ARROWS if mark in name), "")
        fields["benchmark"] = name.replace(arrow, "").strip() if arrow else name
        fields |= {"direction": _ARROWS[arrow]} if arrow else {}
    return _Scores(name, table.columns.get(name, -1), fields | settings, scale, metrics)


def _absent_columns(reading: Reading, table: Table, names: list[str]) -> bool:
    """Say which columns the mapping names and the table lacks; whether there are any."""
    absent = sorted({name for name in names if name not in table.columns})
    if not absent:
        return False
    numbers = sum(numbers_in_cell(cell) for row in table.rows for cell in row.cells)
    problem = Problem(
        code="column_absent",
        message="the mapping names a column that the table does not have",
        seen=shorten(", ".join(table.columns)),
        expected=", ".join(absent),
        hint="names are compared exactly, after blanks at both ends are removed",
    )
    reading.quarantine(problem, numbers)
    return True


def _leave_out(reading: Reading, table: Table, used: set[str]) -> None:
    left = [position for name, position in table.columns.items() if name not in used]
    reading.ignore(
        _LEFT_OUT, sum(numbers_in_cell(row.cells[position]) for row in table.rows for position in left)
    )


_Plan = tuple[dict[str, Any], dict[str, str], list[_Scores], "CellRules"]


def _read_row(reading: Reading, table: Table, row: Row, plan: _Plan) -> None:
    constants, columns, scores, rules = plan
    stated: dict[str, Any] = {}
    others = 0
    for name, column in columns.items():
        written = row.cells[table.columns[column]]
        others += numbers_in_cell(written) if name in MEASURED else 0
        try:
            stated[name] = fit(name, written, rules)
        except UnfitError as error:
            numbers = sum(numbers_in_cell(row.cells[score.position]) for score in scores)
            reading.quarantine(_unfit(row, column, written, error), numbers + others)
            return
    given = {name: value for name, value in stated.items() if value not in (None, "")}
    for score in scores:
        _read_cell(reading, row, score, (constants | score.fields | given, rules, others))
        others = 0  # an error or n that several columns share is one number of the file


def _read_cell(
    reading: Reading, row: Row, score: _Scores, shared: tuple[dict[str, Any], CellRules, int]
) -> None:
    fields, rules, others = shared
    written = row.cells[score.position]
    place = place_in_table(row.line, score.column)
    cells = cells_of(written, rules, score.scale, score.metrics)
    counts = share(numbers_in_cell(written) + others, len(cells))
    for (metric, cell), numbers in zip(cells, counts, strict=True):
        named = fields | {"metric": metric} if metric else fields
        take_cell(reading, named, cell, place=place, numbers=numbers, known="user")


def _unfit(row: Row, column: str, written: str, error: UnfitError) -> Problem:
    return Problem(
        code="invalid",
        message="a cell does not fit its column",
        pointer=place_in_table(row.line, column),
        line=row.line,
        seen=shorten(written),
        expected=str(error),
    )
