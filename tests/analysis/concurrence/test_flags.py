"""What a reader must know of a setting before believing its agreement with others."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from concurrence_grounds import make_grounds

from reportgen.analysis.concurrence.lineage import lineage
from reportgen.analysis.concurrence.parts import flags
from reportgen.analysis.concurrence.training import COLUMNS, training
from reportgen.analysis.parts import Found

NO = None
RISING = [0.10 + 0.05 * k for k in range(12)]
SHUFFLED = [RISING[k] for k in (3, 1, 0, 2, 7, 5, 4, 6, 9, 8, 11, 10)]


def found(grounds) -> Found:
    result = flags.compute(grounds, {}, np.random.default_rng(0))
    assert isinstance(result, Found)
    return result


def flagged(grounds) -> dict[tuple[str, str], str]:
    """(setting, flag) -> reason."""
    main = found(grounds).main
    return dict(zip(zip(main["setting"], main["flag"], strict=True), main["reason"], strict=True))


def records(*rows) -> pd.DataFrame:
    """Records of (benchmark, selection, train_domain)."""
    frame = pd.DataFrame(rows, columns=["benchmark", "selection", "train_domain"])
    return frame.assign(suite="suite", value=1.0)


def with_records(grounds, *rows):
    return dataclasses.replace(grounds, evidence=dataclasses.replace(grounds.evidence, frame=records(*rows)))


def test_an_ordinary_setting_has_no_flag() -> None:
    """And empty tables have their columns."""
    result = found(make_grounds({"a": RISING, "b": SHUFFLED}, stderr={"a": 0.01, "b": 0.01}))
    for name, columns in flags.TABLES.items():
        assert list(result.tables[name].columns) == list(columns), name
    assert result.main.empty
    assert result.headline.flagged == 0
    assert result.headline.errors_known == 2
    assert result.caveats == ()


def test_used_up_by_errors() -> None:
    """Errors of 0.2: nine of twelve models are within 0.4 of the best."""
    seen = flagged(make_grounds({"a": RISING, "b": SHUFFLED}, stderr={"a": 0.2}))
    assert seen == {("a", flags.USED_UP): "9 of 12 models lie within 2 standard errors of the best"}


@pytest.mark.parametrize(
    ("best", "settings", "benchmarks"),
    [
        (1.0, {}, {}),
        (0.0, {"a": {"direction": "lower"}}, {}),
        (0.8, {}, {"a": {"ceiling": 0.8}}),
        (50.0, {"a": {"upper": 50.0, "unit": "points"}}, {}),
    ],
    ids=["upper bound", "lower is better", "declared ceiling", "other scale"],
)
def test_used_up_by_the_end_of_the_scale_where_errors_are_unknown(best, settings, benchmarks) -> None:
    """Seven of twelve have the best score, or nearly: within a hundredth of the scale."""
    scores = {"a": [best] * 7 + [(best + 0.1 * k) / 2 for k in range(1, 6)], "b": SHUFFLED}
    seen = flagged(make_grounds(scores, benchmarks, settings=settings))
    assert seen["a", flags.USED_UP] == "7 of 12 models have nearly the best possible score"
    half = {"a": [best] * 6 + [(best + 0.1 * k) / 2 for k in range(1, 7)], "b": SHUFFLED}
    assert ("a", flags.USED_UP) not in flagged(make_grounds(half, benchmarks, settings=settings))


def test_a_scale_without_an_end_cannot_be_used_up() -> None:
    """No error and no bound: nothing is said."""
    scores = {"a": [0.999] * 11 + [0.5], "b": SHUFFLED}
    settings = {"a": {"upper": float("nan"), "lower": float("nan")}}
    assert ("a", flags.USED_UP) not in flagged(make_grounds(scores, settings=settings))


def test_guessing_where_chance_is_declared() -> None:
    """Seven of twelve models within 0.05 of chance, or below it; without a chance nothing is said."""
    scores = {"a": [0.25, 0.28, 0.30, 0.20, 0.10, 0.26, 0.24, 0.5, 0.6, 0.7, 0.8, 0.9], "b": SHUFFLED}
    seen = flagged(make_grounds(scores, {"a": {"chance": 0.25}}))
    assert seen == {("a", flags.GUESSING): "7 of 12 models score no better than guessing"}
    assert flagged(make_grounds(scores)) == {}


def test_guessing_on_a_scale_where_less_is_better() -> None:
    """An error rate of 0.75 is guessing; 0.9 is worse than that."""
    scores = {"a": [0.75, 0.74, 0.9, 0.8, 0.76, 0.73, 0.78, 0.5, 0.4, 0.3, 0.2, 0.1], "b": SHUFFLED}
    seen = flagged(make_grounds(scores, {"a": {"chance": 0.75}}, settings={"a": {"direction": "lower"}}))
    assert seen == {("a", flags.GUESSING): "7 of 12 models score no better than guessing"}


def test_a_benchmark_that_ranks_against_all_others_has_its_direction_questioned() -> None:
    """The warning of the study of agreement, with what to do."""
    main = found(make_grounds({"a": RISING, "b": SHUFFLED, "c": [-x for x in RISING]})).main
    row = main[main["setting"] == "c"].iloc[0]
    assert row["flag"] == flags.DIRECTION
    assert row["reason"].startswith("ranks models against all 2 settings")
    assert "metrics.yml" in row["what_to_do"]


def test_the_same_scores_under_several_names_are_flagged_on_each() -> None:
    """Three names for one column."""
    seen = flagged(make_grounds({"a": RISING, "b": RISING, "c": RISING, "d": SHUFFLED}))
    assert seen == {
        ("a", flags.TWIN): "the same scores as b and 1 more",
        ("b", flags.TWIN): "the same scores as a and 1 more",
        ("c", flags.TWIN): "the same scores as a and 1 more",
    }


# -- relatives
# ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sizes", "effective"), [([1] * 10, 10.0), ([9, 1], 100 / 82), ([4], 1.0), ([2, 2, 2], 3.0)]
)
def test_families_of_one_size_count_as_their_number(sizes, effective) -> None:
    """And uneven ones as fewer: (sum w)^2 / sum w^2, by hand."""
    family = np.array([f"f{at}" for at, size in enumerate(sizes) for _ in range(size)], dtype=object)
    seen = lineage(family)
    assert seen.effective == pytest.approx(effective)
    assert (seen.systems, seen.families) == (sum(sizes), len(sizes))
    assert seen.share == max(sizes) / sum(sizes)


def test_nobody_has_no_family() -> None:
    """Not 0 independent models: unknown."""
    assert np.isnan(lineage(np.array([], dtype=object)).effective)


def test_many_relatives_are_flagged_where_families_are_declared() -> None:
    """Ten models of one family and two of another: 144 / 104 = 1.4 independent ones."""
    models = {f"m{at:04d}": {"family": "A" if at < 10 else "B"} for at in range(12)}
    grounds = make_grounds({"a": RISING, "b": SHUFFLED}, models=models)
    seen = flagged(grounds)
    assert seen["a", flags.RELATIVES] == (
        "12 models of 2 families count as 1 independent one, if relatives do not differ"
    )
    table = found(grounds).tables["lineage"].set_index("setting")
    assert table.loc["", "effective"] == pytest.approx(144 / 104)
    assert table.loc["a", "largest_family"] == "A"
    assert found(grounds).headline.families_declared


def test_without_families_nobody_is_anybodys_relative() -> None:
    """A model without a family is one of its own, and nothing is claimed."""
    result = found(make_grounds({"a": RISING, "b": SHUFFLED}))
    assert not result.headline.families_declared
    assert result.headline.all.effective == pytest.approx(12)


# -- training
# -------------------------------------------------------------------------------------------------------

SETTINGS = pd.DataFrame(
    {"setting": ["a", "b"], "suite": "suite", "benchmark": ["a", "b"], "selection": ["", ""]}
)


def test_records_are_counted_by_what_they_say_of_training() -> None:
    """A training domain, or a rule for choosing the checkpoint."""
    seen = training(records(("a", "", "x"), ("a", "", ""), ("b", "", ""), ("b", "", "")), SETTINGS)
    assert seen["training"].tolist() == ["partly stated", "not stated"]
    assert seen["with_training"].tolist() == [1, 0]
    ruled = training(records(("a", "oracle", "")), SETTINGS.assign(selection=["oracle", ""]))
    assert ruled["training"].tolist() == ["stated", "not stated"]


def test_where_no_record_says_anything_there_is_nothing_to_tell() -> None:
    """No row: not stated is not the other kind."""
    assert training(records(("a", "", ""), ("b", "", "")), SETTINGS).empty
    assert list(training(pd.DataFrame(), SETTINGS).columns) == list(COLUMNS)


def test_a_benchmark_that_mixes_trained_and_other_models_is_flagged() -> None:
    """Half of its records name training domains."""
    grounds = make_grounds({"a": RISING, "b": SHUFFLED})
    seen = flagged(with_records(grounds, ("a", "", "x"), ("a", "", ""), ("b", "", "y")))
    assert seen["a", flags.TRAINING] == (
        "1 of 2 records say what the model was trained on for it, the others do not"
    )
    assert ("b", flags.TRAINING) not in seen


def test_a_benchmark_of_the_rarer_kind_is_flagged_where_it_is_compared() -> None:
    """One of three says what its models were trained on; then one of three does not."""
    grounds = make_grounds({"a": RISING, "b": SHUFFLED, "c": SHUFFLED[::-1]})
    seen = flagged(with_records(grounds, ("a", "", "x"), ("b", "", ""), ("c", "", "")))
    assert {key for key in seen if key[1] == flags.TRAINING} == {("a", flags.TRAINING)}
    assert seen["a", flags.TRAINING] == (
        "its records say what the models were trained on for it; those of 2 it is compared with do not"
    )
    seen = flagged(with_records(grounds, ("a", "", ""), ("b", "", "x"), ("c", "", "y")))
    assert seen["a", flags.TRAINING] == (
        "its records do not say what the models were trained on for it; those of 2 it is compared with do"
    )


def test_benchmarks_that_are_not_compared_are_not_mixed() -> None:
    """Trained models and others, of which no pair is shared."""
    nobody = [NO] * 12
    scores = {"a": RISING + nobody, "b": SHUFFLED + nobody, "c": nobody + RISING, "d": nobody + SHUFFLED}
    rows = [("a", "", "x"), ("b", "", "x"), ("c", "", ""), ("d", "", "")]
    assert flagged(with_records(make_grounds(scores), *rows)) == {}


def test_rules_for_choosing_checkpoints_that_differ_are_a_caveat() -> None:
    """One rule reads the test data, the other does not."""
    settings = {"a": {"selection": "oracle"}, "b": {"selection": "last"}}
    grounds = make_grounds({"a": RISING, "b": SHUFFLED}, settings=settings)
    result = found(with_records(grounds, ("a", "oracle", "x"), ("b", "last", "x")))
    assert result.caveats == (
        "Benchmarks are compared across rules for choosing the reported checkpoint (last, oracle): agreement may be "
        "that of the rules.",
    )
