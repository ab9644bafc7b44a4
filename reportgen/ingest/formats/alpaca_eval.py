"""Leaderboards of AlpacaEval (https://github.com/tatsu-lab/alpaca_eval): CSV with win rates in percent.

The files of the repository have the model in a column without a name; those of the web site have display names and
no counts. The judge, which stands in the file name, changes the score: it is the variant of every metric.
An entry that games the judge looks like any other here; a catalog says that it is to be left out.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from reportgen.ingest.cells import numbers_in_cell, parse_cell
from reportgen.ingest.rows import place_in_table
from reportgen.ingest.scores import items, named, of_benchmark, of_metric, open_table, take_score
from reportgen.ingest.source import Reading
from reportgen.ingest.tables import read_header
from reportgen.records.problem import Problem

if TYPE_CHECKING:
    from reportgen.ingest.source import Source
    from reportgen.ingest.tables import Row, Table

NAME = "alpaca_eval"
TITLE = "AlpacaEval"
VERSION = "1"
SUFFIXES: tuple[str, ...] = (".csv",)
NEEDS = "win_rate, standard_error, n_total"
TOLERATES_NAN = False

WIN_RATE, CONTROLLED, DISCRETE = "win_rate", "length_controlled_winrate", "discrete_win_rate"
#: Standard error of each metric.
_ERRORS = {WIN_RATE: "standard_error", CONTROLLED: "lc_standard_error"}
#: Counts that belong to the win rate.
_COUNTS = {"wins": "n_wins", "ties": "n_draws", "losses": "n_wins_base"}
_SECOND_JUDGE = "weighted_alpaca_eval_gpt4_turbo"
_OUTPUTS = re.compile(r"/results/([^/]+)/model_outputs\.json$")
_LENGTHS = ("avg_length", "output_length")


def claims(source: Source) -> str | None:
    """A first column without a name beside `win_rate`; or the columns of the web site."""
    if source.is_document or not source.text:
        return None
    header = read_header(source.text, path=source.path)
    if WIN_RATE not in header:
        return None
    if header[0] == "" and ("standard_error" in header or "n_total" in header) and "model" not in header:
        return "a column without a name, and `win_rate`"
    return "`name`, `win_rate` and `samples`" if header[0] == "name" and "samples" in header else None


def read(source: Source) -> Reading:
    """One record for each model and win rate: plain, length-controlled, discrete."""
    reading = Reading()
    table = open_table(reading, source)
    benchmark, judge = _setting(source.path)
    shared = of_benchmark(benchmark) | {
        "suite": benchmark,
        "unit": "percent",
        "tool": NAME,
        "metric_variant": f"judge={judge}" if judge else "",
    }
    names = Counter(row.cells[0].strip() for row in table.rows)
    main = CONTROLLED if benchmark == "AlpacaEval 2" and CONTROLLED in table.columns else WIN_RATE
    for row in table.rows:
        entry = _entry(table, row) if names[row.cells[0].strip()] > 1 else ""
        _read_row(reading, table, row, shared | {"model_variant": f"entry={entry}" if entry else ""}, main)
    return reading


def _entry(table: Table, row: Row) -> str:
    """The folder that an entry's outputs are linked from: two models of the web site may share a name."""
    outputs = row.cells[table.columns["samples"]] if "samples" in table.columns else ""
    found = _OUTPUTS.search(outputs)
    return found[1] if found else ""


def _setting(path: str) -> tuple[str, str]:
    """Benchmark, from the folder or the judge that only the second version uses; and the judge."""
    *folders, name = path.split("/")
    stem = name.partition(".")[0]
    judge = stem.removesuffix("_leaderboard") if stem.endswith("_leaderboard") else ""
    second = judge.startswith(_SECOND_JUDGE) or any(folder.endswith("AlpacaEval_2") for folder in folders)
    return "AlpacaEval 2" if second else "AlpacaEval", judge


def _read_row(reading: Reading, table: Table, row: Row, shared: dict[str, Any], main: str) -> None:
    cells = {name: row.cells[place].strip() for name, place in table.columns.items()}
    model = row.cells[0].strip()
    if not model:
        problem = Problem(
            code="missing_field",
            message="a row without a model",
            pointer=place_in_table(row.line, ""),
            line=row.line,
        )
        reading.quarantine(problem, sum(map(numbers_in_cell, cells.values())))
        return
    reading.ignore(
        "length of the answers, not a score", sum(numbers_in_cell(cells.get(n, "")) for n in _LENGTHS)
    )
    total = items(cells.get("n_total", ""))
    fields = shared | named(model) | ({"n": total, "n_kind": "items"} if total else {})
    uncounted = numbers_in_cell(cells["n_total"]) if total else 0
    for metric in (WIN_RATE, CONTROLLED, DISCRETE):
        if metric not in cells:
            continue
        error, numbers = _error(cells, metric)
        counts, used = _counts(cells) if metric == WIN_RATE else ({}, 0)
        measured = fields | of_metric(metric) | error | counts | {"primary": metric == main}
        where = place_in_table(row.line, metric)
        take_score(reading, measured, cells[metric], where, numbers + used + uncounted, as_text=True)
        uncounted = 0


def _error(cells: dict[str, str], metric: str) -> tuple[dict[str, Any], int]:
    """The standard error of a metric, and how many numbers it is made of."""
    written = cells.get(_ERRORS.get(metric, ""), "")
    error = parse_cell(written).value
    if error is None or error < 0:
        return {}, 0
    return {"stderr": error, "stderr_kind": "reported"}, numbers_in_cell(written)


def _counts(cells: dict[str, str]) -> tuple[dict[str, Any], int]:
    found: dict[str, Any] = {}
    for field, column in _COUNTS.items():
        count = parse_cell(cells.get(column, "")).value
        if count is not None and count >= 0 and count.is_integer():
            found[field] = int(count)
    return found, len(found)
