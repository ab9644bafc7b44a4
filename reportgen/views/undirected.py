"""Metrics of which nobody said whether more is better, with the lines that say it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import yaml

from reportgen import numbers
from reportgen.views.blocks import Cell, Code, Prose, Strong, Table
from reportgen.views.common import columns, count_cell, rows_of, text_cell

if TYPE_CHECKING:
    import pandas as pd

    from reportgen.views.blocks import Block

#: Anchor of the section on the ingest page.
ANCHOR = "unknown-directions"
#: Metrics listed; a tool with more of them needs an adapter that knows them.
MOST = 200
_NAMED = 3


def undirected(frame: pd.DataFrame) -> tuple[Block, ...]:
    """A paragraph and a table, or nothing where every direction is known (frame: columns `records.frame.COLUMNS`)."""
    unknown = (frame["direction"] == "unknown").to_numpy(bool) & np.isfinite(frame["value"].to_numpy(float))
    if not unknown.any():
        return ()
    rows = frame.loc[unknown, ["tool", "metric", "benchmark"]].astype(object)
    metrics = rows_of(
        rows.groupby(["metric", "tool"], sort=True)["benchmark"].agg(["size", "unique"]).reset_index()
    )
    return (
        Prose(
            heading="Metrics of unknown direction",
            anchor=ANCHOR,
            paragraphs=(
                (
                    Strong(numbers.plural(len(metrics), "metric")),
                    f" {'is' if len(metrics) == 1 else 'are'} shown and never ranked, because neither the files nor "
                    "what is known about metrics say whether more is better. To have one ranked, put its line below ",
                    Code("metrics:"),
                    " in ",
                    Code("results/catalog/metrics.yml"),
                    ", with ",
                    Code("lower"),
                    " in place of ",
                    Code("higher"),
                    " where less is better.",
                ),
            ),
        ),
        Table(
            name="undirected",
            caption="Metrics of unknown direction, and how to declare it",
            columns=columns(
                ("metric", "Metric", {"align": "left"}),
                ("tool", "Tool", {"align": "left", "wide": True}),
                ("benchmarks", "Benchmarks", {}),
                ("records", "Records", {"wide": True}),
                ("line", "Line for metrics.yml", {"align": "left", "sortable": False}),
            ),
            rows=tuple(_row(metric) for metric in metrics[:MOST]),
            search="Find a metric" if len(metrics) > 10 else "",
        ),
    )


def _row(metric: Any) -> tuple[Cell, ...]:
    benchmarks = sorted(metric.unique)
    named = ", ".join(benchmarks[:_NAMED]) + (", …" if len(benchmarks) > _NAMED else "")
    return (
        text_cell(metric.metric),
        text_cell(metric.tool or numbers.ABSENT),
        Cell(text=numbers.count(len(benchmarks)), sort=len(benchmarks), title=named),
        count_cell(metric.size),
        text_cell(declaration(metric.metric, metric.tool), code=True),
    )


def declaration(metric: str, tool: str) -> str:
    """The line of `results/catalog/metrics.yml` that says that more of this metric is better."""
    entry = {"id": metric} | ({"tool": tool} if tool else {}) | {"direction": "higher"}
    text: str = yaml.safe_dump(
        entry, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10**9
    )
    return f"  - {text.strip()}"
