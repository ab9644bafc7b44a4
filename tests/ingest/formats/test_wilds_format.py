"""WILDS: splits in and out of distribution, deviations that are no errors, and logs by epoch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sources import document_source, file_source, text_source

from reportgen.ingest.accounting import account
from reportgen.ingest.formats import wilds
from reportgen.records.metric_table import known_metric

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "formats" / "wilds"
MEANS = "ERM/fmow_results.json"
LOG = "iwildcam_erm_seed1/id_test_eval.csv"
SETTINGS = (
    "Dataset: iwildcam\nAlgorithm: deepCORAL\nRoot dir: /srv/data\nSeed: 2\n\nTrain data...\n    n = 12\n"
)


def sample(name: str = MEANS):
    return wilds.read(file_source(SAMPLES / name, SAMPLES))


class TestMeans:
    def test_a_mean_is_read_with_its_split(self) -> None:
        """0.323 in the worst region of the shifted test set, 0.58 on the other."""
        found = {(r.split, r.metric): r for r in sample().records}
        record = found["test", "acc_worst_region"]
        assert (record.value, record.role, record.primary) == (0.323, "ood", True)
        assert (found["id_test", "acc_worst_region"].value, found["id_test", "acc_worst_region"].role) == (
            0.58,
            "id",
        )
        assert (record.model, record.benchmark, record.pointer) == ("ERM", "fmow", "/test/acc_worst_region")
        assert known_metric(record.tool, record.metric).direction == "higher"
        assert known_metric(record.tool, record.metric).unit == "fraction"

    def test_a_deviation_over_replicates_is_no_standard_error(self) -> None:
        """The file does not say how many replicates there were; eight deviations are left out, with a warning."""
        reading = sample()
        assert {record.stderr for record in reading.records} == {None}
        assert reading.ignored == {"standard deviation over replicates, which is not a standard error": 8}
        assert [(problem.code, problem.severity) for problem in reading.problems] == [
            ("standard_deviation", "warning")
        ]

    @pytest.mark.parametrize(
        ("dataset", "split", "role"),
        [
            ("fmow", "val", "val"), ("fmow", "id_val", ""), ("fmow", "id_test", "id"), ("fmow", "test", "ood"),
            ("camelyon17", "id_val", "id"), ("camelyon17", "test", "ood"), ("civilcomments", "test", "test"),
            ("rxrx1", "train", "train"),
        ],
    )  # fmt: skip
    def test_splits_have_roles(self, dataset, split, role) -> None:
        """By what the data sets of WILDS define."""
        document = {split: {"acc_avg": 0.5, "acc_avg_std": 0.1}}
        (record,) = wilds.read(document_source(f"ERM/{dataset}_results.json", document)).records
        assert record.role == role

    def test_all_data_sets_in_one_file(self) -> None:
        """Each under its name; a single replicate has a deviation of NaN."""
        reading = sample("ERM/damaged.json")
        (record,) = reading.records
        assert (record.benchmark, record.split, record.value, record.role) == (
            "camelyon17",
            "id_val",
            0.93,
            "id",
        )
        assert [p.pointer for p in reading.problems if p.severity == "error"] == [
            "/camelyon17/test/acc_avg", "/camelyon17/val/acc_avg",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("path", "code"), [("fmow_results.json", "model_unknown"), ("ERM/a.json", "benchmark_unknown")]
    )
    def test_what_nobody_states_refuses_the_file(self, path, code) -> None:
        """A folder is the model, the file name the data set."""
        reading = wilds.read(document_source(path, {"val": {"acc_avg": 0.5, "acc_avg_std": 0.1}}))
        assert (reading.records, reading.quarantined) == ([], 2)
        assert [problem.code for problem in reading.problems] == [code]

    @pytest.mark.parametrize(
        "document",
        [
            {"val": {"acc": 0.5}},
            {"val": {"acc_std": 0.5}},
            {"dev": {"acc": 0.5, "acc_std": 0.1}},
            {"val": {"acc": 0.5, "acc_std": 0.1}, "n": 3},
            {"val": {}},
        ],
    )
    def test_other_documents_are_not_claimed(self, document) -> None:
        """Every metric has its deviation, and splits are those of WILDS."""
        assert wilds.claims(document_source("ERM/fmow_results.json", document)) is None


class TestLogs:
    def test_every_epoch_is_a_step(self) -> None:
        """0.25 and then 0.375, the F1 by which iWildCam is ranked."""
        found = {(r.step, r.metric): r for r in sample(LOG).records}
        assert [found[step, "F1-macro_all"].value for step in (0.0, 1.0)] == [0.25, 0.375]
        record = found[1.0, "F1-macro_all"]
        assert (record.role, record.split, record.primary) == ("id", "id_test", True)
        assert record.pointer == "row 3, column 'F1-macro_all'"
        assert known_metric(record.tool, record.metric).direction == "higher"

    def test_a_column_for_a_group_is_a_group(self) -> None:
        """0.4 of 50 images at one location; without images it is not a number."""
        first, second = (record for record in sample(LOG).records if record.group)
        assert (first.value, first.metric, first.group, first.n) == (0.4, "acc", "location:17", 50)
        assert (second.value, second.missing, second.n) == (None, "nan", None)

    def test_the_settings_name_algorithm_data_set_and_seed(self) -> None:
        """`log.txt` begins with them; else folders do."""
        source = file_source(SAMPLES / LOG, SAMPLES)
        beside = {"iwildcam_erm_seed1/log.txt": text_source("iwildcam_erm_seed1/log.txt", SETTINGS)}
        record = wilds.read(replace(source, companions=beside)).records[0]
        assert (record.model, record.benchmark, record.seed) == ("deepCORAL", "iwildcam", 2)
        record = sample(LOG).records[0]
        assert (record.model, record.benchmark, record.seed) == ("iwildcam_erm_seed1", "iwildcam", None)

    def test_a_training_log_is_left_out(self) -> None:
        """Its four numbers are losses of batches."""
        reading = sample("iwildcam_erm_seed1/train_algo.csv")
        assert (reading.records, reading.ignored) == ([], {"training log": 4})

    def test_a_log_of_an_unknown_data_set_is_refused(self) -> None:
        """No folder is named after one."""
        reading = wilds.read(text_source("run/test_eval.csv", "epoch,acc_avg\n0,0.5\n"))
        assert [problem.code for problem in reading.problems] == ["benchmark_unknown"]
        assert reading.quarantined == 2

    def test_a_line_without_an_epoch_is_quarantined(self) -> None:
        """With its line."""
        reading = wilds.read(text_source("fmow/test_eval.csv", "epoch,acc_avg\nlast,0.5\n1,0.25\n"))
        assert [(record.step, record.value) for record in reading.records] == [(1.0, 0.25)]
        assert ([problem.line for problem in reading.problems], reading.quarantined) == ([2], 1)

    def test_every_number_is_accounted_for(self) -> None:
        """Epochs and the count of no images are no scores."""
        numbers = account(file_source(SAMPLES / LOG, SAMPLES), sample(LOG))
        assert (numbers.found, numbers.ingested, numbers.ignored) == (9, 6, {"not a score": 3})

    @pytest.mark.parametrize(
        ("path", "header"),
        [("a/test_scores.csv", "epoch,acc_avg"), ("a/my_test_eval.csv", "epoch,acc"), ("test_eval.csv", "step,acc"),
         ("test_eval.csv", "model,benchmark,value,epoch")],
    )  # fmt: skip
    def test_other_tables_are_not_claimed(self, path, header) -> None:
        """Name and column both count."""
        assert wilds.claims(text_source(path, header + "\n0,1\n")) is None
