"""Papers that report what is lost under shift: a file of each one's shape, and the sentence its page prints.

Scores are invented, except those a comment calls published; the arithmetic stands beside each.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from one_summary import told
from reports import ACCURACY

FRACTION = {"id": "accuracy", "direction": "higher", "lower": 0, "upper": 1, "unit": "fraction"}
AUC = FRACTION | {"id": "AUC"}
RETURN = {"id": "normalised return", "direction": "higher", "unit": "fraction"}
ERROR = {"id": "error", "direction": "lower", "lower": 0, "upper": 100, "unit": "percent"}
UNSURE = "; how sure that is cannot be said, because errors are unknown."


@dataclass(frozen=True)
class Paper:
    """Scores of each system, what the page says of them, and how they were measured.

    A system has one score without shift and some under shift (a number and a dictionary), or both of several
    benchmarks (a dictionary of pairs).
    """

    suite: str
    systems: dict[str, Any]
    says: str
    metric: dict[str, Any] = field(default_factory=lambda: ACCURACY)
    n: int | None = None


def entries(paper: Paper) -> list[dict[str, Any]]:
    """The native entries of a paper."""
    found = []
    for system, scores in paper.systems.items():
        if isinstance(scores, dict):
            cells = [
                (name, role, value)
                for name, pair in scores.items()
                for role, value in zip(("id", "ood"), pair, strict=True)
            ]
        else:
            inside, shifted = scores
            cells = [("source", "id", inside), *((name, "ood", value) for name, value in shifted.items())]
        for name, role, value in cells:
            entry = {"model": system, "benchmark": {"id": name, "suite": paper.suite}, "metric": paper.metric,
                     "value": value, "conditions": {"role": role}}  # fmt: skip
            found.append(entry | ({} if paper.n is None else {"n": paper.n}))
    return found


PAPERS = {
    # 3D LiDAR segmentation: SemanticKITTI against two targets, 50.4 and 55.2 published; (50.4 + 55.2) / 2 = 52.8,
    # 60 - 52.8 = 7.2; 62 - (40 + 44) / 2 = 20; the median of both 13.6
    "paper-6": Paper(
        "LiDAR",
        {"3DLabelProp": (60.0, {"a": 50.4, "b": 55.2}), "second": (62.0, {"a": 40.0, "b": 44.0})},
        "The median of 2 models loses 13.6 points on the 2 shifted benchmarks of LiDAR. 3DLabelProp loses least (7.2)"
        + UNSURE,
    ),
    # RLCF: ImageNet against its four variants; 71 - (60 + 66 + 80 + 52) / 4 = 6.5; 68 - 57.5 = 10.5
    "paper-10": Paper(
        "ImageNet",
        {"RLCF": (71.0, {"A": 60.0, "V2": 66.0, "R": 80.0, "S": 52.0}),
         "CLIP": (68.0, {"A": 48.0, "V2": 62.0, "R": 74.0, "S": 46.0})},
        "The median of 2 models loses 8.5 points on the 4 shifted benchmarks of ImageNet. RLCF loses least (6.5)" + UNSURE,
    ),
    # L2R-GNN: each shift with its own unshifted test; (10 + 4 + 10) / 3 = 8; (20 + 8 + 18) / 3 = 15.3; median 11.7
    "paper-13": Paper(
        "Graphs",
        {"L2R-GNN": {"size": (88.0, 78.0), "feature": (80.0, 76.0), "scaffold": (82.0, 72.0)},
         "ERM": {"size": (90.0, 70.0), "feature": (80.0, 72.0), "scaffold": (84.0, 66.0)}},
        "The median of 2 models loses 11.7 points on the 3 shifted benchmarks of Graphs. L2R-GNN loses least (8.0)" + UNSURE,
    ),
    # LSDA: within FaceForensics++ against other datasets; 0.98 - 0.79 = 0.19; 0.97 - 0.70 = 0.27
    "paper-18": Paper(
        "Deepfakes",
        {"LSDA": (0.98, {"CDF": 0.84, "DFDC": 0.74}), "Xception": (0.97, {"CDF": 0.74, "DFDC": 0.66})},
        "The median of 2 models loses 0.230 on the 2 shifted benchmarks of Deepfakes. LSDA loses least (0.190)" + UNSURE,
        AUC,
    ),
    # train longer: training against validation accuracy by batch size and regime; 6.5, 9, 7: median 7
    "paper-32": Paper(
        "CIFAR-10",
        {"small batch": (99.5, {"validation": 93.0}), "large batch": (100.0, {"validation": 91.0}),
         "large batch, longer": (100.0, {"validation": 93.0})},
        "The median of 3 models loses 7.0 points on the 1 shifted benchmark of CIFAR-10. small batch loses least (6.5)"
        + UNSURE,
    ),
    # offline RL: normalised return on levels of training and of test; 0.2, 0.3, 0.26
    "paper-39": Paper(
        "Procgen",
        {"BC": (0.7, {"test levels": 0.5}), "CQL": (0.65, {"test levels": 0.35}), "IQL": (0.66, {"test levels": 0.4})},
        "The median of 3 models loses 0.260 on the 1 shifted benchmark of Procgen. BC loses least (0.200)" + UNSURE,
        RETURN,
    ),
    # Latent Program Network: 60 - 30 = 30 without search, 80 - 70 = 10 with it
    "paper-41": Paper(
        "Programs",
        {"no search": (60.0, {"patterns": 30.0}), "gradient search": (80.0, {"patterns": 70.0})},
        "The median of 2 models loses 20.0 points on the 1 shifted benchmark of Programs. gradient search loses least (10.0)"
        + UNSURE,
    ),
    # OMEGA: three axes, each with its test in distribution; (20 + 10 + 20) / 3 = 16.7; (35 + 30 + 50) / 3 = 38.3
    "paper-42": Paper(
        "OMEGA",
        {"Qwen": {"explorative": (40.0, 20.0), "compositional": (50.0, 40.0), "transformative": (30.0, 10.0)},
         "Qwen after RL": {"explorative": (70.0, 35.0), "compositional": (75.0, 45.0), "transformative": (60.0, 10.0)}},
        "The median of 2 models loses 27.5 points on the 3 shifted benchmarks of OMEGA. Qwen loses least (16.7)" + UNSURE,
    ),
    # sharpDARTS: its errors on CIFAR-10 and CIFAR-10.1, 1.93 and 5.5, are published; 5.5 - 1.93 = 3.57; 7.5 - 2.73 = 4.77
    "paper-53": Paper(
        "CIFAR",
        {"sharpDARTS": (1.93, {"CIFAR-10.1": 5.5}), "DARTS": (2.73, {"CIFAR-10.1": 7.5})},
        "The median of 2 models loses 4.2 points on the 1 shifted benchmark of CIFAR. sharpDARTS loses least (3.6)" + UNSURE,
        ERROR,
    ),
    # grokked transformers: comparison generalizes (2), composition does not (95)
    "paper-57": Paper(
        "Reasoning",
        {"comparison": (100.0, {"new facts": 98.0}), "composition": (100.0, {"new facts": 5.0})},
        "The median of 2 models loses 48.5 points on the 1 shifted benchmark of Reasoning. comparison loses least (2.0)"
        + UNSURE,
    ),
    # Scylla, 256 items each: 0.96 - 0.90 = 0.06, SE sqrt((0.96 * 0.04 + 0.9 * 0.1) / 256) = 0.022; 0.8 - 0.6 = 0.2,
    # SE sqrt((0.16 + 0.24) / 256) = 0.040; difference 0.14 > 1.645 * sqrt(0.022 ^ 2 + 0.040 ^ 2) = 0.075
    "paper-66": Paper(
        "Scylla",
        {"large": (0.96, {"new examples": 0.9}), "small": (0.8, {"new examples": 0.6})},
        "The median of 2 models loses 0.130 on the 1 shifted benchmark of Scylla. large loses least (0.06 ± 0.02), clearly less "
        "than any other.",
        FRACTION,
        256,
    ),
    # CIT: the corpus of training against an updated one and a new domain; 45 - 34.5 = 10.5; 45 - 27.5 = 17.5
    "paper-72": Paper(
        "OpenQA",
        {"CIT": (45.0, {"updated": 38.0, "new domain": 31.0}), "reader": (45.0, {"updated": 30.0, "new domain": 25.0})},
        "The median of 2 models loses 14.0 points on the 2 shifted benchmarks of OpenQA. CIT loses least (10.5)" + UNSURE,
    ),
    # simplicity bias: the simple feature randomised; 1 - 0.5 = 0.5, 0.98 - 0.78 = 0.2
    "paper-79": Paper(
        "Slabs",
        {"MLP": (1.0, {"simple randomised": 0.5}), "ensemble": (0.98, {"simple randomised": 0.78})},
        "The median of 2 models loses 0.350 on the 1 shifted benchmark of Slabs. ensemble loses least (0.200)" + UNSURE,
        AUC,
    ),
}  # fmt: skip


@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)
def test_the_page_prints_the_headline_of_the_paper(paper, tmp_path) -> None:
    """The typical loss, who loses least and how sure that is."""
    assert told(tmp_path, "id_ood_gap", entries(paper))[1] == paper.says
