"""How sure, if something else is drawn anew? One small table: models, families, items and seeds side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.numbers import NotEstimable
from reportgen.views.blocks import Cell, Definition, External, Prose, Strong, Table
from reportgen.views.common import columns, count_cell, known, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report

HEADING = "How sure, and sure of what?"
DAVISON = External(
    "Davison and Hinkley (1997), Bootstrap Methods", "https://doi.org/10.1017/CBO9780511802843"
)

#: Unit -> the question its interval answers, and what to supply where nobody can say.
QUESTIONS = {
    "models": ("Would other models show it?", ""),
    "families": ("Would other families of models show it?", "name the family of each model in the catalog"),
    "items": ("Would other test items show it?", "give scores with a standard error or a number of items"),
    "seeds": ("Would other models, trained again, show it?", "give scores of several seeds"),
}


def blocks(report: Report) -> Iterator[Block]:
    """A sentence and the table, or why nothing can be said."""
    found = report.concurrence["intervals"]
    if isinstance(found, NotEstimable):
        yield Prose(heading=HEADING, anchor="intervals", paragraphs=((f"Nobody can say: {found.reason}.",),))
        return
    rows = {str(row.unit): row for row in rows_of(found.tables["units"])}
    there = [unit for unit in QUESTIONS if int(rows[unit].pairs)]
    if len(there) < 2:
        yield Prose(heading=HEADING, anchor="intervals", paragraphs=(_missing(there),))
        return
    yield Prose(heading=HEADING, anchor="intervals", paragraphs=(_answer(rows),))
    yield _table([rows[unit] for unit in there])


def _missing(there: list[str]) -> Words:
    """Only models can be drawn anew, or nothing."""
    start = (
        "The intervals on this page say what other models would show, and that alone. "
        if there
        else "No pair has an interval: too few models, or all of them in one order. "
    )
    lacking = [f"{advice} (for {unit})" for unit, (_, advice) in QUESTIONS.items() if advice]
    return (start, f"For more: {'; '.join(lacking)}.")


def _answer(rows: dict[str, Any]) -> Words:
    words: list[Any] = [
        "An interval says what another draw would show, and it matters what is drawn. The intervals elsewhere on this "
        "page draw other models."
    ]
    families, items = known(rows["families"].median_ratio), known(rows["items"].median_ratio)
    if families is not None:
        words += [
            " Models of one family are alike: with whole families drawn anew, intervals are ",
            Strong(_compared(families)),
            ".",
        ]
    if items is not None:
        words += [
            " Other test items alone would move agreement ",
            Strong(f"{numbers.fixed(items, 1)} times as much"),
            " as other models would.",
        ]
    return tuple(words)


def _compared(ratio: float) -> str:
    """A width beside that over models, in words."""
    if 0.95 < ratio < 1.05:
        return "about as wide"
    return f"{numbers.percent(abs(ratio - 1))} {'wider' if ratio > 1 else 'narrower'}"


def _table(rows: list[Any]) -> Table:
    return Table(
        name="intervals",
        caption="Typical width of the interval of agreement, by what is drawn anew",
        columns=columns(
            ("unit", "Drawn anew", {"align": "left"}),
            ("question", "Answers", {"align": "left", "wide": True}),
            ("width", "Typical width", {"meaning": "Upper end minus lower end, median over pairs."}),
            ("ratio", "Against models", {"meaning": "As a multiple of the width over models, in the same pairs."}),
            ("pairs", "Pairs", {}),
        ),
        rows=tuple(_row(row) for row in rows),
        download="concurrence_intervals",
        compact=True,
    )  # fmt: skip


def _row(row: Any) -> tuple[Cell, ...]:
    ratio = known(row.median_ratio)
    unit = str(row.unit)
    return (
        Cell(text=unit, sort=unit),
        Cell(text=QUESTIONS[unit][0], sort=QUESTIONS[unit][0]),
        Cell(text=numbers.fixed(known(row.median_width), 2), sort=known(row.median_width)),
        Cell(text=numbers.ABSENT if unit == "models" else f"× {numbers.fixed(ratio, 2)}", sort=ratio),
        count_cell(int(row.pairs)),
    )


def definitions(report: Report) -> Iterator[Definition]:
    """The four draws."""
    found = report.concurrence["intervals"]
    if isinstance(found, NotEstimable):
        return
    yield Definition(
        title="What is drawn anew",
        words=(
            "Models: leave one out (jackknife). Families: whole families are drawn with replacement, as the catalog "
            "names them (cluster bootstrap, 500 draws, percentiles). Items: each score is drawn anew around itself "
            "with its error (100 draws); the interval is τ plus or minus the normal quantile times their spread. "
            "Seeds: models with replacement, and within each its seeds, separately on both benchmarks (500 draws, "
            "percentiles).",
            *(f" {caveat}" for caveat in found.caveats),
        ),
        formula="τ(w) = Σ w_i w_j s^x_ij s^y_ij / sqrt(Σ w_i w_j |s^x_ij| · Σ w_i w_j |s^y_ij|), w: how often drawn",
        source=("Source: ", DAVISON, "."),
        assumptions=(
            "With fewer than five families there is no interval over them; with few it is too narrow.",
            "Errors of items are independent between models and between benchmarks; benchmarks that share items or a "
            "judge violate that.",
        ),
    )
