"""Why do they disagree? The pairs of benchmarks that disagree most firmly, and the models that make them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.analysis.concurrence.agreement import FEWEST_FOR_INTERVAL
from reportgen.numbers import NotEstimable
from reportgen.views.blocks import Cell, Definition, Link, Prose, Strong, Table
from reportgen.views.common import columns, known, rows_of
from reportgen.views.report import model_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reportgen.analysis.concurrence.parts.explanation import Disagreement, Headline
    from reportgen.analysis.parts import Found
    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report

HEADING = "Why do they disagree?"
#: Pairs of models shown for each pair of benchmarks.
SHOWN = 2
#: A change of tau that is said to matter.
MATTERS = 0.1
#: Pairs of benchmarks that one model must move most to be pointed at.
OFTEN = 3
#: A probability that is printed as more than this.
NEARLY_SURE = 0.99


def blocks(report: Report) -> Iterator[Block]:
    """Three sentences, and the models behind them."""
    found = report.concurrence["explanation"]
    if isinstance(found, NotEstimable):
        yield Prose(heading=HEADING, anchor="why", paragraphs=((f"Nobody can say: {found.reason}.",),))
        return
    head: Headline = found.headline
    if not head.firmest:
        words = "They do not: no two models change places between any two benchmarks that can be compared."
        yield Prose(heading=HEADING, anchor="why", paragraphs=((words,),))
        return
    paragraphs: list[Words] = [_pair(report, one) for one in head.firmest]
    paragraphs += [_busiest(report, head)] if head.pivot_of >= OFTEN else []
    yield Prose(heading=HEADING, anchor="why", paragraphs=((_opening(head.firmest),), *paragraphs))
    yield _table(report, found)


def definitions(report: Report) -> Iterator[Definition]:
    """How flips and leverage are computed."""
    found = report.concurrence["explanation"]
    if isinstance(found, NotEstimable):
        return
    head: Headline = found.headline
    cut = (
        ""
        if head.listed == head.of
        else f" Listed for {numbers.count(head.listed)} of {numbers.count(head.of)} pairs of benchmarks: those within "
        "a suite, then those that agree least."
    )
    yield Definition(
        title="Models that change places",
        words=(
            "Two models change places when one benchmark puts the first ahead and the other the second. How far: the "
            "smaller of the two gaps, each in standard deviations of the scores that the shared models have on that "
            f"benchmark.{cut} “Really” is the probability that their true orders differ, given the standard errors of "
            "their scores: scores are first drawn towards their mean as far as their errors ask for, since the widest "
            "of many gaps is partly luck.",
        ),
        formula="P = P_A (1 − P_B) + (1 − P_A) P_B;   P_A = Φ((m_i − m_j) / sqrt(v_i + v_j)),  "
        "m_i = mean + r_i (s_i − mean),  v_i = r_i e_i²,  r_i = V / (V + e_i²),  V = max(0, var(s) − mean e²)",
        assumptions=(
            "Errors are independent between models and between benchmarks; an error of 0 counts as unknown.",
            "What one benchmark says of a model is not used for the other.",
            "Without model X: Kendall's τ-b over all shared models but X, exactly.",
        ),
    )


@lru_cache(maxsize=2)
def model_cells(report: Report) -> dict[str, Cell]:
    """The cell that names each system, linked to its model."""
    return {
        name: Cell(text=name, sort=name.casefold(), link=model_page(model))
        for name, model in zip(report.system_names, report.system_models, strict=True)
    }


def model_link(report: Report, system: str) -> Link:
    """A system in a sentence."""
    return Link(system, model_cells(report)[system].link or "")


def setting_link(report: Report, setting: str) -> Link:
    """A benchmark in a sentence."""
    return Link(report.setting_titles[setting], report.pages_of_settings[setting])


def _opening(firmest: Sequence[Disagreement]) -> str:
    several = len(firmest) > 1
    subject = (
        "The pairs of benchmarks that agree least" if several else "The pair of benchmarks that agrees least"
    )
    once = "; each benchmark is named once" if several else ""
    if all(known(one.low) is None for one in firmest):
        return f"{subject}, though too few models are shared to be sure{once}:"
    by = " (by the upper end of the interval" + once + ")" if several else ""
    return f"{subject}, as far as one can be sure{by}:"


def _pair(report: Report, one: Disagreement) -> Words:
    low, high = known(one.low), known(one.high)
    interval = "no interval" if low is None else numbers.interval(low, high)
    return (
        setting_link(report, one.benchmark_a),
        " and ",
        setting_link(report, one.benchmark_b),
        " put ",
        Strong(numbers.percent(one.same_order)),
        f" of the pairs of models in the same order (τ {numbers.fixed(one.tau_b, 2)}, {interval}, "
        f"{numbers.plural(one.n, 'model')}).",
        *_without(report, one),
    )


def _without(report: Report, one: Disagreement) -> Words:
    without = known(one.tau_without_pivot)
    if not one.pivot or without is None or one.n < FEWEST_FOR_INTERVAL:
        return ()
    tau = numbers.fixed(without, 2)
    if abs(without - one.tau_b) < MATTERS:
        return (
            " No single model makes that: without ",
            model_link(report, one.pivot),
            f", which moves it most, τ is {tau}.",
        )
    return (" One model weighs much: without ", model_link(report, one.pivot), f", τ would be {tau}.")


def _busiest(report: Report, head: Headline) -> Words:
    by_chance = "less than one" if head.expected < 1 else f"about {numbers.fixed(head.expected, 0)}"
    return (
        "The model to look at first is ",
        model_link(report, head.busiest),
        f": of the {numbers.plural(head.pairs, 'pair')} of benchmarks it takes part in, it is the one that moves "
        f"agreement most in {numbers.count(head.pivot_of)}, where chance alone would make it {by_chance}.",
    )


def _table(report: Report, found: Found) -> Table:
    named = [(one.benchmark_a, one.benchmark_b) for one in found.headline.firmest]
    rows = found.main[found.main["place"] <= SHOWN]
    of_pair: dict[tuple[str, str], list[Any]] = {pair: [] for pair in named}
    for row in rows_of(rows):
        if (row.benchmark_a, row.benchmark_b) in of_pair:
            of_pair[row.benchmark_a, row.benchmark_b].append(row)
    shown = [row for pair in named for row in of_pair[pair]]
    sure = any(known(row.p_real_flip) is not None for row in shown)
    meaning = "Probability that the true orders of the two differ, given the standard errors of their scores."
    return Table(
        name="flips",
        heading="Which models change places",
        caption="The pairs of models furthest apart in opposite directions, for the pairs of benchmarks named above"
        + ("" if sure else ". How much of it is noise nobody can say: standard errors are unknown"),
        columns=columns(
            ("first", "Ahead on the first benchmark", {"align": "left"}),
            ("second", "Ahead on the second", {"align": "left"}),
            ("gaps", "Apart by", {"meaning": "On the first and on the second benchmark, in standard deviations of the "
             "shared models' scores.", "note": "standard deviations"}),
            *((("real", "Really", {"meaning": meaning}),) if sure else ()),
        ),
        rows=tuple(_row(report, row, sure=sure) for row in shown),
        rule_before=frozenset(_rules([(row.benchmark_a, row.benchmark_b) for row in shown])),
        download="concurrence_explanation",
        compact=True,
    )  # fmt: skip


def _rules(pairs: list[tuple[str, str]]) -> Iterator[int]:
    for at in range(1, len(pairs)):
        if pairs[at] != pairs[at - 1]:
            yield at


def _row(report: Report, row: Any, *, sure: bool) -> tuple[Cell, ...]:
    names, titles = model_cells(report), report.setting_titles
    first, second = names[row.model_1], names[row.model_2]
    gaps = f"{numbers.fixed(row.gap_a, 1)} and {numbers.fixed(-row.gap_b, 1)}"
    cells = (
        Cell(text=first.text, sort=first.sort, link=first.link, note=titles[row.benchmark_a]),
        Cell(text=second.text, sort=second.sort, link=second.link, note=titles[row.benchmark_b]),
        Cell(text=gaps, sort=min(row.gap_a, -row.gap_b)),
    )
    return (*cells, _probability(known(row.p_real_flip))) if sure else cells


def _probability(p: float | None) -> Cell:
    if p is not None and p > NEARLY_SURE:
        return Cell(text=f"> {numbers.percent(NEARLY_SURE)}", sort=p)
    return Cell(text=numbers.percent(p), sort=p)
