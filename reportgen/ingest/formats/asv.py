"""Results of airspeed velocity (https://asv.readthedocs.io), version 2: `results/<machine>/<commit>-<env>.json`.

A row of `results` is positional: its columns are named by `result_columns` and may be cut off at the right. The first
holds a value for each combination of the parameters, `null` where the benchmark failed and NaN where it was skipped.
Kind and unit stand in `benchmarks.json` one folder up; without it, names tell times and memory. The systems compared
are commits of one project, which the file does not name: the model is the folder that holds `results/`, else
"commit". The `date` of the file is the commit's; `started_at` of a benchmark is when it ran. Environments and machines
are never named, as both hold paths and hosts; processor and Python version are.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import entries, members, number, pointer, score, text, utc
from reportgen.ingest.source import NotANumber, Reading
from reportgen.records.metric_table import BY_METRIC, fold
from reportgen.records.problem import Problem, shorten
from reportgen.records.record import Record

if TYPE_CHECKING:
    from reportgen.ingest.source import Source

NAME = "asv"
TITLE = "airspeed velocity (asv), results version 2"
VERSION = "1"
SUFFIXES: tuple[str, ...] = (".json",)
NEEDS = "commit_hash, result_columns, results"
TOLERATES_NAN = True
COMPANIONS: dict[str, tuple[str, ...]] = {"*-*.json": ("../benchmarks.json", "machine.json")}

#: Kinds of benchmarks that are better when lower, and their unit where `benchmarks.json` states none.
_LOWER = {"time": "seconds", "timeraw": "seconds", "memory": "bytes", "peakmemory": "bytes"}
_PREFIXES = {"time": "time", "timeraw": "timeraw", "mem": "memory", "peakmem": "peakmemory", "track": "track"}
_SKIPPED = "skipped by the benchmark"
_OTHERS = "other statistics of the timings"
MAX_VALUES = 100_000


def claims(source: Source) -> str | None:
    """`commit_hash` and `results` by benchmark, with the names of their columns."""
    document = source.document
    if not isinstance(document, dict) or not isinstance(document.get("results"), dict):
        return None
    known = isinstance(document.get("result_columns"), list) and "commit_hash" in document
    return "`commit_hash`, `result_columns` and `results`" if known else None


@dataclass(frozen=True, slots=True)
class _Benchmark:
    """One row of `results`, taken apart."""

    name: str
    columns: dict[str, Any]
    known: dict[str, Any]  # its entry in benchmarks.json
    place: str
    positions: dict[str, int]

    def at(self, column: str, index: int) -> Any:
        """The entry of a column for one combination of parameters; None where there is none."""
        listed = entries(self.columns.get(column))
        return listed[index] if index < len(listed) else None


def read(source: Source) -> Reading:
    """One record for each benchmark and combination of its parameters."""
    reading, document = Reading(), source.document
    beside = source.beside("../benchmarks.json")
    known = members(beside.document) if beside is not None else {}
    shared = _shared(source)
    names = [text(name) for name in document["result_columns"]]
    for name, row in document["results"].items():
        place = pointer("results", name)
        if not isinstance(row, list) or "result" not in names[: len(row)]:
            _refuse(reading, "a benchmark without a result", place, row)
            continue
        columns = dict(zip(names, row, strict=False))
        positions = {column: position for position, column in enumerate(names)}
        benchmark = _Benchmark(name, columns, members(known.get(name)), place, positions)
        _read_benchmark(reading, shared, benchmark, count_numbers(row))
    return reading


def _shared(source: Source) -> dict[str, Any]:
    """What all benchmarks of the file share."""
    document, folders = source.document, source.path.split("/")[:-1]
    machine = members(document.get("params"))
    beside = source.beside("machine.json")
    machine = machine or members(beside.document if beside is not None else None)
    model = folders[-3] if len(folders) >= 3 and folders[-2] == "results" else "commit"
    python = text(machine.get("python"))
    variant = {"processor": text(machine.get("cpu")), "python": python if python[:1].isdigit() else ""}
    return {
        "model": model,
        "model_raw": model,
        "model_revision": text(document.get("commit_hash")),
        "model_variant": ", ".join(f"{key}={value}" for key, value in sorted(variant.items()) if value),
        "tool": "asv",
        "format_version": text(document.get("version")),
    }


def _read_benchmark(reading: Reading, shared: dict[str, Any], benchmark: _Benchmark, total: int) -> None:
    values = benchmark.columns["result"]
    combinations = _combinations(benchmark)
    if values is None:  # failed as a whole
        values = [None] * len(combinations)
    if not isinstance(values, list) or len(values) != len(combinations):
        _refuse(
            reading, "not one value for each combination of parameters", benchmark.place, benchmark.columns
        )
        return
    measured = shared | _measured(benchmark)
    used = reading.ingested + reading.quarantined
    skipped = 0
    for index, (value, subset) in enumerate(zip(values, combinations, strict=True)):
        if isinstance(value, NotANumber) and value.literal == "NaN":
            skipped += 1
            continue
        _take(reading, measured | {"subset": subset}, benchmark, index)
    reading.ignore(_SKIPPED, skipped)
    used = reading.ingested + reading.quarantined - used
    reading.ignore(_OTHERS, total - used - skipped)


def _combinations(benchmark: _Benchmark) -> list[str]:
    """Each combination of the parameters as text, in the order of the values."""
    lists = [list(map(text, entries(values))) for values in entries(benchmark.columns.get("params"))]
    size = 1
    for values in lists:
        size *= len(values)
    if size > MAX_VALUES:
        return []
    stated = entries(benchmark.known.get("param_names"))
    names = [text(name) for name in stated] if len(stated) == len(lists) else []
    chosen = itertools.product(*lists)
    if not names:
        return [", ".join(values) for values in chosen]
    return [
        ", ".join(f"{name}={value}" for name, value in zip(names, values, strict=True)) for values in chosen
    ]


def _measured(benchmark: _Benchmark) -> dict[str, Any]:
    """Benchmark and metric. A unit such as "accuracy" of a `track_` benchmark is the metric."""
    short = benchmark.name.rpartition(".")[2]
    kind = text(benchmark.known.get("type")) or _PREFIXES.get(short.partition("_")[0], "")
    unit = text(benchmark.known.get("unit")) or _LOWER.get(kind, "")
    named = fold(unit) in BY_METRIC
    date = utc((number(benchmark.columns.get("started_at")) or 0.0) / 1000)
    fields: dict[str, Any] = {
        "benchmark": benchmark.name,
        "benchmark_raw": benchmark.name,
        "metric": unit if named else (kind or "value"),
        "metric_raw": kind,
        "unit": "" if named else unit,
        "date": date,
        "date_source": "file" if date else "",
    }
    if kind in _LOWER:
        fields |= {"direction": "lower", "direction_source": "table", "lower": 0.0, "bounds_source": "table"}
    return fields


def _take(reading: Reading, fields: dict[str, Any], benchmark: _Benchmark, index: int) -> None:
    listed = benchmark.columns["result"]
    value = listed[index] if isinstance(listed, list) else None
    position = benchmark.positions["result"]
    where = benchmark.place + (pointer(position, index) if isinstance(listed, list) else pointer(position))
    found, missing = score(value)
    if found is None and not missing:
        _refuse(reading, "the value is not a number", where, value)
        return
    if value is None:
        record = Record(**fields, value=None, missing="failed_run", status="failed", pointer=where)
        reading.take(record, 0)
        return
    low, high = (number(benchmark.at(f"stats_ci_99_{side}", index)) for side in ("a", "b"))
    interval: dict[str, Any] = {}
    if low is not None and high is not None:
        interval = {"ci_low": low, "ci_high": high, "ci_level": 0.99}
    record = Record(**fields, **interval, value=found, missing=missing, pointer=where)
    reading.take(record, 3 if interval else 1)


def _refuse(reading: Reading, what: str, where: str, value: Any) -> None:
    problem = Problem(
        code="invalid",
        message=what,
        pointer=where,
        seen=f"a {type(value).__name__}" if isinstance(value, (dict, list)) else shorten(value),
        expected="a list of values by combination of parameters",
    )
    reading.quarantine(problem, count_numbers(value))
