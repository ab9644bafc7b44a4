"""Which settings a ranking could do without."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from concurrence_grounds import make_grounds
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau, rankdata, zscore
from scipy.stats import t as student

from reportgen.analysis.concurrence import dropping
from reportgen.analysis.concurrence.parts import redundancy
from reportgen.analysis.parts import Found
from reportgen.numbers import NotEstimable

NO = None


def compute(scores, **common):
    return redundancy.compute(make_grounds(scores, **common), {}, np.random.default_rng(0))


def found(scores, **common) -> Found:
    result = compute(scores, **common)
    assert isinstance(result, Found)
    return result


def random_scores(n, q, noise=1.0, seed=0):
    generator = np.random.default_rng(seed)
    common = generator.normal(size=n)
    return {f"x{at}": (common + noise * generator.normal(size=n)).tolist() for at in range(q)}


def mean_of(scores, names, all_rows=None):
    """Mean of the standardised columns, by scipy."""
    return np.mean([zscore(scores[name], ddof=1) for name in names], axis=0)


def tau(scores, names) -> float:
    return kendalltau(mean_of(scores, names), mean_of(scores, scores)).statistic


def test_losses_are_those_of_scipy_for_every_setting() -> None:
    """Loss, and by how many places which model moves most."""
    scores = random_scores(30, 5)
    main = found(scores).main.set_index("setting")
    full = rankdata(mean_of(scores, scores))
    for name in scores:
        rest = [other for other in scores if other != name]
        assert main.loc[name, "loss"] == pytest.approx(1 - tau(scores, rest))
        change = np.abs(rankdata(mean_of(scores, rest)) - full)
        assert main.loc[name, "max_rank_change"] == change.max()
        assert main.loc[name, "moved"] == f"m{int(change.argmax()):04d}"


def test_the_interval_is_the_jackknife_over_models() -> None:
    """Each model left out in turn with scipy, Student's t with n - 1 degrees of freedom."""
    scores = random_scores(20, 4)
    row = found(scores).main.iloc[0]
    full, rest = mean_of(scores, scores), mean_of(scores, ["x1", "x2", "x3"])
    without = np.array([kendalltau(np.delete(full, k), np.delete(rest, k)).statistic for k in range(20)])
    half = student.ppf(0.975, 19) * np.sqrt(19 / 20 * ((without - without.mean()) ** 2).sum())
    assert row["low"] == pytest.approx(max(0.0, row["loss"] - half))
    assert row["high"] == pytest.approx(row["loss"] + half)


@pytest.mark.parametrize("seed", range(4))
def test_every_step_drops_what_costs_least_and_brute_force_bounds_it(seed) -> None:
    """Five settings: each step is the best single drop; no subset of that size is worse than the best of all."""
    scores = random_scores(25, 5, seed=seed)
    path = found(scores).tables["path"]
    left = list(scores)
    for row in path.to_dict("records"):
        taus = {name: tau(scores, [other for other in left if other != name]) for name in left}
        assert taus[row["dropped"]] == pytest.approx(max(taus.values()))
        left.remove(row["dropped"])
        assert row["kept"] == len(left)
        assert row["tau_b"] == pytest.approx(tau(scores, left))
        best = max(tau(scores, subset) for subset in combinations(scores, len(left)))
        assert row["tau_b"] <= best + 1e-12
    best_of_four = max(tau(scores, subset) for subset in combinations(scores, 4))
    assert path["tau_b"].iloc[0] == pytest.approx(best_of_four)


def test_twins_and_near_copies_go_first() -> None:
    """Five settings that measure one thing with hardly any noise, and one that measures another."""
    generator = np.random.default_rng(2)
    one, other = generator.normal(size=(2, 60))
    scores = {f"x{at}": (one + 0.01 * generator.normal(size=60)).tolist() for at in range(5)}
    scores["z"] = (one + 3 * other).tolist()
    result = found(scores)
    (fact,) = result.headline
    main = result.main.set_index("setting")
    assert "z" not in fact.dropped
    assert len(fact.dropped) >= 1
    assert main.loc["z", "loss"] == main["loss"].max()
    assert main["droppable"].sum() == len(fact.dropped)
    assert fact.tau_b >= redundancy.KEEPS
    assert fact.low >= redundancy.SURELY
    assert fact.least != "z"


def test_settings_that_are_all_the_same_can_all_be_dropped_but_one() -> None:
    """Tau stays 1, and with 60 models the interval is narrow enough."""
    column = np.arange(60.0).tolist()
    result = found({"x": column, "y": column, "z": column})
    assert result.main["loss"].tolist() == [0.0, 0.0, 0.0]
    assert result.tables["path"]["keeps"].tolist() == [True, True]
    (fact,) = result.headline
    assert fact.dropped == ("x", "y")
    assert (fact.tau_b, fact.max_rank_change) == (1.0, 0.0)


def test_a_few_models_are_not_enough_to_be_sure() -> None:
    """Tau is 1, but the interval of six models is wide: perhaps."""
    column = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    (fact,) = found({"x": column, "y": column, "z": column}).headline
    assert fact.dropped == ()
    assert fact.perhaps == 2
    assert np.isnan(fact.tau_b)


def test_once_the_ranking_is_lost_no_smaller_set_counts(monkeypatch) -> None:
    """A tau that rises again by chance is no reason to drop more."""
    monkeypatch.setattr(
        dropping, "taus", lambda *_: (np.array([0.99, 0.90, 0.99, 0.8]), np.full(4, 0.95), np.ones(4))
    )
    monkeypatch.setattr(dropping, "means_along", lambda scores, order: scores[:, :4])
    path = redundancy._path(
        "s", np.array(list("abcde"), dtype=object), np.arange(9.0), np.zeros((9, 4)), 0.95
    )
    assert path["keeps"].tolist() == [True, False, False, False]


def test_only_models_with_every_setting_are_compared() -> None:
    """The others are left out of the standard deviations too."""
    scores = random_scores(24, 3)
    whole = {name: column[:20] for name, column in scores.items()}
    scores["x0"][20:] = [NO] * 4
    assert found(scores).main["loss"].tolist() == found(whole).main["loss"].tolist()
    assert set(found(scores).main["n"]) == {20}


def test_settings_that_hardly_any_model_has_are_left_outside() -> None:
    """Three settings with 20 models, and one with two of them."""
    scores = {**random_scores(20, 3), "rare": [1.0, 2.0] + [NO] * 18}
    result = found(scores)
    assert result.main["setting"].tolist() == ["x0", "x1", "x2"]
    assert result.tables["sets"][["settings", "outside", "models"]].values.tolist() == [[3, 1, 20]]


def test_suites_are_looked_at_one_by_one_and_together() -> None:
    """Together only where models have scores in several of them; a suite of two settings has nothing to drop."""
    scores = random_scores(20, 8)
    suites = {name: {"suite": "stu"[min(at // 3, 2)]} for at, name in enumerate(scores)}
    result = found(scores, settings=suites)
    assert result.tables["sets"]["suite"].tolist() == ["s", "t", redundancy.TOGETHER]
    assert result.tables["sets"]["settings"].tolist() == [3, 3, 8]
    assert [fact.suite for fact in result.headline] == [redundancy.TOGETHER, "s", "t"]
    apart = {
        name: column if at < 3 else [NO] * 20 + column for at, (name, column) in enumerate(scores.items())
    }
    apart = {name: column + [NO] * (40 - len(column)) for name, column in apart.items()}
    sets = found(apart, settings=suites).tables["sets"]
    assert sets["suite"].tolist() == ["s", "t"]


@pytest.mark.parametrize(
    ("scores", "reason"),
    [
        (random_scores(4, 3), "models with every setting: 4, needs 5"),
        ({**random_scores(9, 2), "c": [1.0] * 9}, "fewer than 3 settings that tell models apart"),
    ],
    ids=["four models", "a constant setting"],
)
def test_a_suite_that_cannot_be_computed_says_why(scores, reason) -> None:
    """Beside one that can."""
    both = {
        **{f"s{name}": column + [NO] * (12 - len(column)) for name, column in scores.items()},
        **random_scores(12, 3),
    }
    suites = {name: {"suite": "s" if name.startswith("s") else "t"} for name in both}
    sets = found(both, settings=suites).tables["sets"].set_index("suite")
    assert sets.loc["s", "reason"] == reason
    assert sets.loc["t", "reason"] == ""
    alone = compute(scores)
    assert isinstance(alone, NotEstimable)


def test_tables_have_the_documented_columns_and_units_do_not_matter() -> None:
    """Percent or fraction, and the order of settings."""
    scores = random_scores(18, 4)
    result = found(scores)
    for name, columns in redundancy.TABLES.items():
        assert list(result.tables[name].columns) == list(columns), name
    scaled = {name: [100 * value + 3 for value in scores[name]] for name in reversed(scores)}
    losses = result.main.set_index("setting")["loss"]
    other = found(scaled).main.set_index("setting")["loss"]
    assert other[losses.index].tolist() == pytest.approx(losses.tolist())


@given(st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=5, max_size=9))
def test_scores_with_many_ties_give_numbers_or_reasons(rows) -> None:
    """Never a warning; taus lie between -1 and 1, or are unknown."""
    columns = {f"x{at}": list(map(float, column)) for at, column in enumerate(zip(*rows, strict=True))}
    if all(len(set(column)) == 1 for column in columns.values()):
        return
    result = compute(columns)
    if isinstance(result, Found):
        loss = result.main["loss"].dropna()
        assert ((loss >= 0) & (loss <= 2)).all()


def test_a_search_that_cannot_compare_all_models_spreads_over_the_ranking(monkeypatch) -> None:
    """Its taus are still those of all models."""
    monkeypatch.setattr(dropping, "AFFORDED", 2000)
    scores = random_scores(80, 4, noise=0.4)
    result = found(scores)
    assert result.tables["sets"]["searched"].tolist() == [dropping.searched(80, 4)]
    assert dropping.searched(80, 4) < 80
    left = [name for name in scores if name != result.tables["path"]["dropped"].iloc[0]]
    assert result.tables["path"]["tau_b"].iloc[0] == pytest.approx(tau(scores, left))


@pytest.mark.slow
@pytest.mark.parametrize(("n", "q", "noise"), [(20, 5, 0.8), (40, 10, 0.5), (100, 5, 0.8)])
def test_the_interval_covers_the_tau_of_endless_models(n, q, noise) -> None:
    """Nominal 95 %, though the standard deviations of each sample are held fixed in its jackknife."""
    generator = np.random.default_rng(1)

    def ranking(models):
        values = generator.normal(size=(models, 1)) + noise * generator.normal(size=(models, q))
        scores = dropping.standardised(values)
        return scores.sum(axis=1), scores[:, 1:].sum(axis=1)

    truth = kendalltau(*ranking(40_000)).statistic
    hits = 0
    for _ in range(1000):
        full, rest = ranking(n)
        _, low, high = dropping.taus(full, rest[:, np.newaxis], 0.95)
        hits += bool(low[0] <= truth <= high[0])
    assert 0.93 <= hits / 1000 <= 0.99
