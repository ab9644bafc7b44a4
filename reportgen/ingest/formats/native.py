"""The native format `reportgen.result`. Every version released is read; a newer one asks for an upgrade."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from reportgen.ingest.bounds import take_checked
from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import members, pointer, utc
from reportgen.ingest.invalid import problems_of
from reportgen.ingest.source import Reading
from reportgen.records.native import (
    MIGRATIONS,
    SCHEMA_NAME,
    SCHEMA_VERSION,
    SHORT_FORMS,
    Result,
    ResultFile,
    expand,
)
from reportgen.records.problem import Problem, shorten
from reportgen.records.record import Record

if TYPE_CHECKING:
    from reportgen.ingest.source import Source

NAME = "native"
TITLE = "reportgen.result"
VERSION = "1"
SUFFIXES: tuple[str, ...] = (".json",)
NEEDS = "schema, version, results"
TOLERATES_NAN = False


def claims(source: Source) -> str | None:
    """The file names its own schema."""
    document = source.document
    if isinstance(document, dict) and document.get("schema") == SCHEMA_NAME:
        return f'"schema" is "{SCHEMA_NAME}"'
    return None


def read(source: Source) -> Reading:
    """All entries; a bad entry is quarantined alone, with a pointer for each thing wrong with it."""
    version = str(source.document.get("version"))
    try:
        document = migrate(source.document)
        envelope = _envelope().validate_python(_with_objects_only(document))
    except _VersionError as error:
        return _refused(source, [error.problem])
    except ValidationError as error:
        return _refused(source, problems_of(error))
    reading = Reading()
    for index, entry in enumerate(document["results"]):
        _read_entry(reading, envelope, entry, (index, version))
    if not envelope.results:
        reading.warn(Problem(code="no_results", message="`results` is empty", severity="warning"))
    numbers = count_numbers(members(document.get("defaults")))  # they are part of every record
    if reading.records:
        reading.ingested += numbers
    else:
        reading.quarantined += numbers
    return reading


def _refused(source: Source, problems: list[Problem]) -> Reading:
    return Reading(problems=problems, quarantined=count_numbers(source.document))


def _with_objects_only(document: dict[str, Any]) -> dict[str, Any]:
    """The document with every entry that is not an object emptied, so that it is refused alone."""
    results = document.get("results")
    if not isinstance(results, list):
        return document
    return {**document, "results": [members(entry) for entry in results]}


class _VersionError(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def migrate(document: dict[str, Any]) -> dict[str, Any]:
    """The document in the present version. Raises `_VersionError` where no way leads there."""
    version = document.get("version")
    known = type(version) is int and 1 <= version <= SCHEMA_VERSION
    if not known:
        newer = type(version) is int and version > SCHEMA_VERSION
        raise _VersionError(
            Problem(
                code="unknown_version",
                message="the file is of a newer version than this program" if newer else "unknown version",
                pointer="/version",
                seen=shorten(version),
                expected=f"a whole number from 1 to {SCHEMA_VERSION}",
                hint="upgrade reportgen" if newer else 'write "version": 1',
            )
        )
    for step in range(document["version"], SCHEMA_VERSION):
        document = MIGRATIONS[step](document)
    return document


@lru_cache(maxsize=1)
def _envelope() -> TypeAdapter[ResultFile]:
    return TypeAdapter(ResultFile)


@lru_cache(maxsize=1)
def _entry() -> TypeAdapter[Result]:
    return TypeAdapter(Result)


def _read_entry(reading: Reading, envelope: ResultFile, entry: Any, place: tuple[int, str]) -> None:
    index, version = place
    written = entry if isinstance(entry, dict) else {}
    try:
        whole = expand(written, envelope.defaults) if isinstance(entry, dict) else entry
        result = _entry().validate_python(_tuples(whole))
    except ValidationError as error:
        reading.problems += problems_of(error, prefix=("results", index), rename=_as_written(written))
        reading.quarantined += count_numbers(entry)
        return
    if result.value is not None and result.missing:
        reading.quarantine(_contradiction(result, index), count_numbers(entry))
        return
    take_checked(reading, record_of(result, envelope, index, version), count_numbers(entry))


def _contradiction(result: Result, index: int) -> Problem:
    return Problem(
        code="contradiction",
        message="there is a value and a reason why there is none",
        pointer=pointer("results", index, "missing"),
        seen=shorten(result.missing),
        hint="remove `missing`, or write null as the value",
    )


def _tuples(entry: Any) -> Any:
    """JSON has no tuples, and strict validation of parsed JSON asks for one."""
    flags = entry.get("flags") if isinstance(entry, dict) else None
    return {**entry, "flags": tuple(flags)} if isinstance(flags, list) else entry


def _as_written(entry: dict[str, Any]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Where the author wrote the short form, the pointer leads to it and not to what it was opened to."""
    return {
        (name, main): (name,)
        for name, main in SHORT_FORMS.items()
        if name in entry and not isinstance(entry[name], dict)
    }


def record_of(result: Result, envelope: ResultFile, index: int, version: str) -> Record:
    """The flat record of one validated entry."""
    date = utc(result.date or envelope.date)
    return Record(
        **{name: getattr(result.benchmark, name) for name in _SAME_BENCHMARK},
        **vars(result.conditions),
        **_measured(result),
        model=result.model.id,
        model_raw=result.model.raw or result.model.id,
        model_revision=result.model.revision,
        model_variant=", ".join(f"{key}={value}" for key, value in sorted(result.model.variant.items())),
        method=result.method,
        benchmark=result.benchmark.id,
        benchmark_raw=result.benchmark.raw or result.benchmark.id,
        benchmark_level=result.benchmark.level,
        cost=json.dumps(result.cost, sort_keys=True, allow_nan=False) if result.cost else "",
        status=result.status,
        flags="; ".join(result.flags),
        pointer=pointer("results", index),
        format_version=version,
        tool=envelope.tool.name,
        tool_version=envelope.tool.version,
        tool_commit=envelope.tool.commit,
        date=date,
        date_source="file" if date else "",
        source_title=envelope.source.title,
        source_url=envelope.source.url,
    )


_SAME_BENCHMARK = ("suite", "parent", "dataset", "dataset_revision", "subset", "split", "task", "task_hash")


def _measured(result: Result) -> dict[str, Any]:
    metric, error, interval, n, outcomes = (
        result.metric, result.stderr, result.ci, result.n, result.outcomes,
    )  # fmt: skip
    bounded = metric.lower is not None or metric.upper is not None
    return {
        "metric": metric.id,
        "metric_raw": metric.raw or metric.id,
        "metric_variant": metric.variant,
        "primary": metric.primary,
        "direction": metric.direction,
        "direction_source": "unknown" if metric.direction == "unknown" else "file",
        "lower": metric.lower,
        "upper": metric.upper,
        "bounds_source": "file" if bounded else "unknown",
        "unit": metric.unit,
        "value": result.value,
        "raw": result.raw,
        "missing": result.missing or ("null" if result.value is None else ""),
        "stderr": error.value if error else None,
        "stderr_kind": error.kind if error else "",
        "ci_low": interval.low if interval else None,
        "ci_high": interval.high if interval else None,
        "ci_level": interval.level if interval else None,
        "n": n.value if n else None,
        "n_kind": n.kind if n else "",
        "wins": outcomes.wins if outcomes else None,
        "ties": outcomes.ties if outcomes else None,
        "losses": outcomes.losses if outcomes else None,
        "invalid": outcomes.invalid if outcomes else None,
    }
