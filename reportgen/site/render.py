"""Pages to HTML fragments: one jinja2 template per block class, everything escaped on output."""

from __future__ import annotations

import math
import re
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup

from reportgen import numbers
from reportgen.site.islands import figure_island, sort_attribute, table_island
from reportgen.site.links import external_href, page_href
from reportgen.views import blocks
from reportgen.views.blocks import Cell, Column, Figure, Matrix, MatrixCell, Page, Pair, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

#: Tables up to this many rows are rendered whole; longer ones begin with `FIRST_ROWS` and carry an island.
WHOLE_ROWS = 200
FIRST_ROWS = 100
#: Matrices with more labels show the value alone; the rest is in the cell's title and in a list below.
ROOMY_LABELS = 12
#: Where assets lie, from the version's root, unless the caller says otherwise.
DEFAULT_ASSETS: Mapping[str, str] = MappingProxyType({"plotly": "assets/plotly.min.js"})
#: Width in px of a bar and of a rank strip; `report.js` draws the same.
MARK_WIDTH = 64
#: Names longer than this carry their whole text as a title, for where they are cut off.
LONG_NAME = 40

_BLOCKS = (
    *(blocks.Facts, blocks.Prose, blocks.Findings, blocks.Notice, Table, Figure, Matrix),
    *(blocks.Definitions, blocks.Downloads, Pair),
)
_ALIGN_CLASS = {"left": "l", "center": "c", "right": ""}


class Renderer:
    """Renders pages with the templates of one folder. Templates are compiled once, at the first use of each.

    `assets` gives the path of each asset from the version's root; "plotly" is the one used here.
    """

    def __init__(self, templates: Path, assets: Mapping[str, str] = DEFAULT_ASSETS) -> None:
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(templates),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.globals.update(_helpers(), assets=dict(assets))
        self._environment.tests.update(_run_tests())
        macros = self._environment.get_template("macros.html.jinja").module
        for name in ("words", "outward", "heading", "rich"):
            self._environment.globals[name] = getattr(macros, name)
        self._page = self._environment.get_template("page.html.jinja")
        self._templates = {
            kind: self._environment.get_template(f"blocks/{snake_case(kind.__name__)}.html.jinja")
            for kind in _BLOCKS
        }

    def fragment(self, page: Page, *, base: str) -> str:
        """The page as HTML for the middle of a shell.

        `base` is the relative prefix from the page to the version's root: "" at home, "../" below.
        """
        return self._page.render(
            page=page, base=base, draw=partial(self._draw, base=base), has_figure=_has_figure(page.blocks)
        )

    def _draw(self, block: Any, *, base: str, **extra: Any) -> Markup:
        """One block. `extra` is what a template knows beyond the block: a nested table names its figure."""
        draw = partial(self._draw, base=base)
        prepare = _PREPARE.get(type(block))
        known = {"block": block, "base": base, "draw": draw, **(prepare(block) if prepare else {}), **extra}
        return Markup(self._templates[type(block)].render(known))  # noqa: S704  # autoescaped by the template


def snake_case(name: str) -> str:
    """'Findings' to 'findings', 'RankTable' to 'rank_table'."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _has_figure(parts: Iterable[Any]) -> bool:
    return any(
        isinstance(part, Figure) or (isinstance(part, Pair) and _has_figure((*part.left, *part.right)))
        for part in parts
    )


def _run_tests() -> dict[str, Callable[[Any], bool]]:
    """`{% if run is link %}` and the like."""
    kinds = (blocks.Strong, blocks.Link, blocks.External, blocks.Code, blocks.Term)
    return {kind.__name__.lower(): partial(_is_a, kind) for kind in kinds}


def _is_a(kind: type, value: object) -> bool:
    return isinstance(value, kind)


def _helpers() -> dict[str, Any]:
    return {
        "absent": numbers.ABSENT,
        "bar_path": bar_path,
        "count": numbers.count,
        "external_href": external_href,
        "hover": hover,
        "page_href": page_href,
        "shade_class": shade_class,
        "sort_attribute": sort_attribute,
        "strip_path": strip_path,
    }


# --- small shapes


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


def shade_class(shade: float | None) -> str:
    """The colour class of a matrix cell: "p0" to "p10", "n1" to "n10", or "na": hatched, nothing known."""
    if shade is None or not math.isfinite(shade):
        return "na"
    step = round(10 * min(1.0, abs(shade)))
    return f"n{step}" if shade < 0 and step else f"p{step}"


def hover(cell: Cell) -> str:
    """What a cell explains on hover and focus: why this number, or its whole text where it may be cut."""
    return cell.title or (cell.text if len(cell.text) > LONG_NAME else "")


# --- what a template needs beyond its block


def _column_classes(column: Column) -> str:
    """The classes of a column's cells: alignment, hidden on a phone."""
    return " ".join(filter(None, (_ALIGN_CLASS[column.align], "w" if column.wide else "")))


#: Whether it names its row, classes, sort key, explanation, text, and the cell where it holds more than text.
_CellView = tuple[bool, str, float | str | None, str, str, Cell | None]


def _rows(table: Table, classes: list[str], shown: int) -> Iterator[tuple[bool, list[_CellView]]]:
    for number, row in enumerate(table.rows[:shown]):
        cells = [
            _cell_view(cell, classes[place], named=place == table.model_column)
            for place, cell in enumerate(row)
        ]
        yield number > 0 and number in table.rule_before, cells


def _cell_view(cell: Cell, column_class: str, *, named: bool) -> _CellView:
    css = column_class
    if cell.tone != "plain":
        css += " " + cell.tone
    if cell.text == numbers.ABSENT:
        css += " none"
    plain = cell.link is None and not (
        cell.pm or cell.note or cell.flags or cell.bar or cell.strip or cell.url or cell.code
    )
    return named, css.lstrip(), sort_attribute(cell), hover(cell), cell.text, None if plain else cell


def _prepare_table(table: Table) -> dict[str, Any]:
    long = len(table.rows) > WHOLE_ROWS
    shown = FIRST_ROWS if long else len(table.rows)
    classes = [_column_classes(column) for column in table.columns]
    return {
        "classes": classes,
        "rows": _rows(table, classes, shown),
        "shown": shown,
        "island": table_island(table) if long else None,
        "inside": False,
    }


def _prepare_figure(figure: Figure) -> dict[str, Any]:
    return {"island": figure_island(figure)}


def _prepare_matrix(matrix: Matrix) -> dict[str, Any]:
    compact = len(matrix.labels) > ROOMY_LABELS
    pairs = _pair_table(matrix) if compact else None
    return {"compact": compact, "rows": list(_matrix_rows(matrix)), "pairs": pairs}


def _matrix_rows(matrix: Matrix) -> Iterator[tuple[str, str, list[tuple[MatrixCell | None, str]]]]:
    """Label, its page, and the cells with what each explains, up to the last cell that is drawn."""
    for number, (label, cells) in enumerate(zip(matrix.labels, matrix.cells, strict=True)):
        last = max((place for place, cell in enumerate(cells) if cell is not None), default=-1)
        explained = [
            (cell, "" if cell is None else pair_title(label, matrix.labels[place], cell))
            for place, cell in enumerate(cells[: last + 1])
        ]
        yield label, matrix.links[number] if number < len(matrix.links) else "", explained


def pair_title(row: str, column: str, cell: MatrixCell) -> str:
    """'Sketch and ImageNet: 0.68 ±0.07, n 212', and what the view adds."""
    names = row if row == column else f"{row} and {column}"
    evidence = ", ".join(filter(None, (" ".join(filter(None, (cell.text, cell.pm))), cell.note)))
    return ". ".join(filter(None, (f"{names}: {evidence}" if evidence else names, cell.title)))


def _pair_table(matrix: Matrix) -> Table:
    """All cells of a matrix as a list, for where the matrix shows the value alone."""
    rows = tuple(
        (
            Cell(text=matrix.labels[first]),
            Cell(text=matrix.labels[second]),
            Cell(text=cell.text, pm=cell.pm, sort=cell.shade, link=cell.link),
            Cell(text=cell.note, title=cell.title),
        )
        for first, cells in enumerate(matrix.cells)
        for second, cell in enumerate(cells)
        if cell is not None and first != second
    )
    columns = (
        Column(key="first", title="Benchmark", align="left"),
        Column(key="second", title="and", align="left"),
        Column(key="value", title="Value"),
        Column(key="evidence", title="Evidence", align="left", sortable=False),
    )
    caption = f"{matrix.caption} Every pair."
    return Table(
        name=f"{matrix.name}-pairs", caption=caption, columns=columns, rows=rows, search="Find a benchmark"
    )


_PREPARE: dict[type, Callable[[Any], dict[str, Any]]] = {
    Table: _prepare_table,
    Figure: _prepare_figure,
    Matrix: _prepare_matrix,
}
