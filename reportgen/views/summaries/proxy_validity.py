"""Proxies against the truth: how well each stands for what it is meant to, what choosing by it costs, every unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.numbers import NotEstimable
from reportgen.views.blocks import Cell, Definition, External, Figure, Page, Strong, Table
from reportgen.views.common import columns, known, number, rows_of, text_cell, value_cell
from reportgen.views.definitions import FIELLER
from reportgen.views.figures import as_table
from reportgen.views.figures_proxies import noun, regrets, unit_figures
from reportgen.views.summaries.template import Content, path_of, summary_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from reportgen.analysis.evidence import Computed
    from reportgen.analysis.summaries.proxy_validity import Headline
    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report

NAME = "proxy_validity"
TITLE = "Proxies against the truth"
PATH = path_of(NAME)
BONETT = External("Bonett and Wright (2000), Psychometrika 65(1)", "https://doi.org/10.1007/BF02294183")
#: Groups listed.
MAX_GROUPS = 200


def pages(report: Report) -> Iterator[Page]:
    """The page, when anything is declared to stand for anything."""
    found = report.summaries[NAME]
    if isinstance(found, NotEstimable):
        return
    content = Content(
        title="Can it stand for the truth?",
        answer=sentence(found),
        facts=(number(len(found.main), "pair"), number(int(found.main["units"].sum()), "unit")),
        blocks=(*unit_figures(found), _pairs(found), *_choices(found), *_bounds(found), *_groups(found)),
        definitions=_definitions(found.level),
        search_text="proxy bound estimate validation correlation selection regret Spearman Pearson Kendall PAC-Bayes",
    )
    yield summary_page(NAME, found, content)


# -- the answer -------------------------------------------------------------------------------------------------------


def sentence(found: Computed) -> Words:
    """How well the pair with most units agrees, whether a bound holds, and what choosing by the proxy costs."""
    head: Headline = found.headline
    row = head.row
    start = f"Over {numbers.plural(int(row['units']), *noun(str(row['over'])))}, {row['proxy']} "
    if known(row["estimate"]) is None:
        first: Words = (
            f"{start}cannot be held against {row['truth']} by a correlation",
            f": {row['reason']}.",
        )
    else:
        first = (
            f"{start}orders {row['truth']} with ",
            Strong(f"Spearman ρ = {numbers.fixed(row['estimate'], 2)}"),
            f"{_interval(row)}; Pearson r = {numbers.fixed(row['pearson'], 2)}.",
        )
    return (*first, *_groups_said(row), *_bound_said(row), *_choice_said(row), *_rival_said(head))


def _interval(row: dict[str, Any]) -> str:
    return "" if known(row["low"]) is None else f" ({numbers.interval(row['low'], row['high'])})"


def _groups_said(row: dict[str, Any]) -> Words:
    if not row["groups"] or row["groups_alike"] == row["groups"] or known(row["estimate"]) is None:
        return ()
    return (f" Only {row['groups_alike']} of {numbers.plural(int(row['groups']), 'group')} have that sign.",)


def _bound_said(row: dict[str, Any]) -> Words:
    if known(row["holds"]) is None:
        return ()
    vacuous = known(row["vacuous"])
    said = f" and says nothing for {numbers.percent(vacuous)}" if vacuous else ""
    return (
        " The bound holds for ",
        Strong(numbers.percent(row["holds"])),
        f" of them, lies {numbers.score(row['slack'])} from the truth on average{said}.",
    )


def _choice_said(row: dict[str, Any]) -> Words:
    regret = known(row["regret"])
    if regret is None or row["kind"] == "bound":
        return ()
    if regret <= numbers.NOISE:
        return (" Choosing by it finds the best candidate.",)
    error = known(row["regret_error"]) or None
    spread = numbers.give_or_take(error)
    return (
        " Choosing by it costs ",
        Strong(f"{numbers.score(regret, error)}{spread}{_points(row)}"),
        " against the best candidate.",
    )


def _points(row: dict[str, Any]) -> str:
    return " points" if row["unit"] == "percent" else ""


def _rival_said(head: Headline) -> Words:
    gain = known(head.gain)
    if not head.rival or gain is None:
        return ()
    if abs(gain) <= numbers.NOISE:
        return (f" {head.rival} chooses equally well.",)
    word = "more" if gain > 0 else "less"
    return (
        f" It brings {numbers.percent(abs(gain), 1)} {word} than choosing by {head.rival}.",
    )  # fmt: skip


# -- tables -----------------------------------------------------------------------------------------------------------


def _pairs(found: Computed) -> Table:
    return Table(
        name="pairs",
        heading="Every proxy",
        caption="Correlations over all units, and errors in the unit of the truth",
        columns=columns(
            ("proxy", "Proxy", {"align": "left"}),
            ("truth", "Truth", {"align": "left"}),
            ("rho", "ρ", {"meaning": "Spearman's rank correlation; positive = points the right way."}),
            ("interval", "Interval", {"wide": True, "meaning": "Of ρ."}),
            ("pearson", "r", {"wide": True, "meaning": "Pearson's r, with Fisher's interval below."}),
            ("fisher", "Fisher", {"wide": True, "meaning": "Fisher's interval of r."}),
            ("tau", "τ", {"wide": True, "meaning": "Kendall's tau-b."}),
            ("r2", "R²", {"wide": True, "meaning": "Of the straight line."}),
            ("mae", "MAE", {"wide": True, "meaning": "After the straight line."}),
            ("rmse", "RMSE", {"wide": True, "meaning": "After the straight line."}),
            ("direct", "RMSE, no fit", {"wide": True, "meaning": "Of proxy − truth, where both have one unit."}),
            ("units", "Units", {}),
        ),
        rows=tuple(_pair_row(row) for row in rows_of(found.main)),
    )  # fmt: skip


def _coefficient(value: Any, *, title: str = "") -> Cell:
    return Cell(text=numbers.fixed(known(value), 2), sort=known(value), title=title)


def _pair_row(row: Any) -> tuple[Cell, ...]:
    return (
        text_cell(row.proxy),
        text_cell(row.truth),
        _coefficient(row.estimate, title=str(row.reason)),
        Cell(text=numbers.interval(known(row.low), known(row.high)), sort=known(row.low)),
        _coefficient(row.pearson),
        Cell(text=numbers.interval(known(row.pearson_low), known(row.pearson_high)), sort=known(row.pearson_low)),
        _coefficient(row.tau),
        _coefficient(row.r2),
        value_cell(row.mae),
        value_cell(row.rmse),
        value_cell(row.rmse_direct),
        Cell(text=numbers.plural(int(row.units), *noun(str(row.over))), sort=row.units),
    )  # fmt: skip


def _choices(found: Computed) -> Iterator[Block]:
    rows = found.main[found.main["tasks"] > 0]
    if not len(rows):
        return
    # bars of one unit: a regret of 0.1 of 1 is not shorter than one of 6 of 100
    drawn = rows[rows["unit"] == rows["unit"].iloc[0]]
    data, layout = regrets(drawn)
    yield Figure(
        name="figure-regret",
        heading="What choosing by a proxy costs",
        caption=("Best candidate less the chosen one, mean over tasks; 0: the best was chosen.",),
        alt=f"Bars of the regret of {numbers.plural(len(drawn), 'proxy', 'proxies')}.",
        data=data,
        layout=layout,
        height=max(160, 70 + 34 * len(drawn)),
        table=_choice_table(rows),
    )
    gains = found.tables["gains"]
    if len(gains):
        yield _gains(gains)


def _choice_table(rows: pd.DataFrame) -> Table:
    return as_table(
        "figure-regret",
        ("Proxy", "Chosen", "Best", "At random", "Regret", "Recall of the best fifth", "Tasks"),
        [f"{row.proxy} → {row.truth}" for row in rows_of(rows)],
        [
            [known(value) for value in rows[name]]
            for name in ("chosen", "best", "average", "regret", "recall", "tasks")
        ],
    )


def _gains(gains: pd.DataFrame) -> Table:
    return Table(
        name="gains",
        heading="One proxy instead of another",
        caption="Truth of what each chooses, over the candidates that have both",
        columns=columns(
            ("proxy", "Choosing by", {"align": "left"}),
            ("other", "instead of", {"align": "left"}),
            ("gain", "Gain", {"meaning": "(truth chosen − truth chosen by the other) / the latter."}),
            ("chosen", "Chosen", {"wide": True}),
            ("other_chosen", "By the other", {"wide": True}),
            ("truth", "Truth", {"align": "left", "wide": True}),
            ("tasks", "Tasks", {"wide": True}),
        ),
        rows=tuple(
            (
                text_cell(row.proxy),
                text_cell(row.other),
                Cell(text=numbers.percent(known(row.gain), 1), sort=known(row.gain)),
                value_cell(row.chosen),
                value_cell(row.other_chosen),
                text_cell(row.truth),
                Cell(text=numbers.count(int(row.tasks)), sort=row.tasks),
            )
            for row in rows_of(gains)
        ),
    )


def _bounds(found: Computed) -> Iterator[Block]:
    rows = found.main[found.main["holds"].notna()]
    if not len(rows):
        return
    yield Table(
        name="bounds",
        heading="Bounds",
        caption="Whether they hold, and how loose they are",
        columns=columns(
            ("proxy", "Bound", {"align": "left"}),
            ("truth", "Truth", {"align": "left"}),
            ("holds", "Holds", {"meaning": "Share of units whose truth is not worse than the bound."}),
            ("interval", "Interval", {"wide": True, "meaning": "Wilson interval of that share."}),
            ("slack", "Slack", {"meaning": "Mean by which the bound is worse than the truth."}),
            ("vacuous", "Vacuous", {"wide": True, "meaning": "At the worst possible value or beyond."}),
        ),
        rows=tuple(
            (
                text_cell(row.proxy),
                text_cell(row.truth),
                Cell(text=numbers.percent(row.holds), sort=row.holds),
                Cell(
                    text=f"{numbers.percent(row.holds_low)} to {numbers.percent(row.holds_high)}",
                    sort=row.holds_low,
                ),
                value_cell(row.slack),
                Cell(text=numbers.percent(known(row.vacuous)), sort=known(row.vacuous)),
            )
            for row in rows_of(rows)
        ),
    )


def _groups(found: Computed) -> Iterator[Block]:
    groups = found.tables["groups"]
    if not len(groups):
        return
    more = len(groups) - MAX_GROUPS
    yield Table(
        name="groups",
        heading="Within groups",
        caption="A correlation over all units may be one of groups: here it is within each"
        + (f" ({numbers.count(more)} more groups are in the downloads)" if more > 0 else ""),
        columns=columns(
            ("group", "Group", {"align": "left"}),
            ("rho", "ρ", {"meaning": "Spearman's rank correlation within the group."}),
            ("interval", "Interval", {"wide": True}),
            ("units", "Units", {}),
            ("grouping", "By", {"align": "left", "wide": True}),
            ("proxy", "Proxy", {"align": "left", "wide": True}),
            ("truth", "Truth", {"align": "left", "wide": True}),
        ),
        rows=tuple(
            (
                text_cell(row.group),
                _coefficient(row.spearman, title=str(row.reason)),
                Cell(text=numbers.interval(known(row.low), known(row.high)), sort=known(row.low)),
                Cell(text=numbers.count(int(row.units)), sort=row.units),
                text_cell(row.grouping),
                text_cell(row.proxy),
                text_cell(row.truth),
            )
            for row in rows_of(groups.head(MAX_GROUPS))
        ),
        search="Find a group",
    )


def _definitions(level: float) -> tuple[Definition, ...]:
    return (
        Definition(
            title="Correlations",
            words=(
                "Spearman's ρ of the ranks (ties averaged), Pearson's r of the values, Kendall's τ-b. Both sides are "
                "put on higher is better where both directions are known, so that plus points the right way.",
            ),
            formula="r: tanh(atanh r ± z / √(n − 3));  ρ: … ± z √((1 + ρ²/2)/(n − 3));  τ: … ± z √(0.437/(n − 4))",
            source=("Intervals: Fisher's z; ", BONETT, "; ", FIELLER, "."),
            assumptions=(
                f"The {numbers.percent(level)} intervals take units as independent draws.",
                "With fewer than five units there are points and no correlation; with a constant side there is none.",
                "All units of a suite are pooled; the table of groups says what is left within them.",
            ),
        ),
        Definition(
            title="Errors after a fit, and without",
            words=("A straight line by least squares over all units, as reported; errors on the same units.",),
            formula="truth ≈ a + b·proxy;   MAE = Σ|e|/n;   RMSE = √(Σe²/n)",
        ),
        Definition(
            title="Choosing by a proxy",
            words=(
                "Within each task (benchmark and conditions) the candidate with the best proxy is chosen, of equal "
                "ones each with the same chance; then the mean over tasks. The best one is known only from the truth.",
            ),
            formula=(
                "regret = best truth − truth of the chosen;   gain of A over B = (truth by A − truth by B) / truth by "
                "B;   recall = |best fifth by proxy ∩ best fifth| / size"
            ),
        ),
        Definition(
            title="Bounds",
            words=(
                "A bound holds where the truth is not worse than it. Vacuous: the bound is at the worst possible value "
                "of the metric, or beyond. Slack: the mean by which it is worse than the truth.",
            ),
            formula="holds = share(bound ≥ error);   slack = mean(bound − error)",
        ),
    )  # fmt: skip
