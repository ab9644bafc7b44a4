"""Score by length: what is left beyond the lengths of training, how far each system goes, and the curves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.numbers import NotEstimable
from reportgen.views.blocks import Cell, Definition, External, Figure, Page, Strong, Table
from reportgen.views.common import columns, known, rows_of, text_cell, value_cell
from reportgen.views.figures import as_table
from reportgen.views.figures_curves import axes, line, panels_by_size, same_panel, style
from reportgen.views.report import model_page
from reportgen.views.summaries.template import Content, path_of, summary_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from reportgen.analysis.evidence import Computed
    from reportgen.analysis.summaries.length_curve import Headline
    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report

NAME = "length_curve"
TITLE = "Score by length"
PATH = path_of(NAME)
RASP = External(
    "Zhou et al. (2024), What Algorithms can Transformers Learn? ICLR", "https://arxiv.org/abs/2310.16028"
)
#: Benchmarks with a figure, and systems drawn in one.
MAX_FIGURES = 4
MAX_LINES = 6


def pages(report: Report) -> Iterator[Page]:
    """The page, when there is anything to show."""
    found = report.summaries[NAME]
    if isinstance(found, NotEstimable):
        return
    linked = frozenset(report.system_models)
    content = Content(
        title="Score by length: how far beyond training?",
        answer=sentence(found),
        blocks=(*_figures(found), _systems(found, linked)),
        definitions=_definitions(found.level),
        search_text="length generalization extrapolation curve depth chain",
    )
    yield summary_page(NAME, found, content)


def sentence(found: Computed) -> Words:
    """Who scores best beyond the lengths of training, what is lost, and how far the best goes."""
    head: Headline = found.headline
    if not head.n_systems:
        reason = str(found.main.loc[found.main["system"] == head.best_system, "reason"].iloc[0])
        return (f"On {head.benchmark}, ", Strong("nothing can be said about longer inputs"), f": {reason}.")
    error = known(head.best_error)
    amount = numbers.score(head.best, error, decimals=None if error else _decimals(head.unit))
    spread = numbers.give_or_take(error)
    inside = known(head.best_in_range)
    before = (
        ""
        if inside is None
        else f", {numbers.score(inside, error, decimals=_digits(error, head.unit))} within them"
    )
    return (
        f"Beyond the lengths of training ({_length(head.train_longest)}) on {head.benchmark}, "
        f"{head.best_system} {'scores best' if head.n_systems > 1 else 'scores'}: ",
        Strong(f"{amount}{spread}"),
        f"{before}{_sure(head)}.",
        *_reach(head),
    )


def _digits(error: float | None, unit: str) -> int | None:
    return None if error else _decimals(unit)


def _decimals(unit: str) -> int:
    return 1 if unit == "percent" else 3


def _sure(head: Headline) -> str:
    if head.n_systems == 1:
        return ""
    if head.n_alike is None:
        return "; how sure that is cannot be said, because errors are unknown"
    if head.n_alike:
        return f"; {numbers.plural(head.n_alike, 'other')} cannot be told apart from it"
    return ", clearly better than any other"


def _length(value: float) -> str:
    """A length with thousands separators."""
    return numbers.count(int(value)) if float(value).is_integer() else numbers.plain(value)


def _reach(head: Headline) -> Words:
    reach = known(head.reach)
    if reach is None:
        return ()
    end = ", the longest tested" if reach == head.longest else ""
    said = f" It solves 90 % up to length {_length(reach)}{end}"
    others = (
        f"; {head.n_reach} of {head.n_systems} systems do so beyond training." if head.n_systems > 1 else "."
    )
    return (said + others,)


# -- figures -----------------------------------------------------------------------------------------------------


def _figures(found: Computed) -> Iterator[Block]:
    for at, main in enumerate(panels_by_size(found.main)[:MAX_FIGURES]):
        yield _figure(main, same_panel(found.tables["curves"], main), at)


def _figure(main: pd.DataFrame, curves: pd.DataFrame, at: int) -> Figure:
    benchmark, unit = str(main["benchmark"].iloc[0]), str(main["unit"].iloc[0])
    systems = [str(name) for name in main["system"]][:MAX_LINES]
    limits = {value for value in main["train_longest"].tolist() if known(value) is not None}
    rule = limits.pop() if len(limits) == 1 else None
    data: list[dict[str, Any]] = []
    for place, system in enumerate(systems):
        mine = curves[curves["system"] == system]
        look = style(place)
        seeds = [one for _, one in mine.groupby("seed", sort=True)]
        data += [
            line(system, one["length"].tolist(), one["value"].tolist(), **look, look="faint")
            for one in (seeds if len(seeds) > 1 else ())
        ]
        middle = mine.drop_duplicates("length").sort_values("length")
        data.append(line(system, middle["length"].tolist(), middle["median"].tolist(), **look))
    more = len(main) - len(systems)
    rest = f" {numbers.plural(more, 'more system')} in the table below." if more else ""
    end = " The dotted rule is the longest length of training." if rule is not None else ""
    lengths = sorted(set(curves["length"].tolist()))
    medians = {
        (row.system, row.length): known(row.median) for row in rows_of(curves[["system", "length", "median"]])
    }
    return Figure(
        name=f"figure-lengths-{at}",
        heading=benchmark,
        caption=(
            f"Each line is the median over the seeds of a system; faint lines are single seeds.{end}{rest}",
        ),
        alt=f"Lines of {numbers.plural(len(systems), 'system')} over {len(lengths)} lengths of {benchmark}.",
        data=data,
        layout=axes("Length", f"Score, {unit}" if unit else "Score", rule=rule, rule_text="training ends"),
        height=420,
        table=as_table(
            f"figure-lengths-{at}",
            ("System", *(_length(one) for one in lengths)),
            systems,
            [[medians.get((system, one)) for system in systems] for one in lengths],
        ),
    )


# -- the table ---------------------------------------------------------------------------------------------------


def _systems(found: Computed, linked: frozenset[str]) -> Table:
    several = found.main[["suite", "benchmark"]].drop_duplicates().shape[0] > 1
    return Table(
        name="systems",
        heading="Every system",
        caption="Score beyond and within the lengths of training, and how far each system goes",
        columns=columns(
            ("system", "System", {"align": "left"}),
            *((("benchmark", "Benchmark", {"align": "left"}),) if several else ()),
            ("beyond", "Beyond", {"meaning": "Mean score at lengths longer than any of training."}),
            ("within", "Within", {"meaning": "Mean score at lengths up to the longest of training."}),
            ("reach", "90 % up to", {"meaning": "Median seed: at least 90 % of the range up to this length."}),
            ("factor", "× training", {"wide": True, "meaning": "That length / longest length of training."}),
            ("area", "Area", {"wide": True, "meaning": "Mean height beyond training, by spacing of lengths."}),
            ("best", "Best seed", {"wide": True, "meaning": "Beyond training; chosen on the test scores."}),
            ("seeds", "Seeds", {"wide": True}),
            ("lengths", "Lengths", {"wide": True, "meaning": "Lengths beyond training in the mean."}),
        ),
        rows=tuple(_row(row, linked, several=several) for row in rows_of(found.main)),
        search="Find a system",
    )  # fmt: skip


def _row(row: Any, linked: frozenset[str], *, several: bool) -> tuple[Cell, ...]:
    model, error = str(row.model), known(row.standard_error)
    digits = _digits(error, str(row.unit))
    reach, factor = known(row.reach), known(row.factor)
    return (
        Cell(
            text=str(row.system),
            sort=str(row.system).casefold(),
            link=model_page(model) if model in linked else None,
            flags=("near chance",) if row.near_chance else (),
        ),
        *((text_cell(row.benchmark),) if several else ()),
        value_cell(row.estimate, error, decimals=digits, title=str(row.reason)),
        value_cell(row.in_range, decimals=_decimals(str(row.unit))),
        Cell(
            text=numbers.ABSENT if reach is None else ("≥ " if row.to_the_end else "") + _length(reach),
            sort=reach,
        ),
        Cell(text=numbers.fixed(factor, 1), sort=factor),
        value_cell(row.area, decimals=_decimals(str(row.unit))),
        value_cell(row.best, decimals=_decimals(str(row.unit))),
        Cell(text=f"{row.seeds} of {row.of_seeds}", sort=row.seeds),
        Cell(text=f"{row.lengths} of {row.of_lengths}", sort=row.lengths),
    )


def _definitions(level: float) -> tuple[Definition, ...]:
    return (
        Definition(
            title="Beyond and within the lengths of training",
            words=(
                "Mean of the scores at all lengths longer than the longest of training, and at all others, for each "
                "seed; then the mean over the seeds. The longest length of training is that of scores with the role "
                "train, else of those with the role id.",
            ),
            formula="beyond = mean over l > L_train of acc(l);   area = ∫ acc dl / (l_max − L_train), by trapezoids",
            source=("Task shape: ", RASP, "."),
            assumptions=(
                "Every length counts alike in the means; the area weights lengths by their spacing.",
                f"± is the sample deviation over seeds / √k (Student's t for {numbers.percent(level)} intervals); with "
                "one seed it comes from the errors of its scores.",
                "The best seed is chosen by its test scores: it says what is possible, not what to expect.",
            ),
        ),
        Definition(
            title="How far a system goes",
            words=(
                "The largest tested length at which, and at all shorter tested ones, the score is at least 90 % of the "
                "metric's range; of the seeds the median (the lower one of two). ≥ marks a system that never falls "
                "below it: its true reach may be larger. A dash: below it at the shortest length already, or the "
                "metric's bounds are unknown.",
            ),
            formula="L@90 = max { l : acc(m) ≥ 90 % for all tested m ≤ l };   × training = L@90 / L_train",
        ),
    )
