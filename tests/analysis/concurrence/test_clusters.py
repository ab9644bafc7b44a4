"""Order and groups of settings by agreement, compared with linkage done by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from concurrence_grounds import make_grounds
from hypothesis import given
from hypothesis import strategies as st
from score_tables import make_table

from reportgen.analysis.concurrence.parts import clusters
from reportgen.analysis.parts import Found
from reportgen.numbers import NotEstimable

GENERATOR = np.random.default_rng(0)
UP = [float(k) for k in range(8)]
NEAR = [1.0, 0.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]


def found(scores, **more):
    result = clusters.compute(make_grounds(scores, **more), {}, GENERATOR)
    assert isinstance(result, Found)
    return result.main


def groups(main) -> set[frozenset[str]]:
    inside = main[main["cluster"] > 0]
    return {frozenset(rows) for _, rows in inside.groupby("cluster")["setting"]}


def mean_linkage(tau: np.ndarray, threshold: float) -> set[frozenset[int]]:
    """Average linkage from its definition: join the two groups of the highest mean tau until it is too low."""
    parts = [[at] for at in range(len(tau))]
    while len(parts) > 1:
        means = {
            (i, j): np.mean([tau[a, b] for a in parts[i] for b in parts[j]])
            for i in range(len(parts))
            for j in range(i)
        }
        best = max(means, key=lambda key: means[key])
        if means[best] < threshold:
            break
        parts[best[1]] += parts.pop(best[0])
    return {frozenset(part) for part in parts}


def test_two_pairs_of_alike_benchmarks_make_two_groups() -> None:
    """Two rank one way, two the other way; the mean tau within a group is that of its one pair."""
    main = found({"a": UP, "b": UP[::-1], "c": NEAR, "d": NEAR[::-1]})
    assert groups(main) == {frozenset("ac"), frozenset("bd")}
    assert main["order"].tolist() == [1, 2, 3, 4]
    assert sorted(main["cluster"]) == [1, 1, 2, 2]
    assert main["mean_tau"].tolist() == pytest.approx([26 / 28] * 4)


def test_alike_benchmarks_stand_together() -> None:
    """No group is interrupted by another in the order, and groups are numbered along it."""
    main = found({"a": UP, "b": UP[::-1], "c": NEAR, "d": NEAR[::-1]})
    assert main["cluster"].is_monotonic_increasing


@given(st.integers(0, 10_000), st.integers(2, 9))
def test_groups_are_those_of_average_linkage(seed: int, q: int) -> None:
    """Joining the two groups with the highest mean tau until it falls below the threshold gives the same groups."""
    generator = np.random.default_rng(seed)
    ability = generator.normal(size=30)
    table = {f"s{at}": (ability + generator.normal(size=30) * 0.25).tolist() for at in range(q)}
    grounds = make_grounds(table)
    tau = clusters.taus(grounds, fewest=5)
    labels = grounds.benchmarks["setting"].tolist()
    expected = {frozenset(labels[at] for at in part) for part in mean_linkage(tau, clusters.TOGETHER)}
    assert groups(found(table)) == expected


def test_order_does_not_hang_on_the_order_of_the_columns() -> None:
    """The same settings in another order give the same table."""
    generator = np.random.default_rng(5)
    ability = generator.normal(size=12)
    scores = {name: (ability + generator.normal(size=12)).tolist() for name in "abcdefg"}
    turned = {name: scores[name] for name in "gfcabed"}
    first, second = found(scores), found(turned)
    pd.testing.assert_frame_equal(first, second)


def test_unknown_pair_takes_the_mean_of_its_two_settings() -> None:
    """By hand: setting 0 has mean .5, setting 2 has .1; their unknown tau becomes .3."""
    gap = np.nan
    tau = np.array([[gap, 0.5, gap], [0.5, gap, 0.1], [gap, 0.1, gap]])
    filled = clusters.fill(tau)
    assert filled[0, 2] == pytest.approx(0.3)
    assert np.diag(filled).tolist() == [1, 1, 1]
    assert np.array_equal(filled, filled.T)


def test_setting_without_any_tau_stands_last_and_alone() -> None:
    """It shares no model with the others; it is in no group and has no mean."""
    none = [None] * 8
    main = found({"a": [*UP, *none], "lonely": [*none, *UP], "b": [*NEAR, *none]})
    last = main.iloc[-1]
    assert (last["setting"], last["cluster"], last["size"], last["known"]) == ("lonely", 0, 1, 0)
    assert np.isnan(last["mean_tau"])


def test_few_shared_models_count_only_where_there_are_no_more() -> None:
    """Four models suffice when no pair has more, and are not used when others have."""
    assert groups(found({"a": UP[:4], "b": UP[:4]})) == {frozenset("ab")}
    gap = [None] * 4
    main = found({"a": UP, "b": NEAR, "c": [*gap, *UP[:4]]})
    assert main.iloc[-1][["setting", "known"]].tolist() == ["c", 0]


def test_nothing_to_group_says_why() -> None:
    """Constant scores have no ranking."""
    result = clusters.compute(make_grounds({"a": [1.0] * 5, "b": UP[:5]}), {}, GENERATOR)
    assert result == NotEstimable("no two benchmarks share models whose scores differ")


def test_a_rising_change_of_scale_changes_nothing() -> None:
    """Only ranks count."""
    scores = {"a": UP, "b": NEAR, "c": UP[::-1]}
    cubed = {name: [value**3 for value in values] for name, values in scores.items()}
    pd.testing.assert_frame_equal(found(scores), found(cubed))


def test_columns_are_those_documented() -> None:
    """Each column of the table has its meaning."""
    assert list(found(make_table({"a": UP, "b": NEAR}))) == list(clusters.TABLES["main"])
