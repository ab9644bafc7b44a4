"""`reportgen rank`, `concurrence` and `summarize`: the report's tables in the terminal or for a program."""

from __future__ import annotations

from pathlib import Path

import click

from reportgen.cli.options import cache_folder, cache_options, examples, format_option, results_argument

_SUMMARIES = Path(__file__).resolve().parent.parent / "analysis" / "summaries"
SELECTION_METHODS = ("training-domain", "leave-one-out", "oracle")
AGREEMENT_METHODS = ("means", "sun2023")
#: By the names of their files: importing them all would take a second of every command.
KINDS = tuple(
    sorted(file.stem for file in _SUMMARIES.glob("*.py") if file.stem not in {"__init__", "registry"})
)
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
        "reportgen concurrence results --method sun2023",
        "reportgen concurrence results --diversity",
    )
)
@results_argument
@click.option("--suite", default=None, help="Only pairs within this suite.")
@click.option(
    "--method",
    type=click.Choice(AGREEMENT_METHODS),
    default=None,
    help="Average the seeds of a model first (means, the default), or take all pairs of seeds as Sun et al. "
    "(2023): no interval, and a benchmark agrees with itself to less than 1.",
)
@click.option(
    "--diversity",
    is_flag=True,
    help="Per suite instead of per pair: 1 - Kendall's W and the maximal rank change (Zhang and Hardt 2024).",
)
@format_option
@cache_options
def concurrence(
    results: Path,
    suite: str | None,
    method: str | None,
    fmt: str,
    cache: Path | None,
    *,
    diversity: bool,
    no_cache: bool,
) -> None:
    """Print how alike each pair of benchmarks ranks the models: Kendall tau-b, interval, shared models."""
    from reportgen import workflow
    from reportgen.cli.console import say

    if diversity and method is not None:
        raise click.BadParameter("is for pairs and does not go with --diversity", param_hint="--method")
    folder = cache_folder(cache, no_cache=no_cache)
    if diversity:
        say(workflow.diversity(results, suite=suite, fmt=fmt, cache=folder))
    elif method == "sun2023":
        say(workflow.seed_pairs(results, suite=suite, fmt=fmt, cache=folder))
    else:
        say(workflow.concurrence(results, suite=suite, fmt=fmt, cache=folder))


@click.command(
    help=f"""Print the table of one generalization summary.

    KIND is one of {", ".join(KINDS)}; or selection, which chooses checkpoints as a sweep's protocol does. What each
    needs is in docs/summaries.md.
    """,
    epilog=examples(
        "reportgen summarize id_ood_gap",
        "reportgen summarize id_ood_gap results --format csv > gap.csv",
        "reportgen summarize selection results --method leave-one-out",
    ),
)
@click.argument("kind", type=click.Choice((*KINDS, "selection")), metavar="KIND")
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
    from reportgen import workflow
    from reportgen.cli.console import say

    folder = cache_folder(cache, no_cache=no_cache)
    if kind == "selection":
        say(workflow.selection(results, method=method or SELECTION_METHODS[0], fmt=fmt, cache=folder))
        return
    if method is not None:
        raise click.BadParameter("is for KIND selection only", param_hint="--method")
    say(workflow.summarize(results, kind=kind, fmt=fmt, cache=folder))
