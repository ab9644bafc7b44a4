"""Alarms that somebody looked at and that are meant: marked, written down, and told when nothing is left of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reportgen.records.expected_changes import ExpectedChange, ExpectedChanges, expected_changes_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reportgen.diff.model import Alarm


def mark(alarms: Iterable[Alarm], expected: frozenset[tuple[str, str]]) -> tuple[Alarm, ...]:
    """The alarms, with `expected` set on those whose (rule, subject) is named."""
    return tuple(replace(alarm, expected=(alarm.rule, alarm.subject) in expected) for alarm in alarms)


def stale(alarms: Iterable[Alarm], expected: ExpectedChanges) -> tuple[ExpectedChange, ...]:
    """Entries that match no alarm any more, each once, in the order written."""
    found = {(alarm.rule, alarm.subject) for alarm in alarms}
    return tuple(dict.fromkeys(change for change in expected.changes if change.key not in found))


def accepted(alarms: Iterable[Alarm], before: ExpectedChanges | None = None) -> str:
    """The text of the file that expects these alarms and no others; entries that still apply keep their notes."""
    notes = before.notes if before is not None else {}
    keys = {(alarm.rule, alarm.subject) for alarm in alarms}
    return expected_changes_text(
        ExpectedChanges(
            changes=tuple(
                ExpectedChange.model_validate(
                    {"rule": rule, "subject": subject, "note": notes.get((rule, subject), "")}
                )
                for rule, subject in sorted(keys)
            )
        )
    )
