"""Do other ways of measuring agreement say the same? One sentence, and the pairs for which they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.analysis.concurrence.coefficients import COEFFICIENTS
from reportgen.numbers import NotEstimable
from reportgen.views.blocks import Cell, Definition, External, Prose, Strong, Table, Term
from reportgen.views.common import columns, count_cell, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from reportgen.analysis.concurrence.parts.coefficients import Headline
    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report

HEADING = "Do other ways of measuring agreement say the same?"
#: Pairs shown; the rest is in the download.
SHOWN = 6

SCIPY = External("SciPy's weighted tau: Vigna (2015)", "https://doi.org/10.1145/2736277.2741088")
FAGIN = External("Fagin, Kumar and Sivakumar (2003)", "https://doi.org/10.1137/S0895480102412856")
WEBBER = External("Webber, Moffat and Zobel (2010)", "https://doi.org/10.1145/1852102.1852106")


def blocks(report: Report) -> Iterator[Block]:
    """A sentence, and a small table where the answer is not yes."""
    found = report.concurrence["coefficients"]
    if isinstance(found, NotEstimable):
        yield Prose(
            heading=HEADING, anchor="coefficients", paragraphs=((f"Nobody can say: {found.reason}.",),)
        )
        return
    yield Prose(heading=HEADING, anchor="coefficients", paragraphs=(_answer(found.headline),))
    differing = found.tables["disagreements"]
    differing = differing[differing["verdict_changes"].to_numpy(bool)]
    if len(differing):
        yield _table(report, differing)


def _term(name: str, text: str = "") -> Term:
    coefficient = COEFFICIENTS[name]
    return Term(text or coefficient.title, f"{coefficient.meaning[0].upper()}{coefficient.meaning[1:]}.")


def _answer(head: Headline) -> Words:
    ways: Words = (
        "Besides ", _term("tau_b"), ", agreement can be counted with more weight on the top (", _term("weighted_tau"),
        "), by ranks (", _term("spearman"), "), or by the scores themselves (", _term("pearson"), "). ",
    )  # fmt: skip
    if not head.judged:
        return (
            *ways,
            "With so few shared models none of them has an interval, so none can contradict the other.",
        )
    judged = numbers.plural(head.judged, "pair")
    if head.unanimous == head.judged:
        said = f"For {'the pair' if head.judged == 1 else f'all {judged}'} with intervals "
        return (
            *ways,
            said,
            Strong("they all say the same"),
            ": agreement, opposition, or that nobody can tell.",
        )
    differ = head.judged - head.unanimous
    return (
        *ways,
        Strong(f"For {numbers.count(differ)} of {judged}"),
        " the answer depends on which is chosen: one finds agreement (or opposition) that another cannot tell from "
        "chance, or finds the opposite.",
        " Where only one coefficient finds something, do not build on it.",
    )


def _table(report: Report, differing: pd.DataFrame) -> Table:
    shown = differing.head(SHOWN)
    more = (
        ""
        if len(shown) == len(differing)
        else f", {numbers.count(len(shown))} of {numbers.count(len(differing))}"
    )
    return Table(
        name="coefficients",
        heading=f"Where the choice matters most{more}",
        caption="Pairs of benchmarks for which coefficients of agreement say different things",
        columns=columns(
            ("a", "Benchmark", {"align": "left"}),
            ("b", "and", {"align": "left"}),
            ("lowest", "Lowest", {}),
            ("highest", "Highest", {}),
            ("n", "Shared", {"note": "models", "wide": True}),
        ),
        rows=tuple(_row(report, row) for row in rows_of(shown)),
        download="concurrence_coefficients_disagreements",
        compact=True,
    )


def _row(report: Report, row: Any) -> tuple[Cell, ...]:
    def side(setting: str) -> Cell:
        title = report.setting_titles.get(setting, setting)
        return Cell(text=title, sort=title.casefold(), link=report.pages_of_settings[setting])

    def value(name: str, amount: float) -> Cell:
        coefficient = COEFFICIENTS[name]
        return Cell(
            text=numbers.fixed(amount, 2), sort=amount, note=coefficient.title, title=coefficient.meaning
        )

    return (
        side(str(row.benchmark_a)),
        side(str(row.benchmark_b)),
        value(str(row.lowest), float(row.lowest_value)),
        value(str(row.highest), float(row.highest_value)),
        count_cell(int(row.n)),
    )


def definitions(report: Report) -> Iterator[Definition]:
    """The other coefficients."""
    found = report.concurrence["coefficients"]
    if isinstance(found, NotEstimable):
        return
    head: Headline = found.headline
    cut = (
        ""
        if head.detailed == head.pairs
        else f" All of them are computed for {numbers.count(head.detailed)} of {numbers.plural(head.pairs, 'pair')}: "
        "those within a suite first, then those that share most models; reportgen concurrence --coefficient computes "
        "one for all."
    )
    yield Definition(
        title="Other coefficients",
        words=(
            "Tau-a, tau-c, Somers' D, gamma, weighted tau, Spearman and Pearson, and three that look at the top only: "
            "order and overlap of the best models, and rank-biased overlap. The download says what each means. "
            "Intervals leave out one model at a time (jackknife, Student's t; for Spearman and Pearson on Fisher's "
            f"scale); the three for the top have none, since they rest on a few models.{cut}",
        ),
        formula="τ_w = Σ w s_x s_y / sqrt(Σ w s_x² · Σ w s_y²),  w = 1/(r_i + 1) + 1/(r_j + 1), ranks from 0;   "
        "overlap = |A ∩ B| / max(|A|, |B|)",
        source=("Sources: ", SCIPY, "; ", FAGIN, "; ", WEBBER, "."),
        assumptions=(
            "Models are treated as independent draws.",
            "Scores tied up to rounding noise are ties.",
        ),
    )
