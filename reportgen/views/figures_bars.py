"""Bars side by side, annotated heat maps and sorted dots with intervals, as plain plotly dictionaries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.views.common import known

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reportgen.views.figures import Data, Layout

_COLORS = ("id", "ood", "violet", "good", "accent", "soft")
_LONGEST_LABEL = 30


def short(name: str) -> str:
    """A tick label that leaves room for the plot."""
    half = _LONGEST_LABEL // 2
    return name if len(name) <= _LONGEST_LABEL else f"{name[:half]}…{name[1 - half :]}"


def grouped_bars(
    names: Sequence[str],
    series: Sequence[tuple[str, Sequence[Any]]],
    *,
    axis: str,
    errors: Sequence[Sequence[Any]] = (),
) -> tuple[Data, Layout]:
    """One group of horizontal bars per name, top to bottom, a bar per series; errors are one standard error."""
    data: Data = []
    positions = list(range(len(names)))
    for at, (title, values) in enumerate(series):
        trace: dict[str, Any] = {
            "type": "bar",
            "orientation": "h",
            "name": title,
            "x": _plain(values),
            "y": positions,
            "text": [
                f"{name}, {title}: {numbers.score(known(value))}"
                for name, value in zip(names, values, strict=True)
            ],
            "textposition": "none",
            "hoverinfo": "text",
            "marker": {"color": f"token:{_COLORS[at % len(_COLORS)]}"},
        }
        if errors and any(known(error) is not None for error in errors[at]):
            trace["error_x"] = {"type": "data", "array": _plain(errors[at]), "thickness": 1, "width": 0}
            trace["error_x"]["color"] = "token:soft"
        data.append(trace)
    layout: Layout = {
        "barmode": "group",
        "bargap": 0.3,
        "showlegend": len(series) > 1,
        "legend": {"orientation": "h", "y": 1.02, "x": 0, "yanchor": "bottom", "traceorder": "normal"},
        "xaxis": {"title": {"text": axis}},
        "yaxis": _names_axis(positions, names),
        "margin": {"t": 36, "r": 14, "b": 48},
    }
    return data, layout


def heat_map(
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[Any]],
    *,
    limits: tuple[float, float],
    decimals: int,
) -> tuple[Data, Layout]:
    """Values written into cells on a fixed scale; a cell without a value stays empty."""
    plain = [_plain(row) for row in values]
    annotations = [
        {
            "x": x,
            "y": y,
            "text": numbers.fixed(value, decimals),
            "showarrow": False,
            "font": {"size": 12, "color": "token:ink"},
        }
        for y, row in enumerate(plain)
        for x, value in enumerate(row)
        if value is not None
    ]
    trace = {
        "type": "heatmap",
        "x": list(range(len(columns))),
        "y": list(range(len(rows))),
        "z": plain,
        "zmin": round(limits[0], 6),
        "zmax": round(limits[1], 6),
        "colorscale": [[0, "token:accent@0.04"], [1, "token:accent@0.6"]],
        "showscale": False,
        "hoverinfo": "skip",
    }
    ticks = list(range(len(columns)))
    layout: Layout = {
        "annotations": annotations,
        "xaxis": {
            "tickmode": "array",
            "tickvals": ticks,
            "ticktext": [short(name) for name in columns],
            "side": "top",
            "showgrid": False,
            "tickangle": -30 if len(columns) > 4 else 0,
        },
        "yaxis": _names_axis(list(range(len(rows))), rows),
        "margin": {"t": 64, "r": 14, "b": 12},
    }
    return [trace], layout


def interval_dots(
    names: Sequence[str], values: Sequence[Any], low: Sequence[Any], high: Sequence[Any], *, axis: str
) -> tuple[Data, Layout]:
    """A dot per name, top to bottom, with its interval where known."""
    positions = list(range(len(names)))
    plain, lower, upper = _plain(values), _plain(low), _plain(high)

    def arms(ends: Sequence[float | None], side: float) -> list[float | None]:
        pairs = zip(plain, ends, strict=True)
        return [
            None if value is None or end is None else round(max(0.0, side * (end - value)), 6)
            for value, end in pairs
        ]

    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "markers",
        "x": plain,
        "y": positions,
        "text": list(names),
        "hoverinfo": "text+x",
        "marker": {"color": "token:accent", "size": 8},
    }
    if any(end is not None for end in lower):
        trace["error_x"] = {
            "type": "data",
            "symmetric": False,
            "array": arms(upper, 1.0),
            "arrayminus": arms(lower, -1.0),
            "color": "token:accent",
            "thickness": 1.2,
            "width": 0,
        }
    layout: Layout = {
        "showlegend": False,
        "xaxis": {"title": {"text": axis}, "zeroline": False},
        "yaxis": {**_names_axis(positions, names), "zeroline": False},
        "margin": {"t": 12, "r": 14, "b": 48},
    }
    return [trace], layout


def _names_axis(positions: Sequence[int], names: Sequence[str]) -> dict[str, Any]:
    return {
        "tickmode": "array",
        "tickvals": list(positions),
        "ticktext": [short(name) for name in names],
        "autorange": "reversed",
        "automargin": True,
        "showgrid": False,
    }


def _plain(values: Sequence[Any]) -> list[float | None]:
    """Six decimals, None where there is no number."""
    found = [known(value) for value in values]
    return [None if value is None else round(value, 6) for value in found]
