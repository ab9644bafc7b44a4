"""Agreement of settings: each pair has a tau with an interval, or a reason."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau
from scipy.stats import t as student
from score_tables import make_table

from reportgen.analysis.concurrence.agreement import (
    EXCLUDED_COLUMNS,
    PAIR_COLUMNS,
    SETTING_COLUMNS,
    Agreement,
    agreement,
)
from reportgen.analysis.concurrence.kendall import leave_one_out
from reportgen.numbers import NotEstimable

RISING = [float(k) for k in range(12)]
SHUFFLED = [1.0, 0.0, 2.0, 4.0, 3.0, 5.0, 8.0, 7.0, 6.0, 9.0, 11.0, 10.0]


def agree(table, **options) -> Agreement:
    result = agreement(table, level=options.pop("level", 0.95), **options)
    assert isinstance(result, Agreement)
    return result


def only_pair(first: list, second: list, **columns) -> pd.Series:
    """The single row for two settings "a" and "b"."""
    pairs = agree(make_table({"a": first, "b": second}, columns)).pairs
    assert len(pairs) == 1
    return pairs.iloc[0]


def test_pair_carries_tau_interval_and_share_in_same_order() -> None:
    """Hand case: 12 models, five of 66 model pairs the other way round."""
    pair = only_pair(RISING, SHUFFLED)
    swapped = 1 + 1 + 3 + 1
    assert pair["tau_b"] == pytest.approx((66 - 2 * swapped) / 66)
    assert pair["same_order"] == pytest.approx((66 - swapped) / 66)
    assert pair["n"] == 12
    assert pair["method"] == "jackknife"
    assert pair["reason"] == ""
    without = leave_one_out(np.array(RISING), np.array(SHUFFLED))
    error = np.sqrt(11 / 12 * ((without - without.mean()) ** 2).sum())
    assert pair["standard_error"] == pytest.approx(error)
    assert pair["low"] == pytest.approx(pair["tau_b"] - student.ppf(0.975, 11) * error)
    assert pair["high"] == 1.0, "clipped: tau cannot exceed 1"


def test_ties_count_half_in_the_share_of_the_same_order() -> None:
    """Three models, two tied in one setting: two pairs agree, one is half agreed."""
    pair = only_pair([0.1, 0.1, 0.2], [1.0, 2.0, 3.0])
    assert pair["same_order"] == pytest.approx(2.5 / 3)
    assert pair["tau_b"] == pytest.approx(2 / np.sqrt(6))


def test_perfect_agreement_is_never_plus_minus_zero() -> None:
    """The jackknife error is 0 at tau 1; the interval is Fieller's around one discordant pair."""
    pair = only_pair(RISING, RISING)
    assert pair["tau_b"] == 1.0
    assert pair["method"] == "fieller"
    assert np.isnan(pair["standard_error"])
    expected = np.tanh(np.arctanh(1 - 4 / (12 * 11)) - 1.959964 * np.sqrt(0.437 / 8))
    assert pair["low"] == pytest.approx(expected, abs=1e-6)
    assert pair["high"] == 1.0


def test_perfect_disagreement_mirrors_perfect_agreement() -> None:
    """The interval of tau = -1 is that of tau = 1, turned round."""
    same, reversed_ = only_pair(RISING, RISING), only_pair(RISING, RISING[::-1])
    assert (reversed_["tau_b"], reversed_["low"]) == (-1.0, -1.0)
    assert reversed_["high"] == pytest.approx(-same["low"])


@pytest.mark.parametrize(
    ("shared", "reason"),
    [(0, "no shared model"), (1, "overlap n=1: n<3"), (2, "overlap n=2: n<3")],
)
def test_too_small_an_overlap_has_no_tau(shared: int, reason: str) -> None:
    """With two models tau would be -1 or 1 whatever the benchmarks measure."""
    a = RISING[:6] + [None] * 6
    b = [None] * (6 - shared) + RISING[: 6 + shared]
    pair = only_pair(a, b)
    assert pair["reason"] == reason
    assert pair["n"] == shared
    assert pair[["tau_b", "low", "high", "standard_error", "same_order"]].isna().all()
    assert pair["method"] == ""


@pytest.mark.parametrize("n", [3, 4])
def test_tau_of_a_few_models_has_no_interval(n: int) -> None:
    """The variance is not estimable below five models: tau is shown, its interval is not."""
    pair = only_pair(RISING[:n], [*RISING[1:n], 0.0])
    assert np.isfinite(pair["tau_b"])
    assert pair[["low", "high"]].isna().all()
    assert pair["reason"] == f"interval: n={n}, needs 5"


def test_constant_setting_has_no_tau() -> None:
    """0 / 0 is undefined, not 0; also when it is constant on the shared models only."""
    assert only_pair([0.5] * 12, RISING)["reason"] == "constant"
    pair = only_pair([0.5] * 11 + [0.9], [*RISING[:11], None])
    assert pair["reason"] == "constant"
    assert np.isnan(pair["tau_b"])


def test_one_model_that_breaks_all_ties_leaves_no_interval() -> None:
    """Without it the setting is constant: the jackknife is undefined, and no other interval is pretended."""
    pair = only_pair([0.5] * 11 + [0.9], RISING)
    assert pair["tau_b"] == pytest.approx(kendalltau([0.5] * 11 + [0.9], RISING).statistic)
    assert np.isnan(pair["low"])
    assert pair["reason"] == "interval: undefined without one of the models"


def test_unknown_direction_is_excluded_and_listed() -> None:
    """A setting nobody can orient is in no pair, and the list says why."""
    table = make_table(
        {"a": RISING, "b": SHUFFLED, "c": RISING},
        {"c": {"direction": "unknown", "reason": "direction unknown"}},
    )
    result = agree(table)
    assert result.pairs[["benchmark_a", "benchmark_b"]].to_numpy().tolist() == [["a", "b"]]
    assert result.excluded.to_numpy().tolist() == [["c", "suite", "direction unknown"]]
    assert list(result.excluded.columns) == list(EXCLUDED_COLUMNS)


def test_setting_without_scores_is_excluded() -> None:
    """An empty column pairs with nobody."""
    result = agree(make_table({"a": RISING, "b": SHUFFLED, "c": [None] * 12}))
    assert result.excluded["reason"].tolist() == ["no scores"]


def test_direction_is_applied_before_comparing() -> None:
    """An error rate that falls where accuracy rises agrees with it."""
    error_rate = [-score for score in RISING]
    assert only_pair(RISING, error_rate, b={"direction": "lower"})["tau_b"] == 1.0
    assert only_pair(RISING, error_rate)["tau_b"] == -1.0


def test_reversed_setting_gets_a_direction_warning() -> None:
    """All its taus are negative; the settings it disagrees with agree among themselves and get none."""
    result = agree(make_table({"a": RISING, "b": SHUFFLED, "c": RISING[::-1]}))
    warned = result.settings.set_index("setting")["warning"]
    assert warned["a"] == warned["b"] == ""
    assert warned["c"].startswith("ranks models against all 2 settings")


def test_few_models_are_no_ground_for_a_direction_warning() -> None:
    """Nine models in reverse order may be chance or a real trade-off."""
    result = agree(make_table({"a": RISING[:9], "b": SHUFFLED[:9], "c": RISING[:9][::-1]}))
    assert result.settings["warning"].tolist() == ["", "", ""]


def test_fewer_than_two_settings_are_not_estimable() -> None:
    """The reason says how many there are and what to declare."""
    result = agreement(make_table({"a": RISING, "b": RISING}, {"b": {"direction": "unknown"}}), level=0.95)
    assert isinstance(result, NotEstimable)
    assert "there are 1 of 2" in result.reason
    assert "declare it in the metric catalog" in result.reason
    assert isinstance(
        agreement(make_table({"a": RISING, "b": RISING}), level=0.95, max_settings=1), NotEstimable
    )


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_level_outside_zero_and_one_is_refused(level: float) -> None:
    """95 is not 0.95."""
    with pytest.raises(ValueError, match="confidence level"):
        agreement(make_table({"a": RISING, "b": RISING}), level=level)


def test_the_most_covered_settings_are_kept() -> None:
    """Ties by name, in the order of the table; how many were left out is said."""
    table = make_table({"d": RISING, "c": [None, *RISING[1:]], "b": RISING, "a": SHUFFLED})
    result = agree(table, max_settings=2)
    assert result.pairs[["benchmark_a", "benchmark_b"]].to_numpy().tolist() == [["b", "a"]]
    assert result.left_out == 2
    assert agree(table).left_out == 0


def test_headline_names_strongest_weakest_and_what_is_missing() -> None:
    """Only pairs with ten models make a headline; pairs without a tau are counted by reason."""
    table = make_table(
        {
            "a": RISING,
            "b": [2 * score for score in RISING],
            "c": SHUFFLED,
            "d": [*RISING[:5], *[None] * 7],
            "e": [0.5] * 12,
            "f": [*[None] * 10, 1.0, 2.0],
        }
    )
    result = agree(table)
    strongest, weakest = result.strongest, result.weakest
    assert strongest is not None
    assert weakest is not None
    assert (strongest.benchmark_a, strongest.benchmark_b, strongest.tau_b) == ("a", "b", 1.0)
    assert (weakest.benchmark_a, weakest.benchmark_b) == ("a", "c"), "tied with (b, c): by name"
    assert result.claimable == 3
    assert result.median_same_order == pytest.approx(60 / 66)
    assert result.computed == 6
    assert result.uncomputed == (("constant", 4), ("overlap n=2: n<3", 4), ("no shared model", 1))
    assert result.computed + sum(count for _, count in result.uncomputed) == len(result.pairs) == 15


def test_headline_without_a_large_overlap_is_empty() -> None:
    """Nine models make no claim."""
    result = agree(make_table({"a": RISING[:9], "b": SHUFFLED[:9]}))
    assert result.strongest is None
    assert result.weakest is None
    assert np.isnan(result.median_same_order)


def test_settings_say_how_alike_they_are_to_the_others() -> None:
    """The mean is over the peers with a tau, which are counted."""
    result = agree(make_table({"a": RISING, "b": RISING, "c": SHUFFLED, "e": [0.5] * 12}))
    assert list(result.settings.columns) == list(SETTING_COLUMNS)
    row = result.settings.set_index("setting")
    tau = (66 - 12) / 66
    assert row.loc["a", "mean_tau"] == pytest.approx((1 + tau) / 2)
    assert row.loc["a", "peers"] == 2
    assert row.loc["e", "peers"] == 0
    assert np.isnan(row.loc["e", "mean_tau"])
    assert row["n_systems"].tolist() == [12] * 4


def test_pivot_is_named() -> None:
    """The model whose removal moves tau most is the one outlier."""
    pair = only_pair([*RISING[:11], -1.0], RISING)
    assert pair["pivot"] == "m0011"
    assert pair["tau_without_pivot"] == 1.0


def test_columns_are_as_declared_and_free_of_float_counts() -> None:
    """n is a whole number, text columns hold no missing marks."""
    pairs = agree(make_table({"a": RISING, "b": SHUFFLED, "c": [None] * 11 + [1.0]})).pairs
    assert list(pairs.columns) == list(PAIR_COLUMNS)
    assert pairs["n"].dtype.kind == "i"
    text = pairs[["benchmark_a", "benchmark_b", "suite_a", "suite_b", "method", "reason", "pivot"]]
    assert all(isinstance(cell, str) for cell in text.to_numpy().ravel())


@given(order=st.permutations(range(12)), flip=st.booleans())
def test_system_order_names_and_rescaling_change_nothing(order: list[int], flip: bool) -> None:
    """Agreement is of orders: neither the rows nor the scale matters, nor a score reported as an error."""
    before = only_pair(RISING, SHUFFLED)
    scale = [-3.0 * SHUFFLED[k] if flip else 2.0 * SHUFFLED[k] + 5 for k in order]
    after = only_pair([RISING[k] for k in order], scale, b={"direction": "lower" if flip else "higher"})
    numbers = ["tau_b", "low", "high", "standard_error", "same_order"]
    np.testing.assert_allclose(before[numbers].to_numpy(float), after[numbers].to_numpy(float), atol=1e-12)


def test_order_of_settings_turns_pairs_round_but_changes_no_number() -> None:
    """tau(a, b) is tau(b, a)."""
    there = agree(make_table({"a": RISING, "b": SHUFFLED})).pairs.iloc[0]
    back = agree(make_table({"b": SHUFFLED, "a": RISING})).pairs.iloc[0]
    assert (back["benchmark_a"], back["benchmark_b"]) == ("b", "a")
    assert there[["tau_b", "low", "high", "n"]].tolist() == back[["tau_b", "low", "high", "n"]].tolist()


def test_constant_setting_and_absent_model_change_no_other_pair() -> None:
    """What adds no information adds no difference."""
    before = agree(make_table({"a": RISING, "b": SHUFFLED})).pairs.iloc[0]
    after = agree(make_table({"a": [*RISING, None], "b": [*SHUFFLED, None], "c": [0.5] * 13})).pairs.iloc[0]
    pd.testing.assert_series_equal(before, after)


def test_higher_level_widens_the_interval() -> None:
    """99 % is wider than 80 %."""
    table = make_table({"a": RISING, "b": SHUFFLED[::-1]})
    narrow, wide = (agree(table, level=level).pairs.iloc[0] for level in (0.8, 0.99))
    assert wide["low"] < narrow["low"] < narrow["tau_b"] < narrow["high"] < wide["high"]


@pytest.mark.parametrize(("n", "rho"), [(8, 0.98), (20, 0.7)])
def test_interval_covers_the_true_tau(n: int, rho: float) -> None:
    """Known simulation: at least 92 % of 95 % intervals hold tau = 2/pi asin(rho) (600 draws, Monte-Carlo SE 0.9)."""
    rng = np.random.default_rng(7)
    truth = 2 / np.pi * np.arcsin(rho)
    held = 0
    for _ in range(30):  # 20 independent pairs of settings at a time, of which only those are looked at
        x = rng.normal(size=(n, 20))
        y = rho * x + np.sqrt(1 - rho**2) * rng.normal(size=(n, 20))
        columns = {
            f"{side}{k}": column[:, k].tolist() for k in range(20) for side, column in (("x", x), ("y", y))
        }
        pairs = agree(make_table(columns)).pairs
        own = pairs[pairs["benchmark_a"].str[1:] == pairs["benchmark_b"].str[1:]]
        held += int(((own["low"] <= truth) & (truth <= own["high"])).sum())
    assert held / 600 >= 0.92


def test_result_is_frozen() -> None:
    """A page cannot change what another page shows."""
    result = agree(make_table({"a": RISING, "b": SHUFFLED}))
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.level = 0.5  # type: ignore[misc]  # that is what must fail


def test_the_same_scores_under_two_names_are_no_claim_of_agreement():
    """Two settings hold equal numbers: tau is 1 and shown, but the strongest pair is another one."""
    scores = np.arange(12.0)
    other = scores.copy()
    other[[0, 1]] = other[[1, 0]]
    made = agree(make_table({"a": scores, "b": scores, "c": other}))
    twins = made.pairs.iloc[0]
    assert (twins["tau_b"], twins["reason"]) == (1.0, "the same scores under two names")
    assert made.claimable == 2
    assert made.strongest.tau_b == pytest.approx(1 - 4 / (12 * 11))
