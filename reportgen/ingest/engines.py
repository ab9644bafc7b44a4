"""How chunks are read: in this process, by a pool of processes, or by a dask.distributed cluster.

Every engine yields the packs in the order of the chunks, so that nothing downstream can tell which one ran.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

from reportgen.errors import ConfigError
from reportgen.ingest.cache import decode, encode
from reportgen.ingest.chunk import read_chunk, read_packed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from reportgen.ingest.cache import Pack
    from reportgen.ingest.chunk import Chunk

EngineName = Literal["auto", "serial", "processes", "dask"]
#: Fewer files than this are read sooner than a pool of processes starts (about a second of processor time).
WORTH_A_POOL = 2000
#: Chunks handed out at a time for each worker: enough to keep it busy, few enough to bound the memory.
AHEAD = 2
#: How often a chunk is tried whose worker died, before it is taken to be the chunk's own fault.
TRIES = 3
#: Seconds a scheduler has to answer.
PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Engine:
    """Which engine, how many workers (None: one for each core) and the scheduler's address ("" starts one).

    "auto" takes processes where they are worth it. They, like a local cluster, import the main module of the
    program anew, so a script that calls this needs the usual `if __name__ == "__main__"`.
    """

    name: EngineName = "serial"
    workers: int | None = None
    scheduler: str = ""


def read_chunks(
    chunks: Sequence[Chunk],
    engine: Engine,
    keep: Callable[[bytes], Any] | None,
    progress: Callable[[int], None],
) -> Iterator[Pack]:
    """The packs of all chunks, in order.

    Args:
        chunks: what to read.
        engine: how.
        keep: called with the bytes of each pack, for the cache.
        progress: called with the number of files just read.

    Raises:
        ConfigError: the engine is not installed or the scheduler does not answer.
    """
    name = _chosen(chunks, engine)
    if name == "serial":
        yield from _serial(chunks, keep, progress)
        return
    sent = _by_processes if name == "processes" else _by_dask
    for chunk, data in zip(chunks, sent(chunks, engine), strict=True):
        if keep is not None:
            keep(data)
        progress(len(chunk.entries))
        yield decode(data)


def _chosen(chunks: Sequence[Chunk], engine: Engine) -> EngineName:
    if engine.name != "auto":
        return engine.name
    files = sum(len(chunk.entries) for chunk in chunks)
    return "processes" if files >= WORTH_A_POOL and _cores(engine) > 1 else "serial"


def _cores(engine: Engine) -> int:
    return engine.workers or (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )


def _serial(
    chunks: Sequence[Chunk], keep: Callable[[bytes], Any] | None, progress: Callable[[int], None]
) -> Iterator[Pack]:
    for chunk in chunks:
        pack = read_chunk(chunk, progress)
        if keep is not None:
            keep(encode(pack.reports, pack.frame))
        yield pack


def _in_order(chunks: Sequence[Chunk], submit: Callable[[Chunk], Any], ahead: int) -> Iterator[bytes]:
    """Results in the order of the chunks, with at most `ahead` of them under way."""
    waiting = iter(chunks)
    running = deque(submit(chunk) for chunk in islice(waiting, ahead))
    while running:
        data: bytes = running.popleft().result()
        running.extend(submit(chunk) for chunk in islice(waiting, 1))
        yield data


def _by_processes(chunks: Sequence[Chunk], engine: Engine) -> Iterator[bytes]:
    """A pool on this machine. A chunk whose worker died is read here, file by file, after the others."""
    workers = min(_cores(engine), len(chunks)) or 1
    context = multiprocessing.get_context("forkserver" if os.name == "posix" else "spawn")
    if os.name == "posix":
        context.set_forkserver_preload(["reportgen.ingest.chunk", "reportgen.ingest.registry"])
    done = 0
    try:
        with ProcessPoolExecutor(workers, mp_context=context) as pool:
            sent = _in_order(chunks, lambda chunk: pool.submit(read_packed, chunk), AHEAD * workers)
            for data in sent:
                done += 1
                yield data
    except BrokenProcessPool:  # a worker was killed, for its memory most likely: here there is more of it
        for chunk in chunks[done:]:
            yield read_packed(chunk)


def _by_dask(chunks: Sequence[Chunk], engine: Engine) -> Iterator[bytes]:
    """A running cluster, or one started on this machine for the occasion."""
    try:
        import distributed  # noqa: PLC0415  # an optional extra
    except ImportError:
        raise ConfigError(
            "--engine dask", ["dask.distributed is not installed; install reportgen[distributed]"]
        ) from None
    address: Any = engine.scheduler or None
    local: dict[str, Any] = (
        {}
        if address
        else {
            "n_workers": _cores(engine),
            "threads_per_worker": 1,
            "dashboard_address": None,
            "host": "127.0.0.1",
        }
    )
    try:
        connect: Any = distributed.Client
        client = connect(address, set_as_default=False, timeout=PATIENCE, **local)
    except OSError as error:
        raise ConfigError("--scheduler", [f"{engine.scheduler} does not answer: {error}"]) from None
    done = 0
    try:
        with client:
            ahead = AHEAD * max(1, len(client.scheduler_info()["workers"]))
            sent = _in_order(
                chunks, lambda chunk: client.submit(read_packed, chunk, pure=False, retries=TRIES), ahead
            )
            for data in sent:
                done += 1
                yield data
    except distributed.KilledWorker:  # one chunk took several workers down with it
        for chunk in chunks[done:]:
            yield read_packed(chunk)
