"""Figures of proxies against the truth: scatter with a fitted line and identity, and bars of regret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.views.blocks import Figure
from reportgen.views.common import known, rows_of
from reportgen.views.figures import as_table
from reportgen.views.figures_scatter import Line, Points, scatter

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from reportgen.analysis.evidence import Computed

#: Pairs with a figure, units drawn in one and listed below it.
MAX_FIGURES = 4
MAX_POINTS = 2000
MAX_LISTED = 200
#: Benchmarks of a figure, each in a colour of its own; more share the last one.
COLORS = ("accent", "ood", "good", "violet", "bad")


def noun(over: str) -> tuple[str, str]:
    """One and several of what a unit is."""
    return over.removesuffix("s"), over


def unit_figures(found: Computed) -> Iterator[Figure]:
    """Scatter of each of the pairs with most units."""
    for at, row in enumerate(rows_of(found.main.head(MAX_FIGURES))):
        units = found.tables["units"]
        mine = units[
            (units["suite"] == row.suite) & (units["proxy"] == row.proxy) & (units["truth"] == row.truth)
        ]
        yield _figure(row, mine, at)


def _figure(row: Any, units: pd.DataFrame, at: int) -> Figure:
    shown = units.head(MAX_POINTS)
    low, high = float(shown["proxy_value"].min()), float(shown["proxy_value"].max())
    lines = []
    if known(row.slope) is not None:
        ends = [row.intercept + row.slope * one for one in (low, high)]
        lines.append(Line(name="fitted line", x=[low, high], y=ends, color="soft"))
    if known(row.bias) is not None:
        lines.append(Line(name="proxy = truth", x=[low, high], y=[low, high], color="faint", dash="dot"))
    names = sorted(set(shown["benchmark"]))
    points = []
    for place, name in enumerate(names[: len(COLORS)]):
        rest = place == len(COLORS) - 1 and len(names) > len(COLORS)
        mine = shown[shown["benchmark"].isin(names[place:] if rest else [name])]
        points.append(_points_of(mine, "other benchmarks" if rest else str(name), COLORS[place]))
    data, layout = scatter(
        lines=lines, points=points, x_title=str(row.proxy), y_title=f"{row.truth}{_in_unit(row.unit)}"
    )
    return Figure(
        name=f"figure-proxy-{at}",
        heading=f"{row.proxy} and {row.truth}",
        caption=(
            f"Every point is one of {numbers.plural(int(row.units), *noun(str(row.over)))}, as reported."
            + (f" The first {numbers.count(MAX_POINTS)} are drawn." if len(units) > MAX_POINTS else ""),
        ),
        alt=f"{row.truth} over {row.proxy}, {numbers.plural(len(shown), 'point')}.",
        data=data,
        layout=layout,
        height=420,
        table=as_table(
            f"figure-proxy-{at}",
            ("Unit", str(row.proxy), str(row.truth)),
            [_unit_name(one, several=len(names) > 1) for one in rows_of(shown.head(MAX_LISTED))],
            [shown["proxy_value"].head(MAX_LISTED).tolist(), shown["truth_value"].head(MAX_LISTED).tolist()],
        ),
    )


def _in_unit(unit: str) -> str:
    return f", {unit}" if unit else ""


def _points_of(rows: pd.DataFrame, name: str, color: str) -> Points:
    return Points(
        name=name,
        x=rows["proxy_value"].tolist(),
        y=rows["truth_value"].tolist(),
        text=[_unit_name(one, several=True) for one in rows_of(rows)],
        color=color,
    )


def _unit_name(row: Any, *, several: bool) -> str:
    step = known(row.step)
    parts = (
        str(row.system),
        str(row.benchmark) if several else "",
        str(row.task),
        f"seed {row.seed}" if row.seed else "",
        f"step {numbers.plain(step)}" if step is not None else "",
    )
    return " · ".join(filter(None, parts))


def regrets(rows: pd.DataFrame) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Bars of what choosing by each proxy costs."""
    places = list(range(len(rows)))
    alone = rows["truth"].nunique() == 1
    names = [str(row.proxy) if alone else f"{row.proxy} → {row.truth}" for row in rows_of(rows)]
    bars: dict[str, Any] = {
        "type": "bar",
        "orientation": "h",
        "x": [round(value, 6) for value in rows["regret"].tolist()],
        "y": places,
        "text": names,
        "textposition": "none",
        "hoverinfo": "text+x",
        "marker": {"color": "token:ood"},
    }
    layout: dict[str, Any] = {
        "showlegend": False,
        "xaxis": {"title": {"text": "Regret, in the unit of the truth"}, "rangemode": "tozero"},
        "yaxis": {
            "tickmode": "array",
            "tickvals": places,
            "ticktext": [name if len(name) <= 28 else f"{name[:15]}…{name[-12:]}" for name in names],
            "autorange": "reversed",
            "automargin": True,
        },
        "margin": {"t": 12, "r": 12, "b": 48},
    }
    return [bars], layout
