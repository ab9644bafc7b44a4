"""A score as a document or a cell states it, to a record: what the formats of leaderboards have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen.ingest.bounds import take_checked
from reportgen.ingest.cells import numbers_in_cell, parse_value
from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import public_name, whole
from reportgen.ingest.tables import Table, read_table
from reportgen.records.problem import Problem, shorten
from reportgen.records.record import Record

if TYPE_CHECKING:
    from reportgen.ingest.source import Reading, Source

LOCAL_PATH = "model name was a local path"
_WEB = ("http://", "https://")


def take_score(
    reading: Reading,
    fields: dict[str, Any],
    value: Any,
    where: str,
    others: int = 0,
    *,
    as_text: bool = False,
) -> bool:
    """Take the record of one score, or quarantine its numbers; whether there is a record.

    Args:
        reading: Where it goes.
        fields: Fields of the record, model, benchmark and metric among them.
        value: The score: of a document a number, null or text, of a table the cell.
        where: Where it stands: a JSON pointer, or row and column.
        others: Numbers of the file that `fields` holds (error, n, ...).
        as_text: The file writes its numbers as text, so that a text counts for the numbers in it.
    """
    cell = parse_value(value)
    numbers = others + numbers_of(value, as_text=as_text)
    if not cell.understood:
        reading.quarantine(_no_number(value, where), numbers)
        return False
    stated = dict(fields)
    if cell.stderr is not None:
        stated |= {"stderr": cell.stderr, "stderr_kind": "reported"}
    if cell.percent:
        stated.setdefault("unit", "percent")
    record = Record(**stated, value=cell.value, missing=cell.missing, raw=cell.raw, pointer=where)
    take_checked(reading, record, numbers)
    return True


def numbers_of(value: Any, *, as_text: bool) -> int:
    """How many numbers of the file a value is."""
    if as_text and isinstance(value, str):
        return numbers_in_cell(value)
    return count_numbers(value)


def _no_number(value: Any, where: str) -> Problem:
    plain = isinstance(value, (str, int, float, bool))
    return Problem(
        code="value_not_a_number",
        message="the score is not a number",
        pointer=where,
        seen=shorten(value) if plain else f"a {type(value).__name__}",
        expected="a number, or one of the usual marks for none",
    )


def refuse(
    reading: Reading, what: str, where: str, value: Any, expected: str, *, as_text: bool = False
) -> None:
    """Quarantine a part of a file that has not the shape it should have, with all numbers in it."""
    numbers = numbers_of(value, as_text=as_text)
    problem = Problem(
        code="invalid",
        message=what,
        pointer=where,
        seen=f"a {type(value).__name__}" if isinstance(value, (dict, list)) else shorten(value),
        expected=expected,
    )
    reading.quarantine(problem, numbers)


def refuse_all(source: Source, reading: Reading, problem: Problem) -> Reading:
    """Quarantine everything in a document or table whose model or benchmark cannot be known."""
    if source.is_document:
        reading.quarantine(problem, count_numbers(source.document))
        return reading
    table = open_table(reading, source)
    numbers = sum(numbers_in_cell(cell) for row in table.rows for cell in row.cells)
    repeated = sum(numbers_in_cell(row.cells[place]) for row in table.rows for place in table.repeated)
    reading.quarantine(problem, numbers - repeated)
    return reading


def open_table(reading: Reading, source: Source) -> Table:
    """The table of a file; what is odd about it goes to the reading."""
    table = read_table(source.text, path=source.path)
    reading.problems += table.problems
    for problem, numbers in (*table.ragged, *table.repeated_columns()):
        reading.quarantine(problem, numbers)
    return table


def named(written: str) -> dict[str, Any]:
    """`model` and `model_raw` of a record, and the flag that the name was a path on somebody's machine."""
    name, local = public_name(written)
    return {"model": name, "model_raw": name, "flags": LOCAL_PATH if local else ""}


def of_benchmark(name: str, raw: str = "") -> dict[str, Any]:
    """`benchmark` and `benchmark_raw` of a record."""
    return {"benchmark": name, "benchmark_raw": raw or name}


def of_metric(name: str, raw: str = "") -> dict[str, Any]:
    """`metric` and `metric_raw` of a record."""
    return {"metric": name, "metric_raw": raw or name}


def remarks(*flags: str) -> str:
    """Flags as a record holds them; empty ones are left out."""
    return "; ".join(filter(None, flags))


def items(value: Any) -> int | None:
    """A number of items: whole and positive, from a number or a cell ("805", "805.0")."""
    cell = parse_value(value)
    found = whole(cell.value) if cell.value is not None else None
    return found if found is not None and found > 0 else None


def link(value: Any) -> str:
    """A web address; anything else, a path in particular, is not published."""
    return value.strip() if isinstance(value, str) and value.strip().startswith(_WEB) else ""
