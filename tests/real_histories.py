"""Three histories of real results, each as two results folders: what reviewers of such a change would be shown."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

#: Test items of Banking77 (Casanueva et al. 2020): its accuracy has a binomial error once somebody says so.
BANKING, BANKING_ITEMS = "Banking77Classification", 3080
NEAR, FAR = 0.004, 0.06  # about half of, and six times, the standard error of a difference there
REMOVED_MODELS, CHANGED_SCORES = 20, 5


def leaderboard(shared: Path, folder: Path, *, until: str) -> Path:
    """Aider's polyglot leaderboard as it stood on a day: its file grows by entries, each with a date."""
    source = shared / "formats/handmade/aider/aider/website/_data/polyglot_leaderboard.yml"
    entries = [f"- {entry}" for entry in source.read_text("utf-8").removeprefix("- ").split("\n- ")]
    dated = [(entry.partition("\n  date: ")[2][:10], entry.rstrip("\n")) for entry in entries]
    folder.mkdir(parents=True)
    kept = [entry for date, entry in dated if date <= until]
    (folder / source.name).write_text("\n".join(kept) + "\n", encoding="utf-8")
    return folder


def mteb(corpus: Path, folder: Path) -> Path:
    """The half of MTEB's results, linked, with a catalog that says how many items Banking77 has."""
    shutil.copytree(corpus, folder, copy_function=os.link)
    catalog = {
        "benchmarks": [{"id": BANKING, "suite": "MTEB", "items": BANKING_ITEMS}],
        "metrics": [{"id": "main_score", "direction": "higher", "lower": 0, "upper": 1, "unit": "fraction", "per_item": "binary"}],
    }  # fmt: skip
    (folder / "catalog").mkdir()
    for kind, entries in catalog.items():
        (folder / "catalog" / f"{kind}.yml").write_text(json.dumps({kind: entries}), encoding="utf-8")
    return folder


def edited(folder: Path) -> tuple[list[str], list[str]]:
    """Take 20 models out of a copy of MTEB and change ten scores of others; returns folders of models (gone, changed)."""
    files = sorted(folder.glob(f"*/*/{BANKING}.json"))
    one_file = [file for file in files if len(list(folder.glob(f"{file.parts[-3]}/*/{BANKING}.json"))) == 1]
    changed = [file for file in one_file if "scores" in json.loads(file.read_text("utf-8"))][
        : 2 * CHANGED_SCORES
    ]
    kept = {file.parts[-3] for file in files}
    gone = [path.name for path in sorted(folder.iterdir()) if path.name not in kept | {"catalog"}][
        :REMOVED_MODELS
    ]
    for name in gone:
        shutil.rmtree(folder / name)
    for number, file in enumerate(changed):
        shift = NEAR if number < CHANGED_SCORES else -FAR
        document = json.loads(file.read_text("utf-8"))
        _shift(document["scores"], shift)
        file.unlink()  # it is a link to the corpus
        file.write_text(json.dumps(document), encoding="utf-8")
    return gone, [file.parts[-3] for file in changed]


def _shift(scores: dict[str, list[dict[str, Any]]], shift: float) -> None:
    for entries in scores.values():
        for entry in entries:
            entry["main_score"] += shift


def domainbed(results: Path, folder: Path, *, selection: str) -> Path:
    """The published table of DomainBed under one rule of model selection."""
    document = json.loads((results / "domainbed.json").read_text("utf-8"))
    document["results"] = [one for one in document["results"] if one["conditions"]["selection"] == selection]
    folder.mkdir(parents=True)
    (folder / "domainbed.json").write_text(json.dumps(document), encoding="utf-8")
    return folder
