"""Records as files of Every Eval Ever, schema 0.3.0 (https://github.com/evaleval/every_eval_ever).

What the schema has a field for stands there. Whatever else a record says stands, as text, in an
`additional_details` as `reportgen_<field>`: what a file shares about its source and its model in those of
`source_metadata` and `model_info`, the rest in that of an entry's `generation_config`. `reportgen_details` in
`source_metadata` says that a file is written so: a field that is absent in it has its default, and nothing is to be
inferred from names.

- The schema requires a direction: where it is unknown, `lower_is_better` is false and `reportgen_direction` unknown.
- It requires a number as score: where there is none, it is -1 with `has_unknown_level`, and `reportgen_missing` says
  why.
- It requires a time of retrieval: the date of the evaluation, else the time that the caller gives, else 0.
- Bounds that the score breaks are left out: a file that contradicts itself helps nobody.

`ingest.eee_details` reads the details back, to equal records.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from dataclasses import fields
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from reportgen.records.frame import to_records
from reportgen.records.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

SCHEMA_VERSION = "0.3.0"
PREFIX = "reportgen_"
#: Key in `source_metadata.additional_details`, and its value: the version of this way of writing.
MARK = "reportgen_details"
MARK_VERSION = "1"

#: Where a record was read from, which is no part of what it says.
PROVENANCE = frozenset({"file", "sha256", "pointer", "format", "format_version", "adapter_version"})
#: Fields that a reader finds outside the details.
CARRIED = frozenset(
    {"model", "model_raw", "suite", "benchmark", "benchmark_raw", "dataset", "metric", "metric_raw", "direction",
     "direction_source", "lower", "upper", "bounds_source", "unit", "value", "missing", "raw", "stderr", "stderr_kind",
     "ci_low", "ci_high", "ci_level", "n", "n_kind", "tool", "tool_version", "date", "date_source", "source_title",
     "source_url"}
)  # fmt: skip
DEFAULTS: dict[str, Any] = {field.name: field.default for field in fields(Record)}

_OF_SOURCE = (
    "suite",
    "source_title",
    "source_url",
    "tool",
    "tool_version",
    "tool_commit",
    "date",
    "date_source",
)
_OF_MODEL = ("model", "model_raw", "model_revision", "model_variant", "method")
#: What the records of one file share: one system, one tool, one source, one date.
_RUN = (*_OF_SOURCE, *_OF_MODEL)

_OF_ENTRY = tuple(name for name in DEFAULTS if name not in PROVENANCE and name not in _RUN)

_UNITS = {"fraction": "proportion"}
#: Words that a reader takes for one of our units.
_UNITS_OF_OTHERS = frozenset({"proportion", "ratio", "percentage", "%"})
_KINDS_OF_ERROR = frozenset({"analytic", "bootstrap"})
_DATE = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ?)?", re.ASCII)
_NO_FOLDER = re.compile(r"[^A-Za-z0-9._-]+")

_Part = tuple[dict[str, Any], dict[str, Any]]  # what is written, and the fields a reader makes of it


def files(frame: pd.DataFrame, *, retrieved: int = 0) -> Iterator[tuple[str, dict[str, Any]]]:
    """(path, document) of each run: the records of one system, tool, source and date.

    Paths are `<collection>/<developer>/<model>/<uuid>.json`; they and the ids follow from the content alone.

    Args:
        frame: columns `records.frame.FIELDS`.
        retrieved: seconds since 1970, for records without a date.
    """
    order = frame.groupby(list(_RUN), observed=True, sort=True).ngroup().argsort(kind="stable")
    for _, run in groupby(_in_batches(frame.iloc[order.to_numpy()]), key=attrgetter(*_RUN)):
        document = _document(list(run), retrieved)
        content = json.dumps(document, sort_keys=True, allow_nan=False).encode("utf-8", "surrogatepass")
        identity = hashlib.sha256(content).digest()
        document["evaluation_id"] += identity[:8].hex()
        name = uuid.UUID(bytes=identity[:16], version=4)  # the version that the schema's pattern asks for
        yield f"{_folder(document)}/{name}.json", document


def _in_batches(frame: pd.DataFrame, size: int = 20_000) -> Iterator[Record]:
    for start in range(0, len(frame), size):
        yield from to_records(frame.iloc[start : start + size])


def _folder(document: dict[str, Any]) -> str:
    model = document["model_info"]
    parts = (document["source_metadata"].get("source_name", ""), model.get("developer", ""), model["name"])
    return "/".join(_NO_FOLDER.sub("_", part)[:80].strip("._") or "unknown" for part in parts)


def _document(run: list[Record], retrieved: int) -> dict[str, Any]:
    first = run[0]
    source, model = (
        _details(first, _source_fields(first), _OF_SOURCE),
        _details(first, _model_fields(first), _OF_MODEL),
    )
    developer, _, name = first.model.rpartition("/")
    variant = dict(part.partition("=")[::2] for part in first.model_variant.split(", ") if "=" in part)
    return {
        "schema_version": SCHEMA_VERSION,
        "evaluation_id": f"{first.suite or 'reportgen'}/{first.model}/",
        **_unless_empty(evaluation_timestamp=first.date),
        "retrieved_timestamp": str(_seconds(first.date) or retrieved),
        "source_metadata": {
            **_unless_empty(source_name=first.suite),
            "source_type": "documentation" if first.source_url else "evaluation_run",
            "source_organization_name": "unknown",
            "evaluator_relationship": "other",
            "additional_details": {MARK: MARK_VERSION} | source,
        },
        "eval_library": {"name": first.tool or "unknown", "version": first.tool_version or "unknown"},
        "model_info": {
            "name": name or first.model,
            "id": first.model,
            **_unless_empty(developer=developer),
            "additional_details": variant
            | {"deployment_type": "unknown", "model_availability": "unknown"}
            | model,
        },
        "evaluation_results": [_entry(record) for record in run],
    }


def _unless_empty(**texts: str) -> dict[str, str]:
    return {name: text for name, text in texts.items() if text}


def _moment(date: str) -> datetime | None:
    """The date where a reader finds the same text again; one without a zone counts as UTC."""
    try:
        moment = datetime.fromisoformat(date) if _DATE.fullmatch(date) else None
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC) if moment else None


def _seconds(date: str) -> int:
    """Seconds since 1970, 0 where there is no date."""
    moment = _moment(date)
    return int(moment.timestamp()) if moment else 0


def _source_fields(record: Record) -> dict[str, Any]:
    """What a reader makes of the source as it is written."""
    date = record.date if _moment(record.date) else ""
    return {
        "suite": record.suite,
        "source_title": record.suite,
        "source_url": record.source_url,
        "tool": record.tool if record.tool != "unknown" else "",
        "tool_version": record.tool_version if record.tool_version != "unknown" else "",
        "date": date,
        "date_source": "file" if date else "",
    }


def _model_fields(record: Record) -> dict[str, Any]:
    return {"model": record.model, "model_raw": record.model}


def _entry(record: Record) -> dict[str, Any]:
    metric, of_metric = _metric(record)
    score, of_score = _score(record)
    carried = of_metric | of_score | {"benchmark": record.benchmark, "benchmark_raw": record.benchmark}
    carried["dataset"] = record.dataset or record.benchmark
    details = _details(record, carried, _OF_ENTRY)
    if record.n_shot is not None:
        details["n_shot"] = str(record.n_shot)
    url = (
        {"source_type": "url", "url": [record.source_url]} if record.source_url else {"source_type": "other"}
    )
    return {
        "evaluation_name": record.benchmark,
        "source_data": {"dataset_name": carried["dataset"], **url},
        "metric_config": metric,
        "score_details": score,
        **({"generation_config": {"additional_details": details}} if details else {}),
    }


def _details(record: Record, carried: dict[str, Any], names: tuple[str, ...]) -> dict[str, str]:
    """The fields that a reader would not find as they are, as text."""
    values = attrgetter(*names)(record)
    return {
        PREFIX + name: _text(value)
        for name, value in zip(names, values, strict=True)
        if value != (carried[name] if name in carried else DEFAULTS[name])
    }


def _text(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return str(value).lower() if isinstance(value, bool) else repr(value)


def _metric(record: Record) -> _Part:
    written: dict[str, Any] = {"metric_name": record.metric, **_unless_empty(metric_id=record.metric_raw)}
    carried: dict[str, Any] = {"metric": record.metric, "metric_raw": record.metric_raw}
    written["lower_is_better"] = record.direction == "lower"
    carried["direction"] = "lower" if record.direction == "lower" else "higher"
    carried["direction_source"] = "file"
    bounded = record.lower is not None or record.upper is not None
    if bounded and not _broken(record):
        written |= {"score_type": "continuous", "min_score": record.lower, "max_score": record.upper}
        carried |= {"lower": record.lower, "upper": record.upper, "bounds_source": "file"}
    elif bounded:
        carried |= {name: getattr(record, name) for name in ("lower", "upper", "bounds_source")}  # left out
    if record.unit and record.unit not in _UNITS_OF_OTHERS:
        written["metric_unit"] = _UNITS.get(record.unit, record.unit)
        carried["unit"] = record.unit
    elif bounded:
        carried["unit"] = None  # a reader may take one from the bounds
    if record.value is None:
        written["has_unknown_level"] = True
    return written, carried


def _broken(record: Record) -> bool:
    """Whether the score lies outside its bounds, with no allowance for rounding."""
    value, low, high = record.value, record.lower, record.upper
    return value is not None and ((low is not None and value < low) or (high is not None and value > high))


def _score(record: Record) -> _Part:
    value = record.value
    if value is None:
        written: dict[str, Any] = {"score": -1.0}
        carried: dict[str, Any] = {"value": None, "missing": "sentinel", "raw": "-1"}
    else:
        written, carried = {"score": value}, {"value": value}
    uncertainty: dict[str, Any] = {}
    if record.stderr is not None and record.stderr >= 0:
        uncertainty["standard_error"] = {"value": record.stderr, **_unless_empty(method=record.stderr_kind)}
        kind = record.stderr_kind if record.stderr_kind in _KINDS_OF_ERROR else "reported"
        carried |= {"stderr": record.stderr, "stderr_kind": kind}
    interval, of_interval = _interval(record)
    if interval:
        uncertainty["confidence_interval"] = interval
        carried |= of_interval
    if record.n is not None and record.n > 0 and record.n_kind == "items":
        uncertainty["num_samples"] = record.n
        carried |= {"n": record.n, "n_kind": "items"}
    if uncertainty:
        written["uncertainty"] = uncertainty
    return written, carried


def _interval(record: Record) -> _Part:
    """The interval around the score; one that is open, or lies elsewhere, goes to the details."""
    low, high, value = record.ci_low, record.ci_high, record.value
    if low is None or high is None or value is None or not low <= value <= high:
        return {}, {}
    carried: dict[str, Any] = {"ci_low": low, "ci_high": high}
    level = record.ci_level
    if level is None or not 0 <= level <= 1:
        return {"lower": low, "upper": high}, carried
    return {"lower": low, "upper": high, "confidence_level": level}, carried | {"ci_level": level}
