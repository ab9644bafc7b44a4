"""Models, benchmarks and scores that are new, gone or called otherwise: one line each, whatever they hold."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from reportgen.diff.findings import subject
from reportgen.diff.model import NEW, REMOVED
from reportgen.numbers import count, plural
from reportgen.views.common import rows_of
from reportgen.views.diff import words
from reportgen.views.diff.escape import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pandas as pd

    from reportgen.diff.model import Diff

    Lines = Iterable[tuple[str, str]]

#: Names that are written out behind a count.
NAMED = 3


_NO_SCORE = "no score on a benchmark that can be compared"


class Listing(NamedTuple):
    """(what happened, to what and how much of it), the first ones; and how many there are."""

    rows: list[tuple[str, str]]
    total: int


def listing(diff: Diff, most: int) -> Listing:
    """What is gone, what is called otherwise, what is new. Models whose removal alarms are left out."""
    renamed = [("renamed", f"{one.old} → {one.new} ({one.source})") for one in diff.renames]
    said = {alarm.subject for alarm in diff.alarms if alarm.rule == "removed" and not alarm.expected}
    gone = tuple(one for one in diff.models_removed if subject(f"model {one}") not in said)
    parts = (
        *_side(diff, REMOVED, gone, diff.benchmarks_removed),
        (len(renamed), renamed),
        *_side(diff, NEW, diff.models_added, diff.benchmarks_added),
    )
    rows = (row for _, lines in parts for row in lines)
    return Listing(list(islice(rows, most)), sum(total for total, _ in parts))


def _side(
    diff: Diff, verdict: str, models: tuple[str, ...], benchmarks: tuple[str, ...]
) -> tuple[tuple[int, Lines], ...]:
    """Lines on models, on benchmarks, and on scores of models and benchmarks that both sides have."""
    cells = diff.cells.loc[diff.cells["verdict"] == verdict, ["model", "suite", "benchmark", "setting"]]
    ids = [
        f"{suite}/{name}" if suite else name
        for suite, name in zip(cells["suite"], cells["benchmark"], strict=True)
    ]
    cells = cells.assign(id=ids)
    suites = _by_suite(cells, benchmarks)
    whole = diff.models_added if verdict == NEW else diff.models_removed
    others = cells[~cells["model"].isin(whole) & ~cells["id"].isin(benchmarks)]
    return (
        (len(models), _models(diff, models, cells, verdict)),
        (len(suites), ((verdict, line) for line in suites)),
        (others["model"].nunique(), _scores(others, verdict)),
    )


def _models(diff: Diff, ids: tuple[str, ...], cells: pd.DataFrame, verdict: str) -> Iterator[tuple[str, str]]:
    scores = cells.groupby("model", observed=True).size().to_dict()
    places = diff.ranks[(diff.ranks["moved"] == verdict) & diff.ranks["model"].isin(ids)]
    side = "new" if verdict == NEW else "old"
    boards: dict[str, list[str]] = {}
    best: dict[str, int] = {}
    for row in rows_of(places):
        boards.setdefault(str(row.model), []).append(f"{words.rank(row)} on {visible(str(row.board_title))}")
        rank = int(getattr(row, f"{side}_rank"))
        best[str(row.model)] = min(rank, best.get(str(row.model), rank))
    unranked = max(best.values(), default=0) + 1
    for one in sorted(ids, key=lambda one: (best.get(one, unranked), one)):
        told = boards.get(one, [])
        more = f" and {plural(len(told) - 1, 'more leaderboard')}" if len(told) > 1 else ""
        where = f"; {told[0]}{more}" if told else ""
        number = scores.get(one, 0)
        yield verdict, f"{visible(one)}: {plural(number, 'score') if number else _NO_SCORE}{where}"


def _by_suite(cells: pd.DataFrame, benchmarks: tuple[str, ...]) -> list[str]:
    """One line a suite, whose benchmarks often come and go together; one for each benchmark without scores."""
    found = cells[cells["id"].isin(benchmarks)]
    lines = [
        _suite(str(suite), sorted(set(rows["benchmark"].astype(str))), len(rows))
        for suite, rows in found.groupby("suite", observed=True, sort=True)
    ]
    without = sorted(set(benchmarks) - set(found["id"]))
    return [*lines, *(f"benchmark {visible(one)}, of which there was no score to compare" for one in without)]


def _suite(suite: str, names: list[str], scores: int) -> str:
    of = f" of {visible(suite)}" if suite and suite not in names else ""
    if len(names) == 1:
        return f"benchmark {visible(names[0])}{of}: {plural(scores, 'score')}"
    return f"{plural(len(names), 'benchmark')}{of} ({_some(names)}): {plural(scores, 'score')}"


def _scores(cells: pd.DataFrame, verdict: str) -> Iterator[tuple[str, str]]:
    """One line a model that both sides have: how many scores, and of which benchmarks."""
    for model, settings in cells.groupby("model", observed=True, sort=True)["setting"]:
        names = sorted(set(settings.astype(str)))
        yield verdict, f"{plural(len(settings), 'score')} of {visible(str(model))} on {_some(names)}"


def _some(names: Sequence[str]) -> str:
    """'A, B, C and 6 more'."""
    more = len(names) - NAMED
    return ", ".join(visible(name) for name in names[:NAMED]) + (
        f" and {count(more)} more" if more > 0 else ""
    )
