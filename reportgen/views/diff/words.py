"""Rows of a comparison's tables in words, so that text, Markdown and pages say the same. Nothing is escaped here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from reportgen import numbers
from reportgen.diff.model import BETTER, NOT_COMPARABLE, WORSE
from reportgen.views.common import known

if TYPE_CHECKING:
    from reportgen.diff.model import Identity

#: Better is up, whatever the metric's direction; without a verdict there is no arrow.
ARROWS = {BETTER: "▲", WORSE: "▼"}
CELL_TITLES = ("model", "benchmark", "old", "new", "difference, + is better", "shared items", "verdict")


class CellWords(NamedTuple):
    """One row of scores, a text for each of `CELL_TITLES`."""

    system: str
    setting: str
    old: str
    new: str
    difference: str
    items: str
    verdict: str


def cell(row: Any, *, caused: bool = False) -> CellWords:
    """A row of `CELL_COLUMNS` in words; the verdict with its cause where causes differ."""
    old, new = scores(row)
    cause = f" ({row.cause})" if caused and row.cause else ""
    return CellWords(
        str(row.system), str(row.setting), old, new, difference(row), items(row), verdict(row) + cause
    )


def scores(row: Any) -> tuple[str, str]:
    """Both scores with their standard errors: '71.2 ±0.4'.

    Where no error sets the digits, two scores that differ look different.
    """
    old, new = known(row.old), known(row.new)
    errors = known(row.old_error), known(row.new_error)
    texts = tuple(numbers.score(value, error) for value, error in zip((old, new), errors, strict=True))
    if texts[0] == texts[1] and not all(errors) and old is not None and new is not None:
        decimals = numbers.decimals_for(abs(new - old), fallback=1)
        texts = tuple(numbers.fixed(value, decimals) for value in (old, new))
    return with_error(texts[0], errors[0]), with_error(texts[1], errors[1])


def with_error(text: str, error: float | None) -> str:
    """'71.2 ±0.4', or the score alone where the error is unknown."""
    return f"{text} {numbers.plus_minus(error)}".rstrip()


def difference(row: Any) -> str:
    """'▲ +5.0 (+2.2 to +7.8)': positive is better for every metric; two digits where its noise is unknown."""
    value, low, high = known(row.difference), known(row.low), known(row.high)
    if value is None:
        return numbers.ABSENT
    arrow = ARROWS.get(row.verdict, "")
    if low is None or high is None:
        digits = abs(value) / 4 if abs(value) >= 10.0**-numbers.MOST_DECIMALS else None
        return f"{arrow} {numbers.score(value, digits, plus=True)}".strip()
    decimals = numbers.decimals_for((high - low) / 4)
    shown = [numbers.fixed(number, decimals, plus=True) for number in (value, low, high)]
    return f"{arrow} {shown[0]} ({shown[1]} to {shown[2]})".strip()


def items(row: Any) -> str:
    """Items that both sides answered; 'unpaired' where the test knows standard errors only."""
    shared = known(row.items)
    return numbers.count(int(shared)) if shared is not None else str(row.test) or numbers.ABSENT


def verdict(row: Any) -> str:
    """The verdict, and of what cannot be compared, why."""
    return (
        f"{row.verdict}: {row.reason}" if row.verdict == NOT_COMPARABLE and row.reason else str(row.verdict)
    )


def place(rank: Any, low: Any, high: Any) -> str:
    """'3 (2–5)': a rank with its interval."""
    at, first, last = (known(value) for value in (rank, low, high))
    if at is None:
        return numbers.ABSENT
    if first is None or last is None:
        return numbers.count(int(at))
    return f"{numbers.count(int(at))} ({numbers.ranks(int(first), int(last))})"


def rank(row: Any) -> str:
    """'↑ 3 (2–5) → 2 (1–4), tie group 2 → 1': an arrow only where the tie group is another one."""
    old = place(row.old_rank, row.old_low, row.old_high)
    new = place(row.new_rank, row.new_low, row.new_high)
    if row.moved == "new":
        return f"rank {new} of {numbers.count(int(row.of_new))}"
    if row.moved == "removed":
        return f"was rank {old} of {numbers.count(int(row.of_old))}"
    groups = known(row.old_group), known(row.new_group)
    if row.moved not in {"up", "down"}:
        stayed = ", same tie group" if None not in groups else ""
        return f"{old} → {new}{stayed}"
    told = (
        ""
        if None in groups or groups[0] == groups[1]
        else f", tie group {_group(groups[0])} → {_group(groups[1])}"
    )
    return f"{'↑' if row.moved == 'up' else '↓'} {old} → {new}{told}"


def _group(group: float | None) -> str:
    return numbers.ABSENT if group is None else numbers.count(int(group))


def agreement(row: Any, side: str) -> str:
    """'0.81 (0.70 to 0.90), 12 models' of the "old" or the "new" side."""
    tau, shared = known(getattr(row, f"{side}_tau")), known(getattr(row, f"{side}_n"))
    low, high = known(getattr(row, f"{side}_low")), known(getattr(row, f"{side}_high"))
    if tau is None:
        return numbers.ABSENT
    interval = "" if low is None or high is None else f" ({numbers.interval(low, high)})"
    models = "" if shared is None else f", {numbers.plural(int(shared), 'model')}"
    return f"{numbers.fixed(tau, 2)}{interval}{models}"


def short_hash(text: str) -> str:
    """The first twelve digits."""
    return text[:12]


def holds(side: Identity) -> str:
    """'3 files, 1,234 records, 12 models, 5 benchmarks'."""
    counted = (
        (side.files, "file"),
        (side.records, "record"),
        (side.models, "model"),
        (side.benchmarks, "benchmark"),
    )
    return ", ".join(numbers.plural(number, word) for number, word in counted)
