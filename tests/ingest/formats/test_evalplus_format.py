"""EvalPlus: the leaderboard in percent, and the verdicts of a run as items."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from sources import document_source, file_source

from reportgen.ingest.accounting import account
from reportgen.ingest.formats import evalplus
from reportgen.records.metric_table import known_metric

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "formats" / "evalplus"
RUN = "example-org--Tiny-Coder_vllm_temp_0.2_eval_results.json"


def sample(name: str = "results.json"):
    return evalplus.read(file_source(SAMPLES / name, SAMPLES))


class TestLeaderboard:
    def test_a_score_is_in_percent(self) -> None:
        """81.7 on HumanEval; with the additional tests 77.4, which is another benchmark."""
        found = {(record.model, record.benchmark): record for record in sample().records}
        record = found["Big-Coder-30B", "humaneval"]
        assert (record.value, record.unit, record.metric) == (81.7, "percent", "pass@1")
        assert found["Big-Coder-30B", "humaneval+"].value == 77.4
        assert known_metric(record.tool, record.metric).direction == "higher"
        assert record.pointer == "/Big-Coder-30B/pass@1/humaneval"

    def test_a_data_set_that_was_not_run_is_missing(self) -> None:
        """Null, not 0."""
        missing = [record for record in sample().records if record.value is None]
        assert {(record.benchmark, record.missing) for record in missing} == {
            ("mbpp", "null"),
            ("mbpp+", "null"),
        }

    def test_the_size_of_a_model_is_no_score(self) -> None:
        """Six scores are ingested; nothing says how many items there were."""
        numbers = account(file_source(SAMPLES / "results.json", SAMPLES), sample())
        assert (numbers.ingested, numbers.ignored) == (6, {"not a score": 1})
        assert {record.n for record in sample().records} == {None}

    def test_one_entry_of_another_shape_makes_another_file(self) -> None:
        """Every value must have `pass@1`."""
        assert (
            evalplus.claims(document_source("a.json", {"a": {"pass@1": {"humaneval": 1}}, "b": {}})) is None
        )
        assert evalplus.claims(document_source("a.json", {"a": {"pass@1": 0.5}})) is None


class TestRun:
    def test_every_sample_is_an_item(self) -> None:
        """Two samples of the first task: the second timed out, and so fails the plus tests whatever they say."""
        found = {(r.benchmark, r.item_id, r.repeat): r.value for r in sample(RUN).records}
        assert found == {
            ("humaneval", "HumanEval/0", 0): 1.0,
            ("humaneval+", "HumanEval/0", 0): 0.0,
            ("humaneval", "HumanEval/0", 1): 0.0,
            ("humaneval+", "HumanEval/0", 1): 0.0,
            ("humaneval", "HumanEval/1", 0): 1.0,
        }

    def test_model_and_temperature_are_in_the_name(self) -> None:
        """Two hyphens are the slash of the model."""
        record = sample(RUN).records[0]
        assert (record.model, record.model_variant) == ("example-org/Tiny-Coder", "temperature=0.2")
        assert (record.date, record.task_hash[:4]) == ("2031-04-05T06:07:00", "fe58")

    def test_no_solution_is_published(self) -> None:
        """Only verdicts are read."""
        assert "secret" not in json.dumps([asdict(record) for record in sample(RUN).records])

    def test_verdicts_of_older_versions_are_read(self) -> None:
        """Lists of status and details, base and plus apart."""
        verdicts = {"nfiles": 2, "base": [["success", [True]], ["failed", []]], "plus": [["success", []]]}
        document = {"hash": "x", "eval": {"Mbpp/2": verdicts}}
        reading = evalplus.read(document_source("m_hf_temp_0.0_eval_results.json", document))
        assert [(r.benchmark, r.repeat, r.value) for r in reading.records] == [
            ("mbpp", 0, 1.0), ("mbpp+", 0, 1.0), ("mbpp", 1, 0.0),
        ]  # fmt: skip

    def test_a_run_without_a_model_in_its_name_is_refused(self) -> None:
        """Nothing else names it."""
        document = {"hash": "x", "eval": {"HumanEval/0": [{"base_status": "pass"}]}}
        reading = evalplus.read(document_source("eval_results.json", document))
        assert [problem.code for problem in reading.problems] == ["model_unknown"]


@pytest.mark.shared
def test_figures_of_the_real_leaderboard_are_found(shared_data) -> None:
    """125 models; 36 without MBPP."""
    root = shared_data / "formats" / "evalplus"
    source = file_source(root / "results.json", root)
    reading = evalplus.read(source)
    found = {(record.model, record.benchmark): record.value for record in reading.records}
    assert found["OpenCoder-8B-Instruct", "humaneval"] == 81.7
    assert found["OpenCoder-8B-Instruct", "mbpp+"] == 71.4
    assert found["Artigenz-Coder-DS-6.7B", "humaneval+"] == 72.6
    assert len({record.model for record in reading.records}) == 125
    assert sum(record.missing == "null" for record in reading.records if record.benchmark == "mbpp") == 36
    assert account(source, reading).quarantined == 0
