"""Could chance give this agreement? One sentence, and how many pairs remain once all are asked at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportgen import numbers
from reportgen.numbers import NotEstimable
from reportgen.views import definitions as shared
from reportgen.views.blocks import Definition, External, Prose, Strong, Term

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportgen.analysis.concurrence.parts.independence import Headline
    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report

HEADING = "Could it be chance?"
HOLM = Term(
    "one false claim",
    "Holm's correction: with many pairs some agree by luck, so each must pass a stricter test, the stricter the more "
    "pairs there are.",
)
SHARES = Term(
    "a few false ones",
    "Benjamini and Hochberg's correction: of all pairs that pass, only this share agrees by luck, on average.",
)


def blocks(report: Report) -> Iterator[Block]:
    """A paragraph."""
    found = report.concurrence["independence"]
    if isinstance(found, NotEstimable):
        yield Prose(heading=HEADING, anchor="chance", paragraphs=((f"Nobody can say: {found.reason}.",),))
        return
    head: Headline = found.headline
    yield Prose(heading=HEADING, anchor="chance", paragraphs=(_answer(head), *_impossible(head)))


def _answer(head: Headline) -> Words:
    alpha = numbers.percent(head.alpha)
    if not head.tested:
        return (
            Strong("Nobody can tell"),
            f": with so few shared models even perfect agreement comes up by luck in more than {alpha} of cases.",
        )
    if head.tested == 1:
        less = "less" if head.plain else "no less"
        return (
            Strong("Hardly" if head.plain else "Yes"),
            f": unrelated benchmarks would agree or disagree as much in {less} than {alpha} of cases.",
        )
    return (
        f"Of {numbers.plural(head.tested, 'pair')} that can be tested, ",
        Strong(numbers.count(head.plain)),
        f" agree or disagree more than unrelated benchmarks would {numbers.percent(1 - head.alpha)} of the time; luck "
        f"alone would bring {_about(head.alpha * head.tested)} such pairs. ",
        Strong(numbers.count(head.holm)),
        " still do when the bar is raised so that even ",
        HOLM,
        " among all of them is unlikely, and ",
        Strong(numbers.count(head.shares)),
        " when ",
        SHARES,
        " are allowed",
        _opposed(head),
    )


def _opposed(head: Headline) -> str:
    if not head.opposed:
        return "."
    those = "one orders" if head.opposed == 1 else f"{numbers.count(head.opposed)} order"
    return f". Of the {numbers.count(head.holm)}, {those} the models the other way round."


def _impossible(head: Headline) -> tuple[Words, ...]:
    if not head.impossible or not head.tested:
        return ()
    one = head.impossible == 1
    return (
        (
            f"{numbers.plural(head.impossible, 'further pair')} {'has' if one else 'have'} too few models, or too many "
            "ties, for any such statement: even perfect agreement would not be rare enough among unrelated benchmarks.",
        ),
    )


def definitions(report: Report) -> Iterator[Definition]:
    """The test and its adjustment."""
    if isinstance(report.concurrence["independence"], NotEstimable):
        return
    yield Definition(
        title="Chance of agreement between unrelated benchmarks",
        words=(
            "The share of all orders of the models, given the ties, that agree or disagree at least as much: all "
            "orders are tried up to 8 models; without ties the share is exact up to 60; else it is Kendall's normal "
            "approximation, corrected for ties. The download has the p-value of each pair, also adjusted for their "
            "number after Holm, Benjamini and Hochberg, and Benjamini and Yekutieli.",
        ),
        formula="p = P(|S*| ≥ |S|), S = C − D;   Holm: max over i ≤ j of (m − i + 1) p(i);   "
        "Benjamini–Hochberg: min over i ≥ j of m p(i) / i",
        source=(
            "Sources: ", shared.KENDALL, "; ",
            External("Holm (1979)", "https://www.jstor.org/stable/4615733"), "; ",
            External("Benjamini and Hochberg (1995)", "https://doi.org/10.1111/j.2517-6161.1995.tb02031.x"), ".",
        ),
        assumptions=(
            "Models are independent draws; where many are variants of one, p-values are too small.",
            "A small p-value says that agreement is not nothing, not that it is large.",
        ),
    )  # fmt: skip


def _about(expected: float) -> str:
    return f"about {numbers.count(round(expected))}" if expected >= 1 else "hardly any"
