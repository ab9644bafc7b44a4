"""The one page that all summaries share: answer, figures, tables, what could not be computed, caveats, definitions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.views.blocks import (
    Definitions,
    Download,
    Downloads,
    Facts,
    Link,
    Notice,
    Page,
    Prose,
    Strong,
    Table,
)
from reportgen.views.common import columns, number, text_cell
from reportgen.views.datasets import files_of
from reportgen.views.export import records

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from reportgen.analysis.evidence import Computed
    from reportgen.views.blocks import Block, Definition, Words

PARENT = Link("Generalization", "generalization/")
#: Reasons in the list of what could not be computed, and suites or benchmarks named at each; the rest is counted.
MAX_PLACES = 12
MAX_LEFT_OUT = 50


def path_of(name: str) -> str:
    """Page path of a kind."""
    return f"generalization/{name.replace('_', '-')}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What is particular to one kind.

    Attributes:
        title: heading of the page.
        answer: the sentence at the top, in plain words, from the data.
        blocks: figures first, then tables.
        definitions: formula, source and assumptions of every number on the page.
        facts: further facts for the quiet line below the answer.
        search_text: words people may search for that are not on the page.
    """

    title: str
    answer: Words
    blocks: tuple[Block, ...]
    definitions: tuple[Definition, ...]
    facts: tuple[Words, ...] = ()
    search_text: str = ""


def summary_page(name: str, found: Computed, content: Content) -> Page:
    """The page of the kind of this name; what it covers, its caveats and what was left out come from `found`."""
    return Page(
        path=path_of(name),
        title=content.title,
        section="generalization/",
        parents=(PARENT,),
        answer=content.answer,
        blocks=(
            Facts(items=(*_covered(found), *content.facts)),
            *_caveats(found),
            *content.blocks,
            *_left_out(found),
            *downloads({name: found.main} | {f"{name}_{one}": table for one, table in found.tables.items()}),
            Definitions(items=content.definitions),
        ),
        search_text=content.search_text or content.title,
    )


def downloads(tables: Mapping[str, pd.DataFrame]) -> Iterator[Block]:
    """The tables behind a page, by the names of their files; those without a row have no file."""
    items = tuple(
        Download(
            name=f"download-{name}",
            title=name.replace("_", " "),
            rows=len(table),
            columns=(),
            formats=files_of(name),
        )
        for name, table in tables.items()
        if len(table)
    )
    if items:
        where = Link("the data page", "data/", items[0].name.removeprefix("download-"))
        yield Prose(heading="Downloads", paragraphs=(("What each column means is on ", where, "."),))
        yield Downloads(items=items)


def _covered(found: Computed) -> Iterator[Words]:
    yield number(found.models, "system")
    yield number(found.benchmarks, "benchmark")
    yield (Strong(numbers.percent(found.level)), " intervals")


def _caveats(found: Computed) -> Iterator[Block]:
    for caveat in found.caveats:
        yield Notice(words=(caveat,), tone="warn")


def _left_out(found: Computed) -> Iterator[Block]:
    rows: list[dict[str, Any]] = records(found.left_out)
    if not rows:
        return
    places: dict[str, list[str]] = {}
    for row in rows:
        suite, benchmark = str(row["suite"]) or numbers.ABSENT, str(row["benchmark"])
        places.setdefault(str(row["reason"]), []).append(f"{suite}: {benchmark}" if benchmark else suite)
    yield Table(
        name="left-out",
        heading="What could not be computed",
        caption="Suites and benchmarks without this summary, and what they lack",
        columns=columns(("reason", "Why", {"align": "left"}), ("where", "Where", {"align": "left"})),
        rows=tuple(
            (text_cell(reason), text_cell(_some(where)))
            for reason, where in list(places.items())[:MAX_LEFT_OUT]
        ),
        compact=True,
    )
    if len(places) > MAX_LEFT_OUT:
        more = numbers.plural(len(places) - MAX_LEFT_OUT, "more reason")
        yield Prose(soft=True, paragraphs=((f"{more} of this kind.",),))


def _some(where: list[str]) -> str:
    more = len(where) - MAX_PLACES
    return ", ".join(where[:MAX_PLACES]) + (f" and {numbers.count(more)} more" if more > 0 else "")
