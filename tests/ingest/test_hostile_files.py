from __future__ import annotations

import json
import os
import socket
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from toy_format import TOY, ToyFormat, toy_document, write_toy

from reportgen.config import Settings
from reportgen.ingest.accounting import to_github, to_json, to_text
from reportgen.ingest.read import Content, open_source
from reportgen.ingest.run import ingest

#: Files of the suite whose number of keys or size of number we refuse although JSON allows it.
REFUSED_BY_CHOICE = {
    "y_object_duplicated_key.json": "duplicate_key",
    "y_object_duplicated_key_and_value.json": "duplicate_key",
}
#: Not JSON, but written by tools, so it is parsed and left to the format to accept.
TOLERATED = {"n_number_NaN.json", "n_number_infinity.json", "n_number_minus_infinity.json"}


def check_account(found):
    """What must hold whatever was in the folder; returns the status of each path."""
    totals = found.totals
    assert totals.files == len(found.files) == totals.ingested + totals.quarantined + totals.ignored
    assert totals.numbers == totals.numbers_ingested + totals.numbers_quarantined + totals.numbers_ignored
    assert totals.records == len(found.frame)
    assert sorted(file.path for file in found.files) == [file.path for file in found.files]
    assert len({file.path for file in found.files}) == len(found.files)
    for file in found.files:
        if file.status == "quarantined":
            assert file.reason
            assert any(problem.severity == "error" for problem in file.problems)
        if file.status == "ignored":
            assert file.reason
    for text in (to_json(found.files, totals), to_text(found.files, totals), to_github(found.files)):
        text.encode("utf-8")
        assert all(line.isprintable() for line in text.split("\n"))
    return {file.path: file.status for file in found.files}


@pytest.mark.shared
def test_the_json_test_suite_is_read_or_refused_with_a_reason(shared_data):
    """All that must be accepted is, bar duplicate keys; nothing that must be refused is, bar bare NaN."""
    files = sorted((shared_data / "hostile/JSONTestSuite/test_parsing").glob("*.json"))
    assert len(files) > 290
    for file in files:
        data = file.read_bytes()
        opened = open_source(Content(data, "0" * 64, len(data)), file.name)
        if opened.source is not None:
            opened.source.text.encode("utf-8")
            json.dumps(opened.source.document, default=lambda nan: nan.literal, ensure_ascii=False).encode(
                "utf-8"
            )
            assert not file.name.startswith("n_") or file.name in TOLERATED, file.name
            assert opened.source.has_nan == (file.name in TOLERATED)
        else:
            code = opened.problems[-1].code
            assert not file.name.startswith("y_") or REFUSED_BY_CHOICE.get(file.name) == code, file.name


@pytest.mark.shared
def test_a_folder_of_the_whole_suite_is_accounted_for(shared_data):
    """318 files, each with a reason, none with a traceback."""
    found = ingest(shared_data / "hostile/JSONTestSuite", Settings())
    check_account(found)
    assert found.totals.files >= 318
    assert found.totals.records == 0
    codes = Counter(problem.code for problem in found.problems)
    assert codes["adapter_failure"] == 0
    assert {"not_json", "not_utf8", "too_deep", "duplicate_key", "number_overflow", "lone_surrogate"} <= set(
        codes
    )


NAMES = (
    b"plain.json", b"..json", b"...json", b"a b.json", b"line\nbreak.json", b"tab\t.json", b"bad\xff\xfe.json",
    b"-rf.json", b"$(touch x).json", b"`id`.json", b"<script>.json", b"a'b\"c.json", b"%s%n.json", b"con.json",
    b"\xe2\x80\xaegnosj.json", b"caf\xc3\xa9.json", b"cafe\xcc\x81.json", b"a\\b.json", b"::error::x.json",
    b"{{7*7}}.json", b"\x1b[31mred.json", b"x.json.json", b"~.json", b"*.json", b"long" + b"g" * 240 + b".json",
)  # fmt: skip


def test_no_file_name_breaks_the_account(tmp_path):
    """Every one of them is a legal name on Linux."""
    for number, name in enumerate(NAMES):
        place = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
        place.write_text(json.dumps(toy_document(f"m{number}")), encoding="utf-8")
    found = ingest(tmp_path, Settings(), formats=(TOY,))
    states = Counter(check_account(found).values())
    assert states == {"ingested": len(NAMES) - 2, "ignored": 2}
    for row in found.frame.itertuples():
        assert row.file.isprintable()


def test_nothing_outside_the_folder_is_read(tmp_path, monkeypatch):
    """Links to files, to folders, to themselves; pipes, sockets and devices."""
    secret = tmp_path / "secret.json"
    write_toy(secret, "stolen")
    (tmp_path / "elsewhere").mkdir()
    write_toy(tmp_path / "elsewhere/x.json", "stolen too")
    root = tmp_path / "results"
    write_toy(root / "good.json")
    links = {
        "passwd.json": "/etc/passwd",
        "environ.json": "/proc/self/environ",
        "zero.json": "/dev/zero",
        "file.json": secret,
        "folder": tmp_path / "elsewhere",
        "up": "..",
        "here.json": ".",
        "loop.json": "loop.json",
        "dangling.json": "nowhere",
    }
    for name, target in links.items():
        (root / name).symlink_to(target)
    os.mkfifo(root / "pipe.json")
    monkeypatch.chdir(root)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.json")
        found = ingest(root, Settings(), formats=(TOY,))
    states = check_account(found)
    assert states.pop("good.json") == "ingested"
    assert set(states.values()) == {"ignored"}
    assert len(states) == len(links) + 2
    assert found.frame["model"].tolist() == ["m"]
    assert "stolen" not in to_json(found.files, found.totals)


HOSTILE = {
    "deep.json": b"[" * 100_000,
    "deep_objects.json": b'{"toy":' * 100_000,
    "deep_closed.json": b"[" * 50_000 + b"]" * 50_000,
    "twice.json": b'{"toy": 1, "model": "m", "scores": {"x": 1, "x": 2}}',
    "utf16.json": json.dumps(toy_document()).encode("utf-16"),
    "utf32.json": json.dumps(toy_document()).encode("utf-32"),
    "latin1.json": '{"toy": 1, "model": "é", "scores": {}}'.encode("latin-1"),
    "overlong.json": b'{"toy": "\xc0\x80"}',
    "empty.json": b"",
    "blank.json": b"\n \n",
    "nul.json": b"\0" * 1000,
    "cut.json": json.dumps(toy_document()).encode()[:-5],
    "overflow.json": b'{"toy": 1, "model": "m", "scores": {"x": 1e400}}',
    "huge_int.json": b'{"toy": 1, "model": "m", "scores": {"x": ' + b"9" * 5000 + b"}}",
    "nan.json": b'{"toy": 1, "model": "m", "scores": {"x": NaN}}',
    "infinity.json": b'{"toy": 1, "model": "m", "scores": {"x": -Infinity}}',
    "surrogate.json": b'{"toy": 1, "model": "\\ud800", "scores": {"x": 1}}',
    "surrogate_key.json": b'{"toy": 1, "model": "m", "scores": {"\\udfff": 1}}',
    "lfs.json": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n",
    "html.json": b"<!doctype html><title>404</title>",
    "zip.json": b"PK\x03\x04" + b"\0" * 100,
    "two.json": b"{} {}",
    "comment.json": b'{"toy": 1} // note',
    "list.json": b"[1, 2, 3]",
    "text.json": b'"toy"',
    "null.json": b"null",
    "wrong_types.json": b'{"toy": 1, "model": [], "scores": {"x": 1}}',
    "scores_list.json": b'{"toy": 1, "model": "m", "scores": [1]}',
    "no_model.json": b'{"toy": 1, "scores": {"x": 1}}',
}


def test_each_hostile_file_is_quarantined_with_its_own_reason(tmp_path):
    """And the good file beside them is published."""
    for name, data in HOSTILE.items():
        (tmp_path / name).write_bytes(data)
    write_toy(tmp_path / "good.json")
    found = ingest(tmp_path, Settings(), formats=(TOY,))
    states = check_account(found)
    assert states.pop("good.json") == "ingested"
    assert set(states) == set(HOSTILE)
    assert set(states.values()) == {"quarantined"}
    reasons = {file.path: file.reason for file in found.files}
    assert reasons["huge_int.json"] == "number_overflow"
    assert reasons["infinity.json"] == "nan_constant"
    assert reasons["wrong_types.json"] == reasons["scores_list.json"] == "adapter_failure"
    assert reasons["null.json"] == "unknown_format"


def test_the_registered_formats_survive_the_hostile_files(tmp_path):
    """None of them fails, whatever the file claims to be."""
    for name, data in HOSTILE.items():
        for ending in (".json", ".csv", ".jsonl", ".tsv", ".yml", ".md"):
            (tmp_path / (name.removesuffix(".json") + ending)).write_bytes(data)
    found = ingest(tmp_path, Settings())
    check_account(found)
    assert [problem.file for problem in found.problems if problem.code == "adapter_failure"] == []


CSV = ToyFormat(NAME="lines", SUFFIXES=(".csv",), claims=lambda _: None, NEEDS="model, score")

scores = st.dictionaries(
    st.sampled_from(["a", "b", "ç", "d/e", ""]),
    st.one_of(
        st.floats(allow_nan=False, allow_infinity=False),
        st.integers(-(10**6), 10**6),
        st.sampled_from(["n/a", None, True, [1, 2], {"x": 3}, "0.5"]),
    ),
    max_size=5,
)
good = st.builds(
    lambda model, found, more: json.dumps(toy_document(model, found, **more)).encode(),
    st.sampled_from(["m", "k", "é"]),
    scores,
    st.dictionaries(st.sampled_from(["seconds", "extra", "date"]), st.sampled_from([1, "2026-01-01"]), max_size=3)
    .map(lambda more: {key: str(value) if key == "date" else value for key, value in more.items()}),
)  # fmt: skip
broken = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(sorted(HOSTILE.values(), key=len)[:-4]),
    st.tuples(good, st.integers(0, 60)).map(lambda pair: pair[0][: pair[1]]),
    st.tuples(good, st.integers(0, 60), st.binary(max_size=3)).map(
        lambda triple: triple[0][: triple[1]] + triple[2] + triple[0][triple[1] :]
    ),
)
foreign = st.one_of(
    st.recursive(st.none() | st.integers() | st.text(max_size=5), st.lists, max_leaves=5).map(
        lambda value: json.dumps(value).encode()
    ),
    st.text(max_size=40).map(lambda text: text.encode("utf-8", "surrogatepass")),
)
folders = st.lists(st.sampled_from(["a", "b.json", ".h", "catalog2", "x y"]), max_size=2).map("/".join)
endings = st.sampled_from([".json", ".csv", ".txt", ".md", ".JSON", "", ".schema.json", ".mapping.yml"])
trees = st.dictionaries(
    st.tuples(folders, st.sampled_from(["r", "s", "t", "README"]), endings),
    st.one_of(good, good, broken, foreign),
    max_size=8,
)


def numeric_scores(place):
    """Counted anew from the bytes, without any of the code under test."""
    document = json.loads(place.read_bytes().decode("utf-8-sig"))
    return sum(type(value) in (int, float) for value in document["scores"].values())


@given(trees, st.sampled_from(["latest", "mean", "all", "error"]))
@example({("", "a", ".json"): b'{"toy": 1, "model": "m", "scores": {"a": 1, "b": NaN}}'}, "latest")
def test_files_and_numbers_found_are_ingested_quarantined_or_ignored(tree, policy):
    """In any mixture of good, broken and foreign files."""
    with tempfile.TemporaryDirectory() as root:
        for (folder, name, ending), data in tree.items():
            place = Path(root, folder, name + ending)
            place.parent.mkdir(parents=True, exist_ok=True)
            if not place.is_dir():
                place.write_bytes(data)
        found = ingest(Path(root), Settings(conflicts=policy), formats=(TOY, CSV))
        check_account(found)
        reported = {file.path for file in found.files}
        for place in Path(root).rglob("*"):
            path = place.relative_to(root).as_posix()
            if place.is_file() and not path.startswith(".h/") and "/.h/" not in path:
                assert path in reported
        for file in found.files:
            if file.status == "ingested":
                assert file.records == file.numbers.ingested == numeric_scores(Path(root, file.path))
        # every record the format gives is in the frame, a duplicate, or superseded
        read = sum(file.records for file in found.files)
        assert read == found.totals.records + found.totals.duplicates + found.totals.superseded
        again = ingest(Path(root), Settings(conflicts=policy), formats=(TOY, CSV))
        assert to_json(again.files, again.totals) == to_json(found.files, found.totals)
