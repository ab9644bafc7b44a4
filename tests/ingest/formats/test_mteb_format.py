"""MTEB, current and legacy: the model in the path, the main score alone, and which one it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sources import document_source, file_source

from reportgen.ingest.formats import mteb

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "formats" / "mteb"
REVISION = "0123456789abcdef0123456789abcdef01234567"
EMBEDDER = f"example-org__embedder-small/{REVISION}"


def sample(name: str):
    return mteb.read(file_source(SAMPLES / name, SAMPLES))


def read(document, path: str = f"{EMBEDDER}/T.json"):
    return mteb.read(document_source(path, document))


class TestCurrent:
    def test_one_record_for_each_split_and_subset(self) -> None:
        """English 0.7925, German -0.0345, and a NaN on the validation split."""
        records = sample(f"{EMBEDDER}/DemoSTS.json").records
        assert [(r.split, r.subset, r.value, r.missing) for r in records] == [
            ("test", "en", 0.7925, ""),
            ("test", "de", -0.0345, ""),
            ("validation", "en", None, "nan"),
        ]

    def test_model_and_revision_come_from_the_path(self) -> None:
        """The first double underscore is the slash."""
        record = sample(f"{EMBEDDER}/DemoSTS.json").records[0]
        assert (record.model, record.model_raw) == (
            "example-org/embedder-small",
            "example-org__embedder-small",
        )
        assert (record.model_revision, record.dataset_revision[:4]) == (REVISION, "b0b0")
        assert (record.suite, record.benchmark, record.tool_version) == ("MTEB", "DemoSTS", "1.38.2")

    def test_the_main_score_has_a_direction_and_an_upper_bound_from_the_table(self) -> None:
        """The lower bound depends on the task, which the file does not say."""
        record = sample(f"{EMBEDDER}/DemoSTS.json").records[0]
        assert (record.direction, record.direction_source) == ("higher", "table")
        assert (record.lower, record.upper, record.bounds_source) == (None, 1.0, "table")
        assert (record.metric, record.primary) == ("main_score", True)

    def test_a_speed_has_no_bounds(self) -> None:
        """41290.5 words a second is no fraction and no error."""
        reading = sample(f"{EMBEDDER}/GPUSpeedTask.json")
        record = reading.records[0]
        assert (record.value, record.upper, record.unit, record.direction) == (
            41290.5,
            None,
            "words/s",
            "higher",
        )
        assert not reading.problems

    def test_other_metrics_are_ignored_by_name(self) -> None:
        """Three, two, one and one beside the main scores, of which one row is a repetition."""
        reading = sample(f"{EMBEDDER}/DemoSTS.json")
        assert reading.ignored == {"secondary metric": 3 + 2 + 1 + 1}
        assert (reading.ingested, reading.quarantined) == (3, 1)

    def test_a_repeated_subset_is_kept_once(self) -> None:
        """The first row stays; the second is a problem."""
        (problem,) = sample(f"{EMBEDDER}/DemoSTS.json").problems
        assert (problem.code, problem.pointer) == ("repeated_row", "/scores/test/2")

    def test_an_experiment_is_a_variant_of_the_model(self) -> None:
        """Its folder lies between the revision and the file."""
        record = sample(f"{EMBEDDER}/experiments/use_image_False/DemoRetrieval.json").records[0]
        assert (record.model, record.model_revision) == ("example-org/embedder-small", REVISION)
        assert (record.model_variant, record.value) == ("experiment=use_image_False", 0.4412)

    def test_a_score_beyond_one_keeps_its_value_without_a_unit(self) -> None:
        """It may be a percentage, and the file does not say so."""
        reading = read({"task_name": "T", "scores": {"test": [{"main_score": 64.2, "hf_subset": "default"}]}})
        assert (reading.records[0].value, reading.records[0].upper, reading.records[0].unit) == (
            64.2,
            None,
            "",
        )
        assert [problem.code for problem in reading.problems] == ["unusual_scale"]

    @pytest.mark.parametrize(
        "rows",
        [3, {"main_score": 1}, [4], [{"accuracy": 0.5}], [{"main_score": "0.5"}], [{"main_score": [0.5]}]],
    )
    def test_a_score_in_the_wrong_place_is_quarantined(self, rows) -> None:
        """With a pointer, and never as a number."""
        reading = read({"task_name": "T", "scores": {"test": rows}})
        assert not reading.records
        assert reading.problems[0].pointer.startswith("/scores/test")


class TestLegacy:
    def test_sts_is_spearman_of_the_cosine(self) -> None:
        """0.8512, under the name that current files use."""
        record = sample("plain-embedder/no_revision_available/LegacySTS.json").records[0]
        assert (record.value, record.metric, record.metric_raw) == (0.8512, "main_score", "cos_sim.spearman")
        assert (record.subset, record.pointer) == ("default", "/test/cos_sim/spearman")

    def test_subsets_have_their_own_rows(self) -> None:
        """English 0.7012 and Danish 0.55; the time is no subset."""
        records = sample("plain-embedder/no_revision_available/LegacyIntent.json").records
        assert [(record.subset, record.value) for record in records] == [("en", 0.7012), ("da", 0.55)]

    @pytest.mark.parametrize(
        ("row", "steps"),
        [
            ({"main_score": 0.1, "accuracy": 0.2}, "main_score"),
            ({"ndcg_at_10": 0.1, "map_at_10": 0.2, "mrr_at_10": 0.3}, "ndcg_at_10"),
            ({"map": 0.1, "mrr": 0.2}, "map"),
            ({"v_measure": 0.1, "v_measure_std": 0.2}, "v_measure"),
            ({"accuracy": 0.1, "f1": 0.2, "ap": 0.3}, "accuracy"),
            ({"accuracy": 0.1, "f1": 0.2, "precision": 0.3, "recall": 0.3}, "f1"),
            ({"cos_sim": {"accuracy": 0.1, "ap": 0.2}, "max": {"ap": 0.3}}, "cos_sim.ap"),
            ({"max": {"ap": 0.3}}, "max.ap"),
            ({"accuracy": 0.1, "ndcg_at_10": 0.2}, ""),
            ({"f1": 0.2}, ""),
        ],
    )
    def test_the_main_metric_is_taken_only_where_it_is_certain(self, row, steps) -> None:
        """Each type of task wrote its own; two types at once are nobody's."""
        assert ".".join(mteb.main_metric(row)) == steps

    def test_an_ambiguous_file_is_refused_with_a_reason(self) -> None:
        """One split names no known main metric, the other two of them."""
        reading = sample("plain-embedder/no_revision_available/damaged.json")
        assert not reading.records
        assert {problem.code for problem in reading.problems} == {"main_score_unknown"}


class TestPath:
    @pytest.mark.parametrize(
        ("path", "model", "revision"),
        [
            ("results/o__m/abc/T.json", "o/m", "abc"),
            ("o__m__v2/1/T.json", "o/m__v2", "1"),
            ("bare/external/T.json", "bare", "external"),
        ],
    )
    def test_two_folders_name_the_model(self, path, model, revision) -> None:
        """The last two above the file."""
        place = mteb.place_of(path)
        assert (place.model, place.revision) == (model, revision)

    @pytest.mark.parametrize("path", ["T.json", "o__m/T.json", "runs/today/T.json"])
    def test_without_them_the_file_is_refused(self, path) -> None:
        """A model is not made up of a folder that happens to be there."""
        reading = read(
            {"task_name": "T", "scores": {"test": [{"main_score": 0.5, "hf_subset": "default"}]}}, path
        )
        assert [problem.code for problem in reading.problems] == ["model_unknown"]
        assert (reading.records, reading.quarantined) == ([], 1)

    def test_a_description_of_the_model_is_no_result(self) -> None:
        """model_meta.json lies beside the results."""
        meta = {"name": "o/m", "revision": "abc", "n_parameters": 1, "release_date": None}
        assert mteb.claims(document_source("o__m/abc/model_meta.json", meta)) is None

    def test_a_legacy_name_with_current_scores_is_read_as_current(self) -> None:
        """Files converted half-way exist."""
        rows = [{"main_score": 0.5, "hf_subset": "default"}]
        reading = read({"mteb_dataset_name": "T", "mteb_version": None, "scores": {"test": rows}})
        assert (reading.records[0].value, reading.records[0].format_version) == (0.5, "current")


def test_samples_are_plain_json_apart_from_nan() -> None:
    """The hand-written samples parse, so that a failure above is not a slip of the pen."""
    for path in SAMPLES.rglob("*.json"):
        json.loads(path.read_text(encoding="utf-8"))
