"""How a model, a benchmark and the leaders fared over versions.

A page speaks of a version only where something differs from the version before it. So it says the same, byte for byte,
in every later version in which nothing about it changed, and such a version costs no room.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from reportgen import numbers
from reportgen.analysis.trends import (
    benchmark_name,
    best_placed,
    came_and_went,
    courses,
    leaders,
    of_benchmarks,
    setting_identities,
)
from reportgen.views.blocks import Cell, Figure, Prose, Table
from reportgen.views.common import columns, known, rows_of, text_cell
from reportgen.views.report import board_page
from reportgen.views.standings import score_text, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reportgen.analysis.leaderboard import Board
    from reportgen.views.blocks import Block
    from reportgen.views.report import Report

HEADING = "Across versions"
#: Stretches of a course that a page shows; the history for download has them all.
MOST_STRETCHES = 8
#: Leaderboards on a model's page.
MOST_BOARDS = 3
#: Stretches from which a figure shows more than the table.
FEWEST_FOR_FIGURE = 3
#: Versions and leaderboards in the tables of the page of changes.
MOST_VERSIONS, MOST_LEADERS = 8, 30
#: Models named in a cell.
NAMED = 3
_BASIS = "not comparable with before: the score is made otherwise"
_VARIANT = "not comparable with before: another variant"
_SETTING = "not comparable with before: another setting"

Courses = dict[tuple[str, ...], list[Any]]
Part = TypeVar("Part")
#: The last column of both tables, left out where no row says anything.
_REMARK: tuple[str, str, dict[str, Any]] = ("remark", "Remark", {"align": "left", "sortable": False})


def model_blocks(report: Report, model: str, boards: Sequence[Board]) -> Iterator[Block]:
    """Ranks and scores of a model on these leaderboards; nothing where none of them ever changed."""
    found = _models(report)
    told = [(board, found[board.id, model]) for board in boards if len(found.get((board.id, model), ())) > 1]
    if not told:
        return
    yield _model_table(told[:MOST_BOARDS], len(report.boards))
    board, course = told[0]
    if sum(known(row.value) is not None for row in course) >= FEWEST_FOR_FIGURE:
        yield _figure(model, board, course)


@lru_cache(maxsize=2)
def _models(report: Report) -> Courses:
    """(board, model) -> its stretches, oldest first; worked out once for all pages."""
    same = ("value", "low", "high", "n", "score", "error")
    return _courses(report, best_placed, ("subject", "name"), same)


def _courses(report: Report, chosen: Any, keys: tuple[str, ...], same: tuple[str, ...]) -> Courses:
    if not len(report.history):
        return {}
    made = courses(chosen(report.history), keys, same, most=MOST_STRETCHES)
    found: Courses = {}
    for row in rows_of(made):
        found.setdefault(tuple(str(getattr(row, key)) for key in keys), []).append(row)
    return found


def _model_table(told: Sequence[tuple[Board, list[Any]]], n_boards: int) -> Table:
    rows: list[tuple[Cell, ...]] = []
    starts = set()
    for board, course in told:
        starts.add(len(rows))
        for row in reversed(course):
            title = Cell(text=board.title, sort=board.title, link=board_page(board.id, n_boards))
            rows.append((_since(row), title, _rank(row), _score(row), _remark(row)))
    alone = len(told) == 1
    header = columns(
        ("since", "Since version", {"align": "left", "sortable": False}),
        ("board", "Leaderboard", {"align": "left", "sortable": False}),
        ("rank", "Rank", {"sortable": False}),
        ("score", "Score", {"sortable": False}),
        _REMARK,
    )
    left_out = ({1} if alone else set()) | (set() if any(row[-1].text for row in rows) else {4})
    return Table(
        name="across-versions",
        heading=f"{HEADING}, on {told[0][0].title}" if alone and n_boards > 1 else HEADING,
        caption="Rank and score over versions; a row holds until the next one above it",
        columns=_without(header, left_out),
        rows=tuple(_without(row, left_out) for row in rows),
        rule_before=frozenset(starts - {0}),
        compact=True,
    )


def _without(parts: tuple[Part, ...], left_out: set[int]) -> tuple[Part, ...]:
    return tuple(part for at, part in enumerate(parts) if at not in left_out)


def _since(row: Any) -> Cell:
    return Cell(text=str(row.version), note=str(row.date)[:10])


def _rank(row: Any) -> Cell:
    low, high = whole(row.low), whole(row.high)
    if whole(row.value) is None:
        return Cell(text=numbers.ABSENT, note="not ranked")
    text = numbers.count(whole(row.value))
    interval = f" ({numbers.ranks(low, high)})" if low is not None and high is not None else ""
    return Cell(text=f"{text}{interval}", note=f"of {numbers.count(whole(row.n))}")


def _score(row: Any) -> Cell:
    return Cell(text=score_text(known(row.score), known(row.error)))


def _remark(row: Any) -> Cell:
    said = {"basis": _BASIS, "variant": _VARIANT}.get(row.broken, "")
    absent = "absent from versions before" if row.gap else ""
    label = f"as {row.label}" if row.variant and row.label != row.name else ""
    return text_cell("; ".join(filter(None, (said, absent, label))))


def _figure(model: str, board: Board, course: Sequence[Any]) -> Figure:
    places: list[int | None] = []
    drawn: list[Any] = []
    for at, row in enumerate(course):
        if at and (row.broken or row.gap):
            places.append(None)  # no line between what cannot be compared
            drawn.append(None)
        places.append(at)
        drawn.append(row)
    ranks = [None if row is None else whole(row.value) for row in drawn]
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": places,
        "y": ranks,
        "text": ["" if row is None else f"{row.version}: {_rank(row).text}" for row in drawn],
        "hoverinfo": "text",
        "line": {"color": "token:accent", "width": 1.8, "shape": "hv"},
        "marker": {"color": "token:accent", "size": 7},
    }
    whiskers = any(known(row.low) is not None for row in course)
    if whiskers:
        trace["error_y"] = _whiskers(drawn)
    told = [rank for rank in ranks if rank is not None]
    axis = {"title": {"text": "Rank"}, "autorange": "reversed", "zeroline": False, "tickformat": "d"}
    return Figure(
        name="figure-across-versions",
        caption=(
            f"Rank on {board.title} at each version in which it changed. "
            f"{'Whiskers are rank intervals. ' if whiskers else ''}No line joins what cannot be compared.",
        ),
        alt=f"Rank of {model} on {board.title} over {len(course)} versions, first place at the top.",
        data=[trace],
        layout={
            "showlegend": False,
            "xaxis": {
                "tickmode": "array",
                "tickvals": list(range(len(course))),
                "ticktext": [_short(str(row.version)) for row in course],
                "zeroline": False,
            },
            "yaxis": axis | ({"dtick": 1} if max(told) - min(told) <= MOST_STRETCHES else {}),
            "margin": {"t": 12, "r": 12, "b": 44, "l": 48},
        },
        height=240,
    )


def _whiskers(drawn: Sequence[Any]) -> dict[str, Any]:
    """From a rank to the ends of its interval; nothing where one is unknown."""
    up, down = zip(*(_reach(row) for row in drawn), strict=True)
    return {
        "type": "data",
        "symmetric": False,
        "array": list(up),
        "arrayminus": list(down),
        "color": "token:accent",
        "thickness": 1.2,
        "width": 0,
    }


def _reach(row: Any) -> tuple[int | None, int | None]:
    """How far the interval of a rank reaches to worse and to better ones."""
    rank, low, high = (
        (None, None, None) if row is None else (whole(row.value), whole(row.low), whole(row.high))
    )
    return (None, None) if rank is None or low is None or high is None else (high - rank, rank - low)


def _short(text: str) -> str:
    return text if len(text) <= 16 else f"{text[:15]}…"


# --- benchmarks


def benchmark_blocks(report: Report, suite: str, benchmark: str) -> Iterator[Block]:
    """How many systems a benchmark had, the best score, and how far it agreed; nothing where none ever changed."""
    course = _benchmarks(report).get((benchmark_name(suite, benchmark),), [])
    if len(course) > 1:
        yield _benchmark_table(course)


@lru_cache(maxsize=2)
def _benchmarks(report: Report) -> Courses:
    """Benchmark -> its stretches, oldest first; worked out once for all pages."""
    main: dict[tuple[str, str], tuple[int, str]] = {}
    for setting, identity in zip(report.settings, setting_identities(report.table), strict=True):
        key = (setting.suite, setting.benchmark)
        if key not in main or setting.n_systems > main[key][0]:
            main[key] = (setting.n_systems, identity)
    preferred = [identity for _, identity in main.values()]
    same = ("value", "error", "n", "tau", "partners", "circle")
    return _courses(report, lambda history: of_benchmarks(history, preferred), ("name",), same)


def _benchmark_table(course: Sequence[Any]) -> Table:
    rows = []
    for at in range(len(course) - 1, -1, -1):
        row, before = course[at], course[at - 1] if at else None
        error = known(row.error)
        rows.append(
            (
                _since(row),
                Cell(text=numbers.count(whole(row.n))),
                Cell(text=numbers.score(known(row.value), error), pm=numbers.plus_minus(error)),
                _tau(row),
                text_cell("; ".join(_benchmark_remarks(row, before))),
            )
        )
    header = columns(
        ("since", "Since version", {"align": "left", "sortable": False}),
        ("systems", "Systems", {"sortable": False}),
        ("best", "Best", {"sortable": False}),
        ("tau", "Mean τ-b", {"sortable": False, "meaning": "Mean Kendall tau-b with the other benchmarks."}),
        _REMARK,
    )
    left_out = set() if any(row[-1].text for row in rows) else {4}
    return Table(
        name="across-versions",
        heading=HEADING,
        caption="Systems, best score and agreement over versions; a row holds until the next one above it",
        columns=_without(header, left_out),
        rows=tuple(_without(row, left_out) for row in rows),
        compact=True,
    )


def _tau(row: Any) -> Cell:
    partners = whole(row.partners)
    note = f"with {numbers.plural(partners, 'other')}" if partners else ""
    return Cell(text=numbers.fixed(known(row.tau), 2), note=note)


def _benchmark_remarks(row: Any, before: Any) -> Iterator[str]:
    if row.broken:
        yield f"{_SETTING}, {row.label}"
    elif before is not None and row.circle and before.circle and row.circle != before.circle:
        yield "τ-b not comparable with before: with other benchmarks"
    if row.gap:
        yield "absent from versions before"


# --- all versions, on the page of changes


def overview_blocks(report: Report) -> Iterator[Block]:
    """Versions with their new and gone models, and who led when; nothing where there is one version only."""
    if not len(report.history):
        return
    told = came_and_went(report.history)
    if len(told) < 2:
        return
    yield _versions_table(told)
    yield from _leaders(report)
    yield Prose(
        paragraphs=(
            (
                "The whole history, of at most 50 versions, is in the file data/history.parquet of this version.",
            ),
        ),
        soft=True,
    )


def _versions_table(told: Sequence[tuple[str, str, tuple[str, ...], tuple[str, ...], int, int]]) -> Table:
    shown = list(reversed(told[-MOST_VERSIONS:]))
    older = len(told) - len(shown)
    return Table(
        name="versions",
        heading=HEADING,
        caption=f"The newest {len(shown)} of {numbers.count(len(told))} versions"
        if older
        else "Versions, newest first",
        columns=columns(
            ("version", "Version", {"align": "left", "sortable": False}),
            ("models", "Models", {"sortable": False}),
            ("benchmarks", "Benchmarks", {"sortable": False}),
            ("new", "New models", {"align": "left", "sortable": False}),
            ("gone", "Gone models", {"align": "left", "sortable": False, "wide": True}),
        ),
        rows=tuple(
            (
                Cell(text=version, note=date[:10]),
                Cell(text=numbers.count(models)),
                Cell(text=numbers.count(benchmarks)),
                _named(new),
                _named(gone),
            )
            for version, date, new, gone, models, benchmarks in shown
        ),
        compact=True,
    )


def _named(models: Sequence[str]) -> Cell:
    if not models:
        return Cell(text=numbers.ABSENT)
    more = len(models) - NAMED
    text = ", ".join(models[:NAMED])
    return Cell(text=text, note=f"and {numbers.count(more)} more" if more > 0 else "")


def _leaders(report: Report) -> Iterator[Block]:
    """Where the lead changed, last changes first; of the other leaderboards only how many they are."""
    found = _courses(report, leaders, ("subject",), ("label",))
    known_boards = [(board, found[(board.id,)]) for board in report.boards if (board.id,) in found]
    told = [(board, course) for board, course in known_boards if len(course) > 1]
    told.sort(key=lambda pair: (-pair[1][-1].order, pair[0].id))
    if told:
        yield _leaders_table(told, len(report.boards))
    same = len(known_boards) - len(told)
    if same:
        what = numbers.plural(same, "leaderboard")
        sentence = (
            f"{what} {'has' if same == 1 else 'have'} had the same leader in every version that has a leader."
        )
        yield Prose(paragraphs=((sentence,),), soft=True)


def _leaders_table(told: Sequence[tuple[Board, list[Any]]], n_boards: int) -> Table:
    cut = (
        f", on {MOST_LEADERS} of {numbers.count(len(told))} leaderboards" if len(told) > MOST_LEADERS else ""
    )
    return Table(
        name="leaders",
        caption=f"Where the lead changed or the score is made otherwise, the last change first{cut}",
        columns=columns(
            ("board", "Leaderboard", {"align": "left", "sortable": False}),
            ("leader", "Leads", {"align": "left", "sortable": False}),
            ("since", "Since version", {"align": "left", "sortable": False}),
            ("before", "Before", {"align": "left", "sortable": False, "wide": True}),
        ),
        rows=tuple(_leader_row(board, course, n_boards) for board, course in told[:MOST_LEADERS]),
        compact=True,
    )


def _leader_row(board: Board, course: Sequence[Any], n_boards: int) -> tuple[Cell, ...]:
    last, before = course[-1], course[-2] if len(course) > 1 else None
    broken = "the score is made otherwise since" if last.broken else ""
    return (
        Cell(text=board.title, sort=board.title, link=board_page(board.id, n_boards)),
        text_cell(last.label),
        Cell(text=str(last.version), note=broken),
        text_cell(numbers.ABSENT if before is None else before.label),
    )
