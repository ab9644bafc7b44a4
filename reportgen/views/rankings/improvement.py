"""Would the first win again in another run? A sentence and a small table where runs are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportgen import numbers
from reportgen.analysis.parts import Found
from reportgen.analysis.rankings.parts.improvement import NAME
from reportgen.views.blocks import Cell, Definition, External, Prose, Strong, Table
from reportgen.views.common import columns, rows_of, text_cell
from reportgen.views.rankings.systems import link_cell, linked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportgen.analysis.leaderboard import Board
    from reportgen.analysis.rankings.parts.improvement import Rerun
    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report

#: Systems in the table.
MAX_ROWS = 5
AGARWAL = External(
    "Agarwal et al. (2021), Deep RL at the edge of the statistical precipice",
    "https://arxiv.org/abs/2108.13264",
)


def blocks(report: Report, board: Board) -> Iterator[Block]:
    """Nothing where no system has runs: most results have none."""
    found = report.rankings[board.id][NAME]
    if not isinstance(found, Found):
        return
    yield Prose(
        heading="Would it win again in another run?",
        anchor="another-run",
        paragraphs=(_sentence(found, board),),
    )
    if len(found.main) > 1:
        yield _table(found, board)


def _sentence(found: Found, board: Board) -> Words:
    """The best system with runs against the next one."""
    head: Rerun = found.headline
    row = next(iter(rows_of(found.main.head(1))))
    where = "a random benchmark" if head.benchmarks > 1 else "the benchmark"
    lacking = (
        f" {numbers.plural(head.lacking, 'ranked system')} without two runs on every benchmark "
        f"{'is' if head.lacking == 1 else 'are'} left out."
        if head.lacking
        else ""
    )
    return (
        "A random run of ",
        linked(board, head.system),
        " beats one of the next, ",
        linked(board, str(row.other)),
        f", on {where} with a chance of ",
        Strong(numbers.percent(row.chance)),
        f" ({_interval(row.low, row.high)}).{lacking}",
    )


def _interval(low: float, high: float) -> str:
    return f"{numbers.percent(low)} to {numbers.percent(high)}"


def _table(found: Found, board: Board) -> Table:
    return Table(
        name="reruns",
        caption=f"Chance that a random run of {found.headline.system} beats one of another system",
        columns=columns(
            ("other", "Against", {"align": "left"}),
            ("chance", "Chance to beat it", {}),
            ("interval", "Interval over runs", {}),
            ("runs", "Runs each", {"wide": True}),
        ),
        rows=tuple(
            (
                link_cell(board, str(row.other)),
                Cell(text=numbers.percent(row.chance), sort=float(row.chance)),
                text_cell(_interval(row.low, row.high)),
                text_cell(numbers.count(min(int(row.runs), int(row.runs_other)))),
            )
            for row in rows_of(found.main.head(MAX_ROWS))
        ),
        compact=True,
        download=f"leaderboards_{NAME}",
    )


def definitions(report: Report, board: Board) -> Iterator[Definition]:
    """What is compared and drawn again."""
    if not isinstance(report.rankings[board.id][NAME], Found):
        return
    yield Definition(
        title="Chance that a run beats another",
        words=(
            "Every run of one system is compared with every run of the other on the same benchmark; equal runs count "
            "half. The share that wins is averaged over benchmarks. The download also has, for each system, the share "
            "of its runs above each score (its performance profile).",
        ),
        formula="mean over benchmarks of U / (n m),  U the Mann–Whitney statistic of n and m runs",
        source=("Source: ", AGARWAL, "."),
        assumptions=(
            "The interval draws the runs of each benchmark again, 2,000 times: it says what other runs would give, "
            "not other benchmarks, and is too narrow with few runs.",
            "Bands of profiles hold at each score alone, not all together.",
        ),
    )
