"""Do benchmarks that claim to measure the same thing rank models alike? One sentence for each claim."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.analysis.concurrence.parts.verdict import ALL, CONSTRUCT, SUITE
from reportgen.analysis.concurrence.verdicts import AGREE
from reportgen.analysis.parts import Found
from reportgen.views.blocks import Cell, Code, Definition, External, Prose, Strong, Table
from reportgen.views.common import columns, count_cell, known, rows_of, text_cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reportgen.analysis.concurrence.parts.verdict import Headline
    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report

HEADING = "Do benchmarks of the same thing agree?"
#: Groups that get a sentence; the others stand in a table.
SENTENCES = 5
#: Rows of that table; the download has all.
ROWS = 8
#: More further models than this are no advice for a sentence.
MOST_MORE = 1000

ZOU = External("Zou and Donner (2008), Statistics in Medicine 27", "https://doi.org/10.1002/sim.3095")
DONNER = External(
    "Donner and Zou (2012), Statistical Methods in Medical Research 21",
    "https://doi.org/10.1177/0962280210383082",
)

_SAID = {
    "agree": "agree",
    "disagree": "disagree",
    "mixed": "some agree, some do not",
    "cannot tell": "nobody can tell",
}
#: Beginning of the reason of most open pairs -> what a reader is told.
_OPEN = {
    "too few models": "too few models",
    "too noisy": "noise hides the order: it takes more test items, not more models",
    "disagreement or noise": "the errors of the scores are not known, so disagreement may be noise",
    "saturated": "most models are as good as the best one",
    "interval": "hardly any model was run on both",
}


def blocks(report: Report) -> Iterator[Block]:
    """The sentences, and a table of the groups that have none."""
    found = report.concurrence["verdict"]
    if not isinstance(found, Found):
        yield Prose(heading=HEADING, anchor="verdict", paragraphs=((f"Nobody can tell: {found.reason}.",),))
        return
    head: Headline = found.headline
    kind = CONSTRUCT if head.constructs else SUITE
    groups = [row for row in rows_of(found.tables["constructs"]) if row.kind == kind and row.pairs]
    groups.sort(key=lambda row: (_order(row), -row.pairs, row.name))
    everything = next(row for row in rows_of(found.tables["constructs"]) if row.kind == ALL)
    paragraphs: list[Words] = [_sentence(row) for row in groups[:SENTENCES]]
    paragraphs += [_everything(everything)] if len(groups) != 1 else []
    paragraphs += [_reading(head)] if head.constructs else [_reading(head), _hint()]
    yield Prose(heading=HEADING, anchor="verdict", paragraphs=tuple(paragraphs))
    if len(groups) > SENTENCES:
        yield _table(groups[SENTENCES:], kind)


def _order(row: Any) -> int:
    """What is told before what is not."""
    return 1 if row.verdict == "cannot tell" else 0


def _sentence(row: Any) -> Words:
    """What is known of one construct or suite."""
    one = row.pairs == 1
    said = _SAID[row.verdict]
    return (
        Strong(row.name),
        f", {numbers.plural(row.settings, 'benchmark')}: ",
        Strong(f"they {said}" if row.verdict in {"agree", "disagree"} else said),
        "" if one else f" ({_counts(row)})",
        ". ",
        *_share(row, one=one),
        _need(row),
    )


def _counts(row: Any) -> str:
    told = [(row.agree, "agree"), (row.disagree, "disagree"), (row.cannot_tell, "cannot be told")]
    parts = [f"{numbers.count(number)} {word}" for number, word in told if number]
    return f"of {numbers.count(row.pairs)} pairs {', '.join(parts)}"


def _share(row: Any, *, one: bool) -> Words:
    low, high = known(row.low), known(row.high)
    interval = "" if low is None else f" ({numbers.percent(low)} to {numbers.percent(high)})"
    where = "" if one else "In the middle pair, two" if row.pairs % 2 else "In a typical pair, two"
    return (
        f"{where or 'Two'} random models come in the same order ",
        Strong(numbers.percent(known(row.median_same_order))),
        f" of the time{interval}.",
    )


def _need(row: Any) -> str:
    """What would settle the open pairs, or why nothing would."""
    if not row.cannot_tell or row.verdict in {"agree", "disagree"}:
        return ""
    more = known(row.more_models)
    if more is not None and more <= MOST_MORE:
        what = "it" if row.pairs == 1 else f"half of the {'rest' if row.verdict == 'mixed' else 'pairs'}"
        return f" About {numbers.plural(int(more), 'more model')} run on both would settle {what}."
    why = _OPEN.get(row.open_because, row.open_because)
    return f" {'Of the rest nobody can tell' if row.verdict == 'mixed' else 'The reason'}: {why}."


def _everything(row: Any) -> Words:
    if not row.pairs:
        return ("No two benchmarks share enough models.",)
    return (
        f"All {numbers.plural(row.pairs, 'pair')} of benchmarks together: {_counts(row).split(' pairs ', 1)[-1]}.",
    )


def _reading(head: Headline) -> Words:
    share = numbers.percent((1 + AGREE) / 2)
    noise = (
        ""
        if head.noise_known == head.pairs
        else f" Noise is known for {numbers.count(head.noise_known)} of {numbers.plural(head.pairs, 'pair')}; without "
        "it only orders that agree closely, or are opposed, can be told."
    )
    return (f"“Agree” means: with noise taken off, two random models come in the same order at least {share} of the "
            f"time. “Disagree” means: surely less often.{noise}",)  # fmt: skip


def _hint() -> Words:
    return (
        "No benchmark says what it claims to measure, so suites are judged instead. Declare ",
        Code("construct"),
        " for each benchmark in the catalog to have those judged that claim the same.",
    )


def _table(groups: Sequence[Any], kind: str) -> Table:
    shown = groups[:ROWS]
    return Table(
        name="verdicts",
        heading=f"{numbers.count(len(groups))} more",
        caption=f"Verdicts on each {kind}"
        + ("" if len(shown) == len(groups) else f", the first {len(shown)} of {len(groups)}; the download has all"),
        columns=columns(
            ("name", kind.capitalize(), {"align": "left"}),
            ("verdict", "Verdict", {"align": "left"}),
            ("same", "Same order", {"meaning": "In the middle pair: chance that two random models come in the same "
             "order on both benchmarks."}),
            ("pairs", "Pairs", {"wide": True}),
            ("more", "More models needed", {"wide": True, "meaning": "Run on both, to settle half of the pairs that "
             "are open; a dash where none is, or models would not help."}),
        ),
        rows=tuple(_row(row) for row in shown),
        download="concurrence_verdict_constructs",
        compact=True,
    )  # fmt: skip


def _row(row: Any) -> tuple[Cell, ...]:
    share, more = known(row.median_same_order), known(row.more_models)
    return (
        text_cell(row.name),
        text_cell(_SAID[row.verdict]),
        Cell(text=numbers.percent(share), sort=share),
        count_cell(row.pairs),
        count_cell(None if more is None else int(more)),
    )


def definitions(report: Report) -> Iterator[Definition]:
    """The rule, and how often it is wrong."""
    if not isinstance(report.concurrence["verdict"], Found):
        return
    yield Definition(
        title="Agree, disagree, cannot tell",
        words=(
            f"Two benchmarks agree when the true orders have a τ of at least {numbers.plain(AGREE)}. Noise lowers "
            "the τ that is seen; the bar is what a true τ of that size shows under the noise ceiling. They agree when "
            "the interval of τ − bar lies above 0 and the ceiling may reach the threshold, and disagree when it lies "
            "below 0. "
            "Without a known ceiling, only τ itself counts: above the threshold they agree, below 0 they disagree. "
            "Where most models are as good as the best, nobody can tell. A group has the verdict of more than half of "
            f"its pairs. {SIMULATED}",
        ),
        formula="bar = 2/π asin(sin(0.7 π/2) sin(ceiling π/2));   models needed = n (half width / |τ − bar|)²",
        source=("Interval of the difference: ", ZOU, "; of τ / ceiling, in the download: ", DONNER, "."),
        assumptions=(
            f"Each pair is judged by itself at {numbers.percent(report.level)}; intervals are over models.",
            "Taking noise off assumes scores that are about normal. Where most models guess on one benchmark and many "
            "are near the top of the other, disagreement is said too easily.",
            "Models needed assume that τ stays as it is.",
        ),
    )


#: From `benchmarks/verdicts.py`; the whole table is in docs/concurrence.md.
SIMULATED = (
    "In simulations with 6 to 100 models and 100 to 2,000 items, the verdict was wrong for at most 2 in 100 pairs "
    "with a true τ of 0.5 and less, or 0.8 and more. With 500 items and a true τ of 0.9, nobody could tell for 75 in "
    "100 pairs of 10 models, 45 of 20 and 8 of 50."
)
