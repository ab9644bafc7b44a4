"""Which lines of a page changed, and which words within a line.

Lines are aligned in three steps, none of which takes more than n log n for n lines: what both pages begin and end
with; then lines that are equal and occur once in what is left; then lines that say the same of something else (the
row of the same model, a sentence that differs in its numbers only). Between these anchors lines are gone or new.

Everything mirrors: comparing (new, old) gives the same stretches with old and new exchanged.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

    from reportgen.diff.model import PageText

BETWEEN_CELLS = " | "
ROW = "tr"
#: Words of two lines are compared where there are at most so many pairs of equal words; else all are marked. The
#: comparison looks at each of these pairs, and a line of prose has a few hundred.
MOST_WORD_PAIRS = 4_000
#: Lines between two anchors are paired in order where at least this share of their words is equal.
ALIKE = 0.5
#: Words of lines between anchors are only compared where these are few.
MOST_GUESSED = 50

_NUMBER = re.compile(r"\d[\d,.]*")
#: A word or sign, with the blank behind it.
_WORD = re.compile(r"(?:\w+(?:[.,]\w+)*|[^\w\s])\s*")
_LETTER = re.compile(r"[^\W\d_]")

Pair = tuple[int | None, int | None]
#: Runs of text, and whether they changed.
Runs = tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines that follow one another and are all the same on both sides, or none is.

    Attributes:
        same: whether they are the same.
        pairs: (old, new) line numbers in order of display; None where a line is on the other side only.
    """

    same: bool
    pairs: tuple[Pair, ...]


def masked(line: str) -> str:
    """The line with each number as "#": lines that only differ in their numbers become equal."""
    return _NUMBER.sub("#", line)


def line_changes(old: PageText, new: PageText) -> tuple[Stretch, ...]:
    """All lines of both pages, aligned."""
    first, second = _lines(old), _lines(new)
    mirrored = first > second
    pairs = _aligned(second, first) if mirrored else _aligned(first, second)
    if mirrored:
        pairs = [(there, here) for here, there in pairs]
    return tuple(_stretches(pairs, old.lines, new.lines))


def _lines(page: PageText) -> list[tuple[str, str]]:
    return list(zip(page.lines, page.structure, strict=True))


def _stretches(pairs: Sequence[Pair], old: Sequence[str], new: Sequence[str]) -> Iterator[Stretch]:
    run: list[Pair] = []
    state = None
    for here, there in pairs:
        same = here is not None and there is not None and old[here] == new[there]
        if run and same != state:
            yield Stretch(bool(state), _in_order(run))
            run = []
        state = same
        run.append((here, there))
    if run:
        yield Stretch(bool(state), _in_order(run))


def _in_order(run: Sequence[Pair]) -> tuple[Pair, ...]:
    """As aligned, but of lines between two pairs those of the old side before those of the new one."""
    found: list[Pair] = []
    added: list[Pair] = []
    for pair in run:
        if pair[0] is None:
            added.append(pair)
        elif pair[1] is None:
            found.append(pair)
        else:
            found += [*added, pair]
            added = []
    return (*found, *added)


# --- alignment

Line = tuple[str, str]


def _aligned(old: Sequence[Line], new: Sequence[Line]) -> list[Pair]:
    """(old, new) line numbers, increasing on both sides."""
    start = 0
    while start < min(len(old), len(new)) and old[start][0] == new[start][0]:
        start += 1
    tail = 0
    while tail < min(len(old), len(new)) - start and old[-1 - tail][0] == new[-1 - tail][0]:
        tail += 1
    pairs: list[Pair] = [(at, at) for at in range(start)]
    middle = (range(start, len(old) - tail), range(start, len(new) - tail))
    pairs += _by_anchors(old, new, *middle, keys=(_text, _subject))
    return pairs + [(len(old) - at, len(new) - at) for at in range(tail, 0, -1)]


def _text(line: Line) -> Hashable:
    return line[0]


def _subject(line: Line) -> Hashable:
    """What a line is about: the first cell of a row that is no number, the words of a sentence without its numbers."""
    text, tag = line
    if tag == ROW:
        return tag, next((cell for cell in text.split(BETWEEN_CELLS) if _LETTER.search(cell)), text)
    return tag, masked(text)


def _by_anchors(
    old: Sequence[Line],
    new: Sequence[Line],
    here: range,
    there: range,
    keys: tuple[Callable[[Line], Hashable], ...],
) -> list[Pair]:
    """Pairs by the first key, and between them by those that follow."""
    if not here or not there:
        return [*((at, None) for at in here), *((None, at) for at in there)]
    if not keys:
        return _by_likeness(old, new, here, there)
    pairs: list[Pair] = []
    last_old, last_new = here.start, there.start
    for first, second in [*_anchors(old, new, here, there, keys[0]), (here.stop, there.stop)]:
        gap = (range(last_old, first), range(last_new, second))
        pairs += _by_anchors(old, new, *gap, keys=keys[1:])
        if first < here.stop:
            pairs.append((first, second))
        last_old, last_new = first + 1, second + 1
    return pairs


def _anchors(
    old: Sequence[Line], new: Sequence[Line], here: range, there: range, key: Callable[[Line], Hashable]
) -> list[tuple[int, int]]:
    """Lines whose key occurs once on either side: the most that are in the same order on both."""
    first, second = _single(old, here, key), _single(new, there, key)
    return _longest_rise([(first[name], second[name]) for name in first if name in second])


def _single(lines: Sequence[Line], places: range, key: Callable[[Line], Hashable]) -> dict[Hashable, int]:
    """Key -> its line, of keys that only one line has; in order of lines."""
    found: dict[Hashable, int] = {}
    again = set()
    for at in places:
        name = key(lines[at])
        if name in found:
            again.add(name)
        found[name] = at
    return {name: at for name, at in found.items() if name not in again}


def _longest_rise(points: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of points, given by rising first coordinate, whose second coordinate rises too (patience)."""
    tops: list[int] = []
    piles: list[int] = []  # the point on top of each pile
    before: list[int | None] = []
    for at, (_, second) in enumerate(points):
        pile = bisect_left(tops, second)
        before.append(piles[pile - 1] if pile else None)
        if pile == len(tops):
            tops.append(second)
            piles.append(at)
        else:
            tops[pile], piles[pile] = second, at
    found = []
    place = piles[-1] if piles else None
    while place is not None:
        found.append(points[place])
        place = before[place]
    return found[::-1]


def _by_likeness(old: Sequence[Line], new: Sequence[Line], here: range, there: range) -> list[Pair]:
    """The k-th line with the k-th where the blocks are alike and half of the words are; others are gone and new."""
    pairs: list[Pair] = []
    few = len(here) == len(there) <= MOST_GUESSED
    if few and all(_alike(old[at], new[to]) for at, to in zip(here, there, strict=True)):
        pairs += zip(here, there, strict=True)
        return pairs
    return [*((at, None) for at in here), *((None, at) for at in there)]


def _alike(first: Line, second: Line) -> bool:
    words, others = (set(line[0].split()) for line in (first, second))
    return first[1] == second[1] and 2 * len(words & others) >= ALIKE * (len(words) + len(others))


# --- words


def word_changes(old: str, new: str) -> tuple[Runs, Runs]:
    """The two lines, each cut where it stops or begins to differ from the other. Rows are compared cell by cell."""
    cells, others = old.split(BETWEEN_CELLS), new.split(BETWEEN_CELLS)
    if len(cells) == len(others) > 1:
        return _joined(cells, others), _joined(others, cells)
    first, second = _WORD.findall(old), _WORD.findall(new)
    if first <= second:
        return _word_runs(first, second)
    runs, other_runs = _word_runs(second, first)
    return other_runs, runs


def _joined(cells: Sequence[str], others: Sequence[str]) -> Runs:
    """Each cell as a run, and what stands between cells as another."""
    runs: list[tuple[str, bool]] = []
    for cell, other in zip(cells, others, strict=True):
        runs += [(BETWEEN_CELLS, False)] if runs else []
        runs += [(cell, cell != other)] if cell else []
    return tuple(runs)


def _word_runs(first: Sequence[str], second: Sequence[str]) -> tuple[Runs, Runs]:
    words, others = [word.strip() for word in first], [word.strip() for word in second]
    counts, other_counts = Counter(words), Counter(others)
    if sum(counts[word] * other_counts[word] for word in counts) > MOST_WORD_PAIRS:
        return (("".join(first), True),), (("".join(second), True),)
    old: list[tuple[str, bool]] = []
    new: list[tuple[str, bool]] = []
    for tag, start, end, begin, stop in SequenceMatcher(None, words, others, autojunk=False).get_opcodes():
        old += [("".join(first[start:end]), tag != "equal")] if end > start else []
        new += [("".join(second[begin:stop]), tag != "equal")] if stop > begin else []
    return tuple(old), tuple(new)


# --- both in one

SAME, OUT, IN = MARKS = ("", "-", "+")
Marked = tuple[tuple[str, str], ...]
#: A cell of so many words is read as a sentence.
SENTENCE = 6


def merged(old: str, new: str) -> Marked:
    """Both lines as one: runs of text that stayed, went (`OUT`) or came (`IN`), in reading order."""
    runs, others = word_changes(old, new)
    found: list[tuple[str, str]] = []
    rest = list(others)
    for text, changed in runs:
        if changed:
            found.append((text, OUT))
            continue
        while rest and rest[0][1]:
            found.append((rest.pop(0)[0], IN))
        found.append((rest.pop(0)[0] if rest else text, SAME))
    return (*found, *((text, IN) for text, changed in rest if changed))


def merged_cells(old: str, new: str) -> tuple[Marked, ...]:
    """Two rows as one, cell by cell; () where they have another number of cells."""
    cells, others = old.split(BETWEEN_CELLS), new.split(BETWEEN_CELLS)
    if len(cells) != len(others):
        return ()
    return tuple(_merged_cell(cell, other) for cell, other in zip(cells, others, strict=True))


def _merged_cell(old: str, new: str) -> Marked:
    if old == new:
        return ((new, SAME),)
    if min(len(old.split()), len(new.split())) >= SENTENCE and BETWEEN_CELLS not in old + new:
        return merged(old, new)
    return tuple((text, mark) for text, mark in ((old, OUT), (new, IN)) if text)
