"""A model as it may be published, and the step of its training: checkpoints are an axis, not other models."""

from __future__ import annotations

import re
from typing import NamedTuple

from reportgen.ingest.document import public_name

#: Revisions that say nothing: the branch that is taken when none is named.
NO_REVISION = frozenset({"", "main", "None"})
_STEP = re.compile(r"(?:global[-_]?)?step[-_]?(\d{1,15})(?:[-_]tokens?\d+[kmbt])?", re.ASCII | re.IGNORECASE)
_FOLDER = re.compile(r"(?:checkpoint|ckpt|(?:global[-_]?)?step)[-_]?(\d{1,15})", re.ASCII | re.IGNORECASE)
LOCAL_PATH_FLAG = "model name was a local path"


class Published(NamedTuple):
    """A name without the folders of anybody's machine, the training step it named, and whether it was a path."""

    name: str
    step: float | None
    was_path: bool


def step_of(revision: str) -> float | None:
    """The training step that a revision names ("step3000", "step1000-tokens4B"); None for any other revision."""
    found = _STEP.fullmatch(revision)
    return float(found[1]) if found else None


def publish(name: str) -> Published:
    """A model name fit to publish; of `<anything>/<run>/checkpoint-500` the run, at step 500.

    Two parts (`<org>/checkpoint-500`) are the name of a repository and stay whole, unless they are a path.
    """
    head, tail = _split(name)
    found = _FOLDER.fullmatch(tail)
    published, was_path = public_name(head if found else name)
    if found and published and (was_path or "/" in head):
        return Published(published, float(found[1]), was_path)
    published, was_path = public_name(name)
    return Published(published, None, was_path)


def _split(name: str) -> tuple[str, str]:
    """Everything before the last folder, and that folder."""
    trimmed = name.rstrip("/\\")
    cut = max(trimmed.rfind("/"), trimmed.rfind("\\"))
    return trimmed[:cut] if cut > 0 else "", trimmed[cut + 1 :]
