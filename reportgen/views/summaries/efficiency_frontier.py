"""Quality against cost: who is on the frontier, what the best costs, and what matches it for less."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.analysis.costs import PARAMETERS
from reportgen.numbers import NotEstimable
from reportgen.views import definitions
from reportgen.views.blocks import Cell, Definition, External, Figure, Link, Strong, Table
from reportgen.views.common import columns, known, number, rows_of, text_cell, value_cell
from reportgen.views.figures import as_table
from reportgen.views.figures_scatter import Line, Points, scatter
from reportgen.views.report import model_page
from reportgen.views.summaries.id_ood_gap import panel_title
from reportgen.views.summaries.template import Content, path_of, summary_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from reportgen.analysis.evidence import Computed
    from reportgen.analysis.summaries.efficiency_frontier import Headline
    from reportgen.views.blocks import Page, Words
    from reportgen.views.report import Report

NAME = "efficiency_frontier"
TITLE = "Quality against cost"
PATH = path_of(NAME)
#: Comparisons that get a figure.
MAX_FIGURES = 6
#: Systems a figure needs to show more than the table does.
FEWEST_POINTS = 3
RESA = External("Wang et al. (2025), Resa", "https://arxiv.org/abs/2506.09967")
DATA_DIET = External("Paul, Ganguli and Dziugaite (2021), Data Diet", "https://arxiv.org/abs/2107.07075")


def pages(report: Report) -> Iterator[Page]:
    """The page, when any two systems have a score and a cost."""
    found: Computed | NotEstimable = report.summaries[NAME]
    if isinstance(found, NotEstimable):
        return
    groups = _groups(found)
    yield summary_page(
        NAME,
        found,
        Content(
            title="What does quality cost?",
            answer=sentence(found),
            facts=(number(len(groups), "comparison"),),
            blocks=(
                *(_figure(*group, at) for at, group in enumerate(_drawn(groups))),
                _comparisons(found),
                _members(found),
            ),
            definitions=_definitions(),
            search_text="efficiency Pareto frontier cost price size parameters compute data kept speed",
        ),
    )


def sentence(found: Computed) -> Words:
    """What the best costs, what matches it for less, what the cheapest keeps of it."""
    fact: Headline = found.headline
    models = _models(found)

    def link(system: str) -> Link:
        return Link(system, model_page(models.get(system, system)))

    title = panel_title(fact.suite, fact.panel)
    start: Words = (
        Strong(f"{fact.n_frontier} of {numbers.plural(fact.n_systems, 'system')}"),
        f" cannot be had better without a higher cost ({fact.cost_name}"
        f"{f', {title}' if title else ''}). The best is ",
        link(fact.best_system),
        f" ({numbers.score(fact.best)}, at {amount(fact.cost_name, fact.best_cost)})",
    )
    if fact.match_system != fact.best_system:
        tell = "cannot be told apart from it" if fact.certain else "is as good"
        start += (
            "; ",
            link(fact.match_system),
            f" {tell} at ",
            Strong(_times(fact.match_ratio)),
            " the cost",
        )
    else:
        start += (
            "; nothing cheaper comes within its error" if fact.certain else "; nothing cheaper is as good",
        )
    kept = known(fact.cheapest_retention)
    if (
        fact.cheapest_system in {fact.best_system, fact.match_system}
        or kept is None
        or not fact.cheapest_cost
    ):
        return (*start, ".")
    share = _times(fact.best_cost / fact.cheapest_cost)
    return (
        *start,
        ". The cheapest, ",
        link(fact.cheapest_system),
        f", keeps {numbers.percent(kept)} of the best score at {share} of the cost.",
    )


def _times(ratio: float) -> str:
    """'1/450' of the cost; a share where the ratio is small, nothing where the match is free."""
    value = known(ratio)
    if value is None:
        return "none of"
    return f"1/{numbers.count(round(value))}" if value >= 10 else numbers.percent(1 / value)


def amount(name: str, cost: float | None) -> str:
    """A cost with its name where that helps; numbers of parameters in billions."""
    value = known(cost)
    if value is not None and name == PARAMETERS and value >= 1e8:
        return f"{numbers.score(value / 1e9)} billion {name}"
    return f"{numbers.score(value)} {name}"


def _models(found: Computed) -> dict[str, str]:
    return dict(zip(found.main["system"], found.main["model"], strict=True))


def _groups(found: Computed) -> list[tuple[tuple[str, str, str], pd.DataFrame]]:
    """(suite, panel, cost name) and the rows of each comparison, those with most systems first."""
    keys = ["suite", "benchmark", "cost_name"]
    groups = [
        ((str(suite), str(panel), str(cost)), rows)
        for (suite, panel, cost), rows in found.main.groupby(keys, sort=True)
    ]
    return sorted(groups, key=lambda group: (group[0][2] == PARAMETERS, -len(group[1]), group[0]))


def _drawn(
    groups: list[tuple[tuple[str, str, str], pd.DataFrame]],
) -> list[tuple[tuple[str, str, str], pd.DataFrame]]:
    return [group for group in groups if len(group[1]) >= FEWEST_POINTS][:MAX_FIGURES]


def _figure(key: tuple[str, str, str], rows: pd.DataFrame, index: int) -> Figure:
    title, cost_name = panel_title(*key[:2]) or "All benchmarks", key[2]
    rows = rows.sort_values(["cost", "system"], kind="stable")
    scale, axis = (1e9, f"billion {cost_name}") if cost_name == PARAMETERS else (1.0, cost_name)
    rows = rows.assign(drawn=rows["cost"] / scale)
    log = bool((rows["cost"] > 0).all())
    inside, outside = rows[rows["on_frontier"]], rows[~rows["on_frontier"]]
    data, layout = scatter(
        lines=[
            Line(name="frontier", x=inside["drawn"].tolist(), y=inside["estimate"].tolist(), color="accent", shape="hv")
        ],
        points=[
            _points("others", outside, cost_name, "faint"),
            _points("on the frontier", inside, cost_name, "accent"),
        ],
        x_title=f"{axis}{' (log scale)' if log else ''}",
        y_title=f"mean score{', ' + str(rows['unit'].iloc[0]) if rows['unit'].iloc[0] else ''}",
        log_x=log,
    )  # fmt: skip
    return Figure(
        name=f"figure-frontier-{index}",
        heading=f"{title}: score against {cost_name}",
        caption=(
            f"Each point is one of {numbers.plural(len(rows), 'system')}; the line joins those that no other one "
            "beats at the same cost.",
        ),
        alt=f"Scatter plot of {len(rows)} systems of {title}: score over {cost_name}, with the frontier.",
        data=data,
        layout=layout,
        table=as_table(
            f"figure-frontier-{index}",
            ("System", axis, "Score"),
            [str(name) for name in rows["system"]],
            [rows["drawn"].tolist(), rows["estimate"].tolist()],
        ),
    )


def _points(name: str, rows: pd.DataFrame, cost_name: str, color: str) -> Points:
    return Points(
        name=name,
        x=rows["drawn"].tolist(),
        y=rows["estimate"].tolist(),
        text=[
            f"{row.system}: {numbers.score(row.estimate, known(row.standard_error))}, {amount(cost_name, row.cost)}"
            for row in rows_of(rows)
        ],
        errors=[known(error) for error in rows["standard_error"]],
        color=color,
    )


def _comparisons(found: Computed) -> Table:
    models = _models(found)

    def system(name: str, note: str) -> Cell:
        return Cell(text=name, sort=name.casefold(), link=model_page(models.get(name, name)), note=note)

    def row(one: Any) -> tuple[Cell, ...]:
        return (
            text_cell(panel_title(one.suite, one.benchmark) or "All benchmarks", note=str(one.cost_name)),
            system(one.best_system, ""),
            system(one.match_system, "the best itself" if one.match_system == one.best_system else ""),
            value_cell(one.match_ratio),
            Cell(text=numbers.percent(known(one.saving_without_loss)), sort=known(one.saving_without_loss)),
            Cell(text=f"{one.n_frontier} of {one.systems}", sort=int(one.n_frontier)),
            Cell(text=f"{one.benchmarks} of {one.of_benchmarks}", sort=int(one.benchmarks)),
        )

    return Table(
        name="comparisons",
        heading="What the best costs",
        caption="Each comparison: the best system, the cheapest one that matches it, and what that saves",
        columns=columns(
            ("comparison", "Comparison", {"align": "left"}),
            ("best", "Best", {"align": "left"}),
            ("match", "Matched by", {"align": "left", "wide": True, "meaning": "The cheapest system that errors cannot "
             "tell from the best; where errors are unknown, an equally good one."}),
            ("ratio", "Cost ratio", {"meaning": "Cost of the best, divided by that of the cheapest match."}),
            ("saving", "Saved without loss", {"wide": True, "meaning": "Share of the costliest system's cost that a "
             "system of no lower score saves."}),
            ("frontier", "On frontier", {"wide": True}),
            ("benchmarks", "Benchmarks", {"wide": True, "meaning": "Averaged, of those of the comparison: the same for "
             "every system."}),
        ),
        rows=tuple(row(one) for one in rows_of(found.tables["panels"])),
        download=f"{NAME}_panels",
        compact=True,
    )  # fmt: skip


def _members(found: Computed) -> Table:
    rows = found.main[found.main["on_frontier"]]
    many = len(found.tables["panels"]) > 1
    sure = bool(rows["frontier_probability"].notna().any())
    return Table(
        name="members",
        heading="Systems on the frontier",
        caption="Systems that no other one beats at the same cost, cheapest first",
        columns=columns(
            ("system", "System", {"align": "left"}),
            *((("comparison", "Comparison", {"align": "left", "wide": True}),) if many else ()),
            ("cost", "Cost", {}),
            ("score", "Score", {}),
            ("kept", "Of the best", {"wide": True, "meaning": "Score as a share of the best system's."}),
            ("saving", "Times cheaper", {"wide": True, "meaning": "Cost of the best system divided by this one's."}),
            *((("sure", "In draws", {"wide": True, "meaning": "Share of draws in which it stays on the frontier when "
                                     "scores move by their standard errors."}),) if sure else ()),
        ),
        rows=tuple(_member(row, many=many, sure=sure) for row in rows_of(rows)),
        search="Find a system",
        download=NAME,
    )  # fmt: skip


def _member(row: Any, *, many: bool, sure: bool) -> tuple[Cell, ...]:
    def share(value: Any) -> Cell:
        return Cell(text=numbers.percent(known(value)), sort=known(value))

    comparison = text_cell(panel_title(row.suite, row.benchmark) or "All benchmarks", note=str(row.cost_name))
    return (
        Cell(text=str(row.system), sort=str(row.system).casefold(), link=model_page(str(row.model))),
        *((comparison,) if many else ()),
        Cell(text=amount(row.cost_name, row.cost), sort=known(row.cost)),
        value_cell(row.estimate, row.standard_error),
        share(row.retention),
        value_cell(row.saving_to_best),
        *((share(row.frontier_probability),) if sure else ()),
    )


def _definitions() -> tuple[Definition, ...]:
    return (
        Definition(
            title="Frontier",
            words=(
                "A system is on the frontier when no other one is at least as good at no more cost, and better in one "
                "of the two. Quality is the mean over the same benchmarks for every system; so is cost. Systems equal "
                "in both stay together.",
            ),
            formula="i on frontier ⇔ no j: q_j ≥ q_i and c_j ≤ c_i, one of them strict",
            assumptions=(
                "Costs are exact and as the files state them: of one kind of hardware, price list and year.",
                "The share of draws moves every score by its own error over items, normal and independent; it is "
                "missing where an error is unknown.",
            ),
        ),
        Definition(
            title="Matched-quality cost ratio",
            words=(
                "Cost of the best system divided by the cost of the cheapest one that cannot be told apart from it: "
                "its score lies within z standard errors of the difference, one-sided, each system by itself.",
            ),
            formula="c_best / min{c_j : q_best − q_j ≤ z·SE(q_best − q_j)}",
            source=("As in: ", RESA, "."),
            assumptions=("“Not told apart” is not “equal”: few items match everything.",),
        ),
        Definition(
            title="Saved without loss",
            words=("Largest share of the costliest system's cost that a system of no lower score saves.",),
            formula="max{1 − c_j / c_max : q_j ≥ q(costliest)}",
            source=("As in: ", DATA_DIET, "."),
        ),
        definitions.standard_error(),
    )
