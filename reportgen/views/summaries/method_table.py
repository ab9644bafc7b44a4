"""Methods by benchmarks: who is best on average, who ranks first, and what is gained over the baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.numbers import NotEstimable
from reportgen.views.blocks import Cell, Definition, External, Figure, Link, Strong, Table
from reportgen.views.common import columns, count_cell, known, number, rows_of, text_cell, value_cell
from reportgen.views.figures import as_table, dots
from reportgen.views.interquartile import middle_definition, middles
from reportgen.views.report import model_page
from reportgen.views.summaries.template import Content, path_of, summary_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from reportgen.analysis.evidence import Computed
    from reportgen.analysis.summaries.method_table import TableFact
    from reportgen.views.blocks import Block, Page, Words
    from reportgen.views.report import Report

NAME = "method_table"
TITLE = "Methods by benchmarks"
PATH = path_of(NAME)
#: Tables that get a figure, and systems each shows.
MAX_FIGURES = 4
MAX_SYSTEMS = 30
#: Filters shown as chips.
MAX_CHIPS = 12
#: Printed means listed.
MAX_PRINTED = 100
DEMSAR = External(
    "Demšar (2006), Journal of Machine Learning Research 7", "https://www.jmlr.org/papers/v7/demsar06a.html"
)
EFRON = External(
    "Efron and Tibshirani (1993), An Introduction to the Bootstrap", "https://doi.org/10.1201/9780429246593"
)
MEDPROMPT = External("Nori et al. (2023), Medprompt", "https://arxiv.org/abs/2311.16452")


def pages(report: Report) -> Iterator[Page]:
    """The page, where a suite has two systems on two benchmarks."""
    found: Computed | NotEstimable = report.summaries[NAME]
    if isinstance(found, NotEstimable):
        return
    checked = sum(fact.n_printed for fact in found.headline.facts)
    yield summary_page(
        NAME,
        found,
        Content(
            title="Which method is best, on average and by rank?",
            answer=sentence(found),
            facts=(
                number(len(found.headline.facts), "table"),
                *(((*number(checked, "printed mean"), " checked"),) if checked else ()),
            ),
            blocks=(*_figures(found), _tables(found), _systems(found), *middles(found), *_printed(found)),
            definitions=(*_definitions(found.level), *middle_definition(found)),
            search_text="method table average rank wins baseline relative error reduction Friedman Nemenyi",
        ),
    )


def sentence(found: Computed) -> Words:
    """Best mean, first rank and how sure it is, gain over the baseline."""
    fact: TableFact = found.headline.main
    models = dict(zip(found.main["system"].map(str), found.main["model"].map(str), strict=True))

    def link(system: str) -> Link:
        return Link(system, model_page(models.get(system, system)))

    over = f"{numbers.plural(fact.n_benchmarks, 'benchmark')} of {fact.panel}"
    rank = f"average rank {numbers.fixed(fact.leader_rank, 1)} of {numbers.count(fact.n_systems)}"
    if not fact.best_system:
        start: Words = (link(fact.leader), f" ranks first over {over} ({rank})")
    elif fact.best_system == fact.leader:
        start = (link(fact.leader), " is best over ", over, ": mean ", Strong(_amount(fact)), f", {rank}")
    else:
        start = (link(fact.best_system), " has the best mean over ", over, " (", Strong(_amount(fact)), "), ",
                 link(fact.leader), f" the best {rank}")  # fmt: skip
    return (*start, _sure(fact), *_gain(fact, link))


def _sure(fact: TableFact) -> str:
    if fact.n_alike is None:
        return "; too few to say how sure that order is."
    if fact.n_alike:
        return f"; by rank {numbers.plural(fact.n_alike, 'other')} cannot be told apart from {fact.leader}."
    return "; by rank clearly ahead of every other."


def _gain(fact: TableFact, link: Any) -> Words:
    change = known(fact.difference)
    if not fact.baseline or not fact.gainer or change is None:
        return ()
    span = numbers.interval(known(fact.difference_low), known(fact.difference_high), _decimals(fact))
    sure = "" if span == numbers.ABSENT else f" ({span})"
    cut = known(fact.error_reduction)
    less = "" if cut is None else f", {numbers.percent(abs(cut), 1)} {'less' if cut >= 0 else 'more'} error"
    amount = f"{numbers.fixed(change, _decimals(fact), plus=True)}{_unit(fact)}{sure}{less}"
    whom = (f" Against {fact.baseline} ",)
    return (*whom, link(fact.gainer), f" gains most: {amount}.")


def _unit(fact: TableFact) -> str:
    return " points" if fact.rescaled or fact.unit in {"percent", "points"} else ""


def _decimals(fact: TableFact) -> int:
    return 3 if fact.unit == "fraction" and not fact.rescaled else 1


def _amount(fact: TableFact) -> str:
    error = known(fact.best_error)
    shown = numbers.score(known(fact.best_mean), error, decimals=None if error else _decimals(fact))
    return f"{shown}{numbers.give_or_take(error)}{_unit(fact)}"


# -- figures
# -----------------------------------------------------------------------------------------------------


def _figures(found: Computed) -> Iterator[Block]:
    for index, fact in enumerate(found.headline.facts[:MAX_FIGURES]):
        rows = _means(found, fact)
        if fact.baseline and rows["difference"].notna().any():
            yield _gains(fact, rows[rows["difference"].notna()], index)
        elif fact.n_systems > 2:
            yield _ranks(fact, rows[rows["rank"].notna()], index)


def _means(found: Computed, fact: TableFact) -> pd.DataFrame:
    main = found.main
    return main[(main["panel"] == fact.panel) & (main["suite"] == fact.suite) & (main["benchmark"] == "")]


def _gains(fact: TableFact, rows: pd.DataFrame, index: int) -> Figure:
    """Differences to the baseline with their intervals."""
    rows = rows.sort_values(["difference", "system"], ascending=[False, True], kind="stable").head(
        MAX_SYSTEMS
    )
    names = [str(name) for name in rows["system"]]
    values = [round(float(value), 6) for value in rows["difference"]]
    data, layout = dots(
        names=names, values=values, errors=[None] * len(names), axis="Difference", color="accent"
    )
    spans = rows["difference_low"].notna().all()
    if spans:
        data[0]["error_x"] = {
            "type": "data",
            "symmetric": False,
            "array": [
                round(float(end) - value, 6)
                for end, value in zip(rows["difference_high"], values, strict=True)
            ],
            "arrayminus": [
                round(value - float(end), 6)
                for end, value in zip(rows["difference_low"], values, strict=True)
            ],
            "color": "token:accent",
            "thickness": 1.2,
            "width": 0,
        }
    layout["xaxis"] = {"title": {"text": f"Mean minus that of {fact.baseline}"}, "zeroline": True}
    caption = f"Right of 0 is better than {fact.baseline}." + (" Lines are intervals." if spans else "")
    return Figure(
        name=f"figure-gain-{index}",
        heading=f"{fact.panel}: against {fact.baseline}",
        caption=(caption,),
        alt=f"Dot plot of {len(names)} systems: difference of the mean to {fact.baseline}.",
        data=data,
        layout=layout,
        height=max(200, 80 + 24 * len(names)),
        table=as_table(f"figure-gain-{index}", ("System", "Difference", "Low", "High"), names,
                       [values, [known(end) for end in rows["difference_low"]],
                        [known(end) for end in rows["difference_high"]]]),
    )  # fmt: skip


def _ranks(fact: TableFact, rows: pd.DataFrame, index: int) -> Figure:
    """Average ranks, the best on top."""
    rows = rows.sort_values(["rank", "system"], kind="stable")
    shown = rows.head(MAX_SYSTEMS)
    names, ranks = [str(name) for name in shown["system"]], [float(rank) for rank in shown["rank"]]
    data, layout = dots(
        names=names, values=ranks, errors=[None] * len(names), axis="Average rank", color="accent"
    )
    cut = "" if len(shown) == len(rows) else f" The first {MAX_SYSTEMS} of {len(rows)} systems."
    return Figure(
        name=f"figure-rank-{index}",
        heading=f"{fact.panel}: average rank",
        caption=(f"Over {numbers.plural(fact.n_benchmarks, 'benchmark')}; left is better.{cut}",),
        alt=f"Dot plot of the average rank of {len(names)} systems over {fact.n_benchmarks} benchmarks.",
        data=data,
        layout=layout,
        height=max(200, 80 + 24 * len(names)),
        table=as_table(f"figure-rank-{index}", ("System", "Average rank"), names, [ranks]),
    )


# -- tables
# -----------------------------------------------------------------------------------------------------


def _tables(found: Computed) -> Table:
    return Table(
        name="tables",
        heading="Every table",
        caption="Who leads each table by mean, rank and wins",
        columns=columns(
            ("panel", "Table", {"align": "left"}),
            ("mean", "Best mean", {"align": "left"}),
            ("rank", "Best average rank", {"align": "left"}),
            ("wins", "Most wins", {"align": "left", "wide": True}),
            ("gain", "Gains most over the baseline", {"align": "left", "wide": True}),
            ("systems", "Systems", {"wide": True}),
            ("benchmarks", "Benchmarks", {"wide": True}),
            ("friedman", "p (Friedman)", {"wide": True, "meaning": "How likely such different ranks are by chance."}),
        ),
        rows=tuple(_table_row(fact) for fact in found.headline.facts),
        compact=True,
    )  # fmt: skip


def _table_row(fact: TableFact) -> tuple[Cell, ...]:
    alike = "" if fact.n_alike is None else f", {fact.n_alike} alike"
    p = known(fact.friedman)
    change = known(fact.difference)
    gain = text_cell(
        fact.gainer, note=numbers.fixed(change, _decimals(fact), plus=True) + f" over {fact.baseline}"
    )
    return (
        text_cell(fact.panel),
        text_cell(fact.best_system, note=_amount(fact)) if fact.best_system else Cell(text=numbers.ABSENT),
        text_cell(fact.leader, note=f"{numbers.fixed(fact.leader_rank, 1)}{alike}"),
        text_cell(fact.winner, note=str(fact.wins)),
        gain if change is not None else Cell(text=numbers.ABSENT),
        count_cell(fact.n_systems),
        count_cell(fact.n_benchmarks),
        Cell(text=numbers.ABSENT if p is None else ("< 0.001" if p < 0.001 else numbers.fixed(p, 3)), sort=p),
    )


def _systems(found: Computed) -> Table:
    order = {(fact.suite, fact.panel): (at, fact) for at, fact in enumerate(found.headline.facts)}
    rows = rows_of(found.main[found.main["benchmark"] == ""])
    rows.sort(key=lambda row: order[str(row.suite), str(row.panel)][0])
    changes = bool(found.main["difference"].notna().any())
    chips = "chips" if 1 < len(order) <= MAX_CHIPS else ""
    return Table(
        name="systems",
        heading="Every system",
        caption="Mean over benchmarks, average rank and wins, best rank first in each table",
        columns=columns(
            ("system", "System", {"align": "left"}),
            *((("panel", "Table", {"align": "left", "wide": True, "group": chips}),) if len(order) > 1 else ()),
            ("mean", "Mean", {"meaning": "Over the same benchmarks for every system; ± takes them as independent."}),
            ("rank", "Average rank", {}),
            ("wins", "Wins", {"wide": True, "meaning": "Benchmarks on which nobody is better."}),
            *((("change", "Against baseline", {}), ("reduction", "Error reduction", {"wide": True}),
               ("better", "Better on", {"wide": True})) if changes else ()),
        ),
        rows=tuple(
            _system(row, order[str(row.suite), str(row.panel)][1], many=len(order) > 1, changes=changes) for row in rows
        ),
        search="Find a system",
        download=NAME,
    )  # fmt: skip


def _system(row: Any, fact: TableFact, *, many: bool, changes: bool) -> tuple[Cell, ...]:
    error, mean, rank = known(row.standard_error), known(row.estimate), known(row.rank)
    digits = None if error else _decimals(fact)
    name = str(row.system)
    cells = [
        Cell(text=name, sort=name.casefold(), link=model_page(str(row.model))),
        *((text_cell(fact.panel),) if many else ()),
        value_cell(mean, error, decimals=digits)
        if mean is not None
        else Cell(text=numbers.ABSENT, note=str(row.reason)),
        Cell(text=numbers.fixed(rank, 1), sort=rank),
        count_cell(None if known(row.wins) is None else int(row.wins)),
    ]
    if changes:
        change, cut, better = known(row.difference), known(row.error_reduction), known(row.better)
        span = numbers.interval(known(row.difference_low), known(row.difference_high), _decimals(fact))
        note = "" if span == numbers.ABSENT else span
        base = "baseline" if name == fact.baseline else numbers.ABSENT
        cells += [
            Cell(text=base, sort=None) if change is None
            else Cell(text=numbers.fixed(change, _decimals(fact), plus=True), sort=change, note=note),
            Cell(text=numbers.percent(cut, 1), sort=cut),
            Cell(text=numbers.ABSENT if better is None else f"{int(better)} of {int(row.of)}", sort=better),
        ]  # fmt: skip
    return tuple(cells)


def _printed(found: Computed) -> tuple[Block, ...]:
    printed = found.tables["printed_means"]
    if printed.empty:
        return ()
    rows = rows_of(printed.sort_values("consistent", kind="stable").head(MAX_PRINTED))
    return (
        Table(
            name="printed",
            heading="Printed means",
            caption="Means that a source prints, beside the mean of the parts it prints",
            columns=columns(
                ("system", "System", {"align": "left"}),
                ("benchmark", "Mean of", {"align": "left"}),
                ("printed", "Printed", {}),
                ("recomputed", "From its parts", {}),
                ("parts", "Parts", {"wide": True}),
                ("selection", "Selection", {"align": "left", "wide": True}),
                ("verdict", "Agree", {"align": "left"}),
            ),
            rows=tuple(
                (
                    text_cell(row.system),
                    text_cell(row.benchmark),
                    value_cell(row.printed),
                    value_cell(row.recomputed),
                    count_cell(int(row.parts)),
                    text_cell(row.selection or numbers.ABSENT),
                    text_cell("yes" if row.consistent else "no", tone="plain" if row.consistent else "bad"),
                )
                for row in rows
            ),
            compact=True,
            download=f"{NAME}_printed_means",
        ),
    )


def _definitions(level: float) -> tuple[Definition, ...]:
    return (
        Definition(
            title="Mean and difference",
            words=(
                "Seeds and finer parts are averaged first, then benchmarks, each counting alike and the same ones "
                "for every "
                "system. Where benchmarks differ in unit, each is first put on 0 to 100 by its declared bounds; "
                "where a "
                "metric has none, nothing is averaged. The difference to the baseline is positive where a system is "
                "better.",
            ),
            formula="mean = Σ score / n;  ± = sqrt(Σ SE²) / n",
            source=(f"{numbers.percent(level)} interval of it: paired bootstrap over benchmarks, ", EFRON, "."),
            assumptions=(
                "The interval says whether other benchmarks of this kind would show the difference, not whether "
                "other seeds "
                "or items would. With fewer than five benchmarks there is none.",
                "A baseline is only one that the results name.",
            ),
        ),
        Definition(
            title="Relative error reduction",
            words=("The share of the baseline's error that is gone, from the best bound of the metric.",),
            formula="(e(baseline) − e(method)) / e(baseline)",
            source=("As reported by, for example, ", MEDPROMPT, "."),
        ),
        Definition(
            title="Average rank and wins",
            words=(
                "Rank 1 is the best on a benchmark; ties share their mean rank; scores that differ by rounding noise "
                "only are "
                "ties. Systems whose average ranks differ by less than the critical difference cannot be told apart.",
            ),
            formula="CD = q / √2 · sqrt(p (p + 1) / (6 n)), p systems, n benchmarks",
            source=("Friedman's test and Nemenyi's critical difference: ", DEMSAR, "."),
            assumptions=("Benchmarks are independent draws.", "A rank depends on who else is in the table."),
        ),
        Definition(
            title="Printed means",
            words=(
                "A mean that the source prints must equal the mean of the parts it prints, up to rounding: one unit "
                "of the last "
                "digit. This site computes its means from the parts.",
            ),
        ),
    )  # fmt: skip
