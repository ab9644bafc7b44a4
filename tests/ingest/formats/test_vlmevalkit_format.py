"""VLMEvalKit: names in file names, tables wide in two directions, and no scale."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sources import document_source, file_source, text_source

from reportgen.ingest.accounting import account
from reportgen.ingest.formats import vlmevalkit
from reportgen.records.metric_table import known_metric

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "formats" / "vlmevalkit"
MMBENCH = "tiny-vl_2b/tiny-vl_2b_MMBench_DEV_EN_acc.csv"
MATHVISTA = "tiny-vl_2b/T20310203-040506/tiny-vl_2b_MathVista_MINI_gpt-4-turbo_score.csv"
HALLUSION = "tiny-vl_2b/tiny-vl_2b_HallusionBench_score.csv"
OCRBENCH = "tiny-vl_2b/tiny-vl_2b_OCRBench_score.json"


def sample(name: str):
    return vlmevalkit.read(file_source(SAMPLES / name, SAMPLES))


def of(reading):
    return {(record.split, record.subset, record.metric): record for record in reading.records}


class TestCategories:
    def test_the_overall_score_is_that_of_the_benchmark(self) -> None:
        """0.452 on the split dev: model and data set of a name full of underscores."""
        record = of(sample(MMBENCH))["dev", "", "acc"]
        assert (record.value, record.primary, record.metric_variant) == (0.452, True, "")
        assert (record.model, record.benchmark) == ("tiny-vl_2b", "MMBench_DEV_EN")
        assert known_metric(record.tool, record.metric).direction == "higher"

    def test_nothing_says_which_scale_a_table_is_in(self) -> None:
        """MMBench goes to 1, HallusionBench to 100, OCRBench to 1000."""
        records = [record for name in (MMBENCH, HALLUSION, OCRBENCH) for record in sample(name).records]
        assert {(record.unit, record.upper) for record in records} == {("", None)}

    def test_columns_are_categories(self) -> None:
        """They are marked so, and never stand in for the whole."""
        record = of(sample(MMBENCH))["test", "action_recognition", "acc"]
        assert (record.value, record.metric_variant, record.primary) == (0.5, "by category", None)
        assert record.pointer == "row 3, column 'action_recognition'"

    def test_a_split_without_a_name_is_none(self) -> None:
        """MMStar writes "none"."""
        text = '"split","Overall","math"\n"none","0.5","0.25"\n'
        found = of(vlmevalkit.read(text_source("m/m_MMStar_acc.csv", text)))
        assert found["", "", "acc"].value == 0.5
        assert found["", "math", "acc"].value == 0.25

    def test_a_table_without_labels_is_all_categories(self) -> None:
        """MME has one row of scores."""
        text = '"perception","reasoning"\n"1500.5","300.25"\n'
        source = text_source("m/m_MME_score.csv", text)
        reading = vlmevalkit.read(source)
        assert {record.subset: record.value for record in reading.records} == {
            "perception": 1500.5,
            "reasoning": 300.25,
        }
        assert account(source, reading).ingested == 2

    def test_other_labels_are_part_of_the_category(self) -> None:
        """A row a level, a column a topic."""
        text = '"level","Overall","math"\n"easy","0.5","0.25"\n'
        found = of(vlmevalkit.read(text_source("m/m_New_acc.csv", text)))
        assert {subset for _, subset, _ in found} == {"easy", "easy, math"}


class TestMetrics:
    def test_columns_are_metrics_where_they_have_such_names(self) -> None:
        """31.2 percent of 1000 questions; the judge in the name changes the score."""
        record = of(sample(MATHVISTA))["", "", "acc"]
        assert (record.value, record.n, record.metric_variant) == (31.2, 1000, "judge=gpt-4-turbo")
        assert (record.model, record.benchmark) == ("tiny-vl_2b", "MathVista_MINI")

    def test_rows_are_categories(self) -> None:
        """With their own number of items."""
        record = of(sample(MATHVISTA))["", "algebraic reasoning", "acc"]
        assert (record.value, record.n) == (32.03, 281)
        assert record.metric_variant == "judge=gpt-4-turbo, by category"

    def test_counts_behind_a_rate_are_no_scores(self) -> None:
        """Neither hits nor prefetches; totals are numbers of items."""
        numbers = account(file_source(SAMPLES / MATHVISTA, SAMPLES), sample(MATHVISTA))
        assert (numbers.found, numbers.ingested, numbers.ignored) == (10, 6, {"counts behind a rate": 4})

    def test_three_accuracies_are_three_metrics(self) -> None:
        """HallusionBench: 56.25 by answer, 31.5 by figure, 28.75 by question."""
        found = of(sample(HALLUSION))
        assert [found["", "", name].value for name in ("aAcc", "fAcc", "qAcc")] == [56.25, 31.5, 28.75]
        assert found["", "VD", "aAcc"].value == 60.0

    @pytest.mark.parametrize(
        ("name", "text", "scores"),
        [
            ("WeMath_gpt4o-mini_score", '"Score (Strict)","Score (Loose)"\n"45.33%","60%"\n',
             {("Score (Strict)", ""): 45.33, ("Score (Loose)", ""): 60.0}),
            ("CCOCR_acc", '"lan_ocr","total"\n"0.7","0.655"\n', {("acc", "lan_ocr"): 0.7, ("acc", ""): 0.655}),
            ("X_acc", '"Overall"\n"0.5"\n', {("acc", ""): 0.5}),
            ("POPE_score", '"split","Overall","acc"\n"Overall","80","85"\n"random","90","95"\n',
             {("Overall", ""): 80.0, ("acc", ""): 85.0, ("Overall", "random"): 90.0, ("acc", "random"): 95.0}),
        ],
    )  # fmt: skip
    def test_tables_of_other_data_sets(self, name, text, scores) -> None:
        """Strict and loose scores, a total that is no count, a single column, metrics beside an overall one."""
        reading = vlmevalkit.read(text_source(f"m/m_{name}.csv", text))
        assert {(record.metric, record.subset): record.value for record in reading.records} == scores


class TestFlat:
    def test_a_flat_object_is_read_by_its_name(self) -> None:
        """OCRBench: 430 of 1000, and once more as 43."""
        found = of(sample(OCRBENCH))
        assert (found["", "", "score"].value, found["", "", "score"].primary) == (430.0, True)
        assert found["", "", "score_norm"].value == 43.0
        assert found["", "Text Recognition", "score"].value == 250.0
        assert found["", "", "score"].pointer == "/Final Score"

    @pytest.mark.parametrize(
        ("path", "document"),
        [
            ("m_OCRBench_score.json", {"Final Score": 1}),
            ("other/m_OCRBench_score.json", {"Final Score": 1}),
            ("m/m_OCRBench.json", {"Final Score": 1}),
            ("m/m_OCRBench_score.json", {"a": {"b": 1}}),
            ("m/m_OCRBench_score.json", [1]),
            ("m/m_OCRBench_score.json", {}),
        ],
    )
    def test_other_documents_are_not_claimed(self, path, document) -> None:
        """Without the folder of its model such an object could be anybody's."""
        assert vlmevalkit.claims(document_source(path, document)) is None


class TestRun:
    def test_the_state_of_a_run_names_model_and_date(self) -> None:
        """Where it lies beside the table."""
        path = "tiny-vl_2b/status.json"
        status = file_source(SAMPLES / path, SAMPLES)
        source = replace(file_source(SAMPLES / MMBENCH, SAMPLES), companions={path: status})
        record = vlmevalkit.read(source).records[0]
        assert (record.model, record.date, record.date_source) == (
            "tiny-vl_2b",
            "2031-02-03T05:05:06Z",
            "file",
        )

    def test_the_state_has_metrics_of_its_own(self) -> None:
        """0.452 overall; texts are no scores, and neither are seconds."""
        reading = sample("tiny-vl_2b/status.json")
        (record,) = (r for r in reading.records if r.status == "ok")
        assert (record.benchmark, record.metric, record.value) == ("MMBench_DEV_EN", "Overall", 0.452)
        assert record.pointer == "/datasets/MMBench_DEV_EN/metrics/Overall"
        numbers = account(file_source(SAMPLES / "tiny-vl_2b/status.json", SAMPLES), reading)
        assert (numbers.ingested, numbers.ignored) == (2, {"not a score": 1})

    def test_a_data_set_that_failed_is_a_failed_run(self) -> None:
        """And one that is still running is partial; its metrics by category are so."""
        found = {record.benchmark: record for record in sample("tiny-vl_2b/status.json").records}
        assert (found["MME"].status, found["MME"].value, found["MME"].missing) == (
            "failed",
            None,
            "failed_run",
        )
        assert (found["MMStar"].status, found["MMStar"].subset, found["MMStar"].metric) == (
            "partial",
            "math",
            "acc",
        )
        assert found["MMStar"].metric_variant == "by category"

    def test_damaged_states_are_quarantined_by_pointer(self) -> None:
        """No model; a data set that is a number; a list in place of a score."""
        keys = {"schema_version": "1.0", "eval_id": "x"}
        reading = vlmevalkit.read(
            document_source("status.json", keys | {"model_name": "", "datasets": {"A": 1}})
        )
        assert [problem.pointer for problem in reading.problems] == ["/model_name"]
        datasets = {"A": 1, "B": {"metrics": {"acc": [1.5]}}}
        reading = vlmevalkit.read(
            document_source("status.json", keys | {"model_name": "m", "datasets": datasets})
        )
        assert [problem.pointer for problem in reading.problems] == ["/datasets/A", "/datasets/B/metrics/acc"]
        assert (reading.records, reading.quarantined) == ([], 2)

    def test_a_table_of_skills_without_a_name_is_refused(self) -> None:
        """It is recognised, and nobody knows whose it is."""
        reading = sample("tiny-vl_2b/damaged.csv")
        assert ([problem.code for problem in reading.problems], reading.quarantined) == (
            ["benchmark_unknown"],
            2,
        )

    @pytest.mark.parametrize(
        ("path", "text"),
        [
            ("m_MMStar_acc.csv", '"split","Overall"\n'),
            ("other/m_MMStar_acc.csv", '"split","Overall"\n'),
            ("m/m_acc.csv", '"split","Overall"\n'),
            ("m/m_tidy_score.csv", "model,benchmark,score\n"),
        ],
    )
    def test_other_tables_are_not_claimed(self, path, text) -> None:
        """The name must begin with the folder, and end in acc or score."""
        assert vlmevalkit.claims(text_source(path, text + '"none","1"\n')) is None

    @pytest.mark.parametrize(
        ("file", "dataset", "judge"),
        [
            ("m_MMVet_gpt-4-turbo_score.csv", "MMVet", "gpt-4-turbo"),
            ("m_MathVista_MINI_exact_matching_score.csv", "MathVista_MINI", "exact_matching"),
            ("m_MMMU_DEV_VAL_acc.csv", "MMMU_DEV_VAL", ""),
            ("m_MMVet_chatgpt-0125_score.csv", "MMVet", "chatgpt-0125"),
        ],
    )
    def test_judges_are_told_from_data_sets(self, file, dataset, judge) -> None:
        """By the names of models that judge."""
        (record,) = vlmevalkit.read(
            text_source(f"m/{file}", '"Category","Overall"\n"Overall","1.5"\n')
        ).records
        assert (record.benchmark, record.metric_variant) == (dataset, f"judge={judge}" if judge else "")
