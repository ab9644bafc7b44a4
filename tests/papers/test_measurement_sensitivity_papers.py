"""Papers whose result is that measuring decides: small files of their shape, headline by hand."""

from __future__ import annotations

from typing import Any

import pytest
from reports import answer, make_report, pages_of

PATH = "generalization/measurement-sensitivity/"


def xfinder() -> list[dict[str, Any]]:
    """Paper 1: extraction accuracy by extractor and type of answer; one fixed pool of model outputs.

    Macro means 93.42 and 74.38 are published; the four types behind them are invented so that they have these means.
    """
    types = ("alphabet option", "short text", "categorical label", "math")
    table = {"xFinder": (96.0, 91.5, 95.0, 91.18), "best RegEx": (80.0, 66.0, 72.0, 79.52)}
    metric = {"id": "extraction accuracy", "direction": "higher", "lower": 0, "upper": 100, "unit": "percent"}
    return [
        {
            "model": "pooled outputs",
            "benchmark": {"id": kind, "suite": "KAF generalization set"},
            "conditions": {"extractor": extractor},
            "metric": metric,
            "value": value,
        }
        for extractor, row in table.items()
        for kind, value in zip(types, row, strict=True)
    ]


def ovdeval() -> list[dict[str, Any]]:
    """Paper 2: AP and NMS-AP by detector on sub-tasks; all figures invented."""
    table = {
        "detector A": {"color": (20.0, 8.0), "material": (18.0, 10.0)},
        "detector B": {"color": (15.0, 12.0), "material": (14.0, 11.0)},
        "detector C": {"color": (10.0, 9.0), "material": (9.0, 6.0)},
    }
    metric = {"id": "AP", "direction": "higher", "lower": 0, "upper": 100, "unit": "percent"}
    return [
        {
            "model": detector,
            "benchmark": {"id": task, "suite": "OVDEval"},
            "metric": {**metric, "variant": variant},
            "value": value,
        }
        for detector, row in table.items()
        for task, pair in row.items()
        for variant, value in zip(("AP", "NMS-AP"), pair, strict=True)
    ]


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        # (96 + 91.5 + 95 + 91.18) / 4 = 93.42 and (80 + 66 + 72 + 79.52) / 4 = 74.38: 19.04 points
        pytest.param(
            xfinder(),
            "The same outputs of KAF generalization set score 19.04 points more by xFinder (93.42) than by best RegEx "
            "(74.38), in the mean of 4 scores by each of 2 procedures.",
            id="paper-1",
        ),
        # AP (20+18+15+14+10+9)/6 = 14.33, NMS-AP (8+10+12+11+9+6)/6 = 9.33: inflation 5.00; B leads both by NMS-AP
        pytest.param(
            ovdeval(),
            "The same outputs of OVDEval score 5.00 points more by AP (14.33) than by NMS-AP (9.33), in the mean of "
            "6 scores by each of 2 procedures. Another system comes first in 2 of 2 comparisons of ranks; "
            "no system moves by more than 2 places.",
            id="paper-2",
        ),
    ],
)
def test_headline_of_the_paper(entries: list[dict[str, Any]], sentence: str, tmp_path: Any) -> None:
    """The page says what the paper says."""
    assert answer(pages_of(make_report(tmp_path, entries))[PATH]) == sentence
