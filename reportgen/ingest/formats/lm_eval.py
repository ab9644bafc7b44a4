"""Result files of lm-evaluation-harness 0.4 (https://github.com/EleutherAI/lm-evaluation-harness).

One file is one model on many tasks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen.ingest import lm_eval_run as shared
from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import members, pointer, score, whole
from reportgen.ingest.kinds import kind
from reportgen.ingest.lm_eval_run import STDERR, Run
from reportgen.ingest.source import Reading
from reportgen.records.problem import Problem
from reportgen.records.record import Record

if TYPE_CHECKING:
    from reportgen.ingest.source import Source

NAME = "lm_eval"
TITLE = "lm-evaluation-harness 0.4"
VERSION = "2"
SUFFIXES: tuple[str, ...] = (".json",)
NEEDS = "results, configs, versions"
TOLERATES_NAN = True


def claims(source: Source) -> str | None:
    """`results` by task with a metric key that carries its filter, and not lighteval's `config_general`."""
    return shared.results_of(source.document) if source.is_document else None


def read(source: Source) -> Reading:
    """One record for each task, metric and filter."""
    document, reading = source.document, Reading()
    run = shared.open_run(document, source.path)
    if not run.fields["model"]:
        return Reading(problems=[shared.no_model()], quarantined=count_numbers(document["results"]))
    for task, row in document["results"].items():
        _read_task(reading, run, task, row, pointer("results", task))
    for task, row in members(document.get("groups")).items():
        if task in document["results"]:
            reading.ignore("group scores that `results` repeats", count_numbers(row))
        else:
            _read_task(reading, run, task, row, pointer("groups", task))
    return reading


def _read_task(reading: Reading, run: Run, task: str, row: Any, place: str) -> None:
    if not isinstance(row, dict):
        problem = Problem(
            code="invalid",
            message="a task without scores",
            pointer=place,
            seen=kind(row),
            expected="an object",
        )
        reading.quarantine(problem, count_numbers(row))
        return
    fields = run.fields | shared.benchmark(run, task)
    unused_n = count_numbers(members(run.of("n-samples", task)).get("effective"))
    for key, value in row.items():
        metric, comma, metric_filter = key.partition(",")
        if not comma or metric.endswith(STDERR):
            continue
        if metric.strip() in shared.PLACEHOLDER_METRICS:
            reading.ignore("placeholder, not a score", count_numbers(value))
            continue
        error = row.get(f"{metric}{STDERR},{metric_filter}")
        items = _items(run, task, row, key)
        measured = fields | shared.metric(run, task, metric, metric_filter) | items | shared.error(error)
        if _take(reading, measured, value, place + pointer(key), count_numbers(error) + unused_n):
            unused_n = 0


def _take(reading: Reading, fields: dict[str, Any], value: Any, where: str, others: int) -> bool:
    found, missing = score(value)
    raw = ""
    if found is None and isinstance(value, str):
        missing, raw = "text", value[:20]
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
    record = Record(**fields, value=found, missing=missing, raw=raw, pointer=where)
    reading.take(record, count_numbers(value) + others)
    return True


def _items(run: Run, task: str, row: dict[str, Any], key: str) -> dict[str, Any]:
    for stated in (
        members(run.of("n-samples", task)).get("effective"),
        members(row.get("sample_count")).get(key),
        row.get("sample_len"),
    ):
        items = whole(stated)
        if items is not None and items > 0:
            return {"n": items, "n_kind": "items"}
    return {}
