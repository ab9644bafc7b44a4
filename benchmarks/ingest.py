"""Time the reading of many small result files beside what reading them costs at the least.

    python benchmarks/ingest.py [--files 10000 100000] [--scores 4]

Files are native ones, generated, each with a few scores of one model, in folders of a hundred. Every step runs in a
process of its own on one thread, unless its name says otherwise; CPU seconds are user and system time of the process
and those it started, from when the code is imported and the files are listed.

    read           open, read and close every file
    hash           the same, and SHA-256 of the bytes
    json.loads     the same as read, and the standard library's parser
    pydantic       the same, and the models of the file format validate every entry
    cold           reportgen: walk, read, detect, check, account, identify, and write the cache
    warm           the same with the cache filled and nothing changed
    two processes  cold, in a pool of two
    dask           cold, over a dask.distributed cluster of two worker processes started here
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing.forkserver
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HEADER = ("step", "CPU s", "wall s", "us a file", "MB", "of read", "of hash")
STEPS = ("read", "hash", "json.loads", "pydantic", "cold", "warm", "two processes", "dask")


def generate(folder: Path, files: int, scores: int) -> int:
    """Write the files; the number of bytes."""
    total = 0
    for number in range(files):
        place = folder / f"{number // 100:04}"
        if number % 100 == 0:
            place.mkdir(parents=True)
        rows = [
            {
                "model": {"id": f"org{number % 40}/model-{number}", "variant": {"precision": "bfloat16"}},
                "benchmark": {"id": f"benchmark-{score}", "split": "test"},
                "value": round((number * 7919 + score * 104729) % 10007 / 10007, 4),
                "stderr": 0.0123,
                "n": 1000 + score,
            }
            for score in range(scores)
        ]
        document = {
            "schema": "reportgen.result",
            "version": 1,
            "tool": {"name": "evalkit", "version": "1.0"},
            "date": "2026-03-01T12:00:00Z",
            "defaults": {"metric": {"id": "accuracy", "direction": "higher", "lower": 0, "upper": 1}},
            "results": rows,
        }
        text = json.dumps(document, indent=1)
        (place / f"run-{number:06}.json").write_text(text, encoding="utf-8")
        total += len(text)
    return total


def paths(folder: Path) -> list[str]:
    return sorted(str(file) for file in folder.rglob("*.json"))


def step(name: str, folder: Path, cache: Path) -> None:
    """What one process does."""
    from reportgen.config import Settings
    from reportgen.ingest.engines import Engine
    from reportgen.ingest.formats.native import read as _native  # noqa: F401  # imported in every step alike
    from reportgen.ingest.run import ingest
    from reportgen.records.native import Result, ResultFile, expand

    if name in {"cold", "warm", "two processes", "dask"}:
        engines = {"two processes": Engine("processes", 2), "dask": Engine("dask", 2)}
        started()
        ingested = ingest(folder, Settings(), engine=engines.get(name, Engine()), cache=cache)
        assert ingested.totals.quarantined == 0
        # its processor time, and that of the workers it started, counts for ours once it has ended
        multiprocessing.forkserver._forkserver._stop()  # noqa: SLF001  # there is no other way to end it
        return
    found = paths(folder)
    started()
    for path in found:
        with open(path, "rb") as file:
            data = file.read()
        if name == "hash":
            hashlib.sha256(data).hexdigest()
        elif name != "read":
            document = json.loads(data)
            if name == "pydantic":
                envelope = ResultFile.model_validate(document)
                for entry in envelope.results:
                    Result.model_validate(expand(entry, envelope.defaults))


def started() -> None:
    """Say how much processor time went before."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(usage.ru_utime + usage.ru_stime, flush=True)


def measure(name: str, folder: Path, cache: Path) -> tuple[float, float, float]:
    """CPU seconds, wall seconds and MB of the largest process of a step."""
    start = time.perf_counter()
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "ARROW_NUM_THREADS": "1",
    }
    process = subprocess.Popen(
        [sys.executable, __file__, "--step", name, "--folder", str(folder), "--cache", str(cache)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL if name == "dask" else None,
    )
    assert process.stdout is not None
    before = float(process.stdout.readline())
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{name} failed")
    return usage.ru_utime + usage.ru_stime - before, time.perf_counter() - start, usage.ru_maxrss / 1024


def table(files: int, scores: int) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary, "results")
        size = generate(folder, files, scores)
        print(f"\n{files:,} files, {scores} scores each, {size / files:,.0f} bytes a file")
        print(" ".join(f"{title:>13}" for title in HEADER))
        costs: dict[str, float] = {}
        for name in STEPS:
            cache = Path(temporary, "cache" if name in {"cold", "warm"} else f"cache {name}")
            cpu, wall, memory = measure(name, folder, cache)
            costs[name] = cpu
            cells = (
                name,
                f"{costs[name]:.2f}",
                f"{wall:.2f}",
                f"{costs[name] / files * 1e6:.0f}",
                f"{memory:.0f}",
                f"{costs[name] / costs['read']:.1f}",
                f"{costs[name] / costs.get('hash', costs['read']):.1f}",
            )
            print(" ".join(f"{cell:>13}" for cell in cells), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--scores", type=int, default=4)
    parser.add_argument("--step", choices=STEPS)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--cache", type=Path)
    chosen = parser.parse_args()
    if chosen.step:
        step(chosen.step, chosen.folder, chosen.cache)
        return
    for files in chosen.files:
        table(files, chosen.scores)


if __name__ == "__main__":
    main()
