"""One number a row: a CSV or TSV table with a model, a benchmark and a value column, by their usual names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportgen.ingest import tidy
from reportgen.ingest.read import inner_name
from reportgen.ingest.source import Reading
from reportgen.ingest.table_rows import read_rows
from reportgen.ingest.tables import SUFFIXES as _TABLE_SUFFIXES
from reportgen.ingest.tables import open_table, read_header

if TYPE_CHECKING:
    from reportgen.ingest.source import Source

NAME = "tidy_csv"
TITLE = "CSV with one score a row"
VERSION = "3"
SUFFIXES: tuple[str, ...] = _TABLE_SUFFIXES
NEEDS = tidy.NEEDS
TOLERATES_NAN = False


def claims(source: Source) -> str | None:
    """A header with a model, a benchmark and a value column."""
    if source.is_document or not inner_name(source.path).lower().endswith(SUFFIXES):
        return None
    return tidy.claim(read_header(source.text, path=source.path))


def read(source: Source) -> Reading:
    """One record for each row."""
    reading = Reading()
    table = open_table(source.text, path=source.path)
    plan = tidy.plan_of(table.columns)
    read_rows(reading, table, plan)
    tidy.warn(reading, [plan])
    return reading
