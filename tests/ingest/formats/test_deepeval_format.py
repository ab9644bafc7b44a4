"""DeepEval test runs: means and pass rates of metrics, test cases as items, and hidden folders."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from sources import document_source, file_source

from reportgen.config import Settings
from reportgen.ingest.accounting import account
from reportgen.ingest.formats import deepeval
from reportgen.ingest.run import ingest

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "formats" / "deepeval"
MAIN = "test_run_20260304_050607.json"


def accounted(source):
    assert deepeval.claims(source) is not None
    reading = deepeval.read(source)
    account(source, reading)
    return reading


def sample(name: str = MAIN):
    return accounted(file_source(SAMPLES / name, SAMPLES))


def document():
    return json.loads((SAMPLES / MAIN).read_text(encoding="utf-8"))


def changed(path: str = "a.json", **parts):
    return accounted(document_source(path, document() | parts))


def with_scores(*scores, **counts):
    row = {"metric": "Faithfulness", "scores": list(scores), "passes": 1, "fails": 1, "errors": 0} | counts
    return runs(changed(metricsScores=[row]))


def runs(reading):
    return [record for record in reading.records if not record.item_id]


def items(reading):
    return [record for record in reading.records if record.item_id]


class TestRuns:
    def test_a_metric_is_the_mean_of_its_scores_and_a_pass_rate(self) -> None:
        """0.75 and 0.25, and one case without a score: 0.5 of two; one of three passed."""
        mean, rate = runs(sample())
        assert (mean.metric, mean.value, mean.n, mean.invalid) == ("Answer Relevancy", 0.5, 2, 1)
        assert (mean.status, mean.flags) == ("partial", "1 of 3 test cases without a score")
        assert (rate.metric, rate.metric_variant, rate.value) == ("pass_rate", "Answer Relevancy", 1 / 3)
        assert (rate.n, rate.invalid, rate.unit) == (3, 1, "fraction")

    def test_no_error_is_stated_and_none_is_made_up(self) -> None:
        """It follows from the items, where it is wanted."""
        assert {record.stderr for record in sample().records} == {None}

    def test_model_and_effort_are_among_the_hyperparameters(self) -> None:
        """Names are compared without case; a prompt template is not a name."""
        record = sample().records[0]
        assert (record.model, record.model_variant) == ("example-org/heron-7b", "effort=high")

    def test_data_set_test_file_or_identifier_name_the_benchmark(self) -> None:
        """Of a path the file alone."""
        assert {(r.benchmark, r.dataset) for r in sample().records} == {
            ("river-questions", "river-questions")
        }
        assert {record.benchmark for record in sample("latest_test_run.json").records} == {"test_fords.py"}
        named = changed(datasetAlias=None, identifier="nightly")
        assert {record.benchmark for record in named.records} == {"nightly"}
        assert {record.benchmark for record in changed(datasetAlias=None).records} == {"test run"}

    def test_the_date_stands_in_the_file_name(self) -> None:
        record = sample().records[0]
        assert (record.date, record.date_source) == ("2026-03-04T05:06:07", "filename")
        assert sample("latest_test_run.json").records[0].date == ""

    def test_a_wrapped_run_points_into_its_wrapper(self) -> None:
        reading = sample("latest_test_run.json")
        assert runs(reading)[0].pointer == "/testRunData/metricsScores/0/scores"
        assert items(reading)[0].pointer == "/testRunData/testCases/0/metricsData/0/score"

    def test_nothing_private_is_published(self) -> None:
        for name in (MAIN, "latest_test_run.json"):
            published = json.dumps([asdict(record) for record in sample(name).records])
            for secret in ("How deep", "You are", "secret reason", "/somewhere", "example-judge"):
                assert secret not in published


class TestCases:
    def test_each_metric_of_each_case_is_an_item(self) -> None:
        """The case without a score is missing, and has not passed."""
        found = [(item.item_id, item.metric, item.value, item.missing) for item in items(sample())]
        assert found == [
            ("ford_0", "Answer Relevancy", 0.75, ""), ("ford_0", "pass_rate", 1.0, ""),
            ("ford_1", "Answer Relevancy", 0.25, ""), ("ford_1", "pass_rate", 0.0, ""),
            ("ford_2", "Answer Relevancy", None, "null"), ("ford_2", "pass_rate", 0.0, ""),
        ]  # fmt: skip

    def test_items_share_model_benchmark_and_metric_with_the_run(self) -> None:
        shared = ("model", "model_variant", "benchmark", "dataset", "metric", "metric_variant", "unit")
        reading = sample()
        for run, item in zip(runs(reading), items(reading)[:2], strict=True):
            assert [getattr(run, name) for name in shared] == [getattr(item, name) for name in shared]

    def test_cases_of_one_name_are_told_apart_by_their_order(self) -> None:
        cases = [case | {"name": "ford"} for case in document()["testCases"]]
        assert {item.item_id for item in items(changed(testCases=cases))} == {"ford#0", "ford#1", "ford#2"}

    def test_a_case_without_a_name_is_known_by_its_order(self) -> None:
        cases = [case | {"name": None} for case in document()["testCases"]]
        assert {item.item_id for item in items(changed(testCases=cases))} == {"0", "1", "2"}

    def test_conversations_are_cases_too(self) -> None:
        """They stand in a list of their own."""
        cases = document()["testCases"][:1]
        reading = changed(testCases=[], conversationalTestCases=cases)
        assert [item.pointer for item in items(reading)] == [
            "/conversationalTestCases/0/metricsData/0/score", "/conversationalTestCases/0/metricsData/0/success",
        ]  # fmt: skip


class TestDamage:
    def test_damage_is_quarantined_piece_by_piece(self) -> None:
        reading = sample("damaged.json")
        assert [problem.pointer for problem in reading.problems] == [
            "/metricsScores/0/scores", "/metricsScores/1", "/testCases/0/metricsData/0/score",
            "/testCases/1/metricsData/0",
        ]  # fmt: skip
        assert reading.records == []

    @pytest.mark.parametrize("given", [None, {}, {"temperature": "0"}, {"model": ""}, "model-a"])
    def test_a_run_without_a_model_is_quarantined_whole(self, given) -> None:
        """With a hint how to log it."""
        reading = changed(hyperparameters=given)
        assert [problem.code for problem in reading.problems] == ["model_unknown"]
        assert (reading.ingested, reading.quarantined) == (0, 16)

    def test_counts_that_are_none_give_no_pass_rate(self) -> None:
        """The mean is not lost with them."""
        assert [record.metric for record in with_scores(0.5, passes="many")] == ["Faithfulness"]
        assert [record.metric for record in with_scores(0.5, passes=0, fails=0)] == ["Faithfulness"]

    def test_no_scores_give_no_mean(self) -> None:
        """The pass rate is not lost with them."""
        assert [record.metric for record in with_scores(None)] == ["pass_rate"]

    def test_other_documents_are_not_claimed(self) -> None:
        for other in ({"testCases": []}, {"testRunData": []}, {"metricsScores": [], "testCases": []}):
            assert deepeval.claims(document_source("a.json", other)) is None


def test_the_hidden_folder_of_deepeval_is_read(tmp_path) -> None:
    """Its cache is not a result; the three files of one run are one."""
    hidden = tmp_path / ".deepeval"
    hidden.mkdir()
    run = json.dumps(document())
    (tmp_path / MAIN).write_text(run, encoding="utf-8")
    (hidden / ".latest_run_full.json").write_text(run, encoding="utf-8")
    (hidden / ".latest_test_run.json").write_text(json.dumps({"testRunData": document()}), encoding="utf-8")
    (hidden / ".deepeval-cache.json").write_text('{"test_cases_lookup_map": {}}', encoding="utf-8")
    found = ingest(tmp_path, Settings())
    assert {report.path: report.status for report in found.files} == {
        ".deepeval/.deepeval-cache.json": "ignored",
        ".deepeval/.latest_run_full.json": "ingested",
        ".deepeval/.latest_test_run.json": "ingested",
        MAIN: "ingested",
    }
    assert sorted(found.frame["metric"]) == ["Answer Relevancy", "pass_rate"]
    assert found.totals.conflicts == 0


@pytest.mark.shared
@pytest.mark.parametrize(
    "name",
    [
        "test_run_20261123_034641.json",
        "dot_deepeval/.latest_run_full.json",
        "dot_deepeval/.latest_test_run.json",
    ],
)
def test_real_runs(name, shared_data) -> None:
    """Exact: three of four right."""
    root = shared_data / "formats" / "deepeval"
    reading = accounted(file_source(root / name, root))
    mean, rate = runs(reading)
    assert (mean.model, mean.metric, mean.value, mean.n) == ("org/model-a", "Exact", 0.75, 4)
    assert (rate.metric, rate.metric_variant, rate.value, rate.n) == ("pass_rate", "Exact", 0.75, 4)
    scores = {item.item_id: item.value for item in items(reading) if item.metric == "Exact"}
    assert scores == {"c0": 1.0, "c1": 1.0, "c2": 0.0, "c3": 1.0}
    assert reading.problems == []
