"""Zip files: what comes out counts, not what the zip says; every lie and every limit has its reason."""

from __future__ import annotations

import io
import zipfile
import zlib

import numpy as np
import pytest
from zips import BZIP2, DEFLATED, STORED, ZSTD, Member, zipped

from reportgen.ingest import archive
from reportgen.ingest.archive import ArchiveError, open_archive
from reportgen.ingest.source import Limits

METHODS = (STORED, DEFLATED, ZSTD)
TEXT = b'{"score": 0.75, "answer": "three stones"}' * 20


def noise_of(size: int) -> bytes:
    """Bytes that cannot be packed, always the same."""
    return np.random.default_rng(1).bytes(size)


def opened(*members: Member, limits: Limits | None = None):
    return open_archive(zipped(*members), "a.eval", limits)


def refusal(*members: Member, read: str = "a.json", limits: Limits | None = None):
    """The problem with which a member, or the whole zip, is refused."""
    with pytest.raises(ArchiveError) as raised:
        opened(*members, limits=limits).read(read)
    problem = raised.value.problem
    assert problem.file == "a.eval"
    assert problem.severity == "error"
    return problem


class TestReading:
    @pytest.mark.parametrize("method", METHODS)
    def test_a_member_is_read_whatever_it_is_packed_with(self, method) -> None:
        """Stored, deflate, and the zstd that Python 3.11 does not know."""
        found = opened(Member("x/a.json", TEXT, method), Member("b.json", b"[]", method))
        assert list(found.members) == ["x/a.json", "b.json"]
        assert found.read("x/a.json") == TEXT
        assert found.json("b.json") == []

    @pytest.mark.parametrize("method", METHODS)
    def test_an_empty_member_is_empty(self, method) -> None:
        assert opened(Member("a.json", b"", method)).read("a.json") == b""

    @pytest.mark.parametrize("method", METHODS)
    def test_a_member_larger_than_one_step_is_read(self, method) -> None:
        """2 MB that cannot be packed, and 2 MB that can."""
        for content in (noise_of(2_000_000), b"".join(b"%d," % i for i in range(300_000))):
            assert opened(Member("a.json", content, method)).read("a.json") == content

    def test_a_zip_of_the_standard_library_is_read(self) -> None:
        """With data descriptors after the members, as a stream is written."""
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as written:
            written.writestr("a.json", TEXT)
            with written.open("b.json", "w", force_zip64=True) as member:
                member.write(b"[1]")
        found = open_archive(stream.getvalue(), "a.eval")
        assert found.read("a.json") == TEXT
        assert found.json("b.json") == [1]

    def test_a_member_that_is_not_there_is_a_key_error(self) -> None:
        with pytest.raises(KeyError):
            opened(Member("a.json", b"1")).read("b.json")

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"{", "not_json"),
            (b'{"a": 1, "a": 2}', "duplicate_key"),
            (b"[" * 65 + b"]" * 65, "too_deep"),
            (b"1e999", "number_overflow"),
            (b"\xff\xfe", "not_utf8"),
        ],
    )
    def test_json_is_read_as_strictly_as_in_a_file_of_its_own(self, content, code) -> None:
        """The problem names the member."""
        with pytest.raises(ArchiveError) as raised:
            opened(Member("deep/a.json", content)).json("deep/a.json")
        assert raised.value.problem.code == code
        assert raised.value.problem.pointer.startswith("deep/a.json")


class TestDamage:
    @pytest.mark.parametrize("method", METHODS)
    @pytest.mark.parametrize("forged", [{"size": 1}, {"size": 2**31}, {"crc": 7}])
    def test_a_forged_directory_is_noticed(self, method, forged) -> None:
        """Size and checksum are those of what came out."""
        assert refusal(Member("a.json", TEXT, method, **forged)).code == "archive_damaged"

    @pytest.mark.parametrize("method", [DEFLATED, ZSTD])
    def test_a_member_that_is_cut_off_is_damaged(self, method) -> None:
        """Its packed bytes end too soon, though the directory is whole."""
        packed = Member("a.json", TEXT, method).pack()
        for end in (1, len(packed) // 2, len(packed) - 1):
            problem = refusal(Member("a.json", TEXT, method, packed=packed[:end]))
            assert problem.code == "archive_damaged"
            assert problem.pointer == "a.json"

    @pytest.mark.parametrize("method", [DEFLATED, ZSTD])
    def test_noise_in_place_of_packed_bytes_is_damaged(self, method) -> None:
        problem = refusal(Member("a.json", TEXT, method, packed=b"\x07no such thing\xff" * 9))
        assert problem.code == "archive_damaged"

    def test_a_zip_that_is_cut_off_anywhere_is_refused(self) -> None:
        """Whatever the length, a problem and never another error."""
        whole = zipped(Member("a.json", TEXT, ZSTD), Member("b.json", TEXT))
        for end in range(len(whole)):
            with pytest.raises(ArchiveError) as raised:
                open_archive(whole[:end], "a.eval").read("a.json")
            assert raised.value.problem.code == "archive_damaged"

    def test_any_changed_byte_gives_a_problem_or_the_same_content(self) -> None:
        """The directory, the headers and the packed bytes, each byte inverted in turn."""
        whole = zipped(Member("a.json", TEXT, ZSTD), Member("b.json", TEXT, DEFLATED))
        for place in range(len(whole)):
            changed = bytearray(whole)
            changed[place] ^= 0xFF
            try:
                found = open_archive(bytes(changed), "a.eval")
                contents = [found.read(name) for name in found.members]
            except ArchiveError:
                continue
            assert set(contents) <= {TEXT}

    def test_a_member_elsewhere_than_the_directory_says_is_damaged(self) -> None:
        assert refusal(Member("a.json", TEXT, offset=3)).code == "archive_damaged"

    def test_members_that_overlap_are_refused(self) -> None:
        """One small packed body, listed under many names, would unpack to any size."""
        same = [Member(f"{name}.json", TEXT, offset=0) for name in "abc"]
        assert refusal(*same).code == "archive_overlap"

    def test_two_members_of_one_name_are_refused(self) -> None:
        """One reader would take the first, another the last."""
        problem = refusal(Member("a.json", b"1"), Member("a.json", b"2"))
        assert problem.code == "archive_damaged"
        assert "same name" in problem.message

    def test_an_encrypted_member_is_refused(self) -> None:
        assert refusal(Member("a.json", TEXT, flags=1)).code == "archive_encrypted"

    def test_another_packing_is_named(self) -> None:
        problem = refusal(Member("a.json", TEXT, BZIP2))
        assert problem.code == "archive_method"
        assert "method 12" in problem.message
        assert problem.expected == "stored, deflate or zstd"


class TestLimits:
    def test_too_many_members_are_refused_before_they_are_listed(self, monkeypatch) -> None:
        monkeypatch.setattr(archive, "MAX_ENTRIES", 2)
        members = [Member(f"{name}.json", b"1") for name in "abc"]
        assert opened(*members[:2]).json("b.json") == 1
        assert refusal(*members).code == "archive_entries"

    def test_a_name_beyond_the_limit_is_refused_and_shown_cut(self) -> None:
        problem = refusal(Member("a.json", b"1"), Member("x" * 1025, b"1"))
        assert problem.code == "archive_name"
        assert len(problem.pointer) < 100

    @pytest.mark.parametrize("method", [DEFLATED, ZSTD])
    @pytest.mark.parametrize("size", [1, 40_000_000])
    def test_a_bomb_is_refused_by_what_comes_out(self, method, size) -> None:
        """40 MB of blanks, whatever size the zip states; the ratio is over 250."""
        blanks = b" " * 40_000_000
        problem = refusal(Member("a.json", blanks, method, size=size, crc=zlib.crc32(blanks)))
        assert problem.code == "archive_ratio"
        assert "250 times" in problem.expected
        assert "max_archive_ratio" in problem.hint

    def test_what_is_small_may_be_packed_as_tightly_as_it_likes(self) -> None:
        """1 MiB of blanks in 1 kB: a thousand to one, and harmless."""
        blanks = b" " * archive.FREE_BYTES
        found = opened(Member("a.json", blanks))
        assert len(blanks) > Limits().max_ratio * found.members["a.json"].compress_size
        assert found.read("a.json") == blanks

    @pytest.mark.parametrize("method", METHODS)
    def test_a_member_beyond_the_limit_is_refused(self, method) -> None:
        """The limit is the setting for any file, and the message names it."""
        noise, tight = noise_of(1001), Limits(max_bytes=1000)
        assert opened(Member("a.json", noise[:1000], method), limits=tight).read("a.json") == noise[:1000]
        problem = refusal(Member("a.json", noise, method), limits=tight)
        assert problem.code == "archive_too_large"
        assert "max_file_bytes" in problem.hint
        assert "of one member" in problem.expected

    def test_all_members_together_have_a_limit(self) -> None:
        """What was read is counted, member by member."""
        noise = noise_of(600)
        found = opened(Member("a.json", noise), Member("b.json", noise))
        found.left = 1000
        assert found.read("a.json") == noise
        with pytest.raises(ArchiveError) as raised:
            found.read("b.json")
        assert raised.value.problem.code == "archive_too_large"
        assert "together" in raised.value.problem.expected
