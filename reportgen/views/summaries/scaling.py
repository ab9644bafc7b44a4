"""Score against size: what a tenfold size brings, in every family, and how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.analysis.sizes import PARAMETERS
from reportgen.numbers import NotEstimable
from reportgen.views.blocks import Cell, Definition, External, Figure, Strong, Table
from reportgen.views.common import columns, known, number, rows_of, text_cell, value_cell
from reportgen.views.figures import as_table
from reportgen.views.figures_scatter import Line, Points, scatter
from reportgen.views.summaries.template import Content, path_of, summary_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from reportgen.analysis.evidence import Computed
    from reportgen.analysis.summaries.scaling import Headline
    from reportgen.views.blocks import Page, Words
    from reportgen.views.report import Report

NAME = "scaling"
TITLE = "Score against size"
PATH = path_of(NAME)
#: Benchmarks and panels that get a figure.
MAX_FIGURES = 6
#: Series drawn in one figure, each in a colour of its own.
COLORS = ("accent", "ood", "good", "violet", "bad", "soft")
KAPLAN = External("Kaplan et al. (2020), Scaling Laws", "https://arxiv.org/abs/2001.08361")
SOURCES = External(
    "Hestness et al. (2017), Deep Learning Scaling is Predictable", "https://arxiv.org/abs/1712.00409"
)


def pages(report: Report) -> Iterator[Page]:
    """The page, when any series has four sizes."""
    found: Computed | NotEstimable = report.summaries[NAME]
    if isinstance(found, NotEstimable):
        return
    fits = found.main[found.main["estimate"].notna()]
    yield summary_page(
        NAME,
        found,
        Content(
            title="What does size bring?",
            answer=sentence(found),
            facts=(number(len(fits), "fit"), number(int(fits["series"].nunique()), "series", "series")),
            blocks=(
                *(_figure(found, *key, at) for at, key in enumerate(_drawn(fits))),
                _fits(fits),
                *_unfitted(found.main),
            ),
            definitions=_definitions(report.level),
            search_text="scaling law parameters data samples exponent power law emergence transition double descent",
        ),
    )


def sentence(found: Computed) -> Words:
    """What a tenfold size brings where it brings most, and in how many series it surely helps."""
    fact: Headline = found.headline
    what = (
        "A model with ten times the parameters"
        if fact.size_name == PARAMETERS
        else f"Ten times the {fact.size_name}"
    )
    start: Words = (f"{what} ", *_brings(fact.most, fact), f" in {fact.most['series']}")
    if fact.n_fits > 1:
        start += (" and ", *_brings(fact.least, fact), f" in {fact.least['series']}")
    sure = (
        f"; {fact.n_up} of {numbers.plural(fact.n_fits, 'series', 'series')} surely "
        f"{'rises' if fact.n_fits == 1 else 'rise'}"
    )
    sure += f" and {fact.n_down} surely fall{'s' if fact.n_down == 1 else ''}" if fact.n_down else ""
    mixed = ". Families are mixed" if fact.pooled else ""
    return (*start, f" ({fact.benchmark}){sure}{mixed}.")


def _brings(row: dict[str, Any], fact: Headline) -> Words:
    gain, error = float(row["estimate"]), known(row["standard_error"])
    error = error if error and error > numbers.NOISE * abs(gain) else None
    unit = " points" if fact.unit in {"percent", "points"} else ""
    amount = f"{numbers.score(abs(gain), error)}{numbers.give_or_take(error)}"
    return ("gains " if gain >= 0 else "loses ", Strong(amount + unit))


def _drawn(fits: pd.DataFrame) -> list[tuple[str, str, str]]:
    """(suite, benchmark, size name), means of panels first, then those with most series."""
    keys = ["suite", "benchmark", "size_name"]
    counted = fits.groupby(keys).agg(n=("series", "size"), settings=("settings", "first")).reset_index()
    order = counted.sort_values(["settings", "n", *keys], ascending=[False, False, True, True, True])
    return [(row.suite, row.benchmark, row.size_name) for row in rows_of(order.head(MAX_FIGURES))]


def _figure(found: Computed, suite: str, benchmark: str, size_name: str, index: int) -> Figure:
    points = found.tables["points"]
    here = points[
        (points["suite"] == suite) & (points["benchmark"] == benchmark) & (points["size_name"] == size_name)
    ]
    fits = found.main[(found.main["suite"] == suite) & (found.main["benchmark"] == benchmark)]
    names = _shown(fits[fits["size_name"] == size_name])
    here = here[here["series"].isin(names)]
    scale, axis = (1e9, "billion parameters") if size_name == PARAMETERS else (1.0, size_name)
    unit = str(fits["unit"].iloc[0])
    lines, marks = [], []
    for color, name in zip(COLORS, names, strict=False):
        rows = here[here["series"] == name]
        lines.append(_line(rows, name, color, scale))
        marks.append(_marks(rows, name, color, scale))
    data, layout = scatter(
        lines=lines,
        points=marks,
        x_title=f"{axis} (log scale)",
        y_title=f"score{f', {unit}' if unit else ''}",
        log_x=True,
    )
    for trace in data[: len(data) - len(marks)]:
        trace["showlegend"] = False
    rows = here.sort_values(["series", "size", "system"], kind="stable")
    return Figure(
        name=f"figure-scaling-{index}",
        heading=_title(suite, benchmark),
        caption=(
            f"Each point is one model; lines are fits on the logarithm of size, with "
            f"{numbers.percent(found.level)} bands. They end at the largest size: what lies beyond is extrapolation.",
        ),
        alt=f"Score over {axis} on a logarithmic axis for {numbers.plural(len(names), 'series', 'series')} with fits.",
        data=data,
        layout=layout,
        table=as_table(
            f"figure-scaling-{index}",
            ("Model", axis, "Score", "Fitted"),
            [f"{system} ({series})" for system, series in zip(rows["system"], rows["series"], strict=True)],
            [(rows["size"] / scale).tolist(), rows["score"].tolist(), rows["fitted"].tolist()],
        ),
    )  # fmt: skip


def _shown(fits: pd.DataFrame) -> list[str]:
    """Series with a fit, most points first; the mixed one only where there is no other."""
    fits = fits[fits["estimate"].notna()]
    apart = fits[~fits["pooled"].astype(bool)]
    order = (apart if len(apart) else fits).sort_values(["models", "series"], ascending=[False, True])
    return [str(name) for name in order["series"].head(len(COLORS))]


def _title(suite: str, benchmark: str) -> str:
    return benchmark if not suite or suite in benchmark else f"{suite} · {benchmark}"


def _line(rows: pd.DataFrame, name: str, color: str, scale: float) -> Line:
    rows = rows.drop_duplicates("size")
    return Line(
        name=name,
        x=(rows["size"] / scale).tolist(),
        y=rows["fitted"].tolist(),
        low=rows["fitted_low"].tolist(),
        high=rows["fitted_high"].tolist(),
        color=color,
    )


def _marks(rows: pd.DataFrame, name: str, color: str, scale: float) -> Points:
    return Points(
        name=name,
        x=(rows["size"] / scale).tolist(),
        y=rows["score"].tolist(),
        text=[
            f"{row.system}: {numbers.score(row.score)} at {numbers.score(row.size / scale)}" for row in rows_of(rows)
        ],
        color=color,
    )  # fmt: skip


def size_text(size_name: str, size: Any) -> str:
    """Parameters in billions, anything else as it is."""
    value = known(size)
    if value is None:
        return numbers.ABSENT
    return (
        f"{numbers.score(value / 1e9)} billion"
        if size_name == PARAMETERS and value >= 1e8
        else numbers.plain(value)
    )


def _fits(fits: pd.DataFrame) -> Table:
    return Table(
        name="fits",
        heading="Every fit",
        caption="Gain per tenfold size and exponent of the error, by series and benchmark",
        columns=columns(
            ("series", "Series", {"align": "left"}),
            ("benchmark", "Benchmark", {"align": "left"}),
            ("gain", "Per tenfold", {"meaning": "What ten times the size adds to the score; negative means worse."}),
            ("range", "Sizes", {"align": "left", "wide": True}),
            ("r2", "R²", {"wide": True}),
            ("exponent", "Exponent", {"wide": True, "meaning": "How fast the error falls with size, and its interval; "
             "open where the data do not bound it."}),
            ("transition", "Half-way from", {"wide": True, "meaning": "Least size from which every size scores "
             "at least half-way between chance and best."}),
            ("extrapolated", "At ten times more", {"wide": True, "meaning": "Where the line would be at ten times the "
             "largest size: extrapolated, not measured."}),
        ),
        rows=tuple(_row(row) for row in rows_of(fits)),
        search="Find a series or benchmark",
        download=NAME,
    )  # fmt: skip


def _row(row: Any) -> tuple[Cell, ...]:
    flags = (("families mixed",) if row.pooled else ()) + (
        ("worse between",) if known(row.worst_interior) else ()
    )
    exponent = known(row.exponent)
    low, high = known(row.exponent_low), known(row.exponent_high)
    ends = f"{numbers.score(low) if low else '0'} to {numbers.score(high) if high else '?'}"
    beyond = known(row.extrapolated)
    half = (known(row.extrapolated_high) or 0.0) - (beyond or 0.0)
    return (
        text_cell(row.series, flags=flags),
        text_cell(_title(str(row.suite), str(row.benchmark))),
        value_cell(row.estimate, row.standard_error),
        text_cell(
            f"{size_text(row.size_name, row.smallest)} to {size_text(row.size_name, row.largest)}",
            note=numbers.plural(int(row.models), "model"),
        ),
        value_cell(row.r2),
        Cell(text=numbers.score(exponent), sort=exponent, note=ends if exponent is not None else ""),
        Cell(text=size_text(row.size_name, row.transition), sort=known(row.transition)),
        Cell(text=numbers.score(beyond, half), sort=beyond, flags=("extrapolated",)),
    )


def _unfitted(main: pd.DataFrame) -> tuple[Table, ...]:
    """How many fits each series lacks, and why."""
    rows = main[main["estimate"].isna()]
    if rows.empty:
        return ()
    counted = rows.groupby(["series", "size_name", "reason"], sort=True).size().reset_index(name="n")
    return (
        Table(
            name="unfitted",
            heading="Series without a fit",
            caption="Series with too few sizes, and on how many benchmarks",
            columns=columns(
                ("series", "Series", {"align": "left"}),
                ("reason", "Why", {"align": "left"}),
                ("n", "Benchmarks", {"wide": True}),
            ),
            rows=tuple(
                (text_cell(row.series), text_cell(row.reason), Cell(text=numbers.count(int(row.n)), sort=int(row.n)))
                for row in rows_of(counted)
            ),
            compact=True,
        ),
    )  # fmt: skip


def _definitions(level: float) -> tuple[Definition, ...]:
    return (
        Definition(
            title="Gain per tenfold size",
            words=(
                "Slope of a least-squares line of the score on the logarithm of size, one line for each family or "
                "series. ± is its standard error over models, n − 2 degrees of freedom. A mean over benchmarks is over "
                "the same ones for every model.",
            ),
            formula="score = a + b log10 N",
            source=(f"{numbers.percent(level)} Student intervals. Source: ", KAPLAN, "."),
            assumptions=(
                "Models of a series are independent draws around one line; models tuned from one another are not.",
                "The line does not know the bounds of the metric: beyond the largest size it may leave them.",
                "Fewer than four sizes give no fit.",
            ),
        ),
        Definition(
            title="Exponent",
            words=(
                "The error, the distance to the best value of the metric, falls as a power of size down to a floor "
                "that no size removes. The interval holds all exponents that fit nearly as well (profile of the sum of "
                "squares, F test, to 5 % of the exponent); where it is open, floor and exponent stand in "
                "for each other.",
            ),
            formula="error = c + k N^−α,  c, k ≥ 0",
            source=("Source: ", SOURCES, "."),
        ),
        Definition(
            title="Half-way and double descent",
            words=(
                "Half-way is the least size from which every size scores at least half-way between chance (where the "
                "catalog states it, otherwise the worst value) and the best value. A size is worse between when it "
                "lies inside the range and scores below both of its ends.",
            ),
        ),
    )
