"""From the fields that a table states to a record, the same way for every table and mapping."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen.ingest.bounds import take_checked
from reportgen.records.problem import Problem, shorten
from reportgen.records.record import Record

if TYPE_CHECKING:
    from reportgen.ingest.cells import Cell
    from reportgen.ingest.source import Reading
    from reportgen.records.record import KnownFrom

#: The metric where nothing names one.
UNNAMED_METRIC = "score"
_REQUIRED = ("model", "benchmark")


def place_in_table(line: int, column: str) -> str:
    """Where a number stands in a table; rows are counted as lines of the file."""
    return f"row {line}, column {shorten(column)}"


def take_cell(
    reading: Reading, fields: dict[str, Any], cell: Cell, *, place: str, numbers: int, known: KnownFrom
) -> bool:
    """Take the record of one cell, or quarantine its numbers; whether there is a record.

    Args:
        reading: Where it goes.
        fields: Fields of the record; None and "" mean not stated.
        cell: The score.
        place: Where the score stands.
        numbers: Numbers of the file that become part of the record.
        known: Who states direction and bounds: the file, or the user by a mapping.
    """
    absent = [name for name in _REQUIRED if not fields.get(name)]
    if absent or not cell.understood:
        problem = _no_name(absent[0], place) if absent else _no_score(cell, place)
        reading.quarantine(problem, numbers)
        return False
    take_checked(reading, _record(fields, cell, place, known), numbers)
    return True


def _no_name(name: str, place: str) -> Problem:
    return Problem(
        code="missing_field", message=f"a score without a {name}", pointer=place, expected=f"the {name}"
    )


def _no_score(cell: Cell, place: str) -> Problem:
    return Problem(
        code="value_not_a_number",
        message=cell.refusal.message,
        pointer=place,
        seen=shorten(cell.raw),
        expected=cell.refusal.expected,
        hint=cell.refusal.hint,
    )


def _record(fields: dict[str, Any], cell: Cell, place: str, known: KnownFrom) -> Record:
    stated = {name: value for name, value in fields.items() if value is not None and value != ""}
    metric = stated.pop("metric", UNNAMED_METRIC)
    if cell.stderr is not None and "stderr" not in stated:
        stated["stderr"] = cell.stderr
    if "stderr" in stated:
        stated.setdefault("stderr_kind", "reported")
    if "n" in stated:
        stated.setdefault("n_kind", "items")
    if cell.percent:
        stated.setdefault("unit", "percent")
    if "date" in stated:
        stated.setdefault("date_source", "file")
    directed = stated.get("direction", "unknown") != "unknown"
    bounded = "lower" in stated or "upper" in stated
    return Record(
        **stated,
        model_raw=stated["model"],
        benchmark_raw=stated["benchmark"],
        metric=metric,
        metric_raw=metric,
        direction_source=known if directed else "unknown",
        bounds_source=known if bounded else "unknown",
        value=cell.value,
        raw=cell.raw,
        missing=cell.missing,
        pointer=place,
    )
