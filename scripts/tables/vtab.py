"""VTAB: 19 image tasks, representations learnt in 16 ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tables.document import Document, result

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = {
    "title": "VTAB leaderboard, full datasets",
    "url": "https://google-research.github.io/task_adaptation/benchmark",
    "citation": (
        "Zhai et al.: A Large-scale Study of Representation Learning with the Visual Task Adaptation "
        "Benchmark. arXiv:1910.04867. Table as collected by Zhang and Hardt: Inherent Trade-Offs between "
        "Diversity and Stability in Multi-Task Benchmarks. ICML 2024 "
        "(github.com/socialfoundations/benchbench)"
    ),
    "licence": "MIT (collection)",
    "note": (
        "Figures as printed, to three significant digits. Cond-BigGAN on Caltech101 is printed as 0.148, "
        "far below all others (next: 41.7), and enters the printed mean as such. The leaderboard's own mean "
        "is left out."
    ),
}


def read(folder: Path) -> list[Document]:
    """One document. The header has no name for the column of models; its first name is the printed mean's."""
    lines = (folder / "leaderboards" / "vtab__leaderboard.tsv").read_text(encoding="utf-8").splitlines()
    _mean, *tasks = lines[0].split("\t")
    results = []
    for line in lines[1:]:
        model, _printed_mean, *cells = line.split("\t")
        results += [result(model, task, float(cell)) for task, cell in zip(tasks, cells, strict=True)]
    defaults = {
        "benchmark": {"suite": "VTAB", "split": "test"},
        "metric": {"id": "accuracy", "direction": "higher", "lower": 0.0, "upper": 100.0, "unit": "percent"},
    }
    return [Document("vtab.json", SOURCE, defaults, results)]
