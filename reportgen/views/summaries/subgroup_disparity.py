"""Groups of the population: the page of whom a system serves worst, and how far each group is from the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.numbers import NotEstimable
from reportgen.views import definitions
from reportgen.views.blocks import Cell, Definition, External, Figure, Strong, Table
from reportgen.views.common import columns, count_cell, known, number, rows_of, text_cell, value_cell
from reportgen.views.figures import as_table
from reportgen.views.figures_bars import interval_dots
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
    from reportgen.analysis.summaries.subgroup_disparity import Headline
    from reportgen.views.blocks import Block, Page, Words
    from reportgen.views.figures import Data, Layout
    from reportgen.views.report import Report

NAME = "subgroup_disparity"
TITLE = "Groups of the population"
PATH = path_of(NAME)
#: Figures, and groups that one can show.
MAX_FIGURES = 6
MAX_GROUPS = 60
#: Rows of groups that are listed, as far as whole systems go; the rest is in the download.
MAX_LISTED = 100
#: p below which size and score are said to go together.
SIGNIFICANT = 0.05
SAGAWA = External(
    "Sagawa et al. (2020), Distributionally Robust Neural Networks", "https://arxiv.org/abs/1911.08731"
)


def pages(report: Report) -> Iterator[Page]:
    """The page, where any benchmark has two groups or more."""
    found: Computed | NotEstimable = report.summaries[NAME]
    if isinstance(found, NotEstimable):
        return
    yield summary_page(
        NAME,
        found,
        Content(
            title="Whom does it serve worst?",
            answer=sentence(found),
            blocks=tuple(_blocks(found)),
            definitions=_definitions(report.level),
            facts=(number(len(set(found.tables["groups"]["group"])), "group"),),
            search_text="subgroup fairness disparity worst group accuracy demographic bias language hospital range",
        ),
    )


def sentence(found: Computed) -> Words:
    """Whose worst group fares best, how far that is from its best group, and how many are clearly behind."""
    fact: Headline = found.headline
    if not fact.best:
        return (Strong("No groups can be compared"), f" on {fact.panel}: {fact.reason}.")
    row = fact.best
    several = fact.systems > 1
    size = f", {numbers.plural(int(fact.n), 'item')}" if known(fact.n) is not None else ""
    words: Words = (
        system_link(found, str(row["system"])),
        " has the best worst group: " if several else " is worst on ",
        Strong(str(row["worst_group"])),
        " with " if several else ": ",
        Strong(level(row["worst_score"], row["worst_error"], fact.unit)),
        f" ({fact.panel}{size}){sure(fact.alike, fact.systems - 1)}."
        f" That is {_distance(row['estimate'], fact.unit)} from its best, {row['best_group']}"
        f"{_range_interval(row, fact.unit)}. ",
        _behind(row),
    )
    if several:
        words += (
            " The range is widest for ",
            system_link(found, fact.widest),
            f": {_distance(fact.widest_range, fact.unit)}.",
        )
    return (*words, _by_size(row))


def _distance(value: float, unit: str) -> str:
    return f"{numbers.fixed(value, decimals(unit))}{points(unit)}"


def _range_interval(row: dict[str, Any], unit: str) -> str:
    low, high = known(row["low"]), known(row["high"])
    if low is None or high is None:
        return ""
    return f" (interval {numbers.interval(low, high, decimals(unit))})"


def _behind(row: dict[str, Any]) -> str:
    behind = known(row["behind"])
    if behind is None:
        return "How many groups are clearly behind the rest cannot be said, because errors are unknown."
    of = numbers.plural(int(row["groups"]), "group")
    return f"{numbers.count(int(behind))} of {of} {'is' if behind == 1 else 'are'} clearly behind the rest."


def _by_size(row: dict[str, Any]) -> str:
    rho, p = known(row["size_correlation"]), known(row["size_p"])
    if rho is None or p is None or p >= SIGNIFICANT:
        return ""
    better = "larger" if rho > 0 else "smaller"
    return f" Its {better} groups fare better (rank correlation {numbers.fixed(rho, 2, plus=True)})."


def _blocks(found: Computed) -> Iterator[Block]:
    groups = found.tables["groups"]
    for at, (name, rows) in enumerate(panels_of(found.main)[:MAX_FIGURES]):
        mine = groups[(groups["suite"] == rows["suite"].iloc[0]) & (groups["benchmark"] == name)]
        yield _figure(name, rows, mine[mine["system"] == rows["system"].iloc[0]], at)
    yield _systems(found)
    yield _groups(found)


def _figure(name: str, main: pd.DataFrame, rows: pd.DataFrame, at: int) -> Figure:
    """Groups of the first system, worst first; n in the label, small groups hollow."""
    worst_first = main["direction"].iloc[0] == "higher"
    rows = rows.sort_values(["small", "score", "group"], ascending=[True, worst_first, True], kind="stable")
    rows = rows.head(MAX_GROUPS)
    system, unit = str(main["system"].iloc[0]), str(main["unit"].iloc[0])
    groups = [str(group) for group in rows["group"]]
    data, layout = interval_dots(
        groups, rows["score"].tolist(), rows["low"].tolist(), rows["high"].tolist(),
        axis=f"Score{f', {unit}' if unit else ''}",
    )  # fmt: skip
    small = rows["small"].tolist()
    data[0]["marker"] |= {"color": ["token:soft" if one else "token:accent" for one in small],
                          "symbol": ["circle-open" if one else "circle" for one in small]}  # fmt: skip
    layout |= _mean_line(known(main["macro_mean"].iloc[0]))
    _add_sizes(data, layout, rows)
    shaded = " Hollow: too few items to compare." if any(small) else ""
    return Figure(
        name=f"figure-groups-{at}",
        heading=f"{name}: {system}",
        caption=(
            "Each dot is a group with its own interval, worst first; the number of items stands at the right; the line"
            f" is the mean over groups.{shaded}",
        ),
        alt=f"Dot plot of {numbers.plural(len(groups), 'group')} of {name} for {system}, with intervals.",
        data=data,
        layout=layout,
        height=110 + 24 * len(groups),
        table=as_table(
            f"figure-groups-{at}",
            ("Group", "Score", "Items"),
            groups,
            [rows["score"].tolist(), rows["n"].tolist()],
        ),
    )


def _add_sizes(data: Data, layout: Layout, rows: pd.DataFrame) -> None:
    """The number of items at the right of every row, as a second axis, which makes room for itself."""
    sizes = [known(n) for n in rows["n"]]
    if not any(sizes):
        return
    across, down = data[0]["x"], data[0]["y"]
    data.append({"type": "scatter", "mode": "markers", "x": across, "y": down, "yaxis": "y2", "opacity": 0,
                 "hoverinfo": "skip", "showlegend": False})  # fmt: skip
    ends = [len(sizes) - 0.5, -0.5]
    layout["yaxis"] |= {"autorange": False, "range": ends}
    layout["yaxis2"] = {
        "overlaying": "y", "side": "right", "autorange": False, "range": ends, "tickmode": "array",
        "tickvals": list(down), "automargin": True, "showgrid": False, "zeroline": False,
        "ticktext": ["" if n is None else f"n = {numbers.count(round(n))}" for n in sizes],
    }  # fmt: skip


def _mean_line(mean: float | None) -> dict[str, Any]:
    if mean is None:
        return {}
    line = {"color": "token:soft", "width": 1, "dash": "dot"}
    return {"shapes": [{"type": "line", "xref": "x", "yref": "paper", "x0": round(mean, 6), "x1": round(mean, 6),
                        "y0": 0, "y1": 1, "line": line}]}  # fmt: skip


def _systems(found: Computed) -> Table:
    many = len(panels_of(found.main)) > 1
    return Table(
        name="systems",
        heading="Every system",
        caption="Worst group, range and spread over groups of every system, best worst group first",
        columns=columns(
            ("system", "System", {"align": "left"}),
            *((("benchmark", "Benchmark", {"align": "left", "wide": True}),) if many else ()),
            ("worst", "Worst group", {"meaning": "Its score; the worst of noisy groups looks worse than it is."}),
            ("range", "Range", {"meaning": "Best group minus worst group."}),
            ("interval", "Interval of the range", {"wide": True}),
            ("ratio", "Ratio", {"wide": True, "meaning": "Lowest score divided by the highest."}),
            ("deviation", "SD", {"wide": True, "meaning": "Standard deviation over groups; beside it what errors alone "
             "would give."}),
            ("weighted", "SD by items", {"wide": True, "meaning": "The same with groups weighted by their items."}),
            ("behind", "Behind", {"wide": True, "meaning": "Groups clearly behind the rest, adjusted for how many."}),
            ("size", "With size", {"wide": True, "meaning": "Spearman correlation of goodness with the size of the "
             "group."}),
        ),
        rows=tuple(_row(row, many=many) for row in rows_of(found.main)),
        search="Find a system",
        download=NAME,
    )  # fmt: skip


def _row(row: Any, *, many: bool) -> tuple[Cell, ...]:
    places, error = decimals(row.unit), known(row.worst_error)
    noise, behind = known(row.noise), known(row.behind)
    note = str(row.worst_group) if known(row.worst_score) is not None else ""
    return (
        system_cell(row, ("near chance",) if row.near_chance else ()),
        *((text_cell(row.benchmark),) if many else ()),
        Cell(
            text=numbers.score(known(row.worst_score), error, decimals=None if error else places),
            sort=known(row.worst_score),
            note=note,
            title=row.reason,
        ),
        value_cell(row.estimate, decimals=places),
        interval_cell(row.low, row.high, row.unit),
        value_cell(row.ratio, decimals=2, title=row.ratio_reason),
        Cell(
            text=numbers.fixed(known(row.deviation), places),
            sort=known(row.deviation),
            note=f"noise {numbers.fixed(noise, places)}" if noise is not None else "",
        ),
        value_cell(row.weighted_deviation, decimals=places),
        Cell(text=numbers.ABSENT if behind is None else f"{int(behind)} of {row.groups}", sort=behind),
        value_cell(row.size_correlation, decimals=2, title=row.size_reason),
    )


def _groups(found: Computed) -> Table:
    groups = found.tables["groups"]
    largest = int(groups.groupby("system").size().max())
    listed = set(found.main["system"].drop_duplicates()[: max(1, MAX_LISTED // largest)])
    rows = groups[groups["system"].isin(listed)]
    many = len(panels_of(found.main)) > 1
    few = (
        ""
        if len(listed) == found.models
        else f", the first {numbers.plural(len(listed), 'system')}; the download has all"
    )
    return Table(
        name="groups",
        heading="Every group",
        caption=f"Score of every group and its distance from the rest{few}",
        columns=columns(
            ("group", "Group", {"align": "left"}),
            ("system", "System", {"align": "left", "wide": not many and found.models == 1}),
            *((("benchmark", "Benchmark", {"align": "left", "wide": True}),) if many else ()),
            ("score", "Score", {}),
            ("interval", "Interval", {"wide": True}),
            ("n", "Items", {"wide": True}),
            ("behind", "Behind the rest", {"meaning": "Rest minus group; positive means the group is behind."}),
            ("adjusted", "Interval of that", {"wide": True, "meaning": "Simultaneous over the groups."}),
            ("p", "p", {"wide": True, "meaning": "Of no difference, adjusted for the number of groups."}),
        ),
        rows=tuple(_group(row, str(_unit(found, row)), many=many) for row in rows_of(rows)),
        search="Find a group or system",
        download=f"{NAME}_groups",
        compact=True,
    )  # fmt: skip


def _unit(found: Computed, row: Any) -> str:
    main = found.main
    units = main.loc[(main["suite"] == row.suite) & (main["benchmark"] == row.benchmark), "unit"]
    return str(units.iloc[0])


def _group(row: Any, unit: str, *, many: bool) -> tuple[Cell, ...]:
    places, n, p = decimals(unit), known(row.n), known(row.p_adjusted)
    flags = ("few items",) if row.small else ("behind",) if row.behind else ()
    return (
        text_cell(row.group, flags=flags),
        system_cell(row),
        *((text_cell(row.benchmark),) if many else ()),
        value_cell(row.score, decimals=places),
        interval_cell(row.low, row.high, unit),
        count_cell(None if n is None else round(n)),
        value_cell(row.disadvantage, decimals=places),
        interval_cell(row.disadvantage_low, row.disadvantage_high, unit),
        Cell(text=_p(p), sort=p),
    )


def _p(p: float | None) -> str:
    return numbers.ABSENT if p is None else ("< 0.001" if p < 0.001 else numbers.fixed(p, 3))


def _definitions(confidence: float) -> tuple[Definition, ...]:
    share = numbers.percent(confidence)
    return (
        Definition(
            title="Worst group and range",
            words=(
                "Groups of one grouping in one test, items averaged first, then seeds. The worst of several noisy "
                "groups looks worse than it is, and some range is there even if all are equal: so the interval of "
                "the range is from intervals that hold for all groups at once, and the spread stands beside the one "
                "that errors alone would give.",
            ),
            formula="range = best − worst;  ratio = min / max;  SD = √(Σ (m_g − mean)² / k)",
            source=(
                "Worst-group score as in ",
                SAGAWA,
                f". {share} intervals: Wilson for shares of items, else normal.",
            ),
            assumptions=(
                "Groups of fewer than 10 items are shown and not compared.",
                "Systems are compared over the groups that all of them have.",
            ),
        ),
        Definition(
            title="Behind the rest",
            words=(
                "The mean of all other groups, weighted by their items, minus the group's score, in the direction of "
                "goodness. Clearly behind means p below "
                f"{numbers.plain(round(1 - confidence, 6))} after Holm's adjustment for the number of groups. Of "
                "scores that are no means over items, such as an AUC, the rest is the mean of the groups' scores and "
                "not that of their union.",
            ),
            formula="disadvantage_g = Σ_{h≠g} n_h m_h / Σ_{h≠g} n_h − m_g",
            source=(
                "Intervals of differences of shares: ",
                definitions.NEWCOMBE,
                "; simultaneous by Bonferroni.",
            ),
            assumptions=("Groups are different items; where they share members this is said.",),
        ),
        Definition(
            title="Relation with size",
            words=(
                "Spearman correlation of goodness with the number of items, from five groups on; the logarithm of "
                "the number has the same ranks.",
            ),
        ),
        definitions.standard_error(),
    )
