"""What agreeing benchmarks share: by hand on a small table, and by enumeration."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from concurrence_grounds import make_grounds
from scipy.stats import kendalltau

from reportgen.analysis.concurrence.parts import structure
from reportgen.analysis.parts import Found
from reportgen.numbers import NotEstimable

DECLARED = {
    "a": {"source": "news", "construct": "logic", "split_strategy": "random"},
    "b": {"source": "news", "construct": "maths", "split_strategy": "length"},
    "c": {"source": "web", "construct": "logic", "split_strategy": "random"},
    "d": {"source": "web", "construct": "maths"},
}


def scores(p: int = 14, q: str = "abcd", seed: int = 1) -> dict[str, list[float]]:
    """Two sources that matter: a and b share noise, c and d too."""
    generator = np.random.default_rng(seed)
    ability, shared = generator.normal(size=p), generator.normal(size=(p, 2))
    return {
        name: (ability + 2 * shared[:, at // 2] + 0.5 * generator.normal(size=p)).tolist()
        for at, name in enumerate(q)
    }


def found(table=None, declared=None, **more) -> Found:
    grounds = make_grounds(table or scores(), DECLARED if declared is None else declared, **more)
    result = structure.compute(grounds, {}, np.random.default_rng(0))
    assert isinstance(result, Found)
    return result


def row(frame: pd.DataFrame, **where: str) -> pd.Series:
    for column, value in where.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1
    return frame.iloc[0]


def taus(table: dict[str, list[float]]) -> dict[str, float]:
    return {
        x + y: kendalltau(table[x], table[y]).statistic for x, y in itertools.combinations(sorted(table), 2)
    }


def test_means_of_the_classes_by_hand() -> None:
    """Six pairs: ab and cd share the source, ac and bd the construct, ad and bc neither."""
    table = scores()
    tau = taus(table)
    main = found(table).main
    same = row(main, grouping="source", **{"class": "same"})
    assert same["mean_tau"] == pytest.approx((tau["ab"] + tau["cd"]) / 2)
    assert (same["pairs"], same["median_n"]) == (2, 14)
    crossed = main[main["grouping"] == "source and construct"].set_index("class")
    assert crossed["mean_tau"].to_dict() == pytest.approx(
        {
            "same source": (tau["ab"] + tau["cd"]) / 2,
            "same construct, other source": (tau["ac"] + tau["bd"]) / 2,
            "same source, other construct": (tau["ab"] + tau["cd"]) / 2,
            "same source and construct": np.nan,
            "neither": (tau["ad"] + tau["bc"]) / 2,
        },
        nan_ok=True,
    )
    assert crossed.loc["same source and construct", "reason"] == "no such pair"


def test_undeclared_is_neither_the_same_nor_different() -> None:
    """d declares no split: of the six pairs only ac shares it and ab, bc differ."""
    main = found().main
    assert row(main, grouping="split", **{"class": "same"})["pairs"] == 1
    assert row(main, grouping="split", **{"class": "different"})["pairs"] == 2
    assert not (main["grouping"] == "source_type").any()
    assert found().headline.undeclared == ("source_type",)


def test_difference_of_source_and_construct_by_hand() -> None:
    """Delta is the mean of ab and cd less the mean of ac and bd; its p from the 24 orders of four benchmarks."""
    table = scores()
    tau = taus(table)
    contrasts = found(table).tables["contrasts"]
    delta = row(contrasts, contrast="same source, other construct - same construct, other source")
    expected = (tau["ab"] + tau["cd"] - tau["ac"] - tau["bd"]) / 2
    assert delta["difference"] == pytest.approx(expected)
    drawn = []
    for order in itertools.permutations("abcd"):
        moved = dict(zip("abcd", order, strict=True))

        def at(x: str, y: str, moved: dict[str, str] = moved) -> float:
            return tau["".join(sorted(moved[x] + moved[y]))]

        drawn.append((at("a", "b") + at("c", "d") - at("a", "c") - at("b", "d")) / 2)
    assert delta["p"] == pytest.approx(np.mean(np.abs(drawn) >= abs(expected) - 1e-9))
    assert (delta["exact"], delta["arrangements"], delta["two_sided"]) == (True, 24, True)


def test_source_given_construct_exchanges_sources_only_within_a_construct() -> None:
    """Four of a kind: within logic {a, c} and within maths {b, d} the sources change places: 2 x 2 orders."""
    tau = taus(scores())
    contrasts = found().tables["contrasts"]
    given = row(contrasts, contrast="same source, other construct - neither")
    observed = (tau["ab"] + tau["cd"] - tau["ad"] - tau["bc"]) / 2
    assert given["difference"] == pytest.approx(observed)
    assert given["arrangements"] == 4
    assert given["p"] == pytest.approx(np.mean([value >= observed for value in (observed, -observed) * 2]))


def test_intervals_are_those_of_resampled_models() -> None:
    """The same draws, the matrix computed anew for each by scipy; 2.5 and 97.5 percentiles."""
    table = scores()
    grounds = make_grounds(table, DECLARED)
    result = structure.compute(grounds, {}, np.random.default_rng(7))
    assert isinstance(result, Found)
    head = result.headline
    drawn = np.random.default_rng(7).multinomial(14, np.full(14, 1 / 14), size=head.resamples)
    means = []
    for weights in drawn:
        rows = np.repeat(np.arange(14), weights)
        tau = taus({name: np.array(values)[rows].tolist() for name, values in table.items()})
        means.append((tau["ab"] + tau["cd"]) / 2)
    same = row(result.main, grouping="source", **{"class": "same"})
    assert (same["low"], same["high"]) == pytest.approx(tuple(np.quantile(means, (0.025, 0.975))), abs=1e-9)
    assert (head.method, head.models, head.fewest, head.pairs) == ("bootstrap", 14, 10, 6)


def test_few_models_are_used_where_there_are_no_more() -> None:
    """Six models: the pairs have no ten, and the table says six."""
    result = found(scores(p=6))
    assert result.headline.fewest == 5
    assert (result.main["median_n"].dropna() == 6).all()


def test_pairs_with_few_models_are_left_out_where_others_have_more() -> None:
    """d has eight scores of fourteen: only the three pairs without it are used."""
    table = scores()
    table["d"] = [*table["d"][:8], *[None] * 6]
    assert found(table).headline.pairs == 3


def test_one_test_set_measured_twice_is_no_pair() -> None:
    """Two metrics of a are as alike as can be; that says nothing about sources."""
    table = scores()
    table["a2"] = [value * 2 + 1 + 1e-3 * at for at, value in enumerate(table["a"])]
    declared = {**DECLARED, "a2": DECLARED["a"]}
    settings = {"a": {"benchmark": "a"}, "a2": {"benchmark": "a", "metric": "f1"}}
    result = found(table, declared, settings=settings)
    assert result.headline.pairs == 9


def test_nothing_declared_says_what_is_missing() -> None:
    """No catalog, no classes."""
    result = structure.compute(make_grounds(scores()), {}, np.random.default_rng(0))
    assert result == NotEstimable(
        "the catalog declares no source, construct, split strategy or source type of them"
    )


def test_regression_has_each_term_once() -> None:
    """Half of the pairs share no split, so split does not enter; log n is constant and does not either."""
    frame = found().tables["regression"]
    assert frame["term"].tolist() == ["same_source", "same_construct", "constant"]
    tau = taus(scores())
    expected = (tau["ab"] + tau["cd"] - tau["ad"] - tau["bc"]) / 2
    assert frame.set_index("term").loc["same_source", "coefficient"] == pytest.approx(expected)


def test_variance_shares_add_up_to_one() -> None:
    """Shared noise of a source is four times the model's own variance in these data."""
    frame = found(scores(p=200)).tables["variance"].set_index("effect")
    assert frame["share"].sum() == pytest.approx(1)
    assert frame.loc["model:source", "share"] > frame.loc["model:construct", "share"]


def test_order_of_columns_and_scale_change_nothing() -> None:
    """Only ranks count in the means, and names decide the order."""
    table = scores()
    turned = {name: [np.exp(value) for value in table[name]] for name in "dbca"}
    first, second = found(table).main, found(turned).main
    pd.testing.assert_frame_equal(
        first[["grouping", "class", "mean_tau", "pairs"]], second[["grouping", "class", "mean_tau", "pairs"]]
    )


def test_suites_are_compared_within_themselves() -> None:
    """Two copies of the small table, each a suite: the classes of each are those it has alone."""
    one, other = scores(), scores(seed=2)
    table = one | {name.upper(): values for name, values in other.items()}
    declared = DECLARED | {name.upper(): entry for name, entry in DECLARED.items()}
    suites = {name: {"suite": "first" if name.islower() else "second"} for name in table}
    rows = found(table, declared, settings=suites).tables["suites"].set_index(["suite", "class"])["mean_tau"]
    tau = taus(other)
    assert rows["second", "same source"] == pytest.approx((tau["ab"] + tau["cd"]) / 2)
    assert rows["second", "same construct, other source"] == pytest.approx((tau["ac"] + tau["bd"]) / 2)
    assert set(rows.index.get_level_values("suite")) == {"first", "second"}
    assert found().tables["suites"].empty, "one suite is the main table"


def test_columns_are_those_documented() -> None:
    """Each column of each table has its meaning."""
    assert {name: list(frame) for name, frame in found().tables.items()} == {
        name: list(columns) for name, columns in structure.TABLES.items()
    }
