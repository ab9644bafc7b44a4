"""Score files of BIG-bench (https://github.com/google/BIG-bench): `<task>/results/scores_<model>.json`.

One file is one model on one task: a row for each subtask and number of shots, with several metrics of which one
is preferred. A row whose preferred score is `normalized_aggregate_score` is the task's own summary of its
subtasks, rescaled so that `low_score` is 0 and `high_score` 100. The two anchors bound nothing: a model may be
worse than chance, and they are not read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import members, pointer, score, text, whole
from reportgen.ingest.kinds import kind
from reportgen.ingest.source import Reading
from reportgen.records.problem import Problem
from reportgen.records.record import Record

if TYPE_CHECKING:
    from reportgen.ingest.source import Source

NAME = "bigbench"
TITLE = "BIG-bench"
VERSION = "1"
SUFFIXES: tuple[str, ...] = (".json",)
NEEDS = "model, scores, score_dict, preferred_score"
TOLERATES_NAN = True

SUITE = "BIG-bench"
NORMALIZED = "normalized_aggregate_score"
REPEATED = "preferred score rescaled, which repeats it"
ANCHORS = "scores that a chance and an expert would have, which are not bounds"
_FOLDER = re.compile(r"(?:^|/)([^/]+)/results/scores_[^/]+\.json$")


def claims(source: Source) -> str | None:
    """A model of a family, and rows of scores with their `score_dict`."""
    document = source.document
    if not isinstance(document, dict) or "model_family" not in members(document.get("model")):
        return None
    rows = document.get("scores")
    found = isinstance(rows, list) and any(isinstance(row, dict) and "score_dict" in row for row in rows)
    return "`model.model_family` and `scores` with `score_dict`" if found else None


def read(source: Source) -> Reading:
    """One record for each subtask, number of shots and metric."""
    document, reading = source.document, Reading()
    model = members(document["model"])
    family, size = text(model.get("model_family")), text(model.get("model_name"))
    name = size if size.startswith(family) else f"{family} {size}".strip()
    task = _task(document, source.path)
    if not (size and task):
        problem = _missing("the task" if size else "the model", "/task" if size else "/model/model_name")
        return Reading(problems=[problem], quarantined=count_numbers(document["scores"]))
    common = {
        "model": name,
        "model_raw": name,
        "suite": SUITE,
        "benchmark": task,
        "benchmark_raw": task,
        "tool": NAME,
    }
    for index, row in enumerate(document["scores"]):
        place = pointer("scores", index)
        if isinstance(row, dict) and isinstance(row.get("score_dict"), dict):
            _read_row(reading, row, common, place)
        else:
            reading.quarantine(_not_a_row(place, row), count_numbers(row))
    return reading


def _task(document: dict[str, Any], path: str) -> str:
    """The task as the file names it, else the folder above `results`."""
    stated = document.get("task")
    name = text(members(stated).get("name")) if isinstance(stated, dict) else text(stated)
    folder = _FOLDER.search(path)
    return name or (folder[1] if folder else "")


def _missing(what: str, place: str) -> Problem:
    return Problem(
        code="missing_field",
        message=f"the file does not name {what}",
        pointer=place,
        expected="model.model_name, and task or the folders <task>/results",
    )


def _not_a_row(place: str, seen: Any) -> Problem:
    return Problem(
        code="invalid",
        message="a row without scores",
        pointer=place,
        seen=kind(seen),
        expected="an object with score_dict",
    )


def _read_row(reading: Reading, row: dict[str, Any], common: dict[str, Any], place: str) -> None:
    preferred, subtask = text(row.get("preferred_score")), text(row.get("subtask_description"))
    summary = preferred == NORMALIZED
    shots = whole(row.get("number_of_shots"))
    fields = common | {
        "benchmark_level": "aggregate" if summary else "leaf",
        "subset": "" if summary or subtask == common["benchmark"] else subtask,
        "n_shot": shots if shots is not None and shots >= 0 else None,
    }
    reading.ignore(ANCHORS, count_numbers([row.get("low_score"), row.get("high_score")]))
    for metric, value in row["score_dict"].items():
        where = place + pointer("score_dict", metric)
        if metric == NORMALIZED and not summary:
            reading.ignore(REPEATED, count_numbers(value))
            continue
        found, missing = score(value)
        if found is None and not missing:
            reading.quarantine(_not_a_number(where, value), count_numbers(value))
            continue
        measured = {
            "metric": metric,
            "metric_raw": metric,
            "primary": metric == preferred if preferred else None,
        }
        if metric == NORMALIZED:
            measured |= {"direction": "higher", "direction_source": "table"}
        record = Record(**fields, **measured, value=found, missing=missing, pointer=where)
        reading.take(record, count_numbers(value))


def _not_a_number(where: str, seen: Any) -> Problem:
    return Problem(
        code="value_not_a_number",
        message="the score is not a number",
        pointer=where,
        seen=kind(seen),
        expected="a number",
    )
