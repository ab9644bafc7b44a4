"""Tables as text: delimiters, headers, rows that do not fit, and what they hold."""

from __future__ import annotations

import pytest
from sources import document_source, text_source

from reportgen.ingest.counting import count_numbers, count_source
from reportgen.ingest.source import NotANumber
from reportgen.ingest.tables import MAX_RAGGED, delimiter_of, open_table, read_header, read_table


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_delimiters_line_ends_and_marks_make_no_difference(delimiter, end, mark) -> None:
    """The same table eighteen times."""
    text = (
        mark
        + end.join(delimiter.join(row) for row in (["model", "a b"], ["m", "1"], ["", ""], ["n", "2"]))
        + end
    )
    table = read_table(text)
    assert table.header == ("model", "a b")
    assert [(row.line, row.cells) for row in table.rows] == [(2, ("m", "1")), (4, ("n", "2"))]
    assert not table.problems


def test_the_delimiter_is_what_occurs_most_outside_quotes() -> None:
    """A comma in a quoted name does not decide."""
    assert delimiter_of('"a, b, c";d;e') == ";"
    assert delimiter_of("one") == ","
    assert read_table("a;b\n1;2", path="x.tsv").header == ("a;b",)


def test_a_quoted_cell_may_hold_line_ends() -> None:
    """The row is known by the line on which it ends."""
    table = read_table('model,note\nm,"two\nlines"\nn,x\n')
    assert [(row.line, row.cells[1]) for row in table.rows] == [(3, "two\nlines"), (4, "x")]


def test_a_short_or_long_row_is_refused_with_its_line() -> None:
    """And its numbers are counted."""
    table = read_table("a,b\n1,2\n3\n4,5,6\n")
    assert [(problem.line, numbers) for problem, numbers in table.ragged] == [(3, 1), (4, 3)]
    assert len(table.rows) == 1


def test_a_repeated_name_keeps_its_first_column() -> None:
    """The later one is a problem with its numbers."""
    table = read_table("a,b,a\n1,2,3\n4,5,x\n")
    assert table.columns == {"a": 0, "b": 1}
    assert [(problem.pointer, numbers) for problem, numbers in table.repeated_columns()] == [("column 3", 1)]


def test_an_unnamed_column_is_a_warning_unless_it_is_the_first() -> None:
    """An index column has no name in many tables."""
    assert not read_table(",a\nm,1\n").problems
    assert [problem.code for problem in read_table("a,\nm,1\n").problems] == ["empty_header"]


def test_rows_above_the_header_can_be_skipped() -> None:
    """Line numbers stay those of the file."""
    table = read_table("# title\n\na,b\n1,2\n", skip_rows=2)
    assert (table.header, table.rows[0].line) == (("a", "b"), 4)


@pytest.mark.parametrize(
    ("text", "code"), [("a,b\n", "empty_table"), ("a,b\n" + "x" * 200_000 + ",1\n", "csv_syntax")]
)
def test_what_cannot_be_read_is_a_problem(text, code) -> None:
    """No rows, or a cell beyond all measure."""
    assert [problem.code for problem in read_table(text).problems] == [code]


def test_an_empty_text_is_an_empty_table() -> None:
    """Without a header there is nothing to say."""
    assert read_header("") == ()
    assert read_table("").rows == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_long_text_is_cut_between_lines_only(end, monkeypatch) -> None:
    """Wherever the window ends, quoted line ends and rare separators included."""
    rows = [
        ["m", "v", "note"],
        *([f"m{i}", str(i), "two\nlines" if i % 5 else "a\u2028b\x0bc"] for i in range(60)),
    ]
    text = end.join(f'{a},{b},"{c}"' for a, b, c in rows)
    whole = [row.cells for row in read_table(text).rows]
    assert whole[4] == ("m4", "4", "two\nlines")
    for window in (1, 2, 3, 17, 100):
        monkeypatch.setattr("reportgen.ingest.tables._WINDOW", window)
        assert [row.cells for row in open_table(text).rows()] == whole


def test_two_header_rows_name_the_columns_together() -> None:
    """An empty upper cell means that to its left, as where cells were merged; the first may stay empty."""
    table = open_table(",noise,,blur\n,1,2,1\nm,0.5,0.4,0.3\n", header_rows=2)
    assert table.header == ("", "noise / 1", "noise / 2", "blur / 1")
    assert table.headers[0] == ("", "noise", "noise", "blur")
    assert [(row.line, row.cells[0]) for row in table.rows()] == [(3, "m")]


def test_many_rows_that_do_not_fit_are_not_all_listed() -> None:
    """Their numbers are counted to the last."""
    table = read_table("a,b\n" + "1\n" * (MAX_RAGGED + 500))
    assert len(table.ragged) == MAX_RAGGED + 1
    assert sum(numbers for _, numbers in table.ragged) == MAX_RAGGED + 500
    assert "not listed" in table.ragged[-1][0].message


def test_numeric_leaves_are_counted() -> None:
    """true is no number; a bare NaN is one that went wrong."""
    assert count_numbers({"a": [1, 2.5, "3", None, True], "b": {"c": NotANumber("NaN")}}) == 3
    assert count_numbers(7) == 1
    assert count_numbers("7") == 0


def test_a_source_is_counted_by_its_kind() -> None:
    """Leaves of JSON, cells of a table, short rows included."""
    assert count_source(document_source("a.json", [1, {"b": 2}])) == 2
    assert count_source(text_source("a.csv", "m,v,date\na,1,2024-05-01\nb,2 ± 1,x\n3\n")) == 4


def test_counting_follows_any_depth() -> None:
    """It does not recurse."""
    document: list = []
    for _ in range(100_000):
        document = [document]
    assert count_numbers(document) == 0
