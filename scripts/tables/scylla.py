"""Scylla: generalization of language models over five levels of task complexity."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tables.document import Document, result

if TYPE_CHECKING:
    from pathlib import Path

    from tables.document import Entry

PAPER = {
    "url": "https://arxiv.org/abs/2410.01769",
    "citation": (
        "Qi et al.: Quantifying Generalization Complexity for Large Language Models. ICLR 2025. "
        "arXiv:2410.01769"
    ),
    "licence": "facts",
}
SCORES = {
    "title": "Scylla, Table 2",
    **PAPER,
    "note": (
        "Transcribed from the paper: the score S = OOD - max(0, ID - OOD) at five levels of complexity. It is a "
        "mean of the scores of single tasks and therefore not the S of the mean accuracies."
    ),
}
ACCURACIES = {
    "title": "Scylla, Figure 5",
    **PAPER,
    "note": (
        "Transcribed from the paper, which prints mean accuracies for four models only. The spread printed "
        "beside them is over the tasks of a level, not an error of the mean, and is kept as text. Unparsable "
        "answers are dropped by the authors, so the number of items behind a figure is not known."
    ),
}
#: Suites of their own, because the score contains the accuracies and covers more models.
TABLE, TABLE_SUITE = "Scylla S", "Scylla"
FIGURE, FIGURE_SUITE = "Scylla accuracy", "Scylla accuracy"


def read(folder: Path) -> list[Document]:
    """The S scores of Table 2; the accuracies of Figure 5."""
    data = json.loads((folder / "scylla" / "scylla_tables.json").read_text(encoding="utf-8"))
    order = {level: float(place) for place, level in enumerate(data["levels"], start=1)}
    scores = [
        result(model, TABLE, value, conditions={"level_name": level, "level_order": order[level]})
        for model, row in data["table2"].items()
        for level, value in row["S"].items()
    ]
    accuracies = [
        _accuracy(model, role, level, order[level], figure)
        for model, row in data["figure5_qwen15"].items()
        for level, figure in row.items()
        for role in ("id", "ood")
    ]
    return [
        Document(
            "scylla/s_scores.json", SCORES, _defaults(TABLE_SUITE, "generalization score", -1.0), scores
        ),
        Document("scylla/accuracies.json", ACCURACIES, _defaults(FIGURE_SUITE, "accuracy", 0.0), accuracies),
    ]


def _defaults(suite: str, metric: str, lower: float) -> Entry:
    return {
        "benchmark": {"suite": suite},
        "metric": {
            "id": metric,
            "direction": "higher",
            "lower": lower,
            "upper": 1.0,
            "unit": "fraction",
        },
    }


def _accuracy(model: str, role: str, level: str, order: float, figure: dict[str, float]) -> Entry:
    mean, spread = figure[f"{role}_mean"], figure[f"{role}_std"]
    return result(
        model,
        FIGURE,
        mean,
        conditions={"role": role, "level_name": level, "level_order": order},
        raw=f"{mean} ± {spread}",
    )
