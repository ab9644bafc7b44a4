"""Tables with one score a row: which column is which, and what is not taken for something else."""

from __future__ import annotations

from pathlib import Path

import pytest
from sources import file_source, text_source

from reportgen.ingest.formats import tidy_csv
from reportgen.ingest.tidy import columns_of

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "formats" / "tidy_csv"


def sample(name: str):
    return tidy_csv.read(file_source(SAMPLES / name, SAMPLES))


def read(text: str):
    return tidy_csv.read(text_source("t.csv", text))


class TestColumns:
    @pytest.mark.parametrize(
        "header",
        [
            "model,benchmark,value",
            "System;Task;Score",
            "method\tdataset\tresult",
            '"Model","Benchmark","Value"',
        ],
    )
    def test_usual_names_are_known(self, header) -> None:
        """In any case, with any of the three delimiters, quoted or not."""
        assert tidy_csv.claims(text_source("t.csv", header + "\n")) is not None

    @pytest.mark.parametrize(
        "header", ["model,score", "benchmark,score", "model,benchmark", "dataset,version,metric,mode,gpt"]
    )
    def test_a_table_without_the_three_is_not_claimed(self, header) -> None:
        """Wide tables need a mapping."""
        assert tidy_csv.claims(text_source("t.csv", header + "\n")) is None

    def test_a_name_that_is_not_needed_keeps_its_own_meaning(self) -> None:
        """With `benchmark` present, `dataset` and `task` are fields of their own; so is `method`."""
        columns = columns_of(["Model", "method", "benchmark", "dataset", "task", "value", "whatever"])
        assert columns == {
            "model": "Model", "benchmark": "benchmark", "value": "value",
            "method": "method", "dataset": "dataset", "task": "task",
        }  # fmt: skip

    def test_a_standard_deviation_is_never_an_error(self) -> None:
        """The column is left out with a reason and a warning."""
        reading = sample("semicolons.csv")
        assert all(record.stderr in {1.5, None, 0.2} for record in reading.records)
        assert reading.ignored == {"standard deviation, which is not a standard error": 1}
        assert "standard_deviation" in {problem.code for problem in reading.problems}


class TestValues:
    def test_cells_are_read_as_people_write_them(self) -> None:
        """64.24 %, 82.00 (7/8), a dash, 78.3 ± 0.2."""
        records = sample("semicolons.csv").records
        assert [(r.value, r.stderr, r.n, r.missing, r.unit) for r in records] == [
            (64.24, 1.5, 100, "", "percent"),
            (82.0, None, 8, "", ""),
            (None, None, None, "dash", ""),
            (78.3, 0.2, 500, "", ""),
        ]
        assert records[1].raw == "82.00 (7/8)"
        assert records[0].pointer == "row 2, column 'Score'"

    def test_what_follows_plus_minus_is_said_to_be_assumed(self) -> None:
        """The table does not say whether it is a standard error."""
        assert "plus_minus" in {problem.code for problem in sample("semicolons.csv").problems}

    def test_conditions_direction_and_bounds_are_read(self) -> None:
        """Seeds tell two runs apart; a perplexity is better when lower and has one bound."""
        first, second, third = sample("conditions.csv").records
        assert (first.seed, second.seed, first.n_shot, first.role, first.dataset) == (
            1,
            2,
            5,
            "ood",
            "sums-v2",
        )
        assert (first.direction, first.direction_source, first.lower, first.upper) == ("higher", "file", 0, 1)
        assert (third.metric, third.direction, third.upper) == ("ppl", "lower", None)

    def test_nothing_is_assumed_that_the_table_does_not_say(self) -> None:
        """No direction, no bounds, no unit; the metric is called score."""
        (record,) = read("model,benchmark,value\na,b,1\n").records
        assert (record.metric, record.direction, record.lower, record.unit) == ("score", "unknown", None, "")


class TestDamage:
    def test_bad_rows_are_quarantined_alone(self) -> None:
        """A text for a score, a text for a count, a short row, no model: one row of five is left."""
        reading = sample("damaged.csv")
        assert [(record.model, record.value) for record in reading.records] == [("org/alpha", 0.5)]
        assert {(problem.code, problem.line) for problem in reading.problems if problem.line} == {
            ("ragged_row", 3),
            ("invalid", 5),
        }
        assert {problem.code for problem in reading.problems} == {
            "ragged_row", "duplicate_header", "value_not_a_number", "invalid", "missing_field",
        }  # fmt: skip

    def test_a_column_name_given_twice_is_read_once(self) -> None:
        """The numbers of the second are quarantined: four, without the short row."""
        reading = sample("damaged.csv")
        assert (reading.ingested, reading.quarantined) == (2, 4 + 0 + 1 + 1 + 2)

    @pytest.mark.parametrize(
        ("column", "cell"),
        [
            ("direction", "sideways"),
            ("role", "iid"),
            ("n_shot", "-1"),
            ("stderr", "-0.5"),
            ("n", "1.5"),
            ("date", "soon"),
            ("unit_seen", "maybe"),
        ],
    )
    def test_a_cell_that_does_not_fit_refuses_its_row(self, column, cell) -> None:
        """With what would have been right."""
        reading = read(f"model,benchmark,value,{column}\na,b,0.5,{cell}\n")
        assert not reading.records
        assert reading.problems[0].expected
        assert column in reading.problems[0].pointer
