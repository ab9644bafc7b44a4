"""What is wrong with a piece of input, said so that its owner can mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reportgen.records.redaction import redact

Severity = Literal["error", "warning"]

#: Longest value shown back to the reader; result files hold whole transcripts.
MAX_SEEN = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One finding about one place in one file.

    `error` means something was not ingested (the file, or the numbers at `pointer`);
    `warning` means it was, with a caveat.
    """

    code: str  # stable, snake_case, e.g. "duplicate_key"
    message: str  # what is wrong, one sentence
    file: str = ""  # path relative to the results folder
    pointer: str = ""  # JSON pointer, or "row 12, column 'mmlu'"
    line: int | None = None  # 1-based, where known
    seen: str = ""  # the value found, shortened
    expected: str = ""  # what would have been right
    hint: str = ""  # what to do
    severity: Severity = "error"

    def text(self) -> str:
        """One line: what, where, value seen, what was expected, what to do."""
        where = self.file + (f":{self.line}" if self.line is not None else "")
        where += f" at {self.pointer}" if self.pointer else ""
        parts = [f"{where}: {self.message}" if where else self.message]
        parts += [f"found {self.seen}"] if self.seen else []
        parts += [f"expected {self.expected}"] if self.expected else []
        parts += [self.hint] if self.hint else []
        return "; ".join(parts) + f" [{self.code}]"


def shorten(value: object, limit: int = MAX_SEEN) -> str:
    """`repr` of a value, cut to `limit` characters, fit to publish: no control characters, no secrets."""
    # a token is seen to be one by its first characters, so a long text need not be searched whole
    shown = redact(repr(value[: 4 * limit] if isinstance(value, str) else value)[: 4 * limit])
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"
