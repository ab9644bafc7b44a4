"""Plotly figures as plain dictionaries: lists and strings only, colours as tokens that the page resolves.

Names are raw text here; the site escapes every string of a figure. Hover text is `text`, never a template made of
input.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

Data = list[dict[str, Any]]
Layout = dict[str, Any]


def dots(
    *, names: Sequence[str], values: Sequence[float], errors: Sequence[float | None], axis: str, color: str
) -> tuple[Data, Layout]:
    """Systems from top to bottom, a dot at the score and a whisker of one standard error where known."""
    positions = list(range(len(names)))
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "markers",
        "x": [round(value, 6) for value in values],
        "y": positions,
        "text": list(names),
        "hoverinfo": "text+x",
        "marker": {"color": f"token:{color}", "size": 7},
    }
    if any(error is not None for error in errors):
        trace["error_x"] = {
            "type": "data",
            "array": [None if error is None else round(error, 6) for error in errors],
            "color": f"token:{color}",
            "thickness": 1.2,
            "width": 0,
        }
    layout = {
        "showlegend": False,
        "xaxis": {"title": {"text": axis}, "zeroline": False},
        "yaxis": {
            "tickmode": "array",
            "tickvals": positions,
            "ticktext": [_short(name) for name in names],
            "autorange": "reversed",
            "automargin": True,
            "zeroline": False,
            "showgrid": False,
        },
        "margin": {"t": 12, "r": 12, "b": 44},
    }
    return [trace], layout


def _short(name: str, limit: int = 34) -> str:
    """A tick label that leaves room for the plot."""
    return name if len(name) <= limit else name[: limit // 2] + "…" + name[-(limit // 2 - 1) :]
