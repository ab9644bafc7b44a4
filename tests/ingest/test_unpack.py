"""Compressed files: what comes out is what was put in, and never more than allowed."""

from __future__ import annotations

import bz2
import gzip
import lzma

import pyarrow as pa
import pytest

from reportgen.ingest.read import Content, inner_name, open_source
from reportgen.ingest.source import Limits
from reportgen.ingest.unpack import packing, unpack

PACK = {
    ".gz": lambda data: gzip.compress(data, mtime=0),
    ".xz": lzma.compress,
    ".bz2": bz2.compress,
    ".zst": lambda data: pa.compress(data, codec="zstd", asbytes=True),
}
TEXT = b'{"a": [1, 2.5]}' * 1


@pytest.mark.parametrize("ending", PACK)
def test_a_packed_file_is_the_file_inside(ending):
    """With its whole name kept as the path."""
    data = PACK[ending](TEXT)
    opened = open_source(Content(data, "0" * 64, len(data)), f"runs/a.json{ending}")
    assert opened.source.path == f"runs/a.json{ending}"
    assert opened.source.document == {"a": [1, 2.5]}
    assert opened.source.is_document


@pytest.mark.parametrize("ending", PACK)
def test_no_more_comes_out_than_the_limit(ending):
    """A bomb is given up after a step, and the message names the setting."""
    data = PACK[ending](b"0" * 20_000_000)
    assert len(data) < 100_000
    found, problem = unpack(data, f"a.csv{ending}", 5_000_000)
    assert found == b""
    assert problem.code == "too_large"
    assert "max_file_bytes" in problem.hint


@pytest.mark.parametrize("ending", PACK)
@pytest.mark.parametrize("damage", ["cut", "text"])
def test_a_damaged_packed_file_is_a_problem(ending, damage):
    """Cut off in the middle, or not packed at all."""
    data = PACK[ending](bytes(range(256)) * 400)
    broken = {"cut": data[: len(data) // 2], "text": b"model,score\nm,1\n"}[damage]
    _, problem = unpack(broken, f"a.csv{ending}", 10**6)
    assert problem.code == "not_compressed"


def test_the_limit_is_the_one_of_the_settings():
    """For what is inside, as for a file that is not packed."""
    data = PACK[".xz"](b"model,score\n" + b"m,0.5\n" * 1000)
    opened = open_source(Content(data, "0" * 64, len(data)), "a.csv.xz", Limits(max_bytes=1000))
    assert [problem.code for problem in opened.problems] == ["too_large"]


@pytest.mark.parametrize(
    ("path", "ending"),
    [("a.csv.xz", ".xz"), ("a/b.JSON.GZ", ".GZ"), (".xz", ""), ("a/xz", ""), ("gz.json", "")],
)
def test_a_name_says_how_a_file_is_packed(path, ending):
    """Only an ending behind a name does."""
    assert packing(path) == ending
    assert inner_name(path) == path.removesuffix(ending)
