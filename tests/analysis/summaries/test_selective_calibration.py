"""Confidence against outcomes: hand cases, literal loops and statsmodels-free second implementations."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from factories import make_frame, make_record
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu
from score_tables import make_table

from reportgen.analysis.calibration import (
    auroc,
    average_precision,
    brier,
    calibration_error,
    coverage_at,
    reliability,
    risk_coverage,
)
from reportgen.analysis.evidence import Computed, Evidence
from reportgen.analysis.interval_coverage import OF_BINNED_ERRORS
from reportgen.analysis.summaries import selective_calibration
from reportgen.numbers import NotEstimable
from reportgen.records.catalog import Catalog
from reportgen.records.frame import to_frame

#: Twelve items of one system: nine sure ones of which six right, three unsure ones of which one right.
SURE = [0.9] * 9 + [0.4] * 3
RIGHT = [1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0]

SCORED = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 1)), min_size=2, max_size=25)


def item_rows(confidence: list[float], right: list[int], **more: Any) -> list[Any]:
    """Two records for each item: its score, and the confidence beside it."""
    return [
        make_record(item_id=str(at), n=1, stderr=None, file="items.json", **(pair | more))
        for at, (sure, score) in enumerate(zip(confidence, right, strict=True))
        for pair in ({"value": float(score)}, {"metric": "confidence", "value": sure, "primary": False})
    ]


def found(rows: list[Any], level: float = 0.95) -> Any:
    items = make_frame(*rows) if rows else to_frame([])
    evidence = Evidence(to_frame([]), items, make_table({"x": [1]}), Catalog())
    return selective_calibration.compute(evidence, level=level, generator=np.random.default_rng(1))


def computed(rows: list[Any]) -> Computed:
    result = found(rows)
    assert isinstance(result, Computed), result
    return result


def arrays(pairs: list[tuple[int, int]]) -> tuple[Any, Any]:
    """Confidences in twentieths and outcomes."""
    return np.array([p / 20 for p, _ in pairs]), np.array([float(y) for _, y in pairs])


def test_hand_case() -> None:
    """ECE 9/12 |6/9 - 0.9| + 3/12 |1/3 - 0.4| = 0.175 + 0.01667; Brier (6 · 0.01 + 3 · 0.81 + 0.36 + 2 · 0.16) / 12."""
    row = computed(item_rows(SURE, RIGHT)).main.iloc[0]
    assert row["estimate"] == pytest.approx(0.75 * (0.9 - 6 / 9) + 0.25 * (0.4 - 1 / 3))
    assert row["brier"] == pytest.approx((0.06 + 2.43 + 0.36 + 0.32) / 12)
    assert row["base_rate"] == pytest.approx(7 / 12)
    assert row["mean_confidence"] == pytest.approx(9.3 / 12)
    assert row["overconfidence"] == pytest.approx(9.3 / 12 - 7 / 12)
    # of 7 x 5 pairs: 6 x 2 won, 6 x 3 + 1 x 2 tied, 1 x 3 lost
    assert row["auroc"] == pytest.approx((12 + 10) / 35)
    # precision 6/9 at recall 6/7, 7/12 at recall 1
    assert row["pr_auc"] == pytest.approx(6 / 7 * 6 / 9 + 1 / 7 * 7 / 12)
    assert row["accuracy_of_surer_half"] == pytest.approx(6 / 9)
    assert row["coverage_at_risk"] == 0.0, "a third of the surest is wrong"
    risk = [1 / 3] * 9 + [(3 + 2 / 3 * k) / (9 + k) for k in (1, 2, 3)]
    assert row["aurc"] == pytest.approx(sum(risk) / 12)


@given(SCORED)
def test_calibration_error_and_its_jackknife_are_those_of_loops(pairs: list[tuple[int, int]]) -> None:
    """Bins are half-open to the left; the error leaves out one item at a time and bins anew."""

    def loop(rows: list[tuple[int, int]]) -> float:
        total = 0.0
        for low in range(0, 20, 2):
            members = [(p, y) for p, y in rows if low < p <= low + 2 or (p == 0 == low)]
            total += abs(sum(y - p / 20 for p, y in members))
        return total / len(rows)

    confidence, outcome = arrays(pairs)
    result = calibration_error(confidence, outcome, level=0.95)
    assert result.value == pytest.approx(loop(pairs))
    n = len(pairs)
    without = [loop(pairs[:at] + pairs[at + 1 :]) for at in range(n)]
    variance = (n - 1) / n * sum((one - sum(without) / n) ** 2 for one in without)
    assert result.standard_error == pytest.approx(variance**0.5, abs=1e-9)


@given(SCORED)
def test_auroc_is_that_of_scipy(pairs: list[tuple[int, int]]) -> None:
    """Mann and Whitney's U over the number of pairs; undefined with one class."""
    confidence, outcome = arrays(pairs)
    true, false = confidence[outcome == 1], confidence[outcome == 0]
    value, error = auroc(confidence, outcome)
    if not len(true) or not len(false):
        assert np.isnan([value, error]).all()
        return
    assert value == pytest.approx(mannwhitneyu(true, false).statistic / len(true) / len(false))
    if min(len(true), len(false)) > 1:
        won = (true[:, None] > false) + 0.5 * (true[:, None] == false)
        spread = np.var(won.mean(1), ddof=1) / len(true) + np.var(won.mean(0), ddof=1) / len(false)
        assert error == pytest.approx(spread**0.5, abs=1e-12)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1)), min_size=1, max_size=6))
def test_risk_is_the_mean_over_all_orders_of_ties(pairs: list[tuple[int, int]]) -> None:
    """Every order of the items that sorts them by confidence is equally likely."""
    confidence, outcome = arrays(pairs)
    coverage, risk = risk_coverage(confidence, outcome)
    sums, orders = np.zeros(len(pairs)), 0
    for order in itertools.permutations(pairs):
        if all(one[0] >= other[0] for one, other in itertools.pairwise(order)):
            wrong = np.cumsum([1 - y for _, y in order])
            sums, orders = sums + wrong / np.arange(1, len(pairs) + 1), orders + 1
    assert risk == pytest.approx(sums / orders)
    assert coverage[-1] == 1.0
    assert risk[-1] == pytest.approx(1 - outcome.mean())


@given(SCORED)
def test_average_precision_is_that_of_a_loop(pairs: list[tuple[int, int]]) -> None:
    """Precision at each distinct confidence, weighted by the recall it adds."""
    confidence, outcome = arrays(pairs)
    if not outcome.any():
        assert np.isnan(average_precision(confidence, outcome))
        return
    total, recall = 0.0, 0.0
    for threshold in sorted(set(confidence), reverse=True):
        taken = outcome[confidence >= threshold]
        total += taken.mean() * (taken.sum() / outcome.sum() - recall)
        recall = taken.sum() / outcome.sum()
    assert average_precision(confidence, outcome) == pytest.approx(total)


@given(SCORED)
def test_discrimination_knows_only_the_order(pairs: list[tuple[int, int]]) -> None:
    """A monotone rescaling of confidences changes no AUROC, no PR-AUC and no risk; the order of items nothing."""
    confidence, outcome = arrays(pairs)
    for measure in (auroc, lambda p, y: risk_coverage(p, y)[1], average_precision):
        plain = measure(confidence, outcome)
        assert measure(confidence**2 / 3, outcome) == pytest.approx(plain, nan_ok=True)
        assert measure(confidence[::-1], outcome[::-1]) == pytest.approx(plain, nan_ok=True)
    assert brier(confidence[::-1], outcome[::-1]) == pytest.approx(brier(confidence, outcome))


def test_chance_alone_gives_an_error_and_how_much_is_known() -> None:
    """Simulated: outcomes drawn with the stated probabilities; mean within 3 %, 95 % quantile exceeded by 3 to 7 %."""
    generator = np.random.default_rng(7)
    confidence = generator.random(400)
    drawn = (generator.random((2000, 400)) < confidence).astype(float)
    errors = [calibration_error(confidence, outcome, level=0.95) for outcome in drawn]
    assert np.mean([one.value for one in errors]) == pytest.approx(errors[0].by_chance, rel=0.03)
    assert 0.03 < np.mean([one.value > one.by_chance_high for one in errors]) < 0.07


def test_empty_bins_are_not_drawn() -> None:
    """Twelve items in two bins."""
    bins = reliability(np.array(SURE), np.array(RIGHT, dtype=float))
    assert bins.n.tolist() == [3, 9]
    assert bins.high.tolist() == pytest.approx([0.4, 0.9]), "an edge belongs to the bin below it"
    assert bins.accuracy.tolist() == pytest.approx([1 / 3, 6 / 9])


def test_coverage_at_a_risk() -> None:
    """Risks 0, 0, 1/3, 1/4: at most 0.25 wrong up to everything, at most 0.05 up to a half."""
    coverage, risk = risk_coverage(np.array([0.9, 0.8, 0.7, 0.6]), np.array([1.0, 1.0, 0.0, 1.0]))
    assert coverage_at(coverage, risk, 0.25) == 1.0
    assert coverage_at(coverage, risk, 0.05) == 0.5


def test_all_right_has_no_auroc() -> None:
    """One class says nothing about discrimination; calibration is still defined."""
    row = computed(item_rows(SURE, [1] * 12)).main.iloc[0]
    assert np.isnan(row["auroc"])
    assert row["reason"] == "no AUROC: all of the items came true"
    assert row["estimate"] == pytest.approx(1 - 9.3 / 12)


def test_percentages_and_lower_is_better_are_put_on_one_scale() -> None:
    """Confidence in percent; the score counts errors, so 1 is wrong."""
    plain = computed(item_rows(SURE, RIGHT)).main.iloc[0]
    rows = []
    for at, (sure, right) in enumerate(zip(SURE, RIGHT, strict=True)):
        rows.append(
            make_record(item_id=str(at), metric="error", value=1.0 - right, direction="lower", file="i")
        )
        rows.append(
            make_record(item_id=str(at), metric="Confidence", value=100 * sure, upper=100.0, file="i")
        )
    row = computed(rows).main.iloc[0]
    for name in ("estimate", "brier", "auroc", "aurc", "base_rate"):
        assert row[name] == pytest.approx(plain[name])


def test_the_primary_metric_is_the_outcome() -> None:
    """A second metric by another name is not; scores between 0 and 1 are no outcome at all."""
    flip = [
        make_record(item_id=str(at), metric="aaa", value=1.0 - right, primary=False, file="i")
        for at, right in enumerate(RIGHT)
    ]
    part = [make_record(item_id=str(at), metric="bbb", value=0.5, primary=True, file="i") for at in range(12)]
    row = computed([*item_rows(SURE, RIGHT), *flip, *part]).main.iloc[0]
    assert row["base_rate"] == pytest.approx(7 / 12)


def test_items_without_confidence_are_told() -> None:
    """Abstaining from a confidence where one is unsure must not look like calibration."""
    more = [make_record(item_id=f"x{at}", value=0.0, file="i") for at in range(3)]
    result = computed([*item_rows(SURE, RIGHT), *more])
    assert result.main[["n_items", "of_items"]].to_numpy().tolist() == [[12, 15]]
    assert "over those items only" in result.caveats[0]
    assert result.caveats[1:] == (OF_BINNED_ERRORS,)


def test_what_cannot_be_computed_says_why() -> None:
    """Few items, confidences beyond 1, no score beside them."""
    few = item_rows(SURE[:5], RIGHT[:5], benchmark="few")
    beyond = item_rows([*SURE, 1.7], [*RIGHT, 1], benchmark="beyond")
    bare = [row for row in item_rows(SURE, RIGHT, benchmark="bare") if row.metric == "confidence"]
    left = computed([*item_rows(SURE, RIGHT), *few, *beyond, *bare]).left_out.set_index("benchmark")["reason"]
    assert "fewer than 10 items" in left["few"]
    assert "1 confidence outside 0 to 1" in left["beyond"]
    assert "no item has a score of 0 or 1" in left["bare"]
    alone = found(few)
    assert isinstance(alone, NotEstimable)
    assert "fewer than 10 items" in alone.reason


@pytest.mark.parametrize("rows", [[], [make_record(item_id="1", value=1.0)]])
def test_without_confidences_it_says_what_to_write(rows: list[Any]) -> None:
    """The metric's name and the fields that must agree."""
    result = found(rows)
    assert isinstance(result, NotEstimable)
    assert "`confidence`" in result.reason


def test_others_that_cannot_be_told_apart_are_counted() -> None:
    """A second system with the same answers is alike, one that is always sure and wrong is not."""
    rows = [*item_rows(SURE, RIGHT, model="a"), *item_rows(SURE, RIGHT, model="b")]
    rows += item_rows([0.95] * 12, [0] * 12, model="c")
    fact = computed(rows).headline
    assert (fact.best, fact.n_systems, fact.n_alike) == ("a", 3, 1)
    assert fact.sharpest == "a"


def test_every_column_is_documented() -> None:
    """Tables have the columns they promise, in that order."""
    result = computed(item_rows(SURE, RIGHT))
    assert tuple(result.main.columns) == tuple(selective_calibration.COLUMNS)
    for name, meanings in selective_calibration.TABLES.items():
        assert tuple(result.tables[name].columns) == tuple(meanings)
