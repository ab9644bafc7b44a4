"""The scores of an Inspect log: one record for each metric of each scorer under each reducer.

An error is a metric beside the metric that it is the error of: `stderr` and `bootstrap_stderr` are errors of the
mean of the sample scores, which is what `accuracy` and `mean` are. `std` and `var` tell of the spread of the
samples, which is no error.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import entries, members, number, pointer, score, text, whole
from reportgen.ingest.kinds import kind
from reportgen.records.problem import Problem
from reportgen.records.record import Record

if TYPE_CHECKING:
    from reportgen.ingest.inspect_run import Log, ScoreEntry
    from reportgen.ingest.source import Reading

#: Metrics that are the mean of the sample scores, best known first.
MEANS = ("accuracy", "mean")
_ERRORS = {"stderr": "reported", "bootstrap_stderr": "bootstrap", "bootstrap_std": "bootstrap"}
_SPREAD = frozenset({"std", "var"})
_WHOLE_GROUP = "all"


@dataclass(frozen=True, slots=True)
class _Metric:
    """One metric of a scorer. Of a grouped metric, the group is `of` by its key."""

    key: str
    name: str  # what it measures; of a grouped metric the metric within the groups
    of: str  # metadata key of the groups, "" where it is not grouped
    whole: bool  # over all samples
    label: str  # which of the groups
    content: Any

    @property
    def value(self) -> Any:
        return self.content.get("value") if isinstance(self.content, dict) else self.content


def metric_of(entry: ScoreEntry) -> str:
    """The metric that the scores of single samples belong to: the one that is their mean."""
    found = [metric.name for metric in _metrics(entry) if not _is_no_score(metric)]
    means = [name for name in MEANS if name in found]
    return means[0] if means else found[0] if len(set(found)) == 1 else "score"


def _is_no_score(metric: _Metric) -> bool:
    return metric.name in _ERRORS or metric.name in _SPREAD


def _metrics(entry: ScoreEntry) -> list[_Metric]:
    """The metrics of a score. Groups are labelled as by the first metric over them: later keys have numbers."""
    found = [_metric(key, content) for key, content in entry.metrics.items()]
    labels: dict[str, list[str]] = {}
    relabelled: dict[str, str] = {}
    for (of, _), group in _by_metric(found).items():
        first = labels.setdefault(of, [metric.label for metric in group])
        if len(first) == len(group):
            relabelled |= {metric.key: label for metric, label in zip(group, first, strict=True)}
    return [replace(metric, label=relabelled.get(metric.key, metric.label)) for metric in found]


def _by_metric(metrics: list[_Metric]) -> dict[tuple[str, str], list[_Metric]]:
    """Grouped metrics by key of the groups and name: the groups stand in one order for each."""
    found: dict[tuple[str, str], list[_Metric]] = defaultdict(list)
    for metric in metrics:
        if metric.of:
            found[metric.of, metric.name].append(metric)
    return found


def _metric(key: str, content: Any) -> _Metric:
    stated = members(content)
    parameters = members(stated.get("params"))
    inner = text(members(parameters.get("metric")).get("name"))
    if stated.get("group") and inner:
        label = text(parameters.get("all_label")) or _WHOLE_GROUP
        average = text(parameters.get("all")) or "samples"
        member = text(stated.get("name")) or key
        is_whole = re.fullmatch(re.escape(label) + r"\d*", member) is not None and average == "samples"
        group_key = text(parameters.get("group_key")) or "group"
        return _Metric(key, inner.rpartition("/")[2], group_key, is_whole, member, content)
    name = text(stated.get("name")).rpartition("/")[2]
    # two metrics of one name have keys that differ, but errors are known by their name
    is_error = name in _ERRORS or name in _SPREAD
    return _Metric(key, name if is_error else key.rpartition("/")[2], "", _is_whole(stated), "", content)


def _is_whole(stated: dict[str, Any]) -> bool:
    """Whether a metric that is not known to be one of groups is over all samples."""
    return not stated.get("group")


def read_failed(reading: Reading, log: Log) -> None:
    """A run without scores: one failed record for each metric that it was to give."""
    evaluation = members(log.document.get("eval"))
    declared = _declared(entries(evaluation.get("metrics")))
    fields = log.fields | {"status": "failed"}
    scorers = [row for row in entries(evaluation.get("scorers")) if isinstance(row, dict)]
    for scorer in scorers or [{}]:
        for metric in declared or _declared(entries(scorer.get("metrics"))) or ["score"]:
            record = Record(
                **fields,
                metric=metric,
                metric_raw=metric,
                metric_variant=text(scorer.get("name")),
                value=None,
                missing="failed_run",
                pointer=f"{log.place}/status",
            )
            reading.take(record, 0)


def _declared(metrics: list[Any]) -> list[str]:
    """Names of the metrics that a scorer was to give, without errors and without those of groups."""
    names = (text(members(row).get("name")).rpartition("/")[2] for row in metrics)
    return list(
        dict.fromkeys(n for n in names if n and n not in _ERRORS and n not in _SPREAD and n != "grouped")
    )


def read_scores(reading: Reading, log: Log) -> None:
    """One record for each metric of each scorer and reducer."""
    headline = members(members(log.document.get("results")).get("headline"))
    chosen = _headline(log, headline)
    for entry in log.scores:
        if isinstance(members(entry.content).get("metrics"), dict):
            _read_entry(reading, log, entry, chosen)
        else:
            reading.quarantine(_no_metrics(entry), count_numbers(entry.content))


def _no_metrics(entry: ScoreEntry) -> Problem:
    message = "a score without metrics"
    return Problem(code="invalid", message=message, pointer=entry.place, expected="an object")


def _headline(log: Log, headline: dict[str, Any]) -> tuple[ScoreEntry, str] | None:
    """The metric that the log itself puts first; none where that is one of several groups."""
    for entry in log.scores:
        metric = entry.metrics.get(text(headline.get("metric")))
        if entry.name == text(headline.get("score")) and metric is not None:
            found = _metric(text(headline.get("metric")), metric)
            return (entry, found.key) if found.whole else None
    return None


def _read_entry(reading: Reading, log: Log, entry: ScoreEntry, chosen: tuple[ScoreEntry, str] | None) -> None:
    metrics = _metrics(entry)
    errors = _errors(metrics)
    unused = dict.fromkeys(metric.key for metric in metrics if metric.name in _ERRORS)
    stated = members(entry.content).get("scored_samples")
    items, unused_items = whole(stated), count_numbers(stated)
    items = items if items is not None and items > 0 else log.items
    for metric in metrics:
        if metric.name in _SPREAD:
            reading.ignore("spread of the samples, not an error", count_numbers(metric.value))
        if _is_no_score(metric):
            continue
        error = _usable(errors.get(metric.key))
        primary = None if chosen is None else chosen == (entry, metric.key)
        counted = {"n": items, "n_kind": "items"} if items and metric.whole else {}
        fields = log.fields | _named(entry, metric) | counted | _error(error) | {"primary": primary}
        extra = 0
        if error is not None and error.key in unused:
            extra = count_numbers(error.value)
        if metric.whole:
            extra += unused_items
        if _take(reading, fields, metric, entry.place + pointer(metric.key), extra):
            unused_items = 0 if metric.whole else unused_items
            if error is not None:
                unused.pop(error.key, None)
    for metric in metrics:
        if metric.key in unused:
            reason = (
                "standard error of no single metric" if _usable(metric) else "standard error without a value"
            )
            reading.ignore(reason, count_numbers(metric.value))


def _errors(metrics: list[_Metric]) -> dict[str, _Metric]:
    """The error of each metric that has one, by the metric's key."""
    plain = [metric for metric in metrics if metric.name in _ERRORS and not metric.of]
    scores = [metric for metric in metrics if not _is_no_score(metric)]
    found: dict[str, _Metric] = {}
    for metric in scores:
        alone = len(scores) == 1 and not metric.of
        if plain and metric.whole and (metric.name in MEANS or alone):
            found[metric.key] = plain[0]
    return found | _group_errors(metrics)


def _group_errors(metrics: list[_Metric]) -> dict[str, _Metric]:
    """Errors within groups, by the key of the metric whose errors they are."""
    by_metric = _by_metric(metrics)
    found: dict[str, _Metric] = {}
    for (of, name), errors in by_metric.items():
        means = [by_metric[of, mean] for mean in MEANS if (of, mean) in by_metric]
        if name in _ERRORS and means and len(means[0]) == len(errors):
            found |= {metric.key: error for metric, error in zip(means[0], errors, strict=True)}
    return found


def _usable(metric: _Metric | None) -> _Metric | None:
    """An error that is a number, and not negative."""
    error = number(metric.value) if metric is not None else None
    return metric if error is not None and error >= 0 else None


def _error(metric: _Metric | None) -> dict[str, Any]:
    if metric is None:
        return {}
    return {"stderr": number(metric.value), "stderr_kind": _ERRORS[metric.name]}


def _named(entry: ScoreEntry, metric: _Metric) -> dict[str, Any]:
    group = "" if metric.whole or not metric.of else f"{metric.of}={metric.label}"
    return {
        "metric": metric.name,
        "metric_raw": metric.key,
        "metric_variant": entry.variant,
        "group": group,
    }


def _take(reading: Reading, fields: dict[str, Any], metric: _Metric, where: str, others: int) -> bool:
    """One record, or one for each key of a value that is a dictionary. False where there is none."""
    value = metric.value
    if isinstance(value, dict) and value:
        taken = False
        for key, part in value.items():
            named = fields | {"metric": f"{metric.name}/{key}", "metric_raw": f"{metric.key}/{key}"}
            named = {name: held for name, held in named.items() if name not in {"stderr", "stderr_kind"}}
            taken = _take_one(reading, named, part, where + pointer("value", key), 0) or taken
        return False
    where = where + "/value" if isinstance(metric.content, dict) else where
    return _take_one(reading, fields, value, where, others)


def _take_one(reading: Reading, fields: dict[str, Any], value: Any, where: str, others: int) -> bool:
    found, missing = score(value)
    if found is None and not missing:
        problem = Problem(
            code="value_not_a_number",
            message="the score is not a number",
            pointer=where,
            seen=kind(value),
            expected="a number",
        )
        reading.quarantine(problem, count_numbers(value))
        return False
    reading.take(Record(**fields, value=found, missing=missing, pointer=where), count_numbers(value) + others)
    return True
