"""Members of a zip file, trusting nothing that the file says about itself.

Sizes in a zip are claims: what counts is what comes out. Nothing is ever written to disk. Python 3.11 knows no
zstd inside a zip (method 93, what Inspect writes), so members are cut out and unpacked here.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

from reportgen.ingest.json_text import parse_json
from reportgen.ingest.source import Limits
from reportgen.numbers import size as size_text
from reportgen.records.problem import Problem, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from zipfile import ZipInfo

#: A log of 10,000 samples in five epochs. An entry takes about 1 kB of memory, so this is 50 MB.
MAX_ENTRIES = 50_000
#: Longest path on the common systems is 4,096 bytes; members of a log have names of some 40.
MAX_NAME = 1_024
#: All members that are read of one archive may have this many times the bytes of one (`max_file_bytes`, as for a
#: file that is not packed): 16 large ones, or 40,000 samples of 25 kB; some 20 s of unpacking.
LARGE_MEMBERS = 16
#: Below this the ratio is not looked at: what is this small harms nobody.
FREE_BYTES = 1024 * 1024

_STEP = 1 << 18
_LOCAL_HEADER = struct.Struct("<4s22sHH")
_LOCAL_MAGIC, _CENTRAL_MAGIC = b"PK\x03\x04", b"PK\x01\x02"
_ENCRYPTED = 0x1 | 0x40
_STORED, _DEFLATED, _ZSTD = 0, 8, 93
_DAMAGED = "archive_damaged"
#: Code of the problem after which no more members are worth reading.
TOO_LARGE = "archive_too_large"


class ArchiveError(Exception):
    """A member, or the whole archive, cannot be read; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass(slots=True)
class Archive:
    """The members of a zip file by name, and how many bytes may still come out of it."""

    path: str
    data: bytes
    members: dict[str, ZipInfo]
    limits: Limits
    left: int

    def read(self, name: str) -> bytes:
        """The content of a member. Raises `ArchiveError`; `KeyError` where there is none of this name."""
        info = self.members[name]
        content = b"".join(self._pieces(info))
        if len(content) != info.file_size or zlib.crc32(content) != info.CRC:
            raise _error(self.path, _DAMAGED, "a member is not what the directory of the zip says", info)
        self.left -= len(content)
        return content

    def json(self, name: str) -> Any:
        """The document of a JSON member. Raises `ArchiveError`, also for all that `parse_json` refuses."""
        info = self.members[name]
        try:
            text = self.read(name).decode("utf-8")
        except UnicodeDecodeError as error:
            raise _error(self.path, "not_utf8", f"a member is not UTF-8: {error.reason}", info) from None
        parsed = parse_json(text, self.path)
        if parsed.problem is not None:
            where = f"{name}#{parsed.problem.pointer}"
            raise ArchiveError(replace(parsed.problem, file=self.path, pointer=where))
        return parsed.document

    def _pieces(self, info: ZipInfo) -> Iterator[bytes]:
        """The content piece by piece, for as long as it keeps to the limits."""
        packed, total = self._packed(info), 0
        most = max(FREE_BYTES, self.limits.max_ratio * len(packed))
        try:
            for piece in _unpacked(packed, info.compress_type):
                total += len(piece)
                if total > most:
                    times = f"{self.limits.max_ratio} times its packed size"
                    raise _too_much(self.path, "archive_ratio", times, info)
                if total > min(self.limits.max_bytes, self.left):
                    raise _too_much(self.path, TOO_LARGE, self._limit(), info)
                yield piece
        except (OSError, EOFError, zlib.error) as error:
            message = f"a member cannot be unpacked: {type(error).__name__}"
            raise _error(self.path, _DAMAGED, message, info) from None
        except NotImplementedError:
            message = f"a member is packed in a way that is not read (method {info.compress_type})"
            raise _error(self.path, "archive_method", message, info, "stored, deflate or zstd") from None

    def _limit(self) -> str:
        if self.left < self.limits.max_bytes:
            return f"{size_text(LARGE_MEMBERS * self.limits.max_bytes)} of all members together"
        return f"{size_text(self.limits.max_bytes)} of one member"

    def _packed(self, info: ZipInfo) -> bytes:
        """The packed bytes of a member, where its own header stands."""
        if info.flag_bits & _ENCRYPTED:
            raise _error(self.path, "archive_encrypted", "a member is encrypted", info)
        start = info.header_offset + _LOCAL_HEADER.size
        header = self.data[info.header_offset : start]
        if len(header) < _LOCAL_HEADER.size or not header.startswith(_LOCAL_MAGIC):
            raise _error(self.path, _DAMAGED, "a member is not where the directory of the zip says", info)
        _, _, name, extra = _LOCAL_HEADER.unpack(header)
        packed = self.data[start + name + extra : start + name + extra + info.compress_size]
        if len(packed) != info.compress_size:
            raise _error(self.path, _DAMAGED, "a member is cut off", info)
        return packed


def open_archive(data: bytes, path: str, limits: Limits | None = None) -> Archive:
    """The directory of a zip file, checked. Raises `ArchiveError`."""
    if data.count(_CENTRAL_MAGIC) > MAX_ENTRIES:  # before the directory becomes objects
        raise _error(
            path, "archive_entries", "more members than the limit", expected=f"at most {MAX_ENTRIES}"
        )
    try:
        with ZipFile(BytesIO(data)) as opened:
            entries = opened.infolist()
    except (BadZipFile, NotImplementedError, ValueError, OverflowError, UnicodeDecodeError, struct.error):
        message = "the zip has no readable directory at its end"
        hint = "the file seems to be cut off; copy it again, or have the tool recover it"
        raise ArchiveError(Problem(code=_DAMAGED, message=message, file=path, hint=hint)) from None
    members: dict[str, ZipInfo] = {}
    for info in entries:
        if len(info.filename) > MAX_NAME:
            raise _error(
                path, "archive_name", "a member has a name longer than the limit", info, f"at most {MAX_NAME}"
            )
        if info.filename in members:
            raise _error(path, _DAMAGED, "two members have the same name", info)
        members[info.filename] = info
    _refuse_overlaps(path, entries)
    limits = limits or Limits()
    return Archive(path, data, members, limits, LARGE_MEMBERS * limits.max_bytes)


def _refuse_overlaps(path: str, entries: Sequence[ZipInfo]) -> None:
    """Members that share bytes make a small file unpack to a large one, however modest each of them is."""
    end = 0
    for info in sorted(entries, key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise _error(path, "archive_overlap", "members of the zip overlap", info)
        end = info.header_offset + _LOCAL_HEADER.size + info.compress_size


def _unpacked(packed: bytes, method: int) -> Iterator[bytes]:
    """The content in pieces of at most `_STEP` bytes. Raises `NotImplementedError` for an unknown method."""
    if method == _STORED:
        return iter((packed,))
    if method == _DEFLATED:
        return _inflated(packed)
    if method == _ZSTD:
        return _unpacked_zstd(packed)
    raise NotImplementedError


def _inflated(packed: bytes) -> Iterator[bytes]:
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    for start in range(0, len(packed), _STEP):  # in steps, because what is left over is copied each time
        rest = packed[start : start + _STEP]
        while rest and not engine.eof:
            yield engine.decompress(rest, _STEP)
            rest = engine.unconsumed_tail
    while not engine.eof:
        piece = engine.decompress(b"", _STEP)
        if not piece:
            raise EOFError
        yield piece


def _unpacked_zstd(packed: bytes) -> Iterator[bytes]:
    import pyarrow as pa  # noqa: PLC0415  # a quarter of a second, and few files are packed so

    with pa.CompressedInputStream(pa.BufferReader(packed), "zstd") as stream:
        while piece := stream.read(_STEP):
            yield piece


def _error(
    path: str, code: str, message: str, info: ZipInfo | None = None, expected: str = ""
) -> ArchiveError:
    pointer = shorten(info.filename)[1:-1] if info is not None else ""
    return ArchiveError(Problem(code=code, message=message, file=path, pointer=pointer, expected=expected))


def _too_much(path: str, code: str, limit: str, info: ZipInfo) -> ArchiveError:
    setting = "max_archive_ratio" if code == "archive_ratio" else "max_file_bytes"
    error = _error(path, code, "a member unpacks to more bytes than the limit", info, f"at most {limit}")
    hint = f"raise {setting} in reportgen.yml if the file is meant"
    return ArchiveError(replace(error.problem, hint=hint))
