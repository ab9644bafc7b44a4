"""One factor and omega, against factor_analyzer and from tables made of known loadings; alpha against pingouin."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.analysis.concurrence.one_factor import loadings, omega
from reportgen.analysis.reliability import alpha

PEERS = Path(__file__).resolve().parents[2] / "data" / "peers"


def cases(name: str) -> list:
    document = json.loads((PEERS / f"{name}.json").read_text(encoding="utf-8"))
    return [
        pytest.param(case, id=f"{document['peer']}-{len(case['scores'])}x{len(case['scores'][0])}")
        for case in document["cases"]
    ]


@pytest.mark.parametrize("case", cases("factor-analyzer-0.5.1"))
def test_loadings_and_omega_equal_factor_analyzer(case) -> None:
    """Both maximise the same likelihood; the peer stops a little earlier."""
    correlation = np.corrcoef(np.array(case["scores"]).T)
    assert loadings(correlation) == pytest.approx(case["loadings"], abs=2e-4)
    assert omega(correlation) == pytest.approx(case["omega"], abs=1e-4)


@pytest.mark.parametrize("case", cases("pingouin-0.7.0"))
def test_alpha_and_its_interval_equal_pingouin(case) -> None:
    """The interval as far as the peer prints it."""
    value, low, high = alpha(np.array(case["scores"]), level=0.95)
    assert value == pytest.approx(case["alpha"], abs=1e-12)
    assert [round(low, 3), round(high, 3)] == case["interval"]


@given(st.integers(3, 8), st.integers(0, 1000))
def test_a_table_of_one_factor_gives_its_loadings_back(k: int, seed: int) -> None:
    """R = l l' with ones on the diagonal fits exactly; omega is (sum l)^2 over (sum l)^2 + sum (1 - l^2)."""
    loading = np.random.default_rng(seed).uniform(0.2, 0.95, k)
    table = np.outer(loading, loading)
    np.fill_diagonal(table, 1.0)
    assert loadings(table) == pytest.approx(loading, abs=1e-3)
    expected = loading.sum() ** 2 / (loading.sum() ** 2 + (1 - loading**2).sum())
    assert omega(table) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("r", [0.01, 0.49, 0.9])
def test_equal_loadings_make_omega_alpha(r) -> None:
    """Where all columns measure alike, omega is alpha: k r / (1 + (k - 1) r)."""
    table = np.full((4, 4), r)
    np.fill_diagonal(table, 1.0)
    assert omega(table) == pytest.approx(4 * r / (1 + 3 * r), abs=1e-4)


def test_two_columns_and_copies_leave_the_factor_open() -> None:
    """Two loadings with one correlation, and a table that cannot be inverted."""
    assert loadings(np.array([[1.0, 0.5], [0.5, 1.0]])) is None
    assert loadings(np.ones((3, 3))) is None
    assert np.isnan(omega(np.ones((3, 3))))
