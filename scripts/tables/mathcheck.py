"""MathCheck: four tasks times four variants of each seed problem, computed from item correctness."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tables.document import Document, read_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tables.document import Entry

SOURCE = {
    "title": "MathCheck, computed from the published answers",
    "url": "https://github.com/PremiLab-Math/MathCheck",
    "citation": (
        "Zhou et al.: Is Your Model Really A Good Math Reasoner? Evaluating Mathematical Reasoning with "
        "Checklist. ICLR 2025. arXiv:2407.08733"
    ),
    "licence": "facts",
    "note": (
        "Computed from item correctness, not printed by the authors in this form. A unit is a task in a "
        "variant: accuracy for solving and process judging, macro-F1 over the two labels for outcome and "
        "answerable judging, where an answer that could not be parsed is wrong and counts as neither label. "
        "The mean of the 16 units is the score the authors call All. The standard error is the delete-one "
        "jackknife over items (for accuracy s / sqrt(n)). The four variants of a seed problem are not "
        "independent of one another. For Phi-3-Vision-128k-Instruct the authors print 12.9 for solving; "
        "their own answers give 12.08."
    ),
}
#: File of answers -> (benchmark, model as the authors print it).
FILES = {
    "items_geo_claude-3-haiku-20240307.csv": ("MathCheck-GEO", "Claude-3-haiku-20240307"),
    "items_geo_claude-3-sonnet-20240229.csv": ("MathCheck-GEO", "Claude-3-sonnet-20240229"),
    "items_geo_gemini-1.5-flash.csv": ("MathCheck-GEO", "Gemini-1.5-Flash"),
    "items_geo_gpt-4-vision-preview.csv": ("MathCheck-GEO", "GPT-4-Vision-Preview"),
    "items_geo_gpt-4o.csv": ("MathCheck-GEO", "GPT-4o"),
    "items_geo_phi-3.csv": ("MathCheck-GEO", "Phi-3-Vision-128k-Instruct"),
    "items_gsm_gpt-3.5-turbo.csv": ("MathCheck-GSM", "GPT-3.5-Turbo"),
}
#: As in the answers -> as printed here; the order is that of the paper's columns.
TASKS = {
    "solving": "solving",
    "answerable_judging": "answerable judging",
    "outcome_judging": "outcome judging",
    "process_judging": "process judging",
}
VARIANTS = {
    "seed_question": "original",
    "problem_understanding_question": "problem understanding",
    "distractor_insertion_question": "irrelevant disturbance",
    "scenario_understanding": "scenario understanding",
}
#: Tasks scored by macro-F1, with their two labels.
LABELS = {
    "outcome_judging": ("Correct", "Incorrect"),
    "answerable_judging": ("Answerable", "Unanswerable"),
}
DECIMALS = 6
#: Two forms of the same 60 problems.
FORMS = ("seed_question", "problem_understanding_question")
SOLVED_NOTE = (
    "Item correctness of the task solving, read from the published answers: 60 geometry problems as they are and "
    "rephrased, for the six models whose answers are published. An answer that could not be parsed is wrong. Problems "
    "are numbered in the order of the file. The means are units of MathCheck and bundled in a file of their own."
)


def read(folder: Path) -> list[Document]:
    """One document with 16 units per model, and one with the single problems that six models were asked to solve."""
    results = [
        _unit(model, benchmark, task, variant, rows)
        for file, (benchmark, model) in FILES.items()
        for rows in [read_rows(folder / "mathcheck" / file)]
        for task in TASKS
        for variant in VARIANTS
    ]
    defaults = {
        "benchmark": {"suite": "MathCheck"},
        "metric": {
            "id": "MathCheck unit score",
            "direction": "higher",
            "lower": 0.0,
            "upper": 100.0,
            "unit": "percent",
        },
        "flags": ["computed from item correctness"],
    }
    return [Document("mathcheck.json", SOURCE, defaults, results), _solved(folder)]


def _solved(folder: Path) -> Document:
    """Whether each geometry problem was solved, as it is and rephrased: two forms of one test."""
    source = {**SOURCE, "title": "MathCheck-GEO, single problems", "note": SOLVED_NOTE}
    defaults = {
        "benchmark": {"suite": "MathCheck problems"},
        "metric": {"id": "accuracy", "direction": "higher", "lower": 0.0, "upper": 1.0, "unit": "fraction"},
    }
    results = [
        {"model": model, "benchmark": "MathCheck-GEO, solving",
         "conditions": {"variant": VARIANTS[form], "item_id": str(number)}, "value": float(row["correct"])}
        for file, (benchmark, model) in FILES.items() if benchmark == "MathCheck-GEO"
        for rows in [read_rows(folder / "mathcheck" / file)]
        for form in FORMS
        for number, row in enumerate(row for row in rows if (row["task"], row["variant"]) == ("solving", form))
    ]  # fmt: skip
    return Document("mathcheck_problems.json", source, defaults, results)


def _unit(model: str, benchmark: str, task: str, variant: str, rows: Sequence[dict[str, str]]) -> Entry:
    items = [row for row in rows if row["task"] == task and row["variant"] == variant]
    if task in LABELS:
        value, error = macro_f1([(row["gold"], row["pred"]) for row in items], LABELS[task])
    else:
        value, error = accuracy([row["correct"] == "1" for row in items])
    return {
        "model": model,
        "benchmark": {"id": benchmark, "task": TASKS[task]},
        "conditions": {"variant": VARIANTS[variant]},
        "value": round(100 * value, DECIMALS),
        "stderr": {"value": round(100 * error, DECIMALS), "kind": "analytic"},
        "n": len(items),
    }


def accuracy(correct: Sequence[bool]) -> tuple[float, float]:
    """Share of right answers and its jackknife standard error, sqrt(p (1 - p) / (n - 1)). Fractions."""
    n, right = len(correct), sum(correct)
    share = right / n
    return share, math.sqrt(share * (1 - share) / (n - 1))


def macro_f1(pairs: Sequence[tuple[str, str]], labels: tuple[str, str]) -> tuple[float, float]:
    """Mean F1 of two labels over (gold, answer) pairs and its delete-one jackknife standard error. Fractions.

    Items with the same (gold, answer) leave the same score when deleted: each kind is deleted once, weighted.
    """
    counts: dict[tuple[str, str], int] = {}
    for pair in pairs:
        counts[pair] = counts.get(pair, 0) + 1
    kinds = sorted(counts.items())
    without = [(_f1_of({**counts, kind: count - 1}, labels), count) for kind, count in kinds]
    n = len(pairs)
    mean = sum(value * count for value, count in without) / n
    spread = sum(count * (value - mean) ** 2 for value, count in without)
    return _f1_of(counts, labels), math.sqrt((n - 1) / n * spread)


def _f1_of(counts: dict[tuple[str, str], int], labels: tuple[str, str]) -> float:
    """Macro-F1 from the number of items per (gold, answer); the F1 of a label that never occurs is 0."""
    scores = []
    for label in labels:
        hits = counts.get((label, label), 0)
        gold = sum(count for (truth, _), count in counts.items() if truth == label)
        said = sum(count for (_, answer), count in counts.items() if answer == label)
        scores.append(2 * hits / (gold + said) if gold + said else 0.0)
    return sum(scores) / len(scores)
