"""The noise ceiling: how far benchmarks could agree, given the errors of their scores."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from concurrence_grounds import make_grounds
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2, kendalltau, norm, pearsonr
from scipy.stats import f as fisher
from score_tables import make_table

from reportgen.analysis.concurrence import noise
from reportgen.analysis.concurrence.moments import moments
from reportgen.analysis.concurrence.parts import ceiling
from reportgen.analysis.concurrence.replicates import seed_to_seed, split_half
from reportgen.analysis.parts import Found
from reportgen.analysis.standard_error import binomial_error
from reportgen.records.frame import identify, to_frame
from reportgen.records.record import Record

if TYPE_CHECKING:
    from reportgen.analysis.table import ScoreTable

ONE, OTHER = np.array([0]), np.array([1])
SPREAD = [0.1, 0.25, 0.3, 0.42, 0.5, 0.63, 0.7, 0.88]


def rng() -> np.random.Generator:
    """The same random numbers in every test."""
    return np.random.default_rng(11)


def study(grounds) -> Found:
    """The part, computed."""
    found = ceiling.compute(grounds, {}, rng())
    assert isinstance(found, Found)
    for name, columns in ceiling.TABLES.items():
        assert list(found.tables[name].columns) == list(columns)
    return found


def ceilings_of(columns, errors, a=ONE, b=OTHER):
    return noise.ceilings(np.column_stack(columns), np.column_stack(errors), a, b)


# -- the formula
# ------------------------------------------------------------------------------------------------------------------


def test_exact_scores_may_agree_fully() -> None:
    """Errors far below every gap leave nothing to noise."""
    error = np.full(8, 1e-6)
    found = ceilings_of([SPREAD, np.array(SPREAD) ** 2], [error, error])
    assert found.between[0] == pytest.approx(1.0)
    assert found.own_a[0] == pytest.approx(1.0)
    assert found.n[0] == 8


def test_scores_that_spread_less_than_their_errors_cannot_agree() -> None:
    """All of the variance is error: reliability 0, and replicates would order the models at random."""
    error = np.full(8, 5.0)
    found = ceilings_of([SPREAD, SPREAD], [error, error])
    assert found.between[0] == found.own_a[0] == 0.0


def test_the_formula_of_a_literal_loop() -> None:
    """Six models a few errors apart: the mean over pairs of (2 Phi(z) - 1)(2 Phi(z') - 1) of the shrunk scores."""
    generator = rng()
    a, b = np.sort(generator.normal(size=(2, 6)) * 3, axis=1)
    errors = [np.full(6, 0.5), np.full(6, 0.8)]
    found = ceilings_of([a, b], errors)
    true = []
    for scores, error in ((a, errors[0]), (b, errors[1])):
        rel = 1 - error[0] ** 2 / scores.var(ddof=1)
        grid = sorted(scores.mean() + rel**0.5 * (scores - scores.mean()))
        weight = [1 / 6] * 6
        for _ in range(noise.STEPS):
            new = [0.0] * 6
            for score in scores:
                chance = [w * norm.pdf(score, t, error[0]) for w, t in zip(weight, grid, strict=True)]
                new = [x + c / sum(chance) / 6 for x, c in zip(new, chance, strict=True)]
            weight = new
        # the weights of the last step are one more average of posteriors
        new = [0.0] * 6
        for score in scores:
            chance = [w * norm.pdf(score, t, error[0]) for w, t in zip(weight, grid, strict=True)]
            new = [x + c / sum(chance) / 6 for x, c in zip(new, chance, strict=True)]
        middle = np.cumsum(new) - np.array(new) / 2
        true.append(np.interp((np.arange(6) + 0.5) / 6, middle, grid))
    terms = []
    for i in range(6):
        for j in range(i):
            z, w = (abs(t[i] - t[j]) / (2 * e[0] ** 2) ** 0.5 for t, e in zip(true, errors, strict=True))
            terms.append((2 * norm.cdf(z) - 1) * (2 * norm.cdf(w) - 1))
    assert found.between[0] == pytest.approx(np.mean(terms), abs=1e-5)


def test_models_with_gaps_and_without_give_the_same_ceiling() -> None:
    """Two plans of computing: all settings over the same models, or each pair over its own."""
    generator = rng()
    scores, errors = generator.normal(size=(60, 5)), np.full((60, 5), 0.4)
    a, b = np.triu_indices(5, k=1)
    whole = noise.ceilings(scores, errors, a, b)
    extra = np.vstack([scores, np.full((1, 5), np.nan)])
    extra[60, 4] = 0.0  # one more model on the last setting only: now the overlaps differ
    gaps = noise.ceilings(extra, np.vstack([errors, np.full((1, 5), 0.4)]), a, b)
    untouched = (a < 4) & (b < 4)
    np.testing.assert_allclose(whole.between[untouched], gaps.between[untouched], atol=1e-6)
    np.testing.assert_allclose(whole.own_b[untouched], gaps.own_b[untouched], atol=1e-6)
    assert gaps.n.tolist() == [60] * 10


def test_a_ceiling_is_of_the_models_both_have() -> None:
    """Range restriction: over models that lie close together noise weighs more than over all."""
    close = np.linspace(0.50, 0.56, 12)
    all_models = np.concatenate([close, np.linspace(0.1, 0.9, 12)])
    error = np.full(24, 0.02)
    other = np.concatenate([close, np.full(12, np.nan)])
    found = ceilings_of([all_models, other], [error, error])
    alone = ceilings_of([all_models, all_models], [error, error])
    assert found.n[0] == 12
    assert found.own_a[0] < 0.5
    assert alone.own_a[0] > 0.7


def test_one_weak_model_does_not_hide_that_the_others_are_noise() -> None:
    """Nine equal models and an outlier: reliability is near 1, yet hardly any order repeats."""
    generator = rng()
    error = np.full(20, 0.02)
    estimates = []
    for _ in range(40):
        scores = np.concatenate([[0.1], 0.7 + 0.02 * generator.normal(size=19)])
        estimates.append(noise.ceilings(scores[:, None], error[:, None], ONE, ONE).own_a[0])
        assert noise.reliability(scores, error) > 0.9
    truth = 2 / 20  # only the 19 pairs with the outlier, of 190
    assert abs(np.mean(estimates) - truth) < 0.2


def test_ties_raise_the_ceiling_of_tau_b() -> None:
    """Tau-b leaves out tied pairs, so what errors tie does not count against agreement."""
    scores = np.round(np.linspace(0, 1, 20), 1)
    error = np.full(20, 0.05)
    tied = noise.ceilings(scores[:, None], error[:, None], ONE, ONE).own_a[0]
    jittered = noise.ceilings((scores + 1e-7 * np.arange(20))[:, None], error[:, None], ONE, ONE).own_a[0]
    told = 1 - np.mean([scores[i] == scores[j] for i in range(20) for j in range(i)])
    assert tied == pytest.approx(jittered / told, rel=1e-3)


@pytest.mark.parametrize("count", [0, 4])
def test_fewer_than_five_models_have_no_ceiling(count: int) -> None:
    """Their variance says nothing; nor does a model without an error, or with an error of 0."""
    error = np.array([0.1] * count + [np.nan] * 4 + [0.0] * (4 - count))
    found = ceilings_of([SPREAD, SPREAD], [error, error])
    assert np.isnan(found.between[0])
    assert found.n[0] == count


def test_one_score_for_all_models_has_no_ceiling() -> None:
    """There is nothing to order."""
    error = np.full(8, 0.1)
    assert np.isnan(ceilings_of([SPREAD, np.ones(8)], [error, error]).between[0])


@given(
    st.lists(st.integers(0, 40), min_size=5, max_size=30),
    st.integers(1, 12),
    st.sampled_from([0.5, 4.0]),
    st.randoms(use_true_random=False),
)
def test_a_ceiling_knows_no_scale_order_or_side(scores, error, scale, shuffle) -> None:
    """In [0, 1]; unchanged by another unit, by the order of models and by swapping the two settings."""
    first = np.array(scores, dtype=float)
    second = np.sqrt(first) * 6
    errors = np.full(len(first), error / 2)
    before = ceilings_of([first, second], [errors, errors])
    order = list(range(len(first)))
    shuffle.shuffle(order)
    after = ceilings_of([second[order], scale * first[order] - 7], [errors, scale * errors])
    np.testing.assert_allclose(before.between, after.between, atol=2e-5)
    np.testing.assert_allclose(before.own_a, after.own_b, atol=2e-5)
    values = before.between[np.isfinite(before.between)]
    assert ((values >= 0) & (values <= 1)).all()


SETTINGS_OF_SIMULATION = [
    (10, 200, 0.05),
    (20, 500, 0.05),
    (20, 100, 0.03),
    (50, 1000, 0.10),
    (20, 2000, 0.05),
]


def simulated(models: int, items: int, spread: float, repeats: int) -> tuple[float, float, float, float]:
    """Mean over repeats: agreement of replicates and its estimate; of two benchmarks in one order, and its."""
    generator = np.random.default_rng(3)
    rows = []
    for _ in range(repeats):
        true = np.clip(0.6 + spread * generator.normal(size=(models, 2)), 0.01, 0.99)
        true = np.sort(true, axis=0)
        a, again, b = (generator.binomial(items, true[:, side]) / items for side in (0, 0, 1))
        scores = np.column_stack([a, b])
        found = noise.ceilings(
            scores, binomial_error(scores, np.full(scores.shape, float(items))), ONE, OTHER
        )
        rows.append(
            [kendalltau(a, again).statistic, found.own_a[0], kendalltau(a, b).statistic, found.between[0]]
        )
    return tuple(np.nanmean(rows, axis=0))


@pytest.mark.slow
@pytest.mark.parametrize(("models", "items", "spread"), SETTINGS_OF_SIMULATION)
def test_ceiling_is_near_what_replicates_show(models: int, items: int, spread: float) -> None:
    """Five simulated settings: within 0.06 of the truth; for two benchmarks in the same order within 0.07."""
    own, own_estimate, pair, pair_estimate = simulated(models, items, spread, 600)
    assert own_estimate == pytest.approx(own, abs=0.06)
    assert pair_estimate == pytest.approx(pair, abs=0.07)


def test_ceiling_is_near_what_replicates_show_in_one_setting() -> None:
    """The same with fewer repeats: 20 models, 500 items, true scores 5 points apart."""
    own, own_estimate, pair, pair_estimate = simulated(20, 500, 0.05, 60)
    assert own_estimate == pytest.approx(own, abs=0.06)
    assert pair_estimate == pytest.approx(pair, abs=0.06)


# -- scales and intervals
# ---------------------------------------------------------------------------------------------------------


@given(st.floats(-1, 1))
def test_tau_and_reliability_are_two_names_of_one_thing(tau: float) -> None:
    """Greiner's relation and its inverse."""
    assert noise.tau_of(noise.reliability_of(np.array(tau))) == pytest.approx(tau, abs=1e-7)


def test_twice_the_items_step_reliability_up() -> None:
    """Spearman and Brown: 0.6 becomes 1.2 / 1.6."""
    assert noise.lengthened(np.array(0.6), 2) == pytest.approx(0.75)
    assert noise.lengthened(np.array(0.6), 1) == pytest.approx(0.6)


def test_interval_of_a_ceiling_by_hand() -> None:
    """Reliability 0.5 of 11 models: 1 - 0.5 chi-squared(10) / 10 at both ends, as a tau."""
    tau = noise.tau_of(np.array([0.5]))
    low, high = noise.interval(tau, np.array([11]), 0.95)
    ends = [1 - 0.5 * chi2.ppf(share, 10) / 10 for share in (0.975, 0.025)]
    assert low[0] == pytest.approx(2 / np.pi * np.arcsin(max(ends[0], 0)))
    assert high[0] == pytest.approx(2 / np.pi * np.arcsin(ends[1]))


def test_interval_of_a_ceiling_from_seeds_is_wider() -> None:
    """The error variance is estimated too: F in place of chi-squared; both mixed in one call."""
    tau = noise.tau_of(np.array([0.5, 0.5]))
    low, high = noise.interval(tau, np.array([11, 11]), 0.95, np.array([11.0, np.inf]))
    assert high[0] == pytest.approx(2 / np.pi * np.arcsin(1 - 0.5 * fisher.ppf(0.025, 10, 11)))
    assert low[0] <= low[1] < high[1] < high[0]


def test_unknown_ceiling_has_no_interval() -> None:
    """NaN stays NaN."""
    assert np.isnan(noise.interval(np.array([np.nan]), np.array([9]), 0.95)).all()


def test_reliability_by_hand() -> None:
    """Variance 4, mean squared error 1: three quarters; never negative; undefined without spread."""
    scores = np.array([0.0, 2, 4, 2, 2]) * (4 / 2) ** 0.5
    assert noise.reliability(scores, np.ones(5)) == pytest.approx(0.75)
    assert noise.reliability(scores, np.full(5, 9.0)) == 0.0
    assert np.isnan(noise.reliability(np.ones(5), np.ones(5)))


def test_moments_equal_numpy_over_the_shared_models() -> None:
    """Variances in units of the whole column, Pearson's r and noise, with gaps."""
    generator = rng()
    values = generator.normal(size=(30, 2)) + 50
    values[:5, 0], values[25:, 1] = np.nan, np.nan
    errors = np.abs(generator.normal(size=(30, 2)))
    found = moments(values, errors, ONE, OTHER)
    x, y = values[5:25].T
    assert found.n[0] == 20
    assert found.variance_a[0] == pytest.approx(x.var(ddof=1) / np.nanvar(values[:, 0], ddof=1))
    assert found.correlation[0] == pytest.approx(pearsonr(x, y).statistic)
    noise_b = (errors[5:25, 1] ** 2).mean() / np.nanvar(values[:, 1], ddof=1)
    assert found.noise_b[0] == pytest.approx(noise_b)


def test_moments_without_spread_or_models_are_unknown() -> None:
    """A constant column and an empty overlap."""
    values = np.array([[1.0, 5.0, 1.0], [1.0, 6.0, np.nan], [1.0, 7.0, np.nan]])
    found = moments(values, np.zeros((3, 3)), np.array([0, 1]), np.array([1, 2]))
    assert np.isnan(found.correlation).all()
    assert np.isnan(found.variance_a[0])


# -- halves and seeds
# -------------------------------------------------------------------------------------------------------------


def test_split_half_equals_a_literal_loop() -> None:
    """Tau-b of random halves, as a correlation, stepped up to the whole."""
    generator = rng()
    items = (generator.random((12, 40)) < np.linspace(0.2, 0.9, 12)[:, None]).astype(float)
    found, kept = split_half(items, np.random.default_rng(5), 6)
    again = np.random.default_rng(5)
    taus = []
    for _ in range(6):
        chosen = again.permutation(40)[:20]
        rest = np.setdiff1d(np.arange(40), chosen)
        taus.append(kendalltau(items[:, chosen].mean(axis=1), items[:, rest].mean(axis=1)).statistic)
    half = np.sin(np.pi / 2 * np.mean(taus))
    assert kept.all()
    assert found.tau == pytest.approx(2 / np.pi * np.arcsin(2 * half / (1 + half)))
    assert (found.n, found.parts, found.reason) == (12, 40, "")


def test_split_half_leaves_out_models_that_lack_many_items() -> None:
    """One of 12 models answered half of the items; a stray gap is no reason."""
    items = (rng().random((12, 40)) < np.linspace(0.1, 0.9, 12)[:, None]).astype(float)
    items[3, :20], items[5, 0] = np.nan, np.nan
    found, kept = split_half(items, rng())
    assert (found.n, int(kept.sum())) == (11, 11)
    assert not kept[3]


@pytest.mark.parametrize("shape", [(4, 40), (12, 3), (12, 0)])
def test_too_few_models_or_items_have_no_halves(shape) -> None:
    """The reason says how many there were."""
    found, _ = split_half(np.ones(shape), rng())
    assert np.isnan(found.tau)
    assert f"on {shape[1]} items" in found.reason


def test_models_that_all_score_the_same_have_no_halves() -> None:
    """Tau is undefined, and not 0."""
    found, _ = split_half(np.ones((12, 40)), rng())
    assert np.isnan(found.tau)
    assert found.reason == "all models score the same on a part"


def test_split_half_finds_how_replicates_agree() -> None:
    """20 models, 200 items: near the tau of two independent draws of items."""
    generator = rng()
    true = 0.6 + 0.08 * generator.normal(size=20)
    replicates, estimates = [], []
    for _ in range(40):
        a, b = (generator.random((20, 200)) < true[:, None] for _ in range(2))
        replicates.append(kendalltau(a.mean(axis=1), b.mean(axis=1)).statistic)
        estimates.append(split_half(a.astype(float), generator, 10)[0].tau)
    assert np.mean(estimates) == pytest.approx(np.mean(replicates), abs=0.05)


def test_seeds_step_up_from_one_to_their_number() -> None:
    """Three seeds that differ little: near 1; two equal seeds of each model: exactly 1."""
    equal = [np.array([score, score]) for score in SPREAD]
    assert seed_to_seed(equal, rng()).tau == 1.0
    generator = rng()
    noisy = [score + 0.15 * generator.normal(size=3) for score in SPREAD]
    one = seed_to_seed(noisy, np.random.default_rng(5), 1)
    picks = np.random.default_rng(5)
    picked = np.array([scores[picks.permutation(3)[:2]] for scores in noisy])
    r = np.sin(np.pi / 2 * kendalltau(*picked.T).statistic)
    assert one.tau == pytest.approx(2 / np.pi * np.arcsin(3 * r / (1 + 2 * r)))
    assert (one.parts, one.freedom, one.n) == (pytest.approx(3), 16, 8)


def test_seeds_of_few_models_say_nothing() -> None:
    """Four models with two seeds; one seed is none."""
    found = seed_to_seed([np.array([1.0, 2.0])] * 4 + [np.array([1.0])] * 9, rng())
    assert np.isnan(found.tau)
    assert found.reason == "seeds: 4 models have two or more"


def test_seeds_against_each_other_are_no_negative_reliability() -> None:
    """Noise alone may give a negative tau: the ceiling is then 0, not below."""
    generator = rng()
    found = [seed_to_seed(list(generator.normal(size=(6, 2))), generator, 3).tau for _ in range(20)]
    assert min(found) == 0.0


# -- the part
# ---------------------------------------------------------------------------------------------------------------


def scores_of(seed: int = 1, models: int = 12) -> dict[str, list[float]]:
    generator = np.random.default_rng(seed)
    ability = 2 * generator.normal(size=models)
    return {name: list(ability + 0.4 * generator.normal(size=models)) for name in ("a", "b", "c")}


def test_each_pair_has_a_ceiling_with_its_interval() -> None:
    """Where errors are known: empirical Bayes, over the models of the pair."""
    found = study(make_grounds(scores_of(), stderr={"a": 0.3, "b": 0.3, "c": 0.5}))
    main, own = found.main, found.tables["settings"]
    assert main["method"].tolist() == ["empirical Bayes"] * 3
    assert (main["reason"] == "").all()
    assert ((main["low"] < main["ceiling"]) & (main["ceiling"] < main["high"])).all()
    assert own["own_agreement"].tolist() == own["empirical_bayes"].tolist()
    assert found.headline == ceiling.Headline(3, 3, pytest.approx(main["ceiling"].median()))
    variance = np.var(scores_of()["c"], ddof=1)
    assert own["reliability"].iloc[2] == pytest.approx(1 - 0.25 / variance)


def test_without_errors_there_is_no_ceiling_and_never_one_of_one() -> None:
    """Unknown noise is not no noise: NaN with the reason."""
    found = study(make_grounds(scores_of(), stderr={"a": 0.3}))
    assert found.main["ceiling"].isna().all()
    assert found.main["reason"].tolist() == ["no standard errors, items or seeds"] * 3
    assert (found.main["method"] == "").all()
    assert found.tables["settings"]["reason"].tolist() == ["", *["no standard errors, items or seeds"] * 2]
    assert np.isnan(found.headline.median)
    assert (found.headline.known, found.headline.pairs) == (0, 3)


def test_errors_of_few_of_the_shared_models_are_not_enough() -> None:
    """Five of twelve: whose noise would it be?"""
    few = [0.3] * 5 + [None] * 7
    main = study(
        make_grounds({k: v for k, v in scores_of().items() if k != "c"}, stderr={"a": few, "b": few})
    ).main
    # each side is known by itself, so that the pair is put together from both
    assert main["method"].tolist() == ["mixed"]
    none = study(make_grounds(scores_of(), stderr={"a": [0.3] * 4 + [None] * 8, "b": 0.3, "c": 0.3}))
    assert none.tables["settings"]["reason"].iloc[0] == "errors of 4 models are known, needs 5"


def test_small_overlaps_have_no_ceiling() -> None:
    """Four shared models."""
    a = [*SPREAD, *[None] * 4]
    b = [*[None] * 4, *SPREAD]
    main = study(make_grounds({"a": a, "b": b}, stderr={"a": 0.1, "b": 0.1})).main
    assert main["reason"].tolist() == ["overlap n=4: n<5"]


def test_attenuation_by_hand_flagged_above_one() -> None:
    """Pearson's r over the root of both reliabilities; large errors push it above 1, and it is not cut."""
    scores = scores_of()
    found = study(make_grounds(scores, stderr={"a": 0.9, "b": 0.9, "c": 0.1})).main
    r = pearsonr(scores["a"], scores["b"]).statistic
    root = np.sqrt(np.prod([1 - 0.81 / np.var(scores[name], ddof=1) for name in "ab"]))
    assert found["pearson_without_noise"].iloc[0] == pytest.approx(r / root)
    assert found["pearson_without_noise"].iloc[0] > 1
    assert found["above_one"].tolist()[0]
    half = norm.ppf(0.975) / 3
    assert found["without_noise_high"].iloc[0] == pytest.approx(np.tanh(np.arctanh(r) + half) / root)


def item_frame(table: ScoreTable, score: np.ndarray, benchmark: str) -> pd.DataFrame:
    """Item-level records of one benchmark: (p, N) scores."""

    rows = [
        Record(model=str(system), suite="suite", benchmark=benchmark, split="test", metric="accuracy", value=float(value),
               item_id=f"i{item}", direction="higher", lower=0.0, upper=1.0, unit="fraction")
        for row, system in zip(score, table.systems["system"], strict=True)
        for item, value in enumerate(row)
    ]  # fmt: skip
    return identify(to_frame(rows))


def with_items(names: tuple[str, ...]):
    """Grounds of two settings whose scores are the means of 60 items, of which `names` are given."""
    generator = rng()
    chance = np.linspace(0.2, 0.9, 12)[:, None]
    items = {name: (generator.random((12, 60)) < chance).astype(float) for name in ("a", "b")}
    grounds = make_grounds(
        {name: list(score.mean(axis=1)) for name, score in items.items()}, stderr={"a": 0.06, "b": 0.06}
    )
    table = grounds.evidence.table
    frames = [item_frame(table, items[name], name) for name in names]
    evidence = dataclasses.replace(grounds.evidence, items=pd.concat(frames, ignore_index=True))
    return dataclasses.replace(grounds, evidence=evidence), items


def test_items_are_preferred_where_both_settings_have_them() -> None:
    """Split halves of each, put together on the scale of reliability."""
    grounds, _ = with_items(("a", "b"))
    found = study(grounds)
    own = found.tables["settings"]
    assert own["method"].tolist() == ["split half"] * 2
    assert found.main["method"].tolist() == ["split half"]
    r = np.sqrt(np.prod(np.sin(np.pi / 2 * own["split_half"].to_numpy())))
    assert found.main["ceiling"].iloc[0] == pytest.approx(2 / np.pi * np.arcsin(r))
    assert own["empirical_bayes"].notna().all(), "the other method stands beside it"


def test_items_of_one_setting_leave_the_pair_to_its_errors() -> None:
    """A method must serve both sides; the setting itself shows its halves."""
    found = study(with_items(("a",))[0])
    assert found.tables["settings"]["method"].tolist() == ["split half", "empirical Bayes"]
    assert found.main["method"].tolist() == ["empirical Bayes"]


def test_items_that_do_not_make_the_score_are_not_used() -> None:
    """The items of b under the name of a follow another order."""
    grounds, items = with_items(("a", "b"))
    wrong = item_frame(grounds.evidence.table, items["b"][::-1], "a")
    evidence = dataclasses.replace(grounds.evidence, items=wrong)
    found = study(dataclasses.replace(grounds, evidence=evidence))
    assert found.tables["settings"]["split_half"].isna().all()


def with_seeds(noise_: float = 0.3):
    """Grounds of two settings with three seeds of each of twelve models, without errors."""
    generator = rng()
    ability = np.repeat(generator.normal(size=12), 3)
    runs = {name: list(ability + noise_ * generator.normal(size=36)) for name in ("a", "b")}
    names = [f"m{row // 3:04d}" for row in range(36)]
    many = make_table(runs, systems=names)
    means = {name: list(np.array(values).reshape(12, 3).mean(axis=1)) for name, values in runs.items()}
    return dataclasses.replace(make_grounds(means), runs=many)


def test_seeds_serve_where_there_are_neither_items_nor_errors() -> None:
    """The interval knows that the noise itself was estimated from few seeds."""
    found = study(with_seeds())
    own = found.tables["settings"]
    assert own["method"].tolist() == ["seeds"] * 2
    assert found.main["method"].tolist() == ["seeds"]
    low, _ = noise.interval(found.main["ceiling"].to_numpy(), np.array([12]), 0.95, np.array([24.0]))
    assert found.main["low"].iloc[0] == pytest.approx(low[0])


def test_same_generator_same_ceilings() -> None:
    """Halves and seeds are random cuts; the same cuts give the same table, byte by byte."""
    one, other = (study(with_items(("a", "b"))[0]).main.to_csv() for _ in range(2))
    assert one == other


def test_a_report_without_pairs_that_share_models_still_has_its_settings() -> None:
    """Nothing in common: reasons, no numbers, no warning."""
    found = study(
        make_grounds({"a": [*SPREAD, *[None] * 8], "b": [*[None] * 8, *SPREAD]}, stderr={"a": 0.1, "b": 0.1})
    )
    assert found.main["reason"].tolist() == ["overlap n=0: n<5"]
    assert found.tables["settings"]["own_agreement"].notna().all()
