"""Who is really the best: one sentence with the chances, and a small table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.analysis.parts import Found
from reportgen.analysis.rankings.parts.best import NAME, TOP
from reportgen.views.blocks import Cell, Definition, Prose, Strong, Table
from reportgen.views.common import columns, rows_of
from reportgen.views.rankings.systems import link_cell, linked
from reportgen.views.rankings.words import chance as words_of
from reportgen.views.sentences import uncertainty_over

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from reportgen.analysis.leaderboard import Board
    from reportgen.analysis.rankings.parts.best import Best
    from reportgen.views.blocks import Block, Run, Words
    from reportgen.views.report import Report

#: Chances below are not named; so many are named in the sentence and in the table.
LEAST, MAX_NAMED, MAX_ROWS = 0.01, 3, 8


def blocks(report: Report, board: Board) -> Iterator[Block]:
    """Nothing where no errors are known: the notice above the board says so."""
    found = report.rankings[board.id][NAME]
    if not isinstance(found, Found):
        return
    likely = found.main[found.main["p_best"] >= LEAST]
    likely = likely.sort_values(["p_best", "system"], ascending=[False, True], kind="stable")
    paragraphs = (_verdict(likely, board), *((f"{caveat}.",) for caveat in found.caveats))
    yield Prose(heading="Who is really the best?", anchor="best", paragraphs=paragraphs)
    if len(likely) > 1:
        yield _table(likely, board, top=len(found.main) > TOP)


def _verdict(likely: pd.DataFrame, board: Board) -> Words:
    """'X is the best with a chance of 62 %, Y with 31 %; 4 others have less than 10 % each.' or so."""
    rows = rows_of(likely)
    if not rows:
        return (Strong("Anybody may be the best"), f": no system has a chance of {chance(LEAST)}.")
    first = rows[0]
    if len(rows) == 1:
        sure = f"with a chance of {chance(float(first.p_best))}"
        return (linked(board, str(first.system)), " is the best ", Strong(sure), _over(board, "."))
    runs: list[Run] = [
        linked(board, str(first.system)),
        " is the best with a chance of ",
        Strong(chance(float(first.p_best))),
    ]
    for row in rows[1:MAX_NAMED]:
        runs += [", ", linked(board, str(row.system)), f" with {chance(float(row.p_best))}"]
    rest = rows[MAX_NAMED:]
    if rest:
        most = chance(float(rest[0].p_best))
        runs.append(
            f", another with {most}"
            if len(rest) == 1
            else f"; {numbers.count(len(rest))} others have {most} or less each"
        )
    return (*runs, _over(board, "."))


def chance(share: float) -> str:
    """In words; drawn chances are never exactly all."""
    return words_of(min(share, 0.999))


def _over(board: Board, end: str) -> str:
    return f", as far as the errors over {uncertainty_over(board)} tell{end}"


def _table(likely: pd.DataFrame, board: Board, *, top: bool) -> Table:
    return Table(
        name="best",
        caption="Chance of each system to be the best",
        columns=columns(
            ("system", "System", {"align": "left"}),
            ("best", "Chance to be best", {}),
            *((("top", f"In the first {TOP}", {}),) if top else ()),
            ("rank", "Expected rank", {"wide": True, "meaning": "Mean of the ranks the errors allow."}),
        ),
        rows=tuple(_row(row, board, top=top) for row in rows_of(likely.head(MAX_ROWS))),
        download="leaderboards_best",
        compact=True,
    )


def _row(row: Any, board: Board, *, top: bool) -> tuple[Cell, ...]:
    share = round(float(row.p_best), 4)
    return (
        link_cell(board, str(row.system)),
        Cell(text=chance(share), sort=share, bar=(share, share, share)),
        *((Cell(text=chance(float(row.p_top3)), sort=float(row.p_top3)),) if top else ()),
        Cell(text=numbers.fixed(float(row.expected_rank), 1), sort=float(row.expected_rank)),
    )


def definitions(report: Report, board: Board) -> Iterator[Definition]:
    """How the chances are computed."""
    found = report.rankings[board.id][NAME]
    if not isinstance(found, Found):
        return
    head: Best = found.headline
    together = {
        "paired items": "All systems answered the same items, so their errors move together, as the items say.",
        "benchmarks": "The benchmarks are the sample, and the errors of systems move together as their scores on "
        "benchmarks do.",
    }
    yield Definition(
        title="Chance to be the best",
        words=(
            "The true scores are drawn around the measured ones as their standard errors allow, "
            f"{numbers.count(head.draws)} times; the chance is the share of draws in which a system comes first, "
            "ties shared. "
            + together.get(head.unit, "Scores of different systems are taken as independent.")
            + f" The number of draws adds an error of {numbers.percent(max(head.monte_carlo_error, 1e-3), 1)} at most.",
        ),
        formula="expected rank of j = 1 + Σ over k of Φ((θk − θj) / SE(θk − θj))",
        assumptions=(
            "Errors are normal, and nothing is known of the systems but their scores (a flat prior): this favours the "
            "leader of many alike systems, because the highest score is partly luck.",
            "These chances are of each system by itself; statements that hold for all at once are the rank intervals.",
        ),
    )
