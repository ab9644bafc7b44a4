"""Training dynamics: times, gaps and losses by hand, by plain loops, and what must not matter."""

from __future__ import annotations

import math
from math import log10

import numpy as np
import pytest
from condition_records import compute, evidence_of, measured, refused, row_of
from factories import make_frame
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, linregress, sem

from reportgen.analysis import step_curves
from reportgen.analysis.evidence import Evidence
from reportgen.analysis.scores import score_table
from reportgen.analysis.summaries import training_dynamics
from reportgen.records.catalog import BenchmarkEntry, Catalog

ERROR_RATE = {"metric": "error", "direction": "lower"}
LOSS = {"metric": "loss", "direction": "lower", "lower": None, "upper": None, "unit": ""}
#: Fits at step 10, generalizes at step 1,000.
TRAIN = {1: 10, 10: 96, 100: 100, 1000: 100, 2000: 100}
TEST = {1: 10, 10: 12, 100: 50, 1000: 99, 2000: 97}


def curve(model, role, values, **more):
    return [
        measured(model, value, role=role, step=float(step), file=f"{model}{role}{step}{more}.json", **more)
        for step, value in values.items()
    ]


def run(model, train=TRAIN, test=TEST, **more):
    return [*curve(model, "train", train, **more), *curve(model, "test", test, **more)]


def dynamics(rows):
    found = compute(training_dynamics, evidence_of(rows))
    assert tuple(found.main.columns) == tuple(training_dynamics.COLUMNS)
    for name, meanings in training_dynamics.TABLES.items():
        assert tuple(found.tables[name].columns) == tuple(meanings), name
    return found


def test_delay_and_ratio_by_hand() -> None:
    """95 at 10 and at 1,000, each held at the next checkpoint: 990 steps, ratio 100."""
    row = row_of(dynamics(run("a")), "a")
    assert (row["t_fit"], row["t_gen"], row["estimate"], row["ratio"]) == (10, 1000, 990, 100)
    assert (row["phase"], row["rule"], row["unit"]) == ("generalizes", "range", "steps")
    assert row["reason"] == ""


def test_the_spacing_of_checkpoints_limits_what_is_known() -> None:
    """It fits after 1 and by 10, generalizes after 100 and by 1,000: the delay lies from 90 to 999."""
    row = row_of(dynamics(run("a")), "a")
    assert (row["delay_least"], row["delay_most"]) == (100 - 10, 1000 - 1)


def test_gap_loss_and_area_by_hand() -> None:
    """At the end 100 - 97; best 99 at 1,000; area by trapezoids over log10 step, decade by decade."""
    row = row_of(dynamics(run("a")), "a")
    assert (row["gap"], row["best"], row["best_step"], row["last"]) == (3, 99, 1000, 97)
    assert row["overtraining"] == 2
    last = log10(2)
    area = ((0 + 84) / 2 + (84 + 50) / 2 + (50 + 1) / 2 + last * (1 + 3) / 2) / (3 + last)
    assert row["area"] == pytest.approx(area)


def test_never_reached_is_a_bound_and_not_a_number() -> None:
    """It fits at 10 and is at 50 at step 2,000: more than 1,990 steps, and the reason says so."""
    row = row_of(dynamics(run("a", test={**TEST, 1000: 60, 2000: 50})), "a")
    assert math.isnan(row["estimate"])
    assert math.isnan(row["t_gen"])
    assert (row["delay_bound"], row["last_step"], row["phase"]) == (1990, 2000, "memorizes")
    assert row["reason"] == "the test data are not solved to 95 % by the last step"


def test_what_does_not_fit_has_no_delay() -> None:
    """Training at 60: no time, no bound, and no delay although the tests are solved."""
    row = row_of(dynamics(run("a", train=dict.fromkeys(TRAIN, 60))), "a")
    assert [math.isnan(row[name]) for name in ("estimate", "t_fit", "delay_bound", "ratio")] == [True] * 4
    assert (row["phase"], row["t_gen"]) == ("does not fit", 1000)
    assert row["reason"].startswith("the training data are not fitted")


def test_one_checkpoint_above_is_not_enough() -> None:
    """Above at 100 alone, and at the very last alone: neither is held."""
    rows = [
        *run("blip", test={1: 10, 10: 20, 100: 99, 1000: 20, 2000: 20}),
        *run("end", test={1: 1, 2000: 99}),
    ]
    found = dynamics(rows)
    assert [math.isnan(row_of(found, name)["t_gen"]) for name in ("blip", "end")] == [True, True]


def test_falling_back_is_marked_and_the_first_time_counts() -> None:
    """Held at 10 and 100, then lost."""
    found = dynamics(run("a", test={1: 10, 10: 99, 100: 99, 1000: 30, 2000: 30}))
    row = row_of(found, "a")
    assert (row["t_gen"], row["returns"], row["estimate"]) == (10, True, 0)
    assert any("fall below it again" in caveat for caveat in found.caveats)


def test_the_tests_may_be_solved_before_the_training_data() -> None:
    """A negative delay is legal: training data with noise are fitted late."""
    row = row_of(dynamics(run("a", train={1: 10, 10: 50, 100: 96, 1000: 96}, test={1: 96, 10: 96})), "a")
    assert row["estimate"] == 1 - 100


def test_the_ceiling_of_the_catalog_lowers_the_threshold_of_the_tests() -> None:
    """Ceiling 80: 95 % of it is 76; the training threshold stays at 95."""
    frame = make_frame(*run("a", test={1: 10, 10: 75, 100: 76, 1000: 78}))
    catalog = Catalog(benchmarks=(BenchmarkEntry(id="bench", ceiling=80),))
    evidence = Evidence(frame, frame.iloc[:0], score_table(frame, catalog), catalog)
    row = row_of(compute(training_dynamics, evidence), "a")
    assert (row["t_fit"], row["t_gen"]) == (10, 100)


def test_errors_that_rise_are_overtraining() -> None:
    """Test error 40, 20, 26: 6 lost since step 10; gap 26 - 2, positive because training is better."""
    rows = run("a", train={1: 40, 10: 10, 100: 2}, test={1: 40, 10: 20, 100: 26}, **ERROR_RATE)
    row = row_of(dynamics(rows), "a")
    assert (row["overtraining"], row["best"], row["best_step"], row["gap"]) == (6, 20, 10, 24)


def test_a_metric_without_range_counts_its_own_improvement() -> None:
    """Loss 4, 2, 0.1, 0: 95 % of the way is 0.2, held from step 3; no phase, and the caveat says so."""
    found = dynamics(run("a", train={1: 4, 2: 2, 3: 0.1, 4: 0}, test={1: 4, 2: 3.9, 3: 3, 4: 2}, **LOSS))
    row = row_of(found, "a")
    assert (row["t_fit"], row["rule"], row["phase"]) == (3, "own improvement", "")
    assert any("no range" in caveat for caveat in found.caveats)


def test_training_loss_and_test_accuracy_share_their_steps() -> None:
    """Training in one metric, tests in another: times are compared, scores are not."""
    rows = [*curve("a", "train", {1: 4, 10: 0.1, 100: 0, 1000: 0}, **LOSS), *curve("a", "test", TEST)]
    found = dynamics(rows)
    (row,) = found.main.to_dict("records")
    assert (row["t_fit"], row["t_gen"], row["estimate"]) == (10, 1000, 990)
    assert math.isnan(row["gap"])


def test_metrics_that_disagree_on_the_best_checkpoint_are_said() -> None:
    """Loss is best at 10, accuracy at 1,000."""
    rows = [*curve("a", "test", {10: 1.0, 100: 2.0, 1000: 3.0}, **LOSS), *curve("a", "test", TEST)]
    assert any("do not agree on which checkpoint" in caveat for caveat in dynamics(rows).caveats)


def test_shifted_tests_are_curves_of_their_own() -> None:
    """In distribution at 10, shifted never: two rows, one delay of 0 and one bound."""
    rows = [
        *curve("a", "train", TRAIN),
        *curve("a", "id", dict.fromkeys(TRAIN, 99)),
        *curve("a", "ood", dict.fromkeys(TRAIN, 20)),
    ]
    found = dynamics(rows).main
    assert found[["tested", "phase"]].values.tolist() == [
        ["in distribution", "generalizes"],
        ["shifted", "memorizes"],
    ]
    assert found["estimate"].tolist()[0] == 1 - 10


def test_domains_are_curves_of_their_own() -> None:
    """Two test domains of one benchmark, each with its own time."""
    rows = [*curve("a", "train", TRAIN)]
    rows += curve("a", "ood", {1: 96, 10: 96, 100: 96}, test_domain="code")
    rows += curve("a", "ood", {1: 0, 10: 96, 100: 96}, test_domain="law")
    found = dynamics(rows).main
    assert found[["tested", "t_gen"]].values.tolist() == [["shifted · code", 1.0], ["shifted · law", 10.0]]


def test_runs_have_a_median_and_its_order_statistics() -> None:
    """Seven delays 1, 2, …, 7 after step 1: median 4; 95 %: k = 1, as 2 P(B < 1) = 0.016 and 2 P(B < 2) = 0.125."""
    train = dict.fromkeys(range(1, 11), 100)
    rows = [
        one for seed in range(1, 8)
        for one in run("a", train, {step: 100 if step > seed else 0 for step in range(1, 11)}, seed=seed)
    ]  # fmt: skip
    row = row_of(dynamics(rows), "a")
    assert (row["estimate"], row["low"], row["high"], row["over"]) == (4, 1, 7, "seeds")
    assert (row["fitted"], row["generalized"], row["of_runs"]) == (7, 7, 7)


def test_with_few_runs_there_is_no_interval_of_the_median() -> None:
    """Three runs: a median, and no interval."""
    row = row_of(dynamics([one for seed in range(3) for one in run("a", seed=seed)]), "a")
    assert row["estimate"] == 990
    assert math.isnan(row["low"])
    assert math.isnan(row["high"])


def test_runs_that_never_generalize_are_later_than_all_others() -> None:
    """Of three runs two never do: the median is censored; of seven two: an upper end that is open."""
    never = {**TEST, 1000: 20, 2000: 20}
    three = [
        one for seed in range(3) for one in run("a", test=TEST if seed == 0 else never, seed=seed)
    ]  # fmt: skip
    row = row_of(dynamics(three), "a")
    assert math.isnan(row["estimate"])
    assert (row["delay_bound"], row["phase"], row["generalized"]) == (1990, "memorizes", 1)
    seven = [one for seed in range(7) for one in run("a", test=TEST if seed > 1 else never, seed=seed)]
    row = row_of(dynamics(seven), "a")
    assert (row["estimate"], row["low"], row["high_open"]) == (990, 990, True)
    assert math.isnan(row["high"])


def test_means_over_runs_have_the_error_of_runs() -> None:
    """Last scores 90, 94 and 98: mean 94, sd / sqrt 3."""
    lasts = (90, 94, 98)
    rows = [one for seed, last in enumerate(lasts) for one in run("a", test={**TEST, 2000: last}, seed=seed)]
    row = row_of(dynamics(rows), "a")
    assert (row["last"], row["gap"], row["last_error"]) == (94, 6, pytest.approx(sem(lasts)))
    assert row["overtraining"] == pytest.approx((9 + 5 + 1) / 3)
    assert row["overtraining_error"] == pytest.approx(sem((9, 5, 1)))


def test_a_single_run_has_the_errors_of_its_scores() -> None:
    """Gap error sqrt(3² + 4²); loss since the best checkpoint sqrt(4² + 4²)."""
    rows = [*curve("a", "train", TRAIN, stderr=3.0), *curve("a", "test", TEST, stderr=4.0)]
    row = row_of(dynamics(rows), "a")
    assert (row["gap_error"], row["over"]) == (5, "scores")
    assert row["overtraining_error"] == pytest.approx(math.sqrt(32))


def test_without_training_scores_the_tests_still_have_a_best_checkpoint() -> None:
    """No fit, no gap, and it is said which scores are missing."""
    row = row_of(dynamics(curve("a", "test", TEST)), "a")
    assert (row["overtraining"], row["t_gen"], row["phase"]) == (2, 1000, "")
    assert row["reason"] == "no scores on training data (role train) at these steps"


def test_a_metric_of_unknown_direction_has_a_line_and_nothing_else() -> None:
    """Distance from the start 1, 2, 3, 4 at 1, 10, 100, 1,000: 1 per tenfold steps."""
    values = {1: 1, 10: 2, 100: 3, 1000: 4}
    row = row_of(dynamics(curve("a", "test", values, metric="distance", direction="unknown")), "a")
    assert (row["log_slope"], row["log_r2"]) == (pytest.approx(1), pytest.approx(1))
    assert math.isnan(row["overtraining"])
    assert row["reason"].startswith("it is not known")


def test_step_zero_has_no_place_on_a_log_axis() -> None:
    """The area is that without it; the gap at the end too."""
    with_zero = row_of(dynamics(run("a", train={0: 0, **TRAIN}, test={0: 50, **TEST})), "a")
    assert with_zero["area"] == pytest.approx(row_of(dynamics(run("a")), "a")["area"])


def test_what_is_no_curve_is_left_out_with_the_field_that_lacks() -> None:
    """One checkpoint is no curve; no step at all says how to supply it."""
    assert refused(training_dynamics, evidence_of([measured("a", 50.0)])).startswith("no run has test scores")
    assert refused(training_dynamics, evidence_of(curve("a", "test", {1: 5}))).startswith("no run has")
    rows = [*run("a"), *curve("a", "test", {5: 5}, benchmark="other", suite="S")]
    assert dynamics(rows).left_out["reason"].tolist() == [
        "only scores on training data, or one checkpoint of each run"
    ]


CURVES = st.lists(
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=2, max_size=7),
    min_size=1,
    max_size=4,
)


def first_held(line, steps, threshold):
    for at in range(len(line) - 1):
        if line[at] >= threshold and line[at + 1] >= threshold:
            return steps[at]
    return math.inf


def by_loops(runs):
    """Everything, one run and one checkpoint at a time."""
    delays, gaps, losses, areas, slopes = [], [], [], [], []
    for pairs in runs:
        steps = [2**at for at in range(len(pairs))]
        train, test = ([5 * one[side] for one in pairs] for side in (0, 1))
        fit, gen = first_held(train, steps, 95), first_held(test, steps, 95)
        delays += [gen - fit] if fit < math.inf else []
        gaps.append(train[-1] - test[-1])
        losses.append(max(test) - test[-1])
        area = sum(
            (train[at] - test[at] + train[at + 1] - test[at + 1]) / 2 * log10(2)
            for at in range(len(pairs) - 1)
        )
        areas.append(area / (log10(2) * (len(pairs) - 1)))
        if len(steps) >= 4:
            slopes.append(linregress([log10(one) for one in steps], test).slope)
    delays.sort()
    n = len(delays)
    middle = (delays[(n - 1) // 2] + delays[n // 2]) / 2 if n else math.nan
    means = [sum(one) / len(one) if one else math.nan for one in (gaps, losses, areas, slopes)]
    return [math.nan if math.isinf(middle) else middle, *means]


@given(CURVES, st.randoms(use_true_random=False))
@settings(max_examples=8)
def test_loops_over_runs_and_checkpoints_give_the_same(runs, random) -> None:
    """Also for rows in any order, and under another name."""
    rows = []
    for seed, pairs in enumerate(runs):
        train, test = ({2**at: 5 * one[side] for at, one in enumerate(pairs)} for side in (0, 1))
        rows += run("a", train, test, seed=seed)
    found = dynamics(rows)
    row = row_of(found, "a")
    names = ("estimate", "gap", "overtraining", "area", "log_slope")
    assert [row[name] for name in names] == pytest.approx(by_loops(runs), nan_ok=True, abs=1e-9)
    assert dynamics(random.sample(rows, len(rows))).main.equals(found.main)


@given(CURVES)
@settings(max_examples=4)
def test_fractions_and_error_rates_say_the_same(runs) -> None:
    """Times do not change, differences scale; the flipped metric has them all."""
    found = []
    for scale, flip, more in (
        (5.0, False, {}),
        (0.05, False, {"unit": "fraction", "upper": 1.0}),
        (5.0, True, ERROR_RATE),
    ):
        rows = []
        for seed, pairs in enumerate(runs):
            train, test = (
                {
                    2**at: (100 - scale * one[side]) if flip else scale * one[side]
                    for at, one in enumerate(pairs)
                }
                for side in (0, 1)
            )
            rows += run("a", train, test, seed=seed, **more)
        found.append(row_of(dynamics(rows), "a"))
    plain, fraction, error = found
    for name in ("estimate", "delay_bound", "t_fit", "t_gen", "best_step"):
        assert [fraction[name], error[name]] == pytest.approx([plain[name]] * 2, nan_ok=True)
    for name in ("gap", "overtraining", "area"):
        assert [100 * fraction[name], error[name]] == pytest.approx([plain[name]] * 2, nan_ok=True, abs=1e-9)


def test_the_order_statistic_is_that_of_the_binomial() -> None:
    """For 1 to 40 runs, against scipy's distribution."""
    for n in range(1, 41):
        values = np.arange(n, dtype=float)[None, :]
        low, high = step_curves.median_interval(values, level=0.95)
        k = max((one for one in range(n // 2 + 1) if 2 * binom.cdf(one - 1, n, 0.5) <= 0.05), default=0)
        if k == 0:
            assert np.isnan([low[0], high[0]]).all()
        else:
            assert (low[0], high[0]) == (k - 1, n - k)


@pytest.mark.slow
def test_the_interval_of_the_median_covers_at_least_what_it_claims() -> None:
    """Exponential delays, 10, 20 and 50 runs, 4,000 draws: at least 95 %, and at most what its steps of n allow."""
    generator = np.random.default_rng(4)
    for n in (10, 20, 50):
        low, high = step_curves.median_interval(generator.exponential(size=(4000, n)), level=0.95)
        covered = float(((low <= math.log(2)) & (math.log(2) <= high)).mean())
        assert 0.94 <= covered <= 0.985
