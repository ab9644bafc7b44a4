"""What to know of a benchmark before believing its agreement with others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportgen import numbers
from reportgen.analysis.concurrence.parts.flags import (
    CLOSE,
    DIRECTION,
    GUESSING,
    RELATIVES,
    TRAINING,
    TWIN,
    USED_UP,
    WHAT_TO_DO,
)
from reportgen.analysis.concurrence.saturation import NEAR
from reportgen.numbers import NotEstimable
from reportgen.views.blocks import Cell, Definition, Prose, Strong, Table
from reportgen.views.common import columns, count_cell, text_cell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportgen.analysis.concurrence.parts.flags import Headline
    from reportgen.analysis.parts import Found
    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report

HEADING = "Which benchmarks to read with care"
#: Benchmarks named in one row.
MAX_NAMES = 4
#: Flag -> what it means for the reader.
MEANS = {
    DIRECTION: "Ranks models against all others: its direction may be the wrong way round",
    TWIN: "The same scores under two names",
    USED_UP: "Most models are as good as the best",
    GUESSING: "Most models score no better than guessing",
    TRAINING: "Models trained for it are compared with models that were only tested, or may have been",
    RELATIVES: "Most models are relatives of one another",
}


def blocks(report: Report) -> Iterator[Block]:
    """One row for each kind of flag."""
    found = report.concurrence["flags"]
    if isinstance(found, NotEstimable):
        yield Prose(heading=HEADING, anchor="care", paragraphs=((f"Nobody can say: {found.reason}.",),))
        return
    head: Headline = found.headline
    remarks = [*_relatives(head), *_not_looked_at(head), *((caveat,) for caveat in found.caveats)]
    yield Prose(heading=HEADING, anchor="care", paragraphs=(_opening(head), *remarks))
    if head.flagged:
        yield _table(report, found)


def definitions(report: Report) -> Iterator[Definition]:
    """The rules."""
    if isinstance(report.concurrence["flags"], NotEstimable):
        return
    yield Definition(
        title="When a benchmark is flagged",
        words=(
            f"Used up: more than half of the models lie within {numbers.fixed(NEAR, 0)} standard errors of the best; "
            f"where errors are unknown, within {numbers.percent(CLOSE)} of the scale from its end. Guessing: more than "
            "half score no better than the declared score of guessing, by two standard errors and a twentieth of the "
            "scale. Relatives: models of one family count together; ten models or more that count as fewer than ten "
            "are flagged.",
        ),
        formula="independent models = (Σ w)² / Σ w²,  w models of a family",
        assumptions=(
            "Relatives are taken not to differ from one another: the number is the least it can be.",
        ),
    )


def _opening(head: Headline) -> Words:
    if not head.flagged:
        return (
            f"None of {numbers.plural(head.settings, 'benchmark setting')} stands out, as far as can be told.",
        )
    return (
        Strong(f"{numbers.count(head.flagged)} of {numbers.plural(head.settings, 'benchmark setting')}"),
        " should be read with care.",
    )


def _relatives(head: Headline) -> Iterator[Words]:
    if head.families_declared:
        families = numbers.plural(head.all.families, "family", "families")
        yield (
            f"The {numbers.plural(head.all.systems, 'model')} are of {families}. If relatives did not differ, they "
            f"would count as {numbers.plural(round(head.all.effective), 'independent model')}; intervals treat each as "
            "independent.",
        )
    else:
        yield (
            "Which models are relatives is not declared (family in catalog/models.yml), so each counts as independent.",
        )


def _not_looked_at(head: Headline) -> Iterator[Words]:
    """What could not be looked at, because nobody said."""
    unknown = head.settings - head.chance_known
    if unknown:
        yield (
            f"Guessing could not be looked at for {numbers.count(unknown)} of "
            f"{numbers.plural(head.settings, 'setting')}: their score of guessing is not declared (chance in "
            "catalog/benchmarks.yml).",
        )


def _table(report: Report, found: Found) -> Table:
    rows = []
    for flag in WHAT_TO_DO:
        names = found.main.loc[found.main["flag"] == flag, "setting"].tolist()
        if names:
            rows.append(_row(report, flag, names))
    return Table(
        name="flags",
        caption="What stands out, in how many benchmarks, and what to do about it",
        columns=columns(
            ("flag", "What", {"align": "left"}),
            ("count", "Benchmarks", {}),
            ("which", "Which", {"align": "left", "wide": True}),
            ("do", "What to do", {"align": "left"}),
        ),
        rows=tuple(rows),
        download="concurrence_flags",
        compact=True,
    )


def _row(report: Report, flag: str, names: list[str]) -> tuple[Cell, ...]:
    shown = ", ".join(report.setting_titles[name] for name in names[:MAX_NAMES])
    more = f" and {numbers.count(len(names) - MAX_NAMES)} more" if len(names) > MAX_NAMES else ""
    advice = WHAT_TO_DO[flag]
    return (
        text_cell(MEANS[flag]),
        count_cell(len(names)),
        text_cell(shown + more),
        text_cell(advice[:1].upper() + advice[1:]),
    )
