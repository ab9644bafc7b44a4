"""What a comparison shows besides its plan line, in the order in which it matters, as plain text.

Text and Markdown draw the same sections; each escapes what it prints. A section knows how many rows there are in
all and holds only as many as could be printed, so that a comparison of a million scores is no longer than a short one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from reportgen import numbers
from reportgen.diff.model import BETTER, NEW, NOISE_UNKNOWN, NOT_COMPARABLE, REMOVED, WITHIN_NOISE, WORSE
from reportgen.numbers import count, plural
from reportgen.views.common import rows_of
from reportgen.views.diff import words
from reportgen.views.diff.listing import listing
from reportgen.views.diff.plan import known_causes, moved_pairs

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from reportgen.diff.model import Alarm, Diff

#: Rows that are open; a reviewer reads no more in passing.
FEW, SOME = 5, 10
#: Alarms of one rule that are open.
FIRST = 3
_UNTOLD = (
    "Of {} the models in common came or went, so that {} agreement or its interval is known on one side only."
)
_NOTE = "± is one standard error; a difference has its {} interval."
MARKS = {"error": "❌", "warning": "⚠️", "note": "ℹ️"}


class Link(NamedTuple):
    """A cell that leads somewhere, where `address` is a web address."""

    text: str
    address: str


Text = str | Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A table, or a list whose rows are (what, said) where there are no columns.

    Attributes:
        name: one word, for programs.
        title: in words of our own, without a name from the data.
        columns: titles; numbers stand at the right below those in `right`.
        rows: the first ones.
        total: how many there are in all.
        shown: rows that are open; the others are folded.
        note: one sentence about the numbers.
        names: columns with paths and the like, which are shown as code.
    """

    name: str
    title: str
    rows: tuple[tuple[Text, ...], ...]
    total: int
    shown: int = 0
    columns: tuple[str, ...] = ()
    right: frozenset[int] = frozenset()
    note: str = ""
    names: frozenset[int] = frozenset()


def sections(diff: Diff, most: int) -> tuple[Section, ...]:
    """What there is to show, at most `most` rows of each; nothing that is empty."""
    makers: tuple[Callable[[Diff, int], Section], ...] = (
        _alarms, _scores, _listed, _ranks, _concurrence, _incomparable, _noise, _stayed, _numbers, _config, _files,
        _pages,
    )  # fmt: skip
    return tuple(section for section in (make(diff, most) for make in makers) if section.total)


def _alarms(diff: Diff, most: int) -> Section:
    """Unexpected alarms, the first of every rule before the others; what to do is said once for all of a rule."""
    unexpected = first_of_each([alarm for alarm in diff.alarms if not alarm.expected])
    rows, said = [], set()
    for alarm in unexpected[:most]:
        fix = "" if (alarm.rule, alarm.fix) in said else f" {alarm.fix}"
        said.add((alarm.rule, alarm.fix))
        rows.append((f"{MARKS.get(alarm.severity, '')} {alarm.rule}", alarm.text + fix))
    return Section(
        name="alarms", title="Alarms", rows=tuple(rows), total=len(unexpected), shown=_shown(unexpected)
    )


def first_of_each(alarms: list[Alarm]) -> list[Alarm]:
    """The first `FIRST` alarms of every rule, then the others: one rule does not bury another."""
    before: Counter[str] = Counter()
    places = []
    for alarm in alarms:
        places.append(before[alarm.rule] >= FIRST)
        before[alarm.rule] += 1
    return [alarm for _, alarm in sorted(zip(places, alarms, strict=True), key=lambda pair: pair[0])]


def _shown(alarms: list[Alarm]) -> int:
    """The first ones of every rule; all of them where they are few."""
    of_rules = Counter(alarm.rule for alarm in alarms)
    return len(alarms) if len(alarms) <= FEW else sum(min(FIRST, number) for number in of_rules.values())


def _cells(diff: Diff, most: int, titles: tuple[str, str], verdicts: tuple[str, ...], shown: int) -> Section:
    wanted = np.flatnonzero(diff.cells["verdict"].isin(verdicts).to_numpy(bool))
    caused = len(known_causes(diff)) > 1
    rows = tuple(words.cell(row, caused=caused) for row in rows_of(diff.cells.iloc[wanted[:most]]))
    told: list[tuple[str, ...]] = [words.CELL_TITLES, *rows]
    if all(row.items == numbers.ABSENT for row in rows):
        told = [(*row[:5], *row[6:]) for row in told]
    measured = any("±" in row.old + row.new for row in rows)
    return Section(
        name=titles[0],
        title=titles[1],
        columns=told[0],
        right=frozenset(range(2, len(told[0]) - 1)),
        rows=tuple(told[1:]),
        total=len(wanted),
        shown=shown,
        note=_NOTE.format(numbers.percent(diff.level)) if measured else "",
    )


def _scores(diff: Diff, most: int) -> Section:
    return _cells(diff, most, ("scores", "Scores"), (BETTER, WORSE, NOISE_UNKNOWN), SOME)


def _incomparable(diff: Diff, most: int) -> Section:
    """Scores measured otherwise than before, folded: an alarm tells of them together."""
    wanted = diff.cells[(diff.cells["verdict"] == NOT_COMPARABLE).to_numpy(bool)]
    rows = []
    for row in rows_of(wanted.head(most)):
        told = words.cell(row)
        rows.append((told.system, told.setting, told.old, told.new, str(row.reason)))
    return Section(
        name="incomparable",
        title="Scores that cannot be compared",
        columns=("model", "benchmark", "old", "new", "why"),
        right=frozenset({2, 3}),
        rows=tuple(rows),
        total=len(wanted),
    )


def _noise(diff: Diff, most: int) -> Section:
    return _cells(diff, most, ("noise", "Scores that moved within noise"), (WITHIN_NOISE,), 0)


def _listed(diff: Diff, most: int) -> Section:
    found = listing(diff, most)
    return Section(
        name="listing",
        title="New, removed and renamed",
        rows=tuple(found.rows),
        total=found.total,
        shown=SOME,
    )


def _board_rows(table: pd.DataFrame, most: int) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (str(row.board_title), str(row.system), words.rank(row)) for row in rows_of(table.head(most))
    )


def _ranks(diff: Diff, most: int) -> Section:
    """Who moved to another tie group: the first ten and whose scores changed come first, the others are folded."""
    moved = diff.ranks[diff.ranks["moved"].isin(["up", "down"])]
    seen = moved["top"].to_numpy(bool) | moved["touched"].to_numpy(bool)
    ordered = moved.iloc[(~seen).argsort(kind="stable")]
    return Section(
        name="places",
        title="Places in another tie group",
        columns=("leaderboard", "model", "rank (interval)"),
        rows=_board_rows(ordered, most),
        total=len(moved),
        shown=min(SOME, int(seen.sum())),
    )


def _stayed(diff: Diff, most: int) -> Section:
    """Other ranks that differ: of systems whose own scores changed, and rank intervals of the first ten.

    A bare rank that differs because others came or went says nothing about the system.
    """
    stayed = diff.ranks[~diff.ranks["moved"].isin(["up", "down", NEW, REMOVED])]
    sure = stayed["old_low"].notna().to_numpy(bool) & stayed["new_low"].notna().to_numpy(bool)
    told = stayed[(stayed["top"].to_numpy(bool) & sure) | stayed["touched"].to_numpy(bool)]
    return Section(
        name="ranks",
        title="Other ranks that differ",
        columns=("leaderboard", "model", "rank (interval)"),
        rows=_board_rows(told, most),
        total=len(told),
    )


def _concurrence(diff: Diff, most: int) -> Section:
    """Pairs whose agreement moved; of those that only became known or unknown, how many."""
    table = diff.concurrence[moved_pairs(diff)]
    others = len(diff.concurrence) - len(table)
    rows = tuple(
        (
            f"{row.benchmark_a} – {row.benchmark_b}",
            words.agreement(row, "old"),
            words.agreement(row, "new"),
            str(row.models) or str(row.reason),
        )
        for row in rows_of(table.head(most))
    )
    return Section(
        name="concurrence",
        title="Benchmarks that agree otherwise (Kendall τ-b)",
        columns=("benchmarks", "old", "new", "moved by"),
        rows=rows,
        total=len(table),
        shown=FEW,
        note=_UNTOLD.format(plural(others, "further pair"), "its" if others == 1 else "their")
        if others
        else "",
    )


def _numbers(diff: Diff, most: int) -> Section:
    """Numbers of secondary metrics: a removed metric is seen here though no score is made of it.

    Those of a model that is new or gone as a whole go without saying.
    """
    whole = diff.numbers["model"].isin([*diff.models_added, *diff.models_removed]).to_numpy(bool)
    table = diff.numbers[~diff.numbers["in_scores"].to_numpy(bool) & ~whole]
    rows = tuple(
        (
            str(row.model),
            str(row.benchmark),
            f"{row.metric} {row.metric_variant}".strip() + (" of single items" if row.of_items else ""),
            *(count(int(number)) for number in (row.added, row.removed, row.changed)),
        )
        for row in rows_of(table.head(most))
    )
    return Section(
        name="numbers",
        title="Other numbers, of which no score is made",
        columns=("model", "benchmark", "metric", "new", "removed", "changed"),
        right=frozenset({3, 4, 5}),
        rows=rows,
        total=len(table),
    )


def _config(diff: Diff, most: int) -> Section:
    changes = diff.causes.config
    rows = tuple((one.place, one.old or "not there", one.new or "not there") for one in changes[:most])
    return Section(
        name="config",
        title="Settings and catalog",
        columns=("entry", "old", "new"),
        rows=rows,
        total=len(changes),
    )


def _files(diff: Diff, most: int) -> Section:
    rows = tuple((str(row.path), str(row.state)) for row in rows_of(diff.inputs.head(most)))
    return Section(
        name="files",
        title="Files",
        columns=("file", "state"),
        names=frozenset({0}),
        rows=rows,
        total=len(diff.inputs),
    )


def _pages(diff: Diff, most: int) -> Section:
    """Changed pages, each with its address on both sides."""
    of = "" if diff.compared_pages is None else f", of {count(diff.compared_pages)} on both sides"
    return Section(
        name="pages",
        title=f"Pages that differ{of}",
        columns=("page", "before", "state", "what differs", "figures"),
        right=frozenset({4}),
        rows=tuple(_page(diff, row) for row in rows_of(diff.pages.head(most))),
        total=len(diff.pages),
    )


def _page(diff: Diff, row: Any) -> tuple[Text, ...]:
    title, path = str(row.title) or str(row.path), str(row.path)
    new = diff.new.address + path if diff.new.address and row.state != REMOVED else ""
    old = diff.old.address + path if diff.old.address and row.state != NEW else ""
    return (
        Link(title, new),
        Link("old page", old) if old else "",
        str(row.state),
        str(row.kind),
        count(int(row.figures)) if row.figures else "",
    )
