"""From what a rule found to alarms: what each is about, in words, and never more of them than a person reads.

A few findings are an alarm each. More are told together by where they belong (a model, a benchmark), with how many they
are; what is left after `MOST` such groups is one more alarm that counts the rest. The subject of an alarm on
several findings holds their number and a fingerprint of them: who accepts it accepts these and no others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.diff.model import Alarm
from reportgen.records.frame import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import pandas as pd

    from reportgen.diff.model import Severity

#: Alarms of one kind that a person reads one by one.
MOST = 20
#: Names listed in a sentence before "and 37 more".
_LISTED = 3
_LONGEST_NAME = 80
_LONGEST_PART = 200
_FINGERPRINT = 8


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule found.

    Attributes:
        about: names that say what it is about ("gpt-4", "GSM8K"); no two findings of a rule have the same.
        within: names that say where it belongs, when there are too many; none where all belong together.
        name: of it in a list, short.
        say: its sentence without the point at the end; called only for what is shown.
    """

    about: tuple[str, ...]
    within: tuple[str, ...]
    name: str
    say: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Label:
    """What all alarms of one rule share.

    Attributes:
        many: what several findings are called ("worse scores").
        apart: findings that are told one by one; where there are more, those of one place are told together.
    """

    rule: str
    severity: Severity
    fix: str
    many: str
    apart: int = MOST


def alarms(findings: Sequence[Finding], label: Label) -> list[Alarm]:
    """At most `MOST` alarms on all findings, which come in order of importance."""
    if len(findings) <= label.apart:
        return [_single(finding, label) for finding in findings]
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.within, []).append(finding)
    places = list(groups)
    if len(places) <= MOST:
        return [_together(place, groups[place], label) for place in places]
    rest = [finding for place in places[MOST - 1 :] for finding in groups[place]]
    told = [_together(place, groups[place], label) for place in places[: MOST - 1]]
    return [*told, _together(("elsewhere",), rest, label)]


def _single(finding: Finding, label: Label) -> Alarm:
    return Alarm(label.rule, label.severity, subject(*finding.about), f"{finding.say()}.", label.fix)


def _together(place: tuple[str, ...], found: Sequence[Finding], label: Label) -> Alarm:
    if len(found) == 1:
        return _single(found[0], label)
    how_many = f"{numbers.count(len(found))} {label.many}"
    members = digest(sorted("\x1e".join(finding.about) for finding in found))[:_FINGERPRINT]
    where = ", ".join(name_shown(name) for name in place if name)
    names = listed(dict.fromkeys(finding.name for finding in found))
    text = f"{where}{': ' if where else ''}{how_many} ({names}). The first: {found[0].say()}."
    return Alarm(label.rule, label.severity, subject(*place, how_many, members), text, label.fix)


def rows_of(table: pd.DataFrame) -> list[Any]:
    """The rows of a table, each with its columns as attributes."""
    return list(table.itertuples(index=False))


def subject(*names: str) -> str:
    """'gpt-4 | GSM8K', without empty names at the end; different names make different texts, whatever is in them.

    A long name is cut and ends in its fingerprint. Halves of surrogate pairs, which no file can hold, are written as
    escapes.
    """
    last = max((place for place, name in enumerate(names, start=1) if name), default=0)
    return " | ".join(_part(name) for name in names[:last])


def _part(name: str) -> str:
    told = name.replace("\\", "\\\\").replace("|", "\\|").encode("utf-8", "backslashreplace").decode()
    return told if len(told) <= _LONGEST_PART else f"{told[:_LONGEST_PART]}… {digest([name])}"


def name_shown(name: str) -> str:
    """A name for a sentence: cut where it is very long, and never nothing."""
    told = name.encode("utf-8", "backslashreplace").decode()
    return (told if len(told) <= _LONGEST_NAME else told[: _LONGEST_NAME - 1] + "…") or "without a name"


def listed(names: Iterable[str]) -> str:
    """'a, b, c and 37 more'."""
    every = list(names)
    few = [name_shown(name) for name in every[: _LISTED + 1]]
    if len(every) <= len(few):
        return " and ".join(filter(None, [", ".join(few[:-1]), *few[-1:]]))
    return f"{', '.join(few[:_LISTED])} and {numbers.count(len(every) - _LISTED)} more"


def benchmark_shown(suite: str, benchmark: str) -> str:
    """'MNLI of GLUE'; the suite only where it says something."""
    name = name_shown(benchmark)
    return f"{name} of {name_shown(suite)}" if suite and suite != benchmark else name


def metric_named(metric: str, variant: str) -> str:
    """'f1,macro': for a subject, uncut."""
    return f"{metric},{variant}" if variant else metric


def metric_shown(metric: str, variant: str) -> str:
    """'f1 (macro)'."""
    return f"{name_shown(metric)} ({name_shown(variant)})" if variant else name_shown(metric)


def fewer_groups(findings: Sequence[tuple[tuple[str, ...], tuple[str, ...]]]) -> int:
    """0 or 1: which of two ways to group makes fewer groups; the first where they are equal."""
    one, other = ({pair[way] for pair in findings} for way in (0, 1))
    return int(len(other) < len(one))
