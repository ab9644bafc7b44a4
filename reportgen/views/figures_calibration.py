"""Reliability diagrams and risk over coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

#: One colour for each system of a figure, in this order.
COLORS = ("id", "ood", "violet", "good")
#: More curves cannot be told apart.
MAX_CURVES = len(COLORS)
_NAME = 26

Curve = tuple[str, "Sequence[float]", "Sequence[float]"]


def reliability_diagram(curves: Sequence[Curve]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Mean confidence of each bin across, share that came true up; the dotted line is perfect calibration."""
    data = [_line("calibrated", [0.0, 1.0], [0.0, 1.0], color="faint", dash="dot", mode="lines")]
    data += [
        _line(name, x, y, color=color, mode="lines+markers")
        for (name, x, y), color in zip(curves, COLORS, strict=False)
    ]
    return data, _layout("Stated confidence", "Share right", [-0.02, 1.02], [-0.02, 1.02])


def risk_over_coverage(curves: Sequence[Curve]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Share of items answered across, the surest first; share wrong among them up."""
    data = [
        _line(name, x, y, color=color, mode="lines")
        for (name, x, y), color in zip(curves, COLORS, strict=False)
    ]
    top = max((max(y) for _, _, y in curves), default=1.0)
    return data, _layout(
        "Coverage: share answered", "Risk: share wrong", [0, 1.02], [0, max(0.05, top) * 1.08]
    )


def _line(
    name: str, x: Sequence[float], y: Sequence[float], *, color: str, mode: str, dash: str = "solid"
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": mode,
        "name": name if len(name) <= _NAME else name[: _NAME - 1] + "…",
        "x": [round(float(value), 6) for value in x],
        "y": [round(float(value), 6) for value in y],
        "hoverinfo": "x+y+name",
        "line": {"color": f"token:{color}", "width": 1.6, "dash": dash},
        "marker": {"color": f"token:{color}", "size": 6},
    }


def _layout(x: str, y: str, x_range: list[float], y_range: list[float]) -> dict[str, Any]:
    return {
        "showlegend": True,
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "xaxis": {"title": {"text": x}, "range": x_range, "zeroline": False},
        "yaxis": {"title": {"text": y}, "range": y_range, "zeroline": False},
        "margin": {"t": 60, "r": 12, "b": 48, "l": 56},
    }
