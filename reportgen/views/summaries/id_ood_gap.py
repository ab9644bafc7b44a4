"""In distribution against shifted: the page of the gap, and the sentences other pages say about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.numbers import NotEstimable
from reportgen.views import definitions
from reportgen.views.blocks import Cell, Definitions, Facts, Figure, Finding, Link, Page, Prose, Strong, Table
from reportgen.views.common import columns, count_cell, known, number, rows_of, text_cell, value_cell
from reportgen.views.figures import as_table, level_and_loss
from reportgen.views.report import model_page
from reportgen.views.summaries.template import PARENT, downloads

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from reportgen.analysis.summaries.id_ood_gap import GapFact, GapSummary
    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report

NAME = "id_ood_gap"
TITLE = "In distribution against shifted"
PATH = "generalization/gap/"
#: Suites that get a figure; each shows every system.
MAX_FIGURES = 6
#: Filters shown as chips.
MAX_CHIPS = 12
#: Systems a scatter needs to show a relation.
FEWEST_POINTS = 4


def pages(report: Report) -> Iterator[Page]:
    """The page, when there is anything to show."""
    if isinstance(report.gap, NotEstimable):
        return
    gap = report.gap
    yield Page(
        path=PATH,
        title="Level and loss: in distribution against shifted",
        section="generalization/",
        parents=(PARENT,),
        answer=sentence(gap),
        blocks=(
            Facts(items=tuple(_facts(report, gap))),
            *_figures(gap),
            _systems(gap),
            _shifts(report, gap),
            *_cannot_say(gap),
            *downloads({"gap_systems": gap.systems, "gap_pairs": gap.pairs}),
            Definitions(
                items=(
                    definitions.gap(report.level),
                    definitions.effective_robustness(),
                    definitions.standard_error(),
                )
            ),
        ),
        search_text="id ood gap effective robustness accuracy on the line",
    )


def main_fact(gap: GapSummary) -> GapFact:
    """The panel the headlines speak of: the one with most systems, then most shifts."""
    return min(gap.facts, key=lambda fact: (-fact.n_systems, -fact.n_settings, fact.suite, fact.panel))


def panel_title(suite: object, panel: object) -> str:
    """What a comparison is called: its suite, and what tells it from the suite's others."""
    name, part = str(suite), str(panel)
    return name if part in {"", name} else (f"{name} · {part}" if name else part)


def sentence(gap: GapSummary) -> Words:
    """Who loses least and how sure that is, and what the typical loss is."""
    fact = main_fact(gap)
    title = panel_title(fact.suite, fact.panel)
    where = f" on the {numbers.plural(fact.n_settings, 'shifted benchmark')}{f' of {title}' if title else ''}"
    if fact.n_systems == 1:
        return _only_one(gap, fact, where)
    verb = "loses" if fact.median_gap >= 0 else "gains"
    typical = (
        f"The median of {numbers.plural(fact.n_systems, 'model')} {verb} ",
        Strong(_amount(fact, fact.median_gap)),
        where,
        ".",
    )
    if not fact.least_system:
        return typical
    model = _models(gap).get((fact.panel, fact.least_system), fact.least_system)
    error = known(fact.least_error)
    amount = numbers.score(abs(fact.least_gap), error, decimals=None if error else _decimals(fact))
    least = "loses least" if fact.least_gap >= 0 else "gains most"
    sure = _sure(fact)
    return (
        *typical,
        " ",
        Link(fact.least_system, model_page(model)),
        f" {least} ({amount}{numbers.give_or_take(error)}){sure}.",
    )


def _only_one(gap: GapSummary, fact: GapFact, where: str) -> Words:
    rows = gap.systems[(gap.systems["suite"] == fact.suite) & (gap.systems["panel"] == fact.panel)]
    row = rows.iloc[0]
    verb = "loses" if fact.median_gap >= 0 else "gains"
    return (
        Link(str(row["system"]), model_page(str(row["model"]))),
        f" {verb} ",
        Strong(_amount(fact, fact.median_gap)),
        f"{where}; there is no other system to compare it with.",
    )


def _sure(fact: GapFact) -> str:
    if fact.n_alike is None:
        return "; how sure that is cannot be said, because errors are unknown"
    if fact.n_alike:
        return f"; {numbers.plural(fact.n_alike, 'other')} cannot be told apart from it"
    others = fact.n_systems - fact.n_near_chance - 1
    return (
        ", clearly less than any other" if others and fact.least_gap >= 0 else (", clearly" if others else "")
    )


def _amount(fact: GapFact, gap: float) -> str:
    """'10.0 points', without a sign: the verb says whether it is lost or gained."""
    return f"{numbers.score(abs(gap), decimals=_decimals(fact))}{_unit(fact)}"


def finding(gap: GapSummary) -> Finding:
    """The card of the home page."""
    fact = main_fact(gap)
    rows = gap.systems[(gap.systems["suite"] == fact.suite) & (gap.systems["panel"] == fact.panel)]
    losers = int((rows["gap"] > 0).sum())
    who = {len(rows): "Every model loses", 0: "No model loses"}.get(
        losers, f"{losers} of {len(rows)} models lose"
    )
    title = panel_title(fact.suite, fact.panel)
    line = gap.lines[(gap.lines["suite"] == fact.suite) & (gap.lines["panel"] == fact.panel)]
    r2 = known(line["r2"].iloc[0]) if len(line) else None
    fit = (
        f"; in-distribution score explains {numbers.percent(r2)} of the shifted one" if r2 is not None else ""
    )
    return Finding(
        sentence=(
            Link(f"{who} under shift", PATH),
            f" on {title}: " if title else ": ",
            f"{_amount(fact, fact.median_gap)} {'lost' if fact.median_gap >= 0 else 'gained'} in the median.",
        ),
        how=f"{numbers.plural(fact.n_settings, 'shifted benchmark')}, {numbers.plural(fact.n_systems, 'model')}{fit}",
    )


def _unit(fact: GapFact) -> str:
    return " points" if fact.unit in {"percent", "points"} else ""


def _decimals(fact: GapFact) -> int:
    """Decimals for a gap whose error is unknown: tenths of a point, thousandths of a fraction."""
    return 1 if fact.unit == "percent" else 3


def _models(gap: GapSummary) -> dict[tuple[str, str], str]:
    names = zip(gap.systems["panel"], gap.systems["system"], gap.systems["model"], strict=True)
    return {(str(panel), str(system)): str(model) for panel, system, model in names}


def suites_table(gap: GapSummary) -> Table:
    """One row per panel: typical loss, who loses least, who stays best."""
    models = _models(gap)
    return Table(
        name="panels",
        heading="What is lost under shift",
        caption="Each suite with shifted benchmarks: the median loss, who loses least and who scores best under shift",
        columns=columns(
            ("suite", "Suite", {"align": "left"}),
            ("median", "Median gap", {}),
            ("least", "Loses least", {"align": "left"}),
            ("best", "Best under shift", {"align": "left", "wide": True}),
            ("systems", "Systems", {"wide": True}),
            ("shifts", "Shifts", {"wide": True}),
            ("chance", "Near chance", {"wide": True, "meaning": "Systems that guess: they have nothing to lose and are "
             "left out of “loses least”."}),
        ),
        rows=tuple(_panel_row(fact, models) for fact in gap.facts),
        compact=True,
    )  # fmt: skip


def _panel_row(fact: GapFact, models: dict[tuple[str, str], str]) -> tuple[Cell, ...]:
    def system(name: str, note: str) -> Cell:
        if not name:
            return Cell(text=numbers.ABSENT)
        return Cell(text=name, sort=name, link=model_page(models.get((fact.panel, name), name)), note=note)

    alike = "" if fact.n_alike is None else (f"and {fact.n_alike} alike" if fact.n_alike else "clearly")
    alike = alike if fact.n_systems - fact.n_near_chance > 1 else "the only one"
    return (
        text_cell(panel_title(fact.suite, fact.panel) or numbers.ABSENT),
        value_cell(fact.median_gap, decimals=_decimals(fact)),
        system(fact.least_system, alike),
        system(fact.best_ood_system, numbers.score(known(fact.best_ood_mean))),
        count_cell(fact.n_systems),
        count_cell(fact.n_settings),
        count_cell(fact.n_near_chance),
    )


def _facts(report: Report, gap: GapSummary) -> Iterator[Words]:
    yield number(len(gap.facts), "comparison")
    yield number(int(gap.pairs["system"].nunique()), "system")
    yield number(int(gap.pairs["setting"].nunique()), "shifted benchmark setting")
    yield (Strong(numbers.percent(report.level)), " intervals")
    near = sum(fact.n_near_chance for fact in gap.facts)
    if near:
        yield (*number(near, "system"), " near chance, not compared")


def _figures(gap: GapSummary) -> Iterator[Block]:
    facts = [fact for fact in gap.facts if fact.n_systems >= FEWEST_POINTS]
    facts.sort(key=lambda fact: (-fact.n_systems, fact.suite, fact.panel))
    for index, fact in enumerate(facts[:MAX_FIGURES]):
        yield _figure(gap, fact, index)


def _figure(gap: GapSummary, fact: GapFact, index: int) -> Figure:
    rows = gap.systems[(gap.systems["suite"] == fact.suite) & (gap.systems["panel"] == fact.panel)]
    rows = rows.sort_values(["id_mean", "system"], kind="stable")
    predicted = [known(value) for value in rows["predicted_ood"].tolist()]
    data, layout = level_and_loss(
        names=[str(name) for name in rows["system"]],
        inside=rows["id_mean"].tolist(),
        shifted=rows["ood_mean"].tolist(),
        predicted=predicted,
        unit=fact.unit,
    )
    title = panel_title(fact.suite, fact.panel) or "Level and loss"
    line = " The solid line is what the in-distribution score predicts." if any(predicted) else ""
    return Figure(
        name=f"figure-gap-{index}",
        heading=title,
        caption=(
            f"Each point is one of {numbers.plural(len(rows), 'system')}. The dotted line is no loss at all.{line}",
        ),
        alt=f"Scatter plot of {len(rows)} systems of {title}: in-distribution score against mean shifted score.",
        data=data,
        layout=layout,
        height=440,
        table=as_table(
            f"figure-gap-{index}",
            ("System", "In distribution", "Shifted", "Predicted from in distribution"),
            [str(name) for name in rows["system"]],
            [rows["id_mean"].tolist(), rows["ood_mean"].tolist(), predicted],
        ),
    )


def _systems(gap: GapSummary) -> Table:
    many = len(gap.facts) > 1
    suite_options = {"align": "left", "wide": True, "group": "chips" if len(gap.facts) <= MAX_CHIPS else ""}
    robust = bool(gap.systems["effective_robustness"].notna().any())
    units = {(fact.suite, fact.panel): _decimals(fact) for fact in gap.facts}
    return Table(
        name="systems",
        heading="Every system",
        caption="In-distribution score, shifted score and gap of every system, least gap first",
        columns=columns(
            ("system", "System", {"align": "left"}),
            *((("suite", "Suite", suite_options),) if many else ()),
            ("id", "In distribution", {}),
            ("ood", "Shifted", {}),
            ("gap", "Gap", {"meaning": "In distribution minus shifted; positive means it loses."}),
            *((("robustness", "Above the line", {"wide": True, "meaning": "Effective robustness: points above what the "
             "in-distribution score alone predicts."}),) if robust else ()),
        ),
        rows=tuple(
            _system_row(row, units.get((str(row.suite), str(row.panel)), 2), many=many, robust=robust)
            for row in rows_of(gap.systems)
        ),
        search="Find a system",
        download="gap_systems",
    )  # fmt: skip


def _system_row(row: Any, decimals: int, *, many: bool, robust: bool) -> tuple[Cell, ...]:
    error = known(row.standard_error)
    digits = None if error else decimals
    extra = known(row.effective_robustness)
    cells = [
        Cell(
            text=str(row.system),
            sort=str(row.system).casefold(),
            link=model_page(str(row.model)),
            flags=("near chance",) if row.near_chance else (),
        ),
        *((text_cell(panel_title(row.suite, row.panel) or numbers.ABSENT),) if many else ()),
        value_cell(row.id_mean, decimals=decimals, tone="id"),
        value_cell(row.ood_mean, decimals=decimals, tone="ood"),
        value_cell(row.gap, error, decimals=digits),
    ]
    if robust:
        tone = "plain" if extra is None else ("good" if extra > 0 else "bad")
        cells.append(Cell(text=numbers.fixed(extra, decimals, plus=True), sort=extra, tone=tone))  # type: ignore[arg-type]  # a tone
    return tuple(cells)


def _shifts(report: Report, gap: GapSummary) -> Table:
    return Table(
        name="shifts",
        heading="Every shift",
        caption="The typical loss on each shifted benchmark, largest first",
        columns=columns(
            ("setting", "Shifted benchmark", {"align": "left"}),
            ("twin", "Compared with", {"align": "left", "wide": True}),
            ("median", "Median gap", {}),
            ("spread", "Half of the systems", {"wide": True}),
            ("worst", "Loses most", {"align": "left", "wide": True}),
            ("n", "Systems", {}),
        ),
        rows=tuple(_shift_row(report, row) for row in rows_of(_by_loss(gap.shifts))),
        compact=True,
    )


def _by_loss(shifts: pd.DataFrame) -> pd.DataFrame:
    return shifts.sort_values(["median_gap", "setting"], ascending=[False, True], kind="stable")


def _shift_row(report: Report, row: Any) -> tuple[Cell, ...]:

    def link(name: str) -> Cell:
        title = report.setting_titles.get(name, name)
        return Cell(text=title, sort=title.casefold(), link=report.pages_of_settings.get(name))

    return (
        link(str(row.setting)),
        link(str(row.id_setting)),
        value_cell(row.median_gap),
        Cell(
            text=f"{numbers.score(known(row.quartile_low))} to {numbers.score(known(row.quartile_high))}",
            sort=known(row.quartile_high),
        ),
        text_cell(row.worst_system, note=numbers.score(known(row.worst_gap))),
        count_cell(int(row.n_systems)),
    )


def _cannot_say(gap: GapSummary) -> tuple[Block, ...]:
    paragraphs: list[Words] = []
    reasons: dict[str, list[str]] = {}
    for row in rows_of(gap.missing):
        reasons.setdefault(str(row.reason), []).append(str(row.setting or row.suite))
    for reason, names in sorted(reasons.items()):
        shown = ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")
        paragraphs.append((Strong(shown), f": {reason}."))
    paragraphs += [
        (Strong(panel_title(row.suite, row.panel) or "All systems"), f": no line: {row.reason}.")
        for row in rows_of(gap.lines)
        if row.reason
    ]
    paragraphs += [(text,) for text in gap.caveats]
    if not paragraphs:
        return ()
    return (Prose(heading="What this page cannot say", paragraphs=tuple(paragraphs), soft=True),)
