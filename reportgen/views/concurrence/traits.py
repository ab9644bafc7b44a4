"""Whether benchmarks measure what they claim: agreement within and between constructs, over different sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.analysis.concurrence.parts.traits import DISTINCT
from reportgen.numbers import NotEstimable
from reportgen.views.blocks import Cell, Definition, External, Prose, Strong, Table
from reportgen.views.common import columns, count_cell, known, rows_of, text_cell, value_cell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportgen.analysis.concurrence.parts.traits import Traits
    from reportgen.analysis.parts import Found
    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report

HEADING = "Do benchmarks measure what they claim?"
#: Constructs in the table; the download has all.
MOST_ROWS = 8
CAMPBELL = External(
    "Campbell and Fiske (1959), Psychological Bulletin 56(2)", "https://doi.org/10.1037/h0046016"
)
HENSELER = External(
    "Henseler, Ringle and Sarstedt (2015), J. Acad. Marketing Science 43",
    "https://doi.org/10.1007/s11747-014-0403-8",
)


def blocks(report: Report) -> Iterator[Block]:
    """Two sentences and a small table; nothing where the catalog does not say enough."""
    found = report.concurrence["traits"]
    if isinstance(found, NotEstimable):
        return
    head: Traits = found.headline
    yield Prose(
        heading=HEADING, anchor="traits", paragraphs=(_sentence(report, found, head), *_apart(found, head))
    )
    yield from _table(found)


def _sentence(report: Report, found: Found, head: Traits) -> Words:
    rows = {str(row.kind): row for row in rows_of(found.main)}
    same, other = (rows[f"{kind}-heteromethod"] for kind in ("monotrait", "heterotrait"))
    low, high = known(head.low), known(head.high)
    if low is None or high is None:
        verdict, how = "How sure that is cannot be said", ""
    else:
        firm = "Only in part" if 2 * head.alike > head.told else "They do, as far as these show"
        verdict = firm if low > 0 else ("Not as these show" if high < 0 else "Nobody can tell")
        interval = numbers.interval(low, high)
        how = f" ({numbers.percent(report.level)} interval of the difference {interval}, over models)"
    return (
        Strong(f"{verdict}."),
        f" Benchmarks of one construct from different {head.method}s agree by τ ",
        Strong(numbers.fixed(known(same.mean_tau), 2)),
        f" on average ({numbers.plural(int(same.pairs), 'pair')}), those of different constructs by τ ",
        Strong(numbers.fixed(known(other.mean_tau), 2)),
        f" ({numbers.count(int(other.pairs))}){how}. One by one, the pair of one construct agrees more in "
        f"{numbers.percent(known(head.share))} of {numbers.plural(head.comparisons, 'comparison')}.",
    )


def _apart(found: Found, head: Traits) -> tuple[Words, ...]:
    if not head.told:
        return ()
    if not head.alike:
        return (
            (f"All {numbers.plural(head.told, 'pair')} of constructs that can be judged are told apart.",),
        )
    rows = found.tables["discrimination"].sort_values(
        ["htmt", "construct_a", "construct_b"], ascending=[False, True, True], kind="stable"
    )
    named = [f"{row.construct_a} and {row.construct_b}" for row in rows_of(rows.head(min(3, head.alike)))]
    words = f"Not told apart by these models: {', '.join(named)}"
    rest = head.alike - len(named)
    more = f" and {numbers.plural(rest, 'more pair')}" if rest else ""
    return ((f"{words}{more}, of {numbers.plural(head.told, 'pair')} of constructs that can be judged.",),)


def _table(found: Found) -> Iterator[Table]:
    agreed = {str(row.construct): row for row in rows_of(found.tables["convergence"])}
    rows = [row for row in rows_of(found.tables["reliability"]) if str(row.construct) in agreed]
    rows.sort(key=lambda row: (-agreed[str(row.construct)].pairs, str(row.construct)))
    if not rows:
        return
    yield Table(
        name="traits",
        heading="",
        caption="What the benchmarks of each construct have in common",
        columns=columns(
            ("construct", "Construct", {"align": "left"}),
            ("tau", "Agreement", {"meaning": "Mean τ-b of its benchmarks from different sources."}),
            ("alpha", "Alpha", {"meaning": "Cronbach's alpha: reliability of the mean over its benchmarks; 1 is best. "
             "For the models in the last column only.", "wide": True}),
            ("omega", "Omega", {"meaning": "McDonald's omega: share of the mean's variance that one common ability "
             "makes.", "wide": True}),
            ("benchmarks", "Benchmarks", {"wide": True}),
            ("n", "Models", {}),
        ),
        rows=tuple(_row(row, agreed[str(row.construct)]) for row in rows[:MOST_ROWS]),
        download="concurrence_traits_reliability",
        compact=True,
    )  # fmt: skip


def _row(row: Any, agreed: Any) -> tuple[Cell, ...]:
    low, high = known(agreed.low), known(agreed.high)
    return (
        text_cell(row.construct),
        value_cell(agreed.mean_tau, decimals=2, note="" if low is None else numbers.interval(low, high)),
        value_cell(row.alpha, decimals=2),
        value_cell(row.omega, decimals=2),
        count_cell(int(row.benchmarks)),
        count_cell(int(row.n)),
    )


def definitions(report: Report) -> Iterator[Definition]:
    """How traits, methods and reliability are defined."""
    found = report.concurrence["traits"]
    if isinstance(found, NotEstimable):
        return
    head: Traits = found.headline
    yield Definition(
        title="Whether constructs are told apart",
        words=(
            f"Pairs of benchmarks are sorted by declared construct and by {head.method} (multitrait-multimethod). Two "
            f"constructs are told apart where HTMT is below {DISTINCT}: their correlation, divided by that within "
            "each; always between different sources, so that what a source adds does not count. Undefined where the "
            "benchmarks of a construct do not agree. Alpha and omega are of standardised scores over the models that "
            "have all benchmarks counted, and hold for these models only.",
        ),
        formula="HTMT = mean r(between) / sqrt(mean r(within one) · mean r(within other)),  r = sin(τ π / 2)",
        source=("Sources: ", CAMPBELL, "; ", HENSELER, "."),
        assumptions=("The catalog's constructs are what the benchmarks claim.",),
    )
