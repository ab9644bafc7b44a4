"""Places when one benchmark is left out: by hand and by ranking again."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from score_tables import make_table

from reportgen.analysis.leaderboard import suite_boards
from reportgen.analysis.parts import Found
from reportgen.analysis.rankings.grounds import grounds
from reportgen.analysis.rankings.parts import interchange
from reportgen.numbers import NotEstimable

SCORES = st.tuples(st.integers(2, 6), st.integers(3, 6)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.integers(0, 20).map(lambda one: one / 20))
)


def board_of(scores: dict[str, Any], **more: Any) -> Any:
    """The one board of these scores."""
    (board,) = suite_boards(make_table(scores, **more), policy="complete", level=0.95)
    return board


def found_of(scores: dict[str, Any], **more: Any) -> Found | NotEstimable:
    """The part of that board."""
    base = grounds(cast("Any", None), board_of(scores, **more))
    return interchange.compute(base, {}, np.random.default_rng(0))


def test_one_benchmark_that_decides() -> None:
    """a leads by x alone: without it b is first and a last; c is last but then."""
    found = found_of(
        {"x": [0.9, 0.4, 0.1], "y": [0.5, 0.6, 0.55], "z": [0.5, 0.6, 0.55]}, systems=["a", "b", "c"]
    )
    assert isinstance(found, Found)
    for name, table in found.tables.items():
        assert list(table.columns) == list(interchange.TABLES[name])
    assert found.main[["system", "rank", "best", "worst"]].to_numpy().tolist() == [
        ["a", 1, 1, 3],
        ["b", 2, 1, 2],
        ["c", 3, 2, 3],
    ]
    assert found.main["worst_without"].tolist() == ["x", "", ""]
    assert found.main["best_without"].tolist() == ["", "x", "x"]
    assert found.tables["first"]["first"].tolist() == ["b", "a", "a"]
    head = found.headline
    assert (head.changed, head.without, head.then) == (1, "x", ("b",))
    assert (head.mover, head.range, head.widest) == ("a", (1, 3), 2)


@given(SCORES)
def test_places_are_those_of_the_board_without_the_benchmark(scores) -> None:
    """The board made again, for every benchmark left out."""
    table = {f"b{at}": column.tolist() for at, column in enumerate(scores.T)}
    found = found_of(table)
    assert isinstance(found, Found)
    places: dict[str, list[int]] = {}
    for gone, first in zip(table, found.tables["first"]["first"], strict=True):
        rows = board_of({name: values for name, values in table.items() if name != gone}).rows
        for system, rank in zip(rows["system"], rows["rank"], strict=True):
            places.setdefault(system, []).append(int(rank))
        assert first == "; ".join(sorted(rows.loc[rows["rank"] == 1, "system"]))
    for row in found.main.itertuples():
        assert (row.best, row.worst) == (min(places[row.system]), max(places[row.system]))


def test_only_the_first_ten_are_followed() -> None:
    """Of twelve systems."""
    found = found_of({name: list(np.linspace(0.1, 0.9, 12)) for name in "xyz"})
    assert isinstance(found, Found)
    assert len(found.main) == 10
    assert (found.headline.changed, found.headline.widest) == (0, 0)


def test_with_two_benchmarks_there_is_no_mean_left() -> None:
    """A reason, no number; nor with one system."""
    assert isinstance(found_of({"x": [0.1, 0.2], "y": [0.3, 0.1]}), NotEstimable)
    assert isinstance(found_of({"x": [0.1], "y": [0.2], "z": [0.2]}), NotEstimable)
