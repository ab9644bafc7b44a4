"""Scores of the single samples of an Inspect log: item-level results, with the epoch as repeat.

Scores that are letters or words become numbers as Inspect's own `value_to_float` makes them, before it takes
their mean: C 1, I 0, P 0.5, N 0, yes and true 1, no and false 0. It takes any other text for 0, which is not
followed: such a score is missing.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import entries, members, pointer, public_name, score, text, whole
from reportgen.ingest.inspect_run import DEFAULT_REDUCER
from reportgen.ingest.inspect_scores import metric_of
from reportgen.records.problem import Problem
from reportgen.records.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reportgen.ingest.inspect_run import Log
    from reportgen.ingest.source import Reading
    from reportgen.records.record import Missing

_WORDS = {"yes": 1.0, "true": 1.0, "no": 0.0, "false": 0.0}
_LETTERS = {"C": 1.0, "I": 0.0, "P": 0.5, "N": 0.0}
#: Longer ids are whole questions.
MAX_ID = 100


@dataclass(frozen=True, slots=True)
class _Item:
    """The fields of a record that all scores of one sample share."""

    log: Log
    item_id: str
    epoch: int | None
    metrics: dict[str, str]  # by label of the scorer, the metric that its scores belong to


def read_samples(reading: Reading, log: Log, samples: Iterable[tuple[str, Any]]) -> bool:
    """One record for each score of each sample, and whether there was any."""
    metrics, found = _metrics(log), False
    for place, sample in samples:
        if not isinstance(sample, dict):
            reading.quarantine(_no_sample(place), count_numbers(sample))
            continue
        scores = _scores(sample, log)
        item_id = _item_id(sample.get("id"))
        if scores and not item_id:
            reading.quarantine(_no_id(place), count_numbers([value for _, _, value in scores]))
            continue
        item = _Item(log, item_id, whole(sample.get("epoch")), metrics)
        for label, steps, value in scores:
            found = True
            _read_value(reading, item, label, value, place + pointer(*steps))
    return found


def _metrics(log: Log) -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in log.scores:
        found.setdefault(entry.label, metric_of(entry))
    return found


def _scores(sample: dict[str, Any], log: Log) -> list[tuple[str, tuple[str, ...], Any]]:
    """Scorer, steps to the value and value, of each score; the first logs had one, and did not name it."""
    found: list[tuple[str, tuple[str, ...], Any]] = [
        (name, ("scores", name, "value"), content.get("value"))
        for name, content in members(sample.get("scores")).items()
        if isinstance(content, dict) and "value" in content
    ]
    single = members(sample.get("score"))
    if not found and "value" in single:
        name = log.scores[0].label if log.scores else "score"
        return [(name, ("score", "value"), single["value"])]
    return found


def read_reductions(reading: Reading, log: Log, place: str, entry: Any) -> None:
    """One record for each sample's score over all its epochs."""
    reducer = text(members(entry).get("reducer"))
    scorer = text(members(entry).get("scorer")) or "score"
    suffix = f", {reducer}" if reducer not in {"", DEFAULT_REDUCER} else ""
    metrics = _metrics(log)
    for index, sample in enumerate(entries(members(entry).get("samples"))):
        where = f"{place}/samples/{index}"
        content = members(sample)
        item_id = _item_id(content.get("sample_id"))
        if not item_id or "value" not in content:
            reading.quarantine(_no_id(where), count_numbers(content.get("value")))
            continue
        item = _Item(log, item_id, None, metrics)
        _read_value(reading, item, scorer, content["value"], f"{where}/value", suffix)


def _item_id(value: Any) -> str:
    """The sample's id as text; of a path the last part, of a whole question a hash."""
    found, _ = public_name(text(value))
    if len(found) > MAX_ID or "\n" in found:
        return hashlib.sha256(found.encode("utf-8", "replace")).hexdigest()[:16]
    return found


def _read_value(reading: Reading, item: _Item, label: str, value: Any, where: str, suffix: str = "") -> None:
    """A score, or each part of one that is a dictionary or a list."""
    parts: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, list):
        parts = enumerate(value)
    else:
        _take(reading, item, label + suffix, item.metrics.get(label, "score"), value, where)
    for key, part in parts:
        part_of = f"{label}/{key}"
        metric = item.metrics.get(part_of, "score")
        if isinstance(part, (dict, list)):
            reading.ignore("score of a sample that is neither number nor text", count_numbers(part))
        else:
            _take(reading, item, part_of + suffix, metric, part, where + pointer(key))


def _take(reading: Reading, item: _Item, variant: str, metric: str, value: Any, where: str) -> None:
    found, missing = value_to_float(value)
    record = Record(
        **item.log.fields,
        item_id=item.item_id,
        repeat=item.epoch,
        metric=metric,
        metric_raw=variant,
        metric_variant=variant,
        value=found,
        missing=missing,
        pointer=where,
    )
    reading.take(record, count_numbers(value))


def value_to_float(value: Any) -> tuple[float | None, Missing]:
    """A sample's score as Inspect turns it into a number, and why there is none."""
    if isinstance(value, bool):
        return float(value), ""
    if isinstance(value, str):
        return _from_text(value)
    found, missing = score(value)
    return found, missing if found is not None or missing else "text"


def _from_text(value: str) -> tuple[float | None, Missing]:
    found = _LETTERS.get(value, _WORDS.get(value.lower()))
    if found is not None:
        return found, ""
    try:
        converted = float(value)
    except ValueError:
        return None, "text" if value.strip() else "empty"
    if math.isfinite(converted):
        return converted, ""
    return None, "nan" if math.isnan(converted) else "infinite"


def _no_sample(place: str) -> Problem:
    message = "a sample that is not an object"
    return Problem(code="invalid", message=message, pointer=place, expected="an object")


def _no_id(place: str) -> Problem:
    message = "the score of a sample without an id or a value"
    return Problem(code="item_unknown", message=message, pointer=place, expected="an id and a value")
