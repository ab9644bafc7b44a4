"""Number of dimensions: from data made of one and of two abilities, and literally from the definition."""

from __future__ import annotations

import numpy as np
import pytest
from concurrence_grounds import make_grounds
from hypothesis import given
from hypothesis import strategies as st

from reportgen.analysis.concurrence.complete_block import block, one_of_each
from reportgen.analysis.concurrence.parts import dimensions
from reportgen.analysis.parts import Found
from reportgen.numbers import NotEstimable


def abilities(n: int, k: int, factors: int, seed: int = 1) -> dict[str, list[float]]:
    generator = np.random.default_rng(seed)
    ability = generator.normal(size=(n, factors))
    return {f"b{at}": (ability[:, at % factors] + 0.6 * generator.normal(size=n)).tolist() for at in range(k)}


def found(scores, **more) -> Found:
    result = dimensions.compute(make_grounds(scores, **more), {}, np.random.default_rng(0))
    assert isinstance(result, Found)
    return result


@pytest.mark.parametrize("factors", [1, 2, 3])
def test_abilities_that_scores_are_made_of_are_counted(factors) -> None:
    """Nine benchmarks of one, two or three abilities, 120 models."""
    row = found(abilities(120, 9, factors)).main.iloc[0]
    assert row["dimensions"] == factors
    assert (row["benchmarks"], row["of"], row["n"], row["reason"]) == (9, 9, 120, "")


def test_noise_has_no_dimension() -> None:
    """Nothing in common: the first eigenvalue is one that chance makes; ten draws, at most two mistakes at 5 %."""
    generator = np.random.default_rng(2)
    told = [
        found({f"b{at}": generator.normal(size=60).tolist() for at in range(6)}).main["dimensions"].iloc[0]
        for _ in range(10)
    ]
    assert sum(count > 0 for count in told) <= 2


def test_few_models_get_eigenvalues_and_no_number() -> None:
    """Nine benchmarks need 45 models; 44 are too few."""
    result = found(abilities(44, 9, 1))
    row = result.main.iloc[0]
    assert np.isnan(row["dimensions"])
    assert row["reason"] == "5 models for each benchmark are needed"
    assert row["first_share"] > row["chance_share"]
    assert len(result.tables["eigenvalues"]) == 9


def test_eigenvalues_are_those_of_numpy_and_add_up() -> None:
    """The trace of a correlation matrix is its size."""
    scores = abilities(50, 5, 2)
    table = np.corrcoef(np.array(list(scores.values())))
    values = found(scores).tables["eigenvalues"]["eigenvalue"].to_numpy()
    assert values == pytest.approx(np.linalg.eigvalsh(table)[::-1])
    assert values.sum() == pytest.approx(5)


def test_chance_level_equals_a_literal_loop() -> None:
    """Each column shuffled by itself, its eigenvalues, their 95th percentile: within what 500 draws scatter."""
    scores = np.array(list(abilities(60, 4, 1).values())).T
    generator = np.random.default_rng(3)
    drawn = []
    for _ in range(2000):
        mixed = np.column_stack([generator.permutation(column) for column in scores.T])
        drawn.append(np.linalg.eigvalsh(np.corrcoef(mixed.T))[::-1])
    found_ = np.quantile(dimensions.shuffled(scores, np.random.default_rng(0), 1), 0.95, axis=0)
    assert found_ == pytest.approx(np.quantile(drawn, 0.95, axis=0), abs=0.05)


def test_dimensions_end_at_the_first_that_chance_could_make() -> None:
    """A later eigenvalue above chance does not count."""
    assert dimensions.leading(np.array([3.0, 0.9, 0.8]), np.array([1.5, 1.0, 0.5])) == 1


def test_suites_and_all_together_have_rows() -> None:
    """Two suites of three: each by itself, and all six together under the empty name."""
    table = abilities(60, 6, 1)
    suites = {name: {"suite": "A" if at < 3 else "B"} for at, name in enumerate(table)}
    main = found(table, settings=suites).main
    assert main["suite"].tolist() == ["A", "B", ""]
    assert main["benchmarks"].tolist() == [3, 3, 6]


def test_all_together_is_left_out_where_it_is_one_suite() -> None:
    """The two suites share no model, so the best block of all is that of the larger one."""
    one, other = abilities(60, 4, 1), abilities(20, 3, 1, seed=2)
    table = {name: [*values, *[None] * 20] for name, values in one.items()}
    table |= {f"c{name}": [*[None] * 60, *values] for name, values in other.items()}
    suites = {name: {"suite": "B" if name.startswith("c") else "A"} for name in table}
    assert found(table, settings=suites).main["suite"].tolist() == ["A", "B"]


def test_a_suite_that_cannot_be_decomposed_says_why() -> None:
    """All models have the same score on one of three."""
    table = abilities(20, 3, 1)
    table["b0"] = [1.0] * 20
    result = dimensions.compute(make_grounds(table), {}, np.random.default_rng(0))
    assert result == NotEstimable("no suite has 3 benchmarks on which the same 5 models have scores")


def test_two_benchmarks_are_too_few() -> None:
    """There is nothing to decompose."""
    result = dimensions.compute(make_grounds(abilities(20, 2, 1)), {}, np.random.default_rng(0))
    assert result == NotEstimable("no suite has 3 benchmarks that can be ranked")


@given(st.integers(0, 300))
def test_the_block_is_the_best_prefix(seed: int) -> None:
    """By trying all: models that have all of the first j columns, times j - 1."""
    generator = np.random.default_rng(seed)
    known = generator.random((15, 6)) < 0.7
    shared = [int(known[:, : j + 1].all(axis=1).sum()) for j in range(6)]
    worth = [count * j if count >= 4 else 0 for j, count in enumerate(shared)]
    expected = worth.index(max(worth)) + 1 if max(worth) else 6
    assert block(known, list(range(6)), 4) == list(range(expected))


def test_one_setting_of_each_test_set_is_kept() -> None:
    """The one that most models have; then by cover."""
    known = np.array([[1, 1, 1], [0, 1, 1], [0, 0, 1]], dtype=bool)
    assert one_of_each(known, [0, 1, 2], np.array([7, 7, 8])) == [2, 1]


def test_columns_are_those_documented() -> None:
    """Each column of each table has its meaning."""
    assert {name: list(frame) for name, frame in found(abilities(40, 3, 1)).tables.items()} == {
        name: list(columns) for name, columns in dimensions.TABLES.items()
    }
