"""Plotly figures as plain dictionaries: lists and strings only, colours as tokens that the page resolves.

Names are raw text here; the site escapes every string of a figure. Hover text is `text`, never a template made of
input.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.views.blocks import Cell, Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

Data = list[dict[str, Any]]
Layout = dict[str, Any]


def as_table(
    name: str,
    header: Sequence[str],
    names: Sequence[str],
    values: Sequence[Sequence[float | None]],
    *,
    pm: bool = False,
) -> Table:
    """The figure's data as a table: a name per row, then one column of numbers per sequence of `values`.

    With `pm` the last column is a standard error and shown as ±.
    """
    rows = []
    for index, label in enumerate(names):
        numeric = [column[index] for column in values]
        cells = [Cell(text=numbers.score(value), sort=value) for value in numeric]
        if pm:
            cells[-1] = Cell(text=numbers.plus_minus(numeric[-1]) or numbers.ABSENT, sort=numeric[-1])
        rows.append((Cell(text=label, sort=label.casefold()), *cells))
    columns = [Column(key="name", title=header[0], align="left", sortable=False)]
    columns += [
        Column(key=f"v{index}", title=title, sortable=False) for index, title in enumerate(header[1:])
    ]
    return Table(
        name=f"{name}-data",
        caption="The figure as a table",
        columns=tuple(columns),
        rows=tuple(rows),
        compact=True,
    )


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
    start, end = min(inside), max(inside)
    data: Data = [_line("no loss", [start, end], [start, end], color="faint", dash="dot")]
    line = [(x, y) for x, y in zip(inside, predicted, strict=True) if y is not None]
    if line:
        data.append(_line("predicted", [x for x, _ in line], [y for _, y in line], color="soft"))
    data.append(
        {
            "type": "scatter",
            "mode": "markers",
            "name": "systems",
            "x": _rounded(inside),
            "y": _rounded(shifted),
            "text": list(names),
            "hoverinfo": "text+x+y",
            "marker": {"color": "token:ood", "size": 7, "opacity": 0.8},
        }
    )
    suffix = f", {unit}" if unit else ""
    low, high = min(*inside, *shifted), max(*inside, *shifted)
    pad = 0.04 * (high - low or 1.0)
    layout = {
        "showlegend": True,
        "legend": {"orientation": "h", "y": 1.08, "x": 0},
        "xaxis": {"title": {"text": f"In-distribution score{suffix}"}, "zeroline": False},
        "yaxis": {
            "title": {"text": f"Mean shifted score{suffix}"},
            "zeroline": False,
            "range": _rounded([low - pad, high + pad]),
        },
        "margin": {"t": 36, "r": 12, "b": 48, "l": 56},
    }
    return data, layout


def _rounded(values: Sequence[float]) -> list[float]:
    """Six decimals: more than a screen shows, and the same bytes on every machine."""
    return [round(float(value), 6) for value in values]


def _line(
    name: str, x: Sequence[float], y: Sequence[float], *, color: str, dash: str = "solid"
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": _rounded(x),
        "y": _rounded(y),
        "hoverinfo": "skip",
        "line": {"color": f"token:{color}", "width": 1.4, "dash": dash},
    }
