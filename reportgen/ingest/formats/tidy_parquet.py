"""One number a row: a Parquet table with a model, a benchmark and a value column, by their usual names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportgen.ingest import tidy
from reportgen.ingest.object_rows import objects_of, read_objects
from reportgen.ingest.parquet import SUFFIXES as _PARQUET_SUFFIXES
from reportgen.ingest.parquet import ParquetError, column_names
from reportgen.ingest.source import Reading
from reportgen.records.problem import Problem

if TYPE_CHECKING:
    from reportgen.ingest.source import Source

NAME = "tidy_parquet"
TITLE = "Parquet with one score a row"
VERSION = "1"
SUFFIXES: tuple[str, ...] = _PARQUET_SUFFIXES
NEEDS = tidy.NEEDS
TOLERATES_NAN = True


def claims(source: Source) -> str | None:
    """A model, a benchmark and a value column."""
    try:
        return tidy.claim(column_names(source.data))
    except ParquetError:
        return None


def read(source: Source) -> Reading:
    """One record for each row."""
    reading = Reading()
    try:
        plans = read_objects(reading, objects_of(source), tidy.plan_of)
    except ParquetError as error:
        reading.problems.append(Problem(code="not_parquet", message=str(error)))
        reading.found = reading.ingested + reading.quarantined + sum(reading.ignored.values())
        return reading
    tidy.warn(reading, plans)
    return reading
