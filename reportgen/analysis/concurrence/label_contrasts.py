"""Classes of pairs by what their settings declare, and the differences between classes that are worth a test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reportgen.analysis.concurrence.pair_classes import GROUPINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from reportgen.analysis.concurrence.pair_classes import Pairs

    Ints = NDArray[np.intp]
    Bools = NDArray[np.bool_]
    Classes = Callable[[Ints], tuple[Bools, Bools]]

#: What is crossed with the source: the question is which of the two matters more.
CROSSED = ("construct", "split")


@dataclass(frozen=True, slots=True)
class PairClass:
    """One class of pairs: the name of its grouping, its own name, and a mask of the pairs."""

    grouping: str
    name: str
    mask: Bools


@dataclass(frozen=True, slots=True)
class Contrast:
    """The mean tau of one class of pairs minus that of another.

    Attributes:
        one, other: masks (m,) of the pairs.
        classes: both masks under orders (k, q) of the labels, each (k, m).
        blocks: (q,) labels are exchanged only among settings of one block.
        two_sided: whether a difference the other way round counts too.
    """

    name: str
    one: Bools
    other: Bools
    classes: Classes
    blocks: Ints
    two_sided: bool


def pair_classes(pairs: Pairs) -> Iterator[PairClass]:
    """Every class of every grouping for which there are pairs that declare it."""
    for name in GROUPINGS:
        declared, same = pairs.declared(name), pairs.same(name)
        if declared.any():
            yield PairClass(name, "same", same)
            yield PairClass(name, "different", declared & ~same)
    for name in CROSSED:
        both = pairs.declared("source") & pairs.declared(name)
        if both.any():
            source, label = pairs.same("source"), pairs.same(name)
            grouping = f"source and {name}"
            yield PairClass(grouping, "same source", both & source)
            yield PairClass(grouping, f"same {name}, other source", both & ~source & label)
            yield PairClass(grouping, f"same source, other {name}", both & source & ~label)
            yield PairClass(grouping, f"same source and {name}", both & source & label)
            yield PairClass(grouping, "neither", both & ~source & ~label)


def within_suites(pairs: Pairs, suite: Ints) -> Iterator[tuple[int, PairClass]]:
    """The crossing of source and construct inside each suite that has pairs of both kinds.

    Args:
        pairs: that are used.
        suite: (q,) number of each setting's suite.
    """
    inside = suite[pairs.a] == suite[pairs.b]
    if inside.all():
        return
    crossed = [one for one in pair_classes(pairs) if one.grouping == "source and construct"]
    wanted = {"same source", "same construct, other source", "neither"}
    for number in np.unique(suite):
        own = inside & (suite[pairs.a] == number)
        found = [PairClass(one.grouping, one.name, one.mask & own) for one in crossed if one.name in wanted]
        if len(found) == len(wanted) and all(one.mask.any() for one in found):
            yield from ((int(number), one) for one in found)


def contrasts(pairs: Pairs) -> Iterator[Contrast]:
    """Same against different for each grouping; then source against construct and split, and each given the other."""
    for name in GROUPINGS:
        declared, same = pairs.declared(name), pairs.same(name)
        if same.any() and (declared & ~same).any():
            yield Contrast(
                name=f"same {name} - different {name}",
                one=same,
                other=declared & ~same,
                classes=_same_and_different(pairs, name, declared),
                blocks=_blocks(pairs, (name,), ()),
                two_sided=True,
            )
    for name in CROSSED:
        yield from _crossed(pairs, name)


def _crossed(pairs: Pairs, name: str) -> Iterator[Contrast]:
    both = pairs.declared("source") & pairs.declared(name)
    source, label = pairs.same("source"), pairs.same(name)
    by_source, by_label = both & source & ~label, both & ~source & label
    neither = both & ~source & ~label
    needed = ("source", name)
    if by_source.any() and by_label.any():
        yield Contrast(
            name=f"same source, other {name} - same {name}, other source",
            one=by_source,
            other=by_label,
            classes=_crossing(pairs, name, both, ("source", name)),
            blocks=_blocks(pairs, needed, ()),
            two_sided=True,
        )
    if by_source.any() and neither.any():
        yield Contrast(
            name=f"same source, other {name} - neither",
            one=by_source,
            other=neither,
            classes=_crossing(pairs, name, both, ("source", "neither")),
            blocks=_blocks(pairs, needed, (name,)),
            two_sided=False,
        )
    if by_label.any() and neither.any():
        yield Contrast(
            name=f"same {name}, other source - neither",
            one=by_label,
            other=neither,
            classes=_crossing(pairs, name, both, (name, "neither")),
            blocks=_blocks(pairs, needed, ("source",)),
            two_sided=False,
        )


def _same_and_different(pairs: Pairs, name: str, declared: Bools) -> Classes:
    def classes(order: Ints) -> tuple[Bools, Bools]:
        same = _same(pairs, pairs.codes[name][order])
        return same & declared, ~same & declared

    return classes


def _crossing(pairs: Pairs, name: str, both: Bools, wanted: tuple[str, str]) -> Classes:
    """Two classes of the crossing under exchanged labels: only of what is tested, or of both together.

    "source" is same source and another label, `name` the same label and another source.
    """
    moved = {"source", name} if "neither" not in wanted else {wanted[0]}

    def classes(order: Ints) -> tuple[Bools, Bools]:
        source, label = (
            _same(pairs, pairs.codes[one][order] if one in moved else pairs.codes[one][np.newaxis])
            for one in ("source", name)
        )
        found = {
            "source": source & ~label & both,
            name: ~source & label & both,
            "neither": ~source & ~label & both,
        }
        return found[wanted[0]], found[wanted[1]]

    return classes


def _same(pairs: Pairs, code: Ints) -> Bools:
    """(k, m) whether the two settings of each pair have the same code; code (k, q)."""
    small = code.astype(np.int16)  # a page compares fewer settings than that, and gathering is what costs
    same: Bools = small[:, pairs.a] == small[:, pairs.b]
    return same


def _blocks(pairs: Pairs, needed: tuple[str, ...], within: tuple[str, ...]) -> Ints:
    """(q,) blocks of settings whose labels may be exchanged: all that declare what is needed, alike in `within`.

    Settings that are in no used pair, or do not declare it, keep their own.
    """
    q = len(pairs.codes["source"])
    block = np.zeros(q, dtype=np.intp)
    for name in within:
        block = block * (q + 1) + pairs.codes[name]
    fixed = np.ones(q, dtype=bool)
    fixed[pairs.a] = fixed[pairs.b] = False
    for name in needed:
        fixed |= pairs.codes[name] < 0
    block[fixed] = -1 - np.arange(q)[fixed]
    return block
