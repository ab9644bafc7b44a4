"""The page of calibration: does a system know when it is right, and what does abstaining gain?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.numbers import NotEstimable
from reportgen.views.blocks import Cell, Definition, External, Figure, Link, Pair, Strong, Table
from reportgen.views.common import columns, known, rows_of, text_cell, value_cell
from reportgen.views.figures import as_table
from reportgen.views.figures_calibration import MAX_CURVES, reliability_diagram, risk_over_coverage
from reportgen.views.report import model_page
from reportgen.views.summaries.template import Content, path_of, summary_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from reportgen.analysis.evidence import Computed
    from reportgen.analysis.summaries.selective_calibration import CalibrationFact
    from reportgen.views.blocks import Block, Page, Words
    from reportgen.views.report import Report

NAME = "selective_calibration"
TITLE = "Confidence against being right"
PATH = path_of(NAME)
#: Rows of the table; the rest is in `reportgen summarize`.
MAX_ROWS = 500
GUO = External(
    "Guo et al. (2017), On Calibration of Modern Neural Networks", "https://arxiv.org/abs/1706.04599"
)
BRIER = External(
    "Brier (1950), Monthly Weather Review 78",
    "https://doi.org/10.1175/1520-0493(1950)078%3C0001:VOFEIT%3E2.0.CO;2",
)
DELONG = External("DeLong et al. (1988), Biometrics 44", "https://doi.org/10.2307/2531595")
GEIFMAN = External(
    "Geifman and El-Yaniv (2017), Selective Classification", "https://arxiv.org/abs/1705.08500"
)
SELF_JUDGE = External("Ye et al. (2024), Self-Judge", "https://arxiv.org/abs/2409.00935")


def pages(report: Report) -> Iterator[Page]:
    """The page, when confidences are stated."""
    found = report.summaries[NAME]
    if isinstance(found, NotEstimable):
        return
    yield summary_page(
        NAME,
        found,
        Content(
            title="Does a system know when it is right?",
            answer=sentence(found),
            blocks=tuple(_blocks(found)),
            definitions=_definitions(found.level),
            search_text="calibration confidence ece brier auroc risk coverage selective abstain reliability",
        ),
    )


def sentence(found: Computed) -> Words:
    """Whose confidence is nearest to the truth, how sure that is, and who tells right from wrong."""
    fact: CalibrationFact = found.headline
    models = {str(row.system): str(row.model) for row in rows_of(found.main[["system", "model"]])}
    error = known(fact.best_standard_error)
    more = fact.best_overconfidence > 0
    off = numbers.percent(abs(fact.best_overconfidence), 1)
    alone = fact.n_systems == 1
    lead: Words = (
        Link(fact.best, model_page(models[fact.best])),
        f" on {fact.benchmark} states a confidence that is off by "
        if alone
        else f" is best calibrated on {fact.benchmark}: off by ",
        Strong(numbers.score(fact.best_error, error) + numbers.give_or_take(error)),
        f" on average over {numbers.plural(fact.best_n, 'item')}, {off} too {'sure' if more else 'unsure'} overall",
    )
    return (*lead, *(() if alone else (_alike(fact),)), ".", *_sharpest(fact))


def _alike(fact: CalibrationFact) -> str:
    if fact.n_alike:
        return f"; {numbers.plural(fact.n_alike, 'other')} cannot be told apart from it"
    return ", clearly less than any other"


def _sharpest(fact: CalibrationFact) -> Words:
    if not fact.sharpest:
        return ()
    return (
        f" {fact.sharpest}"
        + (" tells" if fact.n_systems == 1 else " best tells")
        + f" right from wrong: AUROC {numbers.fixed(fact.sharpest_auroc, 3)}; its surer half is right "
        f"{numbers.percent(fact.sharpest_half, 1)} of the time, all of it {numbers.percent(fact.sharpest_rate, 1)}.",
    )


def _blocks(found: Computed) -> Iterator[Block]:
    yield _figures(found)
    yield _systems(found)


def _figures(found: Computed) -> Pair:
    fact: CalibrationFact = found.headline
    main = found.main
    rows = main[(main["suite"] == fact.suite) & (main["benchmark"] == fact.benchmark)]
    names = [str(name) for name in rows["system"][:MAX_CURVES]]
    some = f" The {len(names)} best calibrated of {len(rows)}." if len(rows) > len(names) else ""
    return Pair(
        left=(_reliability(_part(found.tables["bins"], fact), names, some),),
        right=(_risk(_part(found.tables["risk_coverage"], fact), names, some),),
    )


def _part(frame: pd.DataFrame, fact: CalibrationFact) -> pd.DataFrame:
    return frame[(frame["suite"] == fact.suite) & (frame["benchmark"] == fact.benchmark)]


def _reliability(bins: pd.DataFrame, names: list[str], some: str) -> Figure:
    curves = [
        (name, rows["confidence"].tolist(), rows["accuracy"].tolist())
        for name in names
        for rows in [bins[bins["system"] == name]]
    ]
    data, layout = reliability_diagram(curves)
    shown = bins[bins["system"].isin(names)]
    return Figure(
        name="figure-reliability",
        heading="Reliability",
        caption=(
            f"Below the dotted line a system is surer than it is right; bins without items are not drawn.{some}",
        ),
        alt=f"Reliability diagram of {len(names)} systems: stated confidence against share right.",
        data=data,
        layout=layout,
        height=400,
        table=as_table(
            "figure-reliability",
            ("System", "Confidence", "Share right", "Items"),
            [str(name) for name in shown["system"]],
            [shown["confidence"].tolist(), shown["accuracy"].tolist(), shown["n"].astype(float).tolist()],
        ),
    )


def _risk(curves: pd.DataFrame, names: list[str], some: str) -> Figure:
    lines = [
        (name, rows["coverage"].tolist(), rows["risk"].tolist())
        for name in names
        for rows in [curves[curves["system"] == name]]
    ]
    data, layout = risk_over_coverage(lines)
    shown = curves[curves["system"].isin(names)]
    return Figure(
        name="figure-risk",
        heading="Risk over coverage",
        caption=(f"Share wrong when only the surest share of the items is answered; lower is better.{some}",),
        alt=f"Risk over coverage of {len(names)} systems.",
        data=data,
        layout=layout,
        height=400,
        table=as_table(
            "figure-risk",
            ("System", "Coverage", "Risk"),
            [str(name) for name in shown["system"]],
            [shown["coverage"].tolist(), shown["risk"].tolist()],
        ),
    )


def _systems(found: Computed) -> Table:
    rest = len(found.main) - MAX_ROWS
    return Table(
        name="systems",
        heading="Every system",
        caption="Calibration and discrimination of each system, least calibration error first"
        + (f"; {numbers.count(rest)} more from `reportgen summarize {NAME}`" if rest > 0 else ""),
        columns=columns(
            ("system", "System", {"align": "left"}),
            ("benchmark", "Benchmark", {"align": "left", "wide": True}),
            ("ece", "Calibration error", {"meaning": "Expected calibration error, 10 equal bins; ± over items."}),
            ("chance", "By chance", {"wide": True, "meaning": "What a perfectly calibrated system would show."}),
            ("over", "Too sure by", {"wide": True, "meaning": "Mean confidence minus share right."}),
            ("brier", "Brier", {"wide": True}),
            ("auroc", "AUROC", {"meaning": "Chance that a right answer has the higher confidence than a wrong one."}),
            ("pr", "PR-AUC", {"wide": True, "meaning": "Average precision; guessing gives the share right."}),
            ("aurc", "AURC", {"wide": True, "meaning": "Mean share wrong over all coverages."}),
            ("rate", "Right", {}),
            ("half", "Surer half", {"wide": True, "meaning": "Share right among the surer half of the items."}),
            ("coverage", "At 5 % risk", {"wide": True, "meaning": "Largest share answered with at most 5 % wrong."}),
        ),
        rows=tuple(_row(row) for row in rows_of(found.main[:MAX_ROWS])),
        search="Find a system",
    )  # fmt: skip


def _row(row: Any) -> tuple[Cell, ...]:
    def share(value: Any) -> Cell:
        return Cell(text=numbers.percent(known(value), 1), sort=known(value))

    return (
        text_cell(row.system, link=model_page(str(row.model)), note="calibrated" if row.calibrated else ""),
        text_cell(row.benchmark),
        value_cell(row.estimate, row.standard_error),
        value_cell(row.by_chance, decimals=3),
        Cell(text=numbers.fixed(known(row.overconfidence), 3, plus=True), sort=known(row.overconfidence)),
        value_cell(row.brier, row.brier_error),
        value_cell(row.auroc, row.auroc_error, note=row.reason),
        value_cell(row.pr_auc, decimals=3),
        value_cell(row.aurc, decimals=3),
        share(row.base_rate),
        share(row.accuracy_of_surer_half),
        share(row.coverage_at_risk),
    )


def _definitions(level: float) -> tuple[Definition, ...]:
    over_items = "Items are independent draws; all errors are over items."
    return (
        Definition(
            title="Expected calibration error",
            words=(
                "Items are put into 10 bins of equal width by stated confidence; in each, the mean confidence is held "
                "against the share that came true. A perfectly calibrated system has an error above 0 too, because "
                "answers are drawn: “by chance” says how large. A system is marked calibrated where its error is no "
                f"larger than chance allows at {numbers.percent(level)}.",
            ),
            formula="ECE = Σ_b n_b/n · |share right_b − confidence_b|;   by chance: Σ_b √(2/π · Σ p(1 − p)) / n",
            source=("Source: ", GUO, "; error by leaving out one item at a time (jackknife)."),
            assumptions=(over_items, "The estimate depends on the bins and is too large in small samples."),
        ),
        Definition(
            title="Brier score, AUROC and PR-AUC",
            words=(
                "The Brier score is the mean squared distance of confidence and outcome. AUROC is the chance that a "
                "right answer has the higher confidence than a wrong one, ties half; PR-AUC is the average precision, "
                "equal confidences taken together, to be read against the share right.",
            ),
            formula="Brier = mean (p − y)²;   AUROC = P(p₁ > p₀) + ½ P(p₁ = p₀)",
            source=("Source: ", BRIER, "; error of AUROC by ", DELONG, "."),
            assumptions=(over_items,),
        ),
        Definition(
            title="Risk over coverage",
            words=(
                "Only the surest share of the items is answered. Among equally sure items the order is not known, so "
                "the expectation over all orders is taken. AURC is the mean risk over all coverages.",
            ),
            formula="risk(k/n) = wrong among the k surest / k;   AURC = mean over k of risk(k/n)",
            source=("Source: ", GEIFMAN, "; used so in ", SELF_JUDGE, "."),
        ),
    )
