"""Timings of pytest-benchmark (https://github.com/ionelmc/pytest-benchmark): `--benchmark-json`.

The mean over rounds in seconds, less is better; its standard error is stddev / sqrt(rounds), as rounds are repeated
measurements (they are not independent, so it is a lower bound). The system is what the benchmark says in
`extra_info.model` or its parameter `model`, else the project that was tested, at its commit; times of different
processors or versions of Python are of different variants. Names of machines are never read.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import members, number, pointer, public_name, score, text, utc, whole
from reportgen.ingest.source import Reading
from reportgen.records.problem import Problem, shorten
from reportgen.records.record import Record

if TYPE_CHECKING:
    from reportgen.ingest.source import Source

NAME = "pytest_benchmark"
TITLE = "pytest-benchmark"
VERSION = "1"
SUFFIXES: tuple[str, ...] = (".json",)
NEEDS = "machine_info, commit_info, benchmarks"
TOLERATES_NAN = True

_NO_COMMIT = frozenset({"", "unversioned", "unknown"})
_TIMINGS = "single timings"
_OTHERS = "other statistics of the timings"
_MACHINE = "description of the machine and options"


def claims(source: Source) -> str | None:
    """`machine_info`, `commit_info` and a list of `benchmarks`."""
    document = source.document
    if not isinstance(document, dict) or not {"machine_info", "commit_info"} <= document.keys():
        return None
    return (
        "`machine_info`, `commit_info` and `benchmarks`"
        if isinstance(document.get("benchmarks"), list)
        else None
    )


def read(source: Source) -> Reading:
    """One record for each benchmark: its mean time."""
    reading, document = Reading(), source.document
    shared = _shared(document)
    for position, benchmark in enumerate(document["benchmarks"]):
        _read_benchmark(reading, shared, benchmark, pointer("benchmarks", position))
    rest = {key: value for key, value in document.items() if key != "benchmarks"}
    reading.ignore(_MACHINE, count_numbers(rest))
    return reading


def _shared(document: dict[str, Any]) -> dict[str, Any]:
    """What all benchmarks of the file share."""
    commit, machine = members(document["commit_info"]), members(document["machine_info"])
    revision = text(commit.get("id"))
    python = " ".join(
        filter(None, (text(machine.get("python_implementation")), text(machine.get("python_version"))))
    )
    variant = {"processor": text(members(machine.get("cpu")).get("brand_raw")), "python": python}
    date, version = utc(document.get("datetime")), text(document.get("version"))
    return {
        "model": public_name(text(commit.get("project")))[0],
        "model_revision": "" if revision in _NO_COMMIT else revision,
        "model_variant": ", ".join(f"{key}={value}" for key, value in sorted(variant.items()) if value),
        "flags": "uncommitted changes" if commit.get("dirty") is True else "",
        "tool": "pytest_benchmark",
        "tool_version": version,
        "format_version": version,
        "date": date,
        "date_source": "file" if date else "",
    }


def _read_benchmark(reading: Reading, shared: dict[str, Any], benchmark: Any, place: str) -> None:
    stated = members(benchmark)
    stats, parameters = members(stated.get("stats")), members(stated.get("params"))
    name = text(stated.get("fullname")) or text(stated.get("name"))
    tested = text(members(stated.get("extra_info")).get("model")) or text(parameters.get("model"))
    model = public_name(tested)[0] or shared["model"]
    if not name or not model or "mean" not in stats:
        what = "a benchmark without a name" if not name else "a benchmark without a mean time"
        what = what if model else "the file names neither a project nor a model"
        _refuse(reading, what, place, benchmark)
        return
    found, missing = score(stats["mean"])
    if found is None and not missing:
        _refuse(reading, "the mean time is not a number", place + "/stats/mean", benchmark)
        return
    rounds, error = whole(stats.get("rounds")), _error(stats)
    param = text(stated.get("param"))
    fields = shared | {
        "model": model,
        "model_raw": model,
        "suite": text(stated.get("group")),
        "benchmark": _without(public_name(name)[0], param),
        "benchmark_raw": name,
        "subset": ", ".join(f"{key}={text(value)}" for key, value in parameters.items() if text(value))
        or param,
        "metric": "time",
        "metric_raw": "stats.mean",
        "direction": "lower",
        "direction_source": "table",
        "lower": 0.0,
        "bounds_source": "table",
        "unit": "seconds",
        "stderr": error,
        "stderr_kind": "trials" if error is not None else "",
        "n": rounds,
        "n_kind": "trials" if rounds is not None else "",
    }
    used = 1 + (0 if error is None else 1) + (1 if _counted(stats.get("rounds")) else 0)
    used -= 1 if missing == "null" else 0
    reading.take(Record(**fields, value=found, missing=missing, pointer=place + "/stats/mean"), used)
    timings = count_numbers(stats.get("data"))
    reading.ignore(_TIMINGS, timings)
    reading.ignore(_OTHERS, count_numbers(stats) - timings - used)
    reading.ignore(_MACHINE, count_numbers(stated) - count_numbers(stats))


def _counted(rounds: Any) -> bool:
    return type(rounds) in {int, float} and whole(rounds) is not None


def _error(stats: dict[str, Any]) -> float | None:
    """Standard error of the mean; unknown for a single round, whose deviation is written as 0."""
    deviation, rounds = number(stats.get("stddev")), whole(stats.get("rounds"))
    if deviation is None or deviation < 0 or rounds is None or rounds < 2:
        return None
    return deviation / math.sqrt(rounds)


def _without(name: str, param: str) -> str:
    """The name of the test without its parameters, which are the subset."""
    return name.removesuffix(f"[{param}]") if param else name


def _refuse(reading: Reading, what: str, where: str, benchmark: Any) -> None:
    timings = count_numbers(members(members(benchmark).get("stats")).get("data"))
    reading.ignore(_TIMINGS, timings)
    problem = Problem(
        code="invalid",
        message=what,
        pointer=where,
        seen="" if isinstance(benchmark, (dict, list)) else shorten(benchmark),
        expected="fullname, and stats with mean, stddev and rounds",
    )
    reading.quarantine(problem, count_numbers(benchmark) - timings)
