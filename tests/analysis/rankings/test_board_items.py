"""Which items belong to a leaderboard, and what they say of its scores together."""

from __future__ import annotations

import numpy as np
import pytest
from item_boards import answers, board_grounds, grounds_of, item_records, matrix_records, score_records

import reportgen.analysis.rankings.board_items as rankings_items
from reportgen.analysis.rankings.board_items import Items, board_items
from reportgen.numbers import NotEstimable


def items_of(grounds) -> Items:
    found = board_items(grounds)
    assert isinstance(found, Items), found
    return found


def reason_of(grounds) -> str:
    found = board_items(grounds)
    assert isinstance(found, NotEstimable)
    return found.reason


def test_items_of_a_board_are_those_that_average_to_its_scores() -> None:
    """Rows in the order of the board, which ranks by score."""
    matrix = answers(4, 60)
    found = items_of(grounds_of({"sums": matrix}))
    assert found.n == 60
    assert found.score.mean(axis=1).tolist() == sorted(matrix.mean(axis=1), reverse=True)
    assert found.weight.sum() == pytest.approx(1.0)
    assert found.right is not None
    assert np.isnan(found.noise).all(), "each item was asked once"


def test_the_influence_of_items_holds_their_covariance() -> None:
    """One benchmark: the covariance of the means, as numpy computes it."""
    found = items_of(grounds_of({"sums": answers(4, 60)}))
    influence = found.influence()
    assert influence @ influence.T == pytest.approx(np.cov(found.score) / 60, rel=1e-12)


def test_benchmarks_of_a_board_count_alike_however_many_items_they_have() -> None:
    """Two benchmarks of 40 and 80 items: half the weight each, errors within each."""
    tables = {"a": answers(3, 40, seed=2), "b": answers(3, 80, seed=3)}
    grounds = grounds_of(tables)
    found = items_of(grounds)
    order = [int(name[1:]) for name in grounds.names]
    expected = sum(np.cov(matrix[order]) / matrix.shape[1] for matrix in tables.values()) / 4
    influence = found.influence()
    assert influence @ influence.T == pytest.approx(expected, rel=1e-12)
    assert found.weight.sum() == pytest.approx(1.0)


def test_rescaled_benchmarks_bring_their_items_to_the_scale_of_the_board() -> None:
    """Two metrics of unequal bounds: 0 to 100 for both, and a lower error rate is better."""
    right = answers(3, 50, seed=4)
    errors = 1 - answers(3, 50, seed=5)
    more = {"benchmark": "b", "metric": "error rate", "metric_raw": "err", "direction": "lower"}
    one, other = matrix_records(right, benchmark="a"), matrix_records(errors, **more)
    grounds = board_grounds(one[0] + other[0], one[1] + other[1])
    assert grounds.board.scale.rescaled
    found = items_of(grounds)
    assert found.score @ found.weight == pytest.approx(grounds.board.rows["score"].to_numpy(float))
    assert set(found.score.ravel()) == {0.0, 100.0}
    assert found.right is not None
    assert (found.right == found.score / 100).all()


def test_percentages_are_made_of_items_that_score_a_fraction() -> None:
    """The unit of the score is that of the board."""
    matrix = answers(3, 50)
    scores = score_records(100 * matrix.mean(axis=1), 5.0, unit="percent", upper=100.0)
    found = items_of(board_grounds(scores, item_records(matrix)))
    assert set(found.score.ravel()) == {0.0, 100.0}


def test_subsets_weigh_alike_where_the_score_is_their_mean() -> None:
    """Leaves of 30 and 90 items; the same item ids in both are different items."""
    parts = {"x": answers(3, 30, seed=6), "y": answers(3, 90, seed=7)}
    records = [matrix_records(matrix, subset=name) for name, matrix in parts.items()]
    found = items_of(board_grounds([r for s, _ in records for r in s], [r for _, i in records for r in i]))
    assert found.n == 120
    assert sorted(set(found.weight.round(9))) == [round(1 / 180, 9), round(1 / 60, 9)]


def test_variants_of_an_item_are_one_draw() -> None:
    """The same item reworded is no new item: the errors are those of the means of its two variants."""
    one, other = answers(3, 50, seed=8), answers(3, 50, seed=8)
    records = [matrix_records(matrix, variant=name) for name, matrix in (("plain", one), ("reworded", other))]
    grounds = board_grounds([r for s, _ in records for r in s], [r for _, i in records for r in i])
    found = items_of(grounds)
    assert (found.n, found.score.shape[1]) == (50, 100)
    order = [int(name[1:]) for name in grounds.names]
    influence = found.influence()
    assert influence @ influence.T == pytest.approx(np.cov(one[order]) / 50, rel=1e-12)


def test_repeats_of_an_item_are_averaged_and_tell_what_sampling_adds() -> None:
    """Three answers each: the variance that comes from asking but three times."""
    draws = np.stack([answers(3, 60, seed=seed) for seed in (9, 10, 11)])
    items = [one for number, matrix in enumerate(draws) for one in item_records(matrix, repeat=number)]
    grounds = board_grounds(score_records(draws.mean(axis=(0, 2)), 0.05), items)
    found = items_of(grounds)
    order = [int(name[1:]) for name in grounds.names]
    assert np.sort(found.score) == pytest.approx(np.sort(draws.mean(axis=0)[order]))
    assert found.noise == pytest.approx(draws.var(axis=0, ddof=1).mean(axis=1)[order] / 3 / 60)
    assert found.right is None


def test_a_subset_of_one_item_has_no_spread() -> None:
    """Its variance is unknown, not 0."""
    parts = {"x": answers(3, 40, seed=6), "y": np.array([[1.0], [0.0], [1.0]])}
    records = [matrix_records(matrix, subset=name) for name, matrix in parts.items()]
    grounds = board_grounds([r for s, _ in records for r in s], [r for _, i in records for r in i])
    assert reason_of(grounds) == "a part of bench has a single item, which has no spread"


def test_a_reported_score_may_be_rounded() -> None:
    """To a tenth of a percent it is the same evaluation."""
    matrix = answers(3, 70)
    scores = score_records(matrix.mean(axis=1).round(3), 0.05)
    assert items_of(board_grounds(scores, item_records(matrix))).n == 70


def test_items_that_do_not_add_up_to_the_score_are_another_evaluation() -> None:
    """Half a point off."""
    matrix = answers(3, 70)
    scores = score_records(matrix.mean(axis=1) + 0.005, 0.05)
    assert "do not average" in reason_of(board_grounds(scores, item_records(matrix)))


def test_an_item_that_one_system_did_not_answer_is_said() -> None:
    """No mean over what is left."""
    matrix = answers(3, 70)
    matrix[1, 4] = np.nan
    scores = score_records(np.nanmean(matrix, axis=1), 0.05)
    assert reason_of(board_grounds(scores, item_records(matrix))) == (
        "only 69 of 70 items of bench were answered by all ranked systems"
    )


def test_a_system_without_items_is_said() -> None:
    """Two of three have them."""
    matrix = answers(3, 70)
    items = [one for one in item_records(matrix) if one.model != "m2"]
    reason = reason_of(board_grounds(score_records(matrix.mean(axis=1), 0.05), items))
    assert reason == "1 of 3 ranked systems have no results by item for bench"


def test_few_items_are_not_compared_by_item() -> None:
    """The normal approximation needs some."""
    assert "only 29 items" in reason_of(grounds_of({"sums": answers(3, 29)}))


def test_items_of_another_metric_or_split_are_not_those_of_the_board() -> None:
    """Nothing is matched by the name of the benchmark alone."""
    scores, items = matrix_records(answers(3, 70))
    assert reason_of(board_grounds(scores, item_records(answers(3, 70), split="dev"))) == (
        "there are no results by item for bench"
    )
    assert reason_of(board_grounds(scores)) == "there are no results by item"
    assert items_of(board_grounds(scores, items)).n == 70


def test_more_answers_than_fit_into_memory_are_not_compared_by_item(monkeypatch) -> None:
    """Counted before any table is made."""
    monkeypatch.setattr(rankings_items, "MOST_ANSWERS", 200)
    assert "too many" in reason_of(grounds_of({"sums": answers(3, 70)}))
