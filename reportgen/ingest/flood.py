"""Of a million problems of one kind a thousand are listed and the rest is counted: memory and reports stay small."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportgen.numbers import plural
from reportgen.records.problem import Problem

if TYPE_CHECKING:
    from reportgen.ingest.source import Reading

#: Problems of one code that are listed.
LISTED = 1000


class Flood:
    """Watches the problems of one reading. Warnings and errors of one code are counted together."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._seen = len(reading.problems)
        self._listed: dict[str, int] = {}
        self._more: dict[str, int] = {}

    def thin(self) -> None:
        """Take out what is beyond the limit among the problems since the last time."""
        problems = self._reading.problems
        if len(problems) == self._seen:
            return
        fresh = problems[self._seen :]
        del problems[self._seen :]
        for problem in fresh:
            many = self._listed.get(problem.code, 0)
            if many < LISTED:
                self._listed[problem.code] = many + 1
                problems.append(problem)
            else:
                self._more[problem.code] = self._more.get(problem.code, 0) + 1
        self._seen = len(problems)

    def close(self) -> None:
        """Say how many are not listed."""
        self.thin()
        self._reading.problems += [
            Problem(code=code, message=f"{plural(many, 'more problem')} of this kind, not listed", pointer="")
            for code, many in self._more.items()
        ]
