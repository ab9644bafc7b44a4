"""What a board can tell apart: by hand, and with the items it says it needs."""

from __future__ import annotations

import numpy as np
import pytest
from item_boards import answers, board_grounds, grounds_of, item_records, score_records
from scipy.stats import norm

from reportgen.analysis.parts import Found
from reportgen.analysis.power import power_of
from reportgen.analysis.rankings.parts import power
from reportgen.numbers import NotEstimable

Z = norm.ppf(0.975) + norm.ppf(0.8)


def rows(grounds):
    found = power.compute(grounds, {}, np.random.default_rng(1))
    assert isinstance(found, Found), found
    return found.main


def test_what_independent_scores_can_tell_apart() -> None:
    """Three systems with errors 0.03, 0.04, 0.03: both neighbours have 0.05."""
    row = rows(board_grounds(score_records([0.8, 0.7, 0.4], [0.03, 0.04, 0.03], n=200))).iloc[0]
    assert row["standard_error"] == pytest.approx(0.05)
    assert row["detectable"] == pytest.approx(Z * 0.05)
    assert row["difference"] == pytest.approx(0.1)
    assert row["times"] == pytest.approx((Z * 0.05 / 0.1) ** 2)
    assert row["needed"] == pytest.approx(200 * (Z * 0.05 / 0.1) ** 2)
    assert (row["separable"], row["neighbours"]) == (2, 2), "0.1 is just above 1.96 * 0.05"
    assert (row["sample"], row["n"], row["paired"], row["reason"]) == ("items", 200, False, "")


def test_with_the_items_it_needs_the_first_two_are_told_apart_four_times_in_five() -> None:
    """The number and the promise agree."""
    row = rows(board_grounds(score_records([0.8, 0.78, 0.4], [0.03, 0.04, 0.03], n=200))).iloc[0]
    error = 0.05 * np.sqrt(row["n"] / row["needed"])
    assert power_of(row["difference"], error, 0.05) == pytest.approx(0.8, abs=1e-3)


def test_pairing_items_needs_fewer_of_them() -> None:
    """The error of the difference over items, as numpy has it."""
    matrix = answers(3, 300, spread=6.0)
    paired = rows(grounds_of({"sums": matrix})).iloc[0]
    order = np.argsort(-matrix.mean(axis=1))
    errors = [(matrix[order[i]] - matrix[order[i + 1]]).std(ddof=1) / np.sqrt(300) for i in range(2)]
    assert paired["paired"]
    assert paired["standard_error"] == pytest.approx(np.median(errors))
    share = matrix.mean(axis=1)
    alone = rows(board_grounds(score_records(share, np.sqrt(share * (1 - share) / 300), n=300))).iloc[0]
    assert paired["needed"] < alone["needed"]


def test_each_benchmark_has_a_row_below_that_of_the_board() -> None:
    """In the order of the board's settings; the order of systems is that of the benchmark."""
    one, other = answers(3, 100, seed=2), answers(3, 60, seed=3)[::-1]
    table = rows(grounds_of({"a": one, "b": other}))
    assert table["setting"].tolist() == ["", "a", "b"]
    assert table["n"].tolist() == [160, 100, 60]
    for at, matrix in ((1, one), (2, other)):
        assert table["first"].iloc[at] == f"m{matrix.mean(axis=1).argmax()}"


def test_answers_without_end_would_leave_the_spread_of_items() -> None:
    """Four answers each: the part of the error that more of them would take away."""
    generator = np.random.default_rng(4)
    chance = generator.choice([0.1, 0.9], (2, 200))
    draws = (generator.random((4, 2, 200)) < chance).astype(float)
    items = [one for number, matrix in enumerate(draws) for one in item_records(matrix, repeat=number)]
    row = rows(board_grounds(score_records(draws.mean(axis=(0, 2)), 0.05), items)).iloc[0]
    means = draws.mean(axis=0)
    whole = (means[0] - means[1]).var(ddof=1) / 200
    noise = draws.var(axis=0, ddof=1).mean(axis=1).sum() / 4 / 200
    assert row["standard_error"] == pytest.approx(np.sqrt(whole))
    assert whole > noise
    assert row["detectable_at_most"] == pytest.approx(Z * np.sqrt(whole - noise))


def test_equal_scores_cannot_be_told_apart_by_any_number() -> None:
    """No number, and the reason."""
    row = rows(board_grounds(score_records([0.7, 0.7, 0.4], 0.03))).iloc[0]
    assert np.isnan([row["needed"], row["times"]]).all()
    assert row["reason"] == power.EQUAL
    assert row["separable"] == 1


def test_seeds_are_asked_for_where_errors_are_over_seeds() -> None:
    """Only as a multiple: how many there were is not stated."""
    scores = [score_records([0.9 + s / 50, 0.5 + s / 40], None, n=None, seed=s) for s in range(3)]
    row = rows(board_grounds([one for part in scores for one in part])).iloc[0]
    assert row["sample"] == "seeds"
    assert np.isnan([row["n"], row["needed"]]).all()
    assert row["times"] > 0


def test_benchmarks_are_asked_for_where_they_are_the_sample() -> None:
    """Twenty without errors; a row of one benchmark by itself says what it lacks."""
    generator = np.random.default_rng(4)
    records = [
        one
        for column in range(20)
        for one in score_records(
            generator.uniform(0.3, 0.6, 3), None, n=None, metric="credit", benchmark=f"b{column:02d}"
        )
    ]
    table = rows(board_grounds(records))
    assert (table["sample"].iloc[0], table["n"].iloc[0]) == ("benchmarks", 20)
    assert table["detectable"].notna().tolist() == [True, *[False] * 20]
    assert (table["reason"].iloc[1:] == "no standard errors").all()


def test_a_board_without_errors_has_a_reason() -> None:
    """What to supply."""
    found = power.compute(
        board_grounds(score_records([0.5, 0.6], None, n=None, metric="credit")), {}, np.random.default_rng(1)
    )
    assert isinstance(found, NotEstimable)
    assert "supply" in found.reason
    alone = power.compute(board_grounds(score_records([0.5], 0.1)), {}, np.random.default_rng(1))
    assert alone == NotEstimable("fewer than two systems are ranked")


def test_the_first_two_without_an_error_say_so() -> None:
    """The rest of a large board still has a typical error."""
    values = np.linspace(0.9, 0.4, 12)
    row = rows(board_grounds(score_records(values, [None] + [0.02] * 11, n=None))).iloc[0]
    assert row["reason"] == "the first two lack a standard error"
    assert row["standard_error"] == pytest.approx(np.sqrt(2) * 0.02)
    assert row["neighbours"] == 10


def test_the_columns_are_as_documented() -> None:
    """In the documented order."""
    assert list(rows(board_grounds(score_records([0.5, 0.6], 0.1)))) == list(power.TABLES["main"])
