"""The table of tests that promptfoo writes: a row for each test, and the same columns again for each system.

Columns have the same names again and again: what they belong to is the column `[provider] prompt` before them.
"""

from __future__ import annotations

import hashlib
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from reportgen.ingest.document import number
from reportgen.ingest.promptfoo_tests import ERROR
from reportgen.ingest.tables import open_table, read_header

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportgen.ingest.source import Reading

_SYSTEM = re.compile(r"\[([^\]]+)\] (.*)", re.DOTALL)
_DESCRIPTION = "Description"
_METRIC = "Metric: "
_OUTCOMES = {"PASS": True, "FAIL": False, "ERROR": False}


class _System(NamedTuple):
    """The columns of one system."""

    provider: str
    label: str
    status: int
    score: int
    metrics: dict[str, int]


def is_table(text: str) -> bool:
    """Whether a table is of this kind, by its header."""
    return bool(_systems(read_header(text)))


def _systems(header: tuple[str, ...]) -> list[_System]:
    starts = [
        index
        for index in range(1, len(header) - 1)
        if header[index : index + 2] == ("Status", "Score") and _SYSTEM.fullmatch(header[index - 1])
    ]
    found = []
    for start, end in pairwise([*starts, len(header) + 1]):
        named = _SYSTEM.fullmatch(header[start - 1])
        metrics = {
            header[index].removeprefix(_METRIC): index
            for index in range(start + 2, min(end - 1, len(header)))
            if header[index].startswith(_METRIC)
        }
        if named:
            found.append(_System(named[1], named[2], start, start + 1, metrics))
    return found


def read_test_table(reading: Reading, text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each test of each system with its place, in the form that it has in JSON; rows that do not fit are problems."""
    table = open_table(text)
    systems = _systems(table.header)
    variables = range(systems[0].status - 1) if systems else range(0)
    for row in table.rows():
        given = {table.header[index]: row.cells[index] for index in variables}
        given.pop(_DESCRIPTION, None)
        for system in systems:
            status = row.cells[system.status].strip()
            if status:  # none where the prompt was not meant for this test
                yield f"line {row.line}, column {system.status + 1}", _test(system, status, row.cells, given)
    for problem, numbers in table.ragged:
        reading.quarantine(problem, numbers)
    for problem in table.problems:
        reading.quarantine(problem, 0)


def _test(system: _System, status: str, cells: tuple[str, ...], given: dict[str, str]) -> dict[str, Any]:
    named = {name: _score(cells[index]) for name, index in system.metrics.items() if cells[index].strip()}
    return {
        "provider": {"label": system.provider},
        "prompt": {"label": system.label},
        # as promptfoo makes the id of a prompt
        "promptId": hashlib.sha256(system.label.encode("utf-8", "replace")).hexdigest(),
        "vars": given,
        "success": _OUTCOMES.get(status),
        "failureReason": ERROR if status == "ERROR" else 0,
        "score": _score(cells[system.score]),
        "namedScores": named,
    }


def _score(cell: str) -> float | str:
    """A score that was written with two decimals; what is none stays as it is."""
    try:
        value = number(float(cell))
    except ValueError:
        return cell
    return cell if value is None else value
