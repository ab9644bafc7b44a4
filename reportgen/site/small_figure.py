"""A plotly figure as a small drawing: points, lines, bars and heat maps with a few ticks, in plain SVG.

For looking at what changed, not for reading values off: those stand in a table beside it. What cannot be drawn
faithfully at this size (histograms, several panels, unknown kinds of trace) is not drawn at all.
"""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from reportgen.diff.figure_changes import items, number, point_names, text
from reportgen.site.small_axes import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    along,
    axis_of_both,
    layout_of,
    ticks,
    traces_of,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from reportgen.diff.model import FigureText
    from reportgen.site.small_axes import Axis

#: Points of all traces; of more every k-th is drawn, and the reader is told.
MOST_POINTS = 1_500
MOST_CELLS = 1_200
MOST_WHISKERS = 120
#: Rings around points that changed, where they are so few that a ring tells something; their radius in px.
MOST_RINGS, RING = 40, 5
#: Characters of a tick label and of an axis title.
TICK, TITLE = 14, 46
STEPS = 10
_COLOURS = ("accent", "ood", "violet", "good", "warn", "bad")
_TOKENS = frozenset({*_COLOURS, "id", "soft", "faint", "ink", "neutral"})
#: Bars drawn over or upon one another are told apart by colour alone at this size.
_ON_TOP = frozenset({"stack", "relative", "overlay"})
_DRAWN = frozenset({"scatter", "scattergl", "bar", "heatmap"})


#: Name of a trace and of one of its points.
Point = tuple[str, str]


# --- whole


def drawing(
    figure: FigureText, both: Sequence[FigureText], label: str, changed: Collection[Point] = ()
) -> Markup | None:
    """The figure as SVG; None where it cannot be drawn.

    The axes hold all of `both`, so that before and after can be compared. `label` says what it is. Points that
    changed get a ring.
    """
    traces = traces_of(figure)
    if not traces or not all(map(is_drawable, both)):
        return None
    across, down = (axis_of_both(letter, both, figure) for letter in "xy")
    if across is None or down is None:
        return None
    parts = [*_frame(across, down)]
    for place, trace in enumerate(traces):
        parts += _trace(trace, place, traces, across, down, figure)
        parts += _rings(trace, figure, across, down, changed)
    return Markup(  # noqa: S704  # numbers of ours, and words that are escaped
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'
    )


def is_drawable(figure: FigureText) -> bool:
    """Whether all that the figure shows can be drawn here."""
    traces, layout = traces_of(figure), layout_of(figure)
    if any(text(trace.get("type")) not in {"", *_DRAWN} for trace in traces):
        return False
    if any(text(trace.get(f"{letter}axis")) not in {"", letter} for trace in traces for letter in "xy"):
        return False
    cells = sum(len(items(row)) for trace in traces for row in items(trace.get("z")))
    panels = any("domain" in axis for axis in layout.values() if isinstance(axis, dict))
    bars = sum(trace.get("type") == "bar" for trace in traces)
    stacked = bars > 1 and text(layout.get("barmode")) in _ON_TOP
    return not panels and not stacked and cells <= MOST_CELLS


def points(figure: FigureText) -> int:
    """How many points it has."""
    return sum(_size(trace) for trace in traces_of(figure))


def _size(trace: Mapping[str, Any]) -> int:
    return max(len(items(trace.get(letter))) for letter in "xy")


# --- axis lines


def _frame(across: Axis, down: Axis) -> Iterator[str]:
    """Axis lines, ticks with labels, titles."""
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    yield f'<path class="axis" d="M{LEFT} {TOP}V{bottom}H{right}"/>'
    for value, label in ticks(across):
        at = across.place(value)
        yield f'<path class="axis" d="M{at} {bottom}v3"/>'
        yield _words(label, TICK, at, bottom + 12, "end" if at > right - 24 else "middle")
    for value, label in ticks(down):
        at = down.place(value)
        yield f'<path class="axis" d="M{LEFT} {at}h-3"/>{_words(label, TICK, LEFT - 5, at + 3, "end")}'
    yield _words(across.title, TITLE, (LEFT + right) // 2, HEIGHT - 6, "middle")
    if down.title:
        words = _words(down.title, TITLE, 0, 0, "middle")
        yield f'<g transform="translate(9 {TOP + bottom // 2}) rotate(-90)">{words}</g>'


def _words(words: str, limit: int, x: float, y: float, anchor: str) -> str:
    shown = words if len(words) <= limit else words[: limit - 1] + "…"
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{escape(shown)}</text>' if shown else ""


# --- traces


def _trace(
    trace: Mapping[str, Any],
    place: int,
    traces: Sequence[Mapping[str, Any]],
    across: Axis,
    down: Axis,
    figure: FigureText,
) -> Iterator[str]:
    """One trace in its colour."""
    colour = _colour(trace, place)
    if isinstance(trace.get("z"), list):
        yield from _cells(trace, across, down)
    elif trace.get("type") == "bar":
        bars = [one for one in traces if one.get("type") == "bar"]
        path = _bars(trace, across, down, bars.index(trace), len(bars))
        yield f'<path class="fill {colour}" d="{path}"/>'
    else:
        every = max(1, math.ceil(points(figure) / MOST_POINTS))
        placed = list(_placed(trace, across, down))[::every]
        mode = text(trace.get("mode")) or "lines+markers"
        if "lines" in mode and len(placed) > 1:
            yield f'<path class="line {colour}{_dash(trace)}" d="M{"L".join(f"{x} {y}" for x, y in placed)}"/>'
        if "markers" in mode or len(placed) == 1:
            yield f'<path class="dots {colour}" d="{"".join(f"M{x} {y}h0" for x, y in placed)}"/>'
        yield from _whiskers(trace, across, down, colour)


def _rings(
    trace: Mapping[str, Any], figure: FigureText, across: Axis, down: Axis, changed: Collection[Point]
) -> Iterator[str]:
    if not 0 < len(changed) <= MOST_RINGS or "z" in trace or trace.get("type") == "bar":
        return
    name = text(trace.get("name"))
    names = point_names(trace, layout_of(figure))
    given = zip(items(trace.get("x")), items(trace.get("y")), names, strict=False)
    found = ((across.value(x), down.value(y)) for x, y, point in given if (name, point) in changed)
    half = f"a{RING} {RING} 0 1 0 "
    for x, y in found:
        if x is not None and y is not None:
            start = f"M{round(across.place(x) - RING, 1)} {down.place(y)}"
            yield f'<path class="ring" d="{start}{half}{2 * RING} 0{half}{-2 * RING} 0"/>'


def _dash(trace: Mapping[str, Any]) -> str:
    line = trace.get("line")
    dash = text(line.get("dash")) if isinstance(line, dict) else ""
    return " dashed" if dash not in {"", "solid"} else ""


def _colour(trace: Mapping[str, Any], place: int) -> str:
    """The class of a colour token of the site, or the next colour in turn."""
    for part in ("marker", "line"):
        style = trace.get(part)
        token = text(style.get("color")) if isinstance(style, dict) else ""
        name = token.removeprefix("token:").partition("@")[0]
        if name in _TOKENS:
            return f"k-{name}"
    return f"k-{_COLOURS[place % len(_COLOURS)]}"


def _placed(trace: Mapping[str, Any], across: Axis, down: Axis) -> Iterator[tuple[float, float]]:
    """Px of each point that has both coordinates."""
    given = zip(items(trace.get("x")), items(trace.get("y")), strict=False)
    for x, y in ((across.value(x), down.value(y)) for x, y in given):
        if x is not None and y is not None:
            yield across.place(x), down.place(y)


def _whiskers(trace: Mapping[str, Any], across: Axis, down: Axis, colour: str) -> Iterator[str]:
    for letter, axis in (("x", across), ("y", down)):
        errors = trace.get(f"error_{letter}")
        spread = items(errors.get("array")) if isinstance(errors, dict) else []
        if not spread or len(spread) > MOST_WHISKERS or axis.log:
            continue
        points_of = zip(items(trace.get("x")), items(trace.get("y")), spread, strict=False)
        path = "".join(_whisker(x, y, error, letter, across, down) for x, y, error in points_of)
        if path:
            yield f'<path class="whisker {colour}" d="{path}"/>'


def _whisker(x: Any, y: Any, error: Any, letter: str, across: Axis, down: Axis) -> str:
    at, to, size = across.value(x), down.value(y), number(error)
    if at is None or to is None or size is None:
        return ""
    if letter == "x":
        return f"M{across.place(at - size)} {down.place(to)}H{across.place(at + size)}"
    return f"M{across.place(at)} {down.place(to - size)}V{down.place(to + size)}"


def _bars(trace: Mapping[str, Any], across: Axis, down: Axis, number_of: int, count: int) -> str:
    """The bars of the `number_of`-th of `count` traces that share each place."""
    side_by_side = along(trace)
    stand, reach = (down, across) if side_by_side == "y" else (across, down)
    values = items(trace.get("x" if side_by_side == "y" else "y"))
    width = 0.8 / count
    shift = -0.4 + number_of * width
    paths = []
    for at, value in zip(items(trace.get(side_by_side)), values, strict=False):
        where, size = stand.value(at), reach.value(value)
        if where is None or size is None:
            continue
        edges = stand.place(where + shift), stand.place(where + shift + 0.92 * width)
        ends = reach.place(max(reach.low, 0.0) if not reach.log else reach.low), reach.place(size)
        paths.append(_box(ends, edges) if side_by_side == "y" else _box(edges, ends))
    return "".join(paths)


def _box(across: tuple[float, float], down: tuple[float, float]) -> str:
    return f"M{across[0]} {down[0]}H{across[1]}V{down[1]}H{across[0]}Z"


def _cells(trace: Mapping[str, Any], across: Axis, down: Axis) -> Iterator[str]:
    """A box for each cell, as dark as its value is large."""
    rows = [[number(value) for value in items(row)] for row in items(trace.get("z"))]
    known = [value for row in rows for value in row if value is not None]
    if not known:
        return
    low, high = (number(trace.get(end)) for end in ("zmin", "zmax"))
    low, high = min(known) if low is None else low, max(known) if high is None else high
    boxes: dict[int, list[str]] = {}
    for row, y in zip(rows, items(trace.get("y")) or range(len(rows)), strict=False):
        for value, x in zip(row, items(trace.get("x")) or range(len(row)), strict=False):
            at, to = across.value(x), down.value(y)
            if value is not None and at is not None and to is not None:
                boxes.setdefault(_step(value, low, high), []).append(_cell(at, to, across, down))
    for step in sorted(boxes):
        yield f'<path class="fill h{step}" d="{"".join(boxes[step])}"/>'


def _cell(at: float, to: float, across: Axis, down: Axis) -> str:
    half = 0.47
    return _box(
        (across.place(at - half), across.place(at + half)), (down.place(to - half), down.place(to + half))
    )


def _step(value: float, low: float, high: float) -> int:
    share = (value - low) / (high - low) if high > low else 0.5
    return round(STEPS * min(1.0, max(0.0, share)))
