"""Verdicts: agree, disagree or cannot tell, and what would settle it."""

from __future__ import annotations

import numpy as np
import pytest
from concurrence_grounds import make_grounds
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from reportgen.analysis.concurrence.agreement import intervals
from reportgen.analysis.concurrence.kendall import tau_b_matrix
from reportgen.analysis.concurrence.noise import ceilings, interval
from reportgen.analysis.concurrence.parts import ceiling, verdict
from reportgen.analysis.concurrence.verdicts import Judged, Measured, bar, judge, ratio, without_noise
from reportgen.analysis.parts import Found
from reportgen.analysis.standard_error import binomial_error
from reportgen.numbers import NotEstimable


def measured(
    tau: float, half: float, n: int = 20, ceiling: float = np.nan, noise: float = 0.0, barred: str = ""
) -> Measured:
    """One pair: tau +- half over n models, ceiling +- noise."""
    numbers = [tau, max(tau - half, -1), min(tau + half, 1)]
    c = [ceiling, max(ceiling - noise, 0), min(ceiling + noise, 1)]
    if np.isnan(ceiling):
        c = [np.nan] * 3
    tau_, low, high = (np.array([number]) for number in numbers)
    return Measured(
        tau_, low, high, np.array([n]), *(np.array([end]) for end in c), np.array([barred], dtype=object)
    )


def told(*arguments, **options) -> tuple[str, str]:
    """Verdict and reason of one pair."""
    found = judge(measured(*arguments, **options))
    return str(found.verdict[0]), str(found.reason[0])


def needed(found: Judged) -> tuple[float, float]:
    """Models, and times the items."""
    return float(found.needed_models[0]), float(found.needed_times[0])


# -- the bar
# ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ceiling", "expected"), [(1.0, 0.7), (0.0, 0.0), (0.7, 0.5839), (0.5, 0.4339)])
def test_the_bar_is_what_a_true_tau_of_seven_tenths_shows(ceiling: float, expected: float) -> None:
    """Greiner: 2/pi asin(sin(0.7 pi/2) sin(c pi/2)), by a pocket calculator."""
    assert bar(np.array(ceiling)) == pytest.approx(expected, abs=1e-4)
    exact = 2 / np.pi * np.arcsin(np.sin(0.35 * np.pi) * np.sin(ceiling * np.pi / 2))
    assert bar(np.array(ceiling)) == pytest.approx(exact)


def test_the_bar_is_what_simulated_noise_makes_of_it() -> None:
    """Two normal scores of true tau 0.7, half of whose variance is noise: their tau is the bar of their ceiling."""
    generator = np.random.default_rng(2)
    r = np.sin(0.35 * np.pi)
    x = generator.normal(size=4000)
    y = r * x + np.sqrt(1 - r**2) * generator.normal(size=4000)
    same = [x + generator.normal(size=4000), x + generator.normal(size=4000), y + generator.normal(size=4000)]
    tau = tau_b_matrix(np.column_stack(same)).tau
    assert tau[0, 2] == pytest.approx(float(bar(tau[0, 1])), abs=0.02)


def test_a_fixed_share_of_the_ceiling_would_favour_noise() -> None:
    """Why the bar is not 0.7 c: it lies above that wherever there is noise."""
    c = np.linspace(0.05, 0.95, 19)
    assert (bar(c) > 0.7 * c).all()


@given(st.floats(0, 1), st.floats(0.05, 1))
def test_taking_noise_off_undoes_the_bar(tau: float, ceiling: float) -> None:
    """What shows the bar has a true tau of 0.7; nothing is above 1; no ceiling, no number."""
    assert without_noise(bar(np.array(ceiling)), np.array(ceiling)) == pytest.approx(0.7)
    assert without_noise(np.array(tau), np.array(ceiling)) <= 1
    assert np.isnan(without_noise(np.array(tau), np.array([0.0, np.nan]))).all()


# -- the three verdicts
# --------------------------------------------------------------------------------------------------------


def test_agreement_above_the_threshold_needs_no_ceiling() -> None:
    """Noise only lowers tau: an interval above 0.7 is agreement whatever the noise."""
    assert told(0.85, 0.1) == ("agree", "even before noise is taken off")
    assert told(0.85, 0.1, ceiling=0.9, noise=0.1) == ("agree", "even before noise is taken off")


def test_agreement_may_show_only_once_noise_is_taken_off() -> None:
    """Tau 0.72 +- 0.1 under a ceiling of 0.75: the bar is 0.56."""
    assert told(0.72, 0.1, ceiling=0.75, noise=0.05) == ("agree", "once noise is taken off")
    assert told(0.72, 0.1)[0] == "cannot tell"


def test_disagreement_needs_a_ceiling_or_opposed_orders() -> None:
    """Tau 0.3 +- 0.1 is disagreement where the noise is known, and else may be noise."""
    assert told(0.3, 0.1, ceiling=0.9, noise=0.05) == ("disagree", "noise does not explain it")
    assert told(0.3, 0.1) == ("cannot tell", "disagreement or noise: the noise is unknown")
    assert told(-0.3, 0.1) == ("disagree", "the orders are opposed")


def test_a_wide_interval_tells_nothing() -> None:
    """Tau 0.5 +- 0.4 holds the bar of 0.64."""
    assert told(0.5, 0.4, ceiling=0.9, noise=0.05) == (
        "cannot tell",
        "too few models: the interval holds the bar",
    )


def test_an_uncertain_ceiling_tells_nothing() -> None:
    """The same tau disagrees under a sure ceiling, and may be noise under one that may be low."""
    assert told(0.3, 0.1, ceiling=0.6, noise=0.01)[0] == "disagree"
    assert told(0.3, 0.1, ceiling=0.6, noise=0.35)[0] == "cannot tell"


def test_no_agreement_under_a_ceiling_below_the_threshold() -> None:
    """It would rest on the noise model alone; disagreement does not."""
    assert told(0.5, 0.02, ceiling=0.52, noise=0.02) == (
        "cannot tell",
        "too noisy: even in the same true order they would agree little",
    )
    assert told(0.1, 0.02, ceiling=0.52, noise=0.02)[0] == "disagree"


def test_what_bars_a_verdict_is_its_reason() -> None:
    """A saturated setting, whatever the numbers."""
    assert told(0.95, 0.01, barred="saturated: a") == ("cannot tell", "saturated: a")


def test_a_pair_without_an_interval_is_barred_by_its_reason() -> None:
    """Three models: tau, no interval."""
    assert told(0.9, np.nan, n=3, barred="interval: n=3, needs 5")[0] == "cannot tell"


@given(
    st.floats(-1, 1),
    st.floats(0, 0.5),
    st.floats(0, 1),
    st.floats(0, 0.3),
)
def test_more_precision_never_turns_agreement_into_disagreement(tau, half, ceiling, noise) -> None:
    """Halving both intervals keeps a verdict; agreement without a ceiling stays agreement with any that may be 0.7."""
    wide = told(tau, half, ceiling=ceiling, noise=noise)[0]
    narrow = told(tau, half / 2, ceiling=ceiling, noise=noise / 2)[0]
    if wide == "disagree":
        assert narrow == "disagree"
    if wide == "agree":
        assert narrow != "disagree"
    if told(tau, half)[0] == "agree" and ceiling + noise > 0.7:
        assert wide == "agree"
    if told(tau, half)[0] == "disagree":
        assert wide == "disagree"


def test_a_ceiling_next_to_nothing_is_no_overflow() -> None:
    """The smallest number there is; divided by, it is beyond the largest."""
    assert told(0.0, 0.5, ceiling=5e-324, noise=0.0)[0] == "cannot tell"


# -- the ratio
# -----------------------------------------------------------------------------------------------------------------


def literal_ratio(tau, low, high, c, c_low, c_high) -> tuple[float, float]:
    """Donner and Zou (2012) for a positive numerator, as printed."""
    product = tau * c
    lower = (product - np.sqrt(product**2 - low * c_high * (2 * tau - low) * (2 * c - c_high))) / (
        c_high * (2 * c - c_high)
    )
    upper = (product + np.sqrt(product**2 - high * c_low * (2 * tau - high) * (2 * c - c_low))) / (
        c_low * (2 * c - c_low)
    )
    return lower, upper


def test_ratio_and_its_interval_as_published() -> None:
    """Tau 0.6 (0.4 to 0.75) of a ceiling 0.8 (0.7 to 0.88)."""
    pair = Measured(
        *(np.array([x]) for x in (0.6, 0.4, 0.75, 20, 0.8, 0.7, 0.88)), np.array([""], dtype=object)
    )
    share, low, high = (float(part[0]) for part in ratio(pair))
    assert share == pytest.approx(0.75)
    assert (low, high) == pytest.approx(literal_ratio(0.6, 0.4, 0.75, 0.8, 0.7, 0.88))


@pytest.mark.parametrize("tau", [0.6, 0.1, -0.4])
def test_interval_of_the_ratio_is_that_of_normal_draws(tau: float) -> None:
    """Small independent errors: the quantiles of the quotient, also below 0."""
    generator = np.random.default_rng(4)
    quotient = (tau + 0.05 * generator.normal(size=200_000)) / (0.8 + 0.02 * generator.normal(size=200_000))
    z = norm.ppf(0.975)
    _, low, high = ratio(measured(tau, 0.05 * z, ceiling=0.8, noise=0.02 * z))
    assert [float(low[0]), float(high[0])] == pytest.approx(np.quantile(quotient, [0.025, 0.975]), abs=0.01)


def test_ratio_has_no_upper_end_where_the_ceiling_may_be_nothing() -> None:
    """Division by something that may be 0; unknown and 0 ceilings have no ratio at all."""
    share, low, high = ratio(measured(0.3, 0.1, ceiling=0.2, noise=0.3))
    assert share[0] == pytest.approx(1.5)
    assert np.isfinite(low[0])
    assert np.isnan(high[0])
    assert np.isnan(ratio(measured(0.3, 0.1, ceiling=0.0))[0]).all()
    assert np.isnan(ratio(measured(0.3, 0.1))[0]).all()


# -- what would settle it
# -------------------------------------------------------------------------------------------------------


def test_models_needed_by_hand() -> None:
    """Tau 0.8 +- 0.2 of 20 models without a ceiling: 20 (0.2 / 0.1)^2."""
    assert needed(judge(measured(0.8, 0.2)))[0] == pytest.approx(80, abs=1)
    assert needed(judge(measured(-0.1, 0.3)))[0] == pytest.approx(180, abs=1)


def test_as_many_models_as_needed_settle_it() -> None:
    """With that many, both intervals shrunk by the root, the verdict is there; with a tenth fewer it is not."""
    first = measured(0.45, 0.3, ceiling=0.9, noise=0.06)
    models = needed(judge(first))[0]
    assert models > 20
    for share, expected in ((1.01, "disagree"), (0.9, "cannot tell")):
        shrink = np.sqrt(20 / (share * models))
        assert told(0.45, 0.3 * shrink, ceiling=0.9, noise=0.06 * shrink)[0] == expected


def test_no_models_settle_what_noise_hides() -> None:
    """Without a ceiling a tau between 0 and 0.7 stays both; at the bar nothing helps; told needs nothing."""
    assert np.isnan(needed(judge(measured(0.5, 0.3)))[0])
    assert np.isnan(needed(judge(measured(0.7001, 0.3)))[0])
    assert np.isnan(needed(judge(measured(0.9, 0.05)))).all()
    assert np.isnan(needed(judge(measured(0.9, 0.3, barred="saturated"))))[0]


def test_items_settle_what_noise_hides() -> None:
    """A tau at its ceiling of 0.52: with several times the items both rise above the threshold."""
    models, times = needed(judge(measured(0.51, 0.05, n=100, ceiling=0.52, noise=0.05)))
    assert np.isnan(models)
    r = np.sin(0.26 * np.pi)
    assert 1 < times < 100
    more = 2 / np.pi * np.arcsin(times * r / (1 + (times - 1) * r))
    fewer = 2 / np.pi * np.arcsin(times / 1.09 * r / (1 + (times / 1.09 - 1) * r))
    assert fewer < 0.7 <= more


def test_no_number_of_items_settles_what_too_few_models_leave_open() -> None:
    """An interval that is wider than the whole way up."""
    assert np.isnan(needed(judge(measured(0.5, 0.6, n=6, ceiling=0.6, noise=0.2)))[1])


# -- the part
# -------------------------------------------------------------------------------------------------------------------


def study(grounds) -> Found:
    """The part on top of its ceilings."""
    noise = ceiling.compute(grounds, {}, np.random.default_rng(0))
    found = verdict.compute(grounds, {"ceiling": noise}, np.random.default_rng(0))
    assert isinstance(found, Found)
    for name, columns in verdict.TABLES.items():
        assert list(found.tables[name].columns) == list(columns)
    return found


def agreeing(models: int = 40) -> dict[str, list[float]]:
    """Three settings: a and b in nearly the same order, c in an order of its own."""
    generator = np.random.default_rng(8)
    ability = generator.normal(size=models)
    return {
        "a": list(ability),
        "b": list(ability + 0.05 * generator.normal(size=models)),
        "c": list(generator.normal(size=models)),
    }


CONSTRUCTS = {
    "a": {"claimed_construct": "logic"},
    "b": {"claimed_construct": "logic"},
    "c": {"claimed_construct": "luck"},
}


def test_pairs_carry_everything_behind_the_verdict() -> None:
    """a and b agree, c with neither."""
    main = study(make_grounds(agreeing(), stderr={"a": 0.1, "b": 0.1, "c": 0.1})).main
    assert main["verdict"].tolist() == ["agree", "disagree", "disagree"]
    np.testing.assert_allclose(main["ratio"], main["tau_b"] / main["ceiling"])
    assert ((main["ratio_low"] < main["ratio"]) & (main["ratio"] < main["ratio_high"])).all()
    assert main[["needed_models", "needed_items"]].isna().all().all()


def test_constructs_are_judged_by_the_majority_of_their_pairs() -> None:
    """logic has two settings, luck only one and no row; the suite is split one against two."""
    found = study(make_grounds(agreeing(), CONSTRUCTS, stderr={"a": 0.1, "b": 0.1, "c": 0.1}))
    groups = found.tables["constructs"].set_index(["kind", "name"])
    assert groups.index.tolist() == [("construct", "logic"), ("suite", "suite"), ("all", "")]
    logic = groups.loc[("construct", "logic")]
    assert (logic["verdict"], logic["pairs"], logic["agree"], logic["settings"]) == ("agree", 1, 1, 2)
    assert logic["low"] < logic["median_same_order"] < logic["high"] <= 1
    assert groups.loc[("suite", "suite"), "verdict"] == "disagree"
    assert (groups["open_because"] == "").all()
    assert found.headline == verdict.Headline(3, 1, 2, 0, 3, 1)


@pytest.mark.parametrize(
    ("agree", "disagree", "pairs", "expected"),
    [
        (2, 0, 3, "agree"),
        (0, 2, 3, "disagree"),
        (1, 1, 3, "mixed"),
        (1, 0, 2, "cannot tell"),
        (0, 0, 0, "cannot tell"),
    ],
)
def test_the_majority_rule(agree: int, disagree: int, pairs: int, expected: str) -> None:
    """More than half of all pairs; mixed where most are told and neither leads."""
    assert verdict._majority(agree, disagree, pairs) == expected


def test_few_models_cannot_tell_and_say_how_many_would() -> None:
    """Eight models of a pair that is near the bar."""
    generator = np.random.default_rng(1)
    ability = generator.normal(size=12)
    scores = {"a": list(ability), "b": list(ability + 0.6 * generator.normal(size=12))}
    found = study(make_grounds(scores, stderr={"a": 0.05, "b": 0.05}))
    pair = found.main.iloc[0]
    assert pair["verdict"] == "cannot tell"
    assert pair["needed_models"] > 12
    groups = found.tables["constructs"]
    assert (groups["more_models"] == pair["needed_models"] - 12).all()
    assert (groups["open_because"] == "too few models").all()


def test_more_models_are_those_that_settle_half_of_the_open_pairs() -> None:
    """Of the pairs nobody can tell, the middle number; none where the noise is unknown."""
    generator = np.random.default_rng(1)
    ability = generator.normal(size=12)
    scores = {name: list(ability + 0.9 * generator.normal(size=12)) for name in "abcde"}
    found = study(make_grounds(scores, stderr=dict.fromkeys("abcde", 0.05)))
    everything = found.tables["constructs"].iloc[-1]
    further = sorted((found.main["needed_models"] - 12).dropna())
    half = (everything["cannot_tell"] + 1) // 2
    assert len(further) >= half > 1
    assert everything["unsettled"] == everything["cannot_tell"] - len(further)
    assert everything["more_models"] == further[half - 1]
    alone = study(make_grounds(scores)).tables["constructs"].iloc[-1]
    assert np.isnan(alone["more_models"])


def test_saturated_settings_cannot_tell() -> None:
    """a and b agree fully, but most models of b are as good as its best."""
    scores = agreeing()
    found = study(make_grounds({"a": scores["a"], "b": scores["b"]}, stderr={"a": 0.01, "b": 3.0})).main
    assert found["verdict"].tolist() == ["cannot tell"]
    assert found["reason"].tolist() == ["saturated: most models are as good as the best on b"]


def test_the_same_scores_under_two_names_are_not_counted_as_agreement() -> None:
    """A copy: shown, with its reason, and in no count of a group."""
    a = agreeing()["a"]
    found = study(make_grounds({"a": a, "b": a}, stderr={"a": 0.01, "b": 0.01}))
    assert found.main["verdict"].tolist() == ["cannot tell"]
    assert found.main["reason"].tolist() == ["the same scores under two names"]
    assert found.tables["constructs"]["pairs"].tolist() == [0, 0]


def test_pairs_without_a_tau_are_counted_apart() -> None:
    """Nobody shares a model with c."""
    scores = agreeing()
    nothing = [None] * 40
    table = {"a": [*scores["a"], *nothing], "b": [*scores["b"], *nothing], "c": [*nothing, *scores["c"]]}
    groups = study(make_grounds(table)).tables["constructs"]
    everything = groups[groups["kind"] == "all"].iloc[0]
    assert (everything["pairs"], everything["not_compared"]) == (1, 2)
    assert everything["verdict"] == "agree"


def test_items_needed_are_those_of_the_smaller_benchmark() -> None:
    """Both grow by the same factor."""
    generator = np.random.default_rng(1)
    true = 0.6 + 0.05 * generator.normal(size=(60, 1)) * np.ones((1, 2))
    counts = np.array([100, 300])
    scores = generator.binomial(counts, true) / counts
    errors = binomial_error(scores, np.broadcast_to(counts, scores.shape).astype(float))
    main = study(
        make_grounds(
            {"a": list(scores[:, 0]), "b": list(scores[:, 1])},
            stderr={"a": list(errors[:, 0]), "b": list(errors[:, 1])},
            n={"a": 100, "b": 300},
        )
    ).main
    assert main["verdict"].tolist() == ["cannot tell"]
    assert main["needed_items"].iloc[0] > 100


def test_without_ceilings_there_are_no_verdicts() -> None:
    """What cannot be computed says why."""
    why = NotEstimable("no pairs")
    found = verdict.compute(make_grounds(agreeing()), {"ceiling": why}, np.random.default_rng(0))
    assert found == why


def test_verdicts_do_not_depend_on_scale_or_order_of_models() -> None:
    """Another unit and another order of rows: the same table."""
    scores = agreeing()
    before = study(make_grounds(scores, stderr={"a": 0.1, "b": 0.1, "c": 0.1})).main
    turned = {name: [5 * x - 3 for x in values[::-1]] for name, values in scores.items()}
    after = study(make_grounds(turned, stderr={"a": 0.5, "b": 0.5, "c": 0.5})).main
    numbers = before.select_dtypes("number").columns
    np.testing.assert_allclose(before[numbers], after[numbers], atol=1e-4)
    assert before["verdict"].tolist() == after["verdict"].tolist()


# -- how often it is wrong
# ------------------------------------------------------------------------------------------------------


def shares(tau: float, models: int, items: int, pairs: int) -> dict[str, float]:
    """Share of each verdict over simulated pairs of this true tau (scores of `items` right or wrong answers)."""
    generator = np.random.default_rng(6)
    r = np.sin(np.pi / 2 * tau)
    said: list[str] = []
    for _ in range(pairs // 10):
        first = generator.normal(size=(models, 10))
        second = r * first + np.sqrt(1 - r**2) * generator.normal(size=(models, 10))
        true = np.clip(0.6 + 0.1 * np.hstack([first, second]), 0.01, 0.99)
        scores = generator.binomial(items, true) / items
        a, b = np.arange(10), np.arange(10, 20)
        matrix = tau_b_matrix(scores)
        low, high, _ = intervals(matrix.tau[a, b], matrix.standard_error[a, b], matrix.n[a, b], 0.95)
        noise = ceilings(scores, binomial_error(scores, np.full(scores.shape, float(items))), a, b)
        ends = interval(noise.between, noise.n, 0.95)
        free = np.full(10, "", dtype=object)
        found = judge(Measured(matrix.tau[a, b], low, high, matrix.n[a, b], noise.between, *ends, free))
        said += found.verdict.tolist()
    return {word: said.count(word) / len(said) for word in ("agree", "disagree", "cannot tell")}


def test_verdicts_on_simulated_pairs_are_right() -> None:
    """50 models, 500 items: pairs of a true tau of 0.95 and of 0.2 are told, hardly ever wrongly."""
    alike, unlike = shares(0.95, 50, 500, 60), shares(0.2, 50, 500, 60)
    assert alike["agree"] > 0.9
    assert unlike["disagree"] > 0.9
    assert alike["disagree"] == unlike["agree"] == 0


@pytest.mark.slow
@pytest.mark.parametrize("items", [100, 500, 2000])
@pytest.mark.parametrize("models", [6, 10, 20, 50, 100])
@pytest.mark.parametrize(
    ("tau", "wrong"), [(0.0, "agree"), (0.5, "agree"), (0.8, "disagree"), (0.9, "disagree")]
)
def test_verdicts_are_seldom_wrong(tau: float, wrong: str, models: int, items: int) -> None:
    """Away from the threshold at most 4 % of 300 pairs get the wrong verdict, whatever the noise and the models."""
    assert shares(tau, models, items, 300)[wrong] <= 0.04


@pytest.mark.slow
@pytest.mark.parametrize("models", [10, 20])
def test_interval_of_tau_covers(models: int) -> None:
    """95 % intervals of tau hold the true tau of normal scores 93 to 97.5 times in 100 (2,000 pairs)."""
    generator = np.random.default_rng(9)
    tau = 2 / np.pi * np.arcsin(0.7)
    held = []
    for _ in range(200):
        x = generator.normal(size=(models, 10))
        y = 0.7 * x + np.sqrt(1 - 0.49) * generator.normal(size=(models, 10))
        matrix = tau_b_matrix(np.hstack([x, y]))
        a, b = np.arange(10), np.arange(10, 20)
        low, high, _ = intervals(matrix.tau[a, b], matrix.standard_error[a, b], matrix.n[a, b], 0.95)
        held += ((low <= tau) & (tau <= high)).tolist()
    assert 0.93 <= np.mean(held) <= 0.975
