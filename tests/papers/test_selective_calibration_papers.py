"""Papers about knowing when one is right: small files of their shape, headline by hand; all figures invented."""

from __future__ import annotations

from typing import Any

import pytest
from reports import answer, make_report, pages_of

PATH = "generalization/selective-calibration/"
SCORE = {"direction": "higher", "lower": 0, "upper": 1, "unit": "fraction"}


def entries(
    model: str, benchmark: dict[str, str], label: str, items: list[tuple[float, int]]
) -> list[dict[str, Any]]:
    return [
        {
            "model": model,
            "benchmark": benchmark,
            "conditions": {"item_id": f"{at}"},
            "metric": {**SCORE, "id": metric},
            "value": value,
        }
        for at, (confidence, outcome) in enumerate(items)
        for metric, value in ((label, outcome), ("confidence", confidence))
    ]


# Paper 45: a detector of generalizing language; confidence that the sentence generalizes, beside its true label.
GENIL = [(0.95, 1), (0.95, 1), (0.95, 0), (0.05, 1), *[(0.05, 0)] * 6]
# Paper 71: a judge's confidence in its own preference, beside whether it agrees with the reference judge.
SELF_JUDGE = [*[(0.8, 1)] * 4, (0.8, 0), (0.6, 1), (0.6, 1), (0.6, 0), (0.6, 0), (0.6, 0)]


@pytest.mark.parametrize(
    ("rows", "off", "sharp"),
    [
        # 3 sure items 2 right: 0.3 |2/3 - 0.95| = 0.085; 7 unsure 1 right: 0.7 |1/7 - 0.05| = 0.065; in sum 0.15.
        # AUROC: 3 positives x 7 negatives: sure ones win 2 x 6 and tie 2 x 1, the unsure one ties 6: 16 of 21.
        # surer half: 3 sure and 2 of the 7 unsure: (2 + 2/7) / 5 = 45.7 %; prevalence 30 %
        pytest.param(
            entries("detector", {"id": "GeniL", "subset": "en"}, "generalizes", GENIL),
            "off by 0.15 ",
            "AUROC 0.762; its surer half is right 45.7\N{NARROW NO-BREAK SPACE}% of the time, "
            "all of it 30.0\N{NARROW NO-BREAK SPACE}%.",
            id="paper-45",
        ),
        # 0.5 |4/5 - 0.8| + 0.5 |2/5 - 0.6| = 0.1; AUROC: 6 x 4 pairs: 4 x 3 won, 4 + 2 x 3 tied: 17 of 24.
        pytest.param(
            entries("judge", {"id": "AlpacaEval"}, "agrees", SELF_JUDGE),
            "off by 0.10 ",
            "AUROC 0.708; its surer half is right 80.0\N{NARROW NO-BREAK SPACE}% of the time, "
            "all of it 60.0\N{NARROW NO-BREAK SPACE}%.",
            id="paper-71",
        ),
    ],
)
def test_headline_of_the_paper(rows: list[dict[str, Any]], off: str, sharp: str, tmp_path: Any) -> None:
    """Calibration and what the surer half gains."""
    said = answer(pages_of(make_report(tmp_path, rows))[PATH])
    assert off in said
    assert said.endswith(sharp)
