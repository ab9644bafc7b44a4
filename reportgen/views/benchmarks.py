"""The index of benchmarks and one page for each."""

from __future__ import annotations

import math
from collections import defaultdict
from statistics import fmean
from typing import TYPE_CHECKING

import numpy as np

from reportgen import numbers
from reportgen.views import benchmark_concurrence
from reportgen.views.blocks import Cell, External, Facts, Figure, Link, Notice, Page, Prose, Strong, Table
from reportgen.views.common import (
    column_decimals,
    columns,
    count_cell,
    known,
    number,
    text_cell,
    value_cell,
)
from reportgen.views.figures import as_table, dots
from reportgen.views.report import benchmark_page, model_page
from reportgen.views.standings import score_text, system_cells
from reportgen.views.trends import benchmark_blocks
from reportgen.views.undirected import ANCHOR as UNDIRECTED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reportgen.records.catalog import BenchmarkEntry
    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report, Setting

INDEX = Link("Benchmarks", "benchmarks/")
#: Systems drawn in the figure of a benchmark; more cannot be read.
MAX_DOTS = 40
#: Systems from which quartiles and a figure say something.
FEWEST_FOR_SPREAD = 4
#: Filters shown as chips.
MAX_CHIPS = 16


def pages(report: Report) -> Iterator[Page]:
    """The index, then a page per benchmark in order of suite and name."""
    groups: dict[tuple[str, str], list[Setting]] = defaultdict(list)
    for setting in report.settings:
        groups[setting.suite, setting.benchmark].append(setting)
    yield _index(report, groups)
    for (suite, benchmark), group in sorted(groups.items()):
        yield _page(report, suite, benchmark, group)


def _page(report: Report, suite: str, benchmark: str, group: Sequence[Setting]) -> Page:
    entry = report.benchmark_entry(suite, benchmark)
    main = _main(group)
    title = entry.title if entry and entry.title else benchmark
    blocks: list[Block] = [Facts(items=tuple(_facts(suite, entry, main)))]
    if entry and entry.description:
        blocks.append(Prose(paragraphs=((entry.description,),)))
    if main.reason:
        blocks.append(_not_ranked(main.reason))
    blocks += _figure(report, main)
    blocks += [_systems(report, setting, alone=len(group) == 1) for setting in group]
    blocks += benchmark_concurrence.blocks(report, main.setting)
    blocks += benchmark_blocks(report, suite, benchmark)
    blocks += _origin(entry)
    return Page(
        path=benchmark_page(suite, benchmark),
        title=title,
        section="benchmarks/",
        parents=(INDEX,),
        answer=_answer(report, title, main),
        blocks=tuple(blocks),
        search_text=f"{suite} {benchmark} {entry.claimed_construct if entry else ''}",
    )


def _main(group: Sequence[Setting]) -> Setting:
    """The setting of a benchmark that most systems have."""
    return max(group, key=lambda setting: (setting.n_systems, -setting.column))


def order_of(report: Report, setting: Setting) -> np.ndarray:
    """Rows of the score table that have this setting, best first; by name where direction is unknown or tied."""
    there = np.flatnonzero(~np.isnan(report.table.value[:, setting.column]))
    keys = np.nan_to_num(report.places[there, setting.column], nan=0.0)
    return there[np.argsort(keys, kind="stable")]


def _answer(report: Report, title: str, setting: Setting) -> Words:
    table, order = report.table, order_of(report, setting)
    if len(order) == 0:
        return (Strong(title), " has no score that counts in this report.")
    values = table.value[order, setting.column]
    spread = (
        f"half of the systems lie between {numbers.score(float(np.quantile(values, 0.25)))} "
        f"and {numbers.score(float(np.quantile(values, 0.75)))}"
    )
    if setting.direction == "unknown":
        return (
            Strong(title),
            f" is reported for {numbers.plural(len(order), 'system')}, but it is not known whether "
            "more is better, so nobody is ranked on it.",
        )
    first = order[0]
    score = Strong(score_text(float(values[0]), known(table.stderr[first, setting.column])))
    name = Link(report.system_names[first], model_page(report.system_models[first]))
    if len(order) == 1:
        return (name, " is the only system with a score here: ", score, ".")
    shared = int((report.places[order, setting.column] == 1).sum()) - 1
    return (
        name,
        f" and {numbers.plural(shared, 'other')} share the " if shared else " has the ",
        Strong("lowest" if setting.direction == "lower" else "highest"),
        f" score of {numbers.plural(len(order), 'system')}: ",
        score,
        f"; {spread}." if len(order) >= FEWEST_FOR_SPREAD else ".",
    )


def _facts(suite: str, entry: BenchmarkEntry | None, setting: Setting) -> Iterator[Words]:
    yield number(setting.n_systems, "system")
    yield ("metric ", Strong(setting.metric), f", {_direction(setting.direction)}")
    if suite:
        yield ("suite ", Strong(suite))
    if setting.leaves > 1:
        yield ("mean of ", Strong(str(setting.leaves)), " parts")
    if setting.role:
        yield (Strong("in distribution" if setting.role == "id" else "shifted"),)
    if entry is not None:
        yield from _declared(entry)


def _declared(entry: BenchmarkEntry) -> Iterator[Words]:
    """What the catalog says about the benchmark."""
    if entry.claimed_construct:
        yield ("claims to measure ", Strong(entry.claimed_construct))
    if entry.source_type:
        yield (Strong(entry.source_type), " items")
    if entry.split_strategy:
        yield ("split strategy: ", Strong(entry.split_strategy))
    if entry.items:
        yield number(entry.items, "item")
    if entry.chance is not None:
        yield ("guessing scores ", Strong(numbers.score(entry.chance)))


def _direction(direction: str) -> str:
    return {"higher": "higher is better", "lower": "lower is better"}.get(direction, "direction unknown")


def _not_ranked(reason: str) -> Notice:
    told = f"{reason}. Declare the metric's direction in results/catalog/metrics.yml to rank it"
    line = Link("the line to put there", "ingest/", anchor=UNDIRECTED)
    where: Words = (": see ", line, ".") if reason == "direction unknown" else (".",)
    return Notice(words=(Strong("Not ranked: "), told, *where), tone="warn")


def _figure(report: Report, setting: Setting) -> list[Block]:
    order = order_of(report, setting)
    if len(order) < FEWEST_FOR_SPREAD:
        return []
    shown = order[:MAX_DOTS]
    more = (
        ""
        if len(order) == len(shown)
        else f" The best {len(shown)} of {numbers.count(len(order))} are drawn."
    )
    errors = [known(value) for value in report.table.stderr[shown, setting.column]]
    data, layout = dots(
        names=[report.system_names[row] for row in shown],
        values=report.table.value[shown, setting.column].tolist(),
        errors=errors,
        axis=f"{setting.metric}{f', {setting.unit}' if setting.unit else ''}",
        color="ood" if setting.role == "ood" else "accent",
    )
    whisker = " Whiskers are ± one standard error." if any(errors) else " No standard errors are known."
    return [
        Figure(
            name=f"figure-{setting.column}",
            heading="Scores",
            caption=(f"{setting.title}: score of each system.{whisker}{more}",),
            alt=f"Dot plot of {len(shown)} systems by score on {setting.title}, best at the top.",
            data=data,
            layout=layout,
            height=max(260, 90 + 18 * len(shown)),
            table=as_table(
                f"figure-{setting.column}",
                ("System", "Score", "Standard error"),
                [report.system_names[row] for row in shown],
                [report.table.value[shown, setting.column].tolist(), errors],
                pm=True,
            ),
        )
    ]


def _systems(report: Report, setting: Setting, *, alone: bool) -> Table:
    table, order = report.table, order_of(report, setting)
    decimals = column_decimals(table.stderr[order, setting.column])
    names = system_cells(report)
    values, errors, places = (
        array[order, setting.column].tolist() for array in (table.value, table.stderr, report.places)
    )
    rows = tuple(
        (_place(place), names[row], value_cell(value, error, decimals=decimals))
        for row, value, error, place in zip(order.tolist(), values, errors, places, strict=True)
    )
    return Table(
        name=f"systems-{setting.column}",
        heading="All systems" if alone else setting.title,
        caption=f"Systems by score on {setting.title}",
        columns=columns(
            ("place", "Place", {}),
            ("system", "System", {"align": "left"}),
            ("score", "Score", {"note": "± standard error"}),
        ),
        rows=rows,
        model_column=1,
        search="Find a system",
        download="scores",
        compact=True,
    )


def _place(place: float) -> Cell:
    return (
        Cell(text=numbers.ABSENT)
        if math.isnan(place)
        else Cell(text=numbers.count(int(place)), sort=int(place))
    )


def _origin(entry: BenchmarkEntry | None) -> list[Block]:
    if entry is None or not (entry.citation or entry.url or entry.source):
        return []
    words: list[str | External] = []
    if entry.source:
        words.append(f"Items from {entry.source}. ")
    if entry.citation:
        words.append(entry.citation + " ")
    if entry.url:
        words.append(External(entry.url, entry.url))
    return [Prose(heading="Source", paragraphs=(tuple(words),), soft=True)]


def _index(report: Report, groups: dict[tuple[str, str], list[Setting]]) -> Page:
    suites = sorted({suite for suite, _ in groups if suite})
    has_construct = any(entry.claimed_construct for entry in report.catalog.benchmarks)
    rows = [_index_row(report, key, group) for key, group in sorted(groups.items())]
    suite_options = {"align": "left", "group": "chips" if 1 < len(suites) <= MAX_CHIPS else "", "wide": True}
    construct = (
        (("construct", "Claims to measure", {"align": "left", "wide": True}),) if has_construct else ()
    )
    agreement = {
        "note": "with the others",
        "wide": True,
        "meaning": f"Mean Kendall tau-b with every other benchmark it shares {report.fewest_models} models with.",
    }
    return Page(
        path="benchmarks/",
        title="Benchmarks",
        section="benchmarks/",
        answer=_how_many(len(groups), len(suites)),
        blocks=(
            Table(
                name="benchmarks",
                caption="All benchmarks",
                columns=columns(
                    ("benchmark", "Benchmark", {"align": "left"}),
                    ("suite", "Suite", suite_options),
                    *construct,
                    ("systems", "Systems", {}),
                    ("median", "Median", {}),
                    ("best", "Best", {}),
                    ("agreement", "Mean τ-b", agreement),
                ),
                rows=tuple((*row[:2], *(row[2:] if has_construct else row[3:])) for row in rows),
                search="Find a benchmark",
                download="settings",
            ),
        ),
    )


def _how_many(benchmarks: int, suites: int) -> Words:
    if benchmarks == 0:
        return (Strong("No benchmark"), " has a score that can be shown.")
    within = f" in {numbers.plural(suites, 'suite')}" if suites else ""
    return (
        Strong(numbers.plural(benchmarks, "benchmark")),
        f"{within}: what each claims to measure, who is best, and how much it agrees with the others.",
    )


def _index_row(report: Report, key: tuple[str, str], group: Sequence[Setting]) -> tuple[Cell, ...]:
    suite, benchmark = key
    entry = report.benchmark_entry(suite, benchmark)
    main = _main(group)
    values = report.table.value[order_of(report, main), main.column]
    others = benchmark_concurrence.partners(report, main.setting)
    mean_tau = fmean(row.tau_b for row in others) if others else None
    return (
        Cell(
            text=entry.title if entry and entry.title else benchmark,
            sort=benchmark.casefold(),
            link=benchmark_page(suite, benchmark),
            flags=("shifted",) if main.role == "ood" else (),
        ),
        text_cell(suite or numbers.ABSENT),
        text_cell(entry.claimed_construct if entry and entry.claimed_construct else numbers.ABSENT),
        count_cell(len(values)),
        value_cell(float(np.median(values)) if len(values) else None),
        value_cell(float(values[0]) if len(values) and main.direction != "unknown" else None),
        Cell(text=numbers.fixed(mean_tau, 2), sort=mean_tau),
    )
