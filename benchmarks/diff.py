"""Time the comparison of two snapshots of more than a million scores, beside an outer merge by pandas.

    python benchmarks/diff.py [--corpora ../shared/data/corpora] [--scratch FOLDER] [--rows N] [--profile]

The old side is the main score of every result of MTEB (1,290,433 rows); without the corpus a generated table of that
size. The new side has another value in every hundredth of them and lacks 20 models. Both are written as a published
version carries them. Every step runs in a process of its own on one thread; CPU seconds are user and system time from
the start of Python, MB the largest resident size.

    merge       pandas: read the two Parquet files, merge them (outer) on the columns that identify a score, and keep
                the rows that differ
    read        reportgen: read and check the two snapshots
    diff        reportgen diff OLD NEW --format json

With --scratch the two sides are kept there for the next time; with --profile the functions of `diff` that take longest
follow.
"""

from __future__ import annotations

import argparse
import cProfile
import hashlib
import json
import lzma
import math
import os
import pstats
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
CORPORA = REPOSITORY.parent / "shared" / "data" / "corpora"
TABLE = "mteb_main_scores.csv.xz"
MAPPING = """
files: "*.csv.xz"
layout: tidy
fields:
  model: model
  model_revision: revision
  benchmark: task
  split: split
  subset: subset
  value: main_score
  tool_version: mteb_version
  dataset_revision: dataset_revision
constants: {suite: MTEB, metric: main_score, tool: mteb}
"""
METRICS = "metrics:\n  - {id: main_score, direction: higher, lower: -1, upper: 1, unit: fraction}\n"
SETTINGS = "max_file_bytes: 300000000\n"
ROWS = 1_290_433
GONE = 20  # models
CHANGED = 100  # one score in so many
STEPS = ("merge", "read", "diff")
MOST_CPU, MOST_MB = 20, 1500
EXIT_CODES = {0, 2}


def generate(target: Path, rows: int) -> None:
    """A table of that many scores; values come from a fixed formula."""
    tasks = 1_500
    with lzma.open(target, "wt", preset=0, encoding="utf-8") as file:
        file.write("model,revision,task,split,subset,main_score,mteb_version,dataset_revision\n")
        for row in range(rows):
            model, task = divmod(row, tasks)
            value = 0.5 + 0.3 * math.sin(model * 0.37) + 0.1 * math.sin(task * 0.11 + model % 7)
            file.write(f"maker-{model % 40}/model-{model},1,Task{task},test,default,{value:.6f},1.38,1\n")


def write_results(folder: Path, corpora: Path, rows: int) -> None:
    """The results folder of the old side."""
    (folder / "catalog").mkdir(parents=True)
    (folder / "mteb.mapping.yml").write_text(MAPPING, encoding="utf-8")
    (folder / "catalog" / "metrics.yml").write_text(METRICS, encoding="utf-8")
    (folder / "reportgen.yml").write_text(SETTINGS, encoding="utf-8")
    if not (corpora / TABLE).is_file():
        generate(folder / TABLE, rows)
    elif rows >= ROWS:
        shutil.copyfile(corpora / TABLE, folder / TABLE)
    else:
        with lzma.open(corpora / TABLE, "rb") as whole, lzma.open(folder / TABLE, "wb", preset=0) as part:
            for _ in range(rows + 1):
                part.write(whole.readline())


def prepare(scratch: Path, corpora: Path, rows: int) -> None:
    """The data folders of both sides, `old` and `new`."""
    import numpy as np

    from reportgen import __version__, workflow
    from reportgen.ingest.accounting import document_json, to_document
    from reportgen.records.frame import identify
    from reportgen.records.native import SCHEMA_VERSION
    from reportgen.records.record import FIELDS
    from reportgen.site.save import records_parquet

    write_results(scratch / "results", corpora, rows)
    ingested = workflow.load(scratch / "results")
    settings = workflow.load_settings(scratch / "results")
    accounting = to_document(ingested.files, ingested.totals)

    def write(name: str, frame, sha256: str) -> None:
        folder = scratch / name
        folder.mkdir()
        files = [{**file, "sha256": sha256 or file["sha256"]} for file in accounting["files"]]
        snapshot = {
            "schema": "reportgen.snapshot",
            "version": 1,
            "reportgen": __version__,
            "record_schema": SCHEMA_VERSION,
            "report_version": name,
            "digest": hashlib.sha256(name.encode()).hexdigest(),
            "settings": settings.model_dump(mode="json"),
            "catalog": ingested.catalog.model_dump(mode="json", by_alias=True),
            "inputs": {file["path"]: file["sha256"] for file in files if file["sha256"]},
        }
        (folder / "snapshot.json").write_text(json.dumps(snapshot, sort_keys=True), encoding="utf-8")
        (folder / "ingest.json").write_text(document_json({**accounting, "files": files}), encoding="utf-8")
        (folder / "records.parquet").write_bytes(records_parquet(frame))

    old = ingested.frame
    write("old", old, "")
    models = old["model"].cat.categories
    gone = models[:: max(len(models) // GONE, 2)][:GONE]
    new = old[~old["model"].isin(gone)][list(FIELDS)].reset_index(drop=True)
    sha256 = "0" * 64
    for name in new.select_dtypes("category"):
        new[name] = new[name].cat.remove_unused_categories()
    new["sha256"] = new["sha256"].cat.rename_categories([sha256] * len(new["sha256"].cat.categories))
    values = new["value"].to_numpy().copy()
    places = np.arange(0, len(values), CHANGED)
    values[places] = np.round(values[places] + 0.02 * np.sin(places), 6)
    write("new", identify(new.assign(value=values)), sha256)


def merge(scratch: Path) -> int:
    """What differs, by pandas alone: rows on one side only, and rows with another value."""
    import pandas as pd

    from reportgen.records.record import IDENTITY

    sides = [
        pd.read_parquet(scratch / name / "records.parquet", columns=[*IDENTITY, "value"])
        for name in ("old", "new")
    ]
    both = sides[0].merge(sides[1], how="outer", on=list(IDENTITY), suffixes=("_old", "_new"), indicator=True)
    same = (both["_merge"] == "both") & (both["value_old"] == both["value_new"])
    return int((~same).sum())


def read(scratch: Path) -> int:
    """Both snapshots, as `diff` reads them."""
    from reportgen.ingest.snapshot import read_snapshot

    def fetch(folder: Path):
        return lambda name, _most: (folder / name).read_bytes() if (folder / name).is_file() else None

    return sum(len(read_snapshot(fetch(scratch / name), name).frame) for name in ("old", "new"))


def diff(scratch: Path, *, profile: bool = False) -> int:
    """The command, in this process; the number of lines it wrote."""
    from reportgen.cli.main import main

    out = scratch / "diff.json"
    arguments = ["diff", str(scratch / "old"), str(scratch / "new"), "--format", "json", "--out", str(out)]
    profiler = cProfile.Profile()
    if profile:
        profiler.enable()
    try:
        main(arguments, prog_name="reportgen")
    except SystemExit as end:
        if end.code not in EXIT_CODES:
            raise
    finally:
        profiler.disable()
    if profile:
        pstats.Stats(profiler, stream=sys.stderr).sort_stats("cumulative").print_stats("reportgen|pandas", 45)
    return out.stat().st_size


def measure(name: str, scratch: Path, *, profile: bool = False) -> tuple[float, float, float]:
    """CPU seconds, wall seconds and MB of a step."""
    threads = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "ARROW", "NUMBA")}
    command = [sys.executable, __file__, "--step", name, "--scratch", str(scratch)]
    start = time.perf_counter()
    process = subprocess.Popen(
        command + ["--profile"] * profile, env={**os.environ, **threads}, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{name} failed")
    return usage.ru_utime + usage.ru_stime, time.perf_counter() - start, usage.ru_maxrss * 1024 / 1e6


def table(scratch: Path) -> None:
    """A row a step, and whether the aims are met."""
    print(f"{'step':>8} {'CPU s':>8} {'wall s':>8} {'MB':>8} {'of merge':>9}")
    found = {}
    for name in STEPS:
        cpu, wall, memory = found[name] = measure(name, scratch)
        print(
            f"{name:>8} {cpu:>8.1f} {wall:>8.1f} {memory:>8.0f} {cpu / found['merge'][0]:>9.2f}", flush=True
        )
    cpu, _, memory = found["diff"]
    print(f"aim: at most {MOST_CPU} CPU s and {MOST_MB} MB: {cpu <= MOST_CPU and memory <= MOST_MB}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpora", type=Path, default=CORPORA, help=f"folder of {TABLE}")
    parser.add_argument("--scratch", type=Path, help="folder to keep the two sides in")
    parser.add_argument("--rows", type=int, default=ROWS, help="take so many rows only")
    parser.add_argument("--profile", action="store_true", help="say where the time goes")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        steps = {"merge": merge, "read": read, "diff": lambda scratch: diff(scratch, profile=options.profile)}
        print(steps[options.step](options.scratch))
        return
    with tempfile.TemporaryDirectory() as temporary:
        scratch = options.scratch or Path(temporary)
        if not (scratch / "new" / "records.parquet").is_file():
            prepare(scratch, options.corpora, options.rows)
        table(scratch)
        if options.profile:
            measure("diff", scratch, profile=True)


if __name__ == "__main__":
    main()
