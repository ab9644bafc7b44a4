"""Figures that are printed in a text or on a front page, read from `tables/transcribed`."""

from __future__ import annotations

from pathlib import Path

from tables.document import Document, Entry, read_rows, result

FOLDER = Path(__file__).parent / "transcribed"
PERCENT: Entry = {"direction": "higher", "lower": 0.0, "upper": 100.0, "unit": "percent"}
FRACTION: Entry = {"direction": "higher", "lower": 0.0, "upper": 1.0, "unit": "fraction"}

RULER = {
    "title": "RULER, scores by length",
    "url": "https://github.com/hsiehjackson/RULER",
    "citation": (
        "Hsieh et al.: RULER: What's the Real Context Size of Your Long-Context Language Models? COLM 2024. "
        "arXiv:2404.06654"
    ),
    "licence": "facts",
    "note": (
        "Main results as printed in the README at 0193bdd: the mean over 13 tasks at each length, in percent, "
        "without errors. Of the 32 models those 8 are kept that claim a length of 32K: they are tested beyond it, "
        "and over the same lengths. Lengths up to the claimed one have the role id, longer ones ood; the claimed "
        "length is what the developers state, which may differ from the length of training. 4K is written as 4000."
    ),
}
XFINDER = {
    "title": "xFinder, abstract",
    "url": "https://github.com/IAAR-Shanghai/xFinder",
    "citation": (
        "Yu et al.: xFinder: Large Language Models as Automated Evaluators for Reliable Evaluation. ICLR 2025. "
        "arXiv:2405.11874"
    ),
    "licence": "facts",
    "note": (
        "Two figures of the abstract, as the README at 0107eef prints it: the mean accuracy with which the key "
        "answer is extracted from the same outputs of language models, on the generalization set, by the smallest "
        "xFinder and by the regular expressions of the best evaluation framework. The figures of the single answer "
        "types are printed in pictures only and left out, and so is the accuracy of judgement (97.61), which has no "
        "counterpart."
    ),
}
SHARPDARTS = {
    "title": "sharpDARTS, abstract",
    "url": "https://arxiv.org/abs/1903.09900",
    "citation": (
        "Hundt, Jain and Hager: sharpDARTS: Faster and More Accurate Differentiable Architecture Search. 2019. "
        "arXiv:1903.09900"
    ),
    "licence": "facts",
    "note": (
        "Error rates of the abstract: the mean of the runs. The abstract does not say what its ± is, so it is kept as "
        "printed and not taken for a standard error. The best single runs (1.93 and 5.5) and the error on ImageNet "
        "(25.1), for which no mean is printed, are left out."
    ),
}
SELF_JUDGE = {
    "title": "Self-Judge, abstract",
    "url": "https://arxiv.org/abs/2409.00935",
    "citation": (
        "Ye and Ng: Self-Judge: Selective Instruction Following with Alignment Self-Evaluation. 2024. "
        "arXiv:2409.00935"
    ),
    "licence": "facts",
    "note": (
        "Four figures of the abstract: win rates in percent of one model as it is and when the best of 32 answers is "
        "chosen by its judge, without errors. The correlations with the scores of GPT-4 are not in the abstract."
    ),
}
REFT = {
    "title": "ReFT, results on GSM8K",
    "url": "https://github.com/lqtrung1998/mwp_ReFT",
    "citation": "Luong et al.: ReFT: Reasoning with Reinforced Fine-Tuning. ACL 2024. arXiv:2401.08967",
    "licence": "facts",
    "note": (
        "Updated results as printed in the README at 0512430, in percent, without errors: two models tuned by "
        "supervised and by reinforced fine-tuning, with one answer, the majority of 100, and the best of 100 by a "
        "reward model. The ranked unit is the way of tuning. Scores after the warm-up alone, printed for one answer "
        "only, are left out."
    ),
}
GENETURING = {
    "title": "GeneGPT, abstract",
    "url": "https://arxiv.org/abs/2304.09667",
    "citation": (
        "Jin et al.: GeneGPT: Augmenting Large Language Models with Domain Tools for Improved Access to Biomedical "
        "Information. Bioinformatics 2024. arXiv:2304.09667"
    ),
    "licence": "facts",
    "note": (
        "Mean scores over the nine tasks of GeneTuring as the abstract prints them; those of single tasks are bundled "
        "for GeneGPT only, computed from its published answers, in a file of their own."
    ),
}
OPEN_LLM = {
    "title": "Open LLM Leaderboard 2, models tuned for mathematics",
    "url": "https://huggingface.co/spaces/open-llm-leaderboard/open_llm_leaderboard",
    "citation": (
        "Fourrier et al.: Open LLM Leaderboard v2. Hugging Face 2024. Figures as collected in "
        "github.com/evaleval/every_eval_ever at d9be34d6"
    ),
    "licence": "MIT (collection)",
    "note": (
        "Raw scores, not the ones normalised against chance, as the collection prints them, without errors. Qwen2-Math "
        "and Qwen2.5-Math were trained further for mathematics from Qwen2 and Qwen2.5; MATH Level 5 is what they were "
        "tuned for. Of the pairs on the leaderboard those two are kept of which neither model was tuned to follow "
        "instructions."
    ),
}


def rows(name: str) -> list[dict[str, str]]:
    """A transcribed table."""
    return read_rows(FOLDER / f"{name}.csv")


def read(_: Path) -> list[Document]:
    """One document for each source."""
    rate, loss = _metric("preference rate", PERCENT), _metric("error rate", {**PERCENT, "direction": "lower"})
    score, share = _metric("GeneTuring score", FRACTION), _metric("accuracy", FRACTION)
    share_of_100 = _metric("accuracy", PERCENT)
    ruler, extracted = _metric("RULER score", PERCENT), _metric("extraction accuracy", PERCENT)
    return [
        Document("ruler.json", RULER, _of("RULER", ruler), _ruler()),
        Document("xfinder.json", XFINDER, _of("KAF generalization set", extracted), _xfinder()),
        Document("sharpdarts.json", SHARPDARTS, _of("sharpDARTS", loss), _sharpdarts()),
        Document("self_judge.json", SELF_JUDGE, _of("Self-Judge", rate), _self_judge()),
        Document("reft.json", REFT, _of("ReFT", share_of_100), _reft()),
        Document("geneturing_means.json", GENETURING, _of("GeneTuring means", score), _means()),
        Document("open_llm_math.json", OPEN_LLM, _of("Open LLM Leaderboard 2", share), _open_llm()),
    ]


def _metric(name: str, scale: Entry) -> Entry:
    return {"id": name, **scale}


def _of(suite: str, metric: Entry) -> Entry:
    return {"benchmark": {"suite": suite}, "metric": metric}


def _ruler() -> list[Entry]:
    return [
        _at_length(row, length)
        for row in rows("ruler")
        for length in ("4K", "8K", "16K", "32K", "64K", "128K")
    ]


def _at_length(row: dict[str, str], length: str) -> Entry:
    tokens = _tokens(length)
    role = "id" if tokens <= _tokens(row["claimed"]) else "ood"
    return result(
        {"id": row["model"], "raw": row["printed"]},
        "RULER",
        float(row[length]),
        conditions={"role": role, "length": tokens},
        flags=[row["remark"]] if row["remark"] else None,
    )


def _tokens(printed: str) -> float:
    return 1000.0 * int(printed.removesuffix("K"))


def _xfinder() -> list[Entry]:
    return [
        result(
            "outputs pooled by xFinder",
            "Key answers of the KAF generalization set",
            float(row["accuracy"]),
            conditions={"extractor": row["extractor"]},
        )
        for row in rows("xfinder")
    ]


def _sharpdarts() -> list[Entry]:
    return [
        result(
            "sharpDARTS",
            f"{row['dataset']} (sharpDARTS)",
            float(row["mean"]),
            conditions={"role": row["role"]},
            raw=f"{row['mean']} ± {row['plus_minus']}",
        )
        for row in rows("sharpdarts")
    ]


def _self_judge() -> list[Entry]:
    return [
        result(
            {"id": "WizardLM-13B-V1.2", "variant": {"answer": row["answer"]}},
            row["benchmark"],
            float(row["value"]),
            flags=["baseline"] if row["answer"] == "first" else None,
        )
        for row in rows("self_judge")
    ]


def _reft() -> list[Entry]:
    return [
        result(
            row["method"],
            f"GSM8K, {row['model']}, {how}",
            float(row[how]),
            flags=["baseline"] if row["method"] == "SFT" else None,
        )
        for row in rows("reft")
        for how in ("Top-1", "Voting@100", "Rerank@100")
    ]


def _means() -> list[Entry]:
    return [
        result(row["model"], "GeneTuring, mean of nine tasks", float(row["score"]))
        for row in rows("genegpt_averages")
    ]


def _open_llm() -> list[Entry]:
    tasks = ("IFEval", "BBH", "MATH Level 5", "GPQA", "MUSR", "MMLU-PRO")
    return [_open_llm_score(row, task) for row in rows("open_llm_math") for task in tasks]


def _open_llm_score(row: dict[str, str], task: str) -> Entry:
    if not row["base"]:
        return result(row["model"], f"{task} (Open LLM)", float(row[task]))
    tuned = {"id": row["model"], "variant": {"base": row["base"]}}
    target = {"train_domain": "MATH Level 5 (Open LLM)"}
    return result(tuned, f"{task} (Open LLM)", float(row[task]), conditions=target)
