"""A comparison for GitHub Actions: annotations of the run, and its summary.

An annotation is one line of a job's output. What stands between its signs is escaped as the runner undoes it, so that
no name can begin a command of its own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reportgen.numbers import plural
from reportgen.views.diff import plan
from reportgen.views.diff.escape import SENTENCE, visible
from reportgen.views.diff.footer import NOTHING
from reportgen.views.diff.markdown import Paper, body
from reportgen.views.diff.sections import first_of_each

if TYPE_CHECKING:
    from reportgen.diff.model import Alarm, Diff
    from reportgen.views.diff.footer import Around

#: GitHub shows ten annotations of each kind in a step, and passes over the others without a word.
MOST = 10
#: A summary of one step may have 1 MiB; more is refused whole.
SUMMARY = Paper(2**20 - 1, 1000)
_LEVELS = {"error": "error", "warning": "warning", "note": "notice"}
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})
#: The subject of an alarm about a file: its path, in which "|" and "\\" are escaped, then what else it is about.
_SUBJECT = re.compile(r"file ((?:[^\\|]|\\.)+?)(?: \| .*)?", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)")
#: Longer ones are cut in the subject.
LONGEST_PATH = 195


def commands(diff: Diff, around: Around = NOTHING) -> str:
    """One line for each unexpected alarm, ten of a kind, and a notice with the plan line; nothing where nothing is."""
    if diff.empty:
        return ""
    lines = [f"::notice title=reportgen diff::{plan.plan(diff).translate(_DATA)}"]
    unexpected = first_of_each([alarm for alarm in diff.alarms if not alarm.expected])
    for severity, level in _LEVELS.items():
        alarms = [alarm for alarm in unexpected if alarm.severity == severity]
        room = MOST - (level == "notice")
        fit = alarms if len(alarms) <= room else alarms[: room - 1]
        lines += [_annotation(alarm, level, around) for alarm in fit]
        if more := len(alarms) - len(fit):
            lines.append(
                f"::{level} title=reportgen diff::{plural(more, 'more alarm')}, see the summary of this job."
            )
    return "".join(f"{line}\n" for line in lines)


def _annotation(alarm: Alarm, level: str, around: Around) -> str:
    properties = f"title={visible(alarm.rule).translate(_PROPERTY)}"
    if path := file_of(alarm):
        folder = f"{around.folder.rstrip('/')}/" if around.folder.strip("/.") else ""
        properties = f"file={(folder + path).translate(_PROPERTY)},{properties}"
    text = f"{visible(alarm.text, SENTENCE)} {visible(alarm.fix, SENTENCE)}"
    return f"::{level} {properties}::{text.translate(_DATA)}"


def file_of(alarm: Alarm) -> str:
    """The path below the results that the alarm is about; "" where it is about none, or none that can be named."""
    found = _SUBJECT.fullmatch(alarm.subject)
    path = _ESCAPED.sub(r"\1", found[1]) if found else ""
    return path if path.isprintable() and len(path) <= LONGEST_PATH else ""


def summary(diff: Diff, around: Around = NOTHING) -> str:
    """The summary of the job, for the file that $GITHUB_STEP_SUMMARY names: the comment with more rows."""
    return body(diff, around, SUMMARY)
