from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri
from scipy.stats import rankdata, studentized_range
from scipy.stats import t as student

from reportgen.analysis.ranking import (
    Ranking,
    bonferroni_critical,
    plain_ranks,
    rank,
    studentized_range_quantile,
    tukey_critical,
)


def ranked(scores, *, level: float = 0.95, **known) -> Ranking:
    names = [f"s{i:03d}" for i in range(len(scores))]
    return rank(np.array(scores, dtype=float), names, level=level, **known)


def sets(ranking: Ranking) -> list[tuple[int, int]]:
    return list(zip(ranking.low.tolist(), ranking.high.tolist(), strict=True))


# -- critical values


@pytest.mark.parametrize("p", [2, 3, 10, 50, 100])
@pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.999])
def test_the_quantile_agrees_with_scipy(p, level):
    """Against the second implementation, studentized_range with infinitely many degrees of freedom."""
    assert studentized_range_quantile(level, p) == pytest.approx(
        studentized_range.ppf(level, p, np.inf), abs=1e-8
    )


def test_the_quantile_of_two_is_the_normal_one():
    """The range of two normals is |difference|: q / sqrt(2) is the two-sided z."""
    assert tukey_critical(0.95, 2) == pytest.approx(1.959963984540054, abs=1e-9)


@pytest.mark.parametrize(("p", "tabulated"), [(3, 3.314), (10, 4.474), (20, 5.012)])
def test_the_quantile_agrees_with_printed_tables(p, tabulated):
    """Upper 5 % points of the studentized range, infinite degrees of freedom, as in any textbook."""
    assert round(studentized_range_quantile(0.95, p), 3) == pytest.approx(tabulated, abs=0.0011)


def test_the_quantile_grows_with_systems_and_level_up_to_twenty_thousand():
    """No underflow: each system more makes the largest difference larger."""
    values = [studentized_range_quantile(0.95, p) for p in (2, 20, 200, 2000, 20000)]
    assert values == sorted(values)
    assert 8.5 < values[-1] < 9.0
    assert studentized_range_quantile(0.9999, 20000) > values[-1]


def test_the_quantile_for_thousands_agrees_with_a_simulation():
    """20,000 ranges of 5,000 normals; the quantile of the maximum is bracketed by its own binomial error."""
    rng = np.random.default_rng(7)
    uniform = rng.random((20000, 2))
    # The extremes of p normals without drawing them: the largest by inversion, the smallest given the largest.

    p = 5000
    log_top = np.log(uniform[:, 0]) / p
    top = np.exp(log_top)
    bottom = top * -np.expm1(np.log(uniform[:, 1]) / (p - 1))
    span = ndtri(top) - ndtri(bottom)
    covered = (span <= studentized_range_quantile(0.95, p)).mean()
    assert abs(covered - 0.95) < 4 * np.sqrt(0.95 * 0.05 / 20000)


def test_the_bonferroni_value_agrees_with_scipy():
    """Three systems, five settings: t(4) at 1 - 0.05 / 6."""
    assert bonferroni_critical(0.95, 3, 5) == pytest.approx(student.ppf(1 - 0.05 / 6, 4))


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_a_level_that_is_no_probability_is_refused(level):
    """95 instead of 0.95 is a likely mistake."""
    with pytest.raises(ValueError, match="between 0 and 1"):
        ranked([1.0, 2.0], level=level, stderr=np.array([0.1, 0.1]))


# -- plain ranks


def test_equal_scores_share_the_better_rank_and_stand_by_name():
    """0.9, 0.8, 0.8, 0.7: ranks 1, 2, 2, 4."""
    order, ranks = plain_ranks(np.array([0.8, 0.7, 0.8, 0.9]), ["z", "y", "a", "x"])
    assert ranks.tolist() == [2, 4, 2, 1]
    assert order.tolist() == [3, 2, 0, 1]


def test_floating_point_noise_does_not_separate_equal_scores():
    """0.1 + 0.2 and 0.3 are the same score."""
    assert plain_ranks(np.array([0.1 + 0.2, 0.3]), ["b", "a"])[1].tolist() == [1, 1]


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=20))
def test_plain_ranks_agree_with_scipy(scores):
    """Against rankdata with method min on the negated scores."""
    names = [str(i) for i in range(len(scores))]
    _, ranks = plain_ranks(np.array(scores, dtype=float), names)
    assert ranks.tolist() == rankdata([-s for s in scores], method="min").tolist()


# -- rank sets


def test_three_systems_by_hand():
    """Errors 1, critical value 3.3145 / sqrt(2) = 2.3437, so differences above 3.3145 are significant.

    10 against 8 is not, 10 against 5 is, 8 against 5 is not.
    """
    result = ranked([10.0, 5.0, 8.0], stderr=np.ones(3))
    assert result.critical == pytest.approx(2.3437, abs=1e-4)
    assert result.rank.tolist() == [1, 3, 2]
    assert sets(result) == [(1, 2), (2, 3), (1, 3)]
    assert result.group.tolist() == [1, 2, 1]
    assert (result.unit, result.reason) == ("items", "")


def test_a_noisy_system_may_hold_any_rank():
    """Errors 0.1, 0.1 and 10: the outer two are separated, the noisy one is not from either."""
    result = ranked([10.0, 9.0, 8.0], stderr=np.array([0.1, 10.0, 0.1]))
    assert sets(result) == [(1, 2), (1, 3), (2, 3)]
    assert result.group.tolist() == [1, 1, 2]


def test_all_tied_systems_share_one_group():
    """Equal scores: everyone has rank 1 and may hold any."""
    result = ranked([0.5] * 4, stderr=np.full(4, 0.01))
    assert result.rank.tolist() == [1] * 4
    assert sets(result) == [(1, 4)] * 4
    assert result.group.tolist() == [1] * 4


def test_well_separated_systems_have_one_rank_each():
    """Differences of a hundred errors."""
    result = ranked([3.0, 1.0, 2.0], stderr=np.full(3, 0.01))
    assert sets(result) == [(1, 1), (3, 3), (2, 2)]
    assert result.group.tolist() == [1, 3, 2]


def test_twenty_settings_by_hand():
    """Differences 1 to 5, four times each: mean 3, sd sqrt(40/19) = 1.4510, error 0.3244, t = 9.247.

    Two systems make one pair, so t(19) at 0.975 = 2.093 decides: separated. At a level of 1 - 1e-9 it is beyond 10.
    """
    worse = np.tile([10.0, 20.0, 30.0, 40.0, 50.0], 4)
    values = np.array([worse + np.tile([1.0, 2.0, 3.0, 4.0, 5.0], 4), worse])
    result = ranked([33.0, 30.0], by_setting=values)
    assert result.critical == pytest.approx(2.0930, abs=1e-4)
    assert (result.unit, sets(result)) == ("benchmarks", [(1, 1), (2, 2)])
    assert sets(ranked([33.0, 30.0], by_setting=values, level=1 - 1e-9)) == [(1, 2), (1, 2)]


def test_a_few_systems_without_an_error_are_told_apart_from_nobody():
    """One of ten lacks an error: its set is everything, the others' sets leave room for it."""
    scores = np.arange(10.0)
    stderr = np.full(10, 0.01)
    stderr[4] = np.nan
    result = ranked(scores, stderr=stderr)
    assert result.unit == "items"
    assert (result.low[4], result.high[4]) == (1, 10)
    assert (result.low[9], result.high[9]) == (1, 2)
    assert (result.low[0], result.high[0]) == (9, 10)


def test_standard_errors_are_preferred_to_the_spread_of_settings():
    """Both are known; the settings need not be a sample then."""
    values = np.arange(10.0).reshape(2, 5)
    assert ranked([2.0, 7.0], stderr=np.ones(2), by_setting=values).unit == "items"


def test_without_errors_and_with_few_settings_there_are_ranks_but_no_sets():
    """The reason counts what lacks and says what to supply."""
    result = ranked([0.2, 0.4, 0.3], stderr=np.array([0.1, np.nan, np.nan]), by_setting=np.zeros((3, 4)))
    assert result.rank.tolist() == [3, 1, 2]
    assert (len(result.low), len(result.high), len(result.group), result.unit) == (0, 0, 0, "")
    assert result.reason == (
        "2 of 3 systems have no standard error, and 4 settings are fewer than the 20 whose spread could serve "
        "instead; supply the standard error or the number of items of each score"
    )


def test_one_system_has_nobody_to_be_compared_with():
    """And none at all has even less."""
    assert ranked([0.5], stderr=np.ones(1)).reason == "only one system"
    assert ranked([]).reason == "no system is ranked"


def test_a_system_without_a_score_cannot_be_ranked():
    """Leaving it out is the caller's decision."""
    with pytest.raises(ValueError, match="only systems with a score"):
        ranked([0.5, np.nan])


def brute_force(scores, stderr, critical):
    p = len(scores)
    better = [
        [scores[k] - scores[j] > critical * np.hypot(stderr[j], stderr[k]) for k in range(p)]
        for j in range(p)
    ]
    low = [1 + sum(better[j]) for j in range(p)]
    high = [p - sum(better[k][j] for k in range(p)) for j in range(p)]
    return list(zip(low, high, strict=True))


SCORES = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 40)), min_size=2, max_size=12)


@given(SCORES)
def test_rank_sets_agree_with_the_definition(rows):
    """Against the definition pair by pair."""
    scores, stderr = [float(s) for s, _ in rows], np.array([e / 10 for _, e in rows])
    result = ranked(scores, stderr=stderr)
    assert sets(result) == brute_force(scores, stderr, result.critical)
    assert all(low <= own <= high for own, (low, high) in zip(result.rank, sets(result), strict=True))


@given(SCORES, st.randoms(use_true_random=False))
def test_the_order_of_systems_is_irrelevant(rows, random):
    """Shuffled systems keep their ranks, sets and groups."""
    order = list(range(len(rows)))
    random.shuffle(order)
    names = [f"s{i:03d}" for i in range(len(rows))]
    scores, stderr = np.array([float(s) for s, _ in rows]), np.array([e / 10 for _, e in rows])
    one = rank(scores, names, level=0.95, stderr=stderr)
    other = rank(scores[order], [names[i] for i in order], level=0.95, stderr=stderr[order])
    for field in ("rank", "low", "high", "group"):
        assert getattr(one, field)[order].tolist() == getattr(other, field).tolist()


@given(SCORES)
def test_turning_the_direction_mirrors_ranks(rows):
    """The best system of the scores is the worst of the negated scores."""
    scores, stderr = np.array([float(s) for s, _ in rows]), np.array([e / 10 for _, e in rows])
    one, other = ranked(scores, stderr=stderr), ranked(-scores, stderr=stderr)
    p = len(rows)
    assert (p + 1 - one.low).tolist() == other.high.tolist()
    assert (p + 1 - one.high).tolist() == other.low.tolist()


@given(SCORES, st.sampled_from([0.01, 1.0, 100.0]), st.integers(-50, 50))
def test_a_change_of_units_keeps_everything(rows, factor, shift):
    """Fractions or percentages: ranks, sets and groups are the same."""
    scores, stderr = np.array([float(s) for s, _ in rows]), np.array([(e + 0.123) / 10 for _, e in rows])
    one, other = ranked(scores, stderr=stderr), ranked(scores * factor + shift, stderr=stderr * factor)
    for field in ("rank", "low", "high", "group"):
        assert getattr(one, field).tolist() == getattr(other, field).tolist()


@given(st.integers(2, 8), st.integers(20, 24), st.integers(0, 2**32 - 1))
def test_paired_sets_agree_with_a_t_test_of_every_pair(p, settings, seed):
    """Against plain paired t statistics."""
    values = np.random.default_rng(seed).normal(size=(p, settings)) + np.arange(p)[:, None]
    result = ranked(values.mean(axis=1), by_setting=values)
    critical = student.ppf(1 - 0.05 / (p * (p - 1)), settings - 1)
    for j in range(p):
        t = [
            0.0 if j == k else d.mean() / (d.std(ddof=1) / np.sqrt(settings))
            for k, d in enumerate(values - values[j])
        ]
        assert result.low[j] == 1 + sum(x > critical for x in t)
        assert result.high[j] == p - sum(x < -critical for x in t)


def test_blocks_do_not_change_the_result(monkeypatch):
    """Compared two rows at a time and all at once."""
    rng = np.random.default_rng(3)
    scores, stderr = rng.normal(size=60), rng.uniform(0.01, 0.3, 60)
    whole = ranked(scores, stderr=stderr)
    monkeypatch.setattr("reportgen.analysis.ranking._BLOCK", 100)
    parts = ranked(scores, stderr=stderr)
    assert sets(whole) == sets(parts)
    assert whole.group.tolist() == parts.group.tolist()


@pytest.mark.slow
@pytest.mark.parametrize(("spread", "unequal"), [(0.0, 1.0), (0.5, 1.0), (1.0, 5.0), (0.0, 5.0)])
def test_all_true_ranks_are_covered_as_often_as_promised(spread, unequal):
    """1,000 leaderboards of 12 systems: at least 95 % (within simulation error) cover every true rank at once."""
    rng = np.random.default_rng(11)
    truth = rng.normal(0, spread, 12) if spread else np.zeros(12)
    stderr = np.geomspace(0.1, 0.1 * unequal, 12)
    low_truth = np.array([1 + (truth > own).sum() for own in truth])
    high_truth = np.array([12 - (truth < own).sum() for own in truth])
    covered = 0
    for _ in range(1000):
        result = ranked(truth + rng.normal(0, stderr), stderr=stderr)
        covered += bool((result.low <= low_truth).all() and (result.high >= high_truth).all())
    assert covered / 1000 >= 0.95 - 2.5 * np.sqrt(0.95 * 0.05 / 1000)


@pytest.mark.slow
def test_thousands_of_systems_take_little_memory():
    """4,576 systems: less than 150 MB, for either kind of uncertainty."""
    rng = np.random.default_rng(0)
    values = rng.normal(size=(4576, 6))
    names = [f"m{i}" for i in range(4576)]
    for known in ({"stderr": np.full(4576, 0.02)}, {"by_setting": values}):
        tracemalloc.start()
        rank(values.mean(axis=1), names, level=0.95, **known)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 150e6


def test_a_huge_score_does_not_make_others_equal():
    """A model that diverged has a perplexity of 1e10; 11 and 12 are still two ranks."""
    names = ["a", "b", "c"]
    assert plain_ranks(-np.array([11.0, 12.0, 1e10]), names)[1].tolist() == [1, 2, 3]
    ranking = rank(-np.array([11.0, 12.0, 1e10]), names, level=0.95, stderr=np.array([0.01, 0.01, 0.01]))
    assert ranking.low.tolist() == ranking.high.tolist() == [1, 2, 3]


def test_what_rounding_leaves_of_zero_is_zero():
    """0.1 + 0.2 - 0.3 is 5.6e-17."""
    assert plain_ranks(np.array([0.1 + 0.2 - 0.3, 0.0, -0.5]), ["a", "b", "c"])[1].tolist() == [1, 1, 3]
