"""Flat objects (of a JSON or YAML list, JSON Lines, Parquet) to records, as a plan says: one object is one row."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import pointer, resolve, text
from reportgen.ingest.fields import UnfitError, fit
from reportgen.ingest.flood import Flood
from reportgen.ingest.json_text import count_literals, parse_json
from reportgen.ingest.lines import text_lines
from reportgen.ingest.parquet import parquet_rows
from reportgen.ingest.plan import counted_once, outermost, unfit, variant_of
from reportgen.ingest.rows import take_cell
from reportgen.ingest.scaling import cells_of, share
from reportgen.records.problem import Problem, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from reportgen.ingest.plan import Counted, Plan, ScoreColumn
    from reportgen.ingest.source import Reading, Source

_ABSENT = object()


#: Plans remembered, one for each set of keys; objects of one file rarely have more than a few.
_MAX_PLANS = 1000


class _Planned(NamedTuple):
    """The plan of objects with the same keys, and which of their members count how."""

    plan: Plan
    counted: Counted
    used: frozenset[str]  # columns that are read, without those that stand within another
    left: dict[str, tuple[str, ...]]  # column that is left out: the used ones within it

    @classmethod
    def of(cls, plan: Plan, keys: tuple[str, ...]) -> _Planned:
        paths = {column: path_in(keys, column) for column in sorted(plan.columns())}
        used = outermost(paths)
        left: dict[str, tuple[str, ...]] = {}
        for column in (*plan.ignored, *plan.refused):
            path = path_in(keys, column)
            if not any(path[: len(paths[name])] == paths[name] for name in used):
                left[column] = tuple(name for name in sorted(used) if paths[name][: len(path)] == path)
        return cls(plan, counted_once(plan, lambda column: paths[column]), frozenset(used), left)


class Broken(NamedTuple):
    """A line that cannot be parsed, and the numbers that are lost with it."""

    problem: Problem
    numbers: int


class ObjectRow(NamedTuple):
    """One object, and its place: "/12" in a document, "line 12, " in JSON Lines, "row 12" in a table."""

    place: str
    values: Any
    line: int | None = None
    in_table: bool = False

    def where(self, column: str) -> str:
        """The place of a member."""
        if self.in_table:
            return f"{self.place}, column {shorten(column)}"
        return self.place + (column if column.startswith("/") else pointer(column))


def objects_of(source: Source, records: str = "") -> Iterator[ObjectRow | Broken]:
    """The objects of a document (those of the list, or the one, that `records` leads to), of lines or of Parquet.

    Raises `KeyError` where `records` leads nowhere, and `ParquetError` where the table cannot be read.
    """
    if source.is_document:
        root = resolve(source.document, records)
        if not isinstance(root, list):
            yield ObjectRow(records, root)
            return
        for index, item in enumerate(root):
            yield ObjectRow(f"{records}/{index}", item)
    elif source.data:
        for number, values in enumerate(parquet_rows(source.data), start=1):
            yield ObjectRow(f"row {number}", values, in_table=True)
    else:
        yield from _lines_of(source)


def _lines_of(source: Source) -> Iterator[ObjectRow | Broken]:
    for number, line in text_lines(source.text):
        parsed = parse_json(line, source.path)
        if parsed.problem is not None:
            yield Broken(replace(parsed.problem, line=number), count_literals(line))
        else:
            yield ObjectRow(f"line {number}, ", parsed.document, number)


def value_at(values: Mapping[str, Any], column: str) -> Any:
    """The member of this name, or the one a JSON pointer leads to; `_ABSENT` where there is none."""
    if column in values:
        return values[column]
    if column.startswith("/"):
        try:
            return resolve(values, column)
        except KeyError:
            return _ABSENT
    return _ABSENT


def path_in(keys: Iterable[str], column: str) -> tuple[str, ...]:
    """The steps to the member that `value_at` gives of an object with these keys."""
    return steps_of(column) if column.startswith("/") and column not in keys else (column,)


def steps_of(where: str) -> tuple[str, ...]:
    """The steps of a JSON pointer, the same for pointers that lead to the same place of a list ("/0", "/00")."""
    steps = where.split("/")[1:]
    return tuple((step.lstrip("0") or "0") if step.isdigit() else step for step in steps)


def present(values: Mapping[str, Any], column: str) -> bool:
    """Whether the object has this member."""
    return value_at(values, column) is not _ABSENT


def read_objects(
    reading: Reading, rows: Iterable[ObjectRow | Broken], plan_of: Callable[[tuple[str, ...]], Plan]
) -> list[Plan]:
    """Add the records of all objects to the reading, and count all their numbers; the plans that were used.

    What is no object is quarantined.
    """
    plans: dict[tuple[str, ...], _Planned] = {}
    found, flood = 0, Flood(reading)
    for row in rows:
        flood.thin()
        if isinstance(row, Broken):
            reading.quarantine(row.problem, row.numbers)
            found += row.numbers
            continue
        numbers = count_numbers(row.values)
        found += numbers
        if not isinstance(row.values, dict):
            reading.quarantine(_no_object(row), numbers)
            continue
        keys = tuple(row.values)
        if keys not in plans:
            plans = plans if len(plans) < _MAX_PLANS else {}
            plans[keys] = _Planned.of(plan_of(keys), keys)
        _read_object(reading, row, plans[keys])
    flood.close()
    reading.found = found
    return [planned.plan for planned in plans.values()]


def _read_object(reading: Reading, row: ObjectRow, planned: _Planned) -> None:
    """Add a record for every score of an object to the reading."""
    plan, counted = planned.plan, planned.counted
    left = _leave_out(reading, row, planned) if planned.left else 0
    if plan.otherwise:
        unused = count_numbers(row.values) - _numbers(row, planned.used) - left
        reading.ignore(plan.otherwise, max(0, unused))
    stated = {name: value_at(row.values, column) for name, column in plan.fields.items()}
    others = _numbers(row, counted.fields)
    given: dict[str, Any] = {}
    for name, value in stated.items():
        if isinstance(value, (dict, list)) and plan.known == "file":
            continue  # a name that happens to be one of ours ("samples": [...])
        try:
            fitted = _fitted(name, value, plan)
        except UnfitError as error:
            numbers = _numbers(row, counted.scores)
            problem = unfit(row.where(plan.fields[name]), row.line, _plain(value), error)
            reading.quarantine(problem, numbers + others)
            return
        if fitted is not None and fitted != "":
            given[name] = fitted
    if plan.variants:
        pairs = [(name.rpartition("/")[2], _plain(value_at(row.values, name))) for name in plan.variants]
        given["model_variant"] = variant_of(pairs)
    scores = [score for score in plan.scores if present(row.values, score.column)]
    if not scores:
        reading.quarantine(_no_score(row, plan), others)
    for score in scores:
        own = _numbers(row, counted.scores.intersection([score.column]))
        _read_cell(reading, row, (score, plan), (given, own + others))
        others = 0  # an error or n that several columns share is one number of the file


def _numbers(row: ObjectRow, columns: Iterable[str]) -> int:
    return sum(count_numbers(value_at(row.values, column)) for column in columns)


def _leave_out(reading: Reading, row: ObjectRow, planned: _Planned) -> int:
    total = 0
    for column, within in planned.left.items():
        numbers = _numbers(row, [column]) - _numbers(row, within)
        if column in planned.plan.refused:  # whose problem is told once
            reading.quarantined += numbers
        else:
            reading.ignore(planned.plan.ignored[column], numbers)
        total += numbers
    return total


def _fitted(name: str, value: Any, plan: Plan) -> Any:
    if isinstance(value, (dict, list)):
        raise UnfitError("a plain value")
    return fit(name, _plain(value), plan.rules)


def _plain(value: Any) -> str:
    """A member as the text that it would be in a table."""
    if isinstance(value, bool):
        return str(value).lower()
    return text(value)


def _read_cell(
    reading: Reading, row: ObjectRow, what: tuple[ScoreColumn, Plan], shared: tuple[dict[str, Any], int]
) -> None:
    (score, plan), (given, used) = what, shared
    written = value_at(row.values, score.column)
    fields = plan.constants | score.fields | given
    other = value_at(row.values, score.equal) if score.equal else None
    cells = cells_of(written, score, plan.rules, None if other is _ABSENT else other)
    counts = share(used, len(cells))
    for (metric, cell), numbers in zip(cells, counts, strict=True):
        named = fields | {"metric": metric} if metric else fields
        take_cell(reading, named, cell, place=row.where(score.column), numbers=numbers, known=plan.known)


def _no_object(row: ObjectRow) -> Problem:
    return Problem(
        code="unexpected_shape",
        message="an entry is no object",
        pointer=row.place,
        line=row.line,
        seen=shorten(row.values),
        expected="an object with a member for each field",
    )


def _no_score(row: ObjectRow, plan: Plan) -> Problem:
    return Problem(
        code="missing_field",
        message="a row without a score",
        pointer=row.place,
        line=row.line,
        expected=" or ".join(score.column for score in plan.scores[:5]),
    )
