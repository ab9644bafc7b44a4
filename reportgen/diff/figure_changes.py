"""What changed in a figure, as numbers: which points of which traces, before and after.

A point is known by the name it has on an axis with names, else by its text where no other has the same, else by its
place on the horizontal axis. So a point that only moved along because another one came or went has not changed.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from reportgen import numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from reportgen.diff.model import FigureText

FigureState = Literal["changed", "look", "new", "removed"]
#: Points of one figure that are read: ours have some thousands at most.
MOST_POINTS = 50_000
_COUNTER = re.compile(r"-?\d+$")
_NUMBERS = re.compile(r"\d[\d,.]*")
_AXES = ("x", "y")


@dataclass(frozen=True, slots=True)
class PointChange:
    """A number of a figure that differs; None where the point is not there or has no number.

    Attributes:
        trace: name of the trace; "" for the only one.
        point: what the point is called.
        value: what the number is: the title of its axis, or its error.
    """

    trace: str
    point: str
    value: str
    old: float | None
    new: float | None


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure that differs: in its numbers, only in its look, or there on one side only."""

    state: FigureState
    old: FigureText | None
    new: FigureText | None
    points: tuple[PointChange, ...]


# --- figures of a page


def figure_changes(old: Sequence[FigureText], new: Sequence[FigureText]) -> tuple[FigureChange, ...]:
    """The figures that differ, in the order of the new page and then of the old one."""
    pairs = paired(old, new)
    known = {there for _, there in pairs}
    taken = {here for here, _ in pairs}
    found = []
    partner = {there: here for here, there in pairs}
    for at, figure in enumerate(new):
        if at not in known:
            found.append(FigureChange("new", None, figure, ()))
        elif not same_figure(old[partner[at]], figure):
            found.append(_changed(old[partner[at]], figure))
    found += [FigureChange("removed", figure, None, ()) for at, figure in enumerate(old) if at not in taken]
    return tuple(found)


def _changed(old: FigureText, new: FigureText) -> FigureChange:
    points = point_changes(old, new)
    return FigureChange("changed" if points else "look", old, new, points)


def same_figure(old: FigureText, new: FigureText) -> bool:
    """Whether two figures show the same in the same way; what they are called on the page does not matter."""
    return old.figure == new.figure


def paired(old: Sequence[FigureText], new: Sequence[FigureText]) -> list[tuple[int, int]]:
    """(old, new) places of figures that are the same one, sorted.

    They are numbered on the page or over the site, so one more shifts the names of all that follow: the title counts
    first, its numbers aside, then the name without its number; of several alike the k-th goes with the k-th.
    """
    found: list[tuple[int, int]] = []
    for key in (_by_title, _by_name):
        first = _numbered(old, {here for here, _ in found}, key)
        second = _numbered(new, {there for _, there in found}, key)
        found += [(at, second[name]) for name, at in first.items() if name in second]
    return sorted(found)


def _by_title(figure: FigureText) -> str:
    return f"{_by_name(figure)}: {_NUMBERS.sub('#', figure.title)}"


def _by_name(figure: FigureText) -> str:
    return _COUNTER.sub("", figure.name)


def _numbered(
    figures: Sequence[FigureText], taken: set[int], key: Callable[[FigureText], str]
) -> dict[tuple[str, int], int]:
    """(key, how many before it have the same key) -> place, of figures that are not taken."""
    seen: Counter[str] = Counter()
    found = {}
    for at, figure in enumerate(figures):
        if at not in taken:
            name = key(figure)
            found[name, seen[name]] = at
            seen[name] += 1
    return found


# --- points

#: (trace, occurrence of its name, point, occurrence, what the number is)
Key = tuple[str, int, str, int, str]


def point_changes(old: FigureText, new: FigureText) -> tuple[PointChange, ...]:
    """Numbers that differ: those of the new side in its order, then those that are gone."""
    before, after = dict(_points(old)), dict(_points(new))
    keys = [*after, *(key for key in before if key not in after)]
    return tuple(
        PointChange(key[0], key[2], key[4], before.get(key), after.get(key))
        for key in keys
        if before.get(key) != after.get(key)
    )


def _points(figure: FigureText) -> Iterator[tuple[Key, float | None]]:
    document = figure.figure
    layout = document.get("layout")
    layout = layout if isinstance(layout, dict) else {}
    seen: Counter[str] = Counter()
    left = MOST_POINTS
    for trace in document.get("data", ()):
        if not isinstance(trace, dict):
            continue
        name = text(trace.get("name"))
        names: Counter[tuple[str, str]] = Counter()
        for point, value, number in trace_points(trace, layout):
            left -= 1
            if left < 0:
                return
            yield (name, seen[name], point, names[point, value], value), number
            names[point, value] += 1
        seen[name] += 1


def trace_points(
    trace: Mapping[str, Any], layout: Mapping[str, Any]
) -> Iterator[tuple[str, str, float | None]]:
    """(point, what the number is, number) of all numbers of a trace."""
    if isinstance(trace.get("z"), list):
        yield from _grid_points(trace, layout)
        return
    titles = [axis_title(layout, trace, letter) for letter in _AXES]
    numeric, errors = _coordinates(trace), [_errors(trace, letter) for letter in _AXES]
    names, named_by = _names(trace, layout, numeric)
    for at, name in enumerate(names):
        for axis, title in enumerate(titles):
            if axis == named_by or at >= len(numeric[axis]):
                continue
            yield name, title, numeric[axis][at]
            if at < len(errors[axis]) and errors[axis][at] is not None:
                yield name, f"error of {title}", errors[axis][at]


def point_names(trace: Mapping[str, Any], layout: Mapping[str, Any]) -> list[str]:
    """What each point of a trace is called."""
    return _names(trace, layout, _coordinates(trace))[0]


Coordinates = list[list[float | None]]


def _coordinates(trace: Mapping[str, Any]) -> Coordinates:
    return [[number(value) for value in items(trace.get(letter))] for letter in _AXES]


def _names(
    trace: Mapping[str, Any], layout: Mapping[str, Any], numeric: Coordinates
) -> tuple[list[str], int | None]:
    """What each point is called, and the axis that says so (None: its text does)."""
    size = max(map(len, numeric))
    for axis in (1, 0):
        names = positions(trace, layout, _AXES[axis])
        if len(names) == size and all(names) and len(set(names)) == size:
            return names, axis
    texts = [text(value) for value in items(trace.get("text"))]
    if len(texts) == size and all(texts) and len(set(texts)) == size:
        return texts, None
    across = [numbers.plain(value) if value is not None else "" for value in numeric[0]]
    if len(across) == size and all(across) and numeric[1]:
        return across, 0
    return [f"point {at + 1}" for at in range(size)], None


def _grid_points(
    trace: Mapping[str, Any], layout: Mapping[str, Any]
) -> Iterator[tuple[str, str, float | None]]:
    across, down = (positions(trace, layout, letter) for letter in _AXES)
    for row, values in enumerate(items(trace.get("z"))):
        for column, value in enumerate(items(values)):
            names = (_at(down, row), _at(across, column))
            yield ", ".join(names), "value", number(value)


def _at(names: Sequence[str], place: int) -> str:
    return (names[place] if place < len(names) else "") or f"{place + 1}"


# --- reading plotly documents, which may be anything


def items(value: Any) -> list[Any]:
    """A list as it is, anything else as an empty one."""
    return value if isinstance(value, list) else []


def text(value: Any) -> str:
    """A text on one line, anything else as ""."""
    return " ".join(value.split()) if isinstance(value, str) else ""


def number(value: Any) -> float | None:
    """A finite number, anything else as None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def axis_of(layout: Mapping[str, Any], trace: Mapping[str, Any], letter: str) -> Mapping[str, Any]:
    """The axis a trace is drawn on: the layout of "xaxis", "yaxis2"."""
    place = text(trace.get(f"{letter}axis")).removeprefix(letter)
    found = layout.get(f"{letter}axis{place}")
    return found if isinstance(found, dict) else {}


def axis_title(layout: Mapping[str, Any], trace: Mapping[str, Any], letter: str) -> str:
    """What stands beside the axis, else its letter."""
    title = axis_of(layout, trace, letter).get("title")
    return text(title.get("text") if isinstance(title, dict) else title) or letter


def positions(trace: Mapping[str, Any], layout: Mapping[str, Any], letter: str) -> list[str]:
    """What an axis with names calls the place of each point; empty texts where it has numbers only."""
    own = axis_of(layout, trace, letter)
    ticks = {
        number(value): text(name)
        for value, name in zip(items(own.get("tickvals")), items(own.get("ticktext")), strict=False)
    }
    return [
        text(value) if isinstance(value, str) else ticks.get(number(value), "")
        for value in items(trace.get(letter))
    ]


def _errors(trace: Mapping[str, Any], letter: str) -> list[float | None]:
    found = trace.get(f"error_{letter}")
    return [number(value) for value in items(found.get("array"))] if isinstance(found, dict) else []
