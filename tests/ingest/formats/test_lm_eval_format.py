"""lm-evaluation-harness 0.4: filters, groups, model arguments, and no path of anybody's machine."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from sources import document_source, file_source

from reportgen.ingest.formats import lm_eval

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "formats" / "lm_eval"
MAIN = "results_2026-02-03T04-05-06.789012.json"


def sample(name: str = MAIN):
    return lm_eval.read(file_source(SAMPLES / name, SAMPLES))


def changed(path: str = "a.json", **parts):
    document = json.loads((SAMPLES / MAIN).read_text(encoding="utf-8")) | parts
    return lm_eval.read(document_source(path, document))


def of(reading, benchmark: str):
    return [record for record in reading.records if record.benchmark == benchmark]


class TestScores:
    def test_a_score_is_read_with_error_and_items(self) -> None:
        """acc on quiz_easy: 0.65, standard error 0.0437, 120 items, 5 shots, higher is better."""
        (record,) = of(sample(), "quiz_easy")
        assert (record.value, record.stderr, record.n, record.n_shot) == (0.65, 0.0437, 120, 5)
        assert (record.metric, record.metric_variant, record.direction) == ("acc", "", "higher")
        assert (record.dataset, record.subset, record.split) == ("example/quiz", "easy", "test")
        assert record.pointer == "/results/quiz_easy/acc,none"

    def test_filters_are_variants_of_one_metric(self) -> None:
        """Two extractions of exact match: 0.31 and 0.375."""
        found = {record.metric_variant: record.value for record in of(sample(), "sums")}
        assert found == {"strict-match": 0.31, "flexible-extract": 0.375}

    def test_a_null_direction_is_looked_up_in_the_configuration(self) -> None:
        """`metric_list` states what `higher_is_better` leaves open."""
        assert {record.direction for record in of(sample(), "sums")} == {"higher"}

    def test_an_error_that_was_not_computed_is_unknown(self) -> None:
        """ "N/A" beside a perplexity of 11.25, which is better when lower."""
        (record,) = of(sample(), "prose")
        assert (record.value, record.stderr, record.direction) == (11.25, None, "lower")

    def test_a_placeholder_row_is_no_record(self) -> None:
        """A group without a score of its own has only an alias, or blanks."""
        assert of(sample(), "headline") == []
        reading = changed(results={"all": {" ,none": " ", "alias": "all"}, "t": {"acc,none": 0.5}}, groups={})
        assert [record.benchmark for record in reading.records] == ["t"]

    def test_nan_is_a_missing_score(self) -> None:
        """And its error is unknown."""
        record = next(record for record in sample("local_path.json").records if record.metric == "acc_norm")
        assert (record.value, record.missing, record.stderr) == (None, "nan", None)


class TestGroups:
    def test_a_group_is_an_aggregate_and_its_tasks_name_it(self) -> None:
        """quiz_all over quiz_easy and quiz_hard, with its own count."""
        (group,) = of(sample(), "quiz_all")
        assert (group.benchmark_level, group.value, group.n) == ("aggregate", 0.55, 200)
        assert [of(sample(), task)[0].parent for task in ("quiz_easy", "quiz_hard")] == ["quiz_all"] * 2
        assert of(sample(), "quiz_easy")[0].benchmark_level == "leaf"

    def test_groups_repeated_beside_the_results_are_read_once(self) -> None:
        """Their three numbers are ignored by name."""
        assert sample().ignored == {"group scores that `results` repeats": 3}

    def test_groups_only_beside_the_results_are_read(self) -> None:
        """Older files keep them apart."""
        row = {"acc,none": 0.5, "alias": "all"}
        reading = changed(
            results={"t": {"acc,none": 0.5}}, groups={"all": row}, group_subtasks={"all": ["t"]}
        )
        assert of(reading, "all")[0].pointer == "/groups/all/acc,none"
        assert of(reading, "t")[0].parent == "all"


class TestRun:
    def test_model_revision_and_variant_come_from_the_arguments(self) -> None:
        """A revision that names a step is the step and no revision; precision and adapter make another system."""
        record = sample().records[0]
        assert (record.model, record.model_revision, record.step) == ("example-org/base", "", 3000.0)
        assert record.model_variant == "adapter=adapter-7, precision=bfloat16"

    def test_tool_commit_seed_date_and_limit_are_stated(self) -> None:
        """500 items a task at most makes a partial run."""
        record = sample().records[0]
        assert (record.tool_version, record.tool_commit, record.seed) == ("0.4.8", "1a2b3c4", 0)
        assert (record.date, record.date_source) == ("2026-02-03T04:05:06Z", "file")
        assert (record.flags, record.status) == ("limit=500.0", "partial")

    def test_task_version_and_hash_are_kept(self) -> None:
        """They decide which runs may be compared."""
        record = of(sample(), "sums")[0]
        assert record.task == "sums@3"
        assert record.task_hash.startswith("e3b0c442")

    def test_the_loader_of_a_local_file_is_no_data_set(self) -> None:
        """Many tasks have `dataset_path: json`; a revision pinned in `dataset_kwargs` is kept."""
        settings = {"dataset_path": "json", "dataset_kwargs": {"data_files": "/home/someone/a.jsonl"}}
        record = of(changed(configs={"sums": settings}), "sums")[0]
        assert (record.dataset, record.dataset_revision) == ("", "")
        settings = {"dataset_path": "o/sums", "dataset_kwargs": {"revision": "abc123"}}
        record = of(changed(configs={"sums": settings}), "sums")[0]
        assert (record.dataset, record.dataset_revision) == ("o/sums", "abc123")

    def test_without_a_date_the_file_name_is_asked(self) -> None:
        """It is in the time zone of the machine, so none is claimed."""
        record = changed(path=f"x/{MAIN}", date=None).records[0]
        assert (record.date, record.date_source) == ("2026-02-03T04:05:06", "filename")

    def test_arguments_may_be_an_object(self) -> None:
        """As they are since 0.4.9; the commit stands in for a revision that is only \"main\"."""
        config = {
            "model_args": {"pretrained": "o/m", "dtype": "auto", "load_in_8bit": True},
            "model_sha": "abc",
        }
        record = changed(model_name=None, config=config).records[0]
        assert (record.model, record.model_revision, record.model_variant) == (
            "o/m",
            "abc",
            "quantization=8bit",
        )

    @pytest.mark.parametrize(
        ("arguments", "revision", "step"),
        [
            ("pretrained=o/m,revision=step32,use_accelerate=True", "", 32.0),
            ({"pretrained": "o/m", "revision": "step1000-tokens4B"}, "", 1000.0),
            ({"pretrained": "o/m", "revision": "stage2-step1000"}, "stage2-step1000", None),
            ("pretrained=o/m,revision=v1.1", "v1.1", None),
            ("pretrained=o/m,revision=main", "feedface", None),
        ],
    )
    def test_only_a_revision_that_is_a_step_is_a_step(self, arguments, revision, step) -> None:
        """The commit stands in for "main", and never for a step: its commit would be another system each time."""
        config = {"model_args": arguments, "model_sha": "feedface"}
        record = changed(model_name=None, config=config).records[0]
        assert (record.model, record.model_revision, record.step) == ("o/m", revision, step)

    def test_a_checkpoint_folder_is_a_step_of_its_run(self) -> None:
        """What Trainer writes: many folders of one name, each below the run they belong to."""
        record = changed(model_name="/mnt/runs/tiny-llm/checkpoint-500", config={}).records[0]
        assert (record.model, record.step) == ("tiny-llm", 500.0)

    @pytest.mark.parametrize(
        ("arguments", "variant"),
        [
            (
                {"pretrained": "o/m", "quantization": "awq", "dtype": "float16"},
                "precision=float16, quantization=awq",
            ),
            ({"pretrained": "o/m", "enable_thinking": True}, "thinking=true"),
            ("model=o/m,reasoning_effort=high,base_url=http://someone:8000", "effort=high"),
            ("pretrained=o/m,gguf_file=/home/someone/m.Q4.gguf", "file=m.Q4.gguf"),
        ],
    )
    def test_settings_that_make_another_system_are_its_variant(self, arguments, variant) -> None:
        """And no others, however they are written."""
        assert changed(config={"model_args": arguments}).records[0].model_variant == variant

    @pytest.mark.parametrize("written", ["temperature=0.6,top_p=0.9", {"temperature": 0.6}])
    def test_a_temperature_for_all_tasks_is_part_of_the_variant(self, written) -> None:
        """Two runs at two temperatures are no contradiction."""
        config = {"model_args": "pretrained=o/m", "gen_kwargs": written}
        assert changed(config=config).records[0].model_variant == "temperature=0.6"

    @pytest.mark.parametrize(
        ("name", "published"),
        [
            ("/mnt/home/someone/runs/tiny-llm", "tiny-llm"),
            ("../runs/tiny-llm/", "tiny-llm"),
            ("C:\\runs\\tiny-llm", "tiny-llm"),
            ("~/.cache/hub/models--org--tiny/snapshots/abc", "org/tiny"),
        ],
    )
    def test_of_a_local_path_only_the_name_is_published(self, name, published) -> None:
        """And the record says that the name was a path."""
        record = changed(model_name=name).records[0]
        assert (record.model, record.model_raw) == (published, published)
        assert "local path" in record.flags

    def test_no_path_is_published(self) -> None:
        """Neither of data files, nor of adapters, nor of models."""
        for name in (MAIN, "local_path.json"):
            assert "someone" not in json.dumps([asdict(record) for record in sample(name).records])

    def test_a_file_without_a_model_is_refused(self) -> None:
        """A score of nobody is no score."""
        reading = changed(model_name=None, config={})
        assert [problem.code for problem in reading.problems] == ["model_unknown"]
        assert reading.quarantined > 0


class TestDamage:
    def test_what_is_readable_is_read(self) -> None:
        """A number is taken, a text is a missing score, an object and a list are quarantined."""
        reading = sample("damaged.json")
        assert {record.metric: record.value for record in reading.records} == {"f1": None, "em": 0.5}
        assert [problem.pointer for problem in reading.problems] == [
            "/results/quiz/acc,none",
            "/results/broken",
        ]
        assert (reading.ingested, reading.quarantined, reading.ignored) == (
            2,
            3,
            {"placeholder, not a score": 1},
        )

    def test_nothing_is_made_of_malformed_sections(self) -> None:
        """Items of -1 and shots of \"five\" are unknown, not numbers."""
        record = sample("damaged.json").records[-1]
        assert (record.n, record.n_shot, record.direction) == (None, None, "unknown")

    def test_a_file_of_lighteval_is_not_claimed(self) -> None:
        """It has `results` and `versions` too, and `config_general` alone tells."""
        document = {"config_general": {}, "results": {"a|0": {"acc,none": 1}}, "versions": {}, "config": {}}
        assert lm_eval.claims(document_source("a.json", document)) is None


@pytest.mark.shared
def test_figures_of_a_real_run_are_found(shared_data) -> None:
    """Three numbers of a file that 0.4.13 wrote, looked up by hand."""
    root = shared_data / "formats" / "lm_eval" / "generated_0.4.13"
    (path,) = sorted(root.rglob("results_*.json"))
    found = {
        (record.benchmark, record.metric): record for record in lm_eval.read(file_source(path, root)).records
    }
    assert found["demo_mc_b", "acc"].value == 0.35
    assert found["demo_ppl", "word_perplexity"].value == 1.1802128890311758
    assert (found["demo_group", "acc"].stderr, found["demo_group", "acc"].n) == (0.07389537411631038, 40)
