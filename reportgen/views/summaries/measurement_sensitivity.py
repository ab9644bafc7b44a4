"""The page of measurement sensitivity: how far the same outputs move when they are measured in another way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.numbers import NotEstimable
from reportgen.views.blocks import Cell, Definition, External, Figure, Link, Strong, Table
from reportgen.views.common import columns, count_cell, known, rows_of, text_cell, value_cell
from reportgen.views.figures import as_table
from reportgen.views.figures_slopes import rank_slopes
from reportgen.views.report import model_page
from reportgen.views.summaries.template import Content, path_of, summary_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from reportgen.analysis.evidence import Computed
    from reportgen.analysis.summaries.measurement_sensitivity import SensitivityFact
    from reportgen.views.blocks import Block, Page, Words
    from reportgen.views.report import Report

NAME = "measurement_sensitivity"
TITLE = "One output, two measurements"
PATH = path_of(NAME)
#: Systems in a slope graph; more lines cannot be told apart.
MAX_LINES = 30
#: Systems below which a slope graph shows nothing.
FEWEST_LINES = 3
#: Rows of the table; the whole is in the data and in `reportgen summarize`.
MAX_ROWS = 500
XFINDER = External("Yu et al. (2024), xFinder", "https://arxiv.org/abs/2405.11874")
OVDEVAL = External(
    "Yao et al. (2023), How to Evaluate the Generalization of Detection?", "https://arxiv.org/abs/2308.13177"
)


def pages(report: Report) -> Iterator[Page]:
    """The page, when some outputs were measured twice."""
    found = report.summaries[NAME]
    if isinstance(found, NotEstimable):
        return
    yield summary_page(
        NAME,
        found,
        Content(
            title="How much of a score is the measuring?",
            answer=sentence(found),
            blocks=tuple(_blocks(found)),
            definitions=_definitions(found.level),
            search_text="measurement sensitivity extractor filter scorer rank churn answer extraction",
        ),
    )


def sentence(found: Computed) -> Words:
    """By how much the score depends on the procedure, and whether another system comes first."""
    fact: SensitivityFact = found.headline
    where = f" of {fact.suite}" if fact.suite else ""
    if not fact.highest:
        model = _models(found).get(fact.widest_system, fact.widest_system)
        return (
            Link(fact.widest_system, model_page(model)),
            f" on {fact.widest_benchmark} scores ",
            Strong(_amount(fact, abs(fact.widest))),
            f" {'more' if fact.widest > 0 else 'less'} by {fact.widest_procedure} than by {fact.widest_reference}, "
            "from the same outputs.",
            *_order(fact),
        )
    over = numbers.plural(fact.n_cells, "score")
    return (
        f"The same outputs{where} score ",
        Strong(_amount(fact, fact.highest_mean - fact.lowest_mean)),
        f" more by {fact.highest} ({_score(fact, fact.highest_mean)}) than by {fact.lowest} "
        f"({_score(fact, fact.lowest_mean)}), in the mean of {over} by each of "
        f"{numbers.plural(fact.n_procedures, 'procedure')}.",
        *_order(fact),
    )


def _order(fact: SensitivityFact) -> Words:
    if not fact.n_ranked:
        return ()
    settings = numbers.plural(fact.n_ranked, "comparison of ranks", "comparisons of ranks")
    if fact.n_first_changes:
        first = f"Another system comes first in {fact.n_first_changes} of {settings}"
    else:
        each = (
            "both comparisons of ranks"
            if fact.n_ranked == 2
            else f"{'all ' if fact.n_ranked > 1 else ''}{settings}"
        )
        first = f"The same system comes first in {each}"
    places = numbers.plural(fact.largest_change, "place")
    return (
        f" {first}; ",
        f"no system moves by more than {places}." if fact.largest_change else "no system moves.",
    )


def _amount(fact: SensitivityFact, value: float) -> str:
    return _score(fact, value) + (" points" if fact.unit in {"percent", "points"} else "")


def _score(fact: SensitivityFact, value: float) -> str:
    return numbers.score(value, decimals=2 if fact.unit in {"percent", "points"} else 3)


def _models(found: Computed) -> dict[str, str]:
    return {
        str(row.system): str(row.model) for row in rows_of(found.main[["system", "model"]].drop_duplicates())
    }


def _blocks(found: Computed) -> Iterator[Block]:
    yield from _slopes(found)
    yield _procedures(found.tables["procedures"])
    if len(found.tables["ranks"]):
        yield _ranks(found.tables["ranks"])
    yield _differences(found)


def _slopes(found: Computed) -> Iterator[Figure]:
    """The setting with most systems; the one where they move furthest among equals."""
    ranks = found.tables["ranks"]
    ranks = ranks[ranks["reason"] == ""].sort_values(
        ["systems", "largest_change", "suite", "benchmark", "procedure"],
        ascending=[False, False, True, True, True],
        kind="stable",
    )
    if ranks.empty or int(ranks["systems"].iloc[0]) < FEWEST_LINES:
        return
    shown = ranks.iloc[0]
    keys = ("suite", "benchmark", "procedure", "reference")
    rows = found.main
    for key in keys:
        rows = rows[rows[key].astype(str) == str(shown[key])]
    names, before, after = _both_ranks(rows)
    kept = sorted(range(len(names)), key=lambda at: (-abs(before[at] - after[at]), before[at], names[at]))
    kept = sorted(kept[:MAX_LINES], key=lambda at: (before[at], names[at]))
    names = [names[at] for at in kept]
    before, after = [before[at] for at in kept], [after[at] for at in kept]
    data, layout = rank_slopes(
        names=names, before=before, after=after, titles=(str(shown["reference"]), str(shown["procedure"]))
    )
    some = f" The {MAX_LINES} that move furthest." if len(rows) > MAX_LINES else ""
    yield Figure(
        name="figure-slopes",
        heading=f"Ranks on {shown['benchmark']}",
        caption=(
            f"Rank of each of {numbers.plural(len(rows), 'system')} by {shown['reference']} and by "
            f"{shown['procedure']}; 1 is best. Systems that change place are coloured.{some}",
        ),
        alt=f"Slope graph of the ranks of {len(names)} systems by two measurements of the same outputs.",
        data=data,
        layout=layout,
        height=max(260, min(640, 120 + 18 * len(names))),
        table=as_table(
            "figure-slopes",
            ("System", str(shown["reference"]), str(shown["procedure"])),
            names,
            [[float(rank) for rank in before], [float(rank) for rank in after]],
        ),
    )


def _both_ranks(rows: pd.DataFrame) -> tuple[list[str], list[int], list[int]]:
    """Names and ranks by the reference and by the procedure; ties share the better rank."""
    better = rows["direction"].astype(str).ne("lower").map({True: 1.0, False: -1.0})
    ranks = [
        [int(rank) for rank in (better * rows[name]).round(9).rank(ascending=False, method="min")]
        for name in ("reference_score", "score")
    ]
    return [str(name) for name in rows["system"]], ranks[0], ranks[1]


def _procedures(frame: pd.DataFrame) -> Table:
    invalid = bool(frame["invalid_share"].notna().any())
    return Table(
        name="procedures",
        heading="Every procedure",
        caption="Mean score by each measuring procedure over the scores that all procedures have",
        columns=columns(
            ("procedure", "Procedure", {"align": "left"}),
            ("suite", "Suite", {"align": "left", "wide": True}),
            ("metric", "Metric", {"align": "left", "wide": True}),
            ("mean", "Mean", {}),
            ("difference", "To reference", {"meaning": "Mean minus the mean of the reference procedure."}),
            ("cells", "Scores", {"wide": True, "meaning": "Scores (one system, one setting) in the mean, of those "
             "measured by at least two procedures."}),
            *((("invalid", "Invalid", {"wide": True}),) if invalid else ()),
        ),
        rows=tuple(_procedure_row(row, invalid=invalid) for row in rows_of(frame)),
        compact=True,
    )  # fmt: skip


def _procedure_row(row: Any, *, invalid: bool) -> tuple[Cell, ...]:
    reference = row.procedure == row.reference
    decimals = 2 if row.unit in {"percent", "points"} else 3
    return (
        text_cell(row.procedure, note="reference" if reference else ""),
        text_cell(row.suite or numbers.ABSENT),
        text_cell(row.metric),
        value_cell(row.mean, decimals=decimals, note=row.reason),
        Cell(
            text=numbers.ABSENT if reference else numbers.fixed(known(row.difference), decimals, plus=True),
            sort=known(row.difference),
        ),
        Cell(text=f"{numbers.count(row.cells)} of {numbers.count(row.of_cells)}", sort=int(row.cells)),
        *(
            (Cell(text=numbers.percent(known(row.invalid_share), 1), sort=known(row.invalid_share)),)
            if invalid
            else ()
        ),
    )


def _ranks(frame: pd.DataFrame) -> Table:
    return Table(
        name="ranks",
        heading="What happens to the order",
        caption="Agreement of the two orders of systems on each benchmark",
        columns=columns(
            ("benchmark", "Benchmark", {"align": "left"}),
            ("procedures", "Procedures", {"align": "left", "wide": True}),
            ("tau", "τ-b", {"meaning": "Kendall's tau-b: 1 same order, 0 no relation, −1 reversed."}),
            ("change", "Largest move", {"meaning": "Largest change of rank of a system."}),
            ("moved", "Move", {"wide": True}),
            ("first", "Comes first", {"align": "left", "wide": True}),
        ),
        rows=tuple(_rank_row(row) for row in rows_of(frame[:MAX_ROWS])),
        compact=True,
    )


def _rank_row(row: Any) -> tuple[Cell, ...]:
    first = f"{row.first} instead of {row.reference_first}" if row.first_changes else row.first
    return (
        text_cell(row.benchmark),
        text_cell(f"{row.procedure} against {row.reference}"),
        Cell(text=numbers.fixed(known(row.tau), 2), sort=known(row.tau), note=row.reason),
        count_cell(int(row.largest_change)),
        Cell(text=f"{numbers.count(row.moved)} of {numbers.count(row.systems)}", sort=int(row.moved)),
        text_cell(first, tone="warn" if row.first_changes else "plain"),
    )


def _differences(found: Computed) -> Table:
    frame = found.main.assign(size=-found.main["estimate"].abs())
    frame = frame.sort_values(["size", "system", "benchmark", "procedure"], kind="stable").drop(
        columns="size"
    )
    rest = len(frame) - MAX_ROWS
    return Table(
        name="differences",
        heading="Every system",
        caption="Score by each procedure against the reference, largest difference first"
        + (f"; {numbers.count(rest)} more from `reportgen summarize {NAME}`" if rest > 0 else ""),
        columns=columns(
            ("system", "System", {"align": "left"}),
            ("benchmark", "Benchmark", {"align": "left"}),
            ("procedure", "Procedure", {"align": "left", "wide": True}),
            ("score", "Score", {"wide": True}),
            ("reference", "By reference", {"wide": True}),
            ("difference", "Difference", {"meaning": "Score minus score by the reference procedure; ± is the "
             "standard error over items, paired."}),
        ),
        rows=tuple(_difference_row(row) for row in rows_of(frame[:MAX_ROWS])),
        search="Find a system or a benchmark",
    )  # fmt: skip


def _difference_row(row: Any) -> tuple[Cell, ...]:
    decimals = 2 if row.unit in {"percent", "points"} else 3
    error = known(row.standard_error)
    return (
        text_cell(row.system, link=model_page(str(row.model))),
        text_cell(row.benchmark),
        text_cell(f"{row.procedure} against {row.reference}"),
        value_cell(row.score, decimals=decimals),
        value_cell(row.reference_score, decimals=decimals),
        Cell(
            text=numbers.score(known(row.estimate), error, decimals=None if error else decimals, plus=True),
            sort=known(row.estimate),
            pm=numbers.plus_minus(error),
        ),
    )


def _definitions(level: float) -> tuple[Definition, ...]:
    return (
        Definition(
            title="Difference between procedures",
            words=(
                "Two scores of the same outputs that differ only in what read the answer or how it was scored. The "
                "difference is in the metric's unit and never flipped. Means are over the scores that every procedure "
                "of the suite and metric has; each counts once.",
            ),
            formula="Δ = score(procedure) − score(reference)",
            source=("As in ", XFINDER, " (extraction of answers) and ", OVDEVAL, " (AP against NMS-AP)."),
            assumptions=(
                "Rows that agree in all fields but the extractor and the metric's variant are of the same outputs.",
                f"± is the standard error over items, paired; intervals ({numbers.percent(level)}) are Student's. "
                "Without item-level results under both procedures there is none.",
            ),
        ),
        Definition(
            title="Rank churn",
            words=(
                "Systems are ranked by each procedure on the same setting, ties sharing the better rank. τ-b says how "
                "far the two orders agree; it needs three systems and a metric whose direction is known.",
            ),
            formula="τ-b;   max |rank − rank by the reference|",
            source=("Source: ", XFINDER, "."),
        ),
    )
