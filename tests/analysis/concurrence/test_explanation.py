"""Why two settings disagree: which models change places, and which one moves tau most."""

from __future__ import annotations

import numpy as np
import pytest
from concurrence_grounds import make_grounds
from scipy.stats import kendalltau

from reportgen.analysis.concurrence.parts import explanation
from reportgen.analysis.parts import Found
from reportgen.numbers import NotEstimable

NO = None
RISING = [float(k) for k in range(12)]
#: As RISING, but the first model is the best.
ONE_OUT = [20.0, *RISING[1:]]


def compute(scores, **common):
    return explanation.compute(make_grounds(scores, **common), {}, np.random.default_rng(0))


def found(scores, **common) -> Found:
    result = compute(scores, **common)
    assert isinstance(result, Found)
    return result


def random_scores(n, q, seed=0):
    generator = np.random.default_rng(seed)
    common = generator.normal(size=n)
    return {f"x{at}": (common + generator.normal(size=n)).tolist() for at in range(q)}


def test_one_model_out_of_place_by_hand() -> None:
    """b puts the last model first: it changes places with all 11 others, and without it tau is 1."""
    result = found({"a": RISING, "b": ONE_OUT})
    (row,) = result.tables["leverage"].to_dict("records")
    assert row["pivot"] == "m0000"
    assert row["tau_b"] == pytest.approx(1 - 2 * 11 / 66)
    assert row["tau_without_pivot"] == 1.0
    assert row["change"] == pytest.approx(22 / 66)
    assert result.main["model_2"].tolist() == ["m0000"] * 5
    assert result.main["place"].tolist() == [1, 2, 3, 4, 5]
    assert (result.main["reason"] == "a standard error is unknown").all()
    (firm,) = result.headline.firmest
    assert (firm.benchmark_a, firm.benchmark_b, firm.n, firm.pivot) == ("a", "b", 12, "m0000")
    assert (result.headline.busiest, result.headline.pivot_of, result.headline.pairs) == ("m0000", 1, 1)
    assert result.headline.expected == pytest.approx(1 / 12)


def test_the_pivot_is_the_model_whose_literal_removal_moves_tau_most() -> None:
    """Against scipy's tau of the other models, for every pair of settings."""
    scores = random_scores(15, 4)
    table = found(scores).tables["leverage"]
    assert len(table) == 6
    for row in table.to_dict("records"):
        x, y = np.array(scores[row["benchmark_a"]]), np.array(scores[row["benchmark_b"]])
        tau = kendalltau(x, y).statistic
        without = [kendalltau(np.delete(x, k), np.delete(y, k)).statistic for k in range(15)]
        at = int(row["pivot"][1:])
        assert abs(without[at] - tau) == pytest.approx(np.max(np.abs(np.array(without) - tau)))
        assert row["tau_without_pivot"] == pytest.approx(without[at])
        assert row["change"] == pytest.approx(without[at] - tau)
    assert table["change"].abs().is_monotonic_decreasing


def test_how_often_a_model_is_the_pivot_is_counted_and_expected() -> None:
    """The expected counts of all models add up to the number of pairs: each pair has one pivot."""
    scores = random_scores(15, 5)
    scores["x0"][:3] = [NO] * 3
    result = found(scores)
    pivots, leverage = result.tables["pivots"].set_index("model"), result.tables["leverage"]
    assert pivots["expected"].sum() == pytest.approx(10)
    assert pivots["pivot_of"].to_dict() == {
        name: int((leverage["pivot"] == name).sum()) for name in pivots.index
    }
    assert pivots.loc["m0000", "pairs"] == 6
    assert pivots.loc["m0014", "pairs"] == 10
    assert pivots.loc["m0014", "expected"] == pytest.approx(4 / 12 + 6 / 15)
    for name, rows in leverage.groupby("pivot"):
        assert pivots.loc[name, "typical_change"] == pytest.approx(rows["change"].abs().median())


def test_few_shared_models_have_flips_but_no_leverage() -> None:
    """Leaving one of four out moves any tau by much."""
    result = found({"a": [1, 2, 3, 4], "b": [2, 1, 3, 4]})
    assert len(result.main) == 1
    assert result.tables["leverage"].empty
    assert result.tables["pivots"].empty
    assert result.headline.busiest == ""


def test_a_model_that_one_setting_ranks_unlike_the_others() -> None:
    """The last of three settings puts the worst model first."""
    table = found({"a": RISING, "b": RISING[:5] + [k + 0.5 for k in RISING[5:]], "c": ONE_OUT}).tables[
        "unlike"
    ]
    row = table[table["setting"] == "c"].iloc[0]
    assert (row["model"], row["here"], row["elsewhere"], row["difference"]) == ("m0000", 1.0, 0.0, 1.0)
    assert row["settings"] == 2
    assert (table["setting"].value_counts() == explanation.UNLIKE).all()


def test_scores_under_two_names_explain_nothing() -> None:
    """No flips between them, and neither counts as another setting for the other."""
    result = found({"a": RISING, "b": RISING, "c": ONE_OUT})
    pairs = set(zip(result.main["benchmark_a"], result.main["benchmark_b"], strict=True))
    assert pairs == {("a", "c"), ("b", "c")}
    assert set(result.tables["unlike"].query("setting == 'a'")["settings"]) == {1}
    assert isinstance(compute({"a": RISING, "b": RISING}), NotEstimable)


def test_each_setting_is_named_once_and_firm_pairs_come_first() -> None:
    """The most reversed pair first, the others below the median; a pair of few models only where there is no other."""
    backwards = [-value for value in RISING]
    result = found({"a": RISING, "b": backwards, "c": ONE_OUT, "d": [*backwards[:11], 30.0]})
    assert [(one.benchmark_a, one.benchmark_b) for one in result.headline.firmest] == [("a", "b")]
    many = found(random_scores(20, 9, seed=1))
    named = [name for one in many.headline.firmest for name in (one.benchmark_a, one.benchmark_b)]
    assert len(named) == len(set(named)) == 2 * explanation.NAMED
    middle = np.median(many.tables["leverage"]["tau_b"])
    assert all(one.tau_b < middle for one in many.headline.firmest)
    few = found({"a": RISING, "b": ONE_OUT, "c": [4, 3, 2, 1, 0] + [NO] * 7})
    assert [(one.benchmark_a, one.benchmark_b) for one in few.headline.firmest] == [("a", "b")]


def test_benchmarks_in_the_same_order_have_nothing_to_explain() -> None:
    """No flip, no pair named, empty tables with their columns."""
    result = found({"a": RISING, "b": [value**2 for value in RISING]})
    assert result.headline.firmest == ()
    assert result.main.empty
    for name, columns in explanation.TABLES.items():
        assert list(result.tables[name].columns) == list(columns), name


def test_where_errors_are_known_the_flip_has_a_probability() -> None:
    """A wide flip with small errors is real; and the columns are as documented."""
    result = found({"a": RISING, "b": ONE_OUT}, stderr={"a": 0.1, "b": 0.1})
    assert (result.main["p_real_flip"] > 0.99).all()
    assert (result.main["reason"] == "").all()
    assert list(result.main.columns) == list(explanation.TABLES["main"])


def test_only_so_many_pairs_are_listed(monkeypatch) -> None:
    """Within suites first, then those that agree least, and always those named in sentences."""
    monkeypatch.setattr(explanation, "MOST_PAIRS", 4)
    scores = random_scores(12, 4, seed=2)
    settings = {"x0": {"suite": "s"}, "x1": {"suite": "s"}, "x2": {"suite": "t"}, "x3": {"suite": "u"}}
    result = found(scores, settings=settings)
    listed = set(zip(result.main["benchmark_a"], result.main["benchmark_b"], strict=True))
    named = {(one.benchmark_a, one.benchmark_b) for one in result.headline.firmest}
    assert ("x0", "x1") in listed
    assert named <= listed
    assert (len(listed), result.headline.listed, result.headline.of) == (4, 4, 6)


@pytest.mark.parametrize(
    "scores",
    [{"a": [1, 2], "b": [2, 1]}, {"a": [1, 1, 1, 1], "b": [1, 2, 3, 4]}, {"a": [1, 2, 3, NO, NO, NO], "b": [NO, NO, NO, 1, 2, 3]}],
    ids=["two models", "constant", "no shared model"],
)  # fmt: skip
def test_without_a_tau_there_is_nothing_to_explain(scores) -> None:
    """With the reason."""
    assert compute(scores) == NotEstimable(
        "no two different benchmarks share 3 models whose scores tell them apart"
    )


def test_order_of_settings_and_names_of_models_change_nothing_but_labels() -> None:
    """The same flips of the same sizes."""
    scores = random_scores(14, 3, seed=7)
    plain = found(scores).main
    turned = found({name: scores[name] for name in ("x2", "x1", "x0")}).main
    sizes = plain.groupby(["benchmark_a", "benchmark_b"])["gap_a"].apply(list)
    other = turned.groupby(["benchmark_b", "benchmark_a"])["gap_b"].apply(list)
    for pair, gaps in sizes.items():
        assert [-gap for gap in other[pair]] == pytest.approx(gaps)
