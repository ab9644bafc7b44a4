"""Numbers that are gone, told from those that were replaced, against plain counting."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from reportgen.diff.lost import lost
from tests.diff_sides import compared, score, side

#: Model, metric, seed, dataset revision, prompt.
KEYS = [(m, x, s, r, p) for m in "ab" for x in ("accuracy", "f1") for s in (0, 1) for r in "12" for p in "pq"]


def records(keys: set[Any]) -> list[Any]:
    return [
        score(model, "math", 0.5, metric=metric, seed=seed, dataset_revision=revision, task_hash=prompt)
        for model, metric, seed, revision, prompt in sorted(keys)
    ]


def counted(old: set[Any], new: set[Any]) -> dict[tuple[str, str], tuple[int, int, int]]:
    """(removed, replaced, total) by model and metric: each new key takes the place of one that is gone like it."""
    gone = Counter(key[:3] for key in old - new)
    come = Counter(key[:3] for key in new - old)
    found: dict[tuple[str, str], list[int]] = {}
    for key, many in gone.items():
        replaced = min(many, come[key])
        row = found.setdefault(key[:2], [0, 0])
        row[0] += many - replaced
        row[1] += replaced
    return {key: (*row, sum(one[:2] == key for one in old)) for key, row in found.items()}


SIDES = st.sets(st.sampled_from(KEYS), max_size=12)


@given(SIDES, SIDES)
@settings(max_examples=12, deadline=None)
def test_what_is_removed_and_what_is_replaced_is_counted_as_by_hand(old: set[Any], new: set[Any]) -> None:
    """A seed is never replaced by another seed, a dataset revision is."""
    comparison = compared(side(records(old)), side(records(new)))
    table = lost(comparison, comparison.matched)
    found = {(row.model, row.metric): (row.removed, row.replaced, row.total) for row in table.itertuples()}
    assert found == counted(old, new)
    for row in table.itertuples():
        assert comparison.old.frame["model"].iloc[row.row] == row.model


def test_the_row_named_is_one_that_is_removed() -> None:
    """Its value is the one that is told."""
    old = [score("a", "math", 0.1, seed=0, task_hash="p"), score("a", "math", 0.9, seed=1)]
    comparison = compared(old, [score("a", "math", 0.1, seed=0, task_hash="q")])
    (row,) = lost(comparison, comparison.matched).itertuples()
    assert (row.removed, row.replaced) == (1, 1)
    assert comparison.old.frame["value"].iloc[row.row] == 0.9
