"""`reportgen rank`: the leaderboards in the terminal or for a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reportgen.cli.options import (
    cache_folder,
    cache_options,
    examples,
    format_option,
    modules,
    results_argument,
)

if TYPE_CHECKING:
    from pathlib import Path

PARTS = modules("analysis", "rankings", "parts")
POLICIES = ("complete", "common", "coverage", "bounds")
#: The first is the default.
METHODS = (
    "mean",
    "win-rate",
    "borda",
    "mean-rank",
    "bradley-terry",
    "median-rank",
    "copeland",
    "kemeny",
)


@click.command(
    epilog=examples(
        "reportgen rank",
        "reportgen rank results --board glue",
        "reportgen rank results --method win-rate",
        "reportgen rank results --format json",
        "reportgen rank results --board domainbed --format latex > table.tex",
    )
)
@results_argument
@click.option("--board", default=None, help="Only this board (its name, or part of it).")
@click.option(
    "--policy",
    type=click.Choice(POLICIES),
    default=None,
    help="What to do with missing scores (default: the one in reportgen.yml, else complete).",
)
@click.option(
    "--method",
    type=click.Choice(METHODS),
    default=METHODS[0],
    help="How to combine the benchmarks. The default is the mean score: it keeps how far apart systems are, nobody's "
    "score depends on who else is ranked, and its error is known. The others use only the order on each benchmark.",
)
@click.option(
    "--about",
    type=click.Choice(PARTS),
    default=None,
    help="Print the table of this part of the study of each board instead of the boards.",
)
@format_option
@cache_options
def rank(
    results: Path,
    *,
    board: str | None,
    policy: str | None,
    method: str,
    about: str | None,
    fmt: str,
    cache: Path | None,
    no_cache: bool,
) -> None:
    """Print the leaderboards: score ± standard error, rank interval, tie group, k of n."""
    from reportgen import workflow
    from reportgen.cli.console import say

    folder = cache_folder(cache, no_cache=no_cache)
    if about is None:
        say(workflow.rank(results, board=board, policy=policy, method=method, fmt=fmt, cache=folder))
    elif method != METHODS[0]:
        raise click.BadParameter("is for the boards themselves; leave out --about", param_hint="--method")
    else:
        say(workflow.ranking_part(results, part=about, board=board, policy=policy, fmt=fmt, cache=folder))
