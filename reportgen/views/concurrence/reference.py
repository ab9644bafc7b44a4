"""Does each benchmark agree with what the others say together? One table, and what gaps and part-whole do to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.analysis.concurrence.agreement import FEWEST_FOR_CLAIM
from reportgen.analysis.concurrence.gaps import BOUNDS, SIGN, VERDICT
from reportgen.analysis.concurrence.parts.reference import POLICIES
from reportgen.analysis.parts import MAIN
from reportgen.numbers import NotEstimable
from reportgen.views.blocks import Cell, Definition, External, Prose, Strong, Table
from reportgen.views.common import columns, count_cell, known, rows_of, term

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from reportgen.analysis.concurrence.parts.reference import Reference
    from reportgen.analysis.parts import Found
    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report

HEADING = "Does each benchmark agree with what the others say together?"
ANCHOR = "reference"
PERLITZ = External(
    "Perlitz et al. (2024), Do These LLM Benchmarks Agree?", "https://arxiv.org/abs/2407.13696"
)
BRADLEY = External("Bradley and Terry (1952), Biometrika 39", "https://doi.org/10.1093/biomet/39.3-4.324")
#: Rows of a table in view; the rest is in the download.
MOST_ROWS = 8


def blocks(report: Report) -> Iterator[Block]:
    """Sentences and the benchmarks that agree least; one sentence where there are too few sources."""
    found = report.concurrence["reference"]
    if isinstance(found, NotEstimable):
        yield Prose(heading=HEADING, anchor=ANCHOR, paragraphs=((f"Nobody can say: {found.reason}.",),))
        return
    spoken = _spoken(found)
    if spoken.empty:
        yield Prose(
            heading=HEADING,
            anchor=ANCHOR,
            paragraphs=(("Nobody can say: no benchmark shares enough models with the others.",),),
        )
        return
    yield Prose(heading=HEADING, anchor=ANCHOR, paragraphs=tuple(_paragraphs(report, found, spoken)))
    yield _table(report, spoken)


def _spoken(found: Found) -> pd.DataFrame:
    """The rows of the aggregate that is spoken of, least agreement first."""
    main: pd.DataFrame = found.tables[MAIN]
    rows: pd.DataFrame = main[(main["aggregate"] == found.headline.aggregate) & main["tau_b"].notna()]
    return rows.sort_values(["tau_b", "setting"], kind="stable", ignore_index=True)


def _title(report: Report, setting: str) -> str:
    return report.setting_titles.get(setting, setting)


def _paragraphs(report: Report, found: Found, spoken: pd.DataFrame) -> Iterator[Words]:
    head: Reference = found.headline
    opening: Words = (
        "Each benchmark is compared with all benchmarks of other sources taken together, never with a whole that "
        "contains it. ",
    )
    firm = spoken[spoken["n"] >= FEWEST_FOR_CLAIM]
    if firm.empty:
        most_models = numbers.plural(int(spoken["n"].max()), "model")
        yield (*opening, f"With {most_models} nobody can tell which agrees most: the intervals are wide.")
    else:
        yield (*opening, *_ends(report, firm))
    if head.inflated:
        yield (
            "A benchmark always agrees with a mean that it is part of. Counted in, "
            f"{head.inflated} of {numbers.plural(len(spoken), 'benchmark')} would look better, by ",
            Strong(numbers.fixed(head.drop, 2)),
            " in the median: that part of the usual figure is no evidence.",
        )
    if head.missing:
        yield _missing(head, found)


def _ends(report: Report, firm: pd.DataFrame) -> Words:
    """Which agrees least, and which most, of those with enough models for a claim."""
    least, most = firm.iloc[0], firm.iloc[-1]
    first = (
        Strong(_title(report, str(least["setting"]))),
        f" agrees least with the others (τ = {_tau(least)})",
    )
    if len(firm) == 1:
        return (*first, ".")
    return (*first, ", ", Strong(_title(report, str(most["setting"]))), f" most ({_tau(most)}).")


def _tau(row: Any) -> str:
    low, high = known(row["low"]), known(row["high"])
    tail = "" if low is None else f", {numbers.interval(low, high)}"
    return numbers.fixed(float(row["tau_b"]), 2) + tail


def _missing(head: Reference, found: Found) -> Words:
    """How much depends on scores that are not there."""
    flags = found.tables[POLICIES]["flag"].value_counts()
    sign, strength, could = (numbers.count(int(flags.get(flag, 0))) for flag in (SIGN, VERDICT, BOUNDS))
    said = (
        f"Of {numbers.plural(head.policies, 'comparison')}, the way in which missing scores are treated decides the "
        f"sign of {sign} and the strength of {strength}; for {could} others the missing scores, were they known, could "
        "turn the sign."
        if head.flagged
        else "No conclusion depends on how missing scores are treated."
    )
    bias = known(head.bias)
    if bias is None:
        return (said,)
    return (
        said,
        f" Mean win rates, which compare models over other opponents where scores are missing, order the models like "
        f"head-to-head strengths to τ = {numbers.fixed(bias, 2)}.",
    )


def _table(report: Report, spoken: pd.DataFrame) -> Table:
    level = numbers.percent(report.level)
    shown = spoken.head(MOST_ROWS)
    return Table(
        name="with-the-others",
        caption="Agreement of each benchmark with the others together",
        heading=f"The {len(shown)} that agree least with the others" if len(shown) < len(spoken) else "",
        columns=columns(
            ("setting", "Benchmark", {"align": "left"}),
            ("tau", "τ-b", {"meaning": term("Kendall tau-b").meaning, "note": "with the others"}),
            ("interval", f"{level} interval", {"wide": True}),
            ("n", "Models", {}),
            ("inside", "With itself", {"meaning": "The same with this benchmark inside the whole: too high.",
             "wide": True}),
            ("place", "Agrees more than", {"meaning": "Share of the other benchmarks that agree less with the others "
             "than this one, with its interval over models.", "note": "of the others", "wide": True}),
        ),
        rows=tuple(_row(report, row) for row in rows_of(shown)),
        download="concurrence_reference",
        compact=True,
    )  # fmt: skip


def _row(report: Report, row: Any) -> tuple[Cell, ...]:
    low, high = known(row.low), known(row.high)
    place = known(row.percentile)
    ends = (known(row.percentile_low), known(row.percentile_high))
    title = _title(report, str(row.setting))
    return (
        Cell(text=title, sort=title.casefold(), link=report.pages_of_settings.get(str(row.setting))),
        Cell(text=numbers.fixed(float(row.tau_b), 2), sort=float(row.tau_b)),
        Cell(text=numbers.interval(low, high) if low is not None else "too few models", sort=low),
        count_cell(int(row.n)),
        Cell(text=numbers.fixed(known(row.part_whole), 2), sort=known(row.part_whole), tone="soft"),
        Cell(
            text=numbers.percent(place),
            sort=place,
            note="" if place is None else f"{numbers.percent(ends[0])} to {numbers.percent(ends[1])}",
        ),
    )


def definitions(report: Report) -> Iterator[Definition]:
    """What the others together are, and how gaps are treated."""
    found = report.concurrence["reference"]
    if isinstance(found, NotEstimable):
        return
    yield Definition(
        title="The others together",
        words=(
            "All compared benchmarks except those of the same source: as declared in the catalog, else of the same "
            "suite where there are several, else the benchmark alone; copies with the same scores go together. Every "
            "two models with a score on one of them played a game there, ties half; the strengths that explain these "
            "games best order the models. A model needs two such scores. The download has four more ways to add up: an "
            "additive model with shrunk strengths, mean win rates with ties half or lost, and the mean of standardised "
            "scores of models without gaps.",
        ),
        formula="P(i beats j) = 1 / (1 + exp(b_j − b_i)), with a small penalty 0.05 Σ b²",
        source=("Source: ", BRADLEY, "; win rates and z-scores instead of places: ", PERLITZ, "."),
        assumptions=(
            "Which scores are missing does not depend on how good they would have been, given the others.",
            "Intervals are over models, with the reference as it is; places are redrawn with the errors of all "
            "benchmarks together.",
        ),
    )
