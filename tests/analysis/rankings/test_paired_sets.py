"""Rank intervals over paired items: narrower than those of independent scores, and never without a reason."""

from __future__ import annotations

import numpy as np
import pytest
from item_boards import answers, board_grounds, grounds_of, matrix_records, score_records
from scipy.stats import ttest_rel
from statsmodels.stats.contingency_tables import mcnemar

from reportgen.analysis.parts import Found
from reportgen.analysis.rankings.parts import paired_sets
from reportgen.numbers import NotEstimable


def sets(grounds, seed: int = 1) -> Found:
    found = paired_sets.compute(grounds, {}, np.random.default_rng(seed))
    assert isinstance(found, Found), found
    return found


def test_systems_that_find_the_same_items_hard_are_told_apart_sooner() -> None:
    """Items of very unequal difficulty: nearly all of a score's error is shared."""
    found = sets(grounds_of({"sums": answers(5, 400, step=0.35, spread=6.0)}))
    said = found.headline
    assert (said.systems, said.pairs, said.items) == (5, 10, 400)
    assert said.apart > said.apart_on_board
    narrower = found.main["rank_high"] - found.main["rank_low"]
    assert (narrower <= found.main["board_high"] - found.main["board_low"]).all()
    assert said.last <= said.first


def test_every_rank_lies_in_its_set() -> None:
    """And ties are groups from the best down."""
    main = sets(grounds_of({"sums": answers(6, 200)})).main
    assert (main["rank_low"] <= main["rank"]).all()
    assert (main["rank"] <= main["rank_high"]).all()
    assert main["tie_group"].is_monotonic_increasing
    assert main["score"].is_monotonic_decreasing


def test_the_number_of_pairs_apart_is_that_of_the_ranks_left_out() -> None:
    """Each pair told apart raises the best rank of one system."""
    found = sets(grounds_of({"sums": answers(6, 300, step=0.5)}))
    assert (found.main["rank_low"] - 1).sum() == found.headline.apart
    assert (6 - found.main["rank_high"]).sum() == found.headline.apart
    assert (found.main["board_low"] - 1).sum() == found.headline.apart_on_board


def test_neighbours_are_tested_item_by_item_as_scipy_and_statsmodels_do() -> None:
    """Paired t and McNemar's exact test on the first two."""
    matrix = answers(3, 120, step=0.6)
    grounds = grounds_of({"sums": matrix})
    first = sets(grounds).tables["neighbours"].iloc[0]
    one, other = (matrix[int(name[1:])] for name in (first["system_a"], first["system_b"]))
    peer = ttest_rel(one, other)
    assert first["difference"] == pytest.approx(one.mean() - other.mean())
    assert first["p"] == pytest.approx(float(peer.pvalue))
    interval = peer.confidence_interval(0.95)
    assert (first["low"], first["high"]) == pytest.approx((interval.low, interval.high))
    table = [[0, ((one > other).sum())], [(other > one).sum(), 0]]
    assert first["p_mcnemar"] == pytest.approx(float(mcnemar(table, exact=True).pvalue))
    assert first["n"] == 120


def test_several_benchmarks_are_weighed_as_in_the_score() -> None:
    """The error of a mean of two means, by hand; no exact test of right and wrong over both."""
    tables = {"a": answers(2, 60, seed=2, step=1.0), "b": answers(2, 200, seed=3, step=1.0)}
    first = sets(grounds_of(tables)).tables["neighbours"].iloc[0]
    error = np.sqrt(sum((m[0] - m[1]).var(ddof=1) / m.shape[1] for m in tables.values()) / 4)
    assert first["standard_error"] == pytest.approx(error)
    assert first["difference"] == pytest.approx(np.mean([m[0].mean() - m[1].mean() for m in tables.values()]))
    assert np.isnan(first["p_mcnemar"])


def test_a_lower_score_may_be_the_better_one() -> None:
    """An error rate: the first has fewer, and is ahead by a positive difference."""
    wrong = 1 - answers(3, 200, step=1.0)
    grounds = grounds_of({"sums": wrong}, metric="error rate", metric_raw="err", direction="lower")
    found = sets(grounds)
    assert found.main["score"].is_monotonic_increasing
    assert (found.tables["neighbours"]["difference"] > 0).all()


def test_two_systems_with_the_same_answers_tie() -> None:
    """No error of a difference that cannot vary, and no claim."""
    matrix = answers(3, 100, step=1.5)
    matrix[1] = matrix[0]
    found = sets(grounds_of({"sums": matrix}))
    assert found.main["rank"].tolist() == [1, 1, 3]
    assert found.main["rank_high"].tolist()[:2] == [2, 2]
    first = found.tables["neighbours"].iloc[0]
    assert np.isnan([first["standard_error"], first["p"]]).all()


def test_without_errors_on_the_board_there_is_nothing_to_compare_with() -> None:
    """Scores alone: the items say what the board cannot."""
    matrix = answers(3, 100)
    _, items = matrix_records(matrix, metric="credit")
    grounds = board_grounds(score_records(matrix.mean(axis=1), None, n=None, metric="credit"), items)
    found = sets(grounds)
    assert found.headline.apart_on_board is None
    assert found.main["board_low"].isna().all()


def test_too_few_or_too_many_systems_are_refused() -> None:
    """One cannot be compared; the bootstrap of hundreds takes too long; without items there is nothing to do."""

    def reason(grounds) -> str:
        found = paired_sets.compute(grounds, {}, np.random.default_rng(1))
        assert isinstance(found, NotEstimable)
        return found.reason

    assert reason(board_grounds(score_records([0.5], 0.01))) == "fewer than two systems are ranked"
    assert reason(board_grounds(score_records([0.5, 0.6], 0.01))) == "there are no results by item"
    many = reason(grounds_of({"sums": answers(201, 30, step=0.01)}))
    assert many == "201 systems are more than the 200 it is done for"


def test_the_same_numbers_come_of_the_same_seed() -> None:
    """Byte for byte."""
    grounds = grounds_of({"sums": answers(5, 100)})
    one, other = sets(grounds, 3), sets(grounds, 3)
    assert one.headline == other.headline
    assert all(one.tables[name].equals(other.tables[name]) for name in one.tables)


def test_tables_hold_the_documented_columns() -> None:
    """In the documented order."""
    found = sets(grounds_of({"sums": answers(4, 50)}))
    assert {name: list(table) for name, table in found.tables.items()} == {
        name: list(columns) for name, columns in paired_sets.TABLES.items()
    }
