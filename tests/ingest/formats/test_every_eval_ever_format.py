"""Every Eval Ever: values by hand, and the traps of real files."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
from sources import document_source, file_source

from reportgen.ingest.formats import every_eval_ever
from reportgen.ingest.walk import SIDE_FILE, walk
from reportgen.records.record import IDENTITY

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "formats" / "every_eval_ever"


def sample(name: str):
    return every_eval_ever.read(file_source(SAMPLES / name, SAMPLES))


def changed(**entry):
    """The 0.2.0 sample with only its first result, changed."""
    document = json.loads((SAMPLES / "v0_2_0.json").read_text(encoding="utf-8"))
    first = copy.deepcopy(document["evaluation_results"][0])
    for key, value in entry.items():
        first[key] = first.get(key, {}) | value if isinstance(value, dict) else value
    document["evaluation_results"] = [first]
    return every_eval_ever.read(document_source("a.json", document))


class TestVersion020:
    def test_a_score_is_read_with_all_that_is_stated(self) -> None:
        """Exact match on Reading: 0.6125, higher is better, 0 to 1."""
        record = sample("v0_2_0.json").records[0]
        assert (record.model, record.suite, record.benchmark) == (
            "example-org/model-a",
            "Demo Board",
            "Reading",
        )
        assert (record.value, record.metric, record.metric_raw) == (
            0.6125,
            "Exact Match",
            "Exact Match on Reading",
        )
        assert (record.direction, record.direction_source) == ("higher", "file")
        assert (record.lower, record.upper, record.unit) == (0, 1, "fraction")

    def test_only_what_makes_another_system_is_a_variant(self) -> None:
        """Precision is; the number of parameters is not."""
        assert sample("v0_2_0.json").records[0].model_variant == "precision=bfloat16"

    def test_the_time_of_retrieval_is_not_the_date(self) -> None:
        """The file does not say when the model was tested, nor with which tool."""
        record = sample("v0_2_0.json").records[0]
        assert (record.date, record.date_source, record.tool) == ("", "", "")

    def test_an_interval_written_as_distances_is_moved_to_the_score(self) -> None:
        """-0.02 to 0.02 around 0.6125, with a warning and without an invented level."""
        reading = sample("v0_2_0.json")
        record = reading.records[0]
        assert (record.ci_low, record.ci_high) == pytest.approx((0.5925, 0.6325))
        assert record.ci_level is None
        assert "interval_offsets" in {problem.code for problem in reading.problems}

    def test_minus_one_outside_the_bounds_is_no_score(self) -> None:
        """HELM's sentinel is a missing value, and its number is quarantined."""
        reading = sample("v0_2_0.json")
        record = reading.records[1]
        assert (record.value, record.missing, record.raw, record.status) == (
            None,
            "sentinel",
            "-1.0",
            "flagged",
        )
        assert reading.quarantined == 1
        assert reading.ignored == {"further figures in the details of a score": 1}

    @pytest.mark.parametrize(
        ("datasets", "levels"),
        [
            (["Demo Board", "Reading", "Sums"], ["aggregate", "leaf", "leaf"]),
            (["Demo Board", "Demo Board", "Reading"], ["leaf", "leaf", "leaf"]),
            (["Reading", "Reading", "Sums"], ["leaf", "leaf", "leaf"]),
        ],
        ids=["beside two data sets", "beside one data set", "no collection"],
    )
    def test_a_mean_over_the_collection_is_an_aggregate(self, datasets, levels) -> None:
        """Its data set is called as the source, Demo Board, and it has no parts by name."""
        document = json.loads((SAMPLES / "v0_2_0.json").read_text(encoding="utf-8"))
        first = document["evaluation_results"][0]
        document["evaluation_results"] = [
            first | {"evaluation_name": name, "source_data": first["source_data"] | {"dataset_name": dataset}}
            for name, dataset in zip(("Mean win rate", "B", "C"), datasets, strict=True)
        ]
        records = every_eval_ever.read(document_source("a.json", document)).records
        assert [record.benchmark_level for record in records] == levels
        assert {record.parent for record in records} == {""}

    def test_an_interval_elsewhere_is_not_used(self) -> None:
        """It contains neither the score nor zero."""
        reading = changed(
            score_details={"uncertainty": {"confidence_interval": {"lower": 0.7, "upper": 0.8}}}
        )
        assert reading.records[0].ci_low is None
        assert [problem.code for problem in reading.problems] == ["interval_without_score"]


class TestVersion03:
    def test_uncertainty_is_read(self) -> None:
        """38.5 percent, standard error 3.4 by bootstrap, 31.9 to 45.2, over 200 items, three shots."""
        record = sample("v0_3_0.json").records[0]
        assert (record.value, record.stderr, record.stderr_kind) == (38.5, 3.4, "bootstrap")
        assert (record.ci_low, record.ci_high, record.ci_level) == (31.9, 45.2, 0.95)
        assert (record.n, record.n_kind, record.n_shot, record.unit) == (200, "items", 3, "percent")

    def test_a_standard_deviation_is_left_out_by_name(self) -> None:
        """And so is the number of resamples."""
        assert sample("v0_3_0.json").ignored == {"standard deviation, which is not a standard error": 2}

    def test_tool_system_and_date_are_stated(self) -> None:
        """Scaffold and effort make the system; the evaluation has its own time."""
        record = sample("v0_3_0.json").records[0]
        assert (record.tool, record.tool_version) == ("evalkit", "1.4")
        assert record.model_variant == "effort=high, scaffold=Loop"
        assert record.date == "2026-02-02T00:00:00Z"

    def test_an_overall_score_is_an_aggregate_of_its_parts(self) -> None:
        """ "Errands" beside "Errands - Easy"."""
        overall, easy, *_ = sample("v0_3_0.json").records
        assert (overall.benchmark_level, overall.parent) == ("aggregate", "")
        assert (easy.benchmark_level, easy.parent, easy.split, easy.n) == ("leaf", "Errands", "test", 80)

    def test_an_unbounded_metric_has_one_bound(self) -> None:
        """ "Infinity" is no number, and the file's direction is kept."""
        record = sample("v0_3_0.json").records[2]
        assert (record.value, record.metric, record.direction) == (12.75, "perplexity", "lower")
        assert (record.lower, record.upper) == (0, None)

    def test_a_declared_unknown_level_is_no_problem(self) -> None:
        """-1 means unknown where the file says that there is an unknown level."""
        reading = sample("v0_3_0.json")
        record = reading.records[3]
        assert (record.value, record.missing, record.status) == (None, "sentinel", "ok")
        assert not reading.problems

    def test_one_metric_kind_with_two_ids_stays_two_records(self) -> None:
        """pass@1 and pass@5 of one evaluation are told apart by their ids."""
        document = json.loads((SAMPLES / "v0_3_0.json").read_text(encoding="utf-8"))
        first = document["evaluation_results"][0]
        second = copy.deepcopy(first)
        first["metric_config"]["metric_id"], second["metric_config"]["metric_id"] = "pass@1", "pass@5"
        document["evaluation_results"] = [first, second]
        records = every_eval_ever.read(document_source("a.json", document)).records
        assert [(record.metric, record.metric_variant) for record in records] == [
            ("success_rate", "pass@1"),
            ("success_rate", "pass@5"),
        ]


class TestIdentity:
    """One model is many systems, and one id several models."""

    @staticmethod
    def variant(**model) -> str:
        document = json.loads((SAMPLES / "v0_3_0.json").read_text(encoding="utf-8"))
        document["model_info"] |= model
        return every_eval_ever.read(document_source("a.json", document)).records[0].model_variant

    def test_the_same_model_under_another_scaffold_is_another_system(self) -> None:
        """As HAL tests them: one file for each agent."""
        details = [{"agent_scaffold": name} for name in ("Loop", "Tree")]
        assert [self.variant(additional_details=each) for each in details] == [
            "scaffold=Loop",
            "scaffold=Tree",
        ]

    def test_two_releases_under_one_id_are_two_systems(self) -> None:
        """Their names alone tell them apart; a date that is no month of a year is part of a name."""
        assert self.variant(name="R1 (May 2025)", additional_details={}) == "release=May 2025"
        assert self.variant(name="R1 (20250101)", additional_details={}) == ""

    def test_reasoning_that_was_switched_on_makes_another_system(self) -> None:
        """The schema has a field for it."""
        on, off = ({"generation_args": {"reasoning": value}} for value in (True, False))
        assert changed(generation_config=on).records[0].model_variant == "precision=bfloat16, reasoning=true"
        assert changed(generation_config=off).records[0].model_variant == "precision=bfloat16"

    def test_one_metric_with_two_parameters_stays_two_records(self) -> None:
        """pass@k of one evaluation, told apart by k alone."""
        document = json.loads((SAMPLES / "v0_3_0.json").read_text(encoding="utf-8"))
        first, second = (copy.deepcopy(document["evaluation_results"][1]) for _ in range(2))
        first["metric_config"]["metric_parameters"] = {"k": 1}
        second["metric_config"]["metric_parameters"] = {"k": "5"}
        document["evaluation_results"] = [first, second]
        records = every_eval_ever.read(document_source("a.json", document)).records
        assert [record.metric_variant for record in records] == ["k=1", "k=5"]

    def test_of_a_local_path_only_the_name_is_published(self) -> None:
        """A converter may have put one where the model's id should be."""
        document = json.loads((SAMPLES / "v0_3_0.json").read_text(encoding="utf-8"))
        document["model_info"]["id"] = "/home/someone/runs/tiny-llm"
        document["evaluation_results"][0]["source_data"]["dataset_name"] = "/home/someone/data/errands"
        record = every_eval_ever.read(document_source("a.json", document)).records[0]
        assert (record.model, record.model_raw, record.dataset) == ("tiny-llm", "tiny-llm", "errands")


class TestDamage:
    def test_bad_entries_are_refused_alone(self) -> None:
        """One good, one text, one without a name, one outside its bounds."""
        reading = sample("damaged.json")
        assert [(record.benchmark, record.value) for record in reading.records] == [
            ("Good", 0.25),
            ("Outside", None),
        ]
        assert reading.records[1].raw == "64.2"
        assert {problem.pointer for problem in reading.problems} >= {
            "/evaluation_results/1/score_details/score",
            "/evaluation_results/2/evaluation_name",
            "/evaluation_results/2/score_details",
            "/evaluation_results/3",
        }

    @pytest.mark.parametrize("version", ["0.1.9", "0.4.0", "1.0", 0.3, None, ""])
    def test_another_version_is_refused_with_advice(self, version) -> None:
        """Nothing is read on the chance that it still fits."""
        document = json.loads((SAMPLES / "v0_2_0.json").read_text(encoding="utf-8")) | {
            "schema_version": version
        }
        reading = every_eval_ever.read(document_source("a.json", document))
        assert not reading.records
        assert [problem.code for problem in reading.problems] == ["unknown_version"]
        assert reading.quarantined > 0

    def test_a_bare_nan_is_a_missing_score(self) -> None:
        """Not a number that poisons a mean."""
        reading = changed(score_details={"score": float("nan")})
        assert (reading.records[0].value, reading.records[0].missing) == (None, "nan")

    def test_a_model_without_a_name_is_refused(self) -> None:
        """A score of nobody is no score."""
        document = json.loads((SAMPLES / "v0_2_0.json").read_text(encoding="utf-8"))
        document["model_info"] = {"developer": "x"}
        reading = every_eval_ever.read(document_source("a.json", document))
        assert [problem.pointer for problem in reading.problems] == ["/model_info/id"]


def test_the_index_of_a_datastore_is_no_result(tmp_path) -> None:
    """`aggregate.jsonl` lists the files of the collection."""
    (tmp_path / "aggregate.jsonl").write_text('{"benchmark": "x", "object_path": "flat"}', encoding="utf-8")
    (entry,) = walk(tmp_path)
    assert (entry.kind, entry.reason) == ("maybe", SIDE_FILE)


@pytest.mark.shared
def test_published_figures_of_real_files_are_found(shared_data) -> None:
    """One score of each of three boards, looked up by hand in the files."""
    root = shared_data / "formats" / "every_eval_ever"
    found = {}
    for path, name in (
        ("v0.2.0/helm_lite/qwen/qwen1.5-110b-chat/3e3c79f0-5fb8-4a3f-8c9b-53f742ec2f43.json", "NarrativeQA"),
        (
            "v0.2.2_hal/hal-gaia/google/gemini-2-0-flash/04338c25-b3d7-461f-abfe-b96f3caca8ac.json",
            "GAIA - GAIA Level 1",
        ),
        ("v0.2.2_hal/hal-gaia/google/gemini-2-0-flash/04338c25-b3d7-461f-abfe-b96f3caca8ac.json", "GAIA"),
    ):
        records = every_eval_ever.read(file_source(root / path, root)).records
        found[name] = next(record for record in records if record.benchmark == name)
    assert (found["NarrativeQA"].value, found["NarrativeQA"].metric) == (0.721, "F1")
    assert (found["GAIA - GAIA Level 1"].value, found["GAIA"].value) == (0.2453, 0.1939)
    assert found["GAIA"].model_variant == "release=February 2025, scaffold=HF Open Deep Research"
    assert found["GAIA"].benchmark_level == "aggregate"


@pytest.mark.shared
def test_systems_of_real_files_are_told_apart(shared_data) -> None:
    """122 files of one board: no two of their 173 results are of one evaluation."""
    root = shared_data / "formats" / "every_eval_ever" / "v0.2.2_hal"
    found: dict[tuple[object, ...], float | None] = {}
    files = sorted(root.rglob("*.json"))
    for path in files:
        for record in every_eval_ever.read(file_source(path, root)).records:
            key = tuple(getattr(record, name) for name in IDENTITY)
            assert key not in found, path
            found[key] = record.value
    assert (len(files), len(found)) == (122, 173)
