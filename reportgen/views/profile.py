"""Where a model stands on every summary that applies to it: small multiples, one strip for each comparison."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np

from reportgen import numbers
from reportgen.analysis.measures import MEASURES
from reportgen.views.blocks import Link, Strip, Strips
from reportgen.views.common import known, rows_of
from reportgen.views.report import model_page
from reportgen.views.summaries.registry import SUMMARY_VIEWS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reportgen.views.blocks import Words
    from reportgen.views.report import Report

#: Comparisons of one measure drawn on a model's page, those over most systems first; the rest is counted.
MAX_STRIPS = 2
PAGES_OF_KINDS = {view.NAME: view.PATH for view in SUMMARY_VIEWS}
SAYS = {(kind, one.name): one.says for kind, measures in MEASURES.items() for one in measures}


class Profiles:
    """Strips by model, from the report's profile; what all systems of a comparison share is made once."""

    def __init__(self, report: Report) -> None:
        self._titles = report.profile.titles
        self._level = report.level
        frame = report.profile.standings
        self._rows: dict[str, list[Any]] = defaultdict(list)
        self._ticks: dict[int, tuple[int, ...]] = {}
        self._ends: dict[int, tuple[str, str]] = {}
        for row in rows_of(frame):
            self._rows[str(row.model)].append(row)
        for number, strip in frame.groupby("strip", sort=True):
            self._ticks[int(str(number))] = ticks(strip["position"])
            self._ends[int(str(number))] = ends(strip)

    def block(self, model: str) -> Iterator[Strips]:
        """The profile of a model; nothing where no summary places it."""
        strips = [_best(rows) for rows in _by(self._rows.get(model, ()), "strip")]
        shown: list[Any] = []
        for rows in _by(strips, "kind", "measure"):
            shown += rows[:MAX_STRIPS]
        if not shown:
            return
        rest = len(strips) - len(shown)
        yield Strips(
            name="profile",
            heading="Where it stands",
            caption=(
                "A tick for every system, the better end on the right; the mark is this model, the band its"
                f" {numbers.percent(self._level)} interval. A loss is worth little at a low level: read both.",
            ),
            items=tuple(self._strip(row, model) for row in shown),
            rest=(
                *(_more(rest) if rest else ()),
                *(_to_compare(model) if len(self._rows) > 1 else ()),
            ),
        )

    def _strip(self, row: Any, model: str) -> Strip:
        error = known(row.standard_error)
        names = [panel_title(row.suite, row.panel), "" if row.system == model else f"as {row.system}"]
        return Strip(
            title=self._titles[row.kind, row.measure],
            note=", ".join(filter(None, names)),
            page=PAGES_OF_KINDS.get(row.kind, ""),
            value=numbers.score(row.value, error),
            pm=numbers.plus_minus(error),
            place=place_text(row),
            level=level_text(row),
            others=self._ticks[row.strip],
            at=row.position,
            low=known(row.position_low),
            high=known(row.position_high),
            ends=self._ends[row.strip],
        )


def _more(rest: int) -> Words:
    return (
        f"{numbers.plural(rest, 'more comparison')} of it {'is' if rest == 1 else 'are'} in ",
        Link("the table behind this", "data/", "profile"),
        ". ",
    )


def _to_compare(model: str) -> Words:
    slug = model_page(model).split("/")[1]
    return (Link("Compare it with another model", f"generalization/compare/?first={slug}"), ".")


def _by(rows: Sequence[Any], *names: str) -> list[list[Any]]:
    """The rows with the same values of these fields, in order of appearance."""
    groups: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for row in rows:
        groups[tuple(getattr(row, name) for name in names)].append(row)
    return list(groups.values())


def _best(rows: list[Any]) -> Any:
    """The best placed of a model's systems: rows of a strip stand in order of place."""
    return rows[0]


def ticks(positions: Any) -> tuple[int, ...]:
    """Positions in 0..1 as hundredths, each once, sorted."""
    return tuple(np.unique(np.round(100 * positions.to_numpy(float)).astype(int)).tolist())


def ends(strip: Any) -> tuple[str, str]:
    """What the values at the two ends of a strip are."""
    first, last = strip.iloc[[int(strip["position"].argmin()), int(strip["position"].argmax())]]["value"]
    if first == last:
        return ("", "")
    known_ends = strip["better"].iloc[0] != "unknown"
    words = ("worst ", "best ") if known_ends else ("", "")
    return (words[0] + numbers.score(first), words[1] + numbers.score(last))


def panel_title(suite: str, panel: str) -> str:
    """What a comparison is called: its suite, and what tells it from the suite's others."""
    if not panel or not suite:
        return panel or suite
    return panel if panel == suite or panel.startswith((f"{suite} ", f"{suite}-")) else f"{suite} · {panel}"


def place_text(row: Any) -> str:
    """'place 3 of 166', or why there is no place."""
    place = known(row.place)
    if place is None:
        return str(row.reason)
    if row.of == 1:
        return "the only one"
    shared = f", shared by {numbers.count(int(row.shared))}" if row.shared > 1 else ""
    return f"place {numbers.count(int(place))} of {numbers.count(int(row.of))}{shared}"


def level_text(row: Any) -> str:
    """'shifted score 65.2', where the value is to be read with it."""
    level = known(row.level)
    says = SAYS.get((row.kind, row.measure), "score")
    return "" if level is None else f"{says} {numbers.score(level)}"
