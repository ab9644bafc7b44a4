"""Agreement at equal size: by hand, by recomputing without each model, and from data where size is all there is."""

from __future__ import annotations

import numpy as np
import pytest
from concurrence_grounds import make_grounds
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau
from scipy.stats import t as student

from reportgen.analysis.concurrence.kendall import dense_ranks
from reportgen.analysis.concurrence.parts import partial
from reportgen.analysis.parts import Found
from reportgen.numbers import NotEstimable


def sizes(p: int, known: int | None = None) -> dict[str, dict[str, object]]:
    """Models named as `score_tables` names them, each size twice; the first `known` have one."""
    return {
        f"m{at:04d}": {"parameters": 1e9 * 2 ** (at // 2), "family": f"f{at // 3}"}
        for at in range(p if known is None else known)
    }


def scores(p: int = 24, seed: int = 1, shared: float = 0.0) -> dict[str, list[float]]:
    """Size makes both; besides, the two share an ability as far as `shared`."""
    generator = np.random.default_rng(seed)
    size, ability = np.arange(p) // 2, generator.normal(size=p)
    return {name: (size + shared * ability + 3 * generator.normal(size=p)).tolist() for name in ("x", "y")}


def found(table, models, **more) -> Found:
    result = partial.compute(make_grounds(table, None, models, **more), {}, np.random.default_rng(0))
    assert isinstance(result, Found)
    return result


def taus(x, y, z) -> list[float]:
    return [kendalltau(one, other).statistic for one, other in ((x, y), (x, z), (y, z))]


def formula(xy: float, xz: float, yz: float) -> float:
    return (xy - xz * yz) / np.sqrt((1 - xz**2) * (1 - yz**2))


def within(r: float) -> float:
    """NaN for a correlation that cannot be."""
    return r if abs(r) <= 1 else np.nan


def literal(x, y, z) -> float:
    return 2 / np.pi * np.arcsin(within(formula(*np.sin(np.pi / 2 * np.array(taus(x, y, z))))))


def test_partial_tau_is_that_of_the_formula() -> None:
    """Kendall's, with scipy's three taus."""
    table = scores()
    row = found(table, sizes(24)).main.iloc[0]
    size = np.arange(24) // 2
    assert row["partial"] == pytest.approx(formula(*taus(table["x"], table["y"], size)))
    assert row["equal_size"] == pytest.approx(literal(table["x"], table["y"], size))
    assert row["tau_size_a"] == pytest.approx(kendalltau(table["x"], size).statistic)
    assert (row["n"], row["families"]) == (24, 8)


@given(st.integers(0, 500), st.integers(6, 20))
def test_interval_is_that_of_leaving_each_model_out(seed: int, p: int) -> None:
    """Computed anew without each; Student t around the value."""
    table = scores(p, seed)
    x, y, size = np.array(table["x"]), np.array(table["y"]), np.arange(p) // 2
    without = np.array([literal(*(np.delete(one, at) for one in (x, y, size))) for at in range(p)])
    ranks = [dense_ranks(one.astype(float)) for one in (x, y, size)]
    row = partial.partial(*ranks, 0.95)
    if "low" in row:
        half = student.ppf(0.975, p - 1) * np.sqrt((p - 1) / p * ((without - without.mean()) ** 2).sum())
        assert row["low"] == pytest.approx(max(row["equal_size"] - half, -1))
        assert row["high"] == pytest.approx(min(row["equal_size"] + half, 1))


def test_long_and_short_rankings_are_counted_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """By tables of signs and by halves."""
    table = scores(40)
    ranks = [dense_ranks(np.array(table[name])) for name in ("x", "y")]
    size = dense_ranks((np.arange(40) // 2).astype(float))
    short = partial.partial(*ranks, size, 0.95)
    monkeypatch.setattr(partial, "_TABLE", 0)
    assert partial.partial(*ranks, size, 0.95) == pytest.approx(short)


def test_nothing_is_left_where_size_is_all_they_share() -> None:
    """600 models: a clear agreement, and none at equal size, though Kendall's partial tau does not vanish; with an
    ability in common some is left.
    """
    bell = np.random.default_rng(0).normal(size=(600, 4))
    models = {f"m{at:04d}": {"parameters": float(np.exp(20 + bell[at, 0]))} for at in range(600)}

    def both(shared: float) -> dict[str, list[float]]:
        return {
            name: (bell[:, 0] + shared * bell[:, 1] + 0.7 * bell[:, column]).tolist()
            for name, column in (("x", 2), ("y", 3))
        }

    bare = found(both(0.0), models).main.iloc[0]
    assert bare["tau_b"] > 0.4
    assert bare["low"] < 0 < bare["high"]
    assert bare["partial"] > 0.1
    assert found(both(1.0), models).main["low"].iloc[0] > 0.2


def test_models_of_unknown_size_take_no_part() -> None:
    """Twelve of 24 have a size."""
    result = found(scores(), sizes(24, known=12))
    assert result.main["n"].iloc[0] == 12
    assert (result.headline.sized, result.headline.models, result.headline.pairs) == (12, 24, 1)


def test_size_that_decides_everything_leaves_nothing_to_say() -> None:
    """Both rank by size alone: 0 / 0, not 0."""
    table = {"x": [float(at) for at in range(8)], "y": [float(at**2) for at in range(8)]}
    models = {f"m{at:04d}": {"parameters": 1e9 * (at + 1)} for at in range(8)}
    table["y"][0] = 0.5
    row = found(table, models).main
    assert row.empty or (
        np.isnan(row["equal_size"].iloc[0]) and row["reason"].iloc[0] == "size alone decides the order"
    )


@pytest.mark.parametrize(
    ("models", "reason"),
    [
        ({}, "the catalog declares no parameters of two models of different size"),
        (sizes(24, known=4), "no two benchmarks share 5 models of known size"),
    ],
)
def test_what_cannot_be_computed_says_why(models, reason) -> None:
    """No sizes, or too few."""
    result = partial.compute(make_grounds(scores(), None, models), {}, np.random.default_rng(0))
    assert result == NotEstimable(reason)


def test_columns_are_those_documented() -> None:
    """Each column has its meaning."""
    assert list(found(scores(), sizes(24)).main) == list(partial.TABLES["main"])
