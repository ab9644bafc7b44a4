"""A comparison as one HTML file for reviewers: what changed on top, then every changed page with its changes marked.

The file needs nothing but itself, so that it can be an artifact of a build: styles and script stand in it and are
allowed by their hashes, and nothing else may load or run. It stays small: what would make it grow beyond its budget
is counted, never dropped in silence.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup

from reportgen.diff.line_changes import IN, OUT
from reportgen.diff.pages import KINDS, NEW, REMOVED
from reportgen.errors import EngineError
from reportgen.numbers import MINUS, count, plural, size
from reportgen.site.csp import page_faults
from reportgen.site.links import external_href
from reportgen.site.page_changes import Fold, page_changes
from reportgen.views.common import rows_of
from reportgen.views.diff.escape import SENTENCE, visible
from reportgen.views.diff.footer import NOTHING, identity, reproduce, unchanged
from reportgen.views.diff.sections import MARKS, Link, sections

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from reportgen.diff.model import Diff, PageText
    from reportgen.views.diff.footer import Around
    from reportgen.views.diff.sections import Section, Text

#: Bytes of all pages drawn; rows of each table of the summary; pages in the list.
MOST_BYTES, MOST_ROWS, MOST_PAGES = 3_000_000, 500, 2_000
#: The list of pages is shown with its changes, in a part of its own.
_OWN_PART = "Pages"
_POLICY = (
    "default-src 'none'; script-src '{script}'; style-src '{style}'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-src 'none'"
)
#: Parts of the site by the first word of a page's path, in the order in which its tabs stand.
_PARTS = ("", "leaderboard", "generalization", "concurrence", "benchmarks", "models")
_SIGNS = {IN: "+", OUT: MINUS, "": "~"}


@dataclass(frozen=True, slots=True)
class Listed:
    """A page in the list: what is said of it, where it can be opened, and its changes, drawn if there is room."""

    title: str
    path: str
    state: str
    kinds: tuple[str, ...]
    counts: str
    links: tuple[tuple[str, str], ...]
    body: Markup | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A table or list of the summary as text."""

    title: str
    columns: tuple[str, ...]
    right: frozenset[int]
    rows: tuple[tuple[tuple[str, str], ...], ...]
    open_rows: int
    more: str
    note: str
    total: str


def diff_page(
    diff: Diff,
    old_pages: Mapping[str, PageText] | None,
    new_pages: Mapping[str, PageText] | None,
    *,
    plan: str,
    templates: Path,
    around: Around = NOTHING,
) -> bytes:
    """The comparison as an HTML file, UTF-8.

    `old_pages` and `new_pages` are those of the sides, where they have any; `plan` is the sentence on top;
    `templates` is the folder `site_templates`; `around` has the command that repeats the comparison.

    Raises:
        EngineError: The finished page would run code or load something.
    """
    environment = _environment(templates)
    style, script = (
        (templates / "diff" / name).read_text(encoding="utf-8") for name in ("diff.css", "diff.js")
    )
    listed = list(_listed(diff, old_pages or {}, new_pages or {}, environment))
    html = environment.get_template(
        "diff/diff.html.jinja"
    ).render(
        diff=diff,
        plan=visible(plan, 4 * SENTENCE),
        policy=_POLICY.format(script=_hash(script), style=_hash(style)),
        style=Markup(style),  # noqa: S704  # our own file
        script=Markup(script),  # noqa: S704  # our own file
        labels=[visible(side.label) for side in (diff.old, diff.new)],
        sections=[_shown(section) for section in sections(diff, MOST_ROWS) if section.title[:5] != _OWN_PART],
        pages=listed,
        total=count(len(diff.pages)),
        more_pages=plural(len(diff.pages) - len(listed), "more page")
        if len(diff.pages) > len(listed)
        else "",
        compared="" if diff.compared_pages is None else plural(diff.compared_pages, "page"),
        filters=_filters(listed),
        unchanged=unchanged(diff),
        sides=[(name, identity(side)) for name, side in (("Old", diff.old), ("New", diff.new))],
        command=reproduce(diff, around),
    )
    _check(html.replace(f"<script>{script}</script>", ""))
    return html.encode("utf-8", errors="replace")


def _environment(templates: Path) -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _check(html: str) -> None:
    """The second wall: nothing that came with a name may run or load something."""
    faults = page_faults(html, fragment=False)
    if faults:
        raise EngineError(f"the comparison was not written because it holds {'; '.join(faults)}")


# --- the summary


def _shown(section: Section) -> Shown:
    more = section.total - len(section.rows)
    return Shown(
        title=section.title,
        columns=section.columns,
        right=section.right,
        rows=tuple(tuple(map(_cell, row)) for row in section.rows),
        open_rows=section.shown,
        more=f"{plural(more, 'more row')}: the JSON form holds all." if more else "",
        note=section.note,
        total=count(section.total),
    )


def _cell(cell: Text) -> tuple[str, str]:
    """Text, severities in words, and address; the address is empty where it may not be linked."""
    text, address = (cell.text, cell.address) if isinstance(cell, Link) else (cell, "")
    for severity, mark in MARKS.items():
        if text.startswith(mark):
            text = f"{severity}: {text.removeprefix(mark).strip()}"
    return visible(text, SENTENCE), external_href(address) or ""


# --- pages


def _listed(
    diff: Diff, old: Mapping[str, PageText], new: Mapping[str, PageText], environment: jinja2.Environment
) -> Iterator[Listed]:
    """The pages that differ with their changes, as long as there is room: first those that most readers open."""
    template = environment.get_template("diff/page.html.jinja")
    left = MOST_BYTES
    rows = sorted(rows_of(diff.pages), key=lambda row: _part_of_site(row.path))
    for row in rows[:MOST_PAGES]:
        before, after = old.get(row.path), new.get(row.path)
        body = None
        if left > 0 and (before or after):
            drawn = template.render(
                page=page_changes(before, after), signs=_SIGNS, is_fold=_is_fold, count=count, plural=plural
            )
            left -= len(drawn)
            body = Markup(drawn) if left >= 0 else None  # noqa: S704  # the template escapes
        yield Listed(
            title=visible(row.title) or "Home",
            path=visible(row.path),
            state=row.state,
            kinds=tuple(kind for kind in KINDS if kind in row.kind.split(" + ")),
            counts=_counts(row),
            links=tuple(_links(diff, row)),
            body=body,
        )


def _part_of_site(path: str) -> int:
    first = path.partition("/")[0]
    return _PARTS.index(first) if first in _PARTS else len(_PARTS)


def _is_fold(part: Any) -> bool:
    return isinstance(part, Fold)


def _counts(row: Any) -> str:
    """'+5 −33 lines, 1 figure'."""
    signed = [
        f"{sign}{count(int(lines))}"
        for sign, lines in (("+", row.lines_added), (MINUS, row.lines_removed))
        if lines
    ]
    parts = [" ".join([*signed, "lines"])] if signed else []
    return ", ".join([*parts, *([plural(int(row.figures), "figure")] if row.figures else [])])


def _links(diff: Diff, row: Any) -> Iterator[tuple[str, str]]:
    """Where the page can be opened, on the sides that are published and have it."""
    for words, side, lacking in (("old page", diff.old, NEW), ("new page", diff.new, REMOVED)):
        href = external_href(side.address + row.path) if side.address and row.state != lacking else None
        if href:
            yield words, href


def _filters(pages: list[Listed]) -> list[tuple[str, str]]:
    """What the list can be filtered by, and how many pages that leaves: only what there is."""
    found = [(kind, sum(kind in page.kinds for page in pages)) for kind in KINDS]
    found += [(state, sum(state == page.state for page in pages)) for state in (NEW, REMOVED)]
    return [(name, count(number)) for name, number in found if number]


def described(content: bytes) -> str:
    """'1.4 MB': how large the file is, to tell whoever asked for it."""
    return size(len(content))
