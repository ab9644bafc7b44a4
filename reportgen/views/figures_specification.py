"""The specification curve: values in rising order, and below each the choices that led to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reportgen.views.figures import Data, Layout


def specification_curve(
    values: Sequence[float],
    texts: Sequence[str],
    options: Sequence[str],
    chosen: Sequence[Sequence[int]],
    *,
    default: int | None,
    axis: str,
) -> tuple[Data, Layout]:
    """Values rise from left to right.

    Args:
        values: of each specification, sorted.
        texts: what each is, for hovering.
        options: rows of dots, top to bottom; "" leaves a gap between two choices.
        chosen: of each specification the rows of its options.
        default: position of the default, drawn in another colour.
        axis: title of the values.
    """
    places = list(range(len(values)))
    shown = [round(value, 3) for value in values]
    data: Data = [_dots(places, shown, "accent", 5, list(texts))]
    if default is not None:
        data.append(_dots([default], [shown[default]], "ood", 10, [f"default: {texts[default]}"]))
    x = [place for place, rows in zip(places, chosen, strict=True) for _ in rows]
    y = [row for rows in chosen for row in rows]
    data.append({**_dots(x, y, "soft", 4, None), "yaxis": "y2"})
    rows = [at for at, option in enumerate(options) if option]
    low, high = min(*shown, 0.0), max(*shown, 0.0)
    layout: Layout = {
        "showlegend": False,
        "xaxis": {"showticklabels": False, "showgrid": False, "zeroline": False, "anchor": "y2"},
        "yaxis": {
            "title": {"text": axis},
            "domain": [0.56, 1],
            "range": [round(low - 0.08, 3), round(high + 0.08, 3)],
            "zeroline": True,
            "automargin": True,
        },
        "yaxis2": {
            "domain": [0, 0.52],
            "range": [len(options) - 0.4, -0.6],
            "tickmode": "array",
            "tickvals": rows,
            "ticktext": [options[at] for at in rows],
            "showgrid": False,
            "zeroline": False,
            "automargin": True,
        },
        "margin": {"t": 12, "r": 12, "b": 16},
    }
    return data, layout


def _dots(
    x: Sequence[int], y: Sequence[float], color: str, size: int, text: list[str] | None
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": list(x),
        "y": list(y),
        **({"hoverinfo": "skip"} if text is None else {"text": text, "hoverinfo": "text+y"}),
        "marker": {"color": f"token:{color}", "size": size},
    }
