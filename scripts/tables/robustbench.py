"""RobustBench: robust accuracy as the authors of a defence report it, and under AutoAttack."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tables.document import Document, Entry, result

if TYPE_CHECKING:
    from pathlib import Path

#: What most defences are built on.
NETWORKS = ("WideResNet-28-10", "WideResNet-34-10")
UNDEFENDED = "Standard"
REPORTED = "reported robust accuracy"
MEASURED = "AutoAttack accuracy"
SOURCE = {
    "title": "RobustBench, CIFAR-10 under Linf perturbations of 8/255",
    "url": "https://github.com/RobustBench/robustbench",
    "citation": (
        "Croce et al.: RobustBench: A Standardized Adversarial Robustness Benchmark. NeurIPS 2021. arXiv:2010.09670"
    ),
    "licence": "MIT",
    "note": (
        "Cards of the models that print both figures, with the networks WideResNet-28-10 and WideResNet-34-10 and "
        "perturbations of 8/255, at 78fcc9e4. What the authors of a defence report was measured with attacks of their "
        "choice and is meant as an estimate of robust accuracy; AutoAttack is a fixed set of strong attacks. Accuracy "
        "without attack is left out, as are cards marked unreliable and the network without a defence."
    ),
}


def read(folder: Path) -> list[Document]:
    """One document, two figures for each model."""
    cards = sorted((folder.parent / "formats" / "robustbench" / "cifar10" / "Linf").glob("*.json"))
    results = [
        entry for path in cards for entry in _both(path.stem, json.loads(path.read_text(encoding="utf-8")))
    ]
    scale = {"direction": "higher", "lower": 0.0, "upper": 100.0, "unit": "percent"}
    defaults = {"benchmark": {"suite": "RobustBench"}, "metric": scale}
    return [Document("robustbench.json", SOURCE, defaults, results)]


def _both(name: str, card: Entry) -> list[Entry]:
    figures = {REPORTED: card.get("reported"), MEASURED: card.get("autoattack_acc")}
    kept = card.get("architecture") in NETWORKS and card.get("eps") == "8/255" and not card.get("unreliable")
    kept = kept and name != UNDEFENDED
    if not kept or not all(figures.values()):
        return []
    flags = ["trained with additional data"] if card.get("additional_data") else None
    return [
        result(name, "CIFAR-10, Linf 8/255", float(value), metric={"id": metric}, flags=flags)
        for metric, value in figures.items()
    ]
