from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.analysis.missing_data import largest_block, mean_limits, rank_limits, select

NAN = np.nan


def grid(*rows: str) -> np.ndarray:
    """'xx.' is a system with the first two settings."""
    return np.array([[cell == "x" for cell in row] for row in rows])


def test_the_largest_block_weighs_settings_against_systems():
    """Three settings times three systems beat two settings times four."""
    present = grid("xxx.", "xxx.", "xxx.", "xx..", "...x")
    assert largest_block(present).tolist() == [0, 1, 2]


def test_one_system_with_many_settings_excludes_nobody():
    """Ten settings times one system would be larger than two times four, but compares nobody."""
    present = grid("x" * 10, *["xx" + "." * 8] * 3)
    assert largest_block(present).tolist() == [0, 1]


def test_settings_of_equal_coverage_enter_in_the_order_given():
    """Both pairs would be complete for three systems; the first setting in order is taken first."""
    present = grid("xx", "xx", "xx", "x.", ".x")
    assert largest_block(present).tolist() == [0, 1]
    assert largest_block(grid("x.", ".x")).tolist() == [0]


def test_nothing_measured_gives_an_empty_block():
    """No systems, no settings, or only empty cells."""
    assert largest_block(grid("..", "..")).tolist() == []
    assert largest_block(np.empty((0, 3), dtype=bool)).tolist() == []
    assert largest_block(np.empty((3, 0), dtype=bool)).tolist() == []


@given(st.lists(st.lists(st.booleans(), min_size=4, max_size=4), min_size=1, max_size=7))
def test_the_block_is_the_best_of_all_prefixes(cells):
    """Against a plain second implementation that tries every number of settings."""
    present = np.array(cells)
    order = sorted(range(4), key=lambda column: (-present[:, column].sum(), column))
    prefixes = [order[:k] for k in range(1, 5)]
    complete = [int(present[:, prefix].all(axis=1).sum()) for prefix in prefixes]
    floor = max(1, min(3, complete[0]))
    areas = [(k + 1) * m if m >= floor else 0 for k, m in enumerate(complete)]
    best = max(range(4), key=lambda k: (areas[k], k))
    expected = sorted(prefixes[best]) if areas[best] else []
    assert largest_block(present).tolist() == expected


def test_complete_ranks_only_systems_with_everything():
    """Three of four systems have both settings."""
    chosen = select(grid("xx", "xx", "xx", "x."), "complete")
    assert (chosen.columns.tolist(), chosen.ranked.tolist()) == ([0, 1], [True, True, True, False])
    assert not chosen.block


def test_complete_falls_back_to_a_block_of_at_least_two_settings():
    """Only one system has all three settings; four have the first two."""
    chosen = select(grid("xxx", "xx.", "xx.", "xx.", "..x"), "complete")
    assert (chosen.columns.tolist(), chosen.ranked.tolist()) == ([0, 1], [True] * 4 + [False])
    assert chosen.block


def test_two_complete_systems_of_two_need_no_block():
    """Hardly anybody is not the same as everybody."""
    assert not select(grid("xx", "xx"), "complete").block


def test_without_two_shared_settings_the_most_covered_one_remains():
    """No system has two settings, so there is no mean, only a ranking by one setting."""
    chosen = select(grid("x.", "x.", ".x"), "complete")
    assert (chosen.columns.tolist(), chosen.ranked.tolist()) == ([0], [True, True, False])


def test_common_keeps_only_settings_of_every_system():
    """The second setting lacks one system."""
    chosen = select(grid("xx", "x.", "xx"), "common")
    assert (chosen.columns.tolist(), chosen.ranked.tolist()) == ([0], [True, True, True])


def test_common_without_a_common_setting_ranks_nobody():
    """No mean over nothing."""
    chosen = select(grid("x.", ".x"), "common")
    assert (chosen.columns.tolist(), chosen.ranked.tolist()) == ([], [False, False])


def test_coverage_ranks_whoever_has_anything():
    """A system without any value still has no mean."""
    assert select(grid("x.", "xx", ".."), "coverage").ranked.tolist() == [True, True, False]


def test_bounds_never_falls_back_to_a_block():
    """Only one system is complete, and only it is ranked."""
    chosen = select(grid("xx", "x.", "x.", "x."), "bounds")
    assert (chosen.columns.tolist(), chosen.ranked.tolist()) == ([0, 1], [True, False, False, False])


def test_an_unknown_policy_is_named_with_the_known_ones():
    """A typing error in the configuration is answered with what would have been right."""
    with pytest.raises(ValueError, match="'mean'; known: complete, common, coverage, bounds"):
        select(grid("x"), "mean")


def test_mean_limits_put_missing_cells_at_the_bounds():
    """0.4 and one cell missing of two in [0, 1]: between 0.2 and 0.7."""
    low, high = mean_limits(np.array([[0.4, NAN], [0.4, 0.6]]), 0.0, 1.0)
    assert low.tolist() == pytest.approx([0.2, 0.5])
    assert high.tolist() == pytest.approx([0.7, 0.5])


def test_rank_limits_of_three_systems():
    """A in [0.2, 0.7] overlaps B at 0.5, both are above C at 0.1."""
    best, worst = rank_limits(np.array([0.2, 0.5, 0.1]), np.array([0.7, 0.5, 0.1]))
    assert (best.tolist(), worst.tolist()) == ([1, 1, 3], [2, 2, 3])


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=4))
def test_rank_limits_are_the_extremes_over_all_completions(ranges):
    """Against trying every whole score in every range."""
    worst, best = np.array([min(r) for r in ranges]), np.array([max(r) for r in ranges])
    found = [[] for _ in ranges]
    for scores in itertools.product(*({a, b} for a, b in ranges)):
        for system, own in enumerate(scores):
            found[system].append(1 + sum(other > own for other in scores))
    low, high = rank_limits(worst.astype(float), best.astype(float))
    assert low.tolist() == [min(ranks) for ranks in found]
    assert high.tolist() == [max(ranks) for ranks in found]
