"""`catalog/models.yml`: other spellings, family, developer, size and release of every model in the results.

Stated by a source table (BIG-Bench Hard: developer, release, size), by the model's own name (size, family),
or in the small tables below, which say from where.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tables import bigbench_hard, public_leaderboards
from tables.document import read_rows

if TYPE_CHECKING:
    from pathlib import Path

    from tables.document import Document, Entry

HEADER = """\
Models of the bundled results, sorted by id.
parameters: as the source table or the model's own name states. released, developer: as the BIG-Bench Hard
table prints them, otherwise the developer of the named family. family: as the name says; where a model was
tuned from another, its notes say from which; those of the public leaderboards stand in the family of that one.
"""

SAME_RELEASE = "HELM writes the size in brackets, the BIG-Bench Hard table in the name; the same release"
ONLY_SNAPSHOT = "Scylla prints no date; the only snapshot that Anthropic published carries this one"
LOWER_CASE = "AlpacaEval writes the name of the same release in lower case"
RUN_LIST = "ChildPlay's list of runs gives the model of each folder"
#: id -> (other spelling, where that is known from).
ALIASES: dict[str, tuple[tuple[str, str], ...]] = {
    "Alpaca-7B": (("Alpaca (7B)", SAME_RELEASE), ("alpaca-7b", LOWER_CASE)),
    "LLaMA-7B": (("LLaMA (7B)", SAME_RELEASE),),
    "LLaMA-13B": (("LLaMA (13B)", SAME_RELEASE),),
    "LLaMA-30B": (("LLaMA (30B)", SAME_RELEASE),),
    "LLaMA-65B": (("LLaMA (65B)", SAME_RELEASE),),
    "LLaMA-2-7B": (("Llama 2 (7B)", SAME_RELEASE),),
    "LLaMA-2-13B": (("Llama 2 (13B)", SAME_RELEASE),),
    "LLaMA-2-70B": (("Llama 2 (70B)", SAME_RELEASE),),
    "Mistral-7B-v0.1": (("Mistral v0.1 (7B)", SAME_RELEASE),),
    "Vicuna-7B-v1.3": (("Vicuna v1.3 (7B)", SAME_RELEASE),),
    "Vicuna-13B-v1.3": (("Vicuna v1.3 (13B)", SAME_RELEASE),),
    "Claude-3-haiku-20240307": (("Claude-3-haiku", ONLY_SNAPSHOT),),
    "Claude-3-sonnet-20240229": (
        ("Claude-3-sonnet", ONLY_SNAPSHOT),
        ("claude-3-sonnet-20240229", LOWER_CASE),
    ),
    "gpt-3.5-turbo-1106": (("gpt3_5", RUN_LIST),),
    "gpt-4-1106-preview": (("gpt4", RUN_LIST),),
    "gpt-4o-2024-08-06": (("gpt4o", RUN_LIST),),
    "gpt-4o-mini-2024-07-18": (("gpt4o_mini", RUN_LIST),),
}

#: Language models: what the name begins with or holds -> family. The first match counts.
LANGUAGE_FAMILIES = (
    (r"^LLaMA-2|^Llama 2|^Llama-2|^WeMix-LLaM[aA]2|^BELLE-LLaMA-2|^Chinese-(LLaMA|Alpaca)-2", "LLaMA 2"),
    (r"^StableBeluga2|^Vicuna-.*v1\.5|^Xwin-LM", "LLaMA 2"),
    (r"^LLaMA|^Vicuna|^Alpaca|^Ziya-LLaMA|^WizardLM-7B", "LLaMA"),
    (r"^(Llama-3(\.\d)?)-", r"\1"),
    (r"^(?:Qwen/)?(Qwen\d(\.\d)?)-", r"\1"),
    (r"^(Gemma-2|Claude-3|Gemini-1\.5|Jurassic-2|Phi-\d(\.\d)?)\b", r"\1"),
    (r"^gpt-?4o", "GPT-4o"),
    (r"^gpt-?4", "GPT-4"),
    (r"^gpt-?3[._]5|^ChatGPT$|^text-davinci-00[23]", "GPT-3.5"),
    (r"^(text-)?(davinci|curie|babbage|ada)\b|^GPT-3 ", "GPT-3"),
    (r"^(gpt2|distilgpt2)$", "GPT-2"),
    (r"Mistral", "Mistral"),
    (r"\bYi-", "Yi"),
    (r"^(Aquila)", "Aquila2"),
    (r"^(Baichuan2?|ChatGLM[23]|DeepSeek|Falcon|InternLM|MOSS|MPT|Nanbeige|OpenLLaMA|Qwen)\b", r"\1"),
    (r"^(TigerBot|XVERSE|Cohere|J1|Luminous|OPT|Pythia|RedPajama-INCITE|RWKV|TNLG)\b", r"\1"),
    (r"^(Instruct)?Palmyra", "Palmyra"),
    (r"(?i)roberta", "RoBERTa"),
    (r"(?i)deberta", "DeBERTa"),
    (r"(?i)albert", "ALBERT"),
    (r"(?i)electra", "ELECTRA"),
    (r"(?i)\bT5\b|_T5_|^T0pp", "T5"),
)
LANGUAGE_SUITES = frozenset(
    {
        "BIG-Bench Hard",
        "AlpacaEval",
        "ChildPlay",
        "GLUE",
        "HELM",
        "HELM calibration",
        "MNLI genres",
        "MathCheck",
        "MathCheck problems",
        "Open LLM Leaderboard 2",
        "RULER",
        "Scylla",
        "Scylla accuracy",
        "Self-Judge",
        "SuperGLUE",
    }
)
VISION_SUITES = frozenset({"ImageNet testbed", "ImageNet-C"})
#: Developer of a family, where no source table prints one.
DEVELOPERS = {
    "Claude-3": "Anthropic", "Cohere": "Cohere", "Falcon": "Technology Innovation Institute",
    "GPT-2": "OpenAI",
    "GPT-3": "OpenAI", "GPT-3.5": "OpenAI", "GPT-4": "OpenAI", "GPT-4o": "OpenAI", "Gemini-1.5": "Google",
    "Gemma-2": "Google", "J1": "AI21 Labs", "Jurassic-2": "AI21 Labs", "Llama-3": "Meta", "Llama-3.1": "Meta",
    "Llama-3.2": "Meta", "Luminous": "Aleph Alpha", "OPT": "Meta", "Palmyra": "Writer", "Phi-3": "Microsoft",
    "Pythia": "EleutherAI", "Qwen1.5": "Alibaba", "Qwen2": "Alibaba", "Qwen2.5": "Alibaba",
    "RedPajama-INCITE": "Together",
}  # fmt: skip
#: What a name does not say: weights a model was tuned from, as its developers state.
TUNED_FROM = (
    (r"^Vicuna.*v1\.3|^Alpaca|^Ziya-LLaMA|^WizardLM-7B", "Tuned from LLaMA."),
    (r"^StableBeluga2|^Vicuna-.*v1\.5|^Xwin-LM", "Tuned from LLaMA 2."),
    (r"^distilgpt2$", "Distilled from GPT-2."),
    (r"^T0pp", "Tuned from T5."),
)

#: Image classifiers of the testbed: part of the name -> family of architectures. The first match counts.
VISION_FAMILIES = (
    (r"^efficientnet", "EfficientNet"), (r"^vit_b_32_clip|clip", "CLIP"), (r"^vit_", "ViT"), (r"^BiT-M",
     "BiT-M"),
    (r"(?i)^FixPNASNet|^pnasnet|^nasnet", "NASNet"), (r"^se_|^senet", "SENet"), (r"^dpn", "DPN"),
    (r"^densenet", "DenseNet"), (r"^vgg", "VGG"), (r"^alexnet", "AlexNet"), (r"^squeezenet", "SqueezeNet"),
    (r"^shufflenet", "ShuffleNet"), (r"^mobilenet", "MobileNet"), (r"^mnasnet", "MnasNet"),
    (r"(?i)inception|^xception", "Inception"), (r"^polynet", "PolyNet"), (r"(?i)resnext", "ResNeXt"),
    (r"(?i)resnet", "ResNet"),
)  # fmt: skip
#: How Taori et al. class the training of a model; networks added to the testbed later are not classed.
TRAINING = (
    (r"^BiT-M|^vit_|clip|simclr|simsiam|swav", ""),
    (r"_ssl$|_swsl$|^instagram|^FixResNeXt|^dpn(107|92|68b)$|jft|tencent|imagenet11k|imagenet21k|noisystudent",
     "trained with more data"),
    (r"smoothing.*noise_(?!0\.00)|_linf_|_l2_eps|adv-train-free|^facebook_adv", "Lp adversarially robust"),
    (r"(?i)cutmix|_lpf|advprop|^resnet18-rotation|augmix|deepaugment|cutout|mixup|_SIN",
     "other robustness intervention"),
    (r"", "standard training"),
)  # fmt: skip

#: Citations of the algorithms, as the DomainBed paper gives them.
ALGORITHMS = {
    "ARM": "Zhang et al. 2020", "CDANN": "Li et al. 2018", "CORAL": "Sun and Saenko 2016",
    "DANN": "Ganin et al. 2016", "ERM": "Vapnik 1998", "GroupDRO": "Sagawa et al. 2020",
    "IRM": "Arjovsky et al. 2019", "MLDG": "Li et al. 2018", "MMD": "Li et al. 2018",
    "MTL": "Blanchard et al. 2017",
    "Mixup": "Yan et al. 2020", "RSC": "Huang et al. 2020",
    "SagNet": "Nam et al. 2019",  # codespell:ignore nam
    "VREx": "Krueger et al. 2020",
}  # fmt: skip

SIZE = re.compile(r"(?:^|[-( ])(\d+(?:\.\d+)?)([BbM])(?=$|[)\s-])")
SCALE = {"B": 1e9, "M": 1e6}
HUMAN = "Human Baselines"


@dataclass(frozen=True, slots=True)
class Public:
    """Family and size of the models of the public leaderboards, by their names there."""

    families: dict[str, str]
    sizes: dict[str, float]


def entries(folder: Path, documents: list[Document]) -> list[Entry]:
    """One entry per model of the documents, aliases folded in, sorted by id."""
    suites = _suites(documents)
    printed = {row["Model"]: row for row in bigbench_hard.table(folder)}
    submitters = _submitters(folder)
    public = Public(public_leaderboards.families(folder), public_leaderboards.sizes(folder))
    other = {alias for spellings in ALIASES.values() for alias, _ in spellings}
    names = sorted((set(suites) | set(ALIASES)) - other, key=lambda name: (name.casefold(), name))
    return [_entry(name, suites, printed.get(name), submitters, public) for name in names]


def _suites(documents: list[Document]) -> dict[str, set[str]]:
    """Model as written -> suites that hold it."""
    found: dict[str, set[str]] = {}
    for document in documents:
        for line in document.results:
            model = line["model"]
            name = model if isinstance(model, str) else model["id"]
            found.setdefault(name, set()).add(document.defaults["benchmark"]["suite"])
    return found


def _submitters(folder: Path) -> dict[str, list[str]]:
    """Model -> who submitted it to which leaderboard."""
    found: dict[str, list[str]] = {}
    for name in ("glue", "superglue"):
        for row in read_rows(folder / "leaderboards" / f"{name}__leaderboard.tsv", delimiter="\t"):
            title = {"glue": "GLUE", "superglue": "SuperGLUE"}[name]
            note = f"Submitted to {title} by {row['Name']}."
            notes = found.setdefault(row["Model"], [])
            if note not in notes and not row["Model"].endswith(HUMAN):
                notes.append(note)
    return found


def _entry(
    name: str,
    suites: dict[str, set[str]],
    row: dict[str, str] | None,
    submitters: dict[str, list[str]],
    public: Public,
) -> Entry:
    spellings = ALIASES.get(name, ())
    where = set().union(
        *(suites.get(spelling, set()) for spelling in (name, *(alias for alias, _ in spellings)))
    )
    only_public = where == {public_leaderboards.SUITE}
    family = public.families.get(name, "") if only_public else _family(name, where)
    size = public.sizes.get(name) if only_public else None
    entry: Entry = {
        "id": name,
        "aliases": [{"name": alias, "source": source} for alias, source in spellings],
        "family": family,
        "developer": row["Company"] if row else DEVELOPERS.get(family, ""),
        "parameters": size or _size(row["Parameters"] if row else name, where),
        "released": _date(row["Release"]) if row else None,
        "notes": " ".join(_notes(name, where, submitters)),
    }
    return entry


def _family(name: str, suites: set[str]) -> str:
    if suites & LANGUAGE_SUITES and not name.endswith(HUMAN):
        return _first(name, LANGUAGE_FAMILIES)
    return _first(name, VISION_FAMILIES) if suites & VISION_SUITES else ""


def _first(name: str, table: tuple[tuple[str, str], ...]) -> str:
    for pattern, result in table:
        match = re.search(pattern, name)
        if match:
            return match.expand(result)
    return ""


def _size(text: str, suites: set[str]) -> float | None:
    # a mixture of experts is named after the experts that one token passes, not after all its parameters
    found = SIZE.search(text) if suites & LANGUAGE_SUITES and "MoE" not in text else None
    return round(float(found[1]) * SCALE[found[2].upper()]) if found else None


def _date(text: str) -> date:
    year, month, day = map(int, text.split("/"))
    return date(year, month, day)


def _notes(name: str, suites: set[str], submitters: dict[str, list[str]]) -> list[str]:
    notes = list(submitters.get(name, [])) if suites & {"GLUE", "SuperGLUE"} else []
    if name.endswith(HUMAN):
        notes.append("An estimate of human performance, not a model.")
    if "DomainBed" in suites:
        notes.append(f"Training algorithm: {ALGORITHMS[name]}.")
    if suites & VISION_SUITES and (training := _first(name, TRAINING)):
        notes.append(f"Class of training (Taori et al.): {training}.")
    if suites & LANGUAGE_SUITES and (tuned := _first(name, TUNED_FROM)):
        notes.append(tuned)
    return notes
