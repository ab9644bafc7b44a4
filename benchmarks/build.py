"""Time the building of two large public corpora, beside a plain site of as many pages by mkdocs-material alone.

    python benchmarks/build.py [--corpora ../shared/data/corpora] [--quick N]

Each command runs in a process of its own, as a user runs it; CPU seconds are user and system time of the process
and of those it started. "cold" keeps and knows no cache, "warm" finds it filled; both write into a fresh folder. The
plain site has a Markdown page per model with a table of the same scores, an explicit navigation, no search and no
fonts: the least that the same engine does for pages of that content, without computing anything. Without the corpora
a generated one is built.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import math
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
CORPORA = REPOSITORY.parent / "shared" / "data" / "corpora"
#: Name, archive, and which parts of a member's path name the model.
ARCHIVES = (
    ("Open LLM Leaderboard", "eee_v0.2.0_open_llm_leaderboard_v2.tar.xz", slice(1, 3)),
    ("MTEB, half", "mteb_results_half.tar.xz", slice(0, 1)),
)
QUARANTINED = 3  # exit code of a build that published, with some input left out
LINKED = re.compile(r'(?:src|href)="([^"]+\.(?:css|js))"|"search":"([^"]+)"')
HEADER = (
    "build",
    "CPU s",
    "wall s",
    "MB",
    "files",
    "site MB",
    "pages",
    "largest",
    "home",
    "board",
    "of plain",
)


@dataclass(frozen=True, slots=True)
class Run:
    """What one command took: CPU and wall seconds, largest resident size in MB."""

    cpu: float
    wall: float
    memory: float


def run(*command: object, folder: Path) -> Run:
    """Run a command to its end."""
    start = time.perf_counter()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(list(map(str, command)), cwd=folder, stdout=log, stderr=log)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in {0, QUARANTINED}:
        raise SystemExit(f"{' '.join(map(str, command))} failed:\n{(folder / 'log').read_text()[-2000:]}")
    wall = time.perf_counter() - start
    return Run(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * 1024 / 1e6)


# --- corpora


def unpack(archive: Path, target: Path, model_parts: slice, limit: int) -> None:
    """Unpack an archive, or its first `limit` models."""
    models: set[tuple[str, ...]] = set()
    with tarfile.open(archive) as tar:
        for member in tar:
            if not member.isfile():
                continue
            model = Path(member.name).parts[model_parts]
            if limit and model not in models and len(models) == limit:
                continue
            models.add(model)
            tar.extract(member, target, filter="data")


def score(model: int, benchmark: int) -> float:
    """A smooth table of two skills, rounded as files have it."""
    skill = math.sin(model * 0.37) + 0.5 * math.sin(model * 0.11 * (1 + benchmark % 3))
    return round(1 / (1 + math.exp(-skill + benchmark % 5 / 4)), 4)


def generate(target: Path, models: int, benchmarks: int = 12) -> None:
    """A native file for each model. Scores come from a fixed formula, so two runs time the same work."""
    target.mkdir(parents=True)
    metric = {"id": "accuracy", "direction": "higher", "lower": 0.0, "upper": 1.0, "unit": "fraction"}
    for model in range(models):
        results = [
            {"benchmark": {"id": f"task-{number:03}"}, "value": score(model, number), "stderr": 0.01}
            for number in range(benchmarks)
        ]
        document = {
            "schema": "reportgen.result",
            "version": 1,
            "defaults": {"model": f"maker-{model % 20}/model-{model:04}", "metric": metric, "n": 1000},
            "results": results,
        }
        (target / f"model-{model:04}.json").write_text(json.dumps(document), encoding="utf-8")


# --- the plain site


def plain_site(folder: Path, scores: Path, pages: int) -> Run:
    """Build `pages` pages by mkdocs-material alone: a page per model with its scores, the rest without."""
    docs = folder / "docs"
    (docs / "models").mkdir(parents=True)
    (docs / "index.md").write_text("# Models\n", encoding="utf-8")
    rows = defaultdict(list)
    with scores.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows[row["model"]].append(f"| {row['setting']} | {row['score']} | {row['standard_error']} |")
    models = [*rows.items(), *((f"page {number}", []) for number in range(pages))]
    for number, (model, lines) in enumerate(islice(models, pages - 1)):
        text = "\n".join([f"# {model}", "", "| Benchmark | Score | Error |", "|---|---|---|", *lines, ""])
        (docs / "models" / f"m{number}.md").write_text(text, encoding="utf-8")
    config = {
        "site_name": "Plain",
        "theme": {"name": "material", "font": False},
        "plugins": [],
        "markdown_extensions": ["tables"],
        "nav": [{"Home": "index.md"}],
        "not_in_nav": "models/*",
    }
    (folder / "mkdocs.yml").write_text(json.dumps(config), encoding="utf-8")  # JSON is YAML
    return run(sys.executable, "-m", "mkdocs", "build", "--quiet", folder=folder)


# --- what came out


def first_visit(site: Path, page: Path) -> int:
    """Bytes, gzip, of a page and all it loads before a figure is opened."""
    html = page.read_text(encoding="utf-8")
    loaded = {page, site / "versions.json"}
    for found in LINKED.finditer(html):
        loaded.add((page.parent / (found[1] or found[2])).resolve())
    loaded.add(site / "dev" / "search" / "search_index.json")
    return sum(len(gzip.compress(path.read_bytes(), 6)) for path in loaded)


def row_of(kind: str, took: Run, site: Path, plain: Run) -> tuple[str, ...]:
    """A line of the table about one build."""
    version = site / "dev"
    files = [path for path in version.rglob("*") if path.is_file()]
    models = [path.stat().st_size for path in version.glob("models/*/index.html")]
    size = sum(path.stat().st_size for path in files) / 1e6
    home, board = (
        first_visit(site.resolve(), version.resolve() / part / "index.html") for part in ("", "leaderboard")
    )
    pages = sum(path.name == "index.html" for path in files)
    numbers = (
        f"{took.cpu:.1f}",
        f"{took.wall:.1f}",
        f"{took.memory:.0f}",
        str(len(files)),
        f"{size:.1f}",
        str(pages),
    )
    weights = (f"{max(models) / 1e3:.1f} kB", f"{home / 1e3:.0f} kB", f"{board / 1e3:.0f} kB")
    return kind, *numbers, *weights, f"{took.cpu / plain.cpu:.2f}"


def measure(name: str, results: Path, folder: Path) -> list[tuple[str, ...]]:
    """Build a corpus cold, then warm, then the plain site of as many pages."""
    build = (sys.executable, "-m", "reportgen", "build", results, "--quiet")
    cache = ("--cache", folder / "cache")
    cold = run(*build, "--out", folder / "cold", "--no-cache", folder=folder)
    run(*build, "--out", folder / "first", *cache, folder=folder)
    warm = run(*build, "--out", folder / "warm", *cache, folder=folder)
    pages = sum(1 for _ in (folder / "warm" / "dev").rglob("index.html"))
    (folder / "plain").mkdir()
    plain = plain_site(folder / "plain", folder / "warm" / "dev" / "data" / "tables" / "scores.csv", pages)
    beside = (
        f"{plain.cpu:.1f}",
        f"{plain.wall:.1f}",
        f"{plain.memory:.0f}",
        "",
        "",
        str(pages),
        "",
        "",
        "",
        "1.00",
    )
    return [
        row_of(f"{name}, cold", cold, folder / "cold", plain),
        row_of(f"{name}, warm", warm, folder / "warm", plain),
        ("mkdocs-material, plain pages", *beside),
    ]


def show(rows: list[tuple[str, ...]]) -> None:
    """The table, columns aligned."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, *cells in rows:
        right = "  ".join(cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))
        print(f"{name.ljust(widths[0])}  {right}")


def corpora(options: argparse.Namespace, scratch: Path) -> list[tuple[str, Path]]:
    """(name, folder of results) of each corpus that is there, unpacked."""
    found = []
    for number, (name, archive, parts) in enumerate(ARCHIVES):
        if (options.corpora / archive).is_file():
            unpack(options.corpora / archive, scratch / f"corpus-{number}", parts, options.quick)
            found.append((name, scratch / f"corpus-{number}"))
    if not found:
        print(f"no corpus in {options.corpora}; building a generated one")
        generate(scratch / "corpus", options.quick or 1000)
        found.append(("generated", scratch / "corpus"))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the building of large corpora.")
    parser.add_argument("--corpora", type=Path, default=CORPORA, help="folder of the archives")
    parser.add_argument("--quick", type=int, default=0, metavar="N", help="the first N models only")
    options = parser.parse_args()
    rows = [HEADER]
    with tempfile.TemporaryDirectory(prefix="reportgen-benchmark-") as name:
        scratch = Path(name).resolve()
        for number, (corpus, results) in enumerate(corpora(options, scratch)):
            folder = scratch / f"build-{number}"
            folder.mkdir()
            rows += measure(corpus, results, folder)
    show(rows)
    print(
        "home, board: gzip of the page and all it loads before a figure is opened; largest: of all model pages; "
        "of plain: CPU seconds, the plain site being 1"
    )


if __name__ == "__main__":
    main()
