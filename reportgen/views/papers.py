"""The papers the user lists: which summaries report each, and the headline of those whose figures are here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.numbers import NotEstimable
from reportgen.views.blocks import Cell, Code, Facts, Finding, Findings, Link, Page, Prose, Strong, Table
from reportgen.views.common import columns, number, text_cell
from reportgen.views.summaries.registry import SUMMARY_VIEWS
from reportgen.views.summaries.template import PARENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportgen.records.papers import PaperEntry
    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report

PATH = "generalization/papers/"
NO_RESULT = "reports no result of its own"
#: Summaries with a page of their own that are no module of `views.summaries`.
_ELSEWHERE = {"concurrence": ("Concurrence", "concurrence/")}


def pages(report: Report) -> Iterator[Page]:
    """The page, where the catalog lists papers."""
    papers = report.catalog.papers
    if not papers:
        return
    yield Page(
        path=PATH,
        title="Papers and their headlines",
        section="generalization/",
        parents=(PARENT,),
        answer=_answer(report),
        blocks=tuple(_blocks(report)),
        description=f"{numbers.plural(len(papers), 'paper')} and the summaries that report them.",
        search_text="papers publications citations headline",
    )


def _answer(report: Report) -> Words:
    here, papers = len(report.papers), report.catalog.papers
    cards = any(_found(report, paper) for paper in papers)
    none = sum(not paper.reports_result for paper in papers)
    return (
        Strong(f"Figures of {numbers.count(here)} of {numbers.plural(len(papers), 'paper')}"),
        f" are in this report{', the headlines computed from them' if cards else ''}",
        f"; {numbers.plural(none, 'paper')} {'has' if none == 1 else 'have'} no result to show."
        if none
        else ".",
    )


def _blocks(report: Report) -> Iterator[Block]:
    used = {kind for paper in report.catalog.papers for kind in paper.kinds}
    yield Facts(
        items=(
            number(len(report.catalog.papers), "paper"),
            number(len(used), "kind of summary", "kinds of summary"),
            number(len(report.papers), "paper with figures here", "papers with figures here"),
        )
    )
    cards = tuple(_cards(report))
    if cards:
        yield Prose(heading="What the figures here say", paragraphs=())
        yield Findings(items=cards)
    yield _table(report)
    yield Prose(
        heading="How a paper gets its headline",
        soft=True,
        paragraphs=(
            (
                "A result file names the paper by the address of its source: ",
                Code('"source": {"title": …, "url": …}'),
                ". Where that is the ",
                Code("url"),
                " or one of the ",
                Code("sources"),
                " of a paper in ",
                Code("results/catalog/papers.yml"),
                ", the paper's summaries are computed from these records alone.",
            ),
        ),
    )


def _found(report: Report, paper: PaperEntry) -> list[tuple[str, Any]]:
    """The paper's summaries that its own records allow, in the order the catalog names them."""
    summaries = report.papers.get(paper.id, {})
    return [(kind, found) for kind, found in summaries.items() if not isinstance(found, NotEstimable)]


def _cards(report: Report) -> Iterator[Finding]:
    views = {view.NAME: view for view in SUMMARY_VIEWS}
    stated = report.frame["source_url"].astype(str).value_counts()
    for paper in report.catalog.papers:
        for kind, found in _found(report, paper):
            title, page = _kind(report, kind)
            count = int(stated[stated.index.isin(paper.addresses)].sum())
            records = numbers.plural(count, "record") if count else "item-level results"
            yield Finding(
                sentence=(
                    Strong(_name(paper)),
                    ", ",
                    title if page is None else Link(title, page),
                    ": ",
                    *views[kind].sentence(found),
                ),
                how=f"from {records} of this paper alone",
            )


def _name(paper: PaperEntry) -> str:
    """'66 Scylla': number and the title up to its colon."""
    return f"{paper.id} {paper.title.partition(': ')[0]}"


def _table(report: Report) -> Table:
    return Table(
        name="papers",
        heading="All papers",
        caption="Papers, and the summaries that report their results",
        columns=columns(
            ("number", "No.", {"align": "left"}),
            ("paper", "Paper", {"align": "left"}),
            ("headline", "Headline", {"align": "left", "meaning": "The summary of its headline figure."}),
            ("also", "Also", {"align": "left", "wide": True}),
            ("here", "Here", {"align": "left"}),
        ),
        rows=tuple(_row(report, paper, at) for at, paper in enumerate(report.catalog.papers)),
        model_column=1,
        search="Find a paper or summary",
        compact=True,
    )


def _row(report: Report, paper: PaperEntry, at: int) -> tuple[Cell, ...]:
    kinds = [_kind(report, kind) for kind in paper.kinds]
    first, page = kinds[0] if kinds else (numbers.ABSENT, None)
    return (
        Cell(text=paper.id, sort=at),
        Cell(
            text=paper.title,
            sort=paper.title.casefold(),
            url=paper.url,
            note="" if paper.year is None else str(paper.year),
        ),
        Cell(text=first, sort=first.casefold() if kinds else None, link=page),
        text_cell(", ".join(title for title, _ in kinds[1:])),
        _here(report, paper),
    )


def _kind(report: Report, name: str) -> tuple[str, str | None]:
    """What a summary is called, and its page where this report has one."""
    if name in _ELSEWHERE:
        return _ELSEWHERE[name]
    for view in SUMMARY_VIEWS:
        if name == view.NAME:
            return view.TITLE, None if isinstance(report.summaries[name], NotEstimable) else view.PATH
    return name.replace("_", " "), None


def _here(report: Report, paper: PaperEntry) -> Cell:
    """Whether figures are here; where they give no headline, why not."""
    if not paper.reports_result:
        return text_cell(NO_RESULT, tone="soft")
    if paper.id not in report.papers:
        return Cell(text=numbers.ABSENT, sort=None)
    if _found(report, paper):
        return text_cell("figures and headline", tone="good")
    reasons = [found.reason for found in report.papers[paper.id].values()]
    return text_cell("figures, no headline", tone="warn", title="; ".join(dict.fromkeys(reasons)))


def papers_link(report: Report) -> Words:
    """A sentence for the overview."""
    return (
        Link(f"{numbers.plural(len(report.catalog.papers), 'paper')}", PATH),
        " and the summaries that report them, with the headline of those whose figures are here.",
    )
