"""Models, benchmarks and scores that are new, gone or called otherwise: one line each, whatever they hold."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from reportgen.diff.model import NEW, REMOVED
from reportgen.numbers import count, plural
from reportgen.views.common import rows_of
from reportgen.views.diff import words
from reportgen.views.diff.escape import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from reportgen.diff.model import Diff

#: Benchmarks that are named behind a model.
NAMED = 3


class Listing(NamedTuple):
    """(what happened, to what and how much of it), the first ones; and how many there are."""

    rows: list[tuple[str, str]]
    total: int


def listing(diff: Diff, most: int) -> Listing:
    """What is gone first, then what is called otherwise, then what is new."""
    gone, come = _one_sided(diff, REMOVED), _one_sided(diff, NEW)
    old = _some_scores(gone, diff.models_removed, diff.benchmarks_removed)
    new = _some_scores(come, diff.models_added, diff.benchmarks_added)
    parts = (
        (len(diff.models_removed), _models(diff, diff.models_removed, gone, REMOVED)),
        (len(diff.benchmarks_removed), _benchmarks(diff.benchmarks_removed, gone, REMOVED)),
        (old["model"].nunique(), _scores(old, REMOVED)),
        (len(diff.renames), (("renamed", f"{one.old} → {one.new} ({one.source})") for one in diff.renames)),
        (len(diff.models_added), _models(diff, diff.models_added, come, NEW)),
        (len(diff.benchmarks_added), _benchmarks(diff.benchmarks_added, come, NEW)),
        (new["model"].nunique(), _scores(new, NEW)),
    )
    rows = (row for _, lines in parts for row in lines)
    return Listing(list(islice(rows, most)), sum(total for total, _ in parts))


def _one_sided(diff: Diff, verdict: str) -> pd.DataFrame:
    return diff.cells.loc[diff.cells["verdict"] == verdict, ["model", "benchmark", "setting"]]


def _some_scores(cells: pd.DataFrame, models: tuple[str, ...], benchmarks: tuple[str, ...]) -> pd.DataFrame:
    """Scores of models and benchmarks that both sides have."""
    return cells[~cells["model"].isin(models) & ~cells["benchmark"].isin(benchmarks)]


def _models(diff: Diff, ids: tuple[str, ...], cells: pd.DataFrame, verdict: str) -> Iterator[tuple[str, str]]:
    scores = cells.groupby("model", observed=True).size().to_dict()
    places = diff.ranks[(diff.ranks["moved"] == verdict) & diff.ranks["model"].isin(ids)]
    boards: dict[str, list[str]] = {}
    for row in rows_of(places):
        boards.setdefault(str(row.model), []).append(f"{words.rank(row)} on {visible(str(row.board_title))}")
    for one in ids:
        told = boards.get(one, [])
        more = f" and {plural(len(told) - 1, 'more leaderboard')}" if len(told) > 1 else ""
        where = f"; {told[0]}{more}" if told else ""
        yield verdict, f"{visible(one)}: {plural(scores.get(one, 0), 'score')}{where}"


def _benchmarks(ids: tuple[str, ...], cells: pd.DataFrame, verdict: str) -> Iterator[tuple[str, str]]:
    scores = cells.groupby("benchmark", observed=True).size().to_dict()
    return ((verdict, f"benchmark {visible(one)}: {plural(scores.get(one, 0), 'score')}") for one in ids)


def _scores(cells: pd.DataFrame, verdict: str) -> Iterator[tuple[str, str]]:
    """One line a model that both sides have: how many scores, and of which benchmarks."""
    for model, settings in cells.groupby("model", observed=True, sort=True)["setting"]:
        names = sorted(set(settings.head(10 * NAMED).astype(str)))[:NAMED]
        more = len(settings) - len(names)
        told = ", ".join(visible(name) for name in names) + (f" and {count(more)} more" if more > 0 else "")
        yield verdict, f"{plural(len(settings), 'score')} of {visible(str(model))}: {told}"
