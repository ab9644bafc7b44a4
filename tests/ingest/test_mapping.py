"""Mapping files: what they say, what is wrong with them, and the records they make."""

from __future__ import annotations

import io
import re
import textwrap
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sources import document_source, file_source, text_source

from reportgen.ingest.accounting import count_numbers_of
from reportgen.ingest.mapping import glob_pattern, is_mapping, load_mapping, read_mapped
from reportgen.ingest.source import Source

DOCS = Path(__file__).resolve().parents[2] / "docs" / "mapping.md"

WIDE = """
files: "scores.csv"
layout: wide
model_column: model
columns: all
except: [org]
constants: {suite: Demo, metric: accuracy, direction: higher, lower: 0, upper: 100, unit: percent}
"""
TABLE = "model,org,sums,prose\na,x,64.5,-\nb,y,70.25,12\n"


def load(text: str, path: str = "m.mapping.yml"):
    mapping, problems = load_mapping(path, textwrap.dedent(text))
    assert mapping is not None, [problem.text() for problem in problems]
    return mapping


def errors(text: str) -> dict[str, str]:
    mapping, problems = load_mapping("m.mapping.yml", textwrap.dedent(text))
    assert mapping is None
    assert all(problem.file == "m.mapping.yml" for problem in problems)
    return {problem.pointer: problem.code for problem in problems}


def read_table(text: str, table: str, path: str = "scores.csv"):
    source = text_source(path, table)
    reading = read_mapped(load(text), source)
    named = reading.ingested + reading.quarantined + sum(reading.ignored.values())
    assert named <= count_numbers_of(source)
    return reading


def read_json(text: str, document):
    source = document_source("scores.json", document)
    reading = read_mapped(load(text), source)
    named = reading.ingested + reading.quarantined + sum(reading.ignored.values())
    assert named <= count_numbers_of(source)
    return reading


def scores(reading):
    return [(record.model, record.benchmark, record.value) for record in reading.records]


class TestWhere:
    def test_a_mapping_is_known_by_its_name(self) -> None:
        """Both endings of YAML, in any case."""
        assert is_mapping("a/live.mapping.yml")
        assert is_mapping("LIVE.MAPPING.YAML")
        assert not is_mapping("mapping.yml")

    @pytest.mark.parametrize(
        ("glob", "path", "expected"),
        [
            ("t.csv", "t.csv", True),
            ("*.csv", "t.csv", True),
            ("*.csv", "a/t.csv", False),
            ("**/*.csv", "t.csv", True),
            ("**/*.csv", "a/b/t.csv", True),
            ("a/**", "a/b/t.csv", True),
            ("t?.csv", "t12.csv", False),
            ("t.csv", "txcsv", False),
            ("[a].csv", "a.csv", False),
        ],
    )
    def test_globs_stay_within_folders(self, glob, path, expected) -> None:
        """Two stars cross them; nothing but stars and question marks is special."""
        assert bool(glob_pattern(glob).fullmatch(path)) is expected

    def test_a_mapping_speaks_for_its_own_folder_and_below(self) -> None:
        """Not for a neighbour, and not for itself."""
        mapping = load(WIDE.replace("scores.csv", "**/*"), "a/m.mapping.yml")
        assert mapping.matches("a/b/scores.csv")
        assert not mapping.matches("b/scores.csv")
        assert not mapping.matches("a/other.mapping.yml")

    def test_another_text_is_another_version(self) -> None:
        """What was read by the old mapping is not taken from a cache."""
        assert load(WIDE).version != load(WIDE + "# changed\n").version


class TestWide:
    def test_every_column_is_a_benchmark(self) -> None:
        """Three scores and one dash; the organisation is left out."""
        reading = read_table(WIDE, TABLE)
        assert scores(reading) == [
            ("a", "sums", 64.5),
            ("a", "prose", None),
            ("b", "sums", 70.25),
            ("b", "prose", 12),
        ]
        record = reading.records[0]
        assert (record.direction, record.direction_source, record.bounds_source) == ("higher", "user", "user")
        assert (record.suite, record.lower, record.unit, record.pointer) == (
            "Demo", 0.0, "percent", "row 2, column 'sums'",
        )  # fmt: skip

    def test_listed_columns_have_their_own_settings(self) -> None:
        """Another metric, direction, scale and benchmark name; the rest is ignored by name."""
        reading = read_table(
            """
            files: scores.csv
            layout: wide
            model_column: model
            columns:
              sums: {benchmark: Sums v2, metric: accuracy, direction: higher, scale: 0.01, upper: 1}
              prose: {metric: perplexity, direction: lower, role: ood}
            """,
            "model,sums,prose,size\na,57,11.5,7\n",
        )
        sums, prose = reading.records
        assert (sums.benchmark, sums.value, sums.raw, sums.upper) == ("Sums v2", 0.57, "57.0", 1.0)
        assert (prose.metric, prose.direction, prose.role) == ("perplexity", "lower", "ood")
        assert reading.ignored == {"column left out by the mapping": 1}

    def test_arrows_in_a_header_are_directions_when_asked_for(self) -> None:
        """And are no part of the name."""
        text = WIDE.replace("direction: higher, ", "") + "arrows: true\n"
        records = read_table(text, "model,FID ↓,IS ↑,Plain\na,1,2,3\n").records
        assert [(record.benchmark, record.direction) for record in records] == [
            ("FID", "lower"), ("IS", "higher"), ("Plain", "unknown"),
        ]  # fmt: skip
        assert read_table(WIDE, "model,FID ↓\na,1\n").records[0].benchmark == "FID ↓"

    def test_a_cell_can_hold_two_metrics(self) -> None:
        """ "85.1/86.0" are two records; a dash is missing for both; one number is a problem."""
        text = WIDE + "split_cell: [f1, exact match]\n"
        reading = read_table(text, "model,qa\na,85.1/86.0\nb,-\nc,80\n")
        assert [(r.model, r.metric, r.value) for r in reading.records] == [
            ("a", "f1", 85.1), ("a", "exact match", 86.0), ("b", "f1", None), ("b", "exact match", None),
        ]  # fmt: skip
        assert (reading.ingested, reading.quarantined) == (2, 1)

    def test_conventions_of_numbers_are_declared(self) -> None:
        """Decimal comma, points between thousands, own marks for missing."""
        text = WIDE.replace("upper: 100", "upper: 9999") + "decimal: ','\nthousands: '.'\nmissing: [n.r.]\n"
        assert scores(read_table(text, "model;x;y;z\na;1.234,5;78,3;n.r.\n")) == [
            ("a", "x", 1234.5), ("a", "y", 78.3), ("a", "z", None),
        ]  # fmt: skip

    def test_rows_above_the_header_are_skipped(self) -> None:
        """Two of them."""
        assert len(read_table(WIDE + "skip_rows: 2\n", "# a\n# b\n" + TABLE).records) == 4

    def test_a_score_outside_the_declared_bounds_is_not_used(self) -> None:
        """It is kept as it was written, with a problem."""
        reading = read_table(WIDE, "model,sums\na,164.5\n")
        assert (reading.records[0].value, reading.records[0].raw) == (None, "164.5")
        assert (reading.ingested, reading.quarantined) == (0, 1)

    def test_an_absent_column_refuses_the_table(self) -> None:
        """With the names that are there."""
        reading = read_table(WIDE.replace("columns: all", "columns: [sums, proze]"), TABLE)
        assert [(problem.code, problem.expected) for problem in reading.problems] == [
            ("column_absent", "proze")
        ]
        assert (reading.records, reading.quarantined) == ([], 3)

    def test_a_cell_that_is_no_score_has_its_address(self) -> None:
        """The rest of the row is read."""
        reading = read_table(WIDE, "model,sums,prose\na,about 60,12\n")
        assert [(problem.pointer, problem.seen) for problem in reading.problems] == [
            ("row 2, column 'sums'", "'about 60'")
        ]
        assert scores(reading) == [("a", "prose", 12)]


class TestTidy:
    TEXT = """
    files: "scores.csv"
    layout: tidy
    fields: {model: Name, benchmark: Suite part, value: Points, stderr: Error, n: Items, seed: Run}
    constants: {metric: points, direction: higher}
    scale: 0.01
    """

    def test_fields_are_columns(self) -> None:
        """The error is scaled when it stands in the cell of the score."""
        reading = read_table(self.TEXT, "Name,Suite part,Points,Error,Items,Run\na,b,57 ± 2,,80,3\n")
        (record,) = reading.records
        assert (record.value, record.stderr, record.n, record.seed) == (0.57, 0.02, 80, 3)
        assert reading.ingested == 3

    def test_a_cell_that_does_not_fit_refuses_its_row(self) -> None:
        """With its address."""
        reading = read_table(self.TEXT, "Name,Suite part,Points,Error,Items,Run\na,b,57,,many,3\n")
        assert [problem.pointer for problem in reading.problems] == ["row 2, column 'Items'"]
        assert reading.quarantined == 1


class TestPath:
    TEXT = WIDE + "path_pattern: '(?P<suite>\\w+)_(?P<date>\\d{4}-\\d{2}-\\d{2})/scores'\n"

    def test_the_path_states_fields(self) -> None:
        """A suite and a date, which comes from the name and not from the file."""
        record = read_table(self.TEXT, TABLE, "Live_2026-01-31/scores.csv").records[0]
        assert (record.suite, record.date, record.date_source) == ("Live", "2026-01-31", "filename")

    @pytest.mark.parametrize("path", ["scores.csv", "Live_2026-99-99/scores.csv"])
    def test_a_path_that_does_not_fit_refuses_the_file(self, path) -> None:
        """All its numbers are quarantined."""
        reading = read_table(self.TEXT, TABLE, path)
        assert (reading.records, reading.quarantined) == ([], 3)


class TestNested:
    def test_levels_name_the_keys(self) -> None:
        """Models, then benchmarks, then metrics."""
        text = """
        files: scores.json
        format: json
        layout: nested
        levels: [model, benchmark, metric]
        """
        reading = read_json(text, {"a": {"sums": {"acc": 0.5, "f1": "64.2%"}}, "b": {"sums": {"acc": None}}})
        assert [(r.model, r.metric, r.value, r.missing, r.unit) for r in reading.records] == [
            ("a", "acc", 0.5, "", ""), ("a", "f1", 64.2, "", "percent"), ("b", "acc", None, "null", ""),
        ]  # fmt: skip
        assert reading.records[0].pointer == "/a/sums/acc"
        assert reading.ingested == 1

    def test_fixed_keys_are_steps_and_some_are_left_out(self) -> None:
        """The shape of a code leaderboard: a score board below each model, beside a link."""
        text = """
        files: scores.json
        format: json
        layout: nested
        levels: [model, /pass@1, benchmark]
        except: [meta]
        constants: {metric: pass@1}
        """
        reading = read_json(text, {"a": {"link": "x", "size": 7, "pass@1": {"he": 81.5}}, "meta": {"n": 3}})
        assert scores(reading) == [("a", "he", 81.5)]
        assert reading.ignored == {"key left out by the mapping": 1}

    def test_a_list_of_objects_is_read_by_pointers(self) -> None:
        """Each field points into its own object; what is not there is not stated."""
        text = """
        files: scores.json
        format: json
        layout: nested
        records: /runs
        fields: {model: /config/model, benchmark: /task, value: /stats/mean, stderr: /stats/se, n: /stats/n}
        """
        runs = [
            {"config": {"model": "a"}, "task": "sums", "stats": {"mean": 0.5, "se": 0.1, "n": 20}},
            {"config": {"model": "b"}, "task": "sums", "stats": {"mean": 0.25}},
            {"config": {"model": "c"}, "task": "sums"},
            {"task": "sums", "stats": {"mean": 0.75, "n": "many"}},
        ]
        reading = read_json(text, {"runs": runs})
        assert [(r.model, r.value, r.stderr, r.n) for r in reading.records] == [
            ("a", 0.5, 0.1, 20),
            ("b", 0.25, None, None),
        ]
        assert [problem.pointer for problem in reading.problems] == ["/runs/2", "/runs/3/stats/n"]
        assert (reading.ingested, reading.quarantined) == (4, 1)

    def test_lists_within_levels_are_walked(self) -> None:
        """A star stands for every item of a list."""
        text = """
        files: scores.json
        format: json
        layout: nested
        levels: [benchmark, "*"]
        fields: {model: /name, value: /score}
        """
        reading = read_json(text, {"sums": [{"name": "a", "score": 1}, {"name": "b", "score": 2}]})
        assert scores(reading) == [("a", "sums", 1), ("b", "sums", 2)]

    @pytest.mark.parametrize(
        "document", [5, {"a": 5}, {"a": {"b": {"c": 5}}}, {"a": {"b": [5]}}, {"a": {"b": True}}, []]
    )
    def test_another_depth_is_a_problem_with_a_place(self, document) -> None:
        """No number is taken for another thing than it is."""
        text = "files: scores.json\nformat: json\nlayout: nested\nlevels: [model, benchmark]\n"
        reading = read_json(text, document)
        assert not reading.records
        assert reading.quarantined == count_numbers_of(document_source("scores.json", document))

    def test_an_absent_place_refuses_the_document(self) -> None:
        """`records` points nowhere."""
        text = "files: scores.json\nformat: json\nlayout: nested\nrecords: /x\nlevels: [model, benchmark]\n"
        reading = read_json(text, {"a": {"b": 1}})
        assert ([problem.code for problem in reading.problems], reading.quarantined) == (
            ["pointer_absent"],
            1,
        )


class TestHeaders:
    def test_a_header_can_name_metrics(self) -> None:
        """Then the benchmark is a constant, or another column."""
        text = """
        files: scores.csv
        layout: wide
        model_column: model
        header: [metric]
        columns: {pass_1: {primary: true}, cost: {direction: lower, unit: dollars}}
        fields: {n: tests}
        constants: {benchmark: code}
        """
        reading = read_table(text, "model,pass_1,cost,tests\na,57,0.5,225\n")
        assert [(r.benchmark, r.metric, r.value, r.primary, r.direction, r.n) for r in reading.records] == [
            ("code", "pass_1", 57, True, "unknown", 225), ("code", "cost", 0.5, None, "lower", 225),
        ]  # fmt: skip
        assert reading.ingested == 3

    def test_a_header_can_state_several_fields(self) -> None:
        """By a pattern; a name that it does not match is taken as it is."""
        text = WIDE + "header_pattern: '(?P<benchmark>.+?) ?\\((?P<n_shot>\\d+)-shot\\)'\n"
        records = read_table(text, "model,ARC(25-shot),MMLU (5-shot),Plain\na,1,2,3\n").records
        assert [(record.benchmark, record.n_shot) for record in records] == [
            ("ARC", 25), ("MMLU", 5), ("Plain", None),
        ]  # fmt: skip

    def test_two_header_rows_state_a_field_each(self) -> None:
        """The corruption, and its severity as a number."""
        text = """
        files: scores.csv
        layout: wide
        model_column: ""
        columns: all
        header: [variant, level_order]
        constants: {benchmark: corruptions, metric: accuracy}
        """
        reading = read_table(text, ",noise,noise,blur\n,1,2,1\na,0.5,0.4,-\n")
        assert [(r.model, r.variant, r.level_order, r.value) for r in reading.records] == [
            ("a", "noise", 1.0, 0.5), ("a", "noise", 2.0, 0.4), ("a", "blur", 1.0, None),
        ]  # fmt: skip
        assert reading.records[1].pointer == "row 3, column 'noise / 2'"
        assert (reading.ingested, reading.found) == (2, 2)

    def test_a_header_that_does_not_fit_costs_its_column(self) -> None:
        """With its name; the others are read."""
        text = WIDE.replace("metric: accuracy, ", "benchmark: b, ") + "header: [n_shot]\n"
        reading = read_table(text, "model,5,many\na,1,2\n")
        assert [(problem.code, problem.pointer) for problem in reading.problems] == [
            ("invalid", "column 'many'")
        ]
        assert [(record.n_shot, record.value) for record in reading.records] == [(5, 1)]
        assert (reading.ingested, reading.quarantined, reading.ignored) == (1, 1, {})
        listed = text.replace("layout: wide", "format: json\nlayout: wide")
        document = [{"model": "a", "5": 1, "many": 2}, {"model": "b", "5": 1, "many": 2}]
        reading = read_json(listed.replace("scores.csv", "scores.json"), document)
        assert ([problem.code for problem in reading.problems], reading.quarantined) == (["invalid"], 2)


class TestVariants:
    def test_some_columns_make_another_system_of_one_model(self) -> None:
        """Sorted, and without what a row does not state."""
        text = WIDE.replace("except: [org]", "variants: [org, effort]")
        records = read_table(text, "model,org,effort,sums\na,x,high,1\na,,low,2\na,,,3\n").records
        assert [record.model_variant for record in records] == ["effort=high, org=x", "effort=low", ""]

    def test_below_levels_they_are_pointers(self) -> None:
        """Named by their last step."""
        text = """
        files: scores.json
        format: json
        layout: nested
        levels: [model]
        fields: {value: /score}
        variants: [/config/effort]
        constants: {benchmark: b}
        """
        document = {"a": {"score": 1, "config": {"effort": "high"}}, "b": {"score": 2}}
        assert [r.model_variant for r in read_json(text, document).records] == ["effort=high", ""]


class TestObjects:
    TEXT = """
    files: "scores.*"
    format: {form}
    layout: wide
    model_column: name
    columns: {{sums: {{}}, /detail/prose: {{benchmark: prose}}}}
    fields: {{n: items}}
    constants: {{metric: accuracy}}
    """
    ROWS = (
        {"name": "a", "sums": 0.5, "items": 10, "detail": {"prose": "64%"}},
        {"name": "b", "sums": None, "seconds": 3.5},
        {"name": "c", "note": "failed"},
    )
    EXPECTED = (("a", "sums", 0.5, 10), ("a", "prose", 64.0, 10), ("b", "sums", None, None))

    def check(self, form, source, places) -> None:
        reading = read_mapped(load(self.TEXT.format(form=form)), source)
        assert tuple((r.model, r.benchmark, r.value, r.n) for r in reading.records) == self.EXPECTED
        assert [record.pointer for record in reading.records] == places
        assert [problem.code for problem in reading.problems] == ["missing_field"]
        assert (reading.ingested, reading.ignored) == (2, {"column left out by the mapping": 1})
        assert reading.found == count_numbers_of(source)

    def test_a_list_of_objects_is_a_table(self) -> None:
        """Columns are keys or pointers; a key that is absent is not stated, a row without any score a problem."""
        source = document_source("scores.json", list(self.ROWS))
        self.check("json", source, ["/0/sums", "/0/detail/prose", "/1/sums"])
        listed = "".join("- " + document_source("x.json", row).text + "\n" for row in self.ROWS)
        self.check("yaml", text_source("scores.yml", listed), ["/0/sums", "/0/detail/prose", "/1/sums"])

    def test_json_lines_are_a_table(self) -> None:
        """Their places are lines."""
        lines = "".join(document_source("x.json", row).text + "\n" for row in self.ROWS)
        places = ["line 1, /sums", "line 1, /detail/prose", "line 2, /sums"]
        self.check("jsonl", text_source("scores.jsonl", lines), places)

    def test_parquet_is_a_table(self) -> None:
        """Their places are rows; nothing is absent, but it may be null."""
        buffer = io.BytesIO()
        pq.write_table(pa.table({"name": ["a", "b"], "sums": [0.5, None], "items": [10, None]}), buffer)
        source = Source("scores.parquet", "0" * 64, 0, "", data=buffer.getvalue())
        text = self.TEXT.format(form="parquet").replace(", /detail/prose: {benchmark: prose}", "")
        reading = read_mapped(load(text), source)
        assert [(r.model, r.value, r.missing, r.n, r.pointer) for r in reading.records] == [
            ("a", 0.5, "", 10, "row 1, column 'sums'"), ("b", None, "null", None, "row 2, column 'sums'"),
        ]  # fmt: skip

    def test_a_column_that_no_object_has_is_said_to_be_absent(self) -> None:
        """A key that only some have is not."""
        text = self.TEXT.format(form="json").replace("n: items", "n: itemz")
        reading = read_mapped(load(text), document_source("scores.json", list(self.ROWS)))
        assert ("column_absent", "itemz") in [
            (problem.code, problem.expected) for problem in reading.problems
        ]

    def test_every_line_can_be_a_nested_document(self) -> None:
        """A broken one costs itself."""
        text = "files: scores.jsonl\nformat: jsonl\nlayout: nested\nrecords: /s\nlevels: [model, benchmark]\n"
        source = text_source(
            "scores.jsonl", '{"s": {"a": {"x": 1}}}\n{"s": {"b": {"x": 2\n{"s": {"c": {"x": 3}}}\n'
        )
        reading = read_mapped(load(text), source)
        assert [(r.model, r.value, r.pointer) for r in reading.records] == [
            ("a", 1, "line 1, /s/a/x"), ("c", 3, "line 3, /s/c/x"),
        ]  # fmt: skip
        assert [(problem.code, problem.line) for problem in reading.problems] == [("not_json", 2)]
        assert (reading.ingested, reading.quarantined, reading.found) == (2, 1, 3)

    @pytest.mark.parametrize(
        ("form", "path"), [("parquet", "scores.csv"), ("jsonl", "scores.json"), ("yaml", "scores.csv")]
    )
    def test_a_file_of_another_kind_is_refused(self, form, path) -> None:
        """With what the mapping says of it."""
        reading = read_mapped(load(self.TEXT.format(form=form)), text_source(path, "[1, 2]"))
        assert ([problem.code for problem in reading.problems], reading.records) == ([f"not_{form}"], [])


class TestWhen:
    TEXT = WIDE + "when: {columns: [model, sums], absent: [average]}\n"

    def test_a_file_that_is_what_it_should_be_is_read(self) -> None:
        """All columns are there, and none that should not."""
        assert len(read_table(self.TEXT, TABLE).records) == 4

    @pytest.mark.parametrize("header", ["model,org,summs,prose", "model,org,sums,average"])
    def test_any_other_is_refused(self, header) -> None:
        """All its numbers are quarantined."""
        reading = read_table(self.TEXT, TABLE.replace("model,org,sums,prose", header))
        assert ([problem.code for problem in reading.problems], reading.records) == (["not_meant"], [])
        assert reading.quarantined == 3


class TestErrors:
    def test_all_errors_come_at_once(self) -> None:
        """Of the file, its constants, its columns and its pattern."""
        found = errors(
            """
            files: scores.csv
            layout: wide
            foo: 1
            columns: {a: {direction: up, scael: 2}, b: {lower: x}}
            constants: {n: 1.5, nonsense: 1}
            path_pattern: "("
            """
        )
        assert found == {
            "/foo": "unknown_field",
            "/columns/a/direction": "invalid",
            "/columns/a/scael": "unknown_field",
            "/columns/b/lower": "invalid",
            "/constants/n": "invalid",
            "/constants/nonsense": "unknown_field",
            "/path_pattern": "invalid_pattern",
        }

    @pytest.mark.parametrize(
        ("line", "place"),
        [
            ("files: /etc/passwd", "/files"),
            ("files: ../x.csv", "/files"),
            ("layout: nested", "/layout"),
            ("header: [colour]", "/header/0"),
            ("header: [metric]", "/header"),
            ("header_pattern: '('", "/header_pattern"),
            ("header_pattern: '(?P<colour>x)'", "/header_pattern"),
            ("fields: {colour: x}", "/fields/colour"),
            ("fields: {sha256: x}", "/fields/sha256"),
            ("levels: [colour]", "/levels/0"),
            ("path_pattern: '(?P<colour>x)'", "/path_pattern"),
            ("path_pattern: '(?P<suite>(a+)+)'", "/path_pattern"),
            ("thousands: '.'", "/thousands"),
            ("scale: 0", "/scale"),
            ("scale: .nan", "/scale"),
            ("split_cell: [one]", "/split_cell"),
            ("skip_rows: -1", "/skip_rows"),
            ("columns: []", "/columns"),
            ("columns: some", "/columns/literal['all']"),
            ("constants: {value: 1}", "/constants/value"),
            ("constants: {file: x}", "/constants/file"),
            (f"path_pattern: {'a' * 301}", "/path_pattern"),
        ],
    )
    def test_what_cannot_work_is_said(self, line, place) -> None:
        """With a pointer to it."""
        key = line.partition(":")[0]
        text = "\n".join(kept for kept in WIDE.splitlines() if not kept.startswith(f"{key}:"))
        if key == "thousands":
            text += "\ndecimal: '.'"
        assert place in errors(f"{text}\n{line}\n")

    @pytest.mark.parametrize(
        ("text", "place"),
        [
            ("files: a\nlayout: tidy\nfields: {benchmark: b, value: v}\n", "/fields"),
            ("files: a\nlayout: tidy\nfields: {model: m, value: v}\n", "/fields"),
            ("files: a\nlayout: tidy\nfields: {model: m, benchmark: b}\n", "/fields"),
            ("files: a\nlayout: wide\nmodel_column: m\n", "/columns"),
            ("files: a\nlayout: wide\nmodel_column: m\ncolumns: all\nheader: [metric]\n", "/header"),
            ("files: a\nlayout: wide\nmodel_column: m\ncolumns: [x]\nheader: [metric]\n", "/header"),
            ("files: a\nlayout: nested\nformat: parquet\nlevels: [model, benchmark]\n", "/layout"),
            (
                "files: a\nlayout: wide\nformat: json\nmodel_column: m\ncolumns: all\nheader: [benchmark, variant]\n",
                "/header",
            ),
        ],
    )
    def test_a_mapping_leads_to_models_benchmarks_and_values(self, text, place) -> None:
        """Otherwise no record could come of it."""
        assert place in errors(text)

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("a: &x 1\nb: *x\n", "yaml_refused"),
            ("a: 1\na: 2\n", "yaml_refused"),
            ("[a]: 1\n? {b: 1}\n: 2\n", "yaml_refused"),
            ("[" * 40, "yaml_refused"),
            ("a: [1\n", "yaml_syntax"),
            ("a: !!python/object:os.system x\n", "yaml_syntax"),
            ("a: \x07\n", "yaml_syntax"),
            ("- 1\n", "invalid"),
            ("", "invalid"),
            ("x" * 70_000, "too_large"),
        ],
    )
    def test_yaml_that_could_surprise_is_refused(self, text, code) -> None:
        """Anchors, repeated keys, tags, depth and size."""
        assert code in errors(text).values()

    def test_a_date_in_yaml_stays_text(self) -> None:
        """And so does `no`, which may be a suite."""
        mapping = load(WIDE.replace("suite: Demo", "suite: Demo, date: 2026-01-31"))
        assert mapping.spec.constants["date"] == "2026-01-31"
        assert load(WIDE.replace("suite: Demo", "suite: no")).spec.constants["suite"] == "no"

    def test_a_table_is_not_read_as_json(self) -> None:
        """The mapping says json and the file is a table."""
        text = "files: scores.csv\nformat: json\nlayout: nested\nlevels: [model, benchmark]\n"
        assert [problem.code for problem in read_table(text, TABLE).problems] == ["not_json"]


def examples() -> list[tuple[str, str, str]]:
    """(mapping, name of the data file, data) of every example of the documentation."""
    pattern = re.compile(r"^`([^`\n]+)`:\n\n```\w+\n(.*?)^```", re.DOTALL | re.MULTILINE)
    blocks = pattern.findall(DOCS.read_text(encoding="utf-8"))
    assert len(blocks) % 2 == 0
    return [(first[1], second[0], second[1]) for first, second in zip(blocks[::2], blocks[1::2], strict=True)]


@pytest.mark.parametrize("number", range(13))
def test_an_example_of_the_documentation_works(number) -> None:
    """Its mapping loads, means its data file, and makes records without a problem."""
    text, path, data = examples()[number]
    mapping = load(text)
    assert mapping.matches(path)
    reading = read_mapped(mapping, text_source(path, data))
    assert reading.records
    assert not reading.problems


def test_no_example_of_the_documentation_is_left_untested() -> None:
    """Thirteen pairs of a mapping and its data."""
    assert len(examples()) == 13


@pytest.mark.shared
def test_a_real_leaderboard_of_code_models_is_read(shared_data) -> None:
    """EvalPlus: 125 models on four benchmarks, 72 of the scores absent; four looked up by hand."""
    text = """
    files: "**/results.json"
    format: json
    layout: nested
    levels: [model, /pass@1, benchmark]
    constants: {metric: pass@1, direction: higher, lower: 0, upper: 100, unit: percent}
    """
    root = shared_data / "formats"
    reading = read_mapped(load(text), file_source(root / "evalplus" / "results.json", root))
    found = {(record.model, record.benchmark): record.value for record in reading.records}
    assert (len(found), sum(value is None for value in found.values())) == (500, 72)
    assert found["OpenCoder-8B-Instruct", "humaneval"] == 81.7
    assert (found["Code-13B", "humaneval+"], found["Code-13B", "mbpp"]) == (52.4, None)
    assert found["zyte-1B", "mbpp"] == 9.8
