"""Seen against unseen: the page of what is lost on units that were not part of training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.numbers import NotEstimable
from reportgen.views import definitions
from reportgen.views.blocks import Cell, Definition, External, Figure, Strong, Table
from reportgen.views.common import columns, known, number, rows_of, text_cell, value_cell
from reportgen.views.figures import as_table, level_and_loss
from reportgen.views.figures_bars import grouped_bars
from reportgen.views.split_words import (
    amount,
    decimals,
    interval_cell,
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
    from reportgen.analysis.summaries.novelty_split import Headline
    from reportgen.views.blocks import Block, Page, Words
    from reportgen.views.report import Report

NAME = "novelty_split"
TITLE = "Seen against unseen"
PATH = path_of(NAME)
#: Panels that get a figure.
MAX_FIGURES = 6
#: From this many systems on, points show more than bars.
FEWEST_POINTS = 7
XIAN = External("Xian et al. (2019), IEEE TPAMI 41(9)", "https://arxiv.org/abs/1707.00600")


def pages(report: Report) -> Iterator[Page]:
    """The page, where any system has both seen and unseen units."""
    found: Computed | NotEstimable = report.summaries[NAME]
    if isinstance(found, NotEstimable):
        return
    yield summary_page(
        NAME,
        found,
        Content(
            title="What is lost on what was never seen?",
            answer=sentence(found),
            blocks=tuple(_blocks(found)),
            definitions=_definitions(report.level),
            facts=(number(len(panels_of(found.main)), "comparison"),),
            search_text="novelty seen unseen novel classes skills patterns compositions zero-shot harmonic mean",
        ),
    )


def sentence(found: Computed) -> Words:
    """Who loses least on unseen units and how sure that is; with a baseline, what the best method gains there."""
    fact: Headline = found.headline
    if not fact.least:
        return (
            Strong(f"All {numbers.plural(fact.systems, 'system')} are near chance"),
            f" on the seen units of {fact.panel}: there is nothing to lose.",
        )
    gained = fact.least_gap < 0
    verb = ("gains most on" if gained else "loses least on") if fact.compared > 1 else (
        "gains on" if gained else "loses on"
    )  # fmt: skip
    words: Words = (
        system_link(found, fact.least),
        f" {verb} what was not seen in training: ",
        Strong(amount(abs(fact.least_gap), fact.least_error, fact.unit)),
        f" from seen to unseen ({fact.panel}){sure(fact.alike, fact.compared - 1)}.",
    )
    if fact.systems > 1:
        words += (
            f" {fact.losers} of {fact.systems} lose; the highest unseen score is ",
            Strong(numbers.fixed(fact.best_unseen_score, decimals(fact.unit))),
            " (",
            system_link(found, fact.best_unseen),
            ").",
        )
    if fact.best_gain_system:
        words += (
            " Against the same model without a method, ",
            system_link(found, fact.best_gain_system),
            f" changes the unseen score by {numbers.fixed(fact.best_gain, decimals(fact.unit), plus=True)}"
            f"{points(fact.unit)}.",
        )
    return words


def _blocks(found: Computed) -> Iterator[Block]:
    for at, (name, rows) in enumerate(panels_of(found.main)[:MAX_FIGURES]):
        yield _figure(name, rows, at)
    types = found.tables["types"]
    for at, (name, rows) in enumerate(panels_of(types)[:MAX_FIGURES]):
        yield _types_figure(name, rows, at)
    yield _systems(found)
    if len(types):
        yield _types(types)


def _figure(name: str, rows: pd.DataFrame, at: int) -> Figure:
    names = [str(system) for system in rows["system"]]
    unit = str(rows["unit"].iloc[0])
    seen, unseen = rows["seen"].tolist(), rows["unseen"].tolist()
    suffix = f", {unit}" if unit else ""
    if len(rows) >= FEWEST_POINTS:
        data, layout = level_and_loss(
            names=names, inside=seen, shifted=unseen, predicted=[None] * len(rows), unit=unit
        )
        layout["xaxis"]["title"] = {"text": f"Mean over seen units{suffix}"}
        layout["yaxis"]["title"] = {"text": f"Mean over unseen units{suffix}"}
        caption = "Each point is a system; on the dotted line nothing is lost."
    else:
        data, layout = grouped_bars(names, [("seen", seen), ("unseen", unseen)], axis=f"Mean score{suffix}")
        caption = "Mean over seen and over unseen units, least loss first."
    return Figure(
        name=f"figure-novelty-{at}",
        heading=name,
        caption=(caption,),
        alt=f"Seen and unseen scores of {numbers.plural(len(rows), 'system')} on {name}.",
        data=data,
        layout=layout,
        height=max(220, 46 * len(rows) + 110) if len(rows) < FEWEST_POINTS else 420,
        table=as_table(f"figure-novelty-{at}", ("System", "Seen", "Unseen"), names, [seen, unseen]),
    )


def _types_figure(name: str, rows: pd.DataFrame, at: int) -> Figure:
    """Unseen score by composition type, a group of bars for each type and a bar for each of the first systems."""
    wide = rows.pivot_table(index="type", columns="system", values="unseen", sort=True)
    systems = list(dict.fromkeys(rows["system"]))[:MAX_FIGURES]
    kinds = [str(kind) for kind in wide.index]
    series = [(str(system), wide[system].tolist()) for system in systems]
    data, layout = grouped_bars(kinds, series, axis="Mean over unseen units")
    return Figure(
        name=f"figure-types-{at}",
        heading=f"{name}: by type of composition",
        caption=("Unseen units only.",),
        alt=f"Unseen score on {numbers.plural(len(kinds), 'type')} of composition of {name}.",
        data=data,
        layout=layout,
        height=90 + len(kinds) * (24 + 18 * len(systems)),
        table=as_table(
            f"figure-types-{at}",
            ("Type", *(one for one, _ in series)),
            kinds,
            [values for _, values in series],
        ),
    )


def _systems(found: Computed) -> Table:
    main = found.main
    many = len(panels_of(main)) > 1
    gains, chance = bool(main["gain"].notna().any()), bool(main["above_chance"].notna().any())
    return Table(
        name="systems",
        heading="Every system",
        caption="Seen, unseen, gap and harmonic mean of every system, least gap first",
        columns=columns(
            ("system", "System", {"align": "left"}),
            *((("benchmark", "Benchmark", {"align": "left", "wide": True}),) if many else ()),
            ("seen", "Seen", {}),
            ("unseen", "Unseen", {}),
            ("gap", "Gap", {"meaning": "Seen minus unseen; positive means it loses on what is new."}),
            ("interval", "Interval", {"wide": True}),
            ("harmonic", "Harmonic mean", {"wide": True}),
            ("units", "Units", {"wide": True, "meaning": "Seen + unseen units in the means."}),
            *((("gain", "Gain", {"wide": True, "meaning": "Unseen score minus that of the same model without a "
             "method."}),) if gains else ()),
            *((("chance", "Above chance", {"wide": True, "meaning": "Share of unseen units clearly above chance."}),)
              if chance else ()),
        ),
        rows=tuple(_row(row, many=many, gains=gains, chance=chance) for row in rows_of(main)),
        search="Find a system",
    )  # fmt: skip


def _row(row: Any, *, many: bool, gains: bool, chance: bool) -> tuple[Cell, ...]:
    places = decimals(row.unit)
    flags = ("near chance",) if row.near_chance else () if row.same_units else ("own units",)
    error = known(row.standard_error)
    gain_error = known(row.gain_error)
    return (
        system_cell(row, flags),
        *((text_cell(row.benchmark),) if many else ()),
        value_cell(row.seen, decimals=places, tone="id"),
        value_cell(row.unseen, decimals=places, tone="ood"),
        value_cell(row.estimate, error, decimals=None if error else places),
        interval_cell(row.low, row.high, row.unit),
        value_cell(row.harmonic_mean, decimals=places, title=row.harmonic_reason),
        Cell(text=f"{row.seen_units} + {row.unseen_units}", sort=row.seen_units + row.unseen_units),
        *((value_cell(row.gain, gain_error, decimals=None if gain_error else places),) if gains else ()),
        *(
            (Cell(text=numbers.percent(known(row.above_chance)), sort=known(row.above_chance)),)
            if chance
            else ()
        ),
    )


def _types(types: pd.DataFrame) -> Table:
    many = len(panels_of(types)) > 1
    return Table(
        name="types",
        heading="By type of composition",
        caption="Unseen score and gap of every system for each type of composition",
        columns=columns(
            ("system", "System", {"align": "left"}),
            ("type", "Type", {"align": "left"}),
            *((("benchmark", "Benchmark", {"align": "left", "wide": True}),) if many else ()),
            ("unseen", "Unseen", {}),
            ("gap", "Gap", {}),
            ("reference", "Gap against", {"align": "left", "wide": True}),
        ),
        rows=tuple(
            (
                system_cell(row),
                text_cell(row.type or "not stated"),
                *((text_cell(row.benchmark),) if many else ()),
                value_cell(row.unseen, tone="ood"),
                value_cell(row.gap, row.standard_error),
                text_cell(row.reference),
            )
            for row in rows_of(types)
        ),
        compact=True,
    )


def _definitions(confidence: float) -> tuple[Definition, ...]:
    return (
        Definition(
            title="Seen, unseen and gap",
            words=(
                "Scores are averaged over items, then seeds, then units: every class, skill, pattern or composition "
                "weighs alike; means weighted by items are in the download. Positive means it loses on what is new. "
                "Gaps are never clipped.",
            ),
            formula="gap = mean over seen units − mean over unseen units (reversed where lower is better)",
            source=(
                f"{numbers.percent(confidence)} interval; Student's where units are the sample; ±: standard error.",
            ),
            assumptions=(
                "Errors are of items or seeds, the units are fixed, and errors of units are independent. Where a unit "
                "has no error, the units are the sample (from three of each sort on).",
                "Systems are compared over the units they all have; where no two share their units, each is "
                "measured on its own and marked.",
            ),
        ),
        Definition(
            title="Harmonic mean",
            words=("High only where both seen and unseen are; 0 where one of them is 0.",),
            formula="H = 2 s u / (s + u)",
            source=("Source: ", XIAN, "."),
            assumptions=("Distances from the metric's declared worst bound; undefined without one.",),
        ),
        definitions.standard_error(),
    )
