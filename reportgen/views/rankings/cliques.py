"""Systems that the benchmarks cannot tell apart: a sentence and a diagram of average ranks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportgen import numbers
from reportgen.analysis.parts import Found
from reportgen.analysis.rankings.parts.cliques import NAME
from reportgen.analysis.signed_rank import MOST_EXACT
from reportgen.views.blocks import Definition, External, Figure, Prose, Strong
from reportgen.views.common import rows_of
from reportgen.views.figures import as_table
from reportgen.views.figures_cliques import rank_cliques

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportgen.analysis.leaderboard import Board
    from reportgen.analysis.rankings.parts.cliques import Cliques
    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report

BENAVOLI = External(
    "Benavoli, Corani and Mangili (2016), Journal of Machine Learning Research 17",
    "https://jmlr.org/papers/v17/benavoli16a.html",
)
DEMSAR = External(
    "Demšar (2006), Journal of Machine Learning Research 7", "https://jmlr.org/papers/v7/demsar06a.html"
)


def blocks(report: Report, board: Board) -> Iterator[Block]:
    """Nothing where there are fewer than five benchmarks or two systems."""
    found = report.rankings[board.id][NAME]
    if not isinstance(found, Found):
        return
    head: Cliques = found.headline
    words = _verdict(head, board)
    yield Prose(heading="Would other benchmarks agree?", anchor="cliques", paragraphs=(words,))
    if head.systems > 2 and head.possible:
        yield _figure(found, board)


def _verdict(head: Cliques, board: Board) -> Words:
    """How many pairs the benchmarks tell apart."""
    which = (
        f"the first {numbers.count(head.systems)} systems"
        if head.systems < head.ranked
        else f"{numbers.plural(head.systems, 'system')}"
    )
    opening = (
        f"Taking the {numbers.count(head.benchmarks)} benchmarks as a sample of all there could be, "
        "which system is better on most of them, and by how much? "
    )
    if not head.possible:
        return (
            opening,
            Strong("So few benchmarks cannot say"),
            f": even a system that is better on all {numbers.count(head.benchmarks)} could be so by chance, once it "
            f"is paid for that {numbers.plural(head.pairs, 'pair')} are compared.",
        )
    said = f"{numbers.count(head.apart)} of the {numbers.plural(head.pairs, 'pair')} of {which} can be told apart"
    if head.pairs == 1:
        apart = "can be told apart" if head.apart else "cannot be told apart"
        said = "The first two systems " + apart if head.systems < head.ranked else "The two systems " + apart
    return (opening, Strong(said), f" with {numbers.percent(board.level)} confidence.")


def _figure(found: Found, board: Board) -> Figure:
    names = [str(name) for name in found.main["system"]]
    average = [float(rank) for rank in found.main["average_rank"]]
    place = {name: at for at, name in enumerate(names)}
    runs = [(place[str(row.first)], place[str(row.last)]) for row in rows_of(found.tables["cliques"])]
    data, layout = rank_cliques(names, average, runs)
    joined = "A bar on the right joins systems of which no two can be told apart." if runs else "All differ."
    count = numbers.count(len(names))
    return Figure(
        name="figure-cliques",
        caption=(f"Average rank of each system over the benchmarks, best at the top. {joined}",),
        alt=f"Average ranks of {count} systems of {board.title}, with bars that join those that cannot be told apart.",
        data=data,
        layout=layout,
        height=max(220, 80 + 19 * len(names)),
        table=as_table("figure-cliques", ("System", "Average rank"), names, [average]),
    )


def definitions(report: Report, board: Board) -> Iterator[Definition]:
    """The tests."""
    found = report.rankings[board.id][NAME]
    if not isinstance(found, Found):
        return
    head: Cliques = found.headline
    aside = ""
    if head.friedman_p is not None and head.critical_difference is not None:
        p = "below 0.001" if head.friedman_p < 0.001 else numbers.fixed(head.friedman_p, 3)
        aside = (
            f" For comparison: Friedman's test, by Iman and Davenport, that no two systems differ has p {p}, and "
            f"Nemenyi's critical difference of average ranks is {numbers.fixed(head.critical_difference, 2)}."
        )
    yield Definition(
        title="Systems that the benchmarks cannot tell apart",
        words=(
            "Wilcoxon's signed-rank test for every pair, exact up to "
            f"{MOST_EXACT} benchmarks, corrected by Holm for the number of pairs. It looks at the two systems alone; "
            "by average ranks, as Nemenyi's test has it, whether two systems differ would depend on which others are "
            f"compared. As many systems are compared, the first of the board, as leave a pair a chance.{aside}",
        ),
        source=("Source: ", BENAVOLI, "; ", DEMSAR, "."),
        assumptions=(
            "Benchmarks are independent draws of all benchmarks of this kind, which they hardly are.",
            "A difference on one benchmark means as much as an equally large one on another.",
        ),
    )
