"""One output, two measurements: differences by hand, errors against scipy, ranks against a loop."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from factories import make_frame, make_record
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau, ttest_rel
from score_tables import make_table

from reportgen.analysis.evidence import Computed, Evidence
from reportgen.analysis.rank_churn import rank_churn
from reportgen.analysis.summaries import measurement_sensitivity
from reportgen.numbers import NotEstimable
from reportgen.records.catalog import Catalog
from reportgen.records.frame import to_frame

Scores = dict[tuple[str, str, str], float]


def found(rows: list[Any], items: list[Any] | None = None) -> Any:
    frame = make_frame(*rows) if rows else to_frame([])
    evidence = Evidence(
        frame, make_frame(*items) if items else to_frame([]), make_table({"x": [1]}), Catalog()
    )
    return measurement_sensitivity.compute(evidence, level=0.95, generator=np.random.default_rng(1))


def computed(rows: list[Any], items: list[Any] | None = None) -> Computed:
    result = found(rows, items)
    assert isinstance(result, Computed), result
    return result


def by_filter(scores: Scores, **more: Any) -> list[Any]:
    """Records from `{(model, benchmark, filter): score}`."""
    return [
        make_record(model=model, benchmark=benchmark, metric_variant=name, value=value, **more)
        for (model, benchmark, name), value in scores.items()
    ]


def items_of(answers: dict[str, list[int]], **more: Any) -> list[Any]:
    """Item records from `{filter: right or wrong}` of model a on benchmark x."""
    return [
        make_record(
            model="a", benchmark="x", metric_variant=name, value=float(right), item_id=str(at), n=1, **more
        )
        for name, row in answers.items()
        for at, right in enumerate(row)
    ]


THREE: Scores = {
    ("a", "x", "flexible"): 0.7, ("b", "x", "flexible"): 0.6, ("c", "x", "flexible"): 0.9,
    ("a", "x", "strict"): 0.5, ("b", "x", "strict"): 0.6, ("c", "x", "strict"): 0.55,
}  # fmt: skip


def test_hand_case_of_three_systems() -> None:
    """0.5 - 0.7, 0.6 - 0.6 and 0.55 - 0.9; means 0.55 and 2.2 / 3; ranks 2 3 1 become 3 1 2."""
    result = computed(by_filter(THREE))
    main = result.main.set_index("system")
    assert main["estimate"].tolist() == pytest.approx([-0.2, 0.0, -0.35])
    assert set(main["reference"]) == {"flexible"}, "as many scores each: the first by name"
    means = result.tables["procedures"].set_index("procedure")
    assert means.loc["strict", "mean"] == pytest.approx(0.55)
    assert means.loc["strict", "difference"] == pytest.approx(0.55 - 2.2 / 3)
    ranks = result.tables["ranks"].iloc[0]
    assert ranks["tau"] == pytest.approx(-1 / 3), "of three pairs only a and c keep their order"
    assert (ranks["largest_change"], ranks["moved"]) == (2, 3)
    assert (ranks["reference_first"], ranks["first"], ranks["first_changes"]) == ("c", "b", True)


def test_extractors_are_procedures_too() -> None:
    """Field `extractor` and field `metric_variant` together name a procedure; neither stated is said so."""
    rows = [
        make_record(model="a", value=0.5, extractor="regex"),
        make_record(model="a", value=0.6, extractor="judge", metric_variant="v2"),
        make_record(model="a", value=0.4),
    ]
    assert set(computed(rows).tables["procedures"]["procedure"]) == {"regex", "judge · v2", "not named"}


def test_lower_is_better_turns_the_order_not_the_difference() -> None:
    """The error falls by 2 points: the difference is negative, and the least error comes first."""
    rows = by_filter({(m, "x", p): v for m, p, v in (
        ("a", "old", 10.0), ("b", "old", 12.0), ("c", "old", 13.0),
        ("a", "new", 11.0), ("b", "new", 10.0), ("c", "new", 13.0),
    )}, direction="lower", metric="wer", unit="percent", upper=100.0)  # fmt: skip
    result = computed(rows)
    assert result.main.set_index("system").loc["b", "estimate"] == 2.0, "old minus new, the reference by name"
    ranks = result.tables["ranks"].iloc[0]
    assert (ranks["reference_first"], ranks["first"]) == ("b", "a")


def test_unknown_direction_has_differences_and_no_ranks() -> None:
    """And says why."""
    result = computed(by_filter(THREE, direction="unknown"))
    assert len(result.main) == 3
    assert result.tables["ranks"].empty
    assert "direction of the metric is unknown" in result.left_out["reason"].iloc[0]


def test_error_is_that_of_paired_items() -> None:
    """Equal to scipy's paired t test: half of the interval over the quantile."""
    strict, flexible = [1, 0, 1, 0, 1, 0, 1, 0, 1, 0], [1, 1, 1, 0, 1, 0, 1, 0, 1, 1]
    rows = by_filter({("a", "x", "strict"): 0.5, ("a", "x", "flexible"): 0.7})
    row = computed(rows, items_of({"strict": strict, "flexible": flexible})).main.iloc[0]
    test = ttest_rel(strict, flexible)
    interval = test.confidence_interval(0.95)
    assert row["n_items"] == 10
    assert [row["low"], row["high"]] == pytest.approx([interval.low, interval.high])
    assert row["standard_error"] == pytest.approx(abs(-0.2 / test.statistic))


@pytest.mark.parametrize(
    ("answers", "reported", "reason"),
    [
        ({"strict": [1, 0], "flexible": [1, 0]}, (0.5, 0.5), "no item was scored differently"),
        (
            {"strict": [1, 0, 0], "flexible": [1, 1, 0]},
            (0.5, 0.9),
            "item-level results give another difference",
        ),
        ({"strict": [1], "flexible": [0]}, (1.0, 0.0), "a single item"),
        ({"strict": [1, 0]}, (0.5, 0.6), "no item-level results by both"),
    ],
)
def test_without_a_spread_of_items_there_is_no_error(answers: Any, reported: Any, reason: str) -> None:
    """Unknown is not zero."""
    rows = by_filter({("a", "x", "strict"): reported[0], ("a", "x", "flexible"): reported[1]})
    row = computed(rows, items_of(answers)).main.iloc[0]
    assert np.isnan([row["standard_error"], row["low"], row["high"]]).all()
    assert reason in row["reason"]


def test_items_alone_are_enough() -> None:
    """Where a file has no total, the items' mean is the score: 2 of 4 against 3 of 4."""
    row = computed([], items_of({"strict": [1, 0, 1, 0], "flexible": [1, 1, 1, 0]})).main.iloc[0]
    assert (row["score"], row["reference_score"]) == (0.5, 0.75)
    assert row["standard_error"] == pytest.approx(0.25), "differences 0 -1 0 0: sd 0.5 over sqrt(4)"


def test_different_numbers_of_items_are_told() -> None:
    """An extractor that drops what it cannot read is measured on other items."""
    rows = [make_record(value=0.5, metric_variant=name, n=n) for name, n in (("a", 100), ("b", 60))]
    assert "different numbers of items" in computed(rows).caveats[0]
    same = [make_record(value=0.5, metric_variant=name, n=100) for name in ("a", "b")]
    assert not any("numbers of items" in text for text in computed(same).caveats)


def test_invalid_answers_are_a_share_of_all() -> None:
    """5 of 100 cannot be read by one procedure; of the other it is not stated, which is not zero."""
    rows = [
        make_record(value=0.5, extractor="a", n=100, invalid=5),
        make_record(value=0.5, extractor="b", n=100),
    ]
    means = computed(rows).tables["procedures"].set_index("procedure")
    assert means.loc["a", "invalid_share"] == 0.05
    assert np.isnan(means.loc["b", "invalid_share"])


def test_means_are_over_cells_that_all_procedures_have() -> None:
    """Model b lacks a strict score: it is in no mean, and 1 of 1 cells measured twice says so."""
    rows = by_filter({("a", "x", "s"): 0.5, ("a", "x", "f"): 0.7, ("b", "x", "f"): 0.1})
    means = computed(rows).tables["procedures"].set_index("procedure")
    assert means["mean"].tolist() == pytest.approx([0.7, 0.5])
    assert means["cells"].tolist() == means["of_cells"].tolist() == [1, 1]


def test_no_common_cell_has_no_mean() -> None:
    """Three procedures, of which no output has all three: differences stand, a mean would mix outputs."""
    rows = by_filter({
        ("a", "x", "s"): 0.5, ("a", "x", "f"): 0.7, ("b", "x", "f"): 0.1, ("b", "x", "g"): 0.4,
    })  # fmt: skip
    result = computed(rows)
    assert result.tables["procedures"]["mean"].isna().all()
    assert set(result.tables["procedures"]["reason"]) == {"no cell has all 3 procedures"}
    assert sorted(result.main["estimate"].round(9)) == [-0.2, 0.3]


def test_seeds_enter_where_all_procedures_have_them() -> None:
    """Seeds 1 and 2 by one, 2 and 3 by the other: only seed 2 is the same output, 0.6 - 0.4."""
    rows = [
        make_record(value=value, metric_variant=name, seed=seed)
        for name, seed, value in (("f", 1, 0.9), ("f", 2, 0.4), ("s", 2, 0.6), ("s", 3, 0.1))
    ]
    row = computed(rows).main.iloc[0]
    assert row["estimate"] == pytest.approx(0.2)


def test_other_prompts_are_other_outputs() -> None:
    """Two variants of the metric on two prompts measure nothing twice."""
    rows = [
        make_record(value=0.5, metric_variant="a", task_hash="1"),
        make_record(value=0.6, metric_variant="b", task_hash="2"),
    ]
    result = found(rows)
    assert isinstance(result, NotEstimable)
    assert "`extractor`" in result.reason


def test_one_procedure_is_left_out_with_the_field_it_lacks() -> None:
    """Other benchmarks are still computed."""
    result = computed([*by_filter(THREE), make_record(benchmark="y", value=0.1)])
    (left,) = result.left_out.to_dict("records")
    assert left["benchmark"] == "y"
    assert "`metric_variant`" in left["reason"]


def test_tied_systems_share_the_better_rank() -> None:
    """0.1 + 0.2 and 0.3 are one score: nobody moves, and both are first."""
    churn = rank_churn(np.array([0.1 + 0.2, 0.3, 0.1]), np.array([0.3, 0.3, 0.1]))
    assert (churn.largest_change, churn.moved, churn.first) == (0, 0, (0, 1))
    assert churn.tau == pytest.approx(1.0)
    level = rank_churn(np.ones(3), np.array([1.0, 2.0, 3.0]))
    assert (np.isnan(level.tau), level.reason) == (True, "all systems score the same")


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=3, max_size=9))
def test_ranks_are_those_of_a_loop(pairs: list[tuple[int, int]]) -> None:
    """Rank is one more than the number of better systems; tau-b is scipy's on the scores."""
    one, other = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
    ranks = [[1 + sum(b > a for b in row) for a in row] for row in (one, other)]
    churn = rank_churn(one, other)
    assert churn.largest_change == max(abs(a - b) for a, b in zip(*ranks, strict=True))
    assert churn.moved == sum(a != b for a, b in zip(*ranks, strict=True))
    expected = kendalltau(one, other).statistic
    assert churn.tau == pytest.approx(expected, nan_ok=True)


@settings(max_examples=6)
@given(st.permutations(list(THREE)))
def test_order_of_rows_and_monotone_rescaling_do_not_matter_to_ranks(order: list[Any]) -> None:
    """Shuffled rows give the same tables, squared scores the same ranks."""
    plain = computed(by_filter(THREE))
    mixed = computed(by_filter({key: THREE[key] for key in order}))
    pd.testing.assert_frame_equal(mixed.main, plain.main)
    squared = computed(by_filter({key: THREE[key] ** 2 for key in order}))
    pd.testing.assert_frame_equal(squared.tables["ranks"], plain.tables["ranks"])


def test_every_column_is_documented() -> None:
    """Tables have the columns they promise, in that order."""
    result = computed(by_filter(THREE))
    assert tuple(result.main.columns) == tuple(measurement_sensitivity.COLUMNS)
    for name, meanings in measurement_sensitivity.TABLES.items():
        assert tuple(result.tables[name].columns) == tuple(meanings)


def test_many_systems_and_benchmarks_take_no_time() -> None:
    """300 systems on 40 benchmarks by two procedures: 24,000 rows."""
    one = make_record()
    frame = to_frame([one]).loc[[0] * 24_000].reset_index(drop=True)
    number = np.arange(24_000)
    frame = frame.assign(
        model=pd.Categorical([f"m{at // 80}" for at in number]),
        benchmark=pd.Categorical([f"b{at // 2 % 40}" for at in number]),
        metric_variant=pd.Categorical([f"v{at % 2}" for at in number]),
        value=np.random.default_rng(1).random(24_000),
    )
    evidence = Evidence(frame, to_frame([]), make_table({"x": [1]}), Catalog())
    result = measurement_sensitivity.compute(evidence, level=0.95, generator=np.random.default_rng(1))
    assert isinstance(result, Computed)
    assert len(result.main) == 12_000
