"""HTML of what a page has by the hundred: runs of words, and the rows of a table. All text is escaped here.

Templates do the rest. These two are functions because a site of thousands of pages spends most of its time in
them. `report.js` builds the same cells for long tables.
"""

from __future__ import annotations

import math
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from markupsafe import Markup

from reportgen import numbers
from reportgen.site.islands import sort_attribute
from reportgen.site.links import external_href, page_href
from reportgen.views.blocks import Code, External, Link, Strong, Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reportgen.views.blocks import Cell, Column, Mark, Run, Strip, Table

#: Width in px of a bar and of a rank strip; `report.js` draws the same.
MARK_WIDTH = 64
_ALIGN_CLASS = {"left": "l", "center": "c", "right": ""}


# --- words


def words(runs: Iterable[Run], base: str) -> Markup:
    """Runs of text in order; `base` is the prefix from the page to the version's root."""
    return Markup("".join([_run(run, base) for run in runs]))  # noqa: S704  # escaped run by run


def _run(run: Run, base: str) -> str:
    if isinstance(run, str):
        return escape(run)
    text = escape(run.text)
    match run:
        case Strong():
            return f"<b>{text}</b>"
        case Link():
            return f'<a href="{escape(page_href(base, run.page, run.anchor))}">{text}</a>'
        case Code():
            return f"<code>{text}</code>"
        case Term():
            return f'<button type="button" class="rg-term" title="{escape(run.meaning)}">{text}</button>'
        case External():
            return _outward(run.url, text)


def _outward(url: str, text: str) -> str:
    """Text that leads off the site, where the address may be linked."""
    href = external_href(url)
    return f'<a href="{escape(href)}" rel="noopener noreferrer nofollow">{text}</a>' if href else text


def heading(text: str, anchor: str) -> Markup:
    """A heading of the second level with its anchor; nothing where there are no words."""
    name = f' id="{escape(anchor)}"' if anchor else ""
    return Markup(f"<h2{name}>{escape(text)}</h2>\n" if text else "")  # noqa: S704  # escaped here


# --- tables


def column_class(column: Column) -> str:
    """The classes of a column's cells: alignment, hidden on a phone."""
    return f"{_ALIGN_CLASS[column.align]} {'w' if column.wide else ''}".strip()


@lru_cache(maxsize=256)  # thousands of pages have tables with the same columns
def table_head(columns: tuple[Column, ...], model_column: int) -> Markup:
    """The cells that head the columns. What `report.js` needs to know of a column stands in attributes."""
    cells = [_column_head(column, is_model=place == model_column) for place, column in enumerate(columns)]
    return Markup("".join(cells))  # noqa: S704  # escaped column by column


def _column_head(column: Column, *, is_model: bool) -> str:
    css = f"{column_class(column)} {'m' if is_model else ''}".strip()
    attributes = (
        f' data-k="{escape(column.key)}"'
        + (f' class="{css}"' if css else "")
        + (f' title="{escape(column.meaning)}"' if column.meaning else "")
        + ("" if column.sortable else " data-still")
        + (" data-chips" if column.group == "chips" else "")
    )
    note = f"<small>{escape(column.note)}</small>" if column.note else ""
    return f'<th scope="col"{attributes}><span>{escape(column.title)}</span>{note}</th>'


def table_rows(table: Table, shown: int, base: str) -> Markup:
    """The first `shown` rows of a table."""
    classes = [column_class(column) for column in table.columns]
    lines = []
    for number, row in enumerate(table.rows[:shown]):
        rule = ' class="rule"' if number and number in table.rule_before else ""
        lines.append(f"<tr{rule}>{_cells(row, classes, table.model_column, base)}</tr>\n")
    return Markup("".join(lines))  # noqa: S704  # escaped cell by cell


def _cells(row: Sequence[Cell], classes: list[str], model_column: int, base: str) -> str:
    cells = []
    for place, cell in enumerate(row):
        if place == model_column:  # names stand on the left without a class
            attributes = _attributes(cell, classes[place].removeprefix("l").lstrip())
            cells.append(f'<th scope="row"{attributes}>{_inside(cell, base)}</th>')
        else:
            cells.append(f"<td{_attributes(cell, classes[place])}>{_inside(cell, base)}</td>")
    return "".join(cells)


def _attributes(cell: Cell, css: str) -> str:
    """Classes, sort key and explanation of a cell, those it has."""
    if cell.tone != "plain":
        css = f"{css} {cell.tone}".lstrip()
    if cell.text == numbers.ABSENT:
        css = f"{css} none".lstrip()
    key = sort_attribute(cell)
    return (
        (f' class="{css}"' if css else "")
        + ("" if key is None else f' data-s="{escape(str(key))}"')
        + (f' title="{escape(cell.title)}"' if cell.title else "")
    )


def _inside(cell: Cell, base: str) -> str:
    """What stands in a cell: its text, marked up, then error, note and flags."""
    html = escape(cell.text)
    if cell.code and not (cell.url and cell.link is None):
        html = f"<code>{html}</code>"
    if cell.link is not None:
        html = f'<a href="{escape(page_href(base, cell.link))}">{html}</a>'
    elif cell.url:
        html = _outward(cell.url, html)
    if cell.pm:
        html += f" <small>{escape(cell.pm)}</small>"
    if cell.note:
        html += f" <i>{escape(cell.note)}</i>"
    for flag in cell.flags:
        html += f' <span class="flag">{escape(flag)}</span>'
    return _marked(cell, html) if cell.bar or cell.strip else html


def _marked(cell: Cell, html: str) -> str:
    """With its bar before it, or its rank strip behind it."""
    if bar := bar_path(cell.bar):
        return f'<span class="bar">{_drawing(*bar)}{html}</span>'
    if strip := strip_path(cell.strip):
        return f'<span class="strip">{html}{_drawing(*strip)}</span>'
    return html


def _drawing(first: str, second: str) -> str:
    return f'<svg aria-hidden="true"><path d="{first}"/><path d="{second}"/></svg>'


def _pixels(share: float, width: float = MARK_WIDTH) -> float:
    """A share of one, to three decimals, as px with one, halves up as in JavaScript; clamped to the drawing."""
    return math.floor(min(1.0, max(0.0, round(share, 3))) * width * 10 + 0.5) / 10


def bar_path(bar: tuple[float, float, float] | None) -> tuple[str, str] | None:
    """The paths of a bar and of its whisker, or None where there is nothing to draw."""
    if bar is None or not all(map(math.isfinite, bar)):
        return None
    end, low, high = map(_pixels, bar)
    return f"M0 4H{end:g}", f"M{low:g} 4H{max(high, low + 1):g}"


def strip_path(strip: tuple[float, float, float] | None) -> tuple[str, str] | None:
    """The paths of a rank interval and of its best estimate; shares of the strip less its round ends."""
    if strip is None or not all(map(math.isfinite, strip)):
        return None
    low, high, best = (_pixels(share, MARK_WIDTH - 8) + 4 for share in strip)
    return f"M{low:g} 4H{high:g}", f"M{best:g} 4h0"


# --- strips, drawn 100 units wide and 12 high


def placed_drawing(strip: Strip) -> Markup:
    """A tick for each system, a band for the interval, a mark for the one; words beside it say the same."""
    band = interval_path(strip.low, strip.high)
    paths = [rug_path(strip.others), *([band] if band else []), f"M{_pixels(strip.at, 100):g} 0v12"]
    drawn = "".join(f'<path d="{path}"/>' for path in paths)
    return Markup(  # noqa: S704  # numbers only
        f'<svg viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">{drawn}</svg>'
    )


def bars_drawing(bars: Sequence[float], alt: str) -> Markup:
    """A column for each share, one unit wide and 100 high at most, a few of them not drawn wide; `alt` says it all."""
    columns = "".join(f"M{place} 100v-{_pixels(share, 100):g}h1V100" for place, share in enumerate(bars))
    return Markup(  # noqa: S704  # numbers, and words that are escaped
        f'<svg viewBox="0 0 {len(bars)} 100" preserveAspectRatio="none" style="max-width:{len(bars)}rem" role="img" '
        f'aria-label="{escape(alt)}">'
        f'<path d="{columns}"/></svg>'
    )


def pair_drawing(others: tuple[int, ...], marks: Sequence[Mark]) -> Markup:
    """A tick for each system, the first of two above the line and the second below; `report.js` draws the same."""
    paths = [f'<path d="{rug_path(others)}"/>']
    for css, top, mark in zip("ab", (0, 6), marks, strict=True):
        band = interval_path(mark.low, mark.high).replace(" 6H", f" {top + 3}H")
        paths.append(f'<path class="{css}" d="{band}M{_pixels(mark.at, 100):g} {top}v6"/>')
    drawn = "".join(paths)
    return Markup(  # noqa: S704  # numbers only
        f'<svg viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">{drawn}</svg>'
    )


@lru_cache(maxsize=256)  # thousands of pages draw the same comparison
def rug_path(positions: tuple[int, ...]) -> str:
    """A tick at each position in hundredths, sorted."""
    steps = zip((0, *positions), positions, strict=False)
    return "".join(f"m{here - before} {-6 if number else 3}v6" for number, (before, here) in enumerate(steps))


def interval_path(low: float | None, high: float | None) -> str:
    """A line from one share of the strip to another, long enough to be seen; "" where there is none."""
    if low is None or high is None:
        return ""
    start, end = (_pixels(share, 100) for share in (low, high))
    return f"M{start:g} 6H{max(end, start + 0.5):g}"
