"""Points and lines over two numeric axes, either of which may be logarithmic, as plain plotly dictionaries."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reportgen import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reportgen.views.figures import Data, Layout


#: Powers of ten; a shorter logarithmic axis has ticks in between.
SHORT_AXIS = 2.5
#: Powers of ten that have a tick each; a longer axis leaves some out.
MOST_DECADES = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """Marks of one colour; `text` is what hovering says, one per point."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    text: Sequence[str]
    color: str = "accent"
    errors: Sequence[float | None] = ()  # of y
    symbol: str = "circle"
    size: int = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line without marks; `low` and `high` make a band around it."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    color: str = "soft"
    dash: str = "solid"
    shape: str = "linear"  # "hv": steps
    low: Sequence[float] = ()
    high: Sequence[float] = ()


def scatter(
    *, lines: Sequence[Line], points: Sequence[Points], x_title: str, y_title: str, log_x: bool = False
) -> tuple[Data, Layout]:
    """Bands and lines below, points above them. On a log axis every x must be above 0."""
    data: Data = []
    for line in lines:
        data += _band(line) if line.low else []
        data.append(_line(line))
    data += [_points(one) for one in points]
    layout: Layout = {
        "showlegend": len(data) > 1,
        "legend": {"orientation": "h", "y": 1.02, "x": 0, "yanchor": "bottom"},
        "xaxis": {"title": {"text": x_title}, "zeroline": False},
        "yaxis": {"title": {"text": y_title}, "zeroline": False},
        "margin": {"t": 48, "r": 14, "b": 48, "l": 60},
    }
    if log_x:
        layout["xaxis"] |= _log_axis(
            [*(x for one in lines for x in one.x), *(x for one in points for x in one.x)]
        )
    return data, layout


def _log_axis(values: Sequence[float]) -> dict[str, Any]:
    """Ticks at powers of ten, and at twice and five times these where the axis is short."""
    low, high = math.log10(min(values)), math.log10(max(values))
    pad = 0.05 * ((high - low) or 1.0)
    low, high = low - pad, high + pad
    steps = (1, 2, 5) if high - low < SHORT_AXIS else (1,)
    every = max(1, math.ceil((high - low) / MOST_DECADES))
    ticks = [
        step * 10.0**power
        for power in range(math.floor(low), math.ceil(high) + 1, every)
        for step in steps
        if low <= math.log10(step) + power <= high
    ]
    return {
        "type": "log",
        "range": [round(low, 6), round(high, 6)],
        "tickmode": "array",
        "tickvals": rounded(ticks),
        "ticktext": [
            numbers.plain(tick) if 1e-3 <= tick < 1e5 else numbers.score(tick) for tick in rounded(ticks)
        ],
    }


def rounded(values: Sequence[float]) -> list[float]:
    """Eight significant digits: more than a screen shows, and the same bytes on every machine."""
    return [
        0.0 if value == 0 else round(float(value), 7 - math.floor(math.log10(abs(value)))) for value in values
    ]


def _points(one: Points) -> dict[str, Any]:
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "markers",
        "name": one.name,
        "x": rounded(one.x),
        "y": rounded(one.y),
        "text": list(one.text),
        "hoverinfo": "text",
        "marker": {
            "color": f"token:{one.color}",
            "size": one.size,
            "opacity": 0.85,
            "symbol": one.symbol,
        },
    }
    if any(error is not None for error in one.errors):
        trace["error_y"] = {
            "type": "data",
            "array": [None if error is None else rounded([error])[0] for error in one.errors],
            "color": f"token:{one.color}",
            "thickness": 1.1,
            "width": 0,
        }
    return trace


def _line(one: Line) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": one.name,
        "x": rounded(one.x),
        "y": rounded(one.y),
        "hoverinfo": "skip",
        "line": {"color": f"token:{one.color}", "width": 1.5, "dash": one.dash, "shape": one.shape},
    }


def _band(one: Line) -> Data:
    """Lower edge, then upper edge filled down to it; neither is in the legend."""
    edge: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines",
        "x": rounded(one.x),
        "hoverinfo": "skip",
        "showlegend": False,
        "line": {"color": f"token:{one.color}", "width": 0},
    }
    return [
        {**edge, "name": f"{one.name}, low", "y": rounded(one.low)},
        {
            **edge,
            "name": f"{one.name}, high",
            "y": rounded(one.high),
            "fill": "tonexty",
            "fillcolor": f"token:{one.color}@0.15",
        },
    ]
