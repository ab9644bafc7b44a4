"""LMArena and Arena-Hard: ratings with intervals that are not symmetric."""

from __future__ import annotations

from pathlib import Path

import pytest
from sources import document_source, file_source, text_source

from reportgen.ingest.accounting import account
from reportgen.ingest.formats import lmarena
from reportgen.records.metric_table import known_metric

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "formats" / "lmarena"
RATINGS = "leaderboard-text-style-control.json"
HARD = "arena_hard_leaderboard_20310203.csv"


def sample(name: str = RATINGS):
    return lmarena.read(file_source(SAMPLES / name, SAMPLES))


class TestRatings:
    def test_a_rating_has_its_interval(self) -> None:
        """1312.5, from 1304.25 to 1319; the name keeps its parentheses."""
        record = sample().records[0]
        assert (record.value, record.ci_low, record.ci_high, record.ci_level) == (
            1312.5,
            1304.25,
            1319.0,
            0.95,
        )
        assert (record.model, record.unit, record.n) == ("example-large (high)", "points", None)
        assert known_metric(record.tool, record.metric).direction == "higher"
        assert known_metric(record.tool, record.metric).upper is None

    def test_the_arena_is_in_the_file_name(self) -> None:
        """With control for style a rating is another one."""
        assert {record.metric_variant for record in sample().records} == {"style-control"}
        document = {"coding": {"a": {"rating": 1.0, "rating_q025": 0.5, "rating_q975": 2.0}}}
        (record,) = lmarena.read(document_source("x/leaderboard-vision.json", document)).records
        assert (record.benchmark, record.metric_variant, record.parent) == ("vision coding", "", "")

    def test_all_votes_are_the_aggregate_of_the_categories(self) -> None:
        """So that a mean does not count votes twice."""
        found = {record.benchmark: record for record in sample().records}
        assert found["text full"].benchmark_level == "aggregate"
        assert (found["text coding"].benchmark_level, found["text coding"].parent) == ("leaf", "text full")

    def test_an_interval_the_wrong_way_round_is_unknown(self) -> None:
        """The rating is still read."""
        turned = next(record for record in sample("damaged.json").records if record.model == "turned")
        assert (turned.value, turned.ci_low, turned.ci_level) == (1100.5, None, None)

    def test_models_without_a_rating_are_quarantined_alone(self) -> None:
        """By JSON pointer."""
        places = [problem.pointer for problem in sample("damaged.json").problems]
        assert places == ["/full/torn/rating", "/full/bare"]


class TestHard:
    def test_a_score_is_in_percent_with_an_interval(self) -> None:
        """82.63 from 80.75 to 84.6; tokens and the text of the interval are no scores."""
        record = sample(HARD).records[0]
        assert (record.value, record.ci_low, record.ci_high) == (82.63, 80.75, 84.6)
        assert (record.benchmark, record.unit, record.date) == ("Arena-Hard", "percent", "2031-02-03")
        assert known_metric(record.tool, record.metric).bounds("percent") == (0.0, 100.0)

    def test_the_baseline_has_an_interval_of_no_width(self) -> None:
        """As written."""
        record = sample(HARD).records[1]
        assert (record.value, record.ci_low, record.ci_high) == (50.0, 50.0, 50.0)

    def test_a_row_without_a_model_is_quarantined(self) -> None:
        """With its three numbers."""
        reading = lmarena.read(text_source("a.csv", "model,score,rating_q025,rating_q975\n,1.5,1,2\n"))
        assert (reading.records, reading.quarantined) == ([], 3)

    def test_a_table_with_benchmarks_is_another_one(self) -> None:
        """A tidy table may have these columns too."""
        header = "model,benchmark,score,rating_q025,rating_q975\na,b,1,1,2\n"
        assert lmarena.claims(text_source("a.csv", header)) is None


@pytest.mark.shared
def test_figures_of_the_real_table_are_found(shared_data) -> None:
    """Looked up by hand."""
    root = shared_data / "formats" / "lmarena"
    source = file_source(root / "arena_hard_leaderboard_20240731.csv", root)
    reading = lmarena.read(source)
    found = {record.model: record for record in reading.records}
    record = found["gpt-4-turbo-2024-04-09"]
    assert (record.value, record.ci_low, record.ci_high) == (82.63, 80.75, 84.6)
    assert found["athene-70b-0725"].ci_high == 78.74
    assert found["gpt-4o-mini-2024-07-18"].date == "2024-07-31"
    assert account(source, reading).quarantined == 0
