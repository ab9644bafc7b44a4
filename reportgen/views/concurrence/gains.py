"""Whether what improves one benchmark improves another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.analysis.concurrence.parts.gains import FEWEST_FAMILIES
from reportgen.numbers import NotEstimable
from reportgen.views.blocks import Cell, Definition, External, Prose, Strong, Table
from reportgen.views.common import columns, count_cell, known, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportgen.analysis.concurrence.parts.gains import Gains
    from reportgen.analysis.parts import Found
    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report

HEADING = "Do gains carry over?"
#: Pairs in the table; the download has all.
MOST_ROWS = 5
#: Steps that a pair in the table needs.
FIRM_STEPS = 5
KINDS = {
    "variant": ("with a variant of the same model", "variants of the same model"),
    "method": ("with a method applied", "methods applied"),
    "size": ("to the next larger model", "next larger models"),
}
LIU = External(
    "Liu et al. (2021), Do Question Answering Modeling Improvements Hold", "https://arxiv.org/abs/2102.01065"
)


def blocks(report: Report) -> Iterator[Block]:
    """Nothing where no systems differ in one step."""
    found = report.concurrence["gains"]
    if isinstance(found, NotEstimable):
        return
    head: Gains = found.headline
    yield Prose(heading=HEADING, anchor="gains", paragraphs=(_sentence(report, head),))
    yield from _table(report, found)


def _sentence(report: Report, head: Gains) -> Words:
    kinds = " and ".join(f"{numbers.count(count)} {KINDS[kind][count != 1]}" for kind, count in head.kinds)
    low, high = known(head.low), known(head.high)
    if low is None or high is None:
        sure = f"; too few families ({numbers.count(head.families)}) to say how sure that is"
    else:
        verdict = "gains carry over" if low > 0.5 else ("they do not" if high < 0.5 else "cannot tell")
        ends = f"{numbers.percent(low)} to {numbers.percent(high)}"
        sure = (
            f" ({numbers.percent(report.level)} interval {ends}, over "
            f"{numbers.plural(head.families, 'family', 'families')}: {verdict})"
        )
    return (
        f"From one system to the next in one declared step ({kinds}), a second benchmark moves the same way as the "
        "first in ",
        Strong(numbers.percent(known(head.same_sign))),
        f" of cases{sure}. 50\N{NARROW NO-BREAK SPACE}% would be chance.",
    )


def _table(report: Report, found: Found) -> Iterator[Table]:
    rows = found.main[found.main["steps"] >= FIRM_STEPS].sort_values(
        ["same_sign", "steps", "benchmark_a", "benchmark_b"],
        ascending=[True, False, True, True],
        kind="stable",
    )
    if rows.empty:
        return
    yield Table(
        name="gains",
        heading="",
        caption="The pairs of benchmarks on which gains carry over least",
        columns=columns(
            ("a", "Gains carry over least", {"align": "left"}),
            ("b", "and", {"align": "left"}),
            ("same", "Same way", {"meaning": "Share of steps that move both benchmarks the same way."}),
            ("gains", "τ of gains", {"wide": True, "meaning": "Kendall tau-b of the gains themselves."}),
            ("levels", "τ of scores", {"wide": True}),
            ("steps", "Steps", {}),
        ),
        rows=tuple(_row(report, row) for row in rows_of(rows.head(MOST_ROWS))),
        download="concurrence_gains",
        compact=True,
    )


def _row(report: Report, row: Any) -> tuple[Cell, ...]:
    def side(setting: str) -> Cell:
        title = report.setting_titles.get(setting, setting)
        return Cell(text=title, sort=title.casefold(), link=report.pages_of_settings[setting])

    low, high = known(row.low), known(row.high)
    ends = "" if low is None else f"{numbers.percent(low)} to {numbers.percent(high)}"
    return (
        side(str(row.benchmark_a)),
        side(str(row.benchmark_b)),
        Cell(text=numbers.percent(known(row.same_sign)), sort=known(row.same_sign), note=ends),
        Cell(text=numbers.fixed(known(row.tau_gains), 2), sort=known(row.tau_gains)),
        Cell(text=numbers.fixed(known(row.tau_b), 2), sort=known(row.tau_b)),
        count_cell(int(row.steps)),
    )


def definitions(report: Report) -> Iterator[Definition]:
    """Steps, gains and their interval."""
    if isinstance(report.concurrence["gains"], NotEstimable):
        return
    yield Definition(
        title="Whether gains carry over",
        words=(
            "A step leads from a system to one that differs in a single declared thing: a variant of the same model, a "
            "method applied to it, or the next larger size of a series. The gain is the score after less the score "
            "before. Two benchmarks agree on a step where both gains have the same sign; a gain of exactly zero counts "
            f"half. Intervals resample families, since steps of one family share models; below {FEWEST_FAMILIES} "
            "families there is none.",
        ),
        formula="share = mean over steps of [sign(gain A) = sign(gain B)]",
        source=("After ", LIU, "."),
        assumptions=("What is declared is all that differs between the two systems.",),
    )
