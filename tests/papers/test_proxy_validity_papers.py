"""Small result files of the shape of each paper whose result is a proxy held against the truth: what the page prints."""

from __future__ import annotations

import math
from statistics import correlation

import pytest
from reports import answer, column, make_report, pages_of, tables

from reportgen.views.summaries.proxy_validity import PATH

PERCENT = {"direction": "higher", "lower": 0, "upper": 100, "unit": "percent"}
FRACTION = {"direction": "higher", "lower": 0, "upper": 1, "unit": "fraction"}
ERROR = {"direction": "lower", "lower": 0, "upper": 1, "unit": "fraction"}
ACCURACY = {"id": "accuracy", **PERCENT}


def entry(model, metric, value, benchmark="task", **conditions):
    return {
        "model": model,
        "benchmark": benchmark,
        "metric": metric,
        "value": value,
        "conditions": conditions,
    }


def pairs(proxy, truth, values, *, benchmark="task"):
    """Units u0, u1, … with (proxy, truth), both on one benchmark."""
    return [
        entry(f"u{at}", metric, value, benchmark)
        for at, both in enumerate(values)
        for metric, value in zip((proxy, truth), both, strict=True)
    ]


def declares(metric, truth, kind=""):
    return {"metrics": [{"id": metric, "proxy_for": truth, "proxy_kind": kind}]}


#: MathCheck, invented scores; the paper has r = 0.912, RMSE 0.091 of MathCheck-GSM with GSM1k over more models.
MATHCHECK = [
    entry(model, {"id": "accuracy", **FRACTION}, value, benchmark)
    for model, values in {"a": (0.2, 0.3), "b": (0.4, 0.5), "c": (0.6, 0.6), "d": (0.7, 0.9), "e": (0.9, 0.8)}.items()
    for benchmark, value in zip(("MathCheck-GSM", "GSM1k"), values, strict=True)
]  # fmt: skip
#: CodeAttack, invented: attack success grows with the distance of an encoding; the direction of a distance is none.
CODE_ATTACK = [
    one
    for at, (distance, success) in enumerate([(0.1, 30), (0.3, 50), (0.5, 45), (0.7, 80), (0.9, 90)])
    for one in (
        entry("GPT-4", {"id": "distance"}, distance, variant=f"encoding {at}"),
        entry("GPT-4", {"id": "attack success", **PERCENT}, success, variant=f"encoding {at}"),
    )
]
#: Grokking in pre-training, invented: pathway distance (falls) and test accuracy by checkpoint.
PATHWAYS = [
    one
    for step, (distance, accuracy) in enumerate([(9, 20), (7, 25), (6, 40), (4, 70), (2, 90)])
    for one in (
        entry("OLMoE", {"id": "pathway distance", "direction": "lower"}, distance, step=step),
        entry("OLMoE", ACCURACY, accuracy, step=step, role="test"),
    )
]
#: Crafting shifts, invented: source validation (plain) and validation on augmented images against target domains.
CRAFTED = [
    entry("net", ACCURACY, value, role="ood" if kind == "test" else "val", seed=at, **{} if kind == "test" else {"variant": kind})
    for kind, values in {"V_S": (99, 98, 97, 96, 95), "V_A": (50, 60, 70, 65, 80), "test": (50, 52, 56, 54, 57.7)}.items()
    for at, value in enumerate(values)
]  # fmt: skip
#: RASP-L, invented: whether a program is short (1) or not (0), and exact match beyond the lengths of training.
RASP = pairs(
    {"id": "RASP-L prediction", **FRACTION},
    {"id": "exact match", **PERCENT},
    [(1, 90), (1, 80), (0, 10), (0, 20), (1, 70), (0, 5)],
)
#: LeBeD, invented: estimated and true error of five models under a shift.
LEBED = pairs(
    {"id": "estimated error", **ERROR}, {"id": "true error", **ERROR},
    [(0.12, 0.10), (0.22, 0.20), (0.28, 0.30), (0.42, 0.40), (0.48, 0.50)],
)  # fmt: skip
#: Coherence, invented: higher coherence, smaller generalization gap.
COHERENCE = pairs(
    {"id": "coherence", **FRACTION}, {"id": "generalization gap", "direction": "lower", "unit": "percent"},
    [(0.1, 40), (0.2, 30), (0.3, 35), (0.5, 10), (0.8, 5)],
)  # fmt: skip
#: Unforgettable generalization, invented: the confidence of a model and how much it forgets.
FORGETTING = pairs(
    {"id": "confidence", **FRACTION}, {"id": "forgetting", "direction": "lower", "unit": "percent"},
    [(0.9, 10), (0.8, 20), (0.7, 30), (0.6, 40)],
)  # fmt: skip
#: Data diet, invented: EL2N scores early in training against those at its end, by fraction kept.
DATA_DIET = pairs(
    {"id": "early score", **FRACTION}, ACCURACY, [(0.1, 60), (0.2, 60), (0.3, 80), (0.4, 90), (0.5, 95)]
)
#: Prismatic synthesis, invented: diversity of a data set and the out-of-distribution mean; the paper has rho about 0.9.
DIVERSITY = pairs(
    {"id": "G-Vendi", "direction": "higher"}, {"id": "OOD mean", **PERCENT},
    [(1, 10), (2, 20), (3, 40), (4, 30), (5, 50)],
)  # fmt: skip
#: sharpDARTS, invented: accuracy in the search and of the final network.
SEARCH = pairs(
    {"id": "search accuracy", **PERCENT}, {"id": "final accuracy", **PERCENT},
    [(80, 96), (82, 97), (84, 97.5), (86, 98), (88, 97.9)],
)  # fmt: skip
#: Self-Judge, invented: a model's own scores and GPT-4's, in two domains in which they go against each other.
JUDGE = [
    *pairs({"id": "self score", "direction": "higher", "lower": 0, "upper": 10, "unit": "points"},
           {"id": "GPT-4 score", "direction": "higher", "lower": 0, "upper": 10, "unit": "points"},
           [(1, 3), (2, 2), (3, 1), (4, 0), (5, 0)], benchmark="coding"),
    *pairs({"id": "self score", "direction": "higher", "lower": 0, "upper": 10, "unit": "points"},
           {"id": "GPT-4 score", "direction": "higher", "lower": 0, "upper": 10, "unit": "points"},
           [(6, 9), (7, 8), (8, 7), (9, 6), (10, 5)], benchmark="writing"),
]  # fmt: skip
#: PAC-Bayes for prompts, invented: bounds on the test error of five prompts.
PAC_BAYES = pairs(
    {"id": "bound", **ERROR}, {"id": "test error", **ERROR},
    [(0.30, 0.20), (0.32, 0.25), (0.40, 0.30), (0.45, 0.50), (0.50, 0.40)],
)  # fmt: skip


def pearson(points):
    """r by the standard library, both sides on higher is better."""
    return f"{correlation(*zip(*points, strict=True)):.2f}"


def interval(rho, n):
    """tanh(atanh rho ± 1.96 sqrt((1 + rho² / 2) / (n - 3)))."""
    if n < 5 or rho == 1:
        return ""
    half = 1.959964 * math.sqrt((1 + rho**2 / 2) / (n - 3))
    low, high = (math.tanh(math.atanh(rho) + sign * half) for sign in (-1, 1))
    return f"{low:.2f} to {high:.2f}".replace("-", "−")


def told(points, rho):
    """What the answer says of these points."""
    return {"r": pearson(points), "interval": interval(rho, len(points))}


@pytest.mark.parametrize(
    ("entries", "catalog", "said", "shown", "by_hand"),
    [
        pytest.param(
            MATHCHECK, {"benchmarks": [{"id": "MathCheck-GSM", "proxy_for": "GSM1k"}]},
            # ranks 1 2 3 4 5 and 1 2 3 5 4: 1 - 12/120; r = 0.234 / sqrt(0.292 · 0.228); residual sum 0.228 (1 - r²)
            "Over 5 systems, MathCheck-GSM orders GSM1k with Spearman ρ = 0.90 ({interval}); Pearson r = {r}. "
            "Choosing by it costs 0.100 against the best candidate.",
            {"r2": ["0.82"], "rmse": ["0.0900"], "direct": ["0.118"]}, told([(0.2, 0.3), (0.4, 0.5), (0.6, 0.6), (0.7, 0.9), (0.9, 0.8)], 0.9), id="paper-5",
        ),
        pytest.param(
            CODE_ATTACK, declares("distance", "attack success"),
            "Over 5 scores, distance orders attack success with Spearman ρ = 0.90 ({interval}); Pearson r = {r}.",
            {}, told([(0.1, 30), (0.3, 50), (0.5, 45), (0.7, 80), (0.9, 90)], 0.9), id="paper-7",
        ),
        pytest.param(
            PATHWAYS, declares("pathway distance", "accuracy"),
            "Over 5 checkpoints, pathway distance orders accuracy · test with Spearman ρ = 1.00; Pearson r = {r}. "
            "Choosing by it finds the best candidate.",
            {}, told([(-9, 20), (-7, 25), (-6, 40), (-4, 70), (-2, 90)], 1), id="paper-26",
        ),
        pytest.param(
            CRAFTED, None,
            # V_A chooses 57.7, V_S chooses 50: 7.7 / 50 = 15.4 %
            "Over 5 runs, validation · V_A orders accuracy · shifted with Spearman ρ = 1.00; Pearson r = {r}. Choosing by it finds "
            "the best candidate. It brings 15.4\N{NARROW NO-BREAK SPACE}% more than choosing by validation · V_S.",
            {"rho": ["1.00", "−0.90"]}, told([(50, 50), (60, 52), (70, 56), (65, 54), (80, 57.7)], 1), id="paper-31",
        ),
        pytest.param(
            RASP, declares("RASP-L prediction", "exact match"),
            # three ties each: ranks 5 5 2 2 5 2 against 6 5 2 3 4 1: r = 13.5 / sqrt(13.5 · 17.5)
            "Over 6 systems, RASP-L prediction orders exact match with Spearman ρ = 0.88 ({interval}); Pearson r = {r}. "
            "Choosing by it costs 10.0 points against the best candidate.",
            {}, told([(1, 90), (1, 80), (0, 10), (0, 20), (1, 70), (0, 5)], 13.5 / math.sqrt(13.5 * 17.5)), id="paper-35",
        ),
        pytest.param(
            LEBED, declares("estimated error", "true error", "estimate"),
            # all are 0.02 off; the rank order is right
            "Over 5 systems, estimated error orders true error with Spearman ρ = 1.00; Pearson r = {r}. Choosing by it finds the best "
            "candidate.",
            {"direct": ["0.0200"]}, told([(0.12, 0.10), (0.22, 0.20), (0.28, 0.30), (0.42, 0.40), (0.48, 0.50)], 1), id="paper-38",
        ),
        pytest.param(
            COHERENCE, declares("coherence", "generalization gap"),
            "Over 5 systems, coherence orders generalization gap with Spearman ρ = 0.90 ({interval}); Pearson r = {r}. "
            "Choosing by it finds the best candidate.",
            {}, told([(0.1, -40), (0.2, -30), (0.3, -35), (0.5, -10), (0.8, -5)], 0.9), id="paper-44",
        ),
        pytest.param(
            FORGETTING, declares("confidence", "forgetting"),
            "Over 4 systems, confidence cannot be held against forgetting by a correlation: fewer than 5 units. "
            "Choosing by it finds the best candidate.",
            {"rho": ["–"]}, told([(0.9, -10), (0.8, -20), (0.7, -30), (0.6, -40)], 1), id="paper-47",
        ),
        pytest.param(
            DATA_DIET, declares("early score", "accuracy"),
            # ranks 1 2 3 4 5 and 1.5 1.5 3 4 5: 9.5 / sqrt(10 · 9.5)
            "Over 5 systems, early score orders accuracy with Spearman ρ = 0.97 ({interval}); Pearson r = {r}. "
            "Choosing by it finds the best candidate.",
            {}, told([(0.1, 60), (0.2, 60), (0.3, 80), (0.4, 90), (0.5, 95)], 9.5 / math.sqrt(10 * 9.5)), id="paper-50",
        ),
        pytest.param(
            DIVERSITY, declares("G-Vendi", "OOD mean"),
            "Over 5 systems, G-Vendi orders OOD mean with Spearman ρ = 0.90 ({interval}); Pearson r = {r}. "
            "Choosing by it finds the best candidate.",
            {}, told([(1, 10), (2, 20), (3, 40), (4, 30), (5, 50)], 0.9), id="paper-51",
        ),
        pytest.param(
            SEARCH, declares("search accuracy", "final accuracy"),
            "Over 5 systems, search accuracy orders final accuracy with Spearman ρ = 0.90 ({interval}); Pearson r = {r}. "
            "Choosing by it costs 0.100 points against the best candidate.",
            {}, told([(80, 96), (82, 97), (84, 97.5), (86, 98), (88, 97.9)], 0.9), id="paper-53",
        ),
        pytest.param(
            JUDGE, declares("self score", "GPT-4 score"),
            "Over 10 scores, self score orders GPT-4 score with Spearman ρ = 0.52 ({interval}); Pearson r = {r}. "
            "Only 0 of 2 groups have that sign. Choosing by it costs 3.5 ± 0.5 against the best candidate.",
            {}, told([(1, 3), (2, 2), (3, 1), (4, 0), (5, 0), (6, 9), (7, 8), (8, 7), (9, 6), (10, 5)], 43 / math.sqrt(82.5 * 82)), id="paper-71",
        ),
        pytest.param(
            PAC_BAYES, declares("bound", "test error", "bound"),
            # slack (0.10 + 0.07 + 0.10 - 0.05 + 0.10) / 5 = 0.064
            "Over 5 systems, bound orders test error with Spearman ρ = 0.90 ({interval}); Pearson r = {r}. "
            "The bound holds for 80\N{NARROW NO-BREAK SPACE}% of them, lies 0.0640 from the truth on average.",
            {}, told([(0.30, 0.20), (0.32, 0.25), (0.40, 0.30), (0.45, 0.50), (0.50, 0.40)], 0.9), id="paper-85",
        ),
    ],
)  # fmt: skip
def test_the_page_prints_the_headline_of_the_paper(tmp_path, entries, catalog, said, shown, by_hand):
    """The answer, and the columns that the paper is about."""
    page = pages_of(make_report(tmp_path, entries, **({"catalog": catalog} if catalog else {})))[PATH]
    assert answer(page) == said.format(**by_hand)
    for name, values in shown.items():
        assert column(tables(page)["pairs"], name) == values
