"""Matrices as annotated heat maps: plain numbers on a fixed scale, differences on a diverging one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.views.common import known
from reportgen.views.figures import _short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reportgen.views.figures import Data, Layout

#: More columns leave no room for numbers in the cells.
MOST_ANNOTATED = 12
#: Faint enough that the ink of the page stays readable on all of it.
SEQUENTIAL = [[0.0, "token:accent@0.05"], [1.0, "token:accent@0.6"]]
DIVERGING = [
    [0.0, "token:ood@0.6"],
    [0.5, "token:ood@0.02"],
    [0.501, "token:accent@0.02"],
    [1.0, "token:accent@0.6"],
]


def heat_map(  # noqa: PLR0913  # what one figure shows
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[float | None]],
    axes: tuple[str, str],
    limits: tuple[float, float] | None = None,
    difference: bool = False,
    decimals: int = 1,
) -> tuple[Data, Layout]:
    """Rows from top to bottom, one coloured cell for each number; no cell where there is none.

    Args:
        rows: raw names from top to bottom.
        columns: raw names from left to right.
        values: a sequence per row.
        axes: titles of the horizontal and the vertical axis.
        limits: ends of the colour scale; of the values where None. Differences are centred on 0.
        difference: numbers with a sign on a diverging scale.
        decimals: of the numbers in the cells.
    """
    grid = [[known(value) for value in row] for row in values]
    low, high = _limits(
        [value for row in grid for value in row if value is not None], limits, difference=difference
    )
    words = [[numbers.fixed(value, decimals, plus=difference) for value in row] for row in grid]
    hover = [
        [f"{row}, {column}: {text}" for column, text in zip(columns, texts, strict=True)]
        for row, texts in zip(rows, words, strict=True)
    ]
    across, down = list(range(len(columns))), list(range(len(rows)))
    trace: dict[str, Any] = {
        "type": "heatmap",
        "x": across,
        "y": down,
        "z": [[None if value is None else round(value, 6) for value in row] for row in grid],
        "zmin": low,
        "zmax": high,
        "colorscale": DIVERGING if difference else SEQUENTIAL,
        "showscale": False,
        "hoverongaps": False,
        "hoverinfo": "text",
        "hovertext": hover,
        "xgap": 1,
        "ygap": 1,
    }
    if len(columns) <= MOST_ANNOTATED:
        trace |= {"text": words, "texttemplate": "%{text}", "textfont": {"color": "token:ink"}}
    return [trace], {
        "showlegend": False,
        "xaxis": _axis(axes[0], across, columns, limit=14) | {"side": "top"},
        "yaxis": _axis(axes[1], down, rows, limit=22) | {"autorange": "reversed"},
        "margin": {"t": 48, "r": 12, "b": 12},
    }


def _limits(
    values: Sequence[float], limits: tuple[float, float] | None, *, difference: bool
) -> tuple[float, float]:
    if limits is not None:
        return limits
    if difference:
        far = max((abs(value) for value in values), default=1.0) or 1.0
        return -round(far, 6), round(far, 6)
    return round(min(values, default=0.0), 6), round(max(values, default=1.0), 6)


def _axis(title: str, places: Sequence[int], names: Sequence[str], *, limit: int) -> dict[str, Any]:
    return {
        "title": {"text": title},
        "tickmode": "array",
        "tickvals": list(places),
        "ticktext": [_short(name, limit) for name in names],
        "automargin": True,
        "zeroline": False,
        "showgrid": False,
        "ticks": "",
    }
