"""Papers that split scores by capability: a file of each one's shape, and the sentence its page prints.

Scores are invented, except those a comment calls published; the arithmetic stands beside each.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from one_summary import told
from reports import ACCURACY, score

FRACTION = {"id": "score", "direction": "higher", "lower": 0, "upper": 1, "unit": "fraction"}
#: GeneGPT's published scores by task, rounded to two decimals as in its table.
GENEGPT = {
    "Gene alias": 0.84, "Gene disease association": 0.66, "Gene location": 0.66, "Human genome DNA alignment": 0.44,
    "Multi-species DNA alignment": 0.88, "Gene name conversion": 1.0, "Protein-coding genes": 1.0,
    "Gene SNP association": 1.0, "SNP location": 0.98,
}  # fmt: skip


@dataclass(frozen=True)
class Paper:
    """(model, method, role) -> axis -> score, and what the page must say."""

    scores: dict[tuple[str, str, str], dict[str, float]]
    says: tuple[str, ...]
    metric: dict[str, Any] = field(default_factory=lambda: ACCURACY)
    families: bool = False  # each score is reported for two families, 2 above and 2 below


def one(name: str, **axes: float) -> dict[tuple[str, str, str], dict[str, float]]:
    return {(name, "", ""): axes}


PAPERS = {
    # OVDEval: sub-tasks; (40 + 20) / 2 = 30 against (30 + 10) / 2 = 20
    "paper-2": Paper(
        one("OmDet", color=40.0, negation=20.0) | one("GLIP", color=30.0, negation=10.0),
        ("OmDet is best over 2 axes of S: mean 30.0", "weakest axis is negation (20.0)"),
    ),
    # Med-R1: modalities; an invented base of 50 + the published gain of 29.94 over all
    "paper-15": Paper(
        {("Qwen2-VL-2B", "", ""): {"CT": 40.0, "MRI": 60.0}, ("Qwen2-VL-2B", "Med-R1", ""): {"CT": 75.94, "MRI": 83.94}},
        ("Med-R1 on Qwen2-VL-2B is best", "changes the mean by +29.9 points, most on CT (+35.9)"),
    ),
    # gCOG: axes of generalization, in distribution and out; (90 + 55 + 20) / 3 = 55
    "paper-37": Paper(
        {
            ("GRU", "", "id"): {"distractors": 99.0, "systematic": 97.0, "productive": 95.0},
            ("GRU", "", "ood"): {"distractors": 90.0, "systematic": 55.0, "productive": 20.0},
        },
        ("GRU scores over 3 axes of S under shift: mean 55.0", "weakest axis is productive (20.0)"),
    ),
    # OMEGA: exploratory, compositional (no twin), transformative, before and after RL, two families each
    "paper-42": Paper(
        {
            ("Qwen", "", "id"): {"exploratory": 60.0, "transformative": 50.0},
            ("Qwen", "", "ood"): {"exploratory": 30.0, "compositional": 6.0, "transformative": 3.0},
            ("Qwen", "RL", "id"): {"exploratory": 98.0, "transformative": 97.0},
            ("Qwen", "RL", "ood"): {"exploratory": 60.0, "compositional": 12.0, "transformative": 3.0},
        },
        ("RL on Qwen is best over 3 axes of S under shift: mean 25.0", "by +12.0 points, most on exploratory (+30.0)"),
        families=True,
    ),
    # ChildPlay: combined mean over games; (1 + 0.5 + 0 + 0) / 4 = 0.375
    "paper-65": Paper(
        one("gpt-4o", shapes=1.0, tictactoe=0.5, connectfour=0.0, battleship=0.0),
        ("gpt-4o scores over 4 axes of S: mean 0.375", "weakest axis is battleship (0.000)"), metric=FRACTION,
    ),
    # GeneGPT: published; macro mean 7.46 / 9 = 0.829
    "paper-75": Paper({("GeneGPT", "", ""): GENEGPT}, ("GeneGPT scores over 9 axes of S: mean 0.829", "Human genome DNA alignment (0.440)"), metric=FRACTION),
    # GraphFM: node, link and graph tasks; 70 against 66
    "paper-78": Paper(
        one("GCN", node=80.0, link=70.0, graph=60.0) | one("GAT", node=81.0, link=60.0, graph=57.0),
        ("GCN is best over 3 axes of S: mean 70.0", "hardest for the median system is graph"),
    ),
}  # fmt: skip


def entries(paper: Paper) -> list[dict[str, Any]]:
    found = []
    for (model, method, role), axes in paper.scores.items():
        for axis, value in axes.items():
            for family, offset in (("f", 2.0), ("g", -2.0)) if paper.families else (("", 0.0),):
                conditions = {"axis": axis, "role": role, "unit_name": family}
                one = score(
                    model, {"id": "B", "suite": "S"}, value + offset, method=method, conditions=conditions
                )
                found.append({**one, "metric": paper.metric})
    return found


@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)
def test_the_page_says_what_the_paper_reports(tmp_path, paper):
    """From a native document of its shape."""
    _, said = told(tmp_path, "axis_breakdown", entries(paper))
    for words in paper.says:
        assert words in said, said
