"""Data for scripts: JSON that cannot leave its `<script type="application/json">`, and what goes into it.

Figures are made inert here, in one place: every string of a figure is escaped before it enters plotly's
pseudo-HTML, so views hand over raw text. The only strings with a meaning of their own are the templates under
`TEMPLATE_KEYS`; of those the placeholders and a few tags without attributes survive.
"""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from reportgen.numbers import ABSENT, MINUS
from reportgen.site.links import external_href
from reportgen.views.slugs import slug

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reportgen.views.blocks import Cell, Compared, Comparison, Figure, Table

#: Trace keys whose strings are templates written by us; data reaches them through customdata and text only.
TEMPLATE_KEYS = frozenset({"hovertemplate", "texttemplate"})

_UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_UNSAFE_CHARS = re.compile("[<>&\u2028\u2029]")
#: By number, because plotly knows few entities by name (not even quot) and shows the others undecoded.
_PLOTLY_CHARS = re.compile("[<>&\"']")
#: Stands for the page of the model a cell names: addresses made of digests are most of a long table otherwise.
NAMED = 1
#: A number as `numbers.py` writes it; `report.js` reads it the same way.
_NUMBER = re.compile(rf"[+{MINUS}]?\d[\d,]*(?:\.\d+)?", re.ASCII)
#: What a template may contain beside text: a placeholder, or a tag that can carry no attribute.
_TEMPLATE_PART = re.compile(
    r"%\{[A-Za-z_][A-Za-z0-9_.\[\]]*(?::[ ,.+0-9A-Za-z%~-]*)?\}|</?(?:b|i|br|extra|sub|sup)>"
)


def script_json(value: Any) -> Markup:
    """JSON for a script element: compact, keys in given order, nothing in it can end the element.

    Raises:
        ValueError: NaN or an infinity is in it; a page shows a reason instead.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Markup(_UNSAFE_CHARS.sub(lambda found: _UNSAFE[found.group()], text))  # noqa: S704  # escaped above


# --- figures


def plotly_text(text: str) -> str:
    """Raw text as plotly shows it literally: no tag, no `%{placeholder}`, no TeX; newlines break lines."""
    escaped = _PLOTLY_CHARS.sub(lambda found: f"&#{ord(found.group())};", text)
    escaped = escaped.replace("%{", "%&#123;").replace("\n", "<br>")
    return escaped.replace("$", "&#36;") if escaped.count("$") > 1 else escaped


def plotly_template(text: str) -> str:
    """One of our own hover templates: placeholders and plain tags kept, all else as literal text."""
    parts, end = [], 0
    for found in _TEMPLATE_PART.finditer(text):
        parts += [plotly_text(text[end : found.start()]), found.group()]
        end = found.end()
    return "".join([*parts, plotly_text(text[end:])])


def _inert(value: Any, *, key: str = "") -> Any:
    """The same structure with every string made inert and floats at seven significant digits."""
    if isinstance(value, str):
        return plotly_template(value) if key in TEMPLATE_KEYS else plotly_text(value)
    if isinstance(value, float):
        return _short(value)
    if isinstance(value, dict):
        return {plotly_text(str(name)): _inert(item, key=str(name)) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_inert(item, key=key) for item in value]
    return value


def _short(value: float) -> float | int:
    """Seven significant digits: more than a picture shows, half the bytes. NaN is refused later."""
    short = float(f"{value:.7g}")
    return int(short) if short.is_integer() and abs(short) < 1e7 else short


def figure_island(figure: Figure) -> Markup:
    """The figure for `figures.js`: {"data": [...], "layout": {...}}, all text inert."""
    return script_json({"data": _inert(figure.data), "layout": _inert(figure.layout)})


# --- tables


def _text_key(text: str) -> str | None:
    return None if text in {"", ABSENT} else text


def _said_by_text(key: float | str | None, text: str) -> bool:
    """Whether the key need not be written beside the text; sorting ignores case and reads plain numbers."""
    if isinstance(key, str):
        return key in {text, text.casefold()}
    if key is None:
        return _text_key(text) is None
    return _NUMBER.fullmatch(text) is not None and float(text.replace(",", "").replace(MINUS, "-")) == key


def sort_key(cell: Cell) -> float | str | None:
    """What a column is sorted by: `sort` where given, else the text, else None (always last)."""
    if cell.sort is None:
        return _text_key(cell.text)
    return cell.sort if isinstance(cell.sort, str) else _sort_number(float(cell.sort))


def _sort_number(value: float) -> float | int | None:
    """Whole numbers exactly, others to six significant digits; equal keys keep the order as given."""
    if not math.isfinite(value):
        return None
    if value.is_integer():
        return int(value) if abs(value) < 2**53 else value
    return float(f"{value:.6g}")


def sort_attribute(cell: Cell) -> float | str | None:
    """The `data-s` of a rendered cell ("" for last); None where the text says the same."""
    if cell.sort is None:
        return None
    key = sort_key(cell)
    if _said_by_text(key, cell.text):
        return None
    return "" if key is None else key


def column_island(cells: Sequence[Cell]) -> dict[str, Any]:
    """One column of a long table, field by field, for `report.js`; fields empty in all cells are left out.

    A field holds one value per row, or, where all rows have the same, that value alone. `sort` is left out
    where the texts say the same. 0 stands for empty.
    """
    keys = [sort_key(cell) for cell in cells]
    said = all(_said_by_text(key, cell.text) for key, cell in zip(keys, cells, strict=True))
    fields: dict[str, list[Any]] = {
        "text": [cell.text for cell in cells],
        "sort": [] if said else keys,
        "pm": [cell.pm or 0 for cell in cells],
        "page": [_page(cell) for cell in cells],
        "note": [cell.note or 0 for cell in cells],
        "bar": [_mark(cell.bar) for cell in cells],
        "strip": [_mark(cell.strip) for cell in cells],
        "tone": [0 if cell.tone == "plain" else cell.tone for cell in cells],
        "flags": [list(cell.flags) or 0 for cell in cells],
        "title": [cell.title or 0 for cell in cells],
        "url": [external_href(cell.url) or 0 for cell in cells],
        "code": [int(cell.code and not cell.url) for cell in cells],
    }
    return {name: _folded(values) for name, values in fields.items() if any(value != 0 for value in values)}


def _page(cell: Cell) -> str | int:
    """The cell's page; `NAMED` where it is that of the model the cell names, which `report.js` works out."""
    if cell.link is None:
        return 0
    return NAMED if cell.text.isascii() and cell.link == f"models/{slug(cell.text)}/" else cell.link


def _folded(values: list[Any]) -> Any:
    """One value for all rows where they agree; lists stay, so that the reader can tell the two apart."""
    first = values[0]
    return first if not isinstance(first, list) and all(value == first for value in values) else values


def _mark(mark: tuple[float, float, float] | None) -> list[float] | int:
    return [round(part, 3) for part in mark] if mark and all(map(math.isfinite, mark)) else 0


def table_island(table: Table) -> Markup:
    """All rows of a long table column by column, and above which of them a thin rule stands."""
    columns = [column_island(cells) for cells in zip(*table.rows, strict=True)]
    return script_json({"size": len(table.rows), "rules": sorted(table.rule_before), "columns": columns})


# --- comparisons


def comparison_island(block: Comparison) -> Markup:
    """Models with their pages, and each comparison with the marks of its models, for `report.js`.

    A page is `NAMED` where the script can work it out from the name. An end of an interval that is not known is -1.
    """
    pages = [
        NAMED if name.isascii() and page == f"models/{slug(name)}/" else page
        for name, page in zip(block.models, block.pages, strict=True)
    ]
    items = [
        [
            item.title,
            item.note,
            item.page,
            item.says,
            item.of,
            list(item.others),
            list(item.ends),
            _marks(item),
        ]
        for item in block.items
    ]
    return script_json(
        {"models": list(block.models), "pages": pages, "items": items, "chosen": list(block.chosen)}
    )


def _marks(item: Compared) -> list[list[Any]]:
    """Number of the model, then its mark; a place that is none is its reason."""
    return [
        [at, mark.value, mark.pm, mark.reason if mark.place is None else mark.place, mark.level, mark.system,
         mark.at, *(-1 if share is None else share for share in (mark.low, mark.high))]
        for at, mark in item.marks
    ]  # fmt: skip
