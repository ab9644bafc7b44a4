"""Does the answer depend on how one asks? The specification curve of one benchmark, and a line for each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from reportgen import numbers
from reportgen.analysis.concurrence.agreement import FEWEST_FOR_CLAIM
from reportgen.analysis.concurrence.choices import PEER
from reportgen.analysis.concurrence.gaps import AGREES
from reportgen.analysis.concurrence.parts.specification import CURVE
from reportgen.numbers import NotEstimable
from reportgen.views.blocks import Cell, Definition, External, Figure, Prose, Strong, Table
from reportgen.views.common import columns, count_cell, known, rows_of, text_cell
from reportgen.views.figures_specification import specification_curve

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from reportgen.analysis.concurrence.parts.specification import Specification
    from reportgen.analysis.parts import Found
    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report

HEADING = "Does the answer depend on how one asks?"
ANCHOR = "specification"
SIMONSOHN = External(
    "Simonsohn, Simmons and Nelson (2020), Nature Human Behaviour 4",
    "https://doi.org/10.1038/s41562-020-0912-z",
)
MOST_ROWS = 8
#: Agreement from which a choice counts as agreeing, as printed.
_HALF = numbers.plain(AGREES)
#: Specifications drawn; of more, evenly spaced ones.
MOST_DRAWN = 72
ONE_BENCHMARK = "one other benchmark"
#: Choice -> its options as they are printed, in the order of the rows.
OPTIONS = {
    "reference": {
        "bradley_terry": "head-to-head strength",
        "mixed": "additive model",
        "win_rate": "mean win rate",
        "mean": "mean score",
        PEER: ONE_BENCHMARK,
    },
    "coefficient": {
        "tau_b": "Kendall τ-b",
        "weighted_tau": "weighted τ",
        "spearman": "Spearman ρ",
        "pearson": "Pearson r",
    },
    "missing": {"complete": "no gaps", "pairwise": "shared models", "model-based": "gaps modelled"},
    "models": {"all": "all models", "top half": "top half", "one per family": "one per family"},
}
#: Choice -> what it is called in a sentence.
CHOICES = {
    "reference": "what it is compared with",
    "coefficient": "the coefficient",
    "missing": "how missing scores are treated",
    "models": "which models are taken",
}


def blocks(report: Report) -> Iterator[Block]:
    """A sentence, the curve of the benchmark whose values lie furthest apart unless models are few, and the others."""
    found = report.concurrence["specification"]
    if isinstance(found, NotEstimable):
        yield Prose(heading=HEADING, anchor=ANCHOR, paragraphs=((f"Nobody can say: {found.reason}.",),))
        return
    yield Prose(heading=HEADING, anchor=ANCHOR, paragraphs=tuple(_paragraphs(report, found.headline)))
    curve = found.tables[CURVE]
    if curve.loc[curve["setting"] == found.headline.setting, "n"].max() >= FEWEST_FOR_CLAIM:
        yield _figure(report, found)
    yield _table(report, found)


def _paragraphs(report: Report, head: Specification) -> Iterator[Words]:
    name = report.setting_titles.get(head.setting, head.setting)
    yield (
        "Whether ",
        Strong(name),
        " agrees with the others depends on how one asks: from ",
        Strong(numbers.fixed(head.lowest, 2)),
        " to ",
        Strong(numbers.fixed(head.highest, 2)),
        f"{_default(head)}. {_matters(head)}",
    )
    firm = "none" if head.firm == 0 else numbers.count(head.firm)
    last = (
        f"Of {numbers.plural(head.settings, 'benchmark')}, {firm} "
        f"{'gets' if head.firm < 2 else 'get'} the same verdict (none or opposite, weak, agreement above {_HALF}) "
        "under every choice."
    )
    left = (
        f" {numbers.plural(head.left_out, 'benchmark')} with fewer models {'has' if head.left_out == 1 else 'have'} no "
        "curve, to bound the work."
        if head.left_out
        else ""
    )
    yield (last + left,)


def _default(head: Specification) -> str:
    value = known(head.default)
    return "" if value is None else f" ({numbers.fixed(value, 2)} by the choices of this page)"


def _matters(head: Specification) -> str:
    return f"What matters most is {CHOICES[head.matters_most]}." if head.matters_most else ""


def _rows_of_options(curve: pd.DataFrame) -> list[tuple[str, str]]:
    """(choice, option) of the rows of dots, ("", "") between two choices; choices with one option are left out."""
    rows: list[tuple[str, str]] = []
    for choice, options in OPTIONS.items():
        there = [option for option in options if option in set(curve[choice])]
        if len(there) > 1:
            rows += [("", "")] * bool(rows) + [(choice, option) for option in there]
    return rows


def _figure(report: Report, found: Found) -> Figure:
    head: Specification = found.headline
    name = report.setting_titles.get(head.setting, head.setting)
    curve = found.tables[CURVE]
    curve = curve[curve["setting"] == head.setting].sort_values(
        ["value", "reference", "coefficient", "missing", "models"], kind="stable", ignore_index=True
    )
    named = curve.assign(reference=[PEER if one.startswith(PEER) else one for one in curve["reference"]])
    rows = _rows_of_options(named)
    default = _default_place(named, known(head.default))
    spaced = np.linspace(0, len(curve) - 1, min(len(curve), MOST_DRAWN)).round().astype(int)
    drawn = np.unique([*spaced.tolist(), *([] if default is None else [default])])
    place = {row: at for at, row in enumerate(rows)}
    picked = rows_of(named.iloc[drawn])
    full = rows_of(curve.iloc[drawn])
    data, layout = specification_curve(
        [float(row.value) for row in picked],
        [_text(report, row) for row in full],
        [OPTIONS[choice][option] if choice else "" for choice, option in rows],
        [
            [
                place[choice, getattr(row, choice)]
                for choice in OPTIONS
                if (choice, getattr(row, choice)) in place
            ]
            for row in picked
        ],
        default=None if default is None else int(np.flatnonzero(drawn == default)[0]),
        axis="Agreement",
    )
    less = "" if len(drawn) == len(curve) else f" {len(drawn)} of {len(curve)} are drawn, evenly spaced."
    return Figure(
        name="figure-specification",
        caption=(
            f"{name} against the others: every dot above is one way to ask, the dots below it are the choices made."
            f"{less}",
        ),
        alt=f"{len(curve)} values of agreement of {name} with the others in rising order, from "
        f"{numbers.fixed(head.lowest, 2)} to {numbers.fixed(head.highest, 2)}, with the choices behind each.",
        data=data,
        layout=layout,
        height=280 + 17 * len(rows),
        table=_by_option(named, rows),
    )


def _text(report: Report, row: Any) -> str:
    """One specification in words."""
    reference = str(row.reference)
    against = (
        report.setting_titles.get(reference.removeprefix(PEER), reference.removeprefix(PEER))
        if reference.startswith(PEER)
        else OPTIONS["reference"][reference]
    )
    rest = [OPTIONS[choice][getattr(row, choice)] for choice in ("coefficient", "missing", "models")]
    return f"{against}, {', '.join(rest)}, n {numbers.count(int(row.n))}"


def _default_place(named: pd.DataFrame, default: float | None) -> int | None:
    """Row of the default; None where there is none."""
    if default is None:
        return None
    usual = (named["coefficient"] == "tau_b") & (named["models"] == "all") & (named["reference"] != PEER)
    rows = np.flatnonzero(usual & (named["value"] == default))
    return int(rows[0]) if len(rows) else None


def _by_option(named: pd.DataFrame, rows: list[tuple[str, str]]) -> Table:
    """The figure as a table: lowest, median and highest value of each option."""
    body = []
    for choice, option in rows:
        if choice:
            values = named.loc[named[choice] == option, "value"]
            ends = (float(values.min()), float(values.median()), float(values.max()))
            cells = [Cell(text=numbers.fixed(value, 2), sort=value) for value in ends]
            body.append((text_cell(OPTIONS[choice][option]), *cells, count_cell(len(values))))
    return Table(
        name="figure-specification-data",
        caption="The figure as a table, by option",
        columns=columns(
            ("option", "Choice", {"align": "left", "sortable": False}),
            ("low", "Lowest", {"sortable": False}),
            ("median", "Median", {"sortable": False}),
            ("high", "Highest", {"sortable": False}),
            ("count", "Ways", {"sortable": False}),
        ),
        rows=tuple(body),
        compact=True,
    )


def _table(report: Report, found: Found) -> Table:
    main = found.main[found.main["specifications"] > 0]
    width = main["highest"] - main["lowest"]
    ordered = main.assign(width=width).sort_values(
        ["width", "setting"], ascending=[False, True], kind="stable"
    )
    shown = ordered.head(MOST_ROWS)
    return Table(
        name="every-way",
        caption="Agreement of each benchmark with the others under every choice",
        heading="The benchmarks whose answer varies most" if len(shown) < len(ordered) else "",
        columns=columns(
            ("setting", "Benchmark", {"align": "left"}),
            ("range", "From … to", {"meaning": "Lowest and highest agreement under all choices."}),
            ("half", f"Above {_HALF}", {"meaning": f"Share of the choices with agreement above {_HALF}."}),
            ("zero", "Above 0", {"meaning": "Share of the choices with any agreement.", "wide": True}),
            ("same", "As default", {"meaning": "Share of the choices with the verdict of the default.", "wide": True}),
            ("matters", "Matters most", {"align": "left", "wide": True}),
            ("count", "Ways", {"wide": True}),
        ),
        rows=tuple(_row(report, row) for row in rows_of(shown)),
        download="concurrence_specification",
        compact=True,
    )  # fmt: skip


def _row(report: Report, row: Any) -> tuple[Cell, ...]:
    title = report.setting_titles.get(str(row.setting), str(row.setting))

    def share(value: Any) -> Cell:
        return Cell(text=numbers.percent(known(value)), sort=known(value))

    return (
        Cell(text=title, sort=title.casefold(), link=report.pages_of_settings.get(str(row.setting))),
        Cell(text=numbers.interval(float(row.lowest), float(row.highest)), sort=float(row.lowest)),
        share(row.above_half),
        share(row.above_0),
        share(row.same_verdict),
        text_cell(CHOICES.get(str(row.matters_most), numbers.ABSENT)),
        count_cell(int(row.specifications)),
    )


def definitions(report: Report) -> Iterator[Definition]:
    """What a specification is."""
    found = report.concurrence["specification"]
    if isinstance(found, NotEstimable):
        return
    head: Specification = found.headline
    yield Definition(
        title="Specification curve",
        words=(
            "The same question asked in every reasonable way: against each way of adding up the benchmarks of other "
            f"sources and against single ones (the {head.peers} that share most models, where there are so many); by "
            "four coefficients; over models without gaps, over shared models, or with gaps modelled; with all models, "
            "the top half by the reference, or one of each family. Ways that come to the same are counted once.",
        ),
        source=("Source: ", SIMONSOHN, "."),
        assumptions=(
            "The ways are not independent: their shares are no probabilities, and no p-value follows from them.",
            "The top half has a narrower range, which lowers any correlation.",
            "A way needs 10 models, or 5 where the benchmark itself has fewer than 20.",
        ),
    )
