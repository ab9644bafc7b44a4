"""MLflow: a file a metric, with the run's parameters beside it; and runs as CSV."""

from __future__ import annotations

from pathlib import Path

import pytest
from sources import file_source, text_source

from reportgen.ingest.accounting import account
from reportgen.ingest.formats import mlflow
from reportgen.ingest.run import ingest
from reportgen.ingest.settings import load_settings

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "formats" / "mlflow"
RUN = "mlruns/100/0123456789abcdef0123456789abcdef"
LINES = "1770091506000 0.64 0\n1770091507000 0.65 1\n1770091508000 0.66 2\n"


def write(folder: Path, files: dict[str, str]) -> Path:
    """A store below `folder`, given by the names in the run's folder."""
    for name, text in files.items():
        place = folder / RUN / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return folder


def ingested(folder: Path):
    return ingest(folder, load_settings(folder))


@pytest.fixture
def store(tmp_path):
    """One run with a metric at three steps."""
    return write(
        tmp_path / "results",
        {
            "meta.yaml": "artifact_uri: file:///home/someone/mlruns\nstatus: 3\nlifecycle_stage: active\n"
            "start_time: 1770091500000\nend_time: 1770091509000\nuser_id: someone\n",
            "params/model": "org/model-b",
            "params/seed": "7",
            "params/n_shot": "5",
            "tags/mlflow.user": "someone",
            "metrics/quiz/acc": LINES,
        },
    )


class TestStore:
    def test_a_folder_in_the_name_of_a_metric_is_the_benchmark(self, store) -> None:
        """quiz/acc of org/model-b at three steps, seed 7, 5 shots."""
        frame = ingested(store).frame.sort_values("step")
        assert frame["value"].tolist() == [0.64, 0.65, 0.66]
        assert frame["step"].tolist() == [0.0, 1.0, 2.0]
        row = frame.iloc[-1]
        assert (row["model"], row["benchmark"], row["metric"]) == ("org/model-b", "quiz", "acc")
        assert (row["seed"], row["n_shot"], row["date"]) == (7, 5, "2026-02-03T04:05:09Z")

    def test_a_value_logged_once_is_final(self, store) -> None:
        """It has no step."""
        write(store, {"metrics/quiz/acc": "1770091506000 0.64 0\n"})
        assert ingested(store).frame["step"].isna().all()

    def test_a_step_logged_twice_counts_once(self, store) -> None:
        """The later time, wherever it stands."""
        write(store, {"metrics/quiz/acc": "1770091509000 0.9 1\n1770091506000 0.64 0\n1770091507000 0.1 1\n"})
        found = ingested(store)
        assert sorted(found.frame["value"]) == [0.64, 0.9]
        (report,) = [report for report in found.files if report.format == "mlflow"]
        assert report.numbers.ignored["logged again at the same step"] == 1

    def test_parameters_name_the_benchmark_where_the_metric_does_not(self, store) -> None:
        """`benchmark` before all, with the folder as its subset; parts of the data are splits with a role."""
        write(store, {"params/benchmark": "Quiz", "metrics/val_loss": "1770091506000 1.5 0\n"})
        frame = ingested(store).frame
        loss = frame[frame["metric"] == "loss"].iloc[0]
        assert (loss["benchmark"], loss["role"], loss["split"], loss["subset"]) == ("Quiz", "val", "val", "")
        assert set(frame.loc[frame["metric"] == "acc", "subset"]) == {"quiz"}

    def test_nan_is_missing(self, store) -> None:
        """As MLflow writes it."""
        write(store, {"metrics/quiz/f1": "1770091506000 nan 0\n"})
        frame = ingested(store).frame
        assert frame.loc[frame["metric"] == "f1", "missing"].tolist() == ["nan"]

    def test_a_run_that_failed_has_no_result(self, store) -> None:
        """What it had logged is kept as written."""
        write(store, {"meta.yaml": "status: 4\nlifecycle_stage: active\n"})
        (row,) = ingested(store).frame.to_dict("records")
        assert (row["status"], row["missing"], row["raw"]) == ("failed", "failed_run", "0.66")

    def test_a_deleted_run_is_ignored(self, store) -> None:
        """By name."""
        write(store, {"meta.yaml": "status: 3\nlifecycle_stage: deleted\n"})
        reports = [
            report for report in ingested(store).files if report.numbers.ignored.get("run deleted in MLflow")
        ]
        assert [report.numbers.ignored["run deleted in MLflow"] for report in reports] == [3]

    def test_neither_paths_nor_users_are_published(self, store) -> None:
        """They stand in meta.yaml and in tags."""
        write(store, {"params/model": "/home/someone/models/small"})
        frame = ingested(store).frame
        assert set(frame["model"]) == {"small"}
        assert "someone" not in frame.to_csv()

    @pytest.mark.parametrize(
        ("removed", "code"), [("params/model", "model_unknown"), (None, "benchmark_unknown")]
    )
    def test_what_no_convention_names_is_quarantined_with_what_to_do(self, store, removed, code) -> None:
        """Three numbers."""
        if removed:
            (store / RUN / removed).unlink()
        else:
            (store / RUN / "metrics/quiz/acc").rename(store / RUN / "metrics/acc")
        found = ingested(store)
        (problem,) = [problem for report in found.files for problem in report.problems]
        assert (problem.code, found.totals.numbers_quarantined) == (code, 3)
        assert "mapping" in problem.hint


def test_damaged_lines_are_told_by_line() -> None:
    """Without its run's parameters the rest is quarantined as well."""
    reading = mlflow.read(file_source(SAMPLES / RUN / "metrics/quiz/damaged", SAMPLES))
    assert [(problem.line, problem.pointer) for problem in reading.problems] == [(2, ""), (None, "line 1")]


@pytest.mark.parametrize("text", ["", "acc 0.5\n", "0.5\n", "2026-02-03 0.5 1\n"])
def test_other_files_below_metrics_are_not_claimed(text) -> None:
    """It takes a time, a value and a step."""
    source = text_source(f"{RUN}/metrics/acc", text or "\n \n.")
    assert mlflow.claims(source) is None


class TestTable:
    def test_runs_as_csv(self) -> None:
        """0.66 on quiz; empty cells and the use of the machine are no scores."""
        source = file_source(SAMPLES / "runs.csv", SAMPLES)
        assert mlflow.claims(source)
        first, failed = mlflow.read(source).records
        assert (first.model, first.benchmark, first.metric, first.value) == (
            "small-model",
            "quiz",
            "acc",
            0.66,
        )
        assert (first.seed, first.n_shot, first.date) == (0, 5, "2026-02-03T04:06:06Z")
        assert first.pointer == "row 2, column 'metrics.quiz/acc'"
        assert (failed.status, failed.value, failed.missing) == ("failed", None, "failed_run")

    def test_neither_paths_nor_users_are_published(self) -> None:
        """They are columns."""
        assert "someone" not in repr(mlflow.read(file_source(SAMPLES / "runs.csv", SAMPLES)).records)

    def test_damage_is_told_by_cell(self) -> None:
        """No benchmark, no number, no model."""
        reading = mlflow.read(file_source(SAMPLES / "damaged.csv", SAMPLES))
        assert [problem.code for problem in reading.problems] == [
            "benchmark_unknown",
            "value_not_a_number",
            "model_unknown",
            "model_unknown",
        ]

    @pytest.mark.parametrize("text", ["run_id,acc\na,1\n", "metrics.acc,params.model\n1,a\n"])
    def test_other_tables_are_not_claimed(self, text) -> None:
        """Both the id of a run and a metric."""
        assert mlflow.claims(text_source("runs.csv", text)) is None


@pytest.mark.shared
def test_a_real_store(shared_data) -> None:
    """Two runs: mmlu/acc 0.71, 0.72, 0.73 and 0.64, 0.65, 0.66; a loss without a benchmark is quarantined."""
    root = shared_data / "formats" / "mlflow"
    found = ingested(root)
    frame = found.frame.sort_values(["model", "step"])
    assert frame["value"].tolist() == [0.71, 0.72, 0.73, 0.64, 0.65, 0.66]
    assert frame["model"].tolist() == ["org/model-a"] * 3 + ["org/model-b"] * 3
    assert (set(frame["n_shot"]), set(frame["seed"]), set(frame["benchmark"])) == ({5}, {0}, {"mmlu"})
    codes = [problem.code for report in found.files for problem in report.problems]
    assert codes.count("benchmark_unknown") == 2
    totals = found.totals
    assert totals.numbers == totals.numbers_ingested + totals.numbers_quarantined + totals.numbers_ignored


def test_every_number_of_a_metric_is_accounted_for() -> None:
    """Three values, three times and three steps."""
    source = file_source(SAMPLES / RUN / "metrics/quiz/acc", SAMPLES)
    numbers = account(source, mlflow.read(source))
    assert (numbers.found, numbers.quarantined) == (9, 3)
