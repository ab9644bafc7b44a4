"""`reportgen power`: how many items it takes to tell two systems apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reportgen.cli.options import ResultsPath, cache_folder, cache_options, examples, format_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    epilog=examples(
        "reportgen power results --board imagenet",
        "reportgen power --score 0.7 --difference 0.02",
        "reportgen power --score 0.7 --difference 0.02 --correlation 0.6",
        "reportgen power --items 500 --score 0.7",
        "reportgen power --items 500 --score 0.7 --difference 0.05",
        "reportgen power --items 500 --sd 0.4 --sampling 0.3 --samples 4",
        "reportgen power --seeds --sd 0.8 --difference 1",
    )
)
@click.argument("results", type=ResultsPath(exists=True, file_okay=True), default=None, required=False)
@click.option("--board", default=None, help="Of RESULTS only this board (its name, or part of it).")
@click.option(
    "--items", type=click.FloatRange(1), default=None, help="Number of items (with --seeds, of seeds)."
)
@click.option(
    "--difference", type=float, default=None, help="True difference to be found, in the score's unit."
)
@click.option(
    "--power",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=None,
    help="Probability of finding it (default: 0.8, unless it is what is asked).",
)
@click.option("--alpha", type=click.FloatRange(0, 1, min_open=True, max_open=True), default=0.05, show_default=True,
              help="Level of the two-sided test.")  # fmt: skip
@click.option(
    "--sd", type=float, default=None, help="Standard deviation of the scores of items, or of seeds."
)
@click.option("--score", type=float, default=None, help="Instead of --sd: share of items right, 0 to 1.")
@click.option(
    "--correlation",
    type=float,
    default=None,
    help="Of the two systems over the items, which both answer (default: 0, as on different items).",
)
@click.option("--sampling", type=float, default=None,
              help="Share of sd² that comes from asking an item once more, 0 to 1 (default: 0).")  # fmt: skip
@click.option(
    "--samples", type=click.IntRange(1), default=None, help="Answers to each item that are averaged."
)
@click.option("--seeds", is_flag=True, help="Count seeds of each system instead of items.")
@format_option
@cache_options
def power(
    results: Path | None,
    *,
    board: str | None,
    items: float | None,
    difference: float | None,
    power: float | None,
    alpha: float,
    sd: float | None,
    score: float | None,
    correlation: float | None,
    sampling: float | None,
    samples: int | None,
    fmt: str,
    cache: Path | None,
    seeds: bool,
    no_cache: bool,
) -> None:
    """Print what results can tell apart, or plan how many items it takes.

    Given RESULTS (default: results/), for each leaderboard and benchmark: the smallest true difference it finds four
    times out of five, and how many items would tell its first two apart. Given numbers instead: whichever of --items,
    --difference and --power is left out.
    """
    from pathlib import Path

    from reportgen import workflow
    from reportgen.cli.console import say

    given = {"n": items, "difference": difference, "sd": sd, "score": score, "correlation": correlation,
             "sampling": sampling, "samples": samples}  # fmt: skip
    asked = seeds or power is not None or any(value is not None for value in given.values())
    if asked and (results is not None or board is not None):
        raise click.UsageError("give RESULTS, or numbers to plan with; not both")
    if asked:
        say(workflow.power_plan(given=given, alpha=alpha, power=power, seeds=seeds, fmt=fmt))
        return
    if results is None and not Path("results").exists():
        raise click.UsageError("there is no folder results/; name one, or give numbers to plan with")
    folder = cache_folder(cache, no_cache=no_cache)
    say(workflow.power(Path("results") if results is None else results, board=board, fmt=fmt, cache=folder))
