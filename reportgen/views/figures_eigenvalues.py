"""Eigenvalues with the level that chance reaches, as plain plotly dictionaries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reportgen.views.figures import Data, Layout


def eigenvalues(values: Sequence[float], chance: Sequence[float]) -> tuple[Data, Layout]:
    """A marked line of the eigenvalues, largest first, and a dotted one of what shuffled scores reach."""
    data: Data = [
        _line("scores", values, {"color": "token:accent", "width": 1.6}, mode="lines+markers"),
        _line("shuffled scores", chance, {"color": "token:soft", "width": 1.4, "dash": "dot"}, mode="lines"),
    ]
    layout: Layout = {
        "showlegend": True,
        "legend": {"orientation": "h", "y": 1.02, "x": 0, "yanchor": "bottom"},
        "xaxis": {"title": {"text": "Component"}, "dtick": max(1, len(values) // 8), "zeroline": False},
        "yaxis": {"title": {"text": "Eigenvalue"}, "rangemode": "tozero"},
        "margin": {"t": 30, "r": 12, "b": 44, "l": 48},
    }
    return data, layout


def _line(name: str, values: Sequence[float], line: dict[str, Any], *, mode: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": mode,
        "name": name,
        "x": list(range(1, len(values) + 1)),
        "y": [round(value, 4) for value in values],
        "hoverinfo": "y+name",
        "marker": {"color": line["color"], "size": 6},
        "line": line,
    }
