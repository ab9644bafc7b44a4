"""Summaries of OpenCompass (https://github.com/open-compass/opencompass): a row a data set, a column a model.

`summary_<time>.csv` is the form for programs. The same table is in `.txt` (among others) and `.md`, which give
the same records. `version` is the first part of the hash of prompt and settings; "-" there marks a group, whose
score is an average of the rows of other data sets.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reportgen.ingest.cells import numbers_in_cell
from reportgen.ingest.read import inner_name
from reportgen.ingest.rows import place_in_table
from reportgen.ingest.scores import items, named, of_benchmark, of_metric, remarks, take_score
from reportgen.ingest.source import Reading
from reportgen.ingest.tables import Table, read_header, read_table
from reportgen.records.problem import Problem, shorten

if TYPE_CHECKING:
    from reportgen.ingest.source import Source
    from reportgen.ingest.tables import Row

NAME = "opencompass"
TITLE = "OpenCompass"
VERSION = "1"
SUFFIXES: tuple[str, ...] = (".csv", ".md")
NEEDS = "dataset, version, metric, mode"
TOLERATES_NAN = False
PATHS = re.compile(r"(^|/)summary_\d{8}_\d{6}\.txt$", re.ASCII)

HEADER = ("dataset", "version", "metric", "mode")
_HEAD = 1_000_000  # of a file that may be documentation, what is looked at
_COUNT = "total_count"  # of forks
_STAMP = re.compile(r"summary_(\d{4})(\d{2})(\d{2})_(\d{2})(\d{2})(\d{2})\.[\w.]+$", re.ASCII)
_CSV_SECTION = re.compile(
    r"^csv format\s*\n\^+[^\n]*\n(?P<table>.*?)(?:\n\s*\n|\n\$|\n-{9}|\Z)", re.MULTILINE | re.DOTALL
)
_PARTS = re.compile(r"\((\d+)\s*/\s*(\d+)\)\s*$", re.ASCII)


def claims(source: Source) -> str | None:
    """A header that starts with `dataset`, `version`, `metric`, `mode`, in any of the three layouts."""
    if source.is_document or not source.text:
        return None
    header = read_header(_as_csv(source.path, source.text[:_HEAD]), path="a.csv")
    return "`dataset`, `version`, `metric` and `mode` before the models" if _is_header(header) else None


def _is_header(header: tuple[str, ...]) -> bool:
    return header[:4] == HEADER and len(header) > len(HEADER)


def _as_csv(path: str, text: str) -> str:
    """The table as CSV: the file itself, the part of a .txt, or the rows of a .md."""
    name = inner_name(path).lower()
    if name.endswith(".txt"):
        section = _CSV_SECTION.search(text)
        return section["table"] if section else ""
    if not name.endswith(".md"):
        return text
    rows = [line.strip() for line in text.split("\n") if line.lstrip().startswith("|")]
    kept = [row for row in rows if not re.fullmatch(r"[|:\-\s]+", row)]
    return "\n".join(",".join(_quoted(cell.strip()) for cell in row.strip("|").split("|")) for row in kept)


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def read(source: Source) -> Reading:
    """One record for each data set, metric and model."""
    reading = Reading()
    table = read_table(_as_csv(source.path, source.text), path="a.csv")
    reading.problems += table.problems
    for problem, numbers in (*table.ragged, *table.repeated_columns()):
        reading.quarantine(problem, numbers)
    models = {name: place for name, place in table.columns.items() if place > 3 and name and name != _COUNT}
    stamp = _STAMP.search(source.path)
    dated = {"date": "{}-{}-{}T{}:{}:{}".format(*stamp.groups()), "date_source": "filename"} if stamp else {}
    for row in table.rows:
        _read_row(reading, table, row, models, dated)
    if (
        inner_name(source.path).lower().endswith((".md", ".txt"))
    ):  # numbers of other text are those of its table
        cells = sum(numbers_in_cell(cell) for row in table.rows for cell in row.cells)
        reading.found = cells + sum(numbers for _, numbers in table.ragged)
    return reading


def _read_row(
    reading: Reading, table: Table, row: Row, models: dict[str, int], dated: dict[str, str]
) -> None:
    dataset, version, metric, mode = (cell.strip() for cell in row.cells[:4])
    numbers = sum(numbers_in_cell(row.cells[place]) for place in models.values())
    if metric in {"", "-"} and not numbers:
        return  # a heading, or a data set that was not run
    if dataset in {"", "-"} or metric in {"", "-"}:
        reading.quarantine(_unnamed(row, dataset), numbers)
        return
    total = items(row.cells[table.columns[_COUNT]]) if _COUNT in table.columns else None
    fields = of_benchmark(dataset) | of_metric(metric) | dated | {
        "benchmark_level": "aggregate" if version == "-" else "leaf",
        "task_hash": "" if version == "-" else version,
        "metric_variant": "" if mode == "-" else mode,
        "tool": NAME,
    }  # fmt: skip
    fields |= {"n": total, "n_kind": "items"} if total else {}
    uncounted = 1 if total else 0
    for model, place in models.items():
        cell = row.cells[place]
        measured = fields | named(model)
        measured |= _parts(cell, measured["flags"])
        where = place_in_table(row.line, model)
        take_score(reading, measured, cell, where, uncounted, as_text=True)
        uncounted = 0


def _parts(cell: str, flags: str) -> dict[str, Any]:
    """What "82.00 (7/8)" says: only seven of the eight parts of an average are there."""
    parts = _PARTS.search(cell)
    if parts is None:
        return {}
    partial = int(parts[1]) < int(parts[2])
    return {
        "flags": remarks(flags, f"{parts[1]} of {parts[2]} parts"),
        "status": "partial" if partial else "ok",
    }


def _unnamed(row: Row, dataset: str) -> Problem:
    return Problem(
        code="missing_field",
        message="scores without a metric" if dataset not in {"", "-"} else "scores without a data set",
        pointer=place_in_table(row.line, "metric" if dataset not in {"", "-"} else "dataset"),
        line=row.line,
        seen=shorten(",".join(row.cells[:4])),
        expected="a name",
    )
