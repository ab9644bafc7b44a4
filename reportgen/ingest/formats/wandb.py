"""Runs of Weights & Biases (https://wandb.ai): `wandb-summary.json` of a run's folder, or the runs exported as CSV.

What model and benchmark are is not W&B's to say: see `ingest.tracked_run`. The configuration of a run stands in
`config.yaml` beside the summary; in the CSV it is columns like any other, so that there only names that are known as
metrics, or that have a slash, are scores. The binary log `run-*.wandb` is not read.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import members, pointer, score, text, utc
from reportgen.ingest.read import inner_name
from reportgen.ingest.rows import place_in_table
from reportgen.ingest.source import NotANumber, Reading
from reportgen.ingest.tables import read_header, read_table
from reportgen.ingest.tracked_run import PARAMETERS, described, folded, take_cell
from reportgen.records.metric_table import BY_METRIC, fold
from reportgen.records.problem import Problem
from reportgen.records.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportgen.ingest.source import Source

NAME = "wandb"
TITLE = "Weights & Biases: run summary, and runs as CSV"
VERSION = "1"
SUFFIXES: tuple[str, ...] = (".json", ".csv")
NEEDS = "_runtime, _timestamp, _wandb; or Name, State"
TOLERATES_NAN = True
COMPANIONS: dict[str, tuple[str, ...]] = {"wandb-summary.json": ("config.yaml",)}

_INTERNAL = ("_runtime", "_timestamp", "_step", "_wandb")
_STATES = {
    "failed": "failed",
    "crashed": "failed",
    "killed": "partial",
    "running": "partial",
    "preempted": "partial",
}
#: Columns that W&B adds to every export.
_OWN = frozenset({"Name", "State", "Notes", "User", "Tags", "Created", "Updated", "End Time", "Runtime", "Sweep", "ID",
                  "Group", "Job Type", "Hostname", "Host", "GPU Type", "GPU Count", "Commit", "Agent", "OS",
                  "Python Version", "CUDA Version"})  # fmt: skip
_SYSTEM = "system/"
_SUMMARIES = frozenset({"max", "min", "mean", "last", "first", "best"})
_NOT_SCORES = "time, step and configuration of the run"


def claims(source: Source) -> str | None:
    """An object with `_timestamp` or `_wandb`, and `_runtime` or `_step`; or a table with `Name` and `State`."""
    document = source.document
    if isinstance(document, dict):
        run = ("_wandb" in document or "_timestamp" in document) and (
            "_runtime" in document or "_step" in document
        )
        return "`_runtime`, `_timestamp` or `_wandb`" if run else None
    if source.is_document or not inner_name(source.path).lower().endswith(".csv"):
        return None
    header = read_header(source.text, path=inner_name(source.path))
    return (
        "columns `Name`, `State` and `Created`"
        if {"Name", "State"} <= {*header} and _tracked(header)
        else None
    )


def _tracked(header: tuple[str, ...]) -> bool:
    """One more of the columns that W&B always exports."""
    return bool({"Runtime", "Created", "Sweep", "Notes", "User", "Tags"} & {*header})


def read(source: Source) -> Reading:
    """One record for each metric of a run."""
    return _read_summary(source) if source.is_document else _read_table(source)


def _read_summary(source: Source) -> Reading:
    reading = Reading()
    config = source.beside("config.yaml")
    parameters = folded(_parameters(members(config.document) if config is not None else {}))
    stated = {key: value for key, value in source.document.items() if isinstance(value, str)}
    parameters = folded(stated) | parameters
    date = utc(source.document.get("_timestamp"))
    state = {"tool": "wandb", "date": date, "date_source": "file" if date else ""}
    for steps, value in _leaves(source.document):
        if steps[0].startswith(("_", _SYSTEM)) or steps[0].lower() in PARAMETERS:
            reading.ignore(_NOT_SCORES, count_numbers(value))
        elif type(value) in {int, float, NotANumber}:
            _take(reading, parameters, steps, value, state)
        else:
            reading.ignore("lists and media", count_numbers(value))
    return reading


def _leaves(document: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """What is logged, by its steps: an object is a group of metrics, unless its `_type` says that it is a file."""
    pending: list[tuple[tuple[str, ...], Any]] = [
        ((key,), value) for key, value in reversed(document.items())
    ]
    while pending:
        steps, value = pending.pop()
        if isinstance(value, dict) and "_type" not in value and not steps[0].startswith("_"):
            pending += [((*steps, key), inner) for key, inner in reversed(value.items())]
        else:
            yield steps, value


def _parameters(config: dict[str, Any]) -> dict[str, str]:
    """Configuration is `name: {value: ...}`, or plain."""
    found = {}
    for key, entry in config.items():
        value = entry.get("value") if isinstance(entry, dict) else entry
        if text(value) and not key.startswith("_"):
            found[key] = text(value)
    return found


def _take(
    reading: Reading, parameters: dict[str, str], steps: tuple[str, ...], value: Any, state: dict[str, Any]
) -> None:
    place = pointer(*steps)
    # a run may ask for the best of a metric in place of its last: {"acc": {"max": 0.9}}
    summary = steps[-1] if len(steps) > 1 and steps[-1] in _SUMMARIES else ""
    fields = described(parameters, "/".join(steps[:-1] if summary else steps))
    if isinstance(fields, Problem):
        reading.quarantine(replace(fields, pointer=place))
        return
    found, missing = score(value)
    reading.take(
        Record(**fields, **state, metric_variant=summary, value=found, missing=missing, pointer=place)
    )


def _read_table(source: Source) -> Reading:
    reading = Reading()
    table = read_table(source.text, path=inner_name(source.path))
    reading.problems += table.problems
    for problem, numbers in (*table.ragged, *table.repeated_columns()):
        reading.quarantine(problem, numbers)
    metrics = [name for name in table.columns if is_metric(name)]
    for row in table.rows:
        cells = {name: row.cells[position] for name, position in table.columns.items()}
        date = utc(cells.get("Created"))
        state = {
            "status": _STATES.get(cells.get("State", "").lower(), "ok"),
            "tool": "wandb",
            "date": date,
            "date_source": "file" if date else "",
        }
        parameters = folded(cells)
        for name in metrics:
            take_cell(reading, parameters, name, cells[name], state, place_in_table(row.line, name))
    return reading


def is_metric(column: str) -> bool:
    """Whether a column is a score, which the export does not say: a known metric, or one in a folder of its own."""
    if column in _OWN or column.startswith(_SYSTEM) or column.lower() in PARAMETERS:
        return False
    plain = column.rpartition("/")[2]
    for part in ("train_", "val_", "valid_", "validation_", "dev_", "eval_", "test_"):
        plain = plain.removeprefix(part)
    return "/" in column or fold(plain) in BY_METRIC or fold(column) in BY_METRIC
