"""HELM: accuracy, the same under perturbation (robustness, fairness), and calibration, a suite of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tables.document import Document, number, read_rows, result

if TYPE_CHECKING:
    from pathlib import Path

    from tables.document import Entry

CITATION = (
    "Liang et al.: Holistic Evaluation of Language Models. TMLR 2023. arXiv:2211.09110. Table as collected "
    "by Zhang and Hardt: Inherent Trade-Offs between Diversity and Stability in Multi-Task Benchmarks. ICML "
    "2024 (github.com/socialfoundations/benchbench)"
)
#: Scenarios whose name another suite uses as well.
NAMES = {"BoolQ": "BoolQ (HELM)"}


@dataclass(frozen=True, slots=True)
class Table:
    """One of the tables: its suite, the mark of its columns, what it adds to a benchmark's name, its role."""

    name: str
    suite: str
    mark: str
    suffix: str
    role: str
    note: str


TABLES = (
    Table("accuracy", "HELM", "", "", "id", "Accuracy on the scenarios as they are."),
    Table(
        "robustness", "HELM", " (Robustness)", ", robustness", "ood",
        "Accuracy on the scenarios in the worst case over meaning-preserving perturbations (misspellings "
        "and others); the unperturbed counterpart is the scenario of the table of accuracy.",
    ),
    Table(
        "fairness", "HELM", " (Fairness)", ", fairness", "ood",
        "Accuracy on the scenarios in the worst case over perturbations of dialect, gender and names; "
        "the unperturbed counterpart is the scenario of the table of accuracy.",
    ),
    Table(
        "calibration", "HELM calibration", " (10-bin)", ", calibration", "",
        "Expected calibration error over 10 bins, lower is better. Some cells are printed as 0 (T0pp on "
        "three question answering scenarios): as printed.",
    ),
)  # fmt: skip


def read(folder: Path) -> list[Document]:
    """One document per table."""
    return [_document(folder, table) for table in TABLES]


def benchmark(scenario: str, table: Table) -> str:
    """The id of a scenario in one of the tables."""
    return NAMES.get(scenario, scenario) + table.suffix


def columns(header: list[str], table: Table) -> dict[str, tuple[str, str]]:
    """Column -> (scenario, metric): "MMLU - EM (Robustness)" -> ("MMLU", "EM")."""
    found = {}
    for column in header[2:]:
        scenario, _, metric = column.rpartition(" - ")
        found[column] = (scenario, metric.removesuffix(table.mark))
    return found


def _document(folder: Path, table: Table) -> Document:
    rows = read_rows(folder / "leaderboards" / f"helm__{table.name}.tsv", delimiter="\t")
    parts = columns(list(rows[0]), table)
    model = next(iter(rows[0]))
    results = [
        _cell(row[model], row[column], scenario, metric, table)
        for row in rows
        for column, (scenario, metric) in parts.items()
    ]
    source = {
        "title": f"HELM leaderboard, {table.name}",
        "url": "https://crfm.stanford.edu/helm/classic/latest/",
        "citation": CITATION,
        "licence": "MIT (collection)",
        "note": f"{table.note} A dash is a scenario that was not run. The printed mean win rate is left out.",
    }
    defaults: Entry = {
        "benchmark": {"suite": table.suite},
        "metric": {
            "direction": "lower" if table.name == "calibration" else "higher",
            "lower": 0.0,
            "upper": 1.0,
            "unit": "fraction",
        },
    }
    if table.role:
        defaults["conditions"] = {"role": table.role}
    return Document(f"helm/{table.name}.json", source, defaults, results)


def _cell(model: str, cell: str, scenario: str, metric: str, table: Table) -> Entry:
    read = number(cell)
    return result(
        model,
        benchmark(scenario, table),
        read["value"],
        metric=metric,
        raw=read.get("raw"),
        missing=read.get("missing"),
    )
