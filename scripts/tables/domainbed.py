"""DomainBed: 14 algorithms, 7 datasets, 3 rules of model selection, accuracy on each held-out domain."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tables.document import Document, result

if TYPE_CHECKING:
    from pathlib import Path

    from tables.document import Entry

SOURCE = {
    "title": "DomainBed, results of 2020-10-06",
    "url": "https://github.com/facebookresearch/DomainBed",
    "citation": (
        "Gulrajani and Lopez-Paz: In Search of Lost Domain Generalization. ICLR 2021. arXiv:2007.01434"
    ),
    "licence": "MIT",
    "note": (
        "The ranked unit is the algorithm, so the model is the algorithm and no method is named; the "
        "network is the same for all (ResNet-50 for the photographic datasets, a small convolutional "
        "network for the MNIST ones). Trained on all domains but the test domain. The standard error is "
        "over 3 trials of the whole sweep: population standard deviation / sqrt(3), printed with one "
        "decimal, so 0.0 means below 0.05. The averages that the source prints are left out; they are means "
        "of these figures."
    ),
}
#: As the source names the rule -> as it is named here.
SELECTIONS = {
    "training-domain validation set": "training-domain validation",
    "leave-one-domain-out cross-validation": "leave-one-domain-out",
    "test-domain validation set (oracle)": "oracle",
}
MEAN = "Avg"
MEANS = "Averages"


def read(folder: Path) -> list[Document]:
    """One document with every test domain of every dataset."""
    tables = json.loads((folder / "domainbed" / "results_2020_10_06.json").read_text(encoding="utf-8"))
    results = [
        entry
        for rule, name in SELECTIONS.items()
        for dataset, table in tables[rule].items()
        if dataset != MEANS
        for entry in _rows(table, dataset, name)
    ]
    defaults = {
        "benchmark": {"suite": "DomainBed"},
        "conditions": {"role": "ood"},
        "metric": {"id": "accuracy", "direction": "higher", "lower": 0.0, "upper": 100.0, "unit": "percent"},
        "stderr": {"kind": "trials"},
        "n": {"value": 3, "kind": "trials"},
    }
    return [Document("domainbed.json", SOURCE, defaults, results, "2020-10-06")]


def _rows(table: Entry, dataset: str, selection: str) -> list[Entry]:
    return [
        result(
            algorithm,
            dataset,
            cell[0],
            conditions={"test_domain": domain, "selection": selection},
            stderr=cell[1],
        )
        for algorithm, cells in table["rows"].items()
        for domain, cell in zip(table["columns"], cells, strict=True)
        if domain != MEAN
    ]
