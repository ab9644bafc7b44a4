"""What any table of a comparison must satisfy: sides drawn at random, and tables with their sides exchanged."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

from tests.diff_sides import frame_of, score, side

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from reportgen.diff.model import Side

OPPOSITE = {"up": "down", "down": "up", "new": "removed", "removed": "new", "gone": "new", "": ""}

#: (model, position of the benchmark) -> position of the score.
Chosen = dict[tuple[str, int], int]


class Grid(NamedTuple):
    """What sides are drawn from: their records are identified once, because that takes longer than a comparison."""

    models: tuple[str, ...]
    benchmarks: tuple[tuple[str, str], ...]  # (suite, benchmark)
    scores: tuple[float, ...]


GRID = Grid(
    tuple("abcdef"), (("one", "x"), ("one", "y"), ("two", "z")), (0.1, 0.3, 0.5, 0.52, 0.56, 0.7, 0.9)
)


@cache
def _pool(grid: Grid) -> tuple[pd.DataFrame, dict[tuple[str, str, float], int]]:
    """Every record a drawn side may hold, and its row by model, benchmark and value."""
    places = product(grid.models, grid.benchmarks, grid.scores)
    frame = frame_of([score(model, name, value, suite=suite) for model, (suite, name), value in places])
    keys = zip(frame["model"], frame["benchmark"], frame["value"], strict=True)
    return frame, {key: row for row, key in enumerate(keys)}


def chosen_scores(grid: Grid = GRID, *, fewest: int = 1) -> st.SearchStrategy[Chosen]:
    """Some scores of some models, with gaps and ties."""
    places = st.tuples(st.sampled_from(grid.models), st.integers(0, len(grid.benchmarks) - 1))
    return st.dictionaries(places, st.integers(0, len(grid.scores) - 1), min_size=fewest)


def side_of(chosen: Mapping[tuple[str, int], int], grid: Grid = GRID, **fields: Any) -> Side:
    """The side that holds these scores, each model in a file of its own."""
    frame, row = _pool(grid)
    named = sorted(
        (model, grid.benchmarks[at][1], grid.scores[value]) for (model, at), value in chosen.items()
    )
    files: dict[str, str] = {}
    for model, *said in named:
        files[f"runs/{model}.json"] = sha(files.get(f"runs/{model}.json", "") + repr(said))
    rows = sorted(row[key] for key in named)
    told = {"frame": frame.iloc[rows].reset_index(drop=True), "inputs": files}
    return side([], **(told | fields))


def drawn_sides() -> st.SearchStrategy[Side]:
    """A side of a few models on two benchmarks of one suite and one of another."""
    return chosen_scores().map(side_of)


def exchanged(table: pd.DataFrame, **words: dict[str, str]) -> pd.DataFrame:
    """The table with the columns of the sides exchanged; `words`: column -> what becomes of its words."""
    names = {name: "new" + name[3:] for name in table.columns if str(name).startswith("old")}
    names |= {now: before for before, now in names.items()}
    names |= {"of_old": "of_new", "of_new": "of_old"}
    found = table.rename(columns={name: other for name, other in names.items() if name in table.columns})
    for column, becomes in words.items():
        found[column] = [becomes[word] for word in found[column]]
    return found[list(table.columns)]


def as_text(table: pd.DataFrame, by: list[str]) -> list[tuple[str, ...]]:
    """The rows in the order of some columns, as they print: unknown is equal to unknown, and rounding is none."""
    rows = table.sort_values(by).round(9).itertuples(index=False, name=None)
    return [tuple(map(str, row)) for row in rows]


def shuffled(one: Side, seed: int = 0) -> Side:
    """The side with the rows of its frame in another order."""
    order = np.random.default_rng(seed).permutation(len(one.frame))
    return replace(one, frame=one.frame.iloc[order].reset_index(drop=True))


def sha(text: str) -> str:
    """SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()
