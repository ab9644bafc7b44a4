"""Files, or numbers of files, that could not be taken in any more."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.diff.findings import Finding, Label, alarms, name_shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reportgen.diff.comparison import Comparison
    from reportgen.diff.model import Alarm, Severity, Side

    File = Mapping[str, Any]

NAME = "quarantined"
SEVERITY: Severity = "error"
TITLE = "Quarantined"
WHAT = "A file of the new side, or numbers in it, could not be read and were set aside; on the old side they were not."
FIX = "Mend the file where its problem says, or say how to read it; `reportgen check` lists every problem."

_LABEL = Label(NAME, SEVERITY, FIX, "quarantined files")
_QUARANTINED = "quarantined"


def find(comparison: Comparison) -> list[Alarm]:
    """One finding for each file, whole files first."""
    before = _files(comparison.old)
    whole, part = [], []
    for path, file in sorted(_files(comparison.new).items()):
        known = before.get(path, {})
        aside = _aside(file)
        if file.get("status") == _QUARANTINED and known.get("status") != _QUARANTINED:
            whole.append(Finding((f"file {path}",), (_reason(file),), path, partial(_say, path, file)))
        elif file.get("status") != _QUARANTINED and aside > _aside(known):
            part.append(
                Finding(
                    (f"file {path}", "numbers"), (_reason(file),), path, partial(_say_numbers, path, file)
                )
            )
    return alarms([*whole, *part], _LABEL)


def _files(side: Side) -> dict[str, File]:
    return {str(file.get("path", "")): file for file in side.accounting.get("files", ())}


def _aside(file: File) -> int:
    """Numbers of the file that are quarantined."""
    return int((file.get("numbers") or {}).get(_QUARANTINED, 0))


def _first(file: File) -> Mapping[str, Any]:
    """The first problem that is an error, else the first one."""
    told = list(file.get("problems", ()))
    errors = [problem for problem in told if problem.get("severity") == "error"]
    first: Mapping[str, Any] = (errors or told or [{}])[0]
    return first


def _reason(file: File) -> str:
    return str(file.get("reason") or _first(file).get("message") or "not readable")


def _say(path: str, file: File) -> str:
    return f"The file {name_shown(path)} was set aside: {name_shown(_reason(file))}"


def _say_numbers(path: str, file: File) -> str:
    aside = numbers.plural(_aside(file), "number")
    message = name_shown(str(_first(file).get("message") or "not readable"))
    return f"{aside} of the file {name_shown(path)} {'was' if _aside(file) == 1 else 'were'} set aside: {message}"
