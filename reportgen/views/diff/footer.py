"""What was compared, and how to do it again: the end of every form of a comparison."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reportgen.numbers import plural
from reportgen.views.diff.escape import visible
from reportgen.views.diff.words import holds, short_hash

if TYPE_CHECKING:
    from reportgen.diff.model import Diff, Identity

#: Longer commands are not copied by hand.
LONGEST_COMMAND = 1000


@dataclass(frozen=True, slots=True)
class Around:
    """What a printed comparison leads to.

    Attributes:
        full: web address of the visual comparison or of the artifact that holds it; "" when there is none.
        command: what repeats the comparison; "" to say it from the labels of the sides.
        folder: path of the results folder in the repository, for annotations; "" when it is the root.
    """

    full: str = ""
    command: str = ""
    folder: str = ""


NOTHING = Around()


def reproduce(diff: Diff, around: Around) -> str:
    """The command that makes this comparison again, for a shell."""
    made = f"reportgen diff {shlex.quote(diff.old.label)} {shlex.quote(diff.new.label)}"
    return visible(around.command or made, LONGEST_COMMAND)


def identity(side: Identity) -> tuple[tuple[str, str], ...]:
    """(what, text) of a side; what is not known is left out."""
    told = (
        ("side", side.label),
        ("commit", short_hash(side.commit)),
        ("digest", short_hash(side.digest)),
        ("reportgen", side.software),
        ("holds", holds(side)),
    )
    return tuple((name, text) for name, text in told if text)


def unchanged(diff: Diff) -> str:
    """How much did not change."""
    return (
        f"The same on both sides: {plural(diff.same_cells, 'score')}, {plural(diff.same_records, 'record')}."
    )
