"""Papers that report by group of the population: a file of each one's shape, and what its page says.

Scores are invented, except those a comment calls published; the arithmetic stands beside each.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from one_summary import told
from reports import ACCURACY

#: (model, method) -> group -> score, or (score, items)
Scores = dict[tuple[str, str], dict[str, Any]]
PR_AUC = {"id": "auprc", "direction": "higher", "lower": 0, "upper": 100, "unit": "percent"}
AUC = {"id": "auroc", "direction": "higher", "lower": 0, "upper": 1, "unit": "fraction"}
RATE = {"id": "answer in top documents", "direction": "higher", "lower": 0, "upper": 100, "unit": "percent"}
RATING = {"id": "rating", "direction": "higher", "lower": 1, "upper": 5, "unit": "points"}


@dataclass(frozen=True)
class Paper:
    """Scores by system and group; what the page says, and figures of the main table by benchmark and system."""

    scores: Scores
    says: tuple[str, ...]
    metric: dict[str, Any] = field(default_factory=lambda: ACCURACY)
    figures: dict[tuple[str, str, str], Any] = field(
        default_factory=dict
    )  # (benchmark, system, column) -> value


PAPERS = {
    # GeniL: PR-AUC by language. The overall 58.7 is published; it is nobody's language and takes no part.
    "paper-45": Paper(
        {("detector", ""): {"all": 58.7, "English": 68.0, "French": 61.0, "Hindi": 47.0, "Arabic": 55.0}},
        # 68 - 47 = 21; (68 + 61 + 47 + 55) / 4 = 57.75
        ("detector is worst on Hindi: 47.0", "That is 21.0 points from its best, English", "because errors are unknown"),
        PR_AUC, {("bench", "detector", "macro_mean"): 57.75, ("bench", "detector", "ratio"): 47 / 68},
    ),
    # Diversification: worst-group accuracy of two methods
    "paper-46": Paper(
        {
            ("ResNet50", "D-BAT"): {"land on land": (97.0, 2000), "water on land": (79.0, 400), "land on water": (76.0, 400), "water on water": (95.0, 900)},
            ("ResNet50", "ERM"): {"land on land": (99.0, 2000), "water on land": (60.0, 400), "land on water": (72.0, 400), "water on water": (96.0, 900)},
        },
        # 97 - 76 = 21 and 99 - 60 = 39; sqrt(76 * 24 / 400) = 2.1; behind: both mixed groups, of either method
        ("D-BAT has the best worst group: land on water with 76 ± 2", "no other comes as close as its error",
         "That is 21.0 points from its best, land on land", "2 of 4 groups are clearly behind the rest",
         "The range is widest for ERM: 39.0 points"),
        figures={("bench", "ERM", "worst_score"): 60.0, ("bench", "D-BAT", "macro_mean"): 86.75},
    ),
    # Procedural knowledge: how often the answer is among the top documents, by type of query
    "paper-48": Paper(
        {("7B", ""): {"factual": (55.0, 40), "reasoning": (7.5, 40)}, ("35B", ""): {"factual": (37.5, 40), "reasoning": (5.0, 40)}},
        # 7.5 against 5.0; 47.5 and 32.5 apart
        ("7B has the best worst group: reasoning with 7.5", "That is 47.5 points from its best, factual"),
        RATE, {("bench", "35B", "estimate"): 32.5},
    ),
    # GPT-4V: classes of one domain
    "paper-59": Paper(
        {("GPT-4V", ""): {"dog": (98.0, 100), "elephant": (97.0, 100), "guitar": (80.0, 100), "house": (99.0, 100), "lamp": (0.0, 4)}},
        # 99 - 80 = 19; the rest of guitar: (98 + 97 + 99) / 3 = 98; four items are too few
        ("GPT-4V is worst on guitar: 80 ± 4", "100 items", "That is 19.0 points from its best, house", "1 of 4 groups is clearly behind"),
        figures={("bench", "GPT-4V", "small_groups"): 1},
    ),
    # ClinicLLM: AUC by hospital, the smaller the worse; and by age, another grouping of the same patients
    "paper-74": Paper(
        {
            ("ClinicLLM", ""): {
                "hospital=A": (0.80, 9000), "hospital=B": (0.78, 5000), "hospital=C": (0.77, 2500), "hospital=D": (0.74, 900),
                "hospital=E": (0.70, 300), "age=18-44": (0.79, 8000), "age=45-64": (0.77, 5500), "age=65+": (0.72, 4200),
            }
        },
        # 0.80 - 0.70; five hospitals in the order of their sizes
        ("ClinicLLM is worst on hospital=E: 0.700", "That is 0.100 from its best, hospital=A",
         "Its larger groups fare better (rank correlation +1.00)"),
        AUC, {("bench · age", "ClinicLLM", "estimate"): 0.07, ("bench · age", "ClinicLLM", "worst_group"): "age=65+"},
    ),
    # Hard examples: ratings of explanations by source, on easy and hard examples
    "paper-84": Paper(
        {("raters", ""): {"easy/human": 4.2, "easy/model": 4.1, "hard/human": 4.0, "hard/model": 3.1}},
        # model - human: -0.1 on easy, -0.9 on hard examples
        ("raters is worst on model: 4.1 (bench · easy)", "That is 0.1 points from its best, human"),
        RATING, {("bench · hard", "raters", "estimate"): 0.9, ("bench · easy", "raters", "estimate"): 0.1},
    ),
}  # fmt: skip


def entries(paper: Paper) -> list[dict[str, Any]]:
    made = []
    for (model, method), scores in paper.scores.items():
        for name, given in scores.items():
            value, n = given if isinstance(given, tuple) else (given, None)
            level, _, group = name.rpartition("/")
            made.append({
                "model": model, "metric": paper.metric, "value": value, "benchmark": "bench",
                "conditions": {"group": group, **({"level_name": level, "level_order": int(level == "hard")} if level else {})},
                **({"method": method} if method else {}), **({"n": n} if n else {}),
            })  # fmt: skip
    return made


@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)
def test_headline_of_the_paper(tmp_path, paper):
    """The worst group, the range, how many are behind and what size has to do with it."""
    found, sentence = told(tmp_path, "subgroup_disparity", entries(paper))
    for part in paper.says:
        assert part in sentence
    table = found.main.set_index(["benchmark", "system"])
    for (benchmark, system, column), expected in paper.figures.items():
        assert table.loc[(benchmark, system), column] == (
            expected if isinstance(expected, str) else pytest.approx(expected)
        )
