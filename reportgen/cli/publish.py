"""`reportgen publish`: a built site to the folder that a host serves."""

from __future__ import annotations

from pathlib import Path

import click

from reportgen.cli.options import examples


@click.command(
    epilog=examples(
        "reportgen publish site gh-pages",
        "reportgen publish site public --version 2026.11 --alias latest",
        "reportgen publish site gh-pages --dry-run",
    )
)
@click.argument("site", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("target", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--version", "-V", "versions", multiple=True, help="Only this version; may be repeated (default: all)."
)
@click.option(
    "--alias", "-a", "aliases", multiple=True, help="Another name of the newest of them, such as 'latest'."
)
@click.option("--force", is_flag=True, help="Replace published versions that have other content.")
@click.option("--dry-run", is_flag=True, help="Say what would be done; write nothing.")
def publish(**options: object) -> None:
    """Publish the versions built in SITE in the folder TARGET, such as a checkout that a host serves.

    All of it or nothing: when something fails, TARGET is as it was. Versions and files that are there stay; a version
    with other content is refused, except 'dev'. Only what differs is written. See docs/publishing.md for hosts.
    """
    from reportgen import workflow
    from reportgen.cli.console import say

    say("\n".join(workflow.publish_site(workflow.PublishRequest(**options))))  # type: ignore[arg-type]  # names match
