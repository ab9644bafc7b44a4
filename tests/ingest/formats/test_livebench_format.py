"""LiveBench: wide tables, a release each, with the categories of their tasks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sources import document_source, file_source, text_source

from reportgen.ingest.formats import livebench
from reportgen.records.metric_table import known_metric

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "formats" / "livebench"
RELEASE = "table_2031_06_24.csv"


def sample(name: str = RELEASE, **companions):
    beside = {path: document_source(path, document) for path, document in companions.items()}
    return livebench.read(replace(file_source(SAMPLES / name, SAMPLES), companions=beside))


def of(reading, model: str):
    return {record.benchmark: record for record in reading.records if record.model == model}


def test_a_score_is_in_percent() -> None:
    """99.0 on AMPS_Hard, 99.333 on zebra_puzzle: model of the row, task of the column."""
    found = of(sample(), "example-large-high-effort")
    assert (found["AMPS_Hard"].value, found["zebra_puzzle"].value) == (99.0, 99.333)
    record = found["math_comp"]
    assert (record.value, record.unit, record.suite) == (80.435, "percent", "LiveBench")
    assert known_metric(record.tool, record.metric).direction == "higher"
    assert record.pointer == "row 2, column 'math_comp'"


def test_costs_have_the_columns_of_scores() -> None:
    """Only the name of the file tells what they are."""
    text = (SAMPLES / RELEASE).read_text(encoding="utf-8")
    reading = livebench.read(text_source("x/cost_2031_06_24.csv", text))
    record = of(reading, "example-large-high-effort")["AMPS_Hard"]
    assert (record.metric, record.value, record.unit, record.primary) == ("cost", 99.0, "", False)
    assert record.dataset_revision == "2031-06-24"
    assert known_metric(record.tool, record.metric).direction == "lower"


def test_a_release_is_a_revision_of_the_data() -> None:
    """The same names of tasks stand for new questions."""
    assert {record.dataset_revision for record in sample().records} == {"2031-06-24"}
    assert {record.dataset_revision for record in sample("damaged.csv").records} == {""}


def test_a_task_that_is_new_is_read_too() -> None:
    """Releases add tasks."""
    assert of(sample(), "example-large-high-effort")["new_task"].value == 12.5


def test_what_is_not_there_is_missing() -> None:
    """An empty cell and a dash, neither of them 0."""
    found = of(sample(), "example-small")
    assert (found["math_comp"].missing, found["new_task"].missing) == ("empty", "dash")


@pytest.mark.parametrize("name", ["categories_2031_06_24.json", "categories.json"])
def test_categories_beside_the_table_are_parents(name) -> None:
    """Of the same release, or of none; a task that none lists has no parent."""
    found = of(sample(**{name: {"Math": ["AMPS_Hard", "math_comp"], "Odd": 3}}), "example-small")
    assert (found["AMPS_Hard"].parent, found["zebra_puzzle"].parent) == ("Math", "")


def test_categories_of_another_release_are_not_used() -> None:
    """Tasks have moved between categories."""
    beside = {"categories_2030_01_01.json": {"Math": ["AMPS_Hard"]}}
    assert {record.parent for record in sample(**beside).records} == {""}


def test_damaged_rows_are_quarantined_alone() -> None:
    """A short row, a word in place of a score, a row without a model."""
    reading = sample("damaged.csv")
    assert sorted(problem.code for problem in reading.problems) == [
        "missing_field", "ragged_row", "value_not_a_number",
    ]  # fmt: skip
    assert (len(reading.records), reading.ingested, reading.quarantined) == (3, 3, 6)


@pytest.mark.parametrize(
    "header",
    [
        "model,AMPS_Hard,math_comp,connections",
        "name,AMPS_Hard,math_comp,connections,typos",
        "model,Average,ARC(25-shot),HellaSwag(10-shot),MMLU(5-shot),typos",
        "model,AMPS_Hard,math_comp,connections,typos,a,b,c,d,e",
    ],
)
def test_other_wide_tables_are_not_claimed(header) -> None:
    """Too few of the tasks, or too few of the columns are."""
    assert livebench.claims(text_source("table_2031_06_24.csv", header + "\na\n")) is None
