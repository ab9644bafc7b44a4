"""Small pieces that several pages share: sentences, cells and columns."""

from __future__ import annotations

import math
from collections import namedtuple
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.views.blocks import Cell, Column, Strong, Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from reportgen.views.blocks import Run, Words

#: Explanations at hand, one place for each term.
TERMS = {
    "in distribution": "Test data drawn like the training data.",
    "shifted": "Test data that differs from the training data on purpose: other domain, other style, other time.",
    "rank interval": "All ranks that the data allow at this confidence, for all systems at once. "
    "Systems whose intervals overlap may change places in a repetition.",
    "tie group": "Systems that cannot be told apart from the best one of their group.",
    "standard error": "How far a score would typically move if the evaluation were repeated on new items "
    "(or new runs, where the source says so).",
    "Kendall tau-b": "Agreement of two rankings: 1 same order, 0 no relation, −1 reversed. Ties are accounted for.",
    "same order": "Chance that two models picked at random come in the same order on both benchmarks.",
    "effective robustness": "Points above what in-distribution accuracy alone predicts, "
    "from a line fitted to all other models.",
    "quarantined": "Found, but not used, because something is wrong with it; the reason is listed.",
    "ignored": "Left out by a stated rule, such as documentation or a secondary metric.",
    "complete rows": "Only models with a score on every benchmark of the ranking are ranked; "
    "a mean over fewer benchmarks is not comparable.",
}


def term(name: str, text: str = "") -> Term:
    """A term with its explanation; `text` is what to print when not the name itself."""
    return Term(text or name, TERMS[name])


def number(value: int, what: str, words: str | None = None) -> Words:
    """A fact such as (Strong('12'), ' models')."""
    noun = what if value == 1 else (words or what + "s")
    return (Strong(numbers.count(value)), f" {noun}")


def join(parts: Sequence[Run], last: str = " and ") -> Words:
    """Runs as an enumeration: a, b and c."""
    runs: list[Run] = []
    for index, part in enumerate(parts):
        if index:
            runs.append(last if index == len(parts) - 1 else ", ")
        runs.append(part)
    return tuple(runs)


def known(value: Any) -> float | None:
    """A float, or None for NaN and pandas NA."""
    if value is None:
        return None
    try:
        result = float(value)
    except (TypeError, ValueError):
        return None
    return result if math.isfinite(result) else None


def text_cell(text: object, **extra: Any) -> Cell:
    """A cell of words; sorts by the words."""
    shown = str(text)
    return Cell(text=shown, sort=shown.casefold(), **extra)


def count_cell(value: int | None) -> Cell:
    """A cell of a whole number."""
    return Cell(text=numbers.count(value), sort=value)


def value_cell(value: Any, error: Any = None, *, decimals: int | None = None, **extra: Any) -> Cell:
    """A score with its error shown fainter; a dash where there is none."""
    amount, spread = known(value), known(error)
    return Cell(
        text=numbers.score(amount, spread, decimals=decimals),
        sort=amount,
        pm=numbers.plus_minus(spread, decimals=decimals) if amount is not None else "",
        **extra,
    )


def rows_of(frame: pd.DataFrame) -> list[Any]:
    """The rows as named tuples; Any, because their fields are the frame's columns."""
    row = _row_type(tuple(map(str, frame.columns)))
    # column by column: walking a text column of Arrow value by value takes ten times as long
    return list(map(row._make, zip(*[frame[name].tolist() for name in frame.columns], strict=True)))


@lru_cache(maxsize=64)
def _row_type(names: tuple[str, ...]) -> Any:
    return namedtuple("Row", names, rename=True)  # noqa: PYI024  # the fields are known only here


def column_decimals(errors: Iterable[Any]) -> int | None:
    """Decimals for a whole column of scores, from its median error; None where no error is known."""
    spreads = sorted(spread for spread in map(known, errors) if spread)
    return numbers.decimals_for(spreads[len(spreads) // 2]) if spreads else None


def columns(*definitions: tuple[str, str, dict[str, Any]]) -> tuple[Column, ...]:
    """Columns from (key, title, options)."""
    return tuple(Column(key=key, title=title, **options) for key, title, options in definitions)


def plain_text(words: Iterable[Run]) -> str:
    """A sentence without markup."""
    return "".join(run if isinstance(run, str) else run.text for run in words)
