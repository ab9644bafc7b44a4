"""DomainBed's own small sweep: accuracy while training, on domains trained on and on the one held out."""

from __future__ import annotations

import json
import statistics
from typing import TYPE_CHECKING

from tables.document import Document, Entry, result

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = {
    "title": "DomainBed, test sweep of ERM on VLCS",
    "url": "https://github.com/facebookresearch/DomainBed/tree/main/domainbed/misc/test_sweep_data",
    "citation": (
        "Gulrajani and Lopez-Paz: In Search of Lost Domain Generalization. ICLR 2021. arXiv:2007.01434"
    ),
    "licence": "MIT",
    "note": (
        "Four runs of the sweep at b93c22a1, one for each domain held out: trial 0 with the default hyperparameters, "
        "at steps 300 to 1,000; step 0, before training, is left out. train and val are means over the three domains "
        "trained on, of the larger part and of the smaller part of each, the latter being what DomainBed chooses "
        "checkpoints by; ood is the larger part of the domain held out. The sweep was made to test the software: its "
        "figures are real, few, and those of short runs."
    ),
}
DOMAINS = ("Caltech101", "LabelMe", "SUN09", "VOC2007")
FLAG = "mean over the domains trained on"


def read(folder: Path) -> list[Document]:
    """One document: a line for each run, checkpoint and role."""
    runs = (folder.parent / "formats" / "domainbed").glob("*/results.jsonl")
    texts = (path.read_text(encoding="utf-8") for path in runs)
    checkpoints = [json.loads(line) for text in texts for line in text.splitlines() if line]
    kept = sorted(filter(_is_kept, checkpoints), key=lambda one: (one["args"]["test_envs"], one["step"]))
    metric = {"id": "accuracy", "direction": "higher", "lower": 0.0, "upper": 1.0, "unit": "fraction"}
    defaults = {"benchmark": {"suite": "DomainBed sweep"}, "metric": metric}
    return [
        Document("domainbed_sweep.json", SOURCE, defaults, [line for one in kept for line in _roles(one)])
    ]


def _is_kept(checkpoint: Entry) -> bool:
    args = checkpoint["args"]
    first = args["trial_seed"] == 0 and args["hparams_seed"] == 0 and checkpoint["step"] > 0
    return bool(
        first and len(args["test_envs"]) == 1 and args["algorithm"] == "ERM" and args["dataset"] == "VLCS"
    )


def _roles(checkpoint: Entry) -> list[Entry]:
    (held_out,) = checkpoint["args"]["test_envs"]
    trained = [at for at in range(len(DOMAINS)) if at != held_out]
    means = {
        "train": statistics.fmean(checkpoint[f"env{at}_in_acc"] for at in trained),
        "val": statistics.fmean(checkpoint[f"env{at}_out_acc"] for at in trained),
        "ood": checkpoint[f"env{held_out}_in_acc"],
    }
    return [
        result(
            "ERM",
            f"VLCS without {DOMAINS[held_out]}",
            round(value, 6),
            conditions={"role": role, "step": float(checkpoint["step"])},
            flags=[FLAG] if role != "ood" else None,
        )
        for role, value in means.items()
    ]
