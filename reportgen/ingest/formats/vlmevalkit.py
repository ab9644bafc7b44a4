"""Score tables of VLMEvalKit (https://github.com/open-compass/VLMEvalKit): `<model>_<dataset>_acc.csv`, `_score.csv`.

Model and data set stand in the file name only, and both may hold underscores: the model is the folder the file lies
in, past a folder of one run (`T20260131-120000`). A judge in the name changes the score and is the metric's variant.
A table is wide in one of two ways: columns are metrics and rows categories, or columns are categories and rows
splits; the former where a column has the name of a metric. Some data sets are scored from 0 to 1, others to 100 or
to 1000, and no table says which: the unit is unknown.

`status.json` of a run has the state and the `metrics` of every data set. Each is a metric under its own name, beside
those of the tables; a data set that failed is a failed run.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from reportgen.ingest.cells import numbers_in_cell
from reportgen.ingest.document import members, pointer, text, utc
from reportgen.ingest.rows import place_in_table
from reportgen.ingest.scores import (
    items,
    named,
    of_benchmark,
    of_metric,
    open_table,
    refuse,
    refuse_all,
    take_score,
)
from reportgen.ingest.source import Reading
from reportgen.ingest.tables import read_header
from reportgen.records.problem import Problem
from reportgen.records.record import Record

if TYPE_CHECKING:
    from reportgen.ingest.source import Source
    from reportgen.ingest.tables import Row, Table

NAME = "vlmevalkit"
TITLE = "VLMEvalKit"
VERSION = "1"
SUFFIXES: tuple[str, ...] = (".csv", ".json")
NEEDS = "schema_version, eval_id, model_name, datasets"
TOLERATES_NAN = True
COMPANIONS: dict[str, tuple[str, ...]] = {
    "*_acc.csv": ("status.json",),
    "*_score.csv": ("status.json",),
    "*_score.json": ("status.json",),
}

_STATUS_KEYS = frozenset({"schema_version", "eval_id", "model_name", "datasets"})
_FAILED = frozenset({"failed", "error"})
_DONE = frozenset({"done", "success", "finished", "completed"})
_RUN_FOLDER = re.compile(r"T\d{8}[-_]\w+", re.ASCII)
_KIND = re.compile(r"(?P<rest>.+)_(?P<kind>acc|score)\.(?:csv|json)", re.ASCII)
_JUDGE = re.compile(
    r"(?P<dataset>.+)_(?P<judge>(?:gpt|chatgpt|qwen|deepseek|llama|claude|gemini)-?[\w.\-]*|exact_matching)"
)
_LABELS = frozenset({"split", "task&skill", "category", "type", "level", "dimension", "task", "index", ""})
_SKILL = "Task&Skill"
_METRICS = frozenset({
    "acc", "aacc", "facc", "qacc", "accuracy", "precision", "recall", "f1", "prefetch_rate", "score", "mean", "anls",
})  # fmt: skip
_TOTALS = ("tot", "total", "num")
_COUNTS = frozenset({*_TOTALS, "hit", "prefetch", "right", "success"})
_WHOLE = frozenset({"overall", "final score"})
_BY_CATEGORY = "by category"


class _Name(NamedTuple):
    """What path and name of a file say."""

    model: str
    dataset: str
    kind: str
    judge: str


def claims(source: Source) -> str | None:
    """The state of a run; a table of skills; or a table whose name begins with the folder it lies in."""
    document = source.document
    if source.is_document and isinstance(document, dict) and document.keys() >= _STATUS_KEYS:
        return "state of a run: `eval_id`, `model_name` and `datasets`"
    named_so = _name(source.path) is not None
    if source.is_document:
        flat = isinstance(document, dict) and any(
            type(value) in {int, float, str} for value in document.values()
        )
        nested = isinstance(document, dict) and any(
            isinstance(value, (dict, list)) for value in document.values()
        )
        return "flat scores, named after model and data set" if named_so and flat and not nested else None
    header = read_header(source.text, path=source.path)
    if header[:1] == (_SKILL,):
        return "a first column `Task&Skill`"
    tidy = {"model", "benchmark"} & {name.lower() for name in header}
    return "named after its model and data set" if named_so and header and not tidy else None


def _name(path: str) -> _Name | None:
    """Model, data set, kind of score and judge; None where the name does not begin with the model's folder."""
    *folders, file = path.split("/")
    while folders and _RUN_FOLDER.fullmatch(folders[-1]):
        folders.pop()
    kind = _KIND.match(file)
    if not folders or kind is None or not kind["rest"].startswith(folders[-1] + "_"):
        return None
    dataset = kind["rest"][len(folders[-1]) + 1 :]
    judged = _JUDGE.fullmatch(dataset)
    if judged:
        return _Name(folders[-1], judged["dataset"], kind["kind"], judged["judge"])
    return _Name(folders[-1], dataset, kind["kind"], "") if dataset else None


def read(source: Source) -> Reading:
    """One record for each row and column of scores, or each score of a flat object."""
    reading = Reading()
    if source.is_document and source.document.keys() >= _STATUS_KEYS:
        return _read_status(source.document)
    name = _name(source.path)
    if name is None:
        problem = Problem(
            code="benchmark_unknown",
            message="model and data set are not in the name of the file",
            pointer="/",
            expected="<model>/<model>_<dataset>_score.csv",
        )
        return refuse_all(source, reading, problem)
    fields = _fields(source, name)
    if source.is_document:
        _read_flat(reading, source.document, fields, name)
    else:
        _read_table(reading, open_table(reading, source), fields, name)
    return reading


def _fields(source: Source, name: _Name) -> dict[str, Any]:
    beside = source.beside("status.json")
    status = members(beside.document) if beside is not None else {}
    date = utc(status.get("updated_at")) or utc(status.get("created_at"))
    return named(text(status.get("model_name")) or name.model) | of_benchmark(name.dataset) | {
        "metric_variant": f"judge={name.judge}" if name.judge else "",
        "tool": NAME,
        "date": date,
        "date_source": "file" if date else "",
    }  # fmt: skip


def _read_status(document: dict[str, Any]) -> Reading:
    reading, model = Reading(), text(document.get("model_name"))
    if not model:
        refuse(reading, "a run without a model", "/model_name", document, "model_name")
        return reading
    date = utc(document.get("updated_at")) or utc(document.get("created_at"))
    shared = named(model) | {
        "tool": NAME,
        "tool_commit": text(document.get("commit")),
        "date": date,
        "date_source": "file" if date else "",
    }
    for dataset, entry in members(document["datasets"]).items():
        where = pointer("datasets", dataset)
        state = text(members(entry).get("status")).lower()
        fields = shared | of_benchmark(dataset) | {"metric_variant": ""}
        if not dataset.strip() or not isinstance(entry, dict):
            refuse(reading, "a data set without metrics", where, entry, "status and metrics")
        elif state in _FAILED:
            failed = fields | of_metric("score") | {"status": "failed", "missing": "failed_run"}
            reading.take(Record(**failed, value=None, pointer=where), numbers=0)
        else:
            fields["status"] = "ok" if state in _DONE or not state else "partial"
            _read_metrics_of(reading, members(entry.get("metrics")), fields, f"{where}/metrics")
    return reading


def _read_metrics_of(
    reading: Reading, metrics: dict[str, Any], fields: dict[str, Any], where: str, category: str = ""
) -> None:
    for name, value in metrics.items():
        if isinstance(value, dict):
            inner = ", ".join(filter(None, (category, name.strip())))
            _read_metrics_of(reading, value, fields, where + pointer(name), inner)
        elif not isinstance(value, (str, bool)) and name.strip():
            take_score(reading, _placed(fields, name.strip(), category), value, where + pointer(name))


def _placed(fields: dict[str, Any], metric: str, category: str) -> dict[str, Any]:
    """The fields of a score of the whole data set, or of one category, which never stands in for the whole."""
    if category.lower() in _WHOLE or not category:
        return fields | of_metric(metric) | {"primary": metric in {"acc", "score"} or None}
    variant = ", ".join(filter(None, (fields["metric_variant"], _BY_CATEGORY)))
    return fields | of_metric(metric) | {"metric_variant": variant, "subset": category}


def _read_flat(reading: Reading, scores: dict[str, Any], fields: dict[str, Any], name: _Name) -> None:
    for category, value in scores.items():
        if category.lower() == "final score norm":  # OCRBench: the sum of all, once more, divided by ten
            placed = fields | of_metric(f"{name.kind}_norm", category)
        else:
            placed = _placed(fields, name.kind, category.strip())
        take_score(reading, placed, value, pointer(category))


def _read_table(reading: Reading, table: Table, fields: dict[str, Any], name: _Name) -> None:
    labelled = table.header[0].lower() in _LABELS or not any(
        numbers_in_cell(row.cells[0]) for row in table.rows
    )
    columns = {column: place for column, place in table.columns.items() if column and (place or not labelled)}
    by_metric = any(column.lower() in _METRICS or column.lower().startswith("score (") for column in columns)
    for row in table.rows:
        label = row.cells[0].strip() if labelled else ""
        if by_metric:
            _read_metrics(reading, row, columns, fields, label)
        else:
            split = _split(table.header[0], label)
            prefix = "" if split or label.lower() in {"none", "overall"} else label
            _read_categories(reading, row, columns, fields | {"split": split}, (name.kind, prefix))


def _split(header: str, label: str) -> str:
    """The split that a row stands for, where rows are splits."""
    return label if header.lower() == "split" and label.lower() not in {"none", "overall", ""} else ""


def _read_metrics(
    reading: Reading, row: Row, columns: dict[str, int], fields: dict[str, Any], label: str
) -> None:
    cells = {column: row.cells[place].strip() for column, place in columns.items()}
    total = next((column for column in cells if column.lower() in _TOTALS), "")
    count = items(cells[total]) if total else None
    uncounted = 1 if count else 0
    for column, cell in cells.items():
        if column.lower() in _COUNTS:
            others = 0 if column == total and count else numbers_in_cell(cell)
            reading.ignore("counts behind a rate", others)
            continue
        placed = _placed(fields, column, label) | ({"n": count, "n_kind": "items"} if count else {})
        take_score(reading, placed, cell, place_in_table(row.line, column), uncounted, as_text=True)
        uncounted = 0


def _read_categories(
    reading: Reading, row: Row, columns: dict[str, int], fields: dict[str, Any], named_so: tuple[str, str]
) -> None:
    metric, prefix = named_so
    for column, place in columns.items():
        category = "" if column.lower() in {*_WHOLE, "total"} else column
        placed = _placed(fields, metric, ", ".join(filter(None, (prefix, category))))
        take_score(reading, placed, row.cells[place], place_in_table(row.line, column), as_text=True)
