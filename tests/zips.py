"""Zip files made byte by byte, so that they can be packed with zstd, and can lie about themselves."""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

STORED, DEFLATED, BZIP2, ZSTD = 0, 8, 12, 93


@dataclass(frozen=True)
class Member:
    """One member; what is given besides name and content is what the zip says instead of the truth."""

    name: str
    content: bytes
    method: int = DEFLATED
    size: int | None = None
    crc: int | None = None
    flags: int = 0
    offset: int | None = None
    packed: bytes | None = None

    def pack(self) -> bytes:
        if self.packed is not None:
            return self.packed
        if self.method == ZSTD:
            return pa.compress(self.content, codec="zstd", asbytes=True)
        if self.method == DEFLATED:
            engine = zlib.compressobj(wbits=-zlib.MAX_WBITS)
            return engine.compress(self.content) + engine.flush()
        return self.content


def zipped(*members: Member) -> bytes:
    """The bytes of a zip file with these members, with a directory at its end."""
    body, directory = b"", b""
    for member in members:
        name, packed = member.name.encode(), member.pack()
        size = len(member.content) if member.size is None else member.size
        crc = zlib.crc32(member.content) if member.crc is None else member.crc
        fields = (member.flags, member.method, 0, 33, crc, len(packed), size, len(name), 0)
        offset = len(body) if member.offset is None else member.offset
        body += struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, *fields) + name + packed
        directory += struct.pack("<4sHHHHHHIIIHH", b"PK\x01\x02", 20, 20, *fields)
        directory += struct.pack("<HHHII", 0, 0, 0, 0, offset) + name
    count = len(members)
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, len(directory), len(body), 0)
    return body + directory + end


def log(method: int = ZSTD, **members: Any) -> bytes:
    """A zip of JSON members; in a name `__` stands for the slash."""
    return zipped(
        *(
            Member(name.replace("__", "/") + ".json", json.dumps(document).encode(), method)
            for name, document in members.items()
        )
    )
