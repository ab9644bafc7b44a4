"""On a benchmark's page: what does it tell you that others do not?"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from reportgen import numbers
from reportgen.analysis.concurrence.agreement import FEWEST_FOR_CLAIM, SAME_SCORES
from reportgen.analysis.concurrence.parts.redundancy import KEEPS, SURELY, TOGETHER
from reportgen.analysis.parts import Found
from reportgen.numbers import NotEstimable
from reportgen.views.blocks import Cell, Link, Prose, Strong, Table
from reportgen.views.common import columns, count_cell, known, rows_of
from reportgen.views.concurrence.explanation import model_cells, model_link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report

HEADING = "What does it tell you that others do not?"
#: Partners listed, from either end.
MAX_PARTNERS = 6
#: Difference of standing from which a model is said to be ranked unlike elsewhere.
UNLIKE = 0.1
#: Verdict on a pair -> how a sentence about that pair ends.
_VERDICTS = {
    "agree": "; the two agree",
    "disagree": "; the two disagree",
    "cannot tell": "; whether the two agree nobody can tell yet",
}


@dataclass(slots=True)
class Known:
    """What the study of concurrence found about one setting."""

    partners: list[Any] = field(
        default_factory=list
    )  # pairs it is in, best agreement first; `other` is the other one
    unlike: list[Any] = field(default_factory=list)  # models it ranks unlike the others
    loss: Any = None  # its row in the table of losses of its own suite
    reasons: list[str] = field(default_factory=list)  # why it is to be read with care


@lru_cache(maxsize=2)
def known_of(report: Report) -> dict[str, Known]:
    """Setting -> what is known of it; worked out once for all pages."""
    found: dict[str, Known] = defaultdict(Known)
    for row in rows_of(_both_ways(report)):
        found[str(row.setting)].partners.append(row)
    for row in _rows(report, "explanation", "unlike"):
        if abs(row.difference) >= UNLIKE:
            found[str(row.setting)].unlike.append(row)
    for row in _rows(report, "redundancy", "main"):
        if row.suite != TOGETHER:
            found[str(row.setting)].loss = row
    for row in _rows(report, "flags", "main"):
        found[str(row.setting)].reasons.append(str(row.reason))
    return dict(found)


def partners(report: Report, setting: str) -> list[Any]:
    """The pairs of this setting that have a tau, best agreement first."""
    one = known_of(report).get(setting)
    return [] if one is None else one.partners


def blocks(report: Report, setting: str) -> Iterator[Block]:
    """The section; nothing where the setting is compared with no other."""
    one = known_of(report).get(setting)
    if one is None or not one.partners:
        return
    paragraphs = [*_closest_and_furthest(report, one), *_loss(report, one), *_care(one)]
    if paragraphs:
        yield Prose(heading=HEADING, anchor="unlike-others", paragraphs=tuple(paragraphs))
    if one.unlike:
        yield _unlike(report, one.unlike)
    yield _agreement(report, one.partners)


# -- looking up
# ----------------------------------------------------------------------------------------------------


def _rows(report: Report, part: str, table: str) -> list[Any]:
    found = report.concurrence.get(part)
    return rows_of(found.tables[table]) if isinstance(found, Found) else []


def _both_ways(report: Report) -> pd.DataFrame:
    """The pairs with a tau, once from each side."""
    names = ["tau_b", "low", "high", "n", "same_order", "reason"]
    if isinstance(report.agreement, NotEstimable):
        return pd.DataFrame(columns=["setting", "other", "verdict", *names])
    pairs = report.agreement.pairs
    pairs = pairs.assign(verdict=_verdicts(report, pairs))[pairs["tau_b"].notna()]
    left = pairs[[*names, "verdict"]].assign(setting=pairs["benchmark_a"], other=pairs["benchmark_b"])
    right = pairs[[*names, "verdict"]].assign(setting=pairs["benchmark_b"], other=pairs["benchmark_a"])
    both = pd.concat([left, right], ignore_index=True)
    return both.sort_values(["setting", "tau_b", "other"], ascending=[True, False, True], kind="stable")


def _verdicts(report: Report, pairs: pd.DataFrame) -> list[str]:
    """Verdict on each pair, "" where there is none."""
    told = {(row.benchmark_a, row.benchmark_b): str(row.verdict) for row in _rows(report, "verdict", "main")}
    return [told.get(pair, "") for pair in zip(pairs["benchmark_a"], pairs["benchmark_b"], strict=True)]


# -- sentences
# ------------------------------------------------------------------------------------------------------


def _closest_and_furthest(report: Report, one: Known) -> Iterator[Words]:
    """Of the pairs that share enough models: what it repeats, and where it differs most."""
    firm = _firm(one)
    if len(firm) == 1:
        yield (
            "Of benchmarks that share enough models it can be compared with one, ",
            *_compared(report, firm[0]),
        )
    elif firm:
        yield ("It ranks models most like ", *_compared(report, firm[0]))
        yield ("It differs most from ", *_compared(report, firm[-1]))


def _compared(report: Report, row: Any) -> Words:
    other, low = str(row.other), known(row.low)
    interval = "no interval" if low is None else numbers.interval(low, row.high)
    return (
        Link(report.setting_titles[other], report.pages_of_settings[other]),
        ": ",
        Strong(numbers.percent(row.same_order)),
        f" of the pairs of models come in the same order (τ {numbers.fixed(row.tau_b, 2)}, {interval}; "
        f"{numbers.plural(int(row.n), 'model')}){_VERDICTS.get(row.verdict, '')}.",
    )


def _loss(report: Report, one: Known) -> Iterator[Words]:
    """What the ranking of its suite would be without it."""
    row = one.loss
    if row is None or known(row.loss) is None:
        return
    tau, low = 1 - row.loss, 1 - row.high
    interval = numbers.interval(low, 1 - row.low)
    if interval == numbers.ABSENT:
        return
    agreement = f"τ {numbers.fixed(tau, 2)} ({interval})"
    ranking = (
        f"the ranking of {numbers.plural(int(row.n), 'model')} by the mean of {row.suite or 'this report'}"
    )
    if tau >= KEEPS and low >= SURELY:
        yield from _droppable(one, f"without it {ranking} stays the same to {agreement}")
        return
    places = numbers.plural(round(row.max_rank_change), "place")
    yield (
        f"Without it {ranking} agrees with the full one to {agreement}; ",
        model_link(report, str(row.moved)),
        f" moves most, by {places}.",
    )


def _droppable(one: Known, ranking: str) -> Iterator[Words]:
    """That the mean does not need it; and whether that is because another one says the same."""
    firm = _firm(one)
    if firm and firm[0].verdict == "agree":
        yield (Strong("It could be dropped"), f": {ranking}.")
        return
    yield (
        Strong("The mean hardly notices it"),
        f": {ranking}. That does not make it redundant: no other benchmark is known to rank models as it does.",
    )


def _firm(one: Known) -> list[Any]:
    """Pairs that share enough models for a claim, best agreement first."""
    return [row for row in one.partners if row.n >= FEWEST_FOR_CLAIM and row.reason != SAME_SCORES]


def _care(one: Known) -> Iterator[Words]:
    if one.reasons:
        yield (Strong("Read with care"), f": {'; '.join(one.reasons)}.")


# -- tables
# ---------------------------------------------------------------------------------------------------------


def _unlike(report: Report, rows: list[Any]) -> Table:
    return Table(
        name="unlike",
        caption="Models that it ranks unlike the other benchmarks do",
        columns=columns(
            ("model", "Model it ranks otherwise", {"align": "left"}),
            ("here", "Ahead of, here", {"meaning": "Share of the other models that it is ahead of on this benchmark."}),
            ("elsewhere", "Elsewhere", {"meaning": "The same on the other benchmarks, among the same models: the "
             "median over those that share most models with this one."}),
        ),
        rows=tuple(
            (
                model_cells(report)[row.model],
                Cell(text=numbers.percent(row.here), sort=row.here),
                Cell(text=numbers.percent(row.elsewhere), sort=row.elsewhere),
            )
            for row in rows
        ),
        compact=True,
    )  # fmt: skip


def _agreement(report: Report, rows: list[Any]) -> Table:
    """Of the pairs that have an interval; where none has, of all."""
    rows = [row for row in rows if known(row.low) is not None] or rows
    chosen = rows if len(rows) <= 2 * MAX_PARTNERS else [*rows[:MAX_PARTNERS], *rows[-MAX_PARTNERS:]]
    return Table(
        name="agreement",
        heading="What it agrees with",
        caption="Benchmarks that rank the same models most alike, and least alike",
        columns=columns(
            ("other", "Benchmark", {"align": "left"}),
            ("tau", "τ-b", {"meaning": "Kendall tau-b: 1 same order, 0 no relation, −1 reversed."}),
            ("same", "Same order", {"meaning": "Chance that two random models come in the same order."}),
            ("n", "Shared models", {}),
        ),
        rows=tuple(_partner(report, row) for row in chosen),
        compact=True,
    )


def _partner(report: Report, row: Any) -> tuple[Cell, ...]:
    low, high = known(row.low), known(row.high)
    other = str(row.other)
    tau = float(row.tau_b)
    return (
        Cell(
            text=report.setting_titles.get(other, other),
            sort=other.casefold(),
            link=report.pages_of_settings.get(other),
        ),
        Cell(
            text=numbers.fixed(tau, 2),
            sort=tau,
            note=numbers.interval(low, high) if low is not None else "no interval",
        ),
        Cell(text=numbers.percent(known(row.same_order)), sort=known(row.same_order)),
        count_cell(int(row.n)),
    )
