"""Scores that are written as words, and scores that are whether two texts are equal."""

from __future__ import annotations

import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sources import text_source

from reportgen.ingest import table_rows
from reportgen.ingest.accounting import account
from reportgen.ingest.counting import count_source
from reportgen.ingest.mapping import load_mapping, read_mapped
from reportgen.ingest.source import Source

EQUAL = "layout: tidy\nfields: {model: m, benchmark: b, value: said}\nequal: truth\n"
WORDS = "layout: tidy\nfields: {model: m, benchmark: b, value: said}\nwords: {true: 1, false: 0, half: 0.5}\n"
FORMS = ["csv", "json", "jsonl", "yaml"]


def load(text: str, form: str = "csv"):
    mapping, problems = load_mapping("m.mapping.yml", f'files: "*"\nformat: {form}\n{text}')
    assert mapping is not None, [problem.text() for problem in problems]
    return mapping


def wrong(text: str) -> dict[str, str]:
    """Pointer and expectation of everything that is wrong with a mapping."""
    mapping, problems = load_mapping("m.mapping.yml", f'files: "*"\n{text}')
    assert mapping is None
    return {problem.pointer: problem.expected for problem in problems}


def read(text: str, rows: list[dict], form: str = "csv"):
    """The reading of rows in a format, its account adding up."""
    header, *lines = [rows[0], *(row.values() for row in rows)]
    data = {
        "csv": "".join(",".join(map(str, line)) + "\n" for line in (header, *lines)),
        "json": json.dumps(rows),
        "jsonl": "".join(json.dumps(row) + "\n" for row in rows),
        "yaml": "".join(f"- {json.dumps(row)}\n" for row in rows),
    }[form]
    source = text_source(f"t.{'yml' if form == 'yaml' else form}", data)
    reading = read_mapped(load(text, form), source)
    numbers = account(source, reading)
    assert numbers.found == count_source(source)
    return reading, numbers


def row(said, true="cat", **more) -> dict:
    return {"m": "a", "b": "pets", "said": said, "truth": true, **more}


def scores(reading) -> list[tuple]:
    return [(record.value, record.raw, record.missing) for record in reading.records]


class TestEqual:
    @pytest.mark.parametrize("form", FORMS)
    def test_equal_texts_are_right_and_others_wrong(self, form) -> None:
        """1 and 0, a fraction from 0 to 1, and no number of the file; blanks at the ends are nothing, case is."""
        rows = [row("cat"), row(" cat ", "cat"), row("dog"), row("Cat")]
        reading, numbers = read(EQUAL, rows, form)
        assert scores(reading) == [
            (1, "cat = cat", ""), (1, "cat = cat", ""), (0, "dog ≠ cat", ""), (0, "Cat ≠ cat", ""),
        ]  # fmt: skip
        record = reading.records[0]
        assert (record.unit, record.lower, record.upper, record.direction) == ("fraction", 0, 1, "unknown")
        assert (record.bounds_source, numbers.found, numbers.ingested) == ("user", 0, 0)

    @pytest.mark.parametrize("form", FORMS)
    @pytest.mark.parametrize(("said", "true"), [("", "cat"), ("cat", " "), ("", "")])
    def test_an_empty_side_is_neither_right_nor_wrong(self, form, said, true) -> None:
        """It is a problem with its place and what to do; the other row is read."""
        reading, _ = read(EQUAL, [row(said, true), row("dog")], form)
        assert [record.value for record in reading.records] == [0]
        (problem,) = reading.problems
        assert (problem.code, problem.expected) == ("value_not_a_number", "text on both sides")
        assert "said" in problem.pointer
        assert "(nothing)" in problem.seen
        assert "`missing`" in problem.hint

    @pytest.mark.parametrize("form", ["json", "jsonl"])
    def test_null_and_an_absent_member_are_empty(self, form) -> None:
        """On either side; of a row without the answer there is no score."""
        absent = {"m": "a", "b": "pets", "said": "cat"}
        silent = {"m": "a", "b": "pets", "truth": "cat"}
        reading, _ = read(EQUAL, [row(None), row("cat", None), absent, silent, row("cat")], form)
        assert scores(reading) == [(1, "cat = cat", "")]
        assert [problem.code for problem in reading.problems] == [
            *["value_not_a_number"] * 3,
            "missing_field",
        ]

    @pytest.mark.parametrize("form", FORMS)
    def test_a_declared_mark_is_a_missing_score(self, form) -> None:
        """Of either side, the empty one if the mapping says so; "none" is a class as any other."""
        text = EQUAL + "missing: ['', unparsable]\n"
        reading, _ = read(text, [row("unparsable"), row(""), row("none", "none")], form)
        assert scores(reading) == [
            (None, "unparsable and cat", "text"), (None, "(nothing) and cat", "text"), (1, "none = none", ""),
        ]  # fmt: skip
        assert not reading.problems

    @pytest.mark.parametrize("form", FORMS)
    def test_numbers_that_are_compared_are_no_scores(self, form) -> None:
        """Classes 3 and 4 are names; n is ingested, and they are not: 2 of 6 numbers."""
        text = EQUAL.replace("value: said", "value: said, n: n")
        reading, numbers = read(text, [row(3, 3, n=10), row(4, 3, n=10)], form)
        assert [(record.value, record.n) for record in reading.records] == [(1, 10), (0, 10)]
        assert (numbers.ingested, numbers.quarantined, numbers.found) == (2, 0, 6)
        assert numbers.ignored == {"not a score": 4}

    def test_numbers_of_a_document_are_compared_by_value(self) -> None:
        """3 is 3.0; as text, "3" is not "3.0"; true is the text true."""
        rows = [row(3, 3.0), row("3", "3.0"), row(True, "true"), row(True, 1)]
        assert [record.value for record in read(EQUAL, rows, "json")[0].records] == [1, 0, 1, 0]

    def test_what_has_members_is_not_compared(self) -> None:
        """Two lists are a problem, equal or not, and their numbers are no scores."""
        reading, numbers = read(EQUAL, [row([1], [1]), row("cat", {"x": 2})], "json")
        assert (reading.records, numbers.ingested, numbers.found) == ([], 0, 3)
        assert {problem.message for problem in reading.problems} == {"two values cannot be compared"}

    def test_the_scale_and_the_mapping_win(self) -> None:
        """100 for right is a percentage whose bounds the mapping states."""
        text = EQUAL + "scale: 100\nconstants: {unit: percent, lower: 0, upper: 100, direction: higher}\n"
        reading, _ = read(text, [row("cat"), row("dog")])
        assert [record.value for record in reading.records] == [100, 0]
        assert (reading.records[0].unit, reading.records[0].upper) == ("percent", 100)
        unbounded, _ = read(EQUAL + "constants: {unit: share}\n", [row("cat")])
        assert (unbounded.records[0].unit, unbounded.records[0].upper) == ("share", 1)

    def test_a_wide_table_compares_each_column(self) -> None:
        """All with one, or each with its own."""
        rows = [{"m": "a", "truth": "cat", "first": "cat", "second": "dog"}]
        text = "layout: wide\nmodel_column: m\ncolumns: all\nequal: truth\n"
        found = [(r.benchmark, r.value, r.unit) for r in read(text, rows)[0].records]
        assert found == [("first", 1, "fraction"), ("second", 0, "fraction")]
        own = "layout: wide\nmodel_column: m\ncolumns: {first: {equal: second, unit: share}}\n"
        assert [(r.value, r.unit) for r in read(own, rows)[0].records] == [(0, "share")]

    def test_levels_of_keys_lead_to_both_sides(self) -> None:
        """Pointers from the innermost level."""
        text = "layout: nested\nlevels: [model, benchmark]\nfields: {value: /said}\nequal: /truth\n"
        document = {"a": {"x": row("cat"), "y": row("dog"), "z": {"said": "cat"}}}
        source = text_source("t.json", json.dumps(document))
        reading = read_mapped(load(text, "json"), source)
        assert [(r.benchmark, r.value, r.unit) for r in reading.records] == [
            ("x", 1, "fraction"), ("y", 0, "fraction"),
        ]  # fmt: skip
        assert [problem.pointer for problem in reading.problems] == ["/a/z/said"]

    def test_parquet_is_compared_as_well(self) -> None:
        """A null on one side is a problem."""
        buffer = io.BytesIO()
        columns = {"m": ["a"] * 3, "b": ["x"] * 3, "said": [1, 2, None], "truth": [1.0, 1.0, 1.0]}
        pq.write_table(pa.table(columns), buffer)
        reading = read_mapped(
            load(EQUAL, "parquet"), Source("t.parquet", "0" * 64, 0, "", data=buffer.getvalue())
        )
        assert [record.value for record in reading.records] == [1, 0]
        assert len(reading.problems) == 1

    @pytest.mark.parametrize("form", ["csv", "json"])
    def test_an_absent_column_is_named(self, form) -> None:
        """And nothing is right or wrong."""
        reading, _ = read(EQUAL.replace("equal: truth", "equal: label"), [row("cat", n=3)], form)
        assert reading.records == []
        assert ("column_absent", "label") in [(one.code, one.expected) for one in reading.problems]


class TestWords:
    @pytest.mark.parametrize("form", FORMS)
    def test_a_word_is_the_number_that_the_mapping_says(self, form) -> None:
        """Whatever its case; a number is a number, a dash is missing, and only the number is one of the file."""
        rows = [row("true"), row("False"), row(" HALF "), row(0.25), row("-")]
        reading, numbers = read(WORDS, rows, form)
        assert scores(reading) == [
            (1, "true", ""), (0, "False", ""), (0.5, "HALF", ""), (0.25, "", ""), (None, "-", "dash"),
        ]  # fmt: skip
        assert (numbers.ingested, numbers.found) == (1, 1)

    @pytest.mark.parametrize("form", ["json", "jsonl", "yaml"])
    def test_true_and_false_of_a_document_are_words_too(self, form) -> None:
        """They are no numbers, and without `words` they are refused."""
        reading, numbers = read(WORDS, [row(True), row(False)], form)
        assert [record.value for record in reading.records] == [1, 0]
        assert numbers.found == 0
        reading, _ = read(WORDS.partition("words")[0], [row(True)], form)
        assert (reading.records, [one.code for one in reading.problems]) == ([], ["value_not_a_number"])

    @pytest.mark.parametrize("form", FORMS)
    def test_any_other_word_is_a_problem_that_lists_the_known(self, form) -> None:
        """It is not 0."""
        reading, _ = read(WORDS, [row("maybe"), row("true")], form)
        assert [record.value for record in reading.records] == [1]
        (problem,) = reading.problems
        assert problem.expected == "a number, a mark for none, or one of: false, half, true"
        assert problem.seen == "'maybe'"

    def test_words_win_over_the_usual_marks(self) -> None:
        """`none` can be a verdict, where the mapping says so."""
        reading, _ = read(WORDS.replace("half", "none"), [row("None"), row("null")])
        assert scores(reading) == [(0.5, "None", ""), (None, "null", "null")]

    def test_a_column_has_its_own_words(self) -> None:
        """And those of the mapping where it has none."""
        text = (
            "layout: wide\nmodel_column: m\nwords: {yes: 1}\ncolumns: {x: , y: {words: {pass: 1, fail: 0}}}\n"
        )
        reading, _ = read(text, [{"m": "a", "x": "yes", "y": "fail"}, {"m": "b", "x": "pass", "y": "pass"}])
        assert [(r.model, r.benchmark, r.value) for r in reading.records] == [
            ("a", "x", 1), ("a", "y", 0), ("b", "y", 1),
        ]  # fmt: skip
        assert [problem.pointer for problem in reading.problems] == ["row 3, column 'x'"]

    def test_the_parts_of_a_cell_can_be_words(self) -> None:
        """ "pass/0.5" is two scores."""
        text = "layout: wide\nmodel_column: m\ncolumns: [x]\nsplit_cell: [f, g]\nwords: {pass: 1}\n"
        reading, _ = read(text, [{"m": "a", "x": "pass/0.5"}])
        assert [(r.metric, r.value) for r in reading.records] == [("f", 1), ("g", 0.5)]

    def test_levels_of_keys_lead_to_words(self) -> None:
        """A JSON boolean below each benchmark, out of its bounds where the mapping says so."""
        text = (
            "layout: nested\nlevels: [model, benchmark]\nwords: {true: 2, false: 0}\nconstants: {upper: 1}\n"
        )
        source = text_source("t.json", json.dumps({"a": {"x": True, "y": False}}))
        reading = read_mapped(load(text, "json"), source)
        assert [(r.benchmark, r.value, r.status) for r in reading.records] == [
            ("x", None, "flagged"),
            ("y", 0, "ok"),
        ]
        assert account(source, reading).found == 0


class TestMistakes:
    def test_everything_wrong_is_said_at_once(self) -> None:
        """With pointers and what would do."""
        text = (
            "layout: wide\nmodel_column: m\nmissing: [no]\nwords: {yes: 1, YES: 0, no: 0, ' ': 1}\nequal: label\n"
            "columns: {x: {equal: x}, y: {words: {a: 1, A: 2}}}\n"
        )
        assert wrong(text) == {
            "/words/YES": "the number of yes, from which only the case tells it apart",
            "/words/no": "a word that is not under `missing` as well",
            "/words/ ": "a word; name under `missing` what stands for no score",
            "/equal": "no `words` beside it",
            "/columns/x/equal": "another column than that of the scores",
            "/columns/y/words/A": "the number of a, from which only the case tells it apart",
            "/columns/y/equal": "no `words` beside it",
        }

    @pytest.mark.parametrize(
        ("line", "place"),
        [
            ("words: {}", "/words"),
            ("words: [yes]", "/words"),
            ("words: {yes: true}", "/words/yes"),
            ("words: {yes: .nan}", "/words/yes"),
            ("words: {yes: '1'}", "/words/yes"),
            (f"words: {{{', '.join(f'w{at}: 1' for at in range(101))}}}", "/words"),
            ("equal: ''", "/equal"),
            ("equal: [x, y]", "/equal"),
            ("equal: said", "/equal"),
            ("equal: x\nsplit_cell: [f, g]", "/equal"),
        ],
    )
    def test_what_cannot_be_is_refused(self, line, place) -> None:
        """With a pointer to it."""
        assert place in wrong(EQUAL.replace("equal: truth\n", line + "\n"))

    @pytest.mark.parametrize(
        ("text", "place"),
        [
            ("layout: wide\nmodel_column: m\ncolumns: [x, x]\n", "/columns"),
            ("layout: wide\nmodel_column: m\ncolumns: [x, y]\nequal: x\n", "/equal"),
            ("layout: wide\nmodel_column: m\ncolumns: {x: , y: }\nequal: x\n", "/columns/x/equal"),
            ("layout: wide\nmodel_column: m\ncolumns: {x: {equal: 3}}\n", "/columns/x/equal"),
            ("format: json\nlayout: nested\nlevels: [model, benchmark]\nequal: /x\n", "/equal"),
            (
                "format: json\nlayout: nested\nlevels: [model, benchmark]\nfields: {value: /y}\nequal: x\n",
                "/equal",
            ),
        ],
    )
    def test_a_layout_says_how_both_sides_are_reached(self, text, place) -> None:
        """A column is read once, and not compared with itself."""
        assert place in wrong(text)


TEXT = st.sampled_from(
    ["", " ", "cat", "Cat", "cat ", "1", "1.0", "-", "nan", "none", "true", "yes", "x" * 300, "ß", "±"]
)


@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=6), st.booleans(), st.sampled_from(FORMS))
def test_any_texts_make_a_score_a_missing_one_or_a_problem(pairs, by_word, form) -> None:
    """One of the three for every row, by a loop over the rows; in blocks of columns as row by row."""
    rows = [
        row(f'"{said}"' if form == "csv" else said, f'"{true}"' if form == "csv" else true)
        for said, true in pairs
    ]
    for smallest in (10**9, 0):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(table_rows, "SMALLEST", smallest)
            reading, numbers = read(WORDS if by_word else EQUAL, rows, form)
        values = [value for frame in reading.batches() for value in frame["value"].tolist()]
        assert len(values) + len(reading.problems) == len(rows)
        if not by_word:
            full = [(said.strip(), true.strip()) for said, true in pairs if said.strip() and true.strip()]
            assert values == [float(said == true) for said, true in full]
            assert numbers.ingested == 0
