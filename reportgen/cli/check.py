"""`reportgen check`."""

from __future__ import annotations

from pathlib import Path

import click

from reportgen.cli.options import ResultsPath, engine_options, examples


@click.command(
    epilog=examples(
        "reportgen check results",
        "reportgen check results/new.json other.json",
        "reportgen check results --format github   # annotations on a pull request",
        "reportgen check results --format json | jq .totals",
    )
)
@click.argument("paths", nargs=-1, required=True, type=ResultsPath(exists=True, path_type=Path))
@click.option(
    "--format",
    "fmt",
    type=click.Choice(("text", "json", "github", "gitlab")),
    default="text",
    show_default=True,
    help="text for people, json for programs, github for annotations, gitlab for its code quality report.",
)
@click.option("--strict", is_flag=True, help="Exit code 1 instead of 3 when something is quarantined.")
@engine_options
@click.pass_context
def check(
    ctx: click.Context, /, paths: tuple[Path, ...], fmt: str, *, strict: bool, **engine: object
) -> None:
    """Validate result files without building anything.

    Says for each file which format it is, how many records it holds and what is wrong with it: what, where (file and
    JSON pointer), the value seen, what was expected and what to do. Exit codes as for `build`.
    """
    from reportgen import workflow
    from reportgen.cli.console import say

    checked = workflow.check(paths, fmt=fmt, engine=workflow.engine_of(**engine))  # type: ignore[arg-type]  # names match
    if checked.text:
        say(checked.text)
    ctx.exit(1 if strict and checked.exit_code == workflow.EXIT_QUARANTINE else checked.exit_code)
