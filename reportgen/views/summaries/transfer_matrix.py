"""Trained here, tested there: who transfers best, by how much, and where it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.numbers import NotEstimable
from reportgen.views import definitions_transfer
from reportgen.views.blocks import Cell, Column, Figure, Link, Strong, Table
from reportgen.views.common import columns, count_cell, known, number, rows_of, text_cell, value_cell
from reportgen.views.figures_matrix import heat_map
from reportgen.views.report import model_page
from reportgen.views.summaries.template import Content, path_of, summary_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from reportgen.analysis.evidence import Computed
    from reportgen.analysis.summaries.transfer_matrix import TransferFact
    from reportgen.views.blocks import Block, Page, Words
    from reportgen.views.report import Report

NAME = "transfer_matrix"
TITLE = "Transfer between domains"
PATH = path_of(NAME)
#: Panels that get a figure, and systems each shows.
MAX_FIGURES = 8
MAX_SYSTEMS = 30
#: Columns of a figure; more cannot be told apart.
MAX_DOMAINS = 30
#: Filters shown as chips.
MAX_CHIPS = 12


def pages(report: Report) -> Iterator[Page]:
    """The page, where results name domains."""
    found: Computed | NotEstimable = report.summaries[NAME]
    if isinstance(found, NotEstimable):
        return
    facts: Sequence[TransferFact] = found.headline.facts
    rules = sorted({fact.selection for fact in facts if fact.selection})
    yield summary_page(
        NAME,
        found,
        Content(
            title="Trained here, tested there: what transfers?",
            answer=sentence(found),
            facts=(number(len(facts), "comparison"), *((("chosen by ", ", ".join(rules)),) if rules else ())),
            blocks=(
                *_figures(found),
                _comparisons(found),
                _systems(found),
                _targets(found),
            ),
            definitions=definitions_transfer.transfer(found.level),
            search_text="domain generalization leave one domain out transfer matrix cross dataset worst domain oracle",
        ),
    )


def sentence(found: Computed) -> Words:
    """Who transfers best and how sure that is, where it fails, and what it gains over the baseline."""
    fact: TransferFact = found.headline.main
    best = Link(fact.best_system, model_page(_models(found).get(fact.best_system, fact.best_system)))
    amount = Strong(f"{_with_error(fact.best_mean, fact.best_error)}{_unit(fact)}")
    what = "benchmark" if _over_benchmarks(found, fact) else "domain"
    over = f" over {numbers.plural(fact.n_targets, f'test {what}' if what == 'domain' else what)} of {_place(fact)}"
    start: Words = (
        (best, " scores ", amount, over) if fact.n_systems == 1 else (best, " transfers best: ", amount, over)
    )
    rule = f" ({fact.selection})" if fact.selection and fact.selection not in fact.panel else ""
    return (*start, rule, _sure(fact), *_loss(fact), *_worst(fact, what), *_gain(fact))


def _place(fact: TransferFact) -> str:
    head, *rest = fact.panel.split(" · ")
    return head + (f" ({', '.join(rest)})" if rest else "")


def _sure(fact: TransferFact) -> str:
    if fact.n_systems == 1:
        return "; there is no other system to compare it with."
    if fact.n_alike is None:
        return "; how sure that is cannot be said, because errors are unknown."
    if fact.n_alike:
        return f"; {numbers.plural(fact.n_alike, 'other')} cannot be told apart from it."
    return ", clearly more than any other." if fact.best_mean >= 0 else ", clearly."


def _loss(fact: TransferFact) -> Words:
    if known(fact.gap) is None:
        return ()
    verb = "loses" if fact.gap >= 0 else "gains"
    return (
        f" Outside of its training domains it {verb} {numbers.score(abs(fact.gap), decimals=1)}{_unit(fact)}.",
    )


def _worst(fact: TransferFact, what: str) -> Words:
    if fact.n_targets < 2 or not fact.worst_target:
        return ()
    return (f" Its worst {what} is {fact.worst_target} ({numbers.score(known(fact.worst), decimals=1)}).",)


def _gain(fact: TransferFact) -> Words:
    change = known(fact.difference)
    if change is None:
        return ()
    low, high = known(fact.difference_low), known(fact.difference_high)
    span = f" ({numbers.interval(low, high, 1)})" if low is not None and high is not None else ""
    return (f" Against {fact.baseline} that is {numbers.fixed(change, 1, plus=True)}{_unit(fact)}{span}.",)


def _with_error(value: float, error: float) -> str:
    """'67.46 ± 0.17'."""
    spread = known(error)
    shown = numbers.score(value, spread, decimals=None if spread else 1)
    return f"{shown}{numbers.give_or_take(spread)}"


def _unit(fact: TransferFact) -> str:
    return " points" if fact.unit in {"percent", "points"} else (f" {fact.unit}" if fact.unit else "")


def _models(found: Computed) -> dict[str, str]:
    return dict(zip(found.main["system"].map(str), found.main["model"].map(str), strict=True))


def _over_benchmarks(found: Computed, fact: TransferFact) -> bool:
    """Whether the panel's parts are benchmarks whose means are averaged."""
    return not fact.benchmark and not (_scores(found, fact)).any()


def _scores(found: Computed, fact: TransferFact) -> Any:
    main = found.main
    return (main["panel"] == fact.panel) & (main["suite"] == fact.suite) & (main["statistic"] == "score")


# -- figures
# -----------------------------------------------------------------------------------------------------


def _figures(found: Computed) -> Iterator[Block]:
    shown = [fact for fact in found.headline.facts if not fact.reads_test][:MAX_FIGURES]
    for index, fact in enumerate(shown or found.headline.facts[:MAX_FIGURES]):
        if fact.shape == "matrix":
            yield from _matrix(found, fact, index)
        else:
            yield from _vector(found, fact, index)


def _matrix(found: Computed, fact: TransferFact, index: int) -> Iterator[Figure]:
    """Sources by targets of the best system."""
    scores = found.main[_scores(found, fact) & (found.main["system"] == fact.best_system)]
    grid = scores.pivot_table(index="train_domain", columns="test_domain", values="estimate", aggfunc="first")
    if grid.shape[1] > MAX_DOMAINS or grid.shape[0] > MAX_SYSTEMS:
        return
    yield _figure(fact, f"figure-matrix-{index}", f"{fact.panel}: {fact.best_system}", grid,
                  ("Tested on", "Trained on"), "Rows are training domains, columns test domains.")  # fmt: skip


def _vector(found: Computed, fact: TransferFact, index: int) -> Iterator[Figure]:
    """Systems by test domains, and the same against the baseline."""
    grid = _grid(found, fact)
    if grid.shape[0] < 2 or grid.shape[1] < 2 or grid.shape[1] > MAX_DOMAINS:
        return
    shown = grid.head(MAX_SYSTEMS)
    cut = "" if len(shown) == len(grid) else f" The first {MAX_SYSTEMS} of {len(grid)} systems."
    across = "Test domain" if fact.benchmark else "Benchmark"
    yield _figure(fact, f"figure-vector-{index}", fact.panel, shown, (across, ""),
                  f"Systems by mean, the best on top.{cut}")  # fmt: skip
    if index == 0 and fact.baseline in grid.index:
        change = shown - grid.loc[fact.baseline]
        yield _figure(fact, f"figure-baseline-{index}", f"{fact.panel}: difference to {fact.baseline}",
                      change.drop(index=fact.baseline, errors="ignore"), (across, ""),
                      f"Score minus that of {fact.baseline}.", difference=True)  # fmt: skip


def _grid(found: Computed, fact: TransferFact) -> pd.DataFrame:
    """Systems by test domains, best mean first; of a mean over benchmarks systems by benchmarks."""
    main = found.main[found.main["suite"] == fact.suite]
    if _over_benchmarks(found, fact):
        panels = [
            one.panel for one in found.headline.facts
            if one.suite == fact.suite and one.benchmark and one.selection == fact.selection and one.unit == fact.unit
        ]  # fmt: skip
        cells = main[main["panel"].isin(panels) & (main["statistic"] == "mean")]
        grid = cells.pivot_table(index="system", columns="benchmark", values="estimate", aggfunc="first")
    else:
        cells = main[(main["panel"] == fact.panel) & (main["statistic"] == "score")]
        grid = cells.pivot_table(index="system", columns="test_domain", values="estimate", aggfunc="first")
    order = main.loc[(main["panel"] == fact.panel) & (main["statistic"] == "mean"), "system"]
    return grid.reindex([name for name in order if name in grid.index])


def _figure(  # noqa: PLR0913  # what one figure says
    fact: TransferFact, name: str, heading: str, grid: pd.DataFrame, axes: tuple[str, str], caption: str,
    *, difference: bool = False,
) -> Figure:  # fmt: skip
    values = [[known(value) for value in row] for row in grid.to_numpy(float).tolist()]
    rows, names = [str(one) for one in grid.index], [str(one) for one in grid.columns]
    fixed = (0.0, 100.0) if fact.unit == "percent" and not difference else None
    unstated = [row or "not stated" for row in rows]
    data, layout = heat_map(
        rows=unstated, columns=names, values=values, axes=axes, limits=fixed, difference=difference
    )
    scale = " Colours run from 0 to 100." if fixed else ""
    return Figure(
        name=name,
        heading=heading,
        caption=(f"{caption}{scale}",),
        alt=f"Heat map of {len(rows)} rows and {len(names)} columns: {heading}. {caption}",
        data=data,
        layout=layout,
        height=max(180, 90 + 26 * len(rows)),
        table=_figure_table(name, axes, unstated, names, values),
    )


def _figure_table(
    name: str, axes: tuple[str, str], rows: list[str], names: list[str], values: list[list[float | None]]
) -> Table:
    return Table(
        name=f"{name}-data",
        caption="The figure as a table",
        columns=(
            Column(key="name", title=axes[1] or "System", align="left", sortable=False),
            *(Column(key=f"v{at}", title=one, sortable=False) for at, one in enumerate(names)),
        ),
        rows=tuple(
            (text_cell(row), *(Cell(text=numbers.score(value, decimals=1), sort=value) for value in line))
            for row, line in zip(rows, values, strict=True)
        ),
        compact=True,
    )


# -- tables
# -----------------------------------------------------------------------------------------------------


def _comparisons(found: Computed) -> Table:
    models = _models(found)
    return Table(
        name="comparisons",
        heading="Every comparison",
        caption="Who transfers best in each comparison, and where it fails",
        columns=columns(
            ("panel", "Comparison", {"align": "left"}),
            ("best", "Transfers best", {"align": "left"}),
            ("mean", "Mean", {}),
            ("worst", "Its worst domain", {"align": "left", "wide": True}),
            ("baseline", "Against the baseline", {"align": "left", "wide": True}),
            ("systems", "Systems", {"wide": True}),
            ("domains", "Domains", {"wide": True}),
        ),
        rows=tuple(_comparison(fact, models) for fact in found.headline.facts),
        compact=True,
    )


def _comparison(fact: TransferFact, models: dict[str, str]) -> tuple[Cell, ...]:
    alike = "" if fact.n_alike is None else (f"and {fact.n_alike} alike" if fact.n_alike else "clearly")
    change = known(fact.difference)
    return (
        text_cell(fact.panel, flags=("reads the test domain",) if fact.reads_test else ()),
        Cell(
            text=fact.best_system,
            sort=fact.best_system.casefold(),
            link=model_page(models.get(fact.best_system, fact.best_system)),
            note=alike if fact.n_systems > 1 else "the only one",
        ),
        value_cell(fact.best_mean, fact.best_error),
        text_cell(fact.worst_target or numbers.ABSENT, note=numbers.score(known(fact.worst), decimals=1)),
        Cell(
            text=numbers.fixed(change, 1, plus=True),
            sort=change,
            note=numbers.interval(known(fact.difference_low), known(fact.difference_high), 1)
            if change is not None
            else "",
        ),
        count_cell(fact.n_systems),
        count_cell(fact.n_targets),
    )


def _systems(found: Computed) -> Table:
    order = {fact.panel: at for at, fact in enumerate(found.headline.facts)}
    statistics = {
        (str(row.panel), str(row.system), str(row.statistic)): row
        for row in rows_of(found.main[found.main["statistic"] != "score"])
    }
    rows = [row for key, row in statistics.items() if key[2] == "mean" and key[0] in order]
    rows.sort(key=lambda row: order[str(row.panel)])
    inside = bool((found.main["statistic"] == "inside").any())
    changes = bool(found.main["difference"].notna().any())
    return Table(
        name="systems",
        heading="Every system",
        caption="Mean over test domains that were not trained on, best first in each comparison",
        columns=columns(
            ("system", "System", {"align": "left"}),
            (
                "panel",
                "Comparison",
                {"align": "left", "group": "chips" if 1 < len(order) <= MAX_CHIPS else ""},
            ),
            ("mean", "Mean", {"meaning": "Over test domains, each counting alike; ± is a standard error."}),
            ("worst", "Worst domain", {"wide": True}),
            *(
                (("inside", "Trained on it", {"wide": True}), ("gap", "Lost outside", {"wide": True}))
                if inside
                else ()
            ),
            *((("change", "Against baseline", {"wide": True}),) if changes else ()),
            ("error", "± is over", {"align": "left", "wide": True}),
        ),
        rows=tuple(_system(row, statistics, inside=inside, changes=changes) for row in rows),
        search="Find a system",
        download=NAME,
    )


def _system(
    row: Any, statistics: dict[tuple[str, str, str], Any], *, inside: bool, changes: bool
) -> tuple[Cell, ...]:
    def other(name: str) -> Any:
        return statistics.get((str(row.panel), str(row.system), name))

    worst = other("worst")
    place = str(worst.test_domain) if worst is not None else ""
    change = known(row.difference)
    mean = known(row.estimate)
    flags = ("near chance",) if row.near_chance else ()
    name = Cell(
        text=str(row.system), sort=str(row.system).casefold(), link=model_page(str(row.model)), flags=flags
    )
    cells = [
        name,
        text_cell(row.panel),
        value_cell(mean, row.standard_error, decimals=None if known(row.standard_error) else 1)
        if mean is not None else Cell(text=numbers.ABSENT, note=str(row.reason)),
        Cell(text=numbers.score(known(worst.estimate), decimals=1), sort=known(worst.estimate), note=place)
        if worst is not None else Cell(text=numbers.ABSENT),
    ]  # fmt: skip
    if inside:
        cells += [
            Cell(text=numbers.ABSENT) if part is None else value_cell(part.estimate, part.standard_error)
            for part in (other("inside"), other("gap"))
        ]
    if changes:
        span = (
            numbers.interval(known(row.difference_low), known(row.difference_high), 1)
            if change is not None
            else ""
        )
        cells.append(Cell(text=numbers.fixed(change, 1, plus=True), sort=change, note=span))
    return (*cells, text_cell(row.error_kind or numbers.ABSENT))


def _targets(found: Computed) -> Table:
    return Table(
        name="targets",
        heading="Every test domain",
        caption="How hard each test domain is for systems that were not trained on it",
        columns=columns(
            ("domain", "Test domain", {"align": "left"}),
            ("panel", "Comparison", {"align": "left"}),
            ("median", "Median score", {}),
            ("best", "Best", {"align": "left", "wide": True}),
            (
                "worst",
                "Worst domain for",
                {"wide": True, "meaning": "Systems whose worst test domain this is."},
            ),
        ),
        rows=tuple(
            (
                text_cell(row.test_domain),
                text_cell(row.panel),
                value_cell(row.median, decimals=1),
                text_cell(row.best_system, note=numbers.score(known(row.best), decimals=1)),
                Cell(
                    text=f"{numbers.count(int(row.worst_for))} of {numbers.count(int(row.systems))}",
                    sort=int(row.worst_for),
                ),
            )
            for row in rows_of(found.tables["targets"])
        ),
        compact=True,
        download=f"{NAME}_targets",
    )
