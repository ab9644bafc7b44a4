"""How differently the tasks of each suite rank the models: one sentence a suite, on the page of concurrence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.analysis.concurrence.diversity import diversity
from reportgen.numbers import NotEstimable
from reportgen.views.blocks import Cell, Prose, Strong, Table
from reportgen.views.common import columns, count_cell, known, rows_of, text_cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report

#: Suites told in sentences; more make a table.
MAX_SENTENCES = 3

_SCALE: Words = (
    "Diversity is 0 where all tasks of a suite put the models in one and the same order, and 1 where they do not agree "
    "at all. The rank change says how far the model that moves most from one task to another moves, as a share of the "
    "ranking, on average over pairs of tasks.",
)


def blocks(report: Report) -> tuple[Block, ...]:
    """A sentence for each suite of two tasks or more, and one for those without a number; nothing where none is."""
    found = diversity(report.table, fewest=report.fewest_models)
    if isinstance(found, NotEstimable):
        return ()
    rows = list(rows_of(found))
    told = [row for row in rows if known(row.diversity) is not None]
    untold = [row for row in rows if known(row.diversity) is None]
    if not told:
        return ()
    few = len(told) <= MAX_SENTENCES
    prose = Prose(
        heading="How differently do the tasks of a suite rank the models?",
        anchor="diversity",
        paragraphs=(
            _SCALE,
            *(_sentence(row) for row in told if few),
            *((_not_computed(untold),) if untold else ()),
        ),
    )
    return (prose,) if few else (prose, _table(told))


def _table(rows: Sequence[Any]) -> Table:
    """The suites that have numbers, the most diverse first."""
    ordered = sorted(rows, key=lambda row: (-float(row.diversity), str(row.suite)))
    return Table(
        name="diversity-suites",
        caption="Diversity of each suite",
        columns=columns(
            ("suite", "Suite", {"align": "left"}),
            ("diversity", "Diversity", {}),
            ("change", "Rank change", {}),
            ("tasks", "Tasks", {"wide": True}),
            ("models", "Models", {"note": "with all tasks", "wide": True}),
        ),
        rows=tuple(
            (
                text_cell(str(row.suite)),
                Cell(text=numbers.fixed(known(row.diversity), 2), sort=known(row.diversity)),
                Cell(text=numbers.percent(known(row.max_rank_change)), sort=known(row.max_rank_change)),
                count_cell(int(row.tasks)),
                Cell(text=f"{row.n} of {row.of}", sort=int(row.n)),
            )
            for row in ordered
        ),
        compact=True,
    )


def _sentence(row: Any) -> Words:
    """What is known of one suite; `row` has the columns of `analysis.concurrence.diversity`."""
    n, of = int(row.n), int(row.of)
    models = numbers.plural(n, "model")
    return (
        Strong(str(row.suite)),
        ": diversity ",
        Strong(numbers.fixed(known(row.diversity), 2)),
        f" and a rank change of {numbers.percent(known(row.max_rank_change))}, over {numbers.count(int(row.tasks))} "
        f"tasks and {models if n == of else f'the {models} of {numbers.count(of)} that have them all'}.",
    )


def _not_computed(rows: Sequence[Any]) -> Words:
    """The suites without a number, each with the reason."""
    return (f"Not computed: {'; '.join(f'{row.suite} ({_reason(row)})' for row in rows)}.",)


def _reason(row: Any) -> str:
    n, of, tasks = int(row.n), int(row.of), numbers.count(int(row.tasks))
    if not str(row.reason).startswith("n="):
        return str(row.reason)
    if n == 0:
        return f"none of {numbers.plural(of, 'model')} has a score on all {tasks} tasks"
    models = numbers.plural(n, "model") if n == of else f"{numbers.count(n)} of {numbers.plural(of, 'model')}"
    return f"only {models} {'has' if n == 1 else 'have'} a score on all {tasks} tasks"
