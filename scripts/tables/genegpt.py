"""GeneGPT on GeneTuring: nine tasks of 50 questions, seven prompts, computed from item scores."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tables.document import Document, read_rows, result

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tables.document import Entry

SOURCE = {
    "title": "GeneGPT on GeneTuring, computed from the published answers",
    "url": "https://github.com/ncbi/GeneGPT",
    "citation": (
        "Jin et al.: GeneGPT: Augmenting Large Language Models with Domain Tools for Improved Access to "
        "Biomedical Information. Bioinformatics 40(2), 2024, btae075"
    ),
    "licence": "public domain (United States Government work)",
    "note": (
        "Mean of 50 item scores per task, computed from the item scores. The digits of a prompt say which "
        "parts it holds: documentation 1 and 2, demonstrations 1 to 4; 001001 is what the authors call "
        "GeneGPT-slim. An item is an exact match, except: gene-disease association scores the share of gold "
        "genes found, and alignment to the human genome scores 0.5 for the right chromosome alone. The "
        "standard error is s / sqrt(n); where all items score the same that formula says 0, which is not "
        "what is known, so none is stated. The source spells the two alignment tasks 'aligment'."
    ),
}
MISSPELT = ("aligment", "alignment")
DECIMALS = 6


def read(folder: Path) -> list[Document]:
    """One document with a score per prompt and task."""
    scores: dict[tuple[str, str], list[float]] = {}
    for row in read_rows(folder / "genegpt" / "geneturing_item_scores.csv"):
        scores.setdefault((row["config"], row["task"]), []).append(float(row["score"]))
    results = [_task(prompt, task, values) for (prompt, task), values in sorted(scores.items())]
    defaults = {
        "benchmark": {"suite": "GeneTuring"},
        "metric": {
            "id": "GeneTuring score",
            "direction": "higher",
            "lower": 0.0,
            "upper": 1.0,
            "unit": "fraction",
        },
        "flags": ["computed from item scores"],
    }
    return [Document("genegpt.json", SOURCE, defaults, results)]


def _task(prompt: str, task: str, scores: Sequence[float]) -> Entry:
    mean, error = mean_and_error(scores)
    return result(
        {"id": "GeneGPT", "variant": {"prompt": prompt}},
        task.replace(*MISSPELT),
        round(mean, DECIMALS),
        stderr={"value": round(error, DECIMALS), "kind": "analytic"} if error else None,
        n=len(scores),
    )


def mean_and_error(scores: Sequence[float]) -> tuple[float, float]:
    """Mean and s / sqrt(n), s with n - 1 degrees of freedom."""
    n = len(scores)
    mean = math.fsum(scores) / n
    return mean, math.sqrt(math.fsum((score - mean) ** 2 for score in scores) / (n - 1) / n)
