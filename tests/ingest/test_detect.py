from __future__ import annotations

import json
import logging

import pytest
from toy_format import TOY, ToyFormat, toy_claims, toy_document

from reportgen.ingest.detect import NO_SCORES, Readers, read_result, unopened
from reportgen.ingest.mapping import load_mapping
from reportgen.ingest.read import Content
from reportgen.ingest.source import Reading
from reportgen.ingest.walk import DOCUMENTATION, SIDE_FILE, Entry
from reportgen.records.record import Record


def read(document, *formats, path="a.json", kind="result", reason="", mappings=()):
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    content = Content(data, "ab" * 32, len(data))
    return read_result(Entry(path, path, kind, reason), content, Readers(formats or (TOY,), mappings))


def reading_with(**fields):
    def read_it(_):
        reading = Reading()
        reading.take(Record(**{"model": "m", "benchmark": "b", "metric": "acc", "value": 0.5, **fields}))
        return reading

    return ToyFormat(read=read_it)


def test_the_format_that_claims_a_file_reads_it():
    """With format, counts and hash in the report."""
    result = read(toy_document(scores={"x": 0.5, "y": 1}, seconds=3, more=4))
    assert [record.benchmark for record in result.records] == ["x", "y"]
    report = result.report
    assert (report.status, report.format, report.records, report.problems) == ("ingested", "toy", 2, ())
    assert (report.numbers.found, report.numbers.ingested) == (4, 2)
    assert report.numbers.ignored == {"not a score": 1, "runtime": 1}
    assert report.sha256 == "ab" * 32
    assert result.adapter_version == "7"


def test_bad_entries_beside_good_ones_leave_the_file_ingested():
    """With the problems placed in the file."""
    report = read(toy_document(scores={"x": 0.5, "y": "n/a"})).report
    assert report.status == "ingested"
    assert [(problem.code, problem.file, problem.pointer) for problem in report.problems] == [
        ("not_a_number", "a.json", "/scores/y")
    ]


def test_a_file_of_bad_entries_only_is_quarantined():
    """With the first of them as the reason."""
    report = read(toy_document(scores={"x": "n/a"})).report
    assert (report.status, report.reason, report.format) == ("quarantined", "not_a_number", "toy")


def test_a_file_without_any_score_is_ignored():
    """It is of a known format, and there is nothing wrong with it."""
    report = read(toy_document(scores={}, seconds=1)).report
    assert (report.status, report.reason, report.format) == ("ignored", NO_SCORES, "toy")
    assert report.numbers.ignored == {"runtime": 1}


def test_two_formats_that_claim_a_file_are_both_named():
    """Guessing which is right would be wrong half of the time."""
    other = ToyFormat(NAME="play", claims=lambda _: "looks like play")
    report = read(toy_document(), TOY, other).report
    assert (report.status, report.reason) == ("quarantined", "ambiguous_format")
    assert "toy (has 'toy') and play (looks like play)" in report.problems[0].message
    assert report.numbers.quarantined == report.numbers.found == 1


def test_a_format_is_asked_only_about_its_endings():
    """A CSV format is never shown JSON."""
    other = ToyFormat(NAME="table", SUFFIXES=(".csv",), claims=lambda _: "anything")
    assert read(toy_document(), TOY, other).report.format == "toy"


def test_an_unknown_format_names_the_closest_and_what_is_missing():
    """The usual case is a file that is almost right."""
    document = {"toy": "1", "model": "m", "results": {"b": 0.5}}
    (problem,) = read(document).report.problems
    assert problem.code == "unknown_format"
    assert problem.message == (
        "no format recognises this file; closest is Toy results, which also needs scores"
    )
    assert "'model, results, toy'" in problem.seen
    assert "mapping" in problem.hint


@pytest.mark.parametrize("document", [[], {}, 7, "text", None, [[1, 2]], {"other": 1}])
def test_a_file_like_no_format_is_said_to_be_like_none(document):
    """Without a wild guess."""
    (problem,) = read(document).report.problems
    assert problem.message == "no format recognises this file"


def test_one_common_word_makes_no_format_close():
    """Many files have a `model`."""
    (problem,) = read({"model": 1}).report.problems
    assert problem.message == "no format recognises this file"
    assert problem.seen == "'model'"


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("a.jsonl", b'{"args": {"data_dir": "data-of-alice", "seed": 0}, "key": "sk-secret"}\n'),
        ("a.yml", b"token: sk-secret\n"),
        ("a.json", b'["sk-secret", "data-of-alice"]'),
        ("a.json", b'"sk-secret"'),
    ],
)
def test_an_unknown_file_shows_names_and_never_values(path, data):
    """The problem is published; a value may be a path or a key."""
    unknown = ToyFormat(SUFFIXES=(".json", ".jsonl", ".yml"), claims=lambda _: None)
    (problem,) = read(data, unknown, path=path).report.problems
    assert "secret" not in problem.text()
    assert "alice" not in problem.text()
    if path == "a.jsonl":
        assert problem.seen == "'args, key'"


def test_a_format_of_another_ending_is_never_the_closest():
    """A JSON file is no CSV file with columns missing."""
    table = ToyFormat(TITLE="Table", SUFFIXES=(".csv",), NEEDS="model, score", claims=lambda _: None)
    (problem,) = read({"model": 1, "score": 2}, table).report.problems
    assert "Table" not in problem.message


def test_the_header_of_a_table_is_compared_too():
    """A CSV has no keys but column names."""
    table = ToyFormat(
        TITLE="Table", SUFFIXES=(".csv",), NEEDS="model, score", claims=lambda _: None, TOLERATES_NAN=True
    )
    report = read(b"model,result\nm,0.5\n", table, path="a.csv").report
    assert "closest is Table, which also needs score" in report.problems[0].message
    assert report.numbers.quarantined == 1


def test_a_bare_nan_is_refused_unless_the_tool_writes_it():
    """With the place of the first."""
    data = b'{"toy": 1, "model": "m", "scores": {"x": 0.5, "y": NaN}}'
    report = read(data).report
    assert (report.status, report.reason) == ("quarantined", "nan_constant")
    assert report.problems[0].pointer == "/scores/y"
    assert report.numbers.quarantined == 3
    assert read(data, ToyFormat(TOLERATES_NAN=True)).report.status == "ingested"


def test_a_bare_nan_in_an_unknown_file_is_not_the_first_problem():
    """What format it is comes first."""
    assert read(b"[NaN]").report.reason == "unknown_format"


@pytest.mark.parametrize("stage", ["claims", "read"])
@pytest.mark.parametrize("error", [KeyError("x"), RecursionError(), MemoryError(), AssertionError()])
def test_an_adapter_that_fails_costs_one_file(stage, error, caplog):
    """The type of the error is told, the traceback only to who asks for the log."""

    def fail(_):
        raise error

    with caplog.at_level(logging.WARNING):
        result = read(toy_document(), ToyFormat(**{stage: fail}))
    assert result.records == []
    (problem,) = result.report.problems
    assert problem.code == "adapter_failure"
    assert problem.message == f"reading it as Toy results failed with {type(error).__name__}"
    assert result.report.numbers.quarantined == 1
    assert caplog.records == []


def test_the_log_holds_the_traceback_for_who_asks(caplog):
    """A defect must be possible to find."""

    def fail(_):
        raise KeyError("scores")

    with caplog.at_level(logging.INFO):
        read(toy_document(), ToyFormat(read=fail))
    assert "KeyError" in caplog.text


@pytest.mark.parametrize(
    "fields",
    [
        {"value": float("nan")},
        {"value": float("inf")},
        {"stderr": float("inf")},
        {"n": 2**63},
        {"seed": -(2**63) - 1},
        {"model": 7},
        {"tool": None},
        {"model": "\ud800"},
    ],
)
def test_a_record_that_cannot_become_a_row_is_the_adapters_failure(fields):
    """Else one number of one file would end the run when columns are built."""
    assert read(toy_document(), reading_with(**fields)).report.reason == "adapter_failure"


@pytest.mark.parametrize("fields", [{"n": 2**63 - 1}, {"seed": -(2**63)}, {"value": None}, {"model": "é𝄞"}])
def test_a_record_at_the_edge_is_fine(fields):
    """The limits are those of the columns."""
    assert read(toy_document(), reading_with(**fields)).report.status == "ingested"


def test_an_adapter_that_takes_more_numbers_than_there_are_is_at_fault():
    """The account would not add up."""

    def greedy(_):
        reading = Reading()
        reading.take(Record(model="m", benchmark="b", metric="acc", value=0.5), numbers=99)
        return reading

    assert read(toy_document(), ToyFormat(read=greedy)).report.reason == "adapter_failure"


def test_a_file_that_cannot_be_read_counts_the_numbers_lost_with_it():
    """As far as they can be seen."""
    report = read(b'{"toy": 1, "scores": {"x": 0.5, "y": 0.6').report
    assert (report.status, report.reason) == ("quarantined", "not_json")
    assert report.numbers.quarantined == 3


def test_a_note_of_the_reader_stays_with_the_file():
    """A byte order mark does not stop it."""
    report = read(b"\xef\xbb\xbf" + json.dumps(toy_document()).encode()).report
    assert report.status == "ingested"
    assert [problem.code for problem in report.problems] == ["byte_order_mark"]


def mapping(path, glob):
    text = (
        f"files: '{glob}'\nlayout: wide\nmodel_column: model\ncolumns: all\nconstants: {{metric: accuracy}}\n"
    )
    loaded, problems = load_mapping(path, text)
    assert problems == []
    return loaded


TABLE = b"model,x,y\nm,0.5,0.6\n"


def test_a_declared_mapping_beats_detection():
    """The user knows better than any format, also about a file that is no result by its name."""
    greedy = ToyFormat(SUFFIXES=(".csv",), claims=lambda _: "anything")
    readers = Readers((greedy,), [mapping("a.mapping.yml", "*.csv")])
    assert readers.wants(Entry("paths.csv", "", "maybe", SIDE_FILE))
    result = read(TABLE, greedy, path="a.csv", mappings=[mapping("a.mapping.yml", "*.csv")])
    assert result.report.format == "mapping"
    assert [record.value for record in result.records] == [0.5, 0.6]
    assert result.report.numbers.ingested == 2


def test_two_mappings_for_one_file_are_both_named():
    """Which of them is meant only the author knows."""
    both = [mapping("a.mapping.yml", "*.csv"), mapping("b.mapping.yml", "t*")]
    report = read(TABLE, path="t.csv", mappings=both).report
    assert (report.status, report.reason) == ("quarantined", "two_mappings")
    assert "a.mapping.yml and b.mapping.yml" in report.problems[0].message
    assert read(TABLE, path="a.csv", mappings=both).report.status == "ingested"


def test_documentation_is_read_only_where_a_format_claims_it():
    """A model card may hold results; any other is no loss."""
    card = ToyFormat(SUFFIXES=(".md",), claims=lambda source: "a card" if "results" in source.text else None)
    readers = Readers((card,))
    entry = Entry("README.md", "README.md", "maybe", DOCUMENTATION)
    assert readers.wants(entry)
    assert not Readers((TOY,)).wants(entry)
    assert not readers.wants(Entry("x/model_meta.json", "", "maybe", SIDE_FILE))
    report = read(b"# notes 12", card, path="README.md", kind="maybe", reason=DOCUMENTATION).report
    assert (report.status, report.reason) == ("ignored", DOCUMENTATION)
    assert report.numbers.ignored == {DOCUMENTATION: 1}


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("plot.PNG", "no format reads .png files"),
        ("Makefile", "no format reads files without an ending"),
        ("dir.json/weights", "no format reads files without an ending"),
        ("a.tar.gz", "no format reads .gz files"),
    ],
)
def test_a_file_of_another_kind_is_ignored_by_its_ending(path, reason):
    """It is listed, with the rule."""
    entry = Entry(path, path)
    assert not Readers((TOY,)).wants(entry)
    assert (unopened(entry).status, unopened(entry).reason) == ("ignored", reason)


def test_a_folder_that_cannot_be_listed_is_a_loss():
    """What lies in it is unknown."""
    report = unopened(Entry("shut/", "", "unreadable", "Permission denied"))
    assert (report.status, report.reason) == ("quarantined", "unreadable")


def test_endings_are_compared_without_case():
    """Windows tools write .JSON."""
    assert Readers((TOY,)).wants(Entry("A.JSON", ""))
    assert toy_claims is TOY.claims
