"""Score by length: hand cases, numpy and loops as second implementations, and what must not matter."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from factories import make_frame, make_record
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import sem, t

from reportgen.analysis.evidence import Computed, Evidence
from reportgen.analysis.scores import score_table
from reportgen.analysis.summaries import length_curve
from reportgen.numbers import NotEstimable
from reportgen.records.catalog import BenchmarkEntry, Catalog

BARE = {"stderr": None, "stderr_kind": "", "n": None, "n_kind": ""}


def curve(
    model: str, values: dict[float, float], *, trained: float = 20, **more: Any
) -> list[dict[str, Any]]:
    """One score at each length; those up to `trained` are in distribution."""
    return [
        {
            "model": model,
            "value": value,
            "length": float(length),
            "role": "id" if length <= trained else "ood",
            **BARE,
            **more,
        }
        for length, value in values.items()
    ]


def evidence_of(rows: list[dict[str, Any]], catalog: Catalog | None = None) -> Evidence:
    catalog = catalog or Catalog()
    frame = make_frame(*(make_record(file=f"{at}.json", **row) for at, row in enumerate(rows)))
    return Evidence(frame, frame.iloc[:0], score_table(frame, catalog), catalog)


def lengths(rows: list[dict[str, Any]], catalog: Catalog | None = None) -> Computed:
    found = length_curve.compute(evidence_of(rows, catalog), level=0.95, generator=np.random.default_rng(1))
    assert isinstance(found, Computed), found
    assert tuple(found.main.columns) == tuple(length_curve.COLUMNS)
    assert tuple(found.tables["curves"].columns) == tuple(length_curve.TABLES["curves"])
    return found


def row_of(found: Computed, system: str) -> Any:
    (row,) = found.main[found.main["system"] == system].to_dict("records")
    return row


#: Solved to 40; trained to 20.
PLAIN = {10: 1.0, 20: 0.98, 40: 0.92, 100: 0.4}


def test_means_reach_factor_and_area_by_hand() -> None:
    """Within (1 + 0.98)/2, beyond (0.92 + 0.4)/2; area (20 · 0.95 + 60 · 0.66) / 80."""
    row = row_of(lengths(curve("a", PLAIN)), "a")
    assert row["in_range"] == pytest.approx(0.99)
    assert row["estimate"] == pytest.approx(0.66)
    assert row["loss"] == pytest.approx(0.33)
    assert (row["reach"], row["factor"], row["to_the_end"]) == (40.0, 2.0, False)
    assert row["area"] == pytest.approx((20 * (0.98 + 0.92) / 2 + 60 * (0.92 + 0.4) / 2) / 80)
    assert (row["lengths"], row["of_lengths"], row["train_longest"], row["longest"]) == (2, 2, 20.0, 100.0)
    assert row["train_from"] == "its own id scores"


def test_the_area_weights_lengths_by_spacing_and_the_mean_does_not() -> None:
    """A score that falls at once: 0 from length 30 to 100, 1 up to 20."""
    row = row_of(lengths(curve("a", {20: 1.0, 30: 0.0, 100: 0.0})), "a")
    assert row["estimate"] == 0.0
    assert row["area"] == pytest.approx(10 * 0.5 / 80)


def test_the_score_where_training_ends_is_interpolated() -> None:
    """Trained to 20 by scores of role train, tested at 10 and 30 (1 and 0): 0.5 at 20, area 0.25."""
    rows = [*curve("a", {10: 1.0, 30: 0.0}, trained=10), *curve("a", {20: 1.0}, role="train")]
    row = row_of(lengths(rows), "a")
    assert row["train_from"] == "its own train scores"
    assert row["train_longest"] == 20.0
    assert row["area"] == pytest.approx(0.25)


def test_training_scores_win_over_id_scores_and_own_over_those_of_the_benchmark() -> None:
    """a has train scores to 30; b has none, and takes its own id scores; c has neither and takes the benchmark's."""
    rows = [
        *curve("a", PLAIN),
        *curve("a", {30: 1.0}, role="train"),
        *curve("b", PLAIN),
        *curve("c", PLAIN, role="ood"),
    ]
    found = lengths(rows)
    assert [row_of(found, name)["train_from"] for name in "abc"] == [
        "its own train scores", "its own id scores", "the benchmark's train scores",
    ]  # fmt: skip
    assert [row_of(found, name)["train_longest"] for name in "abc"] == [30.0, 20.0, 30.0]
    assert any("trained up to different lengths" in caveat for caveat in found.caveats)


def test_without_a_length_of_training_there_is_no_beyond() -> None:
    """Nothing is guessed; the reach does not need it, its factor does."""
    row = row_of(lengths(curve("a", PLAIN, role="")), "a")
    assert math.isnan(row["estimate"])
    assert row["reason"] == length_curve.NO_LIMIT
    assert row["reach"] == 40.0
    assert math.isnan(row["factor"])


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({30: 0.9, 40: 0.8}, "no length within those of training was tested"),
        ({10: 0.9, 20: 0.8}, "no length beyond those of training was tested"),
    ],
)
def test_a_side_without_lengths_is_unknown(values, reason) -> None:
    """Not 0, and it is said which side."""
    rows = [*curve("a", values), *curve("a", {20: 1.0}, role="train")]
    row = row_of(lengths(rows), "a")
    assert row["reason"] == reason
    assert math.isnan(row["loss"])


def test_a_curve_that_comes_back_ends_at_its_first_fall() -> None:
    """0.95 at 10, 0.5 at 20, 0.95 at 40: reach 10, and it is marked."""
    found = lengths(curve("a", {10: 0.95, 20: 0.5, 40: 0.95}))
    row = row_of(found, "a")
    assert (row["reach"], row["returns"]) == (10.0, True)
    assert any("ends at the first fall" in caveat for caveat in found.caveats)


def test_never_and_always_above_90_percent() -> None:
    """Never: no reach, which is not 0. Always: to the end, and the truth may lie further."""
    found = lengths([*curve("never", {10: 0.8, 40: 0.8}), *curve("always", {10: 1.0, 40: 0.9})])
    assert math.isnan(row_of(found, "never")["reach"])
    assert (row_of(found, "always")["reach"], row_of(found, "always")["to_the_end"]) == (40.0, True)


def test_seeds_median_and_best_differ() -> None:
    """Three seeds beyond training: 0.0, 0.1 and 1.0: mean 0.3667, median 0.1, best 1.0; sd / sqrt 3 and t with 2 df."""
    beyond = (0.0, 0.1, 1.0)
    rows = [one for seed, value in enumerate(beyond) for one in curve("a", {20: 1.0, 40: value}, seed=seed)]
    row = row_of(lengths(rows), "a")
    assert (row["estimate"], row["median"], row["best"]) == pytest.approx((1.1 / 3, 0.1, 1.0))
    assert row["standard_error"] == pytest.approx(sem(beyond))
    low, high = t.interval(0.95, 2, loc=np.mean(beyond), scale=sem(beyond))
    assert (row["low"], row["high"]) == pytest.approx((low, high))
    assert (row["over"], row["seeds"]) == ("seeds", 3)
    assert (row["reach"], row["reach_best"]) == (20.0, 40.0)


def test_with_one_seed_the_errors_of_the_scores_count() -> None:
    """Two lengths beyond training with errors 0.03 and 0.04: 0.05 / 2."""
    rows = curve("a", {20: 1.0}) + curve("a", {30: 0.5}, stderr=0.03) + curve("a", {40: 0.5}, stderr=0.04)
    row = row_of(lengths(rows), "a")
    assert (row["standard_error"], row["over"]) == (pytest.approx(0.025), "scores")


def test_curves_are_compared_over_the_lengths_they_share() -> None:
    """d was not tested at 100: the means are over 40 alone, and it is said."""
    rows = [one for name in "abc" for one in curve(name, {20: 1.0, 40: 0.5})] + curve(
        "d", {20: 1.0, 40: 0.5, 100: 0.0}
    )
    found = lengths(rows)
    assert [row_of(found, name)["estimate"] for name in "abcd"] == [0.5] * 4
    assert (row_of(found, "d")["lengths"], row_of(found, "d")["of_lengths"]) == (1, 2)
    assert any("not all curves have" in caveat for caveat in found.caveats)


def test_where_lower_is_better_errors_rise_with_length() -> None:
    """Error 0.02 to 0.5: loses 0.48; 90 % of the range means an error of at most 0.1; the best seed has the least error."""
    rows = [
        one for seed, error in enumerate((0.5, 0.3))
        for one in curve("a", {20: 0.02, 40: error}, metric="error", direction="lower", seed=seed)
    ]  # fmt: skip
    row = row_of(lengths(rows), "a")
    assert row["loss"] == pytest.approx(0.38)
    assert (row["reach"], row["best"]) == (20.0, 0.3)


def test_a_metric_without_bounds_has_no_reach() -> None:
    """Perplexity: means, but 90 % of nothing."""
    rows = curve(
        "a", {20: 8.0, 40: 30.0}, metric="perplexity", direction="lower", lower=None, upper=None, unit=""
    )
    row = row_of(lengths(rows), "a")
    assert (row["estimate"], row["loss"]) == (30.0, 22.0)
    assert math.isnan(row["reach"])
    assert row["reason"].startswith("bounds of the metric are unknown")


def test_a_guesser_is_marked() -> None:
    """Chance 0.5: 0.52 beyond training is nothing."""
    catalog = Catalog(benchmarks=(BenchmarkEntry(id="bench", chance=0.5),))
    assert row_of(lengths(curve("a", {20: 1.0, 40: 0.52}), catalog), "a")["near_chance"]


def test_tasks_are_not_averaged_with_each_other() -> None:
    """Two formats of one benchmark are two curves."""
    rows = curve("a", {20: 1.0, 40: 0.9}, task="copy") + curve("a", {20: 1.0, 40: 0.1}, task="parity")
    found = lengths(rows)
    assert found.main[["benchmark", "estimate"]].values.tolist() == [
        ["bench · copy", 0.9],
        ["bench · parity", 0.1],
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"length": None}, "no benchmark has scores at two or more lengths"),
        ({"length": 5.0}, "no benchmark has scores at two or more lengths"),
        ({"direction": "unknown"}, "it is not known whether higher or lower is better"),
    ],
)
def test_what_cannot_be_computed_says_what_lacks(change, reason) -> None:
    """No length, one length, no direction."""
    rows = [{**row, **change} for row in curve("a", PLAIN)]
    found = length_curve.compute(evidence_of(rows), level=0.95, generator=np.random.default_rng(1))
    assert isinstance(found, NotEstimable)
    assert found.reason.startswith(reason)


def test_the_headline_names_the_best_and_those_alike() -> None:
    """0.80 ± 0.02, 0.79 ± 0.02 and 0.30 ± 0.02: one other cannot be told apart."""
    values = {"a": 0.80, "b": 0.79, "c": 0.30}
    head = lengths(
        [one for name, value in values.items() for one in curve(name, {20: 1.0, 40: value}, stderr=0.02)]
    ).headline
    assert (head.best_system, head.best, head.n_alike, head.n_systems) == ("a", 0.80, 1, 3)
    assert (head.reach, head.n_reach) == (20.0, 0)


VALUES = st.lists(st.lists(st.integers(0, 10), min_size=4, max_size=4), min_size=1, max_size=3)
AT = (5.0, 20.0, 30.0, 70.0)


@given(VALUES, st.randoms(use_true_random=False))
def test_loops_over_seeds_and_lengths_give_the_same(values, random) -> None:
    """Means, reach and area one by one; shuffled rows change nothing."""
    rows = [
        one for seed, line in enumerate(values)
        for one in curve("a", dict(zip(AT, [value / 10 for value in line], strict=True)), seed=seed)
    ]  # fmt: skip
    found = lengths(rows)
    row = row_of(found, "a")
    beyond = [(line[2] + line[3]) / 20 for line in values]
    areas = [(10 * (line[1] + line[2]) / 20 + 40 * (line[2] + line[3]) / 20) / 50 for line in values]
    reached = sorted(next((at for at, value in enumerate(line) if value < 9), 4) for line in values)
    middle = reached[(len(reached) - 1) // 2]
    assert row["estimate"] == pytest.approx(sum(beyond) / len(beyond))
    assert row["area"] == pytest.approx(sum(areas) / len(areas))
    assert row["reach"] == AT[middle - 1] if middle else math.isnan(row["reach"])
    assert lengths(random.sample(rows, len(rows))).main.equals(found.main)


@given(VALUES)
@settings(max_examples=5)
def test_percent_and_error_rate_say_the_same(values) -> None:
    """Another unit scales the means; the flipped metric has the same reach."""
    line = dict(zip(AT, [value / 10 for value in values[0]], strict=True))
    once = row_of(lengths(curve("a", line)), "a")
    percent = row_of(
        lengths(curve("a", {k: 100 * v for k, v in line.items()}, unit="percent", upper=100.0)), "a"
    )
    flipped = row_of(
        lengths(curve("a", {k: 1 - v for k, v in line.items()}, metric="error", direction="lower")), "a"
    )
    assert percent["estimate"] == pytest.approx(100 * once["estimate"])
    assert flipped["loss"] == pytest.approx(once["loss"], abs=1e-12)
    assert [str(one["reach"]) for one in (percent, flipped)] == [str(once["reach"])] * 2
