"""Reports of systems that answered the same items, made the long way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from item_boards import answers
from reports import make_report, paragraphs, score

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import numpy as np

    from reportgen.views.report import Report

#: Accuracy as a fraction; items score 0 or 1.
SHARE = {"id": "accuracy", "direction": "higher", "lower": 0, "upper": 1, "unit": "fraction"}


def item_entries(matrix: np.ndarray, benchmark: str, **more: Any) -> list[dict[str, Any]]:
    """Scores and items of (p, n) answers of systems "m0", "m1", ..."""
    entries = []
    for system, row in enumerate(matrix):
        name = f"m{system}"
        entries.append(score(name, benchmark, float(row.mean()), metric=SHARE, n=len(row), **more))
        entries += [
            score(name, benchmark, float(value), metric=SHARE, conditions={"item_id": str(item)}, **more)
            for item, value in enumerate(row)
        ]
    return entries


def item_report(folder: Path, p: int = 4, n: int = 120, **more: Any) -> Report:
    """One benchmark that p systems answered item by item."""
    return make_report(folder, item_entries(answers(p, n, step=0.5, spread=4.0), "sums", **more))


def sentences(blocks: Iterable[Any]) -> list[str]:
    """The paragraphs of these blocks with plain spaces, as a test writes them."""
    return [text.replace("\N{NARROW NO-BREAK SPACE}", " ") for text in paragraphs(blocks)]
