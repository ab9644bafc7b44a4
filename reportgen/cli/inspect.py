"""`reportgen inspect`."""

from __future__ import annotations

from pathlib import Path

import click

from reportgen.cli.options import examples


@click.command(
    epilog=examples(
        "reportgen inspect results/new.json",
        "reportgen inspect other.json --format json | jq .why",
        "reportgen inspect other.json | sed -n '/^#/,$p' > other.mapping.yml   # then correct it",
    )
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--results",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=None,
    help="Results folder the file belongs to (default: the nearest above with a reportgen.yml, else its own).",
)
@click.option(
    "--format",
    "fmt",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="text for people, json for programs.",
)
@click.pass_context
def inspect(ctx: click.Context, /, file: Path, results: Path | None, fmt: str) -> None:
    """Say what one FILE is and why, what is in it, and what is wrong with it.

    For a table or a document that nobody knows, a mapping file is guessed and printed: save it beside the file as
    NAME.mapping.yml and correct it. Nothing is ever read by a guess. Where keys could be models or benchmarks, both
    readings are shown. Exit codes as for `check`.
    """
    from reportgen import workflow
    from reportgen.cli.console import say

    inspected = workflow.inspect_file(file, results=results, fmt=fmt)
    say(inspected.text)
    ctx.exit(inspected.exit_code)
