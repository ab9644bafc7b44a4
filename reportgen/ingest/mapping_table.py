"""Tables read by a mapping: wide (a column for each benchmark or metric) or tidy (a row for each score)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportgen.ingest.counting import count_table
from reportgen.ingest.mapping_columns import plan_of
from reportgen.ingest.plan import absent_columns
from reportgen.ingest.table_rows import read_rows
from reportgen.ingest.tables import open_table

if TYPE_CHECKING:
    from reportgen.ingest.mapping_schema import MappingFile
    from reportgen.ingest.plan import Shared
    from reportgen.ingest.source import Reading, Source


def read(reading: Reading, spec: MappingFile, source: Source, shared: Shared) -> None:
    """Add all records of the table to the reading."""
    rows, names = len(spec.header), spec.row_names or ""
    table = open_table(
        source.text, path=source.path, skip_rows=spec.skip_rows, header_rows=rows, row_names=names
    )
    headers = {name: [row[at] for row in table.headers] for name, at in table.columns.items()}
    plan = plan_of(spec, table.columns, shared, headers)
    lacking = plan.columns() - set(table.columns)
    if lacking:
        reading.found = count_table(source, skip_rows=spec.skip_rows, header_rows=rows, row_names=names)
        reading.problems += table.problems
        absent_columns(reading, table.columns, lacking, reading.found)
        return
    read_rows(reading, table, plan)
