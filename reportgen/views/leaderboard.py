"""The leaderboard page, and one page for each board where there are several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.views import definitions
from reportgen.views.blocks import (
    Cell,
    Column,
    Definitions,
    Facts,
    Figure,
    Link,
    Notice,
    Page,
    Prose,
    Strong,
    Table,
)
from reportgen.views.common import column_decimals, columns, known, number, rows_of, term, value_cell
from reportgen.views.figures import as_table, dots
from reportgen.views.rankings.registry import SECTIONS
from reportgen.views.report import board_page, model_page
from reportgen.views.sentences import how_many, leader, leader_short, uncertainty_over
from reportgen.views.standings import whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from reportgen.analysis.leaderboard import Board
    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report

INDEX = Link("Leaderboards", "leaderboard/")
#: Systems drawn in the figure of a board; more cannot be read.
MAX_DOTS = 30
#: Settings that get a column of their own on a board; the rest is on the pages of the systems.
MAX_COLUMNS = 8
#: Settings named in a sentence.
MAX_NAMED = 40
#: Above this many systems a board shows no columns per setting, to stay light.
MAX_ROWS_WITH_COLUMNS = 1000


def pages(report: Report) -> Iterator[Page]:
    """The index and a page per board; a single board is the leaderboard page itself."""
    if len(report.boards) == 1:
        yield board(report, report.boards[0], path="leaderboard/", alone=True)
        return
    yield _index(report)
    for one in report.boards:
        yield board(report, one, path=board_page(one.id, len(report.boards)), alone=False)


def board(report: Report, one: Board, *, path: str, alone: bool) -> Page:
    """The page of one board."""
    ranked = one.rows[one.rows["ranked"]]
    return Page(
        path=path,
        title=one.title,
        section="leaderboard/",
        parents=() if alone else (INDEX,),
        answer=leader(one),
        blocks=(
            Facts(items=tuple(_facts(one))),
            *_no_interval(one),
            table(report, one),
            *_figure(one, ranked),
            *(block for section in SECTIONS for block in section.blocks(report, one)),
            *_left_out(report, one),
            Definitions(
                items=(
                    definitions.rank_interval(report.level),
                    definitions.missing_data(one.policy),
                    definitions.standard_error(),
                    *(found for section in SECTIONS for found in section.definitions(report, one)),
                )
            ),
        ),
        search_text=f"leaderboard {one.suite} {one.selection}",
    )


def _facts(one: Board) -> Iterator[Words]:
    ranked = int(one.rows["ranked"].sum())
    yield number(ranked, "ranked system")
    rest = len(one.rows) - ranked
    if rest:
        yield (*number(rest, "system"), " without a rank")
    shifted = " shifted" if one.basis == "ood" else ""
    yield (
        Strong(str(len(one.settings))),
        f"{shifted} benchmark{'' if len(one.settings) == 1 else 's'} in the score",
    )
    yield ("score: ", one.scale.text)
    yield ("missing scores: ", term("complete rows") if one.policy == "complete" else one.policy)
    if one.unit:
        yield (Strong(numbers.percent(one.level)), " simultaneous ", term("rank interval", "rank intervals"),
               f" over {uncertainty_over(one)}")  # fmt: skip


def _no_interval(one: Board) -> tuple[Block, ...]:
    notices = [Notice(words=(_sentence(one.note),))] if one.note else []
    if not one.unit and one.settings:
        notices.append(Notice(words=(Strong("No rank intervals: "), one.unit_reason, ".")))
    return tuple(notices)


def _sentence(text: str) -> str:
    """A clause as a sentence."""
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def table(report: Report, one: Board, *, top: int | None = None) -> Table:
    """The board as a table; `top` keeps the first rows and drops the search box."""
    rows = one.rows if top is None else one.rows[one.rows["ranked"]].head(top)
    n_ranked = int(one.rows["ranked"].sum())
    extra = _setting_columns(report, one) if top is None else ()
    own = _columns(one, n_ranked)
    keys = {column.key for column in own}
    bars = _Bars.of(one)
    decimals = column_decimals(one.rows["standard_error"])
    cells = tuple(
        (*_row(one, row, n_ranked, bars, decimals, keys), *_setting_cells(report, row, extra))
        for row in rows_of(rows)
    )
    return Table(
        name="board",
        caption=f"{one.title}: systems by score",
        columns=(*own, *(column for _, column in extra)),
        rows=cells,
        rule_before=_rules(rows),
        model_column=1,
        search="Find a system" if top is None else "",
        download="leaderboards" if top is None else "",
        empty="No system can be ranked here.",
    )


def _columns(one: Board, n_ranked: int) -> tuple[Column, ...]:
    shifted = one.basis == "ood"
    note = f"{numbers.percent(one.level)} set of {numbers.count(n_ranked)}" if one.unit else "by score"
    found: list[tuple[str, str, dict[str, Any]]] = [
        ("rank", "Rank", {"align": "left", "note": note}),
        ("system", "System", {"align": "left"}),
        (
            "score",
            "Shifted score" if shifted else "Score",
            {"note": f"mean of {len(one.settings)}" if len(one.settings) > 1 else ""},
        ),
    ]
    if shifted and one.rows["id_score"].notna().any():
        found += [
            (
                "id",
                "In distribution",
                {"wide": True, "meaning": "Score on test data drawn like the training data."},
            ),
            ("gap", "Gap", {"wide": True, "meaning": "In-distribution minus shifted score."}),
        ]
    if (one.rows["k"] != one.rows["of"]).any():
        found.append(("k", "Scores", {"wide": True, "note": "k of n benchmarks"}))
    return columns(*found)


class _Bars:
    """Where a score lies between the lowest and highest of a board, for the bars."""

    def __init__(self, low: float, high: float) -> None:
        self.low, self.high = low, high

    @classmethod
    def of(cls, one: Board) -> _Bars:
        scores = one.rows["score"].dropna()
        if scores.empty:
            return cls(0.0, 1.0)
        low, high = float(scores.min()), float(scores.max())
        # a bar that starts at zero is honest about ratios; only negative scores move its start
        return cls(min(0.0, low), max(high, 0.0) or 1.0)

    def at(self, score: float | None, error: float | None) -> tuple[float, float, float] | None:
        if score is None or self.high <= self.low:
            return None
        spread = 1.96 * (error or 0.0)
        places = [
            (value - self.low) / (self.high - self.low) for value in (score, score - spread, score + spread)
        ]
        return tuple(round(min(1.0, max(0.0, place)), 4) for place in places)  # type: ignore[return-value]  # three of them


def _row(
    one: Board, row: Any, n_ranked: int, bars: _Bars, decimals: int | None, keys: set[str]
) -> tuple[Cell, ...]:
    """The cells of the columns `keys`."""
    score, error = known(row.score), known(row.standard_error)
    cells = [
        _rank(row, n_ranked),
        Cell(
            text=str(row.system),
            sort=str(row.system).casefold(),
            link=model_page(str(row.model)),
        ),
        value_cell(
            score,
            error,
            decimals=decimals,
            bar=bars.at(score, error),
            tone="ood" if one.basis == "ood" else "plain",
        ),
    ]
    if "id" in keys:
        cells += [
            value_cell(row.id_score, decimals=decimals, tone="id"),
            value_cell(row.gap, decimals=decimals),
        ]
    if "k" in keys:
        cells.append(Cell(text=f"{row.k} of {row.of}", sort=int(row.k)))
    return tuple(cells)


def _rank(row: Any, n_ranked: int) -> Cell:
    if not row.ranked:
        return Cell(text=numbers.ABSENT, sort=None, title=f"not ranked: {row.reason}")
    low, high, rank = whole(row.rank_low), whole(row.rank_high), whole(row.rank) or 0
    if low is None or high is None:
        return Cell(text=str(rank), sort=rank)
    width = max(1, n_ranked - 1)
    strip = tuple(round((value - 1) / width, 4) for value in (low, high, rank))
    return Cell(text=numbers.ranks(low, high), sort=rank, strip=strip)  # type: ignore[arg-type]  # three numbers


def _rules(rows: pd.DataFrame) -> frozenset[int]:
    """Rows before which a tie group ends."""
    groups = [whole(value) for value in rows["tie_group"].tolist()]
    return frozenset(i for i in range(1, len(groups)) if groups[i] != groups[i - 1])


def _setting_columns(report: Report, one: Board) -> tuple[tuple[int, Column], ...]:
    """(column of the score table, column of the page) for the settings that are shown beside the score."""
    place = {str(name): index for index, name in enumerate(report.table.settings["setting"])}
    if not 1 < len(one.settings) <= MAX_COLUMNS or len(one.rows) > MAX_ROWS_WITH_COLUMNS:
        return ()
    if any(name not in place for name in one.settings):  # the board over suites has no settings of its own
        return ()
    return tuple(
        (
            place[name],
            Column(key=f"s{index}", title=_short_title(report.setting_titles[name], one), wide=True),
        )
        for index, name in enumerate(one.settings)
    )


def _short_title(title: str, one: Board) -> str:
    """A setting's title without what the whole board shares (its selection rule)."""
    return title.replace(f" · {one.selection}", "") if one.selection else title


def _setting_cells(report: Report, row: Any, extra: tuple[tuple[int, Column], ...]) -> Iterator[Cell]:
    for column, _ in extra:
        error = known(report.table.stderr[row.row, column])
        value = known(report.table.value[row.row, column])
        decimals = report.decimals[column]
        yield Cell(
            text=numbers.score(value, error, decimals=decimals), sort=value, title=numbers.plus_minus(error)
        )


def _figure(one: Board, ranked: pd.DataFrame) -> tuple[Block, ...]:
    if len(ranked) < 3:
        return ()
    shown = ranked.head(MAX_DOTS)
    errors = [known(value) for value in shown["standard_error"].tolist()]
    data, layout = dots(
        names=[str(name) for name in shown["system"]],
        values=[float(value) for value in shown["score"]],
        errors=[None if error is None else 1.96 * error for error in errors],
        axis=one.scale.text,
        color="ood" if one.basis == "ood" else "accent",
    )
    whisker = "Whiskers are 95 % intervals of each score." if any(errors) else "No standard errors are known."
    which = (
        "All ranked systems"
        if len(shown) == len(ranked)
        else f"The first {len(shown)} of {len(ranked)} systems"
    )
    return (
        Figure(
            name="figure-board",
            heading="How far apart are they?",
            caption=(f"{which}, best at the top. {whisker}",),
            alt=f"Dot plot of the scores of {len(shown)} systems on {one.title}.",
            data=data,
            layout=layout,
            height=max(260, 90 + 19 * len(shown)),
            table=as_table(
                "figure-board",
                ("System", "Score", "Standard error"),
                [str(name) for name in shown["system"]],
                [shown["score"].tolist(), errors],
                pm=True,
            ),
        ),
    )


def _left_out(report: Report, one: Board) -> tuple[Block, ...]:
    """Which settings are in the score, which are not and why, and what the intervals assume."""
    by_reason: dict[str, list[str]] = {}
    for name, reason in one.other_settings:
        by_reason.setdefault(reason, []).append(name)
    paragraphs = [_named(report, "In the score", one.settings)] if one.settings else []
    paragraphs += [
        _named(report, f"Not in the score ({reason})", left) for reason, left in sorted(by_reason.items())
    ]
    paragraphs += [(Strong("Mind: "), f"{caution}.") for caution in one.cautions]
    return (Prose(heading="What is in the score", paragraphs=tuple(paragraphs), soft=True),)


def _named(report: Report, lead: str, names: Sequence[str]) -> Words:
    """A list of settings with links, the first ones by name."""
    runs: list[str | Link] = [f"{lead}: "]
    for index, name in enumerate(names[:MAX_NAMED]):
        page = report.pages_of_settings.get(name)
        runs += [", " if index else "", name if page is None else Link(report.setting_titles[name], page)]
    if len(names) > MAX_NAMED:
        runs.append(f" and {len(names) - MAX_NAMED} more")
    return (*runs, ".")


def _index(report: Report) -> Page:
    rows = tuple(_index_row(report, one) for one in report.boards)
    return Page(
        path="leaderboard/",
        title="Leaderboards",
        section="leaderboard/",
        answer=how_many(report.boards),
        blocks=(
            Table(
                name="boards",
                caption="All leaderboards, with who leads each and how sure that is",
                columns=columns(
                    ("board", "Leaderboard", {"align": "left"}),
                    ("leader", "Leads", {"align": "left"}),
                    ("score", "Score", {}),
                    ("sure", "How sure", {"align": "left"}),
                    ("systems", "Systems", {"wide": True}),
                    ("settings", "Benchmarks", {"wide": True}),
                ),
                rows=rows,
                download="leaderboards",
            ),
            *_no_overall(report),
            Definitions(items=(definitions.rank_interval(report.level), definitions.missing_data(report.policy))),
        ),
    )  # fmt: skip


def _no_overall(report: Report) -> tuple[Block, ...]:
    if not report.no_overall or not report.boards:
        return ()
    return (Notice(words=(Strong("No overall leaderboard: "), report.no_overall, ".")),)


def _index_row(report: Report, one: Board) -> tuple[Cell, ...]:
    ranked = one.rows[one.rows["ranked"]]
    title = Cell(text=one.title, sort=one.title, link=board_page(one.id, len(report.boards)))
    sizes = (
        Cell(text=numbers.count(len(ranked)), sort=len(ranked)),
        Cell(text=str(len(one.settings)), sort=len(one.settings)),
    )
    if ranked.empty:
        return (
            title,
            Cell(text=numbers.ABSENT),
            Cell(text=numbers.ABSENT),
            Cell(text="nobody is ranked"),
            *sizes,
        )
    first = ranked.iloc[0]
    return (
        title,
        Cell(text=str(first["system"]), sort=str(first["system"]), link=model_page(str(first["model"]))),
        value_cell(first["score"], first["standard_error"]),
        Cell(text=leader_short(one), sort=leader_short(one)),
        *sizes,
    )
