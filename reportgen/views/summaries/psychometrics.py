"""The page of test theory: can the benchmark tell systems apart, and which items do the work?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.numbers import NotEstimable
from reportgen.views.blocks import Cell, Definition, External, Figure, Link, Strong, Table
from reportgen.views.common import columns, count_cell, known, rows_of, text_cell, value_cell
from reportgen.views.figures import as_table
from reportgen.views.figures_wright import wright_map
from reportgen.views.report import model_page
from reportgen.views.summaries.template import Content, path_of, summary_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from reportgen.analysis.evidence import Computed
    from reportgen.analysis.summaries.psychometrics import PsychometricFact
    from reportgen.views.blocks import Block, Page, Words
    from reportgen.views.report import Report

NAME = "psychometrics"
TITLE = "The benchmark as a test"
PATH = path_of(NAME)
#: Rows of a table; the rest of the systems is in `reportgen summarize`.
MAX_ROWS = 300
#: Items that are listed: those with the lowest item-rest correlation.
MAX_ITEMS = 25
CRONBACH = External("Cronbach (1951), Psychometrika 16", "https://doi.org/10.1007/BF02310555")
FELDT = External("Feldt (1965), Psychometrika 30", "https://doi.org/10.1007/BF02289499")
BOCK = External("Bock and Aitkin (1981), Psychometrika 46", "https://doi.org/10.1007/BF02293801")
EASY2HARD = External("Ding et al. (2024), Easy2Hard-Bench", "https://arxiv.org/abs/2409.18433")


def pages(report: Report) -> Iterator[Page]:
    """The page, when several systems answered the same items."""
    found = report.summaries[NAME]
    if isinstance(found, NotEstimable):
        return
    yield summary_page(
        NAME,
        found,
        Content(
            title="Is the benchmark a good test?",
            answer=sentence(found),
            blocks=tuple(_blocks(found)),
            definitions=_definitions(found.level),
            search_text="psychometrics item response theory reliability cronbach alpha difficulty discrimination irt",
        ),
    )


def sentence(found: Computed) -> Words:
    """How reliable the test is, which items say nothing, and whether two forms agree."""
    fact: PsychometricFact = found.headline
    where = f"{numbers.plural(fact.items, 'item')} and {numbers.plural(fact.systems, 'system')}"
    if known(fact.alpha) is None:
        lead: Words = (f"{fact.benchmark} gives all of {numbers.plural(fact.systems, 'system')} the same total: ",
                       Strong("it cannot tell them apart"), ".")  # fmt: skip
    else:
        lead = (
            f"{fact.benchmark} tells its systems apart with a reliability of ",
            Strong(f"{numbers.fixed(fact.alpha, 2)}"),
            f" ({numbers.interval(fact.low, fact.high)}; 1 is best, {where}).",
        )
    return (*lead, *_items_say(fact), *_forms_say(fact), *_ablest(found, fact))


def _items_say(fact: PsychometricFact) -> Words:
    silent = fact.all_right + fact.all_wrong
    if not silent and not fact.backwards:
        return ()
    parts = []
    if silent:
        verb = "says" if silent == 1 else "say"
        parts.append(
            f"{numbers.plural(silent, 'item')} {verb} nothing ({numbers.count(fact.all_right)} right and "
            f"{numbers.count(fact.all_wrong)} wrong for all)"
        )
    if fact.backwards:
        verb = "works" if fact.backwards == 1 else "work"
        parts.append(f"{numbers.plural(fact.backwards, 'item')} {verb} backwards")
    return (f" {' and '.join(parts)}.",)


def _forms_say(fact: PsychometricFact) -> Words:
    if not fact.form:
        return ()
    interval = f" ({numbers.interval(fact.r_low, fact.r_high)})" if known(fact.r_low) is not None else ""
    return (
        f" Scores on the forms {fact.form} and {fact.other_form} correlate with "
        f"r = {numbers.fixed(fact.r, 2)}{interval}.",
    )


def _ablest(found: Computed, fact: PsychometricFact) -> Words:
    if not fact.ablest:
        return ()
    models = {str(row.system): str(row.model) for row in rows_of(found.main[["system", "model"]])}
    sure = f"; {numbers.plural(fact.n_alike, 'other')} cannot be told apart from it" if fact.n_alike else ""
    error = known(fact.ability_error)
    return (
        " ",
        Link(fact.ablest, model_page(models[fact.ablest])),
        f" is ablest ({numbers.score(fact.ability, error, plus=True)}{numbers.give_or_take(error)} standard deviations)"
        f"{sure or ', clearly'}.",
    )


def _blocks(found: Computed) -> Iterator[Block]:
    yield from _map(found)
    yield _tests(found.tables["tests"])
    if len(found.tables["forms"]):
        yield _forms(found.tables["forms"])
    yield _systems(found.main)
    yield _items(found.tables["items"])


def _map(found: Computed) -> Iterator[Figure]:
    fact: PsychometricFact = found.headline
    systems, items = (_of(frame, fact) for frame in (found.main, found.tables["items"]))
    systems = systems.dropna(subset=["estimate"])
    if systems.empty:
        return
    names = [str(name) for name in systems["system"]]
    data, layout = wright_map(
        systems=names,
        ability=systems["estimate"].tolist(),
        error=systems["standard_error"].tolist(),
        difficulty=items["difficulty"].tolist(),
    )
    yield Figure(
        name="figure-wright",
        heading=f"Systems and items of {fact.benchmark} on one scale",
        caption=(
            "A system gets an item right with even chances where its ability equals the item's difficulty. Items far "
            "from all systems say little.",
        ),
        alt=f"Wright map: abilities of {len(names)} systems above, difficulties of {len(items)} items below.",
        data=data,
        layout=layout,
        height=460,
        table=as_table(
            "figure-wright",
            ("System", "Ability", "±"),
            names,
            [systems["estimate"].tolist(), systems["standard_error"].tolist()],
            pm=True,
        ),
    )


def _of(frame: pd.DataFrame, fact: PsychometricFact) -> pd.DataFrame:
    return frame[(frame["suite"] == fact.suite) & (frame["benchmark"] == fact.benchmark)]


def _tests(frame: pd.DataFrame) -> Table:
    return Table(
        name="tests",
        heading="Every test",
        caption="Reliability of each benchmark as a test, and its items that do no work",
        columns=columns(
            ("benchmark", "Benchmark", {"align": "left"}),
            ("alpha", "Reliability", {"meaning": "Cronbach's alpha with its interval."}),
            ("halves", "Halves", {"wide": True, "meaning": "Median over random halves, stepped up; 5 to 95 %."}),
            ("items", "Items", {}),
            ("systems", "Systems", {}),
            ("silent", "Say nothing", {"wide": True, "meaning": "All systems get them right, or all wrong."}),
            ("backwards", "Backwards", {"wide": True, "meaning": "Better systems get them wrong more often."}),
            ("slope", "Discrimination", {"wide": True, "meaning": "Median, by the item response model."}),
        ),
        rows=tuple(_test_row(row) for row in rows_of(frame[:MAX_ROWS])),
        compact=True,
    )  # fmt: skip


def _test_row(row: Any) -> tuple[Cell, ...]:
    def interval(low: Any, high: Any) -> str:
        return "" if known(low) is None else numbers.interval(known(low), known(high))

    def part(k: int, n: int) -> Cell:
        return Cell(text=numbers.count(k) + (f" of {numbers.count(n)}" if k < n else ""), sort=k)

    return (
        text_cell(row.benchmark),
        value_cell(row.alpha, decimals=2, note=interval(row.low, row.high) or row.reason),
        value_cell(row.split_half, decimals=2, note=interval(row.split_low, row.split_high)),
        part(int(row.items), int(row.of_items)),
        part(int(row.systems), int(row.of_systems)),
        count_cell(int(row.all_right + row.all_wrong)),
        count_cell(int(row.backwards)),
        value_cell(row.discrimination, decimals=2),
    )


def _forms(frame: pd.DataFrame) -> Table:
    return Table(
        name="forms",
        heading="Parallel forms",
        caption="Correlation of scores on two variants of a test, and of the difficulties of their common items",
        columns=columns(
            ("forms", "Forms", {"align": "left"}),
            ("benchmark", "Benchmark", {"align": "left", "wide": True}),
            ("r", "r", {"meaning": "Pearson correlation over systems."}),
            ("systems", "Systems", {}),
            (
                "difficulty",
                "Difficulties agree",
                {"wide": True, "meaning": "Spearman correlation over items in both."},
            ),
            ("items", "Common items", {"wide": True}),
        ),
        rows=tuple(
            (
                text_cell(f"{row.form} and {row.other_form}"),
                text_cell(row.benchmark),
                value_cell(row.r, decimals=2, note=row.reason or _range(row)),
                count_cell(int(row.systems)),
                value_cell(row.difficulty_agreement, decimals=2),
                count_cell(int(row.shared_items)),
            )
            for row in rows_of(frame[:MAX_ROWS])
        ),
        compact=True,
    )


def _range(row: Any) -> str:
    return "" if known(row.low) is None else numbers.interval(known(row.low), known(row.high))


def _systems(frame: pd.DataFrame) -> Table:
    rest = len(frame) - MAX_ROWS
    return Table(
        name="systems",
        heading="Every system",
        caption="Ability and mean score of each system"
        + (f"; {numbers.count(rest)} more from `reportgen summarize {NAME}`" if rest > 0 else ""),
        columns=columns(
            ("system", "System", {"align": "left"}),
            ("benchmark", "Benchmark", {"align": "left", "wide": True}),
            ("ability", "Ability", {"meaning": "In standard deviations; ± over items."}),
            ("score", "Score", {}),
            ("items", "Items", {"wide": True}),
            ("model", "Item model", {"align": "left", "wide": True}),
        ),
        rows=tuple(
            (
                text_cell(row.system, link=model_page(str(row.model))),
                text_cell(row.benchmark),
                value_cell(row.estimate, row.standard_error),
                Cell(text=numbers.percent(known(row.score), 1), sort=known(row.score)),
                count_cell(int(row.n_items)),
                text_cell(row.item_model or row.reason),
            )
            for row in rows_of(frame[:MAX_ROWS])
        ),
        search="Find a system",
    )  # fmt: skip


def _items(frame: pd.DataFrame) -> Table:
    order = frame.sort_values(["item_rest", "suite", "benchmark", "item"], kind="stable", na_position="last")
    rest = len(frame) - MAX_ITEMS
    return Table(
        name="items",
        heading="Items to look at",
        caption="Items that agree least with the rest of their test come first"
        + (f"; {numbers.count(rest)} more are not shown" if rest > 0 else ""),
        columns=columns(
            ("item", "Item", {"align": "left"}),
            ("benchmark", "Benchmark", {"align": "left", "wide": True}),
            ("rest", "Item-rest", {"meaning": "Correlation with the total of all others."}),
            ("score", "Solved", {"meaning": "Mean score over systems."}),
            ("difficulty", "Difficulty", {"wide": True, "meaning": "On the scale of ability."}),
            ("systems", "Systems", {"wide": True}),
        ),
        rows=tuple(
            (
                text_cell(row.item, code=True),
                text_cell(row.benchmark),
                value_cell(row.item_rest, decimals=2, note=row.reason),
                Cell(text=numbers.percent(known(row.score)), sort=known(row.score)),
                value_cell(row.difficulty, decimals=2),
                count_cell(int(row.systems)),
            )
            for row in rows_of(order[:MAX_ITEMS])
        ),
        compact=True,
    )  # fmt: skip


def _definitions(level: float) -> tuple[Definition, ...]:
    return (
        Definition(
            title="Reliability",
            words=(
                "Share of the variance of total scores that would stay if the items were drawn again. Cronbach's "
                f"alpha, which is KR-20 for items scored 0 or 1, with Feldt's interval ({numbers.percent(level)}); "
                "beside it the correlation of random halves, stepped up to the whole test.",
            ),
            formula="α = k/(k − 1) · (1 − Σ var(item) / var(total));   2 r / (1 + r)",
            source=("Source: ", CRONBACH, "; ", FELDT, "."),
            assumptions=(
                "Over the largest block of systems and items without a hole.",
                "It holds for these systems: more alike ones would make it smaller.",
            ),
        ),
        Definition(
            title="Item response model",
            words=(
                "A system of ability θ solves an item of difficulty b with probability ½ where θ = b; a says how "
                "sharply the item separates, one for all items with fewer than 30 systems. Fitted by marginal maximum "
                "likelihood with weak priors, so that items all or none solve have a difficulty; abilities are "
                "posterior means. Missing answers are left out, never wrong.",
            ),
            formula="P = 1 / (1 + exp(−a (θ − b))),  θ ~ N(0, 1),  log a ~ N(0, 0.5²),  a b ~ N(0, 2²)",
            source=("Source: ", BOCK, "; difficulties of benchmark items in ", EASY2HARD, "."),
            assumptions=(
                "One ability explains all answers, and items are independent given it.",
                "The scale is fixed by abilities of mean 0 and standard deviation 1.",
            ),
        ),
    )
