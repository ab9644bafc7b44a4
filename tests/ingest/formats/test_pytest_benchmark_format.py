"""pytest-benchmark: the mean over rounds, less is better, and no name of a machine."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from sources import document_source, file_source

from reportgen.ingest.accounting import account
from reportgen.ingest.formats import pytest_benchmark

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "formats" / "pytest_benchmark"


def sample(name: str = "run.json"):
    return pytest_benchmark.read(file_source(SAMPLES / name, SAMPLES))


def test_a_mean_time_with_its_error() -> None:
    """0.002 s, deviation 0.0005 over 25 rounds: error 0.0001."""
    record = sample().records[0]
    assert (record.value, record.stderr, record.n, record.n_kind) == (0.002, 0.0001, 25, "trials")
    assert (record.metric, record.unit, record.direction, record.lower) == ("time", "seconds", "lower", 0.0)
    assert (record.benchmark, record.subset, record.suite) == ("tests/test_sums.py::test_sum", "n=10", "sums")
    assert record.date == "2026-02-03T04:05:06Z"


def test_the_project_at_its_commit_is_the_system() -> None:
    """On a processor and a Python; uncommitted changes are said."""
    record = sample().records[0]
    assert (record.model, record.model_revision[:8], record.flags) == (
        "toolbox",
        "01234567",
        "uncommitted changes",
    )
    assert record.model_variant == "processor=Example CPU, python=CPython 3.11.7"


def test_a_benchmark_may_name_its_model() -> None:
    """In extra_info."""
    assert sample().records[1].model == "example-org/small-model"


def test_one_round_has_no_error() -> None:
    """Its deviation is written as 0."""
    record = sample().records[1]
    assert (record.value, record.stderr, record.stderr_kind, record.n) == (1.5, None, "", 1)


def test_single_timings_and_other_statistics_are_ignored_by_name() -> None:
    """Three timings; six and four statistics, with deviation 0 of the single round; machine, options and parameter."""
    source = file_source(SAMPLES / "run.json", SAMPLES)
    numbers = account(source, sample())
    assert numbers.ingested == 5
    assert numbers.ignored == {
        "description of the machine and options": 5,
        "other statistics of the timings": 10,
        "single timings": 3,
    }


def test_the_machine_is_not_named() -> None:
    """Nor its system."""
    assert "someone" not in repr(sample().records)


def test_damage_is_told_by_place() -> None:
    """No object; no mean; a text; NaN is missing."""
    reading = sample("damaged.json")
    assert [problem.pointer for problem in reading.problems] == [
        "/benchmarks/0",
        "/benchmarks/1",
        "/benchmarks/2/stats/mean",
    ]
    assert [(record.benchmark, record.missing, record.stderr) for record in reading.records] == [
        ("c", "nan", None)
    ]


@pytest.mark.parametrize(
    "document",
    [{"benchmarks": []}, {"machine_info": {}, "commit_info": {}, "benchmarks": {}}, {"machine_info": {}}],
)
def test_other_documents_are_not_claimed(document) -> None:
    """All three, and a list."""
    assert pytest_benchmark.claims(document_source("a.json", document)) is None


@pytest.mark.shared
def test_a_real_file(shared_data) -> None:
    """test_sum for 10 and 100: 1.63 and 5.62 microseconds over 35,411 and 38,110 rounds."""
    root = shared_data / "formats"
    source = file_source(root / "pytest_benchmark" / "out.json", root)
    reading = pytest_benchmark.read(source)
    first, second = reading.records
    assert (first.value, first.n, first.subset) == (1.6295302730993756e-06, 35411, "n=10")
    assert first.stderr == pytest.approx(5.513214173193141e-05 / math.sqrt(35411))
    assert (second.value, second.n, second.subset) == (5.618926822259168e-06, 38110, "n=100")
    numbers = account(source, reading)
    assert (numbers.found, numbers.ingested, numbers.ignored["single timings"]) == (458, 6, 400)
