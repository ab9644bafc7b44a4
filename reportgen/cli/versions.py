"""`reportgen versions`: what is published in a folder, and changes to it."""

from __future__ import annotations

from pathlib import Path

import click

from reportgen.cli.options import examples

_site = click.option(
    "--site",
    "-s",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default="site",
    show_default=True,
    help="Folder of the published site.",
)


@click.group(
    epilog=examples(
        "reportgen versions list",
        "reportgen versions alias 2026.11 latest",
        "reportgen versions title 2026.11 '2026.11, as in the paper'",
        "reportgen versions delete 2026.03",
        "reportgen versions prune --keep 10",
    )
)
def versions() -> None:
    """List, name and remove the versions of a published site.

    Each change is made whole or not at all, also when the process is killed. Files that versions share stay as long
    as one of them is left.
    """


@versions.command(name="list")
@_site
@click.option(
    "--format",
    "fmt",
    type=click.Choice(("text", "json", "csv", "markdown")),
    default="text",
    show_default=True,
)
def list_(site: Path, fmt: str) -> None:
    """Print every version, newest first, with its aliases and size."""
    from reportgen import workflow
    from reportgen.cli.console import say

    say(workflow.list_versions(site, fmt=fmt))


@versions.command()
@click.argument("version")
@click.argument("aliases", nargs=-1, required=True)
@_site
def alias(version: str, aliases: tuple[str, ...], site: Path) -> None:
    """Let ALIASES, such as latest, lead to VERSION; a version that holds one of them loses it."""
    from reportgen import workflow

    workflow.add_alias(site, version, aliases)


@versions.command()
@click.argument("aliases", nargs=-1, required=True)
@_site
def unalias(aliases: tuple[str, ...], site: Path) -> None:
    """Let ALIASES lead nowhere."""
    from reportgen import workflow

    workflow.remove_alias(site, aliases)


@versions.command()
@click.argument("version")
@click.argument("text")
@_site
def title(version: str, text: str, site: Path) -> None:
    """Show VERSION in the selector as TEXT. Its name and addresses stay."""
    from reportgen import workflow

    workflow.set_title(site, version, text)


@versions.command()
@click.argument("names", nargs=-1, required=True, metavar="VERSION...")
@_site
def delete(names: tuple[str, ...], site: Path) -> None:
    """Remove each VERSION with its aliases. Links to its pages break."""
    from reportgen import workflow
    from reportgen.cli.console import say

    say(workflow.delete_versions(site, names))


@versions.command()
@click.option("--keep", type=click.IntRange(1), required=True, help="How many of the newest versions stay.")
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
@_site
def prune(keep: int, site: Path, *, dry_run: bool) -> None:
    """Remove old versions. Those with an alias, and dev, stay."""
    from reportgen import workflow
    from reportgen.cli.console import say

    say(workflow.prune_versions(site, keep, dry_run=dry_run))
