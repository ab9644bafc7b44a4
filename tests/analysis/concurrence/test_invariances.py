"""What must not change the agreement of two benchmarks, whatever coefficient, test or interval is asked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from concurrence_grounds import make_grounds
from hypothesis import given
from hypothesis import strategies as st
from reports import scores, write_results
from score_tables import make_table

from reportgen import workflow
from reportgen.analysis.concurrence.coefficients import COEFFICIENTS
from reportgen.analysis.concurrence.parts import coefficients, independence, intervals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import ModuleType

    from reportgen.analysis.concurrence.grounds import Grounds

PARTS = (coefficients, independence, intervals)
#: Those that see the distances between scores, not their order alone.
OF_DISTANCES = {"pearson"}


def some_scores(n: int = 12, q: int = 3, seed: int = 0) -> dict[str, list[float]]:
    generator = np.random.default_rng(seed)
    common = generator.normal(size=n)
    return {f"b{at}": np.round(common + generator.normal(size=n), 1).tolist() for at in range(q)}


def families(n: int) -> dict[str, dict[str, str]]:
    return {f"m{at:04d}": {"family": f"f{at // 2}"} for at in range(n)}


def numbers_of(part: ModuleType, grounds: Grounds) -> pd.DataFrame:
    """The main table of the part, by pair in the order of their names; each pair with its names in order."""
    found = part.compute(grounds, {}, np.random.default_rng(0)).main
    return found.set_index(
        [name for name in found.columns if name in {"benchmark_a", "benchmark_b", "coefficient", "unit"}]
    )


def unchanged(part: ModuleType, before: Grounds, after: Grounds, rows: Any = slice(None)) -> None:
    """All numbers of the rows to 1e-12, and all reasons. What is drawn at random has an order of its own to keep."""
    one, other = (numbers_of(part, grounds).loc[rows].sort_index() for grounds in (before, after))
    pd.testing.assert_frame_equal(one, other.loc[one.index], check_exact=False, rtol=1e-12, atol=1e-12)


# -- scale
# ------------------------------------------------------------------------------------------------


@given(scale=st.floats(0.1, 50), shift=st.floats(-5, 5), power=st.sampled_from([1, 3, 5]))
def test_a_monotone_scale_changes_nothing(scale: float, shift: float, power: int) -> None:
    """Nor any unit; Pearson, which sees distances, is left out where the scale is no straight line."""
    before = some_scores()
    after = {**before, "b1": [scale * np.sign(v) * abs(v) ** power + shift for v in before["b1"]]}
    for name in COEFFICIENTS:
        if power == 1 or name not in OF_DISTANCES:
            same = [
                COEFFICIENTS[name].of(*(np.array(table[key]) for key in ("b0", "b1")))
                for table in (before, after)
            ]
            assert same[0] == pytest.approx(same[1], abs=1e-9), name
    unchanged(independence, make_grounds(before), make_grounds(after))


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.NAME)
def test_an_error_rate_says_the_same_as_the_accuracy(part: ModuleType) -> None:
    """1 - x with the direction turned round."""
    before = some_scores()
    after = {**before, "b1": [-value for value in before["b1"]]}
    unchanged(
        part,
        make_grounds(before, models=families(12)),
        make_grounds(after, models=families(12), settings={"b1": {"direction": "lower"}}),
    )


# -- order and names
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", [coefficients, independence], ids=lambda part: part.NAME)
def test_the_order_of_models_changes_nothing(part: ModuleType) -> None:
    """Rows shuffled, names left behind."""
    before = some_scores()
    order = np.random.default_rng(5).permutation(12)
    after = {name: [column[at] for at in order] for name, column in before.items()}
    unchanged(part, make_grounds(before), make_grounds(after))


@pytest.mark.parametrize("part", [coefficients, independence], ids=lambda part: part.NAME)
def test_the_order_of_benchmarks_changes_no_number_of_a_pair(part: ModuleType) -> None:
    """tau(a, b) = tau(b, a); Somers' D alone tells the first from the second."""
    before = some_scores(q=2)
    there, back = (
        numbers_of(part, make_grounds({name: before[name] for name in order})).reset_index()
        for order in (("b0", "b1"), ("b1", "b0"))
    )
    if part is coefficients:
        there, back = (table[table["coefficient"] != "somers_d"] for table in (there, back))
    assert (there["benchmark_a"] == back["benchmark_b"]).all()
    names = ["benchmark_a", "benchmark_b"]
    one, other = (table.drop(columns=names).reset_index(drop=True) for table in (there, back))
    pd.testing.assert_frame_equal(one, other, check_exact=False, rtol=1e-12)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.NAME)
def test_names_change_nothing(part: ModuleType) -> None:
    """Models and benchmarks called otherwise, in the same order."""
    before = some_scores()
    after = {f"other {name}": column for name, column in before.items()}
    systems = [f"z{at:03d}" for at in range(12)]
    one = numbers_of(part, make_grounds(before)).reset_index(drop=True)
    other = numbers_of(part, make_grounds(make_table(after, systems=systems))).reset_index(drop=True)
    pd.testing.assert_frame_equal(one, other)


# -- what adds no information
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.NAME)
def test_a_constant_benchmark_changes_no_other_pair(part: ModuleType) -> None:
    """Its own pairs have no number; it is no further test either."""
    before = some_scores(q=2)
    unchanged(part, make_grounds(before), make_grounds({**before, "zero": [0.5] * 12}))


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.NAME)
def test_a_model_without_a_score_changes_nothing(part: ModuleType) -> None:
    """A row of gaps."""
    before = some_scores()
    after = {name: [*column, None] for name, column in before.items()}
    unchanged(part, make_grounds(before, models=families(12)), make_grounds(after, models=families(12)))


# -- a benchmark twice
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tied", [False, True])
def test_a_benchmark_agrees_with_its_double(tied: bool) -> None:
    """1 by every coefficient; with ties too, but for tau-a, which counts tied pairs as neither."""
    column = [float(at // 2 if tied else at) for at in range(12)]
    grounds = make_grounds({"a": column, "b": list(column)})
    value = numbers_of(coefficients, grounds)["value"].droplevel([0, 1])
    for name in COEFFICIENTS:
        assert value[name] == pytest.approx(60 / 66 if tied and name == "tau_a" else 1.0), name
    assert grounds.agreement.pairs["reason"].tolist() == ["the same scores under two names"]
    assert numbers_of(independence, grounds)["p_value"].isna().all()


# -- the same seed
# ------------------------------------------------------------------------------------------------


def table_of(columns: Mapping[str, Sequence[float]]) -> dict[str, dict[str, float]]:
    return {f"m{at:04d}": {name: 40 + column[at] for name, column in columns.items()} for at in range(12)}


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.NAME)
def test_the_same_results_give_the_same_bytes(part: ModuleType, tmp_path) -> None:
    """JSON, byte for byte, in another folder and with the entries in another order."""
    entries = scores(table_of(some_scores()), stderr=0.5)
    catalog = {"models": [{"id": name, **fields} for name, fields in families(12).items()]}
    made = [
        workflow.concurrence_part(
            write_results(tmp_path / name, order, catalog=catalog), part=part.NAME, fmt="json"
        )
        for name, order in (("one", entries), ("other", entries[::-1]))
    ]
    assert made[0] == made[1]
    assert json.loads(made[0])
