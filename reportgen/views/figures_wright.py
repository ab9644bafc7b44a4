"""Wright maps: abilities of systems and difficulties of items on one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


def wright_map(
    *, systems: Sequence[str], ability: Sequence[float], error: Sequence[float], difficulty: Sequence[float]
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Systems as dots with their errors above, items as a histogram below; the same scale across."""
    rows = list(range(1, len(systems) + 1))
    data: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": "systems, by ability",
            "x": [round(value, 6) for value in ability],
            "y": rows,
            "yaxis": "y2",
            "text": list(systems),
            "hoverinfo": "text+x",
            "marker": {"color": "token:id", "size": 7},
            "error_x": {
                "type": "data",
                "array": [round(value, 6) for value in error],
                "color": "token:id",
                "thickness": 1,
                "width": 0,
            },
        },
        {
            "type": "histogram",
            "name": "items, by difficulty",
            "x": [round(value, 6) for value in difficulty],
            "nbinsx": 24,
            "hoverinfo": "x+y",
            "marker": {"color": "token:ood@0.7"},
        },
    ]
    layout = {
        "showlegend": True,
        "legend": {"orientation": "h", "y": 1.04, "yanchor": "bottom", "x": 0},
        "xaxis": {"title": {"text": "Ability and difficulty, standard deviations"}, "zeroline": True},
        "yaxis": {"title": {"text": "Items"}, "domain": [0, 0.46], "zeroline": False},
        "yaxis2": {
            "domain": [0.52, 1],
            "range": [len(rows) + 1, 0],
            "showticklabels": False,
            "showgrid": False,
            "zeroline": False,
            "title": {"text": "Systems"},
        },
        "bargap": 0.06,
        "margin": {"t": 44, "r": 12, "b": 48, "l": 56},
    }
    return data, layout
