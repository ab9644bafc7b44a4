"""Quality against cost: hand cases, a literal loop over all pairs, and what must not matter."""

from __future__ import annotations

import json

import numpy as np
import pytest
from factories import make_frame, make_record
from hypothesis import given
from hypothesis import strategies as st

from reportgen.analysis.evidence import Computed, Evidence
from reportgen.analysis.frontier import frontier_probability, least_cost_of, on_frontier
from reportgen.analysis.scores import score_table
from reportgen.analysis.summaries import efficiency_frontier as kind
from reportgen.numbers import NotEstimable
from reportgen.records.catalog import Catalog, ModelEntry
from reportgen.records.frame import to_frame

NOTHING = to_frame([])


def evidence(*records, catalog=None):
    frame = make_frame(*records)
    known = catalog or Catalog()
    return Evidence(frame, NOTHING, score_table(frame, known), known)


def row(model, value, *, benchmark="bench", **more):
    """One score; `cost` as a dictionary."""
    cost = more.pop("cost", None)
    text = json.dumps(cost) if cost else ""
    return make_record(
        model=model, benchmark=benchmark, value=value, cost=text, file=f"{model}-{benchmark}", **more
    )


def found(*records, catalog=None, level=0.95):
    result = kind.compute(
        evidence(*records, catalog=catalog), level=level, generator=np.random.default_rng(1)
    )
    assert isinstance(result, Computed), result
    return result


def by_system(result):
    return result.main.set_index("system")


def literal(quality, cost):
    """The definition, word for word."""
    size = len(quality)
    return [
        not any(
            quality[j] >= quality[i] and cost[j] <= cost[i] and (quality[j] > quality[i] or cost[j] < cost[i])
            for j in range(size)
        )
        for i in range(size)
    ]


# -- by hand


def test_hand_case_of_three_systems():
    """Cheap 0.5 at 1, good 0.8 at 10, dear 0.7 at 20: dear is beaten by good; 0.7 is to be had for 10."""
    result = found(
        *(row(name, value, cost={"usd": cost}, stderr=None, n=None, metric="f1") for name, value, cost in
          (("cheap", 0.5, 1.0), ("good", 0.8, 10.0), ("dear", 0.7, 20.0)))
    )  # fmt: skip
    table = by_system(result)
    assert table["on_frontier"].to_dict() == {"cheap": True, "good": True, "dear": False}
    assert table["matched_cost"].to_dict() == {"cheap": 1.0, "good": 10.0, "dear": 10.0}
    assert table["cost_ratio"].to_dict() == {"cheap": 1.0, "good": 1.0, "dear": 2.0}
    assert table["saving_to_best"].to_dict() == {"cheap": 10.0, "good": 1.0, "dear": 0.5}
    assert table.loc["cheap", "retention"] == pytest.approx(0.625)
    assert table.loc["good", "gain_per_tenfold"] == pytest.approx(0.3)
    assert np.isnan(table.loc["cheap", "gain_per_tenfold"]), "it is where the gain is counted from"
    (panel,) = result.tables["panels"].to_dict("records")
    assert panel["costliest_system"] == "dear"
    assert panel["saving_without_loss"] == pytest.approx(1 - 10 / 20)
    assert np.isnan(panel["saving_within_error"]), "errors are unknown"
    assert result.headline.match_system == "good"
    assert table["frontier_probability"].isna().all()
    assert any("error of some score is unknown" in caveat for caveat in result.caveats)


def test_a_system_within_its_error_matches_the_best():
    """0.80 and 0.79, each ± 0.02: 0.01 is below 1.645 · sqrt(2) · 0.02 = 0.047, so a tenth of the cost will do."""
    result = found(
        row("big", 0.80, cost={"usd": 100.0}),
        row("small", 0.79, cost={"usd": 10.0}),
        row("tiny", 0.70, cost={"usd": 1.0}),
    )
    assert (result.headline.match_system, result.headline.match_ratio) == ("small", pytest.approx(10.0))
    assert result.headline.cheapest_retention == pytest.approx(0.875)
    (panel,) = result.tables["panels"].to_dict("records")
    assert (panel["saving_without_loss"], panel["saving_within_error"]) == (0.0, pytest.approx(0.9))


def test_interval_is_that_of_the_error():
    """0.8 ± 1.96 · 0.02."""
    table = by_system(found(row("a", 0.8, cost={"s": 1}), row("b", 0.7, cost={"s": 2})))
    assert table.loc["a", "low"] == pytest.approx(0.8 - 1.959964 * 0.02)
    assert table.loc["a", "high"] == pytest.approx(0.8 + 1.959964 * 0.02)


def test_quality_and_cost_are_means_over_the_same_benchmarks():
    """`b` lacks the second benchmark: with three complete systems it is left out, not averaged over one."""
    rows = [row(name, value, benchmark="one", cost={"usd": cost})
            for name, value, cost in (("a", 0.6, 1.0), ("b", 0.9, 9.0), ("c", 0.5, 2.0), ("d", 0.7, 4.0))]  # fmt: skip
    rows += [row(name, value, benchmark="two", cost={"usd": cost})
             for name, value, cost in (("a", 0.8, 3.0), ("c", 0.7, 2.0), ("d", 0.9, 6.0))]  # fmt: skip
    result = found(*rows)
    table = by_system(result)
    assert sorted(table.index) == ["a", "c", "d"]
    assert table.loc["a", ["estimate", "cost"]].tolist() == [pytest.approx(0.7), 2.0]
    assert table.loc["a", "standard_error"] == pytest.approx(0.02 * 2**0.5 / 2)
    assert any("some systems have a score but no cost" in caveat for caveat in result.caveats)


def test_where_lower_is_better_the_frontier_turns():
    """Error 5 at 10, error 9 at 1, error 10 at 5: only the last is beaten."""
    result = found(
        *(row(name, value, cost={"s": cost}, metric="error", direction="lower", unit="percent", upper=100.0)
          for name, value, cost in (("a", 5.0, 10.0), ("b", 9.0, 1.0), ("c", 10.0, 5.0)))
    )  # fmt: skip
    table = by_system(result)
    assert table["on_frontier"].to_dict() == {"a": True, "b": True, "c": False}
    assert table["retention"].isna().all(), "a share of an error says nothing"
    assert table.loc["c", "loss_to_best"] == 5.0


def test_every_figure_is_a_comparison_and_sizes_come_from_the_catalog():
    """Two figures in the results, a third in the catalog."""
    models = Catalog(models=(ModelEntry(id="a", parameters=1e9), ModelEntry(id="b", parameters=7e9)))
    result = found(
        row("a", 0.6, cost={"usd": 1.0, "s": 3.0}), row("b", 0.7, cost={"usd": 2.0, "s": 2.0}), catalog=models
    )
    assert result.tables["panels"]["cost_name"].tolist() == ["s", "usd", "parameters"]
    by_time = result.main[result.main["cost_name"] == "s"].set_index("system")
    assert by_time["on_frontier"].to_dict() == {"a": False, "b": True}
    assert result.headline.cost_name != "parameters", "what was stated with the results goes first"


def test_a_cell_of_which_one_seed_lacks_its_cost_has_none():
    """The mean over the seeds that state it would be the cost of another set than the score's."""
    rows = [
        make_record(model="a", value=0.6, seed=1, cost='{"usd": 1.0}', file="a1"),
        make_record(model="a", value=0.7, seed=2, cost="", file="a2"),
        make_record(model="b", value=0.7, seed=1, cost='{"usd": 2.0}', file="b1"),
    ]
    assert isinstance(
        kind.compute(evidence(*rows), level=0.95, generator=np.random.default_rng(1)), NotEstimable
    )


# -- refusals


@pytest.mark.parametrize(
    "rows",
    [
        [row("a", 0.6), row("b", 0.7)],
        [row("a", 0.6, cost={"usd": 1.0}), row("b", 0.7)],
        [row("a", 0.6, cost={"usd": 1.0}), row("b", 0.7, cost={"usd": 1.0})],
        [row("a", 0.6, cost={"usd": -1.0}), row("b", 0.7, cost={"usd": 1.0})],
        [row("a", 0.6, cost={"usd": 1.0}, direction="unknown", metric="x", benchmark="x"),
         row("b", 0.7, cost={"usd": 2.0}, direction="unknown", metric="x", benchmark="x")],
    ],
    ids=["no cost", "one cost", "all cost the same", "a cost below nothing", "direction unknown"],
)  # fmt: skip
def test_it_refuses_without_two_costs(rows):
    """And says what to write where."""
    result = kind.compute(evidence(*rows), level=0.95, generator=np.random.default_rng(1))
    assert isinstance(result, NotEstimable)
    assert "`cost`" in result.reason


def test_what_has_no_cost_is_listed():
    """One benchmark with costs, one suite without."""
    result = found(
        row("a", 0.6, cost={"usd": 1.0}),
        row("b", 0.7, cost={"usd": 2.0}),
        row("a", 0.6, benchmark="other", suite="other"),
    )
    assert result.left_out["suite"].tolist() == ["other"]
    assert "`cost`" in result.left_out["reason"].iloc[0]


def test_a_free_system_has_no_ratio():
    """Nothing is divided by a cost of 0."""
    table = by_system(found(row("a", 0.6, cost={"usd": 0.0}), row("b", 0.7, cost={"usd": 2.0})))
    assert np.isnan(table.loc["a", "saving_to_best"])
    assert np.isnan(table.loc["b", "gain_per_tenfold"])


# -- against the definition, and what must not matter

POINTS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=12)


@given(POINTS)
def test_frontier_is_the_definition_word_for_word(points):
    """Many ties on purpose."""
    quality, cost = np.array(points, dtype=float).T
    assert on_frontier(quality, cost).tolist() == literal(quality, cost)


@given(POINTS)
def test_least_cost_of_a_quality_is_a_literal_minimum(points):
    """The cheapest of those at least as good."""
    quality, cost = np.array(points, dtype=float).T
    assert least_cost_of(quality, cost, quality).tolist() == [
        min(c for q, c in zip(quality, cost, strict=True) if q >= wanted) for wanted in quality
    ]


@given(POINTS, st.randoms(use_true_random=False))
def test_order_and_monotone_rescaling_do_not_matter(points, shuffler):
    """Quality through exp and cost through a cube: the same frontier; shuffled: the same systems."""
    quality, cost = np.array(points, dtype=float).T
    plain = on_frontier(quality, cost)
    assert on_frontier(np.exp(quality), cost**3).tolist() == plain.tolist()
    order = list(range(len(points)))
    shuffler.shuffle(order)
    assert on_frontier(quality[order], cost[order]).tolist() == plain[order].tolist()


def test_share_of_draws_of_two_systems_is_a_normal_probability():
    """The dearer of two is on the frontier when its draw is higher: P(N(0.01, 0.02²·2) > 0) = Φ(0.354) = 0.638."""
    share = frontier_probability(
        np.array([0.70, 0.71]),
        np.array([0.02, 0.02]),
        np.array([1.0, 2.0]),
        draws=40_000,
        generator=np.random.default_rng(0),
    )
    assert share[0] == 1.0
    assert share[1] == pytest.approx(0.638, abs=0.01)


def test_row_order_changes_nothing():
    """The same records from the other end."""
    rows = [row(name, value, cost={"usd": cost}) for name, value, cost in
            (("a", 0.6, 1.0), ("b", 0.7, 2.0), ("c", 0.65, 3.0))]  # fmt: skip
    assert found(*rows).main.equals(found(*reversed(rows)).main)


def test_columns_are_documented():
    """Every column of every table has a meaning, and none is promised in vain."""
    result = found(row("a", 0.6, cost={"usd": 1.0}), row("b", 0.7, cost={"usd": 2.0}))
    assert list(result.main.columns) == list(kind.COLUMNS)
    assert {name: list(table.columns) for name, table in result.tables.items()} == {
        name: list(columns) for name, columns in kind.TABLES.items()
    }
