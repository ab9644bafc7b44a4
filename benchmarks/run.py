"""Time the pipeline on a generated corpus: reading anew, reading from the cache, building the site.

    python benchmarks/run.py [--models 200] [--benchmarks 40] [--pages]

Scores come from a fixed formula, so that two runs on two commits time the same work. Times are of the whole
command, as a user waits for it; memory is the largest resident size of any command so far.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SUITES = 4


def score(model: int, benchmark: int) -> float:
    """A smooth table of two skills, rounded as files have it."""
    skill = math.sin(model * 0.37) + 0.5 * math.sin(model * 0.11 * (1 + benchmark % 3))
    return round(1 / (1 + math.exp(-skill + benchmark % 5 / 4)), 4)


def result(model: int, benchmark: int) -> dict[str, object]:
    return {
        "benchmark": {"id": f"task-{benchmark:03}", "suite": f"suite-{benchmark % SUITES}", "split": "test"},
        "value": score(model, benchmark),
        "stderr": 0.01,
    }


def write_corpus(folder: Path, models: int, benchmarks: int) -> None:
    """One native file for each model."""
    metric = {"id": "accuracy", "direction": "higher", "lower": 0.0, "upper": 1.0, "unit": "fraction"}
    for model in range(models):
        document = {
            "schema": "reportgen.result",
            "version": 1,
            "tool": {"name": "benchmark", "version": "1"},
            "date": "2026-01-01",
            "defaults": {"model": f"maker-{model % 20}/model-{model:04}", "metric": metric, "n": 1000},
            "results": [result(model, benchmark) for benchmark in range(benchmarks)],
        }
        (folder / f"model-{model:04}.json").write_text(json.dumps(document), encoding="utf-8")


def timed(label: str, *arguments: object) -> None:
    """Run a reportgen command and print how long it took."""
    command = [sys.executable, "-m", "reportgen", *map(str, arguments)]
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{label:<28} {seconds:8.2f} s   up to {largest:6.0f} MiB so far")


def main() -> None:
    parser = argparse.ArgumentParser(description="Time reportgen on a generated corpus.")
    parser.add_argument("--models", type=int, default=200)
    parser.add_argument("--benchmarks", type=int, default=40)
    parser.add_argument("--pages", action="store_true", help="build the site too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "results").mkdir()
        write_corpus(folder / "results", options.models, options.benchmarks)
        print(f"{options.models} files, {options.models * options.benchmarks} scores")
        cache = ("--cache", folder / "cache")
        read = ("ingest", folder / "results", "--out", folder / "records.parquet", *cache)
        timed("start and say the version", "--version")
        timed("read, empty cache", *read)
        timed("read, full cache", *read)
        timed("rank", "rank", folder / "results", *cache, "--format", "json")
        if options.pages:
            build = ("build", folder / "results", "--out", folder / "site", *cache)
            timed("build the site, full cache", *build)


if __name__ == "__main__":
    main()
