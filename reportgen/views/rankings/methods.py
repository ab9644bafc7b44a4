"""Who is first when the same scores are ranked in other ways: a sentence and a small table on the page of a board."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportgen import numbers
from reportgen.analysis.parts import Found
from reportgen.analysis.rankings.orderings import TOO_MANY
from reportgen.analysis.rankings.parts.methods import ALIKE, DEFAULT, NAME, RANKED
from reportgen.views.blocks import Cell, Column, Definition, External, Prose, Strong, Table
from reportgen.views.common import join, known
from reportgen.views.rankings.systems import link_cell, linked
from reportgen.views.standings import whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from reportgen.analysis.leaderboard import Board
    from reportgen.analysis.rankings.parts.methods import Compared
    from reportgen.views.blocks import Block, Run, Words
    from reportgen.views.report import Report

#: Systems in the table: the first by the mean, and whoever is first by another method.
MAX_FIRST, MAX_ROWS = 5, 8
#: Systems that share a first place are named up to this number.
MAX_NAMED = 3
#: Method -> (in a sentence, head of its column, what it is).
WORDS = {
    "mean": ("mean score", "Mean score", "Mean of the scores: what this page ranks by."),
    "win-rate": (
        "win rate",
        "Win rate",
        "Share of the other systems beaten on a benchmark, averaged over benchmarks; a tie counts half.",
    ),
    "borda": (
        "Borda count",
        "Borda",
        "On each benchmark one vote for every system behind or not measured; votes are added up.",
    ),
    "mean-rank": ("mean rank", "Mean rank", "Rank on each benchmark, averaged over benchmarks."),
    "bradley-terry": (
        "Bradley–Terry strength",
        "Bradley–Terry",
        "Each benchmark is a game between every two systems that have it; strengths that explain the games best.",
    ),
    "median-rank": (
        "median rank",
        "Median rank",
        "Rank on each benchmark, the middle one of all benchmarks.",
    ),
    "copeland": (
        "head-to-head majorities",
        "Head to head",
        "Share of opponents beaten on more benchmarks than lost to (Copeland).",
    ),
    "kemeny": (
        "Kemeny order",
        "Kemeny",
        "Place in the order that contradicts the fewest results, a result being that a benchmark puts one system above "
        "another; a range where several orders are equally good.",
    ),
}
DWORK = External(
    "Dwork et al. (2001), Rank aggregation methods for the web", "https://doi.org/10.1145/371920.372165"
)
FORD = External("Bradley and Terry (1952), Biometrika 39", "https://doi.org/10.1093/biomet/39.3-4.324")


def blocks(report: Report, board: Board) -> Iterator[Block]:
    """Nothing where there is one benchmark or one system: then there is one way to rank."""
    found = report.rankings[board.id][NAME]
    if not isinstance(found, Found):
        return
    shown = distinct(found.headline)
    yield Prose(
        heading="Ranked in other ways",
        anchor="other-ways",
        paragraphs=(
            (*_verdict(found.headline, shown, board), *_limits(found.headline)),
            *_gaps(found.headline, board),
        ),
    )
    yield _table(found, shown, board)


def distinct(headline: Compared) -> tuple[str, ...]:
    """The methods that can differ on these scores, in the order of `METHODS`; one of each that cannot."""
    there = [method for method, _ in headline.first]
    if headline.complete:
        same = set(ALIKE[1:]) - ({"bradley-terry"} if headline.compared < headline.systems else set())
        there = [method for method in there if method not in same]
    return tuple(there)


def _verdict(headline: Compared, shown: Sequence[str], board: Board) -> Words:
    """Who is first by what."""
    by_winner: dict[tuple[str, ...], list[str]] = {}
    for method, first in headline.first:
        if method in shown:
            by_winner.setdefault(first, []).append(method)
    if len(by_winner) == 1:
        (winners,) = by_winner
        who, verb = _who(winners, board)
        return (
            *who,
            f" {verb} first ",
            Strong("in every way to rank"),
            f" compared here: by {_names(shown)}.",
        )
    runs: list[Run] = []
    for at, (winners, methods) in enumerate(by_winner.items()):
        who, verb = _who(winners, board)
        runs += [
            "; " if at else "",
            *who,
            f" {verb} first by {_names(methods)}" if at == 0 else f" by {_names(methods)}",
        ]
    return (Strong("First place depends on how scores are combined: "), *runs, ".")


def _limits(headline: Compared) -> Words:
    """That some methods rank only the first systems, where they do."""
    if headline.compared == headline.systems:
        return ()
    first = numbers.count(headline.compared)
    return (
        f" Bradley–Terry, head to head and Kemeny rank the first {first} by mean score against each other only.",
    )


def _who(winners: Sequence[str], board: Board) -> tuple[Words, str]:
    """The systems as links, and the verb that goes with them."""
    if len(winners) > MAX_NAMED:
        return (Strong(numbers.plural(len(winners), "system")),), "share"
    return join([linked(board, name) for name in winners]), "is" if len(winners) == 1 else "share"


def _names(methods: Sequence[str]) -> str:
    return "".join(str(run) for run in join([WORDS[method][0] for method in methods]))


def _gaps(headline: Compared, board: Board) -> tuple[Words, ...]:
    """Who is first among all entrants, where some lack scores."""
    if not headline.first_of_all:
        return ()
    first = dict(headline.first_of_all)
    who, verb = _who(first["win-rate"], board)
    runs: list[Run] = [
        f"Of all {numbers.count(headline.entrants)} systems, also those that lack scores, ",
        *who,
        f" {verb} first by win rate over what each has",
    ]
    strong = first.get("bradley-terry")
    if strong is not None:
        strength = "by Bradley–Terry strength, which takes into account whom each has met"
        runs += (
            [" and ", strength]
            if strong == first["win-rate"]
            else [", ", *_who(strong, board)[0], " ", strength]
        )
    share, name = headline.flattered
    if known(share) is not None and share >= 0.02:
        runs.append(
            f". Gaps flatter win rates: that of {name} is {numbers.fixed(100 * share, 0)} points higher "
            "than if it had met everybody"
        )
    return ((*runs, "."),)


def _table(found: Found, shown: Sequence[str], board: Board) -> Table:
    """The first systems, with their place by each method."""
    main = found.main[found.main["pool"] == RANKED]
    chosen = list(board.rows.loc[board.rows["ranked"], "system"].head(MAX_FIRST))
    for method, first in found.headline.first:
        if method in shown and len(first) <= MAX_NAMED:
            chosen += [name for name in first if name not in chosen]
    by_method = {method: main[main["method"] == method].set_index("system") for method in shown}
    return Table(
        name="ways",
        caption=f"{board.title}: place of the first systems by each way to rank",
        columns=(
            Column(key="system", title="System", align="left"),
            *(
                Column(key=method, title=WORDS[method][1], meaning=WORDS[method][2], wide=at > 2)
                for at, method in enumerate(shown)
            ),
        ),
        rows=tuple(
            (link_cell(board, name), *(_place(table, name) for table in by_method.values()))
            for name in chosen[:MAX_ROWS]
        ),
        compact=True,
        download=f"leaderboards_{NAME}",
    )


def _place(table: pd.DataFrame, name: str) -> Cell:
    if name not in table.index:
        return Cell(text=numbers.ABSENT, title=TOO_MANY)
    row = table.loc[name]
    place = whole(row["rank"])
    if place is None:
        return Cell(text=numbers.ABSENT, title=str(row["reason"]))
    if row["method"] == "kemeny":
        return Cell(text=numbers.ranks(whole(row["low"]), whole(row["high"])), sort=place)
    return Cell(text=numbers.count(place), sort=place)


def definitions(report: Report, board: Board) -> Iterator[Definition]:
    """The methods, which is the default and why."""
    found = report.rankings[board.id][NAME]
    if not isinstance(found, Found):
        return
    headline: Compared = found.headline
    yield Definition(
        title="Ways to rank",
        words=(
            f"The default is the {WORDS[DEFAULT][0]}: it keeps how far apart systems are, nobody's score depends on "
            "who else is ranked, and its error is known. The others use only the order on each benchmark, so that one "
            "easy or one extreme benchmark cannot decide; but they change when systems are added or removed.",
            _alike_words(headline),
        ),
        formula="win rate = mean over benchmarks of (worse + equal / 2) / (n − 1);   Borda = Σ (n − rank);   "
        "P(i beats j) = 1 / (1 + exp(sj − si));   Kemeny = order with the fewest pairs against a benchmark",
        source=("Bradley–Terry: ", FORD, "; Kemeny: ", DWORK, "."),
        assumptions=tuple(_assumptions(headline)),
    )


def _alike_words(headline: Compared) -> str:
    """Which methods are left out of the table."""
    if not headline.complete:
        return ""
    also = "" if headline.compared < headline.systems else " and Bradley–Terry strengths"
    return (
        f" Where no score is missing, win rate, Borda count, mean rank{also} give one and the same order; "
        "the table shows it once."
    )


def _assumptions(headline: Compared) -> Iterator[str]:
    yield (
        "Every benchmark counts the same. Ties count half for either side; in the Kemeny order a tie of two systems on "
        "a benchmark speaks for neither, and orders themselves have no ties."
    )
    yield (
        "Errors and intervals in the download are over benchmarks, as if these were a sample, and only with five or "
        "more; for Bradley–Terry they allow for whole benchmarks going together. In simulations of six systems nominal "
        "95 % intervals held the truth in 93 % (win rate) and 96 % (Bradley–Terry) of cases with five benchmarks, and "
        "in 95 % and 97 % with ten."
    )
    if known(headline.optima) is None:
        yield (
            "A Kemeny order is computed exactly or not at all: groups of more than 15 systems that no majority "
            "separates have none."
        )
    elif headline.optima > 1:
        yield f"{numbers.count(int(headline.optima))} Kemeny orders are equally good here."
