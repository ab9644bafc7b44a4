"""Result files of lighteval (https://github.com/huggingface/lighteval), and of the Open LLM Leaderboard v1.

A key of `results` is `<task>|<shots>` (since 0.10), `<suite>|<task>|<shots>` or `<suite>|<task>|<shots>|<0 or 1>`.
`<task>:_average|<shots>` and `all` are unweighted means over tasks, and their "stderr" is the mean of the
standard errors, which is not the standard error of anything: it is not read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen.ingest import lighteval_run as shared
from reportgen.ingest import lm_eval_run
from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import pointer, score
from reportgen.ingest.kinds import kind
from reportgen.ingest.lighteval_run import Run, is_average, open_run, results_of
from reportgen.ingest.read import inner_name
from reportgen.ingest.source import Reading
from reportgen.records.problem import Problem
from reportgen.records.record import Record

if TYPE_CHECKING:
    from reportgen.ingest.source import Source

NAME = "lighteval"
TITLE = "lighteval"
VERSION = "1"
SUFFIXES: tuple[str, ...] = (".json",)
NEEDS = "config_general, results"
TOLERATES_NAN = True

MEAN_OF_ERRORS = "mean of standard errors, which is not a standard error"
_STDERR = "_stderr"


def claims(source: Source) -> str | None:
    """`config_general` beside `results` by task."""
    return results_of(source.document) if source.is_document else None


def read(source: Source) -> Reading:
    """One record for each task and metric; those of averages are aggregates."""
    document, reading = source.document, Reading()
    run = open_run(document, inner_name(source.path))
    if not run.fields["model"]:
        return Reading(problems=[_no_model()], quarantined=count_numbers(document["results"]))
    for key, row in document["results"].items():
        place = pointer("results", key)
        if not isinstance(row, dict):
            reading.quarantine(_not_a_task(place, row), count_numbers(row))
        else:
            _read_task(reading, run, key, row, place)
    return reading


def _no_model() -> Problem:
    return Problem(
        code="model_unknown",
        message="the file names no model",
        pointer="/config_general/model_name",
        expected="model_name",
    )


def _not_a_task(place: str, seen: Any) -> Problem:
    return Problem(
        code="invalid",
        message="a task without scores",
        pointer=place,
        seen=kind(seen),
        expected="an object",
    )


def _read_task(reading: Reading, run: Run, key: str, row: dict[str, Any], place: str) -> None:
    averaged = is_average(key)
    fields = run.fields | (shared.average(run, key) if averaged else shared.task(run, key))
    stated_n = 0 if averaged else count_numbers(run.config(key).get("effective_num_docs"))
    keys = run.averaged(key) if averaged else [key]
    for metric, value in row.items():
        base = metric.removesuffix(_STDERR)
        if base != metric and base in row:
            continue
        where = place + pointer(metric)
        found, missing = score(value)
        if found is None and not missing:
            reading.quarantine(_not_a_number(where, value), count_numbers(value))
            continue
        error = row.get(f"{metric}{_STDERR}")
        measured = fields | shared.metric(run, keys, metric)
        if averaged:
            reading.ignore(MEAN_OF_ERRORS, count_numbers(error))
        else:
            measured |= lm_eval_run.error(error)
        used = 0 if averaged else count_numbers(error) + (stated_n if "n" in fields else 0)
        reading.take(
            Record(**measured, value=found, missing=missing, pointer=where), count_numbers(value) + used
        )
        stated_n = 0


def _not_a_number(where: str, seen: Any) -> Problem:
    return Problem(
        code="value_not_a_number",
        message="the score is not a number",
        pointer=where,
        seen=kind(seen),
        expected="a number",
    )
