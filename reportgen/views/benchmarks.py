"""The index of benchmarks and one page for each."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from reportgen import numbers
from reportgen.numbers import NotEstimable
from reportgen.views.blocks import Cell, External, Facts, Figure, Link, Notice, Page, Prose, Strong, Table
from reportgen.views.common import columns, count_cell, known, number, text_cell, value_cell
from reportgen.views.figures import dots
from reportgen.views.report import benchmark_page, model_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from reportgen.records.catalog import BenchmarkEntry
    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report

INDEX = Link("Benchmarks", "benchmarks/")
#: Systems drawn in the figure of a benchmark; more cannot be read.
MAX_DOTS = 40
#: Partners listed on a benchmark's page, from either end.
MAX_PARTNERS = 6


def pages(report: Report) -> Iterator[Page]:
    """The index, then a page per benchmark in order of suite and name."""
    settings = report.table.settings
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for column, (suite, benchmark) in enumerate(zip(settings["suite"], settings["benchmark"], strict=True)):
        groups[str(suite), str(benchmark)].append(column)
    partners = _partners(report)
    yield _index(report, groups, partners)
    for (suite, benchmark), group in sorted(groups.items()):
        yield _page(report, suite, benchmark, group, partners)


def _page(
    report: Report, suite: str, benchmark: str, group: Sequence[int], partners: dict[str, pd.DataFrame]
) -> Page:
    entry = report.benchmark_entry(suite, benchmark)
    main = max(group, key=lambda column: (int(report.table.settings["n_systems"].iat[column]), -column))
    title = entry.title if entry and entry.title else benchmark
    blocks: list[Block] = [Facts(items=tuple(_facts(report, suite, entry, main)))]
    if entry and entry.description:
        blocks.append(Prose(paragraphs=((entry.description,),)))
    reason = str(report.table.settings["reason"].iat[main])
    if reason:
        blocks.append(_not_ranked(reason))
    blocks += _figure(report, main)
    blocks += [_systems(report, column, alone=len(group) == 1) for column in group]
    blocks += _agreement(report, str(report.table.settings["setting"].iat[main]), partners)
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


def order_of(report: Report, column: int) -> np.ndarray:
    """Rows of the score table that have this setting, best first; by name where direction is unknown or tied."""
    goodness = report.table.goodness()[:, column]
    there = np.flatnonzero(~np.isnan(report.table.value[:, column]))
    keys = np.where(np.isnan(goodness[there]), 0.0, -goodness[there])
    return there[np.argsort(keys, kind="stable")]


def _answer(report: Report, title: str, column: int) -> Words:
    table = report.table
    order = order_of(report, column)
    setting = table.settings.iloc[column]
    if len(order) == 0:
        return (Strong(title), " has no score that counts in this report.")
    values = table.value[order, column]
    spread = (
        f"half of the systems lie between {numbers.score(float(np.quantile(values, 0.25)))} "
        f"and {numbers.score(float(np.quantile(values, 0.75)))}"
    )
    if setting["direction"] == "unknown":
        return (Strong(title), f" is reported for {numbers.plural(len(order), 'system')}, but it is not known whether "
                "more is better, so nobody is ranked on it.")  # fmt: skip
    first = order[0]
    model = str(table.systems["model"].iat[first])
    error = known(table.stderr[first, column])
    shown = numbers.score(float(values[0]), error)
    return (
        Link(str(table.systems["system"].iat[first]), model_page(model)),
        " has the ",
        Strong("lowest" if setting["direction"] == "lower" else "highest"),
        f" score of {numbers.plural(len(order), 'system')}: ",
        Strong(f"{shown} {numbers.plus_minus(error).replace('±', '± ')}".strip()),
        f"; {spread}." if len(order) >= 4 else ".",
    )


def _facts(report: Report, suite: str, entry: BenchmarkEntry | None, column: int) -> Iterator[Words]:
    setting = report.table.settings.iloc[column]
    yield number(int(setting["n_systems"]), "system")
    yield ("metric ", Strong(str(setting["metric"])), f", {_direction(str(setting['direction']))}")
    if suite:
        yield ("suite ", Strong(suite))
    if int(setting["leaves"]) > 1:
        yield ("mean of ", Strong(str(setting["leaves"])), " parts")
    if setting["role"]:
        yield (Strong("in distribution" if setting["role"] == "id" else "shifted"),)
    if entry is None:
        return
    if entry.claimed_construct:
        yield ("claims to measure ", Strong(entry.claimed_construct))
    if entry.source_type:
        yield (Strong(entry.source_type), " items")
    if entry.split_strategy:
        yield ("test data: ", entry.split_strategy)
    if entry.items:
        yield number(entry.items, "item")
    if entry.chance is not None:
        yield ("guessing scores ", Strong(numbers.score(entry.chance)))


def _direction(direction: str) -> str:
    return {"higher": "higher is better", "lower": "lower is better"}.get(direction, "direction unknown")


def _not_ranked(reason: str) -> Notice:
    return Notice(
        words=(
            Strong("Not ranked: "),
            f"{reason}. Declare the metric's direction in results/catalog/metrics.yml to rank it.",
        ),
        tone="warn",
    )


def _figure(report: Report, column: int) -> list[Block]:
    order = order_of(report, column)
    if len(order) < 3:
        return []
    shown = order[:MAX_DOTS]
    setting = report.table.settings.iloc[column]
    unit = str(setting["unit"])
    title = report.setting_titles[str(setting["setting"])]
    names = [str(report.table.systems["system"].iat[row]) for row in shown]
    more = (
        ""
        if len(order) == len(shown)
        else f" The best {len(shown)} of {numbers.count(len(order))} are drawn."
    )
    errors = [known(value) for value in report.table.stderr[shown, column]]
    data, layout = dots(
        names=names,
        values=report.table.value[shown, column].tolist(),
        errors=errors,
        axis=f"{setting['metric']}{f', {unit}' if unit else ''}",
        color="ood" if setting["role"] == "ood" else "accent",
    )
    whisker = " Whiskers are ± one standard error." if any(errors) else " No standard errors are known."
    return [
        Figure(
            name=f"figure-{column}",
            heading="Scores",
            caption=(f"{title}: score of each system.{whisker}{more}",),
            alt=f"Dot plot of {len(shown)} systems by score on {title}, best at the top.",
            data=data,
            layout=layout,
            height=max(260, 90 + 18 * len(shown)),
        )
    ]


def _systems(report: Report, column: int, *, alone: bool) -> Table:
    table = report.table
    setting = table.settings.iloc[column]
    order = order_of(report, column)
    known_direction = setting["direction"] != "unknown"
    best = np.sort(-table.goodness()[order, column])
    rows = tuple(
        (
            _place(table.goodness()[row, column], best) if known_direction else Cell(text=numbers.ABSENT),
            Cell(
                text=str(table.systems["system"].iat[row]),
                sort=str(table.systems["system"].iat[row]).casefold(),
                link=model_page(str(table.systems["model"].iat[row])),
            ),
            value_cell(table.value[row, column], table.stderr[row, column]),
        )
        for row in order
    )
    title = report.setting_titles[str(setting["setting"])]
    return Table(
        name=f"systems-{column}",
        heading="All systems" if alone else title,
        caption=f"Systems by score on {title}",
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


def _place(goodness: float, ordered: np.ndarray) -> Cell:
    place = int(np.searchsorted(ordered, -goodness, side="left")) + 1
    return Cell(text=numbers.count(place), sort=place)


def _partners(report: Report) -> dict[str, pd.DataFrame]:
    """Setting -> its estimable pairs, with the other one's label in `other`, best agreement first."""
    if isinstance(report.agreement, NotEstimable):
        return {}
    import pandas as pd  # noqa: PLC0415  # only here

    pairs = report.agreement.pairs
    pairs = pairs[pairs["tau_b"].notna()]
    names = ["tau_b", "low", "high", "n", "same_order"]
    left = pairs[names].assign(setting=pairs["benchmark_a"], other=pairs["benchmark_b"])
    right = pairs[names].assign(setting=pairs["benchmark_b"], other=pairs["benchmark_a"])
    both = pd.concat([left, right], ignore_index=True)
    both = both.sort_values(["setting", "tau_b", "other"], ascending=[True, False, True], kind="stable")
    return {str(setting): rows for setting, rows in both.groupby("setting", sort=True, observed=True)}


def _agreement(report: Report, setting: str, partners: dict[str, pd.DataFrame]) -> list[Block]:
    rows = partners.get(setting)
    if rows is None:
        return []
    chosen = (
        rows if len(rows) <= 2 * MAX_PARTNERS else rows.iloc[[*range(MAX_PARTNERS), *range(-MAX_PARTNERS, 0)]]
    )
    return [
        Table(
            name="agreement",
            heading="What it agrees with",
            caption="Benchmarks that rank the same models most alike, and least alike",
            columns=columns(
                ("other", "Benchmark", {"align": "left"}),
                ("tau", "τ-b", {"meaning": "Kendall tau-b: 1 same order, 0 no relation, −1 reversed."}),
                ("same", "Same order", {"meaning": "Chance that two random models come in the same order."}),
                ("n", "Shared models", {}),
            ),
            rows=tuple(_partner(report, row) for row in chosen.itertuples()),
            compact=True,
        )
    ]


def _partner(report: Report, row: object) -> tuple[Cell, ...]:
    low, high = known(row.low), known(row.high)  # type: ignore[attr-defined]  # a named tuple of the frame
    other = str(row.other)  # type: ignore[attr-defined]
    tau = float(row.tau_b)  # type: ignore[attr-defined]
    return (
        Cell(
            text=report.setting_titles.get(other, other),
            sort=other.casefold(),
            link=report.pages_of_settings.get(other),
        ),
        Cell(
            text=numbers.fixed(tau, 2),
            sort=tau,
            note=numbers.interval(low, high) if low is not None else "no interval",
        ),
        Cell(text=numbers.percent(known(row.same_order)), sort=known(row.same_order)),  # type: ignore[attr-defined]
        count_cell(int(row.n)),  # type: ignore[attr-defined]
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


def _index(
    report: Report, groups: dict[tuple[str, str], list[int]], partners: dict[str, pd.DataFrame]
) -> Page:
    suites = sorted({suite for suite, _ in groups if suite})
    has_construct = any(entry.claimed_construct for entry in report.catalog.benchmarks)
    rows = tuple(
        _index_row(report, key, group, partners, has_construct) for key, group in sorted(groups.items())
    )
    return Page(
        path="benchmarks/",
        title="Benchmarks",
        section="benchmarks/",
        answer=(
            Strong(numbers.plural(len(groups), "benchmark")),
            f" in {numbers.plural(len(suites), 'suite')}: what each claims to measure, who is best, and how much it "
            "agrees with the others.",
        ),
        blocks=(
            Table(
                name="benchmarks",
                caption="All benchmarks",
                columns=columns(
                    ("benchmark", "Benchmark", {"align": "left"}),
                    ("suite", "Suite", {"align": "left", "group": "chips" if 1 < len(suites) <= 12 else "", "wide": True}),
                    *((("construct", "Claims to measure", {"align": "left", "wide": True}),) if has_construct else ()),
                    ("systems", "Systems", {}),
                    ("median", "Median", {}),
                    ("best", "Best", {}),
                    ("agreement", "Mean τ-b", {"note": "with the others", "wide": True,
                     "meaning": "Mean Kendall tau-b with every other benchmark it shares three models with."}),
                ),
                rows=rows,
                search="Find a benchmark",
                download="settings",
            ),
        ),
    )  # fmt: skip


def _index_row(
    report: Report,
    key: tuple[str, str],
    group: Sequence[int],
    partners: dict[str, pd.DataFrame],
    has_construct: bool,  # noqa: FBT001  # a column is there or not
) -> tuple[Cell, ...]:
    suite, benchmark = key
    entry = report.benchmark_entry(suite, benchmark)
    main = max(group, key=lambda column: (int(report.table.settings["n_systems"].iat[column]), -column))
    order = order_of(report, main)
    values = report.table.value[order, main]
    others = partners.get(str(report.table.settings["setting"].iat[main]))
    mean_tau = None if others is None else float(others["tau_b"].mean())
    ranked = report.table.settings["direction"].iat[main] != "unknown"
    cells = (
        Cell(
            text=entry.title if entry and entry.title else benchmark,
            sort=benchmark.casefold(),
            link=benchmark_page(suite, benchmark),
            flags=("shifted",) if report.table.settings["role"].iat[main] == "ood" else (),
        ),
        text_cell(suite or numbers.ABSENT),
    )
    construct = (text_cell(entry.claimed_construct if entry and entry.claimed_construct else numbers.ABSENT),)
    return (
        *cells,
        *(construct if has_construct else ()),
        count_cell(len(order)),
        value_cell(float(np.median(values)) if len(values) else None),
        value_cell(float(values[0]) if len(values) and ranked else None),
        Cell(text=numbers.fixed(mean_tau, 2), sort=mean_tau),
    )
