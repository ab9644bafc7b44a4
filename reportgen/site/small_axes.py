"""The axes of small drawings: what lies where, and a few ticks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.diff.figure_changes import axis_of, axis_title, items, number, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from reportgen.diff.model import FigureText

WIDTH, HEIGHT = 360, 220
#: Room for tick labels and titles at the left, top, right and bottom.
LEFT, TOP, RIGHT, BOTTOM = 96, 8, 10, 34
MOST_TICKS = 6


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis of the drawing.

    Attributes:
        start, end: where `low` and `high` lie, in px.
        names: what whole numbers are called, of an axis of categories.
        ticks: (value, label) to choose from; () where round numbers are made.
        log: whether values are logarithms (base 10) of what is shown.
    """

    low: float
    high: float
    start: float
    end: float
    title: str
    names: Mapping[str, int]
    ticks: tuple[tuple[float, str], ...]
    log: bool

    def value(self, given: Any) -> float | None:
        """What a coordinate of a trace means on this axis; None where it means nothing."""
        if isinstance(given, str):
            return self.names.get(text(given))
        found = number(given)
        return _logarithm(found) if self.log else found

    def place(self, value: float) -> float:
        """Px of a value, to a tenth."""
        span = self.high - self.low
        share = (value - self.low) / span if span else 0.5
        return round(self.start + share * (self.end - self.start), 1)


def _logarithm(value: float | None) -> float | None:
    return math.log10(value) if value is not None and value > 0 else None


def layout_of(figure: FigureText) -> Mapping[str, Any]:
    found = figure.figure.get("layout")
    return found if isinstance(found, dict) else {}


def traces_of(figure: FigureText) -> list[Mapping[str, Any]]:
    """Traces that are seen; some of ours only make room."""
    found = [trace for trace in items(figure.figure.get("data")) if isinstance(trace, dict)]
    return [trace for trace in found if trace.get("opacity") != 0 and trace.get("visible") is not False]


def along(trace: Mapping[str, Any]) -> str:
    """The axis along which the bars of a trace stand side by side."""
    return "y" if trace.get("orientation") == "h" else "x"


def axis_of_both(letter: str, both: Sequence[FigureText], own: FigureText) -> Axis | None:
    """The axis that holds every value of both figures, with the ticks of `own`; None where there is no value."""
    names: dict[str, int] = {}
    layouts = [axis_of(layout_of(figure), {}, letter) for figure in both]
    traces = [trace for figure in both for trace in traces_of(figure)]
    for trace in traces:
        for value in items(trace.get(letter)):
            if isinstance(value, str):
                names.setdefault(text(value), len(names))
    log = any(layout.get("type") == "log" for layout in layouts)
    start, end = (LEFT, WIDTH - RIGHT) if letter == "x" else (HEIGHT - BOTTOM, TOP)
    ends = [value for layout in layouts for value in items(layout.get("range"))]
    limits = [found for value in ends if (found := number(value)) is not None]
    reading = Axis(0, 1, 0, 1, "", names, (), log)
    seen = [
        found
        for trace in traces
        for given in _coordinates(trace, letter)
        if (found := reading.value(given)) is not None
    ]
    if not seen:
        return None
    if _is_reversed(layouts):
        start, end = end, start
    low, high = _extent(seen, limits, traces, letter)
    if not math.isfinite(high - low):
        return None
    title = next((axis_title(layout_of(figure), {}, letter) for figure in both), letter)
    ticks = tuple(
        (float(at), name)
        for at, name in ((number(at), text(name)) for at, name in _named(own, letter))
        if at is not None and low <= at <= high
    )
    ticks = ticks or tuple((float(at), name) for name, at in names.items())
    return Axis(low, high, start, end, "" if title == letter else title, names, ticks, log)


def _named(figure: FigureText, letter: str) -> Iterator[tuple[Any, Any]]:
    """Places that the layout names: before and after, one place may have two names."""
    own = axis_of(layout_of(figure), {}, letter)
    yield from zip(items(own.get("tickvals")), items(own.get("ticktext")), strict=False)


def _coordinates(trace: Mapping[str, Any], letter: str) -> Iterator[Any]:
    given = items(trace.get(letter))
    yield from given
    errors = trace.get(f"error_{letter}")
    for value, error in zip(
        given, items(errors.get("array")) if isinstance(errors, dict) else (), strict=False
    ):
        at, spread = number(value), number(error)
        if at is not None and spread is not None:
            yield from (at - spread, at + spread)


def _is_reversed(layouts: Iterable[Mapping[str, Any]]) -> bool:
    def turned(layout: Mapping[str, Any]) -> bool:
        ends = [end for value in items(layout.get("range")) if (end := number(value)) is not None]
        return layout.get("autorange") == "reversed" or (len(ends) == 2 and ends[0] > ends[1])

    return any(map(turned, layouts))


def _extent(
    seen: Sequence[float], limits: Sequence[float], traces: Sequence[Mapping[str, Any]], letter: str
) -> tuple[float, float]:
    """Ends of an axis with some room: bars begin at zero, and cells and bars are one wide."""
    low, high = min([*seen, *limits]), max([*seen, *limits])
    bars = [trace for trace in traces if trace.get("type") == "bar"]
    wide = any(along(trace) == letter for trace in bars) or any("z" in trace for trace in traces)
    if wide:
        return low - 0.6, high + 0.6
    if bars:
        low, high = min(low, 0.0), max(high, 0.0)
    pad = 0.04 * (high - low) or 0.5
    return low - pad, high + pad


def _round_ticks(axis: Axis) -> list[tuple[float, str]]:
    """Round numbers, at most `MOST_TICKS`."""
    span = axis.high - axis.low
    if not math.isfinite(span) or span <= 0:
        return []
    rough = span / MOST_TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    if axis.log:
        step = max(1.0, round(step))
    first = math.ceil(axis.low / step)
    places = [round((first + at) * step, 10) for at in range(MOST_TICKS + 2)]
    return [(at, _tick(at, axis)) for at in places if at <= axis.high]


def _tick(at: float, axis: Axis) -> str:
    shown = numbers.score(10**at) if axis.log and abs(at) < 300 else numbers.plain(at)
    return shown.replace("-", numbers.MINUS)


def ticks(axis: Axis) -> list[tuple[float, str]]:
    if not axis.ticks:
        return _round_ticks(axis)
    every = math.ceil(len(axis.ticks) / MOST_TICKS)
    return list(axis.ticks[::every])
