"""Training dynamics: when each system fits, when it generalizes, what is lost by training on, and the curves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.numbers import NotEstimable
from reportgen.views.blocks import Cell, Definition, External, Figure, Page, Strong, Table
from reportgen.views.common import columns, known, rows_of, text_cell, value_cell
from reportgen.views.figures import as_table
from reportgen.views.figures_curves import axes, line, mark, style
from reportgen.views.report import model_page
from reportgen.views.summaries.template import Content, path_of, summary_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from reportgen.analysis.evidence import Computed
    from reportgen.analysis.summaries.training_dynamics import Headline
    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report

NAME = "training_dynamics"
TITLE = "Training dynamics"
PATH = path_of(NAME)
GROKKING = External(
    "Power et al. (2022), Grokking: generalization beyond overfitting", "https://arxiv.org/abs/2201.02177"
)
OVERTRAINING = External(
    "Advani, Saxe and Sompolinsky (2020), High-dimensional dynamics of generalization error, Neural Networks 132",
    "https://arxiv.org/abs/1710.03667",
)
#: Panels with a figure, systems drawn in one, and points of one line.
MAX_FIGURES = 4
MAX_LINES = 3
MAX_POINTS = 160
_KEYS = ["suite", "benchmark", "tested"]
_TRAINING = "training data"


def pages(report: Report) -> Iterator[Page]:
    """The page, when there is anything to show."""
    found = report.summaries[NAME]
    if isinstance(found, NotEstimable):
        return
    linked = frozenset(report.system_models)
    content = Content(
        title="Training dynamics: when does it generalize?",
        answer=sentence(found),
        blocks=(*_figures(found), _systems(found, linked), _scores(found)),
        definitions=_definitions(found.level),
        search_text="grokking delay overtraining early stopping checkpoint step epoch learning curve gap",
    )
    yield summary_page(NAME, found, content)


# -- the answer --------------------------------------------------------------------------------------------------


def sentence(found: Computed) -> Words:
    """How many fit and generalize and how late; without that, what is lost by training on."""
    head: Headline = found.headline
    if head.n_known:
        return (*_phases(head), *_slowest(head), *_waiting(head), *_lost(head))
    return _lost(head) or _gap(head) or _slope(head)


def _place(head: Headline) -> str:
    return head.benchmark if head.tested == "test" else f"{head.benchmark} ({head.tested})"


def _phases(head: Headline) -> Words:
    systems = numbers.plural(head.n_known, "system")
    if not head.n_fitted:
        return (f"On {_place(head)}, ", Strong(f"0 of {systems} fit"), " the training data. ")
    return (
        f"On {_place(head)}, {numbers.count(head.n_fitted)} of {systems} "
        f"{'fits' if head.n_fitted == 1 else 'fit'} the training data and ",
        Strong(
            f"{numbers.count(head.n_generalize)} {'generalizes' if head.n_generalize == 1 else 'generalize'}"
        ),
        ". ",
    )


def _slowest(head: Headline) -> Words:
    if not head.slowest:
        return ()
    times = "" if known(head.ratio) is None else f", ratio {numbers.score(head.ratio)}"
    end = "never" if head.delay_open else steps(head.delay_high)
    spread = f" (interval {steps(head.delay_low)} to {end})" if known(head.delay_low) is not None else ""
    latest = "takes longest" if head.n_generalize > 1 else "generalizes"
    if head.delay < 0:
        early = Strong(f"{steps(-head.delay)} steps before it fits")
        return (f"{head.slowest} {latest}, ", early, f"{spread}. ")
    return (
        f"{head.slowest} {latest}: ",
        Strong(f"{steps(head.delay)} steps after it fits" if head.delay else "as soon as it fits"),
        f"{spread} (step {steps(head.t_gen)} against {steps(head.t_fit)}{times}). ",
    )


def _waiting(head: Headline) -> Words:
    if not head.waiting:
        return ()
    last, more = steps(head.waiting_bound), head.n_fitted - head.n_generalize - 1
    if more < 1:
        return (f"{head.waiting} fits and had not generalized by its last step, {last}. ",)
    others = numbers.plural(more, "other")
    return (f"{head.waiting} (by step {last}) and {others} fit and had not generalized by their last step. ",)


def _lost(head: Headline) -> Words:
    """What training on cost; nothing where no direction is known."""
    if not head.loser:
        return ()
    error, amount = known(head.overtraining_error), known(head.overtraining) or 0.0
    where = "" if head.n_known else f"On {_place(head)}, "
    if not amount:
        every = (
            f"{('all ' if where else 'All ') if head.n_systems > 1 else ''}{numbers.plural(head.n_systems, 'system')} "
            f"{'are' if head.n_systems > 1 else 'is'} best at the last step"
        )
        return (f"{where}{every}: nothing was lost by training on.",)
    return (
        f"{where}{head.loser} loses {'most ' if head.n_systems > 1 else ''}by training on: ",
        Strong(f"{numbers.score(amount, error)}{numbers.give_or_take(error)}{_unit(head.unit)}"),
        f" from its best checkpoint (step {steps(head.best_step)}) to its last (step {steps(head.last_step)}).",
    )


def _gap(head: Headline) -> Words:
    if not head.widest:
        return ()
    return (
        f"On {_place(head)}, {head.widest} ends with the largest gap between training and test data: ",
        Strong(f"{numbers.score(head.gap, known(head.gap_error))}{_unit(head.unit)}"),
        ".",
    )


def _slope(head: Headline) -> Words:
    if not head.steepest:
        return (f"On {_place(head)}, ", Strong("curves are shown, and nothing can be said about them"), ".")
    return (
        f"On {_place(head)}, {head.steepest} changes most: by ",
        Strong(f"{numbers.score(head.log_slope, plus=True)}{_unit(head.unit)} per tenfold steps"),
        f" (R² {numbers.fixed(head.log_r2, 2)}); whether that is good cannot be said, because the direction of the "
        "metric is unknown.",
    )


def _unit(unit: str) -> str:
    return " points" if unit == "percent" else ""


def steps(value: float | None) -> str:
    """A number of steps, or of epochs, which may be fractions: '1,000', '0.5'."""
    amount = known(value)
    if amount is None:
        return numbers.ABSENT
    whole = amount.is_integer() and abs(amount) < numbers.HUGE
    return numbers.count(int(amount)) if whole else numbers.score(amount)


# -- figures -----------------------------------------------------------------------------------------------------


def _figures(found: Computed) -> Iterator[Block]:
    groups = [group for _, group in found.main.groupby(_KEYS, sort=True)]
    groups.sort(key=lambda one: (-int((one["phase"] != "").sum()), -len(one)))
    curves = found.tables["curves"]
    for at, main in enumerate(groups[:MAX_FIGURES]):
        first = main.iloc[0]
        mine = curves[(curves["suite"] == first["suite"]) & (curves["benchmark"] == first["benchmark"])]
        yield _figure(main, mine[mine["tested"].isin([first["tested"], _TRAINING])], at)


def _figure(main: pd.DataFrame, curves: pd.DataFrame, at: int) -> Figure:
    first, shown = main.iloc[0], rows_of(main.head(MAX_LINES))
    log = bool((curves["step"] > 0).any()) and curves["step"].max() >= 20 * max(_least(curves), 1e-12)
    data: list[dict[str, Any]] = []
    for place, row in enumerate(shown):
        mine = curves[curves["system"] == row.system]
        data += _lines(row, mine, place, log=log)
    unit = str(first["score_unit"])
    trained = bool((curves["tested"] == _TRAINING).any())
    more = len(main) - len(shown)
    rest = f" {numbers.plural(more, 'more system')} in the table below." if more else ""
    lines = "Dashed: training data. Solid: test data. " if trained else ""
    tested = "" if str(first["tested"]) == "test" else f" · {first['tested']}"
    return Figure(
        name=f"figure-steps-{at}",
        heading=f"{first['benchmark']}{tested}",
        caption=(
            f"{lines}Medians over runs; a ring marks the step at which the threshold is reached.{rest}",
        ),
        alt=f"Scores of {numbers.plural(len(shown), 'system')} over the steps of training.",
        data=data,
        layout=axes("Step", f"Score, {unit}" if unit else "Score", log=log),
        height=420,
        table=_figure_table(f"figure-steps-{at}", shown),
    )


def _least(curves: pd.DataFrame) -> float:
    return float(curves.loc[curves["step"] > 0, "step"].min())


def _lines(row: Any, curves: pd.DataFrame, place: int, *, log: bool) -> list[dict[str, Any]]:
    """Training curve, test curve and the marks of one system."""
    color = style(place)["color"]
    made = []
    for training in (True, False):
        mine = curves[(curves["tested"] == _TRAINING) == training].drop_duplicates("step").sort_values("step")
        mine = _thinned(mine[mine["step"] > 0] if log else mine)
        if not len(mine):
            continue
        name = f"{row.system}, training" if training else str(row.system)
        x, y = mine["step"].tolist(), mine["median"].tolist()
        drawn = line(name, x, y, color=color, dash="dash" if training else "solid")
        made.append(drawn | ({"mode": "lines"} if len(x) > 40 else {}))
        time = known(row.t_fit if training else row.t_gen)
        reached = mine[mine["step"] == time] if time is not None else mine.iloc[:0]
        if len(reached):
            ring = mark(
                f"{name}: step {steps(time)}", time or 0.0, float(reached["median"].iloc[0]), color=color
            )
            made.append(ring | {"showlegend": False})
    return made


def _thinned(curve: pd.DataFrame) -> pd.DataFrame:
    """At most `MAX_POINTS` of a long curve, evenly chosen, with both ends."""
    if len(curve) <= MAX_POINTS:
        return curve
    chosen = sorted({round(at * (len(curve) - 1) / (MAX_POINTS - 1)) for at in range(MAX_POINTS)})
    return curve.iloc[chosen]


def _figure_table(name: str, shown: list[Any]) -> Table:
    return as_table(
        name,
        ("System", "Fits at", "Generalizes at", "Best", "Last"),
        [str(row.system) for row in shown],
        [[known(getattr(row, one)) for row in shown] for one in ("t_fit", "t_gen", "best", "last")],
    )


# -- tables ------------------------------------------------------------------------------------------------------


def _several(found: Computed) -> tuple[tuple[str, str, dict[str, Any]], ...]:
    """Columns that tell panels apart, where there are several."""
    return tuple(
        (name, title, {"align": "left"})
        for name, title in (("benchmark", "Benchmark"), ("tested", "Tested on"))
        if found.main[name].nunique() > 1 or (name == "benchmark" and found.main["suite"].nunique() > 1)
    )


def _systems(found: Computed, linked: frozenset[str]) -> Table:
    more = _several(found)
    return Table(
        name="systems",
        heading="When each system fits and generalizes",
        caption="Steps, medians over runs; > where it had not happened by the last step",
        columns=columns(
            ("system", "System", {"align": "left"}),
            *more,
            ("t_fit", "Fits at", {"wide": True, "meaning": "First step from which the training score stays at 95 %."}),
            ("t_gen", "Generalizes at", {"meaning": "First step from which the test score stays at 95 %."}),
            ("delay", "Delay", {"meaning": "Steps from fitting to generalizing."}),
            ("interval", "Interval", {"wide": True, "meaning": "Of the median delay over runs."}),
            ("spacing", "Known to", {"wide": True, "meaning": "What the spacing of checkpoints allows."}),
            ("ratio", "Ratio", {"wide": True, "meaning": "Step of generalizing / step of fitting."}),
            ("runs", "Runs", {"wide": True, "meaning": "Runs that fit / that generalize / that there are."}),
            ("phase", "In short", {"align": "left", "wide": True}),
        ),
        rows=tuple(_times_row(row, linked, [name for name, *_ in more]) for row in rows_of(found.main)),
        search="Find a system",
    )  # fmt: skip


def _times_row(row: Any, linked: frozenset[str], more: list[str]) -> tuple[Cell, ...]:
    low, end = known(row.low), "never" if row.high_open else steps(row.high)
    interval = numbers.ABSENT if low is None else f"{steps(low)} to {end}"
    least, most = known(row.delay_least), known(row.delay_most)
    return (
        _name(row, linked),
        *(text_cell(getattr(row, name)) for name in more),
        _time(row.t_fit, None),
        _time(row.t_gen, row.last_step if row.generalized < row.of_runs and row.rule else None),
        _time(row.estimate, row.delay_bound, title=str(row.reason)),
        Cell(text=interval, sort=low),
        Cell(text=numbers.ABSENT if least is None else f"{steps(least)} to {steps(most)}", sort=least),
        Cell(text=numbers.score(known(row.ratio)), sort=known(row.ratio)),
        Cell(text=f"{row.fitted} / {row.generalized} / {row.of_runs}", sort=row.generalized),
        text_cell(row.phase or numbers.ABSENT),
    )


def _name(row: Any, linked: frozenset[str]) -> Cell:
    model = str(row.model)
    return Cell(
        text=str(row.system),
        sort=str(row.system).casefold(),
        link=model_page(model) if model in linked else None,
        flags=("near chance",) if row.near_chance else (),
    )


def _time(value: Any, bound: Any, *, title: str = "") -> Cell:
    """A time, or the bound it exceeds."""
    amount, least = known(value), known(bound)
    if amount is None and least is not None:
        return Cell(text=f"> {steps(least)}", sort=least, title=title)
    return Cell(text=steps(amount), sort=amount, title=title)


def _scores(found: Computed) -> Table:
    more = _several(found)
    return Table(
        name="scores",
        heading="Scores at the end and at the best checkpoint",
        caption="Means over runs, in the unit of the metric",
        columns=columns(
            ("system", "System", {"align": "left"}),
            *more,
            ("last", "Last", {"meaning": "Test score at the last step."}),
            ("overtraining", "Lost since best", {"meaning": "From the best checkpoint to the last."}),
            ("gap", "Gap", {"meaning": "Training less test at the last step, positive = training is better."}),
            ("area", "Area", {"wide": True, "meaning": "Mean gap over the logarithm of the step."}),
            ("best", "Best", {"wide": True, "meaning": "Best checkpoint: chosen on the test scores."}),
            ("best_step", "Best step", {"wide": True}),
            ("slope", "Per tenfold", {"wide": True, "meaning": "Change of the test score per tenfold steps."}),
            ("fit", "R²", {"wide": True, "meaning": "Of the line over the logarithm of the step."}),
        ),
        rows=tuple(_score_row(row, [name for name, *_ in more]) for row in rows_of(found.main)),
    )  # fmt: skip


def _score_row(row: Any, more: list[str]) -> tuple[Cell, ...]:
    return (
        text_cell(row.system),
        *(text_cell(getattr(row, name)) for name in more),
        value_cell(row.last, known(row.last_error)),
        value_cell(row.overtraining, known(row.overtraining_error)),
        value_cell(row.gap, known(row.gap_error)),
        value_cell(row.area, known(row.area_error)),
        value_cell(row.best),
        Cell(text=steps(known(row.best_step)), sort=known(row.best_step)),
        value_cell(row.log_slope),
        Cell(text=numbers.fixed(known(row.log_r2), 2), sort=known(row.log_r2)),
    )


def _definitions(level: float) -> tuple[Definition, ...]:
    return (
        Definition(
            title="When it fits, when it generalizes",
            words=(
                "The first step from which the score stays at or above the threshold for two checkpoints: 95 % "
                "of the metric's range, for test data of the range up to the best score thought possible where the "
                "catalog says so (ceiling). Without a range it is 95 % of a curve's own way from its first to its best "
                "checkpoint. What never happens by the last step is shown as > that step, and is no number.",
            ),
            formula="delay = t_gen − t_fit;   ratio = t_gen / t_fit",
            source=("Source of the question: ", GROKKING, "."),
            assumptions=(
                "Nothing is smoothed. A time is known only up to the checkpoint before it (column “Known to”).",
                f"{numbers.percent(level)} intervals of the median delay are order statistics of the runs, of any "
                "distribution; with fewer than six runs there is none at 95 %.",
                "Runs that fit and never generalize count as later than all others; runs that never fit have no delay.",
            ),
        ),
        Definition(
            title="Gap, loss since the best checkpoint, area",
            words=(
                "The gap is the training score less the test score at the last step that has both. The loss since the "
                "best checkpoint reads the test scores twice: stopping early by them would have won that much at most.",
            ),
            formula=(
                "overtraining = best over checkpoints − last (errors: err_T − min err);   "
                "area = ∫ (train − test) d log t / (log T − log t₁)"
            ),
            source=("Source of the overtraining: ", OVERTRAINING, "."),
            assumptions=(
                "± is the sample deviation over runs / √k; with one run it comes from the errors of its scores.",
                "Step 0 has no place on a logarithmic axis and is left out of the area and of the line.",
            ),
        ),
    )  # fmt: skip
