"""Papers on what tuning costs elsewhere and what streams forget: a file of each one's shape, its headline by hand.

Scores are invented except where a comment says published.
"""

from __future__ import annotations

from typing import Any

import pytest
from reports import ACCURACY, answer, column, make_report, pages_of, tables

from reportgen.views.summaries.retention import PATH


def entry(
    benchmark: str, value: float, *, method: str = "", model: Any = "base", **conditions: Any
) -> dict[str, Any]:
    return {
        "model": model, "benchmark": benchmark, "metric": ACCURACY, "value": value, "conditions": conditions,
        **({"method": method} if method else {}),
    }  # fmt: skip


def run(method: str, on: str, **values: float) -> list[dict[str, Any]]:
    """Scores after tuning; without method and target, before it. `_` stands for `-`."""
    more = {"train_domain": on} if on else {}
    return [entry(name.replace("_", "-"), value, method=method, **more) for name, value in values.items()]


def stream(model: str, tasks: str, *stages: tuple[float, ...]) -> list[dict[str, Any]]:
    """Scores of every task after every stage; stage t was tuned on task t."""
    return [
        entry(task, value, model=model, step=step, train_domain=tasks[step])
        for step, scores in enumerate(stages)
        for task, value in zip(tasks, scores, strict=True)
    ]


PAPERS: dict[str, tuple[list[dict[str, Any]], tuple[str, ...]]] = {
    # specificity (neighbouring facts) before and after a defence
    "paper-4": (
        [*run("", "", secret=60, neighbour=70), *run("erase", "secret", secret=20, neighbour=66)],
        ("erase on base (tuned on secret) loses: 4.00 points on 1 benchmark", "it loses 40.0 points on what it was tuned for"),
    ),
    # accuracy after each of three target domains
    "paper-27": (
        stream("AdaNPC", "PAC", (80, 50, 50), (78, 82, 55), (76, 81, 85)),
        # (80 - 76 + 82 - 81) / 2 = 2.5; (76 + 81 + 85) / 3
        ("After 3 tasks AdaNPC has forgotten 2.5", "the mean over all tasks is 80.7"),
    ),
    # random labels on one task: trained examples fall by 50, held-out ones by 25, another task by 5
    "paper-47": (
        [
            entry("piqa", 80, unit_seen=True), entry("piqa", 80, unit_seen=False), entry("arc", 60),
            *(entry("piqa", value, method="unlearn", train_domain="piqa", unit_seen=seen)
              for value, seen in ((30, True), (55, False))),
            entry("arc", 55, method="unlearn", train_domain="piqa"),
        ],
        ("unlearn on base (tuned on piqa) loses: 5.00 points on 1 benchmark", "held-out examples lose 0.50 of what trained"),
    ),
    # published: over 97 % of the RL-trained counterpart is retained
    "paper-49": (
        [*run("", "", AIME24=40, AMC23=60), *run("SAE", "", AIME24=39, AMC23=58)],
        ("keeps 97\N{NARROW NO-BREAK SPACE}%",),
    ),
    # source domain kept by one method and lost by the other
    "paper-58": (
        [*run("", "", source=90, target=60), *run("DRM", "target", source=89, target=70),
         *run("ERM", "target", source=84, target=68)],
        ("DRM on base (tuned on target) loses least: 1.00 points", "gains 10.0 points", "ERM on base (tuned on target) loses 6.00"),
    ),
    # specialised on GSM8K, lost on BBH; before is step 0
    "paper-60": (
        [entry(name, value, model="FlanT5", step=step, **({"train_domain": "GSM8K"} if step else {}))
         for name, step, value in (("GSM8K", 0, 10), ("GSM8K", 3000, 25), ("BBH", 0, 40), ("BBH", 3000, 10))],
        ("FlanT5 (tuned on GSM8K) loses: 30.0 points on 1 benchmark", "it gains 15.0 points"),
    ),
    # average accuracy and forgetting of two paradigms
    "paper-69": (
        [*stream("sequential", "XY", (70, 20), (50, 75)), *stream("rehearsal", "XY", (70, 20), (66, 74))],
        ("After 2 tasks rehearsal has forgotten 4.00", "the least forgetting of 2 streams"),
    ),
    # published: mean drop 4.4 by SFT, 2.5 by S3FT (single scores invented)
    "paper-73": (
        [*run("", "", MMLU=62.0, TruthfulQA=50.0, GSM8K=40.0),
         *run("SFT", "GSM8K", MMLU=58.0, TruthfulQA=45.2, GSM8K=55.0),
         *run("S3FT", "GSM8K", MMLU=60.0, TruthfulQA=47.0, GSM8K=56.0)],
        ("S3FT on base (tuned on GSM8K) loses least: 2.5 ± 0.5 points on 2 benchmarks",
         "SFT on base (tuned on GSM8K) loses 4.4 ± 0.4 points"),
    ),
    # few-shot tasks in a row
    "paper-76": (
        stream("bi-level", "12", (90, 30), (84, 88)),
        ("After 2 tasks bi-level has forgotten 6.00", "the mean over all tasks is 86.0"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("entries", "says"), PAPERS.values(), ids=PAPERS)
def test_headline_of_the_paper(tmp_path, entries, says):
    """Mean drop elsewhere, gain on the target, forgetting."""
    page = pages_of(make_report(tmp_path, entries))[PATH]
    for part in says:
        assert part in answer(page)


def test_paper_47_compares_held_out_with_trained(tmp_path):
    """25 / 50."""
    page = pages_of(make_report(tmp_path, PAPERS["paper-47"][0]))[PATH]
    assert column(tables(page)["runs"], "ratio") == ["0.500"]
