"""Who agrees with whom: one matrix of all benchmarks that can be compared, whose cells open their evidence.

Up to `MAX_LABELS` the page holds the matrix itself. A larger one would be thousands of cells: there a script draws it
from `data/concurrence/matrix.json`, and the table of pairs says the same without scripts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.analysis.concurrence.agreement import FEWEST_FOR_INTERVAL
from reportgen.numbers import NotEstimable
from reportgen.views.blocks import Matrix, MatrixCell, Words
from reportgen.views.common import known
from reportgen.views.concurrence.compared import arranged, by_pair, evidence, main_of, pairs
from reportgen.views.concurrence.documents import MATRIX_FILE, measures

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reportgen.views.blocks import Block, Definition
    from reportgen.views.report import Report

#: Labels of a matrix that stands in the page; a larger one is drawn by a script.
MAX_LABELS = 30


def blocks(report: Report) -> Iterator[Block]:
    """One matrix; nothing where no two benchmarks can be compared, which the page then says."""
    labels = next(iter(arranged(report).values()), ())
    if isinstance(report.agreement, NotEstimable) or len(labels) < 2:
        return
    drawn = labels if len(labels) <= MAX_LABELS else ()
    left = len(report.agreement.settings) - len(labels)
    yield Matrix(
        name="matrix",
        heading="Who agrees with whom",
        caption=f"Kendall τ-b of each pair of {numbers.plural(len(labels), 'benchmark')}{_left_out(left)}.",
        labels=tuple(report.setting_titles[label] for label in drawn),
        links=tuple(report.pages_of_settings[label] for label in drawn),
        cells=_cells(report, drawn),
        legend=_legend(report, drawn=bool(drawn)),
        download="concurrence",
        document=MATRIX_FILE,
        size=len(labels),
        choices=tuple((one.key, one.title) for one in measures(report)),
    )


def definitions(report: Report) -> Iterator[Definition]:
    """None of its own: the page defines tau-b and its interval."""
    del report
    yield from ()


def _left_out(count: int) -> str:
    if not count:
        return ""
    return f"; {numbers.plural(count, 'more benchmark')} {'has' if count == 1 else 'have'} no number with any other"


def _legend(report: Report, *, drawn: bool) -> Words:
    thin = f"Hatched: fewer than {FEWEST_FOR_INTERVAL} shared models, or no number; empty: no shared model. "
    colours = "Blue: the same order, the stronger the more; orange: the opposite order. "
    if drawn:
        cell = "Each cell: τ-b ± half its interval, number of shared models, chance of the same order"
        return (f"{cell}{_judged(report)}. ", colours, thin)
    small = f"A small square: the {numbers.percent(report.level)} interval includes no agreement at all. "
    return (colours, small, thin)


def _judged(report: Report) -> str:
    return ", verdict" if main_of(report, "verdict") is not None else ""


def _cells(report: Report, labels: Sequence[str]) -> tuple[tuple[MatrixCell | None, ...], ...]:
    found = by_pair(report) if labels else {}
    judged = bool(labels) and bool((pairs(report)["verdict"] != "").any())
    return tuple(
        tuple(
            _cell(report, found[a, b], judged=judged) if column < row else None
            for column, b in enumerate(labels)
        )
        for row, a in enumerate(labels)
    )


def _cell(report: Report, row: Any, *, judged: bool) -> MatrixCell:
    """One pair. The names of the two are said by the matrix itself."""
    tau, n = known(row.tau_b), int(row.n)
    title = evidence(row, report.level)
    if tau is None:
        return MatrixCell(text="" if n == 0 else numbers.ABSENT, note="" if n == 0 else f"n {n}", title=title)
    low, high = known(row.low), known(row.high)
    half = None if low is None or high is None else (high - low) / 2
    second = str(row.verdict) if judged else numbers.percent(known(row.same_order))
    return MatrixCell(
        text=numbers.fixed(tau, 2),
        pm="" if half is None else numbers.plus_minus(half, decimals=2),
        note=" · ".join(filter(None, (f"n {n}", second))),
        shade=tau if n >= FEWEST_FOR_INTERVAL else None,
        title=title,
    )
