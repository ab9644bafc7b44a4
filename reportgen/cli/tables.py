"""`reportgen rank`, `concurrence` and `summarize`: the report's tables in the terminal or for a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reportgen.cli.options import cache_folder, cache_options, examples, format_option, results_argument

if TYPE_CHECKING:
    from pathlib import Path

SELECTION_METHODS = ("training-domain", "leave-one-out", "oracle")
POLICIES = ("complete", "common", "coverage", "bounds")


@click.command(
    epilog=examples(
        "reportgen rank",
        "reportgen rank results --board glue",
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
@format_option
@cache_options
def rank(
    results: Path, board: str | None, policy: str | None, fmt: str, cache: Path | None, *, no_cache: bool
) -> None:
    """Print the leaderboards: score ± standard error, rank interval, tie group, k of n."""
    from reportgen import workflow
    from reportgen.cli.console import say

    say(
        workflow.rank(
            results, board=board, policy=policy, fmt=fmt, cache=cache_folder(cache, no_cache=no_cache)
        )
    )


@click.command(
    epilog=examples(
        "reportgen concurrence",
        "reportgen concurrence results --suite GLUE",
        "reportgen concurrence results --format json",
    )
)
@results_argument
@click.option("--suite", default=None, help="Only pairs within this suite.")
@format_option
@cache_options
def concurrence(results: Path, suite: str | None, fmt: str, cache: Path | None, *, no_cache: bool) -> None:
    """Print how alike each pair of benchmarks ranks the models: Kendall tau-b, interval, shared models."""
    from reportgen import workflow
    from reportgen.cli.console import say

    say(workflow.concurrence(results, suite=suite, fmt=fmt, cache=cache_folder(cache, no_cache=no_cache)))


@click.command(
    epilog=examples(
        "reportgen summarize id_ood_gap",
        "reportgen summarize id_ood_gap results --format csv > gap.csv",
        "reportgen summarize selection results --method leave-one-out",
    )
)
@click.argument("kind")
@results_argument
@click.option(
    "--method",
    type=click.Choice(SELECTION_METHODS),
    default=None,
    help="How KIND selection chooses the checkpoint (default: training-domain). oracle reads the test domain.",
)
@format_option
@cache_options
def summarize(
    kind: str, results: Path, method: str | None, fmt: str, cache: Path | None, *, no_cache: bool
) -> None:
    """Print the table of one generalization summary. KIND: id_ood_gap, selection."""
    from reportgen import workflow
    from reportgen.cli.console import say

    folder = cache_folder(cache, no_cache=no_cache)
    if kind == "selection":
        say(workflow.selection(results, method=method or SELECTION_METHODS[0], fmt=fmt, cache=folder))
        return
    if method is not None:
        raise click.BadParameter("is for KIND selection only", param_hint="--method")
    try:
        text = workflow.summarize(results, kind=kind, fmt=fmt, cache=folder)
    except KeyError as error:
        raise click.BadParameter(
            f"{kind!r} is not a kind; choose from {error.args[0]}, selection", param_hint="KIND"
        ) from error
    say(text)
