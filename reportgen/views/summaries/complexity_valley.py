"""Loss by complexity: at which level models lose most, how sure that is, and the curves behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.analysis.peaks import EDGE, VALLEY
from reportgen.numbers import NotEstimable
from reportgen.views.blocks import Cell, Definition, External, Figure, Page, Strong, Table
from reportgen.views.common import columns, known, rows_of, text_cell, value_cell
from reportgen.views.figures import as_table
from reportgen.views.figures_curves import ROW, axes, heat, line, mark, panels_by_size, same_panel
from reportgen.views.report import model_page
from reportgen.views.summaries.template import Content, path_of, summary_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from reportgen.analysis.evidence import Computed
    from reportgen.analysis.summaries.complexity_valley import Headline
    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report

NAME = "complexity_valley"
TITLE = "Loss by complexity"
PATH = path_of(NAME)
SCYLLA = External(
    "Qi et al. (2025), Quantifying Generalization Complexity for Large Language Models, ICLR",
    "https://arxiv.org/abs/2410.01769",
)
#: Panels with figures, and systems in a heat map.
MAX_FIGURES = 4
MAX_ROWS = 40


def pages(report: Report) -> Iterator[Page]:
    """The page, when there is anything to show."""
    found = report.summaries[NAME]
    if isinstance(found, NotEstimable):
        return
    linked = frozenset(report.system_models)
    content = Content(
        title="Loss by complexity: where the gap peaks",
        answer=sentence(found),
        blocks=(*_figures(found), _systems(found, linked), *_shifts(found)),
        definitions=_definitions(found.level),
        search_text="complexity valley critical complexity level gap scylla",
    )
    yield summary_page(NAME, found, content)


def sentence(found: Computed) -> Words:
    """Where most systems lose most, who loses most, and how sure the levels are."""
    head: Headline = found.headline
    if not head.n_systems:
        return (
            "No system has scores in distribution and under shift at ",
            Strong("every level"),
            f" of {head.benchmark}.",
        )
    if not head.n_critical:
        return (
            f"On {head.benchmark}, ",
            Strong(f"none of {numbers.plural(head.n_systems, 'system')} loses"),
            " at any level.",
        )
    return (*_where(head), *_who(head), *_sure(head))


def _where(head: Headline) -> Words:
    if head.n_systems == 1:
        return (f"On {head.benchmark}, {head.largest_system} loses most at ", Strong(head.largest_level), ".")
    others = "" if head.n_critical == head.n_systems else f" of the {head.n_critical} that lose at all"
    total = head.n_systems if not others else head.n_common
    lead = (
        f"{head.n_common} of {total} systems"
        if not others
        else f"{numbers.plural(head.n_common, 'system')}{others}"
    )
    return (
        f"On {head.benchmark}, {lead} lose most at ",
        Strong(head.common_level),
        f"; {_have(head.n_valleys, 'a valley inside the tested levels')}, {head.n_edges} peak at their edge.",
    )


def _have(count: int, what: str) -> str:
    return f"{count} {'has' if count == 1 else 'have'} {what}"


def _who(head: Headline) -> Words:
    error = known(head.largest_error)
    amount = numbers.score(head.largest_gap, error, decimals=None if error else _decimals(head.unit))
    points = " points" if head.unit in {"percent", "points"} else ""
    spread = numbers.give_or_take(error)
    return (
        f" The largest gap is that of {head.largest_system} at {head.largest_level}: ",
        Strong(f"{amount}{spread}{points}"),
        ".",
    )


def _sure(head: Headline) -> Words:
    if not head.n_drawn:
        return (
            " How sure these levels are cannot be said: neither errors nor several tasks per level are known.",
        )
    unsure = head.n_drawn - head.n_sure
    if not unsure:
        return (" All of these levels hold when the scores are drawn anew.",)
    return (f" For {unsure} of {head.n_drawn} another level may be the true one.",)


def _decimals(unit: str) -> int:
    return 1 if unit == "percent" else 2


# -- figures -----------------------------------------------------------------------------------------------------


def _figures(found: Computed) -> Iterator[Block]:
    for at, main in enumerate(panels_by_size(found.main)[:MAX_FIGURES]):
        levels = same_panel(found.tables["levels"], main)
        benchmark = str(main["benchmark"].iloc[0])
        yield _strip(main, levels, benchmark, at)
        whole = main[main["critical_level"] != ""]
        if len(whole):
            yield _curves(whole.iloc[0], levels, benchmark, at)


def _strip(main: pd.DataFrame, levels: pd.DataFrame, benchmark: str, at: int) -> Figure:
    order = levels.drop_duplicates("order").sort_values("order")
    names, places = [str(name) for name in order["level"]], order["order"].tolist()
    systems = [str(name) for name in main["system"]][:MAX_ROWS]
    gaps = {(row.system, row.order): known(row.gap) for row in rows_of(levels[["system", "order", "gap"]])}
    values = [[gaps.get((system, place)) for place in places] for system in systems]
    digits = _decimals(str(main["unit"].iloc[0]))
    data, layout = heat(
        systems,
        names,
        values,
        title="Level of complexity",
        words=[["" if gap is None else numbers.fixed(gap, digits) for gap in row] for row in values],
    )
    return Figure(
        name=f"figure-strip-{at}",
        heading=benchmark,
        caption=(
            "The gap of each system at each level, from easy to hard. The darker the cell, the more is lost.",
        ),
        alt=f"Heat map of the gap of {len(systems)} systems at {len(names)} levels of {benchmark}.",
        data=data,
        layout=layout,
        height=90 + ROW * len(systems),
        table=as_table(
            f"figure-strip-{at}",
            ("System", *names),
            systems,
            [list(column) for column in zip(*values, strict=True)],
        ),
    )


def _curves(row: Any, levels: pd.DataFrame, benchmark: str, at: int) -> Figure:
    mine = levels[levels["system"] == row["system"]].sort_values("order")
    x, inside, shifted = (mine[name].tolist() for name in ("order", "id_mean", "ood_mean"))
    names = [str(name) for name in mine["level"]]
    critical = x.index(row["critical_order"])
    system = str(row["system"])
    return Figure(
        name=f"figure-curves-{at}",
        heading=f"{system} on {benchmark}",
        caption=(
            f"The system with the largest gap. The ring marks its critical level, {row['critical_level']}.",
        ),
        alt=f"{system} in distribution and under shift over {len(x)} levels; widest gap at {row['critical_level']}.",
        data=[
            line("in distribution", x, inside, color="accent"),
            line("shifted", x, shifted, color="ood", look="fill"),
            mark("largest gap", x[critical], shifted[critical]),
        ],
        layout=axes("Level of complexity", "Mean score", ticks=dict(zip(x, names, strict=True))),
        height=380,
        table=as_table(
            f"figure-curves-{at}", ("Level", "In distribution", "Shifted"), names, [inside, shifted]
        ),
    )


# -- tables ------------------------------------------------------------------------------------------------------


def _systems(found: Computed, linked: frozenset[str]) -> Table:
    several = found.main[["suite", "benchmark"]].drop_duplicates().shape[0] > 1
    return Table(
        name="systems",
        heading="Every system",
        caption="The critical level of every system, its gap there, and how sure the level is",
        columns=columns(
            ("system", "System", {"align": "left"}),
            *((("benchmark", "On", {"align": "left", "wide": True}),) if several else ()),
            ("level", "Loses most at", {"align": "left"}),
            ("gap", "Gap there", {"meaning": "Mean over tasks of what is lost; ± standard error, unclipped."}),
            ("shape", "Shape", {"align": "left", "wide": True}),
            ("support", "Same in draws", {"wide": True, "meaning": "Share of draws with the same critical level."}),
            ("likely", "Likely levels", {"align": "left", "wide": True}),
        ),
        rows=tuple(_row(row, linked, several=several) for row in rows_of(found.main)),
        search="Find a system",
    )  # fmt: skip


def _row(row: Any, linked: frozenset[str], *, several: bool) -> tuple[Cell, ...]:
    model = str(row.model)
    error = known(row.standard_error)
    flags = (*(("near chance",) if row.near_chance else ()), *(("tied",) if row.tied else ()))
    nothing = "nothing lost" if known(row.estimate) is not None else f"{row.levels} of {row.of_levels} levels"
    return (
        Cell(
            text=str(row.system),
            sort=str(row.system).casefold(),
            link=model_page(model) if model in linked else None,
            flags=flags,
        ),
        *((text_cell(row.benchmark),) if several else ()),
        Cell(text=row.critical_level or nothing, sort=known(row.critical_order)),
        value_cell(row.estimate, error, decimals=None if error else _decimals(str(row.unit))),
        text_cell(row.shape or numbers.ABSENT, title=str(row.reason)),
        Cell(text=numbers.percent(known(row.support)), sort=known(row.support)),
        text_cell(row.likely_levels or numbers.ABSENT),
    )


def _shifts(found: Computed) -> tuple[Block, ...]:
    rows = rows_of(found.tables["shifts"])
    if not rows:
        return ()
    table = Table(
        name="shifts",
        heading="Does the peak move with size?",
        caption="Critical level of each model against that of the next smaller one of its family",
        columns=columns(
            ("family", "Family", {"align": "left"}),
            ("smaller", "Smaller", {"align": "left"}),
            ("larger", "Larger", {"align": "left"}),
            ("shift", "Shift", {"meaning": "In level order; positive: the larger loses most at a harder level."}),
        ),
        rows=tuple(
            (
                text_cell(row.family),
                text_cell(row.smaller),
                text_cell(row.larger),
                Cell(text=numbers.fixed(row.shift, 0 if row.shift == int(row.shift) else 1, plus=True), sort=row.shift),
            )
            for row in rows
        ),
        compact=True,
    )  # fmt: skip
    return (table,)


def _definitions(level: float) -> tuple[Definition, ...]:
    return (
        Definition(
            title="Gap at a level",
            words=(
                "What a system loses under shift at one level: for each task, in-distribution score minus shifted "
                "score, 0 where nothing is lost; then the mean over the tasks. The mean of clipped gaps is not the "
                "clipped gap of means, which stands beside it in the data.",
            ),
            formula="gap(level) = mean over tasks of max(0, A(id, task) − A(ood, task))",
            source=("Source: ", SCYLLA, "."),
            assumptions=(
                "Only tasks that all compared systems have enter a level.",
                "± is the standard error of the unclipped gap; sets of items are taken as independent.",
            ),
        ),
        Definition(
            title="Critical level and valley",
            words=(
                "The level with the largest gap, the easier one of equal ones. It is the bottom of a valley of "
                f"generalization where the gap rises up to it and falls after it (“{VALLEY}”). At the first or last "
                f"level (“{EDGE}”) a valley cannot be told from a peak beyond what was tested.",
            ),
            formula="critical level = argmax over levels of gap(level)",
            source=("Source: ", SCYLLA, "."),
            assumptions=(
                "Unit that is drawn anew: every score from a normal distribution with its standard error; where errors "
                "are unknown, the tasks of each level with replacement; 200 to 1,000 draws. Likely levels hold "
                f"{numbers.percent(level)} of the draws.",
            ),
        ),
    )
