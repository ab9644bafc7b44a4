"""How two vision-language models do on PACS: by class of object, and how sure one says it is of each answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tables import printed
from tables.document import Document, Entry, result

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = {
    "title": "GPT-4V and distribution shifts, a run of 2023-11-22 on PACS",
    "url": "https://github.com/jameszhou-gl/gpt-4v-distribution-shift",
    "citation": (
        "Han et al.: How Well Does GPT-4V(ision) Adapt to Distribution Shifts? A Preliminary Investigation. 2023. "
        "arXiv:2312.07424"
    ),
    "licence": "MIT",
}
CLASSES = (
    "Transcribed from the two results files of the run, which print correct and total answers for every class in each "
    "of four domains (photographs, art, cartoons, sketches); a class is the sum over the domains, 20 pictures. All "
    "mistakes are on sketches. GPT-4V was run on other samples and is left out."
)
CONFIDENCES = (
    "Transcribed from the file of answers of LLaVA: whether each of the 140 pictures was named rightly, and the "
    "confidence the model stated, which it did for 55 of them. Both wrong answers are without a confidence, so all "
    "that are with one are right. Text that the model wrote is left out."
)
DOMAINS = ("art_painting", "cartoon", "photo", "sketch")
MODELS = {"clip-vit-base-patch16": "CLIP ViT-B/16", "llava-v1.5-13b": "LLaVA-1.5-13B"}


def read(_: Path) -> list[Document]:
    """One document of classes, one of single answers."""
    accuracy = {"id": "accuracy", **printed.FRACTION}
    confidence = {"id": "confidence", "direction": "unknown", "lower": 0.0, "upper": 1.0, "unit": "fraction"}
    named = {"suite": "PACS classes", "split": "sample"}
    single = {"suite": "PACS answers", "split": "sample"}
    by_class = {"benchmark": named, "metric": accuracy}
    answers = _answers(accuracy, confidence)
    return [
        Document("gpt4v_shift/classes.json", {**SOURCE, "note": CLASSES}, by_class, _classes()),
        Document(
            "gpt4v_shift/confidences.json", {**SOURCE, "note": CONFIDENCES}, {"benchmark": single}, answers
        ),
    ]


def _classes() -> list[Entry]:
    table = printed.rows("gpt4v_pacs_classes")
    names = list(dict.fromkeys((row["model"], row["class"]) for row in table))
    found = []
    for model, name in names:
        mine = [row for row in table if (row["model"], row["class"]) == (model, name)]
        right, total = (sum(int(row[key]) for row in mine) for key in ("correct", "total"))
        said = {"raw": f"{right} of {total}", "n": total}
        found.append(
            result(
                {"id": MODELS[model], "raw": model},
                "PACS, by class",
                right / total,
                conditions={"group": name},
                **said,
            )
        )
    return found


def _answers(accuracy: Entry, confidence: Entry) -> list[Entry]:
    model = {"id": "LLaVA-1.5-13B", "raw": "llava-v1.5-13b"}
    found = []
    for row in printed.rows("gpt4v_pacs_llava"):
        where = {"item_id": row["item"]}
        found.append(result(model, "PACS, answers", float(row["correct"]), conditions=where, metric=accuracy))
        if row["confidence"]:
            stated = float(row["confidence"])
            found.append(result(model, "PACS, answers", stated, conditions=where, metric=confidence))
    return found
