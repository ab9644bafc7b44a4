"""Names that stand apart from the numbers: beside a list, or not at all above the row names of a table."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sources import document_source, text_source

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


#: An object of arrays, a column each.
COLUMNS = """
files: scores.json
format: json
layout: nested
levels: [benchmark, model]
names: {model: /model}
except: [model, size]
constants: {metric: accuracy}
"""
#: Rows and columns by position, names beside them, as some table libraries write them.
SPLIT = """
files: scores.json
format: json
layout: nested
levels: [/data, model, benchmark]
names: {model: /index, benchmark: /columns}
constants: {metric: accuracy}
"""


class TestNamesOfLists:
    def test_an_object_of_arrays_is_a_table(self) -> None:
        """A record for each position of each array, at the place of its number; null is missing."""
        document = {"model": ["a", "b"], "size": [7, 70], "sums": [0.5, None], "prose": ["64%", 0.25]}
        reading = read(COLUMNS, document_source("scores.json", document))
        assert scores(reading) == [
            ("a", "sums", 0.5, "/sums/0"), ("b", "sums", None, "/sums/1"),
            ("a", "prose", 64.0, "/prose/0"), ("b", "prose", 0.25, "/prose/1"),
        ]  # fmt: skip
        assert not reading.problems

    def test_rows_and_columns_are_named_beside_the_numbers(self) -> None:
        """The pointers begin where the fixed step begins; a number is a name too."""
        document = {"columns": ["sums", 2024], "index": ["a", "b"], "data": [[1, 2], [3, 4]]}
        reading = read_mapped(load(SPLIT), document_source("scores.json", document))
        assert scores(reading) == [
            ("a", "sums", 1, "/data/0/0"), ("a", "2024", 2, "/data/0/1"),
            ("b", "sums", 3, "/data/1/0"), ("b", "2024", 4, "/data/1/1"),
        ]  # fmt: skip
        assert (reading.ingested, reading.quarantined, reading.problems) == (4, 0, [])

    def test_each_object_of_a_list_has_its_own_names(self) -> None:
        """And each line of JSON Lines."""
        objects = [{"model": ["a"], "sums": [1]}, {"model": ["b", "c"], "sums": [2, 3]}]
        reading = read(COLUMNS, document_source("scores.json", objects))
        assert [(r.model, r.value, r.pointer) for r in reading.records] == [
            ("a", 1, "/0/sums/0"), ("b", 2, "/1/sums/0"), ("c", 3, "/1/sums/1"),
        ]  # fmt: skip
        lines = "".join(document_source("x.json", one).text + "\n" for one in objects)
        reading = read(COLUMNS.replace("json", "jsonl"), text_source("scores.jsonl", lines))
        assert [(r.model, r.value, r.pointer) for r in reading.records] == [
            ("a", 1, "line 1, /sums/0"), ("b", 2, "line 2, /sums/0"), ("c", 3, "line 2, /sums/1"),
        ]  # fmt: skip

    def test_names_may_only_say_what_is_left_out(self) -> None:
        """Those of a star state no field; an item of such a list can be an object of its own."""
        text = COLUMNS.replace("model]", '"*"]').replace("{model: /model}", '{"*": /which}')
        text = text.replace("size]", "which, mean]") + "fields: {model: /name, value: /score, stderr: /se}\n"
        items = [{"name": "a", "score": 5, "se": 1}, {"name": "a", "score": 7}]
        reading = read(text, document_source("scores.json", {"which": ["one", "mean"], "sums": items}))
        assert scores(reading) == [("a", "sums", 5, "/sums/0/score")]
        assert (reading.ingested, reading.ignored) == (2, {"key left out by the mapping": 1})

    def test_what_is_no_table_has_its_place(self) -> None:
        """Each array is refused by itself, with its numbers; another one is read."""
        document = {
            "model": ["a", "b"], "short": [1], "long": [1, 2, 3], "empty": [], "plain": 5, "object": {"a": 1, "b": 2},
            "inner": [[1, 2], {"x": 3}], "sums": [8, 9],
        }  # fmt: skip
        reading = read(COLUMNS, document_source("scores.json", document))
        assert [score[:3] for score in scores(reading)] == [("a", "sums", 8), ("b", "sums", 9)]
        assert codes(reading) == [
            ("unequal_lengths", "/short"), ("unequal_lengths", "/long"), ("unequal_lengths", "/empty"),
            ("unexpected_shape", "/plain"), ("unexpected_shape", "/object"),
            ("unexpected_shape", "/inner/0"), ("unexpected_shape", "/inner/1"),
        ]  # fmt: skip
        assert (reading.ingested, reading.quarantined) == (2, 1 + 3 + 0 + 1 + 2 + 2 + 1)
        assert [problem.seen for problem in reading.problems[:2]] == ["1 items", "3 items"]
        assert reading.problems[0].expected == "2 items, as many as /model names"

    @pytest.mark.parametrize(
        ("names", "code", "place"),
        [
            (["a", "a"], "invalid", "/model/1"),
            (["a", " a "], "invalid", "/model/1"),
            (["a", 1.5, "1.5"], "unequal_lengths", "/sums"),
            (["1.5", 1.5], "invalid", "/model/1"),
            (["", "b"], "invalid", "/model/0"),
            (["a", None], "invalid", "/model/1"),
            (["a", True], "invalid", "/model/1"),
            (["a", ["b"]], "invalid", "/model/1"),
            (["a", float("nan")], "invalid", "/model/1"),
            ({"a": 1, "b": 2}, "unexpected_shape", "/model"),
            ("ab", "unexpected_shape", "/model"),
            (None, "unexpected_shape", "/model"),
        ],
    )
    def test_names_that_name_nothing_refuse_the_list(self, names, code, place) -> None:
        """No number is given to the wrong model."""
        reading = read_mapped(load(COLUMNS), document_source("scores.json", {"sums": [3, 4], "model": names}))
        assert (codes(reading), reading.records, reading.quarantined) == ([(code, place)], [], 2)

    def test_names_that_are_not_there_refuse_the_list(self) -> None:
        """With the place where they were looked for."""
        reading = read(SPLIT, document_source("scores.json", {"index": ["a"], "data": [[1, 2]]}))
        assert (codes(reading), reading.quarantined) == ([("pointer_absent", "")], 2)
        assert reading.problems[0].expected == "/columns"

    @given(
        st.dictionaries(
            st.sampled_from(["model", "sums", "~/", ""]),
            st.recursive(
                st.none() | st.booleans() | st.integers(0, 9) | st.sampled_from(["a", "b", "", "x" * 99]),
                lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner),
                max_leaves=8,
            ),
        )
    )
    def test_every_number_of_any_document_is_accounted_for(self, document) -> None:
        """Ingested, quarantined or ignored, whatever the shape."""
        read(COLUMNS, document_source("scores.json", document))

    def test_what_cannot_work_is_said_at_once(self) -> None:
        """Names of no level, of a fixed step, and at no pointer."""
        text = SPLIT.replace("{model: /index,", "{models: /index, /data: /x, model: index,")
        assert errors(text) == dict.fromkeys(("/names/models", "/names/~1data", "/names/model"), "invalid")
        assert errors(COLUMNS.replace("{model: /model}", "[model]")) == {"/names": "invalid"}
        assert errors(COLUMNS.replace("/model}", '""}')) == {"/names/model": "invalid"}
        assert "/names/model" in errors(TABLE_MAPPING + "names: {model: /model}\n")
