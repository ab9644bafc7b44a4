"""Runs of MLflow (https://mlflow.org): a file store, `<experiment>/<run>/metrics/<name>`, or `search_runs` as CSV.

A line is `<milliseconds> <value> <step>`. Parameters, tags and the state of the run lie in files beside `metrics/`.
What model and benchmark are is not MLflow's to say: see `ingest.tracked_run`. A metric logged at several steps gives
a record for each; one logged once is a final result. Where a step occurs twice, the line of the later time counts.
The CSV has a row for each run, with columns `metrics.x`, `params.y` and `tags.z`, and last values only. Of the run's
own data only its state and times are read: never artifacts, users or paths.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from reportgen.ingest.cells import parse_cell
from reportgen.ingest.document import members, number, utc, whole
from reportgen.ingest.json_text import count_literals
from reportgen.ingest.read import inner_name
from reportgen.ingest.rows import place_in_table
from reportgen.ingest.source import Reading
from reportgen.ingest.tables import read_header, read_table
from reportgen.ingest.tracked_run import described, folded, take_cell
from reportgen.records.problem import Problem, shorten
from reportgen.records.record import Record

if TYPE_CHECKING:
    from reportgen.ingest.source import Source

NAME = "mlflow"
TITLE = "MLflow file store, and search_runs as CSV"
VERSION = "1"
SUFFIXES: tuple[str, ...] = (".csv",)
NEEDS = "run_id, status, metrics.x, params.x"
TOLERATES_NAN = True
PATHS = re.compile(r"(?:^|/)(?P<run>[0-9a-f]{32})/metrics/(?P<name>.+)$", re.ASCII)
_UP = ("..", "../..", "../../..")  # a slash in the name of a metric is a folder
COMPANIONS: dict[str, tuple[str, ...]] = {
    "*": tuple(f"{up}/{name}" for up in _UP for name in ("meta.yaml", "params/*", "tags/*"))
}

#: What the numbers of `status` in meta.yaml mean.
_STATES = {1: "RUNNING", 2: "SCHEDULED", 3: "FINISHED", 4: "FAILED", 5: "KILLED"}
_STATUS = {"FAILED": "failed", "RUNNING": "partial", "SCHEDULED": "partial", "KILLED": "partial"}
_SYSTEM = "system/"
_METRIC, _PARAMETER, _TAG = "metrics.", "params.", "tags."
_LINE = re.compile(r"(\d{1,16}) (\S{1,60})(?: (-?\d{1,18}))?(?: .*)?", re.ASCII)


def claims(source: Source) -> str | None:
    """A file below `<run>/metrics/` with time, value and step; or a table of `run_id` and `metrics.` columns."""
    if source.is_document or source.data:
        return None
    if not PATHS.search(source.path):
        header = read_header(source.text, path=inner_name(source.path)) if _is_table(source) else ()
        known = "run_id" in header and any(name.startswith(_METRIC) for name in header)
        return "`run_id` and `metrics.` columns" if known else None
    return "a metric of a run: time, value and step" if _LINE.fullmatch(_first_line(source)) else None


def _is_table(source: Source) -> bool:
    return inner_name(source.path).lower().endswith(SUFFIXES)


def _first_line(source: Source) -> str:
    return source.text[:400].lstrip("\n").split("\n", 1)[0].rstrip("\r")


@dataclass(frozen=True, slots=True)
class _Point:
    """One logged value, as written."""

    line: int
    time: int
    value: str
    step: int


def read(source: Source) -> Reading:
    """One record for each step of a metric; of a table one for each run and metric."""
    if not PATHS.search(source.path):
        return _read_table(source)
    reading = Reading()
    place = PATHS.search(source.path)
    name = place["name"] if place else ""
    if name.startswith(_SYSTEM):
        reading.ignore("use of the machine", count_literals(source.text))
        return reading
    points, others = _points(source, reading)
    root = source.path[: place.start("name") - len("/metrics/")] if place else ""
    meta = _meta(source, root)
    if meta.get("lifecycle_stage") == "deleted":
        reading.ignore("run deleted in MLflow", len(points))
        return reading
    parameters = _texts(source, root + "/tags/") | _texts(source, root + "/params/")
    fields = described(folded(parameters), name)
    if isinstance(fields, Problem):
        reading.quarantine(replace(fields, pointer="line 1"), len(points))
        return reading
    _take_points(reading, fields | _state(meta), _last_of_each_step(points, reading))
    reading.ignore("times and steps", others)
    return reading


def _points(source: Source, reading: Reading) -> tuple[list[_Point], int]:
    """The lines as values, and how many other numbers stand in them."""
    points, others = [], 0
    for number_, line in enumerate(source.text.splitlines(), 1):
        if not line.strip():
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            problem = Problem(
                code="invalid",
                message="not a line of a metric file",
                line=number_,
                seen=shorten(line),
                expected="time in milliseconds, value and step",
            )
            reading.quarantine(problem, count_literals(line))
            continue
        points.append(_Point(number_, int(found[1]), found[2], int(found[3] or 0)))
        others += count_literals(line) - count_literals(found[2])
    return points, others


def _last_of_each_step(points: list[_Point], reading: Reading) -> list[_Point]:
    latest: dict[int, _Point] = {}
    for point in points:
        before = latest.get(point.step)
        if before is None or point.time >= before.time:
            latest[point.step] = point
    reading.ignore("logged again at the same step", len(points) - len(latest))
    return [latest[step] for step in sorted(latest)]


def _take_points(reading: Reading, fields: dict[str, Any], points: list[_Point]) -> None:
    if fields["status"] == "failed":
        # what a run that failed had logged until then is not its result
        for point in points[-1:]:
            failed = fields | {"value": None, "missing": "failed_run", "raw": point.value}
            reading.take(Record(**failed, pointer=f"line {point.line}"))
        reading.ignore("steps of a failed run", len(points) - 1)
        return
    several = len(points) > 1
    for point in points:
        cell = parse_cell(point.value)
        if not cell.understood:
            problem = Problem(
                code="value_not_a_number",
                message="the value is not a number",
                line=point.line,
                seen=shorten(point.value),
                expected="a number",
            )
            reading.quarantine(problem, 0)
            continue
        step = float(point.step) if several else fields["step"]
        record = replace(
            Record(**fields, value=cell.value, missing=cell.missing, pointer=f"line {point.line}"), step=step
        )
        reading.take(record, count_literals(point.value))


def _texts(source: Source, folder: str) -> dict[str, str]:
    """The files of a folder beside the metrics, name to first line."""
    return {
        path[len(folder) :]: beside.text.strip().split("\n", 1)[0][:500]
        for path, beside in source.companions.items()
        if path.startswith(folder) and beside.text.strip()
    }


def _meta(source: Source, root: str) -> dict[str, Any]:
    beside = source.companions.get(root + "/meta.yaml")
    return members(beside.document) if beside is not None else {}


def _state(meta: dict[str, Any]) -> dict[str, Any]:
    """Status and date of the run; milliseconds since 1970 are MLflow's time."""
    ended = number(meta.get("end_time")) or number(meta.get("start_time")) or 0.0
    return _run_state(_STATES.get(whole(meta.get("status")) or 0, ""), utc(ended / 1000))


def _run_state(state: str, date: str) -> dict[str, Any]:
    return {
        "status": _STATUS.get(state, "ok"),
        "tool": "mlflow",
        "date": date,
        "date_source": "file" if date else "",
    }


def _read_table(source: Source) -> Reading:
    """One record for each run and metric that has a value."""
    reading = Reading()
    table = read_table(source.text, path=inner_name(source.path))
    reading.problems += table.problems
    for problem, numbers in (*table.ragged, *table.repeated_columns()):
        reading.quarantine(problem, numbers)
    for row in table.rows:
        cells = {name: row.cells[position] for name, position in table.columns.items()}
        state = _run_state(cells.get("status", ""), utc(cells.get("end_time") or cells.get("start_time")))
        stated = {name.removeprefix(_TAG): cell for name, cell in cells.items() if name.startswith(_TAG)}
        stated |= {
            name.removeprefix(_PARAMETER): cell for name, cell in cells.items() if name.startswith(_PARAMETER)
        }
        parameters = folded(stated)
        for name, cell in cells.items():
            metric = name.removeprefix(_METRIC)
            if metric != name and not metric.startswith(_SYSTEM):
                place = place_in_table(row.line, name)
                take_cell(reading, parameters, metric, cell, state, place)
    return reading
