"""The concurrence page: do the benchmarks rank the models alike, and how sure is that?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.analysis.concurrence.parts.registry import PARTS
from reportgen.numbers import NotEstimable
from reportgen.views import definitions
from reportgen.views.blocks import (
    Cell,
    Code,
    Column,
    Definitions,
    Facts,
    Link,
    Notice,
    Page,
    Prose,
    Strong,
    Table,
)
from reportgen.views.common import columns, count_cell, known, number, rows_of, term, text_cell
from reportgen.views.concurrence import diversity
from reportgen.views.concurrence.compared import pairs
from reportgen.views.concurrence.registry import SECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from reportgen.analysis.concurrence.agreement import Agreement
    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report

#: Pairs in the table on the page; all are in the download.
MAX_PAIRS = 300
#: Overlap from which a pair may be named in the opening sentence.
FIRM_OVERLAP = 10
#: Sections from which a page needs a list of them.
FEWEST_FOR_CONTENTS = 6


def pages(report: Report) -> Iterator[Page]:
    """One page."""
    if isinstance(report.agreement, NotEstimable):
        yield _nothing(report, report.agreement.reason)
        return
    found = report.agreement
    done = found.pairs[found.pairs["tau_b"].notna()]
    if done.empty:
        yield _nothing(report, f"no two benchmarks share {report.fewest_models} models whose scores differ")
        return
    diverse = diversity.blocks(report)
    sections = _sections(report)
    further = [one for section in SECTIONS for one in section.definitions(report)]
    about = (definitions.concurrence(report.level, report.fewest_models),)
    yield Page(
        path="concurrence/",
        title="Do the benchmarks agree?",
        section="concurrence/",
        answer=_answer(found, report),
        blocks=(
            Facts(items=tuple(_facts(report, found, done))),
            *_left_out(found),
            *_warnings(report, found),
            *_contents(sections),
            *(block for blocks in sections for block in blocks),
            *diverse,
            pairs_table(report),
            *_reasons(found),
            _reading(report),
            Definitions(items=(*about, *further, *((definitions.diversity(),) if diverse else ()))),
        ),
        search_text="concurrence agreement Kendall tau correlation of benchmarks",
    )


def _sections(report: Report) -> list[list[Block]]:
    """The blocks of each section that has any; the first heading of each can be linked to."""
    found = []
    for section in SECTIONS:
        blocks = list(section.blocks(report))
        at = next((i for i, block in enumerate(blocks) if getattr(block, "heading", "")), None)
        if at is not None and getattr(blocks[at], "anchor", None) == "" and not isinstance(blocks[at], Table):
            stem = section.__name__.rpartition(".")[2]
            blocks[at] = replace(blocks[at], anchor=stem)
        if blocks:
            found.append(blocks)
    return found


def _contents(sections: Sequence[Sequence[Block]]) -> tuple[Block, ...]:
    """Links to the sections, where there are many."""
    links: list[Link] = []
    for blocks in sections:
        first: Any = next((block for block in blocks if getattr(block, "heading", "")), None)
        if first is not None:
            links.append(
                Link(first.heading, "concurrence/", anchor=getattr(first, "anchor", "") or first.name)
            )
    if len(links) < FEWEST_FOR_CONTENTS:
        return ()
    spread: Words = tuple(word for link in links for word in (" · ", link))[1:]
    return (Prose(paragraphs=(("On this page: ", *spread),), soft=True),)


def _nothing(report: Report, reason: str) -> Page:
    return Page(
        path="concurrence/",
        title="Do the benchmarks agree?",
        section="concurrence/",
        answer=(Strong("Nobody can tell from these results"), f": {reason}."),
        blocks=(
            Prose(
                paragraphs=(
                    (
                        "Agreement needs at least two benchmarks with a known direction and at least "
                        f"{report.fewest_models} models that have scores on both. Add results of the same models "
                        "on a second benchmark.",
                    ),
                )
            ),
            Definitions(items=(definitions.concurrence(report.level, report.fewest_models),)),
        ),
    )


def _name(report: Report, setting: object) -> Link:
    label = str(setting)
    return Link(report.setting_titles.get(label, label), report.pages_of_settings[label])


def _answer(found: Agreement, report: Report) -> Words:
    low, high = found.weakest, found.strongest
    if low is None or high is None:
        return (
            Strong("Too few shared models to say much"),
            f": no two benchmarks share {FIRM_OVERLAP} models; what can be computed is below.",
        )
    opening: Words = (
        "Two models picked at random come in the same order on two benchmarks ",
        Strong(f"{numbers.percent(found.median_same_order)} of the time"),
    )
    if found.claimable == 1:
        return (*opening, ".")
    return (
        *opening,
        f" in the median pair, from {numbers.percent(low.same_order)} (",
        _name(report, low.benchmark_a),
        " and ",
        _name(report, low.benchmark_b),
        f") to {numbers.percent(high.same_order)} (",
        _name(report, high.benchmark_a),
        " and ",
        _name(report, high.benchmark_b),
        "). 50\N{NARROW NO-BREAK SPACE}% would be chance.",
    )


def _facts(report: Report, found: Agreement, done: pd.DataFrame) -> Iterator[Words]:
    labels = set(done["benchmark_a"]) | set(done["benchmark_b"])
    yield number(len(labels), "benchmark setting")
    yield (
        Strong(numbers.count(len(done))),
        f" of {numbers.plural(len(found.pairs), 'pair')} could be computed",
    )
    yield ("median overlap ", Strong(numbers.count(int(done["n"].median()))), " models")
    yield (term("Kendall tau-b", "Kendall τ-b"), f", {numbers.percent(report.level)} interval over models")
    unsure = int(((done["low"] <= 0) & (done["high"] >= 0)).sum())
    if unsure:
        yield (
            Strong(numbers.count(unsure)),
            f" pair{'' if unsure == 1 else 's'} whose interval includes no agreement at all",
        )


def _left_out(found: Agreement) -> tuple[Block, ...]:
    if not found.left_out:
        return ()
    return (
        Notice(
            words=(
                Strong(f"{numbers.plural(found.left_out, 'benchmark setting')} not compared here: "),
                "only the most covered ones are on this page, to keep it readable. ",
                "All pairs: reportgen concurrence --format csv.",
            )
        ),
    )


def _warnings(report: Report, found: Agreement) -> tuple[Block, ...]:
    odd = found.settings[found.settings["warning"] != ""]
    return tuple(
        Notice(words=(_name(report, row.setting), f": {row.warning}"), tone="warn") for row in rows_of(odd)
    )


def pairs_table(report: Report) -> Table:
    """The pairs that agree least, with their verdict where there is one."""
    every = pairs(report)
    done = every[every["tau_b"].notna()]
    # by the upper end of the interval: what is surely low comes before what a handful of models puts at -1
    by = ["high", "tau_b", "benchmark_a", "benchmark_b"]
    ordered = done.sort_values(by, kind="stable", na_position="last").head(MAX_PAIRS)
    many_suites = done["suite_a"].astype(str).nunique() > 1
    judged = _Judged(ratio=bool(done["ratio"].notna().any()), verdict=bool((done["verdict"] != "").any()))
    return Table(
        name="pairs",
        heading=f"The {numbers.count(len(ordered))} pairs that surely agree least, of {numbers.count(len(done))}"
        if len(ordered) < len(done)
        else "All pairs, what surely agrees least first",
        caption="Agreement of each pair of benchmarks",
        columns=_pair_columns(report.level, judged),
        rows=tuple(_pair(report, row, judged, many_suites=many_suites) for row in rows_of(ordered)),
        search="Find a benchmark",
        download="concurrence",
        compact=True,
    )


@dataclass(frozen=True, slots=True)
class _Judged:
    """Which columns of the verdict hold anything."""

    ratio: bool
    verdict: bool


def _pair_columns(level: float, judged: _Judged) -> tuple[Column, ...]:
    same = "Chance that two random models come in the same order."
    ratio = "τ-b as a share of the most that the errors of the scores allow."
    verdict = "Whether the two agree, disagree, or nobody can tell yet."
    return columns(
        ("a", "Benchmark", {"align": "left"}),
        ("b", "and", {"align": "left"}),
        ("tau", "τ-b", {"meaning": "Kendall tau-b: 1 same order, 0 no relation, −1 reversed."}),
        ("interval", f"{numbers.percent(level)} interval", {"wide": True}),
        ("same", "Same order", {"meaning": same, "wide": judged.verdict}),
        ("n", "Shared", {"note": "models"}),
        *((("ratio", "Of ceiling", {"meaning": ratio, "wide": True}),) if judged.ratio else ()),
        *((("verdict", "Verdict", {"meaning": verdict, "align": "left", "group": "chips"}),) if judged.verdict else ()),
    )  # fmt: skip


def _pair(report: Report, row: Any, judged: _Judged, *, many_suites: bool) -> tuple[Cell, ...]:
    def side(setting: str, suite: str) -> Cell:
        return Cell(
            text=report.setting_titles.get(setting, setting),
            sort=setting.casefold(),
            link=report.pages_of_settings[setting],
            note=suite if many_suites else "",
        )

    low, high, ratio = known(row.low), known(row.high), known(row.ratio)
    return (
        side(str(row.benchmark_a), str(row.suite_a)),
        side(str(row.benchmark_b), str(row.suite_b)),
        Cell(text=numbers.fixed(float(row.tau_b), 2), sort=float(row.tau_b)),
        Cell(text=numbers.interval(low, high) if low is not None else "too few models", sort=low),
        Cell(text=numbers.percent(known(row.same_order)), sort=known(row.same_order)),
        count_cell(int(row.n)),
        *((Cell(text=numbers.fixed(ratio, 2), sort=ratio),) if judged.ratio else ()),
        *((text_cell(row.verdict or numbers.ABSENT),) if judged.verdict else ()),
    )


def _reasons(found: Agreement) -> tuple[Block, ...]:
    """Why pairs and settings could not be compared, counted."""
    rows = [(text_cell(f"pair: {reason}"), count_cell(count)) for reason, count in found.uncomputed]
    excluded = found.excluded["reason"].astype(str).value_counts()
    rows += [
        (text_cell(f"benchmark: {reason}"), count_cell(int(count)))
        for reason, count in sorted(excluded.items(), key=lambda item: (-int(item[1]), str(item[0])))
    ]
    if not rows:
        return ()
    return (
        Table(
            name="reasons",
            heading="What could not be compared, and why",
            caption="Reasons why a pair has no number",
            columns=columns(("reason", "Reason", {"align": "left"}), ("count", "How many", {})),
            rows=tuple(rows),
            compact=True,
        ),
    )


def _reading(report: Report) -> Prose:
    return Prose(
        heading="How to read this",
        soft=True,
        paragraphs=(
            (
                "A low value does not say which of two benchmarks is right. It may also come from noise: scores that "
                "lie closer together than their errors cannot be ordered by any benchmark. An interval says what "
                "other models would show, unless it names something else.",
            ),
            (
                "The same numbers from the same results: ",
                Code("reportgen concurrence RESULTS --format csv"),
                " for the pairs, and with ",
                Code(f"--about {'|'.join(part.NAME for part in PARTS)}"),
                f" for each section (reportgen {report.software}, data {report.snapshot[:12]}; random numbers start "
                "from a fixed seed).",
            ),
        ),
    )
