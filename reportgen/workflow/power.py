"""How many items or seeds it takes, planned from numbers or read off results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportgen.analysis.leaderboard import boards
from reportgen.analysis.power import Aim, binomial_sd, item_variance
from reportgen.analysis.power import plan as plan_of
from reportgen.analysis.rankings.grounds import grounds
from reportgen.analysis.rankings.parts import power as part
from reportgen.analysis.scores import score_table
from reportgen.errors import ReportgenError
from reportgen.ingest.settings import load_settings
from reportgen.views import power as views
from reportgen.views.tables import choose_boards
from reportgen.workflow.reading import load_some
from reportgen.workflow.summarising import evidence_of, generator_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from reportgen.ingest.remote import Root


def power_plan(
    *, given: Mapping[str, float | None], alpha: float, power: float | None, seeds: bool, fmt: str
) -> str:
    """The one of number, difference and power that was left out, as text.

    Args:
        given: n, difference, sd, score, correlation, sampling, samples; None where it was not said.
        alpha: of the two-sided test.
        power: probability of finding the difference; None for 80 %, or for what follows from n and difference.
        seeds: count seeds of each system instead of items.
        fmt: text, json, csv, markdown or latex.

    Raises:
        ReportgenError: the numbers say too little, too much or something impossible.
    """
    _check(given, power, seeds=seeds)
    try:
        score, sd = given["score"], given["sd"]
        variance = item_variance(
            binomial_sd(score) if score is not None else float(sd or 0),
            correlation=given["correlation"] or 0.0,
            sampling=given["sampling"] or 0.0,
            samples=int(given["samples"] or 1),
        )
        aim = Aim(alpha, 0.8 if power is None else power)
        found = plan_of(variance, aim, n=given["n"], difference=given["difference"])
    except ValueError as error:
        raise ReportgenError(str(error)) from error
    return views.plan(found, "seeds" if seeds else "items", fmt)


def _check(given: Mapping[str, float | None], power: float | None, *, seeds: bool) -> None:
    """Whether exactly one number is left to find, and the spread is known."""
    if (given["sd"] is None) == (given["score"] is None):
        raise ReportgenError("say how much scores vary, by one of --sd and --score")
    left_out = sum(value is None for value in (given["n"], given["difference"], power))
    if left_out == 0:
        raise ReportgenError("leave out one of --items, --difference and --power: it is what is computed")
    if given["n"] is None and given["difference"] is None:
        raise ReportgenError("give --items or --difference, or both")
    if (given["samples"] or 1) > 1 and given["sampling"] is None:
        raise ReportgenError(
            "--samples needs --sampling, the share of the variance that asking an item again changes; "
            "`reportgen power RESULTS` works with repeats of items as they are"
        )
    if seeds and given["sd"] is None:
        raise ReportgenError("--seeds needs --sd, the standard deviation over seeds")


def power(results: Root, *, board: str | None, fmt: str, cache: Path | None = None) -> str:
    """What each board and benchmark can tell apart, as text."""
    ingested, settings = load_some(results, cache), load_settings(results)
    table = score_table(ingested.frame, ingested.catalog)
    found = boards(table, policy=settings.missing_data, level=settings.confidence, catalog=ingested.catalog)
    evidence = evidence_of(ingested, table)
    chosen = {one.id: grounds(evidence, one) for one in choose_boards(found, board)}
    return views.boards(
        {name: part.compute(one, {}, generator_of(part.NAME)) for name, one in chosen.items()}, fmt
    )
