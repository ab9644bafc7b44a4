"""Variants and attacks: the page of scores by task and variant, with drops, consistency and the worst variant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.numbers import NotEstimable
from reportgen.views import definitions
from reportgen.views.blocks import Cell, Definition, External, Figure, Strong, Table
from reportgen.views.common import columns, known, number, rows_of, text_cell, value_cell
from reportgen.views.figures import as_table
from reportgen.views.figures_bars import grouped_bars, heat_map
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
    from reportgen.analysis.summaries.variant_matrix import Headline
    from reportgen.views.blocks import Block, Page, Words
    from reportgen.views.report import Report

NAME = "variant_matrix"
TITLE = "Variants and attacks"
PATH = path_of(NAME)
#: Panels that get figures, systems in the bars, variants and tasks that a heat map can show.
MAX_FIGURES = 4
MAX_BARS = 4
MOST_CELLS = 24
#: Units that are listed one by one, as far as whole systems go; the rest is in the download.
MAX_LISTED = 60
MATHCHECK = External("Zhou et al. (2025), MathCheck", "https://arxiv.org/abs/2407.08733")


def pages(report: Report) -> Iterator[Page]:
    """The page, where any benchmark has two variants or more."""
    found: Computed | NotEstimable = report.summaries[NAME]
    if isinstance(found, NotEstimable):
        return
    yield summary_page(
        NAME,
        found,
        Content(
            title="What breaks the score?",
            answer=sentence(found),
            blocks=tuple(_blocks(found)),
            definitions=_definitions(report.level),
            facts=(number(found.headline.variants, "variant"),),
            search_text="variants perturbations attacks rewording robustness attack success rate consistency flip rate",
        ),
    )


def sentence(found: Computed) -> Words:
    """Who is best over all units, where it is worst, what that costs, and what the median system loses."""
    fact: Headline = found.headline
    units = f"{numbers.plural(fact.variants, 'variant')}"
    if fact.tasks > 1:
        units += f" of {fact.tasks} tasks"
    verb = ("is lowest" if fact.lower_is_better else "is best") if fact.systems > 1 else "scores"
    words: Words = (
        system_link(found, fact.best),
        f" {verb} over {units} of {fact.panel}: mean ",
        Strong(level(fact.score, fact.error, fact.unit)),
        f"{sure(fact.alike, fact.systems - 1)}. Its worst variant is {fact.worst_variant} "
        f"({numbers.fixed(fact.worst_score, decimals(fact.unit))}",
    )
    drop = known(fact.worst_drop)
    if drop is None:
        words += (").",)
    else:
        side = "below" if drop >= 0 else "better than"
        side = "worse than" if fact.lower_is_better and drop >= 0 else side
        words += (
            f", {numbers.fixed(abs(drop), decimals(fact.unit))}{points(fact.unit)} {side} the original).",
        )
        words += (_median(fact),)
    if known(fact.consistency) is not None:
        words += (f" It is right in every variant on {numbers.percent(fact.consistency)} of items.",)
    if fact.systems > 1 and fact.hardest_variant:
        words += (f" {fact.hardest_variant} is the worst variant of most systems.",)
    return words


def _median(fact: Headline) -> str:
    if fact.systems < 2:
        return ""
    verb = "loses" if fact.median_drop >= 0 else "gains"
    return f" The median system {verb} {numbers.fixed(abs(fact.median_drop), decimals(fact.unit))}{points(fact.unit)}."


def _blocks(found: Computed) -> Iterator[Block]:
    units = found.tables["units"]
    for at, (name, rows) in enumerate(panels_of(found.main)[:MAX_FIGURES]):
        mine = units[(units["suite"] == rows["suite"].iloc[0]) & (units["benchmark"] == name)]
        yield from _figures(name, rows, mine, at)
    yield _systems(found)
    yield _units(found)


def _figures(name: str, main: pd.DataFrame, units: pd.DataFrame, at: int) -> Iterator[Figure]:
    """Units of the best system as a heat map, or means of variants of the first systems; then drops."""
    best = str(main["system"].iloc[0])
    wide = units[units["system"] == best].pivot_table(
        index="variant", columns="task", values="score", sort=True
    )
    wide.loc["", ""] = float(main["estimate"].iloc[0])
    wide = wide.rename(index={"": "mean"}, columns={"": "mean"})
    places = decimals(str(main["unit"].iloc[0]))
    if len(wide.columns) > 2 and wide.size <= MOST_CELLS * 2:
        rows, tasks = [str(one) for one in wide.index], [str(one) for one in wide.columns]
        values = wide.to_numpy(float).tolist()
        top = 100.0 if main["unit"].iloc[0] == "percent" else max(1.0, float(wide.to_numpy(float).max()))
        data, layout = heat_map(rows, tasks, values, limits=(0.0, top), decimals=places)
        yield Figure(
            name=f"figure-units-{at}",
            heading=f"{name}: {best}",
            caption=("Score by variant (down) and task (across), and their means.",),
            alt=f"Heat map of {len(rows)} variants by {len(tasks)} tasks of {best} on {name}.",
            data=data,
            layout=layout,
            height=110 + 44 * len(rows),
            table=as_table(f"figure-units-{at}", ("Variant", *tasks), rows, list(zip(*values, strict=True))),
        )
    margins = units[(units["task"] == "") & (units["variant"] != "")]
    drops = margins["drop"].notna().any()
    yield _bars(name, main, margins, at, column="drop" if drops else "score")


def _bars(name: str, main: pd.DataFrame, margins: pd.DataFrame, at: int, *, column: str) -> Figure:
    """Drop of each variant (or score, where no original is known), a bar for each of the first systems."""
    systems = [str(system) for system in main["system"].tolist()[:MAX_BARS]]
    first = margins[margins["system"] == systems[0]].sort_values(
        [column, "variant"], ascending=[column != "drop", True]
    )
    variants = [str(one) for one in first.loc[first[column].notna(), "variant"]]
    error = "drop_error" if column == "drop" else "standard_error"
    by_system = [margins[margins["system"] == system].set_index("variant") for system in systems]
    series = [
        (name, rows[column].reindex(variants).tolist()) for name, rows in zip(systems, by_system, strict=True)
    ]
    unit = str(main["unit"].iloc[0])
    what = "Drop from the original" if column == "drop" else "Mean over tasks"
    data, layout = grouped_bars(
        variants, series, axis=f"{what}{f', {unit}' if unit else ''}",
        errors=[rows[error].reindex(variants).tolist() for rows in by_system],
    )  # fmt: skip
    shown = f"the first {len(systems)} of {numbers.plural(len(main), 'system')}"
    return Figure(
        name=f"figure-variants-{at}",
        heading=f"{name}: {what.lower()}",
        caption=(f"Mean over tasks, {shown}; whiskers are one standard error.",),
        alt=f"Bars of {what.lower()} on {len(variants)} variants of {name} for {shown}.",
        data=data,
        layout=layout,
        height=min(1400, 110 + len(variants) * (14 + 14 * len(series))),
        table=as_table(
            f"figure-variants-{at}", ("Variant", *systems), variants, [values for _, values in series]
        ),
    )


def _systems(found: Computed) -> Table:
    main = found.main
    many = len(panels_of(main)) > 1
    drops, linked = (bool(main[name].notna().any()) for name in ("mean_drop", "consistency"))
    return Table(
        name="systems",
        heading="Every system",
        caption="Mean of units, drop and worst variant of every system, best mean first",
        columns=columns(
            ("system", "System", {"align": "left"}),
            *((("benchmark", "Benchmark", {"align": "left", "wide": True}),) if many else ()),
            ("all", "All", {"meaning": "Mean of units (variant by task)."}),
            ("interval", "Interval", {"wide": True}),
            *((("original", "Original", {"wide": True}), ("drop", "Mean drop", {"meaning": "Original minus variant, "
             "mean over the other variants; positive means it loses."})) if drops else ()),
            ("worst", "Worst variant", {"align": "left", "wide": True}),
            *((("consistency", "Consistency", {"wide": True, "meaning": "Share of items right in every variant."}),
               ("flips", "Flip rate", {"wide": True, "meaning": "Share of variant pairs of an item that differ."}))
              if linked else ()),
        ),
        rows=tuple(_row(row, many=many, drops=drops, linked=linked) for row in rows_of(main)),
        search="Find a system",
        download=NAME,
    )  # fmt: skip


def _row(row: Any, *, many: bool, drops: bool, linked: bool) -> tuple[Cell, ...]:
    places, error, drop_error = decimals(row.unit), known(row.standard_error), known(row.drop_error)
    shares = tuple(
        Cell(text=numbers.percent(known(share)), sort=known(share), title=row.consistency_reason)
        for share in (row.consistency, row.flip_rate)
    )
    drop = (
        value_cell(row.original, decimals=places),
        value_cell(row.mean_drop, drop_error, decimals=None if drop_error else places),
    )
    return (
        system_cell(row, ("near chance",) if row.near_chance else ()),
        *((text_cell(row.benchmark),) if many else ()),
        value_cell(row.estimate, error, decimals=None if error else places),
        interval_cell(row.low, row.high, row.unit),
        *(drop if drops else ()),
        text_cell(row.worst_variant, note=numbers.fixed(row.worst_score, places)),
        *(shares if linked else ()),
    )


def _units(found: Computed) -> Table:
    units = found.tables["units"]
    units = units[units["variant"] != ""]
    units = units[(units["task"] == "") | (len(set(units["task"])) > 2)]
    largest = int(units.groupby("system").size().max())
    listed = set(found.main["system"].drop_duplicates()[: max(1, MAX_LISTED // largest)])
    units = units[units["system"].isin(listed)]
    many, tasks = len(panels_of(units)) > 1, len(set(units["task"])) > 1
    return Table(
        name="units",
        heading="Every variant",
        caption=f"Score and drop of every variant, {_listed(found, len(listed))}",
        columns=columns(
            ("system", "System", {"align": "left"}),
            ("variant", "Variant", {"align": "left"}),
            *((("task", "Task", {"align": "left"}),) if tasks else ()),
            *((("benchmark", "Benchmark", {"align": "left", "wide": True}),) if many else ()),
            ("score", "Score", {}),
            ("drop", "Drop", {"wide": True}),
        ),
        rows=tuple(
            (
                system_cell(row),
                text_cell(row.variant),
                *((text_cell(row.task or "all tasks"),) if tasks else ()),
                *((text_cell(row.benchmark),) if many else ()),
                value_cell(row.score, row.standard_error),
                value_cell(row.drop, row.drop_error),
            )
            for row in rows_of(units)
        ),
        search="Find a system, variant or task",
        download=f"{NAME}_units",
        compact=True,
    )


def _listed(found: Computed, listed: int) -> str:
    """'all 3 systems', 'the first 2 of 7 systems; the download has all'."""
    if listed == found.models:
        return numbers.plural(listed, "system")
    return f"the first {listed} of {numbers.plural(found.models, 'system')}; the download has all"


def _definitions(confidence: float) -> tuple[Definition, ...]:
    return (
        Definition(
            title="Units and their mean",
            words=(
                "A unit is one task in one variant; a task may have a metric of its own. Items are averaged first, "
                "then seeds, then the levels or subsets of a unit, then units: All, means of variants and means of "
                "tasks are means of units, not of items.",
            ),
            formula="All = mean of u[v, t];   drop[v] = mean over tasks of (u[original, t] − u[v, t])",
            source=("As in ", MATHCHECK, f". {numbers.percent(confidence)} normal intervals; ± is the standard error."),
            assumptions=(
                "Variants are made from the same items: the error of a mean takes errors of units as fully dependent, "
                "which makes it too large rather than too small.",
                "A drop has the paired error where items are linked across variants by their id, else that of "
                "independent samples, which is too large where items are the same.",
                "Where answers are labels and the metric is macro-F1, an answer that cannot be read is wrong and "
                "counts for neither label; its error is a jackknife over items.",
            ),
        ),
        Definition(
            title="Consistency and flip rate",
            words=(
                "Over items that are in every variant: the share that is right in all of them, and the share of pairs "
                "of variants of which one is right and one wrong. Wilson intervals are in the download.",
            ),
            formula="consistency = #{right in all V} / n;   flip rate = mean of r (V − r) / (V (V − 1) / 2)",
        ),
        Definition(
            title="Worst variant and attacks",
            words=(
                "The variant with the worst mean over tasks, in the metric's direction. Where the metric is an attack "
                "success rate of which less is better, it is the attack that succeeds most: the worst case of a "
                "defence. The worst of many noisy scores is worse than the truth on average.",
            ),
        ),
        definitions.standard_error(),
    )  # fmt: skip
