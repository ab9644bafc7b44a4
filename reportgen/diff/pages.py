"""Pages of two built sites that differ, with what kind of difference it is.

Lines are counted, not aligned (`line_changes` does that for those who look): a line that is on both sides the same
number of times is the same wherever it stands. That is exact, symmetric, and takes one pass.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pandas as pd

from reportgen.diff.figure_changes import figure_changes
from reportgen.diff.line_changes import ROW, masked
from reportgen.diff.model import PAGE_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reportgen.diff.figure_changes import FigureChange
    from reportgen.diff.model import PageText

DATA, TEXT, LAYOUT = KINDS = ("data", "text", "layout")
CHANGED, NEW, REMOVED = STATES = ("changed", "new", "removed")


def pages(
    old: Mapping[str, PageText] | None, new: Mapping[str, PageText] | None
) -> tuple[pd.DataFrame, int | None]:
    """Pages that differ (`PAGE_COLUMNS`), and how many are on both sides; None where a side has no pages.

    First changed pages, those with other data before others, then new and removed ones; each by path.
    """
    if old is None or new is None:
        return _frame([]), None
    both = old.keys() & new.keys()
    rows = [row for path in both if (row := _changed(path, old[path], new[path]))]
    rows += [_lone(path, new[path], NEW) for path in new.keys() - both]
    rows += [_lone(path, old[path], REMOVED) for path in old.keys() - both]
    return _frame(sorted(rows, key=_place)), len(both)


Row = tuple[str, str, str, str, int, int, int]


def _place(row: Row) -> tuple[bool, list[bool], str]:
    path, _, state, kind = row[:4]
    return state != CHANGED, [name not in kind for name in KINDS], path


def _frame(rows: list[Row]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(PAGE_COLUMNS))
    texts = dict.fromkeys(("path", "title", "state", "kind"), "str")
    return frame.astype({**texts, "lines_added": "int64", "lines_removed": "int64", "figures": "int64"})


def _lone(path: str, page: PageText, state: str) -> Row:
    added, removed = (len(page.lines), 0) if state == NEW else (0, len(page.lines))
    return path, page.title, state, "", added, removed, len(page.figures)


def _changed(path: str, old: PageText, new: PageText) -> Row | None:
    """The row of a page that both sides have; None where a reader sees the same. The names of figures are not seen."""
    if old == new:
        return None
    figures = figure_changes(old.figures, new.figures)
    if not figures and (old.title, old.lines, old.structure) == (new.title, new.lines, new.structure):
        return None
    added = Counter(new.lines) - Counter(old.lines)
    removed = Counter(old.lines) - Counter(new.lines)
    kind = " + ".join(kinds(old, new, figures))
    return path, new.title, CHANGED, kind, added.total(), removed.total(), len(figures)


def kinds(old: PageText, new: PageText, figures: tuple[FigureChange, ...]) -> list[str]:
    """What differs between two pages, of `KINDS` in their order.

    Data: the rows of tables, in content or order; a sentence in its numbers; a figure in its points. Text: other
    words. Layout: the same lines in other blocks or in another order, or a figure that looks different only.
    """
    if old.lines == new.lines and not figures and old.title == new.title:
        return [LAYOUT]
    prose, other_prose = (Counter(_lines(page, rows=False)) for page in (old, new))
    words, other_words = _masked(prose), _masked(other_prose)
    other_numbers = _masked(prose - other_prose) & _masked(other_prose - prose)
    other_points = any(figure.state != "look" for figure in figures)
    found = {
        DATA: other_points or bool(other_numbers) or _lines(old, rows=True) != _lines(new, rows=True),
        TEXT: words != other_words or masked(old.title) != masked(new.title),
        LAYOUT: any(figure.state == "look" for figure in figures),
    }
    return [kind for kind in KINDS if found[kind]] or [LAYOUT]


def _lines(page: PageText, *, rows: bool) -> list[str]:
    return [line for line, tag in zip(page.lines, page.structure, strict=True) if (tag == ROW) == rows]


def _masked(counts: Counter[str]) -> Counter[str]:
    """How often each line occurs once its numbers are masked."""
    found: Counter[str] = Counter()
    for line, count in counts.items():
        found[masked(line)] += count
    return found
