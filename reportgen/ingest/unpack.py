"""A compressed file (.gz, .xz, .bz2, .zst) to its bytes, never more of them than allowed."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from io import BytesIO
from typing import IO, TYPE_CHECKING, cast

from reportgen.numbers import size as size_text
from reportgen.records.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

#: Bytes unpacked at a time: what a bomb can cost before it is noticed.
_STEP = 1 << 20


def _zstd(stream: IO[bytes]) -> IO[bytes]:
    import pyarrow as pa  # noqa: PLC0415  # a quarter of a second, and few files are packed so

    return cast("IO[bytes]", pa.CompressedInputStream(pa.BufferReader(stream.read()), "zstd"))


_OPEN: dict[str, Callable[[IO[bytes]], IO[bytes]]] = {
    ".gz": lambda stream: cast("IO[bytes]", gzip.GzipFile(fileobj=stream)),
    ".xz": lambda stream: cast("IO[bytes]", lzma.LZMAFile(stream)),  # noqa: SIM115  # closed by the caller
    ".bz2": lambda stream: cast("IO[bytes]", bz2.BZ2File(stream)),
    ".zst": _zstd,
}
ENDINGS = tuple(_OPEN)


def packing(path: str) -> str:
    """The ending that says how a file is compressed; empty where none does, as in a name that is only that."""
    ending = "." + path.rpartition(".")[2].lower()
    return path[-len(ending) :] if ending in _OPEN and "." in path[: -len(ending)].rpartition("/")[2] else ""


def unpack(data: bytes | bytearray, path: str, max_bytes: int) -> tuple[bytes | bytearray, Problem | None]:
    """The bytes inside, or why they are not taken: too many, or not what the ending says."""
    unpacked = bytearray()
    try:
        with _OPEN[packing(path).lower()](BytesIO(data)) as stream:
            while step := stream.read(_STEP):
                unpacked += step
                if len(unpacked) > max_bytes:
                    return b"", _too_large(path, max_bytes)
    except (OSError, EOFError, lzma.LZMAError, zlib.error, ValueError) as error:
        return b"", Problem(
            code="not_compressed",
            message=f"cannot be unpacked: {type(error).__name__}",
            file=path,
            expected=f"a complete {packing(path)} file",
            hint="the file seems to be cut off, or to have the wrong ending",
        )
    return unpacked, None


def _too_large(path: str, max_bytes: int) -> Problem:
    return Problem(
        code="too_large",
        message="unpacked, it is larger than the limit",
        file=path,
        expected=f"at most {size_text(max_bytes)}",
        hint="raise max_file_bytes in reportgen.yml if the file is meant",
    )
