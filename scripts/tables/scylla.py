"""Scylla: generalization of language models over five levels of task complexity."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tables.document import Document, result

if TYPE_CHECKING:
    from pathlib import Path

    from tables.document import Entry

SOURCE = {
    "title": "Scylla, Table 2 and Figure 5",
    "url": "https://arxiv.org/abs/2410.01769",
    "citation": (
        "Qi et al.: Quantifying Generalization Complexity for Large Language Models. ICLR 2025. "
        "arXiv:2410.01769"
    ),
    "licence": "facts",
    "note": (
        "Transcribed from the paper. Scylla S: the score S = OOD - max(0, ID - OOD) of Table 2, a mean of "
        "the scores of single tasks and therefore not the S of the mean accuracies. Scylla: mean accuracies "
        "of Figure 5, printed for four models only; the spread printed beside them is over the tasks of a "
        "level, not an error of the mean, and is kept as text. Unparsable answers are dropped by the "
        "authors, so the number of items behind a figure is not known."
    ),
}
TABLE = "Scylla S"
FIGURE = "Scylla"


def read(folder: Path) -> list[Document]:
    """One document: the S scores of Table 2, then the accuracies of Figure 5."""
    data = json.loads((folder / "scylla" / "scylla_tables.json").read_text(encoding="utf-8"))
    order = {level: float(place) for place, level in enumerate(data["levels"], start=1)}
    scores = [
        result(
            model,
            TABLE,
            value,
            conditions={"level_name": level, "level_order": order[level]},
            metric={"id": "generalization score", "direction": "higher", "lower": -1.0, "upper": 1.0},
        )
        for model, row in data["table2"].items()
        for level, value in row["S"].items()
    ]
    accuracies = [
        _accuracy(model, role, level, order[level], figure)
        for model, row in data["figure5_qwen15"].items()
        for level, figure in row.items()
        for role in ("id", "ood")
    ]
    defaults = {"benchmark": {"suite": "Scylla"}, "metric": {"unit": "fraction"}}
    return [Document("scylla.json", SOURCE, defaults, scores + accuracies)]


def _accuracy(model: str, role: str, level: str, order: float, figure: dict[str, float]) -> Entry:
    mean, spread = figure[f"{role}_mean"], figure[f"{role}_std"]
    return result(
        model,
        FIGURE,
        mean,
        conditions={"role": role, "level_name": level, "level_order": order},
        metric={"id": "accuracy", "direction": "higher", "lower": 0.0, "upper": 1.0},
        raw=f"{mean} ± {spread}",
    )
