"""Keep a snapshot of this release under tests/data/snapshots, so that every later release proves that it can read it.

    python scripts/keep_snapshot.py

Run once before a release is tagged. It reads small result files of the tests with a catalog and settings, and writes
what a published version of them carries: `data/` as `reportgen build` does, and `values.json`, the scores in plain
text, which a later release must find in it again. A release that is already kept is never written anew.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from reportgen import __version__, workflow

if TYPE_CHECKING:
    import pandas as pd

REPOSITORY = Path(__file__).resolve().parent.parent
DATA = REPOSITORY / "tests" / "data"
INPUTS = ("history/v1", "formats/inspect_ai", "formats/tidy_csv")
SETTINGS = {"title": "History", "missing_data": "coverage", "ignore": ["minimal.json"], "confidence": 0.9}
CATALOG = {
    "models": [
        {"id": "alpha", "family": "greek", "aliases": ["org/alpha", {"name": "a", "source": "by hand"}],
         "released": "2026-01-02", "parameters": 7e9},
    ],
    "benchmarks": [{"id": "arithmetic", "suite": "Demo", "construct": "sums", "chance": 0.1}],
    "metrics": [{"id": "accuracy", "tool": "evalkit", "direction": "higher", "unit": "fraction"}],
    "papers": [{"id": "1", "title": "A study", "year": 2026, "sources": ["https://example.org/study"]}],
}  # fmt: skip
SHOWN = ["model", "benchmark", "metric", "item_id", "value", "stderr", "n"]


def main() -> None:
    """Write the snapshot of this release."""
    target = DATA / "snapshots" / __version__
    if target.exists():
        raise SystemExit(f"{target.relative_to(REPOSITORY)} is kept already; a release never changes")
    with tempfile.TemporaryDirectory() as name:
        results = make_results(Path(name) / "results")
        settings, ingested = workflow.load_settings(results), workflow.load(results)
    report = workflow.analyse(ingested, settings, version=__version__)
    for path, content in workflow.snapshot_files(ingested, settings, report).items():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_bytes(content)
    rows = [row for frame in (ingested.frame, ingested.items) for row in plain_rows(frame)]
    lines = ",\n".join(json.dumps(row) for row in rows)
    (target / "values.json").write_text(
        f'{{"columns": {json.dumps(SHOWN)}, "rows": [\n{lines}\n]}}\n', "utf-8"
    )


def make_results(folder: Path) -> Path:
    """A results folder of the tests' own files."""
    for name in INPUTS:
        shutil.copytree(DATA / name, folder / name)
    (folder / "reportgen.yml").write_text(json.dumps(SETTINGS), encoding="utf-8")
    (folder / "catalog").mkdir()
    for kind, entries in CATALOG.items():
        (folder / "catalog" / f"{kind}.yml").write_text(json.dumps({kind: entries}), encoding="utf-8")
    return folder


def plain_rows(frame: pd.DataFrame) -> list[list[object]]:
    """What is to be found again, unknown as null."""
    columns = [frame[name].astype(object).where(frame[name].notna(), None).tolist() for name in SHOWN]
    return sorted((list(row) for row in zip(*columns, strict=True)), key=repr)


if __name__ == "__main__":
    main()
