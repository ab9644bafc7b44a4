"""How high could agreement be at all? The noise ceiling of each pair beside its tau."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.analysis.concurrence.parts.ceiling import EMPIRICAL_BAYES, SEEDS, SPLIT_HALF
from reportgen.analysis.parts import Found
from reportgen.views.blocks import Cell, Definition, External, Figure, Prose, Strong, Table, Term
from reportgen.views.common import columns, count_cell, known, rows_of
from reportgen.views.figures import as_table
from reportgen.views.figures_scatter import Line, Points, scatter

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from reportgen.analysis.concurrence.parts.ceiling import Headline
    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report

HEADING = "How high could agreement be at all?"
#: Points of the figure: the pairs that share most models.
MAX_POINTS = 60
#: Fewer points make no picture.
FEWEST_POINTS = 3
#: Rows of the table of the noisiest settings.
ROWS = 6

SPEARMAN = External("Spearman (1904), American Journal of Psychology 15", "https://doi.org/10.2307/1412159")
BROWN = External(
    "Spearman (1910), British Journal of Psychology 3", "https://doi.org/10.1111/j.2044-8295.1910.tb00206.x"
)
LAIRD = External("Laird (1978), JASA 73", "https://doi.org/10.1080/01621459.1978.10480103")
CEILING = Term(
    "noise ceiling", "Kendall tau-b that two benchmarks would show if their true orders were the same."
)
_HOW = {SPLIT_HALF: "halves of items", SEEDS: "seeds", EMPIRICAL_BAYES: "standard errors"}


def blocks(report: Report) -> Iterator[Block]:
    """A sentence, the figure and the noisiest settings."""
    found = report.concurrence["ceiling"]
    if not isinstance(found, Found):
        yield Prose(heading=HEADING, anchor="ceiling", paragraphs=((f"Nobody can say: {found.reason}.",),))
        return
    head: Headline = found.headline
    yield Prose(heading=HEADING, anchor="ceiling", paragraphs=(_sentence(head, found),))
    if not head.known:
        return
    rows = _known_pairs(found)
    if len(rows) >= FEWEST_POINTS:
        yield _figure(report, rows, head.known)
    yield from _noisiest(report, found)


def _sentence(head: Headline, found: Found) -> Words:
    if not head.known:
        return ("That is not known: scores come without standard errors, numbers of items, seeds or results by item. "
                "Supply any of them, and noise can be told from disagreement.",)  # fmt: skip
    of = (
        ""
        if head.known == head.pairs
        else f" (of {numbers.count(head.pairs)}; the others lack standard errors)"
    )
    return (
        "Errors swap models that lie close together, so even two benchmarks with the same true order would not agree "
        "fully: the ",
        CEILING,
        " is ",
        Strong(numbers.fixed(head.median, 2)),
        f" in the middle one of {numbers.plural(head.known, 'pair')}{of}.{_shared_items(found)}",
    )


def _shared_items(found: Found) -> str:
    if (found.main["method"] == EMPIRICAL_BAYES).any():
        return (" Where models answer the same items, errors counted from their number overstate the noise: the true "
                "ceiling is then higher.")  # fmt: skip
    return ""


def _known_pairs(found: Found) -> pd.DataFrame:
    """Pairs with a tau and a ceiling, most shared models first."""
    rows = found.main
    rows = rows[rows["tau_b"].notna() & rows["ceiling"].notna()]
    return rows.sort_values(["n", "benchmark_a", "benchmark_b"], ascending=[False, True, True], kind="stable")


def _figure(report: Report, rows: pd.DataFrame, pairs: int) -> Figure:
    shown = rows.head(MAX_POINTS)
    titles = report.setting_titles
    names = [
        f"{titles.get(str(row.benchmark_a), str(row.benchmark_a))} and "
        f"{titles.get(str(row.benchmark_b), str(row.benchmark_b))}"
        for row in rows_of(shown)
    ]
    ceiling, tau = shown["ceiling"].tolist(), shown["tau_b"].tolist()
    left = max(0.0, min(ceiling) // 0.1 / 10 - 0.1)
    data, layout = scatter(
        lines=[Line(name="as much as noise allows", x=[left, 1], y=[left, 1], dash="dot")],
        points=[Points(name="pairs", x=ceiling, y=tau, text=names)],
        x_title="Noise ceiling",
        y_title="τ-b",
    )
    layout["xaxis"]["range"] = [round(left - 0.02, 2), 1.02]
    layout["yaxis"]["range"] = [round(min(0.0, *tau) - 0.05, 2), 1.05]
    cut = (
        ""
        if len(shown) == len(rows)
        else f" The {len(shown)} of {numbers.count(pairs)} that share most models."
    )
    return Figure(
        name="figure-ceiling",
        caption=("Each point is a pair of benchmarks. On the dotted line they agree as much as noise allows; far below "
                 f"it noise is not the reason.{cut}",),
        alt=f"Scatter plot of {len(shown)} pairs of benchmarks: noise ceiling across, agreement up, with the diagonal.",
        data=data,
        layout=layout,
        height=340,
        table=as_table("figure-ceiling", ("Pair", "Noise ceiling", "τ-b"), names, [ceiling, tau]),
    )  # fmt: skip


def _noisiest(report: Report, found: Found) -> Iterator[Block]:
    rows = found.tables["settings"]
    rows = rows[rows["own_agreement"].notna()].sort_values(["own_agreement", "setting"], kind="stable")
    if rows.empty:
        return
    shown = rows_of(rows.head(ROWS))
    head = "The noisiest benchmarks" if len(rows) > ROWS else "Noise of each benchmark"
    yield Table(
        name="noisiest",
        heading=head,
        caption="How far each benchmark would agree with a repetition of itself, least first",
        columns=columns(
            ("setting", "Benchmark", {"align": "left"}),
            (
                "own",
                "With itself",
                {"meaning": "τ-b to be expected between two repetitions of the benchmark."},
            ),
            ("interval", f"{numbers.percent(report.level)} interval", {"wide": True}),
            ("items", "Items", {"wide": True}),
            ("n", "Models", {"wide": True}),
            ("method", "Known from", {"align": "left"}),
        ),
        rows=tuple(_row(report, row) for row in shown),
        download="concurrence_ceiling_settings",
        compact=True,
    )


def _row(report: Report, row: Any) -> tuple[Cell, ...]:
    own, items = known(row.own_agreement), known(row.items)
    title = report.setting_titles.get(str(row.setting), str(row.setting))
    return (
        Cell(
            text=title,
            sort=title.casefold(),
            link=report.pages_of_settings[str(row.setting)],
            flags=("saturated",) if row.saturated else (),
        ),
        Cell(text=numbers.fixed(own, 2), sort=own),
        Cell(text=numbers.interval(known(row.low), known(row.high)), sort=known(row.low)),
        count_cell(None if items is None else round(items)),
        count_cell(row.n),
        Cell(text=_HOW[row.method], sort=row.method),
    )


def definitions(report: Report) -> Iterator[Definition]:
    """How ceilings are computed."""
    found = report.concurrence["ceiling"]
    if not isinstance(found, Found) or not found.headline.known:
        return
    yield Definition(
        title="Noise ceiling",
        words=(
            "How much τ-b would be left if two benchmarks put all models in the same true order: averaged over pairs "
            "of models, the chance that both show it, less the chance that they do not. With results by item it is the "
            "agreement of random halves of the items, stepped up to all; with seeds that of two seeds, stepped up to "
            "their number; else the spread of true scores is estimated from scores and standard errors (empirical "
            "Bayes), so that models that lie within their errors are drawn together. A benchmark without any of these "
            "has no ceiling, which is not a ceiling of 1.",
        ),
        formula="mean over i<j of (2Φ(|dᵢⱼ|/√vᵢⱼ) − 1)(2Φ(|d′ᵢⱼ|/√v′ᵢⱼ) − 1);   stepped up: k r / (1 + (k − 1) r), "
        "r = sin(τ π/2);   1 − r ∈ (1 − r̂) χ²(n − 1) / (n − 1)",
        source=("Source: ", SPEARMAN, "; ", BROWN, "; ", LAIRD, "."),
        assumptions=(
            "Intervals are over models. In simulations (10 to 50 models, 100 to 2,000 items) the estimate lay within "
            "0.06 of how repetitions agreed, within 0.07 for two benchmarks.",
            "Errors of different models and benchmarks are independent. r / √(reliabilities), in the download, assumes "
            "the same; above 1 it is flagged, not cut.",
        ),
    )
