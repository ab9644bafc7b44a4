"""`reportgen schema`, `formats` and `init`."""

from __future__ import annotations

from pathlib import Path

import click

from reportgen.cli.options import examples


@click.command(
    epilog=examples(
        "reportgen schema > reportgen.result.schema.json",
        "reportgen schema --of diff > reportgen.diff.schema.json",
    )
)
@click.option(
    "--of",
    "document",
    type=click.Choice(("result", "diff")),
    default="result",
    show_default=True,
    help="result: the native result format, reportgen.result. diff: what `reportgen diff --format json` writes.",
)
def schema(document: str) -> None:
    """Print the JSON Schema of the native result format, reportgen.result, or of reportgen.diff."""
    from reportgen import workflow
    from reportgen.cli.console import say

    say(workflow.schema(document))


@click.command(epilog=examples("reportgen formats", "reportgen formats --format json"))
@click.option("--format", "fmt", type=click.Choice(("text", "json")), default="text", show_default=True)
def formats(fmt: str) -> None:
    """List the formats that are recognised, by content and not by name, and what each is recognised by."""
    from reportgen import workflow
    from reportgen.cli.console import say

    say(workflow.formats(fmt))


@click.command(
    epilog=examples(
        "reportgen init my-results",
        "cd my-results && reportgen build",
        "reportgen init --ci gitlab       # workflows only, where there are results already",
    )
)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=".")
@click.option(
    "--ci",
    type=click.Choice(("github", "gitlab")),
    default=None,
    help="Host to write the workflows for (default: github); where FOLDER has results/ already, nothing else.",
)
def init(folder: Path, ci: str | None) -> None:
    """Start a repository for results in FOLDER: an example that builds, a catalog, settings and workflows.

    The workflows publish the report and say in each pull request what it changes; docs/ci.md describes them. Existing
    files are never overwritten; they are named and left alone.
    """
    from reportgen import workflow

    written, kept = workflow.init_project(folder, ci)
    for path in written:
        click.echo(f"wrote {path}", err=True)
    for path in kept:
        click.echo(f"kept  {path} (exists)", err=True)
    click.echo(f"Next: cd {folder} && reportgen build && python -m http.server -d site", err=True)
