"""Scores of one side that stand for a score of the other, but were measured otherwise.

A score that is gone and one that is new make a pair when they agree in everything but what is dropped here, stage by
stage, and when no other score claims either of them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reportgen.analysis.eligible import SETTING_KEY, SYSTEM_KEY
from reportgen.analysis.labels import beginning
from reportgen.diff.comparison import setting_keys
from reportgen.diff.places import Places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from reportgen.diff.comparison import Comparison

    Ints = NDArray[np.intp]
    Objects = NDArray[np.object_]
    Key = tuple[str, ...]

_FIELDS = (*SYSTEM_KEY, *SETTING_KEY)
#: What a pair may differ in, stage by stage.
STAGES = (
    ("dataset_revision",),
    ("unit",),
    ("selection",),
    ("dataset_revision", "unit", "n_shot"),
    ("model_revision",),
    ("dataset_revision", "unit", "n_shot", "metric", "metric_variant"),
)
_WORDS = {
    "dataset_revision": "dataset revision",
    "unit": "unit",
    "n_shot": "shots",
    "selection": "choice of the checkpoint",
    "model_revision": "model revision",
    "metric": "metric",
    "metric_variant": "metric variant",
}
_UNSTATED = "not stated"


@dataclass(frozen=True, slots=True, eq=False)
class Loose:
    """Pairs and what is left.

    Attributes:
        places: of the pairs. reasons: (k,) what differs, in words.
        gone, come: (k, 2) system and setting of scores on one side only.
    """

    places: Places
    reasons: Objects
    gone: Ints
    come: Ints


def loosely_paired(comparison: Comparison, gone: Ints, come: Ints) -> Loose:
    """Pair (k, 2) system and setting of the old table with those of the new one."""
    old, new = comparison.old_study.table, comparison.new_study.table
    before = _keys(gone, comparison.old_systems, setting_keys(old.settings))
    after = _keys(come, comparison.new_systems, setting_keys(new.settings))
    pairs: list[tuple[int, int]] = []
    open_gone, open_come = set(range(len(gone))), set(range(len(come)))
    for dropped in STAGES:
        kept = [at for at, name in enumerate(_FIELDS) if name not in dropped]
        found = _unique_pairs(before, after, open_gone, open_come, kept)
        pairs += found
        open_gone -= {one for one, _ in found}
        open_come -= {other for _, other in found}
    pairs.sort()
    at = np.array(pairs, dtype=np.intp).reshape(-1, 2)
    reasons = np.array([_reason(before[one], after[other]) for one, other in pairs], dtype=object)
    return Loose(
        Places(gone[at[:, 0], 0], gone[at[:, 0], 1], come[at[:, 1], 0], come[at[:, 1], 1]),
        reasons,
        gone[sorted(open_gone)].reshape(-1, 2),
        come[sorted(open_come)].reshape(-1, 2),
    )


def _keys(places: Ints, systems: Sequence[Key], settings: Sequence[Key]) -> list[Key]:
    return [(*systems[system], *settings[setting]) for system, setting in places.tolist()]


def _unique_pairs(
    before: Sequence[Key], after: Sequence[Key], gone: set[int], come: set[int], kept: Sequence[int]
) -> list[tuple[int, int]]:
    """Pairs that agree in the fields kept and are the only ones to do so on both sides."""
    if not gone or not come:
        return []
    claims: dict[Key, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for side, (keys, open_) in enumerate(((before, gone), (after, come))):
        for at in open_:
            key = keys[at]
            claims[tuple(key[field] for field in kept)][side].append(at)
    return [(one[0], other[0]) for one, other in claims.values() if len(one) == 1 and len(other) == 1]


def _reason(before: Key, after: Key) -> str:
    """'dataset revision 1.0 → 2.0; unit fraction → percent'."""
    return "; ".join(
        f"{_WORDS[name]} {_shown(name, one)} → {_shown(name, other)}"
        for name, one, other in zip(_FIELDS, before, after, strict=True)
        if one != other
    )


def _shown(name: str, value: str) -> str:
    return (beginning(value) if name.endswith("revision") else value) or _UNSTATED
