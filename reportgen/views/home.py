"""The home page: what this report covers, who generalizes, do the benchmarks agree, how far to trust it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportgen import numbers
from reportgen.numbers import NotEstimable
from reportgen.views.blocks import (
    Cell,
    Facts,
    Finding,
    Findings,
    Link,
    Page,
    Pair,
    Prose,
    Strong,
    Table,
)
from reportgen.views.changes import since
from reportgen.views.common import columns, join, known, number, value_cell
from reportgen.views.ingest import what_is_quarantined
from reportgen.views.leaderboard import table as board_table
from reportgen.views.report import board_page, model_page
from reportgen.views.sentences import (
    alike,
    best,
    lead_text,
    leader_short,
    tied_with_first,
    uncertainty_over,
    unsure,
)
from reportgen.views.standings import score_text
from reportgen.views.summaries import id_ood_gap as gap_view

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportgen.analysis.leaderboard import Board
    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report

#: Rows of a leaderboard shown on the home page.
TOP = 10


def pages(report: Report) -> Iterator[Page]:
    """One page."""
    yield Page(
        path="",
        title=report.title,
        section="",
        answer=_answer(report),
        blocks=(
            *_findings(report),
            *since(report),
            Facts(items=tuple(_facts(report))),
            Pair(left=tuple(_left(report)), right=tuple(_trust(report))),
        ),
        search_text="home overview",
    )


def _answer(report: Report) -> Words:
    about = (*_description(report.description),)
    systems, models = len(report.table.systems), report.table.systems["model"].nunique()
    if systems == 0:
        return (*about, Strong("There is no score to compare"), " in the files that were read; ",
                Link("see what became of each", "ingest/"), ".")  # fmt: skip
    benchmarks = report.table.settings[["suite", "benchmark"]].drop_duplicates()
    suites = sorted({str(suite) for suite in benchmarks["suite"] if suite})
    return (
        *about,
        "This report compares ",
        Strong(numbers.plural(models, "model")),
        f" in {numbers.count(systems)} variants" if systems > models else "",
        " on ",
        Strong(numbers.plural(len(benchmarks), "benchmark")),
        f" of {numbers.plural(len(suites), 'suite')}"
        if len(suites) > 1
        else (f" of {suites[0]}" if suites else ""),
        " and says ",
        *join(_questions(report)),
        ".",
    )


def _questions(report: Report) -> list[str]:
    """What these results can answer."""
    questions = ["who is best and how sure that is"]
    if not isinstance(report.gap, NotEstimable):
        questions = ["who generalizes", "what is lost under shift"]
    if not isinstance(report.agreement, NotEstimable):
        questions.append("whether the benchmarks agree")
    return questions


def _description(text: str) -> Words:
    """The user's own words as sentences in front of ours."""
    text = text.strip()
    return (text + (" " if text.endswith((".", "!", "?", ":")) else ". "),) if text else ()


def _findings(report: Report) -> tuple[Block, ...]:
    found = [*_best(report), *_loss(report), *_disagreement(report)]
    return (Findings(items=tuple(found)),) if found else ()


def main_board(report: Report) -> Board | None:
    """The board the home page speaks of: shifted scores with intervals before others, then the largest."""
    boards = [board for board in report.boards if board.rows["ranked"].sum() >= 2]
    return min(
        boards,
        key=lambda board: (board.basis != "ood", not board.unit, -int(board.rows["ranked"].sum()), board.id),
        default=None,
    )


def _best(report: Report) -> Iterator[Finding]:
    board = main_board(report)
    if board is None:
        return
    ranked = board.rows[board.rows["ranked"]]
    first = ranked.iloc[0]
    score = score_text(known(first["score"]), known(first["standard_error"]))
    yield Finding(
        sentence=(
            Link(str(first["system"]), model_page(str(first["model"]))),
            f" {best(board)} of {numbers.plural(len(ranked), 'system')} on ",
            Link(board.title, board_page(board.id, len(report.boards))),
            f": {score}{_how_sure(board, len(ranked) - 1)}.",
        ),
        how=f"{board.scale.text}; {numbers.percent(board.level)} rank intervals over {uncertainty_over(board)}"
        if board.unit
        else board.scale.text,
    )


def _how_sure(board: Board, neighbours: int) -> str:
    if not board.unit:
        return f"; how sure that is cannot be said: {unsure(board)}"
    if tied_with_first(board):
        return "".join(alike(board))
    pairs = (
        f"; {board.n_ties or 0} of {neighbours} neighbouring pairs cannot be told apart"
        if neighbours > 1
        else ""
    )
    return f", {lead_text(board)} ahead{pairs}"


def _loss(report: Report) -> Iterator[Finding]:
    if not isinstance(report.gap, NotEstimable):
        yield gap_view.finding(report.gap)


def _disagreement(report: Report) -> Iterator[Finding]:
    if isinstance(report.agreement, NotEstimable) or report.agreement.weakest is None:
        return
    lowest = report.agreement.weakest
    links = [
        Link(report.setting_titles.get(name, name), report.pages_of_settings[name])
        for name in (lowest.benchmark_a, lowest.benchmark_b)
    ]
    half = (lowest.high - lowest.low) / 2
    yield Finding(
        sentence=(
            links[0],
            " and ",
            links[1],
            " ",
            Link("agree least", "concurrence/"),
            f": two random models come in the same order {numbers.percent(lowest.same_order)} of the time.",
        ),
        how=f"Kendall τ-b {numbers.fixed(lowest.tau_b, 2)} {numbers.plus_minus(half, decimals=2)}, "
        f"n = {lowest.n} models; {numbers.percent(0.5)} would be chance",
    )


def _facts(report: Report) -> Iterator[Words]:
    totals = report.accounting["totals"]
    values = int((~report.frame["value"].isna()).sum())
    yield (*number(values, "score"), " from ", *number(totals["ingested"], "file"))
    yield (Strong(numbers.count(totals["quarantined"])), " ", Link("quarantined", "ingest/"))
    yield number(len(report.boards), "leaderboard")
    yield ("version ", Strong(report.version), f", snapshot {report.snapshot[:8]}")


def _left(report: Report) -> Iterator[Block]:
    if len(report.boards) == 1:
        board = report.boards[0]
        yield Prose(heading="Leaderboard", paragraphs=())
        yield board_table(report, board, top=TOP)
        yield Prose(paragraphs=((Link(f"All {len(board.rows)} systems", "leaderboard/"),),), soft=True)
        return
    if report.boards:
        yield _suites(report)


def _suites(report: Report) -> Table:
    return Table(
        name="suites",
        heading="Who leads, and how sure is that?",
        caption="Each leaderboard: who leads, with which score, and whether the lead is real",
        columns=columns(
            ("board", "Leaderboard", {"align": "left"}),
            ("leader", "Leads", {"align": "left"}),
            ("score", "Score", {}),
            ("sure", "How sure", {"align": "left"}),
            ("systems", "Models", {"wide": True}),
        ),
        rows=tuple(_suite_row(report, board) for board in report.boards),
        compact=True,
    )


def _suite_row(report: Report, board: Board) -> tuple[Cell, ...]:
    ranked = board.rows[board.rows["ranked"]]
    title = Cell(text=board.title, sort=board.title, link=board_page(board.id, len(report.boards)))
    if ranked.empty:
        return (title, Cell(text=numbers.ABSENT), Cell(text=numbers.ABSENT), Cell(text="nobody is ranked"),
                Cell(text="0", sort=0))  # fmt: skip
    first = ranked.iloc[0]
    return (
        title,
        Cell(text=str(first["system"]), sort=str(first["system"]), link=model_page(str(first["model"]))),
        value_cell(first["score"], first["standard_error"]),
        Cell(
            text=leader_short(board),
            sort=leader_short(board),
            tone="good" if leader_short(board) == "clearly first" else "plain",
        ),
        Cell(text=numbers.count(len(ranked)), sort=len(ranked)),
    )


def _intervals(report: Report) -> str:
    """How many leaderboards say how sure their ranks are."""
    all_boards, estimable = len(report.boards), sum(bool(board.unit) for board in report.boards)
    if estimable == all_boards:
        return (
            "Every leaderboard has rank intervals."
            if all_boards > 1
            else "The leaderboard has rank intervals."
        )
    if estimable == 0:
        return "No rank has an interval, because standard errors are not known."
    return (
        f"{numbers.count(estimable)} of {numbers.count(all_boards)} leaderboards have rank intervals; "
        "the others lack standard errors."
    )


def _trust(report: Report) -> Iterator[Block]:
    totals = report.accounting["totals"]
    with_errors = int((~report.frame["stderr"].isna()).sum())
    paragraphs: list[Words] = []
    paragraphs.append(
        (
            _intervals(report),
            f" {numbers.count(with_errors)} of {numbers.plural(len(report.frame), 'record')} "
            f"{'comes' if with_errors == 1 else 'come'} with a reported error.",
        )
    )
    unranked = sum(int((~board.rows["ranked"]).sum()) for board in report.boards)
    if unranked:
        paragraphs.append(
            (
                f"{numbers.plural(unranked, 'place')} on the boards {'stays' if unranked == 1 else 'stay'} without "
                "a rank, because a score is missing: "
                "no mean is better than a partial mean.",
            )
        )
    if not totals["clean"]:
        paragraphs.append((Strong(what_is_quarantined(totals)), "; ", Link("see why", "ingest/"), "."))
    else:
        paragraphs.append(
            ("Nothing is quarantined: every file and number is ", Link("accounted for", "ingest/"), ".")
        )
    paragraphs.append((Link("Methods", "method/"), " · ", Link("Download the data", "data/")))
    yield Prose(heading="How far to trust it", paragraphs=tuple(paragraphs), soft=True)
