"""Every Eval Ever, aggregate files of schema 0.2.x and 0.3.x (https://github.com/evaleval/every_eval_ever).

What later versions added is optional here: `eval_library` came with 0.2.1, metric ids and units with 0.2.2.
The time of retrieval is no part of a record: it says when a page was read, not when a model was tested.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from reportgen.ingest.bounds import take_checked
from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import members, number, pointer, score, text, utc, whole
from reportgen.ingest.eee_details import restore, written_by_us
from reportgen.ingest.eee_schema import Entry, Envelope, Metric
from reportgen.ingest.invalid import problems_of
from reportgen.ingest.read import count_literals
from reportgen.ingest.source import NotANumber, Reading
from reportgen.records.problem import Problem, shorten
from reportgen.records.record import Record

if TYPE_CHECKING:
    from reportgen.ingest.source import Source

NAME = "every_eval_ever"
TITLE = "Every Eval Ever 0.2 and 0.3"
VERSION = "1"
SUFFIXES: tuple[str, ...] = (".json", ".jsonl")
NEEDS = "schema_version, evaluation_id, model_info, evaluation_results"
TOLERATES_NAN = True

_KEYS = frozenset({"schema_version", "evaluation_id", "model_info", "evaluation_results"})
_ITEM_KEYS = ('"schema_version"', '"sample_id"', '"interaction_type"')
_READABLE = re.compile(r"0\.[23](\.\d+)*(-.*)?")

#: What makes another system of one model. Everything else in `additional_details` only describes it.
VARIANT_KEYS: dict[str, str] = {
    "precision": "precision",
    "quantization": "quantization",
    "agent_scaffold": "scaffold",
    "scaffold": "scaffold",
    "agent": "scaffold",
    "agent_name": "scaffold",
    "agent_framework": "scaffold",
    "inference_effort": "effort",
    "reasoning_effort": "effort",
}
_SHOT_KEYS = ("n_shot", "num_fewshot", "num_shots", "n_shots")
UNITS: dict[str, str] = {
    "proportion": "fraction",
    "ratio": "fraction",
    "percentage": "percent",
    "%": "percent",
}
_ERROR_KINDS = {"analytic": "analytic", "bootstrap": "bootstrap"}


def claims(source: Source) -> str | None:
    """The four required keys, or an item-level line."""
    document = source.document
    if isinstance(document, dict):
        return "the keys of an Every Eval Ever file" if document.keys() >= _KEYS else None
    if source.is_document or not source.path.lower().endswith(".jsonl"):
        return None
    first = source.text[:20_000].lstrip().partition("\n")[0]
    if first.startswith("{") and all(key in first for key in _ITEM_KEYS):
        return "item-level lines of Every Eval Ever"
    return None


def read(source: Source) -> Reading:
    """One record for each of `evaluation_results`."""
    if not source.is_document:
        return _item_level(source)
    document = source.document
    version = document["schema_version"]
    if not isinstance(version, str) or not _READABLE.fullmatch(version):
        return Reading(problems=[_other_version(version)], quarantined=count_numbers(document))
    try:
        envelope = _envelope().validate_python(document)
    except ValidationError as error:
        return Reading(problems=problems_of(error), quarantined=count_numbers(document))
    if not (envelope.model_info.id or envelope.model_info.name):
        return Reading(problems=[_nameless()], quarantined=count_numbers(document))
    return _read_entries(envelope)


def _item_level(source: Source) -> Reading:
    problem = Problem(
        code="item_level",
        message="item-level results are not read yet",
        hint="the aggregate .json file beside it is read",
        severity="warning",
    )
    reading = Reading(problems=[problem])
    reading.ignore("item-level results are not read yet", count_literals(source.text))
    return reading


def _other_version(version: Any) -> Problem:
    return Problem(
        code="unknown_version",
        message="this version of the schema is not known",
        pointer="/schema_version",
        seen=shorten(version),
        expected="0.2.x or 0.3.x",
        hint="upgrade reportgen, or export the file in schema 0.3",
    )


def _nameless() -> Problem:
    return Problem(code="missing_field", message="the model has no id and no name", pointer="/model_info/id")


@lru_cache(maxsize=1)
def _envelope() -> TypeAdapter[Envelope]:
    return TypeAdapter(Envelope)


@lru_cache(maxsize=1)
def _entry() -> TypeAdapter[Entry]:
    return TypeAdapter(Entry)


def _read_entries(envelope: Envelope) -> Reading:
    reading = Reading()
    entries: list[tuple[int, Entry]] = []
    for index, raw in enumerate(envelope.evaluation_results):
        try:
            entries.append((index, _entry().validate_python(raw)))
        except ValidationError as error:
            reading.problems += problems_of(error, prefix=("evaluation_results", index))
            reading.quarantined += count_numbers(raw)
    common = _common(envelope)
    parents = overall_of([entry.evaluation_name for _, entry in entries])
    shared = _ambiguous(entries)
    for index, entry in entries:
        _read_entry(reading, entry, pointer("evaluation_results", index), (common, parents, shared))
    return reading


def _common(envelope: Envelope) -> dict[str, Any]:
    """The fields that all records of the file share."""
    model = envelope.model_info
    library = envelope.eval_library
    date = utc(envelope.evaluation_timestamp)
    return {
        "model": model.id or model.name,
        "model_raw": model.id or model.name,
        "_variant": _variant(members(model.additional_details)),
        "_ours": _ours(envelope),
        "suite": envelope.source_metadata.source_name,
        "source_title": envelope.source_metadata.source_name,
        "source_url": envelope.source_metadata.source_organization_url,
        "tool": library.name if library and library.name != "unknown" else "",
        "tool_version": library.version if library and library.version != "unknown" else "",
        "format_version": envelope.schema_version,
        "date": date,
        "date_source": "file" if date else "",
    }


def _ours(envelope: Envelope) -> dict[str, Any] | None:
    """What the whole file says beyond its schema, where reportgen wrote it."""
    source = envelope.source_metadata.additional_details
    if not written_by_us(source):
        return None
    return members(source) | members(envelope.model_info.additional_details)


def _variant(details: dict[str, Any]) -> dict[str, str]:
    found = {name: text(details[key]) for key, name in VARIANT_KEYS.items() if key in details}
    return {name: value for name, value in found.items() if value and value.lower() != "unknown"}


def overall_of(names: list[str]) -> dict[str, str]:
    """Each part's overall score, by the two ways in which these files name them.

    "GAIA" beside "GAIA - GAIA Level 1", and "MMLU-Pro (overall)" beside "MMLU-Pro (Law)". Without it a mean
    over benchmarks would count the parts twice.
    """
    present = set(names)
    parents: dict[str, str] = {}
    for name in sorted(present):
        whole_name, separator, _ = name.partition(" - ")
        stem, parenthesis, _ = name.rpartition(" (")
        if separator and whole_name in present:
            parents[name] = whole_name
        elif parenthesis and f"{stem} (overall)" in present - {name}:
            parents[name] = f"{stem} (overall)"
    return parents


def _metric_name(entry: Entry) -> str:
    """The metric as the file states it; "Accuracy on IFEval" states it for the evaluation named IFEval."""
    metric = entry.metric_config
    stated = metric.metric_kind or metric.metric_name or metric.metric_id
    if stated:
        return stated
    head, separator, tail = (metric.evaluation_description or "").partition(" on ")
    return head if separator and tail == entry.evaluation_name else "score"


def _ambiguous(entries: list[tuple[int, Entry]]) -> set[tuple[str, str]]:
    """Pairs of evaluation and metric name that stand for several metric ids in this file."""
    ids: dict[tuple[str, str], set[str]] = {}
    for _, entry in entries:
        key = (entry.evaluation_name, _metric_name(entry))
        ids.setdefault(key, set()).add(entry.metric_config.metric_id or "")
    return {key for key, found in ids.items() if len(found) > 1}


_Shared = tuple[dict[str, Any], dict[str, str], set[tuple[str, str]]]


def _read_entry(reading: Reading, entry: Entry, place: str, shared: _Shared) -> None:
    common, parents, ambiguous = shared
    metric, name = entry.metric_config, entry.evaluation_name
    value, missing = score(entry.score_details.score)
    if value is None and not missing:
        reading.quarantine(_not_a_number(entry.score_details.score, place), _numbers(entry))
        return
    if value == -1 and metric.has_unknown_level:
        value, missing = None, "sentinel"
    metric_name = _metric_name(entry)
    details = members(members(entry.generation_config).get("additional_details"))
    fields = _conditions(common, details)
    ours = fields.pop("_ours")
    record = Record(
        **fields | _dated(entry) | _bounds(metric) | _uncertainty(reading, entry, value, place),
        benchmark=name,
        benchmark_raw=name,
        benchmark_level="aggregate" if name in parents.values() else "leaf",
        parent=parents.get(name, ""),
        dataset=entry.source_data.dataset_name,
        split=entry.source_data.hf_split or "",
        metric=metric_name,
        metric_raw=metric.metric_id or metric.evaluation_description or "",
        metric_variant=(metric.metric_id or "") if (name, metric_name) in ambiguous else "",
        direction="unknown" if metric.lower_is_better is None else _DIRECTIONS[metric.lower_is_better],
        direction_source="unknown" if metric.lower_is_better is None else "file",
        value=value,
        missing=missing,
        raw="-1" if missing == "sentinel" else "",
        pointer=place,
    )
    if ours is not None:
        record = restore(reading, record, ours | details, place)
    take_checked(reading, record, _numbers(entry))
    if entry.score_details.details:
        reading.ignore(
            "further figures in the details of a score", count_numbers(entry.score_details.details)
        )


_DIRECTIONS: dict[bool, Any] = {True: "lower", False: "higher"}


def _conditions(common: dict[str, Any], details: dict[str, Any]) -> dict[str, Any]:
    """The common fields, with what the details of one entry add to the system and its prompt."""
    fields = dict(common)
    variant: dict[str, str] = fields.pop("_variant")
    if details:
        variant = _variant(details) | variant
        shots = [whole(details.get(key)) for key in _SHOT_KEYS]
        fields["n_shot"] = next((found for found in shots if found is not None and found >= 0), None)
    fields["model_variant"] = ", ".join(f"{key}={value}" for key, value in sorted(variant.items()))
    return fields


def _dated(entry: Entry) -> dict[str, Any]:
    date = utc(entry.evaluation_timestamp)
    fields: dict[str, Any] = {"date": date, "date_source": "file"} if date else {}
    urls = entry.source_data.url
    if isinstance(urls, list) and urls and isinstance(urls[0], str):
        fields["source_url"] = urls[0]
    return fields


def _bounds(metric: Metric) -> dict[str, Any]:
    lower, upper = number(metric.min_score), number(metric.max_score)
    unit = UNITS.get(metric.metric_unit or "", metric.metric_unit or "")
    if not unit and lower is not None and upper is not None:
        unit = {(0.0, 1.0): "fraction", (0.0, 100.0): "percent"}.get((lower, upper), "")
    known = lower is not None or upper is not None
    return {"lower": lower, "upper": upper, "bounds_source": "file" if known else "unknown", "unit": unit}


def _numbers(entry: Entry) -> int:
    """Numbers of the file that become part of the record: score, bounds, error, interval, n."""
    metric = entry.metric_config
    stated = (entry.score_details.score, metric.min_score, metric.max_score, entry.source_data.samples_number)
    numbers = sum(type(value) in _NUMBER_TYPES for value in stated)
    uncertainty = members(entry.score_details.uncertainty)
    return numbers + count_numbers(uncertainty) - _not_errors(uncertainty) if uncertainty else numbers


_NUMBER_TYPES = frozenset({int, float, NotANumber})


def _not_errors(uncertainty: dict[str, Any]) -> int:
    return count_numbers([uncertainty.get("standard_deviation"), uncertainty.get("num_bootstrap_samples")])


def _not_a_number(seen: Any, place: str) -> Problem:
    return Problem(
        code="value_not_a_number",
        message="the score is not a number",
        pointer=f"{place}/score_details/score",
        seen=shorten(seen),
        expected="a number",
        hint="write null where there is no score",
    )


def _uncertainty(reading: Reading, entry: Entry, value: float | None, place: str) -> dict[str, Any]:
    """Standard error, interval and n. A standard deviation over items is not a standard error."""
    fields: dict[str, Any] = {}
    items = whole(entry.source_data.samples_number)
    uncertainty = members(entry.score_details.uncertainty)
    if uncertainty:
        error = uncertainty.get("standard_error")
        stderr = number(members(error).get("value") if isinstance(error, dict) else error)
        if stderr is not None and stderr >= 0:
            method = text(members(error).get("method")).lower()
            fields |= {"stderr": stderr, "stderr_kind": _ERROR_KINDS.get(method, "reported")}
        fields |= _interval(reading, members(uncertainty.get("confidence_interval")), value, place)
        items = whole(uncertainty.get("num_samples")) or items
        reading.ignore("standard deviation, which is not a standard error", _not_errors(uncertainty))
    if items is not None and items > 0:
        fields |= {"n": items, "n_kind": "items"}
    return fields


def _interval(reading: Reading, stated: dict[str, Any], value: float | None, place: str) -> dict[str, Any]:
    """The interval around the score; some files write the distances from the score instead of the ends."""
    low, high = number(stated.get("lower")), number(stated.get("upper"))
    if low is None or high is None or value is None:
        return {}
    code, message = "", ""
    if not low <= value <= high:
        if low <= 0 <= high:
            low, high = value + low, value + high
            code, message = "interval_offsets", "the interval is written as distances from the score"
        else:
            code, message = (
                "interval_without_score",
                "the interval does not contain the score; it was not used",
            )
    if code:
        where = f"{place}/score_details/uncertainty/confidence_interval"
        reading.warn(Problem(code=code, message=message, pointer=where, severity="warning"))
    if code == "interval_without_score":
        return {}
    return {"ci_low": low, "ci_high": high, "ci_level": number(stated.get("confidence_level"))}
