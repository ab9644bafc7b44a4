"""What the settings say together: sources that are left out, and five ways to add up what remains."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from concurrence_grounds import make_grounds
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.stats import kendalltau, zscore
from score_tables import make_table
from statsmodels.regression.mixed_linear_model import MixedLM

from reportgen.analysis.bradley_terry import strengths
from reportgen.analysis.concurrence import paired_reference
from reportgen.analysis.concurrence.paired_reference import RIDGE, bradley_terry
from reportgen.analysis.concurrence.references import (
    AGGREGATES,
    aggregates,
    mean_of_present,
    mixed,
    sources,
    win_rates,
)

#: Three models on two settings: x orders a < b < c, y has a = b < c.
SMALL = np.array([[1.0, 5.0], [2.0, 5.0], [3.0, 9.0]])
BOTH = np.ones((2, 1), dtype=bool)


def with_gaps(seed: int, shape: tuple[int, int], missing: float) -> np.ndarray:
    """Correlated scores with gaps at random, every model with two scores at least."""
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(shape[0], 1)) + 0.7 * rng.normal(size=shape)
    gaps = rng.random(shape) < missing
    gaps[:, :2] = False
    return np.where(gaps, np.nan, np.round(scores, 1))


def wins_of(scores: np.ndarray, columns: list[int]) -> np.ndarray:
    """Games each row won against each column, ties half, by a loop over pairs of models."""
    models = len(scores)
    wins = np.zeros((models, models))
    for column in columns:
        for i in range(models):
            for j in range(models):
                a, b = scores[i, column], scores[j, column]
                if i != j and np.isfinite(a) and np.isfinite(b):
                    wins[i, j] += 1.0 if a > b else 0.5 * (a == b)
    return wins


def test_win_rates_by_hand() -> None:
    """x: 0, 1/2, 1; y: half a tie of two others = 1/4, 1/4, 1. Strict wins count the tie as lost."""
    found, _ = aggregates(SMALL, BOTH)
    assert found["win_rate"][:, 0].tolist() == [1 / 8, 3 / 8, 1.0]
    assert found["strict_win_rate"][:, 0].tolist() == [0.0, 1 / 4, 1.0]
    assert win_rates(SMALL, BOTH)[:, 0].tolist() == [1 / 8, 3 / 8, 1.0]


def test_mean_of_standardised_scores_takes_complete_models_only() -> None:
    """Second implementation: scipy's z scores of the rows without gaps."""
    scores = with_gaps(3, (20, 5), 0.3)
    found, _ = aggregates(scores, np.ones((5, 1), dtype=bool))
    every = np.isfinite(scores).all(axis=1)
    assert 3 < every.sum() < 20
    np.testing.assert_allclose(found["mean"][every, 0], zscore(scores[every]).mean(axis=1), atol=1e-12)
    assert np.isnan(found["mean"][~every]).all()
    filled = mean_of_present(scores, np.ones((5, 1), dtype=bool))[:, 0]
    np.testing.assert_allclose(filled, np.nanmean(zscore(scores, nan_policy="omit"), axis=1), atol=1e-12)


@pytest.mark.parametrize("missing", [0.2, 0.6])
def test_strengths_are_those_of_the_maximum_of_the_penalised_likelihood(missing: float) -> None:
    """Second implementation: scipy's general optimiser, and Newton's method on the table of wins."""
    scores = with_gaps(7, (12, 5), missing)
    member = ~np.eye(5, dtype=bool)
    found, why = aggregates(scores, member)
    assert why == {}
    for target in range(5):
        wins = wins_of(scores, [at for at in range(5) if at != target])

        def loss(b: np.ndarray, wins: np.ndarray = wins) -> float:
            return float(
                (wins * np.logaddexp(0, b[np.newaxis, :] - b[:, np.newaxis])).sum() + RIDGE / 2 * b @ b
            )

        best = minimize(loss, np.zeros(12), method="BFGS", options={"gtol": 1e-8}).x
        ours = found["bradley_terry"][:, target]
        known = np.isfinite(ours)
        assert known.sum() >= 10
        played = wins.sum(axis=1) + wins.sum(axis=0) > 0
        np.testing.assert_allclose(ours[known], (best - best[played].mean())[known], atol=2e-5)
        np.testing.assert_allclose(ours[known], strengths(wins, ridge=RIDGE).strength[known], atol=2e-5)


def test_without_gaps_strengths_are_in_the_order_of_the_wins() -> None:
    """Second implementation: the fitted strengths of the same complete table order the models alike."""
    scores = with_gaps(2, (15, 4), 0.0)
    every = np.ones((4, 1), dtype=bool)
    found, _ = aggregates(scores, every)
    fitted = strengths(wins_of(scores, list(range(4))), ridge=RIDGE).strength
    assert kendalltau(found["bradley_terry"][:, 0], np.round(fitted, 6)).statistic == pytest.approx(1.0)
    assert kendalltau(found["bradley_terry"], found["win_rate"]).statistic == pytest.approx(1.0)


def test_too_large_a_table_with_gaps_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """No strengths rather than minutes of work; the reason counts."""
    monkeypatch.setattr(paired_reference, "MOST_WORK", 100)
    found, why = aggregates(with_gaps(1, (12, 5), 0.4), np.ones((5, 1), dtype=bool))
    assert np.isnan(found["bradley_terry"]).all()
    assert why["bradley_terry"] == "12 systems with gaps in 1 reference are too many to fit"
    assert np.isfinite(found["mixed"]).any()


def test_additive_model_equals_the_predictions_of_statsmodels() -> None:
    """Second implementation: a linear mixed model with a fixed level for each setting (maximum likelihood)."""
    scores = with_gaps(11, (40, 6), 0.3)
    ours = mixed(scores, np.ones((6, 1), dtype=bool))[:, 0]
    z = (scores - np.nanmean(scores, axis=0)) / np.nanstd(scores, axis=0)
    rows, columns = np.nonzero(np.isfinite(z))
    fitted = MixedLM(z[rows, columns], pd.get_dummies(columns).to_numpy(float), groups=rows).fit(reml=False)
    theirs = np.array([float(fitted.random_effects[at].iloc[0]) for at in range(40)])
    np.testing.assert_allclose(ours, theirs, atol=2e-3)
    assert kendalltau(ours, theirs).statistic > 0.99


def test_without_gaps_the_additive_model_orders_as_the_mean() -> None:
    """Shrinkage by one factor changes no order."""
    found, _ = aggregates(with_gaps(5, (15, 4), 0.0), np.ones((4, 1), dtype=bool))
    assert kendalltau(found["mixed"], found["mean"]).statistic == pytest.approx(1.0)


def test_a_model_needs_two_members_and_a_constant_setting_is_none() -> None:
    """One score is no reference; a setting that tells nobody apart adds nothing."""
    scores = np.array([[1.0, 1.0, 7.0], [2.0, 3.0, 7.0], [3.0, 2.0, 7.0], [4.0, np.nan, 7.0]])
    found, _ = aggregates(scores, np.ones((3, 1), dtype=bool))
    for name in AGGREGATES:
        assert np.isfinite(found[name][:, 0]).tolist() == [True, True, True, False], name
    nobody, _ = aggregates(scores, np.array([[False], [False], [True]]))
    assert all(np.isnan(values).all() for values in nobody.values())


@given(order=st.permutations(range(12)), seed=st.integers(0, 50))
def test_neither_row_order_nor_monotone_scales_matter_to_comparisons(order: list[int], seed: int) -> None:
    """Win rates and strengths rest on orders; rows may come in any order."""
    scores = with_gaps(seed, (12, 5), 0.3)
    member = ~np.eye(5, dtype=bool)
    before, _ = aggregates(scores, member)
    after, _ = aggregates(scores[order] * 3 - 1, member)
    for name in AGGREGATES:
        np.testing.assert_allclose(before[name][order], after[name], atol=2e-5, err_msg=name)


def test_sources_are_declared_or_the_suite_or_the_setting() -> None:
    """Declared first; the suite where there are several; with one suite each setting is its own."""
    rising = [float(k) for k in range(6)]
    scores = {name: [rising[(at + k) % 6] for k in range(6)] for at, name in enumerate("abcd")}
    declared = {"a": {"source": "web"}, "c": {"source": "web"}}
    assert sources(make_grounds(scores, declared)).tolist() == [0, 1, 0, 2]
    two = {"a": {"suite": "S"}, "b": {"suite": "S"}, "c": {"suite": "T"}, "d": {"suite": "T"}}
    assert sources(make_grounds(make_table(scores, two))).tolist() == [0, 0, 1, 1]
    assert sources(make_grounds(scores)).tolist() == [0, 1, 2, 3]


def test_copies_are_of_one_source() -> None:
    """The same scores under two names may not vouch for each other."""
    scores = {
        "a": [1.0, 2.0, 3.0, 4.0],
        "b": [2.0, 1.0, 4.0, 3.0],
        "c": [1.0, 2.0, 3.0, 4.0],
        "d": [4.0, 1.0, 2.0, 3.0],
    }
    assert sources(make_grounds(scores)).tolist() == [0, 1, 0, 2]


@pytest.mark.parametrize(("members", "inflated"), [(3, 0.40), (8, 0.25), (13, 0.19)])
def test_the_part_agrees_with_the_whole_even_where_nothing_agrees(members: int, inflated: float) -> None:
    """Unrelated settings, 30 models, 60 draws: tau with the whole as in the literature of BenchBench, 0 without."""
    rng = np.random.default_rng(members)
    member = np.column_stack([np.ones(members, dtype=bool), np.arange(members) != 0])
    with_target, without = [], []
    for _ in range(60):
        scores = rng.normal(size=(30, members))
        rate = win_rates(scores, member)
        with_target.append(kendalltau(scores[:, 0], rate[:, 0]).statistic)
        without.append(kendalltau(scores[:, 0], rate[:, 1]).statistic)
    assert np.mean(with_target) == pytest.approx(inflated, abs=0.05)
    assert np.mean(without) == pytest.approx(0.0, abs=0.05)


def test_win_rates_fail_where_weak_and_strong_models_were_run_on_other_settings() -> None:
    """Scores missing by strength: head-to-head strengths find the order far better than win rates."""
    rng = np.random.default_rng(5)
    found = {name: [] for name in ("bradley_terry", "mixed", "win_rate")}
    for _ in range(12):
        strength = np.sort(rng.normal(size=40))
        scores = strength[:, np.newaxis] + 0.5 * rng.normal(size=(40, 12))
        kept = rng.random((40, 12)) < 0.1
        kept[:20, :6] = kept[20:, 6:] = True
        values, _ = aggregates(np.where(kept, scores, np.nan), np.ones((12, 1), dtype=bool))
        for name, taus in found.items():
            taus.append(kendalltau(strength, values[name][:, 0], nan_policy="omit").statistic)
    mean = {name: float(np.mean(taus)) for name, taus in found.items()}
    assert mean["win_rate"] < 0.7 < mean["mixed"]
    assert mean["bradley_terry"] > mean["win_rate"] + 0.2


def test_a_table_of_games_without_gaps_needs_no_fit() -> None:
    """Log odds of the wins with half a game added on either side: 1.5 of 3, by hand."""
    strength, why = bradley_terry(np.array([[0.0, 1.0], [1.0, 0.0]]), BOTH.repeat(2, axis=1), BOTH)
    assert why == ""
    assert strength[:, 0].tolist() == [0.0, 0.0]


def test_models_that_no_game_links_keep_their_strengths() -> None:
    """Two groups of models on settings of their own, one of three left out in turn: as fitted all anew."""
    scores = np.full((16, 6), np.nan)
    scores[:8, :3] = with_gaps(1, (8, 3), 0.2)
    scores[8:, 3:] = with_gaps(2, (8, 3), 0.2)
    found, _ = aggregates(scores, ~np.eye(6, dtype=bool))
    for target in range(6):
        wins = wins_of(scores, [at for at in range(6) if at != target])
        fitted = strengths(wins, ridge=RIDGE).strength
        ours = found["bradley_terry"][:, target]
        for group in (slice(0, 8), slice(8, 16)):
            mine, theirs = ours[group], fitted[group]
            known = np.isfinite(mine)
            assert known.sum() >= 5
            np.testing.assert_allclose(
                mine[known] - mine[known].mean(), theirs[known] - theirs[known].mean(), atol=2e-5
            )
