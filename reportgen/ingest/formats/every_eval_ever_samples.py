"""Every Eval Ever, item-level lines `<uuid>_samples.jsonl` of schema 0.2.x and 0.3.x.

A line is one item of one result and names its model and evaluation itself. The metric, its direction, the system
and the data set stand in the aggregate file `<uuid>.json`; where that lies beside the lines, an item has the
fields of the result it belongs to. Bounds and unit are those of the result and not of an item, which may be
scored 0 or 1 under a percentage. Prompts, messages and answers are never read.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import members, public_name, score, text
from reportgen.ingest.eee_details import restore
from reportgen.ingest.eee_fields import DEFAULT_METRIC, KEYS, READABLE, entry_type, envelope_type, open_file
from reportgen.ingest.item_lines import LineProblems, item_id, numbered_lines, place
from reportgen.ingest.read import inner_name
from reportgen.ingest.source import Reading
from reportgen.records.problem import Problem, shorten
from reportgen.records.record import Record

if TYPE_CHECKING:
    from reportgen.ingest.eee_fields import EvalFile
    from reportgen.ingest.eee_schema import Entry
    from reportgen.ingest.source import Source

NAME = "every_eval_ever_samples"
TITLE = "Every Eval Ever 0.2 and 0.3, item-level"
VERSION = "2"
SUFFIXES: tuple[str, ...] = (".jsonl",)
NEEDS = "schema_version, evaluation_id, sample_id, interaction_type"
TOLERATES_NAN = True
COMPANIONS: dict[str, tuple[str, ...]] = {"*_samples.jsonl": ("*.json",)}

_KEYS = frozenset({"schema_version", "evaluation_id", "sample_id", "interaction_type"})
#: Fields of a result that hold for its items. The others are about the result as a whole.
_OF_RESULT = frozenset({"lower", "upper", "bounds_source", "unit"})


def claims(source: Source) -> str | None:
    """The first line is about one sample of an evaluation."""
    document = source.document
    if source.is_document or not isinstance(document, dict):
        return None
    return "item-level lines of Every Eval Ever" if document.keys() >= _KEYS else None


def read(source: Source) -> Reading:
    """One record for each line."""
    reading = Reading(found=0)
    lines = _Lines(reading, LineProblems(reading), _aggregates(source))
    for line, numbers in numbered_lines(source):
        reading.found = (reading.found or 0) + numbers
        if line.problem is not None:
            lines.problems.quarantine(line.problem, numbers)
        else:
            _read_line(lines, line.document, line.number)
    lines.problems.finish()
    if reading.records and any(entry is None for _, entry in lines.known.values()):
        reading.warn(_alone(beside=bool(lines.aggregates)))
    _check_sum(source, reading, lines.aggregates)
    return reading


def _alone(*, beside: bool) -> Problem:
    return Problem(
        code="companion_missing",
        message="the aggregate file beside these lines does not hold all their results; "
        "metric and direction of the others are unknown"
        if beside
        else "the aggregate file is not beside these lines, so metric and direction are unknown",
        expected="<uuid>.json beside <uuid>_samples.jsonl",
        severity="warning",
    )


def _check_sum(source: Source, reading: Reading, aggregates: list[_Aggregate]) -> None:
    """Warn where the aggregate file states the hash of other lines than these."""
    name = source.path.rpartition("/")[2]
    for aggregate in aggregates:
        stated = members(aggregate.document.get("detailed_evaluation_results"))
        ours = text(stated.get("file_path")).endswith(name) and stated.get("hash_algorithm") == "sha256"
        if ours and text(stated.get("checksum")).lower() not in {"", source.sha256}:
            reading.warn(
                Problem(
                    code="checksum_mismatch",
                    message="the aggregate file states the hash of other lines than these",
                    seen=source.sha256[:16],
                    expected=shorten(text(stated["checksum"])[:16]),
                    severity="warning",
                )
            )


@dataclass(frozen=True, slots=True)
class _Aggregate:
    """An aggregate file beside the lines, with those of its entries that are valid."""

    document: dict[str, Any]
    file: EvalFile
    entries: list[Entry]


def _aggregates(source: Source) -> list[_Aggregate]:
    """The aggregate files beside the lines, the one of the same name first."""
    own = inner_name(source.path).removesuffix("_samples.jsonl") + ".json"
    found = []
    for path in sorted(source.companions, key=lambda path: (path != own, path)):
        document = source.companions[path].document
        if not isinstance(document, dict) or not document.keys() >= KEYS:
            continue
        if not READABLE.fullmatch(text(document["schema_version"])):
            continue
        try:
            envelope = envelope_type().validate_python(document)
        except ValidationError:
            continue  # the file itself is reported as what it is
        entries = [entry for entry in map(_entry, envelope.evaluation_results) if entry is not None]
        found.append(_Aggregate(document, open_file(envelope, entries), entries))
    return found


def _entry(raw: Any) -> Entry | None:
    try:
        return entry_type().validate_python(raw)
    except ValidationError:
        return None


@dataclass(slots=True)
class _Lines:
    """The state of reading one file."""

    reading: Reading
    problems: LineProblems
    aggregates: list[_Aggregate]
    known: dict[tuple[str, ...], tuple[dict[str, Any], Entry | None]] = field(default_factory=dict)
    seen: dict[tuple[str, ...], int] = field(default_factory=dict)

    def result(self, document: dict[str, Any]) -> tuple[dict[str, Any], Entry | None]:
        """The fields that a line's record shares with the result it belongs to, and the result."""
        names = ("evaluation_id", "evaluation_result_id", "evaluation_name", "model_id", "schema_version")
        key = tuple(text(document.get(name)) for name in names)
        if key not in self.known:
            self.known[key] = self._result(*key[:3]) or (_stated(document), None)
        return self.known[key]

    def _result(self, evaluation: str, result: str, name: str) -> tuple[dict[str, Any], Entry] | None:
        """By the id of the result, which is meant to be unique; without one, by the name of the evaluation."""
        for aggregate in self.aggregates:
            if text(aggregate.document["evaluation_id"]) != evaluation:
                continue
            entries = [
                entry for entry in aggregate.entries if result and text(entry.evaluation_result_id) == result
            ]
            entries = entries or [
                entry for entry in aggregate.entries if entry.evaluation_name == name and not result
            ]
            if len(entries) == 1:
                return _shared(self.reading, aggregate.file, entries[0]), entries[0]
        return None

    def repeat(self, *key: str) -> int | None:
        """None for the first line about an item, 2 for the second: some tools ask several times."""
        self.seen[key] = self.seen.get(key, 0) + 1
        return self.seen[key] if self.seen[key] > 1 else None


def _shared(reading: Reading, file: EvalFile, entry: Entry) -> dict[str, Any]:
    """The fields of a result that hold for its items too."""
    fields = file.fields(entry)
    if file.ours is not None:
        details = members(members(entry.generation_config).get("additional_details"))
        record = restore(reading, Record(**fields, value=0.0), file.ours | details, "")
        fields = {name: getattr(record, name) for name in fields}
    return {name: value for name, value in fields.items() if name not in _OF_RESULT}


def _stated(document: dict[str, Any]) -> dict[str, Any]:
    """What a line says itself."""
    model, _ = public_name(text(document.get("model_id")))
    name = text(document.get("evaluation_name"))
    return {
        "model": model,
        "model_raw": model,
        "benchmark": name,
        "benchmark_raw": name,
        "metric": DEFAULT_METRIC,
        "format_version": text(document.get("schema_version")),
    }


def _read_line(lines: _Lines, document: Any, line: int) -> None:
    if not isinstance(document, dict):
        lines.problems.quarantine(_missing(line, "an object"), count_numbers(document))
        return
    stated = members(document.get("evaluation")).get("score")
    item = item_id(document.get("sample_id"))
    fields, entry = lines.result(document)
    where = place(line, "evaluation", "score")
    if not (item and fields["model"] and fields["benchmark"]):
        missing_names = _missing(line, "sample_id, model_id and evaluation_name")
        lines.problems.quarantine(missing_names, count_numbers(stated))
        return
    value, missing = score(stated)
    if value is None and not missing:
        lines.problems.quarantine(
            _missing(line, "evaluation.score as a number", where), count_numbers(stated)
        )
        return
    sentinel = value == -1 and entry is not None and entry.metric_config.has_unknown_level
    record = Record(
        **fields,
        item_id=item,
        repeat=lines.repeat(
            fields["model"], fields["benchmark"], text(document.get("evaluation_result_id")), item
        ),
        value=None if sentinel else value,
        missing="sentinel" if sentinel else missing,
        pointer=where,
    )
    if text(document.get("error")):
        record = replace(record, status="flagged", flags="the item ended in an error")
    lines.reading.take(record, count_numbers(stated))


def _missing(line: int, expected: str, where: str = "") -> Problem:
    return Problem(
        code="missing_field",
        message="the line is not a result of an item",
        line=line,
        pointer=where,
        expected=expected,
    )
