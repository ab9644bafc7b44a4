"""What is left of agreement at equal model size: a sentence and the pairs that lose most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.analysis.concurrence.agreement import FEWEST_FOR_CLAIM
from reportgen.numbers import NotEstimable
from reportgen.views.blocks import Cell, Definition, External, Prose, Strong, Table
from reportgen.views.common import columns, count_cell, known, rows_of, value_cell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportgen.analysis.concurrence.parts.partial import AtEqualSize
    from reportgen.analysis.parts import Found
    from reportgen.views.blocks import Block
    from reportgen.views.report import Report

HEADING = "Is it only model size?"
#: Pairs in the table; the download has all.
MOST_ROWS = 5
KENDALL = External("Kendall (1942), Biometrika 32", "https://doi.org/10.1093/biomet/32.3-4.277")


def blocks(report: Report) -> Iterator[Block]:
    """Nothing where no sizes are declared: the hint above names the field."""
    found = report.concurrence["partial"]
    if isinstance(found, NotEstimable):
        return
    head: AtEqualSize = found.headline
    basis = f"{numbers.count(head.sized)} of {numbers.plural(head.models, 'model')} have a known size"
    if not head.pairs:
        words = f"Cannot tell: {basis}, and no two benchmarks share {FEWEST_FOR_CLAIM} of them."
        yield Prose(heading=HEADING, anchor="size", paragraphs=((words,),))
        return
    left = (
        f" {numbers.plural(head.left_out, 'more pair')} with fewer such models not computed."
        if head.left_out
        else ""
    )
    yield Prose(
        heading=HEADING,
        anchor="size",
        paragraphs=(
            (
                f"{basis[0].upper()}{basis[1:]}. Among them, the median agreement is τ ",
                Strong(numbers.fixed(known(head.median), 2)),
                ", and at equal size ",
                Strong(numbers.fixed(known(head.median_equal), 2)),
                f". {numbers.count(head.clear)} of {numbers.plural(head.pairs, 'pair')} of benchmarks that share "
                f"{FEWEST_FOR_CLAIM} of them agree clearly even so.{left}",
            ),
        ),
    )
    yield _table(report, found)


def _table(report: Report, found: Found) -> Table:
    main = found.main[(found.main["n"] >= FEWEST_FOR_CLAIM) & found.main["low"].notna()]
    lost = main.assign(lost=main["tau_b"] - main["equal_size"]).sort_values(
        ["lost", "benchmark_a", "benchmark_b"], ascending=[False, True, True], kind="stable"
    )
    return Table(
        name="partial",
        heading="",
        caption="The pairs of benchmarks whose agreement owes most to model size",
        columns=columns(
            ("a", "Most owed to size", {"align": "left"}),
            ("b", "and", {"align": "left"}),
            ("tau", "τ-b", {}),
            ("equal", "At equal size", {}),
            ("n", "Models", {"wide": True}),
            ("families", "Families", {"wide": True}),
        ),
        rows=tuple(_row(report, row) for row in rows_of(lost.head(MOST_ROWS))),
        download="concurrence_partial",
        compact=True,
    )


def _row(report: Report, row: Any) -> tuple[Cell, ...]:
    def side(setting: str) -> Cell:
        title = report.setting_titles.get(setting, setting)
        return Cell(text=title, sort=title.casefold(), link=report.pages_of_settings[setting])

    return (
        side(str(row.benchmark_a)),
        side(str(row.benchmark_b)),
        value_cell(row.tau_b, decimals=2),
        value_cell(row.equal_size, decimals=2, note=numbers.interval(known(row.low), known(row.high))),
        count_cell(int(row.n)),
        count_cell(int(row.families)),
    )


def definitions(report: Report) -> Iterator[Definition]:
    """Partial tau."""
    if isinstance(report.concurrence["partial"], NotEstimable):
        return
    yield Definition(
        title="Agreement at equal model size",
        words=(
            "Partial correlation of two benchmarks given the number of parameters, over the models that have both "
            "scores and a declared size, from Kendall's τ of the three and turned back into a τ. The download also has "
            "Kendall's own partial τ, which stays above zero even where size is all that two benchmarks share. "
            f"Interval ({numbers.percent(report.level)}): jackknife over models. Models of one family are not "
            "independent, so it is too narrow where few families stand behind it.",
        ),
        formula="r = sin(τ π / 2);  τ at equal size = 2/π · asin((rab − ras rbs) / sqrt((1 − ras²) (1 − rbs²)))",
        source=("Source: ", KENDALL, "."),
        assumptions=("Size acts in one direction on both benchmarks.", "Only the order of sizes counts."),
    )
