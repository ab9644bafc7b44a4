"""Tau-b without errors: the quick way, by numpy and by compiled code, gives what the careful way gives."""

from __future__ import annotations

from importlib.util import find_spec
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from reportgen.analysis.concurrence import counting, kendall
from reportgen.analysis.concurrence.kendall import tau_b_matrix, tau_b_only

#: With and without the extra `fast`.
without = pytest.mark.skipif(find_spec("numba") is None, reason="skipped: the extra `fast` is not installed")
BOTH = pytest.mark.parametrize(
    "compiled", [pytest.param(False, id="numpy"), pytest.param(True, id="numba", marks=without)]
)
tied = st.one_of(st.integers(0, 4).map(lambda k: k / 4), st.just(float("nan")), st.floats(0, 1, width=16))


def same(table: np.ndarray, *, compiled: bool) -> None:
    careful = tau_b_matrix(table)
    tau, n = tau_b_only(table, compiled=compiled)
    np.testing.assert_array_equal(tau, careful.tau)
    np.testing.assert_array_equal(n, careful.n)


@BOTH
@given(table=arrays(np.float64, st.tuples(st.integers(0, 70), st.integers(1, 4)), elements=tied))
def test_quick_tau_equals_careful_tau(compiled: bool, table: np.ndarray) -> None:
    """To the last bit: all ways count the same whole numbers."""
    same(table, compiled=compiled)


@BOTH
@pytest.mark.parametrize("models", [2, 63, 64, 65, 128, 200])
@pytest.mark.parametrize("fill", [1.0, 0.7, 0.1])
def test_words_of_64_models_leave_no_seam(compiled: bool, models: int, fill: float) -> None:
    """Models at either side of a word's end, with gaps and so sparse that pairs are gathered one by one."""
    rng = np.random.default_rng(models)
    table = rng.binomial(20, 0.5, (models, 7)) / 20
    table[rng.random(table.shape) > fill] = np.nan
    same(table, compiled=compiled)


@BOTH
def test_small_pieces_give_what_one_piece_gives(compiled: bool) -> None:
    """Tiles of columns, chunks of words and blocks of pairs are joined without loss."""
    table = np.random.default_rng(3).binomial(30, 0.5, (150, 9)) / 30
    holes = table.copy()
    holes[::7, 2] = np.nan
    with mock.patch.object(counting, "_PAIRS", 300):
        if compiled:
            fast = pytest.importorskip("reportgen.analysis.concurrence.compiled")
            with mock.patch.object(fast, "_BYTES", 20_000):
                same(table, compiled=True)
                same(holes, compiled=True)
        else:
            with mock.patch.object(kendall, "_matrix_is_cheaper", return_value=True):
                same(table, compiled=False)
                same(holes, compiled=False)


def test_one_sort_of_all_columns_ranks_each_by_itself() -> None:
    """Sparse tables are ranked at once; 0.1 + 0.2 and 0.3 stay one score, and groups do not touch."""
    group = np.array([0, 0, 0, 1, 1, 2])
    values = np.array([0.3, 0.1 + 0.2, 0.0, 5.0, 5.0, -1.0])
    assert kendall._ranks_within(group, values).tolist() == [1, 1, 0, 0, 0, 0]


def test_compiled_code_waits_for_work_worth_loading_it() -> None:
    """Small tables never pay for an import; what is asked for is done."""
    assert not kendall._use_compiled((1000, 100), wanted=None)
    assert kendall._use_compiled((2, 2), wanted=True)
    with mock.patch.object(kendall, "find_spec", return_value=None):
        assert not kendall._use_compiled((5000, 500), wanted=None)
