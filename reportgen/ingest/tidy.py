"""One score a row: which columns or keys say what by their usual names, the same for tables, JSON and Parquet.

Only what the names say is read. One named `std` is left out: a standard deviation is not a standard error, and
the file does not say over what it was taken.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reportgen.ingest.cells import parse_cell
from reportgen.ingest.fields import SETTABLE
from reportgen.ingest.plan import Plan, ScoreColumn
from reportgen.records.problem import Problem, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reportgen.ingest.source import Reading

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
NEEDS = ", ".join(REQUIRED)
_DEVIATIONS = frozenset({"std", "sd", "stdev", "std_dev", "stddev", "standard_deviation"})
_DEVIATION_REASON = "standard deviation, which is not a standard error"


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


def is_deviation(column: str) -> bool:
    """Whether a column is named as a standard deviation."""
    return plain_name(column) in _DEVIATIONS


def claim(header: Iterable[str], what: str = "columns") -> str | None:
    """Why a table with these columns is a tidy one; None where one of the three is not named plainly."""
    found = columns_of(header)
    if not all(name in found for name in REQUIRED):
        return None
    return f"{what} " + ", ".join(f"'{found[name]}'" for name in REQUIRED)


def is_flat(row: Any) -> bool:
    """Whether an object names a model and a benchmark by text and holds no score but a plain one."""
    if not isinstance(row, dict) or claim(row) is None:
        return False
    found = columns_of(row)
    names = (row[found["model"]], row[found["benchmark"]])
    value = row[found["value"]]
    return all(isinstance(name, str) and name for name in names) and not isinstance(value, (dict, list, bool))


def plan_of(header: Iterable[str]) -> Plan:
    """How rows with these columns become records; one that is required and absent is told row by row."""
    names = list(header)
    fields = columns_of(names)
    score = ScoreColumn(fields.pop("value", "value"))
    left = {name: _DEVIATION_REASON for name in names if is_deviation(name)}
    return Plan((score,), fields, ignored=left)


def warn(reading: Reading, plans: Iterable[Plan]) -> None:
    """Say what was not read and what was assumed."""
    reading.problems += map(_deviation, dict.fromkeys(column for plan in plans for column in plan.ignored))
    place = next(_plus_minus(reading), None)
    if place is not None:
        reading.warn(
            Problem(
                code="plus_minus",
                message="what follows ± was taken as a standard error, which the file does not say",
                pointer=place,
                hint="write it into a column named stderr, or say in a mapping file to ignore it",
                severity="warning",
            )
        )


def _deviation(column: str) -> Problem:
    return Problem(
        code="standard_deviation",
        message="a standard deviation is not a standard error, so the column was not read",
        pointer=f"column {shorten(column)}",
        expected="stderr",
        hint="divide it by the square root of the number of runs and name it stderr",
        severity="warning",
    )


def _plus_minus(reading: Reading) -> Iterator[str]:
    """Places of scores with an error beside them in the same cell."""
    for frame in reading.frames:
        raw = frame["raw"].cat
        marked = [text for text in raw.categories if parse_cell(text).stderr is not None]
        yield from frame["pointer"][frame["raw"].isin(marked)]
    for record in reading.records:
        if record.raw and parse_cell(record.raw).stderr is not None:
            yield record.pointer
