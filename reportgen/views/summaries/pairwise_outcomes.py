"""Wins, ties, losses and invalid answers: who wins most, how sure that is, and what each outcome's share is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.numbers import NotEstimable
from reportgen.views.blocks import Cell, Definition, External, Figure, Page, Strong, Table
from reportgen.views.common import columns, known, number, rows_of, text_cell, value_cell
from reportgen.views.definitions import NEWCOMBE
from reportgen.views.figures import as_table
from reportgen.views.figures_curves import panels_by_size
from reportgen.views.report import model_page
from reportgen.views.summaries.template import Content, path_of, summary_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from reportgen.analysis.evidence import Computed
    from reportgen.analysis.summaries.pairwise_outcomes import Headline
    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report

NAME = "pairwise_outcomes"
TITLE = "Wins, ties and losses"
PATH = path_of(NAME)
WILSON = External("Wilson (1927), JASA 22", "https://doi.org/10.1080/01621459.1927.10502953")
BRADLEY = External("Bradley and Terry (1952), Biometrika 39", "https://doi.org/10.1093/biomet/39.3-4.324")
HELM = External("Liang et al. (2022), HELM", "https://arxiv.org/abs/2211.09110")
#: Benchmarks with a figure, and systems in one.
MAX_FIGURES = 4
MAX_BARS = 30
#: Outcomes in the order of their bars, with the column that holds their share.
OUTCOMES = (
    ("win", "won", "good"),
    ("tie", "tied", "soft"),
    ("loss", "lost", "ood"),
    ("invalid_rate", "invalid", "bad"),
    ("rest", "not accounted for", "faint"),
)


def pages(report: Report) -> Iterator[Page]:
    """The page, when there are any outcomes."""
    found = report.summaries[NAME]
    if isinstance(found, NotEstimable):
        return
    linked = frozenset(report.system_models)
    content = Content(
        title="Who wins, ties and loses?",
        answer=sentence(found),
        facts=(number(int(found.main["n"].sum()), "game"),),
        blocks=(*_figures(found), _systems(found, linked), *_further(found)),
        definitions=_definitions(found.level),
        search_text="win rate preference pairwise games Bradley-Terry Elo tie draw illegal invalid AlpacaEval arena",
    )
    yield summary_page(NAME, found, content)


# -- the answer -------------------------------------------------------------------------------------------------------


def sentence(found: Computed) -> Words:
    """Who wins most on the benchmark with most systems; then invalid answers, means and strengths."""
    head: Headline = found.headline
    most = "wins most" if head.n_systems > 1 else "wins"
    return (
        f"On {head.benchmark}, {head.best_system} {most}: ",
        Strong(f"{numbers.percent(head.net, 1)} of {numbers.plural(head.n, 'game')}"),
        f" ({numbers.percent(head.low)} to {numbers.percent(head.high)}{_ties(head)}){_sure(head)}.",
        *_invalid(head),
        *_mean(head),
        *_strength(head),
    )


def _ties(head: Headline) -> str:
    return f"; ties, {numbers.percent(head.tie, 1)}, count half" if (known(head.tie) or 0) > 0 else ""


def _sure(head: Headline) -> str:
    if head.n_systems == 1:
        return ""
    if head.n_alike is None:
        return "; how sure that is cannot be said"
    if head.n_alike:
        return f"; {numbers.plural(head.n_alike, 'other')} cannot be told apart from it"
    return ", clearly more than any other"


def _invalid(head: Headline) -> Words:
    if not head.worst_invalid:
        return ()
    share = numbers.percent(head.worst_invalid_rate)
    return (f" {head.worst_invalid} has no valid answer in {share}.",)


def _mean(head: Headline) -> Words:
    if not head.mean_system:
        return ()
    scenarios = numbers.plural(head.n_scenarios, "benchmark")
    return (f" Over {scenarios}, {head.mean_system} has the highest mean, {numbers.percent(head.mean, 1)}.",)


def _strength(head: Headline) -> Words:
    if not head.strongest:
        return ()
    error = known(head.elo_error)
    spread = numbers.give_or_take(error)
    players = numbers.plural(head.n_players, "player")
    return (
        f" Strongest of {players} is {head.strongest}: {numbers.score(head.elo, error)}{spread} Elo points.",
    )


# -- figures ----------------------------------------------------------------------------------------------------------


def _figures(found: Computed) -> Iterator[Block]:
    for at, rows in enumerate(panels_by_size(found.main)[:MAX_FIGURES]):
        yield _figure(rows, at)


def _shares(rows: pd.DataFrame) -> dict[str, list[float]]:
    """Lengths of bars: an unknown share has none, and is in what is not accounted for."""
    made = {name: [known(value) or 0.0 for value in rows[name]] for name, _, _ in OUTCOMES[:-1]}
    made["rest"] = [max(0.0, 1 - sum(parts)) for parts in zip(*made.values(), strict=True)]
    return made


def _layout(names: list[str]) -> dict[str, Any]:
    return {
        "barmode": "stack",
        "showlegend": True,
        "legend": {"orientation": "h", "y": 1.02, "x": 0, "yanchor": "bottom", "traceorder": "normal"},
        "xaxis": {"title": {"text": "Share of games, per cent"}, "range": [0, 100]},
        "yaxis": {
            "tickmode": "array",
            "tickvals": list(range(len(names))),
            "ticktext": [name if len(name) <= 24 else f"{name[:12]}…{name[-11:]}" for name in names],
            "autorange": "reversed",
            "automargin": True,
        },
        "margin": {"t": 48, "r": 14, "b": 48},
    }


def _figure(rows: pd.DataFrame, at: int) -> Figure:
    shown = rows.head(MAX_BARS)
    names = [str(name) for name in shown["system"]]
    shares = _shares(shown)
    places = list(range(len(names)))
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "name": word,
            "x": [round(100 * value, 4) for value in shares[key]],
            "y": places,
            "text": [f"{name}: {word}" for name in names],
            "textposition": "none",
            "hoverinfo": "text+x",
            "marker": {"color": f"token:{color}"},
        }
        for key, word, color in OUTCOMES
        if max(shares[key]) > numbers.NOISE
    ]
    more = len(rows) - len(shown)
    rest = f" {numbers.plural(more, 'more system')} in the table below." if more else ""
    return Figure(
        name=f"figure-outcomes-{at}",
        heading=str(rows["benchmark"].iloc[0]),
        caption=(f"All games of each system, most net wins first.{rest}",),
        alt=f"Stacked bars of the outcomes of {numbers.plural(len(names), 'system')}.",
        data=data,
        layout=_layout(names),
        height=130 + 26 * len(names),
        table=as_table(
            f"figure-outcomes-{at}",
            ("System", *(word for _, word, _ in OUTCOMES)),
            names,
            [*([known(value) for value in shown[key]] for key, _, _ in OUTCOMES[:-1]), shares["rest"]],
        ),
    )


# -- tables -----------------------------------------------------------------------------------------------------------


def _share(value: Any, low: Any = None, high: Any = None, *, title: str = "") -> Cell:
    """A share in per cent, with its interval where one is given."""
    amount, start, end = known(value), known(low), known(high)
    note = (
        f"{numbers.percent(start)} to {numbers.percent(end)}" if start is not None and end is not None else ""
    )
    return Cell(text=numbers.percent(amount, 1), sort=amount, note=note, title=title)


def _systems(found: Computed, linked: frozenset[str]) -> Table:
    several = found.main[["suite", "benchmark"]].drop_duplicates().shape[0] > 1
    return Table(
        name="systems",
        heading="Every system",
        caption="Shares of all games with Wilson intervals",
        columns=columns(
            ("system", "System", {"align": "left"}),
            *((("benchmark", "Benchmark", {"align": "left"}),) if several else ()),
            ("net", "Net wins", {"meaning": "(wins + ties / 2) / n."}),
            ("win", "Won", {"wide": True}),
            ("tie", "Tied", {"wide": True}),
            ("loss", "Lost", {"wide": True, "meaning": "Without those without a valid answer."}),
            ("invalid", "Invalid", {"wide": True}),
            ("n", "Games", {"wide": True}),
        ),
        rows=tuple(_row(row, linked, several=several) for row in rows_of(found.main)),
        search="Find a system",
    )  # fmt: skip


def _row(row: Any, linked: frozenset[str], *, several: bool) -> tuple[Cell, ...]:
    model = str(row.model)
    return (
        Cell(
            text=str(row.system),
            sort=str(row.system).casefold(),
            link=model_page(model) if model in linked else None,
        ),
        *((text_cell(row.benchmark),) if several else ()),
        _share(row.estimate, row.low, row.high, title=str(row.reason)),
        _share(row.win, row.win_low, row.win_high),
        _share(row.tie, row.tie_low, row.tie_high),
        _share(row.loss, row.loss_low, row.loss_high),
        _share(row.invalid_rate, row.invalid_low, row.invalid_high),
        Cell(text=numbers.count(int(row.n)), sort=row.n),
    )


def _further(found: Computed) -> Iterator[Block]:
    made = found.tables
    if len(made["means"]):
        yield _plain(
            "means", "Over benchmarks", "Means over the benchmarks that all of these systems have", made["means"],
            (("system", "System", "text"), ("mean_net", "Net wins", "share"), ("mean_win", "Others beaten", "share"),
             ("scenarios", "Benchmarks", "count"), ("suite", "Suite", "wide")),
        )  # fmt: skip
    if len(made["strengths"]):
        yield _plain(
            "strengths", "Strengths", "Bradley-Terry, in Elo points, mean 0", made["strengths"],
            (("player", "Player", "text"), ("elo", "Elo", "error"), ("games", "Games", "count"),
             ("benchmark", "Benchmark", "wide"), ("reason", "Why there is none", "wide")),
        )  # fmt: skip
    if len(made["gains"]):
        yield _plain(
            "gains", "What a method gains", "Net win rate less that of the model by itself", made["gains"],
            (("system", "System", "text"), ("gain", "Gain", "share"), ("low", "from", "share"), ("high", "to", "share"),
             ("base", "By itself", "wide share"), ("net", "With it", "wide share"), ("benchmark", "Benchmark", "wide")),
        )  # fmt: skip
    if len(made["settings"]):
        yield _plain(
            "settings", "The best of several settings", "Chosen by its own wins, so it is overstated", made["settings"],
            (("model", "Model", "text"), ("benchmark", "Benchmark", "text"), ("best", "Best", "share"),
             ("mean", "Mean", "share"), ("by_chance", "By chance", "wide share"), ("best_setting", "Setting", "wide"),
             ("settings", "Settings", "wide count")),
        )  # fmt: skip
    if len(made["orders"]):
        yield _plain(
            "orders", "Order of play", "Net win rates of one system in two orders", made["orders"],
            (("system", "System", "text"), ("first", "Order", "text"), ("second", "Other", "text"),
             ("difference", "Difference", "share"), ("low", "from", "wide share"), ("high", "to", "wide share")),
        )  # fmt: skip


def _plain(
    name: str, heading: str, caption: str, rows: pd.DataFrame, shown: tuple[tuple[str, str, str], ...]
) -> Table:
    """A table of these columns; each is a text, a count, a share or a number with its error."""

    def cell(row: Any, key: str, kind: str) -> Cell:
        value = getattr(row, key)
        if "share" in kind:
            return _share(value)
        if "count" in kind:
            return Cell(text=numbers.count(int(value)), sort=value)
        if kind == "error":
            return value_cell(value, known(row.standard_error))
        return text_cell(value)

    left = {"text", "wide"}
    return Table(
        name=name,
        heading=heading,
        caption=caption,
        columns=columns(
            *(
                (key, title, {"align": "left" if kind in left else "right", "wide": "wide" in kind})
                for key, title, kind in shown
            )
        ),
        rows=tuple(tuple(cell(row, key, kind) for key, _, kind in shown) for row in rows_of(rows)),
    )


def _definitions(level: float) -> tuple[Definition, ...]:
    return (
        Definition(
            title="Shares of outcomes",
            words=(
                "Of all games, invalid answers and games that are in no outcome among them: they count as not won. "
                "Outcomes that add up to more than the number of games are not used; invalid answers that are also "
                "counted as losses are taken out of them.",
            ),
            formula="net win rate = (wins + ties / 2) / n",
            source=("Intervals: ", WILSON, "."),
            assumptions=(
                f"Games are independent draws; the {numbers.percent(level)} interval of the net win rate treats a tie "
                "as half a win, which makes it wider than it need be.",
                "A mean over benchmarks counts each alike, over the same benchmarks for all systems. Others beaten: "
                "mean over benchmarks of the share of other systems with fewer net wins, ties half.",
            ),
        ),
        Definition(
            title="Strength",
            words=(
                "Where opponents are named (variant opponent=NAME): the strengths that make the results most likely, a "
                "tie half a win for each, an invalid answer a loss. Games that both sides report are counted once; "
                "results of which an outcome is unknown are left out.",
            ),
            formula="P(i beats j) = 1 / (1 + 10^((Elo_j − Elo_i)/400)), mean 0",
            source=("Sources: ", BRADLEY, "; mean win rate: ", HELM, "."),
            assumptions=("Whoever beats all others has no finite strength; then there is none for anybody.",),
        ),
        Definition(
            title="Gains, settings and orders",
            words=(
                "Differences of two net win rates on different games. The best of several settings is chosen by its "
                "own result; by chance: what the best of as many settings of one true rate exceeds that rate by.",
            ),
            source=("Intervals: ", NEWCOMBE, "."),
        ),
    )
