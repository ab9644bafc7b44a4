"""OpenCompass: a column a model, a hash of the prompt, groups beside their members, in three layouts."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest
from sources import file_source, text_source

from reportgen.ingest.accounting import account
from reportgen.ingest.formats import opencompass
from reportgen.records.metric_table import known_metric

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "formats" / "opencompass"
SUMMARY = "summary_20310203_040506.csv"
TEXT = """20310203_040506
tabulate format
^^^^^^^^^^^^^^^^
dataset    version    metric    mode    tiny-7b-hf
---------  ---------  --------  ------  ------------
gsm8k      1d7fe4     accuracy  gen     18.27
$$$$$$$$$$$$$$$$

---------------- THIS IS A DIVIDER ----------------

csv format
^^^^^^^^^^^^^^^^
dataset,version,metric,mode,tiny-7b-hf
gsm8k,1d7fe4,accuracy,gen,18.27
$$$$$$$$$$$$$$$$

---------------- THIS IS A DIVIDER ----------------

raw format
^^^^^^^^^^^^^^^^
Model: tiny-7b-hf
gsm8k: {'accuracy': 18.27}
$$$$$$$$$$$$$$$$
"""


def sample(name: str = SUMMARY):
    return opencompass.read(file_source(SAMPLES / name, SAMPLES))


def of(reading, model: str):
    return {(record.benchmark, record.metric): record for record in reading.records if record.model == model}


class TestSummary:
    def test_every_further_column_is_a_model(self) -> None:
        """18.27 and 70.05 on gsm8k, with the hash of prompt and settings."""
        record = of(sample(), "tiny-7b-hf")["gsm8k", "accuracy"]
        assert (record.value, record.task_hash, record.metric_variant) == (18.27, "1d7fe4", "gen")
        assert of(sample(), "big-70b-vllm")["gsm8k", "accuracy"].value == 70.05
        assert (record.n, record.stderr, record.pointer) == (None, None, "row 6, column 'tiny-7b-hf'")
        assert known_metric(record.tool, record.metric).direction == "higher"

    def test_a_data_set_with_two_metrics_has_two_rows(self) -> None:
        """The second is a metric of its own, whose direction nobody states."""
        record = of(sample(), "tiny-7b-hf")["gsm8k", "format_score"]
        assert (record.value, record.direction) == (99.24, "unknown")
        assert known_metric(record.tool, record.metric) is None

    def test_the_way_of_asking_is_a_variant(self) -> None:
        """Likelihood is not generation."""
        assert of(sample(), "tiny-7b-hf")["winogrande", "accuracy"].metric_variant == "ll"

    def test_a_group_is_an_aggregate(self) -> None:
        """Its version is "-"."""
        group = of(sample(), "tiny-7b-hf")["mmlu", "naive_average"]
        assert (group.value, group.benchmark_level, group.task_hash) == (42.5, "aggregate", "")

    def test_a_group_that_lacks_a_part_is_partial(self) -> None:
        """ "82.00 (7/8)": seven of eight data sets."""
        group = of(sample(), "big-70b-vllm")["mmlu", "naive_average"]
        assert (group.value, group.raw) == (82.0, "82.00 (7/8)")
        assert (group.status, group.flags) == ("partial", "7 of 8 parts")

    def test_a_dash_is_missing(self) -> None:
        """One model was not run; a heading and a data set that nobody ran give no record."""
        assert of(sample(), "big-70b-vllm")["lukaemon_mmlu_virology", "accuracy"].missing == "dash"
        assert not {"not_run", "--------- Exam ---------"} & {record.benchmark for record in sample().records}

    def test_the_date_is_in_the_file_name(self) -> None:
        """In the time zone of the machine, so none is claimed."""
        record = sample().records[0]
        assert (record.date, record.date_source) == ("2031-02-03T04:05:06", "filename")

    def test_every_number_is_accounted_for(self) -> None:
        """Eleven scores."""
        numbers = account(file_source(SAMPLES / SUMMARY, SAMPLES), sample())
        assert (numbers.found, numbers.ingested, numbers.quarantined) == (11, 11, 0)

    def test_a_count_of_items_is_no_model(self) -> None:
        """A column that some forks add."""
        text = "dataset,version,metric,mode,total_count,m1,m2\na,0a1b2c,accuracy,gen,50,10.00,20.00\n"
        source = text_source("summary.csv", text)
        reading = opencompass.read(source)
        assert [(r.model, r.value, r.n, r.n_kind) for r in reading.records] == [
            ("m1", 10.0, 50, "items"), ("m2", 20.0, 50, "items"),
        ]  # fmt: skip
        assert account(source, reading).ingested == 3


class TestLayouts:
    def test_markdown_gives_the_same_records(self) -> None:
        """All but the row they stand in."""
        plain = of(sample(), "tiny-7b-hf")["gsm8k", "accuracy"]
        marked = of(sample("summary_20310203_040506.md"), "tiny-7b-hf")["gsm8k", "accuracy"]
        assert asdict(plain) | {"pointer": ""} == asdict(marked) | {"pointer": ""}

    def test_numbers_of_markdown_are_those_of_its_table(self) -> None:
        """However they are written: "65./9" is one in a cell, and two or none elsewhere."""
        text = "| dataset | version | metric | mode | m |\n|---|---|---|---|---|\n| a | 0a1b2c | accuracy | gen | 65./9 |\n"
        source = text_source("summary_20310203_040506.md", text)
        reading = opencompass.read(source)
        assert account(source, reading).quarantined == reading.found == 2

    def test_text_is_read_once(self) -> None:
        """The table stands in it three times."""
        source = text_source("x/summary_20310203_040506.txt", TEXT)
        assert opencompass.PATHS.search(source.path)
        assert opencompass.claims(source)
        reading = opencompass.read(source)
        assert [(record.benchmark, record.value) for record in reading.records] == [("gsm8k", 18.27)]
        assert account(source, reading).found == 1

    @pytest.mark.parametrize(
        ("path", "text"),
        [
            ("notes.txt", "dataset,version,metric,mode,m\na,b,c,d,1\n"),
            ("a.md", "# dataset, version\n\n| model | score |\n|---|---|\n| a | 1 |\n"),
            ("a.csv", "dataset,version,metric,mode\na,b,c,d\n"),
            ("a.csv", "dataset,metric,version,mode,m\na,b,c,d,1\n"),
        ],
    )
    def test_other_tables_are_not_claimed(self, path, text) -> None:
        """The header decides."""
        assert opencompass.claims(text_source(path, text)) is None


def test_damaged_rows_are_quarantined_alone() -> None:
    """A model twice, a word in place of a score, no data set, no metric, a short row."""
    reading = sample("damaged.csv")
    assert [(record.benchmark, record.value) for record in reading.records] == [("gsm8k", 18.27)]
    assert sorted(problem.code for problem in reading.problems) == [
        "duplicate_header", "missing_field", "missing_field", "ragged_row", "value_not_a_number",
    ]  # fmt: skip
    assert (reading.ingested, reading.quarantined) == (1, 6)
