"""Score by difficulty: hand cases, statsmodels and loops as second implementations, and what must not matter."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from factories import make_frame, make_record
from hypothesis import given, settings
from hypothesis import strategies as st

from reportgen.analysis.evidence import Computed, Evidence
from reportgen.analysis.logistic import slopes
from reportgen.analysis.recovered import ratio, recovered
from reportgen.analysis.scores import score_table
from reportgen.analysis.summaries import difficulty_curve
from reportgen.numbers import NotEstimable
from reportgen.records.catalog import BenchmarkEntry, Catalog

BARE = {"stderr": None, "stderr_kind": "", "n": None, "n_kind": ""}
NAMES = ("easy", "middle", "hard")


def curve(model: str, values: list[float], **more: Any) -> list[dict[str, Any]]:
    """One score at each of the levels, from easy to hard."""
    return [
        {"model": model, "value": value, "level_name": NAMES[at], "level_order": float(at), **BARE, **more}
        for at, value in enumerate(values)
    ]


def item_rows(
    model: str, train: str, scores: np.ndarray, orders: list[float], names: list[str], **more: Any
) -> list[dict[str, Any]]:
    """Item results, `scores` (items, seeds)."""
    return [
        {"model": model, "train_domain": train, "item_id": f"i{item}", "seed": seed, "value": float(value),
         "level_name": names[item], "level_order": orders[item], **BARE, **more}
        for item, row in enumerate(scores) for seed, value in enumerate(row)
    ]  # fmt: skip


def evidence_of(
    rows: list[dict[str, Any]], items: list[dict[str, Any]] = (), catalog: Catalog | None = None
) -> Evidence:
    catalog = catalog or Catalog()
    frame, store = (
        make_frame(
            *(make_record(file=f"{at}.json", **row) for at, row in enumerate(part or [{"model": "x"}]))
        )
        for part in (rows, items)
    )
    frame, store = (one if part else one.iloc[:0] for one, part in ((frame, rows), (store, items)))
    return Evidence(frame, store, score_table(frame, catalog), catalog)


def graded(
    rows: list[dict[str, Any]], items: list[dict[str, Any]] = (), catalog: Catalog | None = None
) -> Computed:
    found = difficulty_curve.compute(
        evidence_of(rows, items, catalog), level=0.95, generator=np.random.default_rng(4)
    )
    assert isinstance(found, Computed), found
    assert tuple(found.main.columns) == tuple(difficulty_curve.COLUMNS)
    for name, table in found.tables.items():
        assert tuple(table.columns) == tuple(difficulty_curve.TABLES[name])
    return found


def row_of(found: Computed, system: str, train: str = "") -> Any:
    main = found.main
    (row,) = main[(main["system"] == system) & (main["train"] == train)].to_dict("records")
    return row


def test_drop_area_and_errors_by_hand() -> None:
    """0.9, 0.7, 0.3: drop 0.6 ± sqrt(0.03² + 0.04²); area (0.8 + 0.5) / 2 over two equal halves."""
    rows = curve("a", [0.9, 0.7, 0.3])
    for row, error in zip(rows, (0.03, 0.5, 0.04), strict=True):
        row["stderr"] = error
    row = row_of(graded(rows), "a")
    assert (row["easiest"], row["hardest"], row["mean"]) == (0.9, 0.3, pytest.approx(1.9 / 3))
    assert (row["estimate"], row["standard_error"]) == (pytest.approx(0.6), pytest.approx(0.05))
    assert row["area"] == pytest.approx(0.65)
    assert row["high"] == pytest.approx(0.6 + 1.959964 * 0.05)


def test_levels_that_are_not_equally_spaced_weigh_by_their_spacing() -> None:
    """Difficulties 0, 1 and 10: 0.1 · 0.95 + 0.9 · 0.45."""
    rows = curve("a", [1.0, 0.9, 0.0])
    for row, order in zip(rows, (0.0, 1.0, 10.0), strict=True):
        row["level_order"] = order
    assert row_of(graded(rows), "a")["area"] == pytest.approx(0.1 * 0.95 + 0.9 * 0.45)


def test_the_slope_is_that_of_logistic_regression() -> None:
    """The binomial model of statsmodels, slope and standard error."""
    shares, n = np.array([0.9, 0.7, 0.3]), np.array([100, 50, 80])
    rows = [
        {**row, "n": int(size), "n_kind": "items"}
        for row, size in zip(curve("a", shares.tolist()), n, strict=True)
    ]
    row = row_of(graded(rows), "a")
    x = np.array([0, 0.5, 1])
    other = sm.GLM(
        np.column_stack([shares * n, (1 - shares) * n]), sm.add_constant(x), family=sm.families.Binomial()
    ).fit()
    assert row["slope"] == pytest.approx(other.params[1], rel=1e-6)
    assert row["slope_error"] == pytest.approx(other.bse[1], rel=1e-5)


@pytest.mark.parametrize(
    "shares", [[1.0, 1.0, 1.0], [0.0, 0.0, 0.0], [1.0, 1.0, 0.0], [float("nan"), 0.5, 0.5]]
)
def test_there_is_no_slope_without_a_finite_maximum(shares) -> None:
    """All right, all wrong, separated, unknown: NaN, not a large number."""
    slope, error = slopes(np.array([0, 0.5, 1]), np.array([shares]), np.array([[50.0, 50.0, 50.0]]))
    assert math.isnan(slope[0])
    assert math.isnan(error[0])


def test_where_lower_is_better_a_rise_is_a_drop() -> None:
    """Error 0.1 to 0.4: drops by 0.3; the best at the hardest level is the one with the least error."""
    rows = curve("a", [0.1, 0.2, 0.4], metric="error", direction="lower") + curve(
        "b", [0.1, 0.2, 0.3], metric="error", direction="lower"
    )
    found = graded(rows)
    assert row_of(found, "a")["estimate"] == pytest.approx(0.3)
    assert (found.headline.best_system, found.headline.median_drop) == ("b", pytest.approx(0.25))


def test_curves_are_compared_over_the_levels_they_share() -> None:
    """d has no hard level: with three others it is left out of the numbers, and says why."""
    rows = [one for name in "abc" for one in curve(name, [0.9, 0.7, 0.3])] + curve("d", [0.9, 0.7])
    row = row_of(graded(rows), "d")
    assert math.isnan(row["estimate"])
    assert (row["levels"], row["of_levels"], row["reason"]) == (2, 3, "it lacks a level that the others have")


def test_in_distribution_and_shifted_scores_of_one_level_are_two_curves() -> None:
    """They are never averaged with each other."""
    found = graded(curve("a", [0.9, 0.8, 0.7], role="id") + curve("a", [0.5, 0.4, 0.3], role="ood"))
    assert found.main[["benchmark", "easiest"]].values.tolist() == [["bench · id", 0.9], ["bench · ood", 0.5]]


def test_a_role_that_says_what_the_level_says_is_no_other_curve() -> None:
    """Easy levels in distribution, hard ones shifted: one curve."""
    rows = curve("a", [0.9, 0.8, 0.7])
    for row, role in zip(rows, ("id", "id", "ood"), strict=True):
        row["role"] = role
    assert graded(rows).main["levels"].tolist() == [3]


def test_the_grid_has_generalization_gaps() -> None:
    """Trained on easy: 0.9 on easy, 0.5 on hard: −0.4 there, 0 on its own level."""
    rows = curve("a", [0.9, 0.7, 0.5], train_domain="easy") + curve("a", [0.8, 0.7, 0.6], train_domain="hard")
    grid = graded(rows).tables["grid"]
    gaps = {(row["train"], row["level"]): row["generalization_gap"] for row in grid.to_dict("records")}
    assert gaps["easy", "hard"] == pytest.approx(-0.4)
    assert gaps["easy", "easy"] == 0.0
    assert gaps["hard", "easy"] == pytest.approx(0.2)


def three(easy: float, hard: float, none: float) -> list[dict[str, Any]]:
    return [
        one for train, value in (("easy", easy), ("hard", hard), ("", none))
        for one in curve("a", [0.9, 0.8, value], train_domain=train)
    ]  # fmt: skip


def test_the_supervision_gap_recovered_by_hand() -> None:
    """(0.6 − 0.3) / (0.7 − 0.3) = 0.75; without items there is no interval, and it says why."""
    (row,) = graded(three(0.6, 0.7, 0.3)).tables["recovered"].to_dict("records")
    assert row["ratio"] == pytest.approx(0.75)
    assert (row["test_level"], row["easy"], row["hard"], row["untrained"]) == ("hard", 0.6, 0.7, 0.3)
    assert math.isnan(row["low"])
    assert row["reason"].startswith("no interval: it needs item results")


@pytest.mark.parametrize(("arms", "expected"), [((0.8, 0.7, 0.3), 1.25), ((0.2, 0.7, 0.3), -0.25)])
def test_more_than_all_and_less_than_nothing_are_legal(arms, expected) -> None:
    """Nothing is clipped."""
    assert ratio(*arms) == pytest.approx(expected)


def test_where_hard_data_gain_nothing_the_ratio_is_undefined() -> None:
    """A division by 0 is said, not printed."""
    (row,) = graded(three(0.6, 0.3, 0.3)).tables["recovered"].to_dict("records")
    assert math.isnan(row["ratio"])
    assert row["reason"] == "undefined: training on hard data gains nothing"


def arms_of(seed: int, items: int = 40, seeds: tuple[int, int, int] = (3, 2, 1)) -> tuple[np.ndarray, ...]:
    generator = np.random.default_rng(seed)
    return tuple(
        (generator.uniform(size=(items, k)) < p).astype(float)
        for p, k in zip((0.6, 0.7, 0.3), seeds, strict=True)
    )


def test_the_interval_resamples_items_jointly_and_seeds_by_arm() -> None:
    """Against a loop of the published procedure: rows drawn once for the three arms, columns for each."""
    arms = arms_of(1, items=200)
    found = recovered(arms, level=0.95, generator=np.random.default_rng(2))
    generator, ratios = np.random.default_rng(3), []
    for _ in range(4000):
        rows = generator.integers(0, 200, 200)
        easy, hard, none = (
            arm[rows][:, generator.integers(0, arm.shape[1], arm.shape[1])].mean() for arm in arms
        )
        ratios.append((easy - none) / (hard - none))
    assert found.ratio == pytest.approx((arms[0].mean() - arms[2].mean()) / (arms[1].mean() - arms[2].mean()))
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(ratios, [0.025, 0.975])), abs=0.05)


def test_draws_without_a_finite_ratio_are_dropped_and_counted() -> None:
    """Two items, of which one alone tells hard from none: it is drawn in 3 of 4 draws."""
    arms = (np.array([[1.0], [0.0]]), np.array([[1.0], [0.0]]), np.array([[0.0], [0.0]]))
    found = recovered(arms, level=0.95, generator=np.random.default_rng(5))
    assert found.dropped == pytest.approx(0.25, abs=0.02)
    assert (found.ratio, found.low, found.high) == (1.0, 1.0, 1.0)


def test_items_give_the_recovered_gap_its_interval() -> None:
    """Items of two levels, three arms; an item that one arm lacks is left out of all three."""
    names, orders = ["easy"] * 20 + ["hard"] * 40, [1.0] * 20 + [2.0] * 40
    items = []
    for train, arm in zip(("easy", "hard", "none"), arms_of(6), strict=True):
        scores = np.vstack([np.ones((20, arm.shape[1])), arm])
        items += item_rows("a", train, scores, orders, names)
    items = [row for row in items if not (row["train_domain"] == "none" and row["item_id"] == "i59")]
    arms = [arm[:39] for arm in arms_of(6)]
    (row,) = graded([], items).tables["recovered"].to_dict("records")
    assert row["ratio"] == pytest.approx(
        (arms[0].mean() - arms[2].mean()) / (arms[1].mean() - arms[2].mean())
    )
    assert (row["items"], row["seeds"]) == (39, "3 / 2 / 1")
    assert row["low"] < row["ratio"] < row["high"]


def test_continuous_difficulties_are_cut_into_ten_bins() -> None:
    """100 items that are right below difficulty 50: five bins of 1, five of 0, ten items each."""
    orders = [float(at) for at in range(100)]
    scores = (np.arange(100) < 50).astype(float)[:, np.newaxis]
    found = graded([], item_rows("a", "", scores, orders, [""] * 100))
    grid = found.tables["grid"]
    assert grid["value"].tolist() == [1.0] * 5 + [0.0] * 5
    assert grid["n"].tolist() == [10.0] * 10
    assert grid["order"].tolist() == [4.5 + 10 * at for at in range(10)]
    assert any("ten bins" in caveat for caveat in found.caveats)


def test_with_continuous_difficulties_hard_is_the_top_30_percent() -> None:
    """Of 100 items 30 are hard (69.3 is the 70th percentile of 0 … 99); the arms differ only there."""
    orders, hard = [float(at) for at in range(100)], np.arange(100) >= 70
    items = []
    for train, share in (("easy", 0.5), ("hard", 1.0), ("none", 0.0)):
        scores = np.where(
            hard,
            np.arange(100) % 2 < 2 * share if share == 1.0 else (np.arange(100) % 2 == 0) & (share > 0),
            1.0,
        )
        items += item_rows("a", train, scores.astype(float)[:, np.newaxis], orders, [""] * 100)
    (row,) = graded([], items).tables["recovered"].to_dict("records")
    assert (row["items"], row["easy"], row["hard"], row["untrained"]) == (30, 0.5, 1.0, 0.0)
    assert row["ratio"] == 0.5


def test_stated_scores_win_over_items_of_the_same_benchmark() -> None:
    """The score of the file is shown; its items are not counted a second time."""
    items = item_rows(
        "a",
        "",
        np.zeros((6, 1)),
        [0.0, 0.0, 1.0, 1.0, 2.0, 2.0],
        ["easy"] * 2 + ["middle"] * 2 + ["hard"] * 2,
    )
    assert row_of(graded(curve("a", [0.9, 0.8, 0.7]), items), "a")["easiest"] == 0.9


def test_a_guesser_is_marked() -> None:
    """Chance 0.25 and 0.27 at the easiest level."""
    catalog = Catalog(benchmarks=(BenchmarkEntry(id="bench", chance=0.25),))
    assert row_of(graded(curve("a", [0.27, 0.26, 0.25]), catalog=catalog), "a")["near_chance"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"level_name": "", "level_order": None}, "no benchmark has scores at two or more ordered levels"),
        ({"level_name": "x", "level_order": 1.0}, "no benchmark has scores at two or more ordered levels"),
        ({"level_order": None}, "levels without an order"),
        ({"level_order": 1.0}, "two levels have the same `level_order`"),
        ({"direction": "unknown"}, "it is not known whether higher or lower is better"),
    ],
)
def test_what_cannot_be_computed_says_what_lacks(change, reason) -> None:
    """No level, one level, no order, no direction."""
    rows = [{**row, **change} for row in curve("a", [0.9, 0.7, 0.3])]
    found = difficulty_curve.compute(evidence_of(rows), level=0.95, generator=np.random.default_rng(1))
    assert isinstance(found, NotEstimable)
    assert found.reason.startswith(reason)


@given(
    st.lists(st.lists(st.integers(0, 20), min_size=3, max_size=3), min_size=1, max_size=3),
    st.randoms(use_true_random=False),
)
@settings(max_examples=6)
def test_order_of_rows_and_direction_do_not_matter(table, random) -> None:
    """Shuffled rows change nothing; an error rate has the same drops."""
    rows = [one for at, line in enumerate(table) for one in curve(f"m{at}", [value / 20 for value in line])]
    once = graded(rows).main
    assert graded(random.sample(rows, len(rows))).main.equals(once)
    flipped = [{**row, "value": 1 - row["value"], "metric": "error", "direction": "lower"} for row in rows]
    drops = dict(zip(once["system"], once["estimate"], strict=True))
    other = graded(flipped).main
    assert dict(zip(other["system"], other["estimate"], strict=True)) == pytest.approx(drops, abs=1e-12)
