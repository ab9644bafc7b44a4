"""Every Eval Ever, aggregate files of schema 0.2.x and 0.3.x (https://github.com/evaleval/every_eval_ever).

What later versions added is optional here: `eval_library` came with 0.2.1, metric ids and units with 0.2.2.
The time of retrieval is no part of a record: it says when a page was read, not when a model was tested.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from reportgen.ingest.bounds import take_checked
from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import members, number, pointer, score, text, whole
from reportgen.ingest.eee_details import restore
from reportgen.ingest.eee_fields import KEYS, READABLE, entry_type, envelope_type, open_file
from reportgen.ingest.invalid import problems_of
from reportgen.ingest.source import NotANumber, Reading
from reportgen.records.problem import Problem, shorten
from reportgen.records.record import Record

if TYPE_CHECKING:
    from reportgen.ingest.eee_fields import EvalFile
    from reportgen.ingest.eee_schema import Entry, Envelope, Metric
    from reportgen.ingest.source import Source

NAME = "every_eval_ever"
TITLE = "Every Eval Ever 0.2 and 0.3"
VERSION = "3"
SUFFIXES: tuple[str, ...] = (".json",)
NEEDS = "schema_version, evaluation_id, model_info, evaluation_results"
TOLERATES_NAN = True

UNITS: dict[str, str] = {
    "proportion": "fraction",
    "ratio": "fraction",
    "percentage": "percent",
    "%": "percent",
}
_ERROR_KINDS = {"analytic": "analytic", "bootstrap": "bootstrap"}


def claims(source: Source) -> str | None:
    """The four required keys."""
    document = source.document
    if not source.is_document or not isinstance(document, dict):
        return None
    return "the keys of an Every Eval Ever file" if document.keys() >= KEYS else None


def read(source: Source) -> Reading:
    """One record for each of `evaluation_results`."""
    document = source.document
    version = document["schema_version"]
    if not isinstance(version, str) or not READABLE.fullmatch(version):
        return Reading(problems=[_other_version(version)], quarantined=count_numbers(document))
    try:
        envelope = envelope_type().validate_python(document)
    except ValidationError as error:
        return Reading(problems=problems_of(error), quarantined=count_numbers(document))
    if not (envelope.model_info.id or envelope.model_info.name):
        return Reading(problems=[_nameless()], quarantined=count_numbers(document))
    return _read_entries(envelope)


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


def _read_entries(envelope: Envelope) -> Reading:
    reading = Reading()
    entries: list[tuple[int, Entry]] = []
    for index, raw in enumerate(envelope.evaluation_results):
        try:
            entries.append((index, entry_type().validate_python(raw)))
        except ValidationError as error:
            reading.problems += problems_of(error, prefix=("evaluation_results", index))
            reading.quarantined += count_numbers(raw)
    file = open_file(envelope, [entry for _, entry in entries])
    for index, entry in entries:
        _read_entry(reading, entry, pointer("evaluation_results", index), file)
    return reading


def _read_entry(reading: Reading, entry: Entry, place: str, file: EvalFile) -> None:
    metric = entry.metric_config
    value, missing = score(entry.score_details.score)
    if value is None and not missing:
        reading.quarantine(_not_a_number(entry.score_details.score, place), _numbers(entry))
        return
    if value == -1 and metric.has_unknown_level:
        value, missing = None, "sentinel"
    record = Record(
        **file.fields(entry) | _bounds(metric) | _uncertainty(reading, entry, value, place),
        value=value,
        missing=missing,
        raw="-1" if missing == "sentinel" else "",
        pointer=place,
    )
    if file.ours is not None:
        details = members(members(entry.generation_config).get("additional_details"))
        record = restore(reading, record, file.ours | details, place)
    take_checked(reading, record, _numbers(entry))
    if entry.score_details.details:
        reading.ignore(
            "further figures in the details of a score", count_numbers(entry.score_details.details)
        )


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
