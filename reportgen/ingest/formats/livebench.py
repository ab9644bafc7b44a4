"""Tables of LiveBench (https://livebench.ai): `table_<release>.csv`, a row a model and a column a task, in percent.

`cost_<release>.csv` has the same columns and models: what the run of each task cost. Only the file name tells them
apart. A release asks new questions under the names of old tasks, so its date is the revision of the data. Which
category a task belongs to is in `categories_<release>.json` beside the table; a task that none lists has no parent.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reportgen.ingest.cells import numbers_in_cell
from reportgen.ingest.document import entries, members, text
from reportgen.ingest.rows import place_in_table
from reportgen.ingest.scores import named, of_benchmark, of_metric, open_table, take_score
from reportgen.ingest.source import Reading
from reportgen.ingest.tables import read_header
from reportgen.records.problem import Problem

if TYPE_CHECKING:
    from reportgen.ingest.source import Source

NAME = "livebench"
TITLE = "LiveBench"
VERSION = "1"
SUFFIXES: tuple[str, ...] = (".csv",)
NEEDS = "model, AMPS_Hard, math_comp, connections, zebra_puzzle"
TOLERATES_NAN = False
COMPANIONS: dict[str, tuple[str, ...]] = {
    "table*.csv": ("categories*.json",),
    "cost*.csv": ("categories*.json",),
}

SUITE = "LiveBench"
#: Names of tasks over all releases; those of no other benchmark are what a table is known by.
TASKS = frozenset({
    "AMPS_Hard", "LCB_generation", "code_completion", "code_generation", "coding_completion", "completion",
    "connections", "consecutive_events", "cta", "house_traversal", "integrals_with_game", "javascript",
    "logic_with_navigation", "math_comp", "math_proof_comp", "movie_unscrambling", "olympiad", "paraphrase",
    "plot_unscrambling", "python", "simplify", "spatial", "story_generation", "summarize", "tablejoin",
    "tablereformat", "temporal", "theory_of_mind", "typescript", "typos", "web_of_lies_v2", "web_of_lies_v3",
    "zebra_puzzle",
})  # fmt: skip
#: Tasks a table must have at least, and the share of its columns that must be tasks: releases bring new ones.
_LEAST, _SHARE = 4, 0.5
_RELEASE = re.compile(r"(?:table|cost)_(\d{4})_(\d{2})_(\d{2})\.", re.ASCII)


def claims(source: Source) -> str | None:
    """A column `model`, and at least half of the others tasks of LiveBench."""
    if source.is_document or not source.text:
        return None
    header = read_header(source.text, path=source.path)
    known = sum(name in TASKS for name in header[1:])
    if not header or header[0] != "model" or known < _LEAST or known < _SHARE * (len(header) - 1):
        return None
    return f"`model`, and {known} tasks of LiveBench as columns"


def read(source: Source) -> Reading:
    """One record for each model and task."""
    reading = Reading()
    table = open_table(reading, source)
    stamp = _RELEASE.search(source.path)
    release = "-".join(stamp.groups()) if stamp else ""
    categories = _categories(source, release)
    costs = source.path.rpartition("/")[2].startswith("cost")
    shared = of_metric("cost" if costs else "score") | {
        "suite": SUITE,
        "dataset_revision": release,
        "unit": "" if costs else "percent",
        "tool": NAME,
        "primary": not costs,
    }
    tasks = {name: place for name, place in table.columns.items() if place and name}
    for row in table.rows:
        model = row.cells[0].strip()
        if not model:
            _refuse_row(reading, row.line, row.cells, tasks)
            continue
        for task, place in tasks.items():
            fields = shared | named(model) | of_benchmark(task) | {"parent": categories.get(task, "")}
            take_score(reading, fields, row.cells[place], place_in_table(row.line, task), as_text=True)
    return reading


def _refuse_row(reading: Reading, line: int, cells: tuple[str, ...], tasks: dict[str, int]) -> None:
    problem = Problem(
        code="missing_field",
        message="a row without a model",
        pointer=place_in_table(line, "model"),
        line=line,
    )
    reading.quarantine(problem, sum(numbers_in_cell(cells[place]) for place in tasks.values()))


def _categories(source: Source, release: str) -> dict[str, str]:
    """Category of each task: by the file of the same release, else by the one without a date."""
    stamp = release.replace("-", "_")
    for name in (f"categories_{stamp}.json", "categories.json"):
        beside: Any = source.beside(name)
        if beside is not None:
            listed = members(beside.document)
            return {text(task): category for category in listed for task in entries(listed[category])}
    return {}
