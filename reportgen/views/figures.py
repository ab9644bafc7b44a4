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


def level_and_loss(
    *,
    names: Sequence[str],
    inside: Sequence[float],
    shifted: Sequence[float],
    predicted: Sequence[float | None],
    unit: str,
) -> tuple[Data, Layout]:
    """In-distribution score across, shifted score up; systems sorted by the former.

    A dotted line where nothing is lost; a solid one where `predicted` is known.
    """
    low, high = min(*inside, *shifted), max(*inside, *shifted)
    start = max(low, min(inside))
    data: Data = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "no loss",
            "x": [round(start, 6), round(max(inside), 6)],
            "y": [round(start, 6), round(max(inside), 6)],
            "hoverinfo": "skip",
            "line": {"color": "token:faint", "dash": "dot", "width": 1.2},
        }
    ]
    line = [(x, y) for x, y in zip(inside, predicted, strict=True) if y is not None]
    if line:
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": "predicted",
                "x": [round(x, 6) for x, _ in line],
                "y": [round(y, 6) for _, y in line],
                "hoverinfo": "skip",
                "line": {"color": "token:soft", "width": 1.5, "shape": "spline"},
            }
        )
    data.append(
        {
            "type": "scatter",
            "mode": "markers",
            "name": "systems",
            "x": [round(value, 6) for value in inside],
            "y": [round(value, 6) for value in shifted],
            "text": list(names),
            "hoverinfo": "text+x+y",
            "marker": {"color": "token:ood", "size": 7, "opacity": 0.8},
        }
    )
    suffix = f", {unit}" if unit else ""
    pad = 0.04 * (high - low or 1.0)
    layout = {
        "showlegend": True,
        "legend": {"orientation": "h", "y": 1.08, "x": 0},
        "xaxis": {"title": {"text": f"In-distribution score{suffix}"}, "zeroline": False},
        "yaxis": {
            "title": {"text": f"Mean shifted score{suffix}"},
            "zeroline": False,
            "range": [round(low - pad, 6), round(high + pad, 6)],
        },
        "margin": {"t": 36, "r": 12, "b": 48, "l": 56},
    }
    return data, layout
