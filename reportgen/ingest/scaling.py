"""The cells that a mapping makes of one written value: split, compared, looked up as a word, multiplied by a scale."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from reportgen.ingest.cells import MAX_CELL, Cell, Refusal, parse_value
from reportgen.ingest.document import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reportgen.ingest.cells import CellRules
    from reportgen.ingest.plan import ScoreColumn

#: Characters of each of two compared texts that are kept.
_KEPT = 80
_ONE_SIDED = Refusal(
    "one of two cells to compare is empty, and nothing is taken for wrong",
    "text on both sides",
    "name under `missing` of the mapping what stands for no answer ('' is an empty cell): the score is then missing",
)
_NOT_PLAIN = Refusal(
    "two values cannot be compared",
    "a text, a number, true or false on both sides",
    "let `value` and `equal` of the mapping lead to single values",
)


def cells_of(written: Any, score: ScoreColumn, rules: CellRules, other: Any = None) -> list[tuple[str, Cell]]:
    """Pairs of metric and cell; the metric is empty where the cell is not split.

    "85.1/86.0" with two metrics is two cells, and a mark for a missing score is missing for each of them.
    Any other number of parts is one cell that is not understood.

    Args:
        written: the text, or the value of a document.
        score: how it is to be read.
        rules: how numbers are written.
        other: what it is compared with, where `score.equal` says so.
    """
    if score.equal:
        return [("", scaled(compared(written, other, rules), score.scale))]
    metrics = score.metrics
    if not metrics:
        return [("", scaled(_parsed(written, score.words, rules), score.scale))]
    if not isinstance(written, str):
        return [(metrics[0], Cell(None, raw=str(written)[:80], missing="text", understood=False))]
    whole = parse_value(written, rules)
    if whole.value is None and whole.understood:
        return [(metric, whole) for metric in metrics]
    parts = written.split("/")
    if len(parts) != len(metrics):
        return [(metrics[0], Cell(None, raw=written[:80], missing="text", understood=False))]
    cells = [scaled(_parsed(part, score.words, rules), score.scale) for part in parts]
    return [(metric, replace(cell, raw=written)) for metric, cell in zip(metrics, cells, strict=True)]


def word(written: str) -> str:
    """The form in which words are compared: without blanks at the ends and without case."""
    return written.strip().casefold()


def _parsed(written: Any, words: Mapping[str, float], rules: CellRules) -> Cell:
    """A word of the mapping is the number that it stands for; anything else is read as ever."""
    if not words:
        return parse_value(written, rules)
    plain = _label(written) if isinstance(written, (str, bool)) else None
    if plain is not None and len(plain) <= MAX_CELL and word(plain) in words:
        return Cell(words[word(plain)], raw=plain)
    cell = parse_value(written, rules)
    if cell.understood:
        return cell
    listed = ", ".join(sorted(words)[:10]) + (", ..." if len(words) > 10 else "")
    refusal = Refusal(
        "the score is neither a number nor one of the `words` of the mapping",
        f"a number, a mark for none, or one of: {listed}",
        "add the word and its number to `words`, or name it under `missing`",
    )
    return replace(cell, raw=cell.raw or (plain or "")[:MAX_CELL], refusal=refusal)


def compared(one: Any, other: Any, rules: CellRules) -> Cell:
    """1 where two values are the same, else 0: numbers by value, all else as text without blanks at the ends.

    What is in `rules.missing` on either side is a missing score; an empty side is not understood.
    """
    left, right = _label(one), _label(other)
    if left is None or right is None:
        return Cell(None, raw=_pair(left, "and", right), missing="text", understood=False, refusal=_NOT_PLAIN)
    if left in rules.missing or right in rules.missing:
        return Cell(None, raw=_pair(left, "and", right), missing="text")
    if not left or not right:
        return Cell(
            None, raw=_pair(left, "and", right), missing="empty", understood=False, refusal=_ONE_SIDED
        )
    numbers = type(one) in {int, float} and type(other) in {int, float}
    same = one == other if numbers else left == right
    return Cell(float(same), raw=_pair(left, "=" if same else "≠", right))


def _label(value: Any) -> str | None:
    """A value as text: "" for null and a bare NaN, None for what has members."""
    if isinstance(value, (dict, list)):
        return None
    return str(value).lower() if isinstance(value, bool) else text(value)


def _pair(left: str | None, sign: str, right: str | None) -> str:
    sides = ["(several values)" if side is None else side[:_KEPT] or "(nothing)" for side in (left, right)]
    return f"{sides[0]} {sign} {sides[1]}"


def scaled(cell: Cell, scale: float | None) -> Cell:
    """Value and standard error multiplied in decimal: 0.57 times 100 is 57. `raw` keeps what was written."""
    if scale is None or cell.value is None:
        return cell
    return replace(
        cell,
        value=_product(cell.value, scale),
        stderr=None if cell.stderr is None else _product(cell.stderr, scale),
        raw=cell.raw or repr(cell.value),
        percent=False,
    )


def _product(value: float, scale: float) -> float:
    return float(Decimal(repr(value)) * Decimal(repr(scale)))


def share(numbers: int, parts: int) -> list[int]:
    """Numbers of the file dealt to the records made of them: one each, and what is left over to the first."""
    dealt = [int(index < numbers) for index in range(parts)]
    dealt[0] += numbers - sum(dealt)
    return dealt
