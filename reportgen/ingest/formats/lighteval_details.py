"""Item-level results of lighteval: `details/<org>/<model>/<time>/details_<task>_<shots>_<time>.parquet`.

A row is one item: `doc` with its id and the key of its task, and `metric` with a score for each metric. Settings
of the run stand in the results file of the same time; where that is at hand, an item has the fields of the row of
its task, and else the model of the path. Prompts and responses are never loaded.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from reportgen.ingest import lighteval_run as shared
from reportgen.ingest.checkpoint import LOCAL_PATH_FLAG
from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import members, score, text
from reportgen.ingest.file_dates import dated, raw_stamp, stamp
from reportgen.ingest.item_lines import LineProblems, item_id
from reportgen.ingest.source import Reading
from reportgen.numbers import size
from reportgen.records.problem import Problem
from reportgen.records.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportgen.ingest.lighteval_run import Run
    from reportgen.ingest.source import Source

NAME = "lighteval_details"
TITLE = "lighteval, details"
VERSION = "1"
SUFFIXES: tuple[str, ...] = (".parquet",)
NEEDS = "doc, metric"
TOLERATES_NAN = True
#: Beside the folder of the time, as on the hub, and where lighteval itself writes them.
COMPANIONS: dict[str, tuple[str, ...]] = {
    "details_*.parquet": ("results_*.json", "../results_*.json", "../../../../results/{3}/{2}/results_*.json")
}

CORPUS_LEVEL = "part of a score of the whole task, not a score of one item"
#: Unpacked size of the columns that are read; a file of a few kilobytes can claim to hold any number of rows.
MAX_UNPACKED = 1 << 30
_COLUMNS = ("doc.id", "doc.task_name", "metric")
_DETAILS = "details"
_NUMERIC = frozenset({"INT32", "INT64", "INT96", "FLOAT", "DOUBLE"})


def claims(source: Source) -> str | None:
    """Columns `doc` with an id and a task, and `metric`."""
    import pyarrow as pa  # noqa: PLC0415  # slow, and only needed for Parquet
    import pyarrow.parquet as pq  # noqa: PLC0415  # the same

    if not source.data:
        return None
    try:
        schema = pq.read_schema(io.BytesIO(source.data))
    except (pa.ArrowException, OSError):
        return None
    if not {"doc", "metric"} <= set(schema.names):
        return None
    doc, metric = schema.field("doc").type, schema.field("metric").type
    if not (pa.types.is_struct(doc) and pa.types.is_struct(metric)):
        return None
    names = {doc.field(index).name for index in range(doc.num_fields)}
    return "`doc` with `id` and `task_name`, and `metric`" if {"id", "task_name"} <= names else None


def read(source: Source) -> Reading:
    """One record for each item and metric."""
    reading = Reading(found=0)
    details = _Details(reading, LineProblems(reading), source, _run_of(source))
    for number, row in enumerate(_rows(source, reading), start=1):
        _read_row(details, row, number)
    details.problems.finish()
    if details.run is None and reading.records:
        reading.warn(_alone())
    return reading


def _rows(source: Source, reading: Reading) -> Iterator[dict[str, Any]]:
    """The rows of the columns that are read, in batches; the numbers of all columns are counted."""
    import pyarrow as pa  # noqa: PLC0415  # slow, and only needed for Parquet
    import pyarrow.parquet as pq  # noqa: PLC0415  # the same

    try:
        file = pq.ParquetFile(io.BytesIO(source.data))
        reading.found, unpacked = _measure(file)
        if unpacked > MAX_UNPACKED:
            reading.quarantine(_too_large(unpacked), reading.found)
            return
        for batch in file.iter_batches(batch_size=10_000, columns=list(_COLUMNS)):
            yield from batch.to_pylist()
    except (pa.ArrowException, OSError) as error:
        known = reading.ingested + reading.quarantined + sum(reading.ignored.values())
        reading.quarantine(_unreadable(error), (reading.found or known) - known)


def _measure(file: Any) -> tuple[int, int]:
    """Numbers in all columns, and the unpacked bytes of those that are read."""
    numbers = unpacked = 0
    for group in range(file.metadata.num_row_groups):
        rows = file.metadata.row_group(group)
        for index in range(rows.num_columns):
            column = rows.column(index)
            if column.path_in_schema.startswith(_COLUMNS):
                unpacked += column.total_uncompressed_size
            if column.physical_type in _NUMERIC:
                missing = column.statistics.null_count if column.is_stats_set else 0
                numbers += column.num_values - (missing or 0)
    return numbers, unpacked


def _too_large(unpacked: int) -> Problem:
    return Problem(
        code="too_large",
        message="larger than the limit when unpacked, so it was not read",
        line=1,
        seen=size(unpacked),
        expected=f"at most {size(MAX_UNPACKED)}",
    )


def _unreadable(error: Exception) -> Problem:
    return Problem(
        code="unreadable",
        message=f"its rows cannot be read: {type(error).__name__}",
        line=1,
        hint="the file seems to be damaged; copy it again",
    )


def _alone() -> Problem:
    return Problem(
        code="companion_missing",
        message="the results file of this run is not beside the details, so settings and directions are unknown",
        expected="results_<time>.json beside the details or in the folder above",
        severity="warning",
    )


def _run_of(source: Source) -> Run | None:
    """The run of the results file of the same time."""
    time = raw_stamp(source.path.removesuffix(".parquet") + ".json")
    for path, companion in sorted(source.companions.items()):
        if time and raw_stamp(path) == time and shared.results_of(companion.document):
            run = shared.open_run(companion.document, path)
            return run if run.fields["model"] else None
    return None


@dataclass(slots=True)
class _Details:
    """The state of reading one file."""

    reading: Reading
    problems: LineProblems
    source: Source
    run: Run | None
    fields: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    seen: dict[tuple[str, str], int] = field(default_factory=dict)

    def measured(self, key: str, metric: str) -> dict[str, Any]:
        """The fields that all items of a task share under one metric."""
        if (key, metric) not in self.fields:
            found = self._run() if self.run is None else self.run.fields
            run = self.run or shared.Run({"results": {}}, found)
            fields = found | shared.task(run, key) | shared.metric(run, [key], metric)
            self.fields[key, metric] = {
                name: value for name, value in fields.items() if name not in {"n", "n_kind"}
            }
        return self.fields[key, metric]

    def _run(self) -> dict[str, Any]:
        """Model and date as the path states them: `details/<org>/<model>/<time>/`."""
        folders = self.source.path.split("/")[:-2]
        start = (
            len(folders) - folders[::-1].index(_DETAILS) if _DETAILS in folders else max(len(folders) - 2, 0)
        )
        names = folders[start:]
        model = "/".join(names if len(names) <= 2 else names[-1:])
        return {
            "model": model,
            "model_raw": model,
            "flags": LOCAL_PATH_FLAG if len(names) > 2 else "",
            "tool": shared.TOOL,
        } | dated("", stamp(self.source.path.removesuffix(".parquet") + ".json"))

    def is_mean(self, key: str, metric: str) -> bool:
        """Whether an item is scored like its task; without the settings of the run it is taken to be."""
        return self.run is None or shared.is_mean(self.run, key, metric)

    def item(self, key: str, name: str) -> str:
        """The id of an item; a second row of one id is told from the first by its order."""
        many = self.seen[key, name] = self.seen.get((key, name), 0) + 1
        return name if many == 1 else f"{name}#{many}"


def _read_row(details: _Details, row: dict[str, Any], number: int) -> None:
    doc, metrics = members(row.get("doc")), members(row.get("metric"))
    key, name, numbers = text(doc.get("task_name")), item_id(doc.get("id")), count_numbers(metrics)
    model = details.run.fields["model"] if details.run else details.measured(key, "")["model"]
    if not (key and name and model):
        details.problems.quarantine(_no_item(number), numbers)
        return
    item = details.item(key, name)
    for metric, value in metrics.items():
        found, missing = (float(value), "") if isinstance(value, bool) else score(value)
        if (found is None and not missing) or not details.is_mean(key, metric):
            details.reading.ignore(CORPUS_LEVEL, count_numbers(value))
            continue
        fields = details.measured(key, metric) | {
            "item_id": item,
            "pointer": f"row {number}: /metric/{metric}",
        }
        details.reading.take(Record(**fields, value=found, missing=missing), count_numbers(value))


def _no_item(row: int) -> Problem:
    return Problem(
        code="item_unknown",
        message="the row does not say which item of which task it is about, or its path no model",
        line=row,
        expected="doc.id, doc.task_name, and details/<org>/<model>/<time>/ in the path",
    )
