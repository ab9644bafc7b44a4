"""Names that stand apart from the numbers: a header without the cell above the row names."""

from __future__ import annotations

import textwrap

import pytest
from sources import text_source

from reportgen.ingest.accounting import count_numbers_of
from reportgen.ingest.mapping import load_mapping, read_mapped

TABLE_MAPPING = """
files: "scores.*"
layout: wide
row_names: NAME
model_column: NAME
columns: all
except: [Mean]
constants: {suite: Demo, metric: accuracy}
"""


def load(text: str):
    mapping, problems = load_mapping("m.mapping.yml", textwrap.dedent(text))
    assert mapping is not None, [problem.text() for problem in problems]
    return mapping


def errors(text: str) -> dict[str, str]:
    mapping, problems = load_mapping("m.mapping.yml", textwrap.dedent(text))
    assert mapping is None
    return {problem.pointer: problem.code for problem in problems}


def read(text: str, source):
    """A reading whose numbers are all accounted for."""
    reading = read_mapped(load(text), source)
    found = count_numbers_of(source)
    assert reading.found in {None, found}
    assert reading.ingested + reading.quarantined + sum(reading.ignored.values()) == found
    return reading


def codes(reading) -> list[tuple[str, str]]:
    return [(problem.code, problem.pointer) for problem in reading.problems]


def scores(reading) -> list[tuple[str, str, float | None, str]]:
    return [(record.model, record.benchmark, record.value, record.pointer) for record in reading.records]


class TestRowNames:
    @pytest.mark.parametrize(
        ("path", "text"),
        [
            ("scores.tsv", "Mean\tsums\tprose\na\t3\t1\t5\nb\t2\t-\t2\n"),
            ("scores.csv", '\ufeff"Mean","sums","prose"\r\n"a",3,1,5\r\n"b",2,-,2\r\n'),
        ],
    )
    def test_the_lacking_cell_is_declared(self, path, text) -> None:
        """As R writes its tables: three names above four cells; both means are left out, one score is missing."""
        reading = read(TABLE_MAPPING, text_source(path, text))
        assert scores(reading) == [
            ("a", "sums", 1, "row 2, column 'sums'"), ("a", "prose", 5, "row 2, column 'prose'"),
            ("b", "sums", None, "row 3, column 'sums'"), ("b", "prose", 2, "row 3, column 'prose'"),
        ]  # fmt: skip
        assert (reading.ingested, reading.ignored) == (3, {"column left out by the mapping": 2})
        assert not reading.problems

    def test_it_is_never_guessed(self) -> None:
        """Without the declaration every row has a cell too many, and is refused as before."""
        text = TABLE_MAPPING.replace("row_names: NAME\nmodel_column: NAME", "model_column: Mean")
        reading = read(text, text_source("scores.csv", "Mean,sums\na,3,1\nb,2,4\n"))
        assert sorted(problem.code for problem in reading.problems) == [
            "empty_table",
            "ragged_row",
            "ragged_row",
        ]
        assert (reading.records, reading.quarantined) == ([], 4)

    def test_a_header_that_has_the_cell_refuses_its_rows(self) -> None:
        """The declaration is wrong: no number may slide one column to the left. One row more fits, and is read."""
        reading = read(TABLE_MAPPING, text_source("scores.csv", "model,sums\na,3\nb,2,4\nc,5,6,7\n"))
        assert [(problem.code, problem.seen, problem.expected) for problem in reading.problems] == [
            ("ragged_row", "2 cells", "3 cells"), ("ragged_row", "4 cells", "3 cells"),
        ]  # fmt: skip
        assert [score[:3] for score in scores(reading)] == [("b", "model", 2), ("b", "sums", 4)]
        assert (reading.ingested, reading.quarantined) == (2, 4)

    def test_a_column_of_the_same_name_is_not_read(self) -> None:
        """The row names are the first of that name."""
        reading = read(TABLE_MAPPING, text_source("scores.csv", "sums,NAME\na,3,1\n"))
        assert (codes(reading), reading.quarantined) == ([("duplicate_header", "column 3")], 1)
        assert [score[:3] for score in scores(reading)] == [("a", "sums", 3)]

    def test_numbers_of_a_refused_table_are_counted(self) -> None:
        """A column that the mapping names is not there: one problem, with all three numbers."""
        text = TABLE_MAPPING.replace("columns: all", "columns: [proze]")
        reading = read(text, text_source("scores.csv", "Mean,sums\na,3,1\nb,2,-\n"))
        (problem,) = reading.problems
        assert (problem.code, problem.expected, reading.quarantined) == ("column_absent", "proze", 3)
        assert problem.seen == "'NAME, Mean, sums'"

    @pytest.mark.parametrize("text", ["x", '"', ",,,", "sums\n", "\n\n\nsums\n\n"])
    def test_a_table_without_rows_has_no_records(self, text) -> None:
        """Nor does it raise."""
        reading = read_mapped(load(TABLE_MAPPING), text_source("scores.csv", text))
        assert (reading.records, reading.ingested) == ([], 0)

    def test_lines_above_the_header_are_no_header(self) -> None:
        """They are skipped first."""
        source = text_source("scores.csv", "# made by hand\nsums\na,3\n")
        reading = read_mapped(load(TABLE_MAPPING + "skip_rows: 1\n"), source)
        assert scores(reading) == [("a", "sums", 3, "row 3, column 'sums'")]

    def test_what_cannot_work_is_said_at_once(self) -> None:
        """Beside an unknown field; an empty name is none, and so is a list."""
        text = TABLE_MAPPING.replace("except: [Mean]", "fields: {colour: x}")
        for line in ("format: json", "header: [benchmark, variant]"):
            assert errors(text + line) == {"/row_names": "invalid", "/fields/colour": "invalid"}
        for name in ('""', "[a]", "1", "x" * 201):
            assert errors(TABLE_MAPPING.replace("row_names: NAME", f"row_names: {name}")) == {
                "/row_names": "invalid"
            }
