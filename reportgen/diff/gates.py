"""Gates: rules that were asked to fail a comparison."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from reportgen.diff.model import Gate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reportgen.diff.model import Alarm


def gates(alarms: Iterable[Alarm], fail_on: Sequence[str]) -> tuple[Gate, ...]:
    """One for each rule asked for, in the order asked, those too that pass: silence would look like no gate.

    Alarms that are expected fail nothing.
    """
    failures = Counter(alarm.rule for alarm in alarms if not alarm.expected)
    return tuple(Gate(rule, failures[rule]) for rule in dict.fromkeys(fail_on))
