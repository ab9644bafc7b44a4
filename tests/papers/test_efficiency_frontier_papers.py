"""Papers that weigh quality against cost: a file of each one's shape, and the figure its page prints.

Scores and costs are invented except where a comment says published.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from reports import ACCURACY, answer, column, make_report, pages_of, tables

from reportgen.views.summaries.efficiency_frontier import PATH

PERCENT = "\N{NARROW NO-BREAK SPACE}%"
ERROR = {"id": "error", "direction": "lower", "lower": 0, "upper": 100, "unit": "percent"}


@dataclass(frozen=True)
class Paper:
    """Systems by benchmark to (score, cost), and what the page must say of them."""

    cost: str
    scores: dict[str, dict[str, tuple[float, float]]]
    says: tuple[str, ...]
    members: tuple[str, ...]  # on the frontier, cheapest first
    ratio: str = ""  # matched-quality cost ratio
    saving: str = ""  # share saved without loss
    metric: dict[str, Any] = field(default_factory=lambda: ACCURACY)
    n: int | None = None
    methods: bool = False  # names are methods on one model


def on(benchmark, **systems):
    return {name.replace("_", "-"): {benchmark: pair} for name, pair in systems.items()}


PAPERS = {
    # invented: a 2B model with RL against one 36 times its size (the published ratio of sizes: 72B / 2B = 36)
    "paper-15": Paper(
        "parameters", on("vqa", Med_R1_2B=(70.0, 2e9), Qwen_7B=(60.0, 7e9), Qwen_72B=(68.0, 72e9)),
        ("1 of 3 systems", "The best is Med-R1-2B (70.0, at 2.00 billion parameters)"), ("Med-R1-2B",),
        ratio="1.00", saving=f"97{PERCENT}",  # 1 - 2/72 = 97.2 %
    ),
    # 73.4 is the published AUROC; the others and the seconds are invented
    "paper-16": Paper(
        "seconds", on("Real3D-AD", R3D_AD=(73.4, 0.2), memory=(70.0, 10.0), fast=(60.0, 0.1)),
        ("2 of 3 systems", "The best is R3D-AD (73.4, at 0.200 seconds)", f"keeps 82{PERCENT}", f"at 50{PERCENT} of the"),
        ("fast", "R3D-AD"),  # 60 / 73.4 = 81.7 %; 0.1 / 0.2
    ),
    # invented: students are better and faster than their teacher
    "paper-19": Paper(
        "seconds", on("DAVIS", teacher=(50.0, 4.0), student_1=(55.0, 0.04), student_2=(58.0, 0.04)),
        ("1 of 3 systems", "The best is student-2 (58.0"), ("student-2",), saving=f"99{PERCENT}",
    ),
    # invented
    "paper-24": Paper(
        "seconds", on("YTO", PCA=(50.0, 0.5), network=(60.0, 0.02)), ("The best is network",), ("network",),
        saving=f"96{PERCENT}",  # 1 - 0.02/0.5
    ),
    # invented: more samples for best-of-n
    "paper-25": Paper(
        "samples", on("MathVista", n2=(60.0, 2), n4=(62.0, 4), n8=(65.0, 8)),
        ("3 of 3 systems", f"keeps 92{PERCENT} of the best score at 25{PERCENT}"), ("n2", "n4", "n8"),
    ),
    # invented: the mean over in- and out-of-distribution tasks is not taken over roles; one benchmark here
    "paper-41": Paper(
        "steps", on("ARC", b0=(10.0, 1), b100=(15.0, 100), b200=(15.0, 200)),
        ("2 of 3 systems", "The best is b100", "at 1/100 of the cost"), ("b0", "b100"), saving=f"50{PERCENT}",
    ),
    # published: over 97 % retained at over 2000 times lower cost (about 1 dollar); scores scaled to that share
    "paper-49": Paper(
        "usd", {"RL": {"AIME24": (40.0, 2000.0), "AMC23": (60.0, 2000.0)},
                "SAE": {"AIME24": (39.0, 1.0), "AMC23": (58.0, 1.0)}},
        (f"The cheapest, SAE, keeps 97{PERCENT} of the best score at 1/2,000 of the cost",), ("SAE", "RL"),
    ),  # (39 + 58) / (40 + 60) = 97 %
    # invented: half of the data does as well as all of it, a third does not
    "paper-50": Paper(
        "fraction_kept", on("CIFAR10", all=(95.0, 1.0), half=(95.0, 0.5), third=(94.0, 0.3)),
        ("The best is half (95.0, at 0.500 fraction_kept)",), ("third", "half"), ratio="1.00",
        saving=f"50{PERCENT}",
    ),
    # 1.93 is the published error of CIFAR-10 and 0.8 the invented search cost in GPU days
    "paper-53": Paper(
        "gpu_days", on("CIFAR10", sharpDARTS=(1.93, 0.8), DARTS=(2.76, 4.0), random=(3.29, 4.0)),
        ("1 of 3 systems", "The best is sharpDARTS (1.93, at 0.800 gpu_days)"), ("sharpDARTS",), metric=ERROR,
        saving=f"80{PERCENT}",
    ),
    # invented: an ensemble of five calls
    "paper-55": Paper(
        "calls", on("MedQA", zero_shot=(80.0, 1), medprompt=(90.0, 5)),
        (f"keeps 89{PERCENT} of the best score at 20{PERCENT} of the cost",), ("zero-shot", "medprompt"), methods=True,
    ),
    # invented: voting over 100 samples; 1000 items cannot tell 64.0 ± 1.5 from 63.0 ± 1.5
    "paper-62": Paper(
        "samples", on("GSM8K", top_1=(55.0, 1), vote_10=(63.0, 10), vote_100=(64.0, 100)),
        ("vote-10 cannot be told apart from it at 1/10 the cost",), ("top-1", "vote-10", "vote-100"), n=1000,
        ratio="10.0",
    ),
    # invented: easy labels are cheaper than hard ones and nearly as good
    "paper-64": Paper(
        "label_cost", on("test-hard", easy=(68.0, 1.0), hard=(70.0, 4.0)),
        (f"keeps 97{PERCENT} of the best score at 25{PERCENT} of the cost",), ("easy", "hard"), methods=True,
    ),
    # invented: batch modes by memory
    "paper-78": Paper(
        "gigabytes", on("Reddit", full=(90.0, 20.0), sampled=(88.0, 2.0), clustered=(80.0, 4.0)),
        ("2 of 3 systems", f"keeps 98{PERCENT} of the best score at 1/10 of the cost"), ("sampled", "full"),
    ),
    # invented: error by number of units kept; the fewest units with no higher error
    "paper-80": Paper(
        "units", on("year", all=(9.0, 100), kept_50=(9.0, 50), kept_10=(11.0, 10)),
        ("The best is kept-50 (9.00, at 50.0 units)",), ("kept-10", "kept-50"), metric=ERROR, saving=f"50{PERCENT}",
    ),
    # invented: few-shot accuracy against the size of the model
    "paper-83": Paper(
        "parameters", on("few-shot", retrieval=(62.0, 4e8), large=(60.0, 2.7e9)),
        ("1 of 2 systems", "The best is retrieval (62.0, at 0.400 billion parameters)"), ("retrieval",),
        saving=f"85{PERCENT}",  # 1 - 0.4/2.7
    ),
}  # fmt: skip


def entries(paper: Paper) -> list[dict[str, Any]]:
    return [
        {
            "model": "base" if paper.methods else name,
            **({"method": name} if paper.methods else {}),
            "benchmark": {"id": benchmark, "suite": "paper"},
            "metric": paper.metric,
            "value": value,
            "cost": {paper.cost: cost},
            **({"n": paper.n} if paper.n else {}),
        }
        for name, row in paper.scores.items()
        for benchmark, (value, cost) in row.items()
    ]


@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)
def test_headline_of_the_paper(tmp_path, paper):
    """Frontier, what matches the best for less, and what is saved."""
    page = pages_of(make_report(tmp_path, entries(paper)))[PATH]
    for part in paper.says:
        assert part in answer(page)
    found = tables(page)
    assert tuple(column(found["members"], "system")) == paper.members
    if paper.ratio:
        assert column(found["comparisons"], "ratio") == [paper.ratio]
    if paper.saving:
        assert column(found["comparisons"], "saving") == [paper.saving]
