"""Files of leaderboards with other line ends, a byte order mark, or compressed give the same records."""

from __future__ import annotations

import lzma
from pathlib import Path

import pytest

from reportgen.ingest.detect import Readers, read_result
from reportgen.ingest.read import Content
from reportgen.ingest.registry import FORMATS
from reportgen.ingest.walk import Entry

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "formats"
NAMES = (
    "alpaca_eval", "evalplus", "livebench", "lmarena", "open_llm_leaderboard", "opencompass", "robustbench",
    "swe_bench", "vlmevalkit", "wilds",
)  # fmt: skip
FILES = sorted(path for name in NAMES for path in (SAMPLES / name).rglob("*") if path.is_file())
READERS = Readers(FORMATS)


def records(path: str, data: bytes):
    return read_result(Entry(path, path), Content(data, "0" * 64, len(data)), READERS).records


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.relative_to(SAMPLES).as_posix())
def test_the_records_are_the_same(file) -> None:
    """The way a file was saved says nothing about its scores; names are read without the compression's ending."""
    data = file.read_bytes()
    path = file.relative_to(SAMPLES / file.relative_to(SAMPLES).parts[0]).as_posix()
    expected = records(path, data)
    assert records(path, b"\xef\xbb\xbf" + data) == expected
    assert records(path, data.replace(b"\n", b"\r\n")) == expected
    assert records(path, data.rstrip(b"\n")) == expected
    assert records(f"{path}.xz", lzma.compress(data)) == expected
