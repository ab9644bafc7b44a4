"""Some files to their reports and records: the unit of work of every engine, on this machine or on another."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from reportgen.ingest.cache import Pack, encode
from reportgen.ingest.columns import Builder, combine
from reportgen.ingest.detect import read_result
from reportgen.ingest.memory import give_back
from reportgen.ingest.read import load_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from reportgen.ingest.detect import Readers
    from reportgen.ingest.walk import Entry

#: Files of one chunk: 32 chunks, so that work is shared evenly, but none so small that its overhead (about 20 ms
#: for Parquet both ways) outweighs reading it (about 1 ms a file), and none so large that much is lost with it.
FEWEST, MOST, CHUNKS = 128, 1000, 32
#: Records of one chunk beyond which it is worth the while to tidy up the memory (about 50 ms).
LARGE = 200_000


class Chunk(NamedTuple):
    """Files that lie next to each other in path order, and what reads them."""

    entries: tuple[Entry, ...]
    readers: Readers


def chunk_size(files: int) -> int:
    """Files of each chunk but the last."""
    return max(FEWEST, min(MOST, -(-files // CHUNKS)))


def chunks_of(entries: Sequence[Entry], readers: Readers) -> list[Chunk]:
    """The entries in chunks; how they fall depends on their paths alone, not on the machine."""
    size = chunk_size(len(entries))
    return [Chunk(tuple(entries[start : start + size]), readers) for start in range(0, len(entries), size)]


def read_chunk(chunk: Chunk, progress: Callable[[int], None] | None = None) -> Pack:
    """Reports and records of all files of a chunk."""
    builder = Builder()
    reports = []
    with _collector_paused():
        for entry in chunk.entries:
            content = load_bytes(entry.place, entry.path, chunk.readers.limits.max_bytes)
            result = read_result(entry, content, chunk.readers)
            builder.add(result)
            reports.append(result.report)
            if progress is not None:
                progress(1)
    frame = combine(builder.frames())
    if len(frame) > LARGE:
        del builder
        give_back()
    return Pack(tuple(reports), frame)


def read_packed(chunk: Chunk) -> bytes:
    """The same as bytes that can be sent, and kept in the cache as they are."""
    pack = read_chunk(chunk)
    return encode(pack.reports, pack.frame)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Without the cycle collector, which else walks all records again and again and finds nothing."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
