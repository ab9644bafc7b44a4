"""Small result files of the shape of each paper whose result is a curve over training: what the page must print."""

from __future__ import annotations

import pytest
from reports import answer, column, make_report, pages_of, tables

from reportgen.views.summaries.training_dynamics import PATH

ACCURACY = {"id": "accuracy", "direction": "higher", "lower": 0, "upper": 100, "unit": "percent"}
LOSS = {"id": "loss", "direction": "lower"}
ERROR = {"id": "squared error", "direction": "lower"}
COHERENCE = {"id": "coherence", "direction": "higher", "lower": 0, "upper": 1, "unit": "fraction"}
DISTANCE = {"id": "weight distance"}


def curve(system, role, values, *, metric=ACCURACY, benchmark="task", seed=None, **conditions):
    """Entries from `{step: value}`."""
    return [
        {
            "model": system,
            "benchmark": benchmark,
            "metric": metric,
            "value": value,
            "conditions": {"role": role, "step": step, "seed": seed, **conditions},
        }
        for step, value in values.items()
    ]


#: Unsupervised foreground detection, invented: F-measure by generation of students.
GENERATIONS = [
    *curve("student", "test", {1: 60, 2: 68, 3: 71}, benchmark="YouTube Objects"),
    *curve("teacher", "test", {1: 62, 2: 61, 3: 60}, benchmark="YouTube Objects"),
]
#: Grokking in pre-training, invented: training loss and test accuracy by checkpoint of two domains.
PRETRAINING = [
    one
    for domain, solved in {"math": 100, "code": 1000}.items()
    for one in (
        *curve("OLMoE", "train", {1: 4, 10: 0.1, 100: 0, 1000: 0, 2000: 0}, metric=LOSS, benchmark=domain),
        *curve("OLMoE", "test", {step: 96 if step >= solved else 20 for step in (1, 10, 100, 1000, 2000)}, benchmark=domain),
    )
]  # fmt: skip
#: Train longer, invented: validation accuracy by regime, and the distance from the start, which grows with log t.
REGIMES = [
    *curve("large batch", "val", {1: 40, 10: 80, 100: 86}),
    *curve("large batch, longer", "val", {1: 40, 10: 80, 100: 92}),
]
LOG_DISTANCE = [*curve("ResNet", "test", {1: 2, 10: 5, 100: 8, 1000: 11}, metric=DISTANCE)]
#: Benign overfitting and grokking on XOR, invented; figures as in the text: noise fitted at once, solved much later.
XOR = [
    *curve("width 1000", "train", {1: 100, 2: 100, 10: 100, 100: 100, 200: 100}),
    *curve("width 1000", "test", {1: 50, 2: 52, 10: 60, 100: 100, 200: 100}),
]
#: Generalization mystery, invented: coherence by step with real and with random labels.
COHERENT = [
    *curve("real labels", "train", {1: 0.05, 10: 0.4, 100: 0.3}, metric=COHERENCE, benchmark="ImageNet"),
    *curve("real labels", "test", {1: 0.05, 10: 0.3, 100: 0.2}, metric=COHERENCE, benchmark="ImageNet"),
    *curve("random labels", "train", {1: 0.05, 10: 0.1, 100: 0.2}, metric=COHERENCE, benchmark="ImageNet"),
    *curve("random labels", "test", {1: 0.05, 10: 0.02, 100: 0.01}, metric=COHERENCE, benchmark="ImageNet"),
]
#: Grokked transformers, invented: composition with atomic facts; in distribution late, out of distribution never.
GROKKED = [
    *curve("ratio 9", "train", {1000: 99, 10000: 100, 100000: 100, 1000000: 100}),
    *curve("ratio 9", "id", {1000: 10, 10000: 30, 100000: 98, 1000000: 100}),
    *curve("ratio 9", "ood", {1000: 0, 10000: 1, 100000: 2, 1000000: 2}),
]
#: High-dimensional dynamics, invented: test error that passes its best, two seeds.
OVERTRAINED = [
    one
    for seed, (best, last) in enumerate([(0.4, 1.0), (0.6, 1.0)])
    for one in (
        *curve("ratio 1", "train", {1: 1.5, 10: 0.3, 100: 0.1}, metric=ERROR, seed=seed),
        *curve("ratio 1", "test", {1: 1.5, 10: best, 100: last}, metric=ERROR, seed=seed),
    )
]
#: General-purpose in-context learning, invented: with few tasks it memorizes, with many it generalizes.
PHASES = [
    *curve("2 tasks", "train", {1: 20, 10: 98, 100: 99}),
    *curve("2 tasks", "test", {1: 10, 10: 10, 100: 10}),
    *curve("4096 tasks", "train", {1: 20, 10: 96, 100: 97}),
    *curve("4096 tasks", "test", {1: 10, 10: 95, 100: 96}),
    *curve("small state", "train", {1: 10, 10: 10, 100: 12}),
    *curve("small state", "test", {1: 10, 10: 10, 100: 12}),
]


@pytest.mark.parametrize(
    ("entries", "said", "table", "name", "shown"),
    [
        pytest.param(
            GENERATIONS,
            # 62 - 60, and nothing of 71 - 71
            "On YouTube Objects, teacher loses most by training on: 2.00 points from its best checkpoint (step 1) to its last (step 3).",
            "scores", "overtraining", ["0.0", "2.00"], id="paper-19",
        ),
        pytest.param(
            PRETRAINING,
            # fits at 10 (95 % of the way from 4 to 0 is 0.2); code at 1,000, math at 100
            "On code · accuracy · percent, 1 of 1 system fits the training data and 1 generalizes. OLMoE generalizes: 990 steps after it fits (step 1,000 "
            "against 10, ratio 100). 1 system is best at the last step: nothing was lost by training on.",
            "systems", "delay", ["990", "90"], id="paper-26",
        ),
        pytest.param(
            REGIMES,
            "On task (validation), all 2 systems are best at the last step: nothing was lost by training on.",
            "scores", "last", ["86.0", "92.0"], id="paper-32",
        ),
        pytest.param(
            LOG_DISTANCE,
            "On task, ResNet changes most: by +3.00 per tenfold steps (R² 1.00); whether that is good cannot be said, because the "
            "direction of the metric is unknown.",
            "scores", "slope", ["3.00"], id="paper-32-distance",
        ),
        pytest.param(
            XOR,
            "On task, 1 of 1 system fits the training data and 1 generalizes. width 1000 generalizes: 99 steps after it fits (step 100 "
            "against 1, ratio 100). 1 system is best at the last step: nothing was lost by training on.",
            "systems", "delay", ["99"], id="paper-34",
        ),
        pytest.param(
            COHERENT,
            # real labels: 0.3 - 0.2; random: 0.05 - 0.01. Gaps at the end: 0.3 - 0.2 = 0.1 and 0.2 - 0.01 = 0.19
            "On ImageNet, 0 of 2 systems fit the training data. real labels loses most by training on: 0.100 from its "
            "best checkpoint (step 10) to its last (step 100).",
            "scores", "gap", ["0.190", "0.100"], id="paper-44",
        ),
        pytest.param(
            GROKKED,
            "On task (in distribution), 1 of 1 system fits the training data and 1 generalizes. ratio 9 generalizes: 99,000 steps after "
            "it fits (step 100,000 against 1,000, ratio 100). 1 system is best at the last step: nothing was lost by training on.",
            "systems", "delay", ["99,000", "> 999,000"], id="paper-57",
        ),
        pytest.param(
            OVERTRAINED,
            # 1.0 - 0.4 = 0.6 and 1.0 - 0.6 = 0.4: mean 0.5, sd / sqrt 2 = 0.1
            "On task, ratio 1 loses by training on: 0.50 ± 0.10 from its best checkpoint (step 10) to its last (step 100).",
            "scores", "gap", ["0.900"], id="paper-61",
        ),
        pytest.param(
            PHASES,
            "On task, 2 of 3 systems fit the training data and 1 generalizes. 4096 tasks generalizes: as soon as it fits (step 10 "
            "against 10, ratio 1.00). 2 tasks fits and had not generalized by its last step, 100. "
            "All 3 systems are best at the last step: nothing was lost by training on.",
            "systems", "phase", ["memorizes", "generalizes", "does not fit"], id="paper-67",
        ),
    ],
)  # fmt: skip
def test_the_page_prints_the_headline_of_the_paper(tmp_path, entries, said, table, name, shown):
    """The answer, and the column that the paper is about."""
    page = pages_of(make_report(tmp_path, entries))[PATH]
    assert answer(page) == said
    assert column(tables(page)[table], name) == shown
