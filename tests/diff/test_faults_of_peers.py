"""Faults that comparisons of results elsewhere are known for, each as a case that this one gets right.

The sources are the scripts and issues of the tools named; each test goes through the whole comparison, and where the
fault was one of printing, through the comment as well.
"""

from __future__ import annotations

import re
from typing import Any

from reportgen.diff.compare import compare
from reportgen.records.catalog import Catalog, ModelEntry
from reportgen.views.diff.markdown import comment
from tests.diff_sides import LEVEL, score, scores, side

BOARD = {name: {"math": 0.50 + at / 50, "code": 0.40 + at / 50} for at, name in enumerate("abcdef")}
GATES = ("removed", "regression", "out_of_bounds", "incomparable")


def told(old: Any, new: Any) -> Any:
    """The whole comparison, with the usual gates."""
    return compare(side(old), side(new), level=LEVEL, fail_on=GATES)


def rules(diff: Any) -> set[str]:
    return {alarm.rule for alarm in diff.alarms}


def verdicts(diff: Any) -> dict[tuple[str, str], str]:
    rows = diff.cells.itertuples(index=False)
    return {(row.system, row.benchmark): row.verdict for row in rows}


def test_mteb_results_bot_a_removed_metric_is_seen() -> None:
    """It compares the keys that are on both sides, so that a metric that is gone is in no table."""
    f1 = [score(name, "math", 0.3, metric="f1", primary=False) for name in BOARD]
    diff = told([*scores(BOARD), *f1], scores(BOARD))
    assert [alarm.subject for alarm in diff.alarms] == ["metric f1 | math | suite"]
    assert diff.numbers["removed"].sum() == len(f1)
    assert [gate.rule for gate in diff.failed] == ["removed"]
    assert "The metric f1" in comment(diff)


def test_mteb_results_bot_a_removed_file_is_seen() -> None:
    """A deleted file has no key at all on the new side."""
    diff = told(scores(BOARD), scores({name: BOARD[name] for name in "abcde"}))
    assert diff.models_removed == ("f",)
    assert [gate.rule for gate in diff.failed] == ["removed"]


def test_mteb_results_bot_no_unit_is_guessed() -> None:
    """It divides what is greater than 1 by 100: 72 becomes 0.72 and passes for a score; 0.72 % becomes 0.72."""
    diff = told(scores(BOARD), scores(BOARD | {"a": {"math": 72.0, "code": 0.4}}))
    (cell,) = diff.cells.itertuples(index=False)
    assert (cell.old, cell.new) == (0.5, 72.0)
    assert "out_of_bounds" in {gate.rule for gate in diff.failed}


def test_mteb_results_bot_another_unit_is_not_comparable() -> None:
    """A benchmark that moves from fractions to percentages is converted by nobody."""
    percent = {"unit": "percent", "upper": 100.0, "stderr": 2.0}
    new = [
        score(name, bench, 100 * value, **percent)
        for name, row in BOARD.items()
        for bench, value in row.items()
    ]
    diff = told(scores(BOARD), new)
    assert set(verdicts(diff).values()) == {"not comparable"}
    assert diff.cells["difference"].isna().all()
    assert "incomparable" in {gate.rule for gate in diff.failed}


def test_mteb_results_bot_no_mean_over_different_sets() -> None:
    """Its average skips what is missing: a model without its worst task moves up.

    Model a loses its worst of four subsets. Its mean over the other three is higher and is not shown as an
    improvement: it has no score any more, and the others keep theirs.
    """
    subsets = {"one": 0.2, "two": 0.8, "three": 0.8, "four": 0.8}
    old = [score(name, "math", value, subset=subset) for name in BOARD for subset, value in subsets.items()]
    new = [one for one in old if (one.model, one.subset) != ("a", "one")]
    diff = told(old, new)
    assert "better" not in set(verdicts(diff).values())
    assert verdicts(diff)["a", "math"] == "removed"
    assert "removed" in {gate.rule for gate in diff.failed}


def test_mteb_results_bot_a_mean_over_fewer_parts_is_not_comparable() -> None:
    """All models lose the worst subset; every mean rises and nobody has become better."""
    subsets = {"one": 0.2, "two": 0.8, "three": 0.8}
    old = [score(name, "math", value, subset=subset) for name in BOARD for subset, value in subsets.items()]
    diff = told(old, [one for one in old if one.subset != "one"])
    assert set(verdicts(diff).values()) == {"not comparable"}
    assert "the mean is over 3 parts → 2 parts" in set(diff.cells["reason"])
    assert {"other_parts", "incomparable", "removed"} <= rules(diff)


def test_mteb_results_bot_revisions_are_not_merged_by_their_maximum() -> None:
    """Two revisions of one model are two systems; the worse one keeps its own number and its own fall."""
    good, bad = (
        [
            score("a", "math", value, model_revision=revision)
            for value, revision in ((one, "r1"), (other, "r2"))
        ]
        for one, other in ((0.9, 0.8), (0.9, 0.5))
    )
    others = scores({name: {"math": 0.5} for name in "bcdef"})
    diff = told([*good, *others], [*bad, *others])
    (cell,) = diff.cells.itertuples(index=False)
    assert (cell.system, cell.old, cell.new, cell.verdict) == ("a @r2", 0.8, 0.5, "worse")


def test_mteb_results_278_revisions_are_not_averaged() -> None:
    """The same two revisions: 0.9 and 0.5 are never 0.7."""
    old = [score("a", "math", 0.9, model_revision="r1"), *scores({name: {"math": 0.5} for name in "bcdef"})]
    diff = told(old, [*old, score("a", "math", 0.5, model_revision="r2")])
    assert list(diff.cells["new"]) == [0.5]
    assert list(diff.cells["verdict"]) == ["new"]


def test_mteb_results_bot_a_change_within_noise_is_called_so() -> None:
    """It prints six decimals and no test: 0.500000 to 0.510000 looks like progress, with errors of 0.02 each."""
    diff = told(scores(BOARD), scores(BOARD | {"a": {"math": 0.51, "code": 0.40}}))
    assert verdicts(diff) == {("a", "math"): "within noise"}
    assert diff.alarms == ()
    assert "0.510000" not in comment(diff)


def test_mteb_results_251_the_maximum_does_not_include_the_submission() -> None:
    """A model that is held against a maximum it is itself part of never stands out."""
    old = scores({name: {"math": 0.50 + at / 100} for at, name in enumerate(BOARD)}, stderr=0.002)
    own = [score("f", "math", 0.99, stderr=0.002), *(one for one in old if one.model != "f")]
    (text,) = [alarm.text for alarm in told(old, own).alarms if alarm.rule == "best_jump"]
    assert "ahead of the best other model, e with 0.540" in text
    new = [*old, score("g", "math", 0.99, stderr=0.002), score("h", "math", 0.985, stderr=0.002)]
    jumps = [alarm.subject for alarm in told(old, new).alarms if alarm.rule == "best_jump"]
    assert jumps == ["g | math", "h | math"]


def test_asv_compare_higher_is_not_always_better_nor_worse() -> None:
    """It marks a rise from 0.525 to 0.727 as worse, whatever is measured."""
    old, new = BOARD | {"a": {"math": 0.525}}, BOARD | {"a": {"math": 0.727}}
    for direction, verdict in (("higher", "better"), ("lower", "worse")):
        diff = told(scores(old, direction=direction), scores(new, direction=direction))
        assert verdicts(diff) == {("a", "math"): verdict}
        assert ("regression" in {gate.rule for gate in diff.failed}) is (verdict == "worse")


def test_asv_compare_what_is_not_comparable_or_removed_is_never_hidden() -> None:
    """`--only-changed` hides both."""
    new = [one for one in scores(BOARD, dataset_revision="2") if one.model != "f"]
    diff = told(scores(BOARD, dataset_revision="1"), new)
    assert {"incomparable", "removed"} <= rules(diff)
    text = comment(diff)
    assert "Scores that cannot be compared: 10" in text
    assert "The model f is gone" in text


def test_asv_compare_what_has_no_number_is_not_sorted_as_a_huge_one() -> None:
    """Its n/a sorts as a ratio of 1e9, so that the first line is the one that says nothing."""
    new = BOARD | {"a": {"math": 0.9, "code": 0.41}, "new": {"math": 0.55}}
    del new["f"]
    diff = told(scores(BOARD), scores(new))
    assert list(diff.cells["verdict"]) == ["better", "removed", "removed", "new", "within noise"]


def test_asv_1393_a_newline_in_a_name_breaks_no_table() -> None:
    """Nor does a bar: every row of the comment has as many cells as its head."""
    name = "a\n| x | y |\nb|c"
    diff = told(scores(BOARD | {name: {"math": 0.9}}), scores(BOARD | {name: {"math": 0.3}}))
    assert "regression" in rules(diff)
    blocks = re.findall(r"(?m)(?:^\|.*\n)+", comment(diff) + "\n")
    assert blocks
    for block in blocks:
        cells = [len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()]
        assert len(set(cells)) == 1, block


def test_github_action_benchmark_a_removed_benchmark_alarms() -> None:
    """It walks over the benchmarks of the new side, so that one that is gone raises nothing."""
    diff = told(scores(BOARD), scores({name: {"math": row["math"]} for name, row in BOARD.items()}))
    assert diff.benchmarks_removed == ("suite/code",)
    assert [alarm.subject for alarm in diff.alarms] == ["benchmark code | suite"]
    assert [gate.rule for gate in diff.failed] == ["removed"]


def test_github_action_benchmark_noise_is_no_alarm() -> None:
    """A threshold without a model of noise alarms at every tenth run: 20 changes of half an error raise nothing."""
    old = {f"m{at}": {"math": 0.5 + at / 100} for at in range(20)}
    new = {
        name: {"math": row["math"] + (0.01 if at % 2 else -0.01)}
        for at, (name, row) in enumerate(old.items())
    }
    diff = told(scores(old), scores(new))
    assert set(verdicts(diff).values()) == {"within noise"}
    assert diff.alarms == ()


def test_allure_806_a_gate_that_passed_is_shown() -> None:
    """Only failures were, and silence looked like no gate at all."""
    diff = told(scores(BOARD), scores(BOARD | {"a": {"math": 0.51, "code": 0.4}}))
    assert [(gate.rule, gate.failures) for gate in diff.gates] == [(rule, 0) for rule in GATES]
    assert all(rule.replace("_", " ") in comment(diff).replace("_", " ").replace("\\", "") for rule in GATES)


def test_swe_bench_io_55_a_model_under_a_second_spelling_is_told() -> None:
    """Hand edits made "GPT 5.2 Codex" and "GPT-5-2 Codex" two rows."""
    old = BOARD | {"GPT 5.2 Codex": {"math": 0.55, "code": 0.45}}
    diff = told(scores(old), scores(old | {"GPT-5-2 Codex": {"math": 0.55, "code": 0.45}}))
    assert rules(diff) == {"alias_clash"}


def test_hal0_1825_models_that_a_rule_on_names_makes_one_are_told() -> None:
    """Normalising names made one model of eight different ones."""
    catalog = Catalog(models=(ModelEntry(id="a", aliases=tuple("bcdef")),))
    new = side(scores({"a": BOARD["a"]}), catalog=catalog)
    diff = compare(side(scores(BOARD)), new, level=LEVEL)
    (text,) = [alarm.text for alarm in diff.alarms if alarm.rule == "alias_clash"]
    assert text.startswith("a, b, c and 3 more are one model now, a, but had different values in 2 places")


def test_mteb_5228_a_pair_of_metrics_that_cannot_be_is_told() -> None:
    """An old library wrote 36.85 where 72.57 was meant: a recall at 10 below the recall at 1."""
    old = [score(name, "search", value, metric=metric) for name in BOARD for metric, value in (("recall@1", 0.6), ("recall@10", 0.8))]  # fmt: skip
    new = [score("a", "search", 0.3685, metric="recall@10") if (one.model, one.metric) == ("a", "recall@10") else one for one in old]  # fmt: skip
    assert "contradiction" in rules(told(old, new))


def test_putnambench_353_old_scores_on_another_dataset_commit_are_not_compared() -> None:
    """187 of 672 statements changed under scores that stayed on the board."""
    old = scores(BOARD, dataset_revision="0a1b2c3d4e5f")
    new = scores(BOARD | {"a": {"math": 0.9, "code": 0.9}}, dataset_revision="f5e4d3c2b1a0")
    diff = told(old, new)
    assert set(verdicts(diff).values()) == {"not comparable"}
    assert "incomparable" in {gate.rule for gate in diff.failed}
