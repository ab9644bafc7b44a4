"""Slope graphs: the rank of each system by one measurement and by another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Longest system name beside a line.
_NAME = 26


def rank_slopes(
    *, names: Sequence[str], before: Sequence[int], after: Sequence[int], titles: tuple[str, str]
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """One line per system from its rank by the first measurement to that by the second; movers stand out."""
    data: list[dict[str, Any]] = []
    for name, left, right in zip(names, before, after, strict=True):
        moved = left != right
        color = "token:ood" if moved else "token:neutral"
        data.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": [0, 1],
                "y": [left, right],
                "text": [name, name],
                "hoverinfo": "text+y",
                "line": {"color": color, "width": 2 if moved else 1.2},
                "marker": {"color": color, "size": 7},
                "showlegend": False,
            }
        )
    # an axis without a trace is not drawn
    data.append(
        {
            "type": "scatter",
            "mode": "markers",
            "x": [1],
            "y": [after[0]],
            "yaxis": "y2",
            "hoverinfo": "skip",
            "showlegend": False,
            "marker": {"color": "token:neutral", "size": 1, "opacity": 0},
        }
    )
    return data, _layout(names, before, after, titles)


def _layout(
    names: Sequence[str], before: Sequence[int], after: Sequence[int], titles: tuple[str, str]
) -> dict[str, Any]:
    """Measurements across, ranks down, names at the right end of their lines."""
    labels: dict[int, list[str]] = {}
    for name, right in zip(names, after, strict=True):
        labels.setdefault(right, []).append(name)
    last = max([*before, *after])
    return {
        "showlegend": False,
        "xaxis": {
            "tickmode": "array",
            "tickvals": [0, 1],
            "ticktext": [_short(title) for title in titles],
            "range": [-0.12, 1.12],
            "zeroline": False,
            "showgrid": False,
            "side": "top",
        },
        "yaxis": {
            "title": {"text": "Rank"},
            "range": [last + 0.5, 0.5],
            "dtick": 1 if last <= 20 else 5,
            "zeroline": False,
        },
        "yaxis2": {
            "overlaying": "y",
            "side": "right",
            "range": [last + 0.5, 0.5],
            "tickmode": "array",
            "tickvals": sorted(labels),
            "ticktext": [_short(", ".join(labels[rank])) for rank in sorted(labels)],
            "showgrid": False,
            "zeroline": False,
            "automargin": True,
        },
        "margin": {"t": 44, "r": 12, "b": 12, "l": 48},
    }


def _short(name: str) -> str:
    return name if len(name) <= _NAME else name[: _NAME - 1] + "…"
