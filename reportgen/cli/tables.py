"""`reportgen summarize`: the tables of the summaries in the terminal or for a program."""

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

SELECTION_METHODS = ("training-domain", "leave-one-out", "oracle")
KINDS = modules("analysis", "summaries")


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
