"""Community results on the Hugging Face Hub: `.eval_results/*.yaml` in a model's repository.

A file is a list of scores, each with the id of a benchmark's data set and task. The model is the repository the file
lies in. What is measured and on which scale stands in the data set's own `eval.yaml`, not here: the metric is called
`score`, its direction and unit are unknown, and every record says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen.ingest.cells import numbers_in_cell, parse_value
from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import members, pointer, text, utc
from reportgen.ingest.hub import cached_repository
from reportgen.ingest.source import Reading
from reportgen.records.problem import Problem, shorten
from reportgen.records.record import Record

if TYPE_CHECKING:
    from reportgen.ingest.source import Source

NAME = "hf_eval_results"
TITLE = "Hugging Face .eval_results"
VERSION = "1"
SUFFIXES: tuple[str, ...] = (".yaml", ".yml")
NEEDS = "dataset, task_id, value"
TOLERATES_NAN = True

FOLDER = ".eval_results"
NOT_STATED = "metric and scale are not stated"
MAX_NOTES = 80


def claims(source: Source) -> str | None:
    """A list whose first entry has a `dataset` with `id` and `task_id`, and a `value`."""
    first = source.document[0] if isinstance(source.document, list) and source.document else None
    dataset = members(members(first).get("dataset"))
    if not {"id", "task_id"} <= dataset.keys() or "value" not in members(first):
        return None
    return "a list of `dataset.id`, `dataset.task_id` and `value`"


def read(source: Source) -> Reading:
    """One record for each entry."""
    reading = Reading()
    model, revision = _model(source.path)
    if not model:
        problem = Problem(
            code="model_unknown",
            message="the model is the repository the file lies in, and it lies in none",
            hint=f"keep the file as <model>/{FOLDER}/<name>.yaml",
        )
        return Reading(problems=[problem], quarantined=count_numbers(source.document))
    fields = {"model": model, "model_raw": model, "model_revision": revision}
    for position, entry in enumerate(source.document):
        _read_entry(reading, fields, entry, pointer(position))
    return reading


def _model(path: str) -> tuple[str, str]:
    """The folder of the repository and its revision, which a local cache of the Hub names."""
    folders = path.split("/")[:-1]
    if folders and folders[-1] == FOLDER:
        folders = folders[:-1]
    repository, revision = cached_repository(path)
    return repository or (folders[-1] if folders else ""), revision


def _read_entry(reading: Reading, model: dict[str, Any], entry: Any, place: str) -> None:
    stated = members(entry)
    dataset = members(stated.get("dataset"))
    identifier, task = text(dataset.get("id")), text(dataset.get("task_id"))
    if not identifier or not task or "value" not in stated:
        _refuse(reading, "an entry without dataset.id, dataset.task_id or value", place, entry)
        return
    value = stated["value"]
    cell = parse_value(value)
    numbers = numbers_in_cell(value) if isinstance(value, str) else count_numbers(value)
    if not cell.understood:
        _refuse(reading, "the score is not a number", place + "/value", value, numbers)
        return
    date = utc(stated.get("date"))
    source = members(stated.get("source"))
    notes, url = text(stated.get("notes"))[:MAX_NOTES], text(source.get("url"))
    record = Record(
        **model,
        model_variant=f"notes={notes}" if notes else "",
        benchmark=f"{identifier}/{task}",
        benchmark_raw=task,
        dataset=identifier,
        dataset_revision=text(dataset.get("revision")),
        task=task,
        metric="score",
        unit="percent" if cell.percent else "",
        value=cell.value,
        missing=cell.missing,
        raw=cell.raw,
        flags=NOT_STATED,
        pointer=place + "/value",
        date=date,
        date_source="file" if date else "",
        source_title=text(source.get("name")),
        source_url=url if url.startswith("https://") else "",
    )
    reading.take(record, numbers)


def _refuse(reading: Reading, what: str, where: str, value: Any, numbers: int | None = None) -> None:
    problem = Problem(
        code="invalid",
        message=what,
        pointer=where,
        seen=f"a {type(value).__name__}" if isinstance(value, (dict, list)) else shorten(value),
        expected="dataset with id and task_id, and a number as value",
    )
    reading.quarantine(problem, count_numbers(value) if numbers is None else numbers)
