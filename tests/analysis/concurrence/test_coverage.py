"""How many systems settings have and share, counted by hand and by a loop over all pairs."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from concurrence_grounds import make_grounds
from hypothesis import given
from hypothesis import strategies as st

from reportgen.analysis.concurrence.parts import coverage
from reportgen.analysis.parts import Found

GENERATOR = np.random.default_rng(0)
NO = None


def found(scores):
    result = coverage.compute(make_grounds(scores), {}, GENERATOR)
    assert isinstance(result, Found)
    return result


def counts(result) -> dict[str, list[int]]:
    main = result.main.set_index("setting")
    return {name: main.loc[name, list(coverage.CLASSES)].tolist() for name in main.index}


def test_pairs_are_counted_by_the_systems_they_share() -> None:
    """a has five systems, b three of them, c one of its own: a-b share 3, a-c and b-c none."""
    result = found({"a": [1, 2, 3, 4, 5, NO], "b": [1, 2, 3, NO, NO, NO], "c": [NO, NO, NO, NO, NO, 7]})
    assert result.main["n_systems"].tolist() == [5, 3, 1]
    assert counts(result) == {"a": [1, 0, 1, 0, 0], "b": [1, 0, 1, 0, 0], "c": [2, 0, 0, 0, 0]}
    assert result.tables[coverage.OVERLAP]["pairs"].tolist() == [2, 0, 1, 0, 0]
    assert result.headline == coverage.Coverage(pairs=3, thin=3, alone=3)


def test_each_class_begins_where_the_one_before_ends() -> None:
    """Overlaps of 2, 4, 5, 9 and 10 fall on the edges of the classes."""
    columns = {f"x{n}": [float(at) if at < n else NO for at in range(12)] for n in (2, 4, 5, 9, 10)}
    overlap = found({"all": [float(at) for at in range(12)], **columns}).tables[coverage.OVERLAP]
    assert overlap["fewest"].tolist() == [0, 1, 3, 5, 10]
    assert overlap["most"].tolist()[:4] == [0, 2, 4, 9]
    assert np.isnan(overlap["most"].iloc[-1])
    assert overlap["pairs"].tolist() == [
        0,
        5,
        4,
        5,
        1,
    ]  # 2 with five others, 4 with four, 5 and 9 with the rest


@given(st.lists(st.lists(st.booleans(), min_size=14, max_size=14), min_size=2, max_size=5))
def test_counts_are_those_of_a_loop_over_pairs(present) -> None:
    """Whatever is missing, each pair is in one class, and in the row of both its settings."""
    columns = [[float(at) if there else NO for at, there in enumerate(row)] for row in present]
    named = {f"x{at}": row for at, row in enumerate(columns)} | {"y": [1.0] * 14, "z": [2.0] * 14}
    result = found(named)
    classes = {name: [0] * len(coverage.CLASSES) for name in named}
    total = [0] * len(coverage.CLASSES)
    for one, other in combinations(named, 2):
        shared = sum(p is not None and q is not None for p, q in zip(named[one], named[other], strict=True))
        kind = 0 if shared == 0 else 1 if shared < 3 else 2 if shared < 5 else 3 if shared < 10 else 4
        total[kind] += 1
        classes[one][kind] += 1
        classes[other][kind] += 1
    compared = counts(result)
    assert result.tables[coverage.OVERLAP]["pairs"].sum() == len(compared) * (len(compared) - 1) // 2
    if set(compared) == set(named):  # a setting without any score is not compared
        assert compared == classes
        assert result.tables[coverage.OVERLAP]["pairs"].tolist() == total
