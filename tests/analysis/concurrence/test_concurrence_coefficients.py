"""The part that measures agreement in several ways."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from concurrence_grounds import make_grounds
from scipy import stats

from reportgen.analysis.concurrence.coefficients import COEFFICIENTS
from reportgen.analysis.concurrence.measured import affordable, measured, pairs_of, quick_values
from reportgen.analysis.concurrence.parts import coefficients
from reportgen.analysis.parts import Found
from reportgen.numbers import NotEstimable


def random_scores(n: int, q: int, *, gaps: float = 0.0, seed: int = 0) -> dict:
    generator = np.random.default_rng(seed)
    common = generator.normal(size=n)
    scores = {}
    for at in range(q):
        column = (np.round(common + generator.normal(size=n), 1)).tolist()
        scores[f"x{at}"] = [None if generator.random() < gaps else value for value in column]
    return scores


def compute(scores, **common):
    return coefficients.compute(make_grounds(scores, **common), {}, np.random.default_rng(0))


def found(scores, **common) -> Found:
    result = compute(scores, **common)
    assert isinstance(result, Found)
    for name, frame in result.tables.items():
        assert list(frame.columns) == list(coefficients.TABLES[name]), name
    return result


def test_every_pair_has_every_coefficient() -> None:
    """Values equal those of single vectors; tau-b keeps the interval it has everywhere."""
    scores = random_scores(14, 4, gaps=0.2)
    grounds = make_grounds(scores)
    main = coefficients.compute(grounds, {}, np.random.default_rng(0)).main
    assert len(main) == 6 * len(COEFFICIENTS)
    taus = grounds.agreement.pairs.set_index(["benchmark_a", "benchmark_b"])
    for row in main.to_dict("records"):
        x, y = (np.array(scores[row[side]], dtype=float) for side in ("benchmark_a", "benchmark_b"))
        both = np.isfinite(x) & np.isfinite(y)
        assert row["n"] == both.sum()
        assert row["value"] == pytest.approx(COEFFICIENTS[row["coefficient"]].of(x[both], y[both]))
        if row["coefficient"] == "tau_b":
            assert row["low"] == taus.loc[(row["benchmark_a"], row["benchmark_b"]), "low"]
        assert (row["reason"] == "") == np.isfinite(row["low"])


def test_a_pair_on_which_the_top_decides() -> None:
    """Ranks agree but for one model far off in score: Pearson is below 0, Kendall above."""
    x = [float(k) for k in range(12)]
    y = [float(k) for k in range(11)] + [-100.0]
    result = found({"a": x, "b": y})
    (row,) = result.tables["disagreements"].to_dict("records")
    assert row["sign_changes"]
    assert row["lowest_value"] < 0 < row["highest_value"]
    assert row["lowest_value"] == pytest.approx(
        min(stats.pearsonr(x, y).statistic, stats.weightedtau(x, y).statistic)
    )
    assert result.headline.sign_changes == 1


def test_a_pair_on_which_all_say_the_same_is_no_disagreement() -> None:
    """Close to the diagonal."""
    x = [float(k) for k in range(12)]
    y = [1.0, 0.0, *x[2:10], 11.0, 10.0]
    result = found({"a": x, "b": y})
    assert result.tables["disagreements"].empty
    assert (result.headline.judged, result.headline.unanimous) == (1, 1)


def test_pairs_that_share_too_few_models_are_left_to_the_table_of_agreement() -> None:
    """Two shared models: no row; a constant benchmark: rows with the reason."""
    assert isinstance(compute({"a": [1.0, 2, None, None], "b": [1.0, 2, 3, None]}), NotEstimable)
    main = found({"a": [1.0, 1, 1, 1], "b": [1.0, 2, 3, 4]}).main
    assert set(main["reason"]) == {"constant"}
    assert main["value"].isna().all()


def test_what_exceeds_the_limits_has_only_what_is_quick(monkeypatch) -> None:
    """The pair that shares most has all; the others four coefficients, of which tau-b has its interval."""
    monkeypatch.setattr(coefficients, "MOST_PAIRS", 1)
    scores = random_scores(10, 3)
    scores["x2"][0] = None
    result = found(scores)
    counts = result.main.groupby(["benchmark_a", "benchmark_b"]).size()
    assert counts.to_dict() == {("x0", "x1"): len(COEFFICIENTS), ("x0", "x2"): 4, ("x1", "x2"): 4}
    rest = result.main[result.main["benchmark_b"] == "x2"].set_index(["benchmark_a", "coefficient"])
    assert np.isfinite(rest.loc[("x0", "tau_b"), "low"])
    assert rest.loc[("x0", "pearson"), "reason"] == coefficients.LEFT_OUT
    monkeypatch.undo()
    whole = found(scores).main.set_index(["benchmark_a", "benchmark_b", "coefficient"])["value"]
    for key, value in rest["value"].items():
        assert value == pytest.approx(whole[key[0], "x2", key[1]])
    assert (result.headline.pairs, result.headline.detailed) == (3, 1)
    assert "1 of 3 pairs" in result.caveats[0]


def test_beyond_all_limits_nothing_is_pretended(monkeypatch) -> None:
    """Neither Spearman nor Pearson where the benchmarks have different models and there is no room to look."""
    monkeypatch.setattr(coefficients, "MOST_PAIRS", 0)
    monkeypatch.setattr(coefficients, "MOST_CELLS", 0)
    main = found(random_scores(12, 2, gaps=0.2)).main.set_index("coefficient")
    assert main.loc["pearson", "reason"] == coefficients.NOT_COMPUTED
    assert np.isnan(main.loc["pearson", "value"])
    assert np.isfinite(main.loc["tau_a", "value"])


def test_pairs_within_a_suite_come_first() -> None:
    """Then those that share most; a long pair costs little, because it gets no table of models."""
    pairs = pd.DataFrame(
        {"suite_a": ["S", "S", "S", "S"], "suite_b": ["T", "S", "S", "T"], "n": [90, 10, 20, 80]}
    )
    usable = np.array([True, True, True, False])
    assert affordable(pairs, usable, most=2, work=1e6, table=1000).tolist() == [1, 2]
    assert affordable(pairs, usable, most=9, work=1e6, table=1000).tolist() == [0, 1, 2]
    assert affordable(pairs, usable, most=9, work=600, table=1000).tolist() == [1, 2]
    assert affordable(pairs, usable, most=9, work=9600, table=85).tolist() == [0, 1, 2]


@pytest.mark.parametrize("name", ["spearman", "pearson"])
@pytest.mark.parametrize("gaps", [0.0, 0.3])
def test_quick_values_equal_scipy(name: str, gaps: float) -> None:
    """With the same models in all benchmarks, and with other ones in each."""
    columns = np.array(list(random_scores(20, 5, gaps=gaps).values()), dtype=float).T
    columns[:, 4] = np.where(np.isfinite(columns[:, 4]), 1.0, np.nan)
    first, second = np.triu_indices(5, k=1)
    values = quick_values(name, columns, first, second, 10**6)
    reference = {"spearman": stats.spearmanr, "pearson": stats.pearsonr}[name]
    for a, b, value in zip(first, second, values, strict=True):
        both = np.isfinite(columns[:, [a, b]]).all(axis=1)
        if b == 4:
            assert np.isnan(value)
        else:
            assert value == pytest.approx(reference(columns[both, a], columns[both, b]).statistic)


@pytest.mark.parametrize("name", COEFFICIENTS)
def test_one_coefficient_of_all_pairs(name: str) -> None:
    """With the reasons of pairs that have none."""
    scores = random_scores(12, 3)
    scores["few"] = [1.0, 2.0] + [None] * 10
    grounds = make_grounds(scores)
    frame = pairs_of(COEFFICIENTS[name], grounds.evidence.table, grounds.agreement, 3)
    assert len(frame) == 6
    assert set(frame["coefficient"]) == {name}
    few = frame[frame["benchmark_b"] == "few"]
    assert set(few["reason"]) == {"overlap n=2: n<3"}
    assert few["value"].isna().all()
    rest = frame[frame["benchmark_b"] != "few"]
    x, y = (np.array(scores[key]) for key in ("x0", "x1"))
    assert rest["value"].iloc[0] == pytest.approx(COEFFICIENTS[name].of(x, y))


def test_the_order_of_rows_does_not_depend_on_the_stacks() -> None:
    """Measured in one go or pair by pair: the same numbers in the same places."""
    columns = np.array(list(random_scores(16, 4, gaps=0.3, seed=2).values()), dtype=float).T
    first, second = np.triu_indices(4, k=1)
    ways = list(COEFFICIENTS.values())
    whole = measured(ways, columns, first, second, 0.95)
    for at in range(6):
        single = measured(ways, columns, first[at : at + 1], second[at : at + 1], 0.95)
        np.testing.assert_allclose(whole.value[at], single.value[0], atol=1e-12)
        np.testing.assert_allclose(whole.low[at], single.low[0], atol=1e-12)
        assert whole.reason[at].tolist() == single.reason[0].tolist()
