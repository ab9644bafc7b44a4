"""Average ranks of systems with bars that join those that cannot be told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen.views.figures_bars import short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reportgen.views.figures import Data, Layout


def rank_cliques(
    names: Sequence[str], average: Sequence[float], cliques: Sequence[tuple[int, int]]
) -> tuple[Data, Layout]:
    """A dot for each system at its average rank, best at the top; one upright bar for each clique (first, last)."""
    positions = list(range(len(names)))
    worst = max(average)
    data: Data = [
        {
            "type": "scatter",
            "mode": "markers",
            "x": [round(rank, 4) for rank in average],
            "y": positions,
            "text": list(names),
            "hoverinfo": "text+x",
            "marker": {"color": "token:accent", "size": 8},
            "showlegend": False,
        }
    ]
    step = 0.04 * max(worst - 1.0, 1.0)
    for number, (first, last) in enumerate(cliques):
        data.append(_bar(worst + step * (2 + number), first, last))
    layout: Layout = {
        "showlegend": False,
        "xaxis": {
            "title": {"text": "Average rank over benchmarks"},
            "range": [round(1 - step, 4), round(worst + step * (3 + len(cliques)), 4)],
            "zeroline": False,
            "tickmode": "array",
            "tickvals": [rank for rank in (1, *range(5, len(names) + 1, 5)) if rank <= worst],
        },
        "yaxis": {
            "tickmode": "array",
            "tickvals": positions,
            "ticktext": [short(name) for name in names],
            "range": [len(names) - 0.5, -0.5],
            "automargin": True,
            "showgrid": False,
            "zeroline": False,
        },
        "margin": {"t": 12, "r": 12, "b": 48},
    }
    return data, layout


def _bar(x: float, first: int, last: int) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [round(x, 4), round(x, 4)],
        "y": [first - 0.2, last + 0.2],
        "hoverinfo": "skip",
        "line": {"color": "token:ood", "width": 4},
        "showlegend": False,
    }
