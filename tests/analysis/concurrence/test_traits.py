"""Multitrait-multimethod by hand on two constructs from two sources."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from concurrence_grounds import make_grounds
from scipy.stats import kendalltau

from reportgen.analysis.concurrence.parts import traits
from reportgen.analysis.parts import Found
from reportgen.analysis.reliability import alpha
from reportgen.numbers import NotEstimable

DECLARED = {
    name: {"source": name[0], "construct": {"l": "logic", "m": "maths"}[name[1]]}
    for name in ("al", "bl", "am", "bm", "cm")
}


def scores(p: int = 20, shared: float = 2.0, seed: int = 1) -> dict[str, list[float]]:
    """Logic and maths are two abilities that share a little."""
    generator = np.random.default_rng(seed)
    common, own = generator.normal(size=p), generator.normal(size=(p, 2))
    return {
        name: (common + shared * own[:, "lm".index(name[1])] + generator.normal(size=p)).tolist()
        for name in DECLARED
    }


def found(table=None, declared=None, **more) -> Found:
    grounds = make_grounds(table or scores(), DECLARED if declared is None else declared, **more)
    result = traits.compute(grounds, {}, np.random.default_rng(0))
    assert isinstance(result, Found)
    return result


def taus(table) -> dict[tuple[str, str], float]:
    return {
        (x, y): kendalltau(table[x], table[y]).statistic for x, y in itertools.combinations(sorted(table), 2)
    }


def kind_of(x: str, y: str) -> str:
    return ("monotrait" if x[1] == y[1] else "heterotrait") + (
        "-monomethod" if x[0] == y[0] else "-heteromethod"
    )


def test_the_four_means_by_hand() -> None:
    """Ten pairs: al-bl and three of maths converge; a and b have both constructs; no pair shares both."""
    table = scores()
    main = found(table).main.set_index("kind")
    for kind in traits.KINDS:
        members = [tau for (x, y), tau in taus(table).items() if kind_of(x, y) == kind]
        assert main.loc[kind, "pairs"] == len(members)
        expected = np.mean(members) if members else np.nan
        assert main.loc[kind, "mean_tau"] == pytest.approx(expected, nan_ok=True)


def test_comparisons_are_those_that_share_a_row_or_a_column() -> None:
    """al-bl against the pairs of another construct and source that hold al or bl."""
    table = scores()
    tau = taus(table)
    rivals = [
        value
        for pair, value in tau.items()
        if kind_of(*pair) == "heterotrait-heteromethod" and {"al", "bl"} & set(pair)
    ]
    row = found(table).tables["convergence"].set_index("construct").loc["logic"]
    assert row["comparisons"] == len(rivals) == 4
    assert row["share"] == pytest.approx(np.mean([tau["al", "bl"] > value for value in rivals]))


def test_htmt_by_hand() -> None:
    """r = sin(tau pi / 2): mean between, over the root of the product of the means within."""
    table = scores()
    tau = {pair: np.sin(np.pi / 2 * value) for pair, value in taus(table).items()}
    between = np.mean([r for pair, r in tau.items() if kind_of(*pair) == "heterotrait-heteromethod"])
    within = tau["al", "bl"] * np.mean([tau["am", "bm"], tau["am", "cm"], tau["bm", "cm"]])
    row = found(table).tables["discrimination"].iloc[0]
    assert row["htmt"] == pytest.approx(between / np.sqrt(within))
    assert row["low"] < row["htmt"] < row["high"]


def test_two_abilities_are_told_apart_and_one_is_not() -> None:
    """With hardly anything of their own, logic and maths are one: HTMT near 1."""
    apart = found(scores(p=200)).headline
    assert (apart.alike, apart.told) == (0, 1)
    assert apart.chance > 0.99
    assert apart.low > 0
    one = found(scores(p=200, shared=0.1))
    assert one.headline.alike == 1
    assert one.tables["discrimination"]["htmt"].iloc[0] == pytest.approx(1, abs=0.15)


def test_htmt_is_undefined_where_a_construct_does_not_agree_with_itself() -> None:
    """bl ranks against al: the mean within logic is below zero."""
    table = scores()
    table["bl"] = [-value for value in table["al"]]
    row = found(table).tables["discrimination"].iloc[0]
    assert np.isnan(row["htmt"])
    assert row["reason"] == "the benchmarks of one construct do not agree with each other"


def test_reliability_is_that_of_standardised_scores() -> None:
    """Maths has three benchmarks, twenty models have all; logic has two, too few for omega."""
    table = scores()
    rows = found(table).tables["reliability"].set_index("construct")
    block = np.array([table[name] for name in ("am", "bm", "cm")]).T
    expected = alpha((block - block.mean(axis=0)) / block.std(axis=0, ddof=1), level=0.95)
    assert tuple(rows.loc["maths", ["alpha", "low", "high"]]) == pytest.approx(expected)
    assert 0 < rows.loc["maths", "omega"] < 1
    assert rows.loc["logic", "reason"] == "omega needs three benchmarks"
    assert rows["n"].tolist() == [20, 20]


def test_reliability_uses_the_benchmarks_that_most_models_share() -> None:
    """cm has six scores: two benchmarks with twenty models are worth more than three with six."""
    table = scores()
    table["cm"] = [*table["cm"][:6], *[None] * 14]
    row = found(table).tables["reliability"].set_index("construct").loc["maths"]
    assert (row["benchmarks"], row["of"], row["n"]) == (2, 3, 20)


def test_suites_stand_in_for_sources() -> None:
    """No source declared: the suite is the method."""
    declared = {name: {"construct": entry["construct"]} for name, entry in DECLARED.items()}
    suites = {name: {"suite": f"suite {name[0]}"} for name in DECLARED}
    assert found(declared=declared, settings=suites).headline.method == "suite"


@pytest.mark.parametrize(
    ("declared", "reason"),
    [
        ({}, "the catalog declares fewer than two constructs of the compared benchmarks"),
        (
            {name: {"construct": name, "source": name[0]} for name in DECLARED},
            "no construct is measured by benchmarks of two different sources that share models, "
            "beside another construct",
        ),
    ],
)
def test_what_cannot_be_told_says_why(declared, reason) -> None:
    """Too few constructs, or none measured twice."""
    grounds = make_grounds(scores(), declared)
    assert traits.compute(grounds, {}, np.random.default_rng(0)) == NotEstimable(reason)


def test_columns_are_those_documented() -> None:
    """Each column of each table has its meaning."""
    assert {name: list(frame) for name, frame in found().tables.items()} == {
        name: list(columns) for name, columns in traits.TABLES.items()
    }
