"""Benchmarks of the smaller files, each of which shows what one kind of summary needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tables import alpaca_eval, domainbed_sweep, gpt4v_shift, mathcheck, mnli_genres, printed, robustbench

if TYPE_CHECKING:
    from tables.document import Entry

CIFAR = "CIFAR-10"
#: (task, construct, source, chance or None)
OPEN_LLM = (
    ("IFEval", "instruction following", "IFEval", None),
    ("BBH", "reasoning", "BIG-bench", None),
    ("MATH Level 5", "mathematics", "MATH", None),
    ("GPQA", "knowledge", "GPQA", 0.25),
    ("MUSR", "reasoning", "MuSR", None),
    ("MMLU-PRO", "knowledge", "MMLU-Pro", 0.1),
)
BENCHMARKS: tuple[Entry, ...] = (
    {"id": "RULER", "suite": "RULER", "description": "Retrieval, tracing, counting and questions in long texts.",
     "construct": "use of long contexts", "source": "RULER", "source_type": "mixed", "primary_metric": "RULER score",
     "url": printed.RULER["url"], "citation": printed.RULER["citation"]},
    {"id": "Key answers of the KAF generalization set", "suite": "KAF generalization set",
     "description": "Which answer a model gave, extracted by a program.", "construct": "answer extraction",
     "source": "KAF", "source_type": "human", "primary_metric": "extraction accuracy", "url": printed.XFINDER["url"],
     "citation": printed.XFINDER["citation"]},
    {"id": "CIFAR-10 (sharpDARTS)", "suite": "sharpDARTS", "description": "Photographs of ten kinds of things.",
     "construct": "image classification", "source": "Tiny Images", "source_type": "human",
     "primary_metric": "error rate", "url": printed.SHARPDARTS["url"], "citation": printed.SHARPDARTS["citation"]},
    {"id": "CIFAR-10.1 (sharpDARTS)", "suite": "sharpDARTS", "description": "New photographs chosen as for CIFAR-10.",
     "construct": "image classification", "source": "Tiny Images", "source_type": "human",
     "id_twin": "CIFAR-10 (sharpDARTS)", "primary_metric": "error rate", "url": printed.SHARPDARTS["url"],
     "citation": printed.SHARPDARTS["citation"]},
    *({"id": f"AlpacaEval {version}", "suite": "Self-Judge",
       "description": f"Answers preferred over those of a baseline, version {version}.",
       "construct": "instruction following", "source": "AlpacaEval", "primary_metric": "preference rate",
       "url": printed.SELF_JUDGE["url"], "citation": printed.SELF_JUDGE["citation"]} for version in (1, 2)),
    *({"id": f"GSM8K, {model}, {how}", "suite": "ReFT",
       "description": f"Word problems of school mathematics, {words}.",
       "construct": "mathematical reasoning", "source": "GSM8K", "source_type": "human", "primary_metric": "accuracy",
       "url": printed.REFT["url"], "citation": printed.REFT["citation"]}
      for model in ("Codellama-7b", "Galactica-6.7b")
      for how, words in (("Top-1", "one answer"), ("Voting@100", "majority of 100 answers"),
                         ("Rerank@100", "best of 100 answers by a reward model"))),
    {"id": "GeneTuring, mean of nine tasks", "suite": "GeneTuring means",
     "description": "Questions on genes, variants and sequences.", "construct": "genomics", "source": "GeneTuring",
     "primary_metric": "GeneTuring score", "url": printed.GENETURING["url"],
     "citation": printed.GENETURING["citation"]},
    *({"id": f"{task} (Open LLM)", "suite": "Open LLM Leaderboard 2", "construct": construct, "source": source,
       "chance": chance, "primary_metric": "accuracy", "url": printed.OPEN_LLM["url"],
       "citation": printed.OPEN_LLM["citation"]} for task, construct, source, chance in OPEN_LLM),
    {"id": "PACS, by class", "suite": "PACS classes", "description": "Name what a picture shows; seven classes.",
     "construct": "image classification", "source": "PACS", "source_type": "human", "chance": 0.142857,
     "primary_metric": "accuracy", "url": gpt4v_shift.SOURCE["url"], "citation": gpt4v_shift.SOURCE["citation"]},
    {"id": "PACS, answers", "suite": "PACS answers", "description": "The same pictures one by one.",
     "construct": "image classification", "source": "PACS", "source_type": "human", "chance": 0.142857,
     "primary_metric": "accuracy", "url": gpt4v_shift.SOURCE["url"], "citation": gpt4v_shift.SOURCE["citation"]},
    {"id": "CIFAR-10, Linf 8/255", "suite": "RobustBench",
     "description": "Photographs changed by an attacker, by at most 8/255 in each value.",
     "construct": "adversarial robustness", "source": "Tiny Images", "source_type": "mixed", "chance": 10.0,
     "primary_metric": robustbench.MEASURED, "url": robustbench.SOURCE["url"],
     "citation": robustbench.SOURCE["citation"]},
    {"id": "AlpacaEval 2, against GPT-4", "suite": "AlpacaEval",
     "description": "Answers that a judge prefers to those of GPT-4.", "construct": "instruction following",
     "source": "AlpacaEval", "primary_metric": "preference rate", "url": alpaca_eval.SOURCE["url"],
     "citation": alpaca_eval.SOURCE["citation"]},
    *({"id": f"VLCS without {domain}", "suite": "DomainBed sweep",
       "description": f"Photographs of five kinds of things, {domain} held out.", "construct": "image classification",
       "source": "VLCS", "source_type": "human", "split_strategy": "domain", "primary_metric": "accuracy",
       "url": domainbed_sweep.SOURCE["url"], "citation": domainbed_sweep.SOURCE["citation"]}
      for domain in domainbed_sweep.DOMAINS),
    {"id": "MNLI by genres", "suite": "MNLI genres", "description": "Entailment, contradiction or neither.",
     "construct": "textual inference", "source": "MNLI", "source_type": "human", "split_strategy": "genre",
     "chance": 33.3333, "primary_metric": "accuracy", "url": mnli_genres.SOURCE["url"],
     "citation": mnli_genres.SOURCE["citation"]},
    {"id": "MathCheck-GEO, solving", "suite": "MathCheck problems",
     "description": "60 geometry problems with a figure.", "construct": "mathematical reasoning",
     "source": "GeoQA, UniGeo and Geometry3K", "source_type": "mixed", "primary_metric": "accuracy",
     "url": mathcheck.SOURCE["url"], "citation": mathcheck.SOURCE["citation"]},
)  # fmt: skip


def entries() -> list[Entry]:
    """One entry per benchmark."""
    return list(BENCHMARKS)
