"""Item-level results in JSON Lines: each line with its numbers, many problems of one kind told once, stable ids."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import text
from reportgen.ingest.json_text import count_literals
from reportgen.ingest.lines import read_lines, text_lines
from reportgen.numbers import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportgen.ingest.source import Line, Reading, Source
    from reportgen.records.problem import Problem

#: Problems of one kind that are told with their line; of the rest only how many there are.
MAX_TOLD = 10
#: Longest id taken as it is written: some tools use the whole prompt as one.
MAX_ID = 120


def numbered_lines(source: Source) -> Iterator[tuple[Line, int]]:
    """Each line that is not blank, with how many numbers it holds; of a broken one those outside quotes."""
    for line, (_, written) in zip(read_lines(source), text_lines(source.text), strict=True):
        yield line, count_literals(written) if line.problem is not None else count_numbers(line.document)


def place(line: int, *steps: str) -> str:
    """Where a number stands: "line 12" or "line 12: /evaluation/score"."""
    return f"line {line}: /{'/'.join(steps)}" if steps else f"line {line}"


def item_id(value: Any) -> str:
    """The id of an item as text; a long one is replaced by its hash, so that no prompt is published as an id."""
    written = text(value)
    if len(written) <= MAX_ID:
        return written
    return "sha256:" + hashlib.sha256(written.encode()).hexdigest()


@dataclass(slots=True)
class LineProblems:
    """The problems of one file, of which a broken transfer can give one for each of a million lines."""

    reading: Reading
    untold: dict[str, tuple[Problem, int]] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)

    def quarantine(self, problem: Problem, numbers: int) -> None:
        """These numbers should have become records and did not."""
        self.reading.quarantined += numbers
        many = self.told.get(problem.code, 0)
        if many < MAX_TOLD:
            self.told[problem.code] = many + 1
            self.reading.problems.append(problem)
        else:
            last, count = self.untold.get(problem.code, (problem, 0))
            self.untold[problem.code] = (last, count + 1)

    def finish(self) -> None:
        """Say how many more lines have each problem."""
        for problem, count in self.untold.values():
            message = f"{problem.message} (this line is the first of {plural(count, 'further line')})"
            self.reading.problems.append(replace(problem, message=message, seen=""))
