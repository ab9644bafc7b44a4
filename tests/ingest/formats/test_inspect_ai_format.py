"""Inspect logs: scorers and reducers, errors beside their metrics, groups, samples by epoch, and runs that failed."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from sources import document_source, file_source
from zips import DEFLATED, ZSTD, Member, log, zipped

from reportgen.config import Settings
from reportgen.ingest.accounting import account
from reportgen.ingest.formats import inspect_ai
from reportgen.ingest.inspect_items import value_to_float
from reportgen.ingest.read import Content, open_source
from reportgen.ingest.run import ingest
from reportgen.ingest.source import Limits
from reportgen.records.metric_table import scores_items_binary

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "formats" / "inspect_ai"


def sample(name: str = "scorers.json"):
    return inspect_ai.read(file_source(SAMPLES / name, SAMPLES))


def document(name: str = "scorers.json"):
    return json.loads((SAMPLES / name).read_text(encoding="utf-8"))


def read(changed):
    return inspect_ai.read(document_source("a.json", changed))


def with_eval(**parts):
    whole = document()
    whole["eval"] |= parts
    return runs(read(whole))[0]


def with_metrics(**metrics):
    """The aggregates of a log whose one scorer has these metrics, given as name and value or as a whole."""
    whole = document()
    filled = {
        key: value if isinstance(value, dict) else {"name": key, "value": value, "params": {}}
        for key, value in metrics.items()
    }
    whole["results"] = {"scores": [{"name": "s", "scorer": "s", "scored_samples": 4, "metrics": filled}]}
    whole["samples"] = []
    return read(whole)


def runs(reading):
    return [record for record in reading.records if not record.item_id]


def items(reading):
    return [record for record in reading.records if record.item_id]


def archive_source(data: bytes, path: str = "logs/run.eval"):
    opened = open_source(Content(data, "0" * 64, len(data)), path)
    assert opened.source is not None
    return opened.source


def archived(data: bytes, limits: Limits | None = None):
    source = replace(archive_source(data), limits=limits or Limits())
    assert inspect_ai.claims(source) is not None
    reading = inspect_ai.read(source)
    account(source, reading)
    return reading


def head(**parts):
    """The head of a log: all but its samples."""
    return {key: value for key, value in document().items() if key not in {"samples", "reductions"}} | parts


class TestScores:
    def test_a_score_has_its_error_and_the_number_of_samples(self) -> None:
        """accuracy of match: 0.625, standard error 0.125, 4 samples in two epochs each."""
        record = runs(sample())[0]
        assert (record.metric, record.metric_variant, record.value) == ("accuracy", "match", 0.625)
        assert (record.stderr, record.stderr_kind, record.n, record.n_kind) == (0.125, "reported", 4, "items")
        assert record.pointer == "/results/scores/0/metrics/accuracy/value"
        assert (record.direction, record.status, record.repeat) == ("unknown", "ok", None)

    def test_scorer_key_and_reducer_are_the_variant(self) -> None:
        """Two reducers of match, and the key "tone" of judge."""
        found = {(record.metric, record.metric_variant): record.value for record in runs(sample())}
        assert found == {
            ("accuracy", "match"): 0.625,
            ("accuracy", "match, pass_at_2"): 0.75,
            ("mean", "judge/tone"): 2.5,
        }

    def test_the_default_reducer_is_not_written_out(self) -> None:
        """Logs state "mean" or nothing for the same."""
        whole = document()
        whole["results"]["scores"][0]["reducer"] = "mean"
        assert runs(read(whole))[0].metric_variant == "match"

    def test_the_headline_is_the_main_metric(self) -> None:
        assert [record.primary for record in runs(sample())] == [True, False, False]

    def test_a_bootstrap_error_is_one(self) -> None:
        record = runs(sample())[1]
        assert (record.stderr, record.stderr_kind) == (0.2, "bootstrap")

    def test_the_spread_of_samples_is_no_error(self) -> None:
        """`std` 0.25 and `var` 0.5."""
        reading = sample()
        assert reading.ignored["spread of the samples, not an error"] == 2
        assert runs(reading)[2].stderr is None

    def test_an_error_belongs_to_the_mean_and_not_to_other_metrics(self) -> None:
        """Beside accuracy, a metric of one's own has no error."""
        found = {
            record.metric: record.stderr for record in runs(with_metrics(accuracy=0.5, best=1, stderr=0.25))
        }
        assert found == {"accuracy": 0.25, "best": None}

    def test_an_error_of_several_unknown_metrics_is_nobodys(self) -> None:
        reading = with_metrics(best=1, worst=0, stderr=0.25)
        assert [record.stderr for record in runs(reading)] == [None, None]
        assert reading.ignored["standard error of no single metric"] == 1

    def test_an_error_beside_one_metric_is_its_own(self) -> None:
        (record,) = runs(with_metrics(refusals=0.5, stderr=0.25))
        assert (record.metric, record.stderr) == ("refusals", 0.25)

    @pytest.mark.parametrize("wrong", [-0.5, None, "N/A"])
    def test_an_error_that_is_none_is_unknown(self, wrong) -> None:
        (record,) = runs(with_metrics(accuracy=0.5, stderr={"name": "stderr", "value": wrong}))
        assert (record.stderr, record.stderr_kind) == (None, "")

    def test_a_dictionary_is_one_metric_a_key(self) -> None:
        reading = with_metrics(recall={"name": "recall", "value": {"easy": 0.5, "hard": 0.25}})
        assert {record.metric: record.value for record in runs(reading)} == {
            "recall/easy": 0.5,
            "recall/hard": 0.25,
        }

    def test_packages_are_left_out_of_metric_names(self) -> None:
        """The key is the plain name, the name may be "package/stderr"."""
        (record,) = runs(
            with_metrics(
                accuracy={"name": "inspect_ai/accuracy", "value": 1},
                stderr={"name": "pkg/stderr", "value": 0.5},
            )
        )
        assert (record.metric, record.stderr) == ("accuracy", 0.5)


def grouped(name: str, value: float, metric: str, key: str = "depth"):
    """A metric of one group, as `grouped()` writes it."""
    params = {"metric": {"name": f"inspect_ai/{metric}"}, "group_key": key}
    return {"name": name, "value": value, "group": "grouped", "params": params}


class TestGroups:
    def test_a_group_is_a_group_and_all_is_the_score(self) -> None:
        """deep 0, shallow 1, all 0.5, which alone has the error and the number of samples."""
        found = {record.group: record for record in runs(sample("grouped.json"))}
        assert {group: record.value for group, record in found.items()} == {
            "depth=deep": 0.0, "depth=shallow": 1.0, "": 0.5,
        }  # fmt: skip
        assert {record.metric for record in found.values()} == {"accuracy"}
        assert {group: (record.stderr, record.n) for group, record in found.items()} == {
            "depth=deep": (None, None), "depth=shallow": (None, None), "": (0.5, 2),
        }  # fmt: skip

    def test_a_headline_that_is_one_group_is_not_the_main_metric(self) -> None:
        """The log puts "deep" first, because it comes first."""
        assert {record.primary for record in runs(sample("grouped.json"))} == {None}

    def test_all_as_the_mean_of_the_groups_has_no_error_of_the_samples(self) -> None:
        whole = document("grouped.json")
        for metric in whole["results"]["scores"][0]["metrics"].values():
            metric.get("params", {}).update({"all": "groups"})
        assert {record.stderr for record in runs(read(whole))} == {None}

    def test_errors_within_groups_go_with_their_groups(self) -> None:
        """Two groups, two errors, in one order; keys are made unique by a number."""
        reading = with_metrics(
            deep=grouped("deep", 0.5, "accuracy"),
            shallow=grouped("shallow", 1.0, "accuracy"),
            deep2=grouped("deep2", 0.25, "stderr"),
            shallow2=grouped("shallow2", 0.0, "stderr"),
        )
        assert {record.group: record.stderr for record in runs(reading)} == {
            "depth=deep": 0.25, "depth=shallow": 0.0,
        }  # fmt: skip

    def test_a_second_metric_has_the_same_groups(self) -> None:
        """Whatever number its keys have; a group of another key is another group."""
        reading = with_metrics(
            deep=grouped("deep", 0.5, "accuracy"),
            all=grouped("all", 0.75, "accuracy"),
            deep2=grouped("deep2", 2, "depth"),
            all2=grouped("all2", 3, "depth"),
            deep3=grouped("deep3", 1, "accuracy", key="width"),
        )
        assert {(record.metric, record.group): record.value for record in runs(reading)} == {
            ("accuracy", "depth=deep"): 0.5,
            ("accuracy", ""): 0.75,
            ("depth", "depth=deep"): 2.0,
            ("depth", ""): 3.0,
            ("accuracy", "width=deep3"): 1.0,
        }


class TestRun:
    def test_model_task_and_provenance_are_read(self) -> None:
        """The provider stays part of the name; the package of the task is part of the task."""
        record = runs(sample())[0]
        assert (record.model, record.model_raw) == (
            "openrouter/example/heron-7b",
            "openrouter/example/heron-7b",
        )
        assert record.model_variant == "agent=heron_swe/walker, effort=high, scaffold=careful_agent"
        assert (record.benchmark, record.benchmark_raw) == ("stepping_stones", "river_evals/stepping_stones")
        assert (record.task, record.dataset) == ("river_evals/stepping_stones@2", "example/stepping-stones")
        assert (record.n_shot, record.seed) == (3, 11)
        assert (record.tool, record.tool_version, record.date) == (
            "inspect_ai",
            "0.3.250",
            "2026-03-04T08:20:30Z",
        )

    def test_nothing_private_is_published(self) -> None:
        """No key, address, path, prompt or answer."""
        reading = sample()
        published = json.dumps([asdict(record) for record in reading.records])
        for secret in (
            "sk-not",
            "internal.example",
            "/somewhere",
            "You are",
            "Which stone",
            '"answer"',
            "api_key",
        ):
            assert secret not in published

    def test_a_model_given_as_a_path_is_named_by_its_folder(self) -> None:
        assert with_eval(model="hf//home/someone/models/heron-7b").model == "hf/heron-7b"

    def test_arguments_that_the_user_gave_make_another_task(self) -> None:
        """A path differs by machine and does not; defaults are listed by newer logs only."""
        other = with_eval(task_args_passed={"fewshot": 3, "data_dir": "/elsewhere"})
        assert other.task_hash == runs(sample())[0].task_hash != ""
        assert with_eval(task_args_passed={"fewshot": 4}).task_hash != other.task_hash
        assert with_eval(task_args_passed={}).task_hash == ""
        assert with_eval(task_args={"cot": True}, task_args_passed=None).task_hash != ""

    @pytest.mark.parametrize("value", ["You are a heron.\nWalk.", "x" * 200, "/etc/prompt.txt", 7, ["a"]])
    def test_a_prompt_is_no_label(self, value) -> None:
        assert "prompt=" not in with_eval(task_args={"prompt": value}).model_variant
        assert "prompt=brief" in with_eval(task_args={"prompt": "brief"}).model_variant

    def test_older_logs_count_samples_times_epochs(self) -> None:
        """8 in 2 epochs are 4 samples; where some were lost, how many is not known."""
        whole = document()
        whole["results"]["scores"] = whole["results"]["scores"][:1]
        del whole["results"]["scores"][0]["scored_samples"]
        assert runs(read(whole))[0].n == 4
        whole["results"]["completed_samples"] = 7
        record = runs(read(whole))[0]
        assert (record.n, record.status, record.flags) == (None, "partial", "7 of 8 samples completed")

    def test_a_limit_below_the_size_of_the_data_is_partial(self) -> None:
        limited = runs(sample("grouped.json"))[0]
        assert (limited.status, limited.flags) == ("partial", "limit=2")
        assert with_eval(config={"limit": 500, "epochs": 2}).status == "ok"

    def test_scores_of_a_run_that_was_cancelled_are_partial(self) -> None:
        record = runs(read(document() | {"status": "cancelled"}))[0]
        assert (record.value, record.status, record.flags) == (0.625, "partial", "run cancelled")

    def test_an_invalidated_log_is_flagged(self) -> None:
        record = runs(read(document() | {"invalidated": True}))[0]
        assert (record.status, record.flags) == ("flagged", "invalidated")

    @pytest.mark.parametrize("status", ["error", "cancelled", "started"])
    def test_a_failed_run_is_a_failed_record_of_each_metric(self, status) -> None:
        """As the scorers declare them, without their errors; and not a crash."""
        scorers = [
            {"name": "match", "metrics": [{"name": "inspect_ai/accuracy"}, {"name": "inspect_ai/stderr"}]},
            {"name": "judge", "metrics": [{"name": "inspect_ai/mean"}]},
        ]
        reading = read({"version": 2, "status": status, "eval": document()["eval"] | {"scorers": scorers}})
        found = [(record.metric, record.metric_variant) for record in reading.records]
        assert found == [("accuracy", "match"), ("mean", "judge")]
        assert {(record.value, record.missing, record.status) for record in reading.records} == {
            (None, "failed_run", "failed")
        }
        assert reading.records[0].flags == f"run {status}"
        assert reading.problems == []

    def test_a_failed_run_that_declares_no_scorer_is_one_record(self) -> None:
        (record,) = read({"status": "error", "eval": document()["eval"]}).records
        assert (record.metric, record.missing) == ("score", "failed_run")

    def test_the_first_version_is_read_with_its_nan(self) -> None:
        """One scorer, a bare NaN, an error by bootstrap, one unnamed score a sample, and no count of samples."""
        reading = sample("first_version.json")
        (record,) = runs(reading)
        assert (record.value, record.missing, record.stderr, record.n) == (None, "nan", 0.125, None)
        assert (record.metric_variant, record.date) == ("graded_fact", "2024-05-05T07:59:35")
        assert [(item.item_id, item.value) for item in items(reading)] == [("7", 0.0)]

    def test_the_scorers_of_early_second_versions_are_read(self) -> None:
        """`scorers` in place of `scores`."""
        whole = document()
        whole["results"]["scorers"] = whole["results"].pop("scores")[:1]
        assert runs(read(whole))[0].value == 0.625

    @pytest.mark.parametrize("missing", ["model", "task"])
    def test_a_log_without_model_or_task_is_quarantined(self, missing) -> None:
        whole = document()
        whole["eval"][missing] = ""
        reading = read(whole)
        assert reading.records == []
        assert reading.problems[0].pointer == f"/eval/{missing}"
        assert reading.quarantined == 14


class TestSamples:
    def test_each_score_of_each_sample_is_an_item_with_its_epoch(self) -> None:
        """Letters, numbers and dictionaries, as Inspect turns them into numbers."""
        found = {
            (item.item_id, item.repeat, item.metric, item.metric_variant): item.value
            for item in items(sample())
        }
        assert found == {
            ("s1", 1, "accuracy", "match"): 1.0,
            ("s1", 2, "accuracy", "match"): 0.5,
            ("s2", 1, "accuracy", "match"): 0.25,
            ("s1", 1, "mean", "judge/tone"): 3.0,
            ("s1", 2, "mean", "judge/tone"): 2.0,
            ("s1", 1, "score", "judge/length"): 0.0,
            ("s1", 2, "score", "judge/length"): 1.0,
        }

    def test_items_share_model_task_and_metric_with_the_run(self) -> None:
        reading = sample()
        shared = (
            "model",
            "model_variant",
            "benchmark",
            "task",
            "task_hash",
            "metric",
            "metric_variant",
            "seed",
        )
        run, item = runs(reading)[0], items(reading)[0]
        assert [getattr(run, name) for name in shared] == [getattr(item, name) for name in shared]
        assert item.pointer == "/samples/0/scores/match/value"

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("C", (1.0, "")), ("I", (0.0, "")), ("P", (0.5, "")), ("N", (0.0, "")),
            ("yes", (1.0, "")), ("TRUE", (1.0, "")), ("No", (0.0, "")), ("false", (0.0, "")),
            (True, (1.0, "")), (0.25, (0.25, "")), (3, (3.0, "")), ("2.5", (2.5, "")),
            ("c", (None, "text")), ("maybe", (None, "text")), ("", (None, "empty")),
            ("nan", (None, "nan")), ("inf", (None, "infinite")), (None, (None, "null")),
            (float("nan"), (None, "nan")),
        ],
    )  # fmt: skip
    def test_a_score_becomes_a_number_as_in_inspect_or_is_missing(self, value, expected) -> None:
        """Its `value_to_float` takes words it does not know for 0, which would be an invented score."""
        assert value_to_float(value) == expected

    def test_reductions_are_read_where_there_are_no_samples(self) -> None:
        """The score of a sample over all its epochs, without a repeat."""
        found = [(item.item_id, item.repeat, item.value) for item in items(sample("grouped.json"))]
        assert found == [("1", None, 1.0), ("2", None, 0.0)]

    def test_reductions_beside_samples_are_not_counted_again(self) -> None:
        assert sample().ignored["per-sample scores that repeat those of the samples"] == 1

    def test_an_id_that_is_a_path_or_a_question_is_not_published(self) -> None:
        whole = document()
        whole["samples"][0]["id"] = "/home/someone/items/s9"
        whole["samples"][1]["id"] = "How many stones lie in the river " * 9
        found = {item.item_id for item in items(read(whole))}
        assert "s9" in found
        assert all(len(item_id) <= 16 for item_id in found)

    def test_damaged_samples_are_quarantined_one_by_one(self) -> None:
        """No object, no id; a word that is no score is missing; a list in a list is no score."""
        reading = sample("damaged.json")
        assert [problem.pointer for problem in reading.problems] == [
            "/results/scores/0/metrics/accuracy/value", "/results/scores/1/metrics", "/samples/0", "/samples/1",
        ]  # fmt: skip
        assert [(item.item_id, item.value, item.missing) for item in items(reading)] == [
            ("s3", None, "text"), ("s4", 0.5, ""),
        ]  # fmt: skip


class TestArchive:
    @pytest.mark.parametrize("method", [DEFLATED, ZSTD])
    def test_a_zip_gives_what_its_log_gives(self, method) -> None:
        """Scores from the head, samples from the summaries; places name the member."""
        whole = document()
        reading = archived(log(method, _journal__start={}, summaries=whole["samples"], header=head()))
        plain = sample()
        without = {"pointer": ""}
        assert [asdict(r) | without for r in reading.records] == [asdict(r) | without for r in plain.records]
        assert reading.records[0].pointer == "header.json#/results/scores/0/metrics/accuracy/value"
        assert items(reading)[0].pointer == "summaries.json#/0/scores/match/value"

    def test_samples_are_read_where_there_are_no_summaries(self) -> None:
        whole = document()
        samples = {f"samples__{row['id']}_epoch_{row['epoch']}": row for row in whole["samples"]}
        reading = archived(log(ZSTD, **samples, header=head()))
        assert len(items(reading)) == len(items(sample()))
        assert items(reading)[0].pointer == "samples/s1_epoch_1.json#/scores/match/value"

    def test_an_unfinished_log_is_a_failed_run_with_the_samples_so_far(self) -> None:
        """No head yet: the journal has the start and summaries, in the order of their numbers."""
        rows = document()["samples"]
        start = {"version": 2, "eval": document()["eval"]}
        reading = archived(
            log(
                ZSTD,
                _journal__start=start,
                _journal__summaries__10=rows[1:2],
                _journal__summaries__2=rows[:1],
            )
        )
        assert [(record.missing, record.status, record.flags) for record in runs(reading)] == [
            ("failed_run", "failed", "run unfinished")
        ]
        assert [item.repeat for item in items(reading)] == [1, 1, 1, 2, 2, 2]
        assert {item.status for item in items(reading)} == {"partial"}

    def test_reductions_are_read_where_a_zip_has_no_samples(self) -> None:
        grouped = document("grouped.json")
        reductions = grouped.pop("reductions")
        reading = archived(log(ZSTD, reductions=reductions, header=grouped))
        assert [item.pointer for item in items(reading)] == [
            "reductions.json#/0/samples/0/value", "reductions.json#/0/samples/1/value",
        ]  # fmt: skip

    def test_the_numbers_of_a_zip_are_those_of_the_members_that_were_read(self) -> None:
        """The journal and the transcripts repeat them, and are not unpacked."""
        rows = document()["samples"]
        data = log(ZSTD, summaries=rows, header=head(), samples__s1_epoch_1=rows[0], _journal__start=head())
        source = archive_source(data)
        reading = inspect_ai.read(source)
        numbers = account(source, reading)
        assert (numbers.found, numbers.ingested, numbers.quarantined) == (30, 11, 0)

    def test_a_damaged_zip_is_claimed_and_refused_with_its_reason(self) -> None:
        data = log(ZSTD, header=head())
        reading = archived(data[: len(data) // 2])
        assert [problem.code for problem in reading.problems] == ["archive_damaged"]
        assert reading.records == []

    def test_a_damaged_member_does_not_lose_the_scores_of_the_head(self) -> None:
        """The summaries are cut off; the problem says so."""
        packed = Member("header.json", json.dumps(head()).encode(), ZSTD)
        reading = archived(zipped(packed, Member("summaries.json", b"[]", ZSTD, crc=1)))
        assert len(runs(reading)) == 3
        assert [(problem.code, problem.pointer) for problem in reading.problems] == [
            ("archive_damaged", "summaries.json")
        ]

    def test_a_damaged_sample_costs_itself_alone(self) -> None:
        """The first of four cannot be unpacked."""
        rows = document()["samples"]
        samples = [
            Member(f"samples/{index}.json", json.dumps(row).encode(), ZSTD, crc=1 if index == 0 else None)
            for index, row in enumerate(rows)
        ]
        reading = archived(zipped(*samples, Member("header.json", json.dumps(head()).encode(), ZSTD)))
        assert [problem.pointer for problem in reading.problems] == ["samples/0.json"]
        assert {(item.item_id, item.repeat) for item in items(reading)} == {("s1", 2), ("s2", 1)}

    def test_samples_beyond_the_limit_are_one_problem(self) -> None:
        """Not one for each sample that is left."""
        rows = document()["samples"]
        tight = Limits(max_bytes=len(json.dumps(head())))
        members = {
            f"samples__{index}": row | {"id": f"s{index}", "input": "x" * 5000}
            for index, row in enumerate(rows)
        }
        reading = archived(log(DEFLATED, **members, header=head()), tight)
        assert [problem.code for problem in reading.problems] == ["archive_too_large"]
        assert len(runs(reading)) == 3

    def test_another_zip_is_not_claimed(self) -> None:
        """Nor a log that is not named .eval, because other files are not read as zips."""
        assert inspect_ai.claims(archive_source(zipped(Member("a.json", b"1")))) is None
        assert inspect_ai.claims(archive_source(b"neither zip nor JSON")) is None

    @pytest.mark.parametrize(
        "head_document", [[], 7, {"eval": 3}, {"status": "success", "eval": {"model": []}}]
    )
    def test_a_head_of_another_shape_is_a_problem(self, head_document) -> None:
        reading = archived(log(ZSTD, header=head_document))
        assert reading.records == []
        assert [problem.code for problem in reading.problems] == ["model_unknown"]


def test_logs_are_read_from_a_folder(tmp_path) -> None:
    """Direction and scale of accuracy are those of the table; partial credit makes it no share of ones."""
    (tmp_path / "run.eval").write_bytes(log(ZSTD, summaries=document()["samples"], header=head()))
    (tmp_path / "cut.eval").write_bytes(log(ZSTD, header=head())[:500])
    found = ingest(tmp_path, Settings())
    assert {report.path: (report.status, report.reason) for report in found.files} == {
        "cut.eval": ("quarantined", "archive_damaged"), "run.eval": ("ingested", ""),
    }  # fmt: skip
    (row,) = found.frame[found.frame["metric_variant"] == "match"].to_dict("records")
    assert (row["direction"], row["direction_source"], row["lower"], row["upper"]) == (
        "higher",
        "table",
        0.0,
        1.0,
    )
    assert (row["unit"], row["value"], row["stderr"], row["n"]) == ("fraction", 0.625, 0.125, 4)
    assert not scores_items_binary({}, "inspect_ai", "accuracy")
    assert len(found.items) == 7


def real(shared_data, name: str):
    root = shared_data / "formats" / "inspect"
    (path,) = root.rglob(name)
    source = file_source(path, root)
    assert inspect_ai.claims(source) is not None
    reading = inspect_ai.read(source)
    account(source, reading)
    return reading


@pytest.mark.shared
class TestRealLogs:
    def test_a_deflated_log_of_2025(self, shared_data) -> None:
        """popularity: 0.8, error 0.1333, 10 samples of a limit of 10; 8 of the 10 are correct."""
        reading = real(shared_data, "2025-02-11T15-18-04*.eval")
        (record,) = runs(reading)
        assert (record.model, record.benchmark) == ("openai/gpt-4o-mini", "popularity")
        assert (record.value, record.stderr, record.n) == (0.8, 0.13333333333333333, 10)
        assert (record.flags, record.date) == ("limit=10", "2025-02-11T20:18:04Z")
        assert sum(item.value for item in items(reading)) == 8
        assert len(items(reading)) == 10

    def test_two_epochs_of_2024(self, shared_data) -> None:
        """Two samples, not four; sample 1 was right once, sample 2 twice."""
        reading = real(shared_data, "log_streaming.eval")
        (record,) = runs(reading)
        assert (record.value, record.stderr, record.n) == (0.75, 0.25, 2)
        found = {(item.item_id, item.repeat): item.value for item in items(reading)}
        assert sum(found[("1", epoch)] for epoch in (1, 2)) == 1
        assert sum(found[("2", epoch)] for epoch in (1, 2)) == 2

    def test_a_zstd_log_of_2026(self, shared_data) -> None:
        """Two scorers over 8 samples in two epochs; the headline is match."""
        reading = real(shared_data, "*_addition_h9Ch*.eval")
        found = [(record.metric_variant, record.value, record.n, record.primary) for record in runs(reading)]
        assert found == [("match", 0.0, 8, True), ("includes", 0.0, 8, False)]
        assert len(items(reading)) == 32

    def test_a_failed_log(self, shared_data) -> None:
        reading = real(shared_data, "*_addition_bCTq*.eval")
        assert [(record.metric_variant, record.missing) for record in reading.records] == [
            ("match", "failed_run"), ("includes", "failed_run"),
        ]  # fmt: skip

    def test_an_agent_with_samples_lost(self, shared_data) -> None:
        """cvebench: 0.7051 over the 78 of 80 samples that were completed, with an agent."""
        (record,) = runs(real(shared_data, "data_cvebench_empty_choices.json"))
        assert (record.value, record.n, record.status) == (0.7051282051282052, 78, "partial")
        assert record.flags == "78 of 80 samples completed"
        assert record.model_variant == "agent=inspect_swe/claude_code, scaffold=agent_with_success_check"
        assert record.dataset == ""  # stated as a path

    def test_an_older_log_without_scored_samples(self, shared_data) -> None:
        """79 samples; the error is that of 28 right ones: sqrt(p (1 - p) / 78)."""
        (record,) = runs(real(shared_data, "data_intercode_ctf_local_path.json"))
        assert (record.value, record.n) == (0.35443037974683544, 79)
        assert record.stderr == pytest.approx((28 / 79 * 51 / 79 / 78) ** 0.5)

    def test_groups(self, shared_data) -> None:
        found = {record.group: record.n for record in runs(real(shared_data, "*grouped*.json"))}
        assert found == {"level=easy": None, "level=hard": None, "": 6}

    def test_every_log_adds_up(self, shared_data) -> None:
        """Read by the reader, claimed, and each number accounted for; a broken one is the reader's matter."""
        root = shared_data / "formats" / "inspect"
        read_files = 0
        for path in sorted(root.rglob("*")):
            if path.suffix not in {".json", ".eval", ".txt"} or path.name == "log_invalid.txt":
                continue
            data = path.read_bytes()
            opened = open_source(Content(data, "0" * 64, len(data)), path.name.replace(".txt", ".json"))
            assert opened.source is not None
            assert inspect_ai.claims(opened.source)
            reading = inspect_ai.read(opened.source)
            account(opened.source, reading)
            assert reading.problems == []
            read_files += 1
        assert read_files >= 20
