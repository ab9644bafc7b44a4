"""What a leaderboard and its benchmarks can tell apart, and what it would take: a sentence and a small table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.analysis.parts import Found
from reportgen.analysis.rankings.parts.power import EQUAL, NAME, POWER
from reportgen.views.blocks import Cell, Definition, External, Prose, Strong, Table
from reportgen.views.common import columns, known, rows_of
from reportgen.views.rankings.words import about

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from reportgen.analysis.leaderboard import Board
    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report

#: Benchmarks in the table, those that tell least first; all are in the download.
MAX_ROWS = 8
MILLER = External("Miller (2024), Adding Error Bars to Evals", "https://arxiv.org/abs/2411.00640")


def blocks(report: Report, board: Board) -> Iterator[Block]:
    """Nothing where no errors are known: the notice above the board says so."""
    found = report.rankings[board.id][NAME]
    if not isinstance(found, Found):
        return
    rows = rows_of(found.main)
    whole, each = rows[0], found.main.iloc[1:]
    each = each[each["detectable"].notna()]
    paragraphs = []
    if known(whole.detectable) is not None:
        paragraphs.append((*_reach(whole, board), *_first_two(whole, board), *_neighbours(whole)))
        if whole.sample == "items" and not whole.paired:
            paragraphs.append(_items_would_help())
    elif len(each):
        paragraphs.append(("The score of this board has no error, but some of its benchmarks have one.",))
    yield Prose(heading="What can this leaderboard tell apart?", anchor="power", paragraphs=tuple(paragraphs))
    if len(each):
        yield _table(report, board, each)


def _amount(value: float, board: Board) -> str:
    """'2.4 points', or in the score's own unit; two digits are all that is known."""
    points = " points" if board.scale.rescaled or board.scale.unit in {"percent", "points"} else ""
    return f"{numbers.score(value, value / 4)}{points}"


def _reach(row: Any, board: Board) -> Words:
    size = known(row.n)
    it = f"With its {numbers.count(round(size))} {row.sample}, it" if size else "It"
    return (
        f"{it} can tell apart systems that truly differ by ",
        Strong(_amount(float(row.detectable), board)),
        ".",
    )


def _first_two(row: Any, board: Board) -> Words:
    """By how much the first two differ, and what it would take."""
    ahead = known(row.difference)
    if row.reason == EQUAL:
        return (" The first two score the same.",)
    times = known(row.times)
    if ahead is None or times is None:
        return ()
    wanted = _wanted(row, times)
    there = f"there are {wanted}" if times <= 1 else f"to tell them apart it would take {wanted}"
    return (f" The first two differ by {_amount(ahead, board)}: ", Strong(there), ".")


def _wanted(row: Any, times: float) -> str:
    """'about 9,000 more items', '12 times as many seeds', 'enough items'."""
    if times <= 1:
        return f"enough {row.sample}"
    size = known(row.n)
    if size:
        return f"{about((times - 1) * size)} more {row.sample}"
    factor = numbers.fixed(times, 1) if times < 10 else about(times)
    return f"{factor} times as many {row.sample}"


def _neighbours(row: Any) -> Words:
    pairs = int(row.neighbours)
    if pairs < 2:
        return ()
    clear = {0: "none differs", 1: "1 differs"}.get(
        int(row.separable), f"{numbers.count(int(row.separable))} differ"
    )
    return (f" Of {numbers.count(pairs)} pairs of neighbours, each taken by itself, {clear} clearly.",)


def _items_would_help() -> Words:
    return (
        "Results by item of all ranked systems would need fewer: what is hard for all of them is then no error.",
    )


def _table(report: Report, board: Board, each: pd.DataFrame) -> Table:
    ordered = each.sort_values(["detectable", "setting"], ascending=[False, True], kind="stable")
    few = len(ordered) > MAX_ROWS
    return Table(
        name="power",
        heading=f"The {MAX_ROWS} benchmarks that tell least" if few else "",
        caption="What each benchmark can tell apart, least first",
        columns=columns(
            ("setting", "Benchmark", {"align": "left"}),
            ("n", "Has", {}),
            ("detectable", "Tells apart", {"note": "differences of"}),
            ("difference", "First two", {"note": "differ by", "wide": True}),
            ("needed", "To tell these apart", {"align": "left", "wide": True}),
        ),
        rows=tuple(_row(report, board, row) for row in rows_of(ordered.head(MAX_ROWS))),
        download="leaderboards_power",
        compact=True,
    )


def _row(report: Report, board: Board, row: Any) -> tuple[Cell, ...]:
    name, size, times = str(row.setting), known(row.n), known(row.times)
    title = report.setting_titles.get(name, name)
    title = title.replace(f" · {board.selection}", "") if board.selection else title
    ahead = known(row.difference)
    return (
        Cell(text=title, sort=title.casefold(), link=report.pages_of_settings.get(name)),
        Cell(
            text=numbers.ABSENT if size is None else f"{numbers.count(round(size))} {row.sample}", sort=size
        ),
        Cell(text=_amount(float(row.detectable), board), sort=float(row.detectable)),
        Cell(text=numbers.ABSENT if ahead is None else _amount(ahead, board), sort=ahead),
        Cell(text=str(row.reason) if times is None else _wanted(row, times), sort=times),
    )


def definitions(report: Report, board: Board) -> Iterator[Definition]:
    """What "can tell apart" means."""
    found = report.rankings[board.id][NAME]
    if not isinstance(found, Found):
        return
    alpha = numbers.plain(round(1 - board.level, 6))
    yield Definition(
        title="What can be told apart",
        words=(
            f"The smallest true difference of two systems that a test at {alpha} finds with a probability of "
            f"{numbers.percent(POWER)}, at the typical error of two neighbours. How many more are needed assumes that "
            "the first two truly differ as measured; the highest score is partly luck, so it is rather more. Each pair "
            "by itself: to tell all pairs apart at once takes more. Command: reportgen power.",
        ),
        formula="n = (z_{α/2} + z_β)² · (w² + s²_A / K_A + s²_B / K_B) / δ²",
        source=("Source: ", MILLER, "."),
        assumptions=("New items, seeds or benchmarks are like those there are.",),
    )
