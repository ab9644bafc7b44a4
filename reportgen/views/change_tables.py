"""The tables of the page of changes: the first rows of each, what matters most first; the files have all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.analysis.trends import benchmark_name
from reportgen.diff.model import BETTER, NEW, REMOVED, WORSE
from reportgen.views.blocks import Cell, Prose, Strong, Table
from reportgen.views.common import columns, known, rows_of, text_cell
from reportgen.views.diff import words
from reportgen.views.report import board_page, model_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from reportgen.diff.model import Alarm, Diff
    from reportgen.views.blocks import Block, Column, Tone
    from reportgen.views.report import Report

#: Rows of a table in view.
MOST_ROWS = 50
#: Characters of a value of the configuration in view.
LONGEST_VALUE = 200
_TONES: Mapping[str, Tone] = {BETTER: "good", WORSE: "bad"}
_SEVERITIES: Mapping[str, tuple[str, Tone]] = {
    "error": ("Error", "bad"), "warning": ("Warning", "warn"), "note": ("Note", "plain")}  # fmt: skip


def tables(report: Report, diff: Diff) -> Iterator[Block]:
    """All sections that have something to say, what a reader must look at first."""
    pages = Pages(report)
    yield from _alarms(diff)
    yield from _ranks(diff, pages)
    yield from _cells(diff, pages)
    yield from _pairs(diff, pages)
    yield from _came_and_went(diff, pages)
    yield from _numbers(diff, pages)
    yield from _configuration(diff)
    yield from _files(diff)


def names(diff: Diff) -> list[tuple[str, str, str, str]]:
    """(model or benchmark, state, id, former id) of all that came, went or goes by another name."""
    found = [
        (kind, state, name, "")
        for kind, state, ids in (
            ("model", "new", diff.models_added),
            ("model", "gone", diff.models_removed),
            ("benchmark", "new", diff.benchmarks_added),
            ("benchmark", "gone", diff.benchmarks_removed),
        )
        for name in ids
    ]
    return [*found, *(("model", "renamed", rename.new, rename.old) for rename in diff.renames)]


class Pages:
    """The pages of what a row is about, where this version has them."""

    def __init__(self, report: Report) -> None:
        self._models = set(report.system_models)
        self._settings = report.pages_of_settings
        self._titles = report.setting_titles
        self._benchmarks = {
            benchmark_name(setting.suite, setting.benchmark): setting.page for setting in report.settings
        }
        self._boards = {board.id for board in report.boards}
        self._n_boards = len(report.boards)

    def model(self, model: str, text: str = "") -> Cell:
        """A system or model."""
        shown = text or model
        return Cell(
            text=shown, sort=shown.casefold(), link=model_page(model) if model in self._models else None
        )

    def setting(self, setting: str, *, gone: bool = False) -> Cell:
        """A benchmark in a setting."""
        shown = self._titles.get(setting, setting)
        return Cell(text=shown, sort=shown.casefold(), link=None if gone else self._settings.get(setting))

    def named(self, kind: str, name: str, *, text: str = "", note: str = "") -> Cell:
        """A model or benchmark that came or went."""
        model = model_page(name) if name in self._models else None
        link = model if kind == "model" else self._benchmarks.get(name)
        return Cell(text=text or name, sort=name.casefold(), link=link, note=note)

    def board(self, board: str, title: str) -> Cell:
        """A leaderboard."""
        link = board_page(board, self._n_boards) if board in self._boards else None
        return Cell(text=title, sort=title.casefold(), link=link)


def _heading(text: str, total: int, shown: int = MOST_ROWS) -> str:
    """A heading that says how many there are, and how many of them are in view."""
    counted = numbers.count(total) if total <= shown else f"the first {shown} of {numbers.count(total)}"
    return f"{text} ({counted})"


def _table(
    name: str, heading: str, header: tuple[Column, ...], rows: Sequence[tuple[Cell, ...]], total: int
) -> Table:
    return Table(
        name=name,
        heading=_heading(heading, total),
        caption=heading,
        columns=header,
        rows=tuple(rows),
        download=f"changes_{name}",
        compact=True,
    )


def _alarms(diff: Diff) -> Iterator[Block]:
    told = [alarm for alarm in diff.alarms if not alarm.expected]
    if told:
        header = columns(
            ("severity", "Severity", {"align": "left", "sortable": False}),
            ("text", "What, and what to do", {"align": "left", "sortable": False}),
        )
        shown = told[:MOST_ROWS]
        fixes = ["", *(alarm.fix for alarm in shown)]
        rows = [_alarm(alarm, said=before == alarm.fix) for before, alarm in zip(fixes, shown, strict=False)]
        yield _table("alarms", "To look at", header, rows, len(told))
    expected = len(diff.alarms) - len(told)
    if expected:
        yield Prose(
            paragraphs=(
                (Strong(numbers.plural(expected, "alarm")), " ", "is" if expected == 1 else "are",
                 " not shown, because the file of expected changes names what they are about."),
            ),
            soft=True,
        )  # fmt: skip


def _alarm(alarm: Alarm, *, said: bool) -> tuple[Cell, ...]:
    """An alarm with what to do, unless the row before has said the same."""
    title, tone = _SEVERITIES[alarm.severity]
    return (
        Cell(text=title, sort=title, tone=tone, note=alarm.rule.replace("_", " ")),
        Cell(text=alarm.text, note="" if said else alarm.fix),
    )


def _ranks(diff: Diff, pages: Pages) -> Iterator[Block]:
    if not len(diff.ranks):
        return
    header = columns(
        ("board", "Leaderboard", {"align": "left", "wide": True}),
        ("system", "System", {"align": "left"}),
        ("rank", "Rank", {"align": "left", "sortable": False,
         "meaning": "Rank with its interval, before and now. An arrow says that the system moved to another tie group, "
         "counted among the systems that both versions rank."}),
        ("cause", "Cause", {"align": "left", "wide": True}),
    )  # fmt: skip
    rows = [
        (
            pages.board(str(row.board), str(row.board_title)),
            pages.model(str(row.model), str(row.system)),
            Cell(text=words.rank(row), tone=_moved(str(row.moved))),
            text_cell(row.cause or numbers.ABSENT),
        )
        for row in rows_of(diff.ranks.head(MOST_ROWS))
    ]
    yield _table("ranks", "Ranks", header, rows, len(diff.ranks))


def _moved(moved: str) -> Tone:
    return "good" if moved == "up" else "bad" if moved == "down" else "plain"


def _cells(diff: Diff, pages: Pages) -> Iterator[Block]:
    if not len(diff.cells):
        return
    header = columns(
        ("system", "System", {"align": "left"}),
        ("benchmark", "Benchmark", {"align": "left"}),
        ("old", "Before", {"sortable": False}),
        ("new", "Now", {"sortable": False}),
        ("difference", "Difference", {"note": f"{numbers.percent(diff.level)} interval",
         "meaning": "Positive is better, whatever the metric's direction."}),
        ("verdict", "Verdict", {"align": "left"}),
        ("cause", "Cause", {"align": "left", "wide": True}),
    )  # fmt: skip
    rows = [_cell(row, pages) for row in rows_of(diff.cells.head(MOST_ROWS))]
    yield _table("cells", "Scores", header, rows, len(diff.cells))


def _cell(row: Any, pages: Pages) -> tuple[Cell, ...]:
    told = words.cell(row)
    return (
        pages.model(str(row.model), told.system),
        pages.setting(told.setting, gone=row.verdict == REMOVED),
        Cell(text=told.old, sort=known(row.old)),
        Cell(text=told.new, sort=known(row.new)),
        Cell(text=told.difference, sort=known(row.difference), tone=_TONES.get(row.verdict, "plain")),
        Cell(
            text=told.verdict,
            sort=told.verdict,
            tone=_TONES.get(row.verdict, "plain"),
            note="" if row.verdict in {NEW, REMOVED} or told.items == numbers.ABSENT else _tested(told.items),
        ),
        text_cell(row.cause or numbers.ABSENT),
    )


def _tested(items: str) -> str:
    return items if not items[:1].isdigit() else f"paired, {items} items"


def _pairs(diff: Diff, pages: Pages) -> Iterator[Block]:
    if not len(diff.concurrence):
        return
    header = columns(
        ("a", "Benchmark", {"align": "left"}),
        ("b", "and", {"align": "left"}),
        ("old", "Agreed before", {"sortable": False, "meaning": "Kendall tau-b with its interval."}),
        ("new", "Agree now", {"sortable": False}),
        ("models", "Moved most by", {"align": "left", "wide": True}),
    )
    rows = [
        (
            pages.setting(str(row.benchmark_a)),
            pages.setting(str(row.benchmark_b)),
            Cell(text=words.agreement(row, "old")),
            Cell(text=words.agreement(row, "new")),
            text_cell(row.models or row.reason or numbers.ABSENT),
        )
        for row in rows_of(diff.concurrence.head(MOST_ROWS))
    ]
    yield _table("concurrence", "Benchmarks that agree otherwise", header, rows, len(diff.concurrence))


def _came_and_went(diff: Diff, pages: Pages) -> Iterator[Block]:
    found = names(diff)
    if not found:
        return
    header = columns(
        ("state", "State", {"align": "left"}),
        ("kind", "What", {"align": "left"}),
        ("name", "Name", {"align": "left"}),
    )
    rows = [
        (
            text_cell({"new": "New", "gone": "Gone", "renamed": "Renamed"}[state]),
            text_cell(kind),
            pages.named(kind, name, note=f"was {former}" if former else ""),
        )
        for kind, state, name, former in found[:MOST_ROWS]
    ]
    yield _table("names", "New and gone", header, rows, len(found))


def _numbers(diff: Diff, pages: Pages) -> Iterator[Block]:
    """Secondary metrics and runs behind a mean: the sum in view, the rest in the file."""
    table = diff.numbers
    if not len(table):
        return
    signs = (("added", "new"), ("removed", "gone"), ("changed", "other"))
    counted = [f"{numbers.count(int(table[name].sum()))} {word}" for name, word in signs if table[name].sum()]
    header = columns(
        ("model", "Model", {"align": "left"}),
        ("benchmark", "Benchmark", {"align": "left"}),
        ("metric", "Metric", {"align": "left"}),
        *((name, word.capitalize(), {}) for name, word in signs),
    )
    other = table[~table["in_scores"].to_numpy(bool)]
    rows = [
        (
            pages.model(str(row.model)),
            pages.named(
                "benchmark", benchmark_name(str(row.suite), str(row.benchmark)), text=str(row.benchmark)
            ),
            text_cell(f"{row.metric} {row.metric_variant}".strip()),
            *(_counted(getattr(row, name)) for name, _ in signs),
        )
        for row in rows_of(other.head(MOST_ROWS))
    ]
    if rows:
        yield _table("numbers", "Numbers that no score is made of", header, rows, len(other))
    told = f"Of all numbers in the result files, secondary metrics and single runs too: {', '.join(counted)}."
    yield Prose(paragraphs=((told,),), soft=True)


def _counted(value: Any) -> Cell:
    amount = int(value)
    return Cell(text=numbers.count(amount) if amount else numbers.ABSENT, sort=amount)


def _configuration(diff: Diff) -> Iterator[Block]:
    changes = diff.causes.config
    if not changes:
        return
    header = columns(
        ("place", "Where", {"align": "left"}),
        ("old", "Before", {"align": "left"}),
        ("new", "Now", {"align": "left"}),
    )
    rows = [
        (Cell(text=change.place, sort=change.place, code=True), _value(change.old), _value(change.new))
        for change in changes[:MOST_ROWS]
    ]
    yield _table("configuration", "Settings and catalog", header, rows, len(changes))


def _value(text: str) -> Cell:
    if not text:
        return Cell(text=numbers.ABSENT, title="not there")
    return Cell(text=text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…", code=True)


def _files(diff: Diff) -> Iterator[Block]:
    if not len(diff.inputs):
        return
    header = columns(("state", "State", {"align": "left"}), ("path", "File", {"align": "left"}))
    state = {"new": "New", "removed": "Gone", "changed": "Changed"}
    rows = [
        (text_cell(state[str(row.state)]), Cell(text=str(row.path), sort=str(row.path), code=True))
        for row in rows_of(diff.inputs.head(MOST_ROWS))
    ]
    yield _table("files", "Files", header, rows, len(diff.inputs))
