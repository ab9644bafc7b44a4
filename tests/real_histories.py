"""Three histories of real results, each as two results folders: what reviewers of such a change would be shown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from reportgen import workflow
from reportgen.site.exports import save

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


def mteb(corpus: Path, old: Path, new: Path) -> tuple[list[str], list[str], list[str]]:
    """The half of MTEB's results before and after a change; returns models (gone, moved a little, fallen).

    Written as native files, because those of MTEB state no error: that of a share of so many items is added.
    """
    frame = workflow.load(corpus).frame
    is_banking = ((frame["benchmark"] == BANKING) & (frame["split"] == "test")).to_numpy(bool)
    share = frame["value"].clip(0, 1)
    error = np.sqrt(share * (1 - share) / BANKING_ITEMS)
    frame = frame.assign(stderr=frame["stderr"].mask(is_banking, error), direction="higher")
    frame = frame.assign(stderr_kind=np.where(frame["stderr"].notna(), "analytic", ""))
    once = frame["model"].astype(str).map(frame.loc[is_banking, "model"].astype(str).value_counts()) == 1
    changed = sorted(set(frame.loc[is_banking & once, "model"].astype(str)))[: 2 * CHANGED_SCORES]
    others = sorted(set(frame["model"].astype(str)) - set(frame.loc[is_banking, "model"].astype(str)))
    near, far, gone = changed[:CHANGED_SCORES], changed[CHANGED_SCORES:], others[:REMOVED_MODELS]
    shift = (
        np.where(frame["model"].isin(near), NEAR, np.where(frame["model"].isin(far), -FAR, 0.0)) * is_banking
    )
    after = frame.assign(value=frame["value"] + shift)[~frame["model"].isin(gone)]
    for folder, rows in ((old, frame), (new, after)):
        save(rows.reset_index(drop=True), "native", folder, retrieved=0)
    return gone, near, far


def domainbed(results: Path, folder: Path, *, selection: str) -> Path:
    """The published table of DomainBed under one rule of model selection."""
    document = json.loads((results / "domainbed.json").read_text("utf-8"))
    document["results"] = [one for one in document["results"] if one["conditions"]["selection"] == selection]
    folder.mkdir(parents=True)
    (folder / "domainbed.json").write_text(json.dumps(document), encoding="utf-8")
    return folder
