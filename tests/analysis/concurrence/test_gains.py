"""Paired gains: which systems make a step, and how often two benchmarks move the same way."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from concurrence_grounds import make_grounds
from scipy.stats import kendalltau
from score_tables import make_table

from reportgen.analysis.concurrence.parts import gains
from reportgen.analysis.concurrence.steps import Step, steps
from reportgen.analysis.parts import Found
from reportgen.numbers import NotEstimable
from reportgen.records.catalog import Catalog


def tuned(scores, **systems):
    """A table whose systems have these columns; `model` and `model_variant`, say."""
    table = make_table(scores)
    frame = table.systems.assign(**systems)
    names = frame[["model", "method", "model_variant"]].agg(" ".join, axis=1)
    return dataclasses.replace(table, systems=frame.assign(system=names))


def pairs_of_models(families: int, seed: int = 1, shared: float = 1.0):
    """Each model plain and tuned; what tuning changes is shared by x and y as far as `shared`."""
    generator = np.random.default_rng(seed)
    base, gain = generator.normal(size=families), generator.normal(size=families)
    scores = {
        name: np.column_stack([base, base + shared * gain + generator.normal(size=families) * 0.5])
        .ravel()
        .tolist()
        for name in ("x", "y")
    }
    return tuned(
        scores,
        model=[f"m{at // 2:02}" for at in range(2 * families)],
        model_variant=["" if at % 2 == 0 else "tuning=yes" for at in range(2 * families)],
    )


def found(table, models=None) -> Found:
    result = gains.compute(make_grounds(table, None, models), {}, np.random.default_rng(0))
    assert isinstance(result, Found)
    return result


def test_shares_and_tau_by_hand() -> None:
    """Gains by subtraction; the same sign counted one by one."""
    table = pairs_of_models(8)
    gain = table.value[1::2] - table.value[::2]
    row = found(table).main.iloc[0]
    assert row["same_sign"] == pytest.approx(np.mean(np.sign(gain[:, 0]) == np.sign(gain[:, 1])))
    assert row["tau_gains"] == pytest.approx(kendalltau(gain[:, 0], gain[:, 1]).statistic)
    assert (row["steps"], row["families"]) == (8, 8)


def test_a_gain_of_zero_counts_half() -> None:
    """Three steps: both rise, one stays, opposite: (1 + .5 + 0) / 3."""
    scores = {"x": [0.0, 1.0, 0.0, 0.0, 0.0, 1.0], "y": [0.0, 1.0, 0.0, 1.0, 1.0, 0.5]}
    table = tuned(scores, model=list("aabbcc"), model_variant=["", "v=1"] * 3)
    row = found(table).main.iloc[0]
    assert row["same_sign"] == pytest.approx(0.5)
    assert row["reason"] == "no interval: fewer than 5 families"


def test_interval_resamples_families() -> None:
    """The same draws by hand: weighted share of steps with the same sign."""
    table = pairs_of_models(9, shared=0.3)
    gain = table.value[1::2] - table.value[::2]
    same = (np.sign(gain[:, 0]) == np.sign(gain[:, 1])).astype(float)
    drawn = np.random.default_rng(0).multinomial(9, np.full(9, 1 / 9), size=gains.RESAMPLES)
    expected = np.quantile(drawn @ same / 9, (0.025, 0.975))
    result = found(table)
    assert tuple(result.main[["low", "high"]].iloc[0]) == pytest.approx(tuple(expected))
    assert (result.headline.low, result.headline.high) == pytest.approx(tuple(expected))


def test_models_of_one_family_are_one_cluster() -> None:
    """Eight models of four declared families: too few for an interval."""
    models = {f"m{at:02}": {"family": f"f{at % 4}"} for at in range(8)}
    result = found(pairs_of_models(8), models)
    assert result.headline.families == 4
    assert np.isnan(result.headline.low)


def test_shared_gains_carry_over_and_others_do_not() -> None:
    """60 models: what tuning changes is the same on both, or unrelated."""
    assert found(pairs_of_models(60, shared=3.0)).headline.low > 0.7
    alone = found(pairs_of_models(60, shared=0.0)).headline
    assert alone.low < 0.5 < alone.high


def test_sizes_of_a_family_make_steps_to_the_next_larger() -> None:
    """1, 2 and 4 billion; a size that two systems have is passed over, with both its neighbours' steps."""
    table = make_table({"x": [1.0, 2.0, 3.0]})
    catalog = Catalog.model_validate(
        {"models": [{"id": f"m000{at}", "family": "f", "parameters": 1e9 * 2**at} for at in range(3)]}
    )
    assert steps(table, catalog) == [Step(0, 1, "size"), Step(1, 2, "size")]
    twice = Catalog.model_validate(
        {"models": [{"id": f"m000{at}", "family": "f", "parameters": 1e9 * (1 + at // 2)} for at in range(3)]}
    )
    assert steps(table, twice) == []


def test_variant_and_method_start_from_the_system_without() -> None:
    """Two variants of a model are no step from one to the other; both are one from the plain one."""
    table = tuned(
        {"x": [1.0, 2.0, 3.0, 4.0]},
        model=["m"] * 4,
        method=["", "", "", "t"],
        model_variant=["", "v=1", "v=2", ""],
    )
    assert steps(table, Catalog()) == [Step(0, 1, "variant"), Step(0, 2, "variant"), Step(0, 3, "method")]


def test_each_step_says_what_improved() -> None:
    """One row for each, with the systems' names."""
    rows = found(pairs_of_models(5)).tables["steps"]
    assert rows["kind"].unique().tolist() == ["variant"]
    assert (rows["benchmarks"] == 2).all()
    assert rows["improved"].between(0, 2).all()


def test_without_steps_there_is_a_reason() -> None:
    """Models that have nothing to do with each other, and benchmarks that share no step."""
    alone = make_grounds({"x": [1.0, 2.0, 3.0], "y": [1.0, 3.0, 2.0]})
    assert gains.compute(alone, {}, np.random.default_rng(0)) == NotEstimable(
        "no two systems differ in one declared step: a variant, a method or a size"
    )
    few = make_grounds(pairs_of_models(2))
    assert gains.compute(few, {}, np.random.default_rng(0)) == NotEstimable(
        "no two benchmarks share 3 steps with a score before and after"
    )


def test_columns_are_those_documented() -> None:
    """Each column of each table has its meaning, and the same input gives the same table."""
    first, second = found(pairs_of_models(6)), found(pairs_of_models(6))
    assert {name: list(frame) for name, frame in first.tables.items()} == {
        name: list(columns) for name, columns in gains.TABLES.items()
    }
    pd.testing.assert_frame_equal(first.main, second.main)
