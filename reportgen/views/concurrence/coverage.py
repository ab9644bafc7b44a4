"""Which numbers of the matrix rest on enough systems: a bar for each benchmark, and the pairs by what they share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reportgen import numbers
from reportgen.analysis.concurrence.agreement import FEWEST_FOR_INTERVAL
from reportgen.analysis.concurrence.parts.coverage import OVERLAP
from reportgen.analysis.parts import Found
from reportgen.views.blocks import Coverage, CoverageClass, Definition, Strong
from reportgen.views.common import known, rows_of
from reportgen.views.concurrence.compared import arranged

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reportgen.views.blocks import Block, CoverageTone, Words
    from reportgen.views.report import Report

#: Drawn like the cells of the matrix, one for each class of pairs: empty, hatched, hatched, and two shades.
_TONES: tuple[CoverageTone, ...] = ("empty", "thin", "thin", "some", "many")


def blocks(report: Report) -> Iterator[Block]:
    """One strip; nothing where no two benchmarks can be compared, which the page then says."""
    found = report.concurrence.get("coverage")
    if not isinstance(found, Found):
        return
    counts = dict(zip(found.main["setting"], found.main["n_systems"].tolist(), strict=True))
    drawn = [counts[label] for label in next(iter(arranged(report).values()), ())]
    tallest = max(drawn, default=1)
    yield Coverage(
        name="coverage",
        heading="How many models stand behind it",
        words=_words(report, found, counts),
        bars=tuple(count / tallest for count in drawn),
        alt=_alt(drawn),
        ends=(numbers.plural(tallest, "model"), "0"),
        classes=tuple(_classes(found)),
        download="concurrence_coverage",
    )


def definitions(report: Report) -> Iterator[Definition]:
    """What a shared model is."""
    if isinstance(report.concurrence.get("coverage"), Found):
        yield Definition(
            title="Shared models",
            words=(
                "Two benchmarks are compared over the models that have a score on both. A missing score is never "
                "replaced: the pair then rests on fewer models, and the number says how many. "
                f"With fewer than {FEWEST_FOR_INTERVAL} nothing can be said about other models.",
            ),
            formula="n = #{m : both scores of m are known}",
        )


def _words(report: Report, found: Found, counts: Mapping[str, int]) -> Words:
    """How much can be compared at all."""
    told = found.headline
    firm = told.pairs - told.thin
    share = numbers.percent(firm / told.pairs) if 0 < firm < told.pairs else "All" if firm else "None"
    opening = (
        Strong(f"{share} of {numbers.plural(told.pairs, 'pair')} of benchmarks"),
        f" share{'s' if told.pairs == 1 else ''} at least {FEWEST_FOR_INTERVAL} models, the fewest from which "
        "anything follows about other models. ",
    )
    most = max(counts, key=lambda label: (counts[label], label))
    least = min(counts, key=lambda label: (counts[label], label))
    if counts[most] == counts[least]:
        return (*opening, f"Each benchmark has {numbers.plural(counts[most], 'model')}.")
    titles = report.setting_titles
    return (
        *opening,
        f"Most models: {titles[most]} ({numbers.count(counts[most])}); fewest: {titles[least]} "
        f"({numbers.count(counts[least])}).",
    )


def _alt(drawn: list[int]) -> str:
    low, middle, high = (int(value) for value in np.quantile(drawn, [0, 0.5, 1], method="nearest"))
    return (
        f"A bar for each of {numbers.plural(len(drawn), 'benchmark')}, in the order of the matrix: "
        f"{numbers.ranks(low, high)} models, {numbers.count(middle)} in the middle"
    )


def _classes(found: Found) -> Iterator[CoverageClass]:
    frame = found.tables[OVERLAP]
    total = max(int(frame["pairs"].sum()), 1)
    for row, tone in zip(rows_of(frame), _TONES, strict=True):
        most = known(row.most)
        if row.fewest == 0:
            shared = "share no model"
        elif most is None:
            shared = f"share {numbers.count(int(row.fewest))} or more"
        else:
            shared = f"share {numbers.ranks(int(row.fewest), int(most))}"
        yield CoverageClass(count=int(row.pairs), words=shared, share=int(row.pairs) / total, tone=tone)
