"""What the visual comparison shows of one page: changed lines in their places, changed figures before and after."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from reportgen import numbers
from reportgen.diff.figure_changes import figure_changes, trace_points
from reportgen.diff.line_changes import BETWEEN_CELLS, IN, OUT, ROW, SAME, line_changes, merged, merged_cells
from reportgen.site.small_figure import MOST_POINTS as MOST_DRAWN
from reportgen.site.small_figure import drawing, is_drawable, points
from reportgen.views.diff.escape import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markupsafe import Markup

    from reportgen.diff.figure_changes import FigureChange, PointChange
    from reportgen.diff.line_changes import Marked, Pair, Stretch
    from reportgen.diff.model import FigureText, PageText

#: Changed lines and figures of a page that are shown, points of a figure, lines of a page that is new or gone.
MOST_LINES, MOST_FIGURES, MOST_POINTS, MOST_LONE = 150, 6, 12, 30
#: Lines at either end of a fold that can be opened; characters of a line that stayed, and of one that changed.
FOLDED = 4
SHORT, LONG = 160, 1_500
_HEADINGS = frozenset({"h2", "h3"})
_SIDES = ("before", "after")


@dataclass(frozen=True, slots=True)
class Fold:
    """Lines that stayed: how many, the first and the last of them, and how many between are not held."""

    count: str
    first: tuple[str, ...]
    left_out: int
    last: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A changed line as runs of words, or a row as one such per cell. `state` is "", "-" or "+"."""

    state: str
    tag: str
    cells: tuple[Marked, ...]


@dataclass(frozen=True, slots=True)
class Hunk:
    """Changed lines that follow one another, and below which heading. `head` names the columns of rows."""

    heading: str
    head: tuple[str, ...]
    rows: bool
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A changed figure: its drawings (side, SVG or None), and the numbers that differ (point, what, before, after).

    `what` is what all of these numbers are; "" where they are not all of one kind.
    """

    title: str
    state: str
    drawings: tuple[tuple[str, Markup | None], ...]
    what: str
    rows: tuple[tuple[str, str, str, str], ...]
    more: int
    note: str


@dataclass(frozen=True, slots=True)
class PageChanges:
    """All that is shown of a page. `more` changed lines and `more_figures` figures are counted only."""

    parts: tuple[Fold | Hunk, ...]
    figures: tuple[Drawn, ...]
    more: int
    more_figures: int


def page_changes(old: PageText | None, new: PageText | None) -> PageChanges:
    """What differs between two pages; of a page on one side only its first lines."""
    if old is None or new is None:
        return _lone(old, new)
    figures = figure_changes(old.figures, new.figures)
    parts, more = _parts(old, new, line_changes(old, new))
    drawn = tuple(_drawn(change) for change in figures[:MOST_FIGURES])
    return PageChanges(parts, drawn, more, max(0, len(figures) - MOST_FIGURES))


def _lone(old: PageText | None, new: PageText | None) -> PageChanges:
    page, state = (new, IN) if old is None else (old, OUT)
    if page is None:
        return PageChanges((), (), 0, 0)
    kept = [(at, None) if state == OUT else (None, at) for at in range(min(len(page.lines), MOST_LONE))]
    hunks = tuple(_hunks(page, page, kept))
    return PageChanges(hunks, (), len(page.lines) - len(kept), 0)


# --- lines


def _parts(old: PageText, new: PageText, stretches: Sequence[Stretch]) -> tuple[tuple[Fold | Hunk, ...], int]:
    """Folds and hunks in order, and how many changed lines are left out behind them."""
    parts: list[Fold | Hunk] = []
    left, more = MOST_LINES, 0
    for stretch in stretches:
        if stretch.same:
            if left:
                parts.append(_fold(new, stretch.pairs))
            continue
        pairs = stretch.pairs[:left]
        more += len(stretch.pairs) - len(pairs)
        left -= len(pairs)
        parts += _hunks(old, new, pairs)
    return tuple(parts), more


def _fold(page: PageText, pairs: Sequence[Pair]) -> Fold:
    lines = [page.lines[there] for _, there in pairs if there is not None]
    ends = lines if len(lines) <= 2 * FOLDED else [*lines[:FOLDED], *lines[-FOLDED:]]
    shown = [visible(line, SHORT) for line in ends]
    left_out = len(lines) - len(ends)
    first, last = (shown[:FOLDED], shown[FOLDED:]) if left_out else (shown, [])
    return Fold(numbers.plural(len(lines), "unchanged line"), tuple(first), left_out, tuple(last))


def _hunks(old: PageText, new: PageText, pairs: Sequence[Pair]) -> Iterator[Hunk]:
    """Changed lines, rows apart from other lines; each group below the heading that it stands under."""
    for rows, group in groupby(pairs, key=lambda pair: _tag(old, new, pair) == ROW):
        own = list(group)
        here, there = own[0]
        page, at = (new, there) if there is not None else (old, here or 0)
        heading, head = _above(page, at)
        lines = tuple(_line(old, new, pair) for pair in own)
        yield Hunk(heading, head if rows else (), rows, lines)


def _tag(old: PageText, new: PageText, pair: Pair) -> str:
    here, there = pair
    return new.structure[there] if there is not None else old.structure[here or 0]


def _above(page: PageText, at: int) -> tuple[str, tuple[str, ...]]:
    """The heading a line stands under, and the titles of its columns if it is a row."""
    head: tuple[str, ...] = ()
    in_table = page.structure[at] == ROW
    for before in range(at - 1, -1, -1):
        tag = page.structure[before]
        if tag == "thead" and in_table and not head:
            head = tuple(visible(cell, SHORT) for cell in page.lines[before].split(BETWEEN_CELLS))
        in_table = in_table and tag == ROW
        if tag in _HEADINGS:
            return visible(page.lines[before], SHORT), head
    return "", head


def _line(old: PageText, new: PageText, pair: Pair) -> Line:
    here, there = pair
    tag = _tag(old, new, pair)
    if here is None or there is None:
        state, text = (OUT, old.lines[here]) if here is not None else (IN, new.lines[there or 0])
        cells = text.split(BETWEEN_CELLS) if tag == ROW else [text]
        return Line(state, tag, tuple(_seen(((cell, state),)) for cell in cells))
    before, after = old.lines[here], new.lines[there]
    cells_of_both = merged_cells(before, after) if tag == ROW else ()
    return Line("", tag, tuple(map(_seen, cells_of_both or (merged(before, after),))))


def _seen(runs: Marked) -> Marked:
    """What changed, written out where it would not be seen and the blank behind it unmarked; cut if too long."""
    found: list[tuple[str, str]] = []
    for at, (text, mark) in enumerate(runs):
        if mark == SAME:
            found.append((text[:LONG], mark))
            continue
        core = text.rstrip(" ")
        found.append((visible(core, LONG), mark))
        if len(core) < len(text) and runs[at + 1 : at + 2] and runs[at + 1][1] != IN:
            found.append((" ", SAME))
    return tuple(found)


# --- figures


def _drawn(change: FigureChange) -> Drawn:
    both = [figure for figure in (change.old, change.new) if figure is not None]
    title = visible(both[-1].title or both[-1].name, SHORT)
    sides = zip(_SIDES, (change.old, change.new), strict=True)
    changed = {(point.trace, point.point) for point in change.points}
    drawings = tuple(
        (side, drawing(figure, both, f"{side}: {title}", changed))
        for side, figure in sides
        if figure is not None
    )
    rows = [_point_row(point) for point in change.points[:MOST_POINTS]] or _values(change)
    total = len(change.points) or sum(
        _count(figure) for figure in both[:1] if change.state in {"new", "removed"}
    )
    kinds = {what for _, what, _, _ in rows}
    what = kinds.pop() if len(kinds) == 1 else ""
    return Drawn(title, change.state, drawings, what, tuple(rows), max(0, total - len(rows)), _note(both))


def _note(both: Sequence[FigureText]) -> str:
    if not all(map(is_drawable, both)):
        return "This kind of figure is not drawn here; its numbers are."
    most = max(map(points, both))
    if most > MOST_DRAWN:
        return f"Drawn with a part of its {numbers.plural(most, 'point')}."
    return ""


def _point_row(point: PointChange) -> tuple[str, str, str, str]:
    name = ": ".join(part for part in (point.trace, point.point) if part)
    return visible(name, SHORT), visible(point.value, SHORT), *_two(point.old, point.new)


def _two(old: float | None, new: float | None) -> tuple[str, str]:
    """Two numbers that differ, with digits enough to see it."""
    shown = numbers.score(old), numbers.score(new)
    if old is not None and new is not None and shown[0] == shown[1]:
        decimals = numbers.decimals_for(abs(new - old))
        return numbers.fixed(old, decimals), numbers.fixed(new, decimals)
    return shown


def _all_points(figure: FigureText) -> Iterator[tuple[str, str, str, float | None]]:
    layout = figure.figure.get("layout")
    for trace in figure.figure.get("data", ()):
        name = trace.get("name") if isinstance(trace, dict) else None
        for point, value, number in trace_points(trace, layout if isinstance(layout, dict) else {}):
            yield name if isinstance(name, str) else "", point, value, number


def _count(figure: FigureText) -> int:
    return sum(1 for _ in _all_points(figure))


def _values(change: FigureChange) -> list[tuple[str, str, str, str]]:
    """The first numbers of a figure that is new or gone."""
    figure = change.old or change.new
    if figure is None or change.state not in {"new", "removed"}:
        return []
    found: list[tuple[str, str, str, str]] = []
    for trace, point, value, number in _all_points(figure):
        if len(found) == MOST_POINTS:
            break
        name = ": ".join(part for part in (trace, point) if part)
        shown = numbers.score(number)
        two = (shown, numbers.ABSENT) if change.new is None else (numbers.ABSENT, shown)
        found.append((visible(name, SHORT), visible(value, SHORT), *two))
    return found
