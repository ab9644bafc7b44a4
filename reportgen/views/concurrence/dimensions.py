"""How many things the benchmarks of a suite measure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.analysis.concurrence.parts.dimensions import PER_BENCHMARK
from reportgen.numbers import NotEstimable
from reportgen.views.blocks import Definition, External, Figure, Prose, Strong
from reportgen.views.common import known, rows_of
from reportgen.views.figures import as_table
from reportgen.views.figures_eigenvalues import eigenvalues

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportgen.analysis.concurrence.parts.dimensions import Dimensions
    from reportgen.analysis.parts import Found
    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report

HEADING = "How many things do they measure?"
#: Suites with a sentence of their own; the download has all.
MOST_SUITES = 4
#: Components drawn; the download has all.
MOST_COMPONENTS = 10
HORN = External("Horn (1965), Psychometrika 30(2)", "https://doi.org/10.1007/BF02289447")


def blocks(report: Report) -> Iterator[Block]:
    """A sentence for each of the largest suites and one picture; nothing where there is nothing to decompose."""
    found = report.concurrence["dimensions"]
    if isinstance(found, NotEstimable):
        return
    rows = [row for row in rows_of(found.main) if known(row.first_share) is not None]
    rows.sort(key=lambda row: (known(row.dimensions) is None, -row.n * row.benchmarks, str(row.suite)))
    more = len(rows) - MOST_SUITES
    rest: tuple[Words, ...] = (
        ((f"{numbers.plural(more, 'more suite')}: in the download.",),) if more > 0 else ()
    )
    yield Prose(
        heading=HEADING,
        anchor="dimensions",
        paragraphs=(*(_sentence(row) for row in rows[:MOST_SUITES]), *rest),
    )
    yield _figure(found)


def _name(suite: object) -> str:
    return str(suite) or "All benchmarks together"


def _sentence(row: Any) -> Words:
    first, dimensions = numbers.percent(known(row.first_share)), known(row.dimensions)
    basis = f"{numbers.plural(int(row.benchmarks), 'benchmark')}, {numbers.plural(int(row.n), 'model')}"
    share = f"one component makes {first} of the differences between models (shuffled scores: up to "
    chance = f"{numbers.percent(known(row.chance_share))})."
    if dimensions is None:
        words = f"cannot tell ({basis}): {row.reason}; "
        return (Strong(_name(row.suite)), f": {words}{share}{chance}")
    count = int(dimensions)
    told = "no dimension stands out from chance" if not count else numbers.plural(count, "dimension")
    return (Strong(_name(row.suite)), ": ", Strong(told), f" ({basis}); {share}{chance}")


def _figure(found: Found) -> Figure:
    head: Dimensions = found.headline
    frame = found.tables["eigenvalues"]
    frame = frame[frame["suite"] == head.shown]
    frame = frame.head(MOST_COMPONENTS)
    values, chance = frame["eigenvalue"].tolist(), frame["chance"].tolist()
    data, layout = eigenvalues(values, chance)
    title = _name(head.shown)
    return Figure(
        name="dimensions",
        caption=(
            f"{title}: how much each component makes, in benchmarks' worth. The dotted line is what shuffled scores "
            "reach; only what lies above it is more than chance.",
        ),
        alt=f"Line of the first {len(values)} eigenvalues of {title} with the level that shuffled scores reach.",
        data=data,
        layout=layout,
        height=260,
        table=as_table(
            "dimensions",
            ("Component", "Eigenvalue", "Chance"),
            [str(at) for at in range(1, len(values) + 1)],
            [values, chance],
        ),
    )


def definitions(report: Report) -> Iterator[Definition]:
    """Parallel analysis."""
    if isinstance(report.concurrence["dimensions"], NotEstimable):
        return
    yield Definition(
        title="Number of dimensions",
        words=(
            "Eigenvalues of the correlations between benchmarks, over models that have them all, against those of the "
            "same scores with each benchmark's column shuffled: as many dimensions as leading eigenvalues exceed the "
            f"95th percentile. Below {PER_BENCHMARK} models for each benchmark no number is given. Much of the first "
            "component is model size.",
        ),
        formula="dimensions = leading k with λk > 95th percentile of λk(shuffled)",
        source=("Source: ", HORN, "."),
        assumptions=(
            "These models are a sample of models like them; other models may have other dimensions.",
        ),
    )
