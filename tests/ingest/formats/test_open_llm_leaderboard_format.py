"""Open LLM Leaderboard 2: two scores a benchmark, precisions, and HTML where a name should be."""

from __future__ import annotations

import io
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sources import file_source, text_source

from reportgen.ingest.accounting import account
from reportgen.ingest.formats import open_llm_leaderboard
from reportgen.ingest.source import Source
from reportgen.records.metric_table import known_metric

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "formats" / "open_llm_leaderboard"


def sample(name: str = "formatted.json"):
    return open_llm_leaderboard.read(file_source(SAMPLES / name, SAMPLES))


def of(reading, variant: str):
    records = [record for record in reading.records if record.model_variant == variant]
    return {(record.benchmark, record.metric): record for record in records}


def parquet(table: dict) -> Source:
    stream = io.BytesIO()
    pq.write_table(pa.table(table), stream)
    return Source("contents.parquet", "0" * 64, stream.tell(), "", data=stream.getvalue())


class TestRows:
    def test_raw_and_normalized_scores_are_two_metrics(self) -> None:
        """MMLU-PRO: 0.325 of all items, 25 percent of the way from chance."""
        found = of(sample(), "precision=bfloat16")
        raw, normal = found["mmlu_pro", "raw_score"], found["mmlu_pro", "normalized_score"]
        assert (raw.value, raw.unit, raw.primary) == (0.325, "fraction", False)
        assert (normal.value, normal.unit, normal.primary) == (25.0, "percent", True)
        assert normal.pointer == "/0/evaluations/mmlu_pro/normalized_score"
        assert {known_metric(r.tool, r.metric).direction for r in (raw, normal)} == {"higher"}

    def test_the_average_is_the_aggregate(self) -> None:
        """20.5, of which every benchmark is a part."""
        found = of(sample(), "precision=bfloat16")
        average = found["average", "normalized_score"]
        assert (average.value, average.benchmark_level, average.parent) == (20.5, "aggregate", "")
        assert found["ifeval", "raw_score"].parent == "average"

    def test_precision_and_adapters_make_other_systems(self) -> None:
        """One model at one commit, twice."""
        found = {(r.model, r.model_revision, r.model_variant) for r in sample().records}
        assert found == {
            ("example-org/tiny", "abc123", "precision=bfloat16"),
            ("example-org/tiny", "abc123", "precision=4bit, weights=Adapter"),
        }

    def test_a_flagged_model_is_flagged(self) -> None:
        """As the leaderboard says."""
        assert of(sample(), "precision=bfloat16")["ifeval", "raw_score"].status == "flagged"
        assert of(sample(), "precision=4bit, weights=Adapter")["ifeval", "raw_score"].status == "ok"

    def test_null_is_missing(self) -> None:
        """Not 0."""
        record = of(sample(), "precision=4bit, weights=Adapter")["ifeval", "normalized_score"]
        assert (record.value, record.missing) == (None, "null")

    def test_sizes_and_emissions_are_no_scores(self) -> None:
        """They are counted."""
        numbers = account(file_source(SAMPLES / "formatted.json", SAMPLES), sample())
        assert (numbers.ingested, numbers.ignored) == (6, {"not a score": 2})

    def test_damaged_rows_are_quarantined_by_pointer(self) -> None:
        """A list in place of a score, a number in place of a benchmark, no model, no row."""
        reading = sample("damaged.json")
        assert [problem.pointer for problem in reading.problems] == [
            "/0/evaluations/ifeval/value", "/0/evaluations/bbh", "/1", "/2",
        ]  # fmt: skip
        assert (reading.ingested, reading.quarantined) == (1, 5)


class TestWideTable:
    def test_a_model_is_the_text_of_its_link(self) -> None:
        """Without tags, style and the link to the details."""
        record = sample("contents.csv").records[0]
        assert (record.model, record.model_raw, record.model_revision) == (
            "example-org/a&b", "example-org/a&b", "def456",
        )  # fmt: skip
        assert record.model_variant == "precision=float16"

    def test_columns_are_benchmarks_in_two_metrics(self) -> None:
        """BBH 0.45 raw and 25.5 normalized; the average has an arrow in its name."""
        found = of(sample("contents.csv"), "precision=float16")
        assert (found["bbh", "raw_score"].value, found["bbh", "normalized_score"].value) == (0.45, 25.5)
        assert found["average", "normalized_score"].value == 30.25
        assert len(found) == 13

    def test_a_full_name_beside_the_link_is_preferred(self) -> None:
        """And a row without either is refused."""
        text = (SAMPLES / "contents.csv").read_text(encoding="utf-8")
        text = text.replace(",Model sha", ",Model sha,fullname").replace(
            ",def456", ",def456,example-org/full"
        )
        empty = ",float16,Original,,1,1,1,1,1,1,1,1,1,1,1,1,1,7,True,x,\n"
        reading = open_llm_leaderboard.read(text_source("contents.csv", text + empty))
        assert {record.model for record in reading.records} == {"example-org/full"}
        assert [problem.code for problem in reading.problems] == ["missing_field"]
        assert reading.quarantined == 13

    def test_parquet_gives_the_records_of_the_table(self) -> None:
        """Numbers are numbers there, and all of them are counted."""
        scores = {
            "IFEval Raw": 0.5,
            "IFEval": 50.0,
            "BBH Raw": 0.45,
            "BBH": 25.5,
            "GPQA Raw": 0.3,
            "GPQA": None,
        }
        source = parquet({
            "Model": ["example-org/a"], "Precision": ["float16"], "Flagged": [True], "#Params (B)": [7.0],
            **{name: [value] for name, value in scores.items()},
        })  # fmt: skip
        assert open_llm_leaderboard.claims(source)
        reading = open_llm_leaderboard.read(source)
        found = of(reading, "precision=float16")
        assert (found["bbh", "raw_score"].value, found["gpqa", "normalized_score"].missing) == (0.45, "null")
        assert {record.status for record in reading.records} == {"flagged"}
        numbers = account(source, reading)
        assert (numbers.found, numbers.ingested, numbers.ignored) == (6, 5, {"not a score": 1})

    @pytest.mark.parametrize("data", [b"", b"PAR1", b"PAR1xxxxPAR1", b"no table"])
    def test_broken_parquet_is_not_claimed(self, data) -> None:
        """Nor does it raise."""
        assert open_llm_leaderboard.claims(Source("a.parquet", "0" * 64, len(data), "", data=data)) is None

    def test_the_first_leaderboard_is_not_claimed(self) -> None:
        """Its table has no raw scores."""
        text = "Model,Average,ARC(25-shot),HellaSwag(10-shot)\na,1,2,3\n"
        assert open_llm_leaderboard.claims(text_source("a.csv", text)) is None


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("org/m", "org/m"),
        ('<a target="_blank" href="x">org/m</a>', "org/m"),
        ('<a href="x"><b>org/m</b></a> <a href="y">more</a>', "org/m"),
        ("<b>org/m</b>", "org/m"),
        ("", ""),
    ],
)
def test_names_are_found_in_cells(cell, name) -> None:
    """Of links the first."""
    assert open_llm_leaderboard.model_of(cell) == name


def test_no_markup_is_published_as_a_name() -> None:
    """In no field."""
    texts = [str(value) for record in sample("contents.csv").records for value in asdict(record).values()]
    assert not [text for text in texts if "<" in text]
