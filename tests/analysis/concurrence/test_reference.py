"""Each setting against the aggregate of the settings of other sources."""

from __future__ import annotations

import numpy as np
import pytest
from concurrence_grounds import make_grounds
from scipy.stats import kendalltau, t

from reportgen.analysis.concurrence.against import against, percentiles
from reportgen.analysis.concurrence.gaps import BOUNDS, SIGN, VERDICT, bounds, flags
from reportgen.analysis.concurrence.parts import reference
from reportgen.analysis.concurrence.references import AGGREGATES, aggregates, win_rates
from reportgen.analysis.parts import Found
from reportgen.numbers import NotEstimable


def table_of(seed: int, shape: tuple[int, int], missing: float = 0.0) -> dict[str, list[float | None]]:
    """Correlated scores by setting, with gaps at random."""
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(shape[0], 1)) + rng.normal(size=shape)
    gaps = rng.random(shape) < missing
    return {
        f"s{at}": [
            None if gap else float(score) for score, gap in zip(scores[:, at], gaps[:, at], strict=True)
        ]
        for at in range(shape[1])
    }


def found_of(*args, **more) -> Found:
    found = reference.compute(make_grounds(*args, **more), {}, np.random.default_rng(0))
    assert isinstance(found, Found)
    for name, columns in reference.TABLES.items():
        if name in found.tables:
            assert list(found.tables[name].columns) == list(columns)
    return found


def test_tau_with_the_win_rate_of_the_others_by_scipy() -> None:
    """The reference never contains the target; the part-whole value does, and is higher."""
    scores = table_of(1, (14, 5))
    grounds = make_grounds(scores)
    main = found_of(scores).main
    assert main["aggregate"].unique().tolist() == list(AGGREGATES)
    rows = main[main["aggregate"] == "win_rate"].reset_index(drop=True)
    every = np.ones(5, dtype=bool)
    for at, row in rows.iterrows():
        others = every.copy()
        others[at] = False
        rate = win_rates(grounds.goodness, np.column_stack([others, every]))
        taus = [kendalltau(grounds.goodness[:, at], np.round(rate[:, one], 9)).statistic for one in (0, 1)]
        assert [row["tau_b"], row["part_whole"]] == pytest.approx(taus, abs=1e-12)
        assert (row["n"], row["members"], row["reason"]) == (14, 4, "")
    assert (rows["part_whole"] > rows["tau_b"]).all()


def test_the_interval_is_the_literal_jackknife_over_models() -> None:
    """Second implementation: tau without each model in turn, by scipy, the reference as it is."""
    scores = table_of(4, (12, 4))
    grounds = make_grounds(scores)
    row = found_of(scores).main.query("aggregate == 'win_rate' and setting == 's2'").iloc[0]
    others = np.array([[True], [True], [False], [True]])
    x, y = grounds.goodness[:, 2], win_rates(grounds.goodness, others)[:, 0]
    without = np.array([kendalltau(np.delete(x, k), np.delete(y, k)).statistic for k in range(12)])
    half = t.ppf(0.975, 11) * np.sqrt(11 / 12 * ((without - without.mean()) ** 2).sum())
    assert row["low"] == pytest.approx(max(-1.0, row["tau_b"] - half))
    assert row["high"] == pytest.approx(min(1.0, row["tau_b"] + half))


def test_a_whole_source_is_left_out() -> None:
    """Siblings of the target count in no reference of it, but in those of other sources."""
    declared = {"s0": {"source": "web"}, "s1": {"source": "web"}}
    main = found_of(table_of(2, (12, 5)), declared).main
    rows = main[main["aggregate"] == "mean"].set_index("setting")
    assert rows["members"].tolist() == [3, 3, 4, 4, 4]


def test_two_sources_are_no_crowd() -> None:
    """With one other source the agreement is in the pairs; the sentence says what to supply."""
    found = reference.compute(make_grounds(table_of(1, (12, 2))), {}, np.random.default_rng(0))
    assert isinstance(found, NotEstimable)
    assert "come from 2 sources" in found.reason
    assert "declare the source" in found.reason


def test_few_models_have_a_tau_without_an_interval() -> None:
    """Four models: a reason instead of an interval, and no percentile."""
    main = found_of(table_of(3, (4, 3))).main
    assert set(main["reason"]) == {"interval: n=4, needs 5"}
    assert main["tau_b"].notna().all()
    assert main[["low", "high", "percentile", "percentile_low"]].isna().all().all()


def test_a_constant_setting_and_one_nobody_shares_have_reasons() -> None:
    """Unknown is not zero."""
    scores = table_of(6, (12, 4))
    scores["flat"] = [0.5] * 12
    scores = {name: [*values, None, None, None] for name, values in scores.items()}
    scores["alone"] = [None] * 12 + [1.0, 2.0, 3.0]
    rows = found_of(scores).main.query("aggregate == 'win_rate'").set_index("setting")
    assert rows.loc["flat", "reason"] == "constant"
    assert rows.loc["alone", "reason"] == "no shared model"
    assert rows.loc[["flat", "alone"], ["tau_b", "low", "percentile"]].isna().all().all()
    assert rows.loc["s0", "reason"] == ""


def test_nobody_with_all_scores_is_said() -> None:
    """The mean over models without gaps has no model here."""
    scores = table_of(8, (12, 3))
    for at, name in enumerate(scores):
        scores[name][at * 4 : at * 4 + 4] = [None] * 4
    rows = found_of(scores).main.query("aggregate == 'mean'")
    assert set(rows["reason"]) == {"no model has a score on this setting and on all the others"}


def test_the_seed_decides_the_interval_of_the_place_and_nothing_else() -> None:
    """Same generator, same bytes; another one moves only ends of intervals of places."""
    scores = table_of(9, (20, 6))
    grounds = make_grounds(scores)
    one, again, other = (
        reference.compute(grounds, {}, np.random.default_rng(seed)).main for seed in (1, 1, 2)
    )
    assert one.to_csv() == again.to_csv()
    drawn = ["percentile_low", "percentile_high"]
    assert one.drop(columns=drawn).to_csv() == other.drop(columns=drawn).to_csv()


def test_places_by_hand() -> None:
    """The best of three beats both others, the worst none; a sure order has a place without doubt."""
    rising = np.arange(30.0)
    swap = rising.copy()
    swap[[0, 1, 2, 3]] = swap[[3, 2, 1, 0]]
    scores = np.column_stack([rising, swap, -rising, np.roll(rising, 15), rising])
    found = against(scores, np.array([1, 2, 3]), np.array([4, 4, 4]), level=0.95, fewest=3)
    place, low, high = percentiles(found, np.arange(3), 0.95, np.random.default_rng(1))
    assert place.tolist() == [1.0, 0.0, 0.5]
    assert low.tolist() == [1.0, 0.0, 0.5]
    assert high.tolist() == [1.0, 0.0, 0.5]


def test_influences_hold_the_covariance_of_two_taus() -> None:
    """Squares add up to the squared jackknife error."""
    scores = np.random.default_rng(3).normal(size=(15, 3))
    scores[4, 2] = np.nan
    found = against(scores, np.array([0, 0]), np.array([1, 2]), level=0.95, fewest=3)
    error = (found.high - found.tau) / t.ppf(0.975, found.n - 1)
    np.testing.assert_allclose((found.influence**2).sum(axis=0), error**2, atol=1e-12)
    assert found.influence[4, 1] == 0.0


def test_policies_are_compared_where_scores_are_missing_only() -> None:
    """Without gaps all policies are one."""
    assert reference.POLICIES not in found_of(table_of(1, (12, 4))).tables
    found = found_of(table_of(1, (30, 4), 0.3))
    policies = found.tables[reference.POLICIES]
    assert (policies["benchmark_b"] == "").sum() == 4
    assert len(policies) == 4 + 6
    assert found.headline.missing
    assert any("scores are missing" in said for said in found.caveats)
    pair = policies[policies["benchmark_b"] != ""].iloc[0]
    assert pair["lowest"] < pair["pairwise"] < pair["highest"]
    assert pair["n_complete"] < pair["n_pairwise"]


def test_bounds_fill_gaps_against_and_for_agreement() -> None:
    """x: a < b < c, d lacking; y: a < b < c < d. For: d on top in x, all six pairs agree. Against: d at the bottom."""
    x, y = np.array([[1.0], [2.0], [3.0], [np.nan]]), np.array([[1.0], [2.0], [3.0], [4.0]])
    low, high = bounds(x, y, fewest=3)
    assert high[0] == pytest.approx(1.0)
    assert low[0] == pytest.approx(0.0)
    unknown = bounds(x[2:], y[2:], fewest=3)
    assert np.isnan(unknown).all()


def test_flags_name_the_worst_that_depends_on_missing_scores() -> None:
    """Sign before strength before what could be."""
    nan = np.nan
    policies = np.array(
        [[-0.1, 0.2, 0.3], [0.4, 0.6, nan], [0.6, 0.7, nan], [0.6, nan, nan], [nan, nan, nan]]
    )
    limits = np.array([[-0.2, 0.4], [0.1, 0.7], [-0.1, 0.8], [0.2, 0.9], [-1.0, 1.0]])
    assert flags(policies, limits).tolist() == [SIGN, VERDICT, BOUNDS, "", ""]


def test_headline_says_how_much_is_inflation() -> None:
    """Unrelated settings: every tau falls once the target is out."""
    rng = np.random.default_rng(12)
    scores = {f"s{at}": rng.normal(size=40).tolist() for at in range(4)}
    said = found_of(scores).headline
    assert (said.aggregate, said.settings, said.inflated, said.missing) == ("bradley_terry", 4, 4, False)
    assert 0.2 < said.drop < 0.5


@pytest.mark.shared
def test_leave_one_out_taus_of_the_published_catalogue(shared_data) -> None:
    """BenchBench's own members and rule (two scores or more): 0.624 with LMSys Arena inside, 0.314 without it."""
    import pandas as pd  # noqa: PLC0415  # only here

    rows = pd.read_csv(shared_data / "golden" / "benchmark_agreement" / "input_long.csv")
    wide = rows.pivot_table(index="model", columns="scenario", values="score")
    names = [
        "AlphacaEval v2lc",
        "HF OpenLLM v2",
        "Helm Classic",
        "Helm Lite",
        "LMSys Arena",
        "OpenCompass Academic",
    ]
    scores = wide[names].to_numpy()
    member = np.column_stack([np.ones(6, dtype=bool), ~np.eye(6, dtype=bool)])
    rates = aggregates(scores, member)[0]["strict_win_rate"]  # ours needs two scores as well
    expected = {
        "AlphacaEval v2lc": (0.754, 42, 0.520, 18),
        "HF OpenLLM v2": (0.658, 72, 0.420, 24),
        "Helm Lite": (0.769, 39, 0.778, 10),
        "LMSys Arena": (0.624, 65, 0.314, 21),
        "OpenCompass Academic": (0.733, 15, 0.867, 10),
    }
    for name, figures in expected.items():
        at = names.index(name)
        found = against(
            np.column_stack([scores[:, at], rates[:, 0], rates[:, 1 + at]]),
            np.array([0, 0]),
            np.array([1, 2]),
            level=0.95,
            fewest=3,
        )
        got = (found.tau[0], found.n[0], found.tau[1], found.n[1])
        assert got == pytest.approx(figures, abs=0.0006), name
