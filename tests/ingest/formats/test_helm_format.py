"""HELM run folders: trials are no items and their spread no error; main split, unperturbed, no bookkeeping."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from sources import document_source, file_source

from reportgen.config import Settings
from reportgen.ingest.accounting import account
from reportgen.ingest.formats import helm
from reportgen.ingest.run import ingest
from reportgen.records.metric_table import known_metric

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "formats" / "helm"
SPEC = {
    "name": "mill:wheel=old,method=multiple_choice_joint,model=example_heron-7b",
    "scenario_spec": {
        "class_name": "x.MillScenario",
        "args": {"wheel": "old", "shuffle": False, "path": "/a/b"},
    },
    "adapter_spec": {
        "method": "multiple_choice_joint",
        "model": "example/heron-7b",
        "model_deployment": "host/heron-7b",
        "max_train_instances": 5,
        "max_eval_instances": 50,
        "instructions": "You are a miller.",
    },
    "groups": ["mill_questions", "all_questions"],
}
PERTURBED = SPEC | {"data_augmenter_spec": {"perturbation_specs": [{"class_name": "x.Robustness"}]}}
UNPERTURBED = SPEC | {"data_augmenter_spec": {"perturbation_specs": []}}


def read(document, spec=UNPERTURBED, name: str = "stats.json"):
    source = document_source(f"runs/v1/mill/{name}", document)
    if spec is not None:
        beside = document_source("runs/v1/mill/run_spec.json", spec)
        source = replace(source, companions={beside.path: beside})
    assert helm.claims(source) is not None
    reading = helm.read(source)
    account(source, reading)
    return reading


def document(name: str = "stats.json"):
    return json.loads((SAMPLES / name).read_text(encoding="utf-8"))


def stats(spec=UNPERTURBED):
    return read(document(), spec)


def instances(spec=UNPERTURBED):
    return read(document("per_instance_stats.json"), spec, "per_instance_stats.json")


def of(reading, metric: str):
    return [record for record in reading.records if record.metric == metric]


class TestStats:
    def test_the_mean_over_trials_is_the_score_and_its_spread_no_error(self) -> None:
        """exact_match on test: 0.625 over three trials with a deviation of 0.2; 40 instances."""
        (record,) = of(stats(), "exact_match")
        assert (record.value, record.stderr, record.n, record.n_kind) == (0.625, None, 40, "items")
        assert (record.split, record.variant, record.pointer) == ("test", "", "/3/mean")

    def test_the_folder_says_of_which_model_and_task(self) -> None:
        """The run group, the scenario's arguments, and the run's name without the model."""
        record = stats().records[0]
        assert (record.model, record.tool) == ("example/heron-7b", "helm")
        assert (record.benchmark, record.benchmark_raw, record.subset) == (
            "mill_questions",
            "mill",
            "wheel=old",
        )
        assert record.task == "mill:wheel=old,method=multiple_choice_joint"

    def test_the_examples_that_were_in_the_prompt_count(self) -> None:
        """Four, of the five that were asked for; not a whole number where some prompts held fewer."""
        assert {record.n_shot for record in stats().records} == {4}
        changed = document()
        changed[2]["mean"] = 3.8
        assert {record.n_shot for record in read(changed).records} == {5}

    def test_a_limit_that_was_reached_is_told(self) -> None:
        """40 of test and 10 of valid are the 50 that were asked for."""
        assert {record.flags for record in stats().records} == {"limit=50"}
        assert {record.status for record in stats().records} == {"ok"}
        more = deepcopy(UNPERTURBED)
        more["adapter_spec"]["max_eval_instances"] = 1000
        assert {record.flags for record in stats(more).records} == {""}

    def test_only_the_main_split_is_read(self) -> None:
        """valid only where there is no test."""
        assert {record.split for record in stats().records} == {"test"}
        valid = [row for row in document() if row["name"]["split"] == "valid"]
        (record,) = read(valid).records
        assert (record.split, record.value, record.n) == ("valid", 0.7, 10)

    def test_bookkeeping_is_no_score(self) -> None:
        """Counts, run times and costs; and the probability of the letter that was chosen."""
        reading = stats()
        assert {record.metric for record in reading.records} == {"exact_match", "toxic_frac", "f1_score"}
        assert set(reading.ignored) == {
            "bookkeeping, not a score",
            "count and spread of the trials",
            "other split than the main one",
            "perturbation that was not applied",
            "probability of an answer, of a run that models no language",
        }

    def test_a_run_that_models_language_is_scored_by_probabilities(self) -> None:
        spec = deepcopy(UNPERTURBED)
        spec["adapter_spec"]["method"] = "language_modeling"
        (record,) = of(stats(spec), "bits_per_byte")
        assert record.value == 0.9

    def test_perturbed_scores_are_variants_where_a_perturbation_was_applied(self) -> None:
        """HELM writes such rows always; without a perturbation they repeat the score. They have no n."""
        found = {record.variant: (record.value, record.n) for record in of(stats(PERTURBED), "exact_match")}
        assert found == {"": (0.625, 40), "robustness, computed_on=worst": (0.5, None)}
        assert [record.variant for record in of(stats(UNPERTURBED), "exact_match")] == [""]

    def test_a_part_of_a_split_is_a_group(self) -> None:
        (record,) = of(stats(), "toxic_frac")
        assert (record.group, record.value, record.n) == ("toxic", 0.05, None)

    def test_a_metric_without_trials_is_missing(self) -> None:
        """count 0, and no mean."""
        (record,) = of(stats(), "f1_score")
        assert (record.value, record.missing) == (None, "null")

    def test_without_groups_the_scenario_is_the_benchmark(self) -> None:
        assert stats(UNPERTURBED | {"groups": []}).records[0].benchmark == "mill"

    def test_nothing_private_is_published(self) -> None:
        published = json.dumps([asdict(record) for record in stats().records])
        assert "/a/b" not in published
        assert "miller" not in published


class TestInstances:
    def test_each_instance_is_an_item_of_each_trial(self) -> None:
        """id7 is right in the first trial and wrong in the second; id8 is not of the main split."""
        reading = instances(PERTURBED)
        found = [(item.item_id, item.repeat, item.metric, item.value) for item in reading.records]
        assert found == [("id7", 0, "exact_match", 1.0), ("id7", 1, "exact_match", 0.0)]
        assert reading.ignored["perturbed instance"] > 0
        assert reading.ignored["other split than the main one"] > 0

    def test_items_share_model_task_and_metric_with_the_run(self) -> None:
        shared = ("model", "benchmark", "subset", "task", "split", "metric", "n_shot", "variant", "tool")
        run, item = of(stats(), "exact_match")[0], instances().records[0]
        assert [getattr(run, name) for name in shared] == [getattr(item, name) for name in shared]


class TestDamage:
    @pytest.mark.parametrize("name", ["stats.json", "per_instance_stats.json"])
    @pytest.mark.parametrize("spec", [None, [], {"name": 7}])
    def test_statistics_without_their_run_are_quarantined_whole(self, name, spec) -> None:
        """The problem says what to copy."""
        reading = read(document(name), spec, name)
        assert reading.records == []
        (problem,) = reading.problems
        assert problem.code in {"run_spec_missing", "model_unknown"}
        assert reading.ingested == 0 < reading.quarantined

    def test_a_spec_without_model_or_name_is_told(self) -> None:
        (problem,) = stats({"name": "a", "adapter_spec": {}}).problems
        assert (problem.code, problem.expected) == ("model_unknown", "adapter_spec.model in run_spec.json")
        (problem,) = stats({"adapter_spec": {"model": "a"}}).problems
        assert problem.code == "benchmark_unknown"

    def test_damaged_statistics_are_quarantined_one_by_one(self) -> None:
        reading = read(document("damaged.json"))
        assert [record.value for record in reading.records] == [0.5]
        assert [problem.pointer for problem in reading.problems] == ["/1", "/2"]

    @pytest.mark.parametrize("wrong", ["high", [1], {"a": 1}, True])
    def test_a_mean_that_is_no_number_is_quarantined(self, wrong) -> None:
        changed = document()
        changed[3]["mean"] = wrong
        reading = read(changed)
        assert [problem.pointer for problem in reading.problems] == ["/3/mean"]
        assert of(reading, "exact_match") == []

    @pytest.mark.parametrize("wrong", [None, "x", 7, [], {}, [None]])
    @pytest.mark.parametrize("name", ["stats.json", "per_instance_stats.json"])
    def test_no_change_of_the_run_breaks_the_reading(self, name, wrong) -> None:
        """Each part of run_spec.json in turn is of the wrong type."""
        for key in SPEC:
            read(document(name), UNPERTURBED | {key: wrong}, name)
        for key in SPEC["adapter_spec"]:
            spec = deepcopy(UNPERTURBED)
            spec["adapter_spec"][key] = wrong
            read(document(name), spec, name)

    @pytest.mark.parametrize("wrong", [None, "x", -1, [], {}, [None]])
    def test_no_change_of_a_statistic_breaks_the_reading(self, wrong) -> None:
        """Each field of each statistic and of each instance in turn."""
        for name in ("stats.json", "per_instance_stats.json"):
            whole = document(name)
            for index in range(1, len(whole)):
                for key in whole[index]:
                    changed = deepcopy(whole)
                    changed[index][key] = wrong
                    read(changed, PERTURBED, name)


def test_other_lists_are_not_claimed() -> None:
    for other in ([], [{}], [{"name": "a"}], [{"name": {"name": "a"}}], {"name": {"name": "a"}}, [1]):
        assert helm.claims(document_source("stats.json", other)) is None


def test_a_run_folder_is_read_whole(tmp_path) -> None:
    """Both files find the run beside them; in a folder without it nothing is known of them."""
    for folder, names in {
        "whole": ("stats.json", "per_instance_stats.json", "run_spec.json"),
        "torn": ("stats.json",),
    }.items():
        (tmp_path / folder).mkdir()
        for name in names:
            content = UNPERTURBED if name == "run_spec.json" else document(name)
            (tmp_path / folder / name).write_text(json.dumps(content), encoding="utf-8")
    found = ingest(tmp_path, Settings())
    assert {report.path: (report.status, report.records) for report in found.files} == {
        "torn/stats.json": ("quarantined", 0),
        "whole/per_instance_stats.json": ("ingested", 2),
        "whole/run_spec.json": ("ignored", 0),
        "whole/stats.json": ("ingested", 3),
    }
    assert [problem.code for problem in found.problems] == ["run_spec_missing"]
    known = dict(zip(found.frame["metric"], found.frame["direction"], strict=True))
    assert known == {"exact_match": "higher", "toxic_frac": "lower", "f1_score": "higher"}
    assert set(found.frame["direction_source"]) == {"table"}
    assert sorted(found.items["item_id"]) == ["id7", "id7"]


@pytest.mark.parametrize(
    ("metric", "direction", "upper"),
    [
        ("quasi_prefix_exact_match@5", "higher", 1.0),
        ("bits_per_byte", "lower", None),
        ("logprob", "higher", 0.0),
        ("ece_10_bin", "lower", 1.0),
        ("NDCG@10", "higher", 1.0),
        ("edit_similarity", "lower", 1.0),
    ],
)
def test_directions_are_those_of_the_schema_of_helm(metric, direction, upper) -> None:
    """Similarity to a protected text is better when lower."""
    known = known_metric("helm", metric)
    assert known is not None
    assert (known.direction, known.bounds(known.unit)[1]) == (direction, upper)


def real(shared_data, run: str, name: str):
    root = shared_data / "formats" / "helm"
    (folder,) = root.glob(run)
    beside = file_source(folder / "run_spec.json", root)
    source = replace(file_source(folder / name, root), companions={beside.path: beside})
    reading = helm.read(source)
    numbers = account(source, reading)
    assert numbers.quarantined == 0
    return reading


@pytest.mark.shared
class TestRealRuns:
    def test_hellaswag_has_only_a_validation_split(self, shared_data) -> None:
        """0.3 on 10 instances, 5 examples; HELM's own deviation of 0.0 over one trial is no error."""
        reading = real(shared_data, "commonsense*", "stats.json")
        record = of(reading, "exact_match")[0]
        assert (record.model, record.benchmark, record.split) == (
            "eleutherai/pythia-1b-v0",
            "hellaswag",
            "valid",
        )
        assert (record.value, record.stderr, record.n, record.n_shot) == (0.3, None, 10, 5)
        assert len(reading.records) == 8

    def test_philosophy_is_read_from_its_test_split(self, shared_data) -> None:
        """One of nine on test; the tenth instance is of valid. Perturbed rows repeat these: none was applied."""
        reading = real(shared_data, "mmlu*", "stats.json")
        record = of(reading, "quasi_exact_match")[0]
        assert (record.model, record.benchmark, record.subset) == (
            "openai/gpt2",
            "mmlu",
            "subject=philosophy",
        )
        assert (record.value, record.n, record.split) == (0.1111111111111111, 9, "test")
        assert {record.variant for record in reading.records} == {""}

    @pytest.mark.parametrize(("run", "right", "count"), [("commonsense*", 3, 10), ("mmlu*", 1, 9)])
    def test_the_instances_average_to_the_score(self, run, right, count, shared_data) -> None:
        items = of(real(shared_data, run, "per_instance_stats.json"), "exact_match")
        assert len({item.item_id for item in items}) == count == len(items)
        assert sum(item.value for item in items) == right
