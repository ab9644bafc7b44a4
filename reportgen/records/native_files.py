"""Records as files of the native format, `reportgen.result` version 1, which read back equal.

Not written are where a record was read from and who knew its direction, bounds and date: the file that is written
states them itself. Bounds that the value breaks are left out: a file that contradicts itself helps nobody.
"""

from __future__ import annotations

import hashlib
import json
import re
from itertools import groupby, islice
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from reportgen.records.frame import to_records
from reportgen.records.native import SCHEMA_NAME, SCHEMA_VERSION, SHORT_FORMS, BenchmarkRef, Conditions

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from reportgen.records.record import Record

#: Results in one file; a million would be larger than the reader takes.
MAX_RESULTS = 20_000
#: Written elsewhere, or by the file that is read next.
NOT_WRITTEN = frozenset(
    {"file", "sha256", "pointer", "format", "format_version", "adapter_version", "direction_source",
     "bounds_source", "date_source"}
)  # fmt: skip
_ENVELOPE = ("source_title", "source_url", "tool", "tool_version", "tool_commit")
_CONDITIONS = tuple(Conditions.model_fields)
_SAME_BENCHMARK = tuple(name for name in BenchmarkRef.model_fields if name not in {"id", "raw", "level"})
_SAME = ("method", "raw", "status", "date", "missing")
_NO_NAME = re.compile(r"[^A-Za-z0-9._-]+")


def files(frame: pd.DataFrame) -> Iterator[tuple[str, dict[str, Any]]]:
    """(path, document) of all records (columns `records.frame.FIELDS`): by source and tool, `MAX_RESULTS` each.

    Paths follow from the content alone.
    """
    order = frame.groupby(list(_ENVELOPE), observed=True, sort=True).ngroup().argsort(kind="stable")
    records = _in_batches(frame.iloc[order.to_numpy()])
    for key, group in groupby(records, key=attrgetter(*_ENVELOPE)):
        while part := list(islice(group, MAX_RESULTS)):
            yield _file(dict(zip(_ENVELOPE, key, strict=True)), part)


def _in_batches(frame: pd.DataFrame) -> Iterator[Record]:
    for start in range(0, len(frame), MAX_RESULTS):
        yield from to_records(frame.iloc[start : start + MAX_RESULTS])


def _file(envelope: dict[str, str], records: list[Record]) -> tuple[str, dict[str, Any]]:
    source = _stated({"title": envelope["source_title"], "url": envelope["source_url"]})
    tool = {"name": envelope["tool"], "version": envelope["tool_version"], "commit": envelope["tool_commit"]}
    document = {
        "schema": SCHEMA_NAME,
        "version": SCHEMA_VERSION,
        **_stated({"source": source, "tool": _stated(tool)}),
        "results": [_result(record) for record in records],
    }
    content = json.dumps(document, sort_keys=True, allow_nan=False).encode()
    name = _NO_NAME.sub("-", envelope["source_title"] or envelope["tool"])[:60].strip("-.") or "results"
    return f"{name}-{hashlib.sha256(content).hexdigest()[:12]}.json", document


def _stated(fields: dict[str, Any]) -> dict[str, Any]:
    """Without what is not stated."""
    return {name: value for name, value in fields.items() if value is not None and value not in ("", {}, ())}


def _short(name: str, fields: dict[str, Any]) -> Any:
    """The short form, where nothing is lost by it."""
    main = SHORT_FORMS[name]
    return fields[main] if fields.keys() == {main} else fields


def _result(record: Record) -> dict[str, Any]:
    level = record.benchmark_level if record.benchmark_level != "leaf" else ""
    benchmark = {name: getattr(record, name) for name in _SAME_BENCHMARK}
    written = {
        "model": _short("model", _model(record)),
        "benchmark": _short(
            "benchmark",
            _stated(
                {"id": record.benchmark, "raw": _other(record, "benchmark"), "level": level, **benchmark}
            ),
        ),
        "metric": _short("metric", _metric(record)),
        "value": record.value,
        "conditions": _stated({name: getattr(record, name) for name in _CONDITIONS}),
        **{name: getattr(record, name) for name in _SAME},
        **_uncertainty(record),
        "outcomes": _stated({name: getattr(record, name) for name in ("wins", "ties", "losses", "invalid")}),
        "cost": json.loads(record.cost or "{}"),
        "flags": record.flags.split("; ") if record.flags else (),
    }
    if record.status == "ok":
        del written["status"]
    return {"value": None} | _stated(written)


def _other(record: Record, name: str) -> str:
    """The name as written, where it is not the id."""
    raw: str = getattr(record, f"{name}_raw")
    return "" if raw == getattr(record, name) else raw


def _model(record: Record) -> dict[str, Any]:
    variant: dict[str, str] = {}
    for part in record.model_variant.split(", ") if record.model_variant else ():
        name, equals, value = part.partition("=")
        if equals:
            variant[name] = value
        else:  # the value before it holds a comma, or there is no name at all
            last = next(reversed(variant), "variant")
            variant[last] = f"{variant[last]}, {part}" if variant else part
    names = {"id": record.model, "raw": _other(record, "model"), "revision": record.model_revision}
    return _stated({**names, "variant": variant})


def _metric(record: Record) -> dict[str, Any]:
    value, low, high = record.value, record.lower, record.upper
    if value is not None and ((low is not None and value < low) or (high is not None and value > high)):
        low = high = None
    direction = record.direction if record.direction != "unknown" else ""
    return _stated(
        {
            "id": record.metric,
            "raw": _other(record, "metric"),
            "variant": record.metric_variant,
            "direction": direction,
            "lower": low,
            "upper": high,
            "unit": record.unit,
            "primary": record.primary,
        }
    )


def _uncertainty(record: Record) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if record.stderr is not None:
        kind = {"kind": record.stderr_kind} if record.stderr_kind != "reported" else {}
        found["stderr"] = _short("stderr", {"value": record.stderr, **kind})
    if record.ci_low is not None or record.ci_high is not None:
        found["ci"] = {"low": record.ci_low, "high": record.ci_high, "level": record.ci_level}
    if record.n is not None:
        kind = {"kind": record.n_kind} if record.n_kind != "items" else {}
        found["n"] = _short("n", {"value": record.n, **kind})
    return found
