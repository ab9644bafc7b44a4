"""The generalization overview: what is lost under shift, suite by suite, and which summaries could be computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.analysis.summaries.registry import SUMMARIES
from reportgen.numbers import NotEstimable
from reportgen.views.blocks import Cell, Facts, Notice, Page, Prose, Strong, Table
from reportgen.views.common import columns, number, term, text_cell
from reportgen.views.compare import compare_link
from reportgen.views.overview import left_out_words, matrix_table, support
from reportgen.views.papers import papers_link
from reportgen.views.summaries import id_ood_gap as gap_view
from reportgen.views.summaries.registry import SUMMARY_VIEWS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report


def pages(report: Report) -> Iterator[Page]:
    """One page."""
    yield Page(
        path="generalization/",
        title="What generalizes?",
        section="generalization/",
        answer=_answer(report),
        blocks=tuple(_blocks(report)),
        search_text="generalization overview distribution shift robustness",
    )


def _answer(report: Report) -> Words:
    if isinstance(report.gap, NotEstimable):
        return (
            Strong("These results cannot say what generalizes"),
            f": {report.gap.reason}.",
        )
    return gap_view.sentence(report.gap)


def _blocks(report: Report) -> Iterator[Block]:
    if isinstance(report.gap, NotEstimable):
        yield Notice(
            words=(
                "Say which benchmarks are shifted: give them the role ",
                Strong("ood"),
                " and an in-distribution twin (",
                Strong("id_twin"),
                ") in results/catalog/benchmarks.yml, or write the role into the result file.",
            )
        )
    else:
        yield Facts(items=tuple(_facts(report)))
        yield gap_view.suites_table(report.gap)
    yield from support(report)
    yield from matrix_table(report)
    yield from compare_link(report)
    yield _kinds(report)
    if report.catalog.papers:
        yield Prose(paragraphs=(papers_link(report),))
    yield Prose(
        heading="How to read this",
        soft=True,
        paragraphs=(
            (
                "The ",
                term("in distribution", "in-distribution"),
                " score says how good a model is on data like those it was made for; the ",
                term("shifted"),
                " score how good it remains elsewhere. The gap between them is the loss. A small gap is worth little "
                "at a low level: a model that guesses has nothing to lose. Read gap and level together.",
            ),
        ),
    )


def _facts(report: Report) -> Iterator[Words]:
    gap = report.gap
    if isinstance(gap, NotEstimable):
        return
    suites = set(gap.pairs["suite"]) - {""}
    if suites:
        yield number(len(suites), "suite")
    yield number(gap.pairs["setting"].nunique(), "shifted benchmark setting")
    yield number(gap.pairs["system"].nunique(), "system")
    yield (Strong(numbers.percent(report.level)), " intervals")


def _kinds(report: Report) -> Table:
    """Each summary kind: computed for what, or which field was missing and how to supply it."""
    views = {view.NAME: view for view in SUMMARY_VIEWS}
    return Table(
        name="kinds",
        heading="Which summaries could be computed",
        caption="Generalization summaries, what each covers, and what it needs",
        columns=columns(
            ("kind", "Summary", {"align": "left"}),
            ("covers", "Covers", {"align": "left"}),
            ("needs", "Needs", {"align": "left", "wide": True}),
            ("lacking", "Could not serve", {"align": "left", "wide": True}),
        ),
        rows=tuple(_kind(kind, views[kind.NAME], report.summaries[kind.NAME]) for kind in SUMMARIES),
        compact=True,
    )


def _kind(kind: Any, view: Any, found: Any) -> tuple[Cell, ...]:
    if isinstance(found, NotEstimable):
        covers = Cell(text=f"not computed: {found.reason}", tone="soft")
    else:
        covers = text_cell(
            f"{numbers.plural(found.models, 'system')} on {numbers.plural(found.benchmarks, 'benchmark setting')}"
        )
    link = None if isinstance(found, NotEstimable) else view.PATH
    return (
        Cell(text=view.TITLE, sort=view.TITLE, link=link),
        covers,
        text_cell(", ".join(kind.NEEDS)),
        text_cell("" if isinstance(found, NotEstimable) else left_out_words(found)),
    )
