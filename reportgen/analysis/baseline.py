"""Which system the others are compared with: only one that the results themselves name, never a guess by score."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: The flag of a result that makes its system the baseline of its suite.
FLAG = "baseline"
#: Names that mean nothing was done, in this order; compared without regard to case.
NAMES = ("baseline", "erm", "vanilla", "source only", "no adaptation")
HOW_TO_NAME = (
    f"name one: write the flag `{FLAG}` on its results, or call its method or model one of:"
    f" {', '.join(NAMES)}"
)


def is_flagged(flags: str) -> bool:
    """Whether these "; "-separated remarks say that it is the baseline."""
    return FLAG in (flag.strip().casefold() for flag in flags.split(";"))


def find_baseline(systems: Sequence[str], flagged: Iterable[str], methods: Sequence[str]) -> str:
    """The baseline among these systems, "" where none is named or several are named alike.

    Args:
        systems: labels.
        flagged: systems whose results bear the flag.
        methods: what each system goes by: its method, else its model.
    """
    marked = sorted(set(flagged) & set(systems))
    if marked:
        return marked[0] if len(marked) == 1 else ""
    for name in NAMES:
        found = [system for system, method in zip(systems, methods, strict=True) if method.casefold() == name]
        if found:
            return found[0] if len(found) == 1 else ""
    return ""
