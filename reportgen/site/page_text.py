"""Built pages as text: what a reader of a page sees, without its shell and without anything that differs by chance.

Pages of this release and of older ones are read, from a folder or from the web, so they may be broken or hostile.
A page is cut into tags and text by one pattern that no input makes slow, and whatever cannot be understood is read
as plain text; nothing here raises on a page. Long tables keep most of their rows, and figures all they show, in JSON
islands (`site.islands`); both are read from there.

What names the version itself (its name, its digest, the release that built it) and what it says of the versions before
it is left out: it differs between any two versions of the same results, and a comparison tells it in its own place.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from reportgen.diff.model import FigureText, PageText
from reportgen.errors import SideError
from reportgen.site.page_islands import comparison_lines, figure_document, island, row_line, table_lines
from reportgen.site.sitemap import SITEMAP_FILE
from reportgen.site.stamp import MAX_DEPTH, page_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

#: More is not read of a page: ours have at most some hundred kB.
MOST_BYTES = 64_000_000
MOST_PAGES = 200_000

#: A tag never holds "<" in our pages, and this pattern never looks further than to the next one.
_TOKEN = re.compile(r"<(?:(!--)|(/?)([a-zA-Z][a-zA-Z0-9]*+)([^<>]*+)>)")
_ATTRIBUTE = re.compile(r"""([a-zA-Z][\w-]*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_ARTICLE = re.compile(r"<article\b[^<>]*>", re.IGNORECASE)
_BODY = re.compile(r"<body\b[^<>]*>", re.IGNORECASE)
_LOC = re.compile(r"<loc>([^<]*)</loc>")
_SEGMENT = re.compile(r"[a-z0-9][a-z0-9._-]*", re.IGNORECASE)

_BLOCKS = frozenset({
    "article", "aside", "blockquote", "body", "caption", "dd", "details", "div", "dl", "dt", "figcaption",
    "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre",
    "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
})  # fmt: skip
#: Their text is for machines, for readers without scripts, or leads elsewhere.
_SKIPPED = frozenset({
    "canvas", "footer", "form", "header", "nav", "noscript", "select", "svg", "template",
    "textarea", "title",
})  # fmt: skip
_RAW = frozenset({"script", "style"})
_CELLS = frozenset({"td", "th"})
#: While a row is read, only these end it: whatever else is in a cell belongs to its text.
_ROW_ENDS = frozenset({"tr", "table", "tbody", "thead", "tfoot", "figure"})
_HEADINGS = frozenset({"h1", "h2", "h3"})
#: Inline elements that stand apart from the word before them although no blank does.
_APART = frozenset({"br", "small", "i", "td", "th"})
#: How many open elements an end tag is looked for in; more are open on no page of ours.
_REACH = 60

#: Attributes are looked for in so many characters of a tag.
_MOST_ATTRIBUTES = 4_000

#: List items that say nothing but which version this is.
_NAMES_VERSION = re.compile(r"version \S.*|(?:version \S.*, )?snapshot [0-9a-f]{6,64}")
#: What a version says of those before it: a page, a line on the home page, tables and figures, downloads. Two versions
#: of the same results may follow on different ones.
HISTORY_PAGE = "changes/"
_SINCE = re.compile(r"Since version \S+: ")
_HISTORY = re.compile(r"(?:figure-)?across-versions$|changes_")
_OF_VERSIONS = frozenset({"div", "figure", "li"})
_DOWNLOADS = re.compile(r"(Every table on this site is here [^:]*): [\d,]+ tables?, [\d,]+ rows?")
_OWN_COMMAND = "reportgen build "
_VERSION_OPTION = re.compile(r"--version \S+")
_RELEASE = re.compile(r"\breportgen \d+\.\d+[\w.+]*")


# --- many pages


def page_texts(
    read: Callable[[str], bytes | None], paths: Iterable[str] | None = None
) -> dict[str, PageText]:
    """The pages of a version by path, sorted; `read` gives the content of a file below the version's root.

    `paths` are those to read ("", "models/x/"), by default all that the version's sitemap lists. One that `read` has
    nothing for is left out, and so is the page of what a version changed.

    Raises:
        SideError: The version lists more than `MOST_PAGES` pages.
    """
    if paths is None:
        paths = sitemap_paths(read(SITEMAP_FILE) or b"")
    found = {}
    for path in sorted(set(paths) - {HISTORY_PAGE}):
        content = read(page_file(path))
        if content is not None:
            found[path] = page_text(path, content)
    return found


def sitemap_paths(content: bytes) -> tuple[str, ...]:
    """Paths of the pages that a version's sitemap lists, sorted; those that no page of ours could have are dropped.

    The home page is always listed (`site.sitemap`), so what all addresses share is the version's root.

    Raises:
        SideError: It lists more than `MOST_PAGES`.
    """
    text = content[:MOST_BYTES].decode("utf-8", errors="replace")
    addresses = {unescape(found.group(1)) for found in _LOC.finditer(text)}
    if len(addresses) > MOST_PAGES:
        raise SideError(
            f"{SITEMAP_FILE}: it lists {len(addresses)} pages, and at most {MOST_PAGES} are compared; "
            "compare two results folders or snapshots instead"
        )
    root = min(addresses, key=lambda address: (len(address), address), default="")
    paths = {
        address.removeprefix(root) for address in addresses if address.startswith(root) and root.endswith("/")
    }
    return tuple(sorted(path for path in paths if _is_page_path(path)))


def _is_page_path(path: str) -> bool:
    segments = path.split("/")
    return path == "" or (
        segments[-1] == ""
        and len(segments) - 1 <= MAX_DEPTH
        and all(_SEGMENT.fullmatch(segment) for segment in segments[:-1])
    )


# --- one page


def page_text(path: str, content: bytes) -> PageText:
    """The page at `path`, from the content of its file."""
    html = content[:MOST_BYTES].decode("utf-8", errors="replace").replace("\x00", "\ufffd")
    reader = _Reader()
    reader.read(_article(html))
    title = next((line for line, tag in zip(reader.lines, reader.structure, strict=True) if tag == "h1"), "")
    return PageText(
        path=path,
        title=title or path or "Home",
        lines=tuple(reader.lines),
        structure=tuple(reader.structure),
        figures=tuple(reader.figures),
    )


def _article(html: str) -> str:
    """What the shell surrounds; without an article all of the body, whose navigation is skipped while reading."""
    found = _ARTICLE.search(html) or _BODY.search(html)
    if found is None:
        return html
    end = html.rfind("</article>") if found.group()[:8].lower() == "<article" else -1
    return html[found.end() : end if end > found.end() else len(html)]


def _tokens(html: str) -> Iterator[tuple[str, str, str, str]]:
    """Text, then "/" where an end tag follows it, the tag's name ("" for none), and its attributes.

    The content of a script or style stands in place of its attributes; comments are dropped.
    """
    at = 0
    while found := _TOKEN.search(html, at):
        text, at = html[at : found.start()], found.end()
        comment, end, tag, attributes = found.groups(default="")
        tag = tag.lower()
        if comment:
            at = _place(html, "-->", at) + len("-->")
        elif tag in _RAW and not end:
            start, at = at, _place(html, f"</{tag}", at)
            attributes = html[start:at]
        yield text, end, tag, attributes
    yield html[at:], "", "", ""


def _place(html: str, mark: str, at: int) -> int:
    """Where the mark comes next; the end where it does not."""
    found = html.find(mark, at)
    return found if found >= 0 else len(html)


def _id(attributes: str) -> str:
    found = _ATTRIBUTE.finditer(attributes[:_MOST_ATTRIBUTES])
    values = (match.group(2) or match.group(3) or match.group(4) for match in found if match.group(1) == "id")
    return unescape(next(values, None) or "")


def _is_left_out(tag: str, attributes: str) -> bool:
    """Whether an element that begins is for machines or belongs to the shell, or tells of other versions."""
    return tag in _SKIPPED or (tag in _OF_VERSIONS and _HISTORY.match(_id(attributes)) is not None)


def _without_version(text: str, tag: str) -> str:
    """The line without what names the version; "" where nothing else is in it."""
    if (tag == "li" and _NAMES_VERSION.fullmatch(text)) or (tag == "p" and _SINCE.match(text)):
        return ""
    if _OWN_COMMAND in text:
        text = _VERSION_OPTION.sub("--version", text)
    return _DOWNLOADS.sub(r"\1", _RELEASE.sub("reportgen", text)) if tag == "p" else text


class _Reader:
    """Collects lines, their blocks and the figures of one page."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.structure: list[str] = []
        self.figures: list[FigureText] = []
        self._open: list[str] = []  # blocks
        self._text: list[str] = []  # of the line or cell being read
        self._row: list[str] | None = None  # cells of the row being read
        self._in_cell = False
        self._body = (0, 0)  # lines of the last table's body
        self._figure: tuple[str, int] | None = None  # id, and the line it began at
        self._skipped = ("", 0)  # the element whose text is not read, and how deep it is nested in itself

    def read(self, html: str) -> None:
        """All of the page."""
        for text, end, tag, attributes in _tokens(html):
            if self._skipped[1]:
                self._skip(end, tag)
                continue
            self._text.append(text)
            if not end and _is_left_out(tag, attributes):
                self._skipped = (tag, 1)
                if self._row is None and tag in _BLOCKS:
                    self._end_line()
                continue
            if tag == "script" and not end:
                self._take_island(attributes)
            elif tag in _CELLS and self._row is not None:
                self._cell(begins=not end)
            elif self._row is not None and tag not in _ROW_ENDS:
                self._text.append(" " if tag in _APART or tag in _BLOCKS else "")
            elif tag in _BLOCKS:
                self._end_line()
                self._end_block(tag) if end else self._begin_block(tag, attributes)
            elif tag in _APART:
                self._text.append(" ")
        self._end_line()

    def _skip(self, end: str, tag: str) -> None:
        """A token inside an element that is not read; maybe its end."""
        element, depth = self._skipped
        if tag == element:
            self._skipped = (element, depth - 1 if end else depth + 1)

    # --- lines

    def _begin_block(self, tag: str, attributes: str) -> None:
        self._open.append(tag)
        if tag == "tr":
            self._row, self._in_cell = [], False
        elif tag == "tbody":
            self._body = (len(self.lines), len(self.lines))
        elif tag == "figure":
            self._figure = (_id(attributes), len(self.lines))

    def _end_block(self, tag: str) -> None:
        reach = self._open[-_REACH:]
        if tag in reach:
            del self._open[len(self._open) - 1 - reach[::-1].index(tag) :]
        if tag == "tbody":
            self._body = (self._body[0], len(self.lines))
        elif tag == "figure":
            self._figure = None

    def _cell(self, *, begins: bool) -> None:
        """A cell of the row begins or ends here; what stands between cells is nothing."""
        text = self._taken()
        if self._in_cell and self._row is not None:
            self._row.append(text)
        self._in_cell = begins

    def _end_line(self) -> None:
        if self._row is None:
            self._add(self._taken(), self._open[-1] if self._open else "p")
            return
        self._cell(begins=False)
        row, self._row = self._row, None
        head = "thead" in self._open[-_REACH:]
        self._add(row_line(row), "thead" if head else "tr")

    def _taken(self) -> str:
        text = "".join(self._text)
        self._text = []
        return " ".join((unescape(text) if "&" in text else text).split())

    def _add(self, text: str, tag: str) -> None:
        text = _without_version(text, tag)
        if text:
            self.lines.append(text)
            self.structure.append(tag)

    # --- islands

    def _take_island(self, content: str) -> None:
        """All rows of a long table instead of its first; a figure; what a page of comparisons can show."""
        found = island(content)
        if self._figure is not None and (document := figure_document(found)):
            name, start = self._figure
            self.figures.append(FigureText(name=name, title=self._caption(start), figure=document))
        elif rows := table_lines(found):
            start, end = self._body
            self._put(slice(start, end), rows)
            self._body = (start, start + len(rows))
        elif rows := comparison_lines(found):
            self._put(slice(len(self.lines), None), rows)

    def _put(self, where: slice, rows: list[str]) -> None:
        self.lines[where] = rows
        self.structure[where] = ["tr"] * len(rows)

    def _caption(self, start: int) -> str:
        """The heading before a figure whose lines begin at `start`, and its caption."""
        own = zip(self.structure[start:], self.lines[start:], strict=True)
        caption = next((line for tag, line in own if tag == "figcaption"), "")
        before = zip(reversed(self.structure[:start]), reversed(self.lines[:start]), strict=True)
        heading = next((line for tag, line in before if tag in _HEADINGS), "")
        between = " " if heading.endswith(("?", "!", ".")) else ": "
        return between.join(part for part in (heading, caption) if part)
