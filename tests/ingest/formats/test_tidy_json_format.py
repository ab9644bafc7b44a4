"""Lists of flat objects: JSON, YAML and JSON Lines with one score an object."""

from __future__ import annotations

from pathlib import Path

import pytest
from sources import document_source, file_source, text_source

from reportgen.ingest.accounting import account
from reportgen.ingest.formats import tidy_json

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "formats" / "tidy_json"


def sample(name: str):
    source = file_source(SAMPLES / name, SAMPLES)
    assert tidy_json.claims(source) is not None
    reading = tidy_json.read(source)
    account(source, reading)
    return reading


class TestClaims:
    @pytest.mark.parametrize(
        "row",
        [
            {"model": "m", "benchmark": "b", "value": 1},
            {"Model Name": "m", "Task": "b", "Score": "64%"},
            {"system": "m", "dataset": "b", "result": None, "more": [1, 2]},
        ],
    )
    def test_a_list_of_plainly_named_scores_is_known(self, row) -> None:
        """As JSON, as a line of JSON Lines and, the same, as YAML."""
        assert tidy_json.claims(document_source("a.json", [row, 5])) is not None
        line = document_source("a.json", row).text
        assert tidy_json.claims(text_source("a.jsonl", line + "\n")) is not None
        assert tidy_json.claims(text_source("a.yml", f"- {line}\n")) is not None

    @pytest.mark.parametrize(
        "document",
        [
            {"model": "m", "benchmark": "b", "value": 1},
            [{"model": "m", "value": 1}],
            [{"model": "m", "benchmark": "b", "accuracy": 1}],
            [{"model": {"name": "m"}, "benchmark": "b", "value": 1}],
            [{"model": "m", "benchmark": ["b"], "value": 1}],
            [{"model": "m", "benchmark": "b", "value": {"acc": 1}}],
            [{"model": "m", "benchmark": "b", "value": True}],
            [{"model": "", "benchmark": "b", "value": 1}],
            [["m", "b", 1]],
        ],
    )
    def test_anything_nested_or_unnamed_is_not_taken_on_a_guess(self, document) -> None:
        """A single object, names that are no texts, a score that is none."""
        assert tidy_json.claims(document_source("a.json", document)) is None


class TestRecords:
    def test_objects_state_their_own_fields(self) -> None:
        """An error, a count, a seed, a direction and bounds where they stand, and nowhere else."""
        first, second, third, fourth = sample("runs.json").records
        assert (first.model, first.benchmark, first.metric, first.value) == (
            "org/alpha",
            "sums",
            "accuracy",
            0.815,
        )
        assert (first.stderr, first.n, first.seed, first.split) == (0.0107, 1319, 1, "test")
        assert (first.direction, first.direction_source, first.lower, first.upper) == ("higher", "file", 0, 1)
        assert first.pointer == "/0/score"
        assert (second.value, second.unit, second.raw, second.direction) == (
            64.24,
            "percent",
            "64.24%",
            "unknown",
        )
        assert (third.value, third.missing, third.n) == (None, "null", 1319)
        assert (fourth.value, fourth.stderr, fourth.direction) == (11.5, 0.2, "lower")

    def test_a_standard_deviation_and_an_assumed_error_are_told(self) -> None:
        """One is left out, the other is read with a warning, each with its place."""
        reading = sample("runs.json")
        assert reading.ignored == {"standard deviation, which is not a standard error": 1}
        assert [(problem.code, problem.severity, problem.pointer) for problem in reading.problems] == [
            ("standard_deviation", "warning", "column 'std'"),
            ("plus_minus", "warning", "/3/score"),
        ]

    def test_lines_are_read_one_by_one(self) -> None:
        """Blank ones are skipped, a bare NaN is a missing score, nested numbers are no scores."""
        reading = sample("stream.jsonl")
        assert [(r.model, r.value, r.missing, r.n, r.n_shot) for r in reading.records] == [
            ("org/alpha", 71.5, "", 200, 5), ("org/beta", 68.25, "", 200, 5), ("org/beta", None, "nan", 200, None),
        ]  # fmt: skip
        assert reading.records[2].pointer == "line 4, /result"
        assert (reading.found, reading.ingested, reading.quarantined) == (9, 6, 0)

    def test_a_yaml_list_is_read_like_json(self) -> None:
        """A date stays a date."""
        records = sample("by_hand.yaml").records
        assert [(record.model, record.value, record.date, record.date_source) for record in records] == [
            ("org/alpha", 57.5, "2026-01-31", "file"), ("org/beta", 49.0, "2026-01-31", "file"),
        ]  # fmt: skip


def test_damage_costs_the_object_it_is_in() -> None:
    """One record of eight lines; every other line is a problem with its place, and its numbers are lost."""
    reading = sample("damaged.jsonl")
    assert [(record.model, record.value) for record in reading.records] == [("org/alpha", 0.5)]
    assert [(problem.code, problem.pointer or problem.line) for problem in reading.problems] == [
        ("value_not_a_number", "line 2, /value"),
        ("value_not_a_number", "line 3, /value"),
        ("missing_field", "line 4, /value"),
        ("invalid", "line 5, /n"),
        ("unexpected_shape", "line 6, "),
        ("missing_field", "line 7, "),
        ("not_json", 8),
    ]
    assert (reading.ingested, reading.quarantined) == (2, 1 + 1 + 1 + 1 + 2 + 0 + 0)
