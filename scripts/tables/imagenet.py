"""The ImageNet testbed: image classifiers under natural and synthetic distribution shift."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tables.document import Document, read_rows, result

if TYPE_CHECKING:
    from pathlib import Path

    from tables.document import Entry

SUITE = "ImageNet testbed"
#: A suite of its own: fewer models were run on it.
CORRUPTED = "ImageNet-C"
CITATION = (
    "Taori et al.: Measuring Robustness to Natural Distribution Shifts in Image Classification. NeurIPS "
    "2020. arXiv:2007.00644"
)
RULE = (
    "Models: every one with a figure in all these settings and at least 55 % on the ImageNet validation "
    "set, except checkpoints of one training run (_epochs), networks trained on a part of the data "
    "(subsample), the authors' own retrainings (_aws, batch64) and, of an intervention run at several "
    "strengths (anti-aliasing filters, rotation, smoothing noise), all but the first."
)
LOWEST = 55.0
#: Kept out by name.
EXCLUDED = re.compile(r"_epochs$|subsample|_aws|batch64")
#: One intervention at several strengths: what names it, then the strength.
STRENGTH = re.compile(r"(_lpf|rotation-[a-z0-9]+?_|_noise_)([0-9.]+)$")
#: Column of the source -> (benchmark, role).
SHIFTS = {
    "val": ("ImageNet", "id"),
    "imagenetv2-matched-frequency-format-val": ("ImageNetV2", "ood"),
    "imagenet-sketch": ("ImageNet-Sketch", "ood"),
    "val-on-imagenet-r-classes": ("ImageNet, classes of ImageNet-R", "id"),
    "imagenet-r": ("ImageNet-R", "ood"),
    "val-on-objectnet-classes": ("ImageNet, classes of ObjectNet", "id"),
    "objectnet-1.0-beta": ("ObjectNet", "ood"),
    "val-on-imagenet-a-classes": ("ImageNet, classes of ImageNet-A", "id"),
    "imagenet-a": ("ImageNet-A", "ood"),
    "imagenet-vid-robust_pm0": ("ImageNet-Vid-Robust pm-0", "id"),
    "imagenet-vid-robust_pm10": ("ImageNet-Vid-Robust pm-10", "ood"),
    "ytbb-robust_pm0": ("YTBB-Robust pm-0", "id"),
    "ytbb-robust_pm10": ("YTBB-Robust pm-10", "ood"),
}
#: One corruption of each of the four groups of ImageNet-C: the first that its authors name.
CORRUPTIONS = {
    "gaussian_noise": "Gaussian noise",
    "defocus_blur": "defocus blur",
    "snow": "snow",
    "contrast": "contrast",
}
SEVERITIES = (1, 2, 3, 4, 5)
#: The source prints single-precision noise beyond this many decimals; one item of 50,889 is 0.002.
DECIMALS = 4


def read(folder: Path) -> list[Document]:
    """One document of natural shifts, one of ImageNet-C."""
    rows = read_rows(folder / "imagenet_testbed" / "robustness_top1s.csv")
    return [_shifts(chosen(rows, list(SHIFTS))), _corruptions(chosen(rows, [*SHIFTS, *corrupted()]))]


def corrupted() -> list[str]:
    """The columns of ImageNet-C that are kept."""
    return [column(kind, severity) for kind in CORRUPTIONS for severity in SEVERITIES]


def column(kind: str, severity: int) -> str:
    """The source's name for a corruption; on-disk images are those that its authors published."""
    return f"imagenet-c.{kind}.{severity}_on-disk"


def chosen(rows: list[dict[str, str]], columns: list[str]) -> list[dict[str, str]]:
    """The models of `RULE`, in the order of the source."""
    found, interventions = [], set()
    for row in rows:
        name = row["model"]
        complete = all(row[column] for column in columns)
        if EXCLUDED.search(name) or not complete or float(row["val"]) < LOWEST:
            continue
        intervention = STRENGTH.sub(r"\1", name)
        if STRENGTH.search(name) and intervention in interventions:
            continue
        interventions.add(intervention)
        found.append(row)
    return found


def _source(title: str, note: str) -> dict[str, str]:
    return {
        "title": title,
        "url": "https://github.com/modestyachts/imagenet-testbed",
        "citation": CITATION,
        "licence": "MIT",
        "note": f"{note} {RULE} Rounded to {DECIMALS} decimals.",
    }


def _defaults(suite: str) -> Entry:
    return {
        "benchmark": {"suite": suite},
        "metric": {"id": "accuracy", "direction": "higher", "lower": 0.0, "upper": 100.0, "unit": "percent"},
    }


def _shifts(rows: list[dict[str, str]]) -> Document:
    note = (
        "Top-1 accuracy. Test sets that cover only some of the 1,000 classes are paired with the validation "
        "images of those classes; pm-10 is the worst accuracy over the 10 video frames on either side of "
        "the frame of pm-0. ImageNetV2 is the matched-frequency set in the image format of the validation "
        "set."
    )
    results = [
        result(row["model"], name, round(float(row[key]), DECIMALS), conditions={"role": role})
        for row in rows
        for key, (name, role) in SHIFTS.items()
    ]
    return Document(
        "imagenet_testbed/shifts.json",
        _source("ImageNet testbed, natural shifts", note),
        _defaults(SUITE),
        results,
    )


def _corruptions(rows: list[dict[str, str]]) -> Document:
    note = (
        "Top-1 accuracy on ImageNet-C, on the published images, at five severities; of each of the four "
        "groups of corruptions the first one its authors name. Clean is the unchanged validation set. All show "
        "the same 50,000 photographs, so their sampling errors are not independent, and no number of items is "
        "stated from which independent ones would be derived."
    )
    return Document(
        "imagenet_testbed/corruptions.json",
        _source("ImageNet testbed, ImageNet-C", note),
        _defaults(CORRUPTED),
        [entry for row in rows for entry in [_clean(row), *_corrupted(row)]],
    )


def _clean(row: dict[str, str]) -> Entry:
    return _accuracy(row, "val", {"role": "id", "variant": "clean"})


def _corrupted(row: dict[str, str]) -> list[Entry]:
    return [
        _accuracy(row, column(kind, severity), _severity(label, severity))
        for kind, label in CORRUPTIONS.items()
        for severity in SEVERITIES
    ]


def _severity(label: str, severity: int) -> Entry:
    return {
        "role": "ood",
        "variant": label,
        "level_name": f"severity {severity}",
        "level_order": float(severity),
    }


def _accuracy(row: dict[str, str], key: str, conditions: Entry) -> Entry:
    return result(row["model"], CORRUPTED, round(float(row[key]), DECIMALS), conditions=conditions)
