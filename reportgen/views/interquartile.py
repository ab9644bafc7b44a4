"""The mean of the middle half of all runs: its table on the page of methods, and what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.views.blocks import Definition, External, Table
from reportgen.views.common import columns, count_cell, known, rows_of, text_cell, value_cell

if TYPE_CHECKING:
    from reportgen.analysis.evidence import Computed
    from reportgen.views.blocks import Cell

AGARWAL = External(
    "Agarwal et al. (2021), Deep RL at the edge of the statistical precipice",
    "https://arxiv.org/abs/2108.13264",
)


def middles(found: Computed) -> tuple[Table, ...]:
    """The table, where results give the runs of every benchmark."""
    rows = rows_of(found.tables["interquartile_means"])
    if not rows:
        return ()
    many = len({str(row.panel) for row in rows}) > 1
    return (
        Table(
            name="middles",
            heading="The middle half of all runs",
            caption="Interquartile mean of all runs on all benchmarks, with its interval over runs, best first",
            columns=columns(
                ("system", "System", {"align": "left"}),
                *((("panel", "Table", {"align": "left", "wide": True}),) if many else ()),
                ("mean", "Interquartile mean", {}),
                ("interval", f"{numbers.percent(found.level)} interval", {"wide": True}),
                ("runs", "Runs each", {"wide": True}),
                ("benchmarks", "Benchmarks", {"wide": True}),
            ),
            rows=tuple(_row(row, many=many) for row in rows),
            compact=True,
            download="method_table_interquartile_means",
        ),
    )


def _row(row: Any, *, many: bool) -> tuple[Cell, ...]:
    decimals = 3 if row.unit == "fraction" else 1
    return (
        text_cell(row.system),
        *((text_cell(row.panel),) if many else ()),
        value_cell(row.interquartile_mean, decimals=decimals),
        text_cell(numbers.interval(known(row.low), known(row.high), decimals)),
        count_cell(int(row.runs)),
        count_cell(int(row.benchmarks)),
    )


def middle_definition(found: Computed) -> tuple[Definition, ...]:
    """What the table says, where it is there."""
    if found.tables["interquartile_means"].empty:
        return ()
    return (
        Definition(
            title="Interquartile mean",
            words=(
                "The mean of the middle half of a system's runs on all benchmarks together: its lowest and highest "
                "quarter are left out, so that a few lucky or failed runs do not decide.",
            ),
            formula="mean of the sorted scores int(N / 4) + 1 to N − int(N / 4), N runs on all benchmarks",
            source=(
                "Interval: runs drawn again within each benchmark, 2,000 times, percentiles; ",
                AGARWAL,
                ".",
            ),
            assumptions=(
                "It says what other runs would give, not other benchmarks, and is not for differences of two systems.",
                "With few runs it is too narrow: nominal 95 % intervals covered the truth in 87 % of simulated tables "
                "of 3 runs each, 91 % of 5 and 94 % of 10.",
            ),
        ),
    )
