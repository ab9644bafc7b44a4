"""`catalog/metrics.yml`: which way is better and what one item can score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tables import public_leaderboards, robustbench

if TYPE_CHECKING:
    from tables.document import Entry

HEADER = """\
Metrics of the bundled results. Bounds and units differ between suites and stand in the result files.
per_item: binary means that each item scores 0 or 1, so that a binomial error may be derived where n is known.
"""

#: (id, direction, per item, description)
METRICS = (
    ("accuracy", "higher", "binary", "Share of items answered correctly."),
    ("EM", "higher", "binary", "Exact match: share of items answered exactly as the reference."),
    ("F1", "higher", "",
     "Harmonic mean of precision and recall; GLUE and SuperGLUE: of the classes, HELM: of words."),
    ("F1 over answers", "higher", "", "F1 over all answer options of all questions of MultiRC (F1a)."),
    ("Matthews correlation", "higher", "",
     "Correlation of predicted and true class, times 100; 0 is chance."),
    ("Pearson correlation", "higher", "", "Linear correlation of predicted and true similarity, times 100."),
    ("Spearman correlation", "higher", "", "Rank correlation of predicted and true similarity, times 100."),
    ("gender parity", "higher", "",
     "Share of pairs that differ only in the pronoun's gender and get one answer."),
    ("RR@10", "higher", "", "Reciprocal rank of the first relevant passage among the first 10."),
    ("NDCG@10", "higher", "", "Normalised discounted cumulative gain of the first 10 passages."),
    ("ROUGE-2", "higher", "", "Overlap of word pairs between summary and reference."),
    ("ECE", "lower", "", "Expected calibration error over 10 bins."),
    ("generalization score", "higher", "",
     "Scylla's S = OOD - max(0, ID - OOD), a mean over tasks; from -1 to 1."),
    (
        "MathCheck unit score", "higher", "",
        "Accuracy for solving and process judging, macro-F1 for outcome and answerable judging, times 100.",
    ),
    ("GeneTuring score", "higher", "",
     "Mean item score: exact match, or the share of the answer that is right."),
    ("win rate", "higher", "binary", "Share of games won; a tie is not a win."),
    ("RULER score", "higher", "", "Mean over 13 tasks of the share of wanted strings in the answer."),
    ("extraction accuracy", "higher", "",
     "Share of outputs of which the key answer is extracted as people do."),
    ("error rate", "lower", "", "Share of items answered wrongly."),
    ("preference rate", "higher", "", "How often a judge prefers the answer to that of a baseline."),
    ("confidence", "unknown", "", "Probability of being right that a model states beside its answer."),
    (robustbench.MEASURED, "higher", "", "Accuracy under AutoAttack, a fixed set of four attacks."),
    (robustbench.REPORTED, "higher", "", "Accuracy under attacks chosen by the authors of a defence."),
    (public_leaderboards.HIGHER, "higher", "", "What a leaderboard sorts by, on a scale of its own."),
    (public_leaderboards.LOWER, "lower", "", "What a leaderboard sorts by, on a scale of its own."),
    ("string distance", "lower", "", "Edit distance between answer and reference, in characters."),
    ("invalid answers", "lower", "binary", "Share of answers that are not a valid molecule."),
)  # fmt: skip
#: Metric -> what its values are meant to stand for.
PROXIES: dict[str, Entry] = {
    robustbench.REPORTED: {"proxy_for": robustbench.MEASURED, "proxy_kind": "estimate"},
}


def entries() -> list[Entry]:
    """One entry per metric, sorted by id."""
    return [
        {
            "id": name,
            "direction": direction,
            "per_item": per_item,
            **PROXIES.get(name, {}),
            "description": description,
        }
        for name, direction, per_item, description in sorted(METRICS)
    ]
