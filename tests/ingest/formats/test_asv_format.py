"""asv: positional rows, a value for each combination of parameters, and neither hosts nor paths."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sources import document_source, file_source, text_source

from reportgen.ingest.accounting import account
from reportgen.ingest.formats import asv
from reportgen.ingest.run import ingest
from reportgen.ingest.settings import load_settings

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "formats" / "asv"
FILE = "toolbox/results/desk/01234567-virtualenv-py3.11.json"
BENCHMARKS = (
    '{"sums.Suite.time_sum": {"type": "time", "unit": "seconds", "param_names": ["n", "k"]},'
    ' "quiz.track_accuracy": {"type": "track", "unit": "accuracy"}, "sums.mem_list": {"type": "memory", "unit": "bytes"}}'
)


def sample(name: str = FILE, *, described: bool = True):
    source = file_source(SAMPLES / name, SAMPLES)
    beside = text_source("toolbox/results/benchmarks.json", BENCHMARKS)
    return asv.read(replace(source, companions={beside.path: beside} if described else {}))


def of(reading, benchmark: str):
    return {record.subset: record for record in reading.records if record.benchmark == benchmark}


class TestScores:
    def test_a_time_with_its_interval(self) -> None:
        """0.002 s for n=10, k='a', between 0.001 and 0.003 with 99 percent; less is better."""
        record = of(sample(), "sums.Suite.time_sum")["n=10, k='a'"]
        assert (record.value, record.ci_low, record.ci_high, record.ci_level) == (0.002, 0.001, 0.003, 0.99)
        assert (record.metric, record.unit, record.direction) == ("time", "seconds", "lower")
        assert record.pointer == "/results/sums.Suite.time_sum/0/0"
        assert record.date == "2026-02-03T04:05:07Z"  # when it was started; the commit is a second older

    def test_an_unbounded_interval_is_none(self) -> None:
        """Of two samples asv writes minus to plus infinity."""
        record = of(sample(), "sums.Suite.time_sum")["n=100, k='b'"]
        assert (record.value, record.ci_low, record.ci_high) == (0.004, None, None)

    def test_null_failed_and_nan_was_skipped(self) -> None:
        """A failure is a record, a skipped combination is not."""
        found = of(sample(), "sums.Suite.time_sum")
        assert (found["n=10, k='b'"].status, found["n=10, k='b'"].missing) == ("failed", "failed_run")
        assert "n=100, k='a'" not in found
        assert sample().ignored["skipped by the benchmark"] == 1
        assert of(sample(), "sums.mem_list")[""].status == "failed"

    def test_a_tracked_number_may_be_an_accuracy(self) -> None:
        """Its unit names the metric, and the metric table knows the direction."""
        record = of(sample(), "quiz.track_accuracy")[""]
        assert (record.metric, record.value, record.unit, record.direction) == (
            "accuracy",
            0.8125,
            "",
            "unknown",
        )

    def test_without_descriptions_names_tell_times(self) -> None:
        """Parameters have no names then, and a tracked number no metric."""
        reading = sample(described=False)
        record = of(reading, "sums.Suite.time_sum")["10, 'a'"]
        assert (record.unit, record.direction) == ("seconds", "lower")
        assert of(reading, "quiz.track_accuracy")[""].metric == "track"
        assert of(reading, "sums.mem_list")[""].unit == "bytes"

    def test_columns_cut_off_at_the_right_are_absent(self) -> None:
        """The row of the accuracy has five of nine."""
        assert of(sample(), "quiz.track_accuracy")[""].ci_low is None

    def test_commits_of_a_project_are_the_systems(self) -> None:
        """The folder that holds results/ names it; without one it is called commit."""
        record = sample().records[0]
        assert (record.model, record.model_revision[:8]) == ("toolbox", "01234567")
        assert record.model_variant == "processor=Example CPU, python=3.11"
        other = document_source("desk/a-b.json", {"commit_hash": "a", "result_columns": ["result"],
                                                  "results": {"time_a": [[1.5]]}})  # fmt: skip
        assert asv.read(other).records[0].model == "commit"

    def test_neither_host_nor_environment_is_named(self) -> None:
        """Both can hold what is private."""
        assert "someone" not in repr(sample().records)

    def test_every_number_is_accounted_for(self) -> None:
        """Three values and two bounds of one interval are taken."""
        source = file_source(SAMPLES / FILE, SAMPLES)
        numbers = account(source, sample())
        assert (numbers.ingested, numbers.quarantined) == (5, 0)
        assert numbers.found == numbers.ingested + sum(numbers.ignored.values())


def test_damage_is_told_by_place() -> None:
    """Two values for one combination, no row, a text, an empty row; the good one is read."""
    reading = sample("toolbox/results/desk/damaged.json")
    assert [problem.pointer for problem in reading.problems] == [
        "/results/time_a",
        "/results/time_b",
        "/results/time_c/0/0",
        "/results/time_e",
    ]
    assert [(record.benchmark, record.value) for record in reading.records] == [("time_d", 0.5)]


def test_a_product_of_parameters_without_end_is_refused() -> None:
    """A row that says it has a million combinations."""
    many = [[str(number) for number in range(1000)]] * 2
    document = {
        "commit_hash": "a",
        "result_columns": ["result", "params"],
        "results": {"time_a": [[1.5], many]},
    }
    reading = asv.read(document_source("a-b.json", document))
    assert (reading.records, reading.quarantined) == ([], 1)


@pytest.mark.parametrize(
    "document",
    [
        {"results": {}},
        {"commit_hash": "a", "results": {}},
        {"commit_hash": "a", "result_columns": ["result"], "results": []},
    ],
)
def test_other_documents_are_not_claimed(document) -> None:
    """Version 1 has no columns."""
    assert asv.claims(document_source("a-b.json", document)) is None


@pytest.mark.shared
def test_a_real_folder(shared_data) -> None:
    """Four times and four tracked accuracies of one commit, described by benchmarks.json."""
    root = shared_data / "formats" / "asv"
    found = ingest(root, load_settings(root))
    frame = found.frame.set_index(["benchmark", "subset"])
    assert len(frame) == 8
    assert frame.loc[("b.T.time_sum", "n=10, k='a'"), "value"] == 2.854000058505335e-06
    assert frame.loc[("b.T.time_sum", "n=100, k='b'"), "unit"] == "seconds"
    row = frame.loc[("b.T.track_acc", "n=100, k='a'")]
    assert (row["value"], row["metric"], row["direction"]) == (0.6, "accuracy", "higher")
    assert set(found.frame["model_revision"]) == {"974f6af94dbbe7299c304862e58f165aa5ac49d6"}
    assert "/home" not in found.frame.to_csv()
    assert found.totals.clean
