"""By capability: the page of scores split by axis, with the mean over axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.numbers import NotEstimable
from reportgen.views import definitions
from reportgen.views.blocks import Cell, Definition, External, Figure, Strong, Table
from reportgen.views.common import columns, known, number, rows_of, text_cell, value_cell
from reportgen.views.figures import as_table
from reportgen.views.figures_bars import grouped_bars
from reportgen.views.split_words import (
    decimals,
    interval_cell,
    level,
    panels_of,
    points,
    sure,
    system_cell,
    system_link,
)
from reportgen.views.summaries.template import Content, path_of, summary_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from reportgen.analysis.evidence import Computed
    from reportgen.analysis.summaries.axis_breakdown import Headline
    from reportgen.views.blocks import Block, Page, Words
    from reportgen.views.report import Report

NAME = "axis_breakdown"
TITLE = "By capability"
PATH = path_of(NAME)
#: Panels that get a figure, and systems in it: more bars than that cannot be told apart.
MAX_FIGURES = 6
MAX_BARS = 4
OMEGA = External("Sun et al. (2025), OMEGA", "https://arxiv.org/abs/2506.18880")
GENEGPT = External("Jin et al. (2024), GeneGPT", "https://arxiv.org/abs/2304.09667")


def pages(report: Report) -> Iterator[Page]:
    """The page, where anything is split by two axes or more."""
    found: Computed | NotEstimable = report.summaries[NAME]
    if isinstance(found, NotEstimable):
        return
    yield summary_page(
        NAME,
        found,
        Content(
            title="Which capabilities carry the score?",
            answer=sentence(found),
            blocks=tuple(_blocks(found)),
            definitions=_definitions(report.level),
            facts=(number(found.headline.axes, "axis", "axes"),),
            search_text="capability axis axes modality sub-task macro mean profile exploratory compositional",
        ),
    )


def sentence(found: Computed) -> Words:
    """Who is best over all axes, how sure that is, where it is weakest, and what a method gains."""
    fact: Headline = found.headline
    verb = "is best" if fact.systems > 1 else "scores"
    side = " under shift" if fact.shifted else ""
    words: Words = (
        system_link(found, fact.best),
        f" {verb} over {fact.axes} axes of {fact.panel}{side}: mean ",
        Strong(level(fact.score, fact.error, fact.unit)),
        f"{sure(fact.alike, fact.systems - 1)}. Its weakest axis is {fact.weakest_axis} "
        f"({numbers.fixed(fact.weakest_score, decimals(fact.unit))})",
    )
    if fact.systems > 1:
        words += (f"; hardest for the median system is {fact.hardest_axis}",)
    words += (".",)
    if fact.gain_system:
        change, top = (
            numbers.fixed(value, decimals(fact.unit), plus=True) for value in (fact.gain, fact.gain_on_axis)
        )
        words += (
            " Against the same model without a method, ",
            system_link(found, fact.gain_system),
            f" changes the mean by {change}{points(fact.unit)}, most on {fact.gain_axis} ({top}).",
        )
    return words


def _blocks(found: Computed) -> Iterator[Block]:
    axes = found.tables["axes"]
    shown = [(name, rows) for name, rows in panels_of(found.main)][:MAX_FIGURES]
    for at, (name, rows) in enumerate(shown):
        suite = rows["suite"].iloc[0]
        mine = axes[(axes["suite"] == suite) & (axes["benchmark"] == name)]
        yield _figure(name, rows, mine, at)
    yield _systems(found)
    yield _axes(axes, dict(zip(found.main["benchmark"], found.main["unit"], strict=True)))


def _figure(name: str, main: pd.DataFrame, axes: pd.DataFrame, at: int) -> Figure:
    """Bars by axis: of one system both sides where it has them, else of the first systems."""
    systems = [str(system) for system in main["system"].tolist()[:MAX_BARS]]
    kinds = sorted(set(axes["axis"]))
    inside = bool(axes["id_score"].notna().any())

    def values(system: str, column: str) -> list[Any]:
        rows = axes[axes["system"] == system].set_index("axis")
        return rows[column].reindex(kinds).tolist()

    series, errors = [], []
    for system in systems:
        if inside:
            series.append((f"{system}, in distribution", values(system, "id_score")))
            errors.append([None] * len(kinds))
        series.append((f"{system}, shifted" if inside else system, values(system, "score")))
        errors.append(values(system, "standard_error"))
    unit = str(main["unit"].iloc[0])
    data, layout = grouped_bars(
        kinds, series, axis=f"Mean over families{f', {unit}' if unit else ''}", errors=errors
    )
    first = f"the first {len(systems)} of {numbers.plural(len(main), 'system')}"
    return Figure(
        name=f"figure-axes-{at}",
        heading=name,
        caption=(f"Score by axis of {first}; whiskers are one standard error.",),
        alt=f"Bars of the scores of {first} on {len(kinds)} axes of {name}.",
        data=data,
        layout=layout,
        height=min(1400, 110 + len(kinds) * (14 + 14 * len(series))),
        table=as_table(
            f"figure-axes-{at}",
            ("Axis", *(title for title, _ in series)),
            kinds,
            [column for _, column in series],
        ),
    )


def _systems(found: Computed) -> Table:
    main = found.main
    many, gains = len(panels_of(main)) > 1, bool(main["delta"].notna().any())
    gaps = bool(main["gap"].notna().any())
    return Table(
        name="systems",
        heading="Every system",
        caption="Mean over axes, best and weakest axis of every system, best mean first",
        columns=columns(
            ("system", "System", {"align": "left"}),
            *((("benchmark", "Benchmark", {"align": "left", "wide": True}),) if many else ()),
            ("mean", "Mean over axes", {}),
            ("interval", "Interval", {"wide": True}),
            ("weakest", "Weakest axis", {"align": "left"}),
            ("best", "Best axis", {"align": "left", "wide": True}),
            *((("gap", "Gap", {"wide": True, "meaning": "In distribution minus shifted, mean over axes that have "
             "both."}),) if gaps else ()),
            *((("delta", "Gain", {"wide": True, "meaning": "Mean minus that of the same model without a method."}),)
              if gains else ()),
        ),
        rows=tuple(_row(row, many=many, gains=gains, gaps=gaps) for row in rows_of(main)),
        search="Find a system",
    )  # fmt: skip


def _row(row: Any, *, many: bool, gains: bool, gaps: bool) -> tuple[Cell, ...]:
    places, error, delta_error = decimals(row.unit), known(row.standard_error), known(row.delta_error)
    return (
        system_cell(row, ("near chance",) if row.near_chance else ()),
        *((text_cell(row.benchmark),) if many else ()),
        value_cell(row.estimate, error, decimals=None if error else places),
        interval_cell(row.low, row.high, row.unit),
        text_cell(row.weakest_axis, note=numbers.fixed(row.weakest_score, places)),
        text_cell(row.best_axis, note=numbers.fixed(row.best_score, places)),
        *((value_cell(row.gap, decimals=places),) if gaps else ()),
        *((value_cell(row.delta, delta_error, decimals=None if delta_error else places),) if gains else ()),
    )


def _axes(axes: pd.DataFrame, units: dict[str, str]) -> Table:
    many = len(panels_of(axes)) > 1
    inside, gains = (bool(axes[name].notna().any()) for name in ("id_score", "delta"))
    return Table(
        name="axes",
        heading="Every axis",
        caption="Score of every system on every axis",
        columns=columns(
            ("system", "System", {"align": "left"}),
            ("axis", "Axis", {"align": "left"}),
            *((("benchmark", "Benchmark", {"align": "left", "wide": True}),) if many else ()),
            ("score", "Score", {}),
            *((("id", "In distribution", {"wide": True}), ("gap", "Gap", {"wide": True})) if inside else ()),
            ("profile", "Of the best", {"wide": True, "meaning": "Score as a share of the best system's."}),
            *((("delta", "Gain", {"wide": True}),) if gains else ()),
            ("families", "Families", {"wide": True}),
        ),
        rows=tuple(
            _axis_row(row, decimals(units[row.benchmark]), many=many, inside=inside, gains=gains)
            for row in rows_of(axes)
        ),
        search="Find a system or axis",
        compact=True,
    )  # fmt: skip


def _axis_row(row: Any, places: int, *, many: bool, inside: bool, gains: bool) -> tuple[Cell, ...]:
    error = known(row.standard_error)
    sides = (
        value_cell(row.id_score, decimals=places, tone="id"),
        value_cell(row.gap, decimals=places, title=row.gap_reason),
    )
    of = f" of {row.of_families}" if row.families < row.of_families else ""
    return (
        system_cell(row),
        text_cell(row.axis),
        *((text_cell(row.benchmark),) if many else ()),
        value_cell(row.score, error, decimals=None if error else places),
        *(sides if inside else ()),
        Cell(text=numbers.percent(known(row.profile)), sort=known(row.profile)),
        *((value_cell(row.delta, decimals=places),) if gains else ()),
        Cell(text=f"{row.families}{of}", sort=row.families),
    )


def _definitions(confidence: float) -> tuple[Definition, ...]:
    return (
        Definition(
            title="Mean over axes",
            words=(
                "Items are averaged first, then seeds, then the families of an axis, then axes: every axis weighs "
                "alike, whatever number of families or items it has. Where some results are shifted, the score is "
                "the shifted one; the in-distribution score stands beside it.",
            ),
            formula="overall = mean over axes of (mean over families of the axis)",
            source=("As in ", GENEGPT, " and ", OMEGA, f". {numbers.percent(confidence)} intervals; ± is the "
                    "standard error."),
            assumptions=(
                "Errors are of items or seeds and independent; the axes and families are fixed. Where a family has no "
                "error, families are the sample (from three on).",
                "Systems are compared over the families they all have.",
                "Result files state no weights of axes: all weigh the same.",
            ),
        ),
        Definition(
            title="Profile",
            words=("Score on an axis as a share of the best system's, from the metric's declared worst bound.",),
            formula="profile = score / best score on this axis",
        ),
        definitions.standard_error(),
    )  # fmt: skip
