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
from reportgen.site.islands import comparison_island, figure_island, script_json, table_island
from reportgen.site.links import page_href
from reportgen.site.markup import (
    bars_drawing,
    heading,
    pair_drawing,
    placed_drawing,
    table_head,
    table_rows,
    words,
)
from reportgen.views import blocks
from reportgen.views.blocks import Cell, Column, Comparison, Figure, Matrix, MatrixCell, Page, Pair, Table
from reportgen.views.compare import place_words, verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

#: Tables up to this many rows are rendered whole; longer ones begin with `FIRST_ROWS` and carry an island.
WHOLE_ROWS = 200
FIRST_ROWS = 100
#: Matrices with more labels show the value alone; the rest is in the cell's title and in a list below.
ROOMY_LABELS = 12
#: Where assets lie, from the version's root, unless the caller says otherwise.
DEFAULT_ASSETS: Mapping[str, str] = MappingProxyType(
    {"plotly": "assets/plotly.min.js", "matrix": "assets/matrix.js"}
)

_BLOCKS = (
    *(blocks.Facts, blocks.Prose, blocks.Findings, blocks.Notice, Table, Figure, Matrix, blocks.Coverage),
    *(blocks.Definitions, blocks.Downloads, Pair, blocks.Strips, blocks.Comparison),
)


class Renderer:
    """Renders pages with the templates of one folder. Templates are compiled once, at the first use of each.

    `assets` gives the path of each asset from the version's root; those used here are in `DEFAULT_ASSETS`.
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
        self._helpers = {**_HELPERS, "assets": {**DEFAULT_ASSETS, **assets}}
        self._page = self._environment.get_template("page.html.jinja")
        self._templates = {
            kind: self._environment.get_template(f"blocks/{snake_case(kind.__name__)}.html.jinja")
            for kind in _BLOCKS
        }

    def fragment(self, page: Page, *, base: str) -> str:
        """The page as HTML for the middle of a shell.

        `base` is the relative prefix from the page to the version's root: "" at home, "../" below.
        """
        draw = partial(self._draw, base=base)
        known = {"page": page, "base": base, "draw": draw, "has_figure": _has_figure(page.blocks)}
        return self._fill(self._page, known)

    def _draw(self, block: Any, *, base: str, **extra: Any) -> Markup:
        """One block. `extra` is what a template knows beyond the block: a nested table names its figure."""
        draw = partial(self._draw, base=base)
        prepare = _PREPARE.get(type(block))
        known = {"block": block, "base": base, "draw": draw, **(prepare(block) if prepare else {}), **extra}
        return Markup(self._fill(self._templates[type(block)], known))  # noqa: S704  # the template escapes

    def _fill(self, template: jinja2.Template, known: dict[str, Any]) -> str:
        """As `template.render`, less its merging of globals, which takes longer than most of our templates."""
        context = template.new_context({**self._helpers, **known}, shared=True)
        return "".join(template.root_render_func(context))


def snake_case(name: str) -> str:
    """'Findings' to 'findings', 'RankTable' to 'rank_table'."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _has_figure(parts: Iterable[Any]) -> bool:
    return any(
        isinstance(part, Figure) or (isinstance(part, Pair) and _has_figure((*part.left, *part.right)))
        for part in parts
    )


# --- small shapes


def shade_class(shade: float | None) -> str:
    """The colour class of a matrix cell: "p0" to "p10", "n1" to "n10", or "na": hatched, nothing known."""
    if shade is None or not math.isfinite(shade):
        return "na"
    step = round(10 * min(1.0, abs(shade)))
    return f"n{step}" if shade < 0 and step else f"p{step}"


# --- what a template needs beyond its block


def _prepare_table(table: Table) -> dict[str, Any]:
    long = len(table.rows) > WHOLE_ROWS
    return {
        "label": table.anchor or f"{table.name}.caption",
        "shown": FIRST_ROWS if long else len(table.rows),
        "island": table_island(table) if long else None,
        "inside": False,
    }


def _prepare_figure(figure: Figure) -> dict[str, Any]:
    return {"island": figure_island(figure)}


def _prepare_comparison(block: Comparison) -> dict[str, Any]:
    """The island, and the comparisons that both models of the drawn pair are part of."""
    pairs = ((item, dict(item.marks)) for item in block.items)
    shown = [
        (item, [marks[at] for at in block.chosen])
        for item, marks in pairs
        if all(at in marks for at in block.chosen)
    ]
    return {"island": comparison_island(block), "shown": shown}


def _prepare_matrix(matrix: Matrix) -> dict[str, Any]:
    compact = len(matrix.labels) > ROOMY_LABELS
    return {
        "compact": compact,
        "rows": list(_matrix_rows(matrix)),
        "pairs": _pair_table(matrix) if compact and not matrix.download else None,
        "choices": script_json(matrix.choices) if len(matrix.choices) > 1 else "",
    }


def _matrix_rows(matrix: Matrix) -> Iterator[tuple[str, str, list[MatrixCell | None]]]:
    """Label, its page, and the cells up to the last one that is drawn."""
    for number, (label, cells) in enumerate(zip(matrix.labels, matrix.cells, strict=True)):
        last = max((place for place, cell in enumerate(cells) if cell is not None), default=-1)
        yield label, matrix.links[number] if number < len(matrix.links) else "", list(cells[: last + 1])


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
    Comparison: _prepare_comparison,
}
_HELPERS: dict[str, Any] = {
    "bars_drawing": bars_drawing,
    "count": numbers.count,
    "heading": heading,
    "page_href": page_href,
    "pair_drawing": pair_drawing,
    "place_words": place_words,
    "placed_drawing": placed_drawing,
    "shade_class": shade_class,
    "table_head": table_head,
    "table_rows": table_rows,
    "verdict": verdict,
    "words": words,
}
