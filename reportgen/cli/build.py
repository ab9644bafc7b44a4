"""`reportgen build`."""

from __future__ import annotations

from pathlib import Path

import click

from reportgen.cli.options import (
    cache_folder,
    cache_options,
    engine_options,
    examples,
    quiet_option,
    results_argument,
)


@click.command(
    epilog=examples(
        "reportgen build",
        "reportgen build results --out site --version 2026.11 --alias latest",
        "reportgen build results --out site --version 2026.11 --check   # rebuild and compare bytes",
        "reportgen build s3://bucket/results --engine dask --scheduler tcp://host:8786",
        "python -m http.server -d site                                  # look at it",
    )
)
@results_argument
@click.option(
    "--out",
    "-o",
    type=click.Path(file_okay=False, path_type=Path),
    default="site",
    show_default=True,
    help="Folder of the published site; other versions in it stay untouched.",
)
@click.option(
    "--version",
    "-V",
    default="dev",
    show_default=True,
    help="Name of this version. Published versions are immutable, except 'dev'.",
)
@click.option(
    "--alias", "-a", "aliases", multiple=True, help="Another name that leads here, such as 'latest'."
)
@click.option(
    "--previous",
    default=None,
    metavar="VERSION",
    help="Version to say the changes since; 'none' for none (default: the next older one that is published).",
)
@click.option("--force", is_flag=True, help="Replace a published version that has other content.")
@click.option("--strict", is_flag=True, help="Publish nothing when anything is quarantined (exit code 1).")
@click.option("--check", is_flag=True, help="Publish nothing; rebuild and compare with what is published.")
@click.option(
    "--site-url", default=None, help="Address the site will have; for the sitemap, the feed and the 404 page."
)
@click.option(
    "--mkdocs",
    "mkdocs_config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
    help="mkdocs.yml to take name, palette and logo from (default: ./mkdocs.yml, else the built-in one).",
)
@engine_options
@cache_options
@quiet_option
@click.pass_context
def build(
    ctx: click.Context,
    /,
    cache: Path | None,
    engine: str,
    workers: int | None,
    scheduler: str,
    *,
    no_cache: bool,
    quiet: bool,
    **options: object,
) -> None:
    """Read all result files and publish the site.

    Prints what was read, what was left out and why. Exit code 0: clean. 3: published, with something quarantined.
    1: nothing published. 2: wrong usage.
    """
    from reportgen import workflow
    from reportgen.cli.console import error_console, progress

    request = workflow.BuildRequest(
        cache=cache_folder(cache, no_cache=no_cache),
        engine=workflow.engine_of(engine, workers, scheduler),  # type: ignore[arg-type]  # click checked it
        **options,  # type: ignore[arg-type]  # names match the dataclass
    )
    with progress(quiet=quiet) as report:
        outcome = workflow.build(request, progress=report)
    if not quiet:
        console = error_console()
        for line in outcome.summary:
            console.print(line, markup=False)
    ctx.exit(outcome.exit_code)
