"""The rules of a comparison, in the order in which they are told: one file in this folder, one line here for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen.diff.alarms import (
    alias_clash,
    best_jump,
    contamination,
    contradiction,
    incomparable,
    other_parts,
    out_of_bounds,
    quarantined,
    regression,
    removed,
    same_file_other_number,
    sample_count,
    wider_interval,
)

if TYPE_CHECKING:
    from reportgen.diff.comparison import Comparison
    from reportgen.diff.model import Alarm

RULES: tuple[Any, ...] = (
    removed,
    regression,
    incomparable,
    out_of_bounds,
    alias_clash,
    best_jump,
    contradiction,
    sample_count,
    same_file_other_number,
    contamination,
    wider_interval,
    other_parts,
    quarantined,
)


def find(comparison: Comparison) -> tuple[Alarm, ...]:
    """What every rule found, in the order of `RULES`."""
    return tuple(alarm for rule in RULES for alarm in rule.find(comparison))
