from __future__ import annotations

import hashlib
import json
import math
import os
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.ingest.json_text import MAX_DEPTH, MAX_DIGITS, count_literals, first_nan, parse_json
from reportgen.ingest.read import Content, load_bytes, open_source
from reportgen.ingest.source import NotANumber

LIMIT = 1000


def opened(data, path="a.json"):
    return open_source(Content(data, "0" * 64, len(data)), path)


def problem_of(data, path="a.json"):
    found = opened(data, path)
    assert found.source is None
    return found.problems[-1]


def test_a_good_file_becomes_a_source(tmp_path):
    """Text, document, hash and size."""
    place = tmp_path / "x"
    data = '{"a": [1, 2.5, "é"]}'.encode()
    place.write_bytes(data)
    content = load_bytes(place, "sub/a.json", LIMIT)
    source = open_source(content, "sub/a.json").source
    assert source.document == {"a": [1, 2.5, "é"]}
    assert source.is_document
    assert not source.has_nan
    assert (source.path, source.size) == ("sub/a.json", len(data))
    assert source.sha256 == hashlib.sha256(data).hexdigest()


def test_a_file_that_is_not_json_by_name_stays_text():
    """Tables and lines are the adapters' to read."""
    source = opened(b"model,acc\nm,0.5\n", "a.csv").source
    assert source.text == "model,acc\nm,0.5\n"
    assert not source.is_document
    assert source.document is None


def test_the_ending_may_be_in_capitals():
    """Windows tools write .JSON."""
    assert opened(b"[1]", "A.JSON").source.document == [1]


@pytest.mark.parametrize("size", [LIMIT, LIMIT + 1])
def test_the_size_limit_is_exact(tmp_path, size):
    """A file of just the limit is read, one byte more is not."""
    place = tmp_path / "x"
    place.write_bytes(b"1" * size)
    content = load_bytes(place, "x.json", LIMIT)
    assert content.size == size
    if size == LIMIT:
        assert content.problem is None
        assert len(content.data) == size
    else:
        assert content.problem.code == "too_large"
        assert content.data == b""


def test_a_file_too_large_is_refused_before_it_is_read(tmp_path):
    """A gigabyte costs no memory."""
    place = tmp_path / "x"
    with place.open("wb") as file:
        file.truncate(1 << 30)  # sparse: no disk either
    tracemalloc.start()
    content = load_bytes(place, "x.json", 64 << 20)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert content.problem.code == "too_large"
    assert content.problem.seen == "1.1 GB"
    assert peak < 100_000


def test_a_file_that_grows_while_it_is_read_is_read_to_the_limit_only(tmp_path, monkeypatch):
    """What the size said may be history when the bytes arrive."""
    place = tmp_path / "x"
    place.write_bytes(b"1" * 10)
    read = os.read

    def slowly(descriptor, _):
        with place.open("ab") as file:
            file.write(b"2" * 100)
        return read(descriptor, 50)

    monkeypatch.setattr(os, "read", slowly)
    content = load_bytes(place, "x.json", LIMIT)
    assert content.problem.code == "too_large"
    assert content.size <= LIMIT + 50


def test_a_file_read_in_pieces_is_whole(tmp_path, monkeypatch):
    """A network file system may give less than it was asked for."""
    place = tmp_path / "x"
    data = bytes(range(256)) * 2
    place.write_bytes(data)
    read = os.read
    monkeypatch.setattr(os, "read", lambda descriptor, length: read(descriptor, min(7, length)))
    content = load_bytes(place, "x.json", LIMIT)
    assert content.data == data
    assert content.sha256 == hashlib.sha256(data).hexdigest()


def test_a_link_is_not_followed_even_when_it_appears_after_the_walk(tmp_path):
    """The folder may change between being listed and being read."""
    (tmp_path / "secret").write_text("[1]", encoding="utf-8")
    (tmp_path / "x.json").symlink_to(tmp_path / "secret")
    content = load_bytes(tmp_path / "x.json", "x.json", LIMIT)
    assert content.problem.code == "unreadable"
    assert content.data == b""


def test_a_pipe_is_neither_waited_for_nor_read(tmp_path):
    """Opening it must not block."""
    os.mkfifo(tmp_path / "x.json")
    assert load_bytes(tmp_path / "x.json", "x.json", LIMIT).problem.code == "not_a_file"


def test_a_folder_or_an_absent_file_is_a_problem(tmp_path):
    """Neither raises."""
    assert load_bytes(tmp_path, "x.json", LIMIT).problem.code == "not_a_file"
    assert load_bytes(tmp_path / "gone", "x.json", LIMIT).problem.code == "unreadable"


def test_a_failing_disk_is_a_problem(tmp_path, monkeypatch):
    """An input error in the middle of a file."""
    (tmp_path / "x.json").write_text("[1]", encoding="utf-8")

    def fail(*_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "read", fail)
    found = load_bytes(tmp_path / "x.json", "x.json", LIMIT).problem
    assert found.code == "unreadable"
    assert "Input/output error" in found.message


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b" \n\t", "empty_file"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "lfs_pointer"),
        (b"\xff\xfe[\x001\x00]\x00", "not_utf8"),
        (b"\xfe\xff\x00[\x001\x00]", "not_utf8"),
        (b"[\x001\x00]\x00", "not_utf8"),
        (b"\x00[\x001\x00]", "not_utf8"),
        (b"\x00\x00\xfe\xff\x00\x00\x00[", "not_utf8"),
        (b'["\xe9"]', "not_utf8"),
        (b'["\xed\xa0\x80"]', "not_utf8"),
        (b'["\xc0\xaf"]', "not_utf8"),
        (b"{", "not_json"),
        (b'{"a": 1', "not_json"),
        (b'{"a": 1,}', "not_json"),
        (b"{'a': 1}", "not_json"),
        (b"[1] [2]", "not_json"),
        (b"[1, 2]\x00", "not_json"),
        (b"nan", "not_json"),
        (b"<html>", "not_json"),
        (b'{"a": 1, "a": 1}', "duplicate_key"),
        (b'[{"b": {"a": 1, "c": 2, "a": 3}}]', "duplicate_key"),
        (b'{"a": 1, "\\u0061": 2}', "duplicate_key"),
        (b"[1e400]", "number_overflow"),
        (b"[-1e400]", "number_overflow"),
        (b"[1.0E+999]", "number_overflow"),
        (b'["\\ud800"]', "lone_surrogate"),
        (b'{"\\udc00": 1}', "lone_surrogate"),
        (b'[{"a": ["ok", "x\\uD83Dy"]}]', "lone_surrogate"),
        (b"[" * 100_000, "too_deep"),
        (b'{"a":' * 100_000, "too_deep"),
        (b"[" * 65 + b"]" * 65, "too_deep"),
    ],
)
def test_what_is_wrong_has_a_code_of_its_own(data, code):
    """The owner of the file can tell what to mend."""
    found = problem_of(data)
    assert found.code == code
    assert found.severity == "error"
    assert found.file == "a.json"
    assert found.text().isprintable()


def test_the_place_of_a_syntax_error_is_told():
    """Line and column, and what is there."""
    found = problem_of(b'{\n  "a": 1,\n  "b": 2 "c": 3\n}')
    assert found.line == 3
    assert "line 3, column 10" in found.message
    assert found.seen.startswith('\'"c": 3')


@pytest.mark.parametrize("cut", [1, 5, 9, 12])
def test_a_file_that_is_cut_off_is_said_to_be(cut):
    """The usual trace of a job that died."""
    found = problem_of(b'{"a": [1, 2]}'[:cut] if cut != 9 else b'{"a": [1,')
    assert found.seen == "the end of the file" or "Unterminated" in found.message


def test_utf16_is_named_with_the_remedy():
    """What PowerShell's > writes."""
    found = problem_of('{"a": 1}'.encode("utf-16"))
    assert "UTF-16" in found.message
    assert "UTF-8" in found.hint


def test_the_line_of_a_bad_byte_is_told():
    """Latin-1 in an otherwise clean file."""
    found = problem_of(b'{\n"a": "caf\xe9"\n}')
    assert found.line == 2
    assert "at byte 11" in found.message


def test_a_byte_order_mark_is_left_out_with_a_note():
    """Excel writes it; the content is fine."""
    found = opened(b'\xef\xbb\xbf{"a": 1}')
    assert found.source.document == {"a": 1}
    assert [(note.code, note.severity) for note in found.problems] == [("byte_order_mark", "warning")]


def test_the_key_that_is_written_twice_is_named():
    """With the line of the second, where only one can be meant."""
    found = problem_of(b'{\n"acc": 1,\n"f1": 2,\n"acc": 3}')
    assert found.seen == "'acc'"
    assert found.line == 4
    assert problem_of(b'[{"acc": 0},\n{"acc": 1, "acc": 3}]').line is None


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity"])
def test_a_bare_nan_is_kept_for_what_it_is(text):
    """Whether it is tolerated depends on the tool, so the format decides."""
    source = opened(f'{{"a": [1, {text}]}}'.encode()).source
    assert source.has_nan
    assert source.document["a"][1] == NotANumber(text)
    assert first_nan(source.document) == ("/a/1", text)


@pytest.mark.parametrize("text", ['["NaN"]', '["-Infinity, "]', '{"NaN": 1}', '[" NaN, "]', '["Infinity]"]'])
def test_a_nan_within_quotes_is_a_word(text):
    """A model may be called Infinity."""
    source = opened(text.encode()).source
    assert not source.has_nan


def test_whole_numbers_stay_exact():
    """A float would silently round a large count or hash."""
    number = 2**64 + 1
    assert opened(f"[{number}]".encode()).source.document == [number]
    longest = "9" * MAX_DIGITS
    assert math.isfinite(float(opened(f"[{longest}]".encode()).source.document[0]))
    assert problem_of(f"[{longest}9]".encode()).code == "number_overflow"
    assert problem_of(b"[" + b"9" * 100_000 + b"]").code == "number_overflow"


def test_numbers_at_the_edge_of_a_double_are_read():
    """The largest, the smallest, and one that rounds to zero."""
    document = opened(b"[1.7976931348623157e308, 5e-324, 1e-400, -0.0]").source.document
    assert document == [1.7976931348623157e308, 5e-324, 0.0, -0.0]


def test_nesting_up_to_the_limit_is_read():
    """And brackets within strings do not count."""
    assert opened(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH).source is not None
    text = json.dumps(["[" * 500, '\\"[[{{' * 100, "}}]]"])
    assert opened(text.encode()).source is not None
    wide = "[" + ",".join(["[1]"] * 1000) + "]"
    assert opened(wide.encode()).source is not None


def test_depth_hidden_behind_closing_brackets_in_strings_is_found():
    """A scanner that counts brackets in strings can be lied to."""
    text = '["' + "]" * 200 + '",' + "[" * 100 + "]" * 100 + "]"
    assert problem_of(text.encode()).code == "too_deep"
    text = '["\\\\",' + '"\\"' + "]" * 200 + '",' + "[" * 100 + "]" * 100 + "]"
    assert problem_of(text.encode()).code == "too_deep"


def test_a_million_brackets_are_refused_quickly_and_in_little_memory():
    """Linear in the size of the file."""
    data = b"[" * 2_000_000
    tracemalloc.start()
    found = problem_of(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.code == "too_deep"
    assert peak < 30 * len(data)


def test_running_out_of_memory_is_a_problem(monkeypatch):
    """A parser under a memory limit raises; the run goes on."""

    def exhausted(_):
        raise MemoryError

    monkeypatch.setattr("reportgen.ingest.json_text._DECODER.decode", exhausted)
    assert problem_of(b"[1]").code == "out_of_memory"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ('{"a": 1, "b": [2.5, -3e4], "c": "5"', 3),
        ('{"a1": x2, 3, "\\"4": 5}', 2),
        ("{'a': 7}", 1),
        ("1e400, 99999", 2),
        ("v1.2.3 and 10.0.0.1", 0),
    ],
)
def test_numbers_of_a_text_that_cannot_be_parsed_are_counted(text, expected):
    """What is lost with the file is part of the account."""
    assert count_literals(text) == expected


plain_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=30,
)


@given(plain_values, st.booleans())
def test_every_legal_document_survives_unchanged(value, ascii_only):
    """Strictness costs nothing that is right."""
    parsed = parse_json(json.dumps(value, ensure_ascii=ascii_only), "a.json")
    assert parsed.problem is None
    assert parsed.document == value
    assert not parsed.has_nan


@given(st.binary(max_size=200))
def test_no_bytes_whatever_raise(data):
    """Either a source that can be written again, or a problem."""
    for path in ("a.json", "a.csv"):
        found = opened(data, path)
        if found.source is None:
            assert any(note.severity == "error" for note in found.problems)
        else:
            found.source.text.encode()


@given(st.text(alphabet='[]{}"\\:,1aNI-.e \n', max_size=60))
def test_no_text_of_brackets_and_quotes_raises(text):
    """Nor does a mixture of what JSON is made of."""
    parsed = parse_json(text, "a.json")
    assert (parsed.problem is None) == (_standard(text) is not None)


def _standard(text):
    def unique(pairs):
        if len(dict(pairs)) != len(pairs):
            raise ValueError
        return dict(pairs)

    try:
        document = json.loads(text, object_pairs_hook=unique)
        if "inf" in repr(document) and "Infinity" not in text:
            return None
    except ValueError:
        return None
    return (document,)
