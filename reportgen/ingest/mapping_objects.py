"""Lists of objects, JSON Lines and Parquet read by a mapping: wide or tidy, an object a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportgen.ingest.counting import count_numbers, count_source
from reportgen.ingest.mapping_columns import plan_of
from reportgen.ingest.object_rows import ObjectRow, objects_of, present, read_objects
from reportgen.ingest.parquet import ParquetError
from reportgen.ingest.plan import absent_columns
from reportgen.records.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportgen.ingest.mapping_schema import MappingFile
    from reportgen.ingest.object_rows import Broken
    from reportgen.ingest.plan import Plan, Shared
    from reportgen.ingest.source import Reading, Source


def read(reading: Reading, spec: MappingFile, source: Source, shared: Shared) -> None:
    """Add all records of the rows to the reading. Keys may differ from object to object."""
    seen: set[str] = set()
    problems: dict[Problem, None] = {}

    def plan(names: tuple[str, ...]) -> Plan:
        made = plan_of(spec, names, shared)
        problems.update(dict.fromkeys(made.refused.values()))
        return made

    def watched() -> Iterator[ObjectRow | Broken]:
        for row in objects_of(source, spec.records):
            if isinstance(row, ObjectRow) and isinstance(row.values, dict):
                seen.update(name for name in wanted if name not in seen and present(row.values, name))
            yield row

    wanted = _wanted(spec)
    try:
        read_objects(reading, watched(), plan)
    except KeyError:
        numbers = count_numbers(source.document)
        reading.quarantine(_absent_records(spec), numbers)
        reading.found = numbers
        return
    except ParquetError as error:
        reading.problems.append(Problem(code="not_parquet", message=str(error)))
        reading.found = count_source(source)
        return
    reading.problems += problems
    if wanted - seen and reading.found:
        absent_columns(reading, sorted(seen), wanted, 0)


def _wanted(spec: MappingFile) -> set[str]:
    """The columns that the mapping names one by one; what makes a variant need not be stated."""
    listed = [] if spec.columns == "all" else list(spec.columns or ())
    model = [] if spec.model_column is None else [spec.model_column]
    own = spec.columns.values() if isinstance(spec.columns, dict) else []
    compared = [spec.equal, *((settings or {}).get("equal") for settings in own)]
    return {*spec.fields.values(), *model, *listed, *(name for name in compared if name)}


def _absent_records(spec: MappingFile) -> Problem:
    return Problem(
        code="pointer_absent",
        message="the mapping points to a place that is not there",
        pointer="/records of the mapping",
        expected=spec.records,
    )
