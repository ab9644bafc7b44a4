"""The SuperGLUE leaderboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tables.document import Document, read_rows
from tables.glue import ACCURACY, F1, MATTHEWS, defaults, leaderboard

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = {
    "title": "SuperGLUE leaderboard",
    "url": "https://super.gluebenchmark.com/leaderboard",
    "citation": (
        "Wang et al.: SuperGLUE: A Stickier Benchmark for General-Purpose Language Understanding Systems. "
        "NeurIPS 2019. arXiv:1905.00537. Table as collected by Zhang and Hardt: Inherent Trade-Offs between "
        "Diversity and Stability in Multi-Task Benchmarks. ICML 2024 "
        "(github.com/socialfoundations/benchbench)"
    ),
    "licence": "MIT (collection)",
    "note": (
        "Cells with two figures hold two metrics: F1/accuracy (CB), F1 over answers/exact match (MultiRC), "
        "F1/exact match (ReCoRD), gender parity/accuracy (AX-g); all are kept. A system that gives one "
        "answer to everything reaches gender parity 100 at accuracy 50. The leaderboard's own mean is left "
        "out. Human baselines are estimates on a part of the items, so no number of items is stated for "
        "them."
    ),
}
EXACT = ("EM", 0.0)
#: Column -> (benchmark, its metrics in the order printed, items of the test set; 0 where not known).
COLUMNS: dict[str, tuple[str, tuple[tuple[str, float], ...], int]] = {
    "BoolQ": ("BoolQ (SuperGLUE)", (ACCURACY,), 3245),
    "CB": ("CB", (F1, ACCURACY), 250),
    "COPA": ("COPA", (ACCURACY,), 500),
    "MultiRC": ("MultiRC", (("F1 over answers", 0.0), EXACT), 0),
    "ReCoRD": ("ReCoRD", (F1, EXACT), 10000),
    "RTE": ("RTE (SuperGLUE)", (ACCURACY,), 3000),
    "WiC": ("WiC", (ACCURACY,), 1400),
    "WSC": ("WSC", (ACCURACY,), 146),
    "AX-b": ("AX-b", (MATTHEWS,), 1104),
    "AX-g": ("AX-g", (("gender parity", 0.0), ACCURACY), 356),
}


def read(folder: Path) -> list[Document]:
    """One document."""
    rows = read_rows(folder / "leaderboards" / "superglue__leaderboard.tsv", delimiter="\t")
    return [Document("superglue.json", SOURCE, defaults("SuperGLUE"), leaderboard(rows, COLUMNS))]
