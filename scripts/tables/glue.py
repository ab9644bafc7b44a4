"""The GLUE leaderboard."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tables.document import Document, number, possible_share, read_rows, result

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tables.document import Entry

SOURCE = {
    "title": "GLUE leaderboard",
    "url": "https://gluebenchmark.com/leaderboard",
    "citation": (
        "Wang et al.: GLUE: A Multi-Task Benchmark and Analysis Platform for Natural Language "
        "Understanding. ICLR 2019. arXiv:1804.07461. Table as collected by Zhang and Hardt: Inherent "
        "Trade-Offs between Diversity and Stability in Multi-Task Benchmarks. ICML 2024 "
        "(github.com/socialfoundations/benchbench)"
    ),
    "licence": "MIT (collection)",
    "note": (
        "Cells with two figures hold two metrics: F1/accuracy (MRPC, QQP), Pearson/Spearman (STS-B); both "
        "are kept. Of several submissions under one name each is a variant, told apart by its rank. The "
        "leaderboard's own mean is left out. Human baselines are estimates on a part of the items, so no "
        "number of items is stated for them. On the diagnostic set AX the figure 9.2 recurs in 15 rows of "
        "unrelated systems."
    ),
}
MATTHEWS = ("Matthews correlation", -100.0)
ACCURACY = ("accuracy", 0.0)
F1 = ("F1", 0.0)
#: Column -> (benchmark, its metrics in the order printed, items of the test set).
COLUMNS: dict[str, tuple[str, tuple[tuple[str, float], ...], int]] = {
    "CoLA": ("CoLA", (MATTHEWS,), 1063),
    "SST-2": ("SST-2", (ACCURACY,), 1821),
    "MRPC": ("MRPC", (F1, ACCURACY), 1725),
    "STS-B": ("STS-B", (("Pearson correlation", -100.0), ("Spearman correlation", -100.0)), 1379),
    "QQP": ("QQP", (F1, ACCURACY), 390965),
    "MNLI-m": ("MNLI-m", (ACCURACY,), 9796),
    "MNLI-mm": ("MNLI-mm", (ACCURACY,), 9847),
    "QNLI": ("QNLI", (ACCURACY,), 5463),
    "RTE": ("RTE (GLUE)", (ACCURACY,), 3000),
    "WNLI": ("WNLI", (ACCURACY,), 146),
    "AX": ("AX (GLUE)", (MATTHEWS,), 1104),
}
#: Metrics that score each item 0 or 1, for which the number of items tells the sampling error.
PER_ITEM = frozenset({"accuracy", "EM"})
HUMAN = "Human Baselines"


def read(folder: Path) -> list[Document]:
    """One document."""
    rows = read_rows(folder / "leaderboards" / "glue__leaderboard.tsv", delimiter="\t")
    return [Document("glue.json", SOURCE, defaults("GLUE"), leaderboard(rows, COLUMNS))]


def defaults(suite: str) -> Entry:
    """What all results of one of the two leaderboards share."""
    return {
        "benchmark": {"suite": suite, "split": "test"},
        "metric": {"direction": "higher", "upper": 100.0, "unit": "percent"},
    }


def leaderboard(
    rows: list[dict[str, str]], columns: Mapping[str, tuple[str, tuple[tuple[str, float], ...], int]]
) -> list[Entry]:
    """All cells of a GLUE or SuperGLUE leaderboard."""
    names = Counter(row["Model"] for row in rows)
    return [
        entry
        for row in rows
        for column, (benchmark, metrics, items) in columns.items()
        for entry in _cell(row, _model(row, names), benchmark, metrics, (row[column], items))
    ]


def _model(row: dict[str, str], names: Counter[str]) -> str | Entry:
    name = row["Model"]
    return {"id": name, "variant": {"submission": f"rank {row['Rank']}"}} if names[name] > 1 else name


def _cell(
    row: dict[str, str],
    model: str | Entry,
    benchmark: str,
    metrics: tuple[tuple[str, float], ...],
    printed: tuple[str, int],
) -> list[Entry]:
    """One result per metric of the cell; a dash is one missing value for each."""
    cell, items = printed
    parts = cell.split("/") if "/" in cell else [cell] * len(metrics)
    human = row["Model"].endswith(HUMAN)
    found = []
    for (metric, lower), part in zip(metrics, parts, strict=True):
        read = number(part)
        known = not human and metric in PER_ITEM and read["value"] is not None
        stated = {
            "raw": read.get("raw", cell if len(metrics) > 1 else None),
            "missing": read.get("missing"),
            "n": items if known and items and possible_share(read["value"], items, 1) else None,
            "flags": ["human baseline"] if human else None,
        }
        found.append(result(model, benchmark, read["value"], metric={"id": metric, "lower": lower}, **stated))
    return found
