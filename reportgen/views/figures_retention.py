"""Figures of retention: slopes from before to after, and streams as tasks by stages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.views.blocks import Figure
from reportgen.views.common import known, rows_of
from reportgen.views.figures import as_table
from reportgen.views.figures_matrix import heat_map
from reportgen.views.figures_scatter import Line, Points, scatter
from reportgen.views.split_words import decimals

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from reportgen.analysis.evidence import Computed
    from reportgen.analysis.summaries.retention import Headline

#: Runs and streams that get a figure each.
MAX_FIGURES = 4


def slopes(found: Computed, runs: pd.DataFrame) -> Iterator[Figure]:
    """Before and after of each run of the headline's comparison."""
    fact: Headline = found.headline
    if fact.stream or runs.empty:
        return
    shown = runs[runs["comparison"] == fact.least["comparison"]].head(MAX_FIGURES)
    pairs = found.tables["pairs"]
    for index, row in enumerate(rows_of(shown)):
        rows = pairs[
            (pairs["system"] == row.system) & (pairs["tuned_on"] == row.benchmark) & (pairs["unit"] == row.unit)
        ]  # fmt: skip
        yield _slope(row, rows.sort_values(["drop", "benchmark"], ascending=[False, True]), index)


def _slope(row: Any, rows: pd.DataFrame, index: int) -> Figure:
    lines, points = [], []
    for target, color, name in ((False, "ood", "not tuned for"), (True, "good", "tuned for")):
        part = rows_of(rows[rows["target"].astype(bool) == target])
        lines += [
            Line(name=str(one.benchmark), x=[0, 1], y=[one.before, one.after], color=color) for one in part
        ]
        if part:
            points.append(
                Points(
                    name=name,
                    x=[at for _ in part for at in (0, 1)],
                    y=[value for one in part for value in (one.before, one.after)],
                    text=[f"{one.benchmark}: {numbers.score(one.before)} to {numbers.score(one.after)}"
                          for one in part for _ in (0, 1)],
                    color=color,
                )
            )  # fmt: skip
    data, layout = scatter(
        lines=lines, points=points, x_title="", y_title=f"score{f', {row.unit}' if row.unit else ''}"
    )
    for trace in data[: len(lines)]:
        trace["showlegend"] = False
    layout["showlegend"] = True
    layout["xaxis"] |= {
        "tickmode": "array", "tickvals": [0, 1], "ticktext": ["before", "after"], "range": [-0.15, 1.15],
        "showgrid": False,
    }  # fmt: skip
    tuned = f" tuned on {row.benchmark}" if row.benchmark else ""
    return Figure(
        name=f"figure-retention-{index}",
        heading=f"{row.system}{tuned}: before and after",
        caption=("Each line is one benchmark. A line that falls is a loss, where higher is better.",),
        alt=f"Slope graph of {numbers.plural(len(rows), 'benchmark')} before and after tuning of {row.system}.",
        data=data,
        layout=layout,
        table=as_table(
            f"figure-retention-{index}",
            ("Benchmark", "Before", "After"),
            [str(name) for name in rows["benchmark"]],
            [rows["before"].tolist(), rows["after"].tolist()],
        ),
    )


def heat_maps(found: Computed, streams: pd.DataFrame) -> Iterator[Figure]:
    stages = found.tables["stages"]
    for index, row in enumerate(rows_of(streams.head(MAX_FIGURES))):
        rows = stages[(stages["system"] == row.system) & (stages["unit"] == row.unit)]
        yield _heat_map(str(row.system), rows, index)


def _heat_map(system: str, rows: pd.DataFrame, index: int) -> Figure:
    """Tasks by stages, tasks in the order in which they were learned."""
    tasks = rows.groupby("benchmark")["learned"].first().reset_index()
    order = [str(name) for name in tasks.sort_values(["learned", "benchmark"])["benchmark"]]
    steps = sorted(set(rows["step"].tolist()))
    scores = {(row.benchmark, row.step): row.score for row in rows_of(rows)}
    tuned = {row.step: str(row.tuned_on) for row in rows_of(rows)}
    z = [[known(scores.get((task, step))) for step in steps] for task in order]
    labels = [f"{numbers.plain(step)} · {tuned[step]}" for step in steps]
    data, layout = heat_map(
        rows=order,
        columns=labels,
        values=z,
        axes=("after stage", ""),
        decimals=decimals(str(rows["unit"].iloc[0])),
    )
    return Figure(
        name=f"figure-stages-{index}",
        heading=f"{system}: every task after every stage",
        caption=(
            "Each task keeps its row, in the order in which they were learned; forgetting shows to the right.",
        ),
        alt=f"Heat map: {numbers.plural(len(order), 'task')} after {numbers.plural(len(steps), 'stage')} of {system}.",
        data=data,
        layout=layout,
        height=110 + 44 * len(order),
        table=as_table(
            f"figure-stages-{index}",
            ("Task", *labels),
            order,
            [[line[at] for line in z] for at in range(len(steps))],
        ),
    )
