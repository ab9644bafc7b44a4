"""`reportgen aliases`: which names may stand for one model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reportgen.cli.options import cache_folder, cache_options, examples, results_argument

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    epilog=examples(
        "reportgen aliases",
        "reportgen aliases results --format json",
        "reportgen aliases results --format yaml   # the lines for results/catalog/models.yml",
    )
)
@results_argument
@click.option(
    "--format",
    "fmt",
    type=click.Choice(("text", "json", "yaml")),
    default="text",
    show_default=True,
    help="text for people, json for programs, yaml for results/catalog/models.yml.",
)
@cache_options
def aliases(results: Path, fmt: str, cache: Path | None, *, no_cache: bool) -> None:
    """Propose which names are one model, with the evidence; nothing is merged.

    Names that are equal once case, separators and organisation are folded away, models of one commit and models with
    exactly the same scores are found; for each pair it is said in how many shared settings the scores are equal and
    where they differ most. A proposal takes effect when its line stands in results/catalog/models.yml.
    """
    from reportgen import workflow
    from reportgen.cli.console import say

    say(workflow.aliases(results, fmt=fmt, cache=cache_folder(cache, no_cache=no_cache)))
