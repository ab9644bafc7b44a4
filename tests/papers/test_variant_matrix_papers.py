"""Papers that hold one task against its variants and attacks: a file of each one's shape, and what its page says.

Scores are invented, except those a comment calls published; the arithmetic stands beside each.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from one_summary import told
from reports import ACCURACY

#: (model, method) -> task -> variant -> score
Matrix = dict[tuple[str, str], dict[str, dict[str, float]]]
#: Of an attack, less is better.
ATTACK = {"id": "attack success rate", "direction": "lower", "lower": 0, "upper": 100, "unit": "percent"}
UNIT = {"id": "unit score", "direction": "higher", "lower": 0, "upper": 100, "unit": "percent"}


@dataclass(frozen=True)
class Paper:
    """Scores by system, task and variant; what the page says, and figures of the main table by system."""

    matrix: Matrix
    says: tuple[str, ...]
    metric: dict[str, Any] = field(default_factory=lambda: ACCURACY)
    figures: dict[tuple[str, str], Any] = field(default_factory=dict)  # (system, column) -> value
    conditions: dict[str, dict[str, Any]] = field(default_factory=dict)  # variant -> more conditions


PAPERS = {
    # UnLOK-VQA: seven attacks on each defence; the worst of them is what a defence is worth
    "paper-4": Paper(
        {
            ("LLaVA-7B", "fact erasure"): {"attack": {"whitebox": 30.0, "rephrase": 45.0, "image": 24.0}},
            ("LLaVA-7B", "error injection"): {"attack": {"whitebox": 55.0, "rephrase": 38.0, "image": 30.0}},
        },
        # (30 + 45 + 24) / 3 = 33 against 41
        ("fact erasure is lowest over 3 variants", "mean 33.0", "Its worst variant is rephrase (45.0)"),
        ATTACK, {("error injection", "worst_variant"): "whitebox", ("error injection", "worst_score"): 55.0},
    ),
    # MATHCHECK: sixteen units; published in a comment of its script. Columns are variants, rows are tasks as they stand.
    "paper-5": Paper(
        {
            ("GPT-4o", ""): {
                task: dict(zip(("original", "understanding", "disturbed", "scenario"), row, strict=True))
                for task, row in {
                    "solving": (93.0, 90.2, 86.4, 86.0), "answerable": (93.0, 89.4, 90.8, 84.4),
                    "outcome": (87.6, 88.2, 84.5, 82.2), "process": (86.8, 91.8, 92.6, 68.9),
                }.items()
            }
        },
        # All = 1395.8 / 16 = 87.2 (published); scenario: (86 + 84.4 + 82.2 + 68.9) / 4 = 80.4, 9.7 below 90.1
        ("scores over 4 variants of 4 tasks", "mean 87.2", "Its worst variant is scenario (80.4, 9.7 points below the original)"),
        UNIT, {("GPT-4o", "estimate"): 87.2375, ("GPT-4o", "units"): 16},
    ),
    # CodeAttack: the published finding is more than 80 % for every model; the encodings' rates are invented
    "paper-7": Paper(
        {
            ("gpt-4", ""): {"AdvBench": {"string": 81.0, "queue": 84.0, "stack": 87.0}},
            ("claude-2", ""): {"AdvBench": {"string": 82.0, "queue": 85.0, "stack": 91.0}},
        },
        # means 84 and 86; the worst case of the safest model is 87
        ("gpt-4 is lowest over 3 variants", "mean 84.0", "Its worst variant is stack (87.0)", "stack is the worst variant of most systems"),
        ATTACK, {("claude-2", "worst_score"): 91.0},
    ),
    # gCOG: in distribution against distractors, systematic and productive compositions
    "paper-37": Paper(
        {
            ("SSTfmr", ""): {"gCOG": {"in distribution": 98.0, "distractors": 96.0, "systematic": 80.0, "productive": 30.0}},
            ("CrossAttn", ""): {"gCOG": {"in distribution": 99.0, "distractors": 98.0, "systematic": 92.0, "productive": 35.0}},
        },
        # (99 + 98 + 92 + 35) / 4 = 81; 99 - 35 = 64; drops (1 + 7 + 64) / 3 = 24 and (2 + 18 + 68) / 3 = 29.3
        ("CrossAttn is best over 4 variants", "mean 81.0", "Its worst variant is productive (35.0, 64.0 points below the original)",
         "The median system loses 26.7 points"),
        figures={("CrossAttn", "mean_drop"): 24.0, ("SSTfmr", "mean_drop"): 88 / 3},
        conditions={
            "in distribution": {"role": "id"},
            **{name: {"role": "ood"} for name in ("distractors", "systematic", "productive")},
        },
    ),
    # GPT-4V: datasets as they are and under noise
    "paper-59": Paper(
        {
            ("GPT-4V", ""): {"PACS": {"clean": 97.0, "noise": 90.0}, "VLCS": {"clean": 88.0, "noise": 84.0}},
            ("CLIP", ""): {"PACS": {"clean": 96.0, "noise": 80.0}, "VLCS": {"clean": 80.0, "noise": 68.0}},
        },
        # (97 + 90 + 88 + 84) / 4 = 89.75; noise 87, 5.5 below; CLIP loses 14, the median 9.75
        ("GPT-4V is best over 2 variants of 2 tasks", "mean 89.8", "Its worst variant is noise (87.0, 5.5 points below the original)",
         "The median system loses 9.8 points"),
        figures={("GPT-4V", "mean_drop"): 5.5, ("CLIP", "mean_drop"): 14.0},
    ),
    # Simplicity bias: randomising the simple feature brings AUC to chance, randomising the complex one changes nothing
    "paper-79": Paper(
        {("MLP", ""): {"LMS-5": {"standard": 1.0, "simple randomised": 0.5, "complex randomised": 0.99}}},
        # drops 0.5 and 0.01
        ("Its worst variant is simple randomised (0.500, 0.500 below the original)",),
        {"id": "AUC", "direction": "higher", "lower": 0, "upper": 1, "unit": "fraction"}, {("MLP", "mean_drop"): 0.255},
    ),
}  # fmt: skip


def entries(paper: Paper) -> list[dict[str, Any]]:
    return [
        {
            "model": model, "metric": paper.metric, "value": value,
            "benchmark": {"id": "checklist", "suite": "checklist", "task": task},
            "conditions": {"variant": variant, **paper.conditions.get(variant, {})},
            **({"method": method} if method else {}),
        }
        for (model, method), tasks in paper.matrix.items()
        for task, variants in tasks.items()
        for variant, value in variants.items()
    ]  # fmt: skip


@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)
def test_headline_of_the_paper(tmp_path, paper):
    """The mean of units, the worst variant and what it costs."""
    found, sentence = told(tmp_path, "variant_matrix", entries(paper))
    for part in paper.says:
        assert part in sentence
    table = found.main.set_index("system")
    for (system, column), expected in paper.figures.items():
        assert table.loc[system, column] == (
            expected if isinstance(expected, str) else pytest.approx(expected)
        )
