"""Which benchmarks could be dropped, and what the ranking of the models would lose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportgen import numbers
from reportgen.analysis.concurrence.parts.redundancy import KEEPS, SURELY, TOGETHER
from reportgen.numbers import NotEstimable
from reportgen.views.blocks import Cell, Definition, Figure, Prose, Strong, Table
from reportgen.views.common import columns, count_cell, join, known, text_cell
from reportgen.views.concurrence.explanation import setting_link
from reportgen.views.figures import as_table
from reportgen.views.figures_curves import axes, line, style

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from reportgen.analysis.concurrence.parts.redundancy import Dropping
    from reportgen.views.blocks import Block, Run, Words
    from reportgen.views.report import Report

HEADING = "Which benchmarks could be dropped?"
#: Suites told in a sentence, drawn as a line, and listed.
MAX_SENTENCES = 3
MAX_LINES = 4
MAX_ROWS = 8
#: Benchmarks named in a sentence.
MAX_NAMES = 4
#: Points of one line.
MAX_POINTS = 20
#: Benchmarks of a suite from which a line says more than its sentence.
FEWEST_FOR_LINE = 5


def blocks(report: Report) -> Iterator[Block]:
    """A sentence for each of the largest suites, a line, and a row for each suite."""
    found = report.concurrence["redundancy"]
    if isinstance(found, NotEstimable):
        yield Prose(heading=HEADING, anchor="drop", paragraphs=((f"Nobody can say: {found.reason}.",),))
        return
    facts: Sequence[Dropping] = found.headline
    yield Prose(
        heading=HEADING,
        anchor="drop",
        paragraphs=(
            (
                "A benchmark can be dropped when the ranking of the models, by the mean of all benchmarks of the "
                "suite, stays as it is without it. That does not say that it measures nothing of its own.",
            ),
            *(sentence(report, fact) for fact in facts[:MAX_SENTENCES]),
        ),
    )
    drawn = [fact for fact in facts if fact.settings >= FEWEST_FOR_LINE][:MAX_LINES]
    if drawn:
        yield _figure(found.tables["path"], drawn)
    if len(facts) > 1:
        yield _table(facts)


def definitions(report: Report) -> Iterator[Definition]:
    """How a loss is computed."""
    if isinstance(report.concurrence["redundancy"], NotEstimable):
        return
    yield Definition(
        title="What a benchmark adds to the ranking",
        words=(
            "Models with every score are ranked by the mean of the benchmarks, each in standard deviations from its "
            "mean. Benchmarks are then left out one by one, each time the one whose loss changes the order least; "
            "Kendall's τ-b compares what is left with the full ranking. The ranking counts as kept while τ is at least "
            f"{numbers.fixed(KEEPS, 2)} and the lower end of its interval at least {numbers.fixed(SURELY, 2)}.",
        ),
        formula="loss(b) = 1 − τ-b(mean of all, mean of all but b)",
        assumptions=(
            "The interval says what other models would show (leave one model out); standard deviations are held fixed.",
            "One by one is not every subset: another set of the same size may do better.",
            "A benchmark that adds nothing to the ranking of these models may still measure something of its own.",
        ),
    )


def sentence(report: Report, fact: Dropping) -> Words:
    """What one suite could do without."""
    suite = f"of {fact.suite or 'this report'}"
    ranking = f"the ranking of {numbers.plural(fact.models, 'model')}"
    if fact.dropped:
        several = len(fact.dropped) > MAX_NAMES
        names: list[Run] = [setting_link(report, name) for name in fact.dropped[: MAX_NAMES - several]]
        names += [f"{len(fact.dropped) - len(names)} more"] if several else []
        count = f"{numbers.count(len(fact.dropped))} of the {numbers.count(fact.settings)} benchmarks {suite}"
        together = "" if len(fact.dropped) == 1 else " together"
        places = numbers.plural(round(fact.max_rank_change), "place")
        moves = f", and the model that moves most moves by {places}" if fact.max_rank_change else ""
        return (
            Strong(count),
            f" could be dropped{together} (",
            *join(names),
            f"): {ranking} stays the same to τ {_tau(fact.tau_b, fact.low, fact.high)}{moves}.",
        )
    if fact.perhaps:
        return (
            f"Perhaps {numbers.count(fact.perhaps)} of the {numbers.count(fact.settings)} benchmarks {suite} could be "
            f"dropped (τ {numbers.fixed(fact.perhaps_tau, 2)}), but ",
            Strong(f"{numbers.plural(fact.models, 'model')} are too few to be sure"),
            f": the interval goes down to {numbers.fixed(fact.perhaps_low, 2)}.",
        )
    return (
        Strong(f"None of the {numbers.count(fact.settings)} benchmarks {suite}"),
        " could be dropped: even without ",
        setting_link(report, fact.least),
        f", which matters least, {ranking} agrees with the full one only to τ "
        f"{_tau(fact.least_tau, fact.least_low, fact.least_high)}.",
    )


def _tau(tau: float, low: float, high: float) -> str:
    interval = "no interval" if known(low) is None else numbers.interval(low, high)
    return f"{numbers.fixed(tau, 2)} ({interval})"


def _name(fact: Dropping) -> str:
    return fact.suite or "this report"


def _figure(path: pd.DataFrame, facts: Sequence[Dropping]) -> Figure:
    lines, names, kept, taus = [], [], [], []
    for at, fact in enumerate(facts):
        rows = path[path["suite"] == fact.suite]
        step = -(-len(rows) // MAX_POINTS)
        rows = rows.iloc[(len(rows) - 1) % step :: step]
        x, y = rows["kept"].tolist(), rows["tau_b"].tolist()
        lines.append(line(_name(fact), x, y, **style(at)))
        names += [_name(fact)] * len(x)
        kept += [float(value) for value in x]
        taus += [known(value) for value in y]
    layout = axes("Benchmarks kept", "τ with the full ranking")
    layout["shapes"] = [
        {
            "type": "line",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "y0": KEEPS,
            "y1": KEEPS,
            "line": {"color": "token:soft", "width": 1.2, "dash": "dot"},
        }
    ]
    return Figure(
        name="figure-dropping",
        caption=(
            "How well the ranking by fewer benchmarks agrees with the full one, the least missed dropped first. "
            f"The dotted line is τ {numbers.fixed(KEEPS, 2)}.",
        ),
        alt="Lines, one for each suite: agreement with the full ranking against the number of benchmarks kept.",
        data=lines,
        layout=layout,
        height=320,
        table=as_table("figure-dropping", ("Suite", "Benchmarks kept", "τ"), names, [kept, taus]),
    )


def _table(facts: Sequence[Dropping]) -> Table:
    return Table(
        name="dropping",
        caption="What each suite could do without, those with most scores first",
        columns=columns(
            ("suite", "Suite", {"align": "left"}),
            ("settings", "Benchmarks", {}),
            ("models", "Models", {"meaning": "With every one of these benchmarks.", "wide": True}),
            ("dropped", "Could be dropped", {}),
            ("tau", "τ without them", {"meaning": "Agreement with the full ranking: 1 is the same order."}),
        ),
        rows=tuple(_row(fact) for fact in facts[:MAX_ROWS]),
        download="concurrence_redundancy_sets",
        compact=True,
    )


def _row(fact: Dropping) -> tuple[Cell, ...]:
    name = "All suites together" if fact.suite == TOGETHER else _name(fact)
    unsure = f"perhaps {fact.perhaps}" if fact.perhaps and not fact.dropped else ""
    return (
        text_cell(name),
        count_cell(fact.settings),
        count_cell(fact.models),
        Cell(text=numbers.count(len(fact.dropped)), sort=len(fact.dropped), note=unsure),
        Cell(
            text=numbers.fixed(fact.tau_b, 2),
            sort=known(fact.tau_b),
            note=numbers.interval(fact.low, fact.high) if fact.dropped else "",
        ),
    )
