"""What a page is made of: plain data, ready to render, free of HTML.

A page is a title, one answer sentence computed from the data, and a list of blocks. `site` renders each block
with the template of the same name (`site_templates/blocks/<Name in snake case>.html.jinja`). Text here is raw:
escaping happens at the sink, in the templates. Links are page paths ("models/x-1234567890/"), made relative by
the site; links that leave the site are `External` and allowed for http and https only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Tone = Literal["plain", "good", "bad", "id", "ood", "soft", "warn"]
Align = Literal["left", "right", "center"]
CoverageTone = Literal["empty", "thin", "some", "many"]


@dataclass(frozen=True, slots=True)
class Strong:
    """Emphasised words in a sentence."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to a page of this site. `page` is a page path from the version's root, "" is home."""

    text: str
    page: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class External:
    """Words that lead off the site; rendered as plain text unless the address is http or https."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Code:
    """Literal text: a command, a path, a pointer."""

    text: str


@dataclass(frozen=True, slots=True)
class Term:
    """A technical term with its explanation at hand (shown on hover, focus and tap)."""

    text: str
    meaning: str


Run = str | Strong | Link | External | Code | Term
#: A sentence or paragraph: runs of text, in order.
Words = tuple[Run, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The quiet line below the answer: (number, what it counts) pairs and free words."""

    items: tuple[Words, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """A paragraph, optionally under a heading."""

    paragraphs: tuple[Words, ...]
    heading: str = ""
    anchor: str = ""
    soft: bool = False  # fainter: method and caveats


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One card on the home page: a sentence with a link, and how it is known."""

    sentence: Words
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """The cards of the home page."""

    items: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A visible remark: something is missing, left out or not comparable, and what to do."""

    words: Words
    tone: Literal["info", "warn"] = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table. `key` names it in URLs, downloads and tests."""

    key: str
    title: str
    note: str = ""  # small second line of the header
    meaning: str = ""  # explanation at hand
    align: Align = "right"
    sortable: bool = True
    wide: bool = False  # hidden at phone width
    group: str = ""  # a filter for this column (chips), where it has few values: "chips"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell: text for people, `sort` for sorting. Optional decorations are drawn by the template.

    `bar` is (position, low, high) in 0..1, a bar with a whisker; `strip` is (low, high, best) in 0..1, where a rank
    interval lies among all; either may be None.
    """

    text: str
    sort: float | str | None = None
    link: str | None = None  # page path
    url: str = ""  # external
    pm: str = ""  # "±0.3", shown fainter
    note: str = ""  # small words after the text
    flags: tuple[str, ...] = ()
    tone: Tone = "plain"
    bar: tuple[float, float, float] | None = None
    strip: tuple[float, float, float] | None = None
    title: str = ""  # "why this number": source, shown on hover and focus
    code: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table, sortable and filterable. `rule_before` holds row numbers with a thin rule above (tie groups).

    The full data is downloadable under `data/tables/<name>.{csv,json}` when `name` is the name of a dataset.
    """

    name: str  # unique on the page; the id of its element and the prefix of its URL state
    caption: str  # read by screen readers and shown where the table stands alone
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    heading: str = ""
    anchor: str = ""
    rule_before: frozenset[int] = frozenset()
    model_column: int = 0  # sticky first column
    search: str = ""  # placeholder of the filter box; "" for no box
    download: str = ""  # name of the dataset behind it
    empty: str = "Nothing to show."
    compact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A plotly figure as data. `data` and `layout` hold lists and plain values only, never arrays."""

    name: str  # unique on the page; element id
    caption: Words
    alt: str  # what the picture shows, in words
    data: list[dict[str, Any]]
    layout: dict[str, Any]
    table: Table | None = None  # the figure as a table
    heading: str = ""
    anchor: str = ""
    height: int = 420  # px


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixCell:
    """A cell of a matrix: headline, quiet second line, and where on the colour scale it lies (-1..1, None: hatched)."""

    text: str
    pm: str = ""
    note: str = ""
    shade: float | None = None
    title: str = ""
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Benchmarks by benchmarks, lower triangle; cells carry their own evidence.

    `document` is the path of a JSON file with all of it, from which a script opens the cells and, where `labels` is
    empty because the page would become heavy, draws the matrix as well. `size` counts the benchmarks in it.
    """

    name: str
    caption: str
    labels: tuple[str, ...]
    links: tuple[str, ...]  # page path of each label
    cells: tuple[tuple[MatrixCell | None, ...], ...]  # None: not drawn (upper triangle)
    heading: str = ""
    anchor: str = ""
    legend: Words = ()
    download: str = ""
    document: str = ""
    size: int = 0
    choices: tuple[tuple[str, str], ...] = ()  # coefficients in the document: key, title; the first is drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageClass:
    """Pairs of benchmarks that share about as many models."""

    count: int
    words: str
    share: float  # of all pairs
    tone: CoverageTone


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """A bar for each benchmark, as high as it has models, and its pairs by the models they share."""

    name: str
    heading: str
    words: Words
    bars: tuple[float, ...]  # share of the tallest
    alt: str  # what the bars show, in words
    ends: tuple[str, str]  # at the top and at the foot of the bars
    classes: tuple[CoverageClass, ...]
    download: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """How a number on this page is computed: words, formula, source, assumptions."""

    title: str
    words: Words
    formula: str = ""  # plain text, shown as code
    source: Words = ()
    assumptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Definitions:
    """The method box at the end of a page."""

    items: tuple[Definition, ...]
    heading: str = "How this is computed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """One downloadable table: name of the dataset and what its columns mean."""

    name: str
    title: str
    rows: int
    columns: tuple[tuple[str, str], ...]  # (column, meaning)
    formats: tuple[tuple[str, str], ...]  # (format, path from the version's root)


@dataclass(frozen=True, slots=True, kw_only=True)
class Downloads:
    """The list on the data page."""

    items: tuple[Download, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two groups of blocks side by side on a wide screen, one below the other on a phone."""

    left: tuple[Block, ...]
    right: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """Where one system stands among all of a comparison. Positions in 0..1, the right end is the better one.

    `others` are positions of all systems in hundredths, each once, sorted; `low` and `high` are the ends of the
    interval, None where there is none.
    """

    title: str
    note: str  # what is compared within
    page: str  # of the summary; "" for none
    value: str
    pm: str
    place: str  # "3 of 166", or why there is none
    level: str = ""  # the score the value is to be read with
    others: tuple[int, ...] = ()
    at: float
    low: float | None = None
    high: float | None = None
    ends: tuple[str, str] = ("", "")  # values at the left and at the right end


@dataclass(frozen=True, slots=True, kw_only=True)
class Strips:
    """Small multiples: one strip for each comparison, read without JavaScript and on a phone."""

    name: str
    caption: Words
    items: tuple[Strip, ...]
    heading: str = ""
    rest: Words = ()  # what is not drawn, and where it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Where one model stands in a comparison; positions as in `Strip`."""

    value: str
    pm: str
    place: int | None
    reason: str  # why there is no place
    level: str  # the score the value is to be read with; "" for none
    system: str  # which of the model's systems this is; "" where it is called as the model
    at: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One comparison with the marks of all its models, by their number in `Comparison.models`."""

    title: str
    note: str
    page: str
    says: str  # what the level is
    of: int  # systems that have a place
    others: tuple[int, ...]
    ends: tuple[str, str]
    marks: tuple[tuple[int, Mark], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Any two models side by side. One pair is drawn in the page; a script draws the pair a reader chooses."""

    name: str
    caption: str
    models: tuple[str, ...]
    pages: tuple[str, ...]
    items: tuple[Compared, ...]
    chosen: tuple[int, int]


Block = (
    Facts | Prose | Findings | Notice | Table | Figure | Matrix | Coverage | Definitions | Downloads | Pair | Strips
    | Comparison
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of the site."""

    path: str  # "" is home, otherwise "leaderboard/" or "models/<slug>/": at most two levels, ends with /
    title: str
    section: str  # which tab is active: a page path of the top level, "" for home
    answer: Words  # the sentence that answers the page's question
    blocks: tuple[Block, ...]
    description: str = ""  # plain text for search engines and previews; from the answer when empty
    search_text: str = ""  # further words the site search finds this page by
    parents: tuple[Link, ...] = field(default=())  # breadcrumb
