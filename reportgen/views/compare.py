"""Two models side by side on every summary that applies to both; which two is chosen by the reader."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np

from reportgen import numbers
from reportgen.views.blocks import Compared, Comparison, Link, Mark, Notice, Page, Prose, Strong
from reportgen.views.common import known, rows_of
from reportgen.views.profile import PAGES_OF_KINDS, SAYS, ends, panel_title, ticks
from reportgen.views.report import model_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from reportgen.views.blocks import Block
    from reportgen.views.report import Report

PATH = "generalization/compare/"
#: Standings the page carries, about 20 bytes each on the way; comparisons over most systems come first.
MAX_STANDINGS = 15_000


def pages(report: Report) -> Iterator[Page]:
    """The page, where there are two models to compare."""
    standings = _carried(report.profile.standings)
    models = sorted(set(standings["model"].astype(str)))
    if len(models) < 2:
        return
    block = comparison(report, standings, models)
    yield Page(
        path=PATH,
        title="Compare two models",
        section="generalization/",
        parents=(Link("Generalization", "generalization/"),),
        answer=(
            "Where two models stand on every comparison that both are part of, one beside the other: ",
            Strong(f"{numbers.count(len(models))} models"),
            f" on {numbers.plural(len(block.items), 'comparison')}.",
        ),
        blocks=tuple(_blocks(report, block, standings["strip"].nunique())),
        search_text="compare two models pair side by side profile",
    )


def compare_link(report: Report) -> Iterator[Prose]:
    """A way to the page, where there is one."""
    if report.profile.standings["model"].nunique() > 1:
        yield Prose(
            paragraphs=((Link("Compare two models", PATH), " on every summary that applies to both."),)
        )


def _blocks(report: Report, block: Comparison, carried: int) -> Iterator[Block]:
    yield block
    total = report.profile.standings["strip"].nunique()
    if carried < total:
        yield Notice(
            words=(
                f"The page carries {numbers.count(carried)} of {numbers.plural(total, 'comparison')}, of each summary"
                " those over most systems; all are in ",
                Link("the table behind this", "data/", "profile"),
                ".",
            )
        )
    yield Prose(
        heading="How to read this",
        soft=True,
        paragraphs=(
            (
                "A tick stands for every system, the better end is on the right; the first model is marked above the"
                f" line, the second below, each with its {numbers.percent(report.level)} interval where there is one."
                " Intervals that do not overlap tell two models apart; intervals that do leave it open. A loss is"
                " worth little at a low level, and who is near chance has nothing to lose.",
            ),
        ),
    )


def _carried(standings: pd.DataFrame) -> pd.DataFrame:
    """The best placed system of each model in each strip, of as many whole strips as the page may carry."""
    best = standings.drop_duplicates(["strip", "model"])
    if len(best) <= MAX_STANDINGS:
        return best
    # first the first strip of every measure, then the second ones, and so on
    order = best.drop_duplicates("strip").groupby(["kind", "measure"]).cumcount().to_numpy()
    strips = best.drop_duplicates("strip")["strip"].to_numpy()[np.argsort(order, kind="stable")]
    sizes = best["strip"].value_counts().reindex(strips).to_numpy().cumsum()
    kept = set(strips[sizes <= MAX_STANDINGS])
    return best[best["strip"].isin(kept)]


def comparison(report: Report, standings: pd.DataFrame, models: Sequence[str]) -> Comparison:
    """What the script draws any pair from, and the pair that is there without it."""
    place = {name: at for at, name in enumerate(models)}
    members: dict[int, list[Any]] = defaultdict(list)
    for row in rows_of(standings):
        members[row.strip].append(row)
    shared = {strip: rows for strip, rows in members.items() if len(rows) > 1}
    whole = dict(list(report.profile.standings.groupby("strip", sort=True)))
    items = tuple(_compared(report, rows, whole[strip], place) for strip, rows in sorted(shared.items()))
    return Comparison(
        name="compare",
        caption="Comparisons of two models",
        models=tuple(models),
        pages=tuple(map(model_page, models)),
        items=items,
        chosen=_most_shared(items, len(models)),
    )


def _compared(report: Report, rows: list[Any], strip: pd.DataFrame, place: dict[str, int]) -> Compared:
    head = rows[0]
    return Compared(
        title=report.profile.titles[head.kind, head.measure],
        note=panel_title(head.suite, head.panel),
        page=PAGES_OF_KINDS.get(head.kind, ""),
        says=SAYS.get((head.kind, head.measure), "score"),
        of=int(head.of),
        others=ticks(strip["position"]),
        ends=ends(strip),
        marks=tuple(sorted(((place[str(row.model)], _mark(row)) for row in rows), key=lambda pair: pair[0])),
    )


def _mark(row: Any) -> Mark:
    error, place = known(row.standard_error), known(row.place)
    return Mark(
        value=numbers.score(row.value, error),
        pm=numbers.plus_minus(error),
        place=None if place is None else int(place),
        reason=str(row.reason),
        level=numbers.score(known(row.level)) if known(row.level) is not None else "",
        system="" if row.system == row.model else str(row.system),
        at=round(row.position, 3),
        low=_share(row.position_low),
        high=_share(row.position_high),
    )


def _share(value: Any) -> float | None:
    """To three decimals, as the script has it."""
    share = known(value)
    return None if share is None else round(share, 3)


def _most_shared(items: Sequence[Compared], models: int) -> tuple[int, int]:
    """The model of most measures and the one that shares most of them; of equal ones the first by name."""
    measures = {(item.page, item.title): number for number, item in enumerate(items)}
    there = np.zeros((models, len(items)), dtype=np.int64)
    for item in items:
        there[[at for at, _ in item.marks], measures[item.page, item.title]] = 1
    first = int(there.sum(axis=1).argmax())
    common = there @ there[first]
    common[first] = -1
    return first, int(common.argmax())


def place_words(mark: Mark, of: int) -> str:
    """'place 3 of 60', or why there is none; `report.js` says the same."""
    if mark.place is None:
        return mark.reason
    return f"place {numbers.count(mark.place)} of {numbers.count(of)}"


def verdict(names: tuple[str, str], first: Mark, second: Mark) -> str:
    """Who is better and how sure that is; `report.js` says the same."""
    if first.place is None or second.place is None:
        return "not in one order"
    if first.place == second.place:
        return "level"
    better = names[0] if first.place < second.place else names[1]
    better += " is ahead, level aside" if first.level or second.level else " is better"
    ends_of = (first.low, first.high, second.low, second.high)
    if any(end is None for end in ends_of):
        return f"{better}; how sure that is cannot be said"
    low_a, high_a, low_b, high_b = (end or 0.0 for end in ends_of)
    apart = max(low_a, low_b) > min(high_a, high_b)
    return f"{better}; the intervals {'do not overlap' if apart else 'overlap'}"
