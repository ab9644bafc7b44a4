"""Score by difficulty: curves, the grid of training by test level, and what easy training recovers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.numbers import NotEstimable
from reportgen.views.blocks import Cell, Definition, External, Figure, Page, Strong, Table
from reportgen.views.common import columns, known, rows_of, text_cell, value_cell
from reportgen.views.figures import as_table
from reportgen.views.figures_curves import ROW, axes, heat, line, panels_by_size, rounded, same_panel, style
from reportgen.views.report import model_page
from reportgen.views.summaries.template import Content, path_of, summary_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from reportgen.analysis.evidence import Computed
    from reportgen.analysis.summaries.difficulty_curve import Headline
    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report

NAME = "difficulty_curve"
TITLE = "Score by difficulty"
PATH = path_of(NAME)
HASE = External(
    "Hase et al. (2024), The Unreasonable Effectiveness of Easy Training Data for Hard Tasks, ACL",
    "https://arxiv.org/abs/2401.06751",
)
#: Benchmarks with figures, and curves drawn in one.
MAX_FIGURES = 4
MAX_LINES = 6


def pages(report: Report) -> Iterator[Page]:
    """The page, when there is anything to show."""
    found = report.summaries[NAME]
    if isinstance(found, NotEstimable):
        return
    linked = frozenset(report.system_models)
    content = Content(
        title="Score by difficulty: what hard items cost",
        answer=sentence(found),
        blocks=(*_recovered(found), *_figures(found), _systems(found, linked)),
        definitions=_definitions(found.level),
        search_text="difficulty curve easy to hard supervision gap recovered grid",
    )
    yield summary_page(NAME, found, content)


def sentence(found: Computed) -> Words:
    """What the hardest level costs, who is best there, and what training on easy data recovers."""
    head: Headline = found.headline
    return (*_easy_to_hard(head), *_costs(head))


def _easy_to_hard(head: Headline) -> Words:
    if not head.n_recovered:
        return ()
    interval = ""
    if known(head.recovered_low) is not None:
        low, high = (numbers.percent(edge) for edge in (head.recovered_low, head.recovered_high))
        interval = f" (interval {low} to {high})"
    if head.n_recovered == 1:
        return (
            f"On {head.recovered_benchmark}, training {head.recovered_system} on easy data recovers ",
            Strong(numbers.percent(head.recovered)),
            f" of what training on hard data gains{interval}. ",
        )
    return (
        "Training on easy data recovers a median of ",
        Strong(numbers.percent(head.recovered_median)),
        f" of what training on hard data gains, over {head.n_recovered} systems and benchmarks. ",
    )


def _costs(head: Headline) -> Words:
    if not head.n_curves:
        return (f"On {head.benchmark}, no system has scores at every level.",)
    error = known(head.best_error)
    best = numbers.score(head.best, error, decimals=None if error else _decimals(head.unit))
    best += numbers.give_or_take(error)
    falls = head.median_drop >= 0
    drop = numbers.score(abs(head.median_drop), decimals=_decimals(head.unit))
    points = " points" if head.unit in {"percent", "points"} else ""
    who = "the only curve" if head.n_curves == 1 else f"the median of {head.n_curves} curves"
    verb = "drops" if falls else "rises"
    start = f"From {head.easiest_level} to {head.hardest_level} on {head.benchmark}, {who} {verb} by "
    if head.n_curves == 1:
        return (start, Strong(f"{drop}{points}"), f", to {best}.")
    trained = f" (trained on {head.best_train})" if head.best_train else ""
    return (
        start,
        Strong(f"{drop}{points}"),
        f"; {head.best_system}{trained} scores best there: {best}{_sure(head)}.",
    )


def _sure(head: Headline) -> str:
    if head.n_alike is None:
        return "; how sure that is cannot be said, because errors are unknown"
    if head.n_alike:
        return f"; {numbers.plural(head.n_alike, 'other')} cannot be told apart from it"
    return ", clearly better than any other"


def _decimals(unit: str) -> int:
    return 1 if unit == "percent" else 3


def _curve_name(row: Any) -> str:
    return f"{row.system}, trained on {row.train}" if row.train else str(row.system)


# -- figures -----------------------------------------------------------------------------------------------------


def _figures(found: Computed) -> Iterator[Block]:
    for at, main in enumerate(panels_by_size(found.main)[:MAX_FIGURES]):
        grid = same_panel(found.tables["grid"], main)
        yield _curves(main, grid, at)
        trained = grid[grid["train"] != ""]
        if trained["train"].nunique() > 1:
            yield _heat(grid[grid["system"] == trained["system"].iloc[0]], str(main["benchmark"].iloc[0]), at)


def _curves(main: pd.DataFrame, grid: pd.DataFrame, at: int) -> Figure:
    benchmark, unit = str(main["benchmark"].iloc[0]), str(main["unit"].iloc[0])
    levels = grid.drop_duplicates("order").sort_values("order")
    ticks = {float(row.order): str(row.level) for row in rows_of(levels[["order", "level"]])}
    chosen = rows_of(main)[:MAX_LINES]
    data: list[dict[str, Any]] = []
    values = []
    for place, row in enumerate(chosen):
        mine = grid[(grid["system"] == row.system) & (grid["train"] == row.train)].sort_values("order")
        trace = line(_curve_name(row), mine["order"].tolist(), mine["value"].tolist(), **style(place))
        spread = [known(one) for one in mine["standard_error"].tolist()]
        if any(one is not None for one in spread):
            trace["error_y"] = {"type": "data", "array": rounded(spread), "thickness": 1, "width": 0}
        data.append(trace)
        values.append(dict(zip(mine["order"].tolist(), mine["value"].tolist(), strict=True)))
    n = grid.groupby("order")["n"].max()
    hover = {float(order): known(count) for order, count in zip(n.index.tolist(), n.tolist(), strict=True)}
    items = "; ".join(
        f"{ticks[one]}: {numbers.count(int(hover[one] or 0))}" for one in sorted(ticks) if hover.get(one)
    )
    more = len(main) - len(chosen)
    curves = numbers.plural(len(chosen), "curve")
    said = f"The best {curves} of {len(main)}, easy to hard." if more else f"{curves}, easy to hard."
    return Figure(
        name=f"figure-difficulty-{at}",
        heading=benchmark,
        caption=(f"{said}{f' Items: {items}.' if items else ''} Whiskers are standard errors, where known.",),
        alt=f"Lines of {numbers.plural(len(chosen), 'system')} over {len(ticks)} levels of difficulty of {benchmark}.",
        data=data,
        layout=axes("Difficulty", f"Score, {unit}" if unit else "Score", ticks=ticks),
        height=420,
        table=as_table(
            f"figure-difficulty-{at}",
            ("System", *(ticks[one] for one in sorted(ticks))),
            [_curve_name(row) for row in chosen],
            [[known(one.get(order)) for one in values] for order in sorted(ticks)],
        ),
    )


def _heat(grid: pd.DataFrame, benchmark: str, at: int) -> Figure:
    levels = [str(name) for name in grid.drop_duplicates("order").sort_values("order")["level"]]
    trains = sorted(
        set(map(str, grid["train"])), key=lambda one: (levels.index(one) if one in levels else -1, one)
    )
    cells = {
        (str(row.train), str(row.level)): known(row.value)
        for row in rows_of(grid[["train", "level", "value"]])
    }
    values = [[cells.get((train, level)) for level in levels] for train in trains]
    names = [train or "not trained" for train in trains]
    system = str(grid["system"].iloc[0])
    data, layout = heat(
        names,
        levels,
        values,
        title="Level of the test",
        words=[["" if one is None else numbers.score(one) for one in row] for row in values],
    )
    return Figure(
        name=f"figure-grid-{at}",
        heading=f"{system}: training level by test level of {benchmark}",
        caption=(
            "Rows are what it was trained on, columns what it was tested on. The darker, the higher the score.",
        ),
        alt=f"Heat map of the scores of {system} for {len(names)} kinds of training and {len(levels)} test levels.",
        data=data,
        layout=layout,
        height=110 + ROW * len(names),
        table=as_table(
            f"figure-grid-{at}",
            ("Trained on", *levels),
            names,
            [list(one) for one in zip(*values, strict=True)],
        ),
    )


# -- tables ------------------------------------------------------------------------------------------------------


def _recovered(found: Computed) -> tuple[Block, ...]:
    rows = rows_of(found.tables["recovered"])
    if not rows:
        return ()
    return (*_recovered_figure(rows), _recovered_table(rows))


def _recovered_figure(rows: list[Any]) -> tuple[Figure, ...]:
    shown = [row for row in rows if known(row.ratio) is not None]
    if not shown:
        return ()
    names = [f"{row.system} · {row.benchmark}" for row in shown]
    ratios = [float(row.ratio) for row in shown]
    up, down = ([known(row.high - row.ratio) for row in shown], [known(row.ratio - row.low) for row in shown])
    trace = {
        "type": "bar",
        "orientation": "h",
        "x": rounded(ratios),
        "y": list(range(len(shown))),
        "text": names,
        "textposition": "none",
        "hoverinfo": "text+x",
        "marker": {"color": "token:accent"},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": rounded(up),
            "arrayminus": rounded(down),
            "color": "token:ink",
        },
    }
    layout = axes("Supervision gap recovered", "", rule=1.0, rule_text="hard data") | {"showlegend": False}
    layout["yaxis"] = {
        "tickmode": "array",
        "tickvals": list(range(len(shown))),
        "ticktext": names,
        "automargin": True,
    }
    layout["xaxis"] |= {"zeroline": True}
    figure = Figure(
        name="figure-recovered",
        heading="What easy training recovers",
        caption=(
            "0: no better than without training. 1: as good as training on hard data. Both can be passed.",
        ),
        alt=f"Bars of the supervision gap recovered of {numbers.plural(len(shown), 'system')}.",
        data=[trace],
        layout=layout,
        height=120 + ROW * len(shown),
        table=as_table("figure-recovered", ("System", "Recovered"), names, [ratios]),
    )
    return (figure,)


def _recovered_table(rows: list[Any]) -> Table:
    return Table(
        name="recovered",
        heading="Easy training, hard tests",
        caption="Scores on hard tests after training on easy, on hard and on no data",
        columns=columns(
            ("system", "System", {"align": "left"}),
            ("benchmark", "Benchmark", {"align": "left", "wide": True}),
            ("easy", "Easy", {}),
            ("hard", "Hard", {}),
            ("none", "Untrained", {}),
            ("ratio", "Recovered", {}),
            ("interval", "Interval", {"wide": True}),
            ("items", "Items", {"wide": True}),
        ),
        rows=tuple(
            (
                text_cell(row.system),
                text_cell(row.benchmark),
                value_cell(row.easy),
                value_cell(row.hard),
                value_cell(row.untrained),
                Cell(
                    text=numbers.percent(known(row.ratio)) if known(row.ratio) is not None else "undefined",
                    sort=known(row.ratio),
                    title=str(row.reason),
                ),
                Cell(text=_interval(row), sort=known(row.low), title=str(row.reason)),
                Cell(text=numbers.count(row.items) if row.items else numbers.ABSENT, sort=row.items),
            )
            for row in rows
        ),
        compact=True,
    )


def _interval(row: Any) -> str:
    if known(row.low) is None:
        return numbers.ABSENT
    return f"{numbers.percent(row.low)} to {numbers.percent(row.high)}"


def _systems(found: Computed, linked: frozenset[str]) -> Table:
    several = found.main[["suite", "benchmark"]].drop_duplicates().shape[0] > 1
    trained = bool((found.main["train"] != "").any())
    return Table(
        name="systems",
        heading="Every system",
        caption="Scores at the easiest and the hardest level, and how scores fall between them",
        columns=columns(
            ("system", "System", {"align": "left"}),
            *((("benchmark", "Benchmark", {"align": "left", "wide": True}),) if several else ()),
            *((("train", "Trained on", {"align": "left"}),) if trained else ()),
            ("easiest", "Easiest", {}),
            ("hardest", "Hardest", {}),
            ("drop", "Drop", {"meaning": "Easiest less hardest; positive: falls with difficulty."}),
            (
                "slope",
                "Slope",
                {"wide": True, "meaning": "Of the log odds of being right, from easiest to hardest."},
            ),
            (
                "area",
                "Area",
                {"wide": True, "meaning": "Mean height of the curve, levels weighted by spacing."},
            ),
            ("levels", "Levels", {"wide": True}),
        ),
        rows=tuple(_row(row, linked, several=several, trained=trained) for row in rows_of(found.main)),
        search="Find a system",
    )


def _row(row: Any, linked: frozenset[str], *, several: bool, trained: bool) -> tuple[Cell, ...]:
    model, digits = str(row.model), _decimals(str(row.unit))
    error, slope_error = known(row.standard_error), known(row.slope_error)
    return (
        Cell(
            text=str(row.system),
            sort=str(row.system).casefold(),
            link=model_page(model) if model in linked else None,
            flags=("near chance",) if row.near_chance else (),
        ),
        *((text_cell(row.benchmark),) if several else ()),
        *((text_cell(row.train or numbers.ABSENT),) if trained else ()),
        value_cell(row.easiest, decimals=digits),
        value_cell(
            row.hardest, known(row.hardest_error), decimals=None if known(row.hardest_error) else digits
        ),
        value_cell(row.estimate, error, decimals=None if error else digits, title=str(row.reason)),
        value_cell(row.slope, slope_error),
        value_cell(row.area, decimals=digits),
        Cell(text=f"{row.levels} of {row.of_levels}", sort=row.levels),
    )


def _definitions(level: float) -> tuple[Definition, ...]:
    return (
        Definition(
            title="Drop, slope and area",
            words=(
                "Drop: score at the easiest level less that at the hardest, in the direction of goodness. Slope: of "
                "the log odds of being right, by logistic regression on difficulty scaled to 0 (easiest) … 1 "
                "(hardest), weighted by items. Area: mean height of the curve over that scale.",
            ),
            formula="drop = A(easiest) − A(hardest);   logit P(right) = a + slope · difficulty",
            assumptions=(
                "Only levels that all curves of a benchmark have enter.",
                "Items of different levels are independent; ± is the standard error.",
                "Where difficulty was measured by the models that are compared here, curves fall by construction.",
            ),
        ),
        Definition(
            title="Supervision gap recovered",
            words=(
                "Of what training on hard data gains over no training on hard tests: the share that training on easy "
                "data gains. Below 0 and above 1 are possible; where hard data gain nothing it is undefined.",
            ),
            formula="SGR = (Easy − Unsup) / (Hard − Unsup)",
            source=("Source: ", HASE, "."),
            assumptions=(
                f"{numbers.percent(level)} percentile interval of up to 10,000 draws: items are resampled jointly for "
                "all three arms, seeds for each arm by itself; draws without a finite ratio are dropped.",
                "With continuous difficulties, easy and hard are the lowest and the highest 30 % of the items.",
            ),
        ),
    )
