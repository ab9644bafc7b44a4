"""BIG-Bench Hard: 27 tasks, 107 language models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tables.document import Document, possible_share, read_rows, result

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = {
    "title": "BIG-Bench Hard leaderboard",
    "url": "https://github.com/socialfoundations/benchbench",
    "citation": (
        "Suzgun et al.: Challenging BIG-Bench Tasks and Whether Chain-of-Thought Can Solve Them. Findings "
        "of ACL 2023. arXiv:2210.09261. Table as collected by Zhang and Hardt: Inherent Trade-Offs between "
        "Diversity and Stability in Multi-Task Benchmarks. ICML 2024"
    ),
    "licence": "MIT (collection)",
    "note": (
        "The number of items is that of the task (250; Causal Judgement 187, Snarks 178, Penguins In A "
        "Table 146). Five printed figures are no multiple of 1/250 (LLaMA-2-Chinese-7B and "
        "InternLM-Chat-7B-8K on Salient Translation Error Detection, LLaMA-7B on Reasoning About Colored "
        "Objects, ChatGLM2-6B on Logical Deduction Three Objects and Temporal Sequences); no number of "
        "items is stated for them. The printed average is left out."
    ),
}
#: Columns that describe the model, or average the tasks.
ABOUT = frozenset({"Rank", "Model", "Company", "Release", "Parameters", "Average"})
ITEMS = {"Causal Judgement": 187, "Snarks": 178, "Penguins In A Table": 146}
OTHERWISE = 250


def read(folder: Path) -> list[Document]:
    """One document."""
    results = [
        result(row["Model"], task, float(cell), n=_items(task, float(cell)))
        for row in table(folder)
        for task, cell in row.items()
        if task not in ABOUT
    ]
    defaults = {
        "benchmark": {"suite": "BIG-Bench Hard", "split": "test"},
        "metric": {"id": "accuracy", "direction": "higher", "lower": 0.0, "upper": 100.0, "unit": "percent"},
    }
    return [Document("bigbench_hard.json", SOURCE, defaults, results)]


def table(folder: Path) -> list[dict[str, str]]:
    """The source table, one row per model."""
    return read_rows(folder / "leaderboards" / "bbh__leaderboard.tsv", delimiter="\t")


def _items(task: str, value: float) -> int | None:
    items = ITEMS.get(task, OTHERWISE)
    return items if possible_share(value, items, 1) else None
