"""The table of reported numbers that contradict each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.views.blocks import Notice, Strong, Table
from reportgen.views.common import columns, rows_of, text_cell

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from reportgen.views.blocks import Block, Cell

#: Rows shown; the rest is counted.
MAX_ROWS = 200
#: Cells named in a row; the rest is counted.
MAX_CELLS = 6


def contradictions(found: pd.DataFrame) -> Iterator[Block]:
    """A remark and the table, where there is any contradiction; columns as `analysis.consistency.COLUMNS`."""
    if found.empty:
        return
    many = len(found) != 1
    yield Notice(
        words=(
            Strong(numbers.plural(len(found), "contradiction")),
            f" between reported numbers {'are' if many else 'is'} listed below. They are used as they were reported.",
        ),
        tone="warn",
    )
    rest = len(found) - MAX_ROWS
    yield Table(
        name="contradictions",
        heading="Contradictions",
        caption="Reported numbers that contradict each other"
        + (f"; {numbers.count(rest)} more are like these" if rest > 0 else ""),
        columns=columns(
            ("system", "System", {"align": "left"}),
            ("benchmark", "Benchmark", {"align": "left"}),
            ("what", "What is wrong", {"align": "left"}),
            ("found", "Found", {"align": "left"}),
            ("expected", "Expected", {"align": "left"}),
            ("cells", "Where", {"align": "left", "wide": True}),
        ),
        rows=tuple(_row(row) for row in rows_of(found[:MAX_ROWS])),
        search="Find a system or a benchmark",
    )


def _row(row: Any) -> tuple[Cell, ...]:
    cells = str(row.cells).split("; ")
    more = f" and {numbers.count(len(cells) - MAX_CELLS)} more" if len(cells) > MAX_CELLS else ""
    return (
        text_cell(row.system),
        text_cell(row.benchmark),
        text_cell(row.message, note=row.kind),
        text_cell(row.found),
        text_cell(row.expected),
        text_cell("; ".join(cells[:MAX_CELLS]), code=True, note=more),
    )
