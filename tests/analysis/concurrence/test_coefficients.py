"""Coefficients of agreement: by hand, by SciPy and pandas, and from their definitions by plain loops."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import scipy
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from reportgen.analysis.concurrence.coefficients import (
    COEFFICIENTS,
    CONSTANT,
    JUMPS,
    jackknife_error,
    with_interval,
)
from reportgen.analysis.concurrence.kendall import tau_b_matrix
from reportgen.analysis.concurrence.paired import Paired, column_ranks, paired, stacks
from reportgen.analysis.concurrence.rank_biased_overlap import rank_biased_overlap
from reportgen.analysis.concurrence.top_k import default_k, shared_by_chance, top_k_distance, top_lists

SCIPY = f"scipy-{scipy.__version__}"
REFERENCES = {
    "tau_b": stats.kendalltau,
    "tau_c": lambda x, y: stats.kendalltau(x, y, variant="c"),
    "somers_d": stats.somersd,
    "weighted_tau": stats.weightedtau,
    "spearman": stats.spearmanr,
    "pearson": stats.pearsonr,
}
SMOOTH = [name for name, coefficient in COEFFICIENTS.items() if coefficient.without is not None]


def two_vectors(least: int = 3, most: int = 60) -> st.SearchStrategy:
    """Two vectors of equal length, often with many ties; both vary."""
    shape = st.tuples(st.just(2), st.integers(least, most))
    values = st.integers(0, 12).flatmap(lambda top: st.integers(0, top + 1)).map(float)
    vectors = shape.flatmap(lambda size: arrays(np.float64, size, elements=values))
    return vectors.filter(lambda both: all(len(set(side.tolist())) > 1 for side in both))


# -- by hand
# ------------------------------------------------------------------------------------------------

FIRST = np.array([4.0, 3.0, 2.0, 2.0, 1.0])
SECOND = np.array([4.0, 2.0, 3.0, 1.0, 1.0])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        # 10 pairs; tied in FIRST: (c, d); in SECOND: (d, e); discordant: (b, c); concordant: 7
        ("tau_a", 6 / 10),
        ("tau_b", 6 / 9),
        ("tau_c", 2 * 6 * 4 / (25 * 3)),
        ("somers_d", 6 / 9),
        ("gamma", 6 / 8),
        # average ranks 5 4 2.5 2.5 1 and 5 3 4 1.5 1.5 around 3: products 4 + 0 - 0.5 + 0.75 + 3
        ("spearman", 7.25 / 9.5),
        # around 2.4 and 2.2
        ("pearson", (1.6 * 1.8 + 0.6 * -0.2 + -0.4 * 0.8 + -0.4 * -1.2 + -1.4 * -1.2) / np.sqrt(5.2 * 6.8)),
        # three best (k = 3 of 5): a b c d (d tied with c) and a b c
        ("top_k_overlap", 3 / 4),
        # union a b c d: opposite (b, c); the lists speak of (c, d) in one only: K = 1 + 1/2 of 6 pairs
        ("top_k_tau", 1 - 2 * 1.5 / 6),
        # depths 1 to 5: 2/2, 2/4, 6/7, 8/9, 10/10
        ("rbo", 0.1 / 0.9 * (0.9 + 0.9**2 / 2 + 0.9**3 * 6 / 7 + 0.9**4 * 8 / 9 + 0.9**5) + 0.9**5),
    ],
)  # fmt: skip
def test_five_models_by_hand(name: str, value: float) -> None:
    """Two ties and one pair the other way round."""
    assert COEFFICIENTS[name].of(FIRST, SECOND) == pytest.approx(value)


def test_weighted_tau_by_hand() -> None:
    """Three models, the lower two turned round: weights 1 + 1/2 and 1 + 1/3 agree, 1/2 + 1/3 does not."""
    agree, oppose = 1 + 1 / 2 + 1 + 1 / 3, 1 / 2 + 1 / 3
    expected = (agree - oppose) / (agree + oppose)
    assert COEFFICIENTS["weighted_tau"].of(np.array([3.0, 2, 1]), np.array([3.0, 1, 2])) == pytest.approx(
        expected
    )


def test_a_swap_at_the_top_costs_weighted_tau_more() -> None:
    """Tau-b does not care where the swap is."""
    order = np.arange(8.0, 0, -1)
    top, bottom = order.copy(), order.copy()
    top[[0, 1]], bottom[[6, 7]] = top[[1, 0]], bottom[[7, 6]]
    assert COEFFICIENTS["tau_b"].of(order, top) == COEFFICIENTS["tau_b"].of(order, bottom)
    assert COEFFICIENTS["weighted_tau"].of(order, top) < COEFFICIENTS["weighted_tau"].of(order, bottom)


# -- second implementations
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", REFERENCES, ids=lambda name: f"{name}-{SCIPY}")
@given(both=two_vectors())
def test_equals_scipy(name: str, both: np.ndarray) -> None:
    """Random ties, n = 3 to 60."""
    assert COEFFICIENTS[name].of(*both) == pytest.approx(REFERENCES[name](*both).statistic, abs=1e-12)


@pytest.mark.parametrize("k", [2, 3, 5], ids=lambda k: f"min_periods-{k}-pandas-{pd.__version__}")
@given(
    scores=arrays(
        np.float64,
        st.tuples(st.integers(2, 25), st.integers(2, 5)),
        elements=st.sampled_from([0.0, 1, 2, 3, np.nan]),
    )
)
def test_tau_b_with_gaps_equals_pandas(k: int, scores: np.ndarray) -> None:
    """Pairwise deletion, and no number below k shared models."""
    matrix = tau_b_matrix(scores)
    expected = pd.DataFrame(scores).corr(method="kendall", min_periods=k).to_numpy()
    ours = np.where(matrix.n >= k, matrix.tau, np.nan)
    off = ~np.eye(len(ours), dtype=bool)
    np.testing.assert_allclose(ours[off], expected[off], atol=1e-12)


def by_definition(name: str, x: np.ndarray, y: np.ndarray) -> float:
    """Counts over all pairs of models, one by one."""
    pairs = [(np.sign(x[i] - x[j]), np.sign(y[i] - y[j])) for i, j in combinations(range(len(x)), 2)]
    net = sum(a * b for a, b in pairs)
    if name == "tau_a":
        return float(net / len(pairs))
    told = sum(abs(a * b) for a, b in pairs)
    return float(net / told) if told else float("nan")


@pytest.mark.parametrize("name", ["tau_a", "gamma"])
@given(both=two_vectors(most=15))
def test_equals_its_definition(name: str, both: np.ndarray) -> None:
    """What SciPy does not have."""
    assert COEFFICIENTS[name].of(*both) == pytest.approx(by_definition(name, *both), nan_ok=True, abs=1e-12)


def top_list(values: np.ndarray, k: int) -> set[int]:
    """Models that fewer than k models beat."""
    return {i for i in range(len(values)) if sum(other > values[i] for other in values) < k}


def order_on_list(values: np.ndarray, members: set[int], i: int, j: int) -> int:
    """1 if i is ahead of j, -1 behind, 0 unknown or tied."""
    if i in members and j in members:
        return int(np.sign(values[i] - values[j]))
    return (i in members) - (j in members)


def distance_by_definition(x: np.ndarray, y: np.ndarray, k: int, p: float) -> float:
    """Fagin's K^(p): every pair of the union by its case."""
    a, b, total = top_list(x, k), top_list(y, k), 0.0
    for i, j in combinations(sorted(a | b), 2):
        first, second = order_on_list(x, a, i, j), order_on_list(y, b, i, j)
        total += 1 if first * second < 0 else p * ((first == 0) != (second == 0))
    return total


@given(both=two_vectors(most=15), share=st.floats(0, 1), p=st.sampled_from([0.0, 0.5, 1.0]))
def test_top_lists_equal_their_definition(both: np.ndarray, share: float, p: float) -> None:
    """Members, overlap, distance with optimistic, neutral and pessimistic penalty, and tau of the union."""
    n = both.shape[1]
    k = 1 + int(share * (n - 1))
    a, b = (top_list(side, k) for side in both)
    found = top_lists(paired(*both), k)
    assert (found.listed_a[0], found.listed_b[0], found.shared[0]) == (len(a), len(b), len(a & b))
    assert found.overlap[0] == len(a & b) / max(len(a), len(b))
    assert found.expected[0] == min(len(a), len(b)) / n
    assert top_k_distance(paired(*both), k, p)[0] == pytest.approx(distance_by_definition(*both, k, p))
    pairs = len(a | b) * (len(a | b) - 1) / 2
    expected = 1 - 2 * distance_by_definition(*both, k, 0.5) / pairs if pairs else float("nan")
    assert found.tau[0] == pytest.approx(expected, nan_ok=True)


def test_overlap_is_tested_by_the_hypergeometric_law() -> None:
    """Lists of 3 of 10 models with 2 in common: (C(3,2) C(7,1) + C(3,3)) / C(10,3) = 22 / 120."""
    x, y = np.arange(10.0), np.arange(10.0)
    y[[6, 7]] = y[[7, 6]]
    found = top_lists(paired(x, y), 3)
    assert found.shared[0] == 2
    assert found.p_value[0] == pytest.approx(22 / 120)


def test_the_law_is_scipys() -> None:
    """Any number of models, lists of any lengths, also such that must share some."""
    for n, a, b in [(10, 3, 3), (12, 9, 7), (200, 20, 25), (5000, 10, 11)]:
        shared = np.arange(min(a, b) + 1)
        found = shared_by_chance(shared, n, np.full_like(shared, a), np.full_like(shared, b))
        np.testing.assert_allclose(found, stats.hypergeom.sf(shared - 1, n, a, b), rtol=1e-9)


def test_lists_without_a_common_model() -> None:
    """-k / (2k - 1), the lowest value for lists that share nobody; turned round the same list gives -1."""
    x = np.arange(8.0)
    assert top_lists(paired(x, -x), 4).tau[0] == pytest.approx(-4 / 7)
    assert top_lists(paired(x, -x), 8).tau[0] == -1.0


@pytest.mark.parametrize("k", [0, 9])
def test_a_list_longer_than_the_models_is_refused(k: int) -> None:
    """Nor can it be empty."""
    with pytest.raises(ValueError, match="between 1 and 8"):
        top_lists(paired(np.arange(8.0), np.arange(8.0)), k)


def test_default_length_of_a_list() -> None:
    """Half of few models, ten of many."""
    assert [default_k(n) for n in (3, 4, 5, 19, 20, 500)] == [2, 2, 3, 10, 10, 10]


def overlap_by_definition(x: np.ndarray, y: np.ndarray, p: float) -> float:
    """Webber's extrapolated sum, depth by depth."""
    value = agreement = 0.0
    for depth in range(1, len(x) + 1):
        a, b = top_list(x, depth), top_list(y, depth)
        agreement = 2 * len(a & b) / (len(a) + len(b))
        value += (1 - p) / p * agreement * p**depth
    return value + agreement * p ** len(x)


@given(both=two_vectors(most=15), p=st.sampled_from([0.1, 0.5, 0.9, 0.99]))
def test_rank_biased_overlap_equals_its_definition(both: np.ndarray, p: float) -> None:
    """Ties share the highest place."""
    assert rank_biased_overlap(paired(*both), p)[0] == pytest.approx(overlap_by_definition(*both, p))


def test_persistence_is_a_share() -> None:
    """1 would look forever, 0 never."""
    for p in (0.0, 1.0):
        with pytest.raises(ValueError, match="between 0 and 1"):
            rank_biased_overlap(paired(FIRST, SECOND), p)


# -- the jackknife
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SMOOTH)
@given(both=two_vectors(most=14))
def test_values_without_each_model_equal_recomputation(name: str, both: np.ndarray) -> None:
    """Literally leaving out one model after the other, to 1e-12."""
    coefficient = COEFFICIENTS[name]
    expected = [coefficient.of(np.delete(both[0], i), np.delete(both[1], i)) for i in range(both.shape[1])]
    np.testing.assert_allclose(coefficient.without(paired(*both))[0], expected, atol=1e-12)


@pytest.mark.parametrize("name", SMOOTH)
def test_many_models_are_counted_another_way_to_the_same_numbers(name: str) -> None:
    """Above 192 shared models pairs are counted by halves; the jackknife is still exact."""
    rng = np.random.default_rng(1)
    both = rng.integers(0, 40, (2, 200)).astype(float)
    coefficient = COEFFICIENTS[name]
    without = coefficient.without(paired(*both))[0]
    for i in (0, 99, 199):
        assert without[i] == pytest.approx(
            coefficient.of(np.delete(both[0], i), np.delete(both[1], i)), abs=1e-12
        )


def test_interval_by_hand() -> None:
    """Student's t with n - 1 degrees of freedom; for Spearman on the scale of atanh."""
    x, y = np.arange(8.0), np.array([1.0, 0, 2, 4, 3, 5, 7, 6])
    t = stats.t.ppf(0.95, 7)
    for name, there, back in (("tau_a", lambda v: v, lambda v: v), ("spearman", np.arctanh, np.tanh)):
        coefficient = COEFFICIENTS[name]
        value, low, high, reason = with_interval(coefficient, paired(x, y), 0.9)
        without = there(np.array([coefficient.of(np.delete(x, i), np.delete(y, i)) for i in range(8)]))
        error = np.sqrt(7 / 8 * ((without - without.mean()) ** 2).sum())
        assert reason[0] == ""
        assert low[0] == pytest.approx(back(there(value[0]) - t * error))
        assert high[0] == pytest.approx(min(back(there(value[0]) + t * error), 1.0))


def test_jackknife_error_is_the_textbook_one_for_a_mean() -> None:
    """Of a mean it is the standard error."""
    values = np.array([1.0, 4.0, 2.0, 8.0])
    without = np.array([np.delete(values, i).mean() for i in range(4)])
    assert jackknife_error(without[np.newaxis])[0] == pytest.approx(values.std(ddof=1) / 2)


@pytest.mark.parametrize("name", COEFFICIENTS)
def test_no_number_comes_without_a_reason(name: str) -> None:
    """Constant, too few models for an interval, perfect agreement (never plus or minus 0), one model breaks all ties."""
    coefficient = COEFFICIENTS[name]

    def found(x, y):
        value, low, high, reason = with_interval(coefficient, paired(np.array(x), np.array(y)), 0.95)
        return value[0], low[0], high[0], reason[0]

    value, low, high, reason = found([1.0] * 6, [1.0, 2, 3, 4, 5, 6])
    assert np.isnan([value, low, high]).all()
    assert reason == CONSTANT
    value, low, high, reason = found([1.0, 2, 3, 4], [1.0, 2, 4, 3])
    assert np.isfinite(value)
    assert np.isnan([low, high]).all()
    assert reason == (JUMPS if coefficient.without is None else "interval: n=4, needs 5")
    value, low, high, reason = found(range(12), range(12))
    assert value == pytest.approx(1.0)
    assert np.isnan([low, high]).all()
    assert reason == (
        JUMPS
        if coefficient.without is None
        else "interval: the value is the same whichever model is left out"
    )
    if coefficient.without is not None and name != "gamma":
        assert (
            found([0.0] * 5 + [1.0], [1.0, 2, 3, 4, 5, 6])[3]
            == "interval: undefined without one of the models"
        )


# -- properties
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COEFFICIENTS)
@given(both=two_vectors(most=20))
def test_a_benchmark_agrees_with_itself(name: str, both: np.ndarray) -> None:
    """1 with ties too, where pairs tied in both are no disagreement; tau-a and tau-c then fall short of it."""
    value = COEFFICIENTS[name].of(both[0], both[0])
    if name in {"tau_a", "tau_c"} and len(set(both[0].tolist())) < both.shape[1]:
        assert 0 < value <= 1
    else:
        assert np.isnan(value) or value == pytest.approx(1.0)


@pytest.mark.parametrize(
    "name",
    [name for name, one in COEFFICIENTS.items() if one.signed and name not in {"top_k_tau", "weighted_tau"}],
)
@given(both=two_vectors(most=20))
def test_turning_one_side_round_changes_the_sign(name: str, both: np.ndarray) -> None:
    """Those that treat the top like the bottom."""
    there, back = (COEFFICIENTS[name].of(both[0], sign * both[1]) for sign in (1, -1))
    assert there == pytest.approx(-back, nan_ok=True)


@pytest.mark.parametrize("name", [name for name in COEFFICIENTS if name != "somers_d"])
@given(both=two_vectors(most=20))
def test_which_benchmark_comes_first_does_not_matter(name: str, both: np.ndarray) -> None:
    """But for Somers' D, which predicts the second from the first."""
    there, back = COEFFICIENTS[name].of(*both), COEFFICIENTS[name].of(*both[::-1])
    assert there == pytest.approx(back, nan_ok=True)


@pytest.mark.parametrize("name", [name for name in COEFFICIENTS if name != "pearson"])
def test_noise_of_floating_point_is_a_tie(name: str) -> None:
    """0.1 + 0.2 and 0.3 are one score."""
    noisy, plain = np.array([0.1 + 0.2, 0.3, 0.5, 0.7]), np.array([0.3, 0.3, 0.5, 0.7])
    other = np.array([1.0, 2.0, 3.0, 4.0])
    assert COEFFICIENTS[name].of(noisy, other) == COEFFICIENTS[name].of(plain, other)


@pytest.mark.parametrize("name", COEFFICIENTS)
def test_stacked_pairs_with_gaps_equal_single_pairs(name: str) -> None:
    """Every pair over its own models, whatever stack it is in."""
    rng = np.random.default_rng(4)
    scores = rng.integers(0, 9, (14, 5)).astype(float)
    scores[rng.random(scores.shape) < 0.3] = np.nan
    first, second = np.triu_indices(5, k=1)
    met = []
    for at, pairs in stacks(scores, first, second):
        for position, value in zip(at, COEFFICIENTS[name].values(pairs), strict=True):
            x, y = scores[:, first[position]], scores[:, second[position]]
            both = np.isfinite(x) & np.isfinite(y)
            assert value == pytest.approx(COEFFICIENTS[name].of(x[both], y[both]), nan_ok=True)
            met.append(position)
    assert sorted(met) == list(range(10))


def test_ranks_of_columns_leave_gaps_at_zero() -> None:
    """What is missing has no rank of its own; `stacks` never looks at it."""
    assert column_ranks(np.array([[3.0], [np.nan], [1.0], [3.0]])).ravel().tolist() == [1, 0, 0, 1]
    assert isinstance(paired(FIRST, SECOND), Paired)
