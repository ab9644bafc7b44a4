"""Figures of scores along an axis: lines with a mark and a rule, and models by levels as a heat map."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal, TypedDict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from reportgen.views.figures import Data, Layout

#: In this order lines are coloured; more lines than colours repeat them with another dash.
COLOURS = ("accent", "ood", "good", "violet", "bad", "soft")
DASHES = ("solid", "dash", "dot")
#: Pixels of a heat map's row.
ROW = 26


def rounded(values: Sequence[float | None]) -> list[float | None]:
    """Six decimals; unknown stays a gap in the line."""
    return [None if value is None or not math.isfinite(value) else round(float(value), 6) for value in values]


def line(
    name: str,
    x: Sequence[float],
    y: Sequence[float | None],
    *,
    color: str,
    dash: str = "solid",
    look: Literal["", "faint", "fill"] = "",
) -> dict[str, Any]:
    """One line with its points; `fill` colours the area to the line before it, `faint` is one of many."""
    faint = look == "faint"
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines" if faint else "lines+markers",
        "name": name,
        "x": rounded(x),
        "y": rounded(y),
        "text": [name] * len(x),
        "hoverinfo": "text+x+y",
        "showlegend": not faint,
        "line": {"color": f"token:{color}", "width": 0.8 if faint else 1.8, "dash": dash},
        "marker": {"color": f"token:{color}", "size": 6},
    }
    if faint:
        trace["opacity"] = 0.45
    if look == "fill":
        trace |= {"fill": "tonexty", "fillcolor": f"token:{color}@0.15"}
    return trace


def mark(name: str, x: float, y: float, *, color: str = "bad") -> dict[str, Any]:
    """A ring around one point."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": rounded([x]),
        "y": rounded([y]),
        "text": [name],
        "hoverinfo": "text+x+y",
        "marker": {"color": f"token:{color}", "size": 13, "symbol": "circle-open", "line": {"width": 2}},
    }


class Style(TypedDict):
    """How one of several lines looks."""

    color: str
    dash: str


def style(at: int) -> Style:
    """Colour and dash of the line in this place."""
    return {"color": COLOURS[at % len(COLOURS)], "dash": DASHES[at // len(COLOURS) % len(DASHES)]}


def axes(
    x: str,
    y: str,
    *,
    ticks: Mapping[float, str] | None = None,
    log: bool = False,
    rule: float | None = None,
    rule_text: str = "",
) -> Layout:
    """The layout of lines; `ticks` are named places, `rule` a vertical line."""
    across: dict[str, Any] = {"title": {"text": x}, "zeroline": False}
    if ticks:
        places = sorted(ticks)
        across |= {"tickmode": "array", "tickvals": places, "ticktext": [ticks[place] for place in places]}
    if log:
        across |= {"type": "log", "dtick": 1}
    layout: Layout = {
        "showlegend": True,
        "legend": {"orientation": "h", "y": 1.08, "x": 0},
        "xaxis": across,
        "yaxis": {"title": {"text": y}, "zeroline": False},
        "margin": {"t": 36, "r": 12, "b": 48, "l": 56},
    }
    if rule is not None:
        layout["shapes"] = [
            {
                "type": "line",
                "x0": rule,
                "x1": rule,
                "y0": 0,
                "y1": 1,
                "yref": "paper",
                "line": {"color": "token:soft", "width": 1.2, "dash": "dot"},
            }
        ]
        layout["annotations"] = [
            {
                "x": rule,
                "y": 1,
                "yref": "paper",
                "text": rule_text,
                "showarrow": False,
                "xanchor": "left",
                "yanchor": "top",
            }
        ]
    return layout


def heat(
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[float | None]],
    *,
    title: str,
    words: Sequence[Sequence[str]],
) -> tuple[Data, Layout]:
    """Rows by columns; unknown cells stay empty, `words` are shown in the cells."""
    trace: dict[str, Any] = {
        "type": "heatmap",
        "x": list(range(len(columns))),
        "y": list(range(len(rows))),
        "z": [rounded(row) for row in values],
        "text": [list(row) for row in words],
        "texttemplate": "%{text}",
        "hoverinfo": "text",
        "coloraxis": "coloraxis",
    }
    layout: Layout = {
        "showlegend": False,
        "coloraxis": {"showscale": False, "colorscale": [[0, "token:card"], [1, "token:ood"]]},
        "xaxis": {
            "tickmode": "array",
            "tickvals": list(range(len(columns))),
            "ticktext": list(columns),
            "title": {"text": title},
        },
        "yaxis": {
            "tickmode": "array",
            "tickvals": list(range(len(rows))),
            "ticktext": [_short(name) for name in rows],
            "autorange": "reversed",
            "automargin": True,
        },
        "margin": {"t": 12, "r": 12, "b": 48},
    }
    return [trace], layout


def _short(name: str, limit: int = 26) -> str:
    """A tick label that leaves room for the plot, also on a phone."""
    return name if len(name) <= limit else name[: limit // 2] + "…" + name[-(limit // 2 - 1) :]


def panels_by_size(frame: pd.DataFrame) -> list[pd.DataFrame]:
    """The rows of each (suite, benchmark), those with most rows first, then by name."""
    groups = [group for _, group in frame.groupby(["suite", "benchmark"], sort=True)]
    return sorted(groups, key=lambda group: -len(group))


def same_panel(frame: pd.DataFrame, like: pd.DataFrame) -> pd.DataFrame:
    """The rows of the suite and benchmark that the first row of `like` is about."""
    first = like.iloc[0]
    rows: pd.DataFrame = frame.loc[
        (frame["suite"] == first["suite"]) & (frame["benchmark"] == first["benchmark"])
    ]
    return rows
