"""Who is the best, and how likely: against integrals, enumeration and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from item_boards import answers, board_grounds, grounds_of, score_records
from scipy.integrate import quad
from scipy.stats import norm

from reportgen.analysis.parts import Found
from reportgen.analysis.rankings.parts import best
from reportgen.analysis.rankings.parts.best import share_of_places
from reportgen.numbers import NotEstimable


def found_of(grounds, seed: int = 1) -> Found:
    found = best.compute(grounds, {}, np.random.default_rng(seed))
    assert isinstance(found, Found), found
    return found


def scored(values: list[float], errors: list[float | None], **more) -> Found:
    return found_of(board_grounds(score_records(values, errors, metric="credit", **more)))


def test_the_chance_of_two_is_a_normal_integral() -> None:
    """0.5 ahead with errors 0.3 and 0.4: Phi(1)."""
    table = scored([0.8, 0.3], [0.3, 0.4]).main
    assert table["p_best"].tolist() == pytest.approx([norm.cdf(1.0), norm.cdf(-1.0)], abs=0.01)
    assert table["p_top3"].tolist() == [1.0, 1.0]
    assert table["expected_rank"].tolist() == pytest.approx(
        [1 + norm.cdf(-1.0), 1 + norm.cdf(1.0)], abs=1e-12
    )


def test_the_chance_of_several_is_that_of_the_integral_over_the_best() -> None:
    """P(best) = integral of phi_j times the others' Phi, for five systems; within the error said."""
    values, errors = np.array([0.8, 0.78, 0.75, 0.7, 0.4]), np.array([0.03, 0.05, 0.02, 0.06, 0.05])
    found = scored(values.tolist(), errors.tolist())

    def chance(j: int) -> float:
        others = [k for k in range(5) if k != j]

        def density(x: float) -> float:
            return norm.pdf(x, values[j], errors[j]) * np.prod(norm.cdf(x, values[others], errors[others]))

        return quad(density, -0.5, 2.0, points=[values[j]], limit=200)[0]

    expected = [chance(j) for j in range(5)]
    assert found.main["p_best"].tolist() == pytest.approx(expected, abs=5 * found.headline.monte_carlo_error)
    assert found.headline.monte_carlo_error < 0.004


def test_chances_add_up() -> None:
    """One is the best, three are among the first three, and ranks have the mean they must."""
    table = scored(np.linspace(0.5, 0.6, 9).tolist(), [0.05] * 9).main
    assert table["p_best"].sum() == pytest.approx(1.0)
    assert table["p_top3"].sum() == pytest.approx(3.0)
    assert table["expected_rank"].mean() == pytest.approx(5.0, abs=1e-9)
    assert (table["p_best"] <= table["p_top3"]).all()


@given(st.integers(2, 7), st.integers(1, 4), st.integers(0, 1000))
def test_ties_share_places(p: int, places: int, seed: int) -> None:
    """Against a loop over draws and systems."""
    drawn = np.random.default_rng(seed).integers(0, 4, (30, p)).astype(float)
    expected = np.zeros(p)
    for row in drawn:
        for j in range(p):
            better, same = (row > row[j]).sum(), (row == row[j]).sum()
            expected[j] += np.clip((places - better) / same, 0.0, 1.0)
    assert share_of_places(drawn, places) == pytest.approx(expected / 30)


def test_systems_far_behind_cost_no_draws_and_have_no_chance() -> None:
    """A board of 600 with three at the top: as many draws as for three."""
    values = [0.9, 0.89, 0.88, *np.linspace(0.1, 0.3, 597)]
    found = scored(values, [0.005] * 600)
    assert found.headline.draws == 20_000
    assert (found.main["p_top3"].to_numpy()[3:] == 0).all()
    assert found.main["p_top3"].sum() == pytest.approx(3.0)


def test_paired_items_make_the_leader_surer() -> None:
    """What is hard for all does not change who is first."""
    matrix = answers(2, 300, step=0.6, spread=6.0)
    paired = found_of(grounds_of({"sums": matrix}))
    values = matrix.mean(axis=1)
    alone = scored(values.tolist(), np.sqrt(values * (1 - values) / 300).tolist())
    assert paired.headline.unit == "paired items"
    assert paired.main["n"].tolist() == [300, 300]
    assert paired.main["p_best"].max() > alone.main["p_best"].max()
    difference = matrix[0] - matrix[1]
    ahead = abs(difference.mean()) / (difference.std(ddof=1) / np.sqrt(300))
    assert paired.main["p_best"].iloc[0] == pytest.approx(norm.cdf(ahead), abs=0.01)
    assert paired.main["expected_rank"].iloc[0] == pytest.approx(1 + norm.cdf(-ahead), abs=1e-9)


def test_benchmarks_are_the_sample_where_there_are_no_errors() -> None:
    """Twenty of them and a difference with error d / sqrt(20)."""
    generator = np.random.default_rng(4)
    values = generator.uniform(0.3, 0.6, 20) + np.array([[0.02], [0.0]]) + generator.normal(0, 0.02, (2, 20))
    records = [
        one
        for column in range(20)
        for one in score_records(values[:, column], None, n=None, metric="credit", benchmark=f"b{column:02d}")
    ]
    found = found_of(board_grounds(records))
    difference = values[0] - values[1]
    ahead = abs(difference.mean()) / (difference.std(ddof=1) / np.sqrt(20))
    assert found.headline.unit == "benchmarks"
    assert found.main["n"].tolist() == [20, 20]
    assert found.main["p_best"].iloc[0] == pytest.approx(norm.cdf(ahead), abs=0.01)


def test_a_system_without_an_error_is_left_out_and_said() -> None:
    """One of twelve."""
    found = scored(np.linspace(0.4, 0.9, 12).tolist(), [0.02] * 11 + [None], n=None)
    assert len(found.main) == 11
    assert found.caveats == ("1 system without a standard error is left out",)


def test_without_errors_there_is_a_reason() -> None:
    """Scores alone say nothing of chances."""
    grounds = board_grounds(score_records([0.5, 0.6], None, n=None, metric="credit"))
    found = best.compute(grounds, {}, np.random.default_rng(1))
    assert isinstance(found, NotEstimable)
    assert "no standard error" in found.reason
    alone = best.compute(board_grounds(score_records([0.5], 0.1)), {}, np.random.default_rng(1))
    assert alone == NotEstimable("only one system")


def test_the_same_seed_has_the_same_numbers_and_columns_are_as_documented() -> None:
    """Byte for byte."""
    one = scored([0.5, 0.52, 0.4], [0.05] * 3).main
    assert one.equals(scored([0.5, 0.52, 0.4], [0.05] * 3).main)
    assert list(one) == list(best.TABLES["main"])
