"""lighteval: three forms of keys, averages whose error is none, and what the file does not say."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from sources import document_source, file_source

from reportgen.ingest.accounting import account
from reportgen.ingest.formats import lighteval, lm_eval_legacy
from reportgen.ingest.lighteval_run import Key, parse_key
from reportgen.ingest.read import Content, open_source

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "formats" / "lighteval"
MAIN = "results/example-org/tiny/results_2026-03-04T05-06-07.891011.json"
OLD = "leaderboard/results_2024-01-04T13-27-32.660899.json"


def sample(name: str = MAIN):
    return lighteval.read(file_source(SAMPLES / name, SAMPLES))


def changed(**parts):
    document = json.loads((SAMPLES / MAIN).read_text(encoding="utf-8")) | parts
    return lighteval.read(document_source("a.json", document))


def of(reading, key: str):
    return {record.metric: record for record in reading.records if record.benchmark_raw == key}


class TestScores:
    def test_a_score_is_read_with_its_error(self) -> None:
        """acc on facts with 5 shots: 0.625, standard error 0.0342, higher is better, test split."""
        record = of(sample(), "facts|5")["acc"]
        assert (record.value, record.stderr, record.n_shot, record.direction) == (0.625, 0.0342, 5, "higher")
        assert (record.benchmark, record.split, record.task) == ("facts", "test", "facts@2")
        assert record.pointer == "/results/facts|5/acc"

    def test_the_same_task_with_other_shots_is_another_evaluation(self) -> None:
        """facts with no shots: 0.5, and an error of NaN was not computed."""
        record = of(sample(), "facts|0")["acc"]
        assert (record.benchmark, record.value, record.stderr, record.n_shot) == ("facts", 0.5, None, 0)

    def test_items_are_known_only_where_they_were_counted(self) -> None:
        """-1 stands for a count that was not made."""
        assert (of(sample(), "facts|5")["acc"].n, of(sample(), "facts|5")["acc"].n_kind) == (None, "")
        assert (of(sample(), "quiz:art|0")["acc"].n, of(sample(), "quiz:art|0")["acc"].n_kind) == (
            100,
            "items",
        )

    def test_data_set_revision_splits_and_hash_are_kept(self) -> None:
        """Two splits that were scored together stay together."""
        record = of(sample(), "quiz:art|0")["loss"]
        assert (record.dataset, record.subset, record.dataset_revision) == (
            "example-org/quiz",
            "art",
            "abc123",
        )
        assert (record.split, record.task_hash) == ("validation, test", "b0cf44f2ca2c4aa8")
        assert (record.value, record.stderr, record.direction) == (1.5, 0.125, "lower")

    def test_the_direction_of_one_metric_in_a_group_is_found(self) -> None:
        """A group of metrics states its names and directions together."""
        assert of(sample(), "quiz:law|0")["acc"].direction == "higher"


class TestAverages:
    def test_an_average_is_an_aggregate_without_an_error(self) -> None:
        """Its "stderr" is the mean of its members' and is ignored by name: 2 of quiz, 2 of all."""
        record = of(sample(), "quiz:_average|0")["acc"]
        assert (record.benchmark, record.benchmark_level, record.value) == ("quiz", "aggregate", 0.5)
        assert (record.stderr, record.stderr_kind, record.n) == (None, "", None)
        assert sample().ignored == {lighteval.MEAN_OF_ERRORS: 4}

    def test_members_name_their_average_as_parent(self) -> None:
        """facts has none; a colon alone makes no group."""
        assert of(sample(), "quiz:art|0")["acc"].parent == "quiz"
        assert of(sample(), "facts|5")["acc"].parent == ""
        assert of(sample(OLD), "harness|arc:challenge|25")["acc"].parent == ""

    def test_an_average_over_other_tasks_is_another_one(self) -> None:
        """`all` of two files with other tasks must not contradict each other."""
        document = json.loads((SAMPLES / MAIN).read_text(encoding="utf-8"))
        fewer = {key: row for key, row in document["results"].items() if key != "facts|0"}
        one, other = of(sample(), "all")["acc"], of(changed(results=fewer), "all")["acc"]
        assert (one.task, other.task) == ("mean of 4 tasks", "mean of 3 tasks")
        assert one.task_hash != other.task_hash

    def test_an_average_is_over_tasks_of_as_many_shots(self) -> None:
        """The same subsets with other shots have an average of their own."""
        row = {"acc": 0.5}
        keys = ("q:a|0", "q:b|0", "q:a|5", "q:_average|0", "q:_average|5", "suite|q:a|0")
        reading = changed(results=dict.fromkeys(keys, row))
        assert of(reading, "q:_average|0")["acc"].task == "mean of 2 tasks"
        assert of(reading, "q:_average|5")["acc"].task == "mean of 1 task"

    def test_the_direction_of_an_average_is_that_of_its_tasks(self) -> None:
        """Both tasks say that acc is better when higher, and one that loss is better when lower."""
        row = of(sample(), "quiz:_average|0")
        assert (row["acc"].direction, row["loss"].direction) == ("higher", "lower")


class TestKeys:
    @pytest.mark.parametrize(
        ("key", "parts"),
        [
            ("gsm8k|5", Key("", "gsm8k", 5)),
            ("mmlu:anatomy|0", Key("", "mmlu:anatomy", 0)),
            ("harness|arc:challenge|25", Key("harness", "arc:challenge", 25)),
            ("leaderboard|mmlu:anatomy|5|0", Key("leaderboard", "mmlu:anatomy", 5)),
            ("lighteval|math|4|1", Key("lighteval", "math", 4)),
            ("all", Key("", "all", None)),
            ("odd|key", Key("odd", "key", None)),
        ],
    )
    def test_a_key_is_taken_apart(self, key, parts) -> None:
        """All forms that any version wrote."""
        assert parse_key(key) == parts


class TestOlderFiles:
    def test_figures_of_the_first_leaderboard_are_read(self) -> None:
        """Shots stand in the key; items and directions only where the task was configured."""
        row = of(sample(OLD), "harness|arc:challenge|25")
        assert (row["acc_norm"].value, row["acc_norm"].stderr, row["acc_norm"].n_shot) == (0.546, 0.0145, 25)
        assert (row["acc"].direction, row["acc"].n, row["acc"].task) == (
            "unknown",
            None,
            "harness|arc:challenge@0",
        )

    def test_a_configuration_without_shots_in_its_key_is_found(self) -> None:
        """`leaderboard|gsm8k` configures `leaderboard|gsm8k|5|0`."""
        record = of(sample(OLD), "leaderboard|gsm8k|5|0")["acc"]
        assert (record.direction, record.split, record.dataset, record.n) == ("higher", "test", "gsm8k", 10)

    def test_model_commit_precision_and_limit_are_read(self) -> None:
        """As the older versions keep them."""
        record = sample(OLD).records[0]
        assert (record.model, record.model_revision) == (
            "example-org/old-7b",
            "84430552036c85cc6a16722b26496df4d93f3afe",
        )
        assert (record.model_variant, record.flags, record.status) == (
            "precision=float16",
            "limit=10",
            "partial",
        )
        assert (record.date, record.tool_commit) == (
            "2024-01-04T13:27:32",
            "494ee12240e716e804ae9ea834f84a2c864c07ca",
        )

    def test_a_date_in_a_name_may_be_written_with_colons(self) -> None:
        """As on the hub; Windows has no such names."""
        document = json.loads((SAMPLES / OLD).read_text(encoding="utf-8"))
        reading = lighteval.read(document_source("results_2023-07-19T19:28:51.303034.json", document))
        assert reading.records[0].date == "2023-07-19T19:28:51"


class TestRun:
    def test_a_checkpoint_is_a_step_of_one_model(self) -> None:
        """`revision: step4000`."""
        record = sample().records[0]
        assert (record.model, record.model_revision, record.step, record.seed) == (
            "example-org/tiny",
            "",
            4000.0,
            42,
        )

    def test_the_date_is_that_of_the_name_and_not_of_the_clock(self) -> None:
        """`start_time` counts seconds since the machine was started; "?" is no commit."""
        record = sample().records[0]
        assert (record.date, record.date_source) == ("2026-03-04T05:06:07", "filename")
        assert record.tool_commit == ""

    def test_a_prompt_is_told_by_its_hash_and_a_path_by_its_end(self) -> None:
        """No prompt, no folder of anybody."""
        record = sample().records[0]
        assert record.model_variant.startswith("precision=bfloat16, system_prompt=")
        assert record.model_variant.endswith(", temperature=0.6")
        for name in (MAIN, OLD, "damaged.json"):
            reading = sample(name)
            published = json.dumps([asdict(each) for each in (*reading.records, *reading.problems)])
            assert "secret" not in published
            assert "someone" not in published
            assert "~" not in published

    def test_a_file_without_a_model_is_refused(self) -> None:
        """A score of nobody is no score."""
        reading = changed(config_general={"model_name": ""})
        assert [problem.code for problem in reading.problems] == ["model_unknown"]
        assert (reading.records, reading.quarantined) == ([], 18)


class TestDamage:
    def test_what_is_readable_is_read(self) -> None:
        """A local checkpoint, a metric of two, an average that is null."""
        reading = sample("damaged.json")
        assert [(r.model, r.step, r.metric, r.value, r.missing, r.stderr) for r in reading.records] == [
            ("tiny-llm", 300.0, "em", 0.25, "", None),
            ("tiny-llm", 300.0, "acc", None, "null", None),
        ]
        assert [problem.pointer for problem in reading.problems] == [
            "/results/quiz|many/acc",
            "/results/quiz|many/text",
            "/results/broken",
        ]
        assert (reading.quarantined, reading.ignored) == (3, {lighteval.MEAN_OF_ERRORS: 1})

    def test_the_older_harness_does_not_claim_it(self) -> None:
        """It has `results`, `versions` and may have a `config`."""
        document = json.loads((SAMPLES / OLD).read_text(encoding="utf-8")) | {"config": {"num_fewshot": 0}}
        assert lm_eval_legacy.claims(document_source("a.json", document)) is None


@pytest.mark.shared
def test_figures_of_a_real_run_are_found(shared_data) -> None:
    """Of a run of 0.13.0, by hand; the average's error of 0.1396 is the mean of 0.1486 and 0.1306."""
    root = shared_data / "formats" / "lighteval" / "generated_0.13.0"
    (path,) = root.rglob("results_*.json")
    source = file_source(path, root)
    reading = lighteval.read(source)
    assert account(source, reading).ingested == 10
    assert of(reading, "solo|2")["acc"].stderr == 0.15075567228888181
    assert (of(reading, "demo:a|0")["acc"].value, of(reading, "demo:a|0")["acc"].n) == (
        0.4166666666666667,
        None,
    )
    average = of(reading, "demo:_average|0")["acc"]
    assert (average.value, average.stderr, average.date) == (0.33333333333333337, None, "2026-11-23T04:05:17")
    assert reading.problems == []


@pytest.mark.shared
def test_the_example_of_the_documentation_is_not_json_and_says_where(shared_data) -> None:
    """It ends lists with a comma; the reader names line and column."""
    data = (shared_data / "formats" / "lighteval" / "doc_example_results_NOT_STRICT_JSON.json").read_bytes()
    opened = open_source(Content(data, "0" * 64, len(data)), "results.json")
    assert opened.source is None
    assert [(problem.code, problem.line) for problem in opened.problems] == [("not_json", 88)]
    assert opened.numbers > 10
